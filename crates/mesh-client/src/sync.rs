// SPDX-License-Identifier: MIT
//! Reading: bringing the replicas of this device up to what the service has.
//!
//! Spec: mesh-protocol, "Download"; mesh-architecture, "Synchronization".
//! Here: download in pages, the judgement of what came, the commit of all stores at once.
//! Not here: the checks of one store (`mesh-dare`, replica).
//!
//! The service is not trusted with the history: it may not show less than this device has seen, nor anything else, and
//! what a catalog ends with must be signed by a device that is connected now and may write that catalog. Who that is follows
//! from the device catalog, whose entries the account's administrator key signs.

use std::collections::HashMap;
use std::rc::Rc;

use mesh_crypto::{KeyRing, PublicKey};
use mesh_dare::store::Event;
use mesh_dare::store::catalog::StoreState;
use mesh_dare::{Envelope, Enveloped, Exchange};
use mesh_jsonbcd::{ErrorClass, from_tagged, to_json_b};
use mesh_protocol::generated::{ConstraintsSelect, DownloadRequest};
use mesh_protocol::{Code, MeshSession};
use mesh_schema::generated::{CatalogedDevice, ConnectionDevice, ProfileUser};
use mesh_schema::{Access, AccountAddress, Roles, StoreLabel, Valid};

use crate::account::Account;
use crate::account::settle::destination;
use crate::device::DeviceSummary;
use crate::device::revoke::parse_due;
use crate::error::Error;
use crate::stores::{SignerOf, Stores};

/// What a synchronisation brought for one store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreProgress {
    /// Label of the store.
    pub label: String,
    /// Frames before.
    pub before: u64,
    /// Frames after.
    pub after: u64,
}

/// What a synchronisation brought.
#[derive(Clone, Debug, Default)]
pub struct SyncReport {
    /// The stores of this device.
    pub stores: Vec<StoreProgress>,
    /// Frames that came, in all stores.
    pub new_frames: u64,
    /// Devices that others have connected since this device last synchronised. One with the role super has recovered the account: nobody
    /// else is given that role.
    pub connected: Vec<DeviceSummary>,
    /// Devices that others have removed since.
    pub removed: Vec<DeviceSummary>,
    /// Why this device writes nothing, if that is so.
    pub frozen: Option<String>,
}

impl Account {
    /// Brings the replicas up to date.
    ///
    /// # Errors
    /// [`Error::DeviceRemoved`], [`Error::Rollback`], [`Error::Fork`], [`Error::Protocol`]; [`Error::Store`] naming the store and
    /// frame when something was altered. Nothing is taken over then.
    ///
    /// When the service could not be trusted nothing is written from then on, until the person decides: [`Account::resume`],
    /// [`Account::take_over_history`], [`Account::give_back_history`]. Reading goes on.
    /// On an administrator's device, what a removal left undone is done too.
    pub fn sync(&mut self) -> Result<SyncReport, Error> {
        let report = self.take_news()?;
        if self.roles.is_administrator() && report.frozen.is_none() {
            self.renew_due()?;
        }
        Ok(report)
    }

    /// The same without finishing anything.
    pub(crate) fn take_news(&mut self) -> Result<SyncReport, Error> {
        match self.catch_up() {
            Ok(report) => Ok(SyncReport {
                frozen: self.stores.frozen()?,
                ..report
            }),
            // A packet that is not the service's is somebody else's doing, who stands between.
            Err(error)
                if error.class() == ErrorClass::Untrusted
                    && !matches!(error, Error::Protocol(_)) =>
            {
                let error = self.explain(error);
                self.stores.freeze(&error.to_string())?;
                Err(error)
            }
            Err(error) => Err(error),
        }
    }

    /// Says where the history that the service shows leaves the one that this device has seen, if that is what is wrong.
    fn explain(&mut self, error: Error) -> Error {
        let store = match &error {
            Error::Fork { store, .. }
            | Error::Store {
                store,
                source: mesh_dare::Error::ApexMismatch { .. },
            } => store.clone(),
            _ => return error,
        };
        match self.first_difference(&store) {
            Ok(Some(index)) => Error::Fork { store, index },
            Ok(None) => error,
            Err(other) => {
                tracing::debug!(%other, store, "where the histories differ cannot be said");
                error
            }
        }
    }

    /// The first frame that this device has and the service shows as another one.
    fn first_difference(&mut self, store: &str) -> Result<Option<u64>, Error> {
        let label = StoreLabel::parse(store)?;
        let seen = self.stores.head(label).map_or(0, |head| head.frames);
        let mut index = 0;
        while index < seen {
            let request = DownloadRequest {
                select: vec![ConstraintsSelect {
                    store: Some(store.to_owned()),
                    index_min: i64::try_from(index).ok(),
                    index_max: i64::try_from(seen.saturating_sub(1)).ok(),
                    ..ConstraintsSelect::default()
                }],
                ..DownloadRequest::default()
            };
            let response = self.session()?.download(&request)?;
            let mut updates = response.updates.into_iter();
            let update = updates.find(|update| update.store.as_deref() == Some(store));
            let frames = update.map(|update| update.envelopes).unwrap_or_default();
            if frames.is_empty() {
                return Ok(None);
            }
            let replica = self.stores.replica(label)?;
            for shown in frames {
                if index == seen {
                    break;
                }
                let own = replica.frame(index)?;
                if own.payload_digest() != shown.payload_digest()
                    || own.header.content_meta_data != shown.header.content_meta_data
                {
                    return Ok(Some(index));
                }
                index = index.saturating_add(1);
            }
        }
        Ok(None)
    }

    pub(crate) fn catch_up(&mut self) -> Result<SyncReport, Error> {
        let mut refreshed = false;
        let mut asked_again = 0_u32;
        loop {
            // Nothing of a place that the account has left counts.
            if self.follows
                && let Some(address) = self.moved()?
            {
                tracing::info!(%address, "the account has moved");
                self.follow_note(&address)?;
            }
            let labels = self.labels();
            self.session()?;
            let Some(session) = self.session.as_mut() else {
                return Err(Error::NoAccount { address: None });
            };
            match download(&mut **session, &mut self.stores, &labels, Some(&self.issue)) {
                Ok((frames, offered)) => {
                    // With other roles there are other stores.
                    if self.take_offered(offered.as_ref())? && self.labels() != labels {
                        continue;
                    }
                    self.unlock_incoming(&frames)?;
                    // At first all devices are new to this one, which is no news.
                    let known = self.stores.head(StoreLabel::Device).is_some();
                    let news = frames.iter().any(|(label, _)| *label == StoreLabel::Device);
                    let before = match known && news {
                        true => Some(self.devices()?),
                        false => None,
                    };
                    let keys = Keys {
                        ring: &self.ring,
                        profile: self.profile.clone(),
                        administrator: self.roles.is_administrator(),
                    };
                    // What stands behind the note of a move is no longer the account's history: first the note, then the new place.
                    let note = match self.follows {
                        true => up_to_note(&frames, &self.address)?,
                        false => None,
                    };
                    let taken = match note {
                        Some(device) => {
                            let device = vec![(StoreLabel::Device, device)];
                            take_over(&mut self.stores, &keys, &[StoreLabel::Device], device)
                        }
                        None => take_over(&mut self.stores, &keys, &labels, frames),
                    };
                    if matches!(taken, Err(Error::Withheld { .. })) && asked_again < ASK_AGAIN {
                        asked_again = asked_again.saturating_add(1);
                        continue;
                    }
                    let mut report = taken?;
                    if news {
                        self.must_be_listed()?;
                    }
                    // What was taken over may be the note of a move.
                    if self.follows && self.moved()?.is_some() {
                        continue;
                    }
                    if let Some(before) = before {
                        let after = self.devices()?;
                        let without = |these: &[DeviceSummary], those: &[DeviceSummary]| {
                            let among = |device: &&DeviceSummary| {
                                !those
                                    .iter()
                                    .any(|other| other.device_udf == device.device_udf)
                            };
                            these.iter().filter(among).cloned().collect()
                        };
                        report.connected = without(&after, &before);
                        report.removed = without(&before, &after);
                    }
                    return Ok(report);
                }
                // A store that was among its roles when this device last asked?
                Err(Error::Protocol(error))
                    if error.refusal() == Some(Code::NotAuthorized) && !refreshed =>
                {
                    refreshed = true;
                    if !self.refresh()? {
                        return Err(error.into());
                    }
                }
                Err(Error::Protocol(error)) => return Err(self.cut_off(error)),
                Err(error) => return Err(error),
            }
        }
    }
}

/// The frames of the device catalog up to the last note of a move, if it leads elsewhere. Earlier ones are history: whoever is connected
/// after a move finds them, too.
fn up_to_note(
    frames: &[(StoreLabel, Vec<Envelope>)],
    here: &AccountAddress,
) -> Result<Option<Vec<Envelope>>, Error> {
    let device = frames
        .iter()
        .find(|(label, _)| *label == StoreLabel::Device);
    let Some((_, device)) = device else {
        return Ok(None);
    };
    let mut last = None;
    for (place, frame) in device.iter().enumerate() {
        let labels = frame.content_meta()?.labels;
        if let Some(there) = labels.iter().find_map(|label| destination(label)) {
            last = Some((place, there));
        }
    }
    let elsewhere = last.filter(|(_, there)| *there != here.to_string());
    Ok(elsewhere.map(|(place, _)| {
        device
            .iter()
            .take(place.saturating_add(1))
            .cloned()
            .collect()
    }))
}

impl Account {
    /// A device catalog that this device has never been in is an old one.
    fn must_be_listed(&mut self) -> Result<(), Error> {
        let own = self.device_udf.clone();
        let (replica, keys) = self.opened(StoreLabel::Device)?;
        match replica.has_known(&own, keys)? {
            true => Ok(()),
            false => Err(Error::WrongService {
                why: "it shows the device catalog without this device",
            }),
        }
    }
}

/// What is needed to judge frames.
pub(crate) struct Keys<'a> {
    pub(crate) ring: &'a KeyRing,
    pub(crate) profile: Rc<Valid<ProfileUser>>,
    /// True on the device of an administrator, who finishes removals.
    pub(crate) administrator: bool,
}

type Frames = Vec<(StoreLabel, Vec<Envelope>)>;

/// Octets of frames that one synchronisation takes, held in memory until they are judged.
const MAX_DOWNLOAD: usize = 1 << 30;
/// How often stores are fetched again when one seems to be withheld: others may have written while they came in several pages.
pub(crate) const ASK_AGAIN: u32 = 4;
/// Octets of memory that a frame costs beside what it holds.
const FRAME_COST: usize = 1024;

/// Fetches all frames behind the committed ones, and the entry of this device if it is another than `issue` says.
pub(crate) fn download(
    session: &mut dyn MeshSession,
    stores: &mut Stores,
    labels: &[StoreLabel],
    issue: Option<&str>,
) -> Result<(Frames, Option<Enveloped<CatalogedDevice>>), Error> {
    let mut offered_entry = None;
    let mut frames: Frames = labels.iter().map(|&label| (label, Vec::new())).collect();
    let mut wanted: Vec<StoreLabel> = labels.to_vec();
    // The ends of the first answer: it shows all stores of one moment, and later pages must not go beyond.
    let mut ends: HashMap<StoreLabel, i64> = HashMap::new();
    let mut total = 0_usize;
    while !wanted.is_empty() {
        let mut select = Vec::new();
        for &label in &wanted {
            let held = frames
                .iter()
                .find(|(found, _)| *found == label)
                .map_or(0, |(_, frames)| frames.len());
            let committed = stores.head(label).map_or(0, |head| head.frames);
            let next = committed.saturating_add(u64::try_from(held).unwrap_or(u64::MAX));
            select.push(ConstraintsSelect {
                store: Some(label.as_str().to_owned()),
                index_min: i64::try_from(next).ok(),
                index_max: ends.get(&label).map(|end| end.saturating_sub(1)),
                ..ConstraintsSelect::default()
            });
        }
        let response = session.download(&DownloadRequest {
            select,
            cataloged_device_digest: issue.map(str::to_owned),
            ..DownloadRequest::default()
        })?;
        offered_entry = response.enveloped_cataloged_device.or(offered_entry);
        let answered = |label: &StoreLabel| {
            let name = Some(label.as_str());
            response.updates.iter().any(|u| u.store.as_deref() == name)
        };
        if !wanted.iter().all(answered) {
            return Err(Error::WrongService {
                why: "it does not answer for every store",
            });
        }
        let mut partial = Vec::new();
        let mut arrived = false;
        for update in response.updates {
            let name = update.store.unwrap_or_default();
            let Some((label, held)) = frames.iter_mut().find(|(label, _)| label.as_str() == name)
            else {
                continue;
            };
            if !wanted.contains(label) {
                continue;
            }
            if let Some(head) = stores.head(*label) {
                let offered = update
                    .final_index
                    .and_then(|index| u64::try_from(index).ok())
                    .unwrap_or(0);
                if offered < head.frames {
                    return Err(Error::Rollback {
                        store: name,
                        offered,
                        seen: head.frames,
                    });
                }
                // Nothing new: then what there is must be what this device has seen.
                if offered == head.frames
                    && update.digest.as_deref() != Some(head.summary.apex.as_slice())
                {
                    return Err(Error::Fork {
                        store: name,
                        index: head.frames.saturating_sub(1),
                    });
                }
            }
            ends.entry(*label)
                .or_insert(update.final_index.unwrap_or(0));
            arrived |= !update.envelopes.is_empty();
            let octets = update.envelopes.iter().map(|e| to_json_b(e).len());
            total = octets.fold(total, |total, frame| {
                total.saturating_add(frame).saturating_add(FRAME_COST)
            });
            if total > MAX_DOWNLOAD {
                return Err(Error::WrongService {
                    why: "it sends more at once than an account holds",
                });
            }
            held.extend(update.envelopes);
            if update.partial == Some(true) {
                partial.push(*label);
            }
        }
        if !partial.is_empty() && !arrived {
            return Err(Error::WrongService {
                why: "it promises more frames and does not send them",
            });
        }
        wanted = partial;
    }
    frames.retain(|(_, frames)| !frames.is_empty());
    Ok((frames, offered_entry))
}

/// Judges frames and commits them.
pub(crate) fn take_over(
    stores: &mut Stores,
    keys: &Keys<'_>,
    labels: &[StoreLabel],
    frames: Frames,
) -> Result<SyncReport, Error> {
    let before: Vec<u64> = labels
        .iter()
        .map(|&label| stores.head(label).map_or(0, |head| head.frames))
        .collect();
    if !frames.is_empty() {
        let incoming = frames
            .iter()
            .find(|(label, _)| *label == StoreLabel::Device)
            .map(|(_, frames)| frames.as_slice());
        stores.check_stated(labels, &frames)?;
        let writers = Writers::read(stores, keys, incoming.unwrap_or_default())?;
        stores.extend(&frames, &|label| writers.judge(label))?;
    }
    let mut report = SyncReport::default();
    for (&label, before) in labels.iter().zip(before) {
        let after = stores.head(label).map_or(0, |head| head.frames);
        report.new_frames = report
            .new_frames
            .saturating_add(after.saturating_sub(before));
        report.stores.push(StoreProgress {
            label: label.as_str().to_owned(),
            before,
            after,
        });
    }
    Ok(report)
}

/// The devices that are connected once the incoming frames of the device catalog are taken over.
struct Writers {
    connected: Rc<HashMap<String, (PublicKey, Roles)>>,
    /// Devices as they were at any time, when a removal is unfinished; and the catalogs that it concerns.
    former: Rc<HashMap<String, Vec<(PublicKey, Roles)>>>,
    due: Vec<StoreLabel>,
}

impl Writers {
    fn read(stores: &mut Stores, keys: &Keys<'_>, incoming: &[Envelope]) -> Result<Self, Error> {
        let mut by_entry: HashMap<String, (String, PublicKey, Roles)> = HashMap::new();
        let replica = stores.replica(StoreLabel::Device)?;
        let mut former: HashMap<String, Vec<(PublicKey, Roles)>> = HashMap::new();
        let mut remember = |(kid, key, roles): &(String, PublicKey, Roles)| {
            let known = former.entry(kid.clone()).or_default();
            known.push((key.clone(), roles.clone()));
        };
        for index in replica.state().live() {
            let meta = replica.frame(index)?.content_meta()?;
            let payload = replica.payload(index, keys.ring)?;
            by_entry.insert(
                meta.unique_id.unwrap_or_default(),
                writer(payload.expose_secret(), &keys.profile)?,
            );
        }
        let known = replica.state().len();
        let mut exchanges: HashMap<u64, Rc<Exchange>> = HashMap::new();
        let mut exchange = |position: u64| -> Result<Rc<Exchange>, Error> {
            if let Some(opened) = exchanges.get(&position) {
                return Ok(opened.clone());
            }
            let header = match position.checked_sub(known) {
                None => replica.frame(position)?.header,
                Some(place) => {
                    let frame = usize::try_from(place)
                        .ok()
                        .and_then(|place| incoming.get(place));
                    let missing = || Error::NotFound {
                        what: "frame",
                        name: position.to_string(),
                    };
                    frame.ok_or_else(missing)?.header.clone()
                }
            };
            let opened = Rc::new(Exchange::open(&header, keys.ring)?);
            exchanges.insert(position, opened.clone());
            Ok(opened)
        };
        for frame in incoming {
            let info = frame.header.sequence_info.as_ref();
            if frame.index() == Some(0) || info.and_then(|info| info.is_meta) == Some(true) {
                continue;
            }
            let named = |error| in_device_frame(error, frame);
            let meta = frame.content_meta()?;
            let id = meta.unique_id.unwrap_or_default();
            match Event::parse(meta.event.as_deref().unwrap_or_default())? {
                Event::New | Event::Update => {
                    let payload = match info.and_then(|info| info.exchange_position) {
                        Some(position) => {
                            let position = u64::try_from(position).unwrap_or(u64::MAX);
                            let exchange = exchange(position).map_err(named)?;
                            frame.open_with(&exchange)
                        }
                        None => frame.open(keys.ring),
                    };
                    let payload = payload.map_err(|error| named(error.into()))?;
                    let writer = writer(payload.expose_secret(), &keys.profile).map_err(named)?;
                    remember(&writer);
                    by_entry.insert(id, writer);
                }
                Event::Delete => {
                    by_entry.remove(&id);
                }
            }
        }
        let unfinished = match keys.administrator {
            true => due(replica.state(), incoming)?,
            false => Vec::new(),
        };
        if !unfinished.is_empty() {
            for index in 1..known {
                let frame = replica.frame(index)?;
                let event = frame.content_meta()?.event;
                if event.is_some_and(|event| event != Event::Delete.identifier()) {
                    let payload = replica.payload(index, keys.ring)?;
                    remember(&writer(payload.expose_secret(), &keys.profile)?);
                }
            }
        }
        let mut concerned = Vec::new();
        for (label, since) in unfinished {
            let current = stores.replica(label)?.state().current_exchange();
            if current.is_none_or(|current| current < since) {
                concerned.push(label);
            }
        }
        let connected = by_entry.into_values();
        let connected = connected.map(|(kid, key, roles)| (kid, (key, roles)));
        Ok(Self {
            connected: Rc::new(connected.collect()),
            former: Rc::new(former),
            due: concerned,
        })
    }

    /// Whose signatures count in a store; spools are not signed.
    fn judge(&self, label: StoreLabel) -> Option<Box<SignerOf>> {
        if label.is_spool() {
            return None;
        }
        let (connected, former) = (self.connected.clone(), self.former.clone());
        // What a device wrote just before its removal an administrator must take over, to write behind it.
        let due = self.due.contains(&label);
        Some(Box::new(move |kid| {
            let may = |(_, roles): &&(PublicKey, Roles)| roles.access(label) == Access::Write;
            let now = connected.get(kid).filter(may);
            let before = former.get(kid).filter(|_| due);
            let before = before.and_then(|known| known.iter().find(may));
            now.or(before).map(|(key, _)| key.clone())
        }))
    }
}

/// The catalogs for which the device catalog, with the frames that came, says that they are due for a new exchange.
fn due(state: &StoreState, incoming: &[Envelope]) -> Result<Vec<(StoreLabel, u64)>, Error> {
    let mut due: Vec<_> = state.endings().filter_map(parse_due).collect();
    for frame in incoming {
        let labels = frame.content_meta()?.labels;
        due.extend(labels.iter().filter_map(|label| parse_due(label)));
    }
    Ok(due)
}

/// An error, with the frame of the device catalog in which it was found.
fn in_device_frame(error: Error, frame: &Envelope) -> Error {
    let source = match error {
        Error::Dare(source) | Error::Schema(mesh_schema::Error::Dare(source)) => source,
        other => return other,
    };
    Error::Store {
        store: StoreLabel::Device.as_str().to_owned(),
        source: mesh_dare::Error::Frame {
            index: frame.index().unwrap_or(u64::MAX),
            source: Box::new(source),
        },
    }
}

/// The signature key and roles of a device, as the administrator signed them.
fn writer(
    payload: &[u8],
    profile: &Valid<ProfileUser>,
) -> Result<(String, PublicKey, Roles), Error> {
    let entry: CatalogedDevice = from_tagged(payload)?;
    let field = mesh_schema::Error::Field {
        object: "CatalogedDevice",
        field: "EnvelopedConnectionDevice",
    };
    let connection = entry.enveloped_connection_device.ok_or(field)?;
    let connection = Valid::<ConnectionDevice>::of_account(connection.envelope(), profile)?;
    let key = connection.keys()?.signature;
    Ok((key.udf().to_string(), key, connection.known_roles()))
}
