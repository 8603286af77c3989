// SPDX-License-Identifier: MIT
//! Fuzz target: SSH key files and lines.
//!
//! Spec: RFC 4716; OpenSSH's PROTOCOL.key.
//! Here: the entry point.
//! Not here: what is asserted (`checks/keystore_openssh`, which the tests of `mesh-keystore` share).
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks/keystore_openssh.rs"]
mod keystore_openssh;

fuzz_target!(|input: &[u8]| keystore_openssh::check(input));
