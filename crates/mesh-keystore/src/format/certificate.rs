// SPDX-License-Identifier: MIT
//! Certificates and requests for them.
//!
//! Spec: RFC 5280; RFC 2986.
//! Here: what they say, the signature that is made with the key that they hold.
//! Not here: whom to believe (no path of certificates is followed, nothing is looked up); issuing.

use der::{Decode as _, Encode as _};
use mesh_crypto::{DateTime, PublicKey};
use x509_cert::request::CertReq;
use x509_cert::spki::der::asn1::BitString;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::time::Time;

use super::pkix::{public, signature};
use crate::{Error, Result};

const MALFORMED: Error = Error::Malformed {
    what: "X.509 certificate",
};
const MALFORMED_REQUEST: Error = Error::Malformed {
    what: "certificate request",
};

/// What a certificate says. Nobody has checked whether it is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The key, or why it is not known here.
    pub key: Result<PublicKey>,
    /// Whose key it is said to be.
    pub subject: String,
    /// Who says so.
    pub issuer: String,
    /// The number that the issuer has given it, in hexadecimal digits.
    pub serial: String,
    /// From when on it is valid.
    pub not_before: DateTime,
    /// Until when.
    pub not_after: DateTime,
    /// Whether its own key has signed it.
    pub self_signed: bool,
}

impl Certificate {
    /// Reads a certificate in DER.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn parse(octets: &[u8]) -> Result<Self> {
        let certificate = x509_cert::Certificate::from_der(octets).map_err(|_| MALFORMED)?;
        let body = certificate.tbs_certificate();
        let key = key_of(body.subject_public_key_info(), MALFORMED)?;
        let signed = body.to_der().map_err(|_| MALFORMED)?;
        let verified = |key: &PublicKey| {
            let (algorithm, bits) = (certificate.signature_algorithm(), certificate.signature());
            verify(key, algorithm, bits, &signed, MALFORMED).is_ok()
        };
        let self_signed = body.subject() == body.issuer() && key.as_ref().is_ok_and(verified);
        let serial = body.serial_number().as_bytes();
        Ok(Self {
            subject: body.subject().to_string(),
            issuer: body.issuer().to_string(),
            serial: data_encoding::HEXLOWER.encode(serial),
            not_before: date(&body.validity().not_before),
            not_after: date(&body.validity().not_after),
            self_signed,
            key,
        })
    }
}

/// A request for a certificate, by whoever has the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateRequest {
    /// The key, or why it is not known here.
    pub key: Result<PublicKey>,
    /// Whose key it is said to be.
    pub subject: String,
    /// Whether the key has signed the request, or why that is not known.
    pub signature: Result<()>,
}

impl CertificateRequest {
    /// Reads a request in DER.
    ///
    /// # Errors
    /// [`Error::Malformed`]. A wrong signature is told in the field.
    pub fn parse(octets: &[u8]) -> Result<Self> {
        let request = CertReq::from_der(octets).map_err(|_| MALFORMED_REQUEST)?;
        let key = key_of(&request.info.public_key, MALFORMED_REQUEST)?;
        let signed = request.info.to_der().map_err(|_| MALFORMED_REQUEST)?;
        let (algorithm, bits) = (&request.algorithm, &request.signature);
        let signature = key
            .as_ref()
            .map_err(Clone::clone)
            .and_then(|key| verify(key, algorithm, bits, &signed, MALFORMED_REQUEST));
        Ok(Self {
            subject: request.info.subject.to_string(),
            signature,
            key,
        })
    }

    /// The key that has signed the request.
    ///
    /// # Errors
    /// Why it is not known, or not known to have signed.
    pub fn verified_key(&self) -> Result<&PublicKey> {
        self.signature.clone()?;
        self.key.as_ref().map_err(Clone::clone)
    }
}

/// A key that is not known here does not make the rest unreadable; octets that are none do.
fn key_of(info: &SubjectPublicKeyInfoOwned, malformed: Error) -> Result<Result<PublicKey>> {
    let octets = info.to_der().map_err(|_| malformed)?;
    match public::parse(&octets) {
        Err(Error::Malformed { what }) => Err(Error::Malformed { what }),
        key => Ok(key),
    }
}

fn verify(
    key: &PublicKey,
    algorithm: &AlgorithmIdentifierOwned,
    bits: &BitString,
    signed: &[u8],
    malformed: Error,
) -> Result<()> {
    let bits = bits.as_bytes().ok_or(malformed)?;
    signature::verify(key, &algorithm.into(), signed, bits)
}

fn date(time: &Time) -> DateTime {
    let seconds = time.to_unix_duration().as_secs();
    DateTime::from_unix(i64::try_from(seconds).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;
