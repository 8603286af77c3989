// SPDX-License-Identifier: MIT
//! The home of a device: everything that this device keeps of the Mesh.
//!
//! Spec: mesh-architecture, "Device".
//! Here: one directory, private, under one lock; the key store in it and the list of accounts.
//! Not here: an account (`account`), its replicas (`stores`).
//!
//! | File | What |
//! |---|---|
//! | `lock` | held by the process that uses the home |
//! | `keys/` | seeds, sealed |
//! | `machine.dcat` | the accounts that this device knows |
//! | `services` | over what the services of domains were reached |
//! | `<account>/` | replicas of the stores of an account |

use std::cell::{Ref, RefCell};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use mesh_crypto::{Environment, SecretBytes, Seed};
use mesh_dare::Enveloped;
use mesh_jsonbcd::SecretString;
use mesh_keystore::file::create_private_dir;
use mesh_keystore::store::{FileStore, Sealing};
use mesh_keystore::{HomeLock, KeyStore};
use mesh_protocol::discovery::ServiceMap;
use mesh_protocol::generated::BindRequest;
use mesh_protocol::{MeshPort, PacketPort};
use mesh_schema::generated::ProfileUser;
use mesh_schema::{AccountAddress, Valid};

use crate::device::check_name;
use crate::dns::SystemResolver;
use crate::error::Error;
use crate::files::unusable;
use crate::generated::AnyCatalogedMachine;
use crate::http::Directory;
use crate::machine::Machine;

const KEYS: &str = "keys";
/// How long a process waits for another one to leave the home.
const WAIT: Duration = Duration::from_secs(30);
/// Kind of the seed from which the keys of this device follow.
pub(crate) const DEVICE_SEED: &str = "device-seed";
/// Kind of the seed from which all keys of an account follow.
pub(crate) const ACCOUNT_SEED: &str = "account-seed";

/// How services are reached, and the clock and random source: what does not depend on the home.
#[derive(Clone)]
pub struct Client {
    pub(crate) port: Arc<dyn MeshPort>,
    pub(crate) env: Arc<dyn Environment>,
    pub(crate) device_name: Option<String>,
    invitation: Option<Arc<SecretString>>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

impl Client {
    /// A client over any port: remote, or a service in the same process.
    #[must_use]
    pub fn new(port: Arc<dyn MeshPort>, env: Arc<dyn Environment>) -> Self {
        Self {
            port,
            env,
            device_name: None,
            invitation: None,
        }
    }

    /// The same with an invitation, which is shown to the service wherever an account is registered.
    #[must_use]
    pub fn with_invitation(self, code: SecretString) -> Self {
        Self {
            invitation: Some(Arc::new(code)),
            ..self
        }
    }

    /// The request that registers an account. Deviation: D-60.
    pub(crate) fn bind_request(
        &self,
        address: &AccountAddress,
        profile: &Valid<ProfileUser>,
    ) -> BindRequest {
        let invitation = self.invitation.as_ref();
        BindRequest {
            account_address: Some(address.to_string()),
            enveloped_profile_account: Some(as_account(profile.envelope())),
            invitation: invitation.map(|code| SecretString::new(code.expose_secret().to_owned())),
            ..BindRequest::default()
        }
    }

    /// The same with a name for the device on which it runs. It is used where this device enters an account without an
    /// administrator who names it: as its first device, and on recovery.
    ///
    /// # Errors
    /// [`Error::BadName`].
    pub fn with_device_name(self, name: &str) -> Result<Self, Error> {
        Ok(Self {
            device_name: Some(check_name(name)?),
            ..self
        })
    }

    /// Its clock and random source.
    #[must_use]
    pub fn environment(&self) -> &dyn Environment {
        &*self.env
    }

    /// A client that reaches services over HTTP, where the map says or the system's DNS finds them.
    #[must_use]
    pub fn http(services: ServiceMap, env: Arc<dyn Environment>) -> Self {
        let resolver = Arc::new(SystemResolver::default());
        Self::finding(Directory::new(services, resolver, env.clone()), env)
    }

    /// The same with another way of finding services.
    #[must_use]
    pub fn finding(directory: Directory, env: Arc<dyn Environment>) -> Self {
        let connector = move |domain: &str| -> Result<
            Box<dyn mesh_protocol::PacketTransport>,
            mesh_protocol::Error,
        > { Ok(Box::new(directory.transport(domain))) };
        Self::new(
            Arc::new(PacketPort::new(Box::new(connector), env.clone())),
            env,
        )
    }
}

/// How the keys of a home are opened.
#[derive(Debug)]
pub enum HomeUnlock {
    /// With what they are sealed with.
    Sealing(Sealing),
    /// With the key that an agent keeps.
    StoreKey(SecretBytes),
}

/// In which state an account is on this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// The device is connected.
    Connected,
    /// The account's creation was interrupted; creating it again continues.
    Creating,
    /// The device has asked to be connected.
    Pending,
    /// The device was preconfigured by the account and waits for whoever adopts it.
    Preconfigured,
}

/// An account that this device knows.
#[derive(Clone, Debug)]
pub struct AccountSummary {
    /// Its address.
    pub address: String,
    /// Its fingerprint.
    pub udf: String,
    /// Fingerprint of this device's profile for it.
    pub device_udf: String,
    /// How far the device is.
    pub state: AccountState,
}

/// The home of a device, locked by this process.
#[derive(Clone)]
pub struct Home(pub(crate) Rc<Inner>);

pub(crate) struct Inner {
    pub(crate) directory: PathBuf,
    pub(crate) keys: FileStore,
    pub(crate) client: Client,
    pub(crate) machine: RefCell<Machine>,
    _lock: HomeLock,
}

impl std::fmt::Debug for Home {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Home")
            .field("directory", &self.0.directory)
            .finish_non_exhaustive()
    }
}

impl Home {
    /// True when a home has been made in a directory.
    #[must_use]
    pub fn exists(directory: &Path) -> bool {
        FileStore::exists(&directory.join(KEYS))
    }

    /// The directory of the key store of a home, for what concerns its sealing and the agent.
    #[must_use]
    pub fn key_directory(directory: &Path) -> PathBuf {
        directory.join(KEYS)
    }

    /// The file of a home that says over what services were reached, for [`Directory::remembering`].
    #[must_use]
    pub fn service_file(directory: &Path) -> PathBuf {
        directory.join("services")
    }

    /// Makes a home whose keys are sealed in the way given.
    ///
    /// # Errors
    /// [`Error::HomeExists`], [`Error::HomeUnusable`], [`Error::KeyStore`].
    pub fn create(directory: &Path, sealing: &Sealing, client: Client) -> Result<Self, Error> {
        create_private_dir(directory)?;
        let lock = HomeLock::exclusive(directory, WAIT)?;
        if Self::exists(directory) {
            return Err(Error::HomeExists {
                path: directory.to_owned(),
            });
        }
        // The key store comes last: a home whose making was interrupted is made anew.
        let catalog = directory.join("machine.dcat");
        if catalog.exists() {
            std::fs::remove_file(&catalog).map_err(|error| unusable("remove", &catalog, &error))?;
        }
        let machine = Machine::create(directory)?;
        let keys = FileStore::create(&directory.join(KEYS), sealing)?;
        Ok(Self::new(directory, keys, client, machine, lock))
    }

    /// Opens a home; waits while another process uses it.
    ///
    /// # Errors
    /// [`Error::NoHome`], [`Error::HomeUnusable`], [`Error::KeyStore`] when the keys cannot be opened or the home stays in use.
    pub fn open(directory: &Path, unlock: &HomeUnlock, client: Client) -> Result<Self, Error> {
        if !Self::exists(directory) {
            return Err(Error::NoHome {
                path: directory.to_owned(),
            });
        }
        let lock = HomeLock::exclusive(directory, WAIT)?;
        let keys = directory.join(KEYS);
        let keys = match unlock {
            HomeUnlock::Sealing(sealing) => FileStore::open(&keys, sealing)?,
            HomeUnlock::StoreKey(key) => FileStore::open_with_key(&keys, key)?,
        };
        let machine = Machine::open(directory)?;
        Ok(Self::new(directory, keys, client, machine, lock))
    }

    fn new(
        directory: &Path,
        keys: FileStore,
        client: Client,
        machine: Machine,
        lock: HomeLock,
    ) -> Self {
        let directory = directory.to_owned();
        Self(Rc::new(Inner {
            directory,
            keys,
            client,
            machine: RefCell::new(machine),
            _lock: lock,
        }))
    }

    /// The accounts that this device knows.
    ///
    /// # Errors
    /// [`Error::Dare`] when an entry holds no profile that parses.
    pub fn accounts(&self) -> Result<Vec<AccountSummary>, Error> {
        let machine = self.machine();
        let mut found = Vec::new();
        for (id, entry) in machine.entries() {
            let (profile, address, state) = match entry {
                AnyCatalogedMachine::CatalogedStandard(entry) => {
                    let state = if entry.cataloged_device.is_some() {
                        AccountState::Connected
                    } else {
                        AccountState::Creating
                    };
                    (&entry.enveloped_profile_account, entry.local.clone(), state)
                }
                AnyCatalogedMachine::CatalogedPending(entry) => (
                    &entry.enveloped_profile_account,
                    entry.account_address.clone(),
                    AccountState::Pending,
                ),
                AnyCatalogedMachine::CatalogedPreconfigured(entry) => (
                    &None,
                    entry.account_address.clone(),
                    AccountState::Preconfigured,
                ),
                _ => continue,
            };
            let udf = profile
                .as_ref()
                .and_then(|profile| profile.envelope().header.envelope_id.clone())
                .unwrap_or_default();
            found.push(AccountSummary {
                address: address.unwrap_or_default(),
                udf,
                device_udf: id.to_owned(),
                state,
            });
        }
        Ok(found)
    }

    pub(crate) fn machine(&self) -> Ref<'_, Machine> {
        self.0.machine.borrow()
    }

    pub(crate) fn keys(&self) -> &FileStore {
        &self.0.keys
    }

    pub(crate) fn env(&self) -> &dyn Environment {
        &*self.0.client.env
    }

    /// The entry that is meant: the one with this address, or the only one.
    pub(crate) fn entry(
        &self,
        address: Option<&AccountAddress>,
    ) -> Result<(String, AnyCatalogedMachine), Error> {
        let wanted = address.map(ToString::to_string);
        let accounts = self.accounts()?;
        let mut fitting = accounts.iter().filter(|account| {
            wanted
                .as_ref()
                .is_none_or(|wanted| *wanted == account.address)
        });
        let Some(first) = fitting.next() else {
            return Err(Error::NoAccount { address: wanted });
        };
        if fitting.next().is_some() {
            let candidates = accounts
                .iter()
                .map(|account| account.address.clone())
                .collect();
            return Err(Error::Ambiguous {
                what: "accounts",
                candidates,
            });
        }
        let machine = self.machine();
        let found = machine.entries().find(|(id, _)| *id == first.device_udf);
        found
            .map(|(id, entry)| (id.to_owned(), entry.clone()))
            .ok_or(Error::NoAccount { address: wanted })
    }

    pub(crate) fn put(&self, id: &str, entry: impl Into<AnyCatalogedMachine>) -> Result<(), Error> {
        self.0.machine.borrow_mut().put(id, entry.into())
    }

    pub(crate) fn remove(&self, id: &str) -> Result<(), Error> {
        self.0.machine.borrow_mut().delete(id)
    }

    pub(crate) fn save_seed(&self, id: &str, kind: &str, seed: &Seed) -> Result<(), Error> {
        Ok(self.0.keys.save(id, kind, &seed.binary())?)
    }

    pub(crate) fn delete_seed(&self, id: &str) -> Result<(), Error> {
        self.0.keys.delete(id)?;
        Ok(())
    }

    pub(crate) fn load_seed(&self, id: &str) -> Result<Option<Seed>, Error> {
        match self.0.keys.load(id)? {
            Some(octets) => Ok(Some(Seed::from_binary(&octets)?)),
            None => Ok(None),
        }
    }

    /// Deletes what this device keeps of an account, and nothing at its service.
    ///
    /// # Errors
    /// [`Error::NoAccount`], [`Error::HomeUnusable`], [`Error::KeyStore`].
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// # use mesh_test::world::{Connection, World};
    /// # let world = World::new(Connection::Direct)?;
    /// # let home = world.home("laptop")?;
    /// # drop(home.create_account(&mesh_client::check_address("alice@localhost")?)?);
    /// let deleted = home.delete_account(None)?;
    /// assert_eq!(deleted.address, "alice@localhost");
    /// assert!(home.accounts()?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn delete_account(
        &self,
        address: Option<&AccountAddress>,
    ) -> Result<AccountSummary, Error> {
        let (id, entry) = self.entry(address)?;
        let summary = self
            .accounts()?
            .into_iter()
            .find(|account| account.device_udf == id);
        let summary = summary.ok_or(Error::NoAccount {
            address: address.map(ToString::to_string),
        })?;
        // Keys first: whatever happens then, what is left cannot be opened.
        self.0.keys.delete(&id)?;
        if let AnyCatalogedMachine::CatalogedPreconfigured(entry) = &entry
            && let Some(publication) = &entry.publication_id
        {
            self.0.keys.delete(publication)?;
        }
        if !summary.udf.is_empty() {
            self.0.keys.delete(&summary.udf)?;
            self.forget_offline(&summary.udf)?;
            let replicas = self.0.directory.join(&summary.udf);
            // Also those that were kept when another history was taken over.
            let failed = |error: &std::io::Error| unusable("remove", &replicas, error);
            let kept = format!("{}.", summary.udf);
            let listed = std::fs::read_dir(&self.0.directory).map_err(|error| failed(&error))?;
            for entry in listed {
                let entry = entry.map_err(|error| failed(&error))?;
                let name = entry.file_name();
                let name = name.to_string_lossy();
                if *name == summary.udf || name.starts_with(&kept) {
                    std::fs::remove_dir_all(entry.path()).map_err(|error| failed(&error))?;
                }
            }
        }
        self.remove(&id)?;
        Ok(summary)
    }
}

/// The profile envelope of an account in the form in which records carry it.
pub(crate) fn as_account<T>(envelope: &mesh_dare::Envelope) -> Enveloped<T>
where
    T: mesh_jsonbcd::Object,
{
    Enveloped::new(envelope.clone())
}
