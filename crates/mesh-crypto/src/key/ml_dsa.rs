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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::samples::key;

    #[test]
    fn altered_hints_and_other_lengths_are_refused() {
        for algorithm in [
            KeyAlgorithm::MlDsa44,
            KeyAlgorithm::MlDsa65,
            KeyAlgorithm::MlDsa87,
        ] {
            let (key, other) = (key(algorithm, 1), key(algorithm, 2));
            let good = key.sign(b"message").unwrap();
            let length = good.len();
            // The last octets count the hints of each row; those before are their places in ascending order, zeros behind.
            let change = |place: usize, octet: u8| {
                let mut signature = good.clone();
                signature[place] = octet;
                signature
            };
            let rows = match algorithm {
                KeyAlgorithm::MlDsa44 => 4,
                KeyAlgorithm::MlDsa65 => 6,
                _ => 8,
            };
            let most = match algorithm {
                KeyAlgorithm::MlDsa44 => 80,
                KeyAlgorithm::MlDsa65 => 55,
                _ => 75,
            };
            let hints = length - rows - most;
            assert!(good[length - rows] >= 2, "two hints in the first row");
            let mut swapped = good.clone();
            swapped.swap(hints, hints + 1);
            for signature in [
                change(length - 1, 0),
                change(length - 1, 255),
                change(length - 1, good[length - 1] + 1),
                change(hints, good[hints] ^ 1),
                change(length - rows - 1, 1),
                swapped,
            ] {
                assert_eq!(
                    key.public().verify(b"message", &signature),
                    Err(Error::SignatureInvalid)
                );
            }
            assert_eq!(
                other.public().verify(b"message", &good),
                Err(Error::SignatureInvalid)
            );
        }
    }

    #[test]
    fn signature_under_a_context_is_another() {
        let key = key(KeyAlgorithm::MlDsa44, 1);
        let seed = key.expose_seed_octets().unwrap();
        let Some(Secret::MlDsa44(inner)) = Secret::from_seed(
            KeyAlgorithm::MlDsa44,
            seed.expose_secret().try_into().unwrap(),
        ) else {
            panic!("a key of ML-DSA-44")
        };
        let sign = |context: &[u8]| {
            let signature = inner.expanded_key().sign_deterministic(b"message", context);
            signature.unwrap().encode().to_vec()
        };
        assert_eq!(sign(b""), key.sign(b"message").unwrap());
        assert_eq!(
            key.public().verify(b"message", &sign(b"context")),
            Err(Error::SignatureInvalid)
        );
    }
}
