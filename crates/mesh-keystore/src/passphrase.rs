// SPDX-License-Identifier: MIT
//! Where the passphrase of a key store comes from.
//!
//! Spec: none.
//! Here: the sources, their order, and reading from each.
//! Not here: options and environment variables, and the words of a prompt (`mesh`); what the passphrase opens (`store`).

pub mod recipient;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use mesh_crypto::{SecretBytes, SecretString};
use zeroize::{Zeroize as _, Zeroizing};

use crate::file::read_private;
use crate::{Error, Result, agent};

/// The longest passphrase in octets.
pub const MAX_PASSPHRASE: usize = 4096;

/// A place that a passphrase, or the key that it would open, comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PassphraseSource {
    /// The socket of an agent that holds the store key.
    Agent(PathBuf),
    /// An open file descriptor; its first line, read to the line's end and no further, so that a pipe gives it once.
    Descriptor(u32),
    /// A file of ours that nobody else can read; its first line.
    File(PathBuf),
    /// Nothing: an operation that needs a passphrase fails.
    None,
    /// The user at the terminal, asked twice for a new passphrase.
    Prompt,
}

/// What the user chose, in options or elsewhere. The library reads no environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PassphraseOptions {
    /// A passphrase file.
    pub file: Option<PathBuf>,
    /// A file descriptor.
    pub descriptor: Option<u32>,
    /// The agent's socket. Unlike a file or a descriptor, an agent that does not answer is passed over.
    pub agent: Option<PathBuf>,
    /// Whether the user may be asked.
    pub interactive: bool,
}

impl PassphraseOptions {
    /// The sources in the order in which they are tried. What was named comes before what is merely there: file,
    /// descriptor, agent, prompt. Only an agent leaves the word to the next.
    #[must_use]
    pub fn sources(&self) -> Vec<PassphraseSource> {
        let mut out = Vec::new();
        if let Some(path) = &self.file {
            out.push(PassphraseSource::File(path.clone()));
        } else if let Some(number) = self.descriptor {
            out.push(PassphraseSource::Descriptor(number));
        } else {
            out.extend(self.agent.clone().map(PassphraseSource::Agent));
            out.push(if self.interactive {
                PassphraseSource::Prompt
            } else {
                PassphraseSource::None
            });
        }
        out
    }

    /// Gets what opens the key store named `store`.
    ///
    /// # Errors
    /// [`Error::NoPassphrase`] when every source is exhausted; otherwise those of [`PassphraseSource::read`].
    pub fn unlock(&self, store: &str, prompt: &mut dyn Prompt) -> Result<Unlock> {
        for source in self.sources() {
            match source {
                PassphraseSource::Agent(socket) => match agent::store_key(&socket, store) {
                    Ok(key) => return Ok(Unlock::StoreKey(key)),
                    Err(Error::AgentLocked | Error::Io { .. }) => {}
                    Err(error) => return Err(error),
                },
                source => return source.read(Purpose::Open, prompt).map(Unlock::Passphrase),
            }
        }
        Err(Error::NoPassphrase)
    }

    /// Gets a new passphrase. An agent has none to give.
    ///
    /// # Errors
    /// Those of [`PassphraseSource::read`].
    pub fn choose(&self, prompt: &mut dyn Prompt) -> Result<SecretString> {
        let sources = self.sources();
        let source = sources
            .iter()
            .find(|source| !matches!(source, PassphraseSource::Agent(_)));
        source.map_or(Err(Error::NoPassphrase), |source| {
            source.read(Purpose::New, prompt)
        })
    }
}

/// What opens a key store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unlock {
    /// Its passphrase.
    Passphrase(SecretString),
    /// Its key, from an agent.
    StoreKey(SecretBytes),
}

/// What a passphrase is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A new one, which a user has to repeat.
    New,
    /// One that exists.
    Open,
}

/// How the user is asked. The programs own the words.
pub trait Prompt {
    /// Asks once. `again` is true when a new passphrase is to be repeated.
    ///
    /// # Errors
    /// [`Error::NoTerminal`] when there is nobody to ask.
    fn ask(&mut self, purpose: Purpose, again: bool) -> Result<SecretString>;
}

/// Asks on the controlling terminal, without showing what is typed.
#[derive(Clone, Debug)]
pub struct Terminal {
    /// Shown when an existing passphrase is wanted.
    pub open: String,
    /// Shown when a new passphrase is wanted.
    pub new: String,
    /// Shown when it is to be repeated.
    pub again: String,
}

impl Prompt for Terminal {
    fn ask(&mut self, purpose: Purpose, again: bool) -> Result<SecretString> {
        let text = match (purpose, again) {
            (Purpose::Open, _) => &self.open,
            (Purpose::New, false) => &self.new,
            (Purpose::New, true) => &self.again,
        };
        rpassword::prompt_password(text)
            .map(SecretString::new)
            .map_err(|_| Error::NoTerminal)
    }
}

/// Asks nobody: for programs without a terminal.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoPrompt;

impl Prompt for NoPrompt {
    fn ask(&mut self, _: Purpose, _: bool) -> Result<SecretString> {
        Err(Error::NoTerminal)
    }
}

impl PassphraseSource {
    /// Reads a passphrase from this source.
    ///
    /// # Errors
    /// [`Error::Symlink`], [`Error::NotRegular`], [`Error::NotOwner`], [`Error::InsecureMode`] for a file that is not
    /// ours alone; [`Error::Io`]; [`Error::PassphraseLength`], [`Error::Malformed`] (not UTF-8);
    /// [`Error::PassphraseMismatch`], [`Error::NoTerminal`]; [`Error::NoPassphrase`] from an agent or from none.
    pub fn read(&self, purpose: Purpose, prompt: &mut dyn Prompt) -> Result<SecretString> {
        match self {
            Self::Agent(_) | Self::None => Err(Error::NoPassphrase),
            Self::Descriptor(number) => from_descriptor(*number),
            Self::File(path) => from_file(path),
            Self::Prompt => {
                let passphrase = checked(prompt.ask(purpose, false)?)?;
                if purpose == Purpose::New && prompt.ask(purpose, true)? != passphrase {
                    return Err(Error::PassphraseMismatch);
                }
                Ok(passphrase)
            }
        }
    }
}

fn from_file(path: &Path) -> Result<SecretString> {
    // Later lines may hold anything, up to a size that no passphrase file has.
    let octets = read_private(path, 64 * 1024)?;
    first_line(octets.expose_secret())
}

fn from_descriptor(number: u32) -> Result<SecretString> {
    let path = PathBuf::from(format!("/dev/fd/{number}"));
    let octets = if number == 0 {
        read_line(io::stdin().lock())
    } else {
        // The system's name for our own descriptor: opening it needs no unsafe code.
        File::open(&path).and_then(read_line)
    };
    first_line(&octets.map_err(Error::io("read", &path))?)
}

/// Octet by octet to the end of the line, so that what follows stays in the pipe.
fn read_line(mut reader: impl Read) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut out = Zeroizing::new(Vec::with_capacity(MAX_PASSPHRASE + 2));
    let mut octet = [0];
    while out.len() < MAX_PASSPHRASE + 2 {
        match reader.read(&mut octet) {
            Ok(0) => break,
            Ok(_) => out.extend_from_slice(&octet),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if octet == [b'\n'] {
            break;
        }
    }
    octet.zeroize();
    Ok(out)
}

fn first_line(octets: &[u8]) -> Result<SecretString> {
    let line = octets.split(|b| *b == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = std::str::from_utf8(line).map_err(|_| Error::Malformed {
        what: "passphrase: not UTF-8",
    })?;
    checked(SecretString::new(text.to_owned()))
}

fn checked(passphrase: SecretString) -> Result<SecretString> {
    if (1..=MAX_PASSPHRASE).contains(&passphrase.expose_secret().len()) {
        Ok(passphrase)
    } else {
        Err(Error::PassphraseLength)
    }
}

#[cfg(test)]
mod tests;
