// SPDX-License-Identifier: MIT
//! A service that alters, withholds, forges or forgets: nothing of it goes undetected.

use mesh_test::attack::{Verdict, all, carry_out};

#[test]
fn every_attack_is_detected_or_harmless() {
    let attacks = all();
    assert!(attacks.len() > 50, "{}", attacks.len());
    let mut deceived = 0;
    for attack in &attacks {
        let report = carry_out(attack);
        eprintln!("{:<10} {}: {}", report.verdict, report.name, report.what);
        if report.verdict == Verdict::Undetected {
            deceived += 1;
        }
    }
    assert_eq!(deceived, 0);
}
