// SPDX-License-Identifier: MIT
//! Devices, a service and a network in which anything can happen, all of it repeatable from one number.
//!
//! Spec: none.
//! Here: who moves next (`turns`), what becomes of each packet (`network`), what the devices do, and what must be true in the end.
//! Not here: what a service tries that cheats (`attack`), a disk that fails (`mesh-service`, store).
//!
//! Each device runs on a thread of its own, but only one runs at a time: at each packet the seed chooses who goes on. Packets are lost before
//! or after they were delivered, delivered twice or much later, the service is restarted without its sessions, the clock jumps. Whatever was
//! acknowledged must be there in the end, once, on every device; what was not, there or not there as a whole.

mod network;
mod turns;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use mesh_client::{Account, Client, Completion, Home, HomeUnlock, Role, Roles, check_address};
use mesh_crypto::Seeded;
use mesh_jsonbcd::{ErrorClass, SecretString};
use mesh_keystore::store::{FileStore, Sealing};
use mesh_protocol::PacketPort;
use mesh_schema::catalog::CatalogEntry;
use mesh_schema::generated::CatalogedCredential;
use mesh_service::store::MemoryStore;

use self::network::{Network, Wire};
use self::turns::Turns;
use crate::world::Outcome;

/// What a run was like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// Changes that devices were told are done.
    pub acknowledged: u64,
    /// Changes of which they were told nothing.
    pub uncertain: u64,
    /// Packets, and what became of those with which something happened.
    pub packets: u64,
    /// By name.
    pub faults: BTreeMap<&'static str, u64>,
    /// Everything that happened, in order.
    pub trace: Vec<String>,
}

/// A run that did not end as it must.
#[derive(Debug)]
pub struct Violation {
    /// The number that repeats it.
    pub seed: u64,
    /// What is wrong.
    pub what: String,
    /// What happened before.
    pub trace: Vec<String>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed {}: {}", self.seed, self.what)
    }
}

/// Devices of the account.
const DEVICES: usize = 3;
/// What each of them does, in steps.
const STEPS: usize = 12;
/// Entries that each device alone writes.
const OWN: u64 = 4;
/// The entry that all write.
const SHARED: &str = "shared.example";

/// Runs the story of a seed.
///
/// # Errors
/// [`Violation`].
pub fn run(seed: u64) -> Result<Run, Violation> {
    let network = Arc::new(Network::new(seed));
    // Thousands of stories write nothing that is to last.
    let memory = Path::new("/dev/shm");
    let place = match memory.is_dir() {
        true => memory.to_owned(),
        false => std::env::temp_dir(),
    };
    let told = tempfile::Builder::new()
        .prefix("mesh-simulation")
        .tempdir_in(place)
        .map_err(Into::into)
        .and_then(|directory| story(seed, &network, directory.path()));
    let (mut run, trace) = network.report();
    match told {
        Ok((acknowledged, uncertain)) => {
            run.acknowledged = acknowledged;
            run.uncertain = uncertain;
            run.trace = trace;
            Ok(run)
        }
        Err(error) => Err(Violation {
            seed,
            what: error.to_string(),
            trace,
        }),
    }
}

fn story(seed: u64, network: &Arc<Network>, directory: &Path) -> Outcome<(u64, u64)> {
    let keys = FileStore::create(&directory.join("service"), &Sealing::Clear)?;
    network.start(Arc::new(MemoryStore::new()), keys)?;
    let devices: Vec<Device> = (0..DEVICES)
        .map(|number| Device::new(number, seed, network, directory))
        .collect();
    connect(&devices)?;

    let turns = Arc::new(Turns::new(seed, DEVICES));
    network.trouble(Some(turns.clone()));
    let lived: Vec<Outcome<Device>> = std::thread::scope(|scope| {
        let threads: Vec<_> = devices
            .into_iter()
            .map(|mut device| {
                let turns = turns.clone();
                scope.spawn(move || {
                    turns.wait(device.number);
                    let lived = device.live();
                    turns.leave(device.number);
                    lived.map(|()| device)
                })
            })
            .collect();
        let lived = threads.into_iter().map(|thread| {
            let failed = |_| Err("a device panicked".into());
            thread.join().unwrap_or_else(failed)
        });
        lived.collect()
    });
    network.trouble(None);
    let devices = lived.into_iter().collect::<Outcome<Vec<_>>>()?;
    judge(&devices)?;
    let sum = |of: fn(&Device) -> u64| devices.iter().map(of).sum();
    Ok((sum(|it| it.acknowledged), sum(|it| it.uncertain)))
}

/// The first device makes the account and connects the others.
fn connect(devices: &[Device]) -> Outcome<()> {
    let address = check_address("alice@localhost")?;
    let mut homes = Vec::new();
    for device in devices {
        homes.push(Home::create(
            &device.home,
            &Sealing::Clear,
            device.client.clone(),
        )?);
    }
    let Some((first, others)) = homes.split_first() else {
        return Ok(());
    };
    let mut alice = first.create_account(&address)?;
    for (number, home) in others.iter().enumerate() {
        // One has whole keys, the others shares, which need the service to read.
        let roles = match number {
            0 => Roles::new(&[Role::Web]),
            _ => Roles::new(&[Role::Web, Role::Threshold]),
        };
        let pin = alice.issue_pin(&roles, Duration::from_secs(3600), None)?;
        home.request_connection(&address, Some(&pin.pin))?;
        alice.sync()?;
        alice.accept_pins()?;
        if !matches!(home.complete_connection(None)?, Completion::Connected(_)) {
            return Err("a device was not connected".into());
        }
    }
    Ok(())
}

/// What an entry can hold: nothing, or one of several passwords.
type Possible = BTreeSet<Option<String>>;

struct Device {
    number: usize,
    home: PathBuf,
    client: Client,
    chance: Arc<Seeded>,
    network: Arc<Network>,
    /// What the entries hold that this device alone writes.
    own: BTreeMap<String, Possible>,
    /// What it may have written last into the entry that all write.
    shared: Possible,
    acknowledged: u64,
    uncertain: u64,
}

impl Device {
    fn new(number: usize, seed: u64, network: &Arc<Network>, directory: &Path) -> Self {
        let own = seed
            .wrapping_mul(64)
            .wrapping_add(u64::try_from(number).unwrap_or_default());
        let env = Arc::new(network.clock(own));
        let wire = Wire::new(network.clone(), number);
        let connector = move |_: &str| -> Result<
            Box<dyn mesh_protocol::PacketTransport>,
            mesh_protocol::Error,
        > { Ok(Box::new(wire.clone())) };
        let port = Arc::new(PacketPort::new(Box::new(connector), env.clone()));
        Self {
            number,
            home: directory.join(format!("device-{number}")),
            client: Client::new(port, env),
            chance: Arc::new(Seeded::new(own.wrapping_add(32))),
            network: network.clone(),
            own: BTreeMap::new(),
            shared: [None].into(),
            acknowledged: 0,
            uncertain: 0,
        }
    }

    fn live(&mut self) -> Outcome<()> {
        let mut opened = None;
        for step in 0..STEPS {
            let value = format!("{}-{step}", self.number);
            let key = |number: u64| format!("own-{}-{number}.example", self.number);
            let first = turns::below(&*self.chance, OWN);
            let (what, entries) = match turns::below(&*self.chance, 10) {
                0..3 => ("write", vec![(key(first), Some(value))]),
                3..5 => {
                    let keys = [first, (first + 1) % OWN, (first + 2) % OWN].map(key);
                    let entries = keys.map(|key| (key, Some(value.clone())));
                    ("write three", entries.to_vec())
                }
                5 => ("delete", vec![(key(first), None)]),
                6 => ("write shared", vec![(SHARED.to_owned(), Some(value))]),
                7 => {
                    opened = None;
                    self.note("closes", "");
                    continue;
                }
                8 => {
                    let read = self
                        .open(&mut opened)
                        .and_then(|account| account.sync().map(drop));
                    self.bearable("sync", read)?;
                    continue;
                }
                _ => {
                    self.look(&mut opened, &key(first))?;
                    continue;
                }
            };
            let keys: Vec<&str> = entries.iter().map(|(key, _)| key.as_str()).collect();
            self.note(what, &keys.join(" "));
            let changed = self
                .open(&mut opened)
                .and_then(|account| change(account, &entries));
            if let (Err(mesh_client::Error::NotFound { .. }), [(key, None)]) =
                (&changed, entries.as_slice())
            {
                // Nothing was changed: what is deleted was not there as far as the device knows.
                self.note(what, "not there");
                self.judge_read(key, &None)?;
                continue;
            }
            let done = changed.is_ok();
            self.bearable(what, changed)?;
            match done {
                true => self.acknowledged += 1,
                false => self.uncertain += 1,
            }
            for (key, value) in entries {
                let possible = match key == SHARED {
                    true => &mut self.shared,
                    false => self.own.entry(key).or_insert_with(|| [None].into()),
                };
                if done {
                    possible.clear();
                }
                possible.insert(value);
            }
        }
        Ok(())
    }

    fn open<'a>(
        &self,
        opened: &'a mut Option<Account>,
    ) -> Result<&'a mut Account, mesh_client::Error> {
        if opened.is_none() {
            let unlock = HomeUnlock::Sealing(Sealing::Clear);
            let home = Home::open(&self.home, &unlock, self.client.clone())?;
            *opened = Some(home.account(None)?);
        }
        opened
            .as_mut()
            .ok_or(mesh_client::Error::NoAccount { address: None })
    }

    /// Reads an entry that no other device writes.
    fn look(&self, opened: &mut Option<Account>, service: &str) -> Outcome<()> {
        let read = self.open(opened).and_then(|account| read(account, service));
        let Some(found) = self.bearable("read", read)? else {
            return Ok(());
        };
        self.judge_read(service, &found)
    }

    /// That a device sees in an entry of its own what it wrote itself, or may have written.
    fn judge_read(&self, service: &str, found: &Option<String>) -> Outcome<()> {
        let possible = self.own.get(service).cloned();
        match possible.unwrap_or_else(|| [None].into()).contains(found) {
            true => Ok(()),
            false => Err(format!("device {} reads {found:?} in {service}", self.number).into()),
        }
    }

    /// What a device has to live with: a service that does not answer. Everything else must not happen.
    fn bearable<T>(
        &self,
        what: &'static str,
        result: Result<T, mesh_client::Error>,
    ) -> Outcome<Option<T>> {
        match result {
            Ok(found) => {
                self.note(what, "done");
                Ok(Some(found))
            }
            Err(error) if error.class() == ErrorClass::Unavailable => {
                self.note(what, "unavailable");
                Ok(None)
            }
            Err(error) => Err(format!("device {}, {what}: {error}", self.number).into()),
        }
    }

    fn note(&self, what: &str, outcome: &str) {
        self.network
            .note(format!("device {}: {what} {outcome}", self.number));
    }
}

fn credential(service: &str, password: &str) -> CatalogedCredential {
    let password = SecretString::new(password.to_owned());
    CatalogedCredential::password(service, "alice", password)
}

fn read(account: &mut Account, service: &str) -> Result<Option<String>, mesh_client::Error> {
    let key = credential(service, "").primary_key()?;
    let found: Option<CatalogedCredential> = account.entry(&key)?;
    let password = found.and_then(|entry| entry.password);
    Ok(password.map(|password| password.expose_secret().to_owned()))
}

fn change(
    account: &mut Account,
    entries: &[(String, Option<String>)],
) -> Result<(), mesh_client::Error> {
    if let [(service, None)] = entries {
        let key = credential(service, "").primary_key()?;
        return account.delete_entry::<CatalogedCredential>(&key);
    }
    let entries: Vec<_> = entries
        .iter()
        .map(|(service, value)| credential(service, value.as_deref().unwrap_or_default()))
        .collect();
    match entries.as_slice() {
        [one] => account.put(one).map(drop),
        several => account.put_all(several),
    }
}

/// When the network is in order again, every device sees the same, and it is what was acknowledged.
fn judge(devices: &[Device]) -> Outcome<()> {
    let mut views: Vec<BTreeMap<String, String>> = Vec::new();
    for device in devices {
        let unlock = HomeUnlock::Sealing(Sealing::Clear);
        let home = Home::open(&device.home, &unlock, device.client.clone())?;
        let mut account = home.account(None)?;
        account.sync()?;
        account.verify()?;
        if !account.unreadable()?.is_empty() {
            return Err(format!("device {} cannot read an entry", device.number).into());
        }
        let entries = account.credentials()?;
        let view = entries.into_iter().filter_map(|entry| {
            let password = entry.password?.expose_secret().to_owned();
            Some((entry.service?, password))
        });
        views.push(view.collect());
    }
    let Some((first, others)) = views.split_first() else {
        return Ok(());
    };
    if let Some(number) = others.iter().position(|view| view != first) {
        return Err(format!("device {} sees something else than device 0", number + 1).into());
    }
    for device in devices {
        for (key, possible) in &device.own {
            let found = first.get(key).cloned();
            if !possible.contains(&found) {
                let text = format!("{key} is {found:?} and not one of {possible:?}");
                return Err(text.into());
            }
        }
    }
    // Nobody deletes it: it is what one of them wrote last, and there once one of them was told so.
    let found = first.get(SHARED).cloned();
    let any = devices.iter().any(|it| it.shared.contains(&found));
    let told = devices.iter().any(|it| !it.shared.contains(&None));
    match any && !(told && found.is_none()) {
        true => Ok(()),
        false => Err(format!("what all wrote is {found:?}").into()),
    }
}
