// SPDX-License-Identifier: MIT
//! What must hold for whatever packet arrives.
//!
//! Spec: mesh-rud, "Packet Formats"; mesh-rud, "Packet Extensions".
//! Here: no panic; elements are stable under reading and writing; nothing is dispatched twice.
//! Not here: the corpus (`fuzz/corpus/rud_packet`).

use mesh_crypto::{KeyAlgorithm, PrivateKey, Seeded};
use mesh_rud::packet::{MAX_PACKET, Reader, Writer};
use mesh_rud::{InitiatorHello, KeyCredential, KeyVerifier, Outcome, Responder, ResponderLimits};

/// Panics if a property does not hold.
pub(crate) fn check(input: &[u8]) {
    elements(input);
    responder(input);
    initiator(input);
}

/// The host of the checks, always the same: the corpus has a Complete for it.
pub(crate) fn host() -> (Seeded, Responder<KeyVerifier>) {
    let env = Seeded::new(0x0072_7564);
    let key = PrivateKey::generate(KeyAlgorithm::X448, &env);
    let credential = KeyCredential::new(key, None).expect("an X448 key");
    let responder = Responder::new(
        Box::new(credential),
        KeyVerifier,
        ResponderLimits::default(),
        &env,
    )
    .expect("a small credential");
    (env, responder)
}

/// Every element that can be read is read the same after it was written.
fn elements(input: &[u8]) {
    if let Ok(list) = Reader::new(input).extensions() {
        let mut writer = Writer::with_capacity(input.len());
        writer.extensions(&list);
        assert_eq!(
            Reader::new(writer.as_slice()).extensions(),
            Ok(list),
            "extensions are not stable"
        );
        assert!(
            writer.as_slice().len() <= input.len(),
            "the shortest form is longer"
        );
    }
    if let Ok(number) = Reader::new(input).integer() {
        let mut writer = Writer::with_capacity(9);
        writer.integer(number);
        assert_eq!(
            Reader::new(writer.as_slice()).integer(),
            Ok(number),
            "an integer is not stable"
        );
    }
    if let Ok(text) = Reader::new(input).string(MAX_PACKET) {
        assert!(
            text.len() < input.len(),
            "a string is longer than its encoding"
        );
    }
    if let Ok(octets) = Reader::new(input).binary(MAX_PACKET) {
        assert!(
            octets.len() < input.len(),
            "a binary is longer than its encoding"
        );
    }
}

/// A packet is dispatched once at most, and only then is there a session.
fn responder(input: &[u8]) {
    let (env, responder) = host();
    let mut dispatched = 0;
    for _ in 0..2 {
        let outcome = responder.handle(input, &env, &mut |_, payload| {
            dispatched += 1;
            payload.to_vec()
        });
        if let Outcome::Reply(reply) = outcome {
            assert!(reply.len() >= 36, "a reply without a body");
        }
    }
    assert!(dispatched <= 1, "a replay was dispatched");
    assert_eq!(
        responder.session_count(),
        dispatched,
        "a session without a request"
    );
}

/// Whatever answers a Hello, the initiator either refuses it or goes on to a Complete.
fn initiator(input: &[u8]) {
    let env = Seeded::new(1);
    let credential = KeyCredential::new(PrivateKey::generate(KeyAlgorithm::X448, &env), None)
        .expect("an X448 key");
    let (state, hello) = InitiatorHello::new(&env);
    // The source stands before the empty payload; the input is made to answer it.
    let mut packet = hello
        .get(hello.len() - 10..hello.len() - 2)
        .unwrap_or_default()
        .to_vec();
    packet.extend_from_slice(input.get(8..).unwrap_or_default());
    let Ok((state, _)) = state.handle_challenge(&packet, &KeyVerifier) else {
        return;
    };
    let Ok((state, complete)) = state.complete(&credential, b"request", &env) else {
        return;
    };
    assert!(complete.len() >= 1200, "a Complete without padding");
    assert!(
        state.handle_response(input).is_err(),
        "a response from nobody was accepted"
    );
}
