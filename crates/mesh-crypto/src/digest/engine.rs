// SPDX-License-Identifier: MIT
//! Who computes SHA-2-512.
//!
//! Spec: none.
//! Here: the crate `sha2`, or with the feature `openssl` the libcrypto of the system: on processors without instructions for SHA-512 its
//! assembly is the fastest there is, and everything with a digest goes as fast as that.
//! Not here: the other digests, which are rare.

#[cfg(feature = "openssl")]
use openssl::sha::Sha512 as Engine;
#[cfg(not(feature = "openssl"))]
use sha2::{Digest as _, Sha512 as Engine};

/// SHA-2-512 of octets that come in pieces.
pub struct Sha512(Engine);

impl Sha512 {
    /// Begins a digest.
    #[must_use]
    pub fn new() -> Self {
        Self(Engine::new())
    }

    /// Takes more octets.
    pub fn update(&mut self, octets: &[u8]) {
        self.0.update(octets);
    }

    /// The digest.
    #[cfg(feature = "openssl")]
    #[must_use]
    pub fn finish(self) -> [u8; 64] {
        self.0.finish()
    }

    /// The digest.
    #[cfg(not(feature = "openssl"))]
    #[must_use]
    pub fn finish(self) -> [u8; 64] {
        self.0.finalize().into()
    }
}

impl Default for Sha512 {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Sha512 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sha512")
    }
}
