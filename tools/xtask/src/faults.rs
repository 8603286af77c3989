// SPDX-License-Identifier: MIT
//! The faults that the tests inject a few times each, many times.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// What the tests read how often they are to do it from.
const KILLS: &str = "MESH_FAULT_KILLS";

/// What is run, as arguments of cargo.
const RUNS: [(&str, &[&str]); 3] = [
    (
        "the embedded store: processes killed, power failures, damaged logs",
        &["test", "-p", "mesh-service", "--lib", "embedded::tests"],
    ),
    (
        "the service: killed under load, without room, started twice",
        &["test", "-p", "mesh", "--test", "programs", "faults::"],
    ),
    (
        "the data base: killed, stopped, away",
        &["test", "-p", "mesh-service", "--test", "postgres_faults"],
    ),
];

/// Runs all of them, to the first that fails.
pub(crate) fn run(root: &Path, kills: u64) -> Result<String, String> {
    let mut told = Vec::new();
    for (what, arguments) in RUNS {
        told.push(one(root, what, arguments, kills)?);
    }
    let seeds = kills.saturating_mul(10).to_string();
    let stories = [
        "run",
        "--release",
        "--quiet",
        "--",
        "selftest",
        "--seeds",
        &seeds,
    ];
    told.push(one(root, "stories of chance", &stories, kills)?);
    Ok(told.join("\n"))
}

fn one(root: &Path, what: &str, arguments: &[&str], kills: u64) -> Result<String, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let begun = Instant::now();
    let mut command = Command::new(cargo);
    let command = command.current_dir(root).args(arguments);
    let ended = command.env(KILLS, kills.to_string()).status();
    match ended {
        Ok(status) if status.success() => {
            Ok(format!("{what}: in order, {} s", begun.elapsed().as_secs()))
        }
        Ok(_) => Err(format!(
            "{what}: run '{KILLS}={kills} cargo {}' again",
            arguments.join(" ")
        )),
        Err(error) => Err(format!("cannot run cargo: {error}")),
    }
}
