// SPDX-License-Identifier: MIT
//! Fuzz target: files with wireless networks, of NetworkManager, wpa_supplicant and codes.
//!
//! Spec: none.
//! Here: the entry point.
//! Not here: what is asserted (`checks/network_file`, which the tests of `mesh` share).
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks/network_file.rs"]
mod network_file;

fuzz_target!(|input: &[u8]| network_file::check(input));
