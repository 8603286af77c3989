// SPDX-License-Identifier: MIT
//! The keys of an account for data outside its stores: files that are sealed to it and signed by its devices.
//!
//! Spec: mesh-dare, "Recipients"; mesh-schema, "ProfileUser", "ConnectionDevice".
//! Here: whom a file can be sealed to, who signs it, who signed it, and opening it.
//! Not here: envelopes (`mesh-dare`), the account's own stores (`stores`).

use mesh_crypto::{KeySource, PrivateKey, PublicKey};
use mesh_dare::generated::DareHeader;
use mesh_schema::generated::CatalogedDevice;

use crate::account::Account;
use crate::error::Error;

impl Account {
    /// The key to which everything for the account is sealed: devices that read its messages open it.
    ///
    /// # Errors
    /// [`Error::Schema`] when the profile has none.
    pub fn encryption_key(&self) -> Result<PublicKey, Error> {
        Ok(self.profile.encryption_key()?)
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

    /// The keys that open what is sealed to the account or to this device. Where the device has a share of a key, the service is asked
    /// to help with the exchange in `header`.
    ///
    /// # Errors
    /// [`Error::Protocol`] when the service is needed and cannot be reached; [`Error::WrongService`] when it contributes something else.
    pub fn keys_for(&mut self, header: &DareHeader) -> Result<&dyn KeySource, Error> {
        if self.grant.is_shared() {
            self.unlock(std::slice::from_ref(header))?;
        }
        Ok(&self.ring)
    }
}
