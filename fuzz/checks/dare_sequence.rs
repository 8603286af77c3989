// SPDX-License-Identifier: MIT
//! What must hold for whatever stands in the file of a sequence.
//!
//! Spec: mesh-dare, "DARE Sequence".
//! Here: no panic; what opens can be read, verified or refused, and continued.
//! Not here: the corpus (`fuzz/corpus/dare_sequence`).

use mesh_crypto::Seeded;
use mesh_dare::store::StoreName;
use mesh_dare::store::catalog::StoreState;
use mesh_dare::{Seal, Sequence};

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
    let Ok((mut sequence, recovery)) = opened else {
        return;
    };
    let size = u64::try_from(input.len()).unwrap_or(u64::MAX);
    assert_eq!(sequence.size() + recovery.cut, size, "octets went missing");
    for index in 0..sequence.len() {
        let _ = sequence.frame(index);
    }
    let whole = sequence.verify().is_ok();
    let before = sequence.len();
    let next = Seal::default()
        .seal(b"next", &Seeded::new(1))
        .expect("nothing can fail in a plain envelope");
    if sequence.append(&[next]).is_ok() {
        assert_eq!(sequence.len(), before + 1);
        assert!(!whole || sequence.verify().is_ok(), "appending broke it");
    }
}
