// SPDX-License-Identifier: MIT
//! The story that the pages are taken from: the commands of the program, executed over a service in the same process.
//!
//! Spec: mesh-architecture, "User Experience".
//! Here: who acts, in which order, under which seeds and which clock.
//! Not here: what a page shows of it.

use std::sync::Arc;

use clap::Parser;
use mesh::cli::Cli;
use mesh::context::Context;
use mesh_client::{Account, Client, Home, HomeUnlock};
use mesh_crypto::{DateTime, Environment, Seeded};
use mesh_keystore::store::Sealing;
use mesh_protocol::PacketHandler;
use mesh_schema::catalog::CatalogEntry;
use mesh_schema::generated::{
    CatalogedAccess, CatalogedApplicationSsh, CatalogedContact, CatalogedCredential,
    CatalogedDevice,
};
use mesh_test::world::start;
use serde_json::{Map, Value};
use tempfile::TempDir;

use crate::Outcome;
use crate::recorder::{Exchange, Recorder};

const ADDRESS: &str = "alice@localhost";

/// One command, what it said and what went over the wire for it.
pub(crate) struct Step {
    /// Number of the device.
    pub(crate) device: usize,
    /// The command without the name of the program.
    pub(crate) command: String,
    /// What it printed.
    pub(crate) printed: String,
    /// The same as an object.
    pub(crate) object: Map<String, Value>,
    /// Its requests.
    pub(crate) exchanges: Vec<Exchange>,
}

/// A chapter of the story.
pub(crate) struct Chapter {
    pub(crate) title: &'static str,
    pub(crate) steps: Vec<Step>,
}

/// The story as it went.
#[derive(Default)]
pub(crate) struct Telling {
    pub(crate) chapters: Vec<Chapter>,
    /// Catalog entries at the end, each type once, with its name.
    pub(crate) entries: Vec<(&'static str, Vec<u8>)>,
}

impl Telling {
    /// All steps in order.
    pub(crate) fn steps(&self) -> impl Iterator<Item = &Step> {
        self.chapters.iter().flat_map(|chapter| &chapter.steps)
    }
}

/// Random octets of one actor, time of the whole world.
struct Actor {
    random: Seeded,
    clock: Arc<Seeded>,
}

impl Environment for Actor {
    fn now(&self) -> DateTime {
        self.clock.now()
    }

    fn random(&self, out: &mut [u8]) {
        self.random.random(out);
    }
}

struct Stage {
    directory: TempDir,
    service: Arc<dyn PacketHandler>,
    clock: Arc<Seeded>,
    recorder: Recorder,
    clients: Vec<Client>,
    telling: Telling,
}

/// Tells the story.
pub(crate) fn tell() -> Outcome<Telling> {
    let directory = tempfile::Builder::new().prefix("mesh-examples").tempdir()?;
    // A second passes whenever somebody looks at the clock.
    let start_time = Seeded::new(0).now();
    let clock = Arc::new(Seeded::new(0).with_clock(start_time, 1));
    let service = start(
        &directory.path().join("service"),
        Arc::new(Actor {
            random: Seeded::new(0),
            clock: clock.clone(),
        }),
    )?;
    let mut stage = Stage {
        directory,
        service: Arc::new(service),
        clock,
        recorder: Recorder::default(),
        clients: Vec::new(),
        telling: Telling::default(),
    };
    stage.play()?;
    Ok(stage.telling)
}

impl Stage {
    fn play(&mut self) -> Outcome<()> {
        self.chapter("Device 1: an account, a password, an SSH key, recovery codes");
        self.run(1, &["account", "create", ADDRESS, "--name", "desktop"])?;
        self.run(
            1,
            &["password", "add", "example.com", "alice", "--generate"],
        )?;
        self.run(1, &["ssh", "create", "work"])?;
        self.run(1, &["contact", "list"])?;
        let codes = self.run(1, &["account", "escrow", "--shares", "3", "--quorum", "2"])?;
        let code = |index: usize| {
            let code = codes.get("shares").and_then(|codes| codes.get(index));
            code.and_then(Value::as_str).unwrap_or_default().to_owned()
        };

        self.chapter("Device 2 is connected with a PIN");
        let pin = self.run(1, &["account", "pin", "--roles", "web", "--name", "laptop"])?;
        let pin = text(&pin, "pin")?;
        self.run(2, &["device", "request", ADDRESS, "--pin", &pin])?;
        self.run(1, &["account", "sync", "--auto"])?;
        self.run(2, &["device", "complete"])?;
        self.run(2, &["password", "get", "example.com"])?;
        self.run(2, &["ssh", "get", "work"])?;
        self.run(
            2,
            &["password", "add", "example.com", "alice", "--generate"],
        )?;
        self.run(1, &["account", "sync"])?;
        self.run(1, &["password", "get", "example.com"])?;

        self.chapter("Device 3 is connected by comparing the witness value");
        let request = self.run(3, &["device", "request", ADDRESS])?;
        let witness = text(&request, "witness")?;
        self.run(1, &["device", "pending"])?;
        self.run(
            1,
            &[
                "device",
                "accept",
                &witness,
                "--roles",
                "developer",
                "--name",
                "workstation",
            ],
        )?;
        self.run(3, &["device", "complete"])?;
        self.run(1, &["device", "list"])?;

        self.chapter("Device 2 is removed");
        self.run(1, &["device", "delete", "laptop", "--yes"])?;
        self.refused(2, &["account", "sync"])?;

        self.chapter("Device 1 is lost; device 4 recovers the account from two codes");
        self.run(1, &["account", "delete", "--local", "--yes"])?;
        self.run(
            4,
            &[
                "account",
                "recover",
                ADDRESS,
                &code(0),
                &code(2),
                "--name",
                "new-desktop",
            ],
        )?;
        self.run(4, &["password", "get", "example.com"])?;
        self.run(4, &["ssh", "get", "work"])?;
        self.run(4, &["account", "verify"])?;
        self.run(4, &["account", "status"])?;

        let mut account = self.home(4)?.account(None)?;
        let entries = &mut self.telling.entries;
        first::<CatalogedDevice>(&mut account, entries)?;
        first::<CatalogedAccess>(&mut account, entries)?;
        first::<CatalogedContact>(&mut account, entries)?;
        first::<CatalogedCredential>(&mut account, entries)?;
        first::<CatalogedApplicationSsh>(&mut account, entries)?;
        Ok(())
    }

    fn chapter(&mut self, title: &'static str) {
        self.telling.chapters.push(Chapter {
            title,
            steps: Vec::new(),
        });
    }

    fn run(&mut self, device: usize, arguments: &[&str]) -> Outcome<Map<String, Value>> {
        match self.execute(device, arguments)? {
            Ok(object) => Ok(object),
            Err(cause) => Err(format!("meshman {}: {cause}", arguments.join(" ")).into()),
        }
    }

    fn refused(&mut self, device: usize, arguments: &[&str]) -> Outcome<()> {
        match self.execute(device, arguments)? {
            Ok(_) => Err(format!("meshman {} was not refused", arguments.join(" ")).into()),
            Err(_) => Ok(()),
        }
    }

    fn execute(
        &mut self,
        device: usize,
        arguments: &[&str],
    ) -> Outcome<Result<Map<String, Value>, String>> {
        drop(self.home(device)?);
        let cli = Cli::try_parse_from(std::iter::once(&"meshman").chain(arguments))?;
        let directory = self.directory.path().join(device.to_string());
        let client = self.client(device)?;
        let answer = mesh::command::answer(&cli, || {
            Context::with_client(&cli.global, directory, client)
        });
        let (printed, object, result) = match answer {
            Ok(answer) => {
                let object = answer.object().clone();
                (answer.human().to_owned(), object.clone(), Ok(object))
            }
            Err(failure) => {
                let printed = format!("error: {}\nremedy: {}", failure.cause, failure.remedy);
                (printed, Map::new(), Err(failure.cause))
            }
        };
        let chapter = self.telling.chapters.last_mut();
        chapter
            .ok_or("a step before the first chapter")?
            .steps
            .push(Step {
                device,
                command: arguments.join(" "),
                printed,
                object,
                exchanges: self.recorder.take(),
            });
        Ok(result)
    }

    /// The client of a device, made when it is first needed.
    fn client(&mut self, device: usize) -> Outcome<Client> {
        while self.clients.len() < device {
            let seed = u64::try_from(self.clients.len())?.saturating_add(1);
            let env: Arc<dyn Environment> = Arc::new(Actor {
                random: Seeded::new(seed),
                clock: self.clock.clone(),
            });
            let port = self.recorder.port(self.service.clone(), env.clone());
            self.clients.push(Client::new(Arc::new(port), env));
        }
        let client = device
            .checked_sub(1)
            .and_then(|place| self.clients.get(place));
        Ok(client.ok_or("devices count from one")?.clone())
    }

    /// The home of a device; its keys are stored in clear, for nothing of it is kept.
    fn home(&mut self, device: usize) -> Outcome<Home> {
        let directory = self.directory.path().join(device.to_string());
        let client = self.client(device)?;
        Ok(match Home::exists(&directory) {
            true => Home::open(&directory, &HomeUnlock::Sealing(Sealing::Clear), client)?,
            false => Home::create(&directory, &Sealing::Clear, client)?,
        })
    }
}

fn text(object: &Map<String, Value>, field: &str) -> Outcome<String> {
    let value = object.get(field).and_then(Value::as_str);
    Ok(value
        .ok_or_else(|| format!("the answer has no {field}"))?
        .to_owned())
}

/// The first entry of a catalog.
fn first<E: CatalogEntry>(
    account: &mut Account,
    found: &mut Vec<(&'static str, Vec<u8>)>,
) -> Outcome<()> {
    let entries = account.entries::<E>()?;
    let entry = entries.first().ok_or("a catalog is empty")?;
    found.push((E::TAG, mesh_jsonbcd::to_json(entry)));
    Ok(())
}
