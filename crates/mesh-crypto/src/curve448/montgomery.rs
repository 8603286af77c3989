// SPDX-License-Identifier: MIT
//! curve448 in Montgomery form, v^2 = u^3 + 156326 u^2 + u: X448, and points with both coordinates.
//!
//! Spec: RFC 7748, sections 4.2 "Curve448" and 5 "The X25519 and X448 Functions"; the 57-octet form (u
//! and the parity of v) and the addition of points follow draft-hallambaker-threshold.
//! Here: the ladder, recovery of v, the group law on public keys and on partial results.
//! Not here: key derivation from a shared secret.

use core::fmt;

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::{Zeroize, Zeroizing};

use super::field::{Element, Operand};
use super::scalar::clamp;
use super::{EdwardsPoint, Error, Scalar};

/// The coefficient A of the curve.
const A: u32 = 156_326;
/// (A - 2) / 4.
const A24: u32 = 39081;

/// The X448 function: the secret is clamped, `u` is any 56 octets, reduced modulo p.
///
/// # Errors
/// [`Error::LowOrder`] when the shared secret is zero, which means that `u` has low order.
pub fn x448(secret: &[u8; 56], u: &[u8; 56]) -> Result<Zeroizing<[u8; 56]>, Error> {
    exchange(&clamp(secret), u)
}

/// The X448 public key (u only) of a secret, which is clamped.
#[must_use]
pub fn x448_public(secret: &[u8; 56]) -> [u8; 56] {
    // A clamped scalar is never a multiple of L: the image has coordinates.
    let (u, _, _) = EdwardsPoint::mul_base(&Scalar::from_clamped(secret)).to_montgomery();
    u.to_bytes()
}

/// X448 with a scalar that is used as it is: for keys made by addition modulo the group order.
///
/// # Errors
/// [`Error::LowOrder`] when `u` belongs to a point of low order or the scalar is zero.
pub fn x448_scalar(scalar: &Scalar, u: &[u8; 56]) -> Result<Zeroizing<[u8; 56]>, Error> {
    exchange(&scalar.to_bytes_56(), u)
}

fn exchange(scalar: &[u8; 56], u: &[u8; 56]) -> Result<Zeroizing<[u8; 56]>, Error> {
    let u = Element::from_bytes_reduced(u);
    if bool::from(is_low_order(&u)) {
        return Err(Error::LowOrder);
    }
    let mut steps = Ladder::run(scalar, &u);
    let shared = Zeroizing::new(steps.x2.mul(&steps.z2.invert()).to_bytes());
    steps.zeroize();
    if bool::from(shared.ct_eq(&[0; 56])) {
        return Err(Error::LowOrder);
    }
    Ok(shared)
}

/// Whether points with this u have an order that divides 4, on the curve (0, -1) or its twist (0, 1).
fn is_low_order(u: &Element) -> Choice {
    let one = Element::ONE;
    u.is_zero() | u.ct_eq(&one) | u.ct_eq(&one.neg())
}

/// A point of curve448 with both coordinates, on the curve and not of low order.
///
/// It is [`Copy`]; whoever holds a secret one (a partial result) calls [`Zeroize::zeroize`].
#[derive(Clone, Copy)]
pub struct MontgomeryPoint {
    u: Element,
    v: Element,
}

impl MontgomeryPoint {
    /// The point of a 57-octet encoding: u, then 0x80 when v is odd and 0x00 when it is even.
    /// Runs in variable time where the encoding is wrong.
    ///
    /// # Errors
    /// [`Error::NotCanonical`] when u is not below p or the last octet is another one,
    /// [`Error::LowOrder`] for points whose order divides 4, [`Error::NotOnCurve`] when no v fits
    /// (the point would be on the twist).
    pub fn from_bytes(bytes: &[u8; 57]) -> Result<Self, Error> {
        let [low @ .., last] = bytes;
        if last & 0x7f != 0 {
            return Err(Error::NotCanonical);
        }
        let u = Element::from_bytes(low).ok_or(Error::NotCanonical)?;
        if bool::from(is_low_order(&u)) {
            return Err(Error::LowOrder);
        }
        // v^2 = u (u (u + A) + 1)
        let inner = u.add(&Element::from_small(A)).mul(&u);
        let (square, mut v) = inner.add(&Element::ONE).mul(&u).sqrt();
        if !bool::from(square) {
            return Err(Error::NotOnCurve);
        }
        let negate = v.is_odd() ^ Choice::from(last >> 7);
        v.conditional_negate(negate);
        Ok(Self { u, v })
    }

    /// The 57-octet encoding: u, then 0x80 when v is odd and 0x00 when it is even.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 57] {
        let mut out = [0; 57];
        let [low @ .., last] = &mut out;
        *low = self.u.to_bytes();
        *last = self.v.is_odd().unwrap_u8() << 7;
        out
    }

    /// The coordinate u: an X448 public key or shared secret.
    #[must_use]
    pub fn u_bytes(&self) -> [u8; 56] {
        self.u.to_bytes()
    }

    /// `scalar` times the base point, in constant time.
    ///
    /// # Errors
    /// [`Error::LowOrder`] when the scalar is zero.
    pub fn mul_base(scalar: &Scalar) -> Result<Self, Error> {
        let mut product = EdwardsPoint::mul_base(scalar);
        let (u, v, exists) = product.to_montgomery();
        product.zeroize();
        if bool::from(exists) {
            Ok(Self { u, v })
        } else {
            Err(Error::LowOrder)
        }
    }

    /// `scalar * self` with both coordinates, in constant time: a ladder, then the recovery of v
    /// (Okeya and Sakurai 2001).
    ///
    /// # Errors
    /// [`Error::LowOrder`] when the scalar is zero.
    pub fn mul(&self, scalar: &Scalar) -> Result<Self, Error> {
        let mut steps = Ladder::run(&scalar.to_bytes_56(), &self.u);
        let Ladder { x2, z2, x3, z3 } = steps;
        let uz = self.u.mul(&z2);
        let difference = x2.sub(&uz).square().mul(&x3);
        let az = z2.mul_small(2 * A);
        let left = x2.add(&uz).carry().add(&az);
        let right = self.u.mul(&x2).add(&z2).carry();
        let product = left.mul(&right).sub(&az.mul(&z2)).mul(&z3);
        let y = product.sub(&difference);
        let scale = self.v.add(&self.v).mul(&z2).mul(&z3);
        let inverse = scale.mul(&z2).invert();
        let mut out = Self {
            u: scale.mul(&x2).mul(&inverse),
            v: y.mul(&inverse),
        };
        // When scalar + 1 takes the point to the identity, the product is its negative.
        let opposite = z3.is_zero();
        out.u.conditional_assign(&self.u, opposite);
        out.v.conditional_assign(&self.v.neg(), opposite);
        let identity = z2.is_zero();
        steps.zeroize();
        if bool::from(identity | is_low_order(&out.u)) {
            out.zeroize();
            return Err(Error::LowOrder);
        }
        Ok(out)
    }

    /// The sum, in constant time but for its refusal.
    ///
    /// # Errors
    /// [`Error::LowOrder`] when the points are opposite or the sum has low order.
    pub fn add(&self, other: &Self) -> Result<Self, Error> {
        let same_u = self.u.ct_eq(&other.u);
        let same_v = self.v.ct_eq(&other.v);
        // The slope: of the chord, or of the tangent (3 u^2 + 2 A u + 1) / 2 v when the points are equal.
        let uu = self.u.square();
        let tangent = uu
            .mul_small(3)
            .add(&self.u.mul_small(2 * A))
            .carry()
            .add(&Element::ONE)
            .carry();
        let chord = other.v.sub(&self.v).carry();
        let numerator = Element::conditional_select(&chord, &tangent, same_u);
        let twice_v = self.v.add(&self.v).carry();
        let run = other.u.sub(&self.u).carry();
        let divisor = Element::conditional_select(&run, &twice_v, same_u);
        let slope = numerator.mul(&divisor.invert());
        let others = self
            .u
            .add(&other.u)
            .carry()
            .add(&Element::from_small(A))
            .carry();
        let u = slope.square().sub(&others).carry();
        let v = self.u.sub(&u).mul(&slope).sub(&self.v).carry();
        let mut out = Self { u, v };
        if bool::from((same_u & !same_v) | is_low_order(&u)) {
            out.zeroize();
            return Err(Error::LowOrder);
        }
        Ok(out)
    }

    /// The point with the opposite v.
    #[must_use]
    pub fn neg(&self) -> Self {
        Self {
            u: self.u,
            v: self.v.neg(),
        }
    }
}

impl ConstantTimeEq for MontgomeryPoint {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.u.ct_eq(&other.u) & self.v.ct_eq(&other.v)
    }
}

impl PartialEq for MontgomeryPoint {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for MontgomeryPoint {}

impl fmt::Debug for MontgomeryPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MontgomeryPoint([redacted])")
    }
}

impl Zeroize for MontgomeryPoint {
    fn zeroize(&mut self) {
        self.u.zeroize();
        self.v.zeroize();
    }
}

/// The two running points of the ladder: `n P` and `(n + 1) P`.
#[derive(Clone, Copy)]
struct Ladder {
    x2: Element,
    z2: Element,
    x3: Element,
    z3: Element,
}

impl Ladder {
    /// RFC 7748, section 5, for all 448 bits of the scalar.
    fn run(scalar: &[u8; 56], u: &Element) -> Self {
        let mut state = Self {
            x2: Element::ONE,
            z2: Element::ZERO,
            x3: *u,
            z3: Element::ONE,
        };
        let mut previous = 0;
        for octet in scalar.iter().rev() {
            for shift in (0..8).rev() {
                let bit = (octet >> shift) & 1;
                state.swap(Choice::from(bit ^ previous));
                previous = bit;
                state.step(u);
            }
        }
        state.swap(Choice::from(previous));
        state
    }

    #[inline(always)]
    fn step(&mut self, u: &Element) {
        let a = self.x2.add(&self.z2);
        let b = self.x2.sub(&self.z2);
        let c = self.x3.add(&self.z3);
        let d = self.x3.sub(&self.z3);
        let aa = a.square();
        let bb = b.square();
        let da = d.mul(&a);
        let cb = c.mul(&b);
        let e = aa.sub(&bb);
        self.x3 = da.add(&cb).square();
        self.z3 = da.sub(&cb).square().mul(u);
        self.x2 = aa.mul(&bb);
        self.z2 = e.mul_small(A24).add(&aa).mul(&e);
    }

    #[inline(always)]
    fn swap(&mut self, choice: Choice) {
        Element::conditional_swap(&mut self.x2, &mut self.x3, choice);
        Element::conditional_swap(&mut self.z2, &mut self.z3, choice);
    }
}

impl Zeroize for Ladder {
    fn zeroize(&mut self) {
        self.x2.zeroize();
        self.z2.zeroize();
        self.x3.zeroize();
        self.z3.zeroize();
    }
}
