// SPDX-License-Identifier: MIT
//! Base64 with the URL and file name safe alphabet, unpadded: how binary values appear in JSON text.
//!
//! Spec: jsonbcd, "Binary"; RFC 4648, "Base 64 Encoding with URL and Filename Safe Alphabet".
//! Here: strict writing; lax reading, as text on the wire is wrapped with line breaks inside the string.
//! Not here: Base32 presentations of identifiers (`mesh-crypto`).

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::{Zeroize as _, Zeroizing};

use crate::Error;

const LAX: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_encode_padding(false)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

const ENGINE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LAX);

/// Encodes without padding.
#[must_use]
pub fn encode(data: &[u8]) -> String {
    ENGINE.encode(data)
}

/// Decodes either alphabet, with or without padding; other characters are dropped.
///
/// # Errors
///
/// [`Error::Malformed`] when a lone character remains at the end, which cannot carry an octet.
pub fn decode(text: &str) -> Result<Vec<u8>, Error> {
    decode_bytes(text.as_bytes()).ok_or(Error::malformed(0, INVALID))
}

/// What is wrong when [`decode_bytes`] fails.
pub(crate) const INVALID: &str = "base64 text of an impossible length";

/// Appends the encoding to `out`.
pub(crate) fn encode_into(data: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    let whole = data.len().div_euclid(3).saturating_mul(4);
    let length = match data.len().rem_euclid(3) {
        0 => whole,
        rest => whole.saturating_add(rest).saturating_add(1),
    };
    out.resize(start.saturating_add(length), 0);
    let written = out
        .get_mut(start..)
        .and_then(|room| ENGINE.encode_slice(data, room).ok());
    debug_assert_eq!(written, Some(length), "the room is computed exactly");
}

/// Decodes; the frequent clean case takes one pass, anything else is filtered first.
pub(crate) fn decode_bytes(text: &[u8]) -> Option<Vec<u8>> {
    if let Ok(data) = ENGINE.decode(text) {
        return Some(data);
    }
    let mut clean = Zeroizing::new(Vec::with_capacity(text.len()));
    clean.extend(text.iter().filter_map(|byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => Some(*byte),
        b'+' => Some(b'-'),
        b'/' => Some(b'_'),
        _ => None,
    }));
    let decoded = ENGINE.decode(clean.as_slice()).ok();
    clean.zeroize();
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_is_url_safe_and_unpadded() {
        assert_eq!(encode(&[0xFB, 0xFF, 0xFE, 1]), "-__-AQ");
        for length in 0..8 {
            let data = vec![0xA5; length];
            let mut out = b"x".to_vec();
            encode_into(&data, &mut out);
            assert_eq!(out, format!("x{}", encode(&data)).into_bytes());
        }
    }

    #[test]
    fn both_alphabets_padding_and_foreign_characters_are_accepted() {
        let data = vec![0xFB, 0xFF, 0xFE, 1];
        for text in [
            "-__-AQ",
            "-__-AQ==",
            "+//+AQ==",
            "-_\n  _-A Q",
            "-__é-AQ",
            "=-__-AQ",
        ] {
            assert_eq!(decode(text), Ok(data.clone()), "{text}");
        }
        assert_eq!(decode(""), Ok(vec![]));
        assert_eq!(decode(" \n"), Ok(vec![]));
    }

    #[test]
    fn a_lone_last_character_is_refused() {
        assert_eq!(decode("AAAAA"), Err(Error::malformed(0, INVALID)));
        assert!(decode("A").is_err());
    }
}
