// SPDX-License-Identifier: MIT
//! The profile of a personal account and its keys.
//!
//! Spec: mesh-schema, "ProfileUser"; mesh-cryptography, "Key Derivation", account keys.
//! Here: every key of an account from one seed, the profile made of them.
//! Not here: what a device is given of them (`activation`).

use mesh_crypto::derive::key_name;
use mesh_crypto::{Environment, KeyAlgorithm, PrivateKey, PublicKey, Seed};

use crate::address::AccountAddress;
use crate::enveloped::Valid;
use crate::error::Error;
use crate::generated::{KeyData, ProfileUser};
use crate::key_data::required;
use crate::label::StoreLabel;
use crate::profile::{Profile, roots_of, sign};

const OBJECT: &str = "ProfileUser";

/// The keys of an account. Only the device that created or recovered the account holds them all.
#[derive(Debug)]
pub struct AccountKeys {
    seed: Seed,
    /// Signs the profile.
    pub root: PrivateKey,
    /// Signs connections and activations.
    pub administrator_signature: PrivateKey,
    /// Opens messages to the account.
    pub common_encryption: PrivateKey,
    /// Opens, together with `common_encryption`, what is sealed to both. No profile names it: the contact of the account does.
    pub common_encapsulation: PrivateKey,
    /// Proves to the service that one speaks for the account: at its binding and at recovery.
    pub common_authentication: PrivateKey,
    /// Signs messages of the account.
    pub common_signature: PrivateKey,
    /// Opens escrowed keys.
    pub escrow_encryption: PrivateKey,
}

impl AccountKeys {
    /// Derives the keys of an account seed.
    ///
    /// # Errors
    /// [`Error::Crypto`] when the seed is not one of an account.
    pub fn derive(seed: Seed) -> Result<Self, Error> {
        use KeyAlgorithm::{Ed448, MlKem768, X448};
        Ok(Self {
            root: seed.derive(Ed448, key_name::account::PROFILE)?,
            administrator_signature: seed.derive(Ed448, key_name::account::ADMIN_SIGN)?,
            common_encryption: seed.derive(X448, key_name::account::ENCRYPT)?,
            common_encapsulation: seed.derive(MlKem768, key_name::account::ENCAPSULATE)?,
            common_authentication: seed.derive(X448, key_name::account::AUTHENTICATE)?,
            common_signature: seed.derive(Ed448, key_name::account::SIGN)?,
            escrow_encryption: seed.derive(X448, key_name::account::ESCROW)?,
            seed,
        })
    }

    /// The seed.
    #[must_use]
    pub fn seed(&self) -> &Seed {
        &self.seed
    }

    /// The key to which a store is encrypted.
    ///
    /// # Errors
    /// [`Error::Crypto`].
    pub fn store(&self, label: StoreLabel) -> Result<PrivateKey, Error> {
        Ok(self
            .seed
            .derive(KeyAlgorithm::X448, &key_name::account_store(label.as_str()))?)
    }

    /// The profile for an address at a service.
    ///
    /// # Errors
    /// [`Error::Crypto`] when signing fails.
    pub fn profile(
        &self,
        address: &AccountAddress,
        service_udf: &str,
        env: &dyn Environment,
    ) -> Result<Valid<ProfileUser>, Error> {
        let profile = ProfileUser {
            account_address: Some(address.to_string()),
            service_udf: Some(service_udf.to_owned()),
            escrow_encryption: Some(KeyData::of_public(self.escrow_encryption.public())),
            administrator_signature: Some(KeyData::of_public(
                self.administrator_signature.public(),
            )),
            common_encryption: Some(KeyData::of_public(self.common_encryption.public())),
            common_authentication: Some(KeyData::of_public(self.common_authentication.public())),
            common_signature: Some(KeyData::of_public(self.common_signature.public())),
            root_udfs: roots_of(&self.root),
            updated: Some(env.now()),
            ..ProfileUser::default()
        };
        sign(profile, &self.root, env)
    }
}

impl Profile for ProfileUser {
    fn root_udfs(&self) -> &[Vec<u8>] {
        &self.root_udfs
    }

    fn check(&self) -> Result<(), Error> {
        self.administrator_key()?;
        self.encryption_key()?;
        self.authentication_key()?;
        self.signature_key()?;
        Ok(())
    }
}

impl ProfileUser {
    /// The address of the account.
    ///
    /// # Errors
    /// [`Error::Field`] when there is none; [`Error::BadAddress`].
    pub fn address(&self) -> Result<AccountAddress, Error> {
        AccountAddress::parse(self.account_address.as_deref().ok_or(Error::Field {
            object: OBJECT,
            field: "AccountAddress",
        })?)
    }

    /// The key that signs connections and activations.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::Crypto`], [`Error::Unrelated`].
    pub fn administrator_key(&self) -> Result<PublicKey, Error> {
        required(
            self.administrator_signature.as_ref(),
            OBJECT,
            "AdministratorSignature",
        )
    }

    /// The key to which messages to the account are encrypted.
    ///
    /// # Errors
    /// As [`ProfileUser::administrator_key`].
    pub fn encryption_key(&self) -> Result<PublicKey, Error> {
        required(self.common_encryption.as_ref(), OBJECT, "CommonEncryption")
    }

    /// The key whose holder speaks for the account itself.
    ///
    /// # Errors
    /// As [`ProfileUser::administrator_key`].
    pub fn authentication_key(&self) -> Result<PublicKey, Error> {
        required(
            self.common_authentication.as_ref(),
            OBJECT,
            "CommonAuthentication",
        )
    }

    /// The key that signs messages of the account.
    ///
    /// # Errors
    /// As [`ProfileUser::administrator_key`].
    pub fn signature_key(&self) -> Result<PublicKey, Error> {
        required(self.common_signature.as_ref(), OBJECT, "CommonSignature")
    }

    /// The key to which escrowed material is encrypted.
    ///
    /// # Errors
    /// As [`ProfileUser::administrator_key`].
    pub fn escrow_key(&self) -> Result<PublicKey, Error> {
        required(self.escrow_encryption.as_ref(), OBJECT, "EscrowEncryption")
    }
}
