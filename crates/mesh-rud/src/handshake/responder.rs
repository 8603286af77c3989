// SPDX-License-Identifier: MIT
//! The responder: packets in, packets out.
//!
//! Spec: mesh-rud, "Initial Contact"; mesh-rud, "Data Packets".
//! Here: Hello to Challenge, Complete and Data to the response of the dispatched request.
//! Not here: sockets and status codes (`mesh-service`); who may do what (the dispatched function).

use std::fmt;
use std::sync::Arc;

use mesh_crypto::{Environment, KeyAlgorithm, SecretBytes};

use crate::connection::{Data, DataPacket};
use crate::credential::{Credential, Verifier, x448_key};
use crate::error::{Error, Result};
use crate::handshake::challenge::ChallengeBook;
use crate::handshake::{Challenge, Hello, Inner, Mezzanine, Outer, PROTOCOL, check_size};
use crate::key_schedule::{IvSequence, TrafficKeys};
use crate::order::Arrival;
use crate::packet::{
    Extension, INITIAL_PREFIX, INITIATOR_COMPLETE, INITIATOR_HELLO, Reader, STREAM_ID, tag,
};
use crate::stream::{Established, ResponderLimits, SessionTable, StreamId};

/// What became of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// Not accepted. The error is for the log; the sender is told nothing but that.
    Refused(Error),
    /// The packet to send back.
    Reply(Vec<u8>),
    /// The stream is not known here, or not any more: the initiator should begin anew. Over HTTP, status 410.
    SessionUnknown,
}

/// The function that carries out a request: authenticated peer and payload in, payload of the response out.
pub type Dispatch<'a, P> = dyn FnMut(&P, &[u8]) -> Vec<u8> + 'a;

/// A packet that was taken in.
#[derive(Debug)]
#[must_use]
pub enum Received<P> {
    /// It begins a session, or asks how to, which takes agreements of keys: [`Responder::handle`] does that.
    Contact,
    /// It was refused, or belongs to no session that is known.
    Ended(Outcome),
    /// A request within a session.
    Request(Request<P>),
}

/// A request within a session: authentic, accepted once, not answered yet.
pub struct Request<P> {
    established: Arc<Established<P>>,
    number: u64,
    opened: SecretBytes,
    /// Where in `opened` the payload begins.
    begin: usize,
}

impl<P> Request<P> {
    /// Who asks.
    #[must_use]
    pub fn peer(&self) -> &P {
        &self.established.peer
    }

    /// The payload.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        let opened = self.opened.expose_secret();
        opened.get(self.begin..).unwrap_or_default()
    }

    /// The packet that carries the payload of the response.
    pub fn answer(&self, payload: &[u8]) -> Outcome {
        let packet = DataPacket::encode(
            self.established.id,
            &self.established.keys.responder_to_initiator,
            &self.established.replies.at(self.number),
            &[],
            payload,
        );
        packet.map_or_else(Outcome::Refused, Outcome::Reply)
    }
}

/// Number and length; nothing of the payload.
impl<P> fmt::Debug for Request<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("stream", &self.established.id)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// The host's end of all connections. Locks inside are held for look-ups only, never while a request is dispatched.
pub struct Responder<V: Verifier> {
    credential: Box<dyn Credential + Send + Sync>,
    host_key_id: String,
    verifier: V,
    challenges: ChallengeBook,
    sessions: SessionTable<V::Peer>,
}

impl<V: Verifier> Responder<V> {
    /// A responder that presents the credential and judges initiators by the verifier.
    ///
    /// # Errors
    /// [`Error::KeyUnacceptable`] when the credential is not of an X448 key; [`Error::LimitExceeded`] when its
    /// extensions do not fit.
    pub fn new(
        credential: Box<dyn Credential + Send + Sync>,
        verifier: V,
        limits: ResponderLimits,
        env: &dyn Environment,
    ) -> Result<Self> {
        if credential.authentication_key().algorithm() != KeyAlgorithm::X448 {
            return Err(Error::KeyUnacceptable);
        }
        // Two more are added: ephemeral key and challenge.
        let mut presented = credential.extensions();
        presented.extend([
            Extension::new(tag::X448, []),
            Extension::new(tag::CHALLENGE, []),
        ]);
        Extension::check(&presented)?;
        Ok(Self {
            host_key_id: credential.authentication_key().udf().to_string(),
            credential,
            verifier,
            challenges: ChallengeBook::new(limits.used_challenges, env),
            sessions: SessionTable::new(limits),
        })
    }

    /// Handles one packet. `dispatch` is called at most once, with the authenticated peer and the payload of the
    /// request, and returns the payload of the response.
    pub fn handle(
        &self,
        packet: &[u8],
        env: &dyn Environment,
        dispatch: &mut Dispatch<'_, V::Peer>,
    ) -> Outcome {
        match self.reply(packet, env, dispatch) {
            Ok(Some(reply)) => Outcome::Reply(reply),
            Ok(None) | Err(Error::SessionExpired) => Outcome::SessionUnknown,
            Err(error) => Outcome::Refused(error),
        }
    }

    /// Takes in one packet as far as that takes no agreement of keys: the first half of [`handle`](Self::handle) for packets within sessions.
    pub fn receive(&self, packet: &[u8], env: &dyn Environment) -> Received<V::Peer> {
        let stream = check_size(packet).and_then(|()| Reader::new(packet).array());
        match stream.map(StreamId::new) {
            Ok(None) => Received::Contact,
            Ok(Some(stream)) => match self.request(stream, packet, env) {
                Ok(Some(request)) => Received::Request(request),
                Ok(None) | Err(Error::SessionExpired) => Received::Ended(Outcome::SessionUnknown),
                Err(error) => Received::Ended(Outcome::Refused(error)),
            },
            Err(error) => Received::Ended(Outcome::Refused(error)),
        }
    }

    /// Does what time demands: a new ephemeral key every hour, the end of idle sessions. Each packet does the former
    /// too, so a busy responder is safe without; call it every minute or so to keep an idle one small.
    pub fn tick(&self, env: &dyn Environment) {
        self.sessions.expire(env.now().unix());
        self.challenges.tick(env);
    }

    /// Ends the sessions of the peers for which `end` is true, such as those of a device that has been removed, and
    /// counts them.
    pub fn end_sessions(&self, end: impl FnMut(&V::Peer) -> bool) -> usize {
        self.sessions.end(end)
    }

    /// Number of sessions.
    #[must_use]
    pub fn session_count(&self) -> usize {
        self.sessions.len()
    }

    fn reply(
        &self,
        packet: &[u8],
        env: &dyn Environment,
        dispatch: &mut Dispatch<'_, V::Peer>,
    ) -> Result<Option<Vec<u8>>> {
        check_size(packet)?;
        let mut reader = Reader::new(packet);
        if let Some(stream) = StreamId::new(reader.array()?) {
            let Some(request) = self.request(stream, packet, env)? else {
                return Ok(None);
            };
            let payload = dispatch(request.peer(), request.payload());
            return match request.answer(&payload) {
                Outcome::Reply(packet) => Ok(Some(packet)),
                Outcome::Refused(error) => Err(error),
                Outcome::SessionUnknown => Ok(None),
            };
        }
        let offset = reader.offset();
        if reader.array()? != [0; INITIAL_PREFIX - STREAM_ID] {
            return Err(Error::Malformed {
                offset,
                expected: "zero octets",
            });
        }
        let offset = reader.offset();
        match reader.octet()? {
            INITIATOR_HELLO => self.hello(reader, env).map(Some),
            INITIATOR_COMPLETE => self.complete(reader, env, dispatch).map(Some),
            _ => Err(Error::Malformed {
                offset,
                expected: "a message code",
            }),
        }
    }

    /// Answers a Hello. Nothing is kept.
    fn hello(&self, reader: Reader<'_>, env: &dyn Environment) -> Result<Vec<u8>> {
        let hello = Hello::decode(reader)?;
        let (challenge, ephemeral) = self.challenges.issue(hello.source, env);
        let mut extensions = vec![Extension::new(tag::X448, ephemeral.public().octets())];
        extensions.extend(self.credential.extensions());
        extensions.push(Extension::new(tag::CHALLENGE, challenge));
        Ok(Challenge::encode(hello.source, &extensions))
    }

    /// Answers a Complete: what costs nothing is checked first, what has an effect happens last.
    fn complete(
        &self,
        reader: Reader<'_>,
        env: &dyn Environment,
        dispatch: &mut Dispatch<'_, V::Peer>,
    ) -> Result<Vec<u8>> {
        let outer = Outer::decode(reader)?;
        if outer.host_key_id != self.host_key_id {
            return Err(Error::HostKeyUnknown);
        }
        let challenge = Extension::require(&outer.extensions, tag::CHALLENGE)?;
        let presented = self.challenges.present(challenge, env)?;

        let agreed_client = self.credential.agree(&x448_key(outer.ephemeral)?)?;
        let client = TrafficKeys::derive(&[agreed_client.expose_secret()])?;
        let opened = outer.open(&client.initiator_to_responder)?;
        let mezzanine = Mezzanine::decode(opened.expose_secret())?;

        let (client_key, peer) = self.verifier.verify(&mezzanine.credentials)?;
        if client_key.algorithm() != KeyAlgorithm::X448 {
            return Err(Error::KeyUnacceptable);
        }
        if client_key.udf().to_string() != mezzanine.client_key_id {
            return Err(Error::KeyMismatch);
        }
        let agreed_mutual = presented
            .ephemeral()
            .agree(&client_key)
            .map_err(|_| Error::KeyUnacceptable)?;
        let mutual =
            TrafficKeys::derive(&[agreed_client.expose_secret(), agreed_mutual.expose_secret()])?;
        let plaintext = mezzanine.open(&mutual.initiator_to_responder)?;
        let inner = Inner::decode(plaintext.expose_secret())?;
        if Extension::require(&inner.extensions, tag::STREAM_CLIENT)? != PROTOCOL {
            return Err(Error::StreamUnsupported);
        }
        let counted = Extension::find(&inner.extensions, tag::COUNTER)?.is_some();
        let arrival = Arrival::begin(counted, &mezzanine.iv)?;
        self.challenges.redeem(&presented, inner.source)?;

        let mut prefix = [0; 4];
        env.random(&mut prefix);
        let established = Arc::new(Established {
            id: self.sessions.fresh_id(env)?,
            keys: mutual,
            peer,
            replies: IvSequence::new(prefix),
        });
        let payload = dispatch(&established.peer, inner.payload);
        let mut extensions = vec![Extension::new(tag::STREAM_ID, established.id.octets())];
        if counted {
            extensions.push(Extension::new(tag::COUNTER, []));
        }
        let reply = DataPacket::encode(
            established.id,
            &established.keys.responder_to_initiator,
            &established.replies.at(0),
            &extensions,
            &payload,
        )?;
        self.sessions
            .insert(established, arrival, env.now().unix())?;
        Ok(reply)
    }

    /// Takes in a Data packet; `None` when there is no such stream.
    fn request(
        &self,
        stream: StreamId,
        packet: &[u8],
        env: &dyn Environment,
    ) -> Result<Option<Request<V::Peer>>> {
        let now = env.now().unix();
        let Some(established) = self.sessions.find(stream, now) else {
            return Ok(None);
        };
        let received = DataPacket::decode(packet)?;
        let opened = received.open(&established.keys.initiator_to_responder)?;
        let data = Data::decode(opened.expose_secret())?;
        // Deviation: D-17. The reference opens a further stream, which inherits the credential of the first and gains
        // nothing. A fresh connection presents another credential.
        if data.extensions.iter().any(Extension::opens_stream) {
            return Err(Error::StreamUnsupported);
        }
        // Nothing follows it.
        let begin = opened.expose_secret().len() - data.payload.len();
        let number = self.sessions.accept(&established, &received.iv, now)?;
        Ok(Some(Request {
            established,
            number,
            opened,
            begin,
        }))
    }
}

/// The host's key identifier and the number of sessions.
impl<V: Verifier> fmt::Debug for Responder<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Responder")
            .field("host_key_id", &self.host_key_id)
            .field("sessions", &self.sessions.len())
            .finish_non_exhaustive()
    }
}
