// SPDX-License-Identifier: MIT
//! Key agreement and what is made of the agreed value.
//!
//! Spec: mesh-dare, "Key Exchange"; RFC 3394; RFC 5869.
//! Here: the agreed value, the key-encryption key derived from it, wrapping of a base seed.
//! Not here: the curve operations (`key`), recipient entries (`mesh-dare`).

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

/// Agrees with `recipient` through a fresh key of the same algorithm; the public half goes with the message.
///
/// # Errors
/// [`Error::WeakAgreement`] when the recipient's key is a point of small order.
pub fn exchange(
    recipient: &PublicKey,
    environment: &dyn Environment,
) -> Result<(PublicKey, SharedSecret), Error> {
    let ephemeral = PrivateKey::generate(recipient.algorithm(), environment);
    let secret = ephemeral.agree(recipient)?;
    Ok((ephemeral.public().clone(), secret))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{KeyAlgorithm, Seeded};

    #[test]
    fn recipient_unwraps_what_was_wrapped_for_it_and_nobody_else_does() {
        let env = Seeded::new(9);
        for algorithm in KeyAlgorithm::ALL {
            let recipient = PrivateKey::generate(algorithm, &env);
            let other = PrivateKey::generate(algorithm, &env);
            let (ephemeral, secret) = exchange(recipient.public(), &env).unwrap();
            let wrapped = secret.wrap(&[7; 32]);
            assert_eq!(
                *recipient
                    .agree(&ephemeral)
                    .unwrap()
                    .unwrap(&wrapped)
                    .unwrap(),
                [7; 32]
            );
            assert_eq!(
                other
                    .agree(&ephemeral)
                    .unwrap()
                    .unwrap(&wrapped)
                    .unwrap_err(),
                Error::KeyUnwrap
            );
        }
    }

    #[test]
    fn debug_hides_the_secret() {
        let secret = SharedSecret::from_octets(SecretBytes::new(vec![1, 2, 3]));
        insta::assert_snapshot!(format!("{secret:?}"), @"SharedSecret([redacted])");
    }
}
