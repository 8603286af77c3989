// SPDX-License-Identifier: MIT
//! Fuzz target: lists of passwords, as browsers and password managers export them.
//!
//! Spec: RFC 4180.
//! Here: the entry point.
//! Not here: what is asserted (`checks/password_list`, which the tests of `mesh` share).
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks/password_list.rs"]
mod password_list;

fuzz_target!(|input: &[u8]| password_list::check(input));
