// SPDX-License-Identifier: MIT
//! `mail`: add, get, list, import, delete.
//!
//! Spec: mesh-schema, "CatalogedApplicationMail".
//! Here: the commands of this noun.
//! Not here: settings of other programs (`import/mail`), the catalog (`mesh-client`, catalog).

use mesh_client::Put;
use mesh_schema::generated::CatalogedApplicationMail;
use serde_json::{Value, json};

use crate::cli::Mail;
use crate::context::Context;
use crate::error::Failure;
use crate::import::mail::{Accounts, all, entry, own, shown};
use crate::import::put;
use crate::output::{Answer, one_line, working};

/// Runs a command of this noun.
///
/// # Errors
/// [`Failure`] of the command.
pub fn run(context: &Context, command: &Mail) -> Result<Answer, Failure> {
    match command {
        Mail::Add {
            address,
            inbound,
            outbound,
        } => {
            let entry = entry(address, inbound.as_deref(), outbound.as_deref())?;
            let done = match context.account()?.put(&entry)? {
                Put::Added => "added",
                Put::Updated => "replaced",
            };
            Ok(Answer::say(format!("the mail account {address} is {done}"))
                .with("address", address.as_str())
                .with("result", done))
        }
        Mail::Delete { address } => {
            let key = CatalogedApplicationMail::key_of(address);
            let mut account = context.account()?;
            let deleted = account.delete_entry::<CatalogedApplicationMail>(&key);
            deleted.map_err(|error| named(error, address))?;
            Ok(
                Answer::say(format!("the mail account {address} is deleted"))
                    .with("address", address.as_str()),
            )
        }
        Mail::Get { address } => {
            let key = CatalogedApplicationMail::key_of(address);
            let found = context.account()?.entry::<CatalogedApplicationMail>(&key)?;
            let missing = || mesh_client::Error::NotFound {
                what: "mail account",
                name: address.clone(),
            };
            let found = found.ok_or_else(missing)?;
            let server = |uri: &Option<String>| one_line(&shown(uri.as_deref().unwrap_or("none")));
            let human = format!(
                "inbound: {}\noutbound: {}",
                server(&found.inbound_connect),
                server(&found.outbound_connect)
            );
            let mut answer = Answer::say(human);
            if let Value::Object(members) = object(&found) {
                for (name, value) in members {
                    answer = answer.with(&name, value);
                }
            }
            Ok(answer)
        }
        Mail::Import { files, replace } => {
            let Accounts { entries, skipped } = match files.is_empty() {
                true => own()?,
                false => all(files)?,
            };
            if files.is_empty() && entries.is_empty() {
                return Err(Failure::misuse(
                    "Thunderbird has no mail account in ~/.thunderbird",
                    "name the file prefs.js of a profile",
                ));
            }
            let mut account = context.account()?;
            let done = working("importing", || put(&mut account, entries, *replace))?;
            let answer = done.answer("mail accounts", "with other servers");
            let answer = match skipped {
                0 => answer,
                _ => answer.and_say(&format!(
                    "\n{skipped} without an address or a mail server were left out"
                )),
            };
            Ok(answer.with("skipped", skipped))
        }
        Mail::List => {
            let entries: Vec<CatalogedApplicationMail> = context.account()?.entries()?;
            let human: Vec<String> = entries
                .iter()
                .filter_map(|entry| entry.account_address.as_deref())
                .map(one_line)
                .collect();
            let list: Vec<Value> = entries.iter().map(object).collect();
            Ok(Answer::say(human.join("\n")).with("accounts", list))
        }
    }
}

fn object(entry: &CatalogedApplicationMail) -> Value {
    json!({
        "address": entry.account_address,
        "inbound": entry.inbound_connect,
        "outbound": entry.outbound_connect,
    })
}

/// The error of the catalog, in the words of this noun.
fn named(error: mesh_client::Error, address: &str) -> mesh_client::Error {
    match error {
        mesh_client::Error::NotFound { .. } => mesh_client::Error::NotFound {
            what: "mail account",
            name: address.to_owned(),
        },
        error => error,
    }
}
