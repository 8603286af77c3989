// SPDX-License-Identifier: MIT
//! What must hold for whatever is given as the picture of a QR code.
//!
//! Spec: none; PNG and JPEG are decoded by a library.
//! Here: no panic; what is read is no longer than a code can hold.
//! Not here: the corpus (`fuzz/corpus/qr_picture`).

/// Characters of the largest code.
const LARGEST: usize = 7089;

/// Panics if a property does not hold.
pub(crate) fn check(input: &[u8]) {
    if let Ok(text) = mesh::qr::decode(input) {
        assert!(text.chars().count() <= LARGEST);
    }
}
