// SPDX-License-Identifier: MIT
//! Envelopes of any size: sealed and opened in one pass, in constant memory.
//!
//! Spec: mesh-dare, "DARE Envelope"; JSON-BCD, "Binary".
//! Here: what passes through the parts below; what is known of an envelope when it was read to its end.
//! Not here: envelopes in memory (`envelope`), files and what becomes of output that turns out to be wrong (`mesh`).
//!
//! | Module | Part |
//! |---|---|
//! | `body` | the octets of a body in JSON and JSON-B |
//! | `pipeline` | stages on threads of their own, with few octets under way |
//! | `reader` | [`StreamReader`] |
//! | `segment` | content in segments that are authenticated one by one |
//! | `writer` | [`Seal::seal_stream`](crate::Seal::seal_stream) |

mod body;
mod pipeline;
mod reader;
pub(crate) mod segment;
mod writer;

pub use reader::{Checked, Signer, SignerState, StreamReader};
pub use writer::Sealed;

/// Told how many octets of the input have been dealt with.
pub type Progress<'a> = &'a (dyn Fn(u64) + Sync);

/// Octets of a header, or of a trailer, at most.
pub const MAX_HEADER: usize = 1 << 20;
