// SPDX-License-Identifier: MIT
//! A client's conversation with a service over packets.
//!
//! Spec: mesh-rud, "Handshake"; mesh-protocol, "Transactions".
//! Here: handshake on demand, healing of a session that the service has lost, one request at a time.
//! Not here: the typed transactions (`typed`), the transport.

use std::sync::Arc;

use mesh_crypto::Environment;
use mesh_rud::{InitiatorHello, Session};

use mesh_schema::Valid;
use mesh_schema::generated::ProfileService;

use crate::credential::{ClientCredential, HostEvidence, HostExpectation};
use crate::error::Error;
use crate::transport::{PacketReply, PacketTransport, TransportError, TransportFault};

/// How often a request that the service has certainly not executed is sent.
const ATTEMPTS: usize = 3;

/// A conversation with one service under one credential.
pub struct PacketSession {
    transport: Box<dyn PacketTransport>,
    credential: ClientCredential,
    expectation: HostExpectation,
    env: Arc<dyn Environment>,
    session: Option<Session>,
    evidence: Option<HostEvidence>,
}

impl std::fmt::Debug for PacketSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PacketSession")
            .field("established", &self.session.is_some())
            .finish_non_exhaustive()
    }
}

impl PacketSession {
    /// Prepares a conversation; nothing is sent before the first request.
    #[must_use]
    pub fn new(
        transport: Box<dyn PacketTransport>,
        credential: ClientCredential,
        expectation: HostExpectation,
        env: Arc<dyn Environment>,
    ) -> Self {
        Self {
            transport,
            credential,
            expectation,
            env,
            session: None,
            evidence: None,
        }
    }

    /// Checks that the host which answered serves for a service, and talks to hosts of that service only from now on. Without that, whoever
    /// answers in its place that the session is unknown would be believed to be a host at the next handshake.
    ///
    /// # Errors
    /// [`Error::Schema`] when it does not; [`Error::Rud`] before the first answer.
    pub fn pin(&mut self, service: &Valid<ProfileService>) -> Result<(), Error> {
        let evidence = self.evidence.as_ref();
        evidence
            .ok_or(mesh_rud::Error::KeyUnacceptable)?
            .serves(service)?;
        self.transport.met(&service.udf()?);
        self.expectation = HostExpectation::Pinned(Box::new(service.clone()));
        Ok(())
    }

    /// Sends a request and returns the response.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when nothing was executed, [`Error::SessionLost`] when that is not known, [`Error::Rud`] when the
    /// service is not who it must be or an answer does not belong to its request.
    pub fn exchange(&mut self, payload: &[u8]) -> Result<Vec<u8>, Error> {
        let mut last = 0;
        for _ in 0..ATTEMPTS {
            let reply = match self.session.take() {
                Some(session) => self.request(session, payload)?,
                None => self.handshake(payload)?,
            };
            match reply {
                Reply::Answer(payload) => return Ok(payload),
                Reply::Again => last = 410,
                Reply::Later(seconds) => return Err(Error::TooManyRequests { seconds }),
                Reply::Refused(status) => return Err(refused(status)),
            }
        }
        Err(refused(last))
    }

    fn request(&mut self, mut session: Session, payload: &[u8]) -> Result<Reply, Error> {
        let packet = session.request(payload)?;
        match self.send(&packet)? {
            PacketReply::Packet(packet) => {
                let answer = session.response(&packet)?;
                self.session = Some(session);
                Ok(Reply::Answer(answer))
            }
            // The service does not know the session, so it cannot have opened the packet.
            PacketReply::Later(seconds) => Ok(Reply::Later(seconds)),
            PacketReply::SessionUnknown => Ok(Reply::Again),
            PacketReply::Refused(status) => unanswered(status),
        }
    }

    fn handshake(&mut self, payload: &[u8]) -> Result<Reply, Error> {
        let env = self.env.clone();
        let (hello, packet) = InitiatorHello::new(&*env);
        let challenge = match self.transport.exchange(&packet) {
            Ok(PacketReply::Packet(packet)) => packet,
            Ok(PacketReply::Later(seconds)) => return Ok(Reply::Later(seconds)),
            Ok(PacketReply::SessionUnknown) => return Ok(Reply::Again),
            Ok(PacketReply::Refused(status)) => return Ok(Reply::Refused(status)),
            // The greeting asks for nothing: whatever became of it, no request was executed.
            Err(TransportError {
                text,
                fault: TransportFault::NotSent | TransportFault::Unanswered,
            }) => return Err(Error::Unreachable { text }),
            Err(error) => return Err(failed(error)),
        };
        let (ready, evidence) = hello.handle_challenge(&challenge, &self.expectation)?;
        evidence.holds(env.now())?;
        let (complete, packet) = ready.complete(&self.credential, payload, &*env)?;
        match self.send(&packet)? {
            PacketReply::Packet(packet) => {
                let (session, answer) = complete.handle_response(&packet)?;
                if let HostExpectation::Pinned(service) = &self.expectation {
                    self.transport.met(&service.udf()?);
                }
                self.session = Some(session);
                self.evidence = Some(evidence);
                Ok(Reply::Answer(answer))
            }
            PacketReply::Later(seconds) => Ok(Reply::Later(seconds)),
            PacketReply::SessionUnknown => Ok(Reply::Again),
            PacketReply::Refused(status) => unanswered(status),
        }
    }

    fn send(&mut self, packet: &[u8]) -> Result<PacketReply, Error> {
        self.transport.exchange(packet).map_err(failed)
    }
}

enum Reply {
    Again,
    Answer(Vec<u8>),
    Later(u64),
    Refused(u16),
}

/// A request was sent, and there is no answer to it. When that is not the sender's fault, it may have been executed: a proxy that waited
/// too long, or a service that failed afterwards, does not know.
fn unanswered(status: u16) -> Result<Reply, Error> {
    match status {
        500.. => Err(Error::SessionLost {
            text: format!("it answered with HTTP status {status}"),
        }),
        _ => Ok(Reply::Refused(status)),
    }
}

fn failed(error: TransportError) -> Error {
    let text = error.text;
    match error.fault {
        TransportFault::NotSent => Error::Unreachable { text },
        TransportFault::Unanswered => Error::SessionLost { text },
        TransportFault::Untrusted => Error::UntrustedHost { text },
    }
}

fn refused(status: u16) -> Error {
    // Whoever is between can say that too: it is no word of the service on the account.
    let text = match status {
        401 | 403 => format!(
            "it answered, with HTTP status {status}, that it does not know this device, or no longer has the account"
        ),
        status => format!("it answered with HTTP status {status}"),
    };
    Error::Unreachable { text }
}
