// SPDX-License-Identifier: MIT
//! What the service stores and what goes over the network holds no secret; neither do the homes in clear, nor the log.
#![expect(clippy::unwrap_used, reason = "all of this is test code")]

use std::io::Write;
use std::sync::{Arc, Mutex};

use mesh_client::{Client, Home, ServiceMap};
use mesh_keystore::store::FileStore;
use mesh_keystore::{KeyStore, SystemEnvironment};
use mesh_test::proxy::Proxy;
use mesh_test::search::{files, search};
use mesh_test::story::tell;
use mesh_test::world::{Connection, World};

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn no_secret_is_at_the_service_on_the_network_in_a_home_or_in_the_log() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .init();

    let mut world = World::new(Connection::Remote).unwrap();
    world.passphrase = Some("the passphrase of the homes");
    let proxy = Proxy::new(world.address().unwrap()).unwrap();
    let services = ServiceMap::parse(&format!("localhost=http://{}", proxy.address)).unwrap();
    world.client = Client::http(services, Arc::new(SystemEnvironment::new().unwrap()));
    let mut secrets = tell(&world).unwrap().0;
    secrets.push((
        "passphrase".to_owned(),
        b"the passphrase of the homes".to_vec(),
    ));

    // The seeds from which all keys follow.
    let mut seeds = 0;
    for device in ["two", "three"] {
        let keys = Home::key_directory(&world.home_directory(device));
        let keys = FileStore::open(&keys, &world.sealing()).unwrap();
        for (id, kind) in keys.list().unwrap() {
            let seed = keys.load(&id).unwrap().unwrap();
            secrets.push((format!("{kind} of {device}"), seed.expose_secret().to_vec()));
            seeds += 1;
        }
    }
    assert_eq!(
        seeds, 3,
        "device seed of two, device and account seed of three"
    );
    assert!(secrets.len() >= 12, "{}", secrets.len());

    let stored = files(&world.service_directory()).unwrap();
    assert!(
        stored.iter().any(|(name, _)| name.ends_with("-wal")),
        "the store is a live one"
    );
    assert_eq!(search(&stored, &secrets), [], "at the service");

    let traffic = [("traffic".to_owned(), proxy.record())];
    assert!(
        traffic[0].1.len() > 100_000,
        "{} octets recorded",
        traffic[0].1.len()
    );
    assert_eq!(search(&traffic, &secrets), [], "on the network");

    for device in ["one", "two", "three"] {
        let kept = files(&world.home_directory(device)).unwrap();
        assert_eq!(search(&kept, &secrets), [], "in the home of {device}");
    }

    let logged = [("log".to_owned(), log.0.lock().unwrap().clone())];
    assert!(logged[0].1.len() > 1_000, "the log was kept");
    assert_eq!(search(&logged, &secrets), [], "in the log");

    // The search does find what is there: the address of the account is known to the service.
    let known = [("address".to_owned(), b"alice@localhost".to_vec())];
    assert!(!search(&stored, &known).is_empty());
}
