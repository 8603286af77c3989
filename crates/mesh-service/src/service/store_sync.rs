// SPDX-License-Identifier: MIT
//! Stores of accounts: how far they are, their frames, and transactions over several of them.
//!
//! Spec: mesh-protocol, "Status", "Download", "Transact".
//! Here: what is checked of an update without opening it, and how it is applied.
//! Not here: who may ask (`access`), where frames are kept (`store`).

use std::collections::{HashMap, HashSet};

use mesh_dare::Envelope;
use mesh_dare::generated::SequenceInfo;
use mesh_dare::store::{
    Effect, Event, StatedHead, StoreName, Tip, check_law, verify_stated_signer,
};
use mesh_jsonbcd::{from_bytes, to_json_b};
use mesh_protocol::caller::{Standing, UserCaller};
use mesh_protocol::generated::{
    DownloadRequest, DownloadResponse, StatusRequest, StatusResponse, StoreStatus, StoreUpdate,
    TransactRequest, TransactResponse,
};
use mesh_protocol::{Code, Failure};
use mesh_schema::generated::CatalogedDevice;
use mesh_schema::{Access as Level, StoreLabel};

use super::{Service, missing};
use crate::access::{AccessChange, StoredAccess, allows, changes, entry_in};
use crate::account::Served;
use crate::error::Error;
use crate::store::{Append, Frame, FrameRange, NewFrame, StoreError, StoreHead, StoreTransaction};
use mesh_dare::Enveloped;

/// Octets of envelopes in one answer to a download; more come with the next request.
const PAGE: u64 = 4 << 20;
/// Frames of one transaction in one store.
const MAX_FRAMES: usize = 50_000;
/// Positions of other stores that one transaction may state.
const MAX_STATED: usize = 10_000;
/// Messages of one transaction in one spool.
const MAX_MESSAGES: usize = 256;
/// Octets of one frame. A frame that did not fit into an answer could never be fetched, and nothing behind it.
const MAX_FRAME: usize = 8 << 20;

impl Service {
    /// How far the stores are that the caller may read.
    pub(super) fn store_status(
        &self,
        caller: &UserCaller,
        request: &StatusRequest,
    ) -> Result<StatusResponse, Failure> {
        let served = self.served(&caller.account)?;
        let store_status = self.readable(&served, &caller.standing, request)?;
        let known = request.cataloged_device_digest.as_deref();
        let (enveloped_cataloged_device, cataloged_device_digest) =
            self.entry_of(caller, &served, known)?;
        Ok(StatusResponse {
            store_status,
            enveloped_profile_account: Some(Enveloped::new(served.profile.envelope().clone())),
            enveloped_account_host_assignment: Some(served.assignment().clone()),
            enveloped_cataloged_device,
            cataloged_device_digest,
            ..StatusResponse::default()
        })
    }

    /// How far the stores are that are asked for, as far as whoever asks may read them.
    pub(super) fn readable(
        &self,
        served: &Served,
        standing: &Standing,
        request: &StatusRequest,
    ) -> Result<Vec<StoreStatus>, Failure> {
        let mut labels: Vec<&str> = request
            .catalogs
            .iter()
            .chain(&request.spools)
            .map(String::as_str)
            .collect();
        let all = StoreLabel::ALL.map(StoreLabel::as_str);
        if labels.is_empty() {
            labels.extend(all);
        }
        labels.retain(|label| {
            StoreLabel::parse(label).is_ok_and(|label| allows(standing, label, Level::Read))
        });
        let heads = self
            .0
            .store
            .status(served.id, Some(&labels))
            .map_err(Error::from)?;
        let status = |head: StoreHead| StoreStatus {
            store: Some(head.label),
            index: i64::try_from(head.next_index).ok(),
            digest: Some(head.digest),
        };
        Ok(heads.into_iter().map(status).collect())
    }

    /// Frames of the stores that the caller may read, as many as fit into an answer.
    pub(super) fn store_download(
        &self,
        caller: &UserCaller,
        request: &DownloadRequest,
    ) -> Result<DownloadResponse, Failure> {
        let served = self.served(&caller.account)?;
        let mut updates = Vec::new();
        for Part { mut update, frames } in self.page(&served, &caller.standing, request)? {
            for frame in frames {
                let envelope = from_bytes(&frame.envelope).map_err(Error::from)?;
                update.envelopes.push(envelope);
            }
            updates.push(update);
        }
        let known = request.cataloged_device_digest.as_deref();
        let (enveloped_cataloged_device, cataloged_device_digest) =
            self.entry_of(caller, &served, known)?;
        Ok(DownloadResponse {
            updates,
            enveloped_cataloged_device,
            cataloged_device_digest,
            ..DownloadResponse::default()
        })
    }

    /// What the answer to a download has of each store, with its frames as they are stored.
    pub(super) fn page(
        &self,
        served: &Served,
        standing: &Standing,
        request: &DownloadRequest,
    ) -> Result<Vec<Part>, Failure> {
        let mut parts = Vec::new();
        let mut budget = PAGE;
        let stores: HashSet<_> = request.select.iter().map(|select| &select.store).collect();
        if stores.len() != request.select.len() || stores.len() > StoreLabel::ALL.len() {
            return Err(missing("Select"));
        }
        let labels: Vec<&str> = request
            .select
            .iter()
            .filter_map(|select| select.store.as_deref())
            .collect();
        // All of one moment: a frame that states how far another store is must not come without that.
        let heads = self
            .0
            .store
            .status(served.id, Some(&labels))
            .map_err(Error::from)?;
        for select in &request.select {
            let name = select.store.as_deref().ok_or_else(|| missing("Store"))?;
            let label = StoreLabel::parse(name).map_err(|_| missing("Store"))?;
            if !allows(standing, label, Level::Read) {
                return Err(Failure::new(Code::NotAuthorized));
            }
            let from =
                u64::try_from(select.index_min.unwrap_or(0)).map_err(|_| missing("IndexMin"))?;
            let to = select.index_max.map_or(Ok(u64::MAX), |max| {
                u64::try_from(max).map(|max| max.saturating_add(1))
            });
            let to = to.map_err(|_| missing("IndexMax"))?;
            let mut update = StoreUpdate {
                store: Some(name.to_owned()),
                ..StoreUpdate::default()
            };
            let mut frames = Vec::new();
            if let Some(head) = heads.iter().find(|head| head.label == name) {
                let next = head.next_index;
                let to = to.min(next);
                if budget > 0 && from < to {
                    let range = FrameRange {
                        from,
                        to,
                        max_bytes: budget,
                    };
                    let store = &self.0.store;
                    frames = store.frames(served.id, name, range).map_err(Error::from)?;
                }
                for frame in &frames {
                    let size = u64::try_from(frame.envelope.len()).unwrap_or(u64::MAX);
                    budget = budget.saturating_sub(size);
                }
                let last = frames.last().map(|frame| frame.index);
                let after = last.map_or(from, |last| last.saturating_add(1));
                update.index = i64::try_from(from).ok();
                update.partial = Some(after < to);
                update.final_index = i64::try_from(next).ok();
                update.digest = Some(head.digest.clone());
            }
            parts.push(Part { update, frames });
        }
        Ok(parts)
    }

    /// Applies an update of several stores and posts messages: all of it durably, or nothing.
    pub(super) fn store_transact(
        &self,
        caller: &UserCaller,
        request: TransactRequest,
    ) -> Result<TransactResponse, Failure> {
        let served = self.served(&caller.account)?;
        if !request.accounts.is_empty() || !request.outbound.is_empty() {
            return Err(Failure::with_text(
                Code::Refused,
                "this service does not deliver messages to other accounts",
            ));
        }
        let mut staged = Vec::new();
        let mut bitmask = vec![0u8; 4];
        for update in request.updates {
            let staged_update = Staged::check(update, &caller.standing)?;
            let label = staged_update.label;
            if staged.iter().any(|other: &Staged| other.label == label) {
                return Err(Failure::invalid("a store stands in the transaction twice"));
            }
            mark(&mut bitmask, staged_update.label);
            staged.push(staged_update);
        }
        let mut messages = Vec::new();
        for (label, list) in [
            (StoreLabel::Inbound, request.inbound),
            (StoreLabel::Local, request.local),
        ] {
            if list.is_empty() {
                continue;
            }
            if !allows(&caller.standing, label, Level::Write) {
                return Err(Failure::new(Code::NotAuthorized));
            }
            mark(&mut bitmask, label);
            if list.len() > MAX_MESSAGES {
                return Err(Failure::new(Code::TooLarge));
            }
            for message in list {
                let size = fits(message.envelope())?.len();
                message.envelope().check_digest().map_err(Error::from)?;
                if message.envelope().header.envelope_id.is_none() {
                    return Err(missing("EnvelopeId"));
                }
                messages.push((label, message.into_envelope(), size));
            }
        }
        let octets = staged.iter().flat_map(|update| &update.frames);
        let octets = octets.map(|frame| frame.envelope.len());
        let sizes = messages.iter().map(|(_, _, size)| *size);
        let more = octets.chain(sizes).fold(0usize, usize::saturating_add);
        let more = u64::try_from(more).unwrap_or(u64::MAX);
        self.fits_quota(&served, more, governs(&caller.standing))?;
        let tips: Result<Vec<Tip>, Failure> = staged
            .iter()
            .map(|update| self.continue_store(&served, update))
            .collect();
        let tips = tips?;
        // Only what continues the catalog can be read: its exchanges are named by their places.
        let access = match staged
            .iter()
            .find(|update| update.label == StoreLabel::Access)
        {
            Some(update) => self.access_changes(&served, update)?,
            None => Vec::new(),
        };
        let signer = self.signer_of(caller, &served)?;
        let mut known = HashMap::new();
        for (update, tip) in staged.iter().zip(&tips) {
            self.check_changes(&served, update)?;
            if let Some(signer) = &signer {
                self.check_stated(&served, update, &staged, &mut known)?;
                update.check_signer(&caller.account, tip, signer)?;
            }
        }
        let now = self.0.env.now();
        let done = self.0.store.transact(served.id, &mut |transaction| {
            for (update, tip) in staged.iter().zip(&tips) {
                let label = update.label.as_str();
                // Frames are only ever added: with this number of them it is the store that was judged.
                transaction.expect(label, update.first)?;
                let append = Append {
                    frames: &update.frames,
                    digest: &tip.summary().map_or([0; 64], |summary| summary.apex),
                    state: &tip.encode(),
                };
                transaction.append(label, &append)?;
            }
            for (label, envelope, _) in &messages {
                append_message(transaction, *label, envelope, now)?;
            }
            for change in &access {
                change.apply(transaction)?;
            }
            Ok(())
        });
        done.map_err(Error::from)?;
        Ok(TransactResponse {
            bitmask: Some(bitmask),
            ..TransactResponse::default()
        })
    }

    /// The catalog entry of the device that asks, unless it knows it by its digest, and the digest.
    fn entry_of(
        &self,
        caller: &UserCaller,
        served: &Served,
        known: Option<&str>,
    ) -> Result<(Option<Enveloped<CatalogedDevice>>, Option<String>), Failure> {
        if !matches!(caller.standing, Standing::Device(_)) {
            return Ok((None, None));
        }
        let key = caller.peer.key().udf().to_string();
        Ok(entry_in(
            &*self.0.accounts.capability(served.id, &key)?,
            known,
        ))
    }

    /// The fingerprint of the key with which the caller signs stores; `None` for whoever speaks for the account itself.
    fn signer_of(&self, caller: &UserCaller, served: &Served) -> Result<Option<String>, Failure> {
        if !matches!(caller.standing, Standing::Device(_)) {
            return Ok(None);
        }
        let key = caller.peer.key().udf().to_string();
        let capability = self.0.accounts.capability(served.id, &key)?;
        // Nothing is signed by a key without a fingerprint: an entry that names none lets its device write nothing.
        let witness = capability.as_ref().as_ref();
        let witness = witness.and_then(|capability| capability.witness.clone());
        Ok(Some(witness.unwrap_or_default()))
    }

    /// The tip of the store with the update.
    ///
    /// A device that has another history writes into none of ours: it must synchronise, and see.
    fn continue_store(&self, served: &Served, update: &Staged) -> Result<Tip, Failure> {
        let head = self.0.store.head(served.id, update.label.as_str());
        let (next, mut tip) = match head.map_err(Error::from)? {
            Some(head) => (
                head.head.next_index,
                Tip::decode(&head.state).map_err(Error::from)?,
            ),
            None => (0, Tip::default()),
        };
        if next != update.first {
            return Err(Failure::new(Code::Stale));
        }
        for (envelope, digest) in update.envelopes.iter().zip(&update.digests) {
            match tip.follow(&envelope.header, envelope.trailer.as_ref(), digest) {
                Ok(_) => {}
                Err(mesh_dare::Error::ApexMismatch { .. }) => {
                    return Err(Failure::new(Code::Stale));
                }
                Err(error) => return Err(Error::from(error).into()),
            }
        }
        Ok(tip)
    }

    /// Refuses changes that contradict what the catalog holds, as every other device would: nobody could synchronise it again.
    fn check_changes(&self, served: &Served, update: &Staged) -> Result<(), Failure> {
        let label = update.label.as_str();
        let mut events: HashMap<&str, Event> = HashMap::new();
        for effect in &update.effects {
            let Effect::Change(id, event) = effect else {
                continue;
            };
            let last = match events.get(id.as_str()) {
                Some(event) => Some(*event),
                None => {
                    let last = self.0.store.frame_by_key(served.id, label, id);
                    let last = last.map_err(Error::from)?;
                    // Others, at another host perhaps, were faster than this one since the end of the store was read: nothing is wrong with the
                    // change, it only comes too late.
                    if last
                        .as_ref()
                        .is_some_and(|frame| frame.index >= update.first)
                    {
                        return Err(Failure::new(Code::Stale));
                    }
                    let last = last.map(|frame| {
                        let envelope: Envelope =
                            from_bytes(&frame.envelope).map_err(Error::from)?;
                        match Effect::of(&envelope.header, frame.index).map_err(Error::from)? {
                            Effect::Change(_, event) => Ok(Some(event)),
                            Effect::Checkpoint(_) => Ok::<_, Error>(None),
                        }
                    });
                    last.transpose()?.flatten()
                }
            };
            check_law(id, last, *event)
                .map_err(|_| Failure::invalid("a change contradicts what the catalog holds"))?;
            events.insert(id, *event);
        }
        Ok(())
    }

    /// Refuses frames that state of another store what is not so.
    fn check_stated(
        &self,
        served: &Served,
        update: &Staged,
        all: &[Staged],
        known: &mut HashMap<(StoreLabel, u64), StatedHead>,
    ) -> Result<(), Failure> {
        let wrong = || Failure::invalid("a frame states of another store what is not so");
        for envelope in &update.envelopes {
            let meta = envelope.content_meta().map_err(Error::from)?;
            let heads = StatedHead::read(&meta);
            if heads.len() > StoreLabel::ALL.len() {
                return Err(wrong());
            }
            for stated in heads {
                let Ok(label) = StoreLabel::parse(&stated.label) else {
                    continue;
                };
                if let Some(found) = known.get(&(label, stated.index)) {
                    match *found == stated {
                        true => continue,
                        false => return Err(wrong()),
                    }
                }
                if known.len() >= MAX_STATED {
                    return Err(Failure::new(Code::TooLarge));
                }
                let staged = all.iter().find(|staged| staged.label == label);
                let place = staged.and_then(|staged| {
                    let place = usize::try_from(stated.index.checked_sub(staged.first)?).ok()?;
                    Some(staged.envelopes.get(place))
                });
                let holds = match place {
                    Some(frame) => frame.is_some_and(|frame| stated.is_of(frame)),
                    None => self
                        .stored(served, label, stated.index)?
                        .is_some_and(|frame| stated.is_of(&frame)),
                };
                if !holds {
                    return Err(wrong());
                }
                known.insert((label, stated.index), stated);
            }
        }
        Ok(())
    }

    /// A frame that is in a store.
    fn stored(
        &self,
        served: &Served,
        label: StoreLabel,
        index: u64,
    ) -> Result<Option<Envelope>, Error> {
        let range = FrameRange {
            from: index,
            to: index.saturating_add(1),
            max_bytes: 0,
        };
        let frames = self.0.store.frames(served.id, label.as_str(), range)?;
        let found = frames.into_iter().next();
        Ok(found.map(|frame| from_bytes(&frame.envelope)).transpose()?)
    }

    fn access_changes(
        &self,
        served: &Served,
        update: &Staged,
    ) -> Result<Vec<AccessChange>, Failure> {
        let stored = InStore {
            service: self,
            served,
        };
        Ok(changes(&update.envelopes, &stored, self.0.host.keys())?)
    }
}

/// What the answer to a download has of one store.
pub(super) struct Part {
    /// Everything but the frames.
    pub(super) update: StoreUpdate,
    /// The frames.
    pub(super) frames: Vec<Frame>,
}

/// The access catalog of an account as it is in the store.
struct InStore<'a> {
    service: &'a Service,
    served: &'a Served,
}

impl StoredAccess for InStore<'_> {
    fn frame(&self, index: u64) -> Result<Option<Envelope>, Error> {
        self.service.stored(self.served, StoreLabel::Access, index)
    }

    fn latest(&self, unique_id: &str) -> Result<Option<Envelope>, Error> {
        let label = StoreLabel::Access.as_str();
        let store = &self.service.0.store;
        let frame = store.frame_by_key(self.served.id, label, unique_id)?;
        Ok(frame.map(|frame| from_bytes(&frame.envelope)).transpose()?)
    }
}

/// An update whose envelopes have been checked and encoded as they will be handed out.
struct Staged {
    label: StoreLabel,
    first: u64,
    envelopes: Vec<Envelope>,
    frames: Vec<NewFrame>,
    effects: Vec<Effect>,
    digests: Vec<[u8; 64]>,
}

impl Staged {
    fn check(update: StoreUpdate, standing: &Standing) -> Result<Self, Failure> {
        let label = StoreLabel::parse(update.store.as_deref().unwrap_or_default())
            .map_err(|_| missing("Store"))?;
        if !allows(standing, label, Level::Write) {
            return Err(Failure::new(Code::NotAuthorized));
        }
        if label.is_spool() {
            return Err(Failure::invalid(
                "messages are posted, not written into a spool",
            ));
        }
        if update.envelopes.is_empty() || update.envelopes.len() > MAX_FRAMES {
            return Err(missing("Envelopes"));
        }
        let first = update
            .envelopes
            .first()
            .and_then(Envelope::index)
            .ok_or_else(|| missing("Index"))?;
        let mut frames = Vec::with_capacity(update.envelopes.len());
        let mut effects = Vec::with_capacity(update.envelopes.len());
        let mut digests = Vec::with_capacity(update.envelopes.len());
        for (index, envelope) in (first..).zip(&update.envelopes) {
            if envelope.index() != Some(index) {
                return Err(missing("Index"));
            }
            // Who may read a catalog is for administrators to say.
            let begins = !envelope.header.recipients.is_empty() && index > 0;
            if begins && !governs(standing) {
                return Err(Failure::new(Code::NotAdministrator));
            }
            digests.push(envelope.check_digest().map_err(Error::from)?);
            let effect = Effect::of(&envelope.header, index).map_err(Error::from)?;
            frames.push(NewFrame {
                envelope: fits(envelope)?,
                key: match &effect {
                    Effect::Change(id, _) => Some(id.clone()),
                    Effect::Checkpoint(_) => None,
                },
            });
            effects.push(effect);
        }
        Ok(Self {
            label,
            first,
            envelopes: update.envelopes,
            frames,
            effects,
            digests,
        })
    }

    /// Refuses a store that the key with this fingerprint has not signed, as every other device would. `tip` is the store with the update.
    fn check_signer(&self, account: &str, tip: &Tip, signer: &str) -> Result<(), Failure> {
        let name = StoreName::new(account, self.label.as_str());
        let signed = match (tip.summary(), self.envelopes.last()) {
            (Some(summary), Some(last)) => verify_stated_signer(&name, last, summary.headers),
            _ => return Ok(()),
        };
        match signed {
            Ok(kid) if kid == signer => Ok(()),
            _ => Err(Failure::invalid("the store is not signed by the caller")),
        }
    }
}

/// True for administrators of the account and whoever speaks for it.
fn governs(standing: &Standing) -> bool {
    match standing {
        Standing::Account => true,
        Standing::Device(roles) => roles.is_administrator(),
        Standing::Unconnected => false,
    }
}

/// The octets of an envelope, if it is not too large to be fetched.
fn fits(envelope: &Envelope) -> Result<Vec<u8>, Failure> {
    let octets = to_json_b(envelope);
    match octets.len() <= MAX_FRAME {
        true => Ok(octets),
        false => Err(Failure::new(Code::TooLarge)),
    }
}

/// Appends a message to a spool, unless the very same message is its latest under this identifier already.
pub(super) fn append_message(
    transaction: &mut dyn StoreTransaction,
    label: StoreLabel,
    envelope: &Envelope,
    now: mesh_crypto::DateTime,
) -> Result<(), StoreError> {
    let name = label.as_str();
    let key = envelope.header.envelope_id.clone();
    let damaged = |error: mesh_jsonbcd::Error| StoreError::Corrupt {
        detail: error.to_string(),
    };
    if let Some(key) = &key
        && let Some(frame) = transaction.frame_by_key(name, key)?
    {
        let stored: Envelope = from_bytes(&frame.envelope).map_err(damaged)?;
        if stored.payload_digest() == envelope.payload_digest() {
            return Ok(());
        }
    }
    let head = transaction.head(name)?;
    let mut tip = match &head {
        Some(head) => Tip::decode(&head.state).map_err(corrupt)?,
        None => {
            return Err(StoreError::Corrupt {
                detail: format!("the spool {name} is missing"),
            });
        }
    };
    let index = tip.len();
    let digest = envelope.check_digest().map_err(corrupt)?;
    let mut envelope = envelope.clone();
    // What says something of the place in a sequence is for the service to say, not for whoever sends the message.
    envelope.header.sequence_info = Some(SequenceInfo {
        index: i64::try_from(index).ok(),
        ..SequenceInfo::default()
    });
    envelope.header.sequence_signatures.clear();
    envelope.header.apex_digest = None;
    envelope.header.chain_digest = None;
    let trailer = envelope.trailer.get_or_insert_default();
    trailer.sequence_signatures.clear();
    trailer.chain_digest = None;
    envelope.header.received = Some(now);
    let apex = tip.push(&envelope.header, &digest);
    envelope.trailer.get_or_insert_default().apex_digest = Some(apex.to_vec());
    let frames = [NewFrame {
        envelope: to_json_b(&envelope),
        key,
    }];
    transaction.append(
        name,
        &Append {
            frames: &frames,
            digest: &apex,
            state: &tip.encode(),
        },
    )?;
    Ok(())
}

fn corrupt(error: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt {
        detail: error.to_string(),
    }
}

fn mark(bitmask: &mut [u8], label: StoreLabel) {
    for (octet, bit) in bitmask.iter_mut().zip(label.bitmask()) {
        *octet |= bit;
    }
}
