// SPDX-License-Identifier: MIT
//! Fuzz target: packets of RUD, as a responder and as an initiator receive them.
//!
//! Spec: mesh-rud, "Packet Formats".
//! Here: the entry point.
//! Not here: what is asserted (`checks/rud_packet`, which the tests of `mesh-rud` share).
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks/rud_packet.rs"]
mod rud_packet;

fuzz_target!(|input: &[u8]| rud_packet::check(input));
