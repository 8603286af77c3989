// SPDX-License-Identifier: MIT
//! What was read from records that are asked for again and again.
//!
//! Spec: none.
//! Here: a memory that answers only for the very octets it was told of, so that nobody has to tell it of changes, whoever made them.
//! Not here: what the records say.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Error;

/// What was read from records, by name.
pub(crate) struct Remembered<T> {
    kept: Mutex<Kept<T>>,
    most: usize,
}

struct Kept<T> {
    entries: HashMap<String, (Vec<u8>, Arc<T>)>,
    octets: usize,
}

impl<T> Remembered<T> {
    /// A memory for records of so many octets together. What was read from them takes a few times as many.
    pub(crate) fn new(most: usize) -> Self {
        let kept = Kept {
            entries: HashMap::new(),
            octets: 0,
        };
        Self {
            kept: Mutex::new(kept),
            most,
        }
    }

    /// What a record says; `read` reads it unless that was done.
    pub(crate) fn of(
        &self,
        name: &str,
        record: &[u8],
        read: impl FnOnce(&[u8]) -> Result<T, Error>,
    ) -> Result<Arc<T>, Error> {
        let known = {
            let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let found = kept.entries.get(name);
            found
                .filter(|(octets, _)| octets == record)
                .map(|(_, read)| read.clone())
        };
        if let Some(known) = known {
            return Ok(known);
        }
        let read = Arc::new(read(record)?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.octets.saturating_add(record.len()) > self.most {
            // Whoever is asked for is soon there again.
            kept.entries.clear();
            kept.octets = 0;
        }
        kept.octets = kept.octets.saturating_add(record.len());
        let new = (record.to_vec(), read.clone());
        if let Some((old, _)) = kept.entries.insert(name.to_owned(), new) {
            kept.octets = kept.octets.saturating_sub(old.len());
        }
        Ok(read)
    }
}

impl<T> fmt::Debug for Remembered<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remembered").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(remembered: &Remembered<usize>, name: &str, record: &[u8], read: bool) {
        let mut was_read = false;
        let found = remembered.of(name, record, |octets| {
            was_read = true;
            Ok(octets.len())
        });
        assert_eq!(*found.unwrap(), record.len());
        assert_eq!(was_read, read, "{name}");
    }

    #[test]
    fn only_the_same_octets_are_not_read_again() {
        let remembered = Remembered::new(100);
        length(&remembered, "alice", b"one", true);
        length(&remembered, "alice", b"one", false);
        length(&remembered, "bob", b"one", true);
        length(&remembered, "alice", b"three", true);
        length(&remembered, "alice", b"three", false);
        length(&remembered, "bob", b"one", false);
    }

    #[test]
    fn it_keeps_no_more_than_it_may() {
        let remembered = Remembered::new(100);
        for round in 0..10 {
            for name in ["a", "b", "c"] {
                length(&remembered, name, &[round; 40], true);
                let kept = remembered.kept.lock().unwrap();
                let held = kept.entries.values().map(|(octets, _)| octets.len());
                assert_eq!(held.sum::<usize>(), kept.octets);
                assert!(kept.octets <= 100);
            }
        }
    }
}
