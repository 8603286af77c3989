// SPDX-License-Identifier: MIT
//! Tests of the conversion between keys and records.

use mesh_jsonbcd::{SecretBytes, from_bytes, to_json, to_json_b};

use super::*;
use crate::Seeded;
use crate::key::samples::key;

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
    for algorithm in [
        KeyAlgorithm::Ed25519,
        KeyAlgorithm::Ed448,
        KeyAlgorithm::X25519,
        KeyAlgorithm::X448,
    ] {
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
fn private_key_survives_its_record() {
    for algorithm in KeyAlgorithm::ALL {
        let key = key(algorithm, 1);
        for encoded in [to_json(&key.to_jose()), to_json_b(&key.to_jose())] {
            let record: AnyKey = from_bytes(&encoded).unwrap();
            let read = PrivateKey::from_jose(&record).unwrap();
            assert_eq!(read.public(), key.public());
            assert_eq!(read.export(), key.export());
            assert!(PublicKey::from_jose(&record).is_err(), "{algorithm}");
        }
    }
}

#[test]
fn key_in_the_record_of_another_kind_is_refused() {
    for json in [
        r#"{"PublicKeyECDH":{"crv":"ML-KEM-768","Public":"AAAA"}}"#,
        r#"{"PublicKeyECDH":{"crv":"RSA2048","Public":"AAAA"}}"#,
        r#"{"PublicKeyBinary":{"kty":"X448","Public":"AAAA"}}"#,
        r#"{"PublicKeyBinary":{"kty":"ML-KEM-2048","Public":"AAAA"}}"#,
        r#"{"PublicKeyRSA":{"n":"AAAA","e":"AQAB"}}"#,
        r#"{"PublicKeyRSA":{"n":"","e":""}}"#,
    ] {
        let record: AnyKey = from_bytes(json.as_bytes()).unwrap();
        assert!(
            matches!(
                PublicKey::from_jose(&record),
                Err(Error::Unsupported { .. })
            ),
            "{json}"
        );
    }
    for json in [
        r#"{"PrivateKeyECDH":{"crv":"ML-DSA-44","Private":"AAAA"}}"#,
        r#"{"PrivateKeyECDH":{"crv":"P256z","Private":"AAAA"}}"#,
        r#"{"PrivateKeyBinary":{"kty":"P256","Private":"AAAA"}}"#,
    ] {
        let record: AnyKey = from_bytes(json.as_bytes()).unwrap();
        assert!(
            matches!(
                PrivateKey::from_jose(&record),
                Err(Error::Unsupported { .. })
            ),
            "{json}"
        );
    }
}

#[test]
fn rsa_record_whose_parts_do_not_fit_is_refused() {
    let AnyKey::PrivateKeyRSA(own) = key(KeyAlgorithm::Rsa2048, 1).to_jose() else {
        panic!("a private key record")
    };
    let AnyKey::PrivateKeyRSA(other) = key(KeyAlgorithm::Rsa2048, 2).to_jose() else {
        panic!("a private key record")
    };
    // Minimal integers of a fixed length, as RFC 7518 writes them.
    assert_eq!(own.n.as_ref().unwrap().len(), 256);
    assert_eq!(own.e.as_deref(), Some(&[1, 0, 1][..]));
    assert_eq!(own.d.as_ref().unwrap().expose_secret().len(), 256);
    for part in [&own.p, &own.q, &own.dp, &own.dq, &own.qi] {
        assert_eq!(part.as_ref().unwrap().expose_secret().len(), 128);
    }
    let invalid = Error::InvalidPrivateKey {
        algorithm: KeyAlgorithm::Rsa2048,
    };
    for change in [
        |own: &mut PrivateKeyRSA, other: &PrivateKeyRSA| own.n = other.n.clone(),
        |own: &mut PrivateKeyRSA, other: &PrivateKeyRSA| own.d = other.d.clone(),
        |own: &mut PrivateKeyRSA, other: &PrivateKeyRSA| own.p = other.p.clone(),
        |own: &mut PrivateKeyRSA, _: &PrivateKeyRSA| own.q = own.p.clone(),
        |own: &mut PrivateKeyRSA, _: &PrivateKeyRSA| own.e = Some(vec![3]),
        |own: &mut PrivateKeyRSA, _: &PrivateKeyRSA| own.e = Some(Vec::new()),
        |own: &mut PrivateKeyRSA, _: &PrivateKeyRSA| {
            own.p = Some(SecretBytes::new(vec![0xff; 4000]));
        },
    ] {
        let mut changed = own.clone();
        change(&mut changed, &other);
        assert_eq!(
            PrivateKey::from_jose(&(*changed).into()).unwrap_err(),
            invalid
        );
    }
}

#[test]
fn names_of_rfc_7518_are_read() {
    let key = key(KeyAlgorithm::P256, 1);
    let record = PublicKeyECDH {
        curve: Some("P-256".to_owned()),
        public: Some(key.public().octets().to_vec()),
        ..PublicKeyECDH::default()
    };
    assert_eq!(PublicKey::from_jose(&record.into()).unwrap(), *key.public());
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
        from_bytes(br#"{"PublicKeyECDH":{"crv":"P-224","Public":"AAAA"}}"#).unwrap();
    assert_eq!(
        PublicKey::from_jose(&curve).unwrap_err(),
        Error::Unsupported {
            name: "P-224".to_owned()
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
