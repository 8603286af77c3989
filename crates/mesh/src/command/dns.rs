// SPDX-License-Identifier: MIT
//! `servermesh dns`: the records by which clients find a service, and what the DNS has of them.
//!
//! Spec: mesh-protocol, "Service Discovery".
//! Here: which records a domain needs, the comparison with those that are there, at the command and at the start of a service.
//! Not here: asking (`mesh-client`, dns), what clients make of the answers (`mesh-protocol`, discovery).

use std::net::IpAddr;
use std::sync::Arc;
use std::thread;

use mesh_client::dns::DnsResolver;
use mesh_jsonbcd::ErrorClass;
use mesh_protocol::discovery::{
    CertificatePin, ResolveError, Resolver, ServiceRecord, ServiceText, default_host, is_host_name,
    record_name,
};
use serde_json::{Value, json};

use crate::cli::DnsArgs;
use crate::context::resolver;
use crate::error::Failure;
use crate::output::{Answer, told_by_others};
use crate::text;

/// How long others may keep a record, in seconds.
const LIFE: u32 = 3600;
/// Ends of names that are not asked of the public DNS (RFC 6761, 6762, 7686, 8375, 9476).
const PRIVATE: [&str; 10] = [
    "alt",
    "arpa",
    "example",
    "internal",
    "invalid",
    "lan",
    "local",
    "localhost",
    "onion",
    "test",
];

/// What the records of a service are to say.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) domain: String,
    pub(crate) host: String,
    pub(crate) port: u16,
    /// Whether another port will do: who serves need not know what is forwarded to him.
    pub(crate) any_port: bool,
    pub(crate) text: ServiceText,
    /// The certificate that is shown: where the record pins any, this one must be among them.
    pub(crate) shown: Option<CertificatePin>,
    /// Where there are none, any will do.
    pub(crate) addresses: Vec<IpAddr>,
}

/// How the DNS stands to a record.
#[derive(Debug, PartialEq, Eq)]
enum State {
    There,
    Missing,
    /// Something else is in its place.
    Wrong,
    /// The DNS gives no answer.
    Unknown,
}

impl State {
    fn name(&self) -> &'static str {
        match self {
            Self::There => "there",
            Self::Missing => "missing",
            Self::Wrong => "wrong",
            Self::Unknown => "unknown",
        }
    }
}

/// A record, and what the DNS has in its place.
#[derive(Debug)]
struct Checked {
    name: String,
    kind: &'static str,
    /// What it is to say; nothing where only the operator knows, or where it is to go.
    data: Option<String>,
    state: State,
    /// What the DNS has instead, or why that is not known.
    instead: String,
}

/// Prints the records, with what the DNS has of them.
///
/// # Errors
/// [`Failure`] when a name is none or the file of records cannot be read.
pub fn run(args: &DnsArgs) -> Result<Answer, Failure> {
    let wanted = Wanted {
        host: host(&args.domain, args.host.as_deref())?,
        domain: args.domain.to_ascii_lowercase(),
        port: args.port,
        any_port: false,
        text: ServiceText {
            tls: !args.plain,
            pins: args.pin.clone(),
            ..ServiceText::default()
        },
        shown: None,
        addresses: args.address.clone(),
    };
    // The system's own file of hosts is no part of the DNS.
    let dns = match args.server {
        Some(server) => DnsResolver::asking(server),
        None => DnsResolver::default(),
    };
    let resolver = resolver(args.dns.as_deref(), Arc::new(dns))?;
    Ok(answer(&wanted, &check(&wanted, &*resolver)))
}

/// The name of the host of a service: the one that is given, or that of the domain.
///
/// # Errors
/// [`Failure`] when it, or the domain, is no name.
pub(crate) fn host(domain: &str, given: Option<&str>) -> Result<String, Failure> {
    let default = default_host(domain);
    let host = given.unwrap_or(&default).trim_end_matches('.');
    for name in [domain, host] {
        if !is_host_name(name) {
            return Err(Failure::misuse(
                format!("{name:?} is no name of a host"),
                text::HOST_NAME,
            ));
        }
    }
    Ok(host.to_ascii_lowercase())
}

/// Says in the log which records are missing, where the domain is a public one. Nothing waits for it, and nothing fails because of it.
pub(crate) fn look(wanted: Wanted) {
    if !is_public(&wanted.domain) {
        return;
    }
    thread::spawn(move || {
        report(&check(&wanted, &DnsResolver::default()));
    });
}

fn report(checked: &[Checked]) {
    for record in checked {
        match record.state {
            State::There => {}
            State::Missing | State::Wrong => {
                let state = record.state.name();
                tracing::warn!(record = %record.line(), instead = %record.instead, "a DNS record is {state}: clients may not find this service");
            }
            State::Unknown => {
                tracing::info!(why = %record.instead, "the DNS was asked in vain for the records of the domain");
                return;
            }
        }
    }
    if checked.iter().all(|record| record.state == State::There) {
        tracing::info!("the records of the domain are in the DNS");
    }
}

fn is_public(domain: &str) -> bool {
    let end = domain.rsplit_once('.').map(|(_, end)| end);
    end.is_some_and(|end| {
        !PRIVATE.contains(&end) && !end.bytes().all(|octet| octet.is_ascii_digit())
    })
}

fn check(wanted: &Wanted, resolver: &dyn Resolver) -> Vec<Checked> {
    let name = record_name(&wanted.domain);
    let mut checked = vec![
        service(wanted, &name, resolver.services(&name)),
        texts(wanted, &name, resolver.texts(&name)),
    ];
    checked.extend(addresses(wanted, resolver.addresses(&wanted.host)));
    checked
}

fn service(
    wanted: &Wanted,
    name: &str,
    found: Result<Vec<ServiceRecord>, ResolveError>,
) -> Checked {
    let data = format!("0 0 {} {}.", wanted.port, wanted.host);
    let fits = |found: &ServiceRecord| {
        let target = found.target.trim_end_matches('.');
        target.eq_ignore_ascii_case(&wanted.host) && (wanted.any_port || found.port == wanted.port)
    };
    let show = |found: &ServiceRecord| {
        let ServiceRecord {
            priority,
            weight,
            port,
            target,
        } = found;
        format!(
            "{priority} {weight} {port} {}.",
            target.trim_end_matches('.')
        )
    };
    // Other hosts may stand beside this one.
    let compared = found.map(|found| {
        (
            found.iter().any(fits),
            found.iter().map(show).collect::<Vec<_>>(),
        )
    });
    Checked::new(name, "SRV", data, compared)
}

fn texts(wanted: &Wanted, name: &str, found: Result<Vec<String>, ResolveError>) -> Checked {
    let quoted = |strings: &[String]| {
        let strings = strings.iter().map(|string| format!("\"{string}\""));
        strings.collect::<Vec<_>>().join(" ")
    };
    let text = &wanted.text;
    let compared = found.map(|found| {
        // Another pin may stand beside this one while a certificate is exchanged.
        let pinned = |read: &ServiceText| match (text.pins.as_slice(), &wanted.shown) {
            ([], Some(shown)) => read.pins.is_empty() || read.pins.contains(shown),
            ([], None) => read.pins.is_empty(),
            (pins, _) => pins.iter().all(|pin| read.pins.contains(pin)),
        };
        let fits = !found.is_empty()
            && ServiceText::parse(&found)
                .is_ok_and(|read| read.path == text.path && read.tls == text.tls && pinned(&read));
        let found = match found.is_empty() {
            true => Vec::new(),
            false => vec![quoted(&found)],
        };
        (fits, found)
    });
    Checked::new(name, "TXT", quoted(&text.strings()), compared)
}

fn addresses(wanted: &Wanted, found: Result<Vec<IpAddr>, ResolveError>) -> Vec<Checked> {
    let host = &wanted.host;
    let kind = |address: &IpAddr| match address {
        IpAddr::V4(_) => "A",
        IpAddr::V6(_) => "AAAA",
    };
    let named = |address: &IpAddr, compared| {
        Checked::new(host, kind(address), address.to_string(), compared)
    };
    let found = match found {
        Ok(found) => found,
        Err(error) => {
            let unknown = wanted.addresses.iter();
            let unknown: Vec<Checked> = unknown
                .map(|address| named(address, Err(error.clone())))
                .collect();
            return match unknown.is_empty() {
                true => vec![Checked::nameless(host, State::Unknown, &error.to_string())],
                false => unknown,
            };
        }
    };
    if wanted.addresses.is_empty() {
        let there = found
            .iter()
            .map(|address| named(address, Ok((true, vec![]))));
        let there: Vec<Checked> = there.collect();
        return match there.is_empty() {
            true => vec![Checked::nameless(host, State::Missing, "")],
            false => there,
        };
    }
    let asked = wanted
        .addresses
        .iter()
        .map(|address| named(address, Ok((found.contains(address), vec![]))));
    let strange = found
        .iter()
        .filter(|address| !wanted.addresses.contains(address))
        .map(|address| Checked {
            name: format!("{host}."),
            kind: kind(address),
            data: None,
            state: State::Wrong,
            instead: address.to_string(),
        });
    asked.chain(strange).collect()
}

impl Checked {
    fn new(
        name: &str,
        kind: &'static str,
        data: String,
        compared: Result<(bool, Vec<String>), ResolveError>,
    ) -> Self {
        let (state, instead) = match compared {
            Ok((true, _)) => (State::There, String::new()),
            Ok((false, found)) if found.is_empty() => (State::Missing, String::new()),
            Ok((false, found)) => (State::Wrong, told_by_others(&found.join(", "))),
            Err(error) => (State::Unknown, told_by_others(&error.to_string())),
        };
        Self {
            name: format!("{name}."),
            kind,
            data: Some(data),
            state,
            instead,
        }
    }

    /// The addresses of a host that nobody has named.
    fn nameless(host: &str, state: State, instead: &str) -> Self {
        Self {
            name: format!("{host}."),
            kind: "A",
            data: None,
            state,
            instead: told_by_others(instead),
        }
    }

    /// The record as a name server reads it, or as a comment.
    fn line(&self) -> String {
        let Self { name, kind, .. } = self;
        match (&self.data, &self.state) {
            (Some(data), _) => format!("{name} {LIFE} IN {kind} {data}"),
            (None, State::Wrong) => format!("; {name} {kind} {}", self.instead),
            (None, _) => format!("; {name} A or AAAA"),
        }
    }

    /// What is to be said of it.
    fn remark(&self) -> String {
        let instead = &self.instead;
        match (&self.state, &self.data) {
            (State::There, _) => "there".to_owned(),
            (State::Missing, Some(_)) => "MISSING".to_owned(),
            (State::Missing, None) => {
                "MISSING: the addresses of the host; --address puts them here".to_owned()
            }
            (State::Wrong, Some(_)) => format!("WRONG: the DNS has {instead}"),
            (State::Wrong, None) => {
                "WRONG: in the DNS, and not among the addresses named".to_owned()
            }
            (State::Unknown, _) => format!("not checked: {instead}"),
        }
    }
}

fn answer(wanted: &Wanted, checked: &[Checked]) -> Answer {
    let lines: Vec<(String, String)> = checked
        .iter()
        .map(|record| (record.line(), record.remark()))
        .collect();
    let width = lines.iter().map(|(line, _)| line.len()).max().unwrap_or(0);
    let body: Vec<String> = lines
        .iter()
        .map(|(line, remark)| format!("{line:width$}  ; {remark}"))
        .collect();
    let count = |state: &[State]| {
        let records = checked.iter();
        records
            .filter(|record| state.contains(&record.state))
            .count()
    };
    let (bad, unknown) = (
        count(&[State::Missing, State::Wrong]),
        count(&[State::Unknown]),
    );
    let summary = match (bad, unknown) {
        (0, 0) => "everything is there".to_owned(),
        (bad, 0) => format!("{bad} of {} missing or wrong", checked.len()),
        _ => "the DNS gives no answer".to_owned(),
    };
    let records: Vec<Value> = checked
        .iter()
        .map(|record| {
            json!({
                "name": record.name,
                "type": record.kind,
                "data": record.data,
                "state": record.state.name(),
                "instead": record.instead,
            })
        })
        .collect();
    let text = format!(
        "; records of {}: {summary}\n{}",
        wanted.domain,
        body.join("\n")
    );
    let answer = Answer::say(text)
        .with("domain", wanted.domain.clone())
        .with("host", wanted.host.clone())
        .with("complete", bad == 0 && unknown == 0)
        .with("records", records);
    match (bad, unknown) {
        (0, 0) => answer,
        (_, 0) => answer.but(ErrorClass::Untrusted),
        _ => answer.but(ErrorClass::Unavailable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_names_are_asked_of_the_public_dns() {
        for domain in ["example.org", "mesh.example.co.uk"] {
            assert!(is_public(domain), "{domain}");
        }
        for domain in ["localhost", "mesh.local", "a.test", "192.0.2.1", "intranet"] {
            assert!(!is_public(domain), "{domain}");
        }
    }

    /// A DNS that says this.
    #[derive(Debug, Default)]
    struct Says {
        services: Vec<ServiceRecord>,
        texts: Vec<String>,
        addresses: Vec<IpAddr>,
        fails: Option<&'static str>,
    }

    impl Says {
        fn unless_it_fails<T: Clone>(
            &self,
            name: &str,
            found: &[T],
        ) -> Result<Vec<T>, ResolveError> {
            match self.fails {
                None => Ok(found.to_vec()),
                Some(text) => Err(ResolveError::NoAnswer {
                    name: name.to_owned(),
                    text: text.to_owned(),
                }),
            }
        }
    }

    impl Resolver for Says {
        fn services(&self, name: &str) -> Result<Vec<ServiceRecord>, ResolveError> {
            self.unless_it_fails(name, &self.services)
        }

        fn texts(&self, name: &str) -> Result<Vec<String>, ResolveError> {
            self.unless_it_fails(name, &self.texts)
        }

        fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, ResolveError> {
            self.unless_it_fails(host, &self.addresses)
        }
    }

    fn wanted() -> Wanted {
        Wanted {
            domain: "example.org".to_owned(),
            host: "mmm.example.org".to_owned(),
            port: 443,
            any_port: false,
            text: ServiceText::default(),
            shown: None,
            addresses: Vec::new(),
        }
    }

    /// What a service logs of a DNS that says this.
    fn logged(says: &Says) -> Vec<String> {
        let log = tempfile::NamedTempFile::new().unwrap();
        let writer = log.reopen().unwrap();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(writer)
            .finish();
        tracing::subscriber::with_default(subscriber, || report(&check(&wanted(), says)));
        let text = std::fs::read_to_string(log.path()).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    fn service_at(target: &str) -> ServiceRecord {
        ServiceRecord {
            priority: 0,
            weight: 0,
            port: 443,
            target: target.to_owned(),
        }
    }

    #[test]
    fn a_service_logs_which_records_are_missing_on_one_line_each() {
        let mut says = Says {
            addresses: vec![IpAddr::from([192, 0, 2, 1])],
            texts: vec!["path=/.well-known/mmm/".to_owned()],
            ..Says::default()
        };
        let log = logged(&says);
        assert_eq!(log.len(), 1, "{log:?}");
        assert!(log[0].contains("a DNS record is missing"), "{log:?}");
        let record = "_mmm._tcp.example.org. 3600 IN SRV 0 0 443 mmm.example.org.";
        assert!(log[0].contains(record), "{log:?}");

        // Those who write into the DNS write no lines of the log, nor long ones.
        says.services = vec![service_at("mmm.example.org.")];
        let forged = "2026-01-01T00:00:00Z INFO a certificate was issued";
        says.texts = vec![format!("path=/other \r\n{forged}"), "x".repeat(60_000)];
        let log = logged(&says);
        assert_eq!(log.len(), 1, "{log:?}");
        assert!(log[0].contains("a DNS record is wrong"), "{log:?}");
        assert!(log[0].len() < 2000 && !log[0].contains('\r'), "{log:?}");

        says.fails = Some("gone\nINFO all is well");
        let log = logged(&says);
        assert_eq!(log.len(), 1, "{log:?}");
        assert!(log[0].contains("asked in vain"), "{log:?}");
    }

    #[test]
    fn a_pin_of_the_certificate_that_is_shown_is_in_order() {
        let pin = |octet| CertificatePin::new([octet; 32]);
        let says = |pins: &[u8]| Says {
            services: vec![service_at("mmm.example.org.")],
            texts: ServiceText {
                pins: pins.iter().map(|octet| pin(*octet)).collect(),
                ..ServiceText::default()
            }
            .strings(),
            addresses: vec![IpAddr::from([192, 0, 2, 1])],
            fails: None,
        };
        let state = |shown: Option<CertificatePin>, pins: &[u8]| {
            let wanted = Wanted { shown, ..wanted() };
            let checked = check(&wanted, &says(pins));
            checked.iter().all(|record| record.state == State::There)
        };
        assert!(state(Some(pin(1)), &[]) && state(None, &[]));
        assert!(state(Some(pin(1)), &[1]) && state(Some(pin(1)), &[2, 1]));
        assert!(!state(Some(pin(1)), &[2]) && !state(None, &[1]));
    }

    #[test]
    fn names_that_cannot_stand_in_a_record_are_refused() {
        assert_eq!(host("Example.org", None).unwrap(), "mmm.example.org");
        assert_eq!(
            host("example.org", Some("Mesh.example.org.")).unwrap(),
            "mesh.example.org"
        );
        for bad in ["", "a b", "a..b", "ä.example", "a\"b", &"a".repeat(64)] {
            assert!(host(bad, None).is_err(), "{bad}");
            assert!(host("example.org", Some(bad)).is_err(), "{bad}");
        }
    }
}
