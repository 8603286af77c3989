// SPDX-License-Identifier: MIT
//! Encryption to whoever knows a passphrase.
//!
//! Spec: none in the drafts; RFC 9106 (Argon2id).
//! Here: the secret that a passphrase gives, and the identifier that says how.
//! Not here: envelopes (`mesh-dare`), where passphrases come from (`passphrase`).
//!
//! Deviation: D-33. The identifier of such a recipient is `passphrase:argon2id:<memory in KiB>:<passes>:<lanes>:<salt>`, the salt in Base64; the
//! secret is what Argon2id makes of passphrase and salt, and wraps the base seed as any other symmetric key does.

use mesh_crypto::{Environment, KeySource, PublicKey, SharedSecret};
use mesh_jsonbcd::base64url;

use crate::store::Cost;
use crate::{Error, Result, SecretBytes, SecretString};

const PREFIX: &str = "passphrase:argon2id:";
/// The most memory, times passes, that is spent on what an envelope asks for, in KiB: one pass over a gigabyte.
const MAX_WORK: u64 = 1 << 20;

/// A fresh identifier, and the secret that the passphrase gives under it. Takes a good part of a second.
///
/// # Errors
/// [`Error::CostRange`].
pub fn generate(
    passphrase: &SecretString,
    cost: Cost,
    environment: &dyn Environment,
) -> Result<(String, SharedSecret)> {
    let mut salt = [0; 16];
    environment.random(&mut salt);
    let kid = format!(
        "{PREFIX}{}:{}:{}:{}",
        cost.memory(),
        cost.passes(),
        cost.lanes(),
        base64url::encode(&salt)
    );
    Ok((kid, secret(passphrase, cost, &salt)?))
}

/// Whether an identifier is that of a passphrase.
#[must_use]
pub fn is_passphrase(kid: &str) -> bool {
    kid.starts_with(PREFIX)
}

/// A passphrase, as a key that opens what was encrypted to it.
#[derive(Debug)]
pub struct PassphraseKey(SecretString);

impl PassphraseKey {
    /// Takes over a passphrase.
    #[must_use]
    pub fn new(passphrase: SecretString) -> Self {
        Self(passphrase)
    }
}

impl KeySource for PassphraseKey {
    fn agree(&self, _: &str, _: &PublicKey) -> Result<Option<SharedSecret>, mesh_crypto::Error> {
        Ok(None)
    }

    fn decapsulate(&self, _: &str, _: &[u8]) -> Result<Option<SharedSecret>, mesh_crypto::Error> {
        Ok(None)
    }

    fn public(&self, _: &str) -> Option<PublicKey> {
        None
    }

    fn sign(&self, _: &str, _: &[u8]) -> Result<Option<Vec<u8>>, mesh_crypto::Error> {
        Ok(None)
    }

    fn symmetric(&self, kid: &str) -> Result<Option<SharedSecret>, mesh_crypto::Error> {
        if !is_passphrase(kid) {
            return Ok(None);
        }
        // What asks for more than we make, or for nearly nothing, is as foreign to us as an unknown algorithm.
        let unsupported = || mesh_crypto::Error::Unsupported {
            name: kid.chars().take(80).collect(),
        };
        let (cost, salt) = parse(kid).ok_or_else(unsupported)?;
        let secret = secret(&self.0, cost, &salt).map_err(|_| unsupported())?;
        Ok(Some(secret))
    }
}

fn parse(kid: &str) -> Option<(Cost, [u8; 16])> {
    let mut parts = kid.strip_prefix(PREFIX)?.split(':');
    let mut number = || parts.next()?.parse::<u32>().ok();
    let (memory, passes, lanes) = (number()?, number()?, number()?);
    let salt = base64url::decode(parts.next()?).ok()?.try_into().ok()?;
    let work = u64::from(memory).saturating_mul(u64::from(passes));
    let cost = Cost::new(memory, passes, lanes).ok()?;
    (parts.next().is_none() && work <= MAX_WORK).then_some((cost, salt))
}

fn secret(passphrase: &SecretString, cost: Cost, salt: &[u8; 16]) -> Result<SharedSecret, Error> {
    let octets = cost.derive(passphrase, salt)?;
    Ok(SharedSecret::from_octets(SecretBytes::new(octets.to_vec())))
}

#[cfg(test)]
mod tests {
    use mesh_crypto::Seeded;

    use super::*;

    #[test]
    fn a_passphrase_finds_the_secret_again_and_another_one_does_not() {
        let env = Seeded::new(1);
        let cost = Cost::new(64, 1, 1).unwrap();
        let passphrase = SecretString::new("correct horse".to_owned());
        let (kid, secret) = generate(&passphrase, cost, &env).unwrap();
        assert!(is_passphrase(&kid));
        let found = PassphraseKey::new(passphrase).symmetric(&kid).unwrap();
        assert!(found == Some(secret));
        let other = PassphraseKey::new(SecretString::new("incorrect".to_owned()));
        assert_ne!(other.symmetric(&kid).unwrap(), found);
        assert_eq!(other.symmetric("MDAB").unwrap(), None);
    }

    #[test]
    fn what_would_cost_too_much_or_is_no_identifier_is_refused_before_anything_is_computed() {
        let key = PassphraseKey::new(SecretString::new("x".to_owned()));
        let salt = base64url::encode(&[0; 16]);
        for kid in [
            format!("{PREFIX}2097152:1:1:{salt}"),
            format!("{PREFIX}65536:64:1:{salt}"),
            format!("{PREFIX}65536:3:1:AAAA"),
            format!("{PREFIX}65536:3:1:{salt}:"),
            format!("{PREFIX}65536:3:{salt}"),
            format!("{PREFIX}-1:3:1:{salt}"),
            PREFIX.to_owned(),
        ] {
            let refused = key.symmetric(&kid);
            assert!(
                matches!(refused, Err(mesh_crypto::Error::Unsupported { .. })),
                "{kid}"
            );
        }
    }
}
