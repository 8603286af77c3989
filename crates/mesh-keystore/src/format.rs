// SPDX-License-Identifier: MIT
//! Key files of other programs.
//!
//! Spec: mesh-schema, "SSH"; the documents that each module names.
//! Here: contents only.
//! Not here: our own store files (`store::sealed`).

pub(crate) mod armour;
pub mod certificate;
pub(crate) mod cost;
pub mod detect;
pub(crate) mod numbers;
pub mod openssh;
pub mod pkcs12;
pub(crate) mod pkix;
pub mod putty;
pub mod record;
pub mod write;

#[cfg(test)]
pub(crate) mod samples;
