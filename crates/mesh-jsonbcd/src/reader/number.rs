// SPDX-License-Identifier: MIT
//! Numbers of every form.
//!
//! Spec: RFC 8259, "Numbers"; jsonbcd, "JSON-B"; jsonbcd, "JSON-D".
//! Here: integers of any size, floating point numbers of any width that 64 bits hold exactly.
//! Not here: exactness (`float`), conversion between text and magnitude (`big_integer`).

use super::scalar::utf8;
use super::{Kind, Reader};
use crate::float::{self, Fault};
use crate::token::{self, Token};
use crate::{BigInteger, Error};

/// An integer that was read.
#[derive(Debug)]
pub(super) enum Integer {
    Small(i64),
    /// Beyond `i64`.
    Big(BigInteger),
}

/// A number in decimal text.
pub(super) struct Number<'a> {
    pub(super) text: &'a str,
    integer: bool,
}

/// A number that is not an integer, or is asked for as if it were none.
pub(super) enum Real<'a> {
    Text(&'a str),
    Integer(Integer),
    Binary(f64),
}

impl<'a> Reader<'a> {
    /// Reads an integer of any form.
    pub(super) fn any_integer(&mut self) -> Result<Integer, Error> {
        let first = self.value_start()?;
        let start = self.position;
        let value = match (first, Token::classify(first)) {
            (b'-' | b'0'..=b'9', _) => {
                let number = self.text_number()?;
                if !number.integer {
                    return Err(Error::UnexpectedKind {
                        offset: start,
                        expected: Kind::Integer,
                        found: Kind::Float,
                    });
                }
                let value = match number.text.parse() {
                    Ok(value) => Integer::Small(value),
                    Err(_) => self.big_text(start, number.text)?,
                };
                self.value_end(true);
                return Ok(value);
            }
            (_, Token::Positive | Token::Negative) => self.tagged_integer(first)?,
            (_, Token::Large) => self.large_integer(first)?,
            _ => return Err(self.unexpected(first, Kind::Integer)),
        };
        self.value_end(false);
        Ok(value)
    }

    /// Reads a number of any form.
    pub(super) fn any_number(&mut self) -> Result<Real<'a>, Error> {
        let first = self.value_start()?;
        let value = match (first, Token::classify(first)) {
            (b'-' | b'0'..=b'9', _) => {
                let text = self.text_number()?.text;
                self.value_end(true);
                return Ok(Real::Text(text));
            }
            (_, Token::Positive | Token::Negative | Token::Large) => {
                return self.any_integer().map(Real::Integer);
            }
            (_, Token::Float) => self.tagged_float(first)?,
            _ => return Err(self.unexpected(first, Kind::Float)),
        };
        self.value_end(false);
        Ok(Real::Binary(value))
    }

    /// Reads an integer of up to eight octets.
    fn tagged_integer(&mut self, code: u8) -> Result<Integer, Error> {
        self.advance(1);
        let magnitude = self.tagged_number(code)?;
        let negative = Token::classify(code) == Token::Negative;
        let small = if negative {
            0_i64.checked_sub_unsigned(magnitude)
        } else {
            i64::try_from(magnitude).ok()
        };
        Ok(match small {
            Some(value) => Integer::Small(value),
            None => Integer::Big(BigInteger::new(negative, &magnitude.to_be_bytes())),
        })
    }

    /// Reads an integer of another width.
    fn large_integer(&mut self, code: u8) -> Result<Integer, Error> {
        let start = self.position;
        self.beyond_json_b |= Token::is_beyond_json_b(code);
        self.advance(1);
        let length = match code {
            token::POSITIVE_128 | token::NEGATIVE_128 => 16,
            token::POSITIVE_256 => 32,
            token::POSITIVE_512 => 64,
            _ => {
                let octets = self.rest().first_chunk().ok_or_else(|| self.truncated())?;
                self.advance(2);
                usize::from(u16::from_be_bytes(*octets))
            }
        };
        if length > self.limits.max_integer {
            return Err(self.limit(start, INTEGER, self.limits.max_integer));
        }
        let octets = self.rest().get(..length);
        let octets = octets.ok_or(Error::Truncated { offset: start })?;
        self.advance(length);
        let negative = matches!(code, token::NEGATIVE_128 | token::NEGATIVE_BIG);
        let value = BigInteger::new(negative, octets);
        Ok(value.to_i64().map_or(Integer::Big(value), Integer::Small))
    }

    /// Converts decimal digits, of which there are not more than an integer of the greatest length may have.
    fn big_text(&self, start: usize, text: &str) -> Result<Integer, Error> {
        let most = self.limits.max_integer;
        let error = || self.limit(start, INTEGER, most);
        // So many digits, plus one, has the greatest magnitude: an octet has 2.408 of them.
        let digits = most.saturating_mul(2408).div_euclid(1000);
        if text.trim_start_matches('-').len() > digits.saturating_add(1) {
            return Err(error());
        }
        match BigInteger::parse(text) {
            Some(value) if value.magnitude().len() <= most => Ok(Integer::Big(value)),
            _ => Err(error()),
        }
    }

    /// Reads a floating point number of any width.
    fn tagged_float(&mut self, code: u8) -> Result<f64, Error> {
        let start = self.position;
        self.beyond_json_b |= Token::is_beyond_json_b(code);
        let end = float::length(code).saturating_add(1);
        let octets = self.rest().get(1..end);
        let octets = octets.ok_or(Error::Truncated { offset: start })?;
        let value = float::read(code, octets).map_err(|fault| match fault {
            Fault::NotFinite => Error::NumberRange { offset: start },
            Fault::Inexact => self.unsupported(code, "JSON-D number beyond 64 bits"),
            Fault::Invalid => self.malformed("an extended number without its leading bit"),
        })?;
        self.advance(end);
        Ok(value)
    }

    /// Whether the text number here has neither fraction nor exponent.
    pub(super) fn number_is_integer(&self) -> bool {
        let end = self
            .rest()
            .iter()
            .find(|byte| !matches!(byte, b'-' | b'0'..=b'9'));
        !matches!(end, Some(b'.' | b'e' | b'E'))
    }

    /// Reads a number in decimal text.
    fn text_number(&mut self) -> Result<Number<'a>, Error> {
        let rest = self.rest();
        let mut length = usize::from(rest.first() == Some(&b'-'));
        let whole = digits(rest, length);
        if whole == 0 {
            return Err(self.number_error(rest, length));
        }
        if whole > 1 && rest.get(length) == Some(&b'0') {
            return Err(self.malformed(NOT_A_NUMBER));
        }
        length = length.saturating_add(whole);
        let mut integer = true;
        if rest.get(length) == Some(&b'.') {
            integer = false;
            length = length.saturating_add(1);
            let fraction = digits(rest, length);
            if fraction == 0 {
                return Err(self.number_error(rest, length));
            }
            length = length.saturating_add(fraction);
        }
        if matches!(rest.get(length), Some(b'e' | b'E')) {
            integer = false;
            length = length.saturating_add(1);
            if matches!(rest.get(length), Some(b'+' | b'-')) {
                length = length.saturating_add(1);
            }
            let exponent = digits(rest, length);
            if exponent == 0 {
                return Err(self.number_error(rest, length));
            }
            length = length.saturating_add(exponent);
        }
        if length > self.limits.max_string {
            return Err(self.limit(self.position, "bytes of a number", self.limits.max_string));
        }
        let text = rest.get(..length).unwrap_or_default();
        let text = utf8(text, self.position)?;
        self.advance(length);
        self.word_end()?;
        Ok(Number { text, integer })
    }

    /// The number ends here, or something that no number contains is in it.
    fn number_error(&self, rest: &[u8], length: usize) -> Error {
        if length >= rest.len() {
            self.truncated()
        } else {
            self.malformed(NOT_A_NUMBER)
        }
    }
}

const NOT_A_NUMBER: &str = "a number that is not legal";
const INTEGER: &str = "octets of an integer";

/// The number of digits from a position on.
fn digits(text: &[u8], from: usize) -> usize {
    let tail = text.get(from..).unwrap_or_default();
    tail.iter().take_while(|byte| byte.is_ascii_digit()).count()
}
