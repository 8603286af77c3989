// SPDX-License-Identifier: MIT
//! How much a reader accepts before it gives up.
//!
//! Spec: none; the drafts set no limits. Ours keep hostile input from costing more memory or stack than a small multiple of its size.
//! Here: the limits and their defaults.
//! Not here: their enforcement (`reader`).

/// Limits of one [`crate::Reader`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole input, and of the JSON-B document that it stands for when it uses the codes of a dictionary.
    pub max_bytes: usize,
    /// Objects and arrays inside each other.
    pub max_depth: usize,
    /// Bytes of one string or binary value, the total of its chunks; of one member name.
    pub max_string: usize,
    /// Members of one object or elements of one array.
    pub max_items: usize,
    /// Octets of memory that records and lists may take for each octet of input, above a free [`Limits::FREE_MEMORY`];
    /// likewise octets that the codes of a dictionary may stand for.
    pub max_expansion: usize,
    /// Codes that the dictionary of a document may define.
    pub max_codes: usize,
    /// Octets of the magnitude of one integer.
    pub max_integer: usize,
}

impl Limits {
    /// Octets of memory that any input may take, so that short ones may hold records of many fields.
    pub const FREE_MEMORY: usize = 1 << 20;

    /// No limits: only for bytes that a limited reader has accepted before.
    pub(crate) const ACCEPTED: Self = Self {
        max_bytes: usize::MAX,
        max_depth: usize::MAX,
        max_string: usize::MAX,
        max_items: usize::MAX,
        max_expansion: usize::MAX,
        max_codes: usize::MAX,
        max_integer: usize::MAX,
    };
}

impl Default for Limits {
    /// 16 MiB of input, 64 levels, 16 MiB per value, a million items per container, eight octets of memory for each of
    /// input (a frame of a catalog takes four), 65,536 codes, integers of 8,192 bits: their conversion to decimal text
    /// costs the square of their length.
    fn default() -> Self {
        Self {
            max_bytes: 16 << 20,
            max_depth: 64,
            max_string: 16 << 20,
            max_items: 1_000_000,
            max_expansion: 8,
            max_codes: 1 << 16,
            max_integer: 1024,
        }
    }
}
