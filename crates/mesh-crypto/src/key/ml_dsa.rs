// SPDX-License-Identifier: MIT
//! ML-DSA: lattice signatures.
//!
//! Spec: FIPS 204, pure signatures with an empty context.
//! Here: both halves of a key.
//! Not here: the lattice (ml-dsa).
//!
//! A private key is the seed of FIPS 204. Signing is the deterministic variant: the same message gives the same signature, as
//! with all other algorithms, and no source of randomness can weaken it.

use mesh_jsonbcd::SecretBytes;
use ml_dsa::{B32, MlDsa44, MlDsa65, MlDsa87, Signature, SigningKey, VerifyingKey};
use zeroize::Zeroize as _;

use crate::{Error, KeyAlgorithm};

/// Boxed: the matrices of a key take tens of kilobytes.
pub(super) enum Secret {
    MlDsa44(Box<SigningKey<MlDsa44>>),
    MlDsa65(Box<SigningKey<MlDsa65>>),
    MlDsa87(Box<SigningKey<MlDsa87>>),
}

/// The same with each private key.
macro_rules! with_key {
    ($secret:expr, $key:ident => $body:expr) => {
        match $secret {
            Secret::MlDsa44($key) => $body,
            Secret::MlDsa65($key) => $body,
            Secret::MlDsa87($key) => $body,
        }
    };
}

impl Secret {
    pub(super) fn from_seed(algorithm: KeyAlgorithm, seed: &[u8; 32]) -> Option<Self> {
        let mut seed = B32::from(*seed);
        let secret = match algorithm {
            KeyAlgorithm::MlDsa44 => Self::MlDsa44(Box::new(SigningKey::from_seed(&seed))),
            KeyAlgorithm::MlDsa65 => Self::MlDsa65(Box::new(SigningKey::from_seed(&seed))),
            KeyAlgorithm::MlDsa87 => Self::MlDsa87(Box::new(SigningKey::from_seed(&seed))),
            _ => return None,
        };
        seed.zeroize();
        Some(secret)
    }

    pub(super) fn algorithm(&self) -> KeyAlgorithm {
        match self {
            Self::MlDsa44(_) => KeyAlgorithm::MlDsa44,
            Self::MlDsa65(_) => KeyAlgorithm::MlDsa65,
            Self::MlDsa87(_) => KeyAlgorithm::MlDsa87,
        }
    }

    pub(super) fn public(&self) -> Vec<u8> {
        with_key!(self, key => key.expanded_key().verifying_key().encode().to_vec())
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        with_key!(self, key => key.expanded_key().sign_deterministic(message, &[]).map(|signature| signature.encode().to_vec()))
            .map_err(|_| Error::InvalidPrivateKey {
                algorithm: self.algorithm(),
            })
    }

    pub(super) fn export(&self) -> SecretBytes {
        with_key!(self, key => SecretBytes::new(key.as_seed().to_vec()))
    }
}

pub(super) fn verify(
    algorithm: KeyAlgorithm,
    public: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), Error> {
    let valid = match algorithm {
        KeyAlgorithm::MlDsa44 => verify_with::<MlDsa44>(public, message, signature),
        KeyAlgorithm::MlDsa65 => verify_with::<MlDsa65>(public, message, signature),
        KeyAlgorithm::MlDsa87 => verify_with::<MlDsa87>(public, message, signature),
        _ => None,
    };
    match valid {
        Some(true) => Ok(()),
        _ => Err(Error::SignatureInvalid),
    }
}

/// `None` when key or signature cannot be decoded.
fn verify_with<P: ml_dsa::MlDsaParams>(
    public: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Option<bool> {
    let key = VerifyingKey::<P>::decode(public.try_into().ok()?);
    let signature = Signature::<P>::decode(signature.try_into().ok()?)?;
    Some(key.verify_with_context(message, &[], &signature))
}
