// SPDX-License-Identifier: MIT
//! Tables of small multiples for products with a point of edwards448.
//!
//! Spec: none; these are ways to compute the products that RFC 8032, section 5.2 asks for.
//! Here: constant-time selection for secret digits, direct access for public digits, and the tables of
//! the base point, which are computed at first use (about a millisecond, 86 KiB and 12 KiB).
//! Not here: the products.

use std::sync::OnceLock;

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroize;

use super::{Affine, Cached, EdwardsPoint, MINUS_D};
use crate::curve448::field::{Element, Operand};

/// P, 2 P, ... 8 P.
pub(super) struct SignedMultiples<T>([T; 8]);

/// An addend that can be chosen by a secret digit.
pub(super) trait Addend: Copy {
    fn identity() -> Self;
    fn assign(&mut self, other: &Self, choice: Choice);
    fn negate(&mut self, choice: Choice);
}

impl<T: Addend> SignedMultiples<T> {
    /// `digit * P` for a digit from -8 to 8. Reads the whole table, whatever the digit.
    #[inline(always)]
    pub(super) fn select(&self, digit: i8) -> T {
        let mut out = T::identity();
        let magnitude = digit.unsigned_abs();
        for (candidate, multiple) in (1_u8..).zip(&self.0) {
            out.assign(multiple, magnitude.ct_eq(&candidate));
        }
        let [bits] = digit.to_ne_bytes();
        out.negate(Choice::from(bits >> 7));
        out
    }
}

impl SignedMultiples<Cached> {
    pub(super) fn new(point: &EdwardsPoint) -> Self {
        let first = point.cache();
        let mut table = [first; 8];
        let mut last = *point;
        for entry in table.iter_mut().skip(1) {
            last = last.add_cached(&first).extended();
            *entry = last.cache();
        }
        last.zeroize();
        Self(table)
    }

    pub(super) fn zeroize(&mut self) {
        for entry in &mut self.0 {
            entry.x.zeroize();
            entry.y.zeroize();
            entry.z.zeroize();
            entry.td.zeroize();
        }
    }
}

impl Addend for Cached {
    fn identity() -> Self {
        Self {
            x: Element::ZERO,
            y: Element::ONE,
            z: Element::ONE,
            td: Element::ZERO,
        }
    }

    #[inline(always)]
    fn assign(&mut self, other: &Self, choice: Choice) {
        self.x.conditional_assign(&other.x, choice);
        self.y.conditional_assign(&other.y, choice);
        self.z.conditional_assign(&other.z, choice);
        self.td.conditional_assign(&other.td, choice);
    }

    #[inline(always)]
    fn negate(&mut self, choice: Choice) {
        self.x.conditional_negate(choice);
        self.td.conditional_negate(choice);
    }
}

impl Addend for Affine {
    fn identity() -> Self {
        Self {
            x: Element::ZERO,
            y: Element::ONE,
            td: Element::ZERO,
        }
    }

    #[inline(always)]
    fn assign(&mut self, other: &Self, choice: Choice) {
        self.x.conditional_assign(&other.x, choice);
        self.y.conditional_assign(&other.y, choice);
        self.td.conditional_assign(&other.td, choice);
    }

    #[inline(always)]
    fn negate(&mut self, choice: Choice) {
        self.x.conditional_negate(choice);
        self.td.conditional_negate(choice);
    }
}

/// P, 3 P, 5 P, ... for public digits.
pub(super) struct OddMultiples<T>(Vec<T>);

impl<T: Addend> OddMultiples<T> {
    /// `digit * P` in variable time; `None` for zero.
    #[inline(always)]
    pub(super) fn multiple(&self, digit: i8) -> Option<T> {
        if digit == 0 {
            return None;
        }
        let mut out = *self.0.get(usize::from(digit.unsigned_abs() / 2))?;
        if digit < 0 {
            out.negate(Choice::from(1));
        }
        Some(out)
    }
}

/// Digit width for [`OddMultiples`] of a point that is used once.
pub(super) const ODD_WIDTH: u32 = 5;
/// Digit width for the table of the base point.
pub(super) const BASE_ODD_WIDTH: u32 = 8;

impl OddMultiples<Cached> {
    pub(super) fn new(point: &EdwardsPoint) -> Self {
        Self(
            odd_points(point, 8)
                .iter()
                .map(EdwardsPoint::cache)
                .collect(),
        )
    }
}

/// Odd multiples of the base point up to 127 B.
pub(super) fn base_odd() -> &'static OddMultiples<Affine> {
    static TABLE: OnceLock<OddMultiples<Affine>> = OnceLock::new();
    TABLE.get_or_init(|| OddMultiples(normalize(&odd_points(&EdwardsPoint::base(), 64))))
}

/// For i from 0 to 55, the first eight multiples of 256^i B.
pub(super) fn base() -> &'static [SignedMultiples<Affine>] {
    static TABLES: OnceLock<Vec<SignedMultiples<Affine>>> = OnceLock::new();
    TABLES.get_or_init(|| {
        let mut points = Vec::with_capacity(56 * 8);
        let mut power = EdwardsPoint::base();
        for _ in 0..56 {
            let step = power.cache();
            let mut last = power;
            for _ in 0..8 {
                points.push(last);
                last = last.add_cached(&step).extended();
            }
            power = power.times_16().times_16();
        }
        let points = normalize(&points);
        let (tables, _) = points.as_chunks::<8>();
        tables.iter().map(|table| SignedMultiples(*table)).collect()
    })
}

fn odd_points(point: &EdwardsPoint, count: usize) -> Vec<EdwardsPoint> {
    let step = point.double().cache();
    core::iter::successors(Some(*point), |last| Some(last.add_cached(&step).extended()))
        .take(count)
        .collect()
}

/// Brings every point to Z = 1 with one inversion.
fn normalize(points: &[EdwardsPoint]) -> Vec<Affine> {
    let mut product = Element::ONE;
    let mut prefixes = Vec::with_capacity(points.len());
    for point in points {
        prefixes.push(product);
        product = product.mul(&point.z);
    }
    let mut inverse = product.invert();
    let mut out = Vec::with_capacity(points.len());
    for (point, prefix) in points.iter().zip(&prefixes).rev() {
        let z = inverse.mul(prefix);
        inverse = inverse.mul(&point.z);
        let (x, y) = (point.x.mul(&z), point.y.mul(&z));
        out.push(Affine {
            x,
            y,
            td: x.mul(&y).mul_small(MINUS_D),
        });
    }
    out.reverse();
    out
}
