// SPDX-License-Identifier: MIT
//! Uniform Data Fingerprints: identifiers whose first octet says what the rest is.
//!
//! Spec: mesh-udf, "Encoding" and "UDF Types".
//! Here: the [`Udf`] value: binary form, text form, comparison at the standard precision.
//! Not here: how each type is computed (submodules), shares (`share`), fingerprints of keys (`key`).

pub mod connection;
pub mod digest;
pub mod earl;
pub mod message;
pub mod pin;
pub mod presentation;
pub mod seed;
pub mod sin;
pub mod type_id;
pub mod uri;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use zeroize::Zeroize;

pub use self::connection::{connection_witness, witness_words};
pub use self::digest::{list_digest, profile_udf};
pub use self::type_id::TypeId;
use crate::environment::Environment;
use crate::{Error, symmetric};

/// The standard precision in bits, the type octet included.
pub const DEFAULT_BITS: usize = 140;

/// Characters of the standard precision, dashes not counted.
const DEFAULT_CHARACTERS: usize = DEFAULT_BITS.div_ceil(5);

/// A Uniform Data Fingerprint.
///
/// Two values are equal when their text at the standard precision is: a digest that arrived with 28 characters
/// equals the 65-octet digest it was cut from. Types of fixed length (nonces, keys, shares) compare in full.
///
/// ```
/// use mesh_crypto::Udf;
/// let udf = Udf::digest(b"UDF Data Value", "text/plain");
/// assert_eq!(udf.to_string(), "MDDK-7N6A-727A-JZNO-STRX-XKS7-DJAF");
/// assert_eq!(udf, Udf::parse("mddk7n6a727ajznostrxxks7djaf")?);
/// # Ok::<(), mesh_crypto::Error>(())
/// ```
#[derive(Clone)]
pub struct Udf {
    type_id: TypeId,
    binary: Vec<u8>,
    /// Base32 without dashes, as precise as known.
    symbols: String,
}

impl Udf {
    /// Parses the text form; dashes and case do not matter.
    ///
    /// # Errors
    /// [`Error::BadCharacter`] for a character outside the alphabet, [`Error::IdentifierTooShort`] when there is no
    /// value after the type.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let binary = presentation::decode(text)?;
        let symbols = presentation::symbols(text);
        Self::build(binary, symbols)
    }

    /// The identifier with this binary form: type octet, then value.
    ///
    /// # Errors
    /// [`Error::IdentifierTooShort`] when there is no value after the type.
    pub fn from_binary(binary: &[u8]) -> Result<Self, Error> {
        let symbols = presentation::encode(binary, binary.len().saturating_mul(8));
        Self::build(binary.to_vec(), symbols)
    }

    fn build(binary: Vec<u8>, symbols: String) -> Result<Self, Error> {
        match binary.as_slice() {
            [type_id, _, ..] => Ok(Self {
                type_id: TypeId::new(*type_id),
                binary,
                symbols,
            }),
            short => Err(Error::IdentifierTooShort {
                length: short.len(),
            }),
        }
    }

    /// A value of known type; the caller's types make the body non-empty.
    pub(crate) fn from_parts(type_id: TypeId, body: &[u8]) -> Self {
        let mut binary = Vec::with_capacity(body.len().saturating_add(1));
        binary.push(type_id.octet());
        binary.extend_from_slice(body);
        let symbols = presentation::encode(&binary, binary.len().saturating_mul(8));
        Self {
            type_id,
            binary,
            symbols,
        }
    }

    /// A fresh nonce of the standard precision: a message identifier.
    ///
    /// 17 random octets are drawn; the text holds 132 bits of them and the value equals what its own text parses to.
    #[must_use]
    pub fn nonce(environment: &dyn Environment) -> Self {
        let mut body = [0; 17];
        environment.random(&mut body);
        let full = Self::from_parts(TypeId::NONCE, &body);
        let symbols = full.cut(DEFAULT_CHARACTERS).to_owned();
        let binary = full.binary.get(..17).unwrap_or_default().to_vec();
        Self {
            type_id: TypeId::NONCE,
            binary,
            symbols,
        }
    }

    /// Message authentication value: type 0 and HMAC-SHA-512 of `data` under the octets `key`.
    ///
    /// Used for PIN identifiers and claims; not the authenticator of [`Udf::authenticator`].
    #[must_use]
    pub fn mac(key: &[u8], data: &[u8]) -> Self {
        Self::from_parts(
            TypeId::AUTHENTICATOR_SHA_2,
            &symmetric::hmac_sha512(key, &[data]),
        )
    }

    /// The type of the identifier.
    #[must_use]
    pub fn type_id(&self) -> TypeId {
        self.type_id
    }

    /// Type octet and value. Parsed text yields whole octets only: bits beyond the last one are not in here.
    #[must_use]
    pub fn binary(&self) -> &[u8] {
        &self.binary
    }

    /// The value: everything after the type octet.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.binary.get(1..).unwrap_or_default()
    }

    /// The text form at `bits` of precision (type octet included), or all that is known when that is less.
    #[must_use]
    pub fn present(&self, bits: usize) -> String {
        presentation::dashed(self.cut(bits.div_ceil(5)))
    }

    fn cut(&self, characters: usize) -> &str {
        self.symbols.get(..characters).unwrap_or(&self.symbols)
    }

    /// What identifies the value: the text without dashes at its type's standard precision.
    fn key(&self) -> &str {
        if self.type_id.is_truncatable() {
            self.cut(DEFAULT_CHARACTERS)
        } else {
            &self.symbols
        }
    }
}

impl fmt::Display for Udf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&presentation::dashed(self.key()))
    }
}

/// Shows the identifier, except that of types whose value is itself a secret.
impl fmt::Debug for Udf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.type_id.is_secret() {
            write!(f, "Udf({}, [redacted])", self.type_id)
        } else {
            write!(f, "Udf({self})")
        }
    }
}

impl FromStr for Udf {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

impl PartialEq for Udf {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Udf {}

impl Hash for Udf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl Ord for Udf {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(other.key())
    }
}

impl PartialOrd for Udf {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Some identifiers are secrets, and a PIN shares its type with values that are none: all are wiped.
impl Drop for Udf {
    fn drop(&mut self) {
        self.binary.zeroize();
        self.symbols.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Seeded;

    #[test]
    fn truncated_text_equals_the_digest_it_was_cut_from() {
        let full = Udf::digest(b"data", "text/plain");
        let cut = Udf::parse(&full.to_string()).unwrap();
        assert_eq!(full, cut);
        assert_eq!(full.binary().len(), 65);
        assert_eq!(cut.binary().len(), 17);
        assert_ne!(full, Udf::digest(b"other", "text/plain"));
    }

    #[test]
    fn nonce_equals_its_own_text() {
        let nonce = Udf::nonce(&Seeded::new(3));
        let text = nonce.to_string();
        assert_eq!(text.len(), 34);
        assert!(text.starts_with('N'));
        let parsed = Udf::parse(&text).unwrap();
        assert_eq!(parsed, nonce);
        assert_eq!(parsed.binary(), nonce.binary());
    }

    #[test]
    fn dashes_and_case_do_not_matter() {
        let one = Udf::parse("MDDK-7N6A-727A-JZNO-STRX-XKS7-DJAF").unwrap();
        let two = Udf::parse("mddk7n6a727ajznostrxxks7djaf").unwrap();
        assert_eq!(one, two);
        assert_eq!(two.to_string(), "MDDK-7N6A-727A-JZNO-STRX-XKS7-DJAF");
    }

    #[test]
    fn presenting_more_bits_than_known_gives_what_is_known() {
        let cut = Udf::parse("MDDK-7N6A-727A-JZNO-STRX").unwrap();
        assert_eq!(cut.present(260), "MDDK-7N6A-727A-JZNO-STRX");
        assert_eq!(cut.present(60), "MDDK-7N6A-727A");
    }

    #[test]
    fn character_outside_the_alphabet_is_named() {
        assert_eq!(
            Udf::parse("MDDK-1N6A").unwrap_err(),
            Error::BadCharacter { position: 5 }
        );
        assert_eq!(
            Udf::parse("MDDK 7N6A").unwrap_err(),
            Error::BadCharacter { position: 4 }
        );
    }

    #[test]
    fn type_without_value_is_refused() {
        assert_eq!(
            Udf::parse("").unwrap_err(),
            Error::IdentifierTooShort { length: 0 }
        );
        assert_eq!(
            Udf::parse("MD").unwrap_err(),
            Error::IdentifierTooShort { length: 1 }
        );
    }

    #[test]
    fn debug_shows_digests_and_hides_keys() {
        let digest = Udf::parse("MDDK-7N6A-727A-JZNO-STRX-XKS7-DJAF").unwrap();
        insta::assert_snapshot!(format!("{digest:?}"), @"Udf(MDDK-7N6A-727A-JZNO-STRX-XKS7-DJAF)");
        let key = Udf::parse("EAGB-5GUQ-A7VV-X4M7-5L6V-GAT6-CATI-YA").unwrap();
        insta::assert_snapshot!(format!("{key:?}"), @"Udf(symmetric key, [redacted])");
        let seed = Udf::parse("ZAAA-FFQA-3LE5-SAHG-E6K6-HOTN-TVLB-K4A").unwrap();
        insta::assert_snapshot!(format!("{seed:?}"), @"Udf(derived-key seed, [redacted])");
    }
}
