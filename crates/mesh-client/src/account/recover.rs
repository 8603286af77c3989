// SPDX-License-Identifier: MIT
//! Recovering an account on a machine that knows nothing of it.
//!
//! Spec: mesh-architecture, "Recovery"; mesh-udf, "Shamir Shared Secret".
//! Here: from recovery codes to a connected device with all keys; the rehearsal of it.
//! Not here: making the codes (`escrow`).

use std::rc::Rc;

use mesh_crypto::share::recover;
use mesh_crypto::udf::profile_udf;
use mesh_crypto::{KeyAlgorithm, KeyRing, PrivateKey, PublicKey, Seed, Share, seed_code};
use mesh_dare::Enveloped;
use mesh_dare::store::Remarks;
use mesh_dare::store::replica::Replica;
use mesh_jsonbcd::from_tagged;
use mesh_protocol::generated::StatusRequest;
use mesh_protocol::{Code, MeshSession};
use mesh_schema::activation::{Grant, GrantedKey};
use mesh_schema::generated::{
    AccountHostAssignment, CatalogedAccess, CatalogedContact, CatalogedDevice, ProfileService,
    ProfileUser,
};
use mesh_schema::profile::device::DeviceKeys;
use mesh_schema::profile::user::AccountKeys;
use mesh_schema::publication::claim;
use mesh_schema::{AccountAddress, Role, Roles, StoreLabel, Valid};

use crate::account::Account;
use crate::account::create::{
    access_key, all_keys, has_encapsulation, ring_of, speak_as_account, unfinished,
};
use crate::account::escrow::{Recovered, open_record};
use crate::account::settle::moved_from;
use crate::device::free_name;
use crate::device::preconfigured::fetch;
use crate::device::revoke::recipients_of;
use crate::enroll::{Giver, enroll};
use crate::error::Error;
use crate::generated::CatalogedStandard;
use crate::home::{ACCOUNT_SEED, DEVICE_SEED, Home};
use crate::stores::{StoreDigest, Stores};
use crate::sync::{ASK_AGAIN, Keys, download, take_over};
use crate::transact::{Batch, Rush, request};

impl Home {
    /// Recovers an account from its recovery codes and connects this device with all keys.
    ///
    /// An interrupted recovery is continued by calling this again.
    ///
    /// # Errors
    /// [`Error::Crypto`] naming the code that is wrong, too few codes or codes of different sets; [`Error::SharesOfAnother`] when
    /// they are in order but not those of this account; [`Error::AccountExists`]; [`Error::Protocol`].
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// # use mesh_test::world::{Connection, World};
    /// # let world = World::new(Connection::Direct)?;
    /// # let home = world.home("laptop")?;
    /// # let mut alice = home.create_account(&mesh_client::check_address("alice@localhost")?)?;
    /// let codes = alice.escrow(3, 2)?;
    /// # drop(alice);
    /// home.delete_account(None)?; // as if the machine were lost
    ///
    /// let address = mesh_client::check_address("alice@localhost")?;
    /// let alice = world.home("new laptop")?.recover_account(&address, &codes[1..])?;
    /// assert_eq!(alice.address(), &address);
    /// # Ok(())
    /// # }
    /// ```
    pub fn recover_account(
        &self,
        address: &AccountAddress,
        shares: &[Share],
    ) -> Result<Account, Error> {
        if self
            .accounts()?
            .iter()
            .any(|account| account.address == address.to_string())
        {
            return Err(Error::AccountExists {
                address: address.to_string(),
            });
        }
        let (keys, session, service) = self.speak_for(address, shares)?;
        self.adopt(address, keys, session, &service)
    }

    /// Rehearses a recovery: with the codes alone all stores are fetched into this home, checked and opened, and no device is connected.
    /// The home is for nothing else; whoever made it deletes it afterwards.
    ///
    /// # Errors
    /// As [`Home::recover_account`].
    pub fn drill_recovery(
        &self,
        address: &AccountAddress,
        shares: &[Share],
    ) -> Result<Drill, Error> {
        let (keys, session, service) = self.speak_for(address, shares)?;
        let mut found = self.rebuild(address, &keys, session, &service)?;
        let mut entries = 0_usize;
        for label in StoreLabel::catalogs() {
            let replica = found.stores.replica(label)?;
            entries = entries.saturating_add(replica.entries(&found.ring)?.len());
        }
        Ok(Drill {
            udf: found.profile.udf()?,
            stores: found.stores.digests(&StoreLabel::PERSONAL),
            entries,
        })
    }

    /// A conversation with the service of an account as the account itself.
    fn speak_for(&self, address: &AccountAddress, shares: &[Share]) -> Result<Spokesman, Error> {
        let another = || Error::SharesOfAnother {
            address: address.to_string(),
        };
        let seed = match Recovered::read(recover(shares)?)? {
            Recovered::Account(seed) => seed,
            Recovered::Record(key) => {
                let client = &self.0.client;
                let signer = PrivateKey::generate(KeyAlgorithm::Ed448, &*client.env);
                let claim = claim(address, address, None, &key, &signer, &*client.env)?;
                let record =
                    fetch(client, address, claim).map_err(|error| match error.refusal() {
                        Some(Code::NotFound) => another(),
                        _ => error,
                    })?;
                open_record(&record, &key)?
            }
        };
        if seed.code() != seed_code::PROFILE_ACCOUNT {
            return Err(another());
        }
        let keys = AccountKeys::derive(seed)?;
        let (session, service) = speak_as_account(&self.0.client, &keys, address)?;
        Ok((keys, session, service))
    }

    /// Fetches all stores of an account whose keys are at hand, and checks them.
    fn rebuild(
        &self,
        address: &AccountAddress,
        keys: &AccountKeys,
        mut session: Box<dyn MeshSession>,
        service: &Valid<ProfileService>,
    ) -> Result<Rebuilt, Error> {
        let another = || Error::SharesOfAnother {
            address: address.to_string(),
        };
        let status =
            session
                .status(&StatusRequest::default())
                .map_err(|error| match error.refusal() {
                    Some(Code::NotAuthorized) => another(),
                    _ => error.into(),
                })?;
        let profile = status
            .enveloped_profile_account
            .ok_or(Error::WrongService {
                why: "it does not show the account profile",
            })?;
        let profile = Valid::<ProfileUser>::validate(profile.envelope())?;
        // The codes decide which account this is, not the service.
        if profile.udf()? != profile_udf(&[keys.root.udf().binary()])?.to_string()
            || profile.address()? != *address
        {
            return Err(another());
        }
        if profile.service_udf.as_deref() != Some(service.udf()?.as_str()) {
            return Err(Error::WrongService {
                why: "the account names another service",
            });
        }
        let assignment = status.enveloped_account_host_assignment;
        let assignment = assignment.ok_or(Error::WrongService {
            why: "it does not say which key it reads the access catalog with",
        })?;
        let host = access_key(assignment.envelope(), service)?;

        let profile = Rc::new(profile);
        let udf = profile.udf()?;
        // Its replicas are those of the account that is there.
        if let Some(known) = self
            .accounts()?
            .into_iter()
            .find(|known| known.udf == udf && known.address != address.to_string())
        {
            return Err(Error::AccountExists {
                address: known.address,
            });
        }
        let all = all_keys(keys, false)?;
        let ring = ring_of(keys, &all);
        let judge = Keys {
            ring: &ring,
            profile: profile.clone(),
            administrator: true,
        };
        let labels = StoreLabel::PERSONAL;
        let mut stores = Stores::open(&self.0.directory, &udf, self.0.client.env.clone())?;
        let mut asked_again = 0_u32;
        loop {
            let (frames, _) = download(&mut *session, &mut stores, &labels, None)?;
            match take_over(&mut stores, &judge, &labels, frames) {
                Err(Error::Withheld { .. }) if asked_again < ASK_AGAIN => {
                    asked_again = asked_again.saturating_add(1);
                }
                done => {
                    done?;
                    break;
                }
            }
        }

        // An account that is brought here has its former places in its history.
        if stores.unsettled()?.is_none()
            && let Some(left) = moved_from(stores.replica(StoreLabel::Device)?.state(), address)?
        {
            // Nothing of it may be in the way of the recovery there.
            stores.remove()?;
            return Err(Error::Moved { address: left });
        }

        // Keys that the stores were given later do not follow from the seed.
        let mut all = all;
        for payload in stores.replica(StoreLabel::Access)?.entries(&ring)? {
            let entry: CatalogedAccess = from_tagged(payload.expose_secret())?;
            if let Some((label, key)) = entry.open_store_key(&ring)? {
                all.stores.push((label, GrantedKey::Whole(key)));
            }
        }
        if has_encapsulation(stores.replica(StoreLabel::Device)?.cipher(&ring)?) {
            let key = &keys.common_encapsulation;
            // It opens what was sealed to it, whatever the contact catalog says by now.
            all.common_encapsulation = Some(key.clone());
            // Other devices have it only where the account had it from the beginning.
            if own_encapsulation(&mut stores, &ring)?.as_ref() == Some(key.public()) {
                all.encapsulation = Some(key.public().clone());
            }
        }
        Ok(Rebuilt {
            session,
            profile,
            assignment,
            host,
            all,
            ring,
            stores,
        })
    }

    /// Connects this device to an existing account whose keys are at hand.
    pub(crate) fn adopt(
        &self,
        address: &AccountAddress,
        keys: AccountKeys,
        session: Box<dyn MeshSession>,
        service: &Valid<ProfileService>,
    ) -> Result<Account, Error> {
        let env = self.env();
        let Rebuilt {
            mut session,
            profile,
            assignment,
            host,
            all,
            ring,
            mut stores,
        } = self.rebuild(address, &keys, session, service)?;
        let udf = profile.udf()?;
        let judge = Keys {
            ring: &ring,
            profile: profile.clone(),
            administrator: true,
        };
        let labels = StoreLabel::PERSONAL;
        let cipher = stores.replica(StoreLabel::Device)?.cipher(&ring)?;
        let connected: Vec<CatalogedDevice> = stores
            .replica(StoreLabel::Device)?
            .entries(&ring)?
            .iter()
            .map(|payload| from_tagged(payload.expose_secret()))
            .collect::<Result<_, _>>()?;
        let finish = |device_id: &str, device: CatalogedDevice| {
            let entry = CatalogedStandard {
                cataloged_device: Some(device),
                enveloped_account_host_assignment: Some(assignment),
                ..unfinished(device_id, address, &profile)
            };
            self.take_up(device_id, entry)
        };
        // An earlier attempt came through, and only its answer was lost: this device is there already.
        for entry in &connected {
            let id = entry.device_udf.as_deref().unwrap_or_default();
            if self.load_seed(id)?.is_some() {
                self.save_seed(&udf, ACCOUNT_SEED, keys.seed())?;
                drop(stores);
                return finish(id, entry.clone());
            }
        }
        let seed = Seed::generate(seed_code::PROFILE_DEVICE, env);
        let device_keys = DeviceKeys::derive(&seed)?;
        let device = device_keys.profile(env)?;
        let device_id = device.udf()?;
        let roles = Roles::new(&[Role::Super]);
        let taken: Vec<&str> = connected
            .iter()
            .filter_map(|entry| entry.local_name.as_deref())
            .collect();
        let name = free_name(&taken, self.0.client.device_name.as_deref());
        let giver = Giver {
            profile: &profile,
            all: &all,
            host: &host,
            cipher,
        };
        let enrolled = enroll(&giver, &device, &roles, &name, env)?;
        let signer = enrolled.activation.activate(&device_keys)?.signature;
        self.save_seed(&device_id, DEVICE_SEED, &seed)?;
        self.save_seed(&udf, ACCOUNT_SEED, keys.seed())?;

        let mut batch = Batch::default();
        enrolled.add_to(&mut batch)?;
        let mut rush = Rush::new();
        loop {
            let mut frames = Vec::new();
            for (label, changes) in batch.catalogs() {
                let heads = stores.heads_beside(*label);
                let remarks = Remarks {
                    heads: &heads,
                    ..Remarks::default()
                };
                let replica = stores.replica(*label)?;
                let renew = match label {
                    StoreLabel::Access => for_host(replica, &host, &all, &keys)?,
                    _ => None,
                };
                let renew = renew.as_deref();
                let staged = replica.stage(changes, remarks, renew, &ring, &signer, env)?;
                frames.push((*label, staged));
            }
            match session.transact(&request(&frames, &batch)) {
                Ok(_) => break,
                Err(error) if error.refusal() == Some(Code::Stale) => {
                    rush.pause(env)?;
                    let (frames, _) = download(&mut *session, &mut stores, &labels, None)?;
                    take_over(&mut stores, &judge, &labels, frames)?;
                }
                Err(error) => {
                    if error.refusal().is_some() {
                        self.delete_seed(&device_id)?;
                        self.delete_seed(&udf)?;
                    }
                    return Err(error.into());
                }
            }
        }
        drop(stores);
        finish(&device_id, enrolled.device)
    }
}

/// The key for encapsulation that the account's own contact names.
fn own_encapsulation(stores: &mut Stores, ring: &KeyRing) -> Result<Option<PublicKey>, Error> {
    let replica = stores.replica(StoreLabel::Contact)?;
    for index in replica.state().live() {
        // One that cannot be read is not in the way of a recovery.
        let payload = replica.payload(index, ring).ok();
        let entry = payload
            .and_then(|payload| from_tagged::<CatalogedContact>(payload.expose_secret()).ok());
        if let Some(own) = entry.filter(|entry| entry.self_ == Some(true)) {
            return Ok(own.encapsulation_key()?);
        }
    }
    Ok(None)
}

/// The keys for a new exchange of the access catalog, when the present one is for another host: then the account was brought here.
fn for_host(
    replica: &Replica<std::fs::File>,
    host: &PublicKey,
    all: &Grant,
    keys: &AccountKeys,
) -> Result<Option<Vec<PublicKey>>, Error> {
    let current = replica.state().current_exchange().unwrap_or(0);
    let header = replica.frame(current)?.header;
    let name = host.udf().to_string();
    let is = |kid: &Option<String>| kid.as_ref() == Some(&name);
    if header
        .recipients
        .iter()
        .any(|recipient| is(&recipient.key_identifier))
    {
        return Ok(None);
    }
    let escrow = keys.escrow_encryption.public().clone();
    recipients_of(StoreLabel::Access, all, escrow, host).map(Some)
}

/// The keys of an account, a conversation as the account itself, and with whom.
type Spokesman = (AccountKeys, Box<dyn MeshSession>, Valid<ProfileService>);

/// An account as its keys and the service give it.
struct Rebuilt {
    session: Box<dyn MeshSession>,
    profile: Rc<Valid<ProfileUser>>,
    assignment: Enveloped<AccountHostAssignment>,
    host: PublicKey,
    all: Grant,
    ring: KeyRing,
    stores: Stores,
}

/// What a rehearsed recovery found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drill {
    /// Fingerprint of the account.
    pub udf: String,
    /// The stores as they would be recovered.
    pub stores: Vec<StoreDigest>,
    /// Entries that were opened, in all catalogs.
    pub entries: usize,
}
