// SPDX-License-Identifier: MIT
//! Taking power from devices: removing them, and changing their roles.
//!
//! Spec: mesh-architecture, "Disconnecting a Device"; mesh-schema, "AccessCapability", "CapabilityDecryptServiced".
//! Here: what an administrator writes so that a device reads nothing more.
//! Not here: how the devices that stay learn their new keys (`refresh`), what the service refuses (`mesh-service`, access).
//!
//! A device with shares is cut off by the service's share being deleted, and by a new exchange in each catalog, so that base seeds that
//! it may have kept open nothing new. A device that had whole keys is cut off by new keys, which every device that stays is given.

use mesh_crypto::{Environment, KeyAlgorithm, PrivateKey, PublicKey};
use mesh_dare::store::Event;
use mesh_schema::activation::{Grant, GrantedKey};
use mesh_schema::catalog::CatalogEntry;
use mesh_schema::generated::{CatalogedAccess, CatalogedDevice};
use mesh_schema::{Access, Offline, Role, Roles, StoreLabel};

use super::{Changed, CutOff, DeviceSummary, not_super};
use crate::account::Account;
use crate::enroll::{Giver, reissue};
use crate::error::Error;
use crate::transact::Batch;

impl Account {
    /// Removes a device: from now on the service refuses it, and it decrypts nothing that it has not decrypted already, as far as
    /// [`CutOff`] says. It is named by its fingerprint, the beginning of that, or its name.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`]; [`Error::NotAllowed`] on a device that is no administrator, and for this device itself.
    pub fn delete_device(&mut self, device: &str) -> Result<Changed, Error> {
        self.administrator()?;
        let (changed, own) = self.in_one_or_two(|account, whole| {
            let entries: Vec<CatalogedDevice> = account.entries()?;
            let entry = account.named(&entries, device)?;
            let summary = account.summary(entry)?;
            if summary.this {
                return Err(Error::NotAllowed {
                    what: "remove itself: it would leave the account without this administrator",
                });
            }
            let keys = account.connection_of(entry)?.keys()?;
            let mut work = Work::begin(account, &entries)?;
            let tombstone = CatalogedAccess::device(&keys, &summary.roles, false);
            work.access(&tombstone, Event::Update)?;
            work.delete_shares(&keys.authentication)?;
            work.batch.change(StoreLabel::Device, entry.deletion()?);
            let lost = catalogs(&summary.roles);
            let cut_off = work.cut_off(account, &summary, &Roles::default(), &lost, whole)?;
            let own = work.reissue_others(account, &summary, &lost)?;
            let batch = work.batch;
            Ok((
                batch,
                (
                    Changed {
                        device: summary,
                        cut_off,
                    },
                    own,
                ),
            ))
        })?;
        self.take_own(own)?;
        self.renew_due()?;
        Ok(changed)
    }

    /// Gives a connected device other roles: with them it gets other keys, and loses those that they do not include. It is named as for
    /// [`Account::delete_device`].
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`]; [`Error::NotAllowed`] on a device that is no administrator, for the last administrator of
    /// the account, and for the role super, which only recovery codes give.
    pub fn authorize_device(&mut self, device: &str, roles: &Roles) -> Result<Changed, Error> {
        self.administrator()?;
        let (changed, own) = self.in_one_or_two(|account, whole| {
            let entries: Vec<CatalogedDevice> = account.entries()?;
            let entry = account.named(&entries, device)?;
            let summary = account.summary(entry)?;
            if !summary.roles.contains(Role::Super) {
                not_super(roles)?;
            }
            if summary.roles.is_administrator() && !roles.is_administrator() {
                let mut others = 0_usize;
                for other in &entries {
                    let other = account.summary(other)?;
                    if other.device_udf != summary.device_udf && other.roles.is_administrator() {
                        others = others.saturating_add(1);
                    }
                }
                if others == 0 {
                    return Err(Error::NotAllowed {
                        what: "leave the account without an administrator",
                    });
                }
            }
            let lost = lost(&summary.roles, roles);
            let mut work = Work::begin(account, &entries)?;
            let cut_off = work.cut_off(account, &summary, roles, &lost, whole)?;
            let mut own = work.reissue_others(account, &summary, &lost)?;
            let issued = work.reissue(account, entry, roles, None)?;
            if summary.this {
                own = Some(issued);
            }
            let batch = work.batch;
            let device = DeviceSummary {
                roles: roles.clone(),
                ..summary
            };
            Ok((batch, (Changed { device, cut_off }, own)))
        })?;
        self.take_own(own)?;
        self.renew_due()?;
        Ok(changed)
    }

    /// Takes power from a device in one transaction; `build` is told whether it is to be that. A device that writes all the time into catalogs
    /// of its own could be faster each time: then in two. The first writes only what it cannot write, after which the service refuses it. The
    /// second begins new exchanges in the catalogs that it could write; should it be interrupted, any administrator goes on with it at
    /// the next synchronisation.
    fn in_one_or_two<T>(
        &mut self,
        mut build: impl FnMut(&mut Self, bool) -> Result<(Batch, T), Error>,
    ) -> Result<T, Error> {
        match self.transact_within(MAX_STALE, |account| build(account, true)) {
            Err(Error::Contention { .. }) => self.transact(|account| build(account, false)),
            done => done,
        }
    }

    /// Begins the new exchanges that removals have made due.
    pub(crate) fn renew_due(&mut self) -> Result<(), Error> {
        self.transact(|account| {
            let mut batch = Batch::default();
            let due: Vec<(StoreLabel, u64)> = {
                let replica = account.stores.replica(StoreLabel::Device)?;
                let endings = replica.state().endings();
                endings.filter_map(parse_due).collect()
            };
            for (label, since) in due {
                let replica = account.stores.replica(label)?;
                let current = replica.state().current_exchange();
                if current.is_none_or(|current| current < since) && !batch.renews(label) {
                    batch.renew(label, account.recipients(label, &account.grant)?);
                }
            }
            Ok((batch, ()))
        })
    }

    /// The keys that a new exchange of a catalog is for.
    fn recipients(&self, label: StoreLabel, grant: &Grant) -> Result<Vec<PublicKey>, Error> {
        recipients_of(label, grant, self.profile.escrow_key()?, &self.host)
    }

    pub(crate) fn take_own(&mut self, own: Option<CatalogedDevice>) -> Result<(), Error> {
        match own {
            Some(entry) => self.take_entry(&entry),
            None => Ok(()),
        }
    }
}

/// The keys that a new exchange of a catalog is for: that of the store and the escrow key, and for the access catalog that of the host.
pub(crate) fn recipients_of(
    label: StoreLabel,
    grant: &Grant,
    escrow: PublicKey,
    host: &PublicKey,
) -> Result<Vec<PublicKey>, Error> {
    let current = grant.current(label).ok_or(Error::NotAllowed {
        what: "begin a new exchange: it has no key of the store",
    })?;
    let mut recipients = vec![current, escrow];
    if label == StoreLabel::Access {
        recipients.insert(0, host.clone());
    }
    Ok(recipients)
}

/// The catalogs that a device of these roles reads.
fn catalogs(roles: &Roles) -> Vec<StoreLabel> {
    let readable = roles.readable().into_iter();
    readable.filter(|label| !label.is_spool()).collect()
}

/// The catalogs of which a device has keys that it is to have no longer.
fn lost(before: &Roles, after: &Roles) -> Vec<StoreLabel> {
    let mut lost = catalogs(before);
    // Whole keys that become shares are to open nothing any more.
    if before.is_threshold() || !after.is_threshold() {
        lost.retain(|&label| after.access(label) < Access::Read);
    }
    lost
}

/// How the device catalog says that a catalog is due for a new exchange, at this frame or later.
fn present_due(label: StoreLabel, since: u64) -> String {
    format!("{DUE}{label}/{since}")
}

pub(crate) fn parse_due(ending: &str) -> Option<(StoreLabel, u64)> {
    let (label, since) = ending.strip_prefix(DUE)?.split_once('/')?;
    Some((StoreLabel::parse(label).ok()?, since.parse().ok()?))
}

/// How often others may be faster before a removal is done in two transactions.
const MAX_STALE: u32 = 4;

/// No identifier of a message begins so.
const DUE: &str = "renew/";

/// A transaction that takes power from one device, in the making.
pub(crate) struct Work {
    pub(crate) batch: Batch,
    access: Vec<CatalogedAccess>,
    devices: Vec<CatalogedDevice>,
    /// The account's keys as they will be.
    grant: Grant,
    cipher: mesh_dare::Cipher,
    env: std::sync::Arc<dyn Environment>,
}

impl Work {
    pub(crate) fn begin(account: &mut Account, devices: &[CatalogedDevice]) -> Result<Self, Error> {
        Ok(Self {
            batch: Batch::default(),
            access: account.entries()?,
            devices: devices.to_vec(),
            grant: account.grant.clone(),
            cipher: account.cipher()?,
            env: account.home.0.client.env.clone(),
        })
    }

    fn access(&mut self, entry: &CatalogedAccess, event: Event) -> Result<(), Error> {
        self.batch.change(StoreLabel::Access, entry.change(event)?);
        Ok(())
    }

    /// Deletes the service's shares of the keys of a device.
    fn delete_shares(&mut self, authentication: &PublicKey) -> Result<(), Error> {
        let shares = self
            .access
            .iter()
            .filter(|entry| entry.access().is_none() && entry.is_of(authentication));
        for entry in shares {
            self.batch.change(StoreLabel::Access, entry.deletion()?);
        }
        Ok(())
    }

    /// Sees to it that a device which had these roles opens nothing more of the lost catalogs.
    fn cut_off(
        &mut self,
        account: &Account,
        device: &DeviceSummary,
        after: &Roles,
        lost: &[StoreLabel],
        in_one: bool,
    ) -> Result<CutOff, Error> {
        let whole = !device.roles.is_threshold();
        let escrow = account.profile.escrow_key()?;
        for &label in lost {
            if whole {
                let key = PrivateKey::generate(KeyAlgorithm::X448, &*self.env);
                let entry =
                    CatalogedAccess::store_key(label, &key, &escrow, self.cipher, &*self.env)?;
                self.access(&entry, Event::New)?;
                self.grant.stores.push((label, GrantedKey::Whole(key)));
            }
            match label {
                // Others than administrators cannot write these.
                StoreLabel::Access | StoreLabel::Device => {
                    let recipients = account.recipients(label, &self.grant)?;
                    self.batch.renew(label, recipients);
                }
                label if in_one => {
                    let recipients = account.recipients(label, &self.grant)?;
                    self.batch.renew(label, recipients);
                }
                label => {
                    let since = account.stores.head(label).map_or(0, |head| head.frames);
                    self.batch.end(&present_due(label, since));
                }
            }
        }
        let lost = lost.to_vec();
        let had = |role| device.roles.contains(role);
        // The new keys are sealed to the escrow key, which follows from the seed that such a device holds.
        let seed = had(Role::Super) && !after.contains(Role::Super);
        let (by_share, by_key) = match (seed, whole) {
            (true, _) => (Vec::new(), Vec::new()),
            (false, true) => (Vec::new(), lost),
            (false, false) => (lost, Vec::new()),
        };
        let signs = |roles: &Roles| roles.is_administrator() || roles.contains(Role::Message);
        Ok(CutOff {
            by_share,
            by_key,
            account: seed,
            administrator: device.roles.is_administrator() && !after.is_administrator(),
            messages: whole
                && (device.roles.is_administrator() || had(Role::Message))
                && !after.is_administrator(),
            signature: signs(&device.roles) && !signs(after),
        })
    }

    /// Gives the new keys to every device that reads a catalog which has one; returns the new entry of this device.
    fn reissue_others(
        &mut self,
        account: &Account,
        device: &DeviceSummary,
        lost: &[StoreLabel],
    ) -> Result<Option<CatalogedDevice>, Error> {
        let mut own = None;
        if device.roles.is_threshold() {
            return Ok(own);
        }
        for entry in self.devices.clone() {
            let summary = account.summary(&entry)?;
            let reads = |label: &StoreLabel| summary.roles.access(*label) >= Access::Read;
            if summary.device_udf == device.device_udf || !lost.iter().any(reads) {
                continue;
            }
            let issued = self.reissue(account, &entry, &summary.roles, None)?;
            if summary.this {
                own = Some(issued);
            }
        }
        Ok(own)
    }

    /// Begins a new exchange in the access catalog for the host of the account, and puts under it whatever is not made anew for the devices
    /// that are given.
    pub(crate) fn readdress(
        &mut self,
        account: &Account,
        devices: &[CatalogedDevice],
    ) -> Result<(), Error> {
        let mut authentication = Vec::new();
        for entry in devices {
            authentication.push(account.connection_of(entry)?.keys()?.authentication);
        }
        for entry in self.access.clone() {
            if !authentication.iter().any(|key| entry.is_of(key)) {
                self.access(&entry, Event::Update)?;
            }
        }
        let recipients = account.recipients(StoreLabel::Access, &self.grant)?;
        self.batch.renew(StoreLabel::Access, recipients);
        Ok(())
    }

    /// Makes the entry and the keys of a device anew.
    pub(crate) fn reissue(
        &mut self,
        account: &Account,
        entry: &CatalogedDevice,
        roles: &Roles,
        offline: Option<&Offline>,
    ) -> Result<CatalogedDevice, Error> {
        let grant = self.grant.clone();
        let giver = Giver {
            profile: &account.profile,
            all: &grant,
            host: &account.host,
            cipher: self.cipher,
        };
        let issued = reissue(&giver, entry, roles, offline, &*self.env)?;
        let connected = &issued.connected;
        self.delete_shares(&connected.authentication)?;
        let access = CatalogedAccess::device(connected, roles, true).with_entry(
            &issued.device,
            &connected.encryption,
            giver.administrator()?,
            self.cipher,
            &*self.env,
        )?;
        self.access(&access, Event::Update)?;
        for share in &issued.serviced {
            self.access(share, Event::New)?;
        }
        self.batch
            .change(StoreLabel::Device, issued.device.change(Event::Update)?);
        Ok(issued.device)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_depends_on_how_it_was_had() {
        let roles = |names: &str| Roles::parse(&[names]).unwrap();
        let (web, developer) = (catalogs(&roles("web")), catalogs(&roles("developer")));
        assert!(lost(&roles("developer"), &roles("web")).is_empty());
        let less = lost(&roles("web"), &roles("developer"));
        assert!(!less.is_empty() && less.iter().all(|label| !developer.contains(label)));
        assert_eq!(
            less,
            lost(&roles("web,threshold"), &roles("developer,threshold"))
        );
        // The same stores, but with shares instead of whole keys: all of them have new keys.
        assert_eq!(lost(&roles("web"), &roles("web,threshold")), web);
        assert!(lost(&roles("web,threshold"), &roles("web")).is_empty());
    }
}
