// SPDX-License-Identifier: MIT
//! An administrator accepts or rejects devices that ask to be connected.
//!
//! Spec: mesh-protocol, "Device Connection"; mesh-schema, "AcknowledgeConnection", "MessagePin", "RespondConnection".
//! Here: issuing PINs, open requests, answers.
//! Not here: whether a PIN counts (`pin`), the side of the device (`request`), the entries made (`enroll`).

use std::time::Duration;

use mesh_crypto::DateTime;
use mesh_crypto::udf::witness_words;
use mesh_dare::{Envelope, Enveloped};
use mesh_jsonbcd::Object;
use mesh_schema::generated::{AcknowledgeConnection, CatalogedDevice, ProfileDevice};
use mesh_schema::message::{
    Relationship, ValidAcknowledgement, complete, issue_pin, post, respond_connection,
};
use mesh_schema::{Roles, StoreLabel, Valid};

use super::pin::Pins;
use super::{
    AcceptedDevice, IssuedPin, PendingDevice, PinState, canonical, check_name, free_name, not_super,
};
use crate::account::Account;
use crate::enroll::{Enrolled, Giver, enroll};
use crate::error::Error;
use crate::transact::Batch;

impl Account {
    /// Issues a PIN with which one device can be connected without further asking. The name is what the device will be called;
    /// the service does not learn it.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] on a device that is no administrator; [`Error::Protocol`].
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// # use mesh_test::world::{Connection, World};
    /// # let world = World::new(Connection::Direct)?;
    /// # let address = mesh_client::check_address("alice@localhost")?;
    /// # let mut alice = world.home("desktop")?.create_account(&address)?;
    /// use std::time::Duration;
    ///
    /// use mesh_client::{Role, Roles};
    ///
    /// let roles = Roles::new(&[Role::Web]);
    /// let issued = alice.issue_pin(&roles, Duration::from_secs(600), Some("laptop"))?;
    /// println!("Type on the laptop: {}", issued.pin.to_udf_string().expose_secret());
    /// # Ok(())
    /// # }
    /// ```
    pub fn issue_pin(
        &mut self,
        roles: &Roles,
        valid: Duration,
        name: Option<&str>,
    ) -> Result<IssuedPin, Error> {
        self.administrator()?;
        not_super(roles)?;
        let name = name.map(check_name).transpose()?;
        let env = self.home.0.client.env.clone();
        let seconds = i64::try_from(valid.as_secs()).unwrap_or(i64::MAX);
        let expires = env.now().add_seconds(seconds).unwrap_or(DateTime::MAX);
        let issued = issue_pin(&self.address, roles, name.as_deref(), expires, &*env)?;
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
            name,
        })
    }

    /// The devices that ask to be connected, as of the last synchronisation.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] on a device that is no administrator.
    pub fn pending(&mut self) -> Result<Vec<PendingDevice>, Error> {
        self.administrator()?;
        let mut requests = Vec::new();
        for message in self.messages(StoreLabel::Inbound)? {
            if message.tag != AcknowledgeConnection::TAG {
                continue;
            }
            match ValidAcknowledgement::validate(&message.envelope, &self.profile) {
                Ok(request) => requests.push((request, message.received, message.closed)),
                Err(error) => tracing::warn!(%error, "a request for connection is not in order"),
            }
        }
        let mut pins = Pins::read(self)?;
        for (request, received, _) in &requests {
            pins.note(request, *received);
        }
        let mut pending: Vec<PendingDevice> = Vec::new();
        for (request, received, closed) in requests {
            if closed {
                continue;
            }
            let device_udf = request.request.device.udf()?;
            let same = |device: &PendingDevice| device.device_udf == device_udf;
            let earlier = match pending.iter().position(same) {
                Some(place) => {
                    let before = pending.remove(place);
                    [before.earlier, vec![before.witness]].concat()
                }
                None => Vec::new(),
            };
            pending.push(PendingDevice {
                witness: request.witness.clone(),
                device_udf,
                earlier,
                received,
                pin: pins.judge(&request, received),
                name: pins.name(&request),
                pin_id: request.request.request.pin_id.clone(),
                request,
            });
        }
        Ok(pending)
    }

    /// Accepts every device that asked with a valid PIN.
    ///
    /// # Errors
    /// As [`Account::accept`].
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// # use mesh_test::world::{Connection, World};
    /// # let world = World::new(Connection::Direct)?;
    /// # let address = mesh_client::check_address("alice@localhost")?;
    /// # let mut alice = world.home("desktop")?.create_account(&address)?;
    /// use std::time::Duration;
    ///
    /// use mesh_client::{Role, Roles};
    ///
    /// let roles = Roles::new(&[Role::Web]);
    /// let pin = alice.issue_pin(&roles, Duration::from_secs(600), Some("laptop"))?.pin;
    /// world.home("laptop")?.request_connection(&address, Some(&pin))?; // on the laptop
    ///
    /// alice.sync()?;
    /// let accepted = alice.accept_pins()?;
    /// assert_eq!(accepted[0].name, "laptop");
    /// # Ok(())
    /// # }
    /// ```
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

    /// Accepts the device whose screen shows this witness, given as such or in words.
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
        let name = name.map(check_name).transpose()?;
        self.transact(|account| {
            let device = account.pending_with(witness)?;
            if by_pin && !matches!(device.pin, PinState::Valid(_)) {
                return Err(mesh_schema::Error::Pin {
                    why: "another device has used it meanwhile",
                }
                .into());
            }
            let (name, enrolled) = account.enroll_device(
                &device.request.request.device,
                roles,
                name.as_deref(),
                device.name.as_deref(),
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
                name,
                roles: roles.clone(),
                witness: Some(device.witness.clone()),
            };
            Ok((batch, accepted))
        })
    }

    /// Makes the entries of a device under the name that is wanted, or a free one like the one that was proposed.
    pub(super) fn enroll_device(
        &mut self,
        device: &Valid<ProfileDevice>,
        roles: &Roles,
        wanted: Option<&str>,
        proposed: Option<&str>,
    ) -> Result<(String, Enrolled), Error> {
        not_super(roles)?;
        self.administrator()?;
        let cipher = self.cipher()?;
        let entries: Vec<CatalogedDevice> = self.entries()?;
        let device_udf = device.udf()?;
        if entries
            .iter()
            .any(|entry| entry.device_udf.as_ref() == Some(&device_udf))
        {
            return Err(Error::Exists {
                what: "device",
                name: device_udf,
            });
        }
        let taken: Vec<&str> = entries
            .iter()
            .filter_map(|entry| entry.local_name.as_deref())
            .collect();
        let name = match wanted {
            Some(name) if taken.contains(&name) => {
                return Err(Error::Exists {
                    what: "device",
                    name: name.to_owned(),
                });
            }
            Some(name) => name.to_owned(),
            None => free_name(&taken, proposed),
        };
        let giver = Giver {
            profile: &self.profile,
            all: &self.grant,
            host: &self.host,
            cipher,
        };
        let enrolled = enroll(&giver, device, roles, &name, self.home.env())?;
        Ok((name, enrolled))
    }

    /// Rejects the device whose screen shows this witness.
    ///
    /// # Errors
    /// As [`Account::accept`].
    pub fn reject(&mut self, witness: &str) -> Result<PendingDevice, Error> {
        self.transact(|account| {
            let device = account.pending_with(witness)?;
            let mut batch = Batch::default();
            account.answer(&mut batch, &device, None, Relationship::Refused)?;
            Ok((batch, device))
        })
    }

    fn pending_with(&mut self, shown: &str) -> Result<PendingDevice, Error> {
        let witness = canonical(shown);
        let words = shown.to_lowercase();
        let words: Vec<&str> = words.split_whitespace().collect();
        let words = words.join(" ");
        let found = self.pending()?.into_iter().find(|device| {
            device.witness == witness
                || witness_words(&device.witness).is_ok_and(|shown| shown == words)
        });
        found.ok_or(Error::NotFound {
            what: "request for connection with witness",
            name: shown.to_owned(),
        })
    }

    /// Adds the answer to a request, the end of the request and that of its PIN.
    fn answer(
        &mut self,
        batch: &mut Batch,
        device: &PendingDevice,
        entry: Option<CatalogedDevice>,
        outcome: Relationship,
    ) -> Result<(), Error> {
        let env = self.home.0.client.env.clone();
        let answer = respond_connection(device.request.response_id()?, entry);
        let recipients = [device.request.request.device.encryption_key()?];
        let cipher = self.cipher()?;
        let answer = post(
            &answer,
            &recipients,
            cipher,
            Some(self.administrator()?),
            &*env,
        )?;
        batch.local(answer.into_envelope());
        let requests = device.earlier.iter().chain([&device.witness]);
        let ended: Vec<(&str, Relationship)> = requests
            .map(|witness| (witness.as_str(), outcome))
            .collect();
        batch.inbound(self.own_message(&complete(&ended, &*env))?);
        for (witness, _) in &ended {
            batch.end(witness);
        }
        // A PIN is used by the first request that is made with it, even when that is rejected: whoever made it knows the PIN and would
        // ask again. A request that only names a PIN, without a proof, ends none.
        if let (Some(pin), PinState::Valid(_)) = (&device.pin_id, &device.pin) {
            batch.local(self.own_message(&complete(&[(pin, Relationship::Closed)], &*env))?);
            batch.end(pin);
        }
        Ok(())
    }

    /// A message that only administrators of the account can read, and that is known to be theirs.
    fn own_message<T: mesh_schema::message::Message>(
        &mut self,
        message: &T,
    ) -> Result<Envelope, Error> {
        let recipients = [self.profile.encryption_key()?];
        let cipher = self.cipher()?;
        let posted: Enveloped<T> = post(
            message,
            &recipients,
            cipher,
            Some(self.administrator()?),
            self.home.env(),
        )?;
        Ok(posted.into_envelope())
    }
}
