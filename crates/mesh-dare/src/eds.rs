// SPDX-License-Identifier: MIT
//! Encrypted data sequences: small values in a header under the exchange of the envelope.
//!
//! Spec: mesh-dare, "Encrypted Data Sequence".
//! Here: writing and opening one; they carry hidden headers and annotations.
//! Not here: which header fields hold them (`envelope`).
//!
//! Two binary values in JSON-B: a prefix of the salt, which is the number of the sequence in its header, and the ciphertext. The keys follow
//! from the salt of the header with that prefix. Deviation: D-32. Under AES-256-GCM the tag stands behind the ciphertext.

use mesh_crypto::SecretBytes;
use mesh_jsonbcd::{Format, Reader, Writer, to_json};

use crate::error::Error;
use crate::exchange::{Cipher, Exchange};
use crate::generated::{ContentMeta, DareHeader};

/// Octets of a tag.
const TAG: usize = 16;
/// What the tag of a sequence covers beside it: it is no body.
const BINDING: &[u8] = b"EDS";

/// Writes the sequences of one header, and numbers them.
pub(crate) struct EdsWriter<'a> {
    exchange: Option<&'a Exchange>,
    salt: &'a [u8],
    cipher: Cipher,
    next: u64,
}

impl<'a> EdsWriter<'a> {
    /// For a header with this salt, under an exchange; without one the values are in clear.
    pub(crate) fn new(exchange: Option<&'a Exchange>, salt: &'a [u8], cipher: Cipher) -> Self {
        Self {
            exchange,
            salt,
            cipher,
            next: 0,
        }
    }

    /// A header of metadata to hide.
    pub(crate) fn cloak(&mut self, hidden: &ContentMeta) -> Result<Vec<u8>, Error> {
        let hidden = DareHeader {
            content_meta_data: Some(to_json(hidden)),
            ..DareHeader::default()
        };
        self.write(&to_json(&hidden))
    }

    /// The next sequence.
    pub(crate) fn write(&mut self, content: &[u8]) -> Result<Vec<u8>, Error> {
        let prefix = minimal(self.next);
        self.next = self.next.saturating_add(1);
        let body = match self.exchange {
            None => content.to_vec(),
            Some(exchange) => {
                let salt = [prefix.as_slice(), self.salt].concat();
                let cipher = whole(self.cipher);
                let (mut body, tag) = exchange.encrypt(cipher, &salt, BINDING, content)?;
                body.extend(tag.unwrap_or_default());
                body
            }
        };
        let mut writer = Writer::new(Format::JsonB);
        writer.binary(&prefix);
        writer.binary(&body);
        Ok(writer.finish())
    }
}

/// The content of a sequence that stands in `header`.
pub(crate) fn open(
    exchange: Option<&Exchange>,
    header: &DareHeader,
    eds: &[u8],
) -> Result<SecretBytes, Error> {
    let mut reader = Reader::new(eds);
    let prefix = reader.binary()?;
    let mut body = reader.binary()?;
    reader.finish()?;
    let Some(exchange) = exchange else {
        return Ok(SecretBytes::new(body));
    };
    let salt = header.salt.as_deref();
    let salt = [
        prefix.as_slice(),
        salt.ok_or(Error::Header { field: "Salt" })?,
    ]
    .concat();
    let cipher = whole(Cipher::of(header)?);
    let tag = match cipher {
        Cipher::Aes256Cbc => None,
        _ => Some(body.split_off(body.len().checked_sub(TAG).ok_or(Error::Altered)?)),
    };
    exchange.decrypt(cipher, &salt, BINDING, &body, tag.as_deref())
}

/// The cipher of values that are never in segments.
fn whole(cipher: Cipher) -> Cipher {
    match cipher {
        Cipher::Aes256GcmStream => Cipher::Aes256Gcm,
        other => other,
    }
}

/// A number in as few octets as it takes, but at least one.
fn minimal(number: u64) -> Vec<u8> {
    let octets = number.to_be_bytes();
    let from = octets.iter().position(|&octet| octet != 0).unwrap_or(7);
    octets.get(from..).unwrap_or_default().to_vec()
}
