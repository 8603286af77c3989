// SPDX-License-Identifier: MIT
//! A store in a PostgreSQL data base, for a service on more than one machine.
//!
//! Here: [`PostgresStore`]. Every host has a few connections. Writers of one account take turns by a lock on its row, so
//! that hosts need not know of each other; writers of different accounts do not wait for each other, and the data base
//! makes their commits durable together.
//! Not here: tables and their versions (`postgres/schema`), statements (`postgres/rows`, `postgres/transaction`),
//! connections (`postgres/pool`), what stands in a URL (`postgres/options`).

mod fault;
mod options;
mod pool;
mod rows;
mod schema;
mod tls;
mod transaction;

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub use self::options::PostgresOptions;

use self::pool::{Lease, Pool, apart};
use self::transaction::Transaction;
use super::{
    Account, AccountId, Append, CLOSED_MARK, CommitFigures, Frame, FrameRange, HeadWithState,
    NewAccount, Store, StoreError, StoreFigures, StoreHead, StoreTransaction, Upgrade,
};

/// A store in a PostgreSQL data base.
pub struct PostgresStore {
    pool: Pool,
    /// Those of this host. Each is of one transaction: that many of them reach the disk together is up to the data base.
    commits: Mutex<CommitFigures>,
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostgresStore")
    }
}

impl PostgresStore {
    /// Connects, and makes the tables where there are none; several hosts may do so at once.
    ///
    /// As all methods it waits for the data base. In asynchronous code of a runtime with several threads the other tasks of this one go on
    /// meanwhile, except in a `LocalSet`, where it must not be called.
    ///
    /// # Errors
    /// [`StoreError::DatabaseRefused`], [`StoreError::DatabaseNotAStore`], [`StoreError::SchemaNewer`],
    /// [`StoreError::SchemaOlder`], [`StoreError::SchemaGap`], or when the data base cannot be reached.
    pub fn open(options: PostgresOptions) -> Result<Self, StoreError> {
        let pool = Pool::new(options, false)?;
        apart(|| schema::prepare(&mut pool.lease()?))?;
        Ok(Self {
            pool,
            commits: Mutex::default(),
        })
    }

    /// Brings the tables of an earlier version to that of this program, all in one transaction; or only says what that would be. What is done is
    /// not undone by any version, and no host of the earlier one can start afterwards.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn upgrade(options: PostgresOptions, only_say: bool) -> Result<Upgrade, StoreError> {
        Self::upgrade_to(options, &schema::MIGRATIONS, only_say)
    }

    fn upgrade_to(
        options: PostgresOptions,
        known: &[(&'static str, &'static str)],
        only_say: bool,
    ) -> Result<Upgrade, StoreError> {
        let pool = Pool::new(options, false)?;
        apart(|| schema::upgrade(&mut pool.lease()?, known, only_say))
    }

    /// The store as it is now, whatever is written to it later, and for reading only. It keeps one connection, and with it one state, for as long
    /// as it lives: PostgreSQL keeps what is deleted meanwhile.
    ///
    /// # Errors
    /// As [`open`](Self::open), and [`StoreError::DatabaseNotAStore`] where the data base is empty.
    pub fn snapshot(options: PostgresOptions) -> Result<Self, StoreError> {
        let pool = Pool::new(options, true)?;
        apart(|| schema::recognise(&mut pool.lease()?))?;
        Ok(Self {
            pool,
            commits: Mutex::default(),
        })
    }

    fn commits(&self) -> MutexGuard<'_, CommitFigures> {
        self.commits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks a question that may be asked again on another connection, for the idle one may be of a data base that has
    /// been started anew since.
    fn read<T>(
        &self,
        mut body: impl FnMut(&mut Lease<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        apart(|| {
            let mut lease = self.pool.lease()?;
            match body(&mut lease) {
                Err(_) if lease.is_stale() => {
                    drop(lease);
                    body(&mut self.pool.lease()?)
                }
                result => result,
            }
        })
    }

    /// Begins a transaction by `begin`, on another connection if the idle one turns out to be of no use; then runs `body`
    /// in it, and commits.
    fn write<B, T>(
        &self,
        mut begin: impl FnMut(&mut Lease<'_>) -> Result<B, StoreError>,
        body: impl FnOnce(&mut Lease<'_>, B) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if self.pool.is_snapshot() {
            return Err(StoreError::Unavailable {
                action: "write the store",
                detail: "this is the state of one moment, for reading".to_owned(),
            });
        }
        apart(|| {
            let mut lease = self.pool.lease()?;
            let begun = match begin(&mut lease) {
                Err(_) if lease.is_stale() => {
                    drop(lease);
                    lease = self.pool.lease()?;
                    begin(&mut lease)
                }
                begun => begun,
            };
            match begun.and_then(|begun| body(&mut lease, begun)) {
                Ok(result) => {
                    lease.commit()?;
                    self.commits().count(1);
                    Ok(result)
                }
                Err(error) => {
                    lease.roll_back();
                    Err(error)
                }
            }
        })
    }
}

impl Store for PostgresStore {
    fn host_get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|lease| rows::host(lease, key))
    }

    fn host_put(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.write(rows::begin, |lease, ()| rows::host_put(lease, key, value))
    }

    fn host_remove(&self, key: &str) -> Result<bool, StoreError> {
        self.write(rows::begin, |lease, ()| rows::host_remove(lease, key))
    }

    fn host_list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.read(|lease| rows::host_list(lease, prefix))
    }

    fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.read(|lease| rows::account(lease, id))
    }

    fn account_by_address(&self, address: &str) -> Result<Option<Account>, StoreError> {
        self.read(|lease| rows::account_by_address(lease, address))
    }

    fn account_by_profile(&self, profile_udf: &str) -> Result<Option<Account>, StoreError> {
        self.read(|lease| rows::account_by_profile(lease, profile_udf))
    }

    fn accounts(&self, after: Option<AccountId>, limit: usize) -> Result<Vec<Account>, StoreError> {
        self.read(|lease| rows::accounts(lease, after, limit))
    }

    fn create_account(&self, new: &NewAccount) -> Result<AccountId, StoreError> {
        self.write(rows::begin, |lease, ()| {
            let id = rows::insert_account(lease, None, new)?;
            if let Some(change) = &new.spend {
                rows::host_change(lease, change)?;
            }
            let mut transaction = Transaction::new(lease, id);
            for store in &new.stores {
                let append = Append {
                    frames: &store.frames,
                    digest: &store.digest,
                    state: &store.state,
                };
                transaction.append(&store.label, &append)?;
            }
            for (key, record) in &new.access {
                transaction.access_put(key, record)?;
            }
            Ok(id)
        })
    }

    fn delete_account(&self, id: AccountId) -> Result<bool, StoreError> {
        let begin = |lease: &mut Lease<'_>| rows::begin_for(lease, id);
        self.write(begin, |lease, known| match known {
            true => rows::delete_account(lease, id).map(|()| true),
            false => Ok(false),
        })
    }

    fn status(
        &self,
        account: AccountId,
        labels: Option<&[&str]>,
    ) -> Result<Vec<StoreHead>, StoreError> {
        self.read(|lease| rows::heads(lease, account, labels))
    }

    fn head(&self, account: AccountId, label: &str) -> Result<Option<HeadWithState>, StoreError> {
        self.read(|lease| Ok(rows::store(lease, account, label)?.map(|row| row.head)))
    }

    fn frames(
        &self,
        account: AccountId,
        label: &str,
        range: FrameRange,
    ) -> Result<Vec<Frame>, StoreError> {
        self.read(|lease| rows::frames(lease, account, label, range))
    }

    fn frame_by_key(
        &self,
        account: AccountId,
        label: &str,
        key: &str,
    ) -> Result<Option<Frame>, StoreError> {
        self.read(|lease| rows::frame_by_key(lease, account, label, key))
    }

    fn access(&self, account: AccountId, key_udf: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|lease| rows::access(lease, account, key_udf))
    }

    fn access_rows(&self, account: AccountId) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.read(|lease| rows::access_rows(lease, account))
    }

    fn transact(
        &self,
        account: AccountId,
        body: &mut dyn FnMut(&mut dyn StoreTransaction) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let begin = |lease: &mut Lease<'_>| rows::begin_for(lease, account);
        self.write(begin, |lease, known| {
            if !known {
                return Err(StoreError::AccountUnknown(account));
            }
            let mut transaction = Transaction::new(lease, account);
            body(&mut transaction)?;
            transaction.finish()
        })
    }

    fn import_account(&self, id: AccountId, new: &NewAccount) -> Result<(), StoreError> {
        self.write(rows::begin, |lease, ()| {
            if rows::account(lease, id)?.is_some() {
                return Err(StoreError::NumberTaken);
            }
            rows::insert_account(lease, Some(id), new).map(|_| ())
        })
    }

    fn keys(
        &self,
        account: AccountId,
        label: &str,
        from: u64,
    ) -> Result<Vec<(u64, String)>, StoreError> {
        self.read(|lease| rows::keys(lease, account, label, from))
    }

    fn close(&self, closed: bool) -> Result<(), StoreError> {
        self.write(rows::begin_alone, |lease, ()| match closed {
            true => rows::host_put(lease, CLOSED_MARK, b""),
            false => rows::host_remove(lease, CLOSED_MARK).map(|_| ()),
        })
    }

    fn check(&self) -> Result<Vec<String>, StoreError> {
        self.read(schema::check)
    }

    fn figures(&self) -> Result<StoreFigures, StoreError> {
        let (accounts, data) = self.read(rows::sizes)?;
        Ok(StoreFigures {
            accounts,
            data,
            // What is free and how long the log is is for the tools of the data base to say.
            free: 0,
            log: 0,
            commits: *self.commits(),
        })
    }
}

#[cfg(test)]
mod tests;
