// SPDX-License-Identifier: MIT
//! The kinds of values.
//!
//! Spec: RFC 8259, "Values"; jsonbcd, "JSON-B".
//! Here: what a value is before it is read.
//! Not here: how the kind is recognised (`reader`).

use std::fmt;

/// The kind of a value, before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Named members.
    Object,
    /// A sequence of values.
    Array,
    /// Text; in JSON text also binary values, points in time and anything else without a form of its own.
    String,
    /// Octets in JSON-B.
    Binary,
    /// A number without fraction and exponent.
    Integer,
    /// Any other number.
    Float,
    /// True or false.
    Boolean,
    /// No value.
    Null,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Object => "an object",
            Self::Array => "an array",
            Self::String => "a string",
            Self::Binary => "a binary value",
            Self::Integer => "an integer",
            Self::Float => "a floating point number",
            Self::Boolean => "a Boolean",
            Self::Null => "null",
        })
    }
}
