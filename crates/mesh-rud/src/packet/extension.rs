// SPDX-License-Identifier: MIT
//! Extensions: a tag and an octet string, in the clear or inside an encrypted segment.
//!
//! Spec: mesh-rud, "Packet Extensions".
//! Here: the record, the tags as they are on the wire, look-up that refuses doubles.
//! Not here: the meaning of credential extensions (`credential`).

use std::fmt;

use crate::error::{Error, Result};
use crate::packet::{MAX_EXTENSION_VALUE, MAX_EXTENSIONS, MAX_TAG};

/// The extension tags as they are on the wire.
///
/// These are the identifiers of the reference's constants, which is what its compiled code sends, and not the short
/// codes of the document's tables (`Claim`, `SID`, `MMMP`, …).
pub mod tag {
    /// Ephemeral X448 public key.
    pub const X448: &str = "X448";
    /// Ephemeral X25519 public key; known, never used.
    pub const X25519: &str = "X25519";
    /// Static X448 authentication key: the key credential.
    pub const DIRECT_X448: &str = "DirectX448";
    /// Static X25519 authentication key; known, never used.
    pub const DIRECT_X25519: &str = "DirectX25519";
    /// The account that is claimed, UTF-8.
    pub const CLAIM_ID: &str = "ClaimId";
    /// Enveloped profile of the device or the host.
    pub const MESH_PROFILE_DEVICE: &str = "MeshProfileDevice";
    /// Enveloped connection of the device or the host.
    pub const MESH_CONNECTION_DEVICE: &str = "MeshConnectionDevice";
    /// Enveloped connection with the account address.
    pub const MESH_CONNECTION_ADDRESS: &str = "MeshConnectionAddress";
    /// Stream identifier, eight octets.
    pub const STREAM_ID: &str = "StreamId";
    /// The sender is the client of the named protocol.
    pub const STREAM_CLIENT: &str = "StreamClient";
    /// The sender is the receiver of the named protocol.
    pub const STREAM_RECEIVER: &str = "StreamReceiver";
    /// The sender is the service of the named protocol.
    pub const STREAM_SERVICE: &str = "StreamService";
    /// The sender is the sender of the named protocol.
    pub const STREAM_SENDER: &str = "StreamSender";
    /// Request for a further stream.
    pub const STREAM_NEW: &str = "StreamNew";
    /// Challenge of the responder and its echo by the initiator.
    pub const CHALLENGE: &str = "Challenge";
    /// The sender numbers its packets in their initialization vectors. Empty value; only inside encrypted segments.
    // Deviation: D-16. Not in the document and not in the reference, both of which ignore unknown tags.
    pub const COUNTER: &str = "Counter";
}

/// Tags that would open a stream or present a credential on a connection that already has one.
const OPENS_STREAM: &[&str] = &[
    tag::X448,
    tag::X25519,
    tag::DIRECT_X448,
    tag::DIRECT_X25519,
    tag::CLAIM_ID,
    tag::MESH_PROFILE_DEVICE,
    tag::MESH_CONNECTION_DEVICE,
    tag::MESH_CONNECTION_ADDRESS,
    tag::STREAM_ID,
    tag::STREAM_CLIENT,
    tag::STREAM_RECEIVER,
    tag::STREAM_SERVICE,
    tag::STREAM_SENDER,
    tag::STREAM_NEW,
    tag::CHALLENGE,
];

/// One extension of a packet.
#[derive(Clone, PartialEq, Eq)]
pub struct Extension {
    tag: String,
    value: Vec<u8>,
}

impl Extension {
    /// An extension of the given tag and value.
    pub fn new(tag: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        Self {
            tag: tag.into(),
            value: value.into(),
        }
    }

    /// The tag.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &[u8] {
        &self.value
    }

    /// The value of the only extension with the tag, `None` when there is none.
    ///
    /// # Errors
    /// [`Error::DuplicateExtension`] when the tag occurs twice: two readers could each believe another one.
    pub fn find<'a>(extensions: &'a [Self], tag: &'static str) -> Result<Option<&'a [u8]>> {
        let mut found = extensions.iter().filter(|extension| extension.tag == tag);
        let first = found.next();
        if found.next().is_some() {
            return Err(Error::DuplicateExtension { tag });
        }
        Ok(first.map(Self::value))
    }

    /// The value of the only extension with the tag.
    ///
    /// # Errors
    /// [`Error::MissingExtension`] or [`Error::DuplicateExtension`].
    pub fn require<'a>(extensions: &'a [Self], tag: &'static str) -> Result<&'a [u8]> {
        Self::find(extensions, tag)?.ok_or(Error::MissingExtension { tag })
    }

    /// Whether the extension asks for a stream or presents a credential.
    pub(crate) fn opens_stream(&self) -> bool {
        OPENS_STREAM.contains(&self.tag.as_str())
    }

    /// Checks a list against the limits that every receiver has.
    pub(crate) fn check(extensions: &[Self]) -> Result<()> {
        if extensions.len() > MAX_EXTENSIONS {
            return Err(Error::LimitExceeded {
                what: "number of extensions",
                limit: MAX_EXTENSIONS,
            });
        }
        for extension in extensions {
            if extension.tag.is_empty() || extension.tag.chars().count() > MAX_TAG {
                return Err(Error::LimitExceeded {
                    what: "extension tag",
                    limit: MAX_TAG,
                });
            }
            if extension.value.len() > MAX_EXTENSION_VALUE {
                return Err(Error::LimitExceeded {
                    what: "extension value",
                    limit: MAX_EXTENSION_VALUE,
                });
            }
        }
        Ok(())
    }
}

/// The tag and the length of the value; values of credentials are long and those of streams are addresses.
impl fmt::Debug for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Extension({:?}, {} octets)", self.tag, self.value.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_double_tag_is_refused_and_a_missing_one_named() {
        let list = [
            Extension::new("X448", vec![1]),
            Extension::new("ClaimId", vec![2]),
            Extension::new("X448", vec![3]),
        ];
        assert!(matches!(
            Extension::find(&list, tag::X448),
            Err(Error::DuplicateExtension { tag: "X448" })
        ));
        assert_eq!(Extension::require(&list, tag::CLAIM_ID).unwrap(), [2]);
        assert!(matches!(
            Extension::require(&list, tag::CHALLENGE),
            Err(Error::MissingExtension { tag: "Challenge" })
        ));
    }

    #[test]
    fn lists_beyond_the_limits_are_not_written() {
        let many = vec![Extension::new("x", vec![]); MAX_EXTENSIONS + 1];
        assert!(Extension::check(&many).is_err());
        assert!(Extension::check(&many[1..]).is_ok());
        assert!(Extension::check(&[Extension::new("x".repeat(MAX_TAG + 1), vec![])]).is_err());
        assert!(Extension::check(&[Extension::new("", vec![])]).is_err());
        assert!(
            Extension::check(&[Extension::new("x", vec![0; MAX_EXTENSION_VALUE + 1])]).is_err()
        );
        assert!(Extension::check(&[Extension::new("x", vec![0; MAX_EXTENSION_VALUE])]).is_ok());
    }

    #[test]
    fn debug_shows_no_value() {
        assert_eq!(
            format!(
                "{:?}",
                Extension::new("ClaimId", b"alice@example.com".to_vec())
            ),
            "Extension(\"ClaimId\", 17 octets)"
        );
    }
}
