// SPDX-License-Identifier: MIT
//! The files of a key store: whatever is accepted must read back from what is written, and never opens by accident.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mesh_keystore::store::sealed::{Header, SealedKey, StoreKey};

fuzz_target!(|data: &[u8]| {
    if let Ok(header) = Header::decode(data) {
        assert_eq!(Header::decode(header.encode().expose_secret()).as_ref(), Ok(&header));
        // Opening under a passphrase is left out: it would cost what the header asks for.
        let _ = header.open_clear();
        assert!(header.open_platform(&StoreKey::new([0; 32])).is_err());
    }
    if let Ok(sealed) = SealedKey::decode(data) {
        assert_eq!(SealedKey::decode(sealed.encode().expose_secret()).as_ref(), Ok(&sealed));
        assert!(sealed.open(&StoreKey::new([0; 32])).is_err());
    }
});
