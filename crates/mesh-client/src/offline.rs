// SPDX-License-Identifier: MIT
//! Reading without the service, on a device that has shares of keys, for as long as an administrator allows.
//!
//! Spec: none.
//! Here: the policy, and what a device keeps of completed agreements, sealed in its key store.
//! Not here: completing them (`threshold`), the statement itself (`mesh-schema`, offline).
//!
//! What is kept of a store opens what had been written when the service last helped. It is deleted when its time is over and somebody
//! uses the account, when roles or keys change, and when the service says that the device was removed. Until then a thief who can
//! unlock the device can read the store: that is the window which the policy states.

use std::time::Duration;

use mesh_crypto::threshold::KeyShare;
use mesh_crypto::{DateTime, KeyAlgorithm, PublicKey, SecretBytes, SharedSecret, Udf};
use mesh_jsonbcd::{Format, Reader, Writer};
use mesh_keystore::KeyStore;
use mesh_schema::generated::CatalogedDevice;
use mesh_schema::{Access, StoreLabel};
use zeroize::Zeroizing;

use crate::account::Account;
use crate::device::DeviceSummary;
use crate::device::revoke::Work;
use crate::error::Error;
use crate::home::Home;

/// The kind of record in the key store.
const KIND: &str = "offline";

/// Completed agreements: the whole key, the public key of the envelope, the secret.
type Kept = Vec<(Udf, PublicKey, SharedSecret)>;

impl Account {
    /// States for how long devices with shares may read stores without the service; `None`: not at all.
    ///
    /// Without a device all of them are meant, without stores all catalogs that a device reads. Devices that have whole keys read
    /// without the service whatever is said, and are left out.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no device with shares is meant; [`Error::Ambiguous`]; [`Error::NotAllowed`] on a device that is no
    /// administrator.
    pub fn allow_offline(
        &mut self,
        device: Option<&str>,
        stores: &[StoreLabel],
        how_long: Option<Duration>,
    ) -> Result<Vec<DeviceSummary>, Error> {
        self.administrator()?;
        self.transact(|account| {
            let entries: Vec<CatalogedDevice> = account.entries()?;
            let meant: Vec<&CatalogedDevice> = match device {
                Some(device) => vec![account.named(&entries, device)?],
                None => entries.iter().collect(),
            };
            let mut work = Work::begin(account, &entries)?;
            let mut changed = Vec::new();
            for entry in meant {
                let summary = account.summary(entry)?;
                if !summary.roles.is_threshold() {
                    continue;
                }
                let readable = summary.roles.readable().into_iter();
                let mut offline = summary.offline.clone();
                for label in readable.filter(|label| !label.is_spool()) {
                    if stores.is_empty() || stores.contains(&label) {
                        offline.set(label, how_long);
                    }
                }
                work.reissue(account, entry, &summary.roles, Some(&offline))?;
                changed.push(DeviceSummary { offline, ..summary });
            }
            if changed.is_empty() {
                return Err(Error::NotFound {
                    what: "device with shares of keys",
                    name: device.unwrap_or("in this account").to_owned(),
                });
            }
            Ok((work.batch, changed))
        })
    }

    /// Keeps the completed agreements of a store for as long as the policy says.
    pub(crate) fn keep_offline(
        &self,
        label: StoreLabel,
        completed: &[(Udf, PublicKey)],
    ) -> Result<(), Error> {
        let Some(how_long) = self.offline.of(label) else {
            return Ok(());
        };
        let seconds = i64::try_from(how_long.as_secs()).unwrap_or(i64::MAX);
        let expires = self.home.env().now().add_seconds(seconds);
        let mut writer = Writer::new(Format::Json);
        writer.begin_object();
        writer.name("Expires");
        writer.date_time(expires.unwrap_or(DateTime::MAX));
        writer.name("Agreements");
        writer.begin_array();
        for (key, peer) in completed {
            let Some(secret) = self.ring.completed(&key.to_string(), peer) else {
                continue;
            };
            writer.begin_object();
            writer.name("Key");
            writer.string(&key.to_string());
            writer.name("Peer");
            writer.binary(peer.octets());
            writer.name("Secret");
            writer.binary(secret.expose_secret());
            writer.end_object();
        }
        writer.end_array();
        writer.end_object();
        let record = SecretBytes::new(writer.finish());
        self.home
            .keys()
            .save(&id(&self.udf, label), KIND, &record)?;
        Ok(())
    }

    /// Takes what is kept of a store into use; whether there was anything whose time is not over.
    pub(crate) fn recall_offline(&mut self, label: StoreLabel) -> Result<bool, Error> {
        let id = id(&self.udf, label);
        let Some(record) = self.home.keys().load(&id)? else {
            return Ok(false);
        };
        let (expires, kept) = parse(&record)?;
        if self.offline.of(label).is_none() || expires <= self.home.env().now() {
            self.home.keys().delete(&id)?;
            return Ok(false);
        }
        for (key, peer, secret) in kept {
            // Of a share that this device has no longer it needs nothing.
            let of = |share: &KeyShare| share.primary.udf() == key;
            if self.ring.share(&key.to_string()).is_some_and(of) {
                self.ring.know(key, &peer, secret);
            }
        }
        Ok(true)
    }

    /// Deletes what is kept of all stores.
    pub(crate) fn forget_offline(&self) -> Result<(), Error> {
        self.home.forget_offline(&self.udf)
    }

    /// Deletes what is kept and whose time is over.
    pub(crate) fn expire_offline(&self) -> Result<(), Error> {
        if !self.grant.is_shared() || self.offline.is_empty() {
            return Ok(());
        }
        let now = self.home.env().now();
        for label in StoreLabel::PERSONAL {
            let id = id(&self.udf, label);
            if let Some(record) = self.home.keys().load(&id)?
                && parse(&record)?.0 <= now
            {
                self.home.keys().delete(&id)?;
            }
        }
        Ok(())
    }
}

impl Home {
    /// Deletes what is kept of the stores of an account for reading offline.
    pub(crate) fn forget_offline(&self, account: &str) -> Result<(), Error> {
        for label in StoreLabel::PERSONAL {
            self.keys().delete(&id(account, label))?;
        }
        Ok(())
    }
}

/// The window in which whoever has a device and can unlock it reads a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Always: the device has the whole key.
    Always,
    /// For so long after the service last helped.
    After(Duration),
    /// Only while the service helps, until the device is removed.
    Served,
}

impl DeviceSummary {
    /// The window for each catalog that the device reads.
    #[must_use]
    pub fn windows(&self) -> Vec<(StoreLabel, Window)> {
        let readable = self.roles.readable().into_iter();
        let catalogs =
            readable.filter(|&label| !label.is_spool() && self.roles.access(label) >= Access::Read);
        let window = |label| match self.roles.is_threshold() {
            false => Window::Always,
            true => self.offline.of(label).map_or(Window::Served, Window::After),
        };
        catalogs.map(|label| (label, window(label))).collect()
    }
}

/// The name of a record in the key store, of which only letters and digits of Base32 are allowed.
fn id(account: &str, label: StoreLabel) -> String {
    Udf::digest(format!("{account}/{label}").as_bytes(), KIND).to_string()
}

fn parse(record: &SecretBytes) -> Result<(DateTime, Kept), Error> {
    let mut reader = Reader::new(record.expose_secret());
    let mut expires = None;
    let mut kept = Kept::new();
    reader.begin_object()?;
    while let Some(name) = reader.next_name()? {
        match name.as_str() {
            "Expires" => expires = Some(reader.date_time()?),
            "Agreements" => {
                reader.begin_array()?;
                while reader.next_element()? {
                    kept.push(agreement(&mut reader)?);
                }
            }
            _ => reader.skip()?,
        }
    }
    let offset = reader.offset();
    reader.finish()?;
    let missing = || mesh_jsonbcd::Error::malformed(offset, "a record of offline use");
    Ok((expires.ok_or_else(missing)?, kept))
}

fn agreement(reader: &mut Reader<'_>) -> Result<(Udf, PublicKey, SharedSecret), Error> {
    let (mut key, mut peer, mut secret) = (None, None, None);
    reader.begin_object()?;
    while let Some(name) = reader.next_name()? {
        match name.as_str() {
            "Key" => key = Some(Udf::parse(&reader.string()?)?),
            "Peer" => peer = Some(PublicKey::new(KeyAlgorithm::X448, &reader.binary()?)?),
            "Secret" => {
                let octets = Zeroizing::new(reader.binary()?);
                secret = Some(SharedSecret::from_octets(SecretBytes::new(octets.to_vec())));
            }
            _ => reader.skip()?,
        }
    }
    let missing = || mesh_jsonbcd::Error::malformed(reader.offset(), "an agreement");
    match (key, peer, secret) {
        (Some(key), Some(peer), Some(secret)) => Ok((key, peer, secret)),
        _ => Err(missing().into()),
    }
}
