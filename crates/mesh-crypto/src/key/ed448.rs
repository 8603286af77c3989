// SPDX-License-Identifier: MIT
//! Ed448: signatures and agreement on the Edwards form of Curve448.
//!
//! Spec: RFC 8032, "Ed448ph and Ed448"; threshold, "Key Combination".
//! Here: both halves of a key.
//! Not here: the point arithmetic (`curve448`).
//!
//! Deviation: D-02. A Mesh private key has 56 octets where RFC 8032 has 57; all else follows the RFC.

use mesh_jsonbcd::SecretBytes;
use zeroize::{Zeroize, Zeroizing};

use super::{COMBINED_PREFIX, Form, SCALAR_PREFIX};
use crate::curve448::{self, EdwardsPoint, ExpandedSecret, Scalar};
use crate::digest::shake256;
use crate::{Error, KeyAlgorithm};

const ALGORITHM: KeyAlgorithm = KeyAlgorithm::Ed448;
const INVALID: Error = Error::InvalidPublicKey {
    algorithm: ALGORITHM,
};

pub(super) struct Secret {
    seed: Option<Zeroizing<[u8; 56]>>,
    expanded: ExpandedSecret,
    public: [u8; 57],
}

impl Secret {
    pub(super) fn from_seed(seed: &[u8; 56]) -> Option<Self> {
        let expanded = curve448::expand(seed).ok()?;
        Some(Self::assemble(Some(Zeroizing::new(*seed)), expanded))
    }

    pub(super) fn from_scalar(octets: &[u8; 56]) -> Option<Self> {
        let scalar = Scalar::from_bytes_56(octets);
        let prefix = shake256(&[SCALAR_PREFIX, scalar.to_bytes_56().as_slice()]);
        Self::from_parts(scalar, &prefix)
    }

    pub(super) fn combine(&self, other: &Self) -> Option<Self> {
        let (a, b) = (&self.expanded, &other.expanded);
        let prefix = shake256(&[
            COMBINED_PREFIX,
            &a.prefix,
            a.scalar.to_bytes_56().as_slice(),
            &b.prefix,
            b.scalar.to_bytes_56().as_slice(),
        ]);
        Self::from_parts(a.scalar.add(&b.scalar), &prefix)
    }

    fn from_parts(scalar: Scalar, prefix: &[u8; 57]) -> Option<Self> {
        if scalar.is_zero().into() {
            return None;
        }
        Some(Self::assemble(
            None,
            ExpandedSecret {
                scalar,
                prefix: *prefix,
            },
        ))
    }

    fn assemble(seed: Option<Zeroizing<[u8; 56]>>, expanded: ExpandedSecret) -> Self {
        let public = curve448::public(&expanded.scalar);
        Self {
            seed,
            expanded,
            public,
        }
    }

    pub(super) fn public(&self) -> Vec<u8> {
        self.public.to_vec()
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        curve448::sign_expanded(
            &self.expanded.scalar,
            &self.expanded.prefix,
            &self.public,
            message,
        )
        .to_vec()
    }

    pub(super) fn agree(&self, peer: &[u8]) -> Result<SecretBytes, Error> {
        let peer = decode(peer)?;
        // The product with the reduced scalar equals that with the clamped one for points of prime order only, and for
        // others it would show the scalar's residue: those are refused.
        if !has_prime_order(&peer) {
            return Err(Error::WeakAgreement);
        }
        let mut product = peer.mul(&self.expanded.scalar);
        let octets = SecretBytes::new(product.to_bytes().to_vec());
        product.zeroize();
        Ok(octets)
    }

    pub(super) fn export(&self) -> (Form, SecretBytes) {
        match &self.seed {
            Some(seed) => (Form::Seed, SecretBytes::new(seed.to_vec())),
            None => (
                Form::Scalar,
                SecretBytes::new(self.expanded.scalar.to_bytes_56().to_vec()),
            ),
        }
    }
}

pub(super) fn validate(octets: &[u8]) -> Result<(), Error> {
    decode(octets).map(drop)
}

pub(super) fn verify(public: &[u8], message: &[u8], signature: &[u8]) -> Result<(), Error> {
    let public = super::fixed::<57>(ALGORITHM, public)?;
    curve448::verify(&public, message, signature).map_err(|_| Error::SignatureInvalid)
}

pub(super) fn combine_public(a: &[u8], b: &[u8]) -> Result<Vec<u8>, Error> {
    let sum = decode(a)?.add(&decode(b)?);
    if sum.is_low_order().into() {
        return Err(INVALID);
    }
    Ok(sum.to_bytes().to_vec())
}

/// The point of canonical octets, not of small order.
fn decode(octets: &[u8]) -> Result<EdwardsPoint, Error> {
    EdwardsPoint::from_bytes(&*super::fixed::<57>(ALGORITHM, octets)?)
        .ok()
        .filter(|point| !bool::from(point.is_low_order()))
        .ok_or(INVALID)
}

/// Whether the order of the group takes the point to the identity: `(L - 1) P = -P`.
fn has_prime_order(point: &EdwardsPoint) -> bool {
    let minus_one = Scalar::one().neg();
    point.mul(&minus_one).add(point).is_identity().into()
}
