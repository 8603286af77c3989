// SPDX-License-Identifier: MIT
//! Catalogs and spools: sequences whose frames are the history of a set of entries or messages.
//!
//! Spec: mesh-dare, "Catalogs"; mesh-schema, "Catalog", "Spool".
//! Here: names, events, the law of a catalog, signatures over the tree of a store.
//! Not here: entry types (`mesh-schema`), transport (`mesh-protocol`).

pub mod catalog;
pub mod replica;

use std::fmt;

use mesh_crypto::{PrivateKey, PublicKey, Udf};
use mesh_jsonbcd::{Format, Writer};

use crate::envelope::{DIGEST_SHA_512, Envelope, signature_entry};
use crate::error::Error;
use crate::generated::DareSignature;
use crate::merkle::Digest;

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

/// The pseudonym of a primary key in the metadata of a catalog: equal keys have equal pseudonyms, and nothing else is learnt.
///
/// Deviation: D-08. The reference writes the primary key itself, which tells the service for which sites a person has passwords.
#[must_use]
pub fn unique_id(index_key: &[u8], primary_key: &str) -> String {
    Udf::mac(index_key, primary_key.as_bytes()).to_string()
}

/// Signs the tree of a store up to a frame.
pub(crate) fn sign_apex(
    name: &StoreName,
    index: u64,
    apex: &Digest,
    signer: &PrivateKey,
) -> Result<DareSignature, Error> {
    signature_entry(signer, &apex_manifest(name, index, apex), false)
}

/// Verifies the signature over the tree that a frame carries.
///
/// # Errors
/// [`Error::SignatureMissing`] when `key` did not sign it, [`Error::SignatureInvalid`], [`Error::Header`] without index or apex.
pub fn verify_apex(name: &StoreName, frame: &Envelope, key: &PublicKey) -> Result<(), Error> {
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
    key.verify(&apex_manifest(name, index, &apex), signature)
        .map_err(|_| Error::SignatureInvalid { kid })
}

/// Four values, so that no signature over an envelope (two or three values) is one over a tree.
fn apex_manifest(name: &StoreName, index: u64, apex: &Digest) -> Vec<u8> {
    let mut writer = Writer::new(Format::JsonB);
    writer.string(DIGEST_SHA_512);
    writer.binary(apex);
    writer.string(&name.to_string());
    writer.integer(i64::try_from(index).unwrap_or(i64::MAX));
    writer.finish()
}
