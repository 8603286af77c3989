// SPDX-License-Identifier: MIT
//! The unlocking agent itself.
//!
//! Spec: none; see [`crate::agent`].
//! Here: the socket, the time to live, the answers.
//! Not here: becoming a background process (`mesh`).

use std::fmt;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use mesh_crypto::SecretBytes;
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::time::{ClockId, clock_gettime};

use super::{Channel, LOCK, NO_KEY, NOT_UNDERSTOOD, OK, STATUS, STORE_KEY};
use crate::file::{check_owner, create_private_dir};
use crate::{Error, Result};

/// An agent that has its socket and is ready to serve. The socket is removed when it is dropped.
pub struct Agent {
    listener: UnixListener,
    socket: PathBuf,
    /// Device and inode of our socket, so that another agent's is never removed.
    identity: (u64, u64),
    store: String,
    key: SecretBytes,
    end: Duration,
}

/// Why an agent stopped serving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Its time was over.
    Expired,
    /// It was asked to lock.
    Locked,
}

impl Agent {
    /// Takes the socket, of mode 0600 in a directory of mode 0700, for `time_to_live`, which also runs while the
    /// machine sleeps. A socket that a dead agent left behind is replaced.
    ///
    /// # Errors
    /// [`Error::AgentRunning`] when an agent serves there already; [`Error::NotRegular`] when something else is
    /// there; errors of [`create_private_dir`]; [`Error::Io`].
    pub fn bind(
        socket: &Path,
        store: &str,
        key: SecretBytes,
        time_to_live: Duration,
    ) -> Result<Self> {
        let directory = socket.parent().filter(|p| !p.as_os_str().is_empty());
        let directory = directory.ok_or(Error::NotRegular {
            path: socket.to_path_buf(),
            expected: "path",
        })?;
        create_private_dir(directory)?;
        remove_stale(socket)?;
        let failed = || Error::io("serve", socket);
        let listener = UnixListener::bind(socket).map_err(failed())?;
        // Until this call the directory alone keeps others out.
        fs::set_permissions(socket, Permissions::from_mode(0o600)).map_err(failed())?;
        listener.set_nonblocking(true).map_err(failed())?;
        let found = fs::symlink_metadata(socket).map_err(failed())?;
        Ok(Self {
            listener,
            socket: socket.to_path_buf(),
            identity: (found.dev(), found.ino()),
            store: store.to_owned(),
            key,
            end: now().saturating_add(time_to_live),
        })
    }

    /// Answers until the time is over or a client locks. The key is erased in both cases.
    ///
    /// A client that breaks the protocol, is too slow, or belongs to another user is left without an answer.
    ///
    /// # Errors
    /// [`Error::Io`] when the socket fails.
    pub fn serve(self) -> Result<Ended> {
        loop {
            let left = self.end.saturating_sub(now());
            if left.is_zero() {
                return Ok(Ended::Expired);
            }
            // In steps, because the wait does not count the time for which the machine sleeps.
            if !self.wait(left.min(Duration::from_secs(1)))? {
                continue;
            }
            match self.listener.accept() {
                Ok((stream, _)) => {
                    if self.answer(&stream).unwrap_or(false) {
                        return Ok(Ended::Locked);
                    }
                }
                // The client went away again, or we are out of descriptors for a moment.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    /// Whether a client came within the time.
    fn wait(&self, time: Duration) -> Result<bool> {
        let failed = Error::io("serve", &self.socket);
        let time = Timespec::try_from(time).unwrap_or(Timespec {
            tv_sec: 1,
            tv_nsec: 0,
        });
        let mut ready = [PollFd::new(&self.listener, PollFlags::IN)];
        match rustix::event::poll(&mut ready, Some(&time)) {
            Ok(count) => Ok(count > 0),
            Err(rustix::io::Errno::INTR) => Ok(false),
            Err(error) => Err(failed(error)),
        }
    }

    /// One request; whether it was to lock.
    fn answer(&self, stream: &UnixStream) -> Result<bool> {
        stream
            .set_nonblocking(false)
            .map_err(Error::io("serve", &self.socket))?;
        let mut channel = Channel::new(stream, &self.socket)?;
        let (code, body) = channel.receive()?;
        let left = self.end.saturating_sub(now());
        match code {
            _ if left.is_zero() => channel.send(NO_KEY, &[])?,
            STORE_KEY if body.expose_secret() == self.store.as_bytes() => {
                channel.send(OK, self.key.expose_secret())?;
            }
            STORE_KEY => channel.send(NO_KEY, &[])?,
            STATUS => {
                let mut body = left.as_secs().to_be_bytes().to_vec();
                body.extend_from_slice(&std::process::id().to_be_bytes());
                body.extend_from_slice(self.store.as_bytes());
                channel.send(OK, &body)?;
            }
            LOCK => {
                // The key goes even when the client does not wait for the answer.
                let _ = channel.send(OK, &[]);
                return Ok(true);
            }
            _ => channel.send(NOT_UNDERSTOOD, &[])?,
        }
        Ok(false)
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let ours = fs::symlink_metadata(&self.socket)
            .is_ok_and(|found| (found.dev(), found.ino()) == self.identity);
        if ours {
            // A socket that stays is recognised as stale by the next agent.
            let _ = fs::remove_file(&self.socket);
        }
    }
}

impl fmt::Debug for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agent")
            .field("socket", &self.socket)
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

fn remove_stale(socket: &Path) -> Result<()> {
    let found = match fs::symlink_metadata(socket) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Error::io("inspect", socket)(error)),
    };
    if !found.file_type().is_socket() {
        return Err(Error::NotRegular {
            path: socket.to_path_buf(),
            expected: "socket",
        });
    }
    check_owner(socket, found.uid())?;
    match UnixStream::connect(socket) {
        Ok(_) => Err(Error::AgentRunning {
            path: socket.to_path_buf(),
        }),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            fs::remove_file(socket).map_err(Error::io("remove", socket))
        }
        Err(error) => Err(Error::io("reach", socket)(error)),
    }
}

/// Time since the machine started, with the time for which it slept.
fn now() -> Duration {
    let now = clock_gettime(ClockId::Boottime);
    Duration::try_from(now).unwrap_or_default()
}
