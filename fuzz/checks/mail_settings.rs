// SPDX-License-Identifier: MIT
//! What must hold for whatever is given as settings of a mail program.
//!
//! Spec: mesh-schema, "CatalogedApplicationMail".
//! Here: no panic; each account has an address, by which it is kept.
//! Not here: the corpus (`fuzz/corpus/mail_settings`).

use mesh::import::mail::accounts;

/// Panics if a property does not hold.
pub(crate) fn check(input: &[u8]) {
    let Ok(found) = accounts(input) else {
        return;
    };
    for entry in &found.entries {
        let address = entry.account_address.as_deref();
        let key = entry
            .key
            .as_deref()
            .and_then(|key| key.strip_prefix("mailto:"));
        assert!(address.is_some() && key == address);
    }
}
