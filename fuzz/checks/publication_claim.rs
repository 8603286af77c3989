// SPDX-License-Identifier: MIT
//! What must hold for whatever arrives as a claim, or as the secret file of a preconfigured device.
//!
//! Spec: mesh-protocol, "Claim"; mesh-schema, "MessageClaim", "DevicePreconfigurationPrivate".
//! Here: no panic; what counts for the device counts for the service, and not for another key.
//! Not here: the corpus (`fuzz/corpus/publication_claim`).

use mesh_crypto::{DateTime, Earl, Seed, Seeded};
use mesh_dare::{Cipher, Envelope, Enveloped};
use mesh_schema::Valid;
use mesh_schema::generated::{
    CatalogedPublication, DevicePreconfigurationPrivate, MessageClaim, ProfileDevice,
};
use mesh_schema::publication::ValidClaim;

/// The key of the publication that is claimed.
pub(crate) const KEY: &str = "EBH3-DT6M-G2WA-EF7E-DA42-DN55-7E";

/// Panics if a property does not hold.
pub(crate) fn check(input: &[u8]) {
    if let Ok(secret) = mesh_jsonbcd::from_tagged::<DevicePreconfigurationPrivate>(input) {
        let _ = secret.private_key.as_ref().map(Seed::from_jose);
        let profile = secret.enveloped_profile_device.as_ref();
        let _ = profile.map(|profile| Valid::<ProfileDevice>::validate(profile.envelope()));
    }
    let Ok(envelope) = mesh_jsonbcd::from_bytes::<Envelope>(input) else {
        return;
    };
    let Ok(key) = Earl::parse(KEY) else {
        panic!("the key is one");
    };
    // A key that nobody has ever used.
    let another = Earl::generate(&Seeded::new(77), 140);
    let now = DateTime::MAX;
    let valid = ValidClaim::validate(&envelope, &key, now);
    assert!(
        ValidClaim::validate(&envelope, &another, now).is_err(),
        "a claim for another key"
    );
    let claim = Enveloped::<MessageClaim>::new(envelope).decode_plain();
    let env = Seeded::new(1);
    let offered = |key: &Earl| {
        let made = CatalogedPublication::new(b"device", key, Cipher::default(), None, &env);
        made.is_ok_and(|made| claim.as_ref().is_ok_and(|claim| made.admits(claim)))
    };
    assert!(!offered(&another), "a proof of another key");
    if let Ok(valid) = valid {
        let claim = claim.as_ref().ok();
        let sender = claim.and_then(|claim| claim.sender.as_deref());
        assert!(
            sender.is_some_and(|sender| sender.eq_ignore_ascii_case(&valid.claimant.to_string()))
        );
    }
}
