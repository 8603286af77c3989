// SPDX-License-Identifier: MIT
//! A device asks to be connected, and completes the connection.
//!
//! Spec: mesh-protocol, "Device Connection"; mesh-schema, "RequestConnection", "RespondConnection".
//! Here: the side of the device.
//! Not here: the administrator's side (`accept`).

use mesh_crypto::{KeyRing, Pin, Seed, seed_code};
use mesh_dare::{Cipher, Envelope, Enveloped};
use mesh_jsonbcd::Object;
use mesh_keystore::KeyStore;
use mesh_protocol::generated::{CompleteRequest, CompleteResponse, ConnectRequest};
use mesh_protocol::status::RESPONSE_NOT_FOUND;
use mesh_protocol::{ClientCredential, HostExpectation, MeshSession};
use mesh_schema::AccountAddress;
use mesh_schema::enveloped::Valid;
use mesh_schema::generated::{ProfileDevice, ProfileService, ProfileUser, RespondConnection};
use mesh_schema::message::{
    RESULT_ACCEPT, RESULT_REJECT, ValidAcknowledgement, post, request_connection,
};
use mesh_schema::profile::device::DeviceKeys;

use super::{Completion, InstalledDevice, PendingConnection};
use crate::account::Connected;
use crate::account::create::{access_key, first_contact, unfinished};
use crate::error::Error;
use crate::generated::{
    AnyCatalogedMachine, CatalogedPending, CatalogedPreconfigured, CatalogedStandard,
};
use crate::home::{DEVICE_SEED, Home, as_account};

impl Home {
    /// Asks for this device to be connected to an account.
    ///
    /// # Errors
    /// [`Error::AccountExists`] when it is connected or has asked already; [`Error::Protocol`], [`Error::WrongService`]. When no answer came
    /// the request is repeated by calling this again.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// # use mesh_test::world::{Connection, World};
    /// # let world = World::new(Connection::Direct)?;
    /// # let address = mesh_client::check_address("alice@localhost")?;
    /// # let mut alice = world.home("desktop")?.create_account(&address)?;
    /// let home = world.home("laptop")?;
    /// let pending = home.request_connection(&address, None)?;
    /// println!("Is this on the administrator's screen too? {}", pending.witness);
    /// # Ok(())
    /// # }
    /// ```
    pub fn request_connection(
        &self,
        address: &AccountAddress,
        pin: Option<&Pin>,
    ) -> Result<PendingConnection, Error> {
        let env = self.env();
        let seed = match self.unheard(address)? {
            Some(seed) => seed,
            None => Seed::generate(seed_code::PROFILE_DEVICE, env),
        };
        let keys = DeviceKeys::derive(&seed)?;
        let device = keys.profile(env)?;
        let device_udf = device.udf()?;
        let mut session = self.device_session(address, &keys, HostExpectation::FirstContact)?;
        let service = first_contact(&mut *session)?;
        let request = request_connection(address, &device, pin, env)?;
        // Before anybody can know of this device: should the answer be lost, the next request is by the same one.
        self.save_seed(&device_udf, DEVICE_SEED, &seed)?;
        let asking = CatalogedPending {
            id: Some(device_udf.clone()),
            local: Some(address.to_string()),
            device_udf: Some(device_udf.clone()),
            account_address: Some(address.to_string()),
            enveloped_profile_device: Some(device.enveloped()),
            ..CatalogedPending::default()
        };
        self.put(&device_udf, asking.clone())?;
        let response = session.connect(&ConnectRequest {
            enveloped_request_connection: Some(post(&request, &[], Cipher::default(), None, env)?),
            ..ConnectRequest::default()
        });
        let response = response.inspect_err(|error| {
            if error.refusal().is_some()
                && let Err(error) = self.delete_account(Some(address))
            {
                tracing::warn!(%error, "what is left of a request that was refused cannot be deleted");
            }
        })?;
        let profile = response
            .enveloped_profile_account
            .ok_or(Error::WrongService {
                why: "it does not show the account profile",
            })?;
        let profile = Valid::<ProfileUser>::validate(profile.envelope())?;
        if profile.address()? != *address
            || profile.service_udf.as_deref() != Some(service.udf()?.as_str())
        {
            return Err(Error::WrongService {
                why: "the account profile is for another address or service",
            });
        }
        let acknowledged = response.enveloped_acknowledge_connection;
        let acknowledged = acknowledged.ok_or(Error::WrongService {
            why: "it did not acknowledge the request",
        })?;
        let witness = acknowledged_for(acknowledged.envelope(), &profile, &device)?.witness;
        let account_udf = profile.udf()?;
        let pending = CatalogedPending {
            enveloped_profile_account: Some(as_account(profile.envelope())),
            enveloped_acknowledge_connection: Some(acknowledged),
            ..asking
        };
        self.put(&device_udf, pending)?;
        Ok(PendingConnection {
            address: address.clone(),
            account_udf,
            device_udf,
            witness,
        })
    }

    /// The seed of the device that has asked for this account without hearing an answer, if that is so.
    fn unheard(&self, address: &AccountAddress) -> Result<Option<Seed>, Error> {
        let exists = || Error::AccountExists {
            address: address.to_string(),
        };
        let accounts = self.accounts()?;
        if !accounts
            .iter()
            .any(|account| account.address == address.to_string())
        {
            return Ok(None);
        }
        match self.entry(Some(address))? {
            (id, AnyCatalogedMachine::CatalogedPending(entry))
                if entry.enveloped_acknowledge_connection.is_none() =>
            {
                self.load_seed(&id)
            }
            _ => Err(exists()),
        }
    }

    /// Asks whether the request of this device has been decided, and completes the connection if so.
    ///
    /// # Errors
    /// [`Error::NoAccount`]; [`Error::AccountExists`] when it is complete already; [`Error::Protocol`]; [`Error::Schema`] when the answer
    /// is not by an administrator of the account or not for this device.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// # use mesh_test::world::{Connection, World};
    /// # let world = World::new(Connection::Direct)?;
    /// # let address = mesh_client::check_address("alice@localhost")?;
    /// # let mut alice = world.home("desktop")?.create_account(&address)?;
    /// use mesh_client::{Completion, Role, Roles};
    ///
    /// let home = world.home("laptop")?;
    /// let witness = home.request_connection(&address, None)?.witness;
    /// assert!(matches!(home.complete_connection(None)?, Completion::Pending(_)));
    ///
    /// alice.sync()?; // on the administrator's device
    /// alice.accept(&witness, &Roles::new(&[Role::Web]), Some("laptop"))?;
    ///
    /// let Completion::Connected(account) = home.complete_connection(None)? else {
    ///     panic!("the administrator has accepted");
    /// };
    /// assert_eq!(account.address(), &address);
    /// # Ok(())
    /// # }
    /// ```
    pub fn complete_connection(
        &self,
        address: Option<&AccountAddress>,
    ) -> Result<Completion, Error> {
        let (id, entry) = self.entry(address)?;
        let seed = || {
            self.load_seed(&id)?.ok_or(Error::NotFound {
                what: "device key",
                name: id.clone(),
            })
        };
        match entry {
            AnyCatalogedMachine::CatalogedPending(entry) => {
                self.complete_request(&id, &entry, &DeviceKeys::derive(&seed()?)?)
            }
            AnyCatalogedMachine::CatalogedPreconfigured(entry) => {
                self.complete_adoption(&id, &entry, &DeviceKeys::derive(&seed()?)?)
            }
            _ => {
                let found = self.accounts()?.into_iter();
                let mut found = found.filter(|account| account.device_udf == id);
                Err(Error::AccountExists {
                    address: found
                        .next()
                        .map(|account| account.address)
                        .unwrap_or_default(),
                })
            }
        }
    }

    /// Completes a connection for which this device has asked.
    fn complete_request(
        &self,
        id: &str,
        entry: &CatalogedPending,
        keys: &DeviceKeys,
    ) -> Result<Completion, Error> {
        let field = |field| mesh_schema::Error::Field {
            object: CatalogedPending::TAG,
            field,
        };
        if entry.enveloped_acknowledge_connection.is_none() {
            return Err(Error::Unheard {
                address: entry.account_address.clone().unwrap_or_default(),
            });
        }
        let profile = entry
            .enveloped_profile_account
            .as_ref()
            .ok_or(field("EnvelopedProfileAccount"))?;
        let profile = Valid::<ProfileUser>::validate(profile.envelope())?;
        let device = entry
            .enveloped_profile_device
            .as_ref()
            .ok_or(field("EnvelopedProfileDevice"))?;
        let device = Valid::<ProfileDevice>::validate(device.envelope())?;
        let acknowledged = entry
            .enveloped_acknowledge_connection
            .as_ref()
            .ok_or(field("EnvelopedAcknowledgeConnection"))?;
        let acknowledged = acknowledged_for(acknowledged.envelope(), &profile, &device)?;
        let asked = Asked {
            address: profile.address()?,
            account_udf: profile.udf()?,
            response_id: acknowledged.response_id()?,
            profile: Some(profile),
        };
        match self.answer_to(&asked, keys)? {
            Some(answer) => {
                let completion = self.conclude(id, &asked, answer, keys)?;
                if matches!(completion, Completion::Rejected) {
                    self.delete_account(Some(&asked.address))?;
                }
                Ok(completion)
            }
            None => Ok(Completion::Pending(PendingConnection {
                address: asked.address,
                account_udf: asked.account_udf,
                device_udf: id.to_owned(),
                witness: acknowledged.witness,
            })),
        }
    }

    /// Completes the connection of a preconfigured device with the account that has adopted it.
    fn complete_adoption(
        &self,
        id: &str,
        entry: &CatalogedPreconfigured,
        keys: &DeviceKeys,
    ) -> Result<Completion, Error> {
        let unclaimed = || -> Result<Completion, Error> {
            let publisher = entry.account_address.as_deref().unwrap_or_default();
            Ok(Completion::Unclaimed(InstalledDevice {
                device_udf: id.to_owned(),
                publisher: AccountAddress::parse(publisher)?,
            }))
        };
        let Some(claim) = self.claim_on(entry, keys)? else {
            return unclaimed();
        };
        let asked = Asked {
            address: claim.claimant,
            account_udf: claim.profile_udf,
            response_id: claim.response_id,
            profile: None,
        };
        // Between the claim and the answer of whoever claims.
        let Some(answer) = self.answer_to(&asked, keys)? else {
            return unclaimed();
        };
        let completion = self.conclude(id, &asked, answer, keys)?;
        if let Some(publication) = &entry.publication_id {
            self.keys().delete(publication)?;
        }
        Ok(completion)
    }

    /// The answer of the account that was asked, once there is one, and who serves it.
    fn answer_to(&self, asked: &Asked, keys: &DeviceKeys) -> Result<Option<Answer>, Error> {
        let mut session =
            self.device_session(&asked.address, keys, HostExpectation::FirstContact)?;
        let service = first_contact(&mut *session)?;
        let response = session.complete(&CompleteRequest {
            account_address: Some(asked.address.to_string()),
            response_id: Some(asked.response_id.clone()),
            ..CompleteRequest::default()
        });
        match response {
            Ok(response) => Ok(Some((response, service))),
            Err(mesh_protocol::Error::Refused { description, .. })
                if description == RESPONSE_NOT_FOUND =>
            {
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Takes over what an administrator of the account has decided.
    fn conclude(
        &self,
        id: &str,
        asked: &Asked,
        (response, service): Answer,
        keys: &DeviceKeys,
    ) -> Result<Completion, Error> {
        let answer = response
            .enveloped_respond_connection
            .ok_or(Error::WrongService {
                why: "it shows no answer",
            })?;
        let mut ring = KeyRing::new();
        ring.add(keys.encryption.clone());
        let profile = match &asked.profile {
            Some(profile) => profile.clone(),
            None => claimant(&answer, asked, &ring)?,
        };
        if profile.service_udf.as_deref() != Some(service.udf()?.as_str()) {
            return Err(Error::WrongService {
                why: "the account names another service",
            });
        }
        let answer = Valid::<RespondConnection>::sealed_by(
            answer.envelope(),
            &profile.administrator_key()?,
            &ring,
        );
        let answer = answer.map_err(|error| match error {
            // By an administrator, and for somebody else.
            mesh_schema::Error::Dare(mesh_dare::Error::NoKey { .. }) => {
                mesh_schema::Error::Unrelated {
                    object: "the answer",
                    to: "this device",
                }
            }
            error => error,
        })?;
        // An answer to another request of this device, replayed, is not an answer to this one.
        if answer.message_id.as_deref() != Some(asked.response_id.as_str()) {
            return Err(mesh_schema::Error::Unrelated {
                object: "the answer",
                to: "this request",
            }
            .into());
        }
        match answer.result.as_deref() {
            Some(RESULT_ACCEPT) => {}
            Some(RESULT_REJECT) => return Ok(Completion::Rejected),
            _ => {
                return Err(mesh_schema::Error::Field {
                    object: RespondConnection::TAG,
                    field: "Result",
                }
                .into());
            }
        }
        let field = mesh_schema::Error::Field {
            object: RespondConnection::TAG,
            field: "CatalogedDevice",
        };
        let cataloged = answer.cataloged_device.clone().ok_or(field)?;
        Connected::validate(&cataloged, &profile, keys)?;
        let assignment = response.enveloped_account_host_assignment;
        let assignment = assignment.ok_or(Error::WrongService {
            why: "it does not say who it is",
        })?;
        access_key(assignment.envelope(), &service)?;
        let entry = CatalogedStandard {
            cataloged_device: Some(cataloged),
            enveloped_account_host_assignment: Some(assignment),
            ..unfinished(id, &asked.address, &profile)
        };
        let account = self.take_up(id, entry)?;
        Ok(Completion::Connected(Box::new(account)))
    }

    /// A conversation as a device that is not connected.
    pub(super) fn device_session(
        &self,
        address: &AccountAddress,
        keys: &DeviceKeys,
        host: HostExpectation,
    ) -> Result<Box<dyn MeshSession>, Error> {
        let credential = ClientCredential::Key {
            key: keys.authentication.clone(),
            claim: Some(address.to_string()),
        };
        Ok(self
            .0
            .client
            .port
            .open(address.domain(), credential, host)?)
    }
}

/// Which account a device expects an answer of, and where.
struct Asked {
    address: AccountAddress,
    account_udf: String,
    response_id: String,
    /// The profile of the account, when it is known already.
    profile: Option<Valid<ProfileUser>>,
}

/// What the service of an account answers, and who that is.
type Answer = (CompleteResponse, Valid<ProfileService>);

/// The profile of the account that has adopted a device: it stands in the answer, and the claim has proven its fingerprint.
fn claimant(
    answer: &Enveloped<RespondConnection>,
    asked: &Asked,
    ring: &KeyRing,
) -> Result<Valid<ProfileUser>, Error> {
    let unrelated = || mesh_schema::Error::Unrelated {
        object: "the answer",
        to: "the account that claimed this device",
    };
    let opened = answer.open(ring)?;
    let profile = opened
        .cataloged_device
        .and_then(|entry| entry.enveloped_profile_user)
        .ok_or_else(unrelated)?;
    let profile = Valid::<ProfileUser>::validate(profile.envelope())?;
    if profile.udf()? != asked.account_udf || profile.address()? != asked.address {
        return Err(unrelated().into());
    }
    Ok(profile)
}

/// The acknowledgement of this device's own request.
fn acknowledged_for(
    received: &Envelope,
    account: &Valid<ProfileUser>,
    device: &Valid<ProfileDevice>,
) -> Result<ValidAcknowledgement, Error> {
    let acknowledged = ValidAcknowledgement::validate(received, account)?;
    if acknowledged.request.device.udf()? != device.udf()? {
        return Err(mesh_schema::Error::Unrelated {
            object: "the acknowledgement",
            to: "this device",
        }
        .into());
    }
    Ok(acknowledged)
}
