// SPDX-License-Identifier: MIT
//! Who may ask for what: the check that stands before every operation.
//!
//! Spec: mesh-schema, "CatalogedAccess", "AccessCapability".
//! Here: from the proven key to the proof that an operation demands; the rows that follow from the access catalog.
//! Not here: proof of possession (`mesh-rud`), the meaning of roles (`mesh-schema`, right).

use std::sync::Arc;

use mesh_crypto::SecretBytes;
use mesh_dare::store::{Event, unique_id};
use mesh_dare::{Envelope, Exchange};
use mesh_jsonbcd::{from_bytes, from_tagged, to_json};
use mesh_protocol::caller::{AdminCaller, PublicCaller, Standing, UserCaller};
use mesh_protocol::generated::Operation;
use mesh_protocol::runtime::Authenticate;
use mesh_protocol::{Code, Failure, Peer};
use mesh_schema::generated::{AccessCapability, CatalogedAccess};
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
                let capability: AccessCapability = from_bytes(&row).map_err(Error::from)?;
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

/// Reads what the new frames of an access catalog say, with the exchange that holds the host's share of its key.
pub(crate) fn changes(
    frames: &[Envelope],
    first: &Envelope,
    keys: &dyn mesh_crypto::KeySource,
) -> Result<Vec<AccessChange>, Error> {
    let exchange = Exchange::open(&first.header, keys)?;
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
                found.push(AccessChange::Remove(id, exchange.index_key()?));
            }
            Event::New | Event::Update => {
                let payload = frame.open_with(&exchange)?;
                let entry: CatalogedAccess = from_tagged(payload.expose_secret())?;
                let capability = entry.access().ok_or(mesh_dare::Error::Header {
                    field: "Capability",
                })?;
                let key = capability
                    .udf
                    .clone()
                    .ok_or(mesh_dare::Error::Header { field: "Udf" })?;
                found.push(AccessChange::Put(key, to_json(capability)));
            }
        }
    }
    Ok(found)
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
