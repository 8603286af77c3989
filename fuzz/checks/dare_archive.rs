// SPDX-License-Identifier: MIT
//! What must hold for whatever stands in the file of an archive.
//!
//! Spec: mesh-dare, "DARE Archive".
//! Here: no panic; names lead downwards; octets lie within their file and are no more than the archive has; nothing is read without a key; what
//! was verified is read the same with and without index.
//! Not here: the corpus (`fuzz/corpus/dare_archive`).

use std::sync::LazyLock;

use mesh_crypto::{KeyAlgorithm, KeyRing, PrivateKey, Seeded};
use mesh_dare::archive::entry::{Entry, check_name};
use mesh_dare::archive::reader::ArchiveReader;

/// The key that opens the encrypted inputs of the corpus.
pub(crate) fn key() -> PrivateKey {
    PrivateKey::generate(KeyAlgorithm::X25519, &Seeded::new(3))
}

static RING: LazyLock<KeyRing> = LazyLock::new(|| [key()].into_iter().collect());

/// Panics if a property does not hold.
pub(crate) fn check(input: &[u8]) {
    for (keys, has_key) in [(&*RING, true), (&KeyRing::new(), false)] {
        let indexed = ArchiveReader::open(input.to_vec(), keys);
        let walked = ArchiveReader::open_unindexed(input.to_vec(), keys);
        let mut verified = Vec::new();
        for reader in [&indexed, &walked].into_iter().flatten() {
            let first = reader.sequence().header(0).expect("it was read to open it");
            assert!(
                first.encryption_algorithm.is_none() || has_key,
                "opened without a key"
            );
            let entries = read(reader, input.len());
            let whole = reader.verify(&|_| None, &|_| {});
            if let Ok(whole) = &whole {
                assert_eq!(u64::try_from(entries.len()).ok(), Some(whole.entries));
                verified.push(entries);
            }
        }
        if let [first, second] = verified.as_slice() {
            assert_eq!(first, second, "the index tells something else");
        }
    }
}

/// What can be read, entry by entry.
fn read(reader: &ArchiveReader<Vec<u8>>, most: usize) -> Vec<(u64, Entry)> {
    let mut found = Vec::new();
    for (frame, entry) in reader.entries().flatten() {
        check_name(&entry.name).expect("such a name was let in");
        assert_eq!(entry.mode & !0o777, 0, "more than permissions");
        let mut octets = 0;
        let _ = reader.read(frame, &entry, &mut |offset, part| {
            octets += part.len();
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            let end = offset.checked_add(length);
            assert!(end.is_some_and(|end| end <= entry.size), "out of its file");
            Ok(())
        });
        assert!(octets <= most, "more than there is");
        let _ = reader.find(&entry.name);
        found.push((frame, entry));
    }
    found
}
