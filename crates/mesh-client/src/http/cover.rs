// SPDX-License-Identifier: MIT
//! What covered the way to a service when it was last reached.
//!
//! Spec: none.
//! Here: the file of a home that says so for each domain, and what the DNS alone cannot change any more.
//! Not here: who the service is, which its packets show whatever covers them (`mesh-protocol`, credential).

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use mesh_keystore::file::{Existing, read_private, write_private};
use mesh_protocol::discovery::{CertificatePin, ServiceAddress};

/// Octets of the largest file.
const MAX_FILE: usize = 1 << 20;

/// What covers packets on their way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cover {
    /// Nothing: they go in clear, and are sealed by themselves only.
    Clear,
    /// TLS with one of these certificates.
    Pinned(Vec<CertificatePin>),
    /// TLS with a certificate for which an authority vouches.
    Authority,
}

impl Cover {
    fn of(address: &ServiceAddress) -> Self {
        match (address.tls(), address.pins()) {
            (false, _) => Self::Clear,
            (true, []) => Self::Authority,
            (true, pins) => Self::Pinned(pins.to_vec()),
        }
    }
}

impl fmt::Display for Cover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clear => f.write_str("clear"),
            Self::Authority => f.write_str("authority"),
            Self::Pinned(pins) => {
                let pins: Vec<String> = pins.iter().map(ToString::to_string).collect();
                f.write_str(&pins.join(","))
            }
        }
    }
}

impl FromStr for Cover {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "clear" => Ok(Self::Clear),
            "authority" => Ok(Self::Authority),
            pins => {
                let pins: Result<Vec<_>, _> = pins.split(',').map(str::parse).collect();
                pins.map(Self::Pinned)
            }
        }
    }
}

/// What covered the way to each domain.
#[derive(Clone, Debug)]
pub(super) enum Covers {
    /// In a file, which need not exist yet.
    Kept(PathBuf),
    /// As long as this lives.
    Here(Arc<Mutex<BTreeMap<String, Cover>>>),
}

impl Default for Covers {
    fn default() -> Self {
        Self::Here(Arc::default())
    }
}

impl Covers {
    /// Refuses addresses for which only the DNS stands when they give up what covered the way before.
    ///
    /// # Errors
    /// A text for people.
    pub(super) fn admit(&self, domain: &str, addresses: &[ServiceAddress]) -> Result<(), Refused> {
        let known = self.load().map_err(Refused::Unreadable)?;
        let known = known.get(&domain.to_ascii_lowercase());
        for address in addresses.iter().filter(|address| address.is_by_dns()) {
            match (known, Cover::of(address)) {
                (Some(Cover::Authority | Cover::Pinned(_)), Cover::Clear) => {
                    return Err(Refused::Less(format!(
                        "the DNS says now that the service of {domain} is reached without TLS (tls=no), and it was reached over TLS before"
                    )));
                }
                (Some(Cover::Authority), Cover::Pinned(_)) => {
                    return Err(Refused::Less(format!(
                        "the DNS names the certificate of {domain} now (pin=), and before an authority vouched for it"
                    )));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Keeps what covers the way to a service that has shown who it is, and gives what its user should know of it.
    ///
    /// # Errors
    /// A text for people when it cannot be kept.
    pub(super) fn met(
        &self,
        domain: &str,
        address: &ServiceAddress,
        service: &str,
    ) -> Result<Option<String>, String> {
        let mut known = self.load()?;
        let domain = domain.to_ascii_lowercase();
        let cover = Cover::of(address);
        let why = match (known.get(&domain), &cover) {
            (Some(former), cover) if former == cover => return Ok(None),
            // What somebody on this machine says otherwise holds as long as he says it.
            (Some(Cover::Authority), _) | (Some(Cover::Pinned(_)), Cover::Clear) => {
                return Ok(None);
            }
            (_, Cover::Authority) => None,
            (_, Cover::Clear) => Some("that it is reached without TLS"),
            (Some(Cover::Pinned(former)), Cover::Pinned(pins))
                if pins.iter().all(|pin| former.contains(pin)) =>
            {
                None
            }
            (Some(Cover::Pinned(_)), _) => Some("that its certificate is another one"),
            (_, Cover::Pinned(_)) => Some("which certificate it has"),
        };
        known.insert(domain.clone(), cover);
        self.save(known)?;
        let why = why.filter(|_| address.is_by_dns());
        Ok(why.map(|why| {
            format!(
                "only the DNS says of the service of {domain} {why}. Who it is does not depend on that: its fingerprint is {service}; compare it with the one that its operator tells you"
            )
        }))
    }

    fn load(&self) -> Result<BTreeMap<String, Cover>, String> {
        match self {
            Self::Kept(file) if file.exists() => read(file),
            Self::Kept(_) => Ok(BTreeMap::new()),
            Self::Here(known) => Ok(known.lock().unwrap_or_else(PoisonError::into_inner).clone()),
        }
    }

    fn save(&self, known: BTreeMap<String, Cover>) -> Result<(), String> {
        match self {
            Self::Kept(file) => {
                let lines = known
                    .iter()
                    .map(|(domain, cover)| format!("{domain} {cover}\n"));
                let text: String = lines.collect();
                write_private(file, text.as_bytes(), Existing::Replace)
                    .map_err(|error| error.to_string())
            }
            Self::Here(held) => {
                *held.lock().unwrap_or_else(PoisonError::into_inner) = known;
                Ok(())
            }
        }
    }
}

/// Why an address is not used.
pub(super) enum Refused {
    /// It covers less than before.
    Less(String),
    /// What was before is not known.
    Unreadable(String),
}

fn read(file: &Path) -> Result<BTreeMap<String, Cover>, String> {
    let octets = read_private(file, MAX_FILE).map_err(|error| error.to_string())?;
    let bad = || format!("{}: it cannot be read", file.display());
    let text = std::str::from_utf8(octets.expose_secret()).map_err(|_| bad())?;
    let line = |line: &str| {
        let (domain, cover) = line.split_once(' ')?;
        Some((domain.to_owned(), cover.parse().ok()?))
    };
    text.lines()
        .map(|text| line(text).ok_or_else(bad))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use mesh_crypto::Seeded;
    use mesh_protocol::discovery::{
        ResolveError, Resolver, ServiceMap, ServiceRecord, ServiceText, discover,
    };

    use super::*;

    /// A DNS that says this of every domain, or a file on this machine that does.
    #[derive(Debug)]
    struct Says {
        text: ServiceText,
        here: bool,
    }

    impl Resolver for Says {
        fn services(&self, name: &str) -> Result<Vec<ServiceRecord>, ResolveError> {
            Ok(vec![ServiceRecord {
                priority: 0,
                weight: 0,
                port: 443,
                target: format!("host.{name}"),
            }])
        }

        fn texts(&self, _: &str) -> Result<Vec<String>, ResolveError> {
            Ok(self.text.strings())
        }

        fn addresses(&self, _: &str) -> Result<Vec<IpAddr>, ResolveError> {
            Ok(Vec::new())
        }

        fn vouches(&self, _: &str) -> bool {
            self.here
        }
    }

    fn address(tls: bool, pins: &[u8], here: bool) -> ServiceAddress {
        let pins = pins.iter().map(|pin| CertificatePin::new([*pin; 32]));
        let text = ServiceText {
            tls,
            pins: pins.collect(),
            ..ServiceText::default()
        };
        let says = Says { text, here };
        let map = ServiceMap::default();
        discover("example.org", &map, &says, &Seeded::new(1))
            .unwrap()
            .remove(0)
    }

    #[test]
    fn the_dns_alone_does_not_take_away_what_covered_the_way() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("services");
        let covers = || Covers::Kept(file.clone());
        let met = |address: &ServiceAddress| covers().met("Example.org", address, "MBBB").unwrap();
        let admits = |address: &ServiceAddress| {
            covers()
                .admit("example.org", std::slice::from_ref(address))
                .is_ok()
        };
        let (clear, pinned) = (address(false, &[], false), address(true, &[1], false));
        let authority = address(true, &[], false);

        // Each step up counts from then on, and what was not known before is said once.
        let note = met(&clear).unwrap();
        assert!(
            note.contains("without TLS") && note.contains("MBBB"),
            "{note}"
        );
        assert_eq!(met(&clear), None);
        assert!(admits(&clear) && admits(&pinned) && admits(&authority));
        assert!(met(&pinned).unwrap().contains("certificate"));
        assert_eq!(met(&pinned), None);
        assert!(!admits(&clear) && admits(&pinned) && admits(&authority));

        // While a certificate is exchanged both are named; who names the former one alone again says nothing new.
        let both = address(true, &[1, 2], false);
        assert!(met(&both).unwrap().contains("another one"));
        assert_eq!(met(&address(true, &[2], false)), None);
        assert!(met(&pinned).is_some());

        assert_eq!(met(&authority), None);
        assert!(!admits(&clear) && !admits(&pinned) && admits(&authority));

        // Who sits at this machine may say otherwise, and that is no reason to believe the DNS afterwards.
        let here = address(false, &[], true);
        assert!(admits(&here) && admits(&address(true, &[3], true)));
        assert_eq!(met(&here), None);
        assert!(!admits(&clear));

        // Of other domains nothing is known.
        assert!(covers().admit("other.example", &[clear]).is_ok());
    }

    #[test]
    fn a_file_that_cannot_be_read_is_not_taken_for_an_empty_one() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("services");
        write_private(&file, b"example.org plain\n", Existing::Replace).unwrap();
        let covers = Covers::Kept(file);
        let clear = address(false, &[], false);
        assert!(matches!(
            covers.admit("example.org", std::slice::from_ref(&clear)),
            Err(Refused::Unreadable(_))
        ));
        assert!(covers.met("example.org", &clear, "MBBB").is_err());
    }
}
