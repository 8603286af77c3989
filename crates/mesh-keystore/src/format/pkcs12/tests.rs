// SPDX-License-Identifier: MIT
//! Files of `openssl pkcs12` and of `pk12util`, and what is done to them.

use super::*;
use crate::format::detect::{Form, private_key};
use crate::format::samples::{answer, fixture, never, secret};

fn expected(name: &str) -> PrivateKey {
    private_key(&fixture(&format!("openssl/{name}.pkcs8.pem")), &mut never).unwrap()
}

#[test]
fn files_of_openssl_and_firefox_hold_the_key_and_its_certificate() {
    for (name, file) in [
        ("rsa2048", "openssl/rsa2048.aes256"),
        ("p256", "openssl/p256.aes256"),
        ("p256", "openssl/p256.des3"),
        ("p256", "openssl/p256.nomac"),
        ("ed25519", "openssl/ed25519.clear-certificate"),
        ("p256", "nss/p256"),
    ] {
        let octets = fixture(&format!("{file}.p12"));
        assert_eq!(Form::of(&octets), Ok(Form::Pkcs12));
        let read = parse(&octets, &mut answer).unwrap();
        let udfs: Vec<_> = read.keys.iter().map(PrivateKey::udf).collect();
        assert_eq!(udfs, [expected(name).udf()], "{file}");
        assert_eq!(read.certificates.len(), 1, "{file}");
        assert_eq!(
            read.certificates[0].key.as_ref(),
            Ok(expected(name).public())
        );
        assert!(read.unread.is_empty());
        let wrong = parse(&octets, &mut || Ok(secret("wrong")));
        assert_eq!(wrong.err(), Some(Error::WrongPassphrase), "{file}");
        assert_eq!(
            private_key(&octets, &mut never).err(),
            Some(Error::NoPassphrase)
        );
    }
}

#[test]
fn the_key_beside_a_certificate_under_rc2_is_read_and_the_rest_is_named() {
    let read = parse(&fixture("openssl/p256.legacy.p12"), &mut answer).unwrap();
    assert_eq!(read.keys[0].udf(), expected("p256").udf());
    assert!(read.certificates.is_empty());
    // pbeWithSHAAnd40BitRC2-CBC
    assert_eq!(read.unread, ["the encryption 1.2.840.113549.1.12.1.6"]);
}

#[test]
fn a_file_without_a_key_has_none() {
    let octets = fixture("openssl/certificate-only.p12");
    let read = parse(&octets, &mut answer).unwrap();
    assert!(read.keys.is_empty() && read.certificates.len() == 1);
    assert!(matches!(
        private_key(&octets, &mut answer),
        Err(Error::Malformed { .. })
    ));
}

#[test]
fn the_passphrase_is_asked_for_once() {
    let mut asked = 0;
    let mut ask = || {
        asked += 1;
        answer()
    };
    parse(&fixture("openssl/p256.aes256.p12"), &mut ask).unwrap();
    assert_eq!(asked, 1);
}

#[test]
fn every_altered_octet_and_every_truncation_is_refused() {
    let basic = fixture("nss/p256.p12");
    for length in 0..basic.len() {
        let read = parse(&basic[..length], &mut never);
        assert_eq!(read.err(), Some(MALFORMED), "{length}");
    }
    let whole = fixture("openssl/p256.des3.p12");
    for length in 0..whole.len() {
        let read = parse(&whole[..length], &mut never);
        assert_eq!(read.err(), Some(MALFORMED), "{length}");
    }
    assert!(parse(&[&whole[..], &[0]].concat(), &mut answer).is_err());
    for at in (0..whole.len()).step_by(7) {
        let mut altered = whole.clone();
        altered[at] ^= 0x10;
        // The parameters of a digest are not under the MAC, and say nothing.
        if let Ok(read) = parse(&altered, &mut answer) {
            let after = whole.len() - at;
            assert!((37..=38).contains(&after), "{after}");
            assert_eq!(read.keys[0].udf(), expected("p256").udf());
        }
    }
}

#[test]
fn a_mac_that_asks_for_excessive_work_is_refused_before_the_passphrase_is_asked_for() {
    let whole = fixture("openssl/p256.aes256.p12");
    // 2048 iterations stand at the very end.
    let body = whole.strip_suffix(&[0x02, 2, 0x08, 0]).unwrap();
    let mut bomb = [body, &[0x02, 4, 0x7f, 0xff, 0xff, 0xff]].concat();
    // Two octets more in the whole, whose length has two octets, and in the sequence of the MAC.
    assert_eq!(bomb[1], 0x82);
    let length = u16::from_be_bytes([bomb[2], bomb[3]]) + 2;
    bomb[2..4].copy_from_slice(&length.to_be_bytes());
    let mac = usize::from(u16::from_be_bytes([bomb[9], bomb[10]])) + 11;
    assert_eq!((bomb[7], bomb[8], bomb[mac]), (0x30, 0x82, 0x30));
    bomb[mac + 1] += 2;
    assert_eq!(
        parse(&bomb, &mut never).err(),
        Some(Error::TooCostly {
            what: "2147483647 iterations".into()
        })
    );
}
