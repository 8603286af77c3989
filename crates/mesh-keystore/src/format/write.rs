// SPDX-License-Identifier: MIT
//! Key files for other programs.
//!
//! Spec: the documents that each form names.
//! Here: the forms in which keys are written.
//! Not here: reading (`detect`), the forms themselves (the other modules of `format`).

use mesh_crypto::{PrivateKey, PublicKey, SecretString};

use super::openssh::{SshPrivateKey, SshPublicKey};
use super::pkix::{encrypted, private, public};
use super::{armour, record};
use crate::{Error, Result};

const COLUMNS: usize = 64;

/// A form in which keys are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Records of the Mesh, of any keys, in clear.
    Record,
    /// PEM: PKCS #8 and `SubjectPublicKeyInfo`.
    Pem,
    /// Files and lines of OpenSSH.
    OpenSsh,
    /// The block of RFC 4716, of public keys.
    Rfc4716,
}

/// The text of private keys.
///
/// # Errors
/// [`Error::Unsupported`] when the form has no such keys, or cannot be under a passphrase; [`Error::SeveralKeys`] for one that
/// has room for one; [`Error::PassphraseLength`]; [`Error::Random`].
pub fn private_keys(
    keys: &[PrivateKey],
    form: Form,
    comment: &str,
    passphrase: Option<&SecretString>,
) -> Result<SecretString> {
    match form {
        Form::Record if passphrase.is_some() => Err(unsupported("a record under a passphrase")),
        Form::Record => Ok(record::present_private(keys)),
        Form::Pem => {
            let blocks = keys.iter().map(|key| match passphrase {
                None => private::present(key).map(|octets| ("PRIVATE KEY", octets)),
                Some(passphrase) => encrypted::present(key, passphrase)
                    .map(|octets| ("ENCRYPTED PRIVATE KEY", octets)),
            });
            let blocks = blocks.collect::<Result<Vec<_>>>()?;
            let length = blocks
                .iter()
                .map(|(_, octets)| octets.len().saturating_mul(2));
            let length = length.fold(0, usize::saturating_add);
            let mut out =
                String::with_capacity(length.saturating_add(keys.len().saturating_mul(128)));
            for (label, octets) in blocks {
                out.push_str(
                    armour::present(label, octets.expose_secret(), COLUMNS).expose_secret(),
                );
            }
            Ok(SecretString::new(out))
        }
        Form::OpenSsh => SshPrivateKey::from_key(single(keys)?, comment)?.to_openssh(passphrase),
        Form::Rfc4716 => Err(unsupported("a private key in the form of RFC 4716")),
    }
}

/// The text of public keys. That of an X448 key in PEM loses the parity and cannot be read back.
///
/// # Errors
/// As [`private_keys`].
pub fn public_keys(keys: &[PublicKey], form: Form, comment: &str) -> Result<String> {
    match form {
        Form::Record => Ok(record::present_public(keys)),
        Form::Pem => {
            let mut out = String::new();
            for key in keys {
                let block = armour::present("PUBLIC KEY", &public::present(key)?, COLUMNS);
                out.push_str(block.expose_secret());
            }
            Ok(out)
        }
        Form::OpenSsh => {
            let mut out = String::new();
            for key in keys {
                out.push_str(&SshPublicKey::new(key, comment)?.to_line());
                out.push('\n');
            }
            Ok(out)
        }
        Form::Rfc4716 => Ok(SshPublicKey::new(single(keys)?, comment)?.to_rfc4716()),
    }
}

fn single<K>(keys: &[K]) -> Result<&K> {
    match keys {
        [key] => Ok(key),
        keys => Err(Error::SeveralKeys { count: keys.len() }),
    }
}

fn unsupported(what: &str) -> Error {
    Error::Unsupported {
        what: what.to_owned(),
    }
}
