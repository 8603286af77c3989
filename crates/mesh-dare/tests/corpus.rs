// SPDX-License-Identifier: MIT
//! The corpora of the fuzz targets of this crate, replayed through the functions that the targets call.
//!
//! Spec: none.
//! Here: every committed input.
//! Not here: finding new inputs (`fuzz/`).

use std::path::Path;

#[expect(
    clippy::expect_used,
    reason = "shared with the fuzz target, where a panic is a finding"
)]
#[path = "../../../fuzz/checks/dare_archive.rs"]
mod dare_archive;
#[path = "../../../fuzz/checks/dare_envelope.rs"]
mod dare_envelope;
#[expect(
    clippy::expect_used,
    reason = "shared with the fuzz target, where a panic is a finding"
)]
#[path = "../../../fuzz/checks/dare_sequence.rs"]
mod dare_sequence;
#[expect(
    clippy::expect_used,
    reason = "shared with the fuzz target, where a panic is a finding"
)]
#[path = "../../../fuzz/checks/dare_stream.rs"]
mod dare_stream;

fn replay(target: &str, check: fn(&[u8])) -> usize {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(target);
    let mut inputs = 0;
    for entry in std::fs::read_dir(corpus).unwrap_or_else(|error| unreachable!("{error}")) {
        let input = entry.and_then(|entry| std::fs::read(entry.path()));
        check(&input.unwrap_or_else(|error| unreachable!("{error}")));
        inputs += 1;
    }
    inputs
}

#[test]
fn the_corpus_of_envelopes_passes() {
    assert!(replay("dare_envelope", dare_envelope::check) >= 15);
}

#[test]
fn the_corpus_of_sequences_passes() {
    assert!(replay("dare_sequence", dare_sequence::check) >= 25);
}

#[test]
fn the_corpus_of_streams_passes() {
    assert!(replay("dare_stream", dare_stream::check) >= 40);
}

#[test]
fn the_corpus_of_archives_passes() {
    assert!(replay("dare_archive", dare_archive::check) >= 20);
}
