// SPDX-License-Identifier: MIT
//! Random records, of the form that the schema compiler generates, through every encoding.
//!
//! Spec: mesh-schema, "Objects"; jsonbcd, "JSON-BCD Application Binding".
//! Here: a record of every kind of member is read back equal, also from the other encodings' text, and under its tag.
//! Not here: values without a schema (`round_trip`).
#![allow(
    clippy::unwrap_used,
    reason = "a failure here is the failure of a test"
)]

use mesh_jsonbcd::{
    BigInteger, DateTime, Decode, Encode, Error, Format, Limits, Object, Raw, Reader, SecretBytes,
    SecretString, Tagged, Unknown, Writer, convert, decode_family, encode_family, from_bytes,
    from_tagged, read_list, read_option, read_tag, to_bytes, to_json, to_json_b, write_list,
    write_option, write_tagged,
};
use proptest::prelude::*;

#[derive(Clone, Debug, Default, PartialEq)]
struct Record {
    name: Option<String>,
    data: Option<Vec<u8>>,
    count: Option<i64>,
    wide: Option<i128>,
    big: Option<BigInteger>,
    ratio: Option<f64>,
    short: Option<f32>,
    active: Option<bool>,
    created: Option<DateTime>,
    password: Option<SecretString>,
    seed: Option<SecretBytes>,
    labels: Vec<String>,
    keys: Vec<Vec<u8>>,
    child: Option<Box<Self>>,
    others: Vec<Any>,
}

impl Object for Record {
    const TAG: &'static str = "Record";

    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Name", &self.name);
        write_option(w, "Data", &self.data);
        write_option(w, "Count", &self.count);
        write_option(w, "Wide", &self.wide);
        write_option(w, "Big", &self.big);
        write_option(w, "Ratio", &self.ratio);
        write_option(w, "Short", &self.short);
        write_option(w, "Active", &self.active);
        write_option(w, "Created", &self.created);
        write_option(w, "Password", &self.password);
        write_option(w, "Seed", &self.seed);
        write_list(w, "Labels", &self.labels);
        write_list(w, "Keys", &self.keys);
        write_option(w, "Child", &self.child);
        write_list(w, "Others", &self.others);
    }

    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        match name {
            "Name" => self.name = read_option(r)?,
            "Data" => self.data = read_option(r)?,
            "Count" => self.count = read_option(r)?,
            "Wide" => self.wide = read_option(r)?,
            "Big" => self.big = read_option(r)?,
            "Ratio" => self.ratio = read_option(r)?,
            "Short" => self.short = read_option(r)?,
            "Active" => self.active = read_option(r)?,
            "Created" => self.created = read_option(r)?,
            "Password" => self.password = read_option(r)?,
            "Seed" => self.seed = read_option(r)?,
            "Labels" => self.labels = read_list(r)?,
            "Keys" => self.keys = read_list(r)?,
            "Child" => self.child = read_option(r)?,
            "Others" => self.others = read_list(r)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Any {
    Record(Box<Record>),
    Unknown(Unknown),
}

impl Tagged for Any {
    fn tag(&self) -> &str {
        match self {
            Self::Record(_) => Record::TAG,
            Self::Unknown(value) => &value.tag,
        }
    }

    fn write_value(&self, w: &mut Writer) {
        match self {
            Self::Record(value) => value.encode(w),
            Self::Unknown(value) => value.value.encode(w),
        }
    }

    fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(match tag {
            Record::TAG => Self::Record(Decode::decode(r)?),
            _ => Self::Unknown(Unknown::read(tag, r)?),
        })
    }
}

impl Encode for Any {
    fn encode(&self, w: &mut Writer) {
        encode_family(self, w);
    }
}

impl Decode for Any {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        decode_family(r)
    }
}

fn octets() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..40)
}

/// Texts of which some repeat.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        prop::sample::select(vec!["", "a", "Name", "Record", "threshold"]).prop_map(str::to_owned),
    ]
}

fn leaf() -> impl Strategy<Value = Record> {
    let finite = any::<f64>().prop_filter("finite", |value| value.is_finite());
    let short = any::<f32>().prop_filter("finite", |value| value.is_finite());
    let seconds = (-60_000_000_000_i64..250_000_000_000).prop_map(DateTime::from_unix);
    let big = (any::<bool>(), octets()).prop_map(|(sign, octets)| BigInteger::new(sign, &octets));
    let texts = (
        prop::option::of(text()),
        prop::option::of(text()),
        prop::collection::vec(text(), 0..4),
    );
    let binary = (
        prop::option::of(octets()),
        prop::option::of(octets()),
        prop::collection::vec(octets(), 0..4),
    );
    let numbers = (
        prop::option::of(any::<i64>()),
        prop::option::of(any::<i128>()),
        prop::option::of(big),
        prop::option::of(finite),
        prop::option::of(short),
    );
    let rest = (prop::option::of(any::<bool>()), prop::option::of(seconds));
    (texts, binary, numbers, rest).prop_map(
        |(
            (name, password, labels),
            (data, seed, keys),
            (count, wide, big, ratio, short),
            (active, created),
        )| {
            Record {
                name,
                data,
                count,
                wide,
                big,
                ratio,
                short,
                active,
                created,
                password: password.map(SecretString::new),
                seed: seed.map(SecretBytes::new),
                labels,
                keys,
                child: None,
                others: Vec::new(),
            }
        },
    )
}

fn record() -> impl Strategy<Value = Record> {
    leaf().prop_recursive(3, 16, 4, |inner| {
        let any = prop_oneof![
            inner
                .clone()
                .prop_map(|record| Any::Record(Box::new(record))),
            (text(), inner.clone()).prop_filter_map("another tag", |(tag, record)| {
                (tag != Record::TAG).then(|| {
                    // As a peer would send it.
                    let value = Raw::parse(to_json_b(&record)).unwrap();
                    Any::Unknown(Unknown { tag, value })
                })
            }),
        ];
        (
            leaf(),
            prop::option::of(inner),
            prop::collection::vec(any, 0..4),
        )
            .prop_map(|(leaf, child, others)| Record {
                child: child.map(Box::new),
                others,
                ..leaf
            })
    })
}

/// Without what is kept as it was received, which JSON text cannot carry octet for octet.
fn known(mut record: Record) -> Record {
    record
        .others
        .retain(|other| matches!(other, Any::Record(_)));
    let others = record.others.into_iter().map(|other| match other {
        Any::Record(record) => Any::Record(Box::new(known(*record))),
        unknown @ Any::Unknown(_) => unknown,
    });
    record.others = others.collect();
    record.child = record.child.map(|child| Box::new(known(*child)));
    record
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn a_record_is_read_back_equal_from_every_encoding(record in record()) {
        for format in [Format::JsonB, Format::JsonC, Format::JsonD] {
            prop_assert_eq!(from_bytes(&to_bytes(&record, format)), Ok(record.clone()), "{:?}", format);
        }
        let text: Record = from_bytes(&to_json(&record)).unwrap();
        prop_assert_eq!(to_json(&text), to_json(&record));
        prop_assert_eq!(known(text), known(record));
    }

    #[test]
    fn a_record_survives_conversion_on_its_way(record in record()) {
        let record = known(record);
        for from in Format::ALL {
            for to in Format::ALL {
                let octets = convert(&to_bytes(&record, from), to, &Limits::default()).unwrap();
                prop_assert_eq!(from_bytes(&octets), Ok(record.clone()), "{:?} to {:?}", from, to);
            }
        }
    }

    #[test]
    fn a_tagged_record_is_read_back_equal(record in record()) {
        for format in [Format::JsonB, Format::JsonC, Format::JsonD] {
            let mut writer = Writer::new(format);
            write_tagged(&mut writer, Record::TAG, |w| record.encode(w));
            let octets = writer.finish();
            prop_assert_eq!(read_tag(&octets), Ok(Record::TAG.to_owned()));
            prop_assert_eq!(from_tagged(&octets), Ok(record.clone()), "{:?}", format);
        }
    }
}

#[test]
fn json_c_of_many_records_is_shorter_than_json_b() {
    let entry = |number: i64| Record {
        name: Some(format!("entry {number}")),
        count: Some(number),
        labels: vec!["work".to_owned()],
        ..Record::default()
    };
    let list = Record {
        others: (0..100)
            .map(|number| Any::Record(Box::new(entry(number))))
            .collect(),
        ..Record::default()
    };
    let (b, c) = (to_json_b(&list).len(), to_bytes(&list, Format::JsonC).len());
    assert!(c * 4 < b * 3, "{c} of {b} octets");
}

#[test]
fn no_code_stands_for_a_secret() {
    let list = Record {
        others: vec![
            Any::Record(Box::new(Record {
                password: Some(SecretString::new("one for all".to_owned())),
                ..Record::default()
            }));
            3
        ],
        ..Record::default()
    };
    let octets = to_bytes(&list, Format::JsonD);
    let times = octets
        .windows(11)
        .filter(|window| window == b"one for all")
        .count();
    assert_eq!(times, 3);
}
