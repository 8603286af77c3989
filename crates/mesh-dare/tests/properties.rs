// SPDX-License-Identifier: MIT
//! What holds for any payload, any metadata and any history.
//!
//! Spec: mesh-dare, "DARE Envelope", "Catalogs".
//! Here: sealing and opening, encodings, the law of a catalog against a plain map.
//! Not here: published values (`conformance`).

use std::collections::BTreeMap;

use mesh_crypto::{Earl, KeyAlgorithm, KeyRing, PrivateKey, SecretBytes, Seeded};
use mesh_dare::generated::ContentMeta;
use mesh_dare::store::catalog::{Change, EntryName, create_catalog};
use mesh_dare::store::replica::Replica;
use mesh_dare::store::{Event, Remarks, StoreName};
use mesh_dare::{Cipher, Envelope, Seal, SymmetricRecipient};
use proptest::prelude::*;

fn cipher() -> impl Strategy<Value = Cipher> {
    prop_oneof![Just(Cipher::Aes256Gcm), Just(Cipher::Aes256Cbc)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_was_sealed_opens_for_every_recipient_and_for_nobody_else(
        payload in proptest::collection::vec(any::<u8>(), 0..600),
        cipher in cipher(),
        number in 1..4_usize,
        subject in "\\PC{0,40}",
        sign in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let env = Seeded::new(seed);
        let algorithms = [KeyAlgorithm::X448, KeyAlgorithm::X25519];
        let recipients: Vec<PrivateKey> = (0..number)
            .map(|n| PrivateKey::generate(*algorithms.get(n % 2).unwrap(), &env))
            .collect();
        let public: Vec<_> = recipients.iter().map(|key| key.public().clone()).collect();
        let earl = Earl::generate(&env, 140);
        let signer = PrivateKey::generate(KeyAlgorithm::Ed448, &env);
        let signers = [&signer];
        let envelope = Seal {
            cipher,
            recipients: &public,
            keys: &[SymmetricRecipient::from(&earl)],
            signers: if sign { &signers } else { &[] },
            content_meta: Some(ContentMeta { content_type: Some(subject), ..ContentMeta::default() }),
            ..Seal::default()
        }
        .seal(&payload, &env)
        .unwrap();
        for octets in [mesh_jsonbcd::to_json(&envelope), mesh_jsonbcd::to_json_b(&envelope)] {
            let again: Envelope = mesh_jsonbcd::from_bytes(&octets).unwrap();
            prop_assert_eq!(&again, &envelope);
        }
        prop_assert_eq!(envelope.verify(signer.public()).is_ok(), sign);
        let mut rings: Vec<KeyRing> =
            recipients.into_iter().map(|key| [key].into_iter().collect()).collect();
        let mut symmetric = KeyRing::new();
        symmetric.add_symmetric(earl);
        rings.push(symmetric);
        for ring in &rings {
            let opened = envelope.open(ring).unwrap();
            prop_assert_eq!(opened.expose_secret(), payload.as_slice());
        }
        let stranger: KeyRing =
            [PrivateKey::generate(KeyAlgorithm::X448, &env)].into_iter().collect();
        prop_assert!(envelope.open(&stranger).is_err());
    }

    #[test]
    fn a_sealed_body_that_was_changed_does_not_open(
        payload in proptest::collection::vec(any::<u8>(), 1..200),
        at in any::<proptest::sample::Index>(),
        bit in 0..8_u32,
    ) {
        let env = Seeded::new(3);
        let key = PrivateKey::generate(KeyAlgorithm::X448, &env);
        let public = [key.public().clone()];
        let ring: KeyRing = [key].into_iter().collect();
        let mut envelope = Seal { recipients: &public, ..Seal::default() }.seal(&payload, &env).unwrap();
        let at = at.index(envelope.body.len());
        *envelope.body.get_mut(at).unwrap() ^= 1 << bit;
        prop_assert!(envelope.open(&ring).is_err());
    }

    #[test]
    fn a_catalog_is_a_map_with_a_history(
        steps in proptest::collection::vec((0..6_u8, 0..3_u8, any::<u16>()), 1..40),
        cipher in cipher(),
    ) {
        let env = Seeded::new(4);
        let signer = PrivateKey::generate(KeyAlgorithm::Ed448, &env);
        let store = PrivateKey::generate(KeyAlgorithm::X448, &env);
        let name = StoreName::new("MACCOUNT", "Credential");
        let recipients = [store.public().clone()];
        let keys: KeyRing = [store].into_iter().collect();
        let mut replica = Replica::open(Vec::new(), name.clone(), false, None).unwrap();
        let frames = create_catalog(&name, &recipients, &[], &signer, cipher, &env).unwrap();
        replica.extend(&frames, None).unwrap();

        let mut model: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for (key, event, value) in steps {
            // Now and then a change begins a new exchange; what came before stays readable.
            let renew = (value % 5 == 0).then_some(recipients.as_slice());
            let key = format!("key {key}");
            let event = match event {
                0 => Event::New,
                1 => Event::Update,
                _ => Event::Delete,
            };
            let payload = match event {
                Event::Delete => Vec::new(),
                _ => value.to_be_bytes().to_vec(),
            };
            let change = Change { entry: EntryName::Key(key.clone()), event, payload: SecretBytes::new(payload.clone()) };
            let staged = replica.stage(&[change], Remarks::default(), renew, &keys, &signer, &env);
            // (New, Update*, Delete)*
            let lawful = model.contains_key(&key) == (event != Event::New);
            prop_assert_eq!(staged.is_ok(), lawful);
            let Ok(frames) = staged else { continue };
            let judge = |kid: &str| {
                (kid == signer.udf().to_string()).then(|| signer.public().clone())
            };
            replica.extend(&frames, Some(&judge)).unwrap();
            match event {
                Event::Delete => model.remove(&key),
                _ => model.insert(key, payload),
            };
        }
        for number in 0..6_u8 {
            let key = format!("key {number}");
            let entry = replica.entry(&key, &keys).unwrap();
            prop_assert_eq!(entry.map(|e| e.expose_secret().to_vec()), model.get(&key).cloned());
        }
        prop_assert_eq!(replica.entries(&keys).unwrap().len(), model.len());
        replica.verify().unwrap();
    }
}
