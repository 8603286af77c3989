// SPDX-License-Identifier: MIT
//! Archives.
//!
//! Spec: mesh-dare, "DARE Archive".
//! Here: what was added is found and read by itself; interrupted sessions; alterations.
//! Not here: the file system (`mesh`).
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "all of this is test code"
)]

use mesh_crypto::{KeyAlgorithm, KeyRing, PrivateKey, PublicKey, Seeded};
use mesh_dare::archive::PART;
use mesh_dare::archive::entry::{Entry, Kind};
use mesh_dare::archive::reader::ArchiveReader;
use mesh_dare::archive::writer::ArchiveWriter;
use mesh_dare::generated::{ContentMeta, DareHeader, KeyValue, SequenceIndex, SequenceInfo};
use mesh_dare::{Encryption, Envelope, Error, Exchanges, Protection, Seal, Sequence};
use mesh_jsonbcd::{from_bytes, to_json};

struct World {
    env: Seeded,
    ring: KeyRing,
    protection: Protection,
}

fn world(encrypted: bool) -> World {
    let env = Seeded::new(3);
    let key = PrivateKey::generate(KeyAlgorithm::X25519, &env);
    let protection = match encrypted {
        false => Protection::default(),
        true => Protection {
            encryption: Encryption::Once,
            recipients: vec![key.public().clone()],
            ..Protection::default()
        },
    };
    World {
        env,
        ring: [key].into_iter().collect(),
        protection,
    }
}

fn file(name: &str, size: usize) -> Entry {
    Entry {
        name: name.to_owned(),
        kind: Kind::File,
        mode: 0o640,
        modified: (1_700_000_000, 123_456_789),
        size: size.try_into().unwrap(),
    }
}

fn octets(size: usize, seed: u8) -> Vec<u8> {
    (0..=250)
        .cycle()
        .skip(usize::from(seed))
        .take(size)
        .collect()
}

/// Adds a file whose octets stand at some places, with holes between.
fn add(
    writer: &mut ArchiveWriter<Vec<u8>>,
    entry: &Entry,
    extents: &[(u64, Vec<u8>)],
    env: &Seeded,
) -> Result<(), Error> {
    let mut extents = extents.iter();
    writer.add(
        entry,
        &mut |buffer| {
            Ok(extents.next().map(|(offset, octets)| {
                buffer.extend(octets);
                *offset
            }))
        },
        env,
    )
}

fn whole(content: &[u8]) -> Vec<(u64, Vec<u8>)> {
    let parts = content.chunks(PART).enumerate();
    parts
        .map(|(number, part)| (u64::try_from(number * PART).unwrap(), part.to_vec()))
        .collect()
}

fn content(reader: &ArchiveReader<Vec<u8>>, name: &str) -> Vec<u8> {
    let (frame, entry) = reader.find(name).unwrap().unwrap();
    let mut out = vec![0; entry.size.try_into().unwrap()];
    reader
        .read(frame, &entry, &mut |offset, octets| {
            let offset = usize::try_from(offset).unwrap();
            out[offset..offset + octets.len()].copy_from_slice(octets);
            Ok(())
        })
        .unwrap();
    out
}

#[test]
fn what_was_added_is_found_and_read() {
    for encrypted in [false, true] {
        let w = world(encrypted);
        let mut writer = ArchiveWriter::create(Vec::new(), &w.protection, None, &w.env).unwrap();
        let big = octets(2 * PART + 77, 5);
        add(
            &mut writer,
            &file("secret-name/small", 9),
            &whole(&octets(9, 1)),
            &w.env,
        )
        .unwrap();
        add(&mut writer, &file("big", big.len()), &whole(&big), &w.env).unwrap();
        add(&mut writer, &file("empty", 0), &[], &w.env).unwrap();
        let holes = [(100, octets(10, 2)), (5_000_000, octets(20, 3))];
        add(&mut writer, &file("holes", 9_000_000), &holes, &w.env).unwrap();
        let link = Entry {
            kind: Kind::Link("small".to_owned()),
            size: 0,
            ..file("secret-name/link", 0)
        };
        add(&mut writer, &link, &[], &w.env).unwrap();
        let storage = writer.finish(&w.env).unwrap();
        assert!(storage.len() < 3 * PART);
        let shows = |text: &str| {
            storage
                .windows(text.len())
                .any(|part| part == text.as_bytes())
        };
        assert_eq!(shows("secret-name"), !encrypted);

        let reader = ArchiveReader::open(storage, &w.ring).unwrap();
        assert_eq!(content(&reader, "big"), big);
        assert_eq!(content(&reader, "secret-name/small"), octets(9, 1));
        assert_eq!(content(&reader, "empty"), b"");
        let found = content(&reader, "holes");
        assert_eq!(found[5_000_000..5_000_020], octets(20, 3));
        assert!(found[110..5_000_000].iter().all(|&octet| octet == 0));
        assert_eq!(reader.find("secret-name/link").unwrap().unwrap().1, link);
        assert_eq!(reader.find("nothing").unwrap(), None);
        let names: Vec<String> = reader
            .entries()
            .map(|entry| entry.unwrap().1.name)
            .collect();
        assert_eq!(
            names,
            [
                "secret-name/small",
                "big",
                "empty",
                "holes",
                "secret-name/link"
            ]
        );
        let verified = reader.verify(&|_| None, &|_| ()).unwrap();
        assert_eq!((verified.entries, verified.frames), (5, 10));
        if encrypted {
            let storage = reader_storage(&w);
            assert!(matches!(
                ArchiveReader::open(storage, &KeyRing::new()),
                Err(Error::NoKey { .. })
            ));
        }
    }
}

fn reader_storage(w: &World) -> Vec<u8> {
    let mut writer = ArchiveWriter::create(Vec::new(), &w.protection, None, &w.env).unwrap();
    add(&mut writer, &file("a", 3), &whole(b"abc"), &w.env).unwrap();
    add(&mut writer, &file("b", 3), &whole(b"def"), &w.env).unwrap();
    writer.finish(&w.env).unwrap()
}

#[test]
fn later_entries_take_the_place_of_earlier_ones_and_deletion_ends_them() {
    let w = world(true);
    let storage = reader_storage(&w);
    let mut writer = ArchiveWriter::open(storage, &w.ring, None, &w.env).unwrap();
    assert_eq!(writer.find("a").unwrap(), Some(file("a", 3)));
    add(&mut writer, &file("a", 5), &whole(b"ABCDE"), &w.env).unwrap();
    writer.delete("b", &w.env).unwrap();
    let storage = writer.finish(&w.env).unwrap();
    for unindexed in [false, true] {
        let reader = match unindexed {
            false => ArchiveReader::open(storage.clone(), &w.ring).unwrap(),
            true => ArchiveReader::open_unindexed(storage.clone(), &w.ring).unwrap(),
        };
        assert_eq!(content(&reader, "a"), b"ABCDE");
        assert_eq!(reader.find("b").unwrap(), None);
        assert_eq!(reader.entries().count(), 1);
        reader.verify(&|_| None, &|_| ()).unwrap();
    }
}

#[test]
fn a_session_that_ended_anywhere_is_continued() {
    let w = world(true);
    let big = octets(3 * PART + 9, 1);
    let before = reader_storage(&w);
    let mut writer = ArchiveWriter::open(before.clone(), &w.ring, None, &w.env).unwrap();
    add(&mut writer, &file("big", big.len()), &whole(&big), &w.env).unwrap();
    let after = writer.finish(&w.env).unwrap();
    for cut in (before.len()..after.len()).step_by(PART / 3) {
        let torn = after[..cut].to_vec();
        // What is there without the interrupted file can be read.
        let reader = ArchiveReader::open(torn.clone(), &w.ring).unwrap();
        assert_eq!(content(&reader, "a"), b"abc");
        if let Some((frame, entry)) = reader.find("big").unwrap() {
            let read = reader.read(frame, &entry, &mut |_, _| Ok(()));
            assert!(read.is_err() || cut > after.len() - 2000, "cut at {cut}");
        }
        let mut writer = ArchiveWriter::open(torn, &w.ring, None, &w.env).unwrap();
        add(&mut writer, &file("big", big.len()), &whole(&big), &w.env).unwrap();
        let reader = ArchiveReader::open(writer.finish(&w.env).unwrap(), &w.ring).unwrap();
        assert_eq!(content(&reader, "big"), big);
        assert_eq!(content(&reader, "b"), b"def");
        reader.verify(&|_| None, &|_| ()).unwrap();
    }
}

#[test]
fn names_that_lead_elsewhere_and_files_that_change_are_refused() {
    let w = world(false);
    let mut writer = ArchiveWriter::create(Vec::new(), &w.protection, None, &w.env).unwrap();
    for name in ["../x", "/x", "a//b", ""] {
        let refused = add(&mut writer, &file(name, 0), &[], &w.env);
        assert!(matches!(refused, Err(Error::BadName { .. })), "{name}");
    }
    let grown = add(&mut writer, &file("a", 2), &whole(b"abc"), &w.env);
    assert!(matches!(grown, Err(Error::BadEntry { .. })));
    let overlap = [(0, b"abc".to_vec()), (2, b"de".to_vec())];
    assert!(add(&mut writer, &file("a", 9), &overlap, &w.env).is_err());
}

/// Whoever can write an encrypted archive and cannot open it, but knows for whom it is, adds nothing, deletes nothing and hides nothing.
#[test]
fn frames_of_those_who_cannot_open_it_are_refused() {
    let w = world(true);
    let mut writer = ArchiveWriter::create(Vec::new(), &w.protection, None, &w.env).unwrap();
    add(&mut writer, &file("a", 3), &whole(b"abc"), &w.env).unwrap();
    writer.delete("a", &w.env).unwrap();
    add(&mut writer, &file("a", 3), &whole(b"def"), &w.env).unwrap();
    let storage = writer.finish(&w.env).unwrap();
    let opened = || Sequence::open_from_end(storage.clone()).unwrap().0;
    let sequence = opened();
    // Numbers of the frames: the deletion, the index.
    let (deletion, index) = (2, 4);

    let meta = ContentMeta {
        unique_id: Some("link".to_owned()),
        key_values: [("kind", "link"), ("target", "/etc")]
            .map(|(key, value)| KeyValue {
                key: Some(key.to_owned()),
                value: Some(value.to_owned()),
            })
            .to_vec(),
        ..ContentMeta::default()
    };
    let in_clear = Envelope {
        header: DareHeader {
            content_meta_data: Some(to_json(&meta)),
            ..DareHeader::default()
        },
        ..Envelope::default()
    };
    let mut relabelled = in_clear.clone();
    relabelled.header.encryption_algorithm = Some("A256CBC".to_owned());
    relabelled.header.salt = Some(vec![1; 16]);
    let mut repeated = sequence.frame(deletion).unwrap();
    repeated.header.sequence_info.as_mut().unwrap().index = None;

    let exchanges = Exchanges::default();
    let record = exchanges.payload(&sequence, index, &w.ring).unwrap();
    let mut record: SequenceIndex = from_bytes(record.expose_secret()).unwrap();
    for position in &mut record.positions {
        position.unique_id = None;
    }
    let is_index = Some(ContentMeta {
        message_type: Some("SequenceIndex".to_owned()),
        ..ContentMeta::default()
    });
    let forged = |recipients: &[PublicKey]| {
        let seal = Seal {
            recipients,
            content_meta: is_index.clone(),
            ..Seal::default()
        };
        let mut forged = seal.seal(&to_json(&record), &w.env).unwrap();
        forged.header.sequence_info = Some(SequenceInfo {
            is_meta: Some(true),
            ..SequenceInfo::default()
        });
        forged
    };
    for (what, frame) in [
        ("in clear", in_clear),
        ("under another cipher", relabelled),
        ("repeated", repeated),
        ("index in clear", forged(&[])),
        (
            "index under another exchange",
            forged(&w.protection.recipients),
        ),
    ] {
        let mut sequence = opened();
        sequence.append(&[frame]).unwrap();
        let storage = sequence.into_storage();
        let read = || -> Result<(), Error> {
            let reader = ArchiveReader::open(storage.clone(), &w.ring)?;
            reader.entries().collect::<Result<Vec<_>, _>>()?;
            Ok(())
        };
        assert!(read().is_err(), "{what}");
        let find = || ArchiveReader::open(storage.clone(), &w.ring)?.find("a");
        let found = find();
        assert!(!matches!(found, Ok(None)), "{what}: {found:?}");
    }
    let reader = ArchiveReader::open(storage, &w.ring).unwrap();
    assert_eq!(content(&reader, "a"), b"def");
}

/// Every octet of a small archive altered: the content is the same, or it is refused.
#[test]
fn no_single_octet_changes_what_is_read() {
    for encrypted in [false, true] {
        let w = world(encrypted);
        let storage = reader_storage(&w);
        let mut same = 0;
        for at in 0..storage.len() {
            let mut altered = storage.clone();
            altered[at] ^= 0x11;
            let read = || -> Result<Vec<(Entry, Vec<u8>)>, Error> {
                let reader = ArchiveReader::open(altered.clone(), &w.ring)?;
                reader.verify(&|_| None, &|_| ())?;
                let mut out = Vec::new();
                for entry in reader.entries() {
                    let (frame, entry) = entry?;
                    let mut octets = Vec::new();
                    reader.read(frame, &entry, &mut |_, part| {
                        octets.extend(part);
                        Ok(())
                    })?;
                    out.push((entry, octets));
                }
                Ok(out)
            };
            if let Ok(found) = read() {
                same += 1;
                let expected = [(file("a", 3), b"abc"), (file("b", 3), b"def")];
                // In clear nothing vouches for the metadata: only a signature would.
                let octets = found.iter().map(|(_, octets)| octets.as_slice());
                let bodies_are_right =
                    octets.eq(expected.iter().map(|(_, octets)| octets.as_slice()));
                if encrypted {
                    let entries = found.iter().map(|(entry, _)| entry);
                    assert!(
                        entries.eq(expected.iter().map(|(entry, _)| entry)),
                        "octet {at}"
                    );
                    assert!(bodies_are_right, "octet {at}");
                } else {
                    assert!(bodies_are_right || found.len() < 2, "octet {at}: {found:?}");
                }
            }
        }
        assert!(same < storage.len() / 3, "{same} of {}", storage.len());
    }
}
