// SPDX-License-Identifier: MIT
//! The programs of the Mathematical Mesh, all thin over the libraries.
//!
//! Spec: none; names and nouns of the commands are those of the reference's `meshman`.
//!
//! | Module | Room |
//! |---|---|
//! | [`cli`] | the commands and their options |
//! | [`command`] | what each command does |
//! | [`context`] | the home and how its keys are opened |
//! | [`error`] | causes, remedies, exit codes |
//! | [`output`] | what is printed |
//! | [`qr`] | QR codes |
//! | [`sheet`] | recovery codes on paper |
//! | [`text`] | wording |

pub mod cli;
pub mod command;
pub mod context;
pub mod error;
pub mod output;
pub mod qr;
pub mod sheet;
pub mod text;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

/// Runs `mesh` or `meshman`, which accept the same commands.
#[must_use]
pub fn run(name: &'static str) -> ExitCode {
    prepare();
    let matches = cli::Cli::command().name(name).bin_name(name).get_matches();
    match cli::Cli::from_arg_matches(&matches) {
        Ok(cli) => command::run(cli),
        Err(error) => error.exit(),
    }
}

/// Runs `servermesh`, which is `mesh serve`.
#[must_use]
pub fn run_service() -> ExitCode {
    prepare();
    let command = <cli::ServeArgs as clap::Args>::augment_args(clap::Command::new("servermesh"));
    let command = command
        .about(text::SERVE_ABOUT)
        .version(env!("CARGO_PKG_VERSION"));
    let matches = command.get_matches();
    match cli::ServeArgs::from_arg_matches(&matches) {
        Ok(args) => output::finish(command::serve::run(&args), false),
        Err(error) => error.exit(),
    }
}

/// What must hold before the first key is in memory or the first file is made.
fn prepare() {
    mesh_keystore::file::umask_077();
    // Where the system refuses this, for instance in a container, the program is as safe as any other.
    let _ = mesh_keystore::system::protect_process();
}
