// SPDX-License-Identifier: MIT
//! Keys in the files of OpenSSH.
//!
//! Spec: mesh-schema, "SSH"; OpenSSH's PROTOCOL.key.
//! Here: the private key file, plain and under a passphrase.
//! Not here: the public forms (`public`), lists of keys (`list`), the octets of a key (`wire`).

mod list;
mod public;
pub(crate) mod wire;

use bcrypt_pbkdf::bcrypt_pbkdf;
use mesh_crypto::{PrivateKey, SecretString};
use ssh_cipher::{Cipher, Tag};
use zeroize::Zeroizing;

pub use list::{Entry, Hosts, MAX_LIST, Marker, Place, parse_list};
pub use public::SshPublicKey;
pub(crate) use public::{comment_of_others, cut, cut_words, is_algorithm};

use self::wire::{Message, Wire};
use super::armour;
use super::cost::Budget;
use crate::system::random_array;
use crate::{Error, Result};

/// Largest private key file that is read.
pub const MAX_FILE: usize = 16 * 1024;

/// The label of the armour.
pub(crate) const LABEL: &str = "OPENSSH PRIVATE KEY";

/// Rounds of bcrypt-pbkdf for files that we write: what ssh-keygen takes.
const ROUNDS: u32 = if cfg!(test) { 1 } else { 24 };

const MAGIC: &[u8] = b"openssh-key-v1\0";
const COLUMNS: usize = 70;
const MALFORMED: Error = Error::Malformed {
    what: "OpenSSH private key",
};

const CIPHERS: [Cipher; 9] = [
    Cipher::Aes128Cbc,
    Cipher::Aes192Cbc,
    Cipher::Aes256Cbc,
    Cipher::Aes128Ctr,
    Cipher::Aes192Ctr,
    Cipher::Aes256Ctr,
    Cipher::Aes128Gcm,
    Cipher::Aes256Gcm,
    Cipher::ChaCha20Poly1305,
];

/// A private key as SSH has it: the key and a comment.
#[derive(Clone)]
pub struct SshPrivateKey {
    key: PrivateKey,
    public: SshPublicKey,
}

impl SshPrivateKey {
    /// Takes a key over. One that was made by combining keys has no seed and cannot be written.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for an algorithm that SSH has not; [`Error::Malformed`] when the comment does not fit into one line.
    pub fn from_key(key: &PrivateKey, comment: &str) -> Result<Self> {
        let public = SshPublicKey::new(key.public(), comment)?;
        Ok(Self {
            key: key.clone(),
            public,
        })
    }

    /// Reads an OpenSSH private key file. `passphrase` is needed when the file is encrypted, and otherwise ignored.
    ///
    /// # Errors
    /// [`Error::NoPassphrase`], [`Error::WrongPassphrase`]; [`Error::Unsupported`] for another algorithm; [`Error::TooCostly`];
    /// [`Error::Malformed`]; [`Error::Crypto`], also when the public half is that of another key.
    pub fn parse(text: &[u8], passphrase: Option<&SecretString>) -> Result<Self> {
        if text.len() > MAX_FILE {
            return Err(Error::TooLarge {
                what: "OpenSSH private key",
                maximum: MAX_FILE,
            });
        }
        let text = std::str::from_utf8(text).map_err(|_| MALFORMED)?;
        match armour::blocks(text)?.as_slice() {
            [block] if block.label == LABEL => Self::decode(
                block.octets.expose_secret(),
                &mut || passphrase.cloned().ok_or(Error::NoPassphrase),
                &mut Budget::new(),
            ),
            _ => Err(MALFORMED),
        }
    }

    /// Reads the octets inside the armour. The passphrase is asked for where the key is encrypted.
    pub(crate) fn decode(
        octets: &[u8],
        ask: &mut dyn FnMut() -> Result<SecretString>,
        budget: &mut Budget,
    ) -> Result<Self> {
        let file = File::parse(octets).ok_or(MALFORMED)?;
        if file.count != 1 {
            return Err(Error::Unsupported {
                what: format!("an OpenSSH file of {} keys", file.count),
            });
        }
        let public = wire::parse_public(file.public)?;
        let section = file.open(ask, budget)?;
        let mut wire = Wire(&section);
        let (first, second) = (wire.number(), wire.number());
        if first.is_none() || first != second {
            return Err(match file.cipher {
                b"none" => MALFORMED,
                _ => Error::WrongPassphrase,
            });
        }
        let key = wire::read_private(&mut wire)?;
        if *key.public() != public {
            return Err(mesh_crypto::Error::KeyPairMismatch.into());
        }
        let comment = wire.string().ok_or(MALFORMED)?;
        // Padding counts up from one.
        let padding = (1..=u8::MAX).take(wire.0.len());
        if wire.0.len() >= 256 || !padding.eq(wire.0.iter().copied()) {
            return Err(MALFORMED);
        }
        Self::from_key(&key, &comment_of_others(comment))
    }

    /// Writes an OpenSSH private key file, under a passphrase if one is given.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for an algorithm that OpenSSH has not, or a combined key; [`Error::Random`];
    /// [`Error::PassphraseLength`] when the passphrase is empty.
    pub fn to_openssh(&self, passphrase: Option<&SecretString>) -> Result<SecretString> {
        let cipher = passphrase.map(|_| Cipher::Aes256Ctr);
        let mut section = Message::new();
        let check = u32::from_be_bytes(random_array()?);
        section.number(check);
        section.number(check);
        wire::present_private(&self.key, &mut section)?;
        section.string(self.public.comment().as_bytes());
        let block = cipher.map_or(8, Cipher::block_size);
        let padding = section.0.len().next_multiple_of(block) - section.0.len();
        section.0.extend((1..=u8::MAX).take(padding));

        let mut out = Message::new();
        out.0.extend_from_slice(MAGIC);
        match (passphrase, cipher) {
            (Some(passphrase), Some(cipher)) => {
                if passphrase.is_empty() {
                    return Err(Error::PassphraseLength);
                }
                let mut options = Message::new();
                let salt = random_array::<16>()?;
                options.string(&salt);
                options.number(ROUNDS);
                out.string(cipher.as_str().as_bytes());
                out.string(b"bcrypt");
                out.string(&options.0);
                let (key, iv) = derive(cipher, passphrase, &salt, ROUNDS)?;
                cipher
                    .encrypt(&key, &iv, &mut section.0)
                    .map_err(|_| MALFORMED)?;
            }
            _ => {
                out.string(b"none");
                out.string(b"none");
                out.string(b"");
            }
        }
        out.number(1);
        out.string(&wire::present_public(self.key.public())?);
        out.string(&section.0);
        Ok(armour::present(LABEL, &out.0, COLUMNS))
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> &PrivateKey {
        &self.key
    }

    /// The public half, with the comment.
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

/// The fields of a file.
struct File<'a> {
    cipher: &'a [u8],
    kdf: &'a [u8],
    options: &'a [u8],
    count: u32,
    public: &'a [u8],
    section: &'a [u8],
    /// What follows the section: the tag of a cipher that authenticates.
    tag: &'a [u8],
}

impl<'a> File<'a> {
    fn parse(octets: &'a [u8]) -> Option<Self> {
        let mut wire = Wire(octets.strip_prefix(MAGIC)?);
        Some(Self {
            cipher: wire.string()?,
            kdf: wire.string()?,
            options: wire.string()?,
            count: wire.number()?,
            public: wire.string()?,
            section: wire.string()?,
            tag: wire.0,
        })
    }

    /// The private section in clear.
    fn open(
        &self,
        ask: &mut dyn FnMut() -> Result<SecretString>,
        budget: &mut Budget,
    ) -> Result<Zeroizing<Vec<u8>>> {
        let mut section = Zeroizing::new(self.section.to_vec());
        if self.cipher == b"none" {
            return match self.kdf == b"none" && self.options.is_empty() && self.tag.is_empty() {
                true => Ok(section),
                false => Err(MALFORMED),
            };
        }
        let unsupported = |kind, name| Error::Unsupported {
            what: format!(
                "the {kind} {} of a key file",
                cut(&String::from_utf8_lossy(name))
            ),
        };
        let mut known = CIPHERS.into_iter();
        let cipher = known
            .find(|cipher| cipher.as_str().as_bytes() == self.cipher)
            .ok_or_else(|| unsupported("cipher", self.cipher))?;
        if self.kdf != b"bcrypt" {
            return Err(unsupported("key derivation", self.kdf));
        }
        let mut options = Wire(self.options);
        let salt = options.string().filter(|salt| !salt.is_empty());
        let rounds = options.number().filter(|rounds| *rounds > 0);
        let (Some(salt), Some(rounds), []) = (salt, rounds, options.0) else {
            return Err(MALFORMED);
        };
        let tag = match cipher.has_tag() {
            true => Some(Tag::try_from(self.tag).map_err(|_| MALFORMED)?),
            false if self.tag.is_empty() => None,
            false => return Err(MALFORMED),
        };
        if !section.len().is_multiple_of(cipher.block_size()) {
            return Err(MALFORMED);
        }
        budget.bcrypt(rounds)?;
        let (key, iv) = derive(cipher, &ask()?, salt, rounds)?;
        // All that could fail here is the check of a tag.
        cipher
            .decrypt(&key, &iv, &mut section, tag)
            .map_err(|_| Error::WrongPassphrase)?;
        Ok(section)
    }
}

/// The key of a cipher and its initialisation vector.
fn derive(
    cipher: Cipher,
    passphrase: &SecretString,
    salt: &[u8],
    rounds: u32,
) -> Result<(Zeroizing<Vec<u8>>, Vec<u8>)> {
    let (key_length, iv_length) = cipher.key_and_iv_size().ok_or(MALFORMED)?;
    let mut key = Zeroizing::new(vec![0; key_length.saturating_add(iv_length)]);
    bcrypt_pbkdf(passphrase.expose_secret(), salt, rounds, &mut key)
        .map_err(|_| Error::PassphraseLength)?;
    let mut iv = key.split_off(key_length);
    // OpenSSH has a nonce of zeros here, as each key is used once.
    if cipher == Cipher::ChaCha20Poly1305 {
        iv.fill(0);
    }
    Ok((key, iv))
}

#[cfg(test)]
mod tests;
