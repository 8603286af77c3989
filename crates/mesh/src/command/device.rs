// SPDX-License-Identifier: MIT
//! `device`: connect, list, remove.
//!
//! Spec: mesh-protocol, "Device Connection".
//! Here: the commands of this noun.
//! Not here: the side of the new device (`connect`), what they do (`mesh-client`, device).

mod connect;
pub(crate) mod preconfigured;

use mesh_client::{Access, Account, CutOff, PinState, StoreLabel};
use mesh_crypto::udf::witness_words;
use serde_json::{Value, json};

pub(crate) use self::connect::secret_from_stdin;

use crate::cli::Device;
use crate::command::roles_of;
use crate::context::Context;
use crate::error::Failure;
use crate::output::{Answer, confirm};
use crate::text;

/// Runs a command of this noun.
///
/// # Errors
/// [`Failure`] of the command.
pub fn run(context: &Context, command: &Device) -> Result<Answer, Failure> {
    match command {
        Device::Accept {
            witness,
            stdin,
            roles,
            name,
        } => {
            let roles = roles_of(roles)?;
            let joining = match stdin {
                true => Some(connect::joining_from_stdin()?),
                false => None,
            };
            let mut account = context.account()?;
            account.sync()?;
            let witness = match (&joining, witness) {
                (Some(joining), _) => joining.among(&mut account)?,
                (None, Some(witness)) => witness.clone(),
                (None, None) => String::new(),
            };
            let device = account.accept(&witness, &roles, name.as_deref())?;
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
                "{name} ({}) has the roles {roles} now{}{}",
                changed.device.device_udf,
                cut_off_text(&changed.cut_off),
                standing(&mut account)?
            );
            Ok(cut_off_fields(Answer::say(human), &changed.cut_off)
                .with("device", changed.device.device_udf)
                .with("name", name)
                .with("roles", roles.names()))
        }
        Device::Complete { wait } => connect::complete(context, *wait),
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
                "{name} ({}) is removed: the service refuses it from now on{}\n{}{}",
                changed.device.device_udf,
                cut_off_text(&changed.cut_off),
                text::KEPT_IN_CLEAR,
                standing(&mut account)?
            );
            Ok(cut_off_fields(Answer::say(human), &changed.cut_off)
                .with("device", changed.device.device_udf)
                .with("name", name))
        }
        Device::Install { file } => preconfigured::install(context, file),
        Device::Preconfig { file, label, qr } => {
            preconfigured::make(context, file, label.as_deref(), *qr)
        }
        Device::List => {
            let devices = context.account()?.devices()?;
            let human: Vec<String> = devices
                .iter()
                .map(|device| {
                    let this = if device.this { "  (this device)" } else { "" };
                    format!(
                        "{}  {:<20} {}{this}",
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
                    let words = witness_words(&device.witness).unwrap_or_default();
                    let (witness, pin) = (&device.witness, pin(&device.pin));
                    format!("{witness}  {received}  {pin}\n  {words}")
                })
                .collect();
            let list: Vec<Value> = pending
                .iter()
                .map(|device| json!({
                    "witness": device.witness, "words": witness_words(&device.witness).ok(), "udf": device.device_udf, "pin": pin(&device.pin)
                }))
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
        Device::Join { address, wait, .. } => connect::join(context, address, *wait),
        Device::Request {
            address,
            pin,
            pin_stdin,
            uri_stdin,
            qr_image,
        } => {
            let how = connect::Invitation {
                address: address.as_deref(),
                pin: pin.as_deref(),
                pin_stdin: *pin_stdin,
                uri_stdin: *uri_stdin,
                qr_image: qr_image.as_deref(),
            };
            connect::request(context, &how)
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

/// A warning, when there are places that the account has left where what was done does not count.
pub(crate) fn standing(account: &mut Account) -> Result<String, Failure> {
    let places = account.former_places()?;
    let told: Vec<String> = places
        .iter()
        .map(|place| format!("\nNOT YET at {place}, where the account was: give that place up with 'meshman account unbind --at {place}'."))
        .collect();
    Ok(told.concat())
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
    if cut_off.account {
        said.push_str(text::KEPT_ACCOUNT);
        return said;
    }
    if cut_off.messages {
        said.push_str(text::KEPT_MESSAGES);
    }
    if cut_off.signature {
        said.push_str(text::KEPT_SIGNATURE);
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
        .with("keeps_account_key", cut_off.account)
        .with("keeps_message_key", cut_off.messages)
        .with("keeps_signature_key", cut_off.signature)
        .with("keeps_administrator_key", cut_off.administrator)
}
