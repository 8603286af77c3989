// SPDX-License-Identifier: MIT
//! Why a command failed, for people and for scripts.
//!
//! Spec: none.
//! Here: cause, remedy and exit code of any failure.
//! Not here: the wording of remedies (`text`).

use std::path::Path;

use mesh_jsonbcd::ErrorClass;

use crate::text;

/// A failed command.
#[derive(Debug)]
pub struct Failure {
    /// What happened.
    pub cause: String,
    /// What can be done about it.
    pub remedy: String,
    /// Whose fault it is, which gives the exit code.
    pub class: ErrorClass,
}

impl Failure {
    /// A failure of the person or script that gave the command.
    #[must_use]
    pub fn misuse(cause: impl Into<String>, remedy: &str) -> Self {
        Self {
            cause: cause.into(),
            remedy: remedy.to_owned(),
            class: ErrorClass::Misuse,
        }
    }

    /// A failure for which the advice of its class is all there is.
    #[must_use]
    pub fn of(class: ErrorClass, cause: impl Into<String>) -> Self {
        Self {
            cause: cause.into(),
            remedy: text::class_remedy(class).to_owned(),
            class,
        }
    }

    /// A file that cannot be used as the command asks.
    #[must_use]
    pub fn of_file(file: &Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind as Kind;
        let (class, remedy) = match error.kind() {
            Kind::NotFound | Kind::PermissionDenied | Kind::IsADirectory | Kind::NotADirectory => (
                ErrorClass::Misuse,
                "check the name and the rights of the file",
            ),
            Kind::AlreadyExists => (ErrorClass::Misuse, "choose another name, or add --force"),
            _ => (
                ErrorClass::Unavailable,
                text::class_remedy(ErrorClass::Unavailable),
            ),
        };
        Self {
            cause: format!("{}: {error}", file.display()),
            remedy: remedy.to_owned(),
            class,
        }
    }

    /// Something that this machine does not provide.
    #[must_use]
    pub fn unavailable(cause: impl Into<String>) -> Self {
        Self::of(ErrorClass::Unavailable, cause)
    }
}

impl From<mesh_client::Error> for Failure {
    fn from(error: mesh_client::Error) -> Self {
        Self {
            cause: error.to_string(),
            remedy: text::remedy(&error).to_owned(),
            class: error.class(),
        }
    }
}

impl From<mesh_keystore::Error> for Failure {
    fn from(error: mesh_keystore::Error) -> Self {
        Self {
            cause: error.to_string(),
            remedy: text::keystore_remedy(&error).to_owned(),
            class: error.class(),
        }
    }
}

impl From<mesh_dare::Error> for Failure {
    fn from(error: mesh_dare::Error) -> Self {
        Self {
            cause: error.to_string(),
            remedy: text::data_remedy(&error).to_owned(),
            class: error.class(),
        }
    }
}

macro_rules! plain {
    ($($type:ty),*) => {$(
        impl From<$type> for Failure {
            fn from(error: $type) -> Self {
                Self::of(error.class(), error.to_string())
            }
        }
    )*};
}

plain!(
    mesh_crypto::Error,
    mesh_jsonbcd::Error,
    mesh_protocol::Error,
    mesh_schema::Error,
    mesh_service::Error
);

impl From<mesh_service::store::StoreError> for Failure {
    fn from(error: mesh_service::store::StoreError) -> Self {
        let remedy = crate::command::serve::store::remedy(&error);
        let failure: Self = mesh_service::Error::from(error).into();
        match remedy {
            Some(remedy) => Self {
                remedy: remedy.to_owned(),
                ..failure
            },
            None => failure,
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::unavailable(error.to_string())
    }
}
