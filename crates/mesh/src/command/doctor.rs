// SPDX-License-Identifier: MIT
//! `doctor`: checks the home and the service.
//!
//! Spec: none.
//! Here: one line for each finding; entries that cannot be read are deleted on demand.
//! Not here: the checks themselves (`mesh-client`).

use std::os::unix::fs::PermissionsExt;

use mesh_client::Account;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::Failure;
use crate::output::Answer;

/// Runs the checks.
///
/// # Errors
/// [`Failure`] when something is not in order.
pub fn run(context: &Context, discard: bool) -> Result<Answer, Failure> {
    let mut findings: Vec<(&str, Result<String, String>)> = Vec::new();
    let mode = std::fs::metadata(&context.directory)?.permissions().mode() & 0o777;
    findings.push((
        "home",
        match mode & 0o077 {
            0 => Ok(format!("{} is private", context.directory.display())),
            _ => Err(format!(
                "{} has mode {mode:04o}: chmod 700 it",
                context.directory.display()
            )),
        },
    ));
    let home = context.home()?;
    let text = |failure: mesh_client::Error| failure.to_string();
    for account in home.accounts()? {
        findings.push((
            "account",
            Ok(format!("{} {:?}", account.address, account.state).to_lowercase()),
        ));
    }
    match home.account(context.named()) {
        Ok(mut account) => {
            findings.push((
                "replicas",
                account
                    .verify()
                    .map(|frames| format!("{frames} frames are in order"))
                    .map_err(text),
            ));
            let behind = account.status().map(|status| {
                let behind = status
                    .stores
                    .iter()
                    .filter(|store| store.here < store.service)
                    .count();
                format!("the service answers; {behind} stores are behind it")
            });
            findings.push(("service", behind.map_err(text)));
            findings.push(("entries", entries(&mut account, discard)));
        }
        Err(error) => findings.push(("account", Err(error.to_string()))),
    }
    let line = |(what, found): &(&str, Result<String, String>)| match found {
        Ok(text) => format!("ok       {what:<10} {text}"),
        Err(text) => format!("problem  {what:<10} {text}"),
    };
    let human: Vec<String> = findings.iter().map(line).collect();
    let problems = findings.iter().filter(|(_, found)| found.is_err()).count();
    if problems > 0 {
        return Err(Failure::unavailable(format!(
            "{problems} problems\n{}",
            human.join("\n")
        )));
    }
    let list: Vec<Value> = findings
        .iter()
        .map(|(what, found)| json!({ "what": what, "found": found.clone().unwrap_or_default() }))
        .collect();
    Ok(Answer::say(human.join("\n")).with("findings", list))
}

/// Whether every entry can be read, after those that cannot are deleted if that is wanted.
fn entries(account: &mut Account, discard: bool) -> Result<String, String> {
    let text = |failure: mesh_client::Error| failure.to_string();
    let found = account.unreadable().map_err(text)?;
    if found.is_empty() {
        return Ok("all can be read".to_owned());
    }
    let names: Vec<String> = found
        .iter()
        .map(|entry| format!("frame {} of {} ({})", entry.frame, entry.store, entry.why))
        .collect();
    let names = names.join(", ");
    if discard {
        account.discard(&found).map_err(text)?;
        return Ok(format!("deleted on all devices: {names}"));
    }
    Err(format!(
        "cannot be read: {names}; a device with faults or worse wrote them, 'meshman doctor --discard' deletes them on all devices"
    ))
}
