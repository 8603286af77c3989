// SPDX-License-Identifier: MIT
//! Key files in whichever form they come.
//!
//! Spec: the documents that each form names.
//! Here: which form a file is in; one key or all of its keys.
//! Not here: the forms (the other modules of `format`).

use mesh_crypto::{PrivateKey, PublicKey, SecretString};

use super::openssh::{SshPrivateKey, SshPublicKey};
use super::record;
use crate::{Error, Result};

/// The largest key file, in octets.
pub const MAX_KEY_FILE: usize = 64 << 10;

const NO_FORM: Error = Error::Malformed {
    what: "key file: it is in none of the forms that are known",
};

/// Reads the public key of a file that holds one.
///
/// # Errors
/// As [`public_keys`]; [`Error::SeveralKeys`].
pub fn public_key(octets: &[u8]) -> Result<PublicKey> {
    single(public_keys(octets)?)
}

/// Reads the private key of a file that holds one.
///
/// # Errors
/// As [`private_keys`]; [`Error::SeveralKeys`].
pub fn private_key(
    octets: &[u8],
    ask: &mut dyn FnMut() -> Result<SecretString>,
) -> Result<PrivateKey> {
    single(private_keys(octets, ask)?)
}

/// Reads all public keys of a file, in their order: records of the Mesh, a line of OpenSSH, or RFC 4716.
///
/// # Errors
/// [`Error::Crypto`], [`Error::Malformed`], [`Error::TooLarge`], [`Error::Unsupported`]. A file without a key is malformed.
pub fn public_keys(octets: &[u8]) -> Result<Vec<PublicKey>> {
    check_length(octets)?;
    if record::is_record(octets) {
        return record::public_keys(octets);
    }
    let text = std::str::from_utf8(octets).map_err(|_| NO_FORM)?.trim();
    let key = match text.starts_with("---- BEGIN SSH2") {
        true => SshPublicKey::parse_rfc4716(text)?.to_key()?,
        false => SshPublicKey::parse_line(text)?.to_key()?,
    };
    Ok(vec![key])
}

/// Reads all private keys of a file, in their order: records of the Mesh, or the form of OpenSSH. A passphrase is asked for
/// where there is one.
///
/// # Errors
/// As [`public_keys`]; [`Error::WrongPassphrase`] and what `ask` returns.
pub fn private_keys(
    octets: &[u8],
    ask: &mut dyn FnMut() -> Result<SecretString>,
) -> Result<Vec<PrivateKey>> {
    check_length(octets)?;
    if record::is_record(octets) {
        return record::private_keys(octets);
    }
    let key = match SshPrivateKey::parse(octets, None) {
        Err(Error::NoPassphrase) => SshPrivateKey::parse(octets, Some(&ask()?))?,
        read => read?,
    };
    Ok(vec![key.to_key()?])
}

fn check_length(octets: &[u8]) -> Result<()> {
    if octets.len() > MAX_KEY_FILE {
        return Err(Error::TooLarge {
            what: "the key file",
            maximum: MAX_KEY_FILE,
        });
    }
    Ok(())
}

fn single<K>(keys: Vec<K>) -> Result<K> {
    let count = keys.len();
    let mut keys = keys.into_iter();
    match (keys.next(), count) {
        (Some(key), 1) => Ok(key),
        (None, _) => Err(NO_FORM),
        (Some(_), count) => Err(Error::SeveralKeys { count }),
    }
}
