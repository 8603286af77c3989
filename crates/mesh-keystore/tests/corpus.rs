// SPDX-License-Identifier: MIT
//! The fuzz corpora, replayed: every file must satisfy what its fuzz target asserts.
//!
//! Spec: as the fuzz targets.
//! Here: the replay; and that the corpora hold what their names say.
//! Not here: the assertions (`fuzz/checks`).

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::path::{Path, PathBuf};

use mesh_keystore::format::openssh::{SshPrivateKey, SshPublicKey};
use mesh_keystore::store::sealed::{Header, SealedKey};
use mesh_keystore::{Error, SecretString};

#[path = "../../../fuzz/checks/keystore_openssh.rs"]
mod keystore_openssh;
#[path = "../../../fuzz/checks/keystore_pkcs12.rs"]
mod keystore_pkcs12;
#[path = "../../../fuzz/checks/keystore_pkix.rs"]
mod keystore_pkix;
#[path = "../../../fuzz/checks/keystore_putty.rs"]
mod keystore_putty;
#[path = "../../../fuzz/checks/keystore_record.rs"]
mod keystore_record;
#[path = "../../../fuzz/checks/keystore_sealed.rs"]
mod keystore_sealed;

fn corpus(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(name)
}

fn read(name: &str) -> Vec<u8> {
    fs::read(corpus(name)).unwrap()
}

fn replay(name: &str, check: fn(&[u8])) {
    let mut files = 0;
    for entry in fs::read_dir(corpus(name)).unwrap() {
        check(&fs::read(entry.unwrap().path()).unwrap());
        files += 1;
    }
    assert!(files >= 6, "the corpus {name} is incomplete");
}

#[test]
fn every_ssh_file_of_the_corpus_holds() {
    replay("keystore_openssh", keystore_openssh::check);
}

#[test]
fn every_other_key_file_of_the_corpora_holds() {
    replay("keystore_pkcs12", keystore_pkcs12::check);
    replay("keystore_pkix", keystore_pkix::check);
    replay("keystore_putty", keystore_putty::check);
    replay("keystore_record", keystore_record::check);
}

#[test]
fn every_store_file_of_the_corpus_holds() {
    replay("keystore_sealed", keystore_sealed::check);
}

#[test]
fn files_of_ssh_keygen_are_one_key_in_every_form() {
    let line = String::from_utf8(read("keystore_openssh/ssh-keygen-line")).unwrap();
    let public = SshPublicKey::parse_line(&line).unwrap();
    assert_eq!(public.comment(), "fixture@example.com");
    let plain = SshPrivateKey::parse(&read("keystore_openssh/ssh-keygen-plain"), None).unwrap();
    assert_eq!(plain.public(), &public);
    let pass = SecretString::new("fixture".into());
    let encrypted =
        SshPrivateKey::parse(&read("keystore_openssh/ssh-keygen-encrypted"), Some(&pass)).unwrap();
    assert_eq!(encrypted.key().udf(), plain.key().udf());
    let block = String::from_utf8(read("keystore_openssh/ssh-keygen-rfc4716")).unwrap();
    assert_eq!(
        SshPublicKey::parse_rfc4716(&block).unwrap().key(),
        public.key()
    );
}

#[test]
fn a_store_written_by_version_1_keeps_opening() {
    let header = Header::decode(&read("keystore_sealed/header-passphrase")).unwrap();
    let key = header
        .open_passphrase(&SecretString::new("fixture".into()))
        .unwrap();
    let clear = Header::decode(&read("keystore_sealed/header-clear")).unwrap();
    assert_eq!(clear.open_clear().unwrap(), key);
    let sealed = SealedKey::decode(&read("keystore_sealed/key")).unwrap();
    assert_eq!((sealed.id(), sealed.kind()), ("MDAB-CDEF", "device-seed"));
    assert_eq!(
        sealed.open(&key).unwrap().expose_secret(),
        b"the fixture's secret"
    );
    let altered = SealedKey::decode(&read("keystore_sealed/key-other-kind")).unwrap();
    assert_eq!(
        altered.open(&key),
        Err(Error::Tampered {
            id: "MDAB-CDEF".into()
        })
    );
}
