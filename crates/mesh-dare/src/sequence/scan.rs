// SPDX-License-Identifier: MIT
//! What a stored sequence amounts to: found by reading every frame, or from the end.
//!
//! Spec: mesh-dare, "DARE Sequence".
//! Here: where the whole frames end, the Merkle state restored from a few frames.
//! Not here: cutting a torn end off (`sequence`), single frames (`walk`).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use mesh_crypto::digest::sha512;

use super::walk::{self, Head};
use super::window::{SCAN, VISIT, Window};
use super::{SequenceType, Visit, check_index, is_index};
use crate::error::Error;
use crate::frame::{self, Found};
use crate::merkle::{Digest, Frontier, fold, lefts};
use crate::storage::Storage;

/// What a sequence amounts to.
pub(super) struct Stored {
    pub(super) kind: SequenceType,
    pub(super) places: Places,
    pub(super) frontier: Frontier,
    pub(super) chain: Option<Digest>,
    pub(super) index_position: Option<u64>,
}

/// Where frames start. Eight octets for each frame that is known.
#[derive(Debug)]
pub(super) struct Places {
    /// The first frame of which `starts` tells.
    base: u64,
    /// Start of each frame from `base` on, and the end of the last.
    starts: Vec<u64>,
    /// Start of each frame before `base`, when an index told.
    below: OnceLock<Vec<u64>>,
}

impl Places {
    pub(super) fn new(base: u64, starts: Vec<u64>) -> Self {
        Self {
            base,
            starts,
            below: OnceLock::new(),
        }
    }

    /// The number of frames.
    pub(super) fn len(&self) -> u64 {
        let behind = self.starts.len().saturating_sub(1);
        self.base
            .saturating_add(u64::try_from(behind).unwrap_or(u64::MAX))
    }

    /// Where the last frame ends.
    pub(super) fn end(&self) -> u64 {
        self.starts.last().copied().unwrap_or(0)
    }

    /// Where a frame, or the end of the last, is, if that is known.
    pub(super) fn start(&self, index: u64) -> Option<u64> {
        let (list, place) = match index.checked_sub(self.base) {
            Some(place) => (&self.starts, place),
            None => (self.below.get()?, index),
        };
        list.get(usize::try_from(place).ok()?).copied()
    }

    /// The first frame of which all later ones are known too.
    pub(super) fn base(&self) -> u64 {
        match self.below.get() {
            Some(_) => 0,
            None => self.base,
        }
    }

    /// Learns where the frames before those known start. What is known already stays.
    pub(super) fn learn(&self, mut starts: Vec<u64>) {
        starts.truncate(usize::try_from(self.base).unwrap_or(usize::MAX));
        if u64::try_from(starts.len()) == Ok(self.base) && self.base > 0 {
            let _ = self.below.set(starts);
        }
    }

    /// Adds a frame that ends here.
    pub(super) fn push(&mut self, end: u64) {
        self.starts.push(end);
    }

    /// Forgets all but the first frames, of which `base` must not be one.
    pub(super) fn truncate(&mut self, frames: u64) {
        let behind = frames.saturating_sub(self.base);
        let keep = usize::try_from(behind).unwrap_or(usize::MAX);
        self.starts.truncate(keep.saturating_add(1));
    }
}

/// Reads every frame without its body, up to the end or to a frame that was never finished, and shows it to `visit`.
pub(super) fn forwards<S: Storage>(storage: &S, visit: Visit<'_>) -> Result<Stored, Error> {
    let window = Window::new(storage, SCAN);
    let mut places = Places::new(0, vec![0]);
    let mut frontier = Frontier::new();
    let mut chain: Option<Digest> = None;
    let mut kind = None;
    let mut index_position = None;
    loop {
        let (index, at) = (places.len(), places.end());
        let range = match frame::find(&window, at).map_err(|error| error.in_frame(index))? {
            Found::End => break,
            Found::Torn => {
                // Whole frames behind the broken one were acknowledged: this is damage, and cutting would lose them.
                if frame::find_before(&window, window.len()?).is_ok_and(|last| last.start > at) {
                    let why = "it is damaged, and whole frames follow it";
                    return Err(Error::BadFrame { offset: at, why }.in_frame(index));
                }
                break;
            }
            Found::Frame(range) => range,
        };
        let read = || {
            let head = Head::read(&window, range, index)?;
            let digest = head.digest(&window)?;
            Ok((head, digest))
        };
        let (head, digest) = read().map_err(|error: Error| error.in_frame(index))?;
        check_index(&head.header, index)?;
        let kind = match kind {
            Some(kind) => kind,
            None => *kind.insert(SequenceType::of(&head.header)?),
        };
        match kind {
            SequenceType::Merkle => drop(frontier.push(&digest)),
            SequenceType::Chain => chain = Some(next_in_chain(chain, &digest)),
            _ => {}
        }
        if is_index(&head.header) {
            index_position = Some(head.frame.start);
        }
        visit(&head.header, head.trailer.as_ref()).map_err(|error| error.in_frame(index))?;
        places.push(head.frame.end);
    }
    let kind = kind.ok_or(Error::BadFrame {
        offset: 0,
        why: "the sequence is empty",
    })?;
    Ok(Stored {
        kind,
        places,
        frontier,
        chain,
        index_position,
    })
}

/// Reads the last frame and the few that its tree needs.
///
/// # Errors
/// Whatever does not add up: then only reading every frame tells what there is.
pub(super) fn from_end<S: Storage>(storage: &S) -> Result<Stored, Error> {
    let window = Window::new(storage, VISIT);
    let first = walk::head_at(&window, 0, 0)?;
    let kind = SequenceType::of(&first.header)?;
    let end = storage.len()?;
    let last = Head::read(&window, frame::find_before(&window, end)?, 0)?;
    let index = last
        .stated_index()
        .ok_or(Error::Header { field: "Index" })?;
    let last = walk::head_at(&window, last.frame.start, index)?;
    let places = match kind.has_tree_position() {
        true => {
            check_place(&window, &last)?;
            Places::new(index, vec![last.frame.start, end])
        }
        false => backwards(storage, &last)?,
    };
    let mut frontier = Frontier::new();
    let mut chain = None;
    match kind {
        SequenceType::Merkle => frontier = restore(&window, &last)?,
        SequenceType::Chain => {
            let before = match index {
                0 => None,
                _ => walk::before(&window, &last)?.chain(),
            };
            let value = next_in_chain(before, &last.digest(&window)?);
            if last.chain() != Some(value) {
                return Err(Error::ApexMismatch { index });
            }
            chain = Some(value);
        }
        _ => {}
    }
    let index_position = match is_index(&last.header) {
        true => Some(last.frame.start),
        false => last
            .info()
            .and_then(|info| info.index_position)
            .and_then(|position| u64::try_from(position).ok()),
    };
    Ok(Stored {
        kind,
        places,
        frontier,
        chain,
        index_position,
    })
}

/// The value of a digest chain at the next frame.
pub(super) fn next_in_chain(before: Option<Digest>, digest: &Digest) -> Digest {
    sha512(&[&before.unwrap_or([0; 64]), digest])
}

/// That the last frame of a tree is where its number says: the frames at an end that was cut off within a body could be those of a sequence
/// that the body holds. Of the last two frames one points at the frame just before it.
fn check_place<S: Storage>(window: &Window<'_, S>, last: &Head) -> Result<(), Error> {
    let wrong = |head: &Head| {
        Err(Error::Header {
            field: "TreePosition",
        }
        .in_frame(head.index))
    };
    let odd = match last.index % 2 {
        0 => last.clone(),
        _ => walk::before(window, last)?,
    };
    if odd.index == 0 {
        return match odd.frame.start {
            0 => Ok(()),
            _ => wrong(&odd),
        };
    }
    match walk::jump(window, &odd)?.frame.end == odd.frame.start {
        true => Ok(()),
        false => wrong(&odd),
    }
}

/// The places of all frames, found over the lengths behind them.
fn backwards<S: Storage>(storage: &S, last: &Head) -> Result<Places, Error> {
    let window = Window::new(storage, SCAN);
    let mut starts = vec![last.frame.end, last.frame.start];
    let mut at = last.frame.start;
    let mut left = last.index;
    while at > 0 {
        left = left.checked_sub(1).ok_or(Error::WrongIndex {
            expected: last.index.saturating_add(1),
            found: last.index,
        })?;
        at = frame::find_before(&window, at)?.start;
        starts.push(at);
    }
    if left > 0 {
        return Err(Error::WrongIndex {
            expected: last.index.saturating_sub(left),
            found: last.index,
        });
    }
    starts.reverse();
    Ok(Places::new(0, starts))
}

/// The Merkle state from the apexes that are stored: those of the last frame, of the one before its subtree, and so on. Each is trusted only
/// when it follows from the digest and the apexes to the left of its frame.
fn restore<S: Storage>(window: &Window<'_, S>, last: &Head) -> Result<Frontier, Error> {
    let mut nodes = BTreeMap::new();
    let mut head = last.clone();
    loop {
        let number = head.index.saturating_add(1);
        let mismatch = Error::ApexMismatch { index: head.index };
        let (values, previous) = left_apexes(window, &head)?;
        let apex = fold(&head.digest(window)?, values);
        if head.apex() != Some(apex) {
            return Err(mismatch);
        }
        nodes.insert(number, apex);
        match previous {
            Some(previous) if !number.is_power_of_two() => head = previous,
            _ => break,
        }
    }
    let len = last.index.saturating_add(1);
    Frontier::restore(len, |number| nodes.get(&number).copied())
        .ok_or(Error::ApexMismatch { index: last.index })
}

/// The stored apexes to the left of a frame, in the order in which they are combined, and the last frame of them.
pub(super) fn left_apexes<S: Storage>(
    window: &Window<'_, S>,
    head: &Head,
) -> Result<(Vec<Option<Digest>>, Option<Head>), Error> {
    let mut values = Vec::new();
    let mut cursor: Option<Head> = None;
    for left in lefts(head.index.saturating_add(1)) {
        let Some(index) = left.checked_sub(1) else {
            values.push(None);
            continue;
        };
        let next = match cursor.take() {
            None => walk::before(window, head)?,
            Some(held) if held.index == index => held,
            Some(held) => walk::jump(window, &held)?,
        };
        let apex = next.apex().ok_or(Error::ApexMismatch { index })?;
        values.push(Some(apex));
        cursor = Some(next);
    }
    Ok((values, cursor))
}
