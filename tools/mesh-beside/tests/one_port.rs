// SPDX-License-Identifier: MIT
//! One port gives files to whoever asks for them, and the Mesh to its clients.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "all of this is test code"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::sync::Arc;

use mesh_client::{Client, Home, ServiceMap, check_address};
use mesh_keystore::SystemEnvironment;
use mesh_keystore::store::Sealing;
use postgres_cluster::{Cluster, PASSWORD, Settings};

#[test]
fn files_and_the_mesh_come_from_one_port() {
    from_one_port(&[]);
}

#[test]
fn the_mesh_beside_files_keeps_its_accounts_in_postgresql() {
    let cluster = Cluster::start(Settings::default()).unwrap();
    let url = cluster.tcp_url(cluster.database().unwrap().rsplit('/').next().unwrap());
    from_one_port(&["127.0.0.1:0", &url]);
    let accounts = cluster.run(
        &cluster.url(url.rsplit('/').next().unwrap()),
        "SELECT address FROM account",
    );
    assert_eq!(accounts.unwrap(), "alice@localhost");
}

fn from_one_port(more: &[&str]) {
    let directory = tempfile::tempdir().unwrap();
    let files = directory.path().join("files");
    std::fs::create_dir(&files).unwrap();
    std::fs::write(files.join("index.html"), "<h1>hello</h1>").unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_mesh-beside"))
        .arg("localhost")
        .arg(&files)
        .arg(directory.path().join("data"))
        .args(more)
        .env("PGPASSWORD", PASSWORD)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut said = BufReader::new(program.stdout.take().unwrap());
    said.read_line(&mut line).unwrap();
    let url = line.trim().strip_prefix("listening on ").expect("where");
    let get = |path: &str| {
        let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };

    let page = get("/");
    assert!(page.starts_with("HTTP/1.1 200 "), "{page}");
    assert!(page.ends_with("<h1>hello</h1>"), "{page}");
    assert!(get("/nothing").starts_with("HTTP/1.1 404 "));
    assert!(get("/../data/mesh.db").starts_with("HTTP/1.1 404 "));
    assert!(get("/.well-known/mmm/health").ends_with("ok"));

    let services = ServiceMap::parse(&format!("localhost={url}")).unwrap();
    let client = Client::http(services, Arc::new(SystemEnvironment::new().unwrap()));
    let home = Home::create(&directory.path().join("home"), &Sealing::Clear, client).unwrap();
    let address = check_address("alice@localhost").unwrap();
    let mut alice = home.create_account(&address).unwrap();
    assert!(alice.sync().unwrap().frozen.is_none());

    program.kill().unwrap();
    program.wait().unwrap();
}
