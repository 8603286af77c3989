// SPDX-License-Identifier: MIT
//! The faults that the tests inject a few times each, many times, and how many there were.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What the tests read how often they are to do it from.
const KILLS: &str = "MESH_FAULT_KILLS";
/// What they say how often they have done it with.
const COUNTED: &str = "faults counted: ";
/// How often they do it in one round, where it is time that is given.
const ROUND: u64 = 8;

/// What is run, as arguments of cargo, and what it takes beside that.
const RUNS: [(&str, &[&str], &str); 6] = [
    (
        "the embedded store: processes killed, power failures, damaged logs",
        &["--lib"],
        "embedded::tests",
    ),
    (
        "the service: killed under load, without room, on slow and full disks, started twice",
        &["--test", "programs"],
        "faults::",
    ),
    (
        "its certificate: expired under load",
        &["--test", "programs"],
        "has_expired",
    ),
    (
        "the data base: killed, stopped, away",
        &["--test", "postgres_faults"],
        "",
    ),
    (
        "two hosts: cut off from the data base, clocks that jump, devices that change",
        &["--test", "trouble"],
        "",
    ),
    ("stories of chance", &["--test", "simulation"], ""),
];

/// How much is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Amount {
    /// Each fault so often.
    Times(u64),
    /// All of them in turn, until so much time is over.
    For(Duration),
}

/// Runs all of them, to the first that fails; in the end, or then, says how many faults there were.
pub(crate) fn run(root: &Path, amount: Amount) -> Result<String, String> {
    let begun = Instant::now();
    let mut counts = BTreeMap::new();
    let mut rounds = 0_u64;
    let mut failed = None;
    'rounds: loop {
        for (what, which, filter) in RUNS {
            match amount {
                Amount::For(time) if rounds > 0 && begun.elapsed() >= time => break 'rounds,
                _ => {}
            }
            let times = match amount {
                Amount::Times(times) => times,
                Amount::For(_) => ROUND,
            };
            println!("== {what}");
            if let Err(why) = one(root, which, filter, times, &mut counts) {
                failed = Some(format!("{what}: {why}"));
                break 'rounds;
            }
        }
        rounds = rounds.saturating_add(1);
        if matches!(amount, Amount::Times(_)) {
            break;
        }
    }
    let mut told = vec![format!(
        "{} rounds in {} s",
        rounds,
        begun.elapsed().as_secs()
    )];
    told.extend(
        counts
            .iter()
            .map(|(what, count)| format!("{count:>9}  {what}")),
    );
    let told = told.join("\n");
    match failed {
        None => Ok(format!(
            "{told}\nNothing acknowledged was lost, nothing was done twice or by half."
        )),
        Some(why) => Err(format!("{told}\n{why}")),
    }
}

fn one(
    root: &Path,
    which: &[&str],
    filter: &str,
    times: u64,
    counts: &mut BTreeMap<String, u64>,
) -> Result<(), String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .current_dir(root)
        .args(["test", "--quiet", "--workspace"])
        .args(which)
        .args(["--", filter, "--nocapture"])
        .env(KILLS, times.to_string())
        .stdout(Stdio::piped());
    let mut child = command
        .spawn()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    let lines = child.stdout.take().map(BufReader::new);
    for line in lines
        .into_iter()
        .flat_map(|lines| lines.lines())
        .map_while(Result::ok)
    {
        println!("{line}");
        let counted = line
            .split_once(COUNTED)
            .and_then(|(_, said)| said.split_once(' '));
        if let Some((number, what)) = counted
            && let Ok(number) = number.parse::<u64>()
        {
            let count = counts.entry(what.to_owned()).or_default();
            *count = count.saturating_add(number);
        }
    }
    let ended = child.wait().map_err(|error| error.to_string())?;
    match ended.success() {
        true => Ok(()),
        false => Err(format!(
            "it failed; run '{KILLS}={times} cargo test --workspace {} -- {filter}' again",
            which.join(" ")
        )),
    }
}
