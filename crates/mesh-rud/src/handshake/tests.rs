// SPDX-License-Identifier: MIT
//! Tests of the handshake that need its insides: fixed vectors, and peers that behave as the reference does.

use std::collections::VecDeque;
use std::sync::Mutex;

use mesh_crypto::{
    DateTime, Environment, KeyAlgorithm, PrivateKey, PublicKey, SecretBytes, Seeded, SharedSecret,
};

use super::*;
use crate::connection::{Data, DataPacket};
use crate::credential::{Credential, KeyCredential, KeyPeer, KeyVerifier, x448_key};
use crate::handshake::initiator::InitiatorHello;
use crate::handshake::responder::{Outcome, Responder};
use crate::key_schedule::{IvSequence, TrafficKeys};
use crate::packet::tag;
use crate::stream::ResponderLimits;

const VECTORS: &str = include_str!("../../../../vectors/rud/handshake.json");

struct Case(serde_json::Value);

impl Case {
    fn load(name: &str) -> Self {
        let file: serde_json::Value = serde_json::from_str(VECTORS).unwrap();
        let cases = file["cases"].as_array().unwrap();
        Self(
            cases
                .iter()
                .find(|case| case["name"] == name)
                .unwrap()
                .clone(),
        )
    }

    fn text(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap_or_else(|| panic!("{name}"))
    }

    fn octets(&self, name: &str) -> Vec<u8> {
        let text = self.text(name);
        (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect()
    }

    fn array<const N: usize>(&self, name: &str) -> [u8; N] {
        self.octets(name).try_into().unwrap()
    }

    fn key(&self, name: &str) -> PrivateKey {
        private(&self.octets(name))
    }

    fn stream(&self, name: &str) -> StreamId {
        StreamId::new(self.array(name)).unwrap()
    }
}

fn private(octets: &[u8]) -> PrivateKey {
    PrivateKey::from_seed_octets(KeyAlgorithm::X448, SecretBytes::new(octets.to_vec())).unwrap()
}

/// The key as the older vector has it: without the sign.
fn unsigned(key: &PrivateKey) -> PublicKey {
    let mut octets = key.public().octets().to_vec();
    octets[56] = 0;
    x448_key(&octets).unwrap()
}

/// A credential that presents its key without the sign.
struct Unsigned {
    private: PrivateKey,
    public: PublicKey,
}

impl Unsigned {
    fn new(private: PrivateKey) -> Self {
        let public = unsigned(&private);
        Self { private, public }
    }
}

impl Credential for Unsigned {
    fn extensions(&self) -> Vec<Extension> {
        vec![Extension::new(tag::DIRECT_X448, self.public.octets())]
    }

    fn authentication_key(&self) -> &PublicKey {
        &self.public
    }

    fn agree(&self, peer: &PublicKey) -> Result<SharedSecret> {
        self.private.agree(peer).map_err(|_| Error::KeyUnacceptable)
    }
}

/// An environment whose random octets are given, in the order in which they are drawn.
struct Script {
    now: i64,
    octets: Mutex<VecDeque<u8>>,
}

impl Script {
    fn new(now: i64, draws: &[&[u8]]) -> Self {
        Self {
            now,
            octets: Mutex::new(draws.concat().into()),
        }
    }

    fn is_used_up(&self) -> bool {
        self.octets.lock().unwrap().is_empty()
    }
}

impl Environment for Script {
    fn now(&self) -> DateTime {
        DateTime::from_unix(self.now)
    }

    fn random(&self, out: &mut [u8]) {
        let mut octets = self.octets.lock().unwrap();
        for octet in out {
            *octet = octets.pop_front().expect("the script is too short");
        }
    }
}

#[test]
fn the_key_schedule_gives_the_vectors_values() {
    for name in ["reference layout", "counted"] {
        let case = Case::load(name);
        let (host, host_ephemeral) = (case.key("host_static"), case.key("host_ephemeral"));
        let (client, ephemeral) = (
            case.key("client_static"),
            case.key("client_complete_ephemeral"),
        );
        let first = ephemeral.agree(host.public()).unwrap();
        let second = client.agree(host_ephemeral.public()).unwrap();
        assert_eq!(first.expose_secret(), case.octets("client_ikm"));
        assert_eq!(
            [first.expose_secret(), second.expose_secret()].concat(),
            case.octets("mutual_ikm")
        );
        let keys = TrafficKeys::derive(&[first.expose_secret()]).unwrap();
        assert_eq!(
            keys.initiator_to_responder.octets(),
            &case.array("client_key_i2r")
        );
        let keys = TrafficKeys::derive(&[first.expose_secret(), second.expose_secret()]).unwrap();
        assert_eq!(
            keys.initiator_to_responder.octets(),
            &case.array("mutual_key_i2r")
        );
        assert_eq!(
            keys.responder_to_initiator.octets(),
            &case.array("mutual_key_r2i")
        );
    }
}

#[test]
fn the_reference_layout_is_written_and_read_octet_by_octet() {
    let case = Case::load("reference layout");
    let host = Unsigned::new(case.key("host_static"));
    let host_ephemeral = case.key("host_ephemeral");
    let client = Unsigned::new(case.key("client_static"));
    let ephemeral = case.key("client_complete_ephemeral");
    let first = ephemeral.agree(&host.public).unwrap();
    let second = client.agree(host_ephemeral.public()).unwrap();
    let outer_keys = TrafficKeys::derive(&[first.expose_secret()]).unwrap();
    let mutual = TrafficKeys::derive(&[first.expose_secret(), second.expose_secret()]).unwrap();
    let mut credentials = client.extensions();
    credentials.push(Extension::new(tag::CLAIM_ID, case.text("claim").as_bytes()));
    let source = case.stream("source_id");
    let mut inner = vec![
        Extension::new(tag::STREAM_ID, source.octets()),
        Extension::new(tag::STREAM_CLIENT, PROTOCOL),
    ];
    inner.extend(credentials.clone());
    let complete = encode_complete(
        &OuterFields {
            host_key_id: &host.public.udf().to_string(),
            ephemeral: unsigned(&ephemeral).octets(),
            extensions: &[Extension::new(
                tag::CHALLENGE,
                case.octets("challenge_value"),
            )],
        },
        (&outer_keys.initiator_to_responder, &case.array("outer_iv")),
        &MezzanineFields {
            client_key_id: &client.public.udf().to_string(),
            credentials: &credentials,
        },
        (&mutual.initiator_to_responder, &case.array("inner_iv")),
        &InnerFields {
            extensions: &inner,
            source,
            payload: &case.octets("request"),
        },
    )
    .unwrap();
    assert_eq!(complete, case.octets("complete"));

    // As a responder reads it.
    let mut reader = Reader::new(&complete);
    reader.take(INITIAL_PREFIX + 1).unwrap();
    let outer = Outer::decode(reader).unwrap();
    assert_eq!(outer.host_key_id, host.public.udf().to_string());
    let agreed = host.agree(&x448_key(outer.ephemeral).unwrap()).unwrap();
    let keys = TrafficKeys::derive(&[agreed.expose_secret()]).unwrap();
    let opened = outer.open(&keys.initiator_to_responder).unwrap();
    let mezzanine = Mezzanine::decode(opened.expose_secret()).unwrap();
    assert_eq!(mezzanine.credentials, credentials);
    let (key, peer) = crate::Verifier::verify(&KeyVerifier, &mezzanine.credentials).unwrap();
    assert_eq!(peer.claim.as_deref(), Some(case.text("claim")));
    let second = host_ephemeral.agree(&key).unwrap();
    let keys = TrafficKeys::derive(&[agreed.expose_secret(), second.expose_secret()]).unwrap();
    let plaintext = mezzanine.open(&keys.initiator_to_responder).unwrap();
    let read = Inner::decode(plaintext.expose_secret()).unwrap();
    assert_eq!(
        (read.source, read.payload),
        (source, case.octets("request").as_slice())
    );
    assert_eq!(read.extensions, inner);

    // The first response.
    let data = DataPacket::encode(
        case.stream("stream_id"),
        &keys.responder_to_initiator,
        &case.array("response_iv"),
        &[Extension::new(tag::STREAM_ID, case.octets("stream_id"))],
        &case.octets("response"),
    )
    .unwrap();
    assert_eq!(data, case.octets("data_response"));

    // Hello and Challenge, which carry more than ours do.
    let hello = case.octets("hello");
    let mut reader = Reader::new(&hello);
    reader.take(INITIAL_PREFIX + 1).unwrap();
    assert_eq!(Hello::decode(reader).unwrap().source, source);
    let challenge = Challenge::decode(&case.octets("challenge"), source).unwrap();
    assert_eq!(
        Extension::require(&challenge.extensions, tag::X448).unwrap(),
        unsigned(&host_ephemeral).octets()
    );
}

#[test]
fn both_machines_reproduce_the_counted_vector() {
    let case = Case::load("counted");
    let issued = case.0["challenge_issued"].as_i64().unwrap();
    let epoch = [u8::try_from(case.0["challenge_epoch"].as_u64().unwrap()).unwrap()];
    let key = |name| case.octets(name);
    // In the order in which they are drawn: epoch, secret, ephemeral; then vectors' prefix and stream.
    let host_env = Script::new(
        issued,
        &[
            &epoch,
            &key("challenge_secret"),
            &key("host_ephemeral"),
            &key("responder_prefix"),
            &key("stream_id"),
        ],
    );
    let credential = KeyCredential::new(case.key("host_static"), None).unwrap();
    let responder = Responder::new(
        Box::new(credential),
        KeyVerifier,
        ResponderLimits::default(),
        &host_env,
    )
    .unwrap();
    let client_env = Script::new(
        issued,
        &[
            &key("source_id"),
            &key("client_hello_ephemeral"),
            &key("client_complete_ephemeral"),
            &key("outer_iv"),
            &key("initiator_prefix"),
        ],
    );

    let (state, hello) = InitiatorHello::new(&client_env);
    assert_eq!(hello, key("hello"));
    let Outcome::Reply(challenge) = responder.handle(&hello, &host_env, &mut |_, _| panic!())
    else {
        panic!();
    };
    assert_eq!(challenge, key("challenge"));
    let (state, host): (_, KeyPeer) = state.handle_challenge(&challenge, &KeyVerifier).unwrap();
    assert_eq!(host.key.udf().to_string(), case.text("host_key_id"));
    let credential = KeyCredential::new(
        case.key("client_static"),
        Some(case.text("claim").to_owned()),
    )
    .unwrap();
    let (state, complete) = state
        .complete(&credential, &key("request"), &client_env)
        .unwrap();
    assert_eq!(complete, key("complete"));
    assert!(client_env.is_used_up());
    let reply = responder.handle(&complete, &host_env, &mut |peer, request| {
        assert_eq!(peer.key.udf().to_string(), case.text("client_key_id"));
        assert_eq!(request, key("request"));
        key("response")
    });
    assert_eq!(reply, Outcome::Reply(key("data_response")));
    assert!(host_env.is_used_up());
    let (mut session, response) = state.handle_response(&key("data_response")).unwrap();
    assert_eq!(response, key("response"));
    assert!(session.is_counted());
    assert_eq!(
        session.request(&key("second_request")).unwrap(),
        key("data_second_request")
    );
    let reply = responder.handle(&key("data_second_request"), &host_env, &mut |_, request| {
        assert_eq!(request, key("second_request"));
        key("second_response")
    });
    assert_eq!(reply, Outcome::Reply(key("data_second_response")));
    assert_eq!(
        session.response(&key("data_second_response")).unwrap(),
        key("second_response")
    );
}

#[test]
fn a_request_longer_than_the_padding_is_not_padded() {
    let case = Case::load("counted");
    let env = Script::new(
        0,
        &[
            &case.octets("source_id"),
            &case.octets("client_hello_ephemeral"),
            &case.octets("client_complete_ephemeral"),
            &case.octets("outer_iv"),
            &case.octets("initiator_prefix"),
        ],
    );
    let (state, _) = InitiatorHello::new(&env);
    let (state, _) = state
        .handle_challenge(&case.octets("challenge"), &KeyVerifier)
        .unwrap();
    let credential = KeyCredential::new(
        case.key("client_static"),
        Some(case.text("claim").to_owned()),
    )
    .unwrap();
    let (_, complete) = state
        .complete(&credential, &case.octets("long_request"), &env)
        .unwrap();
    assert_eq!(
        complete.len(),
        usize::try_from(case.0["long_complete_length"].as_u64().unwrap()).unwrap()
    );
    let digest: String = mesh_crypto::digest::sha512(&[&complete])
        .iter()
        .map(|octet| format!("{octet:02x}"))
        .collect();
    assert_eq!(digest, case.text("long_complete_sha512"));
}

/// An initiator as the reference has it, each step open to change.
struct Reference {
    env: Seeded,
    client: KeyCredential,
    responder: Responder<KeyVerifier>,
    source: StreamId,
}

/// What a Complete of [`Reference`] has that an honest one would not.
#[derive(Default)]
struct Change {
    inner_source: Option<StreamId>,
    client_key_id: Option<String>,
    host_key_id: Option<String>,
    ephemeral: Option<Vec<u8>>,
    credentials: Option<Vec<Extension>>,
    inner: Vec<Extension>,
    without_protocol: bool,
    iv: Option<[u8; 12]>,
}

impl Reference {
    fn new(seed: u64) -> Self {
        let env = Seeded::new(seed);
        let host =
            KeyCredential::new(PrivateKey::generate(KeyAlgorithm::X448, &env), None).unwrap();
        let client = PrivateKey::generate(KeyAlgorithm::X448, &env);
        let client = KeyCredential::new(client, Some("alice@example.com".to_owned())).unwrap();
        let responder = Responder::new(
            Box::new(host),
            KeyVerifier,
            ResponderLimits::default(),
            &env,
        )
        .unwrap();
        let source = StreamId::new([0, 0, 0, 0, 0, 0, 0, 1]).unwrap();
        Self {
            env,
            client,
            responder,
            source,
        }
    }

    fn challenge(&self) -> Vec<Extension> {
        let mut extensions = vec![
            Extension::new(tag::X448, vec![7; 57]),
            Extension::new(tag::STREAM_ID, self.source.octets()),
            Extension::new(tag::STREAM_CLIENT, PROTOCOL),
        ];
        extensions.extend(self.client.extensions());
        let mut hello = Writer::with_capacity(1000);
        hello
            .raw(&[0; 16])
            .raw(&[2])
            .extensions(&extensions)
            .binary(self.source.octets())
            .binary(b"{\"Hello\": {}}");
        let outcome = self
            .responder
            .handle(hello.as_slice(), &self.env, &mut |_, _| {
                panic!("a request in the clear was dispatched")
            });
        let Outcome::Reply(reply) = outcome else {
            panic!("{outcome:?}")
        };
        Challenge::decode(&reply, self.source).unwrap().extensions
    }

    fn complete(&self, change: Change) -> (TrafficKeys, Vec<u8>) {
        let challenge = self.challenge();
        let host_ephemeral = x448_key(Extension::require(&challenge, tag::X448).unwrap()).unwrap();
        let host = x448_key(Extension::require(&challenge, tag::DIRECT_X448).unwrap()).unwrap();
        let ephemeral = PrivateKey::generate(KeyAlgorithm::X448, &self.env);
        let first = ephemeral.agree(&host).unwrap();
        let second = self.client.agree(&host_ephemeral).unwrap();
        let client = TrafficKeys::derive(&[first.expose_secret()]).unwrap();
        let mutual = TrafficKeys::derive(&[first.expose_secret(), second.expose_secret()]).unwrap();
        let credentials = change
            .credentials
            .unwrap_or_else(|| self.client.extensions());
        let mut inner = vec![Extension::new(tag::STREAM_ID, self.source.octets())];
        if !change.without_protocol {
            inner.push(Extension::new(tag::STREAM_CLIENT, PROTOCOL));
        }
        inner.extend(credentials.clone());
        inner.extend(change.inner);
        let mut iv = [0; 12];
        self.env.random(&mut iv);
        let packet = encode_complete(
            &OuterFields {
                host_key_id: &change.host_key_id.unwrap_or_else(|| host.udf().to_string()),
                ephemeral: &change
                    .ephemeral
                    .unwrap_or_else(|| ephemeral.public().octets().to_vec()),
                extensions: &[Extension::new(
                    tag::CHALLENGE,
                    Extension::require(&challenge, tag::CHALLENGE).unwrap(),
                )],
            },
            (&client.initiator_to_responder, &iv),
            &MezzanineFields {
                client_key_id: &change
                    .client_key_id
                    .unwrap_or_else(|| self.client.authentication_key().udf().to_string()),
                credentials: &credentials,
            },
            (
                &mutual.initiator_to_responder,
                &change.iv.unwrap_or([9; 12]),
            ),
            &InnerFields {
                extensions: &inner,
                source: change.inner_source.unwrap_or(self.source),
                payload: b"request",
            },
        )
        .unwrap();
        (mutual, packet)
    }

    fn handle(&self, packet: &[u8]) -> Outcome {
        self.responder
            .handle(packet, &self.env, &mut |_, _| b"response".to_vec())
    }

    /// Why the responder refuses a Complete, which must not be dispatched.
    fn refusal(&self, change: Change) -> Error {
        let (_, packet) = self.complete(change);
        match self
            .responder
            .handle(&packet, &self.env, &mut |_, _| panic!("dispatched"))
        {
            Outcome::Refused(error) => error,
            outcome => panic!("{outcome:?}"),
        }
    }

    fn established(&self) -> (TrafficKeys, StreamId) {
        let (keys, packet) = self.complete(Change::default());
        let Outcome::Reply(reply) = self.handle(&packet) else {
            panic!()
        };
        let received = DataPacket::decode(&reply).unwrap();
        let plaintext = received.open(&keys.responder_to_initiator).unwrap();
        let data = Data::decode(plaintext.expose_secret()).unwrap();
        assert_eq!(data.payload, b"response");
        assert_eq!(
            data.extensions.len(),
            1,
            "nothing is announced to a peer that announced nothing"
        );
        let id = Extension::require(&data.extensions, tag::STREAM_ID).unwrap();
        assert_eq!(id, received.stream);
        (keys, StreamId::new(id.try_into().unwrap()).unwrap())
    }
}

#[test]
fn a_reference_initiator_is_served() {
    let peer = Reference::new(1);
    let (keys, stream) = peer.established();
    let mut ivs = std::collections::HashSet::new();
    for number in 0..20_u8 {
        // Random vectors, in no order.
        let iv = [number.wrapping_mul(77); 12];
        let packet =
            DataPacket::encode(stream, &keys.initiator_to_responder, &iv, &[], &[number]).unwrap();
        let outcome = peer
            .responder
            .handle(&packet, &peer.env, &mut |who, request| {
                assert_eq!(who.claim.as_deref(), Some("alice@example.com"));
                request.repeat(2)
            });
        let Outcome::Reply(reply) = outcome else {
            panic!("{number} {outcome:?}")
        };
        let received = DataPacket::decode(&reply).unwrap();
        assert!(ivs.insert(received.iv), "a vector was used twice");
        let plaintext = received.open(&keys.responder_to_initiator).unwrap();
        assert_eq!(
            Data::decode(plaintext.expose_secret()).unwrap().payload,
            [number, number]
        );
        assert_eq!(peer.handle(&packet), Outcome::Refused(Error::Replayed));
    }
}

#[test]
fn the_vector_of_the_complete_counts_as_seen() {
    let peer = Reference::new(2);
    let (keys, stream) = peer.established();
    let packet =
        DataPacket::encode(stream, &keys.initiator_to_responder, &[9; 12], &[], b"x").unwrap();
    assert_eq!(peer.handle(&packet), Outcome::Refused(Error::Replayed));
}

#[test]
fn no_second_stream_and_no_second_credential() {
    let peer = Reference::new(3);
    let (keys, stream) = peer.established();
    for (number, name) in [
        tag::STREAM_ID,
        tag::STREAM_CLIENT,
        tag::STREAM_RECEIVER,
        tag::STREAM_NEW,
        tag::DIRECT_X448,
        tag::CLAIM_ID,
        tag::MESH_PROFILE_DEVICE,
        tag::MESH_CONNECTION_DEVICE,
        tag::MESH_CONNECTION_ADDRESS,
    ]
    .into_iter()
    .enumerate()
    {
        let iv = [u8::try_from(number).unwrap(); 12];
        let extensions = [Extension::new(name, vec![1; 8])];
        let packet =
            DataPacket::encode(stream, &keys.initiator_to_responder, &iv, &extensions, b"x")
                .unwrap();
        let outcome = peer
            .responder
            .handle(&packet, &peer.env, &mut |_, _| panic!("dispatched"));
        assert_eq!(
            outcome,
            Outcome::Refused(Error::StreamUnsupported),
            "{name}"
        );
    }
    let unknown = [Extension::new("Roll", vec![])];
    let packet = DataPacket::encode(
        stream,
        &keys.initiator_to_responder,
        &[99; 12],
        &unknown,
        b"x",
    )
    .unwrap();
    assert!(matches!(peer.handle(&packet), Outcome::Reply(_)));
}

#[test]
fn each_fault_of_a_complete_is_refused_by_its_name() {
    let peer = Reference::new(4);
    let other = StreamId::new([2; 8]).unwrap();
    let other_key = PrivateKey::generate(KeyAlgorithm::X448, &peer.env);
    assert_eq!(
        peer.refusal(Change {
            inner_source: Some(other),
            ..Change::default()
        }),
        Error::ChallengeInvalid
    );
    let id = Some(other_key.public().udf().to_string());
    assert_eq!(
        peer.refusal(Change {
            client_key_id: id.clone(),
            ..Change::default()
        }),
        Error::KeyMismatch
    );
    assert_eq!(
        peer.refusal(Change {
            host_key_id: id.clone(),
            ..Change::default()
        }),
        Error::HostKeyUnknown
    );
    // Somebody else's key, without its private part.
    let stolen = Some(vec![Extension::new(
        tag::DIRECT_X448,
        other_key.public().octets(),
    )]);
    assert_eq!(
        peer.refusal(Change {
            credentials: stolen.clone(),
            client_key_id: id,
            ..Change::default()
        }),
        Error::NotAuthentic
    );
    assert_eq!(
        peer.refusal(Change {
            credentials: stolen,
            ..Change::default()
        }),
        Error::KeyMismatch
    );
    assert!(matches!(
        peer.refusal(Change {
            credentials: Some(vec![]),
            ..Change::default()
        }),
        Error::Refused(_)
    ));
    for octets in [
        vec![0; 57],
        [vec![1], vec![0; 56]].concat(),
        vec![5; 56],
        vec![],
    ] {
        assert_eq!(
            peer.refusal(Change {
                ephemeral: Some(octets),
                ..Change::default()
            }),
            Error::KeyUnacceptable
        );
    }
    assert_eq!(
        peer.refusal(Change {
            without_protocol: true,
            ..Change::default()
        }),
        Error::MissingExtension {
            tag: "StreamClient"
        }
    );
    assert_eq!(
        peer.refusal(Change {
            without_protocol: true,
            inner: vec![Extension::new(tag::STREAM_CLIENT, *b"xyz")],
            ..Change::default()
        }),
        Error::StreamUnsupported
    );
    // Who announces numbers begins with zero.
    assert_eq!(
        peer.refusal(Change {
            inner: vec![Extension::new(tag::COUNTER, [])],
            ..Change::default()
        }),
        Error::Replayed
    );
    assert!(matches!(
        peer.refusal(Change {
            inner: vec![Extension::new(tag::COUNTER, []); 2],
            iv: Some(IvSequence::new([1; 4]).at(0)),
            ..Change::default()
        }),
        Error::DuplicateExtension { .. }
    ));
    assert_eq!(peer.responder.session_count(), 0);
    peer.established();
    assert_eq!(peer.responder.session_count(), 1);
}

/// What a responder that numbers nothing answers to a Complete and to requests.
#[test]
fn a_reference_responder_is_understood_and_its_repeats_are_refused() {
    let env = Seeded::new(5);
    let host = PrivateKey::generate(KeyAlgorithm::X448, &env);
    let host_ephemeral = PrivateKey::generate(KeyAlgorithm::X448, &env);
    let client = KeyCredential::new(PrivateKey::generate(KeyAlgorithm::X448, &env), None).unwrap();
    let (state, hello) = InitiatorHello::new(&env);
    let mut reader = Reader::new(&hello);
    reader.take(INITIAL_PREFIX + 1).unwrap();
    let source = Hello::decode(reader).unwrap().source;
    let challenge = Challenge::encode(
        source,
        &[
            Extension::new(tag::X448, host_ephemeral.public().octets()),
            Extension::new(tag::DIRECT_X448, host.public().octets()),
            Extension::new(tag::CHALLENGE, vec![1; 16]),
        ],
    );
    let (state, _) = state.handle_challenge(&challenge, &KeyVerifier).unwrap();
    let (state, complete) = state.complete(&client, b"request", &env).unwrap();
    let mut reader = Reader::new(&complete);
    reader.take(INITIAL_PREFIX + 1).unwrap();
    let outer = Outer::decode(reader).unwrap();
    let first = host.agree(&x448_key(outer.ephemeral).unwrap()).unwrap();
    let second = host_ephemeral.agree(client.authentication_key()).unwrap();
    let keys = TrafficKeys::derive(&[first.expose_secret(), second.expose_secret()]).unwrap();

    let id = StreamId::new([0, 0, 0, 0, 0, 0, 0, 5]).unwrap();
    let announce = [Extension::new(tag::STREAM_ID, id.octets())];
    let answer = |iv: u8, extensions: &[Extension], payload: &[u8]| {
        DataPacket::encode(
            id,
            &keys.responder_to_initiator,
            &[iv; 12],
            extensions,
            payload,
        )
        .unwrap()
    };
    let (mut session, payload) = state
        .handle_response(&answer(8, &announce, b"first"))
        .unwrap();
    assert_eq!(
        (payload.as_slice(), session.stream()),
        (b"first".as_slice(), id)
    );
    assert!(!session.is_counted());
    session.request(b"second").unwrap();
    assert_eq!(
        session.response(&answer(8, &[], b"first")),
        Err(Error::Replayed)
    );
    assert_eq!(
        session.response(&answer(2, &announce, b"x")),
        Err(Error::StreamUnsupported)
    );
    let second = answer(3, &[], b"second");
    assert_eq!(session.response(&second).unwrap(), b"second");
    assert_eq!(session.response(&second), Err(Error::NotAwaited));
    session.request(b"third").unwrap();
    assert_eq!(session.response(&second), Err(Error::Replayed));
    assert_eq!(
        session.response(&answer(4, &[], b"third")).unwrap(),
        b"third"
    );
}

#[test]
fn an_initiator_refuses_weak_keys_of_a_host() {
    let env = Seeded::new(6);
    let client = KeyCredential::new(PrivateKey::generate(KeyAlgorithm::X448, &env), None).unwrap();
    let good = PrivateKey::generate(KeyAlgorithm::X448, &env)
        .public()
        .octets()
        .to_vec();
    for (ephemeral, key) in [(vec![0; 57], good.clone()), (good.clone(), vec![0; 57])] {
        let (state, hello) = InitiatorHello::new(&env);
        let mut reader = Reader::new(&hello);
        reader.take(INITIAL_PREFIX + 1).unwrap();
        let source = Hello::decode(reader).unwrap().source;
        let challenge = Challenge::encode(
            source,
            &[
                Extension::new(tag::X448, ephemeral),
                Extension::new(tag::DIRECT_X448, key),
                Extension::new(tag::CHALLENGE, vec![1; 16]),
            ],
        );
        let refused = state
            .handle_challenge(&challenge, &KeyVerifier)
            .and_then(|(state, _)| state.complete(&client, b"secret", &env));
        assert!(refused.is_err());
    }
}
