// SPDX-License-Identifier: MIT
//! Accounts by the million, put into a store that no service uses meanwhile.
//!
//! Each is what a service makes of the first request of a new account - record and spools - copied from one that is there, under another address
//! and fingerprint. They are nobody's: no key belongs to them.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use mesh_service::store::{
    Account, AccountState, EmbeddedStore, FrameRange, NewAccount, NewFrame, NewStore, Store,
};

use crate::Outcome;

/// Threads, which share commits.
const THREADS: usize = 64;
/// The stores that an account has before its owner has written anything.
const SPOOLS: [&str; 3] = ["Inbound", "Local", "Outbound"];

/// Puts so many accounts into the store in a directory, and prints how long that took.
pub(crate) fn run(directory: &Path, accounts: u64) -> Outcome<()> {
    let store = EmbeddedStore::open(directory)?;
    let first = store.accounts(None, 1)?.pop();
    let first = first.ok_or("there is no account to copy: let 'mesh-load mesh' make one")?;
    let stores = spools(&store, &first)?;
    let (next, begun) = (AtomicU64::new(0), Instant::now());
    let done: Vec<Outcome<()>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|_| {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= accounts {
                            return Ok(());
                        }
                        store.create_account(&NewAccount {
                            // As long as a fingerprint, and in no order either.
                            profile_udf: fingerprint(number),
                            address: format!("idle-{number}@localhost"),
                            state: AccountState::Active,
                            record: first.record.clone(),
                            stores: stores.clone(),
                            access: Vec::new(),
                            spend: None,
                        })?;
                    }
                })
            })
            .collect();
        let join = |thread: thread::ScopedJoinHandle<'_, _>| {
            thread
                .join()
                .unwrap_or_else(|_| Err("a writer panicked".into()))
        };
        threads.into_iter().map(join).collect()
    });
    done.into_iter().collect::<Outcome<()>>()?;
    println!("fill {accounts} {}", begun.elapsed().as_millis());
    Ok(())
}

fn spools(store: &EmbeddedStore, account: &Account) -> Outcome<Vec<NewStore>> {
    let mut stores = Vec::new();
    for label in SPOOLS {
        let head = store.head(account.id, label)?;
        let head = head.ok_or("the account that is copied has no spools")?;
        let all = FrameRange::starting_at(0, u64::MAX);
        let frames = store.frames(account.id, label, all)?;
        let frame = |frame: mesh_service::store::Frame| NewFrame {
            envelope: frame.envelope,
            key: None,
        };
        stores.push(NewStore {
            label: label.to_owned(),
            frames: frames.into_iter().map(frame).collect(),
            digest: head.head.digest,
            state: head.state,
        });
    }
    Ok(stores)
}

fn fingerprint(number: u64) -> String {
    let digest = mesh_crypto::digest::sha512(&[&number.to_be_bytes()]);
    let letters = digest.iter().take(28).map(|octet| {
        let place = usize::from(octet % 32);
        char::from(
            *b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
                .get(place)
                .unwrap_or(&b'A'),
        )
    });
    let mut text = String::from("M");
    for (place, letter) in letters.enumerate().skip(1) {
        if place % 4 == 0 {
            text.push('-');
        }
        text.push(letter);
    }
    text
}
