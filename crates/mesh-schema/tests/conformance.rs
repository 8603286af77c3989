// SPDX-License-Identifier: MIT
//! Objects that the reference has published, validated by our rules.
//!
//! Spec: mesh-schema, "Mesh Assertions".
//! Here: profiles and connections of `vectors/dare/signed.json`.
//! Not here: the signatures alone (`mesh-dare`, conformance).
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "all of this is test code"
)]

use mesh_dare::Envelope;
use mesh_schema::generated::{
    ConnectionDevice, ConnectionService, ProfileDevice, ProfileService, ProfileUser,
};
use mesh_schema::{StoreLabel, Valid};
use serde_json::Value;

fn cases() -> Vec<(String, Envelope)> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../vectors/dare/signed.json"
    );
    let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let envelope = |case: &Value| {
        let octets = case["envelope"].to_string().into_bytes();
        (
            case["name"].as_str().unwrap().to_owned(),
            mesh_jsonbcd::from_bytes(&octets).unwrap(),
        )
    };
    file["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(envelope)
        .collect()
}

/// The envelopes whose payload begins with this tag, in JSON or JSON-B.
fn of(tag: &str) -> Vec<Envelope> {
    let tagged = |envelope: &Envelope| {
        let head =
            String::from_utf8_lossy(&envelope.body[..envelope.body.len().min(30)]).into_owned();
        head.contains(tag)
    };
    cases()
        .into_iter()
        .map(|(_, envelope)| envelope)
        .filter(tagged)
        .collect()
}

#[test]
fn published_profiles_are_valid_under_their_fingerprints_and_no_other() {
    macro_rules! check {
        ($type:ty, $tag:literal, $count:literal) => {
            let envelopes = of(concat!("\"", $tag, "\""));
            assert_eq!(envelopes.len(), $count, $tag);
            for envelope in envelopes {
                let profile = Valid::<$type>::validate(&envelope).unwrap();
                assert_eq!(Some(profile.udf().unwrap()), envelope.header.envelope_id);
                let mut altered = envelope.clone();
                let at = altered.body.len() / 2;
                altered.body[at] ^= 1;
                assert!(Valid::<$type>::validate(&altered).is_err());
                let mut unsigned = envelope;
                unsigned.trailer.as_mut().unwrap().signatures.clear();
                assert!(Valid::<$type>::validate(&unsigned).is_err());
            }
        };
    }
    check!(ProfileDevice, "ProfileDevice", 2);
    check!(ProfileUser, "ProfileUser", 2);
    check!(ProfileService, "ProfileService", 1);
    let service = of("\"ProfileService\"").remove(0);
    assert!(Valid::<ProfileUser>::validate(&service).is_err());
}

#[test]
fn published_connections_are_valid_for_their_account_and_no_other() {
    let accounts: Vec<_> = of("\"ProfileUser\"")
        .iter()
        .map(|envelope| Valid::<ProfileUser>::validate(envelope).unwrap())
        .collect();
    let [alice, other] = <[_; 2]>::try_from(accounts).unwrap();
    assert_eq!(alice.address().unwrap().to_string(), "alice@example.com");
    let service = of("ConnectionService").remove(0);
    let device = of("ConnectionDevice").remove(0);
    let short = Valid::<ConnectionService>::of_account(&service, &alice).unwrap();
    let full = Valid::<ConnectionDevice>::of_account(&device, &alice).unwrap();
    assert_eq!(
        short.authentication_key().unwrap(),
        full.keys().unwrap().authentication
    );
    assert!(Valid::<ConnectionService>::of_account(&service, &other).is_err());
    assert!(Valid::<ConnectionDevice>::of_account(&device, &other).is_err());
    // Its only role says how it decrypts; what it may read is what every device may.
    assert!(full.known_roles().is_threshold());
    assert_eq!(full.known_roles().readable(), [StoreLabel::Device]);
}
