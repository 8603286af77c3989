// SPDX-License-Identifier: MIT
//! Mesh assertions, catalog entries and messages: their fields and their rules.
//!
//! Spec: mesh-schema.
//!
//! | Module | Room |
//! |---|---|
//! | [`address`] | account addresses |
//! | [`label`] | the stores of an account |
//! | [`right`] | roles of devices and what they may do |
//! | [`generated`] | the records of the schema |
//! | [`enveloped`] | verified objects |
//! | [`profile`] | self-signed profiles of users, devices, services and hosts |
//! | [`connection`] | the public side of a device in an account |
//! | [`activation`] | the private side |
//! | [`catalog`] | entries of catalogs |
//! | [`message`] | messages of connection, PIN and completion |

pub mod activation;
pub mod address;
pub mod catalog;
pub mod connection;
pub mod enveloped;
pub mod error;
pub mod generated;
pub mod label;
pub mod message;
pub mod offline;
pub mod profile;
pub mod publication;
pub mod right;

mod key_data;

pub use address::AccountAddress;
pub use enveloped::Valid;
pub use error::Error;
pub use label::StoreLabel;
pub use offline::Offline;
pub use right::{Access, Role, Roles};
