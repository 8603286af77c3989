// SPDX-License-Identifier: MIT
//! A power failure while something is written, and a disk that damages what was.
//!
//! The file system promises that what was synchronised is there; of what was written since, any part may be: each sector as it was, as it was
//! to become, or, where the file has grown, anything. The engine writes the log and synchronises it before it acknowledges; later it carries
//! the log over into the data file and synchronises that before it begins the log again, whose head it synchronises first. Images of both
//! files before and after one transaction therefore give all states in which a power failure can leave them.
//!
//! `MESH_FAULT_KILLS=1000` has a thousand failures of each kind.

use mesh_crypto::{Environment as _, Seeded};

use super::crash::{found, write};
use super::*;

const SECTOR: usize = 512;
/// The head of the log.
const LOG_HEAD: usize = 32;
/// Transactions of one story: the log is carried over more than once in it.
const TRANSACTIONS: u64 = 240;
/// Failures in one story where nothing else is asked for.
const FAILURES: u64 = 80;
/// Failures in a transaction with which the log is carried over or begun again.
const AT_TURNS: usize = 8;

/// Both files at one moment.
#[derive(Clone)]
struct Image {
    data: Vec<u8>,
    log: Vec<u8>,
}

impl Image {
    fn of(directory: &Path) -> Self {
        Self {
            data: fs::read(directory.join("mesh.db")).unwrap(),
            log: fs::read(directory.join("mesh.db-wal")).unwrap(),
        }
    }

    fn open(&self) -> Result<Temporary, StoreError> {
        let directory = directory();
        fs::write(directory.path().join("mesh.db"), &self.data).unwrap();
        fs::write(directory.path().join("mesh.db-wal"), &self.log).unwrap();
        EmbeddedStore::open(directory.path()).map(|store| Temporary {
            store,
            _directory: directory,
        })
    }

    /// Whether the log was begun again since another image.
    fn begins_again(&self, before: &Self) -> bool {
        self.log[..LOG_HEAD] != before.log[..LOG_HEAD]
    }
}

struct Chance(Seeded);

impl Chance {
    fn below(&self, bound: usize) -> usize {
        let mut octets = [0; 8];
        self.0.random(&mut octets);
        usize::try_from(u64::from_be_bytes(octets) % u64::try_from(bound).unwrap()).unwrap()
    }

    fn octets(&self, count: usize) -> Vec<u8> {
        let mut octets = vec![0; count];
        self.0.random(&mut octets);
        octets
    }

    /// A file of which any part of what was written last has reached the disk.
    fn torn(&self, before: &[u8], after: &[u8]) -> Vec<u8> {
        let mut file = before.to_vec();
        if after.len() > before.len() {
            let grown = before.len() + self.below(after.len() - before.len() + 1);
            file.resize(grown, 0);
        }
        // In order up to a place, in any order, or all but a little.
        let (way, place) = (self.below(3), self.below(after.len().max(1)));
        for begin in (0..file.len()).step_by(SECTOR) {
            let end = (begin + SECTOR).min(file.len());
            let reached = match way {
                0 => begin < place,
                1 => self.below(2) == 0,
                _ => self.below(16) != 0,
            };
            if let (true, Some(new)) = (reached, after.get(begin..end)) {
                file[begin..end].copy_from_slice(new);
            } else if begin >= before.len() && self.below(2) == 0 {
                let rubbish = self.octets(end - begin);
                file[begin..end].copy_from_slice(&rubbish);
            }
        }
        file
    }

    /// What a power failure may leave of one transaction.
    fn failure(&self, before: &Image, after: &Image) -> Image {
        let carried_over = before.data != after.data;
        if carried_over && self.below(2) == 0 {
            return Image {
                data: self.torn(&before.data, &after.data),
                log: after.log.clone(),
            };
        }
        let mut log = before.log.clone();
        if after.begins_again(before) {
            match self.below(3) {
                // Only the head was written, in part.
                0 => log[..LOG_HEAD].copy_from_slice(&self.octets(LOG_HEAD)),
                _ => {
                    log[..LOG_HEAD].copy_from_slice(&after.log[..LOG_HEAD]);
                    let body = self.torn(&before.log[LOG_HEAD..], &after.log[LOG_HEAD..]);
                    log.truncate(LOG_HEAD);
                    log.extend(body);
                }
            }
        } else {
            log = self.torn(&before.log, &after.log);
        }
        Image {
            data: before.data.clone(),
            log,
        }
    }
}

/// How many stories of [`FAILURES`] are told: one, or as many as it takes for the failures that the environment asks for.
fn stories() -> u64 {
    faults(FAILURES).div_ceil(FAILURES)
}

#[test]
fn whatever_a_power_failure_leaves_is_all_that_was_acknowledged_and_nothing_by_half() {
    let (mut failures, mut lost, mut turns) = (0, 0, 0);
    for seed in 0..stories() {
        let chance = Chance(Seeded::new(seed));
        let directory = directory();
        let store = EmbeddedStore::open(directory.path()).unwrap();
        let id = store.create_account(&new_account("alice")).unwrap();
        let mut before = Image::of(directory.path());
        for n in 0..TRANSACTIONS {
            write(&store, id, n);
            let after = Image::of(directory.path());
            let turn = after.data != before.data || after.begins_again(&before);
            turns += u64::from(turn);
            let times = match turn {
                true => AT_TURNS,
                false => usize::from(n % (TRANSACTIONS / FAILURES) == 0),
            };
            for _ in 0..times {
                let left = chance.failure(&before, &after).open().unwrap();
                let store = &left.store;
                let told = || format!("seed {seed}, transaction {n}");
                assert_eq!(store.check().unwrap(), Vec::<String>::new(), "{}", told());
                let there = found(store, "alice");
                assert!(there == n || there == n + 1, "{there} in {}", told());
                failures += 1;
                lost += n + 1 - there;
                // It goes on from there.
                write(store, id, there);
                assert_eq!(found(store, "alice"), there + 1, "{}", told());
            }
            before = after;
        }
    }
    assert!(turns >= 4, "the log was carried over too seldom: {turns}");
    assert!(failures >= FAILURES);
    // Both ends of a transaction were met.
    assert!(
        lost > failures / 10 && lost < failures,
        "{lost} of {failures}"
    );
    println!("faults counted: {failures} power failures");
}

#[test]
fn a_log_that_is_damaged_behind_its_beginning_leaves_an_earlier_state_that_is_whole() {
    let (mut earlier, mut damaged) = (0, 0);
    for seed in 0..stories() {
        let chance = Chance(Seeded::new(seed));
        let directory = directory();
        let store = EmbeddedStore::open(directory.path()).unwrap();
        let id = store.create_account(&new_account("alice")).unwrap();
        let mut before = Image::of(directory.path());
        let mut carried_over = 0;
        for n in 0..TRANSACTIONS {
            write(&store, id, n);
            let after = Image::of(directory.path());
            if after.data != before.data {
                carried_over = n + 1;
            } else if n % (TRANSACTIONS / FAILURES) == 0 {
                let mut image = after.clone();
                let place = LOG_HEAD + chance.below(image.log.len() - LOG_HEAD);
                let end = image.log.len().min(place + 1 + chance.below(9000));
                match chance.below(3) {
                    0 => image.log.truncate(place),
                    1 => image.log[place..end].fill(0),
                    _ => image.log[place] ^= 1 << chance.below(8),
                }
                let left = image.open().unwrap();
                let store = &left.store;
                let told = || format!("seed {seed}, transaction {n}");
                assert_eq!(store.check().unwrap(), Vec::<String>::new(), "{}", told());
                let there = found(store, "alice");
                let possible = carried_over..=n + 1;
                assert!(possible.contains(&there), "{there} in {}", told());
                damaged += 1;
                earlier += u64::from(there <= n);
            }
            before = after;
        }
    }
    assert!(earlier > damaged / 4, "{earlier} of {damaged}");
    println!("faults counted: {damaged} damaged logs");
}
