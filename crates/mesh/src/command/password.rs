// SPDX-License-Identifier: MIT
//! `password`: add, get, list, delete.
//!
//! Spec: mesh-schema, "CatalogedCredential".
//! Here: the commands of this noun.
//! Not here: the catalog (`mesh-client`, catalog).

use mesh_client::Put;
use mesh_crypto::Environment;
use mesh_jsonbcd::SecretString;
use mesh_schema::generated::CatalogedCredential;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::cli::Password;
use crate::command::device::secret_from_stdin;
use crate::context::Context;
use crate::error::Failure;
use crate::import;
use crate::output::{Answer, one_line, working};

/// Characters of a random password: 6 bits each.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Runs a command of this noun.
///
/// # Errors
/// [`Failure`] of the command.
pub fn run(context: &Context, command: &Password) -> Result<Answer, Failure> {
    match command {
        Password::Add {
            service,
            username,
            stdin: _,
            generate,
            length,
        } => {
            let mut account = context.account()?;
            let password = match generate {
                true => random(context.environment(), *length),
                false => secret_from_stdin(&format!("Password of {username} at {service}: "))?,
            };
            if password.is_empty() {
                return Err(Failure::misuse(
                    "the password is empty",
                    "type one, or use --generate",
                ));
            }
            let entry = CatalogedCredential::password(
                service,
                username,
                SecretString::new(password.to_string()),
            );
            let put = account.put(&entry)?;
            let done = match put {
                Put::Added => "added",
                Put::Updated => "replaced",
            };
            let answer = Answer::say(format!("the password of {username} at {service} is {done}"));
            let answer = answer
                .with("service", service.as_str())
                .with("username", username.as_str())
                .with("result", done);
            Ok(if *generate {
                answer.with("password", password.as_str())
            } else {
                answer
            })
        }
        Password::Delete { service, username } => {
            context
                .account()?
                .delete_credential(service, username.as_deref())?;
            Ok(
                Answer::say(format!("the password for {service} is deleted"))
                    .with("service", service.as_str()),
            )
        }
        Password::Get { service, username } => {
            let entry = context
                .account()?
                .credential(service, username.as_deref())?;
            let password = entry
                .password
                .as_ref()
                .map(SecretString::expose_secret)
                .unwrap_or_default();
            Ok(Answer::say(password)
                .with("service", entry.service.clone())
                .with("username", entry.username.clone())
                .with("password", password))
        }
        Password::Import { file, replace } => {
            let list = import::passwords(&import::read_list(file)?)?;
            let (skipped, left) = (list.skipped, list.left);
            let mut account = context.account()?;
            let put = working("importing", || {
                import::put(&mut account, list.entries, *replace)
            })?;
            let mut answer = put.answer("passwords", "with another password");
            if skipped > 0 {
                answer = answer.and_say(&format!(
                    "\n{skipped} rows without a password were left out"
                ));
            }
            if !left.is_empty() {
                answer = answer.and_say(&format!(
                    "\nnot taken, so that the file has it alone: {}",
                    left.join(", ")
                ));
            }
            Ok(answer.with("skipped", skipped).with("left", left))
        }
        Password::List => {
            let entries = context.account()?.credentials()?;
            let name = |entry: &CatalogedCredential| entry.username.clone().unwrap_or_default();
            let human: Vec<String> = entries
                .iter()
                .map(|entry| {
                    one_line(&format!(
                        "{}  {}",
                        entry.service.as_deref().unwrap_or_default(),
                        name(entry)
                    ))
                })
                .collect();
            let list: Vec<Value> = entries
                .iter()
                .map(|entry| json!({ "service": entry.service, "username": entry.username }))
                .collect();
            Ok(Answer::say(human.join("\n")).with("passwords", list))
        }
    }
}

fn random(env: &dyn Environment, length: u16) -> Zeroizing<String> {
    let mut octets = Zeroizing::new(vec![0; usize::from(length)]);
    env.random(&mut octets);
    let characters = octets
        .iter()
        .filter_map(|octet| ALPHABET.get(usize::from(octet & 63)))
        .map(|&c| char::from(c));
    Zeroizing::new(characters.collect())
}
