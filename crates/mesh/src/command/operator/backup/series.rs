// SPDX-License-Identifier: MIT
//! A series of backups in one directory: the first holds everything, each later one the parts of the store that have changed.
//!
//! Spec: none.
//! Here: what has changed, and putting the parts together again.
//! Not here: the copy of the store, encryption and verification (`backup`).
//!
//! | File | What |
//! |---|---|
//! | `000001.dare` | a whole backup |
//! | `000002.dare` and so on | the blocks that have changed since the one before |
//! | `series.json` | digests of the blocks, in clear, so that nobody need open a backup to make the next |

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use mesh_crypto::digest::sha512;
use mesh_jsonbcd::ErrorClass;
use mesh_keystore::file::{Existing, write_private};
use mesh_service::store::EmbeddedStore;
use serde::{Deserialize, Serialize};

use crate::error::Failure;

/// Octets that are compared, and copied, as one.
const BLOCK: usize = 64 << 10;
/// Octets of the digest of a block.
const DIGEST: usize = 32;
/// What is kept of a series beside its files.
const STATE: &str = "series.json";
/// What a backup of a series says of itself.
pub(super) const MANIFEST: &str = "changes.json";
/// The blocks that have changed, one after the other.
pub(super) const BLOCKS: &str = "changes.blocks";

/// What is kept of a series beside its files.
#[derive(Debug, Default, Deserialize, Serialize)]
struct State {
    /// The number of its files.
    files: u32,
    /// The digests of all blocks of the store, as the last file left it.
    blocks: Vec<String>,
}

/// What a backup of a series says of itself.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Manifest {
    /// Its number.
    number: u32,
    /// The digest of the store that it changes; empty in the first.
    previous: String,
    /// The digest of the store as it leaves it.
    image: String,
    /// Octets of the store as it leaves it.
    size: u64,
    /// Where its blocks belong.
    blocks: Vec<u64>,
}

/// The next backup of a series.
#[derive(Debug)]
pub(super) struct Next {
    /// Its file.
    pub(super) file: PathBuf,
    /// Whether it holds the whole store.
    pub(super) whole: bool,
    /// How many blocks have changed.
    pub(super) changed: usize,
    directory: PathBuf,
    state: State,
}

impl Next {
    /// Compares the copy of a store with what the series has, and writes beside it what has changed.
    ///
    /// # Errors
    /// [`Failure`] when the directory holds something else, or something cannot be read or written.
    pub(super) fn prepare(directory: &Path, copy: &Path) -> Result<Self, Failure> {
        let before = State::load(directory)?;
        let whole = before.files == 0;
        let number = before.files.saturating_add(1);
        let database = EmbeddedStore::data_file(copy);
        let mut blocks = Vec::new();
        let mut changed = Vec::new();
        let beside = copy.join(BLOCKS);
        let mut output = match whole {
            true => None,
            false => Some(File::create_new(&beside)?),
        };
        let size = each_block(&database, |index, block, digest| {
            let place = usize::try_from(index).unwrap_or(usize::MAX);
            if let Some(output) = &mut output
                && before.blocks.get(place) != Some(&digest)
            {
                output.write_all(block)?;
                changed.push(index);
            }
            blocks.push(digest);
            Ok(())
        })?;
        let manifest = Manifest {
            number,
            previous: match whole {
                true => String::new(),
                false => image(&before.blocks),
            },
            image: image(&blocks),
            size,
            blocks: changed,
        };
        let written = serde_json::to_vec(&manifest).map_err(io::Error::from)?;
        fs::write(copy.join(MANIFEST), written)?;
        Ok(Self {
            file: file(directory, number),
            whole,
            changed: manifest.blocks.len(),
            directory: directory.to_owned(),
            state: State {
                files: number,
                blocks,
            },
        })
    }

    /// Keeps what the next one is compared with. Before that the file does not count, and the next one takes its place.
    ///
    /// # Errors
    /// [`Failure`] when it cannot be written.
    pub(super) fn made(&self) -> Result<(), Failure> {
        let state = serde_json::to_vec(&self.state).map_err(io::Error::from)?;
        let path = self.directory.join(STATE);
        Ok(write_private(&path, &state, Existing::Replace)?)
    }
}

impl State {
    fn load(directory: &Path) -> Result<Self, Failure> {
        let path = directory.join(STATE);
        match fs::read(&path) {
            Ok(octets) => serde_json::from_slice(&octets).map_err(|error| Failure {
                cause: format!("{}: {error}", path.display()),
                remedy: "begin a new series in another directory".to_owned(),
                class: ErrorClass::Malformed,
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                match fs::read_dir(directory)?.next() {
                    None => Ok(Self::default()),
                    Some(_) => Err(Failure::misuse(
                        format!(
                            "{} holds something, but no series of backups that can be continued",
                            directory.display()
                        ),
                        "name an empty directory for a new series, or a file",
                    )),
                }
            }
            Err(error) => Err(Failure::of_file(&path, &error)),
        }
    }
}

/// The files of a series in their order.
///
/// # Errors
/// [`Failure`] when there is none, or one is missing between others.
pub(super) fn files(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    let there = fs::read_dir(directory)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "dare"))
        .count();
    let number = u32::try_from(there).unwrap_or(u32::MAX);
    let files: Vec<PathBuf> = (1..=number).map(|number| file(directory, number)).collect();
    match files.iter().find(|file| !file.exists()) {
        Some(missing) => Err(Failure::misuse(
            format!("{} is missing", missing.display()),
            "put all files of the series into one directory",
        )),
        None if files.is_empty() => Err(Failure::misuse(
            format!("{} holds no backup", directory.display()),
            "name the file or the directory that 'servermesh backup' wrote",
        )),
        None => Ok(files),
    }
}

/// Puts the parts of a series together.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    number: u32,
    image: String,
}

impl Assembly {
    /// Brings the store in `restored` to the state of the backup that was unpacked into `part`, which is `restored` itself for the first.
    /// What it amounts to [`Assembly::finish`] looks at.
    ///
    /// # Errors
    /// [`Failure`] when it is not the next one, or is damaged.
    pub(super) fn add(&mut self, part: &Path, restored: &Path) -> Result<(), Failure> {
        let path = part.join(MANIFEST);
        let manifest = fs::read(&path).map_err(|error| Failure::of_file(&path, &error))?;
        let manifest: Manifest =
            serde_json::from_slice(&manifest).map_err(|error| wrong(&error.to_string()))?;
        if manifest.number != self.number.saturating_add(1) || manifest.previous != self.image {
            return Err(wrong("a file does not follow from the one before"));
        }
        let database = EmbeddedStore::data_file(restored);
        if part != restored {
            let mut blocks = File::open(part.join(BLOCKS))?;
            let mut file = File::options().write(true).open(&database)?;
            for index in &manifest.blocks {
                let offset = index.saturating_mul(BLOCK_OCTETS);
                let length = manifest.size.saturating_sub(offset).min(BLOCK_OCTETS);
                file.seek(SeekFrom::Start(offset))?;
                let copied = io::copy(&mut (&mut blocks).take(length), &mut file)?;
                if copied != length || length == 0 {
                    return Err(wrong("a file is shorter than it says"));
                }
            }
            file.set_len(manifest.size)?;
            file.sync_all()?;
        }
        self.number = manifest.number;
        self.image = manifest.image;
        fs::remove_file(&path)?;
        Ok(())
    }

    /// Checks that all of it is what was copied.
    ///
    /// # Errors
    /// [`Failure`] when it is not.
    pub(super) fn finish(&self, restored: &Path) -> Result<(), Failure> {
        let mut digests = Vec::new();
        each_block(&EmbeddedStore::data_file(restored), |_, _, digest| {
            digests.push(digest);
            Ok(())
        })?;
        match image(&digests) == self.image {
            true => Ok(()),
            false => Err(wrong("the store is not what was copied")),
        }
    }
}

fn wrong(what: &str) -> Failure {
    Failure {
        cause: format!("the series cannot be put together: {what}"),
        remedy: "use the files of one series, all of them".to_owned(),
        class: ErrorClass::Untrusted,
    }
}

/// [`BLOCK`], as offsets are counted.
const BLOCK_OCTETS: u64 = 64 << 10;

fn file(directory: &Path, number: u32) -> PathBuf {
    directory.join(format!("{number:06}.dare"))
}

/// Goes through a file block by block; the octets of the file.
fn each_block(
    path: &Path,
    mut each: impl FnMut(u64, &[u8], String) -> io::Result<()>,
) -> Result<u64, Failure> {
    let named = |error: io::Error| Failure::of_file(path, &error);
    let mut file = BufReader::new(File::open(path).map_err(named)?);
    let mut size = 0u64;
    for index in 0.. {
        let mut block = Vec::with_capacity(BLOCK);
        let read = (&mut file).take(BLOCK_OCTETS).read_to_end(&mut block);
        if read.map_err(named)? == 0 {
            break;
        }
        size = size.saturating_add(u64::try_from(block.len()).unwrap_or(u64::MAX));
        let digest = sha512(&[&block]);
        let digest = BASE64.encode(digest.get(..DIGEST).unwrap_or_default());
        each(index, &block, digest)?;
    }
    Ok(size)
}

/// The digest of a store, from the digests of its blocks.
fn image(blocks: &[String]) -> String {
    let digest = sha512(&[blocks.join(" ").as_bytes()]);
    BASE64.encode(digest.get(..DIGEST).unwrap_or_default())
}
