// SPDX-License-Identifier: MIT
//! Moving a service from one store to another, while it serves.
//!
//! Spec: none.
//! Here: [`migrate`], [`mirror`] for backups, and the marks by which a service knows that a store is not, or not any more, one to serve from.
//! Not here: how a store refuses changes once it is closed (`store`).
//!
//! What there is is copied while the service goes on; then the source is closed to writers, what came meanwhile is copied,
//! both are compared, and the target is marked whole. Accounts keep their numbers, which are never used twice, and sequences
//! only grow: a sequence of the same account in the target is therefore the beginning of that in the source. Whatever step
//! the process is killed in, the same command goes on from there.

use std::collections::BTreeMap;

use mesh_crypto::{Environment, Udf};
use mesh_jsonbcd::ErrorClass;

use crate::error::Error;
use crate::store::{
    Account, AccountChange, AccountId, Append, FrameRange, NewAccount, NewFrame, Store, StoreError,
    StoreHead,
};

/// Host records under this are about the store itself, and stay with it.
const OWN: &str = "store/";
/// The name of a store, made when it is moved.
const NAME: &str = "store/name";
/// What has come into a store: the state of the migration and the name of its source.
const ARRIVAL: &str = "store/arrival";
const UNFINISHED: &str = "unfinished ";
const FINISHED: &str = "finished ";

/// Accounts that are asked for at a time.
const PAGE: usize = 500;
/// Octets of frames that are copied at a time.
const CHUNK: u64 = 8 << 20;
/// How often what there is is copied before the source is closed, at most: the last pass shall find little.
const OPEN_PASSES: usize = 4;
/// A pass that copies fewer frames than this is followed by the closing one.
const LITTLE: u64 = 1000;
/// How often the rest is copied once the source is closed. Accounts that exchange their addresses need another pass.
const CLOSED_PASSES: usize = 4;

/// How far a migration is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Accounts are copied while the service goes on.
    Copying,
    /// The source takes no more writes; the rest is copied.
    Closing,
    /// Both stores are compared.
    Comparing,
}

/// What a migration has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Accounts looked at in this step.
    pub accounts: u64,
    /// Frames copied altogether.
    pub frames: u64,
    /// Octets of these.
    pub octets: u64,
}

/// How a migration ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Accounts in both stores.
    pub accounts: u64,
    /// Frames in both stores.
    pub frames: u64,
    /// What this run has copied.
    pub done: Done,
    /// True when an earlier run had finished already, and nothing was done.
    pub already: bool,
}

/// Why a service is not moved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrateError {
    /// The stores are not the same after all; nothing serves from the target yet.
    #[error("the stores differ after everything was copied: {what}")]
    Differs {
        /// The first difference.
        what: String,
    },
    /// The service has been moved, and the target is in use since.
    #[error("the service has been moved to that store already, and may have been used there since")]
    Finished,
    /// The target holds something.
    #[error("the target is not empty, and what it holds does not come from this source")]
    NotEmpty,
    /// The source is not a store to move from.
    #[error("the source is itself the target of a migration that has not been finished")]
    SourceUnfinished,
    /// A store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MigrateError {
    /// Whose fault it is.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Differs { .. } => ErrorClass::Internal,
            Self::Finished | Self::NotEmpty | Self::SourceUnfinished => ErrorClass::Misuse,
            Self::Store(error) => error.class(),
        }
    }
}

/// Refuses a store from which no service may be served: half of one, or one that has been moved away.
pub(crate) fn refuse_unserviceable(store: &dyn Store) -> Result<(), Error> {
    if arrival(store)?.is_some_and(|arrival| arrival.starts_with(UNFINISHED)) {
        return Err(Error::Host {
            why: "a service is being moved into this store; repeat 'servermesh migrate' until it has finished",
        });
    }
    if store.is_closed()? {
        return Err(Error::Host {
            why: "the service has been moved out of this store, or is being moved; serve from the other one",
        });
    }
    Ok(())
}

/// Moves a service. Called again after it was interrupted, it goes on; called again after it had finished, it says so.
/// `progress` is told of every account.
///
/// # Errors
/// [`MigrateError`]. The source stays closed when it was closed already: the same call goes on, [`abandon`] opens it again.
pub fn migrate(
    source: &dyn Store,
    target: &dyn Store,
    env: &dyn Environment,
    progress: &mut dyn FnMut(Step, Done),
) -> Result<Outcome, MigrateError> {
    if arrival(source)?.is_some_and(|arrival| arrival.starts_with(UNFINISHED)) {
        return Err(MigrateError::SourceUnfinished);
    }
    let name = name_of(source, env)?;
    match arrival(target)? {
        Some(arrival) if arrival == format!("{FINISHED}{name}") => {
            if !source.is_closed()? {
                return Err(MigrateError::Finished);
            }
            let (accounts, frames) = count(target)?;
            return Ok(Outcome {
                accounts,
                frames,
                done: Done::default(),
                already: true,
            });
        }
        Some(arrival) if arrival == format!("{UNFINISHED}{name}") => {}
        Some(_) => return Err(MigrateError::NotEmpty),
        None => {
            let records = target.host_list("")?;
            let foreign = records.iter().any(|(key, _)| !key.starts_with(OWN));
            if foreign || !target.accounts(None, 1)?.is_empty() {
                return Err(MigrateError::NotEmpty);
            }
            target.host_put(ARRIVAL, format!("{UNFINISHED}{name}").as_bytes())?;
        }
    }
    let mut copier = Copier {
        source,
        target,
        done: Done::default(),
        progress,
    };
    if !source.is_closed()? {
        for _ in 0..OPEN_PASSES {
            let before = copier.done.frames;
            copier.pass(Step::Copying)?;
            if copier.done.frames.saturating_sub(before) < LITTLE {
                break;
            }
        }
        source.close(true)?;
    }
    let mut last = String::new();
    for _ in 0..CLOSED_PASSES {
        copier.pass(Step::Closing)?;
        match copier.compare()? {
            Ok((accounts, frames)) => {
                target.host_put(ARRIVAL, format!("{FINISHED}{name}").as_bytes())?;
                return Ok(Outcome {
                    accounts,
                    frames,
                    done: copier.done,
                    already: false,
                });
            }
            Err(what) => last = what,
        }
    }
    Err(MigrateError::Differs { what: last })
}

/// Makes a store what another one is that stands still: the state of one moment. What it has of it already is not copied again.
///
/// # Errors
/// [`MigrateError::Differs`] when they are not the same after all, as when it was the mirror of something else; errors of the stores.
pub fn mirror(
    source: &dyn Store,
    target: &dyn Store,
    progress: &mut dyn FnMut(Step, Done),
) -> Result<Outcome, MigrateError> {
    let mut copier = Copier {
        source,
        target,
        done: Done::default(),
        progress,
    };
    let mut last = String::new();
    for _ in 0..CLOSED_PASSES {
        copier.pass(Step::Copying)?;
        match copier.compare()? {
            Ok((accounts, frames)) => {
                return Ok(Outcome {
                    accounts,
                    frames,
                    done: copier.done,
                    already: false,
                });
            }
            Err(what) => last = what,
        }
    }
    Err(MigrateError::Differs { what: last })
}

/// Gives a migration up that has not finished: the source takes writes again. What has been copied is left in the target,
/// from which no service can be served.
///
/// # Errors
/// [`MigrateError::Finished`]: then the service may have been used in the target already.
pub fn abandon(source: &dyn Store, target: &dyn Store) -> Result<(), MigrateError> {
    if arrival(target)?.is_some_and(|arrival| arrival.starts_with(FINISHED)) {
        return Err(MigrateError::Finished);
    }
    Ok(source.close(false)?)
}

fn arrival(store: &dyn Store) -> Result<Option<String>, StoreError> {
    let record = store.host_get(ARRIVAL)?;
    Ok(record.map(|octets| String::from_utf8_lossy(&octets).into_owned()))
}

fn name_of(store: &dyn Store, env: &dyn Environment) -> Result<String, StoreError> {
    if let Some(name) = store.host_get(NAME)? {
        return Ok(String::from_utf8_lossy(&name).into_owned());
    }
    let name = Udf::nonce(env).to_string();
    store.host_put(NAME, name.as_bytes())?;
    Ok(name)
}

fn count(store: &dyn Store) -> Result<(u64, u64), StoreError> {
    let (mut accounts, mut frames) = (0_u64, 0_u64);
    each_account(store, &mut |account| {
        accounts = accounts.saturating_add(1);
        for head in store.status(account.id, None)? {
            frames = frames.saturating_add(head.next_index);
        }
        Ok(())
    })?;
    Ok((accounts, frames))
}

fn each_account(
    store: &dyn Store,
    body: &mut dyn FnMut(&Account) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let page = store.accounts(after, PAGE)?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(last.id);
        for account in &page {
            body(account)?;
        }
    }
}

struct Copier<'a> {
    source: &'a dyn Store,
    target: &'a dyn Store,
    done: Done,
    progress: &'a mut dyn FnMut(Step, Done),
}

impl Copier<'_> {
    /// Makes the target what the source is, as far as the source stands still.
    fn pass(&mut self, step: Step) -> Result<(), StoreError> {
        self.host_records()?;
        let (source, target) = (self.source, self.target);
        let mut gone = Vec::new();
        each_account(target, &mut |account| {
            if source.account(account.id)?.is_none() {
                gone.push(account.id);
            }
            Ok(())
        })?;
        for id in gone {
            target.delete_account(id)?;
        }
        self.done.accounts = 0;
        each_account(source, &mut |account| {
            self.account(account)?;
            self.done.accounts = self.done.accounts.saturating_add(1);
            (self.progress)(step, self.done);
            Ok(())
        })
    }

    fn host_records(&self) -> Result<(), StoreError> {
        let records = |store: &dyn Store| -> Result<BTreeMap<String, Vec<u8>>, StoreError> {
            let mut records = store.host_list("")?;
            records.retain(|(key, _)| !key.starts_with(OWN));
            Ok(records.into_iter().collect())
        };
        let (wanted, found) = (records(self.source)?, records(self.target)?);
        for key in found.keys().filter(|key| !wanted.contains_key(*key)) {
            self.target.host_remove(key)?;
        }
        for (key, value) in &wanted {
            if found.get(key) != Some(value) {
                self.target.host_put(key, value)?;
            }
        }
        Ok(())
    }

    fn account(&mut self, account: &Account) -> Result<(), StoreError> {
        match self.target.account(account.id)? {
            None => self.import(account)?,
            Some(found) if found == *account => {}
            Some(_) => {
                let change = AccountChange {
                    address: Some(account.address.clone()),
                    state: Some(account.state),
                    record: Some(account.record.clone()),
                };
                let update = || self.target.update_account(account.id, &change);
                match update() {
                    Err(StoreError::AddressTaken) => {
                        self.make_room(&account.address, account.id)?;
                        update()?;
                    }
                    done => done?,
                }
            }
        }
        self.access(account.id)?;
        let found = self.target.status(account.id, None)?;
        for head in self.source.status(account.id, None)? {
            let known = found.iter().find(|known| known.label == head.label);
            if known != Some(&head) {
                self.sequence(account.id, &head, known.map_or(0, |known| known.next_index))?;
            }
        }
        Ok(())
    }

    fn import(&self, account: &Account) -> Result<(), StoreError> {
        let new = NewAccount {
            profile_udf: account.profile_udf.clone(),
            address: account.address.clone(),
            state: account.state,
            record: account.record.clone(),
            stores: Vec::new(),
            access: Vec::new(),
            spend: None,
        };
        match self.target.import_account(account.id, &new) {
            Err(StoreError::AddressTaken) => {
                self.make_room(&account.address, account.id)?;
                self.target.import_account(account.id, &new)
            }
            done => done,
        }
    }

    /// Deletes from the target who had this address at an earlier moment; they are copied again by the next pass.
    fn make_room(&self, address: &str, id: AccountId) -> Result<(), StoreError> {
        if let Some(holder) = self.target.account_by_address(address)?
            && holder.id != id
        {
            self.target.delete_account(holder.id)?;
        }
        Ok(())
    }

    fn access(&self, id: AccountId) -> Result<(), StoreError> {
        let wanted = self.source.access_rows(id)?;
        let found = self.target.access_rows(id)?;
        if wanted == found {
            return Ok(());
        }
        self.target.transact(id, &mut |transaction| {
            for (key, _) in &found {
                transaction.access_remove(key)?;
            }
            for (key, record) in &wanted {
                transaction.access_put(key, record)?;
            }
            Ok(())
        })
    }

    /// Copies the frames of a sequence from an index on. Its digest and state are right when the last one is there.
    fn sequence(&mut self, id: AccountId, head: &StoreHead, from: u64) -> Result<(), StoreError> {
        let label = head.label.as_str();
        let Some(head) = self.source.head(id, label)? else {
            return Ok(());
        };
        let end = head.head.next_index;
        // Keys of frames that come while this runs are found by the next pass.
        let keys: BTreeMap<u64, String> = self.source.keys(id, label, from)?.into_iter().collect();
        let mut next = from;
        loop {
            let range = FrameRange {
                from: next,
                to: end,
                max_bytes: CHUNK,
            };
            let frames = match next < end {
                true => self.source.frames(id, label, range)?,
                false => Vec::new(),
            };
            let octets = frames
                .iter()
                .map(|frame| frame.envelope.len())
                .sum::<usize>();
            let octets = u64::try_from(octets).unwrap_or(u64::MAX);
            let mut copied = Vec::with_capacity(frames.len());
            let mut after = next;
            for frame in frames {
                if frame.index != after {
                    return Err(StoreError::Corrupt {
                        detail: format!(
                            "frame {after} of the sequence {label} of account {id} is missing"
                        ),
                    });
                }
                copied.push(NewFrame {
                    envelope: frame.envelope,
                    key: keys.get(&frame.index).cloned(),
                });
                after = after.saturating_add(1);
            }
            let append = Append {
                frames: &copied,
                digest: &head.head.digest,
                state: &head.state,
            };
            self.target.transact(id, &mut |transaction| {
                transaction.expect(label, next)?;
                transaction.append(label, &append).map(|_| ())
            })?;
            self.done.frames = self.done.frames.saturating_add(after.saturating_sub(next));
            self.done.octets = self.done.octets.saturating_add(octets);
            if after >= end || after == next {
                return Ok(());
            }
            next = after;
        }
    }

    /// The numbers of accounts and frames when both stores hold the same; otherwise the first difference.
    fn compare(&mut self) -> Result<Result<(u64, u64), String>, StoreError> {
        let (source, target) = (self.source, self.target);
        let records = |store: &dyn Store| -> Result<Vec<_>, StoreError> {
            let mut records = store.host_list("")?;
            records.retain(|(key, _)| !key.starts_with(OWN));
            Ok(records)
        };
        if records(source)? != records(target)? {
            return Ok(Err("the records of the host".to_owned()));
        }
        let mut difference = None;
        let (mut accounts, mut frames) = (0_u64, 0_u64);
        self.done.accounts = 0;
        each_account(source, &mut |account| {
            let id = account.id;
            let heads = source.status(id, None)?;
            let mut same = target.account(id)?.as_ref() == Some(account)
                && target.status(id, None)? == heads
                && target.access_rows(id)? == source.access_rows(id)?;
            for head in &heads {
                frames = frames.saturating_add(head.next_index);
                same = same && target.head(id, &head.label)? == source.head(id, &head.label)?;
                same =
                    same && target.keys(id, &head.label, 0)? == source.keys(id, &head.label, 0)?;
            }
            if !same {
                difference.get_or_insert(format!("account {id}"));
            }
            accounts = accounts.saturating_add(1);
            self.done.accounts = accounts;
            (self.progress)(Step::Comparing, self.done);
            Ok(())
        })?;
        let (found, _) = count(target)?;
        if found != accounts {
            difference.get_or_insert(format!(
                "{accounts} accounts in the source, {found} in the target"
            ));
        }
        if let Some(finding) = target.check()?.into_iter().next() {
            difference.get_or_insert(finding);
        }
        Ok(match difference {
            Some(difference) => Err(difference),
            None => Ok((accounts, frames)),
        })
    }
}

#[cfg(test)]
pub(crate) mod tests;
