// SPDX-License-Identifier: MIT
//! What must hold for whatever is given as a file of records.
//!
//! Spec: mesh-cryptography, "JOSE Key Records".
//! Here: no panic; whatever is accepted reads back from what is written.
//! Not here: the corpus (`fuzz/corpus/keystore_record`).

use mesh_keystore::format::record;

/// Panics if a property does not hold.
pub(crate) fn check(input: &[u8]) {
    if let Ok(keys) = record::public_keys(input) {
        let text = record::present_public(&keys);
        assert_eq!(record::public_keys(text.as_bytes()), Ok(keys));
    }
    if let Ok(keys) = record::private_keys(input) {
        let text = record::present_private(&keys);
        let read = record::private_keys(text.expose_secret().as_bytes());
        let udfs = read.map(|read| read.iter().map(|key| key.udf()).collect::<Vec<_>>());
        assert_eq!(udfs, Ok(keys.iter().map(|key| key.udf()).collect()));
    }
}
