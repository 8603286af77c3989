// SPDX-License-Identifier: MIT
//! mesh-crypto.

mod curve448;

/// The bare group arithmetic, for tests and benchmarks: nothing here knows what a key may be used for.
#[doc(hidden)]
pub mod hazmat {
    pub use crate::curve448::{
        EdwardsPoint, Error, ExpandedSecret, MontgomeryPoint, Scalar, expand, public, sign,
        sign_expanded, sign_expanded_with_context, verify, verify_with_context, x448, x448_public,
        x448_scalar,
    };
}
