// SPDX-License-Identifier: MIT
//! Key operations by identifier: what layers above ask for instead of key octets.
//!
//! Spec: mesh-dare, "Recipient", key identifier; mesh-cryptography, "Key Collections".
//! Here: the trait and a collection in memory.
//! Not here: collections on disk or in an operating system's store (`mesh-keystore`).

use std::collections::HashMap;
use std::fmt;

use crate::agreement::{Encapsulation, SharedSecret};
use crate::key::{PrivateKey, PublicKey};
use crate::threshold::{Contribution, KeyShare};
use crate::{Earl, Error, SecretBytes, Udf};

/// Performs operations with private keys named by their fingerprint.
///
/// `Ok(None)` means that the key is not here; an error that it is here and the operation failed.
pub trait KeySource {
    /// Agrees with `peer` through the private key `kid`.
    ///
    /// # Errors
    /// As for [`PrivateKey::agree`].
    fn agree(&self, kid: &str, peer: &PublicKey) -> Result<Option<SharedSecret>, Error>;

    /// The secret in a ciphertext that was sealed to the private key `kid`.
    ///
    /// # Errors
    /// As for [`PrivateKey::decapsulate`].
    fn decapsulate(&self, kid: &str, ciphertext: &[u8]) -> Result<Option<SharedSecret>, Error>;

    /// The public half of the private key `kid`.
    fn public(&self, kid: &str) -> Option<PublicKey>;

    /// Signs `message` with the private key `kid`.
    ///
    /// # Errors
    /// As for [`PrivateKey::sign`].
    fn sign(&self, kid: &str, message: &[u8]) -> Result<Option<Vec<u8>>, Error>;

    /// The secret shared by all who hold the symmetric key `kid`.
    ///
    /// # Errors
    /// When the key is here and cannot be used.
    fn symmetric(&self, kid: &str) -> Result<Option<SharedSecret>, Error>;
}

impl<T: KeySource + ?Sized> KeySource for &T {
    fn agree(&self, kid: &str, peer: &PublicKey) -> Result<Option<SharedSecret>, Error> {
        (**self).agree(kid, peer)
    }

    fn decapsulate(&self, kid: &str, ciphertext: &[u8]) -> Result<Option<SharedSecret>, Error> {
        (**self).decapsulate(kid, ciphertext)
    }

    fn public(&self, kid: &str) -> Option<PublicKey> {
        (**self).public(kid)
    }

    fn sign(&self, kid: &str, message: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        (**self).sign(kid, message)
    }

    fn symmetric(&self, kid: &str) -> Result<Option<SharedSecret>, Error> {
        (**self).symmetric(kid)
    }
}

/// Private and symmetric keys in memory.
#[derive(Default)]
pub struct KeyRing {
    keys: HashMap<Udf, PrivateKey>,
    symmetric: HashMap<String, Earl>,
    /// Shares of keys, by the fingerprint of the whole key.
    shares: HashMap<Udf, KeyShare>,
    /// Agreements that the other holder of a share helped to complete, by whole key and peer.
    completed: HashMap<(Udf, Vec<u8>), SharedSecret>,
}

impl KeyRing {
    /// An empty collection.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key.
    pub fn add(&mut self, key: PrivateKey) {
        self.keys.insert(key.udf(), key);
    }

    /// Adds a symmetric key.
    pub fn add_symmetric(&mut self, key: Earl) {
        self.symmetric
            .insert(key.publication_id().as_str().to_owned(), key);
    }

    /// Adds a share of a key. It opens nothing until the other holder has contributed: see [`KeyRing::complete`].
    pub fn add_share(&mut self, share: KeyShare) {
        self.shares.insert(share.primary.udf(), share);
    }

    /// The share of the key with this fingerprint.
    #[must_use]
    pub fn share(&self, kid: &str) -> Option<&KeyShare> {
        self.shares.get(&Udf::parse(kid).ok()?)
    }

    /// Completes the agreement of a shared key with `peer` by the other holder's contribution; [`KeySource::agree`] finds it from
    /// then on.
    ///
    /// # Errors
    /// As [`KeyShare::complete`]; [`Error::Unsupported`] when there is no share of the key here.
    pub fn complete(
        &mut self,
        kid: &str,
        peer: &PublicKey,
        other: &Contribution,
    ) -> Result<(), Error> {
        let share = self.share(kid).ok_or_else(|| Error::Unsupported {
            name: format!("agreement without a share of {kid}"),
        })?;
        let secret = share.complete(peer, other)?;
        self.know(share.primary.udf(), peer, secret);
        Ok(())
    }

    /// Takes over an agreement that was completed earlier.
    pub fn know(&mut self, key: Udf, peer: &PublicKey, secret: SharedSecret) {
        self.completed.insert((key, peer.octets().to_vec()), secret);
    }

    /// Forgets an agreement that was taken over and opens nothing.
    pub fn forget(&mut self, key: &Udf, peer: &PublicKey) {
        self.completed
            .remove(&(key.clone(), peer.octets().to_vec()));
    }

    /// The completed agreement of a shared key with `peer`.
    #[must_use]
    pub fn completed(&self, kid: &str, peer: &PublicKey) -> Option<&SharedSecret> {
        self.completed
            .get(&(Udf::parse(kid).ok()?, peer.octets().to_vec()))
    }

    /// Deletes a private key; whether it was here.
    pub fn delete(&mut self, udf: &Udf) -> bool {
        self.keys.remove(udf).is_some()
    }

    /// The key with this fingerprint.
    #[must_use]
    pub fn find(&self, udf: &Udf) -> Option<&PrivateKey> {
        self.keys.get(udf)
    }

    /// Number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len().saturating_add(self.symmetric.len())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// An identifier that does not parse names no key here: it may be of a kind this version does not know.
    fn named(&self, kid: &str) -> Option<&PrivateKey> {
        self.keys.get(&Udf::parse(kid).ok()?)
    }
}

impl KeySource for KeyRing {
    fn agree(&self, kid: &str, peer: &PublicKey) -> Result<Option<SharedSecret>, Error> {
        if let Some(key) = self.named(kid) {
            return key.agree(peer).map(Some);
        }
        let completed = self.completed(kid, peer);
        Ok(completed.map(|secret| {
            SharedSecret::from_octets(SecretBytes::new(secret.expose_secret().to_vec()))
        }))
    }

    fn decapsulate(&self, kid: &str, ciphertext: &[u8]) -> Result<Option<SharedSecret>, Error> {
        let sealed = Encapsulation::Ciphertext(ciphertext.to_vec());
        let key = self.named(kid);
        key.map(|key| key.decapsulate(&sealed)).transpose()
    }

    fn public(&self, kid: &str) -> Option<PublicKey> {
        let whole = self.named(kid).map(PrivateKey::public);
        whole
            .or_else(|| self.share(kid).map(|share| &share.primary))
            .cloned()
    }

    fn sign(&self, kid: &str, message: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        self.named(kid).map(|key| key.sign(message)).transpose()
    }

    fn symmetric(&self, kid: &str) -> Result<Option<SharedSecret>, Error> {
        let key = self.symmetric.get(kid);
        Ok(key.map(|key| SharedSecret::from_octets(key.key_octets())))
    }
}

impl FromIterator<PrivateKey> for KeyRing {
    fn from_iter<I: IntoIterator<Item = PrivateKey>>(keys: I) -> Self {
        let mut ring = Self::new();
        for key in keys {
            ring.add(key);
        }
        ring
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut udfs: Vec<_> = self.keys.keys().collect();
        udfs.sort();
        f.debug_set().entries(udfs).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{KeyAlgorithm, Seeded};

    #[test]
    fn key_is_found_by_its_fingerprint_in_any_spelling() {
        let env = Seeded::new(2);
        let key = PrivateKey::generate(KeyAlgorithm::Ed448, &env);
        let (kid, public) = (key.udf().to_string(), key.public().clone());
        let ring: KeyRing = [key].into_iter().collect();
        let signature = ring.sign(&kid.to_lowercase(), b"message").unwrap().unwrap();
        public.verify(b"message", &signature).unwrap();
    }

    #[test]
    fn ciphertext_is_opened_by_the_key_that_is_named() {
        let env = Seeded::new(2);
        let key = PrivateKey::generate(KeyAlgorithm::MlKem512, &env);
        let kid = key.udf().to_string();
        let (sealed, secret) = crate::agreement::encapsulate(key.public(), &env).unwrap();
        let Encapsulation::Ciphertext(sealed) = sealed else {
            panic!("a ciphertext")
        };
        assert_eq!(
            KeyAlgorithm::of_ciphertext(&sealed),
            Some(KeyAlgorithm::MlKem512)
        );
        let agreement = PrivateKey::generate(KeyAlgorithm::X448, &env);
        let other = agreement.udf().to_string();
        let ring: KeyRing = [key, agreement].into_iter().collect();
        let source: &dyn KeySource = &ring;
        assert_eq!(source.decapsulate(&kid, &sealed).unwrap(), Some(secret));
        assert_eq!(source.decapsulate("MAAA-AAAA", &sealed).unwrap(), None);
        assert_eq!(
            source.decapsulate(&kid, &sealed[1..]).unwrap_err(),
            Error::Decryption
        );
        assert!(matches!(
            source.decapsulate(&other, &sealed),
            Err(Error::AlgorithmUse { .. })
        ));
    }

    #[test]
    fn absent_key_is_none_and_wrong_use_is_an_error() {
        let env = Seeded::new(2);
        let key = PrivateKey::generate(KeyAlgorithm::X448, &env);
        let kid = key.udf().to_string();
        let mut ring = KeyRing::new();
        assert_eq!(ring.sign(&kid, b"message").unwrap(), None);
        assert_eq!(ring.sign("no identifier", b"message").unwrap(), None);
        let udf = key.udf();
        ring.add(key);
        assert!(matches!(
            ring.sign(&kid, b"message"),
            Err(Error::AlgorithmUse { .. })
        ));
        assert!(ring.delete(&udf));
        assert!(ring.is_empty());
    }
}
