// SPDX-License-Identifier: MIT
//! The Mesh service as a library.
//!
//! Spec: mesh-protocol, "Mesh Service".
//!
//! | Module | Room |
//! |---|---|
//! | [`access`] | who may ask for what |
//! | [`account`] | the service's records of accounts |
//! | [`direct`] | the service for a client in the same process |
//! | [`generated`] | the record of an account |
//! | [`host`] | keys and assertions of this host |
//! | [`listener`] | the HTTP binding |
//! | [`service`] | one function per transaction |
//! | [`store`] | accounts and their sequences, kept durably |

pub mod access;
pub mod account;
pub mod direct;
pub mod error;
pub mod generated;
pub mod host;
pub mod listener;
mod quota;
pub mod service;
pub mod store;

pub use direct::DirectPort;
pub use error::Error;
pub use service::Service;
