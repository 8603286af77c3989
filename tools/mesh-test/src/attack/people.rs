// SPDX-License-Identifier: MIT
//! Attacks on who is who: accounts, devices, services, PINs, shares of keys.
//!
//! Spec: none.
//! Here: one function per attack.
//! Not here: attacks on what is stored (`frames`).

use std::sync::{Arc, Mutex};

use mesh_client::{Error, Role, Roles, check_address};
use mesh_crypto::{Environment, KeyAlgorithm, PrivateKey};
use mesh_dare::Cipher;
use mesh_dare::generated::SequenceInfo;
use mesh_keystore::SystemEnvironment;
use mesh_protocol::generated::{AnyCryptographicResult, OperateResponse};
use mesh_schema::Valid;
use mesh_schema::generated::{ProfileUser, RespondConnection};
use mesh_schema::message::{RESULT_ACCEPT, issue_pin, post};

use super::frames::add_frame;
use super::{Attack, Found, Scene, Verdict, must_refuse, not_carried_out, web};
use crate::world::Outcome;

pub(super) const ATTACKS: &[Attack] = &[
    (
        "shows a new device the profile of another account",
        another_profile,
    ),
    ("changes a key in the account profile", altered_profile),
    (
        "shows a new device the answer to another one",
        another_answer,
    ),
    ("alters the rejection of a device", no_answer),
    (
        "answers a device in the place of an administrator",
        own_answer,
    ),
    ("issues a PIN of its own for an administrator", own_pin),
    (
        "replays a request for connection that was accepted",
        replayed_request,
    ),
    ("hides who it is", hidden_service),
    ("says that it is another service", another_service),
    ("gives a device back the roles that it had", old_roles),
    ("contributes something else to a decryption", |scene| {
        contribution(scene, |response| {
            let env = SystemEnvironment::new().ok()?;
            let other = PrivateKey::generate(KeyAlgorithm::X448, &env);
            let AnyCryptographicResult::CryptographicResultKeyAgreement(result) =
                response.results.first_mut()?
            else {
                return None;
            };
            result.key_agreement = Some(
                mesh_crypto::jose::KeyAgreementECDH {
                    curve: Some("X448".to_owned()),
                    result: Some(other.public().octets().to_vec()),
                }
                .into(),
            );
            Some(())
        })
    }),
    ("contributes to fewer decryptions than asked", |scene| {
        contribution(scene, |response| response.results.pop().map(drop))
    }),
];

/// Keeps the last value that a hook saw.
pub(super) type Kept<T> = Arc<Mutex<Option<T>>>;

pub(super) fn kept<T: Clone>(kept: &Kept<T>) -> Outcome<T> {
    let found = kept.lock().ok().and_then(|kept| kept.clone());
    found.ok_or_else(|| "the attack had nothing to work with".into())
}

/// The profile of an account, as the service shows it to whoever asks to be connected.
pub(super) fn profile_of(scene: &Scene, address: &str) -> Outcome<Valid<ProfileUser>> {
    let profile = Kept::default();
    let keep = profile.clone();
    scene.hostile.connect(move |response| {
        if let Ok(mut keep) = keep.lock() {
            keep.clone_from(&response.enveloped_profile_account);
        }
    });
    let spy = scene.world.home("spy")?;
    spy.request_connection(&check_address(address)?, None)?;
    scene.hostile.repent();
    Ok(Valid::<ProfileUser>::validate(kept(&profile)?.envelope())?)
}

fn another_profile(scene: &Scene) -> Outcome<Found> {
    let other = scene.create("mallory", "mallory@localhost")?;
    let profile = Kept::default();
    let keep = profile.clone();
    scene.hostile.connect(move |response| {
        if let Ok(mut keep) = keep.lock() {
            keep.clone_from(&response.enveloped_profile_account);
        }
    });
    let decoy = scene.world.home("decoy")?;
    decoy.request_connection(other.address(), None)?;
    let profile = kept(&profile)?;
    scene.hostile.connect(move |response| {
        response.enveloped_profile_account = Some(profile.clone());
    });
    let new = scene.world.home("new")?;
    Ok(must_refuse(new.request_connection(
        &check_address("alice@localhost")?,
        None,
    )))
}

fn altered_profile(scene: &Scene) -> Outcome<Found> {
    scene.hostile.connect(|response| {
        if let Some(profile) = response.enveloped_profile_account.take() {
            let mut envelope = profile.into_envelope();
            let text = String::from_utf8_lossy(&envelope.body).replacen(
                "\"Public\": \"",
                "\"Public\": \"A",
                1,
            );
            envelope.body = text.into_bytes();
            response.enveloped_profile_account = Some(mesh_dare::Enveloped::new(envelope));
        }
    });
    let new = scene.world.home("new")?;
    Ok(must_refuse(new.request_connection(
        &check_address("alice@localhost")?,
        None,
    )))
}

fn another_answer(scene: &Scene) -> Outcome<Found> {
    let mut one = scene.account("one")?;
    let answer = Kept::default();
    let keep = answer.clone();
    scene.hostile.complete(move |response| {
        if let Ok(mut keep) = keep.lock() {
            *keep = Some(response.clone());
        }
    });
    scene.connect(&mut one, "three", &web())?;
    scene.hostile.repent();
    let alice = one.address().clone();
    let new = scene.world.home("new")?;
    let witness = new.request_connection(&alice, None)?.witness;
    one.sync()?;
    one.accept(&witness, &web(), None)?;
    let answer = kept(&answer)?;
    scene
        .hostile
        .complete(move |response| *response = answer.clone());
    Ok(must_refuse(new.complete_connection(None)))
}

fn no_answer(scene: &Scene) -> Outcome<Found> {
    let mut one = scene.account("one")?;
    let alice = one.address().clone();
    let new = scene.world.home("new")?;
    let witness = new.request_connection(&alice, None)?.witness;
    one.sync()?;
    one.reject(&witness)?;
    // The rejection becomes something else on its way.
    scene.hostile.complete(|response| {
        if let Some(answer) = response.enveloped_respond_connection.take() {
            let mut envelope = answer.into_envelope();
            if let Some(octet) = envelope.body.first_mut() {
                *octet ^= 1;
            }
            response.enveloped_respond_connection = Some(mesh_dare::Enveloped::new(envelope));
        }
    });
    Ok(must_refuse(new.complete_connection(None)))
}

fn own_answer(scene: &Scene) -> Outcome<Found> {
    let mut one = scene.account("one")?;
    let new = scene.world.home("new")?;
    let asked = new.request_connection(one.address(), None)?;
    one.sync()?;
    one.reject(&asked.witness)?;
    let env = SystemEnvironment::new()?;
    let own = PrivateKey::generate(KeyAlgorithm::Ed448, &env);
    let forged = RespondConnection {
        message_id: Some("anything".to_owned()),
        result: Some(RESULT_ACCEPT.to_owned()),
        cataloged_device: one.entries()?.pop(),
        ..RespondConnection::default()
    };
    let reader = PrivateKey::generate(KeyAlgorithm::X448, &env);
    let recipients = [reader.public().clone()];
    let forged = post(&forged, &recipients, Cipher::default(), Some(&own), &env)?;
    scene
        .hostile
        .complete(move |response| response.enveloped_respond_connection = Some(forged.clone()));
    Ok(must_refuse(new.complete_connection(None)))
}

fn own_pin(scene: &Scene) -> Outcome<Found> {
    let alice = check_address("alice@localhost")?;
    let env = SystemEnvironment::new()?;
    let profile = profile_of(scene, "alice@localhost")?;
    let tomorrow = env.now().add_seconds(86_400).ok_or("no tomorrow")?;
    let roles = Roles::new(&[Role::Super]);
    let issued = issue_pin(&alice, &roles, None, tomorrow, &env)?;
    let recipients = [profile.encryption_key()?];
    let own = PrivateKey::generate(KeyAlgorithm::Ed448, &env);
    let forged = post(
        &issued.message,
        &recipients,
        Cipher::default(),
        Some(&own),
        &env,
    )?;
    let forged = forged.into_envelope();
    let told = Kept::default();
    let tell = told.clone();
    scene.hostile.download(move |request, response| {
        let named = |store: &Option<String>| store.as_deref() == Some("Local");
        let select = request.select.iter().find(|select| named(&select.store));
        let update = response.updates.iter_mut().find(|u| named(&u.store));
        let (Some(select), Some(update)) = (select, update) else {
            return;
        };
        let mut forged = forged.clone();
        forged.header.sequence_info = Some(SequenceInfo {
            index: select.index_min,
            ..SequenceInfo::default()
        });
        update.final_index = select.index_min.map(|index| index.saturating_add(1));
        update.envelopes = vec![forged];
        if let Ok(mut tell) = tell.lock() {
            *tell = Some(());
        }
    });
    let intruder = scene.world.home("intruder")?;
    intruder.request_connection(&alice, Some(&issued.pin))?;
    let mut one = scene.account("one")?;
    one.sync()?;
    let accepted = one.accept_pins()?.len();
    if kept(&told).is_err() {
        return Ok(not_carried_out());
    }
    Ok(match (accepted, one.devices()?.len()) {
        (0, 2) => (
            Verdict::Detected,
            "a PIN that no administrator has signed is none".to_owned(),
        ),
        _ => (Verdict::Undetected, "the intruder was connected".to_owned()),
    })
}

fn replayed_request(scene: &Scene) -> Outcome<Found> {
    let mut one = scene.account("one")?;
    let request = Kept::default();
    let keep = request.clone();
    scene.hostile.download(move |_, response| {
        let mut updates = response.updates.iter();
        let inbound = updates.find(|update| update.store.as_deref() == Some("Inbound"));
        let frame = inbound.and_then(|update| update.envelopes.first());
        if let (Some(frame), Ok(mut keep)) = (frame, keep.lock()) {
            keep.get_or_insert(frame.clone());
        }
    });
    scene.connect(&mut one, "three", &web())?;
    scene.hostile.repent();
    one.sync()?;
    let frame = kept(&request)?;
    let devices = one.devices()?.len();
    let told = Kept::default();
    let tell = told.clone();
    scene.hostile.download(move |_, response| {
        if let (Some(()), Ok(mut tell)) = (add_frame(response, "Inbound", &frame), tell.lock()) {
            *tell = Some(());
        }
    });
    let outcome = one.sync();
    if kept(&told).is_err() {
        return Ok(not_carried_out());
    }
    if outcome.is_err() {
        return Ok(must_refuse(outcome));
    }
    let accepted = one.accept_pins()?.len();
    Ok(match accepted == 0 && one.devices()?.len() == devices {
        true => (
            Verdict::Harmless,
            "a request that was answered stays answered".to_owned(),
        ),
        false => (
            Verdict::Undetected,
            "a device was connected again".to_owned(),
        ),
    })
}

fn hidden_service(scene: &Scene) -> Outcome<Found> {
    scene
        .hostile
        .hello(|response| response.enveloped_profile_service = None);
    let bob = scene.world.home("bob")?;
    Ok(must_refuse(
        bob.create_account(&check_address("bob@localhost")?),
    ))
}

fn another_service(scene: &Scene) -> Outcome<Found> {
    let elsewhere = Scene::new()?;
    let profile = Kept::default();
    let keep = profile.clone();
    elsewhere.hostile.hello(move |response| {
        if let Ok(mut keep) = keep.lock() {
            keep.clone_from(&response.enveloped_profile_service);
        }
    });
    elsewhere.create("bob", "bob@localhost")?;
    let profile = kept(&profile)?;
    scene
        .hostile
        .hello(move |response| response.enveloped_profile_service = Some(profile.clone()));
    let bob = scene.world.home("bob")?;
    Ok(must_refuse(
        bob.create_account(&check_address("bob@localhost")?),
    ))
}

fn old_roles(scene: &Scene) -> Outcome<Found> {
    let mut one = scene.account("one")?;
    one.sync()?;
    let two = scene.account("two")?.device_udf().to_owned();
    let admin = Roles::new(&[Role::Admin]);
    one.authorize_device(&two, &admin)?;
    let entry = Kept::default();
    let keep = entry.clone();
    scene.hostile.download(move |_, response| {
        if let (Some(entry), Ok(mut keep)) = (&response.enveloped_cataloged_device, keep.lock()) {
            *keep = Some(entry.clone());
        }
    });
    scene.account("two")?.sync()?;
    scene.hostile.repent();
    one.authorize_device(&two, &web())?;
    scene.account("two")?.sync()?;
    let entry = kept(&entry)?;
    scene
        .hostile
        .download(move |_, response| response.enveloped_cataloged_device = Some(entry.clone()));
    let mut two = scene.account("two")?;
    let found = must_refuse(two.sync());
    Ok(match two.roles() == &web() {
        true => found,
        false => (Verdict::Undetected, "it took its former roles".to_owned()),
    })
}

fn contribution(scene: &Scene, lie: fn(&mut OperateResponse) -> Option<()>) -> Outcome<Found> {
    let told = Kept::default();
    let tell = told.clone();
    scene.hostile.operate(move |response| {
        if let (Some(()), Ok(mut tell)) = (lie(response), tell.lock()) {
            *tell = Some(());
        }
    });
    let mut two = scene.account("two")?;
    let outcome: Result<_, Error> = two.credentials();
    match kept(&told).is_ok() {
        true => Ok(must_refuse(outcome)),
        false => Ok(not_carried_out()),
    }
}
