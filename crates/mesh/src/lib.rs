// SPDX-License-Identifier: MIT
//! The programs of the Mathematical Mesh, all thin over the libraries.
//!
//! Spec: none; names and nouns of the commands are those of the reference's `meshman`.
//!
//! | Module | Room |
//! |---|---|
//! | [`archive`] | archives and the file system |
//! | [`cli`] | the commands and their options |
//! | [`command`] | what each command does |
//! | [`context`] | the home and how its keys are opened |
//! | [`error`] | causes, remedies, exit codes |
//! | [`files`] | files that commands read and write |
//! | [`keys`] | the keys that commands name |
//! | [`output`] | what is printed |
//! | [`qr`] | QR codes |
//! | [`sequence_file`] | files that hold archives and logs |
//! | [`sheet`] | recovery codes on paper |
//! | `import` | what other programs keep, brought into an account |
//! | `step` | steps that commands and wizards take alike |
//! | [`text`] | wording |
//! | [`wizard`] | the wizards `meshclient` and `meshconnect` |

pub mod archive;
pub mod cli;
pub mod command;
pub mod context;
pub mod error;
pub mod files;
pub mod keys;
pub mod output;
pub mod qr;
pub mod sequence_file;
pub mod sheet;
pub mod text;
pub mod wizard;

pub mod import;
mod step;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

/// Runs `mesh` or `meshman`, which accept the same commands.
#[must_use]
pub fn run(name: &'static str) -> ExitCode {
    prepare();
    let command = cli::Cli::command().name(name).bin_name(name);
    let parsed = command
        .try_get_matches()
        .and_then(|matches| cli::Cli::from_arg_matches(&matches));
    match parsed {
        Ok(cli) => command::run(cli),
        // Whoever asked for an object gets one, also when the command was not understood.
        Err(error) if error.use_stderr() && std::env::args().any(|arg| arg == "--json") => {
            let said = error.render().to_string();
            let cause: Vec<&str> = said
                .lines()
                .take_while(|line| !line.is_empty())
                .map(str::trim)
                .collect();
            let cause = cause.join(" ");
            let cause = cause.trim_start_matches("error: ");
            let failure = error::Failure::misuse(cause, "see '--help' of the command");
            output::finish(Err(failure), true)
        }
        Err(error) => error.exit(),
    }
}

/// Runs `servermesh`: a service, or a command of its operator.
#[must_use]
pub fn run_service() -> ExitCode {
    prepare();
    let matches = cli::ServiceCli::command().get_matches();
    let done = match matches.subcommand_name() {
        Some(_) => cli::ServiceCommand::from_arg_matches(&matches)
            .map(|command| command::operator::run(&command)),
        None => cli::ServeArgs::from_arg_matches(&matches)
            .map(|args| output::finish(command::serve::run(&args), false)),
    };
    done.unwrap_or_else(|error| error.exit())
}

/// Runs `meshclient` or `meshconnect`.
#[must_use]
pub fn run_wizard(kind: wizard::Kind) -> ExitCode {
    prepare();
    wizard::run(kind)
}

/// What must hold before the first key is in memory or the first file is made.
fn prepare() {
    mesh_keystore::file::umask_077();
    // Where the system refuses this, for instance in a container, the program is as safe as any other.
    let _ = mesh_keystore::system::protect_process();
}
