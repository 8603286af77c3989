// SPDX-License-Identifier: MIT
//! Errors of the client.
//!
//! Spec: none.
//! Here: one variant per cause, and whose fault each is.
//! Not here: wording for people (`mesh`).

use std::path::PathBuf;

use mesh_jsonbcd::ErrorClass;
use mesh_protocol::Code;
use mesh_schema::AccountAddress;

/// Why the client could not do what it was asked. No variant carries a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The archive of an account is not what it must be.
    #[error("the archive cannot be used: {why}")]
    Archive {
        /// What is wrong with it.
        why: &'static str,
    },
    /// The home already has this account.
    #[error("this device is already connected to {address}")]
    AccountExists {
        /// Address of the account.
        address: String,
    },
    /// Several things fit and the caller must say which is meant.
    #[error("several {what} fit: {}", candidates.join(", "))]
    Ambiguous {
        /// Kind of thing.
        what: &'static str,
        /// What fits.
        candidates: Vec<String>,
    },
    /// The contact of another account came under an address that is known.
    #[error(
        "under the address {address} another account is known: its fingerprint is {known}, and that of the one that came is {came}"
    )]
    AnotherAccount {
        /// The address.
        address: String,
        /// The fingerprint that is known.
        known: String,
        /// The one that came.
        came: String,
    },
    /// A text cannot be the name of a device or of a contact.
    #[error("a name has 1 to {most} characters and no control characters")]
    BadName {
        /// The longest name in octets.
        most: usize,
    },
    /// A cryptographic operation failed.
    #[error(transparent)]
    Crypto(#[from] mesh_crypto::Error),
    /// Stored or received data cannot be opened or verified.
    #[error(transparent)]
    Dare(#[from] mesh_dare::Error),
    /// An administrator removed this device from the account.
    #[error("this device was removed from the account {address}")]
    DeviceRemoved {
        /// Address of the account.
        address: String,
    },
    /// A stored record does not parse.
    #[error(transparent)]
    Encoding(#[from] mesh_jsonbcd::Error),
    /// There is such a thing already, and it is not replaced.
    #[error("there is a {what} {name} already")]
    Exists {
        /// Kind of thing.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// The service's history contradicts what this device has seen.
    #[error(
        "store {store}: the service shows another history than this device has seen, they differ at frame {index}"
    )]
    Fork {
        /// Label of the store.
        store: String,
        /// Index of the first frame that differs, or of the last one seen if none was shown.
        index: u64,
    },
    /// The service showed something that contradicts what this device knows; nothing is written until that is cleared up.
    #[error("nothing is written to the account since the service could not be trusted: {why}")]
    Frozen {
        /// What the service showed.
        why: String,
    },
    /// The record of what this device has seen of its account is gone, while the replicas are there.
    #[error("{} is missing: this device does not know any more what it has seen of the account", path.display())]
    HeadsMissing {
        /// The file.
        path: PathBuf,
    },
    /// There is a home already.
    #[error("there is a Mesh home already in {}", path.display())]
    HomeExists {
        /// Its directory.
        path: PathBuf,
    },
    /// The home cannot be read or written.
    #[error("cannot {action} {}: {text}", path.display())]
    HomeUnusable {
        /// What was attempted.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        text: String,
    },
    /// The key store failed, for instance because the passphrase is wrong.
    #[error(transparent)]
    KeyStore(#[from] mesh_keystore::Error),
    /// A nickname looks like what it must not be taken for.
    #[error("a name with an @ is an address, not what somebody is called here")]
    NameIsAddress,
    /// A step that the account itself must take was asked of a device without the right keys.
    #[error("this device may not {what}")]
    NotAllowed {
        /// What was asked.
        what: &'static str,
    },
    /// The device has a share only of the key, and the service that has the other one cannot be reached.
    #[error(
        "{store} is decrypted with the help of the service only, which cannot be reached: {text}"
    )]
    NeedsService {
        /// Label of the store.
        store: String,
        /// What happened.
        text: String,
    },
    /// This home has no such account.
    #[error("this device has no account{}", address.as_ref().map(|address| format!(" {address}")).unwrap_or_default())]
    NoAccount {
        /// The address asked for.
        address: Option<String>,
    },
    /// There is no home.
    #[error("there is no Mesh home in {}", path.display())]
    NoHome {
        /// The directory.
        path: PathBuf,
    },
    /// The account is at another address now.
    #[error("the account has moved to {address}")]
    Moved {
        /// Where it is.
        address: AccountAddress,
    },
    /// The account has moved, and this device could not go there.
    #[error("the account has moved to {address}, and this device cannot go there: {text}")]
    NotFollowed {
        /// Where the account is.
        address: AccountAddress,
        /// What is wrong there.
        text: String,
    },
    /// There is no such thing.
    #[error("there is no {what} {name}")]
    NotFound {
        /// Kind of thing.
        what: &'static str,
        /// What was asked for.
        name: String,
    },
    /// A contact that was signed before the one that is known.
    #[error("the contact of {name} that came was signed before the one that is known")]
    OldContact {
        /// Address of its subject.
        name: String,
    },
    /// The account's own contact was given where that of another is wanted.
    #[error("that is the contact of this account itself")]
    OwnContact,
    /// The service offers an entry of this device that is older than the one that it has.
    #[error("the service offers older roles and keys of this device than it has already")]
    OldEntry,
    /// The device has asked to be connected and has not been accepted yet.
    #[error("this device waits to be connected to {address}")]
    Pending {
        /// Address of the account.
        address: String,
    },
    /// The service refused, or cannot be reached, or is not who it must be.
    #[error(transparent)]
    Protocol(mesh_protocol::Error),
    /// The service offers less than this device has seen.
    #[error("store {store}: the service shows {offered} frames, this device has seen {seen}")]
    Rollback {
        /// Label of the store.
        store: String,
        /// What the service shows.
        offered: u64,
        /// What this device has seen.
        seen: u64,
    },
    /// A Mesh object is not valid.
    #[error(transparent)]
    Schema(#[from] mesh_schema::Error),
    /// The recovery codes give a key, but not that of the account.
    #[error("these recovery codes do not belong to {address}")]
    SharesOfAnother {
        /// Address of the account.
        address: String,
    },
    /// Other devices kept changing the stores; nothing was written.
    #[error(
        "other devices keep changing the account; the change was given up after {attempts} attempts"
    )]
    Contention {
        /// How often it was attempted.
        attempts: u32,
    },
    /// What the service shows of a store is not as it must be.
    #[error("store {store}: {source}")]
    Store {
        /// Label of the store.
        store: String,
        /// What is wrong with it.
        source: mesh_dare::Error,
    },
    /// A contact is of another account than was expected.
    #[error("the fingerprint of the contact is {found}, not {expected}")]
    UnexpectedFingerprint {
        /// That of the contact.
        found: String,
        /// The one that was expected.
        expected: String,
    },
    /// The device was preconfigured, and nobody has adopted it yet.
    #[error("this device waits for whoever adopts it")]
    Unclaimed,
    /// The service withholds frames that another device has seen.
    #[error("store {store}: the service shows {shown} frames, another device has seen {stated}")]
    Withheld {
        /// Label of the store.
        store: String,
        /// Frames that the service shows.
        shown: u64,
        /// Frames that another device has signed for.
        stated: u64,
    },
    /// The device has asked to be connected, and no answer came.
    #[error("no answer came to the request of this device to be connected to {address}")]
    Unheard {
        /// Address of the account.
        address: String,
    },
    /// What the service says of itself contradicts the account.
    #[error("the service is not the one of this account: {why}")]
    WrongService {
        /// What does not fit.
        why: &'static str,
    },
}

impl Error {
    /// Whose fault it is.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::AccountExists { .. }
            | Self::Ambiguous { .. }
            | Self::BadName { .. }
            | Self::Exists { .. }
            | Self::HomeExists { .. }
            | Self::NameIsAddress
            | Self::NoAccount { .. }
            | Self::NoHome { .. }
            | Self::NotFound { .. }
            | Self::OwnContact
            | Self::Pending { .. }
            | Self::Moved { .. }
            | Self::Unclaimed
            | Self::Unheard { .. } => ErrorClass::Misuse,
            Self::Contention { .. }
            | Self::NotFollowed { .. }
            | Self::HomeUnusable { .. }
            | Self::NeedsService { .. } => ErrorClass::Unavailable,
            Self::Archive { .. } => ErrorClass::Malformed,
            Self::Crypto(error) => error.class(),
            Self::Dare(error) | Self::Store { source: error, .. } => error.class(),
            Self::DeviceRemoved { .. } | Self::NotAllowed { .. } => ErrorClass::Refused,
            Self::Encoding(error) => error.class(),
            Self::AnotherAccount { .. }
            | Self::Fork { .. }
            | Self::Frozen { .. }
            | Self::HeadsMissing { .. }
            | Self::OldContact { .. }
            | Self::OldEntry
            | Self::Rollback { .. }
            | Self::SharesOfAnother { .. }
            | Self::UnexpectedFingerprint { .. }
            | Self::Withheld { .. }
            | Self::WrongService { .. } => ErrorClass::Untrusted,
            Self::KeyStore(error) => error.class(),
            Self::Protocol(error) => error.class(),
            Self::Schema(error) => error.class(),
        }
    }

    /// The code with which the service refused, if it did.
    #[must_use]
    pub fn refusal(&self) -> Option<Code> {
        match self {
            Self::Protocol(error) => error.refusal(),
            _ => None,
        }
    }
}

impl From<mesh_protocol::Error> for Error {
    fn from(error: mesh_protocol::Error) -> Self {
        Self::Protocol(error)
    }
}
