// SPDX-License-Identifier: MIT
//! Keys as records: what stands in profiles, activations and key files.
//!
//! Spec: mesh-cryptography, "JOSE Key Records"; RFC 7517; RFC 8037; mesh-schema, "PrivateKeyUDF".
//! Here: conversion between records and keys.
//! Not here: the records themselves (`generated`), PEM and other file formats (`mesh-keystore`).

mod generated;

use mesh_jsonbcd::{SecretBytes, SecretString, Tagged as _};

pub use self::generated::*;
use crate::key::{Form, PrivateKey, PublicKey, rsa};
use crate::udf::seed::Seed;
use crate::{Error, KeyAlgorithm};

impl PublicKey {
    /// The record of the key.
    #[must_use]
    pub fn to_jose(&self) -> AnyKey {
        let algorithm = self.algorithm();
        match Kind::of(algorithm) {
            Kind::Binary => PublicKeyBinary {
                kty: Some(algorithm.jose_name().to_owned()),
                public: Some(self.octets().to_vec()),
                ..PublicKeyBinary::default()
            }
            .into(),
            Kind::Curve => PublicKeyECDH {
                curve: Some(algorithm.jose_name().to_owned()),
                public: Some(self.octets().to_vec()),
                ..PublicKeyECDH::default()
            }
            .into(),
            Kind::Rsa => {
                let (n, e) = rsa::public_parts(algorithm, self.octets()).unzip();
                PublicKeyRSA {
                    n,
                    e,
                    ..PublicKeyRSA::default()
                }
                .into()
            }
        }
    }

    /// The key of a record.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for other records, curves and sizes, [`Error::MissingMember`], or what [`PublicKey::new`] finds.
    pub fn from_jose(record: &AnyKey) -> Result<Self, Error> {
        let (name, algorithm, public) = match record {
            AnyKey::PublicKeyBinary(record) => {
                let kty = member("PublicKeyBinary", "kty", record.kty.as_ref())?;
                let algorithm = Kind::Binary.algorithm(kty)?;
                ("PublicKeyBinary", algorithm, record.public.as_ref())
            }
            AnyKey::PublicKeyECDH(record) => {
                let curve = member("PublicKeyECDH", "crv", record.curve.as_ref())?;
                let algorithm = Kind::Curve.algorithm(curve)?;
                ("PublicKeyECDH", algorithm, record.public.as_ref())
            }
            AnyKey::PublicKeyRSA(record) => {
                let n = member("PublicKeyRSA", "n", record.n.as_ref())?;
                let e = member("PublicKeyRSA", "e", record.e.as_ref())?;
                return Self::new(rsa::algorithm_of(n)?, &rsa::public_octets(n, e));
            }
            other => {
                return Err(Error::Unsupported {
                    name: other.tag().to_owned(),
                });
            }
        };
        Self::new(algorithm, member(name, "Public", public)?)
    }
}

impl PrivateKey {
    /// The record of the key. The result holds the secret: it goes into an encrypted envelope or a key store.
    ///
    /// A combined key of RFC 7748 or RFC 8032 has no octets to expand or clamp; its record holds the scalar, marked by a curve
    /// name that ends in `z`. (A signing key read back from it signs with another secret prefix, which nobody can tell.)
    ///
    /// Deviation: D-44. The record of the reference for keys of octets has the public key only; the private one is a member
    /// beside it here.
    #[must_use]
    pub fn to_jose(&self) -> AnyKey {
        let algorithm = self.algorithm();
        if let Some(parts) = self.rsa_parts() {
            return PrivateKeyRSA {
                n: Some(parts.n),
                e: Some(parts.e),
                d: Some(parts.d),
                p: Some(parts.p),
                q: Some(parts.q),
                dp: Some(parts.dp),
                dq: Some(parts.dq),
                qi: Some(parts.qi),
                ..PrivateKeyRSA::default()
            }
            .into();
        }
        let (form, octets) = self.export();
        if let Kind::Binary = Kind::of(algorithm) {
            return PrivateKeyBinary {
                kty: Some(algorithm.jose_name().to_owned()),
                private: Some(octets),
                ..PrivateKeyBinary::default()
            }
            .into();
        }
        let curve = match form {
            Form::Seed => algorithm.jose_name().to_owned(),
            Form::Scalar => algorithm.scalar_name(),
        };
        PrivateKeyECDH {
            curve: Some(curve),
            private: Some(octets),
            ..PrivateKeyECDH::default()
        }
        .into()
    }

    /// The key of a record.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for other records, curves and sizes, [`Error::MissingMember`], [`Error::KeyLength`] or
    /// [`Error::InvalidPrivateKey`] for octets that are no private key, [`Error::KeyPairMismatch`] when the record states a
    /// public key that is not its own.
    pub fn from_jose(record: &AnyKey) -> Result<Self, Error> {
        let (key, public) = match record {
            AnyKey::PrivateKeyBinary(record) => {
                let kty = member("PrivateKeyBinary", "kty", record.kty.as_ref())?;
                let private = member("PrivateKeyBinary", "Private", record.private.as_ref())?;
                let algorithm = Kind::Binary.algorithm(kty)?;
                let key = Self::from_seed_octets(algorithm, private.clone())?;
                (key, record.public.as_ref())
            }
            AnyKey::PrivateKeyECDH(record) => {
                let curve = member("PrivateKeyECDH", "crv", record.curve.as_ref())?;
                let private = member("PrivateKeyECDH", "Private", record.private.as_ref())?;
                let (algorithm, is_scalar) = KeyAlgorithm::from_private_name(curve)?;
                Kind::Curve.algorithm(algorithm.jose_name())?;
                let key = match is_scalar {
                    true => Self::from_scalar_octets(algorithm, private.clone())?,
                    false => Self::from_seed_octets(algorithm, private.clone())?,
                };
                (key, record.public.as_ref())
            }
            AnyKey::PrivateKeyRSA(record) => return Self::from_jose_rsa(record),
            other => {
                return Err(Error::Unsupported {
                    name: other.tag().to_owned(),
                });
            }
        };
        match public {
            Some(public) if public.as_slice() != key.public().octets() => {
                Err(Error::KeyPairMismatch)
            }
            _ => Ok(key),
        }
    }

    /// What follows from the other members (the remainders and the coefficient) is computed, not read.
    fn from_jose_rsa(record: &PrivateKeyRSA) -> Result<Self, Error> {
        const NAME: &str = "PrivateKeyRSA";
        let secret = |name, value| member(NAME, name, value).map(SecretBytes::expose_secret);
        Self::from_rsa(
            member(NAME, "n", record.n.as_ref())?,
            member(NAME, "e", record.e.as_ref())?,
            secret("d", record.d.as_ref())?,
            [
                secret("p", record.p.as_ref())?,
                secret("q", record.q.as_ref())?,
            ],
        )
    }
}

/// The record in which keys of an algorithm stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `PublicKeyBinary`, `PrivateKeyBinary`.
    Binary,
    /// `PublicKeyECDH`, `PrivateKeyECDH`.
    Curve,
    /// `PublicKeyRSA`, `PrivateKeyRSA`.
    Rsa,
}

impl Kind {
    fn of(algorithm: KeyAlgorithm) -> Self {
        match algorithm {
            KeyAlgorithm::MlDsa44
            | KeyAlgorithm::MlDsa65
            | KeyAlgorithm::MlDsa87
            | KeyAlgorithm::MlKem512
            | KeyAlgorithm::MlKem768
            | KeyAlgorithm::MlKem1024 => Self::Binary,
            KeyAlgorithm::Rsa2048 | KeyAlgorithm::Rsa3072 | KeyAlgorithm::Rsa4096 => Self::Rsa,
            KeyAlgorithm::Ed25519
            | KeyAlgorithm::Ed448
            | KeyAlgorithm::P256
            | KeyAlgorithm::P384
            | KeyAlgorithm::P521
            | KeyAlgorithm::X25519
            | KeyAlgorithm::X448 => Self::Curve,
        }
    }

    /// The algorithm with this name, if its keys stand in records of this kind.
    fn algorithm(self, name: &str) -> Result<KeyAlgorithm, Error> {
        KeyAlgorithm::from_jose_name(name).and_then(|algorithm| {
            if Self::of(algorithm) == self {
                return Ok(algorithm);
            }
            Err(Error::Unsupported {
                name: name.to_owned(),
            })
        })
    }
}

impl Seed {
    /// The record of the seed; `key_type` is the name of what it is for, such as `MeshProfileAccount`.
    #[must_use]
    pub fn to_jose(&self, key_type: &str) -> AnyKey {
        PrivateKeyUDF {
            private_value: Some(self.to_udf_string()),
            key_type: Some(key_type.to_owned()),
            ..PrivateKeyUDF::default()
        }
        .into()
    }

    /// The seed of a record.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for other records, [`Error::MissingMember`], or what [`Seed::parse`] finds.
    pub fn from_jose(record: &AnyKey) -> Result<Self, Error> {
        let AnyKey::PrivateKeyUDF(record) = record else {
            return Err(Error::Unsupported {
                name: record.tag().to_owned(),
            });
        };
        let value: &SecretString = member(
            "PrivateKeyUDF",
            "PrivateValue",
            record.private_value.as_ref(),
        )?;
        Self::parse(value.expose_secret())
    }
}

fn member<'a, T>(
    record: &'static str,
    member: &'static str,
    value: Option<&'a T>,
) -> Result<&'a T, Error> {
    value.ok_or(Error::MissingMember { record, member })
}

#[cfg(test)]
mod tests;
