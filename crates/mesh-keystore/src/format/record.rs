// SPDX-License-Identifier: MIT
//! Keys as records of the Mesh, one or several in a file.
//!
//! Spec: mesh-cryptography, "JOSE Key Records".
//! Here: the texts of records, one after the other; a file of two is how the halves of a hybrid recipient stand together.
//! Not here: the records (`mesh-crypto`, jose).

use mesh_crypto::jose::AnyKey;
use mesh_crypto::{PrivateKey, PublicKey, SecretString};
use mesh_jsonbcd::{Decode, Reader, to_json};
use zeroize::Zeroizing;

use crate::{Error, Result};

/// Most keys that a file of records may hold.
pub const MAX_RECORDS: usize = 64;

const WHAT: &str = "record of a key";

/// Whether a file begins as records do.
#[must_use]
pub fn is_record(octets: &[u8]) -> bool {
    octets.iter().find(|octet| !octet.is_ascii_whitespace()) == Some(&b'{')
}

/// Reads the public keys of a file of records.
///
/// # Errors
/// [`Error::Malformed`], [`Error::TooLarge`]; [`Error::Crypto`] when a record holds no public key.
pub fn public_keys(octets: &[u8]) -> Result<Vec<PublicKey>> {
    let records = records(octets)?;
    let keys = records.iter().map(PublicKey::from_jose);
    Ok(keys.collect::<Result<_, _>>()?)
}

/// Reads the private keys of a file of records.
///
/// # Errors
/// As [`public_keys`], for private keys.
pub fn private_keys(octets: &[u8]) -> Result<Vec<PrivateKey>> {
    let records = records(octets)?;
    let keys = records.iter().map(PrivateKey::from_jose);
    Ok(keys.collect::<Result<_, _>>()?)
}

/// The text of public keys, one record in a line.
#[must_use]
pub fn present_public(keys: &[PublicKey]) -> String {
    let mut out = String::new();
    for key in keys {
        out.push_str(&String::from_utf8_lossy(&to_json(&key.to_jose())));
        out.push('\n');
    }
    out
}

/// The text of private keys, one record in a line.
#[must_use]
pub fn present_private(keys: &[PrivateKey]) -> SecretString {
    let mut out = String::new();
    for key in keys {
        let record = Zeroizing::new(to_json(&key.to_jose()));
        out = grown(out, &String::from_utf8_lossy(&record));
    }
    SecretString::new(out)
}

/// The text with another line. What a growing text leaves behind is erased.
fn grown(text: String, line: &str) -> String {
    let text = Zeroizing::new(text);
    let mut out = String::with_capacity(text.len().saturating_add(line.len()).saturating_add(1));
    out.push_str(&text);
    out.push_str(line);
    out.push('\n');
    out
}

fn records(octets: &[u8]) -> Result<Vec<AnyKey>> {
    let malformed = |_| Error::Malformed { what: WHAT };
    let mut reader = Reader::new(octets);
    let mut records = Vec::new();
    while !reader.is_at_end() {
        if records.len() == MAX_RECORDS {
            return Err(Error::TooLarge {
                what: "the number of keys in the file",
                maximum: MAX_RECORDS,
            });
        }
        records.push(AnyKey::decode(&mut reader).map_err(malformed)?);
    }
    match records.is_empty() {
        true => Err(Error::Malformed { what: WHAT }),
        false => Ok(records),
    }
}

#[cfg(test)]
mod tests {
    use mesh_crypto::{KeyAlgorithm, Seeded};

    use super::*;

    fn pair() -> [PrivateKey; 2] {
        [KeyAlgorithm::X448, KeyAlgorithm::MlKem768]
            .map(|algorithm| PrivateKey::generate(algorithm, &Seeded::new(3)))
    }

    #[test]
    fn records_of_all_algorithms_read_back() {
        for algorithm in KeyAlgorithm::ALL {
            let key = crate::format::samples::key(algorithm);
            let text = present_private(std::slice::from_ref(&key));
            let read = private_keys(text.expose_secret().as_bytes()).unwrap();
            assert_eq!(read.len(), 1);
            assert_eq!(read[0].udf(), key.udf());
            let text = present_public(std::slice::from_ref(key.public()));
            assert_eq!(public_keys(text.as_bytes()), Ok(vec![key.public().clone()]));
        }
    }

    #[test]
    fn several_records_stand_one_after_the_other() {
        let pair = pair();
        let text = present_private(&pair);
        let udfs = |keys: &[PrivateKey]| keys.iter().map(PrivateKey::udf).collect::<Vec<_>>();
        // White space between them is free.
        for text in [
            text.expose_secret().to_owned(),
            text.expose_secret().replace('\n', "\r\n \n"),
            text.expose_secret().replace('\n', ""),
        ] {
            assert_eq!(udfs(&private_keys(text.as_bytes()).unwrap()), udfs(&pair));
        }
        let public = pair.map(|key| key.public().clone());
        assert_eq!(
            public_keys(present_public(&public).as_bytes()),
            Ok(public.to_vec())
        );
    }

    #[test]
    fn what_is_no_record_is_refused() {
        let text = present_public(&pair().map(|key| key.public().clone()));
        let cut = text.trim_end();
        for text in [
            "",
            "{}",
            "[]",
            &cut[..cut.len() - 1],
            &format!("{text} more"),
            &text[1..],
        ] {
            assert_eq!(
                public_keys(text.as_bytes()),
                Err(Error::Malformed { what: WHAT }),
                "{text:?}"
            );
        }
        // A public key is no private one, and the reverse.
        assert!(matches!(
            private_keys(text.as_bytes()),
            Err(Error::Crypto(_))
        ));
        let private = present_private(&pair());
        assert!(matches!(
            public_keys(private.expose_secret().as_bytes()),
            Err(Error::Crypto(_))
        ));
    }

    #[test]
    fn more_records_than_anybody_has_are_refused() {
        let one = present_public(&[pair()[0].public().clone()]);
        assert!(public_keys(one.repeat(MAX_RECORDS).as_bytes()).is_ok());
        assert!(matches!(
            public_keys(one.repeat(MAX_RECORDS + 1).as_bytes()),
            Err(Error::TooLarge { .. })
        ));
    }
}
