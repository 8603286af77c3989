// SPDX-License-Identifier: MIT
//! A service that knows its trade: after every change places, digests and the tree are made anew, so that only a signature can tell.
//!
//! Spec: none.
//! Here: making them anew; the attacks that are worth it.
//! Not here: clumsy changes (`frames`).

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use mesh_client::Account;
use mesh_crypto::digest::sha512;
use mesh_crypto::{KeyAlgorithm, PrivateKey, PublicKey, Seed, seed_code};
use mesh_dare::merkle::{Digest, Frontier};
use mesh_dare::store::Event;
use mesh_dare::store::Remarks;
use mesh_dare::store::StoreName;
use mesh_dare::store::catalog::{Change, EntryName, StoreState, Under};
use mesh_dare::{Cipher, Envelope, Exchange, Recipients};
use mesh_jsonbcd::{SecretBytes, to_tagged_json};
use mesh_keystore::SystemEnvironment;
use mesh_protocol::generated::{ConstraintsSelect, DownloadRequest, DownloadResponse};
use mesh_protocol::{HostExpectation, MeshPort};
use mesh_schema::Offline;
use mesh_schema::activation::Activation;
use mesh_schema::connection::{Terms, connection_device};
use mesh_schema::generated::CatalogedDevice;
use mesh_schema::profile::device::DeviceKeys;
use mesh_service::DirectPort;

use super::frames::{CREDENTIAL, first, frames, more, rename_contact, update};
use super::people::profile_of;
use super::{Attack, Found, Lie, Scene, Verdict, must_refuse, not_carried_out};
use crate::world::Outcome;

const DEVICE: &str = "Device";

/// The frames of the stores as they are at the service.
pub(super) struct Tree(HashMap<String, Vec<Envelope>>);

impl Tree {
    /// What the service has of the catalogs that device two may read.
    fn of(scene: &Scene) -> Outcome<Self> {
        let catalogs = [CREDENTIAL, "Bookmark", "Contact", DEVICE];
        Self::read(scene, &mut scene.account("two")?, &catalogs)
    }

    /// What the service has of some stores.
    pub(super) fn read(scene: &Scene, account: &mut Account, stores: &[&str]) -> Outcome<Self> {
        account.status()?;
        let credential = scene.hostile.credential().ok_or("nobody asked")?;
        let port = DirectPort::new(scene.world.service.clone());
        let mut session = port.open("localhost", credential, HostExpectation::FirstContact)?;
        let select = stores.iter().map(|&store| ConstraintsSelect {
            store: Some(store.to_owned()),
            ..ConstraintsSelect::default()
        });
        let response = session.download(&DownloadRequest {
            select: select.collect(),
            ..DownloadRequest::default()
        })?;
        let updates = response.updates.into_iter();
        Ok(Self(
            updates
                .map(|update| (update.store.unwrap_or_default(), update.envelopes))
                .collect(),
        ))
    }

    pub(super) fn store(&self, store: &str) -> &[Envelope] {
        self.0.get(store).map(Vec::as_slice).unwrap_or_default()
    }

    /// Makes places, digests and trees fit the bodies that a response shows.
    pub(super) fn redo(
        &self,
        request: &DownloadRequest,
        response: &mut DownloadResponse,
    ) -> Option<()> {
        for select in &request.select {
            let store = select.store.as_deref()?;
            let Some(update) =
                update(response, store).filter(|update| !update.envelopes.is_empty())
            else {
                continue;
            };
            let from = usize::try_from(select.index_min.unwrap_or(0)).ok()?;
            let mut tree = Frontier::new();
            for frame in self.store(store).iter().take(from) {
                tree.push(&digest(frame)?);
            }
            for frame in &mut update.envelopes {
                let info = frame.header.sequence_info.as_mut()?;
                info.index = i64::try_from(tree.len()).ok();
                let digest = sha512(&[&frame.body]);
                let trailer = frame.trailer.as_mut()?;
                trailer.payload_digest = Some(digest.to_vec());
                trailer.apex_digest = Some(tree.push(&digest).to_vec());
            }
            update.final_index = i64::try_from(tree.len()).ok();
            update.digest = tree.apex().map(|apex| apex.to_vec());
        }
        Some(())
    }
}

pub(super) fn digest(frame: &Envelope) -> Option<Digest> {
    Digest::try_from(frame.payload_digest()?).ok()
}

pub(super) const ATTACKS: &[Attack] = &[
    (
        "alters the content of an entry and makes the tree anew",
        |scene| redone(scene, |r| flip(&mut first(r, CREDENTIAL)?.body)),
    ),
    ("alters a contact and makes the tree anew", |scene| {
        rename_contact(scene)?;
        redone(scene, |r| flip(&mut first(r, "Contact")?.body))
    }),
    (
        "stores an entry in clear and makes the tree anew",
        |scene| {
            redone(scene, |r| {
                let frame = first(r, CREDENTIAL)?;
                frame.header.encryption_algorithm = None;
                frame.header.salt = None;
                frame.body = b"{\"CatalogedCredential\":{\"Service\":\"news\"}}".to_vec();
                Some(())
            })
        },
    ),
    ("swaps two frames and makes the tree anew", |scene| {
        more(scene)?;
        redone(scene, |r| {
            let frames = frames(r, CREDENTIAL)?;
            (frames.len() > 1).then(|| frames.swap(0, 1))
        })
    }),
    (
        "drops a frame from the middle and makes the tree anew",
        |scene| {
            more(scene)?;
            redone(scene, |r| {
                let frames = frames(r, CREDENTIAL)?;
                (frames.len() > 2).then(|| drop(frames.remove(1)))
            })
        },
    ),
    (
        "drops the first new frame and makes the tree anew",
        |scene| {
            more(scene)?;
            redone(scene, |r| {
                let frames = frames(r, CREDENTIAL)?;
                (frames.len() > 1).then(|| drop(frames.remove(0)))
            })
        },
    ),
    ("repeats a frame and makes the tree anew", |scene| {
        redone(scene, |r| {
            let frame = first(r, CREDENTIAL)?.clone();
            frames(r, CREDENTIAL)?.insert(1, frame);
            Some(())
        })
    }),
    ("truncates a frame and makes the tree anew", |scene| {
        redone(scene, |r| first(r, CREDENTIAL)?.body.pop().map(drop))
    }),
    (
        "moves an entry to another catalog and makes the tree anew",
        |scene| {
            redone(scene, |r| {
                let frame = first(r, CREDENTIAL)?.clone();
                update(r, "Bookmark")?.envelopes.push(frame);
                Some(())
            })
        },
    ),
    (
        "adds an entry that is encrypted for the account and signed by itself",
        |scene| {
            let entry =
                "{\"CatalogedCredential\":{\"Service\":\"bank\",\"Password\":\"the service's\"}}";
            intrude(scene, CREDENTIAL, entry.as_bytes())
        },
    ),
    (
        "adds an administrator that is encrypted for the account and signed by itself",
        own_administrator,
    ),
];

fn flip(octets: &mut [u8]) -> Option<()> {
    *octets.last_mut()? ^= 1;
    Some(())
}

/// Synchronises device two while the service changes something and makes the tree anew.
fn redone(scene: &Scene, change: fn(&mut DownloadResponse) -> Option<()>) -> Outcome<Found> {
    let tree = Tree::of(scene)?;
    scene.sync_under(Lie::with(move |request, response| {
        change(response)?;
        tree.redo(request, response)
    }))
}

/// Frames at the end of a catalog that are as they must be, but for the signature: the service knows to whom a catalog is encrypted.
fn intrude(scene: &Scene, store: &'static str, payload: &[u8]) -> Outcome<Found> {
    let env = SystemEnvironment::new()?;
    scene.account("two")?.sync()?;
    let tree = Tree::of(scene)?;
    let head = tree.store(store).first().ok_or("the store is empty")?;
    let policy = head.header.policy.as_ref().ok_or("no policy")?;
    let recipients: Vec<PublicKey> = policy
        .encrypt_keys
        .iter()
        .map(PublicKey::from_jose)
        .collect::<Result<_, _>>()?;
    let own = PrivateKey::generate(KeyAlgorithm::Ed448, &env);
    let change = Change {
        entry: EntryName::Key("intruder".to_owned()),
        event: Event::New,
        payload: SecretBytes::new(payload.to_vec()),
    };
    let name = StoreName::new(scene.account("two")?.udf(), store);
    let mut state = StoreState::new(name, false);
    for frame in tree.store(store) {
        let digest = digest(frame).ok_or("no digest")?;
        state.apply(&frame.header, frame.trailer.as_ref(), &digest)?;
    }
    let exchange = Exchange::generate(&Recipients::from(recipients.as_slice()), &env)?;
    let under = Under {
        exchange: &exchange,
        renewed: true,
        index_key: &exchange.index_key()?,
        cipher: Cipher::default(),
        remarks: Remarks::default(),
    };
    let forged = state.stage(&under, &[change], &own, &env)?;
    let told = Arc::new(AtomicBool::new(false));
    let tell = told.clone();
    let before = scene.shown("two")?;
    scene.hostile.download(move |_, response| {
        if let Some(update) = update(response, store) {
            update.envelopes.extend(forged.clone());
            let last = forged.last().and_then(Envelope::apex_digest);
            update.digest = last.map(<[u8]>::to_vec);
            let end = forged.last().and_then(Envelope::index);
            update.final_index = end.and_then(|end| i64::try_from(end.saturating_add(1)).ok());
            tell.store(true, Ordering::Relaxed);
        }
    });
    let outcome = scene.account("two")?.sync();
    scene.hostile.repent();
    if !told.load(Ordering::Relaxed) {
        return Ok(not_carried_out());
    }
    Ok(match scene.shown("two")? == before {
        true => must_refuse(outcome),
        false => (Verdict::Undetected, "something was taken over".to_owned()),
    })
}

fn own_administrator(scene: &Scene) -> Outcome<Found> {
    let env = SystemEnvironment::new()?;
    let profile = profile_of(scene, "alice@localhost")?;
    let administrator = PrivateKey::generate(KeyAlgorithm::Ed448, &env);
    let device =
        DeviceKeys::derive(&Seed::generate(seed_code::PROFILE_DEVICE, &env))?.profile(&env)?;
    let connected = Activation::generate(&env)?.connect(&device)?;
    let roles = mesh_client::Roles::new(&[mesh_client::Role::Admin]);
    let connection = connection_device(
        &profile,
        &device,
        &connected,
        &Terms {
            roles: &roles,
            offline: &Offline::default(),
            since: None,
        },
        &administrator,
        &env,
    )?;
    let entry = CatalogedDevice {
        uid: Some(device.udf()?),
        device_udf: Some(device.udf()?),
        udf: Some(profile.udf()?),
        enveloped_connection_device: Some(connection.enveloped()),
        ..CatalogedDevice::default()
    };
    intrude(scene, DEVICE, &to_tagged_json(&entry))
}
