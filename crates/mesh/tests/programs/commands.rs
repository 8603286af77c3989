// SPDX-License-Identifier: MIT
//! Single commands: what they print, how they fail, what they leave on the disk.
//!
//! Spec: none.
//! Here: exit codes, objects, modes of files, processes beside each other.
//! Not here: the story (`story`).

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::world::{ADDRESS, World, run, text, write_0600};

const MISUSE: i32 = 2;
const UNTRUSTED: i32 = 4;
const REFUSED: i32 = 6;
const UNAVAILABLE: i32 = 7;

#[test]
fn every_failure_names_cause_remedy_and_a_documented_code() {
    let mut world = World::new();
    let a = world.device("a");
    let help = a.say(&["--help"]);
    for code in [MISUSE, UNTRUSTED, REFUSED, UNAVAILABLE] {
        assert!(help.contains(&format!("{code} ")), "{help}");
    }
    let fails = |device: &crate::world::Device<'_>, command: &[&str], code, cause: &str| {
        let (message, remedy) = device.refused(command, code);
        assert!(message.contains(cause), "{command:?}: {message}");
        assert!(!remedy.is_empty(), "{command:?}: {message} has no remedy");
    };
    fails(&a, &["password", "list"], MISUSE, "no Mesh home");
    fails(&a, &["account", "create", "alice"], MISUSE, "alice");
    fails(
        &a,
        &["account", "create", "alice@elsewhere.example"],
        UNAVAILABLE,
        "elsewhere.example",
    );
    a.ask(&["account", "create", ADDRESS]);
    fails(&a, &["account", "create", ADDRESS], MISUSE, "already");
    fails(&a, &["password", "get", "nowhere"], MISUSE, "nowhere");
    fails(&a, &["ssh", "get", "none"], MISUSE, "none");
    fails(&a, &["device", "delete", "none", "--yes"], MISUSE, "none");
    fails(
        &a,
        &["device", "rename", "none", "\u{1b}[2J"],
        MISUSE,
        "control characters",
    );
    fails(
        &a,
        &["account", "pin", "--roles", "emperor"],
        MISUSE,
        "emperor",
    );
    fails(&a, &["account", "pin", "--expire", "soon"], MISUSE, "soon");
    fails(
        &a,
        &["account", "escrow", "--shares", "2", "--quorum", "3"],
        MISUSE,
        "more codes",
    );
    fails(
        &a,
        &["--account", "bob@localhost", "password", "list"],
        MISUSE,
        "bob@localhost",
    );
    fails(
        &a,
        &["password", "add", "x", "y", "--stdin"],
        MISUSE,
        "empty",
    );

    let b = world.device("b");
    fails(&b, &["account", "create", ADDRESS], REFUSED, "");
    fails(&b, &["device", "request", "carol@localhost"], REFUSED, "");
    fails(&b, &["device", "complete"], MISUSE, "no account");
    fails(
        &b,
        &["account", "recover", ADDRESS, "SAQC-3G2Y"],
        MISUSE,
        "share",
    );
    // For people the same stands on standard error, and nothing on standard output.
    let done = a.run(&["password", "get", "nowhere"]);
    assert_eq!((done.code, done.stdout.as_str()), (MISUSE, ""));
    assert!(
        done.stderr.starts_with("error: ") && done.stderr.contains("\nremedy: "),
        "{done:?}"
    );

    world.stop_service();
    let a = world.device("a");
    fails(&a, &["account", "sync"], UNAVAILABLE, "service");
    // What is here can be read without the service.
    assert_eq!(
        a.ask(&["password", "list"])["passwords"],
        Value::Array(Vec::new())
    );
}

#[test]
fn a_home_is_private_and_opens_with_its_passphrase_only() {
    let world = World::new();
    let a = world.device("a");
    a.ask(&["account", "create", ADDRESS]);
    a.ask(&["password", "add", "example.com", "alice", "--generate"]);
    private(&a.home());
    private(&world.path("svc"));

    let other = world.path("other");
    write_0600(&other, "another passphrase\n");
    let with = |file: &Path| {
        let file = file.to_str().unwrap().to_owned();
        a.run(&["password", "list", "--passphrase-file", &file])
    };
    let wrong = with(&other);
    assert_eq!(wrong.code, REFUSED, "{wrong:?}");
    assert!(wrong.stderr.contains("passphrase") && !wrong.stderr.contains("another passphrase"));
    std::fs::set_permissions(&other, std::fs::Permissions::from_mode(0o644)).unwrap();
    let open_to_all = with(&other);
    assert_eq!(open_to_all.code, UNTRUSTED, "{open_to_all:?}");
    assert!(open_to_all.stderr.contains("chmod 600"), "{open_to_all:?}");

    // Without a passphrase and without a terminal nothing is guessed.
    let mut command = a.command(env!("CARGO_BIN_EXE_meshman"));
    let silent = run(
        command
            .env_remove("MMM_PASSPHRASE_FILE")
            .args(["password", "list"]),
        "",
    );
    assert_ne!(silent.code, 0);
    assert!(silent.stderr.contains("MMM_PASSPHRASE_FILE"), "{silent:?}");

    // A new passphrase: the old one is useless from then on.
    std::fs::set_permissions(&other, std::fs::Permissions::from_mode(0o600)).unwrap();
    a.ask(&["home", "passphrase", "--new-file", other.to_str().unwrap()]);
    assert_eq!(a.run(&["password", "list"]).code, REFUSED);
    assert_eq!(with(&other).code, 0);
}

#[test]
fn an_agent_opens_the_home_until_it_is_stopped() {
    let world = World::new();
    let a = world.device("a");
    a.ask(&["account", "create", ADDRESS]);
    let silent = || {
        let mut command = a.command(env!("CARGO_BIN_EXE_meshman"));
        command.env_remove("MMM_PASSPHRASE_FILE");
        run(command.args(["password", "list"]), "").code
    };
    assert_ne!(silent(), 0);
    let mut command = a.command(env!("CARGO_BIN_EXE_meshman"));
    command.args(["agent", "start", "--expire", "1m"]);
    let mut agent = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while silent() != 0 {
        assert!(
            std::time::Instant::now() < deadline,
            "the agent does not answer"
        );
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    private(&a.home());
    a.ask(&["agent", "status"]);
    a.ask(&["agent", "stop"]);
    assert!(agent.wait().unwrap().success());
    assert_ne!(silent(), 0);
}

#[test]
fn processes_on_one_home_take_turns() {
    const PROCESSES: usize = 8;
    let world = World::new();
    let a = world.device("a");
    a.ask(&["account", "create", ADDRESS]);
    let children: Vec<_> = (0..PROCESSES)
        .map(|number| {
            let site = format!("site-{number}.example");
            let mut command = a.command(env!("CARGO_BIN_EXE_meshman"));
            command.args(["password", "add", &site, "alice", "--generate"]);
            command
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let listed = a.ask(&["password", "list"]);
    assert_eq!(listed["passwords"].as_array().unwrap().len(), PROCESSES);
    a.ask(&["account", "verify"]);
}

#[test]
fn a_process_killed_anywhere_leaves_a_home_that_works() {
    let world = World::new();
    let a = world.device("a");
    a.ask(&["account", "create", ADDRESS]);
    // As long as a command takes here, in steps.
    let started = std::time::Instant::now();
    a.ask(&["password", "add", "first.example", "alice", "--generate"]);
    let whole = started.elapsed();
    let mut acknowledged = Vec::new();
    for step in 0..24_u32 {
        let site = format!("site-{step}.example");
        let mut command = a.command(env!("CARGO_BIN_EXE_meshman"));
        command.args(["password", "add", &site, "alice", "--generate"]);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(whole * step / 12);
        let _ = child.kill();
        if child.wait().unwrap().success() {
            acknowledged.push(site);
        }
    }
    a.ask(&["account", "sync"]);
    a.ask(&["account", "verify"]);
    for site in &acknowledged {
        a.ask(&["password", "get", site]);
    }
    a.ask(&["password", "add", "after.example", "alice", "--generate"]);
    assert!(
        !acknowledged.is_empty(),
        "every command was killed before it was done"
    );
}

#[test]
fn a_pin_is_good_for_one_device_and_only_the_right_one() {
    let world = World::new();
    let (a, b, c, d) = (
        world.device("a"),
        world.device("b"),
        world.device("c"),
        world.device("d"),
    );
    a.ask(&["account", "create", ADDRESS]);
    let pin = text(&a.ask(&["account", "pin"]), "pin");
    b.ask_with(&["device", "request", ADDRESS, "--pin-stdin"], &pin);
    c.ask_with(&["device", "request", ADDRESS, "--pin-stdin"], &pin);
    d.ask_with(
        &["device", "request", ADDRESS, "--pin-stdin"],
        "ABKG-ZTQU-LBSD-LMNJ-RDZU-UEUR-KA",
    );
    let synced = a.ask(&["account", "sync", "--auto"]);
    assert_eq!(synced["devices"].as_array().unwrap().len(), 1, "{synced}");
    b.ask(&["device", "complete"]);
    for late in [&c, &d] {
        let (cause, _) = late.refused(&["device", "complete"], MISUSE);
        assert!(cause.contains("waits"), "{cause}");
    }
    // The owner sees that somebody tried.
    let pending = a.ask(&["device", "pending"]);
    let pending = pending["devices"].as_array().unwrap();
    let said: Vec<String> = pending.iter().map(|device| text(device, "pin")).collect();
    assert_eq!(said, ["the PIN was used already", "the PIN is wrong"]);
}

#[test]
fn an_ssh_key_is_exported_in_both_forms_and_never_over_another_file() {
    let world = World::new();
    let a = world.device("a");
    a.ask(&["account", "create", ADDRESS]);
    a.ask(&["ssh", "create", "work"]);
    let line = a.say(&["ssh", "get", "work"]);
    assert!(line.starts_with("ssh-ed25519 AAAA") && line.trim_end().ends_with(" work"));
    let block = a.say(&["ssh", "get", "work", "--format", "rfc4716"]);
    assert!(block.starts_with("---- BEGIN SSH2 PUBLIC KEY ----\n"));
    let file = world.path("id_work");
    std::fs::write(&file, "something else").unwrap();
    let file = file.to_str().unwrap();
    let (cause, _) = a.refused(&["ssh", "get", "work", "--private", "--file", file], MISUSE);
    assert!(cause.contains("id_work"), "{cause}");
    assert_eq!(std::fs::read_to_string(file).unwrap(), "something else");
    a.ask(&["ssh", "get", "work", "--private", "--file", file, "--force"]);
    assert!(
        std::fs::read_to_string(file)
            .unwrap()
            .starts_with("-----BEGIN OPENSSH PRIVATE KEY-----")
    );
}

#[test]
fn the_programs_answer_to_their_names_and_describe_themselves() {
    let help = |program: &str, arguments: &[&str]| {
        let done = run(Command::new(program).args(arguments), "");
        assert_eq!(done.code, 0, "{program} {arguments:?}: {done:?}");
        done.stdout
    };
    let (mesh, meshman) = (env!("CARGO_BIN_EXE_mesh"), env!("CARGO_BIN_EXE_meshman"));
    let named = |text: String| text.replace("meshman", "mesh");
    for command in [
        &["--help"][..],
        &["account", "--help"],
        &["device", "request", "--help"],
    ] {
        assert_eq!(named(help(mesh, command)), named(help(meshman, command)));
    }
    let serve = help(mesh, &["serve", "--help"]);
    for option in ["--listen", "--data", "--key-passphrase-file"] {
        assert!(serve.contains(option));
        assert!(help(env!("CARGO_BIN_EXE_servermesh"), &["--help"]).contains(option));
    }
    for shell in ["bash", "fish", "zsh"] {
        assert!(help(meshman, &["completions", shell]).contains("meshman"));
    }
    let directory = tempfile::tempdir().unwrap();
    help(meshman, &["man", directory.path().to_str().unwrap()]);
    let page = std::fs::read_to_string(directory.path().join("meshman-account-create.1")).unwrap();
    assert!(page.contains(".TH"));
}

/// Directories 0700, files 0600, all the way down.
fn private(directory: &Path) {
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(directory), 0o700, "{}", directory.display());
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => private(&path),
            false => assert_eq!(mode(&path), 0o600, "{}", path.display()),
        }
    }
}

#[test]
fn a_device_does_not_forget_what_it_has_seen() {
    let world = World::new();
    let a = world.device("a");
    let udf = text(&a.ask(&["account", "create", ADDRESS]), "udf");
    a.ask(&["password", "add", "example.com", "alice", "--generate"]);
    let heads = a.home().join(udf).join("heads.json");
    let kept = std::fs::read(&heads).unwrap();
    std::fs::remove_file(&heads).unwrap();
    let (cause, remedy) = a.refused(&["account", "sync"], UNTRUSTED);
    assert!(cause.contains("heads.json"), "{cause}");
    assert!(remedy.contains("delete --local"), "{remedy}");
    write_0600(&heads, std::str::from_utf8(&kept).unwrap());
    a.ask(&["password", "get", "example.com"]);
}

#[test]
fn an_answer_that_cannot_be_written_is_a_failure() {
    let world = World::new();
    let a = world.device("a");
    for arguments in [["key", "secret"].as_slice(), &["key", "secret", "--json"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
        let mut command = a.command(env!("CARGO_BIN_EXE_meshman"));
        let command = command.args(arguments).stdout(full.unwrap());
        let done = command.stderr(Stdio::piped()).output().unwrap();
        assert_eq!(done.status.code(), Some(UNAVAILABLE), "{arguments:?}");
        assert!(!done.stderr.is_empty());
    }
    // Whoever has read enough has not failed.
    let mut command = a.command(env!("CARGO_BIN_EXE_meshman"));
    let mut child = command
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn passwords_and_keys_that_there_are_come_along() {
    let world = World::new();
    let a = world.device("a");
    a.ask(&["account", "create", ADDRESS]);
    let list = world.path("list.csv");
    let list = list.to_str().unwrap();
    std::fs::write(list, "url,username,password\nhttps://a.example/x,alice,one\nhttps://b.example,bob,two\nhttps://c.example,,\n").unwrap();
    let done = a.ask(&["password", "import", list]);
    assert_eq!(
        (&done["added"], &done["skipped"]),
        (&2.into(), &1.into()),
        "{done}"
    );
    assert_eq!(a.ask(&["password", "get", "a.example"])["password"], "one");
    // What is there stays, unless it is to be replaced; all or nothing.
    std::fs::write(
        list,
        "url,username,password\nhttps://a.example,alice,three\nhttps://b.example,bob,two\n",
    )
    .unwrap();
    let done = a.ask(&["password", "import", list]);
    assert_eq!(
        (&done["kept"], &done["same"]),
        (&1.into(), &1.into()),
        "{done}"
    );
    assert_eq!(a.ask(&["password", "get", "a.example"])["password"], "one");
    let done = a.ask(&["password", "import", list, "--replace"]);
    assert_eq!(done["replaced"], 1, "{done}");
    assert_eq!(
        a.ask(&["password", "get", "a.example"])["password"],
        "three"
    );
    let (cause, _) = a.refused(
        &[
            "password",
            "import",
            world.path("passphrase").to_str().unwrap(),
        ],
        3,
    );
    assert!(!cause.contains("passphrase of all"), "{cause}");

    let made = a.ask(&["ssh", "create", "work"]);
    let file = world.path("id_work");
    let file = file.to_str().unwrap();
    a.ask(&["ssh", "get", "work", "--private", "--file", file]);
    a.refused(&["ssh", "import", file, "--name", "work"], 2);
    let taken = a.ask(&["ssh", "import", file]);
    assert_eq!(
        (&taken["name"], &taken["udf"]),
        (&"id_work".into(), &made["udf"])
    );
}
