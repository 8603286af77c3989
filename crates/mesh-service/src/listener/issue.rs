// SPDX-License-Identifier: MIT
//! Certificates and requests for them, made here.
//!
//! Spec: RFC 5280, RFC 2986; RFC 8737 for answers to an authority.
//! Here: self-signed certificates, requests to an authority, the certificate that answers it.
//! Not here: showing them (`tls`), talking to an authority (`mesh`, serve).

use rcgen::{CertificateParams, CustomExtension, DistinguishedName, DnType, KeyPair};
use zeroize::{Zeroize, Zeroizing};

use super::tls::bad;
use crate::error::Error;

/// A certificate made here, as PEM.
#[derive(Debug)]
#[non_exhaustive]
pub struct SelfSigned {
    /// The certificate.
    pub certificate: String,
    /// Its private key, PKCS #8.
    pub key: Zeroizing<String>,
}

impl SelfSigned {
    /// Makes a key and a certificate for these names that no authority vouches for and that does not expire: clients pin it.
    ///
    /// # Errors
    /// [`Error::Certificate`] when one of them is no host name or address.
    pub fn generate(names: &[&str]) -> Result<Self, Error> {
        let mut parameters = parameters(names)?;
        let common = names.first().copied().unwrap_or_default();
        parameters
            .distinguished_name
            .push(DnType::CommonName, common);
        sign(&parameters)
    }
}

/// A request for a certificate, with the private key that it is for.
#[derive(Debug)]
#[non_exhaustive]
pub struct CertificateRequest {
    /// The request, PKCS #10 in DER.
    pub request: Vec<u8>,
    /// The private key as PEM, PKCS #8.
    pub key: Zeroizing<String>,
}

impl CertificateRequest {
    /// Makes a key (P-256) and a request for these names.
    ///
    /// # Errors
    /// [`Error::Certificate`] when one of them is no host name.
    pub fn generate(names: &[&str]) -> Result<Self, Error> {
        let mut parameters = parameters(names)?;
        parameters.distinguished_name = DistinguishedName::new();
        let key = KeyPair::generate().map_err(failed)?;
        let request = parameters.serialize_request(&key).map_err(failed)?;
        Ok(Self {
            request: request.der().to_vec(),
            key: text(key),
        })
    }
}

/// The certificate that answers an authority (RFC 8737, section 3).
pub(super) fn answer(name: &str, digest: &[u8; 32]) -> Result<SelfSigned, Error> {
    let mut parameters = parameters(&[name])?;
    parameters.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
    sign(&parameters)
}

fn parameters(names: &[&str]) -> Result<CertificateParams, Error> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    CertificateParams::new(names).map_err(failed)
}

fn sign(parameters: &CertificateParams) -> Result<SelfSigned, Error> {
    let key = KeyPair::generate().map_err(failed)?;
    let certificate = parameters.self_signed(&key).map_err(failed)?;
    Ok(SelfSigned {
        certificate: certificate.pem(),
        key: text(key),
    })
}

/// A key as PEM; what the library holds of it is erased.
fn text(mut key: KeyPair) -> Zeroizing<String> {
    let text = Zeroizing::new(key.serialize_pem());
    key.zeroize();
    text
}

fn failed(error: rcgen::Error) -> Error {
    bad(format!("cannot make a certificate: {error}"))
}
