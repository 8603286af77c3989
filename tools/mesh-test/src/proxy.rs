// SPDX-License-Identifier: MIT
//! Someone on the network between two parties: who keeps everything, who cuts it, who gives each to another.
//!
//! Spec: none.
//! Here: relays on loopback: [`Proxy`] records both directions, [`Gate`] can be shut, [`Balancer`] is in front of two hosts.
//! Not here: what is looked for in the record (`search`).

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use crate::world::Outcome;

/// A relay. Its threads end with the process.
#[derive(Debug)]
pub struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    record: Arc<Mutex<Vec<u8>>>,
}

impl Proxy {
    /// Starts a relay to an address.
    ///
    /// # Errors
    /// When it cannot listen.
    pub fn new(target: SocketAddr) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let record = Arc::new(Mutex::new(Vec::new()));
        let kept = record.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(target) else {
                    continue;
                };
                let ends = (client.try_clone(), server.try_clone());
                if let (Ok(client_too), Ok(server_too)) = ends {
                    relay(client, server_too, kept.clone());
                    relay(server, client_too, kept.clone());
                }
            }
        });
        Ok(Self { address, record })
    }

    /// Everything that went through, each piece whole, the directions mixed.
    #[must_use]
    pub fn record(&self) -> Vec<u8> {
        self.record
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

fn relay(mut from: TcpStream, mut to: TcpStream, record: Arc<Mutex<Vec<u8>>>) {
    std::thread::spawn(move || {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            let Some(octets) = buffer.get(..read) else {
                break;
            };
            record
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .extend_from_slice(octets);
            if to.write_all(octets).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}

/// Streams that a relay has open.
type Open = Arc<Mutex<Vec<TcpStream>>>;

fn close_all(open: &Open) {
    let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
    for stream in open.drain(..) {
        let _ = stream.shutdown(Shutdown::Both);
    }
}

fn keep(open: &Open, streams: [&TcpStream; 2]) {
    let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
    open.extend(streams.iter().filter_map(|stream| stream.try_clone().ok()));
}

/// What becomes of what is sent through a [`Gate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Passage {
    Open,
    /// Nothing arrives before it is open again, and nobody is told.
    Stopped,
    /// Whoever is connected is told that the other is gone, and nobody can connect.
    Cut,
}

/// A relay that can be shut.
#[derive(Debug)]
pub struct Gate {
    /// Where it listens.
    pub address: SocketAddr,
    passage: Arc<(Mutex<Passage>, Condvar)>,
    open: Open,
}

impl Gate {
    /// Starts a relay to an address. Its threads end with the process.
    ///
    /// # Errors
    /// When it cannot listen.
    pub fn new(target: SocketAddr) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let gate = Self {
            address,
            passage: Arc::new((Mutex::new(Passage::Open), Condvar::new())),
            open: Open::default(),
        };
        let (passage, open) = (gate.passage.clone(), gate.open.clone());
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if state(&passage) == Passage::Cut {
                    continue;
                }
                let Ok(server) = TcpStream::connect(target) else {
                    continue;
                };
                keep(&open, [&client, &server]);
                if let (Ok(client_too), Ok(server_too)) = (client.try_clone(), server.try_clone()) {
                    pass(client, server_too, passage.clone());
                    pass(server, client_too, passage.clone());
                }
            }
        });
        Ok(gate)
    }

    /// Lets nothing through from now on, of what is under way either; nobody is told.
    pub fn stop(&self) {
        self.set(Passage::Stopped);
    }

    /// Ends all connections, and lets nobody connect.
    pub fn cut(&self) {
        self.set(Passage::Cut);
        close_all(&self.open);
    }

    /// Lets everything through again, also what was stopped.
    pub fn heal(&self) {
        self.set(Passage::Open);
    }

    fn set(&self, to: Passage) {
        let (passage, changed) = &*self.passage;
        *passage.lock().unwrap_or_else(PoisonError::into_inner) = to;
        changed.notify_all();
    }
}

fn state(passage: &(Mutex<Passage>, Condvar)) -> Passage {
    *passage.0.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Relays one direction, each piece when the gate is not stopped.
fn pass(mut from: TcpStream, mut to: TcpStream, passage: Arc<(Mutex<Passage>, Condvar)>) {
    std::thread::spawn(move || {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            let (state, changed) = &*passage;
            let held = state.lock().unwrap_or_else(PoisonError::into_inner);
            let held = changed.wait_while(held, |state| *state == Passage::Stopped);
            drop(held);
            let Some(octets) = buffer.get(..read) else {
                break;
            };
            if to.write_all(octets).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}

/// A balancer that gives each connection to the next host that takes it.
#[derive(Debug)]
pub struct Balancer {
    /// Where it listens.
    pub address: SocketAddr,
    open: Open,
    given: Arc<[AtomicUsize; 2]>,
}

impl Balancer {
    /// Starts a balancer in front of two hosts. Its threads end with the process.
    ///
    /// # Errors
    /// When it cannot listen.
    pub fn new(hosts: [SocketAddr; 2]) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let balancer = Self {
            address,
            open: Open::default(),
            given: Arc::default(),
        };
        let (open, given) = (balancer.open.clone(), balancer.given.clone());
        let passage = Arc::new((Mutex::new(Passage::Open), Condvar::new()));
        std::thread::spawn(move || {
            for (turn, client) in listener.incoming().map_while(Result::ok).enumerate() {
                let mut order: Vec<_> = hosts.iter().zip(given.iter()).collect();
                order.rotate_left(turn % 2);
                let found = order
                    .into_iter()
                    .find_map(|(host, given)| Some((TcpStream::connect(host).ok()?, given)));
                let Some((server, given)) = found else {
                    continue;
                };
                given.fetch_add(1, Ordering::Relaxed);
                keep(&open, [&client, &server]);
                if let (Ok(client_too), Ok(server_too)) = (client.try_clone(), server.try_clone()) {
                    pass(client, server_too, passage.clone());
                    pass(server, client_too, passage.clone());
                }
            }
        });
        Ok(balancer)
    }

    /// Cuts all connections: whoever goes on is given to another host.
    pub fn cut(&self) {
        close_all(&self.open);
    }

    /// How many connections each host was given.
    #[must_use]
    pub fn given(&self) -> [usize; 2] {
        self.given
            .each_ref()
            .map(|given| given.load(Ordering::Relaxed))
    }
}
