// SPDX-License-Identifier: MIT
//! Where the octets of a sequence are kept: a file that the caller opened, or memory.
//!
//! Spec: none; the specification leaves storage to the implementation.
//! Here: the operations that a sequence needs.
//! Not here: opening files by path, locks and permissions (`mesh-client`, `mesh-keystore`).

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// Octets that grow at their end, with a synchronisation point.
pub trait Storage {
    /// The number of octets stored.
    ///
    /// # Errors
    /// The error of the operating system.
    fn len(&self) -> io::Result<u64>;

    /// True when nothing is stored.
    ///
    /// # Errors
    /// The error of the operating system.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }

    /// Fills `out` from `offset`.
    ///
    /// # Errors
    /// The error of the operating system; `UnexpectedEof` when fewer octets are stored.
    fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<()>;

    /// Adds `bytes` at `offset`, which is the present end.
    ///
    /// # Errors
    /// The error of the operating system.
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Writes `bytes` over what is stored from `offset` on, all of which exists.
    ///
    /// # Errors
    /// The error of the operating system; `Unsupported` where only appending is possible.
    fn overwrite(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let _ = (offset, bytes);
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Cuts the storage to `len` octets.
    ///
    /// # Errors
    /// The error of the operating system.
    fn truncate(&mut self, len: u64) -> io::Result<()>;

    /// Returns when everything written is durable.
    ///
    /// # Errors
    /// The error of the operating system.
    fn sync(&mut self) -> io::Result<()>;
}

impl Storage for File {
    fn len(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.read_exact_at(out, offset)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.write_all_at(bytes, offset)
    }

    fn overwrite(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let before = Storage::len(self)?;
        self.write_all_at(bytes, offset)?;
        if Storage::len(self)? == before {
            return Ok(());
        }
        // A file opened for appending takes everything at its end, whatever the offset.
        self.set_len(before)?;
        Err(io::ErrorKind::Unsupported.into())
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        self.set_len(len)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

/// A sequence in memory, for tests, examples and programs that keep nothing.
impl Storage for Vec<u8> {
    fn len(&self) -> io::Result<u64> {
        u64::try_from(Vec::len(self)).map_err(io::Error::other)
    }

    fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let start = usize::try_from(offset).map_err(io::Error::other)?;
        let found = start
            .checked_add(out.len())
            .and_then(|end| self.get(start..end))
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(found);
        Ok(())
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        if offset != Storage::len(self)? {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        self.extend_from_slice(bytes);
        Ok(())
    }

    fn overwrite(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let start = usize::try_from(offset).map_err(io::Error::other)?;
        let stored = start
            .checked_add(bytes.len())
            .and_then(|end| self.get_mut(start..end));
        stored
            .ok_or(io::ErrorKind::UnexpectedEof)?
            .copy_from_slice(bytes);
        Ok(())
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        Vec::truncate(self, usize::try_from(len).map_err(io::Error::other)?);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}
