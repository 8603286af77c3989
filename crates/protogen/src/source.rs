// SPDX-License-Identifier: MIT
//! Texts and places in them.
//!
//! Here: names and lines of sources, spans.
//! Not here: reading files (the binary does that).

/// Number of a source within a compilation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub(crate) usize);

/// A place in a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The source.
    pub source: SourceId,
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// Number of characters.
    pub width: usize,
}

/// One text.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    text: String,
}

impl Source {
    /// The name under which messages cite the source.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The lines, without byte order mark and line ends.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.text
            .strip_prefix('\u{feff}')
            .unwrap_or(&self.text)
            .lines()
    }
}

/// The sources of a compilation.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    list: Vec<Source>,
}

impl Sources {
    /// Adds a source.
    pub fn add(&mut self, name: &str, text: &str) -> SourceId {
        self.list.push(Source {
            name: name.to_owned(),
            text: text.to_owned(),
        });
        SourceId(self.list.len() - 1)
    }

    /// A source, if the number is of this compilation.
    #[must_use]
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.list.get(id.0)
    }

    /// The line in which a span begins.
    #[must_use]
    pub fn line(&self, span: Span) -> Option<&str> {
        self.get(span.source)?
            .lines()
            .nth(span.line.checked_sub(1)?)
    }
}
