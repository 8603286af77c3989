// SPDX-License-Identifier: MIT
//! Sequences opened from their end, with and without index frames, in clear and encrypted.
//!
//! Spec: mesh-dare, "DARE Sequence", "Sequence Index", "Sequence Encryption".
//! Here: what is found from the end is what reading every frame finds; how few frames are read; every policy and cipher.
//! Not here: hostile files (`sequence_faults`), interrupted writes (`durability`).
#![expect(clippy::unwrap_used, reason = "all of this is test code")]

use std::cell::Cell;
use std::io;
use std::rc::Rc;

use mesh_crypto::{Earl, KeyAlgorithm, KeyRing, PrivateKey, Seeded};
use mesh_dare::generated::ContentMeta;
use mesh_dare::sequence::index::{Index, unique_id};
use mesh_dare::sequence::session::Exchanges;
use mesh_dare::sequence::writer::{Content, Encryption, Protection, SequenceWriter};
use mesh_dare::{
    Cipher, Envelope, Error, Seal, Sequence, SequenceType, Storage, SymmetricRecipient,
};
use proptest::prelude::*;

const KINDS: [SequenceType; 5] = [
    SequenceType::List,
    SequenceType::Digest,
    SequenceType::Chain,
    SequenceType::Tree,
    SequenceType::Merkle,
];

/// Octets in memory whose reads are counted.
#[derive(Clone, Default)]
struct Counted {
    octets: Vec<u8>,
    reads: Rc<Cell<usize>>,
}

impl Storage for Counted {
    fn len(&self) -> io::Result<u64> {
        Storage::len(&self.octets)
    }
    fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.reads.set(self.reads.get() + 1);
        self.octets.read_at(offset, out)
    }
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.octets.write_at(offset, bytes)
    }
    fn truncate(&mut self, len: u64) -> io::Result<()> {
        Storage::truncate(&mut self.octets, len)
    }
    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn plain(payload: &[u8]) -> Envelope {
    Seal::default().seal(payload, &Seeded::new(1)).unwrap()
}

fn content(key: &str, payload: &'static [u8]) -> Content<'static> {
    Content {
        meta: ContentMeta {
            unique_id: Some(key.to_owned()),
            ..ContentMeta::default()
        },
        payload,
        ..Content::default()
    }
}

fn open<S: Storage>(storage: S) -> Sequence<S> {
    Sequence::open(storage, &mut |_, _| Ok(())).unwrap().0
}

#[test]
fn what_is_found_from_the_end_is_what_reading_every_frame_finds() {
    for kind in KINDS {
        let first = Sequence::create(Vec::new(), kind, plain(b"first")).unwrap();
        let mut octets = first.into_storage();
        for number in 1..60_u8 {
            let (mut found, recovery) = Sequence::open_from_end(octets.clone()).unwrap();
            let mut whole = open(octets);
            assert_eq!(recovery.cut, 0);
            assert_eq!(found.len(), whole.len());
            assert_eq!(found.size(), whole.size());
            assert_eq!(found.kind(), whole.kind());
            assert_eq!(found.apex(), whole.apex());
            for index in (0..found.len()).rev() {
                assert_eq!(found.frame(index).unwrap(), whole.frame(index).unwrap());
            }
            assert!(matches!(
                found.frame(found.len()),
                Err(Error::Storage { .. })
            ));
            // Both go on in the same way, whatever the state was restored from.
            let next = [plain(&[number]), plain(&[number, number])];
            let next = &next[..1 + usize::from(number % 2)];
            found.append(next).unwrap();
            whole.append(next).unwrap();
            found.verify().unwrap();
            octets = whole.into_storage();
            assert_eq!(found.into_storage(), octets);
        }
    }
}

#[test]
fn a_tree_is_opened_and_searched_with_few_reads() {
    let count = 20_000_u64;
    for kind in [SequenceType::Tree, SequenceType::Merkle] {
        let mut sequence = Sequence::create(Counted::default(), kind, plain(b"first")).unwrap();
        sequence.append(&vec![plain(&[7; 300]); 19_999]).unwrap();
        let storage = sequence.into_storage();
        storage.reads.set(0);
        let (sequence, _) = Sequence::open_from_end(storage.clone()).unwrap();
        assert_eq!(sequence.len(), count);
        let opening = storage.reads.replace(0);
        assert!(opening < 200, "{opening} reads to open {kind:?}");
        let mut most = 0;
        for index in (0..count).step_by(997) {
            assert_eq!(sequence.frame(index).unwrap().index(), Some(index));
            most = most.max(storage.reads.replace(0));
        }
        assert!(most < 300, "{most} reads to find one frame of {kind:?}");
        let all = usize::try_from(count).unwrap();
        open(storage.clone());
        assert!(
            storage.reads.get() < all,
            "reading all of them goes in large steps"
        );
    }
}

/// A frame whose body is the sequence itself, cut off where a frame of that inner sequence ends.
#[test]
fn frames_inside_of_a_torn_body_are_not_taken_for_the_end() {
    for kind in KINDS {
        for frames in 1..12_u8 {
            let mut sequence = Sequence::create(Vec::new(), kind, plain(b"first")).unwrap();
            for number in 1..frames {
                sequence.append(&[plain(&[number; 20])]).unwrap();
            }
            let inner = sequence.into_storage();
            let mut sequence = open(inner.clone());
            let count = sequence.len();
            sequence.append(&[plain(&inner)]).unwrap();
            let mut octets = sequence.into_storage();
            let place = octets.len()
                - octets
                    .windows(inner.len())
                    .rev()
                    .position(|it| it == inner)
                    .unwrap();
            Storage::truncate(&mut octets, u64::try_from(place).unwrap()).unwrap();
            // That whole frames seem to follow the torn one makes it damage, which a person has to look at.
            let found = Sequence::open_from_end(octets.clone()).unwrap_err();
            let whole = Sequence::open(octets, &mut |_, _| Ok(())).unwrap_err();
            assert_eq!(found.to_string(), whole.to_string());
            assert!(matches!(found, Error::Frame { index, .. } if index == count));
        }
    }
}

struct Keys {
    env: Seeded,
    ring: KeyRing,
    protection: Protection,
}

fn keys(encryption: Encryption, cipher: Cipher) -> Keys {
    let env = Seeded::new(9);
    let key = PrivateKey::generate(KeyAlgorithm::X448, &env);
    let recipients = match encryption {
        Encryption::None => Vec::new(),
        _ => vec![key.public().clone()],
    };
    Keys {
        protection: Protection {
            encryption,
            cipher,
            recipients,
            ..Protection::default()
        },
        ring: [key].into_iter().collect(),
        env,
    }
}

const POLICIES: [(Encryption, Cipher); 7] = [
    (Encryption::None, Cipher::Aes256Gcm),
    (Encryption::Once, Cipher::Aes256Gcm),
    (Encryption::Once, Cipher::Aes256Cbc),
    (Encryption::Session, Cipher::Aes256Gcm),
    (Encryption::Session, Cipher::Aes256Cbc),
    (Encryption::Isolated, Cipher::Aes256Gcm),
    (Encryption::Isolated, Cipher::Aes256Cbc),
];

#[test]
fn every_payload_is_read_at_random_under_every_policy() {
    for (encryption, cipher) in POLICIES {
        for kind in KINDS {
            let Keys {
                env,
                ring,
                protection,
            } = keys(encryption, cipher);
            let first = content("first", b"zero");
            let mut writer =
                SequenceWriter::create(Vec::new(), kind, &protection, &first, None, &env).unwrap();
            assert_eq!(writer.append(&[], &env).unwrap(), 1..1);
            let two = [content("a", b"one"), content("b", b"two")];
            assert_eq!(writer.append(&two, &env).unwrap(), 1..3);
            writer.append(&[content("c", b"three")], &env).unwrap();
            // A second session.
            let (sequence, _) =
                Sequence::open_from_end(writer.into_sequence().into_storage()).unwrap();
            let mut writer =
                SequenceWriter::open(sequence, &protection, None, &ring, &env).unwrap();
            assert_eq!(writer.append(&[content("a", b"four")], &env).unwrap(), 4..5);
            writer.append(&[content("d", b"five")], &env).unwrap();
            let sequence = writer.into_sequence();
            sequence.verify().unwrap();
            let exchanges = Exchanges::default();
            let texts: [&[u8]; 6] = [b"zero", b"one", b"two", b"three", b"four", b"five"];
            for (index, text) in [5, 4, 3, 2, 1, 0].into_iter().zip(texts.into_iter().rev()) {
                let payload = exchanges.payload(&sequence, index, &ring).unwrap();
                assert_eq!(payload.expose_secret(), text, "{encryption:?} {kind:?}");
                let stranger = Exchanges::default().payload(&sequence, index, &KeyRing::new());
                assert_eq!(stranger.is_ok(), encryption == Encryption::None);
            }
            // Where the exchanges stand.
            let held: Vec<u64> = (0..6)
                .filter(|&index| !sequence.header(index).unwrap().recipients.is_empty())
                .collect();
            let expected: &[u64] = match encryption {
                Encryption::None => &[],
                Encryption::Once => &[0],
                Encryption::Session => &[0, 4],
                Encryption::Isolated => &[0, 1, 2, 3, 4, 5],
            };
            assert_eq!(held, expected, "{encryption:?}");
        }
    }
}

/// Without a key a writer cannot go on under the exchange of all, and can begin one of its own.
#[test]
fn who_cannot_read_can_append_where_exchanges_are_new() {
    for (encryption, cipher) in POLICIES {
        let Keys {
            env,
            ring,
            protection,
        } = keys(encryption, cipher);
        let first = Content::default();
        let writer = SequenceWriter::create(
            Vec::new(),
            SequenceType::Merkle,
            &protection,
            &first,
            None,
            &env,
        )
        .unwrap();
        let opened = SequenceWriter::open(
            writer.into_sequence(),
            &protection,
            None,
            &KeyRing::new(),
            &env,
        );
        if encryption == Encryption::Once {
            assert!(matches!(opened, Err(Error::NoKey { .. })));
            continue;
        }
        let mut writer = opened.unwrap();
        writer.append(&[content("a", b"one")], &env).unwrap();
        let payload = Exchanges::default().payload(writer.sequence(), 1, &ring);
        assert_eq!(payload.unwrap().expose_secret(), b"one");
    }
}

#[test]
fn a_symmetric_key_opens_a_sequence_too() {
    let env = Seeded::new(3);
    let earl = Earl::generate(&env, 140);
    let protection = Protection {
        encryption: Encryption::Once,
        symmetric: [SymmetricRecipient::from(&earl)].into(),
        ..Protection::default()
    };
    let first = Content::default();
    let mut writer = SequenceWriter::create(
        Vec::new(),
        SequenceType::Merkle,
        &protection,
        &first,
        None,
        &env,
    )
    .unwrap();
    writer.append(&[content("a", b"one")], &env).unwrap();
    let mut ring = KeyRing::new();
    ring.add_symmetric(earl);
    let payload = Exchanges::default().payload(writer.sequence(), 1, &ring);
    assert_eq!(payload.unwrap().expose_secret(), b"one");
}

/// A salt changed on the disk never leads to another payload.
#[test]
fn a_changed_salt_is_noticed_with_either_cipher() {
    for (encryption, cipher) in POLICIES {
        if encryption == Encryption::None {
            continue;
        }
        let Keys {
            env,
            ring,
            protection,
        } = keys(encryption, cipher);
        let first = Content::default();
        let mut writer = SequenceWriter::create(
            Vec::new(),
            SequenceType::Merkle,
            &protection,
            &first,
            None,
            &env,
        )
        .unwrap();
        writer.append(&[content("a", b"one")], &env).unwrap();
        let sequence = writer.into_sequence();
        let frame = sequence.frame(1).unwrap();
        for octet in 0..=255_u8 {
            let mut changed = frame.clone();
            changed.header.salt.as_mut().unwrap()[3] = octet;
            let payload = Exchanges::default().open(&sequence, &changed, &ring);
            match changed == frame {
                true => assert_eq!(payload.unwrap().expose_secret(), b"one"),
                false => assert!(matches!(payload, Err(Error::Altered)), "{cipher:?}"),
            }
        }
    }
}

#[test]
fn an_index_gives_the_latest_frame_of_each_key_and_all_places() {
    for (encryption, cipher) in POLICIES {
        for kind in KINDS {
            let Keys {
                env,
                ring,
                protection,
            } = keys(encryption, cipher);
            let first = Content::default();
            let mut writer =
                SequenceWriter::create(Vec::new(), kind, &protection, &first, None, &env).unwrap();
            let mut index = Index::build(writer.sequence(), Box::new(unique_id)).unwrap();
            for round in 0..6 {
                let keys = ["a", "b", "c", "d", "e", "f", "a"];
                let contents: Vec<_> = keys[round..=round + 1]
                    .iter()
                    .map(|key| content(key, b"payload"))
                    .collect();
                writer.append(&contents, &env).unwrap();
                if round != 4 {
                    writer.append_index(&mut index, &env).unwrap();
                }
                // Nothing is new then.
                let before = writer.sequence().len();
                if round != 4 {
                    writer.append_index(&mut index, &env).unwrap();
                }
                assert_eq!(writer.sequence().len(), before);
            }
            writer.append(&[content("g", b"behind")], &env).unwrap();
            index.extend(writer.sequence()).unwrap();
            let octets = writer.into_sequence().into_storage();
            let (sequence, _) = Sequence::open_from_end(octets.clone()).unwrap();
            let load = |sequence: &Sequence<_>| {
                Index::load(sequence, &Exchanges::default(), &ring, Box::new(unique_id))
            };
            let loaded = load(&sequence).unwrap();
            let whole = open(octets);
            let built = Index::build(&whole, Box::new(unique_id)).unwrap();
            for found in [&index, &loaded, &load(&whole).unwrap()] {
                assert_eq!(found.len(), sequence.len());
                assert!(found.keys().eq(built.keys()), "{encryption:?} {kind:?}");
                found.verify(&sequence).unwrap();
            }
            for frame in 0..sequence.len() {
                assert_eq!(sequence.frame(frame).unwrap(), whole.frame(frame).unwrap());
            }
            assert_eq!(
                loaded.find(&sequence, "g").unwrap(),
                Some(sequence.len() - 1)
            );
            assert_eq!(loaded.find(&sequence, "none").unwrap(), None);
            assert!(loaded.find(&sequence, "a").unwrap() > loaded.find(&sequence, "e").unwrap());
            sequence.verify().unwrap();
        }
    }
}

/// Keys that stand in no header are read of the index only, by whoever can read the sequence.
#[test]
fn keys_of_the_caller_are_as_secret_as_the_payloads() {
    let Keys {
        env,
        ring,
        protection,
    } = keys(Encryption::Once, Cipher::Aes256Gcm);
    let first = Content::default();
    let kind = SequenceType::Merkle;
    let mut writer =
        SequenceWriter::create(Vec::new(), kind, &protection, &first, None, &env).unwrap();
    let by_number = || -> mesh_dare::sequence::index::KeyOf<'static> {
        Box::new(|index, header| {
            let meta = header.sequence_info.as_ref().unwrap().is_meta == Some(true);
            Ok((index > 0 && !meta).then(|| format!("secret name {}", index % 2)))
        })
    };
    let mut index = Index::build(writer.sequence(), by_number()).unwrap();
    let contents = [b"one", b"two"].map(|payload| Content {
        payload,
        ..Content::default()
    });
    writer.append(&contents, &env).unwrap();
    writer.append_index(&mut index, &env).unwrap();
    let octets = writer.into_sequence().into_storage();
    let shows = |octets: &[u8]| octets.windows(6).any(|it| it == b"secret");
    assert!(!shows(&octets));
    let (sequence, _) = Sequence::open_from_end(octets).unwrap();
    let exchanges = Exchanges::default();
    let listed = exchanges.payload(&sequence, 3, &ring).unwrap();
    assert!(shows(listed.expose_secret()));
    let index = Index::load(&sequence, &exchanges, &ring, by_number()).unwrap();
    assert_eq!(index.find(&sequence, "secret name 0").unwrap(), Some(2));
    let stranger = Index::load(
        &sequence,
        &Exchanges::default(),
        &KeyRing::new(),
        by_number(),
    );
    let Err(Error::Frame { index: 3, source }) = stranger else {
        unreachable!("{stranger:?}")
    };
    assert!(matches!(*source, Error::NoKey { .. }));
}

/// With an index the place of any frame is known at once, and only frames behind it are read on loading.
#[test]
fn an_index_spares_reads() {
    let env = Seeded::new(1);
    let protection = Protection::default();
    let first = Content::default();
    let kind = SequenceType::Merkle;
    let mut writer =
        SequenceWriter::create(Counted::default(), kind, &protection, &first, None, &env).unwrap();
    let mut index = Index::build(writer.sequence(), Box::new(unique_id)).unwrap();
    for batch in 0..100 {
        let contents: Vec<_> = (0..100)
            .map(|number| content(&format!("{batch} {number}"), &[1; 500]))
            .collect();
        writer.append(&contents, &env).unwrap();
        writer.append_index(&mut index, &env).unwrap();
    }
    writer.append(&[content("last", b"behind")], &env).unwrap();
    let storage = writer.into_sequence().into_storage();
    let (sequence, _) = Sequence::open_from_end(storage.clone()).unwrap();
    storage.reads.set(0);
    let index = Index::load(
        &sequence,
        &Exchanges::default(),
        &KeyRing::new(),
        Box::new(unique_id),
    )
    .unwrap();
    let loading = storage.reads.replace(0);
    assert!(loading < 60, "{loading} reads to load");
    let frame = index.find(&sequence, "50 50").unwrap().unwrap();
    sequence.frame(frame).unwrap();
    let finding = storage.reads.replace(0);
    assert!(finding < 10, "{finding} reads to find");
    // The index frames together are not much larger than one that lists all.
    let listed: u64 = (0..sequence.len())
        .filter(|&frame| {
            sequence
                .header(frame)
                .unwrap()
                .sequence_info
                .unwrap()
                .is_meta
                == Some(true)
        })
        .map(|frame| u64::try_from(sequence.frame(frame).unwrap().body.len()).unwrap())
        .sum();
    let entry = 50;
    assert!(listed < entry * sequence.len() * 10, "{listed}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever is done in whatever order: appended, indexed, closed, opened from the end.
    #[test]
    fn an_index_is_what_a_plain_map_would_be(
        steps in proptest::collection::vec((0..4_u8, 0..5_u8), 1..40),
        policy in 0..POLICIES.len(),
    ) {
        let (encryption, cipher) = POLICIES[policy];
        let Keys { env, ring, protection } = keys(encryption, cipher);
        let first = Content::default();
        let mut writer =
            SequenceWriter::create(Vec::new(), SequenceType::Merkle, &protection, &first, None, &env).unwrap();
        let mut index = Index::build(writer.sequence(), Box::new(unique_id)).unwrap();
        let mut model = std::collections::BTreeMap::new();
        for (step, key) in steps {
            let key = format!("key {key}");
            match step {
                0 => writer.append_index(&mut index, &env).unwrap(),
                1 => {
                    let octets = writer.into_sequence().into_storage();
                    let (sequence, _) = Sequence::open_from_end(octets).unwrap();
                    let exchanges = Exchanges::default();
                    index = Index::load(&sequence, &exchanges, &ring, Box::new(unique_id)).unwrap();
                    writer = SequenceWriter::open(sequence, &protection, None, &ring, &env).unwrap();
                }
                _ => {
                    let frames = writer.append(&[content(&key, b"payload")], &env).unwrap();
                    model.insert(key, frames.start);
                }
            }
        }
        index.extend(writer.sequence()).unwrap();
        for (key, &frame) in &model {
            prop_assert_eq!(index.find(writer.sequence(), key).unwrap(), Some(frame));
        }
        prop_assert_eq!(index.keys().count(), model.len());
        index.verify(writer.sequence()).unwrap();
        writer.sequence().verify().unwrap();
    }
}
