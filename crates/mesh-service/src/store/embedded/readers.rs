// SPDX-License-Identifier: MIT
//! The connections that only read.
//!
//! Here: a pool that opens connections as they are needed, up to a number, and lends each to one thread at a time.
//! Not here: statements.

use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::layout;
use crate::store::StoreError;

/// The connections that only read.
#[derive(Debug)]
pub(super) struct Readers {
    file: PathBuf,
    pool: Mutex<Pool>,
    returned: Condvar,
}

#[derive(Debug)]
struct Pool {
    idle: Vec<Connection>,
    /// How many more may be opened.
    unopened: usize,
}

impl Readers {
    pub(super) fn new(file: PathBuf, count: usize) -> Self {
        let pool = Pool {
            idle: Vec::new(),
            unopened: count.max(1),
        };
        Self {
            file,
            pool: Mutex::new(pool),
            returned: Condvar::new(),
        }
    }

    /// Runs a read on a connection of the pool; waits for one when all are lent.
    pub(super) fn read<T>(
        &self,
        body: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut loan = self.borrow();
        let connection = match loan.connection.take() {
            Some(connection) => connection,
            None => layout::open_for_reading(&self.file)?,
        };
        body(loan.connection.insert(connection))
    }

    /// Whether a read would have to wait for no other.
    pub(super) fn have_one(&self) -> bool {
        !self.lock().idle.is_empty()
    }

    /// A connection, or the right to open one.
    fn borrow(&self) -> Loan<'_> {
        let mut pool = self.lock();
        loop {
            if let Some(connection) = pool.idle.pop() {
                return Loan {
                    readers: self,
                    connection: Some(connection),
                };
            }
            if let Some(left) = pool.unopened.checked_sub(1) {
                pool.unopened = left;
                return Loan {
                    readers: self,
                    connection: None,
                };
            }
            pool = self
                .returned
                .wait(pool)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Nothing that can panic runs under this lock, so poison means nothing.
    fn lock(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the pool that is given back at the end, also after a panic.
struct Loan<'a> {
    readers: &'a Readers,
    connection: Option<Connection>,
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        let mut pool = self.readers.lock();
        match self.connection.take() {
            Some(connection) => pool.idle.push(connection),
            None => pool.unopened = pool.unopened.saturating_add(1),
        }
        self.readers.returned.notify_one();
    }
}
