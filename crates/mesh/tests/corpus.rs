// SPDX-License-Identifier: MIT
//! The corpus of the fuzz target `qr_picture`, replayed through the function that the target calls.
//!
//! Spec: none.
//! Here: every committed input, of which one is a code.
//! Not here: finding new inputs (`fuzz/`).

use std::fs;
use std::path::Path;

#[path = "../../../fuzz/checks/qr_picture.rs"]
mod qr_picture;

#[test]
fn the_corpus_passes_the_checks_of_the_fuzz_target() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/qr_picture");
    let (mut inputs, mut codes) = (0, 0);
    for entry in fs::read_dir(corpus).unwrap() {
        let input = fs::read(entry.unwrap().path()).unwrap();
        qr_picture::check(&input);
        inputs += 1;
        codes += usize::from(mesh::qr::decode(&input).is_ok());
    }
    assert!(inputs >= 8, "only {inputs} inputs");
    assert!(codes >= 2, "only {codes} codes");
}
