// SPDX-License-Identifier: MIT
//! Files of keys and certificates under one passphrase (.p12, .pfx).
//!
//! Spec: RFC 7292; RFC 5652, "EncryptedData".
//! Here: reading the keys and certificates of a file.
//! Not here: writing one; encodings that are not DER (`ber`); the ciphers (`pkix::encrypted`), the derivation of PKCS #12 (`kdf`).

mod ber;
pub(crate) mod kdf;

use std::borrow::Cow;

use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Decode as _, Sequence, Tag, TagNumber, Tagged as _};
use hmac::digest::block_api::EagerHash;
use hmac::{Hmac, Mac as _};
use mesh_crypto::{PrivateKey, SecretString};
use sha1::Sha1;
use sha2::digest::block_api::BlockSizeUser;
use sha2::digest::{Digest, OutputSizeUser};
use sha2::{Sha256, Sha384, Sha512};
use x509_cert::spki::AlgorithmIdentifierRef;

use super::certificate::Certificate;
use super::cost::Budget;
use super::pkix::{encrypted, private, unsupported};
use crate::{Error, Result};

/// Most keys and certificates that a file may hold.
const MAX_BAGS: usize = 64;

const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const ENCRYPTED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.6");
const KEY_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.1");
const SEALED_KEY_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.2");
const CERTIFICATE_BAG: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.3");
const X509: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.22.1");
const SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");

const MALFORMED: Error = Error::Malformed {
    what: "PKCS #12 file",
};

/// What a file holds.
#[derive(Debug, Default)]
pub struct Contents {
    /// The keys.
    pub keys: Vec<PrivateKey>,
    /// The certificates.
    pub certificates: Vec<Certificate>,
    /// Ciphers that are not implemented, under which more may be.
    pub unread: Vec<String>,
}

#[derive(Sequence)]
struct Pfx<'a> {
    version: u8,
    safe: ContentInfo<'a>,
    #[asn1(optional = "true")]
    mac: Option<MacData<'a>>,
}

#[derive(Sequence)]
struct ContentInfo<'a> {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    content: AnyRef<'a>,
}

#[derive(Sequence)]
struct MacData<'a> {
    mac: DigestInfo<'a>,
    salt: &'a OctetStringRef,
    #[asn1(default = "one")]
    iterations: u32,
}

#[derive(Sequence)]
struct DigestInfo<'a> {
    algorithm: AlgorithmIdentifierRef<'a>,
    digest: &'a OctetStringRef,
}

#[derive(Sequence)]
struct EncryptedData<'a> {
    version: u8,
    content: EncryptedContent<'a>,
}

#[derive(Sequence)]
struct EncryptedContent<'a> {
    kind: ObjectIdentifier,
    scheme: AlgorithmIdentifierRef<'a>,
    /// An octet string under the tag 0 of the context: whole, or in pieces.
    sealed: AnyRef<'a>,
}

impl<'a> EncryptedContent<'a> {
    fn sealed(&self) -> Result<Cow<'a, [u8]>> {
        let octets = self.sealed.value();
        match self.sealed.tag() {
            Tag::ContextSpecific {
                constructed,
                number: TagNumber(0),
            } => match constructed {
                false => Ok(Cow::Borrowed(octets)),
                true => ber::joined(octets).map(Cow::Owned).ok_or(MALFORMED),
            },
            _ => Err(MALFORMED),
        }
    }
}

#[derive(Sequence)]
struct Bag<'a> {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    value: AnyRef<'a>,
    #[asn1(optional = "true")]
    attributes: Option<AnyRef<'a>>,
}

#[derive(Sequence)]
struct SealedKey<'a> {
    scheme: AlgorithmIdentifierRef<'a>,
    sealed: &'a OctetStringRef,
}

#[derive(Sequence)]
struct CertificateBag<'a> {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    value: &'a OctetStringRef,
}

const fn one() -> u32 {
    1
}

/// Whether the octets are such a file.
pub(crate) fn is_pkcs12(octets: &[u8]) -> bool {
    ber::to_der(octets)
        .is_some_and(|octets| Pfx::from_der(&octets).is_ok_and(|file| file.version == 3))
}

/// Reads a file. The passphrase is asked for once. Nothing of the file is used before its MAC was verified, where it has one.
///
/// # Errors
/// [`Error::Malformed`], [`Error::Unsupported`], [`Error::TooCostly`]; what `ask` returns; [`Error::WrongPassphrase`], also for a file
/// that was altered; [`Error::Crypto`] for what is no key.
pub fn parse(octets: &[u8], ask: &mut dyn FnMut() -> Result<SecretString>) -> Result<Contents> {
    parse_within(octets, ask, &mut Budget::new())
}

pub(crate) fn parse_within(
    octets: &[u8],
    ask: &mut dyn FnMut() -> Result<SecretString>,
    budget: &mut Budget,
) -> Result<Contents> {
    let octets = ber::to_der(octets).ok_or(MALFORMED)?;
    let file = Pfx::from_der(&octets).map_err(|_| MALFORMED)?;
    if file.version != 3 {
        return Err(MALFORMED);
    }
    if file.safe.kind != DATA {
        return Err(unsupported("a PKCS #12 file protected by", file.safe.kind));
    }
    let mut known: Option<SecretString> = None;
    let mut once = || match &known {
        Some(passphrase) => Ok(passphrase.clone()),
        None => {
            let passphrase = ask()?;
            known = Some(passphrase.clone());
            Ok(passphrase)
        }
    };
    let safe: &OctetStringRef = file.safe.content.decode_as().map_err(|_| MALFORMED)?;
    if let Some(mac) = &file.mac {
        verify(mac, safe.as_bytes(), &mut once, budget)?;
    }
    let parts = ber::to_der(safe.as_bytes()).ok_or(MALFORMED)?;
    let parts = Vec::<ContentInfo<'_>>::from_der(&parts).map_err(|_| MALFORMED)?;
    let mut contents = Contents::default();
    for part in parts {
        match part.kind {
            DATA => {
                let bags: &OctetStringRef = part.content.decode_as().map_err(|_| MALFORMED)?;
                contents.add(bags.as_bytes(), &mut once, budget)?;
            }
            ENCRYPTED_DATA => {
                let data: EncryptedData<'_> = part.content.decode_as().map_err(|_| MALFORMED)?;
                if data.version != 0 || data.content.kind != DATA {
                    return Err(MALFORMED);
                }
                let (scheme, sealed) = (&data.content.scheme, data.content.sealed()?);
                match encrypted::open(scheme, &sealed, &mut once, budget) {
                    Ok(bags) => contents.add(&bags, &mut once, budget)?,
                    Err(Error::Unsupported { what }) => contents.unread.push(what),
                    Err(error) => return Err(error),
                }
            }
            other => contents.unread.push(other.to_string()),
        }
    }
    Ok(contents)
}

impl Contents {
    /// Adds the keys and certificates of a sequence of bags. Bags of other kinds are passed over.
    fn add(
        &mut self,
        octets: &[u8],
        ask: &mut dyn FnMut() -> Result<SecretString>,
        budget: &mut Budget,
    ) -> Result<()> {
        // Under a cipher without a check a wrong passphrase shows here.
        let octets = ber::to_der(octets).ok_or(MALFORMED)?;
        for bag in Vec::<Bag<'_>>::from_der(&octets).map_err(|_| MALFORMED)? {
            let read = self.keys.len().saturating_add(self.certificates.len());
            if read >= MAX_BAGS {
                return Err(Error::TooLarge {
                    what: "the number of keys in the file",
                    maximum: MAX_BAGS,
                });
            }
            match bag.kind {
                KEY_BAG => {
                    let info = bag.value.decode_as().map_err(|_| MALFORMED)?;
                    self.keys.push(private::of_info(&info)?);
                }
                SEALED_KEY_BAG => {
                    let key: SealedKey<'_> = bag.value.decode_as().map_err(|_| MALFORMED)?;
                    let opened = encrypted::open(&key.scheme, key.sealed.as_bytes(), ask, budget)?;
                    self.keys.push(private::parse(&opened)?);
                }
                CERTIFICATE_BAG => {
                    let bag: CertificateBag<'_> = bag.value.decode_as().map_err(|_| MALFORMED)?;
                    if bag.kind == X509 {
                        let certificate = Certificate::parse(bag.value.as_bytes())?;
                        self.certificates.push(certificate);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn verify(
    mac: &MacData<'_>,
    content: &[u8],
    ask: &mut dyn FnMut() -> Result<SecretString>,
    budget: &mut Budget,
) -> Result<()> {
    if mac.iterations == 0 {
        return Err(MALFORMED);
    }
    let check = match mac.mac.algorithm.oid {
        SHA1 => is_authentic::<Sha1>,
        SHA256 => is_authentic::<Sha256>,
        SHA384 => is_authentic::<Sha384>,
        SHA512 => is_authentic::<Sha512>,
        other => return Err(unsupported("the MAC", other)),
    };
    budget.iterations(mac.iterations)?;
    match check(mac, &kdf::passphrase(&ask()?), content) {
        true => Ok(()),
        false => Err(Error::WrongPassphrase),
    }
}

fn is_authentic<D>(mac: &MacData<'_>, passphrase: &[u8], content: &[u8]) -> bool
where
    D: Digest + BlockSizeUser + OutputSizeUser + EagerHash,
    Hmac<D>: hmac::Mac + hmac::KeyInit,
{
    let parameters = kdf::Parameters {
        salt: mac.salt,
        iterations: mac.iterations,
    };
    let mut key = zeroize::Zeroizing::new(vec![0; <D as Digest>::output_size()]);
    kdf::derive::<D>(kdf::Purpose::Mac, passphrase, &parameters, &mut key);
    <Hmac<D> as hmac::KeyInit>::new_from_slice(&key)
        .map(|hmac| hmac.chain_update(content))
        .is_ok_and(|hmac| hmac.verify_slice(mac.mac.digest.as_bytes()).is_ok())
}

#[cfg(test)]
mod tests;
