// SPDX-License-Identifier: MIT
//! What is printed: for people, or one object for scripts.
//!
//! Spec: none.
//! Here: the only place that writes to standard output and standard error.
//! Not here: what is said (`command`, `text`).
#![expect(clippy::print_stderr, reason = "this is where the programs print")]

use std::io::{ErrorKind, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use mesh_jsonbcd::ErrorClass;
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use crate::error::Failure;

/// What a command has to say.
#[derive(Default)]
pub struct Answer {
    human: Zeroizing<String>,
    object: Map<String, Value>,
    verdict: Option<ErrorClass>,
}

impl Answer {
    /// An answer with a text for people.
    #[must_use]
    pub fn say(human: impl Into<String>) -> Self {
        Self {
            human: Zeroizing::new(human.into()),
            object: Map::new(),
            verdict: None,
        }
    }

    /// The same with more text for people behind it.
    #[must_use]
    pub fn and_say(mut self, more: &str) -> Self {
        self.human.push_str(more);
        self
    }

    /// The text for people.
    #[must_use]
    pub fn human(&self) -> &str {
        &self.human
    }

    /// The object for scripts.
    #[must_use]
    pub fn object(&self) -> &Map<String, Value> {
        &self.object
    }

    /// Adds a member of the object for scripts.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.object.insert(name.to_owned(), value.into());
        self
    }

    /// The answer of a command that did what it was asked, and found that not all is well: the class gives the exit code.
    #[must_use]
    pub fn but(mut self, verdict: ErrorClass) -> Self {
        self.verdict = Some(verdict);
        self
    }
}

/// Prints an answer or a failure, and gives the exit code.
#[must_use]
pub fn finish(result: Result<Answer, Failure>, as_json: bool) -> ExitCode {
    match result {
        Ok(answer) => {
            let done = if as_json {
                writeln!(std::io::stdout(), "{}", Value::Object(answer.object))
            } else if answer.human.is_empty() {
                Ok(())
            } else {
                writeln!(std::io::stdout(), "{}", *shown(answer.human.trim_end()))
            };
            match done.and_then(|()| std::io::stdout().flush()) {
                // A reader that has seen enough, such as 'head', is no error.
                Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                    // What the answer holds, a key for instance, may be nowhere else.
                    let failure =
                        Failure::unavailable(format!("the answer cannot be written: {error}"));
                    told(&failure);
                    ExitCode::from(failure.class.exit_code())
                }
                _ => answer.verdict.map_or(ExitCode::SUCCESS, |verdict| {
                    ExitCode::from(verdict.exit_code())
                }),
            }
        }
        Err(failure) => {
            let code = failure.class.exit_code();
            if as_json {
                let error = json!({
                    "class": failure.class.name(), "message": failure.cause, "remedy": failure.remedy, "code": code
                });
                // If nobody reads it, there is still the exit code.
                let _ = writeln!(std::io::stdout(), "{}", json!({ "error": error }));
            } else {
                told(&failure);
            }
            ExitCode::from(code)
        }
    }
}

/// Says on standard error why a command failed.
fn told(failure: &Failure) {
    // Names in files that others made must not add lines of their own.
    eprintln!("error: {}", *shown(&one_line(&failure.cause)));
    eprintln!("remedy: {}", *shown(&one_line(&failure.remedy)));
}

/// A text without what would steer a terminal: names and reasons come from other devices and from the service.
fn shown(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    for letter in text.chars() {
        match letter {
            '\n' | '\t' => out.push(letter),
            letter if letter.is_control() || turns(letter) => out.extend(letter.escape_unicode()),
            letter => out.push(letter),
        }
    }
    out
}

/// True for the marks that turn the direction of writing: they make a text look like another one.
pub(crate) fn turns(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text on one line: whoever wrote it could otherwise make several of it.
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter.is_control() && letter != '\t' {
            true => out.extend(letter.escape_unicode()),
            false => out.push(letter),
        }
    }
    out
}

/// A text of somebody on the network as it may stand in a log: on one line, and no longer than a thousand letters.
#[must_use]
pub fn told_by_others(text: &str) -> String {
    const LETTERS: usize = 1000;
    let line = one_line(text);
    match line.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// Prints a line now, ahead of the answer.
///
/// # Errors
/// That of standard output: nobody reads it, and what was to follow the line is in vain.
pub fn line(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "{}", *shown(text))?;
    out.flush()
}

/// Prints a note beside the answer.
pub fn note(text: &str) {
    eprintln!("{}", *shown(text));
}

/// Runs something that may take long, and shows on a terminal that it is still at it.
pub fn working<T>(what: &'static str, work: impl FnOnce() -> T) -> T {
    measured(what, None, |_| work())
}

/// The same for work that says how many octets it has dealt with, of a number that may be known.
pub fn measured<T>(
    what: &'static str,
    total: Option<u64>,
    work: impl FnOnce(&(dyn Fn(u64) + Sync)) -> T,
) -> T {
    if !std::io::stderr().is_terminal() {
        return work(&|_| ());
    }
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden()).with_message(what);
    let template = match total {
        Some(_) => "{msg} {bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
        None => "{spinner} {msg} {elapsed}",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    let (done, waiting) = std::sync::mpsc::channel::<()>();
    let shown = bar.clone();
    // What is quicker than a second shows nothing.
    let watcher = std::thread::spawn(move || {
        if waiting.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
            shown.set_draw_target(ProgressDrawTarget::stderr());
            shown.enable_steady_tick(Duration::from_millis(100));
        }
    });
    let result = work(&|octets| bar.set_position(octets));
    drop(done);
    // It cannot fail; and if it did, the work is done all the same.
    let _ = watcher.join();
    bar.finish_and_clear();
    result
}

/// Asks before something that cannot be undone; without a terminal only `--yes` will do.
///
/// # Errors
/// [`Failure`] when the person declines or cannot be asked.
pub fn confirm(question: &str, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::misuse(
            format!("{question} This needs a confirmation"),
            "add --yes",
        ));
    }
    eprint!("{question} Type yes to go on: ");
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    match answer.trim().eq_ignore_ascii_case("yes") {
        true => Ok(()),
        false => Err(Failure::misuse(
            "nothing was done",
            "type yes, or add --yes",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_the_terminal() {
        let text = "name\u{1b}[2J\r\u{7}\u{9b}1m\u{202e}txt";
        assert_eq!(
            *shown(text),
            "name\\u{1b}[2J\\u{d}\\u{7}\\u{9b}1m\\u{202e}txt"
        );
        assert_eq!(*shown("é\tß\n\u{2588}"), "é\tß\n\u{2588}");
    }
}
