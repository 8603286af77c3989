// SPDX-License-Identifier: MIT
//! Keys as records: what stands in profiles, activations and key files.
//!
//! Spec: mesh-cryptography, "JOSE Key Records"; RFC 7517; RFC 8037; mesh-schema, "PrivateKeyUDF".
//! Here: conversion between records and keys.
//! Not here: the records themselves (`generated`), PEM and other file formats (`mesh-keystore`).

mod generated;

use mesh_jsonbcd::{SecretString, Tagged as _};

pub use self::generated::*;
use crate::key::{Form, PrivateKey, PublicKey};
use crate::udf::seed::Seed;
use crate::{Error, KeyAlgorithm};

impl PublicKey {
    /// The record of the key.
    #[must_use]
    pub fn to_jose(&self) -> AnyKey {
        PublicKeyECDH {
            curve: Some(self.algorithm().jose_name().to_owned()),
            public: Some(self.octets().to_vec()),
            ..PublicKeyECDH::default()
        }
        .into()
    }

    /// The key of a record.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for other records and curves, [`Error::MissingMember`], or what [`PublicKey::new`] finds.
    pub fn from_jose(record: &AnyKey) -> Result<Self, Error> {
        let AnyKey::PublicKeyECDH(record) = record else {
            return Err(Error::Unsupported {
                name: record.tag().to_owned(),
            });
        };
        let curve = member("PublicKeyECDH", "crv", record.curve.as_ref())?;
        let public = member("PublicKeyECDH", "Public", record.public.as_ref())?;
        Self::new(KeyAlgorithm::from_jose_name(curve)?, public)
    }
}

impl PrivateKey {
    /// The record of the key. The result holds the secret: it goes into an encrypted envelope or a key store.
    ///
    /// A combined key has no octets to expand or clamp; its record holds the scalar, marked by a curve name that ends
    /// in `z`. (A signing key read back from it signs with another secret prefix, which nobody can tell.)
    #[must_use]
    pub fn to_jose(&self) -> AnyKey {
        let (form, octets) = self.export();
        let curve = match form {
            Form::Seed => self.algorithm().jose_name().to_owned(),
            Form::Scalar => self.algorithm().scalar_name(),
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
    /// [`Error::Unsupported`] for other records and curves, [`Error::MissingMember`], [`Error::KeyLength`] or
    /// [`Error::InvalidScalar`] for octets that are no private key, [`Error::KeyPairMismatch`] when the record states a
    /// public key that is not its own.
    pub fn from_jose(record: &AnyKey) -> Result<Self, Error> {
        let AnyKey::PrivateKeyECDH(record) = record else {
            return Err(Error::Unsupported {
                name: record.tag().to_owned(),
            });
        };
        let curve = member("PrivateKeyECDH", "crv", record.curve.as_ref())?;
        let private = member("PrivateKeyECDH", "Private", record.private.as_ref())?;
        let (algorithm, is_scalar) = KeyAlgorithm::from_private_name(curve)?;
        let key = if is_scalar {
            Self::from_scalar_octets(algorithm, private.clone())?
        } else {
            Self::from_seed_octets(algorithm, private.clone())?
        };
        match &record.public {
            Some(public) if public.as_slice() != key.public().octets() => {
                Err(Error::KeyPairMismatch)
            }
            _ => Ok(key),
        }
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
