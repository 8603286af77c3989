// SPDX-License-Identifier: MIT
//! Appending to one sequence from many threads.
//!
//! Spec: none.
//! Here: group commit: whoever comes while a write is under way waits, and all who wait are written and synchronised together.
//! Not here: threads (the caller's), the writing itself (`writer`).

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use mesh_crypto::{Environment, SecretBytes};

use super::writer::{Content, SequenceWriter};
use crate::error::Error;
use crate::generated::ContentMeta;
use crate::storage::Storage;

/// The most frames of one write.
const BATCH: usize = 1024;

/// What a frame is to contain, for a queue.
#[derive(Clone, Debug, Default)]
pub struct Queued {
    /// Metadata, readable by everyone.
    pub meta: ContentMeta,
    /// Identifier of the envelope, readable by everyone.
    pub envelope_id: Option<String>,
    /// The payload.
    pub payload: SecretBytes,
}

/// A writer that many threads share.
#[derive(Debug)]
pub struct AppendQueue<S> {
    writer: Mutex<SequenceWriter<S>>,
    waiting: Mutex<Waiting>,
    written: Condvar,
}

/// Who waits, by tickets.
#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    queue: Vec<(u64, Queued)>,
    results: HashMap<u64, Result<u64, Arc<Error>>>,
    /// True while one of the threads writes for others.
    busy: bool,
}

impl<S: Storage> AppendQueue<S> {
    /// Shares a writer.
    #[must_use]
    pub fn new(writer: SequenceWriter<S>) -> Self {
        Self {
            writer: Mutex::new(writer),
            waiting: Mutex::default(),
            written: Condvar::new(),
        }
    }

    /// Adds a frame and returns its index when it is durable.
    ///
    /// # Errors
    /// As [`SequenceWriter::append`]; all who were written together get the same.
    pub fn append(&self, content: Queued, env: &dyn Environment) -> Result<u64, Arc<Error>> {
        let mut waiting = hold(&self.waiting);
        let ticket = waiting.next;
        waiting.next = ticket.wrapping_add(1);
        waiting.queue.push((ticket, content));
        loop {
            if let Some(result) = waiting.results.remove(&ticket) {
                return result;
            }
            if waiting.busy {
                let woken = self.written.wait(waiting);
                waiting = woken.unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            waiting.busy = true;
            let most = waiting.queue.len().min(BATCH);
            let batch: Vec<_> = waiting.queue.drain(..most).collect();
            drop(waiting);
            let results = self.write(&batch, env);
            waiting = hold(&self.waiting);
            waiting.results.extend(results);
            waiting.busy = false;
            self.written.notify_all();
        }
    }

    /// The writer, for reading and for index frames; appending waits meanwhile.
    pub fn writer(&self) -> MutexGuard<'_, SequenceWriter<S>> {
        hold(&self.writer)
    }

    /// The writer, given back.
    #[must_use]
    pub fn into_writer(self) -> SequenceWriter<S> {
        self.writer
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn write(
        &self,
        batch: &[(u64, Queued)],
        env: &dyn Environment,
    ) -> Vec<(u64, Result<u64, Arc<Error>>)> {
        let contents: Vec<Content<'_>> = batch
            .iter()
            .map(|(_, queued)| Content {
                meta: queued.meta.clone(),
                envelope_id: queued.envelope_id.clone(),
                payload: queued.payload.expose_secret(),
                ..Content::default()
            })
            .collect();
        let tickets = batch.iter().map(|(ticket, _)| *ticket);
        match self.writer().append(&contents, env) {
            Ok(indexes) => tickets.zip(indexes.map(Ok)).collect(),
            Err(error) => {
                let error = Arc::new(error);
                tickets.map(|ticket| (ticket, Err(error.clone()))).collect()
            }
        }
    }
}

/// Nothing is left half done under a lock.
fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
