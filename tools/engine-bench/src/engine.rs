// SPDX-License-Identifier: MIT
//! The engines under comparison, behind one trait: numbered records, made durable in batches.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _};

/// Numbered records; a commit is durable when it returns.
pub trait Engine: Send {
    fn open(directory: &Path) -> Self;
    fn commit(&mut self, records: &[(u64, &[u8])]);
    fn get(&self, number: u64) -> Option<Vec<u8>>;
}

/// SQLite with a write-ahead log, synchronised at every commit.
pub struct Sqlite(Connection);

impl Engine for Sqlite {
    fn open(directory: &Path) -> Self {
        let connection = Connection::open(directory.join("sqlite.db")).unwrap();
        connection
            .pragma_update(None, "journal_mode", "wal")
            .unwrap();
        connection
            .pragma_update(None, "synchronous", "full")
            .unwrap();
        connection
            .execute_batch(
                "CREATE TABLE IF NOT EXISTS r (id INTEGER PRIMARY KEY, v BLOB NOT NULL) STRICT",
            )
            .unwrap();
        Self(connection)
    }

    fn commit(&mut self, records: &[(u64, &[u8])]) {
        let run = |sql: &str| self.0.prepare_cached(sql).unwrap().execute([]).unwrap();
        run("BEGIN IMMEDIATE");
        {
            let mut insert = self
                .0
                .prepare_cached("INSERT INTO r VALUES (?1, ?2)")
                .unwrap();
            for (number, record) in records {
                insert
                    .execute((i64::try_from(*number).unwrap(), record))
                    .unwrap();
            }
        }
        run("COMMIT");
    }

    fn get(&self, number: u64) -> Option<Vec<u8>> {
        let mut select = self
            .0
            .prepare_cached("SELECT v FROM r WHERE id = ?1")
            .unwrap();
        select
            .query_row([i64::try_from(number).unwrap()], |row| row.get(0))
            .optional()
            .unwrap()
    }
}

/// redb with its default, immediate durability.
pub struct Redb(redb::Database);

const TABLE: redb::TableDefinition<u64, &[u8]> = redb::TableDefinition::new("r");

impl Engine for Redb {
    fn open(directory: &Path) -> Self {
        let database = redb::Database::create(directory.join("redb.db")).unwrap();
        let transaction = database.begin_write().unwrap();
        transaction.open_table(TABLE).unwrap();
        transaction.commit().unwrap();
        Self(database)
    }

    fn commit(&mut self, records: &[(u64, &[u8])]) {
        let transaction = self.0.begin_write().unwrap();
        {
            let mut table = transaction.open_table(TABLE).unwrap();
            for (number, record) in records {
                table.insert(number, record).unwrap();
            }
        }
        transaction.commit().unwrap();
    }

    fn get(&self, number: u64) -> Option<Vec<u8>> {
        use redb::ReadableDatabase as _;
        let table = self.0.begin_read().unwrap().open_table(TABLE).unwrap();
        table
            .get(number)
            .unwrap()
            .map(|value| value.value().to_vec())
    }
}

/// fjall, its journal synchronised after every batch.
pub struct Fjall {
    database: fjall::Database,
    keyspace: fjall::Keyspace,
}

impl Engine for Fjall {
    fn open(directory: &Path) -> Self {
        let database = fjall::Database::builder(directory.join("fjall"))
            .open()
            .unwrap();
        let keyspace = database
            .keyspace("r", fjall::KeyspaceCreateOptions::default)
            .unwrap();
        Self { database, keyspace }
    }

    fn commit(&mut self, records: &[(u64, &[u8])]) {
        let mut batch = self
            .database
            .batch()
            .durability(Some(fjall::PersistMode::SyncData));
        for (number, record) in records {
            batch.insert(&self.keyspace, number.to_be_bytes(), *record);
        }
        batch.commit().unwrap();
    }

    fn get(&self, number: u64) -> Option<Vec<u8>> {
        self.keyspace
            .get(number.to_be_bytes())
            .unwrap()
            .map(|value| value.to_vec())
    }
}
