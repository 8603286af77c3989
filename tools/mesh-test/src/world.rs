// SPDX-License-Identifier: MIT
//! A service and devices in temporary directories.
//!
//! Spec: none.
//! Here: the three ways in which a client reaches a service; each device with a home of its own.
//! Not here: what they do (`story`).

use std::error::Error;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mesh_client::{Client, Home, HomeUnlock, ServiceMap};
use mesh_crypto::{Environment, SecretString};
use mesh_keystore::SystemEnvironment;
use mesh_keystore::store::{FileStore, Sealing};
use mesh_protocol::{PacketHandler, PacketPort};
use mesh_service::listener::{ListenerLimits, router_with, serve};
use mesh_service::store::EmbeddedStore;
use mesh_service::{DirectPort, Service};
use tempfile::TempDir;
use tokio::sync::oneshot;

/// What the helpers of the test world return.
pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// How clients reach the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// In one process, typed values.
    Direct,
    /// In one process, every message serialised and protected.
    Local,
    /// Over HTTP on a loopback socket.
    Remote,
}

/// A service with its data in a directory, and whatever is needed to reach it.
pub struct World {
    directory: TempDir,
    /// The service.
    pub service: Service,
    /// How devices reach it.
    pub client: Client,
    /// What seals the keys of homes that are made from now on; in clear otherwise, for Argon2 would be all that a test waits for.
    pub passphrase: Option<&'static str>,
    server: Option<Server>,
}

/// A service that listens.
#[derive(Debug)]
pub struct Server {
    /// Where.
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl World {
    /// A world with a service for `localhost` in the embedded store.
    ///
    /// # Errors
    /// Whatever keeps the service from starting.
    pub fn new(connection: Connection) -> Outcome<Self> {
        Self::with_environment(connection, Arc::new(SystemEnvironment::new()?))
    }

    /// The same with a clock and random source of the caller's choice.
    ///
    /// # Errors
    /// Whatever keeps the service from starting.
    pub fn with_environment(connection: Connection, env: Arc<dyn Environment>) -> Outcome<Self> {
        let directory = tempfile::Builder::new().prefix("mesh-world").tempdir()?;
        let service = start(&directory.path().join("service"), env.clone())?;
        let mut server = None;
        let client = match connection {
            Connection::Direct => Client::new(Arc::new(DirectPort::new(service.clone())), env),
            Connection::Local => {
                let handler: Arc<dyn PacketHandler> = Arc::new(service.clone());
                let connector = move |_: &str| -> Result<
                    Box<dyn mesh_protocol::PacketTransport>,
                    mesh_protocol::Error,
                > { Ok(Box::new(handler.clone())) };
                Client::new(
                    Arc::new(PacketPort::new(Box::new(connector), env.clone())),
                    env,
                )
            }
            Connection::Remote => {
                let listening = listen(Arc::new(service.clone()), "127.0.0.1:0")?;
                let services =
                    ServiceMap::parse(&format!("localhost=http://{}", listening.address))?;
                server = Some(listening);
                Client::http(services, env)
            }
        };
        Ok(Self {
            directory,
            service,
            client,
            passphrase: None,
            server,
        })
    }

    /// The directory of the whole world.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// The directory of the service's data.
    #[must_use]
    pub fn service_directory(&self) -> PathBuf {
        self.directory.path().join("service")
    }

    /// Where the service listens, when it does.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        self.server.as_ref().map(|server| server.address)
    }

    /// The directory of the home of a device.
    #[must_use]
    pub fn home_directory(&self, device: &str) -> PathBuf {
        self.directory.path().join(device)
    }

    /// How the keys of homes are sealed.
    #[must_use]
    pub fn sealing(&self) -> Sealing {
        match self.passphrase {
            Some(passphrase) => Sealing::Passphrase(SecretString::new(passphrase.to_owned())),
            None => Sealing::Clear,
        }
    }

    /// The home of a device, made when there is none.
    ///
    /// # Errors
    /// Those of the home.
    pub fn home(&self, device: &str) -> Outcome<Home> {
        let directory = self.home_directory(device);
        Ok(match Home::exists(&directory) {
            true => Home::open(
                &directory,
                &HomeUnlock::Sealing(self.sealing()),
                self.client.clone(),
            )?,
            false => Home::create(&directory, &self.sealing(), self.client.clone())?,
        })
    }
}

/// Starts a service for `localhost` over a data directory.
///
/// # Errors
/// Whatever keeps the service from starting.
pub fn start(directory: &Path, env: Arc<dyn Environment>) -> Outcome<Service> {
    start_for("localhost", directory, env)
}

/// The same for another domain.
///
/// # Errors
/// As [`start`].
pub fn start_for(domain: &str, directory: &Path, env: Arc<dyn Environment>) -> Outcome<Service> {
    let store = Arc::new(EmbeddedStore::open(directory)?);
    let keys = directory.join("keys");
    let keys = match keys.exists() {
        true => FileStore::open(&keys, &Sealing::Clear)?,
        false => FileStore::create(&keys, &Sealing::Clear)?,
    };
    Ok(Service::new(domain, store, &keys, env)?)
}

/// Serves on a loopback address until the server is dropped.
///
/// # Errors
/// Those of the address.
pub fn listen(handler: Arc<dyn PacketHandler>, address: &str) -> Outcome<Server> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let listener = runtime.block_on(tokio::net::TcpListener::bind(address))?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel();
    let thread = std::thread::spawn(move || {
        runtime.block_on(async {
            let limits = ListenerLimits::default();
            let shutdown = async {
                let _ = stopped.await;
            };
            serve(listener, router_with(handler, &limits), &limits, shutdown).await;
        });
    });
    Ok(Server {
        address,
        stop: Some(stop),
        thread: Some(thread),
    })
}
