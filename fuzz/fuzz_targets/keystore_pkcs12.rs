// SPDX-License-Identifier: MIT
//! Fuzz target: files of keys and certificates under one passphrase.
//!
//! Spec: RFC 7292.
//! Here: the entry point.
//! Not here: what is asserted (`checks/keystore_pkcs12`, which the tests of `mesh-keystore` share).
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks/keystore_pkcs12.rs"]
mod keystore_pkcs12;

fuzz_target!(|input: &[u8]| keystore_pkcs12::check(input));
