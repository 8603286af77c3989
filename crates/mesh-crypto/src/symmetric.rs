// SPDX-License-Identifier: MIT
//! Symmetric encryption, key wrapping, message authentication and key derivation.
//!
//! Spec: mesh-cryptography, "Encryption", "Message Authentication Code", "Key Derivation"; RFC 3394; RFC 5869.
//! Here: AES-256 in CBC and GCM, AES key wrap, HMAC-SHA-512, HKDF.
//! Not here: which key encrypts what (`mesh-dare`), agreement values (`agreement`).

use aes::Aes256;
use aes::cipher::array::Array;
use aes::cipher::block_padding::Pkcs7;
use aes::cipher::consts::U32;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyInit, KeyIvInit};
use aes_gcm::Aes256Gcm;
use aes_gcm::aead::AeadInOut;
use aes_kw::KwAes256;
use hmac::Mac as _;
use mesh_jsonbcd::SecretBytes;
use zeroize::{Zeroize, Zeroizing};

use crate::Error;

/// Encrypts with AES-256-GCM; returns the ciphertext and the 16-octet tag.
///
/// The same `iv` must never be used twice under one key.
#[must_use]
pub fn aes256_gcm_seal(
    key: &[u8; 32],
    iv: &[u8; 12],
    aad: &[u8],
    plaintext: &[u8],
) -> (Vec<u8>, [u8; 16]) {
    let mut buffer = plaintext.to_vec();
    let tag = aes256_gcm_seal_in_place(key, iv, aad, &mut buffer);
    (buffer, tag)
}

/// Encrypts `buffer` in place with AES-256-GCM and returns the tag.
#[must_use]
pub fn aes256_gcm_seal_in_place(
    key: &[u8; 32],
    iv: &[u8; 12],
    aad: &[u8],
    buffer: &mut [u8],
) -> [u8; 16] {
    let cipher = Aes256Gcm::new(key.into());
    // The only failure of the cipher is a plaintext above 64 GiB. No caller comes near; were one to, it would get zeros
    // and a tag that does not verify, never plaintext.
    cipher
        .encrypt_inout_detached(iv.into(), aad, (&mut *buffer).into())
        .map_or_else(
            |_| {
                buffer.zeroize();
                [0; 16]
            },
            Into::into,
        )
}

/// Decrypts AES-256-GCM.
///
/// # Errors
/// [`Error::Decryption`] when the tag does not match; nothing of the plaintext is returned then.
pub fn aes256_gcm_open(
    key: &[u8; 32],
    iv: &[u8; 12],
    aad: &[u8],
    ciphertext: &[u8],
    tag: &[u8; 16],
) -> Result<SecretBytes, Error> {
    let mut buffer = Zeroizing::new(ciphertext.to_vec());
    Aes256Gcm::new(key.into())
        .decrypt_inout_detached(iv.into(), aad, buffer.as_mut_slice().into(), tag.into())
        .map_err(|_| Error::Decryption)?;
    Ok(SecretBytes::new(std::mem::take(&mut *buffer)))
}

/// Encrypts with AES-256-CBC and PKCS #7 padding.
#[must_use]
pub fn aes256_cbc_encrypt(key: &[u8; 32], iv: &[u8; 16], plaintext: &[u8]) -> Vec<u8> {
    cbc::Encryptor::<Aes256>::new(key.into(), iv.into()).encrypt_padded_vec::<Pkcs7>(plaintext)
}

/// Decrypts AES-256-CBC and removes the PKCS #7 padding.
///
/// CBC does not authenticate. Callers verify the digest of the ciphertext, and a signature over it, *before* they
/// call this, so that the one error below tells an attacker nothing new.
///
/// # Errors
/// [`Error::Decryption`] when the length is no multiple of the block size or the padding is malformed.
pub fn aes256_cbc_decrypt(
    key: &[u8; 32],
    iv: &[u8; 16],
    ciphertext: &[u8],
) -> Result<SecretBytes, Error> {
    cbc::Decryptor::<Aes256>::new(key.into(), iv.into())
        .decrypt_padded_vec::<Pkcs7>(ciphertext)
        .map(SecretBytes::new)
        .map_err(|_| Error::Decryption)
}

/// Wraps a 256-bit key under a key-encryption key (RFC 3394).
#[must_use]
pub fn key_wrap(kek: &[u8; 32], key: &[u8; 32]) -> [u8; 40] {
    let key: &Array<u8, U32> = key.into();
    KwAes256::new(kek.into()).wrap_fixed_key(key).into()
}

/// Unwraps a 256-bit key (RFC 3394).
///
/// # Errors
/// [`Error::KeyUnwrap`] when the input is not 40 octets or its integrity check fails.
pub fn key_unwrap(kek: &[u8; 32], wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, Error> {
    let wrapped: &[u8; 40] = wrapped.try_into().map_err(|_| Error::KeyUnwrap)?;
    let mut out = Zeroizing::new([0; 32]);
    KwAes256::new(kek.into())
        .unwrap_key(wrapped, out.as_mut_slice())
        .map_err(|_| Error::KeyUnwrap)?;
    Ok(out)
}

/// HMAC with SHA-2-512 over the concatenation of the parts.
#[must_use]
pub fn hmac_sha512(key: &[u8], parts: &[&[u8]]) -> [u8; 64] {
    // HMAC takes a key of any length: a longer one is hashed, a shorter one padded with zeros.
    let mut block = Zeroizing::new([0_u8; 128]);
    if key.len() > block.len() {
        for (to, from) in block.iter_mut().zip(crate::digest::sha512(&[key])) {
            *to = from;
        }
    } else {
        for (to, from) in block.iter_mut().zip(key) {
            *to = *from;
        }
    }
    let mut mac = hmac::Hmac::<sha2::Sha512>::new((&*block).into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// HKDF (RFC 5869) with SHA-2-256. An empty `salt` stands for none.
///
/// # Errors
/// [`Error::DerivationLength`] when `out` is longer than 255 hash values.
pub fn hkdf_sha256(salt: &[u8], ikm: &[u8], info: &[u8], out: &mut [u8]) -> Result<(), Error> {
    let length = out.len();
    hkdf::Hkdf::<sha2::Sha256>::new(Some(salt), ikm)
        .expand(info, out)
        .map_err(|_| Error::DerivationLength { length })
}

/// HKDF (RFC 5869) with SHA-2-512. An empty `salt` stands for none.
///
/// # Errors
/// [`Error::DerivationLength`] when `out` is longer than 255 hash values.
pub fn hkdf_sha512(salt: &[u8], ikm: &[u8], info: &[u8], out: &mut [u8]) -> Result<(), Error> {
    let length = out.len();
    hkdf::Hkdf::<sha2::Sha512>::new(Some(salt), ikm)
        .expand(info, out)
        .map_err(|_| Error::DerivationLength { length })
}

/// HKDF-SHA-512 into an array of fixed length (at most 255 hash values, checked when compiled).
pub(crate) fn hkdf_sha512_array<const N: usize>(
    salt: &[u8],
    ikm: &[u8],
    info: &[u8],
) -> Zeroizing<[u8; N]> {
    const { assert!(N <= 64) }
    // One block of output is HMAC(PRK, info || 01): no length can fail here.
    let prk = Zeroizing::new(hmac_sha512(salt, &[ikm]));
    let block = Zeroizing::new(hmac_sha512(prk.as_slice(), &[info, &[1]]));
    let mut out = Zeroizing::new([0; N]);
    for (to, from) in out.iter_mut().zip(block.iter()) {
        *to = *from;
    }
    out
}
