// SPDX-License-Identifier: MIT
//! Tokens of JSON-B.
//!
//! Spec: jsonbcd, "JSON-B".
//! Here: the shortest form of each length and integer; lengths count octets of UTF-8.
//! Not here: separators (`writer`), chunked values, which are only read.

use crate::{BigInteger, token};

pub(super) fn name(out: &mut Vec<u8>, text: &str) {
    octets(out, token::NAME, text.as_bytes());
}

pub(super) fn string(out: &mut Vec<u8>, text: &str) {
    octets(out, token::STRING, text.as_bytes());
}

pub(super) fn binary(out: &mut Vec<u8>, data: &[u8]) {
    octets(out, token::BINARY, data);
}

pub(super) fn integer(out: &mut Vec<u8>, value: i64) {
    let code = if value < 0 {
        token::NEGATIVE
    } else {
        token::POSITIVE
    };
    number(out, code, value.unsigned_abs());
}

/// Writes an integer beyond `i64`; `false` when no code has room for it.
pub(super) fn big_integer(out: &mut Vec<u8>, value: &BigInteger, wide: bool) -> bool {
    let magnitude = value.magnitude();
    let sign = if value.is_negative() {
        token::NEGATIVE - token::POSITIVE
    } else {
        0
    };
    // The codes for widths of 64 bits, 128 bits (only in JSON-D), and for any width.
    let (code, length) = match (magnitude.len(), wide) {
        (0..=8, _) => (token::POSITIVE | 3, 8),
        (9..=16, true) => (token::POSITIVE_128, 16),
        (length, _) => (token::POSITIVE_BIG, length),
    };
    let Ok(short) = u16::try_from(length) else {
        return false;
    };
    out.push(code | sign);
    if code == token::POSITIVE_BIG {
        out.extend_from_slice(&short.to_be_bytes());
    }
    out.extend(std::iter::repeat_n(
        0,
        length.saturating_sub(magnitude.len()),
    ));
    out.extend_from_slice(magnitude);
    true
}

pub(super) fn boolean(out: &mut Vec<u8>, value: bool) {
    out.push(if value { token::TRUE } else { token::FALSE });
}

pub(super) fn null(out: &mut Vec<u8>) {
    out.push(token::NULL);
}

fn octets(out: &mut Vec<u8>, code: u8, data: &[u8]) {
    out.reserve(data.len().saturating_add(9));
    // A slice never has more than 2^64 octets on any platform there is.
    number(out, code, u64::try_from(data.len()).unwrap_or(u64::MAX));
    out.extend_from_slice(data);
}

/// A base code and the shortest of its four widths.
fn number(out: &mut Vec<u8>, code: u8, value: u64) {
    if let Ok(value) = u8::try_from(value) {
        out.extend_from_slice(&[code, value]);
    } else if let Ok(value) = u16::try_from(value) {
        out.push(code | 1);
        out.extend_from_slice(&value.to_be_bytes());
    } else if let Ok(value) = u32::try_from(value) {
        out.push(code | 2);
        out.extend_from_slice(&value.to_be_bytes());
    } else {
        out.push(code | 3);
        out.extend_from_slice(&value.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(value: i64) -> Vec<u8> {
        let mut out = Vec::new();
        integer(&mut out, value);
        out
    }

    #[test]
    fn integers_take_the_shortest_width() {
        assert_eq!(encoded(0), [0xA0, 0]);
        assert_eq!(encoded(255), [0xA0, 255]);
        assert_eq!(encoded(256), [0xA1, 1, 0]);
        assert_eq!(encoded(65_536), [0xA2, 0, 1, 0, 0]);
        assert_eq!(encoded(1 << 32), [0xA3, 0, 0, 0, 1, 0, 0, 0, 0]);
        assert_eq!(encoded(-1), [0xA8, 1]);
        assert_eq!(encoded(i64::MIN), [0xAB, 0x80, 0, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn big_integers_take_64_bits_or_their_length_or_128_bits() {
        let encoded = |text: &str, wide| {
            let mut out = Vec::new();
            big_integer(&mut out, &BigInteger::parse(text).unwrap(), wide).then_some(out)
        };
        let word = Some([[0xA3].as_slice(), &[0xFF; 8]].concat());
        assert_eq!(encoded("18446744073709551615", false), word);
        assert_eq!(encoded("18446744073709551615", true), word);
        let text = "-18446744073709551616";
        let short = b"\xaf\x00\x09\x01\0\0\0\0\0\0\0\0";
        assert_eq!(encoded(text, false).as_deref(), Some(short.as_slice()));
        let wide = b"\xac\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0";
        assert_eq!(encoded(text, true).as_deref(), Some(wide.as_slice()));
        let long = BigInteger::new(false, &[1; 17]);
        let mut out = Vec::new();
        assert!(big_integer(&mut out, &long, true));
        assert_eq!(out.get(..3), Some([0xA7, 0, 17].as_slice()));
        assert!(!big_integer(
            &mut out,
            &BigInteger::new(false, &[1; 65_536]),
            true
        ));
        assert_eq!(out.len(), 20);
    }

    #[test]
    fn lengths_count_octets_of_utf_8() {
        let mut out = Vec::new();
        string(&mut out, "é😀");
        assert_eq!(out.get(..2), Some([0x80, 6].as_slice()));
        let mut out = Vec::new();
        binary(&mut out, &[0; 256]);
        assert_eq!(out.get(..3), Some([0x89, 1, 0].as_slice()));
        assert_eq!(out.len(), 259);
    }
}
