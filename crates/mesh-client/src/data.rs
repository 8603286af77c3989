// SPDX-License-Identifier: MIT
//! The keys of an account for data outside its stores: files that are sealed to it and signed by its devices.
//!
//! Spec: mesh-dare, "Recipients"; mesh-schema, "ProfileUser", "ConnectionDevice".
//! Here: whom a file can be sealed to, who signs it, who signed it, and opening it.
//! Not here: envelopes (`mesh-dare`), the account's own stores (`stores`).

use std::cell::RefCell;

use mesh_crypto::threshold::KeyShare;
use mesh_crypto::{Error as CryptoError, KeySource, PrivateKey, PublicKey, SharedSecret};
use mesh_dare::Recipient;
use mesh_schema::generated::CatalogedDevice;

use crate::account::Account;
use crate::error::Error;

impl Account {
    /// To whom everything for the account is sealed: devices that read its messages open it. The recipient is hybrid where the account has a
    /// key for encapsulation, which accounts that it shares with the reference do not have.
    ///
    /// # Errors
    /// [`Error::Schema`] when the profile has no key.
    pub fn recipient(&self) -> Result<Recipient, Error> {
        let agreement = self.profile.encryption_key()?;
        Ok(Recipient::new(agreement, self.grant.encapsulation.clone()))
    }

    /// The key to which everything for one device is sealed. It is named as for [`Account::delete_device`].
    ///
    /// # Errors
    /// As [`Account::device`].
    pub fn device_encryption_key(&mut self, device: &str) -> Result<PublicKey, Error> {
        let entries: Vec<CatalogedDevice> = self.entries()?;
        let entry = self.named(&entries, device)?;
        Ok(self.connection_of(entry)?.keys()?.encryption)
    }

    /// The key with which this device signs.
    #[must_use]
    pub fn signature_key(&self) -> &PrivateKey {
        &self.keys.signature
    }

    /// The key with which the account signs, if this device has it: administrators and devices with the role message do.
    #[must_use]
    pub fn account_signature_key(&self) -> Option<&PrivateKey> {
        self.grant.common_signature.as_ref()
    }

    /// The public half of that key, which other people have from the account's contact.
    ///
    /// # Errors
    /// [`Error::Schema`] when the profile has none.
    pub fn account_verification_key(&self) -> Result<PublicKey, Error> {
        Ok(self.profile.signature_key()?)
    }

    /// The signature keys of the connected devices, each with the name of the device, or its fingerprint where it has none.
    ///
    /// # Errors
    /// As [`Account::devices`].
    pub fn device_signature_keys(&mut self) -> Result<Vec<(String, PublicKey)>, Error> {
        let entries: Vec<CatalogedDevice> = self.entries()?;
        let mut keys = Vec::with_capacity(entries.len());
        for entry in &entries {
            let udf = entry.device_udf.clone().unwrap_or_default();
            let name = entry.local_name.clone().unwrap_or(udf);
            keys.push((name, self.connection_of(entry)?.keys()?.signature));
        }
        Ok(keys)
    }

    /// The keys that open what is sealed to the account or to this device. Where the device has a share of a key, the service is asked to
    /// help, each time that such a key is needed.
    pub fn data_keys(&mut self) -> DataKeys<'_> {
        DataKeys {
            account: RefCell::new(self),
            failure: RefCell::new(None),
        }
    }
}

/// The keys of an account for data outside its stores.
#[derive(Debug)]
pub struct DataKeys<'a> {
    account: RefCell<&'a mut Account>,
    failure: RefCell<Option<Error>>,
}

impl DataKeys<'_> {
    /// Why the service did not help, the last time that it did not. What was to be opened has then failed for want of a key, unless another one
    /// opened it.
    #[must_use]
    pub fn into_failure(self) -> Option<Error> {
        self.failure.into_inner()
    }
}

impl KeySource for DataKeys<'_> {
    fn agree(&self, kid: &str, peer: &PublicKey) -> Result<Option<SharedSecret>, CryptoError> {
        let mut account = self.account.borrow_mut();
        let found = account.ring.agree(kid, peer)?;
        // A point for which this share cannot contribute is none for the other one either.
        let useful = |share: &KeyShare| share.contribute(peer).is_ok();
        if found.is_some() || !account.ring.share(kid).is_some_and(useful) {
            return Ok(found);
        }
        account.complete_one(kid, peer).or_else(|error| {
            self.failure.replace(Some(error));
            Ok(None)
        })
    }

    fn decapsulate(
        &self,
        kid: &str,
        ciphertext: &[u8],
    ) -> Result<Option<SharedSecret>, CryptoError> {
        self.account.borrow().ring.decapsulate(kid, ciphertext)
    }

    fn public(&self, kid: &str) -> Option<PublicKey> {
        self.account.borrow().ring.public(kid)
    }

    fn sign(&self, kid: &str, message: &[u8]) -> Result<Option<Vec<u8>>, CryptoError> {
        self.account.borrow().ring.sign(kid, message)
    }

    fn symmetric(&self, kid: &str) -> Result<Option<SharedSecret>, CryptoError> {
        self.account.borrow().ring.symmetric(kid)
    }
}
