// SPDX-License-Identifier: MIT
//! Fuzz target: envelopes that pass by in pieces.
//!
//! Spec: mesh-dare, "DARE Envelope".
//! Here: the entry point.
//! Not here: what is asserted (`checks/dare_stream`, which the tests of `mesh-dare` share).
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks/dare_stream.rs"]
mod dare_stream;

fuzz_target!(|input: &[u8]| dare_stream::check(input));
