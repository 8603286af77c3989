// SPDX-License-Identifier: MIT
//! From the domain of an account address to the address of its service.
//!
//! Spec: mesh-protocol, "Service Discovery".
//! Here: the explicit map, the address of `localhost`, and the default of the specification for a domain without records.
//! Not here: records in DNS (SRV, TXT), which this version does not look up.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::transport::{DEFAULT_PORT, WELL_KNOWN};

/// Addresses of services by domain, consulted before any discovery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceMap(BTreeMap<String, String>);

impl ServiceMap {
    /// Parses `domain=http://host:port,…`.
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
            let rest = address
                .strip_prefix("http://")
                .ok_or(bad("the address does not begin with http://"))?;
            let authority = rest.split('/').next().unwrap_or_default();
            if domain.is_empty() || authority.is_empty() || authority.contains(['@', '?', '#', ' '])
            {
                return Err(bad("domain or host is missing"));
            }
            map.insert(domain.to_ascii_lowercase(), format!("http://{authority}"));
        }
        Ok(Self(map))
    }

    /// Adds the address of a domain.
    pub fn insert(&mut self, domain: &str, address: &str) {
        self.0.insert(
            domain.to_ascii_lowercase(),
            address.trim_end_matches('/').to_owned(),
        );
    }

    /// The URL to which packets for the service of a domain are sent.
    #[must_use]
    pub fn url(&self, domain: &str) -> String {
        let domain = domain.to_ascii_lowercase();
        let base = match self.0.get(&domain) {
            Some(address) => address.clone(),
            None if domain == "localhost" => format!("http://127.0.0.1:{DEFAULT_PORT}"),
            None => format!("http://mmm.{domain}:{DEFAULT_PORT}"),
        };
        format!("{base}{WELL_KNOWN}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_found_in_the_map_before_the_default() {
        let map =
            ServiceMap::parse("localhost=http://127.0.0.1:1234/, Example.com=http://[::1]:80")
                .unwrap();
        assert_eq!(
            map.url("LOCALHOST"),
            "http://127.0.0.1:1234/.well-known/mmm/"
        );
        assert_eq!(map.url("example.com"), "http://[::1]:80/.well-known/mmm/");
        assert_eq!(
            map.url("example.org"),
            "http://mmm.example.org:15099/.well-known/mmm/"
        );
        assert_eq!(
            ServiceMap::default().url("localhost"),
            "http://127.0.0.1:15099/.well-known/mmm/"
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
        ] {
            assert!(
                matches!(ServiceMap::parse(text), Err(Error::ServiceMap { .. })),
                "{text}"
            );
        }
    }
}
