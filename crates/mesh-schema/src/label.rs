// SPDX-License-Identifier: MIT
//! The stores of an account and their labels.
//!
//! Spec: mesh-schema, "Catalogs and Spools"; numbers of the store bit mask.
//! Here: the closed list of stores.
//! Not here: who may use which (`right`).

use std::fmt;

use crate::error::Error;

/// A catalog or spool of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the labels are their own description")]
pub enum StoreLabel {
    Local,
    Inbound,
    Outbound,
    Archive,
    Notary,
    Access,
    Application,
    Bookmark,
    Callsign,
    Carnet,
    Contact,
    Credential,
    Device,
    Member,
    Network,
    Publication,
    Task,
    Account,
    Document,
}

impl StoreLabel {
    /// Every store, in the order of the bit mask, which begins with bit 1.
    pub const ALL: [Self; 19] = [
        Self::Local,
        Self::Inbound,
        Self::Outbound,
        Self::Archive,
        Self::Notary,
        Self::Access,
        Self::Application,
        Self::Bookmark,
        Self::Callsign,
        Self::Carnet,
        Self::Contact,
        Self::Credential,
        Self::Device,
        Self::Member,
        Self::Network,
        Self::Publication,
        Self::Task,
        Self::Account,
        Self::Document,
    ];

    /// The stores that a personal account has from the beginning.
    pub const PERSONAL: [Self; 13] = [
        Self::Access,
        Self::Device,
        Self::Application,
        Self::Bookmark,
        Self::Contact,
        Self::Credential,
        Self::Document,
        Self::Network,
        Self::Publication,
        Self::Task,
        Self::Inbound,
        Self::Outbound,
        Self::Local,
    ];

    /// The catalogs among them.
    pub fn catalogs() -> impl Iterator<Item = Self> {
        Self::PERSONAL.into_iter().filter(|label| !label.is_spool())
    }

    /// The label as written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Local => "Local",
            Self::Inbound => "Inbound",
            Self::Outbound => "Outbound",
            Self::Archive => "Archive",
            Self::Notary => "Notary",
            Self::Access => "Access",
            Self::Application => "Application",
            Self::Bookmark => "Bookmark",
            Self::Callsign => "Callsign",
            Self::Carnet => "Carnet",
            Self::Contact => "Contact",
            Self::Credential => "Credential",
            Self::Device => "Device",
            Self::Member => "Member",
            Self::Network => "Network",
            Self::Publication => "Publication",
            Self::Task => "Task",
            Self::Account => "Account",
            Self::Document => "Document",
        }
    }

    /// Reads a label.
    ///
    /// # Errors
    /// [`Error::UnknownStore`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|label| label.as_str() == text);
        found.ok_or_else(|| Error::UnknownStore {
            label: text.to_owned(),
        })
    }

    /// True for a spool (messages), false for a catalog (entries).
    #[must_use]
    pub fn is_spool(self) -> bool {
        matches!(
            self,
            Self::Local | Self::Inbound | Self::Outbound | Self::Archive
        )
    }

    /// The four-octet mask in which only this store's bit is set.
    #[must_use]
    pub fn bitmask(self) -> [u8; 4] {
        let bit = Self::ALL
            .iter()
            .position(|&label| label == self)
            .map_or(0, |place| place.saturating_add(1));
        let mut mask = [0; 4];
        if let Some(octet) = mask.get_mut(bit / 8) {
            *octet = 1 << (bit % 8);
        }
        mask
    }
}

impl fmt::Display for StoreLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_back_and_the_mask_of_bookmark_is_the_published_one() {
        for label in StoreLabel::ALL {
            assert_eq!(StoreLabel::parse(label.as_str()).unwrap(), label);
        }
        assert!(StoreLabel::parse("../Device").is_err());
        assert_eq!(StoreLabel::Bookmark.bitmask(), [0, 1, 0, 0]);
    }
}
