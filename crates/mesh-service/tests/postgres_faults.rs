// SPDX-License-Identifier: MIT
//! A data base that is killed and stopped under load: what was acknowledged is there, once, and nothing is there by half; whoever
//! used it goes on by itself when it is back.
//!
//! Spec: none.
//! Here: two hosts in one process over one data base. The clusters are of this program alone.
//! Not here: a host that is killed (`store/embedded/tests/crash.rs`, `mesh-test`).
//!
//! `MESH_FAULT_KILLS=1000 cargo test -p mesh-service --test postgres_faults` kills the data base as often as that.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is test code"
)]

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mesh_jsonbcd::ErrorClass;
use mesh_service::store::{
    Account, AccountChange, AccountId, AccountState, Append, FrameRange, NewAccount, NewFrame,
    PostgresOptions, PostgresStore, Store, StoreError, StoreTransaction,
};
use postgres_cluster::{Cluster, Settings};

const WRITERS: [&str; 4] = ["alice", "bob", "carol", "doris"];
/// How long a data base may take to come back.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often the data base is killed: a few times, or as often as the environment says.
fn kills() -> u64 {
    let asked = std::env::var("MESH_FAULT_KILLS").ok();
    asked.map_or(4, |number| number.parse().unwrap())
}

fn open(url: &str) -> PostgresStore {
    let options = PostgresOptions::parse(url).unwrap();
    PostgresStore::open(options.with_patience(Duration::from_secs(3))).unwrap()
}

fn account(store: &dyn Store, name: &str) -> AccountId {
    let new = NewAccount {
        profile_udf: format!("MB-{name}"),
        address: format!("{name}@example.com"),
        state: AccountState::Active,
        record: Vec::new(),
        stores: Vec::new(),
        access: Vec::new(),
        spend: None,
    };
    store.create_account(&new).unwrap()
}

fn envelope(n: u64, part: u64) -> Vec<u8> {
    let length = usize::try_from((n * 97 + part * 1013) % 6000).unwrap();
    let mut envelope = format!("{n} {part} ").into_bytes();
    envelope.resize(envelope.len() + length, u8::try_from(n % 251).unwrap());
    envelope
}

fn append(
    t: &mut dyn StoreTransaction,
    label: &str,
    frames: &[NewFrame],
) -> Result<u64, StoreError> {
    let append = Append {
        frames,
        digest: b"digest",
        state: b"state",
    };
    t.append(label, &append)
}

/// Transaction number `n`: a frame in one sequence, three in another, an access row and the account's record.
fn write(store: &dyn Store, id: AccountId, n: u64) -> Result<(), StoreError> {
    let frame = |part, key: Option<&str>| NewFrame {
        envelope: envelope(n, part),
        key: key.map(str::to_owned),
    };
    let text = n.to_string().into_bytes();
    store.transact(id, &mut |t| {
        t.expect("One", n)?;
        append(t, "One", &[frame(0, Some("last"))])?;
        t.access_put("last", &text)?;
        let three = [frame(1, None), frame(2, None), frame(3, None)];
        append(t, "Three", &three)?;
        t.update_account(&AccountChange {
            record: Some(text.clone()),
            ..AccountChange::default()
        })
    })
}

/// Asks until the data base is there; no other error is accepted.
fn patiently<T>(mut ask: impl FnMut() -> Result<T, StoreError>) -> T {
    let begun = Instant::now();
    loop {
        match ask() {
            Ok(found) => return found,
            Err(error) if error.class() == ErrorClass::Unavailable => {
                assert!(begun.elapsed() < PATIENCE, "{error}");
                thread::sleep(Duration::from_millis(5));
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// Writes one transaction after the other until told to stop; gives how many are there, and for how many of them the acknowledgement was
/// lost.
fn write_on(stores: &[PostgresStore; 2], id: AccountId, stop: &AtomicBool) -> (u64, u64) {
    let (mut next, mut unheard) = (0, 0);
    while !stop.load(Ordering::Relaxed) {
        let store = &stores[usize::try_from(next % 2).unwrap()];
        match write(store, id, next) {
            Ok(()) => next += 1,
            Err(error) => {
                assert_eq!(error.class(), ErrorClass::Unavailable, "{error}");
                let head = patiently(|| store.head(id, "One"));
                let found = head.map_or(0, |found| found.head.next_index);
                assert!(
                    found == next || found == next + 1,
                    "{found} frames after {next}"
                );
                unheard += found - next;
                next = found;
            }
        }
    }
    (next, unheard)
}

fn verify(store: &dyn Store, account: &Account, written: u64) {
    let all = FrameRange::starting_at(0, u64::MAX);
    let one = store.frames(account.id, "One", all).unwrap();
    assert_eq!(
        u64::try_from(one.len()).unwrap(),
        written,
        "{}",
        account.address
    );
    let three = store.frames(account.id, "Three", all).unwrap();
    assert_eq!(three.len(), one.len() * 3);
    for (n, (one, three)) in (0..).zip(one.iter().zip(three.chunks(3))) {
        assert!(one.index == n && one.envelope == envelope(n, 0));
        for (part, frame) in (1..).zip(three) {
            assert!(frame.envelope == envelope(n, part));
        }
    }
    let last = written.checked_sub(1).unwrap();
    assert_eq!(account.record, last.to_string().into_bytes());
    let row = store.access(account.id, "last").unwrap();
    assert_eq!(row.as_ref(), Some(&account.record));
    let found = store.frame_by_key(account.id, "One", "last").unwrap();
    assert_eq!(found.unwrap().index, last);
}

#[test]
fn a_killed_data_base_loses_nothing_acknowledged_and_leaves_nothing_half_done() {
    let settings = Settings {
        durable: true,
        ..Settings::default()
    };
    let cluster = Cluster::start(settings).unwrap();
    let url = cluster.database().unwrap();
    let stores = [open(&url), open(&url)];
    let [store, _] = &stores;
    let ids = WRITERS.map(|name| account(store, name));
    let stop = AtomicBool::new(false);
    let counts: Vec<(u64, u64)> = thread::scope(|scope| {
        let (stores, stop) = (&stores, &stop);
        let writers = ids.map(|id| scope.spawn(move || write_on(stores, id, stop)));
        for round in 0..kills() {
            thread::sleep(Duration::from_millis(300 + round * 7_919 % 400));
            cluster.kill().unwrap();
            cluster.restart().unwrap();
        }
        thread::sleep(Duration::from_millis(300));
        stop.store(true, Ordering::Relaxed);
        let counts = writers.into_iter().map(|writer| writer.join().unwrap());
        counts.collect()
    });
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
    for (id, (written, _)) in ids.iter().zip(&counts) {
        let account = store.account(*id).unwrap().unwrap();
        verify(store, &account, *written);
    }
    let total: u64 = counts.iter().map(|(written, _)| written).sum();
    assert!(total > 100, "only {total} transactions");
    println!("faults counted: {} kills of the data base", kills());
}

#[test]
fn without_a_data_base_everything_is_unavailable_at_once_and_comes_back_by_itself() {
    let cluster = Cluster::start(Settings::default()).unwrap();
    let store = open(&cluster.database().unwrap());
    let id = account(&store, "alice");
    write(&store, id, 0).unwrap();
    cluster.kill().unwrap();
    let begun = Instant::now();
    for _ in 0..3 {
        let refused = store.head(id, "One").unwrap_err();
        assert_eq!(refused.class(), ErrorClass::Unavailable, "{refused}");
        let refused = write(&store, id, 1).unwrap_err();
        assert_eq!(refused.class(), ErrorClass::Unavailable, "{refused}");
    }
    assert!(begun.elapsed() < Duration::from_secs(5));
    cluster.restart().unwrap();
    // The first that comes finds it, on whatever connection.
    write(&store, id, 1).unwrap();
    assert_eq!(store.head(id, "One").unwrap().unwrap().head.next_index, 2);
}

#[test]
fn a_data_base_started_anew_between_two_requests_is_not_noticed() {
    let cluster = Cluster::start(Settings::default()).unwrap();
    let store = open(&cluster.database().unwrap());
    let id = account(&store, "alice");
    for n in 0..3 {
        write(&store, id, n).unwrap();
        cluster.kill().unwrap();
        cluster.restart().unwrap();
        let head = store.head(id, "One").unwrap().unwrap().head;
        assert_eq!(head.next_index, n + 1);
        cluster.kill().unwrap();
        cluster.restart().unwrap();
    }
}

#[test]
fn a_data_base_that_does_not_answer_is_given_up_in_time() {
    let cluster = Cluster::start(Settings::default()).unwrap();
    let store = open(&cluster.database().unwrap());
    let id = account(&store, "alice");
    write(&store, id, 0).unwrap();
    cluster.pause().unwrap();
    let begun = Instant::now();
    let refused = write(&store, id, 1).unwrap_err();
    assert_eq!(refused.class(), ErrorClass::Unavailable, "{refused}");
    assert!(begun.elapsed() < Duration::from_secs(20));
    cluster.resume().unwrap();
    let head = patiently(|| store.head(id, "One")).unwrap();
    let next = head.head.next_index;
    patiently(|| write(&store, id, next));
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
}
