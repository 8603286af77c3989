// SPDX-License-Identifier: MIT
//! The Mesh service as a library.
//!
//! Spec: mesh-protocol, "Mesh Service".
//!
//! | Module | Room |
//! |---|---|
//! | [`access`] | who may ask for what |
//! | [`account`] | the service's records of accounts |
//! | [`admin`] | commands of the operator, over a socket |
//! | [`direct`] | the service for a client in the same process |
//! | [`generated`] | the record of an account |
//! | [`host`] | keys and assertions of this host |
//! | [`listener`] | the HTTP binding |
//! | [`metrics`] | what a service counts of itself |
//! | [`migrate`] | a service from one store to another |
//! | [`operator`] | what its operator does with accounts and invitations |
//! | [`policy`] | what its operator allows |
//! | [`rate`] | how fast somebody may ask |
//! | [`service`] | one function per transaction |
//! | [`store`] | accounts and their sequences, kept durably |
//! | [`verify`] | whether what is stored is what was written |

pub mod access;
pub mod account;
pub mod admin;
pub mod direct;
pub mod error;
pub mod generated;
mod history;
pub mod host;
pub mod listener;
pub mod metrics;
pub mod migrate;
pub mod operator;
pub mod policy;
mod quota;
pub mod rate;
mod remembered;
pub mod service;
pub mod store;
pub mod verify;

pub use direct::DirectPort;
pub use error::Error;
pub use policy::{Policy, SignUp};
pub use service::Service;
