// SPDX-License-Identifier: MIT
//! Behaviours of transactions, one at a time and many at once.
//!
//! Here: one function for each; their names in words are in `conformance`.

use super::*;

pub(super) fn all_or_nothing(store: &dyn Store) {
    let id = store.create_account(&new_account("alice")).unwrap();
    append_one(store, id, "Device", &[keyed("k", b"old")]);
    let before = everything(store, id);
    let change = |result: Result<(), StoreError>| {
        store.transact(id, &mut |t| {
            append(t, "Device", &[keyed("k", b"new")])?;
            append(t, "Access", &[frame(b"grant"), keyed("g", b"grant 2")])?;
            t.access_put("key", b"may")?;
            t.update_account(&AccountChange {
                address: Some("elsewhere@example.com".into()),
                state: Some(AccountState::Suspended),
                record: Some(b"changed".to_vec()),
            })?;
            result.clone()
        })
    };
    assert_eq!(change(Err(StoreError::Aborted)), Err(StoreError::Aborted));
    assert!(everything(store, id) == before);
    assert_eq!(
        store
            .frame_by_key(id, "Device", "k")
            .unwrap()
            .unwrap()
            .envelope,
        b"old"
    );
    assert_eq!(store.frame_by_key(id, "Access", "g").unwrap(), None);
    assert_eq!(
        store.account_by_address("elsewhere@example.com").unwrap(),
        None
    );
    change(Ok(())).unwrap();
    let after = everything(store, id);
    assert_eq!(
        after
            .heads
            .iter()
            .map(|head| head.next_index)
            .collect::<Vec<_>>(),
        [2, 2]
    );
    assert_eq!(after.access.len(), 1);
    assert_eq!(after.account.unwrap().record, b"changed");
    assert_eq!(
        store
            .frame_by_key(id, "Device", "k")
            .unwrap()
            .unwrap()
            .envelope,
        b"new"
    );
}

pub(super) fn stale(store: &dyn Store) {
    let id = store.create_account(&new_account("alice")).unwrap();
    append_one(store, id, "Contact", &[frame(b"one"), frame(b"two")]);
    let before = everything(store, id);
    for expected in [0, 1, 3] {
        let refused = store.transact(id, &mut |t| {
            append(t, "Task", &[frame(b"first")])?;
            t.expect("Contact", expected)?;
            append(t, "Contact", &[frame(b"three")]).map(|_| ())
        });
        let error = StoreError::Stale {
            label: "Contact".into(),
            expected,
            actual: 2,
        };
        assert_eq!(refused, Err(error));
        assert!(everything(store, id) == before);
    }
    let new = store.transact(id, &mut |t| t.expect("Task", 1));
    assert_eq!(
        new,
        Err(StoreError::Stale {
            label: "Task".into(),
            expected: 1,
            actual: 0
        })
    );
    store.transact(id, &mut |t| t.expect("Task", 0)).unwrap();
    store.transact(id, &mut |t| t.expect("Contact", 2)).unwrap();
}

pub(super) fn own_changes(store: &dyn Store) {
    let id = store.create_account(&new_account("alice")).unwrap();
    append_one(store, id, "Local", &[keyed("k", b"zero")]);
    store
        .transact(id, &mut |t| {
            assert_eq!(t.frame_by_key("Local", "k")?.unwrap().index, 0);
            assert_eq!(append(t, "Local", &[frame(b"one"), keyed("k", b"two")])?, 1);
            let head = t.head("Local")?.unwrap();
            assert_eq!((head.head.next_index, head.head.bytes), (3, 10));
            assert_eq!(head.state, b"state of two");
            assert_eq!(t.frame_by_key("Local", "k")?.unwrap().envelope, b"two");
            assert_eq!(append(t, "Local", &[frame(b"three")])?, 3);
            t.expect("Local", 4)?;
            t.access_put("key", b"may")?;
            assert_eq!(t.access("key")?.as_deref(), Some(&b"may"[..]));
            t.access_remove("key")?;
            assert_eq!(t.access("key")?, None);
            let record = Some(b"new".to_vec());
            t.update_account(&AccountChange {
                record,
                ..AccountChange::default()
            })?;
            assert_eq!(t.account()?.record, b"new");
            assert_eq!(t.account()?.id, id);
            Ok(())
        })
        .unwrap();
}

pub(super) fn panicking(store: &dyn Store) {
    let id = store.create_account(&new_account("alice")).unwrap();
    let before = everything(store, id);
    let caught = catch_unwind(AssertUnwindSafe(|| {
        store.transact(id, &mut |t| {
            append(t, "Local", &[frame(b"lost")])?;
            panic!("on purpose");
        })
    }));
    assert!(caught.is_err());
    assert!(everything(store, id) == before);
    assert_eq!(append_one(store, id, "Local", &[frame(b"kept")]), 0);
}

pub(super) fn unknown_account(store: &dyn Store) {
    let id = store.create_account(&new_account("alice")).unwrap();
    store.delete_account(id).unwrap();
    let refused = store.transact(id, &mut |_| panic!("this must not run"));
    assert_eq!(refused, Err(StoreError::AccountUnknown(id)));
    let refused = store.update_account(id, &AccountChange::default());
    assert_eq!(refused, Err(StoreError::AccountUnknown(id)));
    assert_eq!(store.status(id, None).unwrap(), []);
    assert_eq!(store.access_rows(id).unwrap(), []);
}

pub(super) fn no_index_twice(store: &dyn Store) {
    let id = store.create_account(&new_account("alice")).unwrap();
    let won = Mutex::new(BTreeSet::new());
    thread::scope(|scope| {
        for writer in 0..8 {
            let won = &won;
            scope.spawn(move || {
                for _ in 0..40 {
                    let seen = store.head(id, "Device").unwrap();
                    let next = seen.map_or(0, |head| head.head.next_index);
                    let envelope = format!("{writer} at {next}");
                    let result = store.transact(id, &mut |t| {
                        t.expect("Device", next)?;
                        append(t, "Device", &[frame(envelope.as_bytes())]).map(|_| ())
                    });
                    match result {
                        Ok(()) => assert!(won.lock().unwrap().insert((next, envelope))),
                        Err(StoreError::Stale {
                            expected, actual, ..
                        }) => {
                            assert_eq!(expected, next);
                            assert!(actual > next);
                        }
                        Err(error) => panic!("{error}"),
                    }
                }
            });
        }
    });
    let frames = store
        .frames(id, "Device", FrameRange::starting_at(0, u64::MAX))
        .unwrap();
    let stored: BTreeSet<_> = frames
        .into_iter()
        .map(|frame| (frame.index, String::from_utf8(frame.envelope).unwrap()))
        .collect();
    assert_eq!(stored, won.into_inner().unwrap());
    assert!(stored.len() >= 40);
}

pub(super) fn blind_appends(store: &dyn Store) {
    let ids = ["alice", "bob"].map(|name| store.create_account(&new_account(name)).unwrap());
    thread::scope(|scope| {
        for writer in 0..8_usize {
            scope.spawn(move || {
                for n in 0..25 {
                    let envelope = format!("{writer} {n}");
                    let frames = [frame(envelope.as_bytes()), frame(envelope.as_bytes())];
                    append_one(store, ids[(writer + n) % 2], "Inbound", &frames);
                }
            });
        }
    });
    let mut all = BTreeSet::new();
    for id in ids {
        let frames = store
            .frames(id, "Inbound", FrameRange::starting_at(0, u64::MAX))
            .unwrap();
        assert!(
            (0..)
                .zip(&frames)
                .all(|(index, frame)| frame.index == index)
        );
        for pair in frames.chunks(2) {
            assert_eq!(
                pair[0].envelope, pair[1].envelope,
                "two transactions are interleaved"
            );
            all.insert(pair[0].envelope.clone());
        }
    }
    assert_eq!(all.len(), 200);
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
}

pub(super) fn closed(store: &dyn Store) {
    let id = store.create_account(&new_account("alice")).unwrap();
    append_one(store, id, "Local", &[frame(b"one")]);
    let before = everything(store, id);
    assert!(!store.is_closed().unwrap());
    store.close(true).unwrap();
    store.close(true).unwrap();
    assert!(store.is_closed().unwrap());
    let refused = Err(StoreError::Moved);
    assert_eq!(
        store.transact(id, &mut |_| panic!("this must not run")),
        refused
    );
    assert_eq!(store.host_put("key", b"value"), refused);
    assert_eq!(store.host_remove("store/closed"), Err(StoreError::Moved));
    assert_eq!(store.delete_account(id), Err(StoreError::Moved));
    assert_eq!(
        store.create_account(&new_account("bob")),
        Err(StoreError::Moved)
    );
    assert_eq!(
        store.import_account(AccountId(99), &new_account("bob")),
        refused
    );
    assert!(everything(store, id) == before);
    store.close(false).unwrap();
    assert_eq!(append_one(store, id, "Local", &[frame(b"two")]), 1);
}

pub(super) fn closing(store: &dyn Store) {
    let id = store.create_account(&new_account("alice")).unwrap();
    thread::scope(|scope| {
        let writers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut written = 0_u64;
                    loop {
                        match store
                            .transact(id, &mut |t| append(t, "Local", &[frame(b"x")]).map(|_| ()))
                        {
                            Ok(()) => written += 1,
                            Err(StoreError::Moved) => return written,
                            Err(error) => panic!("{error}"),
                        }
                    }
                })
            })
            .collect();
        thread::sleep(std::time::Duration::from_millis(50));
        store.close(true).unwrap();
        let seen = store
            .head(id, "Local")
            .unwrap()
            .map_or(0, |head| head.head.next_index);
        let written: u64 = writers
            .into_iter()
            .map(|writer| writer.join().unwrap())
            .sum();
        assert_eq!(seen, written);
    });
}
