// SPDX-License-Identifier: MIT
//! Reading a storage in large steps.
//!
//! Spec: none.
//! Here: a view of a storage that holds the part read last, so that walking over small frames costs few system calls.
//! Not here: what is read (`scan`, `walk`).

use std::cell::{Cell, RefCell};
use std::io;

use crate::storage::Storage;

/// Octets held where a sequence is read from one end to the other.
pub(super) const SCAN: usize = 1 << 20;
/// Octets held where single frames are visited.
pub(super) const VISIT: usize = 1 << 12;

/// A storage of which the part around the place read last is held.
pub(super) struct Window<'s, S> {
    storage: &'s S,
    size: usize,
    /// How long the storage was when that was first asked; what somebody appends meanwhile is not in view.
    len: Cell<Option<u64>>,
    held: RefCell<(u64, Vec<u8>)>,
}

impl<'s, S: Storage> Window<'s, S> {
    pub(super) fn new(storage: &'s S, size: usize) -> Self {
        Self {
            storage,
            size,
            len: Cell::new(None),
            held: RefCell::new((0, Vec::new())),
        }
    }
}

impl<S: Storage> Storage for Window<'_, S> {
    fn len(&self) -> io::Result<u64> {
        if let Some(len) = self.len.get() {
            return Ok(len);
        }
        let len = self.storage.len()?;
        self.len.set(Some(len));
        Ok(len)
    }

    fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        // What is longer than the window, a body, would only push out what is held.
        if out.len() > self.size {
            return self.storage.read_at(offset, out);
        }
        let mut held = self.held.borrow_mut();
        let inside = |held: &(u64, Vec<u8>)| {
            let from = usize::try_from(offset.checked_sub(held.0)?).ok()?;
            let to = from.checked_add(out.len())?;
            (to <= held.1.len()).then_some(from..to)
        };
        if inside(&held).is_none() {
            let wanted = u64::try_from(out.len()).map_err(io::Error::other)?;
            let size = u64::try_from(self.size).map_err(io::Error::other)?;
            // Whoever goes backwards reads next what lies before.
            let start = match offset < held.0 {
                true => offset.saturating_add(wanted).saturating_sub(size),
                false => offset,
            };
            let left = self.len()?.saturating_sub(start);
            let size = usize::try_from(left).map_or(self.size, |left| left.min(self.size));
            held.0 = start;
            held.1.resize(size.max(out.len()), 0);
            if let Err(error) = self.storage.read_at(start, &mut held.1) {
                held.1.clear();
                return Err(error);
            }
        }
        let found = inside(&held)
            .and_then(|range| held.1.get(range))
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(found);
        Ok(())
    }

    fn write_at(&mut self, _: u64, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn truncate(&mut self, _: u64) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn sync(&mut self) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
