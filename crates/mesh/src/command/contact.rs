// SPDX-License-Identifier: MIT
//! `contact`: add, delete, list, rename, self, show.
//!
//! Spec: mesh-schema, "CatalogedContact".
//! Here: the commands of this noun.
//! Not here: the catalog (`mesh-client`, contact), what makes a contact valid (`mesh-schema`, catalog/contact).

use std::io::Write;
use std::path::Path;

use mesh_client::{ContactTerms, Put};
use mesh_crypto::{PublicKey, Udf};
use mesh_dare::Recipient;
use mesh_jsonbcd::to_json;
use mesh_schema::catalog::contact::{MAX_CONTACT, ValidContact, Validation};
use mesh_schema::generated::CatalogedContact;
use serde_json::{Value, json};

use crate::cli::Contact;
use crate::context::Context;
use crate::error::Failure;
use crate::files::{Destination, is_standard, read_limited};
use crate::output::{Answer, one_line};
use crate::text;

/// Runs a command of this noun.
///
/// # Errors
/// [`Failure`] of the command.
pub fn run(context: &Context, command: &Contact) -> Result<Answer, Failure> {
    match command {
        Contact::Add {
            file,
            name,
            expect,
            replace,
        } => {
            let contact = ValidContact::read(&read(file)?)?;
            if let Some(expect) = expect {
                Udf::parse(contact.udf())?
                    .matches(expect)
                    .map_err(|error| {
                        Failure::misuse(
                            format!("{expect:?} is no fingerprint to compare with: {error}"),
                            "give at least 20 letters of it",
                        )
                    })?;
            }
            let terms = ContactTerms {
                nickname: name.as_deref(),
                expected: expect.as_deref(),
                replace: *replace,
            };
            let (put, entry) = context.account()?.add_contact(&contact, &terms)?;
            let done = match put {
                Put::Added => "added",
                Put::Updated => "updated",
            };
            let mut human = format!("{} is {done}\nfingerprint {}", titled(&entry), udf(&entry));
            human.push_str(match is_compared(&entry) {
                true => text::CONTACT_COMPARED,
                false => text::CONTACT_UNCHECKED,
            });
            Ok(Answer::say(human)
                .with("added", put == Put::Added)
                .with("contact", object(&entry)))
        }
        Contact::Delete { name } => {
            let entry = context.account()?.delete_contact(name)?;
            Ok(Answer::say(format!("{} is deleted", titled(&entry)))
                .with("contact", object(&entry)))
        }
        Contact::List => {
            let contacts = context.account()?.contacts()?;
            let lines: Vec<String> = contacts.iter().map(line).collect();
            let list: Vec<Value> = contacts.iter().map(object).collect();
            Ok(Answer::say(lines.join("\n")).with("contacts", list))
        }
        Contact::Own { file, name, force } => {
            let mut account = context.account()?;
            let signed = to_json(&account.own_contact(name.as_deref())?);
            let answer = match is_standard(file) {
                true => Answer::say(String::from_utf8_lossy(&signed))
                    .with("value", String::from_utf8_lossy(&signed)),
                false => {
                    let mut out = Destination::create(file, *force, false)?;
                    out.write_all(&signed)?;
                    out.commit()?;
                    Answer::say(format!(
                        "your contact is in {}\nfingerprint {}{}",
                        file.display(),
                        account.udf(),
                        text::CONTACT_TELL
                    ))
                    .with("file", file.display().to_string())
                }
            };
            Ok(answer
                .with("address", account.address().to_string())
                .with("udf", account.udf()))
        }
        Contact::Rename { name, new } => {
            let entry = context.account()?.rename_contact(name, new)?;
            Ok(
                Answer::say(format!("the contact is now: {}", titled(&entry)))
                    .with("contact", object(&entry)),
            )
        }
        Contact::Show { name } => show(&context.account()?.contact(name)?),
    }
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut octets = Vec::new();
    read_limited(file, MAX_CONTACT, &mut octets)?;
    Ok(octets)
}

/// The account's own contact is as its profile says; those of others as they have signed.
fn show(entry: &CatalogedContact) -> Result<Answer, Failure> {
    let mut human = vec![titled(entry), format!("fingerprint: {}", udf(entry))];
    let mut answer = Answer::default();
    let others = entry.addresses();
    for other in others
        .iter()
        .filter(|other| Some(**other) != entry.account_address())
    {
        human.push(format!("says it is also at: {}", one_line(other)));
    }
    if entry.is_own() {
        human.push("this is yourself: 'mesh contact self FILE' writes it for others".to_owned());
    } else {
        let valid = entry.valid()?;
        human.push(format!(
            "checked: {}",
            match is_compared(entry) {
                true => "the fingerprint was compared",
                false => "no, it was taken as it came",
            }
        ));
        let encryption: Vec<PublicKey> = match valid.recipient()? {
            Recipient::Single(key) => vec![key],
            Recipient::Hybrid(keys) => vec![keys.agreement, keys.encapsulation],
        };
        let signature = valid.signature_key()?;
        for key in &encryption {
            human.push(format!("encrypted to: {} {}", key.algorithm(), key.udf()));
        }
        human.push(format!(
            "signs with: {} {}",
            signature.algorithm(),
            signature.udf()
        ));
        if let Some(updated) = valid.updated() {
            human.push(format!("signed: {updated}"));
        }
        let key = |key: &PublicKey| json!({ "key": key.udf().to_string(), "algorithm": key.algorithm().to_string() });
        answer = answer
            .with("encryption", encryption.iter().map(key).collect::<Vec<_>>())
            .with("signature", key(&signature))
            .with("updated", valid.updated().map(|time| time.to_string()));
    }
    Ok(answer
        .and_say(&human.join("\n"))
        .with("contact", object(entry)))
}

fn udf(entry: &CatalogedContact) -> &str {
    entry.udf().unwrap_or_default()
}

fn is_compared(entry: &CatalogedContact) -> bool {
    entry.validation() == Some(Validation::Fingerprint.as_str())
}

/// What somebody is called, with the address of the account. Names come from others: none makes two lines of one.
fn titled(entry: &CatalogedContact) -> String {
    let names = entry.nickname().into_iter().chain(entry.account_address());
    let all: Vec<&str> = names.chain(entry.full_name()).collect();
    one_line(&all.join("  "))
}

fn line(entry: &CatalogedContact) -> String {
    let mark = match (entry.is_own(), is_compared(entry)) {
        (true, _) => "(yourself)",
        (false, true) => "(fingerprint compared)",
        (false, false) => "(fingerprint not compared)",
    };
    format!("{}  {}  {mark}", titled(entry), one_line(udf(entry)))
}

fn object(entry: &CatalogedContact) -> Value {
    json!({
        "key": entry.key,
        "self": entry.is_own(),
        "address": entry.account_address(),
        "nickname": entry.nickname(),
        "full_name": entry.full_name(),
        "addresses": entry.addresses(),
        "udf": entry.udf(),
        "validation": entry.validation(),
    })
}
