// SPDX-License-Identifier: MIT
//! How long sequences take: appending durably, reading one frame of many, opening, verifying everything.
//!
//! Spec: none.
//! Here: frames of 1 KiB, encrypted, with digest and tree, beside SQLite rows of the same size and the bare digest.
//! Not here: envelopes and catalogs (`store`). The directory for files is `MESH_BENCH_DIR`, or the usual one for temporary files, which
//! may be in memory.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot go on must stop"
)]

use std::cell::RefCell;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, OnceLock};

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use mesh_crypto::digest::sha512;
use mesh_crypto::{KeyAlgorithm, KeyRing, PrivateKey, Seeded};
use mesh_dare::sequence::index::unique_id;
use mesh_dare::{
    AppendQueue, Content, Encryption, Exchanges, Index, Protection, Queued, Sequence, SequenceType,
    SequenceWriter,
};
use rusqlite::Connection;
use tempfile::TempDir;

const ENTRY: [u8; 1024] = [7; 1024];
const BATCH: usize = 1_000;
const FRAMES: u64 = 100_000;
const THREADS: usize = 64;
/// Appends of each thread in one round.
const ROUND: usize = 8;

fn main() {
    divan::main();
}

fn directory() -> TempDir {
    match std::env::var_os("MESH_BENCH_DIR") {
        Some(path) => tempfile::tempdir_in(path).unwrap(),
        None => tempfile::tempdir().unwrap(),
    }
}

fn file(path: &Path) -> File {
    let mut options = File::options();
    let options = options.read(true).write(true).create(true).truncate(false);
    options.open(path).unwrap()
}

struct World {
    env: Seeded,
    ring: KeyRing,
    protection: Protection,
}

fn world() -> World {
    let env = Seeded::new(1);
    let key = PrivateKey::generate(KeyAlgorithm::X448, &env);
    World {
        protection: Protection {
            encryption: Encryption::Once,
            recipients: vec![key.public().clone()],
            ..Protection::default()
        },
        ring: [key].into_iter().collect(),
        env,
    }
}

fn writer(world: &World, path: &Path) -> SequenceWriter<File> {
    let first = Content::default();
    let (kind, env) = (SequenceType::Merkle, &world.env);
    SequenceWriter::create(file(path), kind, &world.protection, &first, None, env).unwrap()
}

fn entry() -> Content<'static> {
    Content {
        payload: &ENTRY,
        ..Content::default()
    }
}

/// SQLite as the service's store runs it, one row for each entry. Nothing is encrypted and there is no tree.
fn sqlite(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection
        .pragma_update(None, "journal_mode", "wal")
        .unwrap();
    connection
        .pragma_update(None, "synchronous", "full")
        .unwrap();
    let table = "CREATE TABLE IF NOT EXISTS r (id INTEGER PRIMARY KEY, v BLOB NOT NULL) STRICT";
    connection.execute_batch(table).unwrap();
    connection
}

fn insert(connection: &Connection, rows: usize) {
    let run = |sql: &str| connection.prepare_cached(sql).unwrap().execute([]).unwrap();
    run("BEGIN IMMEDIATE");
    let mut insert = connection
        .prepare_cached("INSERT INTO r (v) VALUES (?1)")
        .unwrap();
    for _ in 0..rows {
        insert.execute([&ENTRY[..]]).unwrap();
    }
    run("COMMIT");
}

#[divan::bench(sample_count = 300, sample_size = 1)]
fn append_1_sequence(bencher: Bencher) {
    let (world, directory) = (world(), directory());
    let mut writer = writer(&world, &directory.path().join("sequence"));
    let contents = [entry()];
    bencher.bench_local(|| writer.append(&contents, &world.env).unwrap());
}

#[divan::bench(sample_count = 300, sample_size = 1)]
fn append_1_sqlite(bencher: Bencher) {
    let directory = directory();
    let connection = sqlite(&directory.path().join("rows"));
    bencher.bench_local(|| insert(&connection, 1));
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn append_1000_sequence(bencher: Bencher) {
    let (world, directory) = (world(), directory());
    let mut writer = writer(&world, &directory.path().join("sequence"));
    let contents = vec![entry(); BATCH];
    bencher
        .counter(ItemsCount::new(BATCH))
        .bench_local(|| writer.append(&contents, &world.env).unwrap());
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn append_1000_sqlite(bencher: Bencher) {
    let directory = directory();
    let connection = sqlite(&directory.path().join("rows"));
    bencher
        .counter(ItemsCount::new(BATCH))
        .bench_local(|| insert(&connection, BATCH));
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn append_from_64_threads_sequence(bencher: Bencher) {
    let (world, directory) = (world(), directory());
    let queue = AppendQueue::new(writer(&world, &directory.path().join("sequence")));
    bencher
        .counter(ItemsCount::new(THREADS * ROUND))
        .bench_local(|| {
            threads(|| {
                let queued = Queued {
                    payload: ENTRY.to_vec().into(),
                    ..Queued::default()
                };
                queue.append(queued, &world.env).unwrap();
            });
        });
}

/// SQLite behind one queue: a thread commits for all that wait.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn append_from_64_threads_sqlite(bencher: Bencher) {
    let directory = directory();
    let connection = sqlite(&directory.path().join("rows"));
    let (queue, requests) = mpsc::channel::<SyncSender<()>>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            while let Ok(first) = requests.recv() {
                let mut batch = vec![first];
                batch.extend(requests.try_iter());
                insert(&connection, batch.len());
                batch.iter().for_each(|waits| waits.send(()).unwrap());
            }
        });
        bencher
            .counter(ItemsCount::new(THREADS * ROUND))
            .bench_local(|| {
                threads(|| {
                    let (written, waits) = mpsc::sync_channel(1);
                    queue.send(written).unwrap();
                    waits.recv().unwrap();
                });
            });
        drop(queue);
    });
}

fn threads(append: impl Fn() + Sync) {
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| (0..ROUND).for_each(|_| append()));
        }
    });
}

/// A sequence of 100,000 entries with an index and ten entries behind it, a data base of as many rows, made once for all benchmarks.
struct Large {
    directory: TempDir,
    world: World,
}

impl Large {
    fn sequence(&self) -> File {
        file(&self.directory.path().join("sequence"))
    }

    fn rows(&self) -> Connection {
        sqlite(&self.directory.path().join("rows"))
    }
}

fn large() -> Arc<Large> {
    static LARGE: OnceLock<Arc<Large>> = OnceLock::new();
    let made = LARGE.get_or_init(|| {
        let (world, directory) = (world(), directory());
        let mut writer = writer(&world, &directory.path().join("sequence"));
        let mut index = Index::build(writer.sequence(), Box::new(unique_id)).unwrap();
        let connection = sqlite(&directory.path().join("rows"));
        let batches = usize::try_from(FRAMES).unwrap() / BATCH;
        for batch in 0..batches {
            let contents: Vec<_> = (0..BATCH)
                .map(|number| {
                    let mut content = entry();
                    content.meta.unique_id = Some(format!("entry {batch} {number}"));
                    content
                })
                .collect();
            writer.append(&contents, &world.env).unwrap();
            insert(&connection, BATCH);
        }
        writer.append_index(&mut index, &world.env).unwrap();
        writer.append(&vec![entry(); 10], &world.env).unwrap();
        Arc::new(Large { directory, world })
    });
    made.clone()
}

/// The frames in an order that is none.
fn shuffled() -> impl FnMut() -> u64 {
    let mut at = 0;
    move || {
        at = (at + 61_803) % FRAMES;
        at + 1
    }
}

#[divan::bench]
fn read_one_of_100000_by_index(bencher: Bencher) {
    let large = large();
    let (sequence, _) = Sequence::open_from_end(large.sequence()).unwrap();
    let (exchanges, ring) = (Exchanges::default(), &large.world.ring);
    let index = Index::load(&sequence, &exchanges, ring, Box::new(unique_id)).unwrap();
    assert_eq!(index.len(), sequence.len());
    let next = RefCell::new(shuffled());
    bencher.bench_local(|| {
        let frame = next.borrow_mut()();
        exchanges.payload(&sequence, frame, ring).unwrap()
    });
}

/// Over the positions in the tree, without an index.
#[divan::bench]
fn read_one_of_100000_by_tree(bencher: Bencher) {
    let large = large();
    let (sequence, _) = Sequence::open_from_end(large.sequence()).unwrap();
    let (exchanges, ring) = (Exchanges::default(), &large.world.ring);
    let next = RefCell::new(shuffled());
    bencher.bench_local(|| {
        let frame = next.borrow_mut()();
        exchanges.payload(&sequence, frame, ring).unwrap()
    });
}

#[divan::bench]
fn read_one_of_100000_sqlite(bencher: Bencher) {
    let connection = large().rows();
    let next = RefCell::new(shuffled());
    bencher.bench_local(|| {
        let row = i64::try_from(next.borrow_mut()()).unwrap();
        let mut select = connection
            .prepare_cached("SELECT v FROM r WHERE id = ?1")
            .unwrap();
        select
            .query_row([row], |row| row.get::<_, Vec<u8>>(0))
            .unwrap()
    });
}

#[divan::bench]
fn open_100000_from_end(bencher: Bencher) {
    let large = large();
    bencher.bench_local(|| Sequence::open_from_end(large.sequence()).unwrap());
}

/// Opened, and every place and key known.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn open_100000_with_index(bencher: Bencher) {
    let large = large();
    bencher.bench_local(|| {
        let (sequence, _) = Sequence::open_from_end(large.sequence()).unwrap();
        let (exchanges, ring) = (Exchanges::default(), &large.world.ring);
        let index = Index::load(&sequence, &exchanges, ring, Box::new(unique_id)).unwrap();
        index.len()
    });
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn open_100000_reading_every_frame(bencher: Bencher) {
    let large = large();
    bencher.bench_local(|| Sequence::open(large.sequence(), &mut |_, _| Ok(())).unwrap());
}

#[divan::bench]
fn open_100000_sqlite(bencher: Bencher) {
    let large = large();
    bencher.bench_local(|| {
        let connection = large.rows();
        let count: i64 = connection
            .query_row("SELECT max(id) FROM r", [], |row| row.get(0))
            .unwrap();
        count
    });
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn verify_100000(bencher: Bencher) {
    let large = large();
    let (sequence, _) = Sequence::open_from_end(large.sequence()).unwrap();
    bencher
        .counter(BytesCount::new(sequence.size()))
        .bench_local(|| sequence.verify().unwrap());
}

/// SHA-512 over the same file, in pieces of a mebibyte.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn verify_100000_plain_digest(bencher: Bencher) {
    let large = large();
    let size = large.sequence().metadata().unwrap().len();
    let mut piece = vec![0; 1 << 20];
    bencher.counter(BytesCount::new(size)).bench_local(|| {
        let mut file = large.sequence();
        let mut last = [0; 64];
        loop {
            let count = file.read(&mut piece).unwrap();
            if count == 0 {
                return last;
            }
            last = sha512(&[&last, piece.get(..count).unwrap_or_default()]);
        }
    });
}

#[divan::bench]
fn prove_inclusion_in_100000(bencher: Bencher) {
    let large = large();
    let (sequence, _) = Sequence::open_from_end(large.sequence()).unwrap();
    let last = sequence.len() - 1;
    let next = RefCell::new(shuffled());
    bencher.bench_local(|| {
        let frame = next.borrow_mut()();
        sequence.inclusion(frame, last).unwrap()
    });
}
