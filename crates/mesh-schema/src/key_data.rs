// SPDX-License-Identifier: MIT
//! Key descriptions inside Mesh objects.
//!
//! Spec: mesh-schema, "Classes describing keys".
//! Here: keys into `KeyData` and back, with the stated fingerprint checked.
//! Not here: key formats of other systems (`mesh-keystore`).

use mesh_crypto::jose::AnyKey;
use mesh_crypto::threshold::KeyShare as ThresholdShare;
use mesh_crypto::{PrivateKey, PublicKey, Udf};
use mesh_jsonbcd::{Object, Raw, Unknown, from_bytes};

use crate::error::Error;
use crate::generated::{KeyData, KeyShare};

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

    /// Describes one of the two shares of a key; the fingerprint is that of the whole. The description is as secret as the share.
    ///
    /// `id` is the label under which the service holds its share: the fingerprint of the device's.
    #[must_use]
    pub fn of_share(share: &ThresholdShare, id: &Udf, service_address: Option<&str>) -> Self {
        let record = KeyShare {
            public_primary: Some(share.primary.to_jose()),
            share: Some(share.part.to_jose()),
            service_id: Some(id.to_string()),
            service_address: service_address.map(str::to_owned),
            ..KeyShare::default()
        };
        // The family of keys is that of JOSE; this member of it is the Mesh's own.
        let tagged = AnyKey::Unknown(Unknown {
            tag: KeyShare::TAG.to_owned(),
            value: Raw::of(&record),
        });
        Self {
            udf: Some(share.primary.udf().to_string()),
            private_parameters: Some(tagged),
            ..Self::default()
        }
    }

    /// The share described; `None` when a whole key is.
    ///
    /// # Errors
    /// [`Error::Field`] without a part of the share, [`Error::Unrelated`] when the stated fingerprint is of another key.
    pub fn share(&self) -> Result<Option<ThresholdShare>, Error> {
        let Some(AnyKey::Unknown(record)) = &self.private_parameters else {
            return Ok(None);
        };
        if record.tag != KeyShare::TAG {
            return Ok(None);
        }
        let record: KeyShare = from_bytes(record.value.as_bytes())?;
        let field = |field| Error::Field {
            object: KeyShare::TAG,
            field,
        };
        let primary = record.public_primary.as_ref();
        let primary = PublicKey::from_jose(primary.ok_or(field("PublicPrimary"))?)?;
        self.check_udf(&primary)?;
        let part = PrivateKey::from_jose(record.share.as_ref().ok_or(field("Share"))?)?;
        Ok(Some(ThresholdShare { primary, part }))
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
