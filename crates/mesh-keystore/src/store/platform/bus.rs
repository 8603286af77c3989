// SPDX-License-Identifier: MIT
//! A connection to the session bus.
//!
//! Spec: D-Bus Specification, "Authentication Protocol", "Server Addresses", "Message Bus".
//! Here: connecting, authenticating, calling, waiting for one signal.
//! Not here: the messages (`wire`), what the calls mean (`platform`).

use std::io::{self, Read as _, Write as _};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixStream};
use std::path::Path;
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use super::wire::{self, Body, Message, MessageKind};
use crate::{Error, Result};

/// The method that is called.
pub(super) struct Call<'a> {
    pub(super) destination: &'a str,
    pub(super) path: &'a str,
    pub(super) interface: &'a str,
    pub(super) member: &'a str,
}

const BUS: &str = "org.freedesktop.DBus";

const BROKEN: Error = Error::Platform {
    what: "the session bus closed the connection",
};
const SLOW: Error = Error::Platform {
    what: "it did not answer in time",
};

/// The object of a call is not there, or not any more.
pub(super) const GONE: Error = Error::Platform {
    what: "the entry is gone",
};

pub(super) struct Bus {
    stream: UnixStream,
    serial: u32,
}

impl Bus {
    /// Connects to the first of the addresses that can be reached, and says hello.
    pub(super) fn connect(addresses: &str, patience: Duration) -> Result<Self> {
        let deadline = Instant::now() + patience;
        let stream = addresses
            .split(';')
            .filter_map(socket)
            .find_map(|address| UnixStream::connect_addr(&address).ok())
            .ok_or(Error::Platform {
                what: "the session bus cannot be reached",
            })?;
        // Secrets go to no bus of another user.
        let peer = rustix::net::sockopt::socket_peercred(&stream).map_err(|_| BROKEN)?;
        crate::file::check_owner(Path::new("session bus"), peer.uid.as_raw())?;
        let mut bus = Self { stream, serial: 0 };
        bus.authenticate(deadline)?;
        let hello = Call {
            destination: BUS,
            path: "/org/freedesktop/DBus",
            interface: BUS,
            member: "Hello",
        };
        bus.call(
            &hello,
            &Body::new(""),
            deadline.saturating_duration_since(Instant::now()),
        )?;
        Ok(bus)
    }

    /// The user number as a claim, which the bus checks against the socket.
    fn authenticate(&mut self, deadline: Instant) -> Result<()> {
        let user = rustix::process::geteuid().as_raw().to_string();
        let claim = format!("\0AUTH EXTERNAL {}\r\n", HEXLOWER.encode(user.as_bytes()));
        self.write(claim.as_bytes(), deadline)?;
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            let mut octet = [0];
            self.read(&mut octet, deadline)?;
            line.extend_from_slice(&octet);
            if line.len() > 1024 {
                return Err(BROKEN);
            }
        }
        if !line.starts_with(b"OK ") {
            return Err(Error::Platform {
                what: "the session bus does not accept this user",
            });
        }
        self.write(b"BEGIN\r\n", deadline)
    }

    /// Calls a method and waits for what it returns.
    pub(super) fn call(
        &mut self,
        call: &Call<'_>,
        body: &Body,
        patience: Duration,
    ) -> Result<Message> {
        let deadline = Instant::now() + patience;
        let serial = self.send(call, body, deadline)?;
        loop {
            let message = self.receive(deadline)?;
            if let Some(done) = answered(message, serial)? {
                return Ok(done);
            }
        }
    }

    /// Calls a method and waits for a signal of the same object, which may come before the method returns.
    pub(super) fn call_and_await(
        &mut self,
        call: &Call<'_>,
        body: &Body,
        signal: &str,
        patience: Duration,
    ) -> Result<Message> {
        let mut rule = Body::new("s");
        let &Call {
            path, interface, ..
        } = call;
        rule.string(&format!(
            "type='signal',interface='{interface}',member='{signal}',path='{path}'"
        ));
        let subscribe = Call {
            destination: BUS,
            path: "/org/freedesktop/DBus",
            interface: BUS,
            member: "AddMatch",
        };
        self.call(&subscribe, &rule, patience)?;
        let deadline = Instant::now() + patience;
        let serial = self.send(call, body, deadline)?;
        loop {
            let message = self.receive(deadline)?;
            if message.kind == MessageKind::Signal
                && (message.path.as_str(), message.interface.as_str()) == (path, interface)
                && message.member == signal
            {
                return Ok(message);
            }
            // Its return says nothing; its error ends the waiting.
            answered(message, serial)?;
        }
    }

    fn send(&mut self, call: &Call<'_>, body: &Body, deadline: Instant) -> Result<u32> {
        self.serial = self.serial.checked_add(1).ok_or(BROKEN)?;
        let target = (call.destination, call.path, call.interface, call.member);
        let message = wire::call(self.serial, target, body);
        self.write(&message, deadline)?;
        Ok(self.serial)
    }

    fn receive(&mut self, deadline: Instant) -> Result<Message> {
        let mut start = [0; 16];
        self.read(&mut start, deadline)?;
        let length = wire::rest_length(&start)?.saturating_add(start.len());
        let mut octets = Zeroizing::new(vec![0; length]);
        let (head, rest) = octets.split_at_mut(start.len());
        head.copy_from_slice(&start);
        self.read(rest, deadline)?;
        Message::decode(&octets)
    }

    fn write(&mut self, mut octets: &[u8], deadline: Instant) -> Result<()> {
        while !octets.is_empty() {
            self.stream
                .set_write_timeout(Some(left(deadline)?))
                .map_err(|_| BROKEN)?;
            let done = self.stream.write(octets);
            octets = octets.get(count(done)?..).unwrap_or_default();
        }
        Ok(())
    }

    fn read(&mut self, mut out: &mut [u8], deadline: Instant) -> Result<()> {
        while !out.is_empty() {
            self.stream
                .set_read_timeout(Some(left(deadline)?))
                .map_err(|_| BROKEN)?;
            let done = self.stream.read(out);
            if matches!(done, Ok(0)) {
                return Err(BROKEN);
            }
            out = out.get_mut(count(done)?..).unwrap_or_default();
        }
        Ok(())
    }
}

fn left(deadline: Instant) -> Result<Duration> {
    Some(deadline.saturating_duration_since(Instant::now()))
        .filter(|left| !left.is_zero())
        .ok_or(SLOW)
}

fn count(done: io::Result<usize>) -> Result<usize> {
    done.or_else(|error| match error.kind() {
        io::ErrorKind::Interrupted => Ok(0),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Err(SLOW),
        _ => Err(BROKEN),
    })
}

/// The message, if it is the return of our call.
fn answered(message: Message, serial: u32) -> Result<Option<Message>> {
    if message.reply_to != Some(serial) {
        return Ok(None);
    }
    match message.kind {
        MessageKind::Return => Ok(Some(message)),
        MessageKind::Error => Err(match message.error.as_str() {
            "org.freedesktop.Secret.Error.IsLocked" => Error::PlatformLocked,
            "org.freedesktop.DBus.Error.ServiceUnknown"
            | "org.freedesktop.DBus.Error.NameHasNoOwner" => Error::Platform {
                what: "there is no Secret Service on the session bus",
            },
            "org.freedesktop.Secret.Error.NoSuchObject"
            | "org.freedesktop.DBus.Error.UnknownObject"
            | "org.freedesktop.DBus.Error.UnknownInterface"
            | "org.freedesktop.DBus.Error.UnknownMethod" => GONE,
            "org.freedesktop.DBus.Error.TimedOut" | "org.freedesktop.DBus.Error.NoReply" => SLOW,
            _ => Error::Platform {
                what: "it refused the call",
            },
        }),
        MessageKind::Other | MessageKind::Signal => Ok(None),
    }
}

/// The socket of one address: `unix:path=/run/user/1000/bus` or `unix:abstract=name,guid=…`.
fn socket(address: &str) -> Option<SocketAddr> {
    let options = address.strip_prefix("unix:")?;
    options.split(',').find_map(|option| {
        let (name, value) = option.split_once('=')?;
        let value = unescape(value)?;
        match name {
            "path" => SocketAddr::from_pathname(std::ffi::OsStr::from_bytes(&value)).ok(),
            "abstract" => SocketAddr::from_abstract_name(&value).ok(),
            _ => None,
        }
    })
}

/// `%20` and the like.
fn unescape(value: &str) -> Option<Vec<u8>> {
    let mut parts = value.split('%');
    let mut out = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let octet = u8::from_str_radix(part.get(..2)?, 16).ok()?;
        out.push(octet);
        out.extend_from_slice(part.get(2..)?.as_bytes());
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_sockets_are_understood_and_others_passed_over() {
        let path =
            |address: &str| socket(address).and_then(|a| a.as_pathname().map(Path::to_path_buf));
        assert_eq!(
            path("unix:path=/run/user/1000/bus").unwrap(),
            Path::new("/run/user/1000/bus")
        );
        assert_eq!(path("unix:guid=12,path=/a%20b").unwrap(), Path::new("/a b"));
        let name = socket("unix:abstract=/tmp/dbus-x,guid=1").unwrap();
        assert_eq!(name.as_abstract_name(), Some(b"/tmp/dbus-x".as_slice()));
        for address in [
            "tcp:host=localhost",
            "unix:",
            "unix:path=%4",
            "unix:path=%zz",
            "",
            "autolaunch:",
        ] {
            assert!(socket(address).is_none(), "{address}");
        }
    }
}
