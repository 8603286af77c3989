// SPDX-License-Identifier: MIT
//! Devices with shares of keys: what they read with the service's help, and what is left to a thief once they are removed.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "all of this is test code"
)]

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mesh_client::{Account, Client, Completion, Error, Role, Roles, StoreLabel, check_address};
use mesh_crypto::threshold::KeyShare;
use mesh_crypto::{KeyAlgorithm, KeyRing, PrivateKey, PublicKey, Seed};
use mesh_dare::{Envelope, Exchange};
use mesh_jsonbcd::SecretString;
use mesh_keystore::SystemEnvironment;
use mesh_keystore::store::{FileStore, KeyStore, Sealing};
use mesh_protocol::generated::{
    AnyCryptographicResult, ConstraintsSelect, CryptographicOperationKeyAgreement, DownloadRequest,
    OperateRequest,
};
use mesh_protocol::{ClientCredential, Code, HostExpectation, MeshPort, MeshSession};
use mesh_schema::Valid;
use mesh_schema::activation::{Activation, Grant, GrantedKey};
use mesh_schema::generated::{CatalogedCredential, CatalogedDevice, ProfileUser};
use mesh_schema::profile::device::DeviceKeys;
use mesh_service::DirectPort;
use mesh_test::hostile::Hostile;
use mesh_test::world::{Connection, World};

const SERVICE: &str = "example.com";

fn password(text: &str) -> CatalogedCredential {
    CatalogedCredential::password(SERVICE, "alice", SecretString::new(text.to_owned()))
}

fn read(account: &mut Account) -> Result<String, Error> {
    let found = account.credential(SERVICE, None)?;
    Ok(found.password.unwrap().expose_secret().to_owned())
}

/// Connects a device by PIN.
fn connect(world: &World, alice: &mut Account, name: &str, roles: &Roles) -> Account {
    let pin = alice
        .issue_pin(roles, Duration::from_secs(60), Some(name))
        .unwrap();
    let home = world.home(name).unwrap();
    home.request_connection(alice.address(), Some(&pin.pin))
        .unwrap();
    alice.sync().unwrap();
    alice.accept_pins().unwrap();
    match home.complete_connection(None).unwrap() {
        Completion::Connected(account) => *account,
        other => panic!("{other:?}"),
    }
}

fn alice(world: &World) -> Account {
    let address = check_address("alice@localhost").unwrap();
    let mut alice = world
        .home("desktop")
        .unwrap()
        .create_account(&address)
        .unwrap();
    alice.put(&password("first")).unwrap();
    alice
}

fn web() -> Roles {
    Roles::new(&[Role::Web]).guarded()
}

/// A world whose service does what it is told.
fn hostile_world() -> (World, Hostile) {
    let mut world = World::new(Connection::Direct).unwrap();
    let hostile = Hostile::default();
    let port = hostile.port(Arc::new(DirectPort::new(world.service.clone())));
    world.client = Client::new(port, Arc::new(SystemEnvironment::new().unwrap()));
    (world, hostile)
}

fn reopen(world: &World, device: &str) -> Account {
    world.home(device).unwrap().account(None).unwrap()
}

/// A conversation as a device, without the client library.
fn session(world: &World, credential: ClientCredential) -> Box<dyn MeshSession> {
    DirectPort::new(world.service.clone())
        .open("localhost", credential, HostExpectation::FirstContact)
        .unwrap()
}

/// All frames of a store, as the service has them.
fn frames(world: &World, administrator: &ClientCredential, label: StoreLabel) -> Vec<Envelope> {
    let select = ConstraintsSelect {
        store: Some(label.as_str().to_owned()),
        ..ConstraintsSelect::default()
    };
    let request = DownloadRequest {
        select: vec![select],
        ..DownloadRequest::default()
    };
    let response = session(world, administrator.clone()).download(&request);
    response.unwrap().updates.remove(0).envelopes
}

/// The headers of a store that hold exchanges.
fn exchanges(frames: &[Envelope]) -> Vec<&mesh_dare::generated::DareHeader> {
    let headers = frames.iter().map(|frame| &frame.header);
    headers
        .filter(|header| !header.recipients.is_empty())
        .collect()
}

/// What somebody has who knows every secret on the disk of a device: shares, and keys that open by themselves.
fn stolen(world: &World, alice: &mut Account, device: &str) -> (Vec<KeyShare>, KeyRing) {
    let entries: Vec<CatalogedDevice> = alice.entries().unwrap();
    let named = |entry: &&CatalogedDevice| entry.local_name.as_deref() == Some(device);
    let entry = entries.iter().find(named).unwrap();
    let profile = entry.enveloped_profile_user.as_ref().unwrap();
    let profile = Valid::<ProfileUser>::validate(profile.envelope()).unwrap();
    let keys = world.home_directory(device).join("keys");
    let keys = FileStore::open(&keys, &Sealing::Clear).unwrap();
    let seed = keys.load(entry.device_udf.as_ref().unwrap()).unwrap();
    let base = DeviceKeys::derive(&Seed::from_binary(&seed.unwrap()).unwrap()).unwrap();
    let activation = entry.enveloped_activation_account.as_ref().unwrap();
    let activation = Activation::open(activation.envelope(), &profile, &base).unwrap();
    let activated = activation.activate(&base).unwrap();
    let common = entry.enveloped_activation_common.as_ref().unwrap();
    let grant = Grant::open(common.envelope(), &profile, &activated).unwrap();
    let mut ring: KeyRing = [activated.encryption, base.encryption]
        .into_iter()
        .collect();
    let mut shares = Vec::new();
    for key in grant.decryption_keys() {
        match key {
            GrantedKey::Whole(key) => ring.add(key.clone()),
            GrantedKey::Share(share) => shares.push(share.clone()),
        }
    }
    (shares, ring)
}

#[test]
fn a_device_with_shares_reads_and_writes_over_every_connection() {
    for connection in [Connection::Direct, Connection::Local, Connection::Remote] {
        let world = World::new(connection).unwrap();
        let mut alice = alice(&world);
        let mut laptop = connect(&world, &mut alice, "laptop", &web());
        assert_eq!(laptop.roles(), &web());
        assert_eq!(read(&mut laptop).unwrap(), "first");
        laptop.put(&password("second")).unwrap();
        alice.sync().unwrap();
        assert_eq!(read(&mut alice).unwrap(), "second");
    }
}

#[test]
fn a_store_is_opened_with_one_request_and_without_the_service_not_at_all() {
    let (world, hostile) = hostile_world();
    let mut alice = alice(&world);
    drop(connect(&world, &mut alice, "laptop", &web()));
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    hostile.operate(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
    });
    for number in 0..20 {
        let entry = CatalogedCredential::password(
            &format!("site-{number}"),
            "alice",
            SecretString::new("x".to_owned()),
        );
        alice.put(&entry).unwrap();
    }
    assert_eq!(asked.load(Ordering::Relaxed), 0, "whole keys need no help");
    let mut laptop = reopen(&world, "laptop");
    laptop.sync().unwrap();
    for _ in 0..3 {
        assert_eq!(laptop.credentials().unwrap().len(), 21);
    }
    // One for the device catalog, by which new frames are judged, and one for the passwords.
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    drop(laptop);
    hostile.silence();
    let mut laptop = reopen(&world, "laptop");
    assert!(matches!(read(&mut laptop), Err(Error::NeedsService { .. })));
    hostile.repent();
    assert_eq!(read(&mut laptop).unwrap(), "first");
}

#[test]
fn a_wrong_contribution_is_the_services_fault_and_nothing_is_opened() {
    let (world, hostile) = hostile_world();
    let mut alice = alice(&world);
    drop(connect(&world, &mut alice, "laptop", &web()));
    let mut laptop = reopen(&world, "laptop");
    let env = SystemEnvironment::new().unwrap();
    let wrong = PrivateKey::generate(KeyAlgorithm::X448, &env);
    hostile.operate(move |response| {
        for result in &mut response.results {
            let AnyCryptographicResult::CryptographicResultKeyAgreement(result) = result else {
                panic!("another result");
            };
            result.key_agreement = Some(
                mesh_crypto::jose::KeyAgreementECDH {
                    curve: Some("X448".to_owned()),
                    result: Some(wrong.public().octets().to_vec()),
                }
                .into(),
            );
        }
    });
    assert!(matches!(read(&mut laptop), Err(Error::WrongService { .. })));
    hostile.operate(|response| response.results.clear());
    assert!(matches!(read(&mut laptop), Err(Error::WrongService { .. })));
    hostile.repent();
    assert_eq!(read(&mut laptop).unwrap(), "first");
}

/// Everything that is on the disk of a device.
fn image(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => image(&entry.path(), &to),
            false => drop(std::fs::copy(entry.path(), to).unwrap()),
        }
    }
}

/// Asks the service for a contribution with whatever credential.
fn operate(session: &mut dyn MeshSession, share: &str, peer: &PublicKey) -> Result<(), Code> {
    let operation = CryptographicOperationKeyAgreement {
        key_id: Some(share.to_owned()),
        public_key: Some(peer.to_jose()),
        ..CryptographicOperationKeyAgreement::default()
    };
    let request = OperateRequest {
        operations: vec![operation.into()],
        ..OperateRequest::default()
    };
    match session.operate(&request) {
        Ok(_) => Ok(()),
        Err(error) => Err(error.refusal().unwrap()),
    }
}

#[test]
fn the_image_of_a_removed_device_opens_nothing_old_or_new() {
    let (world, hostile) = hostile_world();
    let mut alice = alice(&world);
    let administrator = hostile.credential().unwrap();
    drop(connect(&world, &mut alice, "laptop", &web()));
    let laptop = hostile.credential().unwrap();
    drop(connect(&world, &mut alice, "phone", &web()));
    image(
        &world.home_directory("laptop"),
        &world.home_directory("image"),
    );
    let (shares, ring) = stolen(&world, &mut alice, "laptop");
    assert!(!shares.is_empty());
    let changed = alice.delete_device("laptop").unwrap();
    assert!(changed.cut_off.by_key.is_empty());
    assert!(changed.cut_off.by_share.contains(&StoreLabel::Credential));
    alice.put(&password("after the theft")).unwrap();

    // The thief has every file and key of the device, and let us say every frame that the service has.
    let mut thief = reopen(&world, "image");
    assert!(matches!(read(&mut thief), Err(Error::DeviceRemoved { .. })));
    assert!(matches!(thief.sync(), Err(Error::DeviceRemoved { .. })));
    for label in [StoreLabel::Credential, StoreLabel::Device] {
        let frames = frames(&world, &administrator, label);
        let headers = exchanges(&frames);
        assert_eq!(headers.len(), 2, "the first, and one since the removal");
        for header in headers {
            assert!(Exchange::open(header, &ring).is_err());
            assert!(!opens_with_share(header, &shares));
        }
    }
    // Nor does the service help, whatever the thief asks.
    let mut session = session(&world, laptop);
    let peer = some_key();
    for share in &shares {
        let id = share.udf().to_string();
        assert_eq!(operate(&mut *session, &id, &peer), Err(Code::DeviceRevoked));
    }
    // The device that stays reads on.
    let mut phone = reopen(&world, "phone");
    phone.sync().unwrap();
    assert_eq!(read(&mut phone).unwrap(), "after the theft");
}

fn some_key() -> PublicKey {
    let env = SystemEnvironment::new().unwrap();
    PrivateKey::generate(KeyAlgorithm::X448, &env)
        .public()
        .clone()
}

/// Whether a share alone, used as a key, unwraps an exchange.
fn opens_with_share(header: &mesh_dare::generated::DareHeader, shares: &[KeyShare]) -> bool {
    header.recipients.iter().any(|recipient| {
        let peer = PublicKey::from_jose(recipient.epk.as_ref().unwrap()).unwrap();
        let wrapped = recipient.wrapped_base_seed.as_ref().unwrap();
        shares.iter().any(|share| {
            let alone = share.part.agree(&peer).unwrap();
            alone.unwrap(wrapped).is_ok()
        })
    })
}

#[test]
fn the_service_contributes_for_the_grantee_only() {
    let (world, hostile) = hostile_world();
    let mut alice = alice(&world);
    let administrator = hostile.credential().unwrap();
    drop(connect(&world, &mut alice, "laptop", &web()));
    drop(connect(&world, &mut alice, "phone", &web()));
    let phone = hostile.credential().unwrap();
    let (shares, _) = stolen(&world, &mut alice, "laptop");
    let (own, _) = stolen(&world, &mut alice, "phone");
    let peer = some_key();
    let mut session = session(&world, phone);
    assert_eq!(
        operate(&mut *session, &own[0].udf().to_string(), &peer),
        Ok(())
    );
    for share in &shares {
        let id = share.udf().to_string();
        assert_eq!(operate(&mut *session, &id, &peer), Err(Code::NotAuthorized));
        // Not even for an administrator: it has whole keys.
        let mut other = crate::session(&world, administrator.clone());
        assert_eq!(operate(&mut *other, &id, &peer), Err(Code::NotAuthorized));
    }
    // A point outside the group of prime order would show something of the share.
    let mut octets = [0; 57];
    let weak = (2..60).find_map(|u| {
        octets[0] = u;
        let peer = PublicKey::new(KeyAlgorithm::X448, &octets).ok()?;
        own[0].contribute(&peer).is_err().then_some(peer)
    });
    assert_eq!(
        operate(&mut *session, &own[0].udf().to_string(), &weak.unwrap()),
        Err(Code::Invalid)
    );
}

#[test]
fn a_removed_device_that_had_whole_keys_opens_nothing_new() {
    let (world, hostile) = hostile_world();
    let mut alice = alice(&world);
    let administrator = hostile.credential().unwrap();
    let whole = Roles::new(&[Role::Web]);
    let tablet = connect(&world, &mut alice, "tablet", &whole);
    let mut laptop = connect(&world, &mut alice, "laptop", &web());
    let mut phone = connect(&world, &mut alice, "phone", &whole);
    drop(tablet);
    let (_, stolen) = stolen(&world, &mut alice, "tablet");
    let changed = alice.delete_device("tablet").unwrap();
    assert!(changed.cut_off.by_share.is_empty());
    assert!(changed.cut_off.by_key.contains(&StoreLabel::Credential));
    alice.put(&password("under the new key")).unwrap();
    for label in [StoreLabel::Credential, StoreLabel::Device] {
        let frames = frames(&world, &administrator, label);
        let headers = exchanges(&frames);
        assert!(Exchange::open(headers[0], &stolen).is_ok());
        assert!(Exchange::open(headers[1], &stolen).is_err());
    }
    // Those that stay have the new keys with the next synchronisation, whole or as shares.
    for device in [&mut laptop, &mut phone] {
        device.sync().unwrap();
        assert_eq!(read(device).unwrap(), "under the new key");
    }
    phone.put(&password("by the phone")).unwrap();
    laptop.sync().unwrap();
    assert_eq!(read(&mut laptop).unwrap(), "by the phone");
    // A device that is connected later reads what is under old keys and what is under new ones.
    let mut watch = connect(&world, &mut alice, "watch", &web());
    assert_eq!(read(&mut watch).unwrap(), "by the phone");
    let entries = watch.credentials().unwrap();
    assert_eq!(entries.len(), 1);
    // So does an account that was recovered, although the new keys do not follow from its seed.
    let codes = alice.escrow(3, 2).unwrap();
    let address = alice.address().clone();
    drop(alice);
    let mut recovered = world
        .home("recovered")
        .unwrap()
        .recover_account(&address, &codes[..2])
        .unwrap();
    assert_eq!(read(&mut recovered).unwrap(), "by the phone");
    let mut last = connect(&world, &mut recovered, "last", &web());
    assert_eq!(read(&mut last).unwrap(), "by the phone");
    recovered.delete_device("phone").unwrap();
    recovered.put(&password("at last")).unwrap();
    last.sync().unwrap();
    assert_eq!(read(&mut last).unwrap(), "at last");
}

#[test]
fn a_device_whose_shares_were_made_anew_asks_for_them() {
    let world = World::new(Connection::Direct).unwrap();
    let mut alice = alice(&world);
    drop(connect(&world, &mut alice, "web", &web()));
    let whole = Roles::new(&[Role::Web]);
    drop(connect(&world, &mut alice, "whole", &whole));
    // New keys for every store that it read, and new shares of them for the other.
    alice.delete_device("whole").unwrap();
    let mut web = reopen(&world, "web");
    assert_eq!(read(&mut web).unwrap(), "first");
    web.put(&password("second")).unwrap();
    alice.sync().unwrap();
    assert_eq!(read(&mut alice).unwrap(), "second");
}

#[test]
fn roles_change_with_what_the_device_reads() {
    let world = World::new(Connection::Direct).unwrap();
    let mut alice = alice(&world);
    let mut laptop = connect(&world, &mut alice, "laptop", &web());
    assert_eq!(read(&mut laptop).unwrap(), "first");
    // Less.
    let device = Roles::new(&[Role::Device]).guarded();
    let changed = alice.authorize_device("laptop", &device).unwrap();
    assert!(changed.cut_off.by_share.contains(&StoreLabel::Credential));
    laptop.sync().unwrap();
    assert_eq!(laptop.roles(), &device);
    assert!(matches!(read(&mut laptop), Err(Error::NotAllowed { .. })));
    let replica = world
        .home_directory("laptop")
        .join(alice.udf())
        .join("Credential.dcat");
    assert!(!replica.exists(), "what it may not read it does not keep");
    // More, up to an administrator, who connects devices and is removed by another one.
    let admin = Roles::new(&[Role::Admin]);
    alice.authorize_device("laptop", &admin).unwrap();
    laptop.sync().unwrap();
    assert_eq!(read(&mut laptop).unwrap(), "first");
    let mut phone = connect(&world, &mut laptop, "phone", &web());
    assert_eq!(read(&mut phone).unwrap(), "first");
    // The first administrator may become an ordinary device now, and not before another one is there. It keeps the key of the account.
    alice.sync().unwrap();
    let own = alice.device_udf().to_owned();
    laptop.sync().unwrap();
    let changed = laptop.authorize_device(&own, &web()).unwrap();
    assert!(changed.cut_off.account && changed.cut_off.by_key.is_empty());
    assert!(matches!(
        laptop.authorize_device("laptop", &web()),
        Err(Error::NotAllowed { .. })
    ));
    alice.sync().unwrap();
    assert_eq!(alice.roles(), &web());
    assert!(matches!(
        alice.delete_device("laptop"),
        Err(Error::NotAllowed { .. })
    ));
    assert_eq!(read(&mut alice).unwrap(), "first");
}

#[test]
fn nobody_gets_the_role_super_by_being_told() {
    let world = World::new(Connection::Direct).unwrap();
    let mut alice = alice(&world);
    drop(connect(&world, &mut alice, "laptop", &web()));
    let refused = alice.authorize_device("laptop", &Roles::new(&[Role::Super]));
    assert!(matches!(refused, Err(Error::NotAllowed { .. })));
}

#[test]
fn an_older_entry_does_not_give_roles_back() {
    let (world, hostile) = hostile_world();
    let mut alice = alice(&world);
    drop(connect(&world, &mut alice, "laptop", &web()));
    let admin = Roles::new(&[Role::Admin]);
    alice.authorize_device("laptop", &admin).unwrap();
    let mut laptop = reopen(&world, "laptop");
    let kept = Arc::new(Mutex::new(None));
    let keep = kept.clone();
    hostile.download(move |_, response| {
        if let Some(entry) = &response.enveloped_cataloged_device {
            *keep.lock().unwrap() = Some(entry.clone());
        }
    });
    laptop.sync().unwrap();
    assert_eq!(laptop.roles(), &admin);
    alice.authorize_device("laptop", &web()).unwrap();
    hostile.repent();
    laptop.sync().unwrap();
    assert_eq!(laptop.roles(), &web());
    let old = kept.lock().unwrap().clone();
    assert!(old.is_some());
    hostile.download(move |_, response| response.enveloped_cataloged_device = old.clone());
    assert!(matches!(laptop.sync(), Err(Error::OldEntry)));
    assert_eq!(laptop.roles(), &web());
}

#[test]
fn offline_use_is_as_the_policy_says() {
    let clock = Arc::new(Clock::new());
    let (mut world, hostile) = hostile_world();
    world.client = Client::new(
        hostile.port(Arc::new(DirectPort::new(world.service.clone()))),
        clock.clone(),
    );
    let mut alice = alice(&world);
    drop(connect(&world, &mut alice, "laptop", &web()));
    let offline = |world: &World| {
        hostile.silence();
        let mut laptop = reopen(world, "laptop");
        let outcome = read(&mut laptop);
        let contacts = laptop.entries::<mesh_schema::generated::CatalogedContact>();
        hostile.repent();
        (outcome, contacts.map(|contacts| contacts.len()))
    };
    assert!(matches!(offline(&world).0, Err(Error::NeedsService { .. })));
    let hour = Some(Duration::from_secs(3600));
    alice
        .allow_offline(Some("laptop"), &[StoreLabel::Credential], hour)
        .unwrap();
    // The device learns of it when it synchronises, and keeps something when the service next helps.
    let mut laptop = reopen(&world, "laptop");
    laptop.sync().unwrap();
    read(&mut laptop).unwrap();
    drop(laptop);
    let (outcome, contacts) = offline(&world);
    assert_eq!(outcome.unwrap(), "first");
    assert!(matches!(contacts, Err(Error::NeedsService { .. })));
    clock.advance(3599);
    assert_eq!(offline(&world).0.unwrap(), "first");
    clock.advance(2);
    let records = |world: &World| {
        let keys = world.home_directory("laptop").join("keys");
        let keys = FileStore::open(&keys, &Sealing::Clear).unwrap();
        let list = keys.list().unwrap().into_iter();
        list.filter(|(_, kind)| kind == "offline").count()
    };
    assert_eq!(records(&world), 1);
    assert!(matches!(offline(&world).0, Err(Error::NeedsService { .. })));
    assert_eq!(records(&world), 0, "what is over is deleted");
    // With the service it is renewed; a removed device deletes it as soon as it is told.
    read(&mut reopen(&world, "laptop")).unwrap();
    assert_eq!(records(&world), 1);
    alice.delete_device("laptop").unwrap();
    assert!(matches!(
        read(&mut reopen(&world, "laptop")),
        Err(Error::DeviceRemoved { .. })
    ));
    assert_eq!(records(&world), 0);
    assert!(matches!(offline(&world).0, Err(Error::NeedsService { .. })));
}

/// A clock that stands still until it is told otherwise; randomness is the system's.
struct Clock {
    system: SystemEnvironment,
    now: std::sync::atomic::AtomicI64,
}

impl Clock {
    fn new() -> Self {
        let system = SystemEnvironment::new().unwrap();
        let now = mesh_crypto::Environment::now(&system).unix();
        Self {
            system,
            now: now.into(),
        }
    }

    fn advance(&self, seconds: i64) {
        self.now.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl mesh_crypto::Environment for Clock {
    fn now(&self) -> mesh_crypto::DateTime {
        mesh_crypto::DateTime::from_unix(self.now.load(Ordering::Relaxed))
    }

    fn random(&self, octets: &mut [u8]) {
        self.system.random(octets);
    }
}

#[test]
fn an_account_goes_on_after_the_removal_of_an_administrator() {
    let (world, hostile) = hostile_world();
    let mut alice = alice(&world);
    let administrator = hostile.credential().unwrap();
    drop(connect(
        &world,
        &mut alice,
        "second",
        &Roles::new(&[Role::Admin]),
    ));
    let (_, stolen) = stolen(&world, &mut alice, "second");
    let changed = alice.delete_device("second").unwrap();
    assert!(changed.cut_off.administrator && changed.cut_off.messages);
    assert!(changed.cut_off.signature);
    // Every catalog has a new key, that of the access catalog too, which the service reads on all the same.
    for label in [StoreLabel::Access, StoreLabel::Publication] {
        let frames = frames(&world, &administrator, label);
        let headers = exchanges(&frames);
        assert_eq!(headers.len(), 2, "{label}");
        assert!(Exchange::open(headers[1], &stolen).is_err(), "{label}");
    }
    let mut laptop = connect(&world, &mut alice, "laptop", &web());
    assert_eq!(read(&mut laptop).unwrap(), "first");
    alice.delete_device("laptop").unwrap();
    assert!(matches!(
        read(&mut reopen_after(laptop, &world)),
        Err(Error::DeviceRemoved { .. })
    ));
    assert_eq!(alice.escrow(2, 2).unwrap().len(), 2);
}

/// The laptop, started anew.
fn reopen_after(open: Account, world: &World) -> Account {
    drop(open);
    reopen(world, "laptop")
}
