// SPDX-License-Identifier: MIT
//! Who may ask for what: the check that stands before every operation.
//!
//! Spec: mesh-schema, "CatalogedAccess", "AccessCapability".
//! Here: from the proven key to the proof that an operation demands; the rows that follow from the access catalog.
//! Not here: proof of possession (`mesh-rud`), the meaning of roles (`mesh-schema`, right).

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use mesh_crypto::SecretBytes;
use mesh_dare::store::{Event, unique_id};
use mesh_dare::{Envelope, Exchange};
use mesh_jsonbcd::{from_bytes, from_tagged, to_json};
use mesh_protocol::caller::{AdminCaller, PublicCaller, Standing, UserCaller};
use mesh_protocol::generated::Operation;
use mesh_protocol::runtime::Authenticate;
use mesh_protocol::{Code, Failure, Peer};
use mesh_schema::generated::{AccessCapability, AnyCapability, CatalogedAccess};
use mesh_schema::{Role, Roles, StoreLabel};

use crate::account::{Accounts, Served};
use crate::error::Error;
use crate::store::{Store, StoreError, StoreTransaction};

/// The check for one request of one peer.
pub struct Access<'a> {
    pub(crate) store: &'a Arc<dyn Store>,
    pub(crate) accounts: &'a Accounts,
    pub(crate) peer: &'a Peer,
}

impl Access<'_> {
    /// The capacity in which the peer asks for something of an account.
    fn standing(&self, operation: Operation) -> Result<(Served, Standing), Failure> {
        let unknown = || Failure::new(Code::NotFound);
        match self.peer {
            Peer::Device { account, key } => {
                let served = self.accounts.by_profile(account)?.ok_or_else(unknown)?;
                let row = self
                    .store
                    .access(served.id, &key.udf().to_string())
                    .map_err(Error::from)?;
                let row = row.ok_or_else(|| Failure::new(Code::NotAuthorized))?;
                let capability =
                    access_of(&row)?.ok_or_else(|| Failure::new(Code::NotAuthorized))?;
                if capability.active != Some(true) {
                    return Err(Failure::new(Code::DeviceRevoked));
                }
                let roles = Roles::known(&capability.rights);
                Ok((served, Standing::Device(roles)))
            }
            Peer::Key(peer) => {
                let claim = peer
                    .claim
                    .as_deref()
                    .ok_or_else(|| Failure::new(Code::NotAuthorized))?;
                let served = self.accounts.by_claim(claim)?.ok_or_else(unknown)?;
                if operation == Operation::Complete {
                    return Ok((served, Standing::Unconnected));
                }
                let own = served.profile.authentication_key().map_err(Error::from)?;
                match own == peer.key {
                    true => Ok((served, Standing::Account)),
                    false => Err(Failure::new(Code::NotAuthorized)),
                }
            }
        }
    }
}

impl Authenticate for Access<'_> {
    fn public(&self, _: Operation) -> Result<PublicCaller, Failure> {
        Ok(PublicCaller {
            peer: self.peer.clone(),
        })
    }

    fn user(&self, operation: Operation) -> Result<UserCaller, Failure> {
        let (served, standing) = self.standing(operation)?;
        let account = served.profile.udf().map_err(Error::from)?;
        Ok(UserCaller {
            peer: self.peer.clone(),
            account,
            standing,
        })
    }

    fn admin(&self, operation: Operation) -> Result<AdminCaller, Failure> {
        // The account to be bound does not exist yet; the operation itself compares the key with the profile.
        if operation == Operation::BindAccount {
            return Ok(AdminCaller {
                peer: self.peer.clone(),
                account: None,
            });
        }
        let (served, standing) = self.standing(operation)?;
        match standing {
            Standing::Account => {}
            Standing::Device(roles) if roles.contains(Role::Super) => {}
            _ => return Err(Failure::new(Code::NotAdministrator)),
        }
        let account = served.profile.udf().map_err(Error::from)?;
        Ok(AdminCaller {
            peer: self.peer.clone(),
            account: Some(account),
        })
    }
}

/// True when a user may do this to a store.
#[must_use]
pub fn allows(standing: &Standing, label: StoreLabel, needed: mesh_schema::Access) -> bool {
    match standing {
        Standing::Account => true,
        Standing::Device(roles) => roles.access(label) >= needed,
        Standing::Unconnected => false,
    }
}

/// What a frame of the access catalog does to the rows.
pub(crate) enum AccessChange {
    /// Sets the row of a key.
    Put(String, Vec<u8>),
    /// Removes the row whose entry has this identifier.
    Remove(String, SecretBytes),
}

/// The right of a device to use the account, if a row says that.
pub(crate) fn access_of(row: &[u8]) -> Result<Option<AccessCapability>, Error> {
    Ok(match from_bytes(row)? {
        AnyCapability::AccessCapability(capability) => Some(*capability),
        _ => None,
    })
}

/// Reads what the new frames of an access catalog say, with the exchanges that hold the host's share of its key.
///
/// `stored` gives the frames that are in the store already.
pub(crate) fn changes(
    frames: &[Envelope],
    stored: &dyn Fn(u64) -> Result<Option<Envelope>, Error>,
    keys: &dyn mesh_crypto::KeySource,
) -> Result<Vec<AccessChange>, Error> {
    let mut exchanges: HashMap<u64, Rc<Exchange>> = HashMap::new();
    let mut exchange = |position: u64| -> Result<Rc<Exchange>, Error> {
        if let Some(opened) = exchanges.get(&position) {
            return Ok(opened.clone());
        }
        let sent = frames.iter().find(|frame| frame.index() == Some(position));
        let header = match sent {
            Some(frame) => frame.header.clone(),
            None => {
                let missing = mesh_dare::Error::Header {
                    field: "ExchangePosition",
                };
                stored(position)?.ok_or(missing)?.header
            }
        };
        let opened = Rc::new(Exchange::open(&header, keys)?);
        exchanges.insert(position, opened.clone());
        Ok(opened)
    };
    let mut found = Vec::new();
    for frame in frames {
        let info = frame.header.sequence_info.as_ref();
        let is_entry = frame.index() != Some(0) && info.and_then(|info| info.is_meta) != Some(true);
        if !is_entry {
            continue;
        }
        let meta = frame.content_meta()?;
        match Event::parse(meta.event.as_deref().unwrap_or_default())? {
            Event::Delete => {
                let id = meta
                    .unique_id
                    .ok_or(mesh_dare::Error::Header { field: "UniqueId" })?;
                found.push(AccessChange::Remove(id, exchange(0)?.index_key()?));
            }
            Event::New | Event::Update => {
                let position = info
                    .and_then(|info| info.exchange_position)
                    .and_then(|position| u64::try_from(position).ok())
                    .ok_or(mesh_dare::Error::Header {
                        field: "ExchangePosition",
                    })?;
                let payload = frame.open_with(&*exchange(position)?)?;
                let entry: CatalogedAccess = from_tagged(payload.expose_secret())?;
                let capability = entry.capability.ok_or(mesh_dare::Error::Header {
                    field: "Capability",
                })?;
                if let Some(key) = row_key(&capability)? {
                    found.push(AccessChange::Put(key, to_json(&capability)));
                }
            }
        }
    }
    Ok(found)
}

/// Under which key the service looks a capability up; `None` for those that it does not act on.
fn row_key(capability: &AnyCapability) -> Result<Option<String>, Error> {
    let (key, field) = match capability {
        AnyCapability::AccessCapability(capability) => (&capability.udf, "Udf"),
        AnyCapability::CapabilityDecryptServiced(capability) => (&capability.id, "Id"),
        AnyCapability::PublicationCapability(capability) => (&capability.id, "Id"),
        _ => return Ok(None),
    };
    let key = key.clone().ok_or(mesh_dare::Error::Header { field })?;
    Ok(Some(key))
}

impl AccessChange {
    pub(crate) fn apply(
        &self,
        transaction: &mut dyn StoreTransaction,
        rows: &[(String, Vec<u8>)],
    ) -> Result<(), StoreError> {
        match self {
            Self::Put(key, record) => transaction.access_put(key, record),
            Self::Remove(id, index_key) => {
                for (key, _) in rows
                    .iter()
                    .filter(|(key, _)| unique_id(index_key.expose_secret(), key) == *id)
                {
                    transaction.access_remove(key)?;
                }
                Ok(())
            }
        }
    }
}
