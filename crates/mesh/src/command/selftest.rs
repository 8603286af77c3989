// SPDX-License-Identifier: MIT
//! `selftest`: the client against a service that cheats.
//!
//! Spec: none.
//! Here: the table.
//! Not here: the attacks (`mesh-test`, attack).

use indicatif::ProgressBar;
use mesh_jsonbcd::ErrorClass;
use mesh_test::attack::{Report, Verdict, all, carry_out};
use serde_json::{Value, json};

use crate::error::Failure;
use crate::output::{Answer, note};

/// Carries out every attack.
///
/// # Errors
/// [`Failure`] when one of them was not detected; the table is printed all the same.
pub fn run() -> Result<Answer, Failure> {
    let attacks = all();
    let bar = ProgressBar::new(u64::try_from(attacks.len()).unwrap_or(u64::MAX));
    let mut reports: Vec<Report> = Vec::new();
    for attack in &attacks {
        reports.push(carry_out(attack));
        bar.inc(1);
    }
    bar.finish_and_clear();
    let rows: Vec<String> = reports
        .iter()
        .map(|report| {
            format!(
                "{:<10}  {}\n            {}",
                report.verdict, report.name, report.what
            )
        })
        .collect();
    let of = |verdict| {
        reports
            .iter()
            .filter(|report| report.verdict == verdict)
            .count()
    };
    let (detected, harmless, undetected) = (
        of(Verdict::Detected),
        of(Verdict::Harmless),
        of(Verdict::Undetected),
    );
    let human = format!(
        "{}\n{} attacks: {detected} detected, {harmless} harmless, {undetected} undetected",
        rows.join("\n"),
        reports.len()
    );
    if undetected > 0 {
        note(&human);
        let names: Vec<&str> = reports
            .iter()
            .filter(|report| report.verdict == Verdict::Undetected)
            .map(|report| report.name)
            .collect();
        return Err(Failure::of(
            ErrorClass::Internal,
            format!("undetected: a service that {}", names.join("; ")),
        ));
    }
    let list: Vec<Value> = reports
        .iter()
        .map(|report| json!({ "name": report.name, "outcome": report.verdict.to_string(), "what": report.what }))
        .collect();
    Ok(Answer::say(human)
        .with("attacks", list)
        .with("detected", detected)
        .with("harmless", harmless)
        .with("undetected", undetected))
}
