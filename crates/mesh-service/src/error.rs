// SPDX-License-Identifier: MIT
//! Errors of the service, and what of them a caller is told.
//!
//! Spec: mesh-protocol, "Response status".
//! Here: one variant per cause; the bland form for the network.
//! Not here: wording for the operator (`mesh`).

use mesh_jsonbcd::ErrorClass;
use mesh_protocol::{Code, Failure};

use crate::store::StoreError;

/// Why the service could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A certificate or its private key cannot be used.
    #[error("{why}")]
    Certificate {
        /// Why.
        why: String,
    },
    /// A cryptographic operation failed.
    #[error(transparent)]
    Crypto(#[from] mesh_crypto::Error),
    /// An envelope cannot be opened or verified.
    #[error(transparent)]
    Dare(#[from] mesh_dare::Error),
    /// A stored record or a request does not parse.
    #[error(transparent)]
    Encoding(#[from] mesh_jsonbcd::Error),
    /// The host's own keys and assertions cannot be used.
    #[error("the identity of this host cannot be used: {why}")]
    Host {
        /// Why.
        why: &'static str,
    },
    /// The key store failed.
    #[error(transparent)]
    KeyStore(#[from] mesh_keystore::Error),
    /// The socket cannot be used.
    #[error("cannot listen on {address}: {text}")]
    Listen {
        /// The address asked for.
        address: String,
        /// The error of the operating system.
        text: String,
    },
    /// The packet layer cannot be set up.
    #[error(transparent)]
    Rud(#[from] mesh_rud::Error),
    /// A Mesh object is not valid.
    #[error(transparent)]
    Schema(#[from] mesh_schema::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Error {
    /// Whose fault it is.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Crypto(error) => error.class(),
            Self::Dare(error) => error.class(),
            Self::Encoding(error) => error.class(),
            Self::Certificate { .. } | Self::Host { .. } => ErrorClass::Misuse,
            Self::KeyStore(error) => error.class(),
            Self::Listen { .. } => ErrorClass::Unavailable,
            Self::Rud(error) => error.class(),
            Self::Schema(error) => error.class(),
            Self::Store(error) => error.class(),
        }
    }
}

/// What a caller is told: whether it was the request or the service, and nothing of the inside.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let failure = match &error {
            Error::Store(StoreError::Stale { .. }) => Self::new(Code::Stale),
            Error::Store(StoreError::AddressTaken | StoreError::ProfileTaken) => {
                Self::new(Code::AccountRegistered)
            }
            Error::Store(StoreError::AccountUnknown(_)) => Self::new(Code::NotFound),
            _ => match error.class() {
                ErrorClass::Malformed | ErrorClass::Misuse | ErrorClass::Unsupported => {
                    Self::new(Code::Invalid)
                }
                ErrorClass::Refused | ErrorClass::Untrusted => Self::new(Code::Refused),
                ErrorClass::Unavailable | ErrorClass::Internal => Self::new(Code::Unavailable),
            },
        };
        match failure.code() {
            Code::Unavailable => tracing::error!(%error, "a transaction failed"),
            code => tracing::debug!(%error, code = code.number(), "a transaction was refused"),
        }
        failure
    }
}
