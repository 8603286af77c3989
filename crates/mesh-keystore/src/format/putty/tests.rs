// SPDX-License-Identifier: MIT
//! Files of `puttygen`, and what is done to them.

use super::*;
use crate::format::detect::{Form, private_key};
use crate::format::openssh::SshPublicKey;
use crate::format::samples::{self, answer, fixture_text, never, secret};

fn text(name: &str) -> String {
    fixture_text(&format!("putty/{name}.ppk"))
}

fn public(name: &str) -> SshPublicKey {
    SshPublicKey::parse_line(&fixture_text(&format!("putty/{name}.pub"))).unwrap()
}

#[test]
fn files_of_puttygen_are_read() {
    for name in [
        "ed25519",
        "ed448",
        "p256",
        "p384",
        "p521",
        "rsa2048",
        "ed25519.v2",
    ] {
        let text = text(name);
        assert_eq!(Form::of(text.as_bytes()), Ok(Form::Putty));
        let key = parse(&text, &mut never).unwrap();
        assert_eq!(key.public(), &public(name.trim_end_matches(".v2")));
        let signature = key.key().sign(b"message").unwrap();
        key.public().key().verify(b"message", &signature).unwrap();
        // The ends of lines that Windows writes.
        assert!(parse(&text.replace('\n', "\r\n"), &mut never).is_ok());
    }
}

#[test]
fn encrypted_files_open_with_their_passphrase_only() {
    for (name, of) in [
        ("p256-encrypted", "p256"),
        ("p256-encrypted.v2", "p256"),
        ("rsa2048-argon2i", "rsa2048"),
        ("rsa2048-argon2d", "rsa2048"),
    ] {
        let text = text(name);
        let key = private_key(text.as_bytes(), &mut answer).unwrap();
        assert_eq!(key.public(), public(of).key(), "{name}");
        let wrong = parse(&text, &mut || Ok(secret("wrong")));
        assert_eq!(wrong.err(), Some(Error::WrongPassphrase), "{name}");
        assert_eq!(parse(&text, &mut never).err(), Some(Error::NoPassphrase));
    }
}

#[test]
fn every_fault_has_its_error() {
    let whole = text("p256");
    let error = |from: &str, to: &str| {
        assert!(whole.contains(from), "{from}");
        parse(&whole.replacen(from, to, 1), &mut answer)
            .err()
            .unwrap()
    };
    let unsupported = |what: &str| Error::Unsupported { what: what.into() };
    let lines: Vec<&str> = whole.lines().collect();
    for count in 0..lines.len() {
        assert_eq!(
            parse(&lines[..count].join("\n"), &mut never).err(),
            Some(MALFORMED)
        );
    }
    assert_eq!(
        parse(&format!("{whole}more"), &mut never).err(),
        Some(MALFORMED)
    );
    assert_eq!(
        error("File-3", "File-1"),
        unsupported("version 1 of a PuTTY key file")
    );
    assert_eq!(
        error("Encryption: none", "Encryption: rot13"),
        unsupported("the cipher rot13 of a key file")
    );
    // All of it is under the MAC.
    assert_eq!(error("p256@example.com", "q256@example.com"), MALFORMED);
    assert_eq!(
        error("ecdsa-sha2-nistp256\n", "ecdsa-sha2-nistp384\n"),
        MALFORMED
    );
    let mac = &whole[whole.len() - 5..whole.len() - 1];
    let other = if mac == "0000" { "1111" } else { "0000" };
    assert_eq!(error(&format!("{mac}\n"), &format!("{other}\n")), MALFORMED);
    assert_eq!(
        error("Public-Lines: 3", "Public-Lines: 4294967295"),
        MALFORMED
    );
    assert_eq!(error("Public-Lines: 3", "Public-Lines: 2"), MALFORMED);

    let sealed = text("p256-encrypted");
    let error = |from: &str, to: &str| {
        assert!(sealed.contains(from), "{from}");
        parse(&sealed.replacen(from, to, 1), &mut answer)
            .err()
            .unwrap()
    };
    assert_eq!(
        error("Argon2id", "Argon3"),
        unsupported("the key derivation Argon3 of a key file")
    );
    assert_eq!(
        error("p256@example.com", "q256@example.com"),
        Error::WrongPassphrase
    );
}

#[test]
fn a_file_that_asks_for_excessive_work_is_refused_before_the_passphrase_is_asked_for() {
    let sealed = text("p256-encrypted");
    for (from, to) in [
        ("Argon2-Memory: 8192", "Argon2-Memory: 4294967295"),
        ("Argon2-Passes: ", "Argon2-Passes: 99999"),
    ] {
        let read = parse(&sealed.replace(from, to), &mut never);
        assert!(matches!(read, Err(Error::TooCostly { .. })), "{to}");
    }
    let lanes = sealed.replace("Argon2-Parallelism: 1", "Argon2-Parallelism: 4294967295");
    assert_eq!(parse(&lanes, &mut never).err(), Some(MALFORMED));
}

/// A file of version 2 in clear.
fn written(public: &PublicKey, private: &[u8]) -> String {
    let name = wire::name(public.algorithm()).unwrap();
    let public = wire::present_public(public).unwrap();
    let mut message = Message::new();
    for part in [name.as_bytes(), b"none", b"c", &public, private] {
        message.string(part);
    }
    let mac = Hmac::<Sha1>::new_from_slice(&mac_key_of_2("")).unwrap();
    let mac = mac.chain_update(&*message.0).finalize().into_bytes();
    let lines = |octets: &[u8]| {
        let text = BASE64.encode(octets);
        let lines: Vec<_> = text
            .as_bytes()
            .chunks(64)
            .map(String::from_utf8_lossy)
            .collect();
        format!("{}\n{}", lines.len(), lines.join("\n"))
    };
    format!(
        "PuTTY-User-Key-File-2: {name}\nEncryption: none\nComment: c\nPublic-Lines: {}\nPrivate-Lines: {}\nPrivate-MAC: {}\n",
        lines(&public),
        lines(private),
        HEXLOWER_PERMISSIVE.encode(&mac)
    )
}

#[test]
fn seeds_and_scalars_with_zeros_at_their_ends_are_whole() {
    let mut seed = [7; 32];
    seed[30..].fill(0);
    let key = numbers::private(KeyAlgorithm::Ed25519, &seed).unwrap();
    let mut private = Message::new();
    private.string(&seed[..30]);
    let read = parse(&written(key.public(), &private.0), &mut never).unwrap();
    assert_eq!(read.key().udf(), key.udf());

    let key = numbers::nist(KeyAlgorithm::P384, &[1, 2]).unwrap();
    let mut private = Message::new();
    private.integer(&[1, 2]);
    let read = parse(&written(key.public(), &private.0), &mut never).unwrap();
    assert_eq!(read.key().udf(), key.udf());
}

#[test]
fn a_private_half_of_another_key_is_refused() {
    let ours = samples::key(KeyAlgorithm::Ed25519);
    let mut private = Message::new();
    private.string(&[9; 32]);
    let read = parse(&written(ours.public(), &private.0), &mut never);
    let mismatch = mesh_crypto::Error::KeyPairMismatch;
    assert_eq!(read.err(), Some(Error::Crypto(mismatch)));
}
