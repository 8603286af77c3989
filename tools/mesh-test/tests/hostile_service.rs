// SPDX-License-Identifier: MIT
//! A service that alters, withholds, forges or forgets: the client names what is wrong and keeps what it has.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "all of this is test code"
)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use mesh_client::{Account, Client, Completion, Error, Role, Roles, check_address};
use mesh_crypto::{Environment, KeyAlgorithm, PrivateKey};
use mesh_dare::generated::SequenceInfo;
use mesh_dare::{Cipher, Envelope};
use mesh_jsonbcd::{ErrorClass, SecretString};
use mesh_keystore::SystemEnvironment;
use mesh_protocol::generated::DownloadResponse;
use mesh_schema::Valid;
use mesh_schema::generated::{CatalogedCredential, CatalogedDevice, ProfileUser};
use mesh_schema::message::{issue_pin, post};
use mesh_service::DirectPort;
use mesh_test::hostile::Hostile;
use mesh_test::world::{Connection, World};

struct Scene {
    world: World,
    hostile: Hostile,
}

impl Scene {
    /// Two connected devices and some passwords, at a service that is honest so far.
    fn new() -> Self {
        let mut world = World::new(Connection::Direct).unwrap();
        let hostile = Hostile::default();
        let port = hostile.port(Arc::new(DirectPort::new(world.service.clone())));
        world.client = Client::new(port, Arc::new(SystemEnvironment::new().unwrap()));
        let address = check_address("alice@localhost").unwrap();
        let mut alice = world.home("one").unwrap().create_account(&address).unwrap();
        for number in 0..4 {
            alice
                .put(&credential(&format!("site-{number}"), "before"))
                .unwrap();
        }
        let scene = Self { world, hostile };
        connect(&scene.world, &mut alice, "two");
        alice.put(&credential("news", "for two")).unwrap();
        scene
    }

    fn account(&self, device: &str) -> Account {
        self.world.home(device).unwrap().account(None).unwrap()
    }

    /// While the service lies, device two must refuse with an error of this kind and keep what it has; afterwards it goes on.
    fn refuses(&self, why: &str, lie: impl FnMut(&mut DownloadResponse) + Send + 'static) -> Error {
        let mut lie = lie;
        self.hostile.download(move |_, response| lie(response));
        let mut two = self.account("two");
        let before = two.credentials().unwrap();
        let error = two.sync().expect_err(why);
        assert_eq!(error.class(), ErrorClass::Untrusted, "{why}: {error}");
        assert_eq!(two.credentials().unwrap(), before, "{why}");
        drop(two);
        self.hostile.repent();
        let mut two = self.account("two");
        assert_eq!(two.credentials().unwrap(), before, "{why}");
        error
    }
}

/// The frames of a store in a response.
fn frames<'a>(response: &'a mut DownloadResponse, store: &str) -> &'a mut Vec<Envelope> {
    let update = response
        .updates
        .iter_mut()
        .find(|u| u.store.as_deref() == Some(store));
    &mut update.unwrap().envelopes
}

#[test]
fn altered_frames_are_refused_and_named() {
    let scene = Scene::new();
    let body = scene.refuses("a body", |r| frames(r, "Credential")[0].body[0] ^= 1);
    let text = body.to_string();
    assert!(text.contains("frame 5"), "{text}");
    scene.refuses("a salt", |r| {
        let salt = frames(r, "Credential")[0].header.salt.as_mut().unwrap();
        salt[0] ^= 1;
    });
    scene.refuses("an apex", |r| {
        let trailer = frames(r, "Credential")[0].trailer.as_mut().unwrap();
        trailer.apex_digest.as_mut().unwrap()[0] ^= 1;
    });
    scene.refuses("a digest", |r| {
        let trailer = frames(r, "Credential")[0].trailer.as_mut().unwrap();
        trailer.payload_digest.as_mut().unwrap()[0] ^= 1;
    });
    scene.refuses("no signature", |r| {
        let trailer = frames(r, "Credential")[0].trailer.as_mut().unwrap();
        trailer.sequence_signatures.clear();
    });
    scene.refuses("a signature", |r| {
        let trailer = frames(r, "Credential")[0].trailer.as_mut().unwrap();
        trailer.sequence_signatures[0]
            .signature_value
            .as_mut()
            .unwrap()[0] ^= 1;
    });
    scene.account("two").sync().unwrap();
    assert_eq!(scene.account("two").credentials().unwrap().len(), 5);
}

#[test]
fn what_a_header_says_cannot_be_changed() {
    let scene = Scene::new();
    let meta = |from: &'static str, to: &'static str| {
        move |r: &mut DownloadResponse| {
            let meta = &mut frames(r, "Credential")[0].header.content_meta_data;
            let text = String::from_utf8(meta.clone().unwrap()).unwrap();
            assert!(text.contains(from), "{text}");
            *meta = Some(text.replace(from, to).into_bytes());
        }
    };
    // Another entry of the same kind, so that the law of the catalog has nothing against it.
    let mut one = scene.account("one");
    one.sync().unwrap();
    one.put(&credential("site-0", "after")).unwrap();
    drop(one);
    scene.refuses(
        "another name",
        meta("\"UniqueId\": \"A", "\"UniqueId\": \"B"),
    );
    scene.refuses("a checkpoint", |r| {
        let info = frames(r, "Credential")[0]
            .header
            .sequence_info
            .as_mut()
            .unwrap();
        info.is_meta = Some(true);
    });
    scene.refuses("another exchange", |r| {
        let info = frames(r, "Credential")[1]
            .header
            .sequence_info
            .as_mut()
            .unwrap();
        info.exchange_position = Some(1);
    });
    // The update becomes a deletion: nothing would ever be opened that could contradict it.
    scene.refuses("a deletion", |r| {
        let meta = &mut frames(r, "Credential")[1].header.content_meta_data;
        let text = String::from_utf8(meta.clone().unwrap()).unwrap();
        assert!(text.contains("\"Update\""), "{text}");
        *meta = Some(text.replace("\"Update\"", "\"Delete\"").into_bytes());
    });
    scene.account("two").sync().unwrap();
}

#[test]
fn reordered_repeated_dropped_and_foreign_frames_are_refused() {
    let scene = Scene::new();
    let mut one = scene.account("one");
    one.put(&credential("more", "1")).unwrap();
    one.put(&credential("more", "2")).unwrap();
    drop(one);
    scene.refuses("swapped", |r| frames(r, "Credential").swap(0, 1));
    scene.refuses("dropped from the middle", |r| {
        frames(r, "Credential").remove(1);
    });
    scene.refuses("dropped from the beginning", |r| {
        frames(r, "Credential").remove(0);
    });
    scene.refuses("repeated", |r| {
        let frames = frames(r, "Credential");
        let first = frames[0].clone();
        frames.insert(1, first);
    });
    scene.refuses("from another store", |r| {
        let frame = frames(r, "Credential")[0].clone();
        frames(r, "Bookmark").push(frame);
    });

    // The last frames may be withheld for a while, but what was seen stays seen.
    scene.account("two").sync().unwrap();
    scene.refuses("rolled back", |r| {
        for update in &mut r.updates {
            update.final_index = update.final_index.map(|index| index - 1);
        }
    });
    scene.refuses("another tree", |r| {
        for update in &mut r.updates {
            update.digest = Some(vec![7; 64]);
        }
    });
    scene.refuses("a store left out", |r| {
        r.updates
            .retain(|update| update.store.as_deref() != Some("Device"));
    });
    scene.refuses("promises without end", |r| {
        for update in &mut r.updates {
            update.partial = Some(true);
        }
    });
}

#[test]
fn frames_of_another_account_are_refused() {
    let scene = Scene::new();
    let mut other = scene
        .world
        .home("mallory")
        .unwrap()
        .create_account(&check_address("mallory@localhost").unwrap())
        .unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = seen.clone();
    for number in 0..6 {
        other
            .put(&credential(&format!("mallory-{number}"), "x"))
            .unwrap();
    }
    // What another account's device would be told from the beginning.
    scene.hostile.download(move |_, response| {
        kept.lock()
            .unwrap()
            .extend(frames(response, "Credential").drain(..));
    });
    let home = scene.world.home("mallory too").unwrap();
    let pin = other
        .issue_pin(&Roles::new(&[Role::Web]), Duration::from_secs(60), None)
        .unwrap();
    home.request_connection(other.address(), Some(&pin.pin))
        .unwrap();
    let _ = other.sync();
    let _ = other.accept_pins();
    let _ = home.complete_connection(None);
    scene.hostile.repent();
    let foreign = seen.lock().unwrap().clone();
    let foreign: Vec<_> = foreign
        .into_iter()
        .filter(|frame| frame.index() == Some(5))
        .collect();
    assert_eq!(foreign.len(), 1);
    scene.refuses("another account", move |r| {
        *frames(r, "Credential") = foreign.clone();
    });
}

#[test]
fn a_device_that_no_administrator_has_signed_is_not_believed() {
    let scene = Scene::new();
    let mut one = scene.account("one");
    let devices: Vec<CatalogedDevice> = one.entries().unwrap();
    assert_eq!(devices.len(), 2);
    one.rename_device(&devices[1].device_udf.clone().unwrap(), "renamed")
        .unwrap();
    drop(one);
    // The service cannot write the device catalog: it lacks the key of the store and the signature of a device.
    scene.refuses("a forged device", |r| {
        let frame = &mut frames(r, "Device")[0];
        frame.body = b"{\"CatalogedDevice\":{}}".to_vec();
        let digest = mesh_crypto::digest::sha512(&[&frame.body]);
        frame.trailer.as_mut().unwrap().payload_digest = Some(digest.to_vec());
    });
    scene.account("two").sync().unwrap();
}

#[test]
fn a_transaction_that_was_not_kept_comes_to_light() {
    let scene = Scene::new();
    let mut one = scene.account("one");
    one.sync().unwrap();
    scene.hostile.forget();
    one.put(&credential("lost", "x")).unwrap();
    scene.hostile.repent();
    // The service shows fewer frames than it has acknowledged.
    let error = one.sync().expect_err("an acknowledged change is not there");
    assert!(matches!(error, Error::Rollback { .. }), "{error}");
    assert!(error.to_string().contains("Credential"), "{error}");
    // When another device writes there, the two histories differ.
    let mut two = scene.account("two");
    two.sync().unwrap();
    two.put(&credential("other", "y")).unwrap();
    let error = one.sync().expect_err("the history forked");
    assert_eq!(error.class(), ErrorClass::Untrusted, "{error}");
    assert_eq!(
        one.credential("lost", None).unwrap(),
        credential("lost", "x")
    );
}

#[test]
fn a_connecting_device_cannot_be_led_into_another_account() {
    let scene = Scene::new();
    let mallory = check_address("mallory@localhost").unwrap();
    let mut other = scene
        .world
        .home("mallory")
        .unwrap()
        .create_account(&mallory)
        .unwrap();
    let alice = check_address("alice@localhost").unwrap();

    // The request goes to one account, the answer shows the profile of another.
    let foreign = Arc::new(Mutex::new(None));
    let kept = foreign.clone();
    scene.hostile.connect(move |response| {
        *kept.lock().unwrap() = response.enveloped_profile_account.clone();
    });
    scene
        .world
        .home("decoy")
        .unwrap()
        .request_connection(&mallory, None)
        .unwrap();
    let profile = foreign.lock().unwrap().clone();
    scene.hostile.connect(move |response| {
        response.enveloped_profile_account.clone_from(&profile);
    });
    let new = scene.world.home("new").unwrap();
    let error = new
        .request_connection(&alice, None)
        .expect_err("another account's profile");
    assert_eq!(error.class(), ErrorClass::Untrusted, "{error}");
    scene.hostile.repent();

    // The answer to one device is shown to another.
    let witness = new.request_connection(&alice, None).unwrap().witness;
    let mut one = scene.account("one");
    one.sync().unwrap();
    one.accept(&witness, &Roles::new(&[Role::Web]), None)
        .unwrap();
    other.sync().unwrap();
    let decoy = other.pending().unwrap()[0].witness.clone();
    other
        .accept(&decoy, &Roles::new(&[Role::Web]), None)
        .unwrap();
    let answers = Arc::new(Mutex::new(Vec::new()));
    let kept = answers.clone();
    scene
        .hostile
        .complete(move |response| kept.lock().unwrap().push(response.clone()));
    let decoy = scene.world.home("decoy").unwrap();
    assert!(matches!(
        decoy.complete_connection(None).unwrap(),
        Completion::Connected(_)
    ));
    let answer = answers.lock().unwrap()[0].clone();
    scene
        .hostile
        .complete(move |response| *response = answer.clone());
    let error = new
        .complete_connection(None)
        .expect_err("another device's answer");
    assert_eq!(error.class(), ErrorClass::Untrusted, "{error}");
    scene.hostile.repent();
    assert!(matches!(
        new.complete_connection(None).unwrap(),
        Completion::Connected(_)
    ));
}

/// Everyone can encrypt to an account; only its administrators issue PINs.
#[test]
fn a_pin_that_the_service_has_made_up_opens_no_door() {
    let scene = Scene::new();
    let alice = check_address("alice@localhost").unwrap();
    let env = SystemEnvironment::new().unwrap();
    let shown = Arc::new(Mutex::new(None));
    let kept = shown.clone();
    scene.hostile.connect(move |response| {
        *kept.lock().unwrap() = response.enveloped_profile_account.clone();
    });
    scene
        .world
        .home("spy")
        .unwrap()
        .request_connection(&alice, None)
        .unwrap();
    let profile = shown.lock().unwrap().clone().unwrap();
    let profile = Valid::<ProfileUser>::validate(profile.envelope()).unwrap();

    let roles = Roles::new(&[Role::Super]);
    let tomorrow = env.now().add_seconds(86_400).unwrap();
    let issued = issue_pin(&alice, &roles, None, tomorrow, &env).unwrap();
    let recipients = [profile.encryption_key().unwrap()];
    let own = PrivateKey::generate(KeyAlgorithm::Ed448, &env);
    for signer in [None, Some(&own)] {
        let forged = post(
            &issued.message,
            &recipients,
            Cipher::default(),
            signer,
            &env,
        )
        .unwrap();
        let mut forged = forged.into_envelope();
        scene.hostile.download(move |request, response| {
            let select = request
                .select
                .iter()
                .find(|s| s.store.as_deref() == Some("Local"));
            let Some(select) = select else { return };
            let update = response
                .updates
                .iter_mut()
                .find(|u| u.store.as_deref() == Some("Local"));
            let update = update.unwrap();
            forged.header.sequence_info = Some(SequenceInfo {
                index: select.index_min,
                ..SequenceInfo::default()
            });
            update.final_index = select.index_min.map(|index| index + 1);
            update.envelopes = vec![forged.clone()];
        });
        let intruder = scene.world.home("intruder").unwrap();
        intruder
            .request_connection(&alice, Some(&issued.pin))
            .unwrap();
        let mut one = scene.account("one");
        one.sync().unwrap();
        assert_eq!(one.accept_pins().unwrap().len(), 0);
        assert_eq!(one.devices().unwrap().len(), 2);
        drop(one);
        intruder.delete_account(None).unwrap();
        scene.hostile.repent();
    }
}

#[test]
fn a_service_that_shows_no_profile_or_anothers_is_not_trusted() {
    let scene = Scene::new();
    let address = check_address("bob@localhost").unwrap();
    scene
        .hostile
        .hello(|response| response.enveloped_profile_service = None);
    let error = scene
        .world
        .home("bob")
        .unwrap()
        .create_account(&address)
        .expect_err("no profile");
    assert_eq!(error.class(), ErrorClass::Untrusted, "{error}");

    let elsewhere = Scene::new();
    let seen = Arc::new(Mutex::new(None));
    let kept = seen.clone();
    elsewhere.hostile.hello(move |response| {
        *kept.lock().unwrap() = response.enveloped_profile_service.clone();
    });
    elsewhere
        .world
        .home("bob")
        .unwrap()
        .create_account(&address)
        .unwrap();
    let profile = seen.lock().unwrap().clone();
    scene
        .hostile
        .hello(move |response| response.enveloped_profile_service.clone_from(&profile));
    let error = scene
        .world
        .home("bob")
        .unwrap()
        .create_account(&address)
        .expect_err("another's");
    assert_eq!(error.class(), ErrorClass::Untrusted, "{error}");
}

fn connect(world: &World, alice: &mut Account, device: &str) {
    let roles = Roles::new(&[Role::Web]);
    let pin = alice
        .issue_pin(&roles, Duration::from_secs(60), None)
        .unwrap()
        .pin;
    let home = world.home(device).unwrap();
    home.request_connection(alice.address(), Some(&pin))
        .unwrap();
    alice.sync().unwrap();
    assert_eq!(alice.accept_pins().unwrap().len(), 1);
    assert!(matches!(
        home.complete_connection(None).unwrap(),
        Completion::Connected(_)
    ));
}

fn credential(service: &str, password: &str) -> CatalogedCredential {
    CatalogedCredential::password(service, "alice", SecretString::new(password.to_owned()))
}
