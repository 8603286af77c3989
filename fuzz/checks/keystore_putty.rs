// SPDX-License-Identifier: MIT
//! What must hold for whatever is given as a private key of PuTTY.
//!
//! Spec: the manual of PuTTY, appendix "PPK file format".
//! Here: no panic; a key that is accepted is the same in the file of OpenSSH.
//! Not here: the corpus (`fuzz/corpus/keystore_putty`).

use mesh_keystore::Error;
use mesh_keystore::format::openssh::SshPrivateKey;
use mesh_keystore::format::putty;

/// Panics if a property does not hold. Encrypted files are only parsed: opening one costs what the file asks for.
pub(crate) fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let Ok(key) = putty::parse(text, &mut || Err(Error::NoPassphrase)) else {
        return;
    };
    // OpenSSH has no Ed448.
    let Ok(written) = key.to_openssh(None) else {
        return;
    };
    let read = SshPrivateKey::parse(written.expose_secret().as_bytes(), None);
    assert_eq!(
        read.map(|read| read.public().clone()).as_ref(),
        Ok(key.public())
    );
}
