// SPDX-License-Identifier: MIT
//! Writing of packet elements.
//!
//! Spec: mesh-rud, "Packet Formats".
//! Here: tagged integer, string, binary and extension list in their shortest form.
//! Not here: messages (`handshake`, `connection`).

use zeroize::Zeroizing;

use crate::packet::Extension;

const INTEGER: u8 = 0x00;
const STRING: u8 = 0x10;
const BINARY: u8 = 0x20;

/// Writer of the elements of one packet or segment. What it holds may be a plaintext, so it is wiped when dropped.
pub struct Writer {
    octets: Zeroizing<Vec<u8>>,
}

impl Writer {
    /// A writer with room for `capacity` octets. A plaintext stays in one place when the room suffices.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            octets: Zeroizing::new(Vec::with_capacity(capacity)),
        }
    }

    /// Octets without a tag.
    pub fn raw(&mut self, octets: &[u8]) -> &mut Self {
        self.octets.extend_from_slice(octets);
        self
    }

    /// A tagged integer.
    pub fn integer(&mut self, value: u64) -> &mut Self {
        self.element(INTEGER, value);
        self
    }

    /// A tagged string.
    pub fn string(&mut self, value: &str) -> &mut Self {
        self.length(STRING, value.len());
        self.raw(value.as_bytes())
    }

    /// A tagged binary.
    pub fn binary(&mut self, value: &[u8]) -> &mut Self {
        self.length(BINARY, value.len());
        self.raw(value)
    }

    /// A list of extensions and the empty tag that ends it.
    pub fn extensions(&mut self, extensions: &[Extension]) -> &mut Self {
        for extension in extensions {
            self.string(extension.tag()).binary(extension.value());
        }
        self.string("")
    }

    /// Zero octets up to a total length of `length`.
    pub fn pad_to(&mut self, length: usize) -> &mut Self {
        if self.octets.len() < length {
            self.octets.resize(length, 0);
        }
        self
    }

    /// What has been written.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        &self.octets
    }

    /// What has been written, as a packet that may leave.
    #[must_use]
    pub fn into_packet(mut self) -> Vec<u8> {
        std::mem::take(&mut *self.octets)
    }

    fn length(&mut self, kind: u8, length: usize) {
        // No platform has lengths beyond 64 bits.
        self.element(kind, u64::try_from(length).unwrap_or(u64::MAX));
    }

    fn element(&mut self, kind: u8, value: u64) {
        if let Ok(value) = u8::try_from(value) {
            self.octets.extend_from_slice(&[kind, value]);
        } else if let Ok(value) = u16::try_from(value) {
            self.octets.push(kind | 1);
            self.octets.extend_from_slice(&value.to_be_bytes());
        } else if let Ok(value) = u32::try_from(value) {
            self.octets.push(kind | 2);
            self.octets.extend_from_slice(&value.to_be_bytes());
        } else {
            self.octets.push(kind | 3);
            self.octets.extend_from_slice(&value.to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::Reader;

    fn written(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
        let mut writer = Writer::with_capacity(16);
        write(&mut writer);
        writer.into_packet()
    }

    #[test]
    fn integers_take_the_shortest_form() {
        for (value, octets) in [
            (0, vec![0x00, 0x00]),
            (0xff, vec![0x00, 0xff]),
            (0x100, vec![0x01, 0x01, 0x00]),
            (0xffff, vec![0x01, 0xff, 0xff]),
            (0x1_0000, vec![0x02, 0, 1, 0, 0]),
            (0xffff_ffff, vec![0x02, 0xff, 0xff, 0xff, 0xff]),
            (0x1_0000_0000, vec![0x03, 0, 0, 0, 1, 0, 0, 0, 0]),
        ] {
            assert_eq!(written(|w| _ = w.integer(value)), octets);
            assert_eq!(Reader::new(&octets).integer().unwrap(), value);
        }
    }

    #[test]
    fn an_absent_binary_and_an_empty_list_have_their_fixed_forms() {
        assert_eq!(written(|w| _ = w.binary(&[])), [0x20, 0]);
        assert_eq!(written(|w| _ = w.extensions(&[])), [0x10, 0]);
        assert_eq!(
            written(|w| _ = w.extensions(&[Extension::new("X448", vec![9])])),
            [0x10, 4, b'X', b'4', b'4', b'8', 0x20, 1, 9, 0x10, 0]
        );
    }

    #[test]
    fn padding_never_shortens() {
        assert_eq!(written(|w| _ = w.raw(&[1, 2, 3]).pad_to(2)), [1, 2, 3]);
        assert_eq!(written(|w| _ = w.raw(&[1]).pad_to(3)), [1, 0, 0]);
    }
}
