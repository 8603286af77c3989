// SPDX-License-Identifier: MIT
//! Clients that do not keep to the rules: a device of few rights, a removed one, a stranger, another account's user.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "all of this is test code"
)]

use std::sync::Arc;
use std::time::Duration;

use mesh_client::{Account, Client, Completion, Role, Roles, check_address};
use mesh_crypto::{KeyAlgorithm, PrivateKey, SecretBytes};
use mesh_dare::Envelope;
use mesh_dare::store::catalog::{Change, EntryName};
use mesh_dare::store::{Event, StatedHead};
use mesh_jsonbcd::{Object, Reader, SecretString, Writer};
use mesh_keystore::SystemEnvironment;
use mesh_protocol::generated::{
    BindRequest, ConnectRequest, ConstraintsSelect, DownloadRequest, MeshHelloRequest,
    StatusRequest, StoreUpdate, TransactRequest, UnbindRequest,
};
use mesh_protocol::session::PacketSession;
use mesh_protocol::{
    ClientCredential, Code, Error, HostExpectation, MeshPort, MeshSession, PacketHandler,
    PacketPort, PacketTransport,
};
use mesh_schema::StoreLabel;
use mesh_schema::catalog::CatalogEntry;
use mesh_schema::generated::{CatalogedBookmark, CatalogedCredential};
use mesh_schema::profile::device::DeviceKeys;
use mesh_service::DirectPort;
use mesh_test::hostile::Hostile;
use mesh_test::world::{Connection, World};

struct Scene {
    world: World,
    wire: Hostile,
}

impl Scene {
    /// Alice with an administrator device and a web device, both with the credentials that they use.
    fn new() -> (Self, ClientCredential, ClientCredential) {
        let mut world = World::new(Connection::Direct).unwrap();
        let wire = Hostile::default();
        let port = wire.port(Arc::new(DirectPort::new(world.service.clone())));
        world.client = Client::new(port, Arc::new(SystemEnvironment::new().unwrap()));
        let scene = Self { world, wire };
        let address = check_address("alice@localhost").unwrap();
        let mut alice = scene
            .world
            .home("one")
            .unwrap()
            .create_account(&address)
            .unwrap();
        alice.put(&credential("example.com")).unwrap();
        let one = scene.credential();
        let home = scene.world.home("two").unwrap();
        let roles = Roles::new(&[Role::Web]);
        let pin = alice
            .issue_pin(&roles, Duration::from_secs(60), None)
            .unwrap()
            .pin;
        home.request_connection(&address, Some(&pin)).unwrap();
        alice.sync().unwrap();
        alice.accept_pins().unwrap();
        assert!(matches!(
            home.complete_connection(None).unwrap(),
            Completion::Connected(_)
        ));
        let two = scene.credential();
        (scene, one, two)
    }

    /// The device credential that was used last.
    fn credential(&self) -> ClientCredential {
        self.wire.credential().unwrap()
    }

    fn session(&self, credential: &ClientCredential) -> Box<dyn MeshSession> {
        let port = DirectPort::new(self.world.service.clone());
        port.open(
            "localhost",
            credential.clone(),
            HostExpectation::FirstContact,
        )
        .unwrap()
    }

    fn account(&self, device: &str) -> Account {
        self.world.home(device).unwrap().account(None).unwrap()
    }

    /// The change as the device would send it, which is not sent.
    fn held_back(&self, device: &str, change: impl FnOnce(&mut Account)) -> StoreUpdate {
        let mut account = self.account(device);
        account.sync().unwrap();
        let request = self.wire.intercept(|| change(&mut account));
        request.unwrap().updates.into_iter().next().unwrap()
    }

    /// All frames of a store, as the administrator sees it.
    fn frames(&self, administrator: &ClientCredential, store: &str) -> Vec<Envelope> {
        let response = self.session(administrator).download(&read(store)).unwrap();
        response.updates.into_iter().next().unwrap().envelopes
    }
}

fn read(store: &str) -> DownloadRequest {
    let select = ConstraintsSelect {
        store: Some(store.to_owned()),
        ..ConstraintsSelect::default()
    };
    DownloadRequest {
        select: vec![select],
        ..DownloadRequest::default()
    }
}

/// Writes frames behind those that are there, with the indexes that they should have.
fn write(store: &str, there: &[Envelope], frames: &[Envelope]) -> StoreUpdate {
    let mut envelopes = frames.to_vec();
    for (index, envelope) in (there.len()..).zip(&mut envelopes) {
        let info = envelope.header.sequence_info.get_or_insert_default();
        info.index = Some(i64::try_from(index).unwrap());
    }
    StoreUpdate {
        store: Some(store.to_owned()),
        envelopes,
        ..StoreUpdate::default()
    }
}

fn transaction(updates: Vec<StoreUpdate>) -> TransactRequest {
    TransactRequest {
        updates,
        ..TransactRequest::default()
    }
}

fn refused<T: std::fmt::Debug>(outcome: Result<T, Error>, code: Code, what: &str) {
    let error = outcome.expect_err(what);
    assert_eq!(error.refusal(), Some(code), "{what}: {error}");
}

#[test]
fn a_device_of_few_rights_reaches_its_own_stores_only() {
    let (scene, one, two) = Scene::new();
    let mut session = scene.session(&two);
    for store in ["Access", "Publication", "Inbound", "Outbound", "Local"] {
        refused(session.download(&read(store)), Code::NotAuthorized, store);
    }
    session.download(&read("Device")).unwrap();
    session.download(&read("Credential")).unwrap();
    let status = session.status(&StatusRequest::default()).unwrap();
    let stores: Vec<_> = status
        .store_status
        .into_iter()
        .filter_map(|s| s.store)
        .collect();
    assert!(
        stores
            .iter()
            .all(|s| !["Access", "Local", "Inbound"].contains(&s.as_str())),
        "{stores:?}"
    );

    // Everything that it may not write, alone and hidden behind what it may.
    let credentials = scene.frames(&one, "Credential");
    let allowed = write("Credential", &credentials, &credentials[1..2]);
    for store in ["Access", "Device", "Publication"] {
        let there = scene.frames(&one, store);
        let forbidden = write(store, &there, &there[1..2.min(there.len())]);
        let forbidden = match forbidden.envelopes.is_empty() {
            true => write(store, &there, &credentials[1..2]),
            false => forbidden,
        };
        let alone = session.transact(&transaction(vec![forbidden.clone()]));
        refused(alone, Code::NotAuthorized, store);
        let hidden = session.transact(&transaction(vec![allowed.clone(), forbidden]));
        refused(hidden, Code::NotAuthorized, store);
    }
    assert_eq!(
        scene.frames(&one, "Credential").len(),
        credentials.len(),
        "all or nothing"
    );

    // Messages in the owner's spools: a PIN or an answer would be one.
    let message = mesh_dare::Enveloped::new(credentials[1].clone());
    for (inbound, local) in [
        (vec![message.clone()], Vec::new()),
        (Vec::new(), vec![message]),
    ] {
        let request = TransactRequest {
            inbound,
            local,
            ..TransactRequest::default()
        };
        refused(session.transact(&request), Code::NotAuthorized, "a message");
    }
    let spool = write("Local", &[], &credentials[1..2]);
    let outcome = session.transact(&transaction(vec![spool]));
    assert!(outcome.is_err(), "frames of a spool");
    refused(
        session.unbind_account(&UnbindRequest::default()),
        Code::NotAdministrator,
        "unbind",
    );
}

/// The same for a device that was given single catalogs.
#[test]
fn a_device_with_rights_to_single_catalogs_reaches_just_these() {
    let (scene, _, _) = Scene::new();
    let change = scene.held_back("one", |alice| {
        alice.put(&credential("example.org")).unwrap_err();
    });
    let mut alice = scene.account("one");
    alice.sync().unwrap();
    let set = Roles::new(&[
        Role::Read(StoreLabel::Credential),
        Role::Write(StoreLabel::Bookmark),
    ]);
    alice.put(&bookmark("there")).unwrap();
    for (name, roles) in [("three", set.guarded()), ("four", set)] {
        let home = scene.world.home(name).unwrap();
        let pin = alice
            .issue_pin(&roles, Duration::from_secs(60), None)
            .unwrap()
            .pin;
        home.request_connection(alice.address(), Some(&pin))
            .unwrap();
        alice.sync().unwrap();
        alice.accept_pins().unwrap();
        let Completion::Connected(mut device) = home.complete_connection(None).unwrap() else {
            panic!("it was accepted")
        };
        assert_eq!(device.roles(), &roles);
        let entries: Vec<CatalogedCredential> = device.entries().unwrap();
        assert_eq!(entries.len(), 1);
        device.put(&bookmark(name)).unwrap();
        assert!(matches!(
            device.put(&credential("example.org")),
            Err(mesh_client::Error::NotAllowed { .. })
        ));
        let own = scene.credential();
        let mut session = scene.session(&own);
        for store in ["Access", "Contact", "Network", "Application", "Local"] {
            refused(session.download(&read(store)), Code::NotAuthorized, store);
        }
        refused(
            session.transact(&transaction(vec![change.clone()])),
            Code::NotAuthorized,
            "what it may only read",
        );
    }
    alice.sync().unwrap();
    let bookmarks: Vec<CatalogedBookmark> = alice.entries().unwrap();
    assert_eq!(bookmarks.len(), 3);
    // Taken back, its rights end with the next request.
    let three = scene.account("three").device_udf().to_owned();
    let less = Roles::new(&[Role::Read(StoreLabel::Bookmark)]).guarded();
    alice.authorize_device(&three, &less).unwrap();
    let mut account = scene.account("three");
    account.sync().unwrap();
    assert!(account.put(&bookmark("late")).is_err());
    assert!(account.entries::<CatalogedCredential>().is_err());
    assert_eq!(account.entries::<CatalogedBookmark>().unwrap().len(), 3);
}

#[test]
fn a_removed_device_is_told_so_whatever_it_asks() {
    let (scene, one, two) = Scene::new();
    let credentials = scene.frames(&one, "Credential");
    let mut open = scene.session(&two);
    open.status(&StatusRequest::default()).unwrap();
    let mut alice = scene.account("one");
    alice.sync().unwrap();
    let second = alice
        .devices()
        .unwrap()
        .into_iter()
        .find(|device| !device.this)
        .unwrap();
    alice.delete_device(&second.device_udf).unwrap();
    // The conversation that was open, and a fresh one.
    for mut session in [open, scene.session(&two)] {
        let gone = Code::DeviceRevoked;
        refused(session.status(&StatusRequest::default()), gone, "status");
        refused(session.download(&read("Credential")), gone, "download");
        let change = write("Credential", &credentials, &credentials[1..2]);
        refused(
            session.transact(&transaction(vec![change])),
            gone,
            "transact",
        );
        refused(
            session.unbind_account(&UnbindRequest::default()),
            gone,
            "unbind",
        );
    }
}

#[test]
fn what_is_stale_torn_or_twice_is_refused_as_a_whole() {
    let (scene, one, _) = Scene::new();
    let mut session = scene.session(&one);
    let credentials = scene.frames(&one, "Credential");
    let bookmarks = scene.frames(&one, "Bookmark");
    let fresh = scene.held_back("one", |alice| {
        alice.put(&bookmark("news")).unwrap_err();
    });
    let change = scene.held_back("one", |alice| {
        alice.put(&credential("example.org")).unwrap_err();
    });
    let stale = write("Credential", &credentials[..1], &change.envelopes);
    let early = write(
        "Credential",
        &[credentials.clone(), credentials.clone()].concat(),
        &change.envelopes,
    );
    let mut otherwise = change.clone();
    let trailer = otherwise.envelopes.last_mut().unwrap().trailer.as_mut();
    trailer.unwrap().apex_digest.as_mut().unwrap()[0] ^= 1;
    for wrong in [stale, early, otherwise] {
        let outcome = session.transact(&transaction(vec![fresh.clone(), wrong]));
        refused(outcome, Code::Stale, "another history");
    }
    let mut gap = write(
        "Credential",
        &credentials,
        &[change.envelopes[0].clone(), change.envelopes[0].clone()],
    );
    let info = gap.envelopes[1].header.sequence_info.as_mut().unwrap();
    info.index = info.index.map(|index| index + 1);
    let mut body = change.clone();
    body.envelopes[0].body.push(0);
    let empty = StoreUpdate {
        envelopes: Vec::new(),
        ..change.clone()
    };
    let unknown = StoreUpdate {
        store: Some("Nonsense".to_owned()),
        ..change.clone()
    };
    for (wrong, code, what) in [
        (gap, Code::Invalid, "a gap"),
        (body, Code::Refused, "another body"),
        (empty, Code::Invalid, "no frames"),
        (unknown, Code::Invalid, "no store"),
        (fresh.clone(), Code::Invalid, "one store twice"),
    ] {
        let outcome = session.transact(&transaction(vec![fresh.clone(), wrong]));
        refused(outcome, code, what);
    }
    assert_eq!(
        scene.frames(&one, "Bookmark").len(),
        bookmarks.len(),
        "nothing was applied"
    );
    assert_eq!(scene.frames(&one, "Credential").len(), credentials.len());
    // Ranges from beyond the end or the wrong way round are empty or refused, and nobody falls over.
    for (min, max) in [
        (i64::MAX, i64::MAX),
        (5, 1),
        (-1, 3),
        (0, -1),
        (i64::MIN, i64::MAX),
    ] {
        let mut request = read("Credential");
        request.select[0].index_min = Some(min);
        request.select[0].index_max = Some(max);
        if let Ok(response) = session.download(&request) {
            assert_eq!(response.updates[0].envelopes.len(), 0, "{min} to {max}");
        }
    }
    // What was held back is what would have been accepted.
    session.transact(&transaction(vec![fresh, change])).unwrap();
    let mut alice = scene.account("one");
    alice.put(&credential("still works")).unwrap();
    alice.verify().unwrap();
}

/// A device may write its stores, and must not be able to keep others from reading them.
#[test]
fn what_other_devices_would_refuse_is_refused() {
    let (scene, one, two) = Scene::new();
    let new = scene.held_back("two", |account| {
        account.put(&credential("example.org")).unwrap_err();
    });
    let by_another = scene.held_back("one", |account| {
        account.put(&credential("example.org")).unwrap_err();
    });
    let altered = |update: &StoreUpdate, alter: &dyn Fn(&mut Envelope)| {
        let mut update = update.clone();
        alter(update.envelopes.last_mut().unwrap());
        update
    };
    let trailer = |frame: &mut Envelope| frame.trailer.clone().unwrap();
    let replaced = |frame: &mut Envelope, trailer| frame.trailer = Some(trailer);
    let event = |update: &StoreUpdate, id: &str, event: &str| {
        altered(update, &|frame| {
            let mut meta = frame.content_meta().unwrap();
            meta.event = Some(event.to_owned());
            meta.unique_id = Some(id.to_owned());
            frame.header.content_meta_data = Some(mesh_jsonbcd::to_json(&meta));
        })
    };
    // Two signatures, of which devices look at the first and the service might at the other.
    let two_signatures = altered(&new, &|frame| {
        let mut trailer = trailer(frame);
        let mut other = trailer.sequence_signatures[0].clone();
        other.signature_key = None;
        other.key_identifier = Some("MBQA-7OGW-ABYJ-CMP5-LOVE-BRCF-75DX".to_owned());
        trailer.sequence_signatures.insert(0, other);
        replaced(frame, trailer);
    });
    let another_name = altered(&new, &|frame| {
        let mut trailer = trailer(frame);
        trailer.sequence_signatures[0].key_identifier =
            Some("MBQA-7OGW-ABYJ-CMP5-LOVE-BRCF-75DX".to_owned());
        replaced(frame, trailer);
    });
    // Every frame says how far the other stores are; what is not so would make the others mistrust the service.
    let stating = |index: u64, apex: &[u8]| {
        let mut whole = [0; 64];
        whole[..apex.len()].copy_from_slice(apex);
        let head = StatedHead::new("Device", index, &whole).attribute();
        altered(&new, &|frame| {
            let mut meta = frame.content_meta().unwrap();
            meta.key_values = vec![head.clone()];
            frame.header.content_meta_data = Some(mesh_jsonbcd::to_json(&meta));
        })
    };
    // Nor may it say that over and over again.
    let often = altered(&new, &|frame| {
        let mut meta = frame.content_meta().unwrap();
        let head = meta.key_values[0].clone();
        meta.key_values = vec![head; 1000];
        frame.header.content_meta_data = Some(mesh_jsonbcd::to_json(&meta));
    });
    let devices = scene.frames(&one, "Device");
    let meta = new.envelopes[0].content_meta().unwrap();
    assert!(
        StatedHead::read(&meta)
            .iter()
            .any(|head| head.is_of(devices.last().unwrap()))
    );
    let untrue = "a frame states of another store what is not so";
    let there = unique_id(&scene.frames(&one, "Credential"));
    let absent = unique_id(&new.envelopes);
    let unsigned = "the store is not signed by the caller";
    let contradiction = "a change contradicts what the catalog holds";
    for (wrong, text) in [
        (by_another, unsigned),
        (two_signatures, unsigned),
        (another_name, unsigned),
        (
            altered(&new, &|frame| {
                let mut trailer = trailer(frame);
                trailer.sequence_signatures.clear();
                replaced(frame, trailer);
            }),
            unsigned,
        ),
        (
            altered(&new, &|frame| {
                let mut trailer = trailer(frame);
                trailer.sequence_signatures[0].signature_key = None;
                replaced(frame, trailer);
            }),
            unsigned,
        ),
        (
            altered(&new, &|frame| {
                let mut trailer = trailer(frame);
                trailer.sequence_signatures[0]
                    .signature_value
                    .as_mut()
                    .unwrap()[7] ^= 1;
                replaced(frame, trailer);
            }),
            unsigned,
        ),
        (stating(0, devices[1].apex_digest().unwrap()), untrue),
        (stating(1_000_000, &[7; 64]), untrue),
        (often, untrue),
        (stating(i64::MAX.unsigned_abs(), &[7; 64]), untrue),
        (stating(1, devices[1].apex_digest().unwrap()), unsigned),
        // The headers are signed too.
        (event(&new, "another", "New"), unsigned),
        (event(&new, &there, "New"), contradiction),
        (event(&new, &absent, "Update"), contradiction),
        (event(&new, &absent, "Delete"), contradiction),
    ] {
        let outcome = scene.session(&two).transact(&transaction(vec![wrong]));
        let error = outcome.expect_err(text).to_string();
        assert!(error.contains(text), "{error}");
    }
    for field in ["UniqueId", "ContentMetaData"] {
        let nameless = altered(&new, &|frame| {
            let mut meta = frame.content_meta().unwrap();
            meta.unique_id = None;
            frame.header.content_meta_data =
                (field == "UniqueId").then(|| mesh_jsonbcd::to_json(&meta));
        });
        let outcome = scene.session(&two).transact(&transaction(vec![nameless]));
        refused(outcome, Code::Invalid, field);
    }
    // An entry cannot be both in one transaction either.
    let mut twice = new.clone();
    let again = twice.envelopes[0].clone();
    let next = again.index().unwrap() + 1;
    twice.envelopes.push(again);
    let info = twice.envelopes[1].header.sequence_info.as_mut().unwrap();
    info.index = i64::try_from(next).ok();
    let trailer = twice.envelopes[1].trailer.as_mut().unwrap();
    trailer.sequence_signatures.clear();
    let outcome = scene.session(&two).transact(&transaction(vec![twice]));
    let error = outcome.expect_err("twice").to_string();
    assert!(error.contains(contradiction), "{error}");

    scene
        .session(&two)
        .transact(&transaction(vec![new]))
        .unwrap();
    for device in ["one", "two"] {
        let mut account = scene.account(device);
        account.sync().unwrap();
        let entries: Vec<CatalogedCredential> = account.entries().unwrap();
        assert_eq!(entries.len(), 2, "{device}");
    }
}

/// What a frame that is not signed states of the tree nobody has checked: it must not become what others compare with.
#[test]
fn an_invented_apex_is_not_spread_by_other_frames() {
    let (scene, _, two) = Scene::new();
    let mut two_frames = scene.held_back("two", |account| {
        let entries = [credential("a.example"), credential("b.example")];
        account.put_all(&entries).unwrap_err();
    });
    let first = &mut two_frames.envelopes[0];
    let index = first.index().unwrap();
    let invented = vec![7; 64];
    first.trailer.as_mut().unwrap().apex_digest = Some(invented.clone());
    scene
        .session(&two)
        .transact(&transaction(vec![two_frames]))
        .unwrap();
    let mut bookmark = scene.held_back("two", |account| {
        account.put(&bookmark("news")).unwrap_err();
    });
    let head = StatedHead::new("Credential", index, &invented.try_into().unwrap());
    let frame = bookmark.envelopes.last_mut().unwrap();
    let mut meta = frame.content_meta().unwrap();
    meta.key_values = vec![head.attribute()];
    frame.header.content_meta_data = Some(mesh_jsonbcd::to_json(&meta));
    let sent = scene.session(&two).transact(&transaction(vec![bookmark]));
    let error = sent.expect_err("an invented apex").to_string();
    assert!(error.contains("what is not so"), "{error}");
    for device in ["one", "two"] {
        scene.account(device).sync().unwrap();
    }
}

/// What is encrypted the service cannot judge: it must not hide what else there is.
#[test]
fn an_entry_that_nobody_can_read_hides_no_other() {
    let (scene, _, _) = Scene::new();
    let mut two = scene.account("two");
    two.put(&Rubbish).unwrap();
    drop(two);
    let mut alice = scene.account("one");
    alice.sync().unwrap();
    let entries: Vec<CatalogedCredential> = alice.entries().unwrap();
    assert_eq!(entries.len(), 1);
    let unreadable = alice.unreadable().unwrap();
    assert_eq!(unreadable.len(), 1, "{unreadable:?}");
    assert_eq!(unreadable[0].store, StoreLabel::Credential);
    alice.discard(&unreadable).unwrap();
    assert_eq!(alice.unreadable().unwrap(), []);
    let mut two = scene.account("two");
    two.sync().unwrap();
    assert_eq!(two.unreadable().unwrap(), []);
    let entries: Vec<CatalogedCredential> = two.entries().unwrap();
    assert_eq!(entries.len(), 1);
}

/// Stands in a catalog like an entry, and is none.
#[derive(Default)]
struct Rubbish;

impl Object for Rubbish {
    const TAG: &'static str = "CatalogedCredential";

    fn write_fields(&self, _: &mut Writer) {}

    fn read_field(&mut self, _: &str, _: &mut Reader<'_>) -> Result<bool, mesh_jsonbcd::Error> {
        Ok(false)
    }
}

impl CatalogEntry for Rubbish {
    const STORE: StoreLabel = StoreLabel::Credential;

    fn primary_key(&self) -> Result<String, mesh_schema::Error> {
        Ok("rubbish".to_owned())
    }

    fn change(&self, event: Event) -> Result<Change, mesh_schema::Error> {
        Ok(Change {
            entry: EntryName::Key(self.primary_key()?),
            event,
            payload: SecretBytes::new(b"{\"CatalogedCredential\":7".to_vec()),
        })
    }
}

/// The entry that the last frame changes.
fn unique_id(frames: &[Envelope]) -> String {
    let meta = frames.last().unwrap().content_meta().unwrap();
    meta.unique_id.unwrap()
}

#[test]
fn strangers_and_other_accounts_get_nothing() {
    let (scene, one, two) = Scene::new();
    let env = SystemEnvironment::new().unwrap();
    let mallory = check_address("mallory@localhost").unwrap();
    let mut other = scene
        .world
        .home("mallory")
        .unwrap()
        .create_account(&mallory)
        .unwrap();
    other.put(&credential("own")).unwrap();
    let foreign = scene.credential();
    let key = PrivateKey::generate(KeyAlgorithm::X448, &env);
    let (
        ClientCredential::Device {
            account: alices,
            profile,
            connection,
            ..
        },
        ClientCredential::Device { key: mallorys, .. },
    ) = (two.clone(), foreign.clone())
    else {
        unreachable!("both are devices")
    };
    let ClientCredential::Device {
        profile: own_profile,
        connection: own_connection,
        ..
    } = foreign
    else {
        unreachable!("it is a device")
    };
    let impostors = [
        // A key that nobody knows, for an account by address and by fingerprint.
        ClientCredential::Key {
            key: key.clone(),
            claim: Some("alice@localhost".to_owned()),
        },
        ClientCredential::Key {
            key: key.clone(),
            claim: Some(alices.clone()),
        },
        ClientCredential::Key {
            key: key.clone(),
            claim: None,
        },
        // A device of another account that claims this one, with its own and with stolen papers.
        ClientCredential::Device {
            key: mallorys.clone(),
            account: alices.clone(),
            profile: own_profile,
            connection: own_connection,
        },
        ClientCredential::Device {
            key: mallorys,
            account: alices,
            profile,
            connection,
        },
    ];
    // Typed in one process, and with every message protected as over a network.
    let handler: Arc<dyn PacketHandler> = Arc::new(scene.world.service.clone());
    let connector =
        move |_: &str| -> Result<Box<dyn PacketTransport>, Error> { Ok(Box::new(handler.clone())) };
    let packets = PacketPort::new(Box::new(connector), Arc::new(env));
    let protected = |credential: &ClientCredential| {
        packets
            .open(
                "localhost",
                credential.clone(),
                HostExpectation::FirstContact,
            )
            .unwrap()
    };
    assert!(protected(&one).status(&StatusRequest::default()).is_ok());
    for (impostor, mut session) in impostors.iter().flat_map(|impostor| {
        [
            (impostor, scene.session(impostor)),
            (impostor, protected(impostor)),
        ]
    }) {
        session.hello(&MeshHelloRequest::default()).ok();
        assert!(
            session.status(&StatusRequest::default()).is_err(),
            "{impostor:?}"
        );
        assert!(
            session.download(&read("Credential")).is_err(),
            "{impostor:?}"
        );
        assert!(
            session.transact(&transaction(Vec::new())).is_err(),
            "{impostor:?}"
        );
        assert!(
            session.unbind_account(&UnbindRequest::default()).is_err(),
            "{impostor:?}"
        );
    }

    // An address that is taken, with a profile of one's own; someone else's profile; another domain.
    let taken = scene.world.home("impostor").unwrap();
    let alice = check_address("alice@localhost").unwrap();
    let error = taken
        .create_account(&alice)
        .expect_err("the address is taken");
    assert_eq!(error.refusal(), Some(Code::AccountRegistered), "{error}");
    let profile = scene
        .session(&one)
        .status(&StatusRequest::default())
        .unwrap();
    let profile = profile.enveloped_profile_account;
    let mut stranger = scene.session(&ClientCredential::Key { key, claim: None });
    for address in [
        "alice@localhost",
        "bob@localhost",
        "alice@elsewhere.example",
        "",
        "@",
    ] {
        let request = BindRequest {
            account_address: Some(address.to_owned()),
            enveloped_profile_account: profile.clone(),
            ..BindRequest::default()
        };
        assert!(stranger.bind_account(&request).is_err(), "{address}");
    }
}

#[test]
fn requests_for_connection_are_bounded_and_bound_to_their_key() {
    let (scene, _, _) = Scene::new();
    let env = SystemEnvironment::new().unwrap();
    let address = check_address("alice@localhost").unwrap();
    let make = || {
        let seed = mesh_crypto::Seed::generate(mesh_crypto::seed_code::PROFILE_DEVICE, &env);
        let keys = DeviceKeys::derive(&seed).unwrap();
        let profile = keys.profile(&env).unwrap();
        let request =
            mesh_schema::message::request_connection(&address, &profile, None, &env).unwrap();
        let cipher = mesh_dare::Cipher::default();
        let posted = mesh_schema::message::post(&request, &[], cipher, None, &env).unwrap();
        let request = ConnectRequest {
            enveloped_request_connection: Some(posted),
            ..ConnectRequest::default()
        };
        (keys.authentication, request)
    };
    let session = |key: &PrivateKey| {
        let claim = Some(address.to_string());
        scene.session(&ClientCredential::Key {
            key: key.clone(),
            claim,
        })
    };
    let (key, request) = make();
    let (other, _) = make();
    refused(
        session(&other).connect(&request),
        Code::NotAuthorized,
        "another's request",
    );
    session(&key).connect(&request).unwrap();
    let mut outcome = Ok(());
    for _ in 0..64 {
        let (key, request) = make();
        if let Err(error) = session(&key).connect(&request) {
            outcome = Err(error);
            break;
        }
    }
    refused(outcome, Code::Refused, "a flood");
    // The owner can still work.
    let mut alice = scene.account("one");
    alice.sync().unwrap();
    assert!(alice.pending().unwrap().len() >= 16);
    // And connect a device by PIN, which strangers cannot use up.
    let pin = alice
        .issue_pin(&Roles::new(&[Role::Web]), Duration::from_secs(60), None)
        .unwrap()
        .pin;
    let home = scene.world.home("three").unwrap();
    home.request_connection(&address, Some(&pin)).unwrap();
    alice.sync().unwrap();
    assert_eq!(alice.accept_pins().unwrap().len(), 1);
}

#[test]
fn what_could_never_be_fetched_is_not_stored() {
    let (scene, one, two) = Scene::new();
    let env = SystemEnvironment::new().unwrap();
    let address = check_address("alice@localhost").unwrap();
    // A stranger's request of megabytes.
    let seed = mesh_crypto::Seed::generate(mesh_crypto::seed_code::PROFILE_DEVICE, &env);
    let keys = DeviceKeys::derive(&seed).unwrap();
    let profile = keys.profile(&env).unwrap();
    let mut request =
        mesh_schema::message::request_connection(&address, &profile, None, &env).unwrap();
    request.pin_id = Some("A".repeat(1 << 20));
    let cipher = mesh_dare::Cipher::default();
    let posted = mesh_schema::message::post(&request, &[], cipher, None, &env).unwrap();
    let large = ConnectRequest {
        enveloped_request_connection: Some(posted),
        ..ConnectRequest::default()
    };
    let mut session = scene.session(&ClientCredential::Key {
        key: keys.authentication.clone(),
        claim: Some(address.to_string()),
    });
    refused(session.connect(&large), Code::TooLarge, "a large request");
    // A frame of a device that may write the store.
    let credentials = scene.frames(&one, "Credential");
    let mut frame = credentials.last().unwrap().clone();
    frame.body = vec![0; 9 << 20];
    frame.trailer.as_mut().unwrap().payload_digest =
        Some(mesh_crypto::digest::sha512(&[&frame.body]).to_vec());
    frame.header.sequence_info.as_mut().unwrap().index =
        Some(i64::try_from(credentials.len()).unwrap());
    let change = write("Credential", &credentials, &[frame]);
    let sent = scene.session(&two).transact(&transaction(vec![change]));
    refused(sent, Code::TooLarge, "a large frame");
    // The same store asked for again and again in one request.
    let mut again = read("Credential");
    let select = again.select[0].clone();
    again.select.extend(vec![select; 10]);
    refused(
        scene.session(&one).download(&again),
        Code::Invalid,
        "a store twice",
    );
    scene.account("one").sync().unwrap();
}

/// Octets that are no request, inside an authentic conversation.
#[test]
fn garbage_in_a_conversation_is_answered_and_harms_nobody() {
    let (scene, _, two) = Scene::new();
    let env = Arc::new(SystemEnvironment::new().unwrap());
    let handler: Arc<dyn PacketHandler> = Arc::new(scene.world.service.clone());
    let transport: Box<dyn PacketTransport> = Box::new(handler);
    let mut session = PacketSession::new(transport, two, HostExpectation::FirstContact, env);
    let deep = "[".repeat(10_000);
    let garbage: [&[u8]; 14] = [
        b"",
        b"{",
        b"{}",
        b"[]",
        b"null",
        b"{\"Hello\":[]}",
        b"{\"Nonsense\":{}}",
        b"{\"Download\":{\"Select\":{}}}",
        b"{\"Download\":{\"Select\":[{\"Store\":7}]}}",
        b"{\"Transact\":{\"Updates\":[[]]}}",
        b"{\"Status\":{}} trailing",
        b"{\"Status\":{},\"Status\":{}}",
        &[0xff; 300],
        deep.as_bytes(),
    ];
    for octets in garbage {
        let answer = session.exchange(octets).unwrap();
        assert!(!answer.is_empty());
    }
    scene
        .account("two")
        .put(&credential("still works"))
        .unwrap();
    let _: Vec<CatalogedBookmark> = scene.account("two").entries().unwrap();
}

/// Whoever has seen a request with a PIN, as the service has, knows the identifier of the PIN but not the PIN.
#[test]
fn naming_a_pin_without_knowing_it_does_not_end_it() {
    let (scene, _, _) = Scene::new();
    let env = SystemEnvironment::new().unwrap();
    let address = check_address("alice@localhost").unwrap();
    let mut alice = scene.account("one");
    let roles = Roles::new(&[Role::Web]);
    let mut issue = || {
        let issued = alice.issue_pin(&roles, Duration::from_secs(60), None);
        issued.unwrap().pin
    };
    let (pin, rejected) = (issue(), issue());
    for (name, pin, accept) in [("spy", &pin, true), ("other spy", &rejected, false)] {
        let seed = mesh_crypto::Seed::generate(mesh_crypto::seed_code::PROFILE_DEVICE, &env);
        let keys = DeviceKeys::derive(&seed).unwrap();
        let profile = keys.profile(&env).unwrap();
        let mut request =
            mesh_schema::message::request_connection(&address, &profile, Some(pin), &env).unwrap();
        request.pin_witness.as_mut().unwrap()[0] ^= 1;
        let cipher = mesh_dare::Cipher::default();
        let posted = mesh_schema::message::post(&request, &[], cipher, None, &env).unwrap();
        let key = keys.authentication;
        let claim = Some(address.to_string());
        let mut session = scene.session(&ClientCredential::Key { key, claim });
        let request = ConnectRequest {
            enveloped_request_connection: Some(posted),
            ..ConnectRequest::default()
        };
        session.connect(&request).unwrap();
        alice.sync().unwrap();
        assert!(alice.accept_pins().unwrap().is_empty(), "{name}");
        let witness = alice.pending().unwrap()[0].witness.clone();
        // By its witness value, as if it had named no PIN.
        match accept {
            true => drop(alice.accept(&witness, &roles, Some(name)).unwrap()),
            false => drop(alice.reject(&witness).unwrap()),
        }
    }
    for (name, pin) in [("three", &pin), ("four", &rejected)] {
        let home = scene.world.home(name).unwrap();
        home.request_connection(&address, Some(pin)).unwrap();
        alice.sync().unwrap();
        assert_eq!(alice.accept_pins().unwrap().len(), 1, "{name}");
    }
}

fn credential(service: &str) -> CatalogedCredential {
    CatalogedCredential::password(service, "alice", SecretString::new("password".to_owned()))
}

#[test]
fn a_device_cannot_keep_itself_from_being_removed() {
    let (scene, one, two) = Scene::new();
    // By an exchange for nobody else, after which nobody else could write the catalog.
    let bookmarks = scene.frames(&one, "Bookmark");
    let mut poisoned = bookmarks[0].clone();
    poisoned.header.sequence_info.as_mut().unwrap().is_meta = Some(true);
    let change = write("Bookmark", &bookmarks, &[poisoned]);
    refused(
        scene.session(&two).transact(&transaction(vec![change])),
        Code::NotAdministrator,
        "an exchange of its own",
    );
    // By writing without pause into every catalog that it may write.
    let (directory, client) = (
        scene.world.home_directory("two"),
        scene.world.client.clone(),
    );
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let busy = stop.clone();
    let writer = std::thread::spawn(move || {
        let unlock = mesh_client::HomeUnlock::Sealing(mesh_keystore::store::Sealing::Clear);
        let home = mesh_client::Home::open(&directory, &unlock, client).unwrap();
        let mut two = home.account(None).unwrap();
        let mut written = 0_u32;
        while !busy.load(std::sync::atomic::Ordering::Relaxed) {
            let bookmark = CatalogedBookmark {
                uid: Some(format!("bookmark {written}")),
                ..CatalogedBookmark::default()
            };
            let done = two.put(&bookmark);
            let done = done.and_then(|_| two.put(&credential(&format!("site {written}"))));
            match done {
                Ok(_) => written += 1,
                Err(error) => return (written, error.to_string()),
            }
        }
        (written, String::new())
    });
    std::thread::sleep(Duration::from_millis(300));
    let mut alice = scene.account("one");
    alice.sync().unwrap();
    let second = alice
        .devices()
        .unwrap()
        .into_iter()
        .find(|device| !device.this);
    let changed = alice.delete_device(&second.unwrap().device_udf).unwrap();
    assert!(!changed.cut_off.by_key.is_empty());
    let (written, why) = writer.join().unwrap();
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(written > 0 && why.contains("removed"), "{written} {why}");
    // Every catalog that it could read has a new exchange, which came behind all that it wrote.
    for label in ["Bookmark", "Credential", "Task", "Device"] {
        let frames = scene.frames(&one, label);
        let exchanges = frames
            .iter()
            .filter(|frame| !frame.header.recipients.is_empty());
        assert_eq!(exchanges.count(), 2, "{label}");
    }
}

fn bookmark(uid: &str) -> CatalogedBookmark {
    CatalogedBookmark {
        uri: Some("https://example.com/".to_owned()),
        uid: Some(uid.to_owned()),
        ..CatalogedBookmark::default()
    }
}
