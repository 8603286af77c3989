// SPDX-License-Identifier: MIT
//! `network`: add, get, list, import, delete.
//!
//! Spec: mesh-schema, "CatalogedNetwork".
//! Here: the commands of this noun.
//! Not here: forms of other programs (`import/network`), the catalog (`mesh-client`, catalog).

use std::path::PathBuf;

use mesh_client::{Account, Put};
use mesh_keystore::file::{Existing, write_private};
use mesh_schema::catalog::CatalogEntry as _;
use mesh_schema::generated::CatalogedNetwork;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::cli::{Network, NetworkFormat, NetworkProtocol};
use crate::command::device::secret_from_stdin;
use crate::context::Context;
use crate::error::Failure;
use crate::import::network::{Form, Networks, Security, all, entry, written};
use crate::import::put;
use crate::output::{Answer, one_line, working};
use crate::qr;

impl From<NetworkProtocol> for Security {
    fn from(protocol: NetworkProtocol) -> Self {
        match protocol {
            NetworkProtocol::Open => Self::Open,
            NetworkProtocol::Wep => Self::Wep,
            NetworkProtocol::Wpa2 => Self::Wpa2,
            NetworkProtocol::Wpa3 => Self::Wpa3,
            NetworkProtocol::Enterprise => Self::Enterprise,
        }
    }
}

/// Runs a command of this noun.
///
/// # Errors
/// [`Failure`] of the command.
pub fn run(context: &Context, command: &Network) -> Result<Answer, Failure> {
    match command {
        Network::Add {
            ssid,
            protocol,
            username,
            stdin: _,
        } => {
            let mut account = context.account()?;
            let password = match protocol {
                NetworkProtocol::Open => Zeroizing::new(String::new()),
                _ => secret_from_stdin(&format!("Password of the network {ssid}: "))?,
            };
            let entry = entry(
                ssid,
                (*protocol).into(),
                username.as_deref(),
                Some(&password),
            )?;
            let done = match account.put(&entry)? {
                Put::Added => "added",
                Put::Updated => "replaced",
            };
            Ok(Answer::say(format!("the network {ssid} is {done}"))
                .with("ssid", ssid.as_str())
                .with("protocol", entry.protocol)
                .with("result", done))
        }
        Network::Delete { ssid, protocol } => {
            let mut account = context.account()?;
            let found = find(&mut account, ssid, *protocol)?;
            account.delete_entry::<CatalogedNetwork>(&found.primary_key()?)?;
            Ok(Answer::say(format!("the network {ssid} is deleted")).with("ssid", ssid.as_str()))
        }
        Network::Get {
            ssid,
            protocol,
            format,
            file,
        } => get(
            &find(&mut context.account()?, ssid, *protocol)?,
            *format,
            file.as_ref(),
        ),
        Network::Import { files, replace } => {
            let Networks {
                entries,
                skipped,
                left,
            } = all(files)?;
            let mut account = context.account()?;
            let done = working("importing", || put(&mut account, entries, *replace))?;
            let answer = done.answer("networks", "with another password");
            let answer = match skipped {
                0 => answer,
                _ => answer.and_say(&format!(
                    "\n{skipped} that are not wireless, or without a password, were left out"
                )),
            };
            let left = Vec::from_iter(left);
            let answer = match left.is_empty() {
                true => answer,
                false => answer.and_say(&format!(
                    "\nnot taken, so that the files have it alone: {}",
                    left.join(", ")
                )),
            };
            Ok(answer.with("skipped", skipped).with("left", left))
        }
        Network::List => {
            let entries: Vec<CatalogedNetwork> = context.account()?.entries()?;
            let protocol = |entry: &CatalogedNetwork| entry.protocol.clone().unwrap_or_default();
            let human: Vec<String> = entries
                .iter()
                .map(|entry| {
                    let ssid = entry.service.as_deref().unwrap_or_default();
                    one_line(format!("{ssid}  {}", protocol(entry)).trim_end())
                })
                .collect();
            let list: Vec<Value> = entries
                .iter()
                .map(|entry| json!({ "ssid": entry.service, "protocol": entry.protocol, "username": entry.username }))
                .collect();
            Ok(Answer::say(human.join("\n")).with("networks", list))
        }
    }
}

/// The network of a name.
fn find(
    account: &mut Account,
    ssid: &str,
    protocol: Option<NetworkProtocol>,
) -> Result<CatalogedNetwork, Failure> {
    let wanted = protocol.map(|protocol| Security::from(protocol).protocol());
    let fits = |entry: &CatalogedNetwork| {
        let protocol = entry.protocol.as_deref().unwrap_or_default();
        entry.service.as_deref() == Some(ssid)
            && wanted.is_none_or(|wanted| wanted.eq_ignore_ascii_case(protocol))
    };
    let mut found: Vec<CatalogedNetwork> = account.entries()?;
    found.retain(fits);
    if found.len() > 1 {
        let candidates = found
            .into_iter()
            .map(|entry| entry.protocol.unwrap_or_default());
        return Err(mesh_client::Error::Ambiguous {
            what: "protocols",
            candidates: candidates.collect(),
        }
        .into());
    }
    let missing = || mesh_client::Error::NotFound {
        what: "network",
        name: ssid.to_owned(),
    };
    found.pop().ok_or_else(|| missing().into())
}

fn get(
    entry: &CatalogedNetwork,
    format: NetworkFormat,
    file: Option<&PathBuf>,
) -> Result<Answer, Failure> {
    let password = entry.password.as_ref().map(|it| it.expose_secret());
    let text = match format {
        NetworkFormat::Password => Zeroizing::new(password.unwrap_or_default().to_owned()),
        NetworkFormat::Nmconnection => written(entry, Form::KeyFile)?,
        NetworkFormat::WpaSupplicant => written(entry, Form::Supplicant)?,
        NetworkFormat::Qr => written(entry, Form::Code)?,
    };
    let answer = |human: &str| {
        Answer::say(human)
            .with("ssid", entry.service.clone())
            .with("protocol", entry.protocol.clone())
            .with("username", entry.username.clone())
    };
    if let Some(file) = file {
        let octets = match format {
            NetworkFormat::Qr => qr::picture(&text, file)?,
            _ => Zeroizing::new(format!("{}\n", text.trim_end()).into_bytes()),
        };
        write_private(file, &octets, Existing::Keep)?;
        let human = format!("written to {}", file.display());
        return Ok(answer(&human).with("file", file.display().to_string()));
    }
    let shown = match format {
        NetworkFormat::Qr => qr::terminal(&text)?,
        _ => text.clone(),
    };
    Ok(answer(&shown)
        .with("password", password)
        .with("value", text.as_str()))
}
