// SPDX-License-Identifier: MIT
//! The public forms of an Ed25519 SSH key: the line of OpenSSH, `authorized_keys`, and the block of RFC 4716.
//!
//! Spec: RFC 8709, "Public Key Format"; RFC 4716, "Public Key File Format"; sshd(8), "AUTHORIZED_KEYS FILE FORMAT".
//! Here: writing and reading each form, the fingerprint.
//! Not here: the private key file (`openssh`).

use data_encoding::{BASE64, BASE64_NOPAD};
use mesh_crypto::{KeyAlgorithm, PublicKey};
use ssh_key::HashAlg;

use crate::{Error, Result};

const NAME: &str = "ssh-ed25519";
const BEGIN: &str = "---- BEGIN SSH2 PUBLIC KEY ----";
const END: &str = "---- END SSH2 PUBLIC KEY ----";
const LINE: &str = "SSH public key line";
const BLOCK: &str = "SSH2 public key block";
/// Longest text that is read.
const MAX_TEXT: usize = 16 * 1024;
/// RFC 4716: no line is longer than 72 octets, a header value no longer than 1024.
const COLUMNS: usize = 72;
const MAX_VALUE: usize = 1024;

/// The public half of an SSH key, with its comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshPublicKey {
    octets: [u8; 32],
    comment: String,
}

impl SshPublicKey {
    /// The SSH form of an Ed25519 key. A comment has at most 1024 octets and no control characters.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for another algorithm; [`Error::Malformed`] for the comment.
    pub fn new(key: &PublicKey, comment: &str) -> Result<Self> {
        if key.algorithm() != KeyAlgorithm::Ed25519 {
            return Err(Error::Unsupported {
                what: format!("an SSH key of algorithm {}", key.algorithm()),
            });
        }
        let octets = key.octets().try_into().map_err(|_| Error::Malformed {
            what: "Ed25519 public key",
        })?;
        Self::from_octets(octets, comment)
    }

    fn from_octets(octets: [u8; 32], comment: &str) -> Result<Self> {
        if comment.len() > MAX_VALUE || comment.chars().any(char::is_control) {
            return Err(Error::Malformed {
                what: "comment of an SSH key",
            });
        }
        Ok(Self {
            octets,
            comment: comment.trim().to_owned(),
        })
    }

    /// Octets of the curve point.
    #[must_use]
    pub const fn octets(&self) -> &[u8; 32] {
        &self.octets
    }

    /// The comment.
    #[must_use]
    pub fn comment(&self) -> &str {
        &self.comment
    }

    /// The key, able to verify.
    ///
    /// # Errors
    /// [`Error::Malformed`] when the octets are no point of the curve.
    pub fn to_key(&self) -> Result<PublicKey> {
        PublicKey::new(KeyAlgorithm::Ed25519, &self.octets).map_err(|_| Error::Malformed {
            what: "Ed25519 public key",
        })
    }

    /// The fingerprint that OpenSSH shows: `SHA256:` and a digest in base64.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let key = ssh_key::public::KeyData::Ed25519(ssh_key::public::Ed25519PublicKey(self.octets));
        key.fingerprint(HashAlg::Sha256).to_string()
    }

    /// The line of a `.pub` file, without a line end: `ssh-ed25519 AAAA… comment`.
    #[must_use]
    pub fn to_line(&self) -> String {
        let line = format!("{NAME} {} {}", BASE64.encode(&self.blob()), self.comment);
        line.trim_end().to_owned()
    }

    /// The line for `authorized_keys`, with options such as `restrict` or `from="10.0.0.0/8"` in front.
    ///
    /// # Errors
    /// [`Error::Malformed`] when an option would end early: white space, a comma or a control character outside
    /// quotes, quotes that do not close.
    pub fn to_authorized_keys(&self, options: &[&str]) -> Result<String> {
        if options.is_empty() {
            return Ok(self.to_line());
        }
        for option in options {
            if option.is_empty()
                || option_end(option) != Some(option.len())
                || option.contains(char::is_control)
            {
                return Err(Error::Malformed {
                    what: "option of an authorised key",
                });
            }
        }
        Ok(format!("{} {}", options.join(","), self.to_line()))
    }

    /// Reads the line of a `.pub` file, or of `authorized_keys`, whose options are passed over.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for another algorithm; [`Error::Malformed`].
    pub fn parse_line(text: &str) -> Result<Self> {
        let malformed = || Error::Malformed { what: LINE };
        if text.len() > MAX_TEXT {
            return Err(Error::TooLarge {
                what: LINE,
                maximum: MAX_TEXT,
            });
        }
        let mut text = text.trim();
        if text.lines().count() != 1 {
            return Err(malformed());
        }
        if !is_algorithm(text) {
            text = text
                .get(options_end(text).ok_or_else(malformed)?..)
                .unwrap_or_default()
                .trim_start();
        }
        let (name, rest) = text.split_once([' ', '\t']).ok_or_else(malformed)?;
        if name != NAME {
            return Err(if is_algorithm(text) {
                Error::Unsupported {
                    what: format!("the SSH algorithm {}", cut(name)),
                }
            } else {
                malformed()
            });
        }
        let rest = rest.trim_start();
        let (blob, comment) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
        let octets = parse_blob(&base64(blob).ok_or_else(malformed)?, LINE)?;
        Self::from_octets(octets, comment)
    }

    /// The block of RFC 4716, with the comment as its `Comment` header.
    #[must_use]
    pub fn to_rfc4716(&self) -> String {
        let mut out = format!("{BEGIN}\n");
        if !self.comment.is_empty() {
            let quoted = format!("Comment: \"{}\"", self.comment);
            fold(&mut out, &quoted);
        }
        fold_plain(&mut out, &BASE64.encode(&self.blob()));
        out.push_str(END);
        out.push('\n');
        out
    }

    /// Reads the block of RFC 4716. Headers other than `Comment` are passed over.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for another algorithm; [`Error::Malformed`].
    pub fn parse_rfc4716(text: &str) -> Result<Self> {
        let malformed = || Error::Malformed { what: BLOCK };
        if text.len() > MAX_TEXT {
            return Err(Error::TooLarge {
                what: BLOCK,
                maximum: MAX_TEXT,
            });
        }
        let mut lines = text.trim().lines().map(str::trim_end);
        if lines.next() != Some(BEGIN) {
            return Err(malformed());
        }
        let (mut body, mut comment, mut ended) = (String::new(), String::new(), false);
        while let Some(line) = lines.next() {
            if line == END {
                ended = lines.next().is_none();
                break;
            }
            // Base64 has no colon: a line with one is a header.
            let Some((name, value)) = line.split_once(':') else {
                body.push_str(line.trim());
                continue;
            };
            if !body.is_empty() {
                return Err(malformed());
            }
            let mut value = value.trim_start().to_owned();
            while value.ends_with('\\') {
                value.pop();
                value.push_str(lines.next().ok_or_else(malformed)?);
            }
            if name.eq_ignore_ascii_case("Comment") {
                let bare = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
                comment = bare.unwrap_or(&value).to_owned();
            }
        }
        if !ended {
            return Err(malformed());
        }
        let octets = parse_blob(&base64(&body).ok_or_else(malformed)?, BLOCK)?;
        Self::from_octets(octets, &comment)
    }

    /// The octets inside the base64: name and key, each behind its length.
    fn blob(&self) -> Vec<u8> {
        let mut out = vec![0, 0, 0, 11];
        out.extend_from_slice(NAME.as_bytes());
        out.extend_from_slice(&[0, 0, 0, 32]);
        out.extend_from_slice(&self.octets);
        out
    }
}

fn parse_blob(blob: &[u8], what: &'static str) -> Result<[u8; 32]> {
    let parse = || {
        let (name, rest) = field(blob)?;
        Some((name, field(rest)))
    };
    let (name, key) = parse().ok_or(Error::Malformed { what })?;
    if name != NAME.as_bytes() {
        let name = String::from_utf8_lossy(name);
        return Err(if is_algorithm(&name) {
            Error::Unsupported {
                what: format!("the SSH algorithm {}", cut(&name)),
            }
        } else {
            Error::Malformed { what }
        });
    }
    key.filter(|(_, rest)| rest.is_empty())
        .and_then(|(key, _)| key.try_into().ok())
        .ok_or(Error::Malformed { what })
}

/// One field behind its length in four octets, and what follows it.
fn field(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = octets.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

fn base64(text: &str) -> Option<Vec<u8>> {
    BASE64_NOPAD
        .decode(text.trim_end_matches('=').as_bytes())
        .ok()
}

/// Whether the text begins like the name of a public key algorithm rather than an option.
fn is_algorithm(text: &str) -> bool {
    let name = text.split([' ', '\t']).next().unwrap_or_default();
    ["ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-", "rsa-"]
        .iter()
        .any(|start| name.starts_with(start))
        && !name.contains(['=', '"', ','])
}

/// The part of an algorithm name that fits into an error.
fn cut(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_ascii_graphic())
        .take(64)
        .collect()
}

/// Where one option ends: at a comma or white space outside quotes. None when quotes do not close.
fn option_end(text: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' | ' ' | '\t' if !quoted => return Some(at),
            _ => {}
        }
    }
    (!quoted).then_some(text.len())
}

/// Where the list of options ends: at white space outside quotes.
fn options_end(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        at += option_end(text.get(at..)?)?;
        if !text.get(at..)?.starts_with(',') {
            return Some(at);
        }
        at += 1;
    }
}

/// A header over several lines of at most 72 octets: each but the last ends in a backslash.
fn fold(out: &mut String, text: &str) {
    let mut column = 0;
    for (at, c) in text.char_indices() {
        let left = text.len() - at;
        if column + c.len_utf8() > COLUMNS
            || (column + c.len_utf8() == COLUMNS && left > c.len_utf8())
        {
            out.push_str("\\\n");
            column = 0;
        }
        out.push(c);
        column += c.len_utf8();
    }
    // A value that itself ends in a backslash is inside quotes, so this never reads as a continuation.
    out.push('\n');
}

/// Base64 over several lines.
fn fold_plain(out: &mut String, text: &str) {
    let mut column = 0;
    for c in text.chars() {
        if column == COLUMNS {
            out.push('\n');
            column = 0;
        }
        out.push(c);
        column += 1;
    }
    out.push('\n');
}
