// SPDX-License-Identifier: MIT
//! An example: a program that has something else to serve, and serves the Mesh beside it, on one port.
//!
//! Spec: mesh-protocol, "HTTP Binding": everything of the Mesh is below `/.well-known/mmm/`.
//! Here: `mesh-beside DOMAIN FILES DATA [ADDRESS [DATABASE]]` serves the files of a directory, and the accounts of a domain: from the
//! data directory, or from PostgreSQL (`postgres://user@host/database`, with the password in `PGPASSWORD`), where that has the keys only.
//! Not here: what `servermesh` does for its operator.
#![expect(clippy::print_stdout, reason = "a program prints")]

use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use mesh_crypto::SecretString;
use mesh_keystore::SystemEnvironment;
use mesh_keystore::store::{FileStore, Sealing};
use mesh_service::listener::{Intake, router_for};
use mesh_service::store::{EmbeddedStore, PostgresOptions, PostgresStore, Store};
use mesh_service::{Policy, Service};
use tokio::net::TcpListener;
use tower_http::services::ServeDir;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    mesh_keystore::file::umask_077();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [domain, files, data, more @ ..] = arguments.as_slice() else {
        return Err("say: mesh-beside DOMAIN FILES DATA [ADDRESS [DATABASE]]".into());
    };
    let service = service(domain, Path::new(data), more.get(1).map(String::as_str))?;

    // The whole of it: the router of the Mesh takes its paths, and every other one is for the files.
    let mesh = router_for(Arc::new(service.clone()), Intake::default());
    let router = Router::new()
        .merge(mesh)
        .fallback_service(ServeDir::new(files));

    let address = more.first().map_or("127.0.0.1:0", String::as_str);
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    tokio::spawn(async move {
        let mut minute = tokio::time::interval(Duration::from_secs(60));
        loop {
            minute.tick().await;
            service.tick();
        }
    });
    // With the addresses of those who connect: where an intake has a rate, they are counted by them.
    let router = router.into_make_service_with_connect_info::<SocketAddr>();
    Ok(axum::serve(listener, router).await?)
}

/// A service on a data directory, which is made when there is none, or on a data base. Its keys are stored in clear.
fn service(domain: &str, data: &Path, database: Option<&str>) -> Result<Service, Box<dyn Error>> {
    let store: Arc<dyn Store> = match database {
        None => Arc::new(EmbeddedStore::open(data)?),
        Some(url) => {
            let options = PostgresOptions::parse(url)?;
            Arc::new(PostgresStore::open(match std::env::var("PGPASSWORD") {
                Ok(password) => options.with_password(&SecretString::new(password)),
                Err(_) => options,
            })?)
        }
    };
    let keys = data.join("keys");
    let keys = match FileStore::exists(&keys) {
        true => FileStore::open(&keys, &Sealing::Clear)?,
        false => FileStore::create(&keys, &Sealing::Clear)?,
    };
    let policy = Policy {
        quota: Some(1 << 30),
        ..Policy::default()
    };
    let env = Arc::new(SystemEnvironment::new()?);
    Ok(Service::with_policy(domain, store, &keys, env, policy)?)
}
