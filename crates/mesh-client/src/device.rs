// SPDX-License-Identifier: MIT
//! Devices: asking to be connected, accepting, removing.
//!
//! Spec: mesh-protocol, "Device Connection"; mesh-schema, "RequestConnection", "AcknowledgeConnection", "RespondConnection".
//! Here: both sides of connecting a device, with and without a PIN.
//! Not here: the first device of an account (`account/create`), the entries made (`enroll`).

use std::time::Duration;

use mesh_crypto::{DateTime, KeyRing, Pin, SecretBytes, Seed, seed_code};
use mesh_dare::store::Event;
use mesh_dare::store::catalog::Change;
use mesh_dare::{Envelope, Enveloped};
use mesh_jsonbcd::{Object, from_tagged};
use mesh_protocol::generated::{CompleteRequest, ConnectRequest};
use mesh_protocol::status::RESPONSE_NOT_FOUND;
use mesh_protocol::{ClientCredential, HostExpectation, MeshSession};
use mesh_schema::catalog::CatalogEntry;
use mesh_schema::enveloped::Valid;
use mesh_schema::generated::{
    AcknowledgeConnection, CatalogedAccess, CatalogedDevice, ConnectionDevice, MessagePin,
    ProfileDevice, ProfileUser, RespondConnection,
};
use mesh_schema::message::{
    RESULT_ACCEPT, RESULT_REJECT, Relationship, ValidAcknowledgement, check_pin, complete,
    issue_pin, post, request_connection, respond_connection,
};
use mesh_schema::profile::device::DeviceKeys;
use mesh_schema::{Access, AccountAddress, Roles, StoreLabel};

use crate::account::create::{access_key, first_contact};
use crate::account::{Account, Connected};
use crate::enroll::enroll;
use crate::error::Error;
use crate::generated::{AnyCatalogedMachine, CatalogedPending, CatalogedStandard};
use crate::home::{DEVICE_SEED, Home, as_account};
use crate::transact::Batch;

/// What a device that has asked to be connected shows.
#[derive(Clone, Debug)]
pub struct PendingConnection {
    /// Address of the account.
    pub address: AccountAddress,
    /// Fingerprint of the account.
    pub account_udf: String,
    /// Fingerprint of the device.
    pub device_udf: String,
    /// What an administrator's screen must show too.
    pub witness: String,
}

/// What became of a request to be connected.
#[derive(Debug)]
pub enum Completion {
    /// The device is connected; the account has been synchronised.
    Connected(Box<Account>),
    /// No administrator has decided yet.
    Pending(PendingConnection),
    /// An administrator rejected the device; nothing of the request is left.
    Rejected,
}

/// A PIN for connecting a device.
#[derive(Debug)]
pub struct IssuedPin {
    /// What is typed on the new device.
    pub pin: Pin,
    /// Until when it can be used.
    pub expires: DateTime,
    /// The roles of the device that uses it.
    pub roles: Roles,
}

/// Whether a request was made with a PIN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PinState {
    /// Without.
    None,
    /// With one that cannot be used, and why.
    Refused(String),
    /// With a valid one, which gives these roles.
    Valid(Roles),
}

/// A device that asks to be connected.
#[derive(Clone, Debug)]
pub struct PendingDevice {
    /// What the screen of the device shows.
    pub witness: String,
    /// Fingerprint of the device.
    pub device_udf: String,
    /// When the service received the request.
    pub received: Option<DateTime>,
    /// Whether it was made with a PIN.
    pub pin: PinState,
    pin_id: Option<String>,
    request: ValidAcknowledgement,
}

/// A device that was accepted.
#[derive(Clone, Debug)]
pub struct AcceptedDevice {
    /// Fingerprint of the device.
    pub device_udf: String,
    /// Its roles.
    pub roles: Roles,
    /// The witness of its request.
    pub witness: String,
}

/// A connected device.
#[derive(Clone, Debug)]
pub struct DeviceSummary {
    /// Fingerprint of the device.
    pub device_udf: String,
    /// Its roles.
    pub roles: Roles,
    /// The name that it was given.
    pub name: Option<String>,
    /// True for the device on which this is asked.
    pub this: bool,
    /// When it was connected.
    pub connected: Option<DateTime>,
}

impl Home {
    /// Asks for this device to be connected to an account.
    ///
    /// # Errors
    /// [`Error::AccountExists`] when it is connected or has asked already; [`Error::Protocol`], [`Error::WrongService`].
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
            enveloped_request_connection: Some(post(&request, &[], None, env)?),
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
        )?;
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

impl Account {
    /// Issues a PIN with which one device can be connected without further asking.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] on a device that is no administrator; [`Error::Protocol`].
    pub fn issue_pin(&mut self, roles: &Roles, valid: Duration) -> Result<IssuedPin, Error> {
        self.administrator()?;
        let env = self.home.0.client.env.clone();
        let seconds = i64::try_from(valid.as_secs()).unwrap_or(i64::MAX);
        let expires = env.now().add_seconds(seconds).unwrap_or(DateTime::MAX);
        let issued = issue_pin(&self.address, roles, expires, &*env)?;
        let message = self.own_message(&issued.message)?;
        self.transact(|_| {
            let mut batch = Batch::default();
            batch.local(message.clone());
            Ok((batch, ()))
        })?;
        Ok(IssuedPin {
            pin: issued.pin,
            expires,
            roles: roles.clone(),
        })
    }

    /// The devices that ask to be connected, as of the last synchronisation.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] on a device that is no administrator.
    pub fn pending(&mut self) -> Result<Vec<PendingDevice>, Error> {
        self.administrator()?;
        let now = self.home.env().now();
        let mut pins = Vec::new();
        for message in self.open_messages(StoreLabel::Local)? {
            if message.tag == MessagePin::TAG {
                pins.push(from_tagged::<MessagePin>(message.payload.expose_secret())?);
            }
        }
        let mut pending = Vec::new();
        for message in self.open_messages(StoreLabel::Inbound)? {
            if message.tag != AcknowledgeConnection::TAG {
                continue;
            }
            let request = match ValidAcknowledgement::validate(&message.envelope, &self.profile) {
                Ok(request) => request,
                Err(error) => {
                    tracing::warn!(%error, "a request for connection is not in order");
                    continue;
                }
            };
            let asked = request.request.request.pin_id.clone();
            let found = pins.iter().find(|pin| pin.message_id == asked);
            let pin = match (&asked, found) {
                (None, _) => PinState::None,
                (Some(_), None) => {
                    PinState::Refused("the PIN is not known or was used already".to_owned())
                }
                (Some(_), Some(pin)) => {
                    match check_pin(&request.request, pin, &self.address, now) {
                        Ok(roles) => PinState::Valid(roles),
                        Err(error) => PinState::Refused(error.to_string()),
                    }
                }
            };
            pending.push(PendingDevice {
                witness: request.witness.clone(),
                device_udf: request.request.device.udf()?,
                received: message.received,
                pin,
                pin_id: asked,
                request,
            });
        }
        Ok(pending)
    }

    /// Accepts every device that asked with a valid PIN.
    ///
    /// # Errors
    /// As [`Account::accept`].
    pub fn accept_pins(&mut self) -> Result<Vec<AcceptedDevice>, Error> {
        let mut accepted = Vec::new();
        loop {
            // One at a time: a PIN that two devices used is closed by the first.
            let next = self
                .pending()?
                .into_iter()
                .find_map(|device| match device.pin.clone() {
                    PinState::Valid(roles) => Some((device, roles)),
                    _ => None,
                });
            let Some((device, roles)) = next else {
                return Ok(accepted);
            };
            accepted.push(self.accept_device(&device.witness, &roles, None, true)?);
            self.sync()?;
        }
    }

    /// Accepts the device whose screen shows this witness.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no request has this witness; [`Error::NotAllowed`]; [`Error::Protocol`].
    pub fn accept(
        &mut self,
        witness: &str,
        roles: &Roles,
        name: Option<&str>,
    ) -> Result<AcceptedDevice, Error> {
        self.accept_device(witness, roles, name, false)
    }

    fn accept_device(
        &mut self,
        witness: &str,
        roles: &Roles,
        name: Option<&str>,
        by_pin: bool,
    ) -> Result<AcceptedDevice, Error> {
        let env = self.home.0.client.env.clone();
        let witness = canonical(witness);
        self.transact(|account| {
            let device = account.pending_with(&witness)?;
            if by_pin && !matches!(device.pin, PinState::Valid(_)) {
                return Err(mesh_schema::Error::Pin {
                    why: "another device has used it meanwhile",
                }
                .into());
            }
            if roles.contains(mesh_schema::Role::Super)
                && !account.roles.contains(mesh_schema::Role::Super)
            {
                return Err(Error::NotAllowed {
                    what: "give a role that it does not have",
                });
            }
            let administrator = account.administrator()?.clone();
            let enrolled = enroll(
                &account.profile,
                &administrator,
                &device.request.request.device,
                roles,
                &account.grant,
                name,
                &*env,
            )?;
            let mut batch = Batch::default();
            enrolled.add_to(&mut batch)?;
            account.answer(
                &mut batch,
                &device,
                Some(enrolled.device),
                Relationship::Closed,
            )?;
            let accepted = AcceptedDevice {
                device_udf: device.device_udf.clone(),
                roles: roles.clone(),
                witness: device.witness.clone(),
            };
            Ok((batch, accepted))
        })
    }

    /// Rejects the device whose screen shows this witness.
    ///
    /// # Errors
    /// As [`Account::accept`].
    pub fn reject(&mut self, witness: &str) -> Result<PendingDevice, Error> {
        let witness = canonical(witness);
        self.transact(|account| {
            let device = account.pending_with(&witness)?;
            let mut batch = Batch::default();
            account.answer(&mut batch, &device, None, Relationship::Refused)?;
            Ok((batch, device))
        })
    }

    fn pending_with(&mut self, witness: &str) -> Result<PendingDevice, Error> {
        let found = self
            .pending()?
            .into_iter()
            .find(|device| device.witness == witness);
        found.ok_or(Error::NotFound {
            what: "request for connection with witness",
            name: witness.to_owned(),
        })
    }

    /// Adds the answer to a request, the end of the request and that of its PIN.
    fn answer(
        &self,
        batch: &mut Batch,
        device: &PendingDevice,
        entry: Option<CatalogedDevice>,
        outcome: Relationship,
    ) -> Result<(), Error> {
        let env = self.home.env();
        let accepted = entry.is_some();
        let answer = respond_connection(&device.request, entry)?;
        let recipients = [device.request.request.device.encryption_key()?];
        let answer = post(&answer, &recipients, Some(self.administrator()?), env)?;
        batch.local(answer.into_envelope());
        batch.inbound(self.own_message(&complete(&[(&device.witness, outcome)], env))?);
        if let (Some(pin), true) = (&device.pin_id, accepted) {
            batch.local(self.own_message(&complete(&[(pin, Relationship::Closed)], env))?);
        }
        Ok(())
    }

    /// A message that only administrators of the account can read, and that is known to be theirs.
    fn own_message<T: mesh_schema::message::Message>(
        &self,
        message: &T,
    ) -> Result<Envelope, Error> {
        let recipients = [self.profile.encryption_key()?];
        let posted: Enveloped<T> = post(
            message,
            &recipients,
            Some(self.administrator()?),
            self.home.env(),
        )?;
        Ok(posted.into_envelope())
    }

    /// The connected devices.
    ///
    /// # Errors
    /// [`Error::Dare`], [`Error::Schema`] when an entry is not in order.
    pub fn devices(&mut self) -> Result<Vec<DeviceSummary>, Error> {
        let entries: Vec<CatalogedDevice> = self.entries()?;
        entries
            .into_iter()
            .map(|entry| self.summary(&entry))
            .collect()
    }

    fn summary(&self, entry: &CatalogedDevice) -> Result<DeviceSummary, Error> {
        let connection = self.connection_of(entry)?;
        let device_udf = entry.device_udf.clone().unwrap_or_default();
        Ok(DeviceSummary {
            this: device_udf == self.device_udf,
            device_udf,
            roles: connection.known_roles(),
            name: entry.local_name.clone(),
            connected: entry.updated,
        })
    }

    fn connection_of(&self, entry: &CatalogedDevice) -> Result<Valid<ConnectionDevice>, Error> {
        let field = mesh_schema::Error::Field {
            object: CatalogedDevice::TAG,
            field: "EnvelopedConnectionDevice",
        };
        let connection = entry.enveloped_connection_device.as_ref().ok_or(field)?;
        Ok(Valid::<ConnectionDevice>::of_account(
            connection.envelope(),
            &self.profile,
        )?)
    }

    /// Removes a device: from now on the service refuses it. It is named by its fingerprint, the beginning of that, or its name.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`]; [`Error::NotAllowed`] on a device that is no administrator, and for this device itself.
    pub fn delete_device(&mut self, device: &str) -> Result<DeviceSummary, Error> {
        self.administrator()?;
        let empty = || SecretBytes::new(Vec::new());
        self.transact(|account| {
            let entries: Vec<CatalogedDevice> = account.entries()?;
            let entry = account.named(&entries, device)?;
            let summary = account.summary(entry)?;
            if summary.this {
                return Err(Error::NotAllowed {
                    what: "remove itself: it would leave the account without this administrator",
                });
            }
            let authentication = account.connection_of(entry)?.keys()?.authentication;
            let mut batch = Batch::default();
            let tombstone = CatalogedAccess::device(&authentication, &summary.roles, false);
            batch.change(StoreLabel::Access, tombstone.change(Event::Update)?);
            batch.change(
                StoreLabel::Device,
                Change {
                    key: entry.primary_key()?,
                    event: Event::Delete,
                    payload: empty(),
                },
            );
            // What the removed device signed last must be signed by one that stays, in every catalog that it could write.
            for label in StoreLabel::PERSONAL {
                let written = summary.roles.access(label) == Access::Write && !label.is_spool();
                if written && !matches!(label, StoreLabel::Access | StoreLabel::Device) {
                    batch.checkpoint(label);
                }
            }
            Ok((batch, summary))
        })
    }

    fn named<'a>(
        &self,
        entries: &'a [CatalogedDevice],
        device: &str,
    ) -> Result<&'a CatalogedDevice, Error> {
        let prefix = canonical(device);
        let fits = |entry: &&CatalogedDevice| {
            entry.local_name.as_deref() == Some(device)
                || entry
                    .device_udf
                    .as_deref()
                    .is_some_and(|udf| !prefix.is_empty() && udf.starts_with(&prefix))
        };
        let found: Vec<_> = entries.iter().filter(fits).collect();
        match found.as_slice() {
            [entry] => Ok(entry),
            [] => Err(Error::NotFound {
                what: "device",
                name: device.to_owned(),
            }),
            several => {
                let name = |entry: &&CatalogedDevice| entry.device_udf.clone().unwrap_or_default();
                Err(Error::Ambiguous {
                    what: "devices",
                    candidates: several.iter().map(name).collect(),
                })
            }
        }
    }
}

/// A witness or fingerprint as typed by a person: case and surrounding space do not matter.
fn canonical(text: &str) -> String {
    text.trim().to_ascii_uppercase()
}
