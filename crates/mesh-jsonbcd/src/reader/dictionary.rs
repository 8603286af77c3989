// SPDX-License-Identifier: MIT
//! The dictionary of a document: codes that stand for strings and binary values.
//!
//! Spec: jsonbcd, "JSON-C".
//! Here: definitions, references, and what both may cost.
//! Not here: which strings a writer defines (`writer`); dictionaries that a document names by a fingerprint.
//!
//! Codes of 8, 16 and 32 bits are the same numbers. A code is defined once, before it is used: before a value, or where
//! a string, binary value or name is due. What a code stands for is a string or binary value of JSON-B, never another code.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Kind, Reader};
use crate::token::{self, Token};
use crate::{Error, Limits};

/// What a code stands for.
#[derive(Clone, Debug)]
pub(super) enum Entry<'a> {
    String(Cow<'a, str>),
    Binary(Cow<'a, [u8]>),
}

/// What is defined so far.
#[derive(Debug)]
pub(super) struct Dictionary<'a> {
    definitions: BTreeMap<u32, Definition<'a>>,
    /// Octets that references have stood for.
    pub(super) expanded: usize,
}

#[derive(Debug)]
struct Definition<'a> {
    /// Position of the definition, which may be read again when a value is copied after it was passed over.
    offset: usize,
    entry: Entry<'a>,
}

impl Entry<'_> {
    const fn kind(&self) -> Kind {
        match self {
            Self::String(_) => Kind::String,
            Self::Binary(_) => Kind::Binary,
        }
    }
}

impl Dictionary<'_> {
    pub(super) const fn new() -> Self {
        Self {
            definitions: BTreeMap::new(),
            expanded: 0,
        }
    }
}

impl<'a> Reader<'a> {
    /// Reads the definitions in front of a value, and gives the first byte of the value.
    #[cold]
    pub(super) fn definitions(&mut self) -> Result<u8, Error> {
        loop {
            let first = self.skip_space().ok_or_else(|| self.truncated())?;
            if Token::classify(first) != Token::Definition {
                return Ok(first);
            }
            self.define()?;
        }
    }

    /// Reads a code, with its definition or without, and gives what it stands for. The caller has checked the first byte.
    pub(super) fn coded(&mut self) -> Result<Entry<'a>, Error> {
        let start = self.position;
        let first = self.byte().ok_or_else(|| self.truncated())?;
        if Token::classify(first) == Token::CodeAndDefinition {
            return self.define();
        }
        let (code, length) = self.code()?;
        let entry = self.entry(code)?.clone();
        self.beyond_json_b = true;
        self.advance(length);
        self.expand(start, &entry)?;
        Ok(entry)
    }

    /// The kind of value behind a code, which is not consumed.
    pub(super) fn coded_kind(&self) -> Result<Kind, Error> {
        let (code, length) = self.code()?;
        if self.byte().map(Token::classify) == Some(Token::Code) {
            return Ok(self.entry(code)?.kind());
        }
        match self.rest().get(length).copied().map(Token::classify) {
            Some(Token::String | Token::StringChunk) => Ok(Kind::String),
            Some(Token::Binary | Token::BinaryChunk) => Ok(Kind::Binary),
            Some(_) => Err(self.malformed(NOT_DEFINABLE)),
            None => Err(self.truncated()),
        }
    }

    /// Reads a definition, and gives what is defined. The caller has checked the first byte.
    fn define(&mut self) -> Result<Entry<'a>, Error> {
        let start = self.position;
        let (code, length) = self.code()?;
        self.beyond_json_b = true;
        self.advance(length);
        let first = self.byte().ok_or_else(|| self.truncated())?;
        let entry = match (first, Token::classify(first)) {
            (_, Token::String | Token::StringChunk) => {
                Entry::String(self.tagged_string(Token::String, Token::StringChunk)?)
            }
            (_, Token::Binary | Token::BinaryChunk) => {
                Entry::Binary(self.tagged_octets(Token::Binary, Token::BinaryChunk)?)
            }
            _ => return Err(self.malformed(NOT_DEFINABLE)),
        };
        let definitions = &mut self.dictionary.definitions;
        if definitions
            .get(&code)
            .is_some_and(|known| known.offset != start)
        {
            return Err(Error::malformed(start, "a code that is defined twice"));
        }
        let definition = Definition {
            offset: start,
            entry: entry.clone(),
        };
        definitions.insert(code, definition);
        if definitions.len() > self.limits.max_codes {
            return Err(self.limit(start, "codes of a dictionary", self.limits.max_codes));
        }
        Ok(entry)
    }

    /// The code at the reader's position, and the number of octets that it takes.
    fn code(&self) -> Result<(u32, usize), Error> {
        let rest = self.rest();
        let (first, rest) = rest.split_first().ok_or_else(|| self.truncated())?;
        let width = token::width(*first);
        let octets = rest.get(..width).ok_or_else(|| self.truncated())?;
        let code = octets
            .iter()
            .fold(0, |code, octet| code << 8 | u32::from(*octet));
        Ok((code, width.saturating_add(1)))
    }

    fn entry(&self, code: u32) -> Result<&Entry<'a>, Error> {
        match self.dictionary.definitions.get(&code) {
            Some(definition) => Ok(&definition.entry),
            None => Err(self.malformed("a code that is not defined")),
        }
    }

    /// Accounts for what a reference stands for: two octets could otherwise become megabytes, as often as they fit.
    fn expand(&mut self, start: usize, entry: &Entry<'_>) -> Result<(), Error> {
        let length = match entry {
            Entry::String(text) => text.len(),
            Entry::Binary(octets) => octets.len(),
        };
        let expanded = self.dictionary.expanded.saturating_add(length);
        self.dictionary.expanded = expanded;
        let most = self.input.len().saturating_mul(self.limits.max_expansion);
        let most = most
            .saturating_add(Limits::FREE_MEMORY)
            .min(self.limits.max_bytes.saturating_sub(self.input.len()));
        if expanded > most {
            return Err(self.limit(start, "octets that codes stand for", most));
        }
        Ok(())
    }
}

const NOT_DEFINABLE: &str = "a definition of something else than a string or binary value";

#[cfg(test)]
mod tests {
    use super::*;

    /// Two references to sixty octets.
    fn document() -> Vec<u8> {
        [
            b"[\xc8\x00\x80\x3c".as_slice(),
            &[b'x'; 60],
            b"\xc0\x00\xc0\x00]",
        ]
        .concat()
    }

    #[test]
    fn a_captured_value_counts_once_what_its_codes_stand_for() {
        let document = document();
        for (room, fits) in [(120, true), (119, false)] {
            let limits = Limits {
                max_bytes: document.len() + room,
                ..Limits::default()
            };
            let raw = Reader::with_limits(&document, limits).raw();
            assert_eq!(raw.is_ok(), fits, "{raw:?}");
        }
    }

    #[test]
    fn records_may_take_as_much_memory_as_without_codes() {
        let document = document();
        let mut reader = Reader::new(&document);
        reader.skip().unwrap();
        let most = (document.len() + 120) * 8 + Limits::FREE_MEMORY;
        assert_eq!(reader.claim(most), Ok(()));
        assert!(matches!(reader.claim(1), Err(Error::Limit { .. })));
    }
}
