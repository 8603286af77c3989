// SPDX-License-Identifier: MIT
//! What must hold for whatever is given as the header of a key store or a sealed key.
//!
//! Spec: none; formats of this implementation.
//! Here: no panic; whatever is accepted reads back from what is written; nothing opens by accident.
//! Not here: the corpus (`fuzz/corpus/keystore_sealed`).

use mesh_keystore::store::sealed::{Header, SealedKey, StoreKey};

/// Panics if a property does not hold. No passphrase is tried: that costs what the header asks for.
pub(crate) fn check(input: &[u8]) {
    let other = StoreKey::new([0; 32]);
    if let Ok(header) = Header::decode(input) {
        assert_eq!(
            Header::decode(header.encode().expose_secret()).as_ref(),
            Ok(&header)
        );
        let _ = header.open_clear();
        assert!(header.open_platform(&other).is_err());
    }
    if let Ok(sealed) = SealedKey::decode(input) {
        assert_eq!(
            SealedKey::decode(sealed.encode().expose_secret()).as_ref(),
            Ok(&sealed)
        );
        assert!(sealed.open(&other).is_err());
    }
}
