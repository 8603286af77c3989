// SPDX-License-Identifier: MIT
//! The host: the keys and assertions with which this service shows who it is.
//!
//! Spec: mesh-schema, "ProfileService", "ProfileHost".
//! Here: creation on the first start, loading on every later one, new keys, new assertions of the same.
//! Not here: derivation of the keys (`mesh-schema`, profile); where secrets are sealed (`mesh-keystore`).

use std::sync::atomic::{AtomicBool, Ordering};

use mesh_crypto::{Environment, KeyRing, PublicKey, SecretBytes, Seed, Udf, seed_code};
use mesh_jsonbcd::{DateTime, from_bytes, to_json};
use mesh_keystore::KeyStore;
use mesh_protocol::HostCredential;
use mesh_schema::Valid;
use mesh_schema::generated::{ConnectionService, ProfileHost, ProfileService};
use mesh_schema::profile::device::DeviceKeys;
use mesh_schema::profile::service::{HOST_VALIDITY, ServiceKeys, verify_host};

use crate::error::Error;
use crate::migrate::refuse_unserviceable;
use crate::store::Store;

const SERVICE_SEED: &str = "service-seed";
const HOST_SEED: &str = "host-seed";
const PROFILE_SERVICE: &str = "profile/service";
const PROFILE_HOST: &str = "profile/host";
const CONNECTION: &str = "connection/host";

const VANISHED: Error = Error::Host {
    why: "a key vanished from the key store",
};

/// What this host is and holds.
#[derive(Debug)]
pub struct Host {
    /// The profile of the service.
    pub service: Valid<ProfileService>,
    /// What is presented to clients.
    pub credential: HostCredential,
    /// Connects the host anew.
    service_seed: Seed,
    keys: KeyRing,
    access_encrypt: PublicKey,
    /// Whether it was seen, and said, that the host has other keys by now.
    replaced: AtomicBool,
}

/// New keys of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The fingerprint of the service, which is the same.
    pub service: String,
    /// The fingerprint of the host from now on.
    pub host: String,
    /// The one that it had.
    pub former: String,
    /// Until when clients believe that one.
    pub ends: Option<DateTime>,
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
        let service_seed = seeds(keys, SERVICE_SEED)?.into_iter().next();
        let mut host_seeds = seeds(keys, HOST_SEED)?;
        match (saved, service_seed) {
            // The assertions are the last that a first start writes: without them nobody has seen the keys.
            ((_, _, None), service_seed) => {
                let service_seed = match service_seed {
                    Some(seed) => seed,
                    None => create(keys, SERVICE_SEED, seed_code::PROFILE_SERVICE, env)?,
                };
                if host_seeds.is_empty() {
                    host_seeds.push(create(keys, HOST_SEED, seed_code::PROFILE_DEVICE, env)?);
                }
                let host_seed = host_seeds.first().ok_or(VANISHED)?;
                let service_keys = ServiceKeys::derive(&service_seed)?;
                let host_keys = DeviceKeys::derive(host_seed)?;
                let service = service_keys.profile(env)?;
                let profile = host_keys.host_profile(env)?;
                let connection = service_keys.connect_host(&service, &profile, env)?;
                store.host_put(PROFILE_SERVICE, &to_json(service.envelope()))?;
                store.host_put(PROFILE_HOST, &to_json(profile.envelope()))?;
                store.host_put(CONNECTION, &to_json(connection.envelope()))?;
                Self::new(
                    service,
                    service_seed,
                    (profile, connection),
                    &derive(&host_seeds)?,
                )
            }
            ((Some(service), Some(profile), Some(connection)), Some(service_seed)) => {
                let service = Valid::<ProfileService>::validate(&service)?;
                let profile = Valid::<ProfileHost>::validate(&profile)?;
                let host_keys = derive(&host_seeds)?;
                let key = profile.authentication_key()?;
                if !host_keys
                    .iter()
                    .any(|keys| *keys.authentication.public() == key)
                {
                    return Err(Error::Host {
                        why: "the key that the host's profile names is not in the key store: copy the keys of the host on which 'servermesh rotate' was run",
                    });
                }
                let connection = match verify_host(&service, &profile, &connection) {
                    Ok(_) => Valid::signed_by(&connection, &service.signature_key()?)?,
                    // Between the profile of new keys and their connection whoever made them was interrupted.
                    Err(_) => connect(store, &service_seed, &service, &profile, env)?,
                };
                let host = Self::new(service, service_seed, (profile, connection), &host_keys)?;
                host.renew(store, env)?;
                Ok(host)
            }
            _ => Err(Error::Host {
                why: "the store holds the profile of a host whose keys are not in the key store",
            }),
        }
    }

    /// Gives the host of a service new keys, which count when it is started anew. Those that it had still open what was encrypted to them.
    ///
    /// # Errors
    /// As [`Host::load`], which is done first.
    pub fn rotate(
        store: &dyn Store,
        keys: &dyn KeyStore,
        env: &dyn Environment,
    ) -> Result<Rotated, Error> {
        let host = Self::load(store, keys, env)?;
        let former = host.credential.profile().udf()?;
        // In this order: at any time there is a host whose keys are there, and that can be connected.
        let seed = create(keys, HOST_SEED, seed_code::PROFILE_DEVICE, env)?;
        let profile = DeviceKeys::derive(&seed)?.host_profile(env)?;
        store.host_put(PROFILE_HOST, &to_json(profile.envelope()))?;
        connect(store, &host.service_seed, &host.service, &profile, env)?;
        Ok(Rotated {
            service: host.service.udf()?,
            host: profile.udf()?,
            former,
            ends: host.credential.ends(),
        })
    }

    /// Is connected to the service anew, in time before the connection ends; call it every minute or so.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub fn renew(&self, store: &dyn Store, env: &dyn Environment) -> Result<(), Error> {
        if !is_due(self.credential.ends(), env) {
            return Ok(());
        }
        let profile = self.credential.profile();
        if store.host_get(PROFILE_HOST)? != Some(to_json(profile.envelope())) {
            // Others took over, and this one is not to be believed for longer than it is already.
            if !self.replaced.swap(true, Ordering::Relaxed) {
                tracing::warn!(
                    "the host has been given new keys: start it anew, with a copy of them; clients believe the former ones for {} days at most",
                    HOST_VALIDITY / 86_400
                );
            }
            return Ok(());
        }
        let shared = store.host_get(CONNECTION)?;
        let shared = shared.map(|octets| from_bytes(&octets)).transpose()?;
        if let Some(shared) = shared
            && verify_host(&self.service, profile, &shared).is_ok()
        {
            let shared =
                Valid::<ConnectionService>::signed_by(&shared, &self.service.signature_key()?)?;
            if !is_due(shared.ends(), env) {
                self.credential.renew(shared);
                return Ok(());
            }
        }
        let connection = connect(store, &self.service_seed, &self.service, profile, env)?;
        self.credential.renew(connection);
        Ok(())
    }

    fn new(
        service: Valid<ProfileService>,
        service_seed: Seed,
        (profile, connection): (Valid<ProfileHost>, Valid<ConnectionService>),
        host_keys: &[DeviceKeys],
    ) -> Result<Self, Error> {
        let key = profile.authentication_key()?;
        let mut keys = KeyRing::new();
        let mut current = None;
        for host_keys in host_keys {
            keys.add(host_keys.encryption.clone());
            if *host_keys.authentication.public() == key {
                current = Some(host_keys);
            }
        }
        let current = current.ok_or(VANISHED)?;
        let key = current.authentication.clone();
        Ok(Self {
            service,
            service_seed,
            credential: HostCredential::new(key, profile, connection),
            keys,
            access_encrypt: current.encryption.public().clone(),
            replaced: AtomicBool::new(false),
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

/// Whether a connection is to be made anew: when a third of its time is over, or when it has no end.
fn is_due(ends: Option<DateTime>, env: &dyn Environment) -> bool {
    let left = ends.map(|ends| ends.unix().saturating_sub(env.now().unix()));
    left.is_none_or(|left| left < HOST_VALIDITY / 3 * 2)
}

/// Connects a host to the service, and keeps that for all that serve.
fn connect(
    store: &dyn Store,
    service_seed: &Seed,
    service: &Valid<ProfileService>,
    profile: &Valid<ProfileHost>,
    env: &dyn Environment,
) -> Result<Valid<ConnectionService>, Error> {
    let keys = ServiceKeys::derive(service_seed)?;
    if *keys.signature.public() != service.signature_key()? {
        return Err(Error::Host {
            why: "the keys in the key store are of another service than the store",
        });
    }
    let connection = keys.connect_host(service, profile, env)?;
    store.host_put(CONNECTION, &to_json(connection.envelope()))?;
    Ok(connection)
}

fn derive(seeds: &[Seed]) -> Result<Vec<DeviceKeys>, Error> {
    let keys = seeds.iter().map(DeviceKeys::derive);
    Ok(keys.collect::<Result<_, _>>()?)
}

fn seeds(keys: &dyn KeyStore, kind: &str) -> Result<Vec<Seed>, Error> {
    let found = keys.list()?.into_iter().filter(|(_, found)| found == kind);
    let seeds = found.map(|(id, _)| {
        let octets = keys.load(&id)?.ok_or(VANISHED)?;
        Ok(Seed::from_binary(&octets)?)
    });
    seeds.collect()
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
