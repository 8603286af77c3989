// SPDX-License-Identifier: MIT
//! What is wrong with a schema, and where.
//!
//! Here: messages and their presentation with line and caret.

use crate::source::{Sources, Span};

/// Whether a message stands in the way of emission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth a look.
    Warning,
    /// The schema cannot be used.
    Error,
}

/// A message about a place in a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Warning or error.
    pub severity: Severity,
    /// The place.
    pub span: Span,
    /// The cause.
    pub cause: String,
}

impl Diagnostic {
    /// An error.
    pub(crate) fn error(span: Span, cause: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            span,
            cause: cause.into(),
        }
    }

    /// A warning.
    pub(crate) fn warning(span: Span, cause: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            span,
            cause: cause.into(),
        }
    }
}

/// Presents a message: `file:line:column: error: cause`, the line, a caret under the place.
#[must_use]
pub fn present(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let Diagnostic {
        severity,
        span,
        cause,
    } = diagnostic;
    let severity = match severity {
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let name = sources.get(span.source).map_or("", |source| source.name());
    let mut text = format!(
        "{name}:{}:{}: {severity}: {cause}\n",
        span.line, span.column
    );
    if let Some(line) = sources.line(*span) {
        // Tabs are kept in front of the caret, so that it stands right at any width of tabs.
        let blank: String = line
            .chars()
            .take(span.column.saturating_sub(1))
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        text.push_str(&format!(
            "{line}\n{blank}{}\n",
            "^".repeat(span.width.max(1))
        ));
    }
    text
}
