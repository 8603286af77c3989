// SPDX-License-Identifier: MIT
//! Fuzz target: pictures of QR codes, as `device request --qr-image` reads them.
//!
//! Spec: none.
//! Here: the entry point.
//! Not here: what is asserted (`checks/qr_picture`, which the tests of `mesh` share).
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks/qr_picture.rs"]
mod qr_picture;

fuzz_target!(|input: &[u8]| qr_picture::check(input));
