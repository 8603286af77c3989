// SPDX-License-Identifier: MIT
//! Random values through every encoding, and random octets through the reader.
//!
//! Spec: jsonbcd, "JSON-B"; jsonbcd, "JSON-C"; jsonbcd, "JSON-D"; RFC 8259.
//! Here: decoding gives back what was encoded; conversion keeps the value; JSON text is legal to another parser.
//! Not here: single cases (`vectors`).
#![allow(
    clippy::unwrap_used,
    reason = "a failure here is the failure of a test"
)]

use mesh_jsonbcd::{
    BigInteger, DateTime, Decode, Encode, Error, Format, Kind, Limits, Raw, Reader, Writer,
    base64url, convert, from_bytes, to_bytes, to_json, to_json_b,
};
use proptest::prelude::*;

/// Any value, as a tree.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Array(Vec<Value>),
    /// Beyond `i64`.
    Big(BigInteger),
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
            Self::Big(value) => w.big_integer(value),
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
            Kind::Integer => {
                let value = r.big_integer()?;
                value.to_i64().map_or(Self::Big(value), Self::Integer)
            }
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
            // The other parser keeps the first digits only.
            Self::Big(value) => value.to_string().parse::<f64>().unwrap().into(),
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
        any::<f64>().prop_map(|value| if value.is_finite() {
            Value::Float(value)
        } else {
            Value::Null
        }),
        any::<f32>().prop_map(|value| Value::Float(if value.is_finite() {
            value.into()
        } else {
            -0.0
        })),
        (any::<bool>(), prop::collection::vec(any::<u8>(), 9..40)).prop_map(
            |(negative, octets)| {
                let value = BigInteger::new(negative, &octets);
                value.to_i64().map_or(Value::Big(value), Value::Integer)
            }
        ),
        // A few that repeat, as codes stand for them.
        prop::sample::select(vec!["", "x", "Roles", "threshold", "é😀"])
            .prop_map(|text| Value::String(text.to_owned())),
        any::<String>().prop_map(Value::String),
        "[\\x00-\\x7f\u{e9}\u{1f600}]{0,300}".prop_map(Value::String),
        prop::collection::vec(any::<u8>(), 0..300).prop_map(Value::Binary),
        any::<i64>()
            .prop_map(|seconds| Value::DateTime(DateTime::from_unix(seconds % 300_000_000_000))),
    ];
    leaf.prop_recursive(5, 60, 20, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..20).prop_map(Value::Array),
            prop::collection::btree_map("\\PC{0,12}", inner.clone(), 0..20)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
            prop::collection::vec(
                prop::collection::btree_map("Udf|Roles|Key[a-c]", inner, 0..4),
                0..5
            )
            .prop_map(|objects| Value::Array(
                objects
                    .into_iter()
                    .map(|members| Value::Object(members.into_iter().collect()))
                    .collect()
            )),
        ]
    })
}

fn again(input: &[u8], format: Format) -> Vec<u8> {
    convert(input, format, &Limits::default()).unwrap()
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
        Just(b"\xc4\x00\x80\x01a".to_vec()),
        Just(b"\xc8\x01\x88\x01b".to_vec()),
        (0_u8..3).prop_map(|code| vec![0xC0, code]),
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
    fn values_survive_every_encoding(value in value()) {
        for format in Format::ALL {
            let read = from_bytes::<Value>(&to_bytes(&value, format));
            prop_assert_eq!(read, Ok(value.untyped(format)), "{:?}", format);
        }
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
    fn conversion_gives_what_direct_encoding_gives(value in value()) {
        let json = to_json(&value);
        for from in Format::ALL {
            let encoded = to_bytes(&value, from);
            prop_assert_eq!(&again(&encoded, Format::Json), &json);
            for to in Format::ALL {
                // What was text stays a string: a point in time in JSON-B, a binary value from JSON text.
                let untyped = to_bytes(&value.untyped(from), to);
                prop_assert_eq!(&again(&encoded, to), &untyped, "{:?} to {:?}", from, to);
                prop_assert_eq!(&again(&again(&encoded, to), Format::Json), &json);
            }
        }
    }

    #[test]
    fn captured_values_are_exact(value in value(), space in "[ \\n\\t\\r]{0,3}") {
        for octets in [to_json(&value), to_json_b(&value)] {
            // A JSON-B document keeps its octets whatever it is put into.
            let padded = [space.as_bytes(), &octets, space.as_bytes()].concat();
            let raw = Raw::parse(padded).unwrap();
            prop_assert_eq!(raw.as_bytes(), &octets[..]);
            prop_assert_eq!(to_json(&raw), to_json(&value));
            for format in [Format::JsonB, Format::JsonC, Format::JsonD] {
                prop_assert_eq!(&to_bytes(&raw, format), &octets);
            }
        }
    }

    #[test]
    fn values_captured_from_within_a_dictionary_stand_for_themselves(value in value(), format in prop::sample::select(vec![Format::JsonC, Format::JsonD])) {
        // Twice, so that the second one refers to codes that the first one defined.
        let octets = to_bytes(&Value::Array(vec![value.clone(), value.clone()]), format);
        let mut reader = Reader::new(&octets);
        reader.begin_array().unwrap();
        for _ in 0..2 {
            prop_assert!(reader.next_element().unwrap());
            let raw = reader.raw().unwrap();
            prop_assert_eq!(to_json(&raw), to_json(&value));
            prop_assert_eq!(from_bytes::<Value>(raw.as_bytes()), Ok(value.untyped(Format::JsonB)));
        }
        prop_assert!(!reader.next_element().unwrap());
        prop_assert_eq!(reader.finish(), Ok(()));
    }

    #[test]
    fn every_strict_prefix_of_a_container_is_refused(value in value(), cut in any::<prop::sample::Index>()) {
        for format in Format::ALL {
            let octets = to_bytes(&Value::Array(vec![value.clone()]), format);
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
        let raw = Raw::parse(octets.clone());
        // A tree and a walk accept the same inputs.
        prop_assert_eq!(typed.as_ref().map(drop), raw.as_ref().map(drop));
        if let Ok(raw) = raw {
            let json = to_json(&raw);
            prop_assert!(serde_json::from_slice::<serde_json::Value>(&json).is_ok());
            for format in Format::ALL {
                prop_assert_eq!(&again(&again(&octets, format), Format::Json), &json);
            }
        }
    }
}
