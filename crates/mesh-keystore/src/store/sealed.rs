// SPDX-License-Identifier: MIT
//! The two file formats of a file store: its header and a sealed key. Both are JSON.
//!
//! Spec: none; a format of this implementation, version 1. AES-256-GCM; Argon2id (RFC 9106).
//! Here: reading and writing the formats, sealing and opening with bytes that are there.
//! Not here: files and directories (`file`), the ways of sealing (`sealing`).
//!
//! ```text
//! {"MeshKeyStore": {"Version": 1, "Store": "…", "Check": …,
//!     "Sealing": "Clear",      "Warning": "…", "StoreKey": …
//!     "Sealing": "Passphrase", "Memory": 65536, "Passes": 3, "Lanes": 1, "Salt": …, "Nonce": …, "Sealed": …
//!     "Sealing": "Platform",   "PlatformKey": "…", "Nonce": …, "Sealed": … }}
//! {"SealedKey": {"Version": 1, "Id": "…", "Kind": "…", "Nonce": …, "Sealed": …}}
//! ```
//!
//! Everything in front of `Nonce` is authenticated with the sealed octets, so that no parameter can be weakened and
//! no sealed key can be moved to another name. `Check` tells whether a store key belongs to the store.

use mesh_crypto::symmetric::{aes256_gcm_open, aes256_gcm_seal, hmac_sha512};
use mesh_crypto::{SecretBytes, SecretString};
use mesh_jsonbcd::{Format, Reader, Writer};
use zeroize::Zeroizing;

use super::sealing::{Cost, SealingKind};
use super::{MAX_SECRET, is_identifier, is_kind};
use crate::system::random_array;
use crate::{Error, Result};

const VERSION: i64 = 1;
const WARNING: &str = "NOT ENCRYPTED: whoever can read this file can read every key of this store";

/// The largest file of either format: a secret in base64 and some members.
pub const MAX_FILE: usize = MAX_SECRET / 3 * 4 + 4096;

/// The key of a store: 32 octets, under which all its secrets are sealed.
pub type StoreKey = Zeroizing<[u8; 32]>;

/// The header of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    store: String,
    check: [u8; 16],
    body: Body,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Body {
    Clear {
        key: SecretBytes,
    },
    Passphrase {
        cost: Cost,
        salt: [u8; 16],
        sealed: Sealed,
    },
    Platform {
        platform_key: String,
        sealed: Sealed,
    },
}

/// Octets under AES-256-GCM: the ciphertext with its tag, and the nonce.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sealed {
    nonce: [u8; 12],
    octets: Vec<u8>,
}

impl Header {
    /// A header that carries the store key as it is.
    #[must_use]
    pub fn clear(store: &str, key: &StoreKey) -> Self {
        let body = Body::Clear {
            key: SecretBytes::new(key.to_vec()),
        };
        Self::new(store, key, body)
    }

    /// Seals the store key under a passphrase. Takes the time that `cost` says.
    ///
    /// # Errors
    /// [`Error::Random`].
    pub fn passphrase(
        store: &str,
        key: &StoreKey,
        passphrase: &SecretString,
        cost: Cost,
    ) -> Result<Self> {
        let salt = random_array()?;
        let wrapping = cost.derive(passphrase, &salt)?;
        let sealed = Sealed::seal(
            &wrapping,
            &passphrase_binding(store, cost, &salt),
            key.as_slice(),
        )?;
        Ok(Self::new(
            store,
            key,
            Body::Passphrase { cost, salt, sealed },
        ))
    }

    /// Seals the store key under a key that is kept elsewhere under the name `platform_key`.
    ///
    /// # Errors
    /// [`Error::Random`].
    pub fn platform(
        store: &str,
        key: &StoreKey,
        platform_key: &str,
        wrapping: &StoreKey,
    ) -> Result<Self> {
        let sealed = Sealed::seal(
            wrapping,
            &platform_binding(store, platform_key),
            key.as_slice(),
        )?;
        let platform_key = platform_key.to_owned();
        Ok(Self::new(
            store,
            key,
            Body::Platform {
                platform_key,
                sealed,
            },
        ))
    }

    fn new(store: &str, key: &StoreKey, body: Body) -> Self {
        Self {
            store: store.to_owned(),
            check: check(store, key),
            body,
        }
    }

    /// The name of the store, made at random when it was created.
    #[must_use]
    pub fn store(&self) -> &str {
        &self.store
    }

    /// How the store key is sealed.
    #[must_use]
    pub const fn kind(&self) -> SealingKind {
        match self.body {
            Body::Clear { .. } => SealingKind::Clear,
            Body::Passphrase { .. } => SealingKind::Passphrase,
            Body::Platform { .. } => SealingKind::Platform,
        }
    }

    /// The name under which the other key store keeps the sealing key, if one does.
    #[must_use]
    pub fn platform_key(&self) -> Option<&str> {
        match &self.body {
            Body::Platform { platform_key, .. } => Some(platform_key),
            _ => None,
        }
    }

    /// The store key of an unsealed store.
    ///
    /// # Errors
    /// [`Error::WrongSealing`]; [`Error::Tampered`].
    pub fn open_clear(&self) -> Result<StoreKey> {
        let Body::Clear { key } = &self.body else {
            return Err(self.wrong(SealingKind::Clear));
        };
        self.accept(key)
    }

    /// The store key of a store that is sealed under a passphrase. Takes the time that the header says.
    ///
    /// # Errors
    /// [`Error::WrongPassphrase`], also when the header was altered: the two cannot be told apart;
    /// [`Error::WrongSealing`]; [`Error::Tampered`].
    pub fn open_passphrase(&self, passphrase: &SecretString) -> Result<StoreKey> {
        let Body::Passphrase { cost, salt, sealed } = &self.body else {
            return Err(self.wrong(SealingKind::Passphrase));
        };
        let wrapping = cost.derive(passphrase, salt)?;
        let key = sealed
            .open(&wrapping, &passphrase_binding(&self.store, *cost, salt))
            .ok_or(Error::WrongPassphrase)?;
        self.accept(&key)
    }

    /// The store key of a store that is sealed under a key kept elsewhere.
    ///
    /// # Errors
    /// [`Error::WrongSealing`]; [`Error::Tampered`], also when `wrapping` is another key.
    pub fn open_platform(&self, wrapping: &StoreKey) -> Result<StoreKey> {
        let Body::Platform {
            platform_key,
            sealed,
        } = &self.body
        else {
            return Err(self.wrong(SealingKind::Platform));
        };
        let key = sealed
            .open(wrapping, &platform_binding(&self.store, platform_key))
            .ok_or_else(|| Error::tampered("header"))?;
        self.accept(&key)
    }

    /// Whether `key` is the key of this store.
    #[must_use]
    pub fn is_key(&self, key: &StoreKey) -> bool {
        // In constant time, as all comparisons of that type.
        SecretBytes::new(check(&self.store, key).to_vec()) == SecretBytes::new(self.check.to_vec())
    }

    fn accept(&self, key: &SecretBytes) -> Result<StoreKey> {
        let key = store_key(key).ok_or_else(|| Error::tampered("header"))?;
        if self.is_key(&key) {
            Ok(key)
        } else {
            Err(Error::tampered("header"))
        }
    }

    const fn wrong(&self, expected: SealingKind) -> Error {
        Error::WrongSealing {
            expected,
            found: self.kind(),
        }
    }

    /// Encodes the header.
    #[must_use]
    pub fn encode(&self) -> SecretBytes {
        encode("MeshKeyStore", |w| {
            text(w, "Store", &self.store);
            text(w, "Sealing", self.kind().name());
            match &self.body {
                Body::Clear { key } => {
                    text(w, "Warning", WARNING);
                    binary(w, "StoreKey", key.expose_secret());
                }
                Body::Passphrase { cost, salt, sealed } => {
                    number(w, "Memory", cost.memory());
                    number(w, "Passes", cost.passes());
                    number(w, "Lanes", cost.lanes());
                    binary(w, "Salt", salt);
                    sealed.write(w);
                }
                Body::Platform {
                    platform_key,
                    sealed,
                } => {
                    text(w, "PlatformKey", platform_key);
                    sealed.write(w);
                }
            }
            binary(w, "Check", &self.check);
        })
    }

    /// Decodes a header. Opens nothing, computes nothing.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::CostRange`]; [`Error::Unsupported`] for a later version.
    pub fn decode(octets: &[u8]) -> Result<Self> {
        const WHAT: &str = "key store header";
        let mut members = Members::read(octets, "MeshKeyStore", WHAT)?;
        let store = members.identifier("Store")?;
        let sealing = members.text("Sealing")?;
        let kind = SealingKind::from_name(&sealing).ok_or_else(|| Error::Unsupported {
            what: "the way this key store is sealed".to_owned(),
        })?;
        let body = match kind {
            SealingKind::Clear => Body::Clear {
                key: members.secret("StoreKey")?,
            },
            SealingKind::Passphrase => Body::Passphrase {
                cost: Cost::new(
                    members.number("Memory")?,
                    members.number("Passes")?,
                    members.number("Lanes")?,
                )?,
                salt: members.array("Salt")?,
                sealed: members.sealed()?,
            },
            SealingKind::Platform => Body::Platform {
                platform_key: members.identifier("PlatformKey")?,
                sealed: members.sealed()?,
            },
        };
        Ok(Self {
            store,
            check: members.array("Check")?,
            body,
        })
    }
}

/// A secret sealed under the key of its store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedKey {
    id: String,
    kind: String,
    sealed: Sealed,
}

impl SealedKey {
    /// Seals a secret. Identifier and kind have been checked.
    pub(crate) fn seal(key: &StoreKey, id: &str, kind: &str, secret: &SecretBytes) -> Result<Self> {
        let sealed = Sealed::seal(key, &key_binding(id, kind), secret.expose_secret())?;
        Ok(Self {
            id: id.to_owned(),
            kind: kind.to_owned(),
            sealed,
        })
    }

    /// Opens the secret.
    ///
    /// # Errors
    /// [`Error::Tampered`] when anything of it was altered, or `key` is another key.
    pub fn open(&self, key: &StoreKey) -> Result<SecretBytes> {
        self.sealed
            .open(key, &key_binding(&self.id, &self.kind))
            .ok_or_else(|| Error::tampered(&self.id))
    }

    /// The identifier. True only once the key opens.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The kind. True only once the key opens.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Encodes the sealed key.
    #[must_use]
    pub fn encode(&self) -> SecretBytes {
        encode("SealedKey", |w| {
            text(w, "Id", &self.id);
            text(w, "Kind", &self.kind);
            self.sealed.write(w);
        })
    }

    /// Decodes a sealed key. Opens nothing.
    ///
    /// # Errors
    /// [`Error::Malformed`]; [`Error::Unsupported`] for a later version.
    pub fn decode(octets: &[u8]) -> Result<Self> {
        let mut members = Members::read(octets, "SealedKey", "sealed key")?;
        let id = members.identifier("Id")?;
        let kind = members.text("Kind")?;
        if !is_kind(&kind) {
            return Err(members.malformed());
        }
        Ok(Self {
            id,
            kind,
            sealed: members.sealed()?,
        })
    }
}

impl Sealed {
    fn seal(key: &StoreKey, binding: &[u8], plaintext: &[u8]) -> Result<Self> {
        let nonce = random_array()?;
        let (mut octets, tag) = aes256_gcm_seal(key, &nonce, binding, plaintext)?;
        octets.extend_from_slice(&tag);
        Ok(Self { nonce, octets })
    }

    fn open(&self, key: &StoreKey, binding: &[u8]) -> Option<SecretBytes> {
        let (ciphertext, tag) = self.octets.split_last_chunk::<16>()?;
        aes256_gcm_open(key, &self.nonce, binding, ciphertext, tag).ok()
    }

    fn write(&self, w: &mut Writer) {
        binary(w, "Nonce", &self.nonce);
        binary(w, "Sealed", &self.octets);
    }
}

pub(crate) fn store_key(octets: &SecretBytes) -> Option<StoreKey> {
    octets.expose_secret().try_into().ok().map(Zeroizing::new)
}

fn check(store: &str, key: &StoreKey) -> [u8; 16] {
    let mac = hmac_sha512(key.as_slice(), &[b"mesh-keystore check", store.as_bytes()]);
    let mut out = [0; 16];
    out.iter_mut().zip(mac).for_each(|(to, from)| *to = from);
    out
}

/// The parts, each behind its length: no two lists of parts give the same octets.
fn binding(parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in parts {
        out.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        out.extend_from_slice(part);
    }
    out
}

fn key_binding(id: &str, kind: &str) -> Vec<u8> {
    binding(&[b"mesh-keystore key 1", id.as_bytes(), kind.as_bytes()])
}

fn passphrase_binding(store: &str, cost: Cost, salt: &[u8; 16]) -> Vec<u8> {
    let [memory, passes, lanes] =
        [cost.memory(), cost.passes(), cost.lanes()].map(u32::to_be_bytes);
    binding(&[
        b"mesh-keystore passphrase 1",
        store.as_bytes(),
        &memory,
        &passes,
        &lanes,
        salt,
    ])
}

fn platform_binding(store: &str, platform_key: &str) -> Vec<u8> {
    binding(&[
        b"mesh-keystore platform 1",
        store.as_bytes(),
        platform_key.as_bytes(),
    ])
}

fn encode(tag: &str, write: impl FnOnce(&mut Writer)) -> SecretBytes {
    let mut w = Writer::new(Format::Json);
    w.begin_object();
    w.name(tag);
    w.begin_object();
    w.name("Version");
    w.integer(VERSION);
    write(&mut w);
    w.end_object();
    w.end_object();
    let mut out = w.finish();
    out.push(b'\n');
    SecretBytes::new(out)
}

fn text(w: &mut Writer, name: &str, value: &str) {
    w.name(name);
    w.string(value);
}

fn number(w: &mut Writer, name: &str, value: u32) {
    w.name(name);
    w.integer(i64::from(value));
}

fn binary(w: &mut Writer, name: &str, value: &[u8]) {
    w.name(name);
    w.binary(value);
}

/// The members of a tagged object by name; each is taken once.
struct Members {
    what: &'static str,
    values: std::collections::HashMap<String, Value>,
}

enum Value {
    Number(i64),
    Text(Zeroizing<String>),
}

impl Members {
    fn read(octets: &[u8], tag: &str, what: &'static str) -> Result<Self> {
        if octets.len() > MAX_FILE {
            return Err(Error::TooLarge {
                what,
                maximum: MAX_FILE,
            });
        }
        let mut members = Self {
            what,
            values: std::collections::HashMap::new(),
        };
        if !members
            .fill(octets, tag)
            .map_err(|_| Error::Malformed { what })?
        {
            return Err(members.malformed());
        }
        match members.values.remove("Version") {
            Some(Value::Number(VERSION)) => Ok(members),
            Some(Value::Number(version)) => Err(Error::Unsupported {
                what: format!("{what} of version {version}"),
            }),
            _ => Err(members.malformed()),
        }
    }

    /// Reads everything; false when the tag is another one.
    fn fill(&mut self, octets: &[u8], tag: &str) -> Result<bool, mesh_jsonbcd::Error> {
        let mut r = Reader::new(octets);
        r.begin_object()?;
        if r.next_name()?.as_deref() != Some(tag) {
            return Ok(false);
        }
        r.begin_object()?;
        while let Some(name) = r.next_name()? {
            let value = match r.peek()? {
                mesh_jsonbcd::Kind::Integer => Value::Number(r.integer()?),
                _ => Value::Text(Zeroizing::new(r.string()?)),
            };
            self.values.insert(name, value);
        }
        let last = r.next_name()?.is_none();
        r.finish()?;
        Ok(last)
    }

    const fn malformed(&self) -> Error {
        Error::Malformed { what: self.what }
    }

    fn zeroizing(&mut self, name: &str) -> Result<Zeroizing<String>> {
        match self.values.remove(name) {
            Some(Value::Text(text)) => Ok(text),
            _ => Err(self.malformed()),
        }
    }

    fn text(&mut self, name: &str) -> Result<String> {
        self.zeroizing(name)
            .map(|mut text| std::mem::take(&mut *text))
    }

    fn identifier(&mut self, name: &str) -> Result<String> {
        self.text(name).and_then(|id| {
            if is_identifier(&id) {
                Ok(id)
            } else {
                Err(self.malformed())
            }
        })
    }

    fn number(&mut self, name: &str) -> Result<u32> {
        match self.values.remove(name) {
            Some(Value::Number(number)) => u32::try_from(number).map_err(|_| self.malformed()),
            _ => Err(self.malformed()),
        }
    }

    fn secret(&mut self, name: &str) -> Result<SecretBytes> {
        let text = self.zeroizing(name)?;
        let decoded = data_encoding::BASE64URL_NOPAD.decode(text.as_bytes());
        decoded.map(SecretBytes::new).map_err(|_| self.malformed())
    }

    fn array<const N: usize>(&mut self, name: &str) -> Result<[u8; N]> {
        self.secret(name)?
            .expose_secret()
            .try_into()
            .map_err(|_| self.malformed())
    }

    fn sealed(&mut self) -> Result<Sealed> {
        Ok(Sealed {
            nonce: self.array("Nonce")?,
            octets: self.secret("Sealed")?.expose_secret().to_vec(),
        })
    }
}

#[cfg(test)]
mod tests;
