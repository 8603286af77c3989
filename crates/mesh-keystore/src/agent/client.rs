// SPDX-License-Identifier: MIT
//! Asking the unlocking agent.
//!
//! Spec: none; see [`crate::agent`].
//! Here: the three requests.
//! Not here: the answering side (`server`).

use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use mesh_crypto::SecretBytes;

use super::{Channel, LOCK, NO_KEY, OK, STATUS, STORE_KEY};
use crate::{Error, Result};

/// What an agent says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The name of the key store whose key it holds.
    pub store: String,
    /// How long it will.
    pub left: Duration,
    /// Its process number.
    pub process: u32,
}

/// Asks for the key of the store of this name.
///
/// # Errors
/// [`Error::AgentLocked`] when the agent holds the key of another store or none any more; [`Error::Io`] when there
/// is no agent; [`Error::NotOwner`] when it runs for another user; [`Error::AgentProtocol`].
pub fn store_key(socket: &Path, store: &str) -> Result<SecretBytes> {
    request(socket, STORE_KEY, store.as_bytes())
}

/// Makes the agent forget the key and end.
///
/// # Errors
/// As [`store_key`].
pub fn lock(socket: &Path) -> Result<()> {
    request(socket, LOCK, &[]).map(drop)
}

/// Asks what the agent holds, and for how long.
///
/// # Errors
/// As [`store_key`].
pub fn status(socket: &Path) -> Result<Status> {
    let body = request(socket, STATUS, &[])?;
    let parsed = || {
        let (left, rest) = body.expose_secret().split_first_chunk::<8>()?;
        let (process, store) = rest.split_first_chunk::<4>()?;
        Some(Status {
            store: std::str::from_utf8(store)
                .ok()
                .filter(|s| crate::store::is_identifier(s))?
                .to_owned(),
            left: Duration::from_secs(u64::from_be_bytes(*left)),
            process: u32::from_be_bytes(*process),
        })
    };
    parsed().ok_or(Error::AgentProtocol { what: "status" })
}

fn request(socket: &Path, code: u8, body: &[u8]) -> Result<SecretBytes> {
    let stream = UnixStream::connect(socket).map_err(Error::io("reach", socket))?;
    let mut channel = Channel::new(&stream, socket)?;
    channel.send(code, body)?;
    match channel.receive()? {
        (OK, body) => Ok(body),
        (NO_KEY, _) => Err(Error::AgentLocked),
        _ => Err(Error::AgentProtocol { what: "response" }),
    }
}
