// SPDX-License-Identifier: MIT
//! Ed25519 keys in the files of OpenSSH.
//!
//! Spec: mesh-schema, "SSH"; OpenSSH's PROTOCOL.key; RFC 8709, "Public Key Format".
//! Here: the private key file, plain and under a passphrase.
//! Not here: the public forms (`public`); other algorithms, which are refused by name.

mod public;

use mesh_crypto::{KeyAlgorithm, PrivateKey, SecretBytes, SecretString};
use ssh_key::private::{Ed25519Keypair, Ed25519PrivateKey, KeypairData};
use ssh_key::public::Ed25519PublicKey;
use ssh_key::{Cipher, Kdf, LineEnding};
use zeroize::Zeroizing;

pub use public::SshPublicKey;

use crate::system::random_array;
use crate::{Error, Result};

/// Largest private key file that is read.
pub const MAX_FILE: usize = 16 * 1024;

/// Rounds of bcrypt-pbkdf for files that we write: what ssh-keygen takes.
const ROUNDS: u32 = if cfg!(test) { 1 } else { 24 };

/// Most rounds that are computed to read a file: about a minute, far beyond what anybody writes.
const MAX_ROUNDS: u32 = 4096;

const WHAT: &str = "OpenSSH private key";

/// An Ed25519 private key as SSH has it: 32 octets of seed, the public half, a comment.
#[derive(Clone)]
pub struct SshPrivateKey {
    seed: SecretBytes,
    public: SshPublicKey,
}

impl SshPrivateKey {
    /// The key of a seed of 32 octets.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it has another length, or the comment does not fit into one line.
    pub fn from_seed(seed: SecretBytes, comment: &str) -> Result<Self> {
        let key =
            PrivateKey::from_seed_octets(KeyAlgorithm::Ed25519, seed.clone()).map_err(|_| {
                Error::Malformed {
                    what: "Ed25519 seed",
                }
            })?;
        let public = SshPublicKey::new(key.public(), comment)?;
        Ok(Self { seed, public })
    }

    /// Takes an Ed25519 key over. One that was made by combining keys has no seed and cannot leave.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for another algorithm or a key without a seed; [`Error::Malformed`] for the comment.
    pub fn from_key(key: &PrivateKey, comment: &str) -> Result<Self> {
        let seed = Some(key).filter(|key| key.algorithm() == KeyAlgorithm::Ed25519);
        let seed = seed.and_then(PrivateKey::expose_seed_octets);
        let unsupported = || Error::Unsupported {
            what: "a key that is not the seed of an Ed25519 key".to_owned(),
        };
        Self::from_seed(seed.ok_or_else(unsupported)?, comment)
    }

    /// Reads an OpenSSH private key file. `passphrase` is needed when the file is encrypted, and otherwise ignored.
    ///
    /// # Errors
    /// [`Error::NoPassphrase`], [`Error::WrongPassphrase`]; [`Error::Unsupported`] for another algorithm, or more
    /// rounds than are computed; [`Error::Malformed`], also when the public half is that of another key.
    pub fn parse(text: &[u8], passphrase: Option<&SecretString>) -> Result<Self> {
        if text.len() > MAX_FILE {
            return Err(Error::TooLarge {
                what: WHAT,
                maximum: MAX_FILE,
            });
        }
        let mut key = ssh_key::PrivateKey::from_openssh(text).map_err(failed)?;
        check_algorithm(key.algorithm())?;
        if key.is_encrypted() {
            let passphrase = passphrase.ok_or(Error::NoPassphrase)?;
            if let Kdf::Bcrypt { rounds, .. } = key.kdf()
                && *rounds > MAX_ROUNDS
            {
                return Err(Error::Unsupported {
                    what: format!("a key file with {rounds} rounds"),
                });
            }
            key = key
                .decrypt(passphrase.expose_secret())
                .map_err(not_decrypted)?;
        }
        let pair = key
            .key_data()
            .ed25519()
            .ok_or(Error::Malformed { what: WHAT })?;
        let seed = SecretBytes::new(pair.private.as_ref().to_vec());
        // Comments of others may be anything; ours fit into a line.
        let comment: String = key
            .comment()
            .as_str_lossy()
            .chars()
            .filter(|c| !c.is_control())
            .take(1024)
            .collect();
        let ours = Self::from_seed(seed, &comment)?;
        // A file with another public half would have us sign for a key that is not ours.
        if ours.public.octets() != pair.public.as_ref() {
            return Err(Error::Malformed { what: WHAT });
        }
        Ok(ours)
    }

    /// Writes an OpenSSH private key file, under a passphrase if one is given.
    ///
    /// # Errors
    /// [`Error::Random`]; [`Error::PassphraseLength`] when the passphrase is empty.
    pub fn to_openssh(&self, passphrase: Option<&SecretString>) -> Result<SecretString> {
        let seed: Zeroizing<[u8; 32]> = Zeroizing::new(
            self.seed
                .expose_secret()
                .try_into()
                .map_err(|_| Error::Malformed {
                    what: "Ed25519 seed",
                })?,
        );
        let pair = Ed25519Keypair {
            public: Ed25519PublicKey(*self.public.octets()),
            private: Ed25519PrivateKey::from_bytes(&seed),
        };
        let mut key = ssh_key::PrivateKey::new(KeypairData::Ed25519(pair), self.public.comment())
            .map_err(failed)?;
        if let Some(passphrase) = passphrase {
            if passphrase.is_empty() {
                return Err(Error::PassphraseLength);
            }
            let kdf = Kdf::Bcrypt {
                salt: random_array::<16>()?.to_vec(),
                rounds: ROUNDS,
            };
            let check = u32::from_be_bytes(random_array()?);
            key = key
                .encrypt_with(Cipher::Aes256Ctr, kdf, check, passphrase.expose_secret())
                .map_err(failed)?;
        }
        let mut text = key.to_openssh(LineEnding::LF).map_err(failed)?;
        Ok(SecretString::new(std::mem::take(&mut *text)))
    }

    /// The key, able to sign.
    ///
    /// # Errors
    /// None that could happen: the seed was checked when this value was made.
    pub fn to_key(&self) -> Result<PrivateKey> {
        PrivateKey::from_seed_octets(KeyAlgorithm::Ed25519, self.seed.clone()).map_err(|_| {
            Error::Malformed {
                what: "Ed25519 seed",
            }
        })
    }

    /// The seed.
    #[must_use]
    pub const fn expose_seed(&self) -> &SecretBytes {
        &self.seed
    }

    /// The public half.
    #[must_use]
    pub const fn public(&self) -> &SshPublicKey {
        &self.public
    }
}

impl std::fmt::Debug for SshPrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SshPrivateKey")
            .field(&self.public.fingerprint())
            .finish()
    }
}

fn check_algorithm(algorithm: ssh_key::Algorithm) -> Result<()> {
    if algorithm == ssh_key::Algorithm::Ed25519 {
        return Ok(());
    }
    Err(Error::Unsupported {
        what: format!("the SSH algorithm {algorithm}"),
    })
}

fn failed(error: ssh_key::Error) -> Error {
    match error {
        ssh_key::Error::AlgorithmUnsupported { .. } | ssh_key::Error::AlgorithmUnknown => {
            Error::Unsupported {
                what: "the algorithm of the SSH key".to_owned(),
            }
        }
        _ => Error::Malformed { what: WHAT },
    }
}

/// While decrypting, the only cryptographic check is the one for the right passphrase.
fn not_decrypted(error: ssh_key::Error) -> Error {
    match error {
        ssh_key::Error::Crypto => Error::WrongPassphrase,
        error => failed(error),
    }
}

#[cfg(test)]
mod tests;
