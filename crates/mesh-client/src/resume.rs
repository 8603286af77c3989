// SPDX-License-Identifier: MIT
//! After a contradiction: the person decides which history counts, and writing goes on.
//!
//! Spec: none; mesh-architecture leaves open what a device does about a service that contradicts itself.
//! Here: going on when the service agrees again, taking over its history, giving it back what it has lost.
//! Not here: finding a contradiction (`sync`), what is kept of it (`stores`).

use std::collections::HashMap;
use std::path::PathBuf;

use mesh_crypto::SecretBytes;
use mesh_dare::Envelope;
use mesh_dare::store::catalog::{Change, EntryName};
use mesh_dare::store::{Event, Remarks};
use mesh_protocol::generated::StatusRequest;
use mesh_schema::{Access, StoreLabel};

use crate::account::Account;
use crate::device::DeviceSummary;
use crate::error::Error;
use crate::status::shown;
use crate::sync::SyncReport;
use crate::transact::{Batch, request};

/// What taking over the history of the service brought.
#[derive(Debug)]
pub struct TakenOver {
    /// Where the replicas as they were are kept.
    pub kept: PathBuf,
    /// Entries that only this device had, by store: they were added again.
    pub added: Vec<(StoreLabel, usize)>,
    /// Entries that the service shows with other content than this device had, by store: those of the service count now.
    pub replaced: Vec<(StoreLabel, usize)>,
    /// Devices that are connected there, or have roles there, other than this device knew.
    pub devices: Vec<DeviceSummary>,
    /// Devices that this device knew, with roles that they do not have there.
    pub without: Vec<DeviceSummary>,
}

/// Entries that were added, entries that were replaced, and the devices, as the service shows them.
type Merged = (
    Vec<(StoreLabel, usize)>,
    Vec<(StoreLabel, usize)>,
    Vec<DeviceSummary>,
);

impl Account {
    /// Why this device writes nothing, if that is so.
    ///
    /// # Errors
    /// [`Error::KeyStore`] when the record cannot be read.
    pub fn frozen(&self) -> Result<Option<String>, Error> {
        self.stores.frozen()
    }

    /// Writes again, if the service shows now what this device has seen.
    ///
    /// # Errors
    /// As [`Account::sync`]; nothing is written then as before.
    pub fn resume(&mut self) -> Result<SyncReport, Error> {
        let report = self.take_news()?;
        self.stores.thaw()?;
        Ok(report)
    }

    /// Takes over the history that the service shows, in the place of the one that this device has seen, which is kept aside. Entries that
    /// only this device had are added again.
    ///
    /// # Errors
    /// As [`Account::sync`] when what the service shows is not in order by itself; everything is as it was then.
    pub fn take_over_history(&mut self) -> Result<TakenOver, Error> {
        let before = self.devices()?;
        let own_entries = self.live_entries()?;
        let fresh = self.stores.beside("new")?;
        let own = std::mem::replace(&mut self.stores, fresh);
        self.signers = None;
        // What only this device has is at the service before what this device has seen is put aside: should anything fail on the way,
        // all is as it was, and can be done again.
        let outcome = self.merge_into_shown(own_entries);
        let shown = std::mem::replace(&mut self.stores, own);
        self.signers = None;
        let (added, replaced, after) = match outcome {
            Ok(merged) => merged,
            Err(error) => {
                shown.remove()?;
                return Err(error);
            }
        };
        let now = self.home.env().now().unix();
        let kept = self.stores.replace_with(shown, &format!("before-{now}"))?;
        let without = |these: &[DeviceSummary], those: &[DeviceSummary]| {
            let among = |device: &&DeviceSummary| {
                let same = |other: &DeviceSummary| {
                    other.device_udf == device.device_udf && other.roles == device.roles
                };
                !those.iter().any(same)
            };
            these.iter().filter(among).cloned().collect()
        };
        Ok(TakenOver {
            kept,
            added,
            replaced,
            devices: without(&after, &before),
            without: without(&before, &after),
        })
    }

    /// Fetches what the service shows and adds what it lacks of these entries.
    fn merge_into_shown(&mut self, mut own: Vec<(StoreLabel, Vec<Live>)>) -> Result<Merged, Error> {
        self.catch_up()?;
        let shown = self.live_entries()?;
        let mut replaced = Vec::new();
        for (label, entries) in &mut own {
            let now = shown.iter().find(|(other, _)| other == label);
            let now: HashMap<&str, &SecretBytes> = now
                .iter()
                .flat_map(|(_, entries)| entries)
                .map(|entry| (entry.pseudonym.as_str(), &entry.payload))
                .collect();
            let there = |entry: &Live| now.get(entry.pseudonym.as_str()).copied();
            entries.retain(|entry| there(entry) != Some(&entry.payload));
            let changed = entries
                .iter()
                .filter(|entry| there(entry).is_some())
                .count();
            if changed > 0 {
                replaced.push((*label, changed));
            }
        }
        let added = self.transact(|account| {
            let mut batch = Batch::default();
            let mut added = Vec::new();
            for (label, entries) in &own {
                let state = account.stores.replica(*label)?.state();
                // What was deleted there stays deleted.
                let unknown = |entry: &&Live| state.slot(&entry.pseudonym).is_none();
                let entries: Vec<&Live> = entries.iter().filter(unknown).collect();
                for entry in &entries {
                    let change = Change {
                        entry: EntryName::Pseudonym(entry.pseudonym.clone()),
                        event: Event::New,
                        payload: entry.payload.clone(),
                    };
                    batch.change(*label, change);
                }
                if !entries.is_empty() {
                    added.push((*label, entries.len()));
                }
            }
            Ok((batch, added))
        })?;
        Ok((added, replaced, self.devices()?))
    }

    /// Gives the service back what it has lost: what it shows must be the beginning of what this device has seen. How many frames were
    /// given back, by store.
    ///
    /// # Errors
    /// [`Error::Fork`] when the service shows another history; [`Error::NotAllowed`] when stores are concerned that this device may not
    /// write; [`Error::Protocol`].
    pub fn give_back_history(&mut self) -> Result<Vec<(StoreLabel, u64)>, Error> {
        let status = self.session()?.status(&StatusRequest::default());
        let status = status.map_err(|error| self.service_error(error))?;
        let mut lost = Vec::new();
        for label in self.labels() {
            let (Some(head), false) = (self.stores.head(label).cloned(), label.is_spool()) else {
                continue;
            };
            let name = label.as_str().to_owned();
            let (number, digest) = shown(&status, label);
            let Some(last) = number.checked_sub(1) else {
                return Err(Error::Fork {
                    store: name,
                    index: 0,
                });
            };
            if number >= head.frames {
                continue;
            }
            let replica = self.stores.replica(label)?;
            let apex = replica.frame(last)?.apex_digest().map(<[u8]>::to_vec);
            if digest != apex.as_deref() {
                return Err(Error::Fork {
                    store: name,
                    index: last,
                });
            }
            if self.roles.access(label) != Access::Write {
                return Err(Error::NotAllowed {
                    what: "give this store back: its roles do not include it",
                });
            }
            let frames: Result<Vec<Envelope>, Error> = (number..head.frames)
                .map(|index| Ok(self.stores.replica(label)?.frame(index)?))
                .collect();
            lost.push((label, frames?));
        }
        let given: Vec<(StoreLabel, u64)> = lost
            .iter()
            .map(|(label, frames)| (*label, u64::try_from(frames.len()).unwrap_or(u64::MAX)))
            .collect();
        let env = self.home.0.client.env.clone();
        let signer = self.keys.signature.clone();
        let mut signed = Vec::new();
        for (label, frames) in &mut lost {
            // Whoever sends frames signs for them, whoever made them.
            let heads = self.stores.heads_beside(*label);
            let remarks = Remarks {
                heads: &heads,
                ..Remarks::default()
            };
            let (replica, keys) = self.opened(*label)?;
            let checkpoint = replica.stage(&[], remarks, None, keys, &signer, &*env)?;
            frames.extend(checkpoint.iter().cloned());
            signed.push((*label, checkpoint));
        }
        if !lost.is_empty() {
            let sent = request(&lost, &Batch::default());
            let sent = self.session()?.transact(&sent);
            sent.map_err(|error| self.service_error(error))?;
            self.stores.extend(&signed, &|_| None)?;
        }
        // Spools grow by the hand of the service: what it has lost of them it cannot be given.
        self.forget_spools()?;
        self.resume()?;
        Ok(given)
    }

    /// The entries of all catalogs that this device may write and that are not for administrators.
    fn live_entries(&mut self) -> Result<Vec<(StoreLabel, Vec<Live>)>, Error> {
        let mut found = Vec::new();
        for label in self.labels() {
            let administrative = matches!(
                label,
                StoreLabel::Access | StoreLabel::Device | StoreLabel::Publication
            );
            if label.is_spool() || administrative || self.roles.access(label) != Access::Write {
                continue;
            }
            if self.stores.head(label).is_none() {
                continue;
            }
            let (replica, keys) = self.opened(label)?;
            let mut entries = Vec::new();
            for index in replica.state().live() {
                let meta = replica.frame(index)?.content_meta()?;
                // What cannot be read cannot be added again either.
                if let (Some(pseudonym), Ok(payload)) =
                    (meta.unique_id, replica.payload(index, keys))
                {
                    entries.push(Live { pseudonym, payload });
                }
            }
            found.push((label, entries));
        }
        Ok(found)
    }
}

/// An entry that exists.
struct Live {
    pseudonym: String,
    payload: SecretBytes,
}
