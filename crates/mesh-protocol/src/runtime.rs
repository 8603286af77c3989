// SPDX-License-Identifier: MIT
//! What the generated stub and dispatcher stand on.
//!
//! Spec: mesh-protocol, "Transactions", "Response status".
//! Here: the traits on both sides of a transaction, statuses in and out.
//! Not here: the transactions (`generated`).

use mesh_schema::Valid;
use mesh_schema::generated::ProfileService;

use crate::caller::{AdminCaller, PublicCaller, UserCaller};
pub use crate::error::Error;
use crate::generated::Operation;
use crate::status::{Code, FAILURE, SUCCESS, is_success};

/// Who may ask for an operation, before any look at the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessClass {
    /// Whoever speaks for an account.
    Admin,
    /// Anyone who proves possession of some key.
    Public,
    /// A device or key that the account knows.
    User,
}

/// Carries requests to a service and brings the responses.
pub trait Session {
    /// Sends the octets of a request and returns those of its response.
    ///
    /// # Errors
    /// [`Error`]; after [`Error::SessionLost`] the request may have been executed.
    fn exchange(&mut self, payload: &[u8]) -> Result<Vec<u8>, Error>;

    /// Checks that the host which answered serves for a service, and talks to hosts of that service only from now on.
    ///
    /// # Errors
    /// [`Error::Schema`] when it does not; [`Error::Rud`] before the first answer.
    fn pin(&mut self, service: &Valid<ProfileService>) -> Result<(), Error>;
}

/// Turns what is proven about a caller into the proof that an operation demands.
pub trait Authenticate {
    /// A proof for a public operation.
    ///
    /// # Errors
    /// [`Failure`] when the caller may not ask for it.
    fn public(&self, operation: Operation) -> Result<PublicCaller, Failure>;

    /// A proof for an operation of a user.
    ///
    /// # Errors
    /// [`Failure`] when the caller may not ask for it.
    fn user(&self, operation: Operation) -> Result<UserCaller, Failure>;

    /// A proof for an operation of whoever speaks for the account.
    ///
    /// # Errors
    /// [`Failure`] when the caller may not ask for it.
    fn admin(&self, operation: Operation) -> Result<AdminCaller, Failure>;
}

/// Why a service does not execute a transaction: a code and a bland text. Detail belongs into its log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{description} (code {})", code.number())]
pub struct Failure {
    code: Code,
    description: String,
}

impl Failure {
    /// A failure with the text of its code.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self {
            code,
            description: code.text().to_owned(),
        }
    }

    /// A failure with a text of its own, which the caller may see.
    #[must_use]
    pub fn with_text(code: Code, description: &str) -> Self {
        Self {
            code,
            description: description.to_owned(),
        }
    }

    /// The request does not parse or contradicts itself.
    #[must_use]
    pub fn invalid(description: &str) -> Self {
        Self::with_text(Code::Invalid, description)
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// The field `Status`.
    #[must_use]
    pub fn status(&self) -> i64 {
        FAILURE
    }

    /// The field `StatusExtended`.
    #[must_use]
    pub fn extended(&self) -> i64 {
        self.code.number()
    }

    /// The field `StatusDescription`.
    #[must_use]
    pub fn description(&self) -> String {
        self.description.clone()
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Refused {
            code: failure.code,
            description: failure.description,
        }
    }
}

/// Fills the status fields of a transaction that was executed.
pub fn success(status: &mut Option<i64>, description: &mut Option<String>) {
    status.get_or_insert(SUCCESS);
    description.get_or_insert_with(|| "Operation completed successfully".to_owned());
}

/// Characters of a reason that are shown.
const MAX_DESCRIPTION: usize = 200;

/// Reads the status fields of a response.
///
/// # Errors
/// [`Error::Refused`] for anything but success, an absent status included.
pub fn check_status(
    status: Option<i64>,
    extended: Option<i64>,
    description: Option<&str>,
) -> Result<(), Error> {
    match status {
        Some(status) if is_success(status) => Ok(()),
        _ => Err(Error::Refused {
            code: Code::of(extended.unwrap_or(0)),
            description: description
                .unwrap_or("no reason given")
                .chars()
                .take(MAX_DESCRIPTION)
                .collect(),
        }),
    }
}
