// SPDX-License-Identifier: MIT
//! A host that is given new keys: clients go on without noticing, and whoever has stolen the former ones is not believed for long.
#![expect(clippy::unwrap_used, reason = "all of this is test code")]

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mesh_client::{Client, Completion, Home, Role, Roles, check_address};
use mesh_crypto::{DateTime, Environment, SecretString};
use mesh_jsonbcd::ErrorClass;
use mesh_keystore::SystemEnvironment;
use mesh_keystore::store::{FileStore, Sealing};
use mesh_protocol::{PacketHandler, PacketPort, PacketTransport};
use mesh_schema::generated::CatalogedCredential;
use mesh_service::Service;
use mesh_service::host::Host;
use mesh_service::store::{MemoryStore, Store};
use tempfile::TempDir;

const DAY: i64 = 86_400;

struct Clock {
    system: SystemEnvironment,
    ahead: AtomicI64,
}

impl Environment for Clock {
    fn now(&self) -> DateTime {
        let ahead = self.ahead.load(Ordering::Relaxed);
        DateTime::from_unix(self.system.now().unix() + ahead)
    }

    fn random(&self, out: &mut [u8]) {
        self.system.random(out);
    }
}

/// A service, and whoever answers in its place.
struct Town {
    directory: TempDir,
    store: Arc<MemoryStore>,
    keys: FileStore,
    clock: Arc<Clock>,
    answers: Arc<Mutex<Service>>,
}

impl Town {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let clock = Arc::new(Clock {
            system: SystemEnvironment::new().unwrap(),
            ahead: AtomicI64::new(0),
        });
        let store = Arc::new(MemoryStore::new());
        let keys = FileStore::create(&directory.path().join("keys"), &Sealing::Clear).unwrap();
        let first = Service::new("localhost", store.clone(), &keys, clock.clone()).unwrap();
        Self {
            directory,
            store,
            keys,
            clock,
            answers: Arc::new(Mutex::new(first)),
        }
    }

    /// A process of the service that is started now.
    fn start(&self) -> Service {
        Service::new(
            "localhost",
            self.store.clone(),
            &self.keys,
            self.clock.clone(),
        )
        .unwrap()
    }

    fn let_answer(&self, service: &Service) {
        *self.answers.lock().unwrap() = service.clone();
    }

    fn client(&self) -> Client {
        let answers = self.answers.clone();
        let connect = move |_: &str| -> Result<Box<dyn PacketTransport>, mesh_protocol::Error> {
            let handler: Arc<dyn PacketHandler> = Arc::new(answers.lock().unwrap().clone());
            Ok(Box::new(handler))
        };
        let env = self.clock.clone();
        Client::new(
            Arc::new(PacketPort::new(Box::new(connect), env.clone())),
            env,
        )
    }

    fn home(&self, name: &str) -> Home {
        let path = self.directory.path().join(name);
        Home::create(&path, &Sealing::Clear, self.client()).unwrap()
    }

    fn pass(&self, days: i64) {
        self.clock.ahead.fetch_add(days * DAY, Ordering::Relaxed);
    }
}

fn entry(name: &str) -> [CatalogedCredential; 1] {
    let password = SecretString::new("password".to_owned());
    [CatalogedCredential::password(name, "alice", password)]
}

#[test]
fn clients_go_on_with_new_keys_and_stolen_ones_end() {
    let town = Town::new();
    let thief = town.answers.lock().unwrap().clone();
    let homes = ["one", "two"].map(|name| town.home(name));
    let [one, two] = &homes;
    let address = check_address("alice@localhost").unwrap();
    let mut alice = one.create_account(&address).unwrap();
    let add = |other: &Home, alice: &mut mesh_client::Account| {
        // With a share, whose other half only the host can open.
        let roles = Roles::new(&[Role::Web, Role::Threshold]);
        let pin = alice.issue_pin(&roles, Duration::from_secs(600), None);
        let pin = pin.unwrap().pin;
        other.request_connection(&address, Some(&pin)).unwrap();
        alice.sync().unwrap();
        assert_eq!(alice.accept_pins().unwrap().len(), 1);
        let done = other.complete_connection(None).unwrap();
        assert!(matches!(done, Completion::Connected(_)));
    };
    add(two, &mut alice);
    alice.put_all(&entry("before.example")).unwrap();

    // The host gets new keys, and is started anew: the same service for whoever knows it.
    let rotated = Host::rotate(&*town.store, &town.keys, &*town.clock).unwrap();
    assert_ne!(rotated.host, rotated.former);
    let service = town.start();
    assert_eq!(service.udf().unwrap(), rotated.service);
    assert_eq!(thief.udf().unwrap(), rotated.service);
    town.let_answer(&service);
    drop(alice);
    let mut alice = one.account(None).unwrap();
    alice.put_all(&entry("after.example")).unwrap();
    // What was sealed to the former keys is still opened, also for devices that come.
    let mut other = two.account(None).unwrap();
    other.sync().unwrap();
    assert_eq!(other.credentials().unwrap().len(), 2);
    let three = town.home("three");
    add(&three, &mut alice);
    let mut third = three.account(None).unwrap();
    third.sync().unwrap();
    assert_eq!(third.credentials().unwrap().len(), 2);

    // Whoever has the former keys answers in its place for as long as he may say that he is a host, and no longer.
    town.pass(29);
    service.tick();
    thief.tick();
    town.let_answer(&thief);
    let mut alice = one.account(None).unwrap();
    alice.sync().unwrap();
    town.pass(2);
    thief.tick();
    let mut alice = one.account(None).unwrap();
    let refused = alice.put_all(&entry("stolen.example")).unwrap_err();
    assert_eq!(refused.class(), ErrorClass::Untrusted, "{refused}");
    assert!(refused.to_string().contains("held until"), "{refused}");
    // Nobody is taken in at first contact, either.
    let stranger = town.home("stranger");
    let address = check_address("bob@localhost").unwrap();
    let refused = stranger.create_account(&address).unwrap_err();
    assert!(refused.to_string().contains("held until"), "{refused}");

    // The service goes on with the keys that it has by now.
    town.let_answer(&service);
    let mut alice = one.account(None).unwrap();
    alice.put_all(&entry("later.example")).unwrap();
    assert_eq!(alice.credentials().unwrap().len(), 3);
    stranger.create_account(&address).unwrap();
}

#[test]
fn a_host_that_was_off_for_long_is_connected_anew_when_it_starts() {
    let town = Town::new();
    let home = town.home("one");
    let address = check_address("alice@localhost").unwrap();
    drop(home.create_account(&address).unwrap());
    town.pass(400);
    town.let_answer(&town.start());
    home.account(None).unwrap().sync().unwrap();
}

#[test]
fn new_keys_that_were_not_connected_before_the_end_are_connected_by_the_next_start() {
    let town = Town::new();
    let before = town.store.host_get("connection/host").unwrap().unwrap();
    let rotated = Host::rotate(&*town.store, &town.keys, &*town.clock).unwrap();
    town.store.host_put("connection/host", &before).unwrap();
    let service = town.start();
    assert_eq!(service.udf().unwrap(), rotated.service);
    town.let_answer(&service);
    let address = check_address("alice@localhost").unwrap();
    town.home("one").create_account(&address).unwrap();
}
