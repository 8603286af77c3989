// SPDX-License-Identifier: MIT
//! The tag bytes of JSON-B, JSON-C and JSON-D.
//!
//! Spec: jsonbcd, "JSON-B"; jsonbcd, "JSON-C"; jsonbcd, "JSON-D"; jsonbcd, "JBCD Frames and Records" (integers of 256 and 512 bits).
//! Here: base codes, which select with their two low bits a length or value of 1, 2, 4 or 8 octets; classification of a code.
//! Not here: reading and writing what follows a code (`reader`, `writer`).
//!
//! The property name codes are in use on the wire but missing from the draft's table. Where an example of the draft
//! contradicts its tables (a large integer under A5), the tables hold.

/// A UTF-8 string, complete or the last chunk.
pub const STRING: u8 = 0x80;
/// A chunk of a UTF-8 string; more follow.
pub const STRING_CHUNK: u8 = 0x84;
/// A binary value, complete or the last chunk.
pub const BINARY: u8 = 0x88;
/// A chunk of a binary value; more follow.
pub const BINARY_CHUNK: u8 = 0x8C;
/// An IEEE 754 binary number of 16 bits (JSON-D).
pub const FLOAT16: u8 = 0x90;
/// An IEEE 754 binary number of 32 bits (JSON-D).
pub const FLOAT32: u8 = 0x91;
/// An IEEE 754 binary number of 64 bits.
pub const FLOAT64: u8 = 0x92;
/// An IEEE 754 binary number of 128 bits (JSON-D).
pub const FLOAT128: u8 = 0x94;
/// An Intel extended number of 80 bits (JSON-D).
pub const FLOAT80: u8 = 0x95;
/// A non-negative integer.
pub const POSITIVE: u8 = 0xA0;
/// A non-negative integer of 128 bits (JSON-D).
pub const POSITIVE_128: u8 = 0xA4;
/// A non-negative integer of 256 bits (JSON-D), only read.
pub const POSITIVE_256: u8 = 0xA5;
/// A non-negative integer of 512 bits (JSON-D), only read.
pub const POSITIVE_512: u8 = 0xA6;
/// A non-negative integer behind its length of 16 bits.
pub const POSITIVE_BIG: u8 = 0xA7;
/// A negative integer, as its magnitude.
pub const NEGATIVE: u8 = 0xA8;
/// A negative integer of 128 bits, as its magnitude (JSON-D).
pub const NEGATIVE_128: u8 = 0xAC;
/// A negative integer behind the length of its magnitude.
pub const NEGATIVE_BIG: u8 = 0xAF;
/// The Boolean value true.
pub const TRUE: u8 = 0xB0;
/// The Boolean value false.
pub const FALSE: u8 = 0xB1;
/// The null value.
pub const NULL: u8 = 0xB2;
/// A member name in UTF-8.
pub const NAME: u8 = 0xB4;
/// The string or binary value that a code of 8, 16 or 32 bits stands for (JSON-C).
pub const CODE: u8 = 0xC0;
/// A code and the value that it will stand for (JSON-C).
pub const DEFINITION: u8 = 0xC4;
/// A code and the value that it stands for from here on, which is used at once (JSON-C).
pub const CODE_AND_DEFINITION: u8 = 0xC8;

/// What a code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    String,
    StringChunk,
    Binary,
    BinaryChunk,
    Float,
    Positive,
    Negative,
    /// An integer of another width than 1, 2, 4 or 8 octets.
    Large,
    True,
    False,
    Null,
    Name,
    Code,
    Definition,
    CodeAndDefinition,
    /// Defined, but not implemented: see [`family`].
    Unsupported,
    /// Defined by no document, or not a code but text.
    Undefined,
}

/// What each byte stands for: a table is faster than a chain of comparisons.
const TOKENS: [Token; 256] = {
    let mut tokens = [Token::Undefined; 256];
    let mut rest: &mut [Token] = &mut tokens;
    let mut code = 0;
    while let Some((token, tail)) = rest.split_first_mut() {
        *token = Token::tabulate(code);
        code = code.wrapping_add(1);
        rest = tail;
    }
    tokens
};

impl Token {
    /// Classifies a byte.
    #[inline]
    pub(crate) fn classify(code: u8) -> Self {
        let token = TOKENS.get(usize::from(code));
        token.copied().unwrap_or(Self::Undefined)
    }

    const fn tabulate(code: u8) -> Self {
        match code {
            0x80..=0x83 => Self::String,
            0x84..=0x87 => Self::StringChunk,
            0x88..=0x8B => Self::Binary,
            0x8C..=0x8F => Self::BinaryChunk,
            FLOAT16 | FLOAT32 | FLOAT64 | FLOAT128 | FLOAT80 => Self::Float,
            0x96..=0x98 | 0xCC..=0xCE | 0xD0 | 0xF0..=0xF7 => Self::Unsupported,
            0xA0..=0xA3 => Self::Positive,
            0xA4..=0xA7 | NEGATIVE_128 | NEGATIVE_BIG => Self::Large,
            0xA8..=0xAB => Self::Negative,
            TRUE => Self::True,
            FALSE => Self::False,
            NULL => Self::Null,
            0xB4..=0xB7 => Self::Name,
            0xC0..=0xC2 => Self::Code,
            0xC4..=0xC6 => Self::Definition,
            0xC8..=0xCA => Self::CodeAndDefinition,
            _ => Self::Undefined,
        }
    }

    /// Whether JSON-B has no such code, so that a value which contains one means something else, or nothing, there.
    pub(crate) const fn is_beyond_json_b(code: u8) -> bool {
        matches!(
            code,
            FLOAT16 | FLOAT32 | FLOAT128 | FLOAT80 | 0xA4..=0xA6 | NEGATIVE_128 | 0xC0..=0xDF
        )
    }
}

/// What a code that is not implemented stands for.
pub(crate) const fn family(code: u8) -> &'static str {
    match code {
        // IEEE 754 has two encodings of decimal numbers, and the draft does not say which.
        0x96..=0x98 => "JSON-D decimal number",
        // The draft does not say what follows.
        0xCC..=0xCE => "JSON-C dictionary definition",
        // Nowhere is a dictionary with a fingerprint published.
        0xD0 => "JSON-C dictionary fingerprint",
        _ => "JSON-B frame",
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
    }

    #[test]
    fn codes_of_a_dictionary_have_up_to_32_bits() {
        for (base, token) in [
            (CODE, Token::Code),
            (DEFINITION, Token::Definition),
            (CODE_AND_DEFINITION, Token::CodeAndDefinition),
        ] {
            for add in 0..3 {
                assert_eq!(Token::classify(base + add), token);
            }
            assert_eq!(Token::classify(base + 3), Token::Undefined);
        }
    }

    #[test]
    fn what_no_table_has_is_undefined() {
        for code in [
            0x93, 0x99, 0x9F, 0xAD, 0xAE, 0xB3, 0xB8, 0xCF, 0xD1, 0xE0, 0xFF,
        ] {
            assert_eq!(Token::classify(code), Token::Undefined, "{code:02X}");
        }
    }
}
