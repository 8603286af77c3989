// SPDX-License-Identifier: MIT
//! What is signed, erased, taken out and purged.
//!
//! Spec: mesh-dare, "Sequence Signatures", "Data Erasure", "Redaction".
//! Here: up to where signatures reach, and what remains of a sequence whose payloads went.
//! Not here: signatures of catalogs (`tamper`).
#![expect(clippy::unwrap_used, reason = "all of this is test code")]

use mesh_crypto::{KeyAlgorithm, KeyRing, PrivateKey, Seeded};
use mesh_dare::generated::{ContentMeta, DareHeader};
use mesh_dare::sequence::index::{Index, unique_id};
use mesh_dare::sequence::signature::Coverage;
use mesh_dare::sequence::verify::Verified;
use mesh_dare::sequence::writer::Signer;
use mesh_dare::{
    Cipher, Content, Encryption, Error, Exchanges, Protection, Sequence, SequenceType,
    SequenceWriter,
};

const NAME: &str = "log";
const POLICIES: [Encryption; 4] = [
    Encryption::None,
    Encryption::Once,
    Encryption::Session,
    Encryption::Isolated,
];

struct World {
    env: Seeded,
    ring: KeyRing,
    protection: Protection,
    signer: PrivateKey,
}

impl World {
    fn new(encryption: Encryption, cipher: Cipher) -> Self {
        let env = Seeded::new(11);
        let key = PrivateKey::generate(KeyAlgorithm::X448, &env);
        let recipients = match encryption {
            Encryption::None => Vec::new(),
            _ => vec![key.public().clone()],
        };
        Self {
            protection: Protection {
                encryption,
                cipher,
                recipients,
                ..Protection::default()
            },
            ring: [key].into_iter().collect(),
            signer: PrivateKey::generate(KeyAlgorithm::Ed448, &env),
            env,
        }
    }

    fn signer(&self) -> Option<Signer<'_>> {
        Some(Signer {
            name: NAME,
            key: &self.signer,
        })
    }

    fn create(&self, kind: SequenceType, signed: bool) -> SequenceWriter<Vec<u8>> {
        let signer = self.signer().filter(|_| signed);
        let first = Content::default();
        let storage = Vec::new();
        SequenceWriter::create(storage, kind, &self.protection, &first, signer, &self.env).unwrap()
    }

    /// Eight frames in four writes and two sessions, with an index.
    fn sequence(&self, kind: SequenceType) -> Sequence<Vec<u8>> {
        let mut writer = self.create(kind, true);
        self.append(&mut writer, &["a", "b"]);
        self.append(&mut writer, &["c"]);
        let sequence = reopen(writer.into_sequence());
        let mut writer = self.open(sequence, true);
        self.append(&mut writer, &["d", "a", "e"]);
        let mut index = Index::build(writer.sequence(), Box::new(unique_id)).unwrap();
        writer.append_index(&mut index, &self.env).unwrap();
        writer.into_sequence()
    }

    fn open(&self, sequence: Sequence<Vec<u8>>, signed: bool) -> SequenceWriter<Vec<u8>> {
        let signer = self.signer().filter(|_| signed);
        SequenceWriter::open(sequence, &self.protection, signer, &self.ring, &self.env).unwrap()
    }

    fn append(&self, writer: &mut SequenceWriter<Vec<u8>>, keys: &[&str]) {
        let contents: Vec<_> = keys
            .iter()
            .map(|key| Content {
                meta: ContentMeta {
                    unique_id: Some((*key).to_owned()),
                    ..ContentMeta::default()
                },
                payload: key.as_bytes(),
                ..Content::default()
            })
            .collect();
        writer.append(&contents, &self.env).unwrap();
    }

    fn payload(&self, sequence: &Sequence<Vec<u8>>, index: u64) -> Result<Vec<u8>, Error> {
        let payload = Exchanges::default().payload(sequence, index, &self.ring)?;
        Ok(payload.expose_secret().to_vec())
    }

    fn coverage(&self, sequence: &Sequence<Vec<u8>>, name: &str) -> Result<Coverage, Error> {
        sequence.verify_signatures(name, &|kid| {
            (kid == self.signer.udf().to_string()).then(|| self.signer.public().clone())
        })
    }
}

fn reopen(sequence: Sequence<Vec<u8>>) -> Sequence<Vec<u8>> {
    Sequence::open_from_end(sequence.into_storage()).unwrap().0
}

fn cause(error: Error) -> Error {
    match error {
        Error::Frame { source, .. } => *source,
        other => other,
    }
}

#[test]
fn a_signature_covers_every_frame_before_it_and_none_behind() {
    for encryption in POLICIES {
        for kind in [SequenceType::Merkle, SequenceType::Chain] {
            let world = World::new(encryption, Cipher::Aes256Gcm);
            let sequence = world.sequence(kind);
            assert_eq!(sequence.len(), 8);
            let coverage = world.coverage(&sequence, NAME).unwrap();
            let last = coverage.last().unwrap();
            assert_eq!((last.index, coverage.unsigned), (7, 0));
            assert_eq!(last.kid, world.signer.udf().to_string());
            // Behind it somebody else appends.
            let mut writer = world.open(reopen(sequence), false);
            world.append(&mut writer, &["x", "y"]);
            let sequence = writer.into_sequence();
            let coverage = world.coverage(&sequence, NAME).unwrap();
            assert_eq!((coverage.last().unwrap().index, coverage.unsigned), (7, 2));
            // The signer takes what is there into account, and signs all of it.
            let mut writer = world.open(reopen(sequence), true);
            world.append(&mut writer, &["z"]);
            let sequence = writer.into_sequence();
            let coverage = world.coverage(&sequence, NAME).unwrap();
            assert_eq!((coverage.last().unwrap().index, coverage.unsigned), (10, 0));
            // Under another name, or for whoever does not know the key, it is not signed rightly.
            let other = world.coverage(&sequence, "other").unwrap_err();
            assert!(matches!(cause(other), Error::SignatureInvalid { .. }));
            let unknown = sequence.verify_signatures(NAME, &|_| None).unwrap_err();
            assert!(matches!(cause(unknown), Error::SignerNotAllowed { .. }));
        }
    }
}

#[test]
fn every_signer_is_named_with_what_it_signed() {
    let world = World::new(Encryption::None, Cipher::Aes256Gcm);
    let other = World {
        signer: PrivateKey::generate(KeyAlgorithm::Ed25519, &Seeded::new(77)),
        ..World::new(Encryption::None, Cipher::Aes256Gcm)
    };
    let sequence = world.sequence(SequenceType::Merkle);
    let mut writer = other.open(sequence, true);
    other.append(&mut writer, &["x"]);
    let sequence = writer.into_sequence();
    let keys = sequence.stated_signers().unwrap();
    assert_eq!(keys.len(), 2);
    let coverage = sequence
        .verify_signatures(NAME, &|kid| {
            let key = keys.iter().find(|key| key.udf().to_string() == kid);
            key.cloned()
        })
        .unwrap();
    let mut signed: Vec<_> = coverage.signed.iter().map(|it| it.index).collect();
    signed.sort_unstable();
    assert_eq!((signed.as_slice(), coverage.unsigned), (&[7, 8][..], 0));
    assert_eq!(coverage.last().unwrap().kid, other.signer.udf().to_string());
}

#[test]
fn only_a_tree_or_chain_can_be_signed() {
    let world = World::new(Encryption::None, Cipher::Aes256Gcm);
    for kind in [SequenceType::List, SequenceType::Digest, SequenceType::Tree] {
        let (signer, first) = (world.signer(), Content::default());
        let made = SequenceWriter::create(
            Vec::new(),
            kind,
            &world.protection,
            &first,
            signer,
            &world.env,
        );
        assert!(matches!(made, Err(Error::Unsupported { .. })));
    }
}

/// Each octet changed in turn: what is still accepted says the same in every header, and has the same payloads.
#[test]
fn no_change_of_a_signed_sequence_goes_unnoticed() {
    let world = World::new(Encryption::Once, Cipher::Aes256Gcm);
    let mut writer = world.create(SequenceType::Merkle, true);
    world.append(&mut writer, &["a", "b"]);
    let sequence = writer.into_sequence();
    let said = |sequence: &Sequence<Vec<u8>>| -> Vec<DareHeader> {
        let headers = (0..sequence.len()).map(|index| sequence.header(index).unwrap());
        headers
            .map(|mut header| {
                header.salt = None;
                header.sequence_info.as_mut().unwrap().tree_position = None;
                header
            })
            .collect()
    };
    let payloads = |sequence: &Sequence<Vec<u8>>| -> Vec<Result<Vec<u8>, String>> {
        (1..sequence.len())
            .map(|index| world.payload(sequence, index).map_err(|e| e.to_string()))
            .collect()
    };
    let (headers, right) = (said(&sequence), payloads(&sequence));
    let octets = sequence.into_storage();
    let mut accepted = 0;
    for at in 0..octets.len() {
        let mut octets = octets.clone();
        octets[at] ^= 1 << (at % 7);
        let Ok((sequence, _)) = Sequence::open_from_end(octets) else {
            continue;
        };
        match world.coverage(&sequence, NAME) {
            Ok(coverage) if coverage.unsigned == 0 && sequence.len() == 3 => {
                accepted += 1;
                assert_eq!(said(&sequence), headers, "octet {at}");
                for (found, right) in payloads(&sequence).iter().zip(&right) {
                    assert!(found.is_err() || found == right, "octet {at}");
                }
            }
            _ => {}
        }
    }
    // White space, the digest that a signer goes on from (which its signature covers), the key beside a signature, salts and tags (whose payloads do not open then).
    assert!(accepted < 900, "{accepted} of {}", octets.len());
}

#[test]
fn an_erased_payload_is_gone_and_everything_else_is_as_it_was() {
    for encryption in POLICIES {
        for cipher in [Cipher::Aes256Gcm, Cipher::Aes256Cbc] {
            let world = World::new(encryption, cipher);
            let mut sequence = world.sequence(SequenceType::Merkle);
            let size = sequence.size();
            let apex = sequence.apex();
            if encryption == Encryption::None {
                let error = sequence.erase(2).unwrap_err();
                assert!(matches!(cause(error), Error::Header { field: "Salt" }));
                continue;
            }
            let salt = sequence.header(2).unwrap().salt.unwrap();
            sequence.erase(2).unwrap();
            sequence.erase(2).unwrap();
            let octets = sequence.into_storage();
            let text = mesh_jsonbcd::base64url::encode(&salt);
            let found = octets.windows(text.len()).any(|it| it == text.as_bytes());
            assert!(!found, "the salt is still there");
            for sequence in [
                Sequence::open_from_end(octets.clone()).unwrap().0,
                Sequence::open(octets.clone(), &mut |_, _| Ok(()))
                    .unwrap()
                    .0,
            ] {
                assert_eq!((sequence.size(), sequence.apex()), (size, apex));
                let error = world.payload(&sequence, 2).unwrap_err();
                assert!(matches!(cause(error), Error::Erased), "{encryption:?}");
                for (index, text) in [(1, "a"), (3, "c"), (4, "d"), (5, "a"), (6, "e")] {
                    let payload = world.payload(&sequence, index).unwrap();
                    assert_eq!(payload, text.as_bytes());
                }
                let coverage = world.coverage(&sequence, NAME).unwrap();
                assert_eq!((coverage.last().unwrap().index, coverage.unsigned), (7, 0));
                assert_eq!(
                    coverage.verified,
                    Verified {
                        redacted: 0,
                        erased: 1
                    }
                );
                let proof = sequence.inclusion(2, 7).unwrap();
                proof.verify(&apex.unwrap()).unwrap();
                let (exchanges, ring) = (Exchanges::default(), &world.ring);
                let index = Index::load(&sequence, &exchanges, ring, Box::new(unique_id)).unwrap();
                assert_eq!(index.find(&sequence, "b").unwrap(), Some(2));
            }
            // The sequence goes on.
            let (sequence, _) = Sequence::open_from_end(octets).unwrap();
            let mut writer = world.open(sequence, true);
            world.append(&mut writer, &["f"]);
            assert_eq!(world.coverage(writer.sequence(), NAME).unwrap().unsigned, 0);
        }
    }
}

/// The frame that holds the exchange of others can lose its payload, and they do not lose theirs.
#[test]
fn erasing_the_frame_of_an_exchange_spares_the_others() {
    let world = World::new(Encryption::Session, Cipher::Aes256Gcm);
    let mut sequence = world.sequence(SequenceType::Merkle);
    assert!(!sequence.header(4).unwrap().recipients.is_empty());
    sequence.erase(4).unwrap();
    assert!(matches!(
        cause(world.payload(&sequence, 4).unwrap_err()),
        Error::Erased
    ));
    assert_eq!(world.payload(&sequence, 5).unwrap(), b"a");
}

#[test]
fn a_file_that_only_grows_is_not_written_over() {
    let world = World::new(Encryption::Once, Cipher::Aes256Gcm);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sequence");
    let open = |append: bool| {
        let mut options = std::fs::File::options();
        let options = options.read(true).write(true).append(append).create(true);
        options.open(&path).unwrap()
    };
    let first = Content::default();
    let (kind, env) = (SequenceType::Merkle, &world.env);
    let writer =
        SequenceWriter::create(open(true), kind, &world.protection, &first, None, env).unwrap();
    let mut sequence = writer.into_sequence();
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(sequence.erase(0), Err(Error::Storage { .. })));
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let (mut sequence, _) = Sequence::open_from_end(open(false)).unwrap();
    sequence.erase(0).unwrap();
    assert_eq!(sequence.verify().unwrap().erased, 1);
}

#[test]
fn a_redacted_copy_keeps_numbers_apexes_proofs_and_signatures() {
    for encryption in POLICIES {
        for kind in [SequenceType::Merkle, SequenceType::Chain] {
            let world = World::new(encryption, Cipher::Aes256Gcm);
            let sequence = world.sequence(kind);
            let copy = sequence
                .redact(Vec::new(), &mut |index, _| index == 2 || index == 5)
                .unwrap();
            let octets = copy.into_storage();
            let body = sequence.frame(2).unwrap().body;
            // One octet in clear stands anywhere.
            if encryption != Encryption::None {
                assert!(!octets.windows(body.len()).any(|it| it == body));
            }
            for copy in [
                Sequence::open_from_end(octets.clone()).unwrap().0,
                Sequence::open(octets.clone(), &mut |_, _| Ok(()))
                    .unwrap()
                    .0,
            ] {
                assert_eq!((copy.len(), copy.apex()), (sequence.len(), sequence.apex()));
                // The index frame tells places in the original and is emptied too.
                for index in [2, 5, 7] {
                    let error = world.payload(&copy, index).unwrap_err();
                    assert!(matches!(cause(error), Error::Redacted));
                }
                for (index, text) in [(1, "a"), (3, "c"), (4, "d"), (6, "e")] {
                    assert_eq!(world.payload(&copy, index).unwrap(), text.as_bytes());
                }
                let coverage = world.coverage(&copy, NAME).unwrap();
                assert_eq!((coverage.last().unwrap().index, coverage.unsigned), (7, 0));
                assert_eq!(coverage.verified.redacted, 3);
                if kind == SequenceType::Merkle {
                    let apex = sequence.apex().unwrap();
                    for index in 0..8 {
                        let proof = copy.inclusion(index, 7).unwrap();
                        assert_eq!(proof, sequence.inclusion(index, 7).unwrap());
                        proof.verify(&apex).unwrap();
                    }
                }
            }
            // It can be continued and indexed.
            let (copy, _) = Sequence::open_from_end(octets).unwrap();
            let mut writer = world.open(copy, true);
            let mut index = Index::build(writer.sequence(), Box::new(unique_id)).unwrap();
            world.append(&mut writer, &["f"]);
            writer.append_index(&mut index, &world.env).unwrap();
            let sequence = reopen(writer.into_sequence());
            let (exchanges, ring) = (Exchanges::default(), &world.ring);
            let index = Index::load(&sequence, &exchanges, ring, Box::new(unique_id)).unwrap();
            assert_eq!(index.find(&sequence, "f").unwrap(), Some(8));
            assert_eq!(world.coverage(&sequence, NAME).unwrap().unsigned, 0);
        }
    }
}

/// A frame that says that its body was taken out, and has one, is damage.
#[test]
fn a_body_under_a_redacted_header_is_refused() {
    let world = World::new(Encryption::None, Cipher::Aes256Gcm);
    let copy = world
        .sequence(SequenceType::Merkle)
        .redact(Vec::new(), &mut |index, _| index == 2)
        .unwrap();
    let header = mesh_jsonbcd::to_json(&copy.header(2).unwrap());
    let mut octets = copy.into_storage();
    let at = octets.windows(header.len()).position(|it| it == header);
    let at = at.unwrap() + header.len();
    // The record behind the header is empty: `F0 00`. A body is put in and the lengths are made right.
    let range = frame_of(&octets, at);
    let mut records = mesh_dare::frame::read(&octets, &range).unwrap().records;
    records[1] = b"forged".to_vec();
    let mut forged = Vec::new();
    let parts: Vec<&[u8]> = records.iter().map(Vec::as_slice).collect();
    mesh_dare::frame::write(&mut forged, &parts);
    let (from, to) = (
        usize::try_from(range.start).unwrap(),
        usize::try_from(range.end).unwrap(),
    );
    octets.splice(from..to, forged);
    if let Ok((sequence, _)) = Sequence::open(octets, &mut |_, _| Ok(())) {
        assert!(sequence.verify().is_err());
        assert!(sequence.frame(2).is_err());
    }
}

fn frame_of(octets: &Vec<u8>, at: usize) -> std::ops::Range<u64> {
    let mut start = 0;
    loop {
        let found = mesh_dare::frame::find(octets, start).unwrap();
        let mesh_dare::frame::Found::Frame(range) = found else {
            unreachable!("no frame holds octet {at}")
        };
        if usize::try_from(range.end).unwrap() > at {
            return range;
        }
        start = range.end;
    }
}

#[test]
fn a_purged_copy_has_the_chosen_payloads_under_new_numbers() {
    for from in POLICIES {
        for to in POLICIES {
            let source = World::new(from, Cipher::Aes256Gcm);
            let target = World::new(to, Cipher::Aes256Cbc);
            let mut sequence = source.sequence(SequenceType::Merkle);
            let mut expected = vec![(1, "a"), (3, "c"), (5, "a"), (6, "e")];
            if from != Encryption::None {
                sequence.erase(3).unwrap();
                expected.remove(1);
            }
            let mut writer = target.create(SequenceType::Merkle, true);
            let kept = writer
                .append_from(
                    &sequence,
                    &mut |index, _| index != 2 && index != 4,
                    &source.ring,
                    &target.env,
                )
                .unwrap();
            let indexes: Vec<u64> = expected.iter().map(|(index, _)| *index).collect();
            assert_eq!(kept, indexes);
            target.append(&mut writer, &["f"]);
            let copy = reopen(writer.into_sequence());
            assert_eq!(copy.len(), u64::try_from(expected.len()).unwrap() + 2);
            // What kept its own exchange is for those that it was for; here both worlds have the same key.
            for ((_, text), index) in expected.iter().zip(1..) {
                let payload = target.payload(&copy, index).unwrap();
                assert_eq!(payload, text.as_bytes(), "{from:?} to {to:?}");
                let meta = copy.frame(index).unwrap().content_meta().unwrap();
                assert_eq!(meta.unique_id.as_deref(), Some(*text));
            }
            assert_eq!(target.payload(&copy, copy.len() - 1).unwrap(), b"f");
            assert_eq!(target.coverage(&copy, NAME).unwrap().unsigned, 0);
        }
    }
}
