// SPDX-License-Identifier: MIT
//! Keys and files for tests.
//!
//! Spec: none.
//! Here: one key of each algorithm; the files of `vectors/keystore`, which its script makes.
//! Not here: what is expected of them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use mesh_crypto::{KeyAlgorithm, PrivateKey, SecretString, Seeded};

use crate::file::{Existing, write_private};
use crate::{Error, Result};

/// The passphrase of the encrypted files.
pub(crate) const PASSPHRASE: &str = "fixture";

/// The octets of a file.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/keystore");
    std::fs::read(directory.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub(crate) fn fixture_text(name: &str) -> String {
    String::from_utf8(fixture(name)).unwrap()
}

pub(crate) fn secret(text: &str) -> SecretString {
    SecretString::new(text.to_owned())
}

/// Answers with the passphrase of the files.
pub(crate) fn answer() -> Result<SecretString> {
    Ok(secret(PASSPHRASE))
}

/// For files that are not encrypted.
pub(crate) fn never() -> Result<SecretString> {
    Err(Error::NoPassphrase)
}

/// A key of each algorithm. Those of RSA are files, because making them takes long.
pub(crate) fn key(algorithm: KeyAlgorithm) -> PrivateKey {
    static RSA: LazyLock<[PrivateKey; 3]> = LazyLock::new(|| {
        ["rsa2048", "rsa3072", "rsa4096"].map(|name| {
            let file = fixture(&format!("openssl/{name}.pkcs8.pem"));
            super::detect::private_key(&file, &mut never).unwrap()
        })
    });
    let rsa = RSA.iter().find(|key| key.algorithm() == algorithm);
    rsa.cloned()
        .unwrap_or_else(|| PrivateKey::generate(algorithm, &Seeded::new(1)))
}

/// Writes a file into a directory.
pub(crate) fn written(home: &tempfile::TempDir, name: &str, text: &[u8]) -> PathBuf {
    let path = home.path().join(name);
    write_private(&path, text, Existing::Keep).unwrap();
    path
}

/// Whether a program succeeds, and its output; `None` where it is not installed, which the test says.
pub(crate) fn program(name: &str, arguments: &[&str]) -> Option<(bool, String)> {
    let Ok(output) = Command::new(name)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
    else {
        println!("skipped: {name} is not installed");
        return None;
    };
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        text = String::from_utf8_lossy(&output.stderr).into_owned();
    }
    Some((output.status.success(), text))
}

/// The output of a program that must succeed.
pub(crate) fn run(name: &str, arguments: &[&str]) -> Option<String> {
    let (success, text) = program(name, arguments)?;
    assert!(success, "{name} {arguments:?}: {text}");
    Some(text)
}
