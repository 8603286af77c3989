// SPDX-License-Identifier: MIT
//! The vectors of `vectors/jsonbcd`: values that must be accepted, layouts of the wire, faults that must be refused.
//!
//! Spec: jsonbcd, "Extended JSON Grammar"; jsonbcd, "JSON-B"; jsonbcd, "JSON-C"; jsonbcd, "JSON-D"; RFC 8259.
//! Here: every file of the three directories, through the public API.
//! Not here: random values (`round_trip`).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is the failure of a test"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use mesh_jsonbcd::{Format, Limits, Raw, Reader, convert, from_bytes, to_bytes, to_json};

/// One file: header lines `key: value`, an empty line, the input as text or in hexadecimal.
struct Vector {
    name: String,
    header: BTreeMap<String, String>,
    body: Vec<u8>,
}

fn load(directory: &str) -> Vec<Vector> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../vectors/jsonbcd")
        .join(directory);
    let mut files: Vec<PathBuf> = fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files.iter().map(|path| parse(path)).collect()
}

fn parse(path: &Path) -> Vector {
    let file = fs::read(path).unwrap();
    let end = file.windows(2).position(|pair| pair == b"\n\n").unwrap();
    let header: BTreeMap<String, String> = std::str::from_utf8(&file[..end])
        .unwrap()
        .lines()
        .map(|line| line.split_once(": ").unwrap())
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    assert!(
        header.contains_key("document") && header.contains_key("section"),
        "{path:?}"
    );
    let rest = &file[end + 2..];
    let body = match header["body"].as_str() {
        "text" => rest.to_vec(),
        "hex" => unhex(rest),
        other => panic!("{path:?}: unknown body {other}"),
    };
    Vector {
        name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
        header,
        body,
    }
}

fn unhex(text: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = text
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(|byte| u8::try_from(char::from(*byte).to_digit(16).unwrap()).unwrap())
        .collect();
    assert_eq!(digits.len() % 2, 0);
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

fn limits(vector: &Vector) -> Limits {
    let mut limits = Limits::default();
    if let Some((name, value)) = vector
        .header
        .get("limits")
        .and_then(|text| text.split_once('='))
    {
        let value = value.parse().unwrap();
        match name {
            "max_bytes" => limits.max_bytes = value,
            "max_string" => limits.max_string = value,
            "max_items" => limits.max_items = value,
            "max_codes" => limits.max_codes = value,
            "max_integer" => limits.max_integer = value,
            other => panic!("unknown limit {other}"),
        }
    }
    limits
}

#[test]
fn accepted_values_have_the_expected_content() {
    let vectors = load("accept");
    assert!(vectors.len() >= 60);
    for vector in vectors {
        let name = &vector.name;
        let limits = limits(&vector);
        let json = convert(&vector.body, Format::Json, &limits).expect(name);
        let found: serde_json::Value = serde_json::from_slice(&json).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&vector.header["json"]).unwrap();
        assert_eq!(found, expected, "{name}");
        if let Some(text) = vector.header.get("text") {
            // Numbers of which the other parser knows the first digits only.
            assert_eq!(json, text.as_bytes(), "{name}");
        }
        // The encodings that write the value in these very octets.
        let also = vector.header.get("also-in");
        let raw = Raw::parse_limited(vector.body.clone(), limits).unwrap();
        for format in Format::ALL {
            let converted = convert(&vector.body, format, &limits).unwrap();
            let same = match format {
                Format::JsonB => Some(vector.header["rewrites"] == "yes"),
                Format::JsonC | Format::JsonD => {
                    also.map(|also| also.contains(&format!("{format:?}")))
                }
                Format::Json => None,
            };
            if let Some(same) = same {
                assert_eq!(converted == vector.body, same, "{name} in {format:?}");
            }
            let back = convert(&converted, Format::Json, &limits);
            assert_eq!(back.as_ref(), Ok(&json), "{name} in {format:?}");
            let again = convert(&to_bytes(&raw, format), Format::Json, &limits);
            assert_eq!(again.as_ref(), Ok(&json), "{name} captured, in {format:?}");
        }
    }
}

/// The published texts wrap Base64 with a line break inside the string, which is not legal JSON and not repeated.
#[test]
fn json_text_is_laid_out_as_on_the_wire() {
    let vectors = load("layout");
    assert_eq!(vectors.len(), 4);
    for vector in vectors {
        let mut quoted = false;
        let mut text = Vec::new();
        let mut rest = vector.body.as_slice();
        while let Some((byte, tail)) = rest.split_first() {
            quoted ^= *byte == b'"';
            rest = if quoted && *byte == b'\n' {
                tail.strip_prefix(b"  ").unwrap()
            } else {
                tail
            };
            if !quoted || *byte != b'\n' {
                text.push(*byte);
            }
        }
        let raw: Raw = from_bytes(&text).unwrap();
        assert_eq!(
            String::from_utf8(to_json(&raw)),
            String::from_utf8(text),
            "{}",
            vector.name
        );
        // The wrapped form is read as well.
        assert!(from_bytes::<Raw>(&vector.body).is_ok());
    }
}

#[test]
fn faults_are_refused_with_their_class() {
    let vectors = load("reject");
    assert!(vectors.len() >= 180);
    for vector in vectors {
        let name = &vector.name;
        let limits = limits(&vector);
        let skip = || {
            let mut reader = Reader::with_limits(&vector.body, limits);
            reader.skip()?;
            reader.finish()
        };
        let error = skip().expect_err(name);
        assert_eq!(
            error.class().name(),
            vector.header["class"],
            "{name}: {error}"
        );
        let variant = format!("{error:?}");
        assert_eq!(
            variant.split([' ', '{']).next(),
            Some(vector.header["error"].as_str()),
            "{name}"
        );
        for format in Format::ALL {
            let converted = convert(&vector.body, format, &limits);
            assert_eq!(converted, Err(error.clone()), "{name}");
        }
        assert_eq!(
            Raw::parse_limited(vector.body.clone(), limits),
            Err(error),
            "{name}"
        );
    }
}
