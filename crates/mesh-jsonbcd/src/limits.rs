// SPDX-License-Identifier: MIT
//! How much a reader accepts before it gives up.
//!
//! Spec: none; the drafts set no limits. Ours keep hostile input from costing more memory or stack than its own size.
//! Here: the limits and their defaults.
//! Not here: their enforcement (`reader`).

/// Limits of one [`crate::Reader`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole input.
    pub max_bytes: usize,
    /// Objects and arrays inside each other.
    pub max_depth: usize,
    /// Bytes of one string or binary value, the total of its chunks; of one member name.
    pub max_string: usize,
    /// Members of one object or elements of one array.
    pub max_items: usize,
}

impl Limits {
    /// No limits: only for bytes that a limited reader has accepted before.
    pub(crate) const ACCEPTED: Self = Self {
        max_bytes: usize::MAX,
        max_depth: usize::MAX,
        max_string: usize::MAX,
        max_items: usize::MAX,
    };
}

impl Default for Limits {
    /// 16 MiB of input, 64 levels, 16 MiB per value, a million items per container.
    fn default() -> Self {
        Self {
            max_bytes: 16 << 20,
            max_depth: 64,
            max_string: 16 << 20,
            max_items: 1_000_000,
        }
    }
}
