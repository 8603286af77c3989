// SPDX-License-Identifier: MIT
//! A process that is killed while it writes: what was acknowledged is there, and nothing is there by half.
//!
//! The test starts its own program again as the victim; the victim says each number after the store acknowledged it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, SystemTime};

use super::*;

const VICTIM: &str = "MESH_TEST_VICTIM_DIRECTORY";
const WRITERS: [&str; 4] = ["alice", "bob", "carol", "doris"];

/// How often it is killed where nothing else is asked for.
const KILLS: u64 = 8;

/// Not a test of its own: the victim.
#[test]
#[ignore = "started by the test below"]
fn victim() {
    let Some(directory) = std::env::var_os(VICTIM) else {
        return;
    };
    let store = EmbeddedStore::open(Path::new(&directory)).unwrap();
    thread::scope(|scope| {
        for (writer, name) in WRITERS.into_iter().enumerate() {
            let store = &store;
            scope.spawn(move || {
                let address = format!("{name}@example.com");
                let id = match store.account_by_address(&address).unwrap() {
                    Some(account) => account.id,
                    None => store.create_account(&new_account(name)).unwrap(),
                };
                let first = store
                    .head(id, "One")
                    .unwrap()
                    .map_or(0, |head| head.head.next_index);
                for n in first.. {
                    write(store, id, n);
                    // One write per line, so that lines of several threads do not mix.
                    let line = format!("ack {writer} {n}\n");
                    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
                }
            });
        }
    });
}

/// Transaction number `n`: a frame in one sequence, three in another, an access row and the account's record.
pub(super) fn write(store: &EmbeddedStore, id: AccountId, n: u64) {
    let one = [keyed("last", &envelope(n, 0))];
    let three = [1, 2, 3].map(|part| frame(&envelope(n, part)));
    let text = n.to_string().into_bytes();
    store
        .transact(id, &mut |t| {
            t.expect("One", n)?;
            append(t, "One", &one)?;
            t.access_put("last", &text)?;
            append(t, "Three", &three)?;
            t.update_account(&AccountChange {
                record: Some(text.clone()),
                ..Default::default()
            })
        })
        .unwrap();
}

fn envelope(n: u64, part: u64) -> Vec<u8> {
    let length = usize::try_from((n * 97 + part * 1013) % 6000).unwrap();
    let mut envelope = format!("{n} {part} ").into_bytes();
    envelope.resize(envelope.len() + length, u8::try_from(n % 251).unwrap());
    envelope
}

#[test]
fn a_killed_process_loses_nothing_acknowledged_and_leaves_nothing_half_done() {
    let mut acknowledged = [0_u64; WRITERS.len()];
    let rounds = faults(KILLS);
    let mut directory = super::directory();
    for round in 0..rounds {
        // What is there is read after each kill, so it must not become more and more.
        if round % 50 == 0 {
            directory = super::directory();
            acknowledged = [0; WRITERS.len()];
        }
        let name = "store::embedded::tests::crash::victim";
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                name,
                "--ignored",
                "--nocapture",
                "--test-threads=1",
            ])
            .env(VICTIM, directory.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(victim.stdout.take().unwrap()).lines();
        let reader = thread::spawn(move || {
            // The harness writes the name of the test without a line end, so an acknowledgement may follow on its line.
            let numbers = lines.map_while(Result::ok).filter_map(|line| {
                let (_, said) = line.split_once("ack ")?;
                let (writer, n) = said.split_once(' ')?;
                Some((writer.parse::<usize>().ok()?, n.parse::<u64>().ok()?))
            });
            numbers.collect::<Vec<_>>()
        });
        let nanos = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap()
            .subsec_nanos();
        thread::sleep(Duration::from_millis(150 + u64::from(nanos / 1000 % 500)));
        victim.kill().unwrap();
        victim.wait().unwrap();
        let said = reader.join().unwrap();
        for (writer, n) in &said {
            acknowledged[*writer] = acknowledged[*writer].max(n + 1);
        }
        let store = EmbeddedStore::open(directory.path()).unwrap();
        assert_eq!(
            store.check().unwrap(),
            Vec::<String>::new(),
            "round {round}"
        );
        for (name, acknowledged) in WRITERS.into_iter().zip(&mut acknowledged) {
            // One that was durable and not heard of is there from now on: the next round begins behind it.
            *acknowledged = verify(&store, name, *acknowledged);
        }
    }
    let total: u64 = acknowledged.iter().sum();
    assert!(total > 100, "only {total} transactions in the last rounds");
    println!("faults counted: {rounds} kills of a process that uses the embedded store");
}

/// Checks what is there of a writer; how many transactions that is.
fn verify(store: &EmbeddedStore, name: &str, acknowledged: u64) -> u64 {
    let count = found(store, name);
    assert!(
        count == acknowledged || count == acknowledged + 1,
        "{name}: {acknowledged} acknowledged, {count} found"
    );
    count
}

/// How many transactions of a writer are there: the first ones, each of them whole.
pub(super) fn found(store: &EmbeddedStore, name: &str) -> u64 {
    let Some(account) = store
        .account_by_address(&format!("{name}@example.com"))
        .unwrap()
    else {
        return 0;
    };
    let all = FrameRange::starting_at(0, u64::MAX);
    let one = store.frames(account.id, "One", all).unwrap();
    let count = u64::try_from(one.len()).unwrap();
    let three = store.frames(account.id, "Three", all).unwrap();
    assert_eq!(three.len(), one.len() * 3);
    for (n, (one, three)) in (0..).zip(one.iter().zip(three.chunks(3))) {
        assert!(one.envelope == envelope(n, 0));
        for (part, frame) in (1..).zip(three) {
            assert!(frame.envelope == envelope(n, part));
        }
    }
    if let Some(last) = count.checked_sub(1) {
        let text = last.to_string().into_bytes();
        assert_eq!(account.record, text);
        assert_eq!(store.access(account.id, "last").unwrap(), Some(text));
        assert_eq!(
            store
                .frame_by_key(account.id, "One", "last")
                .unwrap()
                .unwrap()
                .index,
            last
        );
    }
    count
}
