// SPDX-License-Identifier: MIT
//! Key files: made, shown, converted, derived.
//!
//! Spec: the forms are those of `mesh-keystore`, whose files (`vectors/keystore`) are shown here.
//! Here: the commands, and that ssh-keygen and openssl read what they write.
//! Not here: the forms by themselves; secrets and shares (`hash`).

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::world::{World, text, write_0600};

const MISUSE: i32 = 2;
const MALFORMED: i32 = 3;
const UNTRUSTED: i32 = 4;
const UNSUPPORTED: i32 = 5;
const REFUSED: i32 = 6;

fn fixture(name: &str) -> String {
    format!(
        "{}/../../vectors/keystore/{name}",
        env!("CARGO_MANIFEST_DIR")
    )
}

/// A fixture with a private key, which must not be open to others.
fn private_fixture(world: &World, name: &str) -> String {
    let path = world.path(&name.replace('/', "-"));
    let text = std::fs::read_to_string(fixture(name)).unwrap();
    write_0600(&path, &text);
    path.to_str().unwrap().to_owned()
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn items(said: &Value) -> &Vec<Value> {
    said["items"].as_array().unwrap()
}

/// The output of a peer; None where it is not installed.
fn peer(program: &str, arguments: &[&str]) -> Option<String> {
    let Ok(output) = Command::new(program).args(arguments).output() else {
        eprintln!("skipped: {program} is not installed");
        return None;
    };
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {output:?}"
    );
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_key_of_each_algorithm_is_made_and_shown() {
    let world = World::new();
    let a = world.device("a");
    for alg in [
        "hybrid",
        "ed25519",
        "ed448",
        "ml-dsa-44",
        "ml-dsa-65",
        "ml-dsa-87",
        "ml-kem-512",
        "ml-kem-768",
        "ml-kem-1024",
        "p256",
        "p384",
        "p521",
        "rsa2048",
        "x25519",
        "x448",
    ] {
        let path = world.path(alg);
        let file = path.to_str().unwrap();
        let made = a.ask(&["key", "generate", file, "--alg", alg]);
        assert_eq!(mode(&path), 0o600);
        let udfs = |list: &Value| -> Vec<String> {
            let list = list.as_array().unwrap().iter();
            list.map(|key| text(key, "udf")).collect()
        };
        let made_udfs = udfs(&made["keys"]);
        assert_eq!(made_udfs.len(), if alg == "hybrid" { 2 } else { 1 });
        assert_eq!(udfs(&a.ask(&["key", "show", file])["items"]), made_udfs);
        let beside = text(&made, "public_file");
        assert_eq!(beside, format!("{file}.pub"));
        let shown = a.ask(&["key", "show", &beside]);
        assert_eq!(udfs(&shown["items"]), made_udfs);
        assert!(
            items(&shown)
                .iter()
                .all(|item| item["what"] == "public key")
        );
        // Nothing of the secret is shown: every member of the private record is absent.
        let record = std::fs::read_to_string(&path).unwrap();
        let said = a.say(&["key", "show", file]);
        for part in record.split('"').filter(|part| part.len() > 30) {
            assert!(!said.contains(part) && !made.to_string().contains(part));
        }
    }
}

#[test]
fn nothing_is_replaced_unasked() {
    let world = World::new();
    let a = world.device("a");
    let (path, beside) = (world.path("k"), world.path("k.pub"));
    let file = path.to_str().unwrap();
    std::fs::write(&beside, "mine").unwrap();
    let generate = ["key", "generate", file, "--alg", "x25519"];
    a.refused(&generate, MISUSE);
    assert!(!path.exists());
    std::fs::remove_file(&beside).unwrap();
    let first = a.ask(&generate);
    a.refused(&generate, MISUSE);
    a.refused(&["key", "convert", file, file, "--format", "pem"], MISUSE);
    let second = a.ask(&[&generate[..], &["--force"]].concat());
    assert_ne!(first["keys"], second["keys"]);
    a.refused(&["key", "generate", "-"], MISUSE);
    a.refused(&["key", "convert", file, "-", "--format", "pem"], MISUSE);
}

#[test]
fn ssh_keygen_and_openssl_read_what_is_made() {
    let world = World::new();
    let a = world.device("a");
    let passphrase = world.path("secret");
    write_0600(&passphrase, "fixture\n");
    let passphrase = passphrase.to_str().unwrap();
    for (alg, encrypted) in [("ed25519", true), ("p384", false), ("rsa2048", true)] {
        let path = world.path(&format!("{alg}-ssh"));
        let file = path.to_str().unwrap();
        let mut arguments = vec![
            "key",
            "generate",
            file,
            "--alg",
            alg,
            "--format",
            "openssh",
            "--comment",
            "alice@laptop",
        ];
        if encrypted {
            arguments.extend(["--passphrase-in", passphrase]);
        }
        a.ask(&arguments);
        let line = std::fs::read_to_string(format!("{file}.pub")).unwrap();
        assert!(line.ends_with(" alice@laptop\n"), "{line}");
        if let Some(shown) = peer("ssh-keygen", &["-y", "-P", "fixture", "-f", file]) {
            assert_eq!(shown.trim(), line.trim());
        }
        let mut show = vec!["key", "show", file];
        if encrypted {
            show.extend(["--passphrase-in", passphrase]);
        }
        let shown = a.ask(&show);
        if let Some(theirs) = peer("ssh-keygen", &["-l", "-f", &format!("{file}.pub")]) {
            let fingerprint = text(&items(&shown)[0], "ssh_fingerprint");
            assert!(theirs.contains(&fingerprint), "{theirs} {shown}");
        }
        assert_eq!(text(&items(&shown)[0], "comment"), "alice@laptop");
    }
    for alg in ["p256", "x448", "ed25519"] {
        let path = world.path(&format!("{alg}.pem"));
        let file = path.to_str().unwrap();
        let pem = ["--format", "pem", "--passphrase-in", passphrase];
        a.ask(&[&["key", "generate", file, "--alg", alg][..], &pem].concat());
        let openssl = ["pkey", "-in", file, "-passin", "pass:fixture", "-pubout"];
        if let Some(public) = peer("openssl", &openssl) {
            assert_eq!(
                public,
                std::fs::read_to_string(format!("{file}.pub")).unwrap()
            );
        }
    }
    // Forms that do not have the key, and a form without passphrases.
    for (arguments, code) in [
        (&["--alg", "x448", "--format", "openssh"][..], UNSUPPORTED),
        (&["--alg", "ed448", "--format", "pem"], UNSUPPORTED),
        (&["--alg", "hybrid", "--format", "openssh"], UNSUPPORTED),
        (&["--alg", "ed25519", "--format", "rfc4716"], UNSUPPORTED),
        (&["--alg", "ed25519", "--passphrase-in", passphrase], MISUSE),
    ] {
        let file = world.path("refused");
        let arguments = [&["key", "generate", file.to_str().unwrap()], arguments].concat();
        a.refused(&arguments, code);
        assert!(!file.exists());
    }
}

#[test]
fn keys_are_converted_between_all_forms_and_stay_the_same() {
    let world = World::new();
    let a = world.device("a");
    let passphrase = world.path("secret");
    write_0600(&passphrase, "fixture\n");
    let passphrase = passphrase.to_str().unwrap();
    let udf = |file: &str| {
        let shown = a.ask(&["key", "show", file, "--passphrase-in", passphrase]);
        text(&items(&shown)[0], "udf")
    };
    for input in [
        "putty/p256-encrypted.ppk",
        "ssh/p256-encrypted",
        "openssl/p256.scrypt.pem",
        "ssh/rsa2048",
    ] {
        let input = private_fixture(&world, input);
        let expected = udf(&input);
        let mut from = input.clone();
        for (number, form) in ["record", "pem", "openssh", "record"]
            .into_iter()
            .enumerate()
        {
            let to = format!("{input}.{number}");
            let convert = [
                "key",
                "convert",
                &from,
                &to,
                "--format",
                form,
                "--passphrase-in",
                passphrase,
            ];
            let mut convert = convert.to_vec();
            if form != "record" {
                convert.extend(["--new-passphrase-in", passphrase]);
            }
            a.ask(&convert);
            assert_eq!(mode(Path::new(&to)), 0o600);
            assert_eq!(udf(&to), expected, "{to}");
            from = to;
        }
        // The public half goes to standard output, too.
        for form in ["record", "pem", "openssh", "rfc4716"] {
            let public = a.say(
                &["key", "convert", &from, "-", "--format", form]
                    .into_iter()
                    .chain(["--public"])
                    .collect::<Vec<_>>(),
            );
            let shown = a.ask_with(&["key", "show", "-", "--expect", &expected], &public);
            assert_eq!(items(&shown)[0]["udf"], expected);
        }
    }
    // A private key that others can read is refused.
    let open = world.path("open");
    std::fs::copy(fixture("ssh/ed25519"), &open).unwrap();
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (open, to) = (open.to_str().unwrap(), world.path("to"));
    let shown = a.ask(&["key", "show", open]);
    assert_eq!(items(&shown)[0]["open_to_others"], true);
    a.refused(
        &[
            "key",
            "convert",
            open,
            to.to_str().unwrap(),
            "--format",
            "pem",
        ],
        UNTRUSTED,
    );
    assert!(!to.exists());
    a.ask(&[
        "key",
        "convert",
        open,
        to.to_str().unwrap(),
        "--format",
        "pem",
        "--public",
    ]);
    let public = fixture("ssh/ed25519.pub");
    let encrypt = [
        "key",
        "convert",
        &public,
        open,
        "--format",
        "pem",
        "--new-passphrase-in",
        passphrase,
    ];
    a.refused(&encrypt, MISUSE);
}

#[test]
fn certificates_requests_and_lists_are_shown() {
    let world = World::new();
    let a = world.device("a");
    let show = |name: &str| a.ask(&["key", "show", &fixture(name)]);
    let certificate = show("openssl/p256.certificate.pem");
    let [item] = &items(&certificate)[..] else {
        panic!("{certificate}");
    };
    assert_eq!(
        text(item, "subject"),
        "CN=fixture.example.com,O=Fixture,C=CH"
    );
    assert_eq!(
        (&item["what"], &item["self_signed"]),
        (&"certificate".into(), &true.into())
    );
    assert_eq!(
        (&item["algorithm"], &item["bits"]),
        (&"P256".into(), &256.into())
    );
    let request = show("openssl/ed448.request.pem");
    assert_eq!(items(&request)[0]["signature_verified"], true);
    let sha1 = show("openssl/rsa2048-sha1.request.pem");
    assert_eq!(items(&sha1)[0]["signature_verified"], false);

    let hosts = items(&show("ssh/known_hosts")).len();
    assert_eq!(hosts, 4);
    let of_host = |name: &str, host: &str| {
        let said = a.ask(&["key", "show", &fixture(name), "--host", host]);
        items(&said)[0]["udf"].clone()
    };
    for host in ["192.0.2.1", "[other.example.com]:2222"] {
        let hashed = of_host("ssh/known_hosts.hashed", host);
        assert_eq!(hashed, of_host("ssh/known_hosts", host));
    }
    let file = fixture("ssh/known_hosts.hashed");
    a.refused(&["key", "show", &file, "--host", "nobody"], MISUSE);
    let authorized = show("ssh/authorized_keys");
    assert_eq!(items(&authorized)[2]["options"], "cert-authority");
    let said = a.say(&["key", "show", &fixture("ssh/authorized_keys")]);
    assert!(
        said.contains("options: restrict,command=\"echo \\\"a, b\\\"\""),
        "{said}"
    );
}

#[test]
fn a_key_that_is_not_the_expected_one_is_refused() {
    let world = World::new();
    let a = world.device("a");
    let file = world.path("k");
    let file = file.to_str().unwrap();
    let made = a.ask(&["key", "generate", file]);
    let [first, second] = [0, 1].map(|at| text(&made["keys"][at], "udf"));
    let beside = format!("{file}.pub");
    a.ask(&[
        "key", "show", &beside, "--expect", &first, "--expect", &second,
    ]);
    // Each key of a pair must be named, and each named must be there.
    let (message, _) = a.refused(&["key", "show", &beside, "--expect", &first], UNTRUSTED);
    assert!(message.contains(&second), "{message}");
    let other = text(
        &items(&a.ask(&["key", "show", &fixture("ssh/p256.pub")]))[0],
        "udf",
    );
    let all = ["--expect", &first, "--expect", &second, "--expect", &other];
    a.refused(&[&["key", "show", &beside][..], &all].concat(), UNTRUSTED);
    a.refused(
        &["key", "show", &fixture("ssh/p384.pub"), "--expect", &other],
        UNTRUSTED,
    );
}

#[test]
fn failures_are_told_by_their_code() {
    let world = World::new();
    let a = world.device("a");
    let wrong = world.path("wrong");
    write_0600(&wrong, "wrong\n");
    let with_wrong = |name: &str| {
        let file = fixture(name);
        let arguments = [
            "key",
            "show",
            &file,
            "--passphrase-in",
            wrong.to_str().unwrap(),
        ];
        a.refused(&arguments, REFUSED).0
    };
    for name in [
        "openssl/p256.aes256.p12",
        "openssl/p256.aes256.pem",
        "ssh/p256-encrypted",
        "putty/p256-encrypted.ppk",
        "openssl/rsa2048.des3.traditional.pem",
        "nss/p256.p12",
    ] {
        assert!(with_wrong(name).contains("wrong passphrase"));
    }
    a.refused(
        &["key", "show", &fixture("openssl/rsa1024.spki.pem")],
        UNSUPPORTED,
    );
    a.refused(&["key", "show", "no such file"], MISUSE);
    let done = a.run_with(&["key", "show", "-", "--json"], "nonsense");
    assert_eq!(done.code, MALFORMED, "{done:?}");
    let help = a.say(&["key", "generate", "--help"]);
    assert!(help.contains("Examples:") && help.contains("mesh key generate alice.key"));
}

/// The seed and the fingerprint are published in mesh-udf, "Derived Key".
#[test]
fn the_published_key_follows_from_its_seed() {
    let world = World::new();
    let a = world.device("a");
    let (seed, udf) = (
        "ZAAA-FFQA-3LE5-SAHG-E6K6-HOTN-TVLB-K4A",
        "MDHU-TLPK-ULU7-TGBX-OFSA-UF3V-FVM3",
    );
    let said = a.ask_with(&["key", "derive", "--alg", "x448"], seed);
    assert_eq!(said["keys"][0]["udf"], udf);
    let file = world.path("derived");
    let file = file.to_str().unwrap();
    a.ask_with(&["key", "derive", file, "--alg", "x448"], seed);
    assert_eq!(items(&a.ask(&["key", "show", file]))[0]["udf"], udf);
    let named = a.ask_with(&["key", "derive", "--alg", "x448", "--name", "other"], seed);
    assert_ne!(named["keys"][0]["udf"], udf);
    // The seed is for X448 alone.
    let done = a.run_with(&["key", "derive", "--alg", "ed448"], seed);
    assert_ne!(done.code, 0);
    let done = a.run_with(&["key", "derive", "--alg", "x448"], "nonsense!");
    assert!(
        done.code != 0 && !done.stderr.contains("nonsense"),
        "{done:?}"
    );
}
