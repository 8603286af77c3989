// SPDX-License-Identifier: MIT
//! Fuzz target: settings of mail programs.
//!
//! Spec: none.
//! Here: the entry point.
//! Not here: what is asserted (`checks/mail_settings`, which the tests of `mesh` share).
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks/mail_settings.rs"]
mod mail_settings;

fuzz_target!(|input: &[u8]| mail_settings::check(input));
