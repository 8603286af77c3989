// SPDX-License-Identifier: MIT
//! Typed conversations: what a client holds, whichever way its service is reached.
//!
//! Spec: mesh-protocol, "Transactions".
//! Here: the port that opens conversations over packets, remotely or in the same process.
//! Not here: the port of a service that takes typed values without serialising (`mesh-service`, direct).

use std::sync::Arc;

use mesh_crypto::Environment;

use mesh_schema::Valid;
use mesh_schema::generated::ProfileService;

use crate::credential::{ClientCredential, HostExpectation};
use crate::error::Error;
use crate::generated::{MeshServiceClient, MeshServiceSession};
use crate::runtime::Session;
use crate::session::PacketSession;
use crate::transport::PacketTransport;

/// A conversation with one service under one credential.
pub trait MeshSession: MeshServiceSession {
    /// Checks that the host which answered serves for a service, and talks to hosts of that service only from now on: also when the
    /// session is lost and another one begins.
    ///
    /// # Errors
    /// [`Error::Schema`] when it does not; [`Error::Rud`] before the first answer.
    fn pin(&mut self, service: &Valid<ProfileService>) -> Result<(), Error>;
}

/// Where conversations are opened.
pub trait MeshPort: Send + Sync {
    /// Opens a conversation with the service of a domain. Nothing needs to be sent yet.
    ///
    /// # Errors
    /// [`Error`] when that cannot work.
    fn open(
        &self,
        domain: &str,
        credential: ClientCredential,
        host: HostExpectation,
    ) -> Result<Box<dyn MeshSession>, Error>;
}

impl Session for PacketSession {
    fn exchange(&mut self, payload: &[u8]) -> Result<Vec<u8>, Error> {
        Self::exchange(self, payload)
    }

    fn pin(&mut self, service: &Valid<ProfileService>) -> Result<(), Error> {
        Self::pin(self, service)
    }
}

impl<S: Session> MeshSession for MeshServiceClient<S> {
    fn pin(&mut self, service: &Valid<ProfileService>) -> Result<(), Error> {
        self.session().pin(service)
    }
}

/// How a transport to the service of a domain is made.
pub type Connector = Box<dyn Fn(&str) -> Result<Box<dyn PacketTransport>, Error> + Send + Sync>;

/// A port over packets: every message is serialised and protected.
pub struct PacketPort {
    connector: Connector,
    env: Arc<dyn Environment>,
}

impl std::fmt::Debug for PacketPort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PacketPort")
    }
}

impl PacketPort {
    /// A port whose transports the connector makes.
    #[must_use]
    pub fn new(connector: Connector, env: Arc<dyn Environment>) -> Self {
        Self { connector, env }
    }
}

impl MeshPort for PacketPort {
    fn open(
        &self,
        domain: &str,
        credential: ClientCredential,
        host: HostExpectation,
    ) -> Result<Box<dyn MeshSession>, Error> {
        let transport = (self.connector)(domain)?;
        Ok(Box::new(MeshServiceClient::new(PacketSession::new(
            transport,
            credential,
            host,
            self.env.clone(),
        ))))
    }
}
