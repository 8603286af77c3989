// SPDX-License-Identifier: MIT
//! Compares data base engines as the place for the service's frames: durable appends of 1 KiB by one writer and by 64
//! behind one queue, the time from opening to the first record, and whether a killed process loses what it acknowledged.
//!
//! Run: `cargo run --release -- [SECONDS] [ROUNDS] [DIRECTORY]`. The directory must be on the disk in question, not in
//! memory. Rounds alternate between the engines; medians are printed. The rows `mesh` are `mesh_service`'s embedded
//! store itself, through its transactions, with the upkeep of the sequence's head that the plain rows do not have.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use engine_bench::engine::{Engine, Fjall, Redb, Sqlite};
use engine_bench::{record, size};
use mesh_service::store::{
    AccountId, AccountState, Append, EmbeddedStore, FrameRange, NewAccount, NewFrame, Store as _,
};

const WRITERS: u64 = 64;
const LOADED: u64 = 100_000;
const KILLS: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [command, name, directory] = &arguments[..]
        && command == "victim"
    {
        return victim(name, Path::new(directory));
    }
    let number = |n: usize, default| {
        arguments
            .get(n)
            .map_or(default, |text| text.parse().unwrap())
    };
    let span = Duration::from_secs(number(0, 2));
    let rounds = number(1, 3);
    let base = arguments
        .get(2)
        .map_or_else(|| PathBuf::from("."), PathBuf::from);
    type Row = (&'static str, fn(&Path, Duration) -> Figures);
    let rows: [Row; 5] = [
        ("SQLite", measure::<Sqlite>),
        ("redb", measure::<Redb>),
        ("fjall", measure::<Fjall>),
        ("mesh, 1 account", |directory, span| {
            measure_mesh(directory, span, 1)
        }),
        ("mesh, 64 accounts", |directory, span| {
            measure_mesh(directory, span, 64)
        }),
    ];
    let mut all = vec![Vec::new(); rows.len()];
    for _ in 0..rounds {
        for ((_, measure), figures) in rows.iter().zip(&mut all) {
            let directory = tempfile::tempdir_in(&base).unwrap();
            figures.push(measure(directory.path(), span));
        }
    }
    println!(
        "| engine | 1 writer: commits/s, p50 / p99 us | {WRITERS} writers: commits/s, p50 / p99 us | open + 1 get, {LOADED} records, ms | get, us | octets/record |"
    );
    println!("|---|---|---|---|---|---|");
    for ((name, _), figures) in rows.iter().zip(&all) {
        let median = |pick: fn(&Figures) -> f64| {
            let mut values: Vec<f64> = figures.iter().map(pick).collect();
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        println!(
            "| {name} | {:.0}, {:.0} / {:.0} | {:.0}, {:.0} / {:.0} | {:.2} | {:.1} | {:.0} |",
            median(|f| f.single.rate),
            median(|f| f.single.p50),
            median(|f| f.single.p99),
            median(|f| f.shared.rate),
            median(|f| f.shared.p50),
            median(|f| f.shared.p99),
            median(|f| f.open_ms),
            median(|f| f.get_us),
            median(|f| f.octets),
        );
    }
    println!();
    for name in ["sqlite", "redb", "fjall"] {
        let (acknowledged, lost, open) = kill(name, &base);
        println!(
            "{name}: killed {KILLS} times, {acknowledged} commits acknowledged, {lost} lost, reopened in {open:.1} ms (longest)"
        );
    }
}

#[derive(Clone, Copy)]
struct Rate {
    rate: f64,
    p50: f64,
    p99: f64,
}

#[derive(Clone, Copy)]
struct Figures {
    single: Rate,
    shared: Rate,
    open_ms: f64,
    get_us: f64,
    octets: f64,
}

fn rate(mut micros: Vec<f64>, elapsed: Duration) -> Rate {
    micros.sort_by(f64::total_cmp);
    let count = micros.len();
    Rate {
        rate: count as f64 / elapsed.as_secs_f64(),
        p50: micros[count / 2],
        p99: micros[count * 99 / 100],
    }
}

fn micros(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1e6
}

fn measure<E: Engine + 'static>(directory: &Path, span: Duration) -> Figures {
    let next = AtomicU64::new(0);
    let mut engine = E::open(directory);
    let begun = Instant::now();
    let mut times = Vec::new();
    while begun.elapsed() < span {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let record = record(number);
        let one = Instant::now();
        engine.commit(&[(number, &record)]);
        times.push(micros(one));
    }
    let single = rate(times, begun.elapsed());

    let (queue, requests) = mpsc::channel::<(u64, Vec<u8>, SyncSender<()>)>();
    let committer = thread::spawn(move || {
        while let Ok(first) = requests.recv() {
            let mut batch = vec![first];
            batch.extend(requests.try_iter().take(255));
            let records: Vec<_> = batch
                .iter()
                .map(|(number, record, _)| (*number, &record[..]))
                .collect();
            engine.commit(&records);
            for (_, _, reply) in batch {
                reply.send(()).unwrap();
            }
        }
        engine
    });
    let shared = many(span, |_| {
        let queue = queue.clone();
        let (reply, replied) = mpsc::sync_channel(1);
        let next = &next;
        move || {
            let number = next.fetch_add(1, Ordering::Relaxed);
            queue.send((number, record(number), reply.clone())).unwrap();
            replied.recv().unwrap();
        }
    });
    drop(queue);
    let mut engine = committer.join().unwrap();

    let mut number = next.load(Ordering::Relaxed);
    while number < LOADED {
        let records: Vec<_> = (number..LOADED.min(number + 1000))
            .map(|n| (n, record(n)))
            .collect();
        let records: Vec<_> = records
            .iter()
            .map(|(n, record)| (*n, &record[..]))
            .collect();
        engine.commit(&records);
        number += 1000;
    }
    let count = next.load(Ordering::Relaxed).max(LOADED);
    drop(engine);
    let octets = size(directory) / count as f64;
    let begun = Instant::now();
    let engine = E::open(directory);
    assert!(engine.get(count / 2) == Some(record(count / 2)));
    let open_ms = micros(begun) / 1e3;
    let get_us = gets(count, |number| engine.get(number));
    Figures {
        single,
        shared,
        open_ms,
        get_us,
        octets,
    }
}

/// The same through the embedded store: as many accounts as given, one sequence each.
fn measure_mesh(directory: &Path, span: Duration, accounts: u64) -> Figures {
    let store = EmbeddedStore::open(directory).unwrap();
    let ids: Vec<AccountId> = (0..accounts)
        .map(|n| {
            let new = NewAccount {
                profile_udf: n.to_string(),
                address: n.to_string(),
                state: AccountState::Active,
                record: Vec::new(),
                stores: Vec::new(),
                access: Vec::new(),
                spend: None,
            };
            store.create_account(&new).unwrap()
        })
        .collect();
    let append = |id: AccountId, numbers: std::ops::Range<u64>| {
        let frames: Vec<_> = numbers
            .map(|number| NewFrame {
                envelope: record(number),
                key: None,
            })
            .collect();
        let append = Append {
            frames: &frames,
            digest: &[1; 64],
            state: &[2; 640],
        };
        store
            .transact(id, &mut |t| t.append("Device", &append).map(|_| ()))
            .unwrap();
    };
    let count = AtomicU64::new(0);
    let begun = Instant::now();
    let mut times = Vec::new();
    while begun.elapsed() < span {
        let number = count.fetch_add(1, Ordering::Relaxed);
        let one = Instant::now();
        append(ids[0], number..number + 1);
        times.push(micros(one));
    }
    let single = rate(times, begun.elapsed());
    let shared = many(span, |writer| {
        let id = ids[usize::try_from(writer % accounts).unwrap()];
        let (append, count) = (&append, &count);
        move || {
            let number = count.fetch_add(1, Ordering::Relaxed);
            append(id, number..number + 1);
        }
    });
    let mut number = count.load(Ordering::Relaxed);
    while number < LOADED {
        append(ids[0], number..LOADED.min(number + 1000));
        number += 1000;
    }
    let count = count.load(Ordering::Relaxed).max(LOADED);
    drop(store);
    let octets = size(directory) / count as f64;
    let get = |store: &EmbeddedStore, number| {
        store
            .frames(
                ids[0],
                "Device",
                FrameRange {
                    from: number,
                    to: number + 1,
                    max_bytes: 0,
                },
            )
            .unwrap()
            .pop()
    };
    let begun = Instant::now();
    let store = EmbeddedStore::open(directory).unwrap();
    get(&store, 1).unwrap();
    let open_ms = micros(begun) / 1e3;
    let next = store
        .head(ids[0], "Device")
        .unwrap()
        .unwrap()
        .head
        .next_index;
    let get_us = gets(next, |number| {
        get(&store, number).map(|frame| frame.envelope)
    });
    Figures {
        single,
        shared,
        open_ms,
        get_us,
        octets,
    }
}

/// Runs 64 writers, each doing its work again and again.
fn many<W: FnMut() + Send>(span: Duration, mut writer: impl FnMut(u64) -> W) -> Rate {
    let over = AtomicBool::new(false);
    let begun = Instant::now();
    let times = thread::scope(|scope| {
        let over = &over;
        let threads: Vec<_> = (0..WRITERS)
            .map(|n| {
                let mut work = writer(n);
                scope.spawn(move || {
                    let mut times = Vec::new();
                    while !over.load(Ordering::Relaxed) {
                        let one = Instant::now();
                        work();
                        times.push(micros(one));
                    }
                    times
                })
            })
            .collect();
        thread::sleep(span);
        over.store(true, Ordering::Relaxed);
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    rate(times, begun.elapsed())
}

/// The mean time of a random read.
fn gets(count: u64, get: impl Fn(u64) -> Option<Vec<u8>>) -> f64 {
    const READS: u64 = 20_000;
    let begun = Instant::now();
    for n in 0..READS {
        assert!(get(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % count).is_some());
    }
    micros(begun) / READS as f64
}

/// Kills a writing process some times; commits acknowledged, commits lost, the longest time to open again.
fn kill(name: &str, base: &Path) -> (u64, u64, f64) {
    let directory = tempfile::tempdir_in(base).unwrap();
    let (mut acknowledged, mut lost, mut longest) = (0, 0, 0.0_f64);
    for round in 0..KILLS {
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["victim", name])
            .arg(directory.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(victim.stdout.take().unwrap()).lines();
        let reader = thread::spawn(move || lines.map_while(Result::ok).last());
        thread::sleep(Duration::from_millis(
            400 + 37 * u64::try_from(round).unwrap(),
        ));
        victim.kill().unwrap();
        victim.wait().unwrap();
        let last = reader
            .join()
            .unwrap()
            .and_then(|line| line.parse::<u64>().ok());
        acknowledged = last.map_or(acknowledged, |last| last + 1);
        let begun = Instant::now();
        let get = reopen(name, directory.path());
        longest = longest.max(micros(begun) / 1e3);
        lost += (0..acknowledged)
            .filter(|n| get(*n) != Some(record(*n)))
            .count() as u64;
    }
    (acknowledged, lost, longest)
}

type Get = Box<dyn Fn(u64) -> Option<Vec<u8>>>;

fn reopen(name: &str, directory: &Path) -> Get {
    fn open<E: Engine + 'static>(directory: &Path) -> Get {
        let engine = E::open(directory);
        Box::new(move |number| engine.get(number))
    }
    match name {
        "sqlite" => open::<Sqlite>(directory),
        "redb" => open::<Redb>(directory),
        _ => open::<Fjall>(directory),
    }
}

/// Commits one record after the other and says so, until it is killed.
fn victim(name: &str, directory: &Path) {
    fn write<E: Engine>(directory: &Path) {
        let mut engine = E::open(directory);
        let mut out = std::io::stdout().lock();
        let first = (0..).find(|number| engine.get(*number).is_none()).unwrap();
        for number in first.. {
            engine.commit(&[(number, &record(number))]);
            writeln!(out, "{number}").unwrap();
            out.flush().unwrap();
        }
    }
    match name {
        "sqlite" => write::<Sqlite>(directory),
        "redb" => write::<Redb>(directory),
        _ => write::<Fjall>(directory),
    }
}
