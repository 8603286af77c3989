// SPDX-License-Identifier: MIT
//! `servermesh install` and `package`: the service as a part of a system.
//!
//! Spec: none.
//! Here: the options.
//! Not here: what they do (`command`, install and package).

use std::path::PathBuf;

use clap::Args;

/// What is to be put where.
#[derive(Args, Debug)]
pub struct InstallArgs {
    /// Prints the files that would be written, and writes nothing.
    #[arg(long)]
    pub print: bool,
    /// Prints the line for Windows that lets a user who is no administrator listen through HTTP.sys, as programs of .NET do, and writes nothing.
    #[arg(long, conflicts_with = "print")]
    pub windows: bool,
    /// The directory that is to be / of the system.
    #[arg(long, value_name = "DIR", default_value = "/")]
    pub root: PathBuf,
    /// The port on which systemd listens for the service.
    #[arg(long, default_value_t = 443, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: u16,
    /// Replaces files that are there and say something else.
    #[arg(long)]
    pub force: bool,
    /// Prints one JSON object.
    #[arg(long)]
    pub json: bool,
    /// The domain and options of the service, without --data and --listen.
    #[arg(last = true, required = true)]
    pub service: Vec<String>,
}

/// What is to be made.
#[derive(Args, Debug)]
#[group(id = "form", required = true, multiple = false)]
pub struct PackageForm {
    /// A package for Debian, in this file.
    #[arg(long, value_name = "FILE")]
    pub deb: Option<PathBuf>,
    /// A Dockerfile, printed.
    #[arg(long)]
    pub dockerfile: bool,
}

/// What is to be made, and how.
#[derive(Args, Debug)]
pub struct PackageArgs {
    /// The form.
    #[command(flatten)]
    pub form: PackageForm,
    /// Replaces an existing file.
    #[arg(long)]
    pub force: bool,
    /// Prints one JSON object.
    #[arg(long)]
    pub json: bool,
}
