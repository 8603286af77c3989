// SPDX-License-Identifier: MIT
//! Encoding and decoding of 10,000 entries of a password catalog, and of one large binary value.
//!
//! Spec: none.
//! Here: JSON and JSON-B through the traits of generated records; serde_json with derived traits for comparison.
//! Not here: envelopes and sequences (`mesh-dare`).
#![allow(missing_docs, reason = "a program, not an interface")]

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use mesh_jsonbcd::{
    Error, Object, Reader, Writer, from_bytes, read_list, read_option, to_json, to_json_b,
    write_list, write_option,
};

fn main() {
    divan::main();
}

#[derive(Clone, Default, serde::Serialize, serde::Deserialize)]
struct Credential {
    service: Option<String>,
    username: Option<String>,
    password: Option<String>,
    key: Option<Vec<u8>>,
    uses: Option<i64>,
    shared: Option<bool>,
    labels: Vec<String>,
}

impl Object for Credential {
    const TAG: &'static str = "CatalogedCredential";

    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "service", &self.service);
        write_option(w, "username", &self.username);
        write_option(w, "password", &self.password);
        write_option(w, "key", &self.key);
        write_option(w, "uses", &self.uses);
        write_option(w, "shared", &self.shared);
        write_list(w, "labels", &self.labels);
    }

    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        match name {
            "service" => self.service = read_option(r)?,
            "username" => self.username = read_option(r)?,
            "password" => self.password = read_option(r)?,
            "key" => self.key = read_option(r)?,
            "uses" => self.uses = read_option(r)?,
            "shared" => self.shared = read_option(r)?,
            "labels" => self.labels = read_list(r)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

#[derive(Clone, Default, serde::Serialize, serde::Deserialize)]
struct Catalog {
    entries: Vec<Credential>,
}

impl Object for Catalog {
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

/// Without `key`, which serde_json would write as an array of numbers.
fn catalog() -> Catalog {
    let entries = (0..10_000)
        .map(|i| Credential {
            service: Some(format!("https://service-{i}.example.com/login")),
            username: Some(format!("alice-{i}@example.com")),
            password: Some(format!("NAGX-PJSE-{i:04}-\"quoted\"-WH3D-RXYS")),
            key: None,
            uses: Some(i * 7),
            shared: Some(i % 2 == 0),
            labels: vec!["work".into(), "two words".into()],
        })
        .collect();
    Catalog { entries }
}

#[divan::bench]
fn encode_json(bencher: Bencher<'_, '_>) {
    let catalog = catalog();
    bencher
        .counter(BytesCount::of_slice(&to_json(&catalog)))
        .bench_local(|| to_json(black_box(&catalog)));
}

#[divan::bench]
fn encode_json_b(bencher: Bencher<'_, '_>) {
    let catalog = catalog();
    bencher
        .counter(BytesCount::of_slice(&to_json_b(&catalog)))
        .bench_local(|| to_json_b(black_box(&catalog)));
}

#[divan::bench]
fn encode_serde_json(bencher: Bencher<'_, '_>) {
    let catalog = catalog();
    let size = serde_json::to_vec(&catalog).unwrap_or_default().len();
    bencher
        .counter(BytesCount::new(size))
        .bench_local(|| serde_json::to_vec(black_box(&catalog)));
}

#[divan::bench]
fn decode_json(bencher: Bencher<'_, '_>) {
    let bytes = to_json(&catalog());
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench_local(|| from_bytes::<Catalog>(black_box(&bytes)));
}

#[divan::bench]
fn decode_json_b(bencher: Bencher<'_, '_>) {
    let bytes = to_json_b(&catalog());
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench_local(|| from_bytes::<Catalog>(black_box(&bytes)));
}

#[divan::bench]
fn decode_serde_json(bencher: Bencher<'_, '_>) {
    let bytes = serde_json::to_vec(&catalog()).unwrap_or_default();
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench_local(|| serde_json::from_slice::<Catalog>(black_box(&bytes)));
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

#[divan::bench]
fn skip_json_b(bencher: Bencher<'_, '_>) {
    let bytes = to_json_b(&catalog());
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench_local(|| Reader::new(black_box(&bytes)).skip());
}
