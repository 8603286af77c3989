// SPDX-License-Identifier: MIT
//! The machine catalog: which accounts this device knows.
//!
//! Spec: mesh-schema, "CatalogedMachine".
//! Here: the file `machine.dcat` of a home, a Merkle sequence of entries by device fingerprint.
//! Not here: keys (`mesh-keystore`), the stores of an account (`stores`).
//!
//! The entries hold no secret: what a device may not show is sealed to its keys inside the entry.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use mesh_dare::generated::{ContentMeta, SequenceInfo};
use mesh_dare::store::Event;
use mesh_dare::{Envelope, Sequence, SequenceType};
use mesh_jsonbcd::{from_bytes, to_json};

use crate::error::Error;
use crate::files::open_private;
use crate::generated::AnyCatalogedMachine;

const FILE: &str = "machine.dcat";
const CONTENT_TYPE: &str = "application/mmm-host";

/// The machine catalog of a home.
pub(crate) struct Machine {
    sequence: Sequence<File>,
    entries: BTreeMap<String, AnyCatalogedMachine>,
}

impl Machine {
    /// Begins the catalog of a new home.
    pub(crate) fn create(home: &Path) -> Result<Self, Error> {
        let meta = ContentMeta {
            content_type: Some(CONTENT_TYPE.to_owned()),
            ..ContentMeta::default()
        };
        let first = frame(&meta, &[], None);
        Ok(Self {
            sequence: Sequence::create(
                open_private(&home.join(FILE))?,
                SequenceType::Merkle,
                first,
            )?,
            entries: BTreeMap::new(),
        })
    }

    /// Opens the catalog of a home.
    pub(crate) fn open(home: &Path) -> Result<Self, Error> {
        let (sequence, _) = Sequence::open(open_private(&home.join(FILE))?, &mut |_, _| Ok(()))?;
        sequence.verify()?;
        let mut entries = BTreeMap::new();
        for index in 1..sequence.len() {
            let frame = sequence.frame(index)?;
            let meta = frame.content_meta()?;
            let id = meta.unique_id.unwrap_or_default();
            match Event::parse(meta.event.as_deref().unwrap_or_default())? {
                Event::Delete => entries.remove(&id),
                Event::New | Event::Update => entries.insert(id, from_bytes(&frame.body)?),
            };
        }
        Ok(Self { sequence, entries })
    }

    /// The entries, by device fingerprint.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &AnyCatalogedMachine)> {
        self.entries.iter().map(|(id, entry)| (id.as_str(), entry))
    }

    /// Adds or replaces an entry and returns when that is durable.
    pub(crate) fn put(&mut self, id: &str, entry: AnyCatalogedMachine) -> Result<(), Error> {
        let event = if self.entries.contains_key(id) {
            Event::Update
        } else {
            Event::New
        };
        self.append(id, event, &to_json(&entry))?;
        self.entries.insert(id.to_owned(), entry);
        Ok(())
    }

    /// Removes an entry and returns when that is durable.
    pub(crate) fn delete(&mut self, id: &str) -> Result<(), Error> {
        if self.entries.contains_key(id) {
            self.append(id, Event::Delete, &[])?;
            self.entries.remove(id);
        }
        Ok(())
    }

    fn append(&mut self, id: &str, event: Event, payload: &[u8]) -> Result<(), Error> {
        let meta = ContentMeta {
            unique_id: Some(id.to_owned()),
            event: Some(event.identifier().to_owned()),
            ..ContentMeta::default()
        };
        let index = i64::try_from(self.sequence.len()).ok();
        self.sequence.append(&[frame(&meta, payload, index)])?;
        Ok(())
    }
}

fn frame(meta: &ContentMeta, payload: &[u8], index: Option<i64>) -> Envelope {
    let mut envelope = Envelope {
        body: payload.to_vec(),
        ..Envelope::default()
    };
    envelope.header.content_meta_data = Some(to_json(meta));
    envelope.header.sequence_info = Some(SequenceInfo {
        index: index.or(Some(0)),
        ..SequenceInfo::default()
    });
    envelope
}
