// SPDX-License-Identifier: MIT
//! Key descriptions inside Mesh objects.
//!
//! Spec: mesh-schema, "Classes describing keys".
//! Here: keys into `KeyData` and back, with the stated fingerprint checked.
//! Not here: key formats of other systems (`mesh-keystore`).

use mesh_crypto::{PrivateKey, PublicKey};

use crate::error::Error;
use crate::generated::KeyData;

impl KeyData {
    /// Describes a public key.
    #[must_use]
    pub fn of_public(key: &PublicKey) -> Self {
        Self {
            udf: Some(key.udf().to_string()),
            public_parameters: Some(key.to_jose()),
            ..Self::default()
        }
    }

    /// Describes a private key. The description is as secret as the key.
    #[must_use]
    pub fn of_private(key: &PrivateKey) -> Self {
        Self {
            udf: Some(key.udf().to_string()),
            private_parameters: Some(key.to_jose()),
            ..Self::default()
        }
    }

    /// The public key described.
    ///
    /// # Errors
    /// [`Error::Field`] without parameters, [`Error::Unrelated`] when the stated fingerprint is of another key.
    pub fn public(&self) -> Result<PublicKey, Error> {
        let jose = self.public_parameters.as_ref().ok_or(Error::Field {
            object: "KeyData",
            field: "PublicParameters",
        })?;
        let key = PublicKey::from_jose(jose)?;
        self.check_udf(&key)?;
        Ok(key)
    }

    /// The private key described.
    ///
    /// # Errors
    /// As [`KeyData::public`].
    pub fn private(&self) -> Result<PrivateKey, Error> {
        let jose = self.private_parameters.as_ref().ok_or(Error::Field {
            object: "KeyData",
            field: "PrivateParameters",
        })?;
        let key = PrivateKey::from_jose(jose)?;
        self.check_udf(key.public())?;
        Ok(key)
    }

    fn check_udf(&self, key: &PublicKey) -> Result<(), Error> {
        match &self.udf {
            Some(stated) if *stated != key.udf().to_string() => Err(Error::Unrelated {
                object: "the fingerprint",
                to: "the key that it stands with",
            }),
            _ => Ok(()),
        }
    }
}

/// The public key in a field that must be there.
pub(crate) fn required(
    field: Option<&KeyData>,
    object: &'static str,
    name: &'static str,
) -> Result<PublicKey, Error> {
    field
        .ok_or(Error::Field {
            object,
            field: name,
        })?
        .public()
}
