// SPDX-License-Identifier: MIT
//! A schema as it is written.
//!
//! Here: one type per construct of the language.
//! Not here: what names refer to (`model`).

use crate::source::Span;

/// A word and its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// A paragraph of a description, as lines.
pub(crate) type Paragraph = Vec<String>;

/// `Protocol Namespace Prefix Name` and all that is below.
#[derive(Clone, Debug, Default)]
pub(crate) struct Schema {
    pub(crate) name: Word,
    pub(crate) using: Vec<Word>,
    pub(crate) externs: Vec<Word>,
    pub(crate) description: Vec<Paragraph>,
    pub(crate) services: Vec<Service>,
    pub(crate) transactions: Vec<Transaction>,
    pub(crate) records: Vec<Record>,
}

/// `Service Name "_dns._tcp" "prefix" Request Response`.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    pub(crate) name: Word,
    pub(crate) discovery: String,
    pub(crate) prefix: String,
    pub(crate) description: Vec<Paragraph>,
}

/// Who may ask for a transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Whoever speaks for an account.
    Admin,
    /// A device.
    Device,
    /// Anyone.
    Public,
    /// Another service.
    Service,
    /// A user of the account; the rule when nothing is said.
    #[default]
    User,
}

/// `Transaction [Access] Name Request Response`.
#[derive(Clone, Debug)]
pub(crate) struct Transaction {
    pub(crate) access: Access,
    pub(crate) name: Word,
    pub(crate) request: Word,
    pub(crate) response: Word,
    pub(crate) description: Vec<Paragraph>,
}

/// `Structure Name` or `Message Name`.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) name: Word,
    pub(crate) is_abstract: bool,
    pub(crate) parent: Option<Parent>,
    pub(crate) description: Vec<Paragraph>,
    pub(crate) fields: Vec<Field>,
}

/// `Inherits Name` or `External Name`.
#[derive(Clone, Debug)]
pub(crate) struct Parent {
    pub(crate) name: Word,
}

/// One member of a record.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) kind: FieldKind,
    pub(crate) name: Word,
    pub(crate) tag: Option<Word>,
    pub(crate) multiple: bool,
    pub(crate) secret: Option<Span>,
    pub(crate) description: Vec<Paragraph>,
}

/// A type of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basic {
    /// Octets.
    Binary,
    /// True or false.
    Boolean,
    /// An instant, to the second.
    DateTime,
    /// A number with a fraction.
    Float,
    /// A whole number of 64 bits.
    Integer,
    /// UTF-8 text.
    String,
}

/// The type of a member.
#[derive(Clone, Debug)]
pub(crate) enum FieldKind {
    /// A type of the language.
    Basic(Basic),
    /// `Struct T`.
    Struct(Word),
    /// `TStruct T`.
    Tagged(Word),
    /// `Struct Enveloped<T>`.
    Enveloped(Word),
}

impl Field {
    /// The name on the wire.
    pub(crate) fn wire_name(&self) -> &str {
        self.tag.as_ref().map_or(&self.name.text, |tag| &tag.text)
    }
}
