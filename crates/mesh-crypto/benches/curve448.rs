// SPDX-License-Identifier: MIT
//! Times of the curve448 operations, to set beside `openssl speed ed448 ecdhx448`.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a program"
)]

use divan::{Bencher, black_box};
use mesh_crypto::hazmat::{self, MontgomeryPoint, Scalar};

fn main() {
    divan::main();
}

const SECRET: [u8; 56] = [0x5a; 56];
const OTHER: [u8; 56] = [0xa7; 56];

fn pair() -> (Scalar, MontgomeryPoint, MontgomeryPoint) {
    let (a, b) = (Scalar::from_clamped(&SECRET), Scalar::from_clamped(&OTHER));
    (
        a.clone(),
        MontgomeryPoint::mul_base(&a).unwrap(),
        MontgomeryPoint::mul_base(&b).unwrap(),
    )
}

#[divan::bench]
fn x448_agree(bencher: Bencher) {
    let peer = hazmat::x448_public(&OTHER);
    bencher.bench_local(|| hazmat::x448(black_box(&SECRET), black_box(&peer)));
}

#[divan::bench]
fn x448_public(bencher: Bencher) {
    black_box(hazmat::x448_public(&SECRET));
    bencher.bench_local(|| hazmat::x448_public(black_box(&SECRET)));
}

#[divan::bench]
fn x448_public_signed(bencher: Bencher) {
    let (a, _, _) = pair();
    bencher.bench_local(|| MontgomeryPoint::mul_base(black_box(&a)).map(|point| point.to_bytes()));
}

#[divan::bench]
fn x448_product_with_sign(bencher: Bencher) {
    let (a, _, peer) = pair();
    bencher.bench_local(|| black_box(&peer).mul(black_box(&a)));
}

#[divan::bench]
fn x448_point_decode(bencher: Bencher) {
    let bytes = pair().1.to_bytes();
    bencher.bench_local(|| MontgomeryPoint::from_bytes(black_box(&bytes)));
}

#[divan::bench]
fn x448_point_add(bencher: Bencher) {
    let (_, one, two) = pair();
    bencher.bench_local(|| black_box(&one).add(black_box(&two)));
}

#[divan::bench]
fn ed448_public(bencher: Bencher) {
    let expanded = hazmat::expand(&SECRET).unwrap();
    black_box(hazmat::public(&expanded.scalar));
    bencher.bench_local(|| hazmat::public(black_box(&expanded.scalar)));
}

#[divan::bench]
fn ed448_sign(bencher: Bencher) {
    let expanded = hazmat::expand(&SECRET).unwrap();
    let public = hazmat::public(&expanded.scalar);
    bencher.bench_local(|| {
        hazmat::sign_expanded(
            &expanded.scalar,
            &expanded.prefix,
            &public,
            black_box(&[7; 64]),
        )
    });
}

#[divan::bench]
fn ed448_verify(bencher: Bencher) {
    let expanded = hazmat::expand(&SECRET).unwrap();
    let public = hazmat::public(&expanded.scalar);
    let signature = hazmat::sign(&SECRET, &[7; 64]).unwrap();
    hazmat::verify(&public, &[7; 64], &signature).unwrap();
    bencher.bench_local(|| hazmat::verify(black_box(&public), &[7; 64], black_box(&signature)));
}
