// SPDX-License-Identifier: MIT
//! Key files in both directions, with `ssh-keygen` as the judge.

use std::path::{Path, PathBuf};
use std::process::Command;

use mesh_crypto::Seeded;
use proptest::prelude::*;

use super::*;
use crate::file::{Existing, write_private};

fn key(comment: &str) -> SshPrivateKey {
    SshPrivateKey::from_seed(SecretBytes::new((0..32).collect()), comment).unwrap()
}

fn secret(text: &str) -> SecretString {
    SecretString::new(text.to_owned())
}

/// Runs `ssh-keygen`; its output, or None where it is not installed.
fn keygen(arguments: &[&str], path: &Path) -> Option<String> {
    let Ok(output) = Command::new("ssh-keygen")
        .args(arguments)
        .arg("-f")
        .arg(path)
        .output()
    else {
        println!("skipped: ssh-keygen is not installed");
        return None;
    };
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(String::from_utf8(output.stdout).unwrap())
}

fn written(home: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
    let path = home.path().join(name);
    write_private(&path, text.as_bytes(), Existing::Keep).unwrap();
    path
}

#[test]
fn ssh_keygen_reads_an_exported_key_and_sees_the_same_public_half() {
    let home = tempfile::tempdir().unwrap();
    let key = key("alice@example.com");
    let path = written(&home, "id", key.to_openssh(None).unwrap().expose_secret());
    let Some(line) = keygen(&["-y"], &path) else {
        return;
    };
    assert_eq!(line.trim(), key.public().to_line());
    let shown = keygen(&["-l"], &path).unwrap();
    assert_eq!(
        shown.trim(),
        format!(
            "256 {} alice@example.com (ED25519)",
            key.public().fingerprint()
        )
    );
}

#[test]
fn ssh_keygen_opens_an_encrypted_export_with_its_passphrase_only() {
    let home = tempfile::tempdir().unwrap();
    let key = key("alice");
    let text = key.to_openssh(Some(&secret("correct horse"))).unwrap();
    let path = written(&home, "id", text.expose_secret());
    let Some(line) = keygen(&["-y", "-P", "correct horse"], &path) else {
        return;
    };
    assert_eq!(line.trim(), key.public().to_line());
    let wrong = Command::new("ssh-keygen")
        .args(["-y", "-P", "wrong", "-f"])
        .arg(&path)
        .output()
        .unwrap();
    assert!(!wrong.status.success());
}

#[test]
fn ssh_keygen_reads_our_public_line_and_writes_the_same_rfc_4716_block() {
    let home = tempfile::tempdir().unwrap();
    let key = key("alice");
    let path = written(&home, "id.pub", &key.public().to_line());
    let Some(shown) = keygen(&["-l"], &path) else {
        return;
    };
    assert!(shown.contains(&key.public().fingerprint()), "{shown}");
    let theirs = keygen(&["-e", "-m", "RFC4716"], &path).unwrap();
    // Its own comment tells size, user and host; the key is the same.
    assert_eq!(
        SshPublicKey::parse_rfc4716(&theirs).unwrap().octets(),
        key.public().octets()
    );
}

#[test]
fn ssh_keygen_reads_our_rfc_4716_block() {
    let home = tempfile::tempdir().unwrap();
    let key = key(&format!("alice {}", "long ".repeat(40)));
    let path = written(&home, "id.rfc", &key.public().to_rfc4716());
    let Some(line) = keygen(&["-i", "-m", "RFC4716"], &path) else {
        return;
    };
    let read = SshPublicKey::parse_line(&line).unwrap();
    assert_eq!(read.octets(), key.public().octets());
}

#[test]
fn keys_made_by_ssh_keygen_are_read_plain_and_encrypted() {
    for (passphrase, cipher) in [
        ("", "aes256-ctr"),
        ("pass", "aes256-ctr"),
        ("pass", "aes256-gcm@openssh.com"),
    ] {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("id");
        let made = [
            "-q", "-t", "ed25519", "-N", passphrase, "-C", "bob@host", "-a", "2", "-Z", cipher,
        ];
        if keygen(&made, &path).is_none() {
            return;
        }
        let text = std::fs::read(&path).unwrap();
        let line = std::fs::read_to_string(path.with_extension("pub")).unwrap();
        let given = (!passphrase.is_empty()).then(|| secret(passphrase));
        let key = SshPrivateKey::parse(&text, given.as_ref()).unwrap();
        assert_eq!(
            key.public(),
            &SshPublicKey::parse_line(&line).unwrap(),
            "{cipher}"
        );
        assert_eq!(key.public().comment(), "bob@host");
        if given.is_some() {
            assert_eq!(
                SshPrivateKey::parse(&text, None).unwrap_err(),
                Error::NoPassphrase
            );
            assert_eq!(
                SshPrivateKey::parse(&text, Some(&secret("no"))).unwrap_err(),
                Error::WrongPassphrase
            );
        }
    }
}

#[test]
fn keys_of_other_algorithms_are_refused_by_name() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("id");
    if keygen(&["-q", "-t", "ecdsa", "-N", ""], &path).is_none() {
        return;
    }
    let read = SshPrivateKey::parse(&std::fs::read(&path).unwrap(), None);
    assert!(matches!(read, Err(Error::Unsupported { .. })), "{read:?}");
    let line = std::fs::read_to_string(path.with_extension("pub")).unwrap();
    let error = Error::Unsupported {
        what: "the SSH algorithm ecdsa-sha2-nistp256".to_owned(),
    };
    assert_eq!(SshPublicKey::parse_line(&line), Err(error.clone()));
    let block = keygen(&["-e", "-m", "RFC4716"], &path).unwrap();
    assert_eq!(SshPublicKey::parse_rfc4716(&block), Err(error));
}

#[test]
fn a_sshd_style_line_with_options_is_written_and_read() {
    let key = key("alice");
    let public = key.public();
    let line = public
        .to_authorized_keys(&[
            "restrict",
            "command=\"echo \\\"a, b\\\"\"",
            "from=\"10.0.0.0/8\"",
        ])
        .unwrap();
    assert!(line.starts_with(
        "restrict,command=\"echo \\\"a, b\\\"\",from=\"10.0.0.0/8\" ssh-ed25519 AAAA"
    ));
    assert_eq!(&SshPublicKey::parse_line(&line).unwrap(), public);
    assert_eq!(public.to_authorized_keys(&[]).unwrap(), public.to_line());
    let home = tempfile::tempdir().unwrap();
    let path = written(&home, "authorized_keys", &format!("{line}\n"));
    if let Some(shown) = keygen(&["-l"], &path) {
        assert!(shown.contains(&public.fingerprint()), "{shown}");
    }
}

#[test]
fn an_option_that_would_smuggle_in_another_is_refused() {
    let key = key("alice");
    for option in [
        "",
        "a b",
        "a,b",
        "command=\"x",
        "a\nb",
        "a\tb",
        "command=\"x\" ssh-ed25519",
    ] {
        let written = key.public().to_authorized_keys(&[option]);
        assert!(
            matches!(written, Err(Error::Malformed { .. })),
            "{option:?}"
        );
    }
}

#[test]
fn a_comment_of_several_lines_is_refused() {
    let seed = SecretBytes::new(vec![1; 32]);
    for comment in ["a\nssh-ed25519 AAAA", "a\0", "a\r", &"x".repeat(1025)] {
        let made = SshPrivateKey::from_seed(seed.clone(), comment);
        assert_eq!(
            made.unwrap_err(),
            Error::Malformed {
                what: "comment of an SSH key"
            }
        );
    }
}

#[test]
fn a_mesh_key_passes_through_a_file_unchanged() {
    let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &Seeded::new(1));
    let exported = SshPrivateKey::from_key(&key, "")
        .unwrap()
        .to_openssh(None)
        .unwrap();
    let read = SshPrivateKey::parse(exported.expose_secret().as_bytes(), None)
        .unwrap()
        .to_key()
        .unwrap();
    assert_eq!(read.udf(), key.udf());
    let other = PrivateKey::generate(KeyAlgorithm::X25519, &Seeded::new(1));
    assert!(matches!(
        SshPrivateKey::from_key(&other, ""),
        Err(Error::Unsupported { .. })
    ));
}

/// The octets inside the armour, and the armour around octets.
fn unarmoured(text: &SecretString) -> Vec<u8> {
    let body: String = text
        .expose_secret()
        .lines()
        .filter(|l| !l.starts_with('-'))
        .collect();
    data_encoding::BASE64.decode(body.as_bytes()).unwrap()
}

fn armoured(octets: &[u8]) -> String {
    let body = data_encoding::BASE64.encode(octets);
    let lines: Vec<_> = body
        .as_bytes()
        .chunks(70)
        .map(String::from_utf8_lossy)
        .collect();
    format!(
        "-----BEGIN OPENSSH PRIVATE KEY-----\n{}\n-----END OPENSSH PRIVATE KEY-----\n",
        lines.join("\n")
    )
}

#[test]
fn a_private_key_with_the_public_half_of_another_is_refused() {
    let ours = key("");
    let theirs = SshPrivateKey::from_seed(SecretBytes::new(vec![9; 32]), "").unwrap();
    let mut file = unarmoured(&ours.to_openssh(None).unwrap());
    assert!(SshPrivateKey::parse(armoured(&file).as_bytes(), None).is_ok());
    let mut replaced = 0;
    while let Some(at) = file.windows(32).position(|w| w == ours.public().octets()) {
        file[at..at + 32].copy_from_slice(theirs.public().octets());
        replaced += 1;
    }
    assert_eq!(replaced, 3);
    let read = SshPrivateKey::parse(armoured(&file).as_bytes(), None);
    assert_eq!(read.unwrap_err(), Error::Malformed { what: WHAT });
}

#[test]
fn a_damaged_plain_file_is_malformed_and_no_matter_of_passphrases() {
    let mut file = unarmoured(&key("").to_openssh(None).unwrap());
    let at = file
        .windows(32)
        .rposition(|w| w == key("").public().octets())
        .unwrap();
    // Octets of the seed lie before the second public half of the private part.
    file[at - 1] ^= 1;
    let read = SshPrivateKey::parse(armoured(&file).as_bytes(), None);
    assert_eq!(read.unwrap_err(), Error::Malformed { what: WHAT });
}

#[test]
fn an_encrypted_file_that_asks_for_excessive_work_is_refused() {
    let mut file = unarmoured(&key("").to_openssh(Some(&secret("pass"))).unwrap());
    // Salt length 16, salt, rounds 1.
    let at = file.windows(4).position(|w| w == [0, 0, 0, 16]).unwrap() + 20;
    assert_eq!(file[at..at + 4], [0, 0, 0, 1]);
    file[at] = 0xFF;
    let read = SshPrivateKey::parse(armoured(&file).as_bytes(), Some(&secret("pass")));
    let error = Error::Unsupported {
        what: "a key file with 4278190081 rounds".to_owned(),
    };
    assert_eq!(read.unwrap_err(), error);
}

#[test]
fn malformed_public_forms_are_refused() {
    let line = key("c").public().to_line();
    let blob = line.split(' ').nth(1).unwrap();
    let long = format!("ssh-ed25519 {blob}AAAA");
    for text in [
        "",
        "ssh-ed25519",
        "ssh-ed25519 !!!!",
        "ssh-ed25519 AAAA",
        "nonsense AAAA",
        &long,
        &format!("{line}\n{line}"),
    ] {
        assert!(SshPublicKey::parse_line(text).is_err(), "{text:?}");
    }
    let block = key("c").public().to_rfc4716();
    for text in [
        "".to_owned(),
        block.replace(END, ""),
        block.replace(BEGIN_BLOCK, "---- BEGIN ----"),
        format!("{block}x"),
        block.replace("AAAA", "AAAB"),
        block.replace(END, &format!("Comment: late\n{END}")),
    ] {
        assert!(SshPublicKey::parse_rfc4716(&text).is_err(), "{text:?}");
    }
}

const BEGIN_BLOCK: &str = "---- BEGIN SSH2 PUBLIC KEY ----";
const END: &str = "---- END SSH2 PUBLIC KEY ----";

#[test]
fn the_example_of_rfc_4716_headers_is_read() {
    let blob = key("").public().to_line();
    let blob = blob.split(' ').nth(1).unwrap();
    let text = format!(
        "{BEGIN_BLOCK}\r\nComment: This is my public key for use on \\\r\nservers which I don't like.\r\n\
         x-private: a\r\n{}\r\n{}\r\n{END}\r\n",
        &blob[..60],
        &blob[60..]
    );
    let read = SshPublicKey::parse_rfc4716(&text).unwrap();
    assert_eq!(
        read.comment(),
        "This is my public key for use on servers which I don't like."
    );
}

#[test]
fn debug_output_shows_the_fingerprint_only() {
    let key = key("alice");
    assert_eq!(
        format!("{key:?}"),
        format!("SshPrivateKey({:?})", key.public().fingerprint())
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_form_reads_back(seed in any::<[u8; 32]>(), comment in "[ -~äλ]{0,300}", pass in "[a-z]{0,8}") {
        let key = SshPrivateKey::from_seed(SecretBytes::new(seed.to_vec()), &comment).unwrap();
        let pass = (!pass.is_empty()).then(|| SecretString::new(pass));
        let file = key.to_openssh(pass.as_ref()).unwrap();
        let read = SshPrivateKey::parse(file.expose_secret().as_bytes(), pass.as_ref()).unwrap();
        prop_assert_eq!(read.expose_seed(), key.expose_seed());
        prop_assert_eq!(read.public(), key.public());
        prop_assert_eq!(&SshPublicKey::parse_line(&key.public().to_line()).unwrap(), key.public());
        let block = key.public().to_rfc4716();
        prop_assert!(block.lines().all(|line| line.len() <= 72), "{}", block);
        prop_assert_eq!(&SshPublicKey::parse_rfc4716(&block).unwrap(), key.public());
    }

    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,200}") {
        let _ = SshPrivateKey::parse(text.as_bytes(), None);
        let _ = SshPublicKey::parse_line(&text);
        let _ = SshPublicKey::parse_rfc4716(&format!("{BEGIN_BLOCK}\n{text}\n{END}"));
    }
}
