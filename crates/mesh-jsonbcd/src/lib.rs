// SPDX-License-Identifier: MIT
//! JSON, JSON-B, JSON-C and JSON-D: the object encodings of the Mathematical Mesh, read by one decoder and written by one
//! writer.
//!
//! Spec: jsonbcd, "Extended JSON Grammar"; jsonbcd, "JSON-B"; jsonbcd, "JSON-C"; jsonbcd, "JSON-D".
//! Here: the reader, the writers, conversion, the traits that generated records implement, secrets, points in time, the
//! error classes.
//! Not here: frames of sequences (`mesh-dare`); dictionaries published under a fingerprint.
//!
//! ```
//! use mesh_jsonbcd::{Format, Reader, Writer};
//!
//! let mut writer = Writer::new(Format::JsonB);
//! writer.begin_object();
//! writer.name("Status");
//! writer.integer(201);
//! writer.end_object();
//! let bytes = writer.finish();
//! assert_eq!(bytes, b"{\xb4\x06Status\xa0\xc9}");
//!
//! let mut reader = Reader::new(&bytes);
//! reader.begin_object()?;
//! assert_eq!(reader.next_name()?.as_deref(), Some("Status"));
//! assert_eq!(reader.integer()?, 201);
//! assert_eq!(reader.next_name()?, None);
//! reader.finish()?;
//! # Ok::<(), mesh_jsonbcd::Error>(())
//! ```

pub mod base64url;
mod big_integer;
mod convert;
mod date_time;
mod error;
mod float;
mod limits;
mod object;
mod raw;
mod reader;
mod secret;
pub mod token;
mod writer;

pub use big_integer::BigInteger;
pub use convert::{convert, convert_to};
pub use date_time::DateTime;
pub use error::{Error, ErrorClass};
pub use limits::Limits;
pub use object::{
    Decode, Encode, Object, Tagged, Unknown, decode_family, encode_family, from_bytes,
    from_bytes_limited, from_tagged, read_list, read_option, read_tag, read_tagged, to_bytes,
    to_json, to_json_b, to_tagged_json, to_tagged_json_b, write_list, write_option, write_tagged,
};
pub use raw::{Raw, copy_value};
pub use reader::{Kind, Reader};
pub use secret::{SecretBytes, SecretString};
pub use writer::{Format, Writer};
