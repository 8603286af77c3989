// SPDX-License-Identifier: MIT
//! Connecting a device while somebody interferes: each object is for one account, one device and one purpose.
//!
//! Spec: mesh-protocol, "Device Connection"; mesh-schema, "RequestConnection", "MessagePin", "ActivationAccount".
//! Here: requests, acknowledgements, PINs, activations and answers that are altered, exchanged or late.
//! Not here: a service that does so (`mesh-test`, hostile_service).
#![expect(clippy::unwrap_used, reason = "all of this is test code")]

use mesh_crypto::{DateTime, Environment, KeyRing, Pin, Seed, Seeded, seed_code};
use mesh_dare::{Cipher, Envelope};
use mesh_schema::activation::{Activation, Grant, GrantedKey};
use mesh_schema::connection::{Terms, connection_device, connection_service};
use mesh_schema::generated::{
    ConnectionDevice, ConnectionService, ProfileDevice, ProfileUser, RequestConnection,
    RespondConnection,
};
use mesh_schema::message::{
    ValidAcknowledgement, ValidRequest, acknowledge_connection, check_pin, issue_pin, post,
    request_connection, respond_connection,
};
use mesh_schema::profile::device::DeviceKeys;
use mesh_schema::profile::user::AccountKeys;
use mesh_schema::{AccountAddress, Error, Offline, Role, Roles, Valid};

struct Person {
    keys: AccountKeys,
    profile: Valid<ProfileUser>,
    address: AccountAddress,
}

struct Device {
    keys: DeviceKeys,
    profile: Valid<ProfileDevice>,
}

fn person(name: &str, env: &Seeded) -> Person {
    let keys = AccountKeys::derive(Seed::generate(seed_code::PROFILE_ACCOUNT, env)).unwrap();
    let address = AccountAddress::parse(&format!("{name}@example.com")).unwrap();
    let profile = keys.profile(&address, "MSERVICE", env).unwrap();
    Person {
        keys,
        profile,
        address,
    }
}

fn device(env: &Seeded) -> Device {
    let keys = DeviceKeys::derive(&Seed::generate(seed_code::PROFILE_DEVICE, env)).unwrap();
    let profile = keys.profile(env).unwrap();
    Device { keys, profile }
}

fn plain(request: &RequestConnection, env: &Seeded) -> Envelope {
    post(request, &[], Cipher::default(), None, env)
        .unwrap()
        .into_envelope()
}

#[test]
fn a_pin_is_for_one_account_one_time_and_one_device() {
    let env = Seeded::new(1);
    let (alice, mallory) = (person("alice", &env), person("mallory", &env));
    let phone = device(&env);
    let roles = Roles::new(&[Role::Web]);
    let now = env.now();
    let later = |seconds| now.add_seconds(seconds).unwrap();
    let issued = issue_pin(&alice.address, &roles, Some("phone"), later(60), &env).unwrap();
    let ask = |pin: &Pin| {
        let request = request_connection(&alice.address, &phone.profile, Some(pin), &env).unwrap();
        ValidRequest::validate(&plain(&request, &env)).unwrap()
    };
    let check = |request: &ValidRequest, account: &AccountAddress, at: DateTime| {
        check_pin(request, &issued.message, account, at)
    };
    let good = ask(&issued.pin);
    assert_eq!(check(&good, &alice.address, now).unwrap(), roles);
    assert_eq!(check(&good, &alice.address, later(59)).unwrap(), roles);

    let refused = |outcome: Result<Roles, Error>, why: &str| {
        let text = outcome.expect_err(why).to_string();
        assert!(text.contains(why), "{text}");
    };
    refused(check(&good, &alice.address, later(60)), "expired");
    refused(check(&good, &mallory.address, now), "another account");
    let other = Pin::generate(&env, 120);
    refused(check(&ask(&other), &alice.address, now), "not for this PIN");
    let mut silent = good.clone();
    silent.request.pin_witness = None;
    refused(check(&silent, &alice.address, now), "no proof");
    let mut again = good.clone();
    again.request.client_nonce = Some(vec![7; 16]);
    refused(check(&again, &alice.address, now), "not for this PIN");
    // The proof of one device shown by another.
    let stolen = RequestConnection {
        authenticated_data: Some(device(&env).profile.envelope().clone()),
        ..good.request.clone()
    };
    let stolen = ValidRequest::validate(&plain(&stolen, &env)).unwrap();
    refused(check(&stolen, &alice.address, now), "not for this PIN");
    let mut purpose = issued.message.clone();
    purpose.action = Some("Contact".to_owned());
    let outcome = check_pin(&good, &purpose, &alice.address, now);
    refused(outcome, "another action");
}

#[test]
fn an_acknowledgement_shows_the_witness_of_its_account_and_device_only() {
    let env = Seeded::new(2);
    let (alice, mallory) = (person("alice", &env), person("mallory", &env));
    let phone = device(&env);
    let request = request_connection(&alice.address, &phone.profile, None, &env).unwrap();
    let posted = post(&request, &[], Cipher::default(), None, &env).unwrap();
    let valid = ValidRequest::validate(posted.envelope()).unwrap();
    let message = acknowledge_connection(&alice.profile, &valid, &posted, &env).unwrap();
    let show = |message: &_| {
        post(message, &[], Cipher::default(), None, &env)
            .unwrap()
            .into_envelope()
    };
    let shown = ValidAcknowledgement::validate(&show(&message), &alice.profile).unwrap();
    assert_eq!(Some(&shown.witness), message.witness.as_ref());
    assert!(ValidAcknowledgement::validate(&show(&message), &mallory.profile).is_err());

    let mut nonce = message.clone();
    nonce.server_nonce = Some(vec![1; 16]);
    let mut witness = message.clone();
    witness.witness = Some("BYYN-2TDN-OCJ3-DEXK-WEIZ-VSI2-J2HM".to_owned());
    let mut swapped = message.clone();
    let other = device(&env);
    let other = request_connection(&alice.address, &other.profile, None, &env).unwrap();
    swapped.enveloped_request_connection =
        Some(post(&other, &[], Cipher::default(), None, &env).unwrap());
    for altered in [nonce, witness, swapped] {
        assert!(ValidAcknowledgement::validate(&show(&altered), &alice.profile).is_err());
    }
}

#[test]
fn a_request_needs_a_device_profile_that_signs_itself_and_a_nonce() {
    let env = Seeded::new(3);
    let alice = person("alice", &env);
    let phone = device(&env);
    let request = request_connection(&alice.address, &phone.profile, None, &env).unwrap();
    let mut foreign = phone.profile.envelope().clone();
    let at = foreign.body.len() / 2;
    if let Some(octet) = foreign.body.get_mut(at) {
        *octet ^= 1;
    }
    for profile in [None, Some(foreign), Some(alice.profile.envelope().clone())] {
        let altered = RequestConnection {
            authenticated_data: profile,
            ..request.clone()
        };
        assert!(ValidRequest::validate(&plain(&altered, &env)).is_err());
    }
    let short = RequestConnection {
        client_nonce: Some(vec![1]),
        ..request
    };
    let posted = post(&short, &[], Cipher::default(), None, &env).unwrap();
    let short = ValidRequest::validate(posted.envelope()).unwrap();
    assert!(acknowledge_connection(&alice.profile, &short, &posted, &env).is_err());
}

#[test]
fn an_activation_is_for_one_device_of_one_account_and_by_its_administrator() {
    let env = Seeded::new(4);
    let (alice, mallory) = (person("alice", &env), person("mallory", &env));
    let (phone, laptop) = (device(&env), device(&env));
    let activation = Activation::generate(&env).unwrap();
    let seal = |account: &Person, signer: &Person| {
        let administrator = &signer.keys.administrator_signature;
        let profile = &phone.profile;
        activation
            .seal(
                &account.profile,
                profile,
                administrator,
                Cipher::default(),
                &env,
            )
            .unwrap()
    };
    let good = seal(&alice, &alice);
    let opened = Activation::open(&good, &alice.profile, &phone.keys).unwrap();
    // Both sides come to the same keys, and neither alone has them.
    let public = activation.connect(&phone.profile).unwrap();
    let private = opened.activate(&phone.keys).unwrap();
    assert_eq!(private.public().signature, public.signature);
    assert_ne!(&public.signature, phone.keys.signature.public());

    assert!(Activation::open(&good, &alice.profile, &laptop.keys).is_err());
    assert!(Activation::open(&good, &mallory.profile, &phone.keys).is_err());
    assert!(Activation::open(&seal(&alice, &mallory), &alice.profile, &phone.keys).is_err());
    assert!(Activation::open(&seal(&mallory, &alice), &alice.profile, &phone.keys).is_err());
}

#[test]
fn a_device_is_given_the_halves_of_the_key_for_encapsulation_that_are_meant_for_it() {
    let env = Seeded::new(6);
    let (alice, phone) = (person("alice", &env), device(&env));
    let activation = Activation::generate(&env).unwrap();
    let keys = activation.activate(&phone.keys).unwrap();
    let administrator = &alice.keys.administrator_signature;
    let round = |grant: &Grant| {
        let to = keys.encryption.public();
        let cipher = Cipher::default();
        let sealed = grant.seal(&alice.profile, to, administrator, cipher, &env);
        Grant::open(&sealed.unwrap(), &alice.profile, &keys).unwrap()
    };
    let key = &alice.keys.common_encapsulation;
    let halves = |grant: &Grant| {
        let private = grant.common_encapsulation.as_ref();
        (
            private.map(mesh_crypto::PrivateKey::udf),
            grant.encapsulation.clone(),
        )
    };
    for private in [None, Some(key.clone())] {
        for public in [None, Some(key.public().clone())] {
            let grant = Grant {
                common_encryption: Some(GrantedKey::Whole(alice.keys.common_encryption.clone())),
                common_encapsulation: private.clone(),
                encapsulation: public,
                ..Grant::default()
            };
            assert_eq!(halves(&round(&grant)), halves(&grant));
            // Where the other key is shared, this one stays whole.
            let (split, _) = grant.split(&env).unwrap();
            let split = round(&split);
            assert!(split.is_shared());
            assert_eq!(halves(&split), halves(&grant));
        }
    }
}

#[test]
fn a_connection_counts_only_when_the_administrator_of_the_account_signed_it() {
    let env = Seeded::new(5);
    let (alice, mallory) = (person("alice", &env), person("mallory", &env));
    let phone = device(&env);
    let keys = Activation::generate(&env)
        .unwrap()
        .connect(&phone.profile)
        .unwrap();
    let roles = Roles::new(&[Role::Super]);
    for (account, signer, counts) in [
        (&alice, &alice, true),
        (&alice, &mallory, false),
        (&mallory, &mallory, false),
    ] {
        let signer = &signer.keys.administrator_signature;
        let short = connection_service(&account.profile, &keys, signer, &env).unwrap();
        let full = connection_device(
            &account.profile,
            &phone.profile,
            &keys,
            &Terms {
                roles: &roles,
                offline: &Offline::default(),
                since: None,
            },
            signer,
            &env,
        )
        .unwrap();
        let short = Valid::<ConnectionService>::of_account(short.envelope(), &alice.profile);
        let full = Valid::<ConnectionDevice>::of_account(full.envelope(), &alice.profile);
        assert_eq!((short.is_ok(), full.is_ok()), (counts, counts));
    }
}

#[test]
fn an_answer_is_by_the_administrator_and_for_the_device() {
    let env = Seeded::new(6);
    let (alice, mallory) = (person("alice", &env), person("mallory", &env));
    let (phone, laptop) = (device(&env), device(&env));
    let request = request_connection(&alice.address, &phone.profile, None, &env).unwrap();
    let posted = post(&request, &[], Cipher::default(), None, &env).unwrap();
    let valid = ValidRequest::validate(posted.envelope()).unwrap();
    let message = acknowledge_connection(&alice.profile, &valid, &posted, &env).unwrap();
    let shown = post(&message, &[], Cipher::default(), None, &env).unwrap();
    let shown = ValidAcknowledgement::validate(shown.envelope(), &alice.profile).unwrap();
    let answer = respond_connection(shown.response_id().unwrap(), None);
    let recipients = [phone.profile.encryption_key().unwrap()];
    let administrator = alice.profile.administrator_key().unwrap();
    let open = |signer: Option<&Person>, device: &Device| {
        let signer = signer.map(|signer| &signer.keys.administrator_signature);
        let sealed = post(&answer, &recipients, Cipher::default(), signer, &env).unwrap();
        let ring: KeyRing = [device.keys.encryption.clone()].into_iter().collect();
        Valid::<RespondConnection>::sealed_by(sealed.envelope(), &administrator, &ring)
    };
    assert!(open(Some(&alice), &phone).is_ok());
    assert!(open(Some(&mallory), &phone).is_err());
    assert!(open(None, &phone).is_err());
    assert!(open(Some(&alice), &laptop).is_err());
}
