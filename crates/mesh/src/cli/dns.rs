// SPDX-License-Identifier: MIT
//! `servermesh dns`: the records by which clients find a service.
//!
//! Spec: none.
//! Here: the options.
//! Not here: what follows from them (`command`, dns).

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::Args;
use mesh_protocol::discovery::CertificatePin;

/// What the records are to say, and who is asked for them.
#[derive(Args, Debug)]
pub struct DnsArgs {
    /// The domain whose accounts the service has.
    pub domain: String,
    /// The name of the host on which the service runs [default: mmm.DOMAIN].
    #[arg(long, value_name = "NAME")]
    pub host: Option<String>,
    /// The port at which clients reach it.
    #[arg(long, default_value_t = 443, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: u16,
    /// The addresses of the host, separated by commas; where none is given, any will do that the DNS has.
    #[arg(long, value_name = "ADDRESSES", value_delimiter = ',')]
    pub address: Vec<IpAddr>,
    /// The certificate of a service with --self-signed, which it prints when it starts: sha256:...
    #[arg(long, value_name = "FINGERPRINT", conflicts_with = "plain")]
    pub pin: Vec<CertificatePin>,
    /// The service speaks in clear.
    #[arg(long)]
    pub plain: bool,
    /// Checks the DNS records in a file, which stand before those of the DNS, as clients take them with their --dns.
    #[arg(long, value_name = "FILE", conflicts_with = "server")]
    pub dns: Option<PathBuf>,
    /// Asks this name server, for instance that of the domain, and not those of the system: 192.0.2.53:53.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub server: Option<SocketAddr>,
    /// Prints one JSON object.
    #[arg(long)]
    pub json: bool,
}
