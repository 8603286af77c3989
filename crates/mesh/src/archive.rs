// SPDX-License-Identifier: MIT
//! Archives and the file system.
//!
//! Spec: none.
//! Here: contents only.
//! Not here: the form of an archive (`mesh-dare`, archive), the commands (`command`, archive).

pub mod pack;
pub mod unpack;
