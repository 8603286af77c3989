// SPDX-License-Identifier: MIT
//! One account during a transaction of the store in PostgreSQL.
//!
//! Here: [`Transaction`]: appends, access rows, the account's own record.
//! Not here: how it begins and ends (`postgres`, `rows`).

use std::collections::{BTreeMap, HashMap};

use super::pool::{Lease, Values};
use super::rows::{self, SequenceRow};
use crate::store::{
    Account, AccountChange, AccountId, Append, Frame, HeadWithState, StoreError, StoreTransaction,
};

/// One account during a transaction, which nobody else changes meanwhile.
pub(super) struct Transaction<'a, 'b> {
    lease: &'a mut Lease<'b>,
    account: AccountId,
    /// Sequences as they are now, so that each is asked for once.
    sequences: HashMap<String, Option<SequenceRow>>,
    /// The first error of the data base, after which it takes no more of this transaction: it cannot succeed any more,
    /// whatever the closure makes of the error.
    failure: Option<StoreError>,
}

impl<'a, 'b> Transaction<'a, 'b> {
    pub(super) fn new(lease: &'a mut Lease<'b>, account: AccountId) -> Self {
        Self {
            lease,
            account,
            sequences: HashMap::new(),
            failure: None,
        }
    }

    /// Whether all went well.
    pub(super) fn finish(self) -> Result<(), StoreError> {
        self.failure.map_or(Ok(()), Err)
    }

    fn work<T>(
        &mut self,
        body: impl FnOnce(&mut Lease<'_>, AccountId) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let result = body(self.lease, self.account);
        self.failure = result.as_ref().err().cloned();
        result
    }

    fn sequence(&mut self, label: &str) -> Result<Option<SequenceRow>, StoreError> {
        if let Some(known) = self.sequences.get(label) {
            return Ok(known.clone());
        }
        let found = self.work(|lease, account| rows::store(lease, account, label))?;
        self.sequences.insert(label.to_owned(), found.clone());
        Ok(found)
    }

    fn create_sequence(&mut self, label: &str) -> Result<SequenceRow, StoreError> {
        let account = rows::to_sql(self.account.0)?;
        let created = self.work(|lease, _| {
            let statement = "INSERT INTO store (account, label, next, bytes, digest, state)
                             VALUES ($1, $2, 0, 0, '', '') RETURNING id";
            lease.query(statement, &[&account, &label])
        })?;
        let missing = || StoreError::Engine {
            detail: "a new row has no number".to_owned(),
        };
        Ok(SequenceRow {
            number: rows::column(created.first().ok_or_else(missing)?, 0)?,
            head: HeadWithState {
                head: crate::store::StoreHead {
                    label: label.to_owned(),
                    next_index: 0,
                    digest: Vec::new(),
                    bytes: 0,
                },
                state: Vec::new(),
            },
        })
    }
}

impl StoreTransaction for Transaction<'_, '_> {
    fn account(&mut self) -> Result<Account, StoreError> {
        self.work(rows::account)?
            .ok_or(StoreError::AccountUnknown(self.account))
    }

    fn update_account(&mut self, change: &AccountChange) -> Result<(), StoreError> {
        if let Some(address) = &change.address {
            // Asked first, because after a statement that fails the data base takes no more of this transaction.
            let holder = self.work(|lease, _| rows::account_by_address(lease, address))?;
            if holder.is_some_and(|holder| holder.id != self.account) {
                return Err(StoreError::AddressTaken);
            }
        }
        self.work(|lease, account| {
            let statement = "UPDATE account SET address = coalesce($2, address),
                             state = coalesce($3, state), record = coalesce($4, record) WHERE id = $1";
            let state = change.state.map(rows::state_to_sql);
            let account = rows::to_sql(account.0)?;
            let values: Values<'_> = &[&account, &change.address, &state, &change.record];
            lease.execute(statement, values).map(|_| ())
        })
    }

    fn head(&mut self, label: &str) -> Result<Option<HeadWithState>, StoreError> {
        Ok(self.sequence(label)?.map(|row| row.head))
    }

    fn frame_by_key(&mut self, label: &str, key: &str) -> Result<Option<Frame>, StoreError> {
        self.work(|lease, account| rows::frame_by_key(lease, account, label, key))
    }

    fn append(&mut self, label: &str, append: &Append<'_>) -> Result<u64, StoreError> {
        let mut row = match self.sequence(label)? {
            Some(row) => row,
            None => self.create_sequence(label)?,
        };
        let first = row.head.head.next_index;
        self.work(|lease, _| append_frames(lease, &mut row, append))?;
        self.sequences.insert(label.to_owned(), Some(row));
        Ok(first)
    }

    fn access(&mut self, key_udf: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.work(|lease, account| rows::access(lease, account, key_udf))
    }

    fn access_put(&mut self, key_udf: &str, record: &[u8]) -> Result<(), StoreError> {
        self.work(|lease, account| {
            let statement = "INSERT INTO access (account, key, record) VALUES ($1, $2, $3)
                             ON CONFLICT (account, key) DO UPDATE SET record = excluded.record";
            let account = rows::to_sql(account.0)?;
            lease
                .execute(statement, &[&account, &key_udf.as_bytes(), &record])
                .map(|_| ())
        })
    }

    fn access_remove(&mut self, key_udf: &str) -> Result<bool, StoreError> {
        self.work(|lease, account| {
            let statement = "DELETE FROM access WHERE account = $1 AND key = $2";
            let account = rows::to_sql(account.0)?;
            Ok(lease.execute(statement, &[&account, &key_udf.as_bytes()])? > 0)
        })
    }
}

/// Appends to a sequence in one statement, and brings its row up to date.
fn append_frames(
    lease: &mut Lease<'_>,
    row: &mut SequenceRow,
    append: &Append<'_>,
) -> Result<(), StoreError> {
    let too_large = || StoreError::LimitExceeded {
        what: "the sequence",
    };
    let first = rows::to_sql(row.head.head.next_index)?;
    let mut bytes = row.head.head.bytes;
    let mut envelopes: Vec<&[u8]> = Vec::with_capacity(append.frames.len());
    let mut latest: BTreeMap<&[u8], i64> = BTreeMap::new();
    let mut next = first;
    for frame in append.frames {
        bytes = u64::try_from(frame.envelope.len())
            .ok()
            .and_then(|length| bytes.checked_add(length))
            .ok_or_else(too_large)?;
        envelopes.push(&frame.envelope);
        if let Some(key) = &frame.key {
            latest.insert(key.as_bytes(), next);
        }
        next = next.checked_add(1).ok_or_else(too_large)?;
    }
    let (keys, places): (Vec<&[u8]>, Vec<i64>) = latest.into_iter().unzip();
    let statement = "
        WITH appended AS (
            INSERT INTO frame (store, index, envelope)
            SELECT $1, $2::bigint + place - 1, envelope
            FROM unnest($3::bytea[]) WITH ORDINALITY AS frames (envelope, place)
        ), found AS (
            INSERT INTO latest (store, key, index)
            SELECT $1, key, index FROM unnest($4::bytea[], $5::bigint[]) AS keys (key, index)
            ON CONFLICT (store, key) DO UPDATE SET index = excluded.index
        )
        UPDATE store SET next = $6, bytes = $7, digest = $8, state = $9 WHERE id = $1";
    let octets = rows::to_sql(bytes)?;
    lease.execute(
        statement,
        &[
            &row.number,
            &first,
            &envelopes,
            &keys,
            &places,
            &next,
            &octets,
            &append.digest,
            &append.state,
        ],
    )?;
    let head = &mut row.head;
    head.head.next_index = u64::try_from(next).map_err(|_| too_large())?;
    head.head.bytes = bytes;
    append.digest.clone_into(&mut head.head.digest);
    append.state.clone_into(&mut head.state);
    Ok(())
}
