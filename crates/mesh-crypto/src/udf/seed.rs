// SPDX-License-Identifier: MIT
//! Seeds: identifiers of type derived-key, from which whole families of keys follow.
//!
//! Spec: mesh-udf, "Derived Key"; mesh-schema, "Mesh Profiles".
//! Here: the seed, its codes, derivation of keys from it.
//! Not here: the key names (`derive`), splitting a seed into shares (`share`), storing one (`mesh-keystore`).

use std::fmt;

use mesh_jsonbcd::{SecretBytes, SecretString};

use super::pin::decode_secret;
use super::{TypeId, presentation};
use crate::digest::sha512;
use crate::environment::Environment;
use crate::key::{PrivateKey, RsaHints};
use crate::{Error, KeyAlgorithm, derive};

/// What a seed is for: the two octets after its type. Codes below 0x0100 name one algorithm.
pub mod seed_code {
    /// Any algorithm.
    pub const ANY: u16 = 0;
    /// Profile of a device.
    pub const PROFILE_DEVICE: u16 = 0x0100;
    /// Activation of a device in an account.
    pub const ACTIVATION_DEVICE: u16 = 0x0101;
    /// Profile of an account.
    pub const PROFILE_ACCOUNT: u16 = 0x0102;
    /// Activation of a member or service of an account.
    pub const ACTIVATION_ACCOUNT: u16 = 0x0103;
    /// Profile of a service.
    pub const PROFILE_SERVICE: u16 = 0x0104;
    /// Activation of a host in a service.
    pub const ACTIVATION_SERVICE: u16 = 0x0105;
}

/// Secret octets of a freshly generated seed.
const SECRET_LENGTH: usize = 32;

/// A secret that keys are derived from.
///
/// ```
/// use mesh_crypto::{KeyAlgorithm, Seed};
/// let seed = Seed::parse("ZAAA-FFQA-3LE5-SAHG-E6K6-HOTN-TVLB-K4A")?;
/// let key = seed.derive(KeyAlgorithm::X448, "")?;
/// assert_eq!(key.udf().to_string(), "MDHU-TLPK-ULU7-TGBX-OFSA-UF3V-FVM3");
/// # Ok::<(), mesh_crypto::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Seed {
    /// Type octet, code, secret. Cloning is deliberate: a context hands its seed to each machine it starts, and every
    /// copy is wiped.
    binary: SecretBytes,
    code: u16,
}

impl Seed {
    /// A fresh seed with 256 secret bits.
    #[must_use]
    pub fn generate(code: u16, environment: &dyn Environment) -> Self {
        let mut secret = zeroize::Zeroizing::new([0; SECRET_LENGTH]);
        environment.random(secret.as_mut_slice());
        Self::assemble(code, secret.as_slice())
    }

    /// The seed with this code and these secret octets.
    ///
    /// # Errors
    /// [`Error::SeedTooShort`] when `secret` is empty.
    pub fn new(code: u16, secret: &SecretBytes) -> Result<Self, Error> {
        if secret.expose_secret().is_empty() {
            return Err(Error::SeedTooShort { length: 2 });
        }
        Ok(Self::assemble(code, secret.expose_secret()))
    }

    fn assemble(code: u16, secret: &[u8]) -> Self {
        let mut binary = Vec::with_capacity(secret.len().saturating_add(3));
        binary.push(TypeId::DERIVED_KEY.octet());
        binary.extend_from_slice(&code.to_be_bytes());
        binary.extend_from_slice(secret);
        Self {
            binary: SecretBytes::new(binary),
            code,
        }
    }

    /// Parses the text form.
    ///
    /// # Errors
    /// [`Error::BadCharacter`], [`Error::WrongType`] or [`Error::IdentifierTooShort`] when it is no seed,
    /// [`Error::SeedTooShort`] when it has no secret.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::checked(decode_secret(text, TypeId::DERIVED_KEY)?)
    }

    /// The seed with this binary form, type octet included (what is escrowed).
    ///
    /// # Errors
    /// As for [`Seed::parse`].
    pub fn from_binary(binary: &SecretBytes) -> Result<Self, Error> {
        match binary.expose_secret() {
            [found, _, ..] if *found == TypeId::DERIVED_KEY.octet() => {
                Self::checked(binary.clone())
            }
            [found, _, ..] => Err(Error::WrongType {
                expected: TypeId::DERIVED_KEY,
                found: TypeId::new(*found),
            }),
            short => Err(Error::IdentifierTooShort {
                length: short.len(),
            }),
        }
    }

    fn checked(binary: SecretBytes) -> Result<Self, Error> {
        let code = match binary.expose_secret() {
            [_, high, low, _, ..] => u16::from_be_bytes([*high, *low]),
            short => {
                return Err(Error::SeedTooShort {
                    length: short.len().saturating_sub(1),
                });
            }
        };
        Ok(Self { binary, code })
    }

    /// The text form, in full.
    #[must_use]
    pub fn to_udf_string(&self) -> SecretString {
        SecretString::new(presentation::present(
            self.binary.expose_secret(),
            usize::MAX,
        ))
    }

    /// The binary form, type octet included: 35 octets for a generated seed.
    #[must_use]
    pub fn binary(&self) -> SecretBytes {
        self.binary.clone()
    }

    /// What the seed is for.
    #[must_use]
    pub fn code(&self) -> u16 {
        self.code
    }

    /// Derives the key of an algorithm under a name. RSA takes seconds; see [`Seed::derive_hinted`].
    ///
    /// # Errors
    /// [`Error::AlgorithmMismatch`] when the seed's code names another algorithm; [`Error::Unsupported`] when it names
    /// one that this version does not know.
    pub fn derive(&self, algorithm: KeyAlgorithm, key_name: &str) -> Result<PrivateKey, Error> {
        let Some(length) = algorithm.derivation_length() else {
            let (key, _) = self.derive_hinted(algorithm, key_name, &RsaHints::default())?;
            return Ok(key);
        };
        self.check(algorithm)?;
        let code = algorithm.derivation_code();
        let octets = derive::octets(self.code, self.secret(), code, key_name, length)?;
        PrivateKey::from_derived(algorithm, &octets)
    }

    /// Derives an RSA key under a name, beginning the search for its primes where the hints of an earlier one say. Gives the
    /// hints by which the key is found again.
    ///
    /// # Errors
    /// As [`Seed::derive`]; [`Error::AlgorithmUse`] for other algorithms than RSA.
    pub fn derive_hinted(
        &self,
        algorithm: KeyAlgorithm,
        key_name: &str,
        hints: &RsaHints,
    ) -> Result<(PrivateKey, RsaHints), Error> {
        self.check(algorithm)?;
        if algorithm.modulus_bits().is_none() {
            return Err(Error::AlgorithmUse {
                algorithm,
                operation: "be derived with hints",
            });
        }
        PrivateKey::derive_rsa(algorithm, self.code, self.secret(), key_name, hints)
    }

    fn secret(&self) -> &[u8] {
        self.binary.expose_secret().get(3..).unwrap_or_default()
    }

    fn check(&self, algorithm: KeyAlgorithm) -> Result<(), Error> {
        match (self.code, KeyAlgorithm::from_seed_code(self.code)) {
            (_, Some(expected)) if expected != algorithm => Err(Error::AlgorithmMismatch {
                expected,
                found: algorithm,
            }),
            (code, None) if code != seed_code::ANY && code < seed_code::PROFILE_DEVICE => {
                Err(Error::Unsupported {
                    name: format!("seed code {code}"),
                })
            }
            _ => Ok(()),
        }
    }
}

/// Shows the code and a digest that tells seeds apart; nothing of the secret follows from it.
impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digest = sha512(&[b"mesh/seed-debug", self.binary.expose_secret()]);
        write!(
            f,
            "Seed(code {:#06x}, {})",
            self.code,
            presentation::present(&digest, 60)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Seeded;

    #[test]
    fn generated_seed_survives_text_and_binary() {
        let seed = Seed::generate(seed_code::PROFILE_ACCOUNT, &Seeded::new(1));
        assert_eq!(seed.binary().expose_secret().len(), 35);
        assert_eq!(seed.code(), 0x0102);
        assert_eq!(
            Seed::parse(seed.to_udf_string().expose_secret()).unwrap(),
            seed
        );
        assert_eq!(Seed::from_binary(&seed.binary()).unwrap(), seed);
    }

    #[test]
    fn names_and_algorithms_give_unrelated_keys() {
        let seed = Seed::generate(seed_code::PROFILE_ACCOUNT, &Seeded::new(1));
        let sign = seed.derive(KeyAlgorithm::Ed448, "A").unwrap();
        assert_eq!(
            sign.udf(),
            seed.derive(KeyAlgorithm::Ed448, "A").unwrap().udf()
        );
        assert_ne!(
            sign.udf(),
            seed.derive(KeyAlgorithm::Ed448, "B").unwrap().udf()
        );
        assert_ne!(
            sign.udf(),
            seed.derive(KeyAlgorithm::X448, "A").unwrap().udf()
        );
    }

    #[test]
    fn seed_of_one_algorithm_refuses_another() {
        let seed = Seed::parse("ZAAA-FFQA-3LE5-SAHG-E6K6-HOTN-TVLB-K4A").unwrap();
        assert_eq!(
            seed.derive(KeyAlgorithm::Ed448, "").unwrap_err(),
            Error::AlgorithmMismatch {
                expected: KeyAlgorithm::X448,
                found: KeyAlgorithm::Ed448
            }
        );
        let secret = SecretBytes::new(vec![1; 32]);
        // RSA of 6144 bits, which has a code and no rule.
        let large = Seed::new(11, &secret).unwrap();
        for algorithm in KeyAlgorithm::ALL {
            assert!(matches!(
                large.derive(algorithm, ""),
                Err(Error::Unsupported { .. })
            ));
        }
    }

    #[test]
    fn hints_are_for_rsa_only() {
        let seed = Seed::generate(seed_code::ANY, &Seeded::new(1));
        assert!(matches!(
            seed.derive_hinted(KeyAlgorithm::P256, "", &RsaHints::default()),
            Err(Error::AlgorithmUse { .. })
        ));
    }

    #[test]
    fn seed_without_secret_is_refused() {
        assert_eq!(
            Seed::parse("ZAAA-A").unwrap_err(),
            Error::SeedTooShort { length: 2 }
        );
        assert!(matches!(
            Seed::parse("MDDK-7N6A-727A-JZNO-STRX-XKS7-DJAF").unwrap_err(),
            Error::WrongType { .. }
        ));
    }

    #[test]
    fn debug_hides_the_secret() {
        let seed = Seed::parse("ZAAA-FFQA-3LE5-SAHG-E6K6-HOTN-TVLB-K4A").unwrap();
        let shown = format!("{seed:?}");
        insta::assert_snapshot!(shown, @"Seed(code 0x0002, DHIX-E5NZ-DKGF)");
        assert!(!shown.contains("FFQA"));
    }
}
