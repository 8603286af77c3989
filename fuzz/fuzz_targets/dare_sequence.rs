// SPDX-License-Identifier: MIT
//! Fuzz target: files of sequences.
//!
//! Spec: mesh-dare, "DARE Sequence".
//! Here: the entry point.
//! Not here: what is asserted (`checks/dare_sequence`, which the tests of `mesh-dare` share).
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks/dare_sequence.rs"]
mod dare_sequence;

fuzz_target!(|input: &[u8]| dare_sequence::check(input));
