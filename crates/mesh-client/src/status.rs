// SPDX-License-Identifier: MIT
//! What the service says of an account.
//!
//! Spec: mesh-protocol, "Status", "UnbindAccount".
//! Here: the comparison with the replicas, and the end of the account at its service.
//! Not here: bringing the replicas up to date (`sync`).

use mesh_protocol::generated::{StatusRequest, StatusResponse, UnbindRequest};
use mesh_schema::StoreLabel;

use crate::account::Account;
use crate::error::Error;

/// One store, here and at the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreState {
    /// Label of the store.
    pub label: String,
    /// Frames that this device has.
    pub here: u64,
    /// Frames that the service has.
    pub service: u64,
}

/// An account as its service sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceStatus {
    /// Fingerprint of the service.
    pub service_udf: String,
    /// The stores that this device may read.
    pub stores: Vec<StoreState>,
}

impl Account {
    /// Asks the service how far its stores are.
    ///
    /// # Errors
    /// [`Error::DeviceRemoved`], [`Error::Protocol`].
    pub fn status(&mut self) -> Result<ServiceStatus, Error> {
        let status = self.session()?.status(&StatusRequest::default());
        let status = status.map_err(|error| self.service_error(error))?;
        let mut stores = Vec::new();
        for label in self.labels() {
            let (service, _) = shown(&status, label);
            let here = self.stores.head(label).map_or(0, |head| head.frames);
            stores.push(StoreState {
                label: label.as_str().to_owned(),
                here,
                service,
            });
        }
        Ok(ServiceStatus {
            service_udf: self.service_udf()?,
            stores,
        })
    }

    /// Deletes the account at its service, for all devices. What this device keeps stays.
    ///
    /// # Errors
    /// [`Error::Protocol`] when the service refuses, as it does unless this device has the role `super`.
    pub fn unbind(&mut self) -> Result<(), Error> {
        let done = self.session()?.unbind_account(&UnbindRequest::default());
        done.map_err(|error| self.service_error(error))?;
        self.session = None;
        Ok(())
    }
}

/// How many frames of a store the service shows, and the Merkle value of the last.
pub(crate) fn shown(status: &StatusResponse, label: StoreLabel) -> (u64, Option<&[u8]>) {
    let found = status
        .store_status
        .iter()
        .find(|found| found.store.as_deref() == Some(label.as_str()));
    let number = found.and_then(|found| found.index);
    let number = number.and_then(|index| u64::try_from(index).ok());
    let digest = found.and_then(|found| found.digest.as_deref());
    (number.unwrap_or(0), digest)
}
