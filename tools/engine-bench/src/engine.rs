// SPDX-License-Identifier: MIT
//! The engines under comparison, behind one trait: numbered records, made durable in batches.

use std::fs::File;
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

/// RocksDB, its log synchronised after every batch.
#[cfg(feature = "rocksdb")]
pub struct Rocks(rocksdb::DB);

#[cfg(feature = "rocksdb")]
impl Engine for Rocks {
    fn open(directory: &Path) -> Self {
        let mut options = rocksdb::Options::default();
        options.create_if_missing(true);
        Self(rocksdb::DB::open(&options, directory.join("rocks")).unwrap())
    }

    fn commit(&mut self, records: &[(u64, &[u8])]) {
        let mut batch = rocksdb::WriteBatch::default();
        for (number, record) in records {
            batch.put(number.to_be_bytes(), record);
        }
        let mut options = rocksdb::WriteOptions::default();
        options.set_sync(true);
        self.0.write_opt(batch, &options).unwrap();
    }

    fn get(&self, number: u64) -> Option<Vec<u8>> {
        self.0.get(number.to_be_bytes()).unwrap()
    }
}

/// A DARE sequence: every record encrypted, with its digest, in the tree.
pub struct Sequence {
    writer: mesh_dare::SequenceWriter<File>,
    exchanges: mesh_dare::Exchanges,
    keys: mesh_crypto::KeyRing,
    env: mesh_crypto::Seeded,
}

impl Sequence {
    /// The frame of a record with its header and trailer, compared with its digest and not decrypted.
    #[must_use]
    pub fn frame(&self, number: u64) -> mesh_dare::Envelope {
        self.writer.sequence().frame(number + 1).unwrap()
    }

    /// Has the places of all frames known, as an index frame tells them.
    pub fn learn(&self) {
        let key = Box::new(mesh_dare::sequence::index::unique_id);
        mesh_dare::Index::load(self.writer.sequence(), &self.exchanges, &self.keys, key).unwrap();
    }

    /// Adds an index frame.
    pub fn index(&mut self) {
        let key = Box::new(mesh_dare::sequence::index::unique_id);
        let mut index = mesh_dare::Index::build(self.writer.sequence(), key).unwrap();
        self.writer.append_index(&mut index, &self.env).unwrap();
    }

    /// Verifies every frame.
    pub fn verify(&self) {
        self.writer.sequence().verify().unwrap();
    }
}

impl Engine for Sequence {
    fn open(directory: &Path) -> Self {
        let path = directory.join("sequence");
        let new = !path.exists();
        let mut options = File::options();
        let options = options.read(true).write(true).create(true).truncate(false);
        let file = options.open(path).unwrap();
        let env = mesh_crypto::Seeded::new(1);
        let key = mesh_crypto::PrivateKey::generate(mesh_crypto::KeyAlgorithm::X448, &env);
        let protection = mesh_dare::Protection {
            encryption: mesh_dare::Encryption::Once,
            recipients: vec![key.public().clone()],
            ..mesh_dare::Protection::default()
        };
        let keys: mesh_crypto::KeyRing = [key].into_iter().collect();
        let writer = if new {
            let first = mesh_dare::Content::default();
            let kind = mesh_dare::SequenceType::Merkle;
            mesh_dare::SequenceWriter::create(file, kind, &protection, &first, None, &env)
        } else {
            let (sequence, _) = mesh_dare::Sequence::open_from_end(file).unwrap();
            mesh_dare::SequenceWriter::open(sequence, &protection, None, &keys, &env)
        };
        Self {
            writer: writer.unwrap(),
            exchanges: mesh_dare::Exchanges::default(),
            keys,
            env,
        }
    }

    fn commit(&mut self, records: &[(u64, &[u8])]) {
        let contents: Vec<_> = records
            .iter()
            .map(|(_, record)| mesh_dare::Content {
                payload: record,
                ..mesh_dare::Content::default()
            })
            .collect();
        self.writer.append(&contents, &self.env).unwrap();
    }

    fn get(&self, number: u64) -> Option<Vec<u8>> {
        let sequence = self.writer.sequence();
        let payload = self.exchanges.payload(sequence, number + 1, &self.keys);
        Some(payload.unwrap().expose_secret().to_vec())
    }
}
