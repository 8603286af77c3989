// SPDX-License-Identifier: MIT
//! Making a device part of an account: the administrator's side.
//!
//! Spec: mesh-schema, "CatalogedDevice"; mesh-protocol, "Device Connection".
//! Here: the entry of a device, its access entry and the change of both catalogs.
//! Not here: how the device asked (`device`), the first device of an account (`account/create`).

use mesh_crypto::{Environment, PublicKey};
use mesh_dare::store::Event;
use mesh_dare::{Cipher, Enveloped};
use mesh_schema::activation::{Activation, Grant};
use mesh_schema::catalog::CatalogEntry;
use mesh_schema::connection::{connection_device, connection_service};
use mesh_schema::generated::{CatalogedAccess, CatalogedDevice, ProfileDevice, ProfileUser};
use mesh_schema::{Roles, StoreLabel, Valid};

use crate::account::NOT_ADMINISTRATOR;
use crate::error::Error;
use crate::transact::Batch;

/// A device as it enters the catalogs of an account.
pub(crate) struct Enrolled {
    pub(crate) device: CatalogedDevice,
    /// What the service must know: that the device may ask, and its shares of the keys that the device has the others of.
    pub(crate) access: Vec<CatalogedAccess>,
    pub(crate) activation: Activation,
}

/// The account that gives its keys to a device.
pub(crate) struct Giver<'a> {
    pub(crate) profile: &'a Valid<ProfileUser>,
    /// Every key that devices of the account may be given.
    pub(crate) all: &'a Grant,
    /// The key to which the shares of the service are sealed.
    pub(crate) host: &'a PublicKey,
    pub(crate) cipher: Cipher,
}

/// Makes the entries of a device with the account keys that its roles give it.
pub(crate) fn enroll(
    giver: &Giver<'_>,
    device: &Valid<ProfileDevice>,
    roles: &Roles,
    name: &str,
    env: &dyn Environment,
) -> Result<Enrolled, Error> {
    let (account, cipher) = (giver.profile, giver.cipher);
    let administrator = giver
        .all
        .administrator_signature
        .as_ref()
        .ok_or(NOT_ADMINISTRATOR)?;
    let activation = Activation::generate(env)?;
    let connected = activation.connect(device)?;
    let service = connection_service(account, &connected, administrator, env)?;
    let full = connection_device(account, device, &connected, roles, administrator, env)?;
    let whole = share_of(giver.all, roles);
    let (grant, serviced) = match roles.is_threshold() {
        true => whole.split(env)?,
        false => (whole, Vec::new()),
    };
    let udf = device.udf()?;
    let cataloged = CatalogedDevice {
        uid: Some(udf.clone()),
        local_name: Some(name.to_owned()),
        updated: Some(env.now()),
        udf: Some(account.udf()?),
        device_udf: Some(udf),
        signature_udf: Some(connected.signature.udf().to_string()),
        enveloped_profile_user: Some(Enveloped::new(account.envelope().clone())),
        enveloped_profile_device: Some(device.enveloped()),
        enveloped_connection_service: Some(service.enveloped()),
        enveloped_connection_device: Some(full.enveloped()),
        enveloped_activation_account: Some(Enveloped::new(activation.seal(
            account,
            device,
            administrator,
            cipher,
            env,
        )?)),
        enveloped_activation_common: Some(Enveloped::new(grant.seal(
            account,
            &connected.encryption,
            administrator,
            cipher,
            env,
        )?)),
        ..CatalogedDevice::default()
    };
    let mut access = vec![CatalogedAccess::device(
        &connected.authentication,
        roles,
        true,
    )];
    for share in &serviced {
        access.push(CatalogedAccess::serviced(
            share,
            &connected.authentication,
            giver.host,
            cipher,
            env,
        )?);
    }
    Ok(Enrolled {
        device: cataloged,
        access,
        activation,
    })
}

impl Enrolled {
    /// Adds the device to both catalogs.
    pub(crate) fn add_to(&self, batch: &mut Batch) -> Result<(), Error> {
        for entry in &self.access {
            batch.change(StoreLabel::Access, entry.change(Event::New)?);
        }
        batch.change(StoreLabel::Device, self.device.change(Event::New)?);
        Ok(())
    }
}

/// The account keys that a device of these roles is given.
pub(crate) fn share_of(all: &Grant, roles: &Roles) -> Grant {
    let readable = roles.readable();
    let administrator = roles.is_administrator();
    let messages = administrator || roles.contains(mesh_schema::Role::Message);
    Grant {
        stores: all
            .stores
            .iter()
            .filter(|(label, _)| readable.contains(label))
            .cloned()
            .collect(),
        administrator_signature: all
            .administrator_signature
            .clone()
            .filter(|_| administrator),
        common_encryption: all.common_encryption.clone().filter(|_| messages),
        common_signature: all.common_signature.clone().filter(|_| messages),
    }
}
