// SPDX-License-Identifier: MIT
//! Somebody on the way to the service, who lets the greeting pass and then answers in its place.
//!
//! Spec: mesh-rud, "Handshake"; mesh-protocol, "Hello".
//! Here: another host at every later packet.
//! Not here: a service that lies (`hostile_service`).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use mesh_client::{Client, check_address};
use mesh_jsonbcd::ErrorClass;
use mesh_keystore::SystemEnvironment;
use mesh_protocol::{
    Error, PacketHandler, PacketPort, PacketReply, PacketTransport, TransportError,
};
use mesh_service::Service;
use mesh_test::world::{Connection, World};

/// Reaches one service with the first packets, and another one with all that follow.
struct Switch {
    honest: Service,
    other: Service,
    /// Packets that are let through.
    passes: Arc<AtomicUsize>,
    /// Packets that the other one got.
    taken: Arc<AtomicUsize>,
}

impl PacketTransport for Switch {
    fn exchange(&mut self, packet: &[u8]) -> Result<PacketReply, TransportError> {
        let left = self
            .passes
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(1)
            });
        Ok(match left {
            Ok(_) => self.honest.handle("", packet),
            Err(_) => {
                self.taken.fetch_add(1, Ordering::Relaxed);
                self.other.handle("", packet)
            }
        })
    }
}

#[test]
fn whoever_answers_after_the_greeting_must_be_a_host_of_the_same_service() {
    let honest = World::new(Connection::Direct).unwrap();
    let other = World::new(Connection::Direct).unwrap();
    let alice = check_address("alice@localhost").unwrap();
    let codes = {
        let home = honest.home("one").unwrap();
        let mut account = home.create_account(&alice).unwrap();
        account.escrow(2, 2).unwrap()
    };
    // The account is known to the other service too, as far as it is public.
    drop(other.home("one").unwrap().create_account(&alice).unwrap());
    let env = Arc::new(SystemEnvironment::new().unwrap());
    let (passes, taken) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let connector = {
        let (honest, other) = (honest.service.clone(), other.service.clone());
        let (passes, taken) = (passes.clone(), taken.clone());
        move |_: &str| -> Result<Box<dyn PacketTransport>, Error> {
            Ok(Box::new(Switch {
                honest: honest.clone(),
                other: other.clone(),
                passes: passes.clone(),
                taken: taken.clone(),
            }))
        }
    };
    let mut world = World::new(Connection::Direct).unwrap();
    let port = PacketPort::new(Box::new(connector), env.clone());
    world.client = Client::new(Arc::new(port), env);
    // Two packets are the handshake with the greeting in it; what follows is another's.
    let attempts = ["recovered", "new", "third"];
    for (name, attempt) in attempts.into_iter().zip(0..) {
        passes.store(2, Ordering::Relaxed);
        taken.store(0, Ordering::Relaxed);
        let home = world.home(name).unwrap();
        let error = match attempt {
            0 => home.recover_account(&alice, &codes).unwrap_err(),
            1 => home.request_connection(&alice, None).unwrap_err(),
            _ => {
                let bob = check_address("bob@localhost").unwrap();
                home.create_account(&bob).unwrap_err()
            }
        };
        // The packet of the session that it does not know, and a greeting that says nothing: no request.
        assert_eq!(taken.load(Ordering::Relaxed), 2, "{name}: {error}");
        assert_eq!(error.class(), ErrorClass::Untrusted, "{name}: {error}");
    }
    // Left alone, all is well.
    passes.store(usize::MAX, Ordering::Relaxed);
    let recovered = world.home("recovered").unwrap();
    recovered.recover_account(&alice, &codes).unwrap();
}
