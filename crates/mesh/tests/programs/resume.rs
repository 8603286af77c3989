// SPDX-License-Identifier: MIT
//! A service that was restored from a backup, and what its users do about it.
//!
//! Spec: none.
//! Here: rolling the data of the service back, the ways to go on.
//! Not here: services that lie (`mesh selftest --hostile`).

use std::path::Path;

use crate::world::{ADDRESS, World, text};

const MISUSE: i32 = 2;
const UNTRUSTED: i32 = 4;

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            copy(&entry.path(), &target);
        } else if kind.is_file() {
            // The socket of the operator is no part of what is kept.
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Devices a and b of one account with one password, and a backup of the service from then.
fn world() -> World {
    let mut world = World::new();
    {
        let (a, b) = (world.device("a"), world.device("b"));
        a.ask(&["account", "create", ADDRESS]);
        let pin = text(&a.ask(&["account", "pin", "--roles", "web"]), "pin");
        b.ask_with(&["device", "request", ADDRESS, "--pin-stdin"], &pin);
        a.ask(&["account", "sync", "--auto"]);
        b.ask(&["device", "complete"]);
        a.ask(&["password", "add", "first.example", "alice", "--generate"]);
        b.ask(&["account", "sync"]);
    }
    world.restart_service();
    world.stop_service();
    copy(&world.path("svc"), &world.path("backup"));
    world.restart_service();
    world
}

fn restore(world: &mut World) {
    world.stop_service();
    std::fs::remove_dir_all(world.path("svc")).unwrap();
    copy(&world.path("backup"), &world.path("svc"));
    world.restart_service();
}

#[test]
fn a_service_is_given_back_what_it_lost() {
    let mut world = world();
    for device in ["a", "b"] {
        let device = world.device(device);
        device.ask(&["account", "sync"]);
        let service = format!("{}.example", device.name);
        device.ask(&["password", "add", &service, "alice", "--generate"]);
    }
    let (wanted, pin) = {
        let (a, b) = (world.device("a"), world.device("b"));
        a.ask(&["account", "sync"]);
        let nothing = a.ask(&["account", "resume"]);
        assert_eq!(nothing["resumed"], false, "{nothing}");
        let pin = text(&a.ask(&["account", "pin"]), "pin");
        b.ask(&["account", "sync"]);
        (
            text(&a.ask(&["password", "get", "b.example"]), "password"),
            pin,
        )
    };
    restore(&mut world);
    let (a, b) = (world.device("a"), world.device("b"));
    for device in [&a, &b] {
        device.refused(&["account", "sync"], UNTRUSTED);
        device.refused(
            &["password", "add", "new.example", "alice", "--generate"],
            UNTRUSTED,
        );
        // Nothing has changed: it is not enough to say so.
        device.refused(&["account", "resume"], UNTRUSTED);
    }
    a.refused(&["account", "resume", "--ours", "--theirs"], MISUSE);
    let given = a.ask(&["account", "resume", "--ours", "--yes"]);
    assert_eq!(given["given_back"]["Credential"], 2, "{given}");
    a.ask(&["password", "add", "later.example", "alice", "--generate"]);
    // The other device sees that all is in order, and writes again when its owner says so.
    let report = b.ask(&["account", "sync"]);
    assert!(text(&report, "frozen").contains("frames"), "{report}");
    b.refused(
        &["password", "add", "new.example", "alice", "--generate"],
        UNTRUSTED,
    );
    b.ask(&["account", "resume"]);
    b.ask(&["password", "add", "new.example", "alice", "--generate"]);
    a.ask(&["account", "sync"]);
    for device in [&a, &b] {
        let list = device.ask(&["password", "list"]);
        assert_eq!(list["passwords"].as_array().unwrap().len(), 5, "{list}");
        assert_eq!(
            text(&device.ask(&["password", "get", "b.example"]), "password"),
            wanted
        );
        device.ask(&["account", "verify"]);
    }
    // A PIN that the service has lost is lost.
    let c = world.device("c");
    c.ask_with(&["device", "request", ADDRESS, "--pin-stdin"], &pin);
    let report = a.ask(&["account", "sync", "--auto"]);
    assert!(report["devices"].as_array().unwrap().is_empty(), "{report}");
}

#[test]
fn after_a_fork_the_history_of_the_service_can_be_taken_over() {
    let mut world = world();
    world
        .device("a")
        .ask(&["password", "add", "lost.example", "alice", "--generate"]);
    restore(&mut world);
    let (a, b) = (world.device("a"), world.device("b"));
    let lost = text(&a.ask(&["password", "get", "lost.example"]), "password");
    // Device b has not seen what was lost, and goes on.
    for service in ["one.example", "two.example"] {
        b.ask(&["password", "add", service, "alice", "--generate"]);
    }
    a.refused(&["account", "sync"], UNTRUSTED);
    a.refused(&["account", "resume"], UNTRUSTED);
    let done = a.run(&["account", "resume", "--ours", "--yes"]);
    assert_eq!(done.code, UNTRUSTED, "{done:?}");
    let taken = a.ask(&["account", "resume", "--theirs", "--yes"]);
    assert_eq!(taken["added"]["Credential"], 1, "{taken}");
    let kept = text(&taken, "kept");
    assert!(Path::new(&kept).join("heads.json").exists(), "{kept}");
    b.ask(&["account", "sync"]);
    for device in [&a, &b] {
        let list = device.ask(&["password", "list"]);
        assert_eq!(list["passwords"].as_array().unwrap().len(), 4, "{list}");
        assert_eq!(
            text(
                &device.ask(&["password", "get", "lost.example"]),
                "password"
            ),
            lost
        );
    }
    a.ask(&["password", "add", "later.example", "alice", "--generate"]);
    a.ask(&["account", "delete", "--local", "--yes"]);
    assert!(!Path::new(&kept).exists(), "nothing of the account is left");
}

#[test]
fn a_removal_that_was_undone_is_told() {
    let mut world = world();
    {
        let (a, b) = (world.device("a"), world.device("b"));
        let devices = a.ask(&["device", "list"]);
        let other = devices["devices"].as_array().unwrap().iter();
        let other = other
            .clone()
            .find(|device| device["this"] == false)
            .unwrap();
        a.ask(&["device", "delete", other["udf"].as_str().unwrap(), "--yes"]);
        assert_ne!(b.run(&["account", "sync"]).code, 0);
    }
    restore(&mut world);
    let (a, b) = (world.device("a"), world.device("b"));
    b.ask(&["password", "add", "thief.example", "alice", "--generate"]);
    a.refused(&["account", "sync"], UNTRUSTED);
    let taken = a.ask(&["account", "resume", "--theirs", "--yes"]);
    let back = taken["devices"].as_array().unwrap();
    assert_eq!(back.len(), 1, "{taken}");
    a.ask(&[
        "device",
        "delete",
        back[0]["udf"].as_str().unwrap(),
        "--yes",
    ]);
    assert_ne!(b.run(&["account", "sync"]).code, 0);
}
