// SPDX-License-Identifier: MIT
//! Appending payloads to a sequence under its encryption.
//!
//! Spec: mesh-dare, "Sequence Encryption".
//! Here: beginning an encrypted sequence, continuing one, batches with one synchronisation, index frames.
//! Not here: how a frame is sealed (`session`), what an index says (`index`).

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;
use std::thread;

use mesh_crypto::{Environment, KeySource, PrivateKey, PublicKey};
use mesh_jsonbcd::{to_json, to_json_b};

use super::index::Index;
use super::session::{Sealed, Shared, seal};
use super::signature::Signing;
use super::{INDEX_TYPE, Part, Sequence, SequenceType};
use crate::envelope::{DIGEST_SHA_512, manifest};
use crate::error::Error;
use crate::exchange::{Cipher, Exchange, HybridRecipient, Recipients, SymmetricRecipient};
use crate::generated::{ContentMeta, DareHeader, DarePolicy, DareTrailer, SequenceInfo};
use crate::storage::Storage;

/// Octets of a batch from which on it is sealed on several threads. A small frame costs as much as so many octets of a large one.
const PARALLEL: usize = 256 << 10;
const FRAME_COST: usize = 2 << 10;

/// How often keys are exchanged in a sequence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encryption {
    /// Payloads are in clear.
    #[default]
    None,
    /// The first frame holds the exchange of all.
    Once,
    /// The first frame that a writer appends holds the exchange of all that it appends.
    Session,
    /// Each frame holds its own.
    Isolated,
}

impl Encryption {
    /// The identifier in the policy of the first frame.
    #[must_use]
    pub fn identifier(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Once => "Once",
            Self::Session => "Session",
            Self::Isolated => "Isolated",
        }
    }
}

/// How the payloads of a sequence are protected.
#[derive(Clone, Default)]
pub struct Protection {
    /// How often keys are exchanged.
    pub encryption: Encryption,
    /// The cipher.
    pub cipher: Cipher,
    /// Who can open the payloads.
    pub recipients: Vec<PublicKey>,
    /// Those who have two keys.
    pub hybrids: Vec<HybridRecipient>,
    /// Those who have symmetric keys.
    pub symmetric: Arc<[SymmetricRecipient]>,
}

impl Protection {
    fn exchange(&self, env: &dyn Environment) -> Result<Exchange, Error> {
        let recipients = Recipients {
            public: &self.recipients,
            hybrid: &self.hybrids,
            symmetric: &self.symmetric,
        };
        Exchange::generate(&recipients, env)
    }

    fn policy(&self) -> Option<DarePolicy> {
        (self.encryption != Encryption::None).then(|| DarePolicy {
            encryption_algorithm: Some(self.cipher.identifier().to_owned()),
            digest_algorithm: Some(DIGEST_SHA_512.to_owned()),
            encryption: Some(self.encryption.identifier().to_owned()),
            encrypt_keys: self.recipients.iter().map(PublicKey::to_jose).collect(),
            ..DarePolicy::default()
        })
    }
}

impl std::fmt::Debug for Protection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Protection")
            .field("encryption", &self.encryption)
            .field("cipher", &self.cipher)
            .field("recipients", &self.recipients)
            .finish_non_exhaustive()
    }
}

/// Who signs a sequence: the last frame of each write, up to itself.
#[derive(Clone, Copy)]
pub struct Signer<'a> {
    /// The name that the sequence is signed under, for instance that of its place.
    pub name: &'a str,
    /// The key.
    pub key: &'a PrivateKey,
}

/// What a frame is to contain.
#[derive(Clone, Debug, Default)]
pub struct Content<'a> {
    /// Metadata, readable by everyone.
    pub meta: ContentMeta,
    /// Metadata that only those who can open the payload can read; readable by everyone where the payload is in clear.
    pub hidden: Option<ContentMeta>,
    /// Identifier of the envelope, readable by everyone.
    pub envelope_id: Option<String>,
    /// True for housekeeping.
    pub is_meta: bool,
    /// The payload.
    pub payload: &'a [u8],
}

impl Content<'_> {
    fn header(&self) -> DareHeader {
        DareHeader {
            envelope_id: self.envelope_id.clone(),
            content_meta_data: (self.meta != ContentMeta::default()).then(|| to_json(&self.meta)),
            sequence_info: self.is_meta.then(|| SequenceInfo {
                is_meta: Some(true),
                ..SequenceInfo::default()
            }),
            ..DareHeader::default()
        }
    }
}

/// What new frames are encrypted under.
enum Under {
    Nothing,
    /// One exchange, and the frame that holds it once that is written.
    Shared {
        exchange: Arc<Exchange>,
        cipher: Cipher,
        position: Option<u64>,
    },
    Each(Box<Protection>),
}

/// Appends payloads to a sequence.
pub struct SequenceWriter<S> {
    sequence: Sequence<S>,
    under: Under,
    signing: Option<Signing>,
}

impl<S: Storage> SequenceWriter<S> {
    /// Begins a sequence in an empty storage with its first frame and returns when that is durable. The frame states the policy.
    ///
    /// # Errors
    /// As [`Sequence::create`]; [`Error::Crypto`] when a recipient's key cannot be used.
    pub fn create(
        storage: S,
        kind: SequenceType,
        protection: &Protection,
        first: &Content<'_>,
        signer: Option<Signer<'_>>,
        env: &dyn Environment,
    ) -> Result<Self, Error> {
        let under = Under::of(protection, env)?;
        Self::begin(
            storage,
            kind,
            under,
            protection.policy(),
            first,
            signer,
            env,
        )
    }

    /// Begins a sequence under an exchange that was made before: for those who can open another sequence.
    pub(crate) fn create_under(
        storage: S,
        kind: SequenceType,
        exchange: (Arc<Exchange>, Option<DarePolicy>),
        first: &Content<'_>,
        signer: Option<Signer<'_>>,
        env: &dyn Environment,
    ) -> Result<Self, Error> {
        let (exchange, policy) = exchange;
        let under = Under::Shared {
            exchange,
            cipher: Cipher::Aes256Gcm,
            position: None,
        };
        Self::begin(storage, kind, under, policy, first, signer, env)
    }

    fn begin(
        storage: S,
        kind: SequenceType,
        mut under: Under,
        policy: Option<DarePolicy>,
        first: &Content<'_>,
        signer: Option<Signer<'_>>,
        env: &dyn Environment,
    ) -> Result<Self, Error> {
        let mut signing = signer.map(|signer| Signing::new(signer.name, signer.key.clone()));
        let part = under.part(kind, first, policy, 0..0, env)?;
        let sequence = Sequence::create_with(storage, kind, part, signing.as_mut())?;
        under.written(0);
        Ok(Self {
            sequence,
            under,
            signing,
        })
    }

    /// Continues a sequence. Where one exchange is for all (`Once`), it is opened with a key at hand; in other cases new exchanges are made
    /// for the recipients of `protection`, and no key is needed.
    ///
    /// The recipients are the caller's to know: what a stored policy names, somebody else may have put there.
    ///
    /// # Errors
    /// [`Error::NoKey`] when the exchange of all frames is not for a key at hand; [`Error::Crypto`] when a recipient's key cannot be used.
    pub fn open(
        sequence: Sequence<S>,
        protection: &Protection,
        signer: Option<Signer<'_>>,
        keys: &dyn KeySource,
        env: &dyn Environment,
    ) -> Result<Self, Error> {
        let go_on = |signer: Signer<'_>| Signing::go_on(&sequence, signer.name, signer.key.clone());
        let signing = signer.map(go_on).transpose()?;
        let under = match protection.encryption {
            Encryption::Once => {
                let header = sequence.frame(0)?.header;
                Under::Shared {
                    exchange: Arc::new(Exchange::open(&header, keys)?),
                    cipher: Cipher::of(&header)?,
                    position: Some(0),
                }
            }
            _ => Under::of(protection, env)?,
        };
        Ok(Self {
            sequence,
            under,
            signing,
        })
    }

    /// The sequence.
    #[must_use]
    pub fn sequence(&self) -> &Sequence<S> {
        &self.sequence
    }

    /// The exchange of all frames that are appended, where there is one.
    #[must_use]
    pub fn exchange(&self) -> Option<Arc<Exchange>> {
        match &self.under {
            Under::Shared { exchange, .. } => Some(exchange.clone()),
            Under::Each(_) | Under::Nothing => None,
        }
    }

    /// The sequence, given back.
    #[must_use]
    pub fn into_sequence(self) -> Sequence<S> {
        self.sequence
    }

    /// Adds a frame for each content with one write and returns their indexes when they are durable. Nothing is added when one is refused.
    ///
    /// # Errors
    /// As [`Sequence::append`]; [`Error::Crypto`].
    pub fn append<'a>(
        &mut self,
        contents: &[Content<'a>],
        env: &dyn Environment,
    ) -> Result<Range<u64>, Error> {
        let first = self.sequence.len();
        let (under, kind) = (&self.under, self.sequence.kind());
        let seal = |from: u64, contents: &[Content<'a>]| -> Result<Vec<Part<'a>>, Error> {
            (from..)
                .zip(contents)
                .map(|(index, content)| under.part(kind, content, None, first..index, env))
                .collect()
        };
        // Payloads are independent of each other until their digests meet in the tree.
        let workers = thread::available_parallelism().map_or(1, |cores| cores.get().clamp(1, 8));
        let work = contents.iter().fold(0usize, |work, content| {
            work.saturating_add(content.payload.len())
                .saturating_add(FRAME_COST)
        });
        let parts = match workers > 1 && contents.len() > 1 && work >= PARALLEL {
            false => seal(first, contents)?,
            true => {
                let run = contents.len().div_ceil(workers);
                let runs = contents.chunks(run);
                let starts = (first..).step_by(run);
                thread::scope(|scope| {
                    let seal = &seal;
                    let threads: Vec<_> = starts
                        .zip(runs)
                        .map(|(from, run)| scope.spawn(move || seal(from, run)))
                        .collect();
                    let mut parts = Vec::with_capacity(contents.len());
                    for thread in threads {
                        let sealed = thread.join();
                        parts.extend(sealed.unwrap_or(Err(Error::Interrupted))?);
                    }
                    Ok::<_, Error>(parts)
                })?
            }
        };
        self.write(parts, Some(first))
    }

    /// Brings an index up to date and adds what the sequence's index frames do not list yet; nothing when they list everything.
    ///
    /// Index frames that are not larger than what is new are taken up in it, so that there are few of them and each frame is listed few
    /// times.
    ///
    /// # Errors
    /// As [`SequenceWriter::append`] and [`Index::extend`].
    pub fn append_index(
        &mut self,
        index: &mut Index<'_>,
        env: &dyn Environment,
    ) -> Result<(), Error> {
        index.extend(&self.sequence)?;
        let end = self.sequence.len();
        while let Some(listing) = index.next(&self.sequence, end)? {
            let content = Content {
                meta: ContentMeta {
                    message_type: Some(INDEX_TYPE.to_owned()),
                    ..ContentMeta::default()
                },
                is_meta: true,
                payload: &to_json_b(&listing.record),
                ..Content::default()
            };
            let number = self.sequence.len();
            let position = self.sequence.size();
            let mut part = self.part(&content, number..number, env)?;
            part.index_of = Some(listing.continues());
            self.write(vec![part], Some(number))?;
            index.written(listing, number, position);
        }
        index.extend(&self.sequence)
    }

    pub(super) fn part<'a>(
        &self,
        content: &Content<'a>,
        batch: Range<u64>,
        env: &dyn Environment,
    ) -> Result<Part<'a>, Error> {
        let kind = self.sequence.kind();
        self.under.part(kind, content, None, batch, env)
    }

    /// Appends frames of which `sealed` is the first that was sealed here.
    pub(super) fn write(
        &mut self,
        parts: Vec<Part<'_>>,
        sealed: Option<u64>,
    ) -> Result<Range<u64>, Error> {
        let first = self.sequence.len();
        self.sequence.append_parts(parts, self.signing.as_mut())?;
        let indexes = first..self.sequence.len();
        if let Some(sealed) = sealed.filter(|sealed| indexes.contains(sealed)) {
            self.under.written(sealed);
        }
        Ok(indexes)
    }
}

impl Under {
    fn of(protection: &Protection, env: &dyn Environment) -> Result<Self, Error> {
        Ok(match protection.encryption {
            Encryption::None => Self::Nothing,
            Encryption::Once | Encryption::Session => Self::Shared {
                exchange: Arc::new(protection.exchange(env)?),
                cipher: protection.cipher,
                position: None,
            },
            Encryption::Isolated => Self::Each(Box::new(protection.clone())),
        })
    }

    /// Makes the frame at the end of a range, at whose start is the first frame of the batch that is made here.
    fn part<'a>(
        &self,
        kind: SequenceType,
        content: &Content<'a>,
        policy: Option<DarePolicy>,
        batch: Range<u64>,
        env: &dyn Environment,
    ) -> Result<Part<'a>, Error> {
        let hidden = content.hidden.as_ref();
        let payload = content.payload;
        let mut header = content.header();
        header.policy = policy;
        let made;
        let (sealed, exchange, cipher) = match self {
            Self::Nothing => {
                if let Some(hidden) = hidden {
                    header.content_meta_data = Some(to_json(hidden));
                }
                return Ok(Part {
                    header,
                    body: Cow::Borrowed(payload),
                    trailer: DareTrailer::default(),
                    digest: None,
                    index_of: None,
                });
            }
            Self::Shared {
                exchange,
                cipher,
                position,
            } => {
                let shared = Shared {
                    exchange,
                    cipher: *cipher,
                    position: position.unwrap_or(batch.start),
                };
                let sealed = shared.seal(header, batch.end, payload, hidden, env)?;
                (sealed, exchange.as_ref(), *cipher)
            }
            Self::Each(protection) => {
                made = protection.exchange(env)?;
                header.encryption_algorithm = Some(protection.cipher.identifier().to_owned());
                header.digest_algorithm = Some(DIGEST_SHA_512.to_owned());
                header.salt = Some(made.salt().to_vec());
                header.recipients = made.recipients().to_vec();
                let sealed = seal(&made, protection.cipher, header, payload, hidden)?;
                (sealed, &made, protection.cipher)
            }
        };
        let Sealed {
            header,
            body,
            mut trailer,
            digest,
        } = sealed;
        // A cipher that does not authenticate decrypts under any salt; the witness tells that it was this one. (In a chain it would also have
        // to cover what is before the frame.)
        if cipher == Cipher::Aes256Cbc && kind != SequenceType::Chain {
            let salt = header.salt.as_deref().unwrap_or_default();
            trailer.witness_value = Some(exchange.witness(salt, &manifest(&digest, None))?);
        }
        Ok(Part {
            header,
            body: Cow::Owned(body),
            trailer,
            digest: Some(digest),
            index_of: None,
        })
    }

    /// Remembers that a batch was written, whose first frame holds the exchange if none did.
    fn written(&mut self, first: u64) {
        if let Self::Shared { position, .. } = self {
            position.get_or_insert(first);
        }
    }
}

impl<S> std::fmt::Debug for SequenceWriter<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SequenceWriter").finish_non_exhaustive()
    }
}
