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
    /// The member names so far, as long as they are few and stand as such in the input.
    pub(super) names: Vec<&'a str>,
    /// All of them otherwise.
    many: BTreeSet<Cow<'a, str>>,
    /// For each name so far, the bit of its [`trace`] is set.
    traces: u64,
}

/// Up to this many names are compared one by one.
const FEW: usize = 16;

impl<'a> Frame<'a> {
    /// A container just entered. `names` is empty; it may bring room along.
    pub(super) const fn new(container: Container, names: Vec<&'a str>) -> Self {
        Self {
            container,
            items: 0,
            pending: matches!(container, Container::Top),
            names,
            many: BTreeSet::new(),
            traces: 0,
        }
    }

    /// Takes a name into account; `false` when it is not new.
    pub(super) fn insert(&mut self, name: &Cow<'a, str>) -> bool {
        let trace = trace(name);
        let fresh = self.traces & trace == 0;
        self.traces |= trace;
        if let Cow::Borrowed(name) = name
            && self.has_room()
        {
            let fresh = fresh || !self.names.contains(name);
            self.names.push(name);
            return fresh;
        }
        self.many.extend(self.names.drain(..).map(Cow::Borrowed));
        self.many.insert(name.clone())
    }

    /// Whether another name is compared one by one.
    fn has_room(&self) -> bool {
        self.many.is_empty() && self.names.len() < FEW
    }

    /// Takes a name into account and counts its member, if a name is due here, this one cannot have occurred yet, and the
    /// member is allowed; otherwise does nothing.
    #[inline]
    pub(super) fn insert_fresh(&mut self, name: &'a str, max_items: usize) -> bool {
        let trace = trace(name);
        let due = self.container == Container::Object && !self.pending;
        let fresh = self.traces & trace == 0;
        if !due || !fresh || !self.has_room() || self.items >= max_items {
            return false;
        }
        self.names.push(name);
        self.traces |= trace;
        self.items = self.items.saturating_add(1);
        self.pending = true;
        true
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
