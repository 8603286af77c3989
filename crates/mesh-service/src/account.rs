// SPDX-License-Identifier: MIT
//! The service's records of accounts.
//!
//! Spec: mesh-protocol, "BindAccount"; mesh-schema, "AccountHostAssignment".
//! Here: reading them, validated once and then remembered.
//! Not here: what an account stores (`store_sync`), who may act for it (`access`).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use mesh_dare::{Envelope, Enveloped, Seal};
use mesh_jsonbcd::{from_bytes, to_json, to_tagged_json};
use mesh_protocol::credential::ProfileSource;
use mesh_protocol::{Code, Failure};
use mesh_schema::generated::{AccountHostAssignment, KeyData, ProfileUser};
use mesh_schema::{AccountAddress, Valid};

use crate::error::Error;
use crate::generated::AccountUser;
use crate::host::Host;
use crate::store::{Account, AccountId, AccountState, Store};

/// How many profiles are kept validated.
const REMEMBERED: usize = 2_000;

/// An account that is served.
#[derive(Clone, Debug)]
pub struct Served {
    /// Its number in the store.
    pub id: AccountId,
    /// Its address.
    pub address: String,
    /// Its validated profile.
    pub profile: Arc<Valid<ProfileUser>>,
    /// What it was told of its host.
    pub assignment: Enveloped<AccountHostAssignment>,
    /// The rest of what is kept of it.
    pub(crate) record: AccountUser,
    suspended: bool,
}

impl Served {
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
    validated: Mutex<HashMap<String, Arc<Valid<ProfileUser>>>>,
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
            validated: Mutex::default(),
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

    /// Forgets what is remembered of an account.
    pub fn forget(&self, udf: &str) {
        self.validated
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(udf);
    }

    fn serve(&self, account: Option<Account>) -> Result<Option<Served>, Error> {
        let Some(account) = account.filter(|account| account.state != AccountState::Closed) else {
            return Ok(None);
        };
        let mut record: AccountUser = from_bytes(&account.record)?;
        let envelope = record
            .enveloped_profile_user
            .as_ref()
            .map(Enveloped::envelope);
        let envelope = envelope.ok_or(Error::Host {
            why: "the record of an account holds no profile",
        })?;
        let remembered = self
            .validated
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&account.profile_udf)
            .cloned();
        // Another host over the same store may have bound the account anew, with another profile under the same fingerprint.
        let profile = match remembered.filter(|profile| profile.envelope() == envelope) {
            Some(profile) => profile,
            None => {
                let profile = Arc::new(Valid::<ProfileUser>::validate(envelope)?);
                let mut validated = self
                    .validated
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                if validated.len() >= REMEMBERED {
                    validated.clear();
                }
                validated.insert(account.profile_udf.clone(), profile.clone());
                profile
            }
        };
        let assignment = record.enveloped_account_host_assignment.take();
        record.enveloped_profile_user = None;
        Ok(Some(Served {
            id: account.id,
            address: account.address,
            profile,
            assignment: assignment.unwrap_or_default(),
            record,
            suspended: account.state == AccountState::Suspended,
        }))
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
