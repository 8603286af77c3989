// SPDX-License-Identifier: MIT
//! A service as its operator meets it.
//!
//! Spec: none.
//! Here: sign-up and invitations, accounts, quotas, rates, metrics, logs, the orderly end, backups.
//! Not here: what the service does for its users.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::world::{ADDRESS, World, run, serve_with, text, write_0600};

#[test]
fn an_invitation_admits_as_many_as_it_says_and_no_more() {
    let world = World::with(&["--sign-up", "invitation"]);
    let (a, b, c) = (world.device("a"), world.device("b"), world.device("c"));
    let (cause, remedy) = a.refused(&["account", "create", ADDRESS], 6);
    assert!(cause.contains("invitation"), "{cause}");
    assert!(remedy.contains("--invitation-file"), "{remedy}");
    let invitation = world.operate(&["invite", "--uses", "2", "--label", "family"]);
    let code = text(&invitation, "invitation");
    // Only its fingerprint is kept.
    for entry in std::fs::read_dir(world.path("svc")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let stored = std::fs::read(path).unwrap();
            let code = code.as_bytes();
            assert!(!stored.windows(code.len()).any(|octets| octets == code));
        }
    }
    write_0600(&world.path("invitation"), &format!("{code}\n"));
    let file = world.path("invitation");
    let file = file.to_str().unwrap();
    a.ask(&["account", "create", ADDRESS, "--invitation-file", file]);
    // The same account again, as if the answer had been lost, uses nothing up.
    let listed = world.operate(&["invite", "list"]);
    assert_eq!(listed.pointer("/invitations/0/left"), Some(&1.into()));
    assert_eq!(
        listed.pointer("/invitations/0/label"),
        Some(&"family".into())
    );
    let bob = ["account", "create", "bob@localhost", "--invitation-stdin"];
    b.ask_with(&bob, &code);
    let (cause, _) = c.refused(
        &[
            "account",
            "create",
            "carol@localhost",
            "--invitation-file",
            file,
        ],
        6,
    );
    assert!(cause.contains("used up"), "{cause}");
    assert_eq!(
        world.operate(&["invite", "list"])["invitations"],
        Value::Array(Vec::new())
    );
    // One that was taken back, one that has expired, and one that never was.
    let taken = world.operate(&["invite"]);
    world.operate(&["invite", "delete", &text(&taken, "id")[..10]]);
    let expired = world.operate(&["invite", "--expire", "1s"]);
    std::thread::sleep(Duration::from_millis(1100));
    for code in [
        text(&taken, "invitation"),
        text(&expired, "invitation"),
        "AAAA-AAAA-AAAA-AAAA-AAAA".to_owned(),
        "x".to_owned(),
    ] {
        let create = [
            "account",
            "create",
            "carol@localhost",
            "--invitation-stdin",
            "--json",
        ];
        let done = c.run_with(&create, &code);
        assert_eq!(done.code, 6, "{done:?}");
        assert!(done.stdout.contains("not known, used up, or expired"));
    }
    let done = world.servermesh(&["invite", "delete", "MAAA"]);
    assert_eq!(done.code, 2, "{done:?}");
}

#[test]
fn a_service_takes_no_more_accounts_than_it_is_told_to() {
    let world = World::with(&["--max-accounts", "1"]);
    world.device("a").ask(&["account", "create", ADDRESS]);
    let (cause, _) = world
        .device("b")
        .refused(&["account", "create", "bob@localhost"], 6);
    assert!(cause.contains("as many accounts"), "{cause}");

    let world = World::with(&["--sign-up", "closed"]);
    let code = text(&world.operate(&["invite"]), "invitation");
    let done = world.device("a").run_with(
        &["account", "create", ADDRESS, "--invitation-stdin", "--json"],
        &code,
    );
    assert_eq!(done.code, 6, "{done:?}");
    assert!(done.stdout.contains("takes no new accounts"), "{done:?}");

    let world = World::with(&["--sign-ups-per-hour", "1"]);
    world.device("a").ask(&["account", "create", ADDRESS]);
    let (cause, _) = world
        .device("b")
        .refused(&["account", "create", "bob@localhost"], 7);
    assert!(cause.contains("come back later"), "{cause}");
    // Whoever is invited need not wait.
    let code = text(&world.operate(&["invite"]), "invitation");
    world.device("b").ask_with(
        &["account", "create", "bob@localhost", "--invitation-stdin"],
        &code,
    );
}

#[test]
fn an_operator_sees_suspends_and_deletes_accounts() {
    let mut world = World::new();
    {
        let a = world.device("a");
        let udf = text(&a.ask(&["account", "create", ADDRESS]), "udf");
        world
            .device("b")
            .ask(&["account", "create", "bob@localhost"]);
        let listed = world.operate(&["account", "list"]);
        assert_eq!(listed["accounts"].as_array().unwrap().len(), 2);
        assert_eq!(listed.pointer("/accounts/0/account"), Some(&ADDRESS.into()));
        assert_eq!(listed.pointer("/accounts/0/state"), Some(&"active".into()));
        let human = world.servermesh(&["account", "list"]).stdout;
        assert!(human.starts_with("ACCOUNT "), "{human}");
        let shown = world.operate(&["account", "show", &udf.to_lowercase()]);
        assert_eq!(shown["account"], ADDRESS);
        assert_eq!(shown["devices"], 1);
        assert!(shown["octets"].as_u64().unwrap() > 1000);
        let stores = shown["stores"].as_array().unwrap();
        assert!(stores.iter().any(|store| store["store"] == "Credential"));

        world.operate(&["account", "suspend", ADDRESS]);
        for command in [
            &["account", "sync"][..],
            &["password", "add", "x", "y", "--generate"],
        ] {
            let (cause, remedy) = a.refused(command, 6);
            assert!(cause.contains("suspended"), "{cause}");
            assert!(remedy.contains("operator"), "{remedy}");
        }
        // A device that asks to be connected is told, too.
        let (cause, _) = world
            .device("c")
            .refused(&["device", "request", ADDRESS], 6);
        assert!(cause.contains("suspended"), "{cause}");
        // The other account is served.
        world.device("b").ask(&["account", "sync"]);
        world.operate(&["account", "resume", ADDRESS]);
        a.ask(&["password", "add", "x", "y", "--generate"]);

        let done = world.servermesh(&["account", "delete", ADDRESS]);
        assert_eq!(done.code, 2, "asks first: {done:?}");
        world.operate(&["account", "delete", ADDRESS, "--yes"]);
        let (cause, _) = a.refused(&["account", "sync"], 7);
        assert!(cause.contains("does not know this device"), "{cause}");
        let done = world.servermesh(&["account", "show", ADDRESS]);
        assert_eq!(done.code, 2, "{done:?}");
        assert!(done.stderr.contains("no account"), "{done:?}");
        let condition = world.operate(&["status"]);
        assert_eq!(condition["accounts"], 1);
        assert_eq!(condition["domain"], "localhost");

        let socket = std::fs::metadata(world.path("svc/admin.sock")).unwrap();
        assert_eq!(socket.permissions().mode() & 0o777, 0o600);
    }
    world.stop_service();
    let done = world.servermesh(&["account", "list", "--json"]);
    assert_eq!(done.code, 7, "{done:?}");
    let cause = done.object();
    let cause = cause.pointer("/error/message").unwrap().as_str().unwrap();
    assert!(cause.contains("no service runs"), "{cause}");
    // What a killed service leaves is in nobody's way.
    world.start_service();
    assert_eq!(world.operate(&["status"])["accounts"], 1);
}

#[test]
fn an_account_keeps_no_more_than_its_quota() {
    let world = World::with(&["--quota", "1MiB"]);
    let (a, b) = (world.device("a"), world.device("b"));
    a.ask(&["account", "create", ADDRESS]);
    let pin = text(&a.ask(&["account", "pin"]), "pin");
    b.ask_with(&["device", "request", ADDRESS, "--pin-stdin"], &pin);
    a.ask(&["account", "sync", "--auto"]);
    b.ask(&["device", "complete"]);
    world.operate(&["account", "quota", ADDRESS, "0"]);
    let add = ["password", "add", "x", "y", "--generate"];
    let (cause, remedy) = b.refused(&add, 6);
    assert!(cause.contains("no room"), "{cause}");
    assert!(remedy.contains("operator"), "{remedy}");
    // A full account can still be cleared up by its administrator.
    a.ask(&["device", "rename", "device-2", "phone"]);
    let line = world.operate(&["account", "quota", ADDRESS, "10MiB"]);
    assert_eq!(line["quota"], 10 << 20);
    b.ask(&["account", "sync"]);
    b.ask(&add);
    let line = world.operate(&["account", "quota", ADDRESS, "unlimited"]);
    assert_eq!(line["quota"], Value::Null);
    let line = world.operate(&["account", "quota", ADDRESS, "default"]);
    assert_eq!(line["quota"], 1 << 20);
    let done = world.servermesh(&["account", "quota", ADDRESS, "10MB"]);
    assert_eq!(done.code, 2, "{done:?}");
}

#[test]
fn one_address_that_asks_for_too_much_is_told_when_to_come_back() {
    let world = World::with(&["--per-address", "1/s:2"]);
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(http(&world.url, "POST /.well-known/mmm/", "", "x"));
    }
    let limited = seen.last().unwrap();
    assert!(limited.starts_with("HTTP/1.1 429 "), "{seen:?}");
    assert!(limited.contains("\r\nretry-after: 1\r\n"), "{limited}");
    // Its health is nobody's burden.
    assert!(http(&world.url, "GET /.well-known/mmm/health", "", "").starts_with("HTTP/1.1 200 "));
    let (cause, remedy) = world
        .device("a")
        .refused(&["account", "create", ADDRESS], 7);
    assert!(cause.contains("come back in 1 s"), "{cause}");
    assert!(remedy.contains("wait"), "{remedy}");

    // Behind a proxy each address is counted by itself, and what others forge does not count.
    let world = World::with(&["--per-address", "1/s:2", "--proxy", "127.0.0.1"]);
    let ask = |forwarded: &str| {
        let header = format!("X-Forwarded-For: {forwarded}\r\n");
        http(&world.url, "POST /.well-known/mmm/", &header, "x")
    };
    for (forged, address) in [(1, "192.0.2.1"), (2, "192.0.2.1"), (3, "192.0.2.1")] {
        let last = ask(&format!("198.51.100.{forged}, {address}"));
        assert_eq!(last.starts_with("HTTP/1.1 429 "), forged == 3, "{last}");
    }
    assert!(!ask("192.0.2.2").starts_with("HTTP/1.1 429 "));
}

#[test]
fn one_account_that_asks_for_too_much_is_told_so() {
    let world = World::with(&["--per-account", "1/m:12"]);
    let (a, b) = (world.device("a"), world.device("b"));
    a.ask(&["account", "create", ADDRESS]);
    let mut limited = None;
    for _ in 0..24 {
        let done = a.run(&["account", "status", "--json"]);
        if done.code != 0 {
            assert_eq!(done.code, 7, "{done:?}");
            limited = Some(done.stdout);
            break;
        }
    }
    let limited = limited.expect("a burst is not endless");
    assert!(limited.contains("too much was asked for"), "{limited}");
    assert!(limited.contains("wait"), "{limited}");
    // Nobody else is held up.
    b.ask(&["account", "create", "bob@localhost"]);
}

#[test]
fn metrics_count_what_happens_and_name_nobody() {
    let world = World::new();
    let a = world.device("a");
    let account = a.ask(&["account", "create", ADDRESS]);
    a.ask(&["account", "sync"]);
    world.operate(&["account", "suspend", ADDRESS]);
    a.refused(&["account", "sync"], 6);
    let metrics = metrics(&world.path("svc"));
    let value = |name: &str| -> f64 {
        let line = metrics.lines().find_map(|line| line.strip_prefix(name));
        let line = line.unwrap_or_else(|| panic!("no {name} in {metrics}"));
        line.trim().parse().unwrap()
    };
    assert!(value("mesh_requests_total{operation=\"BindAccount\",status=\"Success\"}") >= 1.0);
    assert!(value("mesh_requests_total{operation=\"Transact\",status=\"Success\"}") >= 1.0);
    assert!(metrics.contains(",status=\"Suspended\"} 1"), "{metrics}");
    assert!(value("mesh_requests_total{operation=\"Handshake\",status=\"Success\"}") >= 1.0);
    assert!(value("mesh_request_duration_seconds_count{operation=\"Transact\"}") >= 1.0);
    assert!(value("mesh_http_responses_total{status=\"200\"}") >= 4.0);
    assert!(value("mesh_received_bytes_total") > 1000.0);
    assert!(value("mesh_sent_bytes_total") > 1000.0);
    assert_eq!(value("mesh_accounts"), 1.0);
    assert!(value("mesh_sessions") >= 1.0);
    assert!(value("mesh_store_data_bytes") > 4096.0);
    assert!(value("mesh_store_log_bytes") > 0.0);
    assert!(value("mesh_commit_transactions_sum") >= 2.0);
    assert!(value("mesh_commit_transactions_bucket{le=\"1.0\"}") >= 2.0);
    assert!(value("mesh_resident_memory_bytes") > 1e6);
    assert!(metrics.ends_with("# EOF\n"), "{metrics}");
    for name in ["alice", "localhost", &text(&account, "udf")[..8]] {
        let found = metrics.to_lowercase().contains(&name.to_lowercase());
        assert!(!found, "{name} in {metrics}");
    }
}

/// The dashboard asks for what there is, under names that there are.
#[test]
fn the_dashboard_uses_metrics_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    let file = root.unwrap().join("docs/operations/grafana.json");
    let dashboard: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let mut expressions = Vec::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().into_iter().flatten() {
            expressions.push(text(target, "expr"));
        }
    }
    assert!(expressions.len() >= 10, "{expressions:?}");
    let world = World::new();
    world.device("a").ask(&["account", "create", ADDRESS]);
    let metrics = metrics(&world.path("svc"));
    let exists = |name: &str| {
        let sample = |line: &str| {
            line.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with([' ', '{']))
        };
        metrics.lines().any(sample)
    };
    for expression in &expressions {
        let letter = |letter: char| !letter.is_ascii_alphanumeric() && letter != '_';
        let mut names = expression
            .split(letter)
            .filter(|word| word.starts_with("mesh_"))
            .peekable();
        assert!(names.peek().is_some(), "{expression}");
        for name in names {
            assert!(exists(name), "{name} of {expression} in {metrics}");
        }
    }
}

/// Starts a service that shows something at an address of its own, which it says: where that is.
fn showing(data: &Path, option: &str, says: &str) -> (Child, String) {
    let mut service = Command::new(env!("CARGO_BIN_EXE_servermesh"))
        .args([
            "localhost",
            "--listen",
            "127.0.0.1:0",
            option,
            "127.0.0.1:0",
        ])
        .arg("--data")
        .arg(data)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(service.stdout.take().unwrap()).lines();
    let url = lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix(says).map(str::to_owned));
    (service, url.unwrap())
}

#[test]
fn metrics_are_shown_at_an_address_and_commands_are_not() {
    let directory = tempfile::tempdir().unwrap();
    let (mut service, url) = showing(&directory.path().join("svc"), "--metrics", "metrics on ");
    let url = url.strip_suffix("/metrics").unwrap();
    let shown = http(url, "GET /metrics", "", "");
    let command = http(url, "POST /command", "", "\"condition\"");
    service.kill().unwrap();
    service.wait().unwrap();
    assert!(shown.contains("mesh_accounts 0"), "{shown}");
    assert!(
        shown.contains("content-type: application/openmetrics-text"),
        "{shown}"
    );
    assert!(command.starts_with("HTTP/1.1 404 "), "{command}");
}

#[test]
fn the_page_of_the_operator_shows_how_the_service_is_to_this_machine_only() {
    let mut world = World::new();
    world.device("laptop").ask(&["account", "create", ADDRESS]);
    world.stop_service();
    let (mut service, url) = showing(&world.path("svc"), "--status", "status on ");
    let url = url.trim_end_matches('/');
    let page = http(url, "GET /", "", "");
    let style = http(url, "GET /style.css", "", "");
    let command = http(url, "POST /command", "", "\"condition\"");
    let address = url.trim_start_matches("http://");
    let mut elsewhere = TcpStream::connect(address).unwrap();
    let request = "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    elsewhere.write_all(request.as_bytes()).unwrap();
    let mut refused = String::new();
    elsewhere.read_to_string(&mut refused).unwrap();
    service.kill().unwrap();
    service.wait().unwrap();
    assert!(page.starts_with("HTTP/1.1 200 "), "{page}");
    assert!(page.contains("<td>Accounts</td><td>1</td>"), "{page}");
    assert!(
        page.contains("<svg") && page.contains("<polyline"),
        "{page}"
    );
    assert!(
        page.contains("content-security-policy: default-src 'none'; style-src 'self';"),
        "{page}"
    );
    assert!(
        !page.contains("<script") && !page.contains("style=\""),
        "{page}"
    );
    assert!(!page.contains("alice"), "{page}");
    assert!(style.contains("content-type: text/css"), "{style}");
    assert!(command.starts_with("HTTP/1.1 404 "), "{command}");
    assert!(refused.starts_with("HTTP/1.1 421 "), "{refused}");

    let data = world.path("other");
    let mut command = Command::new(env!("CARGO_BIN_EXE_servermesh"));
    command.args([
        "localhost",
        "--listen",
        "127.0.0.1:0",
        "--status",
        "0.0.0.0:0",
        "--data",
    ]);
    let done = run(command.arg(data), "");
    assert_eq!(done.code, 2, "{done:?}");
    assert!(done.stderr.contains("ssh -L"), "{done:?}");
}

#[test]
fn a_service_that_is_told_to_end_says_so_and_goes_on_for_a_while() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("svc");
    let (mut service, url) = serve_with("localhost", &data, "127.0.0.1:0", &["--drain", "60s"]);
    let health = || http(&url, "GET /.well-known/mmm/health", "", "");
    assert!(health().starts_with("HTTP/1.1 200 "));
    let pid = Pid::from_child(&service);
    kill_process(pid, Signal::TERM).unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    let answer = loop {
        let answer = health();
        if !answer.starts_with("HTTP/1.1 200 ") {
            break answer;
        }
        assert!(Instant::now() < deadline, "{answer}");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.ends_with("draining"), "{answer}");
    // Whoever does not know it yet is served.
    let refused = http(&url, "POST /.well-known/mmm/", "", "x");
    assert!(refused.starts_with("HTTP/1.1 4"), "{refused}");
    assert!(service.try_wait().unwrap().is_none());
    // A second signal is meant.
    kill_process(pid, Signal::TERM).unwrap();
    assert!(service.wait().unwrap().success());
    assert!(!data.join("admin.sock").exists());
}

#[test]
fn a_log_is_lines_of_json_without_what_accounts_hold() {
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("log");
    let mut service = Command::new(env!("CARGO_BIN_EXE_servermesh"))
        .args([
            "localhost",
            "--listen",
            "127.0.0.1:0",
            "--log-format",
            "json",
        ])
        .arg("--data")
        .arg(directory.path().join("svc"))
        .env("MMM_LOG", "trace")
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let mut said = String::new();
    let mut stdout = service.stdout.take().unwrap();
    while !said.contains("listening on") || !said.ends_with('\n') {
        let mut octets = [0; 256];
        let read = stdout.read(&mut octets).unwrap();
        assert!(read > 0, "{said}");
        said.push_str(std::str::from_utf8(&octets[..read]).unwrap());
    }
    let url = said
        .lines()
        .find_map(|line| line.strip_prefix("listening on "))
        .unwrap();
    let meshman = |arguments: &[&str], input: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_meshman"));
        command
            .env_clear()
            .env("MMM_HOME", directory.path().join("home"))
            .env("MMM_SERVICES", format!("localhost={url}"))
            .args(arguments);
        let done = run(&mut command, input);
        assert_eq!(done.code, 0, "{done:?}");
    };
    meshman(&["account", "create", ADDRESS, "--no-passphrase"], "");
    meshman(
        &["password", "add", "secret.example", "alice", "--stdin"],
        "what nobody may see",
    );
    service.kill().unwrap();
    service.wait().unwrap();
    let log = std::fs::read_to_string(log).unwrap();
    let requests = log
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|line| line["message"] == "request")
        .inspect(|line| assert_eq!(line["status"], 200, "{line}"))
        .count();
    assert!(requests >= 4, "{log}");
    for content in ["secret.example", "what nobody may see", "alice@"] {
        assert!(!log.contains(content), "{content} in {log}");
    }
}

#[test]
fn a_host_gets_new_keys_while_it_runs_and_nobody_notices() {
    let mut world = World::new();
    let add = |world: &World, site: &str| {
        let device = world.device("a");
        device.ask_with(&["password", "add", site, "alice", "--stdin"], "secret");
    };
    world.device("a").ask(&["account", "create", ADDRESS]);
    add(&world, "one.example");
    let rotated = world.operate(&["rotate"]);
    assert_ne!(text(&rotated, "host"), text(&rotated, "former"));
    assert!(text(&rotated, "former_ends").starts_with("20"));
    // It runs on as what it was, and is another host after its next start.
    add(&world, "two.example");
    world.restart_service();
    add(&world, "three.example");
    let again = world.operate(&["rotate"]);
    assert_eq!(again["former"], rotated["host"]);
    assert_eq!(again["service"], rotated["service"]);
    world.restart_service();
    add(&world, "four.example");
    world.operate(&["verify"]);

    // Where there is no service there is nothing to rotate, and the keys of another one are not taken for those of this.
    let mut command = Command::new(env!("CARGO_BIN_EXE_servermesh"));
    let done = run(
        command.args(["rotate", "--data"]).arg(world.path("none")),
        "",
    );
    assert_eq!(done.code, 2, "{done:?}");
    world.stop_service();
    std::fs::rename(world.path("svc/keys"), world.path("keys")).unwrap();
    let (mut other, _) = serve_with("localhost", &world.path("other"), "127.0.0.1:0", &[]);
    other.kill().unwrap();
    other.wait().unwrap();
    std::fs::rename(world.path("other/keys"), world.path("svc/keys")).unwrap();
    let done = world.servermesh(&["rotate"]);
    assert_ne!(done.code, 0, "{done:?}");
    assert!(done.stderr.contains("key"), "{done:?}");
}

#[test]
fn a_backup_taken_while_it_runs_brings_the_service_back() {
    let mut world = World::new();
    let key = world.path("operator.key");
    let public = world.path("operator.key.pub");
    let (key, public) = (key.to_str().unwrap(), public.to_str().unwrap());
    let backup = world.path("backup.dare");
    let backup = backup.to_str().unwrap();
    let restored = world.path("restored");
    {
        let a = world.device("a");
        a.ask(&["account", "create", ADDRESS]);
        a.ask_with(&["password", "add", "x", "y", "--stdin"], "before");
        a.ask(&["key", "generate", key]);
        let done = world.servermesh(&["backup", backup]);
        assert_eq!(done.code, 2, "nobody could open it: {done:?}");
        let made = world.operate(&["backup", backup, "--encrypt", public]);
        assert!(made["octets"].as_u64().unwrap() > 4096);
        let done = world.servermesh(&["backup", backup, "--encrypt", public]);
        assert_eq!(done.code, 2, "it exists: {done:?}");
        // Nothing of the copy is left, and nothing in it can be read.
        let left: Vec<_> = std::fs::read_dir(world.path("svc"))
            .unwrap()
            .filter(|entry| {
                let name = entry.as_ref().unwrap().file_name();
                name.to_string_lossy().starts_with('.')
            })
            .collect();
        assert!(left.is_empty(), "{left:?}");
        let octets = std::fs::read(backup).unwrap();
        for clear in [&b"SQLite format"[..], b"alice@localhost", b"mesh.db"] {
            assert!(!octets.windows(clear.len()).any(|found| found == clear));
        }
        let verified = world.operate(&["verify"]);
        assert_eq!(verified["accounts"], 1);
        assert!(verified["frames"].as_u64().unwrap() > 10);

        let restore = |data: &Path, key: &str| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_servermesh"));
            let command = command.args(["restore", backup, "--identity", key, "--json"]);
            run(command.arg("--data").arg(data), "")
        };
        let done = restore(&world.path("svc"), key);
        assert_eq!(done.code, 2, "it is not empty: {done:?}");
        let other = world.path("other.key");
        let other = other.to_str().unwrap();
        a.ask(&["key", "generate", other]);
        let done = restore(&restored, other);
        assert_eq!(done.code, 6, "it is for another key: {done:?}");
        assert!(!restored.exists());
        let done = restore(&restored, key);
        assert_eq!(done.code, 0, "{done:?}");
        assert_eq!(done.object()["accounts"], 1);
        assert_eq!(
            std::fs::metadata(restored.join("mesh.db"))
                .unwrap()
                .permissions()
                .mode()
                & 0o777,
            0o600
        );
        // A part of a backup is none.
        let truncated = world.path("truncated.dare");
        std::fs::write(&truncated, &octets[..octets.len() / 2]).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_servermesh"));
        let command = command.args(["restore", truncated.to_str().unwrap(), "--identity", key]);
        let done = run(command.arg("--data").arg(world.path("half")), "");
        assert_ne!(done.code, 0, "{done:?}");
        assert!(!world.path("half").exists());
        a.ask_with(&["password", "add", "x", "z", "--stdin"], "after");
    }
    // The disk of the service is lost; its devices give back what the backup lacks.
    world.stop_service();
    std::fs::rename(world.path("svc"), world.path("lost")).unwrap();
    std::fs::rename(&restored, world.path("svc")).unwrap();
    world.start_service();
    let a = world.device("a");
    a.refused(&["account", "sync"], 4);
    a.ask(&["account", "resume", "--ours", "--yes"]);
    let password = a.ask(&["password", "get", "x", "z"]);
    assert_eq!(text(&password, "password"), "after");
    assert_eq!(world.operate(&["verify"])["accounts"], 1);
}

#[test]
fn a_series_of_backups_holds_what_has_changed_each_time() {
    let world = World::new();
    let a = world.device("a");
    let key = world.path("operator.key");
    let key = key.to_str().unwrap();
    let public = format!("{key}.pub");
    let series = world.path("series");
    std::fs::create_dir(&series).unwrap();
    let target = series.to_str().unwrap();
    a.ask(&["key", "generate", key]);
    a.ask(&["account", "create", ADDRESS]);
    for number in 0..3 {
        let address = format!("other-{number}@localhost");
        let other = world.device(&format!("other-{number}"));
        other.ask(&["account", "create", &address]);
    }
    let first = world.operate(&["backup", target, "--encrypt", &public]);
    assert_eq!(first["whole"], true);
    a.ask_with(&["password", "add", "x", "one", "--stdin"], "1");
    let second = world.operate(&["backup", target, "--encrypt", &public]);
    assert_eq!(second["whole"], false);
    let octets = |object: &Value| object["octets"].as_u64().unwrap();
    assert!(octets(&second) < octets(&first), "{second} {first}");
    a.ask_with(&["password", "add", "x", "two", "--stdin"], "2");
    world.operate(&["backup", target, "--encrypt", &public]);
    assert!(series.join("000003.dare").exists());

    let restore = |from: &Path, name: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_servermesh"));
        let command = command.arg("restore").arg(from).args(["--identity", key]);
        let data = world.path(name);
        run(command.args(["--json", "--data"]).arg(data), "")
    };
    let live = world.operate(&["verify"]);
    let done = restore(&series, "all");
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(done.object()["frames"], live["frames"]);
    assert_eq!(done.object()["octets"], live["octets"]);
    // The first is whole by itself, the second is not.
    let done = restore(&series.join("000001.dare"), "first");
    assert_eq!(done.code, 0, "{done:?}");
    assert!(!world.path("first").join("changes.json").exists());
    let done = restore(&series.join("000002.dare"), "second");
    assert_eq!(done.code, 3, "{done:?}");
    // One that is missing, and one that is in the place of another.
    std::fs::rename(series.join("000002.dare"), world.path("two")).unwrap();
    let done = restore(&series, "gap");
    assert_eq!(done.code, 2, "{done:?}");
    std::fs::rename(series.join("000003.dare"), series.join("000002.dare")).unwrap();
    let done = restore(&series, "swapped");
    assert_eq!(done.code, 4, "{done:?}");
    for name in ["second", "gap", "swapped"] {
        assert!(!world.path(name).exists());
    }
    // Something else is not taken for a series.
    let home = world.path("a");
    let done = world.servermesh(&["backup", home.to_str().unwrap(), "--encrypt", &public]);
    assert_eq!(done.code, 2, "{done:?}");
}

#[test]
fn whatever_was_altered_in_a_store_is_found() {
    let mut world = World::new();
    world.device("a").ask(&["account", "create", ADDRESS]);
    world.operate(&["verify"]);
    world.stop_service();
    let file = world.path("svc/mesh.db");
    // Whoever closes the store last takes its log in.
    drop(store(&file));
    let good = std::fs::read(&file).unwrap();
    let last = "SELECT max(f.id) FROM frame f JOIN store s ON s.id = f.id >> 32 WHERE s.label = 'Credential'";
    for (damage, what) in [
        (
            format!("UPDATE frame SET envelope = ?1 WHERE id = ({last})"),
            "Credential: frame",
        ),
        (
            "UPDATE store SET digest = zeroblob(64) WHERE label = 'Device'".to_owned(),
            "Device: its digest",
        ),
        (
            "UPDATE store SET state = zeroblob(length(state)) WHERE label = 'Device'".to_owned(),
            "Device: its tree",
        ),
        (
            format!("DELETE FROM frame WHERE id = ({last})"),
            "frames announced",
        ),
        (
            "UPDATE latest SET frame = frame - 1 WHERE frame = (SELECT max(frame) FROM latest)"
                .to_owned(),
            "the latest frame of an entry",
        ),
        (
            "UPDATE account SET address = 'mallory@localhost'".to_owned(),
            "its profile is of alice@localhost",
        ),
        (
            "UPDATE access SET record = x'7b'".to_owned(),
            "the access row",
        ),
    ] {
        std::fs::write(&file, &good).unwrap();
        let store = store(&file);
        let changed = match damage.contains("?1") {
            true => {
                let read = format!("SELECT envelope FROM frame WHERE id = ({last})");
                let mut octets: Vec<u8> = store.query_row(&read, [], |row| row.get(0)).unwrap();
                let middle = octets.len() / 2;
                octets[middle] ^= 1;
                store.execute(&damage, [octets]).unwrap()
            }
            false => store.execute(&damage, []).unwrap(),
        };
        assert!(changed > 0, "{damage}");
        drop(store);
        let done = world.servermesh(&["verify"]);
        assert_eq!(done.code, 4, "{damage}: {done:?}");
        assert!(done.stderr.contains(what), "{damage}: {done:?}");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_servermesh"));
    let done = run(command.args(["verify", "--data", "/nonexistent"]), "");
    assert_eq!(done.code, 2, "{done:?}");
}

/// The data file of a service that does not run.
fn store(file: &Path) -> rusqlite::Connection {
    let store = rusqlite::Connection::open(file).unwrap();
    // Reads the log of a service that was killed.
    let accounts: i64 = store
        .query_row("SELECT count(*) FROM account", [], |row| row.get(0))
        .unwrap();
    assert_eq!(accounts, 1);
    store
}

/// A request, and all of the response.
fn http(url: &str, request: &str, headers: &str, body: &str) -> String {
    let address = url.trim_start_matches("http://");
    let stream = TcpStream::connect(address).unwrap();
    talk(stream, request, headers, body)
}

/// The metrics that the socket of the operator shows.
fn metrics(data: &Path) -> String {
    let stream = std::os::unix::net::UnixStream::connect(data.join("admin.sock")).unwrap();
    let response = talk(stream, "GET /metrics", "", "");
    let (_, body) = response.split_once("\r\n\r\n").unwrap();
    body.to_owned()
}

fn talk(mut stream: impl Read + Write, request: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    write!(
        stream,
        "{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    )
    .unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}
