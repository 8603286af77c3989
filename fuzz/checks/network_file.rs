// SPDX-License-Identifier: MIT
//! What must hold for whatever is given as a file with wireless networks.
//!
//! Spec: mesh-schema, "CatalogedNetwork".
//! Here: no panic; a network that can be written in a form is read from it again.
//! Not here: the corpus (`fuzz/corpus/network_file`).

use mesh::import::network::{Form, networks, written};

/// Panics if a property does not hold.
pub(crate) fn check(input: &[u8]) {
    let Ok(found) = networks(input) else {
        return;
    };
    for entry in &found.entries {
        for form in [Form::KeyFile, Form::Supplicant, Form::Code] {
            let Ok(text) = written(entry, form) else {
                continue;
            };
            let again = networks(text.as_bytes()).ok();
            let again = again.and_then(|mut again| again.entries.pop());
            let same = again.is_some_and(|again| {
                let password = |text: &Option<_>| text.clone().unwrap_or_default();
                again.service == entry.service
                    && password(&again.password) == password(&entry.password)
            });
            assert!(same, "{form:?} is read otherwise than it was written");
        }
    }
}
