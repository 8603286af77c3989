// SPDX-License-Identifier: MIT
//! Files of a home: private, created so.
//!
//! Spec: none.
//! Here: opening for reading and appending, and the errors that name the file.
//! Not here: atomic replacement (`mesh-keystore`, file).

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::error::Error;

/// Opens a file for reading and appending; it is created with mode 0600 when it does not exist. Links are not followed.
pub(crate) fn open_private(path: &Path) -> Result<File, Error> {
    const NO_FOLLOW: i32 = 0o400_000;
    let opened = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(NO_FOLLOW)
        .open(path);
    opened.map_err(|error| unusable("open", path, &error))
}

/// The error for a file of the home.
pub(crate) fn unusable(action: &'static str, path: &Path, error: &dyn std::fmt::Display) -> Error {
    Error::HomeUnusable {
        action,
        path: path.to_owned(),
        text: error.to_string(),
    }
}
