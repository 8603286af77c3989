// SPDX-License-Identifier: MIT
//! Identifiers of messages, of the envelopes that carry them and of their answers.
//!
//! Spec: mesh-schema, "Message Identifiers".
//! Here: a fresh message identifier and the two that follow from one.
//! Not here: which message takes which identifier (`mesh-schema`).

use super::{Udf, presentation};
use crate::Error;
use crate::environment::Environment;

const ENVELOPE: &str = "application/mmm/envelopeid";
const RESPONSE: &str = "application/mmm/responseid";

/// A fresh message identifier: a nonce of the standard precision.
#[must_use]
pub fn message_id(environment: &dyn Environment) -> String {
    Udf::nonce(environment).to_string()
}

/// The identifier of the envelope that carries the message.
///
/// # Errors
/// [`Error::BadCharacter`] or [`Error::IdentifierTooShort`] when the message identifier is not Base32 text of an
/// octet and more.
pub fn envelope_id(message_id: &str) -> Result<String, Error> {
    related(message_id, ENVELOPE)
}

/// The message identifier of the answer to the message.
///
/// # Errors
/// As for [`envelope_id`].
pub fn response_id(message_id: &str) -> Result<String, Error> {
    related(message_id, RESPONSE)
}

/// Digests the octets after the first; that octet chooses the digest (a connection witness is any octet string, so
/// every value of it occurs).
fn related(message_id: &str, content_type: &str) -> Result<String, Error> {
    let binary = presentation::decode(message_id)?;
    match binary.as_slice() {
        [80, body @ ..] if !body.is_empty() => Ok(Udf::digest_sha3(body, content_type).to_string()),
        [_, body @ ..] if !body.is_empty() => Ok(Udf::digest(body, content_type).to_string()),
        short => Err(Error::IdentifierTooShort {
            length: short.len(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifier_of_type_80_is_digested_with_sha_3() {
        let sha3 = presentation::present(&[80, 1, 2, 3, 4, 5, 6, 7], usize::MAX);
        let sha2 = presentation::present(&[81, 1, 2, 3, 4, 5, 6, 7], usize::MAX);
        assert!(envelope_id(&sha3).unwrap().starts_with('K'));
        assert!(envelope_id(&sha2).unwrap().starts_with('M'));
    }

    #[test]
    fn empty_identifier_is_refused() {
        assert_eq!(
            envelope_id("").unwrap_err(),
            Error::IdentifierTooShort { length: 0 }
        );
        assert_eq!(
            response_id("NA").unwrap_err(),
            Error::IdentifierTooShort { length: 1 }
        );
    }
}
