// SPDX-License-Identifier: MIT
//! `device`: connect, list, remove.
//!
//! Spec: mesh-protocol, "Device Connection".
//! Here: the commands of this noun.
//! Not here: what they do (`mesh-client`, device).

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use mesh_client::{Access, Completion, CutOff, PinState, StoreLabel, check_address};
use mesh_crypto::Pin;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::cli::Device;
use crate::command::roles_of;
use crate::context::Context;
use crate::error::Failure;
use crate::output::{Answer, confirm, working};
use crate::text;

/// Runs a command of this noun.
///
/// # Errors
/// [`Failure`] of the command.
pub fn run(context: &Context, command: &Device) -> Result<Answer, Failure> {
    match command {
        Device::Accept {
            witness,
            roles,
            name,
        } => {
            let roles = roles_of(roles)?;
            let mut account = context.account()?;
            account.sync()?;
            let device = account.accept(witness, &roles, name.as_deref())?;
            Ok(Answer::say(format!(
                "{} ({}) is connected with the roles {roles}",
                device.name, device.device_udf
            ))
            .with("device", device.device_udf)
            .with("name", device.name)
            .with("roles", roles.names())
            .with("witness", device.witness))
        }
        Device::Auth { device, roles, yes } => {
            let roles = roles_of(roles)?;
            let mut account = context.account()?;
            confirm(
                &format!("The device {device} will have the roles {roles}."),
                *yes,
            )?;
            account.sync()?;
            let changed = account.authorize_device(device, &roles)?;
            let name = changed.device.name.clone().unwrap_or_default();
            let human = format!(
                "{name} ({}) has the roles {roles} now{}",
                changed.device.device_udf,
                cut_off_text(&changed.cut_off)
            );
            Ok(cut_off_fields(Answer::say(human), &changed.cut_off)
                .with("device", changed.device.device_udf)
                .with("name", name)
                .with("roles", roles.names()))
        }
        Device::Complete { wait } => complete(context, *wait),
        Device::Delete { device, yes } => {
            let mut account = context.account()?;
            confirm(
                &format!("The device {device} will be cut off from the account."),
                *yes,
            )?;
            account.sync()?;
            let changed = account.delete_device(device)?;
            let name = changed.device.name.clone().unwrap_or_default();
            let human = format!(
                "{name} ({}) is removed: the service refuses it from now on{}\n{}",
                changed.device.device_udf,
                cut_off_text(&changed.cut_off),
                text::KEPT_IN_CLEAR
            );
            Ok(cut_off_fields(Answer::say(human), &changed.cut_off)
                .with("device", changed.device.device_udf)
                .with("name", name))
        }
        Device::List => {
            let devices = context.account()?.devices()?;
            let human: Vec<String> = devices
                .iter()
                .map(|device| {
                    let this = if device.this { "  (this device)" } else { "" };
                    format!(
                        "{}  {:<12} {}{this}",
                        device.device_udf,
                        device.roles.to_string(),
                        device.name.as_deref().unwrap_or("-")
                    )
                })
                .collect();
            let list: Vec<Value> = devices
                .iter()
                .map(|device| {
                    json!({
                        "udf": device.device_udf, "roles": device.roles.names(), "name": device.name, "this": device.this,
                        "connected": device.connected.map(|time| time.to_string()),
                    })
                })
                .collect();
            Ok(Answer::say(human.join("\n")).with("devices", list))
        }
        Device::Pending => {
            let mut account = context.account()?;
            account.sync()?;
            let pending = account.pending()?;
            let pin = |state: &PinState| match state {
                PinState::None => "no PIN".to_owned(),
                PinState::Valid(roles) => format!("valid PIN for {roles}"),
                PinState::Refused(why) => why.clone(),
            };
            let human: Vec<String> = pending
                .iter()
                .map(|device| {
                    let received = device
                        .received
                        .map(|time| time.to_string())
                        .unwrap_or_default();
                    format!("{}  {received}  {}", device.witness, pin(&device.pin))
                })
                .collect();
            let list: Vec<Value> = pending
                .iter()
                .map(|device| json!({ "witness": device.witness, "udf": device.device_udf, "pin": pin(&device.pin) }))
                .collect();
            let human = if human.is_empty() {
                "no device asks to be connected".to_owned()
            } else {
                human.join("\n")
            };
            Ok(Answer::say(human).with("devices", list))
        }
        Device::Rename { device, name } => {
            let mut account = context.account()?;
            account.sync()?;
            let device = account.rename_device(device, name)?;
            let name = device.name.unwrap_or_default();
            Ok(
                Answer::say(format!("{} is now called {name}", device.device_udf))
                    .with("device", device.device_udf)
                    .with("name", name),
            )
        }
        Device::Reject { witness } => {
            let mut account = context.account()?;
            account.sync()?;
            let device = account.reject(witness)?;
            Ok(Answer::say(format!("{} is rejected", device.device_udf))
                .with("device", device.device_udf)
                .with("witness", device.witness))
        }
        Device::Show { device } => show(context, device),
        Device::Request {
            address,
            pin,
            pin_stdin,
        } => {
            let address = check_address(address)?;
            let pin = match (pin, pin_stdin) {
                (Some(pin), _) => Some(Zeroizing::new(pin.clone())),
                (None, true) => {
                    Some(secret_from_stdin(text::PROMPT_PIN)?).filter(|pin| !pin.is_empty())
                }
                (None, false) => None,
            };
            let pin = pin.map(|pin| Pin::parse(&pin)).transpose()?;
            let home = context.home_or_new()?;
            let pending = home.request_connection(&address, pin.as_ref())?;
            Ok(Answer::say(format!(
                "account  {address}\nudf      {}\nwitness  {}\nThe administrator's screen must show the same witness value. Then run 'meshman device complete'.",
                pending.account_udf, pending.witness
            ))
            .with("account", address.to_string())
            .with("udf", pending.account_udf)
            .with("device", pending.device_udf)
            .with("witness", pending.witness))
        }
    }
}

fn show(context: &Context, device: &str) -> Result<Answer, Failure> {
    let device = context.account()?.device(device)?;
    let hold = if device.roles.is_threshold() {
        "share"
    } else {
        "whole"
    };
    let readable = device.roles.readable();
    let stores: Vec<Value> = readable
        .iter()
        .map(|&label| {
            let access = match device.roles.access(label) {
                Access::Write => "write",
                _ => "read",
            };
            json!({ "store": label.as_str(), "access": access, "key": hold })
        })
        .collect();
    let names: Vec<&str> = readable.iter().map(|label| label.as_str()).collect();
    let name = device.name.clone().unwrap_or_default();
    Ok(Answer::say(format!(
        "device     {}\nname       {name}\nroles      {}\nconnected  {}\nkeys       {}\nstores     {}",
        device.device_udf,
        device.roles,
        device.connected.map(|time| time.to_string()).unwrap_or_default(),
        match hold {
            "share" => "shares: it decrypts with the help of the service, until it is removed",
            _ => "whole: it decrypts by itself",
        },
        names.join(", ")
    ))
    .with("device", device.device_udf)
    .with("name", name)
    .with("roles", device.roles.names())
    .with("keys", hold)
    .with("stores", stores))
}

/// What was taken from a device, in words.
fn cut_off_text(cut_off: &CutOff) -> String {
    let names = |labels: &[StoreLabel]| {
        let names: Vec<&str> = labels.iter().map(|label| label.as_str()).collect();
        names.join(", ")
    };
    let mut said = String::new();
    if !cut_off.by_share.is_empty() {
        said.push_str(&format!(
            "\ncut off by its share, old and new entries: {}",
            names(&cut_off.by_share)
        ));
    }
    if !cut_off.by_key.is_empty() {
        said.push_str(&format!(
            "\ncut off by new keys, new entries only:     {}",
            names(&cut_off.by_key)
        ));
    }
    if cut_off.messages {
        said.push_str(text::KEPT_MESSAGES);
    }
    if cut_off.administrator {
        said.push_str(text::KEPT_ADMINISTRATOR);
    }
    said
}

fn cut_off_fields(answer: Answer, cut_off: &CutOff) -> Answer {
    let names = |labels: &[StoreLabel]| -> Vec<&str> {
        labels.iter().map(|label| label.as_str()).collect()
    };
    answer
        .with("cut_off_by_share", names(&cut_off.by_share))
        .with("cut_off_by_key", names(&cut_off.by_key))
        .with("keeps_message_key", cut_off.messages)
        .with("keeps_administrator_key", cut_off.administrator)
}

fn complete(context: &Context, wait: u64) -> Result<Answer, Failure> {
    let home = context.home()?;
    let end = Instant::now().checked_add(Duration::from_secs(wait));
    loop {
        match working("completing the connection", || {
            home.complete_connection(context.named())
        })? {
            Completion::Connected(account) => {
                return Ok(Answer::say(format!(
                    "connected to {} with the roles {}",
                    account.address(),
                    account.roles()
                ))
                .with("account", account.address().to_string())
                .with("udf", account.udf())
                .with("device", account.device_udf())
                .with("roles", account.roles().names()));
            }
            Completion::Pending(pending) if end.is_some_and(|end| Instant::now() >= end) => {
                let address = pending.address.to_string();
                return Err(mesh_client::Error::Pending { address }.into());
            }
            Completion::Pending(_) => std::thread::sleep(Duration::from_millis(500)),
            Completion::Rejected => {
                return Err(Failure {
                    cause: "an administrator rejected this device".to_owned(),
                    remedy: "ask the administrator, then run 'meshman device request' again"
                        .to_owned(),
                    class: mesh_jsonbcd::ErrorClass::Refused,
                });
            }
        }
    }
}

/// A secret from standard input: asked for on a terminal, its first line otherwise.
pub(crate) fn secret_from_stdin(prompt: &str) -> Result<Zeroizing<String>, Failure> {
    if std::io::stdin().is_terminal() {
        return Ok(Zeroizing::new(rpassword::prompt_password(prompt)?));
    }
    let mut line = Zeroizing::new(String::new());
    std::io::stdin().read_line(&mut line)?;
    let secret = line.trim_end_matches(['\r', '\n']);
    Ok(Zeroizing::new(secret.to_owned()))
}
