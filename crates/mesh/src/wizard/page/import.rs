// SPDX-License-Identifier: MIT
//! What a person has already: passwords of a browser or another manager, SSH keys, wireless networks, mail accounts.
//!
//! Spec: none.
//! Here: the pages.
//! Not here: reading lists and keys (`crate::import`).

use maud::html;
use zeroize::Zeroizing;

use super::{Reply, View, form, live, steps, told};
use crate::import::{self, mail, network};
use crate::wizard::app::blocking;
use crate::wizard::server::Ask;
use crate::wizard::text::{Texts, fill};
use crate::wizard::trouble::Trouble;

/// Sites that are named before a list is taken over.
const NAMED: usize = 12;

pub(super) async fn show(ask: &Ask, trouble: Option<&Trouble>) -> Result<Reply, Trouble> {
    let t = ask.t;
    let (account, known) = ask
        .app
        .with_account(|account| {
            let names: Vec<String> = account
                .ssh_keys()?
                .iter()
                .map(|key| key.name().to_owned())
                .collect();
            Ok((account.address().to_string(), names))
        })
        .await?;
    let keys = blocking(|| {
        let directory = import::ssh_directory();
        Ok(directory
            .map(|directory| import::key_files(&directory))
            .unwrap_or_default())
    })
    .await?;
    let mail = blocking(|| {
        let found = mail::own()?.entries.into_iter();
        Ok(found
            .filter_map(|entry| entry.account_address)
            .collect::<Vec<String>>())
    })
    .await;
    // A file of Thunderbird that is damaged keeps nothing else from being brought in.
    let (mail, mail_trouble) = match mail {
        Ok(mail) => (mail, None),
        Err(trouble) => (Vec::new(), Some(trouble)),
    };
    let list = ask.app.held().import.as_ref().map(|list| {
        let sites = list.entries.iter();
        let sites = sites.filter_map(|entry| entry.service.clone());
        (sites.collect::<Vec<String>>(), left_out(list, t))
    });
    let page = View::new(
        t.import_title,
        html! {
            (steps(t, 2))
            h1 { (t.import_title) }
            (told(trouble, t))
            p { (t.import_text) }
            section {
                h2 { (t.import_passwords) }
                @if let Some((sites, left)) = &list {
                    p { (fill(t.import_found, &[("number", &sites.len().to_string())])) }
                    ul.sites {
                        @for site in sites.iter().take(NAMED) { li { (site) } }
                        @if sites.len() > NAMED { li { "…" } }
                    }
                    @for line in left { p.warning { (line) } }
                    (form(ask, "/import/passwords", html! {
                        label.tick { input type="checkbox" name="replace" value="1"; span { (t.import_replace) } }
                        p.actions {
                            button type="submit" name="do" value="put" { (t.import_do) }
                            button.quiet type="submit" name="do" value="drop" { (t.import_drop) }
                        }
                    }))
                } @else {
                    p { (t.import_passwords_text) }
                    div.field {
                        label for="list" { (t.import_file) }
                        input id="list" type="file" accept=".csv,text/csv" data-upload="/live/passwords" aria-describedby="list-said";
                        p.said id="list-said" aria-live="polite" {}
                    }
                }
            }
            section {
                h2 { (t.import_keys) }
                @if keys.is_empty() {
                    p { (t.import_no_keys) }
                } @else {
                    p { (t.import_keys_text) }
                    (form(ask, "/import/keys", html! {
                        fieldset {
                            legend { (t.import_keys_legend) }
                            @for (number, key) in keys.iter().enumerate() {
                                @let there = known.contains(&key.name);
                                label.tick {
                                    input type="checkbox" name="key" value=(key.name) disabled[there];
                                    span { (key.name) @if there { " – " (t.import_there) } }
                                }
                                @if key.encrypted && !there {
                                    @let id = format!("key-{number}");
                                    div.field {
                                        label for=(id) { (fill(t.import_key_passphrase, &[("name", &key.name)])) }
                                        input id=(id) name=(format!("passphrase-{}", key.name)) type="password" autocomplete="off";
                                    }
                                }
                            }
                        }
                        p.actions { button type="submit" { (t.import_keys_do) } }
                    }))
                }
            }
            section {
                h2 { (t.import_networks) }
                p { (t.import_networks_text) }
                // Nobody else may read what is written.
                p { code { "(umask 077; sudo sh -c 'cat /etc/NetworkManager/system-connections/*' > networks)" } }
                div.field {
                    label for="networks" { (t.import_networks_file) }
                    input id="networks" type="file" data-upload="/live/networks" aria-describedby="networks-said";
                    p.said id="networks-said" aria-live="polite" {}
                }
            }
            section {
                h2 { (t.import_mail) }
                @if let Some(trouble) = &mail_trouble {
                    (told(Some(trouble), t))
                } @else if mail.is_empty() {
                    p { (t.import_no_mail) }
                } @else {
                    p { (t.import_mail_text) }
                    ul.sites { @for address in &mail { li { (address) } } }
                    (form(ask, "/import/mail", html! {
                        p.actions { button type="submit" { (t.import_mail_do) } }
                    }))
                }
            }
            p.actions { a.button href="/devices/add" { (t.import_next) } a href="/home" { (t.to_home) } }
        },
    );
    Ok(page.of(&account).after(trouble).into())
}

/// What of a list would be in the file alone.
pub(in crate::wizard) fn left_out(list: &import::List, t: &Texts) -> Vec<String> {
    let mut said = Vec::new();
    if list.skipped > 0 {
        let number = list.skipped.to_string();
        said.push(fill(t.import_skipped, &[("number", &number)]));
    }
    if !list.left.is_empty() {
        let names = list.left.join(", ");
        said.push(fill(t.import_left, &[("names", &names)]));
    }
    said
}

/// What became of a list.
pub(in crate::wizard) fn what_became(put: &import::Put, t: &Texts) -> String {
    fill(
        t.import_done,
        &[
            ("added", &put.added.to_string()),
            ("replaced", &put.replaced.to_string()),
            ("kept", &put.kept.to_string()),
            ("same", &put.same.to_string()),
        ],
    )
}

/// Whether the file may go: only when everything in it is in the account.
pub(in crate::wizard) fn what_of_the_file(left: &[String], put: &import::Put, t: &Texts) -> String {
    match left.is_empty() && put.kept == 0 {
        true => t.import_delete.to_owned(),
        false => format!("{} {}", left.join(" "), t.import_not_all)
            .trim()
            .to_owned(),
    }
}

/// Reads a list that a page hands over, and keeps it until it is taken over or dropped.
pub(super) async fn read(ask: &Ask) -> Result<Reply, Trouble> {
    ask.app.must_be_open()?;
    // Shared with the request, so that there is no copy to erase.
    let octets = ask.body.clone();
    let list = blocking(move || Ok(import::passwords(&octets)?)).await?;
    ask.app.hold(|held| held.import = Some(list))?;
    Ok(live::go("/import"))
}

pub(super) async fn passwords(ask: &Ask) -> Result<Reply, Trouble> {
    let t = ask.t;
    let list = ask.app.held().import.take();
    let Some(list) = list.filter(|_| ask.field("do") == "put") else {
        return Ok(Reply::Go("/import"));
    };
    let replace = ask.has("replace");
    let (again, left) = (list.clone(), left_out(&list, t));
    let put = ask
        .app
        .with_account(move |account| Ok(import::put(account, list.entries, replace)?))
        .await;
    match put {
        Ok(put) => {
            let done = what_became(&put, t);
            ask.app
                .say_next(format!("{done} {}", what_of_the_file(&left, &put, t)));
            Ok(Reply::Go("/import"))
        }
        Err(trouble) => {
            ask.app.hold(|held| held.import = Some(again))?;
            show(ask, Some(&trouble)).await
        }
    }
}

/// Takes over the networks in a file that a page hands over; those that are there otherwise stay.
pub(super) async fn networks(ask: &Ask) -> Result<Reply, Trouble> {
    ask.app.must_be_open()?;
    let octets = ask.body.clone();
    let found = blocking(move || Ok(network::networks(&octets)?)).await?;
    let left = network_left(&found, ask.t);
    let put = ask
        .app
        .with_account(move |account| Ok(import::put(account, found.entries, false)?));
    let said = what_became(&put.await?, ask.t);
    let said = [said.as_str(), &left, ask.t.import_networks_delete];
    let said = said.into_iter().filter(|said| !said.is_empty());
    ask.app.say_next(said.collect::<Vec<&str>>().join(" "));
    Ok(live::go("/import"))
}

/// What of networks is not taken over.
pub(in crate::wizard) fn network_left(found: &network::Networks, t: &Texts) -> String {
    let mut said = Vec::new();
    if found.skipped > 0 {
        let number = found.skipped.to_string();
        said.push(fill(t.import_networks_skipped, &[("number", &number)]));
    }
    if !found.left.is_empty() {
        let names: Vec<&str> = found.left.iter().map(String::as_str).collect();
        said.push(fill(
            t.import_networks_left,
            &[("names", &names.join(", "))],
        ));
    }
    said.join(" ")
}

/// Takes over the mail accounts of Thunderbird; those that are there otherwise stay.
pub(super) async fn mail(ask: &Ask) -> Result<Reply, Trouble> {
    let found = blocking(|| Ok(mail::own()?)).await?;
    let put = ask
        .app
        .with_account(move |account| Ok(import::put(account, found.entries, false)?));
    match put.await {
        Ok(put) => {
            ask.app.say_next(what_became(&put, ask.t));
            Ok(Reply::Go("/import"))
        }
        Err(trouble) => show(ask, Some(&trouble)).await,
    }
}

pub(super) async fn keys(ask: &Ask) -> Result<Reply, Trouble> {
    match try_keys(ask).await {
        Ok(number) => {
            let number = number.to_string();
            ask.app
                .say_next(fill(ask.t.import_keys_done, &[("number", &number)]));
            Ok(Reply::Go("/import"))
        }
        Err(trouble) => show(ask, Some(&trouble)).await,
    }
}

async fn try_keys(ask: &Ask) -> Result<usize, Trouble> {
    let wanted: Vec<(String, Zeroizing<String>)> = ask
        .all("key")
        .map(|name| {
            let passphrase = ask.field(&format!("passphrase-{name}"));
            (name.to_owned(), Zeroizing::new(passphrase.to_owned()))
        })
        .collect();
    if wanted.is_empty() {
        return Err(Trouble::Input(|t| t.import_none_chosen));
    }
    ask.app
        .with_account(move |account| {
            let directory = import::ssh_directory();
            let files = directory.map(|directory| import::key_files(&directory));
            let files = files.unwrap_or_default();
            // All of them are read before the first is taken over. A name is one of those in the directory, never a path.
            let mut keys = Vec::new();
            for (name, passphrase) in &wanted {
                let file = files.iter().find(|file| file.name == *name);
                let file = file.ok_or(Trouble::Input(|t| t.err_not_found))?;
                keys.push((name, import::read_key(&file.path, Some(passphrase))?));
            }
            account.sync()?;
            for (name, key) in &keys {
                account.import_ssh_key(name, key)?;
            }
            Ok(keys.len())
        })
        .await
}
