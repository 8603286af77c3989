// SPDX-License-Identifier: MIT
//! SSH key files and lines: whatever is accepted must read back from what is written.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mesh_keystore::format::openssh::{SshPrivateKey, SshPublicKey};

fuzz_target!(|data: &[u8]| {
    if let Ok(key) = SshPrivateKey::parse(data, None) {
        let text = key.to_openssh(None).expect("a key that was read can be written");
        let again = SshPrivateKey::parse(text.expose_secret().as_bytes(), None).expect("and read again");
        assert_eq!(again.expose_seed(), key.expose_seed());
        assert_eq!(again.public(), key.public());
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    for public in [SshPublicKey::parse_line(text), SshPublicKey::parse_rfc4716(text)].into_iter().flatten() {
        assert_eq!(SshPublicKey::parse_line(&public.to_line()).as_ref(), Ok(&public));
        assert_eq!(SshPublicKey::parse_rfc4716(&public.to_rfc4716()).as_ref(), Ok(&public));
    }
});
