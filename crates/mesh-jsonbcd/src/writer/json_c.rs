// SPDX-License-Identifier: MIT
//! The dictionary that a writer of JSON-C builds as it goes.
//!
//! Spec: jsonbcd, "JSON-C".
//! Here: which strings get a code. Every name when it comes first, every other string when it comes again; from then on
//! the code stands for both.
//! Not here: binary values, which rarely repeat, and secrets: how long the output is would tell that one is used twice.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use zeroize::Zeroize as _;

use super::json_b;
use crate::{Limits, token};

/// The strings seen so far.
#[derive(Debug)]
pub(super) struct Dictionary {
    words: BTreeMap<Word, Option<u16>>,
    /// The next code; none when all are given.
    next: Option<u16>,
    /// Octets that references have stood for.
    expanded: usize,
}

/// A copy of a string, erased at the end: it may be a secret after all.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Word(String);

impl Drop for Word {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Borrow<str> for Word {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// Shorter strings gain nothing; longer ones are texts, which do not repeat.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=255;
/// So many strings are remembered, beside the names.
const WORDS: usize = 1 << 12;

impl Dictionary {
    pub(super) const fn new() -> Self {
        Self {
            words: BTreeMap::new(),
            next: Some(0),
            expanded: 0,
        }
    }

    /// Writes a name or another string. `before` octets of the document are no longer in `out`.
    pub(super) fn write(&mut self, out: &mut Vec<u8>, before: usize, text: &str, name: bool) {
        if !LENGTHS.contains(&text.len()) {
            return plain(out, text, name);
        }
        let known = self.words.get(text).copied();
        if let Some(Some(code)) = known {
            if self.affords(before.saturating_add(out.len()), text.len()) {
                return write_code(out, token::CODE, code);
            }
        } else if let (true, Some(code)) = (name || known.is_some(), self.next) {
            self.next = code.checked_add(1);
            self.words.insert(word(text), Some(code));
            write_code(out, token::CODE_AND_DEFINITION, code);
            return json_b::string(out, text);
        } else if known.is_none() && self.words.len() < WORDS {
            self.words.insert(word(text), None);
        }
        plain(out, text, name);
    }

    /// Whether a reader with the default limits lets a code stand for so much more, whatever follows.
    fn affords(&mut self, written: usize, length: usize) -> bool {
        let limits = Limits::default();
        let most = written.saturating_mul(limits.max_expansion);
        let most = most.saturating_add(Limits::FREE_MEMORY);
        let expanded = self.expanded.saturating_add(length);
        let affords = expanded <= most;
        if affords {
            self.expanded = expanded;
        }
        affords
    }
}

fn word(text: &str) -> Word {
    Word(text.to_owned())
}

fn plain(out: &mut Vec<u8>, text: &str, name: bool) {
    if name {
        json_b::name(out, text);
    } else {
        json_b::string(out, text);
    }
}

fn write_code(out: &mut Vec<u8>, base: u8, code: u16) {
    if let Ok(code) = u8::try_from(code) {
        out.extend_from_slice(&[base, code]);
    } else {
        out.push(base | 1);
        out.extend_from_slice(&code.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(texts: &[(&str, bool)]) -> Vec<u8> {
        let (mut dictionary, mut out) = (Dictionary::new(), Vec::new());
        for (text, name) in texts {
            dictionary.write(&mut out, 0, text, *name);
        }
        out
    }

    #[test]
    fn a_name_is_defined_at_once_and_a_string_when_it_comes_again() {
        assert_eq!(
            written(&[("ab", true), ("ab", true), ("ab", false)]),
            b"\xc8\x00\x80\x02ab\xc0\x00\xc0\x00"
        );
        assert_eq!(
            written(&[("ab", false), ("ab", false), ("ab", false), ("ab", true)]),
            b"\x80\x02ab\xc8\x00\x80\x02ab\xc0\x00\xc0\x00"
        );
        assert_eq!(
            written(&[("a", true), ("a", true), ("", false), ("", false)]),
            b"\xb4\x01a\xb4\x01a\x80\x00\x80\x00"
        );
    }

    #[test]
    fn codes_beyond_255_take_two_octets_and_end_at_65535() {
        let (mut dictionary, mut out) = (Dictionary::new(), Vec::new());
        for number in 0..70_000 {
            dictionary.write(&mut out, 0, &format!("n{number}"), true);
        }
        for (text, expected) in [
            ("n255", b"\xc0\xff".as_slice()),
            ("n256", b"\xc1\x01\x00"),
            ("n65535", b"\xc1\xff\xff"),
            ("n65536", b"\xb4\x06n65536"),
        ] {
            let mut out = Vec::new();
            dictionary.write(&mut out, 0, text, true);
            assert_eq!(out, expected);
        }
    }

    #[test]
    fn references_end_where_a_reader_would_refuse_them() {
        let (mut dictionary, mut out) = (Dictionary::new(), Vec::new());
        let text = "x".repeat(255);
        for _ in 0..100_000 {
            dictionary.write(&mut out, 0, &text, true);
        }
        assert!(dictionary.expanded > Limits::FREE_MEMORY);
        assert!(dictionary.expanded <= out.len() * 8 + Limits::FREE_MEMORY);
    }
}
