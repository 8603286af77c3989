// SPDX-License-Identifier: MIT
//! Symmetric encryption, key wrapping, message authentication and key derivation.
//!
//! Spec: mesh-cryptography, "Encryption", "Message Authentication Code", "Key Derivation"; RFC 3394; RFC 5869.
//! Here: AES-256 in CBC and GCM, AES key wrap, HMAC-SHA-512, HKDF.
//! Not here: which key encrypts what (`mesh-dare`), agreement values (`agreement`).

mod bulk;

pub use bulk::{CbcDecryptor, CbcEncryptor, GcmKey};

use aes::Aes256;
use aes::cipher::array::Array;
use aes::cipher::block_padding::Pkcs7;
use aes::cipher::consts::U32;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyInit, KeyIvInit};
use aes_kw::KwAes256;
use hmac::Mac as _;
use mesh_jsonbcd::SecretBytes;
use zeroize::{Zeroize, Zeroizing};

use crate::Error;

/// Encrypts with AES-256-GCM; returns the ciphertext and the 16-octet tag.
///
/// The same `iv` must never be used twice under one key.
///
/// # Errors
/// [`Error::Encryption`] for a plaintext above what the mode allows, 64 GiB.
pub fn aes256_gcm_seal(
    key: &[u8; 32],
    iv: &[u8; 12],
    aad: &[u8],
    plaintext: &[u8],
) -> Result<(Vec<u8>, [u8; 16]), Error> {
    let mut buffer = plaintext.to_vec();
    let sealed = GcmKey::new(key).and_then(|key| key.seal(iv, aad, &mut buffer));
    // What was not encrypted is not for whoever asked for ciphertext.
    let tag = sealed.inspect_err(|_| buffer.zeroize())?;
    Ok((buffer, tag))
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
    GcmKey::new(key)?.open_detached(iv, aad, ciphertext, tag)
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

/// HKDF (RFC 5869) with SHA-2-256: what was extracted once, and can be expanded under several names.
pub struct HkdfSha256(hkdf::Hkdf<sha2::Sha256>);

impl HkdfSha256 {
    /// Extracts. An empty `salt` stands for none.
    #[must_use]
    pub fn extract(salt: &[u8], ikm: &[u8]) -> Self {
        Self(hkdf::Hkdf::new(Some(salt), ikm))
    }

    /// Expands.
    ///
    /// # Errors
    /// [`Error::DerivationLength`] when `out` is longer than 255 hash values.
    pub fn expand(&self, info: &[u8], out: &mut [u8]) -> Result<(), Error> {
        let length = out.len();
        self.0
            .expand(info, out)
            .map_err(|_| Error::DerivationLength { length })
    }
}

impl std::fmt::Debug for HkdfSha256 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HkdfSha256([redacted])")
    }
}

/// HKDF (RFC 5869) with SHA-2-256 in one step. An empty `salt` stands for none.
///
/// # Errors
/// As [`HkdfSha256::expand`].
pub fn hkdf_sha256(salt: &[u8], ikm: &[u8], info: &[u8], out: &mut [u8]) -> Result<(), Error> {
    HkdfSha256::extract(salt, ikm).expand(info, out)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect()
    }

    #[test]
    fn key_wrap_gives_the_value_of_rfc_3394() {
        let kek: [u8; 32] = hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
            .try_into()
            .unwrap();
        let key: [u8; 32] = hex("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f")
            .try_into()
            .unwrap();
        let wrapped =
            hex("28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21");
        assert_eq!(key_wrap(&kek, &key).to_vec(), wrapped);
        assert_eq!(*key_unwrap(&kek, &wrapped).unwrap(), key);
    }

    #[test]
    fn altered_or_cut_wrapped_key_does_not_unwrap() {
        let mut wrapped = key_wrap(&[1; 32], &[2; 32]);
        assert_eq!(key_unwrap(&[1; 32], &wrapped[..39]), Err(Error::KeyUnwrap));
        wrapped[17] ^= 1;
        assert_eq!(key_unwrap(&[1; 32], &wrapped), Err(Error::KeyUnwrap));
    }

    #[test]
    fn hkdf_sha256_gives_the_first_value_of_rfc_5869() {
        let mut out = [0; 42];
        hkdf_sha256(
            &hex("000102030405060708090a0b0c"),
            &[0x0b; 22],
            &hex("f0f1f2f3f4f5f6f7f8f9"),
            &mut out,
        )
        .unwrap();
        assert_eq!(
            out.to_vec(),
            hex(
                "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
            )
        );
    }

    #[test]
    fn hmac_sha512_gives_the_second_value_of_rfc_4231() {
        let mac = hmac_sha512(b"Jefe", &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(
            mac.to_vec(),
            hex(
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
            )
        );
    }

    #[test]
    fn hmac_key_longer_than_a_block_is_hashed() {
        // RFC 4231, the sixth test.
        let mac = hmac_sha512(
            &[0xaa; 131],
            &[b"Test Using Larger Than Block-Size Key - Hash Key First"],
        );
        assert_eq!(mac[..8].to_vec(), hex("80b24263c7c1a3eb"));
    }

    #[test]
    fn derivation_longer_than_the_hash_allows_is_refused() {
        let mut out = vec![0; 255 * 64 + 1];
        assert_eq!(
            hkdf_sha512(&[], b"ikm", &[], &mut out),
            Err(Error::DerivationLength { length: 16321 })
        );
    }

    #[test]
    fn empty_salt_is_a_hash_length_of_zeros() {
        let (mut none, mut zeros) = ([0; 64], [0; 64]);
        hkdf_sha512(&[], b"ikm", b"info", &mut none).unwrap();
        hkdf_sha512(&[0; 64], b"ikm", b"info", &mut zeros).unwrap();
        assert_eq!(none, zeros);
    }

    proptest! {
        #[test]
        fn one_block_derivation_equals_hkdf(
            salt in proptest::collection::vec(any::<u8>(), 0..200),
            ikm in proptest::collection::vec(any::<u8>(), 0..80),
            info in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            let mut out = [0; 56];
            hkdf_sha512(&salt, &ikm, &info, &mut out).unwrap();
            prop_assert_eq!(*hkdf_sha512_array::<56>(&salt, &ikm, &info), out);
        }

        #[test]
        fn gcm_opens_what_it_sealed_and_nothing_altered(
            key in any::<[u8; 32]>(),
            iv in any::<[u8; 12]>(),
            aad in proptest::collection::vec(any::<u8>(), 0..40),
            plaintext in proptest::collection::vec(any::<u8>(), 0..100),
            position in any::<usize>(),
        ) {
            let (mut ciphertext, tag) = aes256_gcm_seal(&key, &iv, &aad, &plaintext).unwrap();
            let opened = aes256_gcm_open(&key, &iv, &aad, &ciphertext, &tag).unwrap();
            prop_assert_eq!(opened.expose_secret(), plaintext.as_slice());
            let mut wrong = tag;
            wrong[position % 16] ^= 1;
            prop_assert_eq!(aes256_gcm_open(&key, &iv, &aad, &ciphertext, &wrong).unwrap_err(), Error::Decryption);
            if !ciphertext.is_empty() {
                let at = position % ciphertext.len();
                ciphertext[at] ^= 1;
                prop_assert_eq!(aes256_gcm_open(&key, &iv, &aad, &ciphertext, &tag).unwrap_err(), Error::Decryption);
            }
        }

        #[test]
        fn cbc_decrypts_what_it_encrypted(
            key in any::<[u8; 32]>(),
            iv in any::<[u8; 16]>(),
            plaintext in proptest::collection::vec(any::<u8>(), 0..100),
        ) {
            let ciphertext = aes256_cbc_encrypt(&key, &iv, &plaintext);
            prop_assert_eq!(ciphertext.len(), plaintext.len() / 16 * 16 + 16);
            let opened = aes256_cbc_decrypt(&key, &iv, &ciphertext).unwrap();
            prop_assert_eq!(opened.expose_secret(), plaintext.as_slice());
            prop_assert_eq!(aes256_cbc_decrypt(&key, &iv, &ciphertext[1..]).unwrap_err(), Error::Decryption);
        }

        #[test]
        fn wrapped_key_unwraps_under_its_own_key_only(kek in any::<[u8; 32]>(), key in any::<[u8; 32]>(), bit in 0_usize..256) {
            let wrapped = key_wrap(&kek, &key);
            prop_assert_eq!(*key_unwrap(&kek, &wrapped).unwrap(), key);
            let mut other = kek;
            other[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(key_unwrap(&other, &wrapped), Err(Error::KeyUnwrap));
        }
    }
}
