// SPDX-License-Identifier: MIT
//! Two hosts of one service over one data base, behind a balancer: whoever is connected anew may meet the other one.
#![expect(clippy::unwrap_used, reason = "all of this is test code")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use mesh_client::check_address;
use mesh_client::{Client, Completion, Home, HomeUnlock, Role, Roles, ServiceMap};
use mesh_jsonbcd::SecretString;
use mesh_keystore::SystemEnvironment;
use mesh_keystore::store::{FileStore, Sealing};
use mesh_schema::generated::CatalogedCredential;
use mesh_service::Service;
use mesh_service::store::{PostgresOptions, PostgresStore};
use mesh_test::proxy::Balancer;
use mesh_test::world::{Server, listen};
use postgres_cluster::{Cluster, Settings};

/// A host with a store of its own over the data base, and the keys that all hosts of the service have.
fn host(url: &str, keys: &Path) -> Service {
    let options = PostgresOptions::parse(url).unwrap();
    let store = Arc::new(PostgresStore::open(options).unwrap());
    let keys = match keys.exists() {
        true => FileStore::open(keys, &Sealing::Clear).unwrap(),
        false => FileStore::create(keys, &Sealing::Clear).unwrap(),
    };
    let env = Arc::new(SystemEnvironment::new().unwrap());
    Service::new("localhost", store, &keys, env).unwrap()
}

fn credential(name: &str) -> CatalogedCredential {
    CatalogedCredential::password(name, "alice", SecretString::new("password".to_owned()))
}

fn open(home: &Path, client: &Client) -> Home {
    Home::open(home, &HomeUnlock::Sealing(Sealing::Clear), client.clone()).unwrap()
}

#[test]
fn any_host_serves_whoever_comes_and_one_may_end() {
    let cluster = Cluster::start(Settings::default()).unwrap();
    let url = cluster.database().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let keys = directory.path().join("keys");
    let first = host(&url, &keys);
    let second = host(&url, &keys);
    assert_eq!(first.udf().unwrap(), second.udf().unwrap());
    let mut servers: [Option<Server>; 2] =
        [first, second].map(|host| Some(listen(Arc::new(host), "127.0.0.1:0").unwrap()));
    let addresses = servers
        .each_ref()
        .map(|server| server.as_ref().unwrap().address);
    let balancer = Balancer::new(addresses).unwrap();
    let services = ServiceMap::parse(&format!("localhost=http://{}", balancer.address)).unwrap();
    let client = Client::http(services, Arc::new(SystemEnvironment::new().unwrap()));

    // An account is created at one host, and a device connected, with each step at another host than the one before.
    let [one, two] = ["one", "two"].map(|name| directory.path().join(name));
    let alice_home = Home::create(&one, &Sealing::Clear, client.clone()).unwrap();
    let address = check_address("alice@localhost").unwrap();
    let mut alice = alice_home.create_account(&address).unwrap();
    balancer.cut();
    let roles = Roles::new(&[Role::Web]);
    let pin = alice
        .issue_pin(&roles, Duration::from_secs(60), None)
        .unwrap()
        .pin;
    balancer.cut();
    let other_home = Home::create(&two, &Sealing::Clear, client.clone()).unwrap();
    other_home.request_connection(&address, Some(&pin)).unwrap();
    balancer.cut();
    alice.sync().unwrap();
    assert_eq!(alice.accept_pins().unwrap().len(), 1);
    balancer.cut();
    assert!(matches!(
        other_home.complete_connection(None).unwrap(),
        Completion::Connected(_)
    ));

    // Two devices write, each losing its connection all the time; a session that the other host does not know is made anew unnoticed.
    let mut other = other_home.account(None).unwrap();
    for n in 0..20 {
        alice
            .put_all(&[credential(&format!("one-{n}.example"))])
            .unwrap();
        balancer.cut();
        other
            .put_all(&[credential(&format!("two-{n}.example"))])
            .unwrap();
        // Once a host is gone for good, the other one serves everybody.
        if n == 10 {
            servers[0] = None;
        }
    }
    let served = balancer.given();
    assert!(served.iter().all(|given| *given >= 10), "{served:?}");
    drop((alice, other));
    drop((alice_home, other_home));
    for home in [&one, &two] {
        let home = open(home, &client);
        let mut account = home.account(None).unwrap();
        account.sync().unwrap();
        account.verify().unwrap();
        assert_eq!(account.credentials().unwrap().len(), 40);
    }
}

#[test]
fn a_host_without_the_keys_of_the_service_does_not_start() {
    let cluster = Cluster::start(Settings::default()).unwrap();
    let url = cluster.database().unwrap();
    let directory = tempfile::tempdir().unwrap();
    drop(host(&url, &directory.path().join("keys")));
    let options = PostgresOptions::parse(&url).unwrap();
    let store = Arc::new(PostgresStore::open(options).unwrap());
    let keys = FileStore::create(&directory.path().join("other"), &Sealing::Clear).unwrap();
    let env = Arc::new(SystemEnvironment::new().unwrap());
    match Service::new("localhost", store, &keys, env) {
        Ok(_) => panic!("it has started"),
        Err(error) => assert!(error.to_string().contains("key store"), "{error}"),
    }
}

#[test]
fn devices_go_on_by_themselves_when_the_data_base_was_killed() {
    let cluster = Cluster::start(Settings::default()).unwrap();
    let url = cluster.database().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let service = host(&url, &directory.path().join("keys"));
    let server = listen(Arc::new(service), "127.0.0.1:0").unwrap();
    let services = ServiceMap::parse(&format!("localhost=http://{}", server.address)).unwrap();
    let client = Client::http(services, Arc::new(SystemEnvironment::new().unwrap()));
    let path = directory.path().join("home");
    let home = Home::create(&path, &Sealing::Clear, client.clone()).unwrap();
    let mut alice = home
        .create_account(&check_address("alice@localhost").unwrap())
        .unwrap();
    let done = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for kill in 1..4 {
                while done.load(Ordering::Relaxed) < kill * 20 {
                    std::thread::sleep(Duration::from_millis(1));
                }
                cluster.kill().unwrap();
                cluster.restart().unwrap();
            }
        });
        for n in 0..75 {
            let entries = [0, 1, 2].map(|part| credential(&format!("{n}-{part}.example")));
            let begun = std::time::Instant::now();
            // The data base is down. Everything else is a failure of this test.
            while let Err(error) = alice.put_all(&entries) {
                assert_eq!(
                    error.class(),
                    mesh_jsonbcd::ErrorClass::Unavailable,
                    "{error}"
                );
                assert!(begun.elapsed() < Duration::from_secs(60), "{error}");
                std::thread::sleep(Duration::from_millis(5));
            }
            done.fetch_add(1, Ordering::Relaxed);
        }
    });
    drop((alice, home));
    let home = open(&path, &client);
    let mut account = home.account(None).unwrap();
    account.sync().unwrap();
    account.verify().unwrap();
    assert_eq!(account.credentials().unwrap().len(), 225);
}
