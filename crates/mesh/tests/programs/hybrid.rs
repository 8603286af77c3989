// SPDX-License-Identifier: MIT
//! What is for an account is sealed to two of its keys.
//!
//! Spec: mesh-dare, "Recipients".
//! Here: who opens envelopes, archives and logs that are for an account: its devices of every kind, and it after a recovery.
//! Not here: hybrid exchanges themselves (`mesh-dare`).

use std::path::Path;

use crate::world::{ADDRESS, Device, World, text};

const REFUSED: i32 = 6;
const UNAVAILABLE: i32 = 7;
const BOTH: &str = "X448 and ML-KEM-768";

fn path(world: &World, name: &str) -> String {
    world.path(name).to_str().unwrap().to_owned()
}

/// Connects a device of these roles.
fn connect(a: &Device<'_>, b: &Device<'_>, options: &[&str]) {
    let pin = ["account", "pin", "--name", b.name.as_str()];
    let pin = text(&a.ask(&[&pin, options].concat()), "uri");
    b.ask(&["device", "request", &pin]);
    a.ask(&["account", "sync", "--auto"]);
    b.ask(&["device", "complete"]);
}

fn algorithms(device: &Device<'_>, file: &str) -> Vec<String> {
    let about = device.ask(&["dare", "inspect", file]);
    let recipients = about["recipients"].as_array().unwrap().iter();
    recipients
        .map(|recipient| text(recipient, "algorithm"))
        .collect()
}

/// What a device reads in an envelope, or the code with which it fails.
fn read(device: &Device<'_>, file: &str) -> Result<String, i32> {
    let out = format!("{file}.out-{}", device.name);
    let done = device.run(&["dare", "decode", file, &out, "--force"]);
    match done.code {
        0 => Ok(std::fs::read_to_string(out).unwrap()),
        code => Err(code),
    }
}

#[test]
fn every_device_that_reads_messages_opens_what_is_for_the_account() {
    let mut world = World::new();
    let plain = path(&world, "plain");
    std::fs::write(&plain, "for the account").unwrap();
    let file = path(&world, "file.dare");
    {
        let (a, shares, whole) = (
            world.device("a"),
            world.device("shares"),
            world.device("whole"),
        );
        let (web, again) = (world.device("web"), world.device("again"));
        a.ask(&["account", "create", ADDRESS, "--name", "a"]);
        connect(&a, &shares, &["--roles", "web,message"]);
        connect(&a, &whole, &["--roles", "web,message", "--whole-keys"]);
        connect(&a, &web, &["--roles", "web"]);
        let encode = |device: &Device<'_>, file: &str| {
            device.ask(&[
                "dare",
                "encode",
                &plain,
                file,
                "--encrypt",
                ADDRESS,
                "--force",
            ]);
            assert_eq!(algorithms(device, file), [BOTH]);
        };
        // Who cannot open it can make it.
        encode(&web, &file);
        assert_eq!(read(&web, &file), Err(REFUSED));
        encode(&shares, &file);
        for device in [&a, &shares, &whole] {
            assert_eq!(
                read(device, &file).unwrap(),
                "for the account",
                "{}",
                device.name
            );
        }
        let said = a.say(&["dare", "inspect", &file]);
        assert!(said.contains(BOTH), "{said}");

        let codes = a.ask(&["account", "escrow", "--shares", "2"]);
        let codes = codes["shares"].as_array().unwrap().iter();
        let codes: Vec<&str> = codes.map(|code| code.as_str().unwrap()).collect();
        again.ask_with(&["account", "recover", ADDRESS], &codes.join("\n"));
        assert_eq!(read(&again, &file).unwrap(), "for the account");
        encode(&again, &path(&world, "again.dare"));
        assert!(read(&shares, &path(&world, "again.dare")).is_ok());
        let deleted = a.ask(&["device", "delete", "shares", "--yes"]);
        assert_eq!(
            (
                &deleted["keeps_message_key"],
                &deleted["keeps_signature_key"]
            ),
            (&false.into(), &true.into())
        );
        assert_eq!(read(&shares, &file), Err(REFUSED));
        connect(&a, &world.device("other"), &["--roles", "message"]);
        assert!(read(&world.device("other"), &file).is_ok());
    }
    world.stop_service();
    assert_eq!(read(&world.device("other"), &file), Err(UNAVAILABLE));
    assert!(read(&world.device("whole"), &file).is_ok());
}

#[test]
fn a_device_with_shares_opens_every_exchange_of_a_log_and_archive() {
    let world = World::new();
    let (a, b) = (world.device("a"), world.device("b"));
    a.ask(&["account", "create", ADDRESS]);
    connect(&a, &b, &["--roles", "message"]);
    let (log, archive) = (path(&world, "x.dlog"), path(&world, "x.darc"));
    a.ask(&["log", "create", &log, "--encrypt", ADDRESS]);
    for number in 0..3 {
        let entry = format!("session {number}");
        // Each begins an exchange of its own.
        a.ask(&["log", "append", &log, &entry, "--encrypt", ADDRESS]);
    }
    a.ask(&["log", "append", &log, "the first exchange again"]);
    b.ask(&["log", "append", &log, "by the device with shares"]);
    for device in [&a, &b] {
        let list = device.ask(&["log", "list", &log]);
        let texts: Vec<String> = list["entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| text(entry, "text"))
            .collect();
        assert_eq!(
            texts,
            [
                "session 0",
                "session 1",
                "session 2",
                "the first exchange again",
                "by the device with shares"
            ]
        );
    }
    let (one, two) = (path(&world, "one"), path(&world, "two"));
    for name in [&one, &two] {
        std::fs::write(name, name).unwrap();
    }
    a.ask(&["archive", "create", &archive, &one, "--encrypt", ADDRESS]);
    b.ask(&["archive", "append", &archive, &two]);
    let into = path(&world, "into");
    for device in [&a, &b] {
        device.ask(&["archive", "extract", &archive, "--into", &into, "--force"]);
        assert_eq!(
            std::fs::read(Path::new(&into).join("two")).unwrap(),
            two.as_bytes()
        );
    }
}

#[test]
fn an_account_that_is_shared_with_the_reference_has_one_key() {
    let world = World::new();
    let a = world.device("a");
    a.ask(&["account", "create", ADDRESS, "--cipher", "a256cbc"]);
    let (plain, file) = (path(&world, "plain"), path(&world, "file.dare"));
    std::fs::write(&plain, "for the account").unwrap();
    a.ask(&["dare", "encode", &plain, &file, "--encrypt", ADDRESS]);
    assert_eq!(algorithms(&a, &file), ["X448"]);
    assert_eq!(read(&a, &file).unwrap(), "for the account");
}
