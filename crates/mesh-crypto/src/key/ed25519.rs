// SPDX-License-Identifier: MIT
//! Ed25519: signatures and agreement on the Edwards form of Curve25519.
//!
//! Spec: RFC 8032, "Ed25519"; threshold, "Key Combination".
//! Here: both halves of a key.
//! Not here: the point arithmetic (curve25519-dalek).

use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::{Scalar, clamp_integer};
use ed25519_dalek::hazmat::{ExpandedSecretKey, raw_sign};
use ed25519_dalek::{Signature, VerifyingKey};
use mesh_jsonbcd::SecretBytes;
use sha2::Sha512;
use zeroize::{Zeroize, Zeroizing};

use super::{COMBINED_PREFIX, Form, SCALAR_PREFIX};
use crate::digest::sha512;
use crate::{Error, KeyAlgorithm};

const ALGORITHM: KeyAlgorithm = KeyAlgorithm::Ed25519;

pub(super) struct Secret {
    seed: Option<Zeroizing<[u8; 32]>>,
    expanded: ExpandedSecretKey,
    public: VerifyingKey,
}

impl Secret {
    pub(super) fn from_seed(seed: &[u8; 32]) -> Option<Self> {
        let hash = Zeroizing::new(sha512(&[seed]));
        Some(Self::assemble(
            Some(Zeroizing::new(*seed)),
            ExpandedSecretKey::from_bytes(&hash),
        ))
    }

    pub(super) fn from_scalar(octets: &[u8; 32]) -> Option<Self> {
        let scalar = Scalar::from_bytes_mod_order(*octets);
        Self::from_parts(
            scalar,
            &Zeroizing::new(sha512(&[SCALAR_PREFIX, scalar.as_bytes()])),
        )
    }

    pub(super) fn combine(&self, other: &Self) -> Option<Self> {
        let (a, b) = (&self.expanded, &other.expanded);
        let digest = Zeroizing::new(sha512(&[
            COMBINED_PREFIX,
            &a.hash_prefix,
            a.scalar.as_bytes(),
            &b.hash_prefix,
            b.scalar.as_bytes(),
        ]));
        Self::from_parts(a.scalar + b.scalar, &digest)
    }

    fn from_parts(scalar: Scalar, prefix: &[u8; 64]) -> Option<Self> {
        if scalar == Scalar::ZERO {
            return None;
        }
        let mut hash_prefix = [0; 32];
        for (to, from) in hash_prefix.iter_mut().zip(prefix) {
            *to = *from;
        }
        Some(Self::assemble(
            None,
            ExpandedSecretKey {
                scalar,
                hash_prefix,
            },
        ))
    }

    fn assemble(seed: Option<Zeroizing<[u8; 32]>>, expanded: ExpandedSecretKey) -> Self {
        let public = VerifyingKey::from(&expanded);
        Self {
            seed,
            expanded,
            public,
        }
    }

    pub(super) fn public(&self) -> Vec<u8> {
        self.public.to_bytes().to_vec()
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        raw_sign::<Sha512>(&self.expanded, message, &self.public)
            .to_bytes()
            .to_vec()
    }

    pub(super) fn agree(&self, peer: &[u8]) -> Result<SecretBytes, Error> {
        let peer = decode(peer)?;
        let mut product = match &self.seed {
            // The clamped scalar is a multiple of the cofactor and takes any small-order part away.
            Some(seed) => {
                let hash = Zeroizing::new(sha512(&[seed.as_slice()]));
                let mut scalar = Zeroizing::new([0; 32]);
                for (to, from) in scalar.iter_mut().zip(hash.iter()) {
                    *to = *from;
                }
                peer.mul_clamped(clamp_integer(*scalar))
            }
            // A combined scalar would show its residue in the small-order part of the result.
            None if !peer.is_torsion_free() => return Err(Error::WeakAgreement),
            None => peer * self.expanded.scalar,
        };
        if product.is_small_order() {
            return Err(Error::WeakAgreement);
        }
        let octets = SecretBytes::new(product.compress().to_bytes().to_vec());
        product.zeroize();
        Ok(octets)
    }

    pub(super) fn export(&self) -> (Form, SecretBytes) {
        match &self.seed {
            Some(seed) => (Form::Seed, SecretBytes::new(seed.to_vec())),
            None => (
                Form::Scalar,
                SecretBytes::new(self.expanded.scalar.as_bytes().to_vec()),
            ),
        }
    }
}

pub(super) fn validate(octets: &[u8]) -> Result<(), Error> {
    decode(octets).map(drop)
}

pub(super) fn verify(public: &[u8], message: &[u8], signature: &[u8]) -> Result<(), Error> {
    let public = super::fixed::<32>(ALGORITHM, public)?;
    let public = VerifyingKey::from_bytes(&public).map_err(|_| Error::InvalidPublicKey {
        algorithm: ALGORITHM,
    })?;
    let signature = Signature::from_slice(signature).map_err(|_| Error::SignatureInvalid)?;
    public
        .verify_strict(message, &signature)
        .map_err(|_| Error::SignatureInvalid)
}

pub(super) fn combine_public(a: &[u8], b: &[u8]) -> Result<Vec<u8>, Error> {
    let sum = decode(a)? + decode(b)?;
    if sum.is_small_order() {
        return Err(Error::InvalidPublicKey {
            algorithm: ALGORITHM,
        });
    }
    Ok(sum.compress().to_bytes().to_vec())
}

/// The point of canonical octets, not of small order.
fn decode(octets: &[u8]) -> Result<EdwardsPoint, Error> {
    let octets = super::fixed::<32>(ALGORITHM, octets)?;
    CompressedEdwardsY(*octets)
        .decompress()
        .filter(|point| point.compress().as_bytes() == &*octets && !point.is_small_order())
        .ok_or(Error::InvalidPublicKey {
            algorithm: ALGORITHM,
        })
}
