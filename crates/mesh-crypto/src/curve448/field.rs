// SPDX-License-Identifier: MIT
//! The field of integers modulo p = 2^448 - 2^224 - 1.
//!
//! Spec: RFC 7748, section 4.2 "Curve448"; RFC 8032, section 5.2.1 "Modular Arithmetic".
//! Here: elements as eight limbs of 56 bits over the machine-verified routines of fiat-crypto.
//! Not here: curve equations.
//!
//! Two types carry the bounds that the proofs of fiat-crypto ask for: an [`Element`] is *tight* (limbs
//! at most 2^56), a [`Loose`] is the result of one addition or subtraction (limbs at most 3 * 2^56).
//! Sums take tight values only; products take both and give tight ones. So no overflow compiles.
#![expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "fixed-size limb arithmetic"
)]

use fiat_crypto::p448_solinas_64 as fiat;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroize;

const MASK: u64 = (1 << 56) - 1;

/// A field element whose limbs are at most 2^56.
#[derive(Clone, Copy)]
pub(super) struct Element([u64; 8]);

/// A field element whose limbs are at most 3 * 2^56: an operand of products only.
#[derive(Clone, Copy)]
pub(super) struct Loose([u64; 8]);

/// What can be multiplied.
pub(super) trait Operand: Copy {
    /// Eight limbs of at most 3 * 2^56.
    fn limbs(&self) -> &[u64; 8];

    /// The product.
    #[inline(always)]
    fn mul<B: Operand>(&self, other: &B) -> Element {
        Element(multiply(self.limbs(), other.limbs()))
    }

    /// The square.
    #[inline(always)]
    fn square(&self) -> Element {
        Element(square(self.limbs()))
    }

    /// The product with a small number, which must be below 2^32.
    #[inline(always)]
    fn mul_small(&self, factor: u32) -> Element {
        let limbs = self.limbs();
        let mut wide = [0_u128; 8];
        for (out, limb) in wide.iter_mut().zip(limbs) {
            *out = u128::from(*limb) * u128::from(factor);
        }
        Element(reduce(wide))
    }
}

impl Operand for Element {
    #[inline(always)]
    fn limbs(&self) -> &[u64; 8] {
        &self.0
    }
}

impl Operand for Loose {
    #[inline(always)]
    fn limbs(&self) -> &[u64; 8] {
        &self.0
    }
}

impl From<Element> for Loose {
    #[inline(always)]
    fn from(tight: Element) -> Self {
        Self(tight.0)
    }
}

impl Loose {
    /// The same value with tight limbs.
    #[inline(always)]
    pub(super) fn carry(&self) -> Element {
        let mut out = fiat::fiat_p448_tight_field_element([0; 8]);
        fiat::fiat_p448_carry(&mut out, &fiat::fiat_p448_loose_field_element(self.0));
        Element(out.0)
    }
}

impl Element {
    pub(super) const ZERO: Self = Self([0; 8]);
    pub(super) const ONE: Self = Self([1, 0, 0, 0, 0, 0, 0, 0]);

    /// An element from eight limbs of 56 bits, least significant first.
    pub(super) const fn from_limbs(limbs: [u64; 8]) -> Self {
        Self(limbs)
    }

    /// A small number.
    pub(super) fn from_small(value: u32) -> Self {
        Self([u64::from(value), 0, 0, 0, 0, 0, 0, 0])
    }

    /// Any 56 octets, least significant first, reduced modulo p.
    pub(super) fn from_bytes_reduced(bytes: &[u8; 56]) -> Self {
        let mut out = fiat::fiat_p448_tight_field_element([0; 8]);
        fiat::fiat_p448_from_bytes(&mut out, bytes);
        Self(out.0)
    }

    /// 56 octets, least significant first; `None` unless they encode a number below p.
    pub(super) fn from_bytes(bytes: &[u8; 56]) -> Option<Self> {
        let element = Self::from_bytes_reduced(bytes);
        bool::from(element.to_bytes().ct_eq(bytes)).then_some(element)
    }

    /// The canonical encoding: 56 octets, least significant first.
    pub(super) fn to_bytes(self) -> [u8; 56] {
        let mut out = [0; 56];
        fiat::fiat_p448_to_bytes(&mut out, &fiat::fiat_p448_tight_field_element(self.0));
        out
    }

    #[inline(always)]
    pub(super) fn add(&self, other: &Self) -> Loose {
        let mut out = fiat::fiat_p448_loose_field_element([0; 8]);
        fiat::fiat_p448_add(
            &mut out,
            &fiat::fiat_p448_tight_field_element(self.0),
            &fiat::fiat_p448_tight_field_element(other.0),
        );
        Loose(out.0)
    }

    #[inline(always)]
    pub(super) fn sub(&self, other: &Self) -> Loose {
        let mut out = fiat::fiat_p448_loose_field_element([0; 8]);
        fiat::fiat_p448_sub(
            &mut out,
            &fiat::fiat_p448_tight_field_element(self.0),
            &fiat::fiat_p448_tight_field_element(other.0),
        );
        Loose(out.0)
    }

    #[inline(always)]
    pub(super) fn neg(&self) -> Self {
        Self::ZERO.sub(self).carry()
    }

    /// The negated value when `choice` is set.
    #[inline(always)]
    pub(super) fn conditional_negate(&mut self, choice: Choice) {
        let negated = self.neg();
        self.conditional_assign(&negated, choice);
    }

    /// The `count`-fold square.
    fn squared(&self, count: usize) -> Self {
        let mut out = *self;
        for _ in 0..count {
            out = out.square();
        }
        out
    }

    /// `self^((p - 3) / 4)`: one over the square root when `self` is a square other than zero.
    ///
    /// (p - 3) / 4 = (2^223 - 1) 2^223 + (2^222 - 1).
    fn power_p3_4(&self) -> Self {
        let x2 = self.square().mul(self);
        let x3 = x2.square().mul(self);
        let x6 = x3.squared(3).mul(&x3);
        let x9 = x6.squared(3).mul(&x3);
        let x18 = x9.squared(9).mul(&x9);
        let x19 = x18.square().mul(self);
        let x37 = x19.squared(18).mul(&x18);
        let x74 = x37.squared(37).mul(&x37);
        let x111 = x74.squared(37).mul(&x37);
        let x222 = x111.squared(111).mul(&x111);
        let x223 = x222.square().mul(self);
        x223.squared(223).mul(&x222)
    }

    /// The inverse, zero for zero: `self^(p - 2)`, where p - 2 = 4 (p - 3) / 4 + 1.
    pub(super) fn invert(&self) -> Self {
        self.power_p3_4().squared(2).mul(self)
    }

    /// A square root and whether there is one.
    pub(super) fn sqrt(&self) -> (Choice, Self) {
        let root = self.power_p3_4().mul(self);
        (root.square().ct_eq(self), root)
    }

    /// A square root of `self / divisor` and whether there is one; `divisor` must not be zero.
    pub(super) fn sqrt_ratio(&self, divisor: &Self) -> (Choice, Self) {
        let root = self.mul(divisor).power_p3_4().mul(self);
        (root.square().mul(divisor).ct_eq(self), root)
    }

    /// Whether the canonical value is odd: the "sign" of the encodings.
    pub(super) fn is_odd(&self) -> Choice {
        let [first, ..] = self.to_bytes();
        Choice::from(first & 1)
    }

    pub(super) fn is_zero(&self) -> Choice {
        self.to_bytes().ct_eq(&[0; 56])
    }
}

impl ConstantTimeEq for Element {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.to_bytes().ct_eq(&other.to_bytes())
    }
}

impl ConditionallySelectable for Element {
    #[inline(always)]
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        let mut out = [0; 8];
        for (out, (a, b)) in out.iter_mut().zip(a.0.iter().zip(&b.0)) {
            *out = u64::conditional_select(a, b, choice);
        }
        Self(out)
    }
}

impl Zeroize for Element {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

#[inline(always)]
fn multiply(a: &[u64; 8], b: &[u64; 8]) -> [u64; 8] {
    let mut out = fiat::fiat_p448_tight_field_element([0; 8]);
    fiat::fiat_p448_carry_mul(
        &mut out,
        &fiat::fiat_p448_loose_field_element(*a),
        &fiat::fiat_p448_loose_field_element(*b),
    );
    out.0
}

#[inline(always)]
fn square(a: &[u64; 8]) -> [u64; 8] {
    let mut out = fiat::fiat_p448_tight_field_element([0; 8]);
    fiat::fiat_p448_carry_square(&mut out, &fiat::fiat_p448_loose_field_element(*a));
    out.0
}

/// Eight accumulators of weight 2^(56 i) to tight limbs; each must be below 2^122.
///
/// The two halves carry side by side. What leaves limb 7 has weight 2^448 = 2^224 + 1 and goes to
/// limbs 0 and 4; a second, short round brings every limb to at most 2^56.
#[inline(always)]
fn reduce(mut wide: [u128; 8]) -> [u64; 8] {
    let mask = u128::from(MASK);
    for i in 0..3 {
        wide[i + 1] += wide[i] >> 56;
        wide[i + 5] += wide[i + 4] >> 56;
        wide[i] &= mask;
        wide[i + 4] &= mask;
    }
    let (low, high) = (wide[3] >> 56, wide[7] >> 56);
    wide[3] &= mask;
    wide[7] &= mask;
    wide[0] += high;
    wide[4] += low + high;
    let mut out = [0; 8];
    for (out, wide) in out.iter_mut().zip(wide) {
        *out = (wide & mask) as u64;
    }
    out[1] += (wide[0] >> 56) as u64;
    out[5] += (wide[4] >> 56) as u64;
    out[2] += out[1] >> 56;
    out[6] += out[5] >> 56;
    out[1] &= MASK;
    out[5] &= MASK;
    out
}

#[cfg(test)]
mod tests;
