// SPDX-License-Identifier: MIT
//! Proofs that a caller may ask for an operation.
//!
//! Spec: mesh-protocol, "Authorization".
//! Here: one type per access class of the schema; an operation without its proof does not compile.
//! Not here: how a service comes to the proof (`mesh-service`, access).

use mesh_schema::Roles;

use crate::credential::Peer;

/// Anyone who proves possession of a key.
#[derive(Clone, Debug)]
pub struct PublicCaller {
    /// Who that is.
    pub peer: Peer,
}

/// In which capacity a user asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// With the authentication key of the account itself: at its creation and at recovery.
    Account,
    /// As a connected device with these roles.
    Device(Roles),
    /// As a device that has asked to be connected.
    Unconnected,
}

/// A caller whom the account knows.
#[derive(Clone, Debug)]
pub struct UserCaller {
    /// Who that is.
    pub peer: Peer,
    /// Fingerprint of the account that is acted upon.
    pub account: String,
    /// In which capacity.
    pub standing: Standing,
}

/// A caller who speaks for an account, which need not exist yet.
#[derive(Clone, Debug)]
pub struct AdminCaller {
    /// Who that is.
    pub peer: Peer,
    /// Fingerprint of the account, once it exists.
    pub account: Option<String>,
}
