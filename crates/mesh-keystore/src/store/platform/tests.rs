// SPDX-License-Identifier: MIT
//! The desktop key store against a real one, started for the test on a bus of its own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixListener;
use std::process::{Child, Command, Stdio};

use super::*;
use crate::store::{FileStore, Sealing, SealingKind, conformance};

/// A session bus with an unlocked GNOME keyring in a home directory of its own.
struct Desktop {
    bus: Child,
    platform: Platform,
    _home: tempfile::TempDir,
}

impl Desktop {
    /// None, with a word about it, where the programs are missing.
    fn start() -> Option<Self> {
        let has = |program| Command::new(program).arg("--version").output().is_ok();
        if !has("dbus-run-session") || !has("gnome-keyring-daemon") {
            println!("skipped: dbus-run-session or gnome-keyring-daemon is not installed");
            return None;
        }
        let home = tempfile::tempdir().unwrap();
        // The daemon takes the password of its keyring from its input; `read` keeps the bus up until we close ours.
        let script =
            "printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
                      echo \"$DBUS_SESSION_BUS_ADDRESS\"; read line";
        let mut bus = Command::new("dbus-run-session")
            .args(["--", "sh", "-c", script])
            .env("HOME", home.path())
            .env("XDG_RUNTIME_DIR", home.path())
            .env("XDG_DATA_HOME", home.path().join("data"))
            .env("XDG_CONFIG_HOME", home.path().join("config"))
            .env_remove("DISPLAY")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(bus.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        let platform = Platform::on(address.trim());
        let start = Instant::now();
        while !platform.answers() {
            assert!(
                start.elapsed() < Duration::from_secs(20),
                "the keyring does not come up"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(Self {
            bus,
            platform,
            _home: home,
        })
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        // Its shell reads a line and ends, and the bus with it.
        if let Some(mut input) = self.bus.stdin.take() {
            let _ = input.write_all(b"\n");
        }
        let _ = self.bus.wait();
    }
}

#[test]
fn a_real_keyring_conforms_and_seals_a_store() {
    let Some(desktop) = Desktop::start() else {
        return;
    };
    conformance::run(&desktop.platform);

    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("keys");
    let sealing = Sealing::Platform(std::sync::Arc::new(desktop.platform.clone()));
    let secret = SecretBytes::new(b"device".to_vec());
    FileStore::create(&directory, &sealing)
        .unwrap()
        .save("MDAB", "seed", &secret)
        .unwrap();
    assert_eq!(FileStore::sealing(&directory), Ok(SealingKind::Platform));
    let mut store = FileStore::open(&directory, &sealing).unwrap();
    assert_eq!(store.load("MDAB"), Ok(Some(secret)));
    assert_eq!(desktop.platform.list().unwrap().len(), 1);
    store.reseal(&Sealing::Clear).unwrap();
    assert_eq!(desktop.platform.list().unwrap(), []);
}

/// A bus with a service whose one item is locked, and a user who answers the prompt.
fn locked_service(
    dismissed: bool,
) -> (
    tempfile::TempDir,
    Platform,
    std::thread::JoinHandle<Vec<String>>,
) {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("bus");
    let listener = UnixListener::bind(&path).unwrap();
    let platform = Platform::on(&format!("unix:path={}", path.display()));
    let service = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        assert!(line.starts_with("\0AUTH EXTERNAL "), "{line:?}");
        stream.write_all(b"OK 1234\r\n").unwrap();
        line.clear();
        lines.read_line(&mut line).unwrap();
        assert_eq!(line, "BEGIN\r\n");
        let mut called = Vec::new();
        while let Some((serial, message)) = receive(&mut lines) {
            called.push(message.member.clone());
            let mut body = Body::new(match message.member.as_str() {
                "Hello" => "s",
                "OpenSession" => "vo",
                "SearchItems" => "aoao",
                "Unlock" => "aoo",
                "GetSecret" => "(oayays)",
                _ => "",
            });
            match message.member.as_str() {
                "Hello" => drop(body.string(":1.1")),
                "OpenSession" => drop(body.variant_string("").string("/session")),
                "SearchItems" => {
                    body.strings(&[]);
                    body.strings(&["/item".into()]);
                }
                "Unlock" => {
                    body.strings(&[]);
                    body.string("/prompt");
                }
                "GetSecret" => drop(
                    body.structure()
                        .string("/session")
                        .octets(b"")
                        .octets(b"eA")
                        .string("t"),
                ),
                "Prompt" => {
                    // Another prompt first, then ours, before the call returns.
                    for (path, dismissed) in [("/other", !dismissed), ("/prompt", dismissed)] {
                        let mut done = Body::new("bv");
                        done.number(u32::from(dismissed)).variant_string("");
                        let signal =
                            wire::tests::message(4, None, path, PROMPT, "Completed", &done);
                        stream.write_all(&signal).unwrap();
                    }
                }
                _ => {}
            }
            let done = wire::tests::message(2, Some(serial), "/", PROMPT, "", &body);
            // The client may have gone after the signal.
            let _ = stream.write_all(&done);
        }
        called
    });
    (home, platform, service)
}

fn receive(stream: &mut impl std::io::Read) -> Option<(u32, wire::Message)> {
    let mut start = [0; 16];
    stream.read_exact(&mut start).ok()?;
    let mut octets = start.to_vec();
    octets.resize(16 + wire::rest_length(&start).unwrap(), 0);
    stream.read_exact(&mut octets[16..]).unwrap();
    let serial = u32::from_le_bytes(octets[8..12].try_into().unwrap());
    Some((serial, wire::Message::decode(&octets).unwrap()))
}

#[test]
fn a_locked_item_is_read_once_the_user_unlocks_it() {
    let (_home, platform, service) = locked_service(false);
    assert_eq!(
        platform.load("MDAB"),
        Ok(Some(SecretBytes::new(b"x".to_vec())))
    );
    let calls = [
        "Hello",
        "OpenSession",
        "SearchItems",
        "Unlock",
        "AddMatch",
        "Prompt",
        "GetSecret",
    ];
    assert_eq!(service.join().unwrap(), calls);
}

#[test]
fn a_prompt_that_the_user_dismisses_leaves_the_store_locked() {
    let (_home, platform, service) = locked_service(true);
    assert_eq!(platform.load("MDAB"), Err(Error::PlatformLocked));
    assert_eq!(service.join().unwrap().last().unwrap(), "Prompt");
}

#[test]
fn a_bus_that_says_nothing_is_unavailable_within_about_a_second() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("bus");
    let _listener = UnixListener::bind(&path).unwrap();
    let start = Instant::now();
    assert!(!Platform::on(&format!("unix:path={}", path.display())).answers());
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[test]
fn a_missing_bus_is_an_error_of_its_own() {
    let platform = Platform::on("unix:path=/nonexistent/bus");
    assert!(!platform.answers());
    let error = Error::Platform {
        what: "the session bus cannot be reached",
    };
    assert_eq!(platform.load("MDAB"), Err(error));
}
