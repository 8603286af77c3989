// SPDX-License-Identifier: MIT
//! The socket of a wizard: on the loopback address, and for processes of the same user only.
//!
//! Spec: none; `proc(5)`, "/proc/net/tcp".
//! Here: accepting connections, and whose the process at the other end is.
//! Not here: what a request must show (`gate`).
//!
//! Any user of a machine can connect to a loopback port. The system's table of connections says whose socket each end is, so that
//! others are turned away before they have said anything.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};

/// The tables of connections: sockets of IPv6 may carry IPv4.
const TABLES: [&str; 2] = ["/proc/net/tcp", "/proc/net/tcp6"];
/// The state of a connection that stands.
const ESTABLISHED: &str = "01";
/// How an address of IPv4 begins in the table of IPv6.
const MAPPED: &str = "0000000000000000FFFF0000";

/// A listener on a free port of 127.0.0.1.
pub(super) struct OwnUser {
    listener: TcpListener,
    user: u32,
}

impl OwnUser {
    pub(super) async fn bind(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let user = rustix::process::geteuid().as_raw();
        Ok(Self { listener, user })
    }

    pub(super) fn port(&self) -> io::Result<u16> {
        Ok(self.listener.local_addr()?.port())
    }
}

impl Listener for OwnUser {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let accepted = self.listener.accept().await;
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Too many files, for instance: that passes.
                    tracing::warn!(%error, "a connection is not accepted");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                    continue;
                }
            };
            let here = stream.local_addr();
            match here.and_then(|here| owner(peer, here)) {
                Ok(Some(user)) if user == self.user => return (stream, peer),
                Ok(Some(user)) => {
                    tracing::warn!(user, "a connection by another user is refused");
                }
                Ok(None) => tracing::warn!("a connection by nobody knows whom is refused"),
                Err(error) => {
                    tracing::warn!(%error, "a connection is refused: the system does not say whose it is");
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// The user whose process holds the other end of a connection.
fn owner(peer: SocketAddr, here: SocketAddr) -> io::Result<Option<u32>> {
    let mut failed = None;
    for table in TABLES {
        match std::fs::read_to_string(table) {
            Ok(table) => {
                if let Some(user) = owner_in(&table, peer, here) {
                    return Ok(Some(user));
                }
            }
            // A system without IPv6 has one table.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => failed = Some(error),
        }
    }
    match failed {
        Some(error) => Err(error),
        None => Ok(None),
    }
}

fn owner_in(table: &str, peer: SocketAddr, here: SocketAddr) -> Option<u32> {
    let (peer, here) = (written(peer)?, written(here)?);
    let is = |field: Option<&str>, address: &str| {
        field.is_some_and(|field| field == address || field.strip_prefix(MAPPED) == Some(address))
    };
    table.lines().skip(1).find_map(|line| {
        let mut fields = line.split_whitespace().skip(1);
        let of_peer = is(fields.next(), &peer) && is(fields.next(), &here);
        let stands = fields.next() == Some(ESTABLISHED);
        let user = fields.nth(3)?.parse().ok()?;
        (of_peer && stands).then_some(user)
    })
}

/// An address as the table has it.
fn written(address: SocketAddr) -> Option<String> {
    let IpAddr::V4(ip) = address.ip() else {
        return None;
    };
    let number = u32::from_ne_bytes(ip.octets());
    Some(format!("{number:08X}:{:04X}", address.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_endian = "little")]
    fn the_owner_of_the_other_end_is_found() {
        let table = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1267 00000000:0000 0A 00000000:00000000 00:00000000 00000000   900        0 1 1
   1: 0100007F:1267 0100007F:C350 01 00000000:00000000 00:00000000 00000000   901        0 2 1
   2: 0100007F:C350 0100007F:1267 01 00000000:00000000 00:00000000 00000000  1000        0 3 1
   3: 0100007F:C351 0100007F:1267 06 00000000:00000000 00:00000000 00000000     0        0 0 1
";
        let here: SocketAddr = "127.0.0.1:4711".parse().unwrap();
        let of = |peer: &str| owner_in(table, peer.parse().unwrap(), here);
        assert_eq!(of("127.0.0.1:50000"), Some(1000));
        // What has been closed, and whose owner the table no longer knows, belongs to nobody: not to root.
        assert_eq!(of("127.0.0.1:50001"), None);
        assert_eq!(of("127.0.0.1:50002"), None);
        let six = "\
header
   0: 0000000000000000FFFF00000100007F:C350 0000000000000000FFFF00000100007F:1267 01 0:0 00:0 0  1001        0 3 1
";
        assert_eq!(
            owner_in(six, "127.0.0.1:50000".parse().unwrap(), here),
            Some(1001)
        );
        assert_eq!(owner_in("", "127.0.0.1:50000".parse().unwrap(), here), None);
    }

    #[test]
    fn a_connection_of_our_own_is_ours() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let here = listener.local_addr().unwrap();
        let stream = std::net::TcpStream::connect(here).unwrap();
        let peer = stream.local_addr().unwrap();
        let user = rustix::process::geteuid().as_raw();
        assert_eq!(owner(peer, here).unwrap(), Some(user));
    }
}
