// SPDX-License-Identifier: MIT
//! Signatures as certificates and requests have them.
//!
//! Spec: RFC 5758; RFC 4055; RFC 8410; RFC 9881.
//! Here: verifying one over octets.
//! Not here: signatures of the Mesh (`mesh-crypto`), which has one digest for each algorithm; paths of certificates.

use der::asn1::ObjectIdentifier;
use mesh_crypto::{KeyAlgorithm, PublicKey};
use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use rsa::Pkcs1v15Sign;
use rsa::pkcs1::DecodeRsaPublicKey as _;
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use x509_cert::spki::AlgorithmIdentifierRef;

use super::{Kind, unsupported};
use crate::{Error, Result};

const INVALID: Error = Error::Crypto(mesh_crypto::Error::SignatureInvalid);

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const ECDSA_SHA256: ObjectIdentifier = oid("1.2.840.10045.4.3.2");
const ECDSA_SHA384: ObjectIdentifier = oid("1.2.840.10045.4.3.3");
const ECDSA_SHA512: ObjectIdentifier = oid("1.2.840.10045.4.3.4");
const RSA_SHA256: ObjectIdentifier = oid("1.2.840.113549.1.1.11");
const RSA_SHA384: ObjectIdentifier = oid("1.2.840.113549.1.1.12");
const RSA_SHA512: ObjectIdentifier = oid("1.2.840.113549.1.1.13");

/// Verifies a signature of a key.
///
/// # Errors
/// [`Error::Unsupported`] for other algorithms, among them all with SHA-1 and MD5; [`Error::Crypto`] when it does not verify or the key
/// is of another algorithm.
pub(crate) fn verify(
    key: &PublicKey,
    identifier: &AlgorithmIdentifierRef<'_>,
    message: &[u8],
    signature: &[u8],
) -> Result<()> {
    let digest = match identifier.oid {
        ECDSA_SHA256 | RSA_SHA256 => Sha256::digest(message).to_vec(),
        ECDSA_SHA384 | RSA_SHA384 => Sha384::digest(message).to_vec(),
        ECDSA_SHA512 | RSA_SHA512 => Sha512::digest(message).to_vec(),
        other => {
            // The others sign the message itself, and are named like their keys.
            let kind = Kind::of_identifier(identifier, "signature algorithm")
                .map_err(|_| unsupported("the signature algorithm", other))?;
            return match kind == Kind::Plain(key.algorithm()) {
                true => Ok(key.verify(message, signature)?),
                false => Err(INVALID),
            };
        }
    };
    match identifier.oid {
        RSA_SHA256 => verify_rsa(key, Pkcs1v15Sign::new::<Sha256>(), &digest, signature),
        RSA_SHA384 => verify_rsa(key, Pkcs1v15Sign::new::<Sha384>(), &digest, signature),
        RSA_SHA512 => verify_rsa(key, Pkcs1v15Sign::new::<Sha512>(), &digest, signature),
        _ => verify_ecdsa(key, &digest, signature),
    }
}

fn verify_rsa(
    key: &PublicKey,
    padding: Pkcs1v15Sign,
    digest: &[u8],
    signature: &[u8],
) -> Result<()> {
    if Kind::of_key(key.algorithm()) != Kind::Rsa {
        return Err(INVALID);
    }
    let key = rsa::PublicKey::from_pkcs1_der(key.octets()).map_err(|_| INVALID)?;
    key.verify(padding, digest, signature).map_err(|_| INVALID)
}

fn verify_ecdsa(key: &PublicKey, digest: &[u8], signature: &[u8]) -> Result<()> {
    macro_rules! verify {
        ($curve:ident) => {{
            let key = $curve::ecdsa::VerifyingKey::from_sec1_bytes(key.octets());
            let signature = $curve::ecdsa::Signature::from_der(signature);
            let (Ok(key), Ok(signature)) = (key, signature) else {
                return Err(INVALID);
            };
            key.verify_prehash(digest, &signature).map_err(|_| INVALID)
        }};
    }
    match key.algorithm() {
        KeyAlgorithm::P256 => verify!(p256),
        KeyAlgorithm::P384 => verify!(p384),
        KeyAlgorithm::P521 => verify!(p521),
        _ => Err(INVALID),
    }
}
