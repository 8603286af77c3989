// SPDX-License-Identifier: MIT
//! What the script of a page asks: what has happened elsewhere, whether what is typed will do, a secret to be shown.
//!
//! Spec: none.
//! Here: answers as objects. Texts only: the script puts them into the page as text.
//! Not here: the script (`asset/wizard.js`).

use mesh_client::{StoreLabel, check_address};
use mesh_crypto::{SecretString, Share};
use serde_json::json;
use zeroize::Zeroizing;

use super::{Reply, add, connect, home};
use crate::qr;
use crate::step::{MAX_CODES, is_link, read_invitation};
use crate::wizard::app::{Door, blocking};
use crate::wizard::entry;
use crate::wizard::server::Ask;
use crate::wizard::text::{Texts, fill};
use crate::wizard::trouble::{Trouble, of_code};

/// Sends the page elsewhere.
pub(super) fn go(next: &str) -> Reply {
    Reply::Object(json!({ "next": next }))
}

pub(super) fn failed(trouble: &Trouble, t: &Texts) -> Reply {
    let told = trouble.told(t);
    // What is wrong with a file, and in which line, only its reader says.
    let detail = told
        .detail
        .filter(|_| matches!(trouble, Trouble::Command(_)));
    Reply::Object(json!({ "ok": false, "text": told.text, "detail": detail }))
}

fn said(ok: bool, text: impl Into<String>) -> Reply {
    Reply::Object(json!({ "ok": ok, "text": text.into() }))
}

/// What has happened since the page was shown.
pub(super) async fn look(ask: &Ask) -> Result<Reply, Trouble> {
    let view = ask.field("view");
    if ask.app.door() == Door::Locked && ask.field("look") != "locked" {
        return Ok(go("/unlock"));
    }
    if !view.is_empty() && !ask.app.is_view(view) {
        return Ok(go("/elsewhere"));
    }
    let look = match ask.field("look") {
        "offer" => add::look(&ask.app, ask.t).await?,
        "connect" => connect::look(&ask.app, ask.t).await?,
        "home" => home::look(&ask.app, ask.t).await?,
        // Without a home there is nothing to lock; what was typed is forgotten all the same.
        _ => return Ok(Reply::Object(json!({ "idle": ask.app.is_idle() }))),
    };
    Ok(Reply::Object(match look.next {
        Some(next) => json!({ "next": next }),
        None => json!({ "mark": look.mark, "text": look.text }),
    }))
}

/// Whether an address can be one, and which service it is at; a link only where a device is connected with it.
pub(super) async fn address(ask: &Ask, link: bool) -> Result<Reply, Trouble> {
    let t = ask.t;
    let typed = ask.field("value").trim();
    if typed.is_empty() {
        return Ok(said(true, ""));
    }
    if is_link(typed) && !link {
        return Ok(said(false, t.err_link_here));
    }
    if is_link(typed) {
        return Ok(match read_invitation(typed) {
            Ok((account, _)) => said(true, fill(t.link_good, &[("account", &account)])),
            Err(_) => said(false, t.err_not_a_link),
        });
    }
    let Ok(address) = check_address(typed) else {
        return Ok(said(false, t.err_address));
    };
    let url = ask.field("service").trim();
    let client = match url.is_empty() {
        true => ask.app.client(),
        false => ask.app.client_with(address.domain(), url)?,
    };
    let asked = address.clone();
    let found = blocking(move || Ok(client.service_udf(asked.domain())?)).await;
    Ok(match found {
        Ok(udf) => {
            let domain = address.domain();
            said(
                true,
                fill(t.service_found, &[("domain", domain), ("udf", &udf)]),
            )
        }
        Err(trouble) => failed(&trouble, t),
    })
}

/// Whether a recovery code can be one.
pub(super) fn code(ask: &Ask) -> Reply {
    let t = ask.t;
    let typed = ask.field("value").trim();
    if typed.is_empty() {
        return said(true, "");
    }
    match Share::parse(typed) {
        Ok(share) => said(
            true,
            fill(
                t.code_is,
                &[
                    ("number", &share.index().to_string()),
                    ("quorum", &share.quorum().to_string()),
                ],
            ),
        ),
        Err(error) => said(false, of_code(&error, t)),
    }
}

/// The text of the QR code in a picture; of a text file, the lines that are recovery codes.
pub(super) async fn picture(ask: &Ask) -> Result<Reply, Trouble> {
    let octets = ask.body.clone();
    let t = ask.t;
    let found = blocking(move || {
        if let Ok(text) = std::str::from_utf8(&octets) {
            let lines = text.lines().map(str::trim);
            let codes = lines.filter(|line| Share::parse(line).is_ok());
            return Ok(codes
                .take(usize::from(MAX_CODES).saturating_add(1))
                .map(|code| Zeroizing::new(code.to_owned()))
                .collect());
        }
        let code = qr::decode(&octets).ok();
        Ok(code.into_iter().collect::<Vec<Zeroizing<String>>>())
    })
    .await?;
    let values: Vec<&str> = found.iter().map(|text| text.as_str()).collect();
    Ok(match values.is_empty() {
        false => Reply::Object(json!({ "ok": true, "values": values, "text": t.picture_read })),
        true => said(false, t.picture_unread),
    })
}

/// Shows a secret, on the one page that may.
pub(super) async fn reveal(ask: &Ask) -> Result<Reply, Trouble> {
    if !ask.app.is_view(ask.field("view")) {
        return Ok(go("/elsewhere"));
    }
    let store = StoreLabel::parse(ask.field("store")).map_err(mesh_client::Error::from)?;
    let id = ask.field("id").to_owned();
    let opened = ask
        .app
        .with_account(move |account| {
            let located = account.entry_at(store, &id)?;
            located.as_ref().map(entry::open).transpose()
        })
        .await?;
    // Locked meanwhile, or another page has taken over: then it is shown nowhere.
    if !ask.app.is_view(ask.field("view")) {
        return Ok(go("/elsewhere"));
    }
    Ok(match opened {
        Some(opened) => {
            let secret = opened.secret.as_ref().map(SecretString::expose_secret);
            Reply::Object(json!({ "ok": true, "value": secret, "more": *opened.more }))
        }
        None => said(false, ask.t.err_not_found),
    })
}
