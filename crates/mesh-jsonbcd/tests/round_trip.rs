// SPDX-License-Identifier: MIT
//! Random values through both encodings, and random octets through the reader.
//!
//! Spec: jsonbcd, "JSON-B"; RFC 8259.
//! Here: decoding gives back what was encoded; copying keeps the value; JSON text is legal to another parser.
//! Not here: single cases (`vectors`).
#![allow(
    clippy::unwrap_used,
    reason = "a failure here is the failure of a test"
)]

use mesh_jsonbcd::{
    DateTime, Decode, Encode, Error, Format, Kind, Raw, Reader, Writer, base64url, copy_value,
    from_bytes, to_json, to_json_b,
};
use proptest::prelude::*;

/// Any value, as a tree.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Array(Vec<Value>),
    Binary(Vec<u8>),
    Boolean(bool),
    DateTime(DateTime),
    Float(f64),
    Integer(i64),
    Null,
    Object(Vec<(String, Value)>),
    String(String),
}

impl Encode for Value {
    fn encode(&self, w: &mut Writer) {
        match self {
            Self::Array(values) => {
                w.begin_array();
                for value in values {
                    value.encode(w);
                }
                w.end_array();
            }
            Self::Binary(value) => w.binary(value),
            Self::Boolean(value) => w.boolean(*value),
            Self::DateTime(value) => w.date_time(*value),
            Self::Float(value) => w.float(*value),
            Self::Integer(value) => w.integer(*value),
            Self::Null => w.null(),
            Self::Object(members) => {
                w.begin_object();
                for (name, value) in members {
                    w.name(name);
                    value.encode(w);
                }
                w.end_object();
            }
            Self::String(value) => w.string(value),
        }
    }
}

impl Decode for Value {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(match r.peek()? {
            Kind::Array => {
                let mut values = Vec::new();
                r.begin_array()?;
                while r.next_element()? {
                    values.push(Self::decode(r)?);
                }
                Self::Array(values)
            }
            Kind::Binary => Self::Binary(r.binary()?),
            Kind::Boolean => Self::Boolean(r.boolean()?),
            Kind::Float => Self::Float(r.float()?),
            Kind::Integer => Self::Integer(r.integer()?),
            Kind::Null => {
                assert!(r.take_null()?);
                Self::Null
            }
            Kind::Object => {
                let mut members = Vec::new();
                r.begin_object()?;
                while let Some(name) = r.next_name()? {
                    members.push((name, Self::decode(r)?));
                }
                Self::Object(members)
            }
            Kind::String => Self::String(r.string()?),
        })
    }
}

impl Value {
    /// What a reader finds that cannot know the type of a string.
    fn untyped(&self, format: Format) -> Self {
        match self {
            Self::Array(values) => {
                Self::Array(values.iter().map(|value| value.untyped(format)).collect())
            }
            Self::Object(members) => Self::Object(
                members
                    .iter()
                    .map(|(name, value)| (name.clone(), value.untyped(format)))
                    .collect(),
            ),
            Self::DateTime(value) => Self::String(value.to_string()),
            Self::Binary(value) if format == Format::Json => Self::String(base64url::encode(value)),
            other => other.clone(),
        }
    }

    fn serde(&self) -> serde_json::Value {
        match self {
            Self::Array(values) => values.iter().map(Self::serde).collect(),
            Self::Binary(value) => base64url::encode(value).into(),
            Self::Boolean(value) => (*value).into(),
            Self::DateTime(value) => value.to_string().into(),
            Self::Float(value) => (*value).into(),
            Self::Integer(value) => (*value).into(),
            Self::Null => serde_json::Value::Null,
            Self::Object(members) => members
                .iter()
                .map(|(name, value)| (name.clone(), value.serde()))
                .collect(),
            Self::String(value) => value.as_str().into(),
        }
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Boolean),
        any::<i64>().prop_map(Value::Integer),
        (-300_i64..300).prop_map(Value::Integer),
        (-1e9_f64..1e9).prop_map(Value::Float),
        any::<String>().prop_map(Value::String),
        "[\\x00-\\x7f\u{e9}\u{1f600}]{0,300}".prop_map(Value::String),
        prop::collection::vec(any::<u8>(), 0..300).prop_map(Value::Binary),
        any::<i64>()
            .prop_map(|seconds| Value::DateTime(DateTime::from_unix(seconds % 300_000_000_000))),
    ];
    leaf.prop_recursive(5, 60, 20, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..20).prop_map(Value::Array),
            prop::collection::btree_map("\\PC{0,12}", inner, 0..20)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn copy(input: &[u8], format: Format) -> Vec<u8> {
    let mut reader = Reader::new(input);
    let mut writer = Writer::new(format);
    copy_value(&mut reader, &mut writer).unwrap();
    reader.finish().unwrap();
    writer.finish()
}

/// Octets that look like the beginning of something.
fn plausible() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"{".to_vec()),
        Just(b"}".to_vec()),
        Just(b"[".to_vec()),
        Just(b"]".to_vec()),
        Just(b",".to_vec()),
        Just(b":".to_vec()),
        Just(b"\"a\"".to_vec()),
        Just(b"\"".to_vec()),
        Just(b"\\u".to_vec()),
        Just(b"-1.5e3".to_vec()),
        Just(b"true".to_vec()),
        Just(b"null".to_vec()),
        Just(b"\xb4\x01a".to_vec()),
        (0x80_u8.., prop::collection::vec(any::<u8>(), 0..3)).prop_map(|(code, tail)| [
            vec![code],
            tail
        ]
        .concat()),
        prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn values_survive_both_encodings(value in value()) {
        prop_assert_eq!(from_bytes::<Value>(&to_json(&value)), Ok(value.untyped(Format::Json)));
        prop_assert_eq!(from_bytes::<Value>(&to_json_b(&value)), Ok(value.untyped(Format::JsonB)));
    }

    #[test]
    fn json_text_means_the_same_to_another_parser(value in value()) {
        let text = to_json(&value);
        let parsed: serde_json::Value = serde_json::from_slice(&text).unwrap();
        prop_assert_eq!(&parsed, &value.serde());
        // And the compact text of the other parser is read.
        let compact = serde_json::to_vec(&value.serde()).unwrap();
        prop_assert!(from_bytes::<Raw>(&compact).is_ok());
    }

    #[test]
    fn copying_gives_what_direct_encoding_gives(value in value()) {
        let (json, json_b) = (to_json(&value), to_json_b(&value));
        prop_assert_eq!(&copy(&json, Format::Json), &json);
        // A point in time is a quoted string in JSON-B; a copy has no reason to keep it so.
        let untyped = to_json_b(&value.untyped(Format::JsonB));
        prop_assert_eq!(&copy(&json_b, Format::JsonB), &untyped);
        prop_assert_eq!(&copy(&untyped, Format::JsonB), &untyped);
        prop_assert_eq!(&copy(&json_b, Format::Json), &json);
        prop_assert_eq!(&copy(&copy(&json, Format::JsonB), Format::Json), &json);
    }

    #[test]
    fn captured_values_are_exact(value in value(), space in "[ \\n\\t\\r]{0,3}") {
        for octets in [to_json(&value), to_json_b(&value)] {
            let padded = [space.as_bytes(), &octets, space.as_bytes()].concat();
            let raw = Raw::parse(padded).unwrap();
            prop_assert_eq!(raw.as_bytes(), &octets[..]);
            prop_assert_eq!(to_json(&raw), to_json(&value));
            prop_assert_eq!(to_json_b(&raw), octets);
        }
    }

    #[test]
    fn every_strict_prefix_of_a_container_is_refused(value in value(), cut in any::<prop::sample::Index>()) {
        for octets in [to_json(&Value::Array(vec![value.clone()])), to_json_b(&Value::Array(vec![value.clone()]))] {
            let prefix = &octets[..cut.index(octets.len())];
            prop_assert!(from_bytes::<Raw>(prefix).is_err());
        }
    }

    #[test]
    fn base64_survives_and_equals_the_known_alphabet(data in prop::collection::vec(any::<u8>(), 0..200)) {
        let text = base64url::encode(&data);
        prop_assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'));
        prop_assert_eq!(base64url::decode(&text), Ok(data));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3000) })]

    #[test]
    fn arbitrary_octets_never_panic_and_accepted_ones_are_stable(
        octets in prop_oneof![prop::collection::vec(any::<u8>(), 0..64), plausible()],
    ) {
        let typed = from_bytes::<Value>(&octets);
        let raw = Raw::parse(octets);
        // A tree and a walk accept the same inputs.
        prop_assert_eq!(typed.as_ref().map(drop), raw.as_ref().map(drop));
        if let Ok(raw) = raw {
            let json = to_json(&raw);
            prop_assert!(serde_json::from_slice::<serde_json::Value>(&json).is_ok());
            prop_assert_eq!(copy(&json, Format::Json), json);
        }
    }
}
