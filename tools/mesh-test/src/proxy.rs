// SPDX-License-Identifier: MIT
//! Someone on the network between devices and the service, who keeps everything.
//!
//! Spec: none.
//! Here: a relay on loopback that records both directions.
//! Not here: what is looked for in the record (`search`).

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

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
