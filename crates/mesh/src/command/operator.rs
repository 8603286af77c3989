// SPDX-License-Identifier: MIT
//! The commands of the operator of a service.
//!
//! Spec: none.
//! Here: the choice of the command, and what is said of accounts and invitations.
//! Not here: how a command reaches the running service (`call`), backups (`backup`), what commands do (`mesh-service`, operator).

mod backup;
mod call;
mod migrate;
mod rotate;
mod upgrade;

use std::path::Path;
use std::process::ExitCode;

use mesh_service::admin::{Command, Condition, Invited};
use mesh_service::operator::{AccountDetail, AccountLine, InvitationLine};
use serde_json::{Value, json};

use self::call::call;
use crate::cli::{InviteArgs, InviteCommand, LogFormat, ServiceAccount, ServiceCommand};
use crate::command::{dns, duration, install, package, serve};
use crate::error::Failure;
use crate::output::{Answer, confirm, finish};

/// Accounts that are asked for at a time.
const PAGE: usize = 500;

/// Runs a command and gives the exit code.
#[must_use]
pub fn run(command: &ServiceCommand) -> ExitCode {
    serve::log_to_stderr("warn", LogFormat::Text);
    finish(answer(command), wants_object(command))
}

fn wants_object(command: &ServiceCommand) -> bool {
    let data = match command {
        ServiceCommand::Account(
            ServiceAccount::Delete { data, .. }
            | ServiceAccount::List { data }
            | ServiceAccount::Quota { data, .. }
            | ServiceAccount::Resume { data, .. }
            | ServiceAccount::Show { data, .. }
            | ServiceAccount::Suspend { data, .. },
        )
        | ServiceCommand::Backup { data, .. }
        | ServiceCommand::Restore { data, .. }
        | ServiceCommand::Status { data }
        | ServiceCommand::Verify { data, .. } => data,
        ServiceCommand::Invite(InviteArgs { command, data, .. }) => match command {
            Some(InviteCommand::List { data } | InviteCommand::Delete { data, .. }) => data,
            None => data,
        },
        ServiceCommand::Dns(args) => return args.json,
        ServiceCommand::Install(args) => return args.json,
        ServiceCommand::Package(args) => return args.json,
        ServiceCommand::Migrate(args) => return args.json,
        ServiceCommand::Rotate(args) => &args.data,
        ServiceCommand::Upgrade(args) => &args.data,
    };
    data.json
}

fn answer(command: &ServiceCommand) -> Result<Answer, Failure> {
    match command {
        ServiceCommand::Account(command) => account(command),
        ServiceCommand::Backup {
            file,
            force,
            keys,
            store,
            data,
        } => backup::backup(file, *force, keys, store, &data.data),
        ServiceCommand::Dns(args) => dns::run(args),
        ServiceCommand::Install(args) => install::run(args),
        ServiceCommand::Package(args) => package::run(args),
        ServiceCommand::Invite(args) => invite(args),
        ServiceCommand::Migrate(args) => migrate::run(args),
        ServiceCommand::Restore {
            file,
            keys,
            store,
            data,
        } => backup::restore(file, keys, store, &data.data),
        ServiceCommand::Rotate(args) => rotate::run(args),
        ServiceCommand::Status { data } => {
            let condition: Condition = call(&data.data, &Command::Condition)?;
            let Condition {
                domain,
                draining,
                sign_up,
                accounts,
                data,
            } = condition;
            let ends = match draining {
                true => ", and is about to end",
                false => "",
            };
            Ok(Answer::say(format!(
                "serves {domain}{ends}\naccounts  {accounts}\nsign-up   {sign_up}\ndata      {}",
                size(data)
            ))
            .with("domain", domain)
            .with("draining", draining)
            .with("sign_up", sign_up)
            .with("accounts", accounts)
            .with("data", data))
        }
        ServiceCommand::Upgrade(args) => upgrade::run(args),
        ServiceCommand::Verify { store, data } => backup::verify(store, &data.data),
    }
}

fn account(command: &ServiceAccount) -> Result<Answer, Failure> {
    match command {
        ServiceAccount::List { data } => {
            let mut lines: Vec<AccountLine> = Vec::new();
            loop {
                let after = lines.last().map(|line| line.id);
                let page: Vec<AccountLine> =
                    call(&data.data, &Command::Accounts { after, limit: PAGE })?;
                if page.is_empty() {
                    break;
                }
                lines.extend(page);
            }
            let rows = lines.iter().map(|line| {
                [
                    line.address.clone(),
                    line.state.clone(),
                    size(line.octets),
                    line.quota.map_or_else(|| "-".to_owned(), size),
                    line.udf.clone(),
                ]
            });
            let list: Vec<Value> = lines.iter().map(account_object).collect();
            let head = ["ACCOUNT", "STATE", "SIZE", "QUOTA", "FINGERPRINT"].map(str::to_owned);
            let table = table(&std::iter::once(head).chain(rows).collect::<Vec<_>>());
            Ok(Answer::say(table).with("accounts", list))
        }
        ServiceAccount::Show { account, data } => {
            let name = account.clone();
            let detail: AccountDetail = call(&data.data, &Command::Account { name })?;
            let rows: Vec<[String; 3]> = detail
                .stores
                .iter()
                .map(|store| {
                    [
                        store.store.clone(),
                        store.frames.to_string(),
                        size(store.octets),
                    ]
                })
                .collect();
            let stores: Vec<Value> = detail
                .stores
                .iter()
                .map(|store| {
                    json!({ "store": store.store, "frames": store.frames, "octets": store.octets })
                })
                .collect();
            let own = match detail.own_quota {
                true => ", its own",
                false => "",
            };
            let human = format!(
                "{}\nfingerprint  {}\nstate        {}\nsize         {} of {}{own}\ndevices      {}\n{}",
                detail.line.address,
                detail.line.udf,
                detail.line.state,
                size(detail.line.octets),
                detail
                    .line
                    .quota
                    .map_or_else(|| "any size".to_owned(), size),
                detail.devices,
                table(&rows)
            );
            Ok(with_account(Answer::say(human), &detail.line)
                .with("own_quota", detail.own_quota)
                .with("devices", detail.devices)
                .with("stores", stores))
        }
        ServiceAccount::Suspend { account, data } => {
            let name = account.clone();
            let line: AccountLine = call(&data.data, &Command::Suspend { name })?;
            let human = format!("{} is not served any longer", line.address);
            Ok(with_account(Answer::say(human), &line))
        }
        ServiceAccount::Resume { account, data } => {
            let name = account.clone();
            let line: AccountLine = call(&data.data, &Command::Resume { name })?;
            let human = format!("{} is served", line.address);
            Ok(with_account(Answer::say(human), &line))
        }
        ServiceAccount::Quota {
            account,
            size: allowance,
            data,
        } => {
            let command = Command::Quota {
                name: account.clone(),
                allowance: *allowance,
            };
            let line: AccountLine = call(&data.data, &command)?;
            let quota = line.quota.map_or_else(|| "any size".to_owned(), size);
            let human = format!(
                "{} may keep {quota}, and keeps {}",
                line.address,
                size(line.octets)
            );
            Ok(with_account(Answer::say(human), &line))
        }
        ServiceAccount::Delete { account, yes, data } => {
            let name = account.clone();
            // Who is asked must see which account a fingerprint means.
            let detail: AccountDetail = call(&data.data, &Command::Account { name })?;
            let address = detail.line.address;
            confirm(
                &format!("{address} and everything that it keeps here will be deleted."),
                *yes,
            )?;
            let name = detail.line.udf;
            let line: AccountLine = call(&data.data, &Command::DeleteAccount { name })?;
            let human = format!("{} is deleted", line.address);
            Ok(with_account(Answer::say(human), &line))
        }
    }
}

fn invite(args: &InviteArgs) -> Result<Answer, Failure> {
    match &args.command {
        None => {
            let command = Command::Invite {
                uses: args.uses,
                seconds: duration(&args.expire)?.as_secs(),
                label: args.label.clone(),
            };
            let made: Invited = call(&args.data.data, &command)?;
            let human = format!(
                "{}\nadmits {} until {}; it is not shown again. Whoever gets it: meshman account create NAME --invitation-stdin",
                made.code,
                accounts(made.line.uses),
                made.line.expires
            );
            Ok(with_invitation(
                Answer::say(human).with("invitation", made.code),
                &made.line,
            ))
        }
        Some(InviteCommand::List { data }) => {
            let lines: Vec<InvitationLine> = call(&data.data, &Command::Invitations)?;
            let head = ["INVITATION", "LEFT", "EXPIRES", "LABEL"].map(str::to_owned);
            let rows = lines.iter().map(|line| {
                [
                    line.id.clone(),
                    format!("{} of {}", line.left, line.uses),
                    line.expires.clone(),
                    line.label.clone().unwrap_or_default(),
                ]
            });
            let table = table(&std::iter::once(head).chain(rows).collect::<Vec<_>>());
            let list: Vec<Value> = lines.iter().map(invitation_object).collect();
            Ok(Answer::say(table).with("invitations", list))
        }
        Some(InviteCommand::Delete { id, data }) => {
            let id = id.clone();
            let line: InvitationLine = call(&data.data, &Command::Withdraw { id })?;
            let human = format!(
                "{} admits nobody any longer; it had {} of {} left",
                line.id, line.left, line.uses
            );
            Ok(with_invitation(Answer::say(human), &line))
        }
    }
}

fn accounts(number: u64) -> String {
    match number {
        1 => "one account".to_owned(),
        number => format!("{number} accounts"),
    }
}

fn account_object(line: &AccountLine) -> Value {
    json!({
        "account": line.address, "udf": line.udf, "state": line.state, "octets": line.octets, "quota": line.quota,
    })
}

fn invitation_object(line: &InvitationLine) -> Value {
    json!({
        "id": line.id, "label": line.label, "uses": line.uses, "left": line.left, "created": line.created, "expires": line.expires,
    })
}

fn with_account(answer: Answer, line: &AccountLine) -> Answer {
    with_object(answer, account_object(line))
}

fn with_invitation(answer: Answer, line: &InvitationLine) -> Answer {
    with_object(answer, invitation_object(line))
}

fn with_object(answer: Answer, object: Value) -> Answer {
    let Value::Object(members) = object else {
        return answer;
    };
    members
        .into_iter()
        .fold(answer, |answer, (name, value)| answer.with(&name, value))
}

fn no_service(data: &Path) -> Failure {
    Failure::misuse(
        format!("{} is not the data directory of a service", data.display()),
        "name it with --data",
    )
}

/// Rows with their columns one below the other.
fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let lines = rows.iter().map(|row| {
        let cells = row.iter().enumerate().map(|(column, cell)| {
            let width = width(column);
            format!("{cell:width$}")
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        line.trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A number of octets for people.
fn size(octets: u64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"];
    let mut value = u128::from(octets).saturating_mul(10);
    let mut unit = "octets";
    for next in units {
        if value < 10_240 {
            break;
        }
        value /= 1024;
        unit = next;
    }
    match unit {
        "octets" => format!("{octets} octets"),
        unit => format!("{}.{} {unit}", value / 10, value % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_for_people() {
        assert_eq!(size(0), "0 octets");
        assert_eq!(size(1023), "1023 octets");
        assert_eq!(size(1024), "1.0 KiB");
        assert_eq!(size(1536), "1.5 KiB");
        assert_eq!(size(5 << 30), "5.0 GiB");
        assert_eq!(size(u64::MAX), "16777215.9 TiB");
    }

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [["A", "B"], ["long", "x"]].map(|row| row.map(str::to_owned));
        assert_eq!(table(&rows), "A     B\nlong  x");
    }
}
