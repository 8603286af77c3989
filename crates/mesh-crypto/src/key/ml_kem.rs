// SPDX-License-Identifier: MIT
//! ML-KEM: lattice key encapsulation.
//!
//! Spec: FIPS 203; mesh-udf, "Deterministic Key Generation".
//! Here: both halves of a key.
//! Not here: the lattice (ml-kem).
//!
//! A private key is the seed of FIPS 203, `d` before `z`. Octets that are derived from a Mesh seed have `z` before `d`.

use mesh_jsonbcd::SecretBytes;
use ml_kem::array::Array;
use ml_kem::kem::Decapsulate as _;
use ml_kem::{DecapsulationKey, EncapsulationKey, KeyExport as _, MlKem512, MlKem768, MlKem1024};
use zeroize::{Zeroize as _, Zeroizing};

use crate::environment::Environment;
use crate::{Error, KeyAlgorithm};

/// Octets of `d`, of `z`, and of what a sender draws.
const RANDOM_LENGTH: usize = 32;

pub(super) struct Secret {
    seed: Zeroizing<[u8; 64]>,
    key: Key,
}

/// Boxed: the matrices of a key take kilobytes.
enum Key {
    MlKem512(Box<DecapsulationKey<MlKem512>>),
    MlKem768(Box<DecapsulationKey<MlKem768>>),
    MlKem1024(Box<DecapsulationKey<MlKem1024>>),
}

/// The same with each private key.
macro_rules! with_key {
    ($secret:expr, $key:ident => $body:expr) => {
        match $secret {
            Key::MlKem512($key) => $body,
            Key::MlKem768($key) => $body,
            Key::MlKem1024($key) => $body,
        }
    };
}

/// The same with each set of parameters. For algorithms without one the key is invalid.
macro_rules! with_parameters {
    ($algorithm:expr, $parameters:ident => $body:expr) => {
        match $algorithm {
            KeyAlgorithm::MlKem512 => {
                type $parameters = MlKem512;
                $body
            }
            KeyAlgorithm::MlKem768 => {
                type $parameters = MlKem768;
                $body
            }
            KeyAlgorithm::MlKem1024 => {
                type $parameters = MlKem1024;
                $body
            }
            algorithm => Err(Error::InvalidPublicKey { algorithm }),
        }
    };
}

impl Secret {
    /// The key of a seed, `d` before `z`.
    pub(super) fn from_seed(algorithm: KeyAlgorithm, seed: &[u8; 64]) -> Option<Self> {
        let mut array = Array(*seed);
        let key = match algorithm {
            KeyAlgorithm::MlKem512 => Key::MlKem512(Box::new(DecapsulationKey::from_seed(array))),
            KeyAlgorithm::MlKem768 => Key::MlKem768(Box::new(DecapsulationKey::from_seed(array))),
            KeyAlgorithm::MlKem1024 => Key::MlKem1024(Box::new(DecapsulationKey::from_seed(array))),
            _ => return None,
        };
        array.zeroize();
        Some(Self {
            seed: Zeroizing::new(*seed),
            key,
        })
    }

    /// The key of derived octets, `z` before `d`.
    ///
    /// Deviation: D-47. The draft says no order; that of the reference gives its public keys.
    pub(super) fn from_derived(algorithm: KeyAlgorithm, octets: &[u8; 64]) -> Option<Self> {
        let mut seed = Zeroizing::new(*octets);
        seed.rotate_left(RANDOM_LENGTH);
        Self::from_seed(algorithm, &seed)
    }

    pub(super) fn algorithm(&self) -> KeyAlgorithm {
        match &self.key {
            Key::MlKem512(_) => KeyAlgorithm::MlKem512,
            Key::MlKem768(_) => KeyAlgorithm::MlKem768,
            Key::MlKem1024(_) => KeyAlgorithm::MlKem1024,
        }
    }

    pub(super) fn public(&self) -> Vec<u8> {
        with_key!(&self.key, key => key.encapsulation_key().to_bytes().to_vec())
    }

    /// The secret in a ciphertext. One that was altered gives an unrelated secret and no error (implicit rejection).
    pub(super) fn decapsulate(&self, ciphertext: &[u8]) -> Result<SecretBytes, Error> {
        let mut secret = with_key!(&self.key, key => {
            let ciphertext = ciphertext.try_into().map_err(|_| Error::Decryption)?;
            key.decapsulate(&ciphertext)
        });
        let octets = SecretBytes::new(secret.to_vec());
        secret.zeroize();
        Ok(octets)
    }

    pub(super) fn export(&self) -> SecretBytes {
        SecretBytes::new(self.seed.to_vec())
    }
}

/// A random secret and its ciphertext under a public key.
pub(super) fn encapsulate(
    algorithm: KeyAlgorithm,
    public: &[u8],
    environment: &dyn Environment,
) -> Result<(Vec<u8>, SecretBytes), Error> {
    let mut random = Zeroizing::new([0; RANDOM_LENGTH]);
    environment.random(random.as_mut_slice());
    let invalid = Error::InvalidPublicKey { algorithm };
    with_parameters!(algorithm, Parameters => {
        let public = public.try_into().map_err(|_| invalid.clone())?;
        let key = EncapsulationKey::<Parameters>::new(&public).map_err(|_| invalid)?;
        let mut random = Array(*random);
        let (ciphertext, mut secret) =
            key.encapsulate_deterministic(&random);
        let octets = SecretBytes::new(secret.to_vec());
        random.zeroize();
        secret.zeroize();
        Ok((ciphertext.to_vec(), octets))
    })
}

/// Octets of the right length are a key when all its coefficients are reduced (FIPS 203, "Encapsulation key check").
pub(super) fn validate(algorithm: KeyAlgorithm, octets: &[u8]) -> Result<(), Error> {
    let invalid = Error::InvalidPublicKey { algorithm };
    with_parameters!(algorithm, Parameters => {
        let octets = octets.try_into().map_err(|_| invalid.clone())?;
        EncapsulationKey::<Parameters>::new(&octets).map(drop).map_err(|_| invalid)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::PublicKey;
    use crate::key::samples::key;
    use crate::{Encapsulation, Seeded, agreement};

    const ALL: [KeyAlgorithm; 3] = [
        KeyAlgorithm::MlKem512,
        KeyAlgorithm::MlKem768,
        KeyAlgorithm::MlKem1024,
    ];

    #[test]
    fn coefficient_that_is_not_reduced_makes_no_key() {
        for algorithm in ALL {
            let good = key(algorithm, 1).public().octets().to_vec();
            // Two coefficients of twelve bits in three octets; the modulus is 3329, which is 0xd01.
            let set = |low: u8, middle: u8| {
                let mut octets = good.clone();
                octets[0] = low;
                octets[1] = (octets[1] & 0xf0) | middle;
                PublicKey::new(algorithm, &octets)
            };
            set(0x00, 0x0d).unwrap();
            let invalid = Err(Error::InvalidPublicKey { algorithm });
            assert_eq!(set(0x01, 0x0d), invalid);
            assert_eq!(set(0xff, 0x0f), invalid);
            // The last coefficient too, before the 32 octets from which the matrix is made.
            let mut octets = good.clone();
            octets[good.len() - 33] = 0xff;
            assert_eq!(PublicKey::new(algorithm, &octets), invalid);
        }
    }

    #[test]
    fn altered_ciphertext_gives_another_secret_and_always_the_same() {
        for algorithm in ALL {
            let key = key(algorithm, 1);
            let (sealed, secret) = agreement::encapsulate(key.public(), &Seeded::new(5)).unwrap();
            let Encapsulation::Ciphertext(mut altered) = sealed else {
                panic!("a ciphertext")
            };
            altered[7] ^= 1;
            let altered = Encapsulation::Ciphertext(altered);
            let other = key.decapsulate(&altered).unwrap();
            assert_ne!(other, secret);
            assert_eq!(key.decapsulate(&altered).unwrap(), other);
        }
    }

    #[test]
    fn derived_octets_are_the_two_halves_of_the_seed_the_other_way_round() {
        let mut octets = [1; 64];
        octets[32..].fill(2);
        let derived = Secret::from_derived(KeyAlgorithm::MlKem768, &octets).unwrap();
        octets.rotate_left(32);
        assert_eq!(derived.export(), SecretBytes::new(octets.to_vec()));
    }
}
