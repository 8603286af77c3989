// SPDX-License-Identifier: MIT
//! For how long a device with shares of keys may read a store without its service.
//!
//! Spec: none; part of the signed connection of a device.
//! Here: the statement.
//! Not here: keeping what is read offline (`mesh-client`, offline).
//!
//! Deviation: D-21. The field is written only when something is allowed: the reference refuses fields that it does not know.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::generated::OfflineUse;
use crate::label::StoreLabel;

/// The stores that a device may read offline, each with how long after it last had the help of its service. None at first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offline(BTreeMap<StoreLabel, Duration>);

impl Offline {
    /// How long a store may be read; `None` when not at all.
    #[must_use]
    pub fn of(&self, label: StoreLabel) -> Option<Duration> {
        self.0.get(&label).copied()
    }

    /// Allows a store for so long, or forbids it.
    pub fn set(&mut self, label: StoreLabel, how_long: Option<Duration>) {
        match how_long.filter(|how_long| !how_long.is_zero()) {
            Some(how_long) => self.0.insert(label, how_long),
            None => self.0.remove(&label),
        };
    }

    /// True when nothing is allowed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn records(&self) -> Vec<OfflineUse> {
        let record = |(label, how_long): (&StoreLabel, &Duration)| OfflineUse {
            store: Some(label.as_str().to_owned()),
            seconds: i64::try_from(how_long.as_secs()).ok(),
        };
        self.0.iter().map(record).collect()
    }

    /// Stores that this version does not know are left out: they may not be read offline here.
    pub(crate) fn read(records: &[OfflineUse]) -> Self {
        let mut offline = Self::default();
        for record in records {
            let label = StoreLabel::parse(record.store.as_deref().unwrap_or_default());
            let seconds = record
                .seconds
                .and_then(|seconds| u64::try_from(seconds).ok());
            if let (Ok(label), Some(seconds)) = (label, seconds) {
                offline.set(label, Some(Duration::from_secs(seconds)));
            }
        }
        offline
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_allowed_is_not_written_and_not_read() {
        let mut offline = Offline::default();
        offline.set(StoreLabel::Credential, Some(Duration::from_secs(60)));
        offline.set(StoreLabel::Task, Some(Duration::ZERO));
        offline.set(StoreLabel::Contact, Some(Duration::from_secs(1)));
        offline.set(StoreLabel::Contact, None);
        let mut records = offline.records();
        assert_eq!(records.len(), 1);
        assert_eq!(Offline::read(&records), offline);
        records.push(OfflineUse {
            store: Some("Later".to_owned()),
            seconds: Some(1),
        });
        records.push(OfflineUse {
            store: Some("Task".to_owned()),
            seconds: Some(-1),
        });
        assert_eq!(Offline::read(&records), offline);
    }
}
