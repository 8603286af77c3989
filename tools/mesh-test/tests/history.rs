// SPDX-License-Identifier: MIT
//! What happened in the stores: who did it, and since when it is known.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "all of this is test code"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use mesh_client::{Account, Completion, Deed, Role, Roles, StoreLabel, Transaction, check_address};
use mesh_crypto::{DateTime, Environment, SecretString};
use mesh_dare::store::Event;
use mesh_keystore::SystemEnvironment;
use mesh_schema::generated::{AnyCatalogedEntry, CatalogedCredential};
use mesh_test::world::{Connection, World};

/// The clock of everybody.
struct Clock {
    time: AtomicI64,
    chance: SystemEnvironment,
}

impl Environment for Clock {
    fn now(&self) -> DateTime {
        DateTime::from_unix(self.time.load(Ordering::Relaxed))
    }

    fn random(&self, out: &mut [u8]) {
        self.chance.random(out);
    }
}

fn connect(world: &World, alice: &mut Account, name: &str, roles: &Roles) -> Account {
    let home = world.home(name).unwrap();
    let pin = alice.issue_pin(roles, Duration::from_secs(60), Some(name));
    home.request_connection(alice.address(), Some(&pin.unwrap().pin))
        .unwrap();
    alice.sync().unwrap();
    alice.accept_pins().unwrap();
    match home.complete_connection(None).unwrap() {
        Completion::Connected(account) => *account,
        other => panic!("{other:?}"),
    }
}

fn password(service: &str) -> CatalogedCredential {
    CatalogedCredential::password(service, "alice", SecretString::new("secret".to_owned()))
}

/// What a change did to the password for which service.
fn told(written: &Transaction) -> Vec<(Event, String)> {
    let told = written.deeds.iter().map(|deed| match deed {
        Deed::Change(event, Some(entry)) => match &**entry {
            AnyCatalogedEntry::CatalogedCredential(entry) => {
                (*event, entry.service.clone().unwrap())
            }
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    });
    told.collect()
}

#[test]
fn who_did_what_and_since_when_it_is_known() {
    const BEGIN: i64 = 1_800_000_000;
    let clock = Arc::new(Clock {
        time: AtomicI64::new(BEGIN),
        chance: SystemEnvironment::new().unwrap(),
    });
    let at = |seconds: i64| clock.time.store(BEGIN + seconds, Ordering::Relaxed);
    let since = |seconds: i64| Some(DateTime::from_unix(BEGIN + seconds));
    let world = World::with_environment(Connection::Direct, clock.clone()).unwrap();
    let address = check_address("alice@localhost").unwrap();
    let mut alice = world
        .home("desktop")
        .unwrap()
        .create_account(&address)
        .unwrap();
    let mut laptop = connect(
        &world,
        &mut alice,
        "laptop",
        &Roles::new(&[Role::Web]).guarded(),
    );
    let mut reader = connect(
        &world,
        &mut alice,
        "reader",
        &Roles::new(&[Role::Web]).guarded(),
    );
    let label = StoreLabel::Credential;

    at(100);
    alice.put(&password("one.example")).unwrap();
    at(200);
    laptop.sync().unwrap();
    let many: Vec<CatalogedCredential> = (0..12)
        .map(|number| password(&format!("site-{number:02}.example")))
        .collect();
    laptop.put_all(&many).unwrap();
    at(300);
    laptop.delete_credential("one.example", None).unwrap();
    // It is known here only when this device asks for it.
    at(400);
    alice.sync().unwrap();

    let history = alice.history(label, None, 10).unwrap();
    let [deleted, added, first, ..] = history.as_slice() else {
        panic!("{history:?}")
    };
    let name = |written: &Transaction| written.signer.clone().unwrap().name;
    assert_eq!(told(deleted), [(Event::Delete, "one.example".to_owned())]);
    assert_eq!(name(deleted).as_deref(), Some("laptop"));
    assert_eq!((deleted.first, deleted.here), (added.last + 1, since(400)));
    assert_eq!(added.last - added.first, 11, "one transaction");
    let named = told(added);
    assert_eq!(named.len(), 8, "the others are only counted");
    assert_eq!(named[7], (Event::New, "site-07.example".to_owned()));
    assert_eq!(told(first), [(Event::New, "one.example".to_owned())]);
    let signer = first.signer.clone().unwrap();
    assert_eq!(signer.device_udf, alice.device_udf());
    assert_eq!(first.here, since(100));
    // Another device knows its own changes since then, and those of others since it has heard of them.
    let there = laptop.history(label, None, 10).unwrap();
    assert_eq!((there[0].here, there[2].here), (since(300), since(200)));

    // Pages follow upon each other without a gap, down to the beginning.
    let mut paged = Vec::new();
    let mut before = None;
    loop {
        let page = alice.history(label, before, 1).unwrap();
        let Some(written) = page.into_iter().next() else {
            break;
        };
        before = Some(written.first);
        paged.push((written.first, written.last));
    }
    let all: Vec<(u64, u64)> = history.iter().map(|one| (one.first, one.last)).collect();
    assert_eq!(paged, all);
    assert_eq!(paged.last().unwrap().0, 0);
    assert!(matches!(history.last().unwrap().deeds[0], Deed::Begin));

    // Who changed something last, and who never did.
    let changes = alice.last_changes().unwrap();
    assert_eq!(changes[laptop.device_udf()].here, since(400));
    assert_eq!(changes[laptop.device_udf()].frame, deleted.last);
    assert!(!changes.contains_key(reader.device_udf()));

    // The tree, and since when.
    at(500);
    alice.verify().unwrap();
    let trees = alice.store_trees().unwrap();
    let tree = trees.iter().find(|tree| tree.label == label).unwrap();
    assert_eq!((tree.followed, tree.frames), (since(0), deleted.last + 1));
    assert_eq!(
        tree.verified,
        Some((DateTime::from_unix(BEGIN + 500), tree.frames))
    );
    let (frame, signer) = tree.signed.clone().unwrap();
    assert_eq!(frame, deleted.last);
    assert_eq!(signer.unwrap().name.as_deref(), Some("laptop"));

    // Whoever was removed is still named, as such; new keys are told.
    alice.delete_device("laptop").unwrap();
    let history = alice.history(label, None, 10).unwrap();
    assert!(matches!(history[0].deeds[0], Deed::NewKeys), "{history:?}");
    let signer = history[1].signer.clone().unwrap();
    assert_eq!(
        (signer.name.as_deref(), signer.connected),
        (Some("laptop"), false)
    );
    // What a device does not read has no history for it.
    assert!(reader.history(StoreLabel::Publication, None, 10).is_err());
    // Without the file everything is told but the time.
    let marks = world
        .home_directory("desktop")
        .join(alice.udf())
        .join("marks");
    std::fs::remove_file(marks).unwrap();
    let history = alice.history(label, None, 10).unwrap();
    assert_eq!(history[1].here, None);
    assert!(alice.store_trees().unwrap()[0].followed.is_none());
}
