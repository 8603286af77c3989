// SPDX-License-Identifier: MIT
//! Packets over HTTP.
//!
//! Spec: mesh-protocol, "HTTP Binding".
//! Here: the client's end: finding the service with the first packet, going from one of its hosts to the next.
//! Not here: the service's end (`mesh-service`, listener), protection of what is carried (`mesh-rud`), TLS (`tls`), where
//! services are (`mesh-protocol`, discovery).

mod cover;
mod tls;

use std::fmt;
use std::io::{self, Read};
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use mesh_crypto::Environment;
use mesh_protocol::discovery::{ResolveError, Resolver, ServiceAddress, ServiceMap, discover};
use mesh_protocol::transport::MAX_PACKET;
use mesh_protocol::{PacketReply, PacketTransport, TransportError, TransportFault};
use ureq::Agent;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver as UreqResolver};
use ureq::unversioned::transport::{Connector as _, NextTimeout, TcpConnector};

use self::cover::{Covers, Refused};
use self::tls::{TlsConnector, shown_by};

const CONNECT: Duration = Duration::from_secs(10);
const WHOLE: Duration = Duration::from_secs(120);

/// How services are found.
#[derive(Clone)]
pub struct Directory {
    services: Arc<ServiceMap>,
    resolver: Arc<dyn Resolver>,
    env: Arc<dyn Environment>,
    covers: Covers,
}

impl fmt::Debug for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Directory").finish_non_exhaustive()
    }
}

impl Directory {
    /// Services are where the map says, and the others where the resolver finds them.
    #[must_use]
    pub fn new(
        services: ServiceMap,
        resolver: Arc<dyn Resolver>,
        env: Arc<dyn Environment>,
    ) -> Self {
        Self {
            services: Arc::new(services),
            resolver,
            env,
            covers: Covers::default(),
        }
    }

    /// The same that keeps in a file, of a home that the caller has locked, over what each service was reached. The DNS alone cannot take
    /// TLS away then, nor put a certificate of its own in the place of one for which an authority vouches.
    #[must_use]
    pub fn remembering(self, file: PathBuf) -> Self {
        Self {
            covers: Covers::Kept(file),
            ..self
        }
    }

    /// A transport to the service of a domain, which is looked for with the first packet.
    #[must_use]
    pub fn transport(&self, domain: &str) -> HttpTransport {
        HttpTransport {
            directory: self.clone(),
            domain: domain.to_owned(),
            hosts: Vec::new(),
        }
    }
}

/// A transport to one service.
#[derive(Debug)]
pub struct HttpTransport {
    directory: Directory,
    domain: String,
    /// Those that were found, the one that is used first.
    hosts: Vec<Host>,
}

#[derive(Debug)]
struct Host {
    address: ServiceAddress,
    agent: Agent,
}

impl PacketTransport for HttpTransport {
    fn exchange(&mut self, packet: &[u8]) -> Result<PacketReply, TransportError> {
        if self.hosts.is_empty() {
            self.hosts = self.find()?;
        }
        let mut failed = Vec::new();
        // Where nothing was delivered, another host of the service may do.
        for _ in 0..self.hosts.len() {
            let Some(host) = self.hosts.first() else {
                break;
            };
            match host.exchange(packet) {
                Err(error) if error.fault == TransportFault::Unanswered => return Err(error),
                Err(error) => failed.push(error),
                Ok(reply) => return Ok(reply),
            }
            self.hosts.rotate_left(1);
        }
        let untrusted = failed
            .iter()
            .any(|error| error.fault == TransportFault::Untrusted);
        let texts: Vec<String> = failed.into_iter().map(|error| error.text).collect();
        Err(TransportError {
            text: texts.join("; "),
            fault: match untrusted {
                true => TransportFault::Untrusted,
                false => TransportFault::NotSent,
            },
        })
    }

    fn met(&mut self, service: &str) {
        let Some(host) = self.hosts.first() else {
            return;
        };
        let covers = &self.directory.covers;
        match covers.met(&self.domain, &host.address, service) {
            Ok(None) => {}
            Ok(Some(note)) => tracing::warn!("{note}"),
            Err(why) => {
                tracing::warn!(%why, "how the service was reached cannot be kept: the DNS will be believed again")
            }
        }
    }
}

impl HttpTransport {
    fn find(&self) -> Result<Vec<Host>, TransportError> {
        let not_sent = |text| TransportError {
            text,
            fault: TransportFault::NotSent,
        };
        let directory = &self.directory;
        let found = discover(
            &self.domain,
            &directory.services,
            &*directory.resolver,
            &*directory.env,
        );
        let found = found.map_err(|error| not_sent(error.to_string()))?;
        let admitted = directory.covers.admit(&self.domain, &found);
        admitted.map_err(|refused| match refused {
            Refused::Less(text) => TransportError {
                text,
                fault: TransportFault::Untrusted,
            },
            Refused::Unreadable(text) => not_sent(text),
        })?;
        found
            .into_iter()
            .map(|address| {
                let agent = agent(&address, directory.resolver.clone());
                let agent = agent.map_err(|why| not_sent(format!("{}: {why}", address.url())))?;
                Ok(Host { address, agent })
            })
            .collect()
    }
}

fn agent(address: &ServiceAddress, resolver: Arc<dyn Resolver>) -> Result<Agent, String> {
    let config = Agent::config_builder()
        .timeout_connect(Some(CONNECT))
        .timeout_global(Some(WHOLE))
        .max_redirects(0)
        .http_status_as_error(false)
        .proxy(None)
        .build();
    let resolver = Addresses {
        resolver,
        outside: address.is_by_dns() && !address.tls(),
    };
    Ok(match address.tls() {
        true => {
            let tls = TlsConnector::new(address.pins())?;
            let connector = TcpConnector::default().chain(tls);
            Agent::with_parts(config, connector, resolver)
        }
        false => Agent::with_parts(config, TcpConnector::default(), resolver),
    })
}

impl Host {
    fn exchange(&self, packet: &[u8]) -> Result<PacketReply, TransportError> {
        let url = self.address.url();
        let failed = |error: &dyn fmt::Display, fault| TransportError {
            text: format!("{url}: {error}"),
            fault,
        };
        let sent = self
            .agent
            .post(url)
            .content_type("application/octet-stream")
            .send(packet);
        let mut response = sent.map_err(|error| {
            match shown_by(&error) {
                Some((why, TransportFault::Untrusted)) => {
                    let text = format!("the certificate of the service is not accepted: {url}: {why}");
                    return TransportError {
                        text,
                        fault: TransportFault::Untrusted,
                    };
                }
                Some((why, fault)) => return failed(&why, fault),
                None => {}
            }
            let not_sent = matches!(
                error,
                ureq::Error::HostNotFound | ureq::Error::ConnectionFailed | ureq::Error::BadUri(_) | ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve)
            ) || matches!(&error, ureq::Error::Io(io) if io.kind() == io::ErrorKind::ConnectionRefused);
            match not_sent {
                true => failed(&error, TransportFault::NotSent),
                false => failed(&error, TransportFault::Unanswered),
            }
        })?;
        match response.status().as_u16() {
            200 => {
                let mut octets = Vec::new();
                let limit = u64::try_from(MAX_PACKET)
                    .unwrap_or(u64::MAX)
                    .saturating_add(1);
                response
                    .body_mut()
                    .as_reader()
                    .take(limit)
                    .read_to_end(&mut octets)
                    .map_err(|error| failed(&error, TransportFault::Unanswered))?;
                match octets.len() > MAX_PACKET {
                    true => Err(failed(
                        &"the answer is too large",
                        TransportFault::Unanswered,
                    )),
                    false => Ok(PacketReply::Packet(octets)),
                }
            }
            429 => {
                let after = response.headers().get("retry-after");
                let after = after.and_then(|value| value.to_str().ok()?.trim().parse().ok());
                Ok(PacketReply::Later(after.unwrap_or(1)))
            }
            410 => Ok(PacketReply::SessionUnknown),
            426 => Err(failed(
                &"the service speaks TLS there, its address begins with https://",
                TransportFault::NotSent,
            )),
            status => Ok(PacketReply::Refused(status)),
        }
    }
}

/// Addresses of hosts, for the HTTP library.
#[derive(Debug)]
struct Addresses {
    resolver: Arc<dyn Resolver>,
    /// Without TLS the DNS must not lead to whatever listens on this machine or beside it.
    outside: bool,
}

/// Whether an address is of this machine or its link, where no service of a domain is that only the DNS names.
fn is_inside(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(four) => {
            // All of 0.0.0.0/8 is this machine.
            four.is_loopback() || four.is_link_local() || four.octets().starts_with(&[0])
        }
        IpAddr::V6(six) => six.is_loopback() || six.is_unspecified() || six.is_unicast_link_local(),
    }
}

impl UreqResolver for Addresses {
    fn resolve(
        &self,
        uri: &ureq::http::Uri,
        _: &ureq::config::Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let bad = || ureq::Error::BadUri(uri.to_string());
        let host = uri.host().ok_or_else(bad)?;
        let port = match (uri.port_u16(), uri.scheme_str()) {
            (Some(port), _) => port,
            (None, Some("https")) => 443,
            (None, _) => 80,
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let found = match host.parse() {
            Ok(address) => vec![address],
            Err(_) => self
                .resolver
                .addresses(host)
                .map_err(|error| ureq::Error::Other(Box::new(error)))?,
        };
        if self.outside
            && !self.resolver.vouches(host)
            && let Some(address) = found.iter().find(|address| is_inside(**address))
        {
            return Err(ureq::Error::Other(Box::new(ResolveError::Inside {
                host: host.to_owned(),
                address: *address,
            })));
        }
        let mut addresses = self.empty();
        for address in found.into_iter().take(16) {
            addresses.push((address, port).into());
        }
        match addresses.is_empty() {
            true => Err(ureq::Error::HostNotFound),
            false => Ok(addresses),
        }
    }
}
