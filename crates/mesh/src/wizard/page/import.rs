// SPDX-License-Identifier: MIT
//! What a person has already: passwords of a browser or another manager, SSH keys.
//!
//! Spec: none.
//! Here: the pages.
//! Not here: reading lists and keys (`crate::import`).

use maud::html;
use zeroize::Zeroizing;

use super::{Reply, View, form, live, steps, told};
use crate::import;
use crate::wizard::app::blocking;
use crate::wizard::server::Ask;
use crate::wizard::text::fill;
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
    let list: Option<Vec<String>> = ask.app.held().import.as_ref().map(|entries| {
        let sites = entries.iter().filter_map(|entry| entry.service.clone());
        sites.collect()
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
                @if let Some(sites) = &list {
                    p { (fill(t.import_found, &[("number", &sites.len().to_string())])) }
                    ul.sites {
                        @for site in sites.iter().take(NAMED) { li { (site) } }
                        @if sites.len() > NAMED { li { "…" } }
                    }
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
            p.actions { a.button href="/devices/add" { (t.import_next) } a href="/home" { (t.to_home) } }
        },
    );
    Ok(page.of(&account).after(trouble).into())
}

/// Reads a list that a page hands over, and keeps it until it is taken over or dropped.
pub(super) async fn read(ask: &Ask) -> Result<Reply, Trouble> {
    let octets = Zeroizing::new(ask.body.to_vec());
    let list = blocking(move || Ok(import::passwords(&octets)?)).await?;
    ask.app.held().import = Some(list.entries);
    Ok(live::go("/import"))
}

pub(super) async fn passwords(ask: &Ask) -> Result<Reply, Trouble> {
    let t = ask.t;
    let list = ask.app.held().import.take();
    let Some(list) = list.filter(|_| ask.field("do") == "put") else {
        return Ok(Reply::Go("/import"));
    };
    let replace = ask.has("replace");
    let again = list.clone();
    let put = ask
        .app
        .with_account(move |account| Ok(import::put(account, list, replace)?))
        .await;
    match put {
        Ok(put) => {
            ask.app.held().notice = Some(fill(
                t.import_done,
                &[
                    ("added", &put.added.to_string()),
                    ("replaced", &put.replaced.to_string()),
                    ("kept", &put.kept.to_string()),
                    ("same", &put.same.to_string()),
                ],
            ));
            Ok(Reply::Go("/import"))
        }
        Err(trouble) => {
            ask.app.held().import = Some(again);
            show(ask, Some(&trouble)).await
        }
    }
}

pub(super) async fn keys(ask: &Ask) -> Result<Reply, Trouble> {
    match try_keys(ask).await {
        Ok(number) => {
            let number = number.to_string();
            ask.app.held().notice = Some(fill(ask.t.import_keys_done, &[("number", &number)]));
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
