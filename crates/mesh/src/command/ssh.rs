// SPDX-License-Identifier: MIT
//! `ssh`: create, export, list, delete.
//!
//! Spec: mesh-schema, "CatalogedApplicationSsh".
//! Here: the commands of this noun, and the files that OpenSSH reads.
//! Not here: the forms of keys (`mesh-keystore`, format).

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use mesh_keystore::file::{Existing, write_private};
use mesh_keystore::format::openssh::{SshPrivateKey, SshPublicKey};
use mesh_schema::generated::CatalogedApplicationSsh;
use serde_json::{Value, json};

use crate::cli::{Ssh, SshFormat};
use crate::command::device::secret_from_stdin;
use crate::context::Context;
use crate::error::Failure;
use crate::import::read_key;
use crate::output::{Answer, confirm};

/// Runs a command of this noun.
///
/// # Errors
/// [`Failure`] of the command.
pub fn run(context: &Context, command: &Ssh) -> Result<Answer, Failure> {
    match command {
        Ssh::Create { name } => {
            let key = context.account()?.create_ssh_key(name)?;
            let public = public(&key)?;
            Ok(Answer::say(public.to_line())
                .with("name", name.as_str())
                .with("value", public.to_line())
                .with("udf", public.fingerprint()))
        }
        Ssh::Delete { name, yes } => {
            let mut account = context.account()?;
            confirm(
                &format!("The SSH key {name} will be deleted on all devices."),
                *yes,
            )?;
            account.delete_ssh_key(name)?;
            Ok(Answer::say(format!("the SSH key {name} is deleted")).with("name", name.as_str()))
        }
        Ssh::Get {
            name,
            private,
            file,
            format,
            force,
        } => {
            let key = context.account()?.ssh_key(name)?;
            let public = public(&key)?;
            let public = match format {
                SshFormat::Openssh => public.to_line(),
                SshFormat::Rfc4716 => public.to_rfc4716(),
            };
            let public = format!("{}\n", public.trim_end());
            let existing = if *force {
                Existing::Replace
            } else {
                Existing::Keep
            };
            let answer = |human: String, value: &str| {
                Answer::say(human)
                    .with("name", name.as_str())
                    .with("value", value)
            };
            if !private {
                return match file {
                    Some(file) => {
                        write_private(file, public.as_bytes(), existing)?;
                        Ok(answer(format!("written to {}", file.display()), &public))
                    }
                    None => Ok(answer(public.clone(), &public)),
                };
            }
            let data = key.client_key.as_ref().ok_or_else(|| damaged(name))?;
            let secret = SshPrivateKey::from_key(&data.private()?, name)?.to_openssh(None)?;
            match file {
                Some(file) => {
                    write_private(file, secret.expose_secret().as_bytes(), existing)?;
                    let beside = public_beside(file);
                    write_private(&beside, public.as_bytes(), existing)?;
                    let human = format!("written to {} and {}", file.display(), beside.display());
                    Ok(Answer::say(human)
                        .with("name", name.as_str())
                        .with("file", file.display().to_string()))
                }
                None if std::io::stdout().is_terminal() && !force => Err(Failure::misuse(
                    "a private key is not printed to a terminal",
                    "write it with --file, or add --force",
                )),
                None => Ok(answer(
                    secret.expose_secret().to_owned(),
                    secret.expose_secret(),
                )),
            }
        }
        Ssh::Import { file, name } => {
            let stem = file.file_name().and_then(|name| name.to_str());
            let Some(name) = name.as_deref().or(stem) else {
                return Err(Failure::misuse(
                    format!("{} names no file", file.display()),
                    "add --name",
                ));
            };
            let key = match read_key(file, None) {
                Err(mesh_keystore::Error::NoPassphrase) => {
                    let asked = format!("Passphrase of {}: ", file.display());
                    read_key(file, Some(&secret_from_stdin(&asked)?))?
                }
                read => read?,
            };
            let mut account = context.account()?;
            account.sync()?;
            let entry = account.import_ssh_key(name, &key)?;
            let public = public(&entry)?;
            Ok(Answer::say(public.to_line())
                .with("name", name)
                .with("value", public.to_line())
                .with("udf", public.fingerprint()))
        }
        Ssh::List => {
            let keys = context.account()?.ssh_keys()?;
            let mut human = Vec::new();
            let mut list: Vec<Value> = Vec::new();
            for key in &keys {
                let public = public(key)?;
                human.push(format!("{}  {}", key.name(), public.fingerprint()));
                list.push(json!({ "name": key.name(), "udf": public.fingerprint(), "value": public.to_line() }));
            }
            Ok(Answer::say(human.join("\n")).with("keys", list))
        }
    }
}

/// The public half of the key in an entry.
pub(crate) fn public(key: &CatalogedApplicationSsh) -> Result<SshPublicKey, Failure> {
    let data = key.client_key.as_ref().ok_or_else(|| damaged(key.name()))?;
    Ok(SshPublicKey::new(&data.public()?, key.name())?)
}

fn damaged(name: &str) -> Failure {
    Failure::of(
        mesh_jsonbcd::ErrorClass::Malformed,
        format!("the entry of the SSH key {name} holds no key"),
    )
}

fn public_beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".pub");
    PathBuf::from(name)
}
