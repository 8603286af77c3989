// SPDX-License-Identifier: MIT
//! The ways to connect a device, both ends as processes of their own.
//!
//! Spec: mesh-protocol, "Device Connection".
//! Here: URI, QR code, one line over SSH.
//! Not here: PIN and witness value (`story`), PINs that do not count (`power`).

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::world::{ADDRESS, Device, World, text};

const MISUSE: i32 = 2;
const MALFORMED: i32 = 3;
const UNTRUSTED: i32 = 4;
const UNAVAILABLE: i32 = 7;

fn connected(a: &Device<'_>, other: &Device<'_>) {
    let report = a.ask(&["account", "sync", "--auto"]);
    assert_eq!(report["devices"].as_array().unwrap().len(), 1, "{report}");
    other.ask(&["device", "complete"]);
    other.ask(&["password", "list"]);
}

#[test]
fn a_uri_or_its_qr_code_connects_a_device() {
    let world = World::new();
    let a = world.device("a");
    a.ask(&["account", "create", ADDRESS]);

    let uri = text(&a.ask(&["account", "pin"]), "uri");
    assert!(uri.starts_with("mcd://alice@localhost/A"), "{uri}");
    let b = world.device("b");
    b.ask_with(&["device", "request", "--uri-stdin"], &uri);
    connected(&a, &b);

    let c = world.device("c");
    c.ask(&[
        "device",
        "request",
        &text(&a.ask(&["account", "pin"]), "uri"),
    ]);
    connected(&a, &c);

    for ending in ["png", "svg"] {
        let file = world.path(&format!("code.{ending}"));
        a.ask(&["account", "pin", "--qr-file", file.to_str().unwrap()]);
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let file = world.path("code.png");
    let file = file.to_str().unwrap();
    // Nothing is replaced, and no PIN is issued that nobody sees.
    a.refused(&["account", "pin", "--qr-file", file], MISUSE);
    a.refused(&["account", "pin", "--qr-file", "code.gif"], MISUSE);
    // The other picture's PIN was the last one; this one counts as well.
    let d = world.device("d");
    d.ask(&["device", "request", "--qr-image", file]);
    connected(&a, &d);
    // Once.
    let e = world.device("e");
    e.ask(&["device", "request", "--qr-image", file]);
    let report = a.ask(&["account", "sync", "--auto"]);
    assert!(report["devices"].as_array().unwrap().is_empty());
    let shown = a.say(&["account", "pin", "--qr"]);
    assert!(shown.contains('\u{2588}'), "{shown}");

    let f = world.device("f");
    let passphrase = world.path("passphrase");
    f.refused(
        &[
            "device",
            "request",
            "--qr-image",
            passphrase.to_str().unwrap(),
        ],
        MALFORMED,
    );
    let done = f.run_with(
        &["device", "request", "--uri-stdin"],
        "mcu://alice@localhost/ABCD-EFGH",
    );
    assert_eq!(done.code, MISUSE, "{done:?}");
    assert!(!done.stderr.contains("ABCD"), "a secret is not repeated");
    assert_eq!(f.run(&["device", "request"]).code, MISUSE);
}

#[test]
fn a_machine_without_a_screen_is_connected_in_one_line() {
    let world = World::new();
    let (a, box_) = (world.device("a"), world.device("box"));
    a.ask(&["account", "create", ADDRESS]);
    a.ask(&["password", "add", "example.com", "alice", "--generate"]);
    let mut join = box_
        .command(env!("CARGO_BIN_EXE_mesh"))
        .args(["device", "join", ADDRESS, "--request", "--wait", "60"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(join.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    // Whoever sits between the two can exchange nothing.
    for (from, to) in [("\"M", "\"N"), ("alice@", "mallory@")] {
        let altered = line.replacen(from, to, 1);
        assert_ne!(altered, line);
        let done = a.run_with(&["device", "accept", "--stdin"], &altered);
        assert_eq!(done.code, UNTRUSTED, "{done:?}");
    }
    // Nor does it wait for somebody who has gone.
    let other = world.device("other");
    for options in [&[][..], &["--json"]] {
        let mut unread = other.command(env!("CARGO_BIN_EXE_mesh"));
        unread.args(["device", "join", ADDRESS, "--request", "--wait", "60"]);
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let unread = unread.args(options).stdin(Stdio::null()).stdout(writer);
        let done = unread.output().unwrap();
        let stderr = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(UNAVAILABLE), "{stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
    }
    let done = a.run_with(&["device", "accept", "--stdin"], "");
    assert_eq!(done.code, MALFORMED, "{done:?}");
    let accepted = a.ask_with(
        &[
            "device", "accept", "--stdin", "--roles", "web", "--name", "box",
        ],
        &line,
    );
    assert_eq!(text(&accepted, "name"), "box");
    assert!(join.wait().unwrap().success());
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("connected to alice@localhost"), "{rest}");
    box_.ask(&["password", "get", "example.com"]);
    // The same line connects nobody else.
    let done = a.run_with(&["device", "accept", "--stdin"], &line);
    assert_eq!(done.code, UNTRUSTED, "{done:?}");
}

#[test]
fn both_screens_show_the_same_words() {
    let world = World::new();
    let (a, b, c) = (world.device("a"), world.device("b"), world.device("c"));
    a.ask(&["account", "create", ADDRESS]);
    let asked = b.ask(&["device", "request", ADDRESS]);
    let words = text(&asked, "words");
    assert_eq!(words.split(' ').count(), 8, "{words}");
    let pending = a.ask(&["device", "pending"]);
    assert_eq!(text(&pending["devices"][0], "words"), words);
    assert!(a.say(&["device", "pending"]).contains(&words));
    let other = text(&c.ask(&["device", "request", ADDRESS]), "words");
    assert_ne!(other, words);
    let shown = a.ask(&["device", "accept", &format!(" {} ", words.to_uppercase())]);
    assert_eq!(shown["witness"], asked["witness"]);
    b.ask(&["device", "complete"]);
    a.ask(&["device", "reject", &other]);
    let almost = words.rsplit_once(' ').unwrap().0;
    a.refused(&["device", "accept", almost], MISUSE);
}

#[test]
fn a_device_with_a_label_is_adopted() {
    let world = World::new();
    let (maker, a, camera) = (
        world.device("maker"),
        world.device("a"),
        world.device("camera"),
    );
    maker.ask(&["account", "create", "maker@localhost"]);
    a.ask(&["account", "create", ADDRESS]);
    a.ask(&["password", "add", "example.com", "alice", "--generate"]);

    let (file, label) = (world.path("camera.medk"), world.path("label.png"));
    let (file, label) = (file.to_str().unwrap(), label.to_str().unwrap());
    let made = maker.ask(&["device", "preconfig", file, "--label", label]);
    for file in [file, label] {
        let mode = std::fs::metadata(file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let uri = text(&made, "uri");
    assert!(uri.starts_with("mcd://maker@localhost/E"), "{uri}");
    // Nothing is replaced: the secret is nowhere else.
    maker.refused(&["device", "preconfig", file], MISUSE);
    maker.refused(
        &["device", "preconfig", "other", "--label", "label.gif"],
        MISUSE,
    );

    let installed = camera.ask(&["device", "install", file]);
    assert_eq!(text(&installed, "device"), text(&made, "device"));
    camera.refused(&["device", "install", file], MISUSE);
    camera.refused(&["device", "complete"], MISUSE);
    camera.refused(&["password", "list"], MISUSE);
    world
        .device("other")
        .refused(&["device", "install", label], MALFORMED);
    // A label is no invitation to another device, and an invitation no label.
    let done = world
        .device("b")
        .run_with(&["device", "request", "--uri-stdin"], &uri);
    assert_eq!(done.code, MISUSE, "{done:?}");
    assert!(done.stderr.contains("account connect"), "{done:?}");
    let pin = text(&a.ask(&["account", "pin"]), "uri");
    let done = a.run_with(&["account", "connect", "--uri-stdin"], &pin);
    assert_ne!(done.code, 0, "{done:?}");
    assert!(!done.stderr.contains(&pin[pin.len() - 20..]), "{done:?}");

    let adopted = a.ask(&[
        "account",
        "connect",
        "--qr-image",
        label,
        "--name",
        "camera",
        "--roles",
        "web",
    ]);
    assert_eq!(text(&adopted, "device"), text(&made, "device"));
    let done = camera.ask(&["device", "complete", "--wait", "5"]);
    assert_eq!(text(&done, "account"), ADDRESS);
    camera.ask(&["password", "get", "example.com"]);
    let devices = a.ask(&["device", "list"]);
    assert_eq!(devices["devices"].as_array().unwrap().len(), 2, "{devices}");
}

/// Somebody on the network who relays everything and alters one message of many octets.
struct Meddler {
    url: String,
}

impl Meddler {
    /// Alters the last octet of the message of this number, counted over all connections and both directions.
    fn new(target: &str, number: u32) -> Self {
        let target = target.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let count = Arc::new(AtomicU32::new(0));
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = TcpStream::connect(&target).unwrap();
                let (client_too, server_too) =
                    (client.try_clone().unwrap(), server.try_clone().unwrap());
                relay(client, server_too, count.clone(), number);
                relay(server, client_too, count.clone(), number);
            }
        });
        Self { url }
    }
}

fn relay(mut from: TcpStream, mut to: TcpStream, count: Arc<AtomicU32>, number: u32) {
    std::thread::spawn(move || {
        let mut buffer = vec![0; 1 << 20];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            let piece = &mut buffer[..read];
            // Headers alone are shorter.
            if read > 600 && count.fetch_add(1, Ordering::SeqCst) == number {
                piece[read - 1] ^= 1;
            }
            if to.write_all(piece).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}

#[test]
fn somebody_in_the_middle_can_hinder_a_connection_and_nothing_else() {
    let world = World::new();
    let (a, maker) = (world.device("a"), world.device("maker"));
    let udf = text(&a.ask(&["account", "create", ADDRESS]), "udf");
    a.ask(&["password", "add", "example.com", "alice", "--generate"]);
    maker.ask(&["account", "create", "maker@localhost"]);
    let hindered = std::cell::Cell::new(0);
    for number in 0..4 {
        for way in ["pin", "uri", "witness", "label", "line"] {
            let device = world.device(&format!("{way}-{number}"));
            let meddler = Meddler::new(&world.url, number);
            let meddled = format!("localhost={}", meddler.url);
            let through = |arguments: &[&str], input: &str| {
                let arguments = [arguments, &["--json", "--services", &meddled]].concat();
                let done = device.run_with(&arguments, input);
                assert!(!done.stderr.contains("panicked"), "{done:?}");
                // Waiting is no hindrance.
                hindered.set(hindered.get() + u32::from(![0, MISUSE].contains(&done.code)));
                done.code == 0
            };
            let file = world.path(&format!("{number}.medk"));
            let file = file.to_str().unwrap();
            let mut label = String::new();
            // The device asks through the meddler, and again without when that came to nothing.
            let asked = match way {
                "pin" => {
                    let pin = text(&a.ask(&["account", "pin"]), "pin");
                    let command = ["device", "request", ADDRESS, "--pin-stdin"];
                    through(&command, &pin) || device.run_with(&command, &pin).code == 0
                }
                "uri" => {
                    let uri = text(&a.ask(&["account", "pin"]), "uri");
                    let command = ["device", "request", "--uri-stdin"];
                    through(&command, &uri) || device.run_with(&command, &uri).code == 0
                }
                "label" => {
                    label = text(&maker.ask(&["device", "preconfig", file]), "uri");
                    device.ask(&["device", "install", file]);
                    !through(&["device", "complete"], "")
                }
                _ => {
                    let command = ["device", "request", ADDRESS];
                    through(&command, "") || device.run(&command).code == 0
                }
            };
            assert!(asked, "{way} {number}");
            match way {
                "pin" | "uri" => {
                    a.ask(&["account", "sync", "--auto"]);
                }
                "label" => {
                    a.ask_with(&["account", "connect", "--uri-stdin"], &label);
                }
                _ => {
                    let pending = a.ask(&["device", "pending"]);
                    let requests = pending["devices"].as_array().unwrap();
                    let last = text(requests.last().unwrap(), "witness");
                    match way {
                        "witness" => a.ask(&["device", "accept", &last]),
                        _ => {
                            let device = text(requests.last().unwrap(), "udf");
                            let line = serde_json::json!({ "account": ADDRESS, "device": device, "witness": last });
                            a.ask_with(&["device", "accept", "--stdin"], &line.to_string())
                        }
                    };
                    // What was asked through the meddler in vain is open still.
                    for request in &requests[..requests.len() - 1] {
                        a.ask(&["device", "reject", &text(request, "witness")]);
                    }
                }
            }
            if !through(&["device", "complete"], "") {
                device.ask(&["device", "complete"]);
            }
            let accounts = device.ask(&["account", "list"]);
            assert_eq!(text(&accounts["accounts"][0], "udf"), udf, "{way} {number}");
            device.ask(&["password", "get", "example.com"]);
        }
    }
    assert!(hindered.get() > 5, "{}", hindered.get());
}
