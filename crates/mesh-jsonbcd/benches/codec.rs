// SPDX-License-Identifier: MIT
//! Encoding and decoding of 10,000 entries of a catalog, of one large binary value, and conversion between encodings.
//!
//! Spec: none.
//! Here: all encodings through the traits of generated records; beside them serde_json with Base64 and MessagePack (with
//! member names, and without as its writer prefers), both with derived traits.
//! Not here: envelopes and sequences (`mesh-dare`).
#![allow(missing_docs, reason = "a program, not an interface")]

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use mesh_jsonbcd::{
    Error, Format, Limits, Object, Reader, Writer, convert, from_bytes, read_list, read_option,
    to_bytes, to_json, write_list, write_option,
};

fn main() {
    divan::main();
}

const ENTRIES: i64 = 10_000;

/// Nine members, two of them binary.
#[derive(Clone, Default, serde::Serialize, serde::Deserialize)]
struct Entry<B> {
    service: Option<String>,
    username: Option<String>,
    password: Option<String>,
    created: Option<String>,
    uses: Option<i64>,
    shared: Option<bool>,
    key: Option<B>,
    data: Option<B>,
    labels: Vec<String>,
}

#[derive(Clone, Default, serde::Serialize, serde::Deserialize)]
struct Catalog<B> {
    entries: Vec<Entry<B>>,
}

/// Octets that serde_json writes as Base64.
#[derive(Clone, Default)]
struct Base64(Vec<u8>);

/// Octets that MessagePack writes as such.
#[derive(Clone, Default)]
struct Octets(Vec<u8>);

impl Object for Entry<Vec<u8>> {
    const TAG: &'static str = "CatalogedEntry";

    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "service", &self.service);
        write_option(w, "username", &self.username);
        write_option(w, "password", &self.password);
        write_option(w, "created", &self.created);
        write_option(w, "uses", &self.uses);
        write_option(w, "shared", &self.shared);
        write_option(w, "key", &self.key);
        write_option(w, "data", &self.data);
        write_list(w, "labels", &self.labels);
    }

    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        match name {
            "service" => self.service = read_option(r)?,
            "username" => self.username = read_option(r)?,
            "password" => self.password = read_option(r)?,
            "created" => self.created = read_option(r)?,
            "uses" => self.uses = read_option(r)?,
            "shared" => self.shared = read_option(r)?,
            "key" => self.key = read_option(r)?,
            "data" => self.data = read_option(r)?,
            "labels" => self.labels = read_list(r)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl Object for Catalog<Vec<u8>> {
    const TAG: &'static str = "Catalog";

    fn write_fields(&self, w: &mut Writer) {
        write_list(w, "entries", &self.entries);
    }

    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        match name {
            "entries" => self.entries = read_list(r)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl serde::Serialize for Base64 {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&mesh_jsonbcd::base64url::encode(&self.0))
    }
}

impl<'de> serde::Deserialize<'de> for Base64 {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Base64 has no escape sequences, so the text is borrowed.
        let text = <&str>::deserialize(deserializer)?;
        let octets = mesh_jsonbcd::base64url::decode(text);
        octets.map(Self).map_err(serde::de::Error::custom)
    }
}

impl serde::Serialize for Octets {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Octets {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl serde::de::Visitor<'_> for Visitor {
            type Value = Octets;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("octets")
            }

            fn visit_bytes<E>(self, octets: &[u8]) -> Result<Octets, E> {
                Ok(Octets(octets.to_vec()))
            }
        }

        deserializer.deserialize_bytes(Visitor)
    }
}

fn catalog<B: Clone>(binary: impl Fn(Vec<u8>) -> B) -> Catalog<B> {
    let octets = |length: u32, seed: u32| {
        let octet = |at: u32| (at.wrapping_mul(2_654_435_761) ^ seed).to_be_bytes()[0];
        (0..length).map(octet).collect::<Vec<u8>>()
    };
    let entries = (0..ENTRIES)
        .map(|i| Entry {
            service: Some(format!("https://service-{i}.example.com/login")),
            username: Some(format!("alice-{i}@example.com")),
            password: Some(format!("NAGX-PJSE-{i:04}-\"quoted\"-WH3D-RXYS")),
            created: Some("2026-01-01T00:00:00Z".into()),
            uses: Some(i * 7),
            shared: Some(i % 2 == 0),
            key: Some(binary(octets(32, u32::try_from(i).unwrap_or_default()))),
            data: Some(binary(octets(256, u32::try_from(i).unwrap_or_default()))),
            labels: vec!["work".into(), "two words".into()],
        })
        .collect();
    Catalog { entries }
}

fn encode<T>(bencher: Bencher<'_, '_>, value: &T, encode: impl Fn(&T) -> Vec<u8>) {
    bencher
        .counter(BytesCount::of_slice(&encode(value)))
        .counter(ItemsCount::new(ENTRIES.unsigned_abs()))
        .bench_local(|| encode(black_box(value)));
}

fn decode<T>(bencher: Bencher<'_, '_>, octets: &[u8], decode: impl Fn(&[u8]) -> T) {
    bencher
        .counter(BytesCount::of_slice(octets))
        .counter(ItemsCount::new(ENTRIES.unsigned_abs()))
        .bench_local(|| decode(black_box(octets)));
}

#[divan::bench_group(sample_count = 30)]
mod entries {
    use super::*;

    #[divan::bench(args = Format::ALL)]
    fn encode(bencher: Bencher<'_, '_>, format: &Format) {
        let catalog = catalog(|octets| octets);
        super::encode(bencher, &catalog, |value| to_bytes(value, *format));
    }

    #[divan::bench]
    fn encode_serde_json(bencher: Bencher<'_, '_>) {
        let catalog = catalog(Base64);
        super::encode(bencher, &catalog, |value| {
            serde_json::to_vec(value).unwrap_or_default()
        });
    }

    #[divan::bench]
    fn encode_rmp_named(bencher: Bencher<'_, '_>) {
        let catalog = catalog(Octets);
        super::encode(bencher, &catalog, |value| {
            rmp_serde::to_vec_named(value).unwrap_or_default()
        });
    }

    #[divan::bench]
    fn encode_rmp_unnamed(bencher: Bencher<'_, '_>) {
        let catalog = catalog(Octets);
        super::encode(bencher, &catalog, |value| {
            rmp_serde::to_vec(value).unwrap_or_default()
        });
    }

    #[divan::bench(args = Format::ALL)]
    fn decode(bencher: Bencher<'_, '_>, format: &Format) {
        let octets = to_bytes(&catalog(|octets| octets), *format);
        super::decode(bencher, &octets, |octets| {
            from_bytes::<Catalog<Vec<u8>>>(octets)
        });
    }

    #[divan::bench]
    fn decode_serde_json(bencher: Bencher<'_, '_>) {
        let octets = serde_json::to_vec(&catalog(Base64)).unwrap_or_default();
        super::decode(bencher, &octets, |octets| {
            serde_json::from_slice::<Catalog<Base64>>(octets)
        });
    }

    #[divan::bench]
    fn decode_rmp_named(bencher: Bencher<'_, '_>) {
        let octets = rmp_serde::to_vec_named(&catalog(Octets)).unwrap_or_default();
        super::decode(bencher, &octets, |octets| {
            rmp_serde::from_slice::<Catalog<Octets>>(octets)
        });
    }

    #[divan::bench]
    fn decode_rmp_unnamed(bencher: Bencher<'_, '_>) {
        let octets = rmp_serde::to_vec(&catalog(Octets)).unwrap_or_default();
        super::decode(bencher, &octets, |octets| {
            rmp_serde::from_slice::<Catalog<Octets>>(octets)
        });
    }

    #[divan::bench(args = Format::ALL)]
    fn skip(bencher: Bencher<'_, '_>, format: &Format) {
        let octets = to_bytes(&catalog(|octets| octets), *format);
        super::decode(bencher, &octets, |octets| Reader::new(octets).skip());
    }

    #[divan::bench(args = Format::ALL)]
    fn convert_json_b(bencher: Bencher<'_, '_>, format: &Format) {
        let octets = to_bytes(&catalog(|octets| octets), Format::JsonB);
        super::decode(bencher, &octets, |octets| {
            convert(octets, *format, &Limits::default())
        });
    }
}

#[divan::bench]
fn encode_binary_1_mib_json(bencher: Bencher<'_, '_>) {
    let data = vec![0xA5_u8; 1 << 20];
    bencher
        .counter(BytesCount::of_slice(&data))
        .bench_local(|| to_json(black_box(&data)));
}

#[divan::bench]
fn decode_binary_1_mib_json(bencher: Bencher<'_, '_>) {
    let data = vec![0xA5_u8; 1 << 20];
    let bytes = to_json(&data);
    bencher
        .counter(BytesCount::of_slice(&data))
        .bench_local(|| from_bytes::<Vec<u8>>(black_box(&bytes)));
}
