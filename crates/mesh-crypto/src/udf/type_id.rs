// SPDX-License-Identifier: MIT
//! Type identifiers: the first octet of an identifier.
//!
//! Spec: mesh-udf, "UDF Type Identifiers".
//! Here: the registry and the rules that depend on the type alone.
//! Not here: the values.

use std::fmt;

/// The first octet of an identifier. Unknown octets survive unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(u8);

impl TypeId {
    /// Authenticator or message authentication value with HMAC-SHA-2-512; also a PIN (letter A).
    pub const AUTHENTICATOR_SHA_2: Self = Self(0);
    /// Authenticator with HMAC-SHA-3-512 (letter A).
    pub const AUTHENTICATOR_SHA_3: Self = Self(1);
    /// Symmetric key (letter E).
    pub const ENCRYPTION: Self = Self(32);
    /// Symmetric key that also yields a signature key (letter E).
    pub const ENCRYPTION_SIGNATURE: Self = Self(33);
    /// SHA-3-512 content digest, no compression (letter K). The next four octets are compressed forms.
    pub const DIGEST_SHA_3: Self = Self(80);
    /// SHA-2-512 content digest, no compression (letter M). The next four octets are compressed forms.
    pub const DIGEST_SHA_2: Self = Self(96);
    /// Nonce (letter N).
    pub const NONCE: Self = Self(104);
    /// Object identifier sequence: key information as it is (letter O).
    pub const OID: Self = Self(112);
    /// Share of a secret (letter S).
    pub const SHARE: Self = Self(144);
    /// Seed that keys are derived from (letter Z).
    pub const DERIVED_KEY: Self = Self(200);

    /// The type with this octet.
    #[must_use]
    pub const fn new(octet: u8) -> Self {
        Self(octet)
    }

    /// The octet.
    #[must_use]
    pub const fn octet(self) -> u8 {
        self.0
    }

    /// Whether this is a content digest, compressed or not.
    #[must_use]
    pub const fn is_digest(self) -> bool {
        matches!(self.0, 80..=84 | 96..=100)
    }

    /// Whether this is an authenticator or message authentication value.
    #[must_use]
    pub const fn is_authenticator(self) -> bool {
        matches!(self.0, 0 | 1)
    }

    /// Whether the value may be cut to the standard precision: digests and authentication values.
    #[must_use]
    pub const fn is_truncatable(self) -> bool {
        self.is_digest() || self.is_authenticator()
    }

    /// Whether whoever reads the identifier holds a secret. (PINs share their type with public authentication
    /// values and have their own Rust type.)
    #[must_use]
    pub const fn is_secret(self) -> bool {
        matches!(
            self,
            Self::ENCRYPTION | Self::ENCRYPTION_SIGNATURE | Self::SHARE | Self::DERIVED_KEY
        )
    }
}

impl fmt::Display for TypeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.0 {
            0 | 1 => "authenticator",
            32 | 33 => "symmetric key",
            80..=84 => "SHA-3 digest",
            96..=100 => "SHA-2 digest",
            104 => "nonce",
            112 => "object identifier",
            144 => "share",
            200 => "derived-key seed",
            other => return write!(f, "unknown type {other}"),
        };
        f.write_str(name)
    }
}
