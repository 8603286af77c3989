// SPDX-License-Identifier: MIT
//! Fuzz target: the reader of JSON and JSON-B.
//!
//! Spec: jsonbcd, "JSON-B"; jsonbcd, "Extended JSON Grammar".
//! Here: the entry point.
//! Not here: what is asserted (`checks/jsonbcd_reader`, which the tests of `mesh-jsonbcd` share).
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks/jsonbcd_reader.rs"]
mod jsonbcd_reader;

fuzz_target!(|input: &[u8]| jsonbcd_reader::check(input));
