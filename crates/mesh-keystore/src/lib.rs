// SPDX-License-Identifier: MIT
//! Every way a key crosses the process boundary: key stores, key files, passphrases and the unlocking agent.
//!
//! Spec: mesh-schema, "Security Considerations"; RFC 4716; the freedesktop Secret Service; OpenSSH key files.
//! Here: contents only.
//! Not here: keys and what they compute (`mesh-crypto`); wording of prompts and remedies (`mesh`).
//!
//! ```
//! use mesh_keystore::store::{FileStore, KeyStore, Sealing};
//! use mesh_keystore::{SecretBytes, SecretString};
//!
//! # fn main() -> Result<(), mesh_keystore::Error> {
//! # let directory = std::env::temp_dir().join(format!("mesh-keystore-example-{}", std::process::id()));
//! let sealing = Sealing::Passphrase(SecretString::new("correct horse".into()));
//! let store = FileStore::create(&directory, &sealing)?;
//! store.save("MDAB-CDEF", "device-seed", &SecretBytes::new(vec![7; 35]))?;
//!
//! let again = FileStore::open(&directory, &sealing)?;
//! assert_eq!(again.load("MDAB-CDEF")?, Some(SecretBytes::new(vec![7; 35])));
//! # let _ = std::fs::remove_dir_all(&directory);
//! # Ok(())
//! # }
//! ```

#[cfg(not(target_os = "linux"))]
compile_error!("mesh-keystore needs peer credentials, the boot clock and /dev/fd of Linux");

pub mod agent;
mod error;
pub mod file;
pub mod format;
mod lock;
pub mod passphrase;
pub mod store;
pub mod system;

pub use error::Error;
pub use lock::HomeLock;
pub use mesh_crypto::{SecretBytes, SecretString};
pub use store::KeyStore;
pub use system::SystemEnvironment;

/// A result with the error of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;
