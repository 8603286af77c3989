// SPDX-License-Identifier: MIT
//! Strings and octets that must not leak: erased on drop, hidden from `Debug`, compared in constant time.
//!
//! Spec: mesh-schema, "Security Considerations".
//! Here: the two wrappers that generated records use for fields marked secret.
//! Not here: keys (`mesh-crypto`).

use std::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{Decode, Encode, Error, Reader, Writer};

/// Secret octets. Cloning copies the secret; each copy is erased on its own drop.
#[derive(Clone, Default, Zeroize, ZeroizeOnDrop)]
pub struct SecretBytes(Vec<u8>);

impl SecretBytes {
    /// Takes the octets over. Copies that the caller made before are the caller's to erase.
    #[must_use]
    pub const fn new(octets: Vec<u8>) -> Self {
        Self(octets)
    }

    /// The octets.
    #[must_use]
    pub fn expose_secret(&self) -> &[u8] {
        &self.0
    }

    /// The number of octets.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A secret text. Cloning copies the secret; each copy is erased on its own drop.
#[derive(Clone, Default, Zeroize, ZeroizeOnDrop)]
pub struct SecretString(String);

impl SecretString {
    /// Takes the text over. Copies that the caller made before are the caller's to erase.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        &self.0
    }

    /// Whether the text is empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Vec<u8>> for SecretBytes {
    fn from(octets: Vec<u8>) -> Self {
        Self(octets)
    }
}

impl From<Zeroizing<Vec<u8>>> for SecretBytes {
    fn from(mut octets: Zeroizing<Vec<u8>>) -> Self {
        Self(std::mem::take(&mut *octets))
    }
}

impl From<String> for SecretString {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// Takes time that depends on the lengths only.
impl PartialEq for SecretBytes {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for SecretBytes {}

/// Takes time that depends on the lengths only.
impl PartialEq for SecretString {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for SecretString {}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl fmt::Debug for SecretString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Encode for SecretBytes {
    fn encode(&self, w: &mut Writer) {
        w.binary(&self.0);
    }
}

impl Decode for SecretBytes {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        r.binary().map(Self)
    }
}

impl Encode for SecretString {
    fn encode(&self, w: &mut Writer) {
        w.secret_string(&self.0);
    }
}

impl Decode for SecretString {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        r.string().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{from_bytes, to_json, to_json_b};

    #[test]
    fn debug_output_is_redacted() {
        assert_eq!(
            format!("{:?}", SecretBytes::new(b"key".to_vec())),
            "[redacted]"
        );
        assert_eq!(
            format!("{:#?}", SecretString::new("pass".into())),
            "[redacted]"
        );
    }

    #[test]
    fn equality_compares_content_and_length() {
        assert_eq!(SecretBytes::new(vec![1, 2]), SecretBytes::new(vec![1, 2]));
        assert_ne!(SecretBytes::new(vec![1, 2]), SecretBytes::new(vec![1, 3]));
        assert_ne!(
            SecretString::new("a".into()),
            SecretString::new("ab".into())
        );
    }

    #[test]
    fn secrets_encode_as_plain_values() {
        let text = SecretString::new("pass".into());
        assert_eq!(to_json(&text), b"\"pass\"");
        assert_eq!(from_bytes::<SecretString>(&to_json_b(&text)), Ok(text));
        let octets = SecretBytes::new(vec![1]);
        assert_eq!(to_json_b(&octets), [0x88, 1, 1]);
        assert_eq!(from_bytes::<SecretBytes>(&to_json(&octets)), Ok(octets));
    }

    #[test]
    fn zeroizing_erases_the_content() {
        let mut octets = SecretBytes::new(vec![7; 4]);
        octets.zeroize();
        assert!(octets.is_empty());
    }
}
