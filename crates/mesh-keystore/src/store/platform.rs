// SPDX-License-Identifier: MIT
//! The desktop's key store: the Secret Service that GNOME, KDE and password managers offer on the session bus.
//!
//! Spec: freedesktop.org, "Secret Service API Draft" 0.2.
//! Here: the [`KeyStore`] operations as calls of that service, unlocking by its prompts.
//! Not here: D-Bus itself (`bus`, `wire`).
//!
//! The client is written here because the available ones bring a hundred crates, a C library, or no maintainer.
//! Secrets pass the session bus in the service's `plain` form: the bus runs as the same user, and whoever can read
//! its memory can ask the service for the secret anyway.

mod bus;
mod wire;

use std::time::{Duration, Instant};

use data_encoding::BASE64URL_NOPAD;
use mesh_crypto::SecretBytes;
use zeroize::Zeroizing;

use self::bus::{Bus, Call, GONE};
use self::wire::{Body, Values};
use super::{KeyStore, check_entry, check_id, is_identifier, is_kind};
use crate::{Error, Result};

const SERVICE: &str = "org.freedesktop.secrets";
const ROOT: &str = "/org/freedesktop/secrets";
const INTERFACE: &str = "org.freedesktop.Secret.Service";
const COLLECTION: &str = "org.freedesktop.Secret.Collection";
const ITEM: &str = "org.freedesktop.Secret.Item";
const PROMPT: &str = "org.freedesktop.Secret.Prompt";

/// How a secret of ours is marked among those of other programs.
const APPLICATION: (&str, &str) = ("application", "mathematical-mesh");

/// For a call that the service answers by itself, if need be after writing to a slow disk: what D-Bus usually allows.
const SERVICE_TIME: Duration = Duration::from_secs(25);
/// For a prompt that the user answers.
const USER_TIME: Duration = Duration::from_secs(180);
/// For finding out whether there is a service.
const PROBE_TIME: Duration = Duration::from_secs(1);

/// A [`KeyStore`] in the Secret Service of the user's session. Each operation makes a connection of its own.
///
/// Values are kept as base64url text, since some services keep nothing but text. Besides the limits of all stores,
/// a service may have its own on the size of a secret.
#[derive(Clone, Debug)]
pub struct Platform {
    address: String,
}

impl Platform {
    /// Whether there is a session bus (`DBUS_SESSION_BUS_ADDRESS`) with a Secret Service that answers within one
    /// second and has a default collection. Asks the user nothing.
    #[must_use]
    pub fn available() -> bool {
        Self::session().is_ok_and(|platform| platform.answers())
    }

    /// The service on the session bus of `DBUS_SESSION_BUS_ADDRESS`. Connects to nothing yet.
    ///
    /// # Errors
    /// [`Error::Platform`] when there is no session bus.
    pub fn session() -> Result<Self> {
        std::env::var("DBUS_SESSION_BUS_ADDRESS")
            .ok()
            .filter(|address| !address.is_empty())
            .map(|address| Self::on(&address))
            .ok_or(Error::Platform {
                what: "there is no session bus",
            })
    }

    /// The service on the bus of this address, such as `unix:path=/run/user/1000/bus`. Connects to nothing yet.
    #[must_use]
    pub fn on(address: &str) -> Self {
        Self {
            address: address.to_owned(),
        }
    }

    /// As [`Platform::available`], on this bus.
    #[must_use]
    pub fn answers(&self) -> bool {
        let start = Instant::now();
        Session::open(&self.address, PROBE_TIME).is_ok_and(|mut session| {
            let left = PROBE_TIME.saturating_sub(start.elapsed());
            session.collection(left).is_ok()
        })
    }

    fn connect(&self) -> Result<Session> {
        Session::open(&self.address, SERVICE_TIME)
    }
}

impl KeyStore for Platform {
    fn load(&self, id: &str) -> Result<Option<SecretBytes>> {
        check_id(id)?;
        let mut session = self.connect()?;
        match session.find(Some(id))?.first() {
            Some(item) => present(session.secret(item, id)),
            None => Ok(None),
        }
    }

    fn save(&self, id: &str, kind: &str, secret: &SecretBytes) -> Result<()> {
        check_entry(id, kind, secret)?;
        let mut session = self.connect()?;
        let before = session.find(Some(id))?;
        let made = session.create(id, kind, secret)?;
        // The service replaces an item of the same kind itself.
        for item in before.iter().filter(|item| **item != made) {
            present(session.delete(item))?;
        }
        Ok(())
    }

    fn delete(&self, id: &str) -> Result<bool> {
        check_id(id)?;
        let mut session = self.connect()?;
        let found = session.find(Some(id))?;
        let mut deleted = false;
        for item in &found {
            deleted |= present(session.delete(item))?.is_some();
        }
        Ok(deleted)
    }

    fn list(&self) -> Result<Vec<(String, String)>> {
        let mut session = self.connect()?;
        let mut out = Vec::new();
        for item in session.find(None)? {
            out.extend(present(session.name(&item))?.flatten());
        }
        out.sort();
        out.dedup();
        Ok(out)
    }
}

/// None for an item that was deleted since it was found: by another program, or late by the service itself.
fn present<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Err(error) if error == GONE => Ok(None),
        other => other.map(Some),
    }
}

/// A connection with a session of the service.
struct Session {
    bus: Bus,
    path: String,
}

impl Session {
    fn open(address: &str, patience: Duration) -> Result<Self> {
        let start = Instant::now();
        let mut bus = Bus::connect(address, patience)?;
        let patience = patience.saturating_sub(start.elapsed());
        let mut body = Body::new("sv");
        body.string("plain").variant_string("");
        let reply = bus.call(&service("OpenSession"), &body, patience)?;
        let mut values = reply.values("vo")?;
        values.variant("s")?;
        values.string()?;
        let path = values.string()?;
        Ok(Self { bus, path })
    }

    fn call(&mut self, call: &Call<'_>, body: &Body) -> Result<wire::Message> {
        self.bus.call(call, body, SERVICE_TIME)
    }

    /// The collection that the user made the default.
    fn collection(&mut self, patience: Duration) -> Result<String> {
        let mut body = Body::new("s");
        body.string("default");
        let path = self
            .bus
            .call(&service("ReadAlias"), &body, patience)?
            .values("o")?
            .string()?;
        if path == "/" {
            Err(Error::Platform {
                what: "it has no default collection",
            })
        } else {
            Ok(path)
        }
    }

    /// Our items, of one identifier or all, unlocked.
    fn find(&mut self, id: Option<&str>) -> Result<Vec<String>> {
        let mut body = Body::new("a{ss}");
        let mut attributes = vec![APPLICATION];
        attributes.extend(id.map(|id| ("id", id)));
        body.dictionary(&attributes);
        let reply = self.call(&service("SearchItems"), &body)?;
        let mut values = reply.values("aoao")?;
        let mut found = values.strings()?;
        let locked = values.strings()?;
        if !locked.is_empty() {
            self.unlock(&locked)?;
            found.extend(locked);
        }
        Ok(found)
    }

    fn unlock(&mut self, paths: &[String]) -> Result<()> {
        let mut body = Body::new("ao");
        body.strings(paths);
        let reply = self.call(&service("Unlock"), &body)?;
        let mut values = reply.values("aoo")?;
        values.strings()?;
        let prompt = values.string()?;
        self.prompt(&prompt)
    }

    /// Lets the service ask the user, if it wants to.
    fn prompt(&mut self, path: &str) -> Result<()> {
        if path == "/" {
            return Ok(());
        }
        let call = Call {
            destination: SERVICE,
            path,
            interface: PROMPT,
            member: "Prompt",
        };
        let mut body = Body::new("s");
        body.string("");
        let done = self
            .bus
            .call_and_await(&call, &body, "Completed", USER_TIME)?;
        let dismissed = done.values("bv")?.number()? != 0;
        if dismissed {
            Err(Error::PlatformLocked)
        } else {
            Ok(())
        }
    }

    fn secret(&mut self, item: &str, id: &str) -> Result<SecretBytes> {
        let call = Call {
            destination: SERVICE,
            path: item,
            interface: ITEM,
            member: "GetSecret",
        };
        let mut body = Body::new("o");
        body.string(&self.path);
        let reply = self.call(&call, &body)?;
        let mut values = reply.values("(oayays)")?;
        values.structure()?;
        values.string()?;
        values.octets()?;
        let text = values.octets()?;
        BASE64URL_NOPAD
            .decode(text)
            .map(SecretBytes::new)
            .map_err(|_| Error::tampered(id))
    }

    fn create(&mut self, id: &str, kind: &str, secret: &SecretBytes) -> Result<String> {
        let collection = self.collection(SERVICE_TIME)?;
        // A no-op when it is open.
        self.unlock(std::slice::from_ref(&collection))?;
        let call = Call {
            destination: SERVICE,
            path: &collection,
            interface: COLLECTION,
            member: "CreateItem",
        };
        let text = Zeroizing::new(BASE64URL_NOPAD.encode(secret.expose_secret()));
        let mut body = Body::new("a{sv}(oayays)b");
        body.array(8, |body| {
            body.structure().string("org.freedesktop.Secret.Item.Label");
            body.variant_string(&format!("Mathematical Mesh: {kind} {id}"));
            body.structure()
                .string("org.freedesktop.Secret.Item.Attributes")
                .signature("a{ss}");
            body.dictionary(&[APPLICATION, ("id", id), ("kind", kind)]);
        });
        body.structure()
            .string(&self.path)
            .octets(&[])
            .octets(text.as_bytes())
            .string("text/plain");
        body.number(1);
        let reply = self.call(&call, &body)?;
        let mut values = reply.values("oo")?;
        let (item, prompt) = (values.string()?, values.string()?);
        self.prompt(&prompt)?;
        Ok(item)
    }

    fn delete(&mut self, item: &str) -> Result<()> {
        let call = Call {
            destination: SERVICE,
            path: item,
            interface: ITEM,
            member: "Delete",
        };
        let prompt = self.call(&call, &Body::new(""))?.values("o")?.string()?;
        self.prompt(&prompt)
    }

    /// Identifier and kind of an item, unless the marks are not as we make them.
    fn name(&mut self, item: &str) -> Result<Option<(String, String)>> {
        let call = Call {
            destination: SERVICE,
            path: item,
            interface: "org.freedesktop.DBus.Properties",
            member: "Get",
        };
        let mut body = Body::new("ss");
        body.string(ITEM).string("Attributes");
        let reply = self.call(&call, &body)?;
        let mut values = reply.values("v")?;
        values.variant("a{ss}")?;
        Ok(name(&mut values)?.filter(|(id, kind)| is_identifier(id) && is_kind(kind)))
    }
}

fn name(values: &mut Values<'_>) -> Result<Option<(String, String)>> {
    let (mut id, mut kind) = (None, None);
    for (name, value) in values.dictionary()? {
        match name.as_str() {
            "id" => id = Some(value),
            "kind" => kind = Some(value),
            _ => {}
        }
    }
    Ok(id.zip(kind))
}

const fn service(member: &str) -> Call<'_> {
    Call {
        destination: SERVICE,
        path: ROOT,
        interface: INTERFACE,
        member,
    }
}

#[cfg(test)]
mod tests;
