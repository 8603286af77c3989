// SPDX-License-Identifier: MIT
//! `archive`: create, append, extract, list, verify, delete, copy.
//!
//! Spec: mesh-dare, "DARE Archive".
//! Here: the commands of this noun.
//! Not here: archives (`mesh-dare`), the file system (`archive`).

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use mesh_crypto::{Environment, KeySource, PrivateKey};
use mesh_dare::archive::entry::{Entry, Kind};
use mesh_dare::archive::reader::{ArchiveReader, Verified};
use mesh_dare::archive::writer::ArchiveWriter;
use mesh_dare::sequence::signature::LastSignature;
use mesh_dare::{Encryption, Storage};
use mesh_jsonbcd::DateTime;
use mesh_keystore::SystemEnvironment;
use serde_json::{Value, json};

use crate::archive::pack::{self, Except, Walk};
use crate::archive::unpack::{Rules, Target};
use crate::cli::{Archive, IndexArgs, OpenArgs};
use crate::context::Context;
use crate::error::Failure;
use crate::files::Destination;
use crate::keys::{Known, Owner, RecipientKeys, signer, with_keys};
use crate::output::{Answer, measured, note, one_line};
use crate::sequence_file::{ReadOnly, Unsynchronised, first_header, hold_replaced, open_alone};

/// Runs a command of this noun.
///
/// # Errors
/// [`Failure`] of the command.
pub fn run(
    context: impl FnOnce() -> Result<Context, Failure>,
    command: &Archive,
) -> Result<Answer, Failure> {
    let mut owner = Owner::new(context);
    let env = SystemEnvironment::new()?;
    match command {
        Archive::Append {
            archive,
            paths,
            keys,
            sign,
        } => {
            let walk = walk(paths, archive)?;
            let signer = signer(sign, &mut owner)?;
            let mut added = 0usize;
            let mut passed = 0u64;
            change(
                &mut owner,
                archive,
                (keys, signer.as_ref()),
                &env,
                &mut |writer| {
                    let mut new = Vec::new();
                    for found in &walk.found {
                        let there = writer.find(&found.entry.name)?;
                        match there.as_ref() == Some(&found.entry) {
                            true => passed = passed.saturating_add(1),
                            false => new.push(found),
                        }
                    }
                    added = new.len();
                    let octets = new.iter().map(|found| found.entry.size);
                    let octets = octets.fold(0, u64::saturating_add);
                    measured("adding", Some(octets), |progress| {
                        pack::add(writer, &new, progress, &env)
                    })
                },
            )?;
            said(
                format!("{added} added, {passed} there already"),
                &walk.skipped,
            )
            .map(|answer| answer.with("added", added).with("unchanged", passed))
        }
        Archive::Copy {
            input,
            output,
            purge,
            keys,
            signed_by,
            sign,
            index,
            force,
        } => {
            let known = Known::find(signed_by, &mut owner)?.with_acquainted(&mut owner)?;
            let signer = signer(sign, &mut owner)?;
            let how = Copying {
                purge: *purge,
                index: *index,
                force: *force,
                known,
                signer,
            };
            copy(&mut owner, input, output, keys, &how, &env)
        }
        Archive::Create {
            archive,
            paths,
            keys,
            sign,
            force,
        } => {
            let signer = signer(sign, &mut owner)?;
            let walk = walk(paths, archive)?;
            let protection = RecipientKeys::find(keys, &mut owner, &env)?.protect(Encryption::Once);
            let destination = Destination::create(archive, *force, false)?;
            let storage = Unsynchronised(destination.file()?);
            measured("archiving", Some(walk.octets), |progress| {
                let mut writer =
                    ArchiveWriter::create(storage, &protection, signer.as_ref(), &env)?;
                let found: Vec<_> = walk.found.iter().collect();
                pack::add(&mut writer, &found, progress, &env)?;
                writer.finish(&env)?;
                Ok::<(), Failure>(())
            })?;
            destination.commit()?;
            let entries = walk.found.len();
            said(
                format!(
                    "{entries} entries, {} octets in {}",
                    walk.octets,
                    archive.display()
                ),
                &walk.skipped,
            )
            .map(|answer| {
                answer
                    .with("entries", entries)
                    .with("octets", walk.octets)
                    .with("encrypted", protection.encryption != Encryption::None)
            })
        }
        Archive::Delete {
            archive,
            names,
            keys,
            sign,
        } => {
            let signer = signer(sign, &mut owner)?;
            let mut deleted = 0u64;
            change(
                &mut owner,
                archive,
                (keys, signer.as_ref()),
                &env,
                &mut |writer| {
                    let all = writer.names();
                    for name in names {
                        let below = format!("{}/", name.trim_end_matches('/'));
                        let mut found = false;
                        for one in all
                            .iter()
                            .filter(|one| *one == name || one.starts_with(&below))
                        {
                            if writer.find(one)?.is_some() {
                                writer.delete(one, &env)?;
                                deleted = deleted.saturating_add(1);
                                found = true;
                            }
                        }
                        if !found {
                            return Err(no_entry(name));
                        }
                    }
                    Ok(())
                },
            )?;
            Ok(Answer::say(format!(
                "{deleted} entries deleted; 'mesh archive copy --purge' leaves out what is stored of them"
            ))
            .with("deleted", deleted))
        }
        Archive::Extract {
            archive,
            names,
            into,
            keys,
            signed_by,
            index,
            force,
            links_outside,
            portable,
        } => {
            let known = Known::demanded(signed_by, &mut owner)?;
            let rules = Rules {
                force: *force,
                links_outside: *links_outside,
                portable: *portable,
            };
            let mut answer = None;
            open(&mut owner, archive, keys, *index, &mut |reader| {
                if let Some(known) = &known {
                    verified(reader, known)?;
                }
                answer = Some(extract(reader, names, into, rules)?);
                Ok(())
            })?;
            answer.ok_or_else(|| mesh_dare::Error::NoArchive.into())
        }
        Archive::List {
            archive,
            keys,
            index,
        } => {
            let mut entries = Vec::new();
            open(&mut owner, archive, keys, *index, &mut |reader| {
                entries = chosen(reader, &[])?;
                Ok(())
            })?;
            entries.sort_by(|(_, a), (_, b)| a.name.cmp(&b.name));
            let lines: Vec<String> = entries.iter().map(|(_, entry)| line(entry)).collect();
            let list: Vec<Value> = entries.iter().map(|(_, entry)| object(entry)).collect();
            Ok(Answer::say(lines.join("\n")).with("entries", list))
        }
        Archive::Verify {
            archive,
            keys,
            signed_by,
        } => {
            let known = Known::find(signed_by, &mut owner)?.with_acquainted(&mut owner)?;
            let mut answer = None;
            open(
                &mut owner,
                archive,
                keys,
                IndexArgs::default(),
                &mut |reader| {
                    let (found, lines) = verified(reader, &known)?;
                    let human = format!(
                        "{} entries, {} octets, {} frames: all in order",
                        found.entries, found.octets, found.frames
                    );
                    let human = [vec![human], lines].concat().join("\n");
                    answer = Some(
                        Answer::say(human)
                            .with("entries", found.entries)
                            .with("octets", found.octets)
                            .with("frames", found.frames)
                            .with("signatures", signatures(&found.signed))
                            .with("unsigned_frames", found.unsigned),
                    );
                    Ok(())
                },
            )?;
            answer.ok_or_else(|| mesh_dare::Error::NoArchive.into())
        }
    }
}

/// Verifies everything, and says who signed it.
fn verified<S: Storage + Sync>(
    reader: &ArchiveReader<S>,
    known: &Known,
) -> Result<(Verified, Vec<String>), Failure> {
    let found = measured("verifying", None, |progress| {
        reader.verify(&|kid| known.key(kid), progress)
    })?;
    let lines = known.judge(&found.signed, found.unsigned, found.frames)?;
    Ok((found, lines))
}

/// Signatures over a sequence, for scripts.
pub(super) fn signatures(signed: &[LastSignature]) -> Vec<Value> {
    signed
        .iter()
        .map(|signature| json!({"key": signature.kid, "frame": signature.index}))
        .collect()
}

fn walk(paths: &[PathBuf], archive: &Path) -> Result<Walk, Failure> {
    let mut walk = Walk::default();
    let except = Except::new(archive);
    for path in paths {
        walk.add(path, &except)?;
    }
    let mut names: Vec<&str> = walk
        .found
        .iter()
        .map(|found| found.entry.name.as_str())
        .collect();
    names.sort_unstable();
    let mut pairs = names.windows(2);
    if let Some([twice, _]) = pairs.find(|pair| pair.first() == pair.last()) {
        return Err(Failure::misuse(
            format!("two of the paths give an entry of the name {twice}"),
            "put them into directories of different names",
        ));
    }
    Ok(walk)
}

fn said(human: String, skipped: &[PathBuf]) -> Result<Answer, Failure> {
    for path in skipped {
        note(&format!(
            "left out, as it is no file, directory or link: {}",
            path.display()
        ));
    }
    let skipped: Vec<Value> = skipped
        .iter()
        .map(|path| Value::from(path.display().to_string()))
        .collect();
    Ok(Answer::say(human).with("left_out", skipped))
}

fn no_entry(name: &str) -> Failure {
    Failure::misuse(
        format!("there is no entry {name}"),
        "see 'mesh archive list'",
    )
}

/// Opens an archive for reading, with its index or without.
pub(super) fn open(
    owner: &mut Owner<impl FnOnce() -> Result<Context, Failure>>,
    path: &Path,
    args: &OpenArgs,
    index: IndexArgs,
    with: &mut dyn FnMut(&ArchiveReader<ReadOnly>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let named = |error: io::Error| Failure::of_file(path, &error);
    let file = File::open(path).map_err(named)?;
    let header = first_header(&file, path)?;
    let mut file = Some(ReadOnly::new(file)?);
    with_keys(owner, args, &header, &mut |keys: &dyn KeySource| {
        let Some(file) = file.take() else {
            return Ok(());
        };
        with(&match index.no_index {
            false => ArchiveReader::open(file, keys)?,
            true => ArchiveReader::open_unindexed(file, keys)?,
        })
    })
}

/// Opens an archive for writing, alone, and ends with an index and everything durable.
fn change(
    owner: &mut Owner<impl FnOnce() -> Result<Context, Failure>>,
    path: &Path,
    (args, signer): (&OpenArgs, Option<&PrivateKey>),
    env: &dyn Environment,
    with: &mut dyn FnMut(&mut ArchiveWriter<File>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let file = open_alone(path)?;
    let header = first_header(&file, path)?;
    let mut file = Some(file);
    with_keys(owner, args, &header, &mut |keys: &dyn KeySource| {
        let Some(file) = file.take() else {
            return Ok(());
        };
        let mut writer = ArchiveWriter::open(file, keys, signer, env)?;
        with(&mut writer)?;
        writer.finish(env)?;
        Ok(())
    })
}

/// The entries of the names that were given, or all.
fn chosen<S: Storage>(
    reader: &ArchiveReader<S>,
    names: &[String],
) -> Result<Vec<(u64, Entry)>, Failure> {
    if names.is_empty() {
        return Ok(reader.entries().collect::<Result<_, _>>()?);
    }
    let mut chosen = Vec::new();
    for name in names {
        let name = name.trim_end_matches('/');
        match reader.find(name)? {
            Some((frame, entry)) if entry.kind != Kind::Directory => chosen.push((frame, entry)),
            found => {
                let below = format!("{name}/");
                let inside = reader.entries_where(|one| one.starts_with(&below));
                let inside: Vec<_> = inside.collect::<Result<_, _>>()?;
                if found.is_none() && inside.is_empty() {
                    return Err(no_entry(name));
                }
                chosen.extend(found);
                chosen.extend(inside);
            }
        }
    }
    chosen.sort_by_key(|(frame, _)| *frame);
    chosen.dedup_by_key(|(frame, _)| *frame);
    Ok(chosen)
}

pub(super) fn extract(
    reader: &ArchiveReader<ReadOnly>,
    names: &[String],
    into: &Path,
    rules: Rules,
) -> Result<Answer, Failure> {
    let entries = chosen(reader, names)?;
    let target = Target::open(into, rules)?;
    target.check(entries.iter().map(|(_, entry)| entry))?;
    let mut directories = Vec::new();
    let mut links = Vec::new();
    let mut files = Vec::new();
    for (frame, entry) in &entries {
        match &entry.kind {
            Kind::Directory => {
                target.directory(entry)?;
                directories.push(entry);
            }
            Kind::File => files.push((*frame, entry)),
            Kind::Link(to) => links.push((entry, to)),
        }
    }
    let octets = files
        .iter()
        .fold(0u64, |sum, (_, entry)| sum.saturating_add(entry.size));
    measured("extracting", Some(octets), |progress| {
        extract_files(reader, &target, &files, progress)
    })?;
    for (entry, to) in &links {
        target.link(entry, to)?;
    }
    for entry in directories.iter().rev() {
        target.finish_directory(entry)?;
    }
    Ok(Answer::say(format!(
        "{} entries, {octets} octets in {}",
        entries.len(),
        into.display()
    ))
    .with("entries", entries.len())
    .with("octets", octets))
}

/// Files are independent of each other: as many are under way as there are processors.
fn extract_files(
    reader: &ArchiveReader<ReadOnly>,
    target: &Target,
    files: &[(u64, &Entry)],
    progress: &(dyn Fn(u64) + Sync),
) -> Result<(), Failure> {
    let workers = std::thread::available_parallelism().map_or(1, |cores| cores.get().min(8));
    // Few files at a time, so that neighbours stay in one directory and one part of the archive.
    const RUN: usize = 16;
    let next = AtomicUsize::new(0);
    let done = AtomicU64::new(0);
    let failed = AtomicUsize::new(0);
    let work = || -> Result<(), Failure> {
        let mut opened = None;
        while failed.load(Ordering::Relaxed) == 0 {
            let from = next.fetch_add(RUN, Ordering::Relaxed);
            let Some(rest) = files.get(from..).filter(|rest| !rest.is_empty()) else {
                break;
            };
            for (frame, entry) in rest.iter().take(RUN) {
                if let Err(failure) = target.file(reader, *frame, entry, &mut opened) {
                    failed.store(1, Ordering::Relaxed);
                    return Err(failure);
                }
                progress(
                    done.fetch_add(entry.size, Ordering::Relaxed)
                        .saturating_add(entry.size),
                );
            }
        }
        Ok(())
    };
    if files.len() <= RUN {
        return work();
    }
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .map(|thread| {
                thread.join().unwrap_or_else(|_| {
                    Err(Failure::of(
                        mesh_jsonbcd::ErrorClass::Internal,
                        "a thread that extracts files has ended",
                    ))
                })
            })
            .fold(Ok(()), Result::and)
    })
}

/// How an archive is copied.
struct Copying {
    purge: bool,
    index: IndexArgs,
    force: bool,
    known: Known,
    signer: Option<PrivateKey>,
}

fn copy(
    owner: &mut Owner<impl FnOnce() -> Result<Context, Failure>>,
    input: &Path,
    output: &Path,
    keys: &OpenArgs,
    how: &Copying,
    env: &dyn Environment,
) -> Result<Answer, Failure> {
    let mut answer = None;
    let _held = hold_replaced(input, output)?;
    open(owner, input, keys, how.index, &mut |reader| {
        let (verified, _) = verified(reader, &how.known)?;
        let destination = Destination::create(output, how.force, false)?;
        let mut storage = Unsynchronised(destination.file()?);
        if how.purge {
            let signer = how.signer.as_ref();
            let mut writer = ArchiveWriter::create_like(storage, reader, signer, env)?;
            measured("copying", Some(verified.octets), |progress| {
                let mut done = 0u64;
                for entry in reader.entries() {
                    let (frame, entry) = entry?;
                    writer.copy(reader, frame, &entry, env)?;
                    done = done.saturating_add(entry.size);
                    progress(done);
                }
                Ok::<(), Failure>(())
            })?;
            writer.finish(env)?;
        } else {
            reader.sequence().copy_to(&mut storage)?;
        }
        destination.commit()?;
        answer = Some(
            Answer::say(format!(
                "{} entries in {}",
                verified.entries,
                output.display()
            ))
            .with("entries", verified.entries)
            .with("octets", verified.octets),
        );
        Ok(())
    })?;
    answer.ok_or_else(|| mesh_dare::Error::NoArchive.into())
}

fn line(entry: &Entry) -> String {
    let (letter, to) = match &entry.kind {
        Kind::Directory => ('d', String::new()),
        Kind::File => ('-', String::new()),
        Kind::Link(to) => ('l', format!(" -> {to}")),
    };
    let rights: String = "rwxrwxrwx"
        .chars()
        .zip((0..9u32).rev())
        .map(|(letter, bit)| match entry.mode >> bit & 1 {
            1 => letter,
            _ => '-',
        })
        .collect();
    let time = DateTime::from_unix(entry.modified.0);
    format!(
        "{letter}{rights} {:>12} {time} {}",
        entry.size,
        one_line(&format!("{}{to}", entry.name))
    )
}

fn object(entry: &Entry) -> Value {
    let (kind, target) = match &entry.kind {
        Kind::Directory => ("directory", None),
        Kind::File => ("file", None),
        Kind::Link(to) => ("link", Some(to)),
    };
    json!({
        "name": entry.name,
        "kind": kind,
        "target": target,
        "mode": format!("{:o}", entry.mode),
        "size": entry.size,
        "modified": DateTime::from_unix(entry.modified.0).to_string(),
    })
}
