// SPDX-License-Identifier: MIT
//! An account moves from one service to another, each a process of its own.
//!
//! Spec: none.
//! Here: the commands.
//! Not here: interruptions, and everything that belongs to an account (`mesh-test`, moving).

use crate::world::{ADDRESS, Device, Done, World, serve, text};

const MISUSE: i32 = 2;
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
    let done = run(
        &a,
        &services,
        &["account", "unbind", "--at", THERE, "--yes"],
    );
    assert_eq!(done.code, REFUSED, "{done:?}");
    ask(&a, &["account", "unbind", "--at", ADDRESS, "--yes"]);
    let accounts = ask(&b, &["account", "list"]);
    assert_eq!(accounts["accounts"][0]["account"], THERE, "{accounts}");
    ask(&b, &["password", "get", "later.example"]);
}

/// A process that ends with the test, however that ends.
struct Ended(std::process::Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
