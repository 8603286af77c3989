// SPDX-License-Identifier: MIT
//! Entries of the access catalog: what the service must know of the devices of an account.
//!
//! Spec: mesh-schema, "CatalogedAccess", "AccessCapability", "CapabilityDecrypt", "CapabilityDecryptServiced".
//! Here: making them; what is sealed inside them, and for whom.
//! Not here: what the service does with them (`mesh-service`, access and operate).

use mesh_crypto::{Environment, KeySource, PrivateKey, PublicKey, Udf};
use mesh_dare::{Cipher, Envelope, Enveloped};
use mesh_jsonbcd::Object;

use crate::activation::{ConnectedKeys, ServicedShare};
use crate::enveloped::{OBJECT_TYPE, Signing, envelope};
use crate::error::Error;
use crate::generated::{
    AccessCapability, AnyCapability, CapabilityDecrypt, CapabilityDecryptServiced, CatalogedAccess,
    CatalogedDevice, KeyData,
};
use crate::label::StoreLabel;
use crate::right::Roles;

impl CatalogedDevice {
    /// By what a device knows whether an administrator has changed its roles or keys: a digest over the signed connection and the
    /// sealed keys.
    #[must_use]
    pub fn issue_digest(&self) -> String {
        let digest = |envelope: Option<&Envelope>| {
            let digest = envelope.and_then(Envelope::payload_digest);
            digest.map(<[u8]>::to_vec).unwrap_or_default()
        };
        let connection = self.enveloped_connection_device.as_ref();
        let keys = self.enveloped_activation_common.as_ref();
        let both = [
            digest(connection.map(Enveloped::envelope)),
            digest(keys.map(Enveloped::envelope)),
        ];
        Udf::digest(&both.concat(), OBJECT_TYPE).to_string()
    }
}

impl CatalogedAccess {
    /// The entry that lets a device in: for requests authenticated by its key, within these roles.
    ///
    /// Deviation: D-25. The witness is the fingerprint of the key with which the device signs stores, so that the service can refuse
    /// what the other devices would.
    #[must_use]
    pub fn device(keys: &ConnectedKeys, roles: &Roles, active: bool) -> Self {
        let udf = keys.authentication.udf().to_string();
        let capability = AccessCapability {
            id: Some(udf.clone()),
            udf: Some(udf),
            active: Some(active),
            rights: roles.names(),
            witness: Some(keys.signature.udf().to_string()),
            ..AccessCapability::default()
        };
        Self {
            capability: Some(capability.into()),
            ..Self::default()
        }
    }

    /// The entry that lets the holder of `caller`, and nobody else, ask the service for contributions with its share of a key.
    ///
    /// # Errors
    /// [`Error::Crypto`], [`Error::Dare`].
    pub fn serviced(
        share: &ServicedShare,
        caller: &PublicKey,
        host: &PublicKey,
        cipher: Cipher,
        env: &dyn Environment,
    ) -> Result<Self, Error> {
        let recipients = [host.clone()];
        let how = Signing {
            recipients: &recipients,
            cipher,
            ..Signing::default()
        };
        let sealed = envelope(&KeyData::of_share(&share.share, &share.id, None), how, env)?;
        let capability = CapabilityDecryptServiced {
            id: Some(share.id.to_string()),
            udf: Some(share.share.primary.udf().to_string()),
            active: Some(true),
            authentication_id: Some(caller.udf().to_string()),
            enveloped_key_share: Some(Enveloped::new(sealed)),
            ..CapabilityDecryptServiced::default()
        };
        Ok(Self {
            capability: Some(capability.into()),
            ..Self::default()
        })
    }

    /// The same, with the latest entry of the device, which the service hands to it: so the device learns its new keys although it
    /// cannot read yet what is encrypted to them. The entry is sealed to the device, without the name that the owner gave it.
    ///
    /// # Errors
    /// [`Error::Crypto`], [`Error::Dare`].
    pub fn with_entry(
        mut self,
        entry: &CatalogedDevice,
        to: &PublicKey,
        administrator: &PrivateKey,
        cipher: Cipher,
        env: &dyn Environment,
    ) -> Result<Self, Error> {
        let recipients = [to.clone()];
        let how = Signing {
            signers: &[administrator],
            recipients: &recipients,
            cipher,
            ..Signing::default()
        };
        let entry = CatalogedDevice {
            local_name: None,
            ..entry.clone()
        };
        let sealed = envelope(&entry, how, env)?;
        if let Some(AnyCapability::AccessCapability(capability)) = &mut self.capability {
            capability.cataloged_device_digest = Some(entry.issue_digest());
            capability.enveloped_cataloged_device = Some(Enveloped::new(sealed));
        }
        Ok(self)
    }

    /// A key of a store, sealed to the account's escrow key: whoever recovers the account finds there what does not follow from its seed.
    ///
    /// # Errors
    /// [`Error::Crypto`], [`Error::Dare`].
    pub fn store_key(
        label: StoreLabel,
        key: &PrivateKey,
        escrow: &PublicKey,
        cipher: Cipher,
        env: &dyn Environment,
    ) -> Result<Self, Error> {
        let recipients = [escrow.clone()];
        let how = Signing {
            recipients: &recipients,
            cipher,
            ..Signing::default()
        };
        let sealed = envelope(&KeyData::of_private(key), how, env)?;
        let udf = key.udf().to_string();
        let capability = CapabilityDecrypt {
            id: Some(udf.clone()),
            udf: Some(udf),
            active: Some(true),
            mode: Some(label.as_str().to_owned()),
            issued: Some(env.now().unix()),
            enveloped_key_share: Some(Enveloped::new(sealed)),
            ..CapabilityDecrypt::default()
        };
        Ok(Self {
            capability: Some(capability.into()),
            ..Self::default()
        })
    }

    /// The key of a store that [`CatalogedAccess::store_key`] holds, opened with the account's escrow key; `None` for other entries.
    ///
    /// # Errors
    /// [`Error::Dare`] when it does not open; [`Error::Unrelated`] when it is another key than stated.
    pub fn open_store_key(
        &self,
        escrow: &dyn KeySource,
    ) -> Result<Option<(StoreLabel, PrivateKey)>, Error> {
        let Some(AnyCapability::CapabilityDecrypt(capability)) = &self.capability else {
            return Ok(None);
        };
        let Ok(label) = StoreLabel::parse(capability.mode.as_deref().unwrap_or_default()) else {
            return Ok(None);
        };
        let sealed = capability.enveloped_key_share.as_ref();
        let sealed = sealed.ok_or(Error::Field {
            object: Self::TAG,
            field: "EnvelopedKeyShare",
        })?;
        Ok(Some((label, sealed.open(escrow)?.private()?)))
    }

    /// True when the entry is of the device that proves this key: it lets the device in, or ask for contributions.
    #[must_use]
    pub fn is_of(&self, authentication: &PublicKey) -> bool {
        let udf = authentication.udf().to_string();
        match &self.capability {
            Some(AnyCapability::AccessCapability(capability)) => {
                capability.udf.as_ref() == Some(&udf)
            }
            Some(AnyCapability::CapabilityDecryptServiced(capability)) => {
                capability.authentication_id.as_ref() == Some(&udf)
            }
            _ => false,
        }
    }

    /// The capability, when the entry is for access.
    #[must_use]
    pub fn access(&self) -> Option<&AccessCapability> {
        match &self.capability {
            Some(AnyCapability::AccessCapability(capability)) => Some(capability),
            _ => None,
        }
    }
}
