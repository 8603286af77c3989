// SPDX-License-Identifier: MIT
//! Tests of keys across algorithms.

use proptest::prelude::*;

use mesh_jsonbcd::SecretBytes;

use super::samples::key;
use super::*;
use crate::Seeded;

const EDWARDS: [KeyAlgorithm; 2] = [KeyAlgorithm::Ed25519, KeyAlgorithm::Ed448];
/// Private keys of these can be given as scalars.
const SCALAR: [KeyAlgorithm; 4] = [
    KeyAlgorithm::Ed25519,
    KeyAlgorithm::Ed448,
    KeyAlgorithm::X25519,
    KeyAlgorithm::X448,
];
const ADDABLE: [KeyAlgorithm; 6] = [
    KeyAlgorithm::Ed25519,
    KeyAlgorithm::Ed448,
    KeyAlgorithm::P256,
    KeyAlgorithm::P384,
    KeyAlgorithm::P521,
    KeyAlgorithm::X448,
];

fn all(has: fn(KeyAlgorithm) -> bool) -> impl Iterator<Item = KeyAlgorithm> {
    KeyAlgorithm::ALL
        .into_iter()
        .filter(move |algorithm| has(*algorithm))
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

#[test]
fn ed25519_signs_the_second_test_of_rfc_8032() {
    let secret = hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    let key = PrivateKey::from_octets(KeyAlgorithm::Ed25519, &secret).unwrap();
    assert_eq!(
        key.public().octets(),
        hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    );
    assert_eq!(
        key.sign(&[0x72]).unwrap(),
        hex(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        )
    );
}

#[test]
fn x25519_agrees_on_the_value_of_rfc_7748() {
    let algorithm = KeyAlgorithm::X25519;
    let alice = hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    let alice = PrivateKey::from_octets(algorithm, &alice).unwrap();
    assert_eq!(
        alice.public().octets(),
        hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
    );
    let bob = hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    let bob = PublicKey::new(algorithm, &bob).unwrap();
    assert_eq!(
        alice.agree(&bob).unwrap().expose_secret(),
        hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")
    );
}

#[test]
fn both_sides_agree_and_a_third_does_not() {
    for algorithm in all(KeyAlgorithm::is_agreement) {
        let (a, b, c) = (key(algorithm, 1), key(algorithm, 2), key(algorithm, 3));
        let secret = a.agree(b.public()).unwrap();
        assert_eq!(secret, b.agree(a.public()).unwrap(), "{algorithm}");
        assert_ne!(secret, c.agree(a.public()).unwrap(), "{algorithm}");
    }
}

#[test]
fn signature_verifies_for_its_message_and_key_only() {
    for algorithm in all(KeyAlgorithm::is_signature) {
        let (a, b) = (key(algorithm, 1), key(algorithm, 2));
        let signature = a.sign(b"message").unwrap();
        a.public().verify(b"message", &signature).unwrap();
        assert_eq!(
            a.public().verify(b"massage", &signature),
            Err(Error::SignatureInvalid)
        );
        assert_eq!(
            b.public().verify(b"message", &signature),
            Err(Error::SignatureInvalid)
        );
        for other in [
            &signature[1..],
            &signature[..signature.len() - 1],
            &[&signature[..], &[0]].concat(),
            &[&[0], &signature[..]].concat(),
            &vec![0; signature.len()],
            &vec![0xff; signature.len()],
            &[],
        ] {
            assert_eq!(
                a.public().verify(b"message", other),
                Err(Error::SignatureInvalid),
                "{algorithm}"
            );
        }
        assert_eq!(a.sign(b"message").unwrap(), signature, "{algorithm}");
    }
}

#[test]
fn keys_that_do_not_agree_say_so() {
    for algorithm in all(|algorithm| !algorithm.is_agreement()) {
        let key = key(algorithm, 1);
        assert_eq!(
            key.agree(key.public()).unwrap_err(),
            Error::AlgorithmUse {
                algorithm,
                operation: "agree"
            }
        );
    }
}

#[test]
fn agreement_keys_do_not_sign_or_verify() {
    for algorithm in all(|algorithm| !algorithm.is_signature()) {
        let key = key(algorithm, 1);
        assert!(matches!(
            key.sign(b"m"),
            Err(Error::AlgorithmUse {
                operation: "sign",
                ..
            })
        ));
        assert!(matches!(
            key.public().verify(b"m", &[0; 64]),
            Err(Error::AlgorithmUse {
                operation: "verify",
                ..
            })
        ));
    }
}

#[test]
fn keys_of_two_algorithms_do_not_mix() {
    let (a, b) = (key(KeyAlgorithm::X448, 1), key(KeyAlgorithm::Ed448, 1));
    let mismatch = Error::AlgorithmMismatch {
        expected: KeyAlgorithm::X448,
        found: KeyAlgorithm::Ed448,
    };
    assert_eq!(a.agree(b.public()).unwrap_err(), mismatch);
    assert_eq!(a.combine(&b).unwrap_err(), mismatch);
    assert_eq!(a.public().combine(b.public()).unwrap_err(), mismatch);
}

#[test]
fn combined_private_key_belongs_to_the_combined_public_key() {
    for algorithm in ADDABLE {
        let (a, b) = (key(algorithm, 1), key(algorithm, 2));
        let sum = a.combine(&b).unwrap();
        assert_eq!(*sum.public(), a.public().combine(b.public()).unwrap());
        assert_eq!(*sum.public(), b.combine(&a).unwrap().public().clone());
        let peer = key(algorithm, 3);
        assert_eq!(
            sum.agree(peer.public()).unwrap(),
            peer.agree(sum.public()).unwrap(),
            "{algorithm}"
        );
    }
}

#[test]
fn rsa_and_lattice_keys_cannot_be_combined() {
    for algorithm in all(|algorithm| !algorithm.is_agreement()) {
        let (a, b) = (key(algorithm, 1), key(algorithm, 2));
        assert!(matches!(a.combine(&b), Err(Error::Unsupported { .. })));
        assert!(matches!(
            a.public().combine(b.public()),
            Err(Error::Unsupported { .. })
        ));
    }
}

#[test]
fn public_x25519_keys_cannot_be_combined() {
    let (a, b) = (key(KeyAlgorithm::X25519, 1), key(KeyAlgorithm::X25519, 2));
    assert!(matches!(
        a.public().combine(b.public()),
        Err(Error::Unsupported { .. })
    ));
}

#[test]
fn combined_signing_key_signs_with_a_secret_prefix() {
    for algorithm in EDWARDS {
        let (a, b) = (key(algorithm, 1), key(algorithm, 2));
        let sum = a.combine(&b).unwrap();
        let (one, two) = (sum.sign(b"one").unwrap(), sum.sign(b"two").unwrap());
        sum.public().verify(b"one", &one).unwrap();
        let half = one.len() / 2;
        // Nonces follow the message ...
        assert_ne!(one[..half], two[..half]);
        // ... and a secret beside the scalar: the same scalar with another prefix has another nonce.
        let (Form::Scalar, octets) = sum.export() else {
            panic!("a combined key is a scalar")
        };
        let scalar = PrivateKey::from_scalar_octets(algorithm, octets).unwrap();
        assert_eq!(scalar.public(), sum.public());
        assert_ne!(scalar.sign(b"one").unwrap()[..half], one[..half]);
        // What the reference does: a nonce of the message alone. It would verify as well, and give the scalar away.
        assert_eq!(
            sum.sign(b"one").unwrap(),
            one,
            "signatures are deterministic"
        );
    }
}

#[test]
fn keys_that_cancel_out_do_not_combine() {
    for algorithm in SCALAR {
        let zero = SecretBytes::new(vec![0; algorithm.private_length().unwrap()]);
        assert_eq!(
            PrivateKey::from_scalar_octets(algorithm, zero).unwrap_err(),
            Error::InvalidPrivateKey { algorithm }
        );
    }
    for algorithm in all(|algorithm| !SCALAR.contains(&algorithm)) {
        let one = SecretBytes::new(vec![1; 32]);
        assert!(matches!(
            PrivateKey::from_scalar_octets(algorithm, one),
            Err(Error::Unsupported { .. })
        ));
    }
    // On Edwards curves the negative of a point differs in one bit.
    for algorithm in EDWARDS {
        let public = key(algorithm, 1).public().clone();
        let mut negative = public.octets().to_vec();
        *negative.last_mut().unwrap() ^= 0x80;
        let negative = PublicKey::new(algorithm, &negative).unwrap();
        assert_eq!(
            public.combine(&negative),
            Err(Error::InvalidPublicKey { algorithm })
        );
    }
}

#[test]
fn small_order_and_malformed_public_keys_are_refused() {
    use KeyAlgorithm::{Ed448, Ed25519, X448, X25519};
    // The identity of each Edwards curve, the point (0, 0) of Curve448.
    let identity = |length: usize| {
        let mut octets = vec![0; length];
        octets[0] = 1;
        octets
    };
    for (algorithm, octets) in [
        (Ed25519, identity(32)),
        (Ed25519, vec![0; 32]),
        (Ed25519, vec![0xff; 32]),
        (Ed448, identity(57)),
        (Ed448, vec![0; 57]),
        (Ed448, vec![0xff; 57]),
        (X448, vec![0; 57]),
        (X448, vec![0xff; 57]),
    ] {
        assert_eq!(
            PublicKey::new(algorithm, &octets),
            Err(Error::InvalidPublicKey { algorithm }),
            "{octets:x?}"
        );
    }
    for algorithm in all(|algorithm| algorithm.public_length().is_some()) {
        assert!(matches!(
            PublicKey::new(algorithm, &[9; 31]),
            Err(Error::KeyLength { found: 31, .. })
        ));
        assert!(matches!(
            PrivateKey::from_octets(algorithm, &[9; 31]),
            Err(Error::KeyLength { found: 31, .. })
        ));
    }
    // X25519 accepts any octets (RFC 7748) and finds out when agreeing.
    let zero = PublicKey::new(X25519, &[0; 32]).unwrap();
    assert_eq!(
        key(X25519, 1).agree(&zero).unwrap_err(),
        Error::WeakAgreement
    );
}

/// A point with a part of small order would show a combined scalar modulo the cofactor.
#[test]
fn combined_ed25519_key_refuses_points_outside_the_prime_group() {
    use curve25519_dalek::constants::EIGHT_TORSION;
    use curve25519_dalek::edwards::CompressedEdwardsY;
    let algorithm = KeyAlgorithm::Ed25519;
    let (a, b) = (key(algorithm, 1), key(algorithm, 2));
    let octets: [u8; 32] = b.public().octets().try_into().unwrap();
    let mixed = CompressedEdwardsY(octets).decompress().unwrap() + EIGHT_TORSION[1];
    let mixed = PublicKey::new(algorithm, mixed.compress().as_bytes()).unwrap();
    assert_eq!(
        a.combine(&b).unwrap().agree(&mixed).unwrap_err(),
        Error::WeakAgreement
    );
    // The clamped scalar of a plain key takes the part away.
    assert_eq!(a.agree(&mixed).unwrap(), a.agree(b.public()).unwrap());
}

/// The same for the other algorithms: with points of Curve448 outside the prime group, with the twist of Curve25519.
#[test]
fn combined_keys_refuse_points_outside_the_prime_group() {
    let algorithm = KeyAlgorithm::X448;
    let (a, b) = (key(algorithm, 1), key(algorithm, 2));
    let combined = a.combine(&b).unwrap();
    let (mut accepted, mut refused) = (Vec::new(), 0);
    for u in 2_u8..100 {
        let mut octets = [0; 57];
        octets[0] = u;
        // About half of all numbers are coordinates of the curve, a quarter of those in the prime group.
        let Ok(peer) = PublicKey::new(algorithm, &octets) else {
            continue;
        };
        a.agree(&peer).unwrap();
        match combined.agree(&peer) {
            Ok(_) => accepted.push(u),
            Err(error) => {
                assert_eq!(error, Error::WeakAgreement);
                refused += 1;
            }
        }
    }
    assert!(
        accepted.contains(&5),
        "the base point is in the prime group"
    );
    assert!(refused > accepted.len(), "{refused} refused, {accepted:?}");

    let algorithm = KeyAlgorithm::X25519;
    let (a, b) = (key(algorithm, 1), key(algorithm, 2));
    let combined = a.combine(&b).unwrap();
    combined.agree(b.public()).unwrap();
    let mut twist = [0; 32];
    twist[0] = 2;
    let twist = PublicKey::new(algorithm, &twist).unwrap();
    assert_eq!(combined.agree(&twist).unwrap_err(), Error::WeakAgreement);
    a.agree(&twist).unwrap();

    // (0, -1) is the point of order two of Ed448.
    let algorithm = KeyAlgorithm::Ed448;
    let (a, b) = (key(algorithm, 1), key(algorithm, 2));
    let mut order_two = [0xff; 57];
    (order_two[0], order_two[28], order_two[56]) = (0xfe, 0xfe, 0);
    let point = |octets: &[u8]| {
        crate::curve448::EdwardsPoint::from_bytes(octets.try_into().unwrap()).unwrap()
    };
    let mixed = point(b.public().octets()).add(&point(&order_two));
    let mixed = PublicKey::new(algorithm, &mixed.to_bytes()).unwrap();
    assert_eq!(a.agree(&mixed).unwrap_err(), Error::WeakAgreement);
    a.agree(b.public()).unwrap();
}

#[test]
fn scalar_at_or_above_the_order_is_the_key_of_its_residue() {
    // The order of the group of Ed25519 plus one.
    let mut order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    order[0] += 1;
    let large =
        PrivateKey::from_scalar_octets(KeyAlgorithm::Ed25519, SecretBytes::new(order)).unwrap();
    let mut one = vec![0; 32];
    one[0] = 1;
    let small =
        PrivateKey::from_scalar_octets(KeyAlgorithm::Ed25519, SecretBytes::new(one)).unwrap();
    assert_eq!(large.public(), small.public());
}

#[test]
fn debug_shows_fingerprints_only() {
    let key = PrivateKey::from_octets(KeyAlgorithm::Ed25519, &[7; 32]).unwrap();
    let shown = format!("{key:?} {:?}", key.public());
    assert_eq!(
        shown,
        format!("PrivateKey(Ed25519 {0}) PublicKey(Ed25519 {0})", key.udf())
    );
    assert!(!shown.contains("0707") && !shown.contains("7, 7"));
    insta::assert_snapshot!(format!("{key:?}"), @"PrivateKey(Ed25519 MCUM-FH7C-IDAH-GGIP-DINH-BMFG-LFGI)");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_octets_of_the_right_length_are_a_key(octets in any::<[u8; 74]>()) {
        for algorithm in all(|algorithm| algorithm.private_length().is_some()) {
            let length = algorithm.private_length().unwrap();
            let key = match algorithm.derivation_length() {
                Some(longer) if longer > length => PrivateKey::from_derived(algorithm, &octets[..longer]).unwrap(),
                _ => PrivateKey::from_octets(algorithm, &octets[..length]).unwrap(),
            };
            prop_assert_eq!(PublicKey::new(algorithm, key.public().octets()).unwrap(), key.public().clone());
            prop_assert_eq!(Some(key.public().octets().len()), algorithm.public_length());
            let written = key.expose_seed_octets().unwrap();
            prop_assert_eq!(written.expose_secret().len(), length);
            let read = PrivateKey::from_seed_octets(algorithm, written).unwrap();
            prop_assert_eq!(read.public(), key.public());
            if algorithm.is_signature() {
                let signature = key.sign(&octets).unwrap();
                prop_assert!(key.public().verify(&octets, &signature).is_ok());
            }
        }
    }

    #[test]
    fn any_octets_as_public_key_or_signature_never_panic(octets in proptest::collection::vec(any::<u8>(), 0..600)) {
        for algorithm in KeyAlgorithm::ALL {
            let _ = PublicKey::new(algorithm, &octets);
            let _ = PrivateKey::from_octets(algorithm, &octets);
            let _ = key(algorithm, 1).public().verify(b"message", &octets);
        }
    }

    #[test]
    fn signature_with_an_altered_bit_is_refused(message in any::<[u8; 8]>(), place in any::<proptest::sample::Index>(), bit in 0..8) {
        for algorithm in all(KeyAlgorithm::is_signature) {
            let key = key(algorithm, 1);
            let mut signature = key.sign(&message).unwrap();
            *place.get_mut(&mut signature) ^= 1_u8 << bit;
            prop_assert_eq!(key.public().verify(&message, &signature), Err(Error::SignatureInvalid), "{}", algorithm);
        }
    }

    #[test]
    fn overlay_is_a_sum_in_any_order(a in any::<u64>(), b in any::<u64>(), c in any::<u64>()) {
        for algorithm in ADDABLE {
            let key = |seed| PrivateKey::generate(algorithm, &Seeded::new(seed));
            let (a, b, c) = (key(a), key(b), key(c));
            let left = a.combine(&b).unwrap().combine(&c).unwrap();
            let right = a.combine(&b.combine(&c).unwrap()).unwrap();
            prop_assert_eq!(left.public(), right.public());
            let public = a.public().combine(b.public()).unwrap().combine(c.public()).unwrap();
            prop_assert_eq!(&public, left.public());
        }
    }
}
