// SPDX-License-Identifier: MIT
//! Faults of envelopes and archives, one file each in `vectors/dare/faults`, and the error that each must get.
//!
//! Spec: mesh-dare, "DARE Envelope"; mesh-dare, "DARE Archive".
//! Here: how each fault is made of something right; every committed file, read through the public API.
//! Not here: faults longer than a file should be (`stream`: segments; below: the header), sequences (`sequence_faults`).
//!
//! `MESH_WRITE_SEEDS=1 cargo test -p mesh-dare --test faults` writes the files anew after a change of a format.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "all of this is test code"
)]

use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use mesh_crypto::{KeyAlgorithm, KeyRing, PrivateKey, Seeded};
use mesh_dare::archive::ARCHIVE_TYPE;
use mesh_dare::archive::entry::{Entry, Kind};
use mesh_dare::archive::reader::ArchiveReader;
use mesh_dare::archive::writer::ArchiveWriter;
use mesh_dare::frame::{self, Found};
use mesh_dare::generated::{ContentMeta, DareHeader, DareTrailer, KeyValue};
use mesh_dare::stream::{MAX_HEADER, SignerState};
use mesh_dare::{
    Cipher, Content, Encryption, Envelope, Error, Protection, Seal, SequenceType, SequenceWriter,
    StreamReader,
};
use mesh_jsonbcd::{from_bytes, to_json, to_json_b};

fn key() -> PrivateKey {
    PrivateKey::generate(KeyAlgorithm::X25519, &Seeded::new(3))
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/dare/faults")
}

fn signer() -> PrivateKey {
    PrivateKey::generate(KeyAlgorithm::Ed25519, &Seeded::new(5))
}

/// The variant of an error, behind those that only say where it is.
fn variant(error: &Error) -> String {
    let word = |text: String| {
        let end = text.find(|letter: char| !letter.is_alphanumeric());
        text[..end.unwrap_or(text.len())].to_owned()
    };
    match error {
        Error::Frame { source, .. } => variant(source),
        Error::Encoding(error) => format!("Encoding {}", word(format!("{error:?}"))),
        Error::Header { field } => format!("Header {field}"),
        other => word(format!("{other:?}")),
    }
}

/// What a reader says of an envelope or an archive.
fn fault(kind: &str, octets: &[u8]) -> String {
    let keys: KeyRing = [key()].into_iter().collect();
    let found = match kind {
        "envelope" => StreamReader::new(octets)
            .and_then(|reader| reader.open(&keys, &mut Vec::new(), &|_| {}))
            .and_then(|checked| {
                let signers = checked.signers(&|_| None);
                let wrong = signers.iter().find(|it| it.state != SignerState::Valid);
                wrong.map_or(Ok(()), |it| {
                    Err(Error::SignatureInvalid {
                        kid: it.kid.clone(),
                    })
                })
            }),
        _ => ArchiveReader::open_unindexed(octets.to_vec(), &keys)
            .and_then(|reader| {
                let signer = signer().public().clone();
                let known = |kid: &str| (signer.udf().to_string() == kid).then(|| signer.clone());
                reader.verify(&known, &|_| {})
            })
            .map(|_| ()),
    };
    found.map_or_else(|error| variant(&error), |()| "nothing".to_owned())
}

type Fault = (String, &'static str, &'static str, Vec<u8>);

fn envelopes() -> Vec<Fault> {
    let (env, reader) = (Seeded::new(7), key());
    let signer = PrivateKey::generate(KeyAlgorithm::Ed25519, &env);
    let (signers, recipients) = ([&signer], [reader.public().clone()]);
    let sealed = |cipher, recipients, signers| {
        let embed_signature_keys = true;
        Seal {
            cipher,
            recipients,
            signers,
            embed_signature_keys,
            ..Seal::default()
        }
        .seal(b"content", &env)
        .unwrap()
    };
    let signed = sealed(Cipher::default(), &[], &signers);
    let gcm = sealed(Cipher::Aes256Gcm, &recipients, &[]);
    let stream = sealed(Cipher::Aes256GcmStream, &recipients, &[]);
    let mut found = Vec::new();
    let mut fault = |name: &str, error, octets| {
        found.push((format!("envelope-{name}"), "envelope", error, octets));
    };
    let whole = to_json_b(&signed);
    let body = whole.windows(7).position(|it| it == b"content").unwrap();
    for (name, end) in [
        ("truncated-empty", 0),
        ("truncated-array", 1),
        ("truncated-header", body - 10),
        ("truncated-separator", body - 2),
        ("truncated-body-tag", body - 1),
        ("truncated-body", body + 3),
        ("truncated-trailer-missing", body + 7),
        ("truncated-trailer", body + 40),
        ("truncated-end", whole.len() - 1),
    ] {
        fault(name, "Truncated", whole[..end].to_vec());
    }
    fault(
        "octets-behind-end",
        "Encoding Trailing",
        [whole.as_slice(), b"x"].concat(),
    );
    let changed = |from: &Envelope, change: fn(&mut Envelope)| {
        let mut envelope = from.clone();
        change(&mut envelope);
        to_json(&envelope)
    };
    fault(
        "wrong-digest",
        "DigestMismatch",
        changed(&signed, |it| it.body[0] ^= 1),
    );
    fault(
        "wrong-signature",
        "SignatureInvalid",
        changed(&signed, |it| {
            let trailer = it.trailer.as_mut().unwrap();
            trailer.signatures[0].signature_value.as_mut().unwrap()[3] ^= 1;
        }),
    );
    fault(
        "missing-dig",
        "Header dig",
        changed(&signed, |it| it.header.digest_algorithm = None),
    );
    fault(
        "missing-digest",
        "DigestMissing",
        changed(&signed, |it| it.trailer = None),
    );
    for (name, from) in [("gcm", &gcm), ("stream", &stream)] {
        fault(
            &format!("wrong-body-{name}"),
            "Altered",
            changed(from, |it| it.body[0] ^= 1),
        );
        fault(
            &format!("missing-enc-{name}"),
            "Header enc",
            changed(from, |it| it.header.encryption_algorithm = None),
        );
        fault(
            &format!("unknown-enc-{name}"),
            "Unsupported",
            changed(from, |it| {
                it.header.encryption_algorithm = Some("A0".to_owned())
            }),
        );
    }
    fault(
        "wrong-tag-gcm",
        "Altered",
        changed(&gcm, |it| {
            let trailer = it.trailer.as_mut().unwrap();
            trailer.payload_tag.as_mut().unwrap()[0] ^= 1;
        }),
    );
    fault(
        "wrong-tag-stream",
        "Altered",
        changed(&stream, |it| *it.body.last_mut().unwrap() ^= 1),
    );
    fault(
        "segment-missing",
        "Truncated",
        changed(&stream, |it| it.body.clear()),
    );
    fault(
        "duplicate-member",
        "Encoding DuplicateName",
        b"[{\"dig\":\"S512\",\"dig\":\"S512\"},\"\"]".to_vec(),
    );
    fault(
        "chunk-length-overflow",
        "Truncated",
        [b"[{},".as_slice(), &[0x8F], &[0xFF; 8], b"content"].concat(),
    );
    let deep = [b"[{\"x\":".as_slice(), &[b'['; 100]].concat();
    fault("recursion-bomb", "Encoding Limit", deep);
    fault("body-no-binary", "BadBody", b"[{},17]".to_vec());
    found
}

fn meta(name: &str, values: &[(&str, &str)]) -> ContentMeta {
    ContentMeta {
        unique_id: Some(name.to_owned()),
        event: Some("New".to_owned()),
        key_values: values
            .iter()
            .map(|(key, value)| KeyValue {
                key: Some((*key).to_owned()),
                value: Some((*value).to_owned()),
            })
            .collect(),
        ..ContentMeta::default()
    }
}

/// An archive of frames that the writer of archives would not write.
fn archive(entries: &[(ContentMeta, &[u8])]) -> Vec<u8> {
    let (env, protection) = (Seeded::new(7), Protection::default());
    let first = Content {
        meta: ContentMeta {
            content_type: Some(ARCHIVE_TYPE.to_owned()),
            ..ContentMeta::default()
        },
        ..Content::default()
    };
    let kind = SequenceType::Merkle;
    let mut writer =
        SequenceWriter::create(Vec::new(), kind, &protection, &first, None, &env).unwrap();
    for (meta, payload) in entries {
        let content = Content {
            hidden: Some(meta.clone()),
            payload,
            ..Content::default()
        };
        writer.append(&[content], &env).unwrap();
    }
    writer.into_sequence().into_storage()
}

/// Sealed to the reader's key or to another one, and signed.
fn protected(to: &PrivateKey, by: &PrivateKey) -> Vec<u8> {
    let env = Seeded::new(7);
    let protection = Protection {
        encryption: Encryption::Once,
        recipients: vec![to.public().clone()],
        ..Protection::default()
    };
    let mut writer = ArchiveWriter::create(Vec::new(), &protection, Some(by), &env).unwrap();
    for name in ["a", "b"] {
        let entry = Entry {
            name: name.to_owned(),
            kind: Kind::File,
            mode: 0o600,
            modified: (0, 0),
            size: 7,
        };
        let mut content = Some(b"content".to_vec());
        let mut give = |octets: &mut Vec<u8>| {
            Ok(content.take().map(|content| {
                *octets = content;
                0
            }))
        };
        writer.add(&entry, &mut give, &env).unwrap();
    }
    writer.finish(&env).unwrap()
}

/// The octets with a frame whose records were changed, and nothing else: where the tree covers the change, it is left wrong.
fn with_frame(
    octets: &Vec<u8>,
    index: usize,
    change: fn(&mut DareHeader, &mut DareTrailer),
) -> Vec<u8> {
    let mut out = Vec::new();
    for (at, whole) in frames(octets).iter().enumerate() {
        if at != index {
            out.extend_from_slice(whole);
            continue;
        }
        let records = frame::parse(whole).unwrap().records;
        let mut header: DareHeader = from_bytes(&records[0]).unwrap();
        let mut trailer: DareTrailer = from_bytes(&records[2]).unwrap();
        change(&mut header, &mut trailer);
        frame::write(
            &mut out,
            &[&to_json(&header), &records[1], &to_json(&trailer)],
        );
    }
    out
}

fn frames(octets: &Vec<u8>) -> Vec<Vec<u8>> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Found::Frame(range) = frame::find(octets, at).unwrap() {
        at = range.end;
        let place = usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap();
        found.push(octets[place].to_vec());
    }
    found
}

fn archives() -> Vec<Fault> {
    let file = |name: &str, content: &'static [u8]| {
        let size = content.len().to_string();
        (meta(name, &[("size", &size)]), content)
    };
    let right = archive(&[
        file("a", b"first"),
        file("b", b"second"),
        file("c", b"third"),
    ]);
    assert_eq!(fault("archive", &right), "nothing");
    let sealed = protected(&key(), &signer());
    assert_eq!(fault("archive", &sealed), "nothing");
    let last = frames(&sealed).len() - 1;
    let other = archive(&[file("x", b"1"), file("y", b"2"), file("z", b"3")]);
    let (parts, others) = (frames(&right), frames(&other));
    let mut found = Vec::new();
    let mut fault = |name: &str, error, octets| {
        found.push((format!("archive-{name}"), "archive", error, octets));
    };
    for (name, end) in [("tag", 1), ("header", 40), ("end", parts[0].len() - 1)] {
        let octets = right[..end].to_vec();
        fault(&format!("truncated-{name}"), "BadFrame", octets);
    }
    let order = |order: &[usize]| order.iter().flat_map(|&it| parts[it].clone()).collect();
    fault("frames-swapped", "WrongIndex", order(&[0, 2, 1, 3]));
    fault("frame-missing", "WrongIndex", order(&[0, 1, 3]));
    let mixed = [&parts[0], &parts[1], &others[2], &parts[3]];
    let mixed = mixed.into_iter().flatten().copied().collect();
    fault("frame-of-another", "ApexMismatch", mixed);
    let mut wrong = right.clone();
    let at = wrong.windows(6).position(|it| it == b"second").unwrap();
    wrong[at] ^= 1;
    fault("wrong-digest", "DigestMismatch", wrong);
    for (name, path) in [
        ("parent", "../a"),
        ("inner-parent", "a/../../b"),
        ("absolute", "/etc/passwd"),
        ("empty-component", "a//b"),
        ("empty", ""),
        ("zero-octet", "a\0b"),
    ] {
        let octets = archive(&[file(path, b"content")]);
        fault(&format!("name-{name}"), "BadName", octets);
    }
    fault(
        "wrong-signature",
        "SignatureInvalid",
        with_frame(&sealed, last, |_, it| {
            it.sequence_signatures[0].signature_value.as_mut().unwrap()[3] ^= 1;
        }),
    );
    fault(
        "signature-of-another-place",
        "SignatureInvalid",
        with_frame(&sealed, last, |it, _| it.envelope_id = Some("x".to_owned())),
    );
    let stranger = PrivateKey::generate(KeyAlgorithm::Ed25519, &Seeded::new(6));
    let by_stranger = protected(&key(), &stranger);
    fault("signer-unknown", "SignerNotAllowed", by_stranger);
    let other = PrivateKey::generate(KeyAlgorithm::X25519, &Seeded::new(6));
    fault("for-somebody-else", "NoKey", protected(&other, &signer()));
    // What tags and hidden metadata say is found out without any signature.
    let bare = with_frame(&sealed, last, |_, it| it.sequence_signatures.clear());
    fault(
        "wrong-tag",
        "Altered",
        with_frame(&bare, 1, |_, it| it.payload_tag.as_mut().unwrap()[0] ^= 1),
    );
    fault(
        "wrong-hidden-metadata",
        "Altered",
        with_frame(&bare, 1, |it, _| {
            *it.cloaked.as_mut().unwrap().last_mut().unwrap() ^= 1
        }),
    );
    for (name, error, values) in [
        (
            "part-missing",
            "BadEntry",
            [("size", "7"), ("last", "false")],
        ),
        ("size-lies", "BadEntry", [("size", "3"), ("mode", "644")]),
        (
            "offset-outside",
            "BadEntry",
            [("size", "7"), ("offset", "1")],
        ),
        (
            "offset-overflow",
            "BadEntry",
            [("size", "7"), ("offset", "18446744073709551615")],
        ),
        (
            "size-no-number",
            "Header size",
            [("size", "-1"), ("mode", "644")],
        ),
        (
            "mode-no-number",
            "Header mode",
            [("size", "7"), ("mode", "9")],
        ),
        (
            "kind-unknown",
            "Unsupported",
            [("size", "7"), ("kind", "fifo")],
        ),
    ] {
        let octets = archive(&[(meta("a", &values), b"content".as_slice())]);
        fault(name, error, octets);
    }
    found
}

#[test]
fn every_fault_gets_its_error() {
    let made: Vec<Fault> = envelopes().into_iter().chain(archives()).collect();
    for (name, kind, error, octets) in &made {
        let section = if *kind == "envelope" {
            "DARE Envelope"
        } else {
            "DARE Archive"
        };
        let text = format!(
            "document: mesh-dare\nsection: {section}\nsource: own\nkind: {kind}\nerror: {error}\nbody: hex\n\n{}\n",
            HEXLOWER.encode(octets)
        );
        let path = directory().join(format!("{name}.vector"));
        if std::env::var_os("MESH_WRITE_SEEDS").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "{name}");
    }
    let (mut read, mut wrong) = (0, Vec::new());
    for entry in std::fs::read_dir(directory()).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let (header, body) = text.split_once("\n\n").unwrap();
        let field = |name: &str| header.lines().find_map(|it| it.strip_prefix(name)).unwrap();
        let octets = HEXLOWER.decode(body.trim_end().as_bytes()).unwrap();
        let found = fault(field("kind: "), &octets);
        if found != field("error: ") {
            wrong.push(format!("{path:?}: {found}"));
        }
        read += 1;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(read, made.len());
}

#[test]
fn a_header_that_is_too_long_is_refused_before_its_end() {
    let long = [b"[{\"x\":\"".as_slice(), &vec![b'a'; MAX_HEADER * 2]].concat();
    let found = fault("envelope", &long);
    assert!(
        matches!(found.as_str(), "TooLarge" | "Encoding Limit"),
        "{found}"
    );
}
