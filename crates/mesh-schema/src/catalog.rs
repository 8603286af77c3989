// SPDX-License-Identifier: MIT
//! Entries of catalogs: which catalog each belongs to, and by which key it is found.
//!
//! Spec: mesh-schema, "Catalogs".
//! Here: primary keys, and the entries that the client makes itself.
//! Not here: the access catalog's (`access`), contacts ([`contact`]), pseudonyms of keys and the history of a catalog (`mesh-dare`, store).

mod access;
pub mod contact;

use mesh_crypto::PrivateKey;
use mesh_dare::store::Event;
use mesh_dare::store::catalog::{Change, EntryName};
use mesh_jsonbcd::{Object, SecretBytes, SecretString, to_tagged_json};

use crate::error::Error;
use crate::generated::{
    AnyCapability, CatalogedAccess, CatalogedApplicationMail, CatalogedApplicationSsh,
    CatalogedBookmark, CatalogedContact, CatalogedCredential, CatalogedDevice, CatalogedDocument,
    CatalogedNetwork, CatalogedPublication, CatalogedTask, KeyData,
};
use crate::label::StoreLabel;
use crate::right::Roles;

/// An entry of a catalog.
pub trait CatalogEntry: Object {
    /// The catalog in which entries of this type stand.
    const STORE: StoreLabel;

    /// The key by which the entry is found; unique in its catalog.
    ///
    /// # Errors
    /// [`Error::Field`] when a field of the key is absent.
    fn primary_key(&self) -> Result<String, Error>;

    /// The change that brings this entry into its catalog or replaces it.
    ///
    /// # Errors
    /// As [`CatalogEntry::primary_key`].
    fn change(&self, event: Event) -> Result<Change, Error> {
        Ok(Change {
            entry: EntryName::Key(self.primary_key()?),
            event,
            payload: SecretBytes::new(to_tagged_json(self)),
        })
    }

    /// The change that removes this entry from its catalog.
    ///
    /// # Errors
    /// As [`CatalogEntry::primary_key`].
    fn deletion(&self) -> Result<Change, Error> {
        Ok(Change {
            entry: EntryName::Key(self.primary_key()?),
            event: Event::Delete,
            payload: SecretBytes::new(Vec::new()),
        })
    }
}

fn field<'a>(
    value: Option<&'a String>,
    object: &'static str,
    name: &'static str,
) -> Result<&'a str, Error> {
    value
        .map(String::as_str)
        .filter(|value| !value.is_empty())
        .ok_or(Error::Field {
            object,
            field: name,
        })
}

impl CatalogEntry for CatalogedCredential {
    const STORE: StoreLabel = StoreLabel::Credential;

    /// Deviation: D-09. The reference's key has no user name, so that a second account at one site replaces the first.
    fn primary_key(&self) -> Result<String, Error> {
        let service = field(self.service.as_ref(), Self::TAG, "Service")?;
        let protocol = self.protocol.as_deref().unwrap_or_default();
        Ok(format!(
            "{protocol}:{}@{service}",
            self.username.as_deref().unwrap_or_default()
        ))
    }
}

impl CatalogEntry for CatalogedNetwork {
    const STORE: StoreLabel = StoreLabel::Network;

    fn primary_key(&self) -> Result<String, Error> {
        let service = field(self.service.as_ref(), Self::TAG, "Service")?;
        Ok(format!(
            "{}:{service}",
            self.protocol.as_deref().unwrap_or_default()
        ))
    }
}

macro_rules! entry {
    ($type:ty, $store:ident, $field:ident, $name:literal) => {
        impl CatalogEntry for $type {
            const STORE: StoreLabel = StoreLabel::$store;

            fn primary_key(&self) -> Result<String, Error> {
                field(self.$field.as_ref(), Self::TAG, $name).map(str::to_owned)
            }
        }
    };
}

entry!(CatalogedApplicationMail, Application, key, "Key");
entry!(CatalogedApplicationSsh, Application, key, "Key");
entry!(CatalogedBookmark, Bookmark, uid, "Uid");
entry!(CatalogedContact, Contact, key, "Key");
entry!(CatalogedDevice, Device, device_udf, "DeviceUdf");
entry!(CatalogedDocument, Document, uid, "Uid");
entry!(CatalogedPublication, Publication, id, "Id");
entry!(CatalogedTask, Task, uid, "Uid");

impl CatalogEntry for CatalogedAccess {
    const STORE: StoreLabel = StoreLabel::Access;

    fn primary_key(&self) -> Result<String, Error> {
        match &self.capability {
            Some(AnyCapability::AccessCapability(capability)) => {
                field(capability.id.as_ref(), Self::TAG, "Id").map(str::to_owned)
            }
            Some(AnyCapability::CapabilityDecryptServiced(capability)) => {
                field(capability.id.as_ref(), Self::TAG, "Id").map(str::to_owned)
            }
            Some(AnyCapability::CapabilityDecrypt(capability)) => {
                field(capability.id.as_ref(), Self::TAG, "Id").map(str::to_owned)
            }
            Some(AnyCapability::PublicationCapability(capability)) => {
                field(capability.id.as_ref(), Self::TAG, "Id").map(str::to_owned)
            }
            _ => Err(Error::Field {
                object: Self::TAG,
                field: "Capability",
            }),
        }
    }
}

impl CatalogedCredential {
    /// A password for a user at a service.
    #[must_use]
    pub fn password(service: &str, username: &str, password: SecretString) -> Self {
        Self {
            service: Some(service.to_owned()),
            username: Some(username.to_owned()).filter(|name| !name.is_empty()),
            password: Some(password),
            ..Self::default()
        }
    }
}

impl CatalogedApplicationMail {
    /// A mail account: its address, and the URIs of the servers by which mail comes and goes.
    #[must_use]
    pub fn account(address: &str, inbound: &str, outbound: &str, grant: &Roles) -> Self {
        let uri = |uri: &str| Some(uri.to_owned()).filter(|uri| !uri.is_empty());
        Self {
            account_address: Some(address.to_owned()),
            inbound_connect: uri(inbound),
            outbound_connect: uri(outbound),
            key: Some(Self::key_of(address)),
            grant: grant.names(),
            ..Self::default()
        }
    }

    /// The primary key of the mail account with this address.
    #[must_use]
    pub fn key_of(address: &str) -> String {
        format!("mailto:{address}")
    }
}

/// The prefix of the primary keys of SSH keys in the application catalog.
const SSH_PREFIX: &str = "mmm/ssh/";

impl CatalogedApplicationSsh {
    /// An SSH client key under a name of the user's choice.
    ///
    /// The private key stands in the entry itself: who may read the application catalog may use it, and nobody else.
    ///
    /// Deviation: D-10. The reference seals it to each device; removing a device then leaves it the key.
    #[must_use]
    pub fn client_key(name: &str, key: &PrivateKey, grant: &Roles) -> Self {
        let data = KeyData {
            udf: Some(key.udf().to_string()),
            public_parameters: Some(key.public().to_jose()),
            private_parameters: Some(key.to_jose()),
            ..KeyData::default()
        };
        Self {
            key: Some(Self::key_of(name)),
            local_name: Some(name.to_owned()),
            grant: grant.names(),
            client_key: Some(data),
            ..Self::default()
        }
    }

    /// The primary key of the SSH key of this name.
    #[must_use]
    pub fn key_of(name: &str) -> String {
        format!("{SSH_PREFIX}{name}")
    }

    /// The name given by the user.
    #[must_use]
    pub fn name(&self) -> &str {
        self.key
            .as_deref()
            .and_then(|key| key.strip_prefix(SSH_PREFIX))
            .unwrap_or_default()
    }
}
