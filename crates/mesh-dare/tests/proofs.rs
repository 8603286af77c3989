// SPDX-License-Identifier: MIT
//! Proofs made from stored sequences.
//!
//! Spec: mesh-dare, "Merkle Tree"; records `Proof`, `Witness`.
//! Here: every pair of frames, sequences opened from the end, damage, proofs handed over with a signed witness.
//! Not here: altered proofs (`merkle::proof`), published values (`conformance`).
#![expect(clippy::unwrap_used, reason = "all of this is test code")]

use mesh_crypto::{KeyAlgorithm, PrivateKey, Seeded};
use mesh_dare::generated::{Proof, Witness};
use mesh_dare::merkle::proof::{Consistency, Inclusion};
use mesh_dare::{Envelope, Enveloped, Error, Seal, Sequence, SequenceType};
use mesh_jsonbcd::{from_bytes, to_json, to_tagged_json};

fn plain(payload: &[u8]) -> Envelope {
    Seal::default().seal(payload, &Seeded::new(1)).unwrap()
}

fn sequence(kind: SequenceType, count: u8) -> Sequence<Vec<u8>> {
    let mut sequence = Sequence::create(Vec::new(), kind, plain(b"first")).unwrap();
    let rest: Vec<Envelope> = (1..count).map(|number| plain(&[number])).collect();
    sequence.append(&rest).unwrap();
    sequence
}

#[test]
fn every_frame_is_proved_under_every_later_apex() {
    let whole = sequence(SequenceType::Merkle, 64);
    let octets = sequence(SequenceType::Merkle, 64).into_storage();
    let (from_end, _) = Sequence::open_from_end(octets).unwrap();
    for last in 0..64 {
        let apex = whole.apex_at(last).unwrap();
        for index in 0..64 {
            let found = whole.inclusion(index, last);
            if index > last {
                assert!(matches!(found, Err(Error::ProofInvalid)));
                continue;
            }
            let found = found.unwrap();
            found.verify(&apex).unwrap();
            assert_eq!(from_end.inclusion(index, last).unwrap(), found);
            let begun = from_end.consistency(index, last).unwrap();
            begun.verify(&whole.apex_at(index).unwrap(), &apex).unwrap();
        }
    }
    assert!(whole.inclusion(3, 64).is_err(), "there is no such frame");
    assert!(whole.consistency(64, 64).is_err());
}

#[test]
fn only_a_merkle_sequence_proves_anything() {
    for kind in [SequenceType::List, SequenceType::Chain, SequenceType::Tree] {
        let found = sequence(kind, 4).inclusion(1, 3);
        assert!(matches!(found, Err(Error::Unsupported { .. })), "{kind:?}");
    }
}

#[test]
fn what_is_damaged_proves_nothing_wrong() {
    let octets = sequence(SequenceType::Merkle, 12).into_storage();
    let apex = sequence(SequenceType::Merkle, 12).apex_at(11).unwrap();
    let digest = sequence(SequenceType::Merkle, 12).frame(5).unwrap();
    let digest = digest.payload_digest().unwrap().to_vec();
    for at in 0..octets.len() {
        let mut octets = octets.clone();
        *octets.get_mut(at).unwrap() ^= 1;
        let Ok((sequence, _)) = Sequence::open(octets, &mut |_, _| Ok(())) else {
            continue;
        };
        if let Ok(proof) = sequence.inclusion(5, 11)
            && proof.verify(&apex).is_ok()
        {
            assert_eq!(proof.payload_digest.as_slice(), digest);
        }
    }
}

/// An auditor holds a witness that was signed earlier, and is shown a frame and the present state.
#[test]
fn a_proof_travels_with_a_signed_witness() {
    let env = Seeded::new(2);
    let signer = PrivateKey::generate(KeyAlgorithm::Ed448, &env);
    let sequence = sequence(SequenceType::Merkle, 20);
    let witness = Witness {
        id: Some("log".to_owned()),
        issuer: Some(signer.udf().to_string()),
        apex: Some(sequence.apex_at(12).unwrap().to_vec()),
        index: Some(12),
    };
    let seal = Seal {
        signers: &[&signer],
        ..Seal::default()
    };
    let signed = seal.seal(&to_tagged_json(&witness), &env).unwrap();
    let record = Proof {
        signed_witness: Some(signed),
        ..Proof::from(&sequence.inclusion(7, 12).unwrap())
    };
    let sent = to_json(&record);

    let record: Proof = from_bytes(&sent).unwrap();
    let envelope = record.signed_witness.clone().unwrap();
    envelope.verify(signer.public()).unwrap();
    let witness: Witness = Enveloped::new(envelope).decode_plain().unwrap();
    let proof = Inclusion::try_from(&record).unwrap();
    assert_eq!((proof.index, Some(12)), (7, witness.index));
    let apex = witness.apex.unwrap().try_into().unwrap();
    proof.verify(&apex).unwrap();

    let sent = to_json(&Proof::from(&sequence.consistency(12, 19).unwrap()));
    let later = Consistency::try_from(&from_bytes::<Proof>(&sent).unwrap()).unwrap();
    later.verify(&apex, &sequence.apex().unwrap()).unwrap();
    later
        .verify(&apex, &sequence.apex_at(18).unwrap())
        .unwrap_err();
}
