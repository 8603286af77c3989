// SPDX-License-Identifier: MIT
//! Making a device part of an account: the administrator's side.
//!
//! Spec: mesh-schema, "CatalogedDevice"; mesh-protocol, "Device Connection".
//! Here: the entry of a device, its access entry and the change of both catalogs.
//! Not here: how the device asked (`device`), the first device of an account (`account/create`).

use mesh_crypto::{Environment, PrivateKey, PublicKey};
use mesh_dare::store::Event;
use mesh_dare::{Cipher, Enveloped};
use mesh_jsonbcd::Object;
use mesh_schema::activation::{Activation, ConnectedKeys, Grant};
use mesh_schema::catalog::CatalogEntry;
use mesh_schema::connection::{Terms, connection_device, connection_service};
use mesh_schema::generated::{
    CatalogedAccess, CatalogedDevice, ConnectionDevice, ProfileDevice, ProfileUser,
};
use mesh_schema::{Offline, Roles, StoreLabel, Valid};

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
    let (account, administrator) = (giver.profile, giver.administrator()?);
    let activation = Activation::generate(env)?;
    let connected = activation.connect(device)?;
    let service = connection_service(account, &connected, administrator, env)?;
    let sealed = activation.seal(account, device, administrator, giver.cipher, env)?;
    let udf = device.udf()?;
    let entry = CatalogedDevice {
        uid: Some(udf.clone()),
        local_name: Some(name.to_owned()),
        udf: Some(account.udf()?),
        device_udf: Some(udf),
        signature_udf: Some(connected.signature.udf().to_string()),
        enveloped_profile_user: Some(Enveloped::new(account.envelope().clone())),
        enveloped_profile_device: Some(device.enveloped()),
        enveloped_connection_service: Some(service.enveloped()),
        enveloped_activation_account: Some(Enveloped::new(sealed)),
        ..CatalogedDevice::default()
    };
    let terms = Terms {
        roles,
        offline: &Offline::default(),
        since: None,
    };
    let issued = issue(giver, entry, device, &connected, terms, env)?;
    let access = CatalogedAccess::device(&connected, roles, true);
    Ok(Enrolled {
        device: issued.device,
        access: std::iter::once(access).chain(issued.serviced).collect(),
        activation,
    })
}

/// Gives a device that is connected other roles or other keys, and, if it is said, another policy of offline use. Its own keys stay as
/// they are.
pub(crate) fn reissue(
    giver: &Giver<'_>,
    entry: &CatalogedDevice,
    roles: &Roles,
    offline: Option<&Offline>,
    env: &dyn Environment,
) -> Result<Issued, Error> {
    let field = |field| mesh_schema::Error::Field {
        object: CatalogedDevice::TAG,
        field,
    };
    let device = entry.enveloped_profile_device.as_ref();
    let device = device.ok_or(field("EnvelopedProfileDevice"))?;
    let device = Valid::<ProfileDevice>::validate(device.envelope())?;
    let connection = entry.enveloped_connection_device.as_ref();
    let connection = connection.ok_or(field("EnvelopedConnectionDevice"))?;
    let connection = Valid::<ConnectionDevice>::of_account(connection.envelope(), giver.profile)?;
    let connected = connection.keys()?;
    let stated = connection.offline_use();
    let terms = Terms {
        roles,
        offline: offline.unwrap_or(&stated),
        since: connection.updated,
    };
    issue(giver, entry.clone(), &device, &connected, terms, env)
}

/// What an administrator makes anew when the roles or keys of a device change.
pub(crate) struct Issued {
    /// The entry of the device.
    pub(crate) device: CatalogedDevice,
    /// The public keys of the device.
    pub(crate) connected: ConnectedKeys,
    /// The service's shares of the keys that the device has the others of.
    pub(crate) serviced: Vec<CatalogedAccess>,
}

fn issue(
    giver: &Giver<'_>,
    entry: CatalogedDevice,
    device: &Valid<ProfileDevice>,
    connected: &ConnectedKeys,
    terms: Terms<'_>,
    env: &dyn Environment,
) -> Result<Issued, Error> {
    let (account, administrator) = (giver.profile, giver.administrator()?);
    let full = connection_device(account, device, connected, &terms, administrator, env)?;
    let whole = share_of(giver.all, terms.roles);
    let (grant, shares) = match terms.roles.is_threshold() {
        true => whole.split(env)?,
        false => (whole, Vec::new()),
    };
    let sealed = grant.seal(
        account,
        &connected.encryption,
        administrator,
        giver.cipher,
        env,
    )?;
    let serviced = shares.iter().map(|share| {
        CatalogedAccess::serviced(
            share,
            &connected.authentication,
            giver.host,
            giver.cipher,
            env,
        )
    });
    Ok(Issued {
        device: CatalogedDevice {
            updated: Some(env.now()),
            enveloped_connection_device: Some(full.enveloped()),
            enveloped_activation_common: Some(Enveloped::new(sealed)),
            ..entry
        },
        connected: connected.clone(),
        serviced: serviced.collect::<Result<_, _>>()?,
    })
}

impl Giver<'_> {
    pub(crate) fn administrator(&self) -> Result<&PrivateKey, Error> {
        self.all
            .administrator_signature
            .as_ref()
            .ok_or(NOT_ADMINISTRATOR)
    }
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
        common_encapsulation: all.common_encapsulation.clone().filter(|_| messages),
        encapsulation: all.encapsulation.clone(),
        common_signature: all.common_signature.clone().filter(|_| messages),
    }
}
