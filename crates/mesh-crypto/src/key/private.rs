// SPDX-License-Identifier: MIT
//! Private keys, one type for all algorithms.
//!
//! Spec: mesh-cryptography, "Public Key Algorithms"; threshold, "Key Combination".
//! Here: making keys, signing, agreeing, decapsulating, combining (key overlay), splitting.
//! Not here: the arithmetic of each algorithm (its submodule), key records (`jose`).

use std::fmt;
use std::sync::Arc;

use mesh_jsonbcd::SecretBytes;
use zeroize::Zeroizing;

use super::rsa::{PrivateParts, RsaHints};
use super::{
    Form, PublicKey, ed448, ed25519, fixed, ml_dsa, ml_kem, nist, no_overlay, rsa, x448, x25519,
};
use crate::agreement::{Encapsulation, SharedSecret};
use crate::environment::Environment;
use crate::threshold::Contribution;
use crate::udf::Udf;
use crate::{Error, KeyAlgorithm};

/// A private key.
///
/// A cheap handle: clones share one secret, which is wiped when the last of them goes. Debug shows the fingerprint.
#[derive(Clone)]
pub struct PrivateKey {
    inner: Arc<Inner>,
}

struct Inner {
    secret: Secret,
    public: PublicKey,
    udf: Udf,
}

enum Secret {
    Ed25519(ed25519::Secret),
    Ed448(ed448::Secret),
    MlDsa(ml_dsa::Secret),
    MlKem(ml_kem::Secret),
    Nist(nist::Secret),
    Rsa(rsa::Secret),
    X25519(x25519::Secret),
    X448(x448::Secret),
}

impl PrivateKey {
    /// A fresh key. RSA takes seconds.
    #[must_use]
    pub fn generate(algorithm: KeyAlgorithm, environment: &dyn Environment) -> Self {
        loop {
            // The search for RSA primes derives its candidates from a fresh seed.
            let length = algorithm.derivation_length().unwrap_or(SEED_LENGTH);
            let mut octets = Zeroizing::new(vec![0; length]);
            environment.random(&mut octets);
            let key = match algorithm.derivation_length() {
                Some(_) => Self::from_derived(algorithm, &octets),
                None => Self::derive_rsa(
                    algorithm,
                    algorithm.seed_code(),
                    &octets,
                    "",
                    &RsaHints::default(),
                )
                .map(|(key, _)| key),
            };
            // All octet strings of the right length are keys; the types do not know.
            if let Ok(key) = key {
                return key;
            }
        }
    }

    /// The key with these octets: what RFC 8032 hashes (56 octets for Ed448) or RFC 7748 clamps, the scalar of a NIST curve with
    /// its most significant octet first, the seeds of FIPS 203 (`d`, then `z`) and FIPS 204, or the `RSAPrivateKey` of RFC 8017.
    ///
    /// # Errors
    /// [`Error::KeyLength`] for a wrong length, [`Error::InvalidPrivateKey`] for a scalar that is zero or not below the order and
    /// for what is no RSA key of the algorithm's size.
    pub fn from_seed_octets(algorithm: KeyAlgorithm, octets: SecretBytes) -> Result<Self, Error> {
        Self::from_octets(algorithm, octets.expose_secret())
    }

    pub(crate) fn from_octets(algorithm: KeyAlgorithm, octets: &[u8]) -> Result<Self, Error> {
        if let Some(expected) = algorithm.private_length()
            && octets.len() != expected
        {
            return Err(Error::KeyLength {
                algorithm,
                expected,
                found: octets.len(),
            });
        }
        let secret = match algorithm {
            KeyAlgorithm::Ed25519 => {
                ed25519::Secret::from_seed(&*fixed(algorithm, octets)?).map(Secret::Ed25519)
            }
            KeyAlgorithm::Ed448 => {
                ed448::Secret::from_seed(&*fixed(algorithm, octets)?).map(Secret::Ed448)
            }
            KeyAlgorithm::MlDsa44 | KeyAlgorithm::MlDsa65 | KeyAlgorithm::MlDsa87 => {
                ml_dsa::Secret::from_seed(algorithm, &*fixed(algorithm, octets)?).map(Secret::MlDsa)
            }
            KeyAlgorithm::MlKem512 | KeyAlgorithm::MlKem768 | KeyAlgorithm::MlKem1024 => {
                ml_kem::Secret::from_seed(algorithm, &*fixed(algorithm, octets)?).map(Secret::MlKem)
            }
            KeyAlgorithm::P256 | KeyAlgorithm::P384 | KeyAlgorithm::P521 => {
                nist::Secret::from_octets(algorithm, octets).map(Secret::Nist)
            }
            KeyAlgorithm::Rsa2048 | KeyAlgorithm::Rsa3072 | KeyAlgorithm::Rsa4096 => {
                rsa::Secret::from_octets(algorithm, octets).map(Secret::Rsa)
            }
            KeyAlgorithm::X25519 => {
                x25519::Secret::from_seed(&*fixed(algorithm, octets)?).map(Secret::X25519)
            }
            KeyAlgorithm::X448 => {
                x448::Secret::from_seed(&*fixed(algorithm, octets)?).map(Secret::X448)
            }
        };
        assembled(algorithm, secret)
    }

    /// The key of derived or random octets, as many as [`KeyAlgorithm::derivation_length`] says.
    pub(crate) fn from_derived(algorithm: KeyAlgorithm, octets: &[u8]) -> Result<Self, Error> {
        let secret = match algorithm {
            KeyAlgorithm::MlKem512 | KeyAlgorithm::MlKem768 | KeyAlgorithm::MlKem1024 => {
                ml_kem::Secret::from_derived(algorithm, &*fixed(algorithm, octets)?)
                    .map(Secret::MlKem)
            }
            KeyAlgorithm::P256 | KeyAlgorithm::P384 | KeyAlgorithm::P521 => {
                nist::Secret::from_derived(algorithm, octets).map(Secret::Nist)
            }
            _ => return Self::from_octets(algorithm, octets),
        };
        assembled(algorithm, secret)
    }

    pub(crate) fn derive_rsa(
        algorithm: KeyAlgorithm,
        seed_code: u16,
        secret: &[u8],
        key_name: &str,
        hints: &RsaHints,
    ) -> Result<(Self, RsaHints), Error> {
        let (secret, hints) = rsa::Secret::derive(algorithm, seed_code, secret, key_name, hints)?;
        Ok((Self::assemble(Secret::Rsa(secret)), hints))
    }

    pub(crate) fn from_rsa(
        n: &[u8],
        e: &[u8],
        d: &[u8],
        primes: [&[u8]; 2],
    ) -> Result<Self, Error> {
        let algorithm = rsa::algorithm_of(n)?;
        let secret = rsa::Secret::from_parts(algorithm, n, e, d, primes);
        assembled(algorithm, secret.map(Secret::Rsa))
    }

    /// The key with this scalar, least significant octet first, used as it is.
    ///
    /// A signing key made this way draws the secret prefix of its nonces from the scalar.
    ///
    /// # Errors
    /// [`Error::KeyLength`] for a wrong length, [`Error::InvalidPrivateKey`] for zero, [`Error::Unsupported`] for algorithms
    /// whose keys have one form only.
    pub fn from_scalar_octets(algorithm: KeyAlgorithm, octets: SecretBytes) -> Result<Self, Error> {
        let octets = octets.expose_secret();
        let secret = match algorithm {
            KeyAlgorithm::Ed25519 => {
                ed25519::Secret::from_scalar(&*fixed(algorithm, octets)?).map(Secret::Ed25519)
            }
            KeyAlgorithm::Ed448 => {
                ed448::Secret::from_scalar(&*fixed(algorithm, octets)?).map(Secret::Ed448)
            }
            KeyAlgorithm::X25519 => {
                x25519::Secret::from_scalar(&*fixed(algorithm, octets)?).map(Secret::X25519)
            }
            KeyAlgorithm::X448 => {
                x448::Secret::from_scalar(&*fixed(algorithm, octets)?).map(Secret::X448)
            }
            _ => {
                return Err(Error::Unsupported {
                    name: algorithm.scalar_name(),
                });
            }
        };
        assembled(algorithm, secret)
    }

    fn assemble(secret: Secret) -> Self {
        let (algorithm, octets) = match &secret {
            Secret::Ed25519(secret) => (KeyAlgorithm::Ed25519, secret.public()),
            Secret::Ed448(secret) => (KeyAlgorithm::Ed448, secret.public()),
            Secret::MlDsa(secret) => (secret.algorithm(), secret.public()),
            Secret::MlKem(secret) => (secret.algorithm(), secret.public()),
            Secret::Nist(secret) => (secret.algorithm(), secret.public()),
            Secret::Rsa(secret) => (secret.algorithm(), secret.public()),
            Secret::X25519(secret) => (KeyAlgorithm::X25519, secret.public()),
            Secret::X448(secret) => (KeyAlgorithm::X448, secret.public()),
        };
        let public = PublicKey::computed(algorithm, octets);
        let udf = public.udf();
        Self {
            inner: Arc::new(Inner {
                secret,
                public,
                udf,
            }),
        }
    }

    /// The algorithm.
    #[must_use]
    pub fn algorithm(&self) -> KeyAlgorithm {
        self.inner.public.algorithm()
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.inner.public
    }

    /// The fingerprint, that of the public half.
    #[must_use]
    pub fn udf(&self) -> Udf {
        self.inner.udf.clone()
    }

    /// Signs a message as [`PublicKey::verify`] verifies. All signatures are deterministic; the nonces of ECDSA are those of
    /// RFC 6979.
    ///
    /// # Errors
    /// [`Error::AlgorithmUse`] for a key that does not sign.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        match &self.inner.secret {
            Secret::Ed25519(secret) => Ok(secret.sign(message)),
            Secret::Ed448(secret) => Ok(secret.sign(message)),
            Secret::MlDsa(secret) => secret.sign(message),
            Secret::Nist(secret) => Ok(secret.sign(message)),
            Secret::Rsa(secret) => secret.sign(message),
            Secret::MlKem(_) | Secret::X25519(_) | Secret::X448(_) => Err(self.misused("sign")),
        }
    }

    /// Agrees with a peer. For Montgomery keys the value is that of RFC 7748; for Edwards keys it is the encoded product of the
    /// private scalar and the peer's point; for NIST curves the first coordinate of that product.
    ///
    /// # Errors
    /// [`Error::AlgorithmMismatch`] when the peer's key is of another algorithm; [`Error::AlgorithmUse`] when keys of this one
    /// do not agree; [`Error::WeakAgreement`] when the peer's key leads to no secret.
    pub fn agree(&self, peer: &PublicKey) -> Result<SharedSecret, Error> {
        self.inner.public.same_algorithm(peer.algorithm())?;
        let octets = match &self.inner.secret {
            Secret::Ed25519(secret) => secret.agree(peer.octets())?,
            Secret::Ed448(secret) => secret.agree(peer.octets())?,
            Secret::Nist(secret) => secret.agree(peer.octets())?,
            Secret::X25519(secret) => secret.agree(peer.octets())?,
            Secret::X448(secret) => secret.agree(peer.octets())?,
            Secret::MlDsa(_) | Secret::MlKem(_) | Secret::Rsa(_) => {
                return Err(self.misused("agree"));
            }
        };
        Ok(SharedSecret::from_octets(octets))
    }

    /// The secret that [`crate::agreement::encapsulate`] sealed to the public half.
    ///
    /// An altered ciphertext of ML-KEM gives another secret and no error.
    ///
    /// # Errors
    /// [`Error::AlgorithmUse`] when keys of this algorithm take no such encapsulation, [`Error::Decryption`] for a ciphertext that
    /// is not for this key, or what [`PrivateKey::agree`] finds.
    pub fn decapsulate(&self, encapsulation: &Encapsulation) -> Result<SharedSecret, Error> {
        let octets = match (&self.inner.secret, encapsulation) {
            (_, Encapsulation::Ephemeral(ephemeral)) => return self.agree(ephemeral),
            (Secret::MlKem(secret), Encapsulation::Ciphertext(sealed)) => {
                secret.decapsulate(sealed)?
            }
            (Secret::Rsa(secret), Encapsulation::Ciphertext(sealed)) => {
                secret.decapsulate(sealed)?
            }
            _ => return Err(self.misused("decapsulate")),
        };
        Ok(SharedSecret::from_octets(octets))
    }

    fn misused(&self, operation: &'static str) -> Error {
        Error::AlgorithmUse {
            algorithm: self.algorithm(),
            operation,
        }
    }

    /// Key overlay: the key whose scalar is the sum of both, modulo the order of the group.
    ///
    /// A combined Edwards key gets a secret prefix derived from both parents, so that its nonces depend on a secret
    /// and on the message like those of any other key.
    ///
    /// # Errors
    /// [`Error::AlgorithmMismatch`] for keys of two algorithms; [`Error::InvalidPrivateKey`] when the scalars cancel out;
    /// [`Error::Unsupported`] for RSA and lattice keys, which have no sum.
    pub fn combine(&self, other: &Self) -> Result<Self, Error> {
        self.inner.public.same_algorithm(other.algorithm())?;
        let algorithm = self.algorithm();
        let sum = match (&self.inner.secret, &other.inner.secret) {
            (Secret::Ed25519(a), Secret::Ed25519(b)) => a.combine(b).map(Secret::Ed25519),
            (Secret::Ed448(a), Secret::Ed448(b)) => a.combine(b).map(Secret::Ed448),
            (Secret::Nist(a), Secret::Nist(b)) => a.combine(b).map(Secret::Nist),
            (Secret::X25519(a), Secret::X25519(b)) => a.combine(b).map(Secret::X25519),
            (Secret::X448(a), Secret::X448(b)) => a.combine(b).map(Secret::X448),
            _ => return Err(no_overlay(algorithm)),
        };
        assembled(algorithm, sum)
    }

    /// Two keys whose scalars sum up to that of this one.
    pub(crate) fn split(&self, environment: &dyn Environment) -> Result<(Self, Self), Error> {
        let Secret::X448(secret) = &self.inner.secret else {
            return Err(Error::Unsupported {
                name: format!("{} key splitting", self.algorithm()),
            });
        };
        loop {
            // Again for the scalar zero, which nobody will see.
            if let Some((first, second)) = secret.split(environment) {
                let key = |secret| Self::assemble(Secret::X448(secret));
                return Ok((key(first), key(second)));
            }
        }
    }

    /// The product of the scalar and a point of the group of prime order, with both coordinates.
    pub(crate) fn contribute(&self, peer: &PublicKey) -> Result<Contribution, Error> {
        self.inner.public.same_algorithm(peer.algorithm())?;
        match &self.inner.secret {
            Secret::X448(secret) => secret.contribute(peer.octets()).map(Contribution::computed),
            _ => Err(self.misused("contribute")),
        }
    }

    /// The octets of the key in the form it is written down in.
    pub(crate) fn export(&self) -> (Form, SecretBytes) {
        match &self.inner.secret {
            Secret::Ed25519(secret) => secret.export(),
            Secret::Ed448(secret) => secret.export(),
            Secret::MlDsa(secret) => (Form::Seed, secret.export()),
            Secret::MlKem(secret) => (Form::Seed, secret.export()),
            Secret::Nist(secret) => (Form::Seed, secret.export()),
            Secret::Rsa(secret) => (Form::Seed, secret.export()),
            Secret::X25519(secret) => secret.export(),
            Secret::X448(secret) => secret.export(),
        }
    }

    /// The integers of an RSA key.
    pub(crate) fn rsa_parts(&self) -> Option<PrivateParts> {
        match &self.inner.secret {
            Secret::Rsa(secret) => secret.parts(),
            _ => None,
        }
    }

    /// The octets that [`PrivateKey::from_seed_octets`] takes; `None` for a combined key of RFC 7748 or RFC 8032, which has none.
    #[must_use]
    pub fn expose_seed_octets(&self) -> Option<SecretBytes> {
        match self.export() {
            (Form::Seed, octets) => Some(octets),
            (Form::Scalar, _) => None,
        }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({} {})", self.algorithm(), self.inner.udf)
    }
}

/// Random octets from which the primes of a fresh RSA key are derived.
const SEED_LENGTH: usize = 32;

fn assembled(algorithm: KeyAlgorithm, secret: Option<Secret>) -> Result<PrivateKey, Error> {
    secret
        .map(PrivateKey::assemble)
        .ok_or(Error::InvalidPrivateKey { algorithm })
}
