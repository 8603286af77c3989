// SPDX-License-Identifier: MIT
//! The power of devices: shares of keys, roles, offline use, each command in a process of its own.
//!
//! Spec: none.
//! Here: what a person types and sees.
//! Not here: what a thief can do (`mesh-test`, threshold).

use serde_json::Value;

use crate::world::{ADDRESS, Device, World, text};

const MISUSE: i32 = 2;
const REFUSED: i32 = 6;
const UNAVAILABLE: i32 = 7;

/// Connects `other` by PIN, with the roles in `options`.
fn connect(a: &Device<'_>, other: &Device<'_>, options: &[&str]) {
    let pin = [&["account", "pin", "--name", other.name.as_str()], options].concat();
    let pin = text(&a.ask(&pin), "pin");
    other.ask_with(&["device", "request", ADDRESS, "--pin-stdin"], &pin);
    a.ask(&["account", "sync", "--auto"]);
    other.ask(&["device", "complete"]);
}

fn list(value: &Value, field: &str) -> Vec<String> {
    let list = value.get(field).and_then(Value::as_array);
    let names = list
        .unwrap_or_else(|| panic!("no {field} in {value}"))
        .iter();
    names
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

fn password(device: &Device<'_>) -> String {
    text(&device.ask(&["password", "get", "example.com"]), "password")
}

#[test]
fn shares_are_the_default_and_removal_says_what_it_cuts_off() {
    let world = World::new();
    let (a, b, c) = (world.device("a"), world.device("b"), world.device("c"));
    a.ask(&["account", "create", ADDRESS]);
    a.ask_with(
        &["password", "add", "example.com", "alice", "--stdin"],
        "first",
    );
    connect(&a, &b, &[]);
    connect(&a, &c, &["--whole-keys"]);
    assert_eq!(password(&b), "first");
    assert_eq!(password(&c), "first");
    let shown = a.ask(&["device", "show", "b"]);
    assert_eq!(list(&shown, "roles"), ["web", "threshold"]);
    assert_eq!(text(&shown, "keys"), "share");
    let shown = a.ask(&["device", "show", "c"]);
    assert_eq!(list(&shown, "roles"), ["web"]);
    assert_eq!(text(&shown, "keys"), "whole");

    let removed = a.ask(&["device", "delete", "c", "--yes"]);
    assert!(list(&removed, "cut_off_by_key").contains(&"Credential".to_owned()));
    assert!(list(&removed, "cut_off_by_share").is_empty());
    a.ask_with(
        &["password", "add", "example.com", "alice", "--stdin"],
        "second",
    );
    b.ask(&["account", "sync"]);
    assert_eq!(password(&b), "second");
    let human = a.say(&["device", "delete", "b", "--yes"]);
    assert!(human.contains("cut off by its share"), "{human}");
    let (message, _) = b.refused(&["password", "get", "example.com"], REFUSED);
    assert!(message.contains("removed"), "{message}");
    a.ask(&["account", "verify"]);
}

#[test]
fn roles_are_changed_and_the_last_administrator_stays() {
    let world = World::new();
    let (a, b) = (world.device("a"), world.device("b"));
    a.ask(&["account", "create", ADDRESS]);
    a.ask_with(
        &["password", "add", "example.com", "alice", "--stdin"],
        "first",
    );
    connect(&a, &b, &[]);
    let less = a.ask(&["device", "auth", "b", "--roles", "device", "--yes"]);
    assert!(list(&less, "cut_off_by_share").contains(&"Credential".to_owned()));
    b.ask(&["account", "sync"]);
    b.refused(&["password", "get", "example.com"], REFUSED);
    b.refused(
        &["device", "auth", "b", "--roles", "admin", "--yes"],
        REFUSED,
    );
    a.ask(&["device", "auth", "b", "--roles", "web,developer", "--yes"]);
    b.ask(&["account", "sync"]);
    assert_eq!(password(&b), "first");
    let own = text(&a.ask(&["device", "list"])["devices"][0], "udf");
    let (message, remedy) = a.refused(&["device", "auth", &own, "--yes"], REFUSED);
    assert!(message.contains("without an administrator"), "{message}");
    assert!(!remedy.is_empty());
    a.refused(&["device", "auth", "nobody", "--yes"], MISUSE);
}

#[test]
fn offline_use_is_shown_and_set() {
    let mut world = World::new();
    {
        let (a, b) = (world.device("a"), world.device("b"));
        a.ask(&["account", "create", ADDRESS]);
        a.ask_with(
            &["password", "add", "example.com", "alice", "--stdin"],
            "first",
        );
        a.refused(&["policy", "set", "--offline", "1d"], MISUSE);
        connect(&a, &b, &[]);
        a.refused(&["policy", "set", "--offline", "soon"], MISUSE);
        a.refused(
            &["policy", "set", "--offline", "1d", "--store", "Nothing"],
            MISUSE,
        );
        a.ask(&["policy", "set", "--offline", "1d", "--store", "Credential"]);
        let shown = a.ask(&["policy"]);
        let device = shown["devices"].as_array().unwrap().iter();
        let device = device
            .into_iter()
            .find(|device| device["name"] == "b")
            .unwrap();
        for store in device["stores"].as_array().unwrap() {
            let expected = if store["store"] == "Credential" {
                86_400
            } else {
                0
            };
            assert_eq!(store["seconds"], Value::from(expected), "{store}");
        }
        assert!(
            a.say(&["policy"])
                .contains("for 1d after the service last helped")
        );
        b.ask(&["account", "sync"]);
        assert_eq!(password(&b), "first");
    }
    world.stop_service();
    let b = world.device("b");
    assert_eq!(password(&b), "first");
    let (message, remedy) = b.refused(&["ssh", "list"], UNAVAILABLE);
    assert!(message.contains("help of the service"), "{message}");
    assert!(remedy.contains("policy set"), "{remedy}");
}

#[test]
fn a_pin_counts_once_in_time_and_not_after_three_wrong_ones() {
    let world = World::new();
    let a = world.device("a");
    a.ask(&["account", "create", ADDRESS]);
    let pin = |options: &[&str]| {
        let pin = [&["account", "pin"], options].concat();
        text(&a.ask(&pin), "pin")
    };
    let request = |name: &str, pin: &str| {
        let device = world.device(name);
        let asked = device.ask_with(&["device", "request", ADDRESS, "--pin-stdin"], pin);
        text(&asked, "witness")
    };
    let sync = || a.ask(&["account", "sync", "--auto"]);
    let why = |report: &Value, witness: &str| {
        let refused = report["refused"].as_array().unwrap().iter();
        let found = refused
            .into_iter()
            .find(|entry| entry["witness"] == witness);
        found.map(|entry| text(entry, "why")).unwrap_or_default()
    };
    // Once.
    let once = pin(&[]);
    request("b", &once);
    assert_eq!(sync()["devices"].as_array().unwrap().len(), 1);
    let second = request("c", &once);
    let report = sync();
    assert!(report["devices"].as_array().unwrap().is_empty());
    assert!(why(&report, &second).contains("used already"), "{report}");
    // In time.
    let short = pin(&["--expire", "1s"]);
    std::thread::sleep(std::time::Duration::from_millis(2100));
    let late = request("d", &short);
    assert!(why(&sync(), &late).contains("expired"));
    // Two wrong ones do no harm, three void what was issued before, and nothing that is issued later. The PIN of somebody else is as
    // good a wrong one as any.
    let good = pin(&[]);
    let wrong = "ABCD-EFGH-IJKL-MNOP-QRST-UVWX-YZ";
    for name in ["e", "f"] {
        request(name, wrong);
    }
    request("g", &good);
    assert_eq!(sync()["devices"].as_array().unwrap().len(), 1);
    let void = pin(&[]);
    std::thread::sleep(std::time::Duration::from_millis(1100));
    for name in ["h", "i", "j"] {
        request(name, wrong);
    }
    let witness = request("k", &void);
    let report = sync();
    assert!(report["devices"].as_array().unwrap().is_empty(), "{report}");
    assert!(why(&report, &witness).contains("void"), "{report}");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    request("l", &pin(&[]));
    assert_eq!(sync()["devices"].as_array().unwrap().len(), 1);
    // For people, too.
    assert!(a.say(&["account", "sync"]).contains("the PIN is void"));
    // A device that was rejected does not come back with the same PIN.
    let known = pin(&[]);
    let rejected = request("m", &known);
    a.ask(&["device", "reject", &rejected]);
    let again = request("n", &known);
    let report = sync();
    assert!(report["devices"].as_array().unwrap().is_empty(), "{report}");
    assert!(why(&report, &again).contains("used already"), "{report}");
}

#[test]
fn the_program_tests_itself_against_a_hostile_service() {
    let world = World::new();
    let a = world.device("a");
    let report = a.ask(&["selftest", "--hostile"]);
    let attacks = report["attacks"].as_array().unwrap();
    assert!(attacks.len() > 50);
    for attack in attacks {
        assert!(!text(attack, "name").is_empty());
        let outcome = text(attack, "outcome");
        assert!(outcome == "detected" || outcome == "harmless", "{attack}");
    }
    assert!(!a.home().exists(), "it leaves the home alone");
}
