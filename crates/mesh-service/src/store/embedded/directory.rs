// SPDX-License-Identifier: MIT
//! The data directory: only for us, and only for one of us at a time.
//!
//! Here: making and claiming the directory, making the data file, permissions.
//! Not here: what is in the data file.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use crate::store::StoreError;

/// The name of the data file. SQLite keeps its log beside it, under this name with `-wal` and `-shm`.
pub(super) const DATA_FILE: &str = "mesh.db";
/// The name of the file whose lock claims the directory. Its text is the number of the process that holds it. It is
/// never deleted, because two processes could then hold locks on two files of this name.
const LOCK_FILE: &str = "mesh.lock";

/// Makes the directory where there is none and claims it for as long as the returned file is open.
pub(super) fn claim(directory: &Path) -> Result<File, StoreError> {
    make_directory(directory).map_err(|error| unavailable("make the data directory", &error))?;
    refuse_shared(directory)?;
    let action = "claim the data directory";
    let mut lock =
        open_private(&directory.join(LOCK_FILE)).map_err(|error| unavailable(action, &error))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            let read = (&lock).take(32).read_to_string(&mut text);
            let pid = read.ok().and_then(|_| text.trim().parse().ok());
            return Err(StoreError::DirectoryInUse {
                path: directory.to_owned(),
                pid,
            });
        }
        Err(TryLockError::Error(error)) => return Err(unavailable(action, &error)),
    }
    // The text only serves the message above: whoever cannot write it has the lock all the same.
    let written = lock
        .set_len(0)
        .and_then(|()| lock.seek(SeekFrom::Start(0)))
        .and_then(|_| writeln!(lock, "{}", std::process::id()));
    if let Err(error) = written {
        tracing::debug!(%error, "cannot write the process number into the lock file");
    }
    Ok(lock)
}

/// Makes the data file where there is none, readable for nobody else. SQLite gives its log the same permissions.
pub(super) fn data_file(directory: &Path) -> Result<PathBuf, StoreError> {
    let path = directory.join(DATA_FILE);
    open_private(&path).map_err(|error| unavailable("open the data file", &error))?;
    Ok(path)
}

/// The octets of the log beside the data file; none where there is none.
pub(super) fn log_size(directory: &Path) -> u64 {
    let log = directory.join(format!("{DATA_FILE}-wal"));
    fs::metadata(log).map_or(0, |about| about.len())
}

/// Makes the names in the directory, and its own name, durable.
pub(super) fn synchronise(directory: &Path) -> Result<(), StoreError> {
    let parent = match directory.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => directory,
    };
    for path in [directory, parent] {
        synchronise_one(path)
            .map_err(|error| unavailable("synchronise the data directory", &error))?;
    }
    Ok(())
}

fn unavailable(action: &'static str, error: &io::Error) -> StoreError {
    if error.kind() == io::ErrorKind::StorageFull {
        return StoreError::DiskFull;
    }
    StoreError::Unavailable {
        action,
        detail: error.to_string(),
    }
}

#[cfg(unix)]
fn make_directory(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    if let Some(parent) = directory.parent() {
        fs::create_dir_all(parent)?;
    }
    match fs::DirBuilder::new().mode(0o700).create(directory) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

#[cfg(not(unix))]
fn make_directory(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)
}

/// Reading is prevented by the permissions of the files; a directory that others may write is refused, because they
/// could put other files in their place.
#[cfg(unix)]
fn refuse_shared(directory: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = fs::metadata(directory)
        .map_err(|error| unavailable("inspect the data directory", &error))?;
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & 0o022 != 0 {
        return Err(StoreError::DirectoryNotPrivate {
            path: directory.to_owned(),
            mode,
        });
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_shared(_directory: &Path) -> Result<(), StoreError> {
    Ok(())
}

#[cfg(unix)]
fn open_private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)?;
    // Files that were copied in may have come with wider permissions.
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

#[cfg(not(unix))]
fn open_private(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
}

#[cfg(unix)]
fn synchronise_one(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(not(unix))]
fn synchronise_one(_path: &Path) -> io::Result<()> {
    Ok(())
}
