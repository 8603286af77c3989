// SPDX-License-Identifier: MIT
//! Catalogs and spools: sequences whose frames are the history of a set of entries or messages.
//!
//! Spec: mesh-dare, "Catalogs"; mesh-schema, "Catalog", "Spool".
//! Here: names, events, the law of a catalog, signatures over the tree of a store.
//! Not here: entry types (`mesh-schema`), transport (`mesh-protocol`).

pub mod catalog;
pub mod replica;

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use mesh_crypto::digest::sha512;
use mesh_crypto::{PrivateKey, PublicKey, Udf};
use mesh_jsonbcd::{Format, Writer};

use crate::envelope::{DIGEST_SHA_512, Envelope, signature_entry};
use crate::error::Error;
use crate::exchange::binding;
use crate::generated::{ContentMeta, DareHeader, DareSignature, DareTrailer, KeyValue};
use crate::merkle::{DIGEST_SIZE, Digest, Frontier};

/// Which store of which account: what a signature over its tree is bound to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StoreName {
    /// Fingerprint of the account profile.
    pub account: String,
    /// Label of the store, for instance `Credential`.
    pub label: String,
}

impl StoreName {
    /// Names a store.
    #[must_use]
    pub fn new(account: &str, label: &str) -> Self {
        Self {
            account: account.to_owned(),
            label: label.to_owned(),
        }
    }
}

impl fmt::Display for StoreName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.account, self.label)
    }
}

/// What a frame does to an entry of a catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The entry exists no longer.
    Delete,
    /// The entry comes into being.
    New,
    /// The entry has new content.
    Update,
}

impl Event {
    /// The identifier in the content metadata.
    #[must_use]
    pub fn identifier(self) -> &'static str {
        match self {
            Self::Delete => "Delete",
            Self::New => "New",
            Self::Update => "Update",
        }
    }

    /// Reads the identifier.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for any other text.
    pub fn parse(text: &str) -> Result<Self, Error> {
        [Self::Delete, Self::New, Self::Update]
            .into_iter()
            .find(|event| event.identifier() == text)
            .ok_or_else(|| Error::Unsupported {
                what: "catalog event",
                name: text.to_owned(),
            })
    }
}

/// What a frame does to its catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Something happens to the entry of this identifier.
    Change(String, Event),
    /// Nothing happens to entries; what has these identifiers has ended.
    ///
    /// Deviation: D-24. Spools grow by the hand of the service, which could leave the end of a message out of one; what stands in a catalog
    /// is signed.
    Checkpoint(Vec<String>),
}

impl Effect {
    /// Reads the metadata of the frame at an index.
    ///
    /// # Errors
    /// [`Error::Header`] when they do not say what they must; [`Error::Encoding`]; [`Error::Unsupported`] for an unknown event.
    pub fn of(header: &DareHeader, index: u64) -> Result<Self, Error> {
        if index == 0 {
            return Ok(Self::Checkpoint(Vec::new()));
        }
        let meta = header.content_meta_data.as_deref();
        let meta: Option<ContentMeta> = meta.map(mesh_jsonbcd::from_bytes).transpose()?;
        let info = header.sequence_info.as_ref();
        if info.and_then(|info| info.is_meta) == Some(true) {
            return Ok(Self::Checkpoint(
                meta.map(|meta| meta.labels).unwrap_or_default(),
            ));
        }
        let meta = meta.ok_or(Error::Header {
            field: "ContentMetaData",
        })?;
        let id = meta.unique_id.ok_or(Error::Header { field: "UniqueId" })?;
        let event = Event::parse(meta.event.as_deref().unwrap_or_default())?;
        Ok(Self::Change(id, event))
    }
}

/// Octets of an apex that a frame states of another store.
const STATED_SIZE: usize = 20;

/// How far another store of the account was when a frame was signed: whoever reads the frame knows that the other store is at least there.
///
/// Deviation: D-29. Each store is signed by itself in the drafts; a service can withhold the news of one, and nobody notices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedHead {
    /// Label of the store.
    pub label: String,
    /// Index of its last frame.
    pub index: u64,
    /// The beginning of the Merkle value of that frame.
    pub apex: [u8; STATED_SIZE],
}

impl StatedHead {
    /// States the head of a store.
    #[must_use]
    pub fn new(label: &str, index: u64, apex: &Digest) -> Self {
        let mut start = [0; STATED_SIZE];
        for (octet, value) in start.iter_mut().zip(apex) {
            *octet = *value;
        }
        Self {
            label: label.to_owned(),
            index,
            apex: start,
        }
    }

    /// True when a frame has this Merkle value and is signed: what is not signed may state any.
    #[must_use]
    pub fn is_of(&self, frame: &Envelope) -> bool {
        let apex = frame.apex_digest();
        !frame.sequence_signatures().is_empty()
            && apex.is_some_and(|apex| apex.starts_with(&self.apex))
    }

    /// The attribute in which a frame carries it.
    #[must_use]
    pub fn attribute(&self) -> KeyValue {
        KeyValue {
            key: Some(self.label.clone()),
            value: Some(format!(
                "{}:{}",
                self.index,
                BASE64URL_NOPAD.encode(&self.apex)
            )),
        }
    }

    /// What a frame states. Other attributes are passed over.
    #[must_use]
    pub fn read(meta: &ContentMeta) -> Vec<Self> {
        let read = |pair: &KeyValue| {
            let (index, apex) = pair.value.as_deref()?.split_once(':')?;
            let index: i64 = index.parse().ok()?;
            let apex = BASE64URL_NOPAD.decode(apex.as_bytes()).ok()?;
            Some(Self {
                label: pair.key.clone()?,
                index: u64::try_from(index).ok()?,
                apex: apex.try_into().ok()?,
            })
        };
        meta.key_values.iter().filter_map(read).collect()
    }
}

/// What a transaction says beside its changes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Remarks<'a> {
    /// What has ended with it.
    pub ended: &'a [String],
    /// How far the other stores are.
    pub heads: &'a [StatedHead],
}

/// The law of a catalog: (New, Update*, Delete)* per entry. `last` is what was last done to it.
///
/// # Errors
/// [`Error::CatalogLaw`].
pub fn check_law(id: &str, last: Option<Event>, event: Event) -> Result<(), Error> {
    let exists = matches!(last, Some(Event::New | Event::Update));
    if exists == (event != Event::New) {
        return Ok(());
    }
    Err(Error::CatalogLaw {
        event: event.identifier().to_owned(),
        unique_id: id.to_owned(),
    })
}

/// The pseudonym of a primary key in the metadata of a catalog: equal keys have equal pseudonyms, and nothing else is learnt.
///
/// Deviation: D-08. The reference writes the primary key itself, which tells the service for which sites a person has passwords.
#[must_use]
pub fn unique_id(index_key: &[u8], primary_key: &str) -> String {
    Udf::mac(index_key, primary_key.as_bytes()).to_string()
}

/// What a store amounts to after a frame: what is signed, and what a device remembers having seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Merkle value of the frame, which covers all payloads.
    pub apex: Digest,
    /// Digest over what the headers of all frames say.
    pub headers: Digest,
}

impl Summary {
    /// The digest over the headers of no frame.
    pub const NO_HEADERS: Digest = [0; 64];
}

/// What must be remembered of a store to judge what is appended to it: the tree and the digest over the headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tip {
    frontier: Frontier,
    headers: Digest,
}

impl Default for Tip {
    fn default() -> Self {
        Self {
            frontier: Frontier::new(),
            headers: Summary::NO_HEADERS,
        }
    }
}

impl Tip {
    /// The number of frames.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.frontier.len()
    }

    /// True when there is no frame.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.frontier.is_empty()
    }

    /// What the store amounts to; `None` when there is no frame.
    #[must_use]
    pub fn summary(&self) -> Option<Summary> {
        Some(Summary {
            apex: self.frontier.apex()?,
            headers: self.headers,
        })
    }

    /// Takes the next frame into account, which is being made or by whoever makes no promise about the tree; the apex that it must have.
    pub fn push(&mut self, header: &DareHeader, payload_digest: &Digest) -> Digest {
        self.headers = next_headers(&self.headers, header);
        self.frontier.push(payload_digest)
    }

    /// Takes the next frame into account if what is signed in it follows; the fingerprint of its signer. What is not signed the reference
    /// states wrongly (deviation D-06), and nobody relies on it.
    ///
    /// # Errors
    /// [`Error::ApexMismatch`] when a signed apex is not the right one; [`Error::Header`] when a signature does not say whose it is.
    /// Nothing is changed then.
    pub fn follow(
        &mut self,
        header: &DareHeader,
        trailer: Option<&DareTrailer>,
        payload_digest: &Digest,
    ) -> Result<Option<String>, Error> {
        let index = self.len();
        let mut next = self.clone();
        let apex = next.push(header, payload_digest);
        let signatures = trailer
            .map(|trailer| trailer.sequence_signatures.as_slice())
            .filter(|list| !list.is_empty())
            .unwrap_or(&header.sequence_signatures);
        let kid = match signatures.first() {
            Some(signature) => {
                let stated = trailer
                    .and_then(|trailer| trailer.apex_digest.as_deref())
                    .or(header.apex_digest.as_deref());
                if stated != Some(apex.as_slice()) {
                    return Err(Error::ApexMismatch { index });
                }
                let kid = signature.key_identifier.clone();
                Some(kid.ok_or(Error::Header { field: "kid" })?)
            }
            None => None,
        };
        *self = next;
        Ok(kid)
    }

    /// The stored form: the digest over the headers, then the tree.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        [self.headers.as_slice(), &self.frontier.encode()].concat()
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`Error::BadFrontier`] when the octets are none that [`Tip::encode`] can have written.
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let (headers, frontier) = octets
            .split_first_chunk::<DIGEST_SIZE>()
            .ok_or(Error::BadFrontier)?;
        Ok(Self {
            frontier: Frontier::decode(frontier)?,
            headers: *headers,
        })
    }
}

/// The digest over the headers of all frames up to this one.
///
/// Deviation: D-13. The tree of the drafts covers payloads only: whoever stores a sequence could turn an addition into a
/// deletion or an entry into a checkpoint, or show it under another name.
pub(crate) fn next_headers(before: &Digest, header: &DareHeader) -> Digest {
    let info = header.sequence_info.as_ref();
    let mut writer = Writer::new(Format::JsonB);
    writer.binary(&binding(header));
    writer.integer(info.and_then(|info| info.index).unwrap_or(-1));
    writer.integer(info.and_then(|info| info.exchange_position).unwrap_or(-1));
    writer.boolean(info.and_then(|info| info.is_meta) == Some(true));
    for recipient in &header.recipients {
        writer.binary(&mesh_jsonbcd::to_json_b(recipient));
    }
    sha512(&[before, &writer.finish()])
}

/// Signs a store up to a frame.
pub(crate) fn sign_summary(
    name: &StoreName,
    index: u64,
    summary: &Summary,
    signer: &PrivateKey,
) -> Result<DareSignature, Error> {
    // With the key, so that whoever stores it can verify it too, knowing only the fingerprint.
    signature_entry(signer, &summary_manifest(name, index, summary), true)
}

/// Verifies the one signature over the store that a frame carries with the key that stands beside it; the fingerprint of the key. It is the
/// one that [`Tip::follow`] names.
///
/// # Errors
/// [`Error::Unsigned`] without just one signature, or without its key; [`Error::SignerNotAllowed`] when the signature names another key;
/// as [`verify_summary`].
pub fn verify_stated_signer(
    name: &StoreName,
    frame: &Envelope,
    headers: Digest,
) -> Result<String, Error> {
    let [entry] = frame.sequence_signatures() else {
        return Err(Error::Unsigned);
    };
    let stated = entry.signature_key.as_ref();
    let key = PublicKey::from_jose(stated.ok_or(Error::Unsigned)?)?;
    let kid = key.udf().to_string();
    if entry.key_identifier.as_ref() != Some(&kid) {
        return Err(Error::SignerNotAllowed {
            kid: entry.key_identifier.clone().unwrap_or_default(),
        });
    }
    verify_summary(name, frame, headers, &key)?;
    Ok(kid)
}

/// Verifies the signature over the store that a frame carries.
///
/// `headers` is the digest over the headers of all frames up to this one.
///
/// # Errors
/// [`Error::SignatureMissing`] when `key` did not sign it, [`Error::SignatureInvalid`], [`Error::Header`] without index or apex.
pub fn verify_summary(
    name: &StoreName,
    frame: &Envelope,
    headers: Digest,
    key: &PublicKey,
) -> Result<(), Error> {
    let index = frame.index().ok_or(Error::Header { field: "Index" })?;
    let apex = frame
        .apex_digest()
        .and_then(|apex| Digest::try_from(apex).ok())
        .ok_or(Error::Header {
            field: "ApexDigest",
        })?;
    let kid = key.udf().to_string();
    let entry = frame
        .sequence_signatures()
        .iter()
        .find(|entry| entry.key_identifier.as_deref() == Some(kid.as_str()))
        .ok_or_else(|| Error::SignatureMissing { kid: kid.clone() })?;
    let signature = entry
        .signature_value
        .as_deref()
        .ok_or(Error::Header { field: "signature" })?;
    let manifest = summary_manifest(name, index, &Summary { apex, headers });
    key.verify(&manifest, signature)
        .map_err(|_| Error::SignatureInvalid { kid })
}

/// Five values, so that no signature over an envelope (two or three values) is one over a store.
fn summary_manifest(name: &StoreName, index: u64, summary: &Summary) -> Vec<u8> {
    let mut writer = Writer::new(Format::JsonB);
    writer.string(DIGEST_SHA_512);
    writer.binary(&summary.apex);
    writer.binary(&summary.headers);
    writer.string(&name.to_string());
    writer.integer(i64::try_from(index).unwrap_or(i64::MAX));
    writer.finish()
}
