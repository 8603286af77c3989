// SPDX-License-Identifier: MIT
//! From lines to the written schema.
//!
//! Here: structure by indentation, keywords and their arguments. A faulty line is reported and left out.
//! Not here: what names refer to (`resolve`).

use crate::diagnostic::Diagnostic;
use crate::lexer::{self, Line, Token, TokenKind};
use crate::source::{Source, SourceId, Span};
use crate::syntax::{
    Access, Basic, Field, FieldKind, Paragraph, Parent, Record, Schema, Service, Transaction, Word,
};

/// `Protocol`, record, field, `Description`: no construct goes deeper.
const MAX_DEPTH: usize = 8;

/// Reads a source. `None` when it holds no `Protocol`.
pub(crate) fn parse(id: SourceId, source: &Source, report: &mut Vec<Diagnostic>) -> Option<Schema> {
    let lines = lexer::lines(id, source, report);
    let mut schema = None;
    for node in tree(lines, report) {
        if node.keyword.text != "Protocol" {
            report.push(Diagnostic::error(
                node.keyword.span,
                format!("`{}` is outside of a Protocol", node.keyword.text),
            ));
        } else if schema.is_some() {
            report.push(Diagnostic::error(
                node.keyword.span,
                "a second Protocol in one file",
            ));
        } else {
            schema = Some(protocol(node, report));
        }
    }
    if schema.is_none() {
        let span = Span {
            source: id,
            line: 1,
            column: 1,
            width: 1,
        };
        report.push(Diagnostic::error(span, "the file has no Protocol"));
    }
    schema
}

/// A line together with the lines that are indented below it.
struct Node {
    keyword: Word,
    arguments: Vec<Token>,
    text: Vec<String>,
    children: Vec<Node>,
}

fn tree(lines: Vec<Line>, report: &mut Vec<Diagnostic>) -> Vec<Node> {
    let mut roots = Vec::new();
    let mut open: Vec<(usize, Node)> = Vec::new();
    for line in lines {
        let mut tokens = line.tokens.into_iter();
        let Some(first) = tokens.next() else { continue };
        match first.kind {
            // Text belongs to the description above it, wherever it stands.
            TokenKind::Text => match open.last_mut() {
                Some((_, node)) if node.keyword.text == "Description" => node.text.push(first.text),
                _ => report.push(Diagnostic::error(
                    first.span,
                    "text outside of a Description",
                )),
            },
            TokenKind::Quoted => {
                report.push(Diagnostic::error(
                    first.span,
                    "a line begins with a keyword, not with a string",
                ));
            }
            TokenKind::Word => {
                while open
                    .last()
                    .is_some_and(|(indent, _)| *indent >= line.indent)
                {
                    close(&mut open, &mut roots);
                }
                if open.len() >= MAX_DEPTH {
                    report.push(Diagnostic::error(
                        first.span,
                        "the line is nested too deeply",
                    ));
                    continue;
                }
                let keyword = Word {
                    text: first.text,
                    span: first.span,
                };
                let node = Node {
                    keyword,
                    arguments: tokens.collect(),
                    text: Vec::new(),
                    children: Vec::new(),
                };
                open.push((line.indent, node));
            }
        }
    }
    while !open.is_empty() {
        close(&mut open, &mut roots);
    }
    roots
}

fn close(open: &mut Vec<(usize, Node)>, roots: &mut Vec<Node>) {
    if let Some((_, node)) = open.pop() {
        match open.last_mut() {
            Some((_, parent)) => parent.children.push(node),
            None => roots.push(node),
        }
    }
}

fn protocol(node: Node, report: &mut Vec<Diagnostic>) -> Schema {
    let mut arguments = Arguments::new(&node, report);
    let mut schema = Schema::default();
    let _namespace = arguments.path("a namespace");
    let _prefix = arguments.name("the name of the generated class");
    schema.name = arguments.name("a name").unwrap_or_default();
    arguments.end();
    for child in node.children {
        let mut arguments = Arguments::new(&child, report);
        match child.keyword.text.as_str() {
            "Using" => {
                schema.using.extend(arguments.path("a namespace"));
                arguments.end();
                leaf(&child, report);
            }
            "Extern" => {
                schema.externs.extend(arguments.name("a type"));
                arguments.end();
                leaf(&child, report);
            }
            "Section" => {
                let _level = arguments.number("a level");
                let _title = arguments.quoted("a title");
                arguments.end();
                let _ = described(&child, report);
            }
            "Description" => schema.description.extend(description(child, report)),
            "Service" => schema.services.extend(service(child, report)),
            "Transaction" => schema.transactions.extend(transaction(child, report)),
            "Structure" | "Message" => schema.records.extend(record(child, report)),
            "Success" | "Warning" | "Error" => {
                let _name = arguments.name("a name");
                let _code = arguments.number("a code");
                arguments.end();
                let _ = described(&child, report);
            }
            _ => unexpected(&child, "a Protocol", report),
        }
    }
    schema
}

fn service(node: Node, report: &mut Vec<Diagnostic>) -> Option<Service> {
    let description = described(&node, report);
    let mut arguments = Arguments::new(&node, report);
    let name = arguments.name("a name");
    let discovery = arguments.quoted("the service label of DNS");
    let prefix = arguments.quoted("the well-known name");
    let _request = arguments.name("the base of requests");
    let _response = arguments.name("the base of responses");
    arguments.end();
    Some(Service {
        name: name?,
        discovery: discovery?.text,
        prefix: prefix?.text,
        description,
    })
}

fn transaction(node: Node, report: &mut Vec<Diagnostic>) -> Option<Transaction> {
    let description = described(&node, report);
    let mut arguments = Arguments::new(&node, report);
    let access = if node.arguments.len() > 3 {
        let word = arguments.name("Public, User, Admin, Device or Service")?;
        match word.text.as_str() {
            "Public" => Access::Public,
            "User" => Access::User,
            "Admin" => Access::Admin,
            "Service" => Access::Service,
            "Device" => Access::Device,
            _ => {
                let cause = format!(
                    "`{}` is none of Public, User, Admin, Device, Service",
                    word.text
                );
                arguments.fail(word.span, cause);
                return None;
            }
        }
    } else {
        Access::default()
    };
    let name = arguments.name("a name");
    let request = arguments.name("a request");
    let response = arguments.name("a response");
    arguments.end();
    Some(Transaction {
        access,
        name: name?,
        request: request?,
        response: response?,
        description,
    })
}

fn record(node: Node, report: &mut Vec<Diagnostic>) -> Option<Record> {
    let mut arguments = Arguments::new(&node, report);
    let name = arguments.name("a name");
    arguments.end();
    let mut record = Record {
        name: name?,
        is_abstract: false,
        parent: None,
        description: Vec::new(),
        fields: Vec::new(),
    };
    for child in node.children {
        let mut arguments = Arguments::new(&child, report);
        match child.keyword.text.as_str() {
            "Description" => record.description.extend(description(child, report)),
            "Abstract" => {
                record.is_abstract = true;
                arguments.end();
                leaf(&child, report);
            }
            "Inherits" | "External" => {
                let external = child.keyword.text == "External";
                let name = if external {
                    arguments.path("a type")
                } else {
                    arguments.name("a type")
                };
                arguments.end();
                leaf(&child, report);
                if record.parent.is_some() {
                    report.push(Diagnostic::error(child.keyword.span, "a second parent"));
                } else {
                    record.parent = name.map(|name| Parent { name });
                }
            }
            _ => record.fields.extend(field(child, report)),
        }
    }
    Some(record)
}

fn field(node: Node, report: &mut Vec<Diagnostic>) -> Option<Field> {
    let mut arguments = Arguments::new(&node, report);
    let kind = match node.keyword.text.as_str() {
        "String" => Some(FieldKind::Basic(Basic::String)),
        "Binary" => Some(FieldKind::Basic(Basic::Binary)),
        "Integer" => Some(FieldKind::Basic(Basic::Integer)),
        "Boolean" => Some(FieldKind::Basic(Basic::Boolean)),
        "DateTime" => Some(FieldKind::Basic(Basic::DateTime)),
        "Float" => Some(FieldKind::Basic(Basic::Float)),
        "Struct" => arguments.type_name(),
        "TStruct" => arguments.name("a type").map(FieldKind::Tagged),
        _ => {
            unexpected(&node, "a record", report);
            return None;
        }
    };
    let name = arguments.name("a name");
    arguments.end();
    let mut field = Field {
        kind: kind?,
        name: name?,
        tag: None,
        multiple: false,
        secret: None,
        description: Vec::new(),
    };
    for child in node.children {
        let mut arguments = Arguments::new(&child, report);
        match child.keyword.text.as_str() {
            "Description" => {
                field.description.extend(description(child, report));
                continue;
            }
            "Multiple" => field.multiple = true,
            "Required" => {}
            "Secret" => field.secret = Some(child.keyword.span),
            "Tag" => field.tag = arguments.quoted("the name on the wire"),
            "LengthBits" => {
                let _bits = arguments.number("a number of bits");
            }
            _ => {
                unexpected(&child, "a field", report);
                continue;
            }
        }
        arguments.end();
        leaf(&child, report);
    }
    Some(field)
}

fn description(node: Node, report: &mut Vec<Diagnostic>) -> Option<Paragraph> {
    Arguments::new(&node, report).end();
    leaf(&node, report);
    (!node.text.iter().all(|line| line.trim().is_empty())).then_some(node.text)
}

/// The descriptions below a construct that takes nothing else.
fn described(node: &Node, report: &mut Vec<Diagnostic>) -> Vec<Paragraph> {
    let mut paragraphs = Vec::new();
    for child in &node.children {
        if child.keyword.text == "Description" {
            leaf(child, report);
            if !child.text.iter().all(|line| line.trim().is_empty()) {
                paragraphs.push(child.text.clone());
            }
        } else {
            unexpected(child, &format!("a {}", node.keyword.text), report);
        }
    }
    paragraphs
}

fn leaf(node: &Node, report: &mut Vec<Diagnostic>) {
    for child in &node.children {
        unexpected(child, &format!("a {}", node.keyword.text), report);
    }
}

fn unexpected(node: &Node, place: &str, report: &mut Vec<Diagnostic>) {
    let cause = format!("`{}` has no meaning in {place}", node.keyword.text);
    report.push(Diagnostic::error(node.keyword.span, cause));
}

/// The elements behind a keyword. The first fault of a line is reported, not its consequences.
struct Arguments<'a> {
    keyword: &'a Word,
    rest: std::slice::Iter<'a, Token>,
    report: &'a mut Vec<Diagnostic>,
    failed: bool,
}

impl<'a> Arguments<'a> {
    fn new(node: &'a Node, report: &'a mut Vec<Diagnostic>) -> Self {
        Self {
            keyword: &node.keyword,
            rest: node.arguments.iter(),
            report,
            failed: false,
        }
    }

    fn fail(&mut self, span: Span, cause: String) {
        if !self.failed {
            self.failed = true;
            self.report.push(Diagnostic::error(span, cause));
        }
    }

    fn next(&mut self, kind: TokenKind, what: &str) -> Option<&'a Token> {
        match self.rest.next() {
            Some(token) if token.kind == kind => Some(token),
            Some(token) => {
                self.fail(token.span, format!("{what} is due here"));
                None
            }
            None => {
                self.fail(
                    self.keyword.span,
                    format!("`{}` lacks {what}", self.keyword.text),
                );
                None
            }
        }
    }

    fn word(&mut self, what: &str, valid: impl Fn(&str) -> bool) -> Option<Word> {
        let token = self.next(TokenKind::Word, what)?;
        if valid(&token.text) {
            return Some(Word {
                text: token.text.clone(),
                span: token.span,
            });
        }
        self.fail(token.span, format!("`{}` is not {what}", token.text));
        None
    }

    fn name(&mut self, what: &str) -> Option<Word> {
        self.word(what, is_name)
    }

    fn path(&mut self, what: &str) -> Option<Word> {
        self.word(what, |text| text.split('.').all(is_name))
    }

    fn quoted(&mut self, what: &str) -> Option<Word> {
        let token = self.next(TokenKind::Quoted, what)?;
        if token.text.is_empty() || token.text.contains(['\\', '\u{0}']) {
            self.fail(token.span, format!("the string is not {what}"));
            return None;
        }
        Some(Word {
            text: token.text.clone(),
            span: token.span,
        })
    }

    fn number(&mut self, what: &str) -> Option<u32> {
        self.word(what, |text| text.parse::<u32>().is_ok())?
            .text
            .parse()
            .ok()
    }

    /// `Name` or `Enveloped<Name>`.
    fn type_name(&mut self) -> Option<FieldKind> {
        let word = self.word("a type", |text| {
            is_name(text)
                || text.split_once('<').is_some_and(|(outer, inner)| {
                    outer == "Enveloped" && inner.strip_suffix('>').is_some_and(is_name)
                })
        })?;
        let inner = word
            .text
            .split_once('<')
            .and_then(|(_, inner)| inner.strip_suffix('>'));
        Some(match inner {
            Some(inner) => {
                let column = word.span.column + "Enveloped<".len();
                let span = Span {
                    column,
                    width: inner.len(),
                    ..word.span
                };
                FieldKind::Enveloped(Word {
                    text: inner.to_owned(),
                    span,
                })
            }
            None => FieldKind::Struct(word),
        })
    }

    fn end(&mut self) {
        if let Some(token) = self.rest.next() {
            let cause = format!(
                "`{}` does not belong to `{}`",
                token.text, self.keyword.text
            );
            self.fail(token.span, cause);
        }
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
