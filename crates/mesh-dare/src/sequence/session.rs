// SPDX-License-Identifier: MIT
//! The encryption of a sequence: one exchange for many frames, or one for each.
//!
//! Spec: mesh-dare, "Sequence Encryption"; policies Once, Session, Isolated and None.
//! Here: sealing a frame under the exchange of a sequence, reading any frame.
//! Not here: appending (`writer`), the exchange itself (`exchange`).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use mesh_crypto::digest::sha512;
use mesh_crypto::{Environment, KeySource, SecretBytes};

use super::Sequence;
use super::walk::is_erased;
use crate::eds::EdsWriter;
use crate::envelope::{DIGEST_SHA_512, Envelope, fresh_salt};
use crate::error::Error;
use crate::exchange::{Cipher, Exchange, binding};
use crate::generated::{ContentMeta, DareHeader, DareTrailer, SequenceInfo};
use crate::merkle::Digest;
use crate::storage::Storage;

/// The exchange that frames share, and where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Shared<'a> {
    pub(crate) exchange: &'a Exchange,
    pub(crate) cipher: Cipher,
    /// The frame that holds the exchange.
    pub(crate) position: u64,
}

/// A sealed frame, not yet in a tree.
pub(crate) struct Sealed {
    pub(crate) header: DareHeader,
    pub(crate) body: Vec<u8>,
    pub(crate) trailer: DareTrailer,
    pub(crate) digest: Digest,
}

impl Shared<'_> {
    /// Seals the frame with this index. At the place of the exchange it holds the exchange, elsewhere it refers to it with a salt of its own.
    pub(crate) fn seal(
        &self,
        mut header: DareHeader,
        index: u64,
        payload: &[u8],
        hidden: Option<&ContentMeta>,
        env: &dyn Environment,
    ) -> Result<Sealed, Error> {
        let holds = index == self.position;
        let (salt, recipients) = match holds {
            true => (
                self.exchange.salt().to_vec(),
                self.exchange.recipients().to_vec(),
            ),
            false => (fresh_salt(env), Vec::new()),
        };
        header.encryption_algorithm = Some(self.cipher.identifier().to_owned());
        header.digest_algorithm = Some(DIGEST_SHA_512.to_owned());
        header.salt = Some(salt);
        header.recipients = recipients;
        let info = header
            .sequence_info
            .get_or_insert_with(SequenceInfo::default);
        info.index = i64::try_from(index).ok();
        info.exchange_position = match holds {
            true => None,
            false => i64::try_from(self.position).ok(),
        };
        seal(self.exchange, self.cipher, header, payload, hidden)
    }
}

/// Encrypts a payload under the salt of its header, which is finished but for the metadata to hide.
pub(crate) fn seal(
    exchange: &Exchange,
    cipher: Cipher,
    mut header: DareHeader,
    payload: &[u8],
    hidden: Option<&ContentMeta>,
) -> Result<Sealed, Error> {
    let salt = header.salt.clone().unwrap_or_default();
    let salt = salt.as_slice();
    if let Some(hidden) = hidden {
        header.cloaked = Some(EdsWriter::new(Some(exchange), salt, cipher).cloak(hidden)?);
    }
    let (body, tag) = exchange.encrypt(cipher, salt, &binding(&header), payload)?;
    let digest = sha512(&[&body]);
    let trailer = DareTrailer {
        payload_tag: tag,
        payload_digest: Some(digest.to_vec()),
        ..DareTrailer::default()
    };
    Ok(Sealed {
        header,
        body,
        trailer,
        digest,
    })
}

/// A frame that holds a key exchange: the exchange, and the cipher that it prescribes for the frames under it.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) exchange: Exchange,
    pub(crate) cipher: Cipher,
}

/// The exchanges of a sequence that were opened: each costs a key agreement once.
#[derive(Debug, Default)]
pub struct Exchanges(Mutex<HashMap<u64, Arc<Opened>>>);

impl Exchanges {
    /// The payload of the frame at an index, whether it is encrypted or not.
    ///
    /// # Errors
    /// As [`Sequence::frame`]; [`Error::NoKey`], [`Error::Altered`]; [`Error::Erased`] when its salt was destroyed.
    pub fn payload<S: Storage>(
        &self,
        sequence: &Sequence<S>,
        index: u64,
        keys: &dyn KeySource,
    ) -> Result<SecretBytes, Error> {
        self.open(sequence, &sequence.frame_to_open(index)?, keys)
            .map_err(|error| error.in_frame(index))
    }

    /// The payload of a frame that was read from the sequence.
    ///
    /// # Errors
    /// As [`Exchanges::payload`].
    pub fn open<S: Storage>(
        &self,
        sequence: &Sequence<S>,
        frame: &Envelope,
        keys: &dyn KeySource,
    ) -> Result<SecretBytes, Error> {
        if is_erased(&frame.header) {
            return Err(Error::Erased);
        }
        let info = frame.header.sequence_info.as_ref();
        match info.and_then(|info| info.exchange_position) {
            Some(position) => {
                let position = u64::try_from(position).map_err(|_| Error::Header {
                    field: "ExchangePosition",
                })?;
                frame.open_with(&self.at(sequence, position, keys)?.exchange)
            }
            None => frame.open(keys),
        }
    }

    /// The metadata of a frame, hidden or not; empty when there are none.
    ///
    /// # Errors
    /// As [`Exchanges::payload`].
    pub fn metadata<S: Storage>(
        &self,
        sequence: &Sequence<S>,
        header: &DareHeader,
        keys: &dyn KeySource,
    ) -> Result<ContentMeta, Error> {
        let frame = Envelope {
            header: header.clone(),
            ..Envelope::default()
        };
        if header.cloaked.is_none() {
            return frame.content_meta();
        }
        let info = header.sequence_info.as_ref();
        let hidden = match info.and_then(|info| info.exchange_position) {
            Some(position) => {
                let position = u64::try_from(position).map_err(|_| Error::Header {
                    field: "ExchangePosition",
                })?;
                frame.cloaked(&self.at(sequence, position, keys)?.exchange)?
            }
            None => frame.cloaked(&Exchange::open(header, keys)?)?,
        };
        match &hidden.content_meta_data {
            Some(meta) => Ok(mesh_jsonbcd::from_bytes(meta)?),
            None => Ok(ContentMeta::default()),
        }
    }

    /// The exchange in the frame at an index.
    pub(crate) fn at<S: Storage>(
        &self,
        sequence: &Sequence<S>,
        position: u64,
        keys: &dyn KeySource,
    ) -> Result<Arc<Opened>, Error> {
        // Nothing is left half done under the lock.
        let held = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(opened) = held().get(&position) {
            return Ok(opened.clone());
        }
        let header = sequence.frame(position)?.header;
        let opened = Arc::new(Opened {
            exchange: Exchange::open(&header, keys)?,
            cipher: Cipher::of(&header)?,
        });
        held().insert(position, opened.clone());
        Ok(opened)
    }
}
