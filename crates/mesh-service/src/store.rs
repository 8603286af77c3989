// SPDX-License-Identifier: MIT
//! Where the service keeps what it was given: accounts, the sequences (catalogs and spools) of each account, the table of
//! who may access it, and a few records of the host.
//!
//! Spec: mesh-protocol, "Transactions" (Status, Download, Transact); mesh-dare, "DARE Sequence".
//! Here: the trait [`Store`] and the plain types it speaks; an envelope is a run of octets, handed out as it came in.
//! Not here: what envelopes mean, who may do what, Merkle arithmetic: the caller brings the new digest and frontier.

mod embedded;
mod error;
mod memory;
mod postgres;

#[cfg(test)]
pub(crate) mod conformance;

use std::fmt;

pub use embedded::{EmbeddedOptions, EmbeddedStore};
pub use error::StoreError;
pub use memory::MemoryStore;
pub use postgres::{PostgresOptions, PostgresStore};

/// The host record that is there while the store is closed to writers.
const CLOSED_MARK: &str = "store/closed";

/// What brings a store to the layout of this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upgrade {
    /// The number of the layout that it had.
    pub from: usize,
    /// What this program works with.
    pub to: usize,
    /// What each step in between is about.
    pub steps: Vec<&'static str>,
}

impl Upgrade {
    fn between(done: usize, known: &[(&'static str, &'static str)]) -> Self {
        Self {
            from: done,
            to: known.len(),
            steps: known.iter().skip(done).map(|(name, _)| *name).collect(),
        }
    }
}

/// A place for accounts and their sequences.
///
/// Every method blocks (disk, locks): asynchronous callers run it on a thread made for that (`spawn_blocking`). A
/// method that changes something returns after the change is durable, and all of its change happens or none. Reads see
/// one state of the store, which contains everything that was acknowledged before the read began.
///
/// Addresses, profile fingerprints, labels and keys are compared octet by octet; the caller brings them into the form
/// that the specification compares (lower-case addresses).
pub trait Store: Send + Sync + 'static {
    /// The host record under this key, if there is one. Host records hold the service's sealed keys and its settings.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn host_get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Sets the host record under this key.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn host_put(&self, key: &str, value: &[u8]) -> Result<(), StoreError>;

    /// Removes the host record under this key; false when there was none.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn host_remove(&self, key: &str) -> Result<bool, StoreError>;

    /// The host records whose keys begin with this, in the order of their keys.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn host_list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError>;

    /// The account with this number.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError>;

    /// The account with this address.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn account_by_address(&self, address: &str) -> Result<Option<Account>, StoreError>;

    /// The account with this profile.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn account_by_profile(&self, profile_udf: &str) -> Result<Option<Account>, StoreError>;

    /// Accounts in the order of their numbers, from the first one past `after`, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn accounts(&self, after: Option<AccountId>, limit: usize) -> Result<Vec<Account>, StoreError>;

    /// Creates an account together with its first sequences and access rows, and changes the host record that it depends on. Numbers are
    /// never used twice.
    ///
    /// # Errors
    /// [`StoreError::AddressTaken`], [`StoreError::ProfileTaken`], [`StoreError::HostChanged`], or when the store cannot be written.
    fn create_account(&self, new: &NewAccount) -> Result<AccountId, StoreError>;

    /// Changes an account's own record.
    ///
    /// # Errors
    /// [`StoreError::AccountUnknown`], [`StoreError::AddressTaken`], or when the store cannot be written.
    fn update_account(&self, id: AccountId, change: &AccountChange) -> Result<(), StoreError> {
        self.transact(id, &mut |transaction| transaction.update_account(change))
    }

    /// Deletes an account with all of its sequences and access rows; false when there was none.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn delete_account(&self, id: AccountId) -> Result<bool, StoreError>;

    /// The heads of an account's sequences in the order of their labels: of those named, or of all. A label without a
    /// sequence yields nothing, and so does an unknown account.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn status(
        &self,
        account: AccountId,
        labels: Option<&[&str]>,
    ) -> Result<Vec<StoreHead>, StoreError>;

    /// The head of one sequence with its state.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn head(&self, account: AccountId, label: &str) -> Result<Option<HeadWithState>, StoreError>;

    /// Frames of one sequence in order, from `range.from` until before `range.to`. Stops early when the envelopes
    /// together would pass `range.max_bytes`, but never before the first: a reader that asks again always gets on.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn frames(
        &self,
        account: AccountId,
        label: &str,
        range: FrameRange,
    ) -> Result<Vec<Frame>, StoreError>;

    /// The latest frame of one sequence that was appended under this key.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn frame_by_key(
        &self,
        account: AccountId,
        label: &str,
        key: &str,
    ) -> Result<Option<Frame>, StoreError>;

    /// The access row of one key.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn access(&self, account: AccountId, key_udf: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// All access rows of an account, as key and record, in the order of their keys.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn access_rows(&self, account: AccountId) -> Result<Vec<(String, Vec<u8>)>, StoreError>;

    /// Runs a closure that reads and changes one account, then makes its changes durable, all together. The closure
    /// sees all that was changed before it, and nothing else changes this account while it runs; some stores let nothing
    /// change in other accounts either, so it should compute little, never wait, and not call the store. It runs once, on
    /// the calling thread. When it returns an error, nothing of what it did remains.
    ///
    /// # Errors
    /// [`StoreError::AccountUnknown`], the closure's own error, or when the store cannot be written.
    fn transact(
        &self,
        account: AccountId,
        body: &mut dyn FnMut(&mut dyn StoreTransaction) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;

    /// Creates an account under a number that it has in another store, without sequences; later accounts get larger numbers.
    ///
    /// # Errors
    /// As [`create_account`](Self::create_account), and [`StoreError::NumberTaken`].
    fn import_account(&self, id: AccountId, new: &NewAccount) -> Result<(), StoreError>;

    /// The keys under which the frames from an index on are found, in the order of the frames. Frames that are not the latest
    /// of their key are not among them.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn keys(
        &self,
        account: AccountId,
        label: &str,
        from: u64,
    ) -> Result<Vec<(u64, String)>, StoreError>;

    /// Closes the store to all writers, in every process: when this returns, what was being written is done, and all other
    /// changes fail with [`StoreError::Moved`] until the store is opened again by `false`.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn close(&self, closed: bool) -> Result<(), StoreError>;

    /// Whether the store is closed to writers.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn is_closed(&self) -> Result<bool, StoreError> {
        Ok(self.host_get(CLOSED_MARK)?.is_some())
    }

    /// Whether a few rows can be read now without waiting: not over a network, and behind nobody.
    fn answers_at_once(&self) -> bool {
        false
    }

    /// Looks for damage, reading everything: one line for each finding, none when the store is sound.
    ///
    /// # Errors
    /// When the store cannot be read at all.
    fn check(&self) -> Result<Vec<String>, StoreError>;

    /// How large the store is, and how its commits went. Costs no more than a look at an index, however many accounts there are.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn figures(&self) -> Result<StoreFigures, StoreError>;
}

/// One account during [`Store::transact`].
pub trait StoreTransaction {
    /// The account's own record.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn account(&mut self) -> Result<Account, StoreError>;

    /// Changes the account's own record.
    ///
    /// # Errors
    /// [`StoreError::AddressTaken`], or when the store cannot be written.
    fn update_account(&mut self, change: &AccountChange) -> Result<(), StoreError>;

    /// The head of one sequence with its state; nothing before the first append.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn head(&mut self, label: &str) -> Result<Option<HeadWithState>, StoreError>;

    /// The latest frame of one sequence that was appended under this key.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn frame_by_key(&mut self, label: &str, key: &str) -> Result<Option<Frame>, StoreError>;

    /// Appends frames to one sequence and sets its digest and state; creates the sequence where there is none, also
    /// when there are no frames. Returns the index of the first frame appended.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn append(&mut self, label: &str, append: &Append<'_>) -> Result<u64, StoreError>;

    /// The access row of one key.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn access(&mut self, key_udf: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Sets the access row of one key.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn access_put(&mut self, key_udf: &str, record: &[u8]) -> Result<(), StoreError>;

    /// Removes the access row of one key; false when there was none.
    ///
    /// # Errors
    /// When the store cannot be written.
    fn access_remove(&mut self, key_udf: &str) -> Result<bool, StoreError>;

    /// Refuses the transaction unless the next frame of this sequence gets this index (0 for a new sequence).
    ///
    /// # Errors
    /// [`StoreError::Stale`], or when the store cannot be read.
    fn expect(&mut self, label: &str, next_index: u64) -> Result<(), StoreError> {
        let actual = self.head(label)?.map_or(0, |found| found.head.next_index);
        if actual == next_index {
            return Ok(());
        }
        Err(StoreError::Stale {
            label: label.to_owned(),
            expected: next_index,
            actual,
        })
    }
}

/// The number of an account within one store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub u64);

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whether an account is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AccountState {
    /// Served.
    Active,
    /// Unbound by its owner; kept so that nobody else gets the address.
    Closed,
    /// Not served until the administrator of the host says so.
    Suspended,
}

/// One account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// The fingerprint of its profile.
    pub profile_udf: String,
    /// Its address.
    pub address: String,
    /// Whether it is served.
    pub state: AccountState,
    /// The service's record of it, encoded by the caller.
    pub record: Vec<u8>,
}

/// An account to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// The fingerprint of its profile.
    pub profile_udf: String,
    /// Its address.
    pub address: String,
    /// Whether it is served.
    pub state: AccountState,
    /// The service's record of it, encoded by the caller.
    pub record: Vec<u8>,
    /// The sequences to create with it.
    pub stores: Vec<NewStore>,
    /// The access rows to create with it: key fingerprint and record.
    pub access: Vec<(String, Vec<u8>)>,
    /// The host record that is used up by it.
    pub spend: Option<HostChange>,
}

/// A change of a host record, if it still is what the caller has read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostChange {
    /// Its key.
    pub key: String,
    /// What the caller has read.
    pub expected: Vec<u8>,
    /// What it becomes; `None` removes it.
    pub value: Option<Vec<u8>>,
}

/// How large a store is, and how its commits went since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoreFigures {
    /// Accounts, whatever their state.
    pub accounts: u64,
    /// Octets of the data on the disk.
    pub data: u64,
    /// Octets among them that are free for what comes.
    pub free: u64,
    /// Octets of the log in front of the data.
    pub log: u64,
    /// Its commits.
    pub commits: CommitFigures,
}

/// How many transactions shared a commit, counted since the store was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CommitFigures {
    /// Transactions in all commits together.
    pub transactions: u64,
    /// Commits by their size: of at most so many transactions as [`CommitFigures::BOUNDS`] says at the same place, and more than at the one
    /// before.
    pub by_size: [u64; 9],
}

impl CommitFigures {
    /// The largest commits of each place.
    pub const BOUNDS: [usize; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];

    /// Counts a commit of so many transactions.
    fn count(&mut self, transactions: usize) {
        let number = u64::try_from(transactions).unwrap_or(u64::MAX);
        self.transactions = self.transactions.saturating_add(number);
        // Larger ones than the last place has are not made.
        let place = Self::BOUNDS.iter().position(|bound| transactions <= *bound);
        let place = place.unwrap_or(Self::BOUNDS.len().saturating_sub(1));
        if let Some(commits) = self.by_size.get_mut(place) {
            *commits = commits.saturating_add(1);
        }
    }
}

/// A sequence to be created with its account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewStore {
    /// The label.
    pub label: String,
    /// The first frames.
    pub frames: Vec<NewFrame>,
    /// The apex digest over these frames.
    pub digest: Vec<u8>,
    /// What the caller needs to continue the digest.
    pub state: Vec<u8>,
}

/// A change of an account's own record; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountChange {
    /// The new address.
    pub address: Option<String>,
    /// The new state.
    pub state: Option<AccountState>,
    /// The new record.
    pub record: Option<Vec<u8>>,
}

/// Where a sequence stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreHead {
    /// The label, for example `Credential`.
    pub label: String,
    /// The index that the next frame gets: the number of frames.
    pub next_index: u64,
    /// The apex digest, as the last append gave it.
    pub digest: Vec<u8>,
    /// The octets of all envelopes together.
    pub bytes: u64,
}

/// Where a sequence stands, with what is needed to continue its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadWithState {
    /// Where it stands.
    pub head: StoreHead,
    /// The state (the frontier of the Merkle tree), as the last append gave it.
    pub state: Vec<u8>,
}

/// One frame as it was appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its index.
    pub index: u64,
    /// Its envelope, unchanged.
    pub envelope: Vec<u8>,
}

/// A frame to be appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFrame {
    /// The envelope as it shall be handed out.
    pub envelope: Vec<u8>,
    /// The key to find it by: the envelope identifier in a spool, the unique identifier in a catalog.
    pub key: Option<String>,
}

/// What [`StoreTransaction::append`] adds to a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Append<'a> {
    /// The frames in order.
    pub frames: &'a [NewFrame],
    /// The apex digest with these frames.
    pub digest: &'a [u8],
    /// What the caller needs to continue the digest.
    pub state: &'a [u8],
}

/// Which frames [`Store::frames`] hands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameRange {
    /// The first index.
    pub from: u64,
    /// The index before which to stop.
    pub to: u64,
    /// How many octets of envelopes to hand out at once.
    pub max_bytes: u64,
}

impl FrameRange {
    /// Everything from an index on, `max_bytes` at a time.
    #[must_use]
    pub const fn starting_at(from: u64, max_bytes: u64) -> Self {
        Self {
            from,
            to: u64::MAX,
            max_bytes,
        }
    }
}
