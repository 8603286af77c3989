// SPDX-License-Identifier: MIT
//! Public keys in ASN.1.
//!
//! Spec: RFC 5280, "SubjectPublicKeyInfo"; RFC 8017, "RSA Public Key Syntax".
//! Here: reading and writing `SubjectPublicKeyInfo`, reading `RSAPublicKey`.
//! Not here: certificates (`certificate`).

use der::asn1::{AnyRef, BitStringRef, Null};
use der::{Decode as _, Encode as _};
use mesh_crypto::{KeyAlgorithm, PublicKey};
use x509_cert::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use super::Kind;
use crate::format::numbers::rsa_from_public;
use crate::{Error, Result};

const WHAT: &str = "SubjectPublicKeyInfo";
const MALFORMED: Error = Error::Malformed { what: WHAT };
/// Octets of an X448 key without the parity.
const X448_LENGTH: usize = 56;

/// Reads a `SubjectPublicKeyInfo`.
///
/// # Errors
/// [`Error::Malformed`]; [`Error::Unsupported`] for other algorithms, and for an X448 key, whose parity it lacks;
/// [`Error::Crypto`] for what is no key.
pub(crate) fn parse(octets: &[u8]) -> Result<PublicKey> {
    let info = SubjectPublicKeyInfoRef::from_der(octets).map_err(|_| MALFORMED)?;
    of_info(&info)
}

/// The key of a `SubjectPublicKeyInfo`.
pub(crate) fn of_info(info: &SubjectPublicKeyInfoRef<'_>) -> Result<PublicKey> {
    let bits = info.subject_public_key.as_bytes().ok_or(MALFORMED)?;
    match Kind::of_identifier(&info.algorithm, WHAT)? {
        Kind::Rsa => parse_rsa(bits),
        Kind::Plain(KeyAlgorithm::X448) if bits.len() == X448_LENGTH => Err(Error::Unsupported {
            what: "an X448 public key without the parity that the Mesh needs, which only its private key tells,"
                .to_owned(),
        }),
        Kind::Nist(algorithm) | Kind::Plain(algorithm) => Ok(PublicKey::new(algorithm, bits)?),
    }
}

/// Reads an `RSAPublicKey`.
///
/// # Errors
/// As [`parse`].
pub(crate) fn parse_rsa(octets: &[u8]) -> Result<PublicKey> {
    let key = pkcs1::RsaPublicKeyRef::from_der(octets).map_err(|_| Error::Malformed {
        what: "RSAPublicKey",
    })?;
    rsa_from_public(key.modulus.as_bytes(), key.public_exponent.as_bytes())
}

/// Writes a `SubjectPublicKeyInfo`. That of an X448 key loses the parity.
///
/// # Errors
/// None that could happen: there is no key that does not fit.
pub(crate) fn present(key: &PublicKey) -> Result<Vec<u8>> {
    let kind = Kind::of_key(key.algorithm());
    let (oid, curve) = kind.to_identifier();
    let encoded = || {
        let parameters = match (&curve, kind) {
            (Some(curve), _) => Some(AnyRef::from(curve)),
            (None, Kind::Rsa) => Some(AnyRef::from(Null)),
            (None, _) => None,
        };
        let info = SubjectPublicKeyInfoRef {
            algorithm: AlgorithmIdentifierRef { oid, parameters },
            subject_public_key: BitStringRef::from_bytes(bits(key))?,
        };
        info.to_der()
    };
    encoded().map_err(|_| MALFORMED)
}

/// The key as it stands in a `SubjectPublicKeyInfo`.
pub(crate) fn bits(key: &PublicKey) -> &[u8] {
    match key.algorithm() {
        KeyAlgorithm::X448 => key.octets().get(..X448_LENGTH).unwrap_or_default(),
        _ => key.octets(),
    }
}
