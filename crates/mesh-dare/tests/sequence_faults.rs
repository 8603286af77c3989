// SPDX-License-Identifier: MIT
//! Sequences on a disk that somebody else writes to.
//!
//! Spec: mesh-dare, "DARE Sequence", "Sequence Index".
//! Here: cuts at every boundary, frames in other places, frames of other sequences, wrong digests, index frames that lie.
//! Not here: catalogs (`tamper`), interrupted writes (`durability`), signed sequences (`retention`).
#![expect(clippy::unwrap_used, reason = "all of this is test code")]

use mesh_crypto::{KeyRing, Seeded};
use mesh_dare::frame::{self, Found};
use mesh_dare::generated::{ContentMeta, IndexPosition, SequenceIndex};
use mesh_dare::sequence::index::unique_id;
use mesh_dare::{
    Content, Envelope, Error, Exchanges, Index, Protection, Sequence, SequenceType, SequenceWriter,
};

const KINDS: [SequenceType; 5] = [
    SequenceType::List,
    SequenceType::Digest,
    SequenceType::Chain,
    SequenceType::Tree,
    SequenceType::Merkle,
];

fn content(key: &str) -> Content<'_> {
    Content {
        meta: ContentMeta {
            unique_id: Some(key.to_owned()),
            ..ContentMeta::default()
        },
        payload: key.as_bytes(),
        ..Content::default()
    }
}

fn create(kind: SequenceType, keys: &[&str]) -> SequenceWriter<Vec<u8>> {
    let (protection, first, env) = (Protection::default(), Content::default(), Seeded::new(1));
    let mut writer =
        SequenceWriter::create(Vec::new(), kind, &protection, &first, None, &env).unwrap();
    let contents: Vec<_> = keys.iter().map(|key| content(key)).collect();
    writer.append(&contents, &env).unwrap();
    writer
}

fn octets(kind: SequenceType, keys: &[&str]) -> Vec<u8> {
    create(kind, keys).into_sequence().into_storage()
}

fn open(octets: Vec<u8>) -> Result<Sequence<Vec<u8>>, Error> {
    Sequence::open(octets, &mut |_, _| Ok(())).map(|(sequence, _)| sequence)
}

fn from_end(octets: Vec<u8>) -> Result<Sequence<Vec<u8>>, Error> {
    Sequence::open_from_end(octets).map(|(sequence, _)| sequence)
}

fn frames(octets: &Vec<u8>) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Found::Frame(range) = frame::find(octets, at).unwrap() {
        let (from, to) = (range.start, range.end);
        let place = usize::try_from(from).unwrap()..usize::try_from(to).unwrap();
        found.push(octets.get(place).unwrap().to_vec());
        at = to;
    }
    found
}

/// What is read of a sequence, frame by frame.
fn read(sequence: &Sequence<Vec<u8>>) -> Vec<Result<Envelope, Error>> {
    (0..sequence.len())
        .map(|index| sequence.frame(index))
        .collect()
}

/// A frame of the right sequence, or an error that names it.
fn right_or_refused(found: &[Result<Envelope, Error>], right: &[Envelope]) {
    for (index, (found, right)) in found.iter().zip(right).enumerate() {
        match found {
            Ok(found) => assert_eq!(found, right, "frame {index}"),
            Err(error) => assert!(error.to_string().contains("frame"), "{error}"),
        }
    }
}

#[test]
fn a_cut_at_any_boundary_leaves_the_whole_frames_before_it() {
    for kind in KINDS {
        let whole = octets(kind, &["a", "b", "c", "d"]);
        let right: Vec<_> = read(&open(whole.clone()).unwrap())
            .into_iter()
            .map(Result::unwrap)
            .collect();
        let mut start = 0;
        for (index, frame) in frames(&whole).iter().enumerate().skip(1) {
            start += frames(&whole)[index - 1].len();
            let outline = frame::outline(frame, 0..u64::try_from(frame.len()).unwrap()).unwrap();
            let mut cuts = vec![1, 2, frame.len() - 1, frame.len() - 2];
            for record in &outline.records {
                let (from, to) = (record.start, record.end);
                cuts.extend([from, to, from - 1].map(|at| usize::try_from(at).unwrap()));
            }
            for cut in cuts {
                let torn = whole[..start + cut].to_vec();
                for opened in [open(torn.clone()), from_end(torn)] {
                    let opened = opened.unwrap();
                    assert_eq!(opened.size(), u64::try_from(start).unwrap());
                    let found: Vec<_> = read(&opened).into_iter().map(Result::unwrap).collect();
                    assert_eq!(found, right[..index]);
                }
            }
        }
        assert!(matches!(
            open(whole[..5].to_vec()),
            Err(Error::BadFrame { offset: 0, .. })
        ));
        assert!(from_end(whole[..5].to_vec()).is_err());
        assert!(from_end(Vec::new()).is_err());
    }
}

#[test]
fn frames_in_other_places_are_named() {
    for kind in KINDS {
        let whole = octets(kind, &["a", "b", "c", "d", "e", "f"]);
        let right: Vec<_> = read(&open(whole.clone()).unwrap())
            .into_iter()
            .map(Result::unwrap)
            .collect();
        let parts = frames(&whole);
        for first in 0..parts.len() {
            for second in 0..parts.len() {
                let mut swapped = parts.clone();
                swapped.swap(first, second);
                let mut doubled = parts.clone();
                doubled.insert(first, parts[second].clone());
                let mut dropped = parts.clone();
                dropped.remove(first);
                for changed in [swapped, doubled, dropped] {
                    let changed = changed.concat();
                    if changed == whole || whole.starts_with(&changed) {
                        continue;
                    }
                    let error = open(changed.clone()).unwrap_err();
                    assert!(matches!(
                        error,
                        Error::WrongIndex { .. } | Error::Header { .. }
                    ));
                    if let Ok(opened) = from_end(changed) {
                        right_or_refused(&read(&opened), &right);
                        assert!(opened.verify().is_err(), "{kind:?}");
                        let built = Index::build(&opened, Box::new(unique_id));
                        assert!(built.is_err());
                    }
                }
            }
        }
    }
}

#[test]
fn the_frame_of_another_sequence_breaks_the_tree() {
    for kind in [SequenceType::Chain, SequenceType::Merkle] {
        let ours = frames(&octets(kind, &["a", "b", "c", "d", "e", "f"]));
        let others = frames(&octets(kind, &["u", "v", "w", "x", "y", "z"]));
        for index in 1..ours.len() {
            let mut mixed = ours.clone();
            mixed[index] = others[index].clone();
            let opened = open(mixed.concat()).unwrap();
            let found = opened.verify().unwrap_err();
            let at = u64::try_from(index).unwrap();
            // Both begin with the same frame, so that the second frame of either follows it: the third does not follow then.
            let noticed = at.max(2);
            assert!(matches!(found, Error::ApexMismatch { index } if index == noticed));
            if kind == SequenceType::Merkle {
                let last = opened.len() - 1;
                let apex = open(ours.concat()).unwrap().apex().unwrap();
                let proof = opened.inclusion(at, last);
                assert!(proof.is_err() || proof.unwrap().verify(&apex).is_err());
            }
        }
    }
}

#[test]
fn a_wrong_digest_is_named_with_its_frame() {
    for kind in [
        SequenceType::Digest,
        SequenceType::Chain,
        SequenceType::Merkle,
    ] {
        let mut whole = octets(kind, &["first", "second", "third"]);
        let at = whole.windows(8).position(|it| it == b"\xf0\x06second");
        let at = at.unwrap() + 3;
        whole[at] ^= 1;
        for opened in [open(whole.clone()).unwrap(), from_end(whole).unwrap()] {
            for error in [opened.frame(2).unwrap_err(), opened.verify().unwrap_err()] {
                let Error::Frame { index: 2, source } = error else {
                    unreachable!("{error}")
                };
                assert!(matches!(*source, Error::DigestMismatch));
            }
            opened.frame(1).unwrap();
            opened.frame(3).unwrap();
        }
    }
}

/// A Merkle sequence that ends in a hostile index frame.
fn hostile(record: &SequenceIndex) -> Vec<u8> {
    let mut writer = create(SequenceType::Merkle, &["a", "b", "a", "c"]);
    let payload = mesh_jsonbcd::to_json_b(record);
    forge(&mut writer, &payload);
    writer.into_sequence().into_storage()
}

fn forge(writer: &mut SequenceWriter<Vec<u8>>, payload: &[u8]) {
    let index = Content {
        meta: ContentMeta {
            message_type: Some("SequenceIndex".to_owned()),
            ..ContentMeta::default()
        },
        is_meta: true,
        payload,
        ..Content::default()
    };
    writer.append(&[index], &Seeded::new(1)).unwrap();
}

fn load(sequence: &Sequence<Vec<u8>>) -> Result<Index<'static>, Error> {
    let exchanges = Exchanges::default();
    Index::load(sequence, &exchanges, &KeyRing::new(), Box::new(unique_id))
}

/// What a right index of the sequence would list.
fn right_index() -> SequenceIndex {
    let octets = octets(SequenceType::Merkle, &["a", "b", "a", "c"]);
    let mut at = 0;
    let keys = [None, None, Some("b"), Some("a"), Some("c")];
    let mut positions = Vec::new();
    for ((index, key), frame) in (0..).zip(keys).zip(frames(&octets)) {
        positions.push(IndexPosition {
            index: Some(index),
            position: Some(at),
            unique_id: key.map(str::to_owned),
        });
        at += i64::try_from(frame.len()).unwrap();
    }
    SequenceIndex {
        full: Some(true),
        positions,
    }
}

type Change = (&'static str, fn(&mut SequenceIndex), &'static str);

#[test]
fn an_index_that_cannot_be_is_refused_with_the_reason() {
    let changes: [Change; 14] = [
        (
            "skips one",
            |it| {
                let last = it.positions.pop().unwrap();
                it.positions[3].position = last.position;
            },
            "misses",
        ),
        (
            "out of the file",
            |it| it.positions[4].position = Some(1 << 40),
            "not before",
        ),
        (
            "negative",
            |it| it.positions[4].position = Some(-1),
            "lacks a position",
        ),
        (
            "behind itself",
            |it| {
                let last = IndexPosition {
                    index: Some(5),
                    ..it.positions[4].clone()
                };
                it.positions.push(last);
            },
            "not before",
        ),
        (
            "not ascending",
            |it| {
                let first = it.positions[1].position;
                it.positions[1].position = it.positions[2].position;
                it.positions[2].position = first;
            },
            "ascend",
        ),
        (
            "equal",
            |it| it.positions[2].position = it.positions[1].position,
            "ascend",
        ),
        (
            "not from the start",
            |it| it.positions[0].position = Some(1),
            "ascend",
        ),
        ("out of order", |it| it.positions.swap(1, 2), "order"),
        ("a gap", |it| drop(it.positions.remove(2)), "order"),
        ("empty", |it| it.positions.clear(), "nothing"),
        ("no full", |it| it.full = Some(false), "full"),
        (
            "no frame there",
            |it| {
                let last = it.positions[4].position.as_mut().unwrap();
                *last += 1;
            },
            "no frame",
        ),
        (
            "continues nothing",
            |it| {
                it.positions.remove(0);
                it.full = Some(false);
            },
            "continues",
        ),
        (
            "shifted",
            |it| {
                for entry in &mut it.positions[1..] {
                    entry.index = entry.index.map(|index| index - 1);
                }
                it.positions.remove(0);
                it.positions[0].position = Some(0);
            },
            "misses",
        ),
    ];
    load(&from_end(hostile(&right_index())).unwrap()).unwrap();
    for (name, change, why) in changes {
        let mut record = right_index();
        change(&mut record);
        let octets = hostile(&record);
        for sequence in [from_end(octets.clone()).unwrap(), open(octets).unwrap()] {
            let Err(Error::IndexWrong {
                index: 5,
                why: found,
            }) = load(&sequence)
            else {
                unreachable!("{name}: {:?}", load(&sequence))
            };
            // Where all frames are known, a wrong place is seen before anything else.
            assert!(
                found.contains(why) || found.contains("elsewhere"),
                "{name}: {found}"
            );
            // Nothing depends on it.
            let built = Index::build(&sequence, Box::new(unique_id)).unwrap();
            assert_eq!(built.find(&sequence, "a").unwrap(), Some(3));
            sequence.verify().unwrap();
        }
    }
    for payload in [&b""[..], b"{", b"[]", b"7", &[0x88; 9]] {
        let mut writer = create(SequenceType::Merkle, &["a"]);
        forge(&mut writer, payload);
        let found = load(&from_end(writer.into_sequence().into_storage()).unwrap());
        assert!(matches!(found, Err(Error::IndexWrong { index: 2, .. })));
    }
}

/// Places in between are taken from the index until the frame is asked for.
#[test]
fn a_place_that_is_wrong_is_noticed_when_the_frame_is_read() {
    for (entry, by) in [(1, 1), (2, -1), (3, 4)] {
        let mut record = right_index();
        *record.positions[entry].position.as_mut().unwrap() += by;
        let sequence = from_end(hostile(&record)).unwrap();
        let right = open(hostile(&right_index())).unwrap();
        load(&sequence).unwrap();
        for index in 0..sequence.len() {
            match sequence.frame(index) {
                Ok(frame) => {
                    let right = right.frame(index).unwrap();
                    assert_eq!(frame.index(), right.index());
                    assert!(frame.body == right.body || index == 5);
                }
                Err(error) => assert!(matches!(error, Error::Frame { .. }), "{error}"),
            }
        }
        assert!(sequence.frame(u64::try_from(entry).unwrap()).is_err());
        sequence.verify().unwrap_err();
    }
}

#[test]
fn a_key_that_is_wrong_is_noticed_when_it_is_looked_up() {
    // A key given to the frame of another; one given to an older frame; one left out.
    let mut record = right_index();
    record.positions[4].unique_id = Some("b".to_owned());
    let sequence = from_end(hostile(&record)).unwrap();
    let index = load(&sequence).unwrap();
    assert!(matches!(
        index.find(&sequence, "b"),
        Err(Error::IndexWrong { index: 5, .. })
    ));
    assert!(matches!(
        index.verify(&sequence),
        Err(Error::IndexWrong { index: 5, .. })
    ));
    for key in [Some("a"), None] {
        let mut record = right_index();
        record.positions[1].unique_id = key.map(str::to_owned);
        record.positions[3].unique_id = None;
        let sequence = from_end(hostile(&record)).unwrap();
        let index = load(&sequence).unwrap();
        assert_eq!(index.find(&sequence, "a").unwrap(), key.map(|_| 1));
        assert!(matches!(
            index.verify(&sequence),
            Err(Error::IndexWrong { index: 5, .. })
        ));
    }
}

/// An index that lists less than it could costs time and hides nothing.
#[test]
fn frames_that_an_index_does_not_list_are_read() {
    for listed in 1..5 {
        let mut record = right_index();
        record.positions.truncate(listed);
        let sequence = from_end(hostile(&record)).unwrap();
        let index = load(&sequence).unwrap();
        index.verify(&sequence).unwrap();
        for key in ["a", "b", "c"] {
            let frame = index.find(&sequence, key).unwrap().unwrap();
            assert_eq!(sequence.frame(frame).unwrap().body, key.as_bytes());
        }
    }
}

#[test]
fn a_header_that_names_a_wrong_index_frame_is_refused() {
    let env = Seeded::new(1);
    let mut writer = create(SequenceType::Merkle, &["a", "b"]);
    let mut index = Index::build(writer.sequence(), Box::new(unique_id)).unwrap();
    writer.append_index(&mut index, &env).unwrap();
    writer.append(&[content("c")], &env).unwrap();
    let octets = writer.into_sequence().into_storage();
    let text = b"\"IndexPosition\": ";
    let at = octets
        .windows(text.len())
        .rposition(|it| it == text)
        .unwrap()
        + text.len();
    let digits = octets[at..]
        .iter()
        .take_while(|it| it.is_ascii_digit())
        .count();
    let right: u64 = String::from_utf8(octets[at..at + digits].to_vec())
        .unwrap()
        .parse()
        .unwrap();
    for wrong in 0..10_u64.pow(u32::try_from(digits).unwrap()) {
        let mut octets = octets.clone();
        octets[at..at + digits].copy_from_slice(format!("{wrong:0digits$}").as_bytes());
        // A number with leading zeros is none.
        let Ok(sequence) = from_end(octets) else {
            continue;
        };
        match load(&sequence) {
            Ok(_) => assert_eq!(wrong, right),
            Err(error) => assert!(
                matches!(error, Error::IndexWrong { index: 4, .. }),
                "{error}"
            ),
        }
    }
}
