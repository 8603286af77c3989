// SPDX-License-Identifier: MIT
//! The corpora of the fuzz targets `qr_picture`, `password_list`, `network_file` and `mail_settings`, replayed through the functions that the targets call.
//!
//! Spec: none.
//! Here: every committed input, and that some of them are codes and lists.
//! Not here: finding new inputs (`fuzz/`).
#![expect(clippy::unwrap_used, reason = "all of this is test code")]

use std::fs;
use std::path::Path;

#[path = "../../../fuzz/checks/qr_picture.rs"]
mod qr_picture;

#[path = "../../../fuzz/checks/password_list.rs"]
mod password_list;

#[path = "../../../fuzz/checks/network_file.rs"]
mod network_file;

#[path = "../../../fuzz/checks/mail_settings.rs"]
mod mail_settings;

/// Checks each committed input of a target, and tells how many there are, and how many are accepted.
fn replayed(
    target: &str,
    check: impl Fn(&[u8]),
    accepted: impl Fn(&[u8]) -> bool,
) -> (usize, usize) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(target);
    let (mut inputs, mut good) = (0, 0);
    for entry in fs::read_dir(corpus).unwrap() {
        let input = fs::read(entry.unwrap().path()).unwrap();
        check(&input);
        inputs += 1;
        good += usize::from(accepted(&input));
    }
    (inputs, good)
}

#[test]
fn files_with_networks_and_mail_accounts_pass_the_checks_of_their_fuzz_targets() {
    let networks = |input: &[u8]| mesh::import::network::networks(input).is_ok();
    let (inputs, good) = replayed("network_file", network_file::check, networks);
    assert!(inputs >= 14 && good >= 10, "{good} of {inputs}");
    let accounts = |input: &[u8]| mesh::import::mail::accounts(input).is_ok();
    let (inputs, good) = replayed("mail_settings", mail_settings::check, accounts);
    assert!(inputs >= 5 && good >= 2, "{good} of {inputs}");
}

#[test]
fn lists_of_passwords_pass_the_checks_of_the_fuzz_target() {
    let accepted = |input: &[u8]| mesh::import::passwords(input).is_ok();
    let (inputs, lists) = replayed("password_list", password_list::check, accepted);
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
    let accepted = |input: &[u8]| mesh::qr::decode(input).is_ok();
    let (inputs, codes) = replayed("qr_picture", qr_picture::check, accepted);
    assert!(inputs >= 8, "only {inputs} inputs");
    assert!(codes >= 2, "only {codes} codes");
}
