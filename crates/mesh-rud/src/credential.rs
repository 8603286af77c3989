// SPDX-License-Identifier: MIT
//! Credentials: what a party presents, the key it proves to hold, and how the other party judges it.
//!
//! Spec: mesh-rud, "Credentials".
//! Here: the two traits, the credential that is nothing but a key.
//! Not here: Mesh connections as credentials (`mesh-protocol`); the key agreement itself (`mesh-crypto`).

use mesh_crypto::{KeyAlgorithm, PrivateKey, PublicKey, SharedSecret};
use mesh_jsonbcd::ErrorClass;

use crate::error::{Error, Refusal, Result};
use crate::packet::{Extension, tag};

/// Octets of the longest claim: an account address, of which names and domains have bounds, or a fingerprint.
const MAX_CLAIM: usize = 512;

/// Octets of an X448 public key: the coordinate and the octet of the sign.
pub(crate) const X448_KEY: usize = 57;

/// The credential of this party, initiator or host.
pub trait Credential {
    /// What is presented to the other party, in the order in which it is sent.
    fn extensions(&self) -> Vec<Extension>;

    /// The public part of the key whose possession is proven.
    fn authentication_key(&self) -> &PublicKey;

    /// Key agreement with the authentication key.
    ///
    /// # Errors
    /// [`Error::KeyUnacceptable`] when the peer's key is of another algorithm or of low order.
    fn agree(&self, peer: &PublicKey) -> Result<SharedSecret>;
}

/// The judgement of the other party's credential.
pub trait Verifier {
    /// Who the other party is, once possession of the key is proven.
    type Peer;

    /// The authentication key to use and the identity it stands for. Called before possession is proven: it must
    /// have no effect.
    ///
    /// # Errors
    /// A [`Refusal`] when the credential does not hold.
    fn verify(
        &self,
        extensions: &[Extension],
    ) -> std::result::Result<(PublicKey, Self::Peer), Refusal>;
}

/// A credential that is a key and a claim: of accounts and devices before they are connected.
#[derive(Debug)]
pub struct KeyCredential {
    key: PrivateKey,
    claim: Option<String>,
}

impl KeyCredential {
    /// A credential of an X448 key, with the account that is claimed.
    ///
    /// # Errors
    /// [`Error::KeyUnacceptable`] when the key is not an X448 key.
    pub fn new(key: PrivateKey, claim: Option<String>) -> Result<Self> {
        if key.public().algorithm() == KeyAlgorithm::X448 {
            Ok(Self { key, claim })
        } else {
            Err(Error::KeyUnacceptable)
        }
    }
}

impl Credential for KeyCredential {
    fn extensions(&self) -> Vec<Extension> {
        let mut extensions = vec![Extension::new(tag::DIRECT_X448, self.key.public().octets())];
        if let Some(claim) = &self.claim {
            extensions.push(Extension::new(tag::CLAIM_ID, claim.as_bytes()));
        }
        extensions
    }

    fn authentication_key(&self) -> &PublicKey {
        self.key.public()
    }

    fn agree(&self, peer: &PublicKey) -> Result<SharedSecret> {
        self.key.agree(peer).map_err(|_| Error::KeyUnacceptable)
    }
}

/// Who presented a [`KeyCredential`]: whoever holds the key. The claim is only a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPeer {
    /// The key, of which possession is proven.
    pub key: PublicKey,
    /// The account that is claimed, which nothing proves.
    pub claim: Option<String>,
}

/// Accepts the credential of any key. Whether that key may do anything is for the caller to decide.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeyVerifier;

impl Verifier for KeyVerifier {
    type Peer = KeyPeer;

    fn verify(
        &self,
        extensions: &[Extension],
    ) -> std::result::Result<(PublicKey, KeyPeer), Refusal> {
        let malformed = |error: Error| Refusal::new(ErrorClass::Malformed, error.to_string());
        let key = Extension::require(extensions, tag::DIRECT_X448)
            .and_then(x448_key)
            .map_err(malformed)?;
        let claim = match Extension::find(extensions, tag::CLAIM_ID).map_err(malformed)? {
            None => None,
            // Sessions keep it: an address or a fingerprint is not longer.
            Some(claim) if claim.len() > MAX_CLAIM => {
                return Err(Refusal::new(ErrorClass::Malformed, "the claim is too long"));
            }
            Some(claim) => Some(
                String::from_utf8(claim.to_vec())
                    .map_err(|_| Refusal::new(ErrorClass::Malformed, "the claim is not UTF-8"))?,
            ),
        };
        Ok((key.clone(), KeyPeer { key, claim }))
    }
}

/// The key of an extension or field that holds an X448 public key.
pub(crate) fn x448_key(octets: &[u8]) -> Result<PublicKey> {
    PublicKey::new(KeyAlgorithm::X448, octets).map_err(|_| Error::KeyUnacceptable)
}
