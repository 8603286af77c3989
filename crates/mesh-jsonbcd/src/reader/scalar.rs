// SPDX-License-Identifier: MIT
//! Single tokens: strings, literals, and the octets behind JSON-B codes.
//!
//! Spec: jsonbcd, "JSON-B"; RFC 8259, "Strings".
//! Here: what stands at the reader's position, and nothing about where it may stand.
//! Not here: containers and separators (`reader`); numbers (`number`).

use std::borrow::Cow;

use zeroize::Zeroize as _;

use super::Reader;
use crate::token::{self, Token};
use crate::{Error, base64url};

/// What stands between two quotation marks.
struct Quoted<'a> {
    /// Position of the first octet.
    start: usize,
    octets: &'a [u8],
    escaped: bool,
}

impl<'a> Reader<'a> {
    /// Reads a quoted string.
    pub(super) fn text_string(&mut self) -> Result<Cow<'a, str>, Error> {
        let quoted = self.quoted()?;
        let text = utf8(quoted.octets, quoted.start)?;
        if quoted.escaped {
            unescape(text, quoted.start).map(Cow::Owned)
        } else {
            Ok(Cow::Borrowed(text))
        }
    }

    /// Reads a quoted string with Base64.
    pub(super) fn text_binary(&mut self) -> Result<Vec<u8>, Error> {
        let quoted = self.quoted()?;
        let invalid = || Error::malformed(quoted.start, base64url::INVALID);
        if quoted.escaped {
            let mut text = unescape(utf8(quoted.octets, quoted.start)?, quoted.start)?;
            let decoded = base64url::decode_bytes(text.as_bytes());
            text.zeroize();
            return decoded.ok_or_else(invalid);
        }
        if !quoted.octets.is_ascii() {
            utf8(quoted.octets, quoted.start)?;
        }
        base64url::decode_bytes(quoted.octets).ok_or_else(invalid)
    }

    /// Finds the closing quotation mark, and moves behind it.
    fn quoted(&mut self) -> Result<Quoted<'a>, Error> {
        let opening = self.position;
        self.advance(1);
        let start = self.position;
        let rest = self.rest();
        let mut length = 0_usize;
        let mut escaped = false;
        loop {
            let tail = rest.get(length..).unwrap_or_default();
            length = length.saturating_add(plain_prefix(tail));
            match rest.get(length) {
                Some(b'"') => break,
                Some(_) => {
                    escaped = true;
                    length = length.saturating_add(2);
                }
                None => return Err(Error::Truncated { offset: opening }),
            }
        }
        if length > self.limits.max_string {
            return Err(self.limit(opening, "bytes of a string", self.limits.max_string));
        }
        self.advance(length.saturating_add(1));
        Ok(Quoted {
            start,
            octets: rest.get(..length).unwrap_or_default(),
            escaped,
        })
    }

    /// Whether a JSON-B value whose length takes one octet is here in full: by far the most frequent form. Any other,
    /// and any fault, is for [`Self::tagged_octets`].
    #[inline]
    pub(super) fn is_short(&self) -> bool {
        match self.rest() {
            [_, length, rest @ ..] => {
                let length = usize::from(*length);
                length <= rest.len() && length <= self.limits.max_string
            }
            _ => false,
        }
    }

    /// Reads the octets of a value for which [`Self::is_short`] holds.
    #[inline]
    pub(super) fn short(&mut self) -> &'a [u8] {
        let [_, length, rest @ ..] = self.rest() else {
            return &[];
        };
        let octets = rest.get(..usize::from(*length)).unwrap_or_default();
        self.advance(octets.len().saturating_add(2));
        octets
    }

    /// As [`Self::short`], for a string or name.
    #[inline]
    pub(super) fn short_string(&mut self) -> Result<&'a str, Error> {
        let start = self.position;
        utf8(self.short(), start)
    }

    /// Reads a JSON-B string or name. `chunk` is the token whose codes announce that more follows.
    pub(super) fn tagged_string(
        &mut self,
        last: Token,
        chunk: Token,
    ) -> Result<Cow<'a, str>, Error> {
        let start = self.position;
        match self.tagged_octets(last, chunk)? {
            Cow::Borrowed(octets) => utf8(octets, start).map(Cow::Borrowed),
            Cow::Owned(octets) => String::from_utf8(octets)
                .map(Cow::Owned)
                .map_err(|_| Error::malformed(start, NOT_UTF8)),
        }
    }

    /// Reads the octets behind JSON-B codes: of the value itself, or of its chunks joined.
    ///
    /// The caller has checked the first code. The codes behind a chunk must be `last` or `chunk`.
    pub(super) fn tagged_octets(
        &mut self,
        last: Token,
        chunk: Token,
    ) -> Result<Cow<'a, [u8]>, Error> {
        let start = self.position;
        let mut code = self.byte().ok_or_else(|| self.truncated())?;
        let mut total = 0_usize;
        let mut chunks: Vec<&'a [u8]> = Vec::new();
        loop {
            let here = self.position;
            self.advance(1);
            let length = usize::try_from(self.tagged_number(code)?).unwrap_or(usize::MAX);
            total = total.saturating_add(length);
            if total > self.limits.max_string {
                return Err(self.limit(start, "bytes of a value", self.limits.max_string));
            }
            let octets = self
                .rest()
                .get(..length)
                .ok_or(Error::Truncated { offset: here })?;
            self.advance(length);
            if Token::classify(code) != chunk {
                if chunks.is_empty() {
                    return Ok(Cow::Borrowed(octets));
                }
                chunks.push(octets);
                // One allocation of the final size: growing would leave copies of a secret behind.
                return Ok(Cow::Owned(chunks.concat()));
            }
            if !octets.is_empty() {
                chunks.push(octets);
            }
            code = self.byte().ok_or_else(|| self.truncated())?;
            let token = Token::classify(code);
            if code < 0x80 || (token != last && token != chunk) {
                return Err(self.malformed("a chunk without the rest of its value"));
            }
        }
    }

    /// Reads the length or value of 1, 2, 4 or 8 octets behind `code`.
    pub(super) fn tagged_number(&mut self, code: u8) -> Result<u64, Error> {
        if code & 3 == 0 {
            // By far the most frequent width.
            let octet = self.byte().ok_or_else(|| self.truncated())?;
            self.advance(1);
            return Ok(u64::from(octet));
        }
        let width = token::width(code);
        let octets = self.rest().get(..width).ok_or_else(|| self.truncated())?;
        self.advance(width);
        Ok(octets
            .iter()
            .fold(0_u64, |value, octet| value << 8 | u64::from(*octet)))
    }

    /// Reads exactly this literal as a whole value.
    pub(super) fn literal(&mut self, word: &'static [u8]) -> Result<(), Error> {
        let rest = self.rest();
        if !rest.starts_with(word) {
            return Err(if word.starts_with(rest) {
                self.truncated()
            } else {
                self.malformed("an unknown literal")
            });
        }
        self.advance(word.len());
        self.word_end()?;
        self.value_end(true);
        Ok(())
    }

    /// Checks that a number or literal does not run into something else.
    pub(super) fn word_end(&self) -> Result<(), Error> {
        match self.byte() {
            Some(byte)
                if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-' | b'_') =>
            {
                Err(self.malformed("a number or literal that runs into something else"))
            }
            _ => Ok(()),
        }
    }
}

const NOT_UTF8: &str = "text that is not UTF-8";
const BAD_ESCAPE: &str = "an unknown escape sequence";
const LONE_SURROGATE: &str = "half a surrogate pair";

#[inline]
pub(super) fn utf8(octets: &[u8], start: usize) -> Result<&str, Error> {
    std::str::from_utf8(octets)
        .map_err(|error| Error::malformed(start.saturating_add(error.valid_up_to()), NOT_UTF8))
}

/// The number of octets before the first quotation mark or backslash, eight at a time.
fn plain_prefix(octets: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    // Sets the high bit of each octet that is zero, and perhaps of octets behind the first one.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let (words, tail) = octets.as_chunks::<8>();
    let mut length = 0_usize;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let found = zeros(word ^ (ONES * 0x22)) | zeros(word ^ (ONES * 0x5C));
        if found != 0 {
            let octet = usize::try_from(found.trailing_zeros() / 8).unwrap_or_default();
            return length.saturating_add(octet);
        }
        length = length.saturating_add(8);
    }
    let plain = tail.iter().take_while(|byte| !matches!(byte, b'"' | b'\\'));
    length.saturating_add(plain.count())
}

/// Resolves escape sequences. `start` is the position of the text in the input.
fn unescape(text: &str, start: usize) -> Result<String, Error> {
    // An escape sequence is longer than what it stands for, so this never grows.
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, tail)) = rest.split_once('\\') {
        out.push_str(plain);
        let offset = start.saturating_add(text.len().saturating_sub(tail.len()).saturating_sub(1));
        let mut chars = tail.chars();
        let resolved = match chars.next() {
            Some(same @ ('"' | '\\' | '/')) => Ok(same),
            Some('b') => Ok('\u{8}'),
            Some('f') => Ok('\u{C}'),
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some('u') => unicode_escape(&mut chars),
            _ => Err(BAD_ESCAPE),
        };
        match resolved {
            Ok(resolved) => out.push(resolved),
            Err(what) => {
                out.zeroize();
                return Err(Error::malformed(offset, what));
            }
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    Ok(out)
}

/// What follows `\u`: four digits, and another escape sequence if they are the first half of a pair.
fn unicode_escape(chars: &mut std::str::Chars<'_>) -> Result<char, &'static str> {
    let first = hex4(chars).ok_or(BAD_ESCAPE)?;
    if !(0xD800..0xE000).contains(&first) {
        return char::from_u32(first).ok_or(LONE_SURROGATE);
    }
    if first >= 0xDC00 || chars.next() != Some('\\') || chars.next() != Some('u') {
        return Err(LONE_SURROGATE);
    }
    let second = hex4(chars).ok_or(BAD_ESCAPE)?;
    if !(0xDC00..0xE000).contains(&second) {
        return Err(LONE_SURROGATE);
    }
    let point = 0x1_0000 + ((first & 0x3FF) << 10) + (second & 0x3FF);
    char::from_u32(point).ok_or(LONE_SURROGATE)
}

fn hex4(chars: &mut std::str::Chars<'_>) -> Option<u32> {
    let mut value = 0;
    for _ in 0..4 {
        value = value << 4 | chars.next()?.to_digit(16)?;
    }
    Some(value)
}
