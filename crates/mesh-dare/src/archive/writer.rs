// SPDX-License-Identifier: MIT
//! Writing an archive.
//!
//! Spec: mesh-dare, "DARE Archive".
//! Here: beginning and continuing one, adding and deleting entries.
//! Not here: where files come from (`mesh`, archive).

use std::io;

use mesh_crypto::{Environment, KeySource, PrivateKey};

use super::entry::{Entry, Part};
use super::{ARCHIVE_TYPE, PART, Under, name_of, reader};
use crate::error::Error;
use crate::generated::ContentMeta;
use crate::sequence::index::Index;
use crate::sequence::writer::{Content, Encryption, Protection, SequenceWriter, Signer};
use crate::sequence::{Sequence, SequenceType};
use crate::storage::Storage;

/// Octets and frames that are written at once, at most.
const BATCH: usize = 4 * PART;
const FRAMES: usize = 128;

/// Gives the octets of a file: the next ones go into the buffer, at most [`PART`], and their place in the file is returned; `None` at the end.
pub type Extents<'a> = &'a mut dyn FnMut(&mut Vec<u8>) -> io::Result<Option<u64>>;

/// An archive that is written.
pub struct ArchiveWriter<S> {
    writer: SequenceWriter<S>,
    under: Option<Under>,
    index: Index<'static>,
    /// Parts that wait to be written together.
    batch: Vec<(Part, ContentMeta, Vec<u8>)>,
    octets: usize,
}

impl<S: Storage> ArchiveWriter<S> {
    /// Begins an archive in an empty storage. It is encrypted where recipients are named, under one exchange; `signer` signs all that is
    /// written together, and everything before it.
    ///
    /// # Errors
    /// As [`SequenceWriter::create`].
    pub fn create(
        storage: S,
        protection: &Protection,
        signer: Option<&PrivateKey>,
        env: &dyn Environment,
    ) -> Result<Self, Error> {
        let first = Self::first(env);
        let kind = SequenceType::Merkle;
        let writer =
            SequenceWriter::create(storage, kind, protection, &first, signer.map(named), env)?;
        Self::begun(writer)
    }

    /// Begins an archive in an empty storage for those who can open another one, under its exchange.
    ///
    /// # Errors
    /// As [`ArchiveWriter::create`].
    pub fn create_like<T: Storage>(
        storage: S,
        other: &reader::ArchiveReader<T>,
        signer: Option<&PrivateKey>,
        env: &dyn Environment,
    ) -> Result<Self, Error> {
        let signer = signer.map(named);
        let first = Self::first(env);
        let kind = SequenceType::Merkle;
        let writer = match other.exchange() {
            None => {
                let clear = Protection::default();
                SequenceWriter::create(storage, kind, &clear, &first, signer, env)?
            }
            Some(exchange) => {
                let policy = other.sequence().header(0)?.policy;
                let under = (exchange.clone(), policy);
                SequenceWriter::create_under(storage, kind, under, &first, signer, env)?
            }
        };
        Self::begun(writer)
    }

    fn first(env: &dyn Environment) -> Content<'static> {
        Content {
            meta: ContentMeta {
                content_type: Some(ARCHIVE_TYPE.to_owned()),
                created: Some(env.now()),
                ..ContentMeta::default()
            },
            ..Content::default()
        }
    }

    /// Adds an entry of another archive.
    ///
    /// # Errors
    /// As [`reader::ArchiveReader::read`] and [`ArchiveWriter::add`].
    pub fn copy<T: Storage>(
        &mut self,
        other: &reader::ArchiveReader<T>,
        frame: u64,
        entry: &Entry,
        env: &dyn Environment,
    ) -> Result<(), Error> {
        let mut part = Part {
            name: entry.name.clone(),
            number: 0,
            offset: 0,
            last: false,
            entry: Some(entry.clone()),
        };
        // A part is written when the next one is there, for the last one says that it is the last.
        let mut waiting = Vec::new();
        let mut first = true;
        other.read(frame, entry, &mut |offset, octets| {
            if !std::mem::take(&mut first) {
                self.push(part.clone(), true, std::mem::take(&mut waiting), env)?;
                part.number = part.number.saturating_add(1);
            }
            part.offset = offset;
            waiting = octets.to_vec();
            Ok(())
        })?;
        part.last = true;
        self.push(part, true, waiting, env)
    }

    /// Continues an archive. What an interrupted session left of a file is cut off.
    ///
    /// # Errors
    /// As [`reader::ArchiveReader::open`]; [`Error::Storage`].
    pub fn open(
        storage: S,
        keys: &dyn KeySource,
        signer: Option<&PrivateKey>,
        env: &dyn Environment,
    ) -> Result<Self, Error> {
        let (mut sequence, _) = Sequence::open_from_end(storage)?;
        let under = reader::under(&sequence, keys)?;
        if let Some(first) = reader::unfinished(&sequence, under.as_ref())? {
            let start = sequence.locate(first)?.start;
            let mut storage = sequence.into_storage();
            storage.truncate(start)?;
            storage.sync()?;
            (sequence, _) = Sequence::open_from_end(storage)?;
        }
        let protection = Protection {
            encryption: match under {
                Some(_) => Encryption::Once,
                None => Encryption::None,
            },
            ..Protection::default()
        };
        let writer = SequenceWriter::open(sequence, &protection, signer.map(named), keys, env)?;
        let index = reader::index(writer.sequence(), under.clone(), keys)?;
        Ok(Self::new(writer, under, index))
    }

    /// Of what has just been begun.
    fn begun(writer: SequenceWriter<S>) -> Result<Self, Error> {
        let under = Under::of(writer.sequence(), writer.exchange())?;
        let index = Index::build(writer.sequence(), name_of(under.clone()))?;
        Ok(Self::new(writer, under, index))
    }

    fn new(writer: SequenceWriter<S>, under: Option<Under>, index: Index<'static>) -> Self {
        Self {
            writer,
            under,
            index,
            batch: Vec::new(),
            octets: 0,
        }
    }

    /// The entry of a name as the archive has it; `None` when there is none, or it was deleted.
    ///
    /// # Errors
    /// As [`reader::ArchiveReader::find`].
    pub fn find(&self, name: &str) -> Result<Option<Entry>, Error> {
        let sequence = self.writer.sequence();
        reader::find(sequence, &self.index, self.under.as_ref(), name)
    }

    /// The names that the archive has had.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.index.keys().map(|(_, name)| name.to_owned()).collect()
    }

    /// Adds an entry, or replaces it. It is durable after [`ArchiveWriter::flush`].
    ///
    /// # Errors
    /// [`Error::BadName`]; [`Error::BadEntry`] when the octets are not those that the entry promises; [`Error::Storage`].
    pub fn add(
        &mut self,
        entry: &Entry,
        content: Extents<'_>,
        env: &dyn Environment,
    ) -> Result<(), Error> {
        super::entry::check_name(&entry.name)?;
        let is_new = self.index.latest(&entry.name).is_none();
        let mut octets = Vec::new();
        let first = content(&mut octets)?;
        let mut offset = first.unwrap_or(0);
        let mut number = 0u64;
        loop {
            let mut ahead = Vec::new();
            // Whoever has said that there is no more is not asked again.
            let next = match first {
                Some(_) => content(&mut ahead)?,
                None => None,
            };
            let end = u64::try_from(octets.len())
                .ok()
                .and_then(|length| offset.checked_add(length));
            if end.is_none_or(|end| end > entry.size) || next.is_some_and(|next| Some(next) < end) {
                return Err(Error::BadEntry {
                    name: entry.name.clone(),
                    why: "it changed while it was read",
                });
            }
            let part = Part {
                name: entry.name.clone(),
                number,
                offset,
                last: next.is_none(),
                entry: Some(entry.clone()),
            };
            self.push(part, is_new, octets, env)?;
            let Some(next) = next else { return Ok(()) };
            (octets, offset) = (ahead, next);
            number = number.saturating_add(1);
        }
    }

    /// Ends an entry: it is not found any more, but what was stored of it stays until the archive is copied without it.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn delete(&mut self, name: &str, env: &dyn Environment) -> Result<(), Error> {
        let part = Part {
            name: name.to_owned(),
            number: 0,
            offset: 0,
            last: true,
            entry: None,
        };
        self.push(part, false, Vec::new(), env)
    }

    fn push(
        &mut self,
        part: Part,
        is_new: bool,
        octets: Vec<u8>,
        env: &dyn Environment,
    ) -> Result<(), Error> {
        let meta = part.to_meta(is_new);
        self.octets = self.octets.saturating_add(octets.len());
        self.batch.push((part, meta, octets));
        match self.octets >= BATCH || self.batch.len() >= FRAMES {
            true => self.flush(env),
            false => Ok(()),
        }
    }

    /// Returns when everything that was added is durable.
    ///
    /// # Errors
    /// [`Error::Storage`]; then nothing of what waited was added.
    pub fn flush(&mut self, env: &dyn Environment) -> Result<(), Error> {
        let batch = std::mem::take(&mut self.batch);
        self.octets = 0;
        let contents: Vec<Content<'_>> = batch
            .iter()
            .map(|(_, meta, octets)| Content {
                hidden: Some(meta.clone()),
                payload: octets,
                ..Content::default()
            })
            .collect();
        let frames = self.writer.append(&contents, env)?;
        for (frame, (part, ..)) in frames.zip(batch) {
            let name = (part.number == 0).then_some(part.name);
            self.index.appended(frame, name);
        }
        Ok(())
    }

    /// Adds an index frame, and gives the storage back when that is durable.
    ///
    /// # Errors
    /// As [`ArchiveWriter::flush`].
    pub fn finish(mut self, env: &dyn Environment) -> Result<S, Error> {
        self.flush(env)?;
        self.writer.append_index(&mut self.index, env)?;
        Ok(self.writer.into_sequence().into_storage())
    }
}

/// A signer of archives.
fn named(key: &PrivateKey) -> Signer<'_> {
    Signer {
        name: ARCHIVE_TYPE,
        key,
    }
}

impl<S> std::fmt::Debug for ArchiveWriter<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ArchiveWriter").finish_non_exhaustive()
    }
}
