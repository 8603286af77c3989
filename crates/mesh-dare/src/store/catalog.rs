// SPDX-License-Identifier: MIT
//! The state of a catalog or spool that follows from its frames, and the making of the next frames.
//!
//! Spec: mesh-schema, "Catalog" (operations Add, Update, Delete).
//! Here: the index of entries without decrypting anything, the law (New, Update*, Delete)*, staging of a transaction.
//! Not here: where frames are kept (`replica` on a device, the service's store).

use std::collections::{BTreeMap, HashMap, HashSet};

use mesh_crypto::{Environment, PrivateKey, PublicKey, SecretBytes};

use crate::envelope::{DIGEST_SHA_512, Envelope};
use crate::error::Error;
use crate::exchange::{Cipher, Exchange, Recipients};
use crate::generated::{ContentMeta, DareHeader, DarePolicy, DareTrailer, SequenceInfo};
use crate::merkle::Digest;
use crate::sequence::SequenceType;
use crate::sequence::session::{Sealed, Shared};
pub use crate::sequence::signature::LastSignature;
use crate::store::{
    Effect, Event, Remarks, StatedHead, StoreName, Summary, Tip, check_law, sign_summary, unique_id,
};

/// The content type in the first frame of a catalog.
pub const CATALOG_TYPE: &str = "application/mmm-catalog";
/// The content type in the first frame of a spool.
pub const SPOOL_TYPE: &str = "application/mmm-spool";

/// How an entry is named in a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryName {
    /// By its primary key.
    Key(String),
    /// By the pseudonym of its primary key, when only that is known.
    Pseudonym(String),
}

/// One change that a transaction makes to a catalog.
#[derive(Clone, Debug)]
pub struct Change {
    /// The entry.
    pub entry: EntryName,
    /// What happens to it.
    pub event: Event,
    /// The entry as a tagged object; empty for a deletion.
    pub payload: SecretBytes,
}

/// Where the latest frame of an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Index of the frame.
    pub index: u64,
    /// What it did.
    pub event: Event,
}

/// What follows from the frames of a store without opening any of them.
#[derive(Clone, Debug)]
pub struct StoreState {
    name: StoreName,
    tip: Tip,
    entries: HashMap<String, Slot>,
    /// Frames that hold a key exchange.
    exchanges: BTreeMap<u64, ()>,
    last_signature: Option<LastSignature>,
    /// The frames that are signed, in order, each with the place of its signer among `signers`.
    signatures: Vec<(u64, usize)>,
    signers: Vec<String>,
    /// What checkpoints say has ended.
    ended: HashSet<String>,
    spool: bool,
}

impl StoreState {
    /// The state of a store that has no frame yet.
    #[must_use]
    pub fn new(name: StoreName, spool: bool) -> Self {
        Self {
            name,
            tip: Tip::default(),
            entries: HashMap::new(),
            exchanges: BTreeMap::new(),
            last_signature: None,
            signatures: Vec::new(),
            signers: Vec::new(),
            ended: HashSet::new(),
            spool,
        }
    }

    /// Which store this is.
    #[must_use]
    pub fn name(&self) -> &StoreName {
        &self.name
    }

    /// The number of frames.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.tip.len()
    }

    /// True when there is no frame.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tip.is_empty()
    }

    /// What the store amounts to; `None` when there is no frame.
    #[must_use]
    pub fn summary(&self) -> Option<Summary> {
        self.tip.summary()
    }

    /// The last signature over the tree.
    #[must_use]
    pub fn last_signature(&self) -> Option<&LastSignature> {
        self.last_signature.as_ref()
    }

    /// The signed frames, in order, each with the fingerprint of the key that signed it: the last ones of the transactions. The frames of a
    /// transaction before its last carry no signature of their own; that of the last covers them.
    pub fn signatures(&self) -> impl DoubleEndedIterator<Item = (u64, &str)> {
        self.signatures.iter().filter_map(|(index, signer)| {
            let signer = self.signers.get(*signer)?;
            Some((*index, signer.as_str()))
        })
    }

    /// The latest frame of an entry (by its identifier in the metadata) or of a message (by its envelope identifier).
    #[must_use]
    pub fn slot(&self, id: &str) -> Option<Slot> {
        self.entries.get(id).copied()
    }

    /// True when a checkpoint says that this has ended, for instance the message with this identifier.
    #[must_use]
    pub fn has_ended(&self, id: &str) -> bool {
        self.ended.contains(id)
    }

    /// Everything of which checkpoints say that it has ended.
    pub fn endings(&self) -> impl Iterator<Item = &str> {
        self.ended.iter().map(String::as_str)
    }

    /// The entries that exist, in the order of their latest frames.
    #[must_use]
    pub fn live(&self) -> Vec<u64> {
        let live = self.live_entries().into_iter();
        live.map(|(index, _)| index).collect()
    }

    /// The same with the identifiers of the entries in the metadata.
    #[must_use]
    pub fn live_entries(&self) -> Vec<(u64, &str)> {
        let live = self
            .entries
            .iter()
            .filter(|(_, slot)| slot.event != Event::Delete);
        let mut found: Vec<(u64, &str)> =
            live.map(|(id, slot)| (slot.index, id.as_str())).collect();
        found.sort_unstable();
        found
    }

    /// The frames that hold a key exchange, in order.
    pub fn exchanges(&self) -> impl Iterator<Item = u64> {
        self.exchanges.keys().copied()
    }

    /// The frame whose exchange a new frame refers to.
    #[must_use]
    pub fn current_exchange(&self) -> Option<u64> {
        self.exchanges.last_key_value().map(|(&index, ())| index)
    }

    /// Takes the next frame into account.
    ///
    /// `payload_digest` is the digest that the frame states; whoever holds the body has compared the two.
    ///
    /// # Errors
    /// [`Error::WrongIndex`], [`Error::CatalogLaw`], and [`Error::ApexMismatch`] when a signed apex is not the right one.
    pub fn apply(
        &mut self,
        header: &DareHeader,
        trailer: Option<&DareTrailer>,
        payload_digest: &Digest,
    ) -> Result<(), Error> {
        let index = self.len();
        let info = header.sequence_info.as_ref();
        let stated = info.and_then(|info| info.index);
        if stated.is_none_or(|stated| u64::try_from(stated) != Ok(index)) {
            let found = stated
                .and_then(|stated| u64::try_from(stated).ok())
                .unwrap_or(u64::MAX);
            return Err(Error::WrongIndex {
                expected: index,
                found,
            });
        }
        let effect = match self.spool {
            true => header
                .envelope_id
                .clone()
                .map(|id| Effect::Change(id, Event::New)),
            false => Some(Effect::of(header, index)?),
        };
        if let (Some(Effect::Change(id, event)), false) = (&effect, self.spool) {
            check_law(id, self.slot(id).map(|slot| slot.event), *event)?;
        }
        match self.spool {
            // Whoever put a message there, the service made its place: nothing that is signed there says anything about the spool.
            true => drop(self.tip.push(header, payload_digest)),
            false => {
                if let Some(kid) = self.tip.follow(header, trailer, payload_digest)? {
                    let known = self.signers.iter().position(|signer| *signer == kid);
                    let signer = known.unwrap_or(self.signers.len());
                    if known.is_none() {
                        self.signers.push(kid.clone());
                    }
                    self.signatures.push((index, signer));
                    self.last_signature = Some(LastSignature { index, kid });
                }
            }
        }
        if !header.recipients.is_empty() && !self.spool {
            self.exchanges.insert(index, ());
        }
        match effect {
            Some(Effect::Change(id, event)) => {
                self.entries.insert(id, Slot { index, event });
            }
            Some(Effect::Checkpoint(ended)) => self.ended.extend(ended),
            None => {}
        }
        Ok(())
    }

    /// Makes the frames of one transaction: one per change, or a checkpoint when there is none; the last is signed.
    ///
    /// With `renewed`, a frame that holds that exchange comes first, and the changes are under it. A checkpoint says last what has ended, if
    /// anything has; how far other stores are stands in the last frame.
    ///
    /// The state is not changed; [`StoreState::apply`] does that once the frames are accepted.
    ///
    /// # Errors
    /// [`Error::CatalogLaw`]; [`Error::Header`] when the store has no exchange yet; [`Error::Crypto`].
    pub fn stage(
        &self,
        under: &Under<'_>,
        changes: &[Change],
        signer: &PrivateKey,
        env: &dyn Environment,
    ) -> Result<Vec<Envelope>, Error> {
        let position = self.current_exchange().ok_or(Error::Header {
            field: "ExchangePosition",
        })?;
        let mut pending: HashMap<String, Event> = HashMap::new();
        let mut parts: Vec<(ContentMeta, &[u8])> = Vec::new();
        if under.renewed {
            parts.push((ContentMeta::default(), &[]));
        }
        for change in changes {
            let id = match &change.entry {
                EntryName::Key(key) => unique_id(under.index_key.expose_secret(), key),
                EntryName::Pseudonym(id) => id.clone(),
            };
            let stored = self.slot(&id).map(|slot| slot.event);
            check_law(&id, pending.get(&id).copied().or(stored), change.event)?;
            let meta = ContentMeta {
                unique_id: Some(id.clone()),
                event: Some(change.event.identifier().to_owned()),
                ..ContentMeta::default()
            };
            parts.push((meta, change.payload.expose_secret()));
            pending.insert(id, change.event);
        }
        let Remarks { ended, heads } = under.remarks;
        if parts.is_empty() || !ended.is_empty() {
            let meta = ContentMeta {
                labels: ended.to_vec(),
                ..ContentMeta::default()
            };
            parts.push((meta, &[]));
        }
        if let Some((meta, _)) = parts.last_mut() {
            meta.key_values = heads.iter().map(StatedHead::attribute).collect();
        }
        let mut stage = Stage {
            tip: self.tip.clone(),
            frames: Vec::new(),
            shared: Shared {
                exchange: under.exchange,
                cipher: under.cipher,
                position: match under.renewed {
                    true => self.len(),
                    false => position,
                },
            },
            env,
        };
        for (meta, payload) in &parts {
            stage.push(meta, payload)?;
        }
        stage.finish(&self.name, signer)
    }
}

/// What new frames of a catalog are encrypted under.
pub struct Under<'a> {
    /// The exchange.
    pub exchange: &'a Exchange,
    /// True when the exchange is new, so that a frame must hold it.
    pub renewed: bool,
    /// The key under which identifiers of entries are made: that of the catalog's first exchange.
    pub index_key: &'a SecretBytes,
    /// The cipher of the catalog.
    pub cipher: Cipher,
    /// What the transaction says beside its changes.
    pub remarks: Remarks<'a>,
}

/// Makes a new catalog: its first frame, which holds the exchange, and the frames of its first changes. The last is signed.
///
/// # Errors
/// [`Error::CatalogLaw`] when a change is no addition; [`Error::Crypto`].
pub fn create_catalog(
    name: &StoreName,
    recipients: &[PublicKey],
    changes: &[Change],
    signer: &PrivateKey,
    cipher: Cipher,
    env: &dyn Environment,
) -> Result<Vec<Envelope>, Error> {
    let exchange = Exchange::generate(&Recipients::from(recipients), env)?;
    let meta = ContentMeta {
        content_type: Some(CATALOG_TYPE.to_owned()),
        ..ContentMeta::default()
    };
    let header = DareHeader {
        content_meta_data: Some(mesh_jsonbcd::to_json(&meta)),
        policy: Some(DarePolicy {
            encryption_algorithm: Some(cipher.identifier().to_owned()),
            digest_algorithm: Some(DIGEST_SHA_512.to_owned()),
            encryption: Some("Once".to_owned()),
            encrypt_keys: recipients.iter().map(PublicKey::to_jose).collect(),
            ..DarePolicy::default()
        }),
        sequence_info: Some(first_sequence_info()),
        ..DareHeader::default()
    };
    let shared = Shared {
        exchange: &exchange,
        cipher,
        position: 0,
    };
    let mut tip = Tip::default();
    let Sealed {
        header,
        body,
        mut trailer,
        digest,
    } = shared.seal(header, 0, &[], None, env)?;
    let apex = tip.push(&header, &digest);
    trailer.apex_digest = Some(apex.to_vec());
    if let (true, Some(summary)) = (changes.is_empty(), tip.summary()) {
        trailer
            .sequence_signatures
            .push(sign_summary(name, 0, &summary, signer)?);
    }
    let first = Envelope {
        header,
        body,
        trailer: Some(trailer),
    };

    let mut state = StoreState::new(name.clone(), false);
    state.apply(&first.header, first.trailer.as_ref(), &digest)?;
    let mut frames = vec![first];
    if !changes.is_empty() {
        let under = Under {
            exchange: &exchange,
            renewed: false,
            index_key: &exchange.index_key()?,
            cipher,
            remarks: Remarks::default(),
        };
        frames.extend(state.stage(&under, changes, signer, env)?);
    }
    Ok(frames)
}

/// Makes the first frame of a new spool and the tree state after it. The frame holds nothing that needs a key.
#[must_use]
pub fn create_spool() -> (Envelope, Tip) {
    let meta = ContentMeta {
        content_type: Some(SPOOL_TYPE.to_owned()),
        ..ContentMeta::default()
    };
    let digest = mesh_crypto::digest::sha512(&[&[]]);
    let header = DareHeader {
        digest_algorithm: Some(DIGEST_SHA_512.to_owned()),
        content_meta_data: Some(mesh_jsonbcd::to_json(&meta)),
        sequence_info: Some(first_sequence_info()),
        ..DareHeader::default()
    };
    let mut tip = Tip::default();
    let apex = tip.push(&header, &digest);
    let trailer = DareTrailer {
        payload_digest: Some(digest.to_vec()),
        apex_digest: Some(apex.to_vec()),
        ..DareTrailer::default()
    };
    (
        Envelope {
            header,
            body: Vec::new(),
            trailer: Some(trailer),
        },
        tip,
    )
}

fn first_sequence_info() -> SequenceInfo {
    SequenceInfo {
        data_encoding: Some("JSON".to_owned()),
        container_type: Some(SequenceType::Merkle.identifier().to_owned()),
        index: Some(0),
        ..SequenceInfo::default()
    }
}

/// Frames being made that continue one tree and share one exchange.
struct Stage<'a> {
    tip: Tip,
    frames: Vec<Envelope>,
    shared: Shared<'a>,
    env: &'a dyn Environment,
}

impl Stage<'_> {
    /// Adds a frame: an entry when the metadata names one, a checkpoint otherwise. At the place of the exchange it holds the exchange.
    fn push(&mut self, meta: &ContentMeta, payload: &[u8]) -> Result<(), Error> {
        let header = DareHeader {
            content_meta_data: (*meta != ContentMeta::default())
                .then(|| mesh_jsonbcd::to_json(meta)),
            sequence_info: Some(SequenceInfo {
                is_meta: meta.unique_id.is_none().then_some(true),
                ..SequenceInfo::default()
            }),
            ..DareHeader::default()
        };
        let sealed = self
            .shared
            .seal(header, self.tip.len(), payload, None, self.env)?;
        let Sealed {
            header,
            body,
            mut trailer,
            digest,
        } = sealed;
        let apex = self.tip.push(&header, &digest);
        trailer.apex_digest = Some(apex.to_vec());
        self.frames.push(Envelope {
            header,
            body,
            trailer: Some(trailer),
        });
        Ok(())
    }

    fn finish(mut self, name: &StoreName, signer: &PrivateKey) -> Result<Vec<Envelope>, Error> {
        if let (Some(last), Some(summary)) = (self.frames.last_mut(), self.tip.summary()) {
            let index = self.tip.len().saturating_sub(1);
            let signature = sign_summary(name, index, &summary, signer)?;
            last.trailer
                .get_or_insert_with(DareTrailer::default)
                .sequence_signatures
                .push(signature);
        }
        Ok(self.frames)
    }
}
