// SPDX-License-Identifier: MIT
//! What can go wrong where keys enter and leave the process.
//!
//! Spec: none.
//! Here: one enum for the crate and whose fault each variant is.
//! Not here: the wording of remedies (`mesh`).

use std::io;
use std::path::{Path, PathBuf};

use mesh_jsonbcd::ErrorClass;

use crate::store::SealingKind;

/// An error of the key store. No variant carries a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The unlocking agent holds no key for this store, or was locked.
    #[error("the agent holds no key of this key store")]
    AgentLocked,
    /// The agent or its client said something that is not in the protocol.
    #[error("the agent broke its protocol: {what}")]
    AgentProtocol {
        /// The rule that is broken.
        what: &'static str,
    },
    /// Another agent already serves this socket.
    #[error("an agent already serves {}", path.display())]
    AgentRunning {
        /// The socket.
        path: PathBuf,
    },
    /// Parameters of the passphrase derivation that are too weak to protect, or too costly to try.
    #[error(
        "the passphrase cost of {memory} KiB, {passes} passes and {lanes} lanes is outside the permitted range"
    )]
    CostRange {
        /// Memory in KiB.
        memory: u32,
        /// Number of passes over the memory.
        passes: u32,
        /// Degree of parallelism.
        lanes: u32,
    },
    /// The file is there already and must not be replaced.
    #[error("{} already exists", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Others than the owner may read or write the file.
    #[error("{} has mode {mode:04o}, and must not be open to others", path.display())]
    InsecureMode {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// What a file holds is no key.
    #[error(transparent)]
    Crypto(#[from] mesh_crypto::Error),
    /// A key identifier or key kind that cannot be stored under its name.
    #[error("a key {what} is out of its alphabet or length")]
    InvalidName {
        /// `identifier` or `kind`.
        what: &'static str,
    },
    /// Input or output failed.
    #[error("cannot {operation} {}: {kind}", path.display())]
    Io {
        /// What was tried, as a verb.
        operation: &'static str,
        /// On which file.
        path: PathBuf,
        /// The kind of failure.
        kind: io::ErrorKind,
    },
    /// Other processes hold the lock.
    #[error("{} is locked by process {}", path.display(), list(holders))]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// The processes that hold it, as far as they could be found.
        holders: Vec<u32>,
    },
    /// A file from outside that is not in its format.
    #[error("malformed {what}")]
    Malformed {
        /// What is malformed.
        what: &'static str,
    },
    /// A line of a file from outside that is not in its format.
    #[error("malformed {what} in line {line}")]
    MalformedLine {
        /// What is malformed.
        what: &'static str,
        /// Which line, counted from one.
        line: usize,
    },
    /// A passphrase is needed and no source gave one.
    #[error("a passphrase is needed")]
    NoPassphrase,
    /// There is no terminal to ask on.
    #[error("there is no terminal to ask for a passphrase")]
    NoTerminal,
    /// There is no key store in the directory.
    #[error("{} is no key store", path.display())]
    NoStore {
        /// The directory.
        path: PathBuf,
    },
    /// The file belongs to another user.
    #[error("{} belongs to user {owner}", path.display())]
    NotOwner {
        /// The file.
        path: PathBuf,
        /// The owner's user number.
        owner: u32,
    },
    /// Something that is neither a regular file nor, where one is needed, a directory.
    #[error("{} is not a {expected}", path.display())]
    NotRegular {
        /// The path.
        path: PathBuf,
        /// What it should be.
        expected: &'static str,
    },
    /// The two entries of a new passphrase differ.
    #[error("the two passphrases differ")]
    PassphraseMismatch,
    /// A passphrase that is empty, or longer than any passphrase may be.
    #[error("the passphrase is empty or too long")]
    PassphraseLength,
    /// The desktop's key store does not answer or failed.
    #[error("the desktop key store is unavailable: {what}")]
    Platform {
        /// What failed.
        what: &'static str,
    },
    /// The user did not unlock the desktop's key store.
    #[error("the desktop key store stays locked")]
    PlatformLocked,
    /// The operating system gave no random octets.
    #[error("the operating system gave no random octets")]
    Random,
    /// A private key where a public one belongs.
    #[error("it holds a private key, and a public one is needed")]
    PrivateHalf,
    /// A file with several keys where one is needed.
    #[error("the file holds {count} keys where one is needed")]
    SeveralKeys {
        /// How many it holds.
        count: usize,
    },
    /// A symbolic link where a file of our own must be.
    #[error("{} is a symbolic link", path.display())]
    Symlink {
        /// The path.
        path: PathBuf,
    },
    /// A sealed key, or the header of the store, was altered or damaged.
    #[error("{id} was altered or damaged")]
    Tampered {
        /// The key's identifier, or `header`.
        id: String,
    },
    /// A file whose passphrase takes more work or memory than a file may cost.
    #[error("opening the file is too costly: {what}")]
    TooCostly {
        /// What it asks for.
        what: String,
    },
    /// More octets than are accepted.
    #[error("{what} is larger than {maximum} octets")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The limit.
        maximum: usize,
    },
    /// A format, version or algorithm that is not implemented.
    #[error("{what} is not supported")]
    Unsupported {
        /// What is not supported.
        what: String,
    },
    /// The passphrase does not open the key.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// The store is sealed in another way than the one it was to be opened by.
    #[error("the key store is sealed by {found}, not by {expected}")]
    WrongSealing {
        /// The way that was tried.
        expected: SealingKind,
        /// The way of the store.
        found: SealingKind,
    },
    /// The store key belongs to another store.
    #[error("this is the key of another key store")]
    WrongStoreKey,
}

impl Error {
    /// Whose fault the error is.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Crypto(error) => error.class(),
            Self::AgentLocked
            | Self::NoPassphrase
            | Self::PassphraseMismatch
            | Self::PlatformLocked
            | Self::WrongPassphrase => ErrorClass::Refused,
            Self::AgentProtocol { .. }
            | Self::Malformed { .. }
            | Self::MalformedLine { .. }
            | Self::TooLarge { .. } => ErrorClass::Malformed,
            Self::AgentRunning { .. }
            | Self::CostRange { .. }
            | Self::Exists { .. }
            | Self::InvalidName { .. }
            | Self::NoStore { .. }
            | Self::NotRegular { .. }
            | Self::PassphraseLength
            | Self::PrivateHalf
            | Self::SeveralKeys { .. }
            | Self::WrongSealing { .. }
            | Self::WrongStoreKey => ErrorClass::Misuse,
            Self::InsecureMode { .. }
            | Self::NotOwner { .. }
            | Self::Symlink { .. }
            | Self::Tampered { .. } => ErrorClass::Untrusted,
            Self::Io { .. }
            | Self::Locked { .. }
            | Self::NoTerminal
            | Self::Platform { .. }
            | Self::Random => ErrorClass::Unavailable,
            Self::TooCostly { .. } | Self::Unsupported { .. } => ErrorClass::Unsupported,
        }
    }

    /// An adapter for `map_err`: what was tried on which path.
    pub(crate) fn io<E: Into<io::Error>>(
        operation: &'static str,
        path: &Path,
    ) -> impl FnOnce(E) -> Self {
        move |error| Self::Io {
            operation,
            path: path.to_path_buf(),
            kind: error.into().kind(),
        }
    }

    pub(crate) fn tampered(id: &str) -> Self {
        Self::Tampered { id: id.to_owned() }
    }
}

fn list(holders: &[u32]) -> String {
    if holders.is_empty() {
        return "unknown".to_owned();
    }
    holders
        .iter()
        .map(u32::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_error_names_every_holder() {
        let error = |holders| Error::Locked {
            path: "/h/lock".into(),
            holders,
        };
        assert_eq!(
            error(vec![4, 9]).to_string(),
            "/h/lock is locked by process 4, 9"
        );
        assert_eq!(
            error(vec![]).to_string(),
            "/h/lock is locked by process unknown"
        );
    }

    #[test]
    fn a_mode_error_prints_the_mode_in_octal() {
        let error = Error::InsecureMode {
            path: "k".into(),
            mode: 0o644,
        };
        assert_eq!(
            error.to_string(),
            "k has mode 0644, and must not be open to others"
        );
        assert_eq!(error.class(), ErrorClass::Untrusted);
    }
}
