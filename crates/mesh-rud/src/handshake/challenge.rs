// SPDX-License-Identifier: MIT
//! Challenges of the responder: stateless when issued, remembered once used; and the host's ephemeral keys.
//!
//! Spec: mesh-rud, "Challenge"; mesh-rud, "Ephemeral keys".
//! Here: epochs, each with its ephemeral key and its challenge secret; issue, check, single use.
//! Not here: the rest of the responder (`responder`).
//!
//! A challenge is sixteen octets: the epoch, three octets of time, and the first twelve octets of HMAC-SHA-512 over
//! both and the source identifier. Nothing is stored until a challenge has been answered by a complete and authentic
//! handshake, so issuing costs no memory; a used one is remembered until it expires, so it works once.
//
// Deviation: D-15. The reference sends sixteen random octets and does not check what comes back. The wire is the same.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mesh_crypto::{Environment, KeyAlgorithm, PrivateKey, symmetric};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::stream::StreamId;

/// Octets of a challenge.
pub(crate) const CHALLENGE: usize = 16;

/// Seconds for which a challenge may be answered.
pub(crate) const CHALLENGE_LIFETIME: i64 = 300;

/// Seconds after which a new epoch begins.
pub(crate) const EPOCH_LIFETIME: i64 = 3600;

/// Seconds by which the clock may step back without further ado. More ends every epoch.
const CLOCK_TOLERANCE: i64 = 5;

const MAC: usize = 12;
const TIME_MASK: i64 = 0x00ff_ffff;

/// The issued and the used challenges of a responder, and the ephemeral keys to which they belong.
pub(crate) struct ChallengeBook {
    capacity: usize,
    state: Mutex<State>,
}

struct State {
    current: Epoch,
    previous: Option<Epoch>,
    /// The clock of challenges, which never goes back within an epoch.
    clock: i64,
}

struct Epoch {
    number: u8,
    begun: i64,
    secret: Zeroizing<[u8; 32]>,
    ephemeral: Arc<PrivateKey>,
    used: Used,
}

/// A challenge whose time and epoch are good. Its source is not checked yet: that is inside the encryption.
pub(crate) struct Presented {
    challenge: [u8; CHALLENGE],
    issued: i64,
    ephemeral: Arc<PrivateKey>,
}

impl Presented {
    /// The ephemeral key of the epoch of the challenge.
    pub(crate) fn ephemeral(&self) -> &PrivateKey {
        &self.ephemeral
    }
}

impl ChallengeBook {
    /// A first epoch; at most `capacity` used challenges are remembered for each epoch.
    pub(crate) fn new(capacity: usize, env: &dyn Environment) -> Self {
        let clock = env.now().unix();
        let mut number = [0];
        env.random(&mut number);
        let [number] = number;
        Self {
            capacity,
            state: Mutex::new(State {
                current: Epoch::begin(number, clock, env),
                previous: None,
                clock,
            }),
        }
    }

    /// Begins a new epoch when it is time, drops what cannot be answered any more.
    pub(crate) fn tick(&self, env: &dyn Environment) {
        self.lock().advance(env);
    }

    /// A challenge for the source, and the ephemeral key that goes with it.
    pub(crate) fn issue(
        &self,
        source: StreamId,
        env: &dyn Environment,
    ) -> ([u8; CHALLENGE], Arc<PrivateKey>) {
        let mut state = self.lock();
        state.advance(env);
        let challenge = state.current.challenge(state.clock, source);
        (challenge, Arc::clone(&state.current.ephemeral))
    }

    /// Looks at a challenge that came back, before any costly operation.
    pub(crate) fn present(&self, challenge: &[u8], env: &dyn Environment) -> Result<Presented> {
        let challenge =
            <[u8; CHALLENGE]>::try_from(challenge).map_err(|_| Error::ChallengeInvalid)?;
        let [number, t0, t1, t2, ..] = challenge;
        let mut state = self.lock();
        state.advance(env);
        let clock = state.clock;
        let epoch = state.epoch(number).ok_or(Error::ChallengeExpired)?;
        let time = i64::from(u32::from_be_bytes([0, t0, t1, t2]));
        // The clock of the epoch has not gone back since the challenge was issued.
        let issued = clock - ((clock - time) & TIME_MASK);
        if clock - issued > CHALLENGE_LIFETIME {
            return Err(Error::ChallengeExpired);
        }
        Ok(Presented {
            challenge,
            issued,
            ephemeral: Arc::clone(&epoch.ephemeral),
        })
    }

    /// Checks the challenge against the source that an authentic packet names, and uses it up.
    pub(crate) fn redeem(&self, presented: &Presented, source: StreamId) -> Result<()> {
        let [number, ..] = presented.challenge;
        let mut state = self.lock();
        let epoch = state.epoch(number).ok_or(Error::ChallengeExpired)?;
        let expected = epoch.challenge(presented.issued, source);
        if !bool::from(expected.as_slice().ct_eq(presented.challenge.as_slice())) {
            return Err(Error::ChallengeInvalid);
        }
        epoch
            .used
            .insert(presented.issued, &presented.challenge, self.capacity)
    }

    /// Used challenges that are remembered.
    #[cfg(test)]
    pub(crate) fn remembered(&self) -> usize {
        let state = self.lock();
        state.current.used.count + state.previous.as_ref().map_or(0, |epoch| epoch.used.count)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing in here stops half-way, so the state behind a poisoned lock is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn epoch(&mut self, number: u8) -> Option<&mut Epoch> {
        if self.current.number == number {
            return Some(&mut self.current);
        }
        self.previous
            .as_mut()
            .filter(|epoch| epoch.number == number)
    }

    fn advance(&mut self, env: &dyn Environment) {
        let now = env.now().unix();
        let number = self.current.number.wrapping_add(1);
        if now < self.clock - CLOCK_TOLERANCE {
            // What has been forgotten as expired would come to life again: none of it may.
            self.current = Epoch::begin(number, now, env);
            self.previous = None;
            self.clock = now;
            return;
        }
        self.clock = self.clock.max(now);
        if self.clock - self.current.begun >= EPOCH_LIFETIME {
            let next = Epoch::begin(number, self.clock, env);
            self.previous = Some(std::mem::replace(&mut self.current, next));
        }
        self.current.used.forget(self.clock - CHALLENGE_LIFETIME);
        // Challenges of an epoch are issued before it is EPOCH_LIFETIME old.
        let clock = self.clock;
        self.previous
            .take_if(|epoch| clock - epoch.begun > EPOCH_LIFETIME + CHALLENGE_LIFETIME);
    }
}

impl Epoch {
    fn begin(number: u8, begun: i64, env: &dyn Environment) -> Self {
        let mut secret = Zeroizing::new([0; 32]);
        env.random(secret.as_mut_slice());
        Self {
            number,
            begun,
            secret,
            ephemeral: Arc::new(PrivateKey::generate(KeyAlgorithm::X448, env)),
            used: Used::new(),
        }
    }

    fn challenge(&self, issued: i64, source: StreamId) -> [u8; CHALLENGE] {
        let [.., t0, t1, t2] = issued.to_be_bytes();
        let visible = [self.number, t0, t1, t2];
        let mac = symmetric::hmac_sha512(self.secret.as_slice(), &[&visible, source.octets()]);
        let mut challenge = [0; CHALLENGE];
        let (head, tail) = challenge.split_at_mut(visible.len());
        head.copy_from_slice(&visible);
        for (octet, from) in tail.iter_mut().zip(mac) {
            *octet = from;
        }
        challenge
    }
}

/// Used challenges by the second of their issue.
///
/// When it is full, the oldest second is given up and every challenge of that second or before it is refused: under
/// load the lifetime of a challenge shrinks, but none works twice and memory stays bounded.
struct Used {
    by_time: BTreeMap<i64, HashSet<[u8; MAC]>>,
    count: usize,
    floor: i64,
}

impl Used {
    fn new() -> Self {
        Self {
            by_time: BTreeMap::new(),
            count: 0,
            floor: i64::MIN,
        }
    }

    fn insert(&mut self, issued: i64, challenge: &[u8; CHALLENGE], capacity: usize) -> Result<()> {
        let [_, _, _, _, mac @ ..] = *challenge;
        if issued <= self.floor {
            return Err(Error::ChallengeExpired);
        }
        if self
            .by_time
            .get(&issued)
            .is_some_and(|used| used.contains(&mac))
        {
            return Err(Error::ChallengeReplayed);
        }
        while self.count >= capacity {
            match self.by_time.pop_first() {
                None => return Err(Error::ChallengeExpired),
                Some((time, used)) => {
                    self.count -= used.len();
                    self.floor = time;
                }
            }
        }
        if issued <= self.floor {
            return Err(Error::ChallengeExpired);
        }
        self.by_time.entry(issued).or_default().insert(mac);
        self.count += 1;
        Ok(())
    }

    /// Forgets what was issued before `oldest`.
    fn forget(&mut self, oldest: i64) {
        if self
            .by_time
            .first_key_value()
            .is_none_or(|(first, _)| *first >= oldest)
        {
            return;
        }
        let kept = self.by_time.split_off(&oldest);
        let gone = std::mem::replace(&mut self.by_time, kept);
        self.count -= gone.values().map(HashSet::len).sum::<usize>();
    }
}

#[cfg(test)]
mod tests;
