// SPDX-License-Identifier: MIT
//! Key files in both directions, with `ssh-keygen` as the judge.

use std::path::Path;

use mesh_crypto::{KeyAlgorithm, Seeded};
use proptest::prelude::*;

use super::*;
use crate::format::numbers;
use crate::format::samples::{self, fixture, fixture_text, program, run, secret, written};

/// The algorithms that OpenSSH has.
const ALGORITHMS: [KeyAlgorithm; 6] = [
    KeyAlgorithm::Ed25519,
    KeyAlgorithm::P256,
    KeyAlgorithm::P384,
    KeyAlgorithm::P521,
    KeyAlgorithm::Rsa2048,
    KeyAlgorithm::Rsa4096,
];

fn of_seed(seed: &[u8], comment: &str) -> Result<SshPrivateKey> {
    let key = numbers::private(KeyAlgorithm::Ed25519, seed).unwrap();
    SshPrivateKey::from_key(&key, comment)
}

fn key(comment: &str) -> SshPrivateKey {
    of_seed(&(0..32).collect::<Vec<_>>(), comment).unwrap()
}

/// The output of `ssh-keygen`; None where it is not installed.
fn keygen(arguments: &[&str], path: &Path) -> Option<String> {
    let file = ["-f", path.to_str().unwrap()];
    run("ssh-keygen", &[arguments, &file].concat())
}

#[test]
fn ssh_keygen_reads_what_is_written_and_sees_the_same_public_half() {
    for algorithm in ALGORITHMS {
        for passphrase in [None, Some(secret("correct horse"))] {
            let home = tempfile::tempdir().unwrap();
            let key =
                SshPrivateKey::from_key(&samples::key(algorithm), "alice@example.com").unwrap();
            let text = key.to_openssh(passphrase.as_ref()).unwrap();
            let path = written(&home, "id", text.expose_secret().as_bytes());
            let given = passphrase.as_ref().map_or("", SecretString::expose_secret);
            let Some(line) = keygen(&["-y", "-P", given], &path) else {
                return;
            };
            assert_eq!(line.trim(), key.public().to_line());
            let path = written(&home, "id.pub", key.public().to_line().as_bytes());
            let shown = keygen(&["-l"], &path).unwrap();
            assert!(shown.contains(&key.public().fingerprint()), "{shown}");
            let block = keygen(&["-e", "-m", "RFC4716"], &path).unwrap();
            // Its own comment tells size, user and host; the key is the same.
            assert_eq!(
                SshPublicKey::parse_rfc4716(&block).unwrap().key(),
                key.key().public()
            );
            if passphrase.is_some() {
                let file = home.path().join("id");
                let wrong = ["-y", "-P", "wrong", "-f", file.to_str().unwrap()];
                assert!(!program("ssh-keygen", &wrong).unwrap().0);
            }
        }
    }
}

#[test]
fn ssh_keygen_reads_our_rfc_4716_block() {
    for algorithm in ALGORITHMS {
        let home = tempfile::tempdir().unwrap();
        let comment = format!("alice {}", "long ".repeat(40));
        let key = SshPublicKey::new(samples::key(algorithm).public(), &comment).unwrap();
        let path = written(&home, "id.rfc", key.to_rfc4716().as_bytes());
        let Some(line) = keygen(&["-i", "-m", "RFC4716"], &path) else {
            return;
        };
        assert_eq!(SshPublicKey::parse_line(&line).unwrap().key(), key.key());
    }
}

#[test]
fn files_of_ssh_keygen_are_read_in_every_form() {
    for name in ["ed25519", "p256", "p384", "p521", "rsa2048"] {
        let line = fixture_text(&format!("ssh/{name}.pub"));
        let public = SshPublicKey::parse_line(&line).unwrap();
        assert_eq!(public.to_line(), line.trim());
        assert_eq!(public.comment(), format!("{name}@example.com"));
        let private = SshPrivateKey::parse(&fixture(&format!("ssh/{name}")), None).unwrap();
        assert_eq!(private.public(), &public);
    }
    for name in ["rsa2048", "p521"] {
        let block = SshPublicKey::parse_rfc4716(&fixture_text(&format!("ssh/{name}.rfc4716")));
        let line = SshPublicKey::parse_line(&fixture_text(&format!("ssh/{name}.pub")));
        assert_eq!(block.unwrap().key(), line.unwrap().key());
    }
    // Three ciphers: aes256-ctr, aes256-gcm, chacha20-poly1305.
    for name in ["p256", "rsa2048", "ed25519"] {
        let text = fixture(&format!("ssh/{name}-encrypted"));
        let given = secret(samples::PASSPHRASE);
        let key = SshPrivateKey::parse(&text, Some(&given)).unwrap();
        assert_eq!(
            key.public().comment(),
            format!("{name}-encrypted@example.com")
        );
        let failed = |passphrase: Option<SecretString>| {
            SshPrivateKey::parse(&text, passphrase.as_ref()).unwrap_err()
        };
        assert_eq!(failed(None), Error::NoPassphrase);
        assert_eq!(failed(Some(secret("no"))), Error::WrongPassphrase);
        assert_eq!(failed(Some(secret(""))), Error::PassphraseLength);
    }
}

#[test]
fn keys_of_other_algorithms_are_refused_by_name() {
    let unsupported = |what: &str| {
        Err(Error::Unsupported {
            what: what.to_owned(),
        })
    };
    for name in [
        "ssh-dss",
        "sk-ssh-ed25519@openssh.com",
        "ssh-ed25519-cert-v01@openssh.com",
    ] {
        let mut blob = Message::new();
        blob.string(name.as_bytes());
        let line = format!("{name} {}", data_encoding::BASE64.encode(&blob.0));
        let error = format!("the SSH algorithm {name}");
        assert_eq!(SshPublicKey::parse_line(&line), unsupported(&error));
    }
    let small = SshPrivateKey::parse(&fixture("ssh/rsa1024"), None);
    let error = mesh_crypto::Error::Unsupported {
        name: "RSA of 1024 bits".to_owned(),
    };
    assert_eq!(small.unwrap_err(), Error::Crypto(error));
    let other = PrivateKey::generate(KeyAlgorithm::X25519, &Seeded::new(1));
    assert!(matches!(
        SshPrivateKey::from_key(&other, ""),
        Err(Error::Unsupported { .. })
    ));
    // RFC 8709 has public keys of Ed448; OpenSSH has no file for the private half.
    let ed448 = SshPrivateKey::from_key(&samples::key(KeyAlgorithm::Ed448), "").unwrap();
    assert_eq!(
        SshPublicKey::parse_line(&ed448.public().to_line()).as_ref(),
        Ok(ed448.public())
    );
    assert_eq!(
        ed448.to_openssh(None).err(),
        unsupported("the SSH algorithm ssh-ed448").err()
    );
}

#[test]
fn a_combined_key_has_no_file() {
    let key = samples::key(KeyAlgorithm::Ed25519);
    let combined = SshPrivateKey::from_key(&key.combine(&key).unwrap(), "").unwrap();
    assert!(matches!(
        combined.to_openssh(None),
        Err(Error::Unsupported { .. })
    ));
}

#[test]
fn a_scalar_with_zeros_in_front_is_read_as_ssh_keygen_writes_it() {
    for algorithm in [KeyAlgorithm::P256, KeyAlgorithm::P521] {
        let length = algorithm.private_length().unwrap() - 2;
        let key = numbers::nist(algorithm, &vec![7; length]).unwrap();
        let key = SshPrivateKey::from_key(&key, "").unwrap();
        let text = key.to_openssh(None).unwrap();
        let octets = unarmoured(&text);
        let scalar = [0, 0, 0, u8::try_from(length).unwrap(), 7];
        assert!(octets.windows(5).any(|window| window == scalar));
        let read = SshPrivateKey::parse(text.expose_secret().as_bytes(), None).unwrap();
        assert_eq!(read.key().udf(), key.key().udf());
        let home = tempfile::tempdir().unwrap();
        let path = written(&home, "id", text.expose_secret().as_bytes());
        if let Some(line) = keygen(&["-y"], &path) {
            assert_eq!(line.trim(), key.public().to_line());
        }
    }
}

#[test]
fn lists_of_ssh_are_read() {
    let entries = parse_list(&fixture_text("ssh/authorized_keys")).unwrap();
    let places: Vec<&Place> = entries.iter().map(|entry| &entry.place).collect();
    let authorized = |options: &str| Place::Authorized {
        options: options.to_owned(),
    };
    let options = "restrict,command=\"echo \\\"a, b\\\"\",from=\"192.0.2.0/24\"";
    assert_eq!(
        places,
        [
            &Place::Alone,
            &authorized(options),
            &authorized("cert-authority")
        ]
    );
    let clear = parse_list(&fixture_text("ssh/known_hosts")).unwrap();
    let hashed = parse_list(&fixture_text("ssh/known_hosts.hashed")).unwrap();
    let find = |entries: &[Entry], host: &str| {
        let of_host = |entry: &&Entry| match &entry.place {
            Place::Known { hosts, .. } => hosts.contain(host),
            _ => false,
        };
        let found: Vec<_> = entries
            .iter()
            .filter(of_host)
            .map(|e| e.key.clone())
            .collect();
        found
    };
    for host in [
        "host.example.com",
        "192.0.2.1",
        "[other.example.com]:2222",
        "nobody",
    ] {
        let mut expected = find(&clear[..2], host);
        assert_eq!(expected.len(), usize::from(host != "nobody"));
        assert_eq!(find(&hashed, host), expected, "{host}");
        if host == "host.example.com" {
            // The revoked key, and the authority of the domain.
            expected.extend(clear[2..].iter().map(|entry| entry.key.clone()));
            assert_eq!(find(&clear, host), expected);
        }
    }
    let markers = clear.iter().map(|entry| match entry.place {
        Place::Known { marker, .. } => marker,
        _ => panic!("{entry:?}"),
    });
    assert_eq!(
        markers.collect::<Vec<_>>(),
        [
            None,
            None,
            Some(Marker::Revoked),
            Some(Marker::CertAuthority)
        ]
    );
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
    let path = written(&home, "authorized_keys", format!("{line}\n").as_bytes());
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
    for comment in ["a\nssh-ed25519 AAAA", "a\0", "a\r", &"x".repeat(1025)] {
        let made = of_seed(&[1; 32], comment);
        assert_eq!(
            made.unwrap_err(),
            Error::Malformed {
                what: "comment of an SSH key"
            }
        );
    }
}

/// The octets inside the armour, and the armour around octets.
fn unarmoured(text: &SecretString) -> Vec<u8> {
    let blocks = armour::blocks(text.expose_secret()).unwrap();
    blocks[0].octets.expose_secret().to_vec()
}

fn armoured(octets: &[u8]) -> String {
    armour::present(LABEL, octets, COLUMNS)
        .expose_secret()
        .to_owned()
}

/// Reads the file with octets replaced.
fn reread(octets: &[u8]) -> Result<SshPrivateKey> {
    SshPrivateKey::parse(armoured(octets).as_bytes(), Some(&secret("pass")))
}

const MISMATCH: Error = Error::Crypto(mesh_crypto::Error::KeyPairMismatch);

#[test]
fn a_private_key_with_the_public_half_of_another_is_refused() {
    let ours = key("");
    let theirs = of_seed(&[9; 32], "").unwrap();
    let mut file = unarmoured(&ours.to_openssh(None).unwrap());
    assert!(SshPrivateKey::parse(armoured(&file).as_bytes(), None).is_ok());
    let mut replaced = 0;
    while let Some(at) = file
        .windows(32)
        .position(|w| w == ours.key().public().octets())
    {
        file[at..at + 32].copy_from_slice(theirs.key().public().octets());
        replaced += 1;
    }
    assert_eq!(replaced, 3);
    let read = SshPrivateKey::parse(armoured(&file).as_bytes(), None);
    assert_eq!(read.unwrap_err(), MISMATCH);
}

#[test]
fn a_damaged_plain_file_is_malformed_and_no_matter_of_passphrases() {
    let mut file = unarmoured(&key("").to_openssh(None).unwrap());
    let at = file
        .windows(32)
        .rposition(|w| w == key("").key().public().octets())
        .unwrap();
    // Octets of the seed lie before the second public half of the private part.
    file[at - 1] ^= 1;
    let read = SshPrivateKey::parse(armoured(&file).as_bytes(), None);
    assert_eq!(read.unwrap_err(), MISMATCH);
}

#[test]
fn an_encrypted_file_that_asks_for_excessive_work_is_refused() {
    let mut file = unarmoured(&key("").to_openssh(Some(&secret("pass"))).unwrap());
    // Salt length 16, salt, rounds 1.
    let at = file.windows(4).position(|w| w == [0, 0, 0, 16]).unwrap() + 20;
    assert_eq!(file[at..at + 4], [0, 0, 0, 1]);
    file[at] = 0xFF;
    let read = SshPrivateKey::parse(armoured(&file).as_bytes(), Some(&secret("pass")));
    let error = Error::TooCostly {
        what: "4278190081 rounds of bcrypt".to_owned(),
    };
    assert_eq!(read.unwrap_err(), error);
}

#[test]
fn every_fault_of_a_file_has_its_error() {
    let plain = unarmoured(&key("c").to_openssh(None).unwrap());
    assert!(reread(&plain).is_ok());
    for length in 0..plain.len() {
        assert_eq!(reread(&plain[..length]).unwrap_err(), MALFORMED, "{length}");
    }
    let with = |from: &[u8], to: &[u8], octets: &[u8]| {
        let at = octets.windows(from.len()).position(|w| w == from).unwrap();
        [&octets[..at], to, &octets[at + from.len()..]].concat()
    };
    let error = |octets: &[u8]| reread(octets).unwrap_err();
    assert_eq!(error(&[&plain[..], &[0]].concat()), MALFORMED);
    assert_eq!(error(&with(MAGIC, b"openssh-key-v2\0", &plain)), MALFORMED);
    assert_eq!(
        error(&with(b"\0\0\0\0\0\0\0\x01", b"\0\0\0\0\0\0\0\x02", &plain)),
        Error::Unsupported {
            what: "an OpenSSH file of 2 keys".into()
        }
    );
    // The padding.
    let mut padded = plain.clone();
    *padded.last_mut().unwrap() ^= 1;
    assert_eq!(error(&padded), MALFORMED);

    let sealed = unarmoured(&key("c").to_openssh(Some(&secret("pass"))).unwrap());
    assert!(reread(&sealed).is_ok());
    for (from, to, what) in [
        (
            &b"aes256-ctr"[..],
            &b"aes256-xyz"[..],
            "the cipher aes256-xyz of a key file",
        ),
        (
            b"bcrypt",
            b"scrypt",
            "the key derivation scrypt of a key file",
        ),
    ] {
        assert_eq!(
            error(&with(from, to, &sealed)),
            Error::Unsupported { what: what.into() }
        );
    }
    assert_eq!(error(&[&sealed[..], &[0]].concat()), MALFORMED);
    assert_eq!(
        error(&with(b"aes256-ctr", b"aes256-cbc", &sealed)),
        Error::WrongPassphrase
    );
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
        let key = of_seed(&seed, &comment).unwrap();
        let pass = (!pass.is_empty()).then(|| SecretString::new(pass));
        let file = key.to_openssh(pass.as_ref()).unwrap();
        let read = SshPrivateKey::parse(file.expose_secret().as_bytes(), pass.as_ref()).unwrap();
        prop_assert_eq!(read.key().expose_seed_octets(), key.key().expose_seed_octets());
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
