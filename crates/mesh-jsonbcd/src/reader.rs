// SPDX-License-Identifier: MIT
//! The one decoder, for JSON text, JSON-B, JSON-C and JSON-D mixed freely.
//!
//! Spec: jsonbcd, "Extended JSON Grammar"; jsonbcd, "JSON-B"; jsonbcd, "JSON-C"; jsonbcd, "JSON-D"; RFC 8259.
//! Here: limits, typed values. `container` reads what is around values, `scalar` and `number` single tokens, `dictionary`
//! codes; `walk` passes over whole values.
//! Not here: typed records (`object`). Refused as [`Error::Unsupported`]: decimal numbers of JSON-D, numbers that 64 bits
//! cannot hold exactly, dictionaries that are not part of the document.
//!
//! Laxer than RFC 8259, as on the wire: commas may be missing where tokens cannot run into each other, colons before
//! a JSON-B value or behind a JSON-B name; strings may contain raw control characters; see also `base64url`.
//! Stricter: a member name may occur only once, a code is defined only once, limits apply.

mod container;
mod dictionary;
mod frame;
mod kind;
mod number;
mod scalar;
mod walk;

use std::borrow::Cow;

pub use kind::Kind;

use dictionary::{Dictionary, Entry};
use frame::{Container, Frame};
use number::{Integer, Real};

use crate::token::{self, Token};
use crate::{BigInteger, DateTime, Error, Format, Limits, Raw, Writer, base64url, date_time};

/// Reads values from a slice, one after the other, without building a tree.
///
/// Several values may stand in a row at the top level. After an error the reader must not be used further; what it
/// then returns is not specified, except that it neither panics nor loops.
#[derive(Debug)]
pub struct Reader<'a> {
    input: &'a [u8],
    position: usize,
    limits: Limits,
    /// Octets of memory that what was read takes beside the octets of its values.
    claimed: usize,
    /// The innermost container.
    frame: Frame<'a>,
    /// Those around it.
    outer: Vec<Frame<'a>>,
    /// Name lists of ended objects, for the next ones at their depths.
    spare: Vec<Vec<&'a str>>,
    /// The last token is a text number or literal, which must not run into the next.
    loose: bool,
    dictionary: Dictionary<'a>,
    /// A code was read that JSON-B does not have.
    beyond_json_b: bool,
    /// The input is larger than the limits allow, and none of it is looked at.
    oversized: bool,
}

impl<'a> Reader<'a> {
    /// Reads `input` under the default limits.
    #[must_use]
    pub fn new(input: &'a [u8]) -> Self {
        Self::with_limits(input, Limits::default())
    }

    /// Accounts for the memory of a record or list element: three octets of input could otherwise become a kilobyte.
    ///
    /// # Errors
    ///
    /// [`Error::Limit`] when all of them take more than [`Limits::max_expansion`] allows.
    pub fn claim(&mut self, octets: usize) -> Result<(), Error> {
        self.claimed = self.claimed.saturating_add(octets);
        // Codes count as what they stand for, so that JSON-C may hold what JSON-B may.
        let input = self.input.len().saturating_add(self.dictionary.expanded);
        let most = input.saturating_mul(self.limits.max_expansion);
        let most = most.saturating_add(Limits::FREE_MEMORY);
        if self.claimed > most {
            return Err(self.limit(self.position, "octets of memory for the values", most));
        }
        Ok(())
    }

    /// Reads `input` under the given limits.
    #[must_use]
    pub const fn with_limits(input: &'a [u8], limits: Limits) -> Self {
        let oversized = input.len() > limits.max_bytes;
        Self {
            input: if oversized { &[] } else { input },
            position: 0,
            limits,
            claimed: 0,
            frame: Frame::new(Container::Top, Vec::new()),
            outer: Vec::new(),
            spare: Vec::new(),
            loose: false,
            dictionary: Dictionary::new(),
            beyond_json_b: false,
            oversized,
        }
    }

    /// The kind of the next value. Definitions in front of it are read, the value is not.
    ///
    /// # Errors
    ///
    /// [`Error::Truncated`] at the end of the input; [`Error::Unsupported`] for codes that are not implemented.
    pub fn peek(&mut self) -> Result<Kind, Error> {
        let first = self.value_start()?;
        self.kind(first)
    }

    /// Reads a string.
    ///
    /// # Errors
    ///
    /// [`Error::UnexpectedKind`], or what is wrong with the string.
    pub fn string(&mut self) -> Result<String, Error> {
        self.string_cow().map(Cow::into_owned)
    }

    /// As [`Self::string`], borrowed from the input where possible.
    ///
    /// # Errors
    ///
    /// As [`Self::string`].
    pub fn string_cow(&mut self) -> Result<Cow<'a, str>, Error> {
        if self.byte() == Some(token::STRING) && self.frame.pending && self.is_short() {
            let value = self.short_string()?;
            self.value_end(false);
            return Ok(Cow::Borrowed(value));
        }
        self.long_string()
    }

    /// As [`Self::string_cow`], for every form.
    #[inline(never)]
    fn long_string(&mut self) -> Result<Cow<'a, str>, Error> {
        let first = self.value_start()?;
        let value = match (first, Token::classify(first)) {
            (b'"', _) => self.text_string()?,
            (_, Token::String | Token::StringChunk) => {
                self.tagged_string(Token::String, Token::StringChunk)?
            }
            (_, Token::Code | Token::CodeAndDefinition) => {
                let offset = self.position;
                match self.coded()? {
                    Entry::String(text) => text,
                    Entry::Binary(_) => {
                        return Err(Error::UnexpectedKind {
                            offset,
                            expected: Kind::String,
                            found: Kind::Binary,
                        });
                    }
                }
            }
            _ => return Err(self.unexpected(first, Kind::String)),
        };
        self.value_end(false);
        Ok(value)
    }

    /// Reads a binary value: a JSON-B binary, or a string with its Base64.
    ///
    /// # Errors
    ///
    /// [`Error::UnexpectedKind`], or what is wrong with the value.
    pub fn binary(&mut self) -> Result<Vec<u8>, Error> {
        self.binary_cow().map(Cow::into_owned)
    }

    /// As [`Self::binary`], borrowed from the input when it is a JSON-B binary in one piece.
    ///
    /// # Errors
    ///
    /// As [`Self::binary`].
    pub fn binary_cow(&mut self) -> Result<Cow<'a, [u8]>, Error> {
        let first = self.value_start()?;
        let start = self.position;
        let value = match (first, Token::classify(first)) {
            (token::BINARY, _) if self.is_short() => Cow::Borrowed(self.short()),
            (b'"', _) => Cow::Owned(self.text_binary()?),
            (_, Token::Binary | Token::BinaryChunk) => {
                self.tagged_octets(Token::Binary, Token::BinaryChunk)?
            }
            (_, Token::String | Token::StringChunk) => base64(
                &self.tagged_string(Token::String, Token::StringChunk)?,
                start,
            )?,
            (_, Token::Code | Token::CodeAndDefinition) => match self.coded()? {
                Entry::Binary(octets) => octets,
                Entry::String(text) => base64(&text, start)?,
            },
            _ => return Err(self.unexpected(first, Kind::Binary)),
        };
        self.value_end(false);
        Ok(value)
    }

    /// Reads an integer.
    ///
    /// # Errors
    ///
    /// [`Error::UnexpectedKind`]; [`Error::NumberRange`] beyond `i64`.
    pub fn integer(&mut self) -> Result<i64, Error> {
        self.value_start()?;
        let offset = self.position;
        match self.any_integer()? {
            Integer::Small(value) => Ok(value),
            Integer::Big(_) => Err(Error::NumberRange { offset }),
        }
    }

    /// Reads an integer of up to 128 bits.
    ///
    /// # Errors
    ///
    /// [`Error::UnexpectedKind`]; [`Error::NumberRange`] beyond `i128`.
    pub fn integer_128(&mut self) -> Result<i128, Error> {
        self.value_start()?;
        let offset = self.position;
        match self.any_integer()? {
            Integer::Small(value) => Ok(value.into()),
            Integer::Big(value) => value.to_i128().ok_or(Error::NumberRange { offset }),
        }
    }

    /// Reads an integer of any size that [`Limits::max_integer`] allows.
    ///
    /// # Errors
    ///
    /// [`Error::UnexpectedKind`]; [`Error::Limit`].
    pub fn big_integer(&mut self) -> Result<BigInteger, Error> {
        Ok(match self.any_integer()? {
            Integer::Small(value) => BigInteger::from(i128::from(value)),
            Integer::Big(value) => value,
        })
    }

    /// Reads a number of any form as floating point. Decimal text and integers are rounded where necessary, binary
    /// floating point numbers never.
    ///
    /// # Errors
    ///
    /// [`Error::UnexpectedKind`]; [`Error::NumberRange`] for infinities, NaN and what exceeds the range;
    /// [`Error::Unsupported`] for a number of JSON-D that `f64` does not hold exactly.
    pub fn float(&mut self) -> Result<f64, Error> {
        self.value_start()?;
        let offset = self.position;
        let value = match self.any_number()? {
            Real::Text(text) => text.parse().ok(),
            // Through text: the standard library has no rounding conversion but `as`.
            Real::Integer(Integer::Small(value)) => value.to_string().parse().ok(),
            Real::Integer(Integer::Big(value)) => value.to_string().parse().ok(),
            Real::Binary(value) => Some(value),
        };
        let value = value.filter(|value: &f64| value.is_finite());
        value.ok_or(Error::NumberRange { offset })
    }

    /// As [`Self::float`], rounded to 32 bits: a number of 64 bits may stand for the decimal text of 32.
    ///
    /// # Errors
    ///
    /// As [`Self::float`].
    pub fn float_32(&mut self) -> Result<f32, Error> {
        self.value_start()?;
        let offset = self.position;
        let value = match self.any_number()? {
            Real::Text(text) => text.parse().ok(),
            Real::Integer(Integer::Small(value)) => value.to_string().parse().ok(),
            Real::Integer(Integer::Big(value)) => value.to_string().parse().ok(),
            Real::Binary(value) => format!("{value:?}").parse().ok(),
        };
        let value = value.filter(|value: &f32| value.is_finite());
        value.ok_or(Error::NumberRange { offset })
    }

    /// Reads a Boolean.
    ///
    /// # Errors
    ///
    /// [`Error::UnexpectedKind`]; [`Error::Malformed`].
    pub fn boolean(&mut self) -> Result<bool, Error> {
        let first = self.value_start()?;
        let value = match first {
            token::TRUE => true,
            token::FALSE => false,
            b't' => {
                self.literal(b"true")?;
                return Ok(true);
            }
            b'f' => {
                self.literal(b"false")?;
                return Ok(false);
            }
            _ => return Err(self.unexpected(first, Kind::Boolean)),
        };
        self.advance(1);
        self.value_end(false);
        Ok(value)
    }

    /// Reads a point in time, which is a string.
    ///
    /// # Errors
    ///
    /// [`Error::UnexpectedKind`]; [`Error::Malformed`] when the string is not a date and time.
    pub fn date_time(&mut self) -> Result<DateTime, Error> {
        self.value_start()?;
        let offset = self.position;
        let text = self.string_cow()?;
        DateTime::parse(&text).map_err(|_| Error::malformed(offset, date_time::INVALID))
    }

    /// Consumes a null if it is next.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`]; [`Error::Truncated`].
    #[inline]
    pub fn take_null(&mut self) -> Result<bool, Error> {
        if matches!(self.byte(), Some(token::STRING..=token::FALSE)) && self.frame.pending {
            // By far the most frequent case: some other value, with nothing in front of it.
            return Ok(false);
        }
        self.long_null()
    }

    /// As [`Self::take_null`], for every form.
    #[inline(never)]
    fn long_null(&mut self) -> Result<bool, Error> {
        match self.value_start()? {
            b'n' => self.literal(b"null")?,
            token::NULL => {
                self.advance(1);
                self.value_end(false);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Passes over one value. It is validated as if it were read.
    ///
    /// # Errors
    ///
    /// Any [`Error`] of decoding.
    pub fn skip(&mut self) -> Result<(), Error> {
        self.walk(None)
    }

    /// Captures one value. It is validated as if it were read. The octets stay as they are, unless they mean something
    /// only within this document or beyond JSON-B: then the value is captured as JSON-B.
    ///
    /// # Errors
    ///
    /// Any [`Error`] of decoding.
    pub fn raw(&mut self) -> Result<Raw, Error> {
        self.value_start()?;
        let (start, loose) = (self.position, self.loose);
        let expanded = self.dictionary.expanded;
        let beyond = std::mem::take(&mut self.beyond_json_b);
        self.skip()?;
        let octets = self.input.get(start..self.position);
        if !std::mem::replace(&mut self.beyond_json_b, beyond) {
            return Ok(Raw::accepted(octets.unwrap_or_default().to_vec()));
        }
        self.position = start;
        self.loose = loose;
        self.dictionary.expanded = expanded;
        self.frame.pending = true;
        let mut writer = Writer::new(Format::JsonB);
        self.walk(Some(&mut writer))?;
        Ok(Raw::accepted(writer.finish()))
    }

    /// Checks that every container has ended and nothing but white space follows.
    ///
    /// # Errors
    ///
    /// [`Error::Trailing`]; [`Error::Misuse`] inside a container.
    pub fn finish(&mut self) -> Result<(), Error> {
        if self.frame.container != Container::Top {
            return Err(self.misuse("a container is still open"));
        }
        if self.is_at_end() {
            Ok(())
        } else {
            Err(Error::Trailing {
                offset: self.position,
            })
        }
    }

    /// Whether nothing but white space is left.
    pub fn is_at_end(&mut self) -> bool {
        !self.oversized && self.skip_space().is_none()
    }

    /// The number of octets consumed.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.position
    }

    /// Checks that a value is due, and gives its first byte.
    #[inline]
    fn value_start(&mut self) -> Result<u8, Error> {
        if !self.frame.pending {
            return Err(self.misuse("no value is due"));
        }
        let first = self.skip_space().ok_or_else(|| self.truncated())?;
        if first & 0xFC == token::DEFINITION {
            return self.definitions();
        }
        Ok(first)
    }

    #[inline]
    fn value_end(&mut self, loose: bool) {
        self.loose = loose;
        self.frame.pending = matches!(self.frame.container, Container::Top);
    }

    fn kind(&self, first: u8) -> Result<Kind, Error> {
        Ok(match first {
            b'{' => Kind::Object,
            b'[' => Kind::Array,
            b'"' => Kind::String,
            b't' | b'f' => Kind::Boolean,
            b'n' => Kind::Null,
            b'-' | b'0'..=b'9' if self.number_is_integer() => Kind::Integer,
            b'-' | b'0'..=b'9' => Kind::Float,
            0x80.. => match Token::classify(first) {
                Token::String | Token::StringChunk => Kind::String,
                Token::Binary | Token::BinaryChunk => Kind::Binary,
                Token::Float => Kind::Float,
                Token::Positive | Token::Negative | Token::Large => Kind::Integer,
                Token::True | Token::False => Kind::Boolean,
                Token::Null => Kind::Null,
                Token::Name => return Err(self.malformed("a member name where a value is due")),
                Token::Code | Token::CodeAndDefinition => self.coded_kind()?,
                // Read before a value is looked at.
                Token::Definition => {
                    return Err(self.malformed("a definition where a value is due"));
                }
                Token::Unsupported => {
                    return Err(self.unsupported(first, token::family(first)));
                }
                Token::Undefined => return Err(self.malformed("an undefined code")),
            },
            _ => return Err(self.malformed("a value is due")),
        })
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.input.get(self.position).copied()
    }

    /// Passes over white space, and gives the byte behind it.
    #[inline]
    fn skip_space(&mut self) -> Option<u8> {
        loop {
            let byte = self.byte()?;
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(byte);
            }
            self.advance(1);
        }
    }

    #[inline]
    fn rest(&self) -> &'a [u8] {
        self.input.get(self.position..).unwrap_or_default()
    }

    #[inline]
    const fn advance(&mut self, by: usize) {
        self.position = self.position.saturating_add(by);
    }

    fn unexpected(&self, first: u8, expected: Kind) -> Error {
        match self.kind(first) {
            Ok(found) => Error::UnexpectedKind {
                offset: self.position,
                expected,
                found,
            },
            Err(error) => error,
        }
    }

    #[cold]
    const fn malformed(&self, what: &'static str) -> Error {
        Error::malformed(self.position, what)
    }

    #[cold]
    const fn misuse(&self, what: &'static str) -> Error {
        Error::Misuse {
            offset: self.position,
            what,
        }
    }

    #[cold]
    const fn truncated(&self) -> Error {
        if self.oversized {
            return self.limit(0, "bytes of input", self.limits.max_bytes);
        }
        Error::Truncated {
            offset: self.position,
        }
    }

    #[cold]
    const fn unsupported(&self, code: u8, family: &'static str) -> Error {
        Error::Unsupported {
            offset: self.position,
            code,
            family,
        }
    }

    #[cold]
    const fn limit(&self, offset: usize, what: &'static str, maximum: usize) -> Error {
        Error::Limit {
            offset,
            what,
            maximum,
        }
    }
}

fn base64(text: &str, start: usize) -> Result<Cow<'static, [u8]>, Error> {
    base64url::decode_bytes(text.as_bytes())
        .map(Cow::Owned)
        .ok_or_else(|| Error::malformed(start, base64url::INVALID))
}

#[cfg(test)]
mod tests;
