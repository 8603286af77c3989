// SPDX-License-Identifier: MIT
//! Fuzz target: keys as records of the Mesh.
//!
//! Spec: mesh-cryptography, "JOSE Key Records".
//! Here: the entry point.
//! Not here: what is asserted (`checks/keystore_record`, which the tests of `mesh-keystore` share).
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks/keystore_record.rs"]
mod keystore_record;

fuzz_target!(|input: &[u8]| keystore_record::check(input));
