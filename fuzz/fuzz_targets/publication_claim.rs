// SPDX-License-Identifier: MIT
//! Fuzz target: claims of publications, and the secret files of preconfigured devices.
//!
//! Spec: mesh-protocol, "Claim"; mesh-schema, "DevicePreconfigurationPrivate".
//! Here: the entry point.
//! Not here: what is asserted (`checks/publication_claim`, which the tests of `mesh-schema` share).
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks/publication_claim.rs"]
mod publication_claim;

fuzz_target!(|input: &[u8]| publication_claim::check(input));
