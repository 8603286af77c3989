// SPDX-License-Identifier: MIT
//! Objects and arrays: what stands around values.
//!
//! Spec: jsonbcd, "Extended JSON Grammar"; RFC 8259, "Objects"; RFC 8259, "Arrays".
//! Here: brackets, separators, member names, and that a name occurs once.
//! Not here: values (`reader`); where one is (`frame`).

use std::borrow::Cow;

use super::dictionary::Entry;
use super::frame::{Container, Frame};
use super::{Kind, Reader};
use crate::Error;
use crate::token::{self, Token};

impl<'a> Reader<'a> {
    /// Enters an object.
    ///
    /// # Errors
    ///
    /// [`Error::UnexpectedKind`]; [`Error::Limit`] when it is nested too deeply.
    pub fn begin_object(&mut self) -> Result<(), Error> {
        self.begin(b'{', Kind::Object, Container::Object)
    }

    /// The name of the next member, or `None` when the object has ended.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateName`]; [`Error::Malformed`]; [`Error::Truncated`]; [`Error::Limit`];
    /// [`Error::Misuse`] outside an object or while a value is due.
    pub fn next_name(&mut self) -> Result<Option<String>, Error> {
        Ok(self.next_name_cow()?.map(Cow::into_owned))
    }

    /// As [`Self::next_name`], borrowed from the input where possible.
    ///
    /// # Errors
    ///
    /// As [`Self::next_name`].
    pub fn next_name_cow(&mut self) -> Result<Option<Cow<'a, str>>, Error> {
        if let Some(name) = self.next_short_name() {
            return Ok(Some(Cow::Borrowed(name)));
        }
        self.next_long_name()
    }

    /// Enters an array.
    ///
    /// # Errors
    ///
    /// [`Error::UnexpectedKind`]; [`Error::Limit`] when it is nested too deeply.
    pub fn begin_array(&mut self) -> Result<(), Error> {
        self.begin(b'[', Kind::Array, Container::Array)
    }

    /// Whether another element follows; `false` when the array has ended.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`]; [`Error::Truncated`]; [`Error::Limit`];
    /// [`Error::Misuse`] outside an array or while a value is due.
    pub fn next_element(&mut self) -> Result<bool, Error> {
        if !self.next_item(Container::Array, b']')? {
            return Ok(false);
        }
        self.frame.count(self.position, self.limits.max_items)?;
        Ok(true)
    }

    /// As [`Self::next_name_cow`], for every form.
    #[inline(never)]
    fn next_long_name(&mut self) -> Result<Option<Cow<'a, str>>, Error> {
        if !self.next_item(Container::Object, b'}')? {
            return Ok(None);
        }
        let start = self.position;
        let name = self.member_name()?;
        if !self.frame.insert(name.clone()) {
            return Err(Error::DuplicateName {
                offset: start,
                name: Error::cut(&name),
            });
        }
        self.frame.count(start, self.limits.max_items)?;
        Ok(Some(name))
    }

    fn begin(&mut self, bracket: u8, kind: Kind, container: Container) -> Result<(), Error> {
        let first = self.value_start()?;
        if first != bracket {
            return Err(self.unexpected(first, kind));
        }
        if self.outer.len() >= self.limits.max_depth {
            return Err(self.limit(self.position, "nested containers", self.limits.max_depth));
        }
        self.advance(1);
        self.loose = false;
        let names = match container {
            Container::Object => self.spare.pop().unwrap_or_default(),
            Container::Array | Container::Top => Vec::new(),
        };
        let frame = Frame::new(container, names);
        self.outer.push(std::mem::replace(&mut self.frame, frame));
        Ok(())
    }

    /// The next member name in its most frequent form: short JSON-B, with nothing in front of it and a value right
    /// behind it. Any other form, and any fault, is for [`Self::next_item`] and [`Self::member_name`].
    #[inline]
    fn next_short_name(&mut self) -> Option<&'a str> {
        let [token::NAME, length, rest @ ..] = self.rest() else {
            return None;
        };
        let length = usize::from(*length);
        let (name, behind) = rest.split_at_checked(length)?;
        let separated = matches!(
            behind.first(),
            None | Some(b':' | b' ' | b'\t' | b'\n' | b'\r')
        );
        if separated || length > self.limits.max_string {
            return None;
        }
        let name = self.frame.accept(name, self.limits.max_items)?;
        self.advance(length.saturating_add(2));
        self.loose = false;
        Some(name)
    }

    /// Moves to the next member or element, or leaves the container.
    #[inline]
    fn next_item(&mut self, container: Container, end: u8) -> Result<bool, Error> {
        if self.frame.container != container {
            return Err(self.misuse("no such container is open"));
        }
        if self.frame.pending {
            return Err(self.misuse("a value is due"));
        }
        let first = self.frame.items == 0;
        let mut byte = self.skip_space().ok_or_else(|| self.truncated())?;
        if byte == end {
            self.end();
            return Ok(false);
        }
        if !first && byte == b',' {
            self.advance(1);
            byte = self.skip_space().ok_or_else(|| self.truncated())?;
            if byte == end {
                return Err(self.malformed("a comma without an item behind it"));
            }
        } else if !first && self.loose && byte < 0x80 {
            return Err(self.malformed("a missing comma"));
        }
        Ok(true)
    }

    /// Leaves the innermost container, of which the closing bracket is here.
    fn end(&mut self) {
        self.advance(1);
        let Some(outer) = self.outer.pop() else {
            return;
        };
        let ended = std::mem::replace(&mut self.frame, outer);
        if ended.container == Container::Object {
            self.spare.push(ended.into_names());
        }
        self.value_end(false);
    }

    /// Reads a name and the colon behind it.
    #[inline]
    fn member_name(&mut self) -> Result<Cow<'a, str>, Error> {
        let first = self.byte().ok_or_else(|| self.truncated())?;
        let name = match (first, Token::classify(first)) {
            (token::NAME, _) if self.is_short() => Cow::Borrowed(self.short_string()?),
            (b'"', _) => self.text_string()?,
            // The draft's table has no name codes; its examples use strings.
            (_, Token::Name | Token::String) => {
                self.tagged_string(Token::Name, Token::Undefined)?
            }
            (_, Token::Code | Token::CodeAndDefinition) => match self.coded()? {
                Entry::String(text) => text,
                Entry::Binary(_) => {
                    return Err(self.malformed("a binary value where a member name is due"));
                }
            },
            (_, Token::Unsupported) => {
                return Err(self.unsupported(first, token::family(first)));
            }
            _ => return Err(self.malformed("a member name is due")),
        };
        let next = self.skip_space().ok_or_else(|| self.truncated())?;
        if next == b':' {
            self.advance(1);
        } else if first < 0x80 && next < 0x80 {
            return Err(self.malformed("a missing colon"));
        }
        self.loose = false;
        Ok(name)
    }
}
