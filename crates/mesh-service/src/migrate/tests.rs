// SPDX-License-Identifier: MIT
//! Services are moved between stores in memory and in directories, also while they are written to, and killed in every step.
//! PostgreSQL takes part in `store/postgres/tests.rs`.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use mesh_keystore::SystemEnvironment;

use super::*;
use crate::store::conformance::{append, append_one, everything, frame, keyed, new_account};
use crate::store::{
    AccountState, EmbeddedStore, Frame, HeadWithState, MemoryStore, StoreFigures, StoreTransaction,
};

/// Fills a store with some of everything.
pub(crate) fn fill(store: &dyn Store) {
    store.host_put("profile/service", b"profile").unwrap();
    let gone = store.create_account(&new_account("gone")).unwrap();
    for name in ["alice", "bob", "carol"] {
        let id = store.create_account(&new_account(name)).unwrap();
        append_one(
            store,
            id,
            "Local",
            &[keyed("a", b"0"), frame(b"1"), keyed("a", name.as_bytes())],
        );
        append_one(
            store,
            id,
            "Device",
            &[
                frame(&vec![7; 5 << 20]),
                frame(&vec![8; 5 << 20]),
                keyed("k", b"2"),
            ],
        );
        append_one(store, id, "Empty", &[]);
        store
            .transact(id, &mut |t| t.access_put("key", name.as_bytes()))
            .unwrap();
    }
    store.delete_account(gone).unwrap();
    let bob = store
        .account_by_address("bob@example.com")
        .unwrap()
        .unwrap();
    let change = AccountChange {
        state: Some(AccountState::Suspended),
        ..AccountChange::default()
    };
    store.update_account(bob.id, &change).unwrap();
}

/// What can be read of both is the same, beside what is about the stores themselves.
pub(crate) fn assert_same(source: &dyn Store, target: &dyn Store) {
    let accounts = source.accounts(None, 1000).unwrap();
    assert_eq!(target.accounts(None, 1000).unwrap(), accounts);
    for account in &accounts {
        assert!(
            everything(source, account.id) == everything(target, account.id),
            "{}",
            account.address
        );
        for head in source.status(account.id, None).unwrap() {
            let keys = |store: &dyn Store| store.keys(account.id, &head.label, 0).unwrap();
            assert_eq!(keys(source), keys(target));
        }
    }
    assert_eq!(
        target.host_get("profile/service").unwrap(),
        source.host_get("profile/service").unwrap()
    );
    assert_eq!(target.check().unwrap(), Vec::<String>::new());
}

pub(crate) fn run(source: &dyn Store, target: &dyn Store) -> Result<Outcome, MigrateError> {
    let env = SystemEnvironment::new().unwrap();
    migrate(source, target, &env, &mut |_, _| ())
}

#[test]
fn everything_moves_and_the_source_is_closed() {
    let (source, target) = (MemoryStore::new(), MemoryStore::new());
    fill(&source);
    let outcome = run(&source, &target).unwrap();
    assert_eq!(
        (outcome.accounts, outcome.frames, outcome.already),
        (3, 18, false)
    );
    assert_same(&source, &target);
    assert!(source.is_closed().unwrap());
    assert!(refuse_unserviceable(&source).is_err());
    refuse_unserviceable(&target).unwrap();
    // Again: nothing is done, also when the target has been written to since.
    let alice = target
        .account_by_address("alice@example.com")
        .unwrap()
        .unwrap();
    append_one(&target, alice.id, "Local", &[frame(b"in the new store")]);
    let again = run(&source, &target).unwrap();
    assert!(again.already && again.done == Done::default());
    assert_eq!(
        target
            .head(alice.id, "Local")
            .unwrap()
            .unwrap()
            .head
            .next_index,
        4
    );
    assert!(matches!(
        abandon(&source, &target),
        Err(MigrateError::Finished)
    ));
}

#[test]
fn a_target_that_holds_something_is_refused_and_left_alone() {
    let (source, other, target) = (MemoryStore::new(), MemoryStore::new(), MemoryStore::new());
    fill(&source);
    fill(&other);
    target.create_account(&new_account("somebody")).unwrap();
    assert!(matches!(run(&source, &target), Err(MigrateError::NotEmpty)));
    assert!(!source.is_closed().unwrap());
    assert_eq!(target.accounts(None, 10).unwrap().len(), 1);
    let target = MemoryStore::new();
    target.host_put("profile/service", b"of another").unwrap();
    assert!(matches!(run(&source, &target), Err(MigrateError::NotEmpty)));
    let target = MemoryStore::new();
    run(&source, &target).unwrap();
    assert!(matches!(run(&other, &target), Err(MigrateError::NotEmpty)));
    assert!(!other.is_closed().unwrap());
}

#[test]
fn what_changes_meanwhile_moves_too() {
    let (source, target) = (Arc::new(MemoryStore::new()), MemoryStore::new());
    fill(&*source);
    let id = |name: &str| {
        source
            .account_by_address(&format!("{name}@example.com"))
            .unwrap()
            .unwrap()
            .id
    };
    let (alice, bob, carol) = (id("alice"), id("bob"), id("carol"));
    let rename = |account, address: &str| {
        let address = Some(address.to_owned());
        source
            .update_account(
                account,
                &AccountChange {
                    address,
                    ..AccountChange::default()
                },
            )
            .unwrap();
    };
    let step = Cell::new(0);
    let env = SystemEnvironment::new().unwrap();
    let outcome = migrate(&*source, &target, &env, &mut |now, _| {
        if now != Step::Copying {
            return;
        }
        step.set(step.get() + 1);
        match step.get() {
            1 => {
                append_one(&*source, alice, "Local", &[keyed("a", b"later")]);
                source
                    .transact(alice, &mut |t| t.access_remove("key").map(|_| ()))
                    .unwrap();
                source.host_put("profile/service", b"changed").unwrap();
            }
            // Two exchange their addresses, and one is deleted and comes back under another number.
            2 => {
                rename(alice, "interim@example.com");
                rename(bob, "alice@example.com");
                rename(alice, "bob@example.com");
            }
            3 => {
                source.delete_account(carol).unwrap();
                let carol = source.create_account(&new_account("carol")).unwrap();
                append_one(&*source, carol, "Local", &[keyed("a", b"anew")]);
            }
            _ => {}
        }
    })
    .unwrap();
    assert!(step.get() >= 3);
    assert_eq!(outcome.accounts, 3);
    assert_same(&*source, &target);
}

#[test]
fn nothing_acknowledged_is_left_behind_by_a_service_in_another_process() {
    let [from, to] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    // The service has the lock of the directory; the migration comes beside it.
    let service = EmbeddedStore::open(from.path()).unwrap();
    fill(&service);
    let ids: Vec<_> = service
        .accounts(None, 10)
        .unwrap()
        .iter()
        .map(|account| account.id)
        .collect();
    let written = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for writer in 0..4_usize {
            let (service, ids, written) = (&service, &ids, &written);
            scope.spawn(move || {
                for n in 0_u64.. {
                    let id = ids[(writer + usize::try_from(n).unwrap()) % ids.len()];
                    let key = format!("{writer} {n}");
                    let done = service.transact(id, &mut |t| {
                        append(t, "Inbound", &[keyed(&key, key.as_bytes())]).map(|_| ())
                    });
                    match done {
                        Ok(()) => written.fetch_add(1, Ordering::SeqCst),
                        Err(StoreError::Moved) => return,
                        Err(error) => panic!("{error}"),
                    };
                }
            });
        }
        let source = EmbeddedStore::join(from.path()).unwrap();
        let target = EmbeddedStore::open(to.path()).unwrap();
        run(&source, &target).unwrap();
        assert_same(&source, &target);
    });
    let target = EmbeddedStore::open(to.path()).unwrap();
    let heads = ids.iter().map(|id| target.head(*id, "Inbound").unwrap());
    let moved: u64 = heads
        .map(|head| head.map_or(0, |found| found.head.next_index))
        .sum();
    assert_eq!(moved, written.load(Ordering::SeqCst));
    assert!(moved > 0);
}

/// A target that fails after so many changes, as if the process had been killed there.
struct Failing {
    store: Arc<MemoryStore>,
    left: AtomicU64,
    used: AtomicBool,
}

impl Failing {
    fn change(&self) -> Result<(), StoreError> {
        let taken = self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(1)
            });
        taken.map(|_| ()).map_err(|_| {
            self.used.store(true, Ordering::SeqCst);
            StoreError::Aborted
        })
    }
}

impl Store for Failing {
    fn host_get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.host_get(key)
    }
    fn host_put(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.change()?;
        self.store.host_put(key, value)
    }
    fn host_remove(&self, key: &str) -> Result<bool, StoreError> {
        self.change()?;
        self.store.host_remove(key)
    }
    fn host_list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.store.host_list(prefix)
    }
    fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.store.account(id)
    }
    fn account_by_address(&self, address: &str) -> Result<Option<Account>, StoreError> {
        self.store.account_by_address(address)
    }
    fn account_by_profile(&self, profile_udf: &str) -> Result<Option<Account>, StoreError> {
        self.store.account_by_profile(profile_udf)
    }
    fn accounts(&self, after: Option<AccountId>, limit: usize) -> Result<Vec<Account>, StoreError> {
        self.store.accounts(after, limit)
    }
    fn create_account(&self, new: &NewAccount) -> Result<AccountId, StoreError> {
        self.change()?;
        self.store.create_account(new)
    }
    fn delete_account(&self, id: AccountId) -> Result<bool, StoreError> {
        self.change()?;
        self.store.delete_account(id)
    }
    fn status(
        &self,
        account: AccountId,
        labels: Option<&[&str]>,
    ) -> Result<Vec<StoreHead>, StoreError> {
        self.store.status(account, labels)
    }
    fn head(&self, account: AccountId, label: &str) -> Result<Option<HeadWithState>, StoreError> {
        self.store.head(account, label)
    }
    fn frames(
        &self,
        account: AccountId,
        label: &str,
        range: FrameRange,
    ) -> Result<Vec<Frame>, StoreError> {
        self.store.frames(account, label, range)
    }
    fn frame_by_key(
        &self,
        account: AccountId,
        label: &str,
        key: &str,
    ) -> Result<Option<Frame>, StoreError> {
        self.store.frame_by_key(account, label, key)
    }
    fn access(&self, account: AccountId, key_udf: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.access(account, key_udf)
    }
    fn access_rows(&self, account: AccountId) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.store.access_rows(account)
    }
    fn transact(
        &self,
        account: AccountId,
        body: &mut dyn FnMut(&mut dyn StoreTransaction) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.change()?;
        self.store.transact(account, body)
    }
    fn import_account(&self, id: AccountId, new: &NewAccount) -> Result<(), StoreError> {
        self.change()?;
        self.store.import_account(id, new)
    }
    fn keys(
        &self,
        account: AccountId,
        label: &str,
        from: u64,
    ) -> Result<Vec<(u64, String)>, StoreError> {
        self.store.keys(account, label, from)
    }
    fn close(&self, closed: bool) -> Result<(), StoreError> {
        self.change()?;
        self.store.close(closed)
    }
    fn check(&self) -> Result<Vec<String>, StoreError> {
        self.store.check()
    }
    fn figures(&self) -> Result<StoreFigures, StoreError> {
        self.store.figures()
    }
}

#[test]
fn interrupted_after_any_change_it_is_continued() {
    let mut interrupted = 0;
    for changes in 0_u64.. {
        let (source, target) = (Arc::new(MemoryStore::new()), Arc::new(MemoryStore::new()));
        fill(&*source);
        let failing = |store: &Arc<MemoryStore>| Failing {
            store: Arc::clone(store),
            left: AtomicU64::new(changes),
            used: AtomicBool::new(false),
        };
        let failing_target = failing(&target);
        let failing_source = failing(&source);
        let first = run(&failing_source, &failing_target);
        if first.is_ok() {
            break;
        }
        assert!(
            failing_target.used.load(Ordering::SeqCst)
                || failing_source.used.load(Ordering::SeqCst)
        );
        interrupted += 1;
        // Half of a store, or one before which the other is closed, serves nobody.
        assert!(
            refuse_unserviceable(&*target).is_err() || target.accounts(None, 1).unwrap().is_empty()
        );
        run(&*source, &*target).unwrap();
        assert_same(&*source, &*target);
        assert!(source.is_closed().unwrap());
        refuse_unserviceable(&*target).unwrap();
    }
    assert!(interrupted >= 15, "{interrupted}");
}

#[test]
fn given_up_it_leaves_the_source_as_it_was() {
    let (source, target) = (MemoryStore::new(), Arc::new(MemoryStore::new()));
    fill(&source);
    // The target fails when all but its last mark is there.
    let failing = Failing {
        store: Arc::clone(&target),
        left: AtomicU64::new(1),
        used: AtomicBool::new(false),
    };
    assert!(run(&source, &failing).is_err());
    source.close(true).unwrap();
    abandon(&source, &*target).unwrap();
    refuse_unserviceable(&source).unwrap();
    assert!(refuse_unserviceable(&*target).is_err());
    let alice = source
        .account_by_address("alice@example.com")
        .unwrap()
        .unwrap();
    append_one(&source, alice.id, "Local", &[frame(b"goes on")]);
    run(&source, &*target).unwrap();
    assert_same(&source, &*target);
}

#[test]
fn a_frame_that_is_missing_in_the_source_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let source = EmbeddedStore::open(directory.path()).unwrap();
    fill(&source);
    let file = EmbeddedStore::data_file(directory.path());
    let connection = rusqlite::Connection::open(file).unwrap();
    connection
        .execute(
            "DELETE FROM frame WHERE id = (SELECT min(id) FROM frame)",
            [],
        )
        .unwrap();
    let target = MemoryStore::new();
    let error = run(&source, &target).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Internal, "{error}");
    assert!(error.to_string().contains("frame 0"), "{error}");
}
