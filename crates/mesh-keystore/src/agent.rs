// SPDX-License-Identifier: MIT
//! The unlocking agent: a process that holds the key of a key store in memory, for a while, for its own user.
//!
//! Spec: none; a protocol of this implementation, version 1, over a Unix socket.
//! Here: the protocol; in the modules, both sides of it.
//! Not here: the SSH agent (`mesh`); how the key gets opened in the first place (`store`).
//!
//! One request and one response on each connection, each a message of at most [`MAX_MESSAGE`] octets behind its
//! length in two octets, most significant first. A message starts with the version and a code:
//!
//! | Request | Code | Then | Response to it |
//! |---|---|---|---|
//! | store key | 1 | name of the store | code 0, then the key |
//! | lock | 2 | – | code 0; the agent forgets the key and ends |
//! | status | 3 | – | code 0, then seconds left (8 octets), process (4 octets), name of the store |
//!
//! Other response codes: 1 for another store or a key that is gone, 2 for a request that is not understood.
//! Both sides ask the system for the user at the other end and leave when it is another one than theirs.

mod client;
mod server;

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use mesh_crypto::SecretBytes;
use zeroize::Zeroizing;

pub use client::{Status, lock, status, store_key};
pub use server::{Agent, Ended};

use crate::{Error, Result};

/// The largest message.
pub const MAX_MESSAGE: usize = 512;

/// How long one side waits for the other, for everything on one connection together.
pub const PATIENCE: Duration = Duration::from_secs(2);

const VERSION: u8 = 1;

const STORE_KEY: u8 = 1;
const LOCK: u8 = 2;
const STATUS: u8 = 3;

const OK: u8 = 0;
const NO_KEY: u8 = 1;
const NOT_UNDERSTOOD: u8 = 2;

/// One connection with one deadline.
struct Channel<'a> {
    stream: &'a UnixStream,
    deadline: Instant,
    path: &'a Path,
}

impl<'a> Channel<'a> {
    /// Makes sure that our own user is at the other end.
    fn new(stream: &'a UnixStream, path: &'a Path) -> Result<Self> {
        let peer =
            rustix::net::sockopt::socket_peercred(stream).map_err(Error::io("inspect", path))?;
        crate::file::check_owner(path, peer.uid.as_raw())?;
        Ok(Self {
            stream,
            deadline: Instant::now() + PATIENCE,
            path,
        })
    }

    fn send(&mut self, code: u8, body: &[u8]) -> Result<()> {
        let mut out = Zeroizing::new(Vec::with_capacity(MAX_MESSAGE + 2));
        let length = body.len().saturating_add(2);
        let prefix = u16::try_from(length).ok().filter(|_| length <= MAX_MESSAGE);
        let prefix = prefix.ok_or(Error::AgentProtocol {
            what: "message too long",
        })?;
        out.extend_from_slice(&prefix.to_be_bytes());
        out.extend_from_slice(&[VERSION, code]);
        out.extend_from_slice(body);
        let mut rest = out.as_slice();
        while !rest.is_empty() {
            self.arm()?;
            match self.stream.write(rest) {
                Ok(sent) => rest = rest.get(sent..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.failed("write to")(error)),
            }
        }
        Ok(())
    }

    /// The code and the body of a message.
    fn receive(&mut self) -> Result<(u8, SecretBytes)> {
        let mut prefix = [0; 2];
        self.fill(&mut prefix)?;
        let length = usize::from(u16::from_be_bytes(prefix));
        if !(2..=MAX_MESSAGE).contains(&length) {
            return Err(Error::AgentProtocol {
                what: "length of a message",
            });
        }
        let mut message = Zeroizing::new(vec![0; length]);
        self.fill(&mut message)?;
        match message.split_first_chunk() {
            Some(([VERSION, code], body)) => Ok((*code, SecretBytes::new(body.to_vec()))),
            _ => Err(Error::AgentProtocol { what: "version" }),
        }
    }

    fn fill(&mut self, mut out: &mut [u8]) -> Result<()> {
        while !out.is_empty() {
            self.arm()?;
            match self.stream.read(out) {
                Ok(0) => {
                    return Err(self.failed("read from")(
                        io::ErrorKind::UnexpectedEof.into(),
                    ));
                }
                Ok(read) => out = out.get_mut(read..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.failed("read from")(error)),
            }
        }
        Ok(())
    }

    /// Lets the next call wait for what is left of the time.
    fn arm(&self) -> Result<()> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(self.failed("wait for")(io::ErrorKind::TimedOut.into()));
        }
        self.stream
            .set_read_timeout(Some(left))
            .and_then(|()| self.stream.set_write_timeout(Some(left)))
            .map_err(self.failed("prepare"))
    }

    fn failed(&self, operation: &'static str) -> impl FnOnce(io::Error) -> Error {
        Error::io(operation, self.path)
    }
}

#[cfg(test)]
mod tests;
