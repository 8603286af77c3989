// SPDX-License-Identifier: MIT
//! What must hold for whatever the reader is given.
//!
//! Spec: jsonbcd, "Extended JSON Grammar"; jsonbcd, "JSON-B"; jsonbcd, "JSON-C"; jsonbcd, "JSON-D".
//! Here: no panic; accepted input is stable under decoding and encoding in every format; all ways of reading agree; no
//! code stands for more than the limits allow.
//! Not here: the corpus (`fuzz/corpus/jsonbcd_reader`).

use mesh_jsonbcd::{Format, Limits, Raw, Reader, convert, to_bytes, to_json, to_json_b};

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

    assert_eq!(to_json_b(&raw), raw.as_bytes(), "a captured value changed");
    let limits = Limits::default();
    let most = Limits::FREE_MEMORY + 8 * input.len();
    assert!(
        raw.as_bytes().len() <= input.len() + most,
        "a small input became a large value"
    );

    let json = to_json(&raw);
    assert!(std::str::from_utf8(&json).is_ok(), "JSON text is not UTF-8");
    assert_eq!(
        convert(input, Format::Json, &limits).as_ref(),
        Ok(&json),
        "capturing changed the value"
    );
    for format in Format::ALL {
        let converted = again(input, format);
        assert_eq!(
            again(&converted, format),
            converted,
            "{format:?} is not stable"
        );
        assert_eq!(
            again(&converted, Format::Json),
            json,
            "{format:?} and JSON text disagree"
        );
        assert_eq!(again(&json, format), again(&again(&json, format), format));
        assert_eq!(again(&to_bytes(&raw, format), Format::Json), json);
    }
}

/// Every typed way to read the first value: an error or a value, never a panic.
fn scalars(input: &[u8]) {
    let peeked = Reader::new(input).peek();
    let string = Reader::new(input).string();
    let binary = Reader::new(input).binary();
    let integer = Reader::new(input).integer();
    let wide = Reader::new(input).integer_128();
    let big = Reader::new(input).big_integer();
    let float = Reader::new(input).float();
    let short = Reader::new(input).float_32();
    let boolean = Reader::new(input).boolean();
    let date_time = Reader::new(input).date_time();
    if peeked.is_err() {
        assert!(string.is_err() && binary.is_err() && integer.is_err());
        assert!(float.is_err() && boolean.is_err() && date_time.is_err());
        assert!(wide.is_err() && big.is_err() && short.is_err());
    }
    if let Ok(value) = &integer {
        assert_eq!(wide, Ok(i128::from(*value)));
    }
    if let Ok(value) = wide {
        assert_eq!(big, Ok(value.into()));
    }
    for format in Format::ALL {
        if let Ok(value) = &big {
            assert_eq!(
                Reader::new(&to_bytes(value, format)).big_integer().as_ref(),
                Ok(value)
            );
        }
        if let Ok(value) = &float {
            let read = Reader::new(&to_bytes(value, format)).float();
            assert_eq!(read.map(f64::to_bits), Ok(value.to_bits()));
        }
        if let Ok(value) = &short {
            let read = Reader::new(&to_bytes(value, format)).float_32();
            assert_eq!(read.map(f32::to_bits), Ok(value.to_bits()));
        }
        if let Ok(value) = &string {
            assert_eq!(
                Reader::new(&to_bytes(value, format)).string().as_ref(),
                Ok(value)
            );
        }
    }
    if let Ok(moment) = date_time {
        assert_eq!(Reader::new(&to_json(&moment)).date_time(), Ok(moment));
    }
    if let Ok(octets) = binary {
        for format in Format::ALL {
            assert_eq!(
                Reader::new(&to_bytes(&octets, format)).binary().as_ref(),
                Ok(&octets)
            );
        }
    }
}

/// Converts a document that has been accepted before. The output may exceed the limit of the input's size.
fn again(input: &[u8], format: Format) -> Vec<u8> {
    let limits = Limits {
        max_bytes: usize::MAX,
        max_string: usize::MAX,
        ..Limits::default()
    };
    let converted = convert(input, format, &limits);
    assert!(
        converted.is_ok(),
        "an accepted value was refused: {converted:?}"
    );
    converted.unwrap_or_default()
}
