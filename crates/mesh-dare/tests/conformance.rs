// SPDX-License-Identifier: MIT
//! Runs every vector of `vectors/dare` and states how many there are of each group.
//!
//! Spec: each file names its document and section.
//! Here: published envelopes, frames and trees.
//! Not here: faults (`tamper`), properties (`properties`).
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "all of this is test code"
)]

use mesh_crypto::digest::sha512;
use mesh_crypto::{Earl, KeyAlgorithm, KeyRing, PrivateKey, PublicKey, SecretBytes};
use mesh_dare::frame::{self, Found};
use mesh_dare::merkle::{Frontier, previous_frame};
use mesh_dare::{Envelope, Exchange, Seal, Sequence, SequenceType};
use serde_json::Value;

type Check = fn(&Value);

/// Every group with the number of its vectors: one that is lost fails the test as one that is wrong does.
const GROUPS: [(&str, usize, Check); 9] = [
    ("apex", 1, apex),
    ("chain", 1, chain),
    ("content", 2, content),
    ("encrypted", 3, encrypted),
    ("frame", 1, frames),
    ("plain", 2, plain),
    ("previous-frame", 1, previous),
    ("proof", 12, proof),
    ("signed", 17, signed),
];

#[test]
fn all_published_values_are_reproduced() {
    for (group, expected, check) in GROUPS {
        let file = load(group);
        let cases = file["cases"].as_array().unwrap();
        cases.iter().for_each(check);
        assert_eq!(cases.len(), expected, "number of vectors in {group}");
    }
}

#[test]
fn every_skipped_value_has_a_reason() {
    let file = load("skipped");
    for case in file["cases"].as_array().unwrap() {
        assert!(!text(case, "reason").is_empty(), "{case}");
    }
}

fn plain(case: &Value) {
    let envelope = envelope(case);
    assert!(!envelope.is_encrypted());
    let payload = envelope.open(&KeyRing::new()).unwrap();
    assert_eq!(payload.expose_secret(), text(case, "text").as_bytes());
}

fn content(case: &Value) {
    let envelope = envelope(case);
    let salt = envelope.header.salt.clone().unwrap();
    let seed = SecretBytes::new(octets(case, "base_seed"));
    let exchange = Exchange::from_seed(&seed, &salt).unwrap();
    let payload = envelope.open_with(&exchange).unwrap();
    assert_eq!(payload.expose_secret(), text(case, "text").as_bytes());
    let other = SecretBytes::new(vec![7; 32]);
    let other = Exchange::from_seed(&other, &salt).unwrap();
    assert!(envelope.open_with(&other).is_err());
}

fn encrypted(case: &Value) {
    let envelope = envelope(case);
    let mut keys = KeyRing::new();
    match text(case, "algorithm") {
        "EARL" => keys.add_symmetric(Earl::parse(text(case, "key")).unwrap()),
        _ => {
            let scalar = SecretBytes::new(octets(case, "private"));
            let seed = PrivateKey::from_seed_octets(KeyAlgorithm::X448, scalar);
            let mut key = seed.unwrap();
            if key.udf().to_string()
                != envelope.header.recipients[0]
                    .key_identifier
                    .clone()
                    .unwrap()
            {
                let scalar = SecretBytes::new(octets(case, "private"));
                key = PrivateKey::from_scalar_octets(KeyAlgorithm::X448, scalar).unwrap();
            }
            keys.add(key);
        }
    }
    let payload = envelope.open(&keys).unwrap();
    let payload = std::str::from_utf8(payload.expose_secret()).unwrap();
    assert!(payload.starts_with(text(case, "plaintext")), "{payload}");
    assert!(payload.contains('{'), "a Mesh object: {payload}");
    assert!(envelope.open(&KeyRing::new()).is_err());
}

fn signed(case: &Value) {
    let algorithm = KeyAlgorithm::from_jose_name(text(case, "algorithm")).unwrap();
    let key = PublicKey::new(algorithm, &octets(case, "public")).unwrap();
    let envelope = envelope(case);
    envelope.verify(&key).unwrap_or_else(|error| {
        let name = text(case, "name");
        unreachable!("{name}: {error}")
    });
    let mut altered = envelope.clone();
    altered.body[0] ^= 1;
    assert!(altered.verify(&key).is_err());
    let env = mesh_crypto::Seeded::new(1);
    let other = PrivateKey::generate(algorithm, &env);
    assert!(envelope.verify(other.public()).is_err());
}

fn chain(case: &Value) {
    let first = Seal::default()
        .seal(&octets(case, "body"), &mesh_crypto::Seeded::new(1))
        .unwrap();
    let sequence = Sequence::create(Vec::new(), SequenceType::Chain, first).unwrap();
    let frame = sequence.frame(0).unwrap();
    assert_eq!(
        frame.payload_digest().unwrap(),
        base64(case, "payload_digest")
    );
    assert_eq!(frame.chain_digest().unwrap(), base64(case, "chain_digest"));
}

fn apex(case: &Value) {
    let mut tree = Frontier::new();
    for (index, wanted) in case["apex"].as_array().unwrap().iter().enumerate() {
        let apex = tree.push(&sha512(&[format!("frame {index}").as_bytes()]));
        let apex: String = apex.iter().map(|octet| format!("{octet:02x}")).collect();
        assert_eq!(Some(apex.as_str()), wanted.as_str(), "frame {index}");
    }
}

fn previous(case: &Value) {
    let list = |field: &str| -> Vec<u64> {
        case[field]
            .as_array()
            .unwrap()
            .iter()
            .map(|n| n.as_u64().unwrap())
            .collect()
    };
    for (frame, wanted) in list("frames").into_iter().zip(list("previous")) {
        assert_eq!(previous_frame(frame), Some(wanted), "frame {frame}");
    }
}

fn proof(case: &Value) {
    let digest = |field: &str| -> [u8; 64] { octets(case, field).try_into().unwrap() };
    let path = |field: &str| -> Vec<[u8; 64]> {
        let list = case[field].as_array().unwrap();
        list.iter()
            .map(|text| hex(text.as_str().unwrap()).try_into().unwrap())
            .collect()
    };
    let (index, last) = (
        case["index"].as_u64().unwrap(),
        case["last"].as_u64().unwrap(),
    );
    let plain = |index: u64| {
        let text = format!("frame {index}");
        let env = mesh_crypto::Seeded::new(1);
        Seal::default().seal(text.as_bytes(), &env).unwrap()
    };
    let mut sequence = Sequence::create(Vec::new(), SequenceType::Merkle, plain(0)).unwrap();
    let rest: Vec<Envelope> = (1..=last).map(plain).collect();
    sequence.append(&rest).unwrap();
    let contained = sequence.inclusion(index, last).unwrap();
    assert_eq!(contained.payload_digest, digest("payload_digest"));
    assert_eq!(contained.path, path("inclusion"));
    contained.verify(&digest("last_apex")).unwrap();
    let begun = sequence.consistency(index, last).unwrap();
    assert_eq!(begun.path, path("consistency"));
    begun
        .verify(&digest("first_apex"), &digest("last_apex"))
        .unwrap();
}

fn frames(case: &Value) {
    let octets = octets(case, "octets");
    let mut again = Vec::new();
    let mut count = 0;
    let mut at = 0;
    while let Found::Frame(range) = frame::find(&octets, at).unwrap() {
        let found = frame::read(&octets, &range).unwrap();
        assert_eq!(frame::find_before(&octets, range.end).unwrap(), range);
        let records: Vec<&[u8]> = found.records.iter().map(Vec::as_slice).collect();
        frame::write(&mut again, &records);
        at = range.end;
        count += 1;
    }
    assert_eq!(Some(count), case["frames"].as_u64());
    assert_eq!(again, octets, "written again it is the same file");
}

/// The envelope of a case, which is the same after another journey through either encoding.
fn envelope(case: &Value) -> Envelope {
    let envelope: Envelope =
        mesh_jsonbcd::from_bytes(case["envelope"].to_string().as_bytes()).unwrap();
    let json = mesh_jsonbcd::to_json(&envelope);
    let binary = mesh_jsonbcd::to_json_b(&envelope);
    for octets in [json, binary] {
        assert_eq!(
            mesh_jsonbcd::from_bytes::<Envelope>(&octets).unwrap(),
            envelope
        );
    }
    envelope
}

fn load(group: &str) -> Value {
    let path = format!(
        "{}/../../vectors/dare/{group}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let octets = std::fs::read(&path).unwrap_or_else(|error| unreachable!("{path}: {error}"));
    serde_json::from_slice(&octets).unwrap()
}

fn text<'a>(case: &'a Value, field: &str) -> &'a str {
    case[field].as_str().expect(field)
}

fn base64(case: &Value, field: &str) -> Vec<u8> {
    mesh_jsonbcd::base64url::decode(text(case, field)).unwrap()
}

fn octets(case: &Value, field: &str) -> Vec<u8> {
    hex(text(case, field))
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|at| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).unwrap())
        .collect()
}
