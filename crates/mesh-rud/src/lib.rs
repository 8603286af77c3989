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
//! | [`Responder`], [`Received`], [`Request`], [`Outcome`], [`ResponderLimits`] | a host's end of all connections |
//! | [`Credential`], [`Verifier`], [`KeyCredential`], [`KeyVerifier`] | who is who |
//! | [`packet`] | elements, extensions, limits |
//! | [`Error`], [`Refusal`] | what can go wrong |
//!
//! # Example
//!
//! ```
//! use mesh_crypto::{KeyAlgorithm, PrivateKey, Seeded};
//! use mesh_rud::{InitiatorHello, KeyCredential, KeyVerifier, Outcome, Responder, ResponderLimits};
//!
//! # fn main() -> mesh_rud::Result<()> {
//! let env = Seeded::new(1); // a program passes its clock and random device
//! let key = || PrivateKey::generate(KeyAlgorithm::X448, &env);
//! let host = Box::new(KeyCredential::new(key(), None)?);
//! let responder = Responder::new(host, KeyVerifier, ResponderLimits::default(), &env)?;
//! let post = |packet: &[u8]| {
//!     match responder.handle(packet, &env, &mut |_peer, request| request.to_ascii_uppercase()) {
//!         Outcome::Reply(reply) => reply,
//!         outcome => panic!("{outcome:?}"),
//!     }
//! };
//!
//! let client = KeyCredential::new(key(), Some("alice@example.com".to_owned()))?;
//! let (hello, packet) = InitiatorHello::new(&env);
//! let (ready, _host) = hello.handle_challenge(&post(&packet), &KeyVerifier)?; // accepts any host: for examples only
//! let (complete, packet) = ready.complete(&client, b"first", &env)?;
//! let (mut session, response) = complete.handle_response(&post(&packet))?;
//! assert_eq!(response, b"FIRST");
//! let packet = session.request(b"second")?;
//! assert_eq!(session.response(&post(&packet))?, b"SECOND");
//! # Ok(())
//! # }
//! ```
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
pub use handshake::responder::{Dispatch, Outcome, Received, Request, Responder};
pub use packet::Extension;
pub use stream::{ResponderLimits, StreamId};
