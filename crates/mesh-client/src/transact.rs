// SPDX-License-Identifier: MIT
//! Writing: several changes that take effect together, whoever else writes at the same time.
//!
//! Spec: mesh-protocol, "Transact".
//! Here: staging on the replicas, sending, and what follows when the account has moved on or the answer was lost.
//! Not here: what is written (`catalog`, `device`).

use std::time::{Duration, Instant};

use mesh_crypto::{Environment, PublicKey};
use mesh_dare::store::Remarks;
use mesh_dare::store::catalog::Change;
use mesh_dare::{Envelope, Enveloped};
use mesh_protocol::Code;
use mesh_protocol::generated::{StoreUpdate, TransactRequest};
use mesh_schema::StoreLabel;

use crate::account::Account;
use crate::error::Error;

/// How long a change is evaluated anew because other devices were faster. Whenever one device has to begin again another
/// one has written, so that all of them come through once the rush is over.
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest pause before another attempt, in milliseconds.
const LONGEST_PAUSE: u64 = 16;

/// How often a transaction is sent again because no answer came.
const MAX_LOST: u32 = 3;

/// The frames of a transaction, by store.
type Frames = Vec<(StoreLabel, Vec<Envelope>)>;

/// What one transaction does.
#[derive(Default)]
pub(crate) struct Batch {
    /// Changes per catalog; a catalog without changes gets a signed checkpoint.
    catalogs: Vec<(StoreLabel, Vec<Change>)>,
    /// Catalogs whose changes are under a new exchange, and the keys that it is for.
    renewed: Vec<(StoreLabel, Vec<PublicKey>)>,
    inbound: Vec<Envelope>,
    local: Vec<Envelope>,
    /// Identifiers of the messages that this ends.
    ended: Vec<String>,
}

impl Batch {
    /// Adds a change of a catalog.
    pub(crate) fn change(&mut self, label: StoreLabel, change: Change) {
        self.catalog(label).push(change);
    }

    /// Has the tree of a catalog signed by this device, even if nothing in it changes.
    pub(crate) fn checkpoint(&mut self, label: StoreLabel) {
        self.catalog(label);
    }

    /// Says in the device catalog that a message has ended: the service could leave out of a spool what says so.
    pub(crate) fn end(&mut self, message: &str) {
        self.checkpoint(StoreLabel::Device);
        self.ended.push(message.to_owned());
    }

    /// Begins a new exchange in a catalog: whoever has opened the earlier ones cannot read by that what comes.
    pub(crate) fn renew(&mut self, label: StoreLabel, recipients: Vec<PublicKey>) {
        self.checkpoint(label);
        self.renewed.push((label, recipients));
    }

    /// True when a new exchange is begun in a catalog.
    pub(crate) fn renews(&self, label: StoreLabel) -> bool {
        self.renewed.iter().any(|(renewed, _)| *renewed == label)
    }

    /// Posts a message to the inbound spool.
    pub(crate) fn inbound(&mut self, message: Envelope) {
        self.inbound.push(message);
    }

    /// Posts a message to the local spool.
    pub(crate) fn local(&mut self, message: Envelope) {
        self.local.push(message);
    }

    /// True when nothing would be written.
    pub(crate) fn is_empty(&self) -> bool {
        self.catalogs.is_empty() && self.inbound.is_empty() && self.local.is_empty()
    }

    /// The changes per catalog.
    pub(crate) fn catalogs(&self) -> &[(StoreLabel, Vec<Change>)] {
        &self.catalogs
    }

    fn catalog(&mut self, label: StoreLabel) -> &mut Vec<Change> {
        let place = match self.catalogs.iter().position(|(found, _)| *found == label) {
            Some(place) => place,
            None => {
                self.catalogs.push((label, Vec::new()));
                self.catalogs.len().saturating_sub(1)
            }
        };
        // The place was found or made just now.
        #[expect(
            clippy::indexing_slicing,
            reason = "the index was computed above from this very list"
        )]
        &mut self.catalogs[place].1
    }
}

/// True when nobody knows whether the transaction was executed.
fn is_open(error: &mesh_protocol::Error) -> bool {
    matches!(error, mesh_protocol::Error::SessionLost { .. })
        || error.refusal() == Some(Code::Unavailable)
}

impl Account {
    /// Writes what `build` decides on the present state, and decides again whenever other devices have changed it meanwhile.
    ///
    /// Returns what `build` returned with the batch that took effect.
    pub(crate) fn transact<T>(
        &mut self,
        build: impl FnMut(&mut Self) -> Result<(Batch, T), Error>,
    ) -> Result<T, Error> {
        self.transact_within(u32::MAX, build)
    }

    /// The same, and [`Error::Contention`] when other devices were faster so many times.
    pub(crate) fn transact_within<T>(
        &mut self,
        most: u32,
        mut build: impl FnMut(&mut Self) -> Result<(Batch, T), Error>,
    ) -> Result<T, Error> {
        let mut rush = Rush::new();
        let mut lost = 0_u32;
        // What was sent and not answered. Each may be executed later than the next one is sent: all are for the same place, and one gets it.
        let mut unanswered: Vec<(Frames, T)> = Vec::new();
        if let Some(why) = self.stores.frozen()? {
            return Err(Error::Frozen { why });
        }
        if self.follows && self.moved()?.is_some() {
            self.take_news()?;
        }
        loop {
            let (batch, result) = build(self)?;
            if batch.is_empty() {
                return Ok(result);
            }
            let frames = self.stage(&batch)?;
            let request = request(&frames, &batch);
            let sent = self.session()?.transact(&request);
            match sent {
                Ok(_) => {
                    self.stores.extend(&frames, &|_| None)?;
                    return Ok(result);
                }
                Err(error) if error.refusal() == Some(Code::Stale) => {
                    rush.pause(self.home.env())?;
                    if rush.attempts >= most {
                        let attempts = rush.attempts;
                        return Err(Error::Contention { attempts });
                    }
                    self.take_news()?;
                    // Perhaps by this very transaction, delivered twice on its way, or by one that was not answered before.
                    unanswered.push((frames, result));
                    if let Some(result) = self.executed(&mut unanswered)? {
                        return Ok(result);
                    }
                    unanswered.pop();
                }
                // It may have been executed, also when the service has lost its own store meanwhile: then its frames are there now.
                Err(error) if is_open(&error) => {
                    if error.refusal().is_none() {
                        self.session = None;
                    }
                    lost = lost.saturating_add(1);
                    if lost > MAX_LOST {
                        return Err(self.service_error(error));
                    }
                    unanswered.push((frames, result));
                    self.take_news()?;
                    if let Some(result) = self.executed(&mut unanswered)? {
                        return Ok(result);
                    }
                    tracing::debug!(%error, "sending a transaction again");
                    rush.pause(self.home.env())?;
                }
                Err(error) => return Err(self.service_error(error)),
            }
        }
    }

    /// Makes the frames of a batch.
    fn stage(&mut self, batch: &Batch) -> Result<Vec<(StoreLabel, Vec<Envelope>)>, Error> {
        let env = self.home.0.client.env.clone();
        let mut frames = Vec::new();
        for (label, changes) in &batch.catalogs {
            let renew = batch.renewed.iter().find(|(renewed, _)| renewed == label);
            let renew = renew.map(|(_, recipients)| recipients.as_slice());
            let ended = match label {
                StoreLabel::Device => batch.ended.as_slice(),
                _ => &[],
            };
            let signer = self.keys.signature.clone();
            let heads = self.stores.heads_beside(*label);
            let remarks = Remarks {
                ended,
                heads: &heads,
            };
            let (replica, keys) = self.opened(*label)?;
            let staged = replica.stage(changes, remarks, renew, keys, &signer, &*env)?;
            frames.push((*label, staged));
        }
        Ok(frames)
    }

    /// The result of the one whose frames the replicas hold, if there is one.
    fn executed<T>(&mut self, sent: &mut Vec<(Frames, T)>) -> Result<Option<T>, Error> {
        for place in 0..sent.len() {
            let Some((frames, _)) = sent.get(place) else {
                break;
            };
            if !frames.is_empty() && self.holds(frames)? {
                return Ok(Some(sent.swap_remove(place).1));
            }
        }
        Ok(None)
    }

    /// True when the replicas hold just these frames.
    fn holds(&mut self, frames: &[(StoreLabel, Vec<Envelope>)]) -> Result<bool, Error> {
        for (label, frames) in frames {
            let replica = self.stores.replica(*label)?;
            for frame in frames {
                let Some(index) = frame.index().filter(|&index| index < replica.state().len())
                else {
                    return Ok(false);
                };
                // The digest alone does not tell two deletions apart: both have no content. The trailer of the last frame has the signature
                // of this device over everything that the frames say.
                let stored = replica.frame(index)?;
                if stored.trailer != frame.trailer
                    || stored.header.content_meta_data != frame.header.content_meta_data
                {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// The same, after deleting what a device that was removed must not keep.
    pub(crate) fn cut_off(&self, error: mesh_protocol::Error) -> Error {
        let error = self.service_error(error);
        if matches!(error, Error::DeviceRemoved { .. })
            && let Err(error) = self.forget_offline()
        {
            tracing::warn!(%error, "what was kept for reading offline cannot be deleted");
        }
        error
    }

    /// The error that the service's refusal means for this device.
    pub(crate) fn service_error(&self, error: mesh_protocol::Error) -> Error {
        match error.refusal() {
            Some(Code::DeviceRevoked) => Error::DeviceRemoved {
                address: self.address.to_string(),
            },
            _ => error.into(),
        }
    }
}

/// Other devices write at the same time.
pub(crate) struct Rush {
    since: Instant,
    attempts: u32,
}

impl Rush {
    pub(crate) fn new() -> Self {
        Self {
            since: Instant::now(),
            attempts: 0,
        }
    }

    /// Waits a random while, longer with every attempt, so that each of many writers has its turn.
    ///
    /// # Errors
    /// [`Error::Contention`] after a minute.
    pub(crate) fn pause(&mut self, env: &dyn Environment) -> Result<(), Error> {
        let attempts = self.attempts.saturating_add(1);
        if self.since.elapsed() > PATIENCE {
            return Err(Error::Contention { attempts });
        }
        let most = 1_u64.checked_shl(self.attempts).unwrap_or(LONGEST_PAUSE);
        let mut octet = [0];
        env.random(&mut octet);
        let [octet] = octet;
        let microseconds = most.min(LONGEST_PAUSE).saturating_mul(1000);
        let microseconds = microseconds.saturating_mul(u64::from(octet)) / 255;
        std::thread::sleep(Duration::from_micros(microseconds));
        self.attempts = attempts;
        Ok(())
    }
}

/// The request that carries frames and messages.
pub(crate) fn request(frames: &[(StoreLabel, Vec<Envelope>)], batch: &Batch) -> TransactRequest {
    let update = |(label, frames): &(StoreLabel, Vec<Envelope>)| StoreUpdate {
        store: Some(label.as_str().to_owned()),
        index: frames
            .first()
            .and_then(Envelope::index)
            .and_then(|index| i64::try_from(index).ok()),
        envelopes: frames.clone(),
        ..StoreUpdate::default()
    };
    TransactRequest {
        updates: frames.iter().map(update).collect(),
        inbound: batch.inbound.iter().cloned().map(Enveloped::new).collect(),
        local: batch.local.iter().cloned().map(Enveloped::new).collect(),
        ..TransactRequest::default()
    }
}
