// SPDX-License-Identifier: MIT
//! Which form a file is in, and which keys come out of it.

use mesh_crypto::KeyAlgorithm;
use proptest::prelude::*;

use super::*;
use crate::format::samples::{answer, fixture, fixture_text, key, never};
use crate::format::write;

#[test]
fn the_form_of_a_file_is_seen() {
    for (name, form) in [
        ("openssl/p256.pkcs8.der", Form::Der),
        ("openssl/p256.certificate.der", Form::Der),
        ("openssl/p256.spki.pem", Form::Pem),
        ("ssh/ed25519", Form::Pem),
        ("openssl/p256.aes256.p12", Form::Pkcs12),
        ("putty/p256.ppk", Form::Putty),
        ("ssh/rsa2048.rfc4716", Form::SshBlock),
        ("ssh/known_hosts", Form::SshLines),
        ("ssh/p521.pub", Form::SshLines),
    ] {
        assert_eq!(Form::of(&fixture(name)), Ok(form), "{name}");
    }
    assert_eq!(Form::of(b" {}"), Ok(Form::Record));
    for none in [&b""[..], b"  \n", b"\xff\xfe"] {
        assert_eq!(Form::of(none), Err(NO_FORM));
    }
    for none in [&b"nonsense"[..], b"two\nlines", b"ssh-ed25519"] {
        assert_eq!(public_keys(none), Err(NO_FORM));
    }
    // Octets that happen to be text.
    let form = Form::of(b"0\x05\x06\x03+eq");
    assert_eq!(form, Ok(Form::Der));
}

#[test]
fn a_hybrid_pair_stands_in_one_file() {
    let pair = [key(KeyAlgorithm::X448), key(KeyAlgorithm::MlKem768)];
    let text = write::private_keys(&pair, write::Form::Record, "", None).unwrap();
    let read = private_keys(text.expose_secret().as_bytes(), &mut never).unwrap();
    let udfs = |keys: &[PrivateKey]| keys.iter().map(PrivateKey::udf).collect::<Vec<_>>();
    assert_eq!(udfs(&read), udfs(&pair));
    let public = pair.map(|key| key.public().clone());
    let text = write::public_keys(&public, write::Form::Record, "").unwrap();
    assert_eq!(public_keys(text.as_bytes()).as_deref(), Ok(&public[..]));
    assert_eq!(
        public_key(text.as_bytes()),
        Err(Error::SeveralKeys { count: 2 })
    );
}

#[test]
fn a_private_key_in_the_place_of_a_public_one_is_named() {
    let record = write::private_keys(&[key(KeyAlgorithm::X448)], write::Form::Record, "", None);
    let record = record.unwrap();
    for octets in [
        fixture("ssh/ed25519").as_slice(),
        &fixture("openssl/p256.aes256.pem"),
        &fixture("putty/p256.ppk"),
        record.expose_secret().as_bytes(),
    ] {
        assert_eq!(public_keys(octets), Err(Error::PrivateHalf));
    }
}

#[test]
fn each_half_is_found_where_it_is_and_only_there() {
    // A certificate behind its key in one file, as servers have them.
    let both = [
        fixture("openssl/p256.aes256.pem"),
        fixture("openssl/p256.certificate.pem"),
    ]
    .concat();
    let private = private_key(&both, &mut answer).unwrap();
    assert_eq!(public_key(&both).as_ref(), Ok(private.public()));
    assert_eq!(all(&both, &mut answer).unwrap().len(), 2);
    for (name, is_private) in [
        ("openssl/p256.pkcs8.pem", true),
        ("openssl/p256.pkcs8.der", true),
        ("putty/p256.ppk", true),
        ("ssh/p256", true),
        ("openssl/p256.spki.pem", false),
        ("openssl/p256.spki.der", false),
        ("ssh/p256.pub", false),
        ("openssl/p256.request.pem", false),
    ] {
        let octets = fixture(name);
        assert_eq!(
            private_key(&octets, &mut never).is_ok(),
            is_private,
            "{name}"
        );
        assert_eq!(public_key(&octets).is_ok(), !is_private, "{name}");
        assert_eq!(all(&octets, &mut never).unwrap().len(), 1, "{name}");
    }
    assert!(matches!(
        public_key(&fixture("openssl/p256.aes256.p12")),
        Err(Error::Unsupported { .. })
    ));
}

#[test]
fn lists_of_keys_give_all_of_them_and_no_revoked_one() {
    let keys = public_keys(&fixture("ssh/authorized_keys")).unwrap();
    assert_eq!(keys.len(), 3);
    assert_eq!(
        public_keys(&fixture("ssh/known_hosts")),
        Err(Error::Unsupported {
            what: "the revoked key in line 4".into()
        })
    );
    assert_eq!(
        all(&fixture("ssh/known_hosts"), &mut never).unwrap().len(),
        4
    );
    let line = fixture_text("ssh/p256.pub");
    assert!(matches!(
        public_keys(line.replace("AAAA", "AAAB").as_bytes()),
        Err(Error::Malformed { .. })
    ));
}

#[test]
fn files_beyond_their_limit_are_refused() {
    let line = fixture("ssh/p256.pub");
    let list = line.repeat(MAX_KEY_FILE / line.len() + 1);
    let too_large = Error::TooLarge {
        what: "the key file",
        maximum: MAX_KEY_FILE,
    };
    assert_eq!(public_keys(&list).err(), Some(too_large.clone()));
    assert!(all(&list, &mut never).is_ok());
    let large = [&b"{"[..], &vec![b' '; MAX_KEY_FILE]].concat();
    assert_eq!(all(&large, &mut never).err(), Some(too_large));
}

#[test]
fn many_encrypted_keys_share_one_limit_of_work() {
    // Each within the limit; all together not.
    let one = fixture_text("ssh/p256-encrypted");
    let blocks = armour::blocks(&one).unwrap();
    let mut octets = blocks[0].octets.expose_secret().to_vec();
    let at = octets.windows(4).position(|w| w == [0, 0, 0, 16]).unwrap() + 20;
    octets[at..at + 4].copy_from_slice(&1000_u32.to_be_bytes());
    let costly = armour::present("OPENSSH PRIVATE KEY", &octets, 70);
    let costly = costly.expose_secret();
    let asked = std::cell::Cell::new(0);
    let mut ask = || {
        asked.set(asked.get() + 1);
        Err(Error::NoPassphrase)
    };
    assert_eq!(
        private_keys(costly.as_bytes(), &mut ask).err(),
        Some(Error::NoPassphrase)
    );
    let budget = &mut Budget::new();
    let mut opened = |budget: &mut Budget| SshPrivateKey::decode(&octets, &mut ask, budget).err();
    assert_eq!(opened(budget), Some(Error::NoPassphrase));
    assert_eq!(opened(budget), Some(Error::NoPassphrase));
    assert!(matches!(opened(budget), Some(Error::TooCostly { .. })));
}

proptest! {
    #[test]
    fn arbitrary_octets_never_panic(octets in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = all(&octets, &mut never);
        let _ = public_keys(&octets);
        let der = [&[0x30, 0x82, 0x01, 0x00][..], &octets].concat();
        let _ = all(&der, &mut never);
    }

    #[test]
    fn altered_files_never_panic(at in any::<prop::sample::Index>(), to in any::<u8>(), which in 0_usize..6) {
        let names = [
            "openssl/p256.certificate.der", "openssl/p256.request.der", "openssl/rsa2048.pkcs8.der",
            "openssl/p256.nomac.p12", "putty/ed25519.ppk", "ssh/rsa2048",
        ];
        let mut octets = fixture(names[which]);
        let at = at.index(octets.len());
        octets[at] = to;
        let _ = all(&octets, &mut answer);
    }
}
