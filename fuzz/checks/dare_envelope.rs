// SPDX-License-Identifier: MIT
//! What must hold for whatever arrives as an envelope.
//!
//! Spec: mesh-dare, "DARE Envelope".
//! Here: no panic; reading and writing are stable in both encodings; nothing opens without a key.
//! Not here: the corpus (`fuzz/corpus/dare_envelope`).

use mesh_crypto::{KeyAlgorithm, KeyRing, PrivateKey, Seeded};
use mesh_dare::Envelope;

/// Panics if a property does not hold.
pub(crate) fn check(input: &[u8]) {
    let Ok(envelope) = mesh_jsonbcd::from_bytes::<Envelope>(input) else {
        return;
    };
    for write in [mesh_jsonbcd::to_json, mesh_jsonbcd::to_json_b] {
        // What is not known is kept as it came, spaces included, and loses them when it is written.
        let octets = write(&envelope);
        let again = mesh_jsonbcd::from_bytes::<Envelope>(&octets);
        let again = again.as_ref().map(write);
        assert_eq!(again.ok(), Some(octets), "not stable");
    }
    let key = PrivateKey::generate(KeyAlgorithm::Ed448, &Seeded::new(1));
    assert!(
        envelope.verify(key.public()).is_err(),
        "a signature of nobody"
    );
    let opened = envelope.open(&KeyRing::new());
    assert!(
        !envelope.is_encrypted() || opened.is_err(),
        "opened without a key"
    );
    let _ = envelope.embedded_signers();
    let _ = envelope.check_digest();
    let _ = envelope.content_meta();
}
