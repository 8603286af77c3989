// SPDX-License-Identifier: MIT
//! A key store in a directory: one sealed file per key, and a header with the sealed key of the store.
//!
//! Spec: mesh-schema, "Device" (device secrets stay on the device).
//! Here: creating, opening and sealing anew; the [`KeyStore`] operations.
//! Not here: the formats (`sealed`); locking out other processes (callers hold a [`crate::HomeLock`]).

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use data_encoding::BASE32_NOPAD;
use mesh_crypto::SecretBytes;
use zeroize::Zeroizing;

use super::sealed::{Header, MAX_FILE, SealedKey, StoreKey, store_key};
use super::{Cost, KeyStore, Sealing, SealingKind, check_entry, check_id, is_identifier};
use crate::file::{Existing, create_private_dir, read_private, write_private};
use crate::system::random_array;
use crate::{Error, Result};

const HEADER: &str = "store.header";
const SUFFIX: &str = ".key";
/// The kind under which the desktop's key store keeps our sealing key.
const PLATFORM_KIND: &str = "mesh-store-key";

/// A [`KeyStore`] in a directory of mode 0700.
///
/// What it guards against: reading by others, and altering, exchanging or renaming of sealed keys. What it cannot
/// notice: a key file that was removed, or put back to an older state of the same key.
pub struct FileStore {
    directory: PathBuf,
    store: String,
    key: StoreKey,
    /// Where the sealing key is kept, to delete it once it seals nothing any more.
    platform: Keeper,
}

impl FileStore {
    /// Makes a new store in `directory`, which is created with mode 0700 where needed.
    ///
    /// # Errors
    /// [`Error::Exists`] when there is one; [`Error::Platform`] or [`Error::PlatformLocked`] when the desktop's key
    /// store does not keep the key; [`Error::PassphraseLength`] for an empty passphrase; errors of [`crate::file`].
    pub fn create(directory: &Path, sealing: &Sealing) -> Result<Self> {
        create_private_dir(directory)?;
        let path = directory.join(HEADER);
        if fs::symlink_metadata(&path).is_ok() {
            return Err(Error::Exists { path });
        }
        let key = Zeroizing::new(random_array()?);
        let store = random_name()?;
        let (header, platform) = seal(&store, &key, sealing)?;
        write(&path, &header, &platform, Existing::Keep)?;
        Ok(Self {
            directory: directory.to_path_buf(),
            store,
            key,
            platform,
        })
    }

    /// True when a store has been made in `directory`, to its end.
    #[must_use]
    pub fn exists(directory: &Path) -> bool {
        fs::symlink_metadata(directory.join(HEADER)).is_ok()
    }

    /// How the store in `directory` is sealed, and so what [`FileStore::open`] needs.
    ///
    /// # Errors
    /// [`Error::NoStore`] when there is none; [`Error::Malformed`]; errors of [`read_private`].
    pub fn sealing(directory: &Path) -> Result<SealingKind> {
        header(directory).map(|header| header.kind())
    }

    /// The name of the store in `directory`, under which the agent keeps its key.
    ///
    /// # Errors
    /// As [`FileStore::sealing`].
    pub fn name_of(directory: &Path) -> Result<String> {
        header(directory).map(|header| header.store().to_owned())
    }

    /// Opens the store in `directory`.
    ///
    /// # Errors
    /// [`Error::NoStore`], [`Error::WrongPassphrase`], [`Error::WrongSealing`], [`Error::Tampered`];
    /// [`Error::Platform`] or [`Error::PlatformLocked`]; errors of [`read_private`].
    pub fn open(directory: &Path, sealing: &Sealing) -> Result<Self> {
        let header = header(directory)?;
        let mut platform = None;
        let key = match sealing {
            Sealing::Clear => header.open_clear()?,
            Sealing::Passphrase(passphrase) | Sealing::PassphraseWithCost(passphrase, _) => {
                header.open_passphrase(passphrase)?
            }
            Sealing::Platform(keeper) => {
                let (expected, found) = (SealingKind::Platform, header.kind());
                let name = header
                    .platform_key()
                    .ok_or(Error::WrongSealing { expected, found })?;
                let kept = keeper.load(name)?.ok_or(Error::Platform {
                    what: "it no longer has the key",
                })?;
                let wrapping = store_key(&kept).ok_or_else(|| Error::tampered("header"))?;
                platform = Some((Arc::clone(keeper), name.to_owned()));
                header.open_platform(&wrapping)?
            }
        };
        let store = header.store().to_owned();
        Ok(Self {
            directory: directory.to_path_buf(),
            store,
            key,
            platform,
        })
    }

    /// Opens the store in `directory` with its key, as the agent hands it out.
    ///
    /// # Errors
    /// [`Error::NoStore`]; [`Error::WrongStoreKey`]; errors of [`read_private`].
    pub fn open_with_key(directory: &Path, key: &SecretBytes) -> Result<Self> {
        let header = header(directory)?;
        let key = store_key(key)
            .filter(|key| header.is_key(key))
            .ok_or(Error::WrongStoreKey)?;
        let store = header.store().to_owned();
        Ok(Self {
            directory: directory.to_path_buf(),
            store,
            key,
            platform: None,
        })
    }

    /// Seals the store key anew: another passphrase, or another way. The keys themselves are not touched.
    ///
    /// A sealing key in the desktop's key store that seals nothing any more is deleted, provided that this store was
    /// opened by it. When that fails, the error of the desktop's key store is returned, and the new sealing holds.
    ///
    /// # Errors
    /// As [`FileStore::create`].
    pub fn reseal(&mut self, sealing: &Sealing) -> Result<()> {
        let (header, platform) = seal(&self.store, &self.key, sealing)?;
        write(
            &self.directory.join(HEADER),
            &header,
            &platform,
            Existing::Replace,
        )?;
        match std::mem::replace(&mut self.platform, platform) {
            Some((keeper, name)) => keeper.delete(&name).map(drop),
            None => Ok(()),
        }
    }

    /// The name of the store, made at random when it was created.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.store
    }

    /// The directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The key of the store, for the agent: with it, [`FileStore::open_with_key`] opens the store.
    #[must_use]
    pub fn expose_store_key(&self) -> SecretBytes {
        SecretBytes::new(self.key.to_vec())
    }

    fn path(&self, id: &str) -> PathBuf {
        self.directory.join(format!("{id}{SUFFIX}"))
    }

    /// Reads and opens one key; the kind and the secret.
    fn read(&self, id: &str) -> Result<Option<(String, SecretBytes)>> {
        let octets = match read_private(&self.path(id), MAX_FILE) {
            Err(Error::Io {
                kind: io::ErrorKind::NotFound,
                ..
            }) => return Ok(None),
            Err(Error::TooLarge { .. }) => return Err(Error::tampered(id)),
            other => other?,
        };
        let sealed = match SealedKey::decode(octets.expose_secret()) {
            Err(Error::Unsupported { what }) => return Err(Error::Unsupported { what }),
            Err(_) => return Err(Error::tampered(id)),
            Ok(sealed) => sealed,
        };
        if sealed.id() != id {
            return Err(Error::tampered(id));
        }
        let secret = sealed.open(&self.key)?;
        Ok(Some((sealed.kind().to_owned(), secret)))
    }
}

impl KeyStore for FileStore {
    fn load(&self, id: &str) -> Result<Option<SecretBytes>> {
        check_id(id)?;
        Ok(self.read(id)?.map(|(_, secret)| secret))
    }

    fn save(&self, id: &str, kind: &str, secret: &SecretBytes) -> Result<()> {
        check_entry(id, kind, secret)?;
        let sealed = SealedKey::seal(&self.key, id, kind, secret)?.encode();
        write_private(&self.path(id), sealed.expose_secret(), Existing::Replace)
    }

    fn delete(&self, id: &str) -> Result<bool> {
        check_id(id)?;
        let path = self.path(id);
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(Error::io("delete", &path)(error)),
        }
        fs::File::open(&self.directory)
            .and_then(|directory| directory.sync_all())
            .map_err(Error::io("flush", &self.directory))?;
        Ok(true)
    }

    fn list(&self) -> Result<Vec<(String, String)>> {
        let failed = || Error::io("read", &self.directory);
        let mut out = Vec::new();
        for entry in fs::read_dir(&self.directory).map_err(failed())? {
            let name = entry.map_err(failed())?.file_name();
            // Other names are the header, the lock, and temporary files that a crash left behind.
            let Some(id) = name
                .to_str()
                .and_then(|n| n.strip_suffix(SUFFIX))
                .filter(|id| is_identifier(id))
            else {
                continue;
            };
            if let Some((kind, _)) = self.read(id)? {
                out.push((id.to_owned(), kind));
            }
        }
        out.sort();
        Ok(out)
    }
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStore")
            .field("directory", &self.directory)
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

fn header(directory: &Path) -> Result<Header> {
    match read_private(&directory.join(HEADER), MAX_FILE) {
        Ok(octets) => Header::decode(octets.expose_secret()),
        Err(Error::Io {
            kind: io::ErrorKind::NotFound,
            ..
        }) => Err(Error::NoStore {
            path: directory.to_path_buf(),
        }),
        Err(error) => Err(error),
    }
}

type Keeper = Option<(Arc<dyn KeyStore>, String)>;

fn seal(store: &str, key: &StoreKey, sealing: &Sealing) -> Result<(Header, Keeper)> {
    let passphrase = |passphrase: &mesh_crypto::SecretString, cost| {
        if passphrase.is_empty() {
            return Err(Error::PassphraseLength);
        }
        Ok((Header::passphrase(store, key, passphrase, cost)?, None))
    };
    match sealing {
        Sealing::Clear => Ok((Header::clear(store, key), None)),
        Sealing::Passphrase(text) => passphrase(text, Cost::default()),
        Sealing::PassphraseWithCost(text, cost) => passphrase(text, *cost),
        Sealing::Platform(keeper) => {
            // A fresh name each time: until the header is replaced, the old key must stay.
            let name = random_name()?;
            let wrapping = Zeroizing::new(random_array()?);
            let header = Header::platform(store, key, &name, &wrapping)?;
            keeper.save(&name, PLATFORM_KIND, &SecretBytes::new(wrapping.to_vec()))?;
            Ok((header, Some((Arc::clone(keeper), name))))
        }
    }
}

/// Writes the header. A sealing key that then seals nothing does not stay behind.
fn write(path: &Path, header: &Header, platform: &Keeper, existing: Existing) -> Result<()> {
    let written = write_private(path, header.encode().expose_secret(), existing);
    if written.is_err()
        && let Some((keeper, name)) = platform
    {
        // The error to tell is the first one; a key that stays is of no use to anybody.
        let _ = keeper.delete(name);
    }
    written
}

/// 160 random bits in Base32.
fn random_name() -> Result<String> {
    Ok(BASE32_NOPAD.encode(&random_array::<20>()?))
}

#[cfg(test)]
mod tests;
