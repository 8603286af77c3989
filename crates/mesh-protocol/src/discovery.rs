// SPDX-License-Identifier: MIT
//! From the domain of an account address to the addresses of its service.
//!
//! Spec: mesh-protocol, "Service Discovery"; RFC 2782 for the order of SRV records.
//! Here: which questions are asked of the DNS and what follows from the answers.
//! Not here: asking (`mesh-client`, dns), addresses that people write (`address`). Nothing here is trusted: the service
//! shows who it is when packets are exchanged.

mod address;

use std::net::IpAddr;

use mesh_crypto::Environment;

pub use self::address::{CertificatePin, ServiceAddress, ServiceMap};

use crate::transport::{DEFAULT_PORT, WELL_KNOWN};

/// The most hosts that are tried.
const MAX_HOSTS: usize = 8;

/// One host of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceRecord {
    /// Hosts with lower numbers are tried first.
    pub priority: u16,
    /// The share of the clients that begin with this one, among those of the same priority.
    pub weight: u16,
    /// The port.
    pub port: u16,
    /// The name of the host; `.` when the domain says that it has no service.
    pub target: String,
}

/// Asks the DNS, or whatever stands for it. A name without such records gives an empty list.
pub trait Resolver: Send + Sync + std::fmt::Debug {
    /// The SRV records of a name.
    ///
    /// # Errors
    /// [`ResolveError`] when there is no answer.
    fn services(&self, name: &str) -> Result<Vec<ServiceRecord>, ResolveError>;

    /// The strings of the TXT records of a name.
    ///
    /// # Errors
    /// As [`Resolver::services`].
    fn texts(&self, name: &str) -> Result<Vec<String>, ResolveError>;

    /// The addresses of a host.
    ///
    /// # Errors
    /// As [`Resolver::services`].
    fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, ResolveError>;
}

/// Why a service is not found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// The DNS gives no answer.
    #[error("the DNS gives no answer about {name}: {text}")]
    NoAnswer {
        /// The name asked for.
        name: String,
        /// What happened.
        text: String,
    },
    /// The domain says that it has no service.
    #[error("{domain} says in the DNS that it has no Mesh service")]
    NoService {
        /// The domain.
        domain: String,
    },
}

/// The name under which the records of a domain's service stand.
#[must_use]
pub fn record_name(domain: &str) -> String {
    format!("_mmm._tcp.{domain}")
}

/// The host of a domain's service where no record names one.
#[must_use]
pub fn default_host(domain: &str) -> String {
    format!("mmm.{domain}")
}

/// What the TXT record of a service says. Attributes that are not known here are left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceText {
    /// The path to which packets are sent.
    pub path: String,
    /// True when it is reached over TLS.
    pub tls: bool,
    /// The only certificates that its hosts may show; where there are none, those that an authority vouches for.
    pub pins: Vec<CertificatePin>,
}

impl Default for ServiceText {
    fn default() -> Self {
        Self {
            path: WELL_KNOWN.to_owned(),
            tls: true,
            pins: Vec::new(),
        }
    }
}

impl ServiceText {
    /// Reads attributes `name=value`, separated by spaces or in strings of their own.
    #[must_use]
    pub fn parse(texts: &[String]) -> Self {
        let mut read = Self::default();
        for (name, value) in texts
            .iter()
            .flat_map(|text| text.split_ascii_whitespace())
            .filter_map(|attribute| attribute.split_once('='))
        {
            match name.to_ascii_lowercase().as_str() {
                "path" if usable(value) => {
                    read.path = format!("{}/", value.trim_end_matches('/'));
                }
                "tls" => read.tls = !value.eq_ignore_ascii_case("no"),
                "pin" if read.pins.len() < MAX_HOSTS => {
                    read.pins.extend(value.parse::<CertificatePin>().ok());
                }
                _ => {}
            }
        }
        read
    }

    /// The strings of the record as an operator writes them into the DNS: one for each attribute.
    #[must_use]
    pub fn strings(&self) -> Vec<String> {
        let path = std::iter::once(format!("path={}", self.path));
        let tls = (!self.tls).then(|| "tls=no".to_owned());
        let pins = self.pins.iter().map(|pin| format!("pin={pin}"));
        path.chain(tls).chain(pins).collect()
    }
}

fn usable(path: &str) -> bool {
    path.starts_with('/')
        && path
            .bytes()
            .all(|octet| octet.is_ascii_graphic() && !matches!(octet, b'?' | b'#' | b'"'))
}

/// The addresses at which the service of a domain is looked for, in this order: as the map says; for `localhost` on this machine;
/// as the DNS says; the host `mmm` of the domain over TLS where it says nothing.
///
/// # Errors
/// [`ResolveError`] when the DNS gives no answer or says that there is nothing to be found.
// Deviation: D-58.
pub fn discover(
    domain: &str,
    map: &ServiceMap,
    resolver: &dyn Resolver,
    env: &dyn Environment,
) -> Result<Vec<ServiceAddress>, ResolveError> {
    let domain = domain.to_ascii_lowercase();
    if let Some(address) = map.find(&domain) {
        return Ok(vec![address.clone()]);
    }
    if domain == "localhost" {
        let here = format!("127.0.0.1:{DEFAULT_PORT}");
        return Ok(vec![ServiceAddress::new(false, &here, WELL_KNOWN)]);
    }
    let name = record_name(&domain);
    let hosts = resolver.services(&name)?;
    if hosts.is_empty() {
        let host = default_host(&domain);
        return Ok(vec![ServiceAddress::new(true, &host, WELL_KNOWN)]);
    }
    let text = ServiceText::parse(&resolver.texts(&name)?);
    let addresses: Vec<ServiceAddress> = ordered(hosts, env)
        .iter()
        .map(|host| (host.target.trim_end_matches('.'), host.port))
        .filter(|(target, _)| is_host_name(target))
        .map(|(target, port)| {
            ServiceAddress::new(text.tls, &format!("{target}:{port}"), &text.path)
                .pinned(text.pins.clone())
        })
        .take(MAX_HOSTS)
        .collect();
    match addresses.is_empty() {
        true => Err(ResolveError::NoService { domain }),
        false => Ok(addresses),
    }
}

/// Whether a text is a host name as it stands in URLs and in the DNS, without a dot at its end.
#[must_use]
pub fn is_host_name(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_'))
    };
    text.len() <= 253 && text.split('.').all(label)
}

/// Hosts in the order of RFC 2782: by priority, and among equals by lot in proportion to their weights.
fn ordered(mut hosts: Vec<ServiceRecord>, env: &dyn Environment) -> Vec<ServiceRecord> {
    let mut order = Vec::with_capacity(hosts.len());
    // Those of weight 0 first, so that they are drawn when the lot is 0 only.
    hosts.sort_by_key(|host| (host.priority, host.weight));
    while let Some(first) = hosts.first() {
        let priority = first.priority;
        let equals = hosts.iter().take_while(|host| host.priority == priority);
        let total: u64 = equals.map(|host| u64::from(host.weight)).sum();
        let mut random = [0; 8];
        env.random(&mut random);
        let mut lot = u64::from_be_bytes(random) % total.saturating_add(1);
        let mut drawn = 0;
        for (at, host) in hosts.iter().enumerate() {
            drawn = at;
            match lot.checked_sub(u64::from(host.weight)) {
                Some(rest) if rest > 0 => lot = rest,
                _ => break,
            }
        }
        order.push(hosts.remove(drawn));
    }
    order
}

#[cfg(test)]
mod tests;
