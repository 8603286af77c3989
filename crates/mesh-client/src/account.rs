// SPDX-License-Identifier: MIT
//! An account to which this device is connected.
//!
//! Spec: mesh-architecture, "Account"; mesh-schema, "CatalogedDevice".
//! Here: opening it with the keys of this device, and what is known without asking the service.
//! Not here: creation, escrow and recovery (`account/…`), devices (`device/…`), entries (`catalog`), the service (`sync`, `transact`).

pub(crate) mod archive;
pub(crate) mod create;
pub(crate) mod escrow;
pub(crate) mod recover;
pub(crate) mod settle;

use std::rc::Rc;

use mesh_crypto::{KeyRing, PrivateKey, PublicKey};
use mesh_dare::{Cipher, Envelope};
use mesh_protocol::{ClientCredential, HostExpectation, MeshSession};
use mesh_schema::activation::{ActivatedKeys, Activation, Grant};
use mesh_schema::generated::{
    AccountHostAssignment, CatalogedDevice, ConnectionDevice, ConnectionService, ProfileDevice,
    ProfileService, ProfileUser,
};
use mesh_schema::profile::device::DeviceKeys;
use mesh_schema::{AccountAddress, Offline, Roles, StoreLabel, Valid};

use crate::account::create::access_key;
use crate::error::Error;
use crate::generated::{AnyCatalogedMachine, CatalogedStandard};
use crate::history::Signers;
use crate::home::Home;
use crate::stores::{StoreDigest, Stores};

/// What a device without the administrator's key is told.
pub(crate) const NOT_ADMINISTRATOR: Error = Error::NotAllowed {
    what: "add or remove devices: it is no administrator",
};

/// A connected account, opened with the keys of this device.
pub struct Account {
    pub(crate) home: Home,
    pub(crate) address: AccountAddress,
    pub(crate) udf: String,
    pub(crate) device_udf: String,
    pub(crate) profile: Rc<Valid<ProfileUser>>,
    pub(crate) service: Valid<ProfileService>,
    /// The key with which the service's host reads the access catalog.
    pub(crate) host: PublicKey,
    pub(crate) device: Valid<ProfileDevice>,
    pub(crate) connection: Valid<ConnectionService>,
    /// Digest of the entry that gives the roles and keys.
    pub(crate) issue: String,
    pub(crate) roles: Roles,
    pub(crate) offline: Offline,
    pub(crate) keys: ActivatedKeys,
    pub(crate) grant: Grant,
    pub(crate) ring: KeyRing,
    pub(crate) stores: Stores,
    /// Whose key is whose, and of how many frames of the device catalog that was read.
    pub(crate) signers: Option<(u64, Rc<Signers>)>,
    pub(crate) session: Option<Box<dyn MeshSession>>,
    /// True when it goes where the account has moved; not on the device that moves it.
    pub(crate) follows: bool,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("udf", &self.udf)
            .field("device", &self.device_udf)
            .finish_non_exhaustive()
    }
}

impl Home {
    /// Opens a connected account: the one with this address, or the only one.
    ///
    /// # Errors
    /// [`Error::NoAccount`], [`Error::Ambiguous`], [`Error::Pending`], [`Error::Unclaimed`], [`Error::KeyStore`]; [`Error::Schema`] when what is stored
    /// does not belong together.
    pub fn account(&self, address: Option<&AccountAddress>) -> Result<Account, Error> {
        let (_, entry) = self.entry(address)?;
        match entry {
            AnyCatalogedMachine::CatalogedStandard(entry) => Account::open(self, *entry),
            AnyCatalogedMachine::CatalogedPending(entry) => Err(Error::Pending {
                address: entry.account_address.clone().unwrap_or_default(),
            }),
            AnyCatalogedMachine::CatalogedPreconfigured(_) => Err(Error::Unclaimed),
            _ => Err(Error::NoAccount {
                address: address.map(ToString::to_string),
            }),
        }
    }
}

impl Account {
    /// Opens the account of an entry with the seed of the device.
    pub(crate) fn open(home: &Home, entry: CatalogedStandard) -> Result<Self, Error> {
        let field = |field| mesh_schema::Error::Field {
            object: "CatalogedStandard",
            field,
        };
        let profile = entry
            .enveloped_profile_account
            .as_ref()
            .ok_or(field("EnvelopedProfileAccount"))?;
        let profile = Rc::new(Valid::<ProfileUser>::validate(profile.envelope())?);
        let address = profile.address()?;
        let cataloged = entry.cataloged_device.ok_or(Error::Pending {
            address: address.to_string(),
        })?;
        let assignment = entry
            .enveloped_account_host_assignment
            .ok_or(field("EnvelopedAccountHostAssignment"))?;
        let service = service_of(assignment.envelope())?;
        let host = access_key(assignment.envelope(), &service)?;
        if profile.service_udf.as_deref() != Some(service.udf()?.as_str()) {
            return Err(Error::WrongService {
                why: "its fingerprint is not the one in the account profile",
            });
        }
        let device_udf = entry.id.ok_or(field("Id"))?;
        let seed = home.load_seed(&device_udf)?.ok_or(Error::NotFound {
            what: "device key",
            name: device_udf.clone(),
        })?;
        let base = DeviceKeys::derive(&seed)?;
        let connected = Connected::validate(&cataloged, &profile, &base)?;
        let ring = connected.ring();
        let udf = profile.udf()?;
        let stores = Stores::open(&home.0.directory, &udf, home.0.client.env.clone())?;
        let follows = stores.unsettled()?.is_none();
        let account = Self {
            home: home.clone(),
            address,
            udf,
            device_udf,
            profile,
            service,
            host,
            device: connected.device,
            connection: connected.connection,
            ring,
            issue: cataloged.issue_digest(),
            roles: connected.roles,
            offline: connected.offline,
            keys: connected.keys,
            grant: connected.grant,
            stores,
            signers: None,
            session: None,
            follows,
        };
        account.expire_offline()?;
        Ok(account)
    }

    /// The address.
    #[must_use]
    pub fn address(&self) -> &AccountAddress {
        &self.address
    }

    /// The fingerprint of the account profile.
    #[must_use]
    pub fn udf(&self) -> &str {
        &self.udf
    }

    /// The fingerprint of this device's profile.
    #[must_use]
    pub fn device_udf(&self) -> &str {
        &self.device_udf
    }

    /// The roles of this device.
    #[must_use]
    pub fn roles(&self) -> &Roles {
        &self.roles
    }

    /// The fingerprint of the service, pinned when the account was created.
    ///
    /// # Errors
    /// [`Error::Schema`].
    pub fn service_udf(&self) -> Result<String, Error> {
        Ok(self.service.udf()?)
    }

    /// Reads and checks every replica again: framing, digests, trees.
    ///
    /// # Errors
    /// The first frame that is not as it must be.
    pub fn verify(&mut self) -> Result<u64, Error> {
        let mut frames = 0u64;
        for label in self.labels() {
            let replica = self.stores.replica(label)?;
            replica.verify()?;
            frames = frames.saturating_add(replica.state().len());
        }
        self.stores.mark(&self.labels(), true);
        Ok(frames)
    }

    /// How far each replica is.
    #[must_use]
    pub fn store_digests(&self) -> Vec<StoreDigest> {
        self.stores.digests(&self.labels())
    }

    /// The stores that this device keeps.
    pub(crate) fn labels(&self) -> Vec<StoreLabel> {
        self.roles.readable()
    }

    /// The key that signs connections, if this device may add and remove devices.
    pub(crate) fn administrator(&self) -> Result<&PrivateKey, Error> {
        self.grant
            .administrator_signature
            .as_ref()
            .ok_or(NOT_ADMINISTRATOR)
    }

    /// The cipher that was chosen when the account was created.
    pub(crate) fn cipher(&mut self) -> Result<Cipher, Error> {
        let (replica, keys) = self.opened(StoreLabel::Device)?;
        Ok(replica.cipher(keys)?)
    }

    /// What this device shows of itself.
    pub(crate) fn device_credential(&self) -> ClientCredential {
        ClientCredential::Device {
            key: self.keys.authentication.clone(),
            account: self.udf.clone(),
            profile: Box::new(self.device.envelope().clone()),
            connection: Box::new(self.connection.envelope().clone()),
        }
    }

    /// Forgets the replicas of the spools: they grow by the hand of a service, and another one, or one that went back, begins them anew.
    pub(crate) fn forget_spools(&mut self) -> Result<(), Error> {
        let mut spools = self.labels();
        spools.retain(|label| label.is_spool());
        self.stores.forget(&spools)
    }

    /// The conversation with the service as this device, opened on first use.
    pub(crate) fn session(&mut self) -> Result<&mut Box<dyn MeshSession>, Error> {
        if self.session.is_none() {
            let credential = self.device_credential();
            let host = HostExpectation::Pinned(Box::new(self.service.clone()));
            self.session = Some(self.home.0.client.port.open(
                self.address.domain(),
                credential,
                host,
            )?);
        }
        self.session
            .as_mut()
            .ok_or(Error::NoAccount { address: None })
    }
}

/// The profile of the service inside an assignment.
pub(crate) fn service_of(assignment: &Envelope) -> Result<Valid<ProfileService>, Error> {
    let assignment =
        mesh_dare::Enveloped::<AccountHostAssignment>::new(assignment.clone()).decode_plain()?;
    let field = mesh_schema::Error::Field {
        object: "AccountHostAssignment",
        field: "EnvelopedProfileService",
    };
    let profile = assignment.enveloped_profile_service.ok_or(field)?;
    Ok(Valid::<ProfileService>::validate(profile.envelope())?)
}

/// An entry of the device catalog for this device, with everything in it checked against the account and the device.
pub(crate) struct Connected {
    pub(crate) device: Valid<ProfileDevice>,
    pub(crate) connection: Valid<ConnectionService>,
    pub(crate) roles: Roles,
    pub(crate) offline: Offline,
    pub(crate) keys: ActivatedKeys,
    pub(crate) grant: Grant,
}

impl Connected {
    /// What this device opens envelopes with.
    pub(crate) fn ring(&self) -> KeyRing {
        let mut ring = KeyRing::new();
        ring.add(self.keys.encryption.clone());
        for key in self.grant.decryption_keys() {
            key.add_to(&mut ring);
        }
        if let Some(key) = &self.grant.common_encapsulation {
            ring.add(key.clone());
        }
        ring
    }

    pub(crate) fn validate(
        entry: &CatalogedDevice,
        account: &Valid<ProfileUser>,
        base: &DeviceKeys,
    ) -> Result<Self, Error> {
        let field = |field| mesh_schema::Error::Field {
            object: "CatalogedDevice",
            field,
        };
        let unrelated = || mesh_schema::Error::Unrelated {
            object: "the connection",
            to: "this device",
        };
        let device = entry
            .enveloped_profile_device
            .as_ref()
            .ok_or(field("EnvelopedProfileDevice"))?;
        let device = Valid::<ProfileDevice>::validate(device.envelope())?;
        if device.authentication_key()? != *base.authentication.public() {
            return Err(unrelated().into());
        }
        let activation = entry
            .enveloped_activation_account
            .as_ref()
            .ok_or(field("EnvelopedActivationAccount"))?;
        let keys = Activation::open(activation.envelope(), account, base)?.activate(base)?;
        let service = entry
            .enveloped_connection_service
            .as_ref()
            .ok_or(field("EnvelopedConnectionService"))?;
        let connection = Valid::<ConnectionService>::of_account(service.envelope(), account)?;
        let full = entry
            .enveloped_connection_device
            .as_ref()
            .ok_or(field("EnvelopedConnectionDevice"))?;
        let full = Valid::<ConnectionDevice>::of_account(full.envelope(), account)?;
        if full.keys()? != keys.public()
            || connection.authentication_key()? != *keys.authentication.public()
        {
            return Err(unrelated().into());
        }
        let common = entry
            .enveloped_activation_common
            .as_ref()
            .ok_or(field("EnvelopedActivationCommon"))?;
        let grant = Grant::open(common.envelope(), account, &keys)?;
        Ok(Self {
            device,
            connection,
            roles: full.known_roles(),
            offline: full.offline_use(),
            keys,
            grant,
        })
    }
}
