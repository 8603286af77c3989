// SPDX-License-Identifier: MIT
//! The witness value that a person compares when a device asks to be connected.
//!
//! Spec: mesh-protocol, "Device Connection", witness value.
//! Here: its computation, and the words in which it is read aloud.
//! Not here: the messages that carry the nonces (`mesh-schema`, `mesh-client`).

use super::{DEFAULT_BITS, presentation};
use crate::digest::sha512;

/// The connection witness of an account and a device.
///
/// `account` and `device` are the 65-octet list digests of the two profiles (see [`super::list_digest`]). The text
/// has no type octet: it is Base32 of the first 140 bits.
#[must_use]
pub fn connection_witness(
    account: &[u8],
    server_nonce: &[u8],
    device: &[u8],
    client_nonce: &[u8],
) -> String {
    let account = sha512(&[account, server_nonce]);
    let device = sha512(&[device, client_nonce]);
    presentation::present(&sha512(&[&account, &device]), DEFAULT_BITS)
}

/// Words of a witness value: 88 bits. Whoever wants another request with the same words has to try as many as for a key of that length,
/// while the owner waits.
const WORDS: usize = 8;
/// Bits of a word.
const WORD_BITS: usize = 11;

/// The beginning of a witness value in words of the English list of BIP 39, whose first four letters tell them apart: shorter to compare
/// and easier to read aloud than the whole.
///
/// # Errors
/// [`Error::BadCharacter`](crate::Error::BadCharacter) when the text is no witness value.
pub fn witness_words(witness: &str) -> Result<String, crate::Error> {
    let list = bip39::Language::English.word_list();
    let octets = presentation::decode(witness)?;
    let bits = octets
        .iter()
        .flat_map(|octet| (0..8).rev().map(move |bit| usize::from(octet >> bit & 1)));
    let bits: Vec<usize> = bits.take(WORDS * WORD_BITS).collect();
    let words: Vec<&str> = bits
        .chunks_exact(WORD_BITS)
        .filter_map(|bits| {
            let index = bits.iter().fold(0, |index, bit| index << 1 | bit);
            list.get(index).copied()
        })
        .collect();
    match words.len() {
        WORDS => Ok(words.join(" ")),
        _ => Err(crate::Error::IdentifierTooShort {
            length: octets.len(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_follow_the_bits_of_the_witness() {
        let zeros = "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA";
        let same = [bip39::Language::English.word_list()[0]; WORDS].join(" ");
        assert_eq!(witness_words(zeros).unwrap(), same);
        let ones = "7777-7777-7777-7777-7777-7777-7777";
        assert_eq!(witness_words(ones).unwrap(), ["zoo"; WORDS].join(" "));
        // The published witness of mesh-protocol, "Device Connection"; the words come from another program.
        assert_eq!(
            witness_words("A6J3-EVU5-QGBM-WI4Z-HYUC-ONHP-O3VC").unwrap(),
            "always outside noble deposit blouse grain mobile chief"
        );
        // One bit changes one word.
        let other = "B777-7777-7777-7777-7777-7777-7777";
        assert!(
            witness_words(other)
                .unwrap()
                .ends_with("zoo zoo zoo zoo zoo zoo zoo")
        );
    }

    #[test]
    fn what_is_too_short_or_no_witness_has_no_words() {
        for text in ["", "AAAA-AAAA", "A6J3-EVU5-QGBM-WI4", "not a witness 1890"] {
            assert!(witness_words(text).is_err(), "{text}");
        }
    }
}
