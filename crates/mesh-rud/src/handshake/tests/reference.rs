// SPDX-License-Identifier: MIT
//! Tests of the handshake against peers that behave as the reference does, and against those that misbehave inside
//! the encryption.

use mesh_crypto::{Environment, KeyAlgorithm, PrivateKey, PublicKey, Seeded, SharedSecret};

use crate::connection::{Data, DataPacket};
use crate::credential::{Credential, KeyCredential, KeyVerifier, x448_key};
use crate::handshake::initiator::InitiatorHello;
use crate::handshake::responder::{Outcome, Responder};
use crate::handshake::*;
use crate::key_schedule::{IvSequence, TrafficKeys};
use crate::packet::tag;
use crate::stream::ResponderLimits;

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

/// A credential with one extension more.
struct Bulky(KeyCredential, usize);

impl Credential for Bulky {
    fn extensions(&self) -> Vec<Extension> {
        let mut extensions = self.0.extensions();
        extensions.push(Extension::new(tag::MESH_PROFILE_DEVICE, vec![0; self.1]));
        extensions
    }

    fn authentication_key(&self) -> &PublicKey {
        self.0.authentication_key()
    }

    fn agree(&self, peer: &PublicKey) -> Result<SharedSecret> {
        self.0.agree(peer)
    }
}

#[test]
fn a_credential_that_no_peer_would_read_is_not_presented() {
    let peer = Reference::new(7);
    let bulky = |size| {
        let key = PrivateKey::generate(KeyAlgorithm::X448, &peer.env);
        Bulky(KeyCredential::new(key, None).unwrap(), size)
    };
    for (size, accepted) in [(65_536, true), (65_537, false)] {
        let (state, hello) = InitiatorHello::new(&peer.env);
        let Outcome::Reply(challenge) = peer.handle(&hello) else {
            panic!();
        };
        let (state, _) = state.handle_challenge(&challenge, &KeyVerifier).unwrap();
        let completed = state.complete(&bulky(size), b"hello", &peer.env);
        assert_eq!(completed.is_ok(), accepted);
        if let Ok((_, complete)) = completed {
            assert!(matches!(peer.handle(&complete), Outcome::Reply(_)));
        }
        let limits = ResponderLimits::default();
        let responder = Responder::new(Box::new(bulky(size)), KeyVerifier, limits, &peer.env);
        assert_eq!(responder.is_ok(), accepted);
    }
}
