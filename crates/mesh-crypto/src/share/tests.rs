// SPDX-License-Identifier: MIT
//! Tests of splitting and recovering.

use proptest::prelude::*;

use super::*;
use crate::{Error, Seeded};

fn secret(octets: &[u8]) -> SecretBytes {
    SecretBytes::new(octets.to_vec())
}

fn pick(shares: &[Share], positions: &[usize]) -> Vec<Share> {
    positions
        .iter()
        .map(|position| shares[*position].to_string().parse().unwrap())
        .collect()
}

/// The same share with one character of its text replaced; characters 5 to 8 hold the first octets of the value.
fn altered_at(share: &Share, at: usize) -> Share {
    let text = share.to_string();
    let old = text.chars().nth(at).unwrap();
    let new = if old == 'A' { 'B' } else { 'A' };
    let mut out = text.clone();
    out.replace_range(at..=at, &new.to_string());
    assert_ne!(out, text);
    out.parse().unwrap()
}

fn altered(share: &Share) -> Share {
    altered_at(share, 12)
}

fn fault<T: fmt::Debug>(result: Result<T, Error>) -> ShareError {
    match result {
        Err(Error::Share(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn published_polynomial_gives_the_published_shares() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../vectors/cryptography/share.json");
    let file: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let case = file["cases"]
        .as_array()
        .unwrap()
        .iter()
        .find(|case| case.get("coefficients").is_some())
        .unwrap();
    let field = Field::for_octets(16).unwrap();
    let coefficients: Vec<Element> = case["coefficients"]
        .as_array()
        .unwrap()
        .iter()
        .map(|text| {
            let text = text.as_str().unwrap();
            let octets: Vec<u8> = (0..text.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
                .collect();
            field.element(&octets)
        })
        .collect();
    let shares = evaluate(&field, &coefficients, 5, 3).unwrap();
    let texts: Vec<String> = shares.iter().map(Share::to_string).collect();
    assert_eq!(serde_json::json!(texts), case["shares"]);
}

#[test]
fn fewer_shares_than_the_quorum_are_refused_with_the_numbers() {
    let shares = split(&secret(b"secret"), 5, 3, &Seeded::new(1)).unwrap();
    assert_eq!(
        fault(recover(&shares[..2])),
        ShareError::TooFew { have: 2, need: 3 }
    );
    assert_eq!(fault(recover(&[])), ShareError::TooFew { have: 0, need: 1 });
}

#[test]
fn same_share_twice_is_named() {
    let shares = split(&secret(b"secret"), 5, 3, &Seeded::new(1)).unwrap();
    assert_eq!(
        fault(recover(&pick(&shares, &[0, 3, 3]))),
        ShareError::Duplicate { index: 4 }
    );
}

#[test]
fn share_of_a_set_with_another_quorum_is_named() {
    let mut mixed = pick(
        &split(&secret(b"secret"), 5, 3, &Seeded::new(1)).unwrap(),
        &[0, 1],
    );
    mixed.extend(pick(
        &split(&secret(b"secret"), 5, 2, &Seeded::new(1)).unwrap(),
        &[2],
    ));
    assert_eq!(
        fault(recover(&mixed)),
        ShareError::MixedQuorum {
            index: 3,
            expected: 3,
            found: 2
        }
    );
}

#[test]
fn share_of_a_secret_of_another_length_is_named() {
    let mut mixed = pick(
        &split(&secret(b"secret"), 5, 2, &Seeded::new(1)).unwrap(),
        &[0],
    );
    mixed.extend(pick(
        &split(&secret(b"secrets"), 5, 2, &Seeded::new(1)).unwrap(),
        &[4],
    ));
    assert_eq!(
        fault(recover(&mixed)),
        ShareError::DifferentLengths {
            index: 5,
            expected: 6,
            found: 7
        }
    );
}

#[test]
fn altered_share_among_two_more_than_the_quorum_is_found() {
    for odd in 0..4 {
        let mut shares = split(&secret(b"a secret"), 4, 2, &Seeded::new(1)).unwrap();
        shares[odd] = altered(&shares[odd]);
        let index = u8::try_from(odd + 1).unwrap();
        assert_eq!(
            fault(recover(&shares)),
            ShareError::Inconsistent {
                indexes: vec![index]
            }
        );
    }
}

#[test]
fn altered_share_among_one_more_than_the_quorum_puts_all_in_doubt() {
    let mut shares = split(&secret(b"a secret"), 3, 2, &Seeded::new(1)).unwrap();
    shares[1] = altered(&shares[1]);
    assert_eq!(
        fault(recover(&shares)),
        ShareError::Inconsistent {
            indexes: vec![1, 2, 3]
        }
    );
}

#[test]
fn two_shares_of_another_set_are_found_among_six() {
    let mut shares = split(&secret(b"a secret"), 6, 3, &Seeded::new(1)).unwrap();
    let others = split(&secret(b"a secret"), 6, 3, &Seeded::new(2)).unwrap();
    for odd in [1, 4] {
        shares[odd] = others[odd].to_string().parse().unwrap();
    }
    assert_eq!(
        fault(recover(&shares)),
        ShareError::Inconsistent {
            indexes: vec![2, 5]
        }
    );
}

/// The costliest case: as many choices of a quorum as there can be, and none of them convincing.
#[test]
fn hopelessly_mixed_shares_put_all_in_doubt() {
    let secret = secret(&[7; 64]);
    let mut shares = split(&secret, 15, 7, &Seeded::new(1)).unwrap();
    for (seed, share) in (2..).zip(shares.iter_mut().skip(6)) {
        let others = split(&secret, 15, 7, &Seeded::new(seed)).unwrap();
        *share = pick(&others, &[usize::from(share.index()) - 1]).remove(0);
    }
    assert_eq!(
        fault(recover(&shares)),
        ShareError::Inconsistent {
            indexes: (1..=15).collect()
        }
    );
}

#[test]
fn altered_quorum_of_a_seed_is_refused() {
    let seed = Seed::generate(crate::seed_code::PROFILE_ACCOUNT, &Seeded::new(1));
    let mut shares = split(&seed.binary(), 3, 2, &Seeded::new(2)).unwrap();
    assert_eq!(recover_seed(&shares[..2]).unwrap(), seed);
    shares[0] = altered_at(&shares[0], 5);
    assert_eq!(fault(recover_seed(&shares[..2])), ShareError::NotASeed);
}

/// With a bare quorum, an altered octet that leaves the seed's form alone shows only in the profile it leads to.
#[test]
fn altered_quorum_never_gives_the_same_seed() {
    let seed = Seed::generate(crate::seed_code::PROFILE_ACCOUNT, &Seeded::new(1));
    for at in [5, 12, 30, 50] {
        let mut shares = split(&seed.binary(), 3, 2, &Seeded::new(2)).unwrap();
        shares[0] = altered_at(&shares[0], at);
        match recover_seed(&shares[..2]) {
            Ok(other) => assert_ne!(other, seed),
            Err(error) => assert_eq!(error, Error::Share(ShareError::NotASeed)),
        }
    }
}

#[test]
fn text_that_is_no_share_is_named_by_its_place() {
    let share = split(&secret(b"secret"), 1, 1, &Seeded::new(1)).unwrap()[0].to_string();
    let other = "MDDK-7N6A-727A-JZNO-STRX-XKS7-DJAF".to_owned();
    assert_eq!(
        Share::parse_all(&[&share, &other]).unwrap_err(),
        ShareError::NotAShare { position: 2 }
    );
    assert_eq!(
        Share::parse_all(&[share.as_str(), "SAQP-C1Y2"]).unwrap_err(),
        ShareError::BadCharacter {
            share: 2,
            position: 7
        }
    );
    // Index 16 and quorum 0 do not exist.
    for numbers in [0x2f, 0x00] {
        let text = presentation::present(&[144, numbers, 1, 2, 3], usize::MAX);
        assert_eq!(
            Share::parse(&text).unwrap_err(),
            ShareError::NotAShare { position: 1 }
        );
    }
    let empty = presentation::present(&[144, 0x20], usize::MAX);
    assert!(Share::parse(&empty).is_err());
}

#[test]
fn share_typed_with_spaces_and_in_lower_case_is_accepted() {
    let shares = split(&secret(b"secret"), 1, 1, &Seeded::new(1)).unwrap();
    let typed = format!(
        " {} ",
        shares[0].to_string().replace('-', " ").to_lowercase()
    );
    assert_eq!(
        Share::parse(&typed).unwrap().to_string(),
        shares[0].to_string()
    );
}

#[test]
fn numbers_out_of_range_are_refused() {
    for (shares, quorum) in [(0, 0), (16, 2), (3, 4), (3, 0)] {
        assert_eq!(
            fault(split(&secret(b"secret"), shares, quorum, &Seeded::new(1))),
            ShareError::Quantity { shares, quorum }
        );
    }
    for length in [0, 65] {
        assert_eq!(
            fault(split(&secret(&vec![1; length]), 3, 2, &Seeded::new(1))),
            ShareError::SecretLength { length }
        );
    }
}

#[test]
fn extreme_secrets_of_every_length_come_back() {
    for length in 1..=MAXIMUM_SECRET {
        for octet in [0x00, 0xff] {
            let secret = secret(&vec![octet; length]);
            let shares = split(&secret, 5, 3, &Seeded::new(1)).unwrap();
            assert_eq!(recover(&pick(&shares, &[4, 0, 2])).unwrap(), secret);
        }
    }
}

#[test]
fn debug_hides_the_value() {
    let shares = split(&secret(b"secret"), 3, 2, &Seeded::new(1)).unwrap();
    insta::assert_snapshot!(format!("{:?}", shares[1]), @"Share(index 2, quorum 2, [redacted])");
}

/// Each modulus is a prime and no smaller number above the power is one (Miller and Rabin, the first 24 primes as bases).
#[test]
fn every_modulus_is_the_smallest_prime_above_its_power() {
    use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
    use crypto_bigint::{Odd, U576};

    const SMALL: [u64; 24] = [
        2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89,
    ];
    fn is_prime(number: &U576) -> bool {
        let small = |value: u64| U576::from(value);
        for prime in SMALL {
            if *number == small(prime) {
                return true;
            }
            if number.rem_vartime(&small(prime).to_nz().unwrap()) == U576::ZERO {
                return false;
            }
        }
        let parameters = FixedMontyParams::new_vartime(Odd::new(*number).unwrap());
        let one = FixedMontyForm::one(&parameters);
        let minus_one = one.neg();
        let even = number.wrapping_sub(&U576::ONE);
        let twos = even.trailing_zeros_vartime();
        let odd = even.shr_vartime(twos);
        SMALL.iter().all(|base| {
            let mut power = FixedMontyForm::new(&small(*base), &parameters).pow(&odd);
            if power == one || power == minus_one {
                return true;
            }
            (1..twos).any(|_| {
                power = power.square();
                power == minus_one
            })
        })
    }

    for (position, offset) in field::OFFSETS.iter().enumerate() {
        let bits = u32::try_from(8 * (position + 1)).unwrap();
        let power = U576::ONE.shl_vartime(bits);
        for candidate in (1..=*offset).step_by(2) {
            let number = power.wrapping_add(&U576::from(candidate));
            assert_eq!(
                is_prime(&number),
                candidate == *offset,
                "2^{bits} + {candidate}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_quorum_gives_the_secret_back(
        octets in proptest::collection::vec(any::<u8>(), 1..=64),
        shares in 1_u8..=15,
        quorum in 1_u8..=15,
        seed in any::<u64>(),
        order in any::<u64>(),
    ) {
        let quorum = quorum.min(shares);
        let secret = secret(&octets);
        let all = split(&secret, shares, quorum, &Seeded::new(seed)).unwrap();
        prop_assert_eq!(all.len(), usize::from(shares));
        prop_assert_eq!(&recover(&all).unwrap(), &secret);
        let mut positions: Vec<usize> = (0..all.len()).collect();
        let turn = usize::try_from(order % u64::from(shares)).unwrap();
        positions.rotate_left(turn);
        let chosen = pick(&all, &positions[..usize::from(quorum)]);
        prop_assert_eq!(&recover(&chosen).unwrap(), &secret);
    }

    #[test]
    fn share_survives_its_text(octets in proptest::collection::vec(any::<u8>(), 1..=64), seed in any::<u64>()) {
        for share in split(&secret(&octets), 4, 2, &Seeded::new(seed)).unwrap() {
            let text = share.to_string();
            let parsed = Share::parse(&text).unwrap();
            prop_assert_eq!(parsed.to_string(), text);
            prop_assert_eq!((parsed.index(), parsed.quorum()), (share.index(), share.quorum()));
        }
    }

    #[test]
    fn parsing_any_text_never_panics(text in "\\PC*") {
        let _ = Share::parse(&text);
    }
}
