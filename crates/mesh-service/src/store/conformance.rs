// SPDX-License-Identifier: MIT
//! What every store must do: one suite, run by the tests of each back end.
//!
//! Here: the list of behaviours, what they share; `model` compares random operations with a model.
//! Not here: what only some back ends can do (survive a restart, a full disk, a killed process).

mod account;
mod model;
mod sequence;
mod transaction;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::thread;

use super::{
    Account, AccountChange, AccountId, AccountState, Append, Frame, FrameRange, HostChange,
    NewAccount, NewFrame, NewStore, Store, StoreError, StoreHead, StoreTransaction,
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
    (
        "host records are kept, replaced and removed",
        account::host_records,
    ),
    (
        "host records are listed by the beginning of their keys",
        account::host_records_listed,
    ),
    (
        "an account that uses a host record up is created only when that is as it was read",
        account::host_record_spent,
    ),
    ("a store tells how large it is", account::figures),
    (
        "an account is found by number, address and profile",
        account::accounts_are_found,
    ),
    (
        "an account is created with its sequences and access rows",
        account::created_whole,
    ),
    (
        "a taken address or profile creates nothing",
        account::taken_creates_nothing,
    ),
    ("accounts are listed in pages", account::accounts_in_pages),
    (
        "an account's record changes as asked and no further",
        account::account_changes,
    ),
    (
        "deleting removes everything and numbers are not used again",
        account::deletion,
    ),
    (
        "appended frames are handed out unchanged and in order",
        sequence::frames_unchanged,
    ),
    (
        "a page holds at least one frame and no more than fits",
        sequence::paging,
    ),
    ("a key leads to its latest frame", sequence::keys),
    (
        "an empty append creates the sequence",
        sequence::empty_append,
    ),
    (
        "heads are those asked for, in order of their labels",
        sequence::heads,
    ),
    (
        "access rows are set, replaced and removed",
        sequence::access_rows,
    ),
    (
        "a transaction over several sequences is all or nothing",
        transaction::all_or_nothing,
    ),
    ("a stale expectation changes nothing", transaction::stale),
    (
        "a transaction sees its own changes",
        transaction::own_changes,
    ),
    (
        "a panic in a transaction leaves nothing and harms nobody",
        transaction::panicking,
    ),
    (
        "a transaction on an unknown account is refused",
        transaction::unknown_account,
    ),
    (
        "two writers never both get one index",
        transaction::no_index_twice,
    ),
    (
        "appends without expectation all arrive, whole",
        transaction::blind_appends,
    ),
    (
        "an account keeps the number it is imported under, and later ones get larger numbers",
        account::imported,
    ),
    (
        "keys are listed with the latest frames they lead to",
        sequence::keys_listed,
    ),
    (
        "keys may be any text, and a name that cannot be leads nowhere",
        sequence::odd_texts,
    ),
    (
        "a closed store takes no change until it is opened again",
        transaction::closed,
    ),
    (
        "closing waits for what is being written, and nothing follows",
        transaction::closing,
    ),
    ("accounts do not see each other", sequence::separation),
    ("a store in order has no findings", sequence::sound),
];

/// Accounts used in tests are told apart by a name.
pub(crate) fn new_account(name: &str) -> NewAccount {
    NewAccount {
        profile_udf: format!("MB-{name}"),
        address: format!("{name}@example.com"),
        state: AccountState::Active,
        record: name.as_bytes().to_vec(),
        stores: Vec::new(),
        access: Vec::new(),
        spend: None,
    }
}

pub(crate) fn frame(envelope: &[u8]) -> NewFrame {
    NewFrame {
        envelope: envelope.to_vec(),
        key: None,
    }
}

pub(crate) fn keyed(key: &str, envelope: &[u8]) -> NewFrame {
    NewFrame {
        envelope: envelope.to_vec(),
        key: Some(key.to_owned()),
    }
}

/// Appends with a digest and a state that tell what was appended last.
pub(crate) fn append(
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

pub(crate) fn append_one(
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
pub(crate) struct Everything {
    pub(crate) account: Option<Account>,
    pub(crate) heads: Vec<StoreHead>,
    pub(crate) states: Vec<Vec<u8>>,
    pub(crate) frames: Vec<Vec<Frame>>,
    pub(crate) access: Vec<(String, Vec<u8>)>,
}

pub(crate) fn everything(store: &dyn Store, id: AccountId) -> Everything {
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
