// SPDX-License-Identifier: MIT
//! Files that only their owner may read: written whole or not at all, read only when nobody else could.
//!
//! Spec: none.
//! Here: private directories, atomic writing, checked reading, the umask.
//! Not here: what the files contain (`store`, `format`).

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use mesh_crypto::SecretBytes;
use rustix::fs::{Mode, OFlags, RenameFlags};
use zeroize::Zeroizing;

use crate::system::random_array;
use crate::{Error, Result};

/// What [`write_private`] does with a file that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and writing fails with [`Error::Exists`].
    Keep,
    /// It is replaced in one step: a reader sees the old or the new content, never a mixture.
    Replace,
}

/// Sets the umask 077, so that nothing this process creates is open to others. Programs call it first.
pub fn umask_077() {
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
}

/// Creates a directory of mode 0700, with its missing parents. One that exists and is ours is tightened to 0700.
///
/// # Errors
/// [`Error::NotOwner`] or [`Error::NotRegular`] when the path is somebody else's or no directory; [`Error::Io`].
pub fn create_private_dir(path: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .or_else(|error| {
            if error.kind() == io::ErrorKind::AlreadyExists {
                Ok(())
            } else {
                Err(error)
            }
        })
        .map_err(Error::io("create", path))?;
    let found = fs::metadata(path).map_err(Error::io("inspect", path))?;
    if !found.is_dir() {
        return Err(Error::NotRegular {
            path: path.to_path_buf(),
            expected: "directory",
        });
    }
    check_owner(path, found.uid())?;
    if found.mode() & 0o777 != 0o700 {
        fs::set_permissions(path, Permissions::from_mode(0o700))
            .map_err(Error::io("protect", path))?;
    }
    Ok(())
}

/// Writes a file of mode 0600 in one step: a temporary file beside it, flushed to the disk, then renamed.
///
/// # Errors
/// [`Error::Symlink`] when `path` is a symbolic link, [`Error::NotRegular`] when it is something else that is no
/// file, [`Error::Exists`] when it is there and `existing` says to keep it, [`Error::Io`].
pub fn write_private(path: &Path, octets: &[u8], existing: Existing) -> Result<()> {
    check_target(path, existing)?;
    let directory = parent(path);
    let temporary = Temporary::create(path, directory)?;
    let mut file = &temporary.file;
    file.write_all(octets).map_err(Error::io("write", path))?;
    file.sync_all().map_err(Error::io("write", path))?;
    temporary.rename(path, existing)?;
    File::open(directory)
        .and_then(|d| d.sync_all())
        .map_err(Error::io("flush", directory))
}

/// Reads a file that must be ours, regular, and closed to others.
///
/// # Errors
/// [`Error::Symlink`], [`Error::NotRegular`], [`Error::NotOwner`], [`Error::InsecureMode`] when it is not,
/// [`Error::TooLarge`] above `maximum` octets, [`Error::Io`].
pub fn read_private(path: &Path, maximum: usize) -> Result<SecretBytes> {
    let file = open_private(path)?;
    read_bounded(file, maximum).map_err(|error| match error {
        Bounded::Io(error) => Error::io("read", path)(error),
        Bounded::TooLarge => Error::TooLarge {
            what: "the file",
            maximum,
        },
    })
}

/// Opens for reading with the checks of [`read_private`], made on the open file.
fn open_private(path: &Path) -> Result<File> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = File::from(
        rustix::fs::open(path, flags, Mode::empty()).map_err(|error| {
            if error == rustix::io::Errno::LOOP {
                Error::Symlink {
                    path: path.to_path_buf(),
                }
            } else {
                Error::io("open", path)(error)
            }
        })?,
    );
    let found = file.metadata().map_err(Error::io("inspect", path))?;
    if !found.is_file() {
        return Err(Error::NotRegular {
            path: path.to_path_buf(),
            expected: "regular file",
        });
    }
    check_owner(path, found.uid())?;
    let mode = found.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(Error::InsecureMode {
            path: path.to_path_buf(),
            mode,
        });
    }
    Ok(file)
}

pub(crate) enum Bounded {
    Io(io::Error),
    TooLarge,
}

/// Reads to the end, at most `maximum` octets, into one buffer that is never moved and erased on failure.
pub(crate) fn read_bounded(reader: impl io::Read, maximum: usize) -> Result<SecretBytes, Bounded> {
    let limit = maximum.saturating_add(1);
    let mut out = Zeroizing::new(Vec::with_capacity(limit.min(256 * 1024)));
    let limit = u64::try_from(limit).unwrap_or(u64::MAX);
    reader
        .take(limit)
        .read_to_end(&mut out)
        .map_err(Bounded::Io)?;
    if out.len() > maximum {
        return Err(Bounded::TooLarge);
    }
    Ok(SecretBytes::from(out))
}

pub(crate) fn check_owner(path: &Path, owner: u32) -> Result<()> {
    if owner == rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    Err(Error::NotOwner {
        path: path.to_path_buf(),
        owner,
    })
}

fn check_target(path: &Path, existing: Existing) -> Result<()> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Error::io("inspect", path)(error)),
    };
    if found.file_type().is_symlink() {
        Err(Error::Symlink {
            path: path.to_path_buf(),
        })
    } else if !found.is_file() {
        Err(Error::NotRegular {
            path: path.to_path_buf(),
            expected: "regular file",
        })
    } else if existing == Existing::Keep {
        Err(Error::Exists {
            path: path.to_path_buf(),
        })
    } else {
        Ok(())
    }
}

fn parent(path: &Path) -> &Path {
    path.parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."))
}

/// A file that disappears unless it is renamed.
struct Temporary {
    path: PathBuf,
    file: File,
    kept: bool,
}

impl Temporary {
    fn create(target: &Path, directory: &Path) -> Result<Self> {
        let name = format!(".{}.tmp", HEXLOWER.encode(&random_array::<12>()?));
        let path = directory.join(name);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .map_err(Error::io("create", target))?;
        let made = Self {
            path,
            file,
            kept: false,
        };
        // A stricter umask than 077 would leave a file that its owner cannot read.
        made.file
            .set_permissions(Permissions::from_mode(0o600))
            .map_err(Error::io("protect", target))?;
        Ok(made)
    }

    fn rename(mut self, target: &Path, existing: Existing) -> Result<()> {
        let done = match existing {
            Existing::Replace => fs::rename(&self.path, target),
            Existing::Keep => rename_new(&self.path, target),
        };
        match done {
            Ok(()) => {
                self.kept = true;
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(Error::Exists {
                path: target.to_path_buf(),
            }),
            Err(error) => Err(Error::io("write", target)(error)),
        }
    }
}

/// Renames without replacing. File systems that cannot do so in one call get a hard link and an unlink.
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::io::Errno;
    match rustix::fs::renameat_with(
        rustix::fs::CWD,
        from,
        rustix::fs::CWD,
        to,
        RenameFlags::NOREPLACE,
    ) {
        Err(Errno::INVAL | Errno::NOSYS) => {
            fs::hard_link(from, to)?;
            fs::remove_file(from)
        }
        other => other.map_err(io::Error::from),
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.kept {
            // Nothing better can be done here, and the name is never read again.
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests;
