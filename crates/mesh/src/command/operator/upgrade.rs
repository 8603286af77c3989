// SPDX-License-Identifier: MIT
//! `servermesh upgrade`: a store from the layout of an earlier version to that of this program.
//!
//! Spec: none.
//! Here: which store is meant, and what is said of it.
//! Not here: layouts (`mesh-service`, store).

use mesh_service::store::{EmbeddedStore, PostgresStore, Upgrade};

use crate::cli::UpgradeArgs;
use crate::command::serve::store::options;
use crate::error::Failure;
use crate::output::Answer;

pub(super) fn run(args: &UpgradeArgs) -> Result<Answer, Failure> {
    let data = &args.data.data;
    let only_say = !args.backed_up;
    let upgrade = match &args.store.store {
        Some(url) => PostgresStore::upgrade(options(url, &args.store)?, only_say)?,
        None if !EmbeddedStore::data_file(data).exists() => return Err(super::no_service(data)),
        None => EmbeddedStore::upgrade(data, only_say)?,
    };
    let Upgrade { from, to, steps } = upgrade;
    let list = steps
        .iter()
        .zip(from.saturating_add(1)..)
        .map(|(step, number)| format!("\n{number:>4}  {step}"))
        .collect::<String>();
    let done = !only_say && !steps.is_empty();
    let human = match (steps.is_empty(), only_say) {
        (true, _) => format!(
            "the store has layout {to}, which is that of this program: there is nothing to do"
        ),
        (false, true) => format!(
            "the store has layout {from}, and this program needs {to}. These steps are missing:{list}\nThere is no way back: make a backup with the former version of the program, stop every host of the service, and repeat the command with --backed-up"
        ),
        (false, false) => {
            format!("the store had layout {from}, and has {to} now, by these steps:{list}")
        }
    };
    Ok(Answer::say(human)
        .with("from", from)
        .with("to", to)
        .with("steps", steps)
        .with("done", done))
}
