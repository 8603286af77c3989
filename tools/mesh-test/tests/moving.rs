// SPDX-License-Identifier: MIT
//! An account moves to another service, with everything and everybody that belongs to it.
#![expect(clippy::unwrap_used, reason = "all of this is test code")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use mesh_client::{Account, Client, Completion, Error, Farewell, Role, Roles, check_address};
use mesh_jsonbcd::SecretString;
use mesh_keystore::SystemEnvironment;
use mesh_protocol::{ClientCredential, Code, HostExpectation, MeshPort, MeshSession};
use mesh_schema::generated::{CatalogedContact, CatalogedCredential};
use mesh_service::{DirectPort, Service};
use mesh_test::hostile::Hostile;
use mesh_test::world::{Connection, World, start_for};

const NEW: &str = "elsewhere.example";

/// Two services, told apart by domain.
struct Both {
    old: Arc<dyn MeshPort>,
    new: Arc<dyn MeshPort>,
}

impl MeshPort for Both {
    fn open(
        &self,
        domain: &str,
        credential: ClientCredential,
        host: HostExpectation,
    ) -> Result<Box<dyn MeshSession>, mesh_protocol::Error> {
        match domain {
            NEW => self.new.open(domain, credential, host),
            _ => self.old.open(domain, credential, host),
        }
    }
}

struct Scene {
    world: World,
    old: Hostile,
    new: Hostile,
    second: Arc<Mutex<Option<Service>>>,
}

impl Scene {
    fn new() -> Self {
        let mut world = World::new(Connection::Direct).unwrap();
        let env = Arc::new(SystemEnvironment::new().unwrap());
        let second = start_for(NEW, &world.directory().join("second"), env.clone()).unwrap();
        let (old, new) = (Hostile::default(), Hostile::default());
        let both = Both {
            old: old.port(Arc::new(DirectPort::new(world.service.clone()))),
            new: new.port(Arc::new(DirectPort::new(second.clone()))),
        };
        world.client = Client::new(Arc::new(both), env);
        let scene = Self {
            world,
            old,
            new,
            second: Arc::new(Mutex::new(Some(second))),
        };
        let address = check_address("alice@localhost").unwrap();
        let home = scene.world.home("one").unwrap();
        let mut alice = home.create_account(&address).unwrap();
        for number in 0..20 {
            alice.put(&password(&format!("site-{number}"))).unwrap();
        }
        for (name, roles) in [
            ("web", Roles::new(&[Role::Web]).guarded()),
            ("whole", Roles::new(&[Role::Web])),
            ("admin", Roles::new(&[Role::Admin])),
            ("gone", Roles::new(&[Role::Web]).guarded()),
        ] {
            scene.connect(&mut alice, name, &roles);
        }
        alice.delete_device("gone").unwrap();
        // The stores have new keys, which recovery codes must open there too.
        scene.connect(&mut alice, "removed", &Roles::new(&[Role::Web]));
        alice.delete_device("removed").unwrap();
        alice.put(&password("late")).unwrap();
        scene
    }

    fn connect(&self, alice: &mut Account, name: &str, roles: &Roles) {
        let home = self.world.home(name).unwrap();
        let pin = alice
            .issue_pin(roles, Duration::from_secs(60), Some(name))
            .unwrap()
            .pin;
        home.request_connection(alice.address(), Some(&pin))
            .unwrap();
        alice.sync().unwrap();
        alice.accept_pins().unwrap();
        let done = home.complete_connection(None).unwrap();
        assert!(matches!(done, Completion::Connected(_)));
    }

    fn account(&self, device: &str) -> Account {
        self.world.home(device).unwrap().account(None).unwrap()
    }
}

fn password(service: &str) -> CatalogedCredential {
    CatalogedCredential::password(service, "alice", SecretString::new("secret".to_owned()))
}

fn archive(path: &std::path::Path) -> std::fs::File {
    let mut options = std::fs::File::options();
    options.read(true).write(true).create(true).truncate(false);
    options.open(path).unwrap()
}

fn passwords(account: &mut Account) -> usize {
    let entries: Vec<CatalogedCredential> = account.entries().unwrap();
    entries.len()
}

#[test]
fn everything_and_everybody_moves() {
    let scene = Scene::new();
    let there = check_address(&format!("alice@{NEW}")).unwrap();
    let mut alice = scene.account("one");
    let (udf, codes) = (alice.udf().to_owned(), alice.escrow(3, 2).unwrap());
    let root = alice.split_account_key(2, 2).unwrap();
    alice.move_to(&there, Farewell::Note).unwrap();
    assert_eq!(alice.address(), &there);
    assert_eq!(alice.udf(), udf);
    assert_eq!(passwords(&mut alice), 21);
    alice.put(&password("first there")).unwrap();
    alice.verify().unwrap();
    let contacts: Vec<CatalogedContact> = alice.entries().unwrap();
    assert_eq!(contacts[0].addresses(), [there.to_string()]);
    drop(alice);

    // The others are told at the former place, and go along; also when they only want to write.
    let mut web = scene.account("web");
    web.put(&password("by web")).unwrap();
    assert_eq!(web.address(), &there);
    drop(web);
    for (device, number) in ["web", "whole", "admin"].iter().zip(23..) {
        let mut account = scene.account(device);
        account.sync().unwrap();
        assert_eq!(account.address(), &there, "{device}");
        assert_eq!(account.udf(), udf);
        assert_eq!(passwords(&mut account), number, "{device}");
        account.put(&password(device)).unwrap();
    }
    // The removed ones are refused there as they were here.
    for device in ["gone", "removed"] {
        let mut account = scene.account(device);
        assert!(matches!(account.sync(), Err(Error::DeviceRemoved { .. })));
        assert!(account.follow(&there).is_err());
    }

    // Everything that an account does, it does there.
    let mut alice = scene.account("one");
    alice.sync().unwrap();
    assert_eq!(passwords(&mut alice), 26);
    scene.connect(&mut alice, "new", &Roles::new(&[Role::Web]).guarded());
    assert_eq!(passwords(&mut scene.account("new")), 26);
    alice.delete_device("web").unwrap();
    let mut web = scene.account("web");
    assert!(matches!(web.sync(), Err(Error::DeviceRemoved { .. })));
    alice.delete_device("whole").unwrap();
    drop(alice);
    let recovered = scene.world.home("recovered").unwrap();
    let mut recovered = recovered.recover_account(&there, &codes[1..]).unwrap();
    assert_eq!(recovered.udf(), udf);
    assert_eq!(passwords(&mut recovered), 26);
    drop(recovered);

    // At the former place nobody is recovered, and nothing is claimed.
    let here = check_address("alice@localhost").unwrap();
    let late = scene.world.home("too late").unwrap();
    let void = late.recover_account(&here, &codes[1..]);
    assert!(matches!(void, Err(Error::Moved { .. })), "{void:?}");
    let moved = late.recover_account(&here, &root);
    assert!(matches!(moved, Err(Error::Moved { .. })), "{moved:?}");

    // The former place is given up when nobody needs it any longer.
    let mut alice = scene.account("one");
    alice.sync().unwrap();
    assert!(alice.unbind_at(&there).is_err(), "not where it is");
    alice.unbind_at(&here).unwrap();
    alice.sync().unwrap();
    let late = scene.world.home("late").unwrap();
    let gone = late.request_connection(&here, None).unwrap_err();
    assert_eq!(gone.refusal(), Some(Code::NotFound));
    assert!(scene.second.lock().unwrap().is_some());
}

#[test]
fn a_device_that_was_not_told_follows_by_hand() {
    let scene = Scene::new();
    let there = check_address(&format!("alice@{NEW}")).unwrap();
    let mut alice = scene.account("one");
    alice.move_to(&there, Farewell::Note).unwrap();
    alice
        .unbind_at(&check_address("alice@localhost").unwrap())
        .unwrap();
    let mut web = scene.account("web");
    web.sync().unwrap_err();
    // Not to somebody else.
    let bobs = check_address(&format!("bob@{NEW}")).unwrap();
    let bob = scene.world.home("bob").unwrap();
    bob.create_account(&bobs).unwrap();
    web.follow(&bobs).unwrap_err();
    web.follow(&there).unwrap();
    web.sync().unwrap();
    web.put(&password("by web")).unwrap();
    alice.sync().unwrap();
    assert_eq!(passwords(&mut alice), 22);
}

/// A service that is gone, or says nonsense, keeps nobody.
#[test]
fn an_account_leaves_without_a_word() {
    for silent in [true, false] {
        let scene = Scene::new();
        let there = check_address(&format!("alice@{NEW}")).unwrap();
        scene.account("one").sync().unwrap();
        match silent {
            true => scene.old.silence(),
            false => scene.old.download(|_, response| {
                for update in &mut response.updates {
                    update.final_index = Some(1);
                }
            }),
        }
        let mut alice = scene.account("one");
        alice.move_to(&there, Farewell::Note).unwrap_err();
        assert_eq!(alice.address().domain(), "localhost");
        alice.move_to(&there, Farewell::None).unwrap();
        alice.put(&password("there")).unwrap();
        let mut web = scene.account("web");
        web.follow(&there).unwrap();
        web.resume().unwrap();
        assert_eq!(passwords(&mut web), 22);
    }
}

#[test]
fn a_move_that_is_interrupted_anywhere_is_finished() {
    // The answer to each transaction at either service can be the first that is lost.
    let mut interruptions = 0;
    let old = (0..2).map(|lost| (true, lost));
    for (first, lost) in old.chain((0..12).map(|lost| (false, lost))) {
        let scene = Scene::new();
        let there = check_address(&format!("alice@{NEW}")).unwrap();
        let wire = match first {
            true => &scene.old,
            false => &scene.new,
        };
        wire.swallow_after(lost);
        let mut alice = scene.account("one");
        let interrupted = alice.move_to(&there, Farewell::Note).is_err();
        interruptions += u32::from(interrupted);
        drop(alice);
        scene.old.repent();
        scene.new.repent();
        let mut alice = scene.account("one");
        alice.move_to(&there, Farewell::Note).unwrap();
        assert_eq!(alice.address(), &there, "{first} {lost} {interrupted}");
        assert_eq!(passwords(&mut alice), 21);
        drop(alice);
        for device in ["web", "whole", "admin"] {
            let mut account = scene.account(device);
            account.sync().unwrap();
            assert_eq!(account.address(), &there, "{first} {lost} {device}");
            assert_eq!(passwords(&mut account), 21);
            account.put(&password("still writes")).unwrap();
            account.delete_credential("still writes", None).unwrap();
        }
    }
    assert!(interruptions > 8, "{interruptions}");
}

#[test]
fn a_place_that_is_taken_or_not_empty_is_refused_and_nothing_is_lost() {
    let scene = Scene::new();
    let there = check_address(&format!("alice@{NEW}")).unwrap();
    let other = scene.world.home("other").unwrap();
    other.create_account(&there).unwrap();
    let mut alice = scene.account("one");
    let taken = alice.move_to(&there, Farewell::Note).unwrap_err();
    assert_eq!(taken.refusal(), Some(Code::AccountRegistered), "{taken}");
    // Only the device that holds the account can do it.
    let free = check_address(&format!("alice2@{NEW}")).unwrap();
    let refused = scene.account("admin").move_to(&free, Farewell::Note);
    assert!(matches!(refused, Err(Error::NotAllowed { .. })));
    alice.sync().unwrap();
    alice.put(&password("still here")).unwrap();
    let mut web = scene.account("web");
    web.sync().unwrap();
    assert_eq!(passwords(&mut web), 22);
}

#[test]
fn an_archive_that_was_altered_anywhere_brings_nothing_else_back() {
    let scene = Scene::new();
    let mut alice = scene.account("one");
    let codes = alice.escrow(2, 2).unwrap();
    let path = scene.world.directory().join("archive");
    let file = || archive(&path);
    alice.export(file()).unwrap();
    let octets = std::fs::read(&path).unwrap();
    let there = check_address(&format!("alice@{NEW}")).unwrap();
    let home = scene.world.home("damaged").unwrap();
    // Everywhere in turn; a step that shares no factor with the size of anything in it.
    let step = octets.len() / 97 + 1;
    for at in (0..octets.len()).step_by(step) {
        let mut altered = octets.clone();
        altered[at] ^= 1 << (at % 8);
        std::fs::write(&path, &altered).unwrap();
        let error = home.import_account(file(), Some(&there), &codes);
        assert!(error.is_err(), "octet {at} of {}", octets.len());
        assert!(home.accounts().unwrap().is_empty());
    }
    for length in [0, 1, 100, octets.len() / 2, octets.len() - 1] {
        std::fs::write(&path, &octets[..length]).unwrap();
        assert!(home.import_account(file(), Some(&there), &codes).is_err());
    }
    std::fs::write(&path, &octets).unwrap();
    let mut imported = home.import_account(file(), Some(&there), &codes).unwrap();
    assert_eq!(passwords(&mut imported), 21);
    // Again is the same.
    drop(imported);
    let mut imported = home.import_account(file(), Some(&there), &codes).unwrap();
    assert_eq!(imported.devices().unwrap().len(), 5);
}

/// An account has a history of moves: it can go on from any of them, and come back from a file anywhere.
#[test]
fn an_account_that_has_moved_moves_on_and_is_imported() {
    let scene = Scene::new();
    let there = check_address(&format!("alice@{NEW}")).unwrap();
    let here = check_address("alice@localhost").unwrap();
    let mut alice = scene.account("one");
    let codes = alice.escrow(2, 2).unwrap();
    alice.move_to(&there, Farewell::Note).unwrap();
    assert_eq!(alice.former_places().unwrap(), std::slice::from_ref(&here));
    // Not back to a place that still stands, where removed devices count.
    let back = alice.move_to(&here, Farewell::Note);
    assert!(matches!(back, Err(Error::NotAllowed { .. })), "{back:?}");
    alice.unbind_at(&here).unwrap();
    assert!(alice.former_places().unwrap().is_empty());
    let path = scene.world.directory().join("archive");
    let file = || archive(&path);
    alice.export(file()).unwrap();
    // Back, interrupted at each of its transactions, without a word.
    for lost in 0..12 {
        scene.old.swallow_after(lost);
        if alice.move_to(&here, Farewell::None).is_ok() {
            break;
        }
        drop(alice);
        scene.old.repent();
        alice = scene.account("one");
    }
    scene.old.repent();
    alice.move_to(&here, Farewell::None).unwrap();
    assert_eq!(alice.address(), &here);
    assert_eq!(alice.former_places().unwrap(), std::slice::from_ref(&there));
    assert_eq!(passwords(&mut alice), 21);
    alice.sync().unwrap();
    assert_eq!(alice.address(), &here);
    let mut web = scene.account("web");
    web.follow(&here).unwrap();
    web.sync().unwrap();
    assert_eq!(web.address(), &here);
    // And from the file at a third place.
    let third = check_address(&format!("alice3@{NEW}")).unwrap();
    alice.unbind_at(&there).unwrap();
    let home = scene.world.home("imported").unwrap();
    let mut imported = home.import_account(file(), Some(&third), &codes).unwrap();
    imported.sync().unwrap();
    assert_eq!(imported.address(), &third);
    assert_eq!(passwords(&mut imported), 21);
}

/// A device that cannot follow does not stay behind as if nothing were.
#[test]
fn behind_the_note_nothing_is_written_or_taken() {
    let scene = Scene::new();
    let there = check_address(&format!("alice@{NEW}")).unwrap();
    let mut alice = scene.account("one");
    alice.move_to(&there, Farewell::Note).unwrap();
    scene.new.silence();
    for _ in 0..3 {
        let mut admin = scene.account("admin");
        let sync = admin.sync();
        assert!(matches!(sync, Err(Error::NotFollowed { .. })), "{sync:?}");
        let put = admin.put(&password("lost"));
        assert!(matches!(put, Err(Error::NotFollowed { .. })), "{put:?}");
        let pin = admin.issue_pin(&Roles::new(&[Role::Web]), Duration::from_secs(60), None);
        assert!(pin.is_err());
        assert_eq!(admin.frozen().unwrap(), None);
    }
    scene.new.repent();
    let mut admin = scene.account("admin");
    admin.put(&password("there")).unwrap();
    assert_eq!(admin.address(), &there);
}

#[test]
fn an_import_that_is_interrupted_anywhere_is_finished() {
    let scene = Scene::new();
    let mut alice = scene.account("one");
    let codes = alice.escrow(2, 2).unwrap();
    let path = scene.world.directory().join("archive");
    let file = || archive(&path);
    alice.export(file()).unwrap();
    let mut interruptions = 0;
    // At a place of its own each time; the answer to each transaction is the first that is lost.
    for lost in 0..16 {
        let there = check_address(&format!("alice{lost}@{NEW}")).unwrap();
        let home = scene.world.home(&format!("imported {lost}")).unwrap();
        scene.new.swallow_after(lost);
        let first = home.import_account(file(), Some(&there), &codes);
        interruptions += u32::from(first.is_err());
        drop(first);
        scene.new.repent();
        let mut imported = home.import_account(file(), Some(&there), &codes).unwrap();
        assert_eq!(imported.devices().unwrap().len(), 5, "{lost}");
        assert_eq!(passwords(&mut imported), 21, "{lost}");
        imported.put(&password("there")).unwrap();
        // For the next one the account must not be there under another address.
        imported.unbind().unwrap();
    }
    assert!(interruptions > 8, "{interruptions}");
}
