// SPDX-License-Identifier: MIT
//! A key store that ends with the process: for tests, and for secrets that must not survive.
//!
//! Spec: none.
//! Here: the store.
//! Not here: anything on disk (`file`).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use mesh_crypto::SecretBytes;

use super::{KeyStore, check_entry, check_id};
use crate::Result;

/// A [`KeyStore`] in memory. What it holds is erased when it is dropped.
#[derive(Default)]
pub struct MemoryStore {
    entries: Mutex<BTreeMap<String, (String, SecretBytes)>>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<String, (String, SecretBytes)>> {
        // Every change is one call of the map: a panic elsewhere leaves it whole.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyStore for MemoryStore {
    fn load(&self, id: &str) -> Result<Option<SecretBytes>> {
        check_id(id)?;
        Ok(self.entries().get(id).map(|(_, secret)| secret.clone()))
    }

    fn save(&self, id: &str, kind: &str, secret: &SecretBytes) -> Result<()> {
        check_entry(id, kind, secret)?;
        self.entries()
            .insert(id.to_owned(), (kind.to_owned(), secret.clone()));
        Ok(())
    }

    fn delete(&self, id: &str) -> Result<bool> {
        check_id(id)?;
        Ok(self.entries().remove(id).is_some())
    }

    fn list(&self) -> Result<Vec<(String, String)>> {
        Ok(self
            .entries()
            .iter()
            .map(|(id, (kind, _))| (id.clone(), kind.clone()))
            .collect())
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conforms() {
        super::super::conformance::run(&MemoryStore::new());
    }

    #[test]
    fn debug_output_shows_no_secret() {
        let store = MemoryStore::new();
        store
            .save("MDAB", "key", &SecretBytes::new(b"hush".to_vec()))
            .unwrap();
        assert_eq!(format!("{store:?}"), "MemoryStore { .. }");
    }
}
