// SPDX-License-Identifier: MIT
//! A port that writes down every request, its response, and the packets that carried them.
//!
//! Spec: none.
//! Here: recording between the client library and a service in the same process.
//! Not here: what is done with the record.

use std::sync::{Arc, Mutex, PoisonError};

use mesh_crypto::Environment;
use mesh_protocol::generated::MeshServiceClient;
use mesh_protocol::runtime::Session;
use mesh_protocol::session::PacketSession;
use mesh_protocol::{
    ClientCredential, Error, HostExpectation, MeshPort, MeshSession, PacketHandler, PacketReply,
    PacketTransport, TransportError,
};
use mesh_schema::Valid;
use mesh_schema::generated::ProfileService;

/// One request with its response.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exchange {
    /// What the client asked, before protection.
    pub(crate) request: Vec<u8>,
    /// What the service answered, after protection was removed.
    pub(crate) response: Vec<u8>,
    /// The packets that carried them: each with its answer.
    pub(crate) packets: Vec<(Vec<u8>, Vec<u8>)>,
}

#[derive(Default)]
struct Record {
    exchanges: Vec<Exchange>,
    packets: Vec<(Vec<u8>, Vec<u8>)>,
}

/// What was written down, shared by all conversations of a world.
#[derive(Clone, Default)]
pub(crate) struct Recorder(Arc<Mutex<Record>>);

impl Recorder {
    fn with<T>(&self, change: impl FnOnce(&mut Record) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes what was written down since the last time.
    pub(crate) fn take(&self) -> Vec<Exchange> {
        self.with(|record| std::mem::take(&mut record.exchanges))
    }

    /// A port to a service in this process whose traffic is written down.
    pub(crate) fn port(
        &self,
        service: Arc<dyn PacketHandler>,
        env: Arc<dyn Environment>,
    ) -> RecordingPort {
        RecordingPort {
            service,
            env,
            recorder: self.clone(),
        }
    }
}

/// See [`Recorder::port`].
pub(crate) struct RecordingPort {
    service: Arc<dyn PacketHandler>,
    env: Arc<dyn Environment>,
    recorder: Recorder,
}

impl MeshPort for RecordingPort {
    fn open(
        &self,
        _domain: &str,
        credential: ClientCredential,
        host: HostExpectation,
    ) -> Result<Box<dyn MeshSession>, Error> {
        let transport = RecordingTransport {
            service: self.service.clone(),
            recorder: self.recorder.clone(),
        };
        let session = PacketSession::new(Box::new(transport), credential, host, self.env.clone());
        Ok(Box::new(MeshServiceClient::new(RecordingSession {
            session,
            recorder: self.recorder.clone(),
        })))
    }
}

struct RecordingTransport {
    service: Arc<dyn PacketHandler>,
    recorder: Recorder,
}

impl PacketTransport for RecordingTransport {
    fn exchange(&mut self, packet: &[u8]) -> Result<PacketReply, TransportError> {
        let reply = self.service.handle("", packet);
        if let PacketReply::Packet(answer) = &reply {
            let pair = (packet.to_vec(), answer.clone());
            self.recorder.with(|record| record.packets.push(pair));
        }
        Ok(reply)
    }
}

struct RecordingSession {
    session: PacketSession,
    recorder: Recorder,
}

impl Session for RecordingSession {
    fn exchange(&mut self, payload: &[u8]) -> Result<Vec<u8>, Error> {
        let response = self.session.exchange(payload)?;
        self.recorder.with(|record| {
            let packets = std::mem::take(&mut record.packets);
            record.exchanges.push(Exchange {
                request: payload.to_vec(),
                response: response.clone(),
                packets,
            });
        });
        Ok(response)
    }

    fn pin(&mut self, service: &Valid<ProfileService>) -> Result<(), Error> {
        self.session.pin(service)
    }
}
