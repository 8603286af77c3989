// SPDX-License-Identifier: MIT
//! Roles of devices and what each may do.
//!
//! Spec: mesh-schema, "Device roles and rights".
//! Here: one table from role to stores, which gives both the keys that a device is granted and what the service lets it do.
//! Not here: the checks (`mesh-service`, access), the granting (`mesh-client`, device accept).

use std::fmt;

use crate::error::Error;
use crate::label::StoreLabel;

/// A role of a connected device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Adds and removes devices, manages every store.
    Admin,
    /// Development credentials: applications and passwords.
    Developer,
    /// Is connected and nothing more.
    Device,
    /// Reads and sends messages.
    Message,
    /// Reads one catalog: the operation right `mmm_o_Download` of the drafts, for a specified catalog.
    Read(StoreLabel),
    /// As admin, and holds the root keys of the account profile.
    Super,
    /// Decrypts only with the help of the service, which holds the other share of each key and stops helping when the device is removed.
    Threshold,
    /// What a browser or desktop needs: passwords, bookmarks, contacts, networks, tasks, documents, applications.
    Web,
    /// Reads and writes one catalog: the operation right `mmm_o_Transact` of the drafts, for a specified catalog.
    Write(StoreLabel),
}

/// The right to download, followed by the catalog.
const DOWNLOAD: &str = "mmm_o_Download:";
/// The right to transact, followed by the catalog.
const TRANSACT: &str = "mmm_o_Transact:";
/// What follows a catalog in the short form of the right to download.
const READ: &str = ":read";
/// What follows a catalog in the short form of the right to transact.
const WRITE: &str = ":write";

/// How a role may use a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Not at all.
    None,
    /// Reading.
    Read,
    /// Reading and adding frames.
    Write,
}

impl Role {
    /// Every role that has a name of its own.
    pub const ALL: [Self; 7] = [
        Self::Super,
        Self::Admin,
        Self::Web,
        Self::Message,
        Self::Developer,
        Self::Device,
        Self::Threshold,
    ];

    /// The role as written in records.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Read(label) => format!("{DOWNLOAD}{label}"),
            Self::Write(label) => format!("{TRANSACT}{label}"),
            role => role.to_string(),
        }
    }

    /// Reads a role: its name, or for a single catalog either the right of the drafts or `Credential:read`, `Credential:write`.
    ///
    /// # Errors
    /// [`Error::UnknownRole`], also for roles of the specification that this version does not offer, and for catalogs by which the account is
    /// governed.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let named = Self::ALL.into_iter().find(|role| role.to_string() == text);
        let part = |text: Option<&str>| StoreLabel::parse(text?).ok().filter(|&l| Self::parts(l));
        let read = || {
            let label = text.strip_prefix(DOWNLOAD).or(text.strip_suffix(READ));
            part(label).map(Self::Read)
        };
        let write = || {
            let label = text.strip_prefix(TRANSACT).or(text.strip_suffix(WRITE));
            part(label).map(Self::Write)
        };
        let found = named.or_else(read).or_else(write);
        found.ok_or_else(|| Error::UnknownRole {
            role: text.to_owned(),
        })
    }

    /// True for catalogs that a device can be given by themselves.
    fn parts(label: StoreLabel) -> bool {
        use StoreLabel as L;
        let governs = matches!(label, L::Access | L::Device | L::Publication);
        StoreLabel::PERSONAL.contains(&label) && !label.is_spool() && !governs
    }

    /// How this role may use a store.
    #[must_use]
    pub fn access(self, label: StoreLabel) -> Access {
        use StoreLabel as L;
        match (self, label) {
            (Self::Super | Self::Admin, _) => Access::Write,
            (Self::Read(read), label) if read == label => Access::Read,
            (Self::Write(written), label) if written == label => Access::Write,
            (_, L::Device) => Access::Read,
            (
                Self::Web,
                L::Application
                | L::Bookmark
                | L::Contact
                | L::Credential
                | L::Document
                | L::Network
                | L::Task,
            )
            | (Self::Developer, L::Application | L::Credential | L::Document)
            | (Self::Message, L::Contact | L::Inbound | L::Outbound) => Access::Write,
            _ => Access::None,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Admin => f.write_str("admin"),
            Self::Developer => f.write_str("developer"),
            Self::Device => f.write_str("device"),
            Self::Message => f.write_str("message"),
            Self::Read(label) => write!(f, "{label}{READ}"),
            Self::Super => f.write_str("super"),
            Self::Threshold => f.write_str("threshold"),
            Self::Web => f.write_str("web"),
            Self::Write(label) => write!(f, "{label}{WRITE}"),
        }
    }
}

/// A set of roles, without repetition, in the order of [`Role::ALL`]; those for single catalogs last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles(Vec<Role>);

impl Roles {
    /// A set of these roles.
    #[must_use]
    pub fn new(roles: &[Role]) -> Self {
        let mut set: Vec<Role> = Role::ALL
            .into_iter()
            .filter(|role| roles.contains(role))
            .collect();
        let single = |role: &Role| matches!(role, Role::Read(_) | Role::Write(_));
        let mut singles: Vec<Role> = roles.iter().copied().filter(single).collect();
        singles.sort_unstable();
        singles.dedup();
        set.extend(singles);
        Self(set)
    }

    /// Reads names, each alone or several separated by commas.
    ///
    /// # Errors
    /// [`Error::UnknownRole`]; [`Error::NoRole`] when nothing is named.
    pub fn parse<T: AsRef<str>>(names: &[T]) -> Result<Self, Error> {
        let mut roles = Vec::new();
        for name in names
            .iter()
            .flat_map(|names| names.as_ref().split(','))
            .map(str::trim)
            .filter(|name| !name.is_empty())
        {
            roles.push(Role::parse(name)?);
        }
        if roles.is_empty() {
            return Err(Error::NoRole);
        }
        Ok(Self::new(&roles))
    }

    /// Reads names from a record, leaving out those that this version does not know: they give no right here.
    #[must_use]
    pub fn known(names: &[String]) -> Self {
        let roles: Vec<Role> = names
            .iter()
            .filter_map(|name| Role::parse(name).ok())
            .collect();
        Self::new(&roles)
    }

    /// The names, for a record.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.0.iter().map(|role| role.name()).collect()
    }

    /// True when the set contains `role`.
    #[must_use]
    pub fn contains(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// True when a device of these roles adds and removes devices.
    #[must_use]
    pub fn is_administrator(&self) -> bool {
        self.contains(Role::Super) || self.contains(Role::Admin)
    }

    /// True when a device of these roles has shares of its decryption keys and the service the others. Administrators give whole keys
    /// to others and so have them.
    #[must_use]
    pub fn is_threshold(&self) -> bool {
        self.contains(Role::Threshold) && !self.is_administrator()
    }

    /// The same roles for a device that decrypts with the service's help, unless it is an administrator: what a device should have.
    #[must_use]
    pub fn guarded(&self) -> Self {
        let mut roles = self.0.clone();
        if !self.is_administrator() {
            roles.push(Role::Threshold);
        }
        Self::new(&roles)
    }

    /// The same roles without one of them.
    #[must_use]
    pub fn without(&self, role: Role) -> Self {
        Self(
            self.0
                .iter()
                .copied()
                .filter(|&other| other != role)
                .collect(),
        )
    }

    /// The most that any of the roles may do with a store.
    #[must_use]
    pub fn access(&self, label: StoreLabel) -> Access {
        self.0
            .iter()
            .map(|role| role.access(label))
            .max()
            .unwrap_or(Access::None)
    }

    /// The stores of a personal account that a device of these roles may read.
    #[must_use]
    pub fn readable(&self) -> Vec<StoreLabel> {
        StoreLabel::PERSONAL
            .into_iter()
            .filter(|&label| self.access(label) >= Access::Read)
            .collect()
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.0.iter().map(Role::to_string).collect();
        f.write_str(&names.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_administrators_reach_what_governs_the_account() {
        for role in Role::ALL {
            let administrator = Roles::new(&[role]).is_administrator();
            for label in [
                StoreLabel::Access,
                StoreLabel::Local,
                StoreLabel::Publication,
            ] {
                assert_eq!(
                    role.access(label) == Access::Write,
                    administrator,
                    "{role} {label}"
                );
                assert_eq!(
                    role.access(label) == Access::None,
                    !administrator,
                    "{role} {label}"
                );
            }
            assert_eq!(
                role.access(StoreLabel::Device) == Access::Write,
                administrator,
                "{role}"
            );
        }
    }

    #[test]
    fn role_names_are_read_alone_and_in_lists() {
        assert_eq!(
            Roles::parse(&["web, admin", "web"]).unwrap().to_string(),
            "admin,web"
        );
        assert!(matches!(
            Roles::parse(&["threshhold"]),
            Err(Error::UnknownRole { .. })
        ));
        assert!(matches!(Roles::parse(&[""]), Err(Error::NoRole)));
        let set = Roles::parse(&["Network:read,Credential:write,mmm_o_Download:Network"]).unwrap();
        assert_eq!(set.to_string(), "Network:read,Credential:write");
        let names = ["mmm_o_Download:Network", "mmm_o_Transact:Credential"];
        assert_eq!(set.names(), names);
        assert_eq!(Roles::known(&set.names()), set);
        assert_eq!(
            set.readable(),
            [
                StoreLabel::Device,
                StoreLabel::Credential,
                StoreLabel::Network
            ]
        );
        for governing in [
            "Access",
            "Device",
            "Publication",
            "Local",
            "Inbound",
            "Member",
        ] {
            for right in ["read", "write"] {
                assert!(Role::parse(&format!("{governing}:{right}")).is_err());
            }
            assert!(Role::parse(&format!("mmm_o_Transact:{governing}")).is_err());
        }
        assert!(Roles::known(&["root".to_owned()]).readable().is_empty());
    }
}
