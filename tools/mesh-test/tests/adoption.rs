// SPDX-License-Identifier: MIT
//! Preconfigured devices: adopted by whoever knows the key on the label, once, and by nobody else.
#![expect(clippy::unwrap_used, reason = "all of this is test code")]

use mesh_client::{Account, Completion, Error, Role, Roles, check_address};
use mesh_crypto::{Earl, KeyAlgorithm, PrivateKey};
use mesh_jsonbcd::SecretString;
use mesh_keystore::SystemEnvironment;
use mesh_protocol::generated::{ClaimRequest, PollClaimRequest};
use mesh_protocol::{ClientCredential, Code, HostExpectation, MeshPort, MeshSession};
use mesh_schema::generated::CatalogedCredential;
use mesh_schema::publication::claim;
use mesh_service::DirectPort;
use mesh_test::world::{Connection, World};

fn account(world: &World, device: &str) -> Account {
    let address = check_address(&format!("{device}@localhost")).unwrap();
    world
        .home(device)
        .unwrap()
        .create_account(&address)
        .unwrap()
}

fn web() -> Roles {
    Roles::new(&[Role::Web])
}

fn stranger(world: &World) -> Box<dyn MeshSession> {
    let key = PrivateKey::generate(KeyAlgorithm::X448, &SystemEnvironment::new().unwrap());
    let credential = ClientCredential::Key { key, claim: None };
    let port = DirectPort::new(world.service.clone());
    port.open("localhost", credential, HostExpectation::FirstContact)
        .unwrap()
}

fn refusal<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Option<Code> {
    outcome.unwrap_err().refusal()
}

#[test]
fn over_every_connection_a_device_is_adopted_and_reads_its_stores() {
    for connection in [Connection::Direct, Connection::Local, Connection::Remote] {
        let world = World::new(connection).unwrap();
        let (mut maker, mut alice) = (account(&world, "maker"), account(&world, "alice"));
        alice
            .put(&CatalogedCredential::password(
                "example.com",
                "alice",
                SecretString::new("secret".to_owned()),
            ))
            .unwrap();
        let made = maker.preconfigure_device().unwrap();
        let camera = world.home("camera").unwrap();
        camera.install_device(&made.secret).unwrap();
        let again = camera.install_device(&made.secret);
        assert!(matches!(again, Err(Error::Exists { .. })));
        assert!(matches!(camera.account(None), Err(Error::Unclaimed)));
        let adopted = alice
            .adopt_device(&made.uri, &web(), Some("camera"))
            .unwrap();
        assert_eq!(adopted.device_udf, made.device_udf);
        let Completion::Connected(mut camera) = camera.complete_connection(None).unwrap() else {
            panic!("it was adopted")
        };
        let entries: Vec<CatalogedCredential> = camera.entries().unwrap();
        assert_eq!(entries.len(), 1);
        // Twice is once.
        let again = alice.adopt_device(&made.uri, &web(), None);
        assert!(matches!(again, Err(Error::Exists { .. })));
        // It can be removed like any other, and its maker keeps nothing of it.
        alice.delete_device("camera").unwrap();
        assert!(camera.sync().is_err());
        maker.sync().unwrap();
        assert_eq!(maker.devices().unwrap().len(), 1);
    }
}

#[test]
fn nobody_adopts_a_device_after_another_or_without_its_key() {
    let world = World::new(Connection::Direct).unwrap();
    let env = SystemEnvironment::new().unwrap();
    let mut maker = account(&world, "maker");
    let (mut alice, mut mallory) = (account(&world, "alice"), account(&world, "mallory"));
    let made = maker.preconfigure_device().unwrap();
    let camera = world.home("camera").unwrap();
    camera.install_device(&made.secret).unwrap();
    // Another key for the same publisher is no key.
    let guessed = format!(
        "mcd://maker@localhost/{}",
        Earl::generate(&env, 140).to_udf_string().expose_secret()
    );
    let guessed = mallory.adopt_device(&SecretString::new(guessed), &web(), None);
    assert_eq!(refusal(guessed), Some(Code::NotFound));
    // Knowing what the service tells everybody who polls is not knowing the key.
    let key = Earl::parse(made.uri.expose_secret().rsplit('/').next().unwrap()).unwrap();
    let address = |name: &str| check_address(&format!("{name}@localhost")).unwrap();
    let signer = PrivateKey::generate(KeyAlgorithm::Ed448, &env);
    let honest = claim(
        &address("maker"),
        &address("alice"),
        Some(alice.udf()),
        &key,
        &signer,
        &env,
    )
    .unwrap();
    let mut envelope = honest.into_envelope();
    let text = String::from_utf8(envelope.body.clone()).unwrap();
    envelope.body = text
        .replace("alice@localhost", "mallory@localhost")
        .into_bytes();
    let digest = mesh_crypto::digest::sha512(&[&envelope.body]);
    envelope.trailer.as_mut().unwrap().payload_digest = Some(digest.to_vec());
    let stolen = stranger(&world).claim(&ClaimRequest {
        enveloped_message_claim: Some(mesh_dare::Enveloped::new(envelope)),
        ..ClaimRequest::default()
    });
    assert_eq!(stolen.unwrap_err().refusal(), Some(Code::NotFound));

    alice.adopt_device(&made.uri, &web(), None).unwrap();
    let late = mallory.adopt_device(&made.uri, &web(), None);
    assert_eq!(refusal(late), Some(Code::Refused));
    assert_eq!(mallory.devices().unwrap().len(), 1);
    let Completion::Connected(camera) = camera.complete_connection(None).unwrap() else {
        panic!("it was adopted")
    };
    assert_eq!(camera.address(), alice.address());
    // Other messages of the spool cannot be had by polling.
    let pin = alice
        .issue_pin(&web(), std::time::Duration::from_secs(60), None)
        .unwrap();
    let salted = pin.pin.salted(mesh_schema::message::PIN_ACTION_DEVICE);
    let poll = stranger(&world).poll_claim(&PollClaimRequest {
        publication_id: Some(salted.pin_id("alice@localhost").to_string()),
        target_account_address: Some("alice@localhost".to_owned()),
        ..PollClaimRequest::default()
    });
    assert_eq!(poll.unwrap_err().refusal(), Some(Code::NotAuthorized));
    // The owner of the publication still reads the spools.
    maker.sync().unwrap();
    assert!(maker.pending().unwrap().is_empty());
}

/// A claim comes from strangers and stands in a spool that administrators read.
#[test]
fn a_claim_says_nothing_of_the_spool_and_moves_no_device_that_was_claimed() {
    let world = World::new(Connection::Direct).unwrap();
    let env = SystemEnvironment::new().unwrap();
    let mut maker = account(&world, "maker");
    let (mut alice, mallory) = (account(&world, "alice"), account(&world, "mallory"));
    let address = |name: &str| check_address(&format!("{name}@localhost")).unwrap();
    let signer = PrivateKey::generate(KeyAlgorithm::Ed448, &env);
    let key = |made: &mesh_client::PreconfiguredDevice| {
        Earl::parse(made.uri.expose_secret().rsplit('/').next().unwrap()).unwrap()
    };
    let send = |envelope: mesh_dare::Envelope| {
        stranger(&world).claim(&ClaimRequest {
            enveloped_message_claim: Some(mesh_dare::Enveloped::new(envelope)),
            ..ClaimRequest::default()
        })
    };
    let claim_by = |name: &str, udf: &str, key: &Earl| {
        claim(
            &address("maker"),
            &address(name),
            Some(udf),
            key,
            &signer,
            &env,
        )
        .unwrap()
        .into_envelope()
    };
    // With a signature over a tree, of nobody.
    let made = maker.preconfigure_device().unwrap();
    let mut envelope = claim_by("mallory", mallory.udf(), &key(&made));
    let nobody = mesh_dare::generated::DareSignature::default();
    envelope.trailer.as_mut().unwrap().sequence_signatures = vec![nobody.clone()];
    envelope.trailer.as_mut().unwrap().chain_digest = Some(vec![1; 64]);
    envelope.header.sequence_signatures = vec![nobody];
    envelope.header.apex_digest = Some(vec![1; 64]);
    send(envelope).unwrap();
    maker.sync().unwrap();
    maker.verify().unwrap();

    // Whoever knows the label, too, after the owner.
    let made = maker.preconfigure_device().unwrap();
    let camera = world.home("camera").unwrap();
    camera.install_device(&made.secret).unwrap();
    alice
        .adopt_device(&made.uri, &web(), Some("camera"))
        .unwrap();
    let mut unnamed = claim_by("alice", mallory.udf(), &key(&made));
    unnamed.header.content_meta_data = None;
    send(unnamed).unwrap_err();
    // In the name of the owner, and for another account: it is answered, and kept nowhere.
    send(claim_by("alice", mallory.udf(), &key(&made))).unwrap();
    send(claim_by("mallory", mallory.udf(), &key(&made))).unwrap_err();
    let again = alice.adopt_device(&made.uri, &web(), None);
    assert!(matches!(again, Err(Error::Exists { .. })));
    let Completion::Connected(camera) = camera.complete_connection(None).unwrap() else {
        panic!("it was adopted")
    };
    assert_eq!(camera.address(), alice.address());

    // Before the owner, in the owner's name: the owner answers to that claim.
    let made = maker.preconfigure_device().unwrap();
    let radio = world.home("radio").unwrap();
    radio.install_device(&made.secret).unwrap();
    send(claim_by("alice", alice.udf(), &key(&made))).unwrap();
    alice
        .adopt_device(&made.uri, &web(), Some("radio"))
        .unwrap();
    let done = radio.complete_connection(None).unwrap();
    assert!(matches!(done, Completion::Connected(_)));
}

#[test]
fn a_secret_file_that_does_not_belong_together_is_refused() {
    let world = World::new(Connection::Direct).unwrap();
    let mut maker = account(&world, "maker");
    let (one, two) = (
        maker.preconfigure_device().unwrap(),
        maker.preconfigure_device().unwrap(),
    );
    let text = |made: &mesh_client::PreconfiguredDevice| {
        String::from_utf8(made.secret.expose_secret().to_vec()).unwrap()
    };
    let seed = |text: &str| {
        let start = text.find("ZAAQ").unwrap();
        let end = start + text[start..].find('"').unwrap();
        text[start..end].to_owned()
    };
    let swapped = text(&one).replace(&seed(&text(&one)), &seed(&text(&two)));
    let camera = world.home("camera").unwrap();
    for bad in [swapped.as_str(), "", "{}", "[", &text(&one)[..200]] {
        let secret = mesh_crypto::SecretBytes::new(bad.as_bytes().to_vec());
        assert!(camera.install_device(&secret).is_err(), "{bad}");
    }
    assert!(camera.accounts().unwrap().is_empty());
    camera.install_device(&one.secret).unwrap();
    camera.delete_account(None).unwrap();
    assert!(camera.accounts().unwrap().is_empty());
}
