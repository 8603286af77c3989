// SPDX-License-Identifier: MIT
//! Streams of the responder: their identifiers, their sessions, and the table of them.
//!
//! Spec: mesh-rud, "Streams".
//! Here: what is kept for each session, look-up, least-recently-used eviction, expiry.
//! Not here: encryption of packets (`connection`); the initiator's side (`connection`).

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mesh_crypto::Environment;

use crate::error::{Error, Result};
use crate::key_schedule::{Iv, IvSequence, TrafficKeys};
use crate::order::Arrival;
use crate::packet::STREAM_ID;

/// A stream or source identifier: eight octets, not all zero, because zero announces a first contact.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct StreamId([u8; STREAM_ID]);

impl StreamId {
    /// An identifier of the given octets; `None` when all are zero.
    #[must_use]
    pub fn new(octets: [u8; 8]) -> Option<Self> {
        (octets != [0; STREAM_ID]).then_some(Self(octets))
    }

    /// A random identifier. The reference counts; a counter tells how many streams there are and which come next.
    pub fn generate(env: &dyn Environment) -> Self {
        loop {
            let mut octets = [0; STREAM_ID];
            env.random(&mut octets);
            if let Some(id) = Self::new(octets) {
                return id;
            }
        }
    }

    /// The octets.
    #[must_use]
    pub fn octets(&self) -> &[u8; 8] {
        &self.0
    }
}

impl fmt::Debug for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StreamId({:016x})", u64::from_be_bytes(self.0))
    }
}

/// Bounds of a responder's memory and of the life of its sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponderLimits {
    /// Sessions kept; one more, and the least recently used one ends.
    pub sessions: usize,
    /// Seconds without a packet after which a session ends.
    pub idle: i64,
    /// Seconds after the handshake when a session ends, used or not, so that credentials are verified again.
    pub lifetime: i64,
    /// Initialization vectors remembered for all sessions with peers that do not number their packets; twelve octets
    /// each. At the bound the session that holds most of them ends.
    pub remembered_vectors: usize,
    /// Used challenges remembered for each of the two epochs. At the bound the lifetime of challenges shrinks.
    pub used_challenges: usize,
}

impl Default for ResponderLimits {
    fn default() -> Self {
        Self {
            sessions: 100_000,
            idle: 3600,
            lifetime: 24 * 3600,
            remembered_vectors: 4_194_304,
            used_challenges: 262_144,
        }
    }
}

/// What does not change during a session.
pub(crate) struct Established<P> {
    pub(crate) id: StreamId,
    pub(crate) keys: TrafficKeys,
    pub(crate) peer: P,
    /// Vectors of the replies.
    pub(crate) replies: IvSequence,
}

struct Entry<P> {
    established: Arc<Established<P>>,
    arrival: Arrival,
    /// Number of the next reply to a peer that does not number its packets.
    next_reply: u64,
    begun: i64,
    used: i64,
    /// Position in the order of use.
    turn: u64,
}

/// Sessions by stream identifier, in shards that are locked one at a time and only for the look-up itself.
pub(crate) struct SessionTable<P> {
    limits: ResponderLimits,
    shards: Vec<Mutex<Shard<P>>>,
}

struct Shard<P> {
    entries: HashMap<StreamId, Entry<P>>,
    /// Identifiers by time of use, with places left behind by later use; a place counts when its turn is the entry's.
    order: VecDeque<(u64, StreamId)>,
    turn: u64,
    remembered: usize,
}

impl<P> SessionTable<P> {
    pub(crate) fn new(limits: ResponderLimits) -> Self {
        // Identifiers are random, so large tables fill their shards evenly; small ones would not.
        let shards = if limits.sessions >= 4096 { 16 } else { 1 };
        Self {
            limits,
            shards: (0..shards).map(|_| Mutex::new(Shard::new())).collect(),
        }
    }

    /// Enters a session whose first packet had this vector. The identifier must be fresh.
    pub(crate) fn insert(
        &self,
        established: Arc<Established<P>>,
        arrival: Arrival,
        now: i64,
    ) -> Result<()> {
        let id = established.id;
        let capacity = self.share(self.limits.sessions);
        let mut shard = self.shard(id)?;
        shard.remembered += arrival.remembered();
        shard.entries.insert(
            id,
            Entry {
                established,
                arrival,
                next_reply: 1,
                begun: now,
                used: now,
                turn: 0,
            },
        );
        shard.touch(id, now);
        shard.expire(&self.limits, now);
        while shard.entries.len() > capacity {
            if !shard.evict_oldest() {
                break;
            }
        }
        shard.bound_remembered(self.share(self.limits.remembered_vectors));
        Ok(())
    }

    /// A fresh identifier.
    pub(crate) fn fresh_id(&self, env: &dyn Environment) -> Result<StreamId> {
        loop {
            let id = StreamId::generate(env);
            if !self.shard(id)?.entries.contains_key(&id) {
                return Ok(id);
            }
        }
    }

    /// The session of a stream, if it is alive. Does not count as use: the identifier is public.
    pub(crate) fn find(&self, id: StreamId, now: i64) -> Option<Arc<Established<P>>> {
        let mut shard = self.shard(id).ok()?;
        if !shard.entries.get(&id)?.alive(&self.limits, now) {
            shard.remove(id);
            return None;
        }
        Some(Arc::clone(&shard.entries.get(&id)?.established))
    }

    /// Accepts the vector of an authentic packet and gives the number of the reply. A session that cannot go on is
    /// removed and [`Error::SessionExpired`] returned.
    pub(crate) fn accept(
        &self,
        established: &Arc<Established<P>>,
        iv: &Iv,
        now: i64,
    ) -> Result<u64> {
        let id = established.id;
        let mut shard = self.shard(id)?;
        let entry = shard
            .entries
            .get_mut(&id)
            .filter(|entry| Arc::ptr_eq(&entry.established, established))
            .ok_or(Error::SessionExpired)?;
        let before = entry.arrival.remembered();
        let accepted = entry.arrival.accept(iv);
        let added = entry.arrival.remembered() - before;
        // Replies to a numbering peer carry the number of the request, which is accepted only once.
        let number = match &entry.arrival {
            Arrival::Counted { last, .. } => *last,
            Arrival::Remembered(_) => entry.next_reply,
        };
        match accepted {
            Ok(()) => {
                entry.next_reply += 1;
                shard.remembered += added;
                shard.touch(id, now);
                shard.bound_remembered(self.share(self.limits.remembered_vectors));
                Ok(number)
            }
            Err(Error::SessionExpired) => {
                shard.remove(id);
                Err(Error::SessionExpired)
            }
            Err(error) => Err(error),
        }
    }

    /// Removes what has expired.
    pub(crate) fn expire(&self, now: i64) {
        for shard in &self.shards {
            lock(shard).expire(&self.limits, now);
        }
    }

    /// Ends the sessions of which `end` says so, and counts them.
    pub(crate) fn end(&self, mut end: impl FnMut(&P) -> bool) -> usize {
        let mut ended = 0;
        for shard in &self.shards {
            let mut shard = lock(shard);
            let chosen: Vec<_> = shard
                .entries
                .iter()
                .filter(|(_, entry)| end(&entry.established.peer))
                .map(|(id, _)| *id)
                .collect();
            ended += chosen.len();
            for id in chosen {
                shard.remove(id);
            }
        }
        ended
    }

    /// Number of sessions.
    pub(crate) fn len(&self) -> usize {
        self.shards
            .iter()
            .map(|shard| lock(shard).entries.len())
            .sum()
    }

    /// Initialization vectors remembered.
    #[cfg(test)]
    pub(crate) fn remembered(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).remembered).sum()
    }

    /// Places in the orders of use, current or left behind.
    #[cfg(test)]
    fn places(&self) -> usize {
        self.shards
            .iter()
            .map(|shard| lock(shard).order.len())
            .sum()
    }

    fn shard(&self, id: StreamId) -> Result<MutexGuard<'_, Shard<P>>> {
        let [.., last] = *id.octets();
        let index = usize::from(last) % self.shards.len().max(1);
        self.shards
            .get(index)
            .map(lock)
            .ok_or(Error::SessionExpired)
    }

    /// Part of a bound that falls to one shard.
    fn share(&self, bound: usize) -> usize {
        bound.div_ceil(self.shards.len().max(1)).max(1)
    }
}

impl<P> Shard<P> {
    fn new() -> Self {
        Self {
            entries: HashMap::new(),
            order: VecDeque::new(),
            turn: 0,
            remembered: 0,
        }
    }

    /// Moves an entry to the end of the order of use.
    fn touch(&mut self, id: StreamId, now: i64) {
        self.turn += 1;
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.turn = self.turn;
            entry.used = entry.used.max(now);
            self.order.push_back((self.turn, id));
        }
        if self.order.len() > 2 * self.entries.len() + 64 {
            let entries = &self.entries;
            self.order
                .retain(|(turn, id)| entries.get(id).is_some_and(|entry| entry.turn == *turn));
        }
    }

    fn remove(&mut self, id: StreamId) {
        if let Some(entry) = self.entries.remove(&id) {
            self.remembered -= entry.arrival.remembered();
        }
    }

    /// The least recently used session; places left behind are dropped on the way.
    fn oldest(&mut self) -> Option<StreamId> {
        while let Some((turn, id)) = self.order.front() {
            if self
                .entries
                .get(id)
                .is_some_and(|entry| entry.turn == *turn)
            {
                return Some(*id);
            }
            self.order.pop_front();
        }
        None
    }

    fn evict_oldest(&mut self) -> bool {
        let oldest = self.oldest();
        if let Some(id) = oldest {
            self.remove(id);
        }
        oldest.is_some()
    }

    /// Removes idle sessions, which are the oldest ones. Those past their lifetime go when they are next looked up or
    /// become the oldest.
    fn expire(&mut self, limits: &ResponderLimits, now: i64) {
        while let Some(id) = self.oldest() {
            if self
                .entries
                .get(&id)
                .is_some_and(|entry| entry.alive(limits, now))
            {
                break;
            }
            self.remove(id);
        }
    }

    /// Ends the sessions that remember most until the rest is within the bound.
    fn bound_remembered(&mut self, bound: usize) {
        while self.remembered > bound {
            let most = self
                .entries
                .iter()
                .max_by_key(|(_, entry)| entry.arrival.remembered())
                .map(|(id, _)| *id);
            match most {
                Some(id) => self.remove(id),
                None => break,
            }
        }
    }
}

impl<P> Entry<P> {
    fn alive(&self, limits: &ResponderLimits, now: i64) -> bool {
        now.saturating_sub(self.used) < limits.idle
            && now.saturating_sub(self.begun) < limits.lifetime
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing in here stops half-way, so the state behind a poisoned lock is whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
