// SPDX-License-Identifier: MIT
//! How long the steps of the story take over HTTP on loopback, with a durable service.
//!
//! Spec: none.
//! Here: account creation, device connection, cold synchronisation, a change travelling between devices.
//! Not here: seals and stores alone (`mesh-dare`), keys (`mesh-crypto`).
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark that cannot go on must stop"
)]

use std::time::Duration;

use divan::Bencher;
use mesh_client::{Account, Completion, Home, Role, Roles, check_address};
use mesh_crypto::{KeyAlgorithm, PrivateKey, Seeded};
use mesh_jsonbcd::SecretString;
use mesh_schema::generated::CatalogedCredential;
use mesh_test::world::{Connection, World};

/// Entries of the account that a new device synchronises.
const ENTRIES: usize = 10_000;
/// Entries of one transaction while the account is filled.
const BATCH: usize = 1_000;

fn main() {
    divan::main();
}

/// Nothing to an account, its first device connected, on a running service.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn account_creation(bencher: Bencher) {
    let world = World::new(Connection::Remote).unwrap();
    let mut number = 0;
    bencher
        .with_inputs(|| {
            number += 1;
            let name = format!("alice{number}");
            (
                world.home(&name).unwrap(),
                check_address(&format!("{name}@localhost")).unwrap(),
            )
        })
        .bench_local_values(|(home, address)| home.create_account(&address).unwrap());
}

/// A PIN on one device to the whole account on another: issue, request, accept, complete, synchronise.
#[divan::bench(sample_count = 20, sample_size = 1, args = [0, 1_000])]
fn device_connection(bencher: Bencher, entries: usize) {
    let (world, mut alice) = filled(entries);
    let mut number = 0;
    bencher
        .with_inputs(|| {
            number += 1;
            world.home(&format!("device {number}")).unwrap()
        })
        .bench_local_values(|home| connect(&mut alice, &home));
}

/// The same without a PIN: request, accept what both screens show, complete.
#[divan::bench(sample_count = 20, sample_size = 1, args = [0, 1_000])]
fn device_connection_by_witness(bencher: Bencher, entries: usize) {
    let (world, mut alice) = filled(entries);
    let address = alice.address().clone();
    let mut number = 0;
    bencher
        .with_inputs(|| {
            number += 1;
            world.home(&format!("device {number}")).unwrap()
        })
        .bench_local_values(|home| {
            let witness = home.request_connection(&address, None).unwrap().witness;
            alice.sync().unwrap();
            alice.accept(&witness, &web(true), None).unwrap();
            complete(&home)
        });
}

/// A preconfigured device that is installed: its label is read, it asks and completes.
#[divan::bench(sample_count = 20, sample_size = 1, args = [0, 1_000])]
fn device_connection_by_label(bencher: Bencher, entries: usize) {
    let (world, mut alice) = filled(entries);
    let maker = world.home("maker").unwrap();
    let address = check_address("maker@localhost").unwrap();
    let mut maker = maker.create_account(&address).unwrap();
    let mut number = 0;
    bencher
        .with_inputs(|| {
            number += 1;
            let home = world.home(&format!("device {number}")).unwrap();
            let made = maker.preconfigure_device().unwrap();
            home.install_device(&made.secret).unwrap();
            (home, made.uri)
        })
        .bench_local_values(|(home, uri)| {
            alice.adopt_device(&uri, &web(true), None).unwrap();
            complete(&home)
        });
}

/// An account of 10,000 entries into a file.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn export_10000(bencher: Bencher) {
    let (world, mut alice) = filled(ENTRIES);
    let mut number = 0;
    bencher
        .with_inputs(|| {
            number += 1;
            let path = world.directory().join(format!("archive {number}"));
            std::fs::File::options()
                .read(true)
                .write(true)
                .create_new(true)
                .open(path)
                .unwrap()
        })
        .bench_local_values(|file| alice.export(file).unwrap());
}

/// A device that is connected but has no entry yet reads 10,000: download, check, store, decrypt each.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn cold_sync_10000(bencher: Bencher) {
    let (world, mut alice) = filled(ENTRIES);
    let mut number = 0;
    bencher
        .with_inputs(|| {
            number += 1;
            let home = world.home(&format!("device {number}")).unwrap();
            request(&mut alice, &home);
            home
        })
        .bench_local_values(|home| {
            // Completion downloads and checks every store.
            let Completion::Connected(mut account) = home.complete_connection(None).unwrap() else {
                panic!("not connected");
            };
            assert_eq!(account.credentials().unwrap().len(), ENTRIES);
        });
}

/// What one public-key operation per entry would cost at least, for comparison with `cold_sync_10000`.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn agreements_10000(bencher: Bencher) {
    let env = Seeded::new(1);
    let key = PrivateKey::generate(KeyAlgorithm::X448, &env);
    let peer = PrivateKey::generate(KeyAlgorithm::X448, &env);
    bencher.bench_local(|| {
        for _ in 0..ENTRIES {
            divan::black_box(key.agree(peer.public()).unwrap());
        }
    });
}

/// A password changed on one device until the other one has read it.
#[divan::bench(sample_count = 100, sample_size = 1, args = [0, 10_000])]
fn change_visible_on_second_device(bencher: Bencher, entries: usize) {
    let (world, mut alice) = filled(entries);
    let second = world.home("second").unwrap();
    let mut other = connect(&mut alice, &second);
    let mut number = 0;
    bencher
        .with_inputs(|| {
            number += 1;
            credential("changing", number)
        })
        .bench_local_values(|entry| {
            alice.put(&entry).unwrap();
            other.sync().unwrap();
            assert_eq!(other.credential("changing", Some("alice")).unwrap(), entry);
        });
}

/// A device opens its home anew and reads 10,000 passwords: with the whole key, or with a share and the service's help.
#[divan::bench(sample_count = 10, sample_size = 1, args = [false, true])]
fn read_10000(bencher: Bencher, threshold: bool) {
    let world = with_second(ENTRIES, threshold);
    bencher.bench_local(|| {
        let mut account = world.home("second").unwrap().account(None).unwrap();
        assert_eq!(account.credentials().unwrap().len(), ENTRIES);
    });
}

/// The same for one password: what the help of the service costs.
#[divan::bench(sample_count = 50, sample_size = 1, args = [false, true])]
fn read_one(bencher: Bencher, threshold: bool) {
    let world = with_second(100, threshold);
    bencher.bench_local(|| {
        let mut account = world.home("second").unwrap().account(None).unwrap();
        let name = "site-7.example.com";
        account.credential(name, Some("alice")).unwrap()
    });
}

/// A device is removed from an account of 10,000 entries and ten other devices: its shares are deleted, or all of its stores get new keys.
#[divan::bench(sample_count = 10, sample_size = 1, args = [false, true])]
fn removal_10000(bencher: Bencher, threshold: bool) {
    let (world, mut alice) = filled(ENTRIES);
    let roles = web(threshold);
    for number in 0..10 {
        let home = world.home(&format!("stays {number}")).unwrap();
        request_with(&mut alice, &home, &roles.guarded());
    }
    let mut number = 0;
    let alice = std::cell::RefCell::new(alice);
    bencher
        .with_inputs(|| {
            number += 1;
            let home = world.home(&format!("goes {number}")).unwrap();
            request_with(&mut alice.borrow_mut(), &home, &roles)
        })
        .bench_local_values(|device| alice.borrow_mut().delete_device(&device).unwrap());
}

/// Recovery codes to the whole account of 10,000 entries on a machine that knows nothing of it.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn recovery_10000(bencher: Bencher) {
    let (world, mut alice) = filled(ENTRIES);
    let codes = alice.escrow(2, 2).unwrap();
    let address = alice.address().clone();
    let mut number = 0;
    bencher
        .with_inputs(|| {
            number += 1;
            world.home(&format!("recovered {number}")).unwrap()
        })
        .bench_local_values(|home| {
            let mut account = home.recover_account(&address, &codes).unwrap();
            assert_eq!(account.credentials().unwrap().len(), ENTRIES);
        });
}

/// A world with an account of so many passwords, open on its first device.
fn filled(entries: usize) -> (World, Account) {
    let world = World::new(Connection::Remote).unwrap();
    let home = world.home("first").unwrap();
    let mut alice = home
        .create_account(&check_address("alice@localhost").unwrap())
        .unwrap();
    let all: Vec<_> = (0..entries)
        .map(|number| credential(&format!("site-{number}.example.com"), number))
        .collect();
    for batch in all.chunks(BATCH) {
        alice.put_all(batch).unwrap();
    }
    (world, alice)
}

fn web(threshold: bool) -> Roles {
    let web = Roles::new(&[Role::Web]);
    if threshold { web.guarded() } else { web }
}

/// A world with an account of so many passwords and a second device, which is not open.
fn with_second(entries: usize, threshold: bool) -> World {
    let (world, mut alice) = filled(entries);
    let home = world.home("second").unwrap();
    request_with(&mut alice, &home, &web(threshold));
    drop(home.complete_connection(None).unwrap());
    world
}

fn credential(service: &str, number: usize) -> CatalogedCredential {
    let password = SecretString::new(format!("correct horse battery staple {number}"));
    CatalogedCredential::password(service, "alice", password)
}

/// Brings a device to the point where only its own completion is missing.
fn request(alice: &mut Account, home: &Home) {
    request_with(alice, home, &web(true));
}

/// The same with roles of the caller's choice; the fingerprint of the device.
fn request_with(alice: &mut Account, home: &Home, roles: &Roles) -> String {
    let pin = alice
        .issue_pin(roles, Duration::from_secs(60), None)
        .unwrap()
        .pin;
    home.request_connection(alice.address(), Some(&pin))
        .unwrap();
    alice.sync().unwrap();
    let mut accepted = alice.accept_pins().unwrap();
    assert_eq!(accepted.len(), 1);
    accepted.remove(0).device_udf
}

fn connect(alice: &mut Account, home: &Home) -> Account {
    request(alice, home);
    complete(home)
}

fn complete(home: &Home) -> Account {
    match home.complete_connection(None).unwrap() {
        Completion::Connected(account) => *account,
        other => panic!("not connected: {other:?}"),
    }
}
