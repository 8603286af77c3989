// SPDX-License-Identifier: MIT
//! `agent`: keeps the home unlocked for a while.
//!
//! Spec: none.
//! Here: the commands of this noun.
//! Not here: the agent itself (`mesh-keystore`, agent).

use mesh_client::{Home, HomeUnlock};
use mesh_keystore::agent::{Agent as Server, lock, status};
use mesh_keystore::store::FileStore;

use crate::cli::Agent;
use crate::command::duration;
use crate::context::Context;
use crate::error::Failure;
use crate::output::{Answer, note};

/// Runs a command of this noun.
///
/// # Errors
/// [`Failure`] of the command.
pub fn run(context: &Context, command: &Agent) -> Result<Answer, Failure> {
    let socket = context.agent_socket();
    match command {
        Agent::Start { expire } => {
            let time = duration(expire)?;
            let keys = Home::key_directory(&context.directory);
            let store = match context.unlock()? {
                HomeUnlock::Sealing(sealing) => FileStore::open(&keys, &sealing)?,
                HomeUnlock::StoreKey(key) => FileStore::open_with_key(&keys, &key)?,
            };
            let agent = Server::bind(&socket, store.name(), store.expose_store_key(), time)?;
            drop(store);
            note(&format!(
                "the home stays unlocked for {expire}; 'meshman agent stop' ends it"
            ));
            let ended = agent.serve()?;
            Ok(
                Answer::say("the home is locked")
                    .with("ended", format!("{ended:?}").to_lowercase()),
            )
        }
        Agent::Status => {
            let status = status(&socket)?;
            let left = status.left.as_secs();
            Ok(Answer::say(format!(
                "unlocked for {left} more seconds by process {}",
                status.process
            ))
            .with("left", left)
            .with("process", status.process))
        }
        Agent::Stop => {
            lock(&socket)?;
            Ok(Answer::say("the home is locked"))
        }
    }
}
