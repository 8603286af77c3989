// SPDX-License-Identifier: MIT
//! The way in and out: which page comes first, unlocking, locking, the end.
//!
//! Spec: none.
//! Here: these pages.
//! Not here: the opening link (`gate`).

use maud::html;
use mesh_client::{AccountState, check_address};
use mesh_crypto::SecretString;

use super::{Field, Reply, View, field, form, told};
use crate::wizard::Kind;
use crate::wizard::app::{Door, Found};
use crate::wizard::server::Ask;
use crate::wizard::trouble::Trouble;

/// Leads to the page that is due.
pub(super) async fn index(ask: &Ask) -> Result<Reply, Trouble> {
    let nothing = match ask.app.kind {
        Kind::Client => "/welcome",
        Kind::Connect => "/connect",
    };
    match ask.app.door() {
        Door::NoHome => return Ok(Reply::Go(nothing)),
        Door::Locked => return Ok(Reply::Go("/unlock")),
        Door::Open => {}
    }
    Ok(match ask.app.summary().await? {
        Found::None => Reply::Go(nothing),
        Found::One(account) => Reply::Go(match (account.state, ask.app.kind) {
            (AccountState::Connected, Kind::Client) => "/home",
            (AccountState::Connected, Kind::Connect) => "/connect/done",
            (AccountState::Creating, _) => nothing,
            (AccountState::Pending | AccountState::Preconfigured, _) => "/connect/wait",
        }),
        Found::Several(accounts) => {
            let t = ask.t;
            View::new(
                t.which_title,
                html! {
                    h1 { (t.which_title) }
                    p { (t.which_text) }
                    @for account in accounts {
                        (form(ask, "/account", html! {
                            input type="hidden" name="address" value=(account.address);
                            button type="submit" { (account.address) }
                        }))
                    }
                },
            )
            .into()
        }
    })
}

pub(super) fn choose(ask: &Ask) -> Result<Reply, Trouble> {
    ask.app.held().named = Some(check_address(ask.field("address"))?);
    Ok(Reply::Go("/"))
}

pub(super) fn welcome(ask: &Ask) -> Result<Reply, Trouble> {
    let t = ask.t;
    if ask.app.door() == Door::Locked {
        return Ok(Reply::Go("/unlock"));
    }
    Ok(View::new(
        t.welcome_title,
        html! {
            h1 { (t.welcome_title) }
            p.lead { (t.welcome_text) }
            ul.choices {
                li {
                    h2 { a href="/create" { (t.welcome_create) } }
                    p { (t.welcome_create_text) }
                }
                li {
                    h2 { a href="/connect" { (t.welcome_connect) } }
                    p { (t.welcome_connect_text) }
                }
                li {
                    h2 { a href="/recover" { (t.welcome_recover) } }
                    p { (t.welcome_recover_text) }
                }
            }
        },
    )
    .into())
}

pub(super) fn locked(ask: &Ask, trouble: Option<&Trouble>) -> Result<Reply, Trouble> {
    let t = ask.t;
    if ask.app.door() != Door::Locked {
        return Ok(Reply::Go("/"));
    }
    let page = View::new(
        t.unlock_title,
        html! {
            h1 { (t.unlock_title) }
            (told(trouble, t))
            p { (t.unlock_text) }
            (form(ask, "/unlock", html! {
                (field(&Field { name: "passphrase", label: t.passphrase, kind: "password", complete: "current-password", trouble: trouble.map(|trouble| (trouble, t)), ..Field::default() }))
                p.actions { button type="submit" { (t.unlock) } }
            }))
        },
    );
    Ok(page.looking("locked", "").after(trouble).into())
}

pub(super) async fn unlock(ask: &Ask) -> Result<Reply, Trouble> {
    let passphrase = SecretString::new(ask.field("passphrase").to_owned());
    match ask.app.unlock(passphrase).await {
        Ok(()) => Ok(Reply::Go("/")),
        Err(trouble) => locked(ask, Some(&trouble)),
    }
}

pub(super) fn lock(ask: &Ask) -> Result<Reply, Trouble> {
    ask.app.lock();
    Ok(Reply::Go("/unlock"))
}

/// Shown where a page was that showed secrets, when another one does now.
pub(super) fn elsewhere(ask: &Ask) -> Result<Reply, Trouble> {
    let t = ask.t;
    Ok(View::new(
        t.elsewhere_title,
        html! {
            h1 { (t.elsewhere_title) }
            p { (t.elsewhere_text) }
            p { a.button href="/" { (t.elsewhere_here) } }
        },
    )
    .into())
}

pub(super) fn end(ask: &Ask) -> Result<Reply, Trouble> {
    let t = ask.t;
    ask.app.lock();
    ask.app.end.notify_one();
    Ok(View::new(
        t.ended_title,
        html! {
            h1 { (t.ended_title) }
            p { (t.ended_text) }
        },
    )
    .looking("end", "")
    .into())
}
