// SPDX-License-Identifier: MIT
//! Private keys in the files of PuTTY (.ppk).
//!
//! Spec: the manual of PuTTY, appendix "PPK file format", versions 2 and 3.
//! Here: reading, plain and under a passphrase.
//! Not here: writing, and version 1, which nobody has written since 2001; the octets of a public key (`openssh::wire`).

use argon2::{Algorithm, Argon2, Params, Version};
use cbc::cipher::{BlockModeDecrypt as _, KeyIvInit as _, block_padding::NoPadding};
use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use hmac::{Hmac, KeyInit as _, Mac as _};
use mesh_crypto::{KeyAlgorithm, PrivateKey, PublicKey, SecretString};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::cost::Budget;
use super::numbers;
use super::openssh::SshPrivateKey;
use super::openssh::wire::{self, Message, Wire};
use super::pkix::private::ed448;
use crate::{Error, Result};

const BEGIN: &str = "PuTTY-User-Key-File-";
const MALFORMED: Error = Error::Malformed {
    what: "PuTTY private key",
};
/// Most lines of Base64 of one half.
const MAX_LINES: usize = 256;

/// Whether a text begins as such a file.
pub(crate) fn is_putty(text: &str) -> bool {
    text.starts_with(BEGIN)
}

/// Reads a file. The passphrase is asked for where it is encrypted.
///
/// # Errors
/// [`Error::Malformed`], also for a file in clear that was altered; [`Error::Unsupported`], [`Error::TooCostly`]; what `ask` returns;
/// [`Error::WrongPassphrase`], also for an encrypted file that was altered; [`Error::Crypto`] for what is no key, or has the public half
/// of another.
pub fn parse(text: &str, ask: &mut dyn FnMut() -> Result<SecretString>) -> Result<SshPrivateKey> {
    parse_within(text, ask, &mut Budget::new())
}

pub(crate) fn parse_within(
    text: &str,
    ask: &mut dyn FnMut() -> Result<SecretString>,
    budget: &mut Budget,
) -> Result<SshPrivateKey> {
    let file = File::parse(text)?;
    let public = wire::parse_public(&file.public)?;
    let named = wire::name(public.algorithm()) == Some(file.algorithm);
    if !named {
        return Err(MALFORMED);
    }
    let (mut private, mut mac_key) = (Zeroizing::new(file.private.to_vec()), Zeroizing::default());
    let wrong = match file.cipher {
        "none" => {
            if file.version == 2 {
                mac_key = mac_key_of_2("");
            }
            MALFORMED
        }
        "aes256-cbc" => {
            let keys = file.derive(ask, budget)?;
            let decryptor = cbc::Decryptor::<aes::Aes256>::new_from_slices(&keys.key, &keys.iv);
            decryptor
                .map_err(|_| MALFORMED)?
                .decrypt_padded::<NoPadding>(&mut private)
                .map_err(|_| MALFORMED)?;
            mac_key = keys.mac;
            Error::WrongPassphrase
        }
        other => {
            return Err(Error::Unsupported {
                what: format!("the cipher {} of a key file", super::openssh::cut(other)),
            });
        }
    };
    if !file.is_authentic(&mac_key, &private) {
        return Err(wrong);
    }
    let key = private_key(&public, &private)?;
    if *key.public() != public {
        return Err(mesh_crypto::Error::KeyPairMismatch.into());
    }
    SshPrivateKey::from_key(
        &key,
        &super::openssh::comment_of_others(file.comment.as_bytes()),
    )
}

/// The lines of a file.
struct File<'a> {
    version: u8,
    algorithm: &'a str,
    cipher: &'a str,
    comment: &'a str,
    public: Vec<u8>,
    /// How the passphrase becomes keys, in version 3.
    derivation: Option<Derivation<'a>>,
    private: Zeroizing<Vec<u8>>,
    mac: Vec<u8>,
}

struct Derivation<'a> {
    name: &'a str,
    memory: u32,
    passes: u32,
    lanes: u32,
    salt: Vec<u8>,
}

struct Keys {
    key: Zeroizing<Vec<u8>>,
    iv: Vec<u8>,
    mac: Zeroizing<Vec<u8>>,
}

impl<'a> File<'a> {
    /// The order of the lines is fixed.
    fn parse(text: &'a str) -> Result<Self> {
        let mut lines = text.lines();
        let first = lines.next().and_then(|line| line.strip_prefix(BEGIN));
        let (version, algorithm) = first.and_then(|f| f.split_once(": ")).ok_or(MALFORMED)?;
        let version = match version {
            "2" => 2,
            "3" => 3,
            other => {
                return Err(Error::Unsupported {
                    what: format!("version {} of a PuTTY key file", super::openssh::cut(other)),
                });
            }
        };
        let mut lines = Lines(lines);
        let cipher = lines.value("Encryption")?;
        let comment = lines.value("Comment")?;
        let public = lines.base64("Public-Lines")?.to_vec();
        let derivation = match version == 3 && cipher == "aes256-cbc" {
            true => Some(Derivation {
                name: lines.value("Key-Derivation")?,
                memory: lines.number("Argon2-Memory")?,
                passes: lines.number("Argon2-Passes")?,
                lanes: lines.number("Argon2-Parallelism")?,
                salt: hexadecimal(lines.value("Argon2-Salt")?)?,
            }),
            false => None,
        };
        let file = Self {
            version,
            algorithm,
            cipher,
            comment,
            public,
            derivation,
            private: lines.base64("Private-Lines")?,
            mac: hexadecimal(lines.value("Private-MAC")?)?,
        };
        match lines.0.any(|line| !line.trim().is_empty()) {
            true => Err(MALFORMED),
            false => Ok(file),
        }
    }

    fn derive(
        &self,
        ask: &mut dyn FnMut() -> Result<SecretString>,
        budget: &mut Budget,
    ) -> Result<Keys> {
        let Some(derivation) = &self.derivation else {
            let passphrase = ask()?;
            let passphrase = passphrase.expose_secret();
            let digest = |counter: u8| Sha1::new().chain_update([0, 0, 0, counter]);
            let mut key = Zeroizing::new(Vec::with_capacity(40));
            for counter in 0..2 {
                key.extend_from_slice(&digest(counter).chain_update(passphrase).finalize());
            }
            key.truncate(32);
            return Ok(Keys {
                key,
                iv: vec![0; 16],
                mac: mac_key_of_2(passphrase),
            });
        };
        let algorithm = match derivation.name {
            "Argon2d" => Algorithm::Argon2d,
            "Argon2i" => Algorithm::Argon2i,
            "Argon2id" => Algorithm::Argon2id,
            other => {
                return Err(Error::Unsupported {
                    what: format!(
                        "the key derivation {} of a key file",
                        super::openssh::cut(other)
                    ),
                });
            }
        };
        budget.argon2(derivation.memory, derivation.passes)?;
        let (memory, passes, lanes) = (derivation.memory, derivation.passes, derivation.lanes);
        let parameters = Params::new(memory, passes, lanes, Some(80)).map_err(|_| MALFORMED)?;
        let mut keys = Zeroizing::new(vec![0; 80]);
        Argon2::new(algorithm, Version::V0x13, parameters)
            .hash_password_into(
                ask()?.expose_secret().as_bytes(),
                &derivation.salt,
                &mut keys,
            )
            .map_err(|_| MALFORMED)?;
        let mac = Zeroizing::new(keys.split_off(48));
        let iv = keys.split_off(32);
        Ok(Keys { key: keys, iv, mac })
    }

    fn is_authentic(&self, key: &[u8], private: &[u8]) -> bool {
        let mut message = Message::new();
        for part in [self.algorithm, self.cipher, self.comment] {
            message.string(part.as_bytes());
        }
        message.string(&self.public);
        message.string(private);
        match self.version {
            2 => Hmac::<Sha1>::new_from_slice(key)
                .map(|hmac| hmac.chain_update(&*message.0))
                .is_ok_and(|hmac| hmac.verify_slice(&self.mac).is_ok()),
            _ => Hmac::<Sha256>::new_from_slice(key)
                .map(|hmac| hmac.chain_update(&*message.0))
                .is_ok_and(|hmac| hmac.verify_slice(&self.mac).is_ok()),
        }
    }
}

struct Lines<'a>(std::str::Lines<'a>);

impl<'a> Lines<'a> {
    fn value(&mut self, name: &str) -> Result<&'a str> {
        let line = self.0.next().and_then(|line| line.strip_prefix(name));
        line.and_then(|rest| rest.strip_prefix(": "))
            .ok_or(MALFORMED)
    }

    fn number(&mut self, name: &str) -> Result<u32> {
        self.value(name)?.parse().map_err(|_| MALFORMED)
    }

    fn base64(&mut self, name: &str) -> Result<Zeroizing<Vec<u8>>> {
        let count = self.number(name)?;
        let count = usize::try_from(count).map_err(|_| MALFORMED)?;
        if count > MAX_LINES {
            return Err(MALFORMED);
        }
        let mut text = Zeroizing::new(String::with_capacity(count.saturating_mul(64)));
        for _ in 0..count {
            let line = self.0.next().filter(|line| line.len() <= 64);
            text.push_str(line.ok_or(MALFORMED)?);
        }
        let octets = BASE64.decode(text.as_bytes()).map_err(|_| MALFORMED)?;
        Ok(Zeroizing::new(octets))
    }
}

fn hexadecimal(text: &str) -> Result<Vec<u8>> {
    HEXLOWER_PERMISSIVE
        .decode(text.as_bytes())
        .map_err(|_| MALFORMED)
}

fn mac_key_of_2(passphrase: &str) -> Zeroizing<Vec<u8>> {
    let digest = Sha1::new()
        .chain_update("putty-private-key-file-mac-key")
        .chain_update(passphrase);
    Zeroizing::new(digest.finalize().to_vec())
}

/// The private half. What follows it is padding.
fn private_key(public: &PublicKey, octets: &[u8]) -> Result<PrivateKey> {
    let mut wire = Wire(octets);
    let algorithm = public.algorithm();
    match algorithm {
        KeyAlgorithm::Ed25519 => {
            numbers::private(algorithm, little_endian::<32>(&mut wire)?.as_slice())
        }
        KeyAlgorithm::Ed448 => ed448(little_endian::<57>(&mut wire)?.as_slice()),
        KeyAlgorithm::P256 | KeyAlgorithm::P384 | KeyAlgorithm::P521 => {
            numbers::nist(algorithm, wire.integer().ok_or(MALFORMED)?)
        }
        _ => {
            let (n, e) = numbers::rsa_public(public)?;
            let mut next = || wire.integer().ok_or(MALFORMED);
            let (d, p, q) = (next()?, next()?, next()?);
            numbers::rsa_from_private(&n, &e, d, p, q)
        }
    }
}

/// A seed is written as a number with its least significant octet first, without the zeros that end it.
fn little_endian<const N: usize>(wire: &mut Wire<'_>) -> Result<Zeroizing<[u8; N]>> {
    let octets = wire.string().ok_or(MALFORMED)?;
    let mut seed = Zeroizing::new([0; N]);
    let to = seed.get_mut(..octets.len()).ok_or(MALFORMED)?;
    to.copy_from_slice(octets);
    Ok(seed)
}

#[cfg(test)]
mod tests;
