// SPDX-License-Identifier: MIT
//! This device is connected to an account.
//!
//! Spec: mesh-protocol, "Device Connection".
//! Here: asking, waiting, what the device may do.
//! Not here: the decision (`add`).

use std::sync::Arc;

use maud::html;
use mesh_client::{Completion, PendingConnection};
use mesh_crypto::Pin;
use mesh_crypto::udf::witness_words;

use super::add::Look;
use super::{
    Field, Reply, View, address, field, form, make_home, may_list, new_home, service_field,
    shown_again, told,
};
use crate::step::{is_link, read_invitation};
use crate::wizard::Kind;
use crate::wizard::app::{App, Door, Waiting};
use crate::wizard::server::Ask;
use crate::wizard::text::Texts;
use crate::wizard::trouble::Trouble;

pub(super) fn show(ask: &Ask, trouble: Option<&Trouble>) -> Result<Reply, Trouble> {
    let t = ask.t;
    if ask.app.door() == Door::Locked {
        return Ok(Reply::Go("/unlock"));
    }
    let wrong = trouble.map(|trouble| (trouble, t));
    let page = View::new(
        t.join_title,
        html! {
            h1 { (t.join_title) }
            (told(trouble, t))
            p { (t.join_text) }
            (form(ask, "/connect", html! {
                (field(&Field { name: "address", label: t.join_address, hint: t.join_address_hint, value: shown_again(ask.field("address")), check: "join", trouble: wrong, ..Field::default() }))
                (field(&Field { name: "pin", label: t.join_pin, hint: t.join_pin_hint, required: false, trouble: wrong, ..Field::default() }))
                div.field {
                    label for="picture" { (t.join_picture) }
                    input id="picture" type="file" accept="image/png,image/jpeg" data-picture="address" aria-describedby="picture-said";
                    p.said id="picture-said" aria-live="polite" {}
                }
                (new_home(ask, trouble))
                (service_field(ask, trouble))
                p.actions {
                    button type="submit" { (t.join_do) }
                    @if ask.app.kind == Kind::Client { a href="/welcome" { (t.back) } }
                }
            }))
        },
    );
    Ok(page.after(trouble).into())
}

pub(super) async fn run(ask: &Ask) -> Result<Reply, Trouble> {
    match request(ask).await {
        Ok(()) => Ok(Reply::Go("/connect/wait")),
        Err(trouble) => show(ask, Some(&trouble)),
    }
}

async fn request(ask: &Ask) -> Result<(), Trouble> {
    let typed = ask.field("address").trim();
    let (account, pin) = match is_link(typed) {
        true => {
            let (account, pin) = read_invitation(typed)
                .map_err(|_| Trouble::Input(|t| t.err_not_a_link).at("address"))?;
            (mesh_client::check_address(&account)?, pin)
        }
        false => {
            let pin = ask.field("pin").trim().to_owned();
            (address(ask)?, pin.into())
        }
    };
    let url = ask.field("service").trim();
    if is_link(typed) && !url.is_empty() {
        ask.app.add_service(account.domain(), url)?;
    }
    let pin = match pin.is_empty() {
        true => None,
        false => Some(Pin::parse(&pin).map_err(|_| Trouble::Input(|t| t.err_pin).at("pin"))?),
    };
    make_home(ask).await?;
    let by_pin = pin.is_some();
    let waiting = ask
        .app
        .with_home(move |home| {
            let asked = home.request_connection(&account, pin.as_ref())?;
            Ok(waiting(asked, by_pin))
        })
        .await?;
    ask.app.hold(|held| held.pending = Some(waiting))
}

fn waiting(asked: PendingConnection, pin: bool) -> Waiting {
    Waiting {
        account: asked.address.to_string(),
        udf: asked.account_udf,
        witness: asked.witness,
        pin,
    }
}

/// Asks whether it has been decided. What the page says about it is held.
async fn complete(app: &Arc<App>) -> Result<Option<&'static str>, Trouble> {
    enum Decided {
        Connected,
        Pending(Waiting),
        Rejected,
        Unclaimed,
    }
    let named = app.held().named.clone();
    let decided = app
        .with_home(move |home| {
            Ok(match home.complete_connection(named.as_ref())? {
                Completion::Connected(_) => Decided::Connected,
                Completion::Pending(asked) => Decided::Pending(waiting(asked, false)),
                Completion::Rejected => Decided::Rejected,
                Completion::Unclaimed(_) => Decided::Unclaimed,
            })
        })
        .await?;
    let next = match &decided {
        Decided::Connected => Some("/connect/done"),
        Decided::Rejected => Some("/connect"),
        Decided::Pending(_) | Decided::Unclaimed => None,
    };
    app.hold(|held| match decided {
        Decided::Connected | Decided::Rejected => held.pending = None,
        Decided::Pending(waiting) => {
            held.pending.get_or_insert(waiting);
        }
        Decided::Unclaimed => {}
    })?;
    Ok(next)
}

pub(super) async fn look(app: &Arc<App>, t: &Texts) -> Result<Look, Trouble> {
    let next = complete(app).await?;
    if next == Some("/connect") {
        app.say_next(t.wait_rejected);
    }
    Ok(Look {
        next,
        mark: String::new(),
        text: t.wait_status.to_owned(),
    })
}

/// The same for a browser without script.
pub(super) async fn look_now(ask: &Ask) -> Result<Reply, Trouble> {
    let look = look(&ask.app, ask.t).await?;
    Ok(Reply::Go(look.next.unwrap_or("/connect/wait")))
}

pub(super) async fn wait(ask: &Ask) -> Result<Reply, Trouble> {
    let t = ask.t;
    // Not known when the program was started anew.
    if ask.app.held().pending.is_none() && complete(&ask.app).await?.is_some() {
        return Ok(Reply::Go("/"));
    }
    let waiting = ask.app.held().pending.clone();
    let page = match waiting {
        None => View::new(
            t.wait_title,
            html! {
                h1 { (t.wait_title) }
                p { (t.wait_unclaimed) }
                p.status role="status" id="status" { (t.wait_status) }
            },
        ),
        Some(waiting) => {
            let words = witness_words(&waiting.witness)?;
            View::new(
                t.wait_title,
                html! {
                    h1 { (t.wait_title) }
                    p { (if waiting.pin { t.wait_pin } else { t.wait_words }) }
                    p.words { (words) }
                    p.mono { (waiting.witness) }
                    p.status role="status" id="status" { (t.wait_status) }
                    dl {
                        dt { (t.sheet_account) } dd { (waiting.account) }
                        dt { (t.sheet_udf) } dd.mono { (waiting.udf) }
                    }
                },
            )
            .of(&waiting.account)
        }
    };
    let body = html! {
        (page.body)
        noscript { (form(ask, "/connect/look", html! { button type="submit" { (t.wait_look) } })) }
        (form(ask, "/connect/forget", html! { p.actions { button.quiet type="submit" { (t.wait_forget) } } }))
        p.hint { (t.wait_forget_hint) }
    };
    Ok(View { body, ..page }.looking("connect", "").into())
}

/// Gives the request up on this device.
pub(super) async fn forget(ask: &Ask) -> Result<Reply, Trouble> {
    use mesh_client::AccountState as State;
    let named = ask.app.held().named.clone();
    ask.app
        .with_home(move |home| {
            let waits = home.accounts()?.into_iter().any(|account| {
                matches!(account.state, State::Pending)
                    && named
                        .as_ref()
                        .is_none_or(|named| named.to_string() == account.address)
            });
            // Never an account to which this device is connected.
            if waits {
                home.delete_account(named.as_ref())?;
            }
            Ok(())
        })
        .await?;
    ask.app.held().pending = None;
    Ok(Reply::Go("/"))
}

pub(super) async fn done(ask: &Ask) -> Result<Reply, Trouble> {
    let t = ask.t;
    let (account, roles) = ask
        .app
        .with_account(|account| Ok((account.address().to_string(), account.roles().clone())))
        .await?;
    let page = View::new(
        t.connected_title,
        html! {
            h1 { (t.connected_title) }
            p { (t.connected_text) }
            (may_list(t, &roles))
            @match ask.app.kind {
                Kind::Client => { p { a.button href="/home" { (t.to_home) } } }
                Kind::Connect => {
                    p { (t.connected_use) " " code { "meshman password list" } ", " code { "meshman ssh list" } }
                    (form(ask, "/end", html! { p.actions { button type="submit" { (t.end) } } }))
                }
            }
        },
    );
    Ok(page.of(&account).into())
}
