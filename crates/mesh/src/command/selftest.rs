// SPDX-License-Identifier: MIT
//! `selftest`: the client against a service that cheats, and in a network in which anything happens.
//!
//! Spec: none.
//! Here: the table of attacks; stories of chance on all cores.
//! Not here: the attacks and the stories (`mesh-test`, attack, simulation).

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use indicatif::ProgressBar;
use mesh_jsonbcd::ErrorClass;
use mesh_test::attack::{Report, Verdict, all, carry_out};
use mesh_test::simulation;
use serde_json::{Value, json};

use crate::cli::SelftestArgs;
use crate::error::Failure;
use crate::output::{Answer, note};

/// Runs what was asked for.
///
/// # Errors
/// [`Failure`] when something is not as it must be.
pub fn run(args: &SelftestArgs) -> Result<Answer, Failure> {
    match args.seeds {
        Some(count) => simulate(args.from, count),
        None => attacked(),
    }
}

/// What came of all stories.
#[derive(Default)]
struct Told {
    acknowledged: u64,
    uncertain: u64,
    packets: u64,
    faults: BTreeMap<&'static str, u64>,
    violated: Option<simulation::Violation>,
}

fn simulate(from: u64, count: u64) -> Result<Answer, Failure> {
    let (next, told) = (AtomicU64::new(0), Mutex::new(Told::default()));
    let bar = ProgressBar::new(count);
    let workers = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return;
                    }
                    let story = simulation::run(from.saturating_add(number));
                    let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
                    bar.inc(1);
                    match story {
                        Ok(run) => {
                            told.acknowledged += run.acknowledged;
                            told.uncertain += run.uncertain;
                            told.packets += run.packets;
                            for (fault, times) in run.faults {
                                *told.faults.entry(fault).or_default() += times;
                            }
                        }
                        Err(violation) => {
                            // The first one is enough: the others stop with the story that they tell.
                            next.store(count, Ordering::Relaxed);
                            told.violated.get_or_insert(violation);
                        }
                    }
                }
            });
        }
    });
    bar.finish_and_clear();
    let told = told.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(violation) = told.violated {
        for line in &violation.trace {
            note(line);
        }
        return Err(Failure {
            cause: violation.to_string(),
            remedy: format!(
                "'mesh selftest --seeds 1 --from {}' tells the story again; please report it",
                violation.seed
            ),
            class: ErrorClass::Internal,
        });
    }
    let faults = told
        .faults
        .iter()
        .map(|(fault, times)| format!("\n{times:>9} {fault}"));
    let human = format!(
        "{count} stories: {} changes acknowledged, all there; {} uncertain, each there or not as a whole\n{:>9} packets, of which{}",
        told.acknowledged,
        told.uncertain,
        told.packets,
        faults.collect::<String>()
    );
    Ok(Answer::say(human)
        .with("stories", count)
        .with("acknowledged", told.acknowledged)
        .with("uncertain", told.uncertain)
        .with("packets", told.packets)
        .with("faults", json!(told.faults)))
}

/// Carries out every attack; the table is printed also when one of them was not detected.
fn attacked() -> Result<Answer, Failure> {
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
