// SPDX-License-Identifier: MIT
//! The service did what it was asked, and its answer was lost: whoever tries again finds it done, once.
#![expect(clippy::unwrap_used, reason = "all of this is test code")]

use std::sync::Arc;

use mesh_client::{Client, check_address};
use mesh_jsonbcd::SecretString;
use mesh_keystore::SystemEnvironment;
use mesh_schema::catalog::CatalogEntry as _;
use mesh_schema::generated::CatalogedCredential;
use mesh_service::DirectPort;
use mesh_test::hostile::Hostile;
use mesh_test::world::{Connection, World};

fn world() -> (World, Hostile) {
    let mut world = World::new(Connection::Direct).unwrap();
    let wire = Hostile::default();
    let port = wire.port(Arc::new(DirectPort::new(world.service.clone())));
    world.client = Client::new(port, Arc::new(SystemEnvironment::new().unwrap()));
    (world, wire)
}

fn password(service: &str) -> CatalogedCredential {
    CatalogedCredential::password(service, "alice", SecretString::new("secret".to_owned()))
}

#[test]
fn an_account_that_was_created_unheard_is_the_same_account() {
    let (world, wire) = world();
    let home = world.home("one").unwrap();
    let address = check_address("alice@localhost").unwrap();
    wire.swallow();
    home.create_account(&address).unwrap_err();
    wire.repent();
    let mut alice = home.create_account(&address).unwrap();
    assert_eq!(alice.devices().unwrap().len(), 1, "no second device");
    alice.put(&password("example.com")).unwrap();
    drop(alice);
    drop(home);
    let mut alice = world.home("one").unwrap().account(None).unwrap();
    alice.sync().unwrap();
    let entries: Vec<CatalogedCredential> = alice.entries().unwrap();
    assert_eq!(entries.len(), 1);
}

#[test]
fn an_account_that_was_recovered_unheard_has_one_new_device() {
    let (world, wire) = world();
    let address = check_address("alice@localhost").unwrap();
    let home = world.home("one").unwrap();
    let mut alice = home.create_account(&address).unwrap();
    alice.put(&password("example.com")).unwrap();
    let codes = alice.escrow(3, 2).unwrap();
    drop(alice);
    let other = world.home("two").unwrap();
    wire.swallow();
    other.recover_account(&address, &codes[1..]).unwrap_err();
    wire.repent();
    let mut alice = other.recover_account(&address, &codes[1..]).unwrap();
    assert_eq!(alice.devices().unwrap().len(), 2, "no third device");
    alice.put(&password("example.org")).unwrap();
    let entries: Vec<CatalogedCredential> = alice.entries().unwrap();
    assert_eq!(entries.len(), 2);
}

#[test]
fn what_was_long_under_way_is_done_once_and_said_to_be_done() {
    let (world, wire) = world();
    let address = check_address("alice@localhost").unwrap();
    let mut alice = world.home("one").unwrap().create_account(&address).unwrap();
    wire.delay();
    alice.put(&password("example.com")).unwrap();
    let entries: Vec<CatalogedCredential> = alice.entries().unwrap();
    assert_eq!(entries.len(), 1);
    wire.delay();
    let key = entries[0].primary_key().unwrap();
    alice.delete_entry::<CatalogedCredential>(&key).unwrap();
    let left: Vec<CatalogedCredential> = alice.entries().unwrap();
    assert!(left.is_empty());
    // Nothing is under way any more: this is really not there.
    let again = alice.delete_entry::<CatalogedCredential>(&key);
    assert!(matches!(again, Err(mesh_client::Error::NotFound { .. })));
}
