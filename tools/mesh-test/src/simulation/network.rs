// SPDX-License-Identifier: MIT
//! What becomes of each packet.
//!
//! Spec: none.
//! Here: a service that is restarted, a wire that loses, repeats and delays, a clock that jumps.
//! Not here: who moves next (`turns`).

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mesh_crypto::{Environment, Seeded};
use mesh_jsonbcd::DateTime;
use mesh_keystore::store::FileStore;
use mesh_protocol::transport::TransportFault;
use mesh_protocol::{PacketHandler, PacketReply, PacketTransport, TransportError};
use mesh_service::Service;
use mesh_service::store::MemoryStore;

use super::Run;
use super::turns::{Turns, below};
use crate::world::Outcome;

/// Packets that are on their way for a long time, at most.
const DELAYED: usize = 4;

/// The network between devices and a service, and both ends of its time.
pub(super) struct Network {
    seed: u64,
    time: Arc<AtomicI64>,
    state: Mutex<State>,
}

struct State {
    chance: Seeded,
    store: Option<(Arc<MemoryStore>, FileStore)>,
    service: Option<Service>,
    turns: Option<Arc<Turns>>,
    delayed: Vec<Vec<u8>>,
    restarts: u64,
    run: Run,
    trace: Vec<String>,
}

/// The clock of everybody, and chance of one's own.
pub(super) struct Clock {
    time: Arc<AtomicI64>,
    chance: Seeded,
}

impl Environment for Clock {
    fn now(&self) -> DateTime {
        DateTime::from_unix(self.time.load(Ordering::Relaxed))
    }

    fn random(&self, out: &mut [u8]) {
        self.chance.random(out);
    }
}

impl Network {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            time: Arc::new(AtomicI64::new(1_800_000_000)),
            state: Mutex::new(State {
                chance: Seeded::new(seed.wrapping_mul(64).wrapping_add(63)),
                store: None,
                service: None,
                turns: None,
                delayed: Vec::new(),
                restarts: 0,
                run: Run::default(),
                trace: Vec::new(),
            }),
        }
    }

    pub(super) fn clock(&self, seed: u64) -> Clock {
        Clock {
            time: self.time.clone(),
            chance: Seeded::new(seed),
        }
    }

    /// Starts the service over what it stores.
    pub(super) fn start(&self, store: Arc<MemoryStore>, keys: FileStore) -> Outcome<()> {
        let mut state = self.hold();
        state.store = Some((store, keys));
        self.restart(&mut state)
    }

    /// Lets things go wrong from now on, with turns for those who live through it; or nothing more.
    pub(super) fn trouble(&self, turns: Option<Arc<Turns>>) {
        self.hold().turns = turns;
    }

    pub(super) fn note(&self, what: String) {
        self.hold().trace.push(what);
    }

    pub(super) fn report(&self) -> (Run, Vec<String>) {
        let state = self.hold();
        (state.run.clone(), state.trace.clone())
    }

    /// The service forgets its sessions and whatever else it does not store.
    fn restart(&self, state: &mut State) -> Outcome<()> {
        state.restarts += 1;
        let seed = self.seed.wrapping_mul(64).wrapping_add(40);
        let env = Arc::new(self.clock(seed.wrapping_add(state.restarts << 32)));
        let Some((store, keys)) = &state.store else {
            return Ok(());
        };
        state.service = Some(Service::new("localhost", store.clone(), keys, env)?);
        Ok(())
    }

    fn exchange(&self, device: usize, packet: &[u8]) -> Result<PacketReply, TransportError> {
        let turns = self.hold().turns.clone();
        if let Some(turns) = &turns {
            turns.wait(device);
        }
        let mut state = self.hold();
        state.run.packets += 1;
        let fate = match turns {
            None => 100,
            Some(_) => below(&state.chance, 100),
        };
        let failed = |text: &str, fault| {
            Err(TransportError {
                text: text.to_owned(),
                fault,
            })
        };
        match fate {
            0..2 => {
                state.happens(device, "lost on the way there");
                failed("nobody answered", TransportFault::Unanswered)
            }
            2..4 => {
                state.happens(device, "not sent");
                failed("connection refused", TransportFault::NotSent)
            }
            4..8 => {
                state.happens(device, "answer lost");
                state.deliver(packet);
                failed("the connection was closed", TransportFault::Unanswered)
            }
            8..11 => {
                state.happens(device, "delivered twice");
                let first = state.deliver(packet);
                state.deliver(packet);
                Ok(first)
            }
            11..13 => {
                state.happens(device, "under way for long");
                if state.delayed.len() < DELAYED {
                    state.delayed.push(packet.to_vec());
                }
                failed("timed out", TransportFault::Unanswered)
            }
            13..16 => {
                state.happens(device, "behind what was under way");
                if !state.delayed.is_empty() {
                    let late = state.delayed.remove(0);
                    state.deliver(&late);
                }
                Ok(state.deliver(packet))
            }
            16..19 => {
                state.happens(device, "service restarted");
                let restarted = self.restart(&mut state);
                restarted.map_err(|error| TransportError {
                    text: error.to_string(),
                    fault: TransportFault::NotSent,
                })?;
                Ok(state.deliver(packet))
            }
            19..21 => {
                state.happens(device, "clock jumps");
                let ahead = below(&state.chance, 7_200);
                let seconds = i64::try_from(ahead).unwrap_or_default() - 600;
                self.time.fetch_add(seconds, Ordering::Relaxed);
                Ok(state.deliver(packet))
            }
            _ => Ok(state.deliver(packet)),
        }
    }

    fn hold(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn deliver(&mut self, packet: &[u8]) -> PacketReply {
        match &self.service {
            Some(service) => service.handle("", packet),
            None => PacketReply::Refused(503),
        }
    }

    fn happens(&mut self, device: usize, what: &'static str) {
        *self.run.faults.entry(what).or_default() += 1;
        self.trace
            .push(format!("packet of device {device}: {what}"));
    }
}

/// The end of the wire at a device.
#[derive(Clone)]
pub(super) struct Wire {
    network: Arc<Network>,
    device: usize,
}

impl Wire {
    pub(super) fn new(network: Arc<Network>, device: usize) -> Self {
        Self { network, device }
    }
}

impl PacketTransport for Wire {
    fn exchange(&mut self, packet: &[u8]) -> Result<PacketReply, TransportError> {
        self.network.exchange(self.device, packet)
    }
}
