// SPDX-License-Identifier: MIT
//! The account at a glance: devices, requests, what is kept, how well.
//!
//! Spec: none.
//! Here: the overview, one device and its removal.
//! Not here: what is kept (`search`), stores (`history`), letting devices in (`add`), health as such (`health`).

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use maud::{Markup, html};
use mesh_client::{
    Account, CutOff, DeviceSummary, LastChange, Role, StoreDigest, StoreLabel, StoreTree, Window,
};
use mesh_crypto::{DateTime, Environment};

use super::add::{Asking, Look, asking, mark, requests};
use super::{Reply, View, form, history, icon_device, may_list, search, store_name, told, when};
use crate::step::welcome;
use crate::wizard::app::App;
use crate::wizard::entry::{self, Item};
use crate::wizard::health::{Care, last_change};
use crate::wizard::server::Ask;
use crate::wizard::text::{Texts, fill};
use crate::wizard::trouble::Trouble;

struct Overview {
    address: String,
    udf: String,
    admin: bool,
    devices: Vec<DeviceSummary>,
    changes: HashMap<String, LastChange>,
    asking: Vec<Asking>,
    trees: Vec<StoreTree>,
    stores: Vec<StoreDigest>,
    /// What is kept; none where this device reads nothing of it.
    items: Option<Vec<Item>>,
    care: Care,
    frozen: Option<String>,
}

fn overview(
    account: &mut Account,
    t: &Texts,
    home: &Path,
    now: DateTime,
) -> Result<Overview, Trouble> {
    let items = match entry::reads_any(account) {
        true => Some(entry::listed(account, t, "")?),
        false => None,
    };
    let (devices, changes) = (account.devices()?, account.last_changes()?);
    Ok(Overview {
        address: account.address().to_string(),
        udf: account.udf().to_owned(),
        admin: account.roles().is_administrator(),
        care: Care::of(account, &devices, &changes, home, now)?,
        devices,
        changes,
        asking: asking(account)?,
        trees: account.store_trees()?,
        stores: account.store_digests(),
        items,
        frozen: account.frozen()?,
    })
}

/// What tells one state of the account from another.
fn state(stores: &[StoreDigest], asking: &[Asking]) -> String {
    let frames: Vec<String> = stores
        .iter()
        .map(|store| store.frames.to_string())
        .collect();
    format!("{} {}", frames.join(" "), mark(asking))
}

pub(super) async fn show(ask: &Ask) -> Result<Reply, Trouble> {
    let t = ask.t;
    let found = ask.app.summary().await?;
    if found.connected().is_none() {
        return Ok(Reply::Go("/"));
    }
    let (home, now) = (ask.app.directory.clone(), ask.app.env.now());
    let seen = ask
        .app
        .with_account(move |account| overview(account, t, &home, now))
        .await?;
    let view = ask.app.new_view();
    let mark = state(&seen.stores, &seen.asking);
    let page = View::new(
        t.home_title,
        html! {
            h1 { (t.home_title) }
            p.mono { (t.sheet_udf) ": " (seen.udf) }
            p.status role="status" id="status" {}
            @if seen.frozen.is_some() {
                div.trouble role="alert" { p { (t.err_contradiction) } p { code { "meshman account resume" } } }
            }
            (requests(ask, &seen.asking))
            (devices(ask, &seen))
            (search::section(ask, seen.items.as_deref()))
            (care(ask, &seen))
            (history::section(ask, &seen.trees))
        },
    );
    Ok(page
        .of(&seen.address)
        .secret(view)
        .looking("home", mark)
        .into())
}

fn devices(ask: &Ask, seen: &Overview) -> Markup {
    let t = ask.t;
    html! {
        section {
            h2 { (t.devices_title) }
            ul.devices {
                @for device in &seen.devices {
                    li.card.this[device.this] {
                        (icon_device())
                        h3 { (name(device)) @if device.this { " " span.tag { (t.devices_this) } } }
                        p {
                            @for role in named_roles(t, device) { span.tag { (role) } " " }
                            span.tag.whole[!device.roles.is_threshold()] {
                                (if device.roles.is_threshold() { t.tag_shares } else { t.tag_whole })
                            }
                        }
                        @if let Some(time) = device.connected { p.hint { (t.devices_since) " " (when(&time.to_string())) } }
                        @if !device.this { p.hint { (last_change(t, device, &seen.changes)) } }
                        (form(ask, "/devices/device", html! {
                            input type="hidden" name="device" value=(device.device_udf);
                            button.quiet type="submit" aria-label=(fill(t.devices_more_of, &[("name", name(device))])) { (t.devices_more) }
                        }))
                    }
                }
            }
            p.hint { (t.last_change_hint) }
            @if seen.admin { p { a.button href="/devices/add" { (t.devices_add) } } }
        }
    }
}

fn name(device: &DeviceSummary) -> &str {
    device.name.as_deref().unwrap_or(&device.device_udf)
}

fn named_roles(t: &Texts, device: &DeviceSummary) -> Vec<String> {
    let names = [
        (Role::Super, t.tag_super),
        (Role::Admin, t.role_admin),
        (Role::Web, t.role_web),
        (Role::Developer, t.role_developer),
        (Role::Message, t.role_message),
        (Role::Device, t.tag_device),
    ];
    let named = names
        .into_iter()
        .filter(|(role, _)| device.roles.contains(*role));
    let mut said: Vec<String> = named.map(|(_, name)| name.to_owned()).collect();
    // Rights to single catalogs have no other name.
    if said.is_empty() {
        said.push(device.roles.without(Role::Threshold).to_string());
    }
    said
}

fn care(ask: &Ask, seen: &Overview) -> Markup {
    let t = ask.t;
    let held = ask.app.held().codes.is_some();
    html! {
        section {
            h2 { (t.care_title) }
            ul.care {
                @if held { li.bad { (t.care_held) " " a href="/codes/show" { (t.care_show_held) } } }
                @for remark in seen.care.remarks(t) {
                    li.good[remark.good].bad[!remark.good] {
                        (remark.text)
                        @if let Some((page, text)) = remark.remedy { " " a href=(page) { (text) } }
                    }
                }
            }
        }
    }
}

/// Reads and checks everything that is kept here.
pub(super) async fn verify(ask: &Ask) -> Result<Reply, Trouble> {
    let t = ask.t;
    let (frames, unread, behind) = ask
        .app
        .with_account(|account| {
            account.sync()?;
            let frames = account.verify()?;
            let unread = account.unreadable()?.len();
            let status = account.status()?;
            let behind = status
                .stores
                .iter()
                .filter(|store| store.here < store.service);
            Ok((frames, unread, behind.count()))
        })
        .await?;
    let values = [
        ("frames", frames.to_string()),
        ("unread", unread.to_string()),
        ("behind", behind.to_string()),
    ];
    let values: Vec<(&str, &str)> = values
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let text = match (unread, behind) {
        (0, 0) => t.verify_good,
        _ => t.verify_bad,
    };
    ask.app.say_next(fill(text, &values));
    Ok(Reply::Go("/home"))
}

/// Synchronises while the page is looked at.
pub(super) async fn look(app: &Arc<App>, t: &Texts) -> Result<Look, Trouble> {
    let (mark, connected) = app
        .with_account(|account| {
            let admin = account.roles().is_administrator();
            let welcome = welcome(account, admin)?;
            let asking = asking(account)?;
            Ok((
                state(&account.store_digests(), &asking),
                welcome.accepted.into_iter().map(|device| device.name),
            ))
        })
        .await?;
    let connected: Vec<String> = connected.collect();
    if !connected.is_empty() {
        app.say_next(fill(t.joined_text, &[("name", &connected.join(", "))]));
    }
    Ok(Look {
        next: None,
        mark,
        text: t.home_status.to_owned(),
    })
}

/// One device, and what its removal would do.
pub(super) async fn device(ask: &Ask, trouble: Option<&Trouble>) -> Result<Reply, Trouble> {
    let t = ask.t;
    let wanted = ask.field("device").to_owned();
    let (device, changes, admin, account) = ask
        .app
        .with_account(move |account| {
            Ok((
                account.device(&wanted)?,
                account.last_changes()?,
                account.roles().is_administrator(),
                account.address().to_string(),
            ))
        })
        .await?;
    let this_udf = html! { input type="hidden" name="device" value=(device.device_udf); };
    let page = View::new(
        name(&device),
        html! {
            h1 { (name(&device)) }
            (told(trouble, t))
            p.mono { (device.device_udf) }
            @if let Some(time) = device.connected { p { (t.devices_since) " " (when(&time.to_string())) } }
            @if !device.this { p { (last_change(t, &device, &changes)) } p.hint { (t.last_change_hint) } }
            h2 { (t.device_may) }
            (may_list(t, &device.roles))
            h2 { (t.device_windows) }
            ul {
                @for (label, window) in device.windows() {
                    @if let Some(store) = store_name(t, label) {
                        li { (store) ": " (match window {
                            Window::Always => t.window_always.to_owned(),
                            Window::Served => t.window_served.to_owned(),
                            Window::After(time) => fill(t.window_after, &[("hours", &time.as_secs().div_ceil(3600).to_string())]),
                        }) }
                    }
                }
            }
            @if admin {
                h2 { (t.device_rename) }
                (form(ask, "/devices/rename", html! {
                    (this_udf)
                    (super::field(&super::Field { name: "name", label: t.add_name, value: name(&device), ..super::Field::default() }))
                    p.actions { button.quiet type="submit" { (t.device_rename_do) } }
                }))
                @if !device.this {
                    h2 { (t.device_remove) }
                    p { (t.device_remove_text) }
                    ul { @for line in would_cut_off(t, &device) { li { (line) } } }
                    (form(ask, "/devices/remove", html! {
                        (this_udf)
                        label.tick { input type="checkbox" name="sure" value="1" required; span { (t.device_remove_sure) } }
                        p.actions { button.danger type="submit" { (t.device_remove_do) } a href="/home" { (t.back) } }
                    }))
                }
            }
            p.actions { a href="/home" { (t.to_home) } }
        },
    );
    Ok(page.of(&account).after(trouble).into())
}

/// What the removal of a device takes from it, before it is done.
pub(in crate::wizard) fn would_cut_off(t: &Texts, device: &DeviceSummary) -> Vec<String> {
    if device.roles.contains(Role::Super) {
        return vec![t.cut_nothing.to_owned()];
    }
    let mut said = vec![match device.roles.is_threshold() {
        true => t.cut_by_share.to_owned(),
        false => t.cut_by_key.to_owned(),
    }];
    let signs = device.roles.is_administrator() || device.roles.contains(Role::Message);
    if !device.roles.is_threshold() && signs {
        said.push(t.cut_not_messages.to_owned());
    }
    if signs {
        said.push(t.cut_not_signature.to_owned());
    }
    if device.roles.is_administrator() {
        said.push(t.cut_not_administrator.to_owned());
    }
    said.push(t.cut_in_clear.to_owned());
    said
}

/// What it has taken.
pub(in crate::wizard) fn has_cut_off(t: &Texts, cut_off: &CutOff) -> Vec<String> {
    if cut_off.account {
        return vec![t.cut_nothing.to_owned()];
    }
    let names = |labels: &[StoreLabel]| {
        let mut names: Vec<&str> = labels
            .iter()
            .filter_map(|label| store_name(t, *label))
            .collect();
        names.dedup();
        names.join(", ")
    };
    let mut said = Vec::new();
    let lines = [
        (
            !cut_off.by_share.is_empty(),
            fill(t.cut_share_done, &[("stores", &names(&cut_off.by_share))]),
        ),
        (
            !cut_off.by_key.is_empty(),
            fill(t.cut_key_done, &[("stores", &names(&cut_off.by_key))]),
        ),
        (cut_off.messages, t.cut_not_messages.to_owned()),
        (cut_off.signature, t.cut_not_signature.to_owned()),
        (cut_off.administrator, t.cut_not_administrator.to_owned()),
        (true, t.cut_in_clear.to_owned()),
    ];
    said.extend(
        lines
            .into_iter()
            .filter(|(holds, _)| *holds)
            .map(|(_, line)| line),
    );
    said
}

pub(super) async fn remove(ask: &Ask) -> Result<Reply, Trouble> {
    let t = ask.t;
    if !ask.has("sure") {
        return device(ask, Some(&Trouble::Input(|t| t.err_not_sure))).await;
    }
    let wanted = ask.field("device").to_owned();
    let removed = ask
        .app
        .with_account(move |account| {
            account.sync()?;
            let changed = account.delete_device(&wanted)?;
            Ok((
                changed,
                account.former_places()?,
                account.address().to_string(),
            ))
        })
        .await;
    let (changed, places, account) = match removed {
        Ok(removed) => removed,
        Err(trouble) => return device(ask, Some(&trouble)).await,
    };
    let page = View::new(
        t.removed_title,
        html! {
            h1 { (t.removed_title) }
            p { (fill(t.removed_text, &[("name", name(&changed.device))])) }
            ul { @for line in has_cut_off(t, &changed.cut_off) { li { (line) } } }
            @for place in &places { p.warning { (fill(t.removed_place, &[("place", &place.to_string())])) } }
            p.actions { a.button href="/home" { (t.to_home) } }
        },
    );
    Ok(page.of(&account).into())
}

pub(super) async fn rename(ask: &Ask) -> Result<Reply, Trouble> {
    let (wanted, new) = (ask.field("device").to_owned(), ask.field("name").to_owned());
    let renamed = ask
        .app
        .with_account(move |account| {
            account.sync()?;
            account.rename_device(&wanted, &new)?;
            Ok(())
        })
        .await;
    match renamed {
        Ok(()) => {
            ask.app.say_next(ask.t.renamed);
            Ok(Reply::Go("/home"))
        }
        Err(trouble) => device(ask, Some(&trouble)).await,
    }
}
