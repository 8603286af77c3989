// SPDX-License-Identifier: MIT
//! Asking the DNS where services are.
//!
//! Spec: mesh-protocol, "Service Discovery"; RFC 1035 for records in files.
//! Here: the resolvers: the system's, one that asks a certain server, records in a file that stand before either.
//! Not here: what follows from the answers (`mesh-protocol`, discovery).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::thread;

use domain::base::iana::{Class, Rcode};
use domain::base::name::{Name, ParsedName};
use domain::base::{Message, ParseRecordData, RecordData, Rtype};
use domain::dep::octseq::Octets;
use domain::rdata::{A, Aaaa, Srv, Txt, ZoneRecordData};
use domain::resolv::StubResolver;
use domain::resolv::stub::conf::{ResolvConf, ServerConf, Transport};
use domain::zonefile::inplace::{Entry, Zonefile};
use mesh_protocol::discovery::{ResolveError, Resolver, ServiceRecord};

/// Octets of the largest file of records.
const MAX_FILE: u64 = 1 << 20;

/// A question that is asked of the DNS itself.
#[derive(Clone, Debug, Default)]
pub struct DnsResolver {
    server: Option<SocketAddr>,
}

impl DnsResolver {
    /// Asks this server, not those that the system names.
    #[must_use]
    pub fn asking(server: SocketAddr) -> Self {
        Self {
            server: Some(server),
        }
    }

    /// Asks, and reads what is answered in data of one type.
    fn ask<T>(
        &self,
        name: &str,
        kind: Rtype,
        read: impl Fn(&Message<Vec<u8>>) -> Result<Vec<T>, domain::base::wire::ParseError>,
    ) -> Result<Vec<T>, ResolveError> {
        let failed = |text: String| ResolveError::NoAnswer {
            name: name.to_owned(),
            text,
        };
        let queried = Name::<Vec<u8>>::from_str(name).map_err(|error| failed(error.to_string()))?;
        let mut configuration = match self.server {
            None => ResolvConf::default(),
            Some(server) => {
                let mut asked = ResolvConf::new();
                asked.servers = vec![ServerConf::new(server, Transport::UdpTcp)];
                asked
            }
        };
        configuration.finalize();
        let query = move || {
            StubResolver::run_with_conf(configuration, move |stub| async move {
                let answer = stub.query((queried, kind)).await?;
                Ok::<_, io::Error>(answer.as_slice().to_vec())
            })
        };
        // The caller may be in a runtime already, in which another one could not wait.
        let answer = thread::scope(|scope| scope.spawn(query).join())
            .map_err(|_| failed("the question failed".to_owned()))?
            .map_err(|error| failed(error.to_string()))?;
        let unreadable = |_| failed("the answer does not parse".to_owned());
        let answer = Message::from_octets(answer)
            .map_err(|_| failed("the answer is too short".to_owned()))?;
        match answer.header().rcode() {
            Rcode::NOERROR | Rcode::NXDOMAIN => read(&answer).map_err(unreadable),
            code => Err(failed(format!("the server says {code}"))),
        }
    }
}

/// The data of one type in an answer.
fn data<'a, D, T>(
    answer: &'a Message<Vec<u8>>,
    take: impl Fn(&D) -> T,
) -> Result<Vec<T>, domain::base::wire::ParseError>
where
    D: RecordData + ParseRecordData<'a, Vec<u8>>,
{
    answer
        .answer()?
        .limit_to_in::<D>()
        .map(|record| Ok(take(record?.data())))
        .collect()
}

impl Resolver for DnsResolver {
    fn services(&self, name: &str) -> Result<Vec<ServiceRecord>, ResolveError> {
        self.ask(name, Rtype::SRV, |answer| {
            data(answer, |found: &Srv<ParsedName<&[u8]>>| service(found))
        })
    }

    fn texts(&self, name: &str) -> Result<Vec<String>, ResolveError> {
        let texts = self.ask(name, Rtype::TXT, |answer| {
            data(answer, |text: &Txt<&[u8]>| strings(text))
        })?;
        Ok(texts.concat())
    }

    fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, ResolveError> {
        let six = self.ask(host, Rtype::AAAA, |answer| {
            data(answer, |found: &Aaaa| IpAddr::V6(found.addr()))
        });
        let four = self.ask(host, Rtype::A, |answer| {
            data(answer, |found: &A| IpAddr::V4(found.addr()))
        });
        match (six, four) {
            (Ok(six), Ok(four)) => Ok([six, four].concat()),
            (Ok(some), Err(_)) | (Err(_), Ok(some)) if !some.is_empty() => Ok(some),
            (Err(error), _) | (_, Err(error)) => Err(error),
        }
    }
}

/// What the system knows: records by the servers that it names, addresses also from its own file of hosts.
#[derive(Clone, Debug, Default)]
pub struct SystemResolver(DnsResolver);

impl Resolver for SystemResolver {
    fn services(&self, name: &str) -> Result<Vec<ServiceRecord>, ResolveError> {
        self.0.services(name)
    }

    fn texts(&self, name: &str) -> Result<Vec<String>, ResolveError> {
        self.0.texts(name)
    }

    fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, ResolveError> {
        let found = (host, 0).to_socket_addrs();
        let found = found.map_err(|error| ResolveError::NoAnswer {
            name: host.to_owned(),
            text: error.to_string(),
        })?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// Records that stand before those of the DNS: it is not asked about a name that has any of them.
#[derive(Clone, Debug)]
pub struct RecordFile {
    names: BTreeMap<String, Records>,
    beyond: Arc<dyn Resolver>,
}

#[derive(Clone, Debug, Default)]
struct Records {
    services: Vec<ServiceRecord>,
    texts: Vec<String>,
    addresses: Vec<IpAddr>,
}

impl RecordFile {
    /// Reads the file at a path; see [`RecordFile::parse`].
    ///
    /// # Errors
    /// That of the file system, or [`io::ErrorKind::InvalidData`] saying what is wrong where.
    pub fn load(path: &Path, beyond: Arc<dyn Resolver>) -> io::Result<Self> {
        let mut text = String::new();
        File::open(path)?
            .take(MAX_FILE.saturating_add(1))
            .read_to_string(&mut text)?;
        let bad = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
        if u64::try_from(text.len()).unwrap_or(u64::MAX) > MAX_FILE {
            return Err(bad(format!("it is larger than {MAX_FILE} octets")));
        }
        Self::parse(&text, beyond).map_err(bad)
    }

    /// Reads records as they stand in the files of name servers, and as `servermesh dns` prints them; names are absolute.
    ///
    /// # Errors
    /// A text saying which line is wrong.
    pub fn parse(text: &str, beyond: Arc<dyn Resolver>) -> Result<Self, String> {
        let mut file = Zonefile::new();
        file.extend_from_slice(text.as_bytes());
        // A last line without its end is no line.
        file.extend_from_slice(b"\n");
        file.set_origin(Name::root());
        file.set_default_class(Class::IN);
        let mut names: BTreeMap<String, Records> = BTreeMap::new();
        while let Some(entry) = file.next_entry().map_err(|error| error.to_string())? {
            let Entry::Record(record) = entry else {
                return Err("$INCLUDE is not supported".to_owned());
            };
            let records = names.entry(owner(&record.owner().to_string())).or_default();
            match record.data() {
                ZoneRecordData::A(found) => records.addresses.push(found.addr().into()),
                ZoneRecordData::Aaaa(found) => records.addresses.push(found.addr().into()),
                ZoneRecordData::Srv(found) => records.services.push(service(found)),
                ZoneRecordData::Txt(found) => records.texts.extend(strings(found)),
                other => {
                    return Err(format!(
                        "records of type {} are not supported",
                        other.rtype()
                    ));
                }
            }
        }
        Ok(Self { names, beyond })
    }

    fn find(&self, name: &str) -> Option<&Records> {
        self.names.get(&owner(name))
    }
}

impl Resolver for RecordFile {
    fn services(&self, name: &str) -> Result<Vec<ServiceRecord>, ResolveError> {
        match self.find(name) {
            Some(records) => Ok(records.services.clone()),
            None => self.beyond.services(name),
        }
    }

    fn texts(&self, name: &str) -> Result<Vec<String>, ResolveError> {
        match self.find(name) {
            Some(records) => Ok(records.texts.clone()),
            None => self.beyond.texts(name),
        }
    }

    fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, ResolveError> {
        match self.find(host) {
            Some(records) => Ok(records.addresses.clone()),
            None => self.beyond.addresses(host),
        }
    }

    fn vouches(&self, name: &str) -> bool {
        self.find(name).is_some() || self.beyond.vouches(name)
    }
}

fn owner(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

fn service<N: std::fmt::Display>(found: &Srv<N>) -> ServiceRecord {
    ServiceRecord {
        priority: found.priority(),
        weight: found.weight(),
        port: found.port(),
        target: found.target().to_string(),
    }
}

fn strings<O: Octets + AsRef<[u8]>>(found: &Txt<O>) -> Vec<String> {
    let strings = found.iter();
    strings
        .map(|octets| String::from_utf8_lossy(octets).into_owned())
        .collect()
}

#[cfg(test)]
mod tests;
