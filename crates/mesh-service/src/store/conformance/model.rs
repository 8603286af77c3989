// SPDX-License-Identifier: MIT
//! Random sequences of operations, against a model that is too simple to be wrong.
//!
//! Here: the operations, the model (a list per sequence), the comparison.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::{append, everything, keyed, new_account};
use crate::store::{AccountId, FrameRange, NewFrame, Store, StoreError};

const NAMES: [&str; 3] = ["alice", "bob", "carol"];
const LABELS: [&str; 3] = ["Access", "Device", "Inbound"];
const KEYS: [&str; 3] = ["a", "b", "c"];

/// One operation on one of three accounts.
#[derive(Clone, Debug)]
enum Operation {
    Create(usize),
    Delete(usize),
    /// Appends to some sequences, and sets or removes an access row; given up at the end when `abort`.
    Change {
        account: usize,
        parts: Vec<Part>,
        access: Option<(usize, Option<u8>)>,
        abort: bool,
    },
}

/// Lengths and keys of the frames for one sequence; an expectation that is wrong by so much, if there is one.
#[derive(Clone, Debug)]
struct Part {
    label: usize,
    frames: Vec<(usize, Option<usize>)>,
    expect_off: Option<u64>,
}

#[derive(Debug, Default)]
struct ModelAccount {
    id: Option<AccountId>,
    sequences: BTreeMap<&'static str, Vec<NewFrame>>,
    access: BTreeMap<&'static str, Vec<u8>>,
}

fn part() -> impl Strategy<Value = Part> {
    let frames = prop::collection::vec((0..3000_usize, prop::option::of(0..3_usize)), 0..4);
    let expect_off = prop::option::weighted(0.5, prop_oneof![4 => Just(0_u64), 1 => 1..3_u64]);
    (0..3_usize, frames, expect_off).prop_map(|(label, frames, expect_off)| Part {
        label,
        frames,
        expect_off,
    })
}

fn operation() -> impl Strategy<Value = Operation> {
    let access = prop::option::of((0..3_usize, prop::option::of(any::<u8>())));
    let change = (
        0..3_usize,
        prop::collection::vec(part(), 0..4),
        access,
        prop::bool::weighted(0.15),
    )
        .prop_map(|(account, parts, access, abort)| Operation::Change {
            account,
            parts,
            access,
            abort,
        });
    prop_oneof![
        2 => (0..3_usize).prop_map(Operation::Create),
        1 => (0..3_usize).prop_map(Operation::Delete),
        12 => change,
    ]
}

pub(super) fn run(make: &impl Fn() -> Box<dyn Store>) {
    let mut runner = TestRunner::new(Config {
        cases: 24,
        failure_persistence: None,
        ..Config::default()
    });
    let operations = prop::collection::vec(operation(), 1..40);
    let input = (operations, 1..6000_u64);
    runner
        .run(&input, |(operations, page)| {
            let store = make();
            let mut model: [ModelAccount; 3] = Default::default();
            for operation in &operations {
                apply(&*store, &mut model, operation);
            }
            for account in &model {
                compare(&*store, account, page);
            }
            assert_eq!(store.check().unwrap(), Vec::<String>::new());
            Ok(())
        })
        .unwrap();
}

fn apply(store: &dyn Store, model: &mut [ModelAccount; 3], operation: &Operation) {
    match operation {
        Operation::Create(n) => {
            let created = store.create_account(&new_account(NAMES[*n]));
            if model[*n].id.is_some() {
                assert_eq!(created, Err(StoreError::AddressTaken));
            } else {
                model[*n].id = Some(created.unwrap());
            }
        }
        Operation::Delete(n) => {
            let account = std::mem::take(&mut model[*n]);
            if let Some(id) = account.id {
                assert!(store.delete_account(id).unwrap());
            }
        }
        Operation::Change {
            account,
            parts,
            access,
            abort,
        } => {
            let account = &mut model[*account];
            if let Some(id) = account.id {
                change(store, account, id, parts, *access, *abort);
            }
        }
    }
}

fn change(
    store: &dyn Store,
    account: &mut ModelAccount,
    id: AccountId,
    parts: &[Part],
    access: Option<(usize, Option<u8>)>,
    abort: bool,
) {
    let mut sequences = account.sequences.clone();
    let mut rows = account.access.clone();
    let mut refused = false;
    let result = store.transact(id, &mut |t| {
        for part in parts {
            let label = LABELS[part.label];
            let next = sequences
                .get(label)
                .map_or(0, |list| u64::try_from(list.len()).unwrap());
            if let Some(off) = part.expect_off {
                refused = off != 0;
                t.expect(label, next + off)?;
            }
            let frames: Vec<_> = (next..)
                .zip(&part.frames)
                .map(|(n, shape)| make_frame(n, shape))
                .collect();
            assert_eq!(append(t, label, &frames)?, next);
            sequences.entry(label).or_default().extend(frames);
        }
        if let Some((key, record)) = access {
            let key = KEYS[key];
            match record {
                Some(octet) => {
                    t.access_put(key, &[octet])?;
                    rows.insert(key, vec![octet]);
                }
                None => assert_eq!(t.access_remove(key)?, rows.remove(key).is_some()),
            }
        }
        if abort {
            Err(StoreError::Aborted)
        } else {
            Ok(())
        }
    });
    match result {
        Ok(()) => {
            assert!(!refused && !abort);
            account.sequences = sequences;
            account.access = rows;
        }
        Err(StoreError::Stale { .. }) => assert!(refused),
        Err(StoreError::Aborted) => assert!(abort && !refused),
        Err(error) => panic!("{error}"),
    }
}

fn make_frame(index: u64, (length, key): &(usize, Option<usize>)) -> NewFrame {
    let octet = u8::try_from(index % 251).unwrap();
    let envelope = vec![octet; *length];
    match key {
        Some(key) => keyed(KEYS[*key], &envelope),
        None => super::frame(&envelope),
    }
}

fn compare(store: &dyn Store, account: &ModelAccount, page: u64) {
    let Some(id) = account.id else { return };
    let found = everything(store, id);
    let labels: Vec<_> = account
        .sequences
        .keys()
        .map(|label| (*label).to_owned())
        .collect();
    assert_eq!(
        found
            .heads
            .iter()
            .map(|head| head.label.clone())
            .collect::<Vec<_>>(),
        labels
    );
    let rows: Vec<_> = account
        .access
        .iter()
        .map(|(key, row)| ((*key).to_owned(), row.clone()))
        .collect();
    assert_eq!(found.access, rows);
    for (head, (label, list)) in found.heads.iter().zip(&account.sequences) {
        assert_eq!(head.next_index, u64::try_from(list.len()).unwrap());
        let total: usize = list.iter().map(|frame| frame.envelope.len()).sum();
        assert_eq!(head.bytes, u64::try_from(total).unwrap());
        let mut next = 0;
        while next < head.next_index {
            let range = FrameRange::starting_at(next, page);
            let frames = store.frames(id, label, range).unwrap();
            assert!(!frames.is_empty());
            let octets: usize = frames.iter().map(|frame| frame.envelope.len()).sum();
            assert!(frames.len() == 1 || u64::try_from(octets).unwrap() <= page);
            for frame in frames {
                assert_eq!(frame.index, next);
                assert_eq!(
                    frame.envelope,
                    list[usize::try_from(next).unwrap()].envelope
                );
                next += 1;
            }
        }
        for key in KEYS {
            let expected = (0_u64..)
                .zip(list)
                .filter(|(_, frame)| frame.key.as_deref() == Some(key))
                .map(|(index, _)| index)
                .last();
            let found = store.frame_by_key(id, label, key).unwrap();
            assert_eq!(found.map(|frame| frame.index), expected);
        }
    }
}
