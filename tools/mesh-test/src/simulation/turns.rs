// SPDX-License-Identifier: MIT
//! Who moves next.
//!
//! Spec: none.
//! Here: of several threads one runs at a time, and the seed chooses which.
//! Not here: what they do.

use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use mesh_crypto::{Environment, Seeded};

/// The turns of a number of threads.
pub(super) struct Turns {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    chance: Seeded,
    /// Threads that have not ended.
    alive: usize,
    /// Those that wait for their turn.
    waiting: BTreeSet<usize>,
    /// The one that runs.
    running: Option<usize>,
}

impl Turns {
    /// For threads of these numbers: 0 up to `threads`. All of them must ask for a turn before the first gets one.
    pub(super) fn new(seed: u64, threads: usize) -> Self {
        Self {
            state: Mutex::new(State {
                chance: Seeded::new(seed.wrapping_mul(64).wrapping_add(62)),
                alive: threads,
                waiting: BTreeSet::new(),
                running: None,
            }),
            changed: Condvar::new(),
        }
    }

    /// Gives the turn to somebody, perhaps to the one who asks, and returns when it is theirs again.
    pub(super) fn wait(&self, thread: usize) {
        let mut state = self.hold();
        state.running = None;
        state.waiting.insert(thread);
        self.choose(&mut state);
        while state.running != Some(thread) {
            let woken = self.changed.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes part no longer.
    pub(super) fn leave(&self, _: usize) {
        let mut state = self.hold();
        state.running = None;
        state.alive = state.alive.saturating_sub(1);
        self.choose(&mut state);
    }

    fn choose(&self, state: &mut State) {
        // Who comes first depends on the machine: there is no choice before all are there.
        if state.waiting.len() < state.alive || state.waiting.is_empty() {
            return;
        }
        let many = u64::try_from(state.waiting.len()).unwrap_or(u64::MAX);
        let chosen = usize::try_from(below(&state.chance, many)).unwrap_or_default();
        let next = state.waiting.iter().copied().nth(chosen);
        if let Some(next) = next {
            state.waiting.remove(&next);
            state.running = Some(next);
        }
        self.changed.notify_all();
    }

    fn hold(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A number below another one, which is not 0.
pub(super) fn below(chance: &dyn Environment, limit: u64) -> u64 {
    let mut octets = [0; 8];
    chance.random(&mut octets);
    u64::from_be_bytes(octets) % limit.max(1)
}
