// SPDX-License-Identifier: MIT
//! Scalars: integers modulo the prime group order L = 2^446 - 0x8335dc16...
//!
//! Spec: RFC 8032, section 5.2 "Ed448ph and Ed448" (L); RFC 7748, section 5 (clamping).
//! Here: reduction, ring operations, encodings and the digit forms that point products use.
//! Not here: points.
#![expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "fixed-size limb arithmetic"
)]

use core::fmt;

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::Error;

const LIMBS: usize = 7;
type Limbs = [u64; LIMBS];

/// The group order.
const ORDER: Limbs = [
    0x2378_c292_ab58_44f3,
    0x216c_c272_8dc5_8f55,
    0xc44e_db49_aed6_3690,
    0xffff_ffff_7cca_23e9,
    0xffff_ffff_ffff_ffff,
    0xffff_ffff_ffff_ffff,
    0x3fff_ffff_ffff_ffff,
];
/// -1 / L modulo 2^64.
const ORDER_INVERSE: u64 = 0x03bd_440f_ae91_8bc5;
/// 2^896 modulo L.
const R2: Limbs = [
    0xe353_9257_049b_9b60,
    0x7af3_2c4b_c1b1_95d9,
    0x0d66_de23_88ea_1859,
    0xae17_cf72_5ee4_d838,
    0x1a9c_c14b_a3c4_7c44,
    0x2052_bcb7_e4d0_70af,
    0x3402_a939_f823_b729,
];
/// 2^1344 modulo L.
const R3: Limbs = [
    0x62db_79e2_5f9b_74ed,
    0x32d5_3358_4f61_d636,
    0x3e0d_0c8b_5fa7_4964,
    0x1787_69ed_878d_fcda,
    0xe4c7_1af8_6754_b842,
    0xed66_e7f4_2bab_736d,
    0x0d30_a4f6_9d3a_f5f1,
];
const ONE: Limbs = [1, 0, 0, 0, 0, 0, 0];

/// An integer modulo the group order, always reduced; wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Scalar(Limbs);

impl Scalar {
    /// Zero.
    #[must_use]
    pub fn zero() -> Self {
        Self([0; LIMBS])
    }

    /// One.
    #[must_use]
    pub fn one() -> Self {
        Self(ONE)
    }

    /// 56 octets, least significant first, reduced modulo the order.
    #[must_use]
    pub fn from_bytes_56(bytes: &[u8; 56]) -> Self {
        Self::from_parts(bytes, &[0; 56], 0)
    }

    /// 57 octets, least significant first, reduced modulo the order.
    #[must_use]
    pub fn from_bytes_57(bytes: &[u8; 57]) -> Self {
        let mut high = [0; 56];
        let mut low = [0; 56];
        low.copy_from_slice(&bytes[..56]);
        high[0] = bytes[56];
        let out = Self::from_parts(&low, &high, 0);
        low.zeroize();
        high.zeroize();
        out
    }

    /// 114 octets (a SHAKE256 output), least significant first, reduced modulo the order.
    #[must_use]
    pub fn from_bytes_wide(bytes: &[u8; 114]) -> Self {
        let (mut low, mut middle) = ([0; 56], [0; 56]);
        low.copy_from_slice(&bytes[..56]);
        middle.copy_from_slice(&bytes[56..112]);
        let high = u64::from(u16::from_le_bytes([bytes[112], bytes[113]]));
        let out = Self::from_parts(&low, &middle, high);
        low.zeroize();
        middle.zeroize();
        out
    }

    /// The 56 octets as RFC 7748 and RFC 8032 clamp them (low two bits cleared, bit 447 set), reduced
    /// modulo the order. For points of order L the reduction changes nothing.
    #[must_use]
    pub fn from_clamped(bytes: &[u8; 56]) -> Self {
        Self::from_bytes_56(&clamp(bytes))
    }

    /// The 57-octet encoding in an Ed448 signature or of a stored scalar.
    ///
    /// # Errors
    /// [`Error::NotCanonical`] unless the number is below the group order.
    pub fn from_canonical(bytes: &[u8; 57]) -> Result<Self, Error> {
        let scalar = Self::from_bytes_57(bytes);
        if bool::from(scalar.to_bytes_57().ct_eq(bytes)) {
            Ok(scalar)
        } else {
            Err(Error::NotCanonical)
        }
    }

    /// 56 octets, least significant first.
    #[must_use]
    pub fn to_bytes_56(&self) -> Zeroizing<[u8; 56]> {
        let mut out = Zeroizing::new([0; 56]);
        for (octets, limb) in out.chunks_exact_mut(8).zip(self.0) {
            octets.copy_from_slice(&limb.to_le_bytes());
        }
        out
    }

    /// 57 octets, least significant first; the last is zero.
    #[must_use]
    pub fn to_bytes_57(&self) -> Zeroizing<[u8; 57]> {
        let mut out = Zeroizing::new([0; 57]);
        out[..56].copy_from_slice(self.to_bytes_56().as_slice());
        out
    }

    /// The sum.
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        let mut out = [0; LIMBS];
        let mut carry = 0;
        for (out, (a, b)) in out.iter_mut().zip(self.0.iter().zip(&other.0)) {
            let sum = u128::from(*a) + u128::from(*b) + u128::from(carry);
            *out = sum as u64;
            carry = (sum >> 64) as u64;
        }
        subtract_order(&mut out);
        Self(out)
    }

    /// The difference.
    #[must_use]
    pub fn sub(&self, other: &Self) -> Self {
        self.add(&other.neg())
    }

    /// The negated value.
    #[must_use]
    pub fn neg(&self) -> Self {
        let (mut out, _) = subtract(&ORDER, &self.0);
        subtract_order(&mut out);
        Self(out)
    }

    /// The product.
    #[must_use]
    pub fn mul(&self, other: &Self) -> Self {
        let mut product = montgomery(&self.0, &other.0);
        let out = Self(montgomery(&product, &R2));
        product.zeroize();
        out
    }

    /// `self * factor + addend`.
    #[must_use]
    pub fn mul_add(&self, factor: &Self, addend: &Self) -> Self {
        self.mul(factor).add(addend)
    }

    /// Whether this is zero, in constant time.
    #[must_use]
    pub fn is_zero(&self) -> Choice {
        self.0.ct_eq(&[0; LIMBS])
    }

    /// 112 digits d with the value sum d_i 16^i, each from -8 to 7 (the last from 0 to 4).
    pub(super) fn digits(&self) -> Zeroizing<[i8; 112]> {
        let mut out = Zeroizing::new([0_i8; 112]);
        let bytes = self.to_bytes_56();
        let mut carry = 0;
        for (i, digit) in out.iter_mut().enumerate() {
            let nibble = ((bytes[i / 2] >> (4 * (i % 2))) & 15) as i8 + carry;
            carry = (nibble + 8) >> 4;
            *digit = nibble - (carry << 4);
        }
        out
    }

    /// 448 digits with the value sum d_i 2^i: zero, or odd and smaller than 2^(width - 1) in magnitude.
    /// Runs in variable time: for public scalars only.
    pub(super) fn sparse_digits_vartime(&self, width: u32) -> [i8; 448] {
        let mut out = [0_i8; 448];
        let window = 1_u64 << width;
        let mut position = 0;
        let mut carry = 0;
        while position < 448 {
            let (limb, shift) = (position / 64, position % 64);
            let mut bits = self.0[limb] >> shift;
            if shift + width as usize > 64 && limb + 1 < LIMBS {
                bits |= self.0[limb + 1] << (64 - shift);
            }
            let value = carry + (bits & (window - 1));
            if value & 1 == 0 {
                position += 1;
                continue;
            }
            carry = u64::from(value >= window / 2);
            out[position] = (value as i64 - ((carry as i64) << width)) as i8;
            position += width as usize;
        }
        out
    }

    /// low + middle 2^448 + high 2^896, reduced.
    fn from_parts(low: &[u8; 56], middle: &[u8; 56], high: u64) -> Self {
        // Montgomery products with R^2, R^3 and (through them) R^4 give x, x R and x R^2.
        let low = Self(montgomery(&montgomery(&words(low), &R2), &ONE));
        let middle = Self(montgomery(&words(middle), &R2));
        let high = Self(montgomery(&[high, 0, 0, 0, 0, 0, 0], &R3));
        low.add(&middle).add(&high)
    }
}

/// The 56 octets with the bits set and cleared that RFC 7748 (X448) and RFC 8032 (Ed448) require.
pub(super) fn clamp(bytes: &[u8; 56]) -> Zeroizing<[u8; 56]> {
    let mut out = Zeroizing::new(*bytes);
    out[0] &= 0xfc;
    out[55] |= 0x80;
    out
}

impl ConstantTimeEq for Scalar {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for Scalar {}

impl fmt::Debug for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scalar([redacted])")
    }
}

fn words(bytes: &[u8; 56]) -> Limbs {
    let mut out = [0; LIMBS];
    for (limb, octets) in out.iter_mut().zip(bytes.chunks_exact(8)) {
        let mut word = [0; 8];
        word.copy_from_slice(octets);
        *limb = u64::from_le_bytes(word);
    }
    out
}

/// a - b and the borrow (0 or 1).
fn subtract(a: &Limbs, b: &Limbs) -> (Limbs, u64) {
    let mut out = [0; LIMBS];
    let mut borrow = 0;
    for (out, (a, b)) in out.iter_mut().zip(a.iter().zip(b)) {
        let difference = u128::from(*a).wrapping_sub(u128::from(*b) + u128::from(borrow));
        *out = difference as u64;
        borrow = (difference >> 64) as u64 & 1;
    }
    (out, borrow)
}

/// Brings a number below 2 L below L.
fn subtract_order(value: &mut Limbs) {
    let (reduced, borrow) = subtract(value, &ORDER);
    let keep = Choice::from(borrow as u8);
    for (value, reduced) in value.iter_mut().zip(reduced) {
        *value = u64::conditional_select(&reduced, value, keep);
    }
}

/// a b / 2^448 modulo L, reduced, when a b < 2^448 L.
fn montgomery(a: &Limbs, b: &Limbs) -> Limbs {
    let mut t = [0_u64; LIMBS + 1];
    for limb in a {
        let mut carry = 0;
        for (t, b) in t.iter_mut().zip(b) {
            let sum = u128::from(*limb) * u128::from(*b) + u128::from(*t) + u128::from(carry);
            *t = sum as u64;
            carry = (sum >> 64) as u64;
        }
        // The running value stays below 2^448 + L, so that this word and the next carry fit.
        let top = u128::from(t[LIMBS]) + u128::from(carry);
        let factor = t[0].wrapping_mul(ORDER_INVERSE);
        let first = u128::from(factor) * u128::from(ORDER[0]) + u128::from(t[0]);
        let mut carry = (first >> 64) as u64;
        for i in 1..LIMBS {
            let sum =
                u128::from(factor) * u128::from(ORDER[i]) + u128::from(t[i]) + u128::from(carry);
            t[i - 1] = sum as u64;
            carry = (sum >> 64) as u64;
        }
        let top = top + u128::from(carry);
        t[LIMBS - 1] = top as u64;
        t[LIMBS] = (top >> 64) as u64;
    }
    let mut out = [0; LIMBS];
    out.copy_from_slice(&t[..LIMBS]);
    t.zeroize();
    subtract_order(&mut out);
    out
}
