// SPDX-License-Identifier: MIT
//! Sealing a secret to a public key, and what is made of that secret.
//!
//! Spec: mesh-dare, "Key Exchange"; RFC 3394; RFC 5869.
//! Here: encapsulation, the shared secret, the key-encryption key derived from it, wrapping of a base seed, the hybrid of two secrets.
//! Not here: the operations of each algorithm (`key`), recipient entries (`mesh-dare`).
//!
//! Deviation: D-48. The reference wraps base seeds under the secret of ML-KEM itself; here every secret passes through the same
//! derivation. Hybrid exchanges are our own.

use std::fmt;

use mesh_jsonbcd::SecretBytes;
use zeroize::Zeroizing;

use crate::environment::Environment;
use crate::key::{PrivateKey, PublicKey};
use crate::{Error, symmetric};

/// The octets that two keys agreed on, or that a symmetric recipient holds: input to a key derivation.
#[derive(PartialEq, Eq)]
pub struct SharedSecret {
    octets: SecretBytes,
}

impl SharedSecret {
    /// A secret known to both sides from elsewhere: the key of an EARL, a PIN.
    #[must_use]
    pub fn from_octets(octets: SecretBytes) -> Self {
        Self { octets }
    }

    /// The agreed octets themselves, for protocols with a key schedule of their own.
    #[must_use]
    pub fn expose_secret(&self) -> &[u8] {
        self.octets.expose_secret()
    }

    /// The key-encryption key: HKDF-SHA-512 without salt and info.
    #[must_use]
    pub fn key_encryption_key(&self) -> Zeroizing<[u8; 32]> {
        symmetric::hkdf_sha512_array(&[], self.expose_secret(), &[])
    }

    /// Wraps a base seed for whoever can agree on this secret.
    #[must_use]
    pub fn wrap(&self, base_seed: &[u8; 32]) -> [u8; 40] {
        symmetric::key_wrap(&self.key_encryption_key(), base_seed)
    }

    /// Unwraps a base seed.
    ///
    /// # Errors
    /// [`Error::KeyUnwrap`] when the seed was wrapped under another secret or altered.
    pub fn unwrap(&self, wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, Error> {
        symmetric::key_unwrap(&self.key_encryption_key(), wrapped)
    }
}

impl fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSecret([redacted])")
    }
}

/// What goes with a message so that its recipient finds the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encapsulation {
    /// The public half of a key that was made for this message.
    Ephemeral(PublicKey),
    /// A ciphertext of a key encapsulation mechanism.
    Ciphertext(Vec<u8>),
}

/// A fresh secret for `recipient`, and what the recipient finds it by: an ephemeral key of the same algorithm where keys agree, a
/// ciphertext for ML-KEM and RSA.
///
/// # Errors
/// [`Error::WeakAgreement`] when the recipient's key is a point of small order; [`Error::AlgorithmUse`] when its keys only sign.
pub fn encapsulate(
    recipient: &PublicKey,
    environment: &dyn Environment,
) -> Result<(Encapsulation, SharedSecret), Error> {
    let algorithm = recipient.algorithm();
    if algorithm.is_agreement() {
        let ephemeral = PrivateKey::generate(algorithm, environment);
        let secret = ephemeral.agree(recipient)?;
        return Ok((Encapsulation::Ephemeral(ephemeral.public().clone()), secret));
    }
    let (ciphertext, octets) = recipient.encapsulate(environment)?;
    Ok((
        Encapsulation::Ciphertext(ciphertext),
        SharedSecret::from_octets(octets),
    ))
}

/// What the two halves of a hybrid exchange were made with: all that went over the wire and both keys of the recipient.
#[derive(Clone, Copy, Debug)]
pub struct HybridContext<'a> {
    /// The recipient's key for encapsulation.
    pub encapsulation_key: &'a PublicKey,
    /// The ciphertext under it.
    pub ciphertext: &'a [u8],
    /// The recipient's key for agreement.
    pub agreement_key: &'a PublicKey,
    /// The ephemeral key that agreed with it.
    pub ephemeral: &'a PublicKey,
}

/// Domain of hybrid secrets.
const HYBRID: &[u8] = b"mesh/hybrid";

/// One secret of an encapsulated and an agreed one, which is safe while either is.
///
/// HKDF-SHA-512 extracts from both secrets together, and its output is that of a random function to whoever lacks one of them, so
/// breaking one mechanism gives nothing. The context binds the result to ciphertext, ephemeral key and both public keys: whoever
/// alters one of them, or moves the exchange to another recipient, gets an unrelated secret.
///
/// The info is a label and the SHA-512 of the context: each key as name and octets, then the ciphertext, each part behind its
/// length in eight octets.
#[must_use]
pub fn hybrid(
    encapsulated: &SharedSecret,
    agreed: &SharedSecret,
    context: &HybridContext<'_>,
) -> SharedSecret {
    let secrets = [encapsulated.expose_secret(), agreed.expose_secret()];
    // Behind lengths, so that no octet can move from one secret to the other.
    let ikm = Zeroizing::new(framed(&secrets));
    let key = |key: &PublicKey| framed(&[key.algorithm().jose_name().as_bytes(), key.octets()]);
    let transcript = crate::digest::sha512(&[
        &key(context.encapsulation_key),
        &framed(&[context.ciphertext]),
        &key(context.agreement_key),
        &key(context.ephemeral),
    ]);
    let info = [HYBRID, &transcript].concat();
    let octets = symmetric::hkdf_sha512_array::<32>(&[], &ikm, &info);
    SharedSecret::from_octets(SecretBytes::new(octets.to_vec()))
}

fn framed(parts: &[&[u8]]) -> Vec<u8> {
    let length = parts.iter().map(|part| part.len().saturating_add(8)).sum();
    // In one piece: a buffer that grows would leave secrets behind.
    let mut out = Vec::with_capacity(length);
    for part in parts {
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::samples;
    use crate::{KeyAlgorithm, Seeded};

    #[test]
    fn recipient_unwraps_what_was_wrapped_for_it_and_nobody_else_does() {
        let env = Seeded::new(9);
        for algorithm in KeyAlgorithm::ALL {
            let (recipient, other) = (samples::key(algorithm, 1), samples::key(algorithm, 2));
            let found = encapsulate(recipient.public(), &env);
            if !algorithm.is_agreement() && !algorithm.is_encapsulation() {
                assert!(
                    matches!(
                        found,
                        Err(Error::AlgorithmUse {
                            operation: "encapsulate",
                            ..
                        })
                    ),
                    "{algorithm}"
                );
                continue;
            }
            let (encapsulation, secret) = found.unwrap();
            let wrapped = secret.wrap(&[7; 32]);
            assert_eq!(
                *recipient
                    .decapsulate(&encapsulation)
                    .unwrap()
                    .unwrap(&wrapped)
                    .unwrap(),
                [7; 32]
            );
            let strange = other
                .decapsulate(&encapsulation)
                .and_then(|secret| secret.unwrap(&wrapped));
            match algorithm.modulus_bits() {
                Some(_) => assert_eq!(strange.unwrap_err(), Error::Decryption),
                None => assert_eq!(strange.unwrap_err(), Error::KeyUnwrap),
            }
            let (second, _) = encapsulate(recipient.public(), &env).unwrap();
            assert_ne!(second, encapsulation, "{algorithm}");
        }
    }

    #[test]
    fn encapsulation_of_another_kind_is_refused() {
        let env = Seeded::new(10);
        let ephemeral = samples::key(KeyAlgorithm::X448, 1);
        let ephemeral = Encapsulation::Ephemeral(ephemeral.public().clone());
        for algorithm in KeyAlgorithm::ALL {
            let key = samples::key(algorithm, 1);
            if algorithm != KeyAlgorithm::X448 {
                assert!(matches!(
                    key.decapsulate(&ephemeral),
                    Err(Error::AlgorithmMismatch { .. })
                ));
            }
            if !algorithm.is_encapsulation() {
                assert!(matches!(
                    key.decapsulate(&Encapsulation::Ciphertext(vec![1; 768])),
                    Err(Error::AlgorithmUse {
                        operation: "decapsulate",
                        ..
                    })
                ));
            } else {
                for length in [0, 1, 31, 10_000] {
                    assert_eq!(
                        key.decapsulate(&Encapsulation::Ciphertext(vec![1; length]))
                            .unwrap_err(),
                        Error::Decryption
                    );
                }
                let (Encapsulation::Ciphertext(sealed), _) =
                    encapsulate(key.public(), &env).unwrap()
                else {
                    panic!("a ciphertext");
                };
                for cut in [&sealed[1..], &[&sealed[..], &[0]].concat()] {
                    let cut = Encapsulation::Ciphertext(cut.to_vec());
                    assert_eq!(key.decapsulate(&cut).unwrap_err(), Error::Decryption);
                }
            }
        }
    }

    #[test]
    fn hybrid_secret_changes_with_each_input() {
        let secret = |octet| SharedSecret::from_octets(SecretBytes::new(vec![octet; 32]));
        let public = |algorithm, seed| samples::key(algorithm, seed).public().clone();
        let encapsulation_keys = [1, 2].map(|seed| public(KeyAlgorithm::MlKem768, seed));
        let keys = [1, 2].map(|seed| public(KeyAlgorithm::X448, seed));
        // Of the same length as a key of X448.
        let edwards = public(KeyAlgorithm::Ed448, 1);
        let context = HybridContext {
            encapsulation_key: &encapsulation_keys[0],
            ciphertext: &[1; 40],
            agreement_key: &keys[0],
            ephemeral: &keys[1],
        };
        let (a, b) = (secret(1), secret(2));
        let found = [
            hybrid(&a, &b, &context),
            hybrid(&b, &a, &context),
            hybrid(&a, &a, &context),
            hybrid(&b, &b, &context),
            hybrid(
                &a,
                &b,
                &HybridContext {
                    encapsulation_key: &encapsulation_keys[1],
                    ..context
                },
            ),
            hybrid(
                &a,
                &b,
                &HybridContext {
                    ciphertext: &[1; 39],
                    ..context
                },
            ),
            hybrid(
                &a,
                &b,
                &HybridContext {
                    agreement_key: &keys[1],
                    ephemeral: &keys[0],
                    ..context
                },
            ),
            hybrid(
                &a,
                &b,
                &HybridContext {
                    ephemeral: &edwards,
                    ..context
                },
            ),
        ];
        assert_eq!(found[0], hybrid(&a, &b, &context));
        for (place, one) in found.iter().enumerate() {
            assert_eq!(one.expose_secret().len(), 32);
            assert!(!found[place + 1..].contains(one), "{place}");
        }
    }

    #[test]
    fn debug_hides_the_secret() {
        let secret = SharedSecret::from_octets(SecretBytes::new(vec![1, 2, 3]));
        insta::assert_snapshot!(format!("{secret:?}"), @"SharedSecret([redacted])");
    }
}
