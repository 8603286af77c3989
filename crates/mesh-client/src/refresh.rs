// SPDX-License-Identifier: MIT
//! New roles and keys of this device, as an administrator has given them.
//!
//! Spec: mesh-schema, "AccessCapability", EnvelopedCatalogedDevice; mesh-protocol, "Status".
//! Here: taking over the latest entry of this device, which the service hands to it.
//! Not here: making it (`device/revoke`).
//!
//! The service is not trusted with it: the entry is signed by the account's administrator key and sealed to this device, and one that
//! is older than what this device has is refused.

use mesh_crypto::KeyRing;
use mesh_dare::Enveloped;
use mesh_protocol::generated::StatusRequest;
use mesh_schema::generated::{CatalogedDevice, ConnectionDevice};
use mesh_schema::profile::device::DeviceKeys;
use mesh_schema::{AccountAddress, StoreLabel, Valid};

use crate::account::{Account, Connected};
use crate::error::Error;
use crate::generated::{AnyCatalogedMachine, CatalogedStandard};

impl Account {
    /// Asks the service for the latest entry of this device; whether it was another than this device has.
    pub(crate) fn refresh(&mut self) -> Result<bool, Error> {
        let request = StatusRequest {
            cataloged_device_digest: Some(self.issue.clone()),
            // No store: only the entry is wanted.
            catalogs: vec![StoreLabel::Device.as_str().to_owned()],
            ..StatusRequest::default()
        };
        let response = self.session()?.status(&request);
        let response = response.map_err(|error| self.service_error(error))?;
        self.take_offered(response.enveloped_cataloged_device.as_ref())
    }

    /// Takes over an entry that the service offers; whether it was another than this device has.
    pub(crate) fn take_offered(
        &mut self,
        offered: Option<&Enveloped<CatalogedDevice>>,
    ) -> Result<bool, Error> {
        let Some(offered) = offered else {
            return Ok(false);
        };
        let mut ring = KeyRing::new();
        ring.add(self.keys.encryption.clone());
        let administrator = self.profile.administrator_key()?;
        let entry = Valid::<CatalogedDevice>::sealed_by(offered.envelope(), &administrator, &ring)?;
        if entry.issue_digest() == self.issue {
            return Ok(false);
        }
        self.take_entry(entry.object())?;
        Ok(true)
    }

    /// Takes over an entry of this device.
    ///
    /// # Errors
    /// [`Error::Schema`] when it is not this device's, [`Error::OldEntry`] when it is older than what this device has.
    pub(crate) fn take_entry(&mut self, entry: &CatalogedDevice) -> Result<(), Error> {
        let seed = self.home.load_seed(&self.device_udf)?;
        let seed = seed.ok_or(Error::NotFound {
            what: "device key",
            name: self.device_udf.clone(),
        })?;
        let base = DeviceKeys::derive(&seed)?;
        let connected = Connected::validate(entry, &self.profile, &base)?;
        let mut standard = self.standard()?;
        let before = standard.cataloged_device.as_ref();
        let issued = |entry: Option<&CatalogedDevice>| -> Result<_, Error> {
            let connection = entry.and_then(|entry| entry.enveloped_connection_device.as_ref());
            let Some(connection) = connection else {
                return Ok(None);
            };
            let connection =
                Valid::<ConnectionDevice>::of_account(connection.envelope(), &self.profile)?;
            Ok(connection.updated)
        };
        let other = entry.issue_digest() != self.issue;
        if other && issued(Some(entry))? <= issued(before)? {
            return Err(Error::OldEntry);
        }
        let name = before.and_then(|before| before.local_name.clone());
        let entry = CatalogedDevice {
            local_name: entry.local_name.clone().or(name),
            ..entry.clone()
        };
        let gone: Vec<StoreLabel> = self
            .labels()
            .into_iter()
            .filter(|label| !connected.roles.readable().contains(label))
            .collect();
        self.issue = entry.issue_digest();
        standard.cataloged_device = Some(entry);
        self.home.put(&self.device_udf, standard)?;
        // Agreements that were completed with former shares are not needed with the new ones.
        self.ring = connected.ring();
        self.forget_offline()?;
        self.roles = connected.roles;
        self.offline = connected.offline;
        self.keys = connected.keys;
        self.grant = connected.grant;
        self.connection = connected.connection;
        self.stores.forget(&gone)
    }

    fn standard(&self) -> Result<CatalogedStandard, Error> {
        self.standard_at(&self.address)
    }

    /// The record of this account on this machine, under the address that it has there.
    pub(crate) fn standard_at(&self, address: &AccountAddress) -> Result<CatalogedStandard, Error> {
        let (_, entry) = self.home.entry(Some(address))?;
        match entry {
            AnyCatalogedMachine::CatalogedStandard(entry) => Ok(*entry),
            _ => Err(Error::NoAccount {
                address: Some(self.address.to_string()),
            }),
        }
    }
}
