// SPDX-License-Identifier: MIT
//! Tests of RSA keys: what is no key, and what is not sealed as it should be.

use super::*;
use crate::Seeded;
use crate::key::samples::key;
use crate::key::{PrivateKey, PublicKey};

const ALGORITHM: KeyAlgorithm = KeyAlgorithm::Rsa2048;

fn modulus() -> Vec<u8> {
    let (n, e) = public_parts(ALGORITHM, key(ALGORITHM, 1).public().octets()).unwrap();
    assert_eq!(e, [1, 0, 1]);
    n
}

#[test]
fn public_key_of_another_size_or_with_a_bad_exponent_is_refused() {
    let n = modulus();
    let (mut even, mut short, mut long) = (n.clone(), n.clone(), n.clone());
    even[255] &= 0xfe;
    short[0] &= 0x7f;
    long.insert(0, 1);
    let invalid = Err(Error::InvalidPublicKey {
        algorithm: ALGORITHM,
    });
    for (n, e) in [
        (&even, &[1, 0, 1][..]),
        (&short, &[1, 0, 1]),
        (&long, &[1, 0, 1]),
        (&vec![], &[1, 0, 1]),
        (&n, &[]),
        (&n, &[1]),
        (&n, &[2]),
        (&n, &[1, 0, 0]),
        (&n, &[2, 0, 0, 0, 1]),
        (&n, &n),
    ] {
        assert_eq!(
            PublicKey::new(ALGORITHM, &public_octets(n, e)),
            invalid,
            "{e:?}"
        );
    }
    for e in [&[3][..], &[35], &[1, 0, 0, 0, 1]] {
        PublicKey::new(ALGORITHM, &public_octets(&n, e)).unwrap();
    }
    for algorithm in [KeyAlgorithm::Rsa3072, KeyAlgorithm::Rsa4096] {
        assert_eq!(
            PublicKey::new(algorithm, &public_octets(&n, &[1, 0, 1])),
            Err(Error::InvalidPublicKey { algorithm })
        );
    }
    assert_eq!(algorithm_of(&n), Ok(ALGORITHM));
    for other in [&short, &long, &vec![], &vec![0; 300]] {
        assert!(matches!(
            algorithm_of(other),
            Err(Error::Unsupported { .. })
        ));
    }
}

#[test]
fn one_key_has_one_encoding() {
    let n = modulus();
    let good = public_octets(&n, &[1, 0, 1]);
    assert_eq!(good, key(ALGORITHM, 1).public().octets());
    // Zeros in front of an integer of a record do not matter.
    assert_eq!(
        public_octets(&[&[0, 0], &n[..]].concat(), &[0, 1, 0, 1]),
        good
    );
    let exponent = der::value(der::INTEGER, &[&[1, 0, 1]]);
    let modulus = der::value(der::INTEGER, &[&[0], &n]);
    for octets in [
        [&good[..], &[0]].concat(),
        good[..good.len() - 1].to_vec(),
        // An exponent and a modulus with a zero too many, a negative modulus, a third number.
        der::value(der::SEQUENCE, &[&modulus, &[2, 4, 0, 1, 0, 1]]),
        der::value(
            der::SEQUENCE,
            &[&der::value(der::INTEGER, &[&[0, 0], &n]), &exponent],
        ),
        der::value(
            der::SEQUENCE,
            &[&der::value(der::INTEGER, &[&n]), &exponent],
        ),
        der::value(der::SEQUENCE, &[&modulus, &exponent, &exponent]),
        der::value(der::OCTET_STRING, &[&modulus, &exponent]),
        // The length in an octet more than it needs.
        [&[0x30, 0x83, 0][..], &good[2..]].concat(),
    ] {
        assert_eq!(
            PublicKey::new(ALGORITHM, &octets),
            Err(Error::InvalidPublicKey {
                algorithm: ALGORITHM
            })
        );
    }
}

#[test]
fn private_key_of_another_size_is_refused() {
    let octets = key(ALGORITHM, 1).expose_seed_octets().unwrap();
    for algorithm in [KeyAlgorithm::Rsa3072, KeyAlgorithm::Rsa4096] {
        assert_eq!(
            PrivateKey::from_seed_octets(algorithm, octets.clone()).unwrap_err(),
            Error::InvalidPrivateKey { algorithm }
        );
    }
    for octets in [vec![], vec![0x30], vec![0; 1_000_000]] {
        assert_eq!(
            PrivateKey::from_octets(ALGORITHM, &octets).unwrap_err(),
            Error::InvalidPrivateKey {
                algorithm: ALGORITHM
            }
        );
    }
}

#[test]
fn sealed_octets_that_are_no_secret_are_refused() {
    let key = key(ALGORITHM, 1);
    let public = decode(ALGORITHM, key.public().octets()).unwrap();
    let mut stream = Stream::new(&[b"test"]);
    let mut seal = |length: usize| {
        let sealed = public.encrypt(&mut stream, Oaep::<Sha512>::new(), &vec![7; length]);
        crate::Encapsulation::Ciphertext(sealed.unwrap())
    };
    let secret = key.decapsulate(&seal(SECRET_LENGTH)).unwrap();
    assert_eq!(secret.expose_secret(), [7; SECRET_LENGTH]);
    for length in [0, 16, 31, 33, 64] {
        assert_eq!(
            key.decapsulate(&seal(length)).unwrap_err(),
            Error::Decryption
        );
    }
    // The padding of the reference, and a label.
    let mut stream = Stream::new(&[b"test"]);
    for sealed in [
        public.encrypt(&mut stream, ::rsa::Pkcs1v15Encrypt, &[7; SECRET_LENGTH]),
        public.encrypt(
            &mut stream,
            Oaep::<Sha512>::new_with_label(&b"label"[..]),
            &[7; SECRET_LENGTH],
        ),
    ] {
        let sealed = crate::Encapsulation::Ciphertext(sealed.unwrap());
        assert_eq!(key.decapsulate(&sealed).unwrap_err(), Error::Decryption);
    }
}

#[test]
fn ciphertext_with_an_altered_bit_is_refused() {
    let key = key(ALGORITHM, 1);
    let (sealed, _) = encapsulate(ALGORITHM, key.public().octets(), &Seeded::new(4)).unwrap();
    for place in [0, 1, 100, 255] {
        let mut altered = sealed.clone();
        altered[place] ^= 1;
        assert_eq!(
            key.decapsulate(&crate::Encapsulation::Ciphertext(altered))
                .unwrap_err(),
            Error::Decryption
        );
    }
}

#[test]
fn blinding_follows_from_key_and_input() {
    let (a, b) = (key(ALGORITHM, 1), key(ALGORITHM, 2));
    let secret = |key: &PrivateKey| {
        let octets = key.expose_seed_octets().unwrap();
        Secret::from_octets(ALGORITHM, octets.expose_secret()).unwrap()
    };
    let (a, b) = (secret(&a), secret(&b));
    let draw = |secret: &Secret, input: &[u8]| secret.blinding(input).array::<32>();
    assert_eq!(draw(&a, b"one"), draw(&a, b"one"));
    assert_ne!(draw(&a, b"one"), draw(&a, b"two"));
    assert_ne!(draw(&a, b"one"), draw(&b, b"one"));
}
