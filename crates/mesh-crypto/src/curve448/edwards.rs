// SPDX-License-Identifier: MIT
//! The Edwards curve edwards448: x^2 + y^2 = 1 + d x^2 y^2 with d = -39081.
//!
//! Spec: RFC 8032, section 5.2 "Ed448ph and Ed448"; RFC 7748, section 4.2 (the curve "Ed448-Goldilocks").
//! Here: group law, encodings, products with secret and with public scalars.
//! Not here: the signature scheme.
//!
//! Extended coordinates (X : Y : Z : T), x = X/Z, y = Y/Z, x y = T/Z. As d is not a square, one
//! addition formula (Hisil, Wong, Carter, Dawson 2008) serves every pair of points, so there are no
//! special cases that could leak or be forgotten.

mod tables;

use core::fmt;

use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroize;

use self::tables::{OddMultiples, SignedMultiples};
use super::field::{Element, Loose, Operand};
use super::{Error, Scalar};

/// -d.
const MINUS_D: u32 = 39081;

const BASE_X: Element = Element::from_limbs([
    0x0026_a82b_c70c_c05e,
    0x0080_e18b_0093_8e26,
    0x00f7_2ab6_6511_433b,
    0x00a3_d3a4_6412_ae1a,
    0x000f_1767_ea6d_e324,
    0x0036_da9e_1465_7047,
    0x00ed_221d_15a6_22bf,
    0x004f_1970_c66b_ed0d,
]);
const BASE_Y: Element = Element::from_limbs([
    0x0008_795b_f230_fa14,
    0x0013_2c4e_d7c8_ad98,
    0x001c_e67c_39c4_fdbd,
    0x0005_a0c2_d73a_d3ff,
    0x00a3_9840_8778_9c1e,
    0x00c7_624b_ea73_736c,
    0x0024_8876_2037_56c9,
    0x0069_3f46_716e_b6bc,
]);

/// A point of edwards448. It is [`Copy`]; whoever holds a secret one calls [`Zeroize::zeroize`].
#[derive(Clone, Copy)]
pub struct EdwardsPoint {
    x: Element,
    y: Element,
    z: Element,
    t: Element,
}

impl EdwardsPoint {
    /// The neutral element (0, 1).
    #[must_use]
    pub fn identity() -> Self {
        Self {
            x: Element::ZERO,
            y: Element::ONE,
            z: Element::ONE,
            t: Element::ZERO,
        }
    }

    /// The base point B of order L.
    #[must_use]
    pub fn base() -> Self {
        Self {
            x: BASE_X,
            y: BASE_Y,
            z: Element::ONE,
            t: BASE_X.mul(&BASE_Y),
        }
    }

    /// The point of a 57-octet encoding. Runs in variable time: encodings are public.
    ///
    /// Points of low order decode; see [`Self::is_low_order`].
    ///
    /// # Errors
    /// [`Error::NotCanonical`] when y is not below p, when a bit other than the sign is set in the
    /// last octet, or when x is zero with the sign set; [`Error::NotOnCurve`] when no x fits.
    pub fn from_bytes(bytes: &[u8; 57]) -> Result<Self, Error> {
        let [low @ .., last] = bytes;
        if last & 0x7f != 0 {
            return Err(Error::NotCanonical);
        }
        let y = Element::from_bytes(low).ok_or(Error::NotCanonical)?;
        let sign = Choice::from(last >> 7);
        // x^2 = (1 - y^2) / (1 - d y^2); the divisor is never zero, for d is not a square.
        let yy = y.square();
        let numerator = Element::ONE.sub(&yy).carry();
        let divisor = yy.mul_small(MINUS_D).add(&Element::ONE).carry();
        let (square, mut x) = numerator.sqrt_ratio(&divisor);
        if !bool::from(square) {
            return Err(Error::NotOnCurve);
        }
        if bool::from(x.is_zero() & sign) {
            return Err(Error::NotCanonical);
        }
        let negate = x.is_odd() ^ sign;
        x.conditional_negate(negate);
        Ok(Self {
            x,
            y,
            z: Element::ONE,
            t: x.mul(&y),
        })
    }

    /// The 57-octet encoding: y, then the parity of x in the top bit.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 57] {
        let inverse = self.z.invert();
        let x = self.x.mul(&inverse);
        let y = self.y.mul(&inverse);
        let mut out = [0; 57];
        let [low @ .., last] = &mut out;
        *low = y.to_bytes();
        *last = x.is_odd().unwrap_u8() << 7;
        out
    }

    /// The sum.
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        self.add_cached(&other.cache()).extended()
    }

    /// The point with the sum zero.
    #[must_use]
    pub fn neg(&self) -> Self {
        Self {
            x: self.x.neg(),
            y: self.y,
            z: self.z,
            t: self.t.neg(),
        }
    }

    /// The sum of the point with itself.
    #[must_use]
    pub fn double(&self) -> Self {
        self.projective().double().extended()
    }

    /// `scalar * self`, in constant time.
    #[must_use]
    pub fn mul(&self, scalar: &Scalar) -> Self {
        let mut table = SignedMultiples::new(self);
        let digits = scalar.digits();
        let mut out = Self::identity();
        for (i, digit) in digits.iter().rev().enumerate() {
            if i != 0 {
                out = out.times_16();
            }
            out = out.add_cached(&table.select(*digit)).extended();
        }
        table.zeroize();
        out
    }

    /// `scalar * B`, in constant time.
    #[must_use]
    pub fn mul_base(scalar: &Scalar) -> Self {
        let tables = tables::base();
        let digits = scalar.digits();
        let mut out = Self::identity();
        // Digit 2 i has the table of 256^i B. Digits 2 i + 1 use the same tables, sixteen times.
        for (table, pair) in tables.iter().zip(digits.chunks_exact(2)) {
            if let [_, odd] = pair {
                out = out.add_affine(&table.select(*odd)).extended();
            }
        }
        out = out.times_16();
        for (table, pair) in tables.iter().zip(digits.chunks_exact(2)) {
            if let [even, _] = pair {
                out = out.add_affine(&table.select(*even)).extended();
            }
        }
        out
    }

    /// `a * self + b * B` in variable time: for public values only.
    #[must_use]
    pub fn mul_add_base_vartime(&self, a: &Scalar, b: &Scalar) -> Self {
        let multiples = OddMultiples::new(self);
        let base_multiples = tables::base_odd();
        let digits = a.sparse_digits_vartime(tables::ODD_WIDTH);
        let base_digits = b.sparse_digits_vartime(tables::BASE_ODD_WIDTH);
        let mut out = Self::identity();
        for (digit, base_digit) in digits.iter().zip(&base_digits).rev() {
            // Most steps add nothing, and doubling has no use for T: it stays stale until needed.
            let mut sum = out.projective().double();
            if let Some(multiple) = multiples.multiple(*digit) {
                sum = sum.extended().add_cached(&multiple);
            }
            if let Some(multiple) = base_multiples.multiple(*base_digit) {
                sum = sum.extended().add_affine(&multiple);
            }
            let Projective { x, y, z } = sum.projective();
            out = Self {
                x,
                y,
                z,
                t: Element::ZERO,
            };
        }
        // (X : Y : Z) with T = X Y / Z, all scaled by Z.
        Self {
            x: out.x.mul(&out.z),
            y: out.y.mul(&out.z),
            z: out.z.square(),
            t: out.x.mul(&out.y),
        }
    }

    /// Whether this is the neutral element.
    #[must_use]
    pub fn is_identity(&self) -> Choice {
        self.x.is_zero() & self.y.ct_eq(&self.z)
    }

    /// Whether four times the point is the neutral element: (0, 1), (0, -1), (1, 0), (-1, 0).
    #[must_use]
    pub fn is_low_order(&self) -> Choice {
        self.x.is_zero() | self.y.is_zero()
    }

    /// The image on curve448 under the 4-isogeny of RFC 7748, section 4.2, which takes B to the base
    /// point there: u = y^2 / x^2, v = (2 - x^2 - y^2) y / x^3. The second value says whether there is
    /// one: the points with x = 0 go to the identity, which has no coordinates.
    pub(super) fn to_montgomery(self) -> (Element, Element, Choice) {
        let inverse = self.x.invert();
        let square = inverse.square();
        let xx = self.x.square();
        let yy = self.y.square();
        let zz = self.z.square();
        let sum = xx.add(&yy).carry();
        let factor = zz.add(&zz).carry().sub(&sum);
        let u = yy.mul(&square);
        let v = factor.mul(&self.y).mul(&square).mul(&inverse);
        (u, v, !self.x.is_zero())
    }

    fn times_16(&self) -> Self {
        let eight = self
            .projective()
            .double()
            .projective()
            .double()
            .projective()
            .double()
            .projective();
        eight.double().extended()
    }

    #[inline(always)]
    fn projective(&self) -> Projective {
        Projective {
            x: self.x,
            y: self.y,
            z: self.z,
        }
    }

    #[inline(always)]
    fn cache(&self) -> Cached {
        Cached {
            x: self.x,
            y: self.y,
            z: self.z,
            td: self.t.mul_small(MINUS_D),
        }
    }

    #[inline(always)]
    fn add_cached(&self, other: &Cached) -> Completed {
        let d = self.z.mul(&other.z);
        self.add_parts(&other.x, &other.y, &other.td, &d)
    }

    #[inline(always)]
    fn add_affine(&self, other: &Affine) -> Completed {
        self.add_parts(&other.x, &other.y, &other.td, &self.z)
    }

    #[inline(always)]
    fn add_parts(&self, x: &Element, y: &Element, td: &Element, d: &Element) -> Completed {
        let a = self.x.mul(x);
        let b = self.y.mul(y);
        let c = self.t.mul(td);
        let cross = self.x.add(&self.y).mul(&x.add(y));
        let sum = a.add(&b).carry();
        Completed {
            e: cross.sub(&sum),
            f: d.add(&c),
            g: d.sub(&c),
            h: b.sub(&a),
        }
    }
}

impl ConstantTimeEq for EdwardsPoint {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.x.mul(&other.z).ct_eq(&other.x.mul(&self.z))
            & self.y.mul(&other.z).ct_eq(&other.y.mul(&self.z))
    }
}

impl PartialEq for EdwardsPoint {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for EdwardsPoint {}

impl fmt::Debug for EdwardsPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EdwardsPoint([redacted])")
    }
}

impl Zeroize for EdwardsPoint {
    fn zeroize(&mut self) {
        self.x.zeroize();
        self.y.zeroize();
        self.z.zeroize();
        self.t.zeroize();
    }
}

/// A point without T: enough for doubling.
#[derive(Clone, Copy)]
struct Projective {
    x: Element,
    y: Element,
    z: Element,
}

impl Projective {
    #[inline(always)]
    fn double(&self) -> Completed {
        let a = self.x.square();
        let b = self.y.square();
        let c = self.z.square();
        let g = a.add(&b).carry();
        let cc = c.add(&c).carry();
        let e = self.x.add(&self.y).square().sub(&g);
        Completed {
            e,
            f: g.sub(&cc),
            g: Loose::from(g),
            h: a.sub(&b),
        }
    }
}

/// A sum before its last products: X = E F, Y = G H, Z = F G, T = E H.
#[derive(Clone, Copy)]
struct Completed {
    e: Loose,
    f: Loose,
    g: Loose,
    h: Loose,
}

impl Completed {
    #[inline(always)]
    fn projective(&self) -> Projective {
        Projective {
            x: self.e.mul(&self.f),
            y: self.g.mul(&self.h),
            z: self.f.mul(&self.g),
        }
    }

    #[inline(always)]
    fn extended(&self) -> EdwardsPoint {
        EdwardsPoint {
            x: self.e.mul(&self.f),
            y: self.g.mul(&self.h),
            z: self.f.mul(&self.g),
            t: self.e.mul(&self.h),
        }
    }
}

/// An addend: X, Y, Z and -d T.
#[derive(Clone, Copy)]
struct Cached {
    x: Element,
    y: Element,
    z: Element,
    td: Element,
}

/// An addend with Z = 1: x, y and -d x y.
#[derive(Clone, Copy)]
struct Affine {
    x: Element,
    y: Element,
    td: Element,
}
