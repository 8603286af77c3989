// SPDX-License-Identifier: MIT
//! One account during a transaction of the embedded store.
//!
//! Here: [`Transaction`]: appends, access rows, the account's own record.
//! Not here: savepoints and commits (`writer`).

use rusqlite::Connection;

use super::rows;
use crate::store::{
    Account, AccountChange, AccountId, Append, Frame, HeadWithState, StoreError, StoreTransaction,
};

/// One account during a transaction.
#[derive(Debug)]
pub(super) struct Transaction<'a> {
    connection: &'a Connection,
    account: AccountId,
    /// The first error of a change, which may have left half of that change: the transaction cannot succeed any more,
    /// whatever the closure makes of the error.
    failure: Option<StoreError>,
}

impl<'a> Transaction<'a> {
    pub(super) const fn new(connection: &'a Connection, account: AccountId) -> Self {
        Self {
            connection,
            account,
            failure: None,
        }
    }

    /// Whether all changes went well.
    pub(super) fn finish(self) -> Result<(), StoreError> {
        self.failure.map_or(Ok(()), Err)
    }

    fn change<T>(
        &mut self,
        body: impl FnOnce(&Connection, AccountId) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let result = body(self.connection, self.account);
        self.failure = result.as_ref().err().cloned();
        result
    }
}

impl StoreTransaction for Transaction<'_> {
    fn account(&mut self) -> Result<Account, StoreError> {
        rows::account(self.connection, self.account)?
            .ok_or(StoreError::AccountUnknown(self.account))
    }

    fn update_account(&mut self, change: &AccountChange) -> Result<(), StoreError> {
        if let Some(address) = &change.address {
            let holder = rows::account_by_address(self.connection, address)?;
            if holder.is_some_and(|holder| holder.id != self.account) {
                return Err(StoreError::AddressTaken);
            }
        }
        self.change(|connection, account| {
            let statement = "UPDATE account SET address = coalesce(?2, address),
                             state = coalesce(?3, state), record = coalesce(?4, record) WHERE id = ?1";
            let state = change.state.map(rows::state_to_sql);
            let values = (rows::to_sql(account.0)?, &change.address, state, &change.record);
            rows::execute(connection, statement, values).map(|_| ())
        })
    }

    fn head(&mut self, label: &str) -> Result<Option<HeadWithState>, StoreError> {
        Ok(rows::store(self.connection, self.account, label)?.map(|row| row.head))
    }

    fn frame_by_key(&mut self, label: &str, key: &str) -> Result<Option<Frame>, StoreError> {
        rows::frame_by_key(self.connection, self.account, label, key)
    }

    fn append(&mut self, label: &str, append: &Append<'_>) -> Result<u64, StoreError> {
        self.change(|connection, account| append_frames(connection, account, label, append))
    }

    fn access(&mut self, key_udf: &str) -> Result<Option<Vec<u8>>, StoreError> {
        rows::access(self.connection, self.account, key_udf)
    }

    fn access_put(&mut self, key_udf: &str, record: &[u8]) -> Result<(), StoreError> {
        self.change(|connection, account| {
            let statement = "INSERT INTO access (account, key, record) VALUES (?1, ?2, ?3)
                             ON CONFLICT (account, key) DO UPDATE SET record = excluded.record";
            let values = (rows::to_sql(account.0)?, key_udf, record);
            rows::execute(connection, statement, values).map(|_| ())
        })
    }

    fn access_remove(&mut self, key_udf: &str) -> Result<bool, StoreError> {
        self.change(|connection, account| {
            let statement = "DELETE FROM access WHERE account = ?1 AND key = ?2";
            let values = (rows::to_sql(account.0)?, key_udf);
            Ok(rows::execute(connection, statement, values)? > 0)
        })
    }
}

fn append_frames(
    connection: &Connection,
    account: AccountId,
    label: &str,
    append: &Append<'_>,
) -> Result<u64, StoreError> {
    let too_large = StoreError::LimitExceeded {
        what: "the sequence",
    };
    let row = rows::store(connection, account, label)?;
    let (number, first, mut bytes) = match row {
        Some(row) => (row.number, row.head.head.next_index, row.head.head.bytes),
        None => {
            let statement = "INSERT INTO store (account, label, next, bytes, digest, state)
                             VALUES (?1, ?2, 0, 0, x'', x'')";
            rows::execute(connection, statement, (rows::to_sql(account.0)?, label))?;
            (connection.last_insert_rowid(), 0, 0)
        }
    };
    let mut index = first;
    for frame in append.frames {
        let id = rows::frame_number(number, index)?;
        let statement = "INSERT INTO frame (id, envelope) VALUES (?1, ?2)";
        rows::execute(connection, statement, (id, &frame.envelope))?;
        if let Some(key) = &frame.key {
            let statement = "INSERT INTO latest (store, key, frame) VALUES (?1, ?2, ?3)
                             ON CONFLICT (store, key) DO UPDATE SET frame = excluded.frame";
            rows::execute(connection, statement, (number, key, id))?;
        }
        bytes = u64::try_from(frame.envelope.len())
            .ok()
            .and_then(|length| bytes.checked_add(length))
            .ok_or_else(|| too_large.clone())?;
        index = index.checked_add(1).ok_or_else(|| too_large.clone())?;
    }
    let statement = "UPDATE store SET next = ?2, bytes = ?3, digest = ?4, state = ?5 WHERE id = ?1";
    let values = (
        number,
        rows::to_sql(index)?,
        rows::to_sql(bytes)?,
        append.digest,
        append.state,
    );
    rows::execute(connection, statement, values)?;
    Ok(first)
}
