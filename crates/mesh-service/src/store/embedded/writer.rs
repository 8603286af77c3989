// SPDX-License-Identifier: MIT
//! Writers take turns on one connection and share commits.
//!
//! Here: [`Writer`]. A thread that wants to change something takes its turn, does its work inside a savepoint of the
//! transaction that is open, and leaves the commit to the next thread if one is waiting; the last in line commits for
//! all, and all return when that commit is on the disk. One synchronisation of the disk thus serves many writers, and
//! work runs on the thread that brought it, so it may borrow.
//! Not here: what the work is.
//!
//! Invariant: whoever holds the turn either commits before giving it up or has seen another thread in line; that thread
//! gets the turn next and is bound by the same rule. So an open transaction always has somebody who will end it.

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::layout::engine_error;
use crate::store::{CommitFigures, StoreError};

/// A commit is not put off past this many transactions …
const MAX_TRANSACTIONS: usize = 256;
/// … or past this age of the oldest.
const MAX_AGE: Duration = Duration::from_millis(5);

/// The one connection that writes, and the line in front of it.
#[derive(Debug)]
pub(super) struct Writer {
    turn: Mutex<Turn>,
    /// How many threads are in line for `turn`, not counting its holder.
    in_line: AtomicUsize,
}

#[derive(Debug)]
struct Turn {
    connection: Connection,
    batch: Option<Batch>,
    /// How the commits went so far.
    figures: CommitFigures,
}

/// The transaction that is open.
#[derive(Debug)]
struct Batch {
    outcome: Arc<Outcome>,
    transactions: usize,
    began: Instant,
}

/// How a shared commit ended, for all that wait for it.
#[derive(Debug, Default)]
struct Outcome {
    settled: Mutex<Option<Result<(), StoreError>>>,
    changed: Condvar,
}

impl Writer {
    pub(super) fn new(connection: Connection) -> Self {
        let turn = Turn {
            connection,
            batch: None,
            figures: CommitFigures::default(),
        };
        Self {
            turn: Mutex::new(turn),
            in_line: AtomicUsize::new(0),
        }
    }

    /// Does some work; returns when it is durable, or when nothing of it remains.
    pub(super) fn write<T>(
        &self,
        body: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut turn = self.take_turn();
        let outcome = turn.join()?;
        let worked = panic::catch_unwind(AssertUnwindSafe(|| turn.in_savepoint(body)));
        if worked.is_err() {
            turn.undo_savepoint();
        }
        let failure = worked
            .as_ref()
            .ok()
            .and_then(|result| result.as_ref().err());
        turn.settle(self.in_line.load(Ordering::SeqCst) == 0, failure);
        drop(turn);
        // A refusal, too, waits: it may rest on what the others of this batch did.
        let committed = outcome.wait();
        match worked {
            Ok(result) => committed.and(result),
            Err(payload) => panic::resume_unwind(payload),
        }
    }

    /// How the commits went since the start. Not in line for the turn: whoever is must commit what is open.
    pub(super) fn figures(&self) -> CommitFigures {
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        turn.figures
    }

    fn take_turn(&self) -> MutexGuard<'_, Turn> {
        self.in_line.fetch_add(1, Ordering::SeqCst);
        // Panics of the work are caught and undone while the turn is held, so poison means nothing.
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.in_line.fetch_sub(1, Ordering::SeqCst);
        turn
    }
}

impl Turn {
    /// The open batch; begins one where there is none. After an error there is none.
    fn join(&mut self) -> Result<Arc<Outcome>, StoreError> {
        if self.batch.is_none() {
            // A transaction without a batch is one that could not be undone when it should have been.
            self.roll_back();
            self.run("BEGIN IMMEDIATE")?;
        }
        let batch = self.batch.get_or_insert_with(|| Batch {
            outcome: Arc::default(),
            transactions: 0,
            began: Instant::now(),
        });
        batch.transactions = batch.transactions.saturating_add(1);
        Ok(Arc::clone(&batch.outcome))
    }

    /// Does the work so that it can be undone alone.
    fn in_savepoint<T>(
        &self,
        body: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.run("SAVEPOINT work")?;
        let result = body(&self.connection);
        match &result {
            Ok(_) => self.run("RELEASE work")?,
            Err(_) => self.undo_savepoint(),
        }
        result
    }

    /// Undoes the work since the savepoint. Where that fails, everything since the last commit is undone, which
    /// [`settle`](Self::settle) then sees.
    fn undo_savepoint(&self) {
        if self.connection.is_autocommit() {
            return;
        }
        if self
            .run("ROLLBACK TO work")
            .and_then(|()| self.run("RELEASE work"))
            .is_err()
        {
            self.roll_back();
        }
    }

    /// Ends the batch if it is time, or if the engine has already undone it (as it does when the disk is full).
    fn settle(&mut self, last_in_line: bool, failure: Option<&StoreError>) {
        let Some(batch) = self.batch.take() else {
            return;
        };
        if self.connection.is_autocommit() {
            let undone = || StoreError::Unavailable {
                action: "make the change durable",
                detail: "the engine has undone the transaction".to_owned(),
            };
            let full = failure.filter(|error| **error == StoreError::DiskFull);
            batch
                .outcome
                .settle(Err(full.cloned().unwrap_or_else(undone)));
            return;
        }
        let due = batch.transactions >= MAX_TRANSACTIONS || batch.began.elapsed() >= MAX_AGE;
        if !last_in_line && !due {
            self.batch = Some(batch);
            return;
        }
        let committed = self.run("COMMIT");
        match committed {
            Ok(()) => self.figures.count(batch.transactions),
            Err(_) => self.roll_back(),
        }
        batch.outcome.settle(committed);
    }

    fn roll_back(&self) {
        if self.connection.is_autocommit() {
            return;
        }
        if let Err(error) = self.run("ROLLBACK") {
            tracing::error!(%error, "cannot undo a transaction");
        }
    }

    fn run(&self, statement: &str) -> Result<(), StoreError> {
        let run = || self.connection.prepare_cached(statement)?.execute([]);
        match run() {
            Ok(_) => Ok(()),
            Err(error) => Err(engine_error("write the store", &error)),
        }
    }
}

impl Outcome {
    fn settle(&self, result: Result<(), StoreError>) {
        *self.lock() = Some(result);
        self.changed.notify_all();
    }

    fn wait(&self) -> Result<(), StoreError> {
        let mut settled = self.lock();
        loop {
            if let Some(result) = &*settled {
                return result.clone();
            }
            settled = self
                .changed
                .wait(settled)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Result<(), StoreError>>> {
        self.settled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
