// SPDX-License-Identifier: MIT
//! The profile of a Mesh service, and the connection of a host to it.
//!
//! Spec: mesh-schema, "ProfileService", "ProfileHost"; mesh-cryptography, "Key Derivation", service keys.
//! Here: service keys from a seed, the profile, what a host shows to prove that it serves for the service.
//! Not here: keeping the keys (`mesh-service`, host).

use mesh_crypto::derive::key_name;
use mesh_crypto::{Environment, KeyAlgorithm, PrivateKey, PublicKey, Seed};
use mesh_dare::{Envelope, Enveloped};
use mesh_jsonbcd::DateTime;

use crate::enveloped::{Signing, Valid, envelope};
use crate::error::Error;
use crate::generated::{ConnectionService, KeyData, ProfileHost, ProfileService};
use crate::key_data::required;
use crate::profile::{Profile, roots_of, sign};

const OBJECT: &str = "ProfileService";
/// What names a host, in errors.
const CONNECTION: &str = "the connection of the host to its service";

/// Seconds for which a host is connected to its service: 30 days. A host that goes on is connected anew in time; keys that were exchanged
/// because somebody has stolen them are of no use to him when it is over.
pub const HOST_VALIDITY: i64 = 30 * 86_400;

/// The keys of a service.
#[derive(Debug)]
pub struct ServiceKeys {
    /// Signs the profile.
    pub root: PrivateKey,
    /// Opens what is sent to the service as such.
    pub encryption: PrivateKey,
    /// Signs the connections of hosts.
    pub signature: PrivateKey,
    /// Authenticates the service as such.
    pub authentication: PrivateKey,
}

impl ServiceKeys {
    /// Derives the keys of a service seed.
    ///
    /// # Errors
    /// [`Error::Crypto`].
    pub fn derive(seed: &Seed) -> Result<Self, Error> {
        use KeyAlgorithm::{Ed448, X448};
        Ok(Self {
            root: seed.derive(Ed448, key_name::service::PROFILE)?,
            encryption: seed.derive(X448, key_name::service::ENCRYPT)?,
            signature: seed.derive(Ed448, key_name::service::SIGN)?,
            authentication: seed.derive(X448, key_name::service::AUTHENTICATE)?,
        })
    }

    /// The profile of the service.
    ///
    /// # Errors
    /// [`Error::Crypto`] when signing fails.
    pub fn profile(&self, env: &dyn Environment) -> Result<Valid<ProfileService>, Error> {
        let profile = ProfileService {
            service_authentication: Some(KeyData::of_public(self.authentication.public())),
            service_encryption: Some(KeyData::of_public(self.encryption.public())),
            service_signature: Some(KeyData::of_public(self.signature.public())),
            root_udfs: roots_of(&self.root),
            updated: Some(env.now()),
            ..ProfileService::default()
        };
        sign(profile, &self.root, env)
    }

    /// Connects a host for [`HOST_VALIDITY`]: what it shows to clients beside its profile.
    ///
    /// # Errors
    /// [`Error::Crypto`] when signing fails.
    pub fn connect_host(
        &self,
        service: &Valid<ProfileService>,
        host: &Valid<ProfileHost>,
        env: &dyn Environment,
    ) -> Result<Valid<ConnectionService>, Error> {
        let connection = ConnectionService {
            profile_udf: Some(service.udf()?),
            subject: Some(host.udf()?),
            authority: Some(service.udf()?),
            // Deviation: D-62.
            authentication: Some(KeyData {
                not_on_or_after: env.now().add_seconds(HOST_VALIDITY),
                ..KeyData::of_public(&host.authentication_key()?)
            }),
            updated: Some(env.now()),
            ..ConnectionService::default()
        };
        let how = Signing {
            signers: &[&self.signature],
            binary: true,
            ..Signing::default()
        };
        let signed = envelope(&connection, how, env)?;
        Ok(Valid::trusted(connection, signed))
    }
}

impl Profile for ProfileService {
    fn root_udfs(&self) -> &[Vec<u8>] {
        &self.root_udfs
    }

    fn check(&self) -> Result<(), Error> {
        self.signature_key()?;
        Ok(())
    }
}

impl ProfileService {
    /// The key that signs the connections of hosts.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::Crypto`], [`Error::Unrelated`].
    pub fn signature_key(&self) -> Result<PublicKey, Error> {
        required(self.service_signature.as_ref(), OBJECT, "ServiceSignature")
    }
}

impl ConnectionService {
    /// Until when a host is connected to its service; one of the reference has no end.
    #[must_use]
    pub fn ends(&self) -> Option<DateTime> {
        self.authentication.as_ref()?.not_on_or_after
    }
}

/// Refuses a connection of a host that has ended. Its signature is [`verify_host`]'s business.
///
/// # Errors
/// [`Error::Ended`]; [`Error::Encoding`] when it is another object.
pub fn host_holds(connection: &Envelope, now: DateTime) -> Result<(), Error> {
    let connection = Enveloped::<ConnectionService>::new(connection.clone()).decode_plain()?;
    match connection.ends() {
        Some(at) if at.unix() <= now.unix() => Err(Error::Ended {
            object: CONNECTION,
            at,
        }),
        _ => Ok(()),
    }
}

/// Verifies that a host serves for a service and returns its authentication key; for how long is [`host_holds`]'s business.
///
/// # Errors
/// [`Error::Unrelated`] when the connection is of another service or host; [`Error::Dare`] when it is not signed by the service.
pub fn verify_host(
    service: &Valid<ProfileService>,
    host: &Valid<ProfileHost>,
    connection: &Envelope,
) -> Result<PublicKey, Error> {
    let connection = Valid::<ConnectionService>::signed_by(connection, &service.signature_key()?)?;
    if connection.profile_udf.as_deref() != Some(service.udf()?.as_str()) {
        return Err(Error::Unrelated {
            object: "the connection of the host",
            to: "this service",
        });
    }
    let key = required(
        connection.authentication.as_ref(),
        "ConnectionService",
        "Authentication",
    )?;
    if key != host.authentication_key()? {
        return Err(Error::Unrelated {
            object: "the connection",
            to: "this host",
        });
    }
    Ok(key)
}
