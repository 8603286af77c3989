// SPDX-License-Identifier: MIT
//! X25519: agreement on Curve25519.
//!
//! Spec: RFC 7748, "Curve25519"; threshold, "Key Combination".
//! Here: both halves of a key. Public octets carry no sign, so public keys cannot be added.
//! Not here: the point arithmetic (curve25519-dalek).

use curve25519_dalek::montgomery::MontgomeryPoint;
use curve25519_dalek::scalar::{Scalar, clamp_integer};
use mesh_jsonbcd::SecretBytes;
use zeroize::{Zeroize, Zeroizing};

use super::Form;
use crate::{Error, KeyAlgorithm};

const ALGORITHM: KeyAlgorithm = KeyAlgorithm::X25519;

pub(super) struct Secret {
    seed: Option<Zeroizing<[u8; 32]>>,
    scalar: Scalar,
}

impl Secret {
    pub(super) fn from_seed(seed: &[u8; 32]) -> Option<Self> {
        let clamped = Zeroizing::new(clamp_integer(*seed));
        Self::assemble(
            Some(Zeroizing::new(*seed)),
            Scalar::from_bytes_mod_order(*clamped),
        )
    }

    pub(super) fn from_scalar(octets: &[u8; 32]) -> Option<Self> {
        Self::assemble(None, Scalar::from_bytes_mod_order(*octets))
    }

    pub(super) fn combine(&self, other: &Self) -> Option<Self> {
        Self::assemble(None, self.scalar + other.scalar)
    }

    fn assemble(seed: Option<Zeroizing<[u8; 32]>>, scalar: Scalar) -> Option<Self> {
        (scalar != Scalar::ZERO).then_some(Self { seed, scalar })
    }

    pub(super) fn public(&self) -> Vec<u8> {
        MontgomeryPoint::mul_base(&self.scalar).to_bytes().to_vec()
    }

    pub(super) fn agree(&self, peer: &[u8]) -> Result<SecretBytes, Error> {
        let peer = MontgomeryPoint(*super::fixed::<32>(ALGORITHM, peer)?);
        let mut product = match &self.seed {
            // The clamped scalar is a multiple of the cofactor and takes any small-order part away.
            Some(seed) => peer.mul_clamped(**seed),
            // A combined scalar would show its residue in that part, or on the twist. Minus one, modulo the order, leaves
            // the coordinate of no such point alone.
            None if peer * -Scalar::ONE != peer => return Err(Error::WeakAgreement),
            None => peer * self.scalar,
        };
        let octets = SecretBytes::new(product.to_bytes().to_vec());
        product.zeroize();
        // Only a point of small order leads to zero; RFC 7748 asks for the check.
        if octets == SecretBytes::new(vec![0; 32]) {
            return Err(Error::WeakAgreement);
        }
        Ok(octets)
    }

    pub(super) fn export(&self) -> (Form, SecretBytes) {
        match &self.seed {
            Some(seed) => (Form::Seed, SecretBytes::new(seed.to_vec())),
            None => (
                Form::Scalar,
                SecretBytes::new(self.scalar.as_bytes().to_vec()),
            ),
        }
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.scalar.zeroize();
    }
}

/// Any 32 octets are a coordinate (RFC 7748); those of points of small order are refused when agreeing.
pub(super) fn validate(octets: &[u8]) -> Result<(), Error> {
    super::fixed::<32>(ALGORITHM, octets).map(drop)
}
