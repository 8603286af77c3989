// SPDX-License-Identifier: MIT
//! Attacks on preconfigured devices and on those who adopt them.
//!
//! Spec: none.
//! Here: one function per attack.
//! Not here: devices that ask by themselves (`people`).

use mesh_client::check_address;
use mesh_crypto::{Earl, KeyAlgorithm, PrivateKey};
use mesh_dare::{Cipher, Enveloped};
use mesh_jsonbcd::{from_bytes, to_json};
use mesh_keystore::SystemEnvironment;
use mesh_protocol::generated::PollClaimResponse;
use mesh_schema::generated::{CatalogedDevice, CatalogedPublication, Message, ProfileDevice};
use mesh_schema::message::{post, respond_connection};
use mesh_schema::publication::claim;
use mesh_schema::{Valid, generated::MessageClaim};

use super::people::{Kept, kept, profile_of};
use super::{Attack, Found, Scene, must_refuse, web};
use crate::world::Outcome;

pub(super) const ATTACKS: &[Attack] = &[
    (
        "claims a preconfigured device without knowing its key",
        own_claim,
    ),
    (
        "puts an account of its own in the place of the one that claimed a device",
        another_claimant,
    ),
    (
        "answers a preconfigured device in the place of the account that claimed it",
        another_adopter,
    ),
    (
        "shows whoever adopts a device the profile of another one",
        another_device,
    ),
];

/// A device that was made and installed, its label, and the profile that it has.
fn installed(scene: &Scene) -> Outcome<(mesh_client::Home, mesh_jsonbcd::SecretString)> {
    let mut maker = scene.create("maker", "maker@localhost")?;
    let made = maker.preconfigure_device()?;
    let camera = scene.world.home("camera")?;
    camera.install_device(&made.secret)?;
    Ok((camera, made.uri))
}

/// What the service tells the device of claims from now on.
fn tell(scene: &Scene, lie: impl Fn(&mut PollClaimResponse) + Send + 'static) {
    scene.hostile.poll_claim(lie);
}

fn own_claim(scene: &Scene) -> Outcome<Found> {
    let (camera, uri) = installed(scene)?;
    scene.account("one")?.adopt_device(&uri, &web(), None)?;
    let env = SystemEnvironment::new()?;
    let forged = claim(
        &check_address("maker@localhost")?,
        &check_address("mallory@localhost")?,
        Some(scene.create("mallory", "mallory@localhost")?.udf()),
        &Earl::generate(&env, 140),
        &PrivateKey::generate(KeyAlgorithm::Ed448, &env),
        &env,
    )?;
    let forged = forged.into_envelope();
    tell(scene, move |response| {
        response.enveloped_message = Some(Enveloped::<Message>::new(forged.clone()));
    });
    Ok(must_refuse(camera.complete_connection(None)))
}

fn another_claimant(scene: &Scene) -> Outcome<Found> {
    let (camera, uri) = installed(scene)?;
    let mut one = scene.account("one")?;
    one.adopt_device(&uri, &web(), None)?;
    let (alices, mallorys) = (
        one.udf().to_owned(),
        scene
            .create("mallory", "mallory@localhost")?
            .udf()
            .to_owned(),
    );
    tell(scene, move |response| {
        let Some(message) = response.enveloped_message.take() else {
            return;
        };
        let mut envelope = message.into_envelope();
        let text = envelope.header.content_meta_data.take().unwrap_or_default();
        let text = String::from_utf8_lossy(&text).replace(&alices, &mallorys);
        envelope.header.content_meta_data = Some(text.into_bytes());
        response.enveloped_message = Some(Enveloped::new(envelope));
    });
    Ok(must_refuse(camera.complete_connection(None)))
}

fn another_adopter(scene: &Scene) -> Outcome<Found> {
    let (camera, uri) = installed(scene)?;
    let device = Kept::default();
    let keep = device.clone();
    scene.hostile.claim(move |response| {
        if let Ok(mut keep) = keep.lock() {
            keep.clone_from(&response.cataloged_publication);
        }
    });
    scene.account("one")?.adopt_device(&uri, &web(), None)?;
    scene.hostile.repent();
    scene.create("mallory", "mallory@localhost")?;
    let mallory = profile_of(scene, "mallory@localhost")?;
    // Even if the service came to know the label.
    let key = uri.expose_secret().rsplit('/').next().unwrap_or_default();
    let key = Earl::parse(key)?;
    let device: Valid<ProfileDevice> = kept(&device)?.open_device(&key)?;
    let env = SystemEnvironment::new()?;
    let response_id = Kept::default();
    let keep = response_id.clone();
    tell(scene, move |response| {
        let message = response.enveloped_message.clone();
        let claim = message.map(|message| Enveloped::<MessageClaim>::new(message.into_envelope()));
        let claim = claim.and_then(|claim| claim.decode_plain().ok());
        if let (Some(claim), Ok(mut keep)) = (claim, keep.lock()) {
            keep.clone_from(&claim.message_id);
        }
    });
    let recipients = [device.encryption_key()?];
    scene.hostile.complete(move |response| {
        let forged = || -> Outcome<_> {
            let id = mesh_crypto::udf::message::response_id(&kept(&response_id)?)?;
            let entry = CatalogedDevice {
                enveloped_profile_user: Some(Enveloped::new(mallory.envelope().clone())),
                ..CatalogedDevice::default()
            };
            let answer = respond_connection(id, Some(entry));
            let own = PrivateKey::generate(KeyAlgorithm::Ed448, &env);
            Ok(post(
                &answer,
                &recipients,
                Cipher::default(),
                Some(&own),
                &env,
            )?)
        };
        response.enveloped_respond_connection = forged().ok();
    });
    Ok(must_refuse(camera.complete_connection(None)))
}

fn another_device(scene: &Scene) -> Outcome<Found> {
    let (_, uri) = installed(scene)?;
    // Of another device, which is published honestly.
    let other = Kept::default();
    let keep = other.clone();
    scene.hostile.claim(move |response| {
        if let Ok(mut keep) = keep.lock() {
            keep.clone_from(&response.cataloged_publication);
        }
    });
    let made = scene.account("maker")?.preconfigure_device()?;
    scene
        .account("one")?
        .adopt_device(&made.uri, &web(), None)?;
    let other: CatalogedPublication = from_bytes(&to_json(&kept(&other)?))?;
    scene
        .hostile
        .claim(move |response| response.cataloged_publication = Some(other.clone()));
    let mut one = scene.account("one")?;
    let devices = one.devices()?.len();
    let found = must_refuse(one.adopt_device(&uri, &web(), None));
    match one.devices()?.len() == devices {
        true => Ok(found),
        false => Err("a device was connected".into()),
    }
}
