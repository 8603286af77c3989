// SPDX-License-Identifier: MIT
//! The connected devices of an account.
//!
//! Spec: mesh-schema, "CatalogedDevice".
//! Here: listing, naming.
//! Not here: how they were connected (`request`, `accept`), removing them and changing their roles (`revoke`).

use mesh_dare::store::Event;
use mesh_jsonbcd::Object;
use mesh_schema::StoreLabel;
use mesh_schema::catalog::CatalogEntry;
use mesh_schema::enveloped::Valid;
use mesh_schema::generated::{CatalogedDevice, ConnectionDevice};

use super::{DeviceSummary, canonical, check_name};
use crate::account::Account;
use crate::error::Error;
use crate::transact::Batch;

impl Account {
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

    /// One connected device. It is named as for [`Account::delete_device`].
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`]; as [`Account::devices`].
    pub fn device(&mut self, device: &str) -> Result<DeviceSummary, Error> {
        let entries: Vec<CatalogedDevice> = self.entries()?;
        self.summary(self.named(&entries, device)?)
    }

    pub(crate) fn summary(&self, entry: &CatalogedDevice) -> Result<DeviceSummary, Error> {
        let connection = self.connection_of(entry)?;
        let device_udf = entry.device_udf.clone().unwrap_or_default();
        Ok(DeviceSummary {
            this: device_udf == self.device_udf,
            device_udf,
            roles: connection.known_roles(),
            offline: connection.offline_use(),
            name: entry.local_name.clone(),
            connected: entry.updated,
        })
    }

    pub(crate) fn connection_of(
        &self,
        entry: &CatalogedDevice,
    ) -> Result<Valid<ConnectionDevice>, Error> {
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

    /// Gives a device another name. It is named as for [`Account::delete_device`].
    ///
    /// # Errors
    /// [`Error::BadName`]; [`Error::Exists`] when another device has the name; [`Error::NotFound`], [`Error::Ambiguous`];
    /// [`Error::NotAllowed`] on a device that is no administrator.
    pub fn rename_device(&mut self, device: &str, name: &str) -> Result<DeviceSummary, Error> {
        self.administrator()?;
        let name = check_name(name)?;
        self.transact(|account| {
            let entries: Vec<CatalogedDevice> = account.entries()?;
            let entry = account.named(&entries, device)?;
            let taken = |other: &&CatalogedDevice| {
                other.local_name.as_ref() == Some(&name) && other.device_udf != entry.device_udf
            };
            if entries.iter().any(|other| taken(&other)) {
                return Err(Error::Exists {
                    what: "device",
                    name: name.clone(),
                });
            }
            let renamed = CatalogedDevice {
                local_name: Some(name.clone()),
                ..entry.clone()
            };
            let mut batch = Batch::default();
            batch.change(StoreLabel::Device, renamed.change(Event::Update)?);
            Ok((batch, account.summary(&renamed)?))
        })
    }

    pub(crate) fn named<'a>(
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
