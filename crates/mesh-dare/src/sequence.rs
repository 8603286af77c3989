// SPDX-License-Identifier: MIT
//! DARE sequences: append-only lists of envelopes in one storage.
//!
//! Spec: mesh-dare, "DARE Sequence".
//! Here: creation, opening with recovery of a torn end, durable append, reading by index.
//! Not here: what the entries mean (`store`), octets of a frame (`frame`).
//!
//! | Module | Room |
//! |---|---|
//! | `erase` | destroying the salt of a frame |
//! | [`index`] | index frames: where frames are, and the latest frame of each key |
//! | `proof` | proofs over the tree |
//! | [`queue`] | appending from many threads |
//! | [`redact`] | copies without some of the payloads |
//! | [`session`] | payloads under one exchange, or each under its own |
//! | [`signature`] | signatures over everything up to a frame |
//! | [`verify`] | reading everything |
//! | [`writer`] | appending payloads |

mod erase;
pub mod index;
mod proof;
pub mod queue;
pub mod redact;
mod scan;
pub mod session;
pub mod signature;
pub mod verify;
pub(crate) mod walk;
mod window;
pub mod writer;

use std::borrow::Cow;
use std::io;
use std::ops::Range;

use mesh_crypto::digest::sha512;
use mesh_jsonbcd::{from_bytes, to_json};

use crate::envelope::{DIGEST_SHA_512, Envelope};
use crate::error::Error;
use crate::frame::{self, Found};
use crate::generated::{ContentMeta, DareHeader, DareTrailer, SequenceInfo};
use crate::merkle::{Digest, Frontier, previous_frame};
use crate::storage::Storage;
use scan::{Places, Stored, next_in_chain};
use signature::Signing;
pub(crate) use walk::Head;
use window::{VISIT, Window};

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

    pub(crate) fn of(header: &DareHeader) -> Result<Self, Error> {
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

    /// Whether each frame states the digest of its body.
    #[must_use]
    pub fn has_digest(self) -> bool {
        matches!(self, Self::Digest | Self::Chain | Self::Merkle)
    }

    pub(crate) fn has_tree_position(self) -> bool {
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
/// What grows is the list of the frames' places: eight octets for each frame that was read on opening, appended or learnt from an index.
#[derive(Debug)]
pub struct Sequence<S> {
    storage: S,
    kind: SequenceType,
    places: Places,
    frontier: Frontier,
    chain: Option<Digest>,
    /// Where the most recent index frame starts.
    index_position: Option<u64>,
}

/// A frame to be appended.
pub(crate) struct Part<'a> {
    pub(crate) header: DareHeader,
    pub(crate) body: Cow<'a, [u8]>,
    pub(crate) trailer: DareTrailer,
    /// The digest of the body, where it has just been computed.
    pub(crate) digest: Option<Digest>,
    /// For an index frame, where the one that it continues starts.
    pub(crate) index_of: Option<Option<u64>>,
}

impl<'a> From<&'a Envelope> for Part<'a> {
    fn from(envelope: &'a Envelope) -> Self {
        Self {
            header: envelope.header.clone(),
            body: Cow::Borrowed(&envelope.body),
            trailer: envelope.trailer.clone().unwrap_or_default(),
            digest: None,
            index_of: None,
        }
    }
}

impl<S: Storage> Sequence<S> {
    /// Begins a sequence in an empty storage with its first frame and returns when that is durable.
    ///
    /// # Errors
    /// [`Error::Storage`], also when the storage is not empty.
    pub fn create(storage: S, kind: SequenceType, first: Envelope) -> Result<Self, Error> {
        Self::create_with(storage, kind, Part::from(&first), None)
    }

    pub(crate) fn create_with(
        storage: S,
        kind: SequenceType,
        mut first: Part<'_>,
        signing: Option<&mut Signing>,
    ) -> Result<Self, Error> {
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
            places: Places::new(0, vec![0]),
            frontier: Frontier::new(),
            chain: None,
            index_position: None,
        };
        sequence.append_parts(vec![first], signing)?;
        Ok(sequence)
    }

    /// Opens a sequence, cuts off a last frame that was never finished, and shows `visit` every frame without its body.
    ///
    /// # Errors
    /// [`Error::Frame`] and [`Error::WrongIndex`] naming the first frame that is not as it must be; what `visit` returns.
    pub fn open(mut storage: S, visit: Visit<'_>) -> Result<(Self, Recovery), Error> {
        let stored = scan::forwards(&storage, visit)?;
        let end = stored.places.end();
        let cut = storage.len()?.saturating_sub(end);
        if cut > 0 {
            storage.truncate(end)?;
            storage.sync()?;
        }
        Ok((Self::of(storage, stored), Recovery { cut }))
    }

    /// Opens a sequence from its last frame: reads of a tree the few frames from which its state follows, of others the lengths of the frames.
    /// Where that does not add up, for instance because the last frame was never finished, every frame is read as [`Sequence::open`] does.
    ///
    /// The frames that are not read are taken to be there until they are asked for; [`Sequence::verify`] looks at all of them.
    ///
    /// # Errors
    /// As [`Sequence::open`].
    pub fn open_from_end(storage: S) -> Result<(Self, Recovery), Error> {
        match scan::from_end(&storage) {
            Ok(stored) => Ok((Self::of(storage, stored), Recovery::default())),
            Err(_) => Self::open(storage, &mut |_, _| Ok(())),
        }
    }

    fn of(storage: S, stored: Stored) -> Self {
        Self {
            storage,
            kind: stored.kind,
            places: stored.places,
            frontier: stored.frontier,
            chain: stored.chain,
            index_position: stored.index_position,
        }
    }

    /// The type stated by the first frame.
    #[must_use]
    pub fn kind(&self) -> SequenceType {
        self.kind
    }

    /// The number of frames.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.places.len()
    }

    /// True when there is no frame, which only a sequence that could not be begun can be.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The octets that the frames occupy.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.places.end()
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
    /// Index, positions and digests are filled in where they are absent and must be right where they are present;
    /// an apex that is not signed is written anew, because the reference's does not cover the sequence.
    ///
    /// # Errors
    /// [`Error::WrongIndex`], [`Error::DigestMismatch`], [`Error::ApexMismatch`], [`Error::Storage`].
    pub fn append(&mut self, envelopes: &[Envelope]) -> Result<(), Error> {
        self.append_parts(envelopes.iter().map(Part::from).collect(), None)
    }

    /// With `signing`, the last frame is signed.
    pub(crate) fn append_parts(
        &mut self,
        parts: Vec<Part<'_>>,
        mut signing: Option<&mut Signing>,
    ) -> Result<(), Error> {
        let (start, frames) = (self.size(), self.len());
        let (frontier, chain) = (self.frontier.clone(), self.chain);
        let index_position = self.index_position;
        let headers = signing.as_ref().map(|signing| signing.headers);
        let size = parts.iter().fold(0usize, |size, part| {
            size.saturating_add(part.body.len()).saturating_add(HEAD)
        });
        let mut bytes = Vec::with_capacity(size);
        let mut left = parts.len();
        let written = parts
            .into_iter()
            .try_for_each(|part| {
                left = left.saturating_sub(1);
                let signing = signing.as_deref_mut().map(|signing| (signing, left == 0));
                self.add(part, start, signing, &mut bytes)
            })
            .and_then(|()| {
                self.storage.write_at(start, &bytes)?;
                Ok(self.storage.sync()?)
            });
        if written.is_err() {
            // The part that was written is not acknowledged; without it the next append starts where this one did.
            let _ = self.storage.truncate(start);
            self.places.truncate(frames);
            self.frontier = frontier;
            self.chain = chain;
            self.index_position = index_position;
            if let (Some(signing), Some(headers)) = (signing, headers) {
                signing.headers = headers;
            }
        }
        written
    }

    /// Completes a frame and puts it behind those in `bytes`, which will stand at `start`.
    fn add(
        &mut self,
        part: Part<'_>,
        start: u64,
        signing: Option<(&mut Signing, bool)>,
        bytes: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let index = self.len();
        let Part {
            mut header,
            body,
            mut trailer,
            digest,
            index_of,
        } = part;
        check_index(&header, index)?;
        let previous = previous_frame(index).filter(|_| self.kind.has_tree_position());
        let tree_position = previous.map(|previous| self.locate(previous)).transpose()?;
        let info = header
            .sequence_info
            .get_or_insert_with(SequenceInfo::default);
        info.index = Some(signed(index)?);
        if self.kind.has_tree_position() {
            info.tree_position = tree_position.map(|range| signed(range.start)).transpose()?;
        }
        let position = index_of.unwrap_or(self.index_position);
        info.index_position = position.map(signed).transpose()?;
        if index_of.is_some() {
            self.index_position = Some(self.size());
        }
        if self.kind.has_digest() {
            let digest = digest.unwrap_or_else(|| sha512(&[&body]));
            let stated = trailer.payload_digest.as_ref();
            match stated.or(header.payload_digest.as_ref()) {
                Some(stated) if stated.as_slice() != digest.as_slice() => {
                    return Err(Error::DigestMismatch.in_frame(index));
                }
                Some(_) => {}
                None => trailer.payload_digest = Some(digest.to_vec()),
            }
            if self.kind == SequenceType::Merkle {
                let apex = self.frontier.push(&digest);
                let signed = !trailer.sequence_signatures.is_empty()
                    || !header.sequence_signatures.is_empty();
                let stated = trailer.apex_digest.as_ref();
                let stated = stated.or(header.apex_digest.as_ref());
                if signed && stated.map(Vec::as_slice) != Some(apex.as_slice()) {
                    return Err(Error::ApexMismatch { index });
                }
                header.apex_digest = None;
                trailer.apex_digest = Some(apex.to_vec());
            }
            if self.kind == SequenceType::Chain {
                let value = next_in_chain(self.chain, &digest);
                self.chain = Some(value);
                header.chain_digest = None;
                trailer.chain_digest = Some(value.to_vec());
            }
        }
        if let Some((signing, last)) = signing {
            signing.note(&header);
            if last {
                let state = self.apex().or(self.chain);
                signing.sign(self.kind, index, state.as_ref(), &mut trailer)?;
            }
        }
        frame::write(bytes, &[&to_json(&header), &body, &to_json(&trailer)]);
        let written =
            u64::try_from(bytes.len()).map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))?;
        self.places.push(start.saturating_add(written));
        Ok(())
    }

    /// The frame at an index, its digest checked.
    ///
    /// # Errors
    /// [`Error::Frame`] when it is damaged, around [`Error::Redacted`] when its body was taken out; [`Error::Storage`] when there is no such
    /// frame.
    pub fn frame(&self, index: u64) -> Result<Envelope, Error> {
        let envelope = self.read(index)?;
        checked(&envelope).map_err(|error| error.in_frame(index))?;
        Ok(envelope)
    }

    /// The frame at an index for somebody who opens it: the digest of a body that has a tag is not computed.
    pub(crate) fn frame_to_open(&self, index: u64) -> Result<Envelope, Error> {
        let envelope = self.read(index)?;
        if !envelope.has_tag() {
            checked(&envelope).map_err(|error| error.in_frame(index))?;
        }
        Ok(envelope)
    }

    /// The frame at an index, its digest not checked.
    fn read(&self, index: u64) -> Result<Envelope, Error> {
        let range = self.locate(index)?;
        let window = self.visit(&range);
        let read = || {
            let head = head_in(&window, range, index)?;
            match head.is_redacted() {
                true => Err(Error::Redacted),
                false => head.envelope(&window),
            }
        };
        read().map_err(|error| error.in_frame(index))
    }

    /// The frames of a range of indexes, each with its digest checked.
    ///
    /// # Errors
    /// As [`Sequence::frame`].
    pub fn frames(&self, range: Range<u64>) -> Result<Vec<Envelope>, Error> {
        range.map(|index| self.frame(index)).collect()
    }

    /// Copies all frames, octet for octet, into an empty storage.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn copy_to(&self, to: &mut impl Storage) -> Result<(), Error> {
        let mut octets = vec![0; 1 << 20];
        let mut at = 0u64;
        while at < self.size() {
            let left = usize::try_from(self.size().saturating_sub(at)).unwrap_or(usize::MAX);
            octets.truncate(left);
            self.storage.read_at(at, &mut octets)?;
            to.write_at(at, &octets)?;
            at = at.saturating_add(u64::try_from(octets.len()).unwrap_or(u64::MAX));
        }
        Ok(to.sync()?)
    }

    /// The header of the frame at an index. Nothing about it is checked.
    ///
    /// # Errors
    /// As [`Sequence::frame`].
    pub fn header(&self, index: u64) -> Result<DareHeader, Error> {
        Ok(self.head(index)?.header)
    }

    /// The frame at an index without its body.
    pub(crate) fn head(&self, index: u64) -> Result<Head, Error> {
        let range = self.locate(index)?;
        let window = self.visit(&range);
        head_in(&window, range, index).map_err(|error| error.in_frame(index))
    }

    /// A view of one frame: a small one is read at once.
    fn visit(&self, range: &Range<u64>) -> Window<'_, S> {
        let length = range.end.saturating_sub(range.start);
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let size = match length <= SMALL {
            true => length.max(VISIT),
            false => VISIT,
        };
        Window::new(&self.storage, size)
    }

    /// Where a frame is: known, or found over the positions in a tree.
    pub(crate) fn locate(&self, index: u64) -> Result<Range<u64>, Error> {
        let places = &self.places;
        if index >= self.len() {
            let text = format!("there is no frame {index}");
            return Err(io::Error::new(io::ErrorKind::NotFound, text).into());
        }
        let known = places.start(index);
        if let (Some(start), Some(end)) = (known, places.start(index.saturating_add(1))) {
            return Ok(start..end);
        }
        let base = places.base();
        let start = places.start(base).ok_or(io::ErrorKind::NotFound);
        let window = Window::new(&self.storage, VISIT);
        let from = walk::head_at(&window, start.map_err(io::Error::from)?, base)?;
        Ok(walk::go_back(&window, from, index)?.frame)
    }
}

/// Compares the digest of a body, where one is stated.
fn checked(envelope: &Envelope) -> Result<(), Error> {
    match envelope.payload_digest() {
        Some(_) => envelope.check_digest().map(drop),
        None => Ok(()),
    }
}

/// Reads the head of the frame that is where the sequence has it.
fn head_in<S: Storage>(
    window: &Window<'_, S>,
    range: Range<u64>,
    index: u64,
) -> Result<Head, Error> {
    let head = match frame::find(window, range.start)? {
        Found::Frame(found) if found == range => Head::read(window, range, index)?,
        _ => {
            return Err(Error::BadFrame {
                offset: range.start,
                why: NOT_THERE,
            });
        }
    };
    check_index(&head.header, index)?;
    Ok(head)
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

/// Octets of header and trailer that most frames stay below.
const HEAD: usize = 1024;
/// Octets of a frame that is read at once.
const SMALL: usize = 64 << 10;
const NOT_THERE: &str = "it is not where the sequence has it";
/// The type of record in the body of an index frame.
const INDEX_TYPE: &str = "SequenceIndex";

/// True for the header of an index frame whose body is there.
fn is_index(header: &DareHeader) -> bool {
    let info = header.sequence_info.as_ref();
    let meta = header.content_meta_data.as_deref();
    info.is_some_and(|info| info.is_meta == Some(true) && info.redacted != Some(true))
        && meta
            .and_then(|meta| from_bytes::<ContentMeta>(meta).ok())
            .is_some_and(|meta| meta.message_type.as_deref() == Some(INDEX_TYPE))
}

fn signed(value: u64) -> Result<i64, Error> {
    Ok(i64::try_from(value).map_err(io::Error::other)?)
}
