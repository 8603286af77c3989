// SPDX-License-Identifier: MIT
//! The service did what it was asked, and its answer was lost: whoever tries again finds it done, once.
#![expect(clippy::unwrap_used, reason = "all of this is test code")]

use std::sync::{Arc, Mutex};

use mesh_client::{Client, check_address};
use mesh_jsonbcd::SecretString;
use mesh_keystore::SystemEnvironment;
use mesh_protocol::{
    PacketHandler, PacketPort, PacketReply, PacketTransport, TransportError, TransportFault,
};
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

/// A wire that keeps one packet back, and delivers it before a later one.
#[derive(Clone, Default)]
struct Slow(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    handler: Option<Arc<dyn PacketHandler>>,
    /// Before which packet what is kept is delivered; the next one is kept while this is set and nothing is.
    until: Option<usize>,
    packet: Option<Vec<u8>>,
}

impl PacketTransport for Slow {
    fn exchange(&mut self, packet: &[u8]) -> Result<PacketReply, TransportError> {
        let mut kept = self.0.lock().unwrap();
        let handler = kept.handler.clone().unwrap();
        if let Some(left) = kept.until {
            if kept.packet.is_none() {
                kept.packet = Some(packet.to_vec());
                return Err(TransportError {
                    text: "the connection was closed".to_owned(),
                    fault: TransportFault::Unanswered,
                });
            }
            kept.until = left.checked_sub(1);
            if kept.until.is_none() {
                let late = kept.packet.take().unwrap();
                handler.handle("", &late);
            }
        }
        Ok(handler.handle("", packet))
    }
}

#[test]
fn a_transaction_that_arrives_late_is_executed_once_whenever_that_is() {
    let world = World::new(Connection::Local).unwrap();
    let wire = Slow::default();
    wire.0.lock().unwrap().handler = Some(Arc::new(world.service.clone()));
    let env = Arc::new(SystemEnvironment::new().unwrap());
    let connect = wire.clone();
    let connect = move |_: &str| -> Result<Box<dyn PacketTransport>, mesh_protocol::Error> {
        Ok(Box::new(connect.clone()))
    };
    let port = PacketPort::new(Box::new(connect), env.clone());
    let client = Client::new(Arc::new(port), env);
    let path = world.directory().join("one");
    let sealing = world.sealing();
    let home = mesh_client::Home::create(&path, &sealing, client).unwrap();
    let mut alice = home
        .create_account(&check_address("alice@localhost").unwrap())
        .unwrap();
    // The session exists, so that the next packet is the transaction.
    alice.put(&password("first.example")).unwrap();
    let frames = |alice: &mut mesh_client::Account| {
        alice.sync().unwrap();
        alice.verify().unwrap()
    };
    let mut met = 0;
    for late in 0..8 {
        let site = format!("{late}.example");
        // A deletion that is decided anew finds its own work done, and nothing to delete.
        for add in [true, false] {
            let before = frames(&mut alice);
            wire.0.lock().unwrap().until = Some(late);
            match add {
                true => drop(alice.put(&password(&site)).unwrap()),
                false => alice.delete_credential(&site, None).unwrap(),
            }
            let mut kept = wire.0.lock().unwrap();
            met += usize::from(kept.packet.take().is_none());
            kept.until = None;
            drop(kept);
            assert_eq!(frames(&mut alice), before + 1, "before packet {late}");
        }
    }
    assert!(met >= 6, "it arrived {met} times while somebody waited");
    let there: Vec<CatalogedCredential> = alice.entries().unwrap();
    assert_eq!(there, [password("first.example")]);
}
