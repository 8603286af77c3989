// SPDX-License-Identifier: MIT
//! The containers a reader is inside of.
//!
//! Spec: RFC 8259, "Objects" (names within an object should be unique; here they must).
//! Here: what is due in an open container, and its member names so far.
//! Not here: brackets and separators (`reader`).

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::Error;

/// What a frame stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    /// No container: values in a row.
    Top,
    Object,
    Array,
}

/// An open container, or what is outside of all.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub(super) container: Container,
    pub(super) items: usize,
    /// A value is due: an element, that of a member; always outside of containers.
    pub(super) pending: bool,
    /// The member names so far, as long as they are few and stand as such in the input; behind them those of the object
    /// before, since the members of records in a list come in the same order. No two are equal.
    names: Vec<&'a str>,
    /// How many names there are so far.
    known: usize,
    /// All names otherwise.
    many: BTreeSet<Cow<'a, str>>,
    /// For each of the first names, the bit of its [`trace`] is set.
    traces: u64,
    /// How many names these are.
    traced: usize,
}

/// Up to this many names are compared one by one.
const FEW: usize = 16;

impl<'a> Frame<'a> {
    /// A container just entered. `names` are those of the object before.
    pub(super) const fn new(container: Container, names: Vec<&'a str>) -> Self {
        Self {
            container,
            items: 0,
            pending: matches!(container, Container::Top),
            names,
            known: 0,
            many: BTreeSet::new(),
            traces: 0,
            traced: 0,
        }
    }

    /// The names, for the next object.
    pub(super) fn into_names(self) -> Vec<&'a str> {
        self.names
    }

    /// Takes a name into account; `false` when it is not new.
    pub(super) fn insert(&mut self, name: Cow<'a, str>) -> bool {
        if let Cow::Borrowed(name) = &name
            && self.has_room()
        {
            let fresh = self.is_fresh(name);
            self.names.push(name);
            self.known = self.known.saturating_add(1);
            return fresh;
        }
        self.names.truncate(self.known);
        self.known = 0;
        self.many.extend(self.names.drain(..).map(Cow::Borrowed));
        self.many.insert(name)
    }

    /// Takes a name into account and counts its member, if a name is due here, this one is new, and the member is
    /// allowed; otherwise nothing is counted.
    #[inline]
    pub(super) fn accept(&mut self, name: &'a [u8], max_items: usize) -> Option<&'a str> {
        if self.container != Container::Object || self.pending || self.items >= max_items {
            return None;
        }
        let name = match self.names.get(self.known) {
            Some(expected) if expected.as_bytes() == name => *expected,
            _ => {
                let name = std::str::from_utf8(name).ok()?;
                if !self.has_room() || !self.is_fresh(name) {
                    return None;
                }
                self.names.push(name);
                name
            }
        };
        self.known = self.known.saturating_add(1);
        self.items = self.items.saturating_add(1);
        self.pending = true;
        Some(name)
    }

    /// Whether another name is compared one by one.
    fn has_room(&self) -> bool {
        self.many.is_empty() && self.known < FEW
    }

    /// Whether no name so far is equal. What was expected behind them is forgotten.
    fn is_fresh(&mut self, name: &str) -> bool {
        self.names.truncate(self.known);
        let untraced = self.names.get(self.traced..).unwrap_or_default();
        let traces = untraced.iter().map(|name| trace(name));
        self.traces = traces.fold(self.traces, |traces, trace| traces | trace);
        self.traced = self.known;
        self.traces & trace(name) == 0 || !self.names.contains(&name)
    }

    /// Counts an item whose value is now due.
    #[inline]
    pub(super) const fn count(&mut self, offset: usize, maximum: usize) -> Result<(), Error> {
        self.items = self.items.saturating_add(1);
        self.pending = true;
        if self.items > maximum {
            return Err(Error::Limit {
                offset,
                what: "items of a container",
                maximum,
            });
        }
        Ok(())
    }
}

/// One bit of 64 that equal names share, and of which few names of a record share one.
#[inline]
fn trace(name: &str) -> u64 {
    let (first, last) = match name.as_bytes() {
        [first, .., last] => (*first, *last),
        [only] => (*only, *only),
        [] => (0, 0),
    };
    let length = u8::try_from(name.len() & 0xFF).unwrap_or_default();
    let mixed = first.wrapping_mul(7) ^ last.wrapping_mul(5) ^ length.wrapping_mul(9);
    1 << (mixed & 63)
}
