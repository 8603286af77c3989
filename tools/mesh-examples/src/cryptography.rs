// SPDX-License-Identifier: MIT
//! The page of keys.
//!
//! Spec: mesh-cryptography, "Deterministic Derivation", "Key Combination", "Key Agreement".
//! Here: the keys of a profile from its seed, a device key made by both sides, one agreement.
//! Not here: identifiers (`udf`), envelopes (`dare`).

use mesh_crypto::{
    Encapsulation, KeyAlgorithm, PrivateKey, SecretBytes, Seed, Seeded, agreement, key_name,
    seed_code,
};

use crate::Outcome;
use crate::page::{Page, hex};

pub(crate) fn page() -> Outcome<String> {
    let env = Seeded::new(101);
    let mut page = Page::new(
        "Keys",
        "mesh-cryptography, \"Deterministic Derivation\", \"Key Combination\", \"Key Agreement\"",
    );

    page.heading("The keys of a profile from its seed");
    let seed = Seed::new(
        seed_code::PROFILE_ACCOUNT,
        &SecretBytes::new((0..32).collect()),
    )?;
    page.values(&[
        ("seed", seed.to_udf_string().expose_secret().to_owned()),
        ("octets", hex(seed.binary().expose_secret())),
    ]);
    for (algorithm, name) in [
        (KeyAlgorithm::Ed448, key_name::account::SIGN),
        (KeyAlgorithm::X448, key_name::account::ENCRYPT),
        (KeyAlgorithm::Ed25519, key_name::account::SIGN),
        (KeyAlgorithm::X25519, key_name::account::ENCRYPT),
    ] {
        let key = seed.derive(algorithm, name)?;
        page.values(&[
            ("algorithm", algorithm.jose_name().to_owned()),
            ("key name", name.to_owned()),
            (
                "private",
                hex(key
                    .expose_seed_octets()
                    .ok_or("no seed octets")?
                    .expose_secret()),
            ),
            ("public", hex(key.public().octets())),
            ("fingerprint", key.udf().to_string()),
        ]);
    }

    page.heading("A device key that neither side alone has made");
    let base = PrivateKey::generate(KeyAlgorithm::X448, &env);
    let activation = PrivateKey::generate(KeyAlgorithm::X448, &env);
    let combined = base.combine(&activation)?;
    let public = base.public().combine(activation.public())?;
    if public != *combined.public() {
        return Err("the public halves combine to another key".into());
    }
    page.values(&[
        ("device's public key", hex(base.public().octets())),
        ("activation's public key", hex(activation.public().octets())),
        ("combined", hex(public.octets())),
        ("fingerprint", public.udf().to_string()),
    ]);

    page.heading("Agreement and wrapped key");
    let recipient = PrivateKey::generate(KeyAlgorithm::X448, &env);
    let (encapsulation, secret) = agreement::encapsulate(recipient.public(), &env)?;
    let Encapsulation::Ephemeral(ephemeral) = &encapsulation else {
        return Err("keys of X448 agree".into());
    };
    let base_seed: [u8; 32] = std::array::from_fn(|place| u8::try_from(place).unwrap_or_default());
    let wrapped = secret.wrap(&base_seed);
    if *recipient.decapsulate(&encapsulation)?.unwrap(&wrapped)? != base_seed {
        return Err("the recipient finds another key".into());
    }
    page.values(&[
        (
            "recipient's private key",
            hex(recipient
                .expose_seed_octets()
                .ok_or("no seed octets")?
                .expose_secret()),
        ),
        ("recipient's public key", hex(recipient.public().octets())),
        ("ephemeral public key", hex(ephemeral.octets())),
        ("shared secret", hex(secret.expose_secret())),
        ("key encryption key", hex(&*secret.key_encryption_key())),
        ("wrapped", hex(&base_seed)),
        ("as", hex(&wrapped)),
    ]);

    page.heading("Signature");
    let signer = seed.derive(KeyAlgorithm::Ed448, key_name::account::SIGN)?;
    page.values(&[
        ("message", "message".to_owned()),
        ("signature", hex(&signer.sign(b"message")?)),
    ]);
    Ok(page.finish())
}
