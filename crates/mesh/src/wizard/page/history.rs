// SPDX-License-Identifier: MIT
//! The stores of an account: the state of their trees, and what happened in one of them.
//!
//! Spec: mesh-architecture, "Catalogs and Spools".
//! Here: the table on the overview, and the timeline of a store in pages.
//! Not here: who did what (`mesh-client`, history), what an entry is called (`entry`).

use maud::{Markup, html};
use mesh_client::{Account, Deed, Signer, StoreLabel, StoreTree, Transaction};
use mesh_crypto::DateTime;
use mesh_dare::store::Event;

use super::{Reply, View, form, store_name, when};
use crate::wizard::entry::named;
use crate::wizard::server::Ask;
use crate::wizard::text::{Texts, fill};
use crate::wizard::trouble::Trouble;

/// Transactions on one page.
pub(in crate::wizard) const SHOWN: usize = 20;
/// Octets of a tree's value that are shown: enough to compare by eye.
const APEX: usize = 10;

/// What people call a store; its label where they have no name for it, and for spools, of which several hold messages.
pub(in crate::wizard) fn called(t: &Texts, label: StoreLabel) -> &'static str {
    let name = store_name(t, label).filter(|_| !label.is_spool());
    name.unwrap_or(label.as_str())
}

/// The stores on the overview.
pub(super) fn section(ask: &Ask, trees: &[StoreTree]) -> Markup {
    let t = ask.t;
    html! {
        section {
            h2 { (t.stores_title) }
            p { (t.stores_text) }
            div.scroll tabindex="0" role="region" aria-label=(t.stores_title) {
                table {
                    thead { tr {
                        th scope="col" { (t.stores_store) } th scope="col" { (t.stores_frames) } th scope="col" { (t.stores_tree) }
                        th scope="col" { (t.stores_followed) } th scope="col" { (t.stores_history) }
                    } }
                    tbody {
                        @for tree in trees {
                            tr {
                                th scope="row" { (called(t, tree.label)) }
                                td { (tree.frames) }
                                td.mono { (apex(tree)) }
                                td { (date(tree.followed)) }
                                td { (form(ask, "/stores/history", html! {
                                    input type="hidden" name="store" value=(tree.label.as_str());
                                    button.quiet type="submit" aria-label=(fill(t.stores_history_of, &[("store", called(t, tree.label))])) { (t.stores_history_show) }
                                })) }
                            }
                        }
                    }
                }
            }
            (form(ask, "/home/verify", html! { p.actions { button.quiet type="submit" { (t.stores_verify) } } }))
        }
    }
}

/// The beginning of the value of a tree.
pub(in crate::wizard) fn apex(tree: &StoreTree) -> String {
    let octets = tree.apex.get(..APEX).unwrap_or(&tree.apex);
    data_encoding::BASE32_NOPAD.encode(octets)
}

fn date(time: Option<DateTime>) -> String {
    let text = time.map(|time| time.to_string()).unwrap_or_default();
    let day = text.split('T').next().unwrap_or_default();
    day.to_owned()
}

fn time(time: DateTime) -> String {
    when(&time.to_string())
}

/// What is known of the tree of a store, in sentences.
pub(in crate::wizard) fn about(t: &Texts, tree: &StoreTree) -> Vec<String> {
    let mut said = vec![fill(
        t.tree_value,
        &[("frames", &tree.frames.to_string()), ("apex", &apex(tree))],
    )];
    said.push(match &tree.signed {
        Some((frame, signer)) => fill(
            t.tree_signed,
            &[
                ("frame", &frame.to_string()),
                ("device", &who(t, signer.as_ref())),
            ],
        ),
        None => t.tree_unsigned.to_owned(),
    });
    said.push(match tree.followed {
        Some(since) => fill(t.tree_followed, &[("time", &time(since))]),
        None => t.tree_followed_unknown.to_owned(),
    });
    said.push(match tree.verified {
        Some((at, frames)) => fill(
            t.tree_verified,
            &[("time", &time(at)), ("frames", &frames.to_string())],
        ),
        None => t.tree_unverified.to_owned(),
    });
    said
}

/// The device that signed.
fn who(t: &Texts, signer: Option<&Signer>) -> String {
    let Some(signer) = signer else {
        return t.history_unknown.to_owned();
    };
    let name = signer.name.as_deref().unwrap_or(&signer.device_udf);
    match signer.connected {
        true => name.to_owned(),
        false => fill(t.history_removed, &[("name", name)]),
    }
}

/// When, who and which frames, in one line.
pub(in crate::wizard) fn head(t: &Texts, label: StoreLabel, written: &Transaction) -> String {
    let here = match written.here {
        Some(here) => fill(t.history_here, &[("time", &time(here))]),
        None => t.history_undated.to_owned(),
    };
    let who = match label.is_spool() {
        true => t.history_service.to_owned(),
        false => who(t, written.signer.as_ref()),
    };
    format!("{here} · {who} · {}", frames(t, written))
}

fn frames(t: &Texts, written: &Transaction) -> String {
    match written.first == written.last {
        true => fill(t.history_frame, &[("frame", &written.first.to_string())]),
        false => fill(
            t.history_frames,
            &[
                ("first", &written.first.to_string()),
                ("last", &written.last.to_string()),
            ],
        ),
    }
}

/// What was done, a line for each frame that is told, and how many are not.
pub(in crate::wizard) fn deeds(t: &Texts, written: &Transaction) -> Vec<String> {
    let mut said: Vec<String> = written.deeds.iter().map(|deed| line(t, deed)).collect();
    let told = u64::try_from(said.len()).unwrap_or(u64::MAX);
    let all = written.last.saturating_sub(written.first).saturating_add(1);
    let more = all.saturating_sub(told);
    if more > 0 {
        said.push(fill(t.history_more, &[("number", &more.to_string())]));
    }
    said
}

fn line(t: &Texts, deed: &Deed) -> String {
    let (event, entry) = match deed {
        Deed::Begin => return t.deed_begin.to_owned(),
        Deed::Checkpoint => return t.deed_checkpoint.to_owned(),
        Deed::NewKeys => return t.deed_new_keys.to_owned(),
        Deed::Message => return t.deed_message.to_owned(),
        Deed::Change(event, entry) => (event, entry),
    };
    let text = match event {
        Event::New => t.deed_new,
        Event::Update => t.deed_update,
        Event::Delete => t.deed_delete,
    };
    let what = match entry {
        Some(entry) => {
            let (kind, name, detail) = named(entry, t);
            format!("{kind} {name} {detail}").trim_end().to_owned()
        }
        None => t.deed_unread.to_owned(),
    };
    fill(text, &[("what", &what)])
}

/// A page of the history of a store, and the state of its tree.
pub(in crate::wizard) fn of(
    account: &mut Account,
    label: StoreLabel,
    before: Option<u64>,
) -> Result<(StoreTree, Vec<Transaction>), Trouble> {
    let trees = account.store_trees()?;
    let tree = trees.into_iter().find(|tree| tree.label == label);
    let tree = tree.ok_or(Trouble::Input(|t| t.err_not_found))?;
    Ok((tree, account.history(label, before, SHOWN)?))
}

pub(super) async fn show(ask: &Ask) -> Result<Reply, Trouble> {
    let t = ask.t;
    let label = StoreLabel::parse(ask.field("store")).map_err(mesh_client::Error::from)?;
    let before = match ask.field("before") {
        "" => None,
        before => Some(
            before
                .parse()
                .map_err(|_| Trouble::Input(|t| t.err_misuse))?,
        ),
    };
    let (address, frozen, tree, history) = ask
        .app
        .with_account(move |account| {
            let (tree, history) = of(account, label, before)?;
            let address = account.address().to_string();
            Ok((address, account.frozen()?.is_some(), tree, history))
        })
        .await?;
    let title = fill(t.history_title, &[("store", called(t, label))]);
    let earlier = history
        .last()
        .map(|last| last.first)
        .filter(|first| *first > 0);
    let turn = |before: Option<u64>, text: &str| {
        form(
            ask,
            "/stores/history",
            html! {
                input type="hidden" name="store" value=(label.as_str());
                @if let Some(before) = before { input type="hidden" name="before" value=(before); }
                button.quiet type="submit" { (text) }
            },
        )
    };
    let page = View::new(
        &title,
        html! {
            h1 { (title) }
            @if frozen {
                div.trouble role="alert" { p { (t.err_contradiction) } p { code { "meshman account resume" } } }
            }
            ul { @for line in about(t, &tree) { li { (line) } } }
            p.hint { (if label.is_spool() { t.history_spool_hint } else { t.history_hint }) }
            ol.timeline reversed {
                @for written in &history {
                    li {
                        h2 { (head(t, label, written)) }
                        ul { @for deed in deeds(t, written) { li { (deed) } } }
                    }
                }
            }
            div.actions {
                @if let Some(before) = earlier { (turn(Some(before), t.history_earlier)) }
                @if before.is_some() { (turn(None, t.history_latest)) }
                a href="/home" { (t.to_home) }
            }
        },
    );
    Ok(page.of(&address).into())
}
