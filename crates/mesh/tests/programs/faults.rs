// SPDX-License-Identifier: MIT
//! The service as it is installed, killed under load, out of room, and started twice.
//!
//! Spec: none.
//! Here: the embedded store beneath `servermesh`, devices on threads of this program. After each fault `servermesh verify` finds nothing,
//! every acknowledged transaction is there, once and whole, and the devices go on by themselves.
//! Not here: power failures (`mesh-service`, store/embedded), data bases (`mesh-service`, `postgres_faults`), the network (`mesh-test`,
//! simulation).
//!
//! `cargo xtask faults` has many more of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mesh_client::{
    Account, Client, Completion, Home, HomeUnlock, Role, Roles, ServiceMap, check_address,
};
use mesh_jsonbcd::{ErrorClass, SecretString};
use mesh_keystore::SystemEnvironment;
use mesh_keystore::store::Sealing;
use mesh_schema::generated::CatalogedCredential;
use mesh_service::store::{EmbeddedStore, Store as _, StoreError};
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use tempfile::TempDir;

use crate::world::{run, serve_by};

/// Entries of one transaction: all of them or none.
const ENTRIES: u64 = 3;
const ACCOUNTS: [&str; 2] = ["alice", "bob"];
/// Devices of each account, all of which write.
const DEVICES: usize = 2;
/// Kills before everything begins anew: `verify` reads all that was ever written.
const KILLS_OF_ONE: u64 = 50;
/// How long a service may be away, or writes may take to get on.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often the service is killed: a few times, or as often as the environment says.
fn kills() -> u64 {
    let asked = std::env::var("MESH_FAULT_KILLS").ok();
    asked.map_or(10, |number| number.parse().unwrap())
}

/// A service whose data stays while its process goes.
struct Host {
    directory: TempDir,
    child: Child,
    address: String,
}

impl Host {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let (child, url) = serve_by(&mut command(&directory.path().join("svc"), "127.0.0.1:0"));
        let address = url.trim_start_matches("http://").to_owned();
        Self {
            directory,
            child,
            address,
        }
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("svc")
    }

    /// SIGKILL.
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn start(&mut self) {
        (self.child, _) = serve_by(&mut command(&self.data(), &self.address));
    }

    /// Starts it and kills it before or while it finds out what there is.
    fn start_in_vain(&mut self, after: Duration) {
        let mut child = command(&self.data(), &self.address)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(after);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Both by its program and by its store: nothing is wrong.
    fn verify(&self) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_servermesh"));
        let done = run(command.arg("verify").arg("--data").arg(self.data()), "");
        assert_eq!(done.code, 0, "{done:?}");
    }

    /// How many transactions of an account are there; none of them is by half.
    fn transactions(&self, load: &Load) -> u64 {
        let store = EmbeddedStore::observe(&self.data()).unwrap();
        let account = store.account_by_address(&load.address).unwrap().unwrap();
        let head = store.head(account.id, "Credential").unwrap().unwrap();
        let frames = head.head.next_index - load.frames_before;
        assert_eq!(frames % ENTRIES, 0, "a transaction is there by half");
        frames / ENTRIES
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The service, under a limit on its files that makes writes fail and does not kill it.
fn command(data: &Path, address: &str) -> Command {
    let mut command = Command::new("sh");
    let program = env!("CARGO_BIN_EXE_servermesh");
    command
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", program])
        .args(["localhost", "--listen", address])
        .args(["--per-account", "unlimited", "--data"])
        .arg(data)
        // Of a full disk it has much to say.
        .env("MMM_LOG", "off");
    command
}

/// An account whose devices write.
struct Load {
    address: String,
    homes: Vec<PathBuf>,
    client: Client,
    /// Frames of its catalog before they began.
    frames_before: u64,
    /// Transactions that devices have begun, and those of which they were told that they are done. Of the others each has happened once, or
    /// not; the device then begins another one, with entries of other names.
    begun: AtomicU64,
    acknowledged: AtomicU64,
}

impl Load {
    fn new(host: &Host, name: &str) -> Self {
        let services = ServiceMap::parse(&format!("localhost=http://{}", host.address)).unwrap();
        let client = Client::http(services, Arc::new(SystemEnvironment::new().unwrap()));
        let homes: Vec<PathBuf> = (0..DEVICES)
            .map(|device| host.directory.path().join(format!("{name}-{device}")))
            .collect();
        let address = format!("{name}@localhost");
        connect(&homes, &client, &address);
        let mut load = Self {
            address,
            homes,
            client,
            frames_before: 0,
            begun: AtomicU64::new(0),
            acknowledged: AtomicU64::new(0),
        };
        let store = EmbeddedStore::observe(&host.data()).unwrap();
        let account = store.account_by_address(&load.address).unwrap().unwrap();
        let head = store.head(account.id, "Credential").unwrap().unwrap();
        load.frames_before = head.head.next_index;
        load
    }

    fn open(&self, device: usize) -> Home {
        let unlock = HomeUnlock::Sealing(Sealing::Clear);
        Home::open(&self.homes[device], &unlock, self.client.clone()).unwrap()
    }

    /// Writes one transaction after the other until told to stop; which attempt at each was acknowledged.
    fn write(&self, device: usize, stop: &AtomicBool) -> Vec<u64> {
        let mut account = self.open(device).account(None).unwrap();
        let mut acknowledged = Vec::new();
        while !stop.load(Ordering::SeqCst) {
            let number = acknowledged.len();
            let begun = Instant::now();
            let mut attempt = 0;
            let entries = |attempt| -> Vec<_> {
                let names = names(device, number, attempt);
                names.map(|name| credential(&name)).collect()
            };
            // The service is away, or has no room. Everything else is a failure of this test.
            while let Err(error) = self.begin(&mut account, &entries(attempt)) {
                let class = error.class();
                assert_eq!(class, ErrorClass::Unavailable, "{error}");
                assert!(begun.elapsed() < PATIENCE, "{error}");
                thread::sleep(Duration::from_millis(5));
                attempt += 1;
            }
            self.acknowledged.fetch_add(1, Ordering::SeqCst);
            acknowledged.push(attempt);
        }
        acknowledged
    }

    fn begin(
        &self,
        account: &mut Account,
        entries: &[CatalogedCredential],
    ) -> Result<(), mesh_client::Error> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        account.put_all(entries)
    }

    /// How many transactions there may be, as far as the devices know.
    fn possible(&self) -> std::ops::RangeInclusive<u64> {
        self.acknowledged.load(Ordering::SeqCst)..=self.begun.load(Ordering::SeqCst)
    }

    /// Every device sees all that each was told is done, and of what it was not told each attempt whole or not at all; none of them twice.
    fn judge(&self, host: &Host, written: &[Vec<u64>]) {
        let all: usize = written.iter().map(Vec::len).sum();
        let acknowledged = self.acknowledged.load(Ordering::SeqCst);
        assert_eq!(u64::try_from(all), Ok(acknowledged));
        let there = host.transactions(self);
        assert!(self.possible().contains(&there), "{}", self.address);
        let wanted: BTreeSet<String> = written
            .iter()
            .enumerate()
            .flat_map(|(device, attempts)| {
                let attempts = attempts.iter().enumerate();
                attempts.flat_map(move |(number, attempt)| names(device, number, *attempt))
            })
            .collect();
        for device in 0..DEVICES {
            let told = format!("device {device} of {}", self.address);
            let mut account = self.open(device).account(None).unwrap();
            account.sync().unwrap();
            account.verify().unwrap();
            let entries = account.credentials().unwrap();
            let found: Vec<String> = entries
                .into_iter()
                .filter_map(|entry| entry.service)
                .collect();
            let distinct: BTreeSet<String> = found.iter().cloned().collect();
            assert_eq!(distinct.len(), found.len(), "{told}");
            assert!(distinct.is_superset(&wanted), "{told} lacks something");
            let mut attempts: BTreeMap<&str, u64> = BTreeMap::new();
            for name in &found {
                *attempts
                    .entry(name.rsplit_once('-').unwrap().0)
                    .or_default() += 1;
            }
            let whole = attempts.values().all(|entries| *entries == ENTRIES);
            assert!(whole, "{told} has something by half: {attempts:?}");
            // Names differ between attempts: what was applied twice has frames and no entries of its own.
            assert_eq!(u64::try_from(attempts.len()), Ok(there), "{told}");
        }
    }
}

fn connect(homes: &[PathBuf], client: &Client, address: &str) {
    let homes: Vec<Home> = homes
        .iter()
        .map(|home| Home::create(home, &Sealing::Clear, client.clone()).unwrap())
        .collect();
    let address = check_address(address).unwrap();
    let mut first = homes[0].create_account(&address).unwrap();
    for other in &homes[1..] {
        let roles = Roles::new(&[Role::Web]);
        let pin = first.issue_pin(&roles, Duration::from_secs(600), None);
        let pin = pin.unwrap().pin;
        other.request_connection(&address, Some(&pin)).unwrap();
        first.sync().unwrap();
        assert_eq!(first.accept_pins().unwrap().len(), 1);
        let done = other.complete_connection(None).unwrap();
        assert!(matches!(done, Completion::Connected(_)));
    }
}

/// The names of the entries of an attempt at a transaction.
fn names(device: usize, number: usize, attempt: u64) -> impl Iterator<Item = String> {
    (0..ENTRIES).map(move |entry| format!("site-{device}-{number}-{attempt}-{entry}.example"))
}

fn credential(service: &str) -> CatalogedCredential {
    CatalogedCredential::password(service, "alice", SecretString::new("password".to_owned()))
}

/// Lets all devices write while something happens to the service, then judges what is there.
fn under_load(host: &mut Host, trouble: impl FnOnce(&mut Host, &[Load])) {
    let loads = ACCOUNTS.map(|name| Load::new(host, name));
    let stop = AtomicBool::new(false);
    let written: Vec<Vec<Vec<u64>>> = thread::scope(|scope| {
        let writers: Vec<Vec<_>> = loads
            .iter()
            .map(|load| {
                let writer = |device| {
                    let stop = &stop;
                    scope.spawn(move || load.write(device, stop))
                };
                (0..DEVICES).map(writer).collect()
            })
            .collect();
        // Also when something is wrong the devices must hear of the end.
        let troubled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            trouble(host, &loads);
        }));
        stop.store(true, Ordering::SeqCst);
        if let Err(panic) = troubled {
            std::panic::resume_unwind(panic);
        }
        let join = |threads: Vec<thread::ScopedJoinHandle<'_, Vec<u64>>>| {
            let written = threads.into_iter().map(|thread| thread.join().unwrap());
            written.collect()
        };
        writers.into_iter().map(join).collect()
    });
    for (load, written) in loads.iter().zip(&written) {
        load.judge(host, written);
    }
    host.verify();
}

/// Transactions of which devices were told that they are done.
fn acknowledged(loads: &[Load]) -> u64 {
    let counts = loads.iter().map(|load| &load.acknowledged);
    counts.map(|count| count.load(Ordering::SeqCst)).sum()
}

/// Waits until so many more transactions are acknowledged.
fn wait_for(loads: &[Load], more: u64) {
    let (wanted, begun) = (acknowledged(loads) + more, Instant::now());
    while acknowledged(loads) < wanted {
        assert!(begun.elapsed() < PATIENCE, "nothing gets on");
        thread::sleep(Duration::from_micros(200));
    }
}

#[test]
fn a_service_killed_under_load_loses_nothing_and_does_nothing_twice_or_by_half() {
    let all = kills();
    let mut done = 0;
    while done < all {
        let now = KILLS_OF_ONE.min(all - done);
        under_load(&mut Host::new(), |host, loads| {
            for kill in done..done + now {
                // Anywhere in a transaction, which takes a few milliseconds.
                wait_for(loads, 1 + kill * 7 % 23);
                thread::sleep(Duration::from_micros(kill * 7_919 % 9_000));
                let acknowledged: Vec<u64> =
                    loads.iter().map(|load| *load.possible().start()).collect();
                host.kill();
                if kill % 5 == 4 {
                    host.start_in_vain(Duration::from_micros(kill * 1_009 % 30_000));
                }
                for (load, acknowledged) in loads.iter().zip(acknowledged) {
                    let there = host.transactions(load);
                    let possible = acknowledged..=*load.possible().end();
                    let told = || format!("kill {kill}, {}: {there} of {possible:?}", load.address);
                    assert!(possible.contains(&there), "{}", told());
                }
                host.verify();
                host.start();
            }
            // Without a restart they would have to go on now.
            wait_for(loads, 8);
        });
        done += now;
    }
}

#[test]
fn a_service_without_room_refuses_whole_transactions_and_goes_on_when_there_is_some() {
    under_load(&mut Host::new(), |host, loads| {
        let pid = Pid::from_child(&host.child);
        let limit = |octets| {
            let limit = Rlimit {
                current: octets,
                maximum: None,
            };
            prlimit(Some(pid), Resource::Fsize, limit).unwrap();
        };
        // The log cannot grow; then it cannot be carried over into the data, where it is not read from for long.
        for step in 0..4 {
            wait_for(loads, 20);
            let log = fs_length(&host.data().join("mesh.db-wal"));
            let data = fs_length(&host.data().join("mesh.db"));
            let room = match step % 2 {
                0 => log + 20_000,
                _ => data,
            };
            limit(Some(room));
            let begun = Instant::now();
            // Until nothing has got on for a while.
            let mut last = (acknowledged(loads), Instant::now());
            while last.1.elapsed() < Duration::from_millis(700) {
                assert!(begun.elapsed() < PATIENCE, "there is room without end");
                thread::sleep(Duration::from_millis(10));
                if acknowledged(loads) != last.0 {
                    last = (acknowledged(loads), Instant::now());
                }
            }
            // What is there can be read, and nothing is there by half.
            for load in loads {
                let there = host.transactions(load);
                assert!(there >= load.acknowledged.load(Ordering::SeqCst));
            }
            limit(None);
            wait_for(loads, 20);
        }
    });
}

fn fs_length(path: &Path) -> u64 {
    std::fs::metadata(path).unwrap().len()
}

#[test]
fn a_second_service_over_the_same_data_is_refused_and_the_first_one_goes_on() {
    under_load(&mut Host::new(), |host, loads| {
        wait_for(loads, 5);
        let mut second = Command::new(env!("CARGO_BIN_EXE_servermesh"));
        second.args(["localhost", "--listen", "127.0.0.1:0", "--data"]);
        let done = run(second.arg(host.data()), "");
        assert_eq!(done.code, 7, "{done:?}");
        let pid = host.child.id().to_string();
        assert!(done.stderr.contains(&pid), "{done:?}");
        wait_for(loads, 5);
        let store = EmbeddedStore::open(&host.data()).map(drop);
        assert!(matches!(store, Err(StoreError::DirectoryInUse { .. })));
    });
}
