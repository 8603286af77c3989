// SPDX-License-Identifier: MIT
//! Mesh credentials over RUD: what devices, accounts and hosts present, and how each side judges the other.
//!
//! Spec: mesh-protocol, "Authentication"; mesh-schema, "ConnectionService".
//! Here: both ends. Possession of the key is proven by RUD; that the key belongs to a connected device by the administrator's signature.
//! Not here: what the caller may do (`mesh-service`, access).

use std::sync::{Arc, PoisonError, RwLock};

use mesh_crypto::{PrivateKey, PublicKey, SharedSecret};
use mesh_dare::Envelope;
use mesh_jsonbcd::{DateTime, Limits, from_bytes_limited, to_json};
use mesh_rud::packet::tag;
use mesh_rud::{Credential, Extension, KeyPeer, KeyVerifier, Refusal, Verifier};
use mesh_schema::generated::{ConnectionService, ProfileHost, ProfileService, ProfileUser};
use mesh_schema::profile::service::{host_holds, verify_host};
use mesh_schema::{AccountAddress, Valid};

/// Octets of the largest object in a credential.
const MAX_OBJECT: usize = 64 * 1024;

/// What a client presents.
#[derive(Clone, Debug)]
pub enum ClientCredential {
    /// A connected device.
    Device {
        /// Its activated authentication key.
        key: PrivateKey,
        /// Fingerprint of the account.
        account: String,
        /// Its profile.
        profile: Box<Envelope>,
        /// Its connection for the service.
        connection: Box<Envelope>,
    },
    /// A key alone: that of the account, or that of a device before it is connected.
    Key {
        /// The key.
        key: PrivateKey,
        /// The account that is claimed.
        claim: Option<String>,
    },
}

impl Credential for ClientCredential {
    fn extensions(&self) -> Vec<Extension> {
        match self {
            Self::Device {
                account,
                profile,
                connection,
                ..
            } => vec![
                Extension::new(tag::CLAIM_ID, account.as_bytes()),
                Extension::new(tag::MESH_PROFILE_DEVICE, to_json(&**profile)),
                Extension::new(tag::MESH_CONNECTION_DEVICE, to_json(&**connection)),
            ],
            Self::Key { key, claim } => {
                let mut extensions = vec![Extension::new(tag::DIRECT_X448, key.public().octets())];
                extensions.extend(
                    claim
                        .as_ref()
                        .map(|claim| Extension::new(tag::CLAIM_ID, claim.as_bytes())),
                );
                extensions
            }
        }
    }

    fn authentication_key(&self) -> &PublicKey {
        match self {
            Self::Device { key, .. } | Self::Key { key, .. } => key.public(),
        }
    }

    fn agree(&self, peer: &PublicKey) -> mesh_rud::Result<SharedSecret> {
        match self {
            Self::Device { key, .. } | Self::Key { key, .. } => key
                .agree(peer)
                .map_err(|_| mesh_rud::Error::KeyUnacceptable),
        }
    }
}

/// What a host presents.
#[derive(Clone, Debug)]
pub struct HostCredential {
    key: PrivateKey,
    profile: Valid<ProfileHost>,
    /// Made anew from time to time, for all that have a copy of this.
    connection: Arc<RwLock<Valid<ConnectionService>>>,
}

impl HostCredential {
    /// Its authentication key, its profile, and its connection to the service.
    #[must_use]
    pub fn new(
        key: PrivateKey,
        profile: Valid<ProfileHost>,
        connection: Valid<ConnectionService>,
    ) -> Self {
        Self {
            key,
            profile,
            connection: Arc::new(RwLock::new(connection)),
        }
    }

    /// Its profile.
    #[must_use]
    pub const fn profile(&self) -> &Valid<ProfileHost> {
        &self.profile
    }

    /// Until when it is connected to the service.
    #[must_use]
    pub fn ends(&self) -> Option<DateTime> {
        let connection = self.connection.read();
        connection.unwrap_or_else(PoisonError::into_inner).ends()
    }

    /// Presents another connection of the same host from now on.
    pub fn renew(&self, connection: Valid<ConnectionService>) {
        let held = self.connection.write();
        *held.unwrap_or_else(PoisonError::into_inner) = connection;
    }
}

impl Credential for HostCredential {
    fn extensions(&self) -> Vec<Extension> {
        let connection = self.connection.read();
        let connection = connection.unwrap_or_else(PoisonError::into_inner);
        vec![
            Extension::new(tag::MESH_PROFILE_DEVICE, to_json(self.profile.envelope())),
            Extension::new(tag::MESH_CONNECTION_DEVICE, to_json(connection.envelope())),
        ]
    }

    fn authentication_key(&self) -> &PublicKey {
        self.key.public()
    }

    fn agree(&self, peer: &PublicKey) -> mesh_rud::Result<SharedSecret> {
        self.key
            .agree(peer)
            .map_err(|_| mesh_rud::Error::KeyUnacceptable)
    }
}

/// Which host a client is willing to talk to.
#[derive(Clone, Debug)]
pub enum HostExpectation {
    /// Any, because the service is not known yet. The caller asks for its profile and then checks the evidence with
    /// [`HostEvidence::serves`] before it says anything of value.
    FirstContact,
    /// A host of this service and no other.
    Pinned(Box<Valid<ProfileService>>),
}

/// What a host presented.
#[derive(Clone, Debug)]
pub struct HostEvidence {
    /// Its profile, which is valid in itself.
    pub profile: Valid<ProfileHost>,
    /// Its connection to a service.
    pub connection: Envelope,
}

impl HostEvidence {
    /// Verifies that the host serves for a service.
    ///
    /// # Errors
    /// [`mesh_schema::Error`] when it does not.
    pub fn serves(&self, service: &Valid<ProfileService>) -> Result<(), mesh_schema::Error> {
        verify_host(service, &self.profile, &self.connection).map(|_| ())
    }

    /// Verifies that what the host presented has not ended.
    ///
    /// # Errors
    /// [`mesh_schema::Error::Ended`].
    pub fn holds(&self, now: DateTime) -> Result<(), mesh_schema::Error> {
        host_holds(&self.connection, now)
    }
}

impl Verifier for HostExpectation {
    type Peer = HostEvidence;

    fn verify(&self, extensions: &[Extension]) -> Result<(PublicKey, HostEvidence), Refusal> {
        let profile =
            Valid::<ProfileHost>::validate(&object(extensions, tag::MESH_PROFILE_DEVICE)?)
                .map_err(refuse)?;
        let connection = object(extensions, tag::MESH_CONNECTION_DEVICE)?;
        let evidence = HostEvidence {
            profile,
            connection,
        };
        if let Self::Pinned(service) = self {
            evidence.serves(service).map_err(|error| {
                let known = service.udf().unwrap_or_default();
                let reason = format!(
                    "another service answers than the one that is known from the first contact, {known}: {error}"
                );
                Refusal::new(error.class(), reason)
            })?;
        }
        let key = evidence.profile.authentication_key().map_err(refuse)?;
        Ok((key, evidence))
    }
}

/// Who is at the other end of a connection, as far as cryptography proves it.
#[derive(Clone, Debug)]
pub enum Peer {
    /// A device that an administrator of the account connected. It may have been removed since.
    Device {
        /// Fingerprint of the account.
        account: String,
        /// Its authentication key.
        key: PublicKey,
    },
    /// The holder of a key.
    Key(KeyPeer),
}

impl Peer {
    /// The key whose possession is proven.
    #[must_use]
    pub fn key(&self) -> &PublicKey {
        match self {
            Self::Device { key, .. } | Self::Key(KeyPeer { key, .. }) => key,
        }
    }
}

/// Where a service finds the profile of an account.
pub trait ProfileSource: Send + Sync {
    /// The validated profile of the account with this fingerprint, if the service has it.
    fn profile(&self, udf: &str) -> Option<Arc<Valid<ProfileUser>>>;
}

/// Judges the credentials of clients.
pub struct ClientVerifier {
    source: Arc<dyn ProfileSource>,
}

impl ClientVerifier {
    /// A verifier over the accounts of a service.
    #[must_use]
    pub fn new(source: Arc<dyn ProfileSource>) -> Self {
        Self { source }
    }
}

impl std::fmt::Debug for ClientVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientVerifier")
    }
}

impl Verifier for ClientVerifier {
    type Peer = Peer;

    fn verify(&self, extensions: &[Extension]) -> Result<(PublicKey, Peer), Refusal> {
        if Extension::find(extensions, tag::DIRECT_X448).is_ok_and(|key| key.is_some()) {
            let (key, peer) = KeyVerifier.verify(extensions)?;
            return Ok((key, Peer::Key(peer)));
        }
        let envelope = object(extensions, tag::MESH_CONNECTION_DEVICE)?;
        let claim = Extension::require(extensions, tag::CLAIM_ID).map_err(malformed)?;
        let claim = std::str::from_utf8(claim).map_err(malformed)?;
        let profile = self.source.profile(claim);
        let profile = profile.ok_or_else(|| {
            Refusal::new(
                mesh_jsonbcd::ErrorClass::Refused,
                "there is no such account",
            )
        })?;
        let connection =
            Valid::<ConnectionService>::of_account(&envelope, &profile).map_err(refuse)?;
        let key = connection.authentication_key().map_err(refuse)?;
        let account = profile.udf().map_err(refuse)?;
        Ok((key.clone(), Peer::Device { account, key }))
    }
}

/// The account that a key credential claims: an address, or a fingerprint.
#[must_use]
pub fn claimed_address(peer: &KeyPeer) -> Option<AccountAddress> {
    peer.claim
        .as_deref()
        .and_then(|claim| AccountAddress::parse(claim).ok())
}

fn object(extensions: &[Extension], tag: &'static str) -> Result<Envelope, Refusal> {
    let octets = Extension::require(extensions, tag).map_err(malformed)?;
    let limits = Limits {
        max_bytes: MAX_OBJECT,
        max_string: MAX_OBJECT,
        ..Limits::default()
    };
    from_bytes_limited(octets, limits).map_err(malformed)
}

fn malformed(error: impl std::fmt::Display) -> Refusal {
    Refusal::new(mesh_jsonbcd::ErrorClass::Malformed, error.to_string())
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it stands where errors are mapped"
)]
fn refuse(error: mesh_schema::Error) -> Refusal {
    Refusal::new(error.class(), error.to_string())
}
