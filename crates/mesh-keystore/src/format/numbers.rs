// SPDX-License-Identifier: MIT
//! Keys of the octets and numbers that files hold.
//!
//! Spec: RFC 7748; RFC 8032; FIPS 186-5; RFC 8017.
//! Here: what all formats do once they have read a seed, a scalar, or the integers of RSA.
//! Not here: how a format writes them.

use mesh_crypto::jose::{AnyKey, PrivateKeyRSA, PublicKeyRSA};
use mesh_crypto::{KeyAlgorithm, PrivateKey, PublicKey, SecretBytes};
use zeroize::Zeroizing;

use crate::{Error, Result};

const MALFORMED: Error = Error::Malformed {
    what: "RSA public key",
};

/// The key of so many octets as the algorithm has.
pub(crate) fn private(algorithm: KeyAlgorithm, octets: &[u8]) -> Result<PrivateKey> {
    let octets = SecretBytes::new(octets.to_vec());
    Ok(PrivateKey::from_seed_octets(algorithm, octets)?)
}

/// The key of a scalar without zeros in front.
pub(crate) fn nist(algorithm: KeyAlgorithm, scalar: &[u8]) -> Result<PrivateKey> {
    let length = algorithm.private_length().unwrap_or_default();
    let mut octets = Zeroizing::new(Vec::with_capacity(length.max(scalar.len())));
    // One that is too long keeps its length, which is refused.
    octets.resize(length.saturating_sub(scalar.len()), 0);
    octets.extend_from_slice(scalar);
    private(algorithm, &octets)
}

/// Modulus and exponent.
pub(crate) fn rsa_public(key: &PublicKey) -> Result<(Vec<u8>, Vec<u8>)> {
    let AnyKey::PublicKeyRSA(record) = key.to_jose() else {
        return Err(MALFORMED);
    };
    record.n.zip(record.e).ok_or(MALFORMED)
}

/// The key of a modulus and an exponent.
pub(crate) fn rsa_from_public(n: &[u8], e: &[u8]) -> Result<PublicKey> {
    let record = PublicKeyRSA {
        n: Some(n.to_vec()),
        e: Some(e.to_vec()),
        ..PublicKeyRSA::default()
    };
    Ok(PublicKey::from_jose(&record.into())?)
}

/// The key of these integers, which must fit each other.
pub(crate) fn rsa_from_private(
    n: &[u8],
    e: &[u8],
    d: &[u8],
    p: &[u8],
    q: &[u8],
) -> Result<PrivateKey> {
    let secret = |octets: &[u8]| Some(SecretBytes::new(octets.to_vec()));
    let record = PrivateKeyRSA {
        n: Some(n.to_vec()),
        e: Some(e.to_vec()),
        d: secret(d),
        p: secret(p),
        q: secret(q),
        ..PrivateKeyRSA::default()
    };
    Ok(PrivateKey::from_jose(&record.into())?)
}
