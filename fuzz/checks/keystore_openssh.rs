// SPDX-License-Identifier: MIT
//! What must hold for whatever is given as an SSH key file or line.
//!
//! Spec: RFC 4716; OpenSSH's PROTOCOL.key.
//! Here: no panic; whatever is accepted reads back from what is written.
//! Not here: the corpus (`fuzz/corpus/keystore_openssh`).

use mesh_keystore::format::openssh::{SshPrivateKey, SshPublicKey, parse_list};

/// Panics if a property does not hold. Encrypted files are only parsed: opening one costs what the file asks for.
pub(crate) fn check(input: &[u8]) {
    if let Ok(key) = SshPrivateKey::parse(input, None) {
        let again = key
            .to_openssh(None)
            .and_then(|text| SshPrivateKey::parse(text.expose_secret().as_bytes(), None));
        assert!(
            again.is_ok(),
            "a key that was read does not survive writing"
        );
        let Ok(again) = again else { return };
        assert_eq!(
            again.key().expose_seed_octets(),
            key.key().expose_seed_octets()
        );
        assert_eq!(again.public(), key.public());
    }
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    if let Ok(entries) = parse_list(text) {
        for key in entries.into_iter().flat_map(|entry| entry.key) {
            assert_eq!(SshPublicKey::parse_line(&key.to_line()).as_ref(), Ok(&key));
        }
    }
    for public in [
        SshPublicKey::parse_line(text),
        SshPublicKey::parse_rfc4716(text),
    ]
    .into_iter()
    .flatten()
    {
        assert_eq!(
            SshPublicKey::parse_line(&public.to_line()).as_ref(),
            Ok(&public)
        );
        assert_eq!(
            SshPublicKey::parse_rfc4716(&public.to_rfc4716()).as_ref(),
            Ok(&public)
        );
    }
}
