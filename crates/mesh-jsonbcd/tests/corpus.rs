// SPDX-License-Identifier: MIT
//! The corpus of the fuzz target `jsonbcd_reader`, replayed through the function that the target calls.
//!
//! Spec: none.
//! Here: every committed input.
//! Not here: finding new inputs (`fuzz/`).

use std::fs;
use std::path::Path;

#[path = "../../../fuzz/checks/jsonbcd_reader.rs"]
mod jsonbcd_reader;

#[test]
fn the_corpus_passes_the_checks_of_the_fuzz_target() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/jsonbcd_reader");
    let mut inputs = 0;
    for entry in fs::read_dir(root).unwrap() {
        let input = fs::read(entry.unwrap().path()).unwrap();
        jsonbcd_reader::check(&input);
        inputs += 1;
    }
    assert!(inputs >= 200, "only {inputs} inputs");
}
