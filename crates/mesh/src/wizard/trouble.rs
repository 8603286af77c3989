// SPDX-License-Identifier: MIT
//! What went wrong, told to a person on a page.
//!
//! Spec: none.
//! Here: which text an error has; what the libraries say of it is kept as a detail.
//! Not here: the texts (`text`), what commands say (`crate::text`).

use mesh_client::Error;
use mesh_crypto::share::ShareError;
use mesh_jsonbcd::ErrorClass;
use mesh_protocol::Code;

use super::text::{Texts, fill};
use crate::error::Failure;

/// Why something was not done.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The client says so.
    Client(Error),
    /// A command would say so.
    Command(Failure),
    /// This program failed.
    Defect,
    /// The page is locked.
    Locked,
    /// One of the recovery codes is none; it is numbered as its field is.
    Code(ShareError),
    /// What was typed will not do.
    Input(fn(&Texts) -> &'static str),
    /// What was typed in the field of this name will not do.
    At(&'static str, Box<Trouble>),
}

/// The same in words.
pub(super) struct Told {
    /// What happened, and what can be done about it.
    pub(super) text: String,
    /// What the libraries say, in English.
    pub(super) detail: Option<String>,
}

impl Trouble {
    /// The same of what was typed in a field.
    pub(super) fn at(self, field: &'static str) -> Self {
        Self::At(field, Box::new(self))
    }

    /// The name of the field in which something else must be typed, where it is known.
    pub(super) fn field(&self) -> Option<String> {
        Some(match self {
            Self::At(field, _) => (*field).to_owned(),
            Self::Code(
                ShareError::BadCharacter { share: number, .. }
                | ShareError::NotAShare { position: number },
            ) => format!("code{number}"),
            Self::Client(Error::KeyStore(mesh_keystore::Error::WrongPassphrase)) => {
                "passphrase".to_owned()
            }
            Self::Client(error) => match error.refusal()? {
                Code::AccountRegistered => "address".to_owned(),
                Code::InvitationNeeded => "invitation".to_owned(),
                _ => return None,
            },
            _ => return None,
        })
    }

    /// True when an invitation is missing.
    pub(super) fn wants_invitation(&self) -> bool {
        matches!(self, Self::Client(error) if error.refusal() == Some(Code::InvitationNeeded))
    }

    /// The same for a program that ends by it.
    pub(super) fn failure(self, t: &Texts) -> Failure {
        match self {
            Self::Client(error) => error.into(),
            Self::Command(failure) => failure,
            Self::At(_, trouble) => trouble.failure(t),
            other => Failure::of(ErrorClass::Internal, other.told(t).text),
        }
    }

    pub(super) fn told(&self, t: &Texts) -> Told {
        match self {
            Self::Client(error) => Told {
                text: client(error, t),
                detail: Some(error.to_string()),
            },
            Self::Command(failure) => Told {
                text: class(failure.class, t).to_owned(),
                detail: Some(format!("{} — {}", failure.cause, failure.remedy)),
            },
            Self::At(_, trouble) => trouble.told(t),
            Self::Code(error) => Told {
                text: code_of(error, t),
                detail: None,
            },
            Self::Defect => Told {
                text: t.err_internal.to_owned(),
                detail: None,
            },
            Self::Locked => Told {
                text: t.err_locked.to_owned(),
                detail: None,
            },
            Self::Input(text) => Told {
                text: text(t).to_owned(),
                detail: None,
            },
        }
    }
}

/// What one recovery code is, as far as it tells by itself.
pub(super) fn of_code(error: &ShareError, t: &Texts) -> String {
    match error {
        ShareError::BadCharacter { position, .. } => {
            fill(t.code_bad_character, &[("position", &position.to_string())])
        }
        ShareError::NotAShare { .. } => t.code_not_one.to_owned(),
        ShareError::DifferentLengths { index, .. } | ShareError::MixedQuorum { index, .. } => {
            fill(t.code_other_set, &[("number", &index.to_string())])
        }
        ShareError::Duplicate { index } => fill(t.code_twice, &[("number", &index.to_string())]),
        ShareError::Inconsistent { indexes } => {
            let list: Vec<String> = indexes.iter().map(ToString::to_string).collect();
            fill(t.code_doubt, &[("numbers", &list.join(", "))])
        }
        ShareError::TooFew { have, need } => fill(
            t.code_too_few,
            &[("have", &have.to_string()), ("need", &need.to_string())],
        ),
        _ => t.code_altered.to_owned(),
    }
}

/// The same, with the number of the code where that does not stand beside it.
fn code_of(error: &ShareError, t: &Texts) -> String {
    let (ShareError::BadCharacter { share: number, .. }
    | ShareError::NotAShare { position: number }) = error
    else {
        return of_code(error, t);
    };
    let label = fill(t.code_label, &[("number", &number.to_string())]);
    format!("{label}: {}", of_code(error, t))
}

/// Numbers a code as its field is, when others before it are empty.
pub(super) fn at_field(error: ShareError, numbers: &[usize]) -> ShareError {
    let field = |given: usize| {
        let number = given.checked_sub(1).and_then(|place| numbers.get(place));
        number.copied().unwrap_or(given)
    };
    match error {
        ShareError::BadCharacter { share, position } => ShareError::BadCharacter {
            share: field(share),
            position,
        },
        ShareError::NotAShare { position } => ShareError::NotAShare {
            position: field(position),
        },
        other => other,
    }
}

fn client(error: &Error, t: &Texts) -> String {
    let plain = match error {
        Error::AccountExists { .. } => t.err_account_exists,
        Error::Ambiguous { .. } => t.err_ambiguous,
        Error::BadName { .. } => t.err_bad_name,
        Error::Crypto(mesh_crypto::Error::Share(error)) => return of_code(error, t),
        Error::Crypto(_) => t.err_not_right_code,
        Error::DeviceRemoved { .. } => t.err_device_removed,
        Error::Exists { .. } => t.err_exists,
        Error::Fork { .. }
        | Error::Frozen { .. }
        | Error::Rollback { .. }
        | Error::Withheld { .. }
        | Error::OldEntry => t.err_contradiction,
        Error::HomeExists { .. } => t.err_home_exists,
        Error::KeyStore(mesh_keystore::Error::WrongPassphrase) => t.err_wrong_passphrase,
        Error::KeyStore(mesh_keystore::Error::Locked { .. }) => t.err_home_in_use,
        Error::KeyStore(
            mesh_keystore::Error::Platform { .. } | mesh_keystore::Error::PlatformLocked,
        ) => t.err_desktop,
        Error::NeedsService { .. } => t.err_unreachable,
        Error::NotAllowed { .. } => t.err_not_allowed,
        Error::NotFound { .. } => t.err_not_found,
        Error::Protocol(error) => protocol(error, t),
        Error::Schema(mesh_schema::Error::BadAddress { .. }) => t.err_address,
        Error::Schema(mesh_schema::Error::Pin { .. }) => t.err_pin_used,
        Error::SharesOfAnother { .. } => t.err_codes_of_another,
        Error::Unheard { .. } => t.err_unheard,
        Error::WrongService { .. } => t.err_wrong_service,
        error => class(error.class(), t),
    };
    plain.to_owned()
}

fn protocol(error: &mesh_protocol::Error, t: &Texts) -> &'static str {
    use mesh_protocol::Error as P;
    match (error, error.refusal()) {
        (_, Some(Code::AccountRegistered)) => t.err_name_taken,
        (_, Some(Code::InvitationNeeded)) => t.err_invitation,
        (_, Some(Code::NotFound)) => t.err_no_such_account,
        (_, Some(Code::QuotaExceeded)) => t.err_quota,
        (_, Some(Code::Suspended)) => t.err_suspended,
        (_, Some(Code::TooManyRequests)) | (P::TooManyRequests { .. }, _) => t.err_too_many,
        (P::Unreachable { .. } | P::SessionLost { .. }, _) => t.err_unreachable,
        (P::UntrustedHost { .. }, _) => t.err_wrong_service,
        (P::ServiceMap { .. }, _) => t.err_service_url,
        (error, _) => class(error.class(), t),
    }
}

fn class(class: ErrorClass, t: &Texts) -> &'static str {
    match class {
        ErrorClass::Internal => t.err_internal,
        ErrorClass::Malformed => t.err_malformed,
        ErrorClass::Misuse => t.err_misuse,
        ErrorClass::Refused => t.err_refused,
        ErrorClass::Unavailable => t.err_unavailable,
        ErrorClass::Unsupported => t.err_unsupported,
        ErrorClass::Untrusted => t.err_untrusted,
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Client(error)
    }
}

impl From<mesh_keystore::Error> for Trouble {
    fn from(error: mesh_keystore::Error) -> Self {
        Self::Client(error.into())
    }
}

impl From<mesh_crypto::Error> for Trouble {
    fn from(error: mesh_crypto::Error) -> Self {
        Self::Client(error.into())
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Command(failure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_is_named_in_which_something_else_must_be_typed() {
        let wrong = Trouble::from(mesh_keystore::Error::WrongPassphrase);
        assert_eq!(wrong.field().as_deref(), Some("passphrase"));
        let address = Trouble::Input(|t| t.err_address).at("address");
        assert_eq!(address.field().as_deref(), Some("address"));
        let t = Texts::of(None);
        assert_eq!(address.told(t).text, t.err_address);
        let code = Trouble::Code(at_field(ShareError::NotAShare { position: 1 }, &[4]));
        assert_eq!(code.field().as_deref(), Some("code4"));
        assert_eq!(Trouble::Locked.field(), None);
    }
}
