// SPDX-License-Identifier: MIT
//! RUD: authenticated, encrypted payloads between an initiator and a responder, over HTTP or UDP.
//!
//! Spec: mesh-rud (Reliable User Datagram).
//! Here: the handshake, streams and packets as functions from octets to octets; no socket, clock or random device.
//! Not here: Mesh credentials and what the payloads mean (`mesh-protocol`); HTTP (`mesh-client`, `mesh-service`).
//!
//! | Room | What |
//! |---|---|
//! | [`InitiatorHello`] → [`InitiatorReady`] → [`InitiatorComplete`] → [`Session`] | a client's connection |
//! | [`Responder`], [`Outcome`], [`ResponderLimits`] | a host's end of all connections |
//! | [`Credential`], [`Verifier`], [`KeyCredential`], [`KeyVerifier`] | who is who |
//! | [`packet`] | elements, extensions, limits |
//! | [`Error`], [`Refusal`] | what can go wrong |
//!
//! # What is protected
//!
//! A Data packet is protected but for its stream identifier, and a wrong identifier leads to a wrong key. A Complete is
//! protected as a whole, its padding and inner length included. Hello and Challenge are not, and hold nothing that
//! could matter: altering them makes the handshake fail, or changes an octet that nobody uses.
//!
//! There is no forward secrecy against the theft of both parties' long-term keys: no ephemeral key is agreed with
//! another one. That is the protocol's, not this implementation's.

pub mod packet;

mod connection;
mod credential;
mod error;
mod handshake;
mod key_schedule;
mod order;
mod stream;

pub use connection::Session;
pub use credential::{Credential, KeyCredential, KeyPeer, KeyVerifier, Verifier};
pub use error::{Error, Refusal, Result};
pub use handshake::initiator::{InitiatorComplete, InitiatorHello, InitiatorReady};
pub use handshake::responder::{Outcome, Responder};
pub use packet::Extension;
pub use stream::{ResponderLimits, StreamId};
