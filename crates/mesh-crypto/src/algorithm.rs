// SPDX-License-Identifier: MIT
//! The registry of public key algorithms: identifier, names, sizes.
//!
//! Spec: mesh-udf, "Algorithm Identifiers"; mesh-cryptography, "Public Key Algorithms"; RFC 7748; RFC 8032; FIPS 186-5; FIPS 203;
//! FIPS 204; RFC 8017.
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
    /// Lattice signatures of FIPS 204, security category 2.
    MlDsa44,
    /// Lattice signatures of FIPS 204, security category 3.
    MlDsa65,
    /// Lattice signatures of FIPS 204, security category 5.
    MlDsa87,
    /// Lattice key encapsulation of FIPS 203, security category 1.
    MlKem512,
    /// Lattice key encapsulation of FIPS 203, security category 3.
    MlKem768,
    /// Lattice key encapsulation of FIPS 203, security category 5.
    MlKem1024,
    /// Signatures and key agreement on the NIST curve P-256.
    P256,
    /// Signatures and key agreement on the NIST curve P-384.
    P384,
    /// Signatures and key agreement on the NIST curve P-521.
    P521,
    /// Signatures and key encapsulation with RSA, modulus of 2048 bits.
    Rsa2048,
    /// Signatures and key encapsulation with RSA, modulus of 3072 bits.
    Rsa3072,
    /// Signatures and key encapsulation with RSA, modulus of 4096 bits.
    Rsa4096,
    /// Key agreement on Curve25519.
    X25519,
    /// Key agreement on Curve448.
    X448,
}

/// The suffix of a curve name that marks a private key held as a scalar.
const SCALAR_SUFFIX: char = 'z';

impl KeyAlgorithm {
    /// All algorithms, in alphabetical order.
    pub const ALL: [Self; 16] = [
        Self::Ed25519,
        Self::Ed448,
        Self::MlDsa44,
        Self::MlDsa65,
        Self::MlDsa87,
        Self::MlKem512,
        Self::MlKem768,
        Self::MlKem1024,
        Self::P256,
        Self::P384,
        Self::P521,
        Self::Rsa2048,
        Self::Rsa3072,
        Self::Rsa4096,
        Self::X25519,
        Self::X448,
    ];

    /// The JOSE name of the curve or of the algorithm.
    #[must_use]
    pub const fn jose_name(self) -> &'static str {
        match self {
            Self::Ed25519 => "Ed25519",
            Self::Ed448 => "Ed448",
            Self::MlDsa44 => "ML-DSA-44",
            Self::MlDsa65 => "ML-DSA-65",
            Self::MlDsa87 => "ML-DSA-87",
            Self::MlKem512 => "ML-KEM-512",
            Self::MlKem768 => "ML-KEM-768",
            Self::MlKem1024 => "ML-KEM-1024",
            Self::P256 => "P256",
            Self::P384 => "P384",
            Self::P521 => "P521",
            Self::Rsa2048 => "RSA2048",
            Self::Rsa3072 => "RSA3072",
            Self::Rsa4096 => "RSA4096",
            Self::X25519 => "X25519",
            Self::X448 => "X448",
        }
    }

    /// The algorithm with this JOSE name. The names of RFC 7518 for the NIST curves, which have a dash, are read as well.
    ///
    /// # Errors
    /// [`Error::Unsupported`] with the name for any other.
    pub fn from_jose_name(name: &str) -> Result<Self, Error> {
        let known = match name {
            "P-256" => Some(Self::P256),
            "P-384" => Some(Self::P384),
            "P-521" => Some(Self::P521),
            _ => Self::ALL
                .into_iter()
                .find(|algorithm| algorithm.jose_name() == name),
        };
        known.ok_or_else(|| Error::Unsupported {
            name: name.to_owned(),
        })
    }

    /// The name of the signature algorithm in a signature entry; `None` for keys that do not sign.
    #[must_use]
    pub const fn signature_name(self) -> Option<&'static str> {
        match self {
            Self::Ed25519 => Some("ED25519"),
            Self::Ed448 => Some("ED448"),
            Self::MlDsa44
            | Self::MlDsa65
            | Self::MlDsa87
            | Self::P256
            | Self::P384
            | Self::P521 => Some(self.jose_name()),
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => Some("RS512"),
            Self::MlKem512 | Self::MlKem768 | Self::MlKem1024 | Self::X25519 | Self::X448 => None,
        }
    }

    /// Whether keys of this algorithm sign.
    #[must_use]
    pub const fn is_signature(self) -> bool {
        self.signature_name().is_some()
    }

    /// Whether two keys of this algorithm agree on a secret. (Edwards keys do, beside signing.)
    #[must_use]
    pub const fn is_agreement(self) -> bool {
        matches!(
            self,
            Self::Ed25519
                | Self::Ed448
                | Self::P256
                | Self::P384
                | Self::P521
                | Self::X25519
                | Self::X448
        )
    }

    /// The algorithm whose ciphertexts have this length.
    #[must_use]
    pub fn of_ciphertext(ciphertext: &[u8]) -> Option<Self> {
        Some(match ciphertext.len() {
            256 => Self::Rsa2048,
            384 => Self::Rsa3072,
            512 => Self::Rsa4096,
            768 => Self::MlKem512,
            1088 => Self::MlKem768,
            1568 => Self::MlKem1024,
            _ => return None,
        })
    }

    /// Whether a secret is sealed to keys of this algorithm in a ciphertext.
    #[must_use]
    pub const fn is_encapsulation(self) -> bool {
        self.modulus_bits().is_some()
            || matches!(self, Self::MlKem512 | Self::MlKem768 | Self::MlKem1024)
    }

    /// The code in a derived-key seed.
    #[must_use]
    pub const fn seed_code(self) -> u16 {
        match self {
            Self::X25519 => 1,
            Self::X448 => 2,
            Self::Ed25519 => 3,
            Self::Ed448 => 4,
            Self::P256 => 5,
            Self::P384 => 6,
            Self::P521 => 7,
            Self::Rsa2048 => 8,
            Self::Rsa3072 => 9,
            Self::Rsa4096 => 10,
            Self::MlKem512 => 14,
            Self::MlKem768 => 15,
            Self::MlKem1024 => 16,
            Self::MlDsa44 => 17,
            Self::MlDsa65 => 18,
            Self::MlDsa87 => 19,
        }
    }

    /// The algorithm with this code in a derived-key seed.
    #[must_use]
    pub fn from_seed_code(code: u16) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.seed_code() == code)
    }

    /// Octets of a public key; `None` for RSA, whose encoding has no fixed length. X448 has one more than RFC 7748: the
    /// parity of the second coordinate.
    #[must_use]
    pub const fn public_length(self) -> Option<usize> {
        match self {
            Self::Ed25519 | Self::X25519 => Some(32),
            Self::Ed448 | Self::X448 => Some(57),
            Self::MlDsa44 => Some(1312),
            Self::MlDsa65 => Some(1952),
            Self::MlDsa87 => Some(2592),
            Self::MlKem512 => Some(800),
            Self::MlKem768 => Some(1184),
            Self::MlKem1024 => Some(1568),
            Self::P256 => Some(65),
            Self::P384 => Some(97),
            Self::P521 => Some(133),
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => None,
        }
    }

    /// Octets of a private key in seed form; `None` for RSA. Ed448 has one fewer than RFC 8032.
    #[must_use]
    pub const fn private_length(self) -> Option<usize> {
        match self {
            Self::Ed25519
            | Self::MlDsa44
            | Self::MlDsa65
            | Self::MlDsa87
            | Self::P256
            | Self::X25519 => Some(32),
            Self::P384 => Some(48),
            Self::Ed448 | Self::X448 => Some(56),
            Self::MlKem512 | Self::MlKem768 | Self::MlKem1024 => Some(64),
            Self::P521 => Some(66),
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => None,
        }
    }

    /// Bits of the modulus of RSA.
    #[must_use]
    pub const fn modulus_bits(self) -> Option<u32> {
        match self {
            Self::Rsa2048 => Some(2048),
            Self::Rsa3072 => Some(3072),
            Self::Rsa4096 => Some(4096),
            _ => None,
        }
    }

    /// Octets that are derived from a seed, or drawn at random, to make a key; `None` for RSA, whose search takes more as it
    /// needs them.
    ///
    /// Deviation: D-40. The draft has 40 octets for P-256; the published key follows from 44.
    pub(crate) const fn derivation_length(self) -> Option<usize> {
        match self {
            Self::P256 => Some(44),
            Self::P384 => Some(56),
            Self::P521 => Some(74),
            _ => self.private_length(),
        }
    }

    /// The code of the algorithm that begins the input of a derivation: zero for all but the first four.
    pub(crate) const fn derivation_code(self) -> u16 {
        match self {
            Self::X25519 | Self::X448 | Self::Ed25519 | Self::Ed448 => self.seed_code(),
            _ => 0,
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
        for name in ["P-224", "x448", "X448zz", ""] {
            assert_eq!(
                KeyAlgorithm::from_private_name(name),
                Err(Error::Unsupported {
                    name: name.to_owned()
                })
            );
        }
    }
}
