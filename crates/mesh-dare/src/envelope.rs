// SPDX-License-Identifier: MIT
//! DARE envelopes: header, body and trailer around one payload.
//!
//! Spec: mesh-dare, "DARE Envelope Architecture".
//! Here: sealing (encryption, digest, signature), opening and verifying whole envelopes in memory.
//! Not here: frames of a sequence (`sequence`), the meaning of payloads (`mesh-schema`).

use std::marker::PhantomData;

use mesh_crypto::digest::sha512;
use mesh_crypto::{Environment, KeySource, PrivateKey, PublicKey, SecretBytes};
use mesh_jsonbcd::{Decode, Encode, Error as EncodingError, Format, Object, Reader, Writer};

use crate::eds::{self, EdsWriter};
use crate::error::Error;
use crate::exchange::{
    Cipher, Exchange, HybridRecipient, Recipients, SALT_SIZE, SymmetricRecipient, binding,
};
use crate::generated::{ContentMeta, DareHeader, DareSignature, DareTrailer};

/// The identifier of SHA-512 in the field `dig`.
pub const DIGEST_SHA_512: &str = "S512";

/// One DARE envelope, as received or as made; nothing about it has been checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Envelope {
    /// What precedes the body.
    pub header: DareHeader,
    /// Plaintext or ciphertext.
    pub body: Vec<u8>,
    /// What follows the body.
    pub trailer: Option<DareTrailer>,
}

impl Encode for Envelope {
    fn encode(&self, w: &mut Writer) {
        w.begin_array();
        self.header.encode(w);
        w.binary(&self.body);
        if let Some(trailer) = &self.trailer {
            trailer.encode(w);
        }
        w.end_array();
    }
}

impl Decode for Envelope {
    fn decode(r: &mut Reader<'_>) -> Result<Self, EncodingError> {
        let mut envelope = Self::default();
        r.begin_array()?;
        if r.next_element()? {
            envelope.header = DareHeader::decode(r)?;
            if r.next_element()? {
                envelope.body = r.binary()?;
                if r.next_element()? {
                    envelope.trailer = Some(DareTrailer::decode(r)?);
                    while r.next_element()? {
                        r.skip()?;
                    }
                }
            }
        }
        Ok(envelope)
    }
}

impl Envelope {
    /// The digest of the body, wherever it is written.
    #[must_use]
    pub fn payload_digest(&self) -> Option<&[u8]> {
        stated_digest(&self.header, self.trailer.as_ref())
    }

    /// The authentication tag of the body.
    #[must_use]
    pub fn payload_tag(&self) -> Option<&[u8]> {
        let trailer = self
            .trailer
            .as_ref()
            .and_then(|trailer| trailer.payload_tag.as_deref());
        trailer.or(self.header.payload_tag.as_deref())
    }

    /// The value of the Merkle tree at this frame.
    #[must_use]
    pub fn apex_digest(&self) -> Option<&[u8]> {
        let trailer = self
            .trailer
            .as_ref()
            .and_then(|trailer| trailer.apex_digest.as_deref());
        trailer.or(self.header.apex_digest.as_deref())
    }

    /// The value of the digest chain at this frame.
    #[must_use]
    pub fn chain_digest(&self) -> Option<&[u8]> {
        let trailer = self
            .trailer
            .as_ref()
            .and_then(|trailer| trailer.chain_digest.as_deref());
        trailer.or(self.header.chain_digest.as_deref())
    }

    /// The signatures over the payload digest.
    #[must_use]
    pub fn signatures(&self) -> &[DareSignature] {
        match &self.trailer {
            Some(trailer) if !trailer.signatures.is_empty() => &trailer.signatures,
            _ => &self.header.signatures,
        }
    }

    /// The signatures over the tree of the sequence up to this frame.
    #[must_use]
    pub fn sequence_signatures(&self) -> &[DareSignature] {
        match &self.trailer {
            Some(trailer) if !trailer.sequence_signatures.is_empty() => {
                &trailer.sequence_signatures
            }
            _ => &self.header.sequence_signatures,
        }
    }

    /// The place in a sequence that the header claims.
    #[must_use]
    pub fn index(&self) -> Option<u64> {
        self.header
            .sequence_info
            .as_ref()
            .and_then(|info| info.index)
            .and_then(|index| u64::try_from(index).ok())
    }

    /// True when the body is ciphertext.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.header.encryption_algorithm.is_some()
    }

    /// The metadata of the content; empty when there is none.
    ///
    /// # Errors
    /// [`Error::Encoding`] when it does not parse.
    pub fn content_meta(&self) -> Result<ContentMeta, Error> {
        match &self.header.content_meta_data {
            Some(bytes) => Ok(mesh_jsonbcd::from_bytes(bytes)?),
            None => Ok(ContentMeta::default()),
        }
    }

    /// Recomputes the digest of the body and compares it with the stated one.
    ///
    /// # Errors
    /// [`Error::DigestMissing`], [`Error::DigestMismatch`], or [`Error::Unsupported`] for another digest than SHA-512.
    pub fn check_digest(&self) -> Result<[u8; 64], Error> {
        let digest = || Ok(sha512(&[&self.body]));
        check_digest(&self.header, self.trailer.as_ref(), digest)
    }

    /// Verifies that `key` signed this body.
    ///
    /// # Errors
    /// As [`Envelope::check_digest`]; [`Error::SignatureMissing`] or [`Error::SignatureInvalid`].
    pub fn verify(&self, key: &PublicKey) -> Result<(), Error> {
        let digest = self.check_digest()?;
        let kid = key.udf().to_string();
        let entry = self
            .signatures()
            .iter()
            .find(|entry| entry.key_identifier.as_deref() == Some(kid.as_str()))
            .ok_or_else(|| Error::SignatureMissing { kid: kid.clone() })?;
        self.verify_entry(entry, key, &digest, kid)
    }

    /// Verifies every signature by the key that it brings along, and returns those keys.
    ///
    /// Only the caller can say whether such a key means anything: a profile names its roots by fingerprint.
    ///
    /// # Errors
    /// As [`Envelope::verify`]; [`Error::Header`] when a signature brings no key.
    pub fn embedded_signers(&self) -> Result<Vec<PublicKey>, Error> {
        let digest = self.check_digest()?;
        let mut keys = Vec::new();
        for entry in self.signatures() {
            let key = entry.signature_key.as_ref().ok_or(Error::Header {
                field: "SignatureKey",
            })?;
            let key = PublicKey::from_jose(key)?;
            let kid = key.udf().to_string();
            self.verify_entry(entry, &key, &digest, kid)?;
            keys.push(key);
        }
        Ok(keys)
    }

    pub(crate) fn verify_entry(
        &self,
        entry: &DareSignature,
        key: &PublicKey,
        digest: &[u8],
        kid: String,
    ) -> Result<(), Error> {
        let signature = entry
            .signature_value
            .as_deref()
            .ok_or(Error::Header { field: "signature" })?;
        let manifest = manifest(digest, self.chain_digest());
        key.verify(&manifest, signature)
            .map_err(|_| Error::SignatureInvalid { kid })
    }

    /// The payload: decrypted with a key at hand when the body is encrypted, the body itself otherwise.
    ///
    /// # Errors
    /// [`Error::NoKey`], [`Error::Altered`] and those of damaged headers.
    pub fn open(&self, keys: &dyn KeySource) -> Result<SecretBytes, Error> {
        if !is_encrypted(&self.header)? {
            return Ok(SecretBytes::new(self.body.clone()));
        }
        self.open_with(&Exchange::open(&self.header, keys)?)
    }

    /// The payload, where the exchange stands in this header or in an earlier frame.
    ///
    /// # Errors
    /// [`Error::Altered`] and those of damaged headers.
    pub fn open_with(&self, exchange: &Exchange) -> Result<SecretBytes, Error> {
        let cipher = Cipher::of(&self.header)?;
        let salt = self
            .header
            .salt
            .as_deref()
            .ok_or(Error::Header { field: "Salt" })?;
        // A tag says more than a digest that whoever altered the body can have altered too, at a fraction of the time; the witness, where
        // there is one, is about the digest.
        let digest = self.payload_digest();
        if let Some(digest) = digest
            && !(self.has_tag() && self.witness_value().is_none())
            && digest != sha512(&[&self.body]).as_slice()
        {
            return Err(Error::DigestMismatch);
        }
        let payload = exchange.decrypt(
            cipher,
            salt,
            &binding(&self.header),
            &self.body,
            self.payload_tag(),
        )?;
        if let Some(digest) = digest {
            self.check_witness(exchange, digest)?;
        }
        Ok(payload)
    }

    /// Whether the body is encrypted under a cipher that authenticates it, so that it cannot be opened when it was altered.
    pub(crate) fn has_tag(&self) -> bool {
        matches!(
            Cipher::of(&self.header),
            Ok(Cipher::Aes256Gcm | Cipher::Aes256GcmStream)
        )
    }

    /// Compares the witness value, if there is one, with the one that follows from base seed and digest.
    pub(crate) fn check_witness(&self, exchange: &Exchange, digest: &[u8]) -> Result<(), Error> {
        let Some(witness) = self.witness_value() else {
            return Ok(());
        };
        let salt = self.header.salt.as_deref();
        let salt = salt.ok_or(Error::Header { field: "Salt" })?;
        let expected = exchange.witness(salt, &manifest(digest, self.chain_digest()))?;
        match witness == expected {
            true => Ok(()),
            false => Err(Error::Altered),
        }
    }

    /// The header fields that only those who can open the body can read: an empty header when none are.
    ///
    /// # Errors
    /// [`Error::Altered`] and those of damaged fields.
    pub fn cloaked(&self, exchange: &Exchange) -> Result<DareHeader, Error> {
        match &self.header.cloaked {
            None => Ok(DareHeader::default()),
            Some(sequence) => Ok(mesh_jsonbcd::from_bytes(
                eds::open(Some(exchange), &self.header, sequence)?.expose_secret(),
            )?),
        }
    }

    /// The notes beside the body; in an encrypted envelope only those who can open it can read them.
    ///
    /// # Errors
    /// [`Error::Altered`] and those of damaged fields.
    pub fn annotations(&self, exchange: Option<&Exchange>) -> Result<Vec<SecretBytes>, Error> {
        let notes = self.header.edss.iter();
        notes
            .map(|sequence| eds::open(exchange, &self.header, sequence))
            .collect()
    }

    fn witness_value(&self) -> Option<&[u8]> {
        let trailer = self
            .trailer
            .as_ref()
            .and_then(|trailer| trailer.witness_value.as_deref());
        trailer.or(self.header.witness_value.as_deref())
    }
}

/// The digest that header and trailer state.
fn stated_digest<'a>(header: &'a DareHeader, trailer: Option<&'a DareTrailer>) -> Option<&'a [u8]> {
    let trailer = trailer.and_then(|trailer| trailer.payload_digest.as_deref());
    trailer.or(header.payload_digest.as_deref())
}

/// Compares the digest that header and trailer state with that of the body, and returns it.
pub(crate) fn check_digest(
    header: &DareHeader,
    trailer: Option<&DareTrailer>,
    body: impl FnOnce() -> Result<[u8; 64], Error>,
) -> Result<[u8; 64], Error> {
    let stated = stated_digest(header, trailer).ok_or(Error::DigestMissing)?;
    let name = trailer.and_then(|trailer| trailer.digest_algorithm.as_deref());
    match name.or(header.digest_algorithm.as_deref()) {
        Some(DIGEST_SHA_512) | None => {}
        Some(other) => {
            return Err(Error::Unsupported {
                what: "digest",
                name: other.to_owned(),
            });
        }
    }
    let found = body()?;
    match stated == found.as_slice() {
        true => Ok(found),
        false => Err(Error::DigestMismatch),
    }
}

/// Whether the body under a header is ciphertext.
///
/// # Errors
/// [`Error::Header`] when there are recipients, a salt or hidden metadata and no cipher: ciphertext would be taken for content.
pub(crate) fn is_encrypted(header: &DareHeader) -> Result<bool, Error> {
    match &header.encryption_algorithm {
        Some(_) => Ok(true),
        None if header.recipients.is_empty()
            && header.salt.is_none()
            && header.cloaked.is_none() =>
        {
            Ok(false)
        }
        None => Err(Error::Header { field: "enc" }),
    }
}

/// The octets that a signature of an envelope covers.
pub(crate) fn manifest(payload_digest: &[u8], chain_digest: Option<&[u8]>) -> Vec<u8> {
    let mut writer = Writer::new(Format::JsonB);
    writer.string(DIGEST_SHA_512);
    writer.binary(payload_digest);
    if let Some(chain) = chain_digest {
        writer.binary(chain);
    }
    writer.finish()
}

/// How a payload is put into an envelope.
#[derive(Clone, Default)]
pub struct Seal<'a> {
    /// Cipher for the recipients.
    pub cipher: Cipher,
    /// Who can open it; nobody named leaves the body in clear.
    pub recipients: &'a [PublicKey],
    /// Those who have two keys.
    pub hybrids: &'a [HybridRecipient],
    /// Symmetric keys whose holders can open it too.
    pub keys: &'a [SymmetricRecipient],
    /// Who signs it.
    pub signers: &'a [&'a PrivateKey],
    /// True to bring the signers' public keys along, as profiles do.
    pub embed_signature_keys: bool,
    /// Metadata, readable by everyone.
    pub content_meta: Option<ContentMeta>,
    /// Identifier of the envelope, readable by everyone.
    pub envelope_id: Option<String>,
    /// True to state the digest even when nobody signs.
    pub digest: bool,
    /// True to hide the metadata from everyone who cannot open the body.
    pub cloak: bool,
    /// Notes that only those who can open the body can read.
    pub annotations: &'a [&'a [u8]],
    /// What is shown to those who cannot open the body.
    pub cover: Option<&'a [u8]>,
}

impl Seal<'_> {
    /// Makes the envelope.
    ///
    /// # Errors
    /// [`Error::Crypto`] when a key cannot do what is asked of it.
    pub fn seal(&self, payload: &[u8], env: &dyn Environment) -> Result<Envelope, Error> {
        let (header, exchange) = self.header(env)?;
        let (body, tag) = match &exchange {
            None => (payload.to_vec(), None),
            Some(exchange) => {
                let binding = binding(&header);
                exchange.encrypt(self.cipher, exchange.salt(), &binding, payload)?
            }
        };
        let digest = self.has_digest().then(|| sha512(&[&body]));
        let trailer = self.trailer(digest, tag, exchange.as_ref())?;
        Ok(Envelope {
            header,
            body,
            trailer,
        })
    }

    /// Whether the trailer states the digest of the body.
    pub(crate) fn has_digest(&self) -> bool {
        self.digest || !self.signers.is_empty()
    }

    /// What precedes the body, and the exchange under which it is encrypted, if anybody was named.
    pub(crate) fn header(
        &self,
        env: &dyn Environment,
    ) -> Result<(DareHeader, Option<Exchange>), Error> {
        let mut header = DareHeader {
            envelope_id: self.envelope_id.clone(),
            cover: self.cover.map(<[u8]>::to_vec),
            digest_algorithm: self.has_digest().then(|| DIGEST_SHA_512.to_owned()),
            ..DareHeader::default()
        };
        let recipients = Recipients {
            public: self.recipients,
            hybrid: self.hybrids,
            symmetric: self.keys,
        };
        let exchange = match recipients.is_empty() {
            true => None,
            false => Some(Exchange::generate(&recipients, env)?),
        };
        if let Some(exchange) = &exchange {
            header.encryption_algorithm = Some(self.cipher.identifier().to_owned());
            header.salt = Some(exchange.salt().to_vec());
            header.recipients = exchange.recipients().to_vec();
        }
        let salt = exchange.as_ref().map_or([].as_slice(), Exchange::salt);
        let mut eds = EdsWriter::new(exchange.as_ref(), salt, self.cipher);
        match &self.content_meta {
            Some(meta) if self.cloak && exchange.is_some() => {
                header.cloaked = Some(eds.cloak(meta)?);
            }
            meta => header.content_meta_data = meta.as_ref().map(mesh_jsonbcd::to_json),
        }
        for annotation in self.annotations {
            header.edss.push(eds.write(annotation)?);
        }
        Ok((header, exchange))
    }

    /// What follows a body with this digest and this tag.
    pub(crate) fn trailer(
        &self,
        digest: Option<[u8; 64]>,
        tag: Option<Vec<u8>>,
        exchange: Option<&Exchange>,
    ) -> Result<Option<DareTrailer>, Error> {
        let mut trailer = DareTrailer {
            payload_tag: tag,
            ..DareTrailer::default()
        };
        if let Some(digest) = digest {
            let manifest = manifest(&digest, None);
            for signer in self.signers {
                trailer.signatures.push(signature_entry(
                    signer,
                    &manifest,
                    self.embed_signature_keys,
                )?);
            }
            if let (Some(exchange), false) = (exchange, self.signers.is_empty()) {
                trailer.witness_value = Some(exchange.witness(exchange.salt(), &manifest)?);
            }
            trailer.payload_digest = Some(digest.to_vec());
        }
        Ok((trailer != DareTrailer::default()).then_some(trailer))
    }
}

pub(crate) fn signature_entry(
    signer: &PrivateKey,
    manifest: &[u8],
    embed: bool,
) -> Result<DareSignature, Error> {
    Ok(DareSignature {
        alg: signer
            .public()
            .algorithm()
            .signature_name()
            .map(str::to_owned),
        key_identifier: Some(signer.udf().to_string()),
        signature_key: embed.then(|| signer.public().to_jose()),
        signature_value: Some(signer.sign(manifest)?),
        ..DareSignature::default()
    })
}

/// A random salt for one frame.
pub(crate) fn fresh_salt(env: &dyn Environment) -> Vec<u8> {
    let mut salt = vec![0; SALT_SIZE];
    env.random(&mut salt);
    salt
}

/// An envelope whose payload is said to be an object of type `T`. It is as received: nothing has been verified.
pub struct Enveloped<T> {
    envelope: Envelope,
    object: PhantomData<fn() -> T>,
}

impl<T: Object> Enveloped<T> {
    /// Declares what an envelope is expected to contain.
    #[must_use]
    pub fn new(envelope: Envelope) -> Self {
        Self {
            envelope,
            object: PhantomData,
        }
    }

    /// The envelope.
    #[must_use]
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// The envelope, given away.
    #[must_use]
    pub fn into_envelope(self) -> Envelope {
        self.envelope
    }

    /// Decodes a payload that is not encrypted. Signatures are not looked at.
    ///
    /// # Errors
    /// [`Error::Encoding`] when the payload is no such object; [`Error::NoKey`] when it is encrypted.
    pub fn decode_plain(&self) -> Result<T, Error> {
        if self.envelope.is_encrypted() {
            let recipients = self
                .envelope
                .header
                .recipients
                .iter()
                .filter_map(|r| r.key_identifier.clone())
                .collect();
            return Err(Error::NoKey { recipients });
        }
        Ok(mesh_jsonbcd::from_tagged(&self.envelope.body)?)
    }

    /// Decrypts and decodes the payload. Signatures are not looked at.
    ///
    /// # Errors
    /// Those of [`Envelope::open`]; [`Error::Encoding`] when the payload is no such object.
    pub fn open(&self, keys: &dyn KeySource) -> Result<T, Error> {
        Ok(mesh_jsonbcd::from_tagged(
            self.envelope.open(keys)?.expose_secret(),
        )?)
    }
}

impl<T> Clone for Enveloped<T> {
    fn clone(&self) -> Self {
        Self {
            envelope: self.envelope.clone(),
            object: PhantomData,
        }
    }
}

impl<T> std::fmt::Debug for Enveloped<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Enveloped")
            .field("id", &self.envelope.header.envelope_id)
            .finish_non_exhaustive()
    }
}

impl<T> Default for Enveloped<T> {
    fn default() -> Self {
        Self {
            envelope: Envelope::default(),
            object: PhantomData,
        }
    }
}

impl<T> PartialEq for Enveloped<T> {
    fn eq(&self, other: &Self) -> bool {
        self.envelope == other.envelope
    }
}

impl<T> Encode for Enveloped<T> {
    fn encode(&self, w: &mut Writer) {
        self.envelope.encode(w);
    }
}

impl<T> Decode for Enveloped<T> {
    fn decode(r: &mut Reader<'_>) -> Result<Self, EncodingError> {
        Ok(Self {
            envelope: Envelope::decode(r)?,
            object: PhantomData,
        })
    }
}
