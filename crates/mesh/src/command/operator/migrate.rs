// SPDX-License-Identifier: MIT
//! `servermesh migrate`: a service from one store to another.
//!
//! Spec: none.
//! Here: which stores are meant, progress, what is said at the end.
//! Not here: the migration (`mesh-service`, migrate).

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mesh_keystore::SystemEnvironment;
use mesh_service::migrate::{Done, MigrateError, Step, abandon, migrate};
use mesh_service::store::{EmbeddedStore, Store};

use super::size;
use crate::cli::{MigrateArgs, StoreArgs};
use crate::command::serve::store::{is_url, open_postgres};
use crate::error::Failure;
use crate::output::{Answer, note};

/// How often progress is told.
const TELL: Duration = Duration::from_secs(5);

pub(super) fn run(args: &MigrateArgs) -> Result<Answer, Failure> {
    if args.from == args.to {
        return Err(Failure::misuse(
            "both stores are the same",
            "name the store to move to with --to",
        ));
    }
    let source = open_source(&args.from, args.from_password_file.as_deref())?;
    let target = open_target(&args.to, args.to_password_file.as_deref())?;
    if args.abandon {
        abandon(&*source, &*target)?;
        return Ok(Answer::say(
            "the migration has been given up: the source takes writes again, and the target holds half of a store that serves nobody",
        )
        .with("abandoned", true));
    }
    let env = SystemEnvironment::new()?;
    let begun = Instant::now();
    let mut told: Option<(Step, Instant)> = None;
    let outcome = migrate(&*source, &*target, &env, &mut |step, done| {
        let due = told.is_none_or(|(before, when)| before != step || when.elapsed() >= TELL);
        if due {
            tell(step, done);
            told = Some((step, Instant::now()));
        }
    })?;
    let said = match outcome.already {
        true => "the service had been moved already: nothing was done".to_owned(),
        false => format!(
            "moved {} accounts with {} frames; copied {} in {:.1} s\nthe former store is closed: serve from the new one",
            outcome.accounts,
            outcome.frames,
            size(outcome.done.octets),
            begun.elapsed().as_secs_f64()
        ),
    };
    Ok(Answer::say(said)
        .with("already", outcome.already)
        .with("accounts", outcome.accounts)
        .with("frames", outcome.frames)
        .with("copied_frames", outcome.done.frames)
        .with("copied_octets", outcome.done.octets))
}

fn tell(step: Step, done: Done) {
    let what = match step {
        Step::Copying => "copying, while the service goes on",
        Step::Closing => "copying the rest, while the service takes no writes",
        Step::Comparing => "comparing",
    };
    note(&format!(
        "{what}: {} accounts; copied {} frames, {}",
        done.accounts,
        done.frames,
        size(done.octets)
    ));
}

/// A store to move from, which a service may be using.
fn open_source(name: &str, password: Option<&Path>) -> Result<Arc<dyn Store>, Failure> {
    match is_url(name) {
        true => open_url(name, password),
        false => Ok(Arc::new(EmbeddedStore::join(Path::new(name))?)),
    }
}

/// A store to move to, which nobody else may be using.
fn open_target(name: &str, password: Option<&Path>) -> Result<Arc<dyn Store>, Failure> {
    match is_url(name) {
        true => open_url(name, password),
        false => Ok(Arc::new(EmbeddedStore::open(Path::new(name))?)),
    }
}

fn open_url(url: &str, password: Option<&Path>) -> Result<Arc<dyn Store>, Failure> {
    let args = StoreArgs {
        store: None,
        store_password_file: password.map(Path::to_owned),
        store_connections: 4,
    };
    Ok(Arc::new(open_postgres(url, &args)?))
}

impl From<MigrateError> for Failure {
    fn from(error: MigrateError) -> Self {
        let remedy = match &error {
            MigrateError::Differs { .. } => {
                "look for damage with 'servermesh verify', then repeat the command; --abandon opens the source again"
            }
            MigrateError::Finished => {
                "serve from that store; to move back, move from it into an empty one"
            }
            MigrateError::NotEmpty => {
                "move into a directory that does not exist, or into an empty data base"
            }
            MigrateError::SourceUnfinished => {
                "finish that migration first, with the command that began it"
            }
            MigrateError::Store(error) => {
                return Self {
                    remedy: "repeat the command: it goes on where it was; --abandon opens the source again".to_owned(),
                    ..Self::from(error.clone())
                };
            }
            _ => "repeat the command",
        };
        Self {
            cause: error.to_string(),
            remedy: remedy.to_owned(),
            class: error.class(),
        }
    }
}
