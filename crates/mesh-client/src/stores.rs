// SPDX-License-Identifier: MIT
//! The replicas of an account's stores, which move together.
//!
//! Spec: mesh-architecture, "Catalogs and Spools".
//! Here: the directory of one account in a home. The file `heads.json` says how far each replica is committed; frames behind
//! that were never acknowledged and are dropped when the replica is opened. So a transaction over several stores is
//! there as a whole or not at all, whenever the process ends.
//! The file `frozen` says why nothing is written, when the service has shown another history; `marks` since when frames are here.
//! Not here: what is in the frames (`account`), where they come from (`sync`).

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mesh_crypto::Environment;
use mesh_dare::Envelope;
use mesh_dare::store::replica::{Head, Replica};
use mesh_dare::store::{StatedHead, StoreName, Summary, replica::Signers};
use mesh_jsonbcd::{Format, Reader, Writer, to_json_b};
use mesh_keystore::file::{Existing, create_private_dir, read_private, write_private};
use mesh_schema::{AccountAddress, StoreLabel};

use crate::error::Error;
use crate::files::{open_private, unusable};
use crate::marks::{self, Mark};

/// Says why nothing is written.
const FROZEN: &str = "frozen";
/// Says from where the account has come, until what is sealed to the former host has been made anew.
const UNSETTLED: &str = "unsettled";
const HEADS: &str = "heads.json";
/// Octets of frames that are written or sent at once.
const PIECE: usize = 4 << 20;
const MAX_HEADS: usize = 1 << 20;

/// The replicas of one account.
pub(crate) struct Stores {
    directory: PathBuf,
    account: String,
    env: Arc<dyn Environment>,
    replicas: BTreeMap<StoreLabel, Replica<File>>,
    heads: BTreeMap<StoreLabel, Head>,
}

impl Stores {
    /// Opens the directory of an account; replicas are opened when they are first looked at.
    pub(crate) fn open(
        home: &Path,
        account: &str,
        env: Arc<dyn Environment>,
    ) -> Result<Self, Error> {
        Self::open_in(home.join(account), account, env)
    }

    fn open_in(
        directory: PathBuf,
        account: &str,
        env: Arc<dyn Environment>,
    ) -> Result<Self, Error> {
        create_private_dir(&directory)?;
        let path = directory.join(HEADS);
        let heads = match path.exists() {
            true => parse_heads(read_private(&path, MAX_HEADS)?.expose_secret())?,
            // They are written before the first frame. Without them this device would have forgotten what it has seen.
            false if holds_frames(&directory)? => {
                return Err(Error::HeadsMissing { path });
            }
            false => {
                let none = BTreeMap::new();
                write_private(&path, &present_heads(&none), Existing::Keep)?;
                none
            }
        };
        Ok(Self {
            directory,
            account: account.to_owned(),
            env,
            replicas: BTreeMap::new(),
            heads,
        })
    }

    /// The committed position of a store.
    pub(crate) fn head(&self, label: StoreLabel) -> Option<&Head> {
        self.heads.get(&label)
    }

    /// The replica of a store, opened if it is not yet.
    pub(crate) fn replica(&mut self, label: StoreLabel) -> Result<&mut Replica<File>, Error> {
        if !self.replicas.contains_key(&label) {
            let file = open_private(&self.directory.join(format!("{label}.dcat")))?;
            let name = StoreName::new(&self.account, label.as_str());
            let replica = Replica::open(file, name, label.is_spool(), self.heads.get(&label))?;
            self.replicas.insert(label, replica);
        }
        let name = label.as_str().to_owned();
        self.replicas.get_mut(&label).ok_or(Error::NotFound {
            what: "store",
            name,
        })
    }

    /// Frames of a store from an index on, as many as are written or sent at once: none behind the last committed one.
    pub(crate) fn piece(&mut self, label: StoreLabel, from: u64) -> Result<Vec<Envelope>, Error> {
        let end = self.head(label).map_or(0, |head| head.frames);
        let replica = self.replica(label)?;
        let mut frames = Vec::new();
        let mut octets = 0_usize;
        for index in from..end {
            if octets >= PIECE {
                break;
            }
            let frame = replica.frame(index)?;
            octets = octets.saturating_add(to_json_b(&frame).len());
            frames.push(frame);
        }
        Ok(frames)
    }

    /// Takes frames over into several stores and commits all of it at once.
    pub(crate) fn extend(
        &mut self,
        frames: &[(StoreLabel, Vec<Envelope>)],
        signers: &dyn Fn(StoreLabel) -> Option<Box<SignerOf>>,
    ) -> Result<(), Error> {
        let mut heads = self.heads.clone();
        let done = (|| {
            for (label, frames) in frames {
                let judge = signers(*label);
                let judge: Option<Signers<'_>> = judge.as_ref().map(|judge| {
                    let judge: Signers<'_> = &**judge;
                    judge
                });
                let replica = self.replica(*label)?;
                let named = |source| Error::Store {
                    store: label.as_str().to_owned(),
                    source,
                };
                replica.extend(frames, judge).map_err(named)?;
                if let Some(head) = replica.head() {
                    heads.insert(*label, head);
                }
            }
            write_private(
                &self.directory.join(HEADS),
                &present_heads(&heads),
                Existing::Replace,
            )?;
            Ok(())
        })();
        match done {
            Ok(()) => {
                let grown: Vec<StoreLabel> = frames.iter().map(|(label, _)| *label).collect();
                self.heads = heads;
                self.mark(&grown, false);
                Ok(())
            }
            Err(error) => {
                // What was appended is not committed: the next look at these stores drops it.
                self.replicas.clear();
                Err(error)
            }
        }
    }
}

impl Stores {
    /// Keeps in mind that stores have as many frames now, and whether all of them were read again and found in order.
    pub(crate) fn mark(&self, labels: &[StoreLabel], verified: bool) {
        let now = self.env.now();
        let marks = labels.iter().map(|&label| Mark {
            label,
            frames: self.heads.get(&label).map_or(0, |head| head.frames),
            time: now,
            verified,
        });
        marks::note(&self.directory, marks);
    }

    /// Since when the frames of a store are here.
    pub(crate) fn marks(&self, label: StoreLabel) -> Vec<Mark> {
        marks::read(&self.directory, label)
    }

    /// Keeps in mind that the service could not be trusted, over the end of the process.
    pub(crate) fn freeze(&self, why: &str) -> Result<(), Error> {
        let path = self.directory.join(FROZEN);
        Ok(write_private(&path, why.as_bytes(), Existing::Replace)?)
    }

    /// Empty replicas of the same account in a directory beside this one, in the place of whatever an earlier attempt left there.
    pub(crate) fn beside(&self, name: &str) -> Result<Self, Error> {
        let directory = self.directory.with_extension(name);
        if directory.exists() {
            std::fs::remove_dir_all(&directory)
                .map_err(|error| unusable("remove", &directory, &error))?;
        }
        Self::open_in(directory, &self.account, self.env.clone())
    }

    /// Deletes these replicas.
    pub(crate) fn remove(self) -> Result<(), Error> {
        std::fs::remove_dir_all(&self.directory)
            .map_err(|error| unusable("remove", &self.directory, &error))
    }

    /// Puts other replicas in the place of these, which are kept under another name.
    pub(crate) fn replace_with(&mut self, other: Self, name: &str) -> Result<PathBuf, Error> {
        let kept = self.directory.with_extension(name);
        let rename = |from: &Path, to: &Path| {
            std::fs::rename(from, to).map_err(|error| unusable("rename", from, &error))
        };
        // Between the two the account has no replicas here: opened then, it fetches them, just as is wanted.
        rename(&self.directory, &kept)?;
        rename(&other.directory, &self.directory)?;
        self.replicas.clear();
        self.heads = other.heads;
        Ok(kept)
    }

    /// Keeps in mind, over the end of the process, that the account has come here from another address and is not settled yet.
    pub(crate) fn unsettle(&self, from: &AccountAddress) -> Result<(), Error> {
        let path = self.directory.join(UNSETTLED);
        let text = from.to_string();
        Ok(write_private(&path, text.as_bytes(), Existing::Replace)?)
    }

    /// From where the account has come without being settled, if that is so.
    pub(crate) fn unsettled(&self) -> Result<Option<AccountAddress>, Error> {
        match self.note_in(UNSETTLED)? {
            Some(text) => Ok(Some(AccountAddress::parse(&text)?)),
            None => Ok(None),
        }
    }

    /// Forgets that.
    pub(crate) fn settled(&self) -> Result<(), Error> {
        self.forget_note(UNSETTLED)
    }

    fn note_in(&self, name: &str) -> Result<Option<String>, Error> {
        let path = self.directory.join(name);
        if !path.exists() {
            return Ok(None);
        }
        let text = read_private(&path, MAX_HEADS)?;
        Ok(Some(
            String::from_utf8_lossy(text.expose_secret()).into_owned(),
        ))
    }

    fn forget_note(&self, name: &str) -> Result<(), Error> {
        let path = self.directory.join(name);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(unusable("remove", &path, &error))
            }
            _ => Ok(()),
        }
    }

    /// Forgets it.
    pub(crate) fn thaw(&self) -> Result<(), Error> {
        self.forget_note(FROZEN)
    }

    /// Why nothing may be written, if that is so.
    pub(crate) fn frozen(&self) -> Result<Option<String>, Error> {
        self.note_in(FROZEN)
    }

    /// Deletes the replicas of stores that this device may read no longer.
    pub(crate) fn forget(&mut self, labels: &[StoreLabel]) -> Result<(), Error> {
        if labels.is_empty() {
            return Ok(());
        }
        for label in labels {
            self.replicas.remove(label);
            self.heads.remove(label);
        }
        write_private(
            &self.directory.join(HEADS),
            &present_heads(&self.heads),
            Existing::Replace,
        )?;
        self.mark(labels, false);
        for label in labels {
            let path = self.directory.join(format!("{label}.dcat"));
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(unusable("remove", &path, &error));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl Stores {
    /// How far the other catalogs are, as a frame of this one states it. What holds nothing yet is left out.
    pub(crate) fn heads_beside(&self, label: StoreLabel) -> Vec<StatedHead> {
        let others = self
            .heads
            .iter()
            .filter(|(other, head)| **other != label && !other.is_spool() && head.frames > 1);
        let state = |(other, head): (&StoreLabel, &Head)| {
            let index = head.frames.saturating_sub(1);
            StatedHead::new(other.as_str(), index, &head.summary.apex)
        };
        others.map(state).collect()
    }

    /// Compares what frames that came state of stores with what these stores are once the frames are taken over.
    ///
    /// # Errors
    /// [`Error::Withheld`] when a store should be farther than it is shown, [`Error::Fork`] when it has another history.
    pub(crate) fn check_stated(
        &mut self,
        labels: &[StoreLabel],
        frames: &[(StoreLabel, Vec<Envelope>)],
    ) -> Result<(), Error> {
        let mut known: HashMap<(StoreLabel, u64), StatedHead> = HashMap::new();
        for (label, came) in frames.iter().filter(|(label, _)| !label.is_spool()) {
            for frame in came {
                for stated in StatedHead::read(&frame.content_meta()?) {
                    let Some(about) = labels
                        .iter()
                        .find(|label| label.as_str() == stated.label && !label.is_spool())
                    else {
                        continue;
                    };
                    let place = (*about, stated.index);
                    if known.get(&place) == Some(&stated) {
                        continue;
                    }
                    self.check_head(*about, &stated, frames).inspect_err(
                        |error| tracing::debug!(%error, %label, "stated by a frame"),
                    )?;
                    known.insert(place, stated);
                }
            }
        }
        Ok(())
    }

    fn check_head(
        &mut self,
        label: StoreLabel,
        stated: &StatedHead,
        frames: &[(StoreLabel, Vec<Envelope>)],
    ) -> Result<(), Error> {
        let known = self.head(label).map_or(0, |head| head.frames);
        let came = frames.iter().find(|(other, _)| *other == label);
        let came = came.map_or(&[][..], |(_, came)| came);
        let store = label.as_str().to_owned();
        let is = match stated.index.checked_sub(known) {
            None => stated.is_of(&self.replica(label)?.frame(stated.index)?),
            Some(place) => {
                let frame = usize::try_from(place)
                    .ok()
                    .and_then(|place| came.get(place));
                let shown = known.saturating_add(u64::try_from(came.len()).unwrap_or(u64::MAX));
                stated.is_of(frame.ok_or(Error::Withheld {
                    store: store.clone(),
                    shown,
                    stated: stated.index.saturating_add(1),
                })?)
            }
        };
        match is {
            true => Ok(()),
            false => Err(Error::Fork {
                store,
                index: stated.index,
            }),
        }
    }
}

/// How far a store is, and what it amounts to there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreDigest {
    /// The store.
    pub label: StoreLabel,
    /// Number of frames.
    pub frames: u64,
    /// Merkle value of the last one, which covers all payloads.
    pub apex: [u8; 64],
}

impl Stores {
    /// The committed positions of stores.
    pub(crate) fn digests(&self, labels: &[StoreLabel]) -> Vec<StoreDigest> {
        let digest = |&label: &StoreLabel| {
            let head = self.heads.get(&label)?;
            Some(StoreDigest {
                label,
                frames: head.frames,
                apex: head.summary.apex,
            })
        };
        labels.iter().filter_map(digest).collect()
    }
}

/// True when a replica in the directory has frames.
fn holds_frames(directory: &Path) -> Result<bool, Error> {
    let failed = |error: &std::io::Error| unusable("read", directory, error);
    for entry in std::fs::read_dir(directory).map_err(|error| failed(&error))? {
        let entry = entry.map_err(|error| failed(&error))?;
        let replica = entry
            .path()
            .extension()
            .is_some_and(|ending| ending == "dcat");
        if replica && entry.metadata().map_err(|error| failed(&error))?.len() > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Judges a signer of one store.
pub(crate) type SignerOf = dyn Fn(&str) -> Option<mesh_crypto::PublicKey>;

fn present_heads(heads: &BTreeMap<StoreLabel, Head>) -> Vec<u8> {
    let mut writer = Writer::new(Format::Json);
    writer.begin_object();
    for (label, head) in heads {
        writer.name(label.as_str());
        writer.begin_object();
        writer.name("Frames");
        writer.integer(i64::try_from(head.frames).unwrap_or(i64::MAX));
        writer.name("Size");
        writer.integer(i64::try_from(head.size).unwrap_or(i64::MAX));
        writer.name("Apex");
        writer.binary(&head.summary.apex);
        writer.name("Headers");
        writer.binary(&head.summary.headers);
        writer.end_object();
    }
    writer.end_object();
    writer.finish()
}

fn parse_heads(bytes: &[u8]) -> Result<BTreeMap<StoreLabel, Head>, Error> {
    let mut reader = Reader::new(bytes);
    let mut heads = BTreeMap::new();
    reader.begin_object()?;
    while let Some(name) = reader.next_name()? {
        let label = StoreLabel::parse(&name)?;
        let damaged = |reader: &Reader<'_>| {
            mesh_jsonbcd::Error::malformed(reader.offset(), "the committed position of a store")
        };
        let mut head = Head {
            frames: 0,
            size: 0,
            summary: Summary {
                apex: [0; 64],
                headers: Summary::NO_HEADERS,
            },
        };
        let digest = |reader: &mut Reader<'_>| -> Result<[u8; 64], mesh_jsonbcd::Error> {
            let octets = reader.binary()?;
            octets.try_into().map_err(|_| damaged(reader))
        };
        reader.begin_object()?;
        while let Some(name) = reader.next_name()? {
            match name.as_str() {
                "Frames" => {
                    head.frames = u64::try_from(reader.integer()?).map_err(|_| damaged(&reader))?
                }
                "Size" => {
                    head.size = u64::try_from(reader.integer()?).map_err(|_| damaged(&reader))?
                }
                "Apex" => head.summary.apex = digest(&mut reader)?,
                "Headers" => head.summary.headers = digest(&mut reader)?,
                _ => reader.skip()?,
            }
        }
        heads.insert(label, head);
    }
    reader.finish()?;
    Ok(heads)
}
