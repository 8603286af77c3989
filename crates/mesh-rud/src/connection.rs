// SPDX-License-Identifier: MIT
//! Data packets, and the initiator's side of an established connection.
//!
//! Spec: mesh-rud, "Data Packets".
//! Here: layout of a Data packet, a session's requests and responses.
//! Not here: how the session came to be (`handshake`); the responder's table of sessions (`stream`).

use std::fmt;

use mesh_crypto::SecretBytes;
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::handshake::check_size;
use crate::key_schedule::{IV, Iv, IvSequence, TAG, TrafficKey, TrafficKeys};
use crate::order::Arrival;
use crate::packet::{Extension, MAX_PACKET, Reader, STREAM_ID, Writer};
use crate::stream::StreamId;

/// A Data packet as received, nothing of it authenticated yet. The stream identifier never is: a wrong one leads to
/// a wrong key.
pub(crate) struct DataPacket<'a> {
    pub(crate) stream: [u8; STREAM_ID],
    pub(crate) iv: Iv,
    sealed: &'a [u8],
}

impl<'a> DataPacket<'a> {
    pub(crate) fn decode(packet: &'a [u8]) -> Result<Self> {
        check_size(packet)?;
        let mut reader = Reader::new(packet);
        Ok(Self {
            stream: reader.array()?,
            iv: reader.array()?,
            sealed: reader.rest(),
        })
    }

    pub(crate) fn open(&self, key: &TrafficKey) -> Result<SecretBytes> {
        key.open(&self.iv, &[], self.sealed)
    }

    /// Writes a Data packet.
    ///
    /// # Errors
    /// [`Error::PayloadTooLarge`].
    pub(crate) fn encode(
        stream: StreamId,
        key: &TrafficKey,
        iv: &Iv,
        extensions: &[Extension],
        payload: &[u8],
    ) -> Result<Vec<u8>> {
        // Everything in one place, which is encrypted where it stands: answers are megabytes at times.
        let mut packet = Writer::with_capacity(STREAM_ID + IV + payload.len() + TAG + 256);
        packet
            .raw(stream.octets())
            .raw(iv)
            .extensions(extensions)
            .binary(payload);
        if packet.as_slice().len() + TAG > MAX_PACKET {
            return Err(Error::PayloadTooLarge { limit: MAX_PACKET });
        }
        let mut packet = Zeroizing::new(packet.into_packet());
        let plaintext = packet.get_mut(STREAM_ID + IV..).unwrap_or_default();
        let tag = key.seal_in_place(iv, &[], plaintext)?;
        packet.extend_from_slice(&tag);
        Ok(std::mem::take(&mut *packet))
    }
}

/// The plaintext of a Data packet.
pub(crate) struct Data<'a> {
    pub(crate) extensions: Vec<Extension>,
    pub(crate) payload: &'a [u8],
}

impl<'a> Data<'a> {
    pub(crate) fn decode(octets: &'a [u8]) -> Result<Self> {
        let mut reader = Reader::new(octets);
        let extensions = reader.extensions()?;
        let payload = reader.binary(MAX_PACKET)?;
        reader.finish()?;
        Ok(Self {
            extensions,
            payload,
        })
    }
}

/// An established connection of an initiator: one request, then its response.
///
/// A response is accepted for the outstanding request and no other: from a responder that numbers its packets by the
/// number, from another one as long as it has not been seen before.
pub struct Session {
    stream: StreamId,
    keys: TrafficKeys,
    requests: IvSequence,
    /// Number of the latest request; the handshake was number zero.
    latest: u64,
    awaiting: bool,
    arrival: Arrival,
}

impl Session {
    /// The session after the response to InitiatorComplete.
    pub(crate) fn new(
        stream: StreamId,
        keys: TrafficKeys,
        requests: IvSequence,
        arrival: Arrival,
    ) -> Self {
        Self {
            stream,
            keys,
            requests,
            latest: 0,
            awaiting: false,
            arrival,
        }
    }

    /// Identifier that the responder has given the stream.
    #[must_use]
    pub fn stream(&self) -> StreamId {
        self.stream
    }

    /// Whether the responder numbers its packets, so that a response cannot be exchanged for another one.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        matches!(self.arrival, Arrival::Counted { .. })
    }

    /// The packet of the next request. An earlier request without a response is given up: its response will not be
    /// accepted from a responder that numbers its packets.
    ///
    /// # Errors
    /// [`Error::PayloadTooLarge`]; [`Error::SessionExpired`] when the session has no numbers left.
    pub fn request(&mut self, payload: &[u8]) -> Result<Vec<u8>> {
        let number = self.latest.checked_add(1).ok_or(Error::SessionExpired)?;
        let packet = DataPacket::encode(
            self.stream,
            &self.keys.initiator_to_responder,
            &self.requests.at(number),
            &[],
            payload,
        )?;
        self.latest = number;
        self.awaiting = true;
        Ok(packet)
    }

    /// The payload of the response to the outstanding request. After an error the request is still outstanding, so a
    /// packet that somebody slipped in does no harm.
    ///
    /// # Errors
    /// [`Error::NotAwaited`], [`Error::NotAuthentic`], [`Error::Replayed`], [`Error::SessionExpired`], or what is wrong
    /// with the octets.
    pub fn response(&mut self, packet: &[u8]) -> Result<Vec<u8>> {
        if !self.awaiting {
            return Err(Error::NotAwaited);
        }
        let received = DataPacket::decode(packet)?;
        let opened = received.open(&self.keys.responder_to_initiator)?;
        let data = Data::decode(opened.expose_secret())?;
        if data.extensions.iter().any(Extension::opens_stream) {
            return Err(Error::StreamUnsupported);
        }
        if self.is_counted() {
            let (_, number) = IvSequence::split(&received.iv);
            if number != self.latest || received.stream != *self.stream.octets() {
                return Err(Error::Replayed);
            }
        }
        self.arrival.accept(&received.iv)?;
        self.awaiting = false;
        Ok(data.payload.to_vec())
    }
}

/// Identifier and number of the stream; no key.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("stream", &self.stream)
            .field("latest", &self.latest)
            .finish_non_exhaustive()
    }
}
