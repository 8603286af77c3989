// SPDX-License-Identifier: MIT
//! Envelopes that pass by in pieces.
//!
//! Spec: mesh-dare, "DARE Envelope".
//! Here: all forms and ciphers, against the envelope in memory; every alteration of a small one; what is released before the end.
//! Not here: files (`mesh`).
#![expect(
    clippy::unwrap_used,
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "all of this is test code"
)]

use std::io::{self, Read};

use mesh_crypto::{Earl, KeyAlgorithm, KeyRing, PrivateKey, Seeded};
use mesh_dare::generated::{ContentMeta, DareHeader};
use mesh_dare::stream::SignerState;
use mesh_dare::{Cipher, Envelope, Error, HybridRecipient, Seal, StreamReader, SymmetricRecipient};
use mesh_jsonbcd::{Format, from_bytes, to_json, to_json_b};
use proptest::prelude::*;

const FORMATS: [Format; 2] = [Format::Json, Format::JsonB];
const CIPHERS: [Option<Cipher>; 3] = [None, Some(Cipher::Aes256Cbc), Some(Cipher::Aes256GcmStream)];
const SEGMENT: usize = 64 << 10;

fn quiet(_: u64) {}

struct Keys {
    reader: PrivateKey,
    signer: PrivateKey,
    ring: KeyRing,
}

fn keys() -> Keys {
    let env = Seeded::new(4);
    let reader = PrivateKey::generate(KeyAlgorithm::X448, &env);
    let signer = PrivateKey::generate(KeyAlgorithm::Ed448, &env);
    let ring = [reader.clone()].into_iter().collect();
    Keys {
        reader,
        signer,
        ring,
    }
}

fn content(length: usize) -> Vec<u8> {
    (0..length)
        .map(|at| u8::try_from(at * 7 % 251).unwrap())
        .collect()
}

fn seal(
    keys: &Keys,
    cipher: Option<Cipher>,
    signed: bool,
    format: Format,
    content: &[u8],
) -> Vec<u8> {
    let recipients = [keys.reader.public().clone()];
    let signers = [&keys.signer];
    let seal = Seal {
        cipher: cipher.unwrap_or_default(),
        recipients: cipher.map_or(&[], |_| &recipients),
        signers: if signed { &signers } else { &[] },
        digest: cipher.is_none(),
        embed_signature_keys: true,
        content_meta: Some(ContentMeta {
            filename: Some("name".to_owned()),
            ..ContentMeta::default()
        }),
        ..Seal::default()
    };
    let mut out = Vec::new();
    let sealed = seal
        .seal_stream(format, &mut &*content, &mut out, &Seeded::new(7), &quiet)
        .unwrap();
    assert_eq!(sealed.content, content.len() as u64);
    out
}

/// Hands out a few octets at a time, as a pipe may.
struct Dribble<'a>(&'a [u8], usize);

impl Read for Dribble<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.1.min(out.len()).min(self.0.len());
        out[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

#[test]
fn every_form_gives_the_content_back_and_is_what_the_envelope_in_memory_reads() {
    let keys = keys();
    for format in FORMATS {
        for cipher in CIPHERS {
            for signed in [false, true] {
                for length in [
                    0,
                    1,
                    15,
                    16,
                    SEGMENT - 1,
                    SEGMENT,
                    SEGMENT + 1,
                    4 * SEGMENT,
                    9 * SEGMENT + 5,
                ] {
                    let content = content(length);
                    let made = seal(&keys, cipher, signed, format, &content);
                    for step in [1 << 20, 4099] {
                        let mut out = Vec::new();
                        let reader = StreamReader::new(Dribble(&made, step)).unwrap();
                        let checked = reader.open(&keys.ring, &mut out, &quiet).unwrap();
                        assert_eq!(out, content, "{format:?} {cipher:?} {length}");
                        assert_eq!(checked.content, Some(content.len() as u64));
                        let signers = checked.signers(&|_| None);
                        assert_eq!(signers.len(), usize::from(signed));
                        assert!(
                            signers
                                .iter()
                                .all(|signer| signer.state == SignerState::Valid)
                        );
                    }
                    let checked = StreamReader::new(made.as_slice())
                        .unwrap()
                        .check(&quiet)
                        .unwrap();
                    assert_eq!(checked.content, None);
                    let whole: Envelope = from_bytes(&made).unwrap();
                    assert_eq!(checked.body, whole.body.len() as u64);
                    assert_eq!(whole.open(&keys.ring).unwrap().expose_secret(), content);
                    assert_eq!(whole.check_digest().is_ok(), signed || cipher.is_none());
                }
            }
        }
    }
}

#[test]
fn hidden_metadata_notes_and_cover_do_not_take_each_others_places() {
    let keys = keys();
    let recipients = [keys.reader.public().clone()];
    for cipher in [Cipher::Aes256Gcm, Cipher::Aes256GcmStream] {
        let seal = Seal {
            cipher,
            recipients: &recipients,
            content_meta: Some(ContentMeta::default()),
            cloak: true,
            annotations: &[b"note"],
            cover: Some(b"cover"),
            ..Seal::default()
        };
        let sealed = seal.seal(b"content", &Seeded::new(7)).unwrap();
        let moves: [fn(&mut DareHeader); 4] = [
            |header| header.edss.insert(0, header.cloaked.take().unwrap()),
            |header| {
                header.edss.insert(0, header.cloaked.take().unwrap());
                header.cloaked = header.cover.take();
            },
            |header| header.edss.insert(0, header.cover.take().unwrap()),
            |header| header.cover = Some(header.edss.remove(0)),
        ];
        for change in moves {
            let mut moved = sealed.clone();
            change(&mut moved.header);
            assert!(moved.open(&keys.ring).is_err(), "{cipher:?}");
            let octets = to_json_b(&moved);
            let reader = StreamReader::new(octets.as_slice()).unwrap();
            let opened = reader.open(&keys.ring, &mut Vec::new(), &quiet);
            assert!(
                matches!(opened, Err(Error::Altered)),
                "{cipher:?}: {opened:?}"
            );
        }
        assert!(sealed.open(&keys.ring).is_ok());
    }
}

#[test]
fn no_header_is_written_that_is_not_read() {
    let keys = keys();
    let note = vec![7; 600_000];
    let sealed = |notes: &[&[u8]]| {
        let seal = Seal {
            annotations: notes,
            digest: true,
            ..Seal::default()
        };
        let mut out = Vec::new();
        let env = Seeded::new(7);
        seal.seal_stream(Format::JsonB, &mut b"x".as_slice(), &mut out, &env, &quiet)
            .map(|_| out)
    };
    let one = sealed(&[&note]).unwrap();
    let reader = StreamReader::new(one.as_slice()).unwrap();
    reader.open(&keys.ring, &mut Vec::new(), &quiet).unwrap();
    let two = sealed(&[&note, &note]);
    assert!(matches!(two, Err(Error::TooLarge { .. })), "{two:?}");
    // Nor by conversion: what is binary is a third longer as text.
    let whole = Seal {
        annotations: &[&vec![7; 900_000]],
        digest: true,
        ..Seal::default()
    };
    let octets = to_json_b(&whole.seal(b"x", &Seeded::new(7)).unwrap());
    let reader = StreamReader::new(octets.as_slice()).unwrap();
    let converted = reader.convert(Format::Json, &mut Vec::new(), &quiet);
    assert!(
        matches!(converted, Err(Error::TooLarge { .. })),
        "{converted:?}"
    );
}

#[test]
fn a_body_that_was_taken_away_is_no_empty_content() {
    let keys = keys();
    let recipients = [keys.reader.public().clone()];
    for cipher in [
        Cipher::Aes256Cbc,
        Cipher::Aes256Gcm,
        Cipher::Aes256GcmStream,
    ] {
        let seal = Seal {
            cipher,
            recipients: &recipients,
            ..Seal::default()
        };
        let full = seal.seal(b"content", &Seeded::new(7)).unwrap();
        let tag = full.trailer.clone();
        for trailer in [tag, None] {
            let taken = Envelope {
                body: Vec::new(),
                trailer,
                ..full.clone()
            };
            for octets in [to_json(&taken), to_json_b(&taken)] {
                let reader = StreamReader::new(octets.as_slice()).unwrap();
                let mut out = Vec::new();
                let opened = reader.open(&keys.ring, &mut out, &quiet);
                assert!(opened.is_err(), "{cipher:?}: {opened:?}");
                assert!(out.is_empty());
            }
        }
        // What is really empty opens.
        let octets = to_json_b(&seal.seal(b"", &Seeded::new(7)).unwrap());
        let reader = StreamReader::new(octets.as_slice()).unwrap();
        reader.open(&keys.ring, &mut Vec::new(), &quiet).unwrap();
    }
}

#[test]
fn what_was_sealed_in_memory_is_opened_in_pieces() {
    let keys = keys();
    let content = content(100_000);
    for cipher in [
        Cipher::Aes256Cbc,
        Cipher::Aes256Gcm,
        Cipher::Aes256GcmStream,
    ] {
        let recipients = [keys.reader.public().clone()];
        let signers = [&keys.signer];
        let envelope = Seal {
            cipher,
            recipients: &recipients,
            signers: &signers,
            ..Seal::default()
        }
        .seal(&content, &Seeded::new(7))
        .unwrap();
        let tagged = [b"{\"DareEnvelope\": ".as_slice(), &to_json(&envelope), b"}"].concat();
        for octets in [to_json(&envelope), to_json_b(&envelope), tagged] {
            let mut out = Vec::new();
            let reader = StreamReader::new(octets.as_slice()).unwrap();
            let checked = reader.open(&keys.ring, &mut out, &quiet).unwrap();
            assert_eq!(out, content);
            let key = keys.signer.public().clone();
            let signers =
                checked.signers(&|kid| (kid == key.udf().to_string()).then(|| key.clone()));
            assert_eq!(signers[0].state, SignerState::Valid);
            assert_eq!(checked.signers(&|_| None)[0].state, SignerState::NoKey);
        }
    }
}

#[test]
fn passphrases_and_symmetric_keys_open_what_was_sealed_to_them() {
    let env = Seeded::new(9);
    let earl = Earl::generate(&env, 128);
    let mut ring = KeyRing::new();
    ring.add_symmetric(Earl::from_binary(&earl.binary()).unwrap());
    let mut out = Vec::new();
    Seal {
        cipher: Cipher::Aes256GcmStream,
        keys: &[SymmetricRecipient::from(&earl)],
        ..Seal::default()
    }
    .seal_stream(
        Format::JsonB,
        &mut b"content".as_slice(),
        &mut out,
        &env,
        &quiet,
    )
    .unwrap();
    let mut back = Vec::new();
    let reader = StreamReader::new(out.as_slice()).unwrap();
    reader.open(&ring, &mut back, &quiet).unwrap();
    assert_eq!(back, b"content");
    let reader = StreamReader::new(out.as_slice()).unwrap();
    let refused = reader.open(&KeyRing::new(), &mut Vec::new(), &quiet);
    assert!(matches!(refused, Err(Error::NoKey { .. })));
}

#[test]
fn two_keys_together_open_what_neither_opens_alone() {
    let env = Seeded::new(5);
    for algorithm in [KeyAlgorithm::X25519, KeyAlgorithm::X448] {
        let agreement = PrivateKey::generate(algorithm, &env);
        let encapsulation = PrivateKey::generate(KeyAlgorithm::MlKem768, &env);
        let mut octets = Vec::new();
        Seal {
            cipher: Cipher::Aes256GcmStream,
            hybrids: &[HybridRecipient {
                agreement: agreement.public().clone(),
                encapsulation: encapsulation.public().clone(),
            }],
            ..Seal::default()
        }
        .seal_stream(
            Format::JsonB,
            &mut b"content".as_slice(),
            &mut octets,
            &env,
            &quiet,
        )
        .unwrap();
        let open = |ring: &KeyRing, octets: &[u8]| {
            let mut out = Vec::new();
            let reader = StreamReader::new(octets).unwrap();
            reader.open(ring, &mut out, &quiet).map(|_| out)
        };
        let both: KeyRing = [agreement.clone(), encapsulation.clone()]
            .into_iter()
            .collect();
        assert_eq!(open(&both, &octets).unwrap(), b"content");
        for alone in [agreement, encapsulation] {
            let ring: KeyRing = [alone].into_iter().collect();
            assert!(matches!(open(&ring, &octets), Err(Error::NoKey { .. })));
        }
        // The exchange is bound to both halves: another ciphertext gives another secret.
        let mut envelope: Envelope = from_bytes(&octets).unwrap();
        envelope.header.recipients[0].ek.as_mut().unwrap()[7] ^= 1;
        assert!(matches!(
            open(&both, &to_json(&envelope)),
            Err(Error::Altered)
        ));
    }
}

#[test]
fn keys_of_every_algorithm_that_can_receive_open_what_is_for_them() {
    let env = Seeded::new(6);
    for algorithm in [
        KeyAlgorithm::Ed25519,
        KeyAlgorithm::Ed448,
        KeyAlgorithm::MlKem512,
        KeyAlgorithm::MlKem768,
        KeyAlgorithm::MlKem1024,
        KeyAlgorithm::P256,
        KeyAlgorithm::P384,
        KeyAlgorithm::P521,
        KeyAlgorithm::Rsa2048,
        KeyAlgorithm::X25519,
        KeyAlgorithm::X448,
    ] {
        let key = PrivateKey::generate(algorithm, &env);
        let recipients = [key.public().clone()];
        let envelope = Seal {
            recipients: &recipients,
            ..Seal::default()
        }
        .seal(b"content", &env)
        .unwrap();
        let envelope: Envelope = from_bytes(&to_json(&envelope)).unwrap();
        let ring: KeyRing = [key].into_iter().collect();
        assert_eq!(envelope.open(&ring).unwrap().expose_secret(), b"content");
    }
    for algorithm in [
        KeyAlgorithm::Ed25519,
        KeyAlgorithm::Ed448,
        KeyAlgorithm::MlDsa44,
        KeyAlgorithm::MlDsa65,
        KeyAlgorithm::MlDsa87,
        KeyAlgorithm::P256,
        KeyAlgorithm::P384,
        KeyAlgorithm::P521,
        KeyAlgorithm::Rsa2048,
    ] {
        let key = PrivateKey::generate(algorithm, &env);
        let signers = [&key];
        let envelope = Seal {
            signers: &signers,
            embed_signature_keys: true,
            ..Seal::default()
        }
        .seal(b"content", &env)
        .unwrap();
        let envelope: Envelope = from_bytes(&to_json(&envelope)).unwrap();
        envelope.verify(key.public()).unwrap();
        assert_eq!(envelope.embedded_signers().unwrap(), [key.public().clone()]);
    }
}

#[test]
fn hidden_metadata_and_notes_are_for_those_who_can_open_the_body() {
    let keys = keys();
    for cipher in [Cipher::Aes256Cbc, Cipher::Aes256GcmStream] {
        let recipients = [keys.reader.public().clone()];
        let mut out = Vec::new();
        Seal {
            cipher,
            recipients: &recipients,
            cloak: true,
            annotations: &[b"first note", b"second note"],
            cover: Some(b"for others"),
            content_meta: Some(ContentMeta {
                filename: Some("secret-name".to_owned()),
                ..ContentMeta::default()
            }),
            ..Seal::default()
        }
        .seal_stream(
            Format::JsonB,
            &mut b"content".as_slice(),
            &mut out,
            &Seeded::new(1),
            &quiet,
        )
        .unwrap();
        for hidden in ["secret-name", "note"] {
            assert!(
                !out.windows(hidden.len())
                    .any(|part| part == hidden.as_bytes())
            );
        }
        let envelope: Envelope = from_bytes(&out).unwrap();
        let exchange = mesh_dare::Exchange::open(&envelope.header, &keys.ring).unwrap();
        let hidden = envelope.cloaked(&exchange).unwrap();
        let meta: ContentMeta = from_bytes(&hidden.content_meta_data.unwrap()).unwrap();
        assert_eq!(meta.filename.as_deref(), Some("secret-name"));
        let notes = envelope.annotations(Some(&exchange)).unwrap();
        assert_eq!(notes[1].expose_secret(), b"second note");
        assert_eq!(
            envelope.header.cover.as_deref(),
            Some(b"for others".as_slice())
        );
    }
}

/// The octets of a small encrypted, signed envelope, one altered at a time: either the same content comes out, or it is refused, and
/// nothing wrong has been written by then.
#[test]
fn no_single_octet_changes_the_content() {
    let keys = keys();
    let content = content(300);
    for format in FORMATS {
        let made = seal(&keys, Some(Cipher::Aes256GcmStream), true, format, &content);
        let mut same = 0;
        for at in 0..made.len() {
            for flip in [1, 0x20, 0x80] {
                let mut altered = made.clone();
                altered[at] ^= flip;
                let mut out = Vec::new();
                let opened = StreamReader::new(altered.as_slice())
                    .and_then(|reader| reader.open(&keys.ring, &mut out, &quiet));
                assert!(out.is_empty() || out == content, "octet {at}");
                if opened.is_ok() {
                    assert_eq!(out, content, "octet {at}");
                    same += 1;
                }
            }
        }
        // White space, the spelling of Base64, and what no rule protects: names of keys and signatures that are judged apart.
        assert!(same < made.len() * 3 / 4, "{same} of {}", made.len() * 3);
    }
}

#[test]
fn segments_cannot_be_moved_left_out_repeated_or_cut_off() {
    let keys = keys();
    let content = content(3 * SEGMENT + 100);
    let recipients = [keys.reader.public().clone()];
    let envelope = Seal {
        cipher: Cipher::Aes256GcmStream,
        recipients: &recipients,
        ..Seal::default()
    }
    .seal(&content, &Seeded::new(2))
    .unwrap();
    let size = SEGMENT + 16;
    let part = |number: usize| {
        let end = ((number + 1) * size).min(envelope.body.len());
        envelope.body[number * size..end].to_vec()
    };
    let orders: [&[usize]; 8] = [
        &[1, 0, 2, 3],
        &[0, 2, 3],
        &[0, 1, 1, 2, 3],
        &[0, 1, 2],
        &[0, 1],
        &[],
        &[3],
        &[0, 1, 2, 3, 3],
    ];
    for order in orders {
        let body: Vec<u8> = order.iter().flat_map(|&number| part(number)).collect();
        let altered = Envelope {
            body,
            ..envelope.clone()
        };
        let mut out = Vec::new();
        let octets = to_json_b(&altered);
        let reader = StreamReader::new(octets.as_slice()).unwrap();
        assert!(
            reader.open(&keys.ring, &mut out, &quiet).is_err(),
            "{order:?}"
        );
        assert!(content.starts_with(&out), "{order:?}");
        assert!(altered.open(&keys.ring).is_err());
    }
}

#[test]
fn an_envelope_cut_anywhere_is_refused() {
    let keys = keys();
    for format in FORMATS {
        let made = seal(
            &keys,
            Some(Cipher::Aes256GcmStream),
            true,
            format,
            b"content",
        );
        for cut in 0..made.len() - 2 {
            let opened = StreamReader::new(&made[..cut])
                .and_then(|reader| reader.open(&keys.ring, &mut Vec::new(), &quiet));
            assert!(opened.is_err(), "cut at {cut}");
        }
    }
}

#[test]
fn what_follows_an_envelope_is_refused() {
    let keys = keys();
    let mut made = seal(&keys, None, false, Format::JsonB, b"content");
    made.extend(b"more");
    let opened = StreamReader::new(made.as_slice()).unwrap().check(&quiet);
    assert!(matches!(opened, Err(Error::Encoding(_))));
}

#[test]
fn a_digest_that_the_header_does_not_announce_is_no_digest() {
    let keys = keys();
    let made = seal(&keys, None, true, Format::JsonB, b"content");
    let mut envelope: Envelope = from_bytes(&made).unwrap();
    envelope.header.digest_algorithm = None;
    let octets = to_json(&envelope);
    let checked = StreamReader::new(octets.as_slice()).unwrap().check(&quiet);
    assert!(matches!(checked, Err(Error::Header { field: "dig" })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_octets_never_panic(octets in proptest::collection::vec(any::<u8>(), 0..300)) {
        let text = [b"[{\"dig\":\"S512\"},".as_slice(), &octets].concat();
        for input in [octets.as_slice(), &text] {
            if let Ok(reader) = StreamReader::new(input) {
                let _ = reader.check(&quiet);
            }
        }
    }

    #[test]
    fn chunks_of_any_size_make_one_body(sizes in proptest::collection::vec(0_usize..400, 0..8), width in 0_u8..4) {
        let body: Vec<u8> = content(sizes.iter().sum());
        let digest = mesh_crypto::digest::sha512(&[&body]);
        let mut octets = b"[{\"dig\":\"S512\"}".to_vec();
        let mut rest = body.as_slice();
        for size in &sizes {
            let (part, after) = rest.split_at(*size);
            chunk(&mut octets, 0x8C, width, part);
            rest = after;
        }
        chunk(&mut octets, 0x88, width, rest);
        octets.extend(b"{\"PayloadDigest\":\"");
        octets.extend(mesh_jsonbcd::base64url::encode(&digest).bytes());
        octets.extend(b"\"}]");
        let mut out = Vec::new();
        StreamReader::new(octets.as_slice()).unwrap().open(&KeyRing::new(), &mut out, &quiet).unwrap();
        prop_assert_eq!(out, body);
    }
}

fn chunk(out: &mut Vec<u8>, base: u8, width: u8, octets: &[u8]) {
    let length = (octets.len() as u64).to_be_bytes();
    // Lengths of one octet hold no more than 255.
    let width = if octets.len() > 255 {
        width.max(1)
    } else {
        width
    };
    out.push(base + width);
    out.extend(&length[8 - (1 << width)..]);
    out.extend(octets);
}
