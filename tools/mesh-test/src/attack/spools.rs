// SPDX-License-Identifier: MIT
//! Attacks on spools, which nobody signs as a whole: the service may leave out of them what it likes.
//!
//! Spec: none.
//! Here: administrators who are not shown that a request and its PIN have had their end.
//! Not here: messages that the service makes itself (`people`).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use mesh_client::{Account, Completion, Role, Roles};
use mesh_dare::Envelope;
use mesh_dare::merkle::{Digest, Frontier};

use super::frames::update;
use super::people::profile_of;
use super::tree::{Tree, digest};
use super::{Attack, Found, Scene, Verdict, not_carried_out, web};
use crate::world::Outcome;

pub(super) const ATTACKS: &[Attack] = &[
    (
        "hides from another administrator that a request was accepted, after the device was removed",
        |scene| hidden_end(scene, "three", Again::SameRequest),
    ),
    (
        "hides from another administrator that a PIN was used, for a second device",
        |scene| hidden_end(scene, "three", Again::SamePin { accepted: true }),
    ),
    (
        "hides from the administrator who used a PIN that it was used, for a second device",
        |scene| hidden_end(scene, "one", Again::SamePin { accepted: true }),
    ),
    (
        "hides from the administrator who rejected a device that its PIN was used, for a second try",
        |scene| hidden_end(scene, "one", Again::SamePin { accepted: false }),
    ),
];

/// What is to be accepted a second time.
#[derive(Clone, Copy)]
enum Again {
    SameRequest,
    SamePin { accepted: bool },
}

/// Leaves out of the spools whatever an administrator has signed since, but for the first message in the local one where the
/// administrator that looks has not seen the PIN yet. What it says of the trees fits what it shows.
fn hide(
    scene: &Scene,
    judge: &mut Account,
    administrator: &str,
    sees_pin: bool,
) -> Outcome<Arc<AtomicUsize>> {
    let hidden = Arc::new(AtomicUsize::new(0));
    let (count, kid) = (hidden.clone(), administrator.to_owned());
    let spools = ["Local", "Inbound"];
    let honest = Tree::read(scene, judge, &spools)?;
    let mut shown = spools
        .map(|spool| -> Vec<Digest> { honest.store(spool).iter().filter_map(digest).collect() });
    scene.hostile.download(move |request, response| {
        for (store, shown) in spools.into_iter().zip(&mut shown) {
            let select = request.select.iter();
            let mut select = select.filter(|select| select.store.as_deref() == Some(store));
            let from = select.next().and_then(|select| select.index_min);
            let (Some(from), Some(update)) = (from, update(response, store)) else {
                continue;
            };
            let ours = |frame: &Envelope| {
                let mut signatures = frame.signatures().iter();
                signatures.any(|entry| entry.key_identifier.as_deref() == Some(kid.as_str()))
            };
            let before = update.envelopes.len();
            let pin = match sees_pin && store == "Local" {
                true => update.envelopes.first().cloned(),
                false => None,
            };
            update.envelopes.retain(|frame| !ours(frame));
            update.envelopes.splice(0..0, pin);
            count.fetch_add(
                before.saturating_sub(update.envelopes.len()),
                Ordering::Relaxed,
            );
            let mut index = from;
            for frame in &mut update.envelopes {
                if let Some(info) = frame.header.sequence_info.as_mut() {
                    info.index = Some(index);
                }
                index = index.saturating_add(1);
            }
            update.final_index = Some(index);
            shown.truncate(usize::try_from(from).unwrap_or_default());
            shown.extend(update.envelopes.iter().filter_map(digest));
            let mut tree = Frontier::new();
            update.digest = shown.iter().map(|digest| tree.push(digest).to_vec()).last();
        }
    });
    Ok(hidden)
}

fn hidden_end(scene: &Scene, judge: &str, again: Again) -> Outcome<Found> {
    let profile = profile_of(scene, "alice@localhost")?;
    let kid = profile.administrator_key()?.udf().to_string();
    let mut one = scene.account("one")?;
    scene.connect(&mut one, "three", &Roles::new(&[Role::Admin]))?;
    scene.account("three")?.sync()?;
    let pin = one.issue_pin(&web(), Duration::from_secs(3600), None)?;
    let thief = scene.world.home("thief")?;
    let mut witness = thief
        .request_connection(one.address(), Some(&pin.pin))?
        .witness;
    one.sync()?;
    // Who decides is not to see its own decision in the spools.
    let early = match judge == "one" {
        true => Some(hide(scene, &mut one, &kid, false)?),
        false => None,
    };
    if let Again::SamePin { accepted: false } = again {
        one.reject(&witness)?;
    } else {
        one.accept_pins()?;
        let Completion::Connected(account) = thief.complete_connection(None)? else {
            return Err("the device was not connected".into());
        };
        let device = account.device_udf().to_owned();
        drop(account);
        one.delete_device(&device)?;
    }
    if let Again::SamePin { .. } = again {
        let second = scene.world.home("second")?;
        let asked = second.request_connection(one.address(), Some(&pin.pin))?;
        witness = asked.witness;
    }
    let known = one.devices()?.len();
    drop(one);
    let mut judging = scene.account(judge)?;
    let hidden = match early {
        Some(hidden) => hidden,
        None => hide(scene, &mut judging, &kid, true)?,
    };
    judging.sync()?;
    let asked = judging.pending()?.iter().any(|one| one.witness == witness);
    let must_ask = matches!(again, Again::SamePin { .. });
    if hidden.load(Ordering::Relaxed) == 0 || asked != must_ask {
        return Ok(not_carried_out());
    }
    let accepted = judging.accept_pins()?.len();
    let devices = judging.devices()?.len();
    scene.hostile.repent();
    Ok(match accepted == 0 && devices == known {
        true => (
            Verdict::Harmless,
            "the signed device catalog says that request and PIN have had their end".to_owned(),
        ),
        false => (
            Verdict::Undetected,
            "a device was connected that nobody has accepted".to_owned(),
        ),
    })
}
