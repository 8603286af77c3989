// SPDX-License-Identifier: MIT
//! The clock and the source of randomness, passed in by the caller.
//!
//! Spec: none; this is where the pure crates meet the machine.
//! Here: the trait and a deterministic environment for tests and examples.
//! Not here: the operating system's clock and randomness (`mesh-keystore`).

use std::fmt;
use std::sync::Mutex;

use mesh_jsonbcd::DateTime;
use shake::{ExtendableOutput, Shake256, Shake256Reader, Update, XofReader};

/// What a pure function may ask of the machine: the time and random octets.
pub trait Environment: Send + Sync {
    /// The current time.
    fn now(&self) -> DateTime;
    /// Fills `out` with octets that nobody else can predict.
    fn random(&self, out: &mut [u8]);
}

impl<T: Environment + ?Sized> Environment for &T {
    fn now(&self) -> DateTime {
        (**self).now()
    }
    fn random(&self, out: &mut [u8]) {
        (**self).random(out);
    }
}

impl<T: Environment + ?Sized> Environment for std::sync::Arc<T> {
    fn now(&self) -> DateTime {
        (**self).now()
    }
    fn random(&self, out: &mut [u8]) {
        (**self).random(out);
    }
}

/// A reproducible environment for tests and published examples: the same seed gives the same octets.
///
/// The stream is SHAKE256 of a label and the seed. **Never** use it for keys that protect anything.
///
/// ```
/// use mesh_crypto::{Environment, Seeded};
/// let (a, b) = (Seeded::new(7), Seeded::new(7));
/// let (mut x, mut y) = ([0; 16], [0; 16]);
/// a.random(&mut x);
/// b.random(&mut y);
/// assert_eq!(x, y);
/// ```
pub struct Seeded {
    state: Mutex<State>,
}

struct State {
    stream: Shake256Reader,
    now: i64,
    step: i64,
}

/// 2025-01-01T00:00:00Z, where a [`Seeded`] clock starts unless told otherwise.
const START: i64 = 1_735_689_600;

impl Seeded {
    /// An environment with the stream of `seed` and a clock that stands still.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut hash = Shake256::default();
        hash.update(b"mesh/seeded");
        hash.update(&seed.to_be_bytes());
        let stream = hash.finalize_xof();
        Self {
            state: Mutex::new(State {
                stream,
                now: START,
                step: 0,
            }),
        }
    }

    /// The same stream with a clock that starts at `start` and moves on by `step` seconds after every reading.
    #[must_use]
    pub fn with_clock(self, start: DateTime, step: i64) -> Self {
        self.with(|state| {
            state.now = start.unix();
            state.step = step;
        });
        self
    }

    /// Moves the clock by `seconds`.
    pub fn advance(&self, seconds: i64) {
        self.with(|state| state.now = state.now.saturating_add(seconds));
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        // A panic elsewhere leaves the state usable: every change is complete in itself.
        let mut state = self
            .state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        change(&mut state)
    }
}

impl Environment for Seeded {
    fn now(&self) -> DateTime {
        self.with(|state| {
            let now = state.now;
            state.now = now.saturating_add(state.step);
            DateTime::from_unix(now)
        })
    }

    fn random(&self, out: &mut [u8]) {
        self.with(|state| state.stream.read(out));
    }
}

impl fmt::Debug for Seeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seeded").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_gives_same_octets_and_other_seed_others() {
        let draw = |seed| {
            let mut out = [0; 32];
            Seeded::new(seed).random(&mut out);
            out
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn two_draws_differ() {
        let env = Seeded::new(1);
        let (mut a, mut b) = ([0; 32], [0; 32]);
        env.random(&mut a);
        env.random(&mut b);
        assert_ne!(a, b);
    }

    #[test]
    fn stepping_clock_moves_on_and_standing_clock_does_not() {
        let standing = Seeded::new(1);
        assert_eq!(standing.now(), standing.now());
        let stepping = Seeded::new(1).with_clock(DateTime::from_unix(100), 5);
        assert_eq!(stepping.now().unix(), 100);
        assert_eq!(stepping.now().unix(), 105);
        stepping.advance(90);
        assert_eq!(stepping.now().unix(), 200);
    }
}
