// SPDX-License-Identifier: MIT
//! Why a store could not do what it was asked.
//!
//! Here: [`StoreError`] and its classes.
//! Not here: texts for people and for the network.

use std::path::PathBuf;

use mesh_jsonbcd::ErrorClass;

use super::AccountId;

/// Why a store could not do what it was asked. After any error nothing of the failed operation is in the store.
///
/// One case is open by nature: when [`Unavailable`](Self::Unavailable) or [`DiskFull`](Self::DiskFull) reports that
/// making a transaction durable failed, and the machine stops right then, a restart may find that transaction complete.
/// It never finds half of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The closure of a transaction gave it up; the caller knows why.
    #[error("the transaction was given up by its caller")]
    Aborted,
    /// No account has this number; it may have been deleted meanwhile.
    #[error("there is no account {0}")]
    AccountUnknown(AccountId),
    /// Another account has this address.
    #[error("the account address is taken")]
    AddressTaken,
    /// What was read contradicts itself.
    #[error("the store is damaged: {detail}")]
    Corrupt {
        /// What was found.
        detail: String,
    },
    /// The data base holds tables, and they are not those of a store.
    #[error("the data base is not a store of a Mesh service: it holds tables of something else")]
    DatabaseNotAStore,
    /// The data base cannot be used as it is set up, or not with what we show it.
    #[error("the data base cannot be used: {detail}")]
    DatabaseRefused {
        /// What it said.
        detail: String,
    },
    /// A URL that does not say how to reach a data base. The URL itself is not repeated.
    #[error("the URL of the data base cannot be used: {why}")]
    DatabaseUrl {
        /// Why.
        why: String,
    },
    /// Another service has the data directory open.
    #[error("the data directory {} is in use by {}", path.display(), match pid { Some(pid) => format!("process {pid}"), None => "another process".to_owned() })]
    DirectoryInUse {
        /// The directory.
        path: PathBuf,
        /// The process that holds it, as that process wrote it down.
        pid: Option<u32>,
    },
    /// Other users of this machine may write to the data directory.
    #[error("the data directory {} may be written by other users (mode {mode:o})", path.display())]
    DirectoryNotPrivate {
        /// The directory.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// There is no room for more, on the disk or within the configured size.
    #[error("the store is full")]
    DiskFull,
    /// The data base engine refused a statement that should be valid.
    #[error("the data base engine failed: {detail}")]
    Engine {
        /// What the engine said.
        detail: String,
    },
    /// A host record is no longer what the caller has read.
    #[error("the record of the host has changed meanwhile")]
    HostChanged,
    /// A number or a length is past what the store can hold.
    #[error("{what} is too large for the store")]
    LimitExceeded {
        /// What is too large.
        what: &'static str,
    },
    /// The store is closed to writers.
    #[error("the store is closed: the service is being moved, or has been moved, to another one")]
    Moved,
    /// The file is not a store of this service.
    #[error("{} is not a store of a Mesh service", path.display())]
    NotAStore {
        /// The file.
        path: PathBuf,
    },
    /// Another account has this number.
    #[error("the number of the account is taken")]
    NumberTaken,
    /// Another account has this profile.
    #[error("the profile is already bound to an account")]
    ProfileTaken,
    /// A step in the history of the tables is missing.
    #[error("the tables of the store are not whole: migration {missing} is missing")]
    SchemaGap {
        /// Its number.
        missing: i64,
    },
    /// The store was last written by an older version of this program.
    #[error("the store has layout {found}, and this program needs layout {needed}")]
    SchemaOlder {
        /// The layout number of the store.
        found: i64,
        /// The layout that this program works with.
        needed: i64,
    },
    /// The store was written by a newer version of this program.
    #[error("the store has layout {found}, this program knows layouts up to {supported}")]
    SchemaNewer {
        /// The layout number in the file.
        found: i64,
        /// The newest layout that this program knows.
        supported: i64,
    },
    /// The caller has not seen the newest state of a sequence.
    #[error("the sequence {label} continues at {actual}, not at {expected}")]
    Stale {
        /// The label of the sequence.
        label: String,
        /// The next index that the caller expected.
        expected: u64,
        /// The next index.
        actual: u64,
    },
    /// Reading or writing failed for a reason outside this program.
    #[error("cannot {action}: {detail}")]
    Unavailable {
        /// What was attempted.
        action: &'static str,
        /// What the operating system or the engine said.
        detail: String,
    },
}

impl StoreError {
    /// The error of a store that had so many migrations, and needs so many.
    pub(crate) fn older(done: usize, known: usize) -> Self {
        let count = |number| i64::try_from(number).unwrap_or(i64::MAX);
        Self::SchemaOlder {
            found: count(done),
            needed: count(known),
        }
    }

    /// Whose fault the error is.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Aborted
            | Self::AccountUnknown(_)
            | Self::AddressTaken
            | Self::HostChanged
            | Self::LimitExceeded { .. }
            | Self::NumberTaken
            | Self::ProfileTaken
            | Self::Stale { .. } => ErrorClass::Refused,
            Self::Corrupt { .. } | Self::Engine { .. } | Self::SchemaGap { .. } => {
                ErrorClass::Internal
            }
            Self::DirectoryInUse { .. }
            | Self::DiskFull
            | Self::Moved
            | Self::Unavailable { .. } => ErrorClass::Unavailable,
            Self::DatabaseNotAStore
            | Self::DatabaseRefused { .. }
            | Self::DatabaseUrl { .. }
            | Self::DirectoryNotPrivate { .. }
            | Self::NotAStore { .. }
            | Self::SchemaOlder { .. } => ErrorClass::Misuse,
            Self::SchemaNewer { .. } => ErrorClass::Unsupported,
        }
    }
}
