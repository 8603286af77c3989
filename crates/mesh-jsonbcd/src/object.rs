// SPDX-License-Identifier: MIT
//! Encoding and decoding of typed values: what generated records implement and call.
//!
//! Spec: mesh-schema, "Objects"; jsonbcd, "Object".
//! Here: the traits, their implementations for the basic types, helpers for members, lists and tagged objects.
//! Not here: the records themselves (the `generated` modules of other crates).
//!
//! # What a generated record looks like
//!
//! ```
//! use mesh_jsonbcd::*;
//!
//! #[derive(Clone, Debug, Default, PartialEq)]
//! pub struct Device { pub udf: Option<String>, pub keys: Vec<Vec<u8>>, pub next: Vec<AnyDevice> }
//!
//! impl Object for Device {
//!     const TAG: &'static str = "Device";
//!     fn write_fields(&self, w: &mut Writer) {
//!         write_option(w, "Udf", &self.udf);   // omitted when None
//!         write_list(w, "Keys", &self.keys);   // omitted when empty
//!         write_list(w, "Next", &self.next);
//!     }
//!     fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
//!         match name {
//!             "Udf" => self.udf = read_option(r)?,   // null gives None
//!             "Keys" => self.keys = read_list(r)?,   // null gives an empty list
//!             "Next" => self.next = read_list(r)?,
//!             _ => return Ok(false),                 // not consumed: the caller skips the value
//!         }
//!         Ok(true)
//!     }
//! }
//!
//! // A family of records that appear under their tags, {"Device": {…}}.
//! #[derive(Clone, Debug, PartialEq)]
//! pub enum AnyDevice { Device(Box<Device>), Unknown(Unknown) }
//!
//! impl Tagged for AnyDevice {
//!     fn tag(&self) -> &str {
//!         match self { Self::Device(_) => Device::TAG, Self::Unknown(v) => &v.tag }
//!     }
//!     fn write_value(&self, w: &mut Writer) {
//!         match self { Self::Device(v) => v.encode(w), Self::Unknown(v) => v.value.encode(w) }
//!     }
//!     fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
//!         Ok(match tag {
//!             Device::TAG => Self::Device(Decode::decode(r)?),
//!             _ => Self::Unknown(Unknown::read(tag, r)?),
//!         })
//!     }
//! }
//! impl Encode for AnyDevice { fn encode(&self, w: &mut Writer) { encode_family(self, w); } }
//! impl Decode for AnyDevice { fn decode(r: &mut Reader<'_>) -> Result<Self, Error> { decode_family(r) } }
//!
//! let device = Device { udf: Some("MDIJ".into()), ..Device::default() };
//! assert_eq!(from_tagged::<Device>(&to_tagged_json(&device))?, device);
//! let any: AnyDevice = from_bytes(br#"{"Later": {"X": 1}}"#)?;
//! assert_eq!(any.tag(), "Later");
//! # Ok::<(), Error>(())
//! ```
//!
//! `Encode` and `Decode` of a record come from the blanket implementation for [`Object`]. The box of a record
//! is a record too, so recursive members are `Option<Box<T>>`.

use crate::{BigInteger, DateTime, Error, Format, Limits, Raw, Reader, Writer};

/// A value that can be written. Writing cannot fail.
pub trait Encode {
    /// Writes the value.
    fn encode(&self, w: &mut Writer);
}

/// A value that can be read.
pub trait Decode: Sized {
    /// Reads the value.
    ///
    /// # Errors
    ///
    /// Any [`Error`] of decoding.
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error>;
}

/// A record: a JSON object with named members, all of them optional.
pub trait Object: Default {
    /// The tag under which the record appears in tagged form.
    const TAG: &'static str;

    /// Writes the members in the order of the wire, inside an object that is already begun.
    fn write_fields(&self, w: &mut Writer);

    /// Reads the value of the member `name`. `false` means that the member is not known and nothing is consumed.
    ///
    /// # Errors
    ///
    /// Any [`Error`] of decoding the value.
    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error>;
}

impl<T: Object> Encode for T {
    fn encode(&self, w: &mut Writer) {
        w.begin_object();
        self.write_fields(w);
        w.end_object();
    }
}

/// Unknown members are skipped; a null gives the empty record.
impl<T: Object> Decode for T {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        r.claim(size_of::<Self>())?;
        let mut value = Self::default();
        if r.take_null()? {
            return Ok(value);
        }
        r.begin_object()?;
        while let Some(name) = r.next_name_cow()? {
            if !value.read_field(&name, r)? {
                r.skip()?;
            }
        }
        Ok(value)
    }
}

/// A family of records that are told apart by their tags.
pub trait Tagged: Sized {
    /// The tag of the record that is present.
    fn tag(&self) -> &str;

    /// Writes the record without its tag.
    fn write_value(&self, w: &mut Writer);

    /// Reads the record that `tag` announces. A tag outside the family should give the arm of an [`Unknown`].
    ///
    /// # Errors
    ///
    /// Any [`Error`] of decoding.
    fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error>;
}

/// A tagged object of a type that is not known here. It is written as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unknown {
    /// The tag.
    pub tag: String,
    /// The encoded object.
    pub value: Raw,
}

impl Unknown {
    /// Captures the value behind a tag.
    ///
    /// # Errors
    ///
    /// Any [`Error`] of decoding.
    pub fn read(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self {
            tag: tag.to_owned(),
            value: r.raw()?,
        })
    }
}

/// Writes a member of its own tag: `{"tag": value}`.
pub fn write_tagged(w: &mut Writer, tag: &str, value: impl FnOnce(&mut Writer)) {
    w.begin_object();
    w.name(tag);
    value(w);
    w.end_object();
}

/// Reads `{"tag": value}`; `value` gets the tag and must consume the value.
///
/// # Errors
///
/// Those of `value`; [`Error::Malformed`] unless the object has exactly one member.
pub fn read_tagged<'a, T>(
    r: &mut Reader<'a>,
    value: impl FnOnce(&str, &mut Reader<'a>) -> Result<T, Error>,
) -> Result<T, Error> {
    r.begin_object()?;
    let offset = r.offset();
    let tag = r
        .next_name_cow()?
        .ok_or_else(|| Error::malformed(offset, "a tagged object without a tag"))?;
    let value = value(&tag, r)?;
    let offset = r.offset();
    match r.next_name_cow()? {
        None => Ok(value),
        Some(_) => Err(Error::malformed(offset, "a tagged object with two tags")),
    }
}

/// [`Encode`] of a tagged family.
pub fn encode_family<T: Tagged>(value: &T, w: &mut Writer) {
    write_tagged(w, value.tag(), |w| value.write_value(w));
}

/// [`Decode`] of a tagged family.
///
/// # Errors
///
/// Any [`Error`] of decoding.
pub fn decode_family<T: Tagged>(r: &mut Reader<'_>) -> Result<T, Error> {
    read_tagged(r, T::read_value)
}

/// Writes a member unless its value is absent.
pub fn write_option<T: Encode>(w: &mut Writer, name: &str, value: &Option<T>) {
    if let Some(value) = value {
        w.name(name);
        value.encode(w);
    }
}

/// Writes a member with a list unless the list is empty.
pub fn write_list<T: Encode>(w: &mut Writer, name: &str, values: &[T]) {
    if !values.is_empty() {
        w.name(name);
        w.begin_array();
        for value in values {
            value.encode(w);
        }
        w.end_array();
    }
}

/// Reads a value; null gives `None`.
///
/// # Errors
///
/// Any [`Error`] of decoding.
pub fn read_option<T: Decode>(r: &mut Reader<'_>) -> Result<Option<T>, Error> {
    if r.take_null()? {
        Ok(None)
    } else {
        T::decode(r).map(Some)
    }
}

/// Reads a list; null gives an empty one.
///
/// # Errors
///
/// Any [`Error`] of decoding.
pub fn read_list<T: Decode>(r: &mut Reader<'_>) -> Result<Vec<T>, Error> {
    let mut values = Vec::new();
    if !r.take_null()? {
        r.begin_array()?;
        while r.next_element()? {
            r.claim(size_of::<T>())?;
            values.push(T::decode(r)?);
        }
    }
    Ok(values)
}

/// Encodes in any encoding.
#[must_use]
pub fn to_bytes<T: Encode + ?Sized>(value: &T, format: Format) -> Vec<u8> {
    write(format, |w| value.encode(w))
}

/// Encodes as JSON text.
#[must_use]
pub fn to_json<T: Encode + ?Sized>(value: &T) -> Vec<u8> {
    to_bytes(value, Format::Json)
}

/// Encodes as JSON-B.
#[must_use]
pub fn to_json_b<T: Encode + ?Sized>(value: &T) -> Vec<u8> {
    to_bytes(value, Format::JsonB)
}

/// Encodes as JSON text in tagged form, `{"TAG": {…}}`.
#[must_use]
pub fn to_tagged_json<T: Object>(value: &T) -> Vec<u8> {
    write(Format::Json, |w| {
        write_tagged(w, T::TAG, |w| value.encode(w))
    })
}

/// Encodes as JSON-B in tagged form.
#[must_use]
pub fn to_tagged_json_b<T: Object>(value: &T) -> Vec<u8> {
    write(Format::JsonB, |w| {
        write_tagged(w, T::TAG, |w| value.encode(w))
    })
}

fn write(format: Format, value: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new(format);
    value(&mut writer);
    writer.finish()
}

/// Decodes one value in any encoding, under the default limits.
///
/// # Errors
///
/// Any [`Error`] of decoding; [`Error::Trailing`] when bytes follow the value.
pub fn from_bytes<T: Decode>(bytes: &[u8]) -> Result<T, Error> {
    from_bytes_limited(bytes, Limits::default())
}

/// Decodes one value in any encoding, under the given limits.
///
/// # Errors
///
/// Any [`Error`] of decoding; [`Error::Trailing`] when bytes follow the value.
pub fn from_bytes_limited<T: Decode>(bytes: &[u8], limits: Limits) -> Result<T, Error> {
    let mut reader = Reader::with_limits(bytes, limits);
    let value = T::decode(&mut reader)?;
    reader.finish()?;
    Ok(value)
}

/// Decodes one record in tagged form.
///
/// # Errors
///
/// [`Error::UnexpectedTag`] when the tag is not that of `T`; any other [`Error`] of decoding.
pub fn from_tagged<T: Object>(bytes: &[u8]) -> Result<T, Error> {
    let mut reader = Reader::new(bytes);
    let value = read_tagged(&mut reader, |tag, r| {
        if tag == T::TAG {
            T::decode(r)
        } else {
            Err(Error::UnexpectedTag {
                expected: T::TAG,
                found: Error::cut(tag),
            })
        }
    })?;
    reader.finish()?;
    Ok(value)
}

/// The tag of an object in tagged form; what follows the tag is not looked at.
///
/// # Errors
///
/// Any [`Error`] of decoding up to the tag; [`Error::Malformed`] when the object is empty.
pub fn read_tag(bytes: &[u8]) -> Result<String, Error> {
    let mut reader = Reader::new(bytes);
    reader.begin_object()?;
    let offset = reader.offset();
    reader
        .next_name()?
        .ok_or_else(|| Error::malformed(offset, "a tagged object without a tag"))
}

macro_rules! basic {
    ($($type:ty, |$value:ident, $w:ident| $encode:expr, $read:ident;)*) => {$(
        impl Encode for $type {
            fn encode(&self, $w: &mut Writer) {
                let $value = self;
                $encode;
            }
        }

        impl Decode for $type {
            fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
                r.$read()
            }
        }
    )*};
}

basic! {
    String, |value, w| w.string(value), string;
    bool, |value, w| w.boolean(*value), boolean;
    i64, |value, w| w.integer(*value), integer;
    i128, |value, w| w.integer_128(*value), integer_128;
    BigInteger, |value, w| w.big_integer(value), big_integer;
    f64, |value, w| w.float(*value), float;
    f32, |value, w| w.float_32(*value), float_32;
    DateTime, |value, w| w.date_time(*value), date_time;
    Vec<u8>, |value, w| w.binary(value), binary;
}

impl Encode for str {
    fn encode(&self, w: &mut Writer) {
        w.string(self);
    }
}

impl<T: Object> Object for Box<T> {
    const TAG: &'static str = T::TAG;

    fn write_fields(&self, w: &mut Writer) {
        (**self).write_fields(w);
    }

    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        (**self).read_field(name, r)
    }
}

#[cfg(test)]
mod tests;
