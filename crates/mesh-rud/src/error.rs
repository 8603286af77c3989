// SPDX-License-Identifier: MIT
//! What can go wrong, and whose fault it is.
//!
//! Spec: mesh-rud, "Error Handling".
//! Here: the crate's error, the refusal of a verifier.
//! Not here: what a listener tells the network, which is never more than that the packet was not accepted.

use mesh_jsonbcd::ErrorClass;

/// Result of this crate's functions.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a packet was not accepted or could not be made. Meant for the log: nothing of it goes to the peer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The challenge has expired or belongs to an ephemeral key that is gone.
    #[error("the challenge has expired")]
    ChallengeExpired,
    /// The challenge was not issued here, or for another source.
    #[error("the challenge was not issued to this initiator")]
    ChallengeInvalid,
    /// The challenge has been answered before.
    #[error("the challenge has been used already")]
    ChallengeReplayed,
    /// A key could not be derived or used; never the fault of a packet.
    #[error("a key could not be derived or used")]
    Cryptography,
    /// The same extension occurs twice.
    #[error("extension {tag} occurs twice")]
    DuplicateExtension {
        /// The extension.
        tag: &'static str,
    },
    /// The InitiatorComplete was made for another host key.
    #[error("the packet is for another host key")]
    HostKeyUnknown,
    /// A key identifier does not name the key that was presented.
    #[error("the key identifier does not match the key")]
    KeyMismatch,
    /// A public key is not acceptable: wrong algorithm, wrong length, or of low order.
    #[error("the public key is not acceptable")]
    KeyUnacceptable,
    /// A limit of the format was exceeded.
    #[error("{what} exceeds {limit}")]
    LimitExceeded {
        /// What was too large.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// The octets are not a packet.
    #[error("expected {expected} at octet {offset}")]
    Malformed {
        /// Where.
        offset: usize,
        /// What should have been there.
        expected: &'static str,
    },
    /// A required extension is missing.
    #[error("extension {tag} is missing")]
    MissingExtension {
        /// The extension.
        tag: &'static str,
    },
    /// Decryption failed: the packet was altered, or is for another key.
    #[error("the packet is not authentic")]
    NotAuthentic,
    /// A response arrived, but no request is outstanding.
    #[error("no request is outstanding")]
    NotAwaited,
    /// The payload does not fit in a packet.
    #[error("the payload does not fit in a packet of {limit} octets")]
    PayloadTooLarge {
        /// Largest packet.
        limit: usize,
    },
    /// The verifier did not accept the credential.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The packet has been seen before, or is out of order, or answers another request.
    #[error("the packet is replayed or out of order")]
    Replayed,
    /// The session has carried as many packets as it may; a new handshake is needed.
    #[error("the session has expired")]
    SessionExpired,
    /// A Data packet asks for a further stream or presents a further credential.
    #[error("further streams on a connection are not supported")]
    StreamUnsupported,
    /// The packet has ended too early.
    #[error("the packet ends at octet {offset}")]
    Truncated {
        /// Where the element starts that is not complete.
        offset: usize,
    },
    /// The responder's reply is addressed to another initiator.
    #[error("the reply is for another initiator")]
    WrongSource,
}

impl Error {
    /// Whose fault it is.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::DuplicateExtension { .. }
            | Self::LimitExceeded { .. }
            | Self::Malformed { .. }
            | Self::MissingExtension { .. }
            | Self::Truncated { .. } => ErrorClass::Malformed,
            Self::ChallengeInvalid
            | Self::ChallengeReplayed
            | Self::KeyMismatch
            | Self::KeyUnacceptable
            | Self::NotAuthentic
            | Self::Replayed
            | Self::WrongSource => ErrorClass::Untrusted,
            Self::ChallengeExpired | Self::HostKeyUnknown | Self::SessionExpired => {
                ErrorClass::Refused
            }
            Self::NotAwaited | Self::PayloadTooLarge { .. } => ErrorClass::Misuse,
            Self::Refused(refusal) => refusal.class,
            Self::StreamUnsupported => ErrorClass::Unsupported,
            Self::Cryptography => ErrorClass::Internal,
        }
    }
}

/// The answer of a [`Verifier`](crate::Verifier) that does not accept a credential.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the credential is refused: {reason}")]
pub struct Refusal {
    class: ErrorClass,
    reason: String,
}

impl Refusal {
    /// A refusal. The reason goes to the log and never to the peer; it must not hold a secret.
    pub fn new(class: ErrorClass, reason: impl Into<String>) -> Self {
        Self {
            class,
            reason: reason.into(),
        }
    }

    /// Whose fault it is.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        self.class
    }

    /// The reason, for the log.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}
