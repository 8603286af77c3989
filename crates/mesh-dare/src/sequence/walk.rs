// SPDX-License-Identifier: MIT
//! Going from frame to frame without reading bodies.
//!
//! Spec: mesh-dare, "Sequence framing", "Tree".
//! Here: the head of a frame, the frame before it, the frame that its tree position names, finding a frame by its number.
//! Not here: opening a sequence (`scan`).

use std::io;
use std::ops::Range;

use mesh_crypto::digest::Sha512;
use mesh_jsonbcd::{Decode, from_bytes};

use super::window::Window;
use super::{SequenceType, signed};
use crate::envelope::{Envelope, check_digest};
use crate::error::Error;
use crate::frame::{self, Found};
use crate::generated::{DareHeader, DareSignature, DareTrailer, SequenceInfo};
use crate::merkle::{Digest, previous_frame};
use crate::storage::Storage;

/// The longest header or trailer that is read.
const MAX_HEAD: u64 = 16 << 20;
/// Octets of a body that are read at a time where only its digest is wanted.
const PIECE: usize = 64 << 10;

/// A frame without its body.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    /// Its number, by its place.
    pub(crate) index: u64,
    /// The octets of the whole frame.
    pub(crate) frame: Range<u64>,
    /// The octets of the body.
    pub(crate) body: Range<u64>,
    pub(crate) header: DareHeader,
    pub(crate) trailer: Option<DareTrailer>,
}

impl Head {
    /// Reads the head of the frame that occupies a range.
    pub(crate) fn read(
        storage: &impl Storage,
        range: Range<u64>,
        index: u64,
    ) -> Result<Self, Error> {
        let outline = frame::outline(storage, range)?;
        let record = |place: usize| {
            let found = outline.records.get(place).cloned();
            found.unwrap_or(outline.frame.end..outline.frame.end)
        };
        let tail = record(2);
        let header = decode(storage, &record(0))?;
        let trailer = match tail.is_empty() {
            true => None,
            false => Some(decode(storage, &tail)?),
        };
        Ok(Self {
            index,
            body: record(1),
            frame: outline.frame,
            header,
            trailer: trailer.filter(|trailer| *trailer != DareTrailer::default()),
        })
    }

    /// The whole frame, its body read.
    pub(crate) fn envelope(self, storage: &impl Storage) -> Result<Envelope, Error> {
        Ok(Envelope {
            body: octets(storage, &self.body)?,
            header: self.header,
            trailer: self.trailer,
        })
    }

    pub(crate) fn info(&self) -> Option<&SequenceInfo> {
        self.header.sequence_info.as_ref()
    }

    /// The number that the header states.
    pub(crate) fn stated_index(&self) -> Option<u64> {
        self.info()
            .and_then(|info| info.index)
            .and_then(|index| u64::try_from(index).ok())
    }

    /// The digest of the body that the frame states.
    pub(crate) fn stated_digest(&self) -> Result<Option<Digest>, Error> {
        let trailer = self
            .trailer
            .as_ref()
            .and_then(|trailer| trailer.payload_digest.as_deref());
        let stated = trailer.or(self.header.payload_digest.as_deref());
        let digest = stated.map(|stated| {
            Digest::try_from(stated).map_err(|_| Error::Header {
                field: "PayloadDigest",
            })
        });
        digest.transpose()
    }

    /// The digest of the body: stated, or else of what is stored.
    pub(crate) fn digest(&self, storage: &impl Storage) -> Result<Digest, Error> {
        match self.stated_digest()? {
            Some(stated) => Ok(stated),
            None => self.body_digest(storage),
        }
    }

    /// The digest of the body that is stored, read in pieces.
    pub(crate) fn body_digest(&self, storage: &impl Storage) -> Result<Digest, Error> {
        let mut hash = Sha512::new();
        let mut at = self.body.start;
        let mut piece = vec![0; PIECE.min(length(&self.body)?)];
        while at < self.body.end {
            let rest = length(&(at..self.body.end))?;
            piece.truncate(rest);
            storage.read_at(at, &mut piece)?;
            hash.update(&piece);
            at = at.saturating_add(u64::try_from(piece.len()).map_err(io::Error::other)?);
        }
        Ok(hash.finish())
    }

    /// The digest of the body that is stored, which must be the one that the frame states.
    pub(crate) fn check_digest(&self, storage: &impl Storage) -> Result<Digest, Error> {
        let digest = || self.body_digest(storage);
        check_digest(&self.header, self.trailer.as_ref(), digest)
    }

    /// The Merkle value that the frame states.
    pub(crate) fn apex(&self) -> Option<Digest> {
        let trailer = self
            .trailer
            .as_ref()
            .and_then(|trailer| trailer.apex_digest.as_deref());
        let stated = trailer.or(self.header.apex_digest.as_deref());
        stated.and_then(|stated| Digest::try_from(stated).ok())
    }

    /// The state of the tree or chain that the frame states, if a sequence of this type has one.
    pub(crate) fn state(&self, kind: SequenceType) -> Option<Digest> {
        match kind {
            SequenceType::Merkle => self.apex(),
            SequenceType::Chain => self.chain(),
            _ => None,
        }
    }

    /// The signatures over the sequence up to the frame.
    pub(crate) fn sequence_signatures(&self) -> &[DareSignature] {
        match &self.trailer {
            Some(trailer) if !trailer.sequence_signatures.is_empty() => {
                &trailer.sequence_signatures
            }
            _ => &self.header.sequence_signatures,
        }
    }

    /// True when the body was taken out.
    pub(crate) fn is_redacted(&self) -> bool {
        self.info().and_then(|info| info.redacted) == Some(true)
    }

    /// True when the salt was destroyed, so that nobody decrypts the body.
    pub(crate) fn is_erased(&self) -> bool {
        is_erased(&self.header)
    }

    /// The value of the digest chain that the frame states.
    pub(crate) fn chain(&self) -> Option<Digest> {
        let trailer = self
            .trailer
            .as_ref()
            .and_then(|trailer| trailer.chain_digest.as_deref());
        let stated = trailer.or(self.header.chain_digest.as_deref());
        stated.and_then(|stated| Digest::try_from(stated).ok())
    }
}

/// True when the salt was destroyed under which the body is encrypted.
pub(crate) fn is_erased(header: &DareHeader) -> bool {
    let salt = header.salt.as_deref().unwrap_or_default();
    let zero = salt.iter().all(|&octet| octet == 0);
    header.encryption_algorithm.is_some() && !salt.is_empty() && zero
}

fn decode<T: Decode>(storage: &impl Storage, range: &Range<u64>) -> Result<T, Error> {
    if range.end.saturating_sub(range.start) > MAX_HEAD {
        return Err(Error::BadFrame {
            offset: range.start,
            why: "its header or trailer is longer than one may be",
        });
    }
    Ok(from_bytes(&octets(storage, range)?)?)
}

fn length(range: &Range<u64>) -> io::Result<usize> {
    let length = range.end.saturating_sub(range.start);
    usize::try_from(length).map_err(io::Error::other)
}

/// The octets of a range, whose length is bounded by that of a frame.
pub(crate) fn octets(storage: &impl Storage, range: &Range<u64>) -> Result<Vec<u8>, Error> {
    let mut octets = vec![0; length(range)?];
    storage.read_at(range.start, &mut octets)?;
    Ok(octets)
}

/// The frame that starts at an offset and must be the one with this number.
pub(super) fn head_at<S: Storage>(
    window: &Window<'_, S>,
    start: u64,
    index: u64,
) -> Result<Head, Error> {
    let read = || match frame::find(window, start)? {
        Found::Frame(range) => Head::read(window, range, index),
        Found::End | Found::Torn => Err(Error::BadFrame {
            offset: start,
            why: "the storage ends before it does",
        }),
    };
    let head = read().map_err(|error| error.in_frame(index))?;
    match head.stated_index() {
        Some(found) if found == index => Ok(head),
        found => Err(Error::WrongIndex {
            expected: index,
            found: found.unwrap_or(u64::MAX),
        }),
    }
}

/// The frame before another.
pub(super) fn before<S: Storage>(window: &Window<'_, S>, head: &Head) -> Result<Head, Error> {
    let start = frame::find_before(window, head.frame.start)
        .map_err(|error| error.in_frame(head.index.saturating_sub(1)))?
        .start;
    head_at(window, start, head.index.saturating_sub(1))
}

/// The frame that the tree position of another names.
pub(super) fn jump<S: Storage>(window: &Window<'_, S>, head: &Head) -> Result<Head, Error> {
    let bad = Error::Header {
        field: "TreePosition",
    };
    let position = head
        .info()
        .and_then(|info| info.tree_position)
        .and_then(|position| u64::try_from(position).ok())
        .filter(|&position| position < head.frame.start);
    match (position, previous_frame(head.index)) {
        (Some(position), Some(index)) => head_at(window, position, index),
        _ => Err(bad.in_frame(head.index)),
    }
}

/// Goes back from a frame to the one with a number, over O(log² n) others: about 70 of a sequence of 100,000.
pub(super) fn go_back<S: Storage>(
    window: &Window<'_, S>,
    from: Head,
    index: u64,
) -> Result<Head, Error> {
    let mut head = from;
    while head.index > index {
        // A writer that leaves the position out costs time only.
        let stated = head.info().and_then(|info| info.tree_position);
        let tree = previous_frame(head.index).filter(|&tree| tree >= index && stated.is_some());
        head = match tree {
            Some(_) => jump(window, &head)?,
            None => before(window, &head)?,
        };
    }
    Ok(head)
}

/// That the tree position of a frame is where it must be.
pub(super) fn check_tree_position(head: &Head, position: Option<u64>) -> Result<(), Error> {
    let stated = head.info().and_then(|info| info.tree_position);
    match stated {
        Some(stated) if position.map(signed).transpose()? != Some(stated) => Err(Error::Header {
            field: "TreePosition",
        }
        .in_frame(head.index)),
        _ => Ok(()),
    }
}
