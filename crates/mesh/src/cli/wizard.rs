// SPDX-License-Identifier: MIT
//! Options of the wizards.
//!
//! Spec: none.
//! Here: the options of `meshclient` and `meshconnect`, which are the same.
//! Not here: what they do (`wizard`).

use std::path::PathBuf;

use clap::Parser;

/// How a wizard is started.
#[derive(Debug, Parser)]
#[command(version)]
pub struct WizardArgs {
    /// Directory of this device's home [default: ~/.mmm].
    #[arg(long, env = "MMM_HOME", value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// Addresses of services, before any discovery: localhost=http://127.0.0.1:15099,...
    #[arg(
        long,
        env = "MMM_SERVICES",
        value_name = "MAP",
        default_value = "",
        hide_default_value = true
    )]
    pub services: String,
    /// DNS records in a file, which stand before those of the DNS, as 'servermesh dns' prints them.
    #[arg(long, env = "MMM_DNS", value_name = "FILE")]
    pub dns: Option<PathBuf>,
    /// The account that is meant, when this device has several.
    #[arg(long, value_name = "ADDRESS")]
    pub account: Option<String>,
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
