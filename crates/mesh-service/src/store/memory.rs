// SPDX-License-Identifier: MIT
//! A store that is gone when the program ends, for tests and for trying things out.
//!
//! Here: [`MemoryStore`]. One lock; a transaction collects its changes and applies them at its end.
//! Not here: durability.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{
    Account, AccountChange, AccountId, Append, CLOSED_MARK, Frame, FrameRange, HeadWithState,
    NewAccount, NewFrame, Store, StoreError, StoreFigures, StoreHead, StoreTransaction,
};

/// A store in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    state: Mutex<State>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The state. A panic of a closure leaves it untouched (changes are applied at the end), so poison means nothing.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state, to be changed.
    fn open(&self) -> Result<MutexGuard<'_, State>, StoreError> {
        let state = self.lock();
        match state.host.contains_key(CLOSED_MARK) {
            true => Err(StoreError::Moved),
            false => Ok(state),
        }
    }
}

#[derive(Debug, Default)]
struct State {
    host: BTreeMap<String, Vec<u8>>,
    accounts: BTreeMap<AccountId, Entry>,
    last_id: u64,
}

#[derive(Debug)]
struct Entry {
    account: Account,
    sequences: BTreeMap<String, Sequence>,
    access: BTreeMap<String, Vec<u8>>,
}

#[derive(Clone, Debug, Default)]
struct Sequence {
    envelopes: Vec<Arc<[u8]>>,
    latest: BTreeMap<String, u64>,
    digest: Vec<u8>,
    state: Vec<u8>,
    bytes: u64,
}

impl State {
    fn entry(&self, id: AccountId) -> Result<&Entry, StoreError> {
        self.accounts.get(&id).ok_or(StoreError::AccountUnknown(id))
    }

    fn address_taken(&self, address: &str) -> bool {
        self.accounts
            .values()
            .any(|entry| entry.account.address == address)
    }

    fn sequence(&self, id: AccountId, label: &str) -> Option<&Sequence> {
        self.accounts.get(&id)?.sequences.get(label)
    }
}

impl Sequence {
    fn next_index(&self) -> Result<u64, StoreError> {
        u64::try_from(self.envelopes.len()).map_err(|_| StoreError::LimitExceeded {
            what: "the sequence",
        })
    }

    fn head(&self, label: &str) -> Result<StoreHead, StoreError> {
        Ok(StoreHead {
            label: label.to_owned(),
            next_index: self.next_index()?,
            digest: self.digest.clone(),
            bytes: self.bytes,
        })
    }

    fn frame(&self, index: u64) -> Option<Frame> {
        let envelope = self.envelopes.get(usize::try_from(index).ok()?)?;
        Some(Frame {
            index,
            envelope: envelope.to_vec(),
        })
    }

    fn append(
        &mut self,
        frames: &[NewFrame],
        digest: &[u8],
        state: &[u8],
    ) -> Result<u64, StoreError> {
        let first = self.next_index()?;
        for (index, frame) in (first..).zip(frames) {
            self.bytes = u64::try_from(frame.envelope.len())
                .ok()
                .and_then(|length| self.bytes.checked_add(length))
                .ok_or(StoreError::LimitExceeded {
                    what: "the sequence",
                })?;
            self.envelopes.push(Arc::from(frame.envelope.as_slice()));
            if let Some(key) = &frame.key {
                self.latest.insert(key.clone(), index);
            }
        }
        digest.clone_into(&mut self.digest);
        state.clone_into(&mut self.state);
        Ok(first)
    }
}

impl Store for MemoryStore {
    fn host_get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.lock().host.get(key).cloned())
    }

    fn host_put(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        let mut state = self.open()?;
        state.host.insert(key.to_owned(), value.to_owned());
        Ok(())
    }

    fn host_remove(&self, key: &str) -> Result<bool, StoreError> {
        Ok(self.open()?.host.remove(key).is_some())
    }

    fn host_list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let state = self.lock();
        let from = state.host.range(prefix.to_owned()..);
        Ok(from
            .take_while(|(key, _)| key.starts_with(prefix))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect())
    }

    fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        Ok(self
            .lock()
            .accounts
            .get(&id)
            .map(|entry| entry.account.clone()))
    }

    fn account_by_address(&self, address: &str) -> Result<Option<Account>, StoreError> {
        let state = self.lock();
        let mut accounts = state.accounts.values().map(|entry| &entry.account);
        Ok(accounts.find(|account| account.address == address).cloned())
    }

    fn account_by_profile(&self, profile_udf: &str) -> Result<Option<Account>, StoreError> {
        let state = self.lock();
        let mut accounts = state.accounts.values().map(|entry| &entry.account);
        Ok(accounts
            .find(|account| account.profile_udf == profile_udf)
            .cloned())
    }

    fn accounts(&self, after: Option<AccountId>, limit: usize) -> Result<Vec<Account>, StoreError> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let state = self.lock();
        let entries = state.accounts.range((start, Bound::Unbounded));
        Ok(entries
            .take(limit)
            .map(|(_, entry)| entry.account.clone())
            .collect())
    }

    fn create_account(&self, new: &NewAccount) -> Result<AccountId, StoreError> {
        let mut state = self.open()?;
        if state.address_taken(&new.address) {
            return Err(StoreError::AddressTaken);
        }
        if state
            .accounts
            .values()
            .any(|entry| entry.account.profile_udf == new.profile_udf)
        {
            return Err(StoreError::ProfileTaken);
        }
        if let Some(change) = &new.spend
            && state.host.get(&change.key) != Some(&change.expected)
        {
            return Err(StoreError::HostChanged);
        }
        let mut sequences = BTreeMap::new();
        for store in &new.stores {
            let sequence: &mut Sequence = sequences.entry(store.label.clone()).or_default();
            sequence.append(&store.frames, &store.digest, &store.state)?;
        }
        let number = state
            .last_id
            .checked_add(1)
            .ok_or(StoreError::LimitExceeded {
                what: "the number of accounts",
            })?;
        let id = AccountId(number);
        let account = Account {
            id,
            profile_udf: new.profile_udf.clone(),
            address: new.address.clone(),
            state: new.state,
            record: new.record.clone(),
        };
        let access = new.access.iter().cloned().collect();
        if let Some(change) = &new.spend {
            match &change.value {
                Some(value) => state.host.insert(change.key.clone(), value.clone()),
                None => state.host.remove(&change.key),
            };
        }
        state.last_id = number;
        state.accounts.insert(
            id,
            Entry {
                account,
                sequences,
                access,
            },
        );
        Ok(id)
    }

    fn delete_account(&self, id: AccountId) -> Result<bool, StoreError> {
        Ok(self.open()?.accounts.remove(&id).is_some())
    }

    fn status(
        &self,
        account: AccountId,
        labels: Option<&[&str]>,
    ) -> Result<Vec<StoreHead>, StoreError> {
        let state = self.lock();
        let Some(entry) = state.accounts.get(&account) else {
            return Ok(Vec::new());
        };
        let asked = |label: &str| labels.is_none_or(|labels| labels.contains(&label));
        entry
            .sequences
            .iter()
            .filter(|(label, _)| asked(label))
            .map(|(label, sequence)| sequence.head(label))
            .collect()
    }

    fn head(&self, account: AccountId, label: &str) -> Result<Option<HeadWithState>, StoreError> {
        let state = self.lock();
        let Some(sequence) = state.sequence(account, label) else {
            return Ok(None);
        };
        Ok(Some(HeadWithState {
            head: sequence.head(label)?,
            state: sequence.state.clone(),
        }))
    }

    fn frames(
        &self,
        account: AccountId,
        label: &str,
        range: FrameRange,
    ) -> Result<Vec<Frame>, StoreError> {
        let state = self.lock();
        let Some(sequence) = state.sequence(account, label) else {
            return Ok(Vec::new());
        };
        let mut frames = Vec::new();
        let mut room = range.max_bytes;
        for index in range.from..range.to.min(sequence.next_index()?) {
            let Some(frame) = sequence.frame(index) else {
                break;
            };
            let left = u64::try_from(frame.envelope.len())
                .ok()
                .and_then(|length| room.checked_sub(length));
            if left.is_none() && !frames.is_empty() {
                break;
            }
            frames.push(frame);
            room = left.unwrap_or(0);
        }
        Ok(frames)
    }

    fn frame_by_key(
        &self,
        account: AccountId,
        label: &str,
        key: &str,
    ) -> Result<Option<Frame>, StoreError> {
        let state = self.lock();
        let sequence = state.sequence(account, label);
        Ok(sequence.and_then(|sequence| sequence.frame(*sequence.latest.get(key)?)))
    }

    fn access(&self, account: AccountId, key_udf: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let state = self.lock();
        Ok(state
            .accounts
            .get(&account)
            .and_then(|entry| entry.access.get(key_udf).cloned()))
    }

    fn access_rows(&self, account: AccountId) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let state = self.lock();
        let Some(entry) = state.accounts.get(&account) else {
            return Ok(Vec::new());
        };
        Ok(entry
            .access
            .iter()
            .map(|(key, record)| (key.clone(), record.clone()))
            .collect())
    }

    fn transact(
        &self,
        account: AccountId,
        body: &mut dyn FnMut(&mut dyn StoreTransaction) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut state = self.open()?;
        let entry = state.entry(account)?;
        let mut transaction = Transaction {
            state: &state,
            entry,
            account: entry.account.clone(),
            sequences: BTreeMap::new(),
            access: BTreeMap::new(),
        };
        body(&mut transaction)?;
        let Transaction {
            account: changed,
            sequences,
            access,
            ..
        } = transaction;
        let entry = state
            .accounts
            .get_mut(&account)
            .ok_or(StoreError::AccountUnknown(account))?;
        entry.account = changed;
        entry.sequences.extend(sequences);
        for (key, record) in access {
            match record {
                Some(record) => entry.access.insert(key, record),
                None => entry.access.remove(&key),
            };
        }
        Ok(())
    }

    fn import_account(&self, id: AccountId, new: &NewAccount) -> Result<(), StoreError> {
        let mut state = self.open()?;
        if state.address_taken(&new.address) {
            return Err(StoreError::AddressTaken);
        }
        let mut accounts = state.accounts.values().map(|entry| &entry.account);
        if accounts.any(|account| account.profile_udf == new.profile_udf) {
            return Err(StoreError::ProfileTaken);
        }
        if state.accounts.contains_key(&id) {
            return Err(StoreError::NumberTaken);
        }
        state.last_id = state.last_id.max(id.0);
        let account = Account {
            id,
            profile_udf: new.profile_udf.clone(),
            address: new.address.clone(),
            state: new.state,
            record: new.record.clone(),
        };
        let entry = Entry {
            account,
            sequences: BTreeMap::new(),
            access: BTreeMap::new(),
        };
        state.accounts.insert(id, entry);
        Ok(())
    }

    fn keys(
        &self,
        account: AccountId,
        label: &str,
        from: u64,
    ) -> Result<Vec<(u64, String)>, StoreError> {
        let state = self.lock();
        let Some(sequence) = state.sequence(account, label) else {
            return Ok(Vec::new());
        };
        let latest = sequence.latest.iter().filter(|(_, index)| **index >= from);
        let mut keys: Vec<_> = latest.map(|(key, index)| (*index, key.clone())).collect();
        keys.sort();
        Ok(keys)
    }

    fn close(&self, closed: bool) -> Result<(), StoreError> {
        let mut state = self.lock();
        match closed {
            true => state.host.insert(CLOSED_MARK.to_owned(), Vec::new()),
            false => state.host.remove(CLOSED_MARK),
        };
        Ok(())
    }

    fn check(&self) -> Result<Vec<String>, StoreError> {
        Ok(Vec::new())
    }

    fn figures(&self) -> Result<StoreFigures, StoreError> {
        let state = self.lock();
        let sequences = state
            .accounts
            .values()
            .flat_map(|entry| entry.sequences.values());
        Ok(StoreFigures {
            accounts: u64::try_from(state.accounts.len()).unwrap_or(u64::MAX),
            data: sequences.map(|sequence| sequence.bytes).sum(),
            ..StoreFigures::default()
        })
    }
}

/// Changes of one account that are not applied yet: whole sequences, and access rows (`None` for a removed one).
struct Transaction<'a> {
    state: &'a State,
    entry: &'a Entry,
    account: Account,
    sequences: BTreeMap<String, Sequence>,
    access: BTreeMap<String, Option<Vec<u8>>>,
}

impl Transaction<'_> {
    fn sequence(&self, label: &str) -> Option<&Sequence> {
        self.sequences
            .get(label)
            .or_else(|| self.entry.sequences.get(label))
    }
}

impl StoreTransaction for Transaction<'_> {
    fn account(&mut self) -> Result<Account, StoreError> {
        Ok(self.account.clone())
    }

    fn update_account(&mut self, change: &AccountChange) -> Result<(), StoreError> {
        if let Some(address) = &change.address {
            if *address != self.entry.account.address && self.state.address_taken(address) {
                return Err(StoreError::AddressTaken);
            }
            self.account.address.clone_from(address);
        }
        if let Some(state) = change.state {
            self.account.state = state;
        }
        if let Some(record) = &change.record {
            self.account.record.clone_from(record);
        }
        Ok(())
    }

    fn head(&mut self, label: &str) -> Result<Option<HeadWithState>, StoreError> {
        let Some(sequence) = self.sequence(label) else {
            return Ok(None);
        };
        Ok(Some(HeadWithState {
            head: sequence.head(label)?,
            state: sequence.state.clone(),
        }))
    }

    fn frame_by_key(&mut self, label: &str, key: &str) -> Result<Option<Frame>, StoreError> {
        let sequence = self.sequence(label);
        Ok(sequence.and_then(|sequence| sequence.frame(*sequence.latest.get(key)?)))
    }

    fn append(&mut self, label: &str, append: &Append<'_>) -> Result<u64, StoreError> {
        let mut sequence = self.sequence(label).cloned().unwrap_or_default();
        let first = sequence.append(append.frames, append.digest, append.state)?;
        self.sequences.insert(label.to_owned(), sequence);
        Ok(first)
    }

    fn access(&mut self, key_udf: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let changed = self.access.get(key_udf);
        Ok(changed
            .cloned()
            .unwrap_or_else(|| self.entry.access.get(key_udf).cloned()))
    }

    fn access_put(&mut self, key_udf: &str, record: &[u8]) -> Result<(), StoreError> {
        self.access
            .insert(key_udf.to_owned(), Some(record.to_owned()));
        Ok(())
    }

    fn access_remove(&mut self, key_udf: &str) -> Result<bool, StoreError> {
        let present = self.access(key_udf)?.is_some();
        self.access.insert(key_udf.to_owned(), None);
        Ok(present)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_store_in_memory_conforms() {
        crate::store::conformance::run(|| Box::new(MemoryStore::new()));
    }
}
