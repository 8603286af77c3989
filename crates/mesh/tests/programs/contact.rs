// SPDX-License-Identifier: MIT
//! Two people who exchange their contacts, and files.
//!
//! Spec: mesh-schema, "Contacts"; mesh-dare, "Recipients".
//! Here: contacts from one account to another by file, what is encrypted and signed with them, and what does not pass for one.
//! Not here: all that makes a contact invalid (`mesh-schema`, tests/contact).

use crate::world::{ADDRESS, Device, World, run, text};

const MISUSE: i32 = 2;
const UNTRUSTED: i32 = 4;
const REFUSED: i32 = 6;
const BOB: &str = "bob@localhost";

fn path(world: &World, name: &str) -> String {
    world.path(name).to_str().unwrap().to_owned()
}

/// Writes the own contact of a device, and gives the fingerprint that its user reads out.
fn own(device: &Device<'_>, file: &str, options: &[&str]) -> String {
    let command = ["contact", "self", file, "--force"];
    text(&device.ask(&[&command, options].concat()), "udf")
}

fn contacts(device: &Device<'_>) -> usize {
    let list = device.ask(&["contact", "list"]);
    list["contacts"].as_array().unwrap().len()
}

#[test]
fn two_people_exchange_contacts_and_files() {
    let world = World::new();
    let (a, b, eve) = (world.device("a"), world.device("b"), world.device("e"));
    a.ask(&["account", "create", ADDRESS, "--name", "desk"]);
    b.ask(&["account", "create", BOB, "--name", "laptop"]);
    eve.ask(&["account", "create", "eve@localhost"]);
    let (alice, bob) = (path(&world, "alice.contact"), path(&world, "bob.contact"));
    let fingerprint = own(&a, &alice, &["--name", "Alice Example"]);
    let read_out = own(&b, &bob, &[]);

    // Bob has the fingerprint from Alice herself.
    let added = b.ask(&[
        "contact",
        "add",
        &alice,
        "--name",
        "ally",
        "--expect",
        &fingerprint.to_lowercase(),
    ]);
    assert_eq!(added["added"], true);
    assert_eq!(added["contact"]["full_name"], "Alice Example");
    assert_eq!(added["contact"]["validation"], "Fingerprint");
    let said = a.say(&["contact", "add", &bob]);
    assert!(said.contains(&read_out), "{said}");
    assert!(said.contains("--expect"), "{said}");

    // Her name is kept for the next time; a pipe does as well as a file.
    let listed = a.ask(&["contact", "list"]);
    assert_eq!(listed["contacts"][0]["self"], true);
    assert_eq!(listed["contacts"][0]["full_name"], "Alice Example");
    let piped = eve.run_with(&["contact", "add", "-"], &a.say(&["contact", "self"]));
    assert!(piped.stdout.contains("Alice Example"), "{piped:?}");

    // What is for Alice is sealed to both of her keys, signed by Bob's device and for Bob.
    let (plain, sealed) = (path(&world, "plain"), path(&world, "sealed.dare"));
    let out = path(&world, "out");
    std::fs::write(&plain, "for alice").unwrap();
    for name in [ADDRESS, "ally", &fingerprint] {
        b.ask(&[
            "dare",
            "encode",
            &plain,
            &sealed,
            "--encrypt",
            name,
            "--sign",
            "--force",
        ]);
        let about = b.ask(&["dare", "inspect", &sealed]);
        assert_eq!(about["recipients"][0]["algorithm"], "X448 and ML-KEM-768");
        assert_eq!(about["signatures"].as_array().unwrap().len(), 2);
    }
    let opened = a.ask(&[
        "dare",
        "decode",
        &sealed,
        &out,
        "--signed-by",
        BOB,
        "--force",
    ]);
    assert_eq!(opened["signatures"][1]["name"], BOB);
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "for alice");
    let said = a.say(&["dare", "verify", &sealed]);
    assert!(said.contains(&format!("signed by {BOB}")), "{said}");
    for other in [ADDRESS, "desk"] {
        a.refused(
            &["dare", "verify", &sealed, "--signed-by", other],
            UNTRUSTED,
        );
    }
    b.refused(&["dare", "decode", &sealed, &path(&world, "no")], REFUSED);
    // Whoever has no contact of his does not know him.
    eve.refused(&["dare", "verify", &sealed], UNTRUSTED);

    // Archives and logs are signed for the account where that is asked for.
    let (archive, log) = (path(&world, "x.darc"), path(&world, "x.dlog"));
    let both = ["--encrypt", "ally", "--sign-account"];
    b.ask(&[["archive", "create", &archive, &plain].as_slice(), &both].concat());
    b.ask(&[["log", "create", &log].as_slice(), &both].concat());
    b.ask(&[
        "log",
        "append",
        &log,
        "an entry",
        "--encrypt",
        "ally",
        "--sign-account",
    ]);
    a.ask(&["archive", "verify", &archive, "--signed-by", BOB]);
    a.ask(&["log", "verify", &log, "--signed-by", BOB]);
    a.refused(&["log", "verify", &log, "--signed-by", "desk"], UNTRUSTED);
    let list = a.ask(&["log", "list", &log]);
    assert_eq!(list["entries"][0]["text"], "an entry");

    // Names.
    a.ask(&["contact", "rename", BOB, "bobby"]);
    let shown = a.ask(&["contact", "show", "bobby"]);
    assert_eq!(shown["contact"]["addresses"][0], BOB);
    assert_eq!(shown["encryption"].as_array().unwrap().len(), 2);
    a.ask(&["dare", "verify", &sealed, "--signed-by", "bobby"]);
    a.refused(&["contact", "rename", "bobby", "x@y"], MISUSE);
    let deleted = a.ask(&["contact", "delete", &read_out]);
    assert_eq!(deleted["contact"]["nickname"], "bobby");
    let (cause, remedy) = a.refused(
        &[
            "dare",
            "encode",
            &plain,
            &out,
            "--encrypt",
            "bobby",
            "--force",
        ],
        MISUSE,
    );
    assert!(cause.contains("bobby"), "{cause}");
    assert!(remedy.contains("contact add"), "{remedy}");
    a.refused(&["contact", "show", "bobby"], MISUSE);
}

#[test]
fn what_is_not_the_contact_of_the_person_is_refused() {
    let world = World::new();
    let (a, b) = (world.device("a"), world.device("b"));
    a.ask(&["account", "create", ADDRESS]);
    b.ask(&["account", "create", BOB]);
    let (alice, bob) = (path(&world, "alice.contact"), path(&world, "bob.contact"));
    let fingerprint = own(&a, &alice, &[]);
    let other = own(&b, &bob, &[]);

    b.refused(&["contact", "add", &alice, "--expect", &other], UNTRUSTED);
    b.refused(&["contact", "add", &alice, "--expect", "MA"], MISUSE);
    b.refused(&["contact", "add", &bob], MISUSE);
    let whole = std::fs::read(&alice).unwrap();
    let spoiled = path(&world, "spoiled.contact");
    let mut failed = 0;
    for part in 1..16 {
        let mut octets = whole.clone();
        octets[whole.len() * part / 16] ^= 1;
        std::fs::write(&spoiled, octets).unwrap();
        failed += usize::from(b.run(&["contact", "add", &spoiled]).code != 0);
    }
    assert_eq!(failed, 15);
    std::fs::write(&spoiled, vec![b' '; 1 << 20]).unwrap();
    assert_ne!(b.run(&["contact", "add", &spoiled]).code, 0);
    assert_eq!(contacts(&b), 1, "nothing was written");

    // An earlier contact does not come back, and what was compared stays so.
    b.ask(&[
        "contact",
        "add",
        &alice,
        "--expect",
        &fingerprint,
        "--name",
        "ally",
    ]);
    let later = path(&world, "later.contact");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    own(&a, &later, &["--name", "Alice Again"]);
    let updated = b.ask(&["contact", "add", &later]);
    assert_eq!(
        (
            &updated["added"],
            &updated["contact"]["validation"],
            &updated["contact"]["nickname"]
        ),
        (&false.into(), &"Fingerprint".into(), &"ally".into())
    );
    b.refused(&["contact", "add", &alice], UNTRUSTED);
    assert_eq!(contacts(&b), 2);

    // Somebody else has the address, at a service that says it is the same.
    let elsewhere = World::new();
    let mallory = elsewhere.device("m");
    mallory.ask(&["account", "create", ADDRESS]);
    let new = path(&world, "new.contact");
    let new_fingerprint = own(&mallory, &new, &[]);
    let (cause, remedy) = b.refused(&["contact", "add", &new], UNTRUSTED);
    for part in [&fingerprint, &new_fingerprint] {
        assert!(cause.contains(part), "{cause}");
    }
    assert!(remedy.contains("--replace"), "{remedy}");
    let shown = b.ask(&["contact", "show", ADDRESS]);
    assert_eq!(text(&shown["contact"], "udf"), fingerprint);
    let replaced = b.ask(&["contact", "add", &new, "--replace"]);
    assert_eq!(replaced["contact"]["validation"], "FirstUse");
    assert_eq!(contacts(&b), 2);
    // The nickname was that of somebody else.
    b.refused(&["contact", "show", "ally"], MISUSE);
}

#[test]
fn a_name_of_several_is_refused_and_a_device_without_the_key_signs_no_contact() {
    let world = World::new();
    let (a, b, web) = (world.device("a"), world.device("b"), world.device("web"));
    a.ask(&["account", "create", ADDRESS, "--name", "desk"]);
    b.ask(&["account", "create", BOB]);
    let bob = path(&world, "bob.contact");
    own(&b, &bob, &[]);
    a.ask(&["contact", "add", &bob, "--name", "desk"]);
    let (plain, out) = (path(&world, "plain"), path(&world, "out"));
    std::fs::write(&plain, "content").unwrap();
    let (cause, _) = a.refused(
        &["dare", "encode", &plain, &out, "--encrypt", "desk"],
        MISUSE,
    );
    assert!(
        cause.contains("the device desk") && cause.contains(BOB),
        "{cause}"
    );
    a.ask(&["contact", "rename", "desk", "bob"]);

    // A file that happens to have the name of somebody is not taken for him, nor he for it.
    let directory = world.path("here");
    std::fs::create_dir(&directory).unwrap();
    a.ask(&["key", "generate", &path(&world, "here/key")]);
    std::fs::rename(directory.join("key.pub"), directory.join("bob")).unwrap();
    let encode = |name: &str| {
        let mut command = a.command(env!("CARGO_BIN_EXE_meshman"));
        command.current_dir(&directory);
        let done = ["dare", "encode", &plain, &out, "--force", "--encrypt", name];
        run(command.args(done), "")
    };
    let done = encode("bob");
    assert_eq!(done.code, MISUSE, "{done:?}");
    assert!(done.stderr.contains("./bob"), "{done:?}");
    assert_eq!(encode("bob@localhost").code, 0);

    let pin = text(
        &a.ask(&["account", "pin", "--roles", "web", "--name", "web"]),
        "uri",
    );
    web.ask(&["device", "request", &pin]);
    a.ask(&["account", "sync", "--auto"]);
    web.ask(&["device", "complete"]);
    let (cause, _) = web.refused(&["contact", "self", &path(&world, "no")], REFUSED);
    assert!(cause.contains("role message"), "{cause}");
    assert!(!world.path("no").exists());
    // It signs by itself.
    let signed = path(&world, "signed.dare");
    web.ask(&["dare", "encode", &plain, &signed, "--sign"]);
    a.ask(&["dare", "verify", &signed, "--signed-by", "web"]);
    a.refused(
        &["dare", "verify", &signed, "--signed-by", ADDRESS],
        UNTRUSTED,
    );

    // Nobody has a contact signed as a file.
    std::fs::write(&plain, "{\"ContactPerson\": {}}").unwrap();
    let made = a.ask(&["dare", "encode", &plain, &signed, "--sign", "--force"]);
    assert_eq!(made["signed_by"].as_array().unwrap().len(), 1);
    std::fs::write(&plain, "{\"Contact\": {}}").unwrap();
    let made = a.ask(&["dare", "encode", &plain, &signed, "--sign", "--force"]);
    assert_eq!(made["signed_by"].as_array().unwrap().len(), 2);
}
