// SPDX-License-Identifier: MIT
//! Conversion of documents between the encodings, token by token.
//!
//! Spec: jsonbcd, "JSON-BCD Application Binding".
//! Here: whole documents, in memory and to a sink.
//! Not here: single values within a document (`copy_value`); what the values mean.
//!
//! No schema is at hand, so a binary value becomes a string in JSON text and stays one on the way back; who reads it as
//! binary accepts both.

use std::io;

use crate::{Error, Format, Limits, Reader, Writer};

/// So many octets are collected before they go to the sink.
const BLOCK: usize = 1 << 16;

/// Writes a document of exactly one value in another encoding. Text numbers are treated as [`crate::copy_value`] says.
///
/// # Errors
///
/// Any [`Error`] of decoding; [`Error::Trailing`] when bytes follow the value; [`Error::Limit`] when the result would take
/// more than [`Limits::max_expansion`] octets for each of [`Limits::max_bytes`].
pub fn convert(input: &[u8], format: Format, limits: &Limits) -> Result<Vec<u8>, Error> {
    let mut writer = Writer::new(format);
    pass::<Error>(input, &mut writer, limits, |_| Ok(()))?;
    Ok(writer.finish())
}

/// As [`convert`], to a sink. When the conversion fails, a part of the result has been written.
///
/// # Errors
///
/// Those of the sink; those of [`convert`] as [`io::ErrorKind::InvalidData`], with the [`Error`] inside.
pub fn convert_to(
    input: &[u8],
    format: Format,
    limits: &Limits,
    sink: &mut impl io::Write,
) -> io::Result<()> {
    let mut writer = Writer::new(format);
    pass::<io::Error>(input, &mut writer, limits, |writer| {
        if writer.waiting() < BLOCK {
            return Ok(());
        }
        sink.write_all(&writer.take())
    })?;
    sink.write_all(&writer.finish())
}

/// Copies the value, with a look at the writer behind each token.
fn pass<E: From<Error>>(
    input: &[u8],
    writer: &mut Writer,
    limits: &Limits,
    mut look: impl FnMut(&mut Writer) -> Result<(), E>,
) -> Result<(), E> {
    let maximum = limits.max_bytes.saturating_mul(limits.max_expansion);
    let mut reader = Reader::with_limits(input, *limits);
    loop {
        let more = reader.step(0, Some(writer))?;
        if writer.written() > maximum {
            return Err(E::from(Error::Limit {
                offset: reader.offset(),
                what: "octets of the result",
                maximum,
            }));
        }
        look(writer)?;
        if !more {
            return reader.finish().map_err(E::from);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sink_gets_the_same_octets_in_pieces() {
        struct Pieces(Vec<Vec<u8>>);

        impl io::Write for Pieces {
            fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
                self.0.push(octets.to_vec());
                Ok(octets.len())
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }

        let item = br#"{"Name": "value", "Other": ["value", 1.5, "AQID"]},"#;
        let mut text = [b"[".as_slice(), &item.repeat(10_000)].concat();
        text.pop();
        text.push(b']');
        for format in Format::ALL {
            let mut pieces = Pieces(Vec::new());
            convert_to(&text, format, &Limits::default(), &mut pieces).unwrap();
            assert!(pieces.0.len() > 2, "{format:?}");
            assert!(pieces.0.iter().all(|piece| piece.len() < 2 * BLOCK));
            let whole = convert(&text, format, &Limits::default()).unwrap();
            assert!(pieces.0.concat() == whole, "{format:?}");
        }
    }

    #[test]
    fn faults_reach_the_caller_through_a_sink() {
        let error = convert_to(b"[1", Format::JsonB, &Limits::default(), &mut Vec::new());
        let error = error.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
        assert_eq!(inner, Some(&Error::Truncated { offset: 2 }));
        let mut full: &mut [u8] = &mut [];
        let error = convert_to(b"[1]", Format::JsonB, &Limits::default(), &mut full);
        assert_eq!(error.unwrap_err().kind(), io::ErrorKind::WriteZero);
    }

    #[test]
    fn a_document_is_one_value() {
        for input in [b"1 2".as_slice(), b"[] []", b"{}\xc4\x01\x80\x00"] {
            let error = convert(input, Format::Json, &Limits::default());
            assert!(matches!(error, Err(Error::Trailing { .. })), "{input:?}");
        }
    }

    #[test]
    fn indentation_does_not_grow_beyond_the_limit() {
        let limits = Limits {
            max_bytes: 1000,
            ..Limits::default()
        };
        let deep = [b"[".repeat(60), b"\xb2".repeat(100), b"]".repeat(60)].concat();
        let error = convert(&deep, Format::Json, &limits);
        assert!(matches!(error, Err(Error::Limit { maximum: 8000, .. })));
        assert_eq!(convert(&deep, Format::JsonB, &limits), Ok(deep));
    }
}
