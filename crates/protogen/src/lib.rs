// SPDX-License-Identifier: MIT
//! Compiler for the `.protocol` files in which records and transactions of the Mesh are declared.
//!
//! Spec: mesh-schema and mesh-protocol state their structures in this language.
//! Here: reading, resolution, checks, and emission of Rust; further languages implement [`Emitter`].
//! Not here: the encoding that emitted records call (`mesh-jsonbcd`); which file is made from which (`xtask codegen`).
//!
//! ```
//! use protogen::{Compilation, Emitter, RustEmitter};
//!
//! let mut compilation = Compilation::default();
//! compilation.add("sample.protocol", "Protocol Sample Sample Sample\n\tStructure Device\n\t\tString Udf\n");
//! assert!(!compilation.check(false).has_errors());
//! let text = RustEmitter::default().emit(&compilation);
//! assert!(text.contains("pub udf: Option<String>"));
//! ```

mod compilation;
mod diagnostic;
mod emit;
mod lexer;
mod lint;
mod parser;
mod source;
mod syntax;

pub use compilation::{Checked, Compilation};
pub use diagnostic::{Diagnostic, Severity, present};
pub use emit::Emitter;
pub use emit::rust::RustEmitter;
pub use source::{Source, SourceId, Sources, Span};
pub use syntax::{Access, Basic};
