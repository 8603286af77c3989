// SPDX-License-Identifier: MIT
//! Published and made vectors for curve448, and the laws that hold for every input.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test program"
)]

use mesh_crypto::hazmat::{self, EdwardsPoint, Error, MontgomeryPoint, Scalar};
use proptest::prelude::*;

const RFC7748: &str = include_str!("../../../vectors/rfc/rfc7748-x448.txt");
const RFC8032: &str = include_str!("../../../vectors/rfc/rfc8032-ed448.txt");
const MADE: &str = include_str!("../../../vectors/cryptography/curve448.txt");

/// p and L, least significant octet first.
const P: [u8; 56] = {
    let mut out = [0xff; 56];
    out[28] = 0xfe;
    out
};
const L: &str = "f34458ab92c27823558fc58d72c26c219036d6ae49db4ec4e923ca7cffffffffffffffffffffffffffffffffffffffffffffffffffffff3f";

fn octets(hex: &str) -> Vec<u8> {
    if hex == "-" {
        return Vec::new();
    }
    assert!(hex.len().is_multiple_of(2));
    (0..hex.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap())
        .collect()
}

fn fixed<const N: usize>(hex: &str) -> [u8; N] {
    octets(hex).try_into().unwrap()
}

/// The cases of one kind; at least one.
fn cases<const N: usize>(file: &'static str, kind: &str) -> Vec<[&'static str; N]> {
    let cases: Vec<_> = file
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter(|(name, _)| *name == kind)
        .map(|(_, rest)| rest.split(' ').collect::<Vec<_>>().try_into().unwrap())
        .collect();
    assert!(!cases.is_empty(), "no case of {kind}");
    cases
}

fn montgomery(hex: &str) -> MontgomeryPoint {
    MontgomeryPoint::from_bytes(&fixed(hex)).unwrap()
}

fn edwards(hex: &str) -> EdwardsPoint {
    EdwardsPoint::from_bytes(&fixed(hex)).unwrap()
}

// ---------------------------------------------------------------------------------- RFC 7748

#[test]
fn x448_gives_the_results_of_rfc_7748() {
    for [scalar, u, out] in cases(RFC7748, "x448") {
        assert_eq!(
            *hazmat::x448(&fixed(scalar), &fixed(u)).unwrap(),
            fixed(out)
        );
    }
}

#[test]
fn x448_iterated_a_thousand_times_gives_the_result_of_rfc_7748() {
    for [after_one, after_thousand] in cases(RFC7748, "x448-iterated") {
        let (mut scalar, mut u) = (small(5), small(5));
        for i in 0..1000 {
            let next = *hazmat::x448(&scalar, &u).unwrap();
            (u, scalar) = (scalar, next);
            if i == 0 {
                assert_eq!(scalar, fixed(after_one));
            }
        }
        assert_eq!(scalar, fixed(after_thousand));
    }
}

#[test]
fn alice_and_bob_of_rfc_7748_agree() {
    for [alice, bob, alice_public, bob_public, shared] in cases(RFC7748, "x448-agree") {
        assert_eq!(hazmat::x448_public(&fixed(alice)), fixed(alice_public));
        assert_eq!(hazmat::x448_public(&fixed(bob)), fixed(bob_public));
        assert_eq!(
            *hazmat::x448(&fixed(alice), &fixed(bob_public)).unwrap(),
            fixed(shared)
        );
        assert_eq!(
            *hazmat::x448(&fixed(bob), &fixed(alice_public)).unwrap(),
            fixed(shared)
        );
    }
}

#[test]
fn the_base_points_of_both_curves_correspond() {
    // RFC 7748, section 4.2: u = 5, v = 355...362, even.
    let mut base = [0; 57];
    base[0] = 5;
    assert_eq!(
        MontgomeryPoint::mul_base(&Scalar::one())
            .unwrap()
            .to_bytes(),
        base
    );
    assert_eq!(EdwardsPoint::mul_base(&Scalar::one()), EdwardsPoint::base());
}

// ---------------------------------------------------------------------------------- RFC 8032

#[test]
fn ed448_gives_the_keys_and_signatures_of_rfc_8032() {
    let cases = cases::<5>(RFC8032, "ed448");
    assert_eq!(cases.len(), 9);
    for [secret, public, message, context, signature] in cases {
        let (public, message, context) = (fixed(public), octets(message), octets(context));
        let expanded = hazmat::expand(&octets(secret)).unwrap();
        assert_eq!(hazmat::public(&expanded.scalar), public);
        let signed = hazmat::sign_expanded_with_context(
            &expanded.scalar,
            &expanded.prefix,
            &public,
            &context,
            &message,
        )
        .unwrap();
        assert_eq!(signed, fixed(signature));
        hazmat::verify_with_context(&public, &context, &message, &signed).unwrap();
        let other = hazmat::verify_with_context(&public, b"another", &message, &signed);
        assert_eq!(other, Err(Error::BadSignature));
        if context.is_empty() {
            assert_eq!(hazmat::sign(&octets(secret), &message).unwrap(), signed);
            hazmat::verify(&public, &message, &signed).unwrap();
        }
    }
}

// ---------------------------------------------------------------------------------- made vectors

#[test]
fn ed448_agrees_with_openssl() {
    for [secret, public, message, signature] in cases(MADE, "ed448-sign") {
        let (secret, message) = (octets(secret), octets(message));
        assert_eq!(
            hazmat::public(&hazmat::expand(&secret).unwrap().scalar),
            fixed(public)
        );
        assert_eq!(hazmat::sign(&secret, &message).unwrap(), fixed(signature));
        hazmat::verify(&fixed(public), &message, &octets(signature)).unwrap();
    }
}

#[test]
fn secrets_of_56_octets_give_the_keys_of_the_model() {
    for [secret, public] in cases(MADE, "ed448-mesh-public") {
        assert_eq!(
            hazmat::public(&hazmat::expand(&octets(secret)).unwrap().scalar),
            fixed(public)
        );
    }
}

#[test]
fn edwards_sums_and_products_are_those_of_the_model() {
    for [p, q, sum] in cases(MADE, "ed448-add") {
        assert_eq!(edwards(p).add(&edwards(q)).to_bytes(), fixed(sum));
        assert_eq!(edwards(q).add(&edwards(p)).to_bytes(), fixed(sum));
    }
    for [scalar, point, product] in cases(MADE, "ed448-product") {
        let scalar = Scalar::from_bytes_56(&fixed(scalar));
        assert_eq!(edwards(point).mul(&scalar).to_bytes(), fixed(product));
        assert_eq!(
            edwards(point)
                .mul_add_base_vartime(&scalar, &Scalar::zero())
                .to_bytes(),
            fixed(product)
        );
    }
}

#[test]
fn x448_agrees_with_openssl() {
    for [secret, public, peer, shared] in cases(MADE, "x448-agree") {
        assert_eq!(hazmat::x448_public(&fixed(secret)), fixed(public));
        assert_eq!(
            *hazmat::x448(&fixed(secret), &fixed(peer)).unwrap(),
            fixed(shared)
        );
    }
}

#[test]
fn public_keys_have_the_sign_of_the_model() {
    let mut signs = [0; 2];
    for [secret, public] in cases(MADE, "x448-signed") {
        let point = MontgomeryPoint::mul_base(&Scalar::from_clamped(&fixed(secret))).unwrap();
        assert_eq!(point.to_bytes(), fixed(public));
        assert_eq!(MontgomeryPoint::from_bytes(&fixed(public)).unwrap(), point);
        signs[usize::from(point.to_bytes()[56] >> 7)] += 1;
    }
    assert!(signs[0] > 16 && signs[1] > 16);
}

#[test]
fn montgomery_sums_and_products_are_those_of_the_model() {
    for [p, q, sum] in cases(MADE, "x448-add") {
        assert_eq!(
            montgomery(p).add(&montgomery(q)).unwrap().to_bytes(),
            fixed(sum)
        );
        assert_eq!(
            montgomery(q).add(&montgomery(p)).unwrap().to_bytes(),
            fixed(sum)
        );
    }
    for [scalar, point, product] in cases(MADE, "x448-product") {
        let scalar = Scalar::from_bytes_56(&fixed(scalar));
        let computed = montgomery(point).mul(&scalar).unwrap();
        assert_eq!(computed.to_bytes(), fixed(product));
        let shared = hazmat::x448_scalar(&scalar, &montgomery(point).u_bytes()).unwrap();
        assert_eq!(*shared, computed.u_bytes());
    }
}

#[test]
fn sums_of_low_order_are_refused() {
    for [p, q] in cases(MADE, "x448-refused-sum") {
        assert_eq!(montgomery(p).add(&montgomery(q)), Err(Error::LowOrder));
        assert_eq!(
            montgomery(p).add(&montgomery(p).neg()),
            Err(Error::LowOrder)
        );
    }
}

#[test]
fn scalars_are_those_of_the_model() {
    for [a, b, reduced, sum, difference, product, negated] in cases(MADE, "scalar") {
        let (a, b) = (
            Scalar::from_bytes_56(&fixed(a)),
            Scalar::from_bytes_56(&fixed(b)),
        );
        assert_eq!(*a.to_bytes_56(), fixed(reduced));
        assert_eq!(*a.add(&b).to_bytes_56(), fixed(sum));
        assert_eq!(*a.sub(&b).to_bytes_56(), fixed(difference));
        assert_eq!(*a.mul(&b).to_bytes_56(), fixed(product));
        assert_eq!(*a.neg().to_bytes_56(), fixed(negated));
        assert_eq!(a.mul_add(&b, &a), a.mul(&b).add(&a));
    }
    for [wide, reduced] in cases(MADE, "scalar-wide") {
        let wide: [u8; 114] = fixed(wide);
        assert_eq!(
            *Scalar::from_bytes_wide(&wide).to_bytes_56(),
            fixed(reduced)
        );
        let mut low = [0; 57];
        low.copy_from_slice(&wide[..57]);
        let mut padded = [0; 114];
        padded[..57].copy_from_slice(&low);
        assert_eq!(
            Scalar::from_bytes_57(&low),
            Scalar::from_bytes_wide(&padded)
        );
    }
}

// ---------------------------------------------------------------------------------- laws

fn scalar() -> impl Strategy<Value = Scalar> {
    proptest::collection::vec(any::<u8>(), 114)
        .prop_map(|bytes| Scalar::from_bytes_wide(&bytes.try_into().unwrap()))
}

fn secret() -> impl Strategy<Value = [u8; 56]> {
    proptest::collection::vec(any::<u8>(), 56).prop_map(|bytes| bytes.try_into().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn products_of_a_sum_are_sums_of_products(a in scalar(), b in scalar()) {
        let sum = a.add(&b);
        prop_assert_eq!(EdwardsPoint::mul_base(&a).add(&EdwardsPoint::mul_base(&b)), EdwardsPoint::mul_base(&sum));
        let (p, q) = (MontgomeryPoint::mul_base(&a).unwrap(), MontgomeryPoint::mul_base(&b).unwrap());
        prop_assert_eq!(p.add(&q).unwrap(), MontgomeryPoint::mul_base(&sum).unwrap());
        prop_assert_eq!(p.add(&q.neg()).unwrap(), MontgomeryPoint::mul_base(&a.sub(&b)).unwrap());
    }

    #[test]
    fn every_way_to_a_product_gives_the_same_point(a in scalar(), b in scalar()) {
        let (base, ab) = (EdwardsPoint::base(), a.mul(&b));
        let p = EdwardsPoint::mul_base(&a);
        prop_assert_eq!(base.mul(&a), p);
        prop_assert_eq!(p.mul(&b), EdwardsPoint::mul_base(&ab));
        prop_assert_eq!(p.mul_add_base_vartime(&b, &a), EdwardsPoint::mul_base(&ab.add(&a)));
        prop_assert_eq!(p.double(), p.add(&p));
        prop_assert_eq!(EdwardsPoint::from_bytes(&p.to_bytes()).unwrap(), p);
        prop_assert!(bool::from(p.add(&p.neg()).is_identity()));
        // T is right too: a point made by one way is a good operand of another.
        prop_assert_eq!(p.mul_add_base_vartime(&b, &a).add(&p), EdwardsPoint::mul_base(&ab.add(&a).add(&a)));
        prop_assert_eq!(EdwardsPoint::mul_base(&a).neg().add(&base), EdwardsPoint::mul_base(&Scalar::one().sub(&a)));
        let m = MontgomeryPoint::mul_base(&a).unwrap();
        prop_assert_eq!(m.mul(&b).unwrap(), MontgomeryPoint::mul_base(&ab).unwrap());
        prop_assert_eq!(MontgomeryPoint::from_bytes(&m.to_bytes()).unwrap(), m);
    }

    #[test]
    fn scalars_form_a_ring(a in scalar(), b in scalar(), c in scalar()) {
        prop_assert_eq!(a.add(&b).mul(&c), a.mul(&c).add(&b.mul(&c)));
        prop_assert_eq!(a.sub(&b).add(&b), a.clone());
        prop_assert_eq!(a.mul(&Scalar::one()), a.clone());
        prop_assert_eq!(Scalar::from_canonical(&a.to_bytes_57()).unwrap(), a);
    }

    #[test]
    fn an_overlaid_key_agrees_like_the_sum_of_its_parts(first in secret(), second in secret(), other in secret()) {
        let (a, b) = (Scalar::from_clamped(&first), Scalar::from_clamped(&second));
        let whole = a.add(&b);
        let public = MontgomeryPoint::mul_base(&a).unwrap().add(&MontgomeryPoint::mul_base(&b).unwrap()).unwrap();
        prop_assert_eq!(MontgomeryPoint::mul_base(&whole).unwrap(), public);
        let peer = MontgomeryPoint::mul_base(&Scalar::from_clamped(&other)).unwrap();
        let shared = hazmat::x448(&other, &public.u_bytes()).unwrap();
        prop_assert_eq!(*hazmat::x448_scalar(&whole, &peer.u_bytes()).unwrap(), *shared);
        // Two holders of parts reach the same value without the whole.
        let joined = peer.mul(&a).unwrap().add(&peer.mul(&b).unwrap()).unwrap();
        prop_assert_eq!(joined.u_bytes(), *shared);
        prop_assert_eq!(peer.mul(&a).unwrap().u_bytes(), *hazmat::x448(&first, &peer.u_bytes()).unwrap());
    }

    #[test]
    fn a_combined_key_signs_for_the_combined_public_key(first in secret(), second in secret(), message: Vec<u8>) {
        let (a, b) = (hazmat::expand(&first).unwrap(), hazmat::expand(&second).unwrap());
        let parts = [&a, &b].map(|part| EdwardsPoint::from_bytes(&hazmat::public(&part.scalar)).unwrap());
        let public = parts[0].add(&parts[1]).to_bytes();
        let signature = hazmat::sign_expanded(&a.scalar.add(&b.scalar), &a.prefix, &public, &message);
        prop_assert_eq!(hazmat::verify(&public, &message, &signature), Ok(()));
    }

    #[test]
    fn a_changed_bit_breaks_a_signature(key in secret(), message in proptest::collection::vec(any::<u8>(), 1..99), at: prop::sample::Index, bit in 0..8_u32) {
        let public = hazmat::public(&hazmat::expand(&key).unwrap().scalar);
        let mut signature = hazmat::sign(&key, &message).unwrap();
        signature[at.index(114)] ^= 1_u8 << bit;
        prop_assert_eq!(hazmat::verify(&public, &message, &signature), Err(Error::BadSignature));
        signature[at.index(114)] ^= 1_u8 << bit;
        prop_assert_eq!(hazmat::verify(&public, &message, &signature), Ok(()));
        let mut message = message;
        let at = at.index(message.len());
        message[at] ^= 1_u8 << bit;
        prop_assert_eq!(hazmat::verify(&public, &message, &signature), Err(Error::BadSignature));
    }
}

// ---------------------------------------------------------------------------------- refusals

fn with_last(low: [u8; 56], last: u8) -> [u8; 57] {
    let mut out = [last; 57];
    out[..56].copy_from_slice(&low);
    out
}

fn small(value: u8) -> [u8; 56] {
    let mut out = [0; 56];
    out[0] = value;
    out
}

/// p - 1 or p + 1 (for -1 and 1).
fn near_p(offset: i8) -> [u8; 56] {
    match offset {
        -1 => {
            let mut out = P;
            out[0] = 0xfe;
            out
        }
        _ => {
            let mut out = [0; 56];
            out[28..].fill(0xff);
            out
        }
    }
}

#[test]
fn edwards_encodings_that_are_not_canonical_are_refused() {
    let decode = |bytes| EdwardsPoint::from_bytes(&bytes).map(|_| ());
    assert_eq!(decode(with_last(P, 0)), Err(Error::NotCanonical), "y = p");
    assert_eq!(
        decode(with_last(near_p(1), 0)),
        Err(Error::NotCanonical),
        "y = p + 1"
    );
    assert_eq!(
        decode(with_last(small(1), 0x80)),
        Err(Error::NotCanonical),
        "x = 0 with the sign set"
    );
    assert_eq!(
        decode(with_last(near_p(-1), 0x80)),
        Err(Error::NotCanonical),
        "x = 0 with the sign set"
    );
    let mut base = EdwardsPoint::base().to_bytes();
    for bit in 0..7 {
        base[56] ^= 1_u8 << bit;
        assert_eq!(decode(base), Err(Error::NotCanonical));
        base[56] ^= 1_u8 << bit;
    }
    assert_eq!(decode(base), Ok(()));
    let outside = (2..40)
        .filter(|y| decode(with_last(small(*y), 0)) == Err(Error::NotOnCurve))
        .count();
    assert!(
        (8..32).contains(&outside),
        "about half of all y have no x: {outside}"
    );
}

#[test]
fn low_order_edwards_points_decode_and_say_so() {
    for encoding in [
        with_last(small(1), 0),
        with_last(near_p(-1), 0),
        with_last(small(0), 0),
        with_last(small(0), 0x80),
    ] {
        let point = EdwardsPoint::from_bytes(&encoding).unwrap();
        assert_eq!(point.to_bytes(), encoding);
        assert!(bool::from(point.is_low_order()));
        assert!(bool::from(point.double().double().is_identity()));
        // Complete formulas: nothing special about these points.
        let sum = point.add(&EdwardsPoint::base());
        assert!(!bool::from(sum.is_low_order()));
        assert_eq!(sum.add(&point.neg()), EdwardsPoint::base());
    }
    assert!(!bool::from(EdwardsPoint::base().is_low_order()));
}

#[test]
fn a_public_key_of_low_order_verifies_nothing() {
    // With A = (0, 1) the equation holds for R = (0, 1), S = 0 and every message.
    let identity = EdwardsPoint::identity().to_bytes();
    let mut forged = [0; 114];
    forged[..57].copy_from_slice(&identity);
    assert_eq!(
        hazmat::verify(&identity, b"any", &forged),
        Err(Error::LowOrder)
    );
}

#[test]
fn a_signature_with_s_not_below_the_order_is_refused() {
    let secret = [7; 57];
    let public = hazmat::public(&hazmat::expand(&secret).unwrap().scalar);
    let mut signature = hazmat::sign(&secret, b"message").unwrap();
    let mut carry = 0;
    for (octet, order) in signature[57..].iter_mut().zip(octets(L)) {
        let sum = u16::from(*octet) + u16::from(order) + carry;
        *octet = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    assert_eq!(
        hazmat::verify(&public, b"message", &signature),
        Err(Error::BadSignature)
    );
    let mut order = [0; 57];
    order[..56].copy_from_slice(&octets(L));
    assert_eq!(Scalar::from_canonical(&order), Err(Error::NotCanonical));
    order[0] -= 1;
    assert_eq!(Scalar::from_canonical(&order).unwrap(), Scalar::one().neg());
    order[56] = 1;
    assert_eq!(Scalar::from_canonical(&order), Err(Error::NotCanonical));
}

#[test]
fn wrong_lengths_are_refused() {
    for length in [0, 32, 55, 58, 114] {
        assert_eq!(
            hazmat::expand(&vec![1; length]).map(|_| ()),
            Err(Error::Length)
        );
    }
    let public = EdwardsPoint::base().to_bytes();
    for length in [0, 56, 57, 113, 115] {
        assert_eq!(
            hazmat::verify(&public, b"", &vec![0; length]),
            Err(Error::Length)
        );
    }
    let long = [0; 256];
    assert_eq!(
        hazmat::verify_with_context(&public, &long, b"", &[0; 114]),
        Err(Error::ContextTooLong)
    );
    let signed = hazmat::sign_expanded_with_context(&Scalar::one(), &[1; 57], &public, &long, b"");
    assert_eq!(signed, Err(Error::ContextTooLong));
    let context = &long[..255];
    let signed =
        hazmat::sign_expanded_with_context(&Scalar::one(), &[1; 57], &public, context, b"")
            .unwrap();
    hazmat::verify_with_context(&public, context, b"", &signed).unwrap();
}

#[test]
fn agreement_with_a_low_order_peer_is_refused() {
    for u in [small(0), small(1), near_p(-1), P, near_p(1)] {
        assert_eq!(
            hazmat::x448(&[0x55; 56], &u).map(|_| ()),
            Err(Error::LowOrder)
        );
        for scalar in [Scalar::one(), Scalar::from_bytes_56(&[0x57; 56])] {
            assert_eq!(
                hazmat::x448_scalar(&scalar, &u).map(|_| ()),
                Err(Error::LowOrder)
            );
        }
    }
}

#[test]
fn the_zero_scalar_makes_no_point() {
    let base = MontgomeryPoint::mul_base(&Scalar::one()).unwrap();
    assert_eq!(
        MontgomeryPoint::mul_base(&Scalar::zero()),
        Err(Error::LowOrder)
    );
    assert_eq!(base.mul(&Scalar::zero()), Err(Error::LowOrder));
    assert_eq!(
        hazmat::x448_scalar(&Scalar::zero(), &base.u_bytes()).map(|_| ()),
        Err(Error::LowOrder)
    );
    assert!(bool::from(
        EdwardsPoint::mul_base(&Scalar::zero()).is_identity()
    ));
}

#[test]
fn montgomery_encodings_that_are_not_acceptable_are_refused() {
    let decode = |bytes| MontgomeryPoint::from_bytes(&bytes).map(|_| ());
    assert_eq!(decode(with_last(small(5), 0)), Ok(()));
    assert_eq!(decode(with_last(small(5), 0x80)), Ok(()));
    for last in [1, 0x40, 0x7f, 0x81, 0xff] {
        assert_eq!(decode(with_last(small(5), last)), Err(Error::NotCanonical));
    }
    for sign in [0, 0x80] {
        assert_eq!(decode(with_last(P, sign)), Err(Error::NotCanonical));
        assert_eq!(
            decode(with_last([0xff; 56], sign)),
            Err(Error::NotCanonical)
        );
        assert_eq!(decode(with_last(small(0), sign)), Err(Error::LowOrder));
        assert_eq!(decode(with_last(small(1), sign)), Err(Error::LowOrder));
        assert_eq!(decode(with_last(near_p(-1), sign)), Err(Error::LowOrder));
    }
    let twist = (2..40)
        .filter(|u| decode(with_last(small(*u), 0)) == Err(Error::NotOnCurve))
        .count();
    assert!(
        (8..32).contains(&twist),
        "about half of all u are on the twist: {twist}"
    );
}

#[test]
fn nothing_secret_is_printed() {
    let expanded = hazmat::expand(&[9; 57]).unwrap();
    assert_eq!(format!("{expanded:?}"), "ExpandedSecret([redacted])");
    assert_eq!(format!("{:?}", expanded.scalar), "Scalar([redacted])");
    assert_eq!(
        format!("{:?}", EdwardsPoint::base()),
        "EdwardsPoint([redacted])"
    );
    assert_eq!(
        format!("{:?}", MontgomeryPoint::mul_base(&Scalar::one())),
        "Ok(MontgomeryPoint([redacted]))"
    );
}
