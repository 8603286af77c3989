// SPDX-License-Identifier: MIT
//! Files that are encrypted, signed and verified.
//!
//! Spec: mesh-dare, "DARE Envelope".
//! Here: the commands: for whom, by whom, what appears and when.
//! Not here: the envelopes themselves (`mesh-dare`).

use std::path::Path;
use std::process::{Command, Stdio};

use crate::world::{ADDRESS, Device, World, run, text, write_0600};

const MISUSE: i32 = 2;
const MALFORMED: i32 = 3;
const UNTRUSTED: i32 = 4;
const REFUSED: i32 = 6;

fn content() -> Vec<u8> {
    (0..=250).cycle().take(400_000).collect()
}

fn path(world: &World, name: &str) -> String {
    world.path(name).to_str().unwrap().to_owned()
}

/// Octets of a command's standard output, and its exit code.
fn piped(device: &Device<'_>, arguments: &[&str]) -> (Vec<u8>, i32) {
    let mut command: Command = device.command(env!("CARGO_BIN_EXE_meshman"));
    let output = command
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    (output.stdout, output.status.code().unwrap())
}

#[test]
fn an_account_its_devices_and_nobody_else_open_what_is_for_them() {
    let world = World::new();
    let (a, b, stranger) = (world.device("a"), world.device("b"), world.device("c"));
    a.ask(&["account", "create", ADDRESS, "--name", "first"]);
    // The other device has shares of the keys, so that the service helps it to open what is for the account.
    let pin = text(
        &a.ask(&[
            "account",
            "pin",
            "--roles",
            "web,message",
            "--name",
            "laptop",
        ]),
        "uri",
    );
    b.ask(&["device", "request", &pin]);
    a.ask(&["account", "sync", "--auto"]);
    b.ask(&["device", "complete"]);
    let (plain, all) = (path(&world, "plain.pdf"), path(&world, "all.dare"));
    std::fs::write(&plain, content()).unwrap();

    let made = a.ask(&[
        "dare",
        "encode",
        &plain,
        &all,
        "--encrypt",
        ADDRESS,
        "--sign",
    ]);
    assert_eq!(made["content_octets"], 400_000);
    let out = path(&world, "out");
    let opened = b.ask(&["dare", "decode", &all, &out, "--signed-by", "first"]);
    assert_eq!(opened["signatures"][0]["name"], "first");
    assert_eq!(std::fs::read(&out).unwrap(), content());
    let said = b.say(&["dare", "verify", &all]);
    assert!(said.contains("signed by first"), "{said}");
    b.refused(
        &["dare", "verify", &all, "--signed-by", "laptop"],
        UNTRUSTED,
    );
    let (cause, remedy) = stranger.refused(&["dare", "decode", &all, &path(&world, "no")], REFUSED);
    assert!(cause.contains("encrypted to M"), "{cause}");
    assert!(remedy.contains("--identity"), "{remedy}");
    assert!(!world.path("no").exists());

    let one = path(&world, "one.dare");
    a.ask(&["dare", "encode", &plain, &one, "--encrypt", "laptop"]);
    b.ask(&["dare", "decode", &one, &out, "--force"]);
    a.refused(&["dare", "decode", &one, &path(&world, "no")], REFUSED);
    let (cause, _) = a.refused(
        &[
            "dare",
            "encode",
            &plain,
            &path(&world, "no"),
            "--encrypt",
            "bob@localhost",
        ],
        MISUSE,
    );
    assert!(cause.contains("bob@localhost"), "{cause}");
}

#[test]
fn keys_passphrases_and_pipes_need_no_account() {
    let world = World::new();
    let a = world.device("a");
    let (plain, sealed) = (path(&world, "plain.txt"), path(&world, "sealed.dare"));
    std::fs::write(&plain, content()).unwrap();
    let key = path(&world, "key");
    write_0600(Path::new(&key), &text(&a.ask(&["key", "secret"]), "key"));
    let (pass, wrong) = (path(&world, "pass"), path(&world, "wrong"));
    write_0600(Path::new(&pass), "correct horse\n");
    write_0600(Path::new(&wrong), "incorrect horse\n");
    for format in ["json", "json-b"] {
        for cipher in ["a256gcm", "a256cbc"] {
            a.ask(&[
                "dare",
                "encode",
                &plain,
                &sealed,
                "--force",
                "--key-file",
                &key,
                "--passphrase-in",
                &pass,
                "--format",
                format,
                "--cipher",
                cipher,
                "--annotate",
                "for you",
            ]);
            let raw = std::fs::read(&sealed).unwrap();
            assert!(!raw.windows(9).any(|part| part == b"plain.txt"));
            let (out, code) = piped(&a, &["dare", "decode", &sealed, "-", "--key-file", &key]);
            assert_eq!((out == content(), code), (true, 0));
            let (out, code) = piped(
                &a,
                &["dare", "decode", &sealed, "-", "--passphrase-in", &pass],
            );
            assert_eq!((out == content(), code), (true, 0));
            let (_, remedy) = a.refused(
                &[
                    "dare",
                    "decode",
                    &sealed,
                    &path(&world, "no"),
                    "--passphrase-in",
                    &wrong,
                ],
                UNTRUSTED,
            );
            assert!(remedy.contains("passphrase"), "{remedy}");
            let about = a.ask(&["dare", "inspect", &sealed]);
            assert_eq!(about["recipients"].as_array().unwrap().len(), 2);
            assert_eq!(about["hidden_metadata"], true);
            assert!(about.get("metadata").is_none());
            let about = a.ask(&["dare", "inspect", &sealed, "--key-file", &key]);
            assert_eq!(about["revealed"]["metadata"]["filename"], "plain.txt");
            assert_eq!(about["revealed"]["annotations"][0], "for you");
        }
    }
    // Through two pipes, and to a destination that is there.
    let mut command = a.command(env!("CARGO_BIN_EXE_meshman"));
    let done = run(
        command.args([
            "dare",
            "encode",
            "-",
            &sealed,
            "--force",
            "--key-file",
            &key,
        ]),
        "from a pipe",
    );
    assert_eq!(done.code, 0, "{done:?}");
    let (out, _) = piped(&a, &["dare", "decode", &sealed, "-", "--key-file", &key]);
    assert_eq!(out, b"from a pipe");
    let (cause, remedy) = a.refused(
        &["dare", "decode", &sealed, &plain, "--key-file", &key],
        MISUSE,
    );
    assert!(
        cause.contains("plain.txt") && remedy.contains("--force"),
        "{cause} {remedy}"
    );
    assert_eq!(std::fs::read(&plain).unwrap(), content());
    a.refused(
        &["dare", "decode", &sealed, "-", "--key-file", &key],
        MISUSE,
    );
    // What is no file is not replaced, whoever asks.
    let socket = path(&world, "socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let (cause, _) = a.refused(
        &[
            "dare",
            "decode",
            &sealed,
            &socket,
            "--key-file",
            &key,
            "--force",
        ],
        MISUSE,
    );
    assert!(cause.contains("no file"), "{cause}");
}

#[test]
fn nothing_appears_that_was_altered_and_no_doubt_passes() {
    let world = World::new();
    let a = world.device("a");
    let (plain, sealed) = (path(&world, "plain"), path(&world, "sealed.dare"));
    std::fs::write(&plain, content()).unwrap();
    let key = path(&world, "key");
    write_0600(Path::new(&key), &text(&a.ask(&["key", "secret"]), "key"));
    let out = path(&world, "out");
    for cipher in ["a256gcm", "a256cbc"] {
        a.ask(&[
            "dare",
            "encode",
            &plain,
            &sealed,
            "--key-file",
            &key,
            "--cipher",
            cipher,
            "--force",
        ]);
        let good = std::fs::read(&sealed).unwrap();
        let mut altered = good.clone();
        altered[350_000] ^= 1;
        std::fs::write(&sealed, &altered).unwrap();
        a.refused(
            &["dare", "decode", &sealed, &out, "--key-file", &key],
            UNTRUSTED,
        );
        a.refused(&["dare", "verify", &sealed, "--key-file", &key], UNTRUSTED);
        assert!(!Path::new(&out).exists());
        // A pipe gets nothing of what is not authentic: of segments only those before the altered one.
        let (octets, code) = piped(&a, &["dare", "decode", &sealed, "-", "--key-file", &key]);
        assert_eq!(code, UNTRUSTED);
        assert!(content().starts_with(&octets) && octets.len() < 350_000);
        std::fs::write(&sealed, &good[..good.len() / 2]).unwrap();
        a.refused(
            &["dare", "decode", &sealed, &out, "--key-file", &key],
            MALFORMED,
        );
        assert!(!Path::new(&out).exists());
    }
    // What a digest protects is whole; who made it is another matter, which 'authentic' states.
    a.ask(&["dare", "encode", &plain, &sealed, "--force"]);
    assert_eq!(a.ask(&["dare", "verify", &sealed])["authentic"], false);
    std::fs::write(&sealed, b"[{},\"Y29udGVudA\"]").unwrap();
    a.refused(&["dare", "verify", &sealed], UNTRUSTED);
    let left = std::fs::read_dir(world.path("sealed.dare").parent().unwrap()).unwrap();
    let left = left.filter(|entry| {
        entry
            .as_ref()
            .unwrap()
            .file_name()
            .to_str()
            .unwrap()
            .starts_with(".mesh-")
    });
    assert_eq!(left.count(), 0);
}

#[test]
fn signatures_by_key_files_are_judged_by_key_files() {
    let world = World::new();
    let a = world.device("a");
    let id = path(&world, "id");
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-f", &id])
        .status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("ssh-keygen is not installed: nothing was tested");
        return;
    }
    let public = format!("{id}.pub");
    let (plain, sealed) = (path(&world, "plain"), path(&world, "sealed.dare"));
    std::fs::write(&plain, content()).unwrap();
    a.ask(&[
        "dare",
        "encode",
        &plain,
        &sealed,
        "--sign-key",
        &id,
        "--encrypt",
        &public,
    ]);
    let (cause, _) = a.refused(&["dare", "verify", &sealed], UNTRUSTED);
    assert!(cause.contains("not known here"), "{cause}");
    a.ask(&["dare", "verify", &sealed, "--signed-by", &public]);
    let udf = a.ask(&["dare", "inspect", &sealed]);
    let udf = udf["signatures"][0]["key"].as_str().unwrap();
    a.ask(&["dare", "verify", &sealed, "--signed-by", udf]);
    let out = path(&world, "out");
    a.ask(&[
        "dare",
        "decode",
        &sealed,
        &out,
        "--identity",
        &id,
        "--signed-by",
        &public,
    ]);
    assert_eq!(std::fs::read(&out).unwrap(), content());
    // The signature covers the content: another content under it is refused.
    let mut raw = std::fs::read(&sealed).unwrap();
    let at = raw.len() - 60;
    raw[at] = if raw[at] == b'A' { b'B' } else { b'A' };
    std::fs::write(&sealed, raw).unwrap();
    a.refused(
        &["dare", "verify", &sealed, "--signed-by", &public],
        UNTRUSTED,
    );
}

#[test]
fn an_earl_names_the_file_and_opens_it() {
    let world = World::new();
    let a = world.device("a");
    let (plain, sealed) = (path(&world, "plain"), path(&world, "sealed.dare"));
    std::fs::write(&plain, content()).unwrap();
    let made = a.ask(&["dare", "earl", &plain, &sealed, "--domain", "example.com"]);
    let address = text(&made, "address");
    assert!(
        address.starts_with("https://example.com/.well-known/mmm-udf/M"),
        "{address}"
    );
    assert!(address.ends_with(&text(&made, "locator")));
    let key = path(&world, "key");
    write_0600(Path::new(&key), &text(&made, "key"));
    let (out, code) = piped(&a, &["dare", "decode", &sealed, "-", "--key-file", &key]);
    assert_eq!((out == content(), code), (true, 0));
}

#[test]
fn an_envelope_in_any_encoding_is_the_same_envelope() {
    let world = World::new();
    let a = world.device("a");
    let id = path(&world, "id");
    a.ask(&["key", "generate", &id, "--alg", "ed448"]);
    let (public, key) = (format!("{id}.pub"), path(&world, "key"));
    write_0600(Path::new(&key), &text(&a.ask(&["key", "secret"]), "key"));
    let (plain, mut from) = (path(&world, "plain"), path(&world, "0.dare"));
    std::fs::write(&plain, content()).unwrap();
    a.ask(&[
        "dare",
        "encode",
        &plain,
        &from,
        "--key-file",
        &key,
        "--sign-key",
        &id,
        "--annotate",
        "note",
    ]);
    let forms = ["json", "json-c", "json-b", "json-d", "json-c", "json"];
    for (number, form) in (1..).zip(forms) {
        let to = path(&world, &format!("{number}.dare"));
        a.ask(&["dare", "convert", &from, &to, "--to", form]);
        a.ask(&[
            "dare",
            "verify",
            &to,
            "--signed-by",
            &public,
            "--key-file",
            &key,
        ]);
        let (out, code) = piped(&a, &["dare", "decode", &to, "-", "--key-file", &key]);
        assert_eq!((out == content(), code), (true, 0), "{form}");
        let about = a.ask(&["dare", "inspect", &to, "--key-file", &key]);
        assert_eq!(about["revealed"]["annotations"][0], "note", "{form}");
        from = to;
    }
    // Other documents go through all of them, too, and are not taken for envelopes.
    let (one, two) = (path(&world, "one"), path(&world, "two"));
    std::fs::write(
        &one,
        br#"[{"name": "a", "n": 12345678901234567890123, "x": 0.5}, ["name", "name"]]"#,
    )
    .unwrap();
    a.refused(&["dare", "convert", &one, &two, "--to", "json-b"], MISUSE);
    for form in ["json-d", "json-b", "json-c", "json"] {
        a.ask(&["dare", "convert", "--document", &one, &two, "--to", form]);
        std::fs::rename(&two, &one).unwrap();
    }
    let back: serde_json::Value = serde_json::from_slice(&std::fs::read(&one).unwrap()).unwrap();
    assert_eq!(back[1][1], "name");
    assert_eq!(back[0]["x"], 0.5);
}

#[test]
fn a_pair_of_keys_is_one_hybrid_recipient() {
    let world = World::new();
    let a = world.device("a");
    let id = path(&world, "id");
    a.ask(&["key", "generate", &id]);
    let (plain, sealed) = (path(&world, "plain"), path(&world, "sealed.dare"));
    std::fs::write(&plain, content()).unwrap();
    a.ask(&[
        "dare",
        "encode",
        &plain,
        &sealed,
        "--encrypt",
        &format!("{id}.pub"),
    ]);
    let about = a.ask(&["dare", "inspect", &sealed]);
    assert_eq!(about["recipients"].as_array().unwrap().len(), 1);
    let (out, code) = piped(&a, &["dare", "decode", &sealed, "-", "--identity", &id]);
    assert_eq!((out == content(), code), (true, 0));
}

#[test]
fn whoever_names_a_key_gets_nothing_that_was_never_encrypted() {
    let world = World::new();
    let a = world.device("a");
    let (plain, made, out) = (world.path("plain"), world.path("x.dare"), world.path("out"));
    std::fs::write(&plain, b"content").unwrap();
    let key = world.path("key");
    write_0600(&key, &text(&a.ask(&["key", "secret"]), "key"));
    let (plain, made, out) = (
        plain.to_str().unwrap(),
        made.to_str().unwrap(),
        out.to_str().unwrap(),
    );
    let key = ["--key-file", key.to_str().unwrap()];
    a.ask(&["dare", "encode", plain, made]);
    for command in [
        ["dare", "decode", made, out].as_slice(),
        &["dare", "verify", made],
    ] {
        let (cause, _) = a.refused(&[command, &key].concat(), UNTRUSTED);
        assert!(cause.contains("not encrypted"), "{cause}");
        assert!(!Path::new(out).exists());
    }
    let piped = a.run(&[["dare", "decode", made, "-"].as_slice(), &key].concat());
    assert_eq!((piped.code, piped.stdout.as_str()), (UNTRUSTED, ""));
    a.ask(&["dare", "decode", made, out]);

    let archive = world.path("x.darc");
    let archive = archive.to_str().unwrap();
    a.ask(&["archive", "create", archive, plain]);
    for command in [
        ["archive", "extract", archive].as_slice(),
        &["archive", "append", archive, plain],
    ] {
        a.refused(&[command, &key].concat(), UNTRUSTED);
    }
}

#[test]
fn nothing_in_a_file_adds_lines_to_what_is_said_of_it() {
    let world = World::new();
    let a = world.device("a");
    let name = "name\nsignatures: valid\u{1b}[2J";
    let (plain, cover, made) = (world.path(name), world.path("cover"), world.path("x.dare"));
    std::fs::write(&plain, b"content").unwrap();
    std::fs::write(&cover, b"cover\nsignatures: valid").unwrap();
    let (plain, made) = (plain.to_str().unwrap(), made.to_str().unwrap());
    let cover = cover.to_str().unwrap();
    let note = "note\nsignatures: valid";
    a.ask(&[
        "dare",
        "encode",
        plain,
        made,
        "--cover",
        cover,
        "--annotate",
        note,
    ]);
    let said = a.say(&["dare", "inspect", made]);
    let signatures = said.lines().filter(|line| line.starts_with("signatures:"));
    assert_eq!(
        signatures.collect::<Vec<_>>(),
        ["signatures: none"],
        "{said}"
    );
    assert!(!said.contains('\u{1b}'));
    let done = a.run(&["dare", "verify", plain]);
    assert_eq!(done.stderr.lines().count(), 2, "{}", done.stderr);
}

#[test]
fn standard_output_holds_one_thing() {
    let world = World::new();
    let a = world.device("a");
    let (plain, log) = (path(&world, "plain"), path(&world, "x.dlog"));
    std::fs::write(&plain, b"content").unwrap();
    a.ask(&["log", "create", &log]);
    a.refused(&["dare", "encode", &plain, "-"], MISUSE);
    a.refused(&["log", "prove", &log, "-", "--entry", "0"], MISUSE);
    for options in [
        ["dare", "earl", &plain, "-"].as_slice(),
        &["dare", "earl", &plain, "-", "--json"],
    ] {
        let done = a.run(options);
        assert_eq!(done.code, MISUSE);
        assert!(!done.stdout.contains("Salt"), "{}", done.stdout);
    }
}

/// A signature covers what is stored, whatever the header calls it.
#[test]
fn ciphertext_is_not_verified_as_content() {
    let world = World::new();
    let a = world.device("a");
    let (plain, made) = (path(&world, "plain"), path(&world, "x.dare"));
    std::fs::write(&plain, b"content").unwrap();
    let (id, signer) = (path(&world, "id"), path(&world, "signer"));
    a.ask(&["key", "generate", &id, "--alg", "x25519"]);
    a.ask(&["key", "generate", &signer, "--alg", "ed25519"]);
    let (reader, signed_by) = (format!("{id}.pub"), format!("{signer}.pub"));
    a.ask(&[
        "dare",
        "encode",
        &plain,
        &made,
        "--format",
        "json",
        "--encrypt",
        &reader,
        "--sign-key",
        &signer,
    ]);
    let verify = ["dare", "verify", &made, "--signed-by", &signed_by];
    a.ask(&verify);
    let envelope: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&made).unwrap()).unwrap();
    for kept in ["Salt", "recipients", "cloaked"] {
        let mut altered = envelope.clone();
        let header = altered[0].as_object_mut().unwrap();
        for name in ["enc", "Salt", "recipients", "cloaked"] {
            let found = header.remove(name);
            if name == kept {
                header.insert(name.to_owned(), found.unwrap());
            }
        }
        std::fs::write(&made, altered.to_string()).unwrap();
        a.refused(&verify, MALFORMED);
        a.refused(&["dare", "decode", &made, "-"], MISUSE);
        let out = path(&world, "out");
        a.refused(&["dare", "decode", &made, &out], MALFORMED);
        a.ask(&["dare", "inspect", &made]);
    }
}
