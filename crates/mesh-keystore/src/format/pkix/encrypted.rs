// SPDX-License-Identifier: MIT
//! Octets under a passphrase.
//!
//! Spec: RFC 8018, "PBES2"; RFC 7914; RFC 7292, "Deriving Keys and IVs from Passwords and Salt".
//! Here: opening what PBES2 or the older schemes of PKCS #12 sealed, sealing with PBES2.
//! Not here: what was sealed (`private`, `pkcs12`).

use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt as _, KeyIvInit as _};
use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Decode as _, Encode as _, Sequence};
use mesh_crypto::{PrivateKey, SecretBytes, SecretString};
use pkcs5::pbes2::{Kdf, PBES2_OID, Parameters};
use pkcs8::PrivateKeyInfoRef;
use sha1::Sha1;
use x509_cert::spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use super::{private, unsupported};
use crate::format::cost::Budget;
use crate::format::pkcs12::kdf;
use crate::system::random_array;
use crate::{Error, Result};

/// Iterations of PBKDF2 for what we write: what OWASP advises.
const ITERATIONS: u32 = if cfg!(test) { 1000 } else { 600_000 };

/// Triple DES in CBC mode with a key that PKCS #12 derives with SHA-1.
const PKCS12_3DES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.3");

const MALFORMED: Error = Error::Malformed {
    what: "encrypted PKCS #8 private key",
};

/// `EncryptedPrivateKeyInfo`, before its scheme is known.
#[derive(Sequence)]
struct Info<'a> {
    scheme: AlgorithmIdentifierRef<'a>,
    sealed: &'a OctetStringRef,
}

/// Reads an `EncryptedPrivateKeyInfo`.
///
/// # Errors
/// [`Error::Malformed`], [`Error::Unsupported`], [`Error::TooCostly`]; what `ask` returns; [`Error::WrongPassphrase`], and then what
/// the key is refused for.
pub(crate) fn parse(
    octets: &[u8],
    ask: &mut dyn FnMut() -> Result<SecretString>,
    budget: &mut Budget,
) -> Result<PrivateKey> {
    let info = Info::from_der(octets).map_err(|_| MALFORMED)?;
    let opened = open(&info.scheme, info.sealed.as_bytes(), ask, budget)?;
    // One wrong passphrase in 256 leaves padding that looks right.
    let info = PrivateKeyInfoRef::from_der(&opened).map_err(|_| Error::WrongPassphrase)?;
    private::of_info(&info)
}

/// Seals a PKCS #8 key.
///
/// # Errors
/// [`Error::PassphraseLength`] when the passphrase is empty; [`Error::Random`]; as [`private::present`].
pub(crate) fn present(key: &PrivateKey, passphrase: &SecretString) -> Result<SecretBytes> {
    if passphrase.is_empty() {
        return Err(Error::PassphraseLength);
    }
    let clear = private::present(key)?;
    let (salt, iv) = (random_array::<16>()?, random_array()?);
    let sealed = Parameters::generate_pbkdf2_sha256_aes256cbc(ITERATIONS, &salt, iv)
        .and_then(|parameters| {
            let sealed = parameters.encrypt(passphrase.expose_secret(), clear.expose_secret())?;
            Ok((parameters, sealed))
        })
        .map_err(|_| MALFORMED)?;
    let encoded = || -> der::Result<Vec<u8>> {
        let parameters = sealed.0.to_der()?;
        let scheme = AlgorithmIdentifierRef {
            oid: PBES2_OID,
            parameters: Some(AnyRef::from_der(&parameters)?),
        };
        let sealed = OctetStringRef::new(&sealed.1)?;
        Info { scheme, sealed }.to_der()
    };
    encoded().map(SecretBytes::new).map_err(|_| MALFORMED)
}

/// Opens sealed octets.
///
/// # Errors
/// As [`parse`].
pub(crate) fn open(
    scheme: &AlgorithmIdentifierRef<'_>,
    sealed: &[u8],
    ask: &mut dyn FnMut() -> Result<SecretString>,
    budget: &mut Budget,
) -> Result<Zeroizing<Vec<u8>>> {
    match scheme.oid {
        PBES2_OID => open_pbes2(scheme, sealed, ask, budget),
        PKCS12_3DES => {
            let parameters = scheme.parameters.ok_or(MALFORMED)?;
            let parameters: kdf::Parameters<'_> = parameters.decode_as().map_err(|_| MALFORMED)?;
            open_3des(&parameters, sealed, ask, budget)
        }
        other => Err(unsupported("the encryption", other)),
    }
}

fn open_pbes2(
    scheme: &AlgorithmIdentifierRef<'_>,
    sealed: &[u8],
    ask: &mut dyn FnMut() -> Result<SecretString>,
    budget: &mut Budget,
) -> Result<Zeroizing<Vec<u8>>> {
    let parameters = scheme.parameters.ok_or(MALFORMED)?;
    let parameters = Parameters::try_from(parameters).map_err(|error| match error.kind() {
        der::ErrorKind::OidUnknown { oid } => unsupported("the encryption", oid),
        _ => MALFORMED,
    })?;
    match &parameters.kdf {
        Kdf::Pbkdf2(pbkdf2) if pbkdf2.iteration_count == 0 => return Err(MALFORMED),
        Kdf::Pbkdf2(pbkdf2) => budget.iterations(pbkdf2.iteration_count)?,
        Kdf::Scrypt(scrypt) => budget.scrypt(
            scrypt.cost_parameter,
            scrypt.block_size.into(),
            scrypt.parallelization.into(),
        )?,
        _ => return Err(unsupported("the key derivation", parameters.kdf.oid())),
    }
    let passphrase = ask()?;
    let mut opened = Zeroizing::new(sealed.to_vec());
    let length = parameters
        .decrypt_in_place(passphrase.expose_secret(), &mut opened)
        .map_err(|error| match error {
            pkcs5::Error::DecryptFailed => Error::WrongPassphrase,
            _ => MALFORMED,
        })?
        .len();
    opened.truncate(length);
    Ok(opened)
}

fn open_3des(
    parameters: &kdf::Parameters<'_>,
    sealed: &[u8],
    ask: &mut dyn FnMut() -> Result<SecretString>,
    budget: &mut Budget,
) -> Result<Zeroizing<Vec<u8>>> {
    // Once for the key, which takes two digests, and once for the vector.
    budget.iterations(parameters.iterations.saturating_mul(3))?;
    let passphrase = kdf::passphrase(&ask()?);
    let mut key = Zeroizing::new([0; 24]);
    let mut iv = [0; 8];
    kdf::derive::<Sha1>(
        kdf::Purpose::Key,
        &passphrase,
        parameters,
        key.as_mut_slice(),
    );
    kdf::derive::<Sha1>(kdf::Purpose::Iv, &passphrase, parameters, &mut iv);
    let mut opened = Zeroizing::new(sealed.to_vec());
    let length = cbc::Decryptor::<des::TdesEde3>::new_from_slices(key.as_slice(), &iv)
        .map_err(|_| MALFORMED)?
        .decrypt_padded::<Pkcs7>(&mut opened)
        .map_err(|_| Error::WrongPassphrase)?
        .len();
    opened.truncate(length);
    Ok(opened)
}
