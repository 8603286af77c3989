// SPDX-License-Identifier: MIT
//! Strong Internet Names: DNS labels that carry the fingerprint of who may speak for them.
//!
//! Spec: mesh-udf, "Strong Internet Names".
//! Here: the label and addresses with one.
//! Not here: resolving names (`mesh-protocol`).

use super::Udf;
use crate::Error;

const PREFIX: &str = "mm--";

/// The longest fingerprint text that fits a label beside its prefix.
const LABEL_MAXIMUM: usize = 59;

/// The DNS label of a fingerprint: prefix and lower-case text with its dashes.
#[must_use]
pub fn label(udf: &Udf) -> String {
    format!("{PREFIX}{}", udf.to_string().to_ascii_lowercase())
}

/// The fingerprint of a label, or `None` when the label is an ordinary one.
///
/// # Errors
/// [`Error::NotInForm`] when the label has the prefix and no fingerprint after it, or an overlong one.
pub fn parse_label(label: &str) -> Result<Option<Udf>, Error> {
    const FORM: Error = Error::NotInForm {
        form: "strong internet name",
    };
    let Some((prefix, text)) = label.split_at_checked(PREFIX.len()) else {
        return Ok(None);
    };
    if !prefix.eq_ignore_ascii_case(PREFIX) {
        return Ok(None);
    }
    if text.len() > LABEL_MAXIMUM {
        return Err(FORM);
    }
    Udf::parse(text).map(Some).map_err(|_| FORM)
}

/// An account address made strong: `user@domain` becomes `user@domain.mm--…`.
#[must_use]
pub fn address(address: &str, udf: &Udf) -> String {
    format!("{address}.{}", label(udf))
}

/// Takes an address or domain apart: the ordinary address and the fingerprint that one of its labels carries.
///
/// # Errors
/// [`Error::NotInForm`] when a strong label is malformed or there is more than one.
pub fn parse_address(address: &str) -> Result<(String, Option<Udf>), Error> {
    let (user, domain) = match address.rsplit_once('@') {
        Some((user, domain)) => (Some(user), domain),
        None => (None, address),
    };
    let mut strong = None;
    let mut ordinary = Vec::new();
    for part in domain.split('.') {
        match parse_label(part)? {
            Some(udf) if strong.is_none() => strong = Some(udf),
            Some(_) => {
                return Err(Error::NotInForm {
                    form: "strong internet name",
                });
            }
            None => ordinary.push(part),
        }
    }
    let domain = ordinary.join(".");
    let address = user.map_or(domain.clone(), |user| format!("{user}@{domain}"));
    Ok((address, strong))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn udf() -> Udf {
        Udf::parse("MBQC-7OHA-RNBA-FRDL-R4GI-YQHA-DL36").unwrap()
    }

    #[test]
    fn address_is_taken_apart_again() {
        let strong = address("alice@example.com", &udf());
        assert_eq!(
            strong,
            "alice@example.com.mm--mbqc-7oha-rnba-frdl-r4gi-yqha-dl36"
        );
        assert_eq!(
            parse_address(&strong).unwrap(),
            ("alice@example.com".to_owned(), Some(udf()))
        );
        assert_eq!(
            parse_address("alice@example.com").unwrap(),
            ("alice@example.com".to_owned(), None)
        );
    }

    #[test]
    fn label_may_stand_before_the_domain() {
        let strong = format!("alice@{}.example.com", label(&udf()));
        assert_eq!(
            parse_address(&strong).unwrap(),
            ("alice@example.com".to_owned(), Some(udf()))
        );
    }

    #[test]
    fn broken_strong_label_is_refused_instead_of_ignored() {
        assert!(parse_address("alice@example.com.mm--0000").is_err());
        assert!(parse_address("alice@example.com.mm--").is_err());
        let twice = address(&address("alice@example.com", &udf()), &udf());
        assert!(parse_address(&twice).is_err());
    }
}
