// SPDX-License-Identifier: MIT
//! Creating a personal account.
//!
//! Spec: mesh-protocol, "BindAccount"; mesh-schema, "ProfileUser".
//! Here: the account, its first device and its first stores, in an order that survives interruption at any point.
//! Not here: further devices (`device`), recovery codes (`escrow`).

use mesh_crypto::{Environment, KeyRing, PublicKey, Seed, seed_code};
use mesh_dare::Cipher;
use mesh_dare::store::Event;
use mesh_dare::store::StoreName;
use mesh_dare::store::catalog::{Change, create_catalog};
use mesh_protocol::generated::MeshHelloRequest;
use mesh_protocol::{ClientCredential, Code, HostExpectation, MeshSession};
use mesh_schema::activation::{Grant, GrantedKey};
use mesh_schema::catalog::CatalogEntry;
use mesh_schema::generated::{
    AccountHostAssignment, CatalogedContact, ProfileService, ProfileUser,
};
use mesh_schema::profile::device::DeviceKeys;
use mesh_schema::profile::user::AccountKeys;
use mesh_schema::{AccountAddress, Role, Roles, StoreLabel, Valid};

use crate::account::{Account, service_of};
use crate::device::free_name;
use crate::enroll::{Enrolled, Giver, enroll};
use crate::error::Error;
use crate::generated::{AnyCatalogedMachine, CatalogedStandard};
use crate::home::{ACCOUNT_SEED, AccountState, Client, DEVICE_SEED, Home, as_account};
use crate::transact::{Batch, request};

/// Checks that a text can be the address of an account and puts it into canonical form.
///
/// # Errors
/// [`Error::Schema`] saying what is wrong.
///
/// ```
/// assert_eq!(mesh_client::check_address("Alice@Example.com")?.to_string(), "alice@example.com");
/// assert!(mesh_client::check_address("alice").is_err());
/// # Ok::<(), mesh_client::Error>(())
/// ```
pub fn check_address(text: &str) -> Result<AccountAddress, Error> {
    Ok(AccountAddress::parse(text)?)
}

impl Client {
    /// Asks the service of a domain who it is: its fingerprint. Nothing is kept of the answer; whoever asks is nobody.
    ///
    /// # Errors
    /// [`Error::Protocol`] when it is not found or does not answer; [`Error::WrongService`].
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// # use std::sync::Arc;
    /// # use mesh_client::{Client, ServiceMap};
    /// # use mesh_keystore::SystemEnvironment;
    /// let client = Client::http(ServiceMap::default(), Arc::new(SystemEnvironment::new()?));
    /// println!("example.com is served by {}", client.service_udf("example.com")?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn service_udf(&self, domain: &str) -> Result<String, Error> {
        let seed = Seed::generate(seed_code::PROFILE_DEVICE, &*self.env);
        let credential = ClientCredential::Key {
            key: DeviceKeys::derive(&seed)?.authentication,
            claim: None,
        };
        let host = HostExpectation::FirstContact;
        let mut session = self.port.open(domain, credential, host)?;
        Ok(first_contact(&mut *session)?.udf()?)
    }
}

impl Home {
    /// Creates a personal account at the service of the address, with this device as its first, which holds all its keys.
    ///
    /// An interrupted creation is continued by calling this again.
    ///
    /// # Errors
    /// [`Error::AccountExists`]; [`Error::Protocol`] when the service cannot be reached or the address is taken.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// # use mesh_test::world::{Connection, World};
    /// # let world = World::new(Connection::Direct)?;
    /// # let home = world.home("laptop")?;
    /// let address = mesh_client::check_address("alice@localhost")?;
    /// let alice = home.create_account(&address)?;
    /// assert_eq!(alice.address(), &address);
    /// assert!(alice.udf().starts_with('M'));
    /// # Ok(())
    /// # }
    /// ```
    pub fn create_account(&self, address: &AccountAddress) -> Result<Account, Error> {
        self.create_account_with(address, Cipher::default())
    }

    /// The same with the cipher under which all devices keep the catalogs of the account.
    ///
    /// AES-256-CBC is for accounts that a device running the reference is to read; it does not bind an entry to its place, as
    /// AES-256-GCM does.
    ///
    /// # Errors
    /// As [`Home::create_account`].
    pub fn create_account_with(
        &self,
        address: &AccountAddress,
        cipher: Cipher,
    ) -> Result<Account, Error> {
        let env = self.env();
        let existing = self
            .accounts()?
            .into_iter()
            .find(|account| account.address == address.to_string());
        let (device_id, keys) = match existing {
            Some(found) if found.state != AccountState::Creating => {
                return Err(Error::AccountExists {
                    address: address.to_string(),
                });
            }
            Some(found) => {
                let seed = self.load_seed(&found.udf)?.ok_or(Error::NotFound {
                    what: "account key",
                    name: found.udf,
                })?;
                (Some(found.device_udf), AccountKeys::derive(seed)?)
            }
            None => (
                None,
                AccountKeys::derive(Seed::generate(seed_code::PROFILE_ACCOUNT, env))?,
            ),
        };

        let (mut session, service) = speak_as_account(&self.0.client, &keys, address)?;

        let (device_id, profile, device_keys) = match device_id {
            Some(device_id) => {
                let (_, entry) = self.entry(Some(address))?;
                let AnyCatalogedMachine::CatalogedStandard(entry) = entry else {
                    return Err(Error::AccountExists {
                        address: address.to_string(),
                    });
                };
                let profile = entry.enveloped_profile_account.ok_or(Error::NoAccount {
                    address: Some(address.to_string()),
                })?;
                let seed = self.load_seed(&device_id)?.ok_or(Error::NotFound {
                    what: "device key",
                    name: device_id.clone(),
                })?;
                (
                    device_id,
                    Valid::<ProfileUser>::validate(profile.envelope())?,
                    DeviceKeys::derive(&seed)?,
                )
            }
            None => {
                let profile = keys.profile(address, &service.udf()?, env)?;
                let seed = Seed::generate(seed_code::PROFILE_DEVICE, env);
                let device_keys = DeviceKeys::derive(&seed)?;
                let device_id = device_keys.profile(env)?.udf()?;
                // Keys before the account exists at the service: no account is ever there without its keys here.
                self.save_seed(&device_id, DEVICE_SEED, &seed)?;
                self.save_seed(&profile.udf()?, ACCOUNT_SEED, keys.seed())?;
                self.put(&device_id, unfinished(&device_id, address, &profile))?;
                (device_id, profile, device_keys)
            }
        };
        if profile.service_udf.as_deref() != Some(service.udf()?.as_str()) {
            return Err(Error::WrongService {
                why: "it is another one than when the creation of the account began",
            });
        }

        let bound = session.bind_account(&self.0.client.bind_request(address, &profile));
        let assignment = match bound {
            Ok(response) => response.enveloped_account_host_assignment,
            Err(error) => {
                if error.refusal().is_some() {
                    // Refused for good: nothing of the attempt is worth keeping.
                    self.delete_account(Some(address))?;
                }
                return Err(error.into());
            }
        };
        let assignment = assignment.ok_or(Error::WrongService {
            why: "it does not say which key it reads the access catalog with",
        })?;
        let access_key = access_key(assignment.envelope(), &service)?;

        let device = device_keys.profile(env)?;
        let roles = Roles::new(&[Role::Super]);
        let all = all_keys(&keys, has_encapsulation(cipher))?;
        let giver = Giver {
            profile: &profile,
            all: &all,
            host: &access_key,
            cipher,
        };
        let enrolled = enroll(
            &giver,
            &device,
            &roles,
            &free_name(&[], self.0.client.device_name.as_deref()),
            env,
        )?;
        let signer = enrolled.activation.activate(&device_keys)?.signature;
        let mut frames = Vec::new();
        for label in StoreLabel::catalogs() {
            let mut recipients = vec![keys.store(label)?.public().clone()];
            if label == StoreLabel::Access {
                recipients.insert(0, access_key.clone());
            }
            let changes = first_changes(label, &enrolled, &profile, &all, env)?;
            let name = StoreName::new(&profile.udf()?, label.as_str());
            frames.push((
                label,
                create_catalog(&name, &recipients, &changes, &signer, cipher, env)?,
            ));
        }
        match session.transact(&request(&frames, &Batch::default())) {
            Ok(_) => {}
            // The stores are there already: the account was completed and only the answer or this device's record was lost.
            Err(error) if error.refusal() == Some(Code::Stale) => {
                return self.adopt(address, keys, session, &service);
            }
            Err(error) => return Err(error.into()),
        }
        let entry = CatalogedStandard {
            cataloged_device: Some(enrolled.device),
            enveloped_account_host_assignment: Some(assignment),
            ..unfinished(&device_id, address, &profile)
        };
        self.take_up(&device_id, entry)
    }

    /// Keeps the record of an account to which this device is connected now, and opens it.
    pub(crate) fn take_up(
        &self,
        device_id: &str,
        entry: CatalogedStandard,
    ) -> Result<Account, Error> {
        self.put(device_id, entry.clone())?;
        let mut account = Account::open(self, entry)?;
        account.sync()?;
        Ok(account)
    }
}

/// The record of an account on this machine before the device is connected.
pub(crate) fn unfinished(
    device_id: &str,
    address: &AccountAddress,
    profile: &Valid<ProfileUser>,
) -> CatalogedStandard {
    CatalogedStandard {
        id: Some(device_id.to_owned()),
        local: Some(address.to_string()),
        enveloped_profile_account: Some(as_account(profile.envelope())),
        ..CatalogedStandard::default()
    }
}

fn first_changes(
    label: StoreLabel,
    enrolled: &Enrolled,
    profile: &Valid<ProfileUser>,
    all: &Grant,
    env: &dyn Environment,
) -> Result<Vec<Change>, Error> {
    Ok(match label {
        StoreLabel::Contact => {
            let own = CatalogedContact::own(profile, all.encapsulation.as_ref(), env)?;
            vec![own.change(Event::New)?]
        }
        StoreLabel::Access => enrolled
            .access
            .iter()
            .map(|entry| entry.change(Event::New))
            .collect::<Result<_, _>>()?,
        StoreLabel::Device => vec![enrolled.device.change(Event::New)?],
        _ => Vec::new(),
    })
}

/// Whether an account with this cipher has a key for encapsulation: not one that it shares with devices running the reference.
pub(crate) fn has_encapsulation(cipher: Cipher) -> bool {
    cipher != Cipher::Aes256Cbc
}

/// Every key that devices of an account may be given; with that for encapsulation where the account has one.
pub(crate) fn all_keys(keys: &AccountKeys, encapsulation: bool) -> Result<Grant, Error> {
    let stores: Result<Vec<_>, Error> = StoreLabel::catalogs()
        .map(|label| Ok((label, GrantedKey::Whole(keys.store(label)?))))
        .collect();
    let encapsulation = encapsulation.then_some(&keys.common_encapsulation);
    Ok(Grant {
        stores: stores?,
        common_encapsulation: encapsulation.cloned(),
        encapsulation: encapsulation.map(|key| key.public().clone()),
        administrator_signature: Some(keys.administrator_signature.clone()),
        common_encryption: Some(GrantedKey::Whole(keys.common_encryption.clone())),
        common_signature: Some(keys.common_signature.clone()),
    })
}

/// The keys that open what an account's stores hold, as far as they follow from its seed.
pub(crate) fn ring_of(keys: &AccountKeys, all: &Grant) -> KeyRing {
    let mut ring = KeyRing::new();
    for key in all.decryption_keys() {
        key.add_to(&mut ring);
    }
    // Every exchange that was begun after the first is for the escrow key too.
    ring.add(keys.escrow_encryption.clone());
    ring
}

/// A conversation as the account itself, with the service of an address that need not be known yet.
pub(crate) fn speak_as_account(
    client: &Client,
    keys: &AccountKeys,
    address: &AccountAddress,
) -> Result<(Box<dyn MeshSession>, Valid<ProfileService>), Error> {
    let credential = ClientCredential::Key {
        key: keys.common_authentication.clone(),
        claim: Some(address.to_string()),
    };
    let host = HostExpectation::FirstContact;
    let mut session = client.port.open(address.domain(), credential, host)?;
    let service = first_contact(&mut *session)?;
    Ok((session, service))
}

/// Asks a service that is not known yet who it is, and checks that the host which answers serves for it.
pub(crate) fn first_contact(session: &mut dyn MeshSession) -> Result<Valid<ProfileService>, Error> {
    let hello = session.hello(&MeshHelloRequest::default())?;
    let profile = hello.enveloped_profile_service.ok_or(Error::WrongService {
        why: "it shows no profile",
    })?;
    let service = Valid::<ProfileService>::validate(profile.envelope())?;
    session.pin(&service)?;
    Ok(service)
}

/// The key with which the host reads the access catalog, from an assignment that belongs to the service.
pub(crate) fn access_key(
    assignment: &mesh_dare::Envelope,
    service: &Valid<ProfileService>,
) -> Result<PublicKey, Error> {
    if service_of(assignment)?.udf()? != service.udf()? {
        return Err(Error::WrongService {
            why: "its assignment is by another service",
        });
    }
    let assignment =
        mesh_dare::Enveloped::<AccountHostAssignment>::new(assignment.clone()).decode_plain()?;
    let field = mesh_schema::Error::Field {
        object: "AccountHostAssignment",
        field: "AccessEncrypt",
    };
    Ok(assignment.access_encrypt.ok_or(field)?.public()?)
}
