// SPDX-License-Identifier: MIT
//! Accounts whose devices write all the time, whatever happens to their service meanwhile, and the judgement of what is there afterwards.
//!
//! Spec: none.
//! Here: every transaction of which a device was told that it is done is there, once and whole; of the others each is there once, or not;
//! the devices go on by themselves, and take no other answer than that the service is away.
//! Not here: what happens (the tests that use this).
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    clippy::indexing_slicing,
    reason = "all of this is for tests, and panics where the service is wrong"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mesh_client::{
    Account, Client, Completion, Home, HomeUnlock, Role, Roles, ServiceMap, check_address,
};
use mesh_crypto::SecretString;
use mesh_jsonbcd::ErrorClass;
use mesh_keystore::store::Sealing;
use mesh_schema::generated::CatalogedCredential;
use mesh_service::store::Store;

/// Entries of one transaction: all of them or none.
pub const ENTRIES: u64 = 3;
/// Devices of each account, all of which write.
pub const DEVICES: usize = 2;
/// How long a service may be away, or writes may take to get on.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How often something happens in a test: a few times, or as often as the environment says.
#[must_use]
pub fn faults(usually: u64) -> u64 {
    let asked = std::env::var("MESH_FAULT_KILLS").ok();
    asked.map_or(usually, |number| number.parse().unwrap())
}

/// Says how often something happened, for `cargo xtask faults`.
pub fn counted(number: u64, what: &str) {
    println!("faults counted: {number} {what}");
}

/// A client of a service at an address.
#[must_use]
pub fn client_of(url: &str, env: std::sync::Arc<dyn mesh_crypto::Environment>) -> Client {
    let services = ServiceMap::parse(&format!("localhost={url}")).unwrap();
    Client::http(services, env)
}

/// An account whose devices write.
#[derive(Debug)]
pub struct Load {
    /// Its address.
    pub address: String,
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
    /// Creates an account, and connects its devices, whose homes are in a directory.
    #[must_use]
    pub fn new(directory: &Path, client: &Client, name: &str) -> Self {
        let homes: Vec<PathBuf> = (0..DEVICES)
            .map(|device| directory.join(format!("{name}-{device}")))
            .collect();
        let address = format!("{name}@localhost");
        connect(&homes, client, &address);
        Self {
            address,
            homes,
            client: client.clone(),
            frames_before: 0,
            begun: AtomicU64::new(0),
            acknowledged: AtomicU64::new(0),
        }
    }

    /// The same, which counts from what is in the store now.
    #[must_use]
    pub fn over(mut self, store: &dyn Store) -> Self {
        self.frames_before = self.frames(store);
        self
    }

    fn frames(&self, store: &dyn Store) -> u64 {
        let account = store.account_by_address(&self.address).unwrap().unwrap();
        let head = store.head(account.id, "Credential").unwrap().unwrap();
        head.head.next_index
    }

    /// How many transactions are there; none of them is by half.
    #[must_use]
    pub fn transactions(&self, store: &dyn Store) -> u64 {
        let frames = self.frames(store) - self.frames_before;
        assert_eq!(frames % ENTRIES, 0, "a transaction is there by half");
        frames / ENTRIES
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

    /// How many transactions devices were told are done.
    #[must_use]
    pub fn acknowledged(&self) -> u64 {
        self.acknowledged.load(Ordering::SeqCst)
    }

    /// How many transactions there may be, as far as the devices know.
    #[must_use]
    pub fn possible(&self) -> std::ops::RangeInclusive<u64> {
        self.acknowledged()..=self.begun.load(Ordering::SeqCst)
    }

    /// Every device sees all that each was told is done, and of what it was not told each attempt whole or not at all; none of them twice.
    fn judge(&self, store: &dyn Store, written: &[Vec<u64>]) {
        let all: usize = written.iter().map(Vec::len).sum();
        assert_eq!(u64::try_from(all), Ok(self.acknowledged()));
        let there = self.transactions(store);
        let possible = self.possible();
        let told = || format!("{}: {there} of {possible:?}", self.address);
        assert!(possible.contains(&there), "{}", told());
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

/// What each device of each account was told is done.
#[derive(Debug)]
pub struct Written(Vec<Vec<Vec<u64>>>);

/// Lets all devices write while something happens.
#[must_use]
pub fn under_load(loads: &[Load], trouble: impl FnOnce()) -> Written {
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
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
        let troubled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(trouble));
        stop.store(true, Ordering::SeqCst);
        if let Err(panic) = troubled {
            std::panic::resume_unwind(panic);
        }
        let join = |threads: Vec<thread::ScopedJoinHandle<'_, Vec<u64>>>| {
            let written = threads.into_iter().map(|thread| thread.join().unwrap());
            written.collect()
        };
        Written(writers.into_iter().map(join).collect())
    })
}

/// Judges all that is there.
pub fn judge(loads: &[Load], store: &dyn Store, written: &Written) {
    for (load, written) in loads.iter().zip(&written.0) {
        load.judge(store, written);
    }
}

/// Transactions of which devices were told that they are done.
#[must_use]
pub fn acknowledged(loads: &[Load]) -> u64 {
    loads.iter().map(Load::acknowledged).sum()
}

/// Waits until so many more transactions are acknowledged.
pub fn wait_for(loads: &[Load], more: u64) {
    let (wanted, begun) = (acknowledged(loads) + more, Instant::now());
    while acknowledged(loads) < wanted {
        assert!(begun.elapsed() < PATIENCE, "nothing gets on");
        thread::sleep(Duration::from_micros(200));
    }
}

/// Waits until nothing has got on for a while.
pub fn wait_for_standstill(loads: &[Load], quiet: Duration) {
    let begun = Instant::now();
    let mut last = (acknowledged(loads), Instant::now());
    while last.1.elapsed() < quiet {
        assert!(begun.elapsed() < PATIENCE, "it does not stand still");
        thread::sleep(Duration::from_millis(10));
        if acknowledged(loads) != last.0 {
            last = (acknowledged(loads), Instant::now());
        }
    }
}
