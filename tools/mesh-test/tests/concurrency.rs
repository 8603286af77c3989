// SPDX-License-Identifier: MIT
//! Devices that write at the same time.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "all of this is test code"
)]

use std::time::Duration;

use mesh_client::{Account, Completion, Role, Roles, check_address};
use mesh_jsonbcd::SecretString;
use mesh_schema::generated::CatalogedCredential;
use mesh_test::world::{Connection, World};

const DEVICES: usize = 3;
/// Rounds of each device: in each it writes an entry of its own, one that all write, and an SSH key.
const ROUNDS: usize = 40;

#[test]
fn devices_that_write_at_once_lose_nothing() {
    let world = World::new(Connection::Remote).unwrap();
    let names: Vec<String> = (0..DEVICES)
        .map(|number| format!("device {number}"))
        .collect();
    connect_all(&world, &names);

    std::thread::scope(|scope| {
        for (number, name) in names.iter().enumerate() {
            let world = &world;
            scope.spawn(move || {
                let mut account = world.home(name).unwrap().account(None).unwrap();
                for round in 0..ROUNDS {
                    account
                        .put(&credential(&own(number, round), "own"))
                        .unwrap();
                    account
                        .put(&credential("shared.example", &own(number, round)))
                        .unwrap();
                    account
                        .create_ssh_key(&format!("key-{number}-{round}"))
                        .unwrap();
                }
            });
        }
    });

    let mut views = Vec::new();
    for name in &names {
        let mut account = world.home(name).unwrap().account(None).unwrap();
        account.sync().unwrap();
        account.verify().unwrap();
        let mut credentials = account.credentials().unwrap();
        credentials.sort_by(|a, b| a.service.cmp(&b.service));
        let keys = account.ssh_keys().unwrap();
        views.push((credentials, keys));
    }
    for (credentials, keys) in &views {
        assert_eq!(credentials, &views[0].0);
        assert_eq!(keys, &views[0].1);
    }
    let (credentials, keys) = &views[0];
    assert_eq!(credentials.len(), DEVICES * ROUNDS + 1);
    assert_eq!(keys.len(), DEVICES * ROUNDS);
    for number in 0..DEVICES {
        for round in 0..ROUNDS {
            let wanted = own(number, round);
            assert!(
                credentials
                    .iter()
                    .any(|entry| entry.service.as_deref() == Some(&wanted))
            );
        }
    }
    // What all wrote holds what one of them wrote last.
    let shared = credentials
        .iter()
        .find(|entry| entry.service.as_deref() == Some("shared.example"));
    let shared = shared
        .and_then(|entry| entry.password.as_ref())
        .unwrap()
        .expose_secret()
        .to_owned();
    assert!(
        (0..DEVICES).any(|number| shared == own(number, ROUNDS - 1)),
        "{shared}"
    );
}

fn connect_all(world: &World, names: &[String]) {
    let address = check_address("alice@localhost").unwrap();
    let mut alice: Account = world
        .home(&names[0])
        .unwrap()
        .create_account(&address)
        .unwrap();
    for name in &names[1..] {
        let roles = Roles::new(&[Role::Web]);
        let pin = alice
            .issue_pin(&roles, Duration::from_secs(60), None)
            .unwrap()
            .pin;
        let home = world.home(name).unwrap();
        home.request_connection(&address, Some(&pin)).unwrap();
        alice.sync().unwrap();
        assert_eq!(alice.accept_pins().unwrap().len(), 1);
        let done = home.complete_connection(None).unwrap();
        assert!(matches!(done, Completion::Connected(_)));
    }
}

fn own(number: usize, round: usize) -> String {
    format!("site-{number}-{round}.example")
}

fn credential(service: &str, password: &str) -> CatalogedCredential {
    CatalogedCredential::password(service, "alice", SecretString::new(password.to_owned()))
}
