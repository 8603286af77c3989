// SPDX-License-Identifier: MIT
//! What must hold for whatever is given as a key file in ASN.1.
//!
//! Spec: RFC 5280; RFC 5958; RFC 2986; RFC 7468.
//! Here: no panic; whatever key is accepted is the same when it is written and read again.
//! Not here: the corpus (`fuzz/corpus/keystore_pkix`).

use mesh_crypto::{KeyAlgorithm, PrivateKey, PublicKey};
use mesh_keystore::Error;
use mesh_keystore::format::detect::{self, Item};
use mesh_keystore::format::write::{self, Form};

/// Panics if a property does not hold. Encrypted keys are only parsed: opening one costs what the file asks for.
pub(crate) fn check(input: &[u8]) {
    let mut none = || Err(Error::NoPassphrase);
    let Ok(items) = detect::all(input, &mut none) else {
        return;
    };
    for item in items {
        match item {
            Item::Private(key) => check_private(&key),
            Item::Public(key) => check_public(&key),
            Item::Certificate(certificate) => {
                certificate.key.iter().for_each(check_public);
            }
            Item::Request(request) => {
                request.verified_key().into_iter().for_each(check_public);
            }
            _ => {}
        }
    }
}

fn check_private(key: &PrivateKey) {
    let mut none = || Err(Error::NoPassphrase);
    for form in [Form::Record, Form::Pem] {
        // Ed448 is not written as PKCS #8.
        let Ok(text) = write::private_keys(std::slice::from_ref(key), form, "", None) else {
            assert_eq!((key.algorithm(), form), (KeyAlgorithm::Ed448, Form::Pem));
            continue;
        };
        let read = detect::private_key(text.expose_secret().as_bytes(), &mut none);
        assert_eq!(read.map(|read| read.udf()), Ok(key.udf()));
    }
    check_public(key.public());
}

fn check_public(key: &PublicKey) {
    for form in [Form::Record, Form::Pem] {
        let text = write::public_keys(std::slice::from_ref(key), form, "").unwrap_or_default();
        match detect::public_key(text.as_bytes()) {
            Ok(read) => assert_eq!(&read, key),
            Err(_) => assert_eq!((key.algorithm(), form), (KeyAlgorithm::X448, Form::Pem)),
        }
    }
}
