// SPDX-License-Identifier: MIT
//! Errors of Mesh objects.
//!
//! Spec: none.
//! Here: one variant per cause, and whose fault each is.
//! Not here: wording for people (`mesh`).

use mesh_jsonbcd::{DateTime, ErrorClass};

/// Why a Mesh object was refused or cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Not an account address.
    #[error("{address:?} is not an account address: {why}")]
    BadAddress {
        /// The text given.
        address: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A cryptographic operation failed.
    #[error(transparent)]
    Crypto(#[from] mesh_crypto::Error),
    /// An envelope cannot be opened or verified.
    #[error(transparent)]
    Dare(#[from] mesh_dare::Error),
    /// An object does not parse.
    #[error(transparent)]
    Encoding(#[from] mesh_jsonbcd::Error),
    /// What an object states held until some time ago.
    #[error("{object} held until {at}, and by the clock of this device that is past")]
    Ended {
        /// The object.
        object: &'static str,
        /// Until when.
        at: DateTime,
    },
    /// A field that the object cannot do without is absent or has no meaning.
    #[error("{object}: the field {field} is missing or unusable")]
    Field {
        /// Type of the object.
        object: &'static str,
        /// Name of the field as written.
        field: &'static str,
    },
    /// A PIN cannot be used.
    #[error("the PIN was refused: {why}")]
    Pin {
        /// Why.
        why: &'static str,
    },
    /// No role was named.
    #[error("no role is named")]
    NoRole,
    /// Two objects that must belong together do not.
    #[error("{object} does not belong to {to}")]
    Unrelated {
        /// The object refused.
        object: &'static str,
        /// What it should belong to.
        to: &'static str,
    },
    /// No such role in this version.
    #[error(
        "there is no role {role:?}; the roles are super, admin, web, message, developer and device, and for single catalogs for instance Credential:read or Network:write"
    )]
    UnknownRole {
        /// The text given.
        role: String,
    },
    /// No such store.
    #[error("there is no store {label:?}")]
    UnknownStore {
        /// The text given.
        label: String,
    },
    /// A profile whose signatures are not by the roots that its fingerprint stands for.
    #[error("{profile} is not signed by its own root key")]
    UntrustedProfile {
        /// Type of the profile.
        profile: &'static str,
    },
}

impl Error {
    /// Whose fault it is.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::BadAddress { .. }
            | Self::NoRole
            | Self::UnknownRole { .. }
            | Self::UnknownStore { .. } => ErrorClass::Misuse,
            Self::Field { .. } => ErrorClass::Malformed,
            Self::Pin { .. } => ErrorClass::Refused,
            Self::Ended { .. } | Self::Unrelated { .. } | Self::UntrustedProfile { .. } => {
                ErrorClass::Untrusted
            }
            Self::Crypto(error) => error.class(),
            Self::Dare(error) => error.class(),
            Self::Encoding(error) => error.class(),
        }
    }
}
