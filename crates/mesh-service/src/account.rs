// SPDX-License-Identifier: MIT
//! The service's records of accounts.
//!
//! Spec: mesh-protocol, "BindAccount"; mesh-schema, "AccountHostAssignment".
//! Here: reading them, validated once and then remembered.
//! Not here: what an account stores (`store_sync`), who may act for it (`access`).

use std::sync::Arc;

use mesh_dare::{Envelope, Enveloped, Seal};
use mesh_jsonbcd::{from_bytes, to_json, to_json_b, to_tagged_json};
use mesh_protocol::credential::ProfileSource;
use mesh_protocol::{Code, Failure};
use mesh_schema::generated::{AccessCapability, AccountHostAssignment, KeyData, ProfileUser};
use mesh_schema::{AccountAddress, Valid};

use crate::access::access_of;
use crate::error::Error;
use crate::generated::AccountUser;
use crate::host::Host;
use crate::remembered::Remembered;
use crate::store::{Account, AccountId, AccountState, Store};

/// Octets of records that are kept read and validated.
const REMEMBERED: usize = 2 << 20;

/// An account that is served.
#[derive(Clone, Debug)]
pub struct Served {
    /// Its number in the store.
    pub id: AccountId,
    /// Its address.
    pub address: String,
    /// Its validated profile.
    pub profile: Arc<Valid<ProfileUser>>,
    about: Arc<About>,
    suspended: bool,
}

/// What the record of an account says.
#[derive(Debug)]
struct About {
    profile: Arc<Valid<ProfileUser>>,
    assignment: Enveloped<AccountHostAssignment>,
    /// The rest.
    record: AccountUser,
    /// Profile and assignment as they go over the wire.
    encoded: [Vec<u8>; 2],
}

impl Served {
    /// What it was told of its host.
    pub(crate) fn assignment(&self) -> &Enveloped<AccountHostAssignment> {
        &self.about.assignment
    }

    /// The rest of what is kept of it.
    pub(crate) fn record(&self) -> &AccountUser {
        &self.about.record
    }

    /// Its profile and what it was told of its host, as JSON-B.
    pub(crate) fn encoded(&self) -> [&[u8]; 2] {
        self.about.encoded.each_ref().map(Vec::as_slice)
    }

    /// The account, unless the operator has suspended it.
    pub(crate) fn active(self) -> Result<Self, Failure> {
        match self.suspended {
            true => Err(Failure::new(Code::Suspended)),
            false => Ok(self),
        }
    }
}

/// The accounts of a service.
pub struct Accounts {
    store: Arc<dyn Store>,
    remembered: Remembered<About>,
    capabilities: Remembered<Option<AccessCapability>>,
}

impl std::fmt::Debug for Accounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Accounts")
    }
}

impl Accounts {
    /// The accounts in a store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            remembered: Remembered::new(REMEMBERED),
            capabilities: Remembered::new(REMEMBERED),
        }
    }

    /// The account with this fingerprint.
    ///
    /// # Errors
    /// [`Error::Store`], or when its record is damaged.
    pub fn by_profile(&self, udf: &str) -> Result<Option<Served>, Error> {
        self.serve(self.store.account_by_profile(&udf.to_ascii_uppercase())?)
    }

    /// The account with this address.
    ///
    /// # Errors
    /// As [`Accounts::by_profile`].
    pub fn by_address(&self, address: &AccountAddress) -> Result<Option<Served>, Error> {
        self.serve(self.store.account_by_address(&address.to_string())?)
    }

    /// The account that a claim names, by address or fingerprint.
    ///
    /// # Errors
    /// As [`Accounts::by_profile`].
    pub fn by_claim(&self, claim: &str) -> Result<Option<Served>, Error> {
        match AccountAddress::parse(claim) {
            Ok(address) => self.by_address(&address),
            Err(_) => self.by_profile(claim),
        }
    }

    /// The right of a device to use an account, from the access row of its key; nothing when the row says something else.
    pub(crate) fn capability(
        &self,
        id: AccountId,
        key: &str,
    ) -> Result<Arc<Option<AccessCapability>>, Error> {
        match self.store.access(id, key)? {
            Some(row) => self
                .capabilities
                .of(&format!("{id} {key}"), &row, access_of),
            None => Ok(Arc::default()),
        }
    }

    fn serve(&self, account: Option<Account>) -> Result<Option<Served>, Error> {
        let Some(account) = account.filter(|account| account.state != AccountState::Closed) else {
            return Ok(None);
        };
        let about = self
            .remembered
            .of(&account.profile_udf, &account.record, About::read)?;
        Ok(Some(Served {
            id: account.id,
            address: account.address,
            profile: about.profile.clone(),
            about,
            suspended: account.state == AccountState::Suspended,
        }))
    }
}

impl About {
    fn read(record: &[u8]) -> Result<Self, Error> {
        let mut record: AccountUser = from_bytes(record)?;
        let profile = record.enveloped_profile_user.take().ok_or(Error::Host {
            why: "the record of an account holds no profile",
        })?;
        let profile = Arc::new(Valid::<ProfileUser>::validate(profile.envelope())?);
        let assignment = record.enveloped_account_host_assignment.take();
        let assignment = assignment.unwrap_or_default();
        Ok(Self {
            encoded: [to_json_b(profile.envelope()), to_json_b(&assignment)],
            profile,
            assignment,
            record,
        })
    }
}

impl ProfileSource for Accounts {
    fn profile(&self, udf: &str) -> Option<Arc<Valid<ProfileUser>>> {
        match self.by_profile(udf) {
            Ok(found) => found.map(|served| served.profile),
            Err(error) => {
                tracing::error!(%error, "the profile of an account cannot be read");
                None
            }
        }
    }
}

/// What an account is told of its host.
///
/// # Errors
/// [`Error::Dare`].
pub(crate) fn assignment(
    host: &Host,
    address: &AccountAddress,
    env: &dyn mesh_crypto::Environment,
) -> Result<Enveloped<AccountHostAssignment>, Error> {
    let assignment = AccountHostAssignment {
        account_addess: Some(address.to_string()),
        access_encrypt: Some(KeyData::of_public(host.access_encrypt())),
        enveloped_profile_service: Some(host.service.enveloped()),
        ..AccountHostAssignment::default()
    };
    let envelope = Seal {
        digest: true,
        ..Seal::default()
    }
    .seal(&to_tagged_json(&assignment), env)?;
    Ok(Enveloped::new(envelope))
}

/// The record of a new account.
pub(crate) fn record(
    address: &AccountAddress,
    udf: &str,
    profile: &Envelope,
    assignment: &Enveloped<AccountHostAssignment>,
) -> Vec<u8> {
    to_json(&AccountUser {
        profile_udf: Some(udf.to_owned()),
        local_address: Some(address.to_string()),
        enveloped_profile_user: Some(Enveloped::new(profile.clone())),
        enveloped_account_host_assignment: Some(assignment.clone()),
        ..AccountUser::default()
    })
}
