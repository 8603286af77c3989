// SPDX-License-Identifier: MIT
//! Fuzz target: the files of a key store.
//!
//! Spec: none; formats of this implementation.
//! Here: the entry point.
//! Not here: what is asserted (`checks/keystore_sealed`, which the tests of `mesh-keystore` share).
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks/keystore_sealed.rs"]
mod keystore_sealed;

fuzz_target!(|input: &[u8]| keystore_sealed::check(input));
