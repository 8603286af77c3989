// SPDX-License-Identifier: MIT
//! From agreed secrets to traffic keys, and the protection of segments under them.
//!
//! Spec: mesh-rud, "Key Schedule"; mesh-rud, "Packet Encryption".
//! Here: derivation of the two directions, AES-256-GCM over one segment, initialization vectors.
//! Not here: who agrees with whom (`handshake`); which vectors are accepted (`order`).

use mesh_crypto::{SecretBytes, symmetric};
use zeroize::Zeroizing;

use crate::error::{Error, Result};

// The identifiers of the reference's constants; the document's texts lack the prefix.
const INITIATOR_TO_RESPONDER: &[u8] = b"TagKeyInitiatorResponder";
const RESPONDER_TO_INITIATOR: &[u8] = b"TagKeyResponderInitiator";

/// Octets of an initialization vector.
pub(crate) const IV: usize = 12;

/// Octets of an authentication tag.
pub(crate) const TAG: usize = 16;

/// An initialization vector as it is on the wire.
pub(crate) type Iv = [u8; IV];

/// Key of one direction.
pub(crate) struct TrafficKey(Zeroizing<[u8; 32]>);

impl TrafficKey {
    /// Ciphertext and tag.
    pub(crate) fn seal(&self, iv: &Iv, associated: &[u8], plaintext: &[u8]) -> Result<Vec<u8>> {
        let sealed = symmetric::aes256_gcm_seal(&self.0, iv, associated, plaintext);
        let (mut sealed, tag) = sealed.map_err(|_| Error::Cryptography)?;
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    /// Encrypts in place; the tag.
    pub(crate) fn seal_in_place(
        &self,
        iv: &Iv,
        associated: &[u8],
        plaintext: &mut [u8],
    ) -> Result<[u8; TAG]> {
        let key = symmetric::GcmKey::new(&self.0).map_err(|_| Error::Cryptography)?;
        key.seal(iv, associated, plaintext)
            .map_err(|_| Error::Cryptography)
    }

    /// The plaintext of ciphertext and tag.
    pub(crate) fn open(&self, iv: &Iv, associated: &[u8], sealed: &[u8]) -> Result<SecretBytes> {
        let (ciphertext, tag) = sealed
            .split_last_chunk::<TAG>()
            .ok_or(Error::NotAuthentic)?;
        symmetric::aes256_gcm_open(&self.0, iv, associated, ciphertext, tag)
            .map_err(|_| Error::NotAuthentic)
    }
}

#[cfg(test)]
impl TrafficKey {
    pub(crate) fn octets(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The keys of both directions under one agreed secret.
pub(crate) struct TrafficKeys {
    pub(crate) initiator_to_responder: TrafficKey,
    pub(crate) responder_to_initiator: TrafficKey,
}

impl TrafficKeys {
    /// Derives both keys from the concatenation of agreed secrets: the first alone for the client keys, which hide
    /// the initiator's credential, both for the mutual keys, which protect everything else.
    pub(crate) fn derive(agreed: &[&[u8]]) -> Result<Self> {
        let keying = Zeroizing::new(agreed.concat());
        let key = |label: &[u8]| -> Result<TrafficKey> {
            let mut key = Zeroizing::new([0; 32]);
            symmetric::hkdf_sha512(&[], &keying, label, key.as_mut_slice())
                .map_err(|_| Error::Cryptography)?;
            Ok(TrafficKey(key))
        };
        Ok(Self {
            initiator_to_responder: key(INITIATOR_TO_RESPONDER)?,
            responder_to_initiator: key(RESPONDER_TO_INITIATOR)?,
        })
    }
}

/// The vectors of one direction of one session: four random octets and a counter, so that none can occur twice under
/// a key, which random vectors only make unlikely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IvSequence {
    prefix: [u8; 4],
}

impl IvSequence {
    pub(crate) fn new(prefix: [u8; 4]) -> Self {
        Self { prefix }
    }

    /// The vector of packet number `counter`.
    pub(crate) fn at(self, counter: u64) -> Iv {
        let mut iv = [0; IV];
        let (prefix, number) = iv.split_at_mut(4);
        prefix.copy_from_slice(&self.prefix);
        number.copy_from_slice(&counter.to_be_bytes());
        iv
    }

    /// Sequence and number of a vector.
    pub(crate) fn split(iv: &Iv) -> (Self, u64) {
        let [p0, p1, p2, p3, number @ ..] = *iv;
        (
            Self {
                prefix: [p0, p1, p2, p3],
            },
            u64::from_be_bytes(number),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_is_prefix_and_big_endian_counter() {
        let sequence = IvSequence::new([1, 2, 3, 4]);
        let iv = sequence.at(0x0506);
        assert_eq!(iv, [1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 5, 6]);
        assert_eq!(IvSequence::split(&iv), (sequence, 0x0506));
    }

    #[test]
    fn directions_have_different_keys() {
        let keys = TrafficKeys::derive(&[&[1; 56], &[2; 56]]).unwrap();
        let sealed = keys
            .initiator_to_responder
            .seal(&[0; 12], b"aad", b"text")
            .unwrap();
        let opened = keys
            .initiator_to_responder
            .open(&[0; 12], b"aad", &sealed)
            .unwrap();
        assert_eq!(opened.expose_secret(), b"text");
        assert!(
            keys.responder_to_initiator
                .open(&[0; 12], b"aad", &sealed)
                .is_err()
        );
        assert!(
            keys.initiator_to_responder
                .open(&[0; 12], b"aae", &sealed)
                .is_err()
        );
        assert!(
            keys.initiator_to_responder
                .open(&[1; 12], b"aad", &sealed)
                .is_err()
        );
        assert!(
            keys.initiator_to_responder
                .open(&[0; 12], b"aad", &sealed[..15])
                .is_err()
        );
    }
}
