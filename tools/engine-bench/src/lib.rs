// SPDX-License-Identifier: MIT
//! What the benchmarks of engines share.

pub mod engine;

/// A record of 1 KiB that does not compress, told by its number.
#[must_use]
pub fn record(number: u64) -> Vec<u8> {
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let words = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    });
    words.take(128).flat_map(u64::to_le_bytes).collect()
}

/// The octets of the files in a directory and those below it.
#[must_use]
pub fn size(directory: &std::path::Path) -> f64 {
    let entries = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap());
    entries
        .map(|entry| {
            let metadata = entry.metadata().unwrap();
            if metadata.is_dir() {
                size(&entry.path())
            } else {
                metadata.len() as f64
            }
        })
        .sum()
}
