// SPDX-License-Identifier: MIT
//! Whether the time of an operation with a secret depends on the secret: the test of Reparaz, Balasch and Verbauwhede ("Dude, is my code
//! constant time?", 2017).
//!
//! Two classes of secrets, one fixed and one random, are measured in random order; Welch's t of both, with the slowest tenth of all times left out,
//! stays below 4.5 where nothing is to be seen, and grows with the number of measurements where there is a difference. It shows leaks, and proves
//! nothing. `cargo bench -p mesh-crypto --bench constant_time -- [MEASUREMENTS]`; exit code 1 when some t is
//! above 10, or the leak of the control is not seen.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::as_conversions,
    reason = "a program"
)]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use mesh_crypto::{Environment, Seeded, hazmat};

type Operation = (&'static str, Box<dyn Fn(&[u8; 56])>);

fn main() -> ExitCode {
    let mut arguments = std::env::args();
    let given = arguments.find_map(|argument| argument.parse().ok());
    let measurements: usize = given.unwrap_or(50_000);
    let peer = hazmat::x448_public(&[0xa7; 56]);
    let operations: [Operation; 4] = [
        (
            "X448 agreement",
            Box::new(move |secret| drop(black_box(hazmat::x448(secret, &peer)))),
        ),
        (
            "X448 public key",
            Box::new(|secret| {
                black_box(hazmat::x448_public(secret));
            }),
        ),
        (
            "Ed448 signature",
            Box::new(|secret| {
                let _ = black_box(hazmat::sign(secret, b"message"));
            }),
        ),
        // What leaks must be seen, or the others mean nothing: its time depends on one bit.
        (
            "(control: leaks)",
            Box::new(|secret| {
                black_box(hazmat::x448_public(secret));
                if secret.first().is_some_and(|octet| octet & 1 == 1) {
                    black_box(mesh_crypto::digest::sha512(&[secret.as_slice()]));
                }
            }),
        ),
    ];
    let mut code = ExitCode::SUCCESS;
    for (name, operation) in &operations {
        let t = welch(measurements, operation.as_ref());
        let is_control = name.starts_with('(');
        println!("{name}: t = {t:.2} over {measurements} measurements");
        let (seen, not_seen) = (t.abs() > 4.5, t.abs() < 10.0);
        if !(if is_control { seen } else { not_seen }) {
            code = ExitCode::FAILURE;
        }
    }
    code
}

fn welch(measurements: usize, operation: &dyn Fn(&[u8; 56])) -> f64 {
    let env = Seeded::new(8);
    let mut times: Vec<(bool, f64)> = Vec::with_capacity(measurements);
    for _ in 0..measurements {
        let mut secret = [0; 56];
        let mut class = [0];
        env.random(&mut secret);
        env.random(&mut class);
        let fixed = class[0] & 1 == 0;
        if fixed {
            secret = [0; 56];
        }
        operation(&secret);
        let begin = Instant::now();
        operation(black_box(&secret));
        times.push((fixed, begin.elapsed().as_nanos() as f64));
    }
    let mut sorted: Vec<f64> = times.iter().map(|(_, time)| *time).collect();
    sorted.sort_by(f64::total_cmp);
    let cut = sorted
        .get(measurements * 9 / 10)
        .copied()
        .unwrap_or(f64::MAX);
    let of = |class: bool| {
        let kept = times
            .iter()
            .filter(|(of, time)| *of == class && *time < cut);
        let kept: Vec<f64> = kept.map(|(_, time)| *time).collect();
        let count = kept.len() as f64;
        let mean = kept.iter().sum::<f64>() / count;
        let variance = kept.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0);
        (mean, variance / count)
    };
    let ((a, va), (b, vb)) = (of(true), of(false));
    (a - b) / (va + vb).sqrt()
}
