// SPDX-License-Identifier: MIT
//! Certificates and requests of `openssl`, and what is done to them.

use mesh_crypto::PrivateKey;

use super::*;
use crate::format::armour;
use crate::format::detect::{private_key, public_key};
use crate::format::samples::{fixture, fixture_text, never};

const SUBJECT: &str = "CN=fixture.example.com,O=Fixture,C=CH";
const KEYS: [&str; 6] = ["rsa2048", "p256", "p384", "p521", "ed25519", "ed448"];

fn key(name: &str) -> PrivateKey {
    private_key(&fixture(&format!("openssl/{name}.pkcs8.pem")), &mut never).unwrap()
}

fn block(name: &str) -> Vec<u8> {
    let blocks = armour::blocks(&fixture_text(&format!("openssl/{name}.pem"))).unwrap();
    blocks[0].octets.expose_secret().to_vec()
}

#[test]
fn certificates_say_whose_key_they_hold() {
    for name in KEYS {
        let octets = block(&format!("{name}.certificate"));
        let read = Certificate::parse(&octets).unwrap();
        assert_eq!(read.key.as_ref(), Ok(key(name).public()));
        assert_eq!(
            (read.subject.as_str(), read.issuer.as_str()),
            (SUBJECT, SUBJECT)
        );
        assert!(read.self_signed, "{name}");
        let days = (read.not_after.unix() - read.not_before.unix()) / 86_400;
        assert_eq!(days, 36_500);
        assert!(read.serial.len() >= 32);
        // The last octet is of the signature.
        let mut altered = octets.clone();
        *altered.last_mut().unwrap() ^= 1;
        assert!(!Certificate::parse(&altered).unwrap().self_signed, "{name}");
        let public = public_key(&fixture(&format!("openssl/{name}.certificate.pem")));
        assert_eq!(public.as_ref(), Ok(key(name).public()));
    }
    let issued = Certificate::parse(&block("ed25519-issued.certificate")).unwrap();
    assert_eq!(issued.key.as_ref(), Ok(key("ed25519").public()));
    assert!(!issued.self_signed);
    let der = public_key(&fixture("openssl/p256.certificate.der")).unwrap();
    assert_eq!(&der, key("p256").public());
}

#[test]
fn requests_are_signed_by_the_key_that_they_hold() {
    for name in KEYS.into_iter().chain(["rsa2048-sha512"]) {
        let octets = block(&format!("{name}.request"));
        let read = CertificateRequest::parse(&octets).unwrap();
        assert_eq!(read.subject, SUBJECT);
        assert_eq!(read.signature, Ok(()), "{name}");
        let of = name.trim_end_matches("-sha512");
        assert_eq!(read.verified_key(), Ok(key(of).public()));
        // In the subject, and in the signature.
        let at = octets.windows(7).position(|w| w == b"Fixture").unwrap();
        for at in [at, octets.len() - 1] {
            let mut altered = octets.clone();
            altered[at] ^= 1;
            let read = CertificateRequest::parse(&altered).unwrap();
            let invalid = Error::Crypto(mesh_crypto::Error::SignatureInvalid);
            assert_eq!(read.signature, Err(invalid.clone()), "{name}");
            assert_eq!(read.verified_key(), Err(invalid.clone()));
            let pem = armour::present("CERTIFICATE REQUEST", &altered, 64);
            let public = public_key(pem.expose_secret().as_bytes());
            assert_eq!(public, Err(invalid));
        }
    }
    let der = public_key(&fixture("openssl/p256.request.der")).unwrap();
    assert_eq!(&der, key("p256").public());
}

#[test]
fn a_request_signed_with_sha_1_proves_nothing() {
    let read = CertificateRequest::parse(&block("rsa2048-sha1.request")).unwrap();
    assert_eq!(read.key.as_ref(), Ok(key("rsa2048").public()));
    assert_eq!(
        read.signature,
        Err(Error::Unsupported {
            what: "the signature algorithm 1.2.840.113549.1.1.5".into()
        })
    );
}

#[test]
fn truncated_and_continued_ones_are_malformed() {
    let certificate = fixture("openssl/p256.certificate.der");
    let request = fixture("openssl/p256.request.der");
    for length in 0..certificate.len() {
        assert_eq!(
            Certificate::parse(&certificate[..length]).err(),
            Some(MALFORMED)
        );
    }
    for length in 0..request.len() {
        let read = CertificateRequest::parse(&request[..length]);
        assert_eq!(read.err(), Some(MALFORMED_REQUEST));
    }
    let longer = |octets: &[u8]| [octets, &[0]].concat();
    assert!(Certificate::parse(&longer(&certificate)).is_err());
    assert!(CertificateRequest::parse(&longer(&request)).is_err());
}
