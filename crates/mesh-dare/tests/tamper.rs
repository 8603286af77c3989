// SPDX-License-Identifier: MIT
//! A catalog on a disk that somebody else writes to.
//!
//! Spec: mesh-dare, "Catalogs".
//! Here: every octet changed, frames exchanged, files of other stores put in.
//! Not here: frames altered by the service (`mesh-test`, hostile_service), interrupted writes (`durability`).
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "all of this is test code"
)]

use mesh_crypto::{KeyAlgorithm, KeyRing, PrivateKey, SecretBytes, Seeded};
use mesh_dare::Cipher;
use mesh_dare::frame::{self, Found};
use mesh_dare::store::catalog::{Change, EntryName, create_catalog};
use mesh_dare::store::replica::{Head, Replica};
use mesh_dare::store::{Event, Remarks, StoreName};

struct Catalog {
    octets: Vec<u8>,
    head: Head,
    name: StoreName,
    keys: KeyRing,
    entries: Vec<SecretBytes>,
}

/// A catalog with additions, updates and a deletion in several transactions.
fn catalog(label: &str, cipher: Cipher) -> Catalog {
    let env = Seeded::new(5);
    let signer = PrivateKey::generate(KeyAlgorithm::Ed448, &env);
    let store = PrivateKey::generate(KeyAlgorithm::X448, &env);
    let recipients = [store.public().clone()];
    let keys: KeyRing = [store].into_iter().collect();
    let name = StoreName::new("MACCOUNT", label);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("catalog");
    let open = || {
        std::fs::File::options()
            .read(true)
            .append(true)
            .create(true)
            .open(&path)
            .unwrap()
    };
    let mut replica = Replica::open(open(), name.clone(), false, None).unwrap();
    let changes: Vec<Change> = (0..5).map(|n| change(n, Event::New, "first")).collect();
    let frames = create_catalog(&name, &recipients, &changes, &signer, cipher, &env).unwrap();
    replica.extend(&frames, None).unwrap();
    for batch in [
        vec![
            change(1, Event::Update, "second"),
            change(7, Event::New, "seven"),
        ],
        vec![change(2, Event::Delete, "")],
    ] {
        let frames = replica
            .stage(&batch, Remarks::default(), None, &keys, &signer, &env)
            .unwrap();
        replica.extend(&frames, None).unwrap();
    }
    let entries = replica.entries(&keys).unwrap();
    assert_eq!(entries.len(), 5);
    let head = replica.head().unwrap();
    drop(replica);
    let octets = std::fs::read(&path).unwrap();
    Catalog {
        octets,
        head,
        name,
        keys,
        entries,
    }
}

fn change(number: u32, event: Event, payload: &str) -> Change {
    let payload = match event {
        Event::Delete => String::new(),
        _ => format!("{{\"Entry\":{{\"Number\":{number},\"Text\":\"{payload}\"}}}}"),
    };
    Change {
        entry: EntryName::Key(format!("entry {number}")),
        event,
        payload: SecretBytes::new(payload.into_bytes()),
    }
}

impl Catalog {
    /// What a device makes of these octets: its entries, or what it says against them.
    fn read(&self, octets: &[u8]) -> Result<Vec<SecretBytes>, mesh_dare::Error> {
        let replica = Replica::open(octets.to_vec(), self.name.clone(), false, Some(&self.head))?;
        replica.verify()?;
        replica.entries(&self.keys)
    }

    fn frames(&self) -> Vec<std::ops::Range<usize>> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Found::Frame(range) = frame::find(&self.octets, at).unwrap() {
            at = range.end;
            found.push(usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap());
        }
        found
    }

    /// The file with its frames in another arrangement.
    fn arranged(&self, order: &[usize]) -> Vec<u8> {
        let frames = self.frames();
        order
            .iter()
            .flat_map(|&frame| self.octets[frames[frame].clone()].to_vec())
            .collect()
    }
}

#[test]
fn no_changed_octet_changes_what_is_read() {
    for cipher in [Cipher::Aes256Gcm, Cipher::Aes256Cbc] {
        let catalog = catalog("Credential", cipher);
        let mut unnoticed = 0;
        for at in 0..catalog.octets.len() {
            let mut octets = catalog.octets.clone();
            octets[at] ^= 1 << (at % 8);
            match catalog.read(&octets) {
                Ok(entries) => {
                    assert_eq!(entries, catalog.entries, "octet {at} of {cipher:?}");
                    unnoticed += 1;
                }
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
        // White space, and signatures with their keys, which were judged when the frames came: nothing that is read.
        let signatures = 3 * 520;
        assert!(
            unnoticed < signatures,
            "{unnoticed} of {} octets",
            catalog.octets.len()
        );
    }
}

#[test]
fn frames_in_another_arrangement_are_refused_and_named() {
    let catalog = catalog("Credential", Cipher::Aes256Gcm);
    let count = catalog.frames().len();
    assert_eq!(count, 9);
    let whole: Vec<usize> = (0..count).collect();
    assert_eq!(
        catalog.read(&catalog.arranged(&whole)).unwrap(),
        catalog.entries
    );
    for first in 0..count {
        let mut dropped = whole.clone();
        dropped.remove(first);
        let mut repeated = whole.clone();
        repeated.insert(first, first);
        assert!(
            catalog.read(&catalog.arranged(&dropped)).is_err(),
            "{dropped:?}"
        );
        match catalog.read(&catalog.arranged(&repeated)) {
            // What stands behind the committed frames was never acknowledged and is dropped.
            Ok(entries) => assert_eq!((first, &entries), (count - 1, &catalog.entries)),
            Err(error) => assert!(error.to_string().contains("frame"), "{repeated:?}: {error}"),
        }
        for second in 0..first {
            let mut swapped = whole.clone();
            swapped.swap(first, second);
            let error = catalog.read(&catalog.arranged(&swapped)).unwrap_err();
            assert!(error.to_string().contains("frame"), "{swapped:?}: {error}");
        }
    }
    // An older version of the whole file: what was committed is not there any more.
    assert!(
        catalog
            .read(&catalog.arranged(&whole[..count - 1]))
            .is_err()
    );
    assert!(catalog.read(&[]).is_err());
}

#[test]
fn the_file_of_another_store_is_refused() {
    let catalog = catalog("Credential", Cipher::Aes256Gcm);
    let other = {
        let env = Seeded::new(6);
        let signer = PrivateKey::generate(KeyAlgorithm::Ed448, &env);
        let store = PrivateKey::generate(KeyAlgorithm::X448, &env);
        let name = StoreName::new("MACCOUNT", "Bookmark");
        let changes = [change(0, Event::New, "other")];
        let recipients = [store.public().clone()];
        let frames = create_catalog(
            &name,
            &recipients,
            &changes,
            &signer,
            Cipher::Aes256Gcm,
            &env,
        )
        .unwrap();
        let mut octets = Vec::new();
        for envelope in &frames {
            let parts = [
                mesh_jsonbcd::to_json(&envelope.header),
                envelope.body.clone(),
                mesh_jsonbcd::to_json(envelope.trailer.as_ref().unwrap()),
            ];
            frame::write(&mut octets, &[&parts[0], &parts[1], &parts[2]]);
        }
        octets
    };
    assert!(catalog.read(&other).is_err());
}
