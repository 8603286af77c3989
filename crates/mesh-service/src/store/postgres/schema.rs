// SPDX-License-Identifier: MIT
//! The tables of the store in PostgreSQL, and how they came to be what they are.
//!
//! Here: numbered migrations, which only go forward; the search for damage.
//! Not here: statements on single rows (`rows`).

use tokio_postgres::Row;

use super::fault::odd;
use super::pool::Lease;
use crate::store::{StoreError, Upgrade};

/// Locks of the data base that hosts of one service agree on: this, and a number. "Mesh" in ASCII.
pub(super) const LOCKS: i32 = 0x4d65_7368;
/// Held while the tables are changed.
const MIGRATION_LOCK: i32 = 1;

/// Every version of the tables, by what it changed. What has been released is never edited: add another one.
pub(super) const MIGRATIONS: [(&str, &str); 1] = [(
    "accounts and their sequences",
    include_str!("schema/0001.sql"),
)];

/// Which migrations there have been.
const LEDGER: &str = "
CREATE TABLE migration (
    number integer NOT NULL PRIMARY KEY,
    name text NOT NULL,
    applied timestamptz NOT NULL DEFAULT now()
)";

/// What `check` asks; each yields one line of text for each contradiction.
const CONTRADICTIONS: [&str; 5] = [
    "SELECT 'sequence ' || s.id || ': ' || s.next || ' frames announced, ' || count(f.index) || ' found'
     FROM store s LEFT JOIN frame f ON f.store = s.id
     GROUP BY s.id HAVING count(f.index) <> s.next",
    "SELECT 'sequence ' || s.id || ': ' || s.bytes || ' octets announced, ' || coalesce(sum(octet_length(f.envelope)), 0) || ' found'
     FROM store s LEFT JOIN frame f ON f.store = s.id
     GROUP BY s.id HAVING coalesce(sum(octet_length(f.envelope)), 0) <> s.bytes",
    "SELECT 'frame ' || f.index || ' of sequence ' || f.store || ' belongs to no sequence'
     FROM frame f LEFT JOIN store s ON s.id = f.store WHERE s.id IS NULL OR f.index < 0 OR f.index >= s.next",
    "SELECT 'a key of sequence ' || l.store || ' leads to no frame'
     FROM latest l LEFT JOIN frame f ON f.store = l.store AND f.index = l.index WHERE f.store IS NULL",
    "SELECT 'a row of account ' || account || ' outlived it'
     FROM (SELECT account FROM store UNION SELECT account FROM access) AS row
     WHERE account NOT IN (SELECT id FROM account)",
];

/// Makes the tables where there are none, and refuses those of another version. Hosts that start at once do so one after the other.
pub(super) fn prepare(lease: &mut Lease<'_>) -> Result<(), StoreError> {
    locked(lease, |lease, tables| {
        match found(lease, tables, &MIGRATIONS)? {
            None => migrate(lease, 0, &MIGRATIONS).map(drop),
            Some(done) => current(done, &MIGRATIONS),
        }
    })
}

/// Refuses tables that are not of the version of this program.
pub(super) fn recognise(lease: &mut Lease<'_>) -> Result<(), StoreError> {
    let tables = lease.query(TABLES, &[])?;
    match found(lease, &tables, &MIGRATIONS)? {
        None => Err(StoreError::DatabaseNotAStore),
        Some(done) => current(done, &MIGRATIONS),
    }
}

/// Brings the tables of an earlier version to that of this program, or says what that would be; what there is to do.
pub(super) fn upgrade(
    lease: &mut Lease<'_>,
    known: &[(&'static str, &'static str)],
    only_say: bool,
) -> Result<Upgrade, StoreError> {
    locked(lease, |lease, tables| {
        let Some(done) = found(lease, tables, known)? else {
            return Err(StoreError::DatabaseNotAStore);
        };
        if !only_say {
            migrate(lease, done, known)?;
        }
        Ok(Upgrade::between(done, known))
    })
}

const TABLES: &str = "SELECT c.relname::text FROM pg_class c
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')";

/// Does something with the tables while nobody else does.
fn locked<T>(
    lease: &mut Lease<'_>,
    body: impl FnOnce(&mut Lease<'_>, &[Row]) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let encoding = "SELECT current_setting('server_encoding')";
    let found = lease.query(encoding, &[])?;
    let found: String = found
        .first()
        .map_or(Ok(String::new()), |row| row.try_get(0))
        .map_err(|error| odd(&error))?;
    if found != "UTF8" {
        let detail = format!("its encoding is {found}; it must be UTF8");
        return Err(StoreError::DatabaseRefused { detail });
    }
    let lock = "SELECT pg_advisory_xact_lock($1, $2)";
    // Sees what was committed while it waited for the lock.
    let done = lease
        .begin((lock, &[&LOCKS, &MIGRATION_LOCK]), (TABLES, &[]))
        .and_then(|tables| body(lease, &tables));
    match done {
        Ok(done) => lease.commit().map(|()| done),
        Err(error) => {
            lease.roll_back();
            Err(error)
        }
    }
}

/// How many migrations there have been; nothing where there are no tables at all.
fn found(
    lease: &mut Lease<'_>,
    tables: &[Row],
    known: &[(&str, &str)],
) -> Result<Option<usize>, StoreError> {
    let tables: Result<Vec<String>, _> = tables.iter().map(|row| row.try_get(0)).collect();
    let tables = tables.map_err(|error| odd(&error))?;
    if tables.is_empty() {
        return Ok(None);
    }
    if !tables.iter().any(|name| name == "migration") {
        return Err(StoreError::DatabaseNotAStore);
    }
    let question = "SELECT number, name FROM migration ORDER BY number";
    let ledger = lease.query(question, &[])?;
    let ledger: Result<Vec<(i32, String)>, _> = ledger
        .iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect();
    judge(&ledger.map_err(|error| odd(&error))?, known).map(Some)
}

fn current(done: usize, known: &[(&str, &str)]) -> Result<(), StoreError> {
    match done == known.len() {
        true => Ok(()),
        false => Err(StoreError::older(done, known.len())),
    }
}

fn migrate(
    lease: &mut Lease<'_>,
    done: usize,
    known: &[(&'static str, &'static str)],
) -> Result<(), StoreError> {
    if done == 0 {
        lease.script(LEDGER)?;
    }
    for (number, (name, script)) in (1_i32..).zip(known).skip(done) {
        lease.script(script)?;
        let statement = "INSERT INTO migration (number, name) VALUES ($1, $2)";
        lease.execute(statement, &[&number, name])?;
        tracing::info!(number, name, "the tables of the store have been migrated");
    }
    Ok(())
}

/// How many migrations there have been, if they were the first ones that this program knows.
fn judge(ledger: &[(i32, String)], known: &[(&str, &str)]) -> Result<usize, StoreError> {
    for (place, (expected, (number, name))) in (1_i32..).zip(ledger).enumerate() {
        if *number != expected {
            let missing = i64::from(expected);
            return Err(StoreError::SchemaGap { missing });
        }
        match known.get(place) {
            Some((known, _)) if known == name => {}
            Some(_) => return Err(StoreError::DatabaseNotAStore),
            None => {
                let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
                return Err(StoreError::SchemaNewer {
                    found: count(ledger.len()),
                    supported: count(known.len()),
                });
            }
        }
    }
    Ok(ledger.len())
}

/// Looks for what the tables say against each other, in one state of the data base.
pub(super) fn check(lease: &mut Lease<'_>) -> Result<Vec<String>, StoreError> {
    if lease.is_snapshot() {
        return contradictions(lease);
    }
    lease.script(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0;",
    )?;
    let found = contradictions(lease);
    lease.script("ROLLBACK")?;
    found
}

fn contradictions(lease: &mut Lease<'_>) -> Result<Vec<String>, StoreError> {
    let mut findings = Vec::new();
    for question in CONTRADICTIONS {
        let rows = lease.query_slowly(question)?;
        for row in rows {
            findings.push(row.try_get(0).map_err(|error| odd(&error))?);
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [(&str, &str); 3] = [("one", ""), ("two", ""), ("three", "")];

    fn judged(ledger: &[(i32, &str)]) -> Result<usize, StoreError> {
        let ledger: Vec<_> = ledger
            .iter()
            .map(|(number, name)| (*number, (*name).to_owned()))
            .collect();
        judge(&ledger, &KNOWN)
    }

    #[test]
    fn only_the_first_migrations_without_a_gap_are_taken() {
        assert_eq!(judged(&[]), Ok(0));
        assert_eq!(judged(&[(1, "one"), (2, "two")]), Ok(2));
        assert_eq!(judged(&[(1, "one"), (2, "two"), (3, "three")]), Ok(3));
        assert_eq!(
            judged(&[(1, "one"), (3, "three")]),
            Err(StoreError::SchemaGap { missing: 2 })
        );
        assert_eq!(
            judged(&[(2, "two")]),
            Err(StoreError::SchemaGap { missing: 1 })
        );
        assert_eq!(judged(&[(1, "other")]), Err(StoreError::DatabaseNotAStore));
        let newer = [(1, "one"), (2, "two"), (3, "three"), (4, "four")];
        let error = StoreError::SchemaNewer {
            found: 4,
            supported: 3,
        };
        assert_eq!(judged(&newer), Err(error));
    }

    #[test]
    fn names_of_migrations_are_unique() {
        let names: std::collections::BTreeSet<_> =
            MIGRATIONS.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), MIGRATIONS.len());
    }
}
