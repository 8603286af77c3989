// SPDX-License-Identifier: MIT
//! Whether an account is well kept: recovery codes, administrators, contacts, devices that nobody seems to use.
//!
//! Spec: none.
//! Here: what is found in the account, and when the codes of a set were last checked on this device, which the file `codes-checked` of
//! the home says; the same as sentences.
//! Not here: checking codes (`crate::step`), where the sentences are shown (`page`, `terminal`).

use std::collections::HashMap;
use std::path::Path;

use mesh_client::{Access, Account, CodeSet, DeviceSummary, LastChange, StoreLabel};
use mesh_crypto::DateTime;
use mesh_keystore::file::{Existing, read_private, write_private};
use mesh_schema::catalog::contact::Validation;
use mesh_schema::generated::CatalogedPublication;

use super::page::when;
use super::text::{Texts, fill};
use super::trouble::Trouble;

const CHECKED: &str = "codes-checked";
const MAX_CHECKED: usize = 64 << 10;
/// Sets that are remembered.
const MAX_SETS: usize = 256;
/// The folder of escrow records among the publications.
const ESCROW: &str = "escrow";
/// How the codes of the account's key itself are called in the file.
const OF_ACCOUNT: &str = "account";
/// After how many days without a change a device is named.
const OLD_DAYS: i64 = 180;
/// Contacts and devices that are named in a sentence.
const NAMED: usize = 10;
const DAY: i64 = 24 * 60 * 60;

/// How well an account is kept.
pub(super) struct Care {
    /// The sets of recovery codes, and when codes of each were last checked here; none where this device may not know.
    sets: Option<Vec<Option<String>>>,
    /// True when this device is the only administrator's.
    alone: bool,
    /// Contacts, and the names of those whose fingerprint was not compared.
    contacts: Option<(usize, Vec<String>)>,
    /// The names of devices that have changed nothing for long.
    old: Vec<String>,
}

/// One thing about it.
pub(super) struct Remark {
    pub(super) good: bool,
    pub(super) text: String,
    /// The page on which something can be done about it, and what.
    pub(super) remedy: Option<(&'static str, &'static str)>,
}

impl Care {
    pub(super) fn of(
        account: &mut Account,
        devices: &[DeviceSummary],
        changes: &HashMap<String, LastChange>,
        home: &Path,
        now: DateTime,
    ) -> Result<Self, Trouble> {
        let admin = account.roles().is_administrator();
        let sets = match admin {
            true => code_sets(account)?,
            false => None,
        };
        let udf = account.udf().to_owned();
        let sets = sets.map(|sets| {
            let checked = sets.iter().map(|set| checked(home, &udf, set));
            checked.collect()
        });
        let contacts = match account.roles().access(StoreLabel::Contact) >= Access::Read {
            true => {
                let contacts = account.contacts()?;
                let others: Vec<_> = contacts
                    .iter()
                    .filter(|contact| !contact.is_own())
                    .collect();
                let compared = Some(Validation::Fingerprint.as_str());
                let unchecked = others
                    .iter()
                    .filter(|contact| contact.validation() != compared)
                    .map(|contact| {
                        let name = contact.nickname().or(contact.account_address());
                        name.unwrap_or_default().to_owned()
                    });
                Some((others.len(), unchecked.collect()))
            }
            false => None,
        };
        let administrators = devices
            .iter()
            .filter(|device| device.roles.is_administrator());
        Ok(Self {
            sets,
            alone: admin && administrators.count() < 2,
            contacts,
            old: old(devices, changes, now),
        })
    }

    /// The same in sentences.
    pub(super) fn remarks(&self, t: &Texts) -> Vec<Remark> {
        let mut remarks = Vec::new();
        let mut remark = |good, text: String, remedy| {
            remarks.push(Remark { good, text, remedy });
        };
        let number = |text, number: usize| fill(text, &[("number", &number.to_string())]);
        match self.sets.as_deref() {
            None => {}
            Some([]) => {
                let text = match self.alone {
                    true => t.care_no_codes,
                    false => t.care_no_codes_yet,
                };
                remark(false, text.to_owned(), Some(("/codes", t.care_make_codes)));
            }
            Some(sets) => {
                let made = number(t.care_codes, sets.len());
                remark(true, made, Some(("/codes", t.care_more_codes)));
                let unchecked = sets.iter().filter(|set| set.is_none()).count();
                // The times are of one form: the smallest text is the earliest.
                let oldest = sets.iter().flatten().min();
                let check = Some(("/codes/check", t.care_check));
                match (unchecked, oldest) {
                    (0, Some(time)) => remark(
                        true,
                        fill(t.care_checked, &[("time", &when(time))]),
                        Some(("/codes/check", t.care_check_again)),
                    ),
                    (_, None) => remark(false, t.care_unchecked.to_owned(), check),
                    (unchecked, Some(_)) => {
                        remark(false, number(t.care_sets_unchecked, unchecked), check);
                    }
                }
            }
        }
        if self.alone {
            remark(
                false,
                t.care_one_admin.to_owned(),
                Some(("/devices/add", t.devices_add)),
            );
        }
        match &self.contacts {
            Some((0, _)) | None => {}
            Some((all, unchecked)) if unchecked.is_empty() => {
                remark(true, number(t.care_contacts, *all), None);
            }
            Some((_, unchecked)) => {
                let text = fill(t.care_contacts_unchecked, &[("names", &few(unchecked))]);
                remark(false, text, None);
            }
        }
        if !self.old.is_empty() {
            let values = [("days", OLD_DAYS.to_string()), ("names", few(&self.old))];
            let values = values
                .each_ref()
                .map(|(name, value)| (*name, value.as_str()));
            remark(false, fill(t.care_old, &values), None);
        }
        remarks
    }
}

/// The first of some names.
fn few(names: &[String]) -> String {
    let mut some: Vec<&str> = names.iter().take(NAMED).map(String::as_str).collect();
    if names.len() > NAMED {
        some.push("…");
    }
    some.join(", ")
}

/// Other devices that were connected, and have changed something last, so long ago that nobody may be using them.
fn old(
    devices: &[DeviceSummary],
    changes: &HashMap<String, LastChange>,
    now: DateTime,
) -> Vec<String> {
    let others = devices.iter().filter(|device| !device.this);
    let old = others.filter(|device| {
        let changed = changes
            .get(&device.device_udf)
            .and_then(|change| change.here);
        let last = changed.max(device.connected);
        last.is_some_and(|last| now.unix().saturating_sub(last.unix()) > OLD_DAYS * DAY)
    });
    let name = |device: &DeviceSummary| device.name.clone().unwrap_or(device.device_udf.clone());
    old.map(name).collect()
}

/// When a device last changed something, as far as that is known here, in a sentence.
pub(super) fn last_change(
    t: &Texts,
    device: &DeviceSummary,
    changes: &HashMap<String, LastChange>,
) -> String {
    let here = changes.get(&device.device_udf).map(|change| change.here);
    match here {
        Some(Some(time)) => fill(t.last_change, &[("time", &when(&time.to_string()))]),
        Some(None) => t.last_change_undated.to_owned(),
        None => t.last_change_none.to_owned(),
    }
}

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

/// Remembers that codes of a set of an account were found good.
pub(super) fn note_checked(
    home: &Path,
    udf: &str,
    set: &CodeSet,
    now: DateTime,
) -> Result<(), Trouble> {
    let set = match set {
        CodeSet::Account => OF_ACCOUNT,
        CodeSet::Record(id) => id,
    };
    let before = format!("{udf} {set} ");
    let mut lines = vec![format!("{before}{now}")];
    let others = read(home).into_iter();
    lines.extend(others.filter(|line| !line.starts_with(&before)));
    lines.truncate(MAX_SETS);
    let text = lines.join("\n") + "\n";
    Ok(write_private(
        &home.join(CHECKED),
        text.as_bytes(),
        Existing::Replace,
    )?)
}

/// When that was.
fn checked(home: &Path, udf: &str, set: &str) -> Option<String> {
    let before = format!("{udf} {set} ");
    let lines = read(home).into_iter();
    let mut times = lines.filter_map(|line| Some(line.strip_prefix(&before)?.to_owned()));
    times.next()
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
    use mesh_client::{Offline, Roles};

    use super::*;

    fn at(text: &str) -> DateTime {
        DateTime::parse(text).unwrap()
    }

    #[test]
    fn a_check_counts_for_the_set_that_was_checked() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path();
        let set = |id: &str| CodeSet::Record(id.to_owned());
        assert_eq!(checked(home, "MA", "1"), None);
        note_checked(home, "MA", &set("1"), at("2026-11-27T07:00:00Z")).unwrap();
        note_checked(home, "MB", &set("7"), at("2026-11-27T08:00:00Z")).unwrap();
        note_checked(home, "MA", &CodeSet::Account, at("2026-11-27T08:30:00Z")).unwrap();
        assert_eq!(checked(home, "MA", "1").unwrap(), "2026-11-27T07:00:00Z");
        assert_eq!(checked(home, "MA", "2"), None, "another set");
        assert_eq!(checked(home, "MA", "7"), None, "another account");
        note_checked(home, "MA", &set("1"), at("2026-11-27T09:00:00Z")).unwrap();
        assert_eq!(checked(home, "MA", "1").unwrap(), "2026-11-27T09:00:00Z");
        assert_eq!(read(home).len(), 3);
    }

    #[test]
    fn each_set_is_checked_by_itself() {
        let t = Texts::of(None);
        let care = |sets: &[Option<&str>]| Care {
            sets: Some(sets.iter().map(|set| set.map(ToOwned::to_owned)).collect()),
            alone: false,
            contacts: None,
            old: Vec::new(),
        };
        let said = |sets: &[Option<&str>]| {
            let remarks = care(sets).remarks(t).into_iter();
            let said: Vec<(bool, String)> = remarks.map(|said| (said.good, said.text)).collect();
            said.last().cloned().unwrap()
        };
        assert_eq!(said(&[None]), (false, t.care_unchecked.to_owned()));
        let (good, text) = said(&[Some("2026-11-27T07:00:00Z"), Some("2026-10-01T07:00:00Z")]);
        assert!(good && text.contains("2026-10-01"), "{text}");
        let (good, text) = said(&[Some("2026-11-27T07:00:00Z"), None]);
        assert!(!good && text.contains('1'), "{text}");
    }

    #[test]
    fn a_device_is_old_when_nothing_was_heard_of_it_for_long() {
        let device = |name: &str, this, connected: &str| DeviceSummary {
            device_udf: format!("M{name}"),
            roles: Roles::new(&[]),
            offline: Offline::default(),
            name: Some(name.to_owned()),
            this,
            connected: Some(at(connected)),
        };
        let devices = [
            device("this", true, "2020-01-01T00:00:00Z"),
            device("writes", false, "2020-01-01T00:00:00Z"),
            device("new", false, "2026-11-01T00:00:00Z"),
            device("silent", false, "2020-01-01T00:00:00Z"),
        ];
        let change = LastChange {
            store: StoreLabel::Credential,
            frame: 7,
            here: Some(at("2026-10-01T00:00:00Z")),
        };
        let mut changes = HashMap::from([("Mwrites".to_owned(), change)]);
        let now = at("2026-11-27T00:00:00Z");
        assert_eq!(old(&devices, &changes, now), ["silent"]);
        changes.clear();
        assert_eq!(old(&devices, &changes, now), ["writes", "silent"]);
    }
}
