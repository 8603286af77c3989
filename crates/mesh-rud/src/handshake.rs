// SPDX-License-Identifier: MIT
//! The handshake: Hello, Challenge, Complete, and the first Data packet as its answer.
//!
//! Spec: mesh-rud, "Initial Contact"; mesh-rud, "Packet Formats".
//! Here: the layout of the three messages, written and read by the two state machines below.
//! Not here: the state machines (`initiator`, `responder`); later Data packets (`connection`).

pub(crate) mod challenge;
pub(crate) mod initiator;
pub(crate) mod responder;
#[cfg(test)]
mod tests;

use mesh_crypto::SecretBytes;

use crate::credential::X448_KEY;
use crate::error::{Error, Result};
use crate::key_schedule::{IV, Iv, TAG, TrafficKey};
use crate::packet::{
    Extension, INITIAL_PREFIX, INITIATOR_COMPLETE, INITIATOR_HELLO, MAX_KEY_ID, MAX_PACKET,
    MIN_COMPLETE, RESPONDER_CHALLENGE, Reader, STREAM_ID, Writer,
};
use crate::stream::StreamId;

/// The protocol to which every stream of the Mesh is bound.
pub(crate) const PROTOCOL: &[u8] = b"mmm";

/// Room for everything of a message but its payload and its extensions.
const OVERHEAD: usize = 1024;

/// InitiatorHello: all of it in the clear, so nothing of it may matter.
pub(crate) struct Hello {
    pub(crate) source: StreamId,
}

impl Hello {
    /// The message, with an empty payload.
    pub(crate) fn encode(extensions: &[Extension], source: StreamId) -> Vec<u8> {
        let mut writer = Writer::with_capacity(OVERHEAD);
        writer
            .raw(&[0; INITIAL_PREFIX])
            .raw(&[INITIATOR_HELLO])
            .extensions(extensions)
            .binary(source.octets())
            .binary(&[]);
        writer.into_packet()
    }

    /// Reads what follows the message code. Extensions and payload are read past: the reference puts its credential
    /// and its request there, unprotected.
    pub(crate) fn decode(mut reader: Reader<'_>) -> Result<Self> {
        reader.extensions()?;
        let source = source_id(&mut reader)?;
        reader.binary(MAX_PACKET)?;
        reader.finish()?;
        Ok(Self { source })
    }
}

/// ResponderChallenge, also in the clear.
pub(crate) struct Challenge {
    pub(crate) extensions: Vec<Extension>,
}

impl Challenge {
    pub(crate) fn encode(source: StreamId, extensions: &[Extension]) -> Vec<u8> {
        let mut writer = Writer::with_capacity(OVERHEAD + weight(extensions));
        writer
            .raw(source.octets())
            .raw(&[RESPONDER_CHALLENGE])
            .extensions(extensions)
            .binary(&[]);
        writer.into_packet()
    }

    /// Reads a packet that should answer the Hello of `source`.
    pub(crate) fn decode(packet: &[u8], source: StreamId) -> Result<Self> {
        check_size(packet)?;
        let mut reader = Reader::new(packet);
        if reader.array::<STREAM_ID>()? != *source.octets() {
            return Err(Error::WrongSource);
        }
        let offset = reader.offset();
        if reader.octet()? != RESPONDER_CHALLENGE {
            return Err(Error::Malformed {
                offset,
                expected: "a challenge",
            });
        }
        let extensions = reader.extensions()?;
        reader.binary(MAX_PACKET)?;
        reader.finish()?;
        Ok(Self { extensions })
    }
}

/// The outer part of InitiatorComplete as written: in the clear, authenticated by the client key.
pub(crate) struct OuterFields<'a> {
    pub(crate) host_key_id: &'a str,
    pub(crate) ephemeral: &'a [u8],
    pub(crate) extensions: &'a [Extension],
}

/// The mezzanine as written: encrypted to the host, authenticated by the mutual key.
pub(crate) struct MezzanineFields<'a> {
    pub(crate) client_key_id: &'a str,
    pub(crate) credentials: &'a [Extension],
}

/// The inner part as written: encrypted between the two parties.
pub(crate) struct InnerFields<'a> {
    pub(crate) extensions: &'a [Extension],
    pub(crate) source: StreamId,
    pub(crate) payload: &'a [u8],
}

/// Writes InitiatorComplete.
///
/// # Errors
/// [`Error::PayloadTooLarge`] when it would be larger than any receiver accepts.
pub(crate) fn encode_complete(
    outer: &OuterFields<'_>,
    client: (&TrafficKey, &Iv),
    mezzanine: &MezzanineFields<'_>,
    mutual: (&TrafficKey, &Iv),
    inner: &InnerFields<'_>,
) -> Result<Vec<u8>> {
    let mut writer =
        Writer::with_capacity(OVERHEAD + weight(inner.extensions) + inner.payload.len());
    writer
        .extensions(inner.extensions)
        .binary(inner.source.octets())
        .binary(inner.payload);
    let inner_length = u64::try_from(writer.as_slice().len())
        .map_err(|_| Error::PayloadTooLarge { limit: MAX_PACKET })?;

    let mut middle = Writer::with_capacity(
        OVERHEAD + MIN_COMPLETE + weight(mezzanine.credentials) + writer.as_slice().len(),
    );
    middle
        .string(mezzanine.client_key_id)
        .extensions(mezzanine.credentials);
    let sealed = mutual
        .0
        .seal(mutual.1, middle.as_slice(), writer.as_slice())?;
    drop(writer);
    middle.raw(mutual.1).integer(inner_length).raw(&sealed);

    let mut packet = Writer::with_capacity(
        OVERHEAD + MIN_COMPLETE + weight(outer.extensions) + middle.as_slice().len(),
    );
    packet
        .raw(&[0; INITIAL_PREFIX])
        .raw(&[INITIATOR_COMPLETE])
        .string(outer.host_key_id)
        .binary(outer.ephemeral)
        .extensions(outer.extensions);
    // Padded inside the encryption: neither the size nor the place of the padding shows.
    middle.pad_to(MIN_COMPLETE.saturating_sub(packet.as_slice().len() + IV + TAG));
    let sealed = client
        .0
        .seal(client.1, packet.as_slice(), middle.as_slice())?;
    packet.raw(client.1).raw(&sealed);
    let packet = packet.into_packet();
    if packet.len() > MAX_PACKET {
        return Err(Error::PayloadTooLarge { limit: MAX_PACKET });
    }
    Ok(packet)
}

/// The outer part of InitiatorComplete as received, nothing of it authenticated yet.
pub(crate) struct Outer<'a> {
    pub(crate) host_key_id: &'a str,
    pub(crate) ephemeral: &'a [u8],
    pub(crate) extensions: Vec<Extension>,
    associated: &'a [u8],
    iv: Iv,
    sealed: &'a [u8],
}

impl<'a> Outer<'a> {
    /// Reads what follows the message code; the reader stands behind it, at the start of the packet.
    pub(crate) fn decode(mut reader: Reader<'a>) -> Result<Self> {
        let host_key_id = reader.string(MAX_KEY_ID)?;
        let ephemeral = reader.binary(X448_KEY)?;
        let extensions = reader.extensions()?;
        let associated = reader.consumed();
        let iv = reader.array()?;
        Ok(Self {
            host_key_id,
            ephemeral,
            extensions,
            associated,
            iv,
            sealed: reader.rest(),
        })
    }

    /// Decrypts the mezzanine.
    pub(crate) fn open(&self, key: &TrafficKey) -> Result<SecretBytes> {
        key.open(&self.iv, self.associated, self.sealed)
    }
}

/// The mezzanine as received: authenticated as coming from the holder of the ephemeral key, whoever that is.
pub(crate) struct Mezzanine<'a> {
    pub(crate) client_key_id: &'a str,
    pub(crate) credentials: Vec<Extension>,
    pub(crate) iv: Iv,
    associated: &'a [u8],
    sealed: &'a [u8],
}

impl<'a> Mezzanine<'a> {
    pub(crate) fn decode(octets: &'a [u8]) -> Result<Self> {
        let mut reader = Reader::new(octets);
        let client_key_id = reader.string(MAX_KEY_ID)?;
        let credentials = reader.extensions()?;
        let associated = reader.consumed();
        let iv = reader.array()?;
        let offset = reader.offset();
        let malformed = Error::Malformed {
            offset,
            expected: "a length within the packet",
        };
        // The rest is padding, which is as authentic as the length that delimits it.
        let length = usize::try_from(reader.integer()?).map_err(|_| malformed.clone())?;
        let sealed = reader.take(length.checked_add(TAG).ok_or(malformed)?)?;
        Ok(Self {
            client_key_id,
            credentials,
            iv,
            associated,
            sealed,
        })
    }

    /// Decrypts the inner part, which proves that the sender holds the key of its credential.
    pub(crate) fn open(&self, key: &TrafficKey) -> Result<SecretBytes> {
        key.open(&self.iv, self.associated, self.sealed)
    }
}

/// The inner part as received.
pub(crate) struct Inner<'a> {
    pub(crate) extensions: Vec<Extension>,
    pub(crate) source: StreamId,
    pub(crate) payload: &'a [u8],
}

impl<'a> Inner<'a> {
    pub(crate) fn decode(octets: &'a [u8]) -> Result<Self> {
        let mut reader = Reader::new(octets);
        let extensions = reader.extensions()?;
        let source = source_id(&mut reader)?;
        let payload = reader.binary(MAX_PACKET)?;
        reader.finish()?;
        Ok(Self {
            extensions,
            source,
            payload,
        })
    }
}

/// Refuses what is larger than a packet, before anything else is looked at.
pub(crate) fn check_size(packet: &[u8]) -> Result<()> {
    if packet.len() > MAX_PACKET {
        return Err(Error::LimitExceeded {
            what: "packet",
            limit: MAX_PACKET,
        });
    }
    Ok(())
}

fn source_id(reader: &mut Reader<'_>) -> Result<StreamId> {
    let offset = reader.offset();
    <[u8; STREAM_ID]>::try_from(reader.binary(STREAM_ID)?)
        .ok()
        .and_then(StreamId::new)
        .ok_or(Error::Malformed {
            offset,
            expected: "a source identifier",
        })
}

fn weight(extensions: &[Extension]) -> usize {
    extensions
        .iter()
        .map(|extension| extension.tag().len() + extension.value().len() + 18)
        .sum()
}
