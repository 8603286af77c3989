// SPDX-License-Identifier: MIT
//! Data At Rest Encryption: envelopes, sequences, and the catalogs and spools made of them.
//!
//! Spec: mesh-dare.
//!
//! | Module | Room |
//! |---|---|
//! | [`archive`] | files and directories |
//! | [`envelope`] | one payload with its header and trailer |
//! | [`exchange`] | the base seed of an envelope or sequence, and content encryption |
//! | [`frame`] | octets of a frame |
//! | [`generated`] | the records of the schema |
//! | [`merkle`] | the tree over the payload digests |
//! | [`sequence`] | append-only lists of envelopes |
//! | [`storage`] | where octets are kept |
//! | [`store`] | catalogs and spools |
//! | [`stream`] | envelopes of any size |

pub mod archive;
mod eds;
pub mod envelope;
pub mod error;
pub mod exchange;
pub mod frame;
pub mod generated;
pub mod merkle;
pub mod sequence;
pub mod storage;
pub mod store;
pub mod stream;

pub use envelope::{Envelope, Enveloped, Seal};
pub use error::Error;
pub use exchange::{Cipher, Exchange, HybridRecipient, Recipient, Recipients, SymmetricRecipient};
pub use sequence::index::Index;
pub use sequence::queue::{AppendQueue, Queued};
pub use sequence::session::Exchanges;
pub use sequence::writer::{Content, Encryption, Protection, SequenceWriter, Signer};
pub use sequence::{Recovery, Sequence, SequenceType};
pub use storage::Storage;
pub use stream::StreamReader;
