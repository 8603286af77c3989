// SPDX-License-Identifier: MIT
//! A device asks to be connected, and completes the connection.
//!
//! Spec: mesh-protocol, "Device Connection"; mesh-schema, "RequestConnection", "RespondConnection".
//! Here: the side of the device.
//! Not here: the administrator's side (`accept`).

use mesh_crypto::{KeyRing, Pin, Seed, seed_code};
use mesh_dare::{Cipher, Envelope};
use mesh_jsonbcd::Object;
use mesh_protocol::generated::{CompleteRequest, ConnectRequest};
use mesh_protocol::status::RESPONSE_NOT_FOUND;
use mesh_protocol::{ClientCredential, HostExpectation, MeshSession};
use mesh_schema::AccountAddress;
use mesh_schema::enveloped::Valid;
use mesh_schema::generated::{ProfileDevice, ProfileUser, RespondConnection};
use mesh_schema::message::{
    RESULT_ACCEPT, RESULT_REJECT, ValidAcknowledgement, post, request_connection,
};
use mesh_schema::profile::device::DeviceKeys;

use super::{Completion, PendingConnection};
use crate::account::create::{access_key, first_contact};
use crate::account::{Account, Connected};
use crate::error::Error;
use crate::generated::{AnyCatalogedMachine, CatalogedPending, CatalogedStandard};
use crate::home::{DEVICE_SEED, Home, as_account};

impl Home {
    /// Asks for this device to be connected to an account.
    ///
    /// # Errors
    /// [`Error::AccountExists`] when it is connected or has asked already; [`Error::Protocol`], [`Error::WrongService`].
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
        if self
            .accounts()?
            .iter()
            .any(|account| account.address == address.to_string())
        {
            return Err(Error::AccountExists {
                address: address.to_string(),
            });
        }
        let env = self.env();
        let seed = Seed::generate(seed_code::PROFILE_DEVICE, env);
        let keys = DeviceKeys::derive(&seed)?;
        let device = keys.profile(env)?;
        let device_udf = device.udf()?;
        let mut session = self.device_session(address, &keys, HostExpectation::FirstContact)?;
        let service = first_contact(&mut *session)?;
        let request = request_connection(address, &device, pin, env)?;
        let response = session.connect(&ConnectRequest {
            enveloped_request_connection: Some(post(&request, &[], Cipher::default(), None, env)?),
            ..ConnectRequest::default()
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
        self.save_seed(&device_udf, DEVICE_SEED, &seed)?;
        let account_udf = profile.udf()?;
        let pending = CatalogedPending {
            id: Some(device_udf.clone()),
            local: Some(address.to_string()),
            device_udf: Some(device_udf.clone()),
            account_address: Some(address.to_string()),
            enveloped_profile_device: Some(device.enveloped()),
            enveloped_profile_account: Some(as_account(profile.envelope())),
            enveloped_acknowledge_connection: Some(acknowledged),
            ..CatalogedPending::default()
        };
        self.put_pending(&device_udf, pending)?;
        Ok(PendingConnection {
            address: address.clone(),
            account_udf,
            device_udf,
            witness,
        })
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
        let AnyCatalogedMachine::CatalogedPending(entry) = entry else {
            let address = self
                .accounts()?
                .into_iter()
                .find(|account| account.device_udf == id)
                .map(|account| account.address);
            return Err(Error::AccountExists {
                address: address.unwrap_or_default(),
            });
        };
        let field = |field| mesh_schema::Error::Field {
            object: "CatalogedPending",
            field,
        };
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
        let address = profile.address()?;
        let seed = self.load_seed(&id)?.ok_or(Error::NotFound {
            what: "device key",
            name: id.clone(),
        })?;
        let keys = DeviceKeys::derive(&seed)?;
        let mut session = self.device_session(&address, &keys, HostExpectation::FirstContact)?;
        let service = first_contact(&mut *session)?;
        if profile.service_udf.as_deref() != Some(service.udf()?.as_str()) {
            return Err(Error::WrongService {
                why: "the account names another service",
            });
        }
        let response = session.complete(&CompleteRequest {
            account_address: Some(address.to_string()),
            response_id: Some(acknowledged.response_id()?),
            ..CompleteRequest::default()
        });
        let response = match response {
            Ok(response) => response,
            Err(mesh_protocol::Error::Refused { description, .. })
                if description == RESPONSE_NOT_FOUND =>
            {
                let witness = acknowledged.witness;
                return Ok(Completion::Pending(PendingConnection {
                    address,
                    account_udf: profile.udf()?,
                    device_udf: id,
                    witness,
                }));
            }
            Err(error) => return Err(error.into()),
        };
        let answer = response
            .enveloped_respond_connection
            .ok_or(Error::WrongService {
                why: "it shows no answer",
            })?;
        let mut ring = KeyRing::new();
        ring.add(keys.encryption.clone());
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
        if answer.message_id.as_deref() != Some(acknowledged.response_id()?.as_str()) {
            return Err(mesh_schema::Error::Unrelated {
                object: "the answer",
                to: "this request",
            }
            .into());
        }
        match answer.result.as_deref() {
            Some(RESULT_ACCEPT) => {}
            Some(RESULT_REJECT) => {
                self.delete_account(Some(&address))?;
                return Ok(Completion::Rejected);
            }
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
        Connected::validate(&cataloged, &profile, &keys)?;
        let assignment = response.enveloped_account_host_assignment;
        let assignment = assignment.ok_or(Error::WrongService {
            why: "it does not say who it is",
        })?;
        access_key(assignment.envelope(), &service)?;
        let entry = CatalogedStandard {
            id: Some(id.clone()),
            local: Some(address.to_string()),
            enveloped_profile_account: entry.enveloped_profile_account.clone(),
            cataloged_device: Some(cataloged),
            enveloped_account_host_assignment: Some(assignment),
            ..CatalogedStandard::default()
        };
        self.put_standard(&id, entry.clone())?;
        let mut account = Account::open(self, entry)?;
        account.sync()?;
        Ok(Completion::Connected(Box::new(account)))
    }

    /// A conversation as a device that is not connected.
    fn device_session(
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
