// SPDX-License-Identifier: MIT
//! What must hold for whatever arrives as an envelope that passes by in pieces.
//!
//! Spec: mesh-dare, "DARE Envelope".
//! Here: no panic; the same octets give the same output, however they arrive; what is cut off gives a beginning of it; the envelope in memory
//! agrees; nothing is released without a key.
//! Not here: the corpus (`fuzz/corpus/dare_stream`).

use std::io::{self, Read};
use std::sync::LazyLock;

use mesh_crypto::{Earl, KeyAlgorithm, KeyRing, PrivateKey, Seeded};
use mesh_dare::stream::Checked;
use mesh_dare::{Envelope, Error, StreamReader};

/// The keys that open the encrypted inputs of the corpus.
pub(crate) struct Keys {
    pub(crate) agreement: PrivateKey,
    pub(crate) encapsulation: PrivateKey,
    pub(crate) symmetric: Earl,
}

impl Keys {
    pub(crate) fn fixed() -> Self {
        let env = Seeded::new(4);
        Self {
            agreement: PrivateKey::generate(KeyAlgorithm::X25519, &env),
            encapsulation: PrivateKey::generate(KeyAlgorithm::MlKem768, &env),
            symmetric: Earl::generate(&env, 128),
        }
    }

    pub(crate) fn ring(self) -> KeyRing {
        let mut ring: KeyRing = [self.agreement, self.encapsulation].into_iter().collect();
        ring.add_symmetric(self.symmetric);
        ring
    }
}

static RING: LazyLock<KeyRing> = LazyLock::new(|| Keys::fixed().ring());

/// Hands out a few octets at a time, as a pipe may.
struct Dribble<'a>(&'a [u8]);

impl Read for Dribble<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let most = out.len().min(7);
        self.0.read(out.get_mut(..most).unwrap_or_default())
    }
}

fn open(from: impl Read, keys: &KeyRing) -> (Result<Checked, Error>, Vec<u8>) {
    let mut out = Vec::new();
    let opened = StreamReader::new(from).and_then(|reader| reader.open(keys, &mut out, &|_| {}));
    (opened, out)
}

/// Panics if a property does not hold.
pub(crate) fn check(input: &[u8]) {
    let (opened, out) = open(input, &RING);
    let (again, slow) = open(Dribble(input), &RING);
    assert_eq!(opened.as_ref().ok(), again.as_ref().ok(), "pieces matter");
    assert!(
        out.starts_with(&slow) || slow.starts_with(&out),
        "two outputs"
    );
    let half = input.get(..input.len() / 2).unwrap_or_default();
    let (_, beginning) = open(half, &RING);
    assert!(
        out.starts_with(&beginning) || beginning.starts_with(&out),
        "another output of what was cut off"
    );

    let checked = StreamReader::new(input).and_then(|reader| reader.check(&|_| {}));
    let (locked, leaked) = open(input, &KeyRing::new());
    if let Ok(reader) = StreamReader::new(input)
        && reader.header().encryption_algorithm.is_some()
    {
        assert!(locked.is_err() && leaked.is_empty(), "opened without a key");
    }
    let Ok(opened) = opened else {
        return;
    };
    assert_eq!(out, slow, "two outputs");
    assert_eq!(opened.content, u64::try_from(out.len()).ok());
    let checked = checked.expect("opening checks all of it");
    assert_eq!(checked.body, opened.body);
    assert_eq!(checked.digest(), opened.digest());
    let _ = opened.signers(&|_| None);

    let Ok(envelope) = mesh_jsonbcd::from_bytes::<Envelope>(input) else {
        return;
    };
    assert_eq!(u64::try_from(envelope.body.len()).ok(), Some(opened.body));
    assert_eq!(envelope.header, opened.envelope().header);
    if let Ok(content) = envelope.open(&*RING) {
        assert_eq!(content.expose_secret(), out, "in memory it is another");
    }
    for octets in [
        mesh_jsonbcd::to_json(&envelope),
        mesh_jsonbcd::to_json_b(&envelope),
    ] {
        let (again, same) = open(octets.as_slice(), &RING);
        assert!(again.is_ok(), "not stable: {again:?}");
        assert_eq!(same, out, "not stable");
    }
}
