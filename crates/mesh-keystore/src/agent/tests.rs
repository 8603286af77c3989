// SPDX-License-Identifier: MIT
//! The agent and its clients, over real sockets.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::thread::{self, JoinHandle};

use super::*;

struct Running {
    home: tempfile::TempDir,
    thread: JoinHandle<Result<Ended>>,
}

const HOUR: Duration = Duration::from_secs(3600);

fn key() -> SecretBytes {
    SecretBytes::new(vec![7; 32])
}

fn start(time_to_live: Duration) -> Running {
    let home = tempfile::tempdir().unwrap();
    let agent = Agent::bind(&home.path().join("run/agent"), "STORE", key(), time_to_live).unwrap();
    Running {
        home,
        thread: thread::spawn(move || agent.serve()),
    }
}

impl Running {
    fn socket(&self) -> PathBuf {
        self.home.path().join("run/agent")
    }
    fn finish(self) -> Ended {
        lock(&self.socket()).unwrap();
        self.thread.join().unwrap().unwrap()
    }
}

#[test]
fn the_key_is_handed_out_for_its_store_only_until_locked() {
    let running = start(HOUR);
    let socket = running.socket();
    assert_eq!(store_key(&socket, "STORE"), Ok(key()));
    assert_eq!(store_key(&socket, "OTHER"), Err(Error::AgentLocked));
    let status = status(&socket).unwrap();
    assert_eq!(
        (status.store.as_str(), status.process),
        ("STORE", std::process::id())
    );
    assert!(status.left <= HOUR && status.left > HOUR - Duration::from_secs(60));
    assert_eq!(running.finish(), Ended::Locked);
    assert!(matches!(store_key(&socket, "STORE"), Err(Error::Io { .. })));
}

#[test]
fn an_agent_ends_when_its_time_is_over_and_removes_its_socket() {
    let running = start(Duration::from_millis(100));
    let socket = running.socket();
    assert_eq!(running.thread.join().unwrap(), Ok(Ended::Expired));
    assert!(!socket.exists());
}

#[test]
fn the_socket_is_closed_to_others() {
    let running = start(HOUR);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&running.socket()), 0o600);
    assert_eq!(mode(running.socket().parent().unwrap()), 0o700);
    running.finish();
}

#[test]
fn a_second_agent_is_refused_and_a_dead_ones_socket_is_replaced() {
    let running = start(HOUR);
    let socket = running.socket();
    let second = Agent::bind(&socket, "STORE", key(), HOUR).unwrap_err();
    assert_eq!(
        second,
        Error::AgentRunning {
            path: socket.clone()
        }
    );
    assert_eq!(store_key(&socket, "STORE"), Ok(key()));
    running.finish();

    let home = tempfile::tempdir().unwrap();
    let socket = home.path().join("agent");
    drop(UnixListener::bind(&socket).unwrap());
    assert!(socket.exists());
    drop(Agent::bind(&socket, "STORE", key(), HOUR).unwrap());
    assert!(!socket.exists());
    fs::write(&socket, "file").unwrap();
    let error = Agent::bind(&socket, "STORE", key(), HOUR).unwrap_err();
    assert_eq!(
        error,
        Error::NotRegular {
            path: socket,
            expected: "socket"
        }
    );
}

#[test]
fn a_client_that_breaks_the_protocol_gets_nothing_and_harms_nobody() {
    let running = start(HOUR);
    let socket = running.socket();
    let messages: [&[u8]; 6] = [
        b"",
        b"\0",
        b"\0\0",
        b"\xFF\xFF\x01\x01STORE",
        b"\0\x07\x02\x01STORE",
        b"\0\x01\x01",
    ];
    for message in messages {
        let mut stream = UnixStream::connect(&socket).unwrap();
        stream.write_all(message).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        // A reset counts as no answer: the agent may leave with our octets unread.
        let _ = stream.read_to_end(&mut answer);
        assert_eq!(answer, b"", "{message:?}");
    }
    let mut stream = UnixStream::connect(&socket).unwrap();
    stream.write_all(b"\0\x02\x01\x63").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert_eq!(answer, [0, 2, 1, NOT_UNDERSTOOD]);
    assert_eq!(store_key(&socket, "STORE"), Ok(key()));
    running.finish();
}

#[test]
fn a_silent_client_holds_up_the_agent_no_longer_than_its_patience() {
    let running = start(HOUR);
    let _silent = UnixStream::connect(running.socket()).unwrap();
    let start = Instant::now();
    // The client's own patience may end first; the agent is there again afterwards.
    let _ = status(&running.socket());
    while status(&running.socket()).is_err() {
        assert!(start.elapsed() < PATIENCE * 4);
    }
    running.finish();
}

#[test]
fn a_silent_agent_holds_up_the_client_no_longer_than_its_patience() {
    let home = tempfile::tempdir().unwrap();
    let socket = home.path().join("agent");
    let _listener = UnixListener::bind(&socket).unwrap();
    let start = Instant::now();
    assert!(matches!(store_key(&socket, "STORE"), Err(Error::Io { .. })));
    assert!(start.elapsed() < PATIENCE * 2);
}

#[test]
fn an_agent_that_talks_nonsense_is_an_error_of_its_own() {
    for (answer, what) in [
        (b"\0\x01\x01".as_slice(), "length of a message"),
        (b"\xFF\xFF\x01\0", "length of a message"),
        (b"\0\x02\x09\0", "version"),
        (b"\0\x02\x01\x63", "response"),
        (b"\0\x03\x01\0x", "status"),
    ] {
        let home = tempfile::tempdir().unwrap();
        let socket = home.path().join("agent");
        let listener = UnixListener::bind(&socket).unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.read_exact(&mut [0; 4]).unwrap();
            stream.write_all(answer).unwrap();
        });
        assert_eq!(status(&socket), Err(Error::AgentProtocol { what }));
        server.join().unwrap();
    }
}

#[test]
fn an_agents_key_opens_the_store_without_a_passphrase() {
    use crate::passphrase::{NoPrompt, PassphraseOptions, Unlock};
    let running = start(HOUR);
    let options = PassphraseOptions {
        agent: Some(running.socket()),
        ..PassphraseOptions::default()
    };
    assert_eq!(
        options.unlock("STORE", &mut NoPrompt),
        Ok(Unlock::StoreKey(key()))
    );
    assert_eq!(
        options.unlock("OTHER", &mut NoPrompt),
        Err(Error::NoPassphrase)
    );
    running.finish();
}

/// What a process of another user gets; printed for the test that starts it.
#[test]
#[ignore = "run by the next test as another user"]
fn ask_as_another_user() {
    let socket = PathBuf::from(std::env::var_os("MESH_TEST_SOCKET").unwrap());
    println!("client: {:?}", store_key(&socket, "STORE").unwrap_err());
    let mut stream = UnixStream::connect(&socket).unwrap();
    // The agent may be gone before it has read anything.
    let _ = stream.write_all(b"\0\x07\x01\x01STORE");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    println!("answer: {}", answer.len());
}

#[test]
fn another_user_gets_nothing_even_when_the_file_modes_would_let_them_in() {
    use std::os::unix::process::CommandExt as _;
    if !rustix::process::geteuid().is_root() {
        println!("skipped: only root can become another user");
        return;
    }
    let running = start(HOUR);
    let socket = running.socket();
    let open =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    open(running.home.path(), 0o755);
    open(socket.parent().unwrap(), 0o755);
    open(&socket, 0o666);
    // The build directory may be closed to other users: they run a copy.
    let copy = running.home.path().join("client");
    fs::copy(std::env::current_exe().unwrap(), &copy).unwrap();
    open(&copy, 0o755);
    let child = std::process::Command::new(&copy)
        .args([
            "--ignored",
            "--exact",
            "--nocapture",
            "agent::tests::ask_as_another_user",
        ])
        .env("MESH_TEST_SOCKET", &socket)
        .current_dir("/")
        .uid(65534)
        .gid(65534)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(
        said.contains("client: NotOwner"),
        "{said} {}",
        String::from_utf8_lossy(&child.stderr)
    );
    assert!(said.contains("answer: 0"), "{said}");
    assert_eq!(store_key(&socket, "STORE"), Ok(key()));
    running.finish();
}
