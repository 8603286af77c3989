// SPDX-License-Identifier: MIT
//! Options of the wizards.
//!
//! Spec: none.
//! Here: the options of `meshclient` and `meshconnect`, which are the same.
//! Not here: what they do (`wizard`).

use std::path::PathBuf;

use clap::Parser;

use super::Place;

/// How a wizard is started.
#[derive(Debug, Parser)]
#[command(version)]
pub struct WizardArgs {
    /// Which home, account and services are meant.
    #[command(flatten)]
    pub place: Place,
    /// Opens no browser; the link is printed all the same.
    #[arg(long)]
    pub no_open: bool,
    /// The port of the page on this machine [default: a free one].
    #[arg(long, value_name = "NUMBER")]
    pub port: Option<u16>,
    /// Locks the page after so much time without use: 10m, 1h.
    #[arg(long, default_value = "10m", value_name = "DURATION")]
    pub idle: String,
    /// Asks in the terminal, for machines without a browser.
    #[arg(long, conflicts_with_all = ["no_open", "port"])]
    pub terminal: bool,
    /// With --terminal: reads the passphrase of the home from this file, which must have mode 0600. Pages ask for it.
    #[arg(long, env = "MMM_PASSPHRASE_FILE", value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}
