// SPDX-License-Identifier: MIT
//! Reading everything in a sequence.
//!
//! Spec: mesh-dare, "DARE Sequence".
//! Here: framing, indexes, positions, payload digests and the tree.
//! Not here: signatures over the sequence (`signature`), what index frames list (`index`).

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

impl<S: Storage> Sequence<S> {
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
        let mut at = 0;
        for index in 0..self.len() {
            let range = match frame::find(&window, at).map_err(|error| error.in_frame(index))? {
                Found::Frame(range) if self.places.start(index).is_none_or(|start| start == at) => {
                    range
                }
                _ => {
                    let why = NOT_THERE;
                    return Err(Error::BadFrame { offset: at, why }.in_frame(index));
                }
            };
            let head = Head::read(&window, range, index).map_err(|error| error.in_frame(index))?;
            check_index(&head.header, index)?;
            if self.kind.has_tree_position() {
                let previous = previous_frame(index).and_then(|it| usize::try_from(it).ok());
                let position = previous.and_then(|previous| starts.get(previous)).copied();
                if previous.is_some() {
                    walk::check_tree_position(&head, position)?;
                }
            }
            starts.push(at);
            at = head.frame.end;
            verified.redacted = verified
                .redacted
                .saturating_add(u64::from(head.is_redacted()));
            verified.erased = verified.erased.saturating_add(u64::from(head.is_erased()));
            if self.kind.has_digest() {
                let digest = body_digest(&window, &head).map_err(|error| error.in_frame(index))?;
                if self.kind == SequenceType::Merkle {
                    frontier.push(&digest);
                }
                if self.kind == SequenceType::Chain {
                    chain = Some(next_in_chain(chain, &digest));
                }
            }
            let state = frontier.apex().or(chain);
            if head.state(self.kind) != state {
                return Err(Error::ApexMismatch { index });
            }
            each(&head, state.as_ref()).map_err(|error| error.in_frame(index))?;
        }
        Ok(verified)
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
