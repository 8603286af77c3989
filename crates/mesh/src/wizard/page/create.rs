// SPDX-License-Identifier: MIT
//! A new profile.
//!
//! Spec: mesh-protocol, "BindAccount".
//! Here: the page that asks for address and passphrase.
//! Not here: creating the account (`mesh-client`, account create).

use maud::html;
use mesh_crypto::SecretString;

use super::{
    Field, Reply, View, address, field, form, make_home, new_home, service_field, steps, told,
    who_and_what,
};
use crate::wizard::app::Door;
use crate::wizard::server::Ask;
use crate::wizard::text::fill;
use crate::wizard::trouble::Trouble;

pub(super) fn show(ask: &Ask, trouble: Option<&Trouble>) -> Result<Reply, Trouble> {
    let t = ask.t;
    if ask.app.door() == Door::Locked {
        return Ok(Reply::Go("/unlock"));
    }
    let invited = !ask.field("invitation").is_empty()
        || matches!(trouble, Some(trouble) if trouble.wants_invitation());
    let page = View::new(
        t.create_title,
        html! {
            (steps(t, 0))
            h1 { (t.create_title) }
            (told(trouble, t))
            p { (t.create_text) }
            (form(ask, "/create", html! {
                (who_and_what(ask, trouble))
                (new_home(ask, trouble))
                details open[invited] {
                    summary { (t.invitation_summary) }
                    (field(&Field { name: "invitation", label: t.invitation_label, hint: t.invitation_hint, kind: "password", required: false, trouble: trouble.map(|trouble| (trouble, t)), ..Field::default() }))
                }
                (service_field(ask, trouble))
                p.actions { button type="submit" { (t.create_do) } a href="/welcome" { (t.back) } }
                p.hint { (t.create_wait) }
            }))
        },
    );
    Ok(page.after(trouble).into())
}

pub(super) async fn run(ask: &Ask) -> Result<Reply, Trouble> {
    match create(ask).await {
        Ok(address) => {
            ask.app
                .say_next(fill(ask.t.created, &[("address", &address)]));
            Ok(Reply::Go("/codes"))
        }
        Err(trouble) => show(ask, Some(&trouble)),
    }
}

async fn create(ask: &Ask) -> Result<String, Trouble> {
    let address = address(ask)?;
    let mut client = ask.app.client().with_device_name(ask.field("device"))?;
    let invitation = ask.field("invitation").trim();
    if !invitation.is_empty() {
        client = client.with_invitation(SecretString::new(invitation.to_owned()));
    }
    make_home(ask).await?;
    ask.app
        .with_client(client, move |home| {
            Ok(home.create_account(&address)?.address().to_string())
        })
        .await
}
