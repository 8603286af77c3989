// SPDX-License-Identifier: MIT
//! A service killed again and again in the middle of a thousand transactions of two devices.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "all of this is test code"
)]

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use mesh_client::check_address;
use mesh_client::{Client, Completion, Home, HomeUnlock, Role, Roles, ServiceMap};
use mesh_jsonbcd::{ErrorClass, SecretString};
use mesh_keystore::SystemEnvironment;
use mesh_keystore::store::Sealing;
use mesh_schema::generated::CatalogedCredential;
use mesh_test::world::{listen, start};

/// Transactions of each of the two devices.
const TRANSACTIONS: usize = 500;
/// Entries of one transaction: all of them or none.
const ENTRIES: usize = 3;
/// How long a device waits for a service that is down.
const PATIENCE: Duration = Duration::from_secs(20);
const SERVE: &str = "MESH_TEST_SERVE";

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_half_applied() {
    let directory = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let address = format!("127.0.0.1:{port}");
    let data = directory.path().join("service");
    let mut service = Service::start(&data, &address);

    let services = ServiceMap::parse(&format!("localhost=http://{address}")).unwrap();
    let client = Client::http(services, Arc::new(SystemEnvironment::new().unwrap()));
    let homes = ["one", "two"].map(|name| directory.path().join(name));
    connect_both(&homes, &client);

    let running = Arc::new(AtomicBool::new(true));
    let devices: Vec<_> = homes
        .iter()
        .enumerate()
        .map(|(number, home)| {
            let (home, client) = (home.clone(), client.clone());
            std::thread::spawn(move || write(&home, client, number))
        })
        .collect();
    let killer = {
        let running = running.clone();
        std::thread::spawn(move || {
            let mut kills = 0_u64;
            while running.load(Ordering::Relaxed) {
                // Anywhere in a transaction, which takes a few milliseconds.
                std::thread::sleep(Duration::from_micros(40_000 + kills * 7_919 % 60_000));
                service.kill();
                service = Service::start(&data, &address);
                kills += 1;
            }
            (service, kills)
        })
    };
    let acknowledged: Vec<Vec<usize>> = devices
        .into_iter()
        .map(|device| device.join().unwrap())
        .collect();
    running.store(false, Ordering::Relaxed);
    let (_service, kills) = killer.join().unwrap();

    let mut views = Vec::new();
    for home in &homes {
        let home = open(home, &client);
        let mut account = home.account(None).unwrap();
        account.sync().unwrap();
        account.verify().unwrap();
        let mut names: Vec<String> = account
            .credentials()
            .unwrap()
            .into_iter()
            .filter_map(|entry| entry.service)
            .collect();
        names.sort();
        views.push(names);
    }
    assert_eq!(views[0], views[1], "both devices see the same");
    for (device, acknowledged) in acknowledged.iter().enumerate() {
        for transaction in 0..TRANSACTIONS {
            let there = (0..ENTRIES)
                .filter(|entry| {
                    views[0]
                        .binary_search(&name(device, transaction, *entry))
                        .is_ok()
                })
                .count();
            let wanted = acknowledged.contains(&transaction);
            assert!(
                there == ENTRIES || (there == 0 && !wanted),
                "transaction {transaction} of device {device}: {there} entries, acknowledged: {wanted}"
            );
        }
        assert_eq!(
            acknowledged.len(),
            TRANSACTIONS,
            "every device came through"
        );
    }
    assert!(kills >= 10, "the service was killed {kills} times only");
}

/// Writes until everything is acknowledged; gives the numbers of what was.
fn write(home: &Path, client: Client, device: usize) -> Vec<usize> {
    let home = open(home, &client);
    let mut account = home.account(None).unwrap();
    let mut acknowledged = Vec::new();
    for transaction in 0..TRANSACTIONS {
        let entries: Vec<_> = (0..ENTRIES)
            .map(|entry| credential(&name(device, transaction, entry)))
            .collect();
        let started = Instant::now();
        loop {
            match account.put_all(&entries) {
                Ok(()) => break acknowledged.push(transaction),
                // The service is down. Everything else is a failure of this test.
                Err(error) if error.class() == ErrorClass::Unavailable => {
                    assert!(started.elapsed() < PATIENCE, "{error}");
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(error) => panic!("transaction {transaction} of device {device}: {error}"),
            }
        }
    }
    acknowledged
}

fn connect_both(homes: &[std::path::PathBuf; 2], client: &Client) {
    let [one, two] = homes
        .each_ref()
        .map(|home| Home::create(home, &Sealing::Clear, client.clone()).unwrap());
    let address = check_address("alice@localhost").unwrap();
    let mut alice = one.create_account(&address).unwrap();
    let roles = Roles::new(&[Role::Web]);
    let pin = alice
        .issue_pin(&roles, Duration::from_secs(60), None)
        .unwrap()
        .pin;
    two.request_connection(&address, Some(&pin)).unwrap();
    alice.sync().unwrap();
    assert_eq!(alice.accept_pins().unwrap().len(), 1);
    assert!(matches!(
        two.complete_connection(None).unwrap(),
        Completion::Connected(_)
    ));
}

fn open(home: &Path, client: &Client) -> Home {
    Home::open(home, &HomeUnlock::Sealing(Sealing::Clear), client.clone()).unwrap()
}

fn name(device: usize, transaction: usize, entry: usize) -> String {
    format!("site-{device}-{transaction}-{entry}.example")
}

fn credential(service: &str) -> CatalogedCredential {
    CatalogedCredential::password(service, "alice", SecretString::new("password".to_owned()))
}

/// The service in a process of its own: this test program, told to be one.
struct Service(Child);

impl Service {
    fn start(data: &Path, address: &str) -> Self {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "the_service_itself", "--ignored", "--nocapture"])
            .env(SERVE, format!("{address} {}", data.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let service = Self(child);
        let started = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(started.elapsed() < PATIENCE, "the service does not start");
            std::thread::sleep(Duration::from_millis(1));
        }
        service
    }

    /// SIGKILL.
    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[ignore = "it is the service of the other test, in a process of its own"]
fn the_service_itself() {
    let Ok(told) = std::env::var(SERVE) else {
        return;
    };
    let (address, data) = told.split_once(' ').unwrap();
    let service = start(data.as_ref(), Arc::new(SystemEnvironment::new().unwrap())).unwrap();
    let _server = listen(Arc::new(service), address).unwrap();
    loop {
        std::thread::park();
    }
}
