// SPDX-License-Identifier: MIT
//! The primes of an RSA key from a seed.
//!
//! Spec: mesh-udf, "RSA Key Pairs", "Hints"; FIPS 186-5, appendix B (probable primes with conditions based on auxiliary ones).
//! Here: the search, and the hints that shorten a repetition of it.
//! Not here: the key that the primes make (`rsa`).
//!
//! Each prime `y` has `y = 1` modulo one auxiliary prime and `y = -1` modulo another, and each candidate is derived under a
//! tag of its own, so that whoever has the seed finds the same primes. The time of the search depends on the primes, as it
//! does everywhere; it shows how many candidates failed.
//!
//! Deviation: D-46. The draft names the tags `p0`, `p1` and trims candidates to their number of bits; every published key
//! follows from the tags `p1`, `p2` and from clearing as many top bits as the number of bits has beyond whole octets.

use std::fmt;
use std::str::FromStr;

use crypto_bigint::{BitOps as _, BoxedUint, ConcatenatingSquare as _, Limb, NonZero, Resize as _};
use crypto_primes::{Flavor, is_prime};
use zeroize::Zeroizing;

use super::EXPONENT;
use crate::udf::presentation;
use crate::{Error, KeyAlgorithm, derive};

/// How far a search for the primes of an RSA key went at each of its steps. With them the key is found again at once.
///
/// A search that begins with hints of another key finds another key: compare the fingerprint with the expected one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RsaHints {
    /// Multiples of the auxiliary modulus that were added to the last candidates for p and q.
    offsets: [u32; 2],
    /// Odd numbers that were passed over in the search for the first auxiliary prime of p and q, and for the second.
    auxiliary: [[u32; 2]; 2],
    /// Candidates for p and q, the successful one included.
    candidates: [u32; 2],
}

impl RsaHints {
    /// The numbers in the order in which they are written.
    fn numbers(&self) -> [u32; 8] {
        let [[p1, q1], [p2, q2]] = self.auxiliary;
        let ([p, q], [pc, qc]) = (self.offsets, self.candidates);
        [p, q, p1, q1, p2, q2, pc, qc]
    }

    /// The hints with these numbers; those that are missing are zero.
    fn from_numbers(numbers: &[u32]) -> Self {
        let mut numbers = numbers.iter().copied();
        let mut pair = || [numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)];
        Self {
            offsets: pair(),
            auxiliary: [pair(), pair()],
            candidates: pair(),
        }
    }
}

/// Base32 of the numbers, seven bits an octet, the lowest first.
impl fmt::Display for RsaHints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut octets = Vec::new();
        for mut number in self.numbers() {
            loop {
                let [low, ..] = number.to_le_bytes();
                number >>= 7;
                if number == 0 {
                    octets.push(low & 0x7f);
                    break;
                }
                octets.push(low | 0x80);
            }
        }
        f.write_str(&presentation::present(&octets, usize::MAX))
    }
}

impl FromStr for RsaHints {
    type Err = Error;

    /// Reads 2, 4, 6 or 8 numbers.
    fn from_str(text: &str) -> Result<Self, Error> {
        const INVALID: Error = Error::NotInForm { form: "RSA hint" };
        let (mut numbers, mut number, mut shift) = (Vec::new(), 0_u32, 0);
        // Eight numbers of five octets each.
        if text.len() > 80 {
            return Err(INVALID);
        }
        for octet in presentation::decode(text)?.iter() {
            let bits = u32::from(octet & 0x7f);
            // Shifted out again they are the same, or they do not fit.
            let shifted = bits.checked_shl(shift).ok_or(INVALID)?;
            if shifted >> shift != bits {
                return Err(INVALID);
            }
            number |= shifted;
            shift = shift.saturating_add(7);
            if octet & 0x80 == 0 {
                numbers.push(number);
                (number, shift) = (0, 0);
            }
        }
        match numbers.len() {
            2 | 4 | 6 | 8 if shift == 0 => Ok(Self::from_numbers(&numbers)),
            _ => Err(INVALID),
        }
    }
}

/// A prime found, and how.
struct Found {
    prime: Zeroizing<BoxedUint>,
    /// The derived number from which the prime was reached.
    start: Zeroizing<BoxedUint>,
    offset: u32,
    auxiliary: [u32; 2],
    candidate: u32,
}

/// Derives the primes p and q.
pub(super) fn primes(
    algorithm: KeyAlgorithm,
    seed_code: u16,
    secret: &[u8],
    key_name: &str,
    hints: &RsaHints,
) -> Result<([Zeroizing<BoxedUint>; 2], RsaHints), Error> {
    let search = Search {
        algorithm,
        bits: algorithm.modulus_bits().unwrap_or_default() / 2,
        auxiliary_bits: match algorithm {
            KeyAlgorithm::Rsa2048 => 140,
            KeyAlgorithm::Rsa3072 => 170,
            _ => 200,
        },
        seed_code,
        secret,
        key_name,
    };
    let [first, second] = hints.auxiliary;
    let ([p_first, q_first], [p_second, q_second]) = (first, second);
    let ([p_offset, q_offset], [p_candidate, q_candidate]) = (hints.offsets, hints.candidates);
    let p = search.prime("p", p_offset, [p_first, p_second], p_candidate)?;
    let q = search.prime("q", q_offset, [q_first, q_second], q_candidate)?;
    // Primes that are close to each other, or come from close numbers, are easily found; one pair in 2^100 is.
    let far = |a: &BoxedUint, b: &BoxedUint| {
        let distance = if a > b {
            a.wrapping_sub(b)
        } else {
            b.wrapping_sub(a)
        };
        distance.bit_width() > search.bits.saturating_sub(100)
    };
    if !far(&p.prime, &q.prime) || !far(&p.start, &q.start) {
        return Err(Error::InvalidPrivateKey { algorithm });
    }
    let hints = RsaHints {
        offsets: [p.offset, q.offset],
        auxiliary: [
            [p.auxiliary[0], q.auxiliary[0]],
            [p.auxiliary[1], q.auxiliary[1]],
        ],
        candidates: [p.candidate, q.candidate],
    };
    Ok(([p.prime, q.prime], hints))
}

struct Search<'a> {
    algorithm: KeyAlgorithm,
    /// Bits of a prime.
    bits: u32,
    /// Bits of an auxiliary prime.
    auxiliary_bits: u32,
    seed_code: u16,
    secret: &'a [u8],
    key_name: &'a str,
}

impl Search<'_> {
    /// All numbers are held with room for one sum more.
    fn width(&self) -> u32 {
        self.bits.saturating_add(Limb::BITS)
    }

    fn failed(&self) -> Error {
        Error::InvalidPrivateKey {
            algorithm: self.algorithm,
        }
    }

    /// The number derived under a tag, in whole octets of which the excess over whole octets of `bits` is cleared.
    fn number(&self, tag: &str, bits: u32) -> Result<Zeroizing<BoxedUint>, Error> {
        let name = format!("{}{tag}", self.key_name);
        let length = usize::try_from(bits.div_ceil(8)).unwrap_or_default();
        let code = self.algorithm.derivation_code();
        let mut octets = derive::octets(self.seed_code, self.secret, code, &name, length)?;
        if let Some(first) = octets.first_mut() {
            *first &= 0xff >> (bits % 8);
        }
        BoxedUint::from_be_slice(&octets, self.width())
            .map(Zeroizing::new)
            .map_err(|_| self.failed())
    }

    /// The first prime among the odd numbers from the one derived, and how many were passed over.
    fn auxiliary(&self, tag: &str, passed: u32) -> Result<(Zeroizing<BoxedUint>, u32), Error> {
        let mut number = self.number(tag, self.auxiliary_bits)?;
        number.set_bit_vartime(0, true);
        let (two, mut count) = (self.small(2), passed);
        number.wrapping_add_assign(self.small(u64::from(passed).saturating_mul(2)));
        while !self.is_prime(&number) {
            number.wrapping_add_assign(&two);
            count = count.checked_add(1).ok_or_else(|| self.failed())?;
        }
        Ok((number, count))
    }

    fn prime(
        &self,
        tag: &str,
        offset: u32,
        [first, second]: [u32; 2],
        candidate: u32,
    ) -> Result<Found, Error> {
        let (r1, first) = self.auxiliary(&format!("{tag}1"), first)?;
        let (r2, second) = self.auxiliary(&format!("{tag}2"), second)?;
        let (modulus, residue) = self.condition(&r1, &r2)?;
        let mut candidate = candidate.saturating_sub(1);
        let mut skip = offset;
        loop {
            candidate = candidate.checked_add(1).ok_or_else(|| self.failed())?;
            let start = self.number(&format!("{tag}.{candidate}"), self.bits)?;
            // From the root of a half on, so that the product of two has all bits.
            if start.concatenating_square().bit_width() < self.bits.saturating_mul(2) {
                continue;
            }
            let distance = self.difference(&residue, &start.rem(&modulus), &modulus);
            let mut y = Zeroizing::new(start.wrapping_add(&distance));
            let mut offset = std::mem::take(&mut skip);
            y.wrapping_add_assign(modulus.wrapping_mul(self.small(u64::from(offset))));
            while y.bit_width() <= self.bits {
                if self.fits_exponent(&y) && self.is_prime(&y) {
                    return Ok(Found {
                        prime: y,
                        start,
                        offset,
                        auxiliary: [first, second],
                        candidate,
                    });
                }
                y.wrapping_add_assign(&*modulus);
                offset = offset.saturating_add(1);
            }
        }
    }

    /// The modulus `2 r1 r2` and the number below it that is 1 modulo `2 r1` and -1 modulo `r2`.
    fn condition(
        &self,
        r1: &BoxedUint,
        r2: &BoxedUint,
    ) -> Result<(NonZero<BoxedUint>, Zeroizing<BoxedUint>), Error> {
        let nonzero = |number: BoxedUint| {
            NonZero::new(number)
                .into_option()
                .ok_or_else(|| self.failed())
        };
        let inverse = |number: &BoxedUint, modulus: &BoxedUint| {
            let inverse = number.rem(&nonzero(modulus.clone())?);
            inverse
                .invert_mod(&nonzero(modulus.clone())?)
                .into_option()
                .ok_or_else(|| self.failed())
        };
        let double = r1.wrapping_add(r1);
        let modulus = nonzero(double.wrapping_mul(r2))?;
        let one = inverse(r2, &double)?.wrapping_mul(r2);
        let minus_one = inverse(&double, r2)?.wrapping_mul(&double);
        let residue = self.difference(&one, &minus_one, &modulus);
        Ok((modulus, Zeroizing::new(residue)))
    }

    /// `a - b` modulo `modulus`, of two residues.
    fn difference(&self, a: &BoxedUint, b: &BoxedUint, modulus: &NonZero<BoxedUint>) -> BoxedUint {
        match a >= b {
            true => a.wrapping_sub(b),
            false => a.wrapping_add(&**modulus).wrapping_sub(b),
        }
    }

    /// Whether the public exponent can be inverted modulo `y - 1`: it is prime and must not divide that.
    fn fits_exponent(&self, y: &BoxedUint) -> bool {
        remainder(y, EXPONENT) != 1
    }

    fn is_prime(&self, number: &BoxedUint) -> bool {
        // Most composites fall here, at a fraction of the cost. (No number of this size is one of the small primes.)
        let has_small_factor = SMALL_PRIMES.iter().any(|group| {
            let residue = remainder(number, group.iter().product());
            group.iter().any(|prime| residue.is_multiple_of(*prime))
        });
        let exact = number.bit_width();
        !has_small_factor && is_prime(Flavor::Any, &number.resize_unchecked(exact))
    }

    fn small(&self, number: u64) -> BoxedUint {
        BoxedUint::from(number).resize_unchecked(self.width())
    }
}

fn remainder(number: &BoxedUint, divisor: u32) -> u32 {
    let divisor = NonZero::new(Limb::from(divisor)).into_option();
    let residue = divisor.map(|divisor| number.rem_limb(divisor).0);
    // Smaller than the divisor.
    residue
        .and_then(|residue| u32::try_from(residue).ok())
        .unwrap_or_default()
}

/// Odd primes to divide by, in groups whose product has at most 32 bits.
const SMALL_PRIMES: [&[u32]; 14] = [
    &[3, 5, 7, 11, 13, 17, 19, 23],
    &[29, 31, 37, 41, 43],
    &[47, 53, 59, 61, 67],
    &[71, 73, 79, 83],
    &[89, 97, 101, 103],
    &[107, 109, 113, 127],
    &[131, 137, 139, 149],
    &[151, 157, 163, 167],
    &[173, 179, 181, 191],
    &[193, 197, 199, 211],
    &[223, 227, 229, 233],
    &[239, 241, 251],
    &[257, 263, 269],
    &[271, 277, 281],
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn published_hint_is_read_and_written() {
        let hints: RsaHints = "TEC2-AAYC-GMFT-SAQC".parse().unwrap();
        assert_eq!(hints.numbers(), [665, 416, 2, 51, 11, 57, 2, 2]);
        assert_eq!(hints.to_string(), "TEC2-AAYC-GMFT-SAQC");
    }

    #[test]
    fn hints_may_stop_early_and_nothing_else_may_be_missing() {
        let two: RsaHints = presentation::present(&[1, 2], usize::MAX).parse().unwrap();
        assert_eq!(two.numbers(), [1, 2, 0, 0, 0, 0, 0, 0]);
        for octets in [
            &[][..],
            &[1],
            &[1, 2, 3],
            &[1, 2, 3, 4, 5, 6, 7, 8, 9],
            &[1, 0x82],
            &[1, 0xff, 0xff, 0xff, 0xff, 0x7f],
            &[1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
        ] {
            let text = presentation::present(octets, usize::MAX);
            assert!(text.parse::<RsaHints>().is_err(), "{octets:?}");
        }
    }

    proptest! {
        #[test]
        fn hints_survive_their_text(numbers in any::<[u32; 8]>()) {
            let hints = RsaHints::from_numbers(&numbers);
            prop_assert_eq!(hints.numbers(), numbers);
            prop_assert_eq!(hints.to_string().parse::<RsaHints>().unwrap(), hints);
        }
    }
}
