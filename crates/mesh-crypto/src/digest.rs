// SPDX-License-Identifier: MIT
//! Message digests.
//!
//! Spec: mesh-cryptography, "Message Digest".
//! Here: SHA-2-512 and SHA-3-512 over the concatenation of parts; SHAKE256 for this crate's own use.
//! Not here: digests presented as identifiers (`udf/digest`).

use sha2::Digest as _;
use shake::{ExtendableOutput, XofReader};
use zeroize::Zeroizing;

/// SHA-2-512 of the parts, one after the other.
#[must_use]
pub fn sha512(parts: &[&[u8]]) -> [u8; 64] {
    let mut hash = sha2::Sha512::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
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
    fn sha3_512_of_abc_is_the_published_value() {
        assert_eq!(sha3_512(&[b"a", b"bc"]), sha3_512(&[b"abc"]));
        assert!(hex(&sha3_512(&[b"abc"])).starts_with("b751850b1a57168a5693cd924b6b096e"));
    }
}
