// SPDX-License-Identifier: MIT
//! What each command does: one module per noun.
//!
//! Spec: none.
//! Here: the choice of the module.
//! Not here: options (`cli`), printing (`output`).

pub mod account;
pub mod agent;
pub mod archive;
pub mod contact;
pub mod dare;
pub mod device;
pub mod dns;
pub mod doctor;
pub mod hash;
pub mod home;
pub mod install;
pub mod key;
pub mod log;
pub mod mail;
pub mod network;
pub mod operator;
pub mod package;
pub mod password;
pub mod policy;
pub mod quickstart;
pub mod selftest;
pub mod serve;
pub mod ssh;

use std::process::ExitCode;
use std::time::Duration;

use clap::CommandFactory;
use mesh_client::{Role, Roles};

use crate::cli::{Cli, Command, LogFormat, RoleArgs, ServiceCli};
use crate::context::Context;
use crate::error::Failure;
use crate::output::{Answer, finish};
use crate::wizard;

/// Runs a command and gives the exit code.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    // The service has a log of its own.
    if !matches!(cli.command, Command::Serve(_)) {
        serve::log_to_stderr("warn", LogFormat::Text);
    }
    let json = cli.global.json;
    finish(answer(&cli, || Context::new(&cli.global)), json)
}

/// Executes a command in the context that it asks for.
///
/// # Errors
/// [`Failure`] of the command, or of its context.
pub fn answer(
    cli: &Cli,
    context: impl FnOnce() -> Result<Context, Failure>,
) -> Result<Answer, Failure> {
    match &cli.command {
        Command::Account(command) => account::run(context()?, command),
        Command::Agent(command) => agent::run(&context()?, command),
        Command::Archive(command) => archive::run(context, command),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "meshman", &mut script);
            let script = String::from_utf8_lossy(&script).into_owned();
            Ok(Answer::say(script.clone()).with("value", script))
        }
        Command::Contact(command) => contact::run(&context()?, command),
        Command::Dare(command) => dare::run(context, command, cli.global.json),
        Command::Device(command) => device::run(&context()?, command),
        Command::Doctor { discard } => doctor::run(&context()?, *discard),
        Command::Hash(command) => hash::run(command),
        Command::Home(command) => home::run(&context()?, command),
        Command::Key(command) => key::run(command),
        Command::Log(command) => log::run(context, command, cli.global.json),
        Command::Mail(command) => mail::run(&context()?, command),
        Command::Man { directory } => {
            std::fs::create_dir_all(directory)?;
            clap_mangen::generate_to(Cli::command().name("meshman"), directory)?;
            clap_mangen::generate_to(ServiceCli::command(), directory)?;
            for kind in [wizard::Kind::Client, wizard::Kind::Connect] {
                clap_mangen::generate_to(wizard::command(kind), directory)?;
            }
            Ok(Answer::say(format!(
                "manual pages written to {}",
                directory.display()
            )))
        }
        Command::Network(command) => network::run(&context()?, command),
        Command::Password(command) => password::run(&context()?, command),
        Command::Policy(args) => policy::run(&context()?, args),
        Command::Quickstart(args) => quickstart::run(args, cli.global.json),
        Command::Selftest(args) => selftest::run(args),
        Command::Serve(args) => serve::run(args),
        Command::Ssh(command) => ssh::run(&context()?, command),
    }
}

/// The roles of a device: with shares of the keys, unless whole keys are asked for or it is an administrator.
pub(crate) fn roles_of(args: &RoleArgs) -> Result<Roles, Failure> {
    let roles = Roles::parse(&[&args.roles])?;
    Ok(match args.whole_keys {
        true => roles.without(Role::Threshold),
        false => roles.guarded(),
    })
}

/// Reads a duration: a number and one of s, m, h, d.
pub(crate) fn duration(text: &str) -> Result<Duration, Failure> {
    let bad = || {
        Failure::misuse(
            format!("{text:?} is no duration"),
            "write for instance 10m, 1h or 1d",
        )
    };
    let unit = text.chars().next_back().ok_or_else(bad)?;
    let factor = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return Err(bad()),
    };
    let number = text
        .strip_suffix(unit)
        .unwrap_or_default()
        .parse::<u64>()
        .map_err(|_| bad())?;
    let seconds = number
        .checked_mul(factor)
        .filter(|seconds| (1..=366 * 86_400).contains(seconds))
        .ok_or_else(bad)?;
    Ok(Duration::from_secs(seconds))
}
