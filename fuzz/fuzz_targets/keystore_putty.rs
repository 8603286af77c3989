// SPDX-License-Identifier: MIT
//! Fuzz target: private keys of PuTTY.
//!
//! Spec: the manual of PuTTY, appendix "PPK file format".
//! Here: the entry point.
//! Not here: what is asserted (`checks/keystore_putty`, which the tests of `mesh-keystore` share).
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks/keystore_putty.rs"]
mod keystore_putty;

fuzz_target!(|input: &[u8]| keystore_putty::check(input));
