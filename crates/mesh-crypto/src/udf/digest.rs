// SPDX-License-Identifier: MIT
//! Content digests, authenticators and fingerprints of lists.
//!
//! Spec: mesh-udf, "Content Digest", "Authenticator UDF", "List of Fingerprints".
//! Here: typed digests with compression, keyed authenticators, symmetric key identifiers, profile fingerprints.
//! Not here: fingerprints of keys (`key`), plain message authentication ([`Udf::mac`]).
//!
//! Deviation: D-04. The first draft text takes digest octets 4 to 63 and looks for zeros in the first eight octets. All published
//! values take the digest from its first octet and count zero bits at its end, and so does this module.

use super::{TypeId, Udf};
use crate::digest::{sha3_512, sha512};
use crate::{Error, symmetric};

/// Content tag of a key: its fingerprint is the digest of its key information under this tag.
pub const TAG_KEY: &str = "PKIXKey";
/// Content tag of a list of fingerprints.
pub const TAG_LIST: &str = "UdfList";
/// Content tag of symmetric key identifiers and EARL locators.
pub const TAG_ENCRYPTION: &str = "UDFEncryption";

#[derive(Clone, Copy)]
enum Algorithm {
    Sha2,
    Sha3,
}

impl Algorithm {
    fn hash(self, parts: &[&[u8]]) -> [u8; 64] {
        match self {
            Self::Sha2 => sha512(parts),
            Self::Sha3 => sha3_512(parts),
        }
    }

    fn type_id(self) -> TypeId {
        match self {
            Self::Sha2 => TypeId::DIGEST_SHA_2,
            Self::Sha3 => TypeId::DIGEST_SHA_3,
        }
    }

    fn content(self, data: &[u8], content_type: &str) -> Udf {
        self.typed(&self.hash(&[data]), content_type)
    }

    /// The digest of a content type and a value; the value is usually itself a digest.
    fn typed(self, value: &[u8], content_type: &str) -> Udf {
        let typed = self.hash(&[content_type.as_bytes(), b":", value]);
        let type_id = TypeId::new(self.type_id().octet() + compression(&typed));
        Udf::from_parts(type_id, &typed)
    }
}

impl Udf {
    /// The SHA-2-512 content digest of `data` under a content type.
    #[must_use]
    pub fn digest(data: &[u8], content_type: &str) -> Self {
        Algorithm::Sha2.content(data, content_type)
    }

    /// The SHA-3-512 content digest of `data` under a content type.
    #[must_use]
    pub fn digest_sha3(data: &[u8], content_type: &str) -> Self {
        Algorithm::Sha3.content(data, content_type)
    }

    /// The content digest of data whose SHA-2-512 digest is known, under a content type.
    #[must_use]
    pub fn of_digest(digest: &[u8], content_type: &str) -> Self {
        Algorithm::Sha2.typed(digest, content_type)
    }

    /// The content digest of data whose SHA-3-512 digest is known, under a content type.
    #[must_use]
    pub fn of_digest_sha3(digest: &[u8], content_type: &str) -> Self {
        Algorithm::Sha3.typed(digest, content_type)
    }

    /// Whether this is what a text names, at the precision of the text.
    ///
    /// # Errors
    /// [`Error::BadCharacter`]; [`Error::IdentifierTooShort`] below 100 bits, which could be found again for other content.
    pub fn matches(&self, text: &str) -> Result<bool, Error> {
        const LEAST: usize = 20;
        let given = super::presentation::symbols(text);
        super::presentation::decode(text)?;
        if given.len() < LEAST {
            return Err(Error::IdentifierTooShort {
                length: given.len().saturating_mul(5) / 8,
            });
        }
        let own = super::presentation::symbols(&self.present(usize::MAX));
        Ok(own.starts_with(&given))
    }

    /// The authenticator of `data` under a content type, keyed by the *text* of a key identifier.
    #[must_use]
    pub fn authenticator(data: &[u8], content_type: &str, key: &str) -> Self {
        Self::authenticator_of_digest(&sha512(&[data]), content_type, key)
    }

    /// The same for data whose SHA-2-512 digest is known.
    #[must_use]
    pub fn authenticator_of_digest(digest: &[u8], content_type: &str, key: &str) -> Self {
        let key = symmetric::hkdf_sha512_array::<64>(
            b"KeyedUDFMaster",
            key.as_bytes(),
            b"KeyedUDFExpand",
        );
        let value =
            symmetric::hmac_sha512(key.as_slice(), &[content_type.as_bytes(), b":", digest]);
        Self::from_parts(TypeId::AUTHENTICATOR_SHA_2, &value)
    }

    /// The public identifier of a symmetric key: of an envelope's base seed or an EARL's key.
    ///
    /// The key octets are not hashed before they are tagged, and the digest keeps its own type octet after the
    /// type octet of the identifier, so it starts `EBQ`.
    #[must_use]
    pub fn symmetric_key_id(key: &[u8]) -> SymmetricKeyId {
        let digest = Algorithm::Sha2.typed(key, TAG_ENCRYPTION);
        let inner = Self::from_parts(TypeId::ENCRYPTION, digest.binary());
        SymmetricKeyId(inner.present(super::DEFAULT_BITS))
    }
}

/// The public identifier of a symmetric key. Its letter is that of the key, but it is no secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SymmetricKeyId(String);

impl SymmetricKeyId {
    /// The text form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for SymmetricKeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The digest of a list of binary fingerprints; [`Udf::binary`] of the result is the 65-octet value `L`.
///
/// # Errors
/// [`Error::ListEntryTooLong`] for an entry of more than 255 octets.
pub fn list_digest<T: AsRef<[u8]>>(entries: &[T]) -> Result<Udf, Error> {
    let mut blob = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let entry = entry.as_ref();
        let length = u8::try_from(entry.len()).map_err(|_| Error::ListEntryTooLong {
            index,
            length: entry.len(),
        })?;
        blob.push(length);
        blob.extend_from_slice(entry);
    }
    Ok(Udf::digest(&blob, TAG_LIST))
}

/// The fingerprint of a profile with these root key fingerprints (65 octets each).
///
/// Its binary form is a type octet followed by the whole list digest *with* its own type octet, which is why profile
/// fingerprints start `MBQ`. The list digest for binary use is what [`list_digest`] returns, or the body of this.
///
/// # Errors
/// [`Error::ListEntryTooLong`] for an entry of more than 255 octets.
pub fn profile_udf<T: AsRef<[u8]>>(root_udfs: &[T]) -> Result<Udf, Error> {
    let list = list_digest(root_udfs)?;
    Ok(Udf::from_parts(TypeId::DIGEST_SHA_2, list.binary()))
}

/// How many steps of compression a digest has: 20 zero bits at its end are the first, each 10 more another, up to 4.
fn compression(digest: &[u8]) -> u8 {
    let mut zeros = 0_u32;
    for octet in digest.iter().rev() {
        zeros += octet.trailing_zeros();
        if *octet != 0 {
            break;
        }
    }
    match zeros {
        0..20 => 0,
        20..30 => 1,
        30..40 => 2,
        40..50 => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compression_counts_zero_bits_at_the_end() {
        for (tail, steps) in [
            (vec![0x01], 0),
            (vec![0x08, 0x00, 0x00], 0),
            (vec![0x10, 0x00, 0x00], 1),
            (vec![0x40, 0x00, 0x00, 0x00], 2),
            (vec![0x01, 0, 0, 0, 0, 0], 3),
            (vec![0x04, 0, 0, 0, 0, 0, 0], 4),
            (vec![0; 64], 4),
        ] {
            assert_eq!(compression(&tail), steps, "{tail:?}");
        }
        // Exactly at each boundary.
        for (bits, steps) in [
            (19, 0),
            (20, 1),
            (29, 1),
            (30, 2),
            (39, 2),
            (40, 3),
            (49, 3),
            (50, 4),
        ] {
            let value = 1_u64 << bits;
            assert_eq!(compression(&value.to_be_bytes()), steps, "{bits} zero bits");
        }
    }

    #[test]
    fn entry_that_overflows_its_length_octet_is_refused() {
        let entries = [vec![0; 65], vec![0; 256]];
        assert_eq!(
            list_digest(&entries).unwrap_err(),
            Error::ListEntryTooLong {
                index: 1,
                length: 256
            }
        );
    }

    #[test]
    fn order_of_the_list_matters() {
        let (a, b) = (vec![1; 65], vec![2; 65]);
        assert_ne!(
            list_digest(&[&a, &b]).unwrap(),
            list_digest(&[&b, &a]).unwrap()
        );
    }
}
