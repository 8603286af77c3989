// SPDX-License-Identifier: MIT
//! A further device, seen from the one that lets it in.
//!
//! Spec: mesh-protocol, "Device Connection".
//! Here: what the device shall do, its PIN and QR code, the words of those that ask without a PIN, the decision.
//! Not here: the side of the new device (`connect`).

use std::time::Duration;

use maud::{Markup, html};
use mesh_client::{Account, PinState, Roles};
use mesh_crypto::udf::witness_words;

use super::{
    Field, Reply, View, field, form, may_list, qr_code, roles, roles_fields, steps, told, when,
};
use crate::step::{invite, welcome};
use crate::wizard::app::{App, Joined, Offer};
use crate::wizard::server::Ask;
use crate::wizard::text::{Texts, fill};
use crate::wizard::trouble::Trouble;

/// How long a PIN counts that a page has issued.
const VALID: Duration = Duration::from_secs(3600);

/// A device that asks, as pages show it.
pub(super) struct Asking {
    pub(super) witness: String,
    pub(super) words: String,
    pub(super) received: String,
    /// Why its PIN does not count, when it has one.
    pub(super) refused: Option<String>,
}

/// The devices that ask, but for those with a PIN that counts.
pub(super) fn asking(account: &mut Account) -> Result<Vec<Asking>, mesh_client::Error> {
    if !account.roles().is_administrator() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for device in account.pending()? {
        let refused = match device.pin {
            PinState::Valid(_) => continue,
            PinState::Refused(why) => Some(why),
            PinState::None => None,
        };
        found.push(Asking {
            words: witness_words(&device.witness).unwrap_or_default(),
            witness: device.witness,
            received: device
                .received
                .map(|time| when(&time.to_string()))
                .unwrap_or_default(),
            refused,
        });
    }
    Ok(found)
}

/// What tells one state of the list from another.
pub(super) fn mark(asking: &[Asking]) -> String {
    let witnesses: Vec<&str> = asking
        .iter()
        .map(|device| device.witness.as_str())
        .collect();
    witnesses.join(" ")
}

/// Asks what the device shall do.
pub(super) async fn show(ask: &Ask, trouble: Option<&Trouble>) -> Result<Reply, Trouble> {
    let t = ask.t;
    let (account, admin) = ask
        .app
        .with_account(|account| {
            Ok((
                account.address().to_string(),
                account.roles().is_administrator(),
            ))
        })
        .await?;
    let page = View::new(
        t.add_title,
        html! {
            (steps(t, 3))
            h1 { (t.add_title) }
            (told(trouble, t))
            @if admin {
                p { (t.add_text) }
                (form(ask, "/devices/add", html! {
                    (field(&Field { name: "name", label: t.add_name, hint: t.add_name_hint, value: ask.field("name"), required: false, ..Field::default() }))
                    (roles_fields(ask, trouble))
                    p.actions { button type="submit" { (t.add_do) } a href="/home" { (t.add_later) } }
                }))
            } @else {
                p { (t.add_not_here) }
                p { a.button href="/home" { (t.to_home) } }
            }
        },
    );
    Ok(page.of(&account).after(trouble).into())
}

pub(super) async fn offer(ask: &Ask) -> Result<Reply, Trouble> {
    match try_offer(ask).await {
        Ok(()) => Ok(Reply::Go("/devices/offer")),
        Err(trouble) => show(ask, Some(&trouble)).await,
    }
}

async fn try_offer(ask: &Ask) -> Result<(), Trouble> {
    let roles = roles(ask)?;
    let name = ask.field("name").trim().to_owned();
    let offer = ask
        .app
        .with_account(move |account| {
            let name = (!name.is_empty()).then_some(name.as_str());
            let known = account.devices()?.into_iter();
            Ok(Offer {
                known: known.map(|device| device.device_udf).collect(),
                invitation: invite(account, &roles, VALID, name)?,
                account: account.address().to_string(),
            })
        })
        .await?;
    ask.app.hold(|held| held.invitation = Some(offer))
}

/// Shows the PIN until a device has used it, and whoever asks without one.
pub(super) async fn wait(ask: &Ask, trouble: Option<&Trouble>) -> Result<Reply, Trouble> {
    let t = ask.t;
    if ask.app.held().joined.is_some() {
        return Ok(Reply::Go("/devices/joined"));
    }
    let Some(offer) = ask.app.held().invitation.clone() else {
        return Ok(Reply::Go("/devices/add"));
    };
    let asking = ask.app.with_account(|account| Ok(asking(account)?)).await?;
    let mark = mark(&asking);
    let view = ask.app.new_view();
    let invitation = &offer.invitation;
    let code = qr_code(&invitation.uri, t.offer_qr)?;
    let page = View::new(
        t.offer_title,
        html! {
            (steps(t, 3))
            h1 { (t.offer_title) }
            (told(trouble, t))
            p { (t.offer_text) }
            ol.do {
                li { (t.offer_start) " " code { "meshconnect" } }
                li { (t.offer_address) " " strong { (offer.account) } }
                li { (t.offer_pin) }
            }
            div.offer {
                div {
                    p.pin id="pin" { @for group in invitation.pin.split('-') { span { (group) } " " } }
                    button.quiet type="button" data-copy="pin" { (t.copy_pin) }
                    p.said aria-live="polite" {}
                }
                figure { (code) figcaption { (t.offer_qr_hint) } }
            }
            p.hint { (fill(t.offer_expires, &[("time", &when(&invitation.expires))])) }
            p.status role="status" id="status" { (t.offer_waiting) }
            (requests(ask, &asking))
            h2 { (t.offer_gives) }
            (may_list(t, &invitation.roles))
            noscript { (form(ask, "/devices/look", html! { button type="submit" { (t.wait_look) } })) }
            (form(ask, "/devices/withdraw", html! { p.actions { button.quiet type="submit" { (t.offer_withdraw) } } }))
            p.hint { (t.offer_withdraw_hint) }
        },
    );
    Ok(page
        .of(&offer.account)
        .secret(view)
        .looking("offer", mark)
        .after(trouble)
        .into())
}

/// The devices that ask, to be compared and decided.
pub(super) fn requests(ask: &Ask, asking: &[Asking]) -> Markup {
    let t = ask.t;
    html! {
        @if !asking.is_empty() {
            section.requests {
                h2 { (t.asking_title) }
                p { (t.asking_text) }
                @for device in asking {
                    article.card {
                        h3.words id=(format!("words-{}", device.witness)) { (device.words) }
                        p.mono { (device.witness) }
                        p.hint { (t.asking_since) " " (device.received) }
                        @if let Some(why) = &device.refused {
                            p.warning { (t.asking_refused) " " span lang="en" { (why) } }
                        }
                        (form(ask, "/devices/accept", html! {
                            input type="hidden" name="witness" value=(device.witness);
                            details {
                                summary { (t.asking_accept_summary) }
                                (request_fields(ask, &device.witness))
                                p.actions { button type="submit" aria-describedby=(format!("words-{}", device.witness)) { (t.asking_accept) } }
                            }
                        }))
                        (form(ask, "/devices/reject", html! {
                            input type="hidden" name="witness" value=(device.witness);
                            button.quiet type="submit" aria-describedby=(format!("words-{}", device.witness)) { (t.asking_reject) }
                        }))
                    }
                }
            }
        }
    }
}

/// What is asked before a device without a PIN is let in; several may stand on one page.
fn request_fields(ask: &Ask, witness: &str) -> Markup {
    let t = ask.t;
    let name = format!("name-{witness}");
    html! {
        div.field {
            label for=(name) { (t.add_name) }
            input id=(name) name="name" autocomplete="off";
        }
        (roles_fields(ask, None))
        label.tick { input type="checkbox" name="compared" value="1" required; span { (t.asking_compared) } }
    }
}

pub(super) fn withdraw(ask: &Ask) -> Result<Reply, Trouble> {
    // The PIN counts until it expires; only this page forgets it.
    ask.app.held().invitation = None;
    Ok(Reply::Go("/home"))
}

pub(super) async fn accept(ask: &Ask) -> Result<Reply, Trouble> {
    match try_accept(ask).await {
        Ok(()) => Ok(Reply::Go("/devices/joined")),
        Err(trouble) => again(ask, trouble).await,
    }
}

/// Back to the page from which the decision came.
async fn again(ask: &Ask, trouble: Trouble) -> Result<Reply, Trouble> {
    if ask.app.held().invitation.is_none() {
        return Err(trouble);
    }
    wait(ask, Some(&trouble)).await
}

async fn try_accept(ask: &Ask) -> Result<(), Trouble> {
    if !ask.has("compared") {
        return Err(Trouble::Input(|t| t.err_not_compared));
    }
    let roles = roles(ask)?;
    let witness = ask.field("witness").to_owned();
    let name = ask.field("name").trim().to_owned();
    let given = roles.clone();
    let (account, name) = ask
        .app
        .with_account(move |account| {
            account.sync()?;
            let name = (!name.is_empty()).then_some(name.as_str());
            let accepted = account.accept(&witness, &given, name)?;
            Ok((account.address().to_string(), accepted.name))
        })
        .await?;
    let joined = Joined {
        account,
        name,
        roles,
    };
    ask.app.hold(|held| held.joined = Some(joined))
}

pub(super) async fn reject(ask: &Ask) -> Result<Reply, Trouble> {
    let witness = ask.field("witness").to_owned();
    let done = ask
        .app
        .with_account(move |account| {
            account.sync()?;
            account.reject(&witness)?;
            Ok(())
        })
        .await;
    match done {
        Ok(()) => {
            ask.app.say_next(ask.t.asking_rejected);
            Ok(Reply::Go(match ask.app.held().invitation {
                Some(_) => "/devices/offer",
                None => "/home",
            }))
        }
        Err(trouble) => again(ask, trouble).await,
    }
}

/// Looks whether a device has used the PIN; says what the page says then.
pub(super) async fn look(app: &std::sync::Arc<App>, t: &Texts) -> Result<Look, Trouble> {
    let offer = app.held().invitation.clone();
    let known = offer.as_ref().map(|offer| offer.known.clone());
    let (new, asking) = app
        .with_account(move |account| {
            welcome(account, true)?;
            // Another administrator, or another program of this device, may have let it in.
            let mut devices = account.devices()?.into_iter();
            let new =
                known.and_then(|known| devices.find(|device| !known.contains(&device.device_udf)));
            Ok((new, asking(account)?))
        })
        .await?;
    if let (Some(offer), Some(device)) = (offer, new) {
        let joined = Joined {
            account: offer.account,
            name: device.name.unwrap_or(device.device_udf),
            roles: device.roles,
        };
        app.hold(|held| held.joined = Some(joined))?;
    }
    let done = {
        let held = app.held();
        held.joined.is_some() || held.invitation.is_none()
    };
    Ok(Look {
        next: done.then_some("/devices/joined"),
        mark: mark(&asking),
        text: t.offer_waiting.to_owned(),
    })
}

/// The same for a browser without script.
pub(super) async fn look_now(ask: &Ask) -> Result<Reply, Trouble> {
    let look = look(&ask.app, ask.t).await?;
    Ok(Reply::Go(look.next.unwrap_or("/devices/offer")))
}

/// What a page learns when it looks.
pub(super) struct Look {
    pub(super) next: Option<&'static str>,
    pub(super) mark: String,
    pub(super) text: String,
}

pub(super) async fn joined(ask: &Ask) -> Result<Reply, Trouble> {
    let t = ask.t;
    let joined = {
        let mut held = ask.app.held();
        held.invitation = None;
        held.joined.take()
    };
    let Some(joined) = joined else {
        return Ok(Reply::Go("/home"));
    };
    Ok(said(t, &joined.name, &joined.roles)
        .of(&joined.account)
        .into())
}

fn said(t: &Texts, name: &str, roles: &Roles) -> View {
    View::new(
        t.joined_title,
        html! {
            (steps(t, 3))
            h1 { (t.joined_title) }
            p { (fill(t.joined_text, &[("name", name)])) }
            (may_list(t, roles))
            p.actions { a.button href="/devices/add" { (t.joined_more) } a href="/home" { (t.to_home) } }
        },
    )
}
