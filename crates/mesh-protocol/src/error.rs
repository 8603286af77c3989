// SPDX-License-Identifier: MIT
//! Errors of transactions.
//!
//! Spec: none.
//! Here: one variant per cause, and whose fault each is.
//! Not here: wording for people (`mesh`).

use mesh_jsonbcd::ErrorClass;

use crate::status::Code;

/// Why a transaction failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A request or response does not parse.
    #[error(transparent)]
    Encoding(#[from] mesh_jsonbcd::Error),
    /// The service executed nothing and says why.
    #[error("the service refused: {description} (code {})", code.number())]
    Refused {
        /// The reason.
        code: Code,
        /// The text of the service.
        description: String,
    },
    /// Handshake or packet protection failed.
    #[error(transparent)]
    Rud(#[from] mesh_rud::Error),
    /// A Mesh object of the service is not valid.
    #[error(transparent)]
    Schema(#[from] mesh_schema::Error),
    /// A part of the map of services cannot be used.
    #[error("service map: {part:?}: {why}")]
    ServiceMap {
        /// The part.
        part: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The connection broke after the request was sent: it may or may not have been executed.
    #[error("the connection broke before the answer came: {text}")]
    SessionLost {
        /// What happened.
        text: String,
    },
    /// The service takes no more from this place for a while; nothing was executed.
    #[error(
        "the service asks to come back in {seconds} s: too much was asked for from this address"
    )]
    TooManyRequests {
        /// How long to wait.
        seconds: u64,
    },
    /// The service cannot be reached; nothing was executed.
    #[error("the service cannot be reached: {text}")]
    Unreachable {
        /// What happened.
        text: String,
    },
    /// Whoever is at the address of the service does not show the certificate that he must show, or the address itself is not to be
    /// trusted; nothing was sent.
    #[error("{text}")]
    UntrustedHost {
        /// What is wrong.
        text: String,
    },
    /// The peer answered something that belongs to another question.
    #[error("the service answered {found:?} where {expected:?} is due")]
    UnexpectedResponse {
        /// Tag of the response that is due.
        expected: &'static str,
        /// Tag of the response that came.
        found: String,
    },
}

impl Error {
    /// Whose fault it is.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Encoding(error) => error.class(),
            Self::Refused {
                code: Code::Unavailable | Code::TooManyRequests,
                ..
            } => ErrorClass::Unavailable,
            Self::Refused { .. } => ErrorClass::Refused,
            Self::Rud(error) => error.class(),
            Self::Schema(error) => error.class(),
            Self::ServiceMap { .. } => ErrorClass::Misuse,
            Self::SessionLost { .. } | Self::TooManyRequests { .. } | Self::Unreachable { .. } => {
                ErrorClass::Unavailable
            }
            Self::UnexpectedResponse { .. } => ErrorClass::Malformed,
            Self::UntrustedHost { .. } => ErrorClass::Untrusted,
        }
    }

    /// The code with which the service refused, if it did.
    #[must_use]
    pub fn refusal(&self) -> Option<Code> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            _ => None,
        }
    }
}
