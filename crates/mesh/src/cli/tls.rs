// SPDX-License-Identifier: MIT
//! `servermesh`: how it proves to TLS who it is.
//!
//! Spec: none.
//! Here: the options.
//! Not here: what they do (`command`, serve).

use std::net::SocketAddr;
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
    /// Gets a certificate for the host from an authority by ACME, keeps it with the data and renews it, and so agrees to the terms of service
    /// of the authority, which is Let's Encrypt unless another one is named. The authority asks at port 443 of the host, which must lead to
    /// --listen (default with it `[::]:443`); or at port 80 with --acme-http.
    #[arg(long, conflicts_with_all = ["certificate", "self_signed", "plain"])]
    pub acme: bool,
    /// Further names that the certificate is to be for, separated by commas; the authority asks at each of them, too.
    #[arg(long, requires = "acme", value_name = "NAMES", value_delimiter = ',')]
    pub acme_names: Vec<String>,
    /// By which key the authority knows who is allowed an account (external account binding): the identifier that it gave.
    #[arg(long, requires = "acme_eab_key_file", value_name = "KEY-ID")]
    pub acme_eab: Option<String>,
    /// Reads that key, as the authority gave it (base64url), from this file, which must have mode 0600.
    #[arg(long, requires_all = ["acme", "acme_eab"], value_name = "FILE")]
    pub acme_eab_key_file: Option<PathBuf>,
    /// Where the authority writes to when something is wrong with certificates: an address of e-mail.
    #[arg(long, requires = "acme", value_name = "ADDRESS", value_parser = e_mail)]
    pub acme_contact: Option<String>,
    /// The directory of another authority.
    #[arg(long, requires = "acme", value_name = "URL")]
    pub acme_directory: Option<String>,
    /// Believes only this certificate (PEM) when it talks to the authority, for an authority of one's own.
    #[arg(long, requires = "acme", value_name = "FILE")]
    pub acme_ca: Option<PathBuf>,
    /// Answers the authority here over HTTP (http-01), and not where it listens (tls-alpn-01): port 80 of the host must lead to it.
    #[arg(long, requires = "acme", value_name = "ADDRESS")]
    pub acme_http: Option<SocketAddr>,
    /// Speaks in clear beyond this machine, for instance behind a proxy: what is carried is sealed all the same.
    #[arg(long, conflicts_with = "certificate")]
    pub plain: bool,
}

fn e_mail(text: &str) -> Result<String, &'static str> {
    let plain = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|octet| {
                octet.is_ascii_graphic() && !matches!(octet, b',' | b'?' | b'<' | b'>')
            })
    };
    match text.split_once('@') {
        Some((name, host)) if plain(name) && plain(host) => Ok(text.to_owned()),
        _ => Err("write an address such as operator@example.org"),
    }
}
