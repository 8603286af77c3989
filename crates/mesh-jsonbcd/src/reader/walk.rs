// SPDX-License-Identifier: MIT
//! Passing over one whole value, to skip, capture or copy it.
//!
//! Spec: none; jsonbcd leaves it to implementations how to treat members they do not know.
//! Here: one loop without recursion, so that the depth of a value costs no stack.
//! Not here: the public names of it (`reader`, `raw`).

use super::frame::Container;
use super::number::{Integer, Real};
use super::{Kind, Reader};
use crate::{Error, Writer, token};

impl Reader<'_> {
    /// Passes over one value, copying it to `out` if there is one.
    pub(crate) fn walk(&mut self, mut out: Option<&mut Writer>) -> Result<(), Error> {
        let outside = self.outer.len();
        while self.step(outside, out.as_deref_mut())? {}
        Ok(())
    }

    /// Passes over one token, and what ends behind it, down to `outside` open containers. `false` when no value is due
    /// there.
    pub(crate) fn step(
        &mut self,
        outside: usize,
        mut out: Option<&mut Writer>,
    ) -> Result<bool, Error> {
        self.walk_token(out.as_deref_mut())?;
        while self.outer.len() > outside {
            if self.walk_item(out.as_deref_mut())? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Moves to the next item of the innermost container; `false` when that has ended.
    fn walk_item(&mut self, out: Option<&mut Writer>) -> Result<bool, Error> {
        if self.frame.container == Container::Array {
            let more = self.next_element()?;
            if let (false, Some(out)) = (more, out) {
                out.end_array();
            }
            return Ok(more);
        }
        let name = self.next_name_cow()?;
        if let Some(out) = out {
            match &name {
                Some(name) => out.name(name),
                None => out.end_object(),
            }
        }
        Ok(name.is_some())
    }

    /// Passes over a scalar or the beginning of a container.
    fn walk_token(&mut self, out: Option<&mut Writer>) -> Result<(), Error> {
        let Some(out) = out else {
            return self.skip_token();
        };
        match self.peek()? {
            Kind::Object => {
                self.begin_object()?;
                out.begin_object();
            }
            Kind::Array => {
                self.begin_array()?;
                out.begin_array();
            }
            Kind::String => out.string(&self.string_cow()?),
            Kind::Binary => out.binary(&self.binary_cow()?),
            Kind::Integer => match self.any_integer()? {
                Integer::Small(value) => out.integer(value),
                Integer::Big(value) => out.big_integer(&value),
            },
            Kind::Float => match self.finite()? {
                (value, Some(text)) => out.decimal(text, value),
                (value, None) => out.float(value),
            },
            Kind::Boolean => out.boolean(self.boolean()?),
            Kind::Null => {
                self.take_null()?;
                out.null();
            }
        }
        Ok(())
    }

    fn skip_token(&mut self) -> Result<(), Error> {
        match self.value_start()? {
            b'{' => return self.begin_object(),
            b'[' => return self.begin_array(),
            b'"' | token::STRING => return self.string_cow().map(drop),
            token::BINARY => return self.binary_cow().map(drop),
            _ => {}
        }
        match self.peek()? {
            Kind::Object => self.begin_object(),
            Kind::Array => self.begin_array(),
            Kind::String => self.string_cow().map(drop),
            Kind::Binary => self.binary_cow().map(drop),
            Kind::Integer => self.any_integer().map(drop),
            Kind::Float => self.float().map(drop),
            Kind::Boolean => self.boolean().map(drop),
            Kind::Null => self.take_null().map(drop),
        }
    }

    /// A number that is not an integer, with its digits if it is text.
    fn finite(&mut self) -> Result<(f64, Option<&str>), Error> {
        let offset = self.position;
        match self.any_number()? {
            Real::Text(text) => match text.parse::<f64>() {
                Ok(value) if value.is_finite() => Ok((value, Some(text))),
                _ => Err(Error::NumberRange { offset }),
            },
            Real::Binary(value) => Ok((value, None)),
            // Its kind is another one.
            Real::Integer(_) => Err(self.misuse("not a floating point number")),
        }
    }
}
