// SPDX-License-Identifier: MIT
//! `key show`: what a key file says, without its secrets.
//!
//! Spec: none; the forms are those of `mesh-keystore`.
//! Here: the lines for people and the objects for scripts.
//! Not here: reading the forms (`mesh-keystore`, format), writing them (`file`).

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use data_encoding::BASE64;
use mesh_crypto::{KeyAlgorithm, PublicKey};
use mesh_jsonbcd::ErrorClass;
use mesh_keystore::format::certificate::{Certificate, CertificateRequest};
use mesh_keystore::format::detect::{self, Item};
use mesh_keystore::format::openssh::{Entry, Hosts, Marker, Place, SshPublicKey};
use serde_json::{Map, Value};

use super::file::{asks, in_file, read};
use crate::error::Failure;
use crate::files::is_standard;
use crate::output::{Answer, one_line};
use crate::text;

/// Shows the file.
pub(super) fn run(
    file: &Path,
    expect: &[String],
    host: Option<&str>,
    passphrase_in: Option<&Path>,
) -> Result<Answer, Failure> {
    let octets = read(file)?;
    let items = detect::all(&octets, &mut asks(file, passphrase_in));
    let mut items = items.map_err(|error| in_file(file, error))?;
    if let Some(host) = host {
        items.retain(|item| is_of_host(item, host));
        if items.is_empty() {
            return Err(Failure::misuse(
                format!("{} has no key of {host}", file.display()),
                "see what it has without --host",
            ));
        }
    }
    let mut shown: Vec<Shown> = items.iter().map(Shown::of).collect();
    check(file, &shown, expect)?;
    if is_open_to_others(file) {
        for (shown, _) in shown
            .iter_mut()
            .zip(&items)
            .filter(|(_, item)| is_private(item))
        {
            shown.said.push(("open_to_others", true.into()));
        }
    }
    let lines: Vec<String> = shown.iter().map(Shown::lines).collect();
    let objects: Vec<Value> = shown
        .into_iter()
        .map(|s| Value::Object(s.object()))
        .collect();
    Ok(Answer::say(lines.join("\n\n")).with("items", objects))
}

/// What is known of a key: names and values.
pub(super) fn described(key: &PublicKey) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("algorithm".to_owned(), key.algorithm().jose_name().into());
    if let Some(bits) = bits(key.algorithm()) {
        out.insert("bits".to_owned(), bits.into());
    }
    out.insert("udf".to_owned(), key.udf().to_string().into());
    if let Ok(ssh) = SshPublicKey::new(key, "") {
        out.insert("ssh_fingerprint".to_owned(), ssh.fingerprint().into());
    }
    out
}

/// One thing of a file: what it is, its key, and what is said of it in order.
struct Shown {
    what: &'static str,
    key: mesh_keystore::Result<PublicKey>,
    said: Vec<(&'static str, Value)>,
}

impl Shown {
    fn of(item: &Item) -> Self {
        match item {
            Item::Certificate(certificate) => of_certificate(certificate),
            Item::Entry(entry) => of_entry(entry),
            Item::Private(key) => plain("private key", key.public()),
            Item::Public(key) => plain("public key", key),
            Item::Request(request) => of_request(request),
            Item::SshPrivate(key) => of_ssh("private key", key.public()),
            Item::SshPublic(key) => of_ssh("public key", key),
            Item::Unread(what) => Self {
                what: "not read",
                key: Err(unsupported(what)),
                said: Vec::new(),
            },
            _ => Self {
                what: "not known",
                key: Err(unsupported("what this file holds")),
                said: Vec::new(),
            },
        }
    }

    /// Members of the object; those of the key come first.
    fn object(self) -> Map<String, Value> {
        let mut out = Map::new();
        out.insert("what".to_owned(), self.what.into());
        match &self.key {
            Ok(key) => out.extend(described(key)),
            Err(error) => {
                out.insert("error".to_owned(), error.to_string().into());
            }
        }
        out.extend(
            self.said
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value)),
        );
        out
    }

    fn lines(&self) -> String {
        let mut out = self.what.to_owned();
        let mut line = |name: &str, value: &Value| {
            let value = match value {
                Value::String(text) => text.clone(),
                Value::Array(list) => {
                    let texts = list.iter().filter_map(Value::as_str);
                    texts.collect::<Vec<_>>().join(", ")
                }
                Value::Bool(true) => "yes".to_owned(),
                Value::Bool(false) => "no".to_owned(),
                other => other.to_string(),
            };
            if !value.is_empty() {
                let name = name.replace('_', " ");
                // A comment or the name in a certificate could otherwise add a line about another key.
                let value = one_line(&value);
                out.push_str(&format!("\n  {name}: {value}"));
            }
        };
        match &self.key {
            Ok(key) => described(key)
                .iter()
                .for_each(|(name, value)| line(name, value)),
            Err(error) => line("error", &error.to_string().into()),
        }
        for (name, value) in &self.said {
            line(name, value);
        }
        out
    }
}

fn plain(what: &'static str, key: &PublicKey) -> Shown {
    Shown {
        what,
        key: Ok(key.clone()),
        said: Vec::new(),
    }
}

fn of_ssh(what: &'static str, key: &SshPublicKey) -> Shown {
    Shown {
        said: vec![("comment", key.comment().into())],
        ..plain(what, key.key())
    }
}

fn of_entry(entry: &Entry) -> Shown {
    let (what, mut said) = match &entry.place {
        Place::Alone => ("public key", Vec::new()),
        Place::Authorized { options } => {
            ("authorized key", vec![("options", options.as_str().into())])
        }
        Place::Known { marker, hosts } => {
            let what = match marker {
                None => "host key",
                Some(Marker::CertAuthority) => "key that signs host keys",
                Some(Marker::Revoked) => "revoked host key",
            };
            let hosts = match hosts {
                Hosts::Patterns(patterns) => Value::from(patterns.clone()),
                Hosts::Hashed { digest, .. } => {
                    Value::from(vec![format!("hashed {}", BASE64.encode(digest))])
                }
            };
            (what, vec![("hosts", hosts)])
        }
    };
    said.push(("line", entry.line.into()));
    if let Ok(key) = &entry.key {
        said.push(("comment", key.comment().into()));
    }
    Shown {
        what,
        key: entry.key.clone().map(|key| key.key().clone()),
        said,
    }
}

fn of_certificate(certificate: &Certificate) -> Shown {
    Shown {
        what: "certificate",
        key: certificate.key.clone(),
        said: vec![
            ("subject", certificate.subject.as_str().into()),
            ("issuer", certificate.issuer.as_str().into()),
            ("serial", certificate.serial.as_str().into()),
            ("not_before", certificate.not_before.to_string().into()),
            ("not_after", certificate.not_after.to_string().into()),
            ("self_signed", certificate.self_signed.into()),
        ],
    }
}

fn of_request(request: &CertificateRequest) -> Shown {
    let mut said = vec![
        ("subject", request.subject.as_str().into()),
        ("signature_verified", request.signature.is_ok().into()),
    ];
    if let Err(error) = &request.signature {
        said.push(("signature_error", error.to_string().into()));
    }
    Shown {
        what: "certificate request",
        key: request.key.clone(),
        said,
    }
}

/// Whether all keys, and no others, are those that were expected.
fn check(file: &Path, shown: &[Shown], expect: &[String]) -> Result<(), Failure> {
    if expect.is_empty() {
        return Ok(());
    }
    let doubt = |cause: String| Failure {
        cause,
        remedy: text::DOUBT.to_owned(),
        class: ErrorClass::Untrusted,
    };
    let mut named = vec![false; expect.len()];
    for shown in shown {
        let key = shown.key.clone().map_err(|error| in_file(file, error))?;
        let mut known = false;
        for (expected, named) in expect.iter().zip(&mut named) {
            if key.udf().matches(expected)? {
                (known, *named) = (true, true);
            }
        }
        if !known {
            return Err(doubt(format!(
                "{}: the key is {}, not the one that was expected",
                file.display(),
                key.udf()
            )));
        }
    }
    let missing = expect.iter().zip(&named).find(|(_, named)| !**named);
    match missing {
        None => Ok(()),
        Some((expected, _)) => Err(doubt(format!(
            "{}: the key {expected} is not among those of the file",
            file.display()
        ))),
    }
}

const fn is_private(item: &Item) -> bool {
    matches!(item, Item::Private(_) | Item::SshPrivate(_))
}

/// Whether others than the owner may read the file.
fn is_open_to_others(file: &Path) -> bool {
    !is_standard(file)
        && std::fs::metadata(file).is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
}

fn is_of_host(item: &Item, host: &str) -> bool {
    match item {
        Item::Entry(Entry {
            place: Place::Known { hosts, .. },
            ..
        }) => hosts.contain(host),
        _ => false,
    }
}

/// The size by which people know a key; the names of lattice keys tell theirs.
const fn bits(algorithm: KeyAlgorithm) -> Option<u32> {
    match algorithm {
        KeyAlgorithm::Ed25519 | KeyAlgorithm::P256 | KeyAlgorithm::X25519 => Some(256),
        KeyAlgorithm::P384 => Some(384),
        KeyAlgorithm::Ed448 | KeyAlgorithm::X448 => Some(448),
        KeyAlgorithm::P521 => Some(521),
        other => other.modulus_bits(),
    }
}

fn unsupported(what: &str) -> mesh_keystore::Error {
    mesh_keystore::Error::Unsupported {
        what: what.to_owned(),
    }
}
