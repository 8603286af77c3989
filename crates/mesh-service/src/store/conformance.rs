// SPDX-License-Identifier: MIT
//! What every store must do: one suite, run by the tests of each back end.
//!
//! Here: the behaviours, and `suite!`, which makes a test of each.
//! Not here: what only some back ends can do (survive a restart, a full disk, a killed process).

mod model;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::thread;

use super::{
    Account, AccountChange, AccountId, AccountState, Append, Frame, FrameRange, NewAccount,
    NewFrame, NewStore, Store, StoreError, StoreHead, StoreTransaction,
};

/// Runs the whole suite; `make` gives a new, empty store each time.
pub(crate) fn run(make: impl Fn() -> Box<dyn Store>) {
    for (name, behaviour) in BEHAVIOURS {
        eprintln!("{name}");
        behaviour(&*make());
    }
    model::run(&make);
}

type Behaviour = fn(&dyn Store);

const BEHAVIOURS: &[(&str, Behaviour)] = &[
    ("host records are kept, replaced and removed", host_records),
    (
        "an account is found by number, address and profile",
        accounts_are_found,
    ),
    (
        "an account is created with its sequences and access rows",
        created_whole,
    ),
    (
        "a taken address or profile creates nothing",
        taken_creates_nothing,
    ),
    ("accounts are listed in pages", accounts_in_pages),
    (
        "an account's record changes as asked and no further",
        account_changes,
    ),
    (
        "deleting removes everything and numbers are not used again",
        deletion,
    ),
    (
        "appended frames are handed out unchanged and in order",
        frames_unchanged,
    ),
    (
        "a page holds at least one frame and no more than fits",
        paging,
    ),
    ("a key leads to its latest frame", keys),
    ("an empty append creates the sequence", empty_append),
    ("heads are those asked for, in order of their labels", heads),
    ("access rows are set, replaced and removed", access_rows),
    (
        "a transaction over several sequences is all or nothing",
        all_or_nothing,
    ),
    ("a stale expectation changes nothing", stale),
    ("a transaction sees its own changes", own_changes),
    (
        "a panic in a transaction leaves nothing and harms nobody",
        panicking,
    ),
    (
        "a transaction on an unknown account is refused",
        unknown_account,
    ),
    ("two writers never both get one index", no_index_twice),
    (
        "appends without expectation all arrive, whole",
        blind_appends,
    ),
    ("accounts do not see each other", separation),
    ("a store in order has no findings", sound),
];

/// Accounts used in tests are told apart by a name.
pub(super) fn new_account(name: &str) -> NewAccount {
    NewAccount {
        profile_udf: format!("MB-{name}"),
        address: format!("{name}@example.com"),
        state: AccountState::Active,
        record: name.as_bytes().to_vec(),
        stores: Vec::new(),
        access: Vec::new(),
    }
}

pub(super) fn frame(envelope: &[u8]) -> NewFrame {
    NewFrame {
        envelope: envelope.to_vec(),
        key: None,
    }
}

pub(super) fn keyed(key: &str, envelope: &[u8]) -> NewFrame {
    NewFrame {
        envelope: envelope.to_vec(),
        key: Some(key.to_owned()),
    }
}

/// Appends with a digest and a state that tell what was appended last.
pub(super) fn append(
    transaction: &mut dyn StoreTransaction,
    label: &str,
    frames: &[NewFrame],
) -> Result<u64, StoreError> {
    let last = frames.last().map_or(&b""[..], |frame| &frame.envelope);
    let digest = [b"digest of ", last].concat();
    let state = [b"state of ", last].concat();
    transaction.append(
        label,
        &Append {
            frames,
            digest: &digest,
            state: &state,
        },
    )
}

pub(super) fn append_one(
    store: &dyn Store,
    id: AccountId,
    label: &str,
    frames: &[NewFrame],
) -> u64 {
    let mut index = None;
    store
        .transact(id, &mut |transaction| {
            index = Some(append(transaction, label, frames)?);
            Ok(())
        })
        .unwrap();
    index.unwrap()
}

/// Everything that can be read of an account.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Everything {
    pub(super) account: Option<Account>,
    pub(super) heads: Vec<StoreHead>,
    pub(super) states: Vec<Vec<u8>>,
    pub(super) frames: Vec<Vec<Frame>>,
    pub(super) access: Vec<(String, Vec<u8>)>,
}

pub(super) fn everything(store: &dyn Store, id: AccountId) -> Everything {
    let heads = store.status(id, None).unwrap();
    let all = FrameRange::starting_at(0, u64::MAX);
    Everything {
        account: store.account(id).unwrap(),
        states: heads
            .iter()
            .map(|head| store.head(id, &head.label).unwrap().unwrap().state)
            .collect(),
        frames: heads
            .iter()
            .map(|head| store.frames(id, &head.label, all).unwrap())
            .collect(),
        access: store.access_rows(id).unwrap(),
        heads,
    }
}

fn host_records(store: &dyn Store) {
    assert_eq!(store.host_get("key").unwrap(), None);
    store.host_put("key", b"one").unwrap();
    store.host_put("other", b"").unwrap();
    store.host_put("key", b"two").unwrap();
    assert_eq!(store.host_get("key").unwrap().as_deref(), Some(&b"two"[..]));
    assert_eq!(store.host_get("other").unwrap().as_deref(), Some(&b""[..]));
    assert!(store.host_remove("key").unwrap());
    assert!(!store.host_remove("key").unwrap());
    assert_eq!(store.host_get("key").unwrap(), None);
}

fn accounts_are_found(store: &dyn Store) {
    let id = store.create_account(&new_account("alice")).unwrap();
    let found = store.account(id).unwrap().unwrap();
    assert_eq!(found.id, id);
    assert_eq!(found.address, "alice@example.com");
    assert_eq!(found.profile_udf, "MB-alice");
    assert_eq!(found.state, AccountState::Active);
    assert_eq!(found.record, b"alice");
    assert_eq!(
        store
            .account_by_address("alice@example.com")
            .unwrap()
            .as_ref(),
        Some(&found)
    );
    assert_eq!(
        store.account_by_profile("MB-alice").unwrap().as_ref(),
        Some(&found)
    );
    assert_eq!(store.account_by_address("Alice@example.com").unwrap(), None);
    assert_eq!(store.account_by_profile("alice@example.com").unwrap(), None);
    assert_eq!(store.account(AccountId(u64::MAX >> 1)).unwrap(), None);
}

fn created_whole(store: &dyn Store) {
    let inbound = NewStore {
        label: "Inbound".into(),
        frames: vec![keyed("zero", b"frame 0"), frame(b"frame 1")],
        digest: b"apex".to_vec(),
        state: b"frontier".to_vec(),
    };
    let mut new = new_account("alice");
    new.stores = vec![inbound];
    new.access = vec![("key".into(), b"may".to_vec())];
    let id = store.create_account(&new).unwrap();
    let head = store.head(id, "Inbound").unwrap().unwrap();
    assert_eq!(head.head.next_index, 2);
    assert_eq!(head.head.digest, b"apex");
    assert_eq!(head.head.bytes, 14);
    assert_eq!(head.state, b"frontier");
    assert_eq!(
        store
            .frame_by_key(id, "Inbound", "zero")
            .unwrap()
            .unwrap()
            .envelope,
        b"frame 0"
    );
    assert_eq!(
        store.access(id, "key").unwrap().as_deref(),
        Some(&b"may"[..])
    );
}

fn taken_creates_nothing(store: &dyn Store) {
    let id = store.create_account(&new_account("alice")).unwrap();
    let before = everything(store, id);
    let mut same_address = new_account("mallet");
    same_address.address = "alice@example.com".into();
    assert_eq!(
        store.create_account(&same_address),
        Err(StoreError::AddressTaken)
    );
    let mut same_profile = new_account("mallet");
    same_profile.profile_udf = "MB-alice".into();
    assert_eq!(
        store.create_account(&same_profile),
        Err(StoreError::ProfileTaken)
    );
    assert_eq!(store.accounts(None, 10).unwrap().len(), 1);
    assert!(everything(store, id) == before);
}

fn accounts_in_pages(store: &dyn Store) {
    let created: Vec<_> = (0..5)
        .map(|n| store.create_account(&new_account(&n.to_string())).unwrap())
        .collect();
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = store.accounts(after, 2).unwrap();
        assert!(page.len() <= 2);
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        seen.extend(page.iter().map(|account| account.id));
    }
    assert_eq!(seen, created);
    assert!(store.accounts(None, 0).unwrap().is_empty());
}

fn account_changes(store: &dyn Store) {
    let id = store.create_account(&new_account("alice")).unwrap();
    store.create_account(&new_account("bob")).unwrap();
    let before = store.account(id).unwrap().unwrap();
    let taken = AccountChange {
        address: Some("bob@example.com".into()),
        record: Some(b"lost".to_vec()),
        ..AccountChange::default()
    };
    assert_eq!(
        store.update_account(id, &taken),
        Err(StoreError::AddressTaken)
    );
    assert_eq!(store.account(id).unwrap().unwrap(), before);
    store.update_account(id, &AccountChange::default()).unwrap();
    assert_eq!(store.account(id).unwrap().unwrap(), before);
    for state in [
        AccountState::Suspended,
        AccountState::Closed,
        AccountState::Active,
    ] {
        let change = AccountChange {
            state: Some(state),
            ..AccountChange::default()
        };
        store.update_account(id, &change).unwrap();
        assert_eq!(
            store.account(id).unwrap().unwrap(),
            Account {
                state,
                ..before.clone()
            }
        );
    }
    let moved = AccountChange {
        address: Some("alice@example.net".into()),
        state: None,
        record: Some(b"moved".to_vec()),
    };
    store.update_account(id, &moved).unwrap();
    assert_eq!(store.account_by_address("alice@example.com").unwrap(), None);
    let after = store
        .account_by_address("alice@example.net")
        .unwrap()
        .unwrap();
    assert_eq!(after.record, b"moved");
    assert_eq!(after.profile_udf, before.profile_udf);
}

fn deletion(store: &dyn Store) {
    let id = store.create_account(&new_account("alice")).unwrap();
    let bob = store.create_account(&new_account("bob")).unwrap();
    for id in [id, bob] {
        append_one(
            store,
            id,
            "Credential",
            &[keyed("k", b"one"), frame(b"two")],
        );
        store
            .transact(id, &mut |t| t.access_put("key", b"may"))
            .unwrap();
    }
    let before = everything(store, bob);
    assert!(store.delete_account(id).unwrap());
    assert!(!store.delete_account(id).unwrap());
    let nothing = Everything {
        account: None,
        heads: Vec::new(),
        states: Vec::new(),
        frames: Vec::new(),
        access: Vec::new(),
    };
    assert_eq!(everything(store, id), nothing);
    assert_eq!(store.account_by_address("alice@example.com").unwrap(), None);
    assert_eq!(store.account_by_profile("MB-alice").unwrap(), None);
    assert_eq!(store.frame_by_key(id, "Credential", "k").unwrap(), None);
    assert_eq!(store.access(id, "key").unwrap(), None);
    assert!(everything(store, bob) == before);
    assert!(store.delete_account(bob).unwrap());
    let again = store.create_account(&new_account("alice")).unwrap();
    assert!(again > bob, "{again} was used before");
    assert_eq!(store.status(again, None).unwrap(), []);
    assert_eq!(append_one(store, again, "Credential", &[frame(b"new")]), 0);
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
}

fn frames_unchanged(store: &dyn Store) {
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

fn paging(store: &dyn Store) {
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

fn keys(store: &dyn Store) {
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

fn empty_append(store: &dyn Store) {
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

fn heads(store: &dyn Store) {
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

fn access_rows(store: &dyn Store) {
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

fn all_or_nothing(store: &dyn Store) {
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

fn stale(store: &dyn Store) {
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

fn own_changes(store: &dyn Store) {
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

fn panicking(store: &dyn Store) {
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

fn unknown_account(store: &dyn Store) {
    let id = store.create_account(&new_account("alice")).unwrap();
    store.delete_account(id).unwrap();
    let refused = store.transact(id, &mut |_| panic!("this must not run"));
    assert_eq!(refused, Err(StoreError::AccountUnknown(id)));
    let refused = store.update_account(id, &AccountChange::default());
    assert_eq!(refused, Err(StoreError::AccountUnknown(id)));
    assert_eq!(store.status(id, None).unwrap(), []);
    assert_eq!(store.access_rows(id).unwrap(), []);
}

fn no_index_twice(store: &dyn Store) {
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

fn blind_appends(store: &dyn Store) {
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

fn separation(store: &dyn Store) {
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

fn sound(store: &dyn Store) {
    let id = store.create_account(&new_account("alice")).unwrap();
    append_one(
        store,
        id,
        "Local",
        &[keyed("k", b"one"), keyed("k", b"two")],
    );
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
}
