// SPDX-License-Identifier: MIT
//! The encryption that OpenSSL and ssh-keygen gave private keys before PKCS #8 and the form of OpenSSH.
//!
//! Spec: RFC 1421, "DEK-Info Field"; OpenSSL, `EVP_BytesToKey`. The key is made by MD5 in one pass, so that a weak passphrase is found fast,
//! and nothing is authenticated.
//! Here: opening what was sealed.
//! Not here: sealing; the headers (`armour`).

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use data_encoding::HEXUPPER_PERMISSIVE;
use des::TdesEde3;
use md5::{Digest as _, Md5};
use mesh_crypto::SecretString;
use zeroize::Zeroizing;

use crate::{Error, Result};

/// Octets of the vector that are the salt of the key as well.
const SALT: usize = 8;

/// How a block is sealed: the value of its header `DEK-Info`.
pub(crate) struct Sealing {
    cipher: Cipher,
    vector: Vec<u8>,
}

#[derive(Clone, Copy)]
enum Cipher {
    Aes128,
    Aes192,
    Aes256,
    TripleDes,
}

impl Cipher {
    /// Octets of the key and of the vector.
    fn sizes(self) -> (usize, usize) {
        match self {
            Self::Aes128 => (16, 16),
            Self::Aes192 => (24, 16),
            Self::Aes256 => (32, 16),
            Self::TripleDes => (24, 8),
        }
    }
}

impl Sealing {
    /// Reads the value of the header.
    ///
    /// # Errors
    /// [`Error::Malformed`]; [`Error::Unsupported`] with the name of another cipher.
    pub(crate) fn parse(value: &str) -> Result<Self> {
        let malformed = Error::Malformed { what: "PEM block" };
        let Some((name, vector)) = value.trim().split_once(',') else {
            return Err(malformed);
        };
        let cipher = match name {
            "AES-128-CBC" => Cipher::Aes128,
            "AES-192-CBC" => Cipher::Aes192,
            "AES-256-CBC" => Cipher::Aes256,
            "DES-EDE3-CBC" => Cipher::TripleDes,
            other if is_name(other) => {
                return Err(Error::Unsupported {
                    what: format!(
                        "the encryption {other} (convert the key with 'openssl pkcs8 -topk8')"
                    ),
                });
            }
            _ => return Err(malformed),
        };
        let vector = HEXUPPER_PERMISSIVE.decode(vector.as_bytes());
        match vector {
            Ok(vector) if vector.len() == cipher.sizes().1 => Ok(Self { cipher, vector }),
            _ => Err(malformed),
        }
    }

    /// Opens sealed octets. Nothing tells for certain that the passphrase is right: whoever reads what was opened finds out.
    ///
    /// # Errors
    /// [`Error::WrongPassphrase`].
    pub(crate) fn open(
        &self,
        sealed: &[u8],
        passphrase: &SecretString,
    ) -> Result<Zeroizing<Vec<u8>>> {
        let key = self.key(passphrase);
        let mut opened = Zeroizing::new(sealed.to_vec());
        let length = match self.cipher {
            Cipher::Aes128 => self.decrypt::<cbc::Decryptor<Aes128>>(&key, &mut opened),
            Cipher::Aes192 => self.decrypt::<cbc::Decryptor<Aes192>>(&key, &mut opened),
            Cipher::Aes256 => self.decrypt::<cbc::Decryptor<Aes256>>(&key, &mut opened),
            Cipher::TripleDes => self.decrypt::<cbc::Decryptor<TdesEde3>>(&key, &mut opened),
        }?;
        opened.truncate(length);
        Ok(opened)
    }

    fn key(&self, passphrase: &SecretString) -> Zeroizing<Vec<u8>> {
        let (size, _) = self.cipher.sizes();
        let salt = self.vector.get(..SALT).unwrap_or_default();
        // Of one piece, so that nothing is left behind where it grew: a digest more than the key may have.
        let mut key = Zeroizing::new(Vec::with_capacity(size + 16));
        let mut digest = Zeroizing::new([0; 16]);
        while key.len() < size {
            let mut hash = Md5::new();
            if !key.is_empty() {
                hash.update(digest.as_slice());
            }
            hash.update(passphrase.expose_secret());
            hash.update(salt);
            *digest = hash.finalize().into();
            key.extend_from_slice(digest.as_slice());
        }
        key.truncate(size);
        key
    }

    fn decrypt<D: BlockModeDecrypt + KeyIvInit>(
        &self,
        key: &[u8],
        octets: &mut [u8],
    ) -> Result<usize> {
        D::new_from_slices(key, &self.vector)
            .map_err(|_| Error::WrongPassphrase)?
            .decrypt_padded::<Pkcs7>(octets)
            .map(<[u8]>::len)
            .map_err(|_| Error::WrongPassphrase)
    }
}

/// Whether it can be shown.
fn is_name(text: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || c == '-';
    (1..=32).contains(&text.len()) && text.chars().all(known)
}
