// SPDX-License-Identifier: MIT
//! Tests of the conversion between keys and records.

use mesh_jsonbcd::{SecretBytes, from_bytes, to_json, to_json_b};

use super::*;
use crate::Seeded;

fn key(algorithm: KeyAlgorithm, seed: u64) -> PrivateKey {
    PrivateKey::generate(algorithm, &Seeded::new(seed))
}

#[test]
fn public_key_survives_its_record() {
    for algorithm in KeyAlgorithm::ALL {
        let public = key(algorithm, 1).public().clone();
        for encoded in [to_json(&public.to_jose()), to_json_b(&public.to_jose())] {
            let record: AnyKey = from_bytes(&encoded).unwrap();
            assert_eq!(PublicKey::from_jose(&record).unwrap(), public);
        }
    }
}

#[test]
fn private_key_survives_its_record_in_seed_and_scalar_form() {
    for algorithm in KeyAlgorithm::ALL {
        let plain = key(algorithm, 1);
        let combined = plain.combine(&key(algorithm, 2)).unwrap();
        for (key, suffix) in [(plain, ""), (combined, "z")] {
            let record = key.to_jose();
            let AnyKey::PrivateKeyECDH(inner) = &record else {
                panic!("a private key record")
            };
            assert_eq!(
                inner.curve.as_deref(),
                Some(format!("{algorithm}{suffix}").as_str())
            );
            let record: AnyKey = from_bytes(&to_json(&record)).unwrap();
            assert_eq!(
                PrivateKey::from_jose(&record).unwrap().public(),
                key.public()
            );
        }
    }
}

#[test]
fn seed_survives_its_record() {
    let seed = Seed::generate(crate::seed_code::PROFILE_DEVICE, &Seeded::new(1));
    let record: AnyKey = from_bytes(&to_json(&seed.to_jose("MeshProfileDevice"))).unwrap();
    assert_eq!(Seed::from_jose(&record).unwrap(), seed);
}

#[test]
fn published_public_key_record_is_read() {
    let record: AnyKey = from_bytes(
        br#"{"PublicKeyECDH":{"crv":"X448","Public":"c7oorJ808sc9d40KXDhIHgCTFz39MK3JjO0Q7K_ufDEGDKiwVKhd3oPQ44PEqGjwkpp7OfbcBbSA"}}"#,
    )
    .unwrap();
    assert_eq!(
        PublicKey::from_jose(&record).unwrap().udf().to_string(),
        "MAYF-D7LJ-5IMP-EUCG-HSGH-7LSR-AAPZ"
    );
}

#[test]
fn record_with_a_foreign_public_key_is_refused() {
    let AnyKey::PrivateKeyECDH(own) = key(KeyAlgorithm::X448, 1).to_jose() else {
        panic!("a private key record")
    };
    let record = PrivateKeyECDH {
        curve: own.curve.clone(),
        private: own.private.clone(),
        public: Some(key(KeyAlgorithm::X448, 2).public().octets().to_vec()),
        ..PrivateKeyECDH::default()
    };
    assert_eq!(
        PrivateKey::from_jose(&record.into()).unwrap_err(),
        Error::KeyPairMismatch
    );
}

#[test]
fn incomplete_and_unknown_records_are_named() {
    let unknown: AnyKey = from_bytes(br#"{"PublicKeyLattice":{"Public":"AAAA"}}"#).unwrap();
    assert_eq!(
        PublicKey::from_jose(&unknown).unwrap_err(),
        Error::Unsupported {
            name: "PublicKeyLattice".to_owned()
        }
    );
    let curve: AnyKey =
        from_bytes(br#"{"PublicKeyECDH":{"crv":"P-256","Public":"AAAA"}}"#).unwrap();
    assert_eq!(
        PublicKey::from_jose(&curve).unwrap_err(),
        Error::Unsupported {
            name: "P-256".to_owned()
        }
    );
    let bare: AnyKey = from_bytes(br#"{"PublicKeyECDH":{"crv":"X448"}}"#).unwrap();
    assert_eq!(
        PublicKey::from_jose(&bare).unwrap_err(),
        Error::MissingMember {
            record: "PublicKeyECDH",
            member: "Public"
        }
    );
    let short: AnyKey =
        from_bytes(br#"{"PrivateKeyECDH":{"crv":"X448z","Private":"AAAA"}}"#).unwrap();
    assert!(matches!(
        PrivateKey::from_jose(&short),
        Err(Error::KeyLength { found: 3, .. })
    ));
}

#[test]
fn debug_of_a_private_record_hides_the_key() {
    let record = PrivateKeyECDH {
        private: Some(SecretBytes::new(vec![0xab; 56])),
        ..PrivateKeyECDH::default()
    };
    let shown = format!("{:?}", AnyKey::from(record));
    assert!(shown.contains("[redacted]"));
    assert!(!shown.contains("171") && !shown.contains("ab,"));
    let seed = Seed::generate(0, &Seeded::new(1));
    assert!(!format!("{:?}", seed.to_jose("Any")).contains(seed.to_udf_string().expose_secret()));
}
