// SPDX-License-Identifier: MIT
//! DARE sequences: append-only lists of envelopes in one storage.
//!
//! Spec: mesh-dare, "DARE Sequence".
//! Here: creation, opening with recovery of a torn end, durable append, reading by index, full verification.
//! Not here: what the entries mean (`store`), octets of a frame (`frame`).

use std::cell::RefCell;
use std::io;
use std::ops::Range;

use mesh_crypto::digest::sha512;
use mesh_jsonbcd::{from_bytes, to_json};

use crate::envelope::{DIGEST_SHA_512, Envelope};
use crate::error::Error;
use crate::frame::{self, Found};
use crate::generated::{DareHeader, DareTrailer, SequenceInfo};
use crate::merkle::{Digest, Frontier, previous_frame};
use crate::storage::Storage;

/// How the frames of a sequence are tied together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SequenceType {
    /// Each frame stands alone.
    List,
    /// Each frame states the digest of its body.
    Digest,
    /// Each digest is combined with the one before it.
    Chain,
    /// Frames point back so that any one is found in logarithmic time.
    Tree,
    /// A binary Merkle tree over the payload digests.
    Merkle,
}

impl SequenceType {
    const ALL: [Self; 5] = [
        Self::List,
        Self::Digest,
        Self::Chain,
        Self::Tree,
        Self::Merkle,
    ];

    /// The identifier in the field `ContainerType`.
    #[must_use]
    pub fn identifier(self) -> &'static str {
        match self {
            Self::List => "List",
            Self::Digest => "Digest",
            Self::Chain => "Chain",
            Self::Tree => "Tree",
            Self::Merkle => "Merkle",
        }
    }

    fn of(header: &DareHeader) -> Result<Self, Error> {
        let name = header
            .sequence_info
            .as_ref()
            .and_then(|info| info.container_type.as_deref());
        let name = name.ok_or(Error::Header {
            field: "ContainerType",
        })?;
        let found = Self::ALL.into_iter().find(|kind| kind.identifier() == name);
        found.ok_or_else(|| Error::Unsupported {
            what: "sequence type",
            name: name.to_owned(),
        })
    }

    fn has_digest(self) -> bool {
        matches!(self, Self::Digest | Self::Chain | Self::Merkle)
    }

    fn has_tree_position(self) -> bool {
        matches!(self, Self::Tree | Self::Merkle)
    }
}

/// What opening a sequence had to repair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Octets of an unfinished last frame that were cut off.
    pub cut: u64,
}

/// Shown every frame of a sequence without its body.
pub type Visit<'a> = &'a mut dyn FnMut(&DareHeader, Option<&DareTrailer>) -> Result<(), Error>;

/// A sequence in a storage.
///
/// The index of frame positions is the only state that grows: eight octets per frame.
#[derive(Debug)]
pub struct Sequence<S> {
    storage: S,
    kind: SequenceType,
    /// Start of each frame, and the end of the last.
    positions: Vec<u64>,
    frontier: Frontier,
    chain: Option<Digest>,
}

impl<S: Storage> Sequence<S> {
    /// Begins a sequence in an empty storage with its first frame and returns when that is durable.
    ///
    /// # Errors
    /// [`Error::Storage`], also when the storage is not empty.
    pub fn create(storage: S, kind: SequenceType, mut first: Envelope) -> Result<Self, Error> {
        if !storage.is_empty()? {
            return Err(io::Error::from(io::ErrorKind::AlreadyExists).into());
        }
        let info = first
            .header
            .sequence_info
            .get_or_insert_with(SequenceInfo::default);
        info.data_encoding = Some("JSON".to_owned());
        info.container_type = Some(kind.identifier().to_owned());
        info.index = Some(0);
        if kind.has_digest() {
            first.header.digest_algorithm = Some(DIGEST_SHA_512.to_owned());
        }
        let mut sequence = Self {
            storage,
            kind,
            positions: vec![0],
            frontier: Frontier::new(),
            chain: None,
        };
        sequence.append(std::slice::from_ref(&first))?;
        Ok(sequence)
    }

    /// Opens a sequence, cuts off a last frame that was never finished, and shows `visit` every frame without its body.
    ///
    /// # Errors
    /// [`Error::Frame`] and [`Error::WrongIndex`] naming the first frame that is not as it must be; what `visit` returns.
    pub fn open(mut storage: S, visit: Visit<'_>) -> Result<(Self, Recovery), Error> {
        let mut positions = vec![0];
        let mut frontier = Frontier::new();
        let mut chain = None;
        let mut kind = None;
        let mut at = 0u64;
        {
            let window = Window::new(&storage);
            loop {
                let index = count(&positions);
                match frame::find(&window, at).map_err(|error| error.in_frame(index))? {
                    Found::End => break,
                    Found::Torn => {
                        // Whole frames behind the broken one were acknowledged: this is damage, and cutting would lose them.
                        if frame::find_before(&window, window.len()?)
                            .is_ok_and(|last| last.start > at)
                        {
                            let why = "it is damaged, and whole frames follow it";
                            return Err(Error::BadFrame { offset: at, why }.in_frame(index));
                        }
                        break;
                    }
                    Found::Frame(range) => {
                        let read =
                            || -> Result<(DareHeader, Option<DareTrailer>, Digest), Error> {
                                let frame = frame::read(&window, &range)?;
                                let (header, trailer) = head_and_tail(&frame)?;
                                let body =
                                    frame.records.get(1).map(Vec::as_slice).unwrap_or_default();
                                let stated =
                                    trailer.as_ref().and_then(|t| t.payload_digest.as_deref());
                                let stated = stated.or(header.payload_digest.as_deref());
                                let digest = match stated {
                                    Some(stated) => {
                                        Digest::try_from(stated).map_err(|_| Error::Header {
                                            field: "PayloadDigest",
                                        })?
                                    }
                                    None => sha512(&[body]),
                                };
                                Ok((header, trailer, digest))
                            };
                        let (header, trailer, digest) =
                            read().map_err(|error| error.in_frame(index))?;
                        check_index(&header, index)?;
                        let kind = match kind {
                            Some(kind) => kind,
                            None => *kind.insert(SequenceType::of(&header)?),
                        };
                        if kind == SequenceType::Merkle {
                            frontier.push(&digest);
                        }
                        if kind == SequenceType::Chain {
                            chain = Some(sha512(&[&chain.unwrap_or([0; 64]), &digest]));
                        }
                        visit(&header, trailer.as_ref()).map_err(|error| error.in_frame(index))?;
                        at = range.end;
                        positions.push(at);
                    }
                }
            }
        }
        let kind = kind.ok_or(Error::BadFrame {
            offset: 0,
            why: "the sequence is empty",
        })?;
        let cut = storage.len()?.saturating_sub(at);
        if cut > 0 {
            storage.truncate(at)?;
            storage.sync()?;
        }
        Ok((
            Self {
                storage,
                kind,
                positions,
                frontier,
                chain,
            },
            Recovery { cut },
        ))
    }

    /// The type stated by the first frame.
    #[must_use]
    pub fn kind(&self) -> SequenceType {
        self.kind
    }

    /// The number of frames.
    #[must_use]
    pub fn len(&self) -> u64 {
        count(&self.positions)
    }

    /// True when there is no frame, which only a sequence cut to nothing can be.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The octets that the frames occupy.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.positions.last().copied().unwrap_or(0)
    }

    /// The Merkle value of the last frame.
    #[must_use]
    pub fn apex(&self) -> Option<Digest> {
        self.frontier.apex()
    }

    /// The storage, given back.
    #[must_use]
    pub fn into_storage(self) -> S {
        self.storage
    }

    /// Adds frames with one write and returns when they are durable. Nothing is added when one of them is refused.
    ///
    /// Index, tree position and digests are filled in where they are absent and must be right where they are present;
    /// an apex that is not signed is written anew, because the reference's does not cover the sequence.
    ///
    /// # Errors
    /// [`Error::WrongIndex`], [`Error::DigestMismatch`], [`Error::ApexMismatch`], [`Error::Storage`].
    pub fn append(&mut self, envelopes: &[Envelope]) -> Result<(), Error> {
        let start = self.size();
        let mut bytes = Vec::new();
        let mut positions = self.positions.clone();
        let mut frontier = self.frontier.clone();
        let mut chain = self.chain;
        for envelope in envelopes {
            let index = count(&positions);
            let mut header = envelope.header.clone();
            let mut trailer = envelope.trailer.clone().unwrap_or_default();
            check_index(&header, index)?;
            let info = header
                .sequence_info
                .get_or_insert_with(SequenceInfo::default);
            info.index = Some(signed(index)?);
            if self.kind.has_tree_position() {
                info.tree_position = previous_frame(index)
                    .and_then(|previous| usize::try_from(previous).ok())
                    .and_then(|previous| positions.get(previous))
                    .map(|&position| signed(position))
                    .transpose()?;
            }
            if self.kind.has_digest() {
                let digest = sha512(&[&envelope.body]);
                match envelope.payload_digest() {
                    Some(stated) if stated != digest.as_slice() => {
                        return Err(Error::DigestMismatch.in_frame(index));
                    }
                    Some(_) => {}
                    None => trailer.payload_digest = Some(digest.to_vec()),
                }
                if self.kind == SequenceType::Merkle {
                    let apex = frontier.push(&digest);
                    if !envelope.sequence_signatures().is_empty()
                        && envelope.apex_digest() != Some(apex.as_slice())
                    {
                        return Err(Error::ApexMismatch { index });
                    }
                    header.apex_digest = None;
                    trailer.apex_digest = Some(apex.to_vec());
                }
                if self.kind == SequenceType::Chain {
                    let value = sha512(&[&chain.unwrap_or([0; 64]), &digest]);
                    chain = Some(value);
                    header.chain_digest = None;
                    trailer.chain_digest = Some(value.to_vec());
                }
            }
            frame::write(
                &mut bytes,
                &[&to_json(&header), &envelope.body, &to_json(&trailer)],
            );
            let written = u64::try_from(bytes.len())
                .map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))?;
            positions.push(start.saturating_add(written));
        }
        if let Err(error) = self
            .storage
            .write_at(start, &bytes)
            .and_then(|()| self.storage.sync())
        {
            // The part that was written is not acknowledged; without it the next append starts where this one did.
            let _ = self.storage.truncate(start);
            return Err(error.into());
        }
        self.positions = positions;
        self.frontier = frontier;
        self.chain = chain;
        Ok(())
    }

    /// The frame at an index, its digest checked.
    ///
    /// # Errors
    /// [`Error::Frame`] when it is damaged; [`Error::Storage`] when there is no such frame.
    pub fn frame(&self, index: u64) -> Result<Envelope, Error> {
        let envelope = self.read(&self.storage, index)?;
        if envelope.payload_digest().is_some() {
            envelope
                .check_digest()
                .map_err(|error| error.in_frame(index))?;
        }
        Ok(envelope)
    }

    /// The frames of a range of indexes, each with its digest checked.
    ///
    /// # Errors
    /// As [`Sequence::frame`].
    pub fn frames(&self, range: Range<u64>) -> Result<Vec<Envelope>, Error> {
        range.map(|index| self.frame(index)).collect()
    }

    /// Reads everything: framing, indexes, positions, payload digests and the tree.
    ///
    /// # Errors
    /// The first frame that is not as it must be, by index.
    pub fn verify(&self) -> Result<(), Error> {
        let window = Window::new(&self.storage);
        let mut frontier = Frontier::new();
        let mut chain: Option<Digest> = None;
        for index in 0..self.len() {
            let envelope = self.read(&window, index)?;
            check_index(&envelope.header, index)?;
            if self.kind.has_tree_position()
                && let (Some(stated), Some(previous)) = (
                    envelope
                        .header
                        .sequence_info
                        .as_ref()
                        .and_then(|info| info.tree_position),
                    previous_frame(index),
                )
            {
                let place = usize::try_from(previous)
                    .ok()
                    .and_then(|previous| self.positions.get(previous));
                if place.map(|&place| signed(place)).transpose()? != Some(stated) {
                    return Err(Error::Header {
                        field: "TreePosition",
                    }
                    .in_frame(index));
                }
            }
            if !self.kind.has_digest() {
                continue;
            }
            let digest = envelope
                .check_digest()
                .map_err(|error| error.in_frame(index))?;
            if self.kind == SequenceType::Merkle {
                let apex = frontier.push(&digest);
                if envelope.apex_digest() != Some(apex.as_slice()) {
                    return Err(Error::ApexMismatch { index });
                }
            }
            if self.kind == SequenceType::Chain {
                let value = sha512(&[&chain.unwrap_or([0; 64]), &digest]);
                chain = Some(value);
                if envelope.chain_digest() != Some(value.as_slice()) {
                    return Err(Error::ApexMismatch { index });
                }
            }
        }
        Ok(())
    }

    /// Cuts the sequence to its first `frames` frames.
    ///
    /// # Errors
    /// [`Error::Storage`]; [`Error::Frame`] when a frame that stays is damaged.
    pub fn truncate(&mut self, frames: u64) -> Result<(), Error> {
        if frames >= self.len() {
            return Ok(());
        }
        let keep = usize::try_from(frames).map_err(io::Error::other)?;
        let mut frontier = Frontier::new();
        let mut chain: Option<Digest> = None;
        for index in 0..frames {
            let digest = self.read(&self.storage, index)?.check_digest();
            match self.kind {
                SequenceType::Merkle => {
                    frontier.push(&digest.map_err(|error| error.in_frame(index))?);
                }
                SequenceType::Chain => {
                    let digest = digest.map_err(|error| error.in_frame(index))?;
                    chain = Some(sha512(&[&chain.unwrap_or([0; 64]), &digest]));
                }
                _ => break,
            }
        }
        let end = self.positions.get(keep).copied().unwrap_or(0);
        self.storage.truncate(end)?;
        self.storage.sync()?;
        self.positions.truncate(keep.saturating_add(1));
        self.frontier = frontier;
        self.chain = chain;
        Ok(())
    }

    fn read(&self, storage: &impl Storage, index: u64) -> Result<Envelope, Error> {
        let place = usize::try_from(index).map_err(io::Error::other)?;
        let (Some(&start), Some(&end)) = (
            self.positions.get(place),
            self.positions.get(place.saturating_add(1)),
        ) else {
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                format!("there is no frame {index}"),
            )
            .into());
        };
        let read = || -> Result<Envelope, Error> {
            let mut frame = frame::read(storage, &(start..end))?;
            let (header, trailer) = head_and_tail(&frame)?;
            let body = frame
                .records
                .get_mut(1)
                .map(std::mem::take)
                .unwrap_or_default();
            Ok(Envelope {
                header,
                body,
                trailer,
            })
        };
        read().map_err(|error| error.in_frame(index))
    }
}

fn head_and_tail(frame: &frame::Frame) -> Result<(DareHeader, Option<DareTrailer>), Error> {
    let header = frame.records.first().map(Vec::as_slice).unwrap_or_default();
    let trailer = match frame.records.get(2) {
        Some(bytes) if !bytes.is_empty() => Some(from_bytes::<DareTrailer>(bytes)?),
        _ => None,
    };
    let trailer = trailer.filter(|trailer| *trailer != DareTrailer::default());
    Ok((from_bytes(header)?, trailer))
}

fn check_index(header: &DareHeader, expected: u64) -> Result<(), Error> {
    let found = header.sequence_info.as_ref().and_then(|info| info.index);
    match found {
        None => Ok(()),
        Some(index) if u64::try_from(index) == Ok(expected) => Ok(()),
        Some(index) => Err(Error::WrongIndex {
            expected,
            found: u64::try_from(index).unwrap_or(u64::MAX),
        }),
    }
}

fn count(positions: &[u64]) -> u64 {
    u64::try_from(positions.len())
        .unwrap_or(u64::MAX)
        .saturating_sub(1)
}

fn signed(value: u64) -> Result<i64, Error> {
    Ok(i64::try_from(value).map_err(io::Error::other)?)
}

/// Reads a storage in large steps, so that walking a hundred thousand small frames costs few system calls.
struct Window<'s, S> {
    storage: &'s S,
    held: RefCell<(u64, Vec<u8>)>,
}

const WINDOW: usize = 1 << 20;

impl<'s, S: Storage> Window<'s, S> {
    fn new(storage: &'s S) -> Self {
        Self {
            storage,
            held: RefCell::new((0, Vec::new())),
        }
    }
}

impl<S: Storage> Storage for Window<'_, S> {
    fn len(&self) -> io::Result<u64> {
        self.storage.len()
    }

    fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let mut held = self.held.borrow_mut();
        let inside = |held: &(u64, Vec<u8>)| {
            let from = usize::try_from(offset.checked_sub(held.0)?).ok()?;
            let to = from.checked_add(out.len())?;
            (to <= held.1.len()).then_some(from..to)
        };
        if inside(&held).is_none() {
            let left = self.storage.len()?.saturating_sub(offset);
            let size = usize::try_from(left)
                .unwrap_or(usize::MAX)
                .min(WINDOW)
                .max(out.len());
            held.0 = offset;
            held.1.resize(size, 0);
            if let Err(error) = self.storage.read_at(offset, &mut held.1) {
                held.1.clear();
                return Err(error);
            }
        }
        let found = inside(&held)
            .and_then(|range| held.1.get(range))
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(found);
        Ok(())
    }

    fn write_at(&mut self, _: u64, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn truncate(&mut self, _: u64) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn sync(&mut self) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
