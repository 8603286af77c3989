// SPDX-License-Identifier: MIT
//! What happened in a store, and which device did it.
//!
//! Spec: mesh-dare, "Catalogs"; mesh-architecture, "Catalogs and Spools".
//! Here: the transactions of a store in pages, the state of its tree, the last change of each device.
//! Not here: checking frames (`sync`, `mesh-dare`), since when they are here (`marks`).
//!
//! A transaction is what one signature covers that no earlier one does. Who signed follows from the history of the device catalog, where
//! devices that were removed stand too. Frames carry no time: what is told is since when this device has them, which is soon after they
//! were written when it synchronises often, and when it was connected for everything before that. A device that only reads leaves no
//! trace.

use std::collections::HashMap;
use std::fs::File;
use std::rc::Rc;

use mesh_crypto::DateTime;
use mesh_dare::store::Event;
use mesh_dare::store::replica::Replica;
use mesh_jsonbcd::{from_bytes, from_tagged};
use mesh_schema::StoreLabel;
use mesh_schema::generated::{AnyCatalogedEntry, CatalogedDevice};

use crate::account::Account;
use crate::error::Error;
use crate::marks::Mark;

/// Frames of a transaction that are told one by one.
const TOLD: u64 = 8;
/// Frames that are gone through, for one page, to find what was deleted.
const SOUGHT: u64 = 2000;

/// The device whose key signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// Fingerprint of the device.
    pub device_udf: String,
    /// The name that it has, or had last.
    pub name: Option<String>,
    /// True while it is connected.
    pub connected: bool,
}

/// Devices by the fingerprints of their keys.
pub(crate) type Signers = HashMap<String, Signer>;

/// What one frame does.
#[derive(Clone, Debug)]
pub enum Deed {
    /// It begins the store.
    Begin,
    /// It changes an entry. What was deleted is as it was before; `None` when it cannot be read, or was too long ago to be looked for.
    Change(Event, Option<Box<AnyCatalogedEntry>>),
    /// It signs for the store, or says that something has ended.
    Checkpoint,
    /// It begins a new key exchange: what follows opens for whoever reads the store from then on.
    NewKeys,
    /// The service put a message there.
    Message,
}

/// What was written at once.
#[derive(Clone, Debug)]
pub struct Transaction {
    /// Its first frame.
    pub first: u64,
    /// Its last frame.
    pub last: u64,
    /// Who signed it; `None` in a spool, where devices sign nothing, and when no device of the account has the key.
    pub signer: Option<Signer>,
    /// Since when this device has it.
    pub here: Option<DateTime>,
    /// What its first frames do, eight at most.
    pub deeds: Vec<Deed>,
}

/// What a store amounts to, and what is known of that.
#[derive(Clone, Debug)]
pub struct StoreTree {
    /// The store.
    pub label: StoreLabel,
    /// Number of frames.
    pub frames: u64,
    /// Merkle value of the last one, which covers all payloads.
    pub apex: [u8; 64],
    /// The last frame that is signed, and by whom.
    pub signed: Option<(u64, Option<Signer>)>,
    /// Since when this device follows the store: whatever came was what its tree, and the signatures over it, allow.
    pub followed: Option<DateTime>,
    /// When this device last read and checked all frames, and how many there were.
    pub verified: Option<(DateTime, u64)>,
}

/// The last transaction that a device signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastChange {
    /// In which store.
    pub store: StoreLabel,
    /// Its last frame.
    pub frame: u64,
    /// Since when this device has it.
    pub here: Option<DateTime>,
}

/// Since when a frame is here.
fn here(marks: &[Mark], frame: u64) -> Option<DateTime> {
    let found = marks.partition_point(|mark| mark.frames <= frame);
    marks.get(found).map(|mark| mark.time)
}

impl Account {
    /// The state of the tree of each store that this device reads.
    ///
    /// # Errors
    /// [`Error::Dare`] when a replica is damaged; as [`Account::devices`].
    pub fn store_trees(&mut self) -> Result<Vec<StoreTree>, Error> {
        let signers = self.signers()?;
        let mut trees = Vec::new();
        for digest in self.store_digests() {
            let marks = self.stores.marks(digest.label);
            let state = self.stores.replica(digest.label)?.state();
            let signed = state.signatures().next_back();
            let verified = marks.iter().rev().find(|mark| mark.verified);
            trees.push(StoreTree {
                label: digest.label,
                frames: digest.frames,
                apex: digest.apex,
                signed: signed.map(|(frame, kid)| (frame, signers.get(kid).cloned())),
                followed: marks.first().map(|mark| mark.time),
                verified: verified.map(|mark| (mark.time, mark.frames)),
            });
        }
        Ok(trees)
    }

    /// The transactions of a store, the latest first: those that begin before the frame `before`, or the last ones; `most` of them.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a store that this device does not read; [`Error::Dare`] when a replica is damaged; as [`Account::devices`].
    pub fn history(
        &mut self,
        label: StoreLabel,
        before: Option<u64>,
        most: usize,
    ) -> Result<Vec<Transaction>, Error> {
        if !self.labels().contains(&label) {
            return Err(Error::NotFound {
                what: "store",
                name: label.to_string(),
            });
        }
        let signers = self.signers()?;
        let marks = self.stores.marks(label);
        let (replica, keys) = self.opened(label)?;
        let end = before.unwrap_or(u64::MAX).min(replica.state().len());
        let mut found = Vec::new();
        let mut sought = SOUGHT;
        for (first, last, kid) in spans(replica, label, end, most) {
            let told = last.min(first.saturating_add(TOLD.saturating_sub(1)));
            let mut deeds = Vec::new();
            for index in first..=told {
                deeds.push(deed(replica, label, index, keys, &mut sought)?);
            }
            found.push(Transaction {
                first,
                last,
                signer: kid.and_then(|kid| signers.get(&kid).cloned()),
                here: here(&marks, last),
                deeds,
            });
        }
        Ok(found)
    }

    /// The last transaction that each device signed, by the fingerprint of the device, as far as this device reads the stores. A device
    /// that has signed nothing, or writes what this one does not read, is not among them.
    ///
    /// # Errors
    /// As [`Account::store_trees`].
    pub fn last_changes(&mut self) -> Result<HashMap<String, LastChange>, Error> {
        let signers = self.signers()?;
        let mut last: HashMap<String, LastChange> = HashMap::new();
        for label in self.labels() {
            let marks = self.stores.marks(label);
            let state = self.stores.replica(label)?.state();
            let mut latest: HashMap<&str, u64> = HashMap::new();
            latest.extend(state.signatures().map(|(frame, kid)| (kid, frame)));
            for (kid, frame) in latest {
                let Some(signer) = signers.get(kid) else {
                    continue;
                };
                let change = LastChange {
                    store: label,
                    frame,
                    here: here(&marks, frame),
                };
                let known = last
                    .entry(signer.device_udf.clone())
                    .or_insert_with(|| change.clone());
                if change.here > known.here {
                    *known = change;
                }
            }
        }
        Ok(last)
    }

    /// Whose key is whose, of all devices that ever were connected.
    fn signers(&mut self) -> Result<Rc<Signers>, Error> {
        let frames = self
            .stores
            .head(StoreLabel::Device)
            .map_or(0, |head| head.frames);
        if let Some((known, signers)) = &self.signers
            && *known == frames
        {
            return Ok(signers.clone());
        }
        let mut entries = Vec::new();
        let (replica, keys) = self.opened(StoreLabel::Device)?;
        let live = replica.state().live();
        for index in 1..replica.state().len() {
            let event = replica.frame(index)?.content_meta()?.event;
            if event.is_none_or(|event| event == Event::Delete.identifier()) {
                continue;
            }
            let connected = live.binary_search(&index).is_ok();
            let payload = match replica.payload(index, keys) {
                Ok(payload) => payload,
                // What was before the catalog had new keys need not open for who came later.
                Err(_) if !connected => continue,
                Err(error) => return Err(error.into()),
            };
            let entry: CatalogedDevice = from_tagged(payload.expose_secret())?;
            entries.push((entry, connected));
        }
        // The latest entry of a device says what it is called.
        let mut known: HashMap<String, Signer> = HashMap::new();
        let mut kids = Vec::new();
        for (entry, connected) in entries {
            let kid = self
                .connection_of(&entry)?
                .keys()?
                .signature
                .udf()
                .to_string();
            let device_udf = entry.device_udf.unwrap_or_default();
            kids.push((kid, device_udf.clone()));
            let signer = Signer {
                device_udf: device_udf.clone(),
                name: entry.local_name,
                connected,
            };
            known.insert(device_udf, signer);
        }
        let signer = |(kid, udf): (String, String)| Some((kid, known.get(&udf)?.clone()));
        let signers: Rc<Signers> = Rc::new(kids.into_iter().filter_map(signer).collect());
        self.signers = Some((frames, signers.clone()));
        Ok(signers)
    }
}

/// First and last frames of the transactions before the frame `end`, the latest first, and the keys that signed them.
fn spans(
    replica: &Replica<File>,
    label: StoreLabel,
    end: u64,
    most: usize,
) -> Vec<(u64, u64, Option<String>)> {
    if label.is_spool() {
        let frames = (0..end).rev().take(most);
        return frames.map(|frame| (frame, frame, None)).collect();
    }
    let mut spans = Vec::new();
    let mut signed = replica.state().signatures().rev();
    let mut signed = signed
        .by_ref()
        .skip_while(|(frame, _)| *frame >= end)
        .peekable();
    // A catalog ends with a signed frame; so does what is before the first frame of a transaction.
    while let Some((last, kid)) = signed.next() {
        let first = signed
            .peek()
            .map_or(0, |(frame, _)| frame.saturating_add(1));
        spans.push((first, last, Some(kid.to_owned())));
        if spans.len() >= most {
            break;
        }
    }
    spans
}

fn deed(
    replica: &Replica<File>,
    label: StoreLabel,
    index: u64,
    keys: &mesh_crypto::KeyRing,
    sought: &mut u64,
) -> Result<Deed, Error> {
    if index == 0 {
        return Ok(Deed::Begin);
    }
    if label.is_spool() {
        return Ok(Deed::Message);
    }
    let frame = replica.frame(index)?;
    let meta = frame.content_meta()?;
    let event = match &meta.event {
        Some(event) => Event::parse(event)?,
        None if frame.header.recipients.is_empty() => return Ok(Deed::Checkpoint),
        None => return Ok(Deed::NewKeys),
    };
    let content = match event {
        Event::New | Event::Update => Some(index),
        Event::Delete => before_deletion(replica, index, meta.unique_id.as_deref(), sought)?,
    };
    // What cannot be read is no reason to tell nothing of the others.
    let read = |index| {
        let payload = replica.payload(index, keys).ok()?;
        from_bytes::<AnyCatalogedEntry>(payload.expose_secret()).ok()
    };
    Ok(Deed::Change(event, content.and_then(read).map(Box::new)))
}

/// The frame that held an entry before it was deleted.
fn before_deletion(
    replica: &Replica<File>,
    deletion: u64,
    id: Option<&str>,
    sought: &mut u64,
) -> Result<Option<u64>, Error> {
    for index in (1..deletion).rev() {
        let Some(left) = sought.checked_sub(1) else {
            return Ok(None);
        };
        *sought = left;
        if replica.frame(index)?.content_meta()?.unique_id.as_deref() == id {
            return Ok(Some(index));
        }
    }
    Ok(None)
}
