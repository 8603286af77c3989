// SPDX-License-Identifier: MIT
//! X448: agreement on Curve448.
//!
//! Spec: RFC 7748, "Curve448"; threshold, "Key Combination".
//! Here: both halves of a key.
//! Not here: the point arithmetic (`curve448`).
//!
//! Deviation: D-02. A Mesh public key has 57 octets, the coordinate of RFC 7748 and the parity of the other one, which key
//! overlay needs. The private octets are kept as derived and clamped on use.

use mesh_jsonbcd::SecretBytes;
use zeroize::{Zeroize, Zeroizing};

use super::Form;
use crate::curve448::{self, MontgomeryPoint, Scalar};
use crate::{Environment, Error, KeyAlgorithm};

const ALGORITHM: KeyAlgorithm = KeyAlgorithm::X448;
const INVALID: Error = Error::InvalidPublicKey {
    algorithm: ALGORITHM,
};

pub(super) struct Secret {
    seed: Option<Zeroizing<[u8; 56]>>,
    scalar: Scalar,
    public: MontgomeryPoint,
}

impl Secret {
    pub(super) fn from_seed(seed: &[u8; 56]) -> Option<Self> {
        Self::assemble(Some(Zeroizing::new(*seed)), Scalar::from_clamped(seed))
    }

    pub(super) fn from_scalar(octets: &[u8; 56]) -> Option<Self> {
        Self::assemble(None, Scalar::from_bytes_56(octets))
    }

    pub(super) fn combine(&self, other: &Self) -> Option<Self> {
        Self::assemble(None, self.scalar.add(&other.scalar))
    }

    /// Two random scalars with this sum; `None` in the one case in 2^446 that one of them is zero.
    pub(super) fn split(&self, environment: &dyn Environment) -> Option<(Self, Self)> {
        let mut wide = Zeroizing::new([0; 114]);
        environment.random(wide.as_mut());
        let first = Scalar::from_bytes_wide(&wide);
        let second = self.scalar.sub(&first);
        Some((Self::assemble(None, first)?, Self::assemble(None, second)?))
    }

    pub(super) fn contribute(&self, peer: &[u8]) -> Result<[u8; 57], Error> {
        let peer = decode(peer)?;
        require_prime_order(&peer)?;
        let mut product = peer.mul(&self.scalar).map_err(|_| Error::WeakAgreement)?;
        let octets = product.to_bytes();
        product.zeroize();
        Ok(octets)
    }

    /// `None` for the scalar zero, whose public key would be no point with coordinates.
    fn assemble(seed: Option<Zeroizing<[u8; 56]>>, scalar: Scalar) -> Option<Self> {
        let public = MontgomeryPoint::mul_base(&scalar).ok()?;
        Some(Self {
            seed,
            scalar,
            public,
        })
    }

    pub(super) fn public(&self) -> Vec<u8> {
        self.public.to_bytes().to_vec()
    }

    pub(super) fn agree(&self, peer: &[u8]) -> Result<SecretBytes, Error> {
        let peer = decode(peer)?;
        let value = match &self.seed {
            // The clamped scalar is a multiple of the cofactor and takes any small-order part away.
            Some(seed) => curve448::x448(seed, &peer.u_bytes()),
            // A combined scalar would show its residue in that part.
            None => {
                require_prime_order(&peer)?;
                curve448::x448_scalar(&self.scalar, &peer.u_bytes())
            }
        };
        value
            .map(|value| SecretBytes::new(value.to_vec()))
            .map_err(|_| Error::WeakAgreement)
    }

    pub(super) fn export(&self) -> (Form, SecretBytes) {
        match &self.seed {
            Some(seed) => (Form::Seed, SecretBytes::new(seed.to_vec())),
            None => (
                Form::Scalar,
                SecretBytes::new(self.scalar.to_bytes_56().to_vec()),
            ),
        }
    }
}

/// Refuses points with a part of small order: minus one, modulo the order, leaves the coordinate of no such point alone.
fn require_prime_order(peer: &MontgomeryPoint) -> Result<(), Error> {
    let u = peer.u_bytes();
    match curve448::x448_scalar(&Scalar::one().neg(), &u) {
        Ok(same) if *same == u => Ok(()),
        _ => Err(Error::WeakAgreement),
    }
}

pub(super) fn validate(octets: &[u8]) -> Result<(), Error> {
    decode(octets).map(drop)
}

pub(super) fn combine_public(a: &[u8], b: &[u8]) -> Result<Vec<u8>, Error> {
    let sum = decode(a)?.add(&decode(b)?).map_err(|_| INVALID)?;
    Ok(sum.to_bytes().to_vec())
}

fn decode(octets: &[u8]) -> Result<MontgomeryPoint, Error> {
    MontgomeryPoint::from_bytes(&*super::fixed::<57>(ALGORITHM, octets)?).map_err(|_| INVALID)
}
