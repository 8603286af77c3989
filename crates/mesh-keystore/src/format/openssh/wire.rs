// SPDX-License-Identifier: MIT
//! Keys in the octets of SSH: strings and integers behind their lengths.
//!
//! Spec: RFC 4251, "Data Type Representations Used in the SSH Protocols"; RFC 4253, "Public Key Algorithms"; RFC 5656, "ECC Public
//! Key Algorithm"; RFC 8709, "Public Key Format"; OpenSSH's PROTOCOL.key.
//! Here: both halves of a key of each algorithm.
//! Not here: the files around them (`openssh`, `public`, `putty`).

use mesh_crypto::jose::AnyKey;
use mesh_crypto::{KeyAlgorithm, PrivateKey, PublicKey, SecretBytes};
use zeroize::Zeroizing;

use super::cut;
use crate::format::numbers::{nist, private, rsa_from_private, rsa_from_public, rsa_public};
use crate::{Error, Result};

/// What is left of the octets of a message.
#[derive(Clone, Copy)]
pub(crate) struct Wire<'a>(pub(crate) &'a [u8]);

impl<'a> Wire<'a> {
    /// Four octets.
    pub(crate) fn number(&mut self) -> Option<u32> {
        let (number, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(u32::from_be_bytes(*number))
    }

    /// Octets behind their length.
    pub(crate) fn string(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        self.take(length)
    }

    /// So many octets.
    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (string, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(string)
    }

    /// An integer that is not negative, without zeros in front.
    pub(crate) fn integer(&mut self) -> Option<&'a [u8]> {
        let octets = self.string()?;
        match octets {
            [high, ..] if *high >= 0x80 => None,
            _ => Some(significant(octets)),
        }
    }
}

/// Octets of a message that is being written. What a growing buffer leaves behind is not erased: the capacity is enough for all keys.
pub(crate) struct Message(pub(crate) Zeroizing<Vec<u8>>);

impl Message {
    pub(crate) fn new() -> Self {
        Self(Zeroizing::new(Vec::with_capacity(8192)))
    }

    pub(crate) fn number(&mut self, number: u32) {
        self.0.extend_from_slice(&number.to_be_bytes());
    }

    pub(crate) fn string(&mut self, octets: &[u8]) {
        // No string here comes near four gigabytes.
        self.number(u32::try_from(octets.len()).unwrap_or(u32::MAX));
        self.0.extend_from_slice(octets);
    }

    pub(crate) fn integer(&mut self, octets: &[u8]) {
        let octets = significant(octets);
        match octets.first() {
            Some(high) if *high >= 0x80 => {
                self.number(u32::try_from(octets.len().saturating_add(1)).unwrap_or(u32::MAX));
                self.0.push(0);
                self.0.extend_from_slice(octets);
            }
            _ => self.string(octets),
        }
    }
}

/// The name of the algorithm in SSH; `None` where SSH has no such keys.
pub(crate) const fn name(algorithm: KeyAlgorithm) -> Option<&'static str> {
    match algorithm {
        KeyAlgorithm::Ed25519 => Some("ssh-ed25519"),
        KeyAlgorithm::Ed448 => Some("ssh-ed448"),
        KeyAlgorithm::P256 => Some("ecdsa-sha2-nistp256"),
        KeyAlgorithm::P384 => Some("ecdsa-sha2-nistp384"),
        KeyAlgorithm::P521 => Some("ecdsa-sha2-nistp521"),
        KeyAlgorithm::Rsa2048 | KeyAlgorithm::Rsa3072 | KeyAlgorithm::Rsa4096 => Some("ssh-rsa"),
        _ => None,
    }
}

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Edwards(KeyAlgorithm),
    Nist(KeyAlgorithm, &'static str),
    Rsa,
}

impl Kind {
    fn of_name(name: &[u8]) -> Result<Self> {
        match name {
            b"ssh-ed25519" => Ok(Self::Edwards(KeyAlgorithm::Ed25519)),
            b"ssh-ed448" => Ok(Self::Edwards(KeyAlgorithm::Ed448)),
            b"ecdsa-sha2-nistp256" => Ok(Self::Nist(KeyAlgorithm::P256, "nistp256")),
            b"ecdsa-sha2-nistp384" => Ok(Self::Nist(KeyAlgorithm::P384, "nistp384")),
            b"ecdsa-sha2-nistp521" => Ok(Self::Nist(KeyAlgorithm::P521, "nistp521")),
            b"ssh-rsa" => Ok(Self::Rsa),
            other => {
                let name = String::from_utf8_lossy(other);
                match super::is_algorithm(&name) {
                    true => Err(unsupported(&name)),
                    false => Err(PUBLIC),
                }
            }
        }
    }

    fn of_key(algorithm: KeyAlgorithm) -> Result<(Self, &'static str)> {
        let name = name(algorithm).ok_or_else(|| Error::Unsupported {
            what: format!("an SSH key of algorithm {algorithm}"),
        })?;
        Ok((Self::of_name(name.as_bytes())?, name))
    }
}

const PUBLIC: Error = Error::Malformed {
    what: "SSH public key",
};
const PRIVATE: Error = Error::Malformed {
    what: "SSH private key",
};

/// The octets of a public key, its name first.
///
/// # Errors
/// [`Error::Unsupported`] for algorithms that SSH has not.
pub(crate) fn present_public(key: &PublicKey) -> Result<Vec<u8>> {
    let (kind, name) = Kind::of_key(key.algorithm())?;
    let mut out = Message::new();
    out.string(name.as_bytes());
    match kind {
        Kind::Edwards(_) => out.string(key.octets()),
        Kind::Nist(_, curve) => {
            out.string(curve.as_bytes());
            out.string(key.octets());
        }
        Kind::Rsa => {
            let (n, e) = rsa_public(key)?;
            out.integer(&e);
            out.integer(&n);
        }
    }
    Ok(out.0.to_vec())
}

/// The public key in these octets, of which none are left over.
///
/// # Errors
/// [`Error::Malformed`]; [`Error::Unsupported`] with the name of another algorithm; [`Error::Crypto`] for what is no key.
pub(crate) fn parse_public(octets: &[u8]) -> Result<PublicKey> {
    let mut wire = Wire(octets);
    let kind = Kind::of_name(wire.string().ok_or(PUBLIC)?)?;
    let key = match kind {
        Kind::Edwards(algorithm) => PublicKey::new(algorithm, wire.string().ok_or(PUBLIC)?)?,
        Kind::Nist(algorithm, curve) => {
            if wire.string() != Some(curve.as_bytes()) {
                return Err(PUBLIC);
            }
            PublicKey::new(algorithm, wire.string().ok_or(PUBLIC)?)?
        }
        Kind::Rsa => {
            let e = wire.integer().ok_or(PUBLIC)?;
            rsa_from_public(wire.integer().ok_or(PUBLIC)?, e)?
        }
    };
    match wire.0.is_empty() {
        true => Ok(key),
        false => Err(PUBLIC),
    }
}

/// Writes a private key as OpenSSH does, its name first.
///
/// # Errors
/// [`Error::Unsupported`] for algorithms that OpenSSH has not, and for a combined key, which has no octets to write.
pub(crate) fn present_private(key: &PrivateKey, out: &mut Message) -> Result<()> {
    let (kind, name) = Kind::of_key(key.algorithm())?;
    let octets = key.expose_seed_octets().ok_or_else(|| Error::Unsupported {
        what: "the file of a combined key, which has no seed".to_owned(),
    })?;
    out.string(name.as_bytes());
    let public = key.public().octets();
    match kind {
        Kind::Edwards(KeyAlgorithm::Ed25519) => {
            out.string(public);
            let both = [octets.expose_secret(), public].concat();
            out.string(&Zeroizing::new(both));
        }
        // OpenSSH has no Ed448.
        Kind::Edwards(_) => return Err(unsupported(name)),
        Kind::Nist(_, curve) => {
            out.string(curve.as_bytes());
            out.string(public);
            out.integer(octets.expose_secret());
        }
        Kind::Rsa => {
            let AnyKey::PrivateKeyRSA(parts) = key.to_jose() else {
                return Err(PRIVATE);
            };
            let secret = |part: &Option<SecretBytes>| part.clone().ok_or(PRIVATE);
            out.integer(parts.n.as_deref().ok_or(PRIVATE)?);
            out.integer(parts.e.as_deref().ok_or(PRIVATE)?);
            for part in [&parts.d, &parts.qi, &parts.p, &parts.q] {
                out.integer(secret(part)?.expose_secret());
            }
        }
    }
    Ok(())
}

/// Reads a private key as OpenSSH writes it. Its public half must be its own: one of another key would have us sign for a key that
/// is not ours.
///
/// # Errors
/// As [`parse_public`]; [`Error::KeyPairMismatch`](mesh_crypto::Error::KeyPairMismatch).
pub(crate) fn read_private(wire: &mut Wire<'_>) -> Result<PrivateKey> {
    let kind = Kind::of_name(wire.string().ok_or(PRIVATE)?)?;
    let (key, public) = match kind {
        Kind::Edwards(KeyAlgorithm::Ed25519) => {
            let public = wire.string().ok_or(PRIVATE)?;
            let both = wire.string().ok_or(PRIVATE)?;
            let (seed, again) = both.split_at_checked(32).ok_or(PRIVATE)?;
            if again != public {
                return Err(mesh_crypto::Error::KeyPairMismatch.into());
            }
            (private(KeyAlgorithm::Ed25519, seed)?, public)
        }
        Kind::Edwards(_) => return Err(unsupported("ssh-ed448")),
        Kind::Nist(algorithm, curve) => {
            if wire.string() != Some(curve.as_bytes()) {
                return Err(PRIVATE);
            }
            let public = wire.string().ok_or(PRIVATE)?;
            (nist(algorithm, wire.integer().ok_or(PRIVATE)?)?, public)
        }
        Kind::Rsa => {
            let mut next = || wire.integer().ok_or(PRIVATE);
            let (n, e, d, _, p, q) = (next()?, next()?, next()?, next()?, next()?, next()?);
            // The integers are checked against each other.
            return rsa_from_private(n, e, d, p, q);
        }
    };
    match key.public().octets() == public {
        true => Ok(key),
        false => Err(mesh_crypto::Error::KeyPairMismatch.into()),
    }
}

fn unsupported(name: &str) -> Error {
    Error::Unsupported {
        what: format!("the SSH algorithm {}", cut(name)),
    }
}

fn significant(octets: &[u8]) -> &[u8] {
    let first = octets.iter().position(|octet| *octet != 0);
    first.and_then(|first| octets.get(first..)).unwrap_or(&[])
}
