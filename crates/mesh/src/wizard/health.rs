// SPDX-License-Identifier: MIT
//! Whether an account is well kept: recovery codes, contacts.
//!
//! Spec: none.
//! Here: what is found in the account, and when codes were last checked on this device, which the file `codes-checked` of the home says.
//! Not here: checking codes (`crate::step`).

use std::path::Path;

use mesh_client::{Access, Account, StoreLabel};
use mesh_crypto::DateTime;
use mesh_keystore::file::{Existing, read_private, write_private};
use mesh_schema::generated::CatalogedPublication;

use super::trouble::Trouble;

const CHECKED: &str = "codes-checked";
const MAX_CHECKED: usize = 4096;
/// The folder of escrow records among the publications.
const ESCROW: &str = "escrow";

/// The sets of recovery codes that there are, as far as this device may know.
pub(super) fn code_sets(account: &mut Account) -> Result<Vec<String>, Trouble> {
    if account.roles().access(StoreLabel::Publication) == Access::None {
        return Ok(Vec::new());
    }
    let entries: Vec<CatalogedPublication> = account.entries()?;
    let sets = entries
        .into_iter()
        .filter(|entry| entry.path.as_deref() == Some(ESCROW));
    Ok(sets
        .map(|entry| entry.description.unwrap_or_default())
        .collect())
}

/// Remembers that codes of an account were found good.
pub(super) fn note_checked(home: &Path, udf: &str, now: DateTime) -> Result<(), Trouble> {
    let text = format!("{udf} {now}\n");
    Ok(write_private(
        &home.join(CHECKED),
        text.as_bytes(),
        Existing::Replace,
    )?)
}

/// When that was.
pub(super) fn checked(home: &Path, udf: &str) -> Option<String> {
    let octets = read_private(&home.join(CHECKED), MAX_CHECKED).ok()?;
    let text = std::str::from_utf8(octets.expose_secret()).ok()?;
    let (of, time) = text.trim().split_once(' ')?;
    (of == udf).then(|| time.to_owned())
}
