// SPDX-License-Identifier: MIT
//! Logs.
//!
//! Spec: mesh-dare, "DARE Sequence".
//! Here: appending from scripts and as a sink, reading, following, what an alteration and a kill do.
//! Not here: sequences (`mesh-dare`).

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use mesh_dare::{Envelope, Sequence};

use crate::world::{World, text, write_0600};

const MISUSE: i32 = 2;
const UNTRUSTED: i32 = 4;
const REFUSED: i32 = 6;

fn texts(list: &serde_json::Value) -> Vec<String> {
    let entries = list["entries"].as_array().unwrap();
    entries.iter().map(|entry| text(entry, "text")).collect()
}

#[test]
fn entries_are_appended_by_scripts_and_pipes_and_read_again() {
    let world = World::new();
    let a = world.device("a");
    let key = world.path("key");
    write_0600(&key, &text(&a.ask(&["key", "secret"]), "key"));
    let (key, log) = (key.to_str().unwrap(), world.path("x.dlog"));
    let log = log.to_str().unwrap();
    for kind in ["list", "digest", "chain", "tree", "merkle"] {
        let _ = std::fs::remove_file(log);
        a.ask(&["log", "create", log, "--key-file", key, "--type", kind]);
        a.ask(&["log", "append", log, "first entry", "--key-file", key]);
        let lines: String = (0..2500).map(|number| format!("line {number}\n")).collect();
        let made = a.ask_with(&["log", "append", log, "--key-file", key], &lines);
        assert_eq!(made["appended"], 2500);
        a.ask_with(&["log", "append", log, "--key-file", key], "without an end");
        let list = texts(&a.ask(&["log", "list", log, "--key-file", key]));
        assert_eq!(
            (list.len(), list[0].as_str(), list[2500].as_str()),
            (2502, "first entry", "line 2499")
        );
        let last = texts(&a.ask(&["log", "list", log, "--key-file", key, "--last", "2"]));
        assert_eq!(last, ["line 2499", "without an end"]);
        let verified = a.ask(&["log", "verify", log, "--key-file", key]);
        assert_eq!(
            (&verified["frames"], &verified["opened"]),
            (&2502.into(), &true.into())
        );
        a.refused(&["log", "list", log], REFUSED);
        a.refused(&["log", "append", log, "x"], REFUSED);
        let raw = std::fs::read(log).unwrap();
        assert!(!raw.windows(11).any(|part| part == b"first entry"));
        if kind != "list" && kind != "tree" {
            let mut altered = raw.clone();
            altered[raw.len() / 2] ^= 1;
            std::fs::write(log, &altered).unwrap();
            assert_ne!(a.run(&["log", "verify", log, "--key-file", key]).code, 0);
        }
    }
}

#[test]
fn octets_that_are_no_text_are_not_lost() {
    let world = World::new();
    let a = world.device("a");
    let log = world.path("x.dlog");
    let log = log.to_str().unwrap();
    a.ask(&["log", "create", log]);
    let mut command = a.command(env!("CARGO_BIN_EXE_meshman"));
    let mut child = command
        .args(["log", "append", log])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(b"a\xff\xfe\ntext").unwrap();
    drop(pipe);
    assert!(child.wait().unwrap().success());
    let list = a.ask(&["log", "list", log]);
    assert_eq!(list["entries"][0]["octets"], "Yf_-");
    assert_eq!(list["entries"][1].get("octets"), None);
}

#[test]
fn what_is_no_log_and_what_is_not_in_it_is_said_so() {
    let world = World::new();
    let a = world.device("a");
    let (log, archive) = (world.path("x.dlog"), world.path("x.darc"));
    let (log, archive) = (log.to_str().unwrap(), archive.to_str().unwrap());
    a.ask(&["log", "create", log]);
    a.ask(&["log", "append", log, "first"]);
    a.ask(&["archive", "create", archive, log]);
    for command in [
        ["log", "append", archive, "entry"].as_slice(),
        &["log", "list", archive],
        &["log", "follow", archive],
        &["log", "verify", archive],
        &["log", "erase", archive, "1", "--yes"],
        &["log", "redact", archive, "out", "1"],
    ] {
        let (cause, _) = a.refused(command, MISUSE);
        assert!(cause.contains("is no log"), "{cause}");
    }
    a.ask(&["archive", "verify", archive]);
    let proof = world.path("proof");
    let proof = ["log", "prove", log, proof.to_str().unwrap()];
    for options in [
        ["--entry", "2"].as_slice(),
        &["--since", "2"],
        &["--entry", "1", "--at", "2"],
    ] {
        let (cause, _) = a.refused(&[&proof, options].concat(), MISUSE);
        assert_eq!(cause, "there is no entry 2");
    }
    let (_, remedy) = a.refused(&["log", "erase", log, "1", "--yes"], MISUSE);
    assert!(remedy.contains("redact"), "{remedy}");
}

#[test]
fn a_line_as_long_as_an_entry_is_one_entry() {
    let world = World::new();
    let a = world.device("a");
    let log = world.path("x.dlog");
    let log = log.to_str().unwrap();
    a.ask(&["log", "create", log]);
    let full = "a".repeat(1 << 20);
    let input = format!("{full}\n\n{full}b\nc");
    let made = a.ask_with(&["log", "append", log], &input);
    assert_eq!(made["appended"], 5);
    let list = texts(&a.ask(&["log", "list", log]));
    assert_eq!(list, [full.as_str(), "", &full, "b", "c"]);
}

#[test]
fn what_anybody_can_have_written_is_not_taken_for_an_entry_of_an_encrypted_log() {
    let world = World::new();
    let a = world.device("a");
    let key = world.path("key");
    write_0600(&key, &text(&a.ask(&["key", "secret"]), "key"));
    let (key, log) = (key.to_str().unwrap(), world.path("x.dlog"));
    let log = log.to_str().unwrap();
    a.ask(&["log", "create", log, "--key-file", key]);
    a.ask(&["log", "append", log, "first", "--key-file", key]);
    let file = std::fs::File::options().read(true).write(true).open(log);
    let (mut sequence, _) = Sequence::open_from_end(file.unwrap()).unwrap();
    let forged = Envelope {
        body: b"forged".to_vec(),
        ..Envelope::default()
    };
    sequence.append(&[forged]).unwrap();
    for command in ["list", "verify"] {
        let (cause, _) = a.refused(&["log", command, log, "--key-file", key], UNTRUSTED);
        assert!(cause.contains("entry 2 is in clear"), "{cause}");
    }
    let followed = a.run(&["log", "follow", log, "--key-file", key]);
    assert_eq!(followed.code, UNTRUSTED, "{followed:?}");
    // The whole file can be exchanged, too: what is meant for those who have the key is not written into it.
    std::fs::remove_file(log).unwrap();
    a.ask(&["log", "create", log]);
    for arguments in [
        ["log", "append", log, "secret"].as_slice(),
        &["log", "list", log],
    ] {
        let arguments = [arguments, &["--key-file", key]].concat();
        let (cause, _) = a.refused(&arguments, UNTRUSTED);
        assert!(cause.contains("not encrypted"), "{cause}");
    }
}

#[test]
fn who_cannot_read_a_log_can_append_to_it() {
    let world = World::new();
    let a = world.device("a");
    let (id, log) = (world.path("id"), world.path("x.dlog"));
    let (id, log) = (id.to_str().unwrap(), log.to_str().unwrap());
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-f", id])
        .status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("ssh-keygen is not installed: nothing was tested");
        return;
    }
    let public = format!("{id}.pub");
    a.ask(&["log", "create", log, "--encrypt", &public]);
    for number in 0..3 {
        a.ask(&[
            "log",
            "append",
            log,
            &format!("entry {number}"),
            "--encrypt",
            &public,
        ]);
    }
    let list = texts(&a.ask(&["log", "list", log, "--identity", id]));
    assert_eq!(list, ["entry 0", "entry 1", "entry 2"]);
    // An entry is one line, whatever is in it.
    a.ask(&[
        "log",
        "append",
        log,
        "one\n2026-01-01T00:00:00Z two\u{1b}[2J",
        "--encrypt",
        &public,
    ]);
    let said = a.say(&["log", "list", log, "--identity", id]);
    assert_eq!(said.lines().count(), 4);
    assert!(said.contains("one\\u{a}2026"), "{said}");
    // Anybody can verify the tree.
    assert_eq!(a.ask(&["log", "verify", log])["opened"], false);
}

#[test]
fn a_log_that_grows_is_followed_and_survives_a_kill() {
    let world = World::new();
    let a = world.device("a");
    let log = world.path("x.dlog");
    let log = log.to_str().unwrap();
    a.ask(&["log", "create", log]);
    a.ask(&["log", "append", log, "before"]);
    let start = |arguments: &[&str], stdout: Stdio| {
        let mut command = a.command(env!("CARGO_BIN_EXE_meshman"));
        command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(stdout)
            .spawn()
            .unwrap()
    };
    let mut follower = start(&["log", "follow", log], Stdio::piped());
    let mut lines = BufReader::new(follower.stdout.take().unwrap()).lines();
    let mut next = || lines.next().unwrap().unwrap();
    assert!(next().ends_with(" before"));
    let mut sink = start(&["log", "append", log], Stdio::null());
    let mut pipe = sink.stdin.take().unwrap();
    for number in 0..3 {
        writeln!(pipe, "line {number}").unwrap();
        assert!(next().ends_with(&format!(" line {number}")));
    }
    // What was seen was durable: a kill of the sink takes nothing of it away.
    sink.kill().unwrap();
    sink.wait().unwrap();
    a.ask(&["log", "append", log, "after"]);
    assert!(next().ends_with(" after"));
    // A log in which an entry was never finished goes on behind the last whole one.
    let raw = std::fs::read(log).unwrap();
    let torn = world.path("torn.dlog");
    let torn = torn.to_str().unwrap();
    for cut in [1, 10, 100] {
        std::fs::write(torn, &raw[..raw.len() - cut]).unwrap();
        let verified = a.ask(&["log", "verify", torn]);
        assert_eq!(verified["frames"], 4);
        assert!(verified["unfinished_octets"].as_u64().unwrap() > 0);
        a.ask(&["log", "append", torn, "again"]);
        let list = texts(&a.ask(&["log", "list", torn]));
        assert_eq!(list, ["before", "line 0", "line 1", "line 2", "again"]);
    }
    // Whoever follows a log is told when it loses entries.
    std::fs::write(torn, &raw[..raw.len() - 1]).unwrap();
    std::fs::rename(torn, log).unwrap();
    assert_eq!(follower.wait().unwrap().code(), Some(UNTRUSTED));
    std::fs::write(log, &raw).unwrap();
    let mut altered = std::fs::read(log).unwrap();
    let at = altered
        .windows(6)
        .position(|part| part == b"line 1")
        .unwrap();
    altered[at] = b'L';
    std::fs::write(log, altered).unwrap();
    a.refused(&["log", "verify", log], UNTRUSTED);
    a.refused(&["log", "list", log], UNTRUSTED);
}

#[test]
fn entries_are_proved_erased_and_redacted() {
    let world = World::new();
    let a = world.device("a");
    let key = world.path("key");
    write_0600(&key, &text(&a.ask(&["key", "secret"]), "key"));
    let (key, log) = (key.to_str().unwrap(), world.path("x.dlog"));
    let log = log.to_str().unwrap();
    a.ask(&["log", "create", log, "--key-file", key]);
    a.ask_with(
        &["log", "append", log, "--key-file", key],
        "one\ntwo\nthree\nfour\n",
    );
    let before = text(&a.ask(&["log", "verify", log]), "apex");
    let proof = world.path("proof");
    let proof = proof.to_str().unwrap();
    let made = a.ask(&["log", "prove", log, proof, "--entry", "2"]);
    assert_eq!(text(&made, "apex"), before);
    assert_eq!(
        a.ask(&["log", "check", proof, "--apex", &before])["index"],
        2
    );
    let wrong = before
        .replace(before.get(..1).unwrap(), "0")
        .replacen('0', "1", 1);
    a.refused(&["log", "check", proof, "--apex", &wrong], UNTRUSTED);
    a.ask(&["log", "append", log, "five", "--key-file", key]);
    let made = a.ask(&["log", "prove", log, proof, "--since", "4", "--force"]);
    let after = text(&made, "apex");
    assert_eq!(text(&made, "earlier"), before);
    a.ask(&[
        "log",
        "check",
        proof,
        "--apex",
        &after,
        "--earlier",
        &before,
    ]);
    a.refused(
        &[
            "log",
            "check",
            proof,
            "--apex",
            &before,
            "--earlier",
            &after,
        ],
        UNTRUSTED,
    );

    a.refused(&["log", "erase", log, "9", "--yes"], 2);
    a.refused(&["log", "erase", log, "0", "--yes"], 2);
    a.ask(&["log", "erase", log, "2", "--yes"]);
    let verified = a.ask(&["log", "verify", log, "--key-file", key]);
    assert_eq!(
        (text(&verified, "apex"), &verified["erased"]),
        (after.clone(), &1.into())
    );
    let said = a.say(&["log", "list", log, "--key-file", key, "--numbers"]);
    assert!(
        said.contains("2 [erased]") && !said.contains("two"),
        "{said}"
    );

    let copy = world.path("copy.dlog");
    let copy = copy.to_str().unwrap();
    a.ask(&["log", "redact", log, copy, "1", "3"]);
    let verified = a.ask(&["log", "verify", copy, "--key-file", key]);
    assert_eq!(
        (text(&verified, "apex"), &verified["redacted"]),
        (after, &2.into())
    );
    let said = a.say(&["log", "list", copy, "--key-file", key, "--numbers"]);
    assert!(
        said.contains("1 [redacted]") && said.ends_with("five\n"),
        "{said}"
    );
}
