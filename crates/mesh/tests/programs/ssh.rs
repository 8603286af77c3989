// SPDX-License-Identifier: MIT
//! Exported SSH keys before the judges that people use: ssh-keygen and a real sshd.
//!
//! Spec: none.
//! Here: what OpenSSH, where it is installed, says of an exported key pair.
//! Not here: the format itself (`mesh-keystore`).

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::world::{World, run, write_0600};

/// Checks a private key file and the public one beside it, which is the line given.
pub(crate) fn check(world: &World, file: &Path, public: &str) {
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(file), 0o600);
    let line = std::fs::read_to_string(file.with_extension("pub")).unwrap();
    assert_eq!(line.trim(), public.trim());

    let Some(keygen) = find("ssh-keygen") else {
        eprintln!("ssh-keygen is not installed: the exported key is not shown to it");
        return;
    };
    let listed = run(Command::new(&keygen).arg("-l").arg("-f").arg(file), "");
    assert_eq!(listed.code, 0, "{listed:?}");
    assert!(listed.stdout.contains("(ED25519)"), "{listed:?}");
    let derived = run(Command::new(&keygen).arg("-y").arg("-f").arg(file), "");
    assert_eq!(derived.code, 0, "{derived:?}");
    let parts = |line: &str| {
        line.split_whitespace()
            .take(2)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(parts(&derived.stdout), parts(public));

    match (find("sshd"), find("ssh")) {
        (Some(sshd), Some(ssh)) => log_in(world, &sshd, &ssh, &keygen, file),
        _ => eprintln!("sshd is not installed: nobody logs in with the exported key"),
    }
}

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Logs in with the key at a server that accepts no other.
fn log_in(world: &World, sshd: &Path, ssh: &Path, keygen: &Path, file: &Path) {
    // Started by root it insists on this directory.
    let _ = std::fs::create_dir("/run/sshd");
    let host_key = world.path("host_key");
    let made = run(
        Command::new(keygen)
            .args(["-q", "-t", "ed25519", "-N", "", "-f"])
            .arg(&host_key),
        "",
    );
    assert_eq!(made.code, 0, "{made:?}");
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let configuration = world.path("sshd_config");
    write_0600(
        &configuration,
        &format!(
            "ListenAddress 127.0.0.1\nPort {port}\nHostKey {}\nAuthorizedKeysFile {}\nPidFile none\nStrictModes no\n\
             PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n",
            host_key.display(),
            file.with_extension("pub").display(),
        ),
    );
    let server = Command::new(sshd)
        .args(["-D", "-e", "-f"])
        .arg(&configuration)
        .stderr(Stdio::null())
        .spawn();
    let _server = Server(server.unwrap());
    let user = run(Command::new("id").arg("-un"), "").stdout;
    let mut last = None;
    // The server says nothing when it is ready.
    for _ in 0..50 {
        let mut command = Command::new(ssh);
        command.args([
            "-F",
            "none",
            "-o",
            "BatchMode=yes",
            "-o",
            "IdentitiesOnly=yes",
        ]);
        command.args([
            "-o",
            "StrictHostKeyChecking=no",
            "-o",
            "UserKnownHostsFile=/dev/null",
        ]);
        command.arg("-i").arg(file).args(["-p", &port.to_string()]);
        command
            .arg(format!("{}@127.0.0.1", user.trim()))
            .arg("echo logged in");
        let done = run(&mut command, "");
        if done.code == 0 {
            assert_eq!(done.stdout.trim(), "logged in");
            return;
        }
        let starting = done.stderr.contains("Connection refused");
        last = Some(done);
        if !starting {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("sshd does not accept the key: {last:?}");
}

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = std::env::split_paths(&path).collect();
    places.push("/usr/sbin".into());
    places
        .into_iter()
        .map(|place| place.join(program))
        .find(|program| program.exists())
}
