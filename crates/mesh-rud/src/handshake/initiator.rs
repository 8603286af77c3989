// SPDX-License-Identifier: MIT
//! The initiator's side of the handshake: one type for each datagram that is awaited.
//!
//! Spec: mesh-rud, "Initial Contact".
//! Here: Hello, the reaction to the Challenge, Complete with the first request, the first response.
//! Not here: later requests (`connection`); trust in the host (`Verifier`, by the caller).

use std::fmt;

use mesh_crypto::{Environment, KeyAlgorithm, PrivateKey, PublicKey};

use crate::connection::{Data, DataPacket, Session};
use crate::credential::{Credential, Verifier, x448_key};
use crate::error::{Error, Result};
use crate::handshake::{
    Challenge, Hello, InnerFields, MezzanineFields, OuterFields, PROTOCOL, encode_complete,
};
use crate::key_schedule::{IvSequence, TrafficKeys};
use crate::order::Arrival;
use crate::packet::{Extension, STREAM_ID, tag};
use crate::stream::StreamId;

/// A Hello has been made; a Challenge is awaited.
///
/// The Hello carries an ephemeral key, a random source identifier and the protocol's name. Credential, account and
/// request travel encrypted, in the Complete.
// Deviation: D-14. The reference's Hello carries credential, claim and request in the clear. Its server reads past them.
#[derive(Debug)]
pub struct InitiatorHello {
    source: StreamId,
}

impl InitiatorHello {
    /// A new contact, and the packet to send.
    pub fn new(env: &dyn Environment) -> (Self, Vec<u8>) {
        let source = StreamId::generate(env);
        // No responder uses this key: the Complete brings its own. The message has a place for it.
        let ephemeral = PrivateKey::generate(KeyAlgorithm::X448, env);
        let extensions = [
            Extension::new(tag::X448, ephemeral.public().octets()),
            Extension::new(tag::STREAM_ID, source.octets()),
            Extension::new(tag::STREAM_CLIENT, PROTOCOL),
        ];
        (Self { source }, Hello::encode(&extensions, source))
    }

    /// Reads the Challenge and has the verifier judge the host's credential.
    ///
    /// The Challenge is not authenticated by itself. Whoever altered its credential needs a key that the verifier
    /// accepts; whoever altered the rest gets a Complete that the host cannot open.
    ///
    /// # Errors
    /// What is wrong with the packet, [`Error::WrongSource`], [`Error::KeyUnacceptable`], or the verifier's refusal.
    pub fn handle_challenge<V: Verifier>(
        self,
        packet: &[u8],
        verifier: &V,
    ) -> Result<(InitiatorReady, V::Peer)> {
        let Challenge { extensions } = Challenge::decode(packet, self.source)?;
        let challenge = Extension::require(&extensions, tag::CHALLENGE)?.to_vec();
        let host_ephemeral = x448_key(Extension::require(&extensions, tag::X448)?)?;
        let (host_key, host) = verifier.verify(&extensions)?;
        if host_key.algorithm() != KeyAlgorithm::X448 {
            return Err(Error::KeyUnacceptable);
        }
        Ok((
            InitiatorReady {
                source: self.source,
                challenge,
                host_ephemeral,
                host_key,
            },
            host,
        ))
    }
}

/// The host is known; the first request may be made.
pub struct InitiatorReady {
    source: StreamId,
    challenge: Vec<u8>,
    host_ephemeral: PublicKey,
    host_key: PublicKey,
}

impl InitiatorReady {
    /// Authenticates with the credential and makes the packet of the first request, of up to nearly
    /// [`MAX_PACKET`](crate::packet::MAX_PACKET) octets.
    ///
    /// # Errors
    /// [`Error::KeyUnacceptable`] when a key of the host is of low order, [`Error::PayloadTooLarge`],
    /// [`Error::LimitExceeded`] when the credential is too large.
    pub fn complete(
        self,
        credential: &dyn Credential,
        payload: &[u8],
        env: &dyn Environment,
    ) -> Result<(InitiatorComplete, Vec<u8>)> {
        let ephemeral = PrivateKey::generate(KeyAlgorithm::X448, env);
        let mut outer_iv = [0; 12];
        env.random(&mut outer_iv);
        let mut prefix = [0; 4];
        env.random(&mut prefix);
        let requests = IvSequence::new(prefix);

        let credentials = credential.extensions();
        Extension::check(&credentials)?;
        let agreed_client = ephemeral
            .agree(&self.host_key)
            .map_err(|_| Error::KeyUnacceptable)?;
        let agreed_mutual = credential.agree(&self.host_ephemeral)?;
        let client = TrafficKeys::derive(&[agreed_client.expose_secret()])?;
        let mutual =
            TrafficKeys::derive(&[agreed_client.expose_secret(), agreed_mutual.expose_secret()])?;

        let packet = encode_complete(
            &OuterFields {
                host_key_id: &self.host_key.udf().to_string(),
                ephemeral: ephemeral.public().octets(),
                extensions: &[Extension::new(tag::CHALLENGE, self.challenge)],
            },
            (&client.initiator_to_responder, &outer_iv),
            &MezzanineFields {
                client_key_id: &credential.authentication_key().udf().to_string(),
                credentials: &credentials,
            },
            // Packet number zero of this direction, so no vector can occur twice under the mutual key.
            (&mutual.initiator_to_responder, &requests.at(0)),
            &InnerFields {
                // Deviation: D-17. The reference repeats its credential here; responders use that of the mezzanine.
                extensions: &[
                    Extension::new(tag::STREAM_ID, self.source.octets()),
                    Extension::new(tag::STREAM_CLIENT, PROTOCOL),
                    Extension::new(tag::COUNTER, []),
                ],
                source: self.source,
                payload,
            },
        )?;
        Ok((InitiatorComplete { mutual, requests }, packet))
    }
}

/// No key; the identifier of the contact.
impl fmt::Debug for InitiatorReady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InitiatorReady")
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

/// A Complete has been made; the first Data packet is awaited.
pub struct InitiatorComplete {
    mutual: TrafficKeys,
    requests: IvSequence,
}

impl InitiatorComplete {
    /// The session, and the payload that answers the first request. That it opens at all proves the host's identity.
    ///
    /// # Errors
    /// [`Error::NotAuthentic`], [`Error::Replayed`], or what is wrong with the octets.
    pub fn handle_response(self, packet: &[u8]) -> Result<(Session, Vec<u8>)> {
        let received = DataPacket::decode(packet)?;
        let opened = received.open(&self.mutual.responder_to_initiator)?;
        let data = Data::decode(opened.expose_secret())?;
        let stream =
            <[u8; STREAM_ID]>::try_from(Extension::require(&data.extensions, tag::STREAM_ID)?)
                .ok()
                .and_then(StreamId::new)
                .ok_or(Error::Malformed {
                    offset: 0,
                    expected: "a stream identifier",
                })?;
        let counted = Extension::find(&data.extensions, tag::COUNTER)?.is_some();
        if counted && received.stream != *stream.octets() {
            return Err(Error::Replayed);
        }
        let arrival = Arrival::begin(counted, &received.iv)?;
        Ok((
            Session::new(stream, self.mutual, self.requests, arrival),
            data.payload.to_vec(),
        ))
    }
}

/// No key.
impl fmt::Debug for InitiatorComplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InitiatorComplete").finish_non_exhaustive()
    }
}
