// SPDX-License-Identifier: MIT
//! What has been verified has another type than what came in.
//!
//! Spec: mesh-schema, "Mesh Assertions"; mesh-dare, "Signature".
//! Here: signing an object into an envelope, and the type of objects whose signature holds.
//! Not here: which signer an object must have (`profile`, `connection`, `activation`).

use std::ops::Deref;

use mesh_crypto::{Environment, PrivateKey, PublicKey};
use mesh_dare::generated::{ContentMeta, KeyValue};
use mesh_dare::{Cipher, Envelope, Enveloped, Seal};
use mesh_jsonbcd::Object;

use crate::error::Error;

/// The content type of Mesh objects.
pub const OBJECT_TYPE: &str = "application/mmm/object";

/// An object whose signature has been verified, with the envelope that proves it.
#[derive(Clone, Debug, PartialEq)]
pub struct Valid<T> {
    object: T,
    envelope: Envelope,
}

impl<T> Deref for Valid<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.object
    }
}

impl<T: Object> Valid<T> {
    /// Verifies that `signer` signed the object in an envelope in clear.
    ///
    /// # Errors
    /// [`Error::Dare`] when the signature is missing or does not hold; [`Error::Encoding`] when it is another object.
    pub fn signed_by(envelope: &Envelope, signer: &PublicKey) -> Result<Self, Error> {
        envelope.verify(signer)?;
        Ok(Self {
            object: Enveloped::<T>::new(envelope.clone()).decode_plain()?,
            envelope: envelope.clone(),
        })
    }

    /// Verifies the signature over the ciphertext and opens it.
    ///
    /// # Errors
    /// As [`Valid::signed_by`], and when no key at hand opens the envelope.
    pub fn sealed_by(
        envelope: &Envelope,
        signer: &PublicKey,
        keys: &dyn mesh_crypto::KeySource,
    ) -> Result<Self, Error> {
        envelope.verify(signer)?;
        Ok(Self {
            object: Enveloped::<T>::new(envelope.clone()).open(keys)?,
            envelope: envelope.clone(),
        })
    }

    /// The envelope as an object field.
    #[must_use]
    pub fn enveloped(&self) -> Enveloped<T> {
        Enveloped::new(self.envelope.clone())
    }

    /// The signed envelope.
    #[must_use]
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// The object.
    #[must_use]
    pub fn object(&self) -> &T {
        &self.object
    }

    pub(crate) fn trusted(object: T, envelope: Envelope) -> Self {
        Self { object, envelope }
    }
}

/// How an object is put into an envelope.
#[derive(Clone, Copy, Default)]
pub(crate) struct Signing<'a> {
    pub(crate) signers: &'a [&'a PrivateKey],
    pub(crate) recipients: &'a [PublicKey],
    pub(crate) cipher: Cipher,
    pub(crate) embed_keys: bool,
    /// JSON-B instead of JSON text, as connections have it.
    pub(crate) binary: bool,
    pub(crate) id: Option<&'a str>,
    pub(crate) unique_id: Option<&'a str>,
    /// Readable by everyone.
    pub(crate) attributes: &'a [KeyValue],
}

/// Puts an object into an envelope.
pub(crate) fn envelope<T: Object>(
    object: &T,
    how: Signing<'_>,
    env: &dyn Environment,
) -> Result<Envelope, Error> {
    let payload = if how.binary {
        mesh_jsonbcd::to_tagged_json_b(object)
    } else {
        mesh_jsonbcd::to_tagged_json(object)
    };
    let payload = zeroize::Zeroizing::new(payload);
    let seal = Seal {
        cipher: how.cipher,
        recipients: how.recipients,
        signers: how.signers,
        embed_signature_keys: how.embed_keys,
        content_meta: Some(ContentMeta {
            unique_id: how.unique_id.or(how.id).map(str::to_owned),
            message_type: Some(T::TAG.to_owned()),
            content_type: Some(OBJECT_TYPE.to_owned()),
            created: Some(env.now()),
            key_values: how.attributes.to_vec(),
            ..ContentMeta::default()
        }),
        envelope_id: how.id.map(str::to_owned),
        digest: true,
        ..Seal::default()
    };
    Ok(seal.seal(&payload, env)?)
}
