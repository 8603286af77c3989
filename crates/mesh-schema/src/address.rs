// SPDX-License-Identifier: MIT
//! Account addresses: `name@domain`.
//!
//! Spec: mesh-schema, "Account Address"; the canonical form is lower case.
//! Here: parsing and presenting.
//! Not here: callsigns, finding the service of a domain (`mesh-protocol`, discovery).

use std::fmt;

use crate::error::Error;

const MAX_ADDRESS: usize = 254;
const MAX_LABEL: usize = 63;

/// The address of an account at a service, in canonical form.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountAddress {
    name: String,
    domain: String,
}

impl AccountAddress {
    /// Parses an address and puts it into canonical (lower) case.
    ///
    /// A name consists of letters, digits and `-`, `_`, `.`, begins and ends with a letter or digit, and has at most 63 characters;
    /// a domain is one of DNS.
    ///
    /// # Errors
    /// [`Error::BadAddress`] saying what is wrong.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let bad = |why| Error::BadAddress {
            address: text.to_owned(),
            why,
        };
        let (name, domain) = text
            .split_once('@')
            .ok_or(bad("an address has the form name@domain"))?;
        if text.len() > MAX_ADDRESS {
            return Err(bad("it is too long"));
        }
        check_label(name, "-_.").map_err(bad)?;
        if domain.is_empty() {
            return Err(bad("the domain is missing"));
        }
        for label in domain.split('.') {
            check_label(label, "-").map_err(bad)?;
        }
        Ok(Self {
            name: name.to_ascii_lowercase(),
            domain: domain.to_ascii_lowercase(),
        })
    }

    /// The part before the `@`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The domain of the service.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }
}

impl fmt::Display for AccountAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.domain)
    }
}

fn check_label(label: &str, inner: &str) -> Result<(), &'static str> {
    if label.is_empty() {
        return Err("a part of it is empty");
    }
    if label.len() > MAX_LABEL {
        return Err("a part of it has more than 63 characters");
    }
    if !label
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || inner.contains(c))
    {
        return Err("only letters, digits and the signs - _ . may stand in it");
    }
    let ends = [label.chars().next(), label.chars().next_back()];
    if !ends.iter().flatten().all(char::is_ascii_alphanumeric) {
        return Err("each part of it must begin and end with a letter or digit");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_put_into_canonical_case() {
        let address = AccountAddress::parse("Alice.B@Example.COM").unwrap();
        assert_eq!(address.to_string(), "alice.b@example.com");
        assert_eq!(
            (address.name(), address.domain()),
            ("alice.b", "example.com")
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "alice",
            "@localhost",
            "alice@",
            "a b@c",
            "-a@c",
            "a@b..c",
            "a@b@c",
            "a/../b@c",
            "ä@c",
            "a@-c",
            "a\0@c",
        ] {
            assert!(AccountAddress::parse(text).is_err(), "{text:?}");
        }
        assert!(AccountAddress::parse(&format!("{}@c", "a".repeat(64))).is_err());
    }
}
