// SPDX-License-Identifier: MIT
//! Public and private keys, one type each for all algorithms.
//!
//! Spec: mesh-cryptography, "Public Key Algorithms"; mesh-udf, "Key Fingerprints"; threshold, "Key Combination".
//! Here: fingerprints, signing, verifying, agreeing, combining (key overlay).
//! Not here: the arithmetic of each algorithm (submodules, `curve448`), key records (`jose`).
//!
//! Deviation: D-01. The reference labels all four algorithms with the object identifier of Ed25519 in what is fingerprinted,
//! and wraps the key in an octet string. Fingerprints are identities, so this module does the same.

mod ed25519;
mod ed448;
mod x25519;
mod x448;

use std::fmt;
use std::sync::Arc;

use mesh_jsonbcd::SecretBytes;
use zeroize::Zeroizing;

use crate::agreement::SharedSecret;
use crate::environment::Environment;
use crate::threshold::Contribution;
use crate::udf::{TypeId, Udf, digest::TAG_KEY};
use crate::{Error, KeyAlgorithm};

/// A public key that is known to be well formed.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PublicKey {
    algorithm: KeyAlgorithm,
    octets: Vec<u8>,
}

impl PublicKey {
    /// The public key with these octets.
    ///
    /// # Errors
    /// [`Error::KeyLength`] for a wrong length, [`Error::InvalidPoint`] when the octets are no point of the curve, not
    /// its canonical form, or a point of small order.
    pub fn new(algorithm: KeyAlgorithm, octets: &[u8]) -> Result<Self, Error> {
        match algorithm {
            KeyAlgorithm::Ed25519 => ed25519::validate(octets)?,
            KeyAlgorithm::Ed448 => ed448::validate(octets)?,
            KeyAlgorithm::X25519 => x25519::validate(octets)?,
            KeyAlgorithm::X448 => x448::validate(octets)?,
        }
        Ok(Self {
            algorithm,
            octets: octets.to_vec(),
        })
    }

    /// A key computed here, valid by construction.
    fn computed(algorithm: KeyAlgorithm, octets: Vec<u8>) -> Self {
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
        const SHORT: [u8; 14] = [
            0x30, 0x2c, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x23, 0, 4, 0x20,
        ];
        const LONG: [u8; 14] = [
            0x30, 0x45, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x3c, 0, 4, 0x39,
        ];
        let header = if self.algorithm.public_length() == 32 {
            SHORT
        } else {
            LONG
        };
        [header.as_slice(), &self.octets].concat()
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

    /// Verifies a signature (pure Ed25519 or Ed448, empty context).
    ///
    /// # Errors
    /// [`Error::SignatureInvalid`] when it is none of this key over this message; [`Error::AlgorithmUse`] for a key
    /// agreement key.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Error> {
        match self.algorithm {
            KeyAlgorithm::Ed25519 => ed25519::verify(&self.octets, message, signature),
            KeyAlgorithm::Ed448 => ed448::verify(&self.octets, message, signature),
            algorithm => Err(Error::AlgorithmUse {
                algorithm,
                operation: "verify",
            }),
        }
    }

    /// Key overlay: the sum of two public keys, whose private key is the combination of both private keys.
    ///
    /// # Errors
    /// [`Error::AlgorithmMismatch`] for keys of two algorithms; [`Error::Unsupported`] for X25519, whose public octets
    /// lack the sign that addition needs; [`Error::InvalidPoint`] when the sum is a point of small order.
    pub fn combine(&self, other: &Self) -> Result<Self, Error> {
        self.same_algorithm(other.algorithm)?;
        let octets = match self.algorithm {
            KeyAlgorithm::Ed25519 => ed25519::combine_public(&self.octets, &other.octets)?,
            KeyAlgorithm::Ed448 => ed448::combine_public(&self.octets, &other.octets)?,
            KeyAlgorithm::X25519 => {
                return Err(Error::Unsupported {
                    name: "X25519 key overlay".to_owned(),
                });
            }
            KeyAlgorithm::X448 => x448::combine_public(&self.octets, &other.octets)?,
        };
        Ok(Self::computed(self.algorithm, octets))
    }

    fn same_algorithm(&self, found: KeyAlgorithm) -> Result<(), Error> {
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
    X25519(x25519::Secret),
    X448(x448::Secret),
}

/// How a private key is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The octets that the algorithm expands or clamps.
    Seed,
    /// A scalar of the group, least significant octet first, used as it is.
    Scalar,
}

impl PrivateKey {
    /// A fresh key.
    #[must_use]
    pub fn generate(algorithm: KeyAlgorithm, environment: &dyn Environment) -> Self {
        loop {
            let mut octets = Zeroizing::new(vec![0; algorithm.private_length()]);
            environment.random(&mut octets);
            // All octet strings of the right length are keys; the types do not know.
            if let Ok(key) = Self::from_octets(algorithm, &octets) {
                return key;
            }
        }
    }

    /// The key with these octets: what RFC 8032 hashes (56 octets for Ed448) or RFC 7748 clamps.
    ///
    /// # Errors
    /// [`Error::KeyLength`] for a wrong length.
    pub fn from_seed_octets(algorithm: KeyAlgorithm, octets: SecretBytes) -> Result<Self, Error> {
        Self::from_octets(algorithm, octets.expose_secret())
    }

    pub(crate) fn from_octets(algorithm: KeyAlgorithm, octets: &[u8]) -> Result<Self, Error> {
        let secret = match algorithm {
            KeyAlgorithm::Ed25519 => {
                ed25519::Secret::from_seed(&*fixed(algorithm, octets)?).map(Secret::Ed25519)
            }
            KeyAlgorithm::Ed448 => {
                ed448::Secret::from_seed(&*fixed(algorithm, octets)?).map(Secret::Ed448)
            }
            KeyAlgorithm::X25519 => {
                x25519::Secret::from_seed(&*fixed(algorithm, octets)?).map(Secret::X25519)
            }
            KeyAlgorithm::X448 => {
                x448::Secret::from_seed(&*fixed(algorithm, octets)?).map(Secret::X448)
            }
        };
        secret
            .map(Self::assemble)
            .ok_or(Error::InvalidScalar { algorithm })
    }

    /// The key with this scalar, least significant octet first, used as it is.
    ///
    /// A signing key made this way draws the secret prefix of its nonces from the scalar.
    ///
    /// # Errors
    /// [`Error::KeyLength`] for a wrong length, [`Error::InvalidScalar`] for zero.
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
        };
        secret
            .map(Self::assemble)
            .ok_or(Error::InvalidScalar { algorithm })
    }

    fn assemble(secret: Secret) -> Self {
        let public = match &secret {
            Secret::Ed25519(secret) => PublicKey::computed(KeyAlgorithm::Ed25519, secret.public()),
            Secret::Ed448(secret) => PublicKey::computed(KeyAlgorithm::Ed448, secret.public()),
            Secret::X25519(secret) => PublicKey::computed(KeyAlgorithm::X25519, secret.public()),
            Secret::X448(secret) => PublicKey::computed(KeyAlgorithm::X448, secret.public()),
        };
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
        self.inner.public.algorithm
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

    /// Signs a message (pure Ed25519 or Ed448, empty context, deterministic).
    ///
    /// # Errors
    /// [`Error::AlgorithmUse`] for a key agreement key.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        match &self.inner.secret {
            Secret::Ed25519(secret) => Ok(secret.sign(message)),
            Secret::Ed448(secret) => Ok(secret.sign(message)),
            Secret::X25519(_) | Secret::X448(_) => Err(Error::AlgorithmUse {
                algorithm: self.algorithm(),
                operation: "sign",
            }),
        }
    }

    /// Agrees with a peer. For Montgomery keys the value is that of RFC 7748; for Edwards keys it is the encoded
    /// product of the private scalar and the peer's point.
    ///
    /// # Errors
    /// [`Error::AlgorithmMismatch`] when the peer's key is of another algorithm; [`Error::WeakAgreement`] when it leads
    /// to no secret.
    pub fn agree(&self, peer: &PublicKey) -> Result<SharedSecret, Error> {
        self.inner.public.same_algorithm(peer.algorithm)?;
        let octets = match &self.inner.secret {
            Secret::Ed25519(secret) => secret.agree(&peer.octets)?,
            Secret::Ed448(secret) => secret.agree(&peer.octets)?,
            Secret::X25519(secret) => secret.agree(&peer.octets)?,
            Secret::X448(secret) => secret.agree(&peer.octets)?,
        };
        Ok(SharedSecret::from_octets(octets))
    }

    /// Key overlay: the key whose scalar is the sum of both, modulo the order of the group.
    ///
    /// A combined signing key gets a secret prefix derived from both parents, so that its nonces depend on a secret
    /// and on the message like those of any other key.
    ///
    /// # Errors
    /// [`Error::AlgorithmMismatch`] for keys of two algorithms; [`Error::InvalidScalar`] when the scalars cancel out.
    pub fn combine(&self, other: &Self) -> Result<Self, Error> {
        self.inner.public.same_algorithm(other.algorithm())?;
        let algorithm = self.algorithm();
        let sum = match (&self.inner.secret, &other.inner.secret) {
            (Secret::Ed25519(a), Secret::Ed25519(b)) => a.combine(b).map(Secret::Ed25519),
            (Secret::Ed448(a), Secret::Ed448(b)) => a.combine(b).map(Secret::Ed448),
            (Secret::X25519(a), Secret::X25519(b)) => a.combine(b).map(Secret::X25519),
            (Secret::X448(a), Secret::X448(b)) => a.combine(b).map(Secret::X448),
            _ => None,
        };
        sum.map(Self::assemble)
            .ok_or(Error::InvalidScalar { algorithm })
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
        self.inner.public.same_algorithm(peer.algorithm)?;
        match &self.inner.secret {
            Secret::X448(secret) => secret.contribute(&peer.octets).map(Contribution::computed),
            _ => Err(Error::AlgorithmUse {
                algorithm: self.algorithm(),
                operation: "contribute",
            }),
        }
    }

    /// The octets of the key in the form it is written down in.
    pub(crate) fn export(&self) -> (Form, SecretBytes) {
        match &self.inner.secret {
            Secret::Ed25519(secret) => secret.export(),
            Secret::Ed448(secret) => secret.export(),
            Secret::X25519(secret) => secret.export(),
            Secret::X448(secret) => secret.export(),
        }
    }

    /// The octets that [`PrivateKey::from_seed_octets`] takes; `None` for a combined key, which has none.
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

/// Domain of the prefix of a combined signing key.
const COMBINED_PREFIX: &[u8] = b"mesh/combined-prefix";
/// Domain of the prefix of a signing key that is given as a scalar.
const SCALAR_PREFIX: &[u8] = b"mesh/scalar-prefix";

/// The sum of two points of X448.
pub(crate) fn add_x448(a: &[u8], b: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    x448::combine_public(a, b).map(Zeroizing::new)
}

pub(crate) fn fixed<const N: usize>(
    algorithm: KeyAlgorithm,
    octets: &[u8],
) -> Result<Zeroizing<[u8; N]>, Error> {
    <[u8; N]>::try_from(octets)
        .map(Zeroizing::new)
        .map_err(|_| Error::KeyLength {
            algorithm,
            expected: N,
            found: octets.len(),
        })
}

#[cfg(test)]
mod tests;
