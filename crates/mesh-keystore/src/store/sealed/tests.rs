// SPDX-License-Identifier: MIT
//! The two formats: round trips, alterations, limits.

use proptest::prelude::*;

use super::*;

const STORE: &str = "STORE";

fn key(octet: u8) -> StoreKey {
    Zeroizing::new([octet; 32])
}

fn cheap() -> Cost {
    Cost::new(64, 1, 1).unwrap()
}

fn secret(text: &str) -> SecretString {
    SecretString::new(text.to_owned())
}

fn text(octets: &SecretBytes) -> String {
    String::from_utf8(octets.expose_secret().to_vec()).unwrap()
}

/// One header of each kind, with what opens it.
type Open = fn(&Header) -> Result<StoreKey>;

fn headers() -> [(Header, Open); 3] {
    [
        (Header::clear(STORE, &key(1)), |h| h.open_clear()),
        (
            Header::passphrase(STORE, &key(1), &secret("pass"), cheap()).unwrap(),
            |h| h.open_passphrase(&secret("pass")),
        ),
        (
            Header::platform(STORE, &key(1), "PLATFORM", &key(9)).unwrap(),
            |h| h.open_platform(&key(9)),
        ),
    ]
}

#[test]
fn every_header_survives_encoding_and_opens() {
    for (header, open) in headers() {
        let decoded = Header::decode(header.encode().expose_secret()).unwrap();
        assert_eq!(decoded, header);
        assert_eq!(open(&decoded).unwrap(), key(1));
        assert!(decoded.is_key(&key(1)));
        assert!(!decoded.is_key(&key(2)));
    }
}

#[test]
fn a_header_opens_in_its_own_way_only() {
    let [(clear, _), (passphrase, _), (platform, _)] = headers();
    let wrong = |expected, found| Err(Error::WrongSealing { expected, found });
    assert_eq!(
        clear.open_passphrase(&secret("pass")),
        wrong(SealingKind::Passphrase, SealingKind::Clear)
    );
    assert_eq!(
        passphrase.open_clear(),
        wrong(SealingKind::Clear, SealingKind::Passphrase)
    );
    assert_eq!(
        passphrase.open_platform(&key(9)),
        wrong(SealingKind::Platform, SealingKind::Passphrase)
    );
    assert_eq!(
        platform.open_passphrase(&secret("pass")),
        wrong(SealingKind::Passphrase, SealingKind::Platform)
    );
}

#[test]
fn a_wrong_passphrase_and_a_wrong_platform_key_are_told_apart_from_nothing_else() {
    let [_, (passphrase, _), (platform, _)] = headers();
    assert_eq!(
        passphrase.open_passphrase(&secret("Pass")),
        Err(Error::WrongPassphrase)
    );
    assert_eq!(
        platform.open_platform(&key(8)),
        Err(Error::tampered("header"))
    );
}

#[test]
fn only_a_clear_header_shows_the_store_key_and_it_says_so() {
    let shown = data_encoding::BASE64URL_NOPAD.encode(&[1; 32]);
    let [(clear, _), (passphrase, _), (platform, _)] = headers();
    assert!(text(&clear.encode()).contains(&shown));
    assert!(text(&clear.encode()).contains("NOT ENCRYPTED"));
    for header in [passphrase, platform] {
        assert!(!text(&header.encode()).contains(&shown));
        assert!(!text(&header.encode()).contains("NOT ENCRYPTED"));
    }
}

#[test]
fn no_changed_parameter_of_a_header_is_accepted() {
    let [_, (header, _), _] = headers();
    let original = text(&header.encode());
    for (from, to) in [
        ("\"Memory\": 64", "\"Memory\": 65"),
        ("\"Passes\": 1", "\"Passes\": 2"),
        ("\"Lanes\": 1", "\"Lanes\": 2"),
        ("\"STORE\"", "\"STORF\""),
    ] {
        let changed = original.replace(from, to);
        assert_ne!(changed, original, "{from}");
        let header = Header::decode(changed.as_bytes()).unwrap();
        assert_eq!(
            header.open_passphrase(&secret("pass")),
            Err(Error::WrongPassphrase),
            "{from}"
        );
    }
    let costly = original.replace("\"Memory\": 64", "\"Memory\": 4000000000");
    assert!(matches!(
        Header::decode(costly.as_bytes()),
        Err(Error::CostRange { .. })
    ));
}

#[test]
fn a_later_version_is_unsupported_and_not_malformed() {
    for octets in [
        headers()[0].0.encode(),
        SealedKey::seal(&key(1), "A", "k", &SecretBytes::default())
            .unwrap()
            .encode(),
    ] {
        let later = text(&octets).replace("\"Version\": 1", "\"Version\": 2");
        let (header, sealed) = (
            Header::decode(later.as_bytes()),
            SealedKey::decode(later.as_bytes()),
        );
        assert!(
            matches!(header, Err(Error::Unsupported { .. }))
                || matches!(sealed, Err(Error::Unsupported { .. })),
            "{later}"
        );
    }
}

#[test]
fn a_sealed_key_is_bound_to_identifier_and_kind() {
    let sealed =
        SealedKey::seal(&key(1), "MDAB", "seed", &SecretBytes::new(b"x".to_vec())).unwrap();
    let original = text(&sealed.encode());
    for (from, to) in [("MDAB", "MDAC"), ("seed", "sign")] {
        let changed = SealedKey::decode(original.replace(from, to).as_bytes()).unwrap();
        assert_eq!(changed.open(&key(1)), Err(Error::tampered(changed.id())));
    }
    assert_eq!(sealed.open(&key(2)), Err(Error::tampered("MDAB")));
}

#[test]
fn sealing_twice_gives_different_octets() {
    let seal =
        || SealedKey::seal(&key(1), "MDAB", "seed", &SecretBytes::new(b"x".to_vec())).unwrap();
    assert_ne!(seal(), seal());
}

#[test]
fn every_cut_is_malformed() {
    let octets = SealedKey::seal(&key(1), "MDAB", "seed", &SecretBytes::new(b"x".to_vec()))
        .unwrap()
        .encode();
    let octets = octets.expose_secret();
    // The last octet is the line end.
    for end in 0..octets.len() - 1 {
        assert!(SealedKey::decode(&octets[..end]).is_err(), "{end}");
    }
}

proptest! {
    #[test]
    fn a_sealed_key_opens_to_what_was_sealed(
        id in "[A-Z2-7][A-Z2-7-]{0,99}",
        kind in "[!-~]{1,64}",
        octets in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let secret = SecretBytes::new(octets);
        let sealed = SealedKey::seal(&key(1), &id, &kind, &secret).unwrap();
        let decoded = SealedKey::decode(sealed.encode().expose_secret()).unwrap();
        prop_assert_eq!((decoded.id(), decoded.kind()), (id.as_str(), kind.as_str()));
        prop_assert_eq!(decoded.open(&key(1)).unwrap(), secret);
    }

    #[test]
    fn a_changed_octet_never_yields_another_secret(at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let secret = SecretBytes::new(b"the secret".to_vec());
        let mut octets = SealedKey::seal(&key(1), "MDAB", "seed", &secret).unwrap().encode().expose_secret().to_vec();
        let at = at.index(octets.len());
        octets[at] = to;
        if let Ok(changed) = SealedKey::decode(&octets) {
            prop_assert!(changed.open(&key(1)).is_err() || changed.open(&key(1)) == Ok(secret));
        }
    }

    #[test]
    fn arbitrary_octets_never_panic(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Header::decode(&octets);
        let _ = SealedKey::decode(&octets);
    }
}
