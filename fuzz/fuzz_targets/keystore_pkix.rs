// SPDX-License-Identifier: MIT
//! Fuzz target: keys, certificates and requests in ASN.1, with and without armour.
//!
//! Spec: RFC 5280; RFC 5958; RFC 2986; RFC 7468.
//! Here: the entry point.
//! Not here: what is asserted (`checks/keystore_pkix`, which the tests of `mesh-keystore` share).
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks/keystore_pkix.rs"]
mod keystore_pkix;

fuzz_target!(|input: &[u8]| keystore_pkix::check(input));
