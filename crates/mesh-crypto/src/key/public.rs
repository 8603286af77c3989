// SPDX-License-Identifier: MIT
//! Public keys, one type for all algorithms.
//!
//! Spec: mesh-cryptography, "Public Key Algorithms"; mesh-udf, "Key Fingerprints"; threshold, "Key Combination".
//! Here: validation, key information and fingerprints, verifying, adding (key overlay).
//! Not here: the arithmetic of each algorithm (its submodule), sealing secrets to a key (`agreement`).
//!
//! Deviation: D-01. The reference labels the four curves of RFC 7748 and RFC 8032 with the object identifier of Ed25519 in what is
//! fingerprinted, and wraps the key in an octet string. Fingerprints are identities, so this module does the same.
//! Deviation: D-41. So it does for P-256, whose identifier lacks its last arc there, and for RSA, without the NULL of RFC 3279. The
//! fingerprints that the reference makes of P-384 and P-521 are those of other keys, and those of lattice keys are made over
//! broken lengths; here they are made over the key information of the standards.

use std::fmt;

use mesh_jsonbcd::SecretBytes;

use super::{der, ed448, ed25519, ml_dsa, ml_kem, nist, rsa, x448, x25519};
use crate::environment::Environment;
use crate::udf::{TypeId, Udf, digest::TAG_KEY};
use crate::{Error, KeyAlgorithm};

/// A public key that is known to be well formed.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PublicKey {
    algorithm: KeyAlgorithm,
    octets: Vec<u8>,
}

impl PublicKey {
    /// The public key with these octets: the encoding that the algorithm defines. NIST curves have the uncompressed point of
    /// SEC 1, RSA the `RSAPublicKey` of RFC 8017 in DER.
    ///
    /// # Errors
    /// [`Error::KeyLength`] for a wrong length, [`Error::InvalidPublicKey`] when the octets are no point of the curve, not
    /// its canonical form, or a point of small order; no modulus of exactly the algorithm's size with an odd exponent from 3;
    /// or hold a coefficient that is not reduced.
    pub fn new(algorithm: KeyAlgorithm, octets: &[u8]) -> Result<Self, Error> {
        if let Some(expected) = algorithm.public_length()
            && octets.len() != expected
        {
            return Err(Error::KeyLength {
                algorithm,
                expected,
                found: octets.len(),
            });
        }
        match algorithm {
            KeyAlgorithm::Ed25519 => ed25519::validate(octets)?,
            KeyAlgorithm::Ed448 => ed448::validate(octets)?,
            KeyAlgorithm::MlDsa44 | KeyAlgorithm::MlDsa65 | KeyAlgorithm::MlDsa87 => {
                // All octets of the right length are a key of ML-DSA.
            }
            KeyAlgorithm::MlKem512 | KeyAlgorithm::MlKem768 | KeyAlgorithm::MlKem1024 => {
                ml_kem::validate(algorithm, octets)?;
            }
            KeyAlgorithm::P256 | KeyAlgorithm::P384 | KeyAlgorithm::P521 => {
                nist::validate(algorithm, octets)?;
            }
            KeyAlgorithm::Rsa2048 | KeyAlgorithm::Rsa3072 | KeyAlgorithm::Rsa4096 => {
                rsa::validate(algorithm, octets)?;
            }
            KeyAlgorithm::X25519 => x25519::validate(octets)?,
            KeyAlgorithm::X448 => x448::validate(octets)?,
        }
        Ok(Self::computed(algorithm, octets.to_vec()))
    }

    /// A key computed here, valid by construction.
    pub(super) fn computed(algorithm: KeyAlgorithm, octets: Vec<u8>) -> Self {
        Self { algorithm, octets }
    }

    /// The algorithm.
    #[must_use]
    pub fn algorithm(&self) -> KeyAlgorithm {
        self.algorithm
    }

    /// The key as it stands in records.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// The key information that is fingerprinted (DER).
    #[must_use]
    pub fn key_info(&self) -> Vec<u8> {
        let (identifiers, wrapped) = identifiers(self.algorithm);
        let identifiers: Vec<u8> = identifiers
            .iter()
            .flat_map(|arcs| der::value(der::OBJECT_IDENTIFIER, &[arcs]))
            .collect();
        let key = match wrapped {
            true => der::bit_string(&der::value(der::OCTET_STRING, &[&self.octets])),
            false => der::bit_string(&self.octets),
        };
        der::value(
            der::SEQUENCE,
            &[&der::value(der::SEQUENCE, &[&identifiers]), &key],
        )
    }

    /// The fingerprint.
    #[must_use]
    pub fn udf(&self) -> Udf {
        Udf::digest(&self.key_info(), TAG_KEY)
    }

    /// The key itself as an identifier: an object identifier sequence.
    #[must_use]
    pub fn oid_udf(&self) -> Udf {
        Udf::from_parts(TypeId::OID, &self.key_info())
    }

    /// Verifies a signature: pure Ed25519, Ed448 or ML-DSA with an empty context; ECDSA with SHA-256, SHA-384 or SHA-512 as fits
    /// the curve, `r` and `s` side by side; RSA PKCS #1 v1.5 with SHA-512.
    ///
    /// # Errors
    /// [`Error::SignatureInvalid`] when it is none of this key over this message; [`Error::AlgorithmUse`] for a key that does
    /// not sign.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Error> {
        let (algorithm, octets) = (self.algorithm, &self.octets);
        match algorithm {
            KeyAlgorithm::Ed25519 => ed25519::verify(octets, message, signature),
            KeyAlgorithm::Ed448 => ed448::verify(octets, message, signature),
            KeyAlgorithm::MlDsa44 | KeyAlgorithm::MlDsa65 | KeyAlgorithm::MlDsa87 => {
                ml_dsa::verify(algorithm, octets, message, signature)
            }
            KeyAlgorithm::P256 | KeyAlgorithm::P384 | KeyAlgorithm::P521 => {
                nist::verify(algorithm, octets, message, signature)
            }
            KeyAlgorithm::Rsa2048 | KeyAlgorithm::Rsa3072 | KeyAlgorithm::Rsa4096 => {
                rsa::verify(algorithm, octets, message, signature)
            }
            KeyAlgorithm::MlKem512
            | KeyAlgorithm::MlKem768
            | KeyAlgorithm::MlKem1024
            | KeyAlgorithm::X25519
            | KeyAlgorithm::X448 => Err(Error::AlgorithmUse {
                algorithm,
                operation: "verify",
            }),
        }
    }

    /// A random secret and its ciphertext under this key.
    pub(crate) fn encapsulate(
        &self,
        environment: &dyn Environment,
    ) -> Result<(Vec<u8>, SecretBytes), Error> {
        let algorithm = self.algorithm;
        match algorithm {
            KeyAlgorithm::MlKem512 | KeyAlgorithm::MlKem768 | KeyAlgorithm::MlKem1024 => {
                ml_kem::encapsulate(algorithm, &self.octets, environment)
            }
            KeyAlgorithm::Rsa2048 | KeyAlgorithm::Rsa3072 | KeyAlgorithm::Rsa4096 => {
                rsa::encapsulate(algorithm, &self.octets, environment)
            }
            _ => Err(Error::AlgorithmUse {
                algorithm,
                operation: "encapsulate",
            }),
        }
    }

    /// Key overlay: the sum of two public keys, whose private key is the combination of both private keys.
    ///
    /// # Errors
    /// [`Error::AlgorithmMismatch`] for keys of two algorithms; [`Error::Unsupported`] for X25519, whose public octets
    /// lack the sign that addition needs, and for RSA and lattice keys, which have no sum; [`Error::InvalidPublicKey`] when
    /// the sum is a point of small order.
    pub fn combine(&self, other: &Self) -> Result<Self, Error> {
        self.same_algorithm(other.algorithm)?;
        let (algorithm, a, b) = (self.algorithm, &self.octets, &other.octets);
        let octets = match algorithm {
            KeyAlgorithm::Ed25519 => ed25519::combine_public(a, b)?,
            KeyAlgorithm::Ed448 => ed448::combine_public(a, b)?,
            KeyAlgorithm::P256 | KeyAlgorithm::P384 | KeyAlgorithm::P521 => {
                nist::combine_public(algorithm, a, b)?
            }
            KeyAlgorithm::X448 => x448::combine_public(a, b)?,
            _ => return Err(super::no_overlay(algorithm)),
        };
        Ok(Self::computed(algorithm, octets))
    }

    pub(super) fn same_algorithm(&self, found: KeyAlgorithm) -> Result<(), Error> {
        if found == self.algorithm {
            Ok(())
        } else {
            Err(Error::AlgorithmMismatch {
                expected: self.algorithm,
                found,
            })
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} {})", self.algorithm, self.udf())
    }
}

/// The object identifiers in the key information (their contents in DER), and whether the key is wrapped in an octet string.
const fn identifiers(algorithm: KeyAlgorithm) -> (&'static [&'static [u8]], bool) {
    // 1.3.101.112
    const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
    // 1.2.840.10045.2, and with its last arc
    const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2];
    const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
    // 1.2.840.10045.3.1.7, 1.3.132.0.34, 1.3.132.0.35
    const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
    const P384: &[u8] = &[0x2b, 0x81, 4, 0, 0x22];
    const P521: &[u8] = &[0x2b, 0x81, 4, 0, 0x23];
    // 1.2.840.113549.1.1.1
    const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
    // 2.16.840.1.101.3.4.4.1 to 3, 2.16.840.1.101.3.4.3.17 to 19
    const ML_KEM_512: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 4, 1];
    const ML_KEM_768: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 4, 2];
    const ML_KEM_1024: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 4, 3];
    const ML_DSA_44: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 17];
    const ML_DSA_65: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 18];
    const ML_DSA_87: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 19];
    match algorithm {
        KeyAlgorithm::Ed25519 | KeyAlgorithm::Ed448 | KeyAlgorithm::X25519 | KeyAlgorithm::X448 => {
            (&[ED25519], true)
        }
        KeyAlgorithm::MlDsa44 => (&[ML_DSA_44], false),
        KeyAlgorithm::MlDsa65 => (&[ML_DSA_65], false),
        KeyAlgorithm::MlDsa87 => (&[ML_DSA_87], false),
        KeyAlgorithm::MlKem512 => (&[ML_KEM_512], false),
        KeyAlgorithm::MlKem768 => (&[ML_KEM_768], false),
        KeyAlgorithm::MlKem1024 => (&[ML_KEM_1024], false),
        KeyAlgorithm::P256 => (&[EC, P256], true),
        KeyAlgorithm::P384 => (&[EC_PUBLIC_KEY, P384], false),
        KeyAlgorithm::P521 => (&[EC_PUBLIC_KEY, P521], false),
        KeyAlgorithm::Rsa2048 | KeyAlgorithm::Rsa3072 | KeyAlgorithm::Rsa4096 => (&[RSA], false),
    }
}
