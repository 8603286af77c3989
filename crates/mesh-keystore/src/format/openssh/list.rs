// SPDX-License-Identifier: MIT
//! Files of many SSH keys: `authorized_keys`, `known_hosts`, and public keys one in a line.
//!
//! Spec: sshd(8), "AUTHORIZED_KEYS FILE FORMAT" and "SSH_KNOWN_HOSTS FILE FORMAT".
//! Here: the entries, which hosts an entry is of.
//! Not here: one key in one line (`public`).

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use super::public::{SshPublicKey, fields};
use crate::{Error, Result};

/// Largest list that is read, in octets.
pub const MAX_LIST: usize = 1 << 20;
/// Largest line of it.
const MAX_LINE: usize = 16 << 10;

/// What begins an option of `authorized_keys`; what begins otherwise is a host.
const OPTIONS: [&str; 22] = [
    "agent-forwarding",
    "cert-authority",
    "command",
    "environment",
    "expiry-time",
    "from",
    "no-agent-forwarding",
    "no-port-forwarding",
    "no-pty",
    "no-touch-required",
    "no-user-rc",
    "no-x11-forwarding",
    "permitlisten",
    "permitopen",
    "port-forwarding",
    "principals",
    "pty",
    "restrict",
    "tunnel",
    "user-rc",
    "verify-required",
    "x11-forwarding",
];

/// One key of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The line, counted from one.
    pub line: usize,
    /// What the key is listed for.
    pub place: Place,
    /// The key, or why it is not known here.
    pub key: Result<SshPublicKey>,
}

/// What a key is listed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// It stands alone.
    Alone,
    /// It may log in, with these options.
    Authorized {
        /// The options as they are written.
        options: String,
    },
    /// It is the key of hosts.
    Known {
        /// What is said of the key.
        marker: Option<Marker>,
        /// The hosts.
        hosts: Hosts,
    },
}

/// What `known_hosts` says of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// It signs the keys of hosts.
    CertAuthority,
    /// It must not be accepted any more.
    Revoked,
}

/// The hosts that an entry is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hosts {
    /// A digest of one name, so that the file does not tell it.
    Hashed {
        /// The key of the digest.
        salt: Vec<u8>,
        /// HMAC with SHA-1 of the name.
        digest: [u8; 20],
    },
    /// Names and patterns; those that begin with `!` are excepted.
    Patterns(Vec<String>),
}

impl Hosts {
    fn parse(text: &str) -> Option<Self> {
        let Some(hashed) = text.strip_prefix("|1|") else {
            let patterns: Vec<String> = text.split(',').map(str::to_owned).collect();
            return (!patterns.iter().any(String::is_empty)).then_some(Self::Patterns(patterns));
        };
        let (salt, digest) = hashed.split_once('|')?;
        Some(Self::Hashed {
            salt: BASE64.decode(salt.as_bytes()).ok()?,
            digest: BASE64.decode(digest.as_bytes()).ok()?.try_into().ok()?,
        })
    }

    /// Whether a host is among them: a name, or `[name]:port` for another port than 22.
    #[must_use]
    pub fn contain(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        match self {
            Self::Hashed { salt, digest } => Hmac::<Sha1>::new_from_slice(salt)
                .map(|hmac| hmac.chain_update(host.as_bytes()))
                .is_ok_and(|hmac| hmac.verify_slice(digest).is_ok()),
            Self::Patterns(patterns) => {
                let is = |pattern: &str| {
                    matches(pattern.to_ascii_lowercase().as_bytes(), host.as_bytes())
                };
                let (excepted, meant): (Vec<&String>, Vec<&String>) = patterns
                    .iter()
                    .partition(|pattern| pattern.starts_with('!'));
                let mut excepted = excepted.iter().filter_map(|name| name.strip_prefix('!'));
                !excepted.any(is) && meant.iter().any(|pattern| is(pattern))
            }
        }
    }
}

/// Reads the keys of a list. A key of an algorithm that is not known here keeps its entry.
///
/// # Errors
/// [`Error::MalformedLine`]; [`Error::TooLarge`].
pub fn parse_list(text: &str) -> Result<Vec<Entry>> {
    if text.len() > MAX_LIST {
        return Err(Error::TooLarge {
            what: "the list of SSH keys",
            maximum: MAX_LIST,
        });
    }
    let mut entries = Vec::new();
    for (index, text) in text.lines().enumerate() {
        let line = index.saturating_add(1);
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let malformed = Error::MalformedLine {
            what: "list of SSH keys",
            line,
        };
        if text.len() > MAX_LINE {
            return Err(malformed);
        }
        let (place, key) = parse_entry(text).ok_or_else(|| malformed.clone())?;
        match SshPublicKey::parse_fields(key) {
            Err(Error::Malformed { .. }) => return Err(malformed),
            key => entries.push(Entry { line, place, key }),
        }
    }
    Ok(entries)
}

/// What a line says of its key, and the key.
fn parse_entry(text: &str) -> Option<(Place, &str)> {
    if let Some(marked) = text.strip_prefix('@') {
        let (name, rest) = marked.split_once([' ', '\t'])?;
        let marker = match name {
            "cert-authority" => Marker::CertAuthority,
            "revoked" => Marker::Revoked,
            _ => return None,
        };
        let (hosts, key) = rest.trim_start().split_once([' ', '\t'])?;
        let place = Place::Known {
            marker: Some(marker),
            hosts: Hosts::parse(hosts)?,
        };
        return Some((place, key.trim_start()));
    }
    let (before, key) = fields(text)?;
    if before.is_empty() {
        return Some((Place::Alone, key));
    }
    let first = before.split([',', '=']).next()?.to_ascii_lowercase();
    let place = match OPTIONS.contains(&first.as_str()) {
        true => Place::Authorized {
            options: before.to_owned(),
        },
        false => Place::Known {
            marker: None,
            hosts: Hosts::parse(before)?,
        },
    };
    Some((place, key))
}

/// Whether a name fits a pattern with `*` and `?`. Takes time that grows with the product of the lengths at the most.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut from) = (0, 0);
    // Where the last star stands, and how much of the name it has taken.
    let mut star: Option<(usize, usize)> = None;
    while let Some(letter) = name.get(from) {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(expected) if *expected == b'?' || expected == letter => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((place, taken)) = star else {
                    return false;
                };
                star = Some((place, taken + 1));
                at = place + 1;
                from = taken + 1;
            }
        }
    }
    pattern
        .get(at..)
        .is_some_and(|rest| rest.iter().all(|c| *c == b'*'))
}

#[cfg(test)]
mod tests {
    use mesh_crypto::{KeyAlgorithm, PrivateKey, Seeded};

    use super::*;

    fn line() -> String {
        let key = PrivateKey::generate(KeyAlgorithm::Ed25519, &Seeded::new(1));
        SshPublicKey::new(key.public(), "c o m").unwrap().to_line()
    }

    fn places(text: &str) -> Vec<Place> {
        let entries = parse_list(text).unwrap();
        entries.into_iter().map(|entry| entry.place).collect()
    }

    #[test]
    fn options_hosts_and_markers_are_told_apart() {
        let line = line();
        let text = format!(
            "# comment\n\n{line}\nrestrict,command=\"a b\" {line}\n192.0.2.1,*.example.com {line}\n@revoked * {line}\n\
             @cert-authority\t!a.example.com,*.example.com {line}\n"
        );
        let patterns =
            |names: &[&str]| Hosts::Patterns(names.iter().map(|n| (*n).into()).collect());
        assert_eq!(
            places(&text),
            [
                Place::Alone,
                Place::Authorized {
                    options: "restrict,command=\"a b\"".into()
                },
                Place::Known {
                    marker: None,
                    hosts: patterns(&["192.0.2.1", "*.example.com"])
                },
                Place::Known {
                    marker: Some(Marker::Revoked),
                    hosts: patterns(&["*"])
                },
                Place::Known {
                    marker: Some(Marker::CertAuthority),
                    hosts: patterns(&["!a.example.com", "*.example.com"])
                },
            ]
        );
        let read = parse_list(&text).unwrap();
        assert!(
            read.iter()
                .all(|e| e.key == SshPublicKey::parse_line(&line))
        );
        assert_eq!(read[0].line, 3);
    }

    #[test]
    fn hosts_contain_what_their_patterns_say() {
        let hosts = Hosts::parse("*.example.com,!old.example.com,[h]:2222,10.0.?.1").unwrap();
        for host in ["a.example.com", "A.B.example.com", "[h]:2222", "10.0.7.1"] {
            assert!(hosts.contain(host), "{host}");
        }
        for host in ["old.example.com", "example.com", "h", "10.0.17.1", ""] {
            assert!(!hosts.contain(host), "{host}");
        }
        assert!(matches(b"a*b*c", b"axxbyybzc"));
        assert!(!matches(b"a*b*c", b"axxbyybz"));
        assert!(matches(b"**", b""));
    }

    #[test]
    fn other_algorithms_keep_their_entry_and_damaged_lines_are_named() {
        let dss = BASE64.encode(b"\0\0\0\x07ssh-dss\0\0\0\0");
        let read = parse_list(&format!("host ssh-dss {dss}\n{}", line())).unwrap();
        assert_eq!(
            read[0].key,
            Err(Error::Unsupported {
                what: "the SSH algorithm ssh-dss".into()
            })
        );
        assert!(read[1].key.is_ok());
        for bad in [
            "nonsense",
            "ssh-ed25519 AAAA",
            "@unknown * ssh-ed25519 AAAA",
            "a,,b ssh-ed25519 AAAA",
            "|1|AAAA|AAAA ssh-ed25519 AAAA",
            "command=\"x ssh-ed25519 AAAA",
        ] {
            assert_eq!(
                parse_list(&format!("{}\n{bad}", line())),
                Err(Error::MalformedLine {
                    what: "list of SSH keys",
                    line: 2
                }),
                "{bad}"
            );
        }
    }
}
