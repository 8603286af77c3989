// SPDX-License-Identifier: MIT
//! Files that hold a sequence: archives and logs.
//!
//! Spec: none.
//! Here: opening one for reading, or alone for writing; when its octets are made durable.
//! Not here: sequences (`mesh-dare`).

use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use mesh_dare::generated::DareHeader;
use mesh_dare::{Sequence, Storage};
use rustix::fs::{FlockOperation, flock};

use crate::error::Failure;
use crate::output::note;

/// Opens a sequence for writing. While another process writes to it, this one waits.
///
/// # Errors
/// [`Failure`] when it is not there, or cannot be written.
pub fn open_alone(path: &Path) -> Result<File, Failure> {
    let named = |error: io::Error| Failure::of_file(path, &error);
    loop {
        let opened = File::options().read(true).write(true).open(path);
        let file = opened.map_err(named)?;
        if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            note(&format!(
                "waiting for another process that writes to {}",
                path.display()
            ));
            flock(&file, FlockOperation::LockExclusive).map_err(|error| named(error.into()))?;
        }
        // Another file may have taken its place meanwhile, a purged copy for instance; what would be appended to this one, nobody would find.
        if is_at(&file, path).map_err(named)? {
            return Ok(file);
        }
    }
}

/// Keeps others from writing to the file that a copy is about to replace; what they append must not be lost with it.
///
/// # Errors
/// As [`open_alone`].
pub fn hold_replaced(input: &Path, output: &Path) -> Result<Option<File>, Failure> {
    let file = File::open(input).map_err(|error| Failure::of_file(input, &error))?;
    match is_at(&file, output) {
        Ok(true) => open_alone(output).map(Some),
        // There is none, or another one.
        _ => Ok(None),
    }
}

/// Whether a file is the one that is at a path.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let (one, other) = (file.metadata()?, std::fs::metadata(path)?);
    Ok((one.dev(), one.ino()) == (other.dev(), other.ino()))
}

/// The header in which a sequence says for whom it is.
///
/// # Errors
/// [`Failure`] when the file holds no sequence.
pub fn first_header(file: &File, path: &Path) -> Result<DareHeader, Failure> {
    let copy = file.try_clone();
    let copy = copy.map_err(|error| Failure::of_file(path, &error))?;
    let read = || Sequence::open_from_end(ReadOnly::new(copy)?)?.0.header(0);
    read().map_err(|error: mesh_dare::Error| {
        let failure = Failure::from(error);
        Failure {
            cause: format!("{}: {}", path.display(), failure.cause),
            ..failure
        }
    })
}

/// A file whose octets are made durable once, in the end, by whoever makes it appear.
#[derive(Debug)]
pub struct Unsynchronised(pub File);

impl Storage for Unsynchronised {
    fn len(&self) -> io::Result<u64> {
        Storage::len(&self.0)
    }

    fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.0.read_at(offset, out)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write_at(offset, bytes)
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        self.0.truncate(len)
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A file that is only read: nothing is cut off, not even what was never finished. What is appended after it was opened is not seen.
#[derive(Debug)]
pub struct ReadOnly {
    file: File,
    length: u64,
}

impl ReadOnly {
    /// Takes a file as long as it is now.
    ///
    /// # Errors
    /// The error of the operating system.
    pub fn new(file: File) -> io::Result<Self> {
        let length = Storage::len(&file)?;
        Ok(Self { file, length })
    }
}

impl Storage for ReadOnly {
    fn len(&self) -> io::Result<u64> {
        Ok(self.length)
    }

    fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.file.read_at(offset, out)
    }

    fn write_at(&mut self, _: u64, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::PermissionDenied.into())
    }

    fn truncate(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}
