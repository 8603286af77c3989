// SPDX-License-Identifier: MIT
//! Appending to one sequence from many threads.
//!
//! Spec: none.
//! Here: group commit: whoever comes while a write is under way waits, and all who wait are written and synchronised together.
//! Not here: threads (the caller's), the writing itself (`writer`).

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
}

/// Who waits, in the order in which they came.
#[derive(Debug, Default)]
struct Waiting {
    queue: Vec<(Queued, Arc<Turn>)>,
    /// True while one of the threads writes for others; nobody waits otherwise.
    busy: bool,
}

/// What a thread waits for: each has its own, so that only those are woken for whom there is something to do.
#[derive(Debug, Default)]
struct Turn {
    come: Mutex<Option<Come>>,
    changed: Condvar,
}

#[derive(Debug)]
enum Come {
    /// It is to write for all who wait.
    Write,
    Written(Result<u64, Arc<Error>>),
}

impl Turn {
    fn give(&self, come: Come) {
        *hold(&self.come) = Some(come);
        self.changed.notify_one();
    }

    fn wait(&self) -> Come {
        let mut come = hold(&self.come);
        loop {
            match come.take() {
                Some(come) => return come,
                None => {
                    let woken = self.changed.wait(come);
                    come = woken.unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }
}

impl<S: Storage> AppendQueue<S> {
    /// Shares a writer.
    #[must_use]
    pub fn new(writer: SequenceWriter<S>) -> Self {
        Self {
            writer: Mutex::new(writer),
            waiting: Mutex::default(),
        }
    }

    /// Adds a frame and returns its index when it is durable.
    ///
    /// # Errors
    /// As [`SequenceWriter::append`]; all who were written together get the same.
    pub fn append(&self, content: Queued, env: &dyn Environment) -> Result<u64, Arc<Error>> {
        let turn = Arc::new(Turn::default());
        let waits = {
            let mut waiting = hold(&self.waiting);
            waiting.queue.push((content, turn.clone()));
            std::mem::replace(&mut waiting.busy, true)
        };
        if waits && let Come::Written(result) = turn.wait() {
            return result;
        }
        // This thread writes, for itself and those behind it.
        let batch: Vec<_> = {
            let mut waiting = hold(&self.waiting);
            let most = waiting.queue.len().min(BATCH);
            waiting.queue.drain(..most).collect()
        };
        let mut results = self.write(&batch, env).into_iter();
        let own = results.next();
        for ((_, other), result) in batch.iter().skip(1).zip(results) {
            other.give(Come::Written(result));
        }
        let mut waiting = hold(&self.waiting);
        match waiting.queue.first() {
            Some((_, next)) => next.give(Come::Write),
            None => waiting.busy = false,
        }
        // It was the first of its batch.
        own.unwrap_or_else(|| Err(Arc::new(Error::Interrupted)))
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
        batch: &[(Queued, Arc<Turn>)],
        env: &dyn Environment,
    ) -> Vec<Result<u64, Arc<Error>>> {
        let contents: Vec<Content<'_>> = batch
            .iter()
            .map(|(queued, _)| Content {
                meta: queued.meta.clone(),
                envelope_id: queued.envelope_id.clone(),
                payload: queued.payload.expose_secret(),
                ..Content::default()
            })
            .collect();
        match self.writer().append(&contents, env) {
            Ok(indexes) => indexes.map(Ok).collect(),
            Err(error) => {
                let error = Arc::new(error);
                batch.iter().map(|_| Err(error.clone())).collect()
            }
        }
    }
}

/// Nothing is left half done under a lock.
fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
