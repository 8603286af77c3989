// SPDX-License-Identifier: MIT
//! Message digests.
//!
//! Spec: mesh-cryptography, "Message Digest".
//! Here: SHA-2-512 and SHA-3-512 over the concatenation of parts; SHAKE256 for this crate's own use.
//! Not here: digests presented as identifiers (`udf/digest`).

mod engine;

use sha2::Digest as _;
use shake::{ExtendableOutput, XofReader};
use zeroize::Zeroizing;

pub use self::engine::Sha512;

/// SHA-2-512 of the parts, one after the other.
#[must_use]
pub fn sha512(parts: &[&[u8]]) -> [u8; 64] {
    let mut hash = Sha512::new();
    for part in parts {
        hash.update(part);
    }
    hash.finish()
}

/// SHA-3-512 of the parts, one after the other.
#[must_use]
pub fn sha3_512(parts: &[&[u8]]) -> [u8; 64] {
    let mut hash = sha3::Sha3_512::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// A digest algorithm of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigestAlgorithm {
    /// SHA-2-256.
    Sha256,
    /// SHA-2-512.
    Sha512,
    /// SHA-3-256.
    Sha3_256,
    /// SHA-3-512.
    Sha3_512,
}

/// A digest of octets that come in pieces.
pub struct Hasher(State);

enum State {
    Sha256(sha2::Sha256),
    Sha512(Sha512),
    Sha3_256(sha3::Sha3_256),
    Sha3_512(sha3::Sha3_512),
}

impl Hasher {
    /// Begins a digest.
    #[must_use]
    pub fn new(algorithm: DigestAlgorithm) -> Self {
        Self(match algorithm {
            DigestAlgorithm::Sha256 => State::Sha256(sha2::Sha256::new()),
            DigestAlgorithm::Sha512 => State::Sha512(Sha512::new()),
            DigestAlgorithm::Sha3_256 => State::Sha3_256(sha3::Sha3_256::new()),
            DigestAlgorithm::Sha3_512 => State::Sha3_512(sha3::Sha3_512::new()),
        })
    }

    /// Takes more octets.
    pub fn update(&mut self, octets: &[u8]) {
        match &mut self.0 {
            State::Sha256(hash) => hash.update(octets),
            State::Sha512(hash) => hash.update(octets),
            State::Sha3_256(hash) => hash.update(octets),
            State::Sha3_512(hash) => hash.update(octets),
        }
    }

    /// The digest.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        match self.0 {
            State::Sha256(hash) => hash.finalize().to_vec(),
            State::Sha512(hash) => hash.finish().to_vec(),
            State::Sha3_256(hash) => hash.finalize().to_vec(),
            State::Sha3_512(hash) => hash.finalize().to_vec(),
        }
    }
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hasher")
    }
}

impl std::io::Write for Hasher {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        self.update(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The first `N` octets of SHAKE256 of the parts; used on secrets, so the result is wiped.
pub(crate) fn shake256<const N: usize>(parts: &[&[u8]]) -> Zeroizing<[u8; N]> {
    let mut hash = shake::Shake256::default();
    for part in parts {
        shake::Update::update(&mut hash, part);
    }
    let mut out = Zeroizing::new([0; N]);
    hash.finalize_xof().read(out.as_mut_slice());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(octets: &[u8]) -> String {
        octets.iter().map(|o| format!("{o:02x}")).collect()
    }

    #[test]
    fn sha512_of_parts_equals_sha512_of_whole() {
        assert_eq!(sha512(&[b"a", b"bc"]), sha512(&[b"abc"]));
        assert!(hex(&sha512(&[b"abc"])).starts_with("ddaf35a193617abacc417349ae204131"));
    }

    #[test]
    fn pieces_give_the_digest_of_the_whole() {
        for (algorithm, begins) in [
            (DigestAlgorithm::Sha256, "ba7816bf8f01cfea"),
            (DigestAlgorithm::Sha512, "ddaf35a193617aba"),
            (DigestAlgorithm::Sha3_256, "3a985da74fe225b2"),
            (DigestAlgorithm::Sha3_512, "b751850b1a57168a"),
        ] {
            let mut hasher = Hasher::new(algorithm);
            hasher.update(b"a");
            hasher.update(b"bc");
            let digest = hex(&hasher.finish());
            assert!(digest.starts_with(begins), "{algorithm:?} {digest}");
        }
    }

    #[test]
    fn sha3_512_of_abc_is_the_published_value() {
        assert_eq!(sha3_512(&[b"a", b"bc"]), sha3_512(&[b"abc"]));
        assert!(hex(&sha3_512(&[b"abc"])).starts_with("b751850b1a57168a5693cd924b6b096e"));
    }
}
