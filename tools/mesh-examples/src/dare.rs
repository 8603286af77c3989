// SPDX-License-Identifier: MIT
//! The page of envelopes.
//!
//! Spec: mesh-dare, "DARE Envelope", "DARE Sequence".
//! Here: envelopes of each kind in both encodings, the Merkle tree of a sequence.
//! Not here: catalogs in use (`protocol` shows their frames).

use mesh_crypto::digest::sha512;
use mesh_crypto::{KeyAlgorithm, PrivateKey, Seeded};
use mesh_dare::merkle::Frontier;
use mesh_dare::{Cipher, Envelope, Seal};

use crate::Outcome;
use crate::page::{Page, hex};

const PAYLOAD: &[u8] = b"This is a test long enough to require multiple blocks";

pub(crate) fn page() -> Outcome<String> {
    let env = Seeded::new(102);
    let mut page = Page::new(
        "Envelopes",
        "mesh-dare, \"DARE Envelope\", \"DARE Sequence\"",
    );
    page.text("The payload of all of them:");
    page.octets(PAYLOAD);

    let show = |page: &mut Page, title: &str, envelope: &Envelope| -> Outcome<()> {
        page.heading(title);
        page.json(&mesh_jsonbcd::to_json(envelope))?;
        page.text("The same in JSON-B:");
        page.octets(&mesh_jsonbcd::to_json_b(envelope));
        Ok(())
    };
    show(&mut page, "Plain", &Seal::default().seal(PAYLOAD, &env)?)?;
    let digest = Seal {
        digest: true,
        ..Seal::default()
    };
    show(&mut page, "With a digest", &digest.seal(PAYLOAD, &env)?)?;

    let signer = PrivateKey::generate(KeyAlgorithm::Ed448, &env);
    let signed = Seal {
        signers: &[&signer],
        embed_signature_keys: true,
        ..Seal::default()
    };
    show(
        &mut page,
        "Signed, with the key of the signer",
        &signed.seal(PAYLOAD, &env)?,
    )?;

    let recipients = [KeyAlgorithm::X448, KeyAlgorithm::X25519]
        .map(|algorithm| PrivateKey::generate(algorithm, &env));
    let public = recipients.each_ref().map(|key| key.public().clone());
    for cipher in [Cipher::Aes256Gcm, Cipher::Aes256Cbc] {
        let sealed = Seal {
            cipher,
            recipients: &public,
            ..Seal::default()
        };
        show(
            &mut page,
            &format!("Sealed for two recipients, {}", cipher.identifier()),
            &sealed.seal(PAYLOAD, &env)?,
        )?;
    }
    let private = |key: &PrivateKey| {
        key.expose_seed_octets()
            .map_or_else(String::new, |octets| hex(octets.expose_secret()))
    };
    page.text("The private keys of the recipients:");
    page.values(
        &recipients
            .each_ref()
            .map(|key| (key.algorithm().jose_name(), private(key))),
    );

    page.heading("The tree of a sequence");
    page.text("Five frames whose payloads are the texts `0` to `4`: the apex after each of them.");
    let mut tree = Frontier::new();
    let mut rows = Vec::new();
    for name in ["0", "1", "2", "3", "4"] {
        rows.push((name, hex(&tree.push(&sha512(&[name.as_bytes()])))));
    }
    page.values(&rows);
    Ok(page.finish())
}
