// SPDX-License-Identifier: MIT
//! Keys for tests.
//!
//! Spec: none.
//! Here: one key for each algorithm and number, made once: RSA takes long.
//! Not here: keys with published values (`vectors/cryptography`).

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use super::PrivateKey;
use crate::{KeyAlgorithm, Seeded};

static KEYS: LazyLock<Mutex<HashMap<(KeyAlgorithm, u64), PrivateKey>>> =
    LazyLock::new(Mutex::default);

/// The key with this number. Held while it is made, so that no two tests make the same.
pub(crate) fn key(algorithm: KeyAlgorithm, number: u64) -> PrivateKey {
    KEYS.lock()
        .unwrap()
        .entry((algorithm, number))
        .or_insert_with(|| PrivateKey::generate(algorithm, &Seeded::new(number)))
        .clone()
}
