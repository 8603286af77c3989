// SPDX-License-Identifier: MIT
//! Connections: the administrator's statement that a device belongs to an account.
//!
//! Spec: mesh-schema, "ConnectionDevice", "ConnectionService".
//! Here: making and validating both forms: the full one for the account's devices, the short one for its service.
//! Not here: the private side (`activation`).

use mesh_crypto::{DateTime, Environment, PrivateKey, PublicKey};
use mesh_dare::Envelope;

use crate::activation::ConnectedKeys;
use crate::enveloped::{Signing, Valid, envelope};
use crate::error::Error;
use crate::generated::{ConnectionDevice, ConnectionService, KeyData, ProfileDevice, ProfileUser};
use crate::key_data::required;
use crate::offline::Offline;
use crate::right::Roles;

/// Makes the connection that the service is shown.
///
/// # Errors
/// [`Error::Crypto`] when signing fails.
pub fn connection_service(
    account: &Valid<ProfileUser>,
    keys: &ConnectedKeys,
    administrator: &PrivateKey,
    env: &dyn Environment,
) -> Result<Valid<ConnectionService>, Error> {
    let connection = ConnectionService {
        profile_udf: Some(account.udf()?),
        subject: Some(keys.authentication.udf().to_string()),
        authority: Some(administrator.udf().to_string()),
        authentication: Some(KeyData::of_public(&keys.authentication)),
        updated: Some(env.now()),
        ..ConnectionService::default()
    };
    let how = Signing {
        signers: &[administrator],
        binary: true,
        ..Signing::default()
    };
    let signed = envelope(&connection, how, env)?;
    Ok(Valid::trusted(connection, signed))
}

/// What a device may do in its account.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// Its roles.
    pub roles: &'a Roles,
    /// For how long it may read which stores without the service.
    pub offline: &'a Offline,
    /// When the connection was made that this one replaces.
    pub since: Option<DateTime>,
}

/// Makes the connection that the account's other devices are shown.
///
/// # Errors
/// [`Error::Crypto`] when signing fails.
pub fn connection_device(
    account: &Valid<ProfileUser>,
    device: &Valid<ProfileDevice>,
    keys: &ConnectedKeys,
    terms: &Terms<'_>,
    administrator: &PrivateKey,
    env: &dyn Environment,
) -> Result<Valid<ConnectionDevice>, Error> {
    // Always later than the one before, whoever's clock is right: the device tells them apart by that.
    let next = terms.since.and_then(|since| since.add_seconds(1));
    let updated = next.map_or(env.now(), |next| env.now().max(next));
    let connection = ConnectionDevice {
        profile_udf: Some(account.udf()?),
        subject: Some(device.udf()?),
        authority: Some(administrator.udf().to_string()),
        authentication: Some(KeyData::of_public(&keys.authentication)),
        signature: Some(KeyData::of_public(&keys.signature)),
        encryption: Some(KeyData::of_public(&keys.encryption)),
        roles: terms.roles.names(),
        offline: terms.offline.records(),
        updated: Some(updated),
        ..ConnectionDevice::default()
    };
    let how = Signing {
        signers: &[administrator],
        binary: true,
        ..Signing::default()
    };
    let signed = envelope(&connection, how, env)?;
    Ok(Valid::trusted(connection, signed))
}

impl Valid<ConnectionService> {
    /// Validates the short connection of a device to an account.
    ///
    /// # Errors
    /// [`Error::Dare`] when the administrator key of the account did not sign it, [`Error::Unrelated`] when it names another account.
    pub fn of_account(received: &Envelope, account: &Valid<ProfileUser>) -> Result<Self, Error> {
        let connection = Self::signed_by(received, &account.administrator_key()?)?;
        belongs(connection.profile_udf.as_deref(), account)?;
        connection.authentication_key()?;
        Ok(connection)
    }
}

impl Valid<ConnectionDevice> {
    /// Validates the full connection of a device to an account.
    ///
    /// # Errors
    /// As [`Valid::<ConnectionService>::of_account`].
    pub fn of_account(received: &Envelope, account: &Valid<ProfileUser>) -> Result<Self, Error> {
        let connection = Self::signed_by(received, &account.administrator_key()?)?;
        belongs(connection.profile_udf.as_deref(), account)?;
        connection.keys()?;
        Ok(connection)
    }
}

impl ConnectionService {
    /// The key with which the device authenticates itself to the service.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::Crypto`], [`Error::Unrelated`].
    pub fn authentication_key(&self) -> Result<PublicKey, Error> {
        required(
            self.authentication.as_ref(),
            "ConnectionService",
            "Authentication",
        )
    }
}

impl ConnectionDevice {
    /// The public keys of the connected device.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::Crypto`], [`Error::Unrelated`].
    pub fn keys(&self) -> Result<ConnectedKeys, Error> {
        Ok(ConnectedKeys {
            authentication: required(
                self.authentication.as_ref(),
                "ConnectionDevice",
                "Authentication",
            )?,
            encryption: required(self.encryption.as_ref(), "ConnectionDevice", "Encryption")?,
            signature: required(self.signature.as_ref(), "ConnectionDevice", "Signature")?,
        })
    }

    /// For how long the device may read which stores without its service.
    #[must_use]
    pub fn offline_use(&self) -> Offline {
        Offline::read(&self.offline)
    }

    /// The roles of the device, as far as this version knows them.
    #[must_use]
    pub fn known_roles(&self) -> Roles {
        Roles::known(&self.roles)
    }
}

fn belongs(profile_udf: Option<&str>, account: &Valid<ProfileUser>) -> Result<(), Error> {
    if profile_udf == Some(account.udf()?.as_str()) {
        return Ok(());
    }
    Err(Error::Unrelated {
        object: "the connection",
        to: "this account",
    })
}
