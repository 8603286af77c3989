// SPDX-License-Identifier: MIT
//! What must hold for whatever is given as a PKCS #12 file.
//!
//! Spec: RFC 7292.
//! Here: no panic, with the right passphrase and without one; nothing is read without a passphrase that the file says is sealed.
//! Not here: the corpus (`fuzz/corpus/keystore_pkcs12`), whose passphrase is "fixture".

use mesh_keystore::format::pkcs12;
use mesh_keystore::{Error, SecretString};

/// Panics if a property does not hold.
pub(crate) fn check(input: &[u8]) {
    let mut asked = false;
    let mut none = || {
        asked = true;
        Err(Error::NoPassphrase)
    };
    let read = pkcs12::parse(input, &mut none);
    if asked {
        assert_eq!(read.err(), Some(Error::NoPassphrase));
        let mut answer = || Ok(SecretString::new("fixture".to_owned()));
        let _ = pkcs12::parse(input, &mut answer);
    }
}
