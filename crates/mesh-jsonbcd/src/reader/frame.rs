// SPDX-License-Identifier: MIT
//! The containers a reader is inside of.
//!
//! Spec: RFC 8259, "Objects" (names within an object should be unique; here they must).
//! Here: what is due in an open container, and its member names so far.
//! Not here: brackets and separators (`reader`).

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::{Error, Limits};

/// An open container.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub(super) array: bool,
    pub(super) items: usize,
    /// An element or member value is due.
    pub(super) pending: bool,
    pub(super) names: Names<'a>,
}

/// The member names of an object so far.
#[derive(Debug)]
pub(super) enum Names<'a> {
    Few(Vec<Cow<'a, str>>),
    Many(BTreeSet<Cow<'a, str>>),
}

/// Up to this many names are compared one by one.
const FEW: usize = 16;

impl<'a> Frame<'a> {
    /// A container just entered. `names` is empty; it may bring room along.
    pub(super) const fn new(array: bool, names: Vec<Cow<'a, str>>) -> Self {
        Self {
            array,
            items: 0,
            pending: false,
            names: Names::Few(names),
        }
    }

    /// Counts an item whose value is now due.
    pub(super) const fn count(&mut self, offset: usize, limits: Limits) -> Result<(), Error> {
        self.items = self.items.saturating_add(1);
        self.pending = true;
        if self.items > limits.max_items {
            return Err(Error::Limit {
                offset,
                what: "items of a container",
                maximum: limits.max_items,
            });
        }
        Ok(())
    }
}

impl<'a> Names<'a> {
    /// Whether the name is new.
    pub(super) fn insert(&mut self, name: Cow<'a, str>) -> bool {
        match self {
            Self::Few(names) => {
                if names.contains(&name) {
                    return false;
                }
                names.push(name);
                if names.len() > FEW {
                    *self = Self::Many(names.drain(..).collect());
                }
                true
            }
            Self::Many(names) => names.insert(name),
        }
    }
}
