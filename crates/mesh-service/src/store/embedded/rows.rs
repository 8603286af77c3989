// SPDX-License-Identifier: MIT
//! Statements of the embedded store that need no transaction of their own: reads, and changes of single rows.
//!
//! Here: rows to plain types and back.
//! Not here: appends (`transaction`), the tables (`layout`).

use rusqlite::types::FromSql;
use rusqlite::{Connection, OptionalExtension as _, Params, Row};

use super::layout::engine_error;
use crate::store::{
    Account, AccountId, AccountState, Frame, FrameRange, HeadWithState, HostChange, NewAccount,
    StoreError, StoreHead,
};

/// How many bits of a frame's number are its index.
const INDEX_BITS: u32 = 32;
/// One more than the largest index of a frame.
const MAX_FRAMES: u64 = 1 << INDEX_BITS;
/// One more than the largest number of a sequence.
const MAX_SEQUENCES: i64 = 1 << (63 - INDEX_BITS);

/// A sequence with its number.
#[derive(Debug)]
pub(super) struct SequenceRow {
    pub(super) number: i64,
    pub(super) head: HeadWithState,
}

/// The number of a frame.
pub(super) fn frame_number(sequence: i64, index: u64) -> Result<i64, StoreError> {
    if index >= MAX_FRAMES {
        return Err(StoreError::LimitExceeded {
            what: "the sequence",
        });
    }
    if sequence >= MAX_SEQUENCES {
        return Err(StoreError::LimitExceeded {
            what: "the number of sequences",
        });
    }
    Ok((sequence << INDEX_BITS) | to_sql(index)?)
}

/// A number as the engine takes it.
pub(super) fn to_sql(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::LimitExceeded { what: "a number" })
}

fn from_sql(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| StoreError::Corrupt {
        detail: format!("a number is negative: {number}"),
    })
}

/// Runs a statement that changes rows; the number of them. Outside of a transaction it is refused: the engine undoes a
/// whole transaction when the disk is full, and what came after would then be committed piece by piece.
pub(super) fn execute(
    connection: &Connection,
    statement: &str,
    parameters: impl Params,
) -> Result<usize, StoreError> {
    if connection.is_autocommit() {
        let detail = "the engine has undone the transaction".to_owned();
        return Err(StoreError::Unavailable {
            action: "write the store",
            detail,
        });
    }
    let run = || connection.prepare_cached(statement)?.execute(parameters);
    run().map_err(|error| engine_error("write the store", &error))
}

fn read_error(error: &rusqlite::Error) -> StoreError {
    engine_error("read the store", error)
}

/// The first column of the one row that a question yields, if it yields one.
fn value<T: FromSql>(
    connection: &Connection,
    question: &str,
    parameters: impl Params,
) -> Result<Option<T>, StoreError> {
    let ask = || {
        connection
            .prepare_cached(question)?
            .query_row(parameters, |row| row.get(0))
            .optional()
    };
    ask().map_err(|error| read_error(&error))
}

/// All rows that a question yields.
fn rows<T>(
    connection: &Connection,
    question: &str,
    parameters: impl Params,
    mut read: impl FnMut(&Row<'_>) -> rusqlite::Result<Result<T, StoreError>>,
) -> Result<Vec<T>, StoreError> {
    let ask = || -> rusqlite::Result<Result<Vec<T>, StoreError>> {
        let mut statement = connection.prepare_cached(question)?;
        let mut found = statement.query(parameters)?;
        let mut all = Vec::new();
        while let Some(row) = found.next()? {
            match read(row)? {
                Ok(item) => all.push(item),
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(Ok(all))
    };
    ask().map_err(|error| read_error(&error))?
}

pub(super) fn host(connection: &Connection, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
    value(connection, "SELECT value FROM host WHERE key = ?1", [key])
}

pub(super) fn host_put(
    connection: &Connection,
    key: &str,
    record: &[u8],
) -> Result<(), StoreError> {
    let statement = "INSERT INTO host (key, value) VALUES (?1, ?2)
                     ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    execute(connection, statement, (key, record)).map(|_| ())
}

pub(super) fn host_remove(connection: &Connection, key: &str) -> Result<bool, StoreError> {
    Ok(execute(connection, "DELETE FROM host WHERE key = ?1", [key])? > 0)
}

pub(super) fn host_list(
    connection: &Connection,
    prefix: &str,
) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let question = "SELECT key, value FROM host WHERE key >= ?1 AND substr(key, 1, length(?1)) = ?1 ORDER BY key";
    rows(connection, question, [prefix], |row| {
        Ok(Ok((row.get(0)?, row.get(1)?)))
    })
}

/// Changes a host record that still is what was read.
pub(super) fn host_change(connection: &Connection, change: &HostChange) -> Result<(), StoreError> {
    let changed = match &change.value {
        Some(value) => execute(
            connection,
            "UPDATE host SET value = ?3 WHERE key = ?1 AND value = ?2",
            (&change.key, &change.expected, value),
        )?,
        None => execute(
            connection,
            "DELETE FROM host WHERE key = ?1 AND value = ?2",
            (&change.key, &change.expected),
        )?,
    };
    match changed {
        0 => Err(StoreError::HostChanged),
        _ => Ok(()),
    }
}

const ACTIVE: i64 = 1;
const SUSPENDED: i64 = 2;
const CLOSED: i64 = 3;

/// An account's state as it is stored.
pub(super) const fn state_to_sql(state: AccountState) -> i64 {
    match state {
        AccountState::Active => ACTIVE,
        AccountState::Suspended => SUSPENDED,
        AccountState::Closed => CLOSED,
    }
}

fn state_from_sql(number: i64) -> Result<AccountState, StoreError> {
    match number {
        ACTIVE => Ok(AccountState::Active),
        SUSPENDED => Ok(AccountState::Suspended),
        CLOSED => Ok(AccountState::Closed),
        _ => Err(StoreError::Corrupt {
            detail: format!("{number} is no state of an account"),
        }),
    }
}

fn account_row(row: &Row<'_>) -> rusqlite::Result<Result<Account, StoreError>> {
    let (id, state): (i64, i64) = (row.get(0)?, row.get(3)?);
    let (address, profile_udf, record) = (row.get(1)?, row.get(2)?, row.get(4)?);
    Ok(from_sql(id).and_then(|id| {
        Ok(Account {
            id: AccountId(id),
            profile_udf,
            address,
            state: state_from_sql(state)?,
            record,
        })
    }))
}

pub(super) fn account(
    connection: &Connection,
    id: AccountId,
) -> Result<Option<Account>, StoreError> {
    let question = "SELECT id, address, profile, state, record FROM account WHERE id = ?1";
    Ok(rows(connection, question, [to_sql(id.0)?], account_row)?.pop())
}

pub(super) fn account_exists(connection: &Connection, id: AccountId) -> Result<bool, StoreError> {
    let question = "SELECT 1 FROM account WHERE id = ?1";
    Ok(value::<i64>(connection, question, [to_sql(id.0)?])?.is_some())
}

pub(super) fn account_by_address(
    connection: &Connection,
    address: &str,
) -> Result<Option<Account>, StoreError> {
    let question = "SELECT id, address, profile, state, record FROM account WHERE address = ?1";
    Ok(rows(connection, question, [address], account_row)?.pop())
}

pub(super) fn account_by_profile(
    connection: &Connection,
    profile_udf: &str,
) -> Result<Option<Account>, StoreError> {
    let question = "SELECT id, address, profile, state, record FROM account WHERE profile = ?1";
    Ok(rows(connection, question, [profile_udf], account_row)?.pop())
}

pub(super) fn accounts(
    connection: &Connection,
    after: Option<AccountId>,
    limit: usize,
) -> Result<Vec<Account>, StoreError> {
    let question = "SELECT id, address, profile, state, record FROM account
                    WHERE id > ?1 ORDER BY id LIMIT ?2";
    let after = after.map_or(Ok(-1), |id| to_sql(id.0))?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    rows(connection, question, [after, limit], account_row)
}

/// A new account, under this number or the next one.
pub(super) fn insert_account(
    connection: &Connection,
    id: Option<AccountId>,
    new: &NewAccount,
) -> Result<AccountId, StoreError> {
    let statement =
        "INSERT INTO account (id, address, profile, state, record) VALUES (?1, ?2, ?3, ?4, ?5)";
    let values = (
        id.map(|id| to_sql(id.0)).transpose()?,
        &new.address,
        &new.profile_udf,
        state_to_sql(new.state),
        &new.record,
    );
    execute(connection, statement, values)?;
    from_sql(connection.last_insert_rowid()).map(AccountId)
}

pub(super) fn delete_account(connection: &Connection, id: AccountId) -> Result<bool, StoreError> {
    let account = to_sql(id.0)?;
    let question = "SELECT id FROM store WHERE account = ?1";
    let sequences = rows(connection, question, [account], |row| {
        Ok(Ok(row.get::<_, i64>(0)?))
    })?;
    for sequence in sequences {
        let range = [
            frame_number(sequence, 0)?,
            frame_number(sequence, MAX_FRAMES - 1)?,
        ];
        execute(
            connection,
            "DELETE FROM frame WHERE id BETWEEN ?1 AND ?2",
            range,
        )?;
        execute(
            connection,
            "DELETE FROM latest WHERE store = ?1",
            [sequence],
        )?;
    }
    execute(
        connection,
        "DELETE FROM store WHERE account = ?1",
        [account],
    )?;
    execute(
        connection,
        "DELETE FROM access WHERE account = ?1",
        [account],
    )?;
    Ok(execute(connection, "DELETE FROM account WHERE id = ?1", [account])? > 0)
}

fn head_row(row: &Row<'_>) -> rusqlite::Result<Result<StoreHead, StoreError>> {
    let (label, digest) = (row.get(0)?, row.get(3)?);
    let (next, bytes): (i64, i64) = (row.get(1)?, row.get(2)?);
    Ok(from_sql(next).and_then(|next_index| {
        Ok(StoreHead {
            label,
            next_index,
            digest,
            bytes: from_sql(bytes)?,
        })
    }))
}

pub(super) fn heads(
    connection: &Connection,
    account: AccountId,
    labels: Option<&[&str]>,
) -> Result<Vec<StoreHead>, StoreError> {
    // All heads of an account are few; one statement sees one state of the store.
    let question = "SELECT label, next, bytes, digest FROM store WHERE account = ?1 ORDER BY label";
    let mut heads = rows(connection, question, [to_sql(account.0)?], head_row)?;
    if let Some(labels) = labels {
        heads.retain(|head| labels.contains(&head.label.as_str()));
    }
    Ok(heads)
}

pub(super) fn store(
    connection: &Connection,
    account: AccountId,
    label: &str,
) -> Result<Option<SequenceRow>, StoreError> {
    let question = "SELECT label, next, bytes, digest, state, id FROM store
                    WHERE account = ?1 AND label = ?2";
    let read = |row: &Row<'_>| {
        let (state, number) = (row.get(4)?, row.get(5)?);
        let head = head_row(row)?;
        Ok(head.map(|head| SequenceRow {
            number,
            head: HeadWithState { head, state },
        }))
    };
    Ok(rows(connection, question, (to_sql(account.0)?, label), read)?.pop())
}

pub(super) fn frames(
    connection: &Connection,
    account: AccountId,
    label: &str,
    range: FrameRange,
) -> Result<Vec<Frame>, StoreError> {
    if range.from >= range.to.min(MAX_FRAMES) {
        return Ok(Vec::new());
    }
    let last = range.to.min(MAX_FRAMES) - 1;
    let question = "SELECT f.id & 4294967295, f.envelope
                    FROM store s JOIN frame f ON f.id BETWEEN (s.id << 32) + ?3 AND (s.id << 32) + ?4
                    WHERE s.account = ?1 AND s.label = ?2 ORDER BY f.id";
    let ask = || -> rusqlite::Result<Result<Vec<Frame>, StoreError>> {
        let parameters = match (to_sql(account.0), to_sql(range.from), to_sql(last)) {
            (Ok(account), Ok(from), Ok(last)) => (account, label, from, last),
            (Err(error), ..) | (_, Err(error), _) | (.., Err(error)) => return Ok(Err(error)),
        };
        let mut statement = connection.prepare_cached(question)?;
        let mut found = statement.query(parameters)?;
        let mut frames = Vec::new();
        let mut room = range.max_bytes;
        while let Some(row) = found.next()? {
            let octets = row.get_ref(1)?.as_blob()?;
            let left = u64::try_from(octets.len())
                .ok()
                .and_then(|length| room.checked_sub(length));
            if left.is_none() && !frames.is_empty() {
                break;
            }
            match from_sql(row.get(0)?) {
                Ok(index) => frames.push(Frame {
                    index,
                    envelope: octets.to_vec(),
                }),
                Err(error) => return Ok(Err(error)),
            }
            room = left.unwrap_or(0);
        }
        Ok(Ok(frames))
    };
    ask().map_err(|error| read_error(&error))?
}

pub(super) fn frame_by_key(
    connection: &Connection,
    account: AccountId,
    label: &str,
    key: &str,
) -> Result<Option<Frame>, StoreError> {
    let question = "SELECT f.id & 4294967295, f.envelope
                    FROM store s JOIN latest l ON l.store = s.id AND l.key = ?3 JOIN frame f ON f.id = l.frame
                    WHERE s.account = ?1 AND s.label = ?2";
    let read = |row: &Row<'_>| {
        let envelope = row.get(1)?;
        Ok(from_sql(row.get(0)?).map(|index| Frame { index, envelope }))
    };
    Ok(rows(connection, question, (to_sql(account.0)?, label, key), read)?.pop())
}

pub(super) fn keys(
    connection: &Connection,
    account: AccountId,
    label: &str,
    from: u64,
) -> Result<Vec<(u64, String)>, StoreError> {
    let question = "SELECT l.frame & 4294967295, l.key FROM store s JOIN latest l ON l.store = s.id
                    WHERE s.account = ?1 AND s.label = ?2 AND l.frame >= (s.id << 32) + ?3 ORDER BY l.frame, l.key";
    let from = from.min(MAX_FRAMES);
    let values = (to_sql(account.0)?, label, to_sql(from)?);
    rows(connection, question, values, |row| {
        let key = row.get(1)?;
        Ok(from_sql(row.get(0)?).map(|index| (index, key)))
    })
}

pub(super) fn access(
    connection: &Connection,
    account: AccountId,
    key_udf: &str,
) -> Result<Option<Vec<u8>>, StoreError> {
    let question = "SELECT record FROM access WHERE account = ?1 AND key = ?2";
    value(connection, question, (to_sql(account.0)?, key_udf))
}

pub(super) fn access_rows(
    connection: &Connection,
    account: AccountId,
) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let question = "SELECT key, record FROM access WHERE account = ?1 ORDER BY key";
    rows(connection, question, [to_sql(account.0)?], |row| {
        Ok(Ok((row.get(0)?, row.get(1)?)))
    })
}
