// SPDX-License-Identifier: MIT
//! The tag bytes of JSON-B, and those of JSON-C and JSON-D that are recognised in order to be refused by name.
//!
//! Spec: jsonbcd, "JSON-B"; jsonbcd, "JSON-C"; jsonbcd, "JSON-D".
//! Here: base codes, which select with their two low bits a length or value of 1, 2, 4 or 8 octets; classification of a code.
//! Not here: reading and writing what follows a code (`reader`, `writer`).
//!
//! The property name codes are in use on the wire but missing from the draft's table.

/// A UTF-8 string, complete or the last chunk.
pub const STRING: u8 = 0x80;
/// A chunk of a UTF-8 string; more follow.
pub const STRING_CHUNK: u8 = 0x84;
/// A binary value, complete or the last chunk.
pub const BINARY: u8 = 0x88;
/// A chunk of a binary value; more follow.
pub const BINARY_CHUNK: u8 = 0x8C;
/// An IEEE 754 number of 64 bits.
pub const FLOAT64: u8 = 0x92;
/// A non-negative integer.
pub const POSITIVE: u8 = 0xA0;
/// A negative integer, as its magnitude.
pub const NEGATIVE: u8 = 0xA8;
/// The Boolean value true.
pub const TRUE: u8 = 0xB0;
/// The Boolean value false.
pub const FALSE: u8 = 0xB1;
/// The null value.
pub const NULL: u8 = 0xB2;
/// A member name in UTF-8.
pub const NAME: u8 = 0xB4;

/// What a code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    String,
    StringChunk,
    Binary,
    BinaryChunk,
    Float64,
    Positive,
    Negative,
    True,
    False,
    Null,
    Name,
    /// Defined, but not implemented; with the name of what it is.
    Unsupported(&'static str),
    /// Defined by no document.
    Undefined,
}

impl Token {
    /// Classifies a byte of 0x80 or more.
    #[inline]
    pub(crate) const fn classify(code: u8) -> Self {
        match code {
            0x80..=0x83 => Self::String,
            0x84..=0x87 => Self::StringChunk,
            0x88..=0x8B => Self::Binary,
            0x8C..=0x8F => Self::BinaryChunk,
            FLOAT64 => Self::Float64,
            0x90 | 0x91 | 0x93..=0x9F => Self::Unsupported("JSON-D number"),
            0xA0..=0xA3 => Self::Positive,
            0xA8..=0xAB => Self::Negative,
            0xA4..=0xA7 | 0xAC..=0xAF => Self::Unsupported("JSON-B large integer"),
            TRUE => Self::True,
            FALSE => Self::False,
            NULL => Self::Null,
            0xB4..=0xB7 => Self::Name,
            0xC0..=0xDF => Self::Unsupported("JSON-C"),
            0xF0..=0xF7 => Self::Unsupported("JSON-B frame"),
            _ => Self::Undefined,
        }
    }
}

/// The number of octets of the length or value behind `code`: 1, 2, 4 or 8.
pub(crate) const fn width(code: u8) -> usize {
    match code & 3 {
        0 => 1,
        1 => 2,
        2 => 4,
        _ => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_base_code_is_classified_with_all_its_widths() {
        for (base, token) in [
            (STRING, Token::String),
            (STRING_CHUNK, Token::StringChunk),
            (BINARY, Token::Binary),
            (BINARY_CHUNK, Token::BinaryChunk),
            (POSITIVE, Token::Positive),
            (NEGATIVE, Token::Negative),
            (NAME, Token::Name),
        ] {
            for (add, octets) in [(0, 1), (1, 2), (2, 4), (3, 8)] {
                assert_eq!(Token::classify(base + add), token);
                assert_eq!(width(base + add), octets);
            }
        }
        assert_eq!(Token::classify(0xB3), Token::Undefined);
        assert_eq!(Token::classify(0xFF), Token::Undefined);
        assert_eq!(Token::classify(0xC0), Token::Unsupported("JSON-C"));
    }
}
