// SPDX-License-Identifier: MIT
//! Pieces that pass through several stages at the same time, and leave them in order.
//!
//! Spec: none.
//! Here: a source on the caller's thread, stages on threads of their own, bounded channels between them.
//! Not here: what the stages do (`reader`, `writer`).

use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use zeroize::Zeroizing;

use crate::error::Error;

/// Octets that are erased when they are dropped: on one side of the cipher they are plaintext.
pub(super) type Buffer = Zeroizing<Vec<u8>>;

/// Some octets under way.
pub(super) struct Piece {
    /// Number of the piece, counted from 0.
    pub(super) number: u64,
    /// True when no other follows.
    pub(super) last: bool,
    /// The octets.
    pub(super) octets: Buffer,
}

/// What is done to a piece in a stage that sees them in order.
pub(super) type Serial<'a> = Box<dyn FnMut(&mut Piece) -> Result<(), Error> + Send + 'a>;
/// What is done to a piece without regard to the others.
pub(super) type Parallel<'a> = &'a (dyn Fn(&mut Piece) -> Result<(), Error> + Sync);

/// Something done to each piece.
pub(super) enum Stage<'a> {
    /// To one after the other.
    Serial(Serial<'a>),
    /// To several at a time.
    Parallel(Parallel<'a>),
}

/// Pieces that may wait in a channel.
const WAITING: usize = 1;

/// Gives the next piece, in a buffer that is empty.
pub(super) type Source<'a> = &'a mut dyn FnMut(Buffer) -> Result<Piece, Error>;

/// Passes what `source` gives through all stages, until it has given the last piece.
///
/// # Errors
/// The first error of the source or a stage; no piece behind the one that failed leaves the stage.
pub(super) fn run(source: Source<'_>, stages: Vec<Stage<'_>>) -> Result<(), Error> {
    if stages.is_empty() {
        let mut buffer = Buffer::default();
        loop {
            let piece = source(buffer)?;
            if piece.last {
                return Ok(());
            }
            buffer = emptied(piece.octets);
        }
    }
    let first = source(Buffer::default())?;
    if first.last {
        // One piece alone: threads would cost more than what they do.
        return alone(first, stages);
    }
    let workers = thread::available_parallelism().map_or(1, |cores| cores.get().clamp(1, 4));
    let failed = Mutex::new(None);
    thread::scope(|scope| {
        let mut widths: Vec<usize> = stages.iter().map(|stage| stage.width(workers)).collect();
        widths.push(1);
        let mut before = 1;
        let mut entrance = Vec::new();
        let mut link: Option<Vec<Receiver<Piece>>> = None;
        for (stage, (width, after)) in stages
            .into_iter()
            .zip(widths.iter().copied().zip(widths.iter().copied().skip(1)))
        {
            let receivers = match link.take() {
                Some(receivers) => receivers,
                None => {
                    let (senders, receivers) = channels(before.max(width));
                    entrance = senders;
                    receivers
                }
            };
            let (senders, next) = channels(width.max(after));
            match stage {
                Stage::Serial(mut work) => {
                    let failed = &failed;
                    scope.spawn(move || pass(&receivers, &senders, failed, &mut *work));
                }
                Stage::Parallel(work) => {
                    for (receiver, sender) in receivers.into_iter().zip(senders) {
                        let failed = &failed;
                        scope.spawn(move || {
                            pass(&[receiver], &[sender], failed, &mut |piece| work(piece));
                        });
                    }
                }
            }
            before = width;
            link = Some(next);
        }
        // What leaves the last stage has gone where it was to go: its buffer is used again.
        let exit = link.unwrap_or_default();
        let failed = &failed;
        let (back, buffers) = channel();
        scope.spawn(move || {
            pass(&exit, &[], failed, &mut |piece| {
                // Nobody wants it when all has been read.
                let _ = back.send(std::mem::take(&mut piece.octets));
                Ok(())
            });
        });

        let mut piece = first;
        for lane in entrance.iter().cycle() {
            let last = piece.last;
            // A stage that does not listen any more has failed, and said why.
            if lane.send(piece).is_err() || last {
                break;
            }
            let buffer = buffers.try_recv().map(emptied).unwrap_or_default();
            piece = match source(buffer) {
                Ok(piece) => piece,
                Err(error) => {
                    fail(failed, error);
                    break;
                }
            };
        }
    });
    match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// Does the work of one thread: pieces come from the lanes in turn, and go to the lanes in turn.
fn pass(
    receivers: &[Receiver<Piece>],
    senders: &[SyncSender<Piece>],
    failed: &Mutex<Option<Error>>,
    work: &mut dyn FnMut(&mut Piece) -> Result<(), Error>,
) {
    let mut to = senders.iter().cycle();
    for from in receivers.iter().cycle() {
        let Ok(mut piece) = from.recv() else { return };
        if let Err(error) = work(&mut piece) {
            return fail(failed, error);
        }
        if let Some(to) = to.next()
            && to.send(piece).is_err()
        {
            return;
        }
    }
}

/// The only piece, through all stages on this thread.
fn alone(mut piece: Piece, stages: Vec<Stage<'_>>) -> Result<(), Error> {
    for stage in stages {
        match stage {
            Stage::Serial(mut work) => work(&mut piece)?,
            Stage::Parallel(work) => work(&mut piece)?,
        }
    }
    Ok(())
}

impl Stage<'_> {
    fn width(&self, workers: usize) -> usize {
        match self {
            Self::Serial(_) => 1,
            Self::Parallel(_) => workers,
        }
    }
}

fn emptied(mut buffer: Buffer) -> Buffer {
    buffer.clear();
    buffer
}

fn channels(lanes: usize) -> (Vec<SyncSender<Piece>>, Vec<Receiver<Piece>>) {
    (0..lanes).map(|_| sync_channel(WAITING)).unzip()
}

fn fail(failed: &Mutex<Option<Error>>, error: Error) {
    failed
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get_or_insert(error);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(number: u64, of: u64) -> Piece {
        Piece {
            number,
            last: number + 1 == of,
            octets: Zeroizing::new(vec![u8::try_from(number % 251).unwrap()]),
        }
    }

    fn pass_through(count: u64, fail_at: Option<u64>) -> (Result<(), Error>, Vec<u64>) {
        let mut next = 0;
        let mut source = |_| {
            next += 1;
            Ok(piece(next - 1, count))
        };
        let work = |piece: &mut Piece| {
            if Some(piece.number) == fail_at {
                return Err(Error::Altered);
            }
            if piece.number.is_multiple_of(3) {
                thread::yield_now();
            }
            piece.octets.push(1);
            Ok(())
        };
        let seen = Mutex::new(Vec::new());
        let result = run(
            &mut source,
            vec![
                Stage::Serial(Box::new(|piece| {
                    piece.octets.push(0);
                    Ok(())
                })),
                Stage::Parallel(&work),
                Stage::Parallel(&work),
                Stage::Serial(Box::new(|piece| {
                    assert_eq!(piece.octets.get(1..), Some([0, 1, 1].as_slice()));
                    seen.lock().unwrap().push(piece.number);
                    Ok(())
                })),
            ],
        );
        let seen = seen.into_inner().unwrap();
        (result, seen)
    }

    #[test]
    fn all_pieces_leave_in_order() {
        for count in [1, 2, 3, 100, 1000] {
            let (result, seen) = pass_through(count, None);
            assert!(result.is_ok());
            assert_eq!(seen, (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn nothing_behind_a_failure_leaves() {
        for fail_at in [0, 1, 7, 98] {
            let (result, seen) = pass_through(100, Some(fail_at));
            assert!(matches!(result, Err(Error::Altered)));
            assert_eq!(seen, (0..fail_at).take(seen.len()).collect::<Vec<_>>());
        }
    }
}
