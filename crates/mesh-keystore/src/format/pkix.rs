// SPDX-License-Identifier: MIT
//! Keys in ASN.1, as most programs write them.
//!
//! Spec: RFC 5280, "SubjectPublicKeyInfo"; RFC 5958; RFC 8410; RFC 5480; RFC 3279; RFC 9881; RFC 9935.
//! Here: which identifier stands for which algorithm.
//! Not here: each half (`public`, `private`), encryption (`encrypted`, `traditional`), signatures of certificates (`signature`), the armour
//! (`armour`).
//!
//! A key of X448 has 56 octets here and one more in the Mesh, the parity of the other coordinate: it follows from the private key, and a
//! file with the public key alone does not say it.

pub(crate) mod encrypted;
pub(crate) mod private;
pub(crate) mod public;
pub(crate) mod signature;
pub(crate) mod traditional;

use der::asn1::{AnyRef, ObjectIdentifier};
use mesh_crypto::KeyAlgorithm;
use x509_cert::spki::AlgorithmIdentifierRef;

use crate::{Error, Result};

pub(crate) const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
pub(crate) const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

const CURVES: [(KeyAlgorithm, ObjectIdentifier); 3] = [
    (
        KeyAlgorithm::P256,
        ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"),
    ),
    (
        KeyAlgorithm::P384,
        ObjectIdentifier::new_unwrap("1.3.132.0.34"),
    ),
    (
        KeyAlgorithm::P521,
        ObjectIdentifier::new_unwrap("1.3.132.0.35"),
    ),
];

/// Algorithms that have no parameters.
const PLAIN: [(KeyAlgorithm, ObjectIdentifier); 10] = [
    (
        KeyAlgorithm::X25519,
        ObjectIdentifier::new_unwrap("1.3.101.110"),
    ),
    (
        KeyAlgorithm::X448,
        ObjectIdentifier::new_unwrap("1.3.101.111"),
    ),
    (
        KeyAlgorithm::Ed25519,
        ObjectIdentifier::new_unwrap("1.3.101.112"),
    ),
    (
        KeyAlgorithm::Ed448,
        ObjectIdentifier::new_unwrap("1.3.101.113"),
    ),
    (
        KeyAlgorithm::MlDsa44,
        ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.17"),
    ),
    (
        KeyAlgorithm::MlDsa65,
        ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.18"),
    ),
    (
        KeyAlgorithm::MlDsa87,
        ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.19"),
    ),
    (
        KeyAlgorithm::MlKem512,
        ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.4.1"),
    ),
    (
        KeyAlgorithm::MlKem768,
        ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.4.2"),
    ),
    (
        KeyAlgorithm::MlKem1024,
        ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.4.3"),
    ),
];

/// What an algorithm identifier stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A curve of RFC 7748 or RFC 8032, or a lattice.
    Plain(KeyAlgorithm),
    /// A NIST curve.
    Nist(KeyAlgorithm),
    /// RSA; the modulus says of which size.
    Rsa,
}

impl Kind {
    pub(crate) fn of_key(algorithm: KeyAlgorithm) -> Self {
        match algorithm {
            KeyAlgorithm::P256 | KeyAlgorithm::P384 | KeyAlgorithm::P521 => Self::Nist(algorithm),
            KeyAlgorithm::Rsa2048 | KeyAlgorithm::Rsa3072 | KeyAlgorithm::Rsa4096 => Self::Rsa,
            other => Self::Plain(other),
        }
    }

    /// What an identifier stands for, in a file of this kind.
    ///
    /// # Errors
    /// [`Error::Unsupported`] with the identifier; [`Error::Malformed`] for parameters that it has not.
    pub(crate) fn of_identifier(
        identifier: &AlgorithmIdentifierRef<'_>,
        what: &'static str,
    ) -> Result<Self> {
        let parameters = identifier.parameters;
        if identifier.oid == EC {
            let parameters = parameters.ok_or(Error::Malformed { what })?;
            return Self::of_curve(parameters);
        }
        // RFC 3279 has NULL; some leave it out.
        if identifier.oid == RSA {
            return match parameters.is_none_or(AnyRef::is_null) {
                true => Ok(Self::Rsa),
                false => Err(Error::Malformed { what }),
            };
        }
        let mut plain = PLAIN.into_iter();
        let (algorithm, _) = plain
            .find(|(_, oid)| *oid == identifier.oid)
            .ok_or_else(|| unsupported("the key algorithm", identifier.oid))?;
        match parameters {
            None => Ok(Self::Plain(algorithm)),
            Some(_) => Err(Error::Malformed { what }),
        }
    }

    fn of_curve(parameters: AnyRef<'_>) -> Result<Self> {
        let oid: ObjectIdentifier = parameters.decode_as().map_err(|_| Error::Unsupported {
            what: "a curve whose parameters are written out".to_owned(),
        })?;
        Self::of_curve_name(oid)
    }

    pub(crate) fn of_curve_name(oid: ObjectIdentifier) -> Result<Self> {
        let mut curves = CURVES.into_iter();
        curves
            .find(|(_, name)| *name == oid)
            .map(|(algorithm, _)| Self::Nist(algorithm))
            .ok_or_else(|| unsupported("the curve", oid))
    }

    /// The identifier, and the curve where there is one.
    pub(crate) fn to_identifier(self) -> (ObjectIdentifier, Option<ObjectIdentifier>) {
        let named = |algorithm, mut known: std::slice::Iter<'_, (_, ObjectIdentifier)>| {
            let found = known.find(|(other, _)| *other == algorithm);
            found.map(|(_, oid)| *oid)
        };
        match self {
            Self::Nist(algorithm) => (EC, named(algorithm, CURVES.iter())),
            Self::Plain(algorithm) => (named(algorithm, PLAIN.iter()).unwrap_or(EC), None),
            Self::Rsa => (RSA, None),
        }
    }
}

pub(crate) fn unsupported(what: &str, oid: ObjectIdentifier) -> Error {
    Error::Unsupported {
        what: format!("{what} {oid}"),
    }
}

#[cfg(test)]
mod tests;
