// SPDX-License-Identifier: MIT
//! Client library of the Mathematical Mesh: a person's accounts, devices and credentials on this machine.
//!
//! Spec: mesh-architecture; mesh-protocol.
//!
//! | Step | Call |
//! |---|---|
//! | check an account name | [`check_address`] |
//! | create a personal profile | [`Home::create_account`] |
//! | make recovery codes and publish the escrow record | [`Account::escrow`] |
//! | attach a device | [`Home::request_connection`], [`Account::accept`] or [`Account::accept_pins`], [`Home::complete_connection`] |
//! | attach an application, update it | [`Account::create_ssh_key`], [`Account::put`] |
//! | delete the local data | [`Home::delete_account`] |
//! | recover | [`Home::recover_account`] |
//!
//! A [`Client`] says how services are reached: over HTTP ([`Client::http`]), or in the same process with or without serialisation
//! ([`Client::new`] over the port of a service of the program's own).
//!
//! A program with a service somewhere begins like this:
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//! use std::sync::Arc;
//!
//! use mesh_client::{Client, Home, ServiceMap};
//! use mesh_keystore::SystemEnvironment;
//! use mesh_keystore::store::Sealing;
//!
//! # let directory = tempfile::tempdir()?;
//! # let home = directory.path().join("home");
//! let services = ServiceMap::parse("localhost=http://127.0.0.1:15099")?;
//! let client = Client::http(services, Arc::new(SystemEnvironment::new()?));
//! let passphrase = mesh_crypto::SecretString::new("long and unguessable".to_owned());
//! let home = Home::create(&home, &Sealing::Passphrase(passphrase), client)?;
//! assert!(home.accounts()?.is_empty());
//! # Ok(())
//! # }
//! ```

pub mod dns;
pub mod error;
pub mod generated;
pub mod http;

mod account;
mod catalog;
mod contact;
mod data;
mod device;
mod enroll;
mod files;
mod history;
mod home;
mod machine;
mod marks;
mod message;
mod offline;
mod refresh;
mod resume;
mod status;
mod stores;
mod sync;
mod threshold;
mod transact;

pub use account::Account;
pub use account::archive::Archived;
pub use account::create::check_address;
pub use account::escrow::{CheckedCodes, CodeSet, Rotated};
pub use account::recover::Drill;
pub use account::settle::Farewell;
pub use catalog::{Located, Put, Unreadable};
pub use contact::ContactTerms;
pub use data::DataKeys;
pub use device::{
    AcceptedDevice, Changed, Completion, CutOff, DeviceSummary, InstalledDevice, IssuedPin,
    PendingConnection, PendingDevice, PinState, PreconfiguredDevice,
};
pub use error::Error;
pub use history::{Deed, LastChange, Signer, StoreTree, Transaction};
pub use home::{AccountState, AccountSummary, Client, Home, HomeUnlock};
pub use http::Directory;
pub use mesh_dare::Cipher;
pub use mesh_protocol::discovery::ServiceMap;
pub use mesh_schema::{Access, AccountAddress, Offline, Role, Roles, StoreLabel};
pub use offline::Window;
pub use resume::TakenOver;
pub use status::{ServiceStatus, StoreState};
pub use stores::StoreDigest;
pub use sync::{StoreProgress, SyncReport};
