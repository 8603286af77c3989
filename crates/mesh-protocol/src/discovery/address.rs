// SPDX-License-Identifier: MIT
//! Addresses of services as people and operators write them.
//!
//! Spec: mesh-protocol, "HTTP Binding". Pins of certificates are our own.
//! Here: `http://host:port`, `https://host:port#sha256:…`, and the map from domains to them.
//! Not here: how an address is found (`discovery`).

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::error::Error;
use crate::transport::WELL_KNOWN;

const PIN: &str = "sha256:";

/// Where a service is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAddress {
    url: String,
    pins: Vec<CertificatePin>,
    by_dns: bool,
}

impl ServiceAddress {
    pub(super) fn new(tls: bool, authority: &str, path: &str) -> Self {
        let scheme = if tls { "https" } else { "http" };
        Self {
            url: format!("{scheme}://{authority}{path}"),
            pins: Vec::new(),
            by_dns: false,
        }
    }

    pub(super) fn pinned(self, pins: Vec<CertificatePin>) -> Self {
        Self { pins, ..self }
    }

    pub(super) fn by_dns_alone(self) -> Self {
        Self {
            by_dns: true,
            ..self
        }
    }

    /// The URL to which packets are sent.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// True when it is reached over TLS.
    #[must_use]
    pub fn tls(&self) -> bool {
        self.url.starts_with("https:")
    }

    /// True when records of the DNS say all this, and nobody on this machine: whoever is between can have forged them.
    #[must_use]
    pub fn is_by_dns(&self) -> bool {
        self.by_dns
    }

    /// The only certificates that it may show, if any were named.
    #[must_use]
    pub fn pins(&self) -> &[CertificatePin] {
        &self.pins
    }
}

impl FromStr for ServiceAddress {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, pin) = match text.split_once('#') {
            Some((address, pin)) => (address, Some(pin.parse()?)),
            None => (text, None),
        };
        let (tls, rest) = match (
            address.strip_prefix("https://"),
            address.strip_prefix("http://"),
        ) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return Err("the address does not begin with https:// or http://"),
        };
        let authority = rest.split('/').next().unwrap_or_default();
        if authority.is_empty() || authority.contains(['@', '?', ' ']) {
            return Err("the host is missing");
        }
        if pin.is_some() && !tls {
            return Err("a certificate is named for an address without TLS");
        }
        Ok(Self::new(tls, authority, WELL_KNOWN).pinned(pin.into_iter().collect()))
    }
}

/// The SHA-256 of the only certificate that is accepted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CertificatePin([u8; 32]);

impl CertificatePin {
    /// A pin from the digest of a certificate.
    #[must_use]
    pub fn new(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// The digest.
    #[must_use]
    pub fn digest(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for CertificatePin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PIN)?;
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for CertificatePin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for CertificatePin {
    type Err = &'static str;

    /// Reads `sha256:` and hexadecimal digits, with or without colons between the octets.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = "a certificate is named by sha256: and 64 hexadecimal digits";
        let scheme = text.get(..PIN.len()).ok_or(bad)?;
        if !scheme.eq_ignore_ascii_case(PIN) {
            return Err(bad);
        }
        let digits = text.get(PIN.len()..).unwrap_or_default();
        let mut nibbles = digits.chars().filter(|letter| *letter != ':');
        let mut digest = [0; 32];
        for octet in &mut digest {
            let mut nibble = || {
                let digit = nibbles.next()?.to_digit(16)?;
                u8::try_from(digit).ok()
            };
            let (high, low) = (nibble().ok_or(bad)?, nibble().ok_or(bad)?);
            *octet = high << 4 | low;
        }
        match nibbles.next() {
            None => Ok(Self(digest)),
            Some(_) => Err(bad),
        }
    }
}

/// Addresses of services by domain, consulted before any discovery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceMap(BTreeMap<String, ServiceAddress>);

impl ServiceMap {
    /// Parses `domain=https://host:port,…`.
    ///
    /// # Errors
    /// [`Error::ServiceMap`] saying which part is wrong.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut map = BTreeMap::new();
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let bad = |why| Error::ServiceMap {
                part: part.to_owned(),
                why,
            };
            let (domain, address) = part.split_once('=').ok_or(bad("it has no '='"))?;
            if domain.is_empty() {
                return Err(bad("the domain is missing"));
            }
            map.insert(domain.to_ascii_lowercase(), address.parse().map_err(bad)?);
        }
        Ok(Self(map))
    }

    /// The address of the service of a domain, if it is in the map.
    #[must_use]
    pub fn find(&self, domain: &str) -> Option<&ServiceAddress> {
        self.0.get(&domain.to_ascii_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGITS: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF";

    #[test]
    fn addresses_are_found_by_domain() {
        let map = ServiceMap::parse(&format!(
            "localhost=http://127.0.0.1:1234/, Example.com=https://[::1]:80#sha256:{DIGITS}"
        ))
        .unwrap();
        let local = map.find("LOCALHOST").unwrap();
        assert_eq!(local.url(), "http://127.0.0.1:1234/.well-known/mmm/");
        assert!(!local.tls() && local.pins().is_empty());
        let pinned = map.find("example.com").unwrap();
        assert_eq!(pinned.url(), "https://[::1]:80/.well-known/mmm/");
        assert!(pinned.tls());
        let pin = pinned.pins()[0].to_string();
        assert_eq!(pin, format!("sha256:{}", DIGITS.to_ascii_lowercase()));
        assert_eq!(map.find("example.org"), None);
    }

    #[test]
    fn a_pin_is_read_as_other_tools_print_it() {
        let colons: Vec<&str> = (0..32).map(|at| &DIGITS[2 * at..2 * at + 2]).collect();
        let printed: CertificatePin = format!("SHA256:{}", colons.join(":")).parse().unwrap();
        assert_eq!(printed, format!("sha256:{DIGITS}").parse().unwrap());
        assert_eq!(printed.digest()[1], 0x23);
        for text in ["", "sha256:", DIGITS, "sha256:0g", "sha1:00", "sha256:é"] {
            assert!(text.parse::<CertificatePin>().is_err(), "{text}");
        }
        assert!(
            format!("sha256:{DIGITS}0")
                .parse::<CertificatePin>()
                .is_err()
        );
    }

    #[test]
    fn a_part_that_is_no_address_is_named() {
        for text in [
            "localhost",
            "localhost=127.0.0.1",
            "=http://a",
            "a=http://",
            "a=ftp://b",
            "a=http://u@b",
            "a=https://b#",
            "a=https://b#sha256:00",
            &format!("a=http://b#sha256:{DIGITS}"),
        ] {
            assert!(
                matches!(ServiceMap::parse(text), Err(Error::ServiceMap { .. })),
                "{text}"
            );
        }
    }
}
