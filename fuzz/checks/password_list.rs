// SPDX-License-Identifier: MIT
//! What must hold for whatever is given as a list of passwords.
//!
//! Spec: RFC 4180.
//! Here: no panic; each entry has a name of its own and a password; a list of the entries is read as just these.
//! Not here: the corpus (`fuzz/corpus/password_list`).

use std::collections::HashSet;

use mesh::import::{MAX_ROWS, passwords};

/// Panics if a property does not hold.
pub(crate) fn check(input: &[u8]) {
    let Ok(list) = passwords(input) else {
        return;
    };
    assert!((1..=MAX_ROWS).contains(&list.entries.len()));
    let mut names = HashSet::new();
    let mut written = "name,username,password,note\n".to_owned();
    for entry in &list.entries {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let (service, user) = (text(&entry.service), text(&entry.username));
        let password = entry
            .password
            .as_ref()
            .map(|password| password.expose_secret());
        let password = password.unwrap_or_default();
        assert!(!service.is_empty() && !password.is_empty());
        let fields = [&service, &user, password, &text(&entry.description)];
        let fields = fields.map(|field| format!("\"{}\"", field.replace('"', "\"\"")));
        written.push_str(&fields.join(","));
        written.push('\n');
        assert!(names.insert((service, user)), "a name is given twice");
    }
    let again = passwords(written.as_bytes());
    let again = again.as_ref().ok();
    assert!(
        again.is_some_and(|again| again.entries == list.entries),
        "a list of the entries is another list"
    );
    assert!(again.is_some_and(|again| again.skipped == 0 && again.left.is_empty()));
}
