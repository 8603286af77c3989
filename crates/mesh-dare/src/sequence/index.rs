// SPDX-License-Identifier: MIT
//! Indexes of a sequence: where each frame starts, and the latest frame of each key.
//!
//! Spec: mesh-dare, "Sequence Index"; records `SequenceIndex`, `IndexPosition`.
//! Here: loading what the index frames list, reading on behind them, what the next index frame lists.
//! Not here: appending an index frame (`writer`).
//!
//! An index frame is a frame of housekeeping whose payload is a `SequenceIndex` of a run of frames without gaps, encrypted as the rest of the
//! sequence is. One that is not full continues the index frame at the `IndexPosition` in its own header; the header of every later frame
//! names the newest. The Merkle state needs no copy in it: it follows from the apexes that the frames state ([`Sequence::open_from_end`]).
//!
//! Deviation: D-35. The schema has the record and does not say where it stands; the reference never writes one.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use mesh_crypto::KeySource;
use mesh_jsonbcd::from_bytes;

use super::session::Exchanges;
use super::walk::{self, Head};
use super::window::{SCAN, VISIT, Window};
use super::{Sequence, is_index, signed};
use crate::error::Error;
use crate::frame::{self, Found};
use crate::generated::{ContentMeta, DareHeader, IndexPosition, SequenceIndex};
use crate::storage::Storage;

/// The most frames that one index frame lists.
const MAX_LISTED: u64 = 100_000;
/// The most octets of keys in one index frame.
const MAX_KEYS: usize = 4 << 20;

/// Tells the key of a frame from its index and header; `None` for a frame that has none.
pub type KeyOf<'k> =
    Box<dyn Fn(u64, &DareHeader) -> Result<Option<String>, Error> + Send + Sync + 'k>;

/// The identifier in the metadata of a frame, the key of most sequences.
///
/// # Errors
/// [`Error::Encoding`] when the metadata do not parse.
pub fn unique_id(_: u64, header: &DareHeader) -> Result<Option<String>, Error> {
    let meta = header.content_meta_data.as_deref();
    let meta = meta.map(from_bytes::<ContentMeta>).transpose()?;
    Ok(meta.and_then(|meta| meta.unique_id))
}

/// The latest frame of each key.
pub struct Index<'k> {
    key_of: KeyOf<'k>,
    /// The number of frames taken into account.
    len: u64,
    /// The keys of the frames that have one and are the latest of it.
    keys: BTreeMap<u64, Arc<str>>,
    latest: HashMap<Arc<str>, u64>,
    /// What the index frames in force list, without gaps from frame 0.
    segments: Vec<Segment>,
}

/// What one index frame lists.
struct Segment {
    /// The index frame.
    frame: u64,
    /// Where it starts.
    position: u64,
    listed: Range<u64>,
}

/// What the next index frame is to list.
pub(super) struct Listing {
    pub(super) record: SequenceIndex,
    listed: Range<u64>,
    /// The index frames that stay in force.
    kept: usize,
    continues: Option<u64>,
}

impl Listing {
    /// Where the index frame starts that this one continues.
    pub(super) fn continues(&self) -> Option<u64> {
        self.continues
    }
}

impl<'k> Index<'k> {
    /// Reads every header of a sequence and no index frame.
    ///
    /// # Errors
    /// As [`Sequence::frame`]; what `key_of` returns.
    pub fn build<S: Storage>(sequence: &Sequence<S>, key_of: KeyOf<'k>) -> Result<Self, Error> {
        let mut index = Self {
            key_of,
            len: 0,
            keys: BTreeMap::new(),
            latest: HashMap::new(),
            segments: Vec::new(),
        };
        index.read_on(sequence, Vec::new(), 0)?;
        Ok(index)
    }

    /// Reads the index frames that are in force and the headers of the frames that none of them lists. The sequence then knows where all of
    /// its frames are.
    ///
    /// # Errors
    /// [`Error::IndexWrong`] when an index frame does not fit the sequence, whose index [`Index::build`] still makes; [`Error::NoKey`] when
    /// it cannot be read; as [`Index::build`].
    pub fn load<S: Storage>(
        sequence: &Sequence<S>,
        exchanges: &Exchanges,
        keys: &dyn KeySource,
        key_of: KeyOf<'k>,
    ) -> Result<Self, Error> {
        let window = Window::new(&sequence.storage, VISIT);
        let mut segments = Vec::new();
        let mut lists = Vec::new();
        let mut next = sequence.index_position;
        // Whether the sequence is, once that was asked.
        let mut encrypted = None;
        // Where the list that is newer by one begins: its first frame, and where that starts.
        let mut begins: Option<(u64, u64)> = None;
        while let Some(position) = next {
            let head = index_frame(sequence, &window, position)?;
            let wrong = wrong(head.index);
            if head.header.encryption_algorithm.is_none() {
                let is_first_encrypted = match encrypted {
                    Some(known) => known,
                    None => walk::head_at(&window, 0, 0)?
                        .header
                        .encryption_algorithm
                        .is_some(),
                };
                encrypted = Some(is_first_encrypted);
                if is_first_encrypted {
                    return Err(wrong("it is in clear, and the sequence is not"));
                }
            }
            let info = head.info().cloned().unwrap_or_default();
            let envelope = head.clone().envelope(&window)?;
            if envelope.payload_digest().is_some() {
                let checked = envelope.check_digest();
                checked.map_err(|error| damaged(error, head.index))?;
            }
            let payload = exchanges.open(sequence, &envelope, keys);
            let payload = payload.map_err(|error| damaged(error, head.index))?;
            let record: SequenceIndex =
                from_bytes(payload.expose_secret()).map_err(|_| wrong("it is none"))?;
            let list = check(sequence, &window, &head, &record)?;
            if begins.is_some_and(|begins| begins != (list.listed.end, list.end)) {
                return Err(wrong("it ends elsewhere than the next one begins"));
            }
            begins = list.starts.first().map(|&start| (list.listed.start, start));
            next = match list.listed.start {
                0 => None,
                _ => {
                    let before = info.index_position.and_then(|it| u64::try_from(it).ok());
                    let before = before.filter(|&before| before < position);
                    Some(before.ok_or_else(|| wrong("it continues no other"))?)
                }
            };
            segments.push(Segment {
                frame: head.index,
                position,
                listed: list.listed.clone(),
            });
            lists.push(list);
        }
        segments.reverse();
        let end = lists.first().map_or(0, |list| list.end);
        if let (Some(list), Some(segment)) = (lists.first(), segments.last()) {
            walk::head_at(&window, end, list.listed.end)
                .map_err(|_| wrong(segment.frame)("another frame follows those that it lists"))?;
        }
        let mut index = Self {
            key_of,
            len: 0,
            keys: BTreeMap::new(),
            latest: HashMap::new(),
            segments,
        };
        let mut starts = Vec::new();
        for list in lists.into_iter().rev() {
            starts.extend(list.starts);
            for (frame, key) in list.listed.zip(list.keys) {
                index.note(frame, key);
            }
        }
        index.len = u64::try_from(starts.len()).unwrap_or(u64::MAX);
        index.read_on(sequence, starts, end)?;
        Ok(index)
    }

    /// The number of frames taken into account.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// True when no frame is taken into account.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The keys, each with its latest frame, in the order of these.
    pub fn keys(&self) -> impl Iterator<Item = (u64, &str)> {
        self.keys.iter().map(|(&frame, key)| (frame, key.as_ref()))
    }

    /// The latest frame of a key, as far as the index knows.
    pub(crate) fn latest(&self, key: &str) -> Option<u64> {
        self.latest.get(key).copied()
    }

    /// Takes into account a frame that was just appended, and its key; what is not the next frame is read later.
    pub(crate) fn appended(&mut self, frame: u64, key: Option<String>) {
        if frame == self.len {
            self.note(frame, key);
            self.len = frame.saturating_add(1);
        }
    }

    /// The latest frame of a key, whose header says that it is that key's.
    ///
    /// # Errors
    /// [`Error::IndexWrong`] when the header says otherwise; as [`Sequence::frame`].
    pub fn find<S: Storage>(
        &self,
        sequence: &Sequence<S>,
        key: &str,
    ) -> Result<Option<u64>, Error> {
        let Some(&frame) = self.latest.get(key) else {
            return Ok(None);
        };
        let head = sequence.head(frame)?;
        match (self.key_of)(frame, &head.header)?.as_deref() == Some(key) {
            true => Ok(Some(frame)),
            false => {
                let lists = |segment: &&Segment| segment.listed.contains(&frame);
                let by = self.segments.iter().find(lists);
                Err(wrong(by.map_or(frame, |segment| segment.frame))(
                    "it gives a key to a frame that has another",
                ))
            }
        }
    }

    /// Takes the frames into account that were appended since.
    ///
    /// # Errors
    /// As [`Index::build`].
    pub fn extend<S: Storage>(&mut self, sequence: &Sequence<S>) -> Result<(), Error> {
        if self.len >= sequence.len() {
            return Ok(());
        }
        let start = sequence.locate(self.len)?.start;
        self.read_on(sequence, Vec::new(), start)
    }

    /// Compares with every header of the sequence.
    ///
    /// # Errors
    /// [`Error::IndexWrong`], naming the newest index frame in force, when a key is missing or has another frame; as [`Index::build`].
    pub fn verify<S: Storage>(&self, sequence: &Sequence<S>) -> Result<(), Error> {
        let mut latest: HashMap<Arc<str>, u64> = HashMap::new();
        heads(sequence, 0, 0, |head| {
            if let Some(key) = (self.key_of)(head.index, &head.header)? {
                latest.insert(key.into(), head.index);
            }
            Ok(())
        })?;
        match latest == self.latest {
            true => Ok(()),
            false => {
                let newest = self.segments.last().map_or(0, |segment| segment.frame);
                Err(wrong(newest)("keys are missing or have other frames"))
            }
        }
    }

    /// What an index frame behind the first `end` frames is to list; `None` when nothing is new.
    pub(super) fn next<S: Storage>(
        &self,
        sequence: &Sequence<S>,
        end: u64,
    ) -> Result<Option<Listing>, Error> {
        let first = self.segments.last().map_or(0, |last| last.listed.end);
        let own = |frame: u64| self.segments.iter().any(|segment| segment.frame == frame);
        if (first..end).all(own) {
            return Ok(None);
        }
        let mut merged = first;
        let mut kept = self.segments.len();
        for segment in self.segments.iter().rev() {
            let start = segment.listed.start;
            if merged.saturating_sub(start) > end.saturating_sub(merged)
                || end.saturating_sub(start) > MAX_LISTED
            {
                break;
            }
            merged = start;
            kept = kept.saturating_sub(1);
        }
        let listing = self.list(sequence, merged..end, kept)?;
        if listing.listed.end == end {
            return Ok(Some(listing));
        }
        self.list(sequence, first..end, self.segments.len())
            .map(Some)
    }

    /// Lists frames, as many as one index frame may.
    fn list<S: Storage>(
        &self,
        sequence: &Sequence<S>,
        frames: Range<u64>,
        kept: usize,
    ) -> Result<Listing, Error> {
        let mut positions = Vec::new();
        let mut octets = 0usize;
        let mut end = frames.start;
        for frame in frames.clone() {
            let key = self.keys.get(&frame);
            octets = octets.saturating_add(key.map_or(0, |key| key.len()));
            let listed = frame.saturating_sub(frames.start);
            if listed == MAX_LISTED || (listed > 0 && octets > MAX_KEYS) {
                break;
            }
            positions.push(IndexPosition {
                index: Some(signed(frame)?),
                position: Some(signed(sequence.locate(frame)?.start)?),
                unique_id: key.map(|key| key.as_ref().to_owned()),
            });
            end = frame.saturating_add(1);
        }
        let last = kept.checked_sub(1).and_then(|last| self.segments.get(last));
        Ok(Listing {
            record: SequenceIndex {
                full: Some(frames.start == 0),
                positions,
            },
            listed: frames.start..end,
            kept,
            continues: last.map(|segment| segment.position),
        })
    }

    /// Remembers that a listing stands in an index frame.
    pub(super) fn written(&mut self, listing: Listing, frame: u64, position: u64) {
        self.segments.truncate(listing.kept);
        self.segments.push(Segment {
            frame,
            position,
            listed: listing.listed,
        });
    }

    /// Reads the headers of the frames not taken into account, the first of which starts at `at`; `starts` are the places of those before.
    fn read_on<S: Storage>(
        &mut self,
        sequence: &Sequence<S>,
        mut starts: Vec<u64>,
        at: u64,
    ) -> Result<(), Error> {
        heads(sequence, self.len, at, |head| {
            starts.push(head.frame.start);
            let key = (self.key_of)(head.index, &head.header)?;
            self.note(head.index, key);
            self.len = head.index.saturating_add(1);
            Ok(())
        })?;
        sequence.places.learn(starts);
        Ok(())
    }

    fn note(&mut self, frame: u64, key: Option<String>) {
        let Some(key) = key else { return };
        let key: Arc<str> = key.into();
        if let Some(before) = self.latest.insert(key.clone(), frame) {
            self.keys.remove(&before);
        }
        self.keys.insert(frame, key);
    }
}

impl std::fmt::Debug for Index<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index")
            .field("len", &self.len)
            .field("keys", &self.keys.len())
            .finish_non_exhaustive()
    }
}

/// Shows the heads of all frames from one on, which starts at `at`.
pub(super) fn heads<S: Storage>(
    sequence: &Sequence<S>,
    first: u64,
    mut at: u64,
    mut show: impl FnMut(&Head) -> Result<(), Error>,
) -> Result<(), Error> {
    let window = Window::new(&sequence.storage, SCAN);
    for index in first..sequence.len() {
        let head = walk::head_at(&window, at, index)?;
        if sequence
            .places
            .start(index)
            .is_some_and(|start| start != at)
        {
            let why = super::NOT_THERE;
            return Err(Error::BadFrame { offset: at, why }.in_frame(index));
        }
        show(&head).map_err(|error| error.in_frame(index))?;
        at = head.frame.end;
    }
    Ok(())
}

/// What an index frame lists, as far as it can be judged without reading the frames.
struct List {
    listed: Range<u64>,
    starts: Vec<u64>,
    /// Where the last of them ends.
    end: u64,
    keys: Vec<Option<String>>,
}

/// What is wrong with an index frame that was read: an altered one is an index that does not count, as others are.
fn damaged(error: Error, index: u64) -> Error {
    match error {
        Error::DigestMismatch => wrong(index)("its digest is another one than it states"),
        Error::Altered => wrong(index)("it was altered"),
        error => error.in_frame(index),
    }
}

fn wrong(index: u64) -> impl Fn(&'static str) -> Error {
    move |why| Error::IndexWrong { index, why }
}

/// The index frame at a position that some header names.
fn index_frame<S: Storage>(
    sequence: &Sequence<S>,
    window: &Window<'_, S>,
    position: u64,
) -> Result<Head, Error> {
    let named = || {
        let Ok(Found::Frame(range)) = frame::find(window, position) else {
            return None;
        };
        let head = Head::read(window, range, 0).ok()?;
        let index = head.stated_index()?;
        let inside = index < sequence.len() && head.frame.end <= sequence.size();
        (inside && is_index(&head.header)).then_some(Head { index, ..head })
    };
    let last = sequence.len().saturating_sub(1);
    named().ok_or_else(|| wrong(last)("no index frame is where the frame says"))
}

fn check<S: Storage>(
    sequence: &Sequence<S>,
    window: &Window<'_, S>,
    head: &Head,
    record: &SequenceIndex,
) -> Result<List, Error> {
    let wrong = wrong(head.index);
    let number = |value: Option<i64>| value.and_then(|value| u64::try_from(value).ok());
    let first = record
        .positions
        .first()
        .and_then(|entry| number(entry.index));
    let first = first.ok_or_else(|| wrong("it lists nothing"))?;
    if record.full != Some(first == 0) {
        return Err(wrong("it does not say rightly whether it is full"));
    }
    let mut starts: Vec<u64> = Vec::with_capacity(record.positions.len());
    let mut keys = Vec::with_capacity(record.positions.len());
    for (index, entry) in (first..).zip(&record.positions) {
        if number(entry.index) != Some(index) {
            return Err(wrong("its frames are not in order"));
        }
        let start = number(entry.position).ok_or_else(|| wrong("it lacks a position"))?;
        if index >= head.index || start >= head.frame.start {
            return Err(wrong("it lists what is not before it"));
        }
        let ascends = match starts.last() {
            Some(&before) => before < start,
            None => (index == 0) == (start == 0),
        };
        if !ascends {
            return Err(wrong("its positions do not ascend"));
        }
        if sequence
            .places
            .start(index)
            .is_some_and(|known| known != start)
        {
            return Err(wrong("a frame is elsewhere"));
        }
        starts.push(start);
        keys.push(entry.unique_id.clone());
    }
    let end = first.saturating_add(u64::try_from(starts.len()).unwrap_or(u64::MAX));
    let last = starts.last().copied().unwrap_or(0);
    let ends = match frame::find(window, last) {
        Ok(Found::Frame(range)) => range.end,
        _ => return Err(wrong("no frame is where it says")),
    };
    if (end == head.index) != (ends == head.frame.start) {
        return Err(wrong("it misses frames"));
    }
    Ok(List {
        listed: first..end,
        starts,
        end: ends,
        keys,
    })
}
