// SPDX-License-Identifier: MIT
//! Statements of the store in PostgreSQL: how transactions begin, reads, and changes of single rows.
//!
//! Here: rows to plain types and back.
//! Not here: appends (`transaction`), the tables (`schema`).

use tokio_postgres::Row;
use tokio_postgres::types::FromSqlOwned;

use super::fault::odd;
use super::pool::{Lease, Values};
use super::schema::LOCKS;
use crate::store::{
    Account, AccountId, AccountState, CLOSED_MARK, Frame, FrameRange, HeadWithState, HostChange,
    NewAccount, StoreError, StoreHead,
};

/// How many frames one statement looks at, before as many of them as fit are handed out.
const FRAMES_AT_ONCE: i64 = 4096;
/// Held by every transaction that changes something, shared; whoever closes the store holds it alone.
pub(super) const GATE: i32 = 2;
const ENTER: &str = "SELECT pg_advisory_xact_lock_shared($1, $2)";

/// A sequence with its number.
#[derive(Clone, Debug)]
pub(super) struct SequenceRow {
    pub(super) number: i64,
    pub(super) head: HeadWithState,
}

/// Begins a transaction that is not about one account which is there already.
pub(super) fn begin(lease: &mut Lease<'_>) -> Result<(), StoreError> {
    // Seen by a statement of its own, after the lock: whoever closed the store held it alone, and is done.
    let question = "SELECT EXISTS (SELECT 1 FROM host WHERE key = $1)";
    let rows = lease.begin((ENTER, &[&LOCKS, &GATE]), (question, &[&CLOSED_MARK]))?;
    refuse_closed(&rows)
}

/// Begins a transaction on an account, of which there is one at a time; false when there is no such account.
pub(super) fn begin_for(lease: &mut Lease<'_>, id: AccountId) -> Result<bool, StoreError> {
    let question = "SELECT EXISTS (SELECT 1 FROM host WHERE key = $2) FROM account WHERE id = $1 FOR NO KEY UPDATE";
    let values: Values<'_> = &[&to_sql(id.0)?, &CLOSED_MARK];
    let rows = lease.begin((ENTER, &[&LOCKS, &GATE]), (question, values))?;
    refuse_closed(&rows)?;
    Ok(!rows.is_empty())
}

/// Begins a transaction while there is no other one that changes anything.
pub(super) fn begin_alone(lease: &mut Lease<'_>) -> Result<(), StoreError> {
    let lock = "SELECT pg_advisory_xact_lock($1, $2)";
    lease
        .begin((lock, &[&LOCKS, &GATE]), ("SELECT 1", &[]))
        .map(|_| ())
}

fn refuse_closed(rows: &[Row]) -> Result<(), StoreError> {
    match rows.first().map(|row| column(row, 0)).transpose()? {
        Some(true) => Err(StoreError::Moved),
        _ => Ok(()),
    }
}

/// A number as the data base takes it.
pub(super) fn to_sql(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::LimitExceeded { what: "a number" })
}

fn from_sql(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| StoreError::Corrupt {
        detail: format!("a number is negative: {number}"),
    })
}

/// The data base takes no text with this character, so nothing is stored under such a name.
fn impossible(text: &str) -> bool {
    text.contains('\0')
}

pub(super) fn column<T: FromSqlOwned>(row: &Row, place: usize) -> Result<T, StoreError> {
    row.try_get(place).map_err(|error| odd(&error))
}

/// The first row that a question yields, read.
fn one<T>(
    lease: &mut Lease<'_>,
    question: &'static str,
    values: Values<'_>,
    read: impl FnOnce(&Row) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    lease.query(question, values)?.first().map(read).transpose()
}

pub(super) fn host(lease: &mut Lease<'_>, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let question = "SELECT value FROM host WHERE key = $1";
    one(lease, question, &[&key], |row| column(row, 0))
}

pub(super) fn host_put(lease: &mut Lease<'_>, key: &str, record: &[u8]) -> Result<(), StoreError> {
    let statement = "INSERT INTO host (key, value) VALUES ($1, $2)
                     ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    lease.execute(statement, &[&key, &record]).map(|_| ())
}

pub(super) fn host_remove(lease: &mut Lease<'_>, key: &str) -> Result<bool, StoreError> {
    Ok(lease.execute("DELETE FROM host WHERE key = $1", &[&key])? > 0)
}

pub(super) fn host_list(
    lease: &mut Lease<'_>,
    prefix: &str,
) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let question = "SELECT key, value FROM host WHERE starts_with(key, $1) ORDER BY key";
    let rows = lease.query(question, &[&prefix])?;
    rows.iter()
        .map(|row| Ok((column(row, 0)?, column(row, 1)?)))
        .collect()
}

/// Changes a host record that still is what was read.
pub(super) fn host_change(lease: &mut Lease<'_>, change: &HostChange) -> Result<(), StoreError> {
    let changed = match &change.value {
        Some(value) => lease.execute(
            "UPDATE host SET value = $3 WHERE key = $1 AND value = $2",
            &[&change.key, &change.expected, value],
        )?,
        None => lease.execute(
            "DELETE FROM host WHERE key = $1 AND value = $2",
            &[&change.key, &change.expected],
        )?,
    };
    match changed {
        0 => Err(StoreError::HostChanged),
        _ => Ok(()),
    }
}

/// The number of accounts and the octets of the whole data base.
pub(super) fn sizes(lease: &mut Lease<'_>) -> Result<(u64, u64), StoreError> {
    let question = "SELECT (SELECT count(*) FROM account), pg_database_size(current_database())";
    let read = |row: &Row| Ok((from_sql(column(row, 0)?)?, from_sql(column(row, 1)?)?));
    Ok(one(lease, question, &[], read)?.unwrap_or_default())
}

const ACTIVE: i16 = 1;
const SUSPENDED: i16 = 2;
const CLOSED: i16 = 3;

/// An account's state as it is stored.
pub(super) const fn state_to_sql(state: AccountState) -> i16 {
    match state {
        AccountState::Active => ACTIVE,
        AccountState::Suspended => SUSPENDED,
        AccountState::Closed => CLOSED,
    }
}

fn state_from_sql(number: i16) -> Result<AccountState, StoreError> {
    match number {
        ACTIVE => Ok(AccountState::Active),
        SUSPENDED => Ok(AccountState::Suspended),
        CLOSED => Ok(AccountState::Closed),
        _ => Err(StoreError::Corrupt {
            detail: format!("{number} is no state of an account"),
        }),
    }
}

fn account_row(row: &Row) -> Result<Account, StoreError> {
    Ok(Account {
        id: AccountId(from_sql(column(row, 0)?)?),
        address: column(row, 1)?,
        profile_udf: column(row, 2)?,
        state: state_from_sql(column(row, 3)?)?,
        record: column(row, 4)?,
    })
}

pub(super) fn account(lease: &mut Lease<'_>, id: AccountId) -> Result<Option<Account>, StoreError> {
    let question = "SELECT id, address, profile, state, record FROM account WHERE id = $1";
    one(lease, question, &[&to_sql(id.0)?], account_row)
}

pub(super) fn account_by_address(
    lease: &mut Lease<'_>,
    address: &str,
) -> Result<Option<Account>, StoreError> {
    if impossible(address) {
        return Ok(None);
    }
    let question = "SELECT id, address, profile, state, record FROM account WHERE address = $1";
    one(lease, question, &[&address], account_row)
}

pub(super) fn account_by_profile(
    lease: &mut Lease<'_>,
    profile_udf: &str,
) -> Result<Option<Account>, StoreError> {
    if impossible(profile_udf) {
        return Ok(None);
    }
    let question = "SELECT id, address, profile, state, record FROM account WHERE profile = $1";
    one(lease, question, &[&profile_udf], account_row)
}

pub(super) fn accounts(
    lease: &mut Lease<'_>,
    after: Option<AccountId>,
    limit: usize,
) -> Result<Vec<Account>, StoreError> {
    let question = "SELECT id, address, profile, state, record FROM account
                    WHERE id > $1 ORDER BY id LIMIT $2";
    let after = after.map_or(Ok(-1), |id| to_sql(id.0))?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = lease.query(question, &[&after, &limit])?;
    rows.iter().map(account_row).collect()
}

/// A new account, under this number or the next one.
pub(super) fn insert_account(
    lease: &mut Lease<'_>,
    id: Option<AccountId>,
    new: &NewAccount,
) -> Result<AccountId, StoreError> {
    // One of two errors has to come first, and with two at once it is that of the address.
    if account_by_address(lease, &new.address)?.is_some() {
        return Err(StoreError::AddressTaken);
    }
    let state = state_to_sql(new.state);
    let (address, profile, record) = (&new.address, &new.profile_udf, &new.record);
    if let Some(id) = id {
        let number = to_sql(id.0)?;
        let statement =
            "INSERT INTO account (id, address, profile, state, record) VALUES ($1, $2, $3, $4, $5)";
        lease.execute(statement, &[&number, address, profile, &state, record])?;
        let statement = "SELECT setval(pg_get_serial_sequence('account', 'id'), greatest($1, nextval(pg_get_serial_sequence('account', 'id'))))";
        lease.query(statement, &[&number])?;
        return Ok(id);
    }
    let statement = "INSERT INTO account (address, profile, state, record) VALUES ($1, $2, $3, $4) RETURNING id";
    let rows = lease.query(statement, &[address, profile, &state, record])?;
    let missing = || StoreError::Engine {
        detail: "a new row has no number".to_owned(),
    };
    from_sql(column(rows.first().ok_or_else(missing)?, 0)?).map(AccountId)
}

/// Deletes an account that is there, and all that belongs to it.
pub(super) fn delete_account(lease: &mut Lease<'_>, id: AccountId) -> Result<(), StoreError> {
    let statements = [
        "DELETE FROM frame f USING store s WHERE s.account = $1 AND f.store = s.id",
        "DELETE FROM latest l USING store s WHERE s.account = $1 AND l.store = s.id",
        "DELETE FROM store WHERE account = $1",
        "DELETE FROM access WHERE account = $1",
        "DELETE FROM account WHERE id = $1",
    ];
    let account = to_sql(id.0)?;
    for statement in statements {
        lease.execute(statement, &[&account])?;
    }
    Ok(())
}

fn head_row(row: &Row) -> Result<StoreHead, StoreError> {
    Ok(StoreHead {
        label: column(row, 0)?,
        next_index: from_sql(column(row, 1)?)?,
        bytes: from_sql(column(row, 2)?)?,
        digest: column(row, 3)?,
    })
}

pub(super) fn heads(
    lease: &mut Lease<'_>,
    account: AccountId,
    labels: Option<&[&str]>,
) -> Result<Vec<StoreHead>, StoreError> {
    // All heads of an account are few; one statement sees one state of the store.
    let question = "SELECT label, next, bytes, digest FROM store WHERE account = $1 ORDER BY label";
    let rows = lease.query(question, &[&to_sql(account.0)?])?;
    let heads: Result<Vec<_>, _> = rows.iter().map(head_row).collect();
    let mut heads = heads?;
    if let Some(labels) = labels {
        heads.retain(|head| labels.contains(&head.label.as_str()));
    }
    Ok(heads)
}

pub(super) fn store(
    lease: &mut Lease<'_>,
    account: AccountId,
    label: &str,
) -> Result<Option<SequenceRow>, StoreError> {
    let question = "SELECT label, next, bytes, digest, state, id FROM store
                    WHERE account = $1 AND label = $2";
    one(lease, question, &[&to_sql(account.0)?, &label], |row| {
        let head = HeadWithState {
            head: head_row(row)?,
            state: column(row, 4)?,
        };
        Ok(SequenceRow {
            number: column(row, 5)?,
            head,
        })
    })
}

pub(super) fn frames(
    lease: &mut Lease<'_>,
    account: AccountId,
    label: &str,
    range: FrameRange,
) -> Result<Vec<Frame>, StoreError> {
    // The sum of lengths is known without reading what is long, which is stored elsewhere.
    let question = "
        SELECT index, envelope, seen FROM (
            SELECT index, envelope, count(*) OVER () AS seen,
                   sum(octet_length(envelope)) OVER (ORDER BY index) AS total
            FROM (
                SELECT f.index, f.envelope FROM store s JOIN frame f ON f.store = s.id
                WHERE s.account = $1 AND s.label = $2 AND f.index >= $3 AND f.index < $4
                ORDER BY f.index LIMIT $5
            ) AS near
        ) AS counted
        WHERE total <= $6 OR (index = $3 AND $7) ORDER BY index";
    let account = to_sql(account.0)?;
    let to = i64::try_from(range.to).unwrap_or(i64::MAX);
    let mut room = i64::try_from(range.max_bytes).unwrap_or(i64::MAX);
    let Ok(mut from) = i64::try_from(range.from) else {
        return Ok(Vec::new());
    };
    let mut frames = Vec::new();
    loop {
        let first = frames.is_empty();
        let rows = lease.query(
            question,
            &[&account, &label, &from, &to, &FRAMES_AT_ONCE, &room, &first],
        )?;
        let mut seen = 0;
        for row in &rows {
            let index: i64 = column(row, 0)?;
            let envelope: Vec<u8> = column(row, 1)?;
            seen = column(row, 2)?;
            room = room
                .saturating_sub(i64::try_from(envelope.len()).unwrap_or(i64::MAX))
                .max(0);
            from = index.saturating_add(1);
            frames.push(Frame {
                index: from_sql(index)?,
                envelope,
            });
        }
        let taken = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        if taken < FRAMES_AT_ONCE || taken < seen {
            return Ok(frames);
        }
    }
}

pub(super) fn frame_by_key(
    lease: &mut Lease<'_>,
    account: AccountId,
    label: &str,
    key: &str,
) -> Result<Option<Frame>, StoreError> {
    let question = "SELECT f.index, f.envelope
                    FROM store s JOIN latest l ON l.store = s.id AND l.key = $3
                    JOIN frame f ON f.store = l.store AND f.index = l.index
                    WHERE s.account = $1 AND s.label = $2";
    let values: Values<'_> = &[&to_sql(account.0)?, &label, &key.as_bytes()];
    one(lease, question, values, |row| {
        Ok(Frame {
            index: from_sql(column(row, 0)?)?,
            envelope: column(row, 1)?,
        })
    })
}

pub(super) fn keys(
    lease: &mut Lease<'_>,
    account: AccountId,
    label: &str,
    from: u64,
) -> Result<Vec<(u64, String)>, StoreError> {
    let question = "SELECT l.index, l.key FROM store s JOIN latest l ON l.store = s.id
                    WHERE s.account = $1 AND s.label = $2 AND l.index >= $3 ORDER BY l.index, l.key";
    let from = i64::try_from(from).unwrap_or(i64::MAX);
    let rows = lease.query(question, &[&to_sql(account.0)?, &label, &from])?;
    let read = |row: &Row| Ok((from_sql(column(row, 0)?)?, text(column(row, 1)?)?));
    rows.iter().map(read).collect()
}

pub(super) fn access(
    lease: &mut Lease<'_>,
    account: AccountId,
    key_udf: &str,
) -> Result<Option<Vec<u8>>, StoreError> {
    let question = "SELECT record FROM access WHERE account = $1 AND key = $2";
    let values: Values<'_> = &[&to_sql(account.0)?, &key_udf.as_bytes()];
    one(lease, question, values, |row| column(row, 0))
}

pub(super) fn access_rows(
    lease: &mut Lease<'_>,
    account: AccountId,
) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let question = "SELECT key, record FROM access WHERE account = $1 ORDER BY key";
    let rows = lease.query(question, &[&to_sql(account.0)?])?;
    let read = |row: &Row| Ok((text(column(row, 0)?)?, column(row, 1)?));
    rows.iter().map(read).collect()
}

fn text(octets: Vec<u8>) -> Result<String, StoreError> {
    String::from_utf8(octets).map_err(|error| StoreError::Corrupt {
        detail: error.to_string(),
    })
}
