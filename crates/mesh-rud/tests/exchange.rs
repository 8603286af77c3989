// SPDX-License-Identifier: MIT
//! Whole exchanges between an initiator and a responder, honest and disturbed.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

use mesh_crypto::{KeyAlgorithm, PrivateKey, PublicKey, Seeded};
use mesh_jsonbcd::ErrorClass;
use mesh_rud::packet::{MAX_PACKET, Reader};
use mesh_rud::{
    Credential, Error, Extension, InitiatorComplete, InitiatorHello, KeyCredential, KeyVerifier,
    Outcome, Refusal, Responder, ResponderLimits, Session, Verifier,
};

/// Accepts one host only.
struct Pinned(PublicKey);

impl Verifier for Pinned {
    type Peer = ();

    fn verify(&self, extensions: &[Extension]) -> Result<(PublicKey, ()), Refusal> {
        let (key, _) = KeyVerifier.verify(extensions)?;
        if key == self.0 {
            Ok((key, ()))
        } else {
            Err(Refusal::new(ErrorClass::Untrusted, "another host"))
        }
    }
}

struct World {
    env: Seeded,
    responder: Responder<KeyVerifier>,
    host: Pinned,
    client: KeyCredential,
}

impl World {
    fn new(seed: u64) -> Self {
        Self::with(seed, ResponderLimits::default())
    }

    fn with(seed: u64, limits: ResponderLimits) -> Self {
        let env = Seeded::new(seed);
        let host = PrivateKey::generate(KeyAlgorithm::X448, &env);
        let pinned = Pinned(host.public().clone());
        let host = KeyCredential::new(host, None).unwrap();
        let client = PrivateKey::generate(KeyAlgorithm::X448, &env);
        Self {
            responder: Responder::new(Box::new(host), KeyVerifier, limits, &env).unwrap(),
            host: pinned,
            client: KeyCredential::new(client, Some("alice@example.com".to_owned())).unwrap(),
            env,
        }
    }

    /// The responder answers a payload by the same, in capitals.
    fn handle(&self, packet: &[u8]) -> Outcome {
        self.responder.handle(packet, &self.env, &mut |_, payload| {
            payload.to_ascii_uppercase()
        })
    }

    /// The responder must not dispatch anything.
    fn refuse(&self, packet: &[u8]) -> Outcome {
        self.responder.handle(packet, &self.env, &mut |_, payload| {
            panic!("dispatched {:?}", String::from_utf8_lossy(payload))
        })
    }

    fn challenged(&self) -> (InitiatorHello, Vec<u8>) {
        let (state, hello) = InitiatorHello::new(&self.env);
        (state, reply(self.refuse(&hello)))
    }

    fn completed(&self, payload: &[u8]) -> (InitiatorComplete, Vec<u8>) {
        let (state, challenge) = self.challenged();
        let (state, ()) = state.handle_challenge(&challenge, &self.host).unwrap();
        state.complete(&self.client, payload, &self.env).unwrap()
    }

    fn connected(&self) -> Session {
        let (state, complete) = self.completed(b"hello");
        let (session, payload) = state
            .handle_response(&reply(self.handle(&complete)))
            .unwrap();
        assert_eq!(payload, b"HELLO");
        session
    }
}

fn reply(outcome: Outcome) -> Vec<u8> {
    match outcome {
        Outcome::Reply(packet) => packet,
        outcome => panic!("{outcome:?}"),
    }
}

/// Every packet that differs from the given one in one bit of one octet or in all of them.
fn flips(packet: &[u8]) -> impl Iterator<Item = (usize, Vec<u8>)> + '_ {
    (0..packet.len()).flat_map(move |index| {
        [1 << (index % 8), 0x80, 0xff].map(|mask| {
            let mut altered = packet.to_vec();
            altered[index] ^= mask;
            (index, altered)
        })
    })
}

#[test]
fn requests_are_answered_on_one_connection() {
    let world = World::new(1);
    let mut session = world.connected();
    assert!(session.is_counted());
    for payload in [b"one".as_slice(), b"", b"three"] {
        let request = session.request(payload).unwrap();
        let response = session.response(&reply(world.handle(&request))).unwrap();
        assert_eq!(response, payload.to_ascii_uppercase());
    }
    assert_eq!(world.responder.session_count(), 1);
}

#[test]
fn the_peer_is_who_holds_the_key() {
    let world = World::new(2);
    let (_, complete) = world.completed(b"hello");
    let mut seen = None;
    let _ = world
        .responder
        .handle(&complete, &world.env, &mut |peer, _| {
            seen = Some(peer.clone());
            Vec::new()
        });
    let seen = seen.unwrap();
    assert_eq!(&seen.key, world.client.authentication_key());
    assert_eq!(seen.claim.as_deref(), Some("alice@example.com"));
}

#[test]
fn large_payloads_travel_in_the_complete_and_back() {
    let world = World::new(3);
    let payload = vec![b'x'; 5 * 1024 * 1024];
    let (state, complete) = world.completed(&payload);
    let (mut session, response) = state
        .handle_response(&reply(world.handle(&complete)))
        .unwrap();
    assert_eq!(response, payload.to_ascii_uppercase());
    let request = session.request(&payload).unwrap();
    let response = session.response(&reply(world.handle(&request))).unwrap();
    assert_eq!(response.len(), payload.len());
}

#[test]
fn what_does_not_fit_is_not_sent_and_not_read() {
    let world = World::new(4);
    let too_large = vec![0; MAX_PACKET];
    let (state, challenge) = world.challenged();
    let (state, ()) = state.handle_challenge(&challenge, &world.host).unwrap();
    assert!(matches!(
        state.complete(&world.client, &too_large, &world.env),
        Err(Error::PayloadTooLarge { .. })
    ));
    let mut session = world.connected();
    assert!(matches!(
        session.request(&too_large),
        Err(Error::PayloadTooLarge { .. })
    ));
    assert!(matches!(
        world.refuse(&vec![1; MAX_PACKET + 1]),
        Outcome::Refused(Error::LimitExceeded { .. })
    ));
    let request = session.request(b"small").unwrap();
    let outcome = world
        .responder
        .handle(&request, &world.env, &mut |_, _| too_large.clone());
    assert!(matches!(
        outcome,
        Outcome::Refused(Error::PayloadTooLarge { .. })
    ));
}

#[test]
fn a_hello_tells_nothing_but_that_somebody_calls() {
    let world = World::new(5);
    let (_, hello) = InitiatorHello::new(&world.env);
    let mut reader = Reader::new(&hello);
    assert_eq!(
        reader.take(17).unwrap(),
        [[0; 16].as_slice(), &[2]].concat()
    );
    let extensions = reader.extensions().unwrap();
    let tags: Vec<_> = extensions.iter().map(Extension::tag).collect();
    assert_eq!(tags, ["X448", "StreamId", "StreamClient"]);
    assert_eq!(extensions[2].value(), b"mmm");
    assert_eq!(reader.binary(8).unwrap(), extensions[1].value());
    assert_eq!(reader.binary(8).unwrap(), b"");
    reader.finish().unwrap();
    let (_, again) = InitiatorHello::new(&world.env);
    assert_ne!(hello[22..79], again[22..79]);
}

#[test]
fn neither_credential_nor_request_shows_in_a_complete() {
    let world = World::new(6);
    let (_, complete) = world.completed(b"a request that nobody may read");
    assert!(complete.len() >= 1200);
    for secret in [
        b"a request that nobody may read".as_slice(),
        b"alice@example.com",
        b"ClaimId",
        world.client.authentication_key().octets(),
        world
            .client
            .authentication_key()
            .udf()
            .to_string()
            .as_bytes(),
    ] {
        assert!(
            !complete
                .windows(secret.len())
                .any(|window| window == secret)
        );
    }
}

#[test]
fn a_replayed_complete_is_refused() {
    let world = World::new(7);
    let (_, complete) = world.completed(b"pay");
    reply(world.handle(&complete));
    assert_eq!(
        world.refuse(&complete),
        Outcome::Refused(Error::ChallengeReplayed)
    );
    world.env.advance(301);
    assert_eq!(
        world.refuse(&complete),
        Outcome::Refused(Error::ChallengeExpired)
    );
    assert_eq!(world.responder.session_count(), 1);
}

#[test]
fn a_complete_for_the_previous_ephemeral_key_still_works_and_an_older_one_does_not() {
    let world = World::new(8);
    world.env.advance(3500);
    let (state, late) = world.completed(b"late");
    let (_, later) = world.completed(b"later");
    world.env.advance(200);
    world.responder.tick(&world.env);
    let (_, payload) = state.handle_response(&reply(world.handle(&late))).unwrap();
    assert_eq!(payload, b"LATE");
    world.env.advance(3600);
    world.responder.tick(&world.env);
    assert_eq!(
        world.refuse(&later),
        Outcome::Refused(Error::ChallengeExpired)
    );
}

#[test]
fn a_complete_for_another_host_is_refused() {
    let (here, there) = (World::new(9), World::new(10));
    let (_, complete) = here.completed(b"hello");
    assert_eq!(
        there.refuse(&complete),
        Outcome::Refused(Error::HostKeyUnknown)
    );
}

#[test]
fn an_initiator_talks_to_the_host_it_expects_only() {
    let (here, there) = (World::new(11), World::new(12));
    let (state, challenge) = here.challenged();
    let refused = state.handle_challenge(&challenge, &there.host).unwrap_err();
    assert_eq!(refused.class(), ErrorClass::Untrusted);
    let (state, _) = here.challenged();
    let (_, other) = here.challenged();
    assert_eq!(
        state.handle_challenge(&other, &here.host).unwrap_err(),
        Error::WrongSource
    );
}

#[test]
fn data_cannot_be_replayed_or_reordered() {
    let world = World::new(13);
    let mut session = world.connected();
    let first = session.request(b"first").unwrap();
    let second = session.request(b"second").unwrap();
    let third = session.request(b"third").unwrap();
    reply(world.handle(&first));
    assert_eq!(world.refuse(&first), Outcome::Refused(Error::Replayed));
    reply(world.handle(&third));
    assert_eq!(world.refuse(&second), Outcome::Refused(Error::Replayed));
    assert_eq!(world.refuse(&third), Outcome::Refused(Error::Replayed));
}

#[test]
fn a_response_answers_its_own_request_only() {
    let world = World::new(14);
    let mut session = world.connected();
    let first = session.request(b"first").unwrap();
    let first_response = reply(world.handle(&first));
    let second = session.request(b"second").unwrap();
    let second_response = reply(world.handle(&second));
    // The first response arrives in the place of the second.
    assert_eq!(session.response(&first_response), Err(Error::Replayed));
    assert_eq!(session.response(&second_response).unwrap(), b"SECOND");
    assert_eq!(session.response(&second_response), Err(Error::NotAwaited));
    session.request(b"third").unwrap();
    assert_eq!(session.response(&second_response), Err(Error::Replayed));
}

#[test]
fn the_response_of_another_session_is_refused() {
    let world = World::new(15);
    let (mut one, mut two) = (world.connected(), world.connected());
    let first = one.request(b"first").unwrap();
    let second = two.request(b"second").unwrap();
    let (first, second) = (reply(world.handle(&first)), reply(world.handle(&second)));
    assert_eq!(one.response(&second), Err(Error::NotAuthentic));
    assert_eq!(two.response(&first), Err(Error::NotAuthentic));
    assert_eq!(one.response(&first).unwrap(), b"FIRST");
    // A request sent back as its own response.
    let request = two.request(b"echo").unwrap();
    assert_eq!(two.response(&request), Err(Error::NotAuthentic));
}

#[test]
fn a_packet_moved_to_another_stream_is_refused() {
    let world = World::new(16);
    let (mut one, two) = (world.connected(), world.connected());
    let mut request = one.request(b"x").unwrap();
    request[..8].copy_from_slice(two.stream().octets());
    assert_eq!(
        world.refuse(&request),
        Outcome::Refused(Error::NotAuthentic)
    );
}

#[test]
fn unknown_idle_and_evicted_streams_ask_for_a_new_handshake() {
    let limits = ResponderLimits {
        sessions: 2,
        ..ResponderLimits::default()
    };
    let world = World::with(17, limits);
    assert_eq!(world.refuse(&[7; 50]), Outcome::SessionUnknown);
    let mut evicted = world.connected();
    let mut ended = world.connected();
    let mut idle = world.connected();
    assert_eq!(
        world.refuse(&evicted.request(b"x").unwrap()),
        Outcome::SessionUnknown
    );
    let stream = ended.request(b"x").unwrap();
    assert_eq!(world.responder.end_sessions(|peer| peer.claim.is_none()), 0);
    reply(world.handle(&stream));
    world.env.advance(3600);
    assert_eq!(
        world.refuse(&idle.request(b"x").unwrap()),
        Outcome::SessionUnknown
    );
    world.responder.tick(&world.env);
    assert_eq!(world.responder.session_count(), 0);
    let mut ended = world.connected();
    assert_eq!(world.responder.end_sessions(|peer| peer.claim.is_some()), 1);
    assert_eq!(
        world.refuse(&ended.request(b"x").unwrap()),
        Outcome::SessionUnknown
    );
}

#[test]
fn stream_identifiers_do_not_count() {
    let world = World::new(18);
    let number = |session: Session| u64::from_be_bytes(*session.stream().octets());
    let (one, two, three) = (
        number(world.connected()),
        number(world.connected()),
        number(world.connected()),
    );
    assert!(one > u64::from(u32::MAX) || two > u64::from(u32::MAX));
    assert_ne!(two.wrapping_sub(one), three.wrapping_sub(two));
}

#[test]
fn a_hello_that_is_altered_gets_nobody_a_request() {
    let world = World::new(19);
    let (_, hello) = InitiatorHello::new(&world.env);
    for (index, altered) in flips(&hello) {
        let (state, original) = InitiatorHello::new(&world.env);
        assert_eq!(original.len(), hello.len());
        let mut altered_here = original.clone();
        altered_here[index] ^= altered[index] ^ hello[index];
        if let Outcome::Reply(challenge) = world.refuse(&altered_here) {
            assert!(index >= 16, "the zero octets are checked: {index}");
            // Octets that nobody reads, or the source, which the initiator checks.
            let in_source = index >= hello.len() - 10 && index < hello.len() - 2;
            assert_eq!(
                state.handle_challenge(&challenge, &world.host).is_err(),
                in_source,
                "{index}"
            );
        }
    }
}

#[test]
fn a_challenge_that_is_altered_leads_to_the_same_request_or_none() {
    let world = World::new(20);
    let (_, pattern) = world.challenged();
    let mut harmless = Vec::new();
    for index in 0..pattern.len() {
        for mask in [1, 0x80] {
            let (state, mut challenge) = world.challenged();
            challenge[index] ^= mask;
            let Ok((state, ())) = state.handle_challenge(&challenge, &world.host) else {
                continue;
            };
            let Ok((state, complete)) = state.complete(&world.client, b"hello", &world.env) else {
                continue;
            };
            let mut dispatched = None;
            let outcome = world
                .responder
                .handle(&complete, &world.env, &mut |_, payload| {
                    dispatched = Some(payload.to_vec());
                    b"HELLO".to_vec()
                });
            if let Outcome::Reply(reply) = outcome {
                assert_eq!(dispatched.as_deref(), Some(b"hello".as_slice()));
                assert_eq!(state.handle_response(&reply).unwrap().1, b"HELLO");
                harmless.push((index, mask));
            } else {
                assert_eq!(dispatched, None);
            }
        }
    }
    // The octet of the sign of the ephemeral key, which agreement does not use.
    let sign = 8 + 1 + 2 + 4 + 2 + 56;
    assert!(
        harmless.iter().all(|(index, _)| *index == sign),
        "{harmless:?}"
    );
}

#[test]
fn a_complete_that_is_altered_is_refused_whatever_the_octet() {
    let world = World::new(21);
    let (_, complete) = world.completed(b"hello");
    for (index, altered) in flips(&complete) {
        assert!(
            !matches!(world.refuse(&altered), Outcome::Reply(_)),
            "{index}"
        );
    }
    reply(world.handle(&complete));
}

#[test]
fn a_first_response_that_is_altered_is_refused_whatever_the_octet() {
    let world = World::new(22);
    // The state is consumed by each try, so it takes a handshake for each octet.
    let (_, complete) = world.completed(b"hello");
    let length = reply(world.handle(&complete)).len();
    for index in 0..length {
        let (state, complete) = world.completed(b"hello");
        let mut response = reply(world.handle(&complete));
        response[index] ^= 1 << (index % 8);
        assert!(state.handle_response(&response).is_err(), "{index}");
    }
}

#[test]
fn data_that_is_altered_is_refused_in_both_directions_whatever_the_octet() {
    let world = World::new(23);
    let mut session = world.connected();
    let request = session.request(b"a request").unwrap();
    for (index, altered) in flips(&request) {
        match world.refuse(&altered) {
            Outcome::SessionUnknown => assert!(index < 8, "{index}"),
            outcome => assert_eq!(outcome, Outcome::Refused(Error::NotAuthentic), "{index}"),
        }
    }
    let response = reply(world.handle(&request));
    for (index, altered) in flips(&response) {
        assert!(session.response(&altered).is_err(), "{index}");
    }
    // None of that has harmed the session.
    assert_eq!(session.response(&response).unwrap(), b"A REQUEST");
}

#[test]
fn packets_cut_anywhere_are_refused() {
    let world = World::new(24);
    let (_, hello) = InitiatorHello::new(&world.env);
    let (_, complete) = world.completed(b"hello");
    let mut session = world.connected();
    let request = session.request(b"a request").unwrap();
    for packet in [&hello, &complete, &request] {
        for length in 0..packet.len() {
            assert!(
                matches!(world.refuse(&packet[..length]), Outcome::Refused(_)),
                "{length}"
            );
        }
        let longer = [packet.as_slice(), &[0]].concat();
        assert!(matches!(world.refuse(&longer), Outcome::Refused(_)));
    }
    let (_, challenge) = world.challenged();
    for length in 0..challenge.len() {
        // A challenge for this initiator, cut.
        let (state, mut challenge) = world.challenged();
        challenge.truncate(length);
        assert!(
            state.handle_challenge(&challenge, &world.host).is_err(),
            "{length}"
        );
    }
    let response = reply(world.handle(&request));
    for length in 0..response.len() {
        assert!(session.response(&response[..length]).is_err(), "{length}");
    }
    for length in (0..response.len()).step_by(7) {
        let (state, complete) = world.completed(b"hello");
        let response = reply(world.handle(&complete));
        assert!(
            state.handle_response(&response[..length]).is_err(),
            "{length}"
        );
    }
}

#[test]
fn nothing_secret_shows_in_debug_output() {
    let world = World::new(25);
    let (state, challenge) = world.challenged();
    let (ready, ()) = state.handle_challenge(&challenge, &world.host).unwrap();
    assert!(format!("{ready:?}").starts_with("InitiatorReady { source: StreamId("));
    let (complete, packet) = ready.complete(&world.client, b"x", &world.env).unwrap();
    assert_eq!(format!("{complete:?}"), "InitiatorComplete { .. }");
    let (session, _) = complete
        .handle_response(&reply(world.handle(&packet)))
        .unwrap();
    assert_eq!(
        format!("{session:?}"),
        format!(
            "Session {{ stream: {:?}, latest: 0, .. }}",
            session.stream()
        )
    );
    assert!(format!("{:?}", world.responder).contains("sessions: 1"));
}

#[test]
fn responders_and_sessions_may_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Responder<KeyVerifier>>();
    shared::<Session>();
}
