// SPDX-License-Identifier: MIT
//! Makes the seeds of `fuzz/corpus/dare_stream` and `fuzz/corpus/dare_archive`.
//!
//! Spec: mesh-dare, "DARE Envelope"; mesh-dare, "DARE Archive".
//! Here: small valid inputs of every form, cut and altered copies; the committed ones are still what is made here.
//! Not here: replaying them (`corpus`), findings, which are in the same directories under other names.
//!
//! `MESH_WRITE_SEEDS=1 cargo test -p mesh-dare --test seeds` writes them anew after a change of a format.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "all of this is test code"
)]

use std::path::Path;

use mesh_crypto::{KeyAlgorithm, PrivateKey, Seeded};
use mesh_dare::archive::entry::{Entry, Kind};
use mesh_dare::archive::writer::ArchiveWriter;
use mesh_dare::generated::ContentMeta;
use mesh_dare::{Cipher, Encryption, HybridRecipient, Protection, Seal, SymmetricRecipient};
use mesh_jsonbcd::{Format, to_json, to_json_b};

#[path = "../../../fuzz/checks/dare_archive.rs"]
mod dare_archive;
#[path = "../../../fuzz/checks/dare_stream.rs"]
mod dare_stream;

type Seeds = Vec<(String, Vec<u8>)>;

/// Writes what is made, where that is asked for, and compares it with what is committed.
fn compare(target: &str, seeds: &Seeds, check: fn(&[u8])) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(target);
    for (name, octets) in seeds {
        let path = corpus.join(name);
        assert!(octets.len() < 4096, "{name} has {} octets", octets.len());
        if std::env::var_os("MESH_WRITE_SEEDS").is_some() {
            std::fs::write(&path, octets).unwrap();
        }
        assert_eq!(&std::fs::read(&path).unwrap(), octets, "{name}");
        check(octets);
    }
}

/// Copies that were cut or altered, at places spread over the input.
fn spoiled(seeds: &mut Seeds, name: &str, octets: &[u8]) {
    for part in [1, 4, 7] {
        let at = octets.len() * part / 8;
        seeds.push((format!("{name}-cut-{part}"), octets[..at].to_vec()));
        let mut altered = octets.to_vec();
        altered[at] ^= 1;
        seeds.push((format!("{name}-altered-{part}"), altered));
    }
}

#[test]
fn seeds_of_streams_are_what_the_writer_makes() {
    let keys = dare_stream::Keys::fixed();
    let signer = PrivateKey::generate(KeyAlgorithm::Ed25519, &Seeded::new(5));
    let signers = [&signer];
    let recipients = [keys.agreement.public().clone()];
    let hybrids = [HybridRecipient {
        agreement: keys.agreement.public().clone(),
        encapsulation: keys.encapsulation.public().clone(),
    }];
    let symmetric = [SymmetricRecipient::from(&keys.symmetric)];
    let meta = || {
        Some(ContentMeta {
            filename: Some("name".to_owned()),
            ..ContentMeta::default()
        })
    };
    let under = |cipher| Seal {
        cipher,
        recipients: &recipients,
        ..Seal::default()
    };
    let signed = |seal| Seal {
        signers: &signers,
        embed_signature_keys: true,
        ..seal
    };
    let stream = || under(Cipher::Aes256GcmStream);
    let forms = [
        ("clear", Seal::default()),
        (
            "digest",
            Seal {
                digest: true,
                content_meta: meta(),
                ..Seal::default()
            },
        ),
        ("signed", signed(Seal::default())),
        ("stream", stream()),
        ("stream-signed", signed(stream())),
        ("gcm", under(Cipher::Aes256Gcm)),
        ("gcm-signed", signed(under(Cipher::Aes256Gcm))),
        ("cbc", under(Cipher::Aes256Cbc)),
        (
            "hybrid",
            Seal {
                recipients: &[],
                hybrids: &hybrids,
                ..stream()
            },
        ),
        (
            "symmetric",
            Seal {
                recipients: &[],
                keys: &symmetric,
                ..stream()
            },
        ),
        (
            "cloaked",
            Seal {
                cloak: true,
                content_meta: meta(),
                cover: Some(b"for others"),
                ..stream()
            },
        ),
        (
            "annotated",
            Seal {
                annotations: &[b"first note", b"second note"],
                ..stream()
            },
        ),
    ];
    let mut seeds = Seeds::new();
    for (name, seal) in forms {
        let env = Seeded::new(7);
        for (form, format) in [("json", Format::Json), ("json-b", Format::JsonB)] {
            let mut content = b"some content of an envelope".as_slice();
            let mut octets = Vec::new();
            // One tag behind everything is no form for content that passes by.
            match (seal.cipher, format) {
                (Cipher::Aes256Gcm, Format::Json) => {
                    octets = to_json(&seal.seal(content, &env).unwrap());
                }
                (Cipher::Aes256Gcm, _) => octets = to_json_b(&seal.seal(content, &env).unwrap()),
                _ => {
                    seal.seal_stream(format, &mut content, &mut octets, &env, &|_| {})
                        .unwrap();
                }
            }
            let name = format!("{name}-{form}");
            if matches!(
                name.as_str(),
                "signed-json" | "stream-signed-json-b" | "cbc-json-b"
            ) {
                spoiled(&mut seeds, &name, &octets);
            }
            seeds.push((name, octets));
        }
        if matches!(name, "digest" | "gcm") {
            let envelope = seal.seal(b"some content", &env).unwrap();
            let tagged = [b"{\"DareEnvelope\":".as_slice(), &to_json(&envelope), b"}"].concat();
            seeds.push((format!("{name}-tagged"), tagged));
        }
    }
    // Holders of passphrases find their own entry by the beginning of its identifier; none is at hand here.
    let passphrase =
        mesh_crypto::SharedSecret::from_octets(mesh_crypto::SecretBytes::new(vec![7; 32]));
    let passphrases = [SymmetricRecipient::new(
        "scrypt:15:AAAAAAAAAAAAAAAAAAAAAA".to_owned(),
        passphrase,
    )];
    let mut octets = Vec::new();
    Seal {
        recipients: &[],
        keys: &passphrases,
        ..stream()
    }
    .seal_stream(
        Format::JsonB,
        &mut b"content".as_slice(),
        &mut octets,
        &Seeded::new(7),
        &|_| {},
    )
    .unwrap();
    seeds.push(("passphrase-json-b".to_owned(), octets));
    compare("dare_stream", &seeds, dare_stream::check);
}

fn add(writer: &mut ArchiveWriter<Vec<u8>>, name: &str, kind: Kind, content: &str, env: &Seeded) {
    let entry = Entry {
        name: name.to_owned(),
        kind,
        mode: 0o640,
        modified: (1_700_000_000, 5),
        size: u64::try_from(content.len()).unwrap(),
    };
    let mut content = (!content.is_empty()).then_some(content.as_bytes());
    writer
        .add(
            &entry,
            &mut |buffer| {
                Ok(content.take().map(|octets| {
                    buffer.extend(octets);
                    0
                }))
            },
            env,
        )
        .unwrap();
}

#[test]
fn seeds_of_archives_are_what_the_writer_makes() {
    let key = dare_archive::key();
    let signer = PrivateKey::generate(KeyAlgorithm::Ed25519, &Seeded::new(5));
    let encrypted = Protection {
        encryption: Encryption::Once,
        recipients: vec![key.public().clone()],
        ..Protection::default()
    };
    let mut seeds = Seeds::new();
    for (name, protection, signer) in [
        ("clear", Protection::default(), None),
        ("encrypted", encrypted, None),
        ("signed", Protection::default(), Some(&signer)),
    ] {
        let env = Seeded::new(7);
        let create = || ArchiveWriter::create(Vec::new(), &protection, signer, &env).unwrap();
        seeds.push((format!("{name}-empty"), create().finish(&env).unwrap()));
        let mut writer = create();
        add(&mut writer, "a", Kind::File, "first", &env);
        let octets = writer.finish(&env).unwrap();
        spoiled(&mut seeds, &format!("{name}-one"), &octets);
        seeds.push((format!("{name}-one"), octets));
        let mut writer = create();
        let link = Kind::Link("../a".to_owned());
        add(&mut writer, "d/l", link, "", &env);
        writer.delete("d/l", &env).unwrap();
        seeds.push((format!("{name}-deleted"), writer.finish(&env).unwrap()));
        let mut writer = create();
        add(&mut writer, "d", Kind::Directory, "", &env);
        writer.flush(&env).unwrap();
        let storage = {
            let mut sequence = writer.finish(&env).unwrap();
            sequence.truncate(sequence.len() - 3);
            sequence
        };
        seeds.push((format!("{name}-torn"), storage));
    }
    compare("dare_archive", &seeds, dare_archive::check);
}
