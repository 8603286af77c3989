// SPDX-License-Identifier: MIT
//! Contacts that people give to each other, and what somebody between them can do to one.
//!
//! Spec: mesh-schema, "Contacts".
//! Here: contacts that are altered, put together of parts of several, or too large; the corpus of the fuzz target, made and replayed.
//! Not here: the commands (`mesh`, programs/contact), finding new inputs (`fuzz/`).
//!
//! `MESH_WRITE_SEEDS=1 cargo test -p mesh-schema --test contact` writes the corpus anew after a change of the format.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "all of this is test code"
)]

use std::path::Path;

use mesh_crypto::{PublicKey, Seeded};
use mesh_dare::{Envelope, Enveloped, Recipient};
use mesh_jsonbcd::{from_bytes, from_tagged, to_json, to_tagged_json};
use mesh_schema::Error;
use mesh_schema::catalog::contact::{MAX_CONTACT, ValidContact, Validation, is_contact};
use mesh_schema::generated::{
    AnyNetworkAddress, CatalogedContact, ContactPerson, NetworkCredential, PersonName,
};

#[path = "../../../fuzz/checks/contact_file.rs"]
mod contact_file;
use contact_file::Subject;

fn signed(subject: &Subject, name: Option<&str>) -> Envelope {
    ValidContact::sign(
        &subject.profile,
        Some(subject.keys.common_encapsulation.public()),
        name,
        &subject.keys.common_signature,
        &Seeded::new(9),
    )
    .unwrap()
}

fn person(subject: &Subject) -> ContactPerson {
    from_tagged(&signed(subject, Some("Alice Example")).body).unwrap()
}

fn credential(person: &mut ContactPerson) -> &mut NetworkCredential {
    let found = person.network_addresses.iter_mut();
    let mut found = found.filter_map(|address| match address {
        AnyNetworkAddress::NetworkCredential(credential) => Some(&mut **credential),
        _ => None,
    });
    found.next().unwrap()
}

/// What becomes of a contact whose subject signs it as it is altered.
fn altered(subject: &Subject, alter: impl Fn(&mut ContactPerson)) -> Result<ValidContact, Error> {
    let mut person = person(subject);
    alter(&mut person);
    ValidContact::validate(&subject.sign(&to_tagged_json(&person)))
}

#[test]
fn a_contact_brings_the_keys_of_its_subject() {
    let alice = Subject::fixed(1);
    let envelope = signed(&alice, Some("Alice Example"));
    let contact = ValidContact::read(&to_json(&envelope)).unwrap();
    assert_eq!(contact.udf(), alice.profile.udf().unwrap());
    assert_eq!(contact.address().to_string(), "alice@example.com");
    assert_eq!(contact.full_name(), Some("Alice Example"));
    let key = |key: &mesh_crypto::PrivateKey| key.public().clone();
    assert_eq!(
        contact.recipient().unwrap(),
        Recipient::new(
            key(&alice.keys.common_encryption),
            Some(key(&alice.keys.common_encapsulation))
        )
    );
    assert_eq!(
        contact.signature_key().unwrap(),
        key(&alice.keys.common_signature)
    );
    let single = altered(&alice, |person| person.network_addresses.truncate(1)).unwrap();
    assert!(matches!(single.recipient().unwrap(), Recipient::Single(_)));

    let entry = contact.catalog(
        "NKEY".to_owned(),
        Some("ally".to_owned()),
        Validation::Fingerprint,
    );
    assert_eq!(entry.addresses(), ["alice@example.com"]);
    assert_eq!(
        (entry.nickname(), entry.full_name(), entry.validation()),
        (Some("ally"), Some("Alice Example"), Some("Fingerprint"))
    );
    let stored: CatalogedContact = from_tagged(&to_tagged_json(&entry)).unwrap();
    assert_eq!(stored.valid().unwrap().udf(), contact.udf());
}

#[test]
fn nobody_puts_a_key_of_theirs_into_a_contact() {
    let (alice, mallory) = (Subject::fixed(1), Subject::fixed(2));
    let foreign = |person: &mut ContactPerson| {
        let mut other = self::person(&mallory);
        credential(person).credential = credential(&mut other).credential.clone();
    };
    // The signature covers the key, and only the key of the profile makes it.
    let mut person = person(&alice);
    foreign(&mut person);
    let mut envelope = signed(&alice, None);
    envelope.body = to_tagged_json(&person);
    let refused = ValidContact::validate(&envelope).unwrap_err();
    assert!(matches!(refused, Error::Dare(_)), "{refused}");
    let envelope = mallory.sign(&to_tagged_json(&person));
    let refused = ValidContact::validate(&envelope).unwrap_err();
    assert!(
        matches!(
            refused,
            Error::Dare(mesh_dare::Error::SignatureMissing { .. })
        ),
        "{refused}"
    );
    // A catalog that was tampered with says so, too.
    let contact = ValidContact::validate(&signed(&alice, None)).unwrap();
    let entry = contact.catalog("NKEY".to_owned(), None, Validation::FirstUse);
    let text = String::from_utf8(to_tagged_json(&entry)).unwrap();
    let other = text.replacen("alice@example.com", "malice@example.co", 1);
    assert_ne!(text, other);
    let other: CatalogedContact = from_tagged(other.as_bytes()).unwrap();
    assert!(matches!(other.valid(), Err(Error::Unrelated { .. })));
}

#[test]
fn a_contact_is_of_one_account() {
    let (alice, mallory) = (Subject::fixed(1), Subject::fixed(2));
    let unrelated = |refused: Result<ValidContact, Error>| {
        assert!(
            matches!(refused, Err(Error::Unrelated { .. })),
            "{refused:?}"
        );
    };
    let field = |refused: Result<ValidContact, Error>| {
        assert!(matches!(refused, Err(Error::Field { .. })), "{refused:?}");
    };
    unrelated(altered(&alice, |person| {
        person.anchors[0].udf = Some(mallory.profile.udf().unwrap());
    }));
    unrelated(altered(&alice, |person| {
        person
            .anchors
            .push(self::person(&mallory).anchors[0].clone());
    }));
    field(altered(&alice, |person| person.anchors.clear()));
    unrelated(altered(&alice, |person| {
        credential(person).address = Some("bob@example.com".to_owned());
    }));
    unrelated(altered(&alice, |person| {
        if let AnyNetworkAddress::NetworkProfile(profile) = &mut person.network_addresses[0] {
            profile.address = Some("bob@example.com".to_owned());
        }
    }));
    // Two profiles, of which one is not the signer's; none; two keys; a key of another kind.
    field(altered(&alice, |person| {
        let other = self::person(&mallory).network_addresses.remove(0);
        person.network_addresses.push(other);
    }));
    field(altered(&alice, |person| person.network_addresses.clear()));
    field(altered(&alice, |person| {
        let again = person.network_addresses[1].clone();
        person.network_addresses.push(again);
    }));
    let wrong: PublicKey = alice.keys.common_encryption.public().clone();
    field(altered(&alice, |person| {
        credential(person).credential = Some(to_json(&wrong.to_jose()).into());
    }));
    // The profile of another account, which has not signed it.
    let refused = altered(&alice, |person| {
        person.network_addresses = self::person(&mallory).network_addresses;
    });
    assert!(matches!(refused, Err(Error::Dare(_))), "{refused:?}");
}

#[test]
fn names_are_short_and_on_one_line() {
    let alice = Subject::fixed(1);
    for name in [
        "",
        " ",
        "bob@example.com",
        "two\nlines",
        "\u{1b}[2J",
        &"x".repeat(200),
    ] {
        let named = |person: &mut ContactPerson| {
            person.common_names = vec![PersonName {
                full_name: Some(name.to_owned()),
                ..PersonName::default()
            }];
        };
        let refused = altered(&alice, named);
        assert!(matches!(refused, Err(Error::Field { .. })), "{name:?}");
    }
    let many = altered(&alice, |person| {
        person.common_names = vec![PersonName::default(); 1000];
    });
    assert!(matches!(many, Err(Error::Field { .. })));
}

#[test]
fn what_is_too_large_or_begins_otherwise_is_none() {
    let alice = Subject::fixed(1);
    let mut octets = to_json(&signed(&alice, None));
    octets.extend(std::iter::repeat_n(b' ', MAX_CONTACT));
    assert!(matches!(
        ValidContact::read(&octets),
        Err(Error::Encoding(_))
    ));
    let content = to_tagged_json(&person(&alice));
    assert!(is_contact(&content));
    // So that nobody can have a file signed which is a contact and does not look like one.
    let spaced = [b" ".as_slice(), &content].concat();
    let inner = [b"{".as_slice(), &b" ".repeat(100), &content[1..]].concat();
    for content in [spaced, inner] {
        assert!(!is_contact(&content));
        assert!(ValidContact::validate(&alice.sign(&content)).is_err());
    }
    assert!(!is_contact(b"") && !is_contact(b"{\"ContactGroup\":{}}"));
    let sealed = Enveloped::<ContactPerson>::new(signed(&alice, None)).into_envelope();
    assert!(ValidContact::validate(&sealed).is_ok());
}

#[test]
fn the_corpus_of_contacts_passes() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/contact_file");
    let alice = Subject::fixed(1);
    let whole = to_json(&signed(&alice, Some("Alice Example")));
    let content = to_tagged_json(&person(&alice));
    let mut single = person(&alice);
    single.network_addresses.truncate(1);
    let mut twice = person(&alice);
    twice
        .network_addresses
        .extend(person(&alice).network_addresses);
    let mut seeds = vec![
        ("contact", whole.clone()),
        ("contact-nameless", to_json(&signed(&alice, None))),
        (
            "contact-single",
            to_json(&alice.sign(&to_tagged_json(&single))),
        ),
        ("content", content.clone()),
        ("content-single", to_tagged_json(&single)),
        ("content-twice", to_tagged_json(&twice)),
        ("content-empty", b"{\"ContactPerson\":{}}".to_vec()),
        ("content-cut", content[..content.len() / 2].to_vec()),
        ("contact-cut", whole[..whole.len() / 2].to_vec()),
    ];
    let mut altered = content;
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    seeds.push(("content-altered", altered));
    for (name, octets) in &seeds {
        if std::env::var_os("MESH_WRITE_SEEDS").is_some() {
            std::fs::write(corpus.join(name), octets).unwrap();
        }
        assert_eq!(&std::fs::read(corpus.join(name)).unwrap(), octets, "{name}");
    }
    let (mut contacts, mut contents) = (0, 0);
    for entry in std::fs::read_dir(corpus).unwrap() {
        let input = std::fs::read(entry.unwrap().path()).unwrap();
        contact_file::check(&input);
        contacts += usize::from(ValidContact::read(&input).is_ok());
        contents += usize::from(ValidContact::validate(&alice.sign(&input)).is_ok());
        let step = (input.len() / 16).max(1);
        for at in (0..input.len()).step_by(step) {
            let mut altered = input.clone();
            altered[at] ^= 1 << (at % 8);
            contact_file::check(&altered);
            // Every octet of a contact in a file counts, or is one that does not change what it says.
            let said = |octets: &[u8]| from_bytes::<Envelope>(octets).ok();
            if ValidContact::read(&altered).is_ok() {
                let (before, after) = (said(&input).unwrap(), said(&altered).unwrap());
                assert_eq!(before.body, after.body);
            }
        }
    }
    assert_eq!((contacts, contents), (3, 2));
}
