// SPDX-License-Identifier: MIT
//! Profiles: self-signed objects whose fingerprint is their name.
//!
//! Spec: mesh-schema, "Mesh Profiles".
//! Here: the common rule of validity, and fingerprints.
//! Not here: the keys of each kind of profile (`profile/…`).

pub mod device;
pub mod service;
pub mod user;

use mesh_crypto::udf::{list_digest, profile_udf};
use mesh_crypto::{Environment, PrivateKey};
use mesh_dare::{Envelope, Enveloped};
use mesh_jsonbcd::Object;

use crate::enveloped::{Signing, Valid, envelope};
use crate::error::Error;

/// What every profile has.
pub trait Profile: Object {
    /// The binary fingerprints (65 octets each) of the root signature keys.
    fn root_udfs(&self) -> &[Vec<u8>];

    /// Checks that the fields which every use relies on are there.
    ///
    /// # Errors
    /// [`Error::Field`] naming the first that is not.
    fn check(&self) -> Result<(), Error>;
}

impl<T: Profile> Valid<T> {
    /// Validates a profile: at least one signature, each by a key that it brings along, each key among the stated roots, and the
    /// identifier of the envelope the fingerprint that follows from them.
    ///
    /// # Errors
    /// [`Error::UntrustedProfile`], [`Error::Dare`], [`Error::Encoding`], [`Error::Field`].
    pub fn validate(received: &Envelope) -> Result<Self, Error> {
        let untrusted = || Error::UntrustedProfile { profile: T::TAG };
        let signers = received.embedded_signers()?;
        let object = Enveloped::<T>::new(received.clone()).decode_plain()?;
        if signers.is_empty() {
            return Err(untrusted());
        }
        for signer in &signers {
            if !object
                .root_udfs()
                .iter()
                .any(|root| root.as_slice() == signer.udf().binary())
            {
                return Err(untrusted());
            }
        }
        object.check()?;
        let valid = Self::trusted(object, received.clone());
        match &received.header.envelope_id {
            Some(id) if *id == valid.udf()? => Ok(valid),
            _ => Err(untrusted()),
        }
    }

    /// The fingerprint of the profile as text.
    ///
    /// # Errors
    /// [`Error::Crypto`] when a root fingerprint has an impossible length.
    pub fn udf(&self) -> Result<String, Error> {
        Ok(profile_udf(self.root_udfs())?.to_string())
    }

    /// The 65 octets that stand for the profile in a connection witness.
    ///
    /// # Errors
    /// As [`Valid::udf`].
    pub fn witness_octets(&self) -> Result<Vec<u8>, Error> {
        Ok(list_digest(self.root_udfs())?.binary().to_vec())
    }
}

/// Signs a new profile with its root key.
pub(crate) fn sign<T: Profile>(
    object: T,
    root: &PrivateKey,
    env: &dyn Environment,
) -> Result<Valid<T>, Error> {
    let id = profile_udf(object.root_udfs())?.to_string();
    let how = Signing {
        signers: &[root],
        embed_keys: true,
        id: Some(&id),
        ..Signing::default()
    };
    let signed = envelope(&object, how, env)?;
    Ok(Valid::trusted(object, signed))
}

/// The root fingerprints of a profile with this one root key.
pub(crate) fn roots_of(root: &PrivateKey) -> Vec<Vec<u8>> {
    vec![root.udf().binary().to_vec()]
}
