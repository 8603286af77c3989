// SPDX-License-Identifier: MIT
//! An account moves from one service to another, each a process of its own.
//!
//! Spec: none.
//! Here: the commands.
//! Not here: interruptions, and everything that belongs to an account (`mesh-test`, moving).

use std::os::unix::fs::PermissionsExt;

use crate::world::{ADDRESS, Device, Done, World, serve, text};

const MISUSE: i32 = 2;
const MALFORMED: i32 = 3;
const UNTRUSTED: i32 = 4;
const REFUSED: i32 = 6;
const THERE: &str = "alice@new.example";

/// A command of a device that knows both services.
fn run(device: &Device<'_>, services: &str, arguments: &[&str]) -> Done {
    let arguments = [arguments, &["--json", "--services", services]].concat();
    device.run(&arguments)
}

#[test]
fn an_account_moves_with_its_devices() {
    let world = World::new();
    let (second, url) = serve("new.example", &world.path("second"), "127.0.0.1:0");
    let _second = Ended(second);
    let services = format!("localhost={},new.example={url}", world.url);
    let (a, b) = (world.device("a"), world.device("b"));
    let udf = text(&a.ask(&["account", "create", ADDRESS]), "udf");
    a.ask(&["password", "add", "example.com", "alice", "--generate"]);
    let pin = text(&a.ask(&["account", "pin", "--roles", "web"]), "pin");
    b.ask_with(&["device", "request", ADDRESS, "--pin-stdin"], &pin);
    a.ask(&["account", "sync", "--auto"]);
    b.ask(&["device", "complete"]);

    let ask = |device: &Device<'_>, arguments: &[&str]| {
        let done = run(device, &services, arguments);
        assert_eq!(done.code, 0, "{arguments:?}: {done:?}");
        done.object()
    };
    let done = run(&b, &services, &["account", "move", THERE, "--yes"]);
    assert_eq!(done.code, REFUSED, "{done:?}");
    let done = run(&a, &services, &["account", "move", "nonsense", "--yes"]);
    assert_eq!(done.code, MISUSE, "{done:?}");
    let moved = ask(&a, &["account", "move", THERE, "--yes"]);
    assert_eq!(text(&moved, "udf"), udf);
    assert_eq!(text(&moved, "former"), ADDRESS);
    ask(
        &a,
        &["password", "add", "later.example", "alice", "--generate"],
    );
    let report = ask(&b, &["account", "sync"]);
    assert_eq!(text(&report, "account"), THERE);
    let list = ask(&b, &["password", "list"]);
    assert_eq!(list["passwords"].as_array().unwrap().len(), 2, "{list}");
    // What is done there does not count here yet, and that is said.
    let delete = [
        "device",
        "delete",
        "device-2",
        "--yes",
        "--services",
        &services,
    ];
    let done = a.run(&delete);
    assert!(
        done.stdout.contains(&format!("NOT YET at {ADDRESS}")),
        "{done:?}"
    );
    let rotate = ["account", "escrow", "--rotate", "--services", &services];
    let done = a.run(&rotate);
    assert!(
        done.stdout.contains(&format!("NOT YET at {ADDRESS}")),
        "{done:?}"
    );
    let done = run(
        &a,
        &services,
        &["account", "unbind", "--at", THERE, "--yes"],
    );
    assert_eq!(done.code, REFUSED, "{done:?}");
    ask(&a, &["account", "unbind", "--at", ADDRESS, "--yes"]);
    let accounts = ask(&b, &["account", "list"]);
    assert_eq!(accounts["accounts"][0]["account"], THERE, "{accounts}");
    let done = a.run(&rotate);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(!done.stdout.contains("NOT YET"), "{done:?}");
}

#[test]
fn an_account_comes_back_from_a_file_when_its_service_is_gone() {
    let mut world = World::new();
    let (file, cut) = (world.path("alice.mesh"), world.path("cut.mesh"));
    let (file, cut) = (file.to_str().unwrap(), cut.to_str().unwrap());
    let (codes, root, udf) = {
        let (a, b) = (world.device("a"), world.device("b"));
        let udf = text(&a.ask(&["account", "create", ADDRESS]), "udf");
        a.ask(&["password", "add", "example.com", "alice", "--generate"]);
        a.ask(&["ssh", "create", "work"]);
        let pin = text(&a.ask(&["account", "pin", "--roles", "web"]), "pin");
        b.ask_with(&["device", "request", ADDRESS, "--pin-stdin"], &pin);
        a.ask(&["account", "sync", "--auto"]);
        b.ask(&["device", "complete"]);
        b.ask(&["password", "add", "b.example", "alice", "--generate"]);
        let codes = |options: &[&str]| -> String {
            let made = a.ask(&[&["account", "escrow"], options].concat());
            let list = made["shares"].as_array().unwrap().iter();
            let list: Vec<&str> = list.map(|code| code.as_str().unwrap()).collect();
            list[1..].join("\n")
        };
        let void = codes(&[]);
        let (codes, root) = (codes(&["--rotate"]), codes(&["--account-key"]));
        b.refused(&["account", "export", file], REFUSED);
        let done = a.ask(&["account", "export", file]);
        assert_eq!(done["code_sets"], 1, "{done}");
        let mode = std::fs::metadata(file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        a.refused(&["account", "export", file], MISUSE);
        // What is in it is for those who have the codes, and no others.
        let octets = std::fs::read(file).unwrap();
        for secret in [ADDRESS, "example.com", "CatalogedCredential"] {
            assert!(!contains(&octets, secret.as_bytes()), "{secret}");
        }
        std::fs::write(cut, &octets[..octets.len() - 5000]).unwrap();
        let c = world.device("c");
        for (file, codes, code) in [(cut, &codes, MALFORMED), (file, &void, UNTRUSTED)] {
            let done = c.run_with(&["account", "import", file], codes);
            assert_eq!(done.code, code, "{done:?}");
        }
        (codes, root, udf)
    };
    // The service is gone, with everything.
    world.stop_service();
    std::fs::remove_dir_all(world.path("svc")).unwrap();
    world.start_service();
    let c = world.device("c");
    let imported = c.ask_with(&["account", "import", file], &codes);
    assert_eq!(text(&imported, "udf"), udf);
    assert_eq!(imported["passwords"], 2, "{imported}");
    assert_eq!(imported["ssh_keys"], 1, "{imported}");
    // The devices find another service at the address, and go there when their owner says so.
    let b = world.device("b");
    b.refused(&["account", "sync"], UNTRUSTED);
    b.ask(&["account", "follow", ADDRESS]);
    b.ask(&["password", "get", "example.com"]);
    c.ask(&["password", "add", "later.example", "alice", "--generate"]);
    b.ask(&["account", "sync"]);
    let list = b.ask(&["password", "list"]);
    assert_eq!(list["passwords"].as_array().unwrap().len(), 3, "{list}");
    b.ask(&["password", "add", "by-b.example", "alice", "--generate"]);
    let drill = c.run_with(&["account", "recover", ADDRESS, "--drill"], &codes);
    assert_eq!(drill.code, 0, "{drill:?}");

    // Elsewhere, from the same file, with codes of the other kind.
    let (second, url) = serve("new.example", &world.path("second"), "127.0.0.1:0");
    let _second = Ended(second);
    let services = format!("localhost={},new.example={url}", world.url);
    let d = world.device("d");
    let done = d.run_with(
        &[
            "account",
            "import",
            file,
            "--address",
            THERE,
            "--json",
            "--services",
            &services,
        ],
        &root,
    );
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(text(&done.object(), "account"), THERE);
    assert_eq!(done.object()["passwords"], 2, "{done:?}");
}

fn contains(octets: &[u8], part: &[u8]) -> bool {
    octets.windows(part.len()).any(|window| window == part)
}

/// A process that ends with the test, however that ends.
struct Ended(std::process::Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
