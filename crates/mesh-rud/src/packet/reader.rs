// SPDX-License-Identifier: MIT
//! Reading of packet elements: the door through which octets of the network come in.
//!
//! Spec: mesh-rud, "Packet Formats".
//! Here: tagged integer, string, binary and extension list, all bounded and without a copy where possible.
//! Not here: messages (`handshake`, `connection`).

use crate::error::{Error, Result};
use crate::packet::{Extension, MAX_EXTENSION_VALUE, MAX_EXTENSIONS, MAX_TAG};

const INTEGER: u8 = 0x00;
const STRING: u8 = 0x10;
const BINARY: u8 = 0x20;

/// Reader of the elements of one packet or segment.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    input: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    /// A reader at the start of the input.
    #[must_use]
    pub fn new(input: &'a [u8]) -> Self {
        Self { input, offset: 0 }
    }

    /// Octets read so far.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Everything read so far.
    #[must_use]
    pub fn consumed(&self) -> &'a [u8] {
        self.input.get(..self.offset).unwrap_or_default()
    }

    /// The rest of the input, which is consumed.
    pub fn rest(&mut self) -> &'a [u8] {
        let rest = self.input.get(self.offset..).unwrap_or_default();
        self.offset = self.input.len();
        rest
    }

    /// The next octets, untagged.
    ///
    /// # Errors
    /// [`Error::Truncated`] when there are fewer.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let truncated = Error::Truncated {
            offset: self.offset,
        };
        let Some(end) = self.offset.checked_add(count) else {
            return Err(truncated);
        };
        let Some(taken) = self.input.get(self.offset..end) else {
            return Err(truncated);
        };
        self.offset = end;
        Ok(taken)
    }

    /// The next octets, untagged, as an array.
    ///
    /// # Errors
    /// [`Error::Truncated`] when there are fewer.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let offset = self.offset;
        <[u8; N]>::try_from(self.take(N)?).map_err(|_| Error::Truncated { offset })
    }

    /// The next octet, untagged.
    ///
    /// # Errors
    /// [`Error::Truncated`] at the end.
    pub fn octet(&mut self) -> Result<u8> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    /// A tagged integer.
    ///
    /// # Errors
    /// [`Error::Truncated`] or [`Error::Malformed`].
    pub fn integer(&mut self) -> Result<u64> {
        self.element(INTEGER, "an integer")
    }

    /// A tagged string of at most `limit` octets.
    ///
    /// # Errors
    /// [`Error::Truncated`], [`Error::Malformed`] or [`Error::LimitExceeded`].
    pub fn string(&mut self, limit: usize) -> Result<&'a str> {
        let length = self.element(STRING, "a string")?;
        let start = self.offset;
        let octets = self.bounded(length, "string", limit)?;
        std::str::from_utf8(octets).map_err(|_| Error::Malformed {
            offset: start,
            expected: "UTF-8",
        })
    }

    /// A tagged binary of at most `limit` octets.
    ///
    /// # Errors
    /// [`Error::Truncated`], [`Error::Malformed`] or [`Error::LimitExceeded`].
    pub fn binary(&mut self, limit: usize) -> Result<&'a [u8]> {
        let length = self.element(BINARY, "a binary")?;
        self.bounded(length, "binary", limit)
    }

    /// A list of extensions up to and with the empty tag that ends it.
    ///
    /// # Errors
    /// [`Error::Truncated`], [`Error::Malformed`] or [`Error::LimitExceeded`].
    pub fn extensions(&mut self) -> Result<Vec<Extension>> {
        let mut extensions = Vec::new();
        loop {
            // A character has at most four octets.
            let tag = self.string(4 * MAX_TAG)?;
            if tag.is_empty() {
                return Ok(extensions);
            }
            if tag.chars().count() > MAX_TAG {
                return Err(Error::LimitExceeded {
                    what: "extension tag",
                    limit: MAX_TAG,
                });
            }
            if extensions.len() == MAX_EXTENSIONS {
                return Err(Error::LimitExceeded {
                    what: "number of extensions",
                    limit: MAX_EXTENSIONS,
                });
            }
            extensions.push(Extension::new(tag, self.binary(MAX_EXTENSION_VALUE)?));
        }
    }

    /// Confirms that nothing follows.
    ///
    /// # Errors
    /// [`Error::Malformed`] when something does.
    pub fn finish(&self) -> Result<()> {
        if self.offset == self.input.len() {
            Ok(())
        } else {
            Err(Error::Malformed {
                offset: self.offset,
                expected: "the end",
            })
        }
    }

    /// Reads a tag octet of the wanted type and the value or length behind it. Longer forms than needed are read:
    /// nothing compares encodings, and what is authenticated is authenticated as received.
    fn element(&mut self, wanted: u8, expected: &'static str) -> Result<u64> {
        let malformed = Error::Malformed {
            offset: self.offset,
            expected,
        };
        let octet = self.octet()?;
        if octet & 0xf0 != wanted {
            return Err(malformed);
        }
        match octet & 0x0f {
            0 => Ok(u64::from(self.octet()?)),
            1 => Ok(u64::from(u16::from_be_bytes(self.array()?))),
            2 => Ok(u64::from(u32::from_be_bytes(self.array()?))),
            3 => Ok(u64::from_be_bytes(self.array()?)),
            _ => Err(malformed),
        }
    }

    fn bounded(&mut self, length: u64, what: &'static str, limit: usize) -> Result<&'a [u8]> {
        match usize::try_from(length) {
            Ok(length) if length <= limit => self.take(length),
            _ => Err(Error::LimitExceeded { what, limit }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_size_of_length_is_read() {
        for input in [
            &[0x20, 1, 7][..],
            &[0x21, 0, 1, 7],
            &[0x22, 0, 0, 0, 1, 7],
            &[0x23, 0, 0, 0, 0, 0, 0, 0, 1, 7],
        ] {
            let mut reader = Reader::new(input);
            assert_eq!(reader.binary(10).unwrap(), [7]);
            reader.finish().unwrap();
        }
        assert_eq!(Reader::new(&[0x01, 0x12, 0x34]).integer().unwrap(), 0x1234);
        assert_eq!(
            Reader::new(&[0x03; 9]).integer().unwrap(),
            0x0303_0303_0303_0303
        );
    }

    #[test]
    fn other_types_and_sizes_are_refused() {
        for octet in 0..=u8::MAX {
            let input = [octet, 0, 0, 0, 0, 0, 0, 0, 0];
            assert_eq!(
                Reader::new(&input).integer().is_ok(),
                octet <= 0x03,
                "{octet:#x}"
            );
            assert_eq!(
                Reader::new(&input).string(9).is_ok(),
                (0x10..=0x13).contains(&octet)
            );
            assert_eq!(
                Reader::new(&input).binary(9).is_ok(),
                (0x20..=0x23).contains(&octet)
            );
        }
    }

    #[test]
    fn a_length_beyond_limit_or_input_is_refused_before_anything_is_reserved() {
        let huge = [0x23, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        assert!(matches!(
            Reader::new(&huge).binary(usize::MAX - 1),
            Err(Error::LimitExceeded { .. })
        ));
        assert!(matches!(
            Reader::new(&[0x20, 2, 0, 0]).binary(1),
            Err(Error::LimitExceeded { limit: 1, .. })
        ));
        assert!(matches!(
            Reader::new(&[0x20, 2, 0]).binary(9),
            Err(Error::Truncated { offset: 2 })
        ));
    }

    #[test]
    fn the_sixty_fifth_extension_is_refused() {
        let list = |count: usize| {
            let mut octets = [0x10, 1, b'x', 0x20, 0].repeat(count);
            octets.extend([0x10, 0]);
            octets
        };
        assert_eq!(Reader::new(&list(64)).extensions().unwrap().len(), 64);
        assert!(matches!(
            Reader::new(&list(65)).extensions(),
            Err(Error::LimitExceeded { limit: 64, .. })
        ));
    }

    #[test]
    fn a_tag_is_measured_in_characters() {
        let list = |character: &str, count: usize| {
            let tag = character.repeat(count);
            let mut octets = vec![0x11];
            octets.extend(u16::try_from(tag.len()).unwrap().to_be_bytes());
            octets.extend(tag.as_bytes());
            octets.extend([0x20, 0, 0x10, 0]);
            octets
        };
        assert!(Reader::new(&list("é", 64)).extensions().is_ok());
        assert!(Reader::new(&list("é", 65)).extensions().is_err());
        assert!(Reader::new(&list("x", 65)).extensions().is_err());
        assert!(Reader::new(&[0x10, 1, 0xff]).extensions().is_err());
    }
}
