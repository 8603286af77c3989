// SPDX-License-Identifier: MIT
//! Encoded values that are passed on without being understood.
//!
//! Spec: none; an implementation's means to keep members and types of later documents.
//! Here: capture, re-encoding, and copying of one value from a reader to a writer.
//! Not here: typed values (`object`).

use std::fmt;

use zeroize::Zeroize;

use crate::{Decode, Encode, Error, Limits, Object, Reader, Writer, to_json};

/// One encoded value as it was received: JSON, JSON-B or a mixture, validated, without surrounding space. A value that
/// used codes of JSON-C or numbers of JSON-D is kept as JSON-B, since codes mean nothing outside their document.
///
/// Equality is that of the octets. The value may hold a secret: `Debug` shows the length only, and the octets are erased at the end.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Raw(Vec<u8>);

impl Raw {
    /// Validates octets that hold exactly one value, under the default limits.
    ///
    /// # Errors
    ///
    /// Any [`Error`] of decoding; [`Error::Trailing`] when more than one value is there.
    pub fn parse(octets: Vec<u8>) -> Result<Self, Error> {
        Self::parse_limited(octets, Limits::default())
    }

    /// Validates octets that hold exactly one value, under the given limits.
    ///
    /// # Errors
    ///
    /// Any [`Error`] of decoding; [`Error::Trailing`] when more than one value is there.
    pub fn parse_limited(octets: Vec<u8>, limits: Limits) -> Result<Self, Error> {
        let mut reader = Reader::with_limits(&octets, limits);
        let raw = reader.raw()?;
        reader.finish()?;
        Ok(raw)
    }

    /// The encoded form of an object.
    #[must_use]
    pub fn of<T: Object>(object: &T) -> Self {
        Self(to_json(object))
    }

    /// The octets.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The octets.
    #[must_use]
    pub fn into_bytes(mut self) -> Vec<u8> {
        std::mem::take(&mut self.0)
    }

    /// Wraps octets that a reader has walked over without an error.
    pub(crate) const fn accepted(octets: Vec<u8>) -> Self {
        Self(octets)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// The null value.
impl Default for Raw {
    fn default() -> Self {
        Self(b"null".to_vec())
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raw({} octets)", self.0.len())
    }
}

impl Encode for Raw {
    fn encode(&self, w: &mut Writer) {
        w.raw(self);
    }
}

impl Decode for Raw {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        r.raw()
    }
}

/// Copies the next value of `reader` to `writer`, in the encoding of the writer, without building a tree and
/// without recursion.
///
/// Text numbers are copied digit for digit, except that JSON-C and JSON-D get those in binary that a writer of JSON text
/// would write in the same digits. A binary value becomes Base64 in JSON text; the way back leaves
/// it a string, as JSON text cannot tell the two apart.
///
/// # Errors
///
/// Any [`Error`] of decoding; the writer then holds an unfinished value.
pub fn copy_value(reader: &mut Reader<'_>, writer: &mut Writer) -> Result<(), Error> {
    reader.walk(Some(writer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Format, to_json_b};

    #[test]
    fn a_value_is_captured_without_surrounding_space() {
        let raw = Raw::parse(b" \n{\"a\" : 1 } ".to_vec()).unwrap();
        assert_eq!(raw.as_bytes(), b"{\"a\" : 1 }");
        assert_eq!(raw.clone().into_bytes(), raw.as_bytes());
    }

    #[test]
    fn two_values_are_refused() {
        assert_eq!(
            Raw::parse(b"1 2".to_vec()),
            Err(Error::Trailing { offset: 2 })
        );
        assert_eq!(Raw::parse(Vec::new()), Err(Error::Truncated { offset: 0 }));
    }

    #[test]
    fn json_b_keeps_the_octets_and_json_gets_legal_text() {
        let raw = Raw::parse(b"{\"a\":\"x\ny\",\xb4\x01b\x88\x01\x01}".to_vec()).unwrap();
        assert_eq!(to_json_b(&raw), raw.as_bytes());
        assert_eq!(to_json(&raw), b"{\n  \"a\": \"x\\ny\",\n  \"b\": \"AQ\"}");
    }

    #[test]
    fn long_decimals_survive_the_copy() {
        let raw = Raw::parse(b"[0.12345678901234567890123,1E4]".to_vec()).unwrap();
        assert_eq!(to_json(&raw), b"[0.12345678901234567890123,\n  1E4]");
    }

    #[test]
    fn captured_text_numbers_stay_apart_in_json_b() {
        let one = Raw::parse(b"1".to_vec()).unwrap();
        let mut w = Writer::new(Format::JsonB);
        w.begin_array();
        w.raw(&one);
        w.raw(&one);
        w.raw(&Raw::default());
        w.end_array();
        assert_eq!(w.finish(), b"[1,1,null]");
    }

    #[test]
    fn debug_hides_the_value() {
        assert_eq!(
            format!("{:?}", Raw::parse(b"\"pass\"".to_vec()).unwrap()),
            "Raw(6 octets)"
        );
    }
}
