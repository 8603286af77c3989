// SPDX-License-Identifier: MIT
//! Integers of any size.
//!
//! Spec: jsonbcd, "JSON-B" (p-bignum16, n-bignum16); RFC 8259, "Numbers".
//! Here: the value as sign and magnitude, to and from decimal text and the integers of the language.
//! Not here: how long an integer may be (`limits`), the codes (`token`), arithmetic.

use std::fmt;

/// An integer of any size. Zero has no sign.
///
/// Conversion to and from decimal text costs the square of the length.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct BigInteger {
    negative: bool,
    /// Big-endian, without leading zeros.
    magnitude: Vec<u8>,
}

/// What nine decimal digits can count.
const NINE_DIGITS: u64 = 1_000_000_000;
/// The low half of a word: limbs have 32 bits and stand in words of 64, so that nothing overflows or is cut.
const LIMB: u64 = 0xFFFF_FFFF;

impl BigInteger {
    /// From a sign and a big-endian magnitude.
    #[must_use]
    pub fn new(negative: bool, magnitude: &[u8]) -> Self {
        let zeros = magnitude.iter().take_while(|octet| **octet == 0).count();
        let magnitude = magnitude.get(zeros..).unwrap_or_default();
        Self {
            negative: negative && !magnitude.is_empty(),
            magnitude: magnitude.to_vec(),
        }
    }

    /// Reads decimal digits behind an optional minus sign.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mut limbs: Vec<u64> = Vec::with_capacity(digits.len().div_euclid(9).saturating_add(1));
        let (first, rest) = digits.split_at(digits.len() % 9);
        let groups = std::iter::once(first.as_bytes()).chain(rest.as_bytes().chunks(9));
        for group in groups.filter(|group| !group.is_empty()) {
            let mut carry = group
                .iter()
                .fold(0, |value, digit| value * 10 + u64::from(digit - b'0'));
            // Little-endian limbs, times a thousand million, plus the group.
            for limb in &mut limbs {
                let word = *limb * NINE_DIGITS + carry;
                *limb = word & LIMB;
                carry = word >> 32;
            }
            if carry != 0 {
                limbs.push(carry);
            }
        }
        let octets: Vec<u8> = limbs
            .iter()
            .rev()
            .flat_map(|limb| limb.to_be_bytes().into_iter().skip(4))
            .collect();
        Some(Self::new(negative, &octets))
    }

    /// Whether the value is below zero.
    #[must_use]
    pub const fn is_negative(&self) -> bool {
        self.negative
    }

    /// The magnitude, big-endian without leading zeros; empty for zero.
    #[must_use]
    pub fn magnitude(&self) -> &[u8] {
        &self.magnitude
    }

    /// The value, if it fits.
    #[must_use]
    pub fn to_i128(&self) -> Option<i128> {
        let start = 16_usize.checked_sub(self.magnitude.len())?;
        let mut octets = [0_u8; 16];
        octets.get_mut(start..)?.copy_from_slice(&self.magnitude);
        let magnitude = u128::from_be_bytes(octets);
        if self.negative {
            0_i128.checked_sub_unsigned(magnitude)
        } else {
            i128::try_from(magnitude).ok()
        }
    }

    /// The value, if it fits.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        self.to_i128().and_then(|value| i64::try_from(value).ok())
    }
}

impl From<i128> for BigInteger {
    fn from(value: i128) -> Self {
        Self::new(value < 0, &value.unsigned_abs().to_be_bytes())
    }
}

/// Decimal text.
impl fmt::Display for BigInteger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Big-endian limbs.
        let mut limbs: Vec<u64> = self
            .magnitude
            .rchunks(4)
            .rev()
            .map(|octets| {
                octets
                    .iter()
                    .fold(0, |limb, octet| limb << 8 | u64::from(*octet))
            })
            .collect();
        let mut groups = Vec::new();
        let mut start = 0_usize;
        while let Some(rest) = limbs.get_mut(start..).filter(|rest| !rest.is_empty()) {
            if rest.first() == Some(&0) {
                start = start.saturating_add(1);
                continue;
            }
            let mut remainder = 0;
            for limb in rest {
                let word = remainder << 32 | *limb;
                *limb = word / NINE_DIGITS;
                remainder = word % NINE_DIGITS;
            }
            groups.push(remainder);
        }
        if self.negative {
            f.write_str("-")?;
        }
        write!(f, "{}", groups.pop().unwrap_or_default())?;
        groups
            .iter()
            .rev()
            .try_for_each(|group| write!(f, "{group:09}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_magnitude_agree_with_known_values() {
        for (text, magnitude) in [
            ("0", b"".as_slice()),
            ("1", b"\x01"),
            ("999999999", b"\x3b\x9a\xc9\xff"),
            ("1000000000", b"\x3b\x9a\xca\x00"),
            ("4294967296", b"\x01\0\0\0\0"),
            ("18446744073709551616", b"\x01\0\0\0\0\0\0\0\0"),
            ("1000000000000000000", b"\x0d\xe0\xb6\xb3\xa7\x64\0\0"),
            ("340282366920938463463374607431768211455", &[0xFF; 16]),
        ] {
            let value = BigInteger::parse(text).unwrap();
            assert_eq!(value.magnitude(), magnitude, "{text}");
            assert_eq!(value.to_string(), text);
            let negative = BigInteger::parse(&format!("-{text}")).unwrap();
            assert_eq!(negative, BigInteger::new(true, magnitude));
            assert_eq!(negative.is_negative(), text != "0");
        }
    }

    #[test]
    fn zeros_in_front_do_not_matter() {
        assert_eq!(BigInteger::new(true, &[0, 0]), BigInteger::default());
        assert_eq!(BigInteger::new(false, &[0, 7]), BigInteger::from(7));
        assert_eq!(BigInteger::parse("-000"), Some(BigInteger::default()));
    }

    #[test]
    fn integers_of_the_language_convert_at_their_ends() {
        for value in [0, 1, -1, i128::MAX, i128::MIN, i128::from(i64::MIN)] {
            let big = BigInteger::from(value);
            assert_eq!(big.to_i128(), Some(value));
            assert_eq!(big.to_string(), value.to_string());
            assert_eq!(BigInteger::parse(&value.to_string()), Some(big));
        }
        assert_eq!(
            BigInteger::parse("9223372036854775808").unwrap().to_i64(),
            None
        );
        let beyond = BigInteger::new(false, &[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(beyond.to_i128(), None);
        assert_eq!(BigInteger::new(false, &[1; 17]).to_i128(), None);
    }

    #[test]
    fn what_is_not_a_number_is_refused() {
        for text in ["", "-", "+1", "1.0", "a", "--1", "1 "] {
            assert_eq!(BigInteger::parse(text), None, "{text}");
        }
    }
}
