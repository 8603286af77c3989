// SPDX-License-Identifier: MIT
//! The service as it is installed, killed under load, out of room, and started twice.
//!
//! Spec: none.
//! Here: the embedded store beneath `servermesh`, devices on threads of this program. After each fault `servermesh verify` finds nothing,
//! every acknowledged transaction is there, once and whole, and the devices go on by themselves.
//! Not here: power failures (`mesh-service`, store/embedded), data bases (`mesh-service`, `postgres_faults`), the network (`mesh-test`,
//! simulation).
//!
//! `cargo xtask faults` has many more of them.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use mesh_keystore::SystemEnvironment;
use mesh_service::store::{EmbeddedStore, StoreError};
use mesh_test::load::{
    self, Load, client_of, counted, faults, judge, wait_for, wait_for_standstill,
};
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use tempfile::TempDir;

use crate::tls::Service;
use crate::world::{run, serve_by};

const ACCOUNTS: [&str; 2] = ["alice", "bob"];
/// Kills before everything begins anew: `verify` reads all that was ever written.
const KILLS_OF_ONE: u64 = 50;

/// How a service is started, with its data directory and address.
type How = Box<dyn Fn(&Path, &str) -> Command>;

/// A service whose data stays while its process goes.
struct Host {
    directory: TempDir,
    child: Child,
    address: String,
    how: How,
}

impl Host {
    fn new() -> Self {
        Self::by(|_| Box::new(command))
    }

    /// One that is started in a way of its own, over a data directory in the one that it is told of.
    fn by(how: impl FnOnce(&Path) -> How) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let how = how(directory.path());
        let (child, url) = serve_by(&mut how(&directory.path().join("svc"), "127.0.0.1:0"));
        let address = url.trim_start_matches("http://").to_owned();
        Self {
            directory,
            child,
            address,
            how,
        }
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("svc")
    }

    /// SIGKILL.
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn start(&mut self) {
        (self.child, _) = serve_by(&mut (self.how)(&self.data(), &self.address));
    }

    /// Starts it and kills it before or while it finds out what there is.
    fn start_in_vain(&mut self, after: Duration) {
        let mut child = (self.how)(&self.data(), &self.address)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(after);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Both by its program and by its store: nothing is wrong.
    fn verify(&self) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_servermesh"));
        let done = run(command.arg("verify").arg("--data").arg(self.data()), "");
        assert_eq!(done.code, 0, "{done:?}");
    }

    /// How many transactions of an account are there; none of them is by half.
    fn transactions(&self, load: &Load) -> u64 {
        load.transactions(&EmbeddedStore::observe(&self.data()).unwrap())
    }

    /// Accounts whose devices write.
    fn loads(&self) -> [Load; 2] {
        let url = format!("http://{}", self.address);
        let client = client_of(&url, Arc::new(SystemEnvironment::new().unwrap()));
        let loads = ACCOUNTS.map(|name| Load::new(self.directory.path(), &client, name));
        let store = EmbeddedStore::observe(&self.data()).unwrap();
        loads.map(|load| load.over(&store))
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The service, under a limit on its files that makes writes fail and does not kill it.
fn command(data: &Path, address: &str) -> Command {
    let mut command = Command::new("sh");
    let program = env!("CARGO_BIN_EXE_servermesh");
    command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", program]);
    options(&mut command, data, address);
    command
}

fn options(command: &mut Command, data: &Path, address: &str) {
    command
        .args(["localhost", "--listen", address])
        .args(["--per-account", "unlimited", "--data"])
        .arg(data)
        // Of a full disk it has much to say.
        .env("MMM_LOG", "off");
}

/// Lets all devices write while something happens to the service, then judges what is there.
fn under_load(host: &mut Host, trouble: impl FnOnce(&mut Host, &[Load])) {
    let loads = host.loads();
    let written = load::under_load(&loads, || trouble(host, &loads));
    judge(
        &loads,
        &EmbeddedStore::observe(&host.data()).unwrap(),
        &written,
    );
    host.verify();
}

#[test]
fn a_service_killed_under_load_loses_nothing_and_does_nothing_twice_or_by_half() {
    let all = faults(10);
    let mut done = 0;
    while done < all {
        let now = KILLS_OF_ONE.min(all - done);
        under_load(&mut Host::new(), |host, loads| {
            for kill in done..done + now {
                // Anywhere in a transaction, which takes a few milliseconds.
                wait_for(loads, 1 + kill * 7 % 23);
                thread::sleep(Duration::from_micros(kill * 7_919 % 9_000));
                let acknowledged: Vec<u64> = loads.iter().map(Load::acknowledged).collect();
                host.kill();
                if kill % 5 == 4 {
                    host.start_in_vain(Duration::from_micros(kill * 1_009 % 30_000));
                }
                for (load, acknowledged) in loads.iter().zip(acknowledged) {
                    let there = host.transactions(load);
                    let possible = acknowledged..=*load.possible().end();
                    let told = || format!("kill {kill}, {}: {there} of {possible:?}", load.address);
                    assert!(possible.contains(&there), "{}", told());
                }
                host.verify();
                host.start();
            }
            // Without a restart they would have to go on now.
            wait_for(loads, 8);
        });
        done += now;
    }
    counted(all, "kills of the service");
}

#[test]
fn a_service_without_room_refuses_whole_transactions_and_goes_on_when_there_is_some() {
    under_load(&mut Host::new(), |host, loads| {
        let pid = Pid::from_child(&host.child);
        let limit = |octets| {
            let limit = Rlimit {
                current: octets,
                maximum: None,
            };
            prlimit(Some(pid), Resource::Fsize, limit).unwrap();
        };
        // The log cannot grow; then it cannot be carried over into the data, where it is not read from for long.
        for step in 0..4 {
            wait_for(loads, 20);
            let log = fs_length(&host.data().join("mesh.db-wal"));
            let data = fs_length(&host.data().join("mesh.db"));
            let room = match step % 2 {
                0 => log + 20_000,
                _ => data,
            };
            limit(Some(room));
            wait_for_standstill(loads, Duration::from_millis(700));
            // What is there can be read, and nothing is there by half.
            for load in loads {
                assert!(host.transactions(load) >= load.acknowledged());
            }
            limit(None);
            wait_for(loads, 20);
        }
    });
    counted(4, "limits on the files of the service");
}

fn fs_length(path: &Path) -> u64 {
    std::fs::metadata(path).unwrap().len()
}

#[test]
fn a_second_service_over_the_same_data_is_refused_and_the_first_one_goes_on() {
    under_load(&mut Host::new(), |host, loads| {
        wait_for(loads, 5);
        let mut second = Command::new(env!("CARGO_BIN_EXE_servermesh"));
        second.args(["localhost", "--listen", "127.0.0.1:0", "--data"]);
        let done = run(second.arg(host.data()), "");
        assert_eq!(done.code, 7, "{done:?}");
        let pid = host.child.id().to_string();
        assert!(done.stderr.contains(&pid), "{done:?}");
        wait_for(loads, 5);
        let store = EmbeddedStore::open(&host.data()).map(drop);
        assert!(matches!(store, Err(StoreError::DirectoryInUse { .. })));
    });
}

/// Delays what is written and synchronised by as many milliseconds as stand in a file.
const SLOW_DISK: &str = include_str!("slow_disk.c");

#[test]
fn a_slow_disk_makes_writes_slow_and_nothing_else() {
    let rounds = faults(2);
    let delay = |host: &Host, milliseconds: u64| {
        // Exchanged as a whole: it is read all the time.
        let new = host.directory.path().join("delay.new");
        std::fs::write(&new, milliseconds.to_string()).unwrap();
        std::fs::rename(new, host.directory.path().join("delay")).unwrap();
    };
    let mut host = Host::by(|directory| {
        let (source, library) = (directory.join("slow.c"), directory.join("slow.so"));
        std::fs::write(&source, SLOW_DISK).unwrap();
        std::fs::write(directory.join("delay"), "0").unwrap();
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-o"]).arg(&library);
        let done = run(cc.arg(&source).arg("-ldl"), "");
        assert_eq!(done.code, 0, "{done:?}");
        let told = directory.join("delay");
        Box::new(move |data, address| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_servermesh"));
            options(&mut command, data, address);
            command
                .env("LD_PRELOAD", &library)
                .env("MESH_SLOW_DISK", &told);
            command
        })
    });
    under_load(&mut host, |host, loads| {
        for round in 0..rounds {
            wait_for(loads, 20);
            delay(host, 150);
            wait_for(loads, 1);
            // One commit after the other waits; each holds all that came meanwhile, and so does not get slower with every device.
            let begun = Instant::now();
            wait_for(loads, 3);
            let taken = begun.elapsed();
            assert!(taken > Duration::from_millis(140), "the disk is not slow");
            assert!(taken < Duration::from_secs(20), "{taken:?}");
            // Who only reads does not wait for the disk.
            for load in loads {
                assert!(host.transactions(load) >= load.acknowledged());
            }
            // It hangs, and the service is killed while it waits, or is not.
            delay(host, 3_000);
            wait_for_standstill(loads, Duration::from_millis(500));
            if round % 2 == 1 {
                host.kill();
                delay(host, 0);
                host.verify();
                host.start();
            }
            delay(host, 0);
            wait_for(loads, 20);
        }
    });
    counted(rounds, "disks that became slow and hung");
}

/// A file system of 24 MiB that only processes of its own see, and that is gone with the last of them.
struct SmallDisk {
    keeper: Child,
    enter: Vec<String>,
}

impl SmallDisk {
    /// Nothing where this system does not allow it.
    fn new(at: &Path) -> Option<Self> {
        let script = "mount -t tmpfs -o size=24m,mode=700 tmpfs \"$0\" && echo ready && exec cat";
        let root = rustix::process::geteuid().is_root();
        let flags = if root { "-m" } else { "-rm" };
        let mut keeper = Command::new("unshare")
            .args([flags, "sh", "-c", script])
            .arg(at)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut line = String::new();
        let mut said = std::io::BufReader::new(keeper.stdout.take()?);
        std::io::BufRead::read_line(&mut said, &mut line).ok()?;
        if line != "ready\n" {
            let _ = keeper.wait();
            return None;
        }
        let of = keeper.id().to_string();
        let mut enter: Vec<String> = ["nsenter", "-t", &of, "-m"].map(str::to_owned).to_vec();
        if !root {
            enter.extend(["-U", "--preserve-credentials"].map(str::to_owned));
        }
        Some(Self { keeper, enter })
    }

    /// A path within it, as it is seen from outside.
    fn seen(&self, path: &Path) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.keeper.id()));
        root.join(path.strip_prefix("/").unwrap())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(&self.enter[0]);
        command.args(&self.enter[1..]).arg(program);
        command
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
    }
}

#[test]
fn a_disk_that_is_full_takes_nothing_by_half_and_goes_on_when_there_is_room() {
    let directory = tempfile::tempdir().unwrap();
    let small = directory.path().join("small");
    std::fs::create_dir(&small).unwrap();
    let Some(disk) = SmallDisk::new(&small) else {
        // Not by a macro, whose text the harness keeps to itself.
        let text = "NOT RUN: a full disk: this system lets nobody make a file system of its own (user and mount namespaces)\n";
        std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes()).unwrap();
        return;
    };
    let data = small.join("svc");
    let serve = |address: &str| {
        let mut command = disk.command(env!("CARGO_BIN_EXE_servermesh"));
        options(&mut command, &data, address);
        let (child, url) = serve_by(&mut command);
        Service { child, url }
    };
    let mut service = serve("127.0.0.1:0");
    let url = service.url.clone();
    let client = client_of(&url, Arc::new(SystemEnvironment::new().unwrap()));
    // The engine follows no links into another mount: it looks at a copy.
    let copied = |name: &str| {
        let copy = directory.path().join(name);
        std::fs::create_dir(&copy).unwrap();
        for file in ["mesh.db", "mesh.db-wal"] {
            std::fs::copy(disk.seen(&data.join(file)), copy.join(file)).unwrap();
        }
        EmbeddedStore::open(&copy).unwrap()
    };
    let loads = ACCOUNTS.map(|name| Load::new(directory.path(), &client, name));
    let before = copied("before");
    let loads = loads.map(|load| load.over(&before));
    let rounds = faults(3);
    let ballast = disk.seen(&small.join("ballast"));
    let written = load::under_load(&loads, || {
        for round in 0..rounds {
            wait_for(&loads, 10);
            // Somebody else takes all room there is.
            let mut file = std::fs::File::create(&ballast).unwrap();
            let block = vec![0; 4096];
            let full = loop {
                if let Err(error) = std::io::Write::write_all(&mut file, &block) {
                    break error;
                }
            };
            assert_eq!(full.kind(), std::io::ErrorKind::StorageFull, "{full}");
            drop(file);
            wait_for_standstill(&loads, Duration::from_millis(500));
            if round % 3 == 2 {
                // It is also killed, and started where there is no room.
                service.child.kill().unwrap();
                service.child.wait().unwrap();
                service = serve(url.trim_start_matches("http://"));
            }
            std::fs::remove_file(&ballast).unwrap();
            wait_for(&loads, 10);
        }
    });
    judge(&loads, &copied("after"), &written);
    let done = run(
        disk.command(env!("CARGO_BIN_EXE_servermesh"))
            .arg("verify")
            .arg("--data")
            .arg(&data),
        "",
    );
    assert_eq!(done.code, 0, "{done:?}");
    counted(rounds, "full disks");
}
