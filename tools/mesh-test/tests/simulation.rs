// SPDX-License-Identifier: MIT
//! Some of the stories that `mesh selftest --seeds` tells by the thousand.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "all of this is test code"
)]

use mesh_test::simulation::{Run, run};

fn told(seed: u64) -> Run {
    run(seed).unwrap_or_else(|violation| panic!("{violation}\n{}", violation.trace.join("\n")))
}

#[test]
fn nothing_acknowledged_is_lost_whatever_happens_to_packets() {
    let mut faults = std::collections::BTreeSet::new();
    let (mut acknowledged, mut uncertain) = (0, 0);
    // Others each time where more are asked for.
    let (seeds, first) = match std::env::var("MESH_FAULT_KILLS") {
        Ok(kills) => (kills.parse::<u64>().unwrap() * 10, now()),
        Err(_) => (16, 0),
    };
    for seed in first..first + seeds {
        let run = told(seed);
        faults.extend(run.faults.into_keys());
        acknowledged += run.acknowledged;
        uncertain += run.uncertain;
    }
    assert_eq!(faults.len(), 8, "everything happens: {faults:?}");
    assert!(uncertain > 10 && acknowledged > 2 * uncertain);
    println!("faults counted: {seeds} stories of chance");
}

fn now() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.unwrap().as_secs()
}

#[test]
fn a_seed_tells_the_same_story_again() {
    assert_eq!(told(7), told(7));
    assert_ne!(told(7).trace, told(8).trace);
}
