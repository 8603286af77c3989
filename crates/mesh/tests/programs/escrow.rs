// SPDX-License-Identifier: MIT
//! Recovery codes: sheets, checking them, rehearsing a recovery.
//!
//! Spec: mesh-architecture, "Escrow", "Recovery".
//! Here: what a person types and gets.
//! Not here: a real recovery (`story`).

use std::os::unix::fs::PermissionsExt;

use crate::world::{ADDRESS, World, text};

const MISUSE: i32 = 2;
const UNTRUSTED: i32 = 4;

#[test]
fn codes_are_really_checked_each_by_itself() {
    let world = World::new();
    let a = world.device("a");
    a.ask(&["account", "create", ADDRESS]);
    let codes = |options: &[&str]| -> Vec<String> {
        let made = a.ask(&[&["account", "escrow"], options].concat());
        let list = made["shares"].as_array().unwrap().iter();
        list.map(|code| code.as_str().unwrap().to_owned()).collect()
    };
    let verify = |codes: &[&str]| {
        let command = ["account", "escrow", "--verify", "--json"];
        a.run_with(&command, &codes.join("\n"))
    };
    let three = codes(&["--shares", "5", "--quorum", "3"]);
    let three: Vec<&str> = three.iter().map(String::as_str).collect();
    assert_eq!(verify(&three).code, 0);
    assert_eq!(verify(&three[2..]).code, 0);
    let few = verify(&three[..2]);
    assert_eq!(few.code, MISUSE, "{few:?}");
    assert!(few.stdout.contains("2 of the 3"), "{few:?}");
    // One letter.
    let altered = three[1].replacen(|letter| letter != 'A', "A", 1);
    let mut wrong = three.clone();
    wrong[1] = &altered[..];
    let last = three[3].len() - 6;
    let mut other = three[3].to_owned();
    other.replace_range(
        last..=last,
        if &three[3][last..=last] == "B" {
            "C"
        } else {
            "B"
        },
    );
    wrong[1] = three[1];
    wrong[3] = &other;
    let done = verify(&wrong);
    assert_eq!(done.code, UNTRUSTED, "{done:?}");
    let said = text(&done.object()["error"], "message");
    assert!(
        said.starts_with("code 4: ") && !said.contains("code 1"),
        "{said}"
    );
    assert!(!said.contains(&other), "a code is not repeated");
    // Another set, of the same account, and another account's.
    let two = codes(&["--shares", "2", "--quorum", "2"]);
    let done = verify(&[&three[..], &[&two[0]]].concat());
    assert_eq!(done.code, UNTRUSTED, "{done:?}");
    assert!(text(&done.object()["error"], "message").contains("code 6"));
    let b = world.device("b");
    b.ask(&["account", "create", "bob@localhost"]);
    let command = ["account", "escrow", "--verify"];
    let done = b.run_with(&command, &three.join("\n"));
    assert_eq!(done.code, UNTRUSTED, "{done:?}");
    assert_eq!(
        verify(&["nonsense", three[0], three[1], three[2]]).code,
        UNTRUSTED
    );
}

#[test]
fn sheets_are_for_one_holder_each_and_a_drill_leaves_nothing() {
    let world = World::new();
    let (a, c) = (world.device("a"), world.device("c"));
    a.ask(&["account", "create", ADDRESS]);
    a.ask(&["password", "add", "example.com", "alice", "--generate"]);
    let directory = world.path("sheets");
    let sheets = directory.to_str().unwrap();
    let made = a.ask(&["account", "escrow", "--sheets", sheets]);
    assert!(
        made.get("shares").is_none(),
        "the codes are on the sheets only"
    );
    assert_eq!(made["files"].as_array().unwrap().len(), 6);
    a.refused(&["account", "escrow", "--sheets", sheets], MISUSE);
    let mut codes = Vec::new();
    for file in std::fs::read_dir(&directory).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let octets = std::fs::read(file.path()).unwrap();
        if file.path().extension().unwrap() == "pdf" {
            assert!(octets.starts_with(b"%PDF-") && octets.ends_with(b"%%EOF"));
            continue;
        }
        let sheet = String::from_utf8(octets).unwrap();
        assert!(sheet.contains(ADDRESS) && sheet.contains("any 2 of them"));
        let code = sheet.lines().filter(|line| line.starts_with("SA"));
        let code: Vec<_> = code.map(str::to_owned).collect();
        assert_eq!(code.len(), 1, "{sheet}");
        codes.extend(code);
    }
    let given = codes[1..].join("\n");
    let devices = a.ask(&["device", "list"]);
    let drill = a.ask_with(&["account", "recover", ADDRESS, "--drill"], &given);
    assert!(drill["compared"].as_u64().unwrap() > 10, "{drill}");
    assert!(drill["entries"].as_u64().unwrap() >= 4, "{drill}");
    // On a machine that knows nothing there is nothing to compare with, and nothing is there afterwards.
    let drill = c.ask_with(&["account", "recover", ADDRESS, "--drill"], &given);
    assert_eq!(drill["compared"], 0);
    assert!(!c.home().exists());
    a.ask(&["account", "sync"]);
    assert_eq!(a.ask(&["device", "list"]), devices);
    let done = c.run_with(&["account", "recover", ADDRESS, "--drill"], &codes[0]);
    assert_eq!(done.code, MISUSE, "{done:?}");
}

#[test]
fn a_recovery_is_announced_to_every_device() {
    let world = World::new();
    let (a, b, c) = (world.device("a"), world.device("b"), world.device("c"));
    a.ask(&["account", "create", ADDRESS]);
    let codes = a.ask(&["account", "escrow", "--shares", "2"]);
    let codes = codes["shares"].as_array().unwrap().iter();
    let codes: Vec<&str> = codes.map(|code| code.as_str().unwrap()).collect();
    // A device of the fewest rights.
    let pin = text(
        &a.ask(&["account", "pin", "--roles", "device", "--name", "b"]),
        "pin",
    );
    b.ask_with(&["device", "request", ADDRESS, "--pin-stdin"], &pin);
    a.ask(&["account", "sync", "--auto"]);
    b.ask(&["device", "complete"]);
    assert!(
        b.ask(&["account", "sync"])["connected"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    c.ask_with(
        &["account", "recover", ADDRESS, "--name", "thief"],
        &codes.join("\n"),
    );
    for device in [&a, &b] {
        let report = device.ask(&["account", "sync"]);
        let news = report["connected"].as_array().unwrap();
        assert_eq!(news.len(), 1, "{report}");
        assert_eq!(news[0]["name"], "thief");
        assert_eq!(news[0]["recovered"], true);
    }
    c.ask(&["device", "delete", "b", "--yes"]);
    let human = a.say(&["account", "sync"]);
    assert!(human.contains("removed device"), "{human}");
}

#[test]
fn new_codes_void_the_old_ones() {
    let world = World::new();
    let a = world.device("a");
    let udf = text(&a.ask(&["account", "create", ADDRESS]), "udf");
    let codes = |options: &[&str]| -> Vec<String> {
        let command = ["account", "escrow", "--shares", "2", "--quorum", "2"];
        let made = a.ask(&[&command, options].concat());
        let list = made["shares"].as_array().unwrap().iter();
        list.map(|code| code.as_str().unwrap().to_owned()).collect()
    };
    let (first, second) = (codes(&[]), codes(&[]));
    let root = codes(&["--account-key"]);
    let drill = |codes: &[String]| {
        a.run_with(
            &["account", "recover", ADDRESS, "--drill"],
            &codes.join("\n"),
        )
    };
    for codes in [&first, &second, &root] {
        let done = drill(codes);
        assert_eq!(done.code, 0, "{done:?}");
    }
    let third = codes(&["--rotate"]);
    for codes in [&first, &second] {
        assert_eq!(drill(codes).code, UNTRUSTED);
        let done = a.run_with(&["account", "escrow", "--verify"], &codes.join("\n"));
        assert_eq!(done.code, UNTRUSTED, "{done:?}");
        let c = world.device("c");
        let done = c.run_with(&["account", "recover", ADDRESS], &codes.join("\n"));
        assert_eq!(done.code, UNTRUSTED, "{done:?}");
        assert!(
            !done.stderr.contains(&codes[0]),
            "a code is not repeated: {done:?}"
        );
    }
    for codes in [&third, &root] {
        assert_eq!(drill(codes).code, 0);
        let done = a.run_with(&["account", "escrow", "--verify"], &codes.join("\n"));
        assert_eq!(done.code, 0, "{done:?}");
    }
    let c = world.device("c");
    let recovered = c.ask_with(&["account", "recover", ADDRESS], &third.join("\n"));
    assert_eq!(text(&recovered, "udf"), udf);
    // Whoever recovered makes and voids codes as before.
    let made = c.ask(&["account", "escrow", "--rotate"]);
    assert_eq!(made["voided"], 1, "{made}");
    assert_eq!(drill(&third).code, UNTRUSTED);
    let refused = a.run(&["account", "escrow", "--rotate", "--account-key"]);
    assert_eq!(refused.code, MISUSE, "{refused:?}");
}
