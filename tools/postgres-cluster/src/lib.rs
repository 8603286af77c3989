// SPDX-License-Identifier: MIT
//! A throw-away PostgreSQL cluster for tests and benchmarks.
//!
//! Spec: none.
//! Here: making a cluster in a temporary directory, starting, killing and ending it.
//! Not here: what is in its databases.
//!
//! The database runs under a shell that waits for commands on its standard input, of which this process holds the other end.
//! However this process ends, also by SIGKILL, that end closes: the shell then stops the database and removes the directory.

mod programs;

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// Reads commands from standard input; answers each with one line.
const SUPERVISOR: &str = include_str!("supervisor.sh");
/// The role that owns everything.
pub const ROLE: &str = "mesh";
/// Its password over TCP; over the Unix socket none is asked for.
pub const PASSWORD: &str = "not a secret";

/// How a cluster is made.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// Whether commits wait for the disk. A test that kills processes, not machines, needs that as little as one that kills nothing.
    pub durable: bool,
    /// Whether connections over TCP may use TLS, with a certificate of its own for `localhost`.
    pub tls: bool,
}

/// A cluster that runs until it is dropped, or until this process ends.
#[derive(Debug)]
pub struct Cluster {
    directory: PathBuf,
    port: u16,
    supervisor: Mutex<Supervisor>,
    databases: AtomicU32,
}

#[derive(Debug)]
struct Supervisor {
    child: Child,
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Cluster {
    /// Makes and starts a cluster.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start; the text says what is missing.
    pub fn start(settings: Settings) -> io::Result<Self> {
        let programs = programs::find()?;
        let directory = tempfile::Builder::new()
            .prefix("mesh-postgres")
            .tempdir()?
            .keep();
        programs::give(&directory)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut child = programs::as_database_user("sh")
            .args(["-c", SUPERVISOR, "supervisor"])
            .arg(&programs)
            .arg(&directory)
            .arg(port.to_string())
            .arg(ROLE)
            .arg(PASSWORD)
            .arg(if settings.durable { "on" } else { "off" })
            .arg(if settings.tls { "on" } else { "off" })
            .current_dir(&directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let commands = child.stdin.take();
        let answers = child
            .stdout
            .take()
            .ok_or_else(|| io::Error::other("the supervisor has no output"))?;
        let cluster = Self {
            directory,
            port,
            supervisor: Mutex::new(Supervisor {
                child,
                commands,
                answers: BufReader::new(answers),
            }),
            databases: AtomicU32::new(0),
        };
        cluster.lock().answer()?;
        cluster.restart()?;
        Ok(cluster)
    }

    /// Starts the database after [`kill`](Self::kill).
    ///
    /// # Errors
    /// When it does not start; the text is its log.
    pub fn restart(&self) -> io::Result<()> {
        self.lock().tell("start")
    }

    /// Kills the database and all of its processes with SIGKILL.
    ///
    /// # Errors
    /// When the supervisor is gone.
    pub fn kill(&self) -> io::Result<()> {
        self.lock().tell("kill")
    }

    /// Stops all of its processes where they are, as if the machine were cut off; [`resume`](Self::resume) lets them go on.
    ///
    /// # Errors
    /// When the supervisor is gone.
    pub fn pause(&self) -> io::Result<()> {
        self.lock().tell("pause")
    }

    /// Lets the processes go on.
    ///
    /// # Errors
    /// When the supervisor is gone.
    pub fn resume(&self) -> io::Result<()> {
        self.lock().tell("resume")
    }

    /// Makes an empty database and gives its URL over the Unix socket.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn database(&self) -> io::Result<String> {
        let name = format!("mesh{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.lock().tell(&format!("create {name}"))?;
        Ok(self.url(&name))
    }

    /// The URL of a database over the Unix socket.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        let socket = self.directory.display().to_string().replace('/', "%2F");
        format!("postgres://{ROLE}@{socket}:{}/{database}", self.port)
    }

    /// The URL of a database over TCP, where a password is asked for.
    #[must_use]
    pub fn tcp_url(&self, database: &str) -> String {
        format!("postgres://{ROLE}@localhost:{}/{database}", self.port)
    }

    /// The port on which it listens at 127.0.0.1.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Runs an SQL script in a database, as its owner; gives what it prints.
    ///
    /// # Errors
    /// The text of the database.
    pub fn run(&self, url: &str, script: &str) -> io::Result<String> {
        let output = Command::new(programs::find()?.join("psql"))
            .args([
                "-X",
                "-q",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                "-c",
                script,
                url,
            ])
            .output()?;
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
            false => Err(io::Error::other(
                String::from_utf8_lossy(&output.stderr).into_owned(),
            )),
        }
    }

    /// The file of the certificate that the database shows, with [`Settings::tls`].
    #[must_use]
    pub fn certificate(&self) -> PathBuf {
        self.directory.join("data/server.crt")
    }

    /// The directory, with its socket and log.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Supervisor> {
        self.supervisor
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut supervisor = self.lock();
        supervisor.commands = None;
        let _ = supervisor.child.wait();
    }
}

impl Supervisor {
    fn tell(&mut self, command: &str) -> io::Result<()> {
        let commands = self
            .commands
            .as_mut()
            .ok_or_else(|| io::Error::other("the cluster has been stopped"))?;
        writeln!(commands, "{command}")?;
        commands.flush()?;
        self.answer()
    }

    fn answer(&mut self) -> io::Result<()> {
        let mut said = String::new();
        loop {
            let mut line = String::new();
            if self.answers.read_line(&mut line)? == 0 {
                return Err(io::Error::other(format!("the database has gone: {said}")));
            }
            match line.trim_end() {
                "ok" => return Ok(()),
                "failed" => return Err(io::Error::other(said)),
                _ => said.push_str(&line),
            }
        }
    }
}
