// SPDX-License-Identifier: MIT
//! Checks of schemas that parse.
//!
//! Here: unknown and repeated names, cycles, missing descriptions.
//! Not here: syntax (`parser`).

use std::collections::HashSet;

use crate::compilation::{Compilation, MAX_PARENTS};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::{Basic, FieldKind, Record, Word};

/// Types that are written by hand.
const BUILT_IN: [&str; 1] = ["DareEnvelope"];

pub(crate) fn check(compilation: &Compilation, strict: bool, report: &mut Vec<Diagnostic>) {
    let mut names = HashSet::new();
    for schema in compilation.modules() {
        let foreign: HashSet<&str> = schema
            .externs
            .iter()
            .map(|word| word.text.as_str())
            .collect();
        let missing = |described: bool, span: Span, what: &str, report: &mut Vec<Diagnostic>| {
            if strict && !described {
                report.push(Diagnostic::error(
                    span,
                    format!("{what} has no Description"),
                ));
            }
        };
        missing(
            !schema.description.is_empty(),
            schema.name.span,
            "the Protocol",
            report,
        );
        for record in &schema.records {
            if !names.insert(&record.name.text) {
                report.push(Diagnostic::error(
                    record.name.span,
                    format!("`{}` is defined twice", record.name.text),
                ));
            }
            missing(
                !record.description.is_empty(),
                record.name.span,
                &format!("`{}`", record.name.text),
                report,
            );
            for field in &record.fields {
                missing(
                    !field.description.is_empty(),
                    field.name.span,
                    &format!("`{}`", field.name.text),
                    report,
                );
                if let Some(span) = field.secret
                    && !matches!(field.kind, FieldKind::Basic(Basic::String | Basic::Binary))
                {
                    report.push(Diagnostic::error(
                        span,
                        "only a String or a Binary can be Secret",
                    ));
                }
                if let FieldKind::Struct(word)
                | FieldKind::Tagged(word)
                | FieldKind::Enveloped(word) = &field.kind
                {
                    known(compilation, word, &foreign, strict, report);
                    let is_abstract = compilation
                        .find(&word.text)
                        .is_some_and(|(record, _)| record.is_abstract);
                    if is_abstract && matches!(field.kind, FieldKind::Struct(_)) {
                        let cause = format!(
                            "`{}` is abstract: only a TStruct can hold its descendants",
                            word.text
                        );
                        report.push(Diagnostic::error(word.span, cause));
                    }
                }
            }
            ancestry(compilation, record, strict, report);
        }
        for transaction in &schema.transactions {
            known(compilation, &transaction.request, &foreign, strict, report);
            known(compilation, &transaction.response, &foreign, strict, report);
            missing(
                !transaction.description.is_empty(),
                transaction.name.span,
                &format!("`{}`", transaction.name.text),
                report,
            );
            if schema.services.is_empty() {
                report.push(Diagnostic::error(
                    transaction.name.span,
                    "a Transaction needs a Service",
                ));
            }
        }
    }
}

fn known(
    compilation: &Compilation,
    word: &Word,
    foreign: &HashSet<&str>,
    strict: bool,
    report: &mut Vec<Diagnostic>,
) {
    let name = word.text.as_str();
    if compilation.find(name).is_some() || foreign.contains(name) || BUILT_IN.contains(&name) {
        return;
    }
    let cause = format!("`{name}` is defined neither here nor in an imported file");
    report.push(if strict {
        Diagnostic::error(word.span, cause)
    } else {
        Diagnostic::warning(word.span, cause)
    });
}

fn ancestry(
    compilation: &Compilation,
    record: &Record,
    strict: bool,
    report: &mut Vec<Diagnostic>,
) {
    let lineage = compilation.lineage(record);
    if lineage.len() >= MAX_PARENTS {
        report.push(Diagnostic::error(
            record.name.span,
            format!("`{}` inherits from itself", record.name.text),
        ));
        return;
    }
    if let Some(parent) = &record.parent
        && lineage.len() == 1
    {
        let cause = format!(
            "the parent `{}` is defined neither here nor in an imported file",
            parent.name.text
        );
        let span = parent.name.span;
        report.push(if strict {
            Diagnostic::error(span, cause)
        } else {
            Diagnostic::warning(span, cause)
        });
    }
    let mut names = HashSet::new();
    for field in compilation.fields(record) {
        if !names.insert(field.wire_name()) {
            let span = if record.fields.iter().any(|own| std::ptr::eq(own, field)) {
                field.name.span
            } else {
                record.name.span
            };
            report.push(Diagnostic::error(
                span,
                format!(
                    "`{}` has the member {:?} twice",
                    record.name.text,
                    field.wire_name()
                ),
            ));
        }
    }
}
