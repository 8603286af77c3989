// SPDX-License-Identifier: MIT
//! Tests of the handshake against fixed vectors, octet by octet.

use std::collections::VecDeque;
use std::sync::Mutex;

use mesh_crypto::{
    DateTime, Environment, KeyAlgorithm, PrivateKey, PublicKey, SecretBytes, SharedSecret,
};

use crate::connection::DataPacket;
use crate::credential::{Credential, KeyCredential, KeyPeer, KeyVerifier, x448_key};
use crate::handshake::initiator::InitiatorHello;
use crate::handshake::responder::{Outcome, Responder};
use crate::handshake::*;
use crate::key_schedule::TrafficKeys;
use crate::packet::tag;
use crate::stream::ResponderLimits;

const VECTORS: &str = include_str!("../../../../../vectors/rud/handshake.json");

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
