// SPDX-License-Identifier: MIT
//! Who may ask for what: the check that stands before every operation.
//!
//! Spec: mesh-schema, "CatalogedAccess", "AccessCapability".
//! Here: from the proven key to the proof that an operation demands; the rows that follow from the access catalog.
//! Not here: proof of possession (`mesh-rud`), the meaning of roles (`mesh-schema`, right).

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use mesh_dare::store::{Effect, Event};
use mesh_dare::{Envelope, Enveloped, Exchange};
use mesh_jsonbcd::{from_bytes, from_tagged, to_json};
use mesh_protocol::caller::{AdminCaller, PublicCaller, Standing, UserCaller};
use mesh_protocol::generated::Operation;
use mesh_protocol::runtime::Authenticate;
use mesh_protocol::{Code, Failure, Peer};
use mesh_schema::generated::{AccessCapability, AnyCapability, CatalogedAccess, CatalogedDevice};
use mesh_schema::{Role, Roles, StoreLabel};

use crate::account::{Accounts, Served};
use crate::error::Error;
use crate::store::{StoreError, StoreTransaction};

/// The check for one request of one peer.
pub struct Access<'a> {
    pub(crate) accounts: &'a Accounts,
    pub(crate) peer: &'a Peer,
}

/// Whom the check has found out.
pub(crate) struct Known {
    /// The account.
    pub(crate) served: Served,
    /// The capacity in which the peer asks for something of it.
    pub(crate) standing: Standing,
    /// What the account says of the device that asks, where one does.
    capability: Arc<Option<AccessCapability>>,
}

impl Known {
    /// The catalog entry of the device that asks, unless it knows it by its digest, and the digest.
    pub(crate) fn entry(
        &self,
        known: Option<&str>,
    ) -> (Option<Enveloped<CatalogedDevice>>, Option<String>) {
        entry_in(&self.capability, known)
    }
}

/// The catalog entry in the right of a device to use an account, unless it is known by its digest, and the digest.
pub(crate) fn entry_in(
    capability: &Option<AccessCapability>,
    known: Option<&str>,
) -> (Option<Enveloped<CatalogedDevice>>, Option<String>) {
    let Some(capability) = capability else {
        return (None, None);
    };
    let digest = capability.cataloged_device_digest.clone();
    let entry = capability.enveloped_cataloged_device.as_ref();
    let entry = entry.filter(|_| digest.as_deref() != known).cloned();
    (entry, digest)
}

impl Access<'_> {
    /// Who the peer is, for an operation of a user.
    pub(crate) fn known(&self, operation: Operation) -> Result<Known, Failure> {
        let unknown = || Failure::new(Code::NotFound);
        match self.peer {
            Peer::Device { account, key } => {
                let served = self.accounts.by_profile(account)?.ok_or_else(unknown)?;
                let found = self
                    .accounts
                    .capability(served.id, &key.udf().to_string())?;
                let Some(capability) = &*found else {
                    return Err(Failure::new(Code::NotAuthorized));
                };
                if capability.active != Some(true) {
                    return Err(Failure::new(Code::DeviceRevoked));
                }
                let roles = Roles::known(&capability.rights);
                Ok(Known {
                    served: served.active()?,
                    standing: Standing::Device(roles),
                    capability: found,
                })
            }
            Peer::Key(peer) => {
                let claim = peer
                    .claim
                    .as_deref()
                    .ok_or_else(|| Failure::new(Code::NotAuthorized))?;
                let served = self.accounts.by_claim(claim)?.ok_or_else(unknown)?;
                let standing = match operation {
                    Operation::Complete => Standing::Unconnected,
                    _ => {
                        let own = served.profile.authentication_key().map_err(Error::from)?;
                        if own != peer.key {
                            return Err(Failure::new(Code::NotAuthorized));
                        }
                        Standing::Account
                    }
                };
                Ok(Known {
                    served: served.active()?,
                    standing,
                    capability: Arc::default(),
                })
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
        let Known {
            served, standing, ..
        } = self.known(operation)?;
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
        let Known {
            served, standing, ..
        } = self.known(operation)?;
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
    /// Removes the row of a key.
    Remove(String),
}

/// The right of a device to use the account, if a row says that.
pub(crate) fn access_of(row: &[u8]) -> Result<Option<AccessCapability>, Error> {
    Ok(match from_bytes(row)? {
        AnyCapability::AccessCapability(capability) => Some(*capability),
        _ => None,
    })
}

/// The frames of an access catalog that are in the store already.
pub(crate) trait StoredAccess {
    /// The frame at an index.
    fn frame(&self, index: u64) -> Result<Option<Envelope>, Error>;

    /// The latest frame of an entry.
    fn latest(&self, unique_id: &str) -> Result<Option<Envelope>, Error>;
}

/// Reads what the new frames of an access catalog say, with the exchanges that hold the host's share of its key.
///
/// What is under an exchange that is not for this host is another host's business: an account that moves here brings its history along.
pub(crate) fn changes(
    frames: &[Envelope],
    stored: &dyn StoredAccess,
    keys: &dyn mesh_crypto::KeySource,
) -> Result<Vec<AccessChange>, Error> {
    let mut exchanges: HashMap<u64, Option<Rc<Exchange>>> = HashMap::new();
    let mut open = |frame: &Envelope| -> Result<Option<AnyCapability>, Error> {
        let missing = || mesh_dare::Error::Header {
            field: "ExchangePosition",
        };
        let info = frame.header.sequence_info.as_ref();
        let position = info
            .and_then(|info| info.exchange_position)
            .and_then(|position| u64::try_from(position).ok())
            .ok_or_else(missing)?;
        let exchange = match exchanges.get(&position) {
            Some(exchange) => exchange.clone(),
            None => {
                let sent = frames.iter().find(|frame| frame.index() == Some(position));
                let header = match sent {
                    Some(frame) => frame.header.clone(),
                    None => stored.frame(position)?.ok_or_else(missing)?.header,
                };
                let opened = match Exchange::open(&header, keys) {
                    Ok(opened) => Some(Rc::new(opened)),
                    Err(mesh_dare::Error::NoKey { .. }) => None,
                    Err(error) => return Err(error.into()),
                };
                exchanges.insert(position, opened.clone());
                opened
            }
        };
        let Some(exchange) = exchange else {
            return Ok(None);
        };
        let payload = frame
            .open_with(&exchange)
            .map_err(|source| mesh_dare::Error::Frame {
                index: frame.index().unwrap_or(u64::MAX),
                source: Box::new(source),
            })?;
        let entry: CatalogedAccess = from_tagged(payload.expose_secret())?;
        let capability = entry.capability.ok_or(mesh_dare::Error::Header {
            field: "Capability",
        })?;
        Ok(Some(capability))
    };
    let mut found = Vec::new();
    let mut latest: HashMap<String, &Envelope> = HashMap::new();
    for frame in frames {
        let Some(index) = frame.index() else { continue };
        let Effect::Change(id, event) = Effect::of(&frame.header, index)? else {
            continue;
        };
        match event {
            Event::Delete => {
                let before = match latest.get(&id) {
                    Some(frame) => Some((*frame).clone()),
                    None => stored.latest(&id)?,
                };
                // An entry that another host was told of has no row here.
                if let Some(capability) = before.map(|frame| open(&frame)).transpose()?.flatten()
                    && let Some(key) = row_key(&capability)?
                {
                    found.push(AccessChange::Remove(key));
                }
            }
            Event::New | Event::Update => {
                if let Some(capability) = open(frame)?
                    && let Some(key) = row_key(&capability)?
                {
                    found.push(AccessChange::Put(key, to_json(&capability)));
                }
                latest.insert(id, frame);
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
    pub(crate) fn apply(&self, transaction: &mut dyn StoreTransaction) -> Result<(), StoreError> {
        match self {
            Self::Put(key, record) => transaction.access_put(key, record),
            Self::Remove(key) => transaction.access_remove(key).map(drop),
        }
    }
}
