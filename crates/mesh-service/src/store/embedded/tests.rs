// SPDX-License-Identifier: MIT
//! What the embedded store does beyond what every store does.

mod crash;
mod power;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use tempfile::TempDir;

use super::*;
use crate::store::conformance::{self, append, append_one, everything, frame, keyed, new_account};
use crate::store::{AccountChange, NewFrame};

/// How often a fault is injected: a few times, or as often as the environment says.
fn faults(few: u64) -> u64 {
    let asked = std::env::var("MESH_FAULT_KILLS").ok();
    asked.map_or(few, |number| number.parse().unwrap())
}

/// A store together with the directory that goes when it goes.
struct Temporary {
    store: EmbeddedStore,
    _directory: TempDir,
}

/// Forwards everything that has no provided form.
impl Store for Temporary {
    fn host_get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.host_get(key)
    }
    fn host_put(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.store.host_put(key, value)
    }
    fn host_remove(&self, key: &str) -> Result<bool, StoreError> {
        self.store.host_remove(key)
    }
    fn host_list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        self.store.host_list(prefix)
    }
    fn figures(&self) -> Result<StoreFigures, StoreError> {
        self.store.figures()
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
        self.store.create_account(new)
    }
    fn delete_account(&self, id: AccountId) -> Result<bool, StoreError> {
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
        self.store.transact(account, body)
    }
    fn import_account(&self, id: AccountId, new: &NewAccount) -> Result<(), StoreError> {
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
        self.store.close(closed)
    }
    fn check(&self) -> Result<Vec<String>, StoreError> {
        self.store.check()
    }
}

fn directory() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn the_embedded_store_conforms() {
    conformance::run(|| {
        let directory = directory();
        let store = EmbeddedStore::open(directory.path()).unwrap();
        Box::new(Temporary {
            store,
            _directory: directory,
        })
    });
}

#[test]
fn a_restart_keeps_everything() {
    let directory = directory();
    let store = EmbeddedStore::open(directory.path()).unwrap();
    store.host_put("seal", b"sealed").unwrap();
    let id = store.create_account(&new_account("alice")).unwrap();
    append_one(
        &store,
        id,
        "Device",
        &[keyed("k", b"one"), frame(&[3; 9000])],
    );
    store
        .transact(id, &mut |t| t.access_put("key", b"may"))
        .unwrap();
    let before = everything(&store, id);
    drop(store);
    let store = EmbeddedStore::open(directory.path()).unwrap();
    assert!(everything(&store, id) == before);
    assert_eq!(
        store.host_get("seal").unwrap().as_deref(),
        Some(&b"sealed"[..])
    );
    assert_eq!(
        store
            .frame_by_key(id, "Device", "k")
            .unwrap()
            .unwrap()
            .envelope,
        b"one"
    );
    assert_eq!(append_one(&store, id, "Device", &[frame(b"three")]), 2);
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
}

#[test]
fn a_second_service_is_refused_and_told_who_holds_the_directory() {
    let directory = directory();
    let store = EmbeddedStore::open(directory.path()).unwrap();
    let error = EmbeddedStore::open(directory.path()).unwrap_err();
    let pid = Some(std::process::id());
    assert_eq!(
        error,
        StoreError::DirectoryInUse {
            path: directory.path().to_owned(),
            pid
        }
    );
    assert!(
        error
            .to_string()
            .contains(&format!("process {}", std::process::id()))
    );
    drop(store);
    EmbeddedStore::open(directory.path()).unwrap();
}

#[test]
fn directory_and_files_are_for_the_owner_only() {
    let parent = directory();
    let path = parent.path().join("var").join("mesh");
    let store = EmbeddedStore::open(&path).unwrap();
    store.host_put("a", b"b").unwrap();
    assert_eq!(mode(&path), 0o700);
    let mut names = Vec::new();
    for entry in fs::read_dir(&path).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(mode(&entry.path()), 0o600, "{}", entry.path().display());
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(
        names,
        ["mesh.db", "mesh.db-shm", "mesh.db-wal", "mesh.lock"]
    );
}

#[test]
fn a_directory_that_others_may_write_is_refused() {
    let directory = directory();
    for open in [0o777, 0o770] {
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(open)).unwrap();
        let error = EmbeddedStore::open(directory.path()).unwrap_err();
        let path = directory.path().to_owned();
        assert_eq!(error, StoreError::DirectoryNotPrivate { path, mode: open });
    }
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
    EmbeddedStore::open(directory.path()).unwrap();
}

#[test]
fn a_data_file_with_wide_permissions_is_narrowed() {
    let directory = directory();
    let file = directory.path().join("mesh.db");
    drop(EmbeddedStore::open(directory.path()).unwrap());
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    drop(EmbeddedStore::open(directory.path()).unwrap());
    assert_eq!(mode(&file), 0o600);
}

#[test]
fn a_file_of_an_earlier_layout_is_upgraded_when_told_so_and_not_before() {
    let later = [
        layout::MIGRATIONS[0],
        (
            "colours of accounts",
            "ALTER TABLE account ADD colour TEXT;",
        ),
        ("no colours after all", "ALTER TABLE account DROP colour;"),
    ];
    let directory = directory();
    let path = directory.path();
    let store = EmbeddedStore::open(path).unwrap();
    let id = store.create_account(&new_account("alice")).unwrap();
    // Nobody may be using it.
    let used = EmbeddedStore::upgrade_to(path, &later, false).unwrap_err();
    assert!(matches!(used, StoreError::DirectoryInUse { .. }), "{used}");
    drop(store);
    let said = EmbeddedStore::upgrade_to(path, &later, true).unwrap();
    let steps = vec!["colours of accounts", "no colours after all"];
    assert_eq!(
        said,
        Upgrade {
            from: 1,
            to: 3,
            steps
        }
    );
    assert!(
        EmbeddedStore::open(path)
            .unwrap()
            .account(id)
            .unwrap()
            .is_some()
    );
    // One that fails leaves everything as it was.
    let broken = [
        later[0],
        later[1],
        ("wrong", "ALTER TABLE nothing DROP nothing;"),
    ];
    EmbeddedStore::upgrade_to(path, &broken, false).unwrap_err();
    assert_eq!(
        EmbeddedStore::upgrade_to(path, &later, false).unwrap(),
        said
    );
    let again = EmbeddedStore::upgrade_to(path, &later, false).unwrap();
    assert_eq!((again.from, again.steps.len()), (3, 0));
    let newer = StoreError::SchemaNewer {
        found: 3,
        supported: 1,
    };
    assert_eq!(EmbeddedStore::open(path).unwrap_err(), newer);
    assert_eq!(EmbeddedStore::upgrade(path, false).unwrap_err(), newer);
}

#[test]
fn a_newer_layout_is_refused() {
    let directory = directory();
    drop(EmbeddedStore::open(directory.path()).unwrap());
    let connection = Connection::open(directory.path().join("mesh.db")).unwrap();
    connection.pragma_update(None, "user_version", 2).unwrap();
    drop(connection);
    let error = EmbeddedStore::open(directory.path()).unwrap_err();
    assert_eq!(
        error,
        StoreError::SchemaNewer {
            found: 2,
            supported: 1
        }
    );
}

#[test]
fn files_of_others_are_refused_and_not_touched() {
    let directory = directory();
    let file = directory.path().join("mesh.db");
    let not_ours = StoreError::NotAStore { path: file.clone() };
    let connection = Connection::open(&file).unwrap();
    connection
        .execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (1)")
        .unwrap();
    drop(connection);
    let before = fs::read(&file).unwrap();
    assert_eq!(EmbeddedStore::open(directory.path()).unwrap_err(), not_ours);
    assert!(fs::read(&file).unwrap() == before);
    fs::write(&file, [7; 5000]).unwrap();
    assert_eq!(EmbeddedStore::open(directory.path()).unwrap_err(), not_ours);
    assert!(fs::read(&file).unwrap() == [7; 5000]);
}

#[test]
fn reads_do_not_wait_for_a_transaction_and_do_not_see_it() {
    let directory = directory();
    let store = EmbeddedStore::open(directory.path()).unwrap();
    let id = store.create_account(&new_account("alice")).unwrap();
    append_one(&store, id, "Local", &[frame(b"old")]);
    let before = everything(&store, id);
    store
        .transact(id, &mut |t| {
            append(t, "Local", &[frame(b"new")])?;
            // On this thread and on another one.
            assert!(everything(&store, id) == before);
            std::thread::scope(|scope| {
                assert_eq!(
                    scope.spawn(|| everything(&store, id)).join().unwrap(),
                    before
                );
            });
            Ok(())
        })
        .unwrap();
    assert_eq!(store.head(id, "Local").unwrap().unwrap().head.next_index, 2);
}

#[test]
fn more_readers_than_connections_take_turns() {
    let directory = directory();
    let options = EmbeddedOptions {
        readers: 2,
        ..EmbeddedOptions::default()
    };
    let store = EmbeddedStore::open_with(directory.path(), &options).unwrap();
    let id = store.create_account(&new_account("alice")).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                for _ in 0..50 {
                    assert!(store.account(id).unwrap().is_some());
                }
            });
        }
    });
}

#[test]
fn a_full_store_refuses_whole_transactions_and_goes_on() {
    let directory = directory();
    let options = EmbeddedOptions {
        max_bytes: Some(1 << 20),
        ..EmbeddedOptions::default()
    };
    let store = EmbeddedStore::open_with(directory.path(), &options).unwrap();
    fill(&store, StoreError::DiskFull, || {});
}

/// Needs a small file system: `MESH_SMALL_DISK=/mnt/small cargo test -- --ignored small_disk`.
#[test]
#[ignore = "needs a small file system"]
fn a_small_disk_that_fills_up_refuses_whole_transactions_and_goes_on() {
    let small = std::env::var_os("MESH_SMALL_DISK").unwrap();
    let directory = TempDir::new_in(small).unwrap();
    let store = EmbeddedStore::open(directory.path()).unwrap();
    let ballast = directory.path().join("ballast");
    fs::write(&ballast, vec![1; 1 << 20]).unwrap();
    fill(&store, StoreError::DiskFull, || {
        fs::remove_file(ballast).unwrap()
    });
}

/// Writes until it is full, from several threads; then checks that it is sound, holds exactly what was acknowledged,
/// and takes writes again after `relieve` and the deletion of some accounts made room.
fn fill(store: &EmbeddedStore, expected: StoreError, relieve: impl FnOnce()) {
    let ids = ["alice", "bob", "carol", "doris"]
        .map(|name| store.create_account(&new_account(name)).unwrap());
    let frames: Vec<NewFrame> = (0..3).map(|n| keyed(&n.to_string(), &[n; 2000])).collect();
    let acknowledged = std::thread::scope(|scope| {
        let writers = ids.map(|id| {
            let (frames, expected) = (&frames, &expected);
            scope.spawn(move || {
                for n in 0_u64.. {
                    let result = store.transact(id, &mut |t| {
                        append(t, "Device", frames)?;
                        append(t, "Access", &frames[..1]).map(|_| ())
                    });
                    match result {
                        Ok(()) => {}
                        Err(error) if error == *expected => return n,
                        Err(StoreError::Unavailable { .. }) => return n,
                        Err(error) => panic!("{error}"),
                    }
                }
                0
            })
        });
        writers.map(|writer| writer.join().unwrap())
    });
    assert!(acknowledged.iter().sum::<u64>() > 20, "{acknowledged:?}");
    for (id, count) in ids.into_iter().zip(acknowledged) {
        let heads = store.status(id, None).unwrap();
        let found: Vec<_> = heads.iter().map(|head| head.next_index).collect();
        if count > 0 {
            assert_eq!(found, [count, count * 3]);
        }
    }
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
    // An error that the closure swallows still fails the transaction.
    let before = everything(store, ids[0]);
    let swallowed = store.transact(ids[0], &mut |t| {
        for _ in 0..2000 {
            let _ignored = append(t, "Device", &frames);
        }
        Ok(())
    });
    assert_eq!(swallowed, Err(expected));
    assert!(everything(store, ids[0]) == before);
    relieve();
    for id in &ids[1..] {
        assert!(store.delete_account(*id).unwrap());
    }
    append_one(store, ids[0], "Device", &frames);
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
}

#[test]
fn what_was_deleted_is_not_in_the_files_any_more() {
    let directory = directory();
    let marker = b"a marker that occurs nowhere else";
    let contains = || {
        let data = fs::read(directory.path().join("mesh.db")).unwrap();
        data.windows(marker.len()).any(|window| window == marker)
    };
    let store = EmbeddedStore::open(directory.path()).unwrap();
    let id = store.create_account(&new_account("alice")).unwrap();
    append_one(
        &store,
        id,
        "Device",
        &[frame(marker), frame(&[&[1; 9000], &marker[..]].concat())],
    );
    store
        .transact(id, &mut |t| t.access_put("key", marker))
        .unwrap();
    drop(store);
    assert!(contains());
    let store = EmbeddedStore::open(directory.path()).unwrap();
    assert!(store.delete_account(id).unwrap());
    drop(store);
    assert!(!contains());
}

#[test]
fn damage_is_found() {
    let directory = directory();
    let store = EmbeddedStore::open(directory.path()).unwrap();
    let id = store.create_account(&new_account("alice")).unwrap();
    for n in 0..200_u8 {
        append_one(&store, id, "Device", &[keyed(&n.to_string(), &[n; 1000])]);
    }
    drop(store);
    let file = directory.path().join("mesh.db");
    let sound = fs::read(&file).unwrap();
    let connection = Connection::open(&file).unwrap();
    for damage in [
        "DELETE FROM frame WHERE id & 4294967295 = 7",
        "UPDATE store SET next = next + 1",
        "UPDATE store SET next = next - 1",
        "UPDATE store SET bytes = bytes - 1",
        "UPDATE latest SET frame = frame + 1000 WHERE key = '5'",
        "DELETE FROM store",
        "DELETE FROM account",
    ] {
        connection.execute_batch("BEGIN").unwrap();
        connection.execute_batch(damage).unwrap();
        assert!(
            !layout::check_in_transaction(&connection)
                .unwrap()
                .is_empty(),
            "{damage}"
        );
        connection.execute_batch("ROLLBACK").unwrap();
    }
    assert_eq!(layout::check(&connection).unwrap(), Vec::<String>::new());
    drop(connection);
    let mut damaged = sound;
    let middle = damaged.len() / 2 / 4096 * 4096;
    damaged[middle..middle + 4096].fill(0xa5);
    fs::write(&file, damaged).unwrap();
    let store = EmbeddedStore::open(directory.path()).unwrap();
    assert!(!store.check().unwrap().is_empty());
}

#[test]
fn a_failing_transaction_does_not_harm_those_that_share_its_commit() {
    let directory = directory();
    let store = EmbeddedStore::open(directory.path()).unwrap();
    let id = store.create_account(&new_account("alice")).unwrap();
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let store = &store;
            scope.spawn(move || {
                for _ in 0..50 {
                    let label = format!("of {writer}");
                    let record = Some(b"changed".to_vec());
                    let change = AccountChange {
                        record,
                        ..AccountChange::default()
                    };
                    let result = store.transact(id, &mut |t| {
                        append(t, &label, &[frame(b"x")])?;
                        match writer % 4 {
                            0 => Err(StoreError::Aborted),
                            1 => t.expect("Nothing", 5),
                            2 => t.update_account(&change),
                            _ => Ok(()),
                        }
                    });
                    assert_eq!(result.is_ok(), writer % 4 >= 2);
                }
            });
        }
    });
    let heads = store.status(id, None).unwrap();
    let found: Vec<_> = heads
        .iter()
        .map(|head| (&*head.label, head.next_index))
        .collect();
    assert_eq!(
        found,
        [("of 2", 50), ("of 3", 50), ("of 6", 50), ("of 7", 50)]
    );
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
}

#[test]
fn commits_are_counted_by_their_size() {
    let directory = tempfile::tempdir().unwrap();
    let store = EmbeddedStore::open(directory.path()).unwrap();
    for value in 0..3u8 {
        store.host_put("key", &[value]).unwrap();
    }
    let commits = store.figures().unwrap().commits;
    assert_eq!(commits.transactions, 3);
    assert_eq!(commits.by_size, [3, 0, 0, 0, 0, 0, 0, 0, 0]);
}
