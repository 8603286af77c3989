// SPDX-License-Identifier: MIT
//! `contact`: list.
//!
//! Spec: mesh-schema, "CatalogedContact".
//! Here: the commands of this noun.
//! Not here: the catalog (`mesh-client`, catalog).

use mesh_schema::generated::CatalogedContact;
use serde_json::{Value, json};

use crate::cli::Contact;
use crate::context::Context;
use crate::error::Failure;
use crate::output::Answer;

/// Runs a command of this noun.
///
/// # Errors
/// [`Failure`] of the command.
pub fn run(context: &Context, command: &Contact) -> Result<Answer, Failure> {
    match command {
        Contact::List => {
            let contacts: Vec<CatalogedContact> = context.account()?.entries()?;
            let mut human = Vec::new();
            let mut list: Vec<Value> = Vec::new();
            for contact in &contacts {
                let own = contact.self_ == Some(true);
                let addresses = contact.addresses();
                let mark = if own { "  (yourself)" } else { "" };
                human.push(format!("{}{mark}", addresses.join("  ")));
                list.push(json!({ "key": contact.key, "self": own, "addresses": addresses }));
            }
            Ok(Answer::say(human.join("\n")).with("contacts", list))
        }
    }
}
