// SPDX-License-Identifier: MIT
//! Content in segments, each authenticated by itself, so that no octet is released before it has been verified.
//!
//! Spec: none in the drafts, whose only tag stands behind the whole body. The construction is STREAM of Hoang, Reyhanitabar, Rogaway
//! and Vizár (2015): the nonce counts the segments and marks the last, so that none can be moved, repeated, left out or appended.
//! Here: the cipher `A256GCM-STREAM`, segment by segment.
//! Not here: reading and writing (`reader`, `writer`).
//!
//! Deviation: D-31. A segment is 64 KiB of content (the last one 0 to 64 KiB) under AES-256-GCM, followed by its tag of 16 octets. Key
//! and the first 7 octets of the nonce follow from the base seed and the salt of the header; 4 octets of counter and one that is 1 for
//! the last segment complete the nonce. Each tag also covers the header fields that give the content its meaning.

use mesh_crypto::symmetric::GcmKey;

use crate::error::Error;
use crate::exchange::Exchange;

/// Octets of content in a segment.
pub(crate) const SEGMENT: usize = 64 << 10;
/// Octets of a tag.
pub(crate) const TAG: usize = 16;

/// Encrypts and decrypts the segments of one body.
pub(crate) struct SegmentCipher {
    key: GcmKey,
    prefix: [u8; 7],
    binding: Vec<u8>,
}

impl SegmentCipher {
    /// The cipher of a body: `salt` and `binding` are those of its header.
    pub(crate) fn new(exchange: &Exchange, salt: &[u8], binding: Vec<u8>) -> Result<Self, Error> {
        let (key, prefix) = exchange.segment_keys(salt)?;
        Ok(Self {
            key: GcmKey::new(&key)?,
            prefix,
            binding,
        })
    }

    /// Encrypts content in place, which begins with segment number `first`; `last` says that nothing follows. All segments are full except
    /// the last of all.
    pub(crate) fn seal(&self, first: u64, octets: &mut Vec<u8>, last: bool) -> Result<(), Error> {
        let length = octets.len();
        let count = length.div_ceil(SEGMENT).max(1);
        octets.resize(sealed_length(length), 0);
        // The last segment moves first, so that each finds its place free.
        for number in (0..count).rev() {
            let from = number.saturating_mul(SEGMENT);
            let end = length.min(from.saturating_add(SEGMENT));
            let to = number.saturating_mul(SEGMENT.saturating_add(TAG));
            octets.copy_within(from..end, to);
            let is_last = last && number.saturating_add(1) == count;
            let nonce = self.nonce(first, number, is_last)?;
            let size = end.saturating_sub(from);
            let sealed = octets.get_mut(to..).unwrap_or_default();
            let (content, behind) = sealed.split_at_mut_checked(size).ok_or(Error::Truncated)?;
            let tag = self.key.seal(&nonce, &self.binding, content)?;
            if let Some(place) = behind.first_chunk_mut::<TAG>() {
                *place = tag;
            }
        }
        Ok(())
    }

    /// Decrypts what [`SegmentCipher::seal`] made, in place.
    pub(crate) fn open(&self, first: u64, sealed: &mut Vec<u8>, last: bool) -> Result<(), Error> {
        let count = sealed.len().div_ceil(SEGMENT.saturating_add(TAG)).max(1);
        let (mut to, mut from) = (0usize, 0usize);
        for number in 0..count {
            let end = sealed
                .len()
                .min(from.saturating_add(SEGMENT).saturating_add(TAG));
            let is_last = last && number.saturating_add(1) == count;
            let nonce = self.nonce(first, number, is_last)?;
            let segment = sealed.get_mut(from..end).unwrap_or_default();
            let length = segment.len().checked_sub(TAG).ok_or(Error::Truncated)?;
            self.key
                .open(&nonce, &self.binding, segment)
                .map_err(|_| Error::Altered)?;
            sealed.copy_within(from..from.saturating_add(length), to);
            to = to.saturating_add(length);
            from = end;
        }
        sealed.truncate(to);
        Ok(())
    }

    fn nonce(&self, first: u64, number: usize, last: bool) -> Result<[u8; 12], Error> {
        let number = u64::try_from(number)
            .ok()
            .and_then(|number| u32::try_from(first.checked_add(number)?).ok())
            .ok_or(Error::TooLarge {
                what: "an envelope of this cipher",
                maximum: (1 << 32) * (64 << 10),
            })?;
        let mut nonce = [0; 12];
        let octets = self.prefix.into_iter().chain(number.to_be_bytes());
        for (to, from) in nonce.iter_mut().zip(octets.chain([u8::from(last)])) {
            *to = from;
        }
        Ok(nonce)
    }
}

/// Octets of sealed content.
pub(crate) fn sealed_length(content: usize) -> usize {
    let count = content.div_ceil(SEGMENT).max(1);
    content.saturating_add(count.saturating_mul(TAG))
}
