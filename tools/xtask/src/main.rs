// SPDX-License-Identifier: MIT
//! Repository chores.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program prints"
)]

mod arrows;
mod codegen;
mod faults;
mod wizards;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use self::faults::Amount;

/// Repository chores.
#[derive(Debug, Parser)]
enum Command {
    /// Has axe-core look at every page of the wizards, in light and dark, as wide as a desktop and as a phone. Fetches it with npm.
    Accessibility,
    /// Checks which crate depends on which against the architecture.
    Arrows,
    /// Makes the generated modules from the schemas.
    Codegen {
        /// Compares instead of writing, and fails when a module is stale.
        #[arg(long)]
        check: bool,
    },
    /// Makes the worked examples of the documents.
    Examples {
        /// Compares instead of writing, and fails when an example is stale.
        #[arg(long)]
        check: bool,
    },
    /// Kills services and data bases, cuts power and networks, fills and slows disks, lets clocks jump and certificates expire, tells stories
    /// of chance; says in the end how many of each there were.
    Faults {
        /// How often each of them happens; ten times as many stories are told.
        #[arg(long, default_value_t = 1000)]
        kills: u64,
        /// Goes through all of them, eight of each, once and then again and again, for so many minutes.
        #[arg(long, conflicts_with = "kills")]
        minutes: Option<u64>,
    },
    /// Measures how soon the pages of the wizards are painted; fails when it takes longer than 200 ms.
    FirstPaint {
        /// With the program as it is installed.
        #[arg(long)]
        release: bool,
    },
    /// Makes the pictures of the wizards in docs/wizards, with the tests that look at each page.
    Screenshots,
}

fn main() -> ExitCode {
    let done = match Command::parse() {
        Command::Accessibility => wizards::accessibility(&root()),
        Command::Arrows => arrows::check(),
        Command::Codegen { check } => codegen::run(&root(), check),
        Command::Examples { check } => examples(check),
        Command::Faults { kills, minutes } => {
            let amount = match minutes {
                None => Amount::Times(kills),
                Some(minutes) => Amount::For(Duration::from_secs(minutes.saturating_mul(60))),
            };
            faults::run(&root(), amount)
        }
        Command::FirstPaint { release } => wizards::first_paint(&root(), release),
        Command::Screenshots => wizards::screenshots(&root()),
    };
    match done {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The directory of the workspace.
fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).map(PathBuf::from).unwrap_or(here)
}

fn examples(check: bool) -> Result<String, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = std::process::Command::new(cargo);
    command
        .current_dir(root())
        .args(["run", "--quiet", "--package", "mesh-examples"]);
    if check {
        command.args(["--", "--check"]);
    }
    match command.status() {
        Ok(status) if status.success() => Ok("the examples are current".to_owned()),
        Ok(_) => Err("the examples are stale: run 'cargo xtask examples'".to_owned()),
        Err(error) => Err(format!("cannot run cargo: {error}")),
    }
}
