// SPDX-License-Identifier: MIT
//! What a service manager hands over, and what it is told.
//!
//! Spec: sd_listen_fds(3), sd_notify(3).
//! Here: the socket on which systemd has listened, and saying that the service is ready or ends.
//! Not here: the units (`install`).

use std::net::TcpListener;

use listenfd::ListenFd;
use sd_notify::NotifyState;

use crate::error::Failure;

/// The socket that was handed over, if one was. It is taken before there are threads: the library clears the environment.
///
/// # Errors
/// [`Failure`] when what was handed over is not one TCP socket.
pub(super) fn socket() -> Result<Option<TcpListener>, Failure> {
    let mut handed = ListenFd::from_env();
    let bad = |cause: String| {
        Failure::misuse(
            cause,
            "hand one socket over, with ListenStream= and Accept=no",
        )
    };
    match handed.len() {
        0 => Ok(None),
        1 => {
            let socket = handed.take_tcp_listener(0);
            let socket =
                socket.map_err(|error| bad(format!("the socket that was handed over: {error}")))?;
            if let Some(socket) = &socket {
                socket.set_nonblocking(true)?;
            }
            Ok(socket)
        }
        more => Err(bad(format!("{more} sockets were handed over"))),
    }
}

/// Tells the service manager, if there is one.
pub(super) fn tell(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the service manager cannot be told how the service is");
    }
}
