// SPDX-License-Identifier: MIT
//! Reading an archive.
//!
//! Spec: mesh-dare, "DARE Archive".
//! Here: finding an entry by name without reading others, its octets, verification of everything.
//! Not here: where files go (`mesh`, archive).

use std::sync::Arc;

use mesh_crypto::{KeyRing, KeySource, SecretBytes};

use super::entry::{Entry, Kind, Part};
use super::{Under, metadata, name_of};
use crate::error::Error;
use crate::exchange::Exchange;
use crate::generated::ContentMeta;
use crate::sequence::index::Index;
use crate::sequence::session::Exchanges;
use crate::sequence::signature::{LastSignature, Signers};
use crate::sequence::{Sequence, SequenceType};
use crate::storage::Storage;

/// An archive that is read.
pub struct ArchiveReader<S> {
    sequence: Sequence<S>,
    index: Index<'static>,
    under: Option<Under>,
}

/// Takes octets of a file, and where they belong. What is between them is a hole: zeros.
pub type Sink<'a> = &'a mut dyn FnMut(u64, &[u8]) -> Result<(), Error>;

/// What verification found in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Entries that are there.
    pub entries: u64,
    /// Octets of them.
    pub octets: u64,
    /// Frames, those of former and deleted entries included.
    pub frames: u64,
    /// The last frame that each signer signed, which covers all frames up to it.
    pub signed: Vec<LastSignature>,
    /// Frames behind the last signature.
    pub unsigned: u64,
}

impl<S: Storage> ArchiveReader<S> {
    /// Opens an archive from its end: reads the index frames and what is behind them.
    ///
    /// # Errors
    /// [`Error::NoKey`]; [`Error::NoArchive`] when it is another sequence; [`Error::IndexWrong`], for which
    /// [`ArchiveReader::open_unindexed`] is the remedy; as [`Sequence::open_from_end`].
    pub fn open(storage: S, keys: &dyn KeySource) -> Result<Self, Error> {
        Self::open_with(storage, keys, |sequence, under| {
            index(sequence, under, keys)
        })
    }

    /// Opens an archive without trusting its index frames: reads the header of each frame.
    ///
    /// # Errors
    /// As [`ArchiveReader::open`].
    pub fn open_unindexed(storage: S, keys: &dyn KeySource) -> Result<Self, Error> {
        Self::open_with(storage, keys, |sequence, under| {
            Index::build(sequence, name_of(under))
        })
    }

    fn open_with(
        storage: S,
        keys: &dyn KeySource,
        index: impl FnOnce(&Sequence<S>, Option<Under>) -> Result<Index<'static>, Error>,
    ) -> Result<Self, Error> {
        let (sequence, _) = Sequence::open_from_end(storage)?;
        let under = under(&sequence, keys)?;
        let index = index(&sequence, under.clone())?;
        Ok(Self {
            sequence,
            index,
            under,
        })
    }

    /// The entries, in the order in which they were written.
    ///
    /// # Errors
    /// As [`ArchiveReader::find`].
    pub fn entries(&self) -> impl Iterator<Item = Result<(u64, Entry), Error>> {
        self.entries_where(|_| true)
    }

    /// The entries with such a name.
    ///
    /// # Errors
    /// As [`ArchiveReader::find`].
    pub fn entries_where(
        &self,
        wanted: impl Fn(&str) -> bool,
    ) -> impl Iterator<Item = Result<(u64, Entry), Error>> {
        let keys = self.index.keys().filter(move |(_, name)| wanted(name));
        keys.filter_map(|(frame, _)| {
            let part = part(&self.sequence, self.under.as_ref(), frame);
            self.entry(frame, part).transpose()
        })
    }

    /// The entry of a name, and its frame; `None` when there is none, or it was deleted.
    ///
    /// # Errors
    /// Those of a damaged frame.
    pub fn find(&self, name: &str) -> Result<Option<(u64, Entry)>, Error> {
        match self.index.find(&self.sequence, name)? {
            None => Ok(None),
            Some(frame) => self.entry(frame, part(&self.sequence, self.under.as_ref(), frame)),
        }
    }

    /// The entry of a frame that was found under its name; `None` when that says that it was deleted.
    ///
    /// The tag of the body binds metadata to the place of the frame. A file is judged when it is read; of what has no content, all is judged
    /// here: otherwise the frame of another place could be repeated to delete an entry.
    fn entry(&self, frame: u64, part: Result<Part, Error>) -> Result<Option<(u64, Entry)>, Error> {
        let part = match part? {
            part @ Part {
                entry: Some(Entry {
                    kind: Kind::File, ..
                }),
                ..
            } => part,
            _ => self.content(frame)?.0,
        };
        Ok(part.entry.map(|entry| (frame, entry)))
    }

    /// Reads the octets of an entry from its frame on. All of what `sink` gets is authentic, as far as the archive is.
    ///
    /// # Errors
    /// Those of damaged frames, [`Error::BadEntry`], and what `sink` returns.
    pub fn read(&self, frame: u64, entry: &Entry, sink: Sink<'_>) -> Result<(), Error> {
        let bad = |why| Error::BadEntry {
            name: entry.name.clone(),
            why,
        };
        let mut least = 0;
        for (number, index) in (0u64..).zip(frame..self.sequence.len()) {
            let (part, octets) = self.content(index)?;
            if part.name != entry.name
                || part.number != number
                || part.entry.as_ref() != Some(entry)
            {
                return Err(bad("its parts do not follow each other"));
            }
            let length = u64::try_from(octets.len()).map_err(|_| bad("it is too large"))?;
            let end = part.offset.checked_add(length);
            let end = end.filter(|end| *end <= entry.size && part.offset >= least);
            least = end.ok_or_else(|| bad("its parts are not within it"))?;
            if entry.kind == Kind::File {
                sink(part.offset, octets.expose_secret())?;
            }
            if part.last {
                return Ok(());
            }
        }
        Err(bad("its last part is missing"))
    }

    /// Reads everything: frames, digests, the tree, signatures, the index, and each entry's content.
    ///
    /// # Errors
    /// The first thing that is not as it must be; [`Error::SignerNotAllowed`] for a signature by a key that `signers` does not know.
    pub fn verify(&self, signers: Signers<'_>, progress: &dyn Fn(u64)) -> Result<Verified, Error>
    where
        S: Sync,
    {
        let coverage = self
            .sequence
            .verify_signatures(super::ARCHIVE_TYPE, signers)?;
        self.index.verify(&self.sequence)?;
        let mut found = Verified {
            frames: self.sequence.len(),
            signed: coverage.signed,
            unsigned: coverage.unsigned,
            ..Verified::default()
        };
        for entry in self.entries() {
            let (frame, entry) = entry?;
            self.read(frame, &entry, &mut |_, _| Ok(()))?;
            found.entries = found.entries.saturating_add(1);
            found.octets = found.octets.saturating_add(entry.size);
            progress(found.octets);
        }
        Ok(found)
    }

    /// The exchange under which everything is.
    pub(super) fn exchange(&self) -> Option<&Arc<Exchange>> {
        self.under.as_ref().map(|under| &under.exchange)
    }

    /// The sequence below.
    #[must_use]
    pub fn sequence(&self) -> &Sequence<S> {
        &self.sequence
    }

    fn content(&self, index: u64) -> Result<(Part, SecretBytes), Error> {
        let read = || {
            let (frame, octets) = match &self.under {
                Some(under) => {
                    let frame = self.sequence.frame_to_open(index)?;
                    let octets = frame.open_with(&under.exchange)?;
                    (frame, octets)
                }
                None => {
                    let mut frame = self.sequence.frame(index)?;
                    let octets = std::mem::take(&mut frame.body);
                    (frame, SecretBytes::new(octets))
                }
            };
            let meta = metadata(&frame.header, self.under.as_ref())?;
            Ok((Part::of(&meta)?, octets))
        };
        read().map_err(|error: Error| error.in_frame(index))
    }
}

impl<S> std::fmt::Debug for ArchiveReader<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ArchiveReader").finish_non_exhaustive()
    }
}

/// What an archive is under, opened with a key at hand; `None` when it is in clear.
pub(super) fn under<S: Storage>(
    sequence: &Sequence<S>,
    keys: &dyn KeySource,
) -> Result<Option<Under>, Error> {
    let header = sequence.header(0)?;
    let meta = header.content_meta_data.as_deref();
    let meta: ContentMeta = meta
        .map(mesh_jsonbcd::from_bytes)
        .transpose()?
        .unwrap_or_default();
    if sequence.kind() != SequenceType::Merkle
        || meta.content_type.as_deref() != Some(super::ARCHIVE_TYPE)
    {
        return Err(Error::NoArchive);
    }
    match crate::envelope::is_encrypted(&header)? {
        true => Under::of(sequence, Some(Arc::new(Exchange::open(&header, keys)?))),
        false => Ok(None),
    }
}

/// The index of an archive, of index frames that are under its exchange: one under another could be made by whoever knows a public key.
pub(super) fn index<S: Storage>(
    sequence: &Sequence<S>,
    under: Option<Under>,
    keys: &dyn KeySource,
) -> Result<Index<'static>, Error> {
    let exchanges = Exchanges::default();
    if under.is_some() {
        exchanges.at(sequence, 0, keys)?;
    }
    Index::load(sequence, &exchanges, &KeyRing::new(), name_of(under))
}

/// The first frame of an entry at the end whose last part was never written.
pub(super) fn unfinished<S: Storage>(
    sequence: &Sequence<S>,
    under: Option<&Under>,
) -> Result<Option<u64>, Error> {
    let end = sequence.len().saturating_sub(1);
    let header = sequence.header(end)?;
    let is_meta = header.sequence_info.and_then(|info| info.is_meta);
    if end == 0 || is_meta == Some(true) {
        return Ok(None);
    }
    let last = part(sequence, under, end)?;
    if last.last {
        return Ok(None);
    }
    // What is cut off begins with the beginning of the entry, whatever its last frame says.
    let bad = || Error::BadEntry {
        name: last.name.clone(),
        why: "its parts do not follow each other",
    };
    let start = end.checked_sub(last.number).filter(|start| *start > 0);
    let start = start.ok_or_else(bad)?;
    let first = part(sequence, under, start)?;
    match first.number == 0 && first.name == last.name {
        true => Ok(Some(start)),
        false => Err(bad()),
    }
}

/// What a frame says of its entry.
fn part<S: Storage>(
    sequence: &Sequence<S>,
    under: Option<&Under>,
    frame: u64,
) -> Result<Part, Error> {
    let header = sequence.header(frame)?;
    metadata(&header, under)
        .and_then(|meta| Part::of(&meta))
        .map_err(|error| error.in_frame(frame))
}

pub(super) fn find<S: Storage>(
    sequence: &Sequence<S>,
    index: &Index<'_>,
    under: Option<&Under>,
    name: &str,
) -> Result<Option<Entry>, Error> {
    let Some(frame) = index.find(sequence, name)? else {
        return Ok(None);
    };
    Ok(part(sequence, under, frame)?.entry)
}
