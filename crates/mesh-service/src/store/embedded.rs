// SPDX-License-Identifier: MIT
//! A store in one directory of the local disk, made for one service on one machine.
//!
//! Here: [`EmbeddedStore`]. SQLite with a write-ahead log, synchronised at every commit; writers take turns and share
//! one commit, readers have connections of their own and never wait for writers.
//! Not here: tables (`embedded/layout`), statements (`embedded/rows`, `embedded/transaction`), turns (`embedded/writer`).

mod directory;
mod layout;
mod readers;
mod rows;
mod transaction;
mod writer;

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use self::readers::Readers;
use self::transaction::Transaction;
use self::writer::Writer;
use super::{
    Account, AccountId, Append, CLOSED_MARK, Frame, FrameRange, HeadWithState, NewAccount, Store,
    StoreError, StoreFigures, StoreHead, StoreTransaction, Upgrade,
};

/// How an [`EmbeddedStore`] is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EmbeddedOptions {
    /// How large the data file may grow; past it changes fail with [`StoreError::DiskFull`]. Unlimited by default.
    pub max_bytes: Option<u64>,
    /// How many reads may run at the same time; each costs a connection with up to 2 MiB of cache. Default 4.
    pub readers: usize,
}

impl Default for EmbeddedOptions {
    fn default() -> Self {
        Self {
            max_bytes: None,
            readers: 4,
        }
    }
}

/// A store in one directory of the local disk.
#[derive(Debug)]
pub struct EmbeddedStore {
    // Dropped in this order: connections first, the lock on the directory last.
    writer: Writer,
    readers: Readers,
    directory: PathBuf,
    _lock: Option<File>,
}

impl EmbeddedStore {
    /// Opens the store in this directory; makes directory and store where there are none.
    ///
    /// # Errors
    /// [`StoreError::DirectoryInUse`], [`StoreError::DirectoryNotPrivate`], [`StoreError::NotAStore`],
    /// [`StoreError::SchemaNewer`], or when the file system refuses.
    pub fn open(directory: &Path) -> Result<Self, StoreError> {
        Self::open_with(directory, &EmbeddedOptions::default())
    }

    /// [`open`](Self::open) with other than the default options.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with(directory: &Path, options: &EmbeddedOptions) -> Result<Self, StoreError> {
        let lock = directory::claim(directory)?;
        let file = directory::data_file(directory)?;
        let connection = layout::open_for_writing(&file, options.max_bytes)?;
        directory::synchronise(directory)?;
        Ok(Self {
            writer: Writer::new(connection),
            readers: Readers::new(file, options.readers),
            directory: directory.to_owned(),
            _lock: Some(lock),
        })
    }

    /// Opens the store in this directory for reading, beside the service that may be using it. Each read sees one state of the store; changes
    /// fail.
    ///
    /// # Errors
    /// As [`open`](Self::open), except that the directory may be in use.
    pub fn observe(directory: &Path) -> Result<Self, StoreError> {
        let file = Self::data_file(directory);
        let connection = layout::open_for_reading(&file)?;
        layout::recognise(&connection, &file)?;
        Ok(Self {
            writer: Writer::new(connection),
            readers: Readers::new(file, EmbeddedOptions::default().readers),
            directory: directory.to_owned(),
            _lock: None,
        })
    }

    /// Opens the store in this directory beside the service that may be using it, to move that service: changes take turns with those of the
    /// service, also across processes.
    ///
    /// # Errors
    /// As [`observe`](Self::observe).
    pub fn join(directory: &Path) -> Result<Self, StoreError> {
        let file = Self::data_file(directory);
        let connection = layout::open_beside(&file)?;
        Ok(Self {
            writer: Writer::new(connection),
            readers: Readers::new(file, EmbeddedOptions::default().readers),
            directory: directory.to_owned(),
            _lock: None,
        })
    }

    /// Brings the store in this directory, which nobody may be using, from the layout of an earlier version to that of this program, in one
    /// transaction; or only says what that would be. What is done is not undone by any version.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn upgrade(directory: &Path, only_say: bool) -> Result<Upgrade, StoreError> {
        Self::upgrade_to(directory, &layout::MIGRATIONS, only_say)
    }

    fn upgrade_to(
        directory: &Path,
        known: &[(&'static str, &'static str)],
        only_say: bool,
    ) -> Result<Upgrade, StoreError> {
        let file = Self::data_file(directory);
        if !file.exists() {
            return Err(StoreError::NotAStore { path: file });
        }
        let _lock = match only_say {
            true => None,
            false => Some(directory::claim(directory)?),
        };
        layout::upgrade(&file, known, only_say)
    }

    /// Writes the store in one directory, as it is at one moment, into another one, beside the service that may be using it.
    ///
    /// # Errors
    /// As [`observe`](Self::observe), and when the file cannot be written or exists.
    pub fn copy(directory: &Path, into: &Path) -> Result<(), StoreError> {
        let file = Self::data_file(directory);
        layout::copy(&file, &Self::data_file(into))
    }

    /// The file in which a store in this directory keeps everything.
    #[must_use]
    pub fn data_file(directory: &Path) -> PathBuf {
        directory.join(directory::DATA_FILE)
    }

    /// The directory of this store.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    fn read<T>(
        &self,
        body: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.readers.read(body)
    }
}

impl EmbeddedStore {
    /// Changes something, unless the store is closed. Who closes it, in this process or another one, has to get the turn to write first.
    fn change<T>(
        &self,
        body: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.writer
            .write(|connection| match rows::host(connection, CLOSED_MARK)? {
                Some(_) => Err(StoreError::Moved),
                None => body(connection),
            })
    }
}

impl Store for EmbeddedStore {
    fn host_get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|connection| rows::host(connection, key))
    }

    fn host_put(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.change(|connection| rows::host_put(connection, key, value))
    }

    fn host_remove(&self, key: &str) -> Result<bool, StoreError> {
        self.change(|connection| rows::host_remove(connection, key))
    }

    fn host_list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.read(|connection| rows::host_list(connection, prefix))
    }

    fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.read(|connection| rows::account(connection, id))
    }

    fn account_by_address(&self, address: &str) -> Result<Option<Account>, StoreError> {
        self.read(|connection| rows::account_by_address(connection, address))
    }

    fn account_by_profile(&self, profile_udf: &str) -> Result<Option<Account>, StoreError> {
        self.read(|connection| rows::account_by_profile(connection, profile_udf))
    }

    fn accounts(&self, after: Option<AccountId>, limit: usize) -> Result<Vec<Account>, StoreError> {
        self.read(|connection| rows::accounts(connection, after, limit))
    }

    fn create_account(&self, new: &NewAccount) -> Result<AccountId, StoreError> {
        self.change(|connection| {
            if rows::account_by_address(connection, &new.address)?.is_some() {
                return Err(StoreError::AddressTaken);
            }
            if rows::account_by_profile(connection, &new.profile_udf)?.is_some() {
                return Err(StoreError::ProfileTaken);
            }
            let id = rows::insert_account(connection, None, new)?;
            let mut transaction = Transaction::new(connection, id);
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
            if let Some(change) = &new.spend {
                rows::host_change(connection, change)?;
            }
            Ok(id)
        })
    }

    fn delete_account(&self, id: AccountId) -> Result<bool, StoreError> {
        self.change(|connection| rows::delete_account(connection, id))
    }

    fn status(
        &self,
        account: AccountId,
        labels: Option<&[&str]>,
    ) -> Result<Vec<StoreHead>, StoreError> {
        self.read(|connection| rows::heads(connection, account, labels))
    }

    fn head(&self, account: AccountId, label: &str) -> Result<Option<HeadWithState>, StoreError> {
        self.read(|connection| Ok(rows::store(connection, account, label)?.map(|row| row.head)))
    }

    fn frames(
        &self,
        account: AccountId,
        label: &str,
        range: FrameRange,
    ) -> Result<Vec<Frame>, StoreError> {
        self.read(|connection| rows::frames(connection, account, label, range))
    }

    fn frame_by_key(
        &self,
        account: AccountId,
        label: &str,
        key: &str,
    ) -> Result<Option<Frame>, StoreError> {
        self.read(|connection| rows::frame_by_key(connection, account, label, key))
    }

    fn access(&self, account: AccountId, key_udf: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|connection| rows::access(connection, account, key_udf))
    }

    fn access_rows(&self, account: AccountId) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.read(|connection| rows::access_rows(connection, account))
    }

    fn transact(
        &self,
        account: AccountId,
        body: &mut dyn FnMut(&mut dyn StoreTransaction) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.change(|connection| {
            if !rows::account_exists(connection, account)? {
                return Err(StoreError::AccountUnknown(account));
            }
            let mut transaction = Transaction::new(connection, account);
            body(&mut transaction)?;
            transaction.finish()
        })
    }

    fn import_account(&self, id: AccountId, new: &NewAccount) -> Result<(), StoreError> {
        self.change(|connection| {
            if rows::account_by_address(connection, &new.address)?.is_some() {
                return Err(StoreError::AddressTaken);
            }
            if rows::account_by_profile(connection, &new.profile_udf)?.is_some() {
                return Err(StoreError::ProfileTaken);
            }
            if rows::account_exists(connection, id)? {
                return Err(StoreError::NumberTaken);
            }
            rows::insert_account(connection, Some(id), new).map(|_| ())
        })
    }

    fn keys(
        &self,
        account: AccountId,
        label: &str,
        from: u64,
    ) -> Result<Vec<(u64, String)>, StoreError> {
        self.read(|connection| rows::keys(connection, account, label, from))
    }

    fn close(&self, closed: bool) -> Result<(), StoreError> {
        self.writer.write(|connection| match closed {
            true => rows::host_put(connection, CLOSED_MARK, b""),
            false => rows::host_remove(connection, CLOSED_MARK).map(|_| ()),
        })
    }

    fn answers_at_once(&self) -> bool {
        self.readers.have_one()
    }

    fn check(&self) -> Result<Vec<String>, StoreError> {
        self.read(layout::check)
    }

    fn figures(&self) -> Result<StoreFigures, StoreError> {
        let (accounts, data, free) = self.read(layout::sizes)?;
        Ok(StoreFigures {
            accounts,
            data,
            free,
            log: directory::log_size(&self.directory),
            commits: self.writer.figures(),
        })
    }
}

#[cfg(test)]
mod tests;
