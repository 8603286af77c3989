// SPDX-License-Identifier: MIT
//! A page of worked examples: Markdown.
//!
//! Spec: none.
//! Here: headings, listings of JSON, octets and commands.
//! Not here: what is on a page.

use std::fmt::Write;

use mesh_jsonbcd::Raw;
use serde_json::Value;

use crate::Outcome;

/// Octets on a line of a listing.
const LINE: usize = 32;

/// A page that grows from top to bottom.
pub(crate) struct Page(String);

impl Page {
    /// A page with its title, the document whose examples it shows, and a warning that nothing on it is secret.
    pub(crate) fn new(title: &str, document: &str) -> Self {
        Self(format!(
            "# {title}\n\nWorked examples for {document}, made by `cargo xtask examples` from the code under a fixed seed and clock. \
             Every key on this page is public: use none of them.\n"
        ))
    }

    pub(crate) fn heading(&mut self, text: &str) {
        let _ = writeln!(self.0, "\n## {text}");
    }

    pub(crate) fn subheading(&mut self, text: &str) {
        let _ = writeln!(self.0, "\n### {text}");
    }

    pub(crate) fn text(&mut self, text: &str) {
        let _ = writeln!(self.0, "\n{text}");
    }

    /// Named values, one in a line.
    pub(crate) fn values(&mut self, rows: &[(&str, String)]) {
        let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let lines = rows
            .iter()
            .map(|(name, value)| format!("{name:<width$}  {value}"));
        let lines = lines.collect::<Vec<_>>().join("\n");
        self.listing("text", &lines);
    }

    /// JSON or JSON-B as indented JSON; anything else is refused.
    pub(crate) fn json(&mut self, octets: &[u8]) -> Outcome<()> {
        self.value(&json(octets)?)
    }

    pub(crate) fn value(&mut self, value: &Value) -> Outcome<()> {
        let text = serde_json::to_string_pretty(value)?;
        self.listing("json", &text);
        Ok(())
    }

    /// Octets in hexadecimal.
    pub(crate) fn octets(&mut self, octets: &[u8]) {
        let lines: Vec<String> = octets.chunks(LINE).map(hex).collect();
        self.listing("text", &lines.join("\n"));
    }

    pub(crate) fn listing(&mut self, language: &str, text: &str) {
        let _ = writeln!(self.0, "\n```{language}\n{}\n```", text.trim_end());
    }

    pub(crate) fn finish(self) -> String {
        self.0
    }
}

/// The value of a JSON or JSON-B text.
pub(crate) fn json(octets: &[u8]) -> Outcome<Value> {
    let raw = Raw::parse(octets.to_vec())?;
    Ok(serde_json::from_slice(&mesh_jsonbcd::to_json(&raw))?)
}

/// Hexadecimal, two digits an octet.
pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
