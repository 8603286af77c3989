// SPDX-License-Identifier: MIT
//! Public and private keys.
//!
//! Spec: mesh-cryptography, "Public Key Algorithms".
//! Here: what all algorithms share.
//! Not here: the two types of key (`public`, `private`), the algorithms (the other submodules), key records (`jose`).

mod der;
mod ed25519;
mod ed448;
mod ml_dsa;
mod ml_kem;
mod nist;
mod private;
mod public;
pub(crate) mod rsa;
mod x25519;
mod x448;

use zeroize::Zeroizing;

pub use self::private::PrivateKey;
pub use self::public::PublicKey;
pub use self::rsa::RsaHints;
use crate::{Error, KeyAlgorithm};

/// How a private key is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The octets that the algorithm defines, expands or clamps.
    Seed,
    /// A scalar of the group, least significant octet first, used as it is.
    Scalar,
}

/// Domain of the prefix of a combined signing key.
const COMBINED_PREFIX: &[u8] = b"mesh/combined-prefix";
/// Domain of the prefix of a signing key that is given as a scalar.
const SCALAR_PREFIX: &[u8] = b"mesh/scalar-prefix";

/// The sum of two points of X448.
pub(crate) fn add_x448(a: &[u8], b: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    x448::combine_public(a, b).map(Zeroizing::new)
}

fn no_overlay(algorithm: KeyAlgorithm) -> Error {
    Error::Unsupported {
        name: format!("{algorithm} key overlay"),
    }
}

pub(crate) fn fixed<const N: usize>(
    algorithm: KeyAlgorithm,
    octets: &[u8],
) -> Result<Zeroizing<[u8; N]>, Error> {
    <[u8; N]>::try_from(octets)
        .map(Zeroizing::new)
        .map_err(|_| Error::KeyLength {
            algorithm,
            expected: N,
            found: octets.len(),
        })
}

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
