// SPDX-License-Identifier: MIT
//! Files that commands read and write.
//!
//! Spec: none.
//! Here: a file or standard input; a file that appears whole or not at all, or standard output.
//! Not here: files with secrets of ours (`mesh-keystore`, file).

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, openat, renameat, unlinkat};
use rustix::io::Errno;
use tempfile::NamedTempFile;

use crate::error::Failure;

/// Something to read, and how much it is where that is known.
pub struct Source {
    /// The octets.
    pub octets: Box<dyn Read>,
    /// How many they are.
    pub length: Option<u64>,
}

impl Source {
    /// Opens a file; `-` is standard input.
    ///
    /// # Errors
    /// [`Failure`] when it cannot be read.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        if is_standard(path) {
            return Ok(Self {
                octets: Box::new(io::stdin().lock()),
                length: None,
            });
        }
        let named = |error: io::Error| Failure::of_file(path, &error);
        let file = File::open(path).map_err(named)?;
        let about = file.metadata().map_err(named)?;
        if about.is_dir() {
            return Err(named(io::ErrorKind::IsADirectory.into()));
        }
        Ok(Self {
            octets: Box::new(file),
            length: about.is_file().then_some(about.len()),
        })
    }
}

impl Source {
    /// The first octets, at most this many; they stay to be read.
    ///
    /// # Errors
    /// [`Failure`] when they cannot be read.
    pub fn beginning(&mut self, most: usize) -> Result<Vec<u8>, Failure> {
        let most = u64::try_from(most).unwrap_or(u64::MAX);
        let mut octets: Box<dyn Read> = Box::new(io::empty());
        std::mem::swap(&mut octets, &mut self.octets);
        let mut beginning = Vec::new();
        octets.by_ref().take(most).read_to_end(&mut beginning)?;
        self.octets = Box::new(io::Cursor::new(beginning.clone()).chain(octets));
        Ok(beginning)
    }
}

/// Reads a file, or standard input, and one octet more than it may have: whoever takes it refuses what is longer, and cuts nothing.
///
/// # Errors
/// [`Failure`] when it cannot be read.
pub(crate) fn read_limited(path: &Path, most: usize, into: &mut Vec<u8>) -> Result<(), Failure> {
    let most = u64::try_from(most).unwrap_or(u64::MAX);
    Source::open(path)?
        .octets
        .take(most.saturating_add(1))
        .read_to_end(into)
        .map_err(|error| Failure::of_file(path, &error))?;
    Ok(())
}

/// Whether a path stands for standard input or output.
#[must_use]
pub fn is_standard(path: &Path) -> bool {
    path == Path::new("-")
}

/// That a result and an object about it do not both go to standard output.
///
/// # Errors
/// [`Failure`] when they would.
pub fn either(output: &Path, json: bool) -> Result<(), Failure> {
    match json && is_standard(output) {
        false => Ok(()),
        true => Err(Failure::misuse(
            "standard output cannot hold both the result and an object about it",
            "name a file, or leave out --json",
        )),
    }
}

/// Where output goes.
pub struct Destination {
    path: PathBuf,
    to: To,
    force: bool,
}

enum To {
    /// A file without a name, which gets one in the end: a process that is killed leaves nothing.
    Unnamed(File),
    /// A file beside the one that is meant, which takes its place in the end: for file systems whose files need names.
    File(NamedTempFile),
    /// Standard output, as octets come.
    Pipe(File),
    /// Standard output, when all octets are there.
    Withheld(File),
}

impl Destination {
    /// Prepares the output; nothing appears under its name before [`Destination::commit`]. What goes to standard output goes there at
    /// once, unless it is `withheld`.
    ///
    /// # Errors
    /// [`Failure`] when the file exists and is not to be replaced, or cannot be made.
    pub fn create(path: &Path, force: bool, withheld: bool) -> Result<Self, Failure> {
        let named = |error: io::Error| Failure::of_file(path, &error);
        let to = match (is_standard(path), withheld) {
            (true, false) => To::Pipe(standard_output()?),
            (true, true) => To::Withheld(tempfile::tempfile()?),
            (false, _) => {
                let found = std::fs::symlink_metadata(path);
                if found.as_ref().is_ok_and(std::fs::Metadata::is_dir) {
                    return Err(named(io::ErrorKind::IsADirectory.into()));
                }
                if found.is_ok() && !force {
                    return Err(named(io::ErrorKind::AlreadyExists.into()));
                }
                if found.is_ok_and(|found| !found.is_file() && !found.is_symlink()) {
                    return Err(Failure::misuse(
                        format!("{}: this is no file, and is not replaced", path.display()),
                        "name a file, or - for standard output",
                    ));
                }
                let directory = parent(path);
                match unnamed(CWD, directory).map_err(|error| named(error.into()))? {
                    Some(file) => To::Unnamed(file),
                    None => {
                        let made = tempfile::Builder::new()
                            .prefix(TEMPORARY)
                            .tempfile_in(directory);
                        To::File(made.map_err(named)?)
                    }
                }
            }
        };
        Ok(Self {
            path: path.to_owned(),
            to,
            force,
        })
    }

    /// The file that will take the place of the one that is meant, for output that is not written from beginning to end.
    ///
    /// # Errors
    /// [`Failure`] when the output goes to a pipe.
    pub fn file(&self) -> Result<File, Failure> {
        match &self.to {
            To::Unnamed(file) => Ok(file.try_clone()?),
            To::File(file) => Ok(file.as_file().try_clone()?),
            To::Pipe(_) | To::Withheld(_) => Err(Failure::misuse(
                "this cannot be written to a pipe",
                "name a file",
            )),
        }
    }

    /// Makes the output appear: durably, and all of it.
    ///
    /// # Errors
    /// [`Failure`] when that does not succeed; then nothing has appeared.
    pub fn commit(self) -> Result<(), Failure> {
        let named = |error: io::Error| Failure::of_file(&self.path, &error);
        match self.to {
            To::Unnamed(file) => {
                file.sync_all().map_err(named)?;
                name(&file, CWD, &self.path, self.force).map_err(|error| named(error.into()))?;
                sync_directory(&self.path).map_err(named)
            }
            To::File(file) => {
                file.as_file().sync_all().map_err(named)?;
                let placed = match self.force {
                    true => file.persist(&self.path),
                    false => file.persist_noclobber(&self.path),
                };
                placed.map_err(|error| named(error.error))?;
                sync_directory(&self.path).map_err(named)
            }
            To::Pipe(mut out) => Ok(out.flush()?),
            To::Withheld(mut file) => {
                file.rewind()?;
                io::copy(&mut file, &mut standard_output()?)?;
                Ok(())
            }
        }
    }
}

/// What names of files begin with that are not finished.
const TEMPORARY: &str = ".mesh-";

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(parent(path))?.sync_all()
}

/// Where files that are open are found by their numbers.
const OPEN_FILES: &str = "/proc/self/fd";

/// A file without a name in a directory, which is named from another one; `None` where there can be none, or none that gets a name later.
pub(crate) fn unnamed(at: BorrowedFd<'_>, directory: &Path) -> Result<Option<File>, Errno> {
    if !Path::new(OPEN_FILES).exists() {
        return Ok(None);
    }
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    match openat(at, directory, flags, Mode::from_raw_mode(0o600)) {
        Ok(file) => Ok(Some(file.into())),
        Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Gives a file without a name its name, which is a path from a directory on.
pub(crate) fn name(file: &File, at: BorrowedFd<'_>, path: &Path, force: bool) -> Result<(), Errno> {
    let from = format!("{OPEN_FILES}/{}", file.as_raw_fd());
    let link = |to: &Path| linkat(CWD, &from, at, to, AtFlags::SYMLINK_FOLLOW);
    if !force {
        return link(path);
    }
    // A link replaces nothing, a renaming does.
    for number in 0u32.. {
        let other = format!("{TEMPORARY}{}-{number}", std::process::id());
        let other = parent(path).join(other);
        match link(&other) {
            Err(Errno::EXIST) => {}
            Err(error) => return Err(error),
            Ok(()) => {
                return renameat(at, &other, at, path).inspect_err(|_| {
                    // It was never where it was meant to be.
                    let _ = unlinkat(at, &other, AtFlags::empty());
                });
            }
        }
    }
    Err(Errno::EXIST)
}

/// Standard output without a buffer that looks for the ends of lines.
fn standard_output() -> io::Result<File> {
    Ok(File::from(io::stdout().as_fd().try_clone_to_owned()?))
}

impl Write for Destination {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match &mut self.to {
            To::Unnamed(file) => file.write(octets),
            To::File(file) => file.write(octets),
            To::Pipe(out) => out.write(octets),
            To::Withheld(file) => file.write(octets),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            To::Unnamed(file) => file.flush(),
            To::File(file) => file.flush(),
            To::Pipe(out) => out.flush(),
            To::Withheld(file) => file.flush(),
        }
    }
}
