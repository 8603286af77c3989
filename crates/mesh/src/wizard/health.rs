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
const MAX_CHECKED: usize = 64 << 10;
/// Accounts that are remembered.
const MAX_ACCOUNTS: usize = 32;
/// The folder of escrow records among the publications.
const ESCROW: &str = "escrow";

/// The sets of recovery codes that there are, by their identifiers; none where this device may not know.
pub(super) fn code_sets(account: &mut Account) -> Result<Option<Vec<String>>, Trouble> {
    if account.roles().access(StoreLabel::Publication) == Access::None {
        return Ok(None);
    }
    let entries: Vec<CatalogedPublication> = account.entries()?;
    let sets = entries
        .into_iter()
        .filter(|entry| entry.path.as_deref() == Some(ESCROW));
    Ok(Some(sets.filter_map(|entry| entry.id).collect()))
}

/// Remembers that codes of an account were found good while there were these sets.
pub(super) fn note_checked(
    home: &Path,
    udf: &str,
    now: DateTime,
    sets: &[String],
) -> Result<(), Trouble> {
    let mut lines = vec![format!("{udf} {now} {}", sets.join(","))];
    let others = read(home).into_iter();
    lines.extend(others.filter(|line| line.split(' ').next() != Some(udf)));
    lines.truncate(MAX_ACCOUNTS);
    let text = lines.join("\n") + "\n";
    Ok(write_private(
        &home.join(CHECKED),
        text.as_bytes(),
        Existing::Replace,
    )?)
}

/// When that was; none when one of those sets has been voided since, as it may have been the one on paper.
pub(super) fn checked(home: &Path, udf: &str, sets: &[String]) -> Option<String> {
    let lines = read(home);
    let mut parts = lines.iter().find_map(|line| {
        let mut parts = line.split(' ');
        (parts.next() == Some(udf)).then_some(parts)
    })?;
    let (time, then) = (parts.next()?, parts.next()?);
    let mut then = then.split(',').filter(|set| !set.is_empty());
    then.all(|set| sets.iter().any(|there| there == set))
        .then(|| time.to_owned())
}

fn read(home: &Path) -> Vec<String> {
    let Ok(octets) = read_private(&home.join(CHECKED), MAX_CHECKED) else {
        return Vec::new();
    };
    let text = String::from_utf8_lossy(octets.expose_secret()).into_owned();
    text.lines().map(ToOwned::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_counts_until_its_codes_are_voided() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path();
        let set = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let now = |text: &str| DateTime::parse(text).unwrap();
        assert_eq!(checked(home, "MA", &set(&["1"])), None);
        note_checked(home, "MA", now("2026-11-27T07:00:00Z"), &set(&["1"])).unwrap();
        note_checked(home, "MB", now("2026-11-27T08:00:00Z"), &set(&["7"])).unwrap();
        let first = Some("2026-11-27T07:00:00Z".to_owned());
        assert_eq!(checked(home, "MA", &set(&["1"])), first);
        assert_eq!(checked(home, "MA", &set(&["1", "2"])), first);
        assert_eq!(checked(home, "MA", &set(&["2"])), None);
        assert!(checked(home, "MB", &set(&["7"])).is_some());
    }
}
