// SPDX-License-Identifier: MIT
//! `servermesh`: how it proves to TLS who it is.
//!
//! Spec: none.
//! Here: the options.
//! Not here: what they do (`command`, serve).

use std::path::PathBuf;

use clap::Args;

/// How the service is reached: over TLS or in clear.
#[derive(Args, Debug)]
pub struct TlsArgs {
    /// The name of the host on which it runs, to which the records of the domain point [default: mmm.DOMAIN].
    #[arg(long, value_name = "NAME")]
    pub host: Option<String>,
    /// Speaks TLS with the certificate chain in this file (PEM). It is read again when it changes, and on SIGHUP.
    #[arg(long, value_name = "FILE", requires = "certificate_key")]
    pub certificate: Option<PathBuf>,
    /// The private key of the certificate (PEM), in a file that is closed to others.
    #[arg(long, value_name = "FILE", requires = "certificate")]
    pub certificate_key: Option<PathBuf>,
    /// Speaks TLS with a certificate of its own, made once and kept with the data; clients are told its fingerprint, which is printed.
    #[arg(long, conflicts_with_all = ["certificate", "plain"])]
    pub self_signed: bool,
    /// Speaks in clear beyond this machine, for instance behind a proxy: what is carried is sealed all the same.
    #[arg(long, conflicts_with = "certificate")]
    pub plain: bool,
}
