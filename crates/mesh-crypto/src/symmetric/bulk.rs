// SPDX-License-Identifier: MIT
//! Symmetric encryption of content that does not fit into memory.
//!
//! Spec: mesh-cryptography, "Encryption".
//! Here: AES-256-GCM under one key for many segments, AES-256-CBC a piece at a time.
//! Not here: how content is cut into segments and where tags go (`mesh-dare`, stream).

use aes::Aes256;
use aes::cipher::array::Array;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use mesh_jsonbcd::SecretBytes;
use zeroize::Zeroizing;

use crate::Error;

/// Octets of a block of AES.
const BLOCK: usize = 16;

/// AES-256-GCM with its key expanded once.
pub struct GcmKey(LessSafeKey);

impl std::fmt::Debug for GcmKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GcmKey([redacted])")
    }
}

impl GcmKey {
    /// Expands a key.
    ///
    /// # Errors
    /// [`Error::Encryption`] when the library has no memory for it.
    pub fn new(key: &[u8; 32]) -> Result<Self, Error> {
        let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| Error::Encryption)?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// Encrypts in place and returns the tag. No nonce may be used twice.
    ///
    /// # Errors
    /// [`Error::Encryption`] for a segment above what the mode allows, 64 GiB.
    pub fn seal(&self, nonce: &[u8; 12], aad: &[u8], buffer: &mut [u8]) -> Result<[u8; 16], Error> {
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let tag = self
            .0
            .seal_in_place_separate_tag(nonce, Aad::from(aad), buffer)
            .map_err(|_| Error::Encryption)?;
        tag.as_ref().try_into().map_err(|_| Error::Encryption)
    }

    /// Decrypts ciphertext and tag in place; the content is what stands before the tag.
    ///
    /// # Errors
    /// [`Error::Decryption`] when the tag does not match; the buffer then holds nothing that is to be used.
    pub fn open(&self, nonce: &[u8; 12], aad: &[u8], buffer: &mut [u8]) -> Result<(), Error> {
        let nonce = Nonce::assume_unique_for_key(*nonce);
        self.0
            .open_in_place(nonce, Aad::from(aad), buffer)
            .map(drop)
            .map_err(|_| Error::Decryption)
    }

    /// Decrypts ciphertext whose tag stands elsewhere.
    ///
    /// # Errors
    /// [`Error::Decryption`] when the tag does not match; nothing of the plaintext is returned then.
    pub fn open_detached(
        &self,
        nonce: &[u8; 12],
        aad: &[u8],
        ciphertext: &[u8],
        tag: &[u8; 16],
    ) -> Result<SecretBytes, Error> {
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let mut plaintext = Zeroizing::new(vec![0; ciphertext.len()]);
        self.0
            .open_separate_gather(nonce, Aad::from(aad), ciphertext, tag, &mut plaintext)
            .map_err(|_| Error::Decryption)?;
        Ok(SecretBytes::new(std::mem::take(&mut *plaintext)))
    }
}

/// AES-256-CBC with PKCS #7 padding over content that comes in pieces.
pub struct CbcEncryptor {
    mode: cbc::Encryptor<Aes256>,
    /// What did not fill a block yet.
    rest: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for CbcEncryptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CbcEncryptor([redacted])")
    }
}

impl CbcEncryptor {
    /// Begins.
    #[must_use]
    pub fn new(key: &[u8; 32], iv: &[u8; 16]) -> Self {
        Self {
            mode: cbc::Encryptor::new(key.into(), iv.into()),
            rest: Zeroizing::new(Vec::with_capacity(BLOCK)),
        }
    }

    /// Takes a piece of the plaintext and leaves the ciphertext of all whole blocks in its place.
    pub fn update(&mut self, piece: &mut Vec<u8>) {
        carry(&mut self.rest, piece);
        let (blocks, _) = Array::slice_as_chunks_mut(piece);
        self.mode.encrypt_blocks(blocks);
    }

    /// The last block.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        let missing = BLOCK.saturating_sub(self.rest.len());
        let mut block = std::mem::take(&mut *self.rest);
        block.resize(BLOCK, u8::try_from(missing).unwrap_or_default());
        let (blocks, _) = Array::slice_as_chunks_mut(&mut block);
        self.mode.encrypt_blocks(blocks);
        block
    }
}

/// The reverse of [`CbcEncryptor`]. CBC does not authenticate: nothing of the plaintext may be used before a digest and a signature,
/// or whoever the plaintext comes from, have been verified.
pub struct CbcDecryptor {
    mode: cbc::Decryptor<Aes256>,
    /// The last whole block, which may turn out to hold the padding, and what did not fill a block yet.
    rest: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for CbcDecryptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CbcDecryptor([redacted])")
    }
}

impl CbcDecryptor {
    /// Begins.
    #[must_use]
    pub fn new(key: &[u8; 32], iv: &[u8; 16]) -> Self {
        Self {
            mode: cbc::Decryptor::new(key.into(), iv.into()),
            rest: Zeroizing::new(Vec::with_capacity(2 * BLOCK)),
        }
    }

    /// Takes a piece of the ciphertext and leaves the plaintext of all blocks but the last in its place.
    pub fn update(&mut self, piece: &mut Vec<u8>) {
        carry(&mut self.rest, piece);
        // The last block stays back, whole as it is: the padding is in it.
        if self.rest.is_empty() && !piece.is_empty() {
            let from = piece.len().saturating_sub(BLOCK);
            self.rest.extend(piece.drain(from..));
        }
        let (blocks, _) = Array::slice_as_chunks_mut(piece);
        self.mode.decrypt_blocks(blocks);
    }

    /// The last octets, without the padding.
    ///
    /// # Errors
    /// [`Error::Decryption`] when the ciphertext is no whole number of blocks or the padding is malformed.
    pub fn finish(mut self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let mut block = std::mem::take(&mut self.rest);
        if block.len() != BLOCK {
            return Err(Error::Decryption);
        }
        let (blocks, _) = Array::slice_as_chunks_mut(&mut block);
        self.mode.decrypt_blocks(blocks);
        let padding = usize::from(block.last().copied().unwrap_or_default());
        let keep = BLOCK.checked_sub(padding).filter(|keep| *keep < BLOCK);
        let keep = keep.ok_or(Error::Decryption)?;
        let all = block.iter().skip(keep);
        if all.copied().any(|octet| usize::from(octet) != padding) {
            return Err(Error::Decryption);
        }
        block.truncate(keep);
        Ok(block)
    }
}

/// Puts what was left over before a piece, and takes from its end what does not fill a block.
fn carry(rest: &mut Zeroizing<Vec<u8>>, piece: &mut Vec<u8>) {
    if !rest.is_empty() {
        piece.splice(0..0, rest.drain(..));
    }
    let whole = piece.len() / BLOCK * BLOCK;
    rest.extend(piece.drain(whole..));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::symmetric::{aes256_cbc_decrypt, aes256_cbc_encrypt};

    proptest! {
        #[test]
        fn pieces_give_what_the_whole_gives(
            plaintext in proptest::collection::vec(any::<u8>(), 0..200),
            cuts in proptest::collection::vec(0_usize..60, 0..12),
        ) {
            let (key, iv) = ([5; 32], [6; 16]);
            let whole = aes256_cbc_encrypt(&key, &iv, &plaintext);
            let mut encryptor = CbcEncryptor::new(&key, &iv);
            let mut made = Vec::new();
            for mut piece in pieces(&plaintext, &cuts) {
                encryptor.update(&mut piece);
                made.extend(piece);
            }
            made.extend(encryptor.finish());
            prop_assert_eq!(&made, &whole);

            let mut decryptor = CbcDecryptor::new(&key, &iv);
            let mut back = Vec::new();
            for mut piece in pieces(&whole, &cuts) {
                decryptor.update(&mut piece);
                back.extend(piece);
            }
            back.extend(decryptor.finish().unwrap().iter());
            prop_assert_eq!(back, plaintext);
        }

        #[test]
        fn altered_last_block_is_judged_as_in_one_piece(at in 0_usize..32, flip in 1_u8..=255) {
            let (key, iv) = ([5; 32], [6; 16]);
            let mut whole = aes256_cbc_encrypt(&key, &iv, &[1; 20]);
            whole[at] ^= flip;
            let mut decryptor = CbcDecryptor::new(&key, &iv);
            let mut piece = whole.clone();
            decryptor.update(&mut piece);
            let streamed = decryptor.finish().map(|last| [piece.as_slice(), last.as_slice()].concat());
            let at_once = aes256_cbc_decrypt(&key, &iv, &whole).map(|plain| plain.expose_secret().to_vec());
            prop_assert_eq!(streamed, at_once);
        }
    }

    fn pieces(octets: &[u8], cuts: &[usize]) -> Vec<Vec<u8>> {
        let mut rest = octets;
        let mut out = Vec::new();
        for cut in cuts {
            let (head, tail) = rest.split_at((*cut).min(rest.len()));
            out.push(head.to_vec());
            rest = tail;
        }
        out.push(rest.to_vec());
        out
    }

    #[test]
    fn ciphertext_that_is_no_whole_number_of_blocks_is_refused() {
        for length in [0, 1, 15, 17, 31] {
            let mut decryptor = CbcDecryptor::new(&[5; 32], &[6; 16]);
            decryptor.update(&mut vec![0; length]);
            assert_eq!(
                decryptor.finish().unwrap_err(),
                Error::Decryption,
                "{length}"
            );
        }
    }
}
