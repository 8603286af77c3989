// SPDX-License-Identifier: MIT
//! Copies of a sequence without some of its payloads.
//!
//! Spec: mesh-dare, "Redaction".
//! Here: copies that keep the tree, and copies with a tree of their own.
//! Not here: erasing a payload in its place (`erase`).
//!
//! * **Redacted**: every frame is there under its number. Chosen ones have lost their body and say so (`Redacted` in `SequenceInfo`); their
//!   digests stay, so that the apexes are the same ones, and proofs and signatures made of the original hold. The bodies of index frames,
//!   which tell places in the original, are taken out too.
//! * **Purged**: chosen frames are gone and the others have new numbers. What is encrypted under a shared exchange is bound to its number,
//!   so it is decrypted and sealed anew; what has an exchange of its own, and what is in clear, is taken as it is, with its signatures.
//!
//! Deviation: D-39. The drafts describe redaction and have no field that says that it happened.

use std::borrow::Cow;

use mesh_crypto::{Environment, KeySource};

use super::session::Exchanges;
use super::walk::octets;
use super::window::{SCAN, Window};
use super::writer::{Content, SequenceWriter};
use super::{Part, Sequence, is_index};
use crate::envelope::Envelope;
use crate::error::Error;
use crate::generated::{DareHeader, SequenceInfo};
use crate::storage::Storage;

/// Decides about the frame with an index and a header.
pub type Choose<'a> = &'a mut dyn FnMut(u64, &DareHeader) -> bool;

/// Octets of bodies written at once.
const BATCH: usize = 8 << 20;

impl<S: Storage> Sequence<S> {
    /// Copies the sequence into an empty storage without the bodies of the frames that `take_out` chooses, and returns when the copy is
    /// durable.
    ///
    /// # Errors
    /// As [`Sequence::frame`] and [`Sequence::create`]; [`Error::DigestMissing`] when a chosen frame of a sequence with digests states none.
    pub fn redact<T: Storage>(&self, into: T, take_out: Choose<'_>) -> Result<Sequence<T>, Error> {
        let window = Window::new(&self.storage, SCAN);
        let mut into = Some(into);
        let mut copy: Option<Sequence<T>> = None;
        let mut batch = Vec::new();
        let mut size = 0usize;
        for index in 0..self.len() {
            let head = self.head(index)?;
            let redact =
                head.is_redacted() || is_index(&head.header) || take_out(index, &head.header);
            let digest = match self.kind.has_digest() {
                true => head.stated_digest()?,
                false => None,
            };
            let mut header = head.header.clone();
            let body = match redact {
                true => {
                    if self.kind.has_digest() && digest.is_none() {
                        return Err(Error::DigestMissing.in_frame(index));
                    }
                    let info = header
                        .sequence_info
                        .get_or_insert_with(SequenceInfo::default);
                    info.redacted = Some(true);
                    Vec::new()
                }
                false => octets(&window, &head.body)?,
            };
            size = size.saturating_add(body.len());
            let part = Part {
                header,
                body: Cow::Owned(body),
                trailer: head.trailer.unwrap_or_default(),
                digest: digest.filter(|_| redact),
                index_of: None,
            };
            match (&mut copy, into.take()) {
                (None, Some(storage)) => {
                    copy = Some(Sequence::create_with(storage, self.kind, part, None)?);
                }
                (Some(copy), _) => {
                    batch.push(part);
                    if size > BATCH {
                        copy.append_parts(std::mem::take(&mut batch), None)?;
                        size = 0;
                    }
                }
                (None, None) => return Err(Error::Header { field: "Index" }),
            }
        }
        let mut copy = copy.ok_or(Error::BadFrame {
            offset: 0,
            why: "the sequence is empty",
        })?;
        copy.append_parts(batch, None)?;
        Ok(copy)
    }
}

impl<S: Storage> SequenceWriter<S> {
    /// Appends the frames of another sequence that `keep` chooses, all but its first, its index frames and what was erased or redacted, and
    /// returns what their indexes were.
    ///
    /// # Errors
    /// As [`SequenceWriter::append`]; [`Error::NoKey`] when a kept frame under a shared exchange cannot be decrypted. Frames before it may
    /// have been appended.
    pub fn append_from<T: Storage>(
        &mut self,
        source: &Sequence<T>,
        keep: Choose<'_>,
        keys: &dyn KeySource,
        env: &dyn Environment,
    ) -> Result<Vec<u64>, Error> {
        let exchanges = Exchanges::default();
        let mut kept = Vec::new();
        let mut batch = Vec::new();
        let mut size = 0usize;
        for index in 1..source.len() {
            let head = source.head(index)?;
            let gone = is_index(&head.header) || head.is_erased() || head.is_redacted();
            if gone || !keep(index, &head.header) {
                continue;
            }
            let frame = source.frame(index)?;
            size = size.saturating_add(frame.body.len());
            kept.push(index);
            batch.push(frame);
            if size > BATCH {
                self.take(source, std::mem::take(&mut batch), &exchanges, keys, env)?;
                size = 0;
            }
        }
        self.take(source, batch, &exchanges, keys, env)?;
        Ok(kept)
    }

    /// Appends frames of another sequence, sealed anew where they must be.
    fn take<T: Storage>(
        &mut self,
        source: &Sequence<T>,
        frames: Vec<Envelope>,
        exchanges: &Exchanges,
        keys: &dyn KeySource,
        env: &dyn Environment,
    ) -> Result<(), Error> {
        let first = self.sequence().len();
        let mut payloads = Vec::with_capacity(frames.len());
        for frame in &frames {
            let info = frame.header.sequence_info.as_ref();
            let shared = info.and_then(|info| info.exchange_position).is_some();
            let open = || exchanges.open(source, frame, keys);
            payloads.push(shared.then(open).transpose()?);
        }
        let indexed = || (first..).zip(&payloads);
        let sealed = indexed().find_map(|(index, payload)| payload.is_some().then_some(index));
        let mut parts = Vec::with_capacity(frames.len());
        for ((index, frame), payload) in (first..).zip(&frames).zip(&payloads) {
            let info = frame.header.sequence_info.as_ref();
            let is_meta = info.and_then(|info| info.is_meta);
            parts.push(match payload {
                Some(payload) => {
                    let content = Content {
                        meta: frame.content_meta()?,
                        hidden: match &frame.header.cloaked {
                            Some(_) => Some(exchanges.metadata(source, &frame.header, keys)?),
                            None => None,
                        },
                        envelope_id: frame.header.envelope_id.clone(),
                        is_meta: is_meta == Some(true),
                        payload: payload.expose_secret(),
                    };
                    self.part(&content, sealed.unwrap_or(index)..index, env)?
                }
                None => as_it_is(frame, is_meta),
            });
        }
        self.write(parts, sealed).map(drop)
    }
}

/// A frame without what belongs to its place in the sequence that it comes from.
fn as_it_is(frame: &Envelope, is_meta: Option<bool>) -> Part<'_> {
    let mut part = Part::from(frame);
    part.header.sequence_info = is_meta.map(|is_meta| SequenceInfo {
        is_meta: Some(is_meta),
        ..SequenceInfo::default()
    });
    for values in [
        &mut part.header.chain_digest,
        &mut part.header.apex_digest,
        &mut part.header.sequence_signed_data,
        &mut part.trailer.chain_digest,
        &mut part.trailer.apex_digest,
        &mut part.trailer.sequence_signed_data,
    ] {
        *values = None;
    }
    part.header.sequence_signatures = Vec::new();
    part.trailer.sequence_signatures = Vec::new();
    part
}
