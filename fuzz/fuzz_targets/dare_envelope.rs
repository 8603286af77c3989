// SPDX-License-Identifier: MIT
//! Fuzz target: envelopes.
//!
//! Spec: mesh-dare, "DARE Envelope".
//! Here: the entry point.
//! Not here: what is asserted (`checks/dare_envelope`, which the tests of `mesh-dare` share).
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks/dare_envelope.rs"]
mod dare_envelope;

fuzz_target!(|input: &[u8]| dare_envelope::check(input));
