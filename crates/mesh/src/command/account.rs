// SPDX-License-Identifier: MIT
//! `account`: create, synchronise, make recovery codes, recover.
//!
//! Spec: mesh-architecture, "Account".
//! Here: the commands of this noun.
//! Not here: what they do (`mesh-client`).

pub(super) mod escrow;

use std::os::unix::fs::OpenOptionsExt;

use mesh_client::{AccountState, Cipher, DeviceSummary, Farewell, Role, StoreLabel, check_address};
use mesh_keystore::file::{Existing, write_private};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::cli::{Account, CatalogCipher};
use crate::command::device::preconfigured::adopt;
use crate::command::{duration, roles_of};
use crate::context::Context;
use crate::error::Failure;
use crate::output::{Answer, confirm, working};
use crate::qr;
use crate::step::{Invitation, Welcome, invite, refused_pins, welcome};

/// Runs a command of this noun.
///
/// # Errors
/// [`Failure`] of the command.
pub fn run(context: Context, command: &Account) -> Result<Answer, Failure> {
    match command {
        Account::Create {
            address,
            name,
            cipher,
            invitation,
        } => {
            let address = check_address(address)?;
            let cipher = match cipher {
                CatalogCipher::A256cbc => Cipher::Aes256Cbc,
                CatalogCipher::A256gcm => Cipher::Aes256Gcm,
            };
            let context = context.with_invitation(invitation)?;
            let home = context.with_device_name(name.as_deref())?.home_or_new()?;
            let account = working("creating the account", || {
                home.create_account_with(&address, cipher)
            })?;
            Ok(Answer::say(format!(
                "account   {address}\nudf       {}\ndevice    {}\nNext: 'meshman account escrow' makes recovery codes.",
                account.udf(),
                account.device_udf()
            ))
            .with("account", address.to_string())
            .with("udf", account.udf())
            .with("device", account.device_udf()))
        }
        Account::Delete { local: _, yes } => {
            let home = context.home()?;
            confirm(
                "This device will forget the account, its keys and all its data.",
                *yes,
            )?;
            let account = home.delete_account(context.named())?;
            Ok(
                Answer::say(format!("{} is deleted from this device", account.address))
                    .with("account", account.address)
                    .with("udf", account.udf),
            )
        }
        Account::Escrow {
            shares,
            quorum,
            rotate,
            account_key,
            verify,
            sheets,
        } => {
            let kind = match (rotate, account_key) {
                (_, true) => escrow::Kind::AccountKey,
                (true, false) => escrow::Kind::Instead,
                (false, false) => escrow::Kind::Beside,
            };
            match verify {
                true => escrow::verify(&context),
                false => escrow::make(&context, *shares, *quorum, kind, sheets.as_deref()),
            }
        }
        Account::Connect {
            uri,
            uri_stdin: _,
            qr_image,
            roles,
            name,
        } => adopt(
            &context,
            uri.as_deref(),
            qr_image.as_deref(),
            roles,
            name.as_deref(),
        ),
        Account::List => {
            let accounts = context.home()?.accounts()?;
            let state = |state| match state {
                AccountState::Connected => "connected",
                AccountState::Creating => "creation interrupted",
                AccountState::Pending => "waiting to be accepted",
                AccountState::Preconfigured => "waiting to be adopted",
            };
            let human: Vec<String> = accounts
                .iter()
                .map(|account| {
                    format!(
                        "{}  {}  {}",
                        account.address,
                        account.udf,
                        state(account.state)
                    )
                })
                .collect();
            let list: Vec<Value> = accounts
                .iter()
                .map(|account| {
                    json!({ "account": account.address, "udf": account.udf, "device": account.device_udf, "state": state(account.state) })
                })
                .collect();
            Ok(Answer::say(human.join("\n")).with("accounts", list))
        }
        Account::Pin {
            roles,
            expire,
            name,
            qr,
            qr_file,
        } => {
            // Before a PIN is issued that nobody would see.
            if let Some(file) = qr_file {
                qr::picture("", file)?;
                if file.exists() {
                    return Err(Failure::misuse(
                        format!("{} exists", file.display()),
                        "name another file",
                    ));
                }
            }
            let roles = roles_of(roles)?;
            let valid = duration(expire)?;
            let mut account = context.account()?;
            let Invitation {
                pin, uri, expires, ..
            } = invite(&mut account, &roles, valid, name.as_deref())?;
            if let Some(file) = qr_file {
                let picture = qr::picture(&uri, file)?;
                write_private(file, &picture, Existing::Keep)?;
            }
            let mut human = Zeroizing::new(format!(
                "pin      {}\nuri      {}\nroles    {roles}\nexpires  {expires}",
                *pin, *uri
            ));
            if *qr {
                human.push('\n');
                human.push_str(&qr::terminal(&uri)?);
            }
            Ok(Answer::say(human.as_str())
                .with("pin", pin.as_str())
                .with("uri", uri.as_str())
                .with("roles", roles.names())
                .with("expires", expires))
        }
        Account::Recover {
            address,
            codes,
            name,
            drill,
        } => match drill {
            true => escrow::drill(&context, address, codes),
            false => escrow::recover(context, address, codes, name.as_deref()),
        },
        Account::Status => {
            let mut account = context.account()?;
            let status = account.status()?;
            let human: Vec<String> = status
                .stores
                .iter()
                .map(|store| {
                    format!(
                        "{:<12} here {:>6}  service {:>6}",
                        store.label, store.here, store.service
                    )
                })
                .collect();
            let stores: Vec<Value> = status
                .stores
                .iter()
                .map(|store| json!({ "store": store.label, "here": store.here, "service": store.service }))
                .collect();
            let head = format!(
                "account  {}\nroles    {}\nservice  {}\n",
                account.address(),
                account.roles(),
                status.service_udf
            );
            Ok(Answer::say(head + &human.join("\n"))
                .with("account", account.address().to_string())
                .with("udf", account.udf())
                .with("roles", account.roles().names())
                .with("service", status.service_udf)
                .with("stores", stores))
        }
        Account::Sync { auto } => {
            let mut account = context.account()?;
            let former = account.address().clone();
            let (Welcome { report, accepted }, refused) = working("synchronising", || {
                let welcome = welcome(&mut account, *auto)?;
                // Who tried a PIN that does not count is the owner's business, whether or not anything else is new.
                Ok::<_, mesh_client::Error>((welcome, refused_pins(&mut account)?))
            })?;
            let news = |devices: &[DeviceSummary]| -> Vec<Value> {
                let news = devices.iter().map(|device| {
                    json!({
                        "udf": device.device_udf, "name": device.name, "roles": device.roles.names(),
                        "connected": device.connected.map(|time| time.to_string()), "recovered": recovered(device),
                    })
                });
                news.collect()
            };
            let (connected, removed) = (news(&report.connected), news(&report.removed));
            let mut told = String::new();
            for device in &report.connected {
                let how = match recovered(device) {
                    true => " BY RECOVERY CODES. If that was not you, somebody has your codes",
                    false => "",
                };
                let (name, time) = (device.name.as_deref().unwrap_or("-"), device.connected);
                told.push_str(&format!(
                    "\nnew device {name} ({}) with the roles {}, connected {}{how}",
                    device.device_udf,
                    device.roles,
                    time.map(|time| time.to_string()).unwrap_or_default()
                ));
            }
            for device in &report.removed {
                let name = device.name.as_deref().unwrap_or("-");
                told.push_str(&format!("\nremoved device {name} ({})", device.device_udf));
            }
            let mut human = format!("{} new entries and messages{told}", report.new_frames);
            if *account.address() != former {
                human.push_str(&format!(
                    "\nthe account has moved from {former} to {}, and this device with it",
                    account.address()
                ));
            }
            if let Some(why) = &report.frozen {
                human.push_str(&format!(
                    "\nnothing is written since the service contradicted what this device had seen ({why}): see 'meshman account resume'"
                ));
            }
            for (device, why) in &refused {
                human.push_str(&format!(
                    "\nrefused {device}, which asks to be connected: {why}"
                ));
            }
            let refused: Vec<Value> = refused
                .into_iter()
                .map(|(witness, why)| json!({ "witness": witness, "why": why }))
                .collect();
            for device in &accepted {
                human.push_str(&format!(
                    "\nconnected {} ({}) with the roles {}",
                    device.name, device.device_udf, device.roles
                ));
            }
            let devices: Vec<Value> = accepted
                .iter()
                .map(|device| json!({ "udf": device.device_udf, "name": device.name, "roles": device.roles.names(), "witness": device.witness }))
                .collect();
            Ok(Answer::say(human)
                .with("account", account.address().to_string())
                .with("frames", report.new_frames)
                .with("devices", devices)
                .with("connected", connected)
                .with("removed", removed)
                .with("frozen", report.frozen)
                .with("refused", refused))
        }
        Account::Resume { theirs, ours, yes } => resume(&context, *theirs, *ours, *yes),
        Account::Export { file } => {
            let mut account = context.account()?;
            // Just when the service is gone, or not to be trusted, is the time for an archive.
            let late = account.sync().err();
            let target = std::fs::OpenOptions::new()
                .read(true)
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(file)
                .map_err(|error| match error.kind() {
                    std::io::ErrorKind::AlreadyExists => {
                        Failure::misuse(format!("{} exists", file.display()), "name another file")
                    }
                    _ => error.into(),
                })?;
            let done = working("exporting", || account.export(target));
            // Half an archive is none.
            let done = done.inspect_err(|_| drop(std::fs::remove_file(file)))?;
            let frames: u64 = done.stores.iter().map(|(_, frames)| frames).sum();
            let warning = match done.codes {
                0 => {
                    "\nNo recovery codes open it but those made with --account-key: make some first with 'meshman account escrow'."
                }
                _ => "\nThe recovery codes that are valid now open it.",
            };
            let warning = match &late {
                Some(error) => format!(
                    "{warning}\nIt holds what this device has; what other devices have written since could not be fetched: {error}."
                ),
                None => warning.to_owned(),
            };
            Ok(Answer::say(format!(
                "{} catalogs with {frames} frames of {} are in {}{warning}",
                done.stores.len(),
                account.address(),
                file.display()
            ))
            .with("account", account.address().to_string())
            .with("udf", done.udf)
            .with("file", file.display().to_string())
            .with("frames", frames)
            .with("code_sets", done.codes)
            .with("synchronised", late.is_none()))
        }
        Account::Import {
            file,
            address,
            name,
            invitation,
        } => escrow::import(
            context.with_invitation(invitation)?,
            file,
            address.as_deref(),
            name.as_deref(),
        ),
        Account::Follow { address } => {
            let address = check_address(address)?;
            let mut account = context.account()?;
            account.follow(&address)?;
            // Whoever goes by hand has decided; what is there must still be what this device has seen.
            account.resume()?;
            Ok(Answer::say(format!("this device is with {address} now"))
                .with("account", address.to_string())
                .with("udf", account.udf()))
        }
        Account::Move {
            address,
            without_note,
            yes,
            invitation,
        } => {
            let address = check_address(address)?;
            let context = context.with_invitation(invitation)?;
            let mut account = context.account()?;
            let former = account.address().clone();
            confirm(
                &format!("The account {former} will be {address}, for all its devices."),
                *yes,
            )?;
            let farewell = match without_note {
                true => Farewell::None,
                false => Farewell::Note,
            };
            working("moving the account", || account.move_to(&address, farewell))?;
            let devices = account.devices()?;
            let others: Vec<Value> = devices
                .iter()
                .filter(|device| !device.this)
                .map(|device| json!({ "udf": device.device_udf, "name": device.name }))
                .collect();
            Ok(Answer::say(format!(
                "{former} is {address} now, with the same fingerprint {}\nIts {} other devices follow {}. When all have, give the former place up: meshman account unbind --at {former}\nUntil then devices that are removed and recovery codes that are voided still count there. Whoever writes to you must be told the new address; recovery codes need it, too.",
                account.udf(),
                others.len(),
                match without_note {
                    true => format!("when they are told: meshman account follow {address}"),
                    false => "when they synchronise".to_owned(),
                }
            ))
            .with("account", address.to_string())
            .with("former", former.to_string())
            .with("udf", account.udf())
            .with("devices", others))
        }
        Account::Unbind { at: Some(at), yes } => {
            let at = check_address(at)?;
            let mut account = context.account()?;
            confirm(
                &format!(
                    "{at} will be given up: devices that have not followed the account will not be told any longer where it is."
                ),
                *yes,
            )?;
            account.unbind_at(&at)?;
            Ok(Answer::say(format!("{at} is given up")).with("account", at.to_string()))
        }
        Account::Unbind { at: None, yes } => {
            let mut account = context.account()?;
            confirm(
                "The account will be deleted at its service, for all devices.",
                *yes,
            )?;
            account.unbind()?;
            Ok(
                Answer::say(format!("{} is deleted at its service", account.address()))
                    .with("account", account.address().to_string()),
            )
        }
        Account::Verify => {
            let mut account = context.account()?;
            let frames = working("verifying", || account.verify())?;
            Ok(Answer::say(format!("{frames} frames are in order")).with("frames", frames))
        }
    }
}

/// Only recovery codes give the role super once there is an account.
fn recovered(device: &DeviceSummary) -> bool {
    device.roles.contains(Role::Super)
}

/// Goes on after a contradiction, in the way that the person chose.
fn resume(context: &Context, theirs: bool, ours: bool, yes: bool) -> Result<Answer, Failure> {
    let mut account = context.account()?;
    let Some(why) = account.frozen()? else {
        return Ok(Answer::say("there is nothing to resume").with("resumed", false));
    };
    let list = |stores: &[(StoreLabel, u64)]| -> Value {
        let stores = stores.iter();
        stores
            .map(|(label, number)| (label.as_str().to_owned(), Value::from(*number)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let said = |stores: &[(StoreLabel, u64)]| -> String {
        let named: Vec<String> = stores
            .iter()
            .map(|(label, number)| format!("{number} in {label}"))
            .collect();
        match named.is_empty() {
            true => "none".to_owned(),
            false => named.join(", "),
        }
    };
    let count = |stores: &[(StoreLabel, usize)]| -> Vec<(StoreLabel, u64)> {
        let counted = stores.iter();
        counted
            .map(|(label, number)| (*label, u64::try_from(*number).unwrap_or(u64::MAX)))
            .collect()
    };
    if theirs {
        confirm(
            &format!(
                "{why}.\nWhat the service shows will count in the place of what this device has seen."
            ),
            yes,
        )?;
        let done = working("taking over", || account.take_over_history())?;
        let (added, replaced) = (count(&done.added), count(&done.replaced));
        let named = |devices: &[DeviceSummary]| -> Vec<Value> {
            let named = devices.iter().map(|device| {
                json!({ "udf": device.device_udf, "name": device.name, "roles": device.roles.names() })
            });
            named.collect()
        };
        let mut told = String::new();
        for (devices, what) in [
            (&done.devices, "CONNECTED AGAIN, or with other roles"),
            (
                &done.without,
                "no longer connected, or no longer with these roles",
            ),
        ] {
            for device in devices {
                told.push_str(&format!(
                    "\n{what}: {} ({}) {}",
                    device.name.as_deref().unwrap_or("-"),
                    device.device_udf,
                    device.roles
                ));
            }
        }
        return Ok(Answer::say(format!(
            "what the service shows counts now\nadded again, as only this device had them: {}\nreplaced by what the service shows:          {}\nthe replicas as they were are kept in {}{told}\nIf the service went back in time, what was done since may be undone: look at 'device list' and 'policy', and void recovery codes again with 'account escrow --rotate'.",
            said(&added),
            said(&replaced),
            done.kept.display()
        ))
        .with("resumed", true)
        .with("added", list(&added))
        .with("replaced", list(&replaced))
        .with("devices", named(&done.devices))
        .with("without", named(&done.without))
        .with("kept", done.kept.display().to_string()));
    }
    if ours {
        confirm(
            &format!("{why}.\nWhat the service has lost will be given back to it by this device."),
            yes,
        )?;
        let given = working("giving back", || account.give_back_history())?;
        return Ok(Answer::say(format!(
            "the service has again what this device has seen; given back: {}",
            said(&given)
        ))
        .with("resumed", true)
        .with("given_back", list(&given)));
    }
    let report = working("synchronising", || account.resume())?;
    Ok(
        Answer::say("the service shows what this device has seen: it writes again")
            .with("resumed", true)
            .with("frames", report.new_frames),
    )
}
