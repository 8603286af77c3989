// SPDX-License-Identifier: MIT
//! Key files in whichever form they come.
//!
//! Spec: mesh-cryptography, "JOSE Key Records"; OpenSSH PROTOCOL.key; RFC 4716.
//! Here: which form a file is in.
//! Not here: the forms (`openssh`; `mesh-crypto`, jose).

use mesh_crypto::{PrivateKey, PublicKey, SecretString};
use mesh_jsonbcd::from_bytes;

use super::openssh::{SshPrivateKey, SshPublicKey};
use crate::{Error, Result};

/// The largest key file, in octets.
pub const MAX_KEY_FILE: usize = 64 << 10;

const NO_FORM: Error = Error::Malformed {
    what: "key file: it is in none of the forms that are known",
};

/// Reads a public key: a record of the Mesh, a line of OpenSSH, or RFC 4716.
///
/// # Errors
/// [`Error::Crypto`], [`Error::Malformed`], [`Error::Unsupported`].
pub fn public_key(octets: &[u8]) -> Result<PublicKey> {
    let text = std::str::from_utf8(octets).map_err(|_| NO_FORM)?.trim();
    if text.starts_with('{') {
        let record = from_bytes(text.as_bytes()).map_err(|_| NO_FORM)?;
        return Ok(PublicKey::from_jose(&record)?);
    }
    match text.starts_with("---- BEGIN SSH2") {
        true => SshPublicKey::parse_rfc4716(text)?.to_key(),
        false => SshPublicKey::parse_line(text)?.to_key(),
    }
}

/// Reads a private key: a record of the Mesh, or the form of OpenSSH, whose passphrase is asked for where there is one.
///
/// # Errors
/// As [`public_key`]; [`Error::WrongPassphrase`] and what `ask` returns.
pub fn private_key(
    octets: &[u8],
    ask: &mut dyn FnMut() -> Result<SecretString>,
) -> Result<PrivateKey> {
    if octets.iter().find(|octet| !octet.is_ascii_whitespace()) == Some(&b'{') {
        let record = from_bytes(octets).map_err(|_| NO_FORM)?;
        return Ok(PrivateKey::from_jose(&record)?);
    }
    match SshPrivateKey::parse(octets, None) {
        Err(Error::NoPassphrase) => SshPrivateKey::parse(octets, Some(&ask()?))?.to_key(),
        read => read?.to_key(),
    }
}
