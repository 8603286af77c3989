// SPDX-License-Identifier: MIT
//! The service as a part of a system.
//!
//! Spec: systemd.socket(5), deb(5).
//! Here: a socket that is handed over, units, the package for Debian, the Dockerfile.
//! Not here: what the service does.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::tls::{Net, Service};
use crate::world::run;

/// Hands what is its standard input over as systemd hands sockets over.
const HAND_OVER: &str = "LISTEN_PID=$$ LISTEN_FDS=1 exec \"$@\" 3<&0 </dev/null";

#[test]
fn a_socket_that_is_handed_over_is_served_and_the_manager_told() {
    let net = Net::new();
    let notify = net.path("notify");
    let manager = UnixDatagram::bind(&notify).unwrap();
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    // Whoever connects before there is a service waits for it.
    let early = TcpStream::connect(address).unwrap();
    let hand = |socket: &TcpListener| Stdio::from(OwnedFd::from(socket.try_clone().unwrap()));
    let mut command = Command::new("sh");
    command
        .args(["-c", HAND_OVER, "sh", env!("CARGO_BIN_EXE_servermesh")])
        .args(["localhost", "--data"])
        .arg(net.path("svc"))
        .env("NOTIFY_SOCKET", &notify)
        .env("MMM_LOG", "warn")
        .stdin(hand(&socket))
        .stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let url = out
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("listening on ").map(str::to_owned));
    let mut service = Service {
        child,
        url: url.unwrap(),
    };
    assert_eq!(service.url, format!("http://{address}"));
    let told = || {
        let mut buffer = [0; 256];
        let length = manager.recv(&mut buffer).unwrap();
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    };
    assert_eq!(told(), "READY=1\n");
    assert_eq!(health(early), "ok");
    let mut create = net.meshman("a");
    create.env_remove("MMM_DNS");
    create.env("MMM_SERVICES", format!("localhost={}", service.url));
    let done = run(create.args(["account", "create", "alice@localhost"]), "");
    assert_eq!(done.code, 0, "{done:?}");
    let pid = service.child.id().to_string();
    // In clear there is nothing to read again, and nothing ends.
    for (signal, expected) in [("-HUP", None), ("-TERM", Some("STOPPING=1\n"))] {
        let sent = Command::new("kill").args([signal, &pid]).status().unwrap();
        assert!(sent.success());
        assert_eq!(
            health_again(address, expected.is_none()),
            expected.is_none()
        );
        if let Some(expected) = expected {
            assert_eq!(told(), expected);
        }
    }
    assert!(service.child.wait().unwrap().success());

    // Two places to listen at contradict each other.
    let mut command = Command::new("sh");
    command
        .args(["-c", HAND_OVER, "sh", env!("CARGO_BIN_EXE_servermesh")])
        .args(["localhost", "--listen", "127.0.0.1:0", "--data"])
        .arg(net.path("other"))
        .stdin(hand(&socket))
        .stderr(Stdio::piped());
    let done = command.output().unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(2), "{said}");
    assert!(said.contains("--listen"), "{said}");
    assert!(!net.path("other").exists());
}

fn health(stream: TcpStream) -> String {
    use std::io::{Read, Write};
    let mut stream = stream;
    stream
        .write_all(b"GET /.well-known/mmm/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    body.to_owned()
}

/// Whether it is well, where that is to be known.
fn health_again(address: std::net::SocketAddr, asked: bool) -> bool {
    asked && health(TcpStream::connect(address).unwrap()) == "ok"
}

const SERVICE: [&str; 5] = [
    "example.org",
    "--host",
    "mesh.example.org",
    "--acme",
    "--sign-up=invitation",
];

#[test]
fn the_units_are_what_systemd_understands_and_go_where_it_looks() {
    let net = Net::new();
    let install = |options: &[&str]| {
        let arguments = [&["install"], options, &["--"], &SERVICE].concat();
        run(&mut net.servermesh(&arguments), "")
    };
    let root = net.path("root");
    let at = root.to_str().unwrap();
    let printed = install(&["--print", "--root", at]);
    assert_eq!(printed.code, 0, "{printed:?}");
    assert!(printed.stdout.contains("ListenStream=443"), "{printed:?}");
    assert!(!root.exists(), "nothing is written");

    let done = install(&["--root", at, "--port", "8443"]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(
        done.stdout.contains("servermesh dns example.org"),
        "{done:?}"
    );
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let arguments = format!("\nARGUMENTS={}\n", SERVICE.join(" "));
    assert!(read("etc/default/servermesh").contains(&arguments));
    assert!(read("etc/systemd/system/servermesh.socket").contains("ListenStream=8443"));
    for (path, mode) in [
        ("etc/systemd/system/servermesh.service", 0o644),
        ("etc/systemd", 0o755),
        ("usr/local/bin/servermesh", 0o755),
    ] {
        let found = std::fs::metadata(root.join(path)).unwrap().permissions();
        assert_eq!(found.mode() & 0o777, mode, "{path}");
    }
    let mut installed = Command::new(root.join("usr/local/bin/servermesh"));
    assert_eq!(run(installed.arg("--version"), "").code, 0);
    verify(&root, "etc/systemd/system");

    // The same again is nothing new; something else is not overwritten unasked.
    assert_eq!(install(&["--root", at, "--port", "8443"]).code, 0);
    let refused = install(&["--root", at]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.stderr.contains("--force"), "{refused:?}");
    assert!(read("etc/systemd/system/servermesh.socket").contains("ListenStream=8443"));
    assert_eq!(install(&["--root", at, "--force"]).code, 0);
    assert!(read("etc/systemd/system/servermesh.socket").contains("ListenStream=443"));

    let line = install(&["--windows"]);
    assert!(
        line.stdout
            .starts_with("netsh http add urlacl url=https://+:443/.well-known/mmm/ user="),
        "{line:?}"
    );
    for (service, part) in [
        (&["example.org", "--no-such-option"][..], "--no-such-option"),
        (&["example.org", "--data", "x"], "--port"),
        (&["example.org", "--listen=127.0.0.1:1"], "--port"),
        (&["status"], "command"),
        (&["example.org", "--host", "a b"], "systemd"),
        (&["example.org", "--acme", "--plain"], "--plain"),
    ] {
        let arguments = [&["install", "--print", "--"], service].concat();
        let done = run(&mut net.servermesh(&arguments), "");
        assert_eq!(done.code, 2, "{service:?}: {done:?}");
        assert!(done.stderr.contains(part), "{done:?}");
    }
}

/// Lets systemd judge the units, as if this were a whole system.
fn verify(root: &Path, directory: &str) {
    std::fs::create_dir(root.join("bin")).unwrap();
    std::fs::copy("/bin/true", root.join("bin/kill")).unwrap();
    let mut command = Command::new("systemd-analyze");
    command.args(["verify", "--man=no", "--recursive-errors=no", "--root"]);
    command.arg(root);
    for unit in ["servermesh.service", "servermesh.socket"] {
        command.arg(Path::new("/").join(directory).join(unit));
    }
    let done = run(&mut command, "");
    assert_eq!((done.code, done.stderr.as_str()), (0, ""), "{done:?}");
}

#[test]
fn the_package_is_one_for_debian_and_the_same_each_time() {
    let net = Net::new();
    let package = |options: &[&str]| {
        let arguments = [&["package"], options].concat();
        run(&mut net.servermesh(&arguments), "")
    };
    for file in ["one.deb", "two.deb"] {
        let done = package(&["--deb", file]);
        assert_eq!(done.code, 0, "{done:?}");
    }
    let octets = |file: &str| std::fs::read(net.path(file)).unwrap();
    assert!(octets("one.deb") == octets("two.deb"));
    assert_eq!(package(&["--deb", "one.deb"]).code, 2, "it is there");
    let dpkg = |option: &str, more: &str| {
        let mut command = Command::new("dpkg-deb");
        command.arg(option).arg(net.path("one.deb"));
        if !more.is_empty() {
            command.arg(net.path(more));
        }
        let done = run(&mut command, "");
        assert_eq!(done.code, 0, "{done:?}");
        done.stdout
    };
    let info = dpkg("--info", "");
    for part in [
        "Package: servermesh",
        "Depends: libc6 (>= 2.",
        "conffiles",
        "postinst",
    ] {
        assert!(info.contains(part), "{info}");
    }
    let contents = dpkg("--contents", "");
    for part in [
        "-rwxr-xr-x root/root",
        " usr/bin/servermesh",
        " usr/lib/systemd/system/servermesh.socket",
        " usr/share/man/man1/servermesh.1.gz",
        " etc/default/servermesh",
    ] {
        assert!(contents.contains(part), "{contents}");
    }
    dpkg("--extract", "root");
    let root = net.path("root");
    assert_eq!(
        std::fs::read(root.join("usr/bin/servermesh")).unwrap(),
        octets_of_program()
    );
    verify(&root, "usr/lib/systemd/system");

    let printed = package(&["--dockerfile"]);
    assert_eq!(printed.code, 0, "{printed:?}");
    for part in [
        "FROM debian:1",
        "USER servermesh",
        "ENTRYPOINT [\"/usr/bin/servermesh\"",
    ] {
        assert!(printed.stdout.contains(part), "{printed:?}");
    }
    assert!(!printed.stdout.contains('@'), "{printed:?}");
    assert_eq!(package(&[]).code, 2);
}

fn octets_of_program() -> Vec<u8> {
    std::fs::read(env!("CARGO_BIN_EXE_servermesh")).unwrap()
}
