// SPDX-License-Identifier: MIT
//! The corpora of the fuzz targets `qr_picture` and `password_list`, replayed through the functions that the targets call.
//!
//! Spec: none.
//! Here: every committed input, and that some of them are codes and lists.
//! Not here: finding new inputs (`fuzz/`).

use std::fs;
use std::path::Path;

#[path = "../../../fuzz/checks/qr_picture.rs"]
mod qr_picture;

#[path = "../../../fuzz/checks/password_list.rs"]
mod password_list;

#[test]
fn lists_of_passwords_pass_the_checks_of_the_fuzz_target() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/password_list");
    let (mut inputs, mut lists) = (0, 0);
    for entry in fs::read_dir(corpus).unwrap() {
        let input = fs::read(entry.unwrap().path()).unwrap();
        password_list::check(&input);
        inputs += 1;
        lists += usize::from(mesh::import::passwords(&input).is_ok());
    }
    assert!(inputs >= 12, "only {inputs} inputs");
    assert!(lists >= 8, "only {lists} lists");
}

/// The longest list, of one site only: each row has a name of its own, and it is read in a moment.
#[test]
fn a_list_of_one_site_is_read_in_a_moment() {
    let mut list = "url,username,password\n".to_owned();
    for number in 0..mesh::import::MAX_ROWS {
        list.push_str(&format!("https://example.com,alice,secret {number}\n"));
    }
    let begun = std::time::Instant::now();
    let read = mesh::import::passwords(list.as_bytes()).unwrap();
    assert_eq!(read.entries.len(), mesh::import::MAX_ROWS);
    let last = read.entries.last().unwrap().service.as_deref();
    assert_eq!(last, Some("example.com (50000)"));
    // Compared each with each it would be an hour.
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}

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
