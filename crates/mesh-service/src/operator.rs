// SPDX-License-Identifier: MIT
//! What the operator of a service does with its accounts and invitations.
//!
//! Spec: none.
//! Here: one function for each command; what an operator sees of an account: its size, not its content.
//! Not here: how a command comes to the running service (`admin`), what is allowed by default (`policy`).

use mesh_crypto::udf::pin::Pin;
use mesh_crypto::{DateTime, Udf};
use mesh_jsonbcd::{ErrorClass, SecretString, from_bytes, to_json};
use mesh_protocol::{Code, Failure};
use mesh_schema::AccountAddress;
use serde::{Deserialize, Serialize};

use crate::access::access_of;
use crate::error::Error;
use crate::generated::{AccountUser, Invitation};
use crate::service::Service;
use crate::store::{Account, AccountChange, AccountId, AccountState, HostChange};

/// Under what the records of invitations are kept.
const INVITATION: &str = "invitation/";
/// Random bits of an invitation.
const INVITATION_BITS: usize = 120;
/// The content type under which the code of an invitation is digested.
const INVITATION_TYPE: &str = "application/mmm-invitation";
/// Accounts in one answer.
const MAX_PAGE: usize = 500;
/// What stands in the record of an account that may keep any number of octets.
const UNLIMITED: i64 = i64::MAX;

/// Why a command of an operator was not carried out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OperatorError {
    /// There is no such account or invitation.
    #[error("there is no {what} {name}")]
    NotFound {
        /// Kind of thing.
        what: &'static str,
        /// What it was called.
        name: String,
    },
    /// A number or a time is not possible.
    #[error("{what} is not possible")]
    Unusable {
        /// What is not.
        what: &'static str,
    },
    /// The service failed.
    #[error(transparent)]
    Service(#[from] Error),
}

impl OperatorError {
    /// Whose fault it is.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::NotFound { .. } | Self::Unusable { .. } => ErrorClass::Misuse,
            Self::Service(error) => error.class(),
        }
    }
}

impl From<crate::store::StoreError> for OperatorError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Service(error.into())
    }
}

impl From<mesh_jsonbcd::Error> for OperatorError {
    fn from(error: mesh_jsonbcd::Error) -> Self {
        Self::Service(error.into())
    }
}

/// How much an account may keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Allowance {
    /// What the service gives every account.
    Default,
    /// As much as the disk holds.
    Unlimited,
    /// So many octets.
    Octets(u64),
}

/// What an operator sees of an account in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountLine {
    /// Its number.
    pub id: u64,
    /// Its address.
    pub address: String,
    /// The fingerprint of its profile.
    pub udf: String,
    /// `active`, `suspended` or `closed`.
    pub state: String,
    /// Octets of all its frames.
    pub octets: u64,
    /// How many octets it may keep; nothing where there is no limit.
    pub quota: Option<u64>,
}

/// What an operator sees of one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountDetail {
    /// As in a list.
    #[serde(flatten)]
    pub line: AccountLine,
    /// Whether its quota is its own, not that of every account.
    pub own_quota: bool,
    /// Devices that may use it.
    pub devices: usize,
    /// Its stores.
    pub stores: Vec<StoreLine>,
}

/// How large a store of an account is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreLine {
    /// Its label.
    pub store: String,
    /// Its frames.
    pub frames: u64,
    /// Octets of the frames.
    pub octets: u64,
}

/// An invitation, without its code, which nobody can tell any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationLine {
    /// The fingerprint of its code.
    pub id: String,
    /// What the operator calls it.
    pub label: Option<String>,
    /// Accounts that it admits altogether.
    pub uses: u64,
    /// Accounts that it still admits.
    pub left: u64,
    /// When it was made.
    pub created: String,
    /// From when on it admits nobody.
    pub expires: String,
}

/// A new invitation.
#[derive(Debug)]
pub struct NewInvitation {
    /// Its code, which is kept nowhere.
    pub code: SecretString,
    /// What is kept of it.
    pub line: InvitationLine,
}

impl Service {
    /// Accounts in the order of their numbers, from the first one past `after`; fewer than asked for only at the end, or when a page is full.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn account_lines(
        &self,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<AccountLine>, OperatorError> {
        let accounts = self
            .store()
            .accounts(after.map(AccountId), limit.min(MAX_PAGE))?;
        accounts.iter().map(|account| self.line(account)).collect()
    }

    /// One account, by address or fingerprint.
    ///
    /// # Errors
    /// [`OperatorError::NotFound`], or when the store cannot be read.
    pub fn account_detail(&self, name: &str) -> Result<AccountDetail, OperatorError> {
        let account = self.named(name)?;
        let rows = self.store().access_rows(account.id)?;
        let mut devices = 0usize;
        for (_, row) in &rows {
            if access_of(row)?.is_some_and(|capability| capability.active == Some(true)) {
                devices = devices.saturating_add(1);
            }
        }
        let heads = self.store().status(account.id, None)?;
        let stores = heads.into_iter().map(|head| StoreLine {
            store: head.label,
            frames: head.next_index,
            octets: head.bytes,
        });
        let record: AccountUser = from_bytes(&account.record)?;
        Ok(AccountDetail {
            line: self.line(&account)?,
            own_quota: record.quota.is_some(),
            devices,
            stores: stores.collect(),
        })
    }

    /// Stops serving an account, until [`Service::resume_account`]. Nothing of it is deleted.
    ///
    /// # Errors
    /// [`OperatorError::NotFound`], or when the store cannot be written.
    pub fn suspend_account(&self, name: &str) -> Result<AccountLine, OperatorError> {
        self.set_state(name, AccountState::Suspended)
    }

    /// Serves an account again.
    ///
    /// # Errors
    /// As [`Service::suspend_account`].
    pub fn resume_account(&self, name: &str) -> Result<AccountLine, OperatorError> {
        self.set_state(name, AccountState::Active)
    }

    /// Sets how much an account may keep.
    ///
    /// # Errors
    /// [`OperatorError::NotFound`], or when the store cannot be written.
    pub fn set_account_quota(
        &self,
        name: &str,
        allowance: Allowance,
    ) -> Result<AccountLine, OperatorError> {
        let quota = match allowance {
            Allowance::Default => None,
            Allowance::Unlimited => Some(UNLIMITED),
            Allowance::Octets(octets) => Some(i64::try_from(octets).unwrap_or(UNLIMITED)),
        };
        let account = self.named(name)?;
        self.store().transact(account.id, &mut |transaction| {
            let account = transaction.account()?;
            let record = from_bytes::<AccountUser>(&account.record);
            let mut record = record.map_err(|error| crate::store::StoreError::Corrupt {
                detail: error.to_string(),
            })?;
            record.quota = quota;
            transaction.update_account(&AccountChange {
                record: Some(to_json(&record)),
                ..AccountChange::default()
            })
        })?;
        self.line(&self.named(name)?)
    }

    /// Deletes an account with everything that it keeps here.
    ///
    /// # Errors
    /// [`OperatorError::NotFound`], or when the store cannot be written.
    pub fn delete_account(&self, name: &str) -> Result<AccountLine, OperatorError> {
        let account = self.named(name)?;
        let line = self.line(&account)?;
        self.store().delete_account(account.id)?;
        tracing::info!(account = %account.profile_udf, "account deleted by the operator");
        Ok(line)
    }

    /// Makes an invitation for so many accounts, which ends after so many seconds.
    ///
    /// # Errors
    /// [`OperatorError::Unusable`], or when the store cannot be written.
    pub fn invite(
        &self,
        uses: u64,
        seconds: u64,
        label: Option<&str>,
    ) -> Result<NewInvitation, OperatorError> {
        let unusable = |what| OperatorError::Unusable { what };
        let number = i64::try_from(uses).ok().filter(|number| *number > 0);
        let number = number.ok_or(unusable("the number of uses"))?;
        let env = self.environment();
        let created = env.now();
        let expires = i64::try_from(seconds)
            .ok()
            .and_then(|seconds| created.add_seconds(seconds))
            .ok_or(unusable("the time until it expires"))?;
        let code = Pin::generate(env, INVITATION_BITS).to_udf_string();
        let id = invitation_id(code.expose_secret()).ok_or(unusable("the code"))?;
        let record = Invitation {
            label: label.map(str::to_owned),
            uses: Some(number),
            left: Some(number),
            created: Some(created),
            expires: Some(expires),
        };
        self.store()
            .host_put(&format!("{INVITATION}{id}"), &to_json(&record))?;
        let line = invitation_line(id, &record);
        Ok(NewInvitation { code, line })
    }

    /// The invitations that still admit somebody.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn invitations(&self) -> Result<Vec<InvitationLine>, OperatorError> {
        let now = self.environment().now();
        let mut lines = Vec::new();
        for (key, record) in self.store().host_list(INVITATION)? {
            let id = key.strip_prefix(INVITATION).unwrap_or_default();
            let record: Invitation = from_bytes(&record)?;
            if admits(&record, now) {
                lines.push(invitation_line(id.to_owned(), &record));
            }
        }
        Ok(lines)
    }

    /// Takes an invitation back, by the beginning of its fingerprint.
    ///
    /// # Errors
    /// [`OperatorError::NotFound`], also when several begin so; or when the store cannot be written.
    pub fn withdraw_invitation(&self, id: &str) -> Result<InvitationLine, OperatorError> {
        let unknown = || OperatorError::NotFound {
            what: "invitation",
            name: id.to_owned(),
        };
        let id = id.to_ascii_uppercase();
        let mut fitting = self.invitations()?;
        fitting.retain(|line| line.id.starts_with(&id));
        let found = fitting.pop().filter(|_| fitting.is_empty());
        let found = found.ok_or_else(unknown)?;
        self.store()
            .host_remove(&format!("{INVITATION}{}", found.id))?;
        Ok(found)
    }

    /// Removes the records of invitations that are over.
    pub(crate) fn forget_invitations(&self) -> Result<(), OperatorError> {
        let now = self.environment().now();
        for (key, record) in self.store().host_list(INVITATION)? {
            if !admits(&from_bytes(&record)?, now) {
                self.store().host_remove(&key)?;
            }
        }
        Ok(())
    }

    /// What the use of an invitation changes.
    pub(crate) fn use_invitation(&self, code: &str) -> Result<HostChange, Failure> {
        let refused = || {
            let text = "the invitation is not known, used up, or expired";
            Failure::with_text(Code::InvitationNeeded, text)
        };
        let id = invitation_id(code).ok_or_else(refused)?;
        let key = format!("{INVITATION}{id}");
        let record = self.store().host_get(&key).map_err(Error::from)?;
        let expected = record.ok_or_else(refused)?;
        let mut record: Invitation = from_bytes(&expected).map_err(Error::from)?;
        if !admits(&record, self.environment().now()) {
            return Err(refused());
        }
        let left = record.left.unwrap_or(0).saturating_sub(1);
        record.left = Some(left);
        Ok(HostChange {
            key,
            expected,
            value: (left > 0).then(|| to_json(&record)),
        })
    }

    /// Octets that the account with this record may keep.
    pub(crate) fn quota_of(&self, record: &AccountUser) -> Option<u64> {
        match record.quota {
            Some(UNLIMITED) => None,
            Some(own) => Some(u64::try_from(own).unwrap_or(0)),
            None => self.policy().quota,
        }
    }

    fn named(&self, name: &str) -> Result<Account, OperatorError> {
        let found = match AccountAddress::parse(name) {
            Ok(address) => self.store().account_by_address(&address.to_string())?,
            Err(_) => self
                .store()
                .account_by_profile(&name.to_ascii_uppercase())?,
        };
        found.ok_or_else(|| OperatorError::NotFound {
            what: "account",
            name: name.to_owned(),
        })
    }

    fn line(&self, account: &Account) -> Result<AccountLine, OperatorError> {
        let record: AccountUser = from_bytes(&account.record)?;
        let heads = self.store().status(account.id, None)?;
        let octets = heads.iter().map(|head| head.bytes);
        Ok(AccountLine {
            id: account.id.0,
            address: account.address.clone(),
            udf: account.profile_udf.clone(),
            state: match account.state {
                AccountState::Active => "active",
                AccountState::Closed => "closed",
                AccountState::Suspended => "suspended",
            }
            .to_owned(),
            octets: octets.fold(0, u64::saturating_add),
            quota: self.quota_of(&record),
        })
    }

    fn set_state(&self, name: &str, state: AccountState) -> Result<AccountLine, OperatorError> {
        let account = self.named(name)?;
        let change = AccountChange {
            state: Some(state),
            ..AccountChange::default()
        };
        self.store().update_account(account.id, &change)?;
        tracing::info!(account = %account.profile_udf, ?state, "account state changed by the operator");
        self.line(&self.named(name)?)
    }
}

/// The fingerprint under which an invitation is kept; nothing for what cannot be a code.
fn invitation_id(code: &str) -> Option<String> {
    let code = Pin::parse(code.trim()).ok()?.to_udf_string();
    let digest = Udf::digest(code.expose_secret().as_bytes(), INVITATION_TYPE);
    Some(digest.to_string())
}

fn admits(record: &Invitation, now: DateTime) -> bool {
    record.left.is_some_and(|left| left > 0) && record.expires.is_some_and(|expires| now < expires)
}

fn invitation_line(id: String, record: &Invitation) -> InvitationLine {
    let number = |number: Option<i64>| u64::try_from(number.unwrap_or(0)).unwrap_or(0);
    let time = |time: Option<DateTime>| time.map(|time| time.to_string()).unwrap_or_default();
    InvitationLine {
        id,
        label: record.label.clone(),
        uses: number(record.uses),
        left: number(record.left),
        created: time(record.created),
        expires: time(record.expires),
    }
}
