// SPDX-License-Identifier: MIT
//! The little DER that key information needs.
//!
//! Spec: X.690; RFC 5280, "SubjectPublicKeyInfo".
//! Here: writing a value with its tag and length.
//! Not here: what key information holds (`public`), reading DER (the RSA crate reads its own).

pub(super) const INTEGER: u8 = 0x02;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;

/// A value of the concatenated parts.
pub(super) fn value(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len().to_be_bytes();
    let first = length.iter().position(|octet| *octet != 0);
    let significant = first
        .and_then(|first| length.get(first..))
        .unwrap_or(&[0][..]);
    let mut out = vec![tag];
    match significant {
        [short] if *short < 0x80 => out.push(*short),
        long => {
            // At most eight octets of length.
            out.push(u8::try_from(long.len()).map_or(0x80, |count| 0x80 | count));
            out.extend_from_slice(long);
        }
    }
    out.extend_from_slice(&content);
    out
}

/// A bit string of whole octets.
pub(super) fn bit_string(content: &[u8]) -> Vec<u8> {
    value(BIT_STRING, &[&[0], content])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_the_fewest_octets() {
        for (length, header) in [
            (0, &[4, 0][..]),
            (127, &[4, 127]),
            (128, &[4, 0x81, 128]),
            (255, &[4, 0x81, 255]),
            (256, &[4, 0x82, 1, 0]),
            (65536, &[4, 0x83, 1, 0, 0]),
        ] {
            let octets = value(OCTET_STRING, &[&vec![7; length]]);
            assert_eq!(octets[..header.len()], *header);
            assert_eq!(octets.len(), header.len() + length);
        }
    }
}
