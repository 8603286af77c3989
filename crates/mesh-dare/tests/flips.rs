// SPDX-License-Identifier: MIT
//! Small signed sequences, altered in one octet.
//!
//! Spec: mesh-dare, "DARE Sequence".
//! Here: whatever octet is altered, the content is the same or it is refused.
//! Not here: envelopes (`stream`), catalogs (`tamper`).

use mesh_crypto::{KeyAlgorithm, KeyRing, PrivateKey, PublicKey, SecretBytes, Seeded};
use mesh_dare::generated::{DareHeader, DareTrailer};
use mesh_dare::{
    Content, Encryption, Error, Exchanges, Protection, Sequence, SequenceType, SequenceWriter,
    Signer,
};

const NAME: &str = "name";

struct Read {
    payloads: Vec<SecretBytes>,
    frames: Vec<(DareHeader, Option<DareTrailer>)>,
}

/// What somebody gets who insists on a signature over everything.
fn read(octets: Vec<u8>, keys: &KeyRing, signer: &PublicKey) -> Result<Read, Error> {
    let (sequence, recovery) = Sequence::open(octets, &mut |_, _| Ok(()))?;
    let known = |kid: &str| (kid == signer.udf().to_string()).then(|| signer.clone());
    let coverage = sequence.verify_signatures(NAME, &known)?;
    if recovery.cut > 0 || coverage.unsigned > 0 || sequence.len() != 4 {
        return Err(Error::Unsigned);
    }
    let exchanges = Exchanges::default();
    let mut found = Read {
        payloads: Vec::new(),
        frames: Vec::new(),
    };
    for index in 0..sequence.len() {
        found
            .payloads
            .push(exchanges.payload(&sequence, index, keys)?);
        let frame = sequence.frame(index)?;
        found.frames.push((frame.header, frame.trailer));
    }
    Ok(found)
}

/// A header and a trailer without what may differ.
fn protected((header, trailer): &(DareHeader, Option<DareTrailer>)) -> (DareHeader, DareTrailer) {
    let mut trailer = trailer.clone().unwrap_or_default();
    trailer.sequence_signatures.clear();
    trailer.sequence_signed_data = None;
    let mut header = header.clone();
    if let Some(info) = &mut header.sequence_info {
        info.tree_position = None;
    }
    (header, trailer)
}

/// Outside what is protected are, in a sequence that must be signed to its end:
/// * in every frame, `alg` and `SignatureKey` of a signature, for the key is the reader's own, and `SequenceSignedData`, which is computed anew;
/// * the name `SequenceSignatures` in frames before the last, whose signature covers them too;
/// * the name `TreePosition`, without which going back takes longer;
/// * the spelling of what is encoded: white space, and the unused bits at the end of Base64.
///
/// No other member of a header or a trailer differs when such a sequence is accepted.
#[test]
fn no_single_octet_changes_a_signed_sequence() {
    let env = Seeded::new(8);
    let reader = PrivateKey::generate(KeyAlgorithm::X25519, &env);
    let signer = PrivateKey::generate(KeyAlgorithm::Ed25519, &env);
    let keys: KeyRing = [reader.clone()].into_iter().collect();
    for encryption in [Encryption::None, Encryption::Once] {
        let protection = Protection {
            encryption,
            recipients: match encryption {
                Encryption::None => Vec::new(),
                _ => vec![reader.public().clone()],
            },
            ..Protection::default()
        };
        let signing = Signer {
            name: NAME,
            key: &signer,
        };
        let kind = SequenceType::Merkle;
        let first = Content::default();
        let mut writer =
            SequenceWriter::create(Vec::new(), kind, &protection, &first, Some(signing), &env)
                .unwrap();
        for payload in ["one", "two", "three"] {
            let payload = payload.as_bytes();
            let content = Content {
                payload,
                ..Content::default()
            };
            writer.append(&[content], &env).unwrap();
        }
        let octets = writer.into_sequence().into_storage();
        let right = read(octets.clone(), &keys, signer.public()).unwrap();
        let mut same = 0;
        for at in 0..octets.len() {
            let mut altered = octets.clone();
            altered[at] ^= 1 << (at % 8);
            let Ok(found) = read(altered, &keys, signer.public()) else {
                continue;
            };
            same += 1;
            assert_eq!(found.payloads, right.payloads, "octet {at}");
            for (found, right) in found.frames.iter().zip(&right.frames) {
                assert_eq!(protected(found), protected(right), "octet {at}");
            }
        }
        assert!(same < octets.len() / 4, "{same} of {}", octets.len());
    }
}
