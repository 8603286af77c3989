// SPDX-License-Identifier: MIT
//! `hash`: udf, digest, mac.
//!
//! Spec: mesh-udf, "Content Digest", "Authenticator UDF".
//! Here: the commands of this noun; files are read in pieces, of any size.
//! Not here: the identifiers (`mesh-crypto`, udf).

use std::path::Path;

use mesh_crypto::Earl;
use mesh_crypto::digest::{DigestAlgorithm, Hasher};
use mesh_crypto::{Udf, udf::TypeId};
use mesh_jsonbcd::ErrorClass;
use mesh_keystore::SystemEnvironment;
use mesh_keystore::file::read_private;
use zeroize::Zeroizing;

use crate::cli::{DigestName, Hash};
use crate::error::Failure;
use crate::files::Source;
use crate::output::Answer;

/// The largest file with a key, in octets.
const MAX_KEY: usize = 4096;

/// Runs a command of this noun.
///
/// # Errors
/// [`Failure`] of the command.
pub fn run(command: &Hash) -> Result<Answer, Failure> {
    match command {
        Hash::Digest { file, alg } => {
            let digest = digest(file, algorithm(*alg))?;
            let text: String = digest.iter().map(|octet| format!("{octet:02x}")).collect();
            Ok(Answer::say(text.as_str()).with("digest", text))
        }
        Hash::Mac {
            file,
            cty,
            key_file,
            bits,
            expect,
        } => {
            let (key, fresh) = match key_file {
                Some(key_file) => {
                    let octets = read_private(key_file, MAX_KEY)?;
                    let text = String::from_utf8_lossy(octets.expose_secret());
                    let text = Zeroizing::new(text.trim().to_owned());
                    // Any identifier can be the key; that it is one shows that the right file was named.
                    let first = text.split_whitespace().next().unwrap_or_default();
                    Udf::parse(first)
                        .map(drop)
                        .or_else(|_| Earl::parse(first).map(drop))?;
                    (Zeroizing::new(first.to_owned()), false)
                }
                None => {
                    let env = SystemEnvironment::new()?;
                    (Zeroizing::new(Udf::nonce(&env).to_string()), true)
                }
            };
            let digest = digest(file, DigestAlgorithm::Sha512)?;
            let mac =
                Udf::authenticator_of_digest(&digest, &content_type(file, cty.as_deref()), &key);
            let answer = result(&mac, *bits, expect.as_deref())?;
            Ok(match fresh {
                true => answer
                    .and_say(&format!("\n{}", *key))
                    .with("key", key.as_str()),
                false => answer,
            })
        }
        Hash::Udf {
            file,
            cty,
            alg,
            bits,
            expect,
        } => {
            let content_type = content_type(file, cty.as_deref());
            let udf = match alg {
                DigestName::Sha512 => {
                    Udf::of_digest(&digest(file, DigestAlgorithm::Sha512)?, &content_type)
                }
                DigestName::Sha3_512 => {
                    Udf::of_digest_sha3(&digest(file, DigestAlgorithm::Sha3_512)?, &content_type)
                }
                DigestName::Sha256 | DigestName::Sha3_256 => {
                    return Err(Failure::misuse(
                        "fingerprints are made from digests of 512 bits",
                        "choose --alg sha512 or sha3-512",
                    ));
                }
            };
            Ok(result(&udf, *bits, expect.as_deref())?.with("content_type", content_type))
        }
    }
}

fn algorithm(name: DigestName) -> DigestAlgorithm {
    match name {
        DigestName::Sha256 => DigestAlgorithm::Sha256,
        DigestName::Sha512 => DigestAlgorithm::Sha512,
        DigestName::Sha3_256 => DigestAlgorithm::Sha3_256,
        DigestName::Sha3_512 => DigestAlgorithm::Sha3_512,
    }
}

fn digest(file: &Path, algorithm: DigestAlgorithm) -> Result<Vec<u8>, Failure> {
    let mut hasher = Hasher::new(algorithm);
    let mut source = Source::open(file)?;
    std::io::copy(&mut source.octets, &mut hasher)?;
    Ok(hasher.finish())
}

/// The content type that was given, or that of the ending of the name.
pub(crate) fn content_type(file: &Path, given: Option<&str>) -> String {
    match given {
        Some(given) => given.to_owned(),
        None => mime_guess::from_path(file)
            .first_raw()
            .unwrap_or("application/octet-stream")
            .to_owned(),
    }
}

/// The identifier, or whether it is the one that was expected.
fn result(udf: &Udf, bits: u16, expect: Option<&str>) -> Result<Answer, Failure> {
    let text = udf.present(usize::from(bits));
    match expect {
        None => Ok(Answer::say(text.as_str()).with("udf", text)),
        Some(expected) if udf.matches(expected)? => {
            Ok(Answer::say("it is the one that was expected")
                .with("udf", text)
                .with("matches", true))
        }
        Some(_) => Err(Failure {
            cause: format!("it is {text}, not the one that was expected"),
            remedy: match udf.type_id() == TypeId::AUTHENTICATOR_SHA_2 {
                true => "check the file, the key and the content type (--cty)".to_owned(),
                false => "check the file and the content type (--cty)".to_owned(),
            },
            class: ErrorClass::Untrusted,
        }),
    }
}
