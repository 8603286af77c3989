// SPDX-License-Identifier: MIT
//! The host: the keys and assertions with which this service shows who it is.
//!
//! Spec: mesh-schema, "ProfileService", "ProfileHost".
//! Here: creation on the first start, loading on every later one.
//! Not here: derivation of the keys (`mesh-schema`, profile); where secrets are sealed (`mesh-keystore`).

use mesh_crypto::{Environment, KeyRing, PublicKey, SecretBytes, Seed, Udf, seed_code};
use mesh_jsonbcd::{from_bytes, to_json};
use mesh_keystore::KeyStore;
use mesh_protocol::HostCredential;
use mesh_schema::Valid;
use mesh_schema::generated::ProfileService;
use mesh_schema::profile::device::DeviceKeys;
use mesh_schema::profile::service::{ServiceKeys, verify_host};

use crate::error::Error;
use crate::migrate::refuse_unserviceable;
use crate::store::Store;

const SERVICE_SEED: &str = "service-seed";
const HOST_SEED: &str = "host-seed";
const PROFILE_SERVICE: &str = "profile/service";
const PROFILE_HOST: &str = "profile/host";
const CONNECTION: &str = "connection/host";

/// What this host is and holds.
#[derive(Debug)]
pub struct Host {
    /// The profile of the service.
    pub service: Valid<ProfileService>,
    /// What is presented to clients.
    pub credential: HostCredential,
    keys: KeyRing,
    access_encrypt: PublicKey,
}

impl Host {
    /// Loads the host, or makes it when neither keys nor assertions exist.
    ///
    /// # Errors
    /// [`Error::Host`] when keys and assertions do not belong together, for instance because only one of the two was restored.
    pub fn load(
        store: &dyn Store,
        keys: &dyn KeyStore,
        env: &dyn Environment,
    ) -> Result<Self, Error> {
        refuse_unserviceable(store)?;
        let assertion = |name| -> Result<Option<mesh_dare::Envelope>, Error> {
            Ok(store
                .host_get(name)?
                .map(|bytes| from_bytes(&bytes))
                .transpose()?)
        };
        let saved = (
            assertion(PROFILE_SERVICE)?,
            assertion(PROFILE_HOST)?,
            assertion(CONNECTION)?,
        );
        let service_seed = seed(keys, SERVICE_SEED)?;
        let host_seed = seed(keys, HOST_SEED)?;
        match (saved, service_seed, host_seed) {
            // The assertions are the last that a first start writes: without them nobody has seen the keys.
            ((_, _, None), service_seed, host_seed) => {
                let service_seed = match service_seed {
                    Some(seed) => seed,
                    None => create(keys, SERVICE_SEED, seed_code::PROFILE_SERVICE, env)?,
                };
                let host_seed = match host_seed {
                    Some(seed) => seed,
                    None => create(keys, HOST_SEED, seed_code::PROFILE_DEVICE, env)?,
                };
                let service_keys = ServiceKeys::derive(&service_seed)?;
                let host_keys = DeviceKeys::derive(&host_seed)?;
                let service = service_keys.profile(env)?;
                let profile = host_keys.host_profile(env)?;
                let connection = service_keys.connect_host(&service, &profile, env)?;
                store.host_put(PROFILE_SERVICE, &to_json(service.envelope()))?;
                store.host_put(PROFILE_HOST, &to_json(profile.envelope()))?;
                store.host_put(CONNECTION, &to_json(connection.envelope()))?;
                Self::new(
                    service,
                    HostCredential {
                        key: host_keys.authentication.clone(),
                        profile,
                        connection,
                    },
                    &host_keys,
                )
            }
            ((Some(service), Some(profile), Some(connection)), Some(_), Some(host_seed)) => {
                let service = Valid::<ProfileService>::validate(&service)?;
                let profile = Valid::validate(&profile)?;
                let key = verify_host(&service, &profile, &connection)?;
                let connection = Valid::signed_by(&connection, &service.signature_key()?)?;
                let host_keys = DeviceKeys::derive(&host_seed)?;
                if *host_keys.authentication.public() != key {
                    return Err(Error::Host {
                        why: "the host key is not the one that the host's profile names",
                    });
                }
                Self::new(
                    service,
                    HostCredential {
                        key: host_keys.authentication.clone(),
                        profile,
                        connection,
                    },
                    &host_keys,
                )
            }
            _ => Err(Error::Host {
                why: "the store holds the profile of a host whose keys are not in the key store",
            }),
        }
    }

    fn new(
        service: Valid<ProfileService>,
        credential: HostCredential,
        host_keys: &DeviceKeys,
    ) -> Result<Self, Error> {
        let mut keys = KeyRing::new();
        keys.add(host_keys.encryption.clone());
        let access_encrypt = host_keys.encryption.public().clone();
        Ok(Self {
            service,
            credential,
            keys,
            access_encrypt,
        })
    }

    /// The key to which accounts encrypt what this host must read: their access catalogs.
    #[must_use]
    pub fn access_encrypt(&self) -> &PublicKey {
        &self.access_encrypt
    }

    /// The keys with which this host opens what is encrypted to it.
    #[must_use]
    pub fn keys(&self) -> &KeyRing {
        &self.keys
    }
}

fn seed(keys: &dyn KeyStore, kind: &str) -> Result<Option<Seed>, Error> {
    let found = keys.list()?.into_iter().find(|(_, found)| found == kind);
    let Some((id, _)) = found else {
        return Ok(None);
    };
    let octets = keys.load(&id)?.ok_or(Error::Host {
        why: "a key vanished from the key store",
    })?;
    Ok(Some(Seed::from_binary(&octets)?))
}

fn create(
    keys: &dyn KeyStore,
    kind: &str,
    code: u16,
    env: &dyn Environment,
) -> Result<Seed, Error> {
    let seed = Seed::generate(code, env);
    let octets: SecretBytes = seed.binary();
    keys.save(&Udf::nonce(env).to_string(), kind, &octets)?;
    Ok(seed)
}
