// SPDX-License-Identifier: MIT
//! RSA: signatures and encapsulation.
//!
//! Spec: RFC 8017, "RSASSA-PKCS1-v1_5", "RSAES-OAEP", "RSA Key Representation"; mesh-cryptography, "JOSE Key Records".
//! Here: both halves of a key, its integers for records.
//! Not here: the arithmetic (the crate rsa), the search for primes (`derive`).
//!
//! A key is written as RFC 8017 does, in DER. Private operations are blinded by factors that follow from the key and the input:
//! nobody without the key knows the number that is raised to the secret exponent.
//!
//! Deviation: D-43. The draft does not say how a key is encrypted; the reference pads as PKCS #1 v1.5 does, which a recipient
//! that reports errors can be made to decrypt. Here it is OAEP with SHA-512, of a random secret.

mod derive;

use std::convert::Infallible;

use ::rsa::pkcs1::{DecodeRsaPrivateKey as _, DecodeRsaPublicKey as _, EncodeRsaPrivateKey as _};
use ::rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};
use ::rsa::{Oaep, Pkcs1v15Sign};
use crypto_bigint::BoxedUint;
use mesh_jsonbcd::SecretBytes;
use rand_core::{TryCryptoRng, TryRng};
use sha2::Sha512;
use shake::{ExtendableOutput as _, Shake256, Shake256Reader, Update as _, XofReader as _};
use zeroize::Zeroizing;

pub use self::derive::RsaHints;
use super::der;
use crate::digest::sha512;
use crate::environment::Environment;
use crate::{Error, KeyAlgorithm};

/// The public exponent of the keys that are made here.
const EXPONENT: u32 = 65537;
/// Octets of an encapsulated secret.
const SECRET_LENGTH: usize = 32;

pub(super) struct Secret {
    algorithm: KeyAlgorithm,
    key: ::rsa::PrivateKey,
    public: Vec<u8>,
    encoded: SecretBytes,
}

/// The integers of a private key, most significant octet first.
pub(crate) struct PrivateParts {
    pub(crate) n: Vec<u8>,
    pub(crate) e: Vec<u8>,
    pub(crate) d: SecretBytes,
    pub(crate) p: SecretBytes,
    pub(crate) q: SecretBytes,
    pub(crate) dp: SecretBytes,
    pub(crate) dq: SecretBytes,
    pub(crate) qi: SecretBytes,
}

impl Secret {
    /// The key in this `RSAPrivateKey`.
    pub(super) fn from_octets(algorithm: KeyAlgorithm, octets: &[u8]) -> Option<Self> {
        if octets.len() > longest(algorithm) {
            return None;
        }
        Self::assemble(algorithm, ::rsa::PrivateKey::from_pkcs1_der(octets).ok()?)
    }

    /// The key with these integers; the others follow from them.
    pub(super) fn from_parts(
        algorithm: KeyAlgorithm,
        n: &[u8],
        e: &[u8],
        d: &[u8],
        primes: [&[u8]; 2],
    ) -> Option<Self> {
        let number = |octets: &[u8]| {
            (octets.len() <= longest(algorithm)).then(|| BoxedUint::from_be_slice_vartime(octets))
        };
        let primes = primes.into_iter().map(number).collect::<Option<Vec<_>>>()?;
        let key = ::rsa::PrivateKey::from_components(number(n)?, number(e)?, number(d)?, primes);
        Self::assemble(algorithm, key.ok()?)
    }

    /// The key that follows from a seed, and the hints by which it is found faster.
    ///
    /// # Errors
    /// [`Error::InvalidPrivateKey`] in the one case in 2^100 that the primes are too close.
    pub(super) fn derive(
        algorithm: KeyAlgorithm,
        seed_code: u16,
        secret: &[u8],
        key_name: &str,
        hints: &RsaHints,
    ) -> Result<(Self, RsaHints), Error> {
        let (primes, hints) = derive::primes(algorithm, seed_code, secret, key_name, hints)?;
        let [p, q] = primes;
        let key = ::rsa::PrivateKey::from_p_q((*p).clone(), (*q).clone(), EXPONENT.into());
        key.ok()
            .and_then(|key| Self::assemble(algorithm, key))
            .map(|key| (key, hints))
            .ok_or(Error::InvalidPrivateKey { algorithm })
    }

    fn assemble(algorithm: KeyAlgorithm, key: ::rsa::PrivateKey) -> Option<Self> {
        let public = public_octets(&key.n_bytes(), &key.e_bytes());
        validate(algorithm, &public).ok()?;
        let encoded = SecretBytes::new(key.to_pkcs1_der().ok()?.as_bytes().to_vec());
        Some(Self {
            algorithm,
            key,
            public,
            encoded,
        })
    }

    pub(super) fn algorithm(&self) -> KeyAlgorithm {
        self.algorithm
    }

    pub(super) fn public(&self) -> Vec<u8> {
        self.public.clone()
    }

    pub(super) fn export(&self) -> SecretBytes {
        self.encoded.clone()
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let digest = sha512(&[message]);
        let mut blinding = self.blinding(&digest);
        self.key
            .sign_with_rng(&mut blinding, Pkcs1v15Sign::new::<Sha512>(), &digest)
            .map_err(|_| Error::InvalidPrivateKey {
                algorithm: self.algorithm,
            })
    }

    pub(super) fn decapsulate(&self, ciphertext: &[u8]) -> Result<SecretBytes, Error> {
        let mut blinding = self.blinding(ciphertext);
        let secret = self
            .key
            .decrypt_blinded(&mut blinding, Oaep::<Sha512>::new(), ciphertext);
        match secret.map(SecretBytes::new) {
            Ok(secret) if secret.expose_secret().len() == SECRET_LENGTH => Ok(secret),
            _ => Err(Error::Decryption),
        }
    }

    pub(super) fn parts(&self) -> Option<PrivateParts> {
        let half = self.key.size() / 2;
        let [p, q] = self.key.primes() else {
            return None;
        };
        Some(PrivateParts {
            n: self.key.n_bytes().into_vec(),
            e: self.key.e_bytes().into_vec(),
            d: fixed(self.key.d(), self.key.size())?,
            p: fixed(p, half)?,
            q: fixed(q, half)?,
            dp: fixed(self.key.dp()?, half)?,
            dq: fixed(self.key.dq()?, half)?,
            qi: fixed(&Zeroizing::new(self.key.crt_coefficient()?), half)?,
        })
    }

    fn blinding(&self, input: &[u8]) -> Stream {
        Stream::new(&[b"mesh/rsa-blinding", self.encoded.expose_secret(), input])
    }
}

/// A random secret and its ciphertext under a public key.
pub(super) fn encapsulate(
    algorithm: KeyAlgorithm,
    public: &[u8],
    environment: &dyn Environment,
) -> Result<(Vec<u8>, SecretBytes), Error> {
    let (mut secret, mut padding) = (vec![0; SECRET_LENGTH], Zeroizing::new([0; 64]));
    environment.random(&mut secret);
    environment.random(padding.as_mut_slice());
    let secret = SecretBytes::new(secret);
    let mut padding = Stream::new(&[b"mesh/rsa-padding", padding.as_slice()]);
    let ciphertext = decode(algorithm, public)?
        .encrypt(&mut padding, Oaep::<Sha512>::new(), secret.expose_secret())
        .map_err(|_| Error::InvalidPublicKey { algorithm })?;
    Ok((ciphertext, secret))
}

pub(super) fn validate(algorithm: KeyAlgorithm, octets: &[u8]) -> Result<(), Error> {
    decode(algorithm, octets).map(drop)
}

pub(super) fn verify(
    algorithm: KeyAlgorithm,
    public: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), Error> {
    let digest = sha512(&[message]);
    decode(algorithm, public)?
        .verify(Pkcs1v15Sign::new::<Sha512>(), &digest, signature)
        .map_err(|_| Error::SignatureInvalid)
}

/// The `RSAPublicKey` of two integers, most significant octet first.
pub(crate) fn public_octets(n: &[u8], e: &[u8]) -> Vec<u8> {
    let integer = |octets: &[u8]| {
        let first = octets.iter().position(|octet| *octet != 0);
        let significant = first.and_then(|first| octets.get(first..)).unwrap_or(&[]);
        match significant.first() {
            Some(high) if *high < 0x80 => der::value(der::INTEGER, &[significant]),
            _ => der::value(der::INTEGER, &[&[0], significant]),
        }
    };
    der::value(der::SEQUENCE, &[&integer(n), &integer(e)])
}

/// Modulus and exponent of an `RSAPublicKey`; `None` for octets that are none.
pub(crate) fn public_parts(algorithm: KeyAlgorithm, octets: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let key = decode(algorithm, octets).ok()?;
    Some((key.n_bytes().into_vec(), key.e_bytes().into_vec()))
}

/// The algorithm of a modulus.
pub(crate) fn algorithm_of(n: &[u8]) -> Result<KeyAlgorithm, Error> {
    let first = n.iter().position(|octet| *octet != 0);
    let significant = first.and_then(|first| n.get(first..)).unwrap_or(&[]);
    let zeros = significant.first().map_or(0, |high| high.leading_zeros());
    let bits = u32::try_from(significant.len())
        .unwrap_or(u32::MAX)
        .saturating_mul(8)
        .saturating_sub(zeros);
    KeyAlgorithm::ALL
        .into_iter()
        .find(|algorithm| algorithm.modulus_bits() == Some(bits))
        .ok_or_else(|| Error::Unsupported {
            name: format!("RSA of {bits} bits"),
        })
}

fn decode(algorithm: KeyAlgorithm, octets: &[u8]) -> Result<::rsa::PublicKey, Error> {
    let invalid = Error::InvalidPublicKey { algorithm };
    if octets.len() > longest(algorithm) {
        return Err(invalid);
    }
    // Checks that both are odd, and the exponent below 2^33.
    let key = ::rsa::PublicKey::from_pkcs1_der(octets).map_err(|_| invalid.clone())?;
    let bits = key.n().bit_width_vartime();
    let canonical = public_octets(&key.n_bytes(), &key.e_bytes()) == octets;
    match algorithm.modulus_bits() == Some(bits) && *key.e() >= BoxedUint::from(3_u8) && canonical {
        true => Ok(key),
        false => Err(invalid),
    }
}

/// More octets than any encoding of a key of this algorithm has.
fn longest(algorithm: KeyAlgorithm) -> usize {
    usize::try_from(algorithm.modulus_bits().unwrap_or_default()).unwrap_or_default()
}

/// The number in so many octets.
fn fixed(number: &BoxedUint, length: usize) -> Option<SecretBytes> {
    let octets = Zeroizing::new(number.to_be_bytes().into_vec());
    let excess = octets.len().checked_sub(length)?;
    Some(SecretBytes::new(octets.get(excess..)?.to_vec()))
}

/// Octets that follow from a secret, for a crate that asks for a random device.
struct Stream(Shake256Reader);

impl Stream {
    fn new(parts: &[&[u8]]) -> Self {
        let mut hash = Shake256::default();
        for part in parts {
            hash.update(part);
        }
        Self(hash.finalize_xof())
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        self.0.read(&mut out);
        out
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.array()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.array()))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        self.0.read(out);
        Ok(())
    }
}

impl TryCryptoRng for Stream {}

#[cfg(test)]
mod tests;
