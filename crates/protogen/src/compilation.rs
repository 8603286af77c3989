// SPDX-License-Identifier: MIT
//! The files that are compiled together, and what their names refer to.
//!
//! Here: the files to be emitted as one module, the files that they import, look-ups across both.
//! Not here: checks (`lint`), text (`emit`).

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint;
use crate::parser::parse;
use crate::source::Sources;
use crate::syntax::{Field, Record, Schema};

/// Inheritance deeper than this is a cycle or a mistake.
pub(crate) const MAX_PARENTS: usize = 32;

/// Schemas that are compiled together.
#[derive(Debug, Default)]
pub struct Compilation {
    sources: Sources,
    modules: Vec<Schema>,
    imports: Vec<(Schema, String)>,
    report: Vec<Diagnostic>,
}

/// The outcome of the checks.
#[derive(Debug)]
pub struct Checked {
    /// What was found, in the order of files and lines.
    pub report: Vec<Diagnostic>,
}

impl Checked {
    /// True when the schemas cannot be used.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.report
            .iter()
            .any(|found| found.severity == Severity::Error)
    }
}

impl Compilation {
    /// Adds a file to be emitted.
    pub fn add(&mut self, name: &str, text: &str) {
        let schema = self.parse(name, text);
        self.modules.extend(schema);
    }

    /// Adds a file whose records are emitted elsewhere, under this path.
    pub fn import(&mut self, name: &str, text: &str, path: &str) {
        let schema = self.parse(name, text);
        self.imports
            .extend(schema.map(|schema| (schema, path.to_owned())));
    }

    fn parse(&mut self, name: &str, text: &str) -> Option<Schema> {
        let id = self.sources.add(name, text);
        let source = self.sources.get(id)?.clone();
        parse(id, &source, &mut self.report)
    }

    /// The texts, for presenting what was found.
    #[must_use]
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Checks the files to be emitted. With `strict`, types that are defined nowhere and missing descriptions are errors.
    #[must_use]
    pub fn check(&self, strict: bool) -> Checked {
        let mut report = self.report.clone();
        lint::check(self, strict, &mut report);
        report.sort_by_key(|found| (found.span.source, found.span.line, found.span.column));
        Checked { report }
    }

    pub(crate) fn modules(&self) -> &[Schema] {
        &self.modules
    }

    /// The records to be emitted.
    pub(crate) fn records(&self) -> impl Iterator<Item = &Record> {
        self.modules.iter().flat_map(|schema| &schema.records)
    }

    /// A record of any file, and the path of its module when it is imported.
    pub(crate) fn find(&self, name: &str) -> Option<(&Record, Option<&str>)> {
        if let Some(found) = self.records().find(|record| record.name.text == name) {
            return Some((found, None));
        }
        self.imports.iter().find_map(|(schema, path)| {
            let found = schema
                .records
                .iter()
                .find(|record| record.name.text == name)?;
            Some((found, Some(path.as_str())))
        })
    }

    /// A record and its ancestors, the record first.
    pub(crate) fn lineage<'a>(&'a self, record: &'a Record) -> Vec<&'a Record> {
        let mut found = vec![record];
        let mut at = record;
        while let Some(parent) = &at.parent {
            let name = parent.name.text.rsplit('.').next().unwrap_or_default();
            match self.find(name) {
                Some((next, _)) if found.len() < MAX_PARENTS => {
                    found.push(next);
                    at = next;
                }
                _ => break,
            }
        }
        found
    }

    /// The fields of a record in the order in which they are written: its own, then those of its ancestors.
    pub(crate) fn fields<'a>(&'a self, record: &'a Record) -> Vec<&'a Field> {
        self.lineage(record)
            .into_iter()
            .flat_map(|record| &record.fields)
            .collect()
    }

    /// The records of the emitted files that are, or descend from, the record of this name, without abstract ones.
    pub(crate) fn family(&self, name: &str) -> Vec<&Record> {
        let belongs = |record: &&Record| {
            self.lineage(record)
                .iter()
                .any(|found| found.name.text == name)
        };
        self.records()
            .filter(belongs)
            .filter(|record| !record.is_abstract)
            .collect()
    }
}
