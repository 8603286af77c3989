// SPDX-License-Identifier: MIT
//! `home`: how the keys of this device are sealed.
//!
//! Spec: none.
//! Here: the commands of this noun.
//! Not here: sealing (`mesh-keystore`, store).

use mesh_client::{Home as Opened, HomeUnlock};
use mesh_keystore::HomeLock;
use mesh_keystore::store::{FileStore, SealingKind};

use crate::cli::Home;
use crate::context::Context;
use crate::error::Failure;
use crate::output::Answer;

/// Runs a command of this noun.
///
/// # Errors
/// [`Failure`] of the command.
pub fn run(context: &Context, command: &Home) -> Result<Answer, Failure> {
    let keys = Opened::key_directory(&context.directory);
    if !Opened::exists(&context.directory) {
        return Err(mesh_client::Error::NoHome {
            path: context.directory.clone(),
        }
        .into());
    }
    match command {
        Home::Passphrase { new_file } => {
            let _lock =
                HomeLock::exclusive(&context.directory, std::time::Duration::from_secs(30))?;
            let mut store = match context.unlock()? {
                HomeUnlock::Sealing(sealing) => FileStore::open(&keys, &sealing)?,
                HomeUnlock::StoreKey(key) => FileStore::open_with_key(&keys, &key)?,
            };
            let sealing = context.new_sealing(new_file.clone())?;
            store.reseal(&sealing)?;
            Ok(
                Answer::say(format!("the keys are sealed {}", name(sealing.kind())))
                    .with("sealing", name(sealing.kind())),
            )
        }
        Home::Show => {
            let sealing = name(FileStore::sealing(&keys)?);
            Ok(Answer::say(format!(
                "home     {}\nkeys     {sealing}",
                context.directory.display()
            ))
            .with("home", context.directory.display().to_string())
            .with("sealing", sealing))
        }
    }
}

fn name(kind: SealingKind) -> &'static str {
    match kind {
        SealingKind::Clear => "in clear",
        SealingKind::Passphrase => "under a passphrase",
        SealingKind::Platform => "by the desktop key store",
    }
}
