// SPDX-License-Identifier: MIT
//! Durable appends and pulls, embedded and in PostgreSQL.
//!
//! Spec: none.
//! Here: `cargo bench -p mesh-service --bench store`; the data base is a throw-away cluster on the same machine, which waits for the disk.
//! Not here: engines that were not chosen (`tools/engine-bench`).
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, and stops at the first error"
)]

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mesh_service::store::{
    AccountId, AccountState, Append, EmbeddedStore, FrameRange, NewAccount, NewFrame,
    PostgresOptions, PostgresStore, Store,
};
use postgres_cluster::{Cluster, Settings};

/// How long each figure is measured.
const SPAN: Duration = Duration::from_secs(4);
const WRITERS: [usize; 3] = [1, 16, 64];

fn main() {
    let directory = tempfile::tempdir().unwrap();
    let embedded = EmbeddedStore::open(directory.path()).unwrap();
    let settings = Settings {
        durable: true,
        ..Settings::default()
    };
    let cluster = Cluster::start(settings).unwrap();
    let socket = cluster.database().unwrap();
    let options = |url: &str| PostgresOptions::parse(url).unwrap().with_connections(64);
    let postgres = PostgresStore::open(options(&socket)).unwrap();
    let stores: [(&str, &dyn Store); 2] = [("embedded", &embedded), ("PostgreSQL", &postgres)];
    for (name, store) in stores {
        let accounts: Vec<_> = (0..64).map(|n| account(store, n)).collect();
        for writers in WRITERS {
            let accounts = accounts.get(..writers).unwrap();
            let (rate, mut times) = appends(store, accounts);
            times.sort_unstable();
            let at = |share: usize| times.get(times.len() * share / 100).unwrap().as_micros();
            println!(
                "{name}: {writers} writers, {rate:.0} appends/s, p50 {} us, p99 {} us",
                at(50),
                at(99)
            );
        }
        pull(name, store);
    }
}

fn account(store: &dyn Store, number: usize) -> AccountId {
    let new = NewAccount {
        profile_udf: format!("MB-{number}"),
        address: format!("{number}@example.com"),
        state: AccountState::Active,
        record: vec![0; 2048],
        stores: Vec::new(),
        access: Vec::new(),
        spend: None,
    };
    store.create_account(&new).unwrap()
}

/// One writer for each account, each with one frame of 1 KiB at a time: appends a second, and the time of each.
fn appends(store: &dyn Store, accounts: &[AccountId]) -> (f64, Vec<Duration>) {
    let stop = AtomicBool::new(false);
    let begun = Instant::now();
    let times: Vec<Duration> = thread::scope(|scope| {
        let stop = &stop;
        let writers: Vec<_> = accounts
            .iter()
            .map(|id| scope.spawn(move || write(store, *id, stop)))
            .collect();
        thread::sleep(SPAN);
        stop.store(true, Ordering::Relaxed);
        let times = writers
            .into_iter()
            .flat_map(|writer| writer.join().unwrap());
        times.collect()
    });
    let count = u32::try_from(times.len()).unwrap();
    (f64::from(count) / begun.elapsed().as_secs_f64(), times)
}

fn write(store: &dyn Store, id: AccountId, stop: &AtomicBool) -> Vec<Duration> {
    let head = store.head(id, "Credential").unwrap();
    let mut next = head.map_or(0, |found| found.head.next_index);
    let mut times = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let frames = [NewFrame {
            envelope: vec![7; 1024],
            key: Some(format!("entry {next}")),
        }];
        let append = Append {
            frames: &frames,
            digest: &[1; 64],
            state: &[2; 512],
        };
        let begun = Instant::now();
        store
            .transact(id, &mut |t| {
                t.expect("Credential", next)?;
                t.append("Credential", &append).map(|_| ())
            })
            .unwrap();
        times.push(begun.elapsed());
        next += 1;
    }
    times
}

fn pull(name: &str, store: &dyn Store) {
    let id = account(store, 1000);
    let frame = NewFrame {
        envelope: vec![7; 1024],
        key: None,
    };
    let frames = vec![frame; 1000];
    let append = Append {
        frames: &frames,
        digest: &[1; 64],
        state: &[2; 512],
    };
    let filled = store.transact(id, &mut |t| t.append("Credential", &append).map(|_| ()));
    filled.unwrap();
    let measure = |what: &str, ask: &dyn Fn()| {
        let mut times: Vec<Duration> = (0..300)
            .map(|_| {
                let begun = Instant::now();
                ask();
                begun.elapsed()
            })
            .collect();
        times.sort_unstable();
        println!(
            "{name}: {what}, p50 {} us",
            times.get(150).unwrap().as_micros()
        );
    };
    measure("pull of 1,000 frames of 1 KiB", &|| {
        let range = FrameRange::starting_at(0, u64::MAX);
        assert_eq!(store.frames(id, "Credential", range).unwrap().len(), 1000);
    });
    measure("heads of an account", &|| {
        assert_eq!(store.status(id, None).unwrap().len(), 1);
    });
}
