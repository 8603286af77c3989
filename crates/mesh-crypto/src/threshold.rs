// SPDX-License-Identifier: MIT
//! Threshold decryption: a private key in two shares, neither of which decrypts alone.
//!
//! Spec: threshold, "Key Splitting", "Threshold Decryption"; mesh-schema, "KeyShare".
//! Here: splitting a key, the contribution of each holder, completing an agreement from both.
//! Not here: where shares are kept (`mesh-schema`), asking the other holder (`mesh-client`), threshold signatures.
//!
//! X448 only: the octets of an X25519 public key lack the sign that adding contributions needs.

use std::fmt;

use mesh_jsonbcd::SecretBytes;
use zeroize::Zeroizing;

use crate::agreement::SharedSecret;
use crate::environment::Environment;
use crate::key::{PrivateKey, PublicKey};
use crate::{Error, Udf};

/// One of the two shares of a private key.
#[derive(Clone, Debug)]
pub struct KeyShare {
    /// The public half of the key before it was split.
    pub primary: PublicKey,
    /// The scalar of this holder, as a key of its own. Its fingerprint names the share.
    pub part: PrivateKey,
}

impl KeyShare {
    /// Splits a key: the scalars of both shares sum up to its own, and each alone is random.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for keys of other algorithms than X448.
    pub fn split(key: &PrivateKey, environment: &dyn Environment) -> Result<[Self; 2], Error> {
        let (first, second) = key.split(environment)?;
        let share = |part| Self {
            primary: key.public().clone(),
            part,
        };
        Ok([share(first), share(second)])
    }

    /// The fingerprint of the share, by which its holder is asked for a contribution.
    #[must_use]
    pub fn udf(&self) -> Udf {
        self.part.udf()
    }

    /// What this share contributes to the agreement of the whole key with `peer`.
    ///
    /// # Errors
    /// [`Error::WeakAgreement`] when the peer's key is not in the group of prime order: the product would show the residue of the
    /// share in a small group. [`Error::AlgorithmMismatch`] for a key of another algorithm.
    pub fn contribute(&self, peer: &PublicKey) -> Result<Contribution, Error> {
        self.part.contribute(peer)
    }

    /// Completes the agreement of the whole key with `peer` by the contribution of the other holder.
    ///
    /// A wrong contribution gives a wrong secret, which opens nothing.
    ///
    /// # Errors
    /// As [`KeyShare::contribute`].
    pub fn complete(&self, peer: &PublicKey, other: &Contribution) -> Result<SharedSecret, Error> {
        self.contribute(peer)?.combine(other)
    }
}

/// A holder's product of its share and the public key of an agreement: a point with both coordinates.
///
/// Whoever has both contributions has the agreed secret; one alone says nothing about it.
#[derive(Clone, PartialEq, Eq)]
pub struct Contribution(Zeroizing<[u8; 57]>);

impl Contribution {
    /// Reads a contribution.
    ///
    /// # Errors
    /// [`Error::KeyLength`], [`Error::InvalidPublicKey`].
    pub fn from_octets(octets: &[u8]) -> Result<Self, Error> {
        let point = PublicKey::new(crate::KeyAlgorithm::X448, octets)?;
        Ok(Self(crate::key::fixed(point.algorithm(), point.octets())?))
    }

    pub(crate) fn computed(octets: [u8; 57]) -> Self {
        Self(Zeroizing::new(octets))
    }

    /// The point: its coordinate u in 56 octets and the sign of v in one.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        self.0.as_slice()
    }

    fn combine(&self, other: &Self) -> Result<SharedSecret, Error> {
        let sum = crate::key::add_x448(self.octets(), other.octets())?;
        let u = sum.split_last().map_or(&[][..], |(_, u)| u);
        Ok(SharedSecret::from_octets(SecretBytes::new(u.to_vec())))
    }
}

impl fmt::Debug for Contribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Contribution([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{KeyAlgorithm, Seeded};

    #[test]
    fn both_shares_agree_as_the_whole_key_and_neither_does_alone() {
        let env = Seeded::new(31);
        for _ in 0..8 {
            let whole = PrivateKey::generate(KeyAlgorithm::X448, &env);
            let peer = PrivateKey::generate(KeyAlgorithm::X448, &env);
            let [device, service] = KeyShare::split(&whole, &env).unwrap();
            let agreed = peer.agree(whole.public()).unwrap();
            let given = service.contribute(peer.public()).unwrap();
            let given = Contribution::from_octets(given.octets()).unwrap();
            assert_eq!(device.complete(peer.public(), &given).unwrap(), agreed);
            assert_ne!(device.part.agree(peer.public()).unwrap(), agreed);
            assert_ne!(service.part.agree(peer.public()).unwrap(), agreed);
            assert_eq!(
                device.part.combine(&service.part).unwrap().public(),
                whole.public()
            );
        }
    }

    #[test]
    fn the_contribution_of_another_share_gives_another_secret() {
        let env = Seeded::new(32);
        let whole = PrivateKey::generate(KeyAlgorithm::X448, &env);
        let peer = PrivateKey::generate(KeyAlgorithm::X448, &env);
        let [device, service] = KeyShare::split(&whole, &env).unwrap();
        let [_, stranger] = KeyShare::split(&whole, &env).unwrap();
        assert_ne!(service.udf(), stranger.udf());
        let wrong = stranger.contribute(peer.public()).unwrap();
        let agreed = peer.agree(whole.public()).unwrap();
        assert_ne!(device.complete(peer.public(), &wrong).unwrap(), agreed);
    }

    #[test]
    fn split_keys_of_other_algorithms_are_refused() {
        let env = Seeded::new(33);
        let others = KeyAlgorithm::ALL
            .into_iter()
            .filter(|algorithm| *algorithm != KeyAlgorithm::X448);
        for algorithm in others {
            let key = crate::key::samples::key(algorithm, 1);
            assert!(
                matches!(KeyShare::split(&key, &env), Err(Error::Unsupported { .. })),
                "{algorithm}"
            );
            assert!(
                matches!(
                    key.contribute(key.public()),
                    Err(Error::AlgorithmUse { .. })
                ),
                "{algorithm}"
            );
        }
    }

    #[test]
    fn points_outside_the_group_of_prime_order_get_no_contribution() {
        let env = Seeded::new(34);
        let whole = PrivateKey::generate(KeyAlgorithm::X448, &env);
        let [share, _] = KeyShare::split(&whole, &env).unwrap();
        // Some u between 2 and 40 belong to points of the curve; three in four of those have a part of small order.
        let (mut good, mut bad) = (0, 0);
        for u in 2..40_u8 {
            let mut octets = [0; 57];
            octets[0] = u;
            let Ok(peer) = PublicKey::new(KeyAlgorithm::X448, &octets) else {
                continue;
            };
            match share.contribute(&peer) {
                Ok(_) => good += 1,
                Err(error) => {
                    assert_eq!(error, Error::WeakAgreement);
                    bad += 1;
                }
            }
        }
        assert!(good > 0 && bad > 0, "{good} {bad}");
    }

    #[test]
    fn debug_hides_contribution_and_share() {
        let env = Seeded::new(35);
        let whole = PrivateKey::generate(KeyAlgorithm::X448, &env);
        let [share, _] = KeyShare::split(&whole, &env).unwrap();
        let text = format!("{share:?} {:?}", share.contribute(whole.public()).unwrap());
        assert!(text.contains("Contribution([redacted])"), "{text}");
        assert!(text.contains("PrivateKey(X448 M"), "{text}");
    }
}
