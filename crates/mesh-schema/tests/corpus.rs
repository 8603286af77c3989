// SPDX-License-Identifier: MIT
//! The corpus of the fuzz target of this crate, replayed through the function that the target calls.
//!
//! Spec: none.
//! Here: every committed input, and each with one octet changed at a time.
//! Not here: finding new inputs (`fuzz/`).

use std::path::Path;

use mesh_crypto::{DateTime, Earl};
use mesh_schema::publication::ValidClaim;

#[expect(
    clippy::panic,
    reason = "shared with the fuzz target, where a panic is a finding"
)]
#[path = "../../../fuzz/checks/publication_claim.rs"]
mod publication_claim;

#[test]
fn the_corpus_of_claims_passes() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/publication_claim");
    let (mut inputs, mut valid) = (0, 0);
    let key = Earl::parse(publication_claim::KEY).unwrap();
    for entry in std::fs::read_dir(corpus).unwrap() {
        let input = std::fs::read(entry.unwrap().path()).unwrap();
        publication_claim::check(&input);
        let envelope = mesh_jsonbcd::from_bytes(&input);
        if envelope
            .is_ok_and(|envelope| ValidClaim::validate(&envelope, &key, DateTime::MAX).is_ok())
        {
            valid += 1;
        }
        inputs += 1;
        let step = (input.len() / 64).max(1);
        for at in (0..input.len()).step_by(step) {
            let mut altered = input.clone();
            altered[at] ^= 1 << (at % 8);
            publication_claim::check(&altered);
        }
    }
    assert!(inputs >= 8, "{inputs}");
    // The proofs are in the claim and its metadata: a device needs no trailer, the service asks for the digest in it.
    assert_eq!(valid, 2, "whole, and without its trailer");
}
