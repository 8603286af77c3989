// SPDX-License-Identifier: MIT
//! `quickstart`: the story of the product, told by the real programs on a real service.
//!
//! Spec: mesh-architecture, "User Experience".
//! Here: each step runs the command that a person would type, in a process of its own, and shows it with what it answered.
//! Not here: the commands.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use mesh_crypto::Environment;
use mesh_jsonbcd::ErrorClass;
use mesh_keystore::SystemEnvironment;
use mesh_keystore::file::{Existing, create_private_dir, write_private};
use mesh_keystore::format::openssh::{SshPrivateKey, SshPublicKey};
use serde_json::Value;

use crate::cli::QuickstartArgs;
use crate::error::Failure;
use crate::output::{Answer, line};

const ADDRESS: &str = "alice@localhost";

/// Tells the story.
///
/// # Errors
/// [`Failure`] naming the step that failed or the field that differs.
pub fn run(args: &QuickstartArgs, json: bool) -> Result<Answer, Failure> {
    let temporary;
    let root = match &args.keep {
        Some(directory) => {
            if directory.exists() {
                return Err(Failure::misuse(
                    format!("{} exists already", directory.display()),
                    "name a new directory",
                ));
            }
            create_private_dir(directory)?;
            directory.clone()
        }
        None => {
            temporary = tempfile::Builder::new()
                .prefix("mesh-quickstart")
                .tempdir()?;
            temporary.path().to_owned()
        }
    };
    let started = std::time::Instant::now();
    let mut story = Story::begin(root, json)?;
    story.tell()?;
    let seconds = started.elapsed().as_secs_f64();
    let steps = story.steps;
    drop(story);
    let kept = match &args.keep {
        Some(directory) => format!(" Everything is left in {}.", directory.display()),
        None => String::new(),
    };
    Ok(Answer::say(format!(
        "\n{steps} steps in {seconds:.1} s: everything recovered is what was there.{kept}"
    ))
    .with("steps", steps)
    .with("seconds", seconds)
    .with("result", "identical"))
}

struct Story {
    program: PathBuf,
    root: PathBuf,
    services: String,
    service: Child,
    json: bool,
    steps: usize,
}

impl Drop for Story {
    fn drop(&mut self) {
        let _ = self.service.kill();
        let _ = self.service.wait();
    }
}

impl Story {
    fn begin(root: PathBuf, json: bool) -> Result<Self, Failure> {
        let program = std::env::current_exe()?;
        // A passphrase that nobody chose, for homes that nobody keeps.
        let mut octets = [0; 16];
        SystemEnvironment::new()?.random(&mut octets);
        let passphrase: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
        write_private(
            &root.join("passphrase"),
            passphrase.as_bytes(),
            Existing::Keep,
        )?;
        let mut service = Command::new(&program)
            .args(["serve", "localhost", "--listen", "127.0.0.1:0", "--data"])
            .arg(root.join("service"))
            .env("MMM_LOG", "warn")
            .env_remove("MMM_HOME")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = service
            .stdout
            .take()
            .ok_or_else(|| Failure::unavailable("the service has no output"))?;
        let address = BufReader::new(output)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("listening on ").map(str::to_owned));
        let Some(address) = address else {
            let _ = service.kill();
            let _ = service.wait();
            return Err(Failure::unavailable("the service did not start"));
        };
        let story = Self {
            program,
            root,
            services: format!("localhost={address}"),
            service,
            json,
            steps: 0,
        };
        story.say(&format!(
            "$ servermesh localhost --data service &\nlistening on {address}"
        ));
        Ok(story)
    }

    fn say(&self, text: &str) {
        if !self.json {
            // The story is told to its end, for its exit code, even when nobody reads on.
            let _ = line(text);
        }
    }

    fn tell(&mut self) -> Result<(), Failure> {
        self.chapter("Device 1: Alice creates her account and puts credentials into it");
        let account = self.run("1", &["account", "create", ADDRESS], None)?;
        let first = self.run(
            "1",
            &["password", "add", "example.com", "alice", "--generate"],
            None,
        )?;
        self.run("1", &["ssh", "create", "work"], None)?;
        let codes = self.run(
            "1",
            &["account", "escrow", "--shares", "3", "--quorum", "2"],
            None,
        )?;
        let codes: Vec<String> = list(&codes, "shares")?
            .iter()
            .filter_map(|code| code.as_str().map(str::to_owned))
            .collect();
        let pin = text(
            &self.run(
                "1",
                &["account", "pin", "--roles", "web", "--name", "laptop"],
                None,
            )?,
            "pin",
        )?;

        self.chapter("Device 2 is connected with the PIN and finds everything there");
        self.run(
            "2",
            &["device", "request", ADDRESS, "--pin-stdin"],
            Some(&pin),
        )?;
        self.run("1", &["account", "sync", "--auto"], None)?;
        self.run("2", &["device", "complete"], None)?;
        self.run("2", &["account", "sync"], None)?;
        let found = self.run("2", &["password", "get", "example.com"], None)?;
        same(
            "password on device 2",
            &text(&first, "password")?,
            &text(&found, "password")?,
        )?;
        let file = self.root.join("id_work");
        self.run(
            "2",
            &[
                "ssh",
                "get",
                "work",
                "--private",
                "--file",
                &file.display().to_string(),
            ],
            None,
        )?;
        self.use_ssh_key(&file)?;

        self.chapter("Device 2 changes the password; device 1 sees the change");
        self.run(
            "2",
            &["password", "add", "example.com", "alice", "--stdin"],
            Some("a new password, typed on device 2"),
        )?;
        self.run("1", &["account", "sync"], None)?;
        let seen = self.run("1", &["password", "get", "example.com"], None)?;
        same(
            "password on device 1",
            "a new password, typed on device 2",
            &text(&seen, "password")?,
        )?;

        self.chapter("Device 2 is removed and refused");
        self.run("1", &["device", "list"], None)?;
        self.run("1", &["device", "delete", "laptop", "--yes"], None)?;
        self.refused("2", &["account", "sync"])?;

        self.chapter(
            "Device 1 loses everything; device 3 recovers the account from two of the codes",
        );
        let password = self.run("1", &["password", "get", "example.com"], None)?;
        let key = self.run("1", &["ssh", "get", "work"], None)?;
        let secret = self.quietly("1", &["ssh", "get", "work", "--private"])?;
        self.run("1", &["account", "delete", "--local", "--yes"], None)?;
        let two = codes.iter().skip(1).cloned().collect::<Vec<_>>().join("\n");
        let recovered = self.run("3", &["account", "recover", ADDRESS], Some(&two))?;
        for field in ["account", "udf"] {
            same(field, &text(&account, field)?, &text(&recovered, field)?)?;
        }
        let again = self.run("3", &["password", "get", "example.com"], None)?;
        for field in ["service", "username", "password"] {
            same(field, &text(&password, field)?, &text(&again, field)?)?;
        }
        same(
            "public SSH key",
            &text(&key, "value")?,
            &text(&self.run("3", &["ssh", "get", "work"], None)?, "value")?,
        )?;
        let recovered_secret = self.quietly("3", &["ssh", "get", "work", "--private"])?;
        let keys = [&secret, &recovered_secret]
            .map(|value| text(value, "value").and_then(|value| seed(&value)));
        let [before, after] = keys;
        if before? != after? {
            return Err(differs("private SSH key", "the one before", "another"));
        }
        self.run("3", &["device", "list"], None)?;
        self.run("3", &["account", "verify"], None)?;
        Ok(())
    }

    fn chapter(&self, title: &str) {
        self.say(&format!("\n== {title}"));
    }

    /// Runs a command on a device and shows it with its answer; `input` goes to its standard input.
    fn run(
        &mut self,
        device: &str,
        arguments: &[&str],
        input: Option<&str>,
    ) -> Result<Value, Failure> {
        self.steps = self.steps.saturating_add(1);
        let shown = arguments.iter().map(|argument| {
            if argument.contains('/') {
                "id_work"
            } else {
                argument
            }
        });
        self.say(&format!(
            "[device {device}] $ meshman {}",
            shown.collect::<Vec<_>>().join(" ")
        ));
        let answer = self.command(device, arguments, input)?;
        let object = parse(&answer.stdout)?;
        if !answer.status.success() {
            let message = object
                .pointer("/error/message")
                .and_then(Value::as_str)
                .unwrap_or("it failed");
            return Err(Failure::unavailable(format!(
                "meshman {}: {message}",
                arguments.join(" ")
            )));
        }
        self.say(&summary(&object));
        Ok(object)
    }

    /// The same without showing anything: for what should not be on a screen.
    fn quietly(&self, device: &str, arguments: &[&str]) -> Result<Value, Failure> {
        parse(&self.command(device, arguments, None)?.stdout)
    }

    /// Runs a command that must be refused, and shows what it says.
    fn refused(&mut self, device: &str, arguments: &[&str]) -> Result<(), Failure> {
        self.steps = self.steps.saturating_add(1);
        self.say(&format!(
            "[device {device}] $ meshman {}",
            arguments.join(" ")
        ));
        let answer = self.command(device, arguments, None)?;
        let object = parse(&answer.stdout)?;
        let error = |field: &str| {
            object
                .pointer(&format!("/error/{field}"))
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        if answer.status.success() || error("class") != ErrorClass::Refused.name() {
            return Err(differs("the removed device", "refused", "not refused"));
        }
        self.say(&format!(
            "error: {}\nremedy: {}",
            error("message"),
            error("remedy")
        ));
        Ok(())
    }

    fn command(
        &self,
        device: &str,
        arguments: &[&str],
        input: Option<&str>,
    ) -> Result<std::process::Output, Failure> {
        let mut child = Command::new(&self.program)
            .args(arguments)
            .arg("--json")
            .env("MMM_HOME", self.root.join(format!("device-{device}")))
            .env("MMM_PASSPHRASE_FILE", self.root.join("passphrase"))
            .env("MMM_SERVICES", &self.services)
            .stdin(if input.is_some() {
                Stdio::piped()
            } else {
                Stdio::null()
            })
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()?;
        if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
            stdin.write_all(input.as_bytes())?;
            stdin.write_all(b"\n")?;
        }
        Ok(child.wait_with_output()?)
    }

    /// Signs with the exported private key and verifies with the public key beside it.
    fn use_ssh_key(&mut self, file: &Path) -> Result<(), Failure> {
        let private = SshPrivateKey::parse(&std::fs::read(file)?, None)?;
        let public = std::fs::read_to_string(file.with_extension("pub"))?;
        let public = SshPublicKey::parse_line(public.trim_end())?;
        let signature = private.key().sign(b"signed on device 2")?;
        public.key().verify(b"signed on device 2", &signature)?;
        self.say(&format!(
            "signed with id_work, verified with id_work.pub ({})",
            public.fingerprint()
        ));
        Ok(())
    }
}

fn parse(octets: &[u8]) -> Result<Value, Failure> {
    serde_json::from_slice(octets).map_err(|error| {
        Failure::unavailable(format!("the answer of a command is no object: {error}"))
    })
}

/// The private key itself: the file around it differs with every export.
fn seed(openssh: &str) -> Result<Vec<u8>, Failure> {
    let key = SshPrivateKey::parse(openssh.as_bytes(), None)?;
    Ok(key.key().sign(b"the same key gives the same signature")?)
}

fn text(object: &Value, field: &str) -> Result<String, Failure> {
    let found = object.get(field).and_then(Value::as_str);
    found
        .map(str::to_owned)
        .ok_or_else(|| differs(field, "a text", "nothing"))
}

fn list<'a>(object: &'a Value, field: &str) -> Result<&'a Vec<Value>, Failure> {
    object
        .get(field)
        .and_then(Value::as_array)
        .ok_or_else(|| differs(field, "a list", "nothing"))
}

fn same(what: &str, wanted: &str, found: &str) -> Result<(), Failure> {
    if wanted == found {
        Ok(())
    } else {
        Err(differs(what, "what was there", "something else"))
    }
}

fn differs(what: &str, wanted: &str, found: &str) -> Failure {
    Failure::of(
        ErrorClass::Internal,
        format!("{what}: expected {wanted}, found {found}"),
    )
}

/// An answer on few lines.
fn summary(object: &Value) -> String {
    let Some(members) = object.as_object() else {
        return object.to_string();
    };
    let lines = members.iter().map(|(name, value)| match value {
        Value::String(text) => format!("  {name}: {text}"),
        other => format!("  {name}: {other}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}
