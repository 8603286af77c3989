// SPDX-License-Identifier: MIT
//! Whether what is stored is what was written: every digest and every tree, computed again from the frames.
//!
//! Spec: mesh-dare, "DARE Sequence".
//! Here: the check of a whole store, which may be in use meanwhile.
//! Not here: what is in the frames, which only devices read and verify.

use std::collections::HashMap;

use mesh_dare::store::{Effect, StoreName, Tip, verify_stated_signer};
use mesh_dare::{Envelope, Enveloped};
use mesh_jsonbcd::from_bytes;
use mesh_schema::generated::{AnyCapability, ProfileUser};
use mesh_schema::{StoreLabel, Valid};

use crate::generated::AccountUser;
use crate::store::{Account, FrameRange, Store, StoreError, StoreHead};

/// Octets of frames that are read at a time.
const PAGE: u64 = 4 << 20;
/// Accounts that are read at a time.
const ACCOUNTS: usize = 100;

/// What was verified so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Accounts.
    pub accounts: u64,
    /// Sequences.
    pub sequences: u64,
    /// Frames.
    pub frames: u64,
    /// Octets of the frames.
    pub octets: u64,
    /// What is not in order.
    pub findings: Vec<Finding>,
}

/// Something that is not in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The address of the account; nothing where it is the store as a whole.
    pub account: Option<String>,
    /// The label of the sequence, where it is one.
    pub store: Option<String>,
    /// What.
    pub what: String,
}

/// Verifies everything in a store. `progress` is called after each account.
///
/// # Errors
/// When the store cannot be read at all; what contradicts itself is a finding.
pub fn verify(
    store: &dyn Store,
    progress: &mut dyn FnMut(&Verified),
) -> Result<Verified, StoreError> {
    let mut verified = Verified::default();
    for what in store.check()? {
        verified.findings.push(Finding {
            account: None,
            store: None,
            what,
        });
    }
    let mut after = None;
    loop {
        let accounts = store.accounts(after, ACCOUNTS)?;
        let Some(last) = accounts.last() else {
            return Ok(verified);
        };
        after = Some(last.id);
        for account in &accounts {
            let before = verified.findings.len();
            Checking { store, account }.account(&mut verified)?;
            // What was deleted meanwhile was read in pieces.
            if verified.findings.len() > before && store.account(account.id)?.is_none() {
                verified.findings.truncate(before);
            }
            progress(&verified);
        }
    }
}

struct Checking<'a> {
    store: &'a dyn Store,
    account: &'a Account,
}

impl Checking<'_> {
    fn account(&self, verified: &mut Verified) -> Result<(), StoreError> {
        let id = self.account.id;
        if let Err(what) = self.record() {
            verified.findings.push(self.finding(None, what));
        }
        for (key, row) in self.store.access_rows(id)? {
            if let Err(error) = from_bytes::<AnyCapability>(&row) {
                let what = format!("the access row {key} cannot be read: {error}");
                verified.findings.push(self.finding(None, what));
            }
        }
        for head in self.store.status(id, None)? {
            if let Err(what) = self.sequence(&head.label, verified)? {
                verified
                    .findings
                    .push(self.finding(Some(&head.label), what));
            }
            verified.sequences = verified.sequences.saturating_add(1);
        }
        verified.accounts = verified.accounts.saturating_add(1);
        Ok(())
    }

    fn finding(&self, store: Option<&str>, what: String) -> Finding {
        Finding {
            account: Some(self.account.address.clone()),
            store: store.map(str::to_owned),
            what,
        }
    }

    /// The record holds a profile that is valid, of this fingerprint and address.
    fn record(&self) -> Result<(), String> {
        let record: AccountUser = from_bytes(&self.account.record)
            .map_err(|error| format!("its record cannot be read: {error}"))?;
        let profile = record.enveloped_profile_user.as_ref();
        let profile = profile.map(Enveloped::envelope);
        let profile = profile.ok_or_else(|| "its record holds no profile".to_owned())?;
        let invalid = |error: mesh_schema::Error| format!("its profile is not valid: {error}");
        let profile = Valid::<ProfileUser>::validate(profile).map_err(invalid)?;
        let udf = profile.udf().map_err(invalid)?;
        if udf != self.account.profile_udf {
            return Err(format!(
                "it stands under {}, and its profile is {udf}",
                self.account.profile_udf
            ));
        }
        let address = profile.address().map_err(invalid)?.to_string();
        match address == self.account.address {
            true => Ok(()),
            false => Err(format!("its profile is of {address}")),
        }
    }

    /// What is wrong with a sequence as it is now; frames that are appended meanwhile are not its business.
    fn sequence(
        &self,
        label: &str,
        verified: &mut Verified,
    ) -> Result<Result<(), String>, StoreError> {
        let id = self.account.id;
        if let Err(error) = StoreLabel::parse(label) {
            return Ok(Err(error.to_string()));
        }
        let Some(found) = self.store.head(id, label)? else {
            return Ok(Ok(()));
        };
        let head = &found.head;
        let mut walk = Walk::default();
        while walk.tip.len() < head.next_index {
            let range = FrameRange {
                from: walk.tip.len(),
                to: head.next_index,
                max_bytes: PAGE,
            };
            let frames = self.store.frames(id, label, range)?;
            if frames.is_empty() {
                return Ok(Err(format!("frame {} is missing", range.from)));
            }
            for frame in &frames {
                if let Err(what) = walk.frame(frame.index, &frame.envelope) {
                    return Ok(Err(format!("frame {}: {what}", frame.index)));
                }
                verified.frames = verified.frames.saturating_add(1);
            }
            let octets = frames.iter().map(|frame| frame.envelope.len());
            let octets = u64::try_from(octets.sum::<usize>()).unwrap_or(u64::MAX);
            verified.octets = verified.octets.saturating_add(octets);
        }
        if let Err(what) = walk.agrees(head, &found.state) {
            return Ok(Err(what));
        }
        if let Err(what) = walk.signature(&self.account.profile_udf, label) {
            return Ok(Err(what));
        }
        for (key, index) in &walk.latest {
            let found = self.store.frame_by_key(id, label, key)?;
            let found = found.map(|frame| frame.index);
            let later = found.is_some_and(|found| found >= head.next_index);
            if found != Some(*index) && !later {
                return Ok(Err(format!(
                    "the latest frame of an entry is {index}, and it is found at {found:?}"
                )));
            }
        }
        Ok(Ok(()))
    }
}

/// A sequence as its frames make it.
#[derive(Default)]
struct Walk {
    tip: Tip,
    octets: u64,
    /// The latest frame of each key.
    latest: HashMap<String, u64>,
    last: Option<Envelope>,
}

impl Walk {
    fn frame(&mut self, index: u64, octets: &[u8]) -> Result<(), String> {
        if index != self.tip.len() {
            return Err("it is not the next one".to_owned());
        }
        let envelope: Envelope = from_bytes(octets).map_err(|error| error.to_string())?;
        if envelope.index() != Some(index) {
            return Err("it says another index".to_owned());
        }
        let digest = envelope.check_digest().map_err(|error| error.to_string())?;
        let trailer = envelope.trailer.as_ref();
        self.tip
            .follow(&envelope.header, trailer, &digest)
            .map_err(|error| error.to_string())?;
        let key = match (Effect::of(&envelope.header, index), index) {
            (Ok(Effect::Change(id, _)), _) => Some(id),
            (_, 1..) => envelope.header.envelope_id.clone(),
            _ => None,
        };
        if let Some(key) = key {
            self.latest.insert(key, index);
        }
        let size = u64::try_from(octets.len()).unwrap_or(u64::MAX);
        self.octets = self.octets.saturating_add(size);
        self.last = Some(envelope);
        Ok(())
    }

    fn agrees(&self, head: &StoreHead, state: &[u8]) -> Result<(), String> {
        let apex = self.tip.summary().map(|summary| summary.apex);
        let apex = apex.as_ref().map_or(&[][..], |apex| apex.as_slice());
        if head.digest != apex {
            return Err("its digest is not that of its frames".to_owned());
        }
        if state != self.tip.encode() {
            return Err("its tree is not that of its frames".to_owned());
        }
        match head.bytes == self.octets {
            true => Ok(()),
            false => Err(format!(
                "its frames have {} octets, not {}",
                self.octets, head.bytes
            )),
        }
    }

    /// Where the last frame signs the sequence, the signature is that of the key beside it.
    fn signature(&self, account: &str, label: &str) -> Result<(), String> {
        let (Some(last), Some(summary)) = (&self.last, self.tip.summary()) else {
            return Ok(());
        };
        if last.sequence_signatures().is_empty() {
            return Ok(());
        }
        let name = StoreName::new(account, label);
        verify_stated_signer(&name, last, summary.headers)
            .map(drop)
            .map_err(|error| format!("the signature of its last frame: {error}"))
    }
}
