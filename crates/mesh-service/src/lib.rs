// SPDX-License-Identifier: MIT
//! The Mesh service as a library.
//!
//! Spec: mesh-protocol, "Mesh Service"; mesh-dare, "DARE Sequence" (what an account's stores consist of).
//! Here: [`store`] (accounts and their sequences, kept durably), [`listener`] (the HTTP binding).
//! Not here: the client; the formats of envelopes and messages (`mesh-dare`, `mesh-schema`).

pub mod listener;
pub mod store;
