// SPDX-License-Identifier: MIT
//! Key files of other programs.
//!
//! Spec: mesh-schema, "SSH"; the documents that each module names.
//! Here: contents only.
//! Not here: our own store files (`store::sealed`).

pub mod detect;
pub mod openssh;
pub mod record;
