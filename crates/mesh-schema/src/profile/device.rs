// SPDX-License-Identifier: MIT
//! Device profiles: the root of trust of a single device.
//!
//! Spec: mesh-schema, "Device"; mesh-cryptography, "Key Derivation", device keys.
//! Here: creation from a seed, validity, the base keys; also host profiles, which have the same fields.
//! Not here: binding to an account (`connection`); keeping the seed (`mesh-keystore`).

use mesh_crypto::derive::key_name;
use mesh_crypto::{Environment, KeyAlgorithm, PrivateKey, PublicKey, Seed};

use crate::enveloped::Valid;
use crate::error::Error;
use crate::generated::{KeyData, ProfileDevice, ProfileHost};
use crate::key_data::required;
use crate::profile::{Profile, roots_of, sign};

/// The base keys of a device: those that it made itself.
#[derive(Clone, Debug)]
pub struct DeviceKeys {
    /// Signs the profile.
    pub root: PrivateKey,
    /// Opens what is sent to the device before it is connected.
    pub encryption: PrivateKey,
    /// Base of the key with which the connected device signs.
    pub signature: PrivateKey,
    /// Base of the key with which the connected device authenticates itself.
    pub authentication: PrivateKey,
}

impl DeviceKeys {
    /// Derives the base keys of a device seed.
    ///
    /// # Errors
    /// [`Error::Crypto`].
    pub fn derive(seed: &Seed) -> Result<Self, Error> {
        use KeyAlgorithm::{Ed448, X448};
        Ok(Self {
            root: seed.derive(Ed448, key_name::device::PROFILE)?,
            encryption: seed.derive(X448, key_name::device::ENCRYPT)?,
            signature: seed.derive(Ed448, key_name::device::SIGN)?,
            authentication: seed.derive(X448, key_name::device::AUTHENTICATE)?,
        })
    }

    /// The profile of the device.
    ///
    /// # Errors
    /// [`Error::Crypto`] when signing fails.
    pub fn profile(&self, env: &dyn Environment) -> Result<Valid<ProfileDevice>, Error> {
        let profile = ProfileDevice {
            encryption: Some(KeyData::of_public(self.encryption.public())),
            signature: Some(KeyData::of_public(self.signature.public())),
            authentication: Some(KeyData::of_public(self.authentication.public())),
            root_udfs: roots_of(&self.root),
            updated: Some(env.now()),
            ..ProfileDevice::default()
        };
        sign(profile, &self.root, env)
    }

    /// The profile of a host of a service.
    ///
    /// # Errors
    /// [`Error::Crypto`] when signing fails.
    pub fn host_profile(&self, env: &dyn Environment) -> Result<Valid<ProfileHost>, Error> {
        let profile = ProfileHost {
            encryption: Some(KeyData::of_public(self.encryption.public())),
            signature: Some(KeyData::of_public(self.signature.public())),
            authentication: Some(KeyData::of_public(self.authentication.public())),
            root_udfs: roots_of(&self.root),
            updated: Some(env.now()),
            ..ProfileHost::default()
        };
        sign(profile, &self.root, env)
    }
}

macro_rules! device_like {
    ($type:ident, $name:literal) => {
        impl Profile for $type {
            fn root_udfs(&self) -> &[Vec<u8>] {
                &self.root_udfs
            }

            fn check(&self) -> Result<(), Error> {
                self.encryption_key()?;
                self.signature_key()?;
                self.authentication_key()?;
                Ok(())
            }
        }

        impl $type {
            /// The base encryption key.
            ///
            /// # Errors
            /// [`Error::Field`], [`Error::Crypto`], [`Error::Unrelated`].
            pub fn encryption_key(&self) -> Result<PublicKey, Error> {
                required(self.encryption.as_ref(), $name, "Encryption")
            }

            /// The base signature key.
            ///
            /// # Errors
            /// As for the encryption key.
            pub fn signature_key(&self) -> Result<PublicKey, Error> {
                required(self.signature.as_ref(), $name, "Signature")
            }

            /// The base authentication key.
            ///
            /// # Errors
            /// As for the encryption key.
            pub fn authentication_key(&self) -> Result<PublicKey, Error> {
                required(self.authentication.as_ref(), $name, "Authentication")
            }
        }
    };
}

device_like!(ProfileDevice, "ProfileDevice");
device_like!(ProfileHost, "ProfileHost");
