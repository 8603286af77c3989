// SPDX-License-Identifier: MIT
//! The corpus of the fuzz target `rud_packet`, replayed through the function that the target calls.
//!
//! Spec: none.
//! Here: every committed input; how its one accepted Complete is made.
//! Not here: finding new inputs (`fuzz/`).

use std::fs;
use std::path::{Path, PathBuf};

use mesh_crypto::{KeyAlgorithm, PrivateKey, Seeded};
use mesh_rud::{InitiatorHello, KeyCredential, KeyVerifier, Outcome};

#[expect(
    clippy::expect_used,
    reason = "shared with the fuzz target, where a panic is a finding"
)]
#[path = "../../../fuzz/checks/rud_packet.rs"]
mod rud_packet;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/rud_packet")
}

#[test]
fn the_corpus_passes_the_checks_of_the_fuzz_target() {
    let mut inputs = 0;
    for entry in fs::read_dir(corpus()).unwrap() {
        rud_packet::check(&fs::read(entry.unwrap().path()).unwrap());
        inputs += 1;
    }
    assert!(inputs >= 20, "only {inputs} inputs");
}

#[test]
fn the_corpus_has_a_complete_that_the_host_of_the_checks_accepts() {
    let (host_env, responder) = rud_packet::host();
    let env = Seeded::new(7);
    let key = PrivateKey::generate(KeyAlgorithm::X448, &env);
    let credential = KeyCredential::new(key, Some("alice@example.com".to_owned())).unwrap();
    let (state, hello) = InitiatorHello::new(&env);
    let Outcome::Reply(challenge) = responder.handle(&hello, &host_env, &mut |_, _| panic!())
    else {
        panic!();
    };
    let (state, _) = state.handle_challenge(&challenge, &KeyVerifier).unwrap();
    let (_, complete) = state
        .complete(&credential, b"{\"Hello\":{}}", &env)
        .unwrap();
    for (name, packet) in [
        ("accepted-hello", hello),
        ("accepted-challenge", challenge),
        ("accepted-complete", complete.clone()),
    ] {
        let path = corpus().join(name);
        if std::env::var_os("MESH_BLESS").is_some() {
            fs::write(&path, &packet).unwrap();
        }
        assert_eq!(
            fs::read(&path).unwrap(),
            packet,
            "{name}: run again with MESH_BLESS=1"
        );
    }
    let outcome = responder.handle(&complete, &host_env, &mut |_, payload| payload.to_vec());
    assert!(matches!(outcome, Outcome::Reply(_)));
}
