// SPDX-License-Identifier: MIT
//! The text form of identifiers: Base32 in groups of four.
//!
//! Spec: mesh-udf, "Base32 Presentation".
//! Here: truncation to whole characters, dashes, lenient parsing.
//! Not here: which precision an identifier is shown at (`udf`).
//!
//! Deviation: D-04. The draft leaves open what happens to bits beyond the last whole octet; they are dropped when decoded,
//! as every published value that is keyed by a parsed identifier needs.

use crate::Error;

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Characters between two dashes.
const GROUP: usize = 4;

/// Base32 of the first `bits` of `binary` without dashes; an incomplete last character is filled with zero bits.
#[must_use]
pub fn encode(binary: &[u8], bits: usize) -> String {
    let available = binary.len().saturating_mul(8);
    let wanted = bits.min(available).div_ceil(5);
    let mut out = String::with_capacity(wanted);
    let (mut buffer, mut held) = (0_u32, 0_u32);
    let mut octets = binary.iter();
    while out.len() < wanted {
        if held < 5 {
            buffer = (buffer << 8) | octets.next().map_or(0, |o| u32::from(*o));
            held += 8;
        }
        held -= 5;
        let symbol = (buffer >> held) & 31;
        buffer &= (1 << held) - 1;
        let index = usize::try_from(symbol).unwrap_or_default();
        out.push(ALPHABET.get(index).copied().map_or('A', char::from));
    }
    out
}

/// Puts a dash after every fourth character.
#[must_use]
pub fn dashed(symbols: &str) -> String {
    let mut out = String::with_capacity(symbols.len().saturating_add(symbols.len() / GROUP));
    for (index, symbol) in symbols.chars().enumerate() {
        if index > 0 && index % GROUP == 0 {
            out.push('-');
        }
        out.push(symbol);
    }
    out
}

/// Base32 text of `binary` with dashes at `bits` of precision.
#[must_use]
pub fn present(binary: &[u8], bits: usize) -> String {
    dashed(&encode(binary, bits))
}

/// Decodes Base32 text to whole octets; dashes and case do not matter, an incomplete last octet is dropped.
///
/// # Errors
/// [`Error::BadCharacter`] with the position of the first character that does not belong there.
pub fn decode(text: &str) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(text.len().saturating_mul(5) / 8);
    let (mut buffer, mut held) = (0_u32, 0_u32);
    for (position, character) in text.chars().enumerate() {
        let value = match character {
            '-' => continue,
            'A'..='Z' => u32::from(character) - u32::from('A'),
            'a'..='z' => u32::from(character) - u32::from('a'),
            '2'..='7' => u32::from(character) - u32::from('2') + 26,
            _ => return Err(Error::BadCharacter { position }),
        };
        buffer = (buffer << 5) | value;
        held += 5;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from((buffer >> held) & 0xff).unwrap_or_default());
            buffer &= (1 << held) - 1;
        }
    }
    Ok(out)
}

/// The characters of decoded text without dashes, in upper case.
pub(crate) fn symbols(text: &str) -> String {
    text.chars()
        .filter(|c| *c != '-')
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn encodes_the_test_vectors_of_rfc_4648() {
        for (data, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(encode(data.as_bytes(), data.len() * 8), text);
            assert_eq!(decode(text).unwrap(), data.as_bytes());
        }
    }

    #[test]
    fn dash_stands_between_groups_only() {
        assert_eq!(dashed("ABCD"), "ABCD");
        assert_eq!(dashed("ABCDE"), "ABCD-E");
    }

    proptest! {
        #[test]
        fn decoding_what_was_presented_gives_the_octets(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
            let text = present(&octets, octets.len() * 8);
            prop_assert_eq!(decode(&text).unwrap(), octets.clone());
            prop_assert_eq!(decode(&text.to_lowercase()).unwrap(), octets);
        }

        #[test]
        fn truncation_keeps_a_prefix(octets in proptest::collection::vec(any::<u8>(), 1..80), bits in 1_usize..640) {
            let full = encode(&octets, usize::MAX);
            let cut = encode(&octets, bits);
            prop_assert_eq!(cut.len(), bits.min(octets.len() * 8).div_ceil(5));
            prop_assert!(full.starts_with(&cut));
        }

        #[test]
        fn decoding_any_text_never_panics(text in "\\PC*") {
            let _ = decode(&text);
        }
    }
}
