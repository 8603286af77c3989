// SPDX-License-Identifier: MIT
//! Properties: arbitrary octets never panic and are never dispatched; what is written is read back.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use mesh_crypto::{KeyAlgorithm, PrivateKey, Seeded};
use mesh_rud::packet::{Reader, Writer};
use mesh_rud::{
    Extension, InitiatorHello, KeyCredential, KeyVerifier, Outcome, Responder, ResponderLimits,
};
use proptest::collection::vec;
use proptest::prelude::*;

fn responder(env: &Seeded) -> Responder<KeyVerifier> {
    let host = KeyCredential::new(PrivateKey::generate(KeyAlgorithm::X448, env), None).unwrap();
    Responder::new(Box::new(host), KeyVerifier, ResponderLimits::default(), env).unwrap()
}

fn octets(most: usize) -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..most)
}

fn extensions() -> impl Strategy<Value = Vec<Extension>> {
    vec(
        ("[A-Za-z0-9é]{1,64}", octets(400)).prop_map(|(tag, value)| Extension::new(tag, value)),
        0..64,
    )
}

proptest! {
    #[test]
    fn extension_lists_are_read_as_written(list in extensions(), number: u64, text in ".{0,300}", binary in octets(70_000)) {
        let mut writer = Writer::with_capacity(0);
        writer.extensions(&list).integer(number).string(&text).binary(&binary);
        let mut reader = Reader::new(writer.as_slice());
        prop_assert_eq!(reader.extensions().unwrap(), list);
        prop_assert_eq!(reader.integer().unwrap(), number);
        prop_assert_eq!(reader.string(usize::MAX).unwrap(), text);
        prop_assert_eq!(reader.binary(usize::MAX).unwrap(), binary);
        reader.finish().unwrap();
    }

    #[test]
    fn reading_and_writing_again_is_stable(input in octets(300)) {
        if let Ok(list) = Reader::new(&input).extensions() {
            let mut writer = Writer::with_capacity(0);
            writer.extensions(&list);
            prop_assert_eq!(Reader::new(writer.as_slice()).extensions().unwrap(), list);
        }
    }

    #[test]
    fn a_responder_dispatches_no_arbitrary_packet(input in octets(2000), contact in 0..4_u8) {
        let env = Seeded::new(1);
        let responder = responder(&env);
        let packet = match contact {
            0 => input,
            1 => [vec![0; 16], vec![2], input].concat(),
            2 => [vec![0; 16], vec![4], input].concat(),
            _ => [vec![0; 16], input].concat(),
        };
        let outcome = responder.handle(&packet, &env, &mut |_, _| panic!("dispatched"));
        // Only a Hello is answered, and that by a Challenge.
        if let Outcome::Reply(_) = outcome {
            prop_assert_eq!(packet[16], 2);
        }
        prop_assert_eq!(responder.session_count(), 0);
    }

    #[test]
    fn an_initiator_takes_no_arbitrary_packet(input in octets(500)) {
        let env = Seeded::new(2);
        let (state, hello) = InitiatorHello::new(&env);
        let source = &hello[hello.len() - 10..hello.len() - 2];
        prop_assert!(state.handle_challenge(&[source, &[2], input.as_slice()].concat(), &KeyVerifier).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn payloads_arrive_as_sent(first in octets(3000), later in vec(octets(3000), 0..4), junk in octets(100)) {
        let env = Seeded::new(3);
        let responder = responder(&env);
        let client = KeyCredential::new(PrivateKey::generate(KeyAlgorithm::X448, &env), None).unwrap();
        let handle = |packet: &[u8]| {
            match responder.handle(packet, &env, &mut |_, payload| payload.iter().rev().copied().collect()) {
                Outcome::Reply(reply) => reply,
                outcome => panic!("{outcome:?}"),
            }
        };
        let reversed = |payload: &[u8]| payload.iter().rev().copied().collect::<Vec<_>>();
        let (state, hello) = InitiatorHello::new(&env);
        let (state, _) = state.handle_challenge(&handle(&hello), &KeyVerifier).unwrap();
        let (state, complete) = state.complete(&client, &first, &env).unwrap();
        prop_assert!(complete.len() >= 1200);
        let (mut session, response) = state.handle_response(&handle(&complete)).unwrap();
        prop_assert_eq!(response, reversed(&first));
        for payload in later {
            let request = session.request(&payload).unwrap();
            prop_assert!(session.response(&junk).is_err());
            prop_assert_eq!(session.response(&handle(&request)).unwrap(), reversed(&payload));
        }
    }
}
