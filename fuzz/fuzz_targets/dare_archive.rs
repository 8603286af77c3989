// SPDX-License-Identifier: MIT
//! Fuzz target: archives.
//!
//! Spec: mesh-dare, "DARE Archive".
//! Here: the entry point.
//! Not here: what is asserted (`checks/dare_archive`, which the tests of `mesh-dare` share).
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks/dare_archive.rs"]
mod dare_archive;

fuzz_target!(|input: &[u8]| dare_archive::check(input));
