// SPDX-License-Identifier: MIT
//! Two hosts of one service over one data base, under the load of devices, when something goes wrong between them: the network to the data
//! base is cut and heals, the clocks of the hosts jump.
//!
//! Spec: none.
//! Here: hosts in this process, each with a way of its own to the data base, behind a balancer.
//! Not here: hosts and data bases that are killed (`two_hosts`, `mesh-service`), packets (`simulation`).
//!
//! `MESH_FAULT_KILLS=100` has a hundred of each.
#![expect(clippy::unwrap_used, reason = "all of this is test code")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use mesh_crypto::{DateTime, Environment, SecretString};
use mesh_keystore::SystemEnvironment;
use mesh_keystore::store::{FileStore, Sealing};
use mesh_service::store::{PostgresOptions, PostgresStore};
use mesh_service::verify::verify;
use mesh_service::{Policy, Service};
use mesh_test::load::{
    Load, acknowledged, client_of, counted, faults, judge, under_load, wait_for,
    wait_for_standstill,
};
use mesh_test::proxy::{Balancer, Gate};
use mesh_test::world::{Server, listen};
use postgres_cluster::{Cluster, PASSWORD, Settings};

const ACCOUNTS: [&str; 2] = ["alice", "bob"];
/// How long a host waits for an answer of the data base.
const HOST_PATIENCE: Duration = Duration::from_secs(2);

/// The clock of a host, which is wrong.
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

struct Host {
    gate: Gate,
    clock: Arc<Clock>,
    service: Service,
    server: Server,
}

/// Two hosts, a balancer in front of them, the data base behind them.
struct Hosts {
    cluster: Cluster,
    url: String,
    hosts: [Host; 2],
    balancer: Balancer,
    directory: tempfile::TempDir,
}

impl Hosts {
    fn new() -> Self {
        let cluster = Cluster::start(Settings::default()).unwrap();
        let url = cluster.database().unwrap();
        let directory = tempfile::tempdir().unwrap();
        let keys = directory.path().join("keys");
        let hosts = [(), ()].map(|()| {
            let gate = Gate::new(([127, 0, 0, 1], cluster.port()).into()).unwrap();
            let name = url.rsplit('/').next().unwrap();
            let through = format!("postgres://mesh@{}/{name}", gate.address);
            Host::new(&through, &keys, gate)
        });
        let balancer = Balancer::new(hosts.each_ref().map(|host| host.server.address)).unwrap();
        Self {
            cluster,
            url,
            hosts,
            balancer,
            directory,
        }
    }

    fn store(&self) -> PostgresStore {
        PostgresStore::open(PostgresOptions::parse(&self.url).unwrap()).unwrap()
    }

    fn loads(&self) -> [Load; 2] {
        let env = Arc::new(SystemEnvironment::new().unwrap());
        let client = client_of(&format!("http://{}", self.balancer.address), env);
        let loads = ACCOUNTS.map(|name| Load::new(self.directory.path(), &client, name));
        let store = self.store();
        loads.map(|load| load.over(&store))
    }

    /// Lets all devices write while something happens to the hosts, then judges what is there.
    fn under_load(&self, trouble: impl FnOnce(&[Load])) {
        let loads = self.loads();
        let written = under_load(&loads, || trouble(&loads));
        let store = self.store();
        judge(&loads, &store, &written);
        assert_eq!(verify(&store, &mut |_| {}).unwrap().findings, []);
    }
}

impl Host {
    fn new(url: &str, keys: &Path, gate: Gate) -> Self {
        let options = PostgresOptions::parse(url).unwrap();
        let options = options
            .with_password(&SecretString::new(PASSWORD.to_owned()))
            .with_patience(HOST_PATIENCE);
        let store = Arc::new(PostgresStore::open(options).unwrap());
        let keys = match keys.exists() {
            true => FileStore::open(keys, &Sealing::Clear).unwrap(),
            false => FileStore::create(keys, &Sealing::Clear).unwrap(),
        };
        let clock = Arc::new(Clock {
            system: SystemEnvironment::new().unwrap(),
            ahead: AtomicI64::new(0),
        });
        let env: Arc<dyn Environment> = clock.clone();
        let policy = Policy {
            per_account: None,
            ..Policy::default()
        };
        let service = Service::with_policy("localhost", store, &keys, env, policy).unwrap();
        let server = listen(Arc::new(service.clone()), "127.0.0.1:0").unwrap();
        Self {
            gate,
            clock,
            service,
            server,
        }
    }
}

#[test]
fn hosts_that_are_cut_off_from_the_data_base_lose_nothing_and_do_nothing_twice() {
    let hosts = Hosts::new();
    let rounds = faults(4);
    hosts.under_load(|loads| {
        let gates = hosts.hosts.each_ref().map(|host| &host.gate);
        for round in 0..rounds {
            wait_for(loads, 10 + round * 7 % 13);
            let one = gates[usize::try_from(round % 2).unwrap()];
            // What was sent arrives when it heals, or never.
            match round % 4 {
                0 | 3 => one.stop(),
                _ => one.cut(),
            }
            // Whoever is connected anew meets the other host half of the time, and gets on there.
            let (before, begun) = (acknowledged(loads), Instant::now());
            while acknowledged(loads) < before + 5 {
                assert!(
                    begun.elapsed() < Duration::from_secs(30),
                    "the other host serves nobody"
                );
                hosts.balancer.cut();
                std::thread::sleep(Duration::from_millis(300));
            }
            if round % 2 == 1 {
                for gate in gates {
                    gate.cut();
                }
                wait_for_standstill(loads, Duration::from_millis(200));
            }
            for gate in gates {
                gate.heal();
            }
            wait_for(loads, 10);
        }
    });
    counted(rounds, "hosts cut off from the data base");
    drop(hosts.cluster);
}

#[test]
fn clocks_of_hosts_that_jump_keep_nobody_from_writing() {
    let hosts = Hosts::new();
    let rounds = faults(6);
    hosts.under_load(|loads| {
        let (hour, day) = (3_600, 86_400);
        let jumps = [hour, -2 * hour, day, -3 * day, 400 * day, -400 * day];
        for round in 0..rounds {
            wait_for(loads, 10);
            let place = usize::try_from(round).unwrap();
            let jumping = &hosts.hosts[place % 2];
            jumping
                .clock
                .ahead
                .store(jumps[place % jumps.len()], Ordering::Relaxed);
            // What is due every minute: sessions end, keys of handshakes are exchanged.
            jumping.service.tick();
            wait_for(loads, 10);
            if place % 3 == 2 {
                hosts.balancer.cut();
                wait_for(loads, 10);
            }
        }
    });
    counted(rounds, "clocks of hosts that jumped");
}

#[test]
fn two_hosts_serve_the_same_accounts_at_once() {
    let hosts = Hosts::new();
    let rounds = faults(10);
    hosts.under_load(|loads| {
        for _ in 0..rounds {
            wait_for(loads, 8);
            // Each device goes on at another host, in the middle of whatever it does.
            hosts.balancer.cut();
        }
    });
    let given: [usize; 2] = hosts.balancer.given();
    assert!(given.iter().all(|given| *given >= 4), "{given:?}");
    counted(rounds, "changes of all devices from host to host");
}
