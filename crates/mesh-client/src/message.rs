// SPDX-License-Identifier: MIT
//! Messages in the spools of an account.
//!
//! Spec: mesh-schema, "Spool", "MessageComplete".
//! Here: what is in a spool and what has become of it.
//! Not here: the messages themselves (`mesh-schema`, message).

use std::collections::HashSet;

use mesh_crypto::{DateTime, SecretBytes};
use mesh_dare::Envelope;
use mesh_jsonbcd::{Object, from_tagged, read_tag};
use mesh_schema::StoreLabel;
use mesh_schema::generated::MessageComplete;
use mesh_schema::message::Relationship;

use crate::account::Account;
use crate::error::Error;

/// A message of a spool.
pub(crate) struct Received {
    pub(crate) envelope: Envelope,
    pub(crate) tag: String,
    pub(crate) payload: SecretBytes,
    pub(crate) received: Option<DateTime>,
    /// True when somebody has dealt with it.
    pub(crate) closed: bool,
}

impl Account {
    /// The messages of a spool, oldest first.
    ///
    /// A message that this device cannot open or that does not parse is left out: anyone may put one there, and it must
    /// not keep the others from being dealt with.
    pub(crate) fn messages(&mut self, label: StoreLabel) -> Result<Vec<Received>, Error> {
        let administrator = self.profile.administrator_key()?;
        let (replica, keys) = self.opened(label)?;
        let mut messages = Vec::new();
        let mut closed = HashSet::new();
        for index in 1..replica.state().len() {
            let envelope = replica.frame(index)?;
            let Ok(payload) = envelope.open(keys) else {
                tracing::debug!(index, %label, "a message cannot be opened");
                continue;
            };
            let Ok(tag) = read_tag(payload.expose_secret()) else {
                continue;
            };
            if tag == MessageComplete::TAG {
                // Only what an administrator of this account has signed ends anything: devices with the role message have the account's
                // signature key, and are not to keep others from being connected.
                if envelope.verify(&administrator).is_err() {
                    continue;
                }
                let complete: MessageComplete = from_tagged(payload.expose_secret())?;
                for reference in complete.references {
                    if Relationship::is_final(reference.relationship.as_deref().unwrap_or_default())
                    {
                        closed.extend(reference.message_id);
                    }
                }
                continue;
            }
            let received = envelope.header.received;
            messages.push(Received {
                envelope,
                tag,
                payload,
                received,
                closed: false,
            });
        }
        // What the service does not show here stands signed in the device catalog.
        let devices = match self.stores.head(StoreLabel::Device) {
            Some(_) => Some(self.stores.replica(StoreLabel::Device)?.state()),
            None => None,
        };
        for message in &mut messages {
            message.closed = message_id(&message.payload).is_some_and(|id| {
                closed.contains(&id) || devices.is_some_and(|devices| devices.has_ended(&id))
            });
        }
        Ok(messages)
    }
}

/// The identifier inside any message.
fn message_id(payload: &SecretBytes) -> Option<String> {
    let mut reader = mesh_jsonbcd::Reader::new(payload.expose_secret());
    reader.begin_object().ok()?;
    reader.next_name().ok()??;
    reader.begin_object().ok()?;
    while let Some(name) = reader.next_name().ok()? {
        if name == "MessageId" {
            return reader.string().ok();
        }
        reader.skip().ok()?;
    }
    None
}
