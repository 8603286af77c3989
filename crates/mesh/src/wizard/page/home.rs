// SPDX-License-Identifier: MIT
//! The account at a glance: devices, requests, what is kept, how well.
//!
//! Spec: none.
//! Here: the overview, one device and its removal.
//! Not here: secrets (`live`, reveal), letting devices in (`add`).

use std::sync::Arc;

use maud::{Markup, html};
use mesh_client::{Access, Account, CutOff, DeviceSummary, Role, StoreDigest, StoreLabel, Window};
use mesh_schema::catalog::contact::Validation;
use mesh_schema::generated::CatalogedApplicationSsh;

use super::add::{Asking, Look, asking, mark, requests};
use super::{Reply, View, form, icon_device, may_list, store_name, told, when};
use crate::command::ssh::public;
use crate::step::welcome;
use crate::wizard::app::App;
use crate::wizard::health;
use crate::wizard::server::Ask;
use crate::wizard::text::{Texts, fill};
use crate::wizard::trouble::Trouble;

/// Octets of a tree's value that are shown: enough to compare by eye.
const SHOWN: usize = 10;

struct Overview {
    address: String,
    udf: String,
    admin: bool,
    devices: Vec<DeviceSummary>,
    asking: Vec<Asking>,
    stores: Vec<StoreDigest>,
    /// Services and users; none where this device does not read them.
    passwords: Option<Vec<(String, String)>>,
    /// Names and fingerprints; no fingerprint where the entry cannot be read.
    keys: Option<Vec<(String, Option<String>)>>,
    /// The sets of recovery codes.
    sets: Option<Vec<String>>,
    /// Contacts, and those whose fingerprint was not compared.
    contacts: Option<(usize, usize)>,
    frozen: Option<String>,
}

fn overview(account: &mut Account) -> Result<Overview, Trouble> {
    let reads = |account: &Account, label| account.roles().access(label) >= Access::Read;
    let passwords = match reads(account, StoreLabel::Credential) {
        true => {
            let entries = account.credentials()?.into_iter();
            let mut named: Vec<(String, String)> = entries
                .map(|entry| {
                    (
                        entry.service.unwrap_or_default(),
                        entry.username.unwrap_or_default(),
                    )
                })
                .collect();
            named.sort();
            Some(named)
        }
        false => None,
    };
    let keys = match reads(account, StoreLabel::Application) {
        true => Some(account.ssh_keys()?.iter().map(listed).collect()),
        false => None,
    };
    let contacts = match reads(account, StoreLabel::Contact) {
        true => {
            let contacts = account.contacts()?;
            let others = contacts.iter().filter(|contact| !contact.is_own());
            let compared = Some(Validation::Fingerprint.as_str());
            let unchecked = others
                .clone()
                .filter(|contact| contact.validation() != compared);
            Some((others.count(), unchecked.count()))
        }
        false => None,
    };
    let admin = account.roles().is_administrator();
    let sets = match admin {
        true => health::code_sets(account)?,
        false => None,
    };
    Ok(Overview {
        address: account.address().to_string(),
        udf: account.udf().to_owned(),
        admin,
        devices: account.devices()?,
        asking: asking(account)?,
        stores: account.store_digests(),
        passwords,
        keys,
        sets,
        contacts,
        frozen: account.frozen()?,
    })
}

/// The name and fingerprint of a key. Another device may have written what nobody can read: that must not keep the rest from being shown.
fn listed(key: &CatalogedApplicationSsh) -> (String, Option<String>) {
    let fingerprint = public(key).ok().map(|key| key.fingerprint());
    (key.name().to_owned(), fingerprint)
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
    let seen = ask.app.with_account(overview).await?;
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
            (secrets(t, &seen))
            (care(ask, &seen))
            (stores(ask, &seen))
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
                        (form(ask, "/devices/device", html! {
                            input type="hidden" name="device" value=(device.device_udf);
                            button.quiet type="submit" aria-label=(fill(t.devices_more_of, &[("name", name(device))])) { (t.devices_more) }
                        }))
                    }
                }
            }
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

fn secrets(t: &Texts, seen: &Overview) -> Markup {
    html! {
        section {
            h2 { (t.secrets_title) }
            @if seen.passwords.is_none() && seen.keys.is_none() {
                p { (t.secrets_not_here) }
            } @else {
                div.field {
                    label for="search" { (t.secrets_search) }
                    input id="search" type="search" autocomplete="off" data-filter="secrets";
                    p.said id="search-said" aria-live="polite" data-none=(t.secrets_none) {}
                }
                ul.secrets id="secrets" {
                    @for (service, user) in seen.passwords.iter().flatten() {
                        (secret(t, "password", service, user, &format!("{service} {user}")))
                    }
                    @for (name, fingerprint) in seen.keys.iter().flatten() {
                        @let fingerprint = fingerprint.as_deref().unwrap_or(t.secret_unread);
                        (secret(t, "key", name, fingerprint, &format!("{name} ssh {fingerprint}")))
                    }
                }
                p.hint { (t.secrets_hint) }
            }
            p.actions { a href="/import" { (t.secrets_import) } }
        }
    }
}

fn secret(t: &Texts, kind: &str, name: &str, user: &str, found: &str) -> Markup {
    let what = match kind {
        "key" => t.secret_key,
        _ => t.secret_password,
    };
    let of = |text: &str| fill(text, &[("name", name)]);
    html! {
        li data-find=(found.to_lowercase()) {
            p { strong { (name) } " " span.user { (user) } " " span.tag { (what) } }
            output.revealed aria-live="off" {}
            p.tools {
                button.quiet type="button" data-reveal=(kind) data-name=(name) data-user=(user)
                    data-hide=(t.secret_hide) aria-label=(of(t.secret_show_of)) { (t.secret_show) }
                button.quiet type="button" data-take=(kind) data-name=(name) data-user=(user)
                    aria-label=(of(t.secret_copy_of)) { (t.secret_copy) }
                span.said aria-live="polite" {}
            }
        }
    }
}

fn care(ask: &Ask, seen: &Overview) -> Markup {
    let t = ask.t;
    let sets = seen.sets.as_deref();
    let checked = sets.and_then(|sets| health::checked(&ask.app.directory, &seen.udf, sets));
    let devices = seen.devices.iter();
    let admins = devices.filter(|device| device.roles.is_administrator());
    let alone = seen.admin && admins.count() < 2;
    let held = ask.app.held().codes.is_some();
    html! {
        section {
            h2 { (t.care_title) }
            ul.care {
                @if held { li.bad { (t.care_held) " " a href="/codes/show" { (t.care_show_held) } } }
                @match sets.map(<[String]>::len) {
                    None => {}
                    Some(0) => li.bad { (if alone { t.care_no_codes } else { t.care_no_codes_yet }) " " a href="/codes" { (t.care_make_codes) } }
                    Some(number) => li.good {
                        (fill(t.care_codes, &[("number", &number.to_string())])) " " a href="/codes" { (t.care_more_codes) }
                    }
                }
                @if sets.is_some_and(|sets| !sets.is_empty()) {
                    @match &checked {
                        Some(time) => li.good { (fill(t.care_checked, &[("time", &when(time))])) " " a href="/codes/check" { (t.care_check_again) } }
                        None => li.bad { (t.care_unchecked) " " a href="/codes/check" { (t.care_check) } }
                    }
                }
                @if alone {
                    li.bad { (t.care_one_admin) }
                }
                @match seen.contacts {
                    Some((0, _)) | None => {}
                    Some((all, 0)) => li.good { (fill(t.care_contacts, &[("number", &all.to_string())])) }
                    Some((_, unchecked)) => li.bad { (fill(t.care_contacts_unchecked, &[("number", &unchecked.to_string())])) }
                }
            }
        }
    }
}

fn stores(ask: &Ask, seen: &Overview) -> Markup {
    let t = ask.t;
    html! {
        section {
            h2 { (t.stores_title) }
            p { (t.stores_text) }
            div.scroll tabindex="0" role="region" aria-label=(t.stores_title) {
                table {
                    thead { tr { th scope="col" { (t.stores_store) } th scope="col" { (t.stores_frames) } th scope="col" { (t.stores_tree) } } }
                    tbody {
                        @for store in &seen.stores {
                            tr {
                                th scope="row" { (store_name(t, store.label).filter(|_| !store.label.is_spool()).unwrap_or(store.label.as_str())) }
                                td { (store.frames) }
                                td.mono { (shown(&store.apex)) }
                            }
                        }
                    }
                }
            }
            (form(ask, "/home/verify", html! { p.actions { button.quiet type="submit" { (t.stores_verify) } } }))
        }
    }
}

fn shown(apex: &[u8]) -> String {
    let octets = apex.get(..SHOWN).unwrap_or(apex);
    data_encoding::BASE32_NOPAD.encode(octets)
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
    let (device, admin, account) = ask
        .app
        .with_account(move |account| {
            Ok((
                account.device(&wanted)?,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_cannot_be_read_is_listed_without_fingerprint() {
        let entry = CatalogedApplicationSsh {
            key: Some("from\u{7}elsewhere".to_owned()),
            ..CatalogedApplicationSsh::default()
        };
        assert_eq!(listed(&entry), (entry.name().to_owned(), None));
    }
}
