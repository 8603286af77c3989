// SPDX-License-Identifier: MIT
//! What the errors of the data base mean for the caller.
//!
//! Here: from SQLSTATE to [`StoreError`]. Only the message of an error is passed on: its detail may hold what is stored.
//! Not here: which error ends a connection (`pool`).

use std::error::Error as _;

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::store::StoreError;

/// What an error means for the caller.
pub(super) fn translate(action: &'static str, error: &Error) -> StoreError {
    let Some(said) = error.as_db_error() else {
        let mut detail = error.to_string();
        if let Some(source) = error.source() {
            detail = format!("{detail}: {source}");
        }
        // There is no other way to tell what only the operator can repair, such as a password that was not given.
        return match detail.starts_with("invalid configuration") {
            true => StoreError::DatabaseRefused { detail },
            false => StoreError::Unavailable { action, detail },
        };
    };
    let detail = said.message().to_owned();
    let code = said.code();
    if *code == SqlState::UNIQUE_VIOLATION {
        return match said.constraint() {
            Some("account_address_key") => StoreError::AddressTaken,
            Some("account_profile_key") => StoreError::ProfileTaken,
            _ => StoreError::Engine { detail },
        };
    }
    if *code == SqlState::DISK_FULL {
        return StoreError::DiskFull;
    }
    if *code == SqlState::INSUFFICIENT_PRIVILEGE || *code == SqlState::INVALID_CATALOG_NAME {
        return StoreError::DatabaseRefused { detail };
    }
    match code.code().get(..2) {
        Some("28") => StoreError::DatabaseRefused { detail },
        // Connections, transactions, resources, locks, operators, disks; a server that only reads, or has waited too long for us.
        Some("08" | "25" | "40" | "53" | "55" | "57" | "58") => {
            StoreError::Unavailable { action, detail }
        }
        Some("54") => StoreError::LimitExceeded { what: "the record" },
        Some("XX") => StoreError::Corrupt { detail },
        _ => StoreError::Engine { detail },
    }
}

/// A row that is not of the form that our tables have.
pub(super) fn odd(error: &Error) -> StoreError {
    StoreError::Corrupt {
        detail: error.to_string(),
    }
}
