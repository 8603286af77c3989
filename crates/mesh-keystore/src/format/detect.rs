// SPDX-License-Identifier: MIT
//! Key files in whichever form they come.
//!
//! Spec: the documents that each form names.
//! Here: which form a file is in; one key or all of its keys.
//! Not here: the forms (the other modules of `format`).

use mesh_crypto::{PrivateKey, PublicKey, SecretString};

use super::armour::Block;
use super::certificate::{Certificate, CertificateRequest};
use super::cost::Budget;
use super::openssh::{Entry, Marker, Place, SshPrivateKey, SshPublicKey, parse_list};
use super::pkix::{encrypted, private, public};
use super::{armour, openssh, pkcs12, putty, record};
use crate::{Error, Result};

/// The largest key file, in octets.
pub const MAX_KEY_FILE: usize = 64 << 10;

const NO_FORM: Error = Error::Malformed {
    what: "key file: it is in none of the forms that are known",
};

/// One thing that a file holds.
#[derive(Debug)]
#[non_exhaustive]
pub enum Item {
    /// A certificate.
    Certificate(Certificate),
    /// A line of a list of SSH keys.
    Entry(Entry),
    /// A private key.
    Private(PrivateKey),
    /// A public key.
    Public(PublicKey),
    /// A request for a certificate.
    Request(CertificateRequest),
    /// A private key with the comment that SSH gives it.
    SshPrivate(SshPrivateKey),
    /// A public key with the comment that SSH gives it.
    SshPublic(SshPublicKey),
    /// Something under a cipher that is not implemented.
    Unread(String),
}

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// Octets of ASN.1.
    Der,
    /// Blocks between lines of dashes.
    Pem,
    /// PKCS #12.
    Pkcs12,
    /// A file of PuTTY.
    Putty,
    /// Records of the Mesh.
    Record,
    /// The block of RFC 4716.
    SshBlock,
    /// Lines of OpenSSH.
    SshLines,
}

impl Form {
    /// The form of a file, as far as its beginning shows it.
    ///
    /// # Errors
    /// [`Error::Malformed`] when it is none.
    pub fn of(octets: &[u8]) -> Result<Self> {
        const SEQUENCE: u8 = 0x30;
        if record::is_record(octets) {
            return Ok(Self::Record);
        }
        let Ok(text) = std::str::from_utf8(octets) else {
            return match octets.first() {
                Some(&SEQUENCE) if pkcs12::is_pkcs12(octets) => Ok(Self::Pkcs12),
                Some(&SEQUENCE) => Ok(Self::Der),
                _ => Err(NO_FORM),
            };
        };
        let text = text.trim_start();
        Ok(match text {
            text if armour::is_armoured(text) => Self::Pem,
            text if putty::is_putty(text) => Self::Putty,
            text if text.starts_with("---- BEGIN SSH2") => Self::SshBlock,
            // Octets may happen to be text as well; no line of SSH begins so.
            text if text.starts_with(char::from(SEQUENCE)) && !text.contains([' ', '\t']) => {
                Self::Der
            }
            "" => return Err(NO_FORM),
            _ => Self::SshLines,
        })
    }
}

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

/// Reads all public keys of a file, in their order: records of the Mesh; lines of OpenSSH, RFC 4716; `SubjectPublicKeyInfo`,
/// `RSAPublicKey`, certificates and requests, in PEM or DER.
///
/// # Errors
/// [`Error::Crypto`], [`Error::Malformed`], [`Error::PrivateHalf`], [`Error::TooLarge`], [`Error::Unsupported`]. A file without a key is
/// malformed. Revoked keys are refused, and a request that its key has not signed.
pub fn public_keys(octets: &[u8]) -> Result<Vec<PublicKey>> {
    public_halves(octets).map_err(|error| match error {
        NO_FORM | Error::Crypto(_) if holds_private(octets) => Error::PrivateHalf,
        error => error,
    })
}

/// Whether a file without public keys holds private ones, which may be encrypted.
fn holds_private(octets: &[u8]) -> bool {
    match Form::of(octets) {
        Ok(Form::Pem) => {
            let has = |label: &str| {
                octets
                    .windows(label.len())
                    .any(|part| part == label.as_bytes())
            };
            has(PRIVATE) && !has("CERTIFICATE")
        }
        Ok(Form::Putty) => true,
        Ok(Form::Record) => record::private_keys(octets).is_ok(),
        _ => false,
    }
}

/// How the labels of private keys in PEM end.
const PRIVATE: &str = "PRIVATE KEY";

fn public_halves(octets: &[u8]) -> Result<Vec<PublicKey>> {
    check_length(octets, MAX_KEY_FILE)?;
    let none = &mut || Err(Error::NoPassphrase);
    let mut keys = Vec::new();
    for item in items(octets, none, Half::Public)? {
        match item {
            Item::Certificate(certificate) => keys.push(certificate.key?),
            Item::Entry(entry) => {
                if let Place::Known {
                    marker: Some(Marker::Revoked),
                    ..
                } = entry.place
                {
                    return Err(Error::Unsupported {
                        what: format!("the revoked key in line {}", entry.line),
                    });
                }
                keys.push(entry.key?.key().clone());
            }
            Item::Public(key) => keys.push(key),
            Item::Request(request) => keys.push(request.verified_key()?.clone()),
            Item::SshPublic(key) => keys.push(key.key().clone()),
            Item::Private(_) | Item::SshPrivate(_) | Item::Unread(_) => {}
        }
    }
    found(keys)
}

/// Reads all private keys of a file, in their order: records of the Mesh; files of OpenSSH and PuTTY; PKCS #8, `ECPrivateKey` and
/// `RSAPrivateKey`, in PEM or DER; PKCS #12. A passphrase is asked for where there is one, once for each thing that is encrypted.
///
/// # Errors
/// As [`public_keys`]; [`Error::TooCostly`], [`Error::WrongPassphrase`] and what `ask` returns.
pub fn private_keys(
    octets: &[u8],
    ask: &mut dyn FnMut() -> Result<SecretString>,
) -> Result<Vec<PrivateKey>> {
    check_length(octets, MAX_KEY_FILE)?;
    let (mut keys, mut unread) = (Vec::new(), None);
    for item in items(octets, ask, Half::Private)? {
        match item {
            Item::Private(key) => keys.push(key),
            Item::SshPrivate(key) => keys.push(key.key().clone()),
            Item::Unread(what) => unread = Some(what),
            _ => {}
        }
    }
    match unread {
        Some(what) if keys.is_empty() => Err(Error::Unsupported { what }),
        _ => found(keys),
    }
}

/// Reads all that a file holds, in its order. Lists of SSH keys may be larger than other key files.
///
/// # Errors
/// As [`private_keys`]; but what is in order and not known here is an item.
pub fn all(octets: &[u8], ask: &mut dyn FnMut() -> Result<SecretString>) -> Result<Vec<Item>> {
    let limit = match Form::of(octets)? {
        Form::SshLines => openssh::MAX_LIST,
        _ => MAX_KEY_FILE,
    };
    check_length(octets, limit)?;
    let items = items(octets, ask, Half::Any)?;
    match items.is_empty() {
        true => Err(NO_FORM),
        false => Ok(items),
    }
}

/// Which half of a key is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Any,
    Private,
    Public,
}

fn items(
    octets: &[u8],
    ask: &mut dyn FnMut() -> Result<SecretString>,
    half: Half,
) -> Result<Vec<Item>> {
    let form = Form::of(octets)?;
    let budget = &mut Budget::new();
    // Der and PKCS #12 come as octets, the others as text.
    let text = std::str::from_utf8(octets).unwrap_or_default().trim_start();
    match form {
        Form::Record => records(octets, half),
        Form::Pem => {
            let mut out = Vec::new();
            for block in armour::blocks(text)? {
                out.extend(of_block(&block, ask, half, budget)?);
            }
            Ok(out)
        }
        Form::Der => Ok(vec![of_der(octets, ask, budget)?]),
        Form::Pkcs12 if half == Half::Public => Err(Error::Unsupported {
            what:
                "a PKCS #12 file, which opens with a passphrase only, in the place of a public key"
                    .to_owned(),
        }),
        Form::Pkcs12 => {
            let read = pkcs12::parse_within(octets, ask, budget)?;
            let mut out: Vec<Item> = read.keys.into_iter().map(Item::Private).collect();
            out.extend(read.certificates.into_iter().map(Item::Certificate));
            out.extend(read.unread.into_iter().map(Item::Unread));
            Ok(out)
        }
        Form::Putty if half == Half::Public => Err(NO_FORM),
        Form::Putty => Ok(vec![Item::SshPrivate(putty::parse_within(
            text, ask, budget,
        )?)]),
        Form::SshBlock => Ok(vec![Item::SshPublic(SshPublicKey::parse_rfc4716(text)?)]),
        Form::SshLines => lines(text),
    }
}

fn records(octets: &[u8], half: Half) -> Result<Vec<Item>> {
    let private =
        || record::private_keys(octets).map(|k| k.into_iter().map(Item::Private).collect());
    let public = || record::public_keys(octets).map(|k| k.into_iter().map(Item::Public).collect());
    match half {
        Half::Private => private(),
        Half::Public => public(),
        // A file holds either halves; what it holds says which.
        Half::Any => match public() {
            Err(Error::Crypto(_)) => private(),
            read => read,
        },
    }
}

/// The lines of a file. One line that is none has no form at all.
fn lines(text: &str) -> Result<Vec<Item>> {
    match parse_list(text) {
        // The octets of every key begin with a length, in Base64 with this.
        Err(Error::MalformedLine { .. }) if !text.contains("AAAA") => Err(NO_FORM),
        Ok(entries) => Ok(entries.into_iter().map(Item::Entry).collect()),
        Err(Error::MalformedLine { .. }) if text.trim_end().lines().count() == 1 => {
            // Tells what is wrong with a single key.
            Err(SshPublicKey::parse_line(text).err().unwrap_or(NO_FORM))
        }
        Err(error) => Err(error),
    }
}

/// What a block holds; nothing for parameters of a curve, which stand in front of some keys.
fn of_block(
    block: &Block,
    ask: &mut dyn FnMut() -> Result<SecretString>,
    half: Half,
    budget: &mut Budget,
) -> Result<Option<Item>> {
    let label = block.label.as_str();
    let octets = block.octets.expose_secret();
    let is_private = label.ends_with(PRIVATE);
    // Beside the certificate that is looked for there may be a key that needs a passphrase.
    if is_private && half == Half::Public {
        return Ok(None);
    }
    if let Some(sealing) = &block.sealing {
        let read = match label {
            "EC PRIVATE KEY" => private::parse_ec,
            "RSA PRIVATE KEY" => private::parse_rsa,
            other => return Err(unread(&format!("encrypted {other}"))),
        };
        return match read(&sealing.open(octets, &ask()?)?) {
            Ok(key) => Ok(Some(Item::Private(key))),
            // One wrong passphrase in 256 leaves padding that looks right.
            Err(Error::Malformed { .. }) => Err(Error::WrongPassphrase),
            Err(error) => Err(error),
        };
    }
    Ok(Some(match label {
        openssh::LABEL => Item::SshPrivate(SshPrivateKey::decode(octets, ask, budget)?),
        "PRIVATE KEY" => Item::Private(private::parse(octets)?),
        "ENCRYPTED PRIVATE KEY" => Item::Private(encrypted::parse(octets, ask, budget)?),
        "EC PRIVATE KEY" => Item::Private(private::parse_ec(octets)?),
        "RSA PRIVATE KEY" => Item::Private(private::parse_rsa(octets)?),
        "PUBLIC KEY" => Item::Public(public::parse(octets)?),
        "RSA PUBLIC KEY" => Item::Public(public::parse_rsa(octets)?),
        "CERTIFICATE" | "X509 CERTIFICATE" => Item::Certificate(Certificate::parse(octets)?),
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => {
            Item::Request(CertificateRequest::parse(octets)?)
        }
        "EC PARAMETERS" => return Ok(None),
        other => return Err(unread(other)),
    }))
}

fn unread(label: &str) -> Error {
    Error::Unsupported {
        what: format!("a PEM block of {}", openssh::cut_words(label)),
    }
}

/// What a structure is that says itself what it is. Each begins otherwise: with a version, an algorithm, a number, or what is signed.
fn of_der(
    octets: &[u8],
    ask: &mut dyn FnMut() -> Result<SecretString>,
    budget: &mut Budget,
) -> Result<Item> {
    let malformed = |error: &Error| matches!(error, Error::Malformed { .. });
    let mut readers: [&mut dyn FnMut() -> Result<Item>; 8] = [
        &mut || private::parse(octets).map(Item::Private),
        &mut || private::parse_ec(octets).map(Item::Private),
        &mut || private::parse_rsa(octets).map(Item::Private),
        &mut || public::parse(octets).map(Item::Public),
        &mut || public::parse_rsa(octets).map(Item::Public),
        &mut || Certificate::parse(octets).map(Item::Certificate),
        &mut || CertificateRequest::parse(octets).map(Item::Request),
        &mut || encrypted::parse(octets, ask, budget).map(Item::Private),
    ];
    for read in &mut readers {
        match read() {
            Err(error) if malformed(&error) => {}
            read => return read,
        }
    }
    Err(NO_FORM)
}

fn check_length(octets: &[u8], maximum: usize) -> Result<()> {
    if octets.len() > maximum {
        return Err(Error::TooLarge {
            what: "the key file",
            maximum,
        });
    }
    Ok(())
}

fn found<K>(keys: Vec<K>) -> Result<Vec<K>> {
    match keys.is_empty() {
        true => Err(NO_FORM),
        false => Ok(keys),
    }
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

#[cfg(test)]
mod tests;
