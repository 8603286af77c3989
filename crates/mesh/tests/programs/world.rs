// SPDX-License-Identifier: MIT
//! A service and devices, each command in a process of its own.
//!
//! Spec: none.
//! Here: starting and ending them, their standard streams.
//! Not here: assertions.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) const ADDRESS: &str = "alice@localhost";

/// A service with its data, and the homes of devices.
pub(crate) struct World {
    directory: TempDir,
    service: Child,
    /// Where the service listens, as an URL.
    pub(crate) url: String,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = self.service.kill();
        let _ = self.service.wait();
    }
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// The same with options for the service.
    pub(crate) fn with(options: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        write_0600(
            &directory.path().join("passphrase"),
            "the passphrase of all homes\n",
        );
        let data = directory.path().join("svc");
        let (service, url) = serve_with("localhost", &data, "127.0.0.1:0", options);
        Self {
            directory,
            service,
            url,
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn device(&self, name: &str) -> Device<'_> {
        Device {
            world: self,
            name: name.to_owned(),
        }
    }

    /// Ends the service as a power failure would, and starts it again at the same address.
    pub(crate) fn restart_service(&mut self) {
        self.stop_service();
        self.start_service();
    }

    /// Starts the service again after [`World::stop_service`].
    pub(crate) fn start_service(&mut self) {
        let address = self.url.trim_start_matches("http://").to_owned();
        (self.service, self.url) = serve("localhost", &self.path("svc"), &address);
    }

    /// Runs a command of the operator on the data of the service.
    pub(crate) fn servermesh(&self, arguments: &[&str]) -> Done {
        let mut command = Command::new(env!("CARGO_BIN_EXE_servermesh"));
        let command = command.env_clear().args(arguments).arg("--data");
        run(command.arg(self.path("svc")), "")
    }

    /// The object that a command of the operator prints which must succeed.
    pub(crate) fn operate(&self, arguments: &[&str]) -> Value {
        let done = self.servermesh(&[arguments, &["--json"]].concat());
        assert_eq!(done.code, 0, "{arguments:?}: {done:?}");
        done.object()
    }

    pub(crate) fn stop_service(&mut self) {
        self.service.kill().unwrap();
        self.service.wait().unwrap();
    }
}

pub(crate) fn serve(domain: &str, data: &Path, listen: &str) -> (Child, String) {
    serve_with(domain, data, listen, &[])
}

pub(crate) fn serve_with(
    domain: &str,
    data: &Path,
    listen: &str,
    options: &[&str],
) -> (Child, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_servermesh"));
    command.args([domain, "--listen", listen, "--data"]);
    serve_by(command.arg(data).args(options).env("MMM_LOG", "warn"))
}

/// Starts a service by a command, and waits until it says where it listens.
pub(crate) fn serve_by(command: &mut Command) -> (Child, String) {
    let mut service = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(service.stdout.take().unwrap()).lines();
    let url = lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("listening on ").map(str::to_owned))
        .expect("the service says where it listens");
    (service, url)
}

/// A device: a name for a home.
pub(crate) struct Device<'a> {
    world: &'a World,
    pub(crate) name: String,
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Done {
    /// The one object on standard output.
    pub(crate) fn object(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Device<'_> {
    pub(crate) fn home(&self) -> PathBuf {
        self.world.path(&self.name)
    }

    /// The program with the environment of this device.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("MMM_HOME", self.home())
            .env("MMM_PASSPHRASE_FILE", self.world.path("passphrase"))
            .env("MMM_SERVICES", format!("localhost={}", self.world.url));
        command
    }

    /// Runs `meshman` and waits; `input` goes to its standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Done {
        let mut command = self.command(env!("CARGO_BIN_EXE_meshman"));
        run(command.args(arguments), input)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Done {
        self.run_with(arguments, "")
    }

    /// The same for what must succeed.
    pub(crate) fn say(&self, arguments: &[&str]) -> String {
        let done = self.run(arguments);
        assert_eq!(done.code, 0, "{arguments:?}: {done:?}");
        done.stdout
    }

    /// The object that a command prints which must succeed.
    pub(crate) fn ask(&self, arguments: &[&str]) -> Value {
        self.ask_with(arguments, "")
    }

    pub(crate) fn ask_with(&self, arguments: &[&str], input: &str) -> Value {
        let arguments = [arguments, &["--json"]].concat();
        let done = self.run_with(&arguments, input);
        assert_eq!(done.code, 0, "{arguments:?}: {done:?}");
        done.object()
    }

    /// What a command prints which must fail with this exit code: cause and remedy.
    pub(crate) fn refused(&self, arguments: &[&str], code: i32) -> (String, String) {
        let arguments = [arguments, &["--json"]].concat();
        let done = self.run(&arguments);
        assert_eq!(done.code, code, "{arguments:?}: {done:?}");
        let object = done.object();
        let text = |field| match object.pointer(&format!("/error/{field}")) {
            Some(Value::String(text)) => text.clone(),
            _ => String::new(),
        };
        assert_eq!(object.pointer("/error/code"), Some(&Value::from(code)));
        (text("message"), text("remedy"))
    }
}

/// Runs a command with something on its standard input.
pub(crate) fn run(command: &mut Command, input: &str) -> Done {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that does not read its input may be gone already.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    Done {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A text member of an object.
pub(crate) fn text(object: &Value, field: &str) -> String {
    let found = object.get(field).and_then(Value::as_str);
    found
        .unwrap_or_else(|| panic!("no {field} in {object}"))
        .to_owned()
}

pub(crate) fn write_0600(path: &Path, content: &str) {
    let mut options = std::fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .unwrap();
    file.write_all(content.as_bytes()).unwrap();
}
