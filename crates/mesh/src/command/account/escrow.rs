// SPDX-License-Identifier: MIT
//! Recovery codes on the command line: making them, checking them, rehearsing and doing a recovery.
//!
//! Spec: mesh-architecture, "Escrow", "Recovery".
//! Here: the commands.
//! Not here: what they do (`mesh-client`, account), the sheets (`sheet`).

use std::io::BufRead;
use std::path::Path;

use mesh_client::{Home, StoreDigest, check_address};
use mesh_crypto::Share;
use mesh_jsonbcd::ErrorClass;
use mesh_keystore::store::Sealing;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::command::device::standing;
use crate::context::Context;
use crate::error::Failure;
use crate::output::{Answer, working};
use crate::sheet::{self, Sheet};
use crate::step::{Verdict, judge_codes};
use crate::text;

/// Which codes are made.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// Of the account's own key.
    AccountKey,
    /// Beside those that there are.
    Beside,
    /// Instead of those that there are.
    Instead,
}

/// Makes codes, and prints them or writes a sheet for each holder.
pub(super) fn make(
    context: &Context,
    shares: u8,
    quorum: u8,
    kind: Kind,
    sheets: Option<&Path>,
) -> Result<Answer, Failure> {
    if quorum > shares {
        return Err(Failure::misuse(
            "more codes are needed than there are",
            "choose a --quorum of at most --shares",
        ));
    }
    let mut account = context.account()?;
    if let Some(directory) = sheets {
        sheet::directory(directory)?;
    }
    let (codes, voided) = match kind {
        Kind::AccountKey => (account.split_account_key(shares, quorum)?, 0),
        Kind::Beside => (account.escrow(shares, quorum)?, 0),
        Kind::Instead => {
            let rotated = account.rotate_escrow(shares, quorum)?;
            (rotated.codes, rotated.voided)
        }
    };
    let before = match (kind, voided) {
        (Kind::Instead, 0) => "There were no earlier codes.\n".to_owned(),
        (Kind::Instead, 1) => "The earlier set of codes is void.\n".to_owned(),
        (Kind::Instead, number) => format!("{number} earlier sets of codes are void.\n"),
        _ => String::new(),
    };
    let standing = match kind {
        Kind::Instead => standing(&mut account)?,
        _ => String::new(),
    };
    let address = account.address().to_string();
    let codes: Vec<Zeroizing<String>> = codes
        .iter()
        .map(|code| Zeroizing::new(code.to_string()))
        .collect();
    if let Some(directory) = sheets {
        let made = context.environment().now().to_string();
        let mut files: Vec<Value> = Vec::new();
        for (code, number) in codes.iter().zip(1..) {
            let sheet = Sheet {
                address: &address,
                udf: account.udf(),
                code,
                number,
                of: shares,
                quorum,
                made: &made,
            };
            for file in sheet.write(directory)? {
                files.push(Value::from(file.display().to_string()));
            }
        }
        return Ok(Answer::say(format!(
            "{before}{shares} sheets are in {}, of which any {quorum} recover {address}.\nPrint them, give each to its holder, and delete the directory. 'meshman account escrow --verify' checks codes.{standing}",
            directory.display()
        ))
        .with("files", files)
        .with("quorum", quorum)
        .with("voided", voided)
        .with("account", address));
    }
    let mut human = Zeroizing::new(format!(
        "{before}{shares} recovery codes, of which any {quorum} recover {address}:\n"
    ));
    for code in &codes {
        human.push_str(code);
        human.push('\n');
    }
    human.push_str(text::CODES_ADVICE);
    human.push_str(&standing);
    let list: Vec<Value> = codes
        .iter()
        .map(|code| Value::from(code.as_str()))
        .collect();
    Ok(Answer::say(human.as_str())
        .with("shares", list)
        .with("quorum", quorum)
        .with("voided", voided)
        .with("account", address))
}

/// Says of each code whether it recovers this account.
pub(super) fn verify(context: &Context) -> Result<Answer, Failure> {
    let codes = codes_from_stdin()?;
    let mut account = context.account()?;
    let judged = working("checking the codes", || {
        judge_codes(&mut account, codes.as_slice())
    })?;
    let verdict = |judged: &Verdict| match judged {
        Verdict::Good => (true, text::CODE_GOOD.to_owned()),
        Verdict::Other => (false, text::CODE_WRONG.to_owned()),
        Verdict::None(error) => (false, error.to_string()),
    };
    let verdicts: Vec<(bool, String)> = judged.verdicts.iter().map(verdict).collect();
    let rows: Vec<String> = verdicts
        .iter()
        .zip(1..)
        .map(|((_, what), number)| format!("code {number}  {what}"))
        .collect();
    let wrong: Vec<String> = verdicts
        .iter()
        .zip(1..)
        .filter(|((good, _), _)| !good)
        .map(|((_, what), number)| format!("code {number}: {what}"))
        .collect();
    if !wrong.is_empty() {
        return Err(Failure {
            cause: wrong.join("; "),
            remedy: "compare them with the sheets, letter by letter; if they are as written there, make new ones with 'meshman account escrow'".to_owned(),
            class: ErrorClass::Untrusted,
        });
    }
    let list: Vec<Value> = (1..=rows.len())
        .map(|number| json!({ "code": number, "good": true }))
        .collect();
    Ok(Answer::say(rows.join("\n"))
        .with("codes", list)
        .with("account", account.address().to_string()))
}

/// Recovers an account on this device.
pub(super) fn recover(
    context: Context,
    address: &str,
    codes: &[String],
    name: Option<&str>,
) -> Result<Answer, Failure> {
    let address = check_address(address)?;
    let shares = shares(codes)?;
    let home = context.with_device_name(name)?.home_or_new()?;
    let mut account = working("recovering the account", || {
        home.recover_account(&address, &shares)
    })?;
    let passwords = account.credentials()?.len();
    let keys = account.ssh_keys()?.len();
    Ok(Answer::say(format!(
        "account   {address}\nudf       {}\ndevice    {}\nrecovered {passwords} passwords, {keys} SSH keys",
        account.udf(),
        account.device_udf()
    ))
    .with("account", address.to_string())
    .with("udf", account.udf())
    .with("device", account.device_udf())
    .with("passwords", passwords)
    .with("ssh_keys", keys))
}

/// Brings an account back from an archive.
pub(super) fn import(
    context: Context,
    file: &Path,
    address: Option<&str>,
    name: Option<&str>,
) -> Result<Answer, Failure> {
    let address = address.map(check_address).transpose()?;
    let archive = std::fs::File::open(file)?;
    let shares = shares(&[])?;
    let home = context.with_device_name(name)?.home_or_new()?;
    let mut account = working("importing the account", || {
        home.import_account(archive, address.as_ref(), &shares)
    })?;
    let passwords = account.credentials()?.len();
    let keys = account.ssh_keys()?.len();
    Ok(Answer::say(format!(
        "account   {0}\nudf       {1}\ndevice    {2}\nimported  {passwords} passwords, {keys} SSH keys\nThe other devices of the account go on with 'meshman account follow {0}'.",
        account.address(),
        account.udf(),
        account.device_udf()
    ))
    .with("account", account.address().to_string())
    .with("udf", account.udf())
    .with("device", account.device_udf())
    .with("passwords", passwords)
    .with("ssh_keys", keys))
}

/// Rehearses a recovery in a directory that is deleted again, and compares with this device when it has the account.
pub(super) fn drill(context: &Context, address: &str, codes: &[String]) -> Result<Answer, Failure> {
    let address = check_address(address)?;
    let shares = shares(codes)?;
    // Of mode 0700; no key is ever saved in it.
    let directory = tempfile::Builder::new().prefix("mesh-drill").tempdir()?;
    let home = Home::create(
        &directory.path().join("home"),
        &Sealing::Clear,
        context.client(),
    )?;
    let drill = working("rehearsing the recovery", || {
        home.drill_recovery(&address, &shares)
    })?;
    drop(home);
    let mut differing: Vec<String> = Vec::new();
    let mut compared = 0_usize;
    if Home::exists(&context.directory) {
        let mut account = context.home()?.account(Some(&address))?;
        account.sync()?;
        for here in account.store_digests() {
            compared = compared.saturating_add(1);
            let found = drill.stores.iter().find(|there| there.label == here.label);
            if found != Some(&here) {
                differing.push(here.label.as_str().to_owned());
            }
        }
        if account.udf() != drill.udf {
            differing.push("the account's fingerprint".to_owned());
        }
    }
    directory.close()?;
    if !differing.is_empty() {
        return Err(Failure::of(
            ErrorClass::Untrusted,
            format!(
                "what would be recovered differs from this device: {}",
                differing.join(", ")
            ),
        ));
    }
    let frames: u64 = drill.stores.iter().map(|store| store.frames).sum();
    let human = format!(
        "the codes recover {address}: {} stores, {frames} frames, {} entries, all of them opened\n{}\nNothing was changed, and nothing of it is left.",
        drill.stores.len(),
        drill.entries,
        match compared {
            0 => "this device does not have the account: there was nothing to compare with"
                .to_owned(),
            number => format!("{number} stores are just as on this device"),
        }
    );
    let list: Vec<Value> = drill.stores.iter().map(store).collect();
    Ok(Answer::say(human)
        .with("account", address.to_string())
        .with("udf", drill.udf)
        .with("stores", list)
        .with("entries", drill.entries)
        .with("compared", compared))
}

fn store(store: &StoreDigest) -> Value {
    json!({ "store": store.label.as_str(), "frames": store.frames })
}

/// The codes of the command line, or of standard input.
fn shares(codes: &[String]) -> Result<Vec<Share>, Failure> {
    let codes = match codes.is_empty() {
        true => codes_from_stdin()?,
        false => codes.iter().cloned().map(Zeroizing::new).collect(),
    };
    let codes: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
    Ok(Share::parse_all(&codes).map_err(mesh_crypto::Error::from)?)
}

pub(in crate::command) fn codes_from_stdin() -> Result<Vec<Zeroizing<String>>, Failure> {
    const MOST: usize = 64;
    let mut codes = Vec::new();
    for line in std::io::stdin().lock().lines().take(MOST) {
        let line = Zeroizing::new(line?);
        if line.trim().is_empty() {
            break;
        }
        codes.push(Zeroizing::new(line.trim().to_owned()));
    }
    match codes.is_empty() {
        true => Err(Failure::misuse(
            "no recovery code was given",
            "write them to standard input, one in a line",
        )),
        false => Ok(codes),
    }
}
