// SPDX-License-Identifier: MIT
//! Emission of other languages.
//!
//! Here: what an emitter is.
//! Not here: the languages, one module each.

pub(crate) mod rust;

use crate::compilation::Compilation;

/// Makes the text of one module from checked schemas.
pub trait Emitter {
    /// The text. The same schemas give the same octets.
    fn emit(&self, compilation: &Compilation) -> String;
}
