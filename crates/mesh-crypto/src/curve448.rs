// SPDX-License-Identifier: MIT
//! Curve448 and edwards448: X448 with the sign of `v`, Ed448, and the open group arithmetic that
//! key overlay and threshold operations need.
//!
//! Spec: RFC 7748 (curve448, X448), RFC 8032 (Ed448), draft-hallambaker-threshold "Key combination".
//! Here: field, scalars modulo the group order, both curve forms and the signature scheme.
//! Not here: key types, identifiers and derivation of seeds.
//!
//! Everything that touches a secret runs in constant time: no branch and no memory address depends
//! on a scalar or on a coordinate that was computed from one. Functions that do not keep this rule
//! take public values only and say so.
//!
//! # Cofactor
//! Both curves have `4 L` points, `L` prime. Low-order points (the four whose order divides 4) are
//! refused wherever a point is decoded or where a result could be one. A point may still carry a
//! low-order component; a scalar that is not a multiple of 4 then reveals itself modulo 4 to whoever
//! sees the result. X448 avoids this by clamping; scalars made by addition modulo `L` do not.

mod edwards;
mod field;
mod montgomery;
mod scalar;
mod signature;

pub use edwards::EdwardsPoint;
pub use montgomery::{MontgomeryPoint, x448, x448_public, x448_scalar};
pub use scalar::Scalar;
pub use signature::{
    ExpandedSecret, expand, public, sign, sign_expanded, sign_expanded_with_context, verify,
    verify_with_context,
};

/// Why a curve operation was refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An octet string does not have the length of what it should encode.
    #[error("the encoding has the wrong length")]
    Length,
    /// The octets are not the one canonical encoding of a field element, point or scalar.
    #[error("the encoding is not canonical")]
    NotCanonical,
    /// The encoded coordinate belongs to no point of the curve.
    #[error("the coordinate is not on the curve")]
    NotOnCurve,
    /// The point, or the result, is the identity or another point of order 1, 2 or 4.
    #[error("the point has low order")]
    LowOrder,
    /// The signature does not match the message and the public key.
    #[error("the signature is not valid")]
    BadSignature,
    /// The Ed448 context is longer than 255 octets.
    #[error("the context is longer than 255 octets")]
    ContextTooLong,
}
