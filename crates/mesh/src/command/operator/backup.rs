// SPDX-License-Identifier: MIT
//! `servermesh backup`, `restore` and `verify`.
//!
//! Spec: none; a backup is a DARE archive.
//! Here: from a data directory, or a data base, to one encrypted file and back.
//! Not here: the copy of the store (`mesh-service`, store), archives (`mesh-dare`), what is verified (`mesh-service`, verify), what a series of
//! backups leaves out (`series`).
//!
//! A backup holds the store as it was at one moment and the keys of the service, without which no client would know it again.

mod series;

use std::fs;
use std::path::{Path, PathBuf};

use mesh_dare::Encryption;
use mesh_dare::archive::writer::ArchiveWriter;
use mesh_jsonbcd::ErrorClass;
use mesh_keystore::SystemEnvironment;
use mesh_keystore::store::FileStore;
use mesh_service::migrate::{self, MigrateError};
use mesh_service::store::{EmbeddedStore, PostgresStore, Store};
use mesh_service::verify::{Finding, Verified, verify as verify_store};
use serde_json::{Value, json};

use self::series::{Assembly, BLOCKS, MANIFEST, Next};
use super::no_service;

use crate::archive::pack::{self, Except, Walk};
use crate::archive::unpack::Rules;
use crate::cli::{IndexArgs, OpenArgs, RecipientArgs, StoreArgs};
use crate::command::archive::{extract, open};
use crate::command::serve::KEYS;
use crate::command::serve::store::{open_postgres, options};
use crate::context::Context;
use crate::error::Failure;
use crate::files::Destination;
use crate::keys::{Owner, RecipientKeys};
use crate::output::{Answer, measured, note, working};
use crate::sequence_file::Unsynchronised;

/// What a data base was when it was last backed up, in the data directory: the next backup reads from it what has not changed.
const MIRROR: &str = "backup.mirror";
/// Findings that are shown to people.
const SHOWN: usize = 20;

/// Whoever operates a service names keys by files: there is no account to ask.
fn no_account() -> Result<Context, Failure> {
    Err(Failure::misuse(
        "the key of an account is not known here",
        "name the file with the key, which 'mesh key generate' makes",
    ))
}

/// Copies everything of a service into one encrypted file.
///
/// # Errors
/// [`Failure`] when nobody is named for whom, or something cannot be read or written.
pub(super) fn backup(
    file: &Path,
    force: bool,
    keys: &RecipientArgs,
    store: &StoreArgs,
    data: &Path,
) -> Result<Answer, Failure> {
    let env = SystemEnvironment::new()?;
    let recipients = RecipientKeys::find(keys, &mut Owner::new(no_account), &env)?;
    if recipients.is_empty() {
        return Err(Failure::misuse(
            "nobody is named who could open the backup",
            "add --encrypt FILE with a public key, --key-file or --passphrase",
        ));
    }
    if !FileStore::exists(&data.join(KEYS)) {
        return Err(no_service(data));
    }
    // Before anything is copied in vain.
    let single = match file.is_dir() {
        true => None,
        false => Some(Destination::create(file, force, false)?),
    };
    let copy = Temporary::new(data, "backup")?;
    let copied = match &store.store {
        None => data.to_owned(),
        Some(url) => {
            let mirror = data.join(MIRROR);
            let source = PostgresStore::snapshot(options(url, store)?)?;
            // One that turns out to be of something else, or damaged, is made anew.
            if let Err(error) = mirror_of(&source, &mirror) {
                note(&format!(
                    "the mirror in {} is made anew: {error}",
                    mirror.display()
                ));
                fs::remove_dir_all(&mirror).map_err(|error| Failure::of_file(&mirror, &error))?;
                mirror_of(&source, &mirror)?;
            }
            mirror
        }
    };
    working("copying the store", || {
        EmbeddedStore::copy(&copied, &copy.0)
    })?;
    let (destination, next) = match single {
        Some(destination) => (destination, None),
        None => {
            let next = working("comparing", || Next::prepare(file, &copy.0))?;
            // One that did not come to count gives way.
            (Destination::create(&next.file, true, false)?, Some(next))
        }
    };
    let mut walk = Walk::default();
    let except = Except::new(file);
    match &next {
        Some(next) if !next.whole => walk.add(&copy.0.join(BLOCKS), &except)?,
        _ => walk.add(&EmbeddedStore::data_file(&copy.0), &except)?,
    }
    if next.is_some() {
        walk.add(&copy.0.join(MANIFEST), &except)?;
    }
    walk.add(&data.join(KEYS), &except)?;
    let protection = recipients.protect(Encryption::Once);
    let storage = Unsynchronised(destination.file()?);
    measured("encrypting", Some(walk.octets), |progress| {
        let mut writer = ArchiveWriter::create(storage, &protection, None, &env)?;
        let found: Vec<_> = walk.found.iter().collect();
        pack::add(&mut writer, &found, progress, &env)?;
        writer.finish(&env)?;
        Ok::<(), Failure>(())
    })?;
    destination.commit()?;
    if let Some(next) = &next {
        next.made()?;
    }
    let written = next.as_ref().map_or(file, |next| &next.file);
    let whole = next.as_ref().is_none_or(|next| next.whole);
    let what = match &next {
        Some(next) if !next.whole => format!("what has changed, {} blocks: ", next.changed),
        _ => String::new(),
    };
    Ok(Answer::say(format!(
        "{what}{} octets of the service are in {}, encrypted\nIts keys are in it, too. Rehearse it: servermesh restore {} --data DIRECTORY",
        walk.octets,
        written.display(),
        file.display()
    ))
    .with("file", written.display().to_string())
    .with("whole", whole)
    .with("octets", walk.octets)
    .with("entries", walk.found.len()))
}

/// Makes an embedded store what a data base is at one moment; only what is new is read.
fn mirror_of(source: &PostgresStore, directory: &Path) -> Result<(), MigrateError> {
    let mirror = EmbeddedStore::open(directory)?;
    migrate::mirror(source, &mirror, &mut |_, _| {}).map(drop)
}

/// Brings a service back from a backup.
///
/// # Errors
/// [`Failure`] when the directory holds something, the backup cannot be opened, or what was in it is not in order; then nothing is left of it.
pub(super) fn restore(
    file: &Path,
    keys: &OpenArgs,
    into_store: &StoreArgs,
    data: &Path,
) -> Result<Answer, Failure> {
    match fs::read_dir(data) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err(Failure::misuse(
                    format!("{} is not empty", data.display()),
                    "name a new directory with --data: nothing is restored over what is there",
                ));
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(Failure::of_file(data, &error)),
    }
    let parent = match data.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent)?;
    let restored = Temporary::new(parent, "restore")?;
    let rules = Rules {
        force: false,
        links_outside: false,
        portable: false,
    };
    let is_series = file.is_dir();
    let files = match is_series {
        true => series::files(file)?,
        false => vec![file.to_owned()],
    };
    let mut assembly = Assembly::default();
    for (place, file) in files.iter().enumerate() {
        let part = match place {
            0 => None,
            _ => Some(Temporary::new(parent, "restore-part")?),
        };
        let into = part.as_ref().map_or(&restored.0, |part| &part.0);
        open(
            &mut Owner::new(no_account),
            file,
            keys,
            IndexArgs::default(),
            &mut |reader| extract(reader, &[], into, rules).map(drop),
        )?;
        if is_series {
            assembly.add(into, &restored.0)?;
        }
        // They may have been sealed anew.
        if let Some(part) = &part {
            fs::remove_dir_all(restored.0.join(KEYS))?;
            fs::rename(part.0.join(KEYS), restored.0.join(KEYS))?;
        }
    }
    match is_series {
        true => assembly.finish(&restored.0)?,
        // The first of a series is whole by itself.
        false => drop(fs::remove_file(restored.0.join(MANIFEST))),
    }
    if !FileStore::exists(&restored.0.join(KEYS)) || !EmbeddedStore::data_file(&restored.0).exists()
    {
        return Err(Failure {
            cause: format!(
                "{} is an archive, but no backup of a service",
                file.display()
            ),
            remedy: "name the file that 'servermesh backup' wrote".to_owned(),
            class: ErrorClass::Malformed,
        });
    }
    let store = EmbeddedStore::open(&restored.0)?;
    let verified = verified(&store)?;
    let mut place = data.display().to_string();
    if let Some(url) = &into_store.store {
        let target = open_postgres(url, into_store)?;
        let env = SystemEnvironment::new()?;
        migrate::migrate(&store, &target, &env, &mut |_, _| {}).map_err(|error| Failure {
            cause: format!("the data base does not take what is restored: {error}"),
            remedy: "name an empty data base: what was restored there by half is of no use"
                .to_owned(),
            class: error.class(),
        })?;
        place = format!("the data base, and its keys into {place}");
    }
    drop(store);
    if into_store.store.is_some() {
        let database = EmbeddedStore::data_file(&restored.0);
        for suffix in ["", "-wal", "-shm"] {
            let mut name = database.clone().into_os_string();
            name.push(suffix);
            match fs::remove_file(&name) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Failure::of_file(Path::new(&name), &error));
                }
                _ => {}
            }
        }
    }
    fs::rename(&restored.0, data).map_err(|error| Failure::of_file(data, &error))?;
    let answer = said(&verified, &format!("restored into {place}"));
    Ok(answer.with("data", data.display().to_string()))
}

/// Verifies everything that a service keeps, while it runs or not.
///
/// # Errors
/// [`Failure`] when something is not in order, or there is no service.
pub(super) fn verify(store: &StoreArgs, data: &Path) -> Result<Answer, Failure> {
    if let Some(url) = &store.store {
        let store = PostgresStore::snapshot(options(url, store)?)?;
        return Ok(said(&verified(&store)?, "all in order"));
    }
    if !EmbeddedStore::data_file(data).exists() {
        return Err(no_service(data));
    }
    let store = EmbeddedStore::observe(data)?;
    Ok(said(&verified(&store)?, "all in order"))
}

fn verified(store: &dyn Store) -> Result<Verified, Failure> {
    let verified = measured("verifying", None, |progress| {
        verify_store(store, &mut |so_far| {
            progress(so_far.octets);
        })
    })?;
    let Some(first) = verified.findings.first() else {
        return Ok(verified);
    };
    for finding in verified.findings.iter().take(SHOWN) {
        note(&described(finding));
    }
    let rest = verified.findings.len().saturating_sub(SHOWN);
    if rest > 0 {
        note(&format!("and {rest} more"));
    }
    Err(Failure {
        cause: format!(
            "{} things are not in order; the first: {}",
            verified.findings.len(),
            described(first)
        ),
        remedy: "stop the service, keep a copy of its data directory, and restore the last backup that verifies: devices give back what it lacks with 'meshman account resume --ours'".to_owned(),
        class: ErrorClass::Untrusted,
    })
}

fn described(finding: &Finding) -> String {
    match (&finding.account, &finding.store) {
        (Some(account), Some(store)) => format!("{account}, {store}: {}", finding.what),
        (Some(account), None) => format!("{account}: {}", finding.what),
        _ => format!("the store: {}", finding.what),
    }
}

fn said(verified: &Verified, what: &str) -> Answer {
    let Verified {
        accounts,
        sequences,
        frames,
        octets,
        findings,
    } = verified;
    let findings: Vec<Value> = findings
        .iter()
        .map(|finding| json!({ "account": finding.account, "store": finding.store, "what": finding.what }))
        .collect();
    Answer::say(format!(
        "{accounts} accounts, {sequences} stores, {frames} frames, {octets} octets: {what}"
    ))
    .with("accounts", *accounts)
    .with("stores", *sequences)
    .with("frames", *frames)
    .with("octets", *octets)
    .with("findings", findings)
}

/// A directory that is deleted with what is in it, unless it has another name by then.
struct Temporary(PathBuf);

impl Temporary {
    fn new(parent: &Path, what: &str) -> Result<Self, Failure> {
        let path = parent.join(format!(".{what}-{}", std::process::id()));
        fs::create_dir(&path).map_err(|error| Failure::of_file(&path, &error))?;
        Ok(Self(path))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // What cannot be deleted is named by its beginning, and the next one has another name.
        let _ = fs::remove_dir_all(&self.0);
    }
}
