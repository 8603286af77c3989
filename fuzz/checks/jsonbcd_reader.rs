// SPDX-License-Identifier: MIT
//! What must hold for whatever the reader is given.
//!
//! Spec: jsonbcd, "JSON-B"; jsonbcd, "Extended JSON Grammar".
//! Here: no panic; accepted input is stable under decoding and encoding; all ways of reading agree.
//! Not here: the corpus (`fuzz/corpus/jsonbcd_reader`).

use mesh_jsonbcd::{Format, Limits, Raw, Reader, Writer, copy_value, to_json, to_json_b};

/// Panics if a property does not hold.
pub(crate) fn check(input: &[u8]) {
    scalars(input);
    let mut reader = Reader::new(input);
    let skipped = reader.skip().and_then(|()| reader.finish());
    let raw = match Raw::parse(input.to_vec()) {
        Ok(raw) => raw,
        Err(error) => {
            assert_eq!(skipped, Err(error), "skipping and capturing disagree");
            return;
        }
    };
    assert_eq!(skipped, Ok(()), "skipping and capturing disagree");

    let json = to_json(&raw);
    let json_b = copy(raw.as_bytes(), Format::JsonB);
    assert_eq!(to_json_b(&raw), raw.as_bytes(), "a captured value changed");
    assert!(std::str::from_utf8(&json).is_ok(), "JSON text is not UTF-8");
    assert_eq!(copy(&json, Format::Json), json, "JSON text is not stable");
    assert_eq!(copy(&json_b, Format::JsonB), json_b, "JSON-B is not stable");
    assert_eq!(copy(&json_b, Format::Json), json, "the encodings disagree");
}

/// Every typed way to read the first value: an error or a value, never a panic.
fn scalars(input: &[u8]) {
    let peeked = Reader::new(input).peek();
    let string = Reader::new(input).string();
    let binary = Reader::new(input).binary();
    let integer = Reader::new(input).integer();
    let float = Reader::new(input).float();
    let boolean = Reader::new(input).boolean();
    let date_time = Reader::new(input).date_time();
    if peeked.is_err() {
        assert!(string.is_err() && binary.is_err() && integer.is_err());
        assert!(float.is_err() && boolean.is_err() && date_time.is_err());
    }
    if let Ok(moment) = date_time {
        assert_eq!(Reader::new(&to_json(&moment)).date_time(), Ok(moment));
    }
    if let Ok(octets) = binary {
        assert_eq!(Reader::new(&to_json(&octets)).binary(), Ok(octets));
    }
}

/// Copies one value that has been accepted before. The output may exceed the limit of the input's size.
fn copy(input: &[u8], format: Format) -> Vec<u8> {
    let limits = Limits {
        max_bytes: usize::MAX,
        max_string: usize::MAX,
        ..Limits::default()
    };
    let mut reader = Reader::with_limits(input, limits);
    let mut writer = Writer::new(format);
    let copied = copy_value(&mut reader, &mut writer).and_then(|()| reader.finish());
    assert_eq!(copied, Ok(()), "an accepted value was refused");
    writer.finish()
}
