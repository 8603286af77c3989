// SPDX-License-Identifier: MIT
//! How a RUD packet reaches a service and its answer comes back.
//!
//! Spec: mesh-protocol, "HTTP Binding": one packet in each direction.
//! Here: the trait that every transport implements, on both ends.
//! Not here: HTTP itself (`mesh-client`, transport; `mesh-service`, listener).

use std::sync::Arc;

/// The path below which a service is reached.
pub const WELL_KNOWN: &str = "/.well-known/mmm/";
/// The port of a service that is not found by discovery.
pub const DEFAULT_PORT: u16 = 15099;
/// The largest packet, in octets.
pub const MAX_PACKET: usize = 0x0100_0000;

/// What a service answers to a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PacketReply {
    /// Too much was asked for from one place, and the packet was not looked at: HTTP status 429. The number is of the seconds to wait.
    Later(u64),
    /// A packet.
    Packet(Vec<u8>),
    /// The packet was not accepted; the number is the HTTP status, 400 to 599.
    Refused(u16),
    /// The stream of the packet is not known (any more): HTTP status 410.
    SessionUnknown,
}

/// Sends packets to one service.
pub trait PacketTransport: Send {
    /// Sends a packet and waits for the answer.
    ///
    /// # Errors
    /// [`TransportError`]; the packet may have been delivered even then.
    fn exchange(&mut self, packet: &[u8]) -> Result<PacketReply, TransportError>;

    /// Is told the fingerprint of the service that has proven, in the packets that were exchanged, that it is the one that is meant; at
    /// first contact that it is one at all.
    fn met(&mut self, _service: &str) {}
}

/// Receives packets for one service.
pub trait PacketHandler: Send + Sync + 'static {
    /// Answers a packet. The instance is the last part of the path; empty where there is none. Called on threads that may block.
    fn handle(&self, instance: &str, packet: &[u8]) -> PacketReply;

    /// Takes in a packet on a thread that must not block, and answers it at once if that takes no waiting.
    fn begin(self: Arc<Self>, instance: String, packet: Vec<u8>) -> Begun {
        Begun::Waits(Box::new(move || self.handle(&instance, &packet)))
    }
}

/// How far a packet was taken.
pub enum Begun {
    /// It is answered.
    Answered(PacketReply),
    /// It will be, on a thread that may block.
    Waits(Box<dyn FnOnce() -> PacketReply + Send>),
}

impl std::fmt::Debug for Begun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Answered(_) => "Answered",
            Self::Waits(_) => "Waits",
        })
    }
}

/// A handler in the same process is a transport: every message is serialised as over a network.
impl PacketTransport for Arc<dyn PacketHandler> {
    fn exchange(&mut self, packet: &[u8]) -> Result<PacketReply, TransportError> {
        Ok(self.handle("", packet))
    }
}

/// Why no answer came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct TransportError {
    /// What happened, for people.
    pub text: String,
    /// What is known about the packet.
    pub fault: TransportFault,
}

/// What is known about a packet to which no answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportFault {
    /// It cannot have been delivered.
    NotSent,
    /// It may have been delivered.
    Unanswered,
    /// It was not sent, for whoever is there does not show the certificate that he must show, or where that is is not to be trusted.
    Untrusted,
}
