// SPDX-License-Identifier: MIT
//! The public forms of an SSH key: the line of OpenSSH, `authorized_keys`, and the block of RFC 4716.
//!
//! Spec: RFC 4716, "Public Key File Format"; sshd(8), "AUTHORIZED_KEYS FILE FORMAT".
//! Here: writing and reading each form, the fingerprint.
//! Not here: the private key file (`openssh`), the octets (`wire`), files of many lines (`list`).

use data_encoding::{BASE64, BASE64_NOPAD};
use mesh_crypto::PublicKey;
use sha2::{Digest as _, Sha256};

use super::wire;
use crate::{Error, Result};

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
    key: PublicKey,
    /// The key as SSH has it, its name first.
    octets: Vec<u8>,
    name: &'static str,
    comment: String,
}

impl SshPublicKey {
    /// The SSH form of a key. A comment has at most 1024 octets and no control characters.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for an algorithm that SSH has not; [`Error::Malformed`] for the comment.
    pub fn new(key: &PublicKey, comment: &str) -> Result<Self> {
        if comment.len() > MAX_VALUE || comment.chars().any(char::is_control) {
            return Err(Error::Malformed {
                what: "comment of an SSH key",
            });
        }
        Ok(Self {
            key: key.clone(),
            octets: wire::present_public(key)?,
            name: wire::name(key.algorithm()).unwrap_or_default(),
            comment: comment.trim().to_owned(),
        })
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The comment.
    #[must_use]
    pub fn comment(&self) -> &str {
        &self.comment
    }

    /// The fingerprint that OpenSSH shows: `SHA256:` and a digest in base64.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        format!(
            "SHA256:{}",
            BASE64_NOPAD.encode(&Sha256::digest(&self.octets))
        )
    }

    /// The line of a `.pub` file, without a line end: `ssh-ed25519 AAAA… comment`.
    #[must_use]
    pub fn to_line(&self) -> String {
        let line = format!(
            "{} {} {}",
            self.name,
            BASE64.encode(&self.octets),
            self.comment
        );
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
        let text = text.trim();
        if text.lines().count() != 1 {
            return Err(malformed());
        }
        Self::parse_fields(fields(text).ok_or_else(malformed)?.1)
    }

    /// Reads name, Base64 and comment, which begin the text.
    pub(super) fn parse_fields(text: &str) -> Result<Self> {
        let malformed = || Error::Malformed { what: LINE };
        let (name, rest) = text.split_once([' ', '\t']).ok_or_else(malformed)?;
        if !is_algorithm(name) {
            return Err(malformed());
        }
        let rest = rest.trim_start();
        let (blob, comment) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
        let key = wire::parse_public(&base64(blob).ok_or_else(malformed)?)?;
        let key = Self::new(&key, &comment_of_others(comment.as_bytes()))?;
        match key.name == name {
            true => Ok(key),
            false => Err(malformed()),
        }
    }

    /// The block of RFC 4716, with the comment as its `Comment` header.
    #[must_use]
    pub fn to_rfc4716(&self) -> String {
        let mut out = format!("{BEGIN}\n");
        if !self.comment.is_empty() {
            let quoted = format!("Comment: \"{}\"", self.comment);
            fold(&mut out, &quoted);
        }
        fold_plain(&mut out, &BASE64.encode(&self.octets));
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
        let key = wire::parse_public(&base64(&body).ok_or_else(malformed)?)?;
        Self::new(&key, &comment)
    }
}

fn base64(text: &str) -> Option<Vec<u8>> {
    BASE64_NOPAD
        .decode(text.trim_end_matches('=').as_bytes())
        .ok()
}

/// Whether the text begins like the name of a public key algorithm rather than an option.
pub(crate) fn is_algorithm(text: &str) -> bool {
    let name = text.split([' ', '\t']).next().unwrap_or_default();
    ["ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-", "rsa-"]
        .iter()
        .any(|start| name.starts_with(start))
        && !name.contains(['=', '"', ','])
}

/// The part of an algorithm name that fits into an error.
pub(crate) fn cut(name: &str) -> String {
    cut_words(name).replace(' ', "")
}

/// The same of a name of several words.
pub(crate) fn cut_words(name: &str) -> String {
    let printed = name.chars().filter(|c| c.is_ascii_graphic() || *c == ' ');
    printed.take(64).collect()
}

/// What stands before the name of the algorithm (options, or hosts), and the rest of the line.
pub(super) fn fields(line: &str) -> Option<(&str, &str)> {
    if is_algorithm(line) {
        return Some(("", line));
    }
    let (before, rest) = line.split_at_checked(options_end(line)?)?;
    Some((before, rest.trim_start()))
}

/// Comments of others may be anything; ours fit into a line.
pub(crate) fn comment_of_others(comment: &[u8]) -> String {
    let comment = String::from_utf8_lossy(comment);
    let printed = comment.chars().filter(|c| !c.is_control());
    let mut out = String::new();
    for c in printed {
        if out.len().saturating_add(c.len_utf8()) > MAX_VALUE {
            break;
        }
        out.push(c);
    }
    out
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
