// SPDX-License-Identifier: MIT
//! What must hold for whatever stands in the file of a sequence.
//!
//! Spec: mesh-dare, "DARE Sequence".
//! Here: no panic; what opens can be read, verified or refused, continued, indexed, proved and redacted, from either end.
//! Not here: the corpus (`fuzz/corpus/dare_sequence`).

use mesh_crypto::{KeyRing, Seeded};
use mesh_dare::sequence::index::unique_id;
use mesh_dare::store::StoreName;
use mesh_dare::store::catalog::StoreState;
use mesh_dare::{Exchanges, Index, Seal, Sequence, SequenceType};

/// Panics if a property does not hold.
pub(crate) fn check(input: &[u8]) {
    let mut state = StoreState::new(StoreName::new("MACCOUNT", "Credential"), false);
    let opened = Sequence::open(input.to_vec(), &mut |header, trailer| {
        let digest = trailer
            .and_then(|trailer| trailer.payload_digest.as_deref())
            .and_then(|digest| digest.try_into().ok());
        // A frame that a catalog refuses may be part of another kind of sequence.
        if let Some(digest) = digest {
            let _ = state.apply(header, trailer, &digest);
        }
        Ok(())
    });
    let size = u64::try_from(input.len()).unwrap_or(u64::MAX);
    let from_end = Sequence::open_from_end(input.to_vec());
    if let Ok((sequence, recovery)) = &from_end {
        assert_eq!(sequence.size() + recovery.cut, size, "octets went missing");
        look_around(sequence);
    }
    let Ok((mut sequence, recovery)) = opened else {
        return;
    };
    assert_eq!(sequence.size() + recovery.cut, size, "octets went missing");
    look_around(&sequence);
    let whole = sequence.verify().is_ok();
    if whole {
        let (found, _) = from_end.expect("every frame is right");
        assert_eq!(found.len(), sequence.len());
        assert_eq!(found.apex(), sequence.apex());
        found.verify().expect("every frame is right");
        for index in 0..found.len() {
            // A frame that does not state its number is not trusted to have it when it is reached over positions.
            if let Ok(frame) = found.frame(index) {
                let right = sequence.frame(index).ok();
                assert_eq!(Some(frame), right, "frame {index} is another from the end");
            }
        }
        redact(&sequence);
    }
    let before = sequence.len();
    let next = Seal::default()
        .seal(b"next", &Seeded::new(1))
        .expect("nothing can fail in a plain envelope");
    if sequence.append(&[next]).is_ok() {
        assert_eq!(sequence.len(), before + 1);
        assert!(!whole || sequence.verify().is_ok(), "appending broke it");
    }
    let size = sequence.size();
    if sequence.erase(before / 2).is_ok() {
        assert_eq!(sequence.size(), size);
        assert!(!whole || sequence.verify().is_ok(), "erasing broke it");
    }
}

/// Everything that can be asked of a sequence has an answer or an error.
fn look_around(sequence: &Sequence<Vec<u8>>) {
    let keys = KeyRing::new();
    let exchanges = Exchanges::default();
    for index in 0..sequence.len() {
        let _ = exchanges.payload(sequence, index, &keys);
        let _ = sequence.consistency(index, sequence.len().saturating_sub(1));
    }
    let last = sequence.len().saturating_sub(1);
    if let Ok(proof) = sequence.inclusion(last / 2, last) {
        let apex = sequence.apex_at(last).expect("only a tree proves anything");
        proof.verify(&apex).expect("it was just made");
    }
    let _ = sequence.verify_signatures("", &|_| None);
    let loaded = Index::load(sequence, &exchanges, &keys, Box::new(unique_id));
    let built = Index::build(sequence, Box::new(unique_id));
    for index in [loaded, built].into_iter().flatten() {
        assert_eq!(index.len(), sequence.len());
        for (frame, key) in index.keys() {
            if let Ok(found) = index.find(sequence, key) {
                assert_eq!(found, Some(frame), "a key has two frames");
            }
        }
        let _ = index.verify(sequence);
    }
}

/// A sequence without any body has the same apex.
fn redact(sequence: &Sequence<Vec<u8>>) {
    if let Ok(copy) = sequence.redact(Vec::new(), &mut |_, _| true) {
        assert_eq!(copy.len(), sequence.len());
        assert_eq!(copy.apex(), sequence.apex());
        let verified = copy.verify().expect("its original was right");
        assert_eq!(verified.redacted, copy.len());
        if copy.kind() != SequenceType::List {
            let (again, _) = Sequence::open_from_end(copy.into_storage()).expect("it is whole");
            assert_eq!(again.apex(), sequence.apex());
        }
    }
}
