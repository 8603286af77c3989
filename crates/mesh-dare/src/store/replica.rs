// SPDX-License-Identifier: MIT
//! A store as a device keeps it: the sequence, its state, and the exchanges that it has opened.
//!
//! Spec: mesh-architecture, "Catalogs and Spools": every connected device holds a copy.
//! Here: opening, taking over frames from the service, reading entries, staging changes.
//! Not here: several stores moving together and where files are (`mesh-client`).

use std::sync::Arc;

use mesh_crypto::{Environment, KeySource, PrivateKey, PublicKey, SecretBytes};

use crate::envelope::Envelope;
use crate::error::Error;
use crate::exchange::{Cipher, Exchange, Recipients};
use crate::generated::DareHeader;
use crate::merkle::Digest;
use crate::sequence::session::{Exchanges, Opened};
pub use crate::sequence::signature::Signers;
use crate::sequence::{Sequence, SequenceType};
use crate::storage::Storage;
use crate::store::catalog::{Change, StoreState, Under};
use crate::store::{Event, Remarks, StoreName, Summary, unique_id, verify_summary};

/// The last committed position of a replica: what this device has seen of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of frames.
    pub frames: u64,
    /// Octets of the storage that they occupy.
    pub size: u64,
    /// What they amount to.
    pub summary: Summary,
}

/// A replica of one store.
pub struct Replica<S> {
    storage: Option<S>,
    sequence: Option<Sequence<S>>,
    state: StoreState,
    exchanges: Exchanges,
}

impl<S: Storage> Replica<S> {
    /// Opens the replica in a storage. Frames behind `head` were never committed and are dropped.
    ///
    /// # Errors
    /// Damage of the stored frames; [`Error::ApexMismatch`] when they are not those that were committed.
    pub fn open(
        mut storage: S,
        name: StoreName,
        spool: bool,
        head: Option<&Head>,
    ) -> Result<Self, Error> {
        let mut state = StoreState::new(name, spool);
        let committed = head.map_or(0, |head| head.size);
        if storage.len()? > committed {
            storage.truncate(committed)?;
            storage.sync()?;
        }
        let Some(head) = head.filter(|head| head.frames > 0) else {
            return Ok(Self {
                storage: Some(storage),
                sequence: None,
                state,
                exchanges: Exchanges::default(),
            });
        };
        let (sequence, _) = Sequence::open(storage, &mut |header, trailer| {
            let stated = trailer
                .and_then(|trailer| trailer.payload_digest.as_deref())
                .or(header.payload_digest.as_deref());
            let digest = stated
                .and_then(|stated| Digest::try_from(stated).ok())
                .ok_or(Error::DigestMissing)?;
            state.apply(header, trailer, &digest)
        })?;
        if state.len() != head.frames || state.summary() != Some(head.summary) {
            return Err(Error::ApexMismatch {
                index: head.frames.saturating_sub(1),
            });
        }
        Ok(Self {
            storage: None,
            sequence: Some(sequence),
            state,
            exchanges: Exchanges::default(),
        })
    }

    /// What follows from the frames.
    #[must_use]
    pub fn state(&self) -> &StoreState {
        &self.state
    }

    /// The position to commit.
    #[must_use]
    pub fn head(&self) -> Option<Head> {
        let sequence = self.sequence.as_ref()?;
        Some(Head {
            frames: sequence.len(),
            size: sequence.size(),
            summary: self.state.summary()?,
        })
    }

    /// Takes over the next frames after checking each digest, the law, the tree and, in a catalog, the last signature.
    ///
    /// # Errors
    /// The first frame that is not as it must be; nothing is taken over then. [`Error::Unsigned`] when the last frame of a
    /// catalog is not signed, [`Error::SignerNotAllowed`] when its signer may not write this store.
    pub fn extend(
        &mut self,
        frames: &[Envelope],
        signers: Option<Signers<'_>>,
    ) -> Result<(), Error> {
        if frames.is_empty() {
            return Ok(());
        }
        let mut state = self.state.clone();
        for frame in frames {
            let index = state.len();
            let digest = frame
                .check_digest()
                .map_err(|error| error.in_frame(index))?;
            state
                .apply(&frame.header, frame.trailer.as_ref(), &digest)
                .map_err(|error| error.in_frame(index))?;
        }
        if let (Some(signers), Some(last)) = (signers, frames.last()) {
            let index = state.len().saturating_sub(1);
            let kid = state
                .last_signature()
                .filter(|signature| signature.index == index)
                .map(|signature| &signature.kid);
            let kid = kid.ok_or(Error::Unsigned)?;
            let key = signers(kid)
                .ok_or_else(|| Error::SignerNotAllowed { kid: kid.clone() }.in_frame(index))?;
            let headers = state
                .summary()
                .map_or(Summary::NO_HEADERS, |summary| summary.headers);
            verify_summary(state.name(), last, headers, &key)
                .map_err(|error| error.in_frame(index))?;
        }
        match &mut self.sequence {
            Some(sequence) => sequence.append(frames)?,
            None => {
                let (first, rest) = frames.split_first().ok_or(Error::DigestMissing)?;
                let storage = self.storage.take().ok_or(Error::Header {
                    field: "SequenceInfo",
                })?;
                let mut sequence = Sequence::create(storage, SequenceType::Merkle, first.clone())?;
                sequence.append(rest)?;
                self.sequence = Some(sequence);
            }
        }
        self.state = state;
        Ok(())
    }

    /// The frame at an index.
    ///
    /// # Errors
    /// As [`Sequence::frame`].
    pub fn frame(&self, index: u64) -> Result<Envelope, Error> {
        self.sequence()?.frame(index)
    }

    /// The payload of the frame at an index.
    ///
    /// # Errors
    /// As [`Sequence::frame`]; [`Error::NoKey`], [`Error::Altered`].
    pub fn payload(&self, index: u64, keys: &dyn KeySource) -> Result<SecretBytes, Error> {
        let sequence = self.sequence()?;
        self.exchanges.payload(sequence, index, keys)
    }

    /// The payload of a catalog entry by its primary key; `None` when there is no such entry.
    ///
    /// # Errors
    /// As [`Replica::payload`].
    pub fn entry(
        &self,
        primary_key: &str,
        keys: &dyn KeySource,
    ) -> Result<Option<SecretBytes>, Error> {
        if self.state.is_empty() {
            return Ok(None);
        }
        match self
            .state
            .slot(&self.id(primary_key, keys)?)
            .filter(|slot| slot.event != Event::Delete)
        {
            Some(slot) => Ok(Some(self.payload(slot.index, keys)?)),
            None => Ok(None),
        }
    }

    /// The payloads of all entries that exist.
    ///
    /// # Errors
    /// As [`Replica::payload`].
    pub fn entries(&self, keys: &dyn KeySource) -> Result<Vec<SecretBytes>, Error> {
        self.state
            .live()
            .into_iter()
            .map(|index| self.payload(index, keys))
            .collect()
    }

    /// The cipher of the store.
    ///
    /// # Errors
    /// [`Error::NoKey`] when the store's exchange cannot be opened.
    pub fn cipher(&self, keys: &dyn KeySource) -> Result<Cipher, Error> {
        Ok(self.exchange(0, keys)?.cipher)
    }

    /// Makes the frames for changes, or a checkpoint when there are none, under the cipher of the store. Nothing is kept: see [`Replica::extend`].
    ///
    /// With `renew`, the changes are under a new exchange for these keys: whoever has opened an earlier one cannot read them by that.
    ///
    /// # Errors
    /// As [`StoreState::stage`]; [`Error::NoKey`] when the store's exchange cannot be opened.
    pub fn stage(
        &self,
        changes: &[Change],
        remarks: Remarks<'_>,
        renew: Option<&[PublicKey]>,
        keys: &dyn KeySource,
        signer: &PrivateKey,
        env: &dyn Environment,
    ) -> Result<Vec<Envelope>, Error> {
        let position = self.state.current_exchange().ok_or(Error::Header {
            field: "ExchangePosition",
        })?;
        let index_key = self.exchange(0, keys)?.exchange.index_key()?;
        let stage = |exchange: &Exchange, renewed: bool, cipher: Cipher| {
            let under = Under {
                exchange,
                renewed,
                index_key: &index_key,
                cipher,
                remarks,
            };
            self.state.stage(&under, changes, signer, env)
        };
        match renew {
            // The current one need not be for us: whoever began it may be just who is to be kept out.
            Some(recipients) => {
                let cipher = Cipher::of(&self.frame(0)?.header)?;
                stage(
                    &Exchange::generate(&Recipients::from(recipients), env)?,
                    true,
                    cipher,
                )
            }
            None => {
                let current = self.exchange(position, keys)?;
                stage(&current.exchange, false, current.cipher)
            }
        }
    }

    /// The headers that hold the exchanges of the store.
    ///
    /// # Errors
    /// As [`Sequence::frame`].
    pub fn exchange_headers(&self) -> Result<Vec<DareHeader>, Error> {
        self.state
            .exchanges()
            .map(|index| Ok(self.frame(index)?.header))
            .collect()
    }

    /// True when the catalog has, or once had, an entry with this primary key.
    ///
    /// # Errors
    /// [`Error::NoKey`] when the store's exchange cannot be opened.
    pub fn has_known(&self, primary_key: &str, keys: &dyn KeySource) -> Result<bool, Error> {
        if self.state.is_empty() {
            return Ok(false);
        }
        Ok(self.state.slot(&self.id(primary_key, keys)?).is_some())
    }

    /// True when the catalog has a living entry with this primary key.
    ///
    /// # Errors
    /// [`Error::NoKey`] when the store's exchange cannot be opened.
    pub fn contains(&self, primary_key: &str, keys: &dyn KeySource) -> Result<bool, Error> {
        if self.state.is_empty() {
            return Ok(false);
        }
        let slot = self.state.slot(&self.id(primary_key, keys)?);
        Ok(slot.is_some_and(|slot| slot.event != Event::Delete))
    }

    /// Reads and checks every frame again.
    ///
    /// # Errors
    /// As [`Sequence::verify`]; [`Error::Redacted`], which no frame of a store may be.
    pub fn verify(&self) -> Result<(), Error>
    where
        S: Sync,
    {
        match self.sequence.as_ref().map(Sequence::verify).transpose()? {
            Some(verified) if verified.redacted > 0 => Err(Error::Redacted),
            _ => Ok(()),
        }
    }

    fn id(&self, primary_key: &str, keys: &dyn KeySource) -> Result<String, Error> {
        Ok(unique_id(
            self.exchange(0, keys)?
                .exchange
                .index_key()?
                .expose_secret(),
            primary_key,
        ))
    }

    fn exchange(&self, position: u64, keys: &dyn KeySource) -> Result<Arc<Opened>, Error> {
        self.exchanges.at(self.sequence()?, position, keys)
    }

    fn sequence(&self) -> Result<&Sequence<S>, Error> {
        let sequence = self.sequence.as_ref();
        Ok(sequence.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::NotFound))?)
    }
}

impl<S> std::fmt::Debug for Replica<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Replica")
            .field("state", &self.state.name())
            .finish_non_exhaustive()
    }
}
