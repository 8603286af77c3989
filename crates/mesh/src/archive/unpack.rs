// SPDX-License-Identifier: MIT
//! From an archive into the file system, and nowhere but below the directory that is meant.
//!
//! Spec: none.
//! Here: making directories, files and links; each directory is opened by its name in the one above it, and no link is ever followed.
//! Not here: the form of an archive (`mesh-dare`, archive).
//!
//! A file appears when all of its octets were verified. Links come last, so that nothing in the archive can be put behind one; the rights and
//! times of directories are set when nothing more goes into them.

use std::cell::Cell;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::path::Path;

use mesh_dare::Storage;
use mesh_dare::archive::PART;
use mesh_dare::archive::entry::{Entry, Kind, check_portable, stays_inside};
use mesh_dare::archive::reader::ArchiveReader;
use rustix::fs::{
    AtFlags, Mode, OFlags, RenameFlags, Timespec, Timestamps, UTIME_OMIT, fchmod, futimens,
    mkdirat, openat, renameat, renameat_with, symlinkat, unlinkat, utimensat,
};
use rustix::io::Errno;

use crate::error::Failure;
use crate::files::{self, unnamed};

/// How extraction treats what is there, and what may be made.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules {
    /// Existing files are replaced.
    pub force: bool,
    /// Links may point out of the directory.
    pub links_outside: bool,
    /// Only names are accepted that mean the same on every system, and no two that differ in the case of letters only.
    pub portable: bool,
}

/// A directory into which an archive is extracted.
pub struct Target {
    root: OwnedFd,
    rules: Rules,
}

/// A directory that was opened, and its name; most entries are in the same one as the entry before.
type Opened = Option<(String, OwnedFd)>;

impl Target {
    /// Opens a directory, or makes it.
    ///
    /// # Errors
    /// [`Failure`] when it is none.
    pub fn open(path: &Path, rules: Rules) -> Result<Self, Failure> {
        std::fs::create_dir_all(path).map_err(|error| match error.kind() {
            // No other name for a file would help, nor would --force.
            io::ErrorKind::AlreadyExists => {
                Failure::of_file(path, &io::ErrorKind::NotADirectory.into())
            }
            _ => Failure::of_file(path, &error),
        })?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = rustix::fs::open(path, flags, Mode::empty());
        let root = root.map_err(|error| Failure::of_file(path, &error.into()))?;
        Ok(Self { root, rules })
    }

    /// Checks the names of everything that is to be made, before anything is.
    ///
    /// # Errors
    /// [`Failure`] naming the first that may not be.
    pub fn check<'e>(&self, entries: impl Iterator<Item = &'e Entry>) -> Result<(), Failure> {
        let mut folded = std::collections::HashMap::new();
        for entry in entries {
            if self.rules.portable {
                check_portable(&entry.name)?;
                if let Some(other) = folded.insert(entry.name.to_lowercase(), &entry.name) {
                    return Err(mesh_dare::Error::BadName {
                        name: entry.name.clone(),
                        why: match *other == entry.name {
                            true => "it is there twice",
                            false => "another name differs from it in the case of letters only",
                        },
                    }
                    .into());
                }
            }
            if let Kind::Link(target) = &entry.kind
                && !self.rules.links_outside
                && !stays_inside(&entry.name, target)
            {
                return Err(Failure {
                    cause: format!(
                        "{}: the link points out of the directory, or may do so: to {target}",
                        entry.name
                    ),
                    remedy: "add --links-outside if you trust whoever made the archive".to_owned(),
                    class: mesh_jsonbcd::ErrorClass::Untrusted,
                });
            }
        }
        Ok(())
    }

    /// Makes a directory, readable by its owner alone until [`Target::finish_directory`].
    ///
    /// # Errors
    /// [`Failure`] when something else is there.
    pub fn directory(&self, entry: &Entry) -> Result<(), Failure> {
        self.descend(&entry.name)
            .map(drop)
            .map_err(|error| in_entry(entry, &error.into()))
    }

    /// Gives a directory its rights and its time.
    ///
    /// # Errors
    /// [`Failure`] of the system.
    pub fn finish_directory(&self, entry: &Entry) -> Result<(), Failure> {
        let done = || {
            let directory = self.descend(&entry.name)?;
            fchmod(&directory, Mode::from_raw_mode(entry.mode & 0o777))?;
            futimens(&directory, &times(entry))
        };
        done().map_err(|error: Errno| in_entry(entry, &error.into()))
    }

    /// Makes a link.
    ///
    /// # Errors
    /// [`Failure`] when something is there, or of the system.
    pub fn link(&self, entry: &Entry, to: &str) -> Result<(), Failure> {
        let done = || {
            let (parent, name) = split(&entry.name);
            let parent = self.descend(parent)?;
            match symlinkat(to, &parent, name) {
                Err(Errno::EXIST) if self.rules.force => {
                    unlinkat(&parent, name, AtFlags::empty())?;
                    symlinkat(to, &parent, name)?;
                }
                made => made?,
            }
            utimensat(&parent, name, &times(entry), AtFlags::SYMLINK_NOFOLLOW)
        };
        done().map_err(|error: Errno| in_entry(entry, &error.into()))
    }

    /// Makes a file of what an archive holds.
    ///
    /// # Errors
    /// [`Failure`] when the archive is not in order, something is there, or of the system.
    pub fn file<S: Storage>(
        &self,
        archive: &ArchiveReader<S>,
        frame: u64,
        entry: &Entry,
        opened: &mut Opened,
    ) -> Result<(), Failure> {
        let system = |error: Errno| in_entry(entry, &error.into());
        let (parent, name) = split(&entry.name);
        if opened.as_ref().is_none_or(|(open, _)| open != parent) {
            *opened = Some((parent.to_owned(), self.descend(parent).map_err(system)?));
        }
        let Some((_, directory)) = opened else {
            return Ok(());
        };
        // What is in one frame is verified before the file is made, and has its name at once, unless one is replaced. Other files get it when
        // they are whole: a process that is killed leaves nothing of them, where the file system has files without names.
        let whole = entry.size <= u64::try_from(PART).unwrap_or_default();
        let temporary = format!(".mesh-{frame}-{}", std::process::id());
        let at_once = whole && !self.rules.force;
        // The name that it has meanwhile.
        let first = Cell::new(at_once.then_some(name));
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::from_raw_mode(0o600);
        let mut made: Option<File> = None;
        let directory = directory.as_fd();
        let make = || {
            if !at_once && let Some(file) = unnamed(directory, Path::new("."))? {
                return Ok(file);
            }
            let made = first.get().unwrap_or(&temporary);
            first.set(Some(made));
            openat(directory, made, flags, mode).map(File::from)
        };
        let mut written = 0;
        let result = archive
            .read(frame, entry, &mut |offset, octets| {
                let file = match &mut made {
                    Some(file) => file,
                    None => made.insert(make().map_err(io::Error::from)?),
                };
                file.write_all_at(octets, offset)?;
                written = offset.saturating_add(u64::try_from(octets.len()).unwrap_or_default());
                Ok(())
            })
            .map_err(|error| match error {
                mesh_dare::Error::Storage { kind, .. } => in_entry(entry, &kind.into()),
                error => error.into(),
            })
            .and_then(|()| {
                let file = match &made {
                    Some(file) => file,
                    None => made.insert(make().map_err(system)?),
                };
                if written < entry.size {
                    let sized = file.set_len(entry.size);
                    sized.map_err(|error| in_entry(entry, &error))?;
                }
                fchmod(file, Mode::from_raw_mode(entry.mode & 0o777)).map_err(system)?;
                futimens(file, &times(entry)).map_err(system)?;
                match (first.get(), self.rules.force) {
                    (None, force) => files::name(file, directory, Path::new(name), force),
                    (Some(_), _) if at_once => Ok(()),
                    (Some(first), true) => renameat(directory, first, directory, name),
                    (Some(first), false) => {
                        renameat_with(directory, first, directory, name, RenameFlags::NOREPLACE)
                    }
                }
                .map_err(system)
            });
        if result.is_err()
            && made.is_some()
            && let Some(first) = first.get()
        {
            // It was never whole; that it cannot be removed changes nothing about the failure.
            let _ = unlinkat(directory, first, AtFlags::empty());
        }
        result.map_err(|failure| match failure.cause.starts_with(&entry.name) {
            true => failure,
            false => Failure {
                cause: format!("{}: {}", entry.name, failure.cause),
                ..failure
            },
        })
    }

    /// Opens the directory of a name, making those that are missing on the way. None of them may be a link.
    fn descend(&self, name: &str) -> Result<OwnedFd, Errno> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut at = self.root.try_clone().map_err(|_| Errno::MFILE)?;
        for part in name.split('/').filter(|part| !part.is_empty()) {
            at = match openat(&at, part, flags, Mode::empty()) {
                Err(Errno::NOENT) => {
                    match mkdirat(&at, part, Mode::from_raw_mode(0o700)) {
                        Ok(()) | Err(Errno::EXIST) => {}
                        Err(error) => return Err(error),
                    }
                    openat(&at, part, flags, Mode::empty())?
                }
                opened => opened?,
            };
        }
        Ok(at)
    }
}

fn split(name: &str) -> (&str, &str) {
    name.rsplit_once('/').unwrap_or(("", name))
}

fn times(entry: &Entry) -> Timestamps {
    let (seconds, nanoseconds) = entry.modified;
    Timestamps {
        last_access: Timespec {
            tv_sec: 0,
            tv_nsec: UTIME_OMIT,
        },
        last_modification: Timespec {
            tv_sec: seconds,
            tv_nsec: nanoseconds.into(),
        },
    }
}

fn in_entry(entry: &Entry, error: &io::Error) -> Failure {
    Failure::of_file(Path::new(&entry.name), error)
}
