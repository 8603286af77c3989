// SPDX-License-Identifier: MIT
//! The registry of public key algorithms: identifier, names, sizes.
//!
//! Spec: mesh-udf, "Algorithm Identifiers"; mesh-cryptography, "Public Key Algorithms"; RFC 7748; RFC 8032.
//! Here: what follows from the algorithm alone.
//! Not here: the arithmetic (`key`, `curve448`).

use std::fmt;

use crate::Error;

/// A public key algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum KeyAlgorithm {
    /// Signatures on the Edwards curve of Curve25519.
    Ed25519,
    /// Signatures on the Edwards curve of Curve448.
    Ed448,
    /// Key agreement on Curve25519.
    X25519,
    /// Key agreement on Curve448.
    X448,
}

/// The suffix of a curve name that marks a private key held as a scalar.
const SCALAR_SUFFIX: char = 'z';

impl KeyAlgorithm {
    /// All algorithms, in alphabetical order.
    pub const ALL: [Self; 4] = [Self::Ed25519, Self::Ed448, Self::X25519, Self::X448];

    /// The JOSE curve name.
    #[must_use]
    pub const fn jose_name(self) -> &'static str {
        match self {
            Self::Ed25519 => "Ed25519",
            Self::Ed448 => "Ed448",
            Self::X25519 => "X25519",
            Self::X448 => "X448",
        }
    }

    /// The algorithm with this JOSE curve name.
    ///
    /// # Errors
    /// [`Error::Unsupported`] with the name for any other.
    pub fn from_jose_name(name: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.jose_name() == name)
            .ok_or_else(|| Error::Unsupported {
                name: name.to_owned(),
            })
    }

    /// The name of the signature algorithm in a signature entry; `None` for key agreement.
    #[must_use]
    pub const fn signature_name(self) -> Option<&'static str> {
        match self {
            Self::Ed25519 => Some("ED25519"),
            Self::Ed448 => Some("ED448"),
            Self::X25519 | Self::X448 => None,
        }
    }

    /// Whether keys of this algorithm sign. (Edwards keys can agree as well; Montgomery keys cannot sign.)
    #[must_use]
    pub const fn is_signature(self) -> bool {
        self.signature_name().is_some()
    }

    /// The code in a derived-key seed.
    #[must_use]
    pub const fn seed_code(self) -> u16 {
        match self {
            Self::X25519 => 1,
            Self::X448 => 2,
            Self::Ed25519 => 3,
            Self::Ed448 => 4,
        }
    }

    /// The algorithm with this code in a derived-key seed.
    #[must_use]
    pub fn from_seed_code(code: u16) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.seed_code() == code)
    }

    /// Octets of a public key. X448 has one more than RFC 7748: the parity of the second coordinate.
    #[must_use]
    pub const fn public_length(self) -> usize {
        match self {
            Self::Ed25519 | Self::X25519 => 32,
            Self::Ed448 | Self::X448 => 57,
        }
    }

    /// Octets of a private key in seed form. Ed448 has one fewer than RFC 8032.
    #[must_use]
    pub const fn private_length(self) -> usize {
        match self {
            Self::Ed25519 | Self::X25519 => 32,
            Self::Ed448 | Self::X448 => 56,
        }
    }

    /// The curve name of a private key held as a scalar.
    pub(crate) fn scalar_name(self) -> String {
        format!("{}{SCALAR_SUFFIX}", self.jose_name())
    }

    /// The algorithm of a curve name and whether the private key beside it is a scalar.
    pub(crate) fn from_private_name(name: &str) -> Result<(Self, bool), Error> {
        let (base, scalar) = match name.strip_suffix(SCALAR_SUFFIX) {
            Some(base) => (base, true),
            None => (name, false),
        };
        Self::from_jose_name(base)
            .map(|algorithm| (algorithm, scalar))
            .map_err(|_| Error::Unsupported {
                name: name.to_owned(),
            })
    }
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.jose_name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_and_code_leads_back_to_its_algorithm() {
        for algorithm in KeyAlgorithm::ALL {
            assert_eq!(
                KeyAlgorithm::from_jose_name(algorithm.jose_name()),
                Ok(algorithm)
            );
            assert_eq!(
                KeyAlgorithm::from_seed_code(algorithm.seed_code()),
                Some(algorithm)
            );
            assert_eq!(
                KeyAlgorithm::from_private_name(&algorithm.scalar_name()),
                Ok((algorithm, true))
            );
            assert_eq!(
                KeyAlgorithm::from_private_name(algorithm.jose_name()),
                Ok((algorithm, false))
            );
        }
    }

    #[test]
    fn unknown_name_is_kept_in_the_error() {
        for name in ["P-256", "x448", "X448zz", ""] {
            assert_eq!(
                KeyAlgorithm::from_private_name(name),
                Err(Error::Unsupported {
                    name: name.to_owned()
                })
            );
        }
    }
}
