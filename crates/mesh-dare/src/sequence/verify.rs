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
        let mut frontier = Frontier::new();
        let mut chain: Option<Digest> = None;
        let mut starts: Vec<u64> = Vec::new();
        let mut verified = Verified::default();
        let mut next = (0, 0);
        while next.0 < self.len() {
            let (first, at) = next;
            let (ranges, stopped) = self.round(&window, first, at);
            next = (
                first.saturating_add(u64::try_from(ranges.len()).unwrap_or(u64::MAX)),
                ranges.last().map_or(at, |range| range.end),
            );
            for read in self.read_all(first, &ranges) {
                let (head, digest) = read?;
                let index = head.index;
                check_index(&head.header, index)?;
                if self.kind.has_tree_position() {
                    let previous = previous_frame(index).and_then(|it| usize::try_from(it).ok());
                    let position = previous.and_then(|previous| starts.get(previous)).copied();
                    if previous.is_some() {
                        walk::check_tree_position(&head, position)?;
                    }
                }
                starts.push(head.frame.start);
                verified.redacted = verified
                    .redacted
                    .saturating_add(u64::from(head.is_redacted()));
                verified.erased = verified.erased.saturating_add(u64::from(head.is_erased()));
                if let Some(digest) = &digest {
                    if self.kind == SequenceType::Merkle {
                        frontier.push(digest);
                    }
                    if self.kind == SequenceType::Chain {
                        chain = Some(next_in_chain(chain, digest));
                    }
                }
                let state = frontier.apex().or(chain);
                if head.state(self.kind) != state {
                    return Err(Error::ApexMismatch { index });
                }
                each(&head, state.as_ref()).map_err(|error| error.in_frame(index))?;
            }
            if let Some(error) = stopped {
                return Err(error);
            }
        }
        Ok(verified)
    }

    /// The places of the next frames, from one on that starts at an offset, and why there are no more where they end too early.
    fn round(
        &self,
        window: &Window<'_, S>,
        first: u64,
        start: u64,
    ) -> (Vec<Range<u64>>, Option<Error>) {
        let mut ranges: Vec<Range<u64>> = Vec::new();
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
                    return (ranges, Some(error.in_frame(index)));
                }
                Err(error) => return (ranges, Some(error.in_frame(index))),
            };
            if !ranges.is_empty() && found.end.saturating_sub(start) > ROUND {
                break;
            }
            at = found.end;
            ranges.push(found);
        }
        (ranges, None)
    }

    /// Reads frames that follow each other and computes their digests, on all cores where it is worth it. Nothing follows an error.
    fn read_all(&self, first: u64, ranges: &[Range<u64>]) -> Vec<Result<Read, Error>> {
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
    head.clone().envelope(window)?.check_digest()
}
