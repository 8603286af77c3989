// SPDX-License-Identifier: MIT
//! Everything that a hostile service can try, tried on the real client library.
//!
//! Spec: none.
//! Here: the scene, how an attack is judged, the list.
//! Not here: the switchboard (`hostile`), the attacks themselves (`frames`, `tree`, `people`, `adoption`, `spools`), how they are shown (`mesh`, selftest).
//!
//! An attack is *detected* when the client refused what it was shown with an error that says so and kept what it had, and
//! *harmless* when everything is afterwards as it is with an honest service. An attack that was not really carried out counts as neither.

mod adoption;
mod frames;
mod people;
mod spools;
mod tree;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mesh_client::{Account, Client, Completion, Error, Role, Roles, check_address};
use mesh_jsonbcd::{ErrorClass, SecretString};
use mesh_keystore::SystemEnvironment;
use mesh_protocol::generated::{DownloadRequest, DownloadResponse};
use mesh_schema::generated::{CatalogedContact, CatalogedCredential};
use mesh_service::DirectPort;

use crate::hostile::Hostile;
use crate::world::{Connection, Outcome, World};

/// What became of an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The client refused it and said so.
    Detected,
    /// It changed nothing.
    Harmless,
    /// The client was deceived, or the attack was not carried out.
    Undetected,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Detected => "detected",
            Self::Harmless => "harmless",
            Self::Undetected => "undetected",
        })
    }
}

/// One attack and what the client did.
#[derive(Clone, Debug)]
pub struct Report {
    /// What the service tried.
    pub name: &'static str,
    /// What became of it.
    pub verdict: Verdict,
    /// What the client did, in its own words.
    pub what: String,
}

/// An attack: its name, and what carries it out in a scene of its own.
pub type Attack = (&'static str, fn(&Scene) -> Outcome<Found>);

/// What an attack found.
pub type Found = (Verdict, String);

/// Every attack.
#[must_use]
pub fn all() -> Vec<Attack> {
    [
        frames::ATTACKS,
        tree::ATTACKS,
        people::ATTACKS,
        adoption::ATTACKS,
        spools::ATTACKS,
    ]
    .concat()
}

/// Carries out one attack.
#[must_use]
pub fn carry_out(&(name, run): &Attack) -> Report {
    let found = Scene::new().and_then(|scene| {
        let found = run(&scene)?;
        Ok(match scene.hostile.has_lied() {
            true => found,
            false => not_carried_out(),
        })
    });
    let (verdict, what) = found.unwrap_or_else(|error| (Verdict::Undetected, error.to_string()));
    Report {
        name,
        verdict,
        what,
    }
}

/// Two connected devices and some passwords, at a service that is honest so far. Device `one` administers, `two` has shares of keys.
pub struct Scene {
    pub(crate) world: World,
    pub(crate) hostile: Hostile,
}

/// What a device shows its user.
#[derive(Debug, PartialEq)]
pub(crate) struct Shown {
    credentials: Vec<CatalogedCredential>,
    contacts: Vec<CatalogedContact>,
    devices: Vec<(String, Roles)>,
}

impl Scene {
    fn new() -> Outcome<Self> {
        let mut world = World::new(Connection::Direct)?;
        let hostile = Hostile::default();
        let port = hostile.port(Arc::new(DirectPort::new(world.service.clone())));
        world.client = Client::new(port, Arc::new(SystemEnvironment::new()?));
        let scene = Self { world, hostile };
        let mut alice = scene.create("one", "alice@localhost")?;
        for number in 0..4 {
            alice.put(&credential(&format!("site-{number}"), "before"))?;
        }
        scene.connect(&mut alice, "two", &web())?;
        alice.put(&credential("news", "for two"))?;
        Ok(scene)
    }

    pub(crate) fn create(&self, device: &str, address: &str) -> Outcome<Account> {
        let address = check_address(address)?;
        Ok(self.world.home(device)?.create_account(&address)?)
    }

    /// Opens the account of a device as a program does that was started just now.
    pub(crate) fn account(&self, device: &str) -> Outcome<Account> {
        Ok(self.world.home(device)?.account(None)?)
    }

    /// Connects a device by PIN.
    pub(crate) fn connect(&self, alice: &mut Account, device: &str, roles: &Roles) -> Outcome<()> {
        let pin = alice.issue_pin(roles, Duration::from_secs(60), None)?;
        let home = self.world.home(device)?;
        home.request_connection(alice.address(), Some(&pin.pin))?;
        alice.sync()?;
        alice.accept_pins()?;
        match home.complete_connection(None)? {
            Completion::Connected(_) => Ok(()),
            _ => Err("the device was not connected".into()),
        }
    }

    pub(crate) fn shown(&self, device: &str) -> Outcome<Shown> {
        let mut account = self.account(device)?;
        let devices = account.devices()?.into_iter();
        Ok(Shown {
            credentials: account.credentials()?,
            contacts: account.entries()?,
            devices: devices
                .map(|device| (device.device_udf, device.roles))
                .collect(),
        })
    }

    /// Synchronises device two while the service lies, and judges.
    pub(crate) fn sync_under(&self, lie: Lie) -> Outcome<Found> {
        let before = self.shown("two")?;
        let mut two = self.account("two")?;
        let (hook, told) = lie.hook();
        self.hostile.download(hook);
        let outcome = two.sync();
        drop(two);
        self.hostile.repent();
        if !told.load(Ordering::Relaxed) {
            return Ok(not_carried_out());
        }
        match outcome {
            Err(error) => {
                let found = refusal(error);
                if self.shown("two")? != before {
                    return Ok((
                        Verdict::Undetected,
                        format!("{}, and something was taken over", found.1),
                    ));
                }
                // With an honest service the device goes on.
                self.account("two")?.sync()?;
                Ok(found)
            }
            Ok(_) => {
                self.account("two")?.sync()?;
                self.account("one")?.sync()?;
                self.same("two", "one")
            }
        }
    }

    /// Harmless when both devices show the same.
    pub(crate) fn same(&self, left: &str, right: &str) -> Outcome<Found> {
        Ok(match self.shown(left)? == self.shown(right)? {
            true => (
                Verdict::Harmless,
                "it took nothing over that was not so".to_owned(),
            ),
            false => (
                Verdict::Undetected,
                "the devices show different entries".to_owned(),
            ),
        })
    }
}

/// A lie, and whether it was really told.
pub(crate) struct Lie {
    change: Box<Change>,
    told: Arc<AtomicBool>,
}

type Change = dyn Fn(&DownloadRequest, &mut DownloadResponse) -> Option<()> + Send;

impl Lie {
    /// `change` returns nothing when there was nothing to change.
    pub(crate) fn new(change: fn(&mut DownloadResponse) -> Option<()>) -> Self {
        Self::with(move |_, response| change(response))
    }

    /// The same, knowing what was asked.
    pub(crate) fn with(
        change: impl Fn(&DownloadRequest, &mut DownloadResponse) -> Option<()> + Send + 'static,
    ) -> Self {
        Self {
            change: Box::new(change),
            told: Arc::default(),
        }
    }

    /// What tells it, and whether it was told.
    fn hook(
        self,
    ) -> (
        impl FnMut(&DownloadRequest, &mut DownloadResponse) + Send + 'static,
        Arc<AtomicBool>,
    ) {
        let (change, told) = (self.change, self.told);
        let tell = told.clone();
        let hook = move |request: &DownloadRequest, response: &mut DownloadResponse| {
            let honest = response.clone();
            if change(request, response).is_some() && *response != honest {
                tell.store(true, Ordering::Relaxed);
            }
        };
        (hook, told)
    }
}

/// The verdict over an error: only one that says that somebody is not to be trusted detects anything.
pub(crate) fn refusal(error: Error) -> Found {
    let verdict = match error.class() {
        ErrorClass::Untrusted => Verdict::Detected,
        _ => Verdict::Undetected,
    };
    (verdict, error.to_string())
}

/// The verdict when the client must refuse.
pub(crate) fn must_refuse<T>(outcome: Result<T, Error>) -> Found {
    match outcome {
        Ok(_) => (Verdict::Undetected, "it believed the service".to_owned()),
        Err(error) => refusal(error),
    }
}

pub(crate) fn not_carried_out() -> Found {
    (
        Verdict::Undetected,
        "the attack was not carried out".to_owned(),
    )
}

pub(crate) fn web() -> Roles {
    Roles::new(&[Role::Web]).guarded()
}

pub(crate) fn credential(service: &str, password: &str) -> CatalogedCredential {
    CatalogedCredential::password(service, "alice", SecretString::new(password.to_owned()))
}
