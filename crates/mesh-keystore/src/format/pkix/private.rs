// SPDX-License-Identifier: MIT
//! Private keys in ASN.1.
//!
//! Spec: RFC 5958; RFC 8410, "Private Key Format"; RFC 5915; RFC 8017, "RSA Private Key Syntax"; RFC 9881, "Private Key Format";
//! RFC 9935, "Private Key Format".
//! Here: reading and writing PKCS #8, reading `ECPrivateKey` and `RSAPrivateKey`.
//! Not here: the encryption around them (`encrypted`).
//!
//! Deviation: D-02. A seed of Ed448 has 57 octets in the standards and 56 in the Mesh. Such a key is read as its scalar, with which it
//! signs for the same public key, and is not written as PKCS #8 again.

use der::asn1::{AnyRef, BitStringRef, ContextSpecific, Null, OctetStringRef};
use der::{Decode as _, Encode as _, Sequence, TagMode, TagNumber};
use mesh_crypto::{KeyAlgorithm, PrivateKey, SecretBytes};
use pkcs8::PrivateKeyInfoRef;
use sec1::EcPrivateKey;
use shake::{ExtendableOutput as _, Shake256, Update as _, XofReader as _};
use subtle::ConstantTimeEq as _;
use x509_cert::spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use super::{Kind, public};
use crate::format::numbers::{nist, private, rsa_from_private};
use crate::{Error, Result};

const WHAT: &str = "PKCS #8 private key";
const MALFORMED: Error = Error::Malformed { what: WHAT };
const MALFORMED_EC: Error = Error::Malformed {
    what: "ECPrivateKey",
};
/// Octets of an Ed448 seed in RFC 8032.
const ED448_LENGTH: usize = 57;

/// Reads a PKCS #8 key in clear. A public key beside it must be its own.
///
/// # Errors
/// [`Error::Malformed`]; [`Error::Unsupported`] for other algorithms and for lattice keys without their seed; [`Error::Crypto`] for
/// what is no key, or has the public half of another.
pub(crate) fn parse(octets: &[u8]) -> Result<PrivateKey> {
    let info = PrivateKeyInfoRef::from_der(octets).map_err(|_| MALFORMED)?;
    of_info(&info)
}

/// The key of a PKCS #8 structure.
pub(crate) fn of_info(info: &PrivateKeyInfoRef<'_>) -> Result<PrivateKey> {
    let octets = info.private_key.as_bytes();
    let key = match Kind::of_identifier(&info.algorithm, WHAT)? {
        Kind::Rsa => parse_rsa(octets)?,
        Kind::Nist(algorithm) => parse_ec_of(Some(algorithm), octets)?,
        Kind::Plain(algorithm) => match algorithm {
            KeyAlgorithm::Ed25519
            | KeyAlgorithm::Ed448
            | KeyAlgorithm::X25519
            | KeyAlgorithm::X448 => {
                let seed = <&OctetStringRef>::from_der(octets).map_err(|_| MALFORMED)?;
                match (algorithm, seed.as_bytes()) {
                    (KeyAlgorithm::Ed448, seed) if seed.len() == ED448_LENGTH => ed448(seed)?,
                    (_, seed) => private(algorithm, seed)?,
                }
            }
            _ => lattice(algorithm, octets)?,
        },
    };
    let beside = info.public_key.as_ref().and_then(BitStringRef::as_bytes);
    own(key, beside)
}

/// Reads an `RSAPrivateKey`.
///
/// # Errors
/// As [`parse`].
pub(crate) fn parse_rsa(octets: &[u8]) -> Result<PrivateKey> {
    let malformed = Error::Malformed {
        what: "RSAPrivateKey",
    };
    let key = pkcs1::RsaPrivateKeyRef::from_der(octets).map_err(|_| malformed)?;
    if key.other_prime_infos.is_some() {
        return Err(Error::Unsupported {
            what: "an RSA key of more than two primes".to_owned(),
        });
    }
    rsa_from_private(
        key.modulus.as_bytes(),
        key.public_exponent.as_bytes(),
        key.private_exponent.as_bytes(),
        key.prime1.as_bytes(),
        key.prime2.as_bytes(),
    )
}

/// Reads an `ECPrivateKey` that names its curve.
///
/// # Errors
/// As [`parse`].
pub(crate) fn parse_ec(octets: &[u8]) -> Result<PrivateKey> {
    parse_ec_of(None, octets)
}

fn parse_ec_of(expected: Option<KeyAlgorithm>, octets: &[u8]) -> Result<PrivateKey> {
    let key = EcPrivateKey::from_der(octets).map_err(|_| MALFORMED_EC)?;
    let named = key
        .parameters
        .and_then(|parameters| parameters.named_curve());
    let named = match named.map(Kind::of_curve_name).transpose()? {
        Some(Kind::Nist(algorithm)) => Some(algorithm),
        _ => None,
    };
    let algorithm = match (expected, named) {
        (Some(expected), Some(named)) if expected != named => return Err(MALFORMED_EC),
        (Some(algorithm), _) | (None, Some(algorithm)) => algorithm,
        (None, None) => return Err(MALFORMED_EC),
    };
    let scalar = key.private_key.iter().position(|octet| *octet != 0);
    let scalar = scalar.and_then(|first| key.private_key.get(first..));
    own(nist(algorithm, scalar.unwrap_or_default())?, key.public_key)
}

/// Writes a PKCS #8 key in clear.
///
/// # Errors
/// [`Error::Unsupported`] for a combined key, and for one of Ed448.
pub(crate) fn present(key: &PrivateKey) -> Result<SecretBytes> {
    let octets = key.expose_seed_octets().ok_or_else(|| Error::Unsupported {
        what: "the file of a combined key, which has no seed".to_owned(),
    })?;
    let octets = octets.expose_secret();
    let algorithm = key.algorithm();
    let kind = Kind::of_key(algorithm);
    let (oid, curve) = kind.to_identifier();
    if algorithm == KeyAlgorithm::Ed448 {
        return Err(Error::Unsupported {
            what: "PKCS #8 for an Ed448 key, whose seed has 56 octets in the Mesh and 57 there,"
                .to_owned(),
        });
    }
    let encoded = || {
        let inner = Zeroizing::new(match kind {
            Kind::Rsa => octets.to_vec(),
            Kind::Nist(_) => EcPrivateKey {
                private_key: octets,
                parameters: None,
                public_key: Some(key.public().octets()),
            }
            .to_der()?,
            Kind::Plain(_) if has_curve(algorithm) => OctetStringRef::new(octets)?.to_der()?,
            Kind::Plain(_) => seed_choice(OctetStringRef::new(octets)?).to_der()?,
        });
        let parameters = match (&curve, kind) {
            (Some(curve), _) => Some(AnyRef::from(curve)),
            (None, Kind::Rsa) => Some(AnyRef::from(Null)),
            (None, _) => None,
        };
        let info = PrivateKeyInfoRef::new(
            AlgorithmIdentifierRef { oid, parameters },
            OctetStringRef::new(&inner)?,
        );
        info.to_der()
    };
    let encoded: der::Result<Vec<u8>> = encoded();
    encoded.map(SecretBytes::new).map_err(|_| MALFORMED)
}

const fn has_curve(algorithm: KeyAlgorithm) -> bool {
    matches!(
        algorithm,
        KeyAlgorithm::Ed25519 | KeyAlgorithm::Ed448 | KeyAlgorithm::X25519 | KeyAlgorithm::X448
    )
}

/// The seed of a lattice key, as one of three choices.
const fn seed_choice(seed: &OctetStringRef) -> ContextSpecific<&OctetStringRef> {
    ContextSpecific {
        tag_number: TagNumber(0),
        tag_mode: TagMode::Implicit,
        value: seed,
    }
}

/// Seed and expanded key side by side.
#[derive(Sequence)]
struct Both<'a> {
    seed: &'a OctetStringRef,
    expanded: &'a OctetStringRef,
}

/// The lattice key of a seed. From an expanded key alone no key of the Mesh can be made.
fn lattice(algorithm: KeyAlgorithm, octets: &[u8]) -> Result<PrivateKey> {
    const SEED: u8 = 0x80;
    const EXPANDED: u8 = 0x04;
    match octets.first() {
        Some(&SEED) => {
            let mut reader = der::SliceReader::new(octets).map_err(|_| MALFORMED)?;
            let seed =
                ContextSpecific::<&OctetStringRef>::decode_implicit(&mut reader, TagNumber(0));
            let seed = seed.ok().flatten().ok_or(MALFORMED)?;
            der::Reader::finish(reader).map_err(|_| MALFORMED)?;
            private(algorithm, seed.value.as_bytes())
        }
        Some(&EXPANDED) => Err(Error::Unsupported {
            what: format!("an expanded {algorithm} key without its seed"),
        }),
        _ => {
            let both = Both::from_der(octets).map_err(|_| MALFORMED)?;
            let key = private(algorithm, both.seed.as_bytes())?;
            match expands_to(&key, both.seed.as_bytes(), both.expanded.as_bytes()) {
                true => Ok(key),
                false => Err(mesh_crypto::Error::KeyPairMismatch.into()),
            }
        }
    }
}

/// Whether an expanded key is of the same pair: its public half, or the digest of that, and the seed octets in it.
fn expands_to(key: &PrivateKey, seed: &[u8], expanded: &[u8]) -> bool {
    let public = key.public().octets();
    let part = |from: usize, length: usize| {
        let to = from.saturating_add(length);
        expanded.get(from..to).unwrap_or_default()
    };
    match key.algorithm() {
        KeyAlgorithm::MlKem512 | KeyAlgorithm::MlKem768 | KeyAlgorithm::MlKem1024 => {
            // The secret vector, the public key, its digest, and the last half of the seed.
            let vector = public.len().saturating_sub(32);
            let end = vector.saturating_add(public.len());
            let z = seed.get(32..).unwrap_or_default();
            expanded.len() == end.saturating_add(64)
                && part(vector, public.len()) == public
                && bool::from(part(end.saturating_add(32), 32).ct_eq(z))
        }
        _ => {
            // Rho, the secret K, the digest of the public key, vectors.
            part(0, 32) == public.get(..32).unwrap_or_default()
                && part(64, 64) == shake256::<64>(public).as_slice()
        }
    }
}

/// The key whose public half stands beside it, if any does.
fn own(key: PrivateKey, beside: Option<&[u8]>) -> Result<PrivateKey> {
    match beside {
        Some(beside) if beside != public::bits(key.public()) => {
            Err(mesh_crypto::Error::KeyPairMismatch.into())
        }
        _ => Ok(key),
    }
}

/// The key of an Ed448 seed of 57 octets: the scalar that RFC 8032 makes of it.
pub(crate) fn ed448(seed: &[u8]) -> Result<PrivateKey> {
    let mut expanded = shake256::<56>(seed);
    let (first, last) = (expanded.first_mut(), 0xfc);
    if let Some(first) = first {
        *first &= last;
    }
    if let Some(high) = expanded.last_mut() {
        *high |= 0x80;
    }
    let scalar = SecretBytes::new(expanded.to_vec());
    Ok(PrivateKey::from_scalar_octets(KeyAlgorithm::Ed448, scalar)?)
}

fn shake256<const N: usize>(octets: &[u8]) -> Zeroizing<[u8; N]> {
    let mut hash = Shake256::default();
    hash.update(octets);
    let mut out = Zeroizing::new([0; N]);
    hash.finalize_xof().read(out.as_mut_slice());
    out
}
