// SPDX-License-Identifier: MIT
//! Behaviours of host records and accounts.
//!
//! Here: one function for each; their names in words are in `conformance`.

use super::*;

pub(super) fn host_records(store: &dyn Store) {
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

pub(super) fn host_records_listed(store: &dyn Store) {
    for key in ["a/2", "a/1", "a", "b/1", "a%2"] {
        store.host_put(key, key.as_bytes()).unwrap();
    }
    let listed = store.host_list("a/").unwrap();
    let expected = ["a/1", "a/2"].map(|key| (key.to_owned(), key.as_bytes().to_vec()));
    assert_eq!(listed, expected);
    assert_eq!(store.host_list("c").unwrap(), []);
}

pub(super) fn host_record_spent(store: &dyn Store) {
    store.host_put("key", b"2").unwrap();
    let spending = |name: &str, expected: &[u8], value: Option<&[u8]>| NewAccount {
        spend: Some(HostChange {
            key: "key".to_owned(),
            expected: expected.to_vec(),
            value: value.map(<[u8]>::to_vec),
        }),
        ..new_account(name)
    };
    let changed = store.create_account(&spending("alice", b"3", None));
    assert_eq!(changed, Err(StoreError::HostChanged));
    assert_eq!(store.account_by_address("alice@example.com").unwrap(), None);
    assert_eq!(store.host_get("key").unwrap().as_deref(), Some(&b"2"[..]));
    store
        .create_account(&spending("alice", b"2", Some(b"1")))
        .unwrap();
    assert_eq!(store.host_get("key").unwrap().as_deref(), Some(&b"1"[..]));
    // An account that is not created uses nothing up.
    let taken = store.create_account(&spending("alice", b"1", None));
    assert_eq!(taken, Err(StoreError::AddressTaken));
    assert_eq!(store.host_get("key").unwrap().as_deref(), Some(&b"1"[..]));
    store.create_account(&spending("bob", b"1", None)).unwrap();
    assert_eq!(store.host_get("key").unwrap(), None);
    let gone = store.create_account(&spending("carol", b"1", Some(b"0")));
    assert_eq!(gone, Err(StoreError::HostChanged));
}

pub(super) fn figures(store: &dyn Store) {
    assert_eq!(store.figures().unwrap().accounts, 0);
    let id = store.create_account(&new_account("alice")).unwrap();
    append_one(store, id, "S", &[frame(&[7; 100])]);
    let figures = store.figures().unwrap();
    assert_eq!(figures.accounts, 1);
    assert!(figures.data >= 100);
    store.delete_account(id).unwrap();
    assert_eq!(store.figures().unwrap().accounts, 0);
}

pub(super) fn accounts_are_found(store: &dyn Store) {
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

pub(super) fn created_whole(store: &dyn Store) {
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

pub(super) fn taken_creates_nothing(store: &dyn Store) {
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

pub(super) fn accounts_in_pages(store: &dyn Store) {
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

pub(super) fn account_changes(store: &dyn Store) {
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

pub(super) fn deletion(store: &dyn Store) {
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

pub(super) fn imported(store: &dyn Store) {
    let alice = store.create_account(&new_account("alice")).unwrap();
    let number = AccountId(alice.0 + 1000);
    store.import_account(number, &new_account("bob")).unwrap();
    let found = store.account_by_address("bob@example.com").unwrap();
    assert_eq!(found.unwrap().id, number);
    let again = |id, name: &str| store.import_account(id, &new_account(name));
    assert_eq!(again(number, "carol"), Err(StoreError::NumberTaken));
    let free = AccountId(number.0 + 1);
    assert_eq!(again(free, "bob"), Err(StoreError::AddressTaken));
    let mut same_profile = new_account("mallet");
    same_profile.profile_udf = "MB-bob".into();
    assert_eq!(
        store.import_account(free, &same_profile),
        Err(StoreError::ProfileTaken)
    );
    // A smaller number changes nothing of what comes next.
    store
        .import_account(AccountId(alice.0 + 7), &new_account("doris"))
        .unwrap();
    assert!(store.create_account(&new_account("carol")).unwrap() > number);
    assert_eq!(append_one(store, number, "Local", &[frame(b"first")]), 0);
}
