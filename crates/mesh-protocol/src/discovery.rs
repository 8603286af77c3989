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
/// The most certificates that a record pins: two for each host, while they are exchanged.
const MAX_PINS: usize = 2 * MAX_HOSTS;
/// Letters of an attribute that are repeated in an error.
const MAX_SHOWN: usize = 100;

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

    /// Whether somebody on this machine answers for what is said of a name. Nobody does for the DNS: whoever is between can forge it.
    fn vouches(&self, _name: &str) -> bool {
        false
    }
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
    /// The TXT record of a service cannot be followed.
    #[error("the TXT record {name} cannot be followed: {why}")]
    Text {
        /// Its name.
        name: String,
        /// What is wrong with it.
        why: TextError,
    },
    /// Only the DNS names a host without TLS, and the address of the host is none of a service on the network.
    #[error(
        "the DNS names {host} without TLS, whose address {address} is on this machine or its link"
    )]
    Inside {
        /// The host.
        host: String,
        /// Its address.
        address: IpAddr,
    },
}

/// What is wrong with a TXT record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// A pin is none.
    #[error("pin={text:?}: {why}")]
    Pin {
        /// What stands there, or the beginning of it.
        text: String,
        /// What should.
        why: &'static str,
    },
    /// There are too many pins.
    #[error("it pins more than {MAX_PINS} certificates")]
    Pins,
    /// A path without TLS, for which only the DNS stands: it could lead to any server of the network that this machine is in.
    #[error("path={path:?} goes with tls=no: without TLS packets are sent to {WELL_KNOWN} only")]
    Path {
        /// The path, or its beginning.
        path: String,
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
    ///
    /// # Errors
    /// [`TextError`] when a pin cannot be read or there are too many: without it, others would be accepted or refused than is meant.
    pub fn parse(texts: &[String]) -> Result<Self, TextError> {
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
                "pin" => {
                    let pin = value.parse().map_err(|why| TextError::Pin {
                        text: beginning(value),
                        why,
                    })?;
                    if read.pins.len() >= MAX_PINS {
                        return Err(TextError::Pins);
                    }
                    read.pins.push(pin);
                }
                _ => {}
            }
        }
        Ok(read)
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

fn beginning(text: &str) -> String {
    text.chars().take(MAX_SHOWN).collect()
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
    let vouched = resolver.vouches(&name);
    let text = ServiceText::parse(&resolver.texts(&name)?)
        .and_then(
            |text| match text.tls || vouched || text.path == WELL_KNOWN {
                true => Ok(text),
                false => Err(TextError::Path {
                    path: beginning(&text.path),
                }),
            },
        )
        .map_err(|why| ResolveError::Text { name, why })?;
    let addresses: Vec<ServiceAddress> = ordered(hosts, env)
        .iter()
        .map(|host| (host.target.trim_end_matches('.'), host.port))
        .filter(|(target, _)| is_host_name(target) && (vouched || !is_number(target)))
        .map(|(target, port)| {
            let address = ServiceAddress::new(text.tls, &format!("{target}:{port}"), &text.path)
                .pinned(text.pins.clone());
            match vouched {
                true => address,
                false => address.by_dns_alone(),
            }
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

/// Whether a system takes a name for an address: `127.0.0.1`, but also `127.1`, `2130706433` and `0x7f.1`. A record names hosts.
fn is_number(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default();
    let hexadecimal = last
        .get(..2)
        .is_some_and(|start| start.eq_ignore_ascii_case("0x"));
    hexadecimal || last.bytes().all(|octet| octet.is_ascii_digit())
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
