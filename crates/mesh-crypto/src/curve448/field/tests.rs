// SPDX-License-Identifier: MIT
//! Field laws at and inside the bounds of the limbs, and the encodings.

use proptest::prelude::*;

use super::*;

const TIGHT: u64 = 1 << 56;
/// p, least significant octet first.
const P: [u8; 56] = {
    let mut out = [0xff; 56];
    out[28] = 0xfe;
    out
};

fn limbs(bound: u64) -> impl Strategy<Value = [u64; 8]> {
    let limb = prop_oneof![8 => 0..=bound, 1 => Just(bound), 1 => Just(0)];
    proptest::array::uniform8(limb)
}

fn element() -> impl Strategy<Value = Element> {
    limbs(TIGHT).prop_map(Element)
}

fn loose() -> impl Strategy<Value = Loose> {
    limbs(3 * TIGHT).prop_map(Loose)
}

fn same(a: &Element, b: &Element) -> bool {
    a.ct_eq(b).into()
}

impl core::fmt::Debug for Element {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.fmt(f)
    }
}

impl core::fmt::Debug for Loose {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.fmt(f)
    }
}

proptest! {
    #[test]
    fn the_product_with_a_small_number_is_the_verified_product(a in loose(), factor: u32) {
        let small = a.mul_small(factor);
        prop_assert!(same(&small, &a.mul(&Element::from_small(factor))));
        prop_assert!(small.0.iter().all(|limb| *limb <= TIGHT));
    }

    #[test]
    fn a_reduced_accumulator_is_tight_and_equal(low in loose(), high in loose()) {
        // low + 2^32 (2^32 high), each product verified.
        let mut wide = [0; 8];
        for (wide, (low, high)) in wide.iter_mut().zip(low.0.iter().zip(&high.0)) {
            *wide = u128::from(*low) + (u128::from(*high) << 64);
        }
        let power = Element::from_small(1 << 31).add(&Element::from_small(1 << 31)).carry().square();
        let expected = high.mul(&power).add(&low.carry()).carry();
        let reduced = Element(reduce(wide));
        prop_assert!(same(&reduced, &expected));
        prop_assert!(reduced.0.iter().all(|limb| *limb <= TIGHT));
    }

    #[test]
    fn ring_laws_hold(a in element(), b in element(), c in element()) {
        prop_assert!(same(&a.mul(&b), &b.mul(&a)));
        prop_assert!(same(&a.mul(&b).mul(&c), &a.mul(&b.mul(&c))));
        prop_assert!(same(&a.add(&b).mul(&c), &a.mul(&c).add(&b.mul(&c)).carry()));
        prop_assert!(same(&a.sub(&b).mul(&c), &a.mul(&c).sub(&b.mul(&c)).carry()));
        prop_assert!(same(&a.square(), &a.mul(&a)));
        prop_assert!(same(&a.neg().add(&a).carry(), &Element::ZERO));
    }

    #[test]
    fn an_element_times_its_inverse_is_one(a in element()) {
        prop_assume!(!bool::from(a.is_zero()));
        prop_assert!(same(&a.mul(&a.invert()), &Element::ONE));
    }

    #[test]
    fn squares_have_roots_and_their_negatives_have_none(a in element(), b in element()) {
        prop_assume!(!bool::from(a.is_zero() | b.is_zero()));
        let square = a.square();
        let (exists, root) = square.sqrt();
        prop_assert!(bool::from(exists));
        prop_assert!(same(&root, &a) || same(&root, &a.neg()));
        prop_assert!(!bool::from(square.neg().sqrt().0));
        let (exists, root) = square.mul(&b).sqrt_ratio(&b);
        prop_assert!(bool::from(exists));
        prop_assert!(same(&root, &a) || same(&root, &a.neg()));
        prop_assert!(!bool::from(square.mul(&b).neg().sqrt_ratio(&b).0));
    }

    #[test]
    fn encodings_round_trip(a in element()) {
        let bytes = a.to_bytes();
        prop_assert!(same(&Element::from_bytes(&bytes).unwrap(), &a));
    }

    #[test]
    fn the_sign_of_the_negative_is_the_other_one(a in element()) {
        prop_assume!(!bool::from(a.is_zero()));
        prop_assert_ne!(a.is_odd().unwrap_u8(), a.neg().is_odd().unwrap_u8());
    }
}

#[test]
fn numbers_from_p_up_are_not_canonical() {
    let mut below = P;
    below[0] = 0xfe;
    assert!(same(
        &Element::from_bytes(&below).unwrap(),
        &Element::ONE.neg()
    ));
    assert!(Element::from_bytes(&P).is_none());
    assert!(Element::from_bytes(&[0xff; 56]).is_none());
    assert!(bool::from(Element::from_bytes_reduced(&P).is_zero()));
    let mut above = [0; 56];
    above[28] = 0xff;
    above[29..].fill(0xff);
    assert!(Element::from_bytes(&above).is_none(), "p + 1");
    assert!(same(&Element::from_bytes_reduced(&above), &Element::ONE));
}

#[test]
fn zero_has_the_inverse_zero_and_the_root_zero() {
    assert!(bool::from(Element::ZERO.invert().is_zero()));
    let (exists, root) = Element::ZERO.sqrt();
    assert!(bool::from(exists & root.is_zero()));
}

#[test]
fn unreduced_limbs_have_the_encoding_of_their_value() {
    // 2^56 in limb 0 is one in limb 1; all limbs at the bound are (2^448 - 1) + 1 + ... carried over.
    let one_up = Element([TIGHT, 0, 0, 0, 0, 0, 0, 0]);
    assert!(same(&one_up, &Element([0, 1, 0, 0, 0, 0, 0, 0])));
    let p = Element([MASK, MASK, MASK, MASK, MASK - 1, MASK, MASK, MASK]);
    assert!(bool::from(p.is_zero()));
    assert!(same(
        &Loose([3 * TIGHT; 8]).carry(),
        &Element([TIGHT; 8]).mul_small(3)
    ));
}

#[test]
fn the_second_round_of_carries_runs_through_a_full_limb() {
    let full = u128::from(MASK);
    let reduced = reduce([full, full, 0, 0, full, full, 0, full + 1]);
    assert_eq!(reduced, [0, 0, 1, 0, 0, 0, 1, 0]);
}
