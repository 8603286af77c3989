// SPDX-License-Identifier: MIT
//! Load on a Mesh service and on its peers: `scripts/service-load.sh` runs it beside atuin-server.
//!
//! Spec: none.
//! Here: the same kinds of work for each of them, over connections that are kept; one line for each figure.
//! Not here: how services are installed and started (the script).
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program prints"
)]

mod atuin;
mod fill;
mod http;
mod measure;
mod mesh;
mod start;

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use crate::measure::{Ask, measure};

/// What goes wrong ends the run.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Entries that are pulled at once.
const ITEMS: usize = 1000;
/// Connections of the figures with many.
const CONNECTIONS: usize = 16;
/// Clients that append at the same time, each to an account of its own.
const WRITERS: usize = 64;

/// Measures a service.
#[derive(Debug, Parser)]
enum Command {
    /// An atuin-server that listens at an address and lets everybody register.
    Atuin(Measured),
    /// Puts accounts that nobody uses into the data directory of a Mesh service that does not run.
    Fill {
        /// The data directory.
        directory: PathBuf,
        /// How many.
        accounts: u64,
    },
    /// A Mesh service for `localhost` that listens at an address, started with `--per-account unlimited`.
    Mesh(Measured),
    /// How long a service takes from its start to its first answer.
    Start {
        /// Where it will listen.
        address: SocketAddr,
        /// The path to ask for.
        path: String,
        /// The program and its arguments.
        #[arg(trailing_var_arg = true, required = true)]
        command: Vec<String>,
    },
}

#[derive(Debug, clap::Args)]
struct Measured {
    /// Where it listens.
    address: SocketAddr,
    /// Seconds for each figure.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// The only work to measure.
    #[arg(long)]
    only: Option<Work>,
    /// What the account is called that is read, which must not be there yet; with a number those that are written to.
    #[arg(long, default_value = "reader")]
    name: String,
}

/// A kind of work of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Work {
    /// Only makes the account.
    None,
    Status,
    Pull,
    Append,
}

/// The kinds of work of a service.
trait Peer {
    /// A connection that asks how far everything is.
    fn status(&mut self) -> Outcome<Box<dyn Ask>>;
    /// A connection that fetches [`ITEMS`] entries.
    fn pull(&mut self) -> Outcome<Box<dyn Ask>>;
    /// A client that appends one entry after the other, for as long as what is ready for it lasts.
    fn append(&mut self, ready: usize) -> Outcome<Box<dyn Ask>>;
}

fn main() -> ExitCode {
    let done = match Command::parse() {
        Command::Atuin(about) => atuin::Atuin::new(about.address, &about.name)
            .and_then(|mut peer| run(&mut peer, &about)),
        Command::Fill {
            directory,
            accounts,
        } => fill::run(&directory, accounts),
        Command::Mesh(about) => {
            mesh::Mesh::new(about.address, &about.name).and_then(|mut peer| run(&mut peer, &about))
        }
        Command::Start {
            address,
            path,
            command,
        } => start::run(address, &path, &command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(peer: &mut dyn Peer, about: &Measured) -> Outcome<()> {
    let span = Duration::from_secs(about.seconds);
    let wanted = |work| about.only.is_none_or(|only| only == work);
    type Make = fn(&mut dyn Peer) -> Outcome<Box<dyn Ask>>;
    let reads: [(Work, &str, Make); 2] = [
        (Work::Status, "status", |peer| peer.status()),
        (Work::Pull, "pull", |peer| peer.pull()),
    ];
    for (work, name, make) in reads {
        for connections in [1, CONNECTIONS] {
            if wanted(work) {
                let asking: Outcome<Vec<_>> = (0..connections).map(|_| make(peer)).collect();
                measure(asking?, span)?.print(name, connections);
            }
        }
    }
    for (clients, ready) in [(1, 3000), (WRITERS, 300)] {
        if wanted(Work::Append) {
            let asking: Outcome<Vec<_>> = (0..clients).map(|_| peer.append(ready)).collect();
            measure(asking?, span)?.print("append", clients);
        }
    }
    Ok(())
}
