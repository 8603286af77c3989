// SPDX-License-Identifier: MIT
//! Mesh URIs: names, locators and invitations.
//!
//! Spec: mesh-udf, "UDF URIs"; mesh-protocol, "Device Connection" and "Contact Exchange".
//! Here: `udf:`, `mcd://` (connect a device) and `mcu://` (exchange contacts), parsed and presented.
//! Not here: what is done with them (`mesh-client`).

use mesh_jsonbcd::SecretString;

use super::{Udf, presentation};
use crate::Error;

/// A URI of the Mesh.
#[derive(Debug)]
#[non_exhaustive]
pub enum MeshUri {
    /// `mcu://account/key`: an offer to exchange contacts.
    Contact {
        /// Account address of who offers.
        account: String,
        /// PIN or publication key that proves the offer was seen.
        key: SecretString,
    },
    /// `mcd://account/key`: an offer to connect a device.
    Device {
        /// Account to connect to, or that holds the device's publication.
        account: String,
        /// PIN or publication key that proves the offer was seen.
        key: SecretString,
    },
    /// `udf://domain/UDF`: where something is to be found.
    Locator {
        /// Domain that holds it.
        domain: String,
        /// Its identifier or key.
        udf: Udf,
    },
    /// `udf:UDF`: a name.
    Name(Udf),
}

impl MeshUri {
    /// Parses a Mesh URI. Schemes compare without case.
    ///
    /// # Errors
    /// [`Error::NotInForm`] for other schemes or missing parts, [`Error::BadCharacter`] or
    /// [`Error::IdentifierTooShort`] when the identifier in it is none.
    pub fn parse(text: &str) -> Result<Self, Error> {
        const FORM: Error = Error::NotInForm { form: "Mesh URI" };
        let (scheme, rest) = text.split_once(':').ok_or(FORM)?;
        match (
            scheme.to_ascii_lowercase().as_str(),
            rest.strip_prefix("//"),
        ) {
            ("udf", None) => Udf::parse(rest).map(Self::Name),
            ("udf", Some(rest)) => {
                let (domain, udf) = parts(rest).ok_or(FORM)?;
                Ok(Self::Locator {
                    domain: domain.to_owned(),
                    udf: Udf::parse(udf)?,
                })
            }
            ("mcd", Some(rest)) => {
                let (account, key) = parts(rest).ok_or(FORM)?;
                Ok(Self::Device {
                    account: account.to_owned(),
                    key: secret(key)?,
                })
            }
            ("mcu", Some(rest)) => {
                let (account, key) = parts(rest).ok_or(FORM)?;
                Ok(Self::Contact {
                    account: account.to_owned(),
                    key: secret(key)?,
                })
            }
            _ => Err(FORM),
        }
    }

    /// The URI as text. It may carry a key, so the whole is a secret.
    #[must_use]
    pub fn to_uri_string(&self) -> SecretString {
        SecretString::new(match self {
            Self::Contact { account, key } => format!("mcu://{account}/{}", key.expose_secret()),
            Self::Device { account, key } => format!("mcd://{account}/{}", key.expose_secret()),
            Self::Locator { domain, udf } => format!("udf://{domain}/{}", udf.present(usize::MAX)),
            Self::Name(udf) => format!("udf:{udf}"),
        })
    }
}

fn parts(rest: &str) -> Option<(&str, &str)> {
    rest.split_once('/')
        .filter(|(first, second)| !first.is_empty() && !second.is_empty() && !second.contains('/'))
}

/// Keeps the text of a key in its canonical form; that it is Base32 is checked, its type is the user's business.
fn secret(text: &str) -> Result<SecretString, Error> {
    let octets = zeroize::Zeroizing::new(presentation::decode(text)?);
    if octets.len() < 2 {
        return Err(Error::IdentifierTooShort {
            length: octets.len(),
        });
    }
    Ok(SecretString::new(presentation::dashed(
        &presentation::symbols(text),
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_presented_as_it_was_parsed() {
        for text in [
            "udf:MDDK-7N6A-727A-JZNO-STRX-XKS7-DJAF",
            "udf://example.com/EAGB-5GUQ-A7VV-X4M7-5L6V-GAT6-CATI-YA",
            "mcd://alice@example.com/ADE7-U5DR-2YNJ-XKVX-4RUE-SVL5-5I",
            "mcu://alice@example.com/EBH3-DT6M-G2WA-EF7E-DA42-DN55-7E",
        ] {
            assert_eq!(
                MeshUri::parse(text)
                    .unwrap()
                    .to_uri_string()
                    .expose_secret(),
                text
            );
        }
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "",
            "udf",
            "http://example.com/MDDK",
            "mcd:MDDK-7N6A",
            "mcd:///MDDK-7N6A",
            "mcd://a@b/",
            "udf://a/b/c",
        ] {
            assert!(MeshUri::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn debug_hides_the_key() {
        let uri =
            MeshUri::parse("mcd://alice@example.com/ADE7-U5DR-2YNJ-XKVX-4RUE-SVL5-5I").unwrap();
        insta::assert_snapshot!(
            format!("{uri:?}"),
            @r#"Device { account: "alice@example.com", key: [redacted] }"#
        );
    }
}
