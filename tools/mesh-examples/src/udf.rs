// SPDX-License-Identifier: MIT
//! The page of identifiers.
//!
//! Spec: mesh-udf, "UDF Types".
//! Here: one example of each type that is in use.
//! Not here: derivation of keys (`cryptography`).

use mesh_crypto::udf::{message, sin};
use mesh_crypto::{Earl, KeyAlgorithm, Pin, PrivateKey, Seed, Seeded, Udf, seed_code, share};

use crate::Outcome;
use crate::page::Page;

pub(crate) fn page() -> Outcome<String> {
    let env = Seeded::new(100);
    let mut page = Page::new("Identifiers", "mesh-udf, \"UDF Types\"");

    page.heading("Content digests");
    let data = b"UDF Data Value";
    let sha2 = Udf::digest(data, "text/plain");
    page.values(&[
        ("data", "UDF Data Value".to_owned()),
        ("content type", "text/plain".to_owned()),
        ("SHA-2-512", sha2.to_string()),
        ("at 260 bits", sha2.present(260)),
        (
            "SHA-3-512",
            Udf::digest_sha3(data, "text/plain").to_string(),
        ),
        (
            "under the key MMGU-KEY",
            Udf::authenticator(data, "text/plain", "MMGU-KEY").to_string(),
        ),
        ("name", sin::label(&sha2)),
        ("address", sin::address("alice@example.com", &sha2)),
    ]);

    page.heading("Fingerprints of keys");
    let mut rows = Vec::new();
    for algorithm in KeyAlgorithm::ALL {
        let key = PrivateKey::generate(algorithm, &env);
        rows.push((algorithm.jose_name(), key.udf().to_string()));
    }
    page.values(&rows);

    page.heading("Nonces, messages and their answers");
    let id = message::message_id(&env);
    page.values(&[
        ("nonce", Udf::nonce(&env).to_string()),
        ("message", id.clone()),
        ("its envelope", message::envelope_id(&id)?),
        ("its answer", message::response_id(&id)?),
    ]);

    page.heading("PIN");
    let pin = Pin::generate(&env, 125);
    let salted = pin.salted("Device");
    page.values(&[
        ("PIN", pin.to_udf_string().expose_secret().to_owned()),
        (
            "salted for Device",
            salted.to_udf_string().expose_secret().to_owned(),
        ),
        (
            "identifier for alice@example.com",
            salted.pin_id("alice@example.com").to_string(),
        ),
    ]);

    page.heading("Encrypted authenticated resource locator");
    let earl = Earl::generate(&env, Earl::DEFAULT_BITS);
    page.values(&[
        ("key", earl.to_udf_string().expose_secret().to_owned()),
        ("locator", earl.locator_id()),
        ("at example.com", earl.web_address("example.com")),
    ]);

    page.heading("Seed and recovery codes");
    let seed = Seed::generate(seed_code::PROFILE_ACCOUNT, &env);
    let shares = share::split(&seed.binary(), 3, 2, &env)?;
    let names = ["code 1", "code 2", "code 3"];
    let mut rows = vec![("seed", seed.to_udf_string().expose_secret().to_owned())];
    rows.extend(
        names
            .into_iter()
            .zip(shares.iter().map(ToString::to_string)),
    );
    let recovered = share::recover_seed(shares.get(1..).unwrap_or_default())?;
    rows.push((
        "from codes 2 and 3",
        recovered.to_udf_string().expose_secret().to_owned(),
    ));
    page.values(&rows);
    Ok(page.finish())
}
