// SPDX-License-Identifier: MIT
//! An account in a file: everything of it, encrypted, for the day on which its service is gone.
//!
//! Spec: none for the content; mesh-dare, "Sequence" for the form.
//! Here: writing the file, reading it with recovery codes, bringing the account back to a service.
//! Not here: recovery from a service (`recover`), taking frames to a service (`settle`).
//!
//! The file is a sequence. In clear are only the escrow records, which recovery codes open. Everything else is sealed to the account's escrow key,
//! whose private key follows from what they hold: the record of the account, then each catalog, frame by frame as the devices signed them.

use std::fs::File;
use std::io::ErrorKind;
use std::rc::Rc;

use mesh_crypto::share::recover;
use mesh_crypto::udf::profile_udf;
use mesh_crypto::{KeyRing, Share, seed_code};
use mesh_dare::generated::ContentMeta;
use mesh_dare::sequence::{Sequence, SequenceType};
use mesh_dare::{Cipher, Envelope, Seal};
use mesh_jsonbcd::{Object, from_tagged, read_tag, to_tagged_json, to_tagged_json_b};
use mesh_protocol::generated::StoreUpdate;
use mesh_schema::generated::{CatalogedPublication, ProfileUser};
use mesh_schema::profile::user::AccountKeys;
use mesh_schema::{AccountAddress, StoreLabel, Valid};

use crate::account::Account;
use crate::account::create::{all_keys, ring_of};
use crate::account::escrow::Recovered;
use crate::account::settle::{occupy, upload};
use crate::error::Error;
use crate::generated::CatalogedStandard;
use crate::home::{Home, as_account};
use crate::stores::Stores;
use crate::sync::{Keys, take_over};

/// The content type of the first frame.
const ARCHIVE_TYPE: &str = "application/mmm-account";

/// What was written into an archive, or read from one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archived {
    /// Fingerprint of the account.
    pub udf: String,
    /// Frames of each catalog.
    pub stores: Vec<(StoreLabel, u64)>,
    /// Sets of recovery codes that open it, beside those that hold the account key itself.
    pub codes: usize,
}

impl Account {
    /// Writes everything of the account into an empty file. Recovery codes open it, those that are valid now.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] on a device that does not read every catalog; [`Error::Dare`] when the file cannot be written.
    pub fn export(&mut self, file: File) -> Result<Archived, Error> {
        self.administrator()?;
        let env = self.home.0.client.env.clone();
        let records = self.escrow_records()?;
        let first = Seal {
            content_meta: Some(ContentMeta {
                content_type: Some(ARCHIVE_TYPE.to_owned()),
                ..ContentMeta::default()
            }),
            digest: true,
            ..Seal::default()
        };
        let mut sequence = Sequence::create(file, SequenceType::Merkle, first.seal(&[], &*env)?)?;
        for record in &records {
            let record = CatalogedPublication {
                description: None,
                ..record.clone()
            };
            let open = Seal {
                digest: true,
                ..Seal::default()
            };
            sequence.append(&[open.seal(&to_tagged_json(&record), &*env)?])?;
        }
        let recipients = [self.profile.escrow_key()?];
        let seal = Seal {
            cipher: Cipher::default(),
            recipients: &recipients,
            digest: true,
            ..Seal::default()
        };
        let account = CatalogedStandard {
            local: Some(self.address.to_string()),
            enveloped_profile_account: Some(as_account(self.profile.envelope())),
            ..CatalogedStandard::default()
        };
        sequence.append(&[seal.seal(&to_tagged_json(&account), &*env)?])?;
        let mut stores = Vec::new();
        for label in StoreLabel::catalogs() {
            let Some(head) = self.stores.head(label).cloned() else {
                continue;
            };
            let mut next = 0;
            while next < head.frames {
                let envelopes = self.stores.piece(label, next)?;
                let update = StoreUpdate {
                    store: Some(label.as_str().to_owned()),
                    index: i64::try_from(next).ok(),
                    final_index: i64::try_from(head.frames).ok(),
                    digest: Some(head.summary.apex.to_vec()),
                    envelopes,
                    ..StoreUpdate::default()
                };
                let read = u64::try_from(update.envelopes.len()).unwrap_or(u64::MAX);
                next = next.saturating_add(read);
                sequence.append(&[seal.seal(&to_tagged_json_b(&update), &*env)?])?;
            }
            stores.push((label, head.frames));
        }
        Ok(Archived {
            udf: self.udf.clone(),
            stores,
            codes: records.len(),
        })
    }
}

/// What an archive holds, once recovery codes have opened it.
struct Opened {
    keys: AccountKeys,
    profile: Valid<ProfileUser>,
    frames: Vec<(StoreLabel, Vec<Envelope>)>,
}

impl Home {
    /// Brings an account back from an archive: its catalogs are checked and taken to the service of the address, this device is connected, and
    /// what the new host must read is made anew. The other devices of the account can go on with [`Account::follow`].
    ///
    /// # Errors
    /// [`Error::AccountExists`] when this device has the account; [`Error::SharesOfAnother`] when the codes do not open the archive;
    /// [`Error::Archive`] when it is incomplete; [`Error::Store`] naming a frame that is not as a device signed it; [`Error::Protocol`].
    pub fn import_account(
        &self,
        file: File,
        address: Option<&AccountAddress>,
        shares: &[Share],
    ) -> Result<Account, Error> {
        let opened = open(file, shares)?;
        let udf = opened.profile.udf()?;
        let from = opened.profile.address()?;
        let address = match address {
            Some(address) => address.clone(),
            None => from.clone(),
        };
        let exists = self
            .accounts()?
            .into_iter()
            .find(|account| account.address == address.to_string() || account.udf == udf);
        if let Some(known) = exists {
            if known.udf != udf || known.address != address.to_string() {
                return Err(Error::AccountExists {
                    address: known.address,
                });
            }
            // An earlier attempt came as far as that.
            let mut account = self.account(Some(&address))?;
            account.settle(&from)?;
            account.arrived()?;
            return Ok(account);
        }
        let mut stores = Stores::open(&self.0.directory, &udf, self.0.client.env.clone())?;
        stores.unsettle(&from)?;
        let ring = ring_of(&opened.keys, &all_keys(&opened.keys, false)?);
        let judge = Keys {
            ring: &ring,
            profile: Rc::new(opened.profile),
            administrator: true,
        };
        // What an earlier attempt has taken over is there already.
        let known = |label: StoreLabel| stores.head(label).map_or(0, |head| head.frames);
        let mut frames = opened.frames;
        for (label, frames) in &mut frames {
            let known = usize::try_from(known(*label)).unwrap_or(usize::MAX);
            frames.drain(..known.min(frames.len()));
        }
        frames.retain(|(_, frames)| !frames.is_empty());
        let labels: Vec<StoreLabel> = StoreLabel::catalogs().collect();
        take_over(&mut stores, &judge, &labels, frames)?;

        let mut place = occupy(&self.0.client, &opened.keys, &address, &udf)?;
        upload(&mut *place.session, &mut stores)?;
        drop(stores);
        let mut account = self.adopt(&address, opened.keys, place.session, &place.service)?;
        account.settle(&from)?;
        account.arrived()?;
        Ok(account)
    }
}

/// Reads an archive.
fn open(file: File, shares: &[Share]) -> Result<Opened, Error> {
    let incomplete = |why| Error::Archive { why };
    let opened = Sequence::open(file, &mut |_, _| Ok(()));
    let (sequence, recovery) = opened.map_err(|error| match error {
        // An unfinished last frame would have been cut off, in a file that is only read.
        mesh_dare::Error::Storage {
            kind: ErrorKind::InvalidInput | ErrorKind::PermissionDenied,
            ..
        } => incomplete("it is cut short"),
        error => error.into(),
    })?;
    let first = sequence.frame(0)?.content_meta()?;
    if first.content_type.as_deref() != Some(ARCHIVE_TYPE) {
        return Err(incomplete("it is no archive of an account"));
    }
    if recovery.cut > 0 {
        return Err(incomplete("it is cut short"));
    }
    let mut records = Vec::new();
    let mut sealed = Vec::new();
    for index in 1..sequence.len() {
        let frame = sequence.frame(index)?;
        match frame.is_encrypted() {
            true => sealed.push(index),
            false if read_tag(&frame.body)? == CatalogedPublication::TAG => {
                records.push(from_tagged::<CatalogedPublication>(&frame.body)?);
            }
            false => return Err(incomplete("there is something in it in clear")),
        }
    }
    let another = || Error::SharesOfAnother {
        address: "the account in the archive".to_owned(),
    };
    let recovered = Recovered::read(recover(shares)?)?;
    let seed = recovered.seed(&records)?.ok_or_else(another)?;
    if seed.code() != seed_code::PROFILE_ACCOUNT {
        return Err(another());
    }
    let keys = AccountKeys::derive(seed)?;
    let mut ring = KeyRing::new();
    ring.add(keys.escrow_encryption.clone());
    let mut profile = None;
    let mut frames: Vec<(StoreLabel, Vec<Envelope>)> = Vec::new();
    let mut announced: Vec<(StoreLabel, Option<i64>)> = Vec::new();
    for index in sealed {
        let payload = sequence.frame(index)?.open(&ring);
        let payload = payload.map_err(|error| match error {
            mesh_dare::Error::NoKey { .. } => another(),
            error => mesh_dare::Error::Frame {
                index,
                source: Box::new(error),
            }
            .into(),
        })?;
        let payload = payload.expose_secret();
        match read_tag(payload)?.as_str() {
            CatalogedStandard::TAG => {
                let account: CatalogedStandard = from_tagged(payload)?;
                let envelope = account.enveloped_profile_account;
                let envelope = envelope.ok_or(incomplete("it holds no profile"))?;
                profile = Some(Valid::<ProfileUser>::validate(envelope.envelope())?);
            }
            StoreUpdate::TAG => {
                let update: StoreUpdate = from_tagged(payload)?;
                let label = StoreLabel::parse(update.store.as_deref().unwrap_or_default())?;
                let place = match frames.iter().position(|(found, _)| *found == label) {
                    Some(place) => place,
                    None => {
                        frames.push((label, Vec::new()));
                        announced.push((label, update.final_index));
                        frames.len().saturating_sub(1)
                    }
                };
                if let Some((_, frames)) = frames.get_mut(place) {
                    frames.extend(update.envelopes);
                }
            }
            _ => return Err(incomplete("there is something in it that is not known")),
        }
    }
    let profile = profile.ok_or(incomplete("it holds no profile"))?;
    if profile.udf()? != profile_udf(&[keys.root.udf().binary()])?.to_string() {
        return Err(another());
    }
    for label in StoreLabel::catalogs() {
        let held = frames.iter().find(|(found, _)| *found == label);
        let held = held.map_or(0, |(_, frames)| frames.len());
        let said = announced.iter().find(|(found, _)| *found == label);
        let said = said.and_then(|(_, number)| usize::try_from((*number)?).ok());
        if said != Some(held) {
            return Err(incomplete("not every catalog is there to its end"));
        }
    }
    Ok(Opened {
        keys,
        profile,
        frames,
    })
}
