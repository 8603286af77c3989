// SPDX-License-Identifier: MIT
//! The packet grammar: tagged integers, strings and binaries, and lists of extensions.
//!
//! Spec: mesh-rud, "Packet Formats"; mesh-rud, "Packet Extensions".
//! Here: the limits of every packet, message codes, reading and writing of the elements.
//! Not here: which elements make up which message (`handshake`, `connection`); encryption (`key_schedule`).

mod extension;
mod reader;
mod writer;

pub use extension::{Extension, tag};
pub use reader::Reader;
pub use writer::Writer;

/// Largest packet that is read or written, in octets.
pub const MAX_PACKET: usize = 16 * 1024 * 1024;

/// Largest number of extensions in one list.
pub const MAX_EXTENSIONS: usize = 64;

/// Largest value of one extension, in octets.
pub const MAX_EXTENSION_VALUE: usize = 64 * 1024;

/// Longest extension tag, in characters.
pub const MAX_TAG: usize = 64;

/// Smallest InitiatorComplete that is written, in octets; shorter ones are padded inside the outer encryption.
pub const MIN_COMPLETE: usize = 1200;

/// Longest key identifier that is read, in octets.
pub(crate) const MAX_KEY_ID: usize = 256;

/// Octets of a stream identifier.
pub(crate) const STREAM_ID: usize = 8;

/// Octets of zero that open a packet to a responder which has no stream yet.
pub(crate) const INITIAL_PREFIX: usize = 16;

/// Message code of InitiatorHello.
pub(crate) const INITIATOR_HELLO: u8 = 2;

/// Message code of InitiatorComplete.
pub(crate) const INITIATOR_COMPLETE: u8 = 4;

/// Message code of ResponderChallenge.
pub(crate) const RESPONDER_CHALLENGE: u8 = 2;
