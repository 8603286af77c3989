// SPDX-License-Identifier: MIT
//! Signatures over a sequence: over everything up to the frame that carries one.
//!
//! Spec: mesh-dare, "Sequence Signatures"; fields `seqsignatures`, `SequenceSignedData`.
//! Here: signing what a writer appends, telling up to where a sequence is signed and by whom.
//! Not here: the signatures of catalogs, whose octets are others (`store`).
//!
//! Signed are the state of the tree (or chain), which covers the payloads, a digest over what all headers say, a name that the signer gives
//! the sequence, the index and the type. The digest over the headers leaves out the salt of each frame: it is destroyed when a payload is
//! erased, and a false one is noticed on opening, by the tag or the witness. It leaves out where frames stand too, and whether the body was
//! taken out, so that the signatures hold in a redacted copy. `SequenceSignedData` is that digest, from which a signer goes on without
//! reading what it signed before. Whoever can write the storage can therefore destroy salts and take bodies out, which is counted
//! (`Coverage::verified`), and can put nothing in their place.
//!
//! Deviation: D-37. The schema names `seqsignatures` and does not say what they cover; the reference writes none.

use std::collections::BTreeMap;

use mesh_crypto::digest::sha512;
use mesh_crypto::{PrivateKey, PublicKey};
use mesh_jsonbcd::{Format, Writer, to_json_b};

use super::index::heads;
use super::verify::Verified;
use super::walk::{self, Head};
use super::window::{SCAN, Window};
use super::{Sequence, SequenceType};
use crate::envelope::{DIGEST_SHA_512, signature_entry};
use crate::error::Error;
use crate::generated::{DareHeader, DareSignature, DareTrailer};
use crate::merkle::Digest;
use crate::storage::Storage;

/// How the signer of a sequence is judged: the public key of a fingerprint, if its owner may write the sequence.
pub type Signers<'a> = &'a dyn Fn(&str) -> Option<PublicKey>;

/// The last signature over a sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastSignature {
    /// Index of the frame that carries it.
    pub index: u64,
    /// Fingerprint of the key.
    pub kid: String,
}

/// Up to where a sequence is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The last frame that each key signed, which covers all frames up to it.
    pub signed: Vec<LastSignature>,
    /// The number of frames behind the last signature: anybody who can write the storage may have put them there.
    pub unsigned: u64,
    /// What else was found.
    pub verified: Verified,
}

impl Coverage {
    /// The last signature of all.
    #[must_use]
    pub fn last(&self) -> Option<&LastSignature> {
        self.signed.iter().max_by_key(|signature| signature.index)
    }
}

impl<S: Storage> Sequence<S> {
    /// Reads everything as [`Sequence::verify`] does and verifies each signature over the sequence, made under a name.
    ///
    /// # Errors
    /// As [`Sequence::verify`]; [`Error::SignerNotAllowed`] when a signature is by a key that `signers` does not know;
    /// [`Error::SignatureInvalid`].
    pub fn verify_signatures(&self, name: &str, signers: Signers<'_>) -> Result<Coverage, Error>
    where
        S: Sync,
    {
        let mut headers = NO_HEADERS;
        let mut signed = BTreeMap::new();
        let verified = self.verify_each(&mut |head, state| {
            headers = next_headers(&headers, &head.header);
            for entry in head.sequence_signatures() {
                let kid = entry.key_identifier.clone();
                let kid = kid.ok_or(Error::Header { field: "kid" })?;
                let key =
                    signers(&kid).ok_or_else(|| Error::SignerNotAllowed { kid: kid.clone() })?;
                verify(
                    entry,
                    &key,
                    &manifest(name, self.kind, head.index, state, &headers)?,
                )?;
                signed.insert(kid, head.index);
            }
            Ok(())
        })?;
        let last = signed
            .values()
            .max()
            .map_or(0, |last| last.saturating_add(1));
        Ok(Coverage {
            unsigned: self.len().saturating_sub(last),
            signed: signed
                .into_iter()
                .map(|(kid, index)| LastSignature { index, kid })
                .collect(),
            verified,
        })
    }

    /// The keys that stand beside the signatures over the sequence, one for each fingerprint. Nothing is verified: whether such a key means
    /// anything, only its fingerprint tells.
    ///
    /// # Errors
    /// As [`Sequence::frame`]; [`Error::SignerNotAllowed`] when a key has another fingerprint than the signature states.
    pub fn stated_signers(&self) -> Result<Vec<PublicKey>, Error> {
        let mut found = BTreeMap::new();
        heads(self, 0, 0, |head| {
            for entry in head.sequence_signatures() {
                let Some(key) = &entry.signature_key else {
                    continue;
                };
                let key = PublicKey::from_jose(key)?;
                let kid = entry.key_identifier.clone().unwrap_or_default();
                if key.udf().to_string() != kid {
                    return Err(Error::SignerNotAllowed { kid });
                }
                found.insert(kid, key);
            }
            Ok(())
        })?;
        Ok(found.into_values().collect())
    }
}

/// Signs what is appended to a sequence.
pub(crate) struct Signing {
    key: PrivateKey,
    name: String,
    /// The digest over the headers of all frames that are there.
    pub(super) headers: Digest,
}

impl Signing {
    /// For a sequence that has no frame yet.
    pub(super) fn new(name: &str, key: PrivateKey) -> Self {
        Self {
            key,
            name: name.to_owned(),
            headers: NO_HEADERS,
        }
    }

    /// Goes on from the last signature by the same key; without one every header is read.
    pub(super) fn go_on<S: Storage>(
        sequence: &Sequence<S>,
        name: &str,
        key: PrivateKey,
    ) -> Result<Self, Error> {
        let mut signing = Self::new(name, key);
        let window = Window::new(&sequence.storage, SCAN);
        let mut behind: Vec<Vec<u8>> = Vec::new();
        let mut at = sequence.len().checked_sub(1);
        let mut head: Option<Head> = None;
        while let Some(index) = at {
            let next = match head {
                Some(later) => walk::before(&window, &later)?,
                None => sequence.head(index)?,
            };
            if let Some(headers) = signing.own(sequence.kind, &next)? {
                signing.headers = headers;
                break;
            }
            behind.push(what_it_says(&next.header));
            at = index.checked_sub(1);
            head = Some(next);
        }
        for octets in behind.iter().rev() {
            signing.headers = sha512(&[&signing.headers, octets]);
        }
        Ok(signing)
    }

    /// The digest over the headers that this key signed in a frame.
    fn own(&self, kind: SequenceType, head: &Head) -> Result<Option<Digest>, Error> {
        let kid = self.key.udf().to_string();
        let trailer = head.trailer.as_ref();
        let data = trailer.and_then(|trailer| trailer.sequence_signed_data.as_deref());
        let headers = data.and_then(|data| Digest::try_from(data).ok());
        let entry = head
            .sequence_signatures()
            .iter()
            .find(|entry| entry.key_identifier.as_ref() == Some(&kid));
        let (Some(headers), Some(entry)) = (headers, entry) else {
            return Ok(None);
        };
        let state = head.state(kind);
        let manifest = manifest(&self.name, kind, head.index, state.as_ref(), &headers)?;
        Ok(verify(entry, self.key.public(), &manifest)
            .is_ok()
            .then_some(headers))
    }

    /// Takes the next frame into account.
    pub(super) fn note(&mut self, header: &DareHeader) {
        self.headers = next_headers(&self.headers, header);
    }

    /// Signs up to the frame that was noted last.
    pub(super) fn sign(
        &self,
        kind: SequenceType,
        index: u64,
        state: Option<&Digest>,
        trailer: &mut DareTrailer,
    ) -> Result<(), Error> {
        let manifest = manifest(&self.name, kind, index, state, &self.headers)?;
        // With the key, so that whoever knows only the fingerprint can verify it.
        let entry = signature_entry(&self.key, &manifest, true)?;
        trailer.sequence_signatures.push(entry);
        trailer.sequence_signed_data = Some(self.headers.to_vec());
        Ok(())
    }
}

const NO_HEADERS: Digest = [0; 64];

fn next_headers(before: &Digest, header: &DareHeader) -> Digest {
    sha512(&[before, &what_it_says(header)])
}

/// What a header says, wherever the frame stands and whether its payload is still there or not.
fn what_it_says(header: &DareHeader) -> Vec<u8> {
    let mut header = header.clone();
    header.salt = None;
    header.payload_digest = None;
    header.chain_digest = None;
    header.apex_digest = None;
    header.sequence_signatures = Vec::new();
    header.sequence_signed_data = None;
    if let Some(info) = &mut header.sequence_info {
        info.tree_position = None;
        info.index_position = None;
        info.redacted = None;
    }
    to_json_b(&header)
}

/// Six values, so that no signature over an envelope (two or three) or a catalog (five) is one over a sequence.
fn manifest(
    name: &str,
    kind: SequenceType,
    index: u64,
    state: Option<&Digest>,
    headers: &Digest,
) -> Result<Vec<u8>, Error> {
    let state = state.ok_or_else(|| Error::Unsupported {
        what: "signature over a sequence of type",
        name: kind.identifier().to_owned(),
    })?;
    let mut writer = Writer::new(Format::JsonB);
    writer.string(DIGEST_SHA_512);
    writer.binary(state);
    writer.binary(headers);
    writer.string(name);
    writer.integer(super::signed(index)?);
    writer.string(kind.identifier());
    Ok(writer.finish())
}

fn verify(entry: &DareSignature, key: &PublicKey, manifest: &[u8]) -> Result<(), Error> {
    let kid = key.udf().to_string();
    let signature = entry.signature_value.as_deref();
    let signature = signature.ok_or(Error::Header { field: "signature" })?;
    key.verify(manifest, signature)
        .map_err(|_| Error::SignatureInvalid { kid })
}
