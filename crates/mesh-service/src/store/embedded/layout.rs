// SPDX-License-Identifier: MIT
//! The tables of the embedded store, their version, and how a connection is set up.
//!
//! Here: everything that knows the data file as a whole, also the search for damage.
//! Not here: statements on single rows (`rows`).

use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::store::{StoreError, Upgrade};

/// Every layout, by what it changed; `PRAGMA user_version` of a store is how many of them it has. What has been released is never edited: add
/// another one.
pub(super) const MIGRATIONS: [(&str, &str); 1] = [("accounts and their sequences", TABLES)];
/// `PRAGMA application_id` of a store: "Mesh" in ASCII.
const APPLICATION: i64 = 0x4d65_7368;
/// The octets of one page of the data file.
const PAGE_BYTES: u64 = 4096;

/// How often a copy is tried while something holds the store, and how long it waits each time.
const COPY_ATTEMPTS: usize = 50;
const COPY_PAUSE: Duration = Duration::from_millis(100);

/// A frame's number is its sequence's number and its index, so that the frames of one sequence lie together and a pull
/// is one range. A table with rowid keeps an envelope of up to 4 KiB within its page, which a `WITHOUT ROWID` table
/// (pages of an index: a quarter of that) does not; hence that form only where the rows are small.
const TABLES: &str = "
CREATE TABLE host (
    key TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE account (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    address TEXT NOT NULL UNIQUE,
    profile TEXT NOT NULL UNIQUE,
    state INTEGER NOT NULL,
    record BLOB NOT NULL
) STRICT;
CREATE TABLE store (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL,
    label TEXT NOT NULL,
    next INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    digest BLOB NOT NULL,
    state BLOB NOT NULL,
    UNIQUE (account, label)
) STRICT;
CREATE TABLE frame (
    id INTEGER PRIMARY KEY,
    envelope BLOB NOT NULL
) STRICT;
CREATE TABLE latest (
    store INTEGER NOT NULL,
    key TEXT NOT NULL,
    frame INTEGER NOT NULL,
    PRIMARY KEY (store, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE access (
    id INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    key TEXT NOT NULL,
    record BLOB NOT NULL,
    UNIQUE (account, key)
) STRICT;
";

/// What `check` asks beyond the engine's own test; each yields one line of text for each contradiction.
const CONTRADICTIONS: [&str; 5] = [
    "SELECT 'sequence ' || s.id || ': ' || s.next || ' frames announced, ' || count(f.id) || ' found'
     FROM store s LEFT JOIN frame f ON f.id >= s.id << 32 AND f.id < (s.id << 32) + s.next
     GROUP BY s.id HAVING count(f.id) <> s.next",
    "SELECT 'sequence ' || s.id || ': ' || s.bytes || ' octets announced, ' || coalesce(sum(length(f.envelope)), 0) || ' found'
     FROM store s LEFT JOIN frame f ON f.id >= s.id << 32 AND f.id < (s.id + 1) << 32
     GROUP BY s.id HAVING coalesce(sum(length(f.envelope)), 0) <> s.bytes",
    "SELECT 'frame ' || f.id || ' belongs to no sequence'
     FROM frame f LEFT JOIN store s ON s.id = f.id >> 32 WHERE s.id IS NULL OR (f.id & 4294967295) >= s.next",
    "SELECT 'a key of sequence ' || l.store || ' leads to no frame'
     FROM latest l LEFT JOIN frame f ON f.id = l.frame WHERE f.id IS NULL OR l.frame >> 32 <> l.store",
    "SELECT 'a row of account ' || account || ' outlived it'
     FROM (SELECT account FROM store UNION SELECT account FROM access) WHERE account NOT IN (SELECT id FROM account)",
];

/// The one connection that writes. Makes the tables in an empty file; refuses files that are not ours or newer.
pub(super) fn open_for_writing(
    file: &Path,
    max_bytes: Option<u64>,
) -> Result<Connection, StoreError> {
    let connection = open(file)?;
    let empty = recognise(&connection, file)? == Layout::Empty;
    let pages = max_bytes.map(|bytes| i64::try_from(bytes / PAGE_BYTES).unwrap_or(i64::MAX));
    let setup = || -> rusqlite::Result<()> {
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "cache_size", -4096)?;
        // A burst of writes does not leave its log on the disk for good.
        connection.pragma_update(None, "journal_size_limit", 16 << 20)?;
        // What is deleted is overwritten.
        connection.pragma_update(None, "secure_delete", true)?;
        if let Some(pages) = pages {
            connection.pragma_update(None, "max_page_count", pages)?;
        }
        if empty {
            connection.execute_batch(&format!(
                "BEGIN IMMEDIATE; {} COMMIT;",
                script(0, &MIGRATIONS)
            ))?;
        }
        Ok(())
    };
    setup().map_err(|error| engine_error("set up the store", &error))?;
    Ok(connection)
}

/// The statements that are still to be run where so many migrations have been.
fn script(done: usize, known: &[(&str, &str)]) -> String {
    let scripts: String = known.iter().skip(done).map(|(_, script)| *script).collect();
    let version = known.len();
    format!("{scripts} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {version};")
}

/// Brings a file of an earlier version to that of this program, or says what that would be; what there is to do.
pub(super) fn upgrade(
    file: &Path,
    known: &[(&'static str, &'static str)],
    only_say: bool,
) -> Result<Upgrade, StoreError> {
    let connection = open(file)?;
    let Layout::Of(done) = layout(&connection, file, known)? else {
        return Err(StoreError::NotAStore {
            path: file.to_owned(),
        });
    };
    if !only_say && done < known.len() {
        let script = format!("BEGIN IMMEDIATE; {} COMMIT;", script(done, known));
        let run = || -> rusqlite::Result<()> {
            connection.pragma_update(None, "synchronous", "full")?;
            connection.execute_batch(&script)
        };
        run().map_err(|error| engine_error("upgrade the store", &error))?;
    }
    Ok(Upgrade::between(done, known))
}

/// What a file is to this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Nothing yet.
    Empty,
    /// A store with so many migrations.
    Of(usize),
}

/// A connection that writes beside the one of a service.
pub(super) fn open_beside(file: &Path) -> Result<Connection, StoreError> {
    let connection = open(file)?;
    if recognise(&connection, file)? == Layout::Empty {
        return Err(StoreError::NotAStore {
            path: file.to_owned(),
        });
    }
    connection
        .pragma_update(None, "synchronous", "full")
        .and_then(|()| connection.pragma_update(None, "secure_delete", true))
        .map_err(|error| engine_error("open the store", &error))?;
    Ok(connection)
}

/// Refuses files that are neither empty nor of the version of this program.
pub(super) fn recognise(connection: &Connection, file: &Path) -> Result<Layout, StoreError> {
    match layout(connection, file, &MIGRATIONS)? {
        Layout::Of(done) if done < MIGRATIONS.len() => {
            Err(StoreError::older(done, MIGRATIONS.len()))
        }
        found => Ok(found),
    }
}

/// What a file is; refuses those that are not ours or newer.
fn layout(
    connection: &Connection,
    file: &Path,
    known: &[(&str, &str)],
) -> Result<Layout, StoreError> {
    let not_ours = || StoreError::NotAStore {
        path: file.to_owned(),
    };
    let pragma = |name: &str| -> Result<i64, StoreError> {
        match connection.pragma_query_value(None, name, |row| row.get(0)) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
                Err(not_ours())
            }
            value => value.map_err(|error| engine_error("open the store", &error)),
        }
    };
    let application = pragma("application_id")?;
    let version = pragma("user_version")?;
    let empty = application == 0 && version == 0 && pragma("schema_version")? == 0;
    if !empty && application != APPLICATION {
        return Err(not_ours());
    }
    let supported = i64::try_from(known.len()).unwrap_or(i64::MAX);
    if version > supported {
        return Err(StoreError::SchemaNewer {
            found: version,
            supported,
        });
    }
    match (empty, usize::try_from(version)) {
        (true, _) => Ok(Layout::Empty),
        (false, Ok(done @ 1..)) => Ok(Layout::Of(done)),
        (false, _) => Err(not_ours()),
    }
}

/// Writes everything, as it is at one moment, into a new file.
pub(super) fn copy(file: &Path, into: &Path) -> Result<(), StoreError> {
    let connection = open(file)?;
    // Also one of an earlier version: it is copied before it is upgraded.
    if layout(&connection, file, &MIGRATIONS)? == Layout::Empty {
        return Err(StoreError::NotAStore {
            path: file.to_owned(),
        });
    }
    let action = "copy the store";
    let failed = |error: rusqlite::Error| engine_error(action, &error);
    let mut copy = Connection::open(into).map_err(failed)?;
    let backup = Backup::new(&connection, &mut copy).map_err(failed)?;
    for _ in 0..COPY_ATTEMPTS {
        // All pages in one step: of one moment, and each at its place, so that copies of the same store differ where the store does.
        match backup.step(-1).map_err(failed)? {
            StepResult::Done => return Ok(()),
            _ => sleep(COPY_PAUSE),
        }
    }
    Err(StoreError::Unavailable {
        action,
        detail: "it stays locked".to_owned(),
    })
}

/// One of the connections that only read.
pub(super) fn open_for_reading(file: &Path) -> Result<Connection, StoreError> {
    let connection = open(file)?;
    let setup = || -> rusqlite::Result<()> {
        connection.pragma_update(None, "query_only", true)?;
        connection.pragma_update(None, "cache_size", -2048)
    };
    setup().map_err(|error| engine_error("set up the store", &error))?;
    Ok(connection)
}

fn open(file: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let setup = || -> rusqlite::Result<Connection> {
        let connection = Connection::open_with_flags(file, flags)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    };
    setup().map_err(|error| engine_error("open the store", &error))
}

/// Looks for damage: the engine's own test, then what the tables say about each other.
pub(super) fn check(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let snapshot = connection
        .unchecked_transaction()
        .map_err(|error| engine_error("check the store", &error))?;
    check_in_transaction(&snapshot)
}

/// [`check`] of what a transaction sees that is open already.
pub(super) fn check_in_transaction(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut findings = Vec::new();
    for question in ["PRAGMA quick_check"].iter().chain(&CONTRADICTIONS) {
        match lines(connection, question) {
            Ok(lines) => findings.extend(lines.into_iter().filter(|line| line != "ok")),
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt) => {
                findings.push(error.to_string());
            }
            Err(error) => return Err(engine_error("check the store", &error)),
        }
    }
    Ok(findings)
}

/// The number of accounts, the octets of the data file, and those of its free pages.
pub(super) fn sizes(connection: &Connection) -> Result<(u64, u64, u64), StoreError> {
    let ask = |question: &str| -> rusqlite::Result<i64> {
        connection
            .prepare_cached(question)?
            .query_row([], |row| row.get(0))
    };
    let number = |question: &str| -> Result<u64, StoreError> {
        let number = ask(question).map_err(|error| engine_error("read the store", &error))?;
        Ok(u64::try_from(number).unwrap_or(0))
    };
    // The index of the addresses is counted, not the records.
    let accounts = number("SELECT count(*) FROM account")?;
    let data = number("PRAGMA page_count")?.saturating_mul(PAGE_BYTES);
    let free = number("PRAGMA freelist_count")?.saturating_mul(PAGE_BYTES);
    Ok((accounts, data, free))
}

fn lines(connection: &Connection, question: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(question)?;
    statement.query_map([], |row| row.get(0))?.collect()
}

/// What an error of the engine means for the caller.
pub(super) fn engine_error(action: &'static str, error: &rusqlite::Error) -> StoreError {
    let detail = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::DiskFull,
        Some(
            ErrorCode::CannotOpen
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::OutOfMemory
            | ErrorCode::PermissionDenied
            | ErrorCode::ReadOnly
            | ErrorCode::SystemIoFailure,
        ) => StoreError::Unavailable { action, detail },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StoreError::Corrupt { detail }
        }
        Some(ErrorCode::TooBig) => StoreError::LimitExceeded { what: "the record" },
        _ => StoreError::Engine { detail },
    }
}
