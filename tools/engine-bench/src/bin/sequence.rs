// SPDX-License-Identifier: MIT
//! Compares a DARE sequence with data base engines: durable batches of 1,000 records of 1 KiB, then of so many records the time from
//! opening to the first, the read of any one, and octets for each. The peers neither encrypt nor compute digests.
//!
//! Run: `cargo run --release --features rocksdb --bin sequence -- [RECORDS] [DIRECTORY]`. The directory must be on the disk in question.

use std::path::{Path, PathBuf};
use std::time::Instant;

use engine_bench::engine::{Engine, Redb, Rocks, Sequence, Sqlite};
use engine_bench::{record, size};

const BATCH: u64 = 1_000;
const READS: u64 = 100_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let records = arguments
        .first()
        .map_or(1_000_000, |text| text.parse().unwrap());
    let base = arguments
        .get(1)
        .map_or_else(|| PathBuf::from("."), PathBuf::from);
    println!(
        "| engine | batch of {BATCH}, ms, p50 / p99 | open + 1 get of {records}, ms | get, us | octets a record |"
    );
    println!("|---|---|---|---|---|");
    let place = |name: &str| {
        let directory = base.join(format!("engine-bench-{name}"));
        let _ = std::fs::remove_dir_all(&directory);
        std::fs::create_dir_all(&directory).unwrap();
        directory
    };
    row::<Sqlite>("SQLite", &place("sqlite"), records);
    row::<Redb>("redb", &place("redb"), records);
    row::<Rocks>("RocksDB", &place("rocks"), records);
    let directory = place("sequence");
    row::<Sequence>("sequence", &directory, records);

    let mut sequence = Sequence::open(&directory);
    sequence.index();
    drop(sequence);
    let begun = Instant::now();
    let sequence = Sequence::open(&directory);
    sequence.learn();
    println!("sequence with an index of all: open {:.2} ms", ms(begun));
    println!(
        "  get, decrypted: {:.2} us",
        gets(records, |number| sequence.get(number).map(drop))
    );
    println!(
        "  get, digest compared: {:.2} us",
        gets(records, |number| Some(drop(sequence.frame(number))))
    );
    let begun = Instant::now();
    sequence.verify();
    println!("  verify everything: {:.0} ms", ms(begun));
    for name in ["sqlite", "redb", "rocks", "sequence"] {
        std::fs::remove_dir_all(base.join(format!("engine-bench-{name}"))).unwrap();
    }
}

fn ms(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1e3
}

fn row<E: Engine>(name: &str, directory: &Path, records: u64) {
    let mut engine = E::open(directory);
    let mut times = Vec::new();
    let mut number = 0;
    while number < records {
        let batch: Vec<_> = (number..records.min(number + BATCH))
            .map(|number| (number, record(number)))
            .collect();
        let batch: Vec<_> = batch
            .iter()
            .map(|(number, record)| (*number, &record[..]))
            .collect();
        let begun = Instant::now();
        engine.commit(&batch);
        times.push(ms(begun));
        number += BATCH;
    }
    drop(engine);
    times.sort_by(f64::total_cmp);
    let octets = size(directory) / records as f64;
    let begun = Instant::now();
    let engine = E::open(directory);
    assert!(engine.get(records / 2) == Some(record(records / 2)));
    let open = ms(begun);
    let get = gets(records, |number| engine.get(number).map(drop));
    let at = |hundredth: usize| times[(times.len() - 1) * hundredth / 100];
    println!(
        "| {name} | {:.2} / {:.2} | {open:.2} | {get:.2} | {octets:.0} |",
        at(50),
        at(99)
    );
}

/// Microseconds for each read, in an order that is none.
fn gets(records: u64, get: impl Fn(u64) -> Option<()>) -> f64 {
    let mut at = 0;
    let begun = Instant::now();
    for _ in 0..READS {
        at = (at + 618_033) % records;
        get(at).unwrap();
    }
    begun.elapsed().as_secs_f64() * 1e6 / READS as f64
}
