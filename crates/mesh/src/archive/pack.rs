// SPDX-License-Identifier: MIT
//! From the file system into an archive.
//!
//! Spec: none.
//! Here: finding files below a path, what is said of them, their octets without their holes.
//! Not here: the form of an archive (`mesh-dare`, archive).

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use mesh_crypto::Environment;
use mesh_dare::Storage;
use mesh_dare::archive::PART;
use mesh_dare::archive::entry::{Entry, Kind};
use mesh_dare::archive::writer::ArchiveWriter;

use crate::error::Failure;

/// A file, directory or link that was found, and where.
#[derive(Debug)]
pub struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// What is said of it.
    pub entry: Entry,
}

/// The archive that is written, which does not contain itself, under whatever name a walk comes upon it.
#[derive(Debug)]
pub struct Except(Vec<(u64, u64)>);

impl Except {
    /// The file at a path, if there is one, and the link that leads to it.
    #[must_use]
    pub fn new(archive: &Path) -> Self {
        let found = [
            std::fs::metadata(archive),
            std::fs::symlink_metadata(archive),
        ];
        Self(found.iter().flatten().map(identity).collect())
    }

    fn is(&self, about: &Metadata) -> bool {
        self.0.contains(&identity(about))
    }
}

fn identity(about: &Metadata) -> (u64, u64) {
    (about.dev(), about.ino())
}

/// What a walk found.
#[derive(Debug, Default)]
pub struct Walk {
    /// Everything that can be archived, each directory before what is in it.
    pub found: Vec<Found>,
    /// What cannot: sockets, pipes and devices.
    pub skipped: Vec<PathBuf>,
    /// Octets of the files.
    pub octets: u64,
}

impl Walk {
    /// Finds what is at a path and below it, without following links. Names begin with the last component of the path; of `.` with what is
    /// in it.
    ///
    /// # Errors
    /// [`Failure`] when something cannot be read or has a name that is not UTF-8.
    pub fn add(&mut self, path: &Path, except: &Except) -> Result<(), Failure> {
        let about = std::fs::symlink_metadata(path);
        let about = about.map_err(|error| Failure::of_file(path, &error))?;
        let last = path.components().next_back();
        match last {
            Some(std::path::Component::Normal(name)) => {
                let name = text(path, name)?;
                self.visit(path, name, &about, except)
            }
            _ if about.is_dir() => self.children(path, "", except),
            _ => Err(Failure::misuse(
                format!("{}: this has no name of its own", path.display()),
                "name the directory by its name",
            )),
        }
    }

    fn visit(
        &mut self,
        path: &Path,
        name: String,
        about: &Metadata,
        except: &Except,
    ) -> Result<(), Failure> {
        if except.is(about) {
            return Ok(());
        }
        let named = |error: io::Error| Failure::of_file(path, &error);
        let kind = if about.is_dir() {
            Kind::Directory
        } else if about.is_file() {
            Kind::File
        } else if about.is_symlink() {
            let target = std::fs::read_link(path).map_err(named)?;
            Kind::Link(text(path, target.as_os_str())?)
        } else {
            self.skipped.push(path.to_owned());
            return Ok(());
        };
        let size = match kind {
            Kind::File => about.len(),
            _ => 0,
        };
        self.octets = self.octets.saturating_add(size);
        let is_directory = kind == Kind::Directory;
        self.found.push(Found {
            path: path.to_owned(),
            entry: Entry {
                name: name.clone(),
                kind,
                mode: about.mode() & 0o777,
                modified: (
                    about.mtime(),
                    u32::try_from(about.mtime_nsec()).unwrap_or_default(),
                ),
                size,
            },
        });
        match is_directory {
            true => self.children(path, &name, except),
            false => Ok(()),
        }
    }

    fn children(&mut self, path: &Path, name: &str, except: &Except) -> Result<(), Failure> {
        let named = |error: io::Error| Failure::of_file(path, &error);
        let mut children = std::fs::read_dir(path)
            .map_err(named)?
            .collect::<Result<Vec<_>, _>>()
            .map_err(named)?;
        children.sort_by_key(std::fs::DirEntry::file_name);
        for child in children {
            let about = child.metadata().map_err(named)?;
            let own = text(&child.path(), &child.file_name())?;
            let whole = match name {
                "" => own,
                name => format!("{name}/{own}"),
            };
            self.visit(&child.path(), whole, &about, except)?;
        }
        Ok(())
    }
}

fn text(path: &Path, name: &std::ffi::OsStr) -> Result<String, Failure> {
    name.to_str().map(str::to_owned).ok_or_else(|| {
        Failure::misuse(
            format!("{}: the name is not UTF-8", path.display()),
            "rename it",
        )
    })
}

/// Adds what was found to an archive. Files are read ahead while those before them are sealed; `progress` is told how many octets are done.
///
/// # Errors
/// [`Failure`] when one cannot be read, or has changed since it was found.
pub fn add<S: Storage>(
    writer: &mut ArchiveWriter<S>,
    found: &[&Found],
    progress: &dyn Fn(u64),
    env: &dyn Environment,
) -> Result<(), Failure> {
    let (to, pieces) = sync_channel(WAITING);
    thread::scope(|scope| {
        scope.spawn(move || read_ahead(found, &to));
        let mut ahead = Ahead {
            pieces,
            loads: Vec::new().into_iter(),
            failed: None,
        };
        let mut done = 0u64;
        for one in found {
            let added = match one.entry.kind {
                Kind::File => writer.add(&one.entry, &mut |octets| ahead.next(octets), env),
                _ => writer.add(&one.entry, &mut |_| Ok(None), env),
            };
            added.map_err(|error| ahead.failed.take().unwrap_or_else(|| error.into()))?;
            done = done.saturating_add(one.entry.size);
            progress(done);
        }
        Ok(())
    })
}

/// Octets that are read before they are handed over, at least, and how many files at most.
const LOAD: usize = 1 << 20;
const FILES: usize = 512;
/// Loads that wait to be sealed.
const WAITING: usize = 1;

/// Something that was read of a file.
enum Piece {
    /// Octets, and where they belong.
    Octets(u64, Vec<u8>),
    /// There is no more of the file.
    End,
    /// It cannot be read.
    Failed(Failure),
}

/// Reads all files, until one cannot be read or nobody wants more.
fn read_ahead(found: &[&Found], to: &SyncSender<Vec<Piece>>) {
    let mut load = Vec::new();
    let mut size = 0usize;
    let mut hand_over = |piece: Piece| {
        if let Piece::Octets(_, octets) = &piece {
            size = size.saturating_add(octets.len());
        }
        let failed = matches!(piece, Piece::Failed(_));
        load.push(piece);
        if !failed && size < LOAD && load.len() < FILES {
            return true;
        }
        size = 0;
        to.send(std::mem::take(&mut load)).is_ok() && !failed
    };
    for one in found.iter().filter(|one| one.entry.kind == Kind::File) {
        let read = open(one).and_then(|mut extents| {
            loop {
                let mut octets = Vec::new();
                match extents.next(&mut octets)? {
                    Some(offset) if !hand_over(Piece::Octets(offset, octets)) => return Ok(false),
                    Some(_) => {}
                    None => return Ok(hand_over(Piece::End)),
                }
            }
        });
        let go_on = read.unwrap_or_else(|error: io::Error| {
            hand_over(Piece::Failed(Failure::of_file(&one.path, &error)))
        });
        if !go_on {
            return;
        }
    }
    // Nobody wants it when an entry was refused.
    let _ = to.send(load);
}

fn open(found: &Found) -> io::Result<Extents> {
    const NO_FOLLOW: i32 = 0o400_000;
    let mut options = File::options();
    let options = options.read(true).custom_flags(NO_FOLLOW);
    Extents::new(options.open(&found.path)?, found.entry.size)
}

/// What was read ahead.
struct Ahead {
    pieces: Receiver<Vec<Piece>>,
    loads: std::vec::IntoIter<Piece>,
    failed: Option<Failure>,
}

impl Ahead {
    /// The next octets of the file that is added; at the end of it nothing.
    fn next(&mut self, octets: &mut Vec<u8>) -> io::Result<Option<u64>> {
        loop {
            match self.loads.next() {
                Some(Piece::Octets(offset, read)) => {
                    *octets = read;
                    return Ok(Some(offset));
                }
                Some(Piece::End) => return Ok(None),
                Some(Piece::Failed(failure)) => {
                    self.failed = Some(failure);
                    return Err(io::ErrorKind::Other.into());
                }
                None => {
                    let load = self.pieces.recv().map_err(io::Error::other)?;
                    self.loads = load.into_iter();
                }
            }
        }
    }
}

/// The octets of a file, without its holes.
struct Extents {
    file: File,
    size: u64,
    at: u64,
    /// Where the octets end that begin at `at`; the file has no holes where this is its size from the beginning.
    end: u64,
    sparse: bool,
    /// Its end was seen.
    ended: bool,
}

impl Extents {
    fn new(file: File, size: u64) -> io::Result<Self> {
        let stored = file.metadata()?.blocks().saturating_mul(512);
        let sparse = stored < size;
        Ok(Self {
            file,
            size,
            at: 0,
            end: if sparse { 0 } else { size },
            sparse,
            ended: false,
        })
    }

    fn next(&mut self, octets: &mut Vec<u8>) -> io::Result<Option<u64>> {
        if self.ended {
            return Ok(None);
        }
        if self.sparse && self.at >= self.end {
            match rustix::fs::seek(&self.file, rustix::fs::SeekFrom::Data(self.at)) {
                // There is a hole up to the end.
                Err(rustix::io::Errno::NXIO) => return Ok(None),
                begin => self.at = begin?,
            }
            self.end = rustix::fs::seek(&self.file, rustix::fs::SeekFrom::Hole(self.at))?;
            self.file.seek(SeekFrom::Start(self.at))?;
        }
        let left = self.end.saturating_sub(self.at);
        // One octet more than the file had tells that it has grown; whoever takes the octets says so.
        let most = match self.end >= self.size {
            true => left.saturating_add(1),
            false => left,
        };
        let limit = u64::try_from(PART).unwrap_or(u64::MAX).min(most);
        octets.reserve(usize::try_from(limit).unwrap_or(PART).saturating_add(1));
        let read = (&self.file).take(limit).read_to_end(octets)?;
        let offset = self.at;
        self.at = self
            .at
            .saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        // Less than was asked for is there at the end only.
        self.ended = !self.sparse && u64::try_from(read).is_ok_and(|read| read < limit);
        if self.ended && self.at < self.size {
            return Err(io::Error::other("it changed while it was read"));
        }
        if read == 0 {
            return Ok(None);
        }
        Ok(Some(offset))
    }
}
