// SPDX-License-Identifier: MIT
//! The whole story by hand.
//!
//! Spec: mesh-architecture, "User Experience".
//! Here: one person's devices share credentials, lose one of them, and all of them.
//! Not here: failures of single commands (`commands`).

use serde_json::Value;

use crate::ssh;
use crate::world::{ADDRESS, Device, World, text};

#[test]
fn credentials_are_shared_and_survive_the_loss_of_every_device() {
    let mut world = World::new();
    let [first, second, third] = ["a", "b", "c"].map(str::to_owned);
    let codes;
    let (password, changed, public);
    {
        let (a, b) = (world.device(&first), world.device(&second));

        // Home a: an account with everything in it.
        let account = a.ask(&["account", "create", ADDRESS, "--name", "a"]);
        assert_eq!(text(&account, "account"), ADDRESS);
        let added = a.ask(&["password", "add", "example.com", "alice", "--generate"]);
        password = text(&added, "password");
        assert_eq!(password.len(), 24);
        a.ask_with(
            &["password", "add", "example.org", "alice", "--stdin"],
            "by hand\n",
        );
        public = text(&a.ask(&["ssh", "create", "work"]), "value");
        let escrow = a.ask(&["account", "escrow", "--shares", "3", "--quorum", "2"]);
        codes = list(&escrow, "shares");
        assert_eq!(codes.len(), 3);

        // Home b: connected with a PIN, which is accepted without asking.
        let pin = text(
            &a.ask(&["account", "pin", "--roles", "web", "--name", "b"]),
            "pin",
        );
        let asked = b.ask(&["device", "request", ADDRESS, "--pin", &pin]);
        let waiting = b.refused(&["device", "complete"], 2);
        assert!(waiting.1.contains("device complete"), "{waiting:?}");
        let synced = a.ask(&["account", "sync", "--auto"]);
        assert_eq!(synced.pointer("/devices/0/name"), Some(&"b".into()));
        assert_eq!(synced.pointer("/devices/0/witness"), asked.get("witness"));
        b.ask(&["device", "complete"]);
        b.ask(&["account", "sync"]);
        assert_eq!(
            text(&b.ask(&["password", "get", "example.com"]), "password"),
            password
        );
        assert_eq!(b.say(&["password", "get", "example.org"]), "by hand\n");
        let file = world.path("id_work");
        let file = file.to_str().unwrap();
        b.ask(&["ssh", "get", "work", "--private", "--file", file]);
        ssh::check(&world, file.as_ref(), &public);

        // A change on b is seen on a.
        changed = "changed on b".to_owned();
        b.ask_with(
            &["password", "add", "example.com", "alice", "--stdin"],
            &changed,
        );
        a.ask(&["account", "sync"]);
        assert_eq!(
            text(&a.ask(&["password", "get", "example.com"]), "password"),
            changed
        );
    }

    // The service is killed and comes back: nobody notices.
    world.restart_service();
    let (a, b, c) = (
        world.device(&first),
        world.device(&second),
        world.device(&third),
    );
    assert_eq!(a.ask(&["account", "sync"])["frames"], 0);

    // The way without a PIN: the same witness on both screens.
    let (d, e) = (world.device("d"), world.device("e"));
    for (device, verdict) in [(&d, "accept"), (&e, "reject")] {
        let witness = text(&device.ask(&["device", "request", ADDRESS]), "witness");
        let pending = a.ask(&["device", "pending"]);
        assert_eq!(
            pending.pointer("/devices/0/witness"),
            Some(&witness.as_str().into())
        );
        a.ask(&["device", verdict, &witness]);
        assert_eq!(
            a.ask(&["device", "pending"])["devices"],
            Value::Array(Vec::new())
        );
    }
    d.ask(&["device", "complete"]);
    assert_eq!(
        text(&d.ask(&["password", "get", "example.com"]), "password"),
        changed
    );
    let rejected = e.refused(&["device", "complete"], 6);
    assert!(rejected.0.contains("rejected"), "{rejected:?}");

    // b is removed and refused from then on.
    assert_eq!(names(&a), ["a", "b", "device-3"]);
    a.ask(&["device", "rename", "device-3", "d"]);
    a.ask(&["device", "delete", "b", "--yes"]);
    assert_eq!(names(&a), ["a", "d"]);
    for command in [
        &["account", "sync"][..],
        &["password", "add", "x", "y", "--generate"],
    ] {
        let (cause, remedy) = b.refused(command, 6);
        assert!(cause.contains("removed"), "{cause}");
        assert!(!remedy.is_empty());
    }

    // All of a is lost; c recovers the account from two codes, in any order.
    let before = everything(&a);
    a.ask(&["account", "delete", "--local", "--yes"]);
    a.refused(&["password", "list"], 2);
    let (cause, _) = c.refused(&["account", "recover", ADDRESS, &codes[1]], 2);
    assert!(cause.contains('2'), "how many are needed: {cause}");
    c.ask(&[
        "account", "recover", ADDRESS, &codes[2], &codes[0], "--name", "c",
    ]);
    assert_eq!(everything(&c), before);
    assert_eq!(names(&c), ["a", "d", "c"]);
    assert_eq!(
        text(&c.ask(&["ssh", "get", "work"]), "value").trim(),
        public
    );
    // d goes on as if nothing had happened.
    c.ask_with(
        &["password", "add", "example.net", "alice", "--stdin"],
        "after recovery",
    );
    d.ask(&["account", "sync"]);
    assert_eq!(
        text(&d.ask(&["password", "get", "example.net"]), "password"),
        "after recovery"
    );
    c.ask(&["account", "verify"]);
    d.ask(&["account", "verify"]);
}

/// The same with the cipher that a device running the reference reads.
#[test]
fn an_account_of_the_other_cipher_is_shared_and_recovered_too() {
    let world = World::new();
    let (a, b, c) = (world.device("a"), world.device("b"), world.device("c"));
    a.ask(&["account", "create", ADDRESS, "--cipher", "a256cbc"]);
    a.ask_with(
        &["password", "add", "example.com", "alice", "--stdin"],
        "one",
    );
    let codes = list(&a.ask(&["account", "escrow"]), "shares");
    let pin = text(&a.ask(&["account", "pin"]), "pin");
    b.ask_with(&["device", "request", ADDRESS, "--pin-stdin"], &pin);
    a.ask(&["account", "sync", "--auto"]);
    b.ask(&["device", "complete"]);
    // b was not told of the cipher: it follows the one of the store.
    b.ask_with(
        &["password", "add", "example.com", "alice", "--stdin"],
        "two",
    );
    let input = format!("{}\n{}\n", codes[0], codes[1]);
    c.ask_with(&["account", "recover", ADDRESS], &input);
    assert_eq!(
        text(&c.ask(&["password", "get", "example.com"]), "password"),
        "two"
    );
    for device in ["a", "b", "c"] {
        let stored = walk(&world.path(device));
        let holds = |what: &[u8]| {
            stored
                .iter()
                .any(|file| file.windows(what.len()).any(|octets| octets == what))
        };
        assert!(holds(b"A256CBC") && !holds(b"A256GCM"), "home {device}");
    }
}

fn names(device: &Device<'_>) -> Vec<String> {
    let listed = device.ask(&["device", "list"]);
    let devices = listed["devices"].as_array().unwrap();
    devices.iter().map(|device| text(device, "name")).collect()
}

/// All credentials that a device shows.
fn everything(device: &Device<'_>) -> Vec<Value> {
    let mut all = vec![
        device.ask(&["ssh", "get", "work"]),
        device.ask(&["contact", "list"]),
    ];
    let listed = device.ask(&["password", "list"]);
    for entry in listed["passwords"].as_array().unwrap() {
        let (service, username) = (text(entry, "service"), text(entry, "username"));
        all.push(device.ask(&["password", "get", &service, &username]));
    }
    all
}

fn list(object: &Value, field: &str) -> Vec<String> {
    let list = object[field].as_array().unwrap();
    list.iter()
        .map(|item| item.as_str().unwrap().to_owned())
        .collect()
}

/// The replicas below a directory.
fn walk(directory: &std::path::Path) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let path = entry.path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else if path.extension().is_some_and(|end| end == "dcat")
            && path.file_stem().is_some_and(|stem| stem != "machine")
        {
            found.push(std::fs::read(path).unwrap());
        }
    }
    found
}
