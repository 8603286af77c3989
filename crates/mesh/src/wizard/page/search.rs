// SPDX-License-Identifier: MIT
//! Everything that an account keeps, in a list that is searched; secrets only when asked, one at a time.
//!
//! Spec: none.
//! Here: the list on the overview, and the page with what a search has found.
//! Not here: what an entry is called (`entry`), showing its secret (`live`, reveal).
//!
//! What is searched for is sent in the body of a form and stands in no address. Both lists are bounded, however much an account keeps.

use maud::{Markup, html};

use super::{Reply, View, form};
use crate::wizard::entry::{Item, listed};
use crate::wizard::server::Ask;
use crate::wizard::text::{Texts, fill};
use crate::wizard::trouble::Trouble;

/// Entries that stand on one page.
const LISTED: usize = 100;
/// Characters of a search that are looked at.
const LONGEST: usize = 200;

/// The list on the overview. What is typed narrows it down at once; sent, it is searched for in everything.
pub(super) fn section(ask: &Ask, items: Option<&[Item]>) -> Markup {
    let t = ask.t;
    html! {
        section {
            h2 { (t.secrets_title) }
            @match items {
                None => p { (t.secrets_not_here) },
                Some(items) => {
                    (field(ask, "", true))
                    (list(t, items))
                }
            }
            p.actions { a href="/import" { (t.secrets_import) } }
        }
    }
}

fn field(ask: &Ask, searched: &str, narrows: bool) -> Markup {
    let t = ask.t;
    form(
        ask,
        "/search",
        html! {
            div.field role="search" {
                label for="search" { (t.secrets_search) }
                div.beside {
                    input id="search" name="search" type="search" autocomplete="off" autocapitalize="none" spellcheck="false"
                        maxlength=(LONGEST) value=(searched) data-filter=[narrows.then_some("secrets")] aria-describedby="search-said";
                    button.quiet type="submit" { (t.search_do) }
                }
                p.said id="search-said" aria-live="polite" data-none=(t.secrets_none) {}
            }
        },
    )
}

fn list(t: &Texts, items: &[Item]) -> Markup {
    let more = items.len().saturating_sub(LISTED);
    html! {
        ul.secrets id="secrets" {
            @for item in items.iter().take(LISTED) { (entry(t, item)) }
        }
        @if more > 0 { p { (fill(t.search_more, &[("number", &more.to_string())])) } }
        p.hint { (t.secrets_hint) }
    }
}

fn entry(t: &Texts, item: &Item) -> Markup {
    let of = |text: &str| fill(text, &[("name", &item.name)]);
    let store = item.store.as_str();
    html! {
        li data-find=(item.found_by()) data-store=(store) data-id=(item.id) {
            p { strong { (item.name) } " " span.user { (item.detail) } " " span.tag { (item.kind) } }
            @if item.opens {
                output.revealed aria-live="off" {}
                p.tools {
                    button.quiet type="button" data-reveal data-hide=(t.secret_hide) aria-label=(of(t.secret_show_of)) { (t.secret_show) }
                    @if item.secret {
                        button.quiet type="button" data-take aria-label=(of(t.secret_copy_of)) { (t.secret_copy) }
                    }
                    span.said aria-live="polite" {}
                }
            }
        }
    }
}

/// What a search has found.
pub(super) async fn run(ask: &Ask) -> Result<Reply, Trouble> {
    let t = ask.t;
    let searched: String = ask.field("search").trim().chars().take(LONGEST).collect();
    if searched.is_empty() {
        return Ok(Reply::Go("/home"));
    }
    let wanted = searched.clone();
    let (address, items) = ask
        .app
        .with_account(move |account| {
            let items = listed(account, t, &wanted)?;
            Ok((account.address().to_string(), items))
        })
        .await?;
    let view = ask.app.new_view();
    let found = fill(t.search_found, &[("number", &items.len().to_string())]);
    let page = View::new(
        t.search_title,
        html! {
            h1 { (t.search_title) }
            (field(ask, &searched, false))
            p role="status" { (if items.is_empty() { t.secrets_none } else { &found }) }
            @if !items.is_empty() { (list(t, &items)) }
            p.actions { a.button href="/home" { (t.to_home) } }
        },
    );
    Ok(page.of(&address).secret(view).into())
}
