// SPDX-License-Identifier: MIT
//! Algorithms, keys, identifiers, derivation and shares of the Mathematical Mesh.
//!
//! Spec: mesh-udf; mesh-cryptography; threshold.
//! Here: everything that is computed with a key or a seed. Pure: clock and randomness come in through [`Environment`].
//! Not here: key files and key stores (`mesh-keystore`), envelopes (`mesh-dare`), profiles (`mesh-schema`).
//!
//! ```
//! use mesh_crypto::{KeyAlgorithm, Seed, Seeded, seed_code, key_name};
//! # fn main() -> Result<(), mesh_crypto::Error> {
//! let environment = Seeded::new(1); // a program passes the operating system's instead
//! let seed = Seed::generate(seed_code::PROFILE_ACCOUNT, &environment);
//! let sign = seed.derive(KeyAlgorithm::Ed448, key_name::account::SIGN)?;
//! let signature = sign.sign(b"message")?;
//! sign.public().verify(b"message", &signature)?;
//! # Ok(())
//! # }
//! ```

pub mod agreement;
mod algorithm;
mod curve448;
pub mod derive;
pub mod digest;
pub mod environment;
mod error;
pub mod jose;
pub mod key;
pub mod key_source;
pub mod share;
pub mod symmetric;
pub mod threshold;
pub mod udf;

pub use agreement::{Encapsulation, SharedSecret};
pub use algorithm::KeyAlgorithm;
pub use derive::key_name;
pub use environment::{Environment, Seeded};
pub use error::Error;
pub use key::{PrivateKey, PublicKey, RsaHints};
pub use key_source::{KeyRing, KeySource};
pub use mesh_jsonbcd::{DateTime, SecretBytes, SecretString};
pub use share::Share;
pub use udf::Udf;
pub use udf::earl::{Earl, EarlAuthenticator};
pub use udf::pin::{Pin, SaltedPin};
pub use udf::seed::{Seed, seed_code};

/// The bare group arithmetic, for tests and benchmarks: nothing here knows what a key may be used for.
#[doc(hidden)]
pub mod hazmat {
    pub use crate::curve448::{
        EdwardsPoint, Error, ExpandedSecret, MontgomeryPoint, Scalar, expand, public, sign,
        sign_expanded, sign_expanded_with_context, verify, verify_with_context, x448, x448_public,
        x448_scalar,
    };
}
