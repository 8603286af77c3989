// SPDX-License-Identifier: MIT
//! Reading everything in a sequence.
//!
//! Spec: mesh-dare, "DARE Sequence".
//! Here: framing, indexes, positions, payload digests and the tree.
//! Not here: signatures over the sequence (`signature`), what index frames list (`index`).

use std::ops::Range;
use std::thread;

use super::scan::next_in_chain;
use super::walk::{self, Head};
use super::window::{SCAN, Window};
use super::{NOT_THERE, Sequence, SequenceType, check_index};
use crate::error::Error;
use crate::frame::{self, Found};
use crate::merkle::{Digest, Frontier, previous_frame};
use crate::storage::Storage;

/// What was found to be missing by intent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// The number of frames whose body was taken out: their digests are as they were stated.
    pub redacted: u64,
    /// The number of frames whose salt was destroyed.
    pub erased: u64,
}

/// Shown every frame that was found right, with the state of the tree or chain at it.
pub(super) type Each<'a> = &'a mut dyn FnMut(&Head, Option<&Digest>) -> Result<(), Error>;

/// Octets of frames that are read at the same time, at most, unless one alone has more.
const ROUND: u64 = 8 << 20;
/// Octets from which on threads cost less than they save.
const PARALLEL: u64 = 64 << 10;

/// A frame that was read, and the digest of its body where the sequence has digests.
type Read = (Head, Option<Digest>);

/// Frames that are read at the same time.
#[derive(Default)]
struct Round {
    first: u64,
    /// Where the first starts.
    start: u64,
    ranges: Vec<Range<u64>>,
    /// Why there are no more where they end too early.
    stopped: Option<Error>,
}

impl Round {
    /// The frame behind them.
    fn next(&self) -> u64 {
        let frames = u64::try_from(self.ranges.len()).unwrap_or(u64::MAX);
        self.first.saturating_add(frames)
    }

    /// Where it starts.
    fn end(&self) -> u64 {
        self.ranges.last().map_or(self.start, |range| range.end)
    }
}

/// What was found in the frames up to one.
#[derive(Default)]
struct Walk {
    frontier: Frontier,
    chain: Option<Digest>,
    starts: Vec<u64>,
    verified: Verified,
}

impl Walk {
    /// Goes on with the next frame, which must fit those before it.
    fn check(&mut self, kind: SequenceType, read: Read, each: Each<'_>) -> Result<(), Error> {
        let (head, digest) = read;
        let index = head.index;
        check_index(&head.header, index)?;
        if kind.has_tree_position() {
            let previous = previous_frame(index).and_then(|it| usize::try_from(it).ok());
            let position = previous.and_then(|previous| self.starts.get(previous));
            if previous.is_some() {
                walk::check_tree_position(&head, position.copied())?;
            }
        }
        self.starts.push(head.frame.start);
        let verified = &mut self.verified;
        verified.redacted = verified
            .redacted
            .saturating_add(u64::from(head.is_redacted()));
        verified.erased = verified.erased.saturating_add(u64::from(head.is_erased()));
        if let Some(digest) = &digest {
            match kind {
                SequenceType::Merkle => drop(self.frontier.push(digest)),
                SequenceType::Chain => self.chain = Some(next_in_chain(self.chain, digest)),
                _ => {}
            }
        }
        let state = self.frontier.apex().or(self.chain);
        if head.state(kind) != state {
            return Err(Error::ApexMismatch { index });
        }
        each(&head, state.as_ref()).map_err(|error| error.in_frame(index))
    }
}

impl<S: Storage + Sync> Sequence<S> {
    /// Reads everything: framing, indexes, positions, payload digests and the tree.
    ///
    /// # Errors
    /// The first frame that is not as it must be, by index.
    pub fn verify(&self) -> Result<Verified, Error> {
        self.verify_each(&mut |_, _| Ok(()))
    }

    pub(super) fn verify_each(&self, each: Each<'_>) -> Result<Verified, Error> {
        let window = Window::new(&self.storage, SCAN);
        let mut walk = Walk::default();
        let mut round = self.round(&window, 0, 0);
        let mut read = self.read_all(&round);
        while round.first < self.len() {
            // What follows is read while the tree is computed of what was read.
            let next = match round.stopped {
                None => self.round(&window, round.next(), round.end()),
                Some(_) => Round::default(),
            };
            read = thread::scope(|scope| {
                let reader =
                    (!next.ranges.is_empty()).then(|| scope.spawn(|| self.read_all(&next)));
                for read in read {
                    walk.check(self.kind, read?, each)?;
                }
                let read = reader.map_or(Ok(Vec::new()), |reader| reader.join());
                Ok::<_, Error>(read.unwrap_or_else(|_| vec![Err(Error::Interrupted)]))
            })?;
            if let Some(error) = round.stopped {
                return Err(error);
            }
            round = next;
        }
        Ok(walk.verified)
    }

    /// The places of the next frames, from one on that starts at an offset.
    fn round(&self, window: &Window<'_, S>, first: u64, start: u64) -> Round {
        let mut round = Round {
            first,
            start,
            ..Round::default()
        };
        let mut at = start;
        for index in first..self.len() {
            let found = match frame::find(window, at) {
                Ok(Found::Frame(range))
                    if self.places.start(index).is_none_or(|start| start == at) =>
                {
                    range
                }
                Ok(_) => {
                    let why = NOT_THERE;
                    let error = Error::BadFrame { offset: at, why };
                    round.stopped = Some(error.in_frame(index));
                    break;
                }
                Err(error) => {
                    round.stopped = Some(error.in_frame(index));
                    break;
                }
            };
            if !round.ranges.is_empty() && found.end.saturating_sub(start) > ROUND {
                break;
            }
            at = found.end;
            round.ranges.push(found);
        }
        round
    }

    /// Reads frames that follow each other and computes their digests, on all cores where it is worth it. Nothing follows an error.
    fn read_all(&self, round: &Round) -> Vec<Result<Read, Error>> {
        let (first, ranges) = (round.first, round.ranges.as_slice());
        let octets = |ranges: &[Range<u64>]| match ranges {
            [first, .., last] => last.end.saturating_sub(first.start),
            _ => 0,
        };
        let workers = thread::available_parallelism().map_or(1, |cores| cores.get().clamp(1, 8));
        if workers == 1 || octets(ranges) < PARALLEL {
            return self.read_run(first, ranges);
        }
        // Frames may be of very different sizes: each thread gets as many octets as the others.
        let share = octets(ranges) / u64::try_from(workers).unwrap_or(1);
        let mut runs = Vec::with_capacity(workers);
        let (mut rest, mut from) = (ranges, first);
        while let Some(begin) = rest.first().map(|range| range.start) {
            let length = rest.partition_point(|range| range.end.saturating_sub(begin) <= share);
            let (run, behind) = rest.split_at(length.clamp(1, rest.len()));
            runs.push((from, run));
            from = from.saturating_add(u64::try_from(run.len()).unwrap_or(u64::MAX));
            rest = behind;
        }
        thread::scope(|scope| {
            let threads: Vec<_> = runs
                .into_iter()
                .map(|(from, run)| scope.spawn(move || self.read_run(from, run)))
                .collect();
            let read = threads.into_iter().map(|thread| thread.join());
            read.flat_map(|read| read.unwrap_or_else(|_| vec![Err(Error::Interrupted)]))
                .collect()
        })
    }

    fn read_run(&self, first: u64, ranges: &[Range<u64>]) -> Vec<Result<Read, Error>> {
        let window = Window::new(&self.storage, SCAN);
        let mut read = Vec::with_capacity(ranges.len());
        for (index, range) in (first..).zip(ranges) {
            let one = || {
                let head = Head::read(&window, range.clone(), index)?;
                let digest = match self.kind.has_digest() {
                    true => Some(body_digest(&window, &head)?),
                    false => None,
                };
                Ok((head, digest))
            };
            let one = one().map_err(|error: Error| error.in_frame(index));
            let failed = one.is_err();
            read.push(one);
            if failed {
                break;
            }
        }
        read
    }
}

/// The digest of a body, compared with what the frame states; of a body that was taken out, what the frame states.
fn body_digest<S: Storage>(window: &Window<'_, S>, head: &Head) -> Result<Digest, Error> {
    if head.is_redacted() {
        return match head.body.is_empty() {
            true => head.stated_digest()?.ok_or(Error::DigestMissing),
            false => Err(Error::DigestMismatch),
        };
    }
    head.check_digest(window)
}
