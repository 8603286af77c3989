// SPDX-License-Identifier: MIT
//! Errors of reading, opening and appending DARE data.
//!
//! Spec: none.
//! Here: one variant per cause, and whose fault each is.
//! Not here: wording for people (`mesh`).

use mesh_jsonbcd::ErrorClass;

/// Why a DARE operation failed. No variant carries key material or plaintext.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The octets under the authentication tag, or the header bound to it, are not what was sealed.
    #[error("the content or its header was altered after it was sealed")]
    Altered,
    /// The apex digest stored with a frame is not the one that follows from the payload digests.
    #[error("frame {index}: its apex digest does not follow from the frames before it")]
    ApexMismatch {
        /// Index of the frame.
        index: u64,
    },
    /// What stands where the body of an envelope belongs is no binary value.
    #[error("what stands where the body belongs is no binary value")]
    BadBody,
    /// An entry of an archive is not what it says of itself.
    #[error("{name}: {why}")]
    BadEntry {
        /// Name of the entry.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A name that no entry of an archive may have.
    #[error("{name:?} is no name for an entry: {why}")]
    BadName {
        /// The name, or its beginning.
        name: String,
        /// Why.
        why: &'static str,
    },
    /// The octets at an offset are not a frame.
    #[error("no frame at octet {offset}: {why}")]
    BadFrame {
        /// Offset in the storage.
        offset: u64,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The stored state of a tree cannot be read.
    #[error("the stored tree state is damaged")]
    BadFrontier,
    /// A frame does not follow the law of a catalog: new, any number of updates, deleted.
    #[error("{event} of entry {unique_id} contradicts what the catalog holds")]
    CatalogLaw {
        /// The event that was refused.
        event: String,
        /// Identifier of the entry.
        unique_id: String,
    },
    /// A cryptographic operation failed.
    #[error(transparent)]
    Crypto(#[from] mesh_crypto::Error),
    /// The payload digest is not the digest of the body.
    #[error("the body does not match its payload digest")]
    DigestMismatch,
    /// There is no payload digest where one is needed.
    #[error("there is no payload digest")]
    DigestMissing,
    /// JSON or JSON-B that does not parse.
    #[error(transparent)]
    Encoding(#[from] mesh_jsonbcd::Error),
    /// The salt of a frame was destroyed so that nobody decrypts it any more.
    #[error("it was erased")]
    Erased,
    /// A frame of a sequence failed.
    #[error("frame {index}: {source}")]
    Frame {
        /// Index of the frame.
        index: u64,
        /// What is wrong with it.
        source: Box<Error>,
    },
    /// A required header field is absent or has no meaning.
    #[error("header field {field} is missing or unusable")]
    Header {
        /// Name of the field as it is written.
        field: &'static str,
    },
    /// An index frame does not tell where the frames of its sequence are.
    #[error("the index in frame {index} is wrong: {why}")]
    IndexWrong {
        /// Index of the index frame.
        index: u64,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A sequence that is no archive.
    #[error("this is no archive")]
    NoArchive,
    /// None of the keys at hand is among the recipients.
    #[error("no key at hand opens this: it is encrypted to {}", listed(recipients))]
    NoKey {
        /// Fingerprints of the recipients.
        recipients: Vec<String>,
    },
    /// A proof does not lead to the apex that it should.
    #[error("the proof does not hold")]
    ProofInvalid,
    /// The body of a frame was taken out, its digest left.
    #[error("its content was taken out")]
    Redacted,
    /// The envelope has no signature by the key asked for.
    #[error("there is no signature by {kid}")]
    SignatureMissing {
        /// Fingerprint of the key.
        kid: String,
    },
    /// A store is signed by somebody who may not write it.
    #[error("it is signed by {kid}, which is no device that may write here")]
    SignerNotAllowed {
        /// Fingerprint of the key.
        kid: String,
    },
    /// A signature does not verify.
    #[error("the signature by {kid} is not valid")]
    SignatureInvalid {
        /// Fingerprint of the key.
        kid: String,
    },
    /// The storage below a sequence failed.
    #[error("storage: {text}")]
    Storage {
        /// The error of the operating system.
        text: String,
        /// Its kind.
        kind: std::io::ErrorKind,
    },
    /// A thread of this library ended before its work was done.
    #[error("the work was interrupted")]
    Interrupted,
    /// Something exceeds what is read or written at most.
    #[error("{what} has at most {maximum} octets")]
    TooLarge {
        /// What it is.
        what: &'static str,
        /// The most octets.
        maximum: usize,
    },
    /// The input ends where more must follow.
    #[error("it ends before it is complete")]
    Truncated,
    /// The last frames of a store carry no signature over the tree.
    #[error("the last frame is not signed by a device")]
    Unsigned,
    /// An algorithm or type that this version does not know.
    #[error("{what} {name:?} is not supported")]
    Unsupported {
        /// Kind of thing.
        what: &'static str,
        /// Its identifier as written.
        name: String,
    },
    /// A frame carries another index than its place demands: something was dropped, inserted or swapped.
    #[error("frame {found} stands where frame {expected} belongs")]
    WrongIndex {
        /// Index demanded by the place.
        expected: u64,
        /// Index in the header; `u64::MAX` when there is none.
        found: u64,
    },
}

impl Error {
    /// Whose fault it is.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::BadBody
            | Self::BadEntry { .. }
            | Self::NoArchive
            | Self::BadFrame { .. }
            | Self::BadFrontier
            | Self::DigestMissing
            | Self::Header { .. }
            | Self::TooLarge { .. }
            | Self::Truncated => ErrorClass::Malformed,
            Self::Altered
            | Self::BadName { .. }
            | Self::ApexMismatch { .. }
            | Self::CatalogLaw { .. }
            | Self::DigestMismatch
            | Self::IndexWrong { .. }
            | Self::ProofInvalid
            | Self::SignatureInvalid { .. }
            | Self::SignatureMissing { .. }
            | Self::SignerNotAllowed { .. }
            | Self::Unsigned
            | Self::WrongIndex { .. } => ErrorClass::Untrusted,
            Self::Erased | Self::NoKey { .. } | Self::Redacted => ErrorClass::Refused,
            Self::Storage { .. } => ErrorClass::Unavailable,
            Self::Unsupported { .. } => ErrorClass::Unsupported,
            Self::Interrupted => ErrorClass::Internal,
            Self::Crypto(error) => error.class(),
            Self::Encoding(error) => error.class(),
            Self::Frame { source, .. } => source.class(),
        }
    }

    /// Whether a payload cannot be read because its salt was destroyed.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        match self {
            Self::Frame { source, .. } => source.is_erased(),
            error => matches!(error, Self::Erased),
        }
    }

    /// Whether a body was taken out.
    #[must_use]
    pub fn is_redacted(&self) -> bool {
        match self {
            Self::Frame { source, .. } => source.is_redacted(),
            error => matches!(error, Self::Redacted),
        }
    }

    /// The same error, naming the frame in which it was found.
    pub(crate) fn in_frame(self, index: u64) -> Self {
        match self {
            named @ (Self::Frame { .. }
            | Self::ApexMismatch { .. }
            | Self::IndexWrong { .. }
            | Self::WrongIndex { .. }) => named,
            other => Self::Frame {
                index,
                source: Box::new(other),
            },
        }
    }
}

/// The first of them: there can be thousands, with names of any length.
fn listed(recipients: &[String]) -> String {
    const SHOWN: usize = 10;
    const LETTERS: usize = 100;
    let shown = recipients.iter().take(SHOWN);
    let shown: Vec<String> = shown
        .map(|name| name.chars().take(LETTERS).collect())
        .collect();
    match recipients.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        others => format!("{} and {others} others", shown.join(", ")),
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Storage {
            text: error.to_string(),
            kind: error.kind(),
        }
    }
}
