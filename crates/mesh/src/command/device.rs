// SPDX-License-Identifier: MIT
//! `device`: connect, list, remove.
//!
//! Spec: mesh-protocol, "Device Connection".
//! Here: the commands of this noun.
//! Not here: what they do (`mesh-client`, device).

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use mesh_client::{Completion, PinState, Roles, check_address};
use mesh_crypto::Pin;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::cli::Device;
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
            let roles = Roles::parse(&[roles])?;
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
        Device::Complete { wait } => complete(context, *wait),
        Device::Delete { device, yes } => {
            let mut account = context.account()?;
            confirm(
                &format!("The device {device} will be cut off from the account."),
                *yes,
            )?;
            account.sync()?;
            let device = account.delete_device(device)?;
            let name = device.name.unwrap_or_default();
            Ok(Answer::say(format!(
                "{name} ({}) is removed: the service refuses it from now on.\nWhat it has in clear already it keeps: change passwords that it could read if it may be in wrong hands.",
                device.device_udf
            ))
            .with("device", device.device_udf)
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
