// SPDX-License-Identifier: MIT
//! Fuzz target: contacts that people give to each other.
//!
//! Spec: mesh-schema, "Contacts".
//! Here: the entry point.
//! Not here: what is asserted (`checks/contact_file`, which the tests of `mesh-schema` share).
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks/contact_file.rs"]
mod contact_file;

fuzz_target!(|input: &[u8]| contact_file::check(input));
