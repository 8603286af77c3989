// SPDX-License-Identifier: MIT
//! Passphrase sources and their order.

use std::fs::{self, Permissions};
use std::io::{Seek as _, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::file::{Existing, write_private};

/// Answers from a list and remembers what it was asked.
#[derive(Default)]
struct Script {
    answers: Vec<&'static str>,
    asked: Vec<(Purpose, bool)>,
}

impl Prompt for Script {
    fn ask(&mut self, purpose: Purpose, again: bool) -> Result<SecretString> {
        self.asked.push((purpose, again));
        if self.answers.is_empty() {
            return Err(Error::NoTerminal);
        }
        Ok(secret(self.answers.remove(0)))
    }
}

fn secret(text: &str) -> SecretString {
    SecretString::new(text.to_owned())
}

fn script(answers: &[&'static str]) -> Script {
    Script {
        answers: answers.to_vec(),
        asked: Vec::new(),
    }
}

fn file(content: &[u8]) -> Result<SecretString> {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("passphrase");
    write_private(&path, content, Existing::Keep).unwrap();
    PassphraseSource::File(path).read(Purpose::Open, &mut NoPrompt)
}

#[test]
fn a_file_gives_its_first_line_without_the_line_end() {
    for content in [
        "pass phrase",
        "pass phrase\n",
        "pass phrase\r\n",
        "pass phrase\nsecond\n",
    ] {
        assert_eq!(
            file(content.as_bytes()),
            Ok(secret("pass phrase")),
            "{content:?}"
        );
    }
    assert_eq!(file(b" kept \n"), Ok(secret(" kept ")));
}

#[test]
fn an_empty_an_endless_and_an_unreadable_passphrase_are_refused() {
    assert_eq!(file(b""), Err(Error::PassphraseLength));
    assert_eq!(file(b"\nsecond"), Err(Error::PassphraseLength));
    assert_eq!(
        file(&[b'a'; MAX_PASSPHRASE + 1]),
        Err(Error::PassphraseLength)
    );
    assert!(file(&[b'a'; MAX_PASSPHRASE]).is_ok());
    assert!(matches!(file(b"\xFF\n"), Err(Error::Malformed { .. })));
}

#[test]
fn a_file_that_others_may_read_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("passphrase");
    fs::write(&path, "pass").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    let read = PassphraseSource::File(path.clone()).read(Purpose::Open, &mut NoPrompt);
    assert_eq!(read, Err(Error::InsecureMode { path, mode: 0o640 }));
}

#[test]
fn a_pipe_gives_one_line_once_and_keeps_the_rest() {
    let (mut reader, mut writer) = io::pipe().unwrap();
    writer.write_all(b"first\nsecond\nrest").unwrap();
    let number = u32::try_from(reader.as_raw_fd()).unwrap();
    let source = PassphraseSource::Descriptor(number);
    assert_eq!(
        source.read(Purpose::Open, &mut NoPrompt),
        Ok(secret("first"))
    );
    assert_eq!(
        source.read(Purpose::New, &mut NoPrompt),
        Ok(secret("second"))
    );
    drop(writer);
    let mut rest = String::new();
    reader.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "rest");
    assert_eq!(
        source.read(Purpose::Open, &mut NoPrompt),
        Err(Error::PassphraseLength)
    );
}

#[test]
fn a_descriptor_of_a_file_works_and_one_that_is_closed_is_an_error() {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"pass\n").unwrap();
    file.rewind().unwrap();
    let number = u32::try_from(file.as_raw_fd()).unwrap();
    assert_eq!(
        PassphraseSource::Descriptor(number).read(Purpose::Open, &mut NoPrompt),
        Ok(secret("pass"))
    );
    let closed = PassphraseSource::Descriptor(999_999).read(Purpose::Open, &mut NoPrompt);
    assert!(matches!(
        closed,
        Err(Error::Io {
            kind: io::ErrorKind::NotFound,
            ..
        })
    ));
}

#[test]
fn a_new_passphrase_is_asked_for_twice_and_an_existing_one_once() {
    let mut asked = script(&["a", "a"]);
    assert_eq!(
        PassphraseSource::Prompt.read(Purpose::New, &mut asked),
        Ok(secret("a"))
    );
    assert_eq!(asked.asked, [(Purpose::New, false), (Purpose::New, true)]);
    let mut asked = script(&["a", "b"]);
    assert_eq!(
        PassphraseSource::Prompt.read(Purpose::New, &mut asked),
        Err(Error::PassphraseMismatch)
    );
    let mut asked = script(&["a"]);
    assert_eq!(
        PassphraseSource::Prompt.read(Purpose::Open, &mut asked),
        Ok(secret("a"))
    );
    assert_eq!(asked.asked, [(Purpose::Open, false)]);
    assert_eq!(
        PassphraseSource::Prompt.read(Purpose::New, &mut script(&[""])),
        Err(Error::PassphraseLength)
    );
}

#[test]
fn what_was_named_comes_before_what_is_merely_there() {
    let all = PassphraseOptions {
        file: Some("f".into()),
        descriptor: Some(3),
        agent: Some("s".into()),
        interactive: true,
    };
    assert_eq!(all.sources(), [PassphraseSource::File("f".into())]);
    let some = PassphraseOptions { file: None, ..all };
    assert_eq!(some.sources(), [PassphraseSource::Descriptor(3)]);
    let some = PassphraseOptions {
        descriptor: None,
        ..some
    };
    assert_eq!(
        some.sources(),
        [
            PassphraseSource::Agent("s".into()),
            PassphraseSource::Prompt
        ]
    );
    assert_eq!(
        PassphraseOptions::default().sources(),
        [PassphraseSource::None]
    );
}

#[test]
fn a_missing_agent_leaves_the_word_to_the_prompt_and_a_missing_file_does_not() {
    let options = PassphraseOptions {
        agent: Some("/nonexistent/agent".into()),
        interactive: true,
        ..PassphraseOptions::default()
    };
    assert_eq!(
        options.unlock("STORE", &mut script(&["a"])),
        Ok(Unlock::Passphrase(secret("a")))
    );
    let options = PassphraseOptions {
        file: Some("/nonexistent/file".into()),
        ..options
    };
    assert!(matches!(
        options.unlock("STORE", &mut script(&["a"])),
        Err(Error::Io { .. })
    ));
    assert_eq!(
        PassphraseOptions::default().unlock("STORE", &mut script(&["a"])),
        Err(Error::NoPassphrase)
    );
}

#[test]
fn a_new_passphrase_never_comes_from_an_agent() {
    let options = PassphraseOptions {
        agent: Some("/nonexistent/agent".into()),
        interactive: true,
        ..PassphraseOptions::default()
    };
    assert_eq!(options.choose(&mut script(&["a", "a"])), Ok(secret("a")));
    assert_eq!(
        PassphraseOptions {
            interactive: false,
            ..options
        }
        .choose(&mut NoPrompt),
        Err(Error::NoPassphrase)
    );
}

#[test]
fn debug_output_of_what_unlocks_is_redacted() {
    assert_eq!(
        format!("{:?}", Unlock::Passphrase(secret("hush"))),
        "Passphrase([redacted])"
    );
}
