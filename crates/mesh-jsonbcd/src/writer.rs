// SPDX-License-Identifier: MIT
//! Writing one value, or several in a row, as JSON text, JSON-B, JSON-C or JSON-D.
//!
//! Spec: jsonbcd, "JSON-B"; jsonbcd, "JSON-C"; jsonbcd, "JSON-D"; RFC 8259.
//! Here: the order of calls and what separates tokens. `json` and `json_b` own the octets of single tokens, `json_c` the
//! choice of codes.
//! Not here: which members an object has (`object`).

mod json;
mod json_b;
mod json_c;

use json_c::Dictionary;

use crate::{BigInteger, DateTime, Limits, Raw, Reader, base64url, copy_value, float};

/// The encodings a [`Writer`] produces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// JSON text: always legal JSON, object members on lines of their own, two spaces per level.
    Json,
    /// JSON-B: tag bytes, no separators. Floating point numbers are decimal text, which every reader knows.
    JsonB,
    /// JSON-C: as JSON-B, with codes for names and for strings that repeat, and floating point numbers of 64 bits.
    JsonC,
    /// JSON-D: as JSON-C, with integers of 128 bits, and floating point numbers in the narrowest of 16, 32 and 64 bits
    /// that holds them exactly.
    JsonD,
}

impl Format {
    /// Every encoding.
    pub const ALL: [Self; 4] = [Self::Json, Self::JsonB, Self::JsonC, Self::JsonD];
}

/// Writes values.
///
/// Calls must follow the grammar: inside an object every value is preceded by [`Writer::name`], every `begin` has
/// its `end`. Debug builds check this.
#[derive(Debug)]
pub struct Writer {
    out: Vec<u8>,
    format: Format,
    levels: Vec<Level>,
    /// The last token is a text number or literal, which runs into whatever letter or digit follows.
    loose: bool,
    dictionary: Dictionary,
    /// Octets that were taken out of `out`.
    before: usize,
}

/// An open container.
#[derive(Debug)]
struct Level {
    array: bool,
    items: usize,
    /// Inside an object: a name is written, its value is due.
    named: bool,
}

impl Writer {
    /// An empty writer.
    #[must_use]
    pub const fn new(format: Format) -> Self {
        Self {
            out: Vec::new(),
            format,
            levels: Vec::new(),
            loose: false,
            dictionary: Dictionary::new(),
            before: 0,
        }
    }

    /// The encoding this writer produces.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// Starts an object.
    pub fn begin_object(&mut self) {
        self.begin(false);
    }

    /// Writes the name of the next member.
    pub fn name(&mut self, name: &str) {
        let depth = self.levels.len();
        let first = match self.levels.last_mut() {
            Some(level) => {
                debug_assert!(
                    !level.array && !level.named,
                    "a name belongs into an object"
                );
                let first = level.items == 0;
                level.items = level.items.saturating_add(1);
                level.named = true;
                first
            }
            None => {
                debug_assert!(false, "a name belongs into an object");
                true
            }
        };
        match self.format {
            Format::Json => {
                if !first {
                    self.out.push(b',');
                }
                json::line(&mut self.out, depth);
                json::string(&mut self.out, name);
                self.out.extend_from_slice(b": ");
            }
            Format::JsonB => json_b::name(&mut self.out, name),
            Format::JsonC | Format::JsonD => {
                self.dictionary
                    .write(&mut self.out, self.before, name, true);
            }
        }
        self.loose = false;
    }

    /// Ends the innermost object.
    pub fn end_object(&mut self) {
        self.end(false);
    }

    /// Starts an array.
    pub fn begin_array(&mut self) {
        self.begin(true);
    }

    /// Ends the innermost array.
    pub fn end_array(&mut self) {
        self.end(true);
    }

    /// Writes a string.
    pub fn string(&mut self, value: &str) {
        self.before_value();
        match self.format {
            Format::Json => json::string(&mut self.out, value),
            Format::JsonB => json_b::string(&mut self.out, value),
            Format::JsonC | Format::JsonD => {
                self.dictionary
                    .write(&mut self.out, self.before, value, false);
            }
        }
    }

    /// Writes a string that no code shall stand for.
    pub(crate) fn secret_string(&mut self, value: &str) {
        self.before_value();
        match self.format {
            Format::Json => json::string(&mut self.out, value),
            Format::JsonB | Format::JsonC | Format::JsonD => json_b::string(&mut self.out, value),
        }
    }

    /// Writes octets: Base64 without line breaks in JSON text.
    pub fn binary(&mut self, value: &[u8]) {
        self.before_value();
        match self.format {
            Format::Json => {
                self.out.push(b'"');
                base64url::encode_into(value, &mut self.out);
                self.out.push(b'"');
            }
            Format::JsonB | Format::JsonC | Format::JsonD => json_b::binary(&mut self.out, value),
        }
    }

    /// Writes an integer.
    pub fn integer(&mut self, value: i64) {
        self.before_value();
        match self.format {
            Format::Json => {
                self.out.extend_from_slice(value.to_string().as_bytes());
                self.loose = true;
            }
            Format::JsonB | Format::JsonC | Format::JsonD => {
                json_b::integer(&mut self.out, value);
            }
        }
    }

    /// Writes an integer of up to 128 bits.
    pub fn integer_128(&mut self, value: i128) {
        self.big_integer(&BigInteger::from(value));
    }

    /// Writes an integer of any size: decimal text in JSON text, and beyond 65,535 octets of magnitude in any encoding.
    pub fn big_integer(&mut self, value: &BigInteger) {
        if let Some(value) = value.to_i64() {
            return self.integer(value);
        }
        self.before_value();
        let wide = self.format == Format::JsonD;
        if self.format == Format::Json || !json_b::big_integer(&mut self.out, value, wide) {
            self.out.extend_from_slice(value.to_string().as_bytes());
            self.loose = true;
        }
    }

    /// Writes a floating point number, as decimal text also in JSON-B since readers in use know no other form.
    /// Infinities and NaN, which no encoding can carry, are written as null.
    pub fn float(&mut self, value: f64) {
        if !value.is_finite() {
            return self.null();
        }
        match self.format {
            Format::Json | Format::JsonB => self.number(&decimal(value)),
            Format::JsonC => {
                self.before_value();
                float::write_64(&mut self.out, value);
            }
            Format::JsonD => {
                self.before_value();
                float::write_narrowest(&mut self.out, value);
            }
        }
    }

    /// As [`Self::float`]; decimal text has as many digits as 32 bits need.
    pub fn float_32(&mut self, value: f32) {
        match self.format {
            Format::Json | Format::JsonB if value.is_finite() => self.number(&format!("{value:?}")),
            _ => self.float(value.into()),
        }
    }

    /// Writes a Boolean.
    pub fn boolean(&mut self, value: bool) {
        self.before_value();
        match self.format {
            Format::Json => {
                self.out
                    .extend_from_slice(if value { b"true" } else { b"false" });
                self.loose = true;
            }
            Format::JsonB | Format::JsonC | Format::JsonD => {
                json_b::boolean(&mut self.out, value);
            }
        }
    }

    /// Writes a null.
    pub fn null(&mut self) {
        self.before_value();
        match self.format {
            Format::Json => {
                self.out.extend_from_slice(b"null");
                self.loose = true;
            }
            Format::JsonB | Format::JsonC | Format::JsonD => json_b::null(&mut self.out),
        }
    }

    /// Writes a point in time: a quoted text string also in JSON-B, as on the wire.
    pub fn date_time(&mut self, value: DateTime) {
        let text = value.to_string();
        match self.format {
            Format::Json | Format::JsonB => {
                self.before_value();
                json::string(&mut self.out, &text);
            }
            Format::JsonC | Format::JsonD => self.string(&text),
        }
    }

    /// Writes a captured value: the same value as legal JSON into JSON text, its own octets into the others.
    pub fn raw(&mut self, value: &Raw) {
        self.encoded(value.as_bytes());
    }

    /// Writes a value that is encoded already, as JSON or JSON-B: octets that this program has written itself, for they are not looked at. The
    /// same value as legal JSON into JSON text, its own octets into the others.
    pub fn encoded(&mut self, value: &[u8]) {
        match self.format {
            Format::Json => {
                let depth = self.levels.len();
                let mut reader = Reader::with_limits(value, Limits::ACCEPTED);
                let copied = copy_value(&mut reader, self);
                debug_assert_eq!(copied, Ok(()), "an encoded value has been validated");
                // Not reached for a validated value; keeps the text balanced all the same.
                while self.levels.len() > depth {
                    let array = self.levels.last().is_some_and(|level| level.array);
                    self.end(array);
                }
            }
            Format::JsonB | Format::JsonC | Format::JsonD => {
                self.before_value();
                self.out.extend_from_slice(value);
                self.loose = is_loose(value);
            }
        }
    }

    /// Makes room for so many octets more, where it is known how many come.
    pub fn reserve(&mut self, octets: usize) {
        self.out.reserve(octets);
    }

    /// The octets written.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        debug_assert!(self.levels.is_empty(), "every container must be ended");
        self.out
    }

    /// Hands over what is written so far.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        self.before = self.written();
        std::mem::take(&mut self.out)
    }

    /// The number of octets that were not handed over yet.
    pub(crate) const fn waiting(&self) -> usize {
        self.out.len()
    }

    /// The number of octets written.
    pub(crate) const fn written(&self) -> usize {
        self.before.saturating_add(self.out.len())
    }

    /// Writes a number that stood as legal JSON text: digit for digit where it would not come back as it was.
    pub(crate) fn decimal(&mut self, text: &str, value: f64) {
        match self.format {
            Format::JsonC | Format::JsonD if decimal(value) == text => self.float(value),
            _ => self.number(text),
        }
    }

    /// Writes the text of a number that is legal JSON.
    fn number(&mut self, text: &str) {
        self.before_value();
        self.out.extend_from_slice(text.as_bytes());
        self.loose = true;
    }

    fn begin(&mut self, array: bool) {
        self.before_value();
        self.out.push(if array { b'[' } else { b'{' });
        self.levels.push(Level {
            array,
            items: 0,
            named: false,
        });
    }

    fn end(&mut self, array: bool) {
        let level = self.levels.pop();
        debug_assert!(
            level.is_some_and(|level| level.array == array && !level.named),
            "an end matches its begin"
        );
        self.out.push(if array { b']' } else { b'}' });
        self.loose = false;
    }

    /// Separates a value from what stands before it.
    fn before_value(&mut self) {
        let depth = self.levels.len();
        match self.levels.last_mut() {
            Some(level) if level.array => {
                let first = level.items == 0;
                level.items = level.items.saturating_add(1);
                match self.format {
                    Format::Json if !first => {
                        self.out.push(b',');
                        json::line(&mut self.out, depth);
                    }
                    Format::Json => {}
                    Format::JsonB | Format::JsonC | Format::JsonD if self.loose => {
                        self.out.push(b',');
                    }
                    Format::JsonB | Format::JsonC | Format::JsonD => {}
                }
            }
            Some(level) => {
                debug_assert!(level.named, "a member has a name");
                level.named = false;
            }
            None if self.loose => self.out.push(b'\n'),
            None => {}
        }
        self.loose = false;
    }
}

/// The shortest text that reads back the same, always with a point or an exponent.
fn decimal(value: f64) -> String {
    format!("{value:?}")
}

/// Whether a value is a text number or literal, which needs a separator.
fn is_loose(value: &[u8]) -> bool {
    matches!(value.first(), Some(b'-' | b'0'..=b'9' | b'f' | b'n' | b't'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(format: Format) -> Vec<u8> {
        let mut w = Writer::new(format);
        w.begin_object();
        w.name("A");
        w.begin_array();
        w.float(1.0);
        w.float(-2.5);
        w.null();
        w.boolean(true);
        w.date_time(DateTime::from_unix(0));
        w.date_time(DateTime::from_unix(1));
        w.end_array();
        w.name("E");
        w.begin_object();
        w.end_object();
        w.name("N");
        w.begin_array();
        w.end_array();
        w.name("O");
        w.begin_array();
        for bytes in [[0_u8, 1].as_slice(), &[]] {
            w.begin_object();
            w.name("B");
            w.binary(bytes);
            w.name("S");
            w.string("x");
            w.end_object();
        }
        w.end_array();
        w.end_object();
        w.finish()
    }

    #[test]
    fn json_text_has_the_layout_of_the_wire() {
        let expected = concat!(
            "{\n  \"A\": [1.0,\n    -2.5,\n    null,\n    true,\n    \"1970-01-01T00:00:00Z\",\n    \"1970-01-01T00:00:01Z\"],",
            "\n  \"E\": {},\n  \"N\": [],\n  \"O\": [{\n      \"B\": \"AAE\",\n      \"S\": \"x\"},",
            "\n    {\n      \"B\": \"\",\n      \"S\": \"x\"}]}"
        );
        assert_eq!(String::from_utf8(sample(Format::Json)).unwrap(), expected);
    }

    #[test]
    fn json_b_has_no_separators_except_between_text_numbers() {
        let mut expected =
            b"{\xb4\x01A[1.0,-2.5,\xb2\xb0\"1970-01-01T00:00:00Z\"\"1970-01-01T00:00:01Z\"]"
                .to_vec();
        expected.extend_from_slice(b"\xb4\x01E{}\xb4\x01N[]\xb4\x01O[");
        expected.extend_from_slice(b"{\xb4\x01B\x88\x02\x00\x01\xb4\x01S\x80\x01x}");
        expected.extend_from_slice(b"{\xb4\x01B\x88\x00\xb4\x01S\x80\x01x}]}");
        assert_eq!(sample(Format::JsonB), expected);
    }

    #[test]
    fn numbers_without_a_representation_become_null() {
        let mut w = Writer::new(Format::Json);
        w.begin_array();
        w.float(f64::NAN);
        w.float(f64::INFINITY);
        w.end_array();
        assert_eq!(w.finish(), b"[null,\n  null]");
    }

    #[test]
    #[should_panic(expected = "a member has a name")]
    #[cfg(debug_assertions)]
    fn a_value_without_a_name_is_caught_in_debug_builds() {
        let mut w = Writer::new(Format::Json);
        w.begin_object();
        w.null();
    }
}
