// SPDX-License-Identifier: MIT
//! Proofs made from a stored sequence.
//!
//! Spec: mesh-dare, "Merkle Tree".
//! Here: finding the digests that a proof shows, over the positions in the tree.
//! Not here: what they prove and how it is checked (`merkle::proof`).

use super::scan::left_apexes;
use super::walk::{self, Head};
use super::window::{VISIT, Window};
use super::{Sequence, SequenceType};
use crate::error::Error;
use crate::merkle::proof::{Consistency, Inclusion, shown, steps};
use crate::merkle::{Digest, fold};
use crate::storage::Storage;

impl<S: Storage> Sequence<S> {
    /// The Merkle value of the frame at an index, as it states it.
    ///
    /// # Errors
    /// As [`Sequence::frame`]; [`Error::ApexMismatch`] when it states none.
    pub fn apex_at(&self, index: u64) -> Result<Digest, Error> {
        self.tree()?;
        let apex = self.head(index)?.apex();
        apex.ok_or(Error::ApexMismatch { index })
    }

    /// Proves that the frame at an index is under the apex of frame `last`, from reads of O(log² n) frames.
    ///
    /// # Errors
    /// [`Error::ProofInvalid`] when the frame is behind `last`; [`Error::ApexMismatch`] when the digests that are stored do not give that
    /// apex; as [`Sequence::frame`].
    pub fn inclusion(&self, index: u64, last: u64) -> Result<Inclusion, Error> {
        self.tree()?;
        let window = Window::new(&self.storage, VISIT);
        let head = self.head(index)?;
        let digest = head.digest(&window)?;
        let (lefts, _) = left_apexes(&window, &head)?;
        let apex = fold(&digest, lefts.iter().copied());
        if head.apex() != Some(apex) {
            return Err(Error::ApexMismatch { index });
        }
        let mut path: Vec<Digest> = lefts.into_iter().flatten().collect();
        path.extend(self.consistency(index, last)?.path);
        Ok(Inclusion {
            index,
            payload_digest: digest,
            last,
            path,
        })
    }

    /// Proves that the sequence up to frame `first` is the beginning of the one up to frame `last`, from reads of O(log² n) frames.
    ///
    /// # Errors
    /// As [`Sequence::inclusion`].
    pub fn consistency(&self, first: u64, last: u64) -> Result<Consistency, Error> {
        self.tree()?;
        if first > last {
            return Err(Error::ProofInvalid);
        }
        let window = Window::new(&self.storage, VISIT);
        let earlier = self.apex_at(first)?;
        let mut head = self.head(last)?;
        let apex = head.apex().ok_or(Error::ApexMismatch { index: last })?;
        let mut shown_by_step = Vec::new();
        for step in steps(first.saturating_add(1), last.saturating_add(1)) {
            let digest = head.digest(&window)?;
            let (lefts, _) = left_apexes(&window, &head)?;
            shown_by_step.push(shown(&step, &digest, &lefts));
            head = self.back(&window, head, step.to.saturating_sub(1))?;
        }
        let proof = Consistency {
            first,
            last,
            path: shown_by_step.into_iter().rev().flatten().collect(),
        };
        match proof.verify(&earlier, &apex) {
            Ok(()) => Ok(proof),
            Err(_) => Err(Error::ApexMismatch { index: last }),
        }
    }

    fn back(&self, window: &Window<'_, S>, from: Head, index: u64) -> Result<Head, Error> {
        match self.places.start(index) {
            Some(start) => walk::head_at(window, start, index),
            None => walk::go_back(window, from, index),
        }
    }

    fn tree(&self) -> Result<(), Error> {
        match self.kind {
            SequenceType::Merkle => Ok(()),
            other => Err(Error::Unsupported {
                what: "proof in a sequence of type",
                name: other.identifier().to_owned(),
            }),
        }
    }
}
