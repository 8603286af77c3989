// SPDX-License-Identifier: MIT
//! Activations: the administrator's contribution to a device's keys, and the account keys that the device is given.
//!
//! Spec: mesh-schema, "ActivationAccount", "ActivationCommon"; mesh-cryptography, "Key Combination".
//! Here: the overlay of base keys and activation keys, sealing and opening both records.
//! Not here: the public side (`connection`).
//!
//! Neither side knows the whole: the device does not choose its activated keys, and the administrator never sees the base keys.

use mesh_crypto::derive::key_name;
use mesh_crypto::threshold::KeyShare;
use mesh_crypto::{
    Environment, KeyAlgorithm, KeyRing, PrivateKey, PublicKey, Seed, Udf, seed_code,
};
use mesh_dare::{Cipher, Envelope};

use crate::enveloped::{Signing, Valid, envelope};
use crate::error::Error;
use crate::generated::{
    ActivationAccount, ActivationCommon, ActivationEntry, KeyData, ProfileDevice, ProfileUser,
};
use crate::label::StoreLabel;
use crate::profile::device::DeviceKeys;

/// The public keys of a device in an account: base key and activation key combined.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectedKeys {
    /// Authenticates the device to the service.
    pub authentication: PublicKey,
    /// Receives what only this device may read.
    pub encryption: PublicKey,
    /// Signs what the device writes.
    pub signature: PublicKey,
}

/// The private keys of a device in an account.
#[derive(Clone, Debug)]
pub struct ActivatedKeys {
    /// Authenticates the device to the service.
    pub authentication: PrivateKey,
    /// Opens what only this device may read.
    pub encryption: PrivateKey,
    /// Signs what the device writes.
    pub signature: PrivateKey,
}

/// The activation of one device: a seed of the administrator's choice.
#[derive(Debug)]
pub struct Activation {
    seed: Seed,
    authentication: PrivateKey,
    encryption: PrivateKey,
    signature: PrivateKey,
}

impl Activation {
    /// A fresh activation.
    ///
    /// # Errors
    /// [`Error::Crypto`].
    pub fn generate(env: &dyn Environment) -> Result<Self, Error> {
        Self::derive(Seed::generate(seed_code::ACTIVATION_ACCOUNT, env))
    }

    fn derive(seed: Seed) -> Result<Self, Error> {
        use KeyAlgorithm::{Ed448, X448};
        Ok(Self {
            authentication: seed.derive(X448, key_name::activation_device::AUTHENTICATE)?,
            encryption: seed.derive(X448, key_name::activation_device::ENCRYPT)?,
            signature: seed.derive(Ed448, key_name::activation_device::SIGN)?,
            seed,
        })
    }

    /// The public keys that a device will have: what the administrator can compute.
    ///
    /// # Errors
    /// [`Error::Crypto`] when a key of the device cannot be combined.
    pub fn connect(&self, device: &ProfileDevice) -> Result<ConnectedKeys, Error> {
        Ok(ConnectedKeys {
            authentication: device
                .authentication_key()?
                .combine(self.authentication.public())?,
            encryption: device.encryption_key()?.combine(self.encryption.public())?,
            signature: device.signature_key()?.combine(self.signature.public())?,
        })
    }

    /// The private keys of the device: what only the device can compute.
    ///
    /// # Errors
    /// [`Error::Crypto`].
    pub fn activate(&self, device: &DeviceKeys) -> Result<ActivatedKeys, Error> {
        Ok(ActivatedKeys {
            authentication: device.authentication.combine(&self.authentication)?,
            encryption: device.encryption.combine(&self.encryption)?,
            signature: device.signature.combine(&self.signature)?,
        })
    }

    /// Seals the activation to the base encryption key of the device.
    ///
    /// # Errors
    /// [`Error::Crypto`], [`Error::Dare`].
    pub fn seal(
        &self,
        account: &Valid<ProfileUser>,
        device: &ProfileDevice,
        administrator: &PrivateKey,
        cipher: Cipher,
        env: &dyn Environment,
    ) -> Result<Envelope, Error> {
        let record = ActivationAccount {
            account_udf: Some(account.udf()?),
            activation_key: Some(self.seed.to_udf_string()),
            ..ActivationAccount::default()
        };
        let recipients = [device.encryption_key()?];
        envelope(
            &record,
            Signing {
                signers: &[administrator],
                recipients: &recipients,
                cipher,
                ..Signing::default()
            },
            env,
        )
    }

    /// Opens the activation with the base keys of the device and verifies who made it for which account.
    ///
    /// # Errors
    /// [`Error::Dare`] when it is not by the administrator or for another device; [`Error::Unrelated`] for another account.
    pub fn open(
        received: &Envelope,
        account: &Valid<ProfileUser>,
        device: &DeviceKeys,
    ) -> Result<Self, Error> {
        let mut keys = KeyRing::new();
        keys.add(device.encryption.clone());
        let record =
            Valid::<ActivationAccount>::sealed_by(received, &account.administrator_key()?, &keys)?;
        if record.account_udf.as_deref() != Some(account.udf()?.as_str()) {
            return Err(Error::Unrelated {
                object: "the activation",
                to: "this account",
            });
        }
        let field = Error::Field {
            object: "ActivationAccount",
            field: "ActivationKey",
        };
        Self::derive(Seed::parse(
            record.activation_key.as_ref().ok_or(field)?.expose_secret(),
        )?)
    }
}

impl ActivatedKeys {
    /// The public halves.
    #[must_use]
    pub fn public(&self) -> ConnectedKeys {
        ConnectedKeys {
            authentication: self.authentication.public().clone(),
            encryption: self.encryption.public().clone(),
            signature: self.signature.public().clone(),
        }
    }
}

/// A decryption key as a device is given it.
#[derive(Clone, Debug)]
pub enum GrantedKey {
    /// The device decrypts by itself.
    Whole(PrivateKey),
    /// The device decrypts while the service helps it, with the other share.
    Share(KeyShare),
}

impl GrantedKey {
    /// The whole key; `None` when the device has a share only.
    #[must_use]
    pub fn whole(&self) -> Option<&PrivateKey> {
        match self {
            Self::Whole(key) => Some(key),
            Self::Share(_) => None,
        }
    }

    /// Adds what is there of the key to a collection.
    pub fn add_to(&self, ring: &mut KeyRing) {
        match self {
            Self::Whole(key) => ring.add(key.clone()),
            Self::Share(share) => ring.add_share(share.clone()),
        }
    }

    fn describe(&self, account: &str) -> KeyData {
        match self {
            Self::Whole(key) => KeyData::of_private(key),
            Self::Share(share) => KeyData::of_share(share, &share.udf(), Some(account)),
        }
    }

    fn read(data: &KeyData) -> Result<Self, Error> {
        Ok(match data.share()? {
            Some(share) => Self::Share(share),
            None => Self::Whole(data.private()?),
        })
    }
}

/// The share that the service holds of a key, for one device.
#[derive(Clone, Debug)]
pub struct ServicedShare {
    /// The fingerprint of the device's share, by which the device asks.
    pub id: Udf,
    /// The service's share.
    pub share: KeyShare,
}

/// The account keys that a device is given.
#[derive(Clone, Debug, Default)]
pub struct Grant {
    /// The keys of the stores that it may read, those of one store in the order in which they were made.
    pub stores: Vec<(StoreLabel, GrantedKey)>,
    /// The key that signs connections and activations: administrators only.
    pub administrator_signature: Option<PrivateKey>,
    /// The key that opens messages to the account: administrators and devices with the message role.
    pub common_encryption: Option<GrantedKey>,
    /// The key that opens, together with `common_encryption`, what is sealed to both: likewise. It is whole also where the other one is
    /// shared, for without the other one it opens nothing.
    pub common_encapsulation: Option<PrivateKey>,
    /// Its public half, where what is for the account is sealed to both: every device of such an account.
    pub encapsulation: Option<PublicKey>,
    /// The key that signs messages of the account: as the one that opens them.
    pub common_signature: Option<PrivateKey>,
}

/// The label of the key for encapsulation among the entries of an activation, which are those of stores otherwise.
///
/// Deviation: D-57. `ActivationCommon` has no field for such a key, and those who do not know the label pass over the entry.
const ENCAPSULATION: &str = "CommonEncapsulation";

impl Grant {
    /// What is there of each decryption key.
    pub fn decryption_keys(&self) -> impl Iterator<Item = &GrantedKey> {
        let stores = self.stores.iter().map(|(_, key)| key);
        stores.chain(&self.common_encryption)
    }

    /// The public key to which a store is encrypted now: the last of those that are granted.
    #[must_use]
    pub fn current(&self, label: StoreLabel) -> Option<PublicKey> {
        let mut keys = self.stores.iter().rev();
        let (_, key) = keys.find(|(of, _)| *of == label)?;
        Some(match key {
            GrantedKey::Whole(key) => key.public().clone(),
            GrantedKey::Share(share) => share.primary.clone(),
        })
    }

    /// True when the device has a share only of some key.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.decryption_keys().any(|key| key.whole().is_none())
    }

    /// The same keys, with each decryption key split between the device and the service: the device's part, and the service's shares.
    ///
    /// # Errors
    /// [`Error::Crypto`] when a key cannot be split; [`Error::Unrelated`] when one is a share already.
    pub fn split(&self, env: &dyn Environment) -> Result<(Self, Vec<ServicedShare>), Error> {
        let mut service = Vec::new();
        let mut split = |key: &GrantedKey| {
            let whole = key.whole().ok_or(Error::Unrelated {
                object: "a share",
                to: "a device that gives keys to others",
            })?;
            let [device, other] = KeyShare::split(whole, env)?;
            service.push(ServicedShare {
                id: device.udf(),
                share: other,
            });
            Ok::<_, Error>(GrantedKey::Share(device))
        };
        let mut stores = Vec::new();
        for (label, key) in &self.stores {
            stores.push((*label, split(key)?));
        }
        let common_encryption = self.common_encryption.as_ref().map(split).transpose()?;
        let device = Self {
            stores,
            common_encryption,
            ..self.clone()
        };
        Ok((device, service))
    }

    /// The halves of the key for encapsulation that the device is given.
    fn describe_encapsulation(&self) -> Option<ActivationEntry> {
        let private = self.common_encapsulation.as_ref();
        let public = private.map(PrivateKey::public);
        let key = public.or(self.encapsulation.as_ref())?;
        Some(ActivationEntry {
            resource: Some(ENCAPSULATION.to_owned()),
            key: Some(KeyData {
                udf: Some(key.udf().to_string()),
                public_parameters: self.encapsulation.as_ref().map(PublicKey::to_jose),
                private_parameters: private.map(PrivateKey::to_jose),
                ..KeyData::default()
            }),
            ..ActivationEntry::default()
        })
    }

    /// Seals the keys to the activated encryption key of the device.
    ///
    /// # Errors
    /// [`Error::Crypto`], [`Error::Dare`].
    pub fn seal(
        &self,
        account: &Valid<ProfileUser>,
        to: &PublicKey,
        administrator: &PrivateKey,
        cipher: Cipher,
        env: &dyn Environment,
    ) -> Result<Envelope, Error> {
        let address = account.address()?.to_string();
        let entry = |(label, key): &(StoreLabel, GrantedKey)| ActivationEntry {
            resource: Some(label.as_str().to_owned()),
            key: Some(key.describe(&address)),
            ..ActivationEntry::default()
        };
        let mut entries: Vec<ActivationEntry> = self.stores.iter().map(entry).collect();
        entries.extend(self.describe_encapsulation());
        let record = ActivationCommon {
            entries,
            administrator_signature: self
                .administrator_signature
                .as_ref()
                .map(KeyData::of_private),
            encryption: self
                .common_encryption
                .as_ref()
                .map(|key| key.describe(&address)),
            signature: self.common_signature.as_ref().map(KeyData::of_private),
            ..ActivationCommon::default()
        };
        let recipients = [to.clone()];
        envelope(
            &record,
            Signing {
                signers: &[administrator],
                recipients: &recipients,
                cipher,
                ..Signing::default()
            },
            env,
        )
    }

    /// Opens the keys with the activated keys of the device and verifies who gave them.
    ///
    /// # Errors
    /// [`Error::Dare`] when they are not from the administrator or for another device; [`Error::Field`].
    pub fn open(
        received: &Envelope,
        account: &Valid<ProfileUser>,
        device: &ActivatedKeys,
    ) -> Result<Self, Error> {
        let mut keys = KeyRing::new();
        keys.add(device.encryption.clone());
        let record =
            Valid::<ActivationCommon>::sealed_by(received, &account.administrator_key()?, &keys)?;
        let field = |field| Error::Field {
            object: "ActivationEntry",
            field,
        };
        let mut stores = Vec::new();
        let (mut common_encapsulation, mut encapsulation) = (None, None);
        for entry in &record.entries {
            let resource = entry.resource.as_deref().ok_or(field("Resource"))?;
            if resource == ENCAPSULATION {
                let key = entry.key.as_ref().ok_or(field("Key"))?;
                let private = key.private_parameters.as_ref().map(|_| key.private());
                common_encapsulation = private.transpose()?;
                let public = key.public_parameters.as_ref().map(|_| key.public());
                encapsulation = public.transpose()?;
                continue;
            }
            // A resource that this version does not know is a store of a later one.
            if let Ok(label) = StoreLabel::parse(resource) {
                let key = entry.key.as_ref().ok_or(field("Key"))?;
                stores.push((label, GrantedKey::read(key)?));
            }
        }
        let key = |data: &Option<KeyData>| data.as_ref().map(KeyData::private).transpose();
        Ok(Self {
            stores,
            common_encapsulation,
            encapsulation,
            administrator_signature: key(&record.administrator_signature)?,
            common_encryption: record
                .encryption
                .as_ref()
                .map(GrantedKey::read)
                .transpose()?,
            common_signature: key(&record.signature)?,
        })
    }
}
