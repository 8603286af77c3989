// SPDX-License-Identifier: MIT
//! Attacks on what is stored: frames, headers, histories.
//!
//! Spec: none.
//! Here: one function per attack.
//! Not here: attacks on who is who (`people`).

use std::sync::{Arc, Mutex};
use std::time::Duration;

use mesh_client::Error;
use mesh_crypto::{KeyAlgorithm, PrivateKey};
use mesh_dare::store::StoreName;
use mesh_dare::store::catalog::{Change, EntryName, create_catalog};
use mesh_dare::{Cipher, Envelope};
use mesh_jsonbcd::SecretBytes;
use mesh_keystore::SystemEnvironment;
use mesh_protocol::generated::{DownloadResponse, StoreUpdate};
use mesh_schema::generated::CatalogedContact;

use super::{
    Attack, Found, Lie, Scene, Verdict, credential, must_refuse, not_carried_out, refusal, web,
};
use crate::world::Outcome;

pub(super) const CREDENTIAL: &str = "Credential";

pub(super) const ATTACKS: &[Attack] = &[
    ("alters the content of an entry", |scene| {
        scene.sync_under(Lie::new(|r| flip(&mut first(r, CREDENTIAL)?.body)))
    }),
    ("alters a contact", |scene| {
        rename_contact(scene)?;
        scene.sync_under(Lie::new(|r| flip(&mut first(r, "Contact")?.body)))
    }),
    ("alters the salt of an entry", |scene| {
        scene.sync_under(Lie::new(|r| {
            flip(first(r, CREDENTIAL)?.header.salt.as_mut()?)
        }))
    }),
    ("alters the tree", |scene| {
        scene.sync_under(Lie::new(|r| {
            flip(
                first(r, CREDENTIAL)?
                    .trailer
                    .as_mut()?
                    .apex_digest
                    .as_mut()?,
            )
        }))
    }),
    ("alters a digest", |scene| {
        scene.sync_under(Lie::new(|r| {
            flip(
                first(r, CREDENTIAL)?
                    .trailer
                    .as_mut()?
                    .payload_digest
                    .as_mut()?,
            )
        }))
    }),
    ("removes a signature", |scene| {
        scene.sync_under(Lie::new(|r| {
            first(r, CREDENTIAL)?
                .trailer
                .as_mut()?
                .sequence_signatures
                .clear();
            Some(())
        }))
    }),
    ("alters a signature", |scene| {
        scene.sync_under(Lie::new(|r| {
            let trailer = first(r, CREDENTIAL)?.trailer.as_mut()?;
            flip(
                trailer
                    .sequence_signatures
                    .first_mut()?
                    .signature_value
                    .as_mut()?,
            )
        }))
    }),
    ("downgrades the cipher of an entry", |scene| {
        scene.sync_under(Lie::new(|r| {
            let frame = first(r, CREDENTIAL)?;
            frame.header.encryption_algorithm = Some("A256CBC".to_owned());
            frame.trailer.as_mut()?.payload_tag = None;
            Some(())
        }))
    }),
    ("stores an entry in clear", |scene| {
        scene.sync_under(Lie::new(|r| {
            let frame = first(r, CREDENTIAL)?;
            frame.header.encryption_algorithm = None;
            frame.header.salt = None;
            frame.body = b"{\"CatalogedCredential\":{\"Service\":\"news\"}}".to_vec();
            let digest = mesh_crypto::digest::sha512(&[&frame.body]);
            frame.trailer.as_mut()?.payload_digest = Some(digest.to_vec());
            Some(())
        }))
    }),
    ("gives an entry another name", |scene| {
        scene.sync_under(Lie::new(|r| {
            rewrite(r, "\"UniqueId\": \"A", "\"UniqueId\": \"B")
        }))
    }),
    ("turns an entry into a checkpoint", |scene| {
        scene.sync_under(Lie::new(|r| {
            let info = first(r, CREDENTIAL)?.header.sequence_info.as_mut()?;
            info.is_meta = Some(true);
            Some(())
        }))
    }),
    ("turns an update into a deletion", |scene| {
        let mut one = scene.account("one")?;
        one.sync()?;
        scene.account("two")?.sync()?;
        one.put(&credential("site-0", "after"))?;
        drop(one);
        scene.sync_under(Lie::new(|r| rewrite(r, "\"Update\"", "\"Delete\"")))
    }),
    ("refers an entry to another key exchange", |scene| {
        scene.sync_under(Lie::new(|r| {
            let info = first(r, CREDENTIAL)?.header.sequence_info.as_mut()?;
            info.exchange_position = Some(1);
            Some(())
        }))
    }),
    ("swaps two frames", |scene| {
        more(scene)?;
        scene.sync_under(Lie::new(|r| {
            let frames = frames(r, CREDENTIAL)?;
            (frames.len() > 1).then(|| frames.swap(0, 1))
        }))
    }),
    ("drops a frame from the middle", |scene| {
        more(scene)?;
        scene.sync_under(Lie::new(|r| {
            let frames = frames(r, CREDENTIAL)?;
            (frames.len() > 2).then(|| drop(frames.remove(1)))
        }))
    }),
    ("drops the first new frame", |scene| {
        more(scene)?;
        scene.sync_under(Lie::new(|r| {
            let frames = frames(r, CREDENTIAL)?;
            (!frames.is_empty()).then(|| drop(frames.remove(0)))
        }))
    }),
    ("repeats a frame", |scene| {
        scene.sync_under(Lie::new(|r| {
            let frame = first(r, CREDENTIAL)?.clone();
            frames(r, CREDENTIAL)?.insert(1, frame);
            Some(())
        }))
    }),
    ("truncates a frame", |scene| {
        scene.sync_under(Lie::new(|r| first(r, CREDENTIAL)?.body.pop().map(drop)))
    }),
    ("moves an entry to another catalog", |scene| {
        scene.sync_under(Lie::new(|r| {
            let frame = first(r, CREDENTIAL)?.clone();
            add_frame(r, "Bookmark", &frame)
        }))
    }),
    ("shows an entry of another account", another_account),
    ("adds a device of its own", own_device),
    ("adds an entry of its own", own_entry),
    ("shows fewer frames than before", |scene| {
        scene.account("two")?.sync()?;
        scene.sync_under(Lie::new(|r| {
            for update in &mut r.updates {
                update.final_index = update.final_index.map(|index| index.saturating_sub(1));
            }
            Some(())
        }))
    }),
    ("shows another history of the same length", |scene| {
        scene.account("two")?.sync()?;
        scene.sync_under(Lie::new(|r| {
            for update in &mut r.updates {
                update.digest = Some(vec![7; 64]);
            }
            Some(())
        }))
    }),
    ("leaves a store out of its answer", |scene| {
        scene.sync_under(Lie::new(|r| {
            r.updates
                .retain(|update| update.store.as_deref() != Some("Device"));
            Some(())
        }))
    }),
    ("withholds the news of one store for a while", withholds),
    ("shows a new device an old state of a store", |scene| {
        old_store(scene, CREDENTIAL, 2)
    }),
    ("shows a new device an old device catalog", |scene| {
        old_store(scene, "Device", 2)
    }),
    ("promises more frames without end", |scene| {
        scene.account("two")?.sync()?;
        scene.sync_under(Lie::new(|r| {
            for update in &mut r.updates {
                update.partial = Some(true);
            }
            Some(())
        }))
    }),
    ("acknowledges a change without storing it", forgets),
    (
        "shows two devices different histories, and lets them meet",
        |scene| fork(scene, 1),
    ),
    (
        "shows two devices different histories, the other one longer, and lets them meet",
        |scene| fork(scene, 3),
    ),
];

/// The update of a store in a response.
pub(super) fn update<'a>(
    response: &'a mut DownloadResponse,
    store: &str,
) -> Option<&'a mut StoreUpdate> {
    let mut updates = response.updates.iter_mut();
    updates.find(|update| update.store.as_deref() == Some(store))
}

pub(super) fn frames<'a>(
    response: &'a mut DownloadResponse,
    store: &str,
) -> Option<&'a mut Vec<Envelope>> {
    Some(&mut update(response, store)?.envelopes)
}

pub(super) fn first<'a>(
    response: &'a mut DownloadResponse,
    store: &str,
) -> Option<&'a mut Envelope> {
    frames(response, store)?.first_mut()
}

fn flip(octets: &mut [u8]) -> Option<()> {
    *octets.first_mut()? ^= 1;
    Some(())
}

/// Rewrites the metadata of the first frame, which is not encrypted.
fn rewrite(response: &mut DownloadResponse, from: &str, to: &str) -> Option<()> {
    let meta = &mut first(response, CREDENTIAL)?.header.content_meta_data;
    let text = String::from_utf8(meta.clone()?).ok()?;
    *meta = Some(text.replace(from, to).into_bytes());
    Some(())
}

/// A new frame in the contact catalog.
pub(super) fn rename_contact(scene: &Scene) -> Outcome<()> {
    let mut one = scene.account("one")?;
    let mut contact: CatalogedContact = one.entries()?.pop().ok_or("no contact")?;
    contact.local_name = Some("me".to_owned());
    one.put(&contact)?;
    Ok(())
}

/// Three more frames for device two.
pub(super) fn more(scene: &Scene) -> Outcome<()> {
    let mut one = scene.account("one")?;
    for number in 0..3 {
        one.put(&credential(&format!("more-{number}"), "x"))?;
    }
    Ok(())
}

/// Puts a frame at the end of what a response says of a store.
pub(super) fn add_frame(
    response: &mut DownloadResponse,
    store: &str,
    frame: &Envelope,
) -> Option<()> {
    let update = update(response, store)?;
    let mut frame = frame.clone();
    frame.header.sequence_info.as_mut()?.index = update.final_index;
    update.final_index = update.final_index.map(|index| index.saturating_add(1));
    update.envelopes.push(frame);
    Some(())
}

/// Shows device two a frame at the end of a store, in place of what is new there.
fn append(scene: &Scene, store: &'static str, frame: Envelope) -> Outcome<Found> {
    scene.account("two")?.sync()?;
    let before = scene.shown("two")?;
    let mut two = scene.account("two")?;
    let told = Arc::new(Mutex::new(false));
    let hook = told.clone();
    scene.hostile.download(move |_, response| {
        if let (Some(()), Ok(mut told)) = (add_frame(response, store, &frame), hook.lock()) {
            *told = true;
        }
    });
    let outcome = two.sync();
    drop(two);
    scene.hostile.repent();
    if !told.lock().is_ok_and(|told| *told) {
        return Ok(not_carried_out());
    }
    Ok(match scene.shown("two")? == before {
        true => must_refuse(outcome),
        false => (Verdict::Undetected, "something was taken over".to_owned()),
    })
}

fn another_account(scene: &Scene) -> Outcome<Found> {
    let mut other = scene.create("mallory", "mallory@localhost")?;
    let kept = Arc::new(Mutex::new(None));
    let keep = kept.clone();
    scene.hostile.download(move |_, response| {
        let last = frames(response, CREDENTIAL).and_then(|frames| frames.last().cloned());
        if let (Some(frame), Ok(mut keep)) = (last, keep.lock()) {
            keep.get_or_insert(frame);
        }
    });
    other.put(&credential("mallory", "x"))?;
    scene.connect(&mut other, "mallory too", &super::web())?;
    scene.hostile.repent();
    let frame = kept.lock().ok().and_then(|kept| kept.clone());
    append(scene, CREDENTIAL, frame.ok_or("nothing was seen")?)
}

/// A frame under keys of the service's own, signed by a key of its own.
fn forged(store: &str, payload: &str) -> Outcome<Envelope> {
    let env = SystemEnvironment::new()?;
    let key = PrivateKey::generate(KeyAlgorithm::X448, &env);
    let signer = PrivateKey::generate(KeyAlgorithm::Ed448, &env);
    let change = Change {
        entry: EntryName::Key("forged".to_owned()),
        event: mesh_dare::store::Event::New,
        payload: SecretBytes::new(payload.as_bytes().to_vec()),
    };
    let name = StoreName::new("M", store);
    let recipients = [key.public().clone()];
    let made = create_catalog(
        &name,
        &recipients,
        &[change],
        &signer,
        Cipher::default(),
        &env,
    )?;
    Ok(made.into_iter().next_back().ok_or("no frame")?)
}

fn own_device(scene: &Scene) -> Outcome<Found> {
    append(
        scene,
        "Device",
        forged("Device", "{\"CatalogedDevice\":{}}")?,
    )
}

fn own_entry(scene: &Scene) -> Outcome<Found> {
    let entry = "{\"CatalogedCredential\":{\"Service\":\"site-0\",\"Password\":\"the service's\"}}";
    append(scene, CREDENTIAL, forged(CREDENTIAL, entry)?)
}

/// What the service said of a store when the device last asked is true, and old.
fn withholds(scene: &Scene) -> Outcome<Found> {
    scene.account("two")?.sync()?;
    let before = Arc::new(Mutex::new(None));
    let keep = before.clone();
    scene.hostile.download(move |_, response| {
        if let (Some(update), Ok(mut keep)) = (update(response, CREDENTIAL), keep.lock()) {
            *keep = Some(update.clone());
        }
    });
    scene.account("two")?.sync()?;
    let before = before.lock().ok().and_then(|kept| kept.clone());
    let before = before.ok_or("nothing was seen")?;
    more(scene)?;
    rename_contact(scene)?;
    scene.hostile.download(move |_, response| {
        if let Some(update) = update(response, CREDENTIAL) {
            *update = before.clone();
        }
    });
    let found = must_refuse(scene.account("two")?.sync());
    scene.hostile.repent();
    // Late, and not lost.
    scene.account("two")?.sync()?;
    scene.account("one")?.sync()?;
    match scene.same("two", "one")? {
        (Verdict::Harmless, _) => Ok(found),
        other => Ok(other),
    }
}

/// Shows a new device a store as it was before.
fn old_store(scene: &Scene, store: &'static str, frames: usize) -> Outcome<Found> {
    let mut one = scene.account("one")?;
    let pin = one.issue_pin(&web(), Duration::from_secs(60), None)?;
    let home = scene.world.home("three")?;
    home.request_connection(one.address(), Some(&pin.pin))?;
    one.sync()?;
    one.accept_pins()?;
    scene.hostile.download(move |_, response| {
        if let Some(update) = update(response, store) {
            update.envelopes.truncate(frames);
            let last = update.envelopes.last();
            let apex = last.and_then(Envelope::apex_digest).map(<[u8]>::to_vec);
            update.final_index = i64::try_from(update.envelopes.len()).ok();
            update.digest = apex;
        }
    });
    let found = must_refuse(home.complete_connection(None));
    scene.hostile.repent();
    // It is connected all the same.
    let mut three = home.account(None)?;
    three.sync()?;
    match three.credentials()?.is_empty() {
        true => Err("the device reads nothing afterwards".into()),
        false => Ok(found),
    }
}

fn forgets(scene: &Scene) -> Outcome<Found> {
    let mut one = scene.account("one")?;
    one.sync()?;
    scene.hostile.forget();
    one.put(&credential("lost", "x"))?;
    scene.hostile.repent();
    let found = must_refuse(one.sync());
    // What the person entered is not lost with it.
    one.credential("lost", None)?;
    Ok(found)
}

/// Device one is shown a history that nobody else is shown; device two writes so many entries into the other.
fn fork(scene: &Scene, writes: usize) -> Outcome<Found> {
    let (mut one, mut two) = (scene.account("one")?, {
        scene.account("two")?.sync()?;
        scene.account("two")?
    });
    one.sync()?;
    // Device one writes into a history that nobody else is shown.
    scene.hostile.forget();
    one.put(&credential("seen by one", "x"))?;
    scene.hostile.repent();
    // Device two writes into the other.
    for number in 0..writes {
        two.put(&credential(&format!("seen by two {number}"), "y"))?;
    }
    let error = match one.sync() {
        Ok(_) => {
            return Ok((
                Verdict::Undetected,
                "it joined two histories that contradict each other".to_owned(),
            ));
        }
        Err(error) => error,
    };
    // It says where, and does not write on, even after the program was started anew.
    drop(one);
    let first = scene.account("one")?.put(&credential("after", "z"));
    Ok(match (&error, first) {
        (Error::Fork { store, index: 6 }, Err(Error::Frozen { why }))
            if store == CREDENTIAL && why == error.to_string() =>
        {
            refusal(error)
        }
        (_, Ok(_)) => (Verdict::Undetected, "it wrote on after a fork".to_owned()),
        (_, Err(other)) => (Verdict::Undetected, format!("{error}; {other}")),
    })
}
