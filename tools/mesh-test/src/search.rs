// SPDX-License-Identifier: MIT
//! Looking for secrets where they must not be.
//!
//! Spec: none.
//! Here: every form in which a secret could be written down, and the search for them.
//! Not here: where the secrets come from (`story`).

use std::path::Path;

use crate::world::Outcome;

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64_URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Shorter forms would be found everywhere by chance.
const SHORTEST: usize = 6;

/// The forms of a secret: octets, hexadecimal, and base 64 and base 32 at every alignment within other octets.
#[must_use]
pub fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let hex: String = secret.iter().map(|octet| format!("{octet:02x}")).collect();
    let mut forms = vec![
        secret.to_vec(),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
    ];
    for before in 0..3 {
        for alphabet in [BASE64, BASE64_URL] {
            forms.push(aligned(secret, before, 6, alphabet));
        }
    }
    for before in 0..5 {
        forms.push(aligned(secret, before, 5, BASE32));
    }
    forms.retain(|form| form.len() >= SHORTEST);
    forms.sort();
    forms.dedup();
    forms
}

/// The characters that depend on the secret alone when so many octets stand before it.
fn aligned(secret: &[u8], before: usize, bits: usize, alphabet: &[u8]) -> Vec<u8> {
    let bit = |at: usize| {
        let octet = secret.get(at / 8).copied().unwrap_or_default();
        usize::from(octet >> (7 - at % 8) & 1)
    };
    let skip = (bits - before * 8 % bits) % bits;
    let mut found = Vec::new();
    let mut at = skip;
    while at + bits <= secret.len() * 8 {
        let value = (at..at + bits).fold(0, |value, at| value << 1 | bit(at));
        found.extend(alphabet.get(value));
        at += bits;
    }
    found
}

/// What was found where.
#[derive(Debug, PartialEq, Eq)]
pub struct Hit {
    /// Which secret.
    pub what: String,
    /// In which file or record.
    pub place: String,
}

/// Searches named octets for named secrets in every form. Dashes in the octets do not hide a fingerprint.
#[must_use]
pub fn search(places: &[(String, Vec<u8>)], secrets: &[(String, Vec<u8>)]) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (place, octets) in places {
        let mut undashed = octets.clone();
        undashed.retain(|&octet| octet != b'-');
        for (what, secret) in secrets {
            let mut plain = secret.clone();
            plain.retain(|&octet| octet != b'-');
            let found = forms(secret)
                .iter()
                .any(|form| contains(octets, form) || contains(&undashed, form))
                || (plain.len() >= SHORTEST && contains(&undashed, &plain));
            if found {
                hits.push(Hit {
                    what: what.clone(),
                    place: place.clone(),
                });
            }
        }
    }
    hits
}

fn contains(octets: &[u8], wanted: &[u8]) -> bool {
    let Some((&first, rest)) = wanted.split_first() else {
        return false;
    };
    let mut from = octets;
    while let Some(at) = from.iter().position(|&octet| octet == first) {
        let after = from.get(at + 1..).unwrap_or_default();
        if after.starts_with(rest) {
            return true;
        }
        from = after;
    }
    false
}

/// Every file below a directory with its octets.
///
/// # Errors
/// Those of the file system.
pub fn files(directory: &Path) -> Outcome<Vec<(String, Vec<u8>)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        match path.is_dir() {
            true => found.extend(files(&path)?),
            // Sockets and the like hold nothing.
            false if path.is_file() => {
                found.push((path.display().to_string(), std::fs::read(&path)?));
            }
            false => {}
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_every_form_and_place() {
        let secret = b"correct horse battery".to_vec();
        let secrets = [("password".to_owned(), secret.clone())];
        let engines = [
            mesh_jsonbcd::base64url::encode(&secret),
            mesh_jsonbcd::base64url::encode(&[b"x".as_slice(), &secret, b"y"].concat()),
            mesh_jsonbcd::base64url::encode(&[b"xy".as_slice(), &secret].concat()),
            mesh_crypto::udf::presentation::encode(&[b"abc".as_slice(), &secret].concat(), 4096),
            mesh_crypto::udf::presentation::present(&secret, 4096),
            "636F727265637420686F7273652062617474657279".to_owned(),
        ];
        for text in engines {
            let places = [("here".to_owned(), format!("...{text}...").into_bytes())];
            assert_eq!(search(&places, &secrets).len(), 1, "{text}");
        }
        let places = [("here".to_owned(), b"correct horse batterie".to_vec())];
        assert_eq!(search(&places, &secrets), []);
    }
}
