// SPDX-License-Identifier: MIT
//! Encrypted Authenticated Resource Locators: one key that finds, opens and proves.
//!
//! Spec: mesh-udf, "Encrypted Authenticated Resource Locator"; mesh-protocol, "Publication".
//! Here: the key, the locator identifier, the publication identifier and the two authenticators.
//! Not here: the published envelope (`mesh-dare`), claims as messages (`mesh-schema`).
//!
//! Deviation: D-05. What is hashed is the tag `UDFEncryption`, and the web location is `/.well-known/mmm-udf/`; the draft's
//! `application/udf-encryption` and `/.well-known/srv/mmm-udf` occur in no published value.

use std::fmt;

use mesh_jsonbcd::{SecretBytes, SecretString};

use super::digest::SymmetricKeyId;
use super::pin::decode_secret;
use super::{TypeId, Udf, digest::TAG_ENCRYPTION, presentation};
use crate::environment::Environment;
use crate::{Error, symmetric};

/// The most bits a locator identifier is presented with.
const LOCATOR_MAXIMUM_BITS: usize = 440;

/// The key of an EARL.
#[derive(Clone)]
pub struct Earl {
    /// The text as it was handed over: locators are digests of the text, and it may hold bits beyond the last octet.
    text: SecretString,
    binary: SecretBytes,
}

impl Earl {
    /// Bits of a key unless the caller asks for others.
    pub const DEFAULT_BITS: usize = 140;

    /// A fresh key of at least `bits` random bits (rounded up to octets, at least 8).
    #[must_use]
    pub fn generate(environment: &dyn Environment, bits: usize) -> Self {
        let octets = bits.div_ceil(8).max(1);
        let mut binary = vec![TypeId::ENCRYPTION.octet(); octets.saturating_add(1)];
        if let Some(body) = binary.get_mut(1..) {
            environment.random(body);
        }
        let text = SecretString::new(presentation::present(&binary, usize::MAX));
        Self {
            text,
            binary: SecretBytes::new(binary),
        }
    }

    /// Parses the text form of the key.
    ///
    /// # Errors
    /// [`Error::BadCharacter`], [`Error::IdentifierTooShort`], or [`Error::WrongType`] when it is no symmetric key.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let binary = decode_secret(text, TypeId::ENCRYPTION)?;
        let text = SecretString::new(presentation::dashed(&presentation::symbols(text)));
        Ok(Self { text, binary })
    }

    /// The key of its binary form: the type octet, then the key.
    ///
    /// # Errors
    /// [`Error::IdentifierTooShort`], or [`Error::WrongType`] when it is no symmetric key.
    pub fn from_binary(binary: &SecretBytes) -> Result<Self, Error> {
        let text = SecretString::new(presentation::present(binary.expose_secret(), usize::MAX));
        Self::parse(text.expose_secret())
    }

    /// The binary form: the type octet, then the key.
    #[must_use]
    pub fn binary(&self) -> SecretBytes {
        self.binary.clone()
    }

    /// The text form of the key, in full.
    #[must_use]
    pub fn to_udf_string(&self) -> SecretString {
        self.text.clone()
    }

    /// The octets after the type octet, the input keying material of an envelope encrypted under the EARL.
    #[must_use]
    pub fn key_octets(&self) -> SecretBytes {
        SecretBytes::new(self.key().to_vec())
    }

    /// The identifier under which the encrypted resource is stored on the web, for a key of the default precision.
    #[must_use]
    pub fn locator_id(&self) -> String {
        self.locator_id_at(Self::DEFAULT_BITS)
    }

    /// The locator identifier for a key that was requested with `key_bits`: twice that precision, at most 440 bits.
    #[must_use]
    pub fn locator_id_at(&self, key_bits: usize) -> String {
        let bits = key_bits.saturating_mul(2).min(LOCATOR_MAXIMUM_BITS);
        Udf::digest(self.text.expose_secret().as_bytes(), TAG_ENCRYPTION).present(bits)
    }

    /// The web address of the encrypted resource at a domain.
    #[must_use]
    pub fn web_address(&self, domain: &str) -> String {
        format!("https://{domain}/.well-known/mmm-udf/{}", self.locator_id())
    }

    /// The identifier of a publication held by a Mesh service.
    #[must_use]
    pub fn publication_id(&self) -> SymmetricKeyId {
        Udf::symmetric_key_id(self.key())
    }

    /// What claimants prove to the service with.
    #[must_use]
    pub fn service_authenticator(&self) -> EarlAuthenticator {
        EarlAuthenticator::derive(self.key(), b"mmm/key/authenticate/service")
    }

    /// What claimants prove to the publishing device with.
    #[must_use]
    pub fn device_authenticator(&self) -> EarlAuthenticator {
        EarlAuthenticator::derive(self.key(), b"mmm/key/authenticate/device")
    }

    fn key(&self) -> &[u8] {
        self.binary.expose_secret().get(1..).unwrap_or_default()
    }
}

impl fmt::Debug for Earl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Earl({})", self.publication_id())
    }
}

/// A secret that the publisher shares with the service or keeps to check claims with.
pub struct EarlAuthenticator {
    binary: SecretBytes,
}

impl EarlAuthenticator {
    fn derive(key: &[u8], info: &[u8]) -> Self {
        let value = symmetric::hkdf_sha512_array::<32>(&[], key, info);
        let mut binary = Vec::with_capacity(33);
        binary.push(TypeId::ENCRYPTION.octet());
        binary.extend_from_slice(value.as_slice());
        Self {
            binary: SecretBytes::new(binary),
        }
    }

    /// Parses the text form, as in a publication entry.
    ///
    /// # Errors
    /// [`Error::BadCharacter`], [`Error::IdentifierTooShort`], or [`Error::WrongType`] when it is no symmetric key.
    pub fn parse(text: &str) -> Result<Self, Error> {
        decode_secret(text, TypeId::ENCRYPTION).map(|binary| Self { binary })
    }

    /// The text form, in full.
    #[must_use]
    pub fn to_udf_string(&self) -> SecretString {
        SecretString::new(presentation::present(
            self.binary.expose_secret(),
            usize::MAX,
        ))
    }

    /// The value by which `claimant` (an account address, its case kept) proves knowledge of the EARL's key.
    #[must_use]
    pub fn claim(&self, claimant: &str) -> Udf {
        Udf::mac(
            self.binary.expose_secret().get(1..).unwrap_or_default(),
            claimant.as_bytes(),
        )
    }

    /// Whether `value` is the claim of `claimant` at the standard precision; compared in constant time.
    #[must_use]
    pub fn verify_claim(&self, claimant: &str, value: &str) -> bool {
        use subtle::ConstantTimeEq as _;
        let expected = presentation::symbols(&self.claim(claimant).to_string());
        expected
            .as_bytes()
            .ct_eq(presentation::symbols(value).as_bytes())
            .into()
    }
}

impl fmt::Debug for EarlAuthenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EarlAuthenticator([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Seeded;

    #[test]
    fn generated_key_parses_to_the_same_key() {
        for bits in [128, 140, 256] {
            let earl = Earl::generate(&Seeded::new(5), bits);
            let parsed = Earl::parse(earl.to_udf_string().expose_secret()).unwrap();
            assert_eq!(parsed.publication_id(), earl.publication_id());
            assert_eq!(parsed.locator_id(), earl.locator_id());
            let parsed = Earl::from_binary(&earl.binary()).unwrap();
            assert_eq!(parsed.publication_id(), earl.publication_id());
        }
    }

    #[test]
    fn locator_has_twice_the_precision_of_the_key_up_to_440_bits() {
        let earl = Earl::generate(&Seeded::new(5), 256);
        assert_eq!(presentation::symbols(&earl.locator_id_at(140)).len(), 56);
        assert_eq!(presentation::symbols(&earl.locator_id_at(256)).len(), 88);
    }

    #[test]
    fn claim_verifies_only_for_its_claimant_and_authenticator() {
        let earl = Earl::generate(&Seeded::new(5), 140);
        let claim = earl
            .service_authenticator()
            .claim("alice@example.com")
            .to_string();
        assert!(
            earl.service_authenticator()
                .verify_claim("alice@example.com", &claim)
        );
        assert!(
            !earl
                .service_authenticator()
                .verify_claim("bob@example.com", &claim)
        );
        assert!(
            !earl
                .device_authenticator()
                .verify_claim("alice@example.com", &claim)
        );
        assert!(
            !earl
                .service_authenticator()
                .verify_claim("alice@example.com", &claim[..20])
        );
    }

    #[test]
    fn debug_shows_the_public_identifier_only() {
        let earl = Earl::parse("EBH3-DT6M-G2WA-EF7E-DA42-DN55-7E").unwrap();
        insta::assert_snapshot!(format!("{earl:?}"), @"Earl(EBQJ-VQU2-NBCP-XCDF-PFWE-J5H4-BR26)");
        insta::assert_snapshot!(format!("{:?}", earl.service_authenticator()), @"EarlAuthenticator([redacted])");
    }
}
