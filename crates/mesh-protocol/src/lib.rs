// SPDX-License-Identifier: MIT
//! The Mesh Service Protocol: transactions between a client and a service.
//!
//! Spec: mesh-protocol.
//!
//! | Module | Room |
//! |---|---|
//! | [`caller`] | proofs that a caller may ask for an operation |
//! | [`credential`] | Mesh credentials over RUD |
//! | [`discovery`] | from a domain to the address of its service |
//! | [`generated`] | records, service trait, client stub and dispatcher of the schema |
//! | [`runtime`] | what the generated code stands on |
//! | [`session`] | a conversation over packets |
//! | [`status`] | status codes |
//! | [`transport`] | how packets travel |
//! | [`typed`] | typed conversations |

pub mod caller;
pub mod credential;
pub mod discovery;
pub mod error;
pub mod generated;
pub mod runtime;
pub mod session;
pub mod status;
pub mod transport;
pub mod typed;

pub use credential::{ClientCredential, HostCredential, HostEvidence, HostExpectation, Peer};
pub use error::Error;
pub use runtime::Failure;
pub use status::Code;
pub use transport::{
    Begun, PacketHandler, PacketReply, PacketTransport, TransportError, TransportFault,
};
pub use typed::{MeshPort, MeshSession, PacketPort};
