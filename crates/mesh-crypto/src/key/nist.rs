// SPDX-License-Identifier: MIT
//! P-256, P-384 and P-521: signatures and agreement on the NIST curves.
//!
//! Spec: FIPS 186-5, "ECDSA"; SP 800-56A, "ECC CDH"; SEC 1; RFC 6979; mesh-udf, "Deterministic Key Generation".
//! Here: both halves of a key.
//! Not here: the point arithmetic (p256, p384, p521).
//!
//! A private key is a scalar, most significant octet first; all keys are of that one form, combined ones too, since a nonce of
//! RFC 6979 follows from the scalar and the message.
//! Deviation: D-45. The nonces of the reference do not depend on the message: two signatures give its key away.

use crypto_bigint::{BoxedUint, NonZero};
use mesh_jsonbcd::SecretBytes;
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::elliptic_curve::PrimeField;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use zeroize::{Zeroize as _, Zeroizing};

use crate::{Error, KeyAlgorithm};

pub(super) enum Secret {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    P521(p521::ecdsa::SigningKey),
}

/// The same with each private key: `$curve` is the crate of its curve.
macro_rules! with_secret {
    ($secret:expr, $key:ident => $body:expr) => {
        match $secret {
            Secret::P256($key) => $body,
            Secret::P384($key) => $body,
            Secret::P521($key) => $body,
        }
    };
    ($secret:expr, $curve:ident, $key:ident => $body:expr) => {
        match $secret {
            Secret::P256($key) => {
                use p256 as $curve;
                $body
            }
            Secret::P384($key) => {
                use p384 as $curve;
                $body
            }
            Secret::P521($key) => {
                use p521 as $curve;
                $body
            }
        }
    };
}

/// The same with each curve: `$curve` is its crate. For algorithms without one the key is invalid.
macro_rules! with_curve {
    ($algorithm:expr, $curve:ident => $body:expr) => {
        match $algorithm {
            KeyAlgorithm::P256 => {
                use p256 as $curve;
                $body
            }
            KeyAlgorithm::P384 => {
                use p384 as $curve;
                $body
            }
            KeyAlgorithm::P521 => {
                use p521 as $curve;
                $body
            }
            algorithm => Err(Error::InvalidPublicKey { algorithm }),
        }
    };
}

impl Secret {
    /// The key with this scalar; `None` for zero, the order and above, and for a wrong length.
    pub(super) fn from_octets(algorithm: KeyAlgorithm, octets: &[u8]) -> Option<Self> {
        match algorithm {
            KeyAlgorithm::P256 => p256::ecdsa::SigningKey::from_slice(octets)
                .ok()
                .map(Self::P256),
            KeyAlgorithm::P384 => p384::ecdsa::SigningKey::from_slice(octets)
                .ok()
                .map(Self::P384),
            KeyAlgorithm::P521 => p521::ecdsa::SigningKey::from_slice(octets)
                .ok()
                .map(Self::P521),
            _ => None,
        }
    }

    /// One more than the residue of derived octets modulo the order less one.
    pub(super) fn from_derived(algorithm: KeyAlgorithm, octets: &[u8]) -> Option<Self> {
        let scalar =
            with_curve!(algorithm, curve => Ok(scalar(octets, &(-curve::Scalar::ONE).to_repr())));
        Self::from_octets(algorithm, &scalar.ok()??)
    }

    pub(super) fn algorithm(&self) -> KeyAlgorithm {
        match self {
            Self::P256(_) => KeyAlgorithm::P256,
            Self::P384(_) => KeyAlgorithm::P384,
            Self::P521(_) => KeyAlgorithm::P521,
        }
    }

    pub(super) fn public(&self) -> Vec<u8> {
        with_secret!(self, key => key.verifying_key().to_sec1_point(false).as_bytes().to_vec())
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        with_secret!(self, curve, key => {
            let signature: curve::ecdsa::Signature = key.sign(message);
            signature.to_vec()
        })
    }

    /// The first coordinate of the product.
    pub(super) fn agree(&self, peer: &[u8]) -> Result<SecretBytes, Error> {
        with_secret!(self, curve, key => {
            let peer = curve::PublicKey::from_sec1_bytes(peer).map_err(|_| self.invalid())?;
            let product = curve::ecdh::diffie_hellman(key.as_nonzero_scalar(), peer.as_affine());
            Ok(SecretBytes::new(product.raw_secret_bytes().to_vec()))
        })
    }

    pub(super) fn combine(&self, other: &Self) -> Option<Self> {
        let octets = match (self, other) {
            (Self::P256(a), Self::P256(b)) => {
                sum(**a.as_nonzero_scalar() + **b.as_nonzero_scalar())
            }
            (Self::P384(a), Self::P384(b)) => {
                sum(**a.as_nonzero_scalar() + **b.as_nonzero_scalar())
            }
            (Self::P521(a), Self::P521(b)) => {
                sum(**a.as_nonzero_scalar() + **b.as_nonzero_scalar())
            }
            _ => return None,
        };
        Self::from_octets(self.algorithm(), &octets)
    }

    pub(super) fn export(&self) -> SecretBytes {
        with_secret!(self, key => {
            let mut octets = key.to_bytes();
            let exported = SecretBytes::new(octets.to_vec());
            octets.zeroize();
            exported
        })
    }

    fn invalid(&self) -> Error {
        Error::InvalidPublicKey {
            algorithm: self.algorithm(),
        }
    }
}

pub(super) fn validate(algorithm: KeyAlgorithm, octets: &[u8]) -> Result<(), Error> {
    let invalid = Error::InvalidPublicKey { algorithm };
    // The length that the caller has checked leaves the uncompressed form only, once other marks of it are refused.
    if octets.first() != Some(&UNCOMPRESSED) {
        return Err(invalid);
    }
    with_curve!(algorithm, curve => curve::PublicKey::from_sec1_bytes(octets).map(drop).map_err(|_| invalid))
}

/// A signature with a large `s` verifies too, as in FIPS 186-5; no signature here serves as an identifier.
pub(super) fn verify(
    algorithm: KeyAlgorithm,
    public: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), Error> {
    with_curve!(algorithm, curve => {
        let key = curve::ecdsa::VerifyingKey::from_sec1_bytes(public)
            .map_err(|_| Error::InvalidPublicKey { algorithm })?;
        let signature = curve::ecdsa::Signature::from_slice(signature)
            .map_err(|_| Error::SignatureInvalid)?;
        key.verify(message, &signature)
            .map_err(|_| Error::SignatureInvalid)
    })
}

pub(super) fn combine_public(
    algorithm: KeyAlgorithm,
    a: &[u8],
    b: &[u8],
) -> Result<Vec<u8>, Error> {
    with_curve!(algorithm, curve => {
        let point = |octets| {
            curve::PublicKey::from_sec1_bytes(octets)
                .map(|key| key.to_projective())
                .map_err(|_| Error::InvalidPublicKey { algorithm })
        };
        // Two keys that cancel out give the point at infinity, which is no key.
        curve::PublicKey::from_affine((point(a)? + point(b)?).to_affine())
            .map(|sum| sum.to_sec1_point(false).as_bytes().to_vec())
            .map_err(|_| Error::InvalidPublicKey { algorithm })
    })
}

/// The first octet of an uncompressed point.
const UNCOMPRESSED: u8 = 4;

fn sum<S: PrimeField>(sum: S) -> Zeroizing<Vec<u8>> {
    let mut repr = sum.to_repr();
    let octets = Zeroizing::new(repr.as_ref().to_vec());
    repr.as_mut().zeroize();
    octets
}

/// `1 + (octets mod largest)`, as long as `largest`, which is the order less one.
fn scalar(octets: &[u8], largest: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let bits = u32::try_from(octets.len()).ok()?.checked_mul(8)?;
    let number = Zeroizing::new(BoxedUint::from_be_slice(octets, bits).ok()?);
    let largest_bits = u32::try_from(largest.len()).ok()?.checked_mul(8)?;
    let modulus =
        NonZero::new(BoxedUint::from_be_slice(largest, largest_bits).ok()?).into_option()?;
    let mut residue = Zeroizing::new(number.rem(&modulus));
    residue.wrapping_add_assign(BoxedUint::one());
    let long = Zeroizing::new(residue.to_be_bytes().into_vec());
    // Whole limbs are written: a curve of 521 bits gets zeros in front.
    let excess = long.len().checked_sub(largest.len())?;
    Some(Zeroizing::new(long.get(excess..)?.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::samples::key;
    use crate::key::{PrivateKey, PublicKey};

    const ALL: [KeyAlgorithm; 3] = [KeyAlgorithm::P256, KeyAlgorithm::P384, KeyAlgorithm::P521];

    /// The order less one.
    fn largest(algorithm: KeyAlgorithm) -> Vec<u8> {
        with_curve!(algorithm, curve => Ok((-curve::Scalar::ONE).to_repr().to_vec())).unwrap()
    }

    #[test]
    fn scalars_from_one_to_the_order_less_one_are_keys() {
        for algorithm in ALL {
            let largest = largest(algorithm);
            let (mut one, mut order) = (vec![0; largest.len()], largest.clone());
            *one.last_mut().unwrap() = 1;
            *order.last_mut().unwrap() += 1;
            let (first, last) = (
                PrivateKey::from_octets(algorithm, &one).unwrap(),
                PrivateKey::from_octets(algorithm, &largest).unwrap(),
            );
            // One and minus one: the same first coordinate.
            let half = largest.len();
            let (first_x, last_x) = (first.public().octets(), last.public().octets());
            assert_eq!(first_x[1..=half], last_x[1..=half]);
            assert_ne!(first_x, last_x);
            let zero = vec![0; half];
            for octets in [zero, order, vec![0xff; half]] {
                assert_eq!(
                    PrivateKey::from_octets(algorithm, &octets).unwrap_err(),
                    Error::InvalidPrivateKey { algorithm }
                );
            }
            // They cancel out.
            assert_eq!(
                first.combine(&last).unwrap_err(),
                Error::InvalidPrivateKey { algorithm }
            );
            assert_eq!(
                first.public().combine(last.public()).unwrap_err(),
                Error::InvalidPublicKey { algorithm }
            );
        }
    }

    #[test]
    fn derived_octets_are_reduced_to_one_and_above() {
        for algorithm in ALL {
            let largest = largest(algorithm);
            let length = algorithm.derivation_length().unwrap();
            let mut octets = vec![0; length - largest.len()];
            octets.extend_from_slice(&largest);
            let derived = |octets: &[u8]| {
                let key = PrivateKey::from_derived(algorithm, octets).unwrap();
                key.expose_seed_octets().unwrap().expose_secret().to_vec()
            };
            let mut one = vec![0; largest.len()];
            *one.last_mut().unwrap() = 1;
            // The order less one is zero, to which one is added.
            assert_eq!(derived(&octets), one);
            assert_eq!(derived(&vec![0; length]), one);
            *octets.last_mut().unwrap() -= 1;
            assert_eq!(derived(&octets), largest);
        }
    }

    #[test]
    fn points_off_the_curve_and_other_forms_of_points_are_refused() {
        for algorithm in ALL {
            let good = key(algorithm, 1).public().octets().to_vec();
            let change = |place: usize, octet: u8| {
                let mut octets = good.clone();
                octets[place] = octet;
                octets
            };
            let last = good.len() - 1;
            let infinity = vec![0; good.len()];
            let mut outside = vec![0xff; good.len()];
            outside[0] = UNCOMPRESSED;
            for octets in [
                change(last, good[last] ^ 1),
                change(0, 0),
                change(0, 2),
                // The hybrid form, with the right parity and the wrong one.
                change(0, 6),
                change(0, 7),
                infinity,
                outside,
            ] {
                assert_eq!(
                    PublicKey::new(algorithm, &octets),
                    Err(Error::InvalidPublicKey { algorithm })
                );
            }
            let half = last / 2;
            for octets in [&[0][..], &[&[2], &good[1..=half]].concat()] {
                assert!(matches!(
                    PublicKey::new(algorithm, octets),
                    Err(Error::KeyLength { .. })
                ));
            }
        }
    }

    #[test]
    fn nonces_follow_the_message_and_large_s_is_read() {
        for algorithm in ALL {
            let key = key(algorithm, 1);
            let (one, two) = (key.sign(b"one").unwrap(), key.sign(b"two").unwrap());
            let half = one.len() / 2;
            assert_ne!(one[..half], two[..half]);
            let negative = with_curve!(algorithm, curve => {
                let signature = curve::ecdsa::Signature::from_slice(&one).unwrap();
                let (r, s) = signature.split_scalars();
                let negative = curve::ecdsa::Signature::from_scalars(r, -s).unwrap();
                Ok(negative.to_vec())
            })
            .unwrap();
            key.public().verify(b"one", &negative).unwrap();
        }
    }
}
