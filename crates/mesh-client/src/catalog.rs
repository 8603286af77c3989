// SPDX-License-Identifier: MIT
//! Entries of the catalogs: passwords, SSH keys and whatever else has a type of entry.
//!
//! Spec: mesh-schema, "Catalogs".
//! Here: adding, updating, deleting and finding entries of any type, and the two that have rules of their own.
//! Not here: the history of a catalog (`mesh-dare`), devices (`device`).

use mesh_crypto::{KeyAlgorithm, KeyRing, PrivateKey, SecretBytes};
use mesh_dare::store::Event;
use mesh_dare::store::catalog::{Change, EntryName};
use mesh_dare::store::replica::Replica;
use mesh_jsonbcd::{ErrorClass, from_bytes, from_tagged, read_tag};
use mesh_schema::catalog::CatalogEntry;
use mesh_schema::generated::{AnyCatalogedEntry, CatalogedApplicationSsh, CatalogedCredential};
use mesh_schema::{Access, Role, Roles, StoreLabel};

use crate::account::Account;
use crate::error::Error;
use crate::transact::Batch;

/// What became of an entry that was put into a catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is new.
    Added,
    /// It replaced an earlier one.
    Updated,
}

/// An entry that opens with no key that this device has, or holds no entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Its catalog.
    pub store: StoreLabel,
    /// Where it stands in it.
    pub frame: u64,
    /// What is wrong with it.
    pub why: String,
    pseudonym: Option<String>,
}

/// An entry of any type, and where it stands.
#[derive(Clone, Debug)]
pub struct Located {
    /// Its catalog.
    pub store: StoreLabel,
    /// The pseudonym of its key in the catalog, which tells nothing of it.
    pub id: String,
    /// The entry.
    pub entry: AnyCatalogedEntry,
}

/// The entry in a frame, if it has this type.
fn entry_at<E: CatalogEntry>(
    replica: &Replica<std::fs::File>,
    index: u64,
    keys: &KeyRing,
) -> Result<Option<E>, Error> {
    let payload = replica.payload(index, keys)?;
    Ok(match read_tag(payload.expose_secret())? == E::TAG {
        true => Some(from_tagged(payload.expose_secret())?),
        false => None,
    })
}

impl Account {
    /// Adds an entry to its catalog, or replaces the one with the same key.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] when the roles of this device do not include the catalog; [`Error::Protocol`].
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// # use mesh_test::world::{Connection, World};
    /// # let world = World::new(Connection::Direct)?;
    /// # let home = world.home("laptop")?;
    /// # let mut alice = home.create_account(&mesh_client::check_address("alice@localhost")?)?;
    /// use mesh_client::Put;
    /// use mesh_crypto::SecretString;
    /// use mesh_schema::generated::CatalogedCredential;
    ///
    /// let password = SecretString::new("correct horse".to_owned());
    /// let entry = CatalogedCredential::password("example.com", "alice", password);
    /// assert_eq!(alice.put(&entry)?, Put::Added);
    /// assert_eq!(alice.put(&entry)?, Put::Updated);
    /// assert_eq!(alice.credential("example.com", None)?, entry);
    /// # Ok(())
    /// # }
    /// ```
    pub fn put<E: CatalogEntry>(&mut self, entry: &E) -> Result<Put, Error> {
        self.check_writable::<E>()?;
        self.transact(|account| {
            let event = account.event_of(entry)?;
            let mut batch = Batch::default();
            batch.change(E::STORE, entry.change(event)?);
            Ok((
                batch,
                if event == Event::New {
                    Put::Added
                } else {
                    Put::Updated
                },
            ))
        })
    }

    /// Adds or replaces many entries of one catalog in one transaction.
    ///
    /// # Errors
    /// As [`Account::put`].
    pub fn put_all<E: CatalogEntry>(&mut self, entries: &[E]) -> Result<(), Error> {
        self.check_writable::<E>()?;
        self.transact(|account| {
            let mut batch = Batch::default();
            let mut seen = std::collections::HashSet::new();
            for entry in entries {
                let again = !seen.insert(entry.primary_key()?);
                let event = if again {
                    Event::Update
                } else {
                    account.event_of(entry)?
                };
                batch.change(E::STORE, entry.change(event)?);
            }
            Ok((batch, ()))
        })
    }

    /// The entry with this key.
    ///
    /// # Errors
    /// [`Error::NotAllowed`], [`Error::Dare`] when it was altered.
    pub fn entry<E: CatalogEntry>(&mut self, key: &str) -> Result<Option<E>, Error> {
        self.check_readable::<E>()?;
        let (replica, keys) = self.opened(E::STORE)?;
        let found = replica.entry(key, keys)?;
        Ok(found
            .map(|payload| from_tagged(payload.expose_secret()))
            .transpose()?)
    }

    /// All entries of one type, in the order in which they were last changed.
    ///
    /// Whoever may write a catalog may write what opens nowhere. That must not hide everything else: an entry that cannot be read is
    /// left out and logged, and [`Account::unreadable`] names it. Devices and their access are exempt: of those none is overlooked.
    ///
    /// # Errors
    /// As [`Account::entry`].
    pub fn entries<E: CatalogEntry>(&mut self) -> Result<Vec<E>, Error> {
        self.check_readable::<E>()?;
        let strict = matches!(E::STORE, StoreLabel::Device | StoreLabel::Access);
        let mut found = Vec::new();
        let (replica, keys) = self.opened(E::STORE)?;
        for index in replica.state().live() {
            match entry_at(replica, index, keys) {
                Ok(entry) => found.extend(entry),
                Err(error) if strict || error.class() == ErrorClass::Unavailable => {
                    return Err(error);
                }
                Err(error) => {
                    tracing::warn!(store = %E::STORE, %error, "an entry cannot be read and is left out");
                }
            }
        }
        Ok(found)
    }

    /// All entries of a catalog, of whatever types, in the order in which they were last changed. What cannot be read is left out and
    /// logged, as by [`Account::entries`].
    ///
    /// # Errors
    /// [`Error::NotAllowed`] when the roles of this device do not include the catalog; [`Error::Dare`] when it was altered.
    pub fn located(&mut self, store: StoreLabel) -> Result<Vec<Located>, Error> {
        self.check_catalog(store)?;
        let (replica, keys) = self.opened(store)?;
        let mut found = Vec::new();
        for (index, id) in replica.state().live_entries() {
            let read = || -> Result<AnyCatalogedEntry, Error> {
                let payload = replica.payload(index, keys)?;
                Ok(from_bytes(payload.expose_secret())?)
            };
            match read() {
                Ok(entry) => found.push(Located {
                    store,
                    id: id.to_owned(),
                    entry,
                }),
                Err(error) if error.class() == ErrorClass::Unavailable => {
                    return Err(error);
                }
                Err(error) => {
                    tracing::warn!(%store, %error, "an entry cannot be read and is left out");
                }
            }
        }
        Ok(found)
    }

    /// One of these entries, as it is now; `None` when it is there no longer.
    ///
    /// # Errors
    /// As [`Account::located`].
    pub fn entry_at(&mut self, store: StoreLabel, id: &str) -> Result<Option<Located>, Error> {
        self.check_catalog(store)?;
        let (replica, keys) = self.opened(store)?;
        let slot = replica.state().slot(id);
        let Some(slot) = slot.filter(|slot| slot.event != Event::Delete) else {
            return Ok(None);
        };
        let payload = replica.payload(slot.index, keys)?;
        Ok(Some(Located {
            store,
            id: id.to_owned(),
            entry: from_bytes(payload.expose_secret())?,
        }))
    }

    fn check_catalog(&self, store: StoreLabel) -> Result<(), Error> {
        match !store.is_spool() && self.roles.access(store) >= Access::Read {
            true => Ok(()),
            false => Err(Error::NotAllowed {
                what: "read this catalog: its roles do not include it",
            }),
        }
    }

    /// The entries that cannot be read, of all catalogs that this device reads.
    ///
    /// # Errors
    /// [`Error::Dare`] when the storage fails; [`Error::Protocol`] when the service's help is needed and not to be had.
    pub fn unreadable(&mut self) -> Result<Vec<Unreadable>, Error> {
        let mut found = Vec::new();
        for store in self.roles.readable() {
            // What governs the account is never left out, and never discarded.
            let governs = matches!(store, StoreLabel::Device | StoreLabel::Access);
            if store.is_spool() || governs {
                continue;
            }
            let (replica, keys) = self.opened(store)?;
            for index in replica.state().live() {
                let payload = replica.payload(index, keys).map_err(Error::from);
                let entry = payload.and_then(|payload| {
                    Ok(from_bytes::<AnyCatalogedEntry>(payload.expose_secret())?)
                });
                match entry {
                    Ok(_) => {}
                    Err(error) if error.class() == ErrorClass::Unavailable => return Err(error),
                    Err(error) => found.push(Unreadable {
                        store,
                        frame: index,
                        why: error.to_string(),
                        pseudonym: replica.frame(index)?.content_meta()?.unique_id,
                    }),
                }
            }
        }
        Ok(found)
    }

    /// Deletes entries that cannot be read, on all devices, from the catalogs that this device may write.
    ///
    /// # Errors
    /// [`Error::NotAllowed`], [`Error::Protocol`].
    pub fn discard(&mut self, entries: &[Unreadable]) -> Result<(), Error> {
        self.transact(|account| {
            let mut batch = Batch::default();
            for entry in entries {
                let Some(id) = &entry.pseudonym else { continue };
                if account.roles.access(entry.store) != Access::Write {
                    continue;
                }
                let change = Change {
                    entry: EntryName::Pseudonym(id.clone()),
                    event: Event::Delete,
                    payload: SecretBytes::new(Vec::new()),
                };
                batch.change(entry.store, change);
            }
            Ok((batch, ()))
        })
    }

    /// Deletes the entry with this key.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::NotAllowed`], [`Error::Protocol`].
    pub fn delete_entry<E: CatalogEntry>(&mut self, key: &str) -> Result<(), Error> {
        self.check_writable::<E>()?;
        self.transact(|account| {
            let (replica, keys) = account.opened(E::STORE)?;
            if !replica.contains(key, keys)? {
                return Err(Error::NotFound {
                    what: "entry",
                    name: key.to_owned(),
                });
            }
            let mut batch = Batch::default();
            batch.change(
                E::STORE,
                Change {
                    entry: EntryName::Key(key.to_owned()),
                    event: Event::Delete,
                    payload: SecretBytes::new(Vec::new()),
                },
            );
            Ok((batch, ()))
        })
    }

    pub(crate) fn event_of<E: CatalogEntry>(&mut self, entry: &E) -> Result<Event, Error> {
        let (replica, keys) = self.opened(E::STORE)?;
        let exists = replica.contains(&entry.primary_key()?, keys)?;
        Ok(if exists { Event::Update } else { Event::New })
    }

    fn check_readable<E: CatalogEntry>(&self) -> Result<(), Error> {
        self.check::<E>(
            Access::Read,
            "read this catalog: its roles do not include it",
        )
    }

    pub(crate) fn check_writable<E: CatalogEntry>(&self) -> Result<(), Error> {
        self.check::<E>(
            Access::Write,
            "change this catalog: its roles do not include it",
        )
    }

    fn check<E: CatalogEntry>(&self, needed: Access, what: &'static str) -> Result<(), Error> {
        if self.roles.access(E::STORE) >= needed {
            Ok(())
        } else {
            Err(Error::NotAllowed { what })
        }
    }

    /// The passwords.
    ///
    /// # Errors
    /// As [`Account::entries`].
    pub fn credentials(&mut self) -> Result<Vec<CatalogedCredential>, Error> {
        self.entries()
    }

    /// The password for a service, and for a user where there are several.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`] with the names of the users.
    pub fn credential(
        &mut self,
        service: &str,
        username: Option<&str>,
    ) -> Result<CatalogedCredential, Error> {
        // With both parts of the key there is no need to open every entry.
        if let Some(name) = username {
            let wanted = CatalogedCredential {
                service: Some(service.to_owned()),
                username: Some(name.to_owned()),
                ..CatalogedCredential::default()
            };
            if let Some(found) = self.entry(&wanted.primary_key()?)? {
                return Ok(found);
            }
        }
        let fits = |entry: &CatalogedCredential| {
            entry.service.as_deref() == Some(service)
                && username.is_none_or(|name| entry.username.as_deref().unwrap_or_default() == name)
        };
        let mut found: Vec<_> = self.credentials()?.into_iter().filter(fits).collect();
        if found.len() > 1 {
            let candidates = found
                .into_iter()
                .map(|entry| entry.username.unwrap_or_default())
                .collect();
            return Err(Error::Ambiguous {
                what: "users",
                candidates,
            });
        }
        found.pop().ok_or(Error::NotFound {
            what: "password for",
            name: service.to_owned(),
        })
    }

    /// Deletes a password.
    ///
    /// # Errors
    /// As [`Account::credential`] and [`Account::delete_entry`].
    pub fn delete_credential(
        &mut self,
        service: &str,
        username: Option<&str>,
    ) -> Result<(), Error> {
        let key = self.credential(service, username)?.primary_key()?;
        self.delete_entry::<CatalogedCredential>(&key)
    }

    /// The SSH keys.
    ///
    /// # Errors
    /// As [`Account::entries`].
    pub fn ssh_keys(&mut self) -> Result<Vec<CatalogedApplicationSsh>, Error> {
        self.entries()
    }

    /// The SSH key of a name.
    ///
    /// # Errors
    /// [`Error::NotFound`]; as [`Account::entry`].
    pub fn ssh_key(&mut self, name: &str) -> Result<CatalogedApplicationSsh, Error> {
        let found = self.entry(&CatalogedApplicationSsh::key_of(name))?;
        found.ok_or(Error::NotFound {
            what: "SSH key",
            name: name.to_owned(),
        })
    }

    /// Attaches an SSH key made here: Ed25519, under a name of the user's choice.
    ///
    /// # Errors
    /// [`Error::Exists`] when the name is taken; as [`Account::put`].
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// # use mesh_test::world::{Connection, World};
    /// # let world = World::new(Connection::Direct)?;
    /// # let home = world.home("laptop")?;
    /// # let mut alice = home.create_account(&mesh_client::check_address("alice@localhost")?)?;
    /// let made = alice.create_ssh_key("work")?;
    /// assert_eq!(alice.ssh_key("work")?, made);
    /// # Ok(())
    /// # }
    /// ```
    pub fn create_ssh_key(&mut self, name: &str) -> Result<CatalogedApplicationSsh, Error> {
        let key = PrivateKey::generate(KeyAlgorithm::Ed25519, self.home.env());
        self.import_ssh_key(name, &key)
    }

    /// Attaches an SSH key that exists.
    ///
    /// # Errors
    /// As [`Account::create_ssh_key`].
    pub fn import_ssh_key(
        &mut self,
        name: &str,
        key: &PrivateKey,
    ) -> Result<CatalogedApplicationSsh, Error> {
        let entry = CatalogedApplicationSsh::client_key(
            name,
            key,
            &Roles::new(&[Role::Web, Role::Developer]),
        );
        self.check_writable::<CatalogedApplicationSsh>()?;
        self.transact(|account| {
            // A key is never replaced by accident: whoever relies on it would be locked out.
            if account.event_of(&entry)? != Event::New {
                return Err(Error::Exists {
                    what: "SSH key",
                    name: name.to_owned(),
                });
            }
            let mut batch = Batch::default();
            batch.change(CatalogedApplicationSsh::STORE, entry.change(Event::New)?);
            Ok((batch, ()))
        })?;
        Ok(entry)
    }

    /// Deletes an SSH key.
    ///
    /// # Errors
    /// [`Error::NotFound`]; as [`Account::delete_entry`].
    pub fn delete_ssh_key(&mut self, name: &str) -> Result<(), Error> {
        self.ssh_key(name)?;
        self.delete_entry::<CatalogedApplicationSsh>(&CatalogedApplicationSsh::key_of(name))
    }
}
