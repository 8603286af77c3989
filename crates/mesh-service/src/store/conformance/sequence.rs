// SPDX-License-Identifier: MIT
//! Behaviours of sequences and access rows.
//!
//! Here: one function for each; their names in words are in `conformance`.

use super::*;

pub(super) fn frames_unchanged(store: &dyn Store) {
    let id = store.create_account(&new_account("alice")).unwrap();
    let sizes = [0, 1, 1000, 1024, 4000, 4096, 5000, 70_000, 1_000_000];
    let envelopes: Vec<Vec<u8>> = sizes
        .iter()
        .map(|size| {
            (0..*size)
                .map(|n: usize| u8::try_from((n * 31 + size) % 256).unwrap())
                .collect()
        })
        .collect();
    let frames: Vec<_> = envelopes.iter().map(|envelope| frame(envelope)).collect();
    assert_eq!(append_one(store, id, "Document", &frames[..4]), 0);
    assert_eq!(append_one(store, id, "Document", &frames[4..]), 4);
    let read = store
        .frames(id, "Document", FrameRange::starting_at(0, u64::MAX))
        .unwrap();
    let expected: Vec<_> = (0..)
        .zip(envelopes)
        .map(|(index, envelope)| Frame { index, envelope })
        .collect();
    assert!(read == expected);
    let part = store.frames(
        id,
        "Document",
        FrameRange {
            from: 2,
            to: 4,
            max_bytes: u64::MAX,
        },
    );
    assert!(part.unwrap() == expected[2..4]);
    let head = store.head(id, "Document").unwrap().unwrap().head;
    assert_eq!(
        head.bytes,
        sizes
            .iter()
            .map(|size| u64::try_from(*size).unwrap())
            .sum::<u64>()
    );
}

pub(super) fn paging(store: &dyn Store) {
    let id = store.create_account(&new_account("alice")).unwrap();
    let frames: Vec<_> = [10, 10, 100, 10, 0, 0]
        .map(|size| frame(&vec![7; size]))
        .to_vec();
    append_one(store, id, "Task", &frames);
    let page = |from, to, max_bytes| -> Vec<u64> {
        let frames = store
            .frames(
                id,
                "Task",
                FrameRange {
                    from,
                    to,
                    max_bytes,
                },
            )
            .unwrap();
        frames.iter().map(|frame| frame.index).collect()
    };
    assert_eq!(page(0, 6, 20), [0, 1]);
    assert_eq!(page(0, 6, 19), [0]);
    assert_eq!(page(0, 6, 0), [0]);
    assert_eq!(
        page(2, 6, 0),
        [2],
        "a frame larger than the page still comes"
    );
    assert_eq!(page(2, 6, 110), [2, 3, 4, 5], "empty frames always fit");
    assert_eq!(page(3, 5, u64::MAX), [3, 4]);
    assert_eq!(page(5, u64::MAX, 1), [5]);
    assert_eq!(page(6, u64::MAX, 1), Vec::<u64>::new());
    assert_eq!(page(u64::MAX, u64::MAX, 1), Vec::<u64>::new());
    assert_eq!(page(4, 2, 1), Vec::<u64>::new());
    assert_eq!(
        store
            .frames(id, "None", FrameRange::starting_at(0, 1))
            .unwrap(),
        []
    );
}

pub(super) fn keys(store: &dyn Store) {
    let id = store.create_account(&new_account("alice")).unwrap();
    append_one(
        store,
        id,
        "Local",
        &[keyed("a", b"a0"), keyed("b", b"b1"), keyed("a", b"a2")],
    );
    append_one(store, id, "Local", &[frame(b"none"), keyed("b", b"b4")]);
    append_one(store, id, "Inbound", &[keyed("a", b"inbound")]);
    let find = |label, key| store.frame_by_key(id, label, key).unwrap();
    assert_eq!(
        find("Local", "a"),
        Some(Frame {
            index: 2,
            envelope: b"a2".to_vec()
        })
    );
    assert_eq!(
        find("Local", "b"),
        Some(Frame {
            index: 4,
            envelope: b"b4".to_vec()
        })
    );
    assert_eq!(
        find("Inbound", "a"),
        Some(Frame {
            index: 0,
            envelope: b"inbound".to_vec()
        })
    );
    assert_eq!(find("Local", "c"), None);
    assert_eq!(find("Outbound", "a"), None);
}

pub(super) fn empty_append(store: &dyn Store) {
    let id = store.create_account(&new_account("alice")).unwrap();
    store
        .transact(id, &mut |t| {
            assert_eq!(t.head("Local")?, None);
            let first = t.append(
                "Local",
                &Append {
                    frames: &[],
                    digest: b"d",
                    state: b"s",
                },
            )?;
            assert_eq!(first, 0);
            Ok(())
        })
        .unwrap();
    let head = StoreHead {
        label: "Local".into(),
        next_index: 0,
        digest: b"d".to_vec(),
        bytes: 0,
    };
    assert_eq!(store.status(id, None).unwrap(), [head]);
    assert_eq!(append_one(store, id, "Local", &[frame(b"x")]), 0);
}

pub(super) fn heads(store: &dyn Store) {
    let id = store.create_account(&new_account("alice")).unwrap();
    for label in ["Network", "Access", "Device"] {
        append_one(store, id, label, &[frame(label.as_bytes())]);
    }
    let labels = |asked: Option<&[&str]>| -> Vec<String> {
        store
            .status(id, asked)
            .unwrap()
            .into_iter()
            .map(|head| head.label)
            .collect()
    };
    assert_eq!(labels(None), ["Access", "Device", "Network"]);
    assert_eq!(
        labels(Some(&["Network", "Nothing", "Access"])),
        ["Access", "Network"]
    );
    assert_eq!(labels(Some(&[])), Vec::<&str>::new());
    let head = store.status(id, Some(&["Device"])).unwrap().remove(0);
    assert_eq!((head.next_index, head.bytes), (1, 6));
    assert_eq!(head.digest, b"digest of Device");
}

pub(super) fn access_rows(store: &dyn Store) {
    let id = store.create_account(&new_account("alice")).unwrap();
    store
        .transact(id, &mut |t| {
            t.access_put("b", b"1")?;
            t.access_put("a", b"2")?;
            t.access_put("b", b"3")?;
            assert!(t.access_remove("a")?);
            assert!(!t.access_remove("a")?);
            t.access_put("c", b"")
        })
        .unwrap();
    assert_eq!(store.access(id, "a").unwrap(), None);
    assert_eq!(store.access(id, "c").unwrap().as_deref(), Some(&b""[..]));
    let rows = store.access_rows(id).unwrap();
    assert_eq!(
        rows,
        [
            ("b".to_owned(), b"3".to_vec()),
            ("c".to_owned(), Vec::new())
        ]
    );
    store
        .transact(id, &mut |t| t.access_remove("b").map(|_| ()))
        .unwrap();
    assert_eq!(store.access(id, "b").unwrap(), None);
}

pub(super) fn separation(store: &dyn Store) {
    let [alice, bob] =
        ["alice", "bob"].map(|name| store.create_account(&new_account(name)).unwrap());
    append_one(store, alice, "Local", &[keyed("k", b"of alice")]);
    store
        .transact(alice, &mut |t| t.access_put("key", b"may"))
        .unwrap();
    assert_eq!(store.status(bob, None).unwrap(), []);
    assert_eq!(
        store
            .frames(bob, "Local", FrameRange::starting_at(0, 9))
            .unwrap(),
        []
    );
    assert_eq!(store.frame_by_key(bob, "Local", "k").unwrap(), None);
    assert_eq!(store.access(bob, "key").unwrap(), None);
    store
        .transact(bob, &mut |t| {
            assert_eq!(t.head("Local")?, None);
            assert_eq!(t.access("key")?, None);
            assert!(!t.access_remove("key")?);
            append(t, "Local", &[keyed("k", b"of bob")]).map(|_| ())
        })
        .unwrap();
    assert_eq!(
        store
            .frame_by_key(alice, "Local", "k")
            .unwrap()
            .unwrap()
            .envelope,
        b"of alice"
    );
    assert_eq!(
        store.access(alice, "key").unwrap().as_deref(),
        Some(&b"may"[..])
    );
}

pub(super) fn sound(store: &dyn Store) {
    let id = store.create_account(&new_account("alice")).unwrap();
    append_one(
        store,
        id,
        "Local",
        &[keyed("k", b"one"), keyed("k", b"two")],
    );
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
}

pub(super) fn keys_listed(store: &dyn Store) {
    let id = store.create_account(&new_account("alice")).unwrap();
    append_one(
        store,
        id,
        "Task",
        &[keyed("a", b"0"), keyed("b", b"1"), frame(b"2")],
    );
    append_one(
        store,
        id,
        "Task",
        &[keyed("a", b"3"), keyed("c", b"4"), keyed("c", b"5")],
    );
    append_one(store, id, "Other", &[keyed("d", b"0")]);
    let keys = |label, from| store.keys(id, label, from).unwrap();
    let listed = |keys: &[(u64, &str)]| -> Vec<(u64, String)> {
        keys.iter()
            .map(|(index, key)| (*index, (*key).to_owned()))
            .collect()
    };
    assert_eq!(keys("Task", 0), listed(&[(1, "b"), (3, "a"), (5, "c")]));
    assert_eq!(keys("Task", 2), listed(&[(3, "a"), (5, "c")]));
    assert_eq!(keys("Task", 6), []);
    assert_eq!(keys("Task", u64::MAX), []);
    assert_eq!(keys("Nothing", 0), []);
}

pub(super) fn odd_texts(store: &dyn Store) {
    let id = store.create_account(&new_account("alice")).unwrap();
    let key = "nul \0, quote ', \u{10ffff}";
    append_one(store, id, "Task", &[keyed(key, b"one")]);
    let found = store.frame_by_key(id, "Task", key).unwrap();
    assert_eq!(found.unwrap().envelope, b"one");
    store
        .transact(id, &mut |t| t.access_put(key, b"may"))
        .unwrap();
    assert_eq!(
        store.access_rows(id).unwrap(),
        [(key.to_owned(), b"may".to_vec())]
    );
    assert_eq!(
        store.account_by_address("alice@example.com\0").unwrap(),
        None
    );
    assert_eq!(store.account_by_profile("MB-alice\0").unwrap(), None);
}
