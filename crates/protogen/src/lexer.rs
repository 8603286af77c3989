// SPDX-License-Identifier: MIT
//! Lines of a schema: indentation, words, quoted strings, text.
//!
//! Here: one line at a time; comments and empty lines disappear.
//! Not here: what the words mean (`parser`).

use crate::diagnostic::Diagnostic;
use crate::source::{Source, SourceId, Span};

/// Columns between two stops of the tabulator.
const TAB: usize = 4;

/// One element of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// Kinds of elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// Characters up to white space.
    Word,
    /// Characters between quotation marks.
    Quoted,
    /// The rest of a line after `|`.
    Text,
}

/// A line that is not empty.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) indent: usize,
    pub(crate) tokens: Vec<Token>,
}

/// Splits a source into lines of tokens.
pub(crate) fn lines(id: SourceId, source: &Source, report: &mut Vec<Diagnostic>) -> Vec<Line> {
    source
        .lines()
        .enumerate()
        .map(|(index, text)| line(id, index + 1, text, report))
        .filter(|line| !line.tokens.is_empty())
        .collect()
}

fn line(source: SourceId, number: usize, text: &str, report: &mut Vec<Diagnostic>) -> Line {
    let mut tokens = Vec::new();
    let mut indent = 0;
    let mut characters = text.chars().enumerate().peekable();
    while let Some((start, c)) = characters.next() {
        let first = tokens.is_empty();
        let mut token = |kind, text: String, width| {
            let column = start.saturating_add(1);
            let span = Span {
                source,
                line: number,
                column,
                width,
            };
            tokens.push(Token { kind, text, span });
            span
        };
        match c {
            '\t' if first => indent = (indent / TAB).saturating_add(1).saturating_mul(TAB),
            _ if c.is_whitespace() => indent = indent.saturating_add(usize::from(first)),
            '/' if characters.peek().is_some_and(|(_, c)| *c == '/') => break,
            '|' => {
                let text: String = characters.by_ref().map(|(_, c)| c).collect();
                token(TokenKind::Text, text.trim_end().to_owned(), 1);
            }
            '"' => {
                let mut text = String::new();
                let mut closed = false;
                for (_, c) in characters.by_ref() {
                    if c == '"' {
                        closed = true;
                        break;
                    }
                    text.push(c);
                }
                let width = text.chars().count() + 1 + usize::from(closed);
                let span = token(TokenKind::Quoted, text, width);
                if !closed {
                    report.push(Diagnostic::error(
                        span,
                        "the string is not closed on this line",
                    ));
                }
            }
            _ => {
                let mut text = String::from(c);
                while let Some((_, c)) =
                    characters.next_if(|(_, c)| !c.is_whitespace() && *c != '"' && *c != '|')
                {
                    text.push(c);
                }
                let width = text.chars().count();
                token(TokenKind::Word, text, width);
            }
        }
    }
    Line { indent, tokens }
}
