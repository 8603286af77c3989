// SPDX-License-Identifier: MIT
//! An account is brought back with its recovery codes.
//!
//! Spec: mesh-architecture, "Recovery".
//! Here: the page that takes the codes.
//! Not here: recovering (`mesh-client`, account recover), fields for codes (`codes`).

use maud::html;
use mesh_crypto::Share;

use super::codes::{code_fields, typed};
use super::{Reply, View, address, form, make_home, new_home, service_field, told, who_and_what};
use crate::wizard::app::Door;
use crate::wizard::server::Ask;
use crate::wizard::text::fill;
use crate::wizard::trouble::{Trouble, at_field};

pub(super) fn show(ask: &Ask, trouble: Option<&Trouble>) -> Result<Reply, Trouble> {
    let t = ask.t;
    if ask.app.door() == Door::Locked {
        return Ok(Reply::Go("/unlock"));
    }
    let page = View::new(
        t.recover_title,
        html! {
            h1 { (t.recover_title) }
            (told(trouble, t))
            p { (t.recover_text) }
            (form(ask, "/recover", html! {
                (who_and_what(ask, trouble))
                (code_fields(ask, trouble, &[]))
                p.hint { (t.recover_codes_hint) }
                (new_home(ask, trouble))
                (service_field(ask, trouble))
                p.actions { button type="submit" { (t.recover_do) } a href="/welcome" { (t.back) } }
            }))
        },
    );
    Ok(page.after(trouble).into())
}

pub(super) async fn run(ask: &Ask) -> Result<Reply, Trouble> {
    match recover(ask).await {
        Ok((passwords, keys)) => {
            ask.app.say_next(fill(
                ask.t.recovered,
                &[
                    ("passwords", &passwords.to_string()),
                    ("keys", &keys.to_string()),
                ],
            ));
            Ok(Reply::Go("/home"))
        }
        Err(trouble) => show(ask, Some(&trouble)),
    }
}

async fn recover(ask: &Ask) -> Result<(usize, usize), Trouble> {
    let address = address(ask)?;
    let (numbers, codes): (Vec<usize>, Vec<_>) = typed(ask).into_iter().unzip();
    let shares =
        Share::parse_all(&codes).map_err(|error| Trouble::Code(at_field(error, &numbers)))?;
    // Before a home is made for an account that these codes do not recover.
    mesh_crypto::share::recover(&shares)?;
    let client = ask.app.client().with_device_name(ask.field("device"))?;
    make_home(ask).await?;
    ask.app
        .with_client(client, move |home| {
            let mut account = home.recover_account(&address, &shares)?;
            Ok((account.credentials()?.len(), account.ssh_keys()?.len()))
        })
        .await
}
