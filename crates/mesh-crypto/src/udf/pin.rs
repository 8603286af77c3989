// SPDX-License-Identifier: MIT
//! PINs: short secrets that authenticate a connection or contact request.
//!
//! Spec: mesh-schema, "PIN Message"; mesh-protocol, "PIN Connection".
//! Here: the PIN, its salted form for one action, its identifier and the witness computed with it.
//! Not here: expiry and use counting (`mesh-schema`, `mesh-client`).

use std::fmt;

use mesh_jsonbcd::{SecretBytes, SecretString};
use zeroize::Zeroizing;

use super::{DEFAULT_BITS, TypeId, Udf, presentation};
use crate::environment::Environment;
use crate::{Error, symmetric};

/// A PIN as a person hands it over.
pub struct Pin {
    binary: SecretBytes,
}

impl Pin {
    /// Random bits of a PIN unless the caller asks for more or fewer.
    pub const DEFAULT_BITS: usize = 120;

    /// A fresh PIN with at least `bits` random bits (rounded up to octets, at least 8).
    #[must_use]
    pub fn generate(environment: &dyn Environment, bits: usize) -> Self {
        let octets = bits.div_ceil(8).max(1);
        let mut binary = vec![TypeId::AUTHENTICATOR_SHA_2.octet(); octets.saturating_add(1)];
        if let Some(body) = binary.get_mut(1..) {
            environment.random(body);
        }
        Self {
            binary: SecretBytes::new(binary),
        }
    }

    /// Parses the text form.
    ///
    /// # Errors
    /// [`Error::BadCharacter`], [`Error::IdentifierTooShort`], or [`Error::WrongType`] when it is no PIN.
    pub fn parse(text: &str) -> Result<Self, Error> {
        decode_secret(text, TypeId::AUTHENTICATOR_SHA_2).map(|binary| Self { binary })
    }

    /// The text form, in full.
    #[must_use]
    pub fn to_udf_string(&self) -> SecretString {
        SecretString::new(presentation::present(
            self.binary.expose_secret(),
            usize::MAX,
        ))
    }

    /// The PIN salted for an action ("Device", "Contact"): what an administrator device stores and both sides key
    /// their proofs with.
    #[must_use]
    pub fn salted(&self, action: &str) -> SaltedPin {
        let body = self.binary.expose_secret().get(1..).unwrap_or_default();
        let text = Udf::mac(body, action.as_bytes()).present(DEFAULT_BITS);
        // The proofs are keyed by the octets that survive the 28-character text.
        let binary = presentation::decode(&text).unwrap_or_default();
        SaltedPin {
            text: SecretString::new(text),
            binary: SecretBytes::new(binary),
        }
    }

    /// The octets after the type octet, the input keying material of an envelope encrypted under the PIN.
    #[must_use]
    pub fn key_octets(&self) -> SecretBytes {
        SecretBytes::new(
            self.binary
                .expose_secret()
                .get(1..)
                .unwrap_or_default()
                .to_vec(),
        )
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin([redacted])")
    }
}

/// A PIN bound to one action.
pub struct SaltedPin {
    text: SecretString,
    binary: SecretBytes,
}

impl SaltedPin {
    /// Parses the text form, as stored with the PIN message.
    ///
    /// # Errors
    /// [`Error::BadCharacter`], [`Error::IdentifierTooShort`], or [`Error::WrongType`] when it is no salted PIN.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let binary = decode_secret(text, TypeId::AUTHENTICATOR_SHA_2)?;
        let text = SecretString::new(presentation::dashed(&presentation::symbols(text)));
        Ok(Self { text, binary })
    }

    /// The text form.
    #[must_use]
    pub fn to_udf_string(&self) -> SecretString {
        self.text.clone()
    }

    /// The identifier under which the PIN message of an account is filed. Account addresses compare in lower case.
    #[must_use]
    pub fn pin_id(&self, account: &str) -> Udf {
        Udf::mac(self.key(), account.to_lowercase().as_bytes())
    }

    /// The proof that the sender of a request knows the PIN, bound to the account, its nonce and the digest of the
    /// payload it authenticates.
    #[must_use]
    pub fn witness(&self, account: &str, client_nonce: &[u8], payload_digest: &[u8]) -> [u8; 64] {
        symmetric::hmac_sha512(
            self.key(),
            &[
                account.to_lowercase().as_bytes(),
                client_nonce,
                payload_digest,
            ],
        )
    }

    /// Whether `witness` is the proof for these values; compared in constant time.
    #[must_use]
    pub fn verify(
        &self,
        account: &str,
        client_nonce: &[u8],
        payload_digest: &[u8],
        witness: &[u8],
    ) -> bool {
        use subtle::ConstantTimeEq as _;
        self.witness(account, client_nonce, payload_digest)
            .ct_eq(witness)
            .into()
    }

    fn key(&self) -> &[u8] {
        self.binary.expose_secret().get(1..).unwrap_or_default()
    }
}

impl fmt::Debug for SaltedPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SaltedPin([redacted])")
    }
}

/// Decodes the text of a secret of one type into wiped memory.
pub(super) fn decode_secret(text: &str, expected: TypeId) -> Result<SecretBytes, Error> {
    let mut binary = Zeroizing::new(presentation::decode(text)?);
    match binary.as_slice() {
        [found, _, ..] if *found == expected.octet() => {
            Ok(SecretBytes::new(std::mem::take(&mut *binary)))
        }
        [found, _, ..] => Err(Error::WrongType {
            expected,
            found: TypeId::new(*found),
        }),
        short => Err(Error::IdentifierTooShort {
            length: short.len(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Seeded;

    #[test]
    fn generated_pin_parses_to_the_same_pin() {
        let pin = Pin::generate(&Seeded::new(1), Pin::DEFAULT_BITS);
        let text = pin.to_udf_string();
        assert_eq!(
            text.expose_secret().len(),
            "ADE7-U5DR-2YNJ-XKVX-4RUE-SVL5-5I".len()
        );
        let parsed = Pin::parse(text.expose_secret()).unwrap();
        assert_eq!(parsed.binary.expose_secret(), pin.binary.expose_secret());
    }

    #[test]
    fn salted_pin_equals_its_own_text() {
        let salted = Pin::generate(&Seeded::new(1), 120).salted("Device");
        let parsed = SaltedPin::parse(salted.to_udf_string().expose_secret()).unwrap();
        assert_eq!(
            parsed.pin_id("alice@example.com"),
            salted.pin_id("alice@example.com")
        );
    }

    #[test]
    fn account_case_does_not_matter_and_action_does() {
        let pin = Pin::generate(&Seeded::new(1), 120);
        let device = pin.salted("Device");
        assert_eq!(
            device.pin_id("Alice@Example.com"),
            device.pin_id("alice@example.com")
        );
        assert_ne!(
            device.pin_id("alice@example.com"),
            pin.salted("Contact").pin_id("alice@example.com")
        );
    }

    #[test]
    fn witness_verifies_only_for_its_values() {
        let salted = Pin::generate(&Seeded::new(1), 120).salted("Device");
        let witness = salted.witness("alice@example.com", b"nonce", b"digest");
        assert!(salted.verify("ALICE@example.com", b"nonce", b"digest", &witness));
        assert!(!salted.verify("bob@example.com", b"nonce", b"digest", &witness));
        assert!(!salted.verify("alice@example.com", b"other", b"digest", &witness));
        assert!(!salted.verify("alice@example.com", b"nonce", b"digest", &witness[..63]));
    }

    #[test]
    fn other_identifier_is_no_pin() {
        assert_eq!(
            Pin::parse("NBAM-IBG7-4IM2-UNK6-NQOQ-HFSR-4LBD").unwrap_err(),
            Error::WrongType {
                expected: TypeId::AUTHENTICATOR_SHA_2,
                found: TypeId::NONCE
            }
        );
    }

    #[test]
    fn debug_hides_the_pin() {
        let pin = Pin::generate(&Seeded::new(1), 120);
        insta::assert_snapshot!(format!("{pin:?}"), @"Pin([redacted])");
        insta::assert_snapshot!(format!("{:?}", pin.salted("Device")), @"SaltedPin([redacted])");
    }
}
