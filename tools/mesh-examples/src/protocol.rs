// SPDX-License-Identifier: MIT
//! The page of transactions.
//!
//! Spec: mesh-protocol, "Transactions".
//! Here: the first request of each transaction with its response, as they are before protection.
//! Not here: the packets around them (`rud`).

use crate::Outcome;
use crate::page::{Page, json};
use crate::telling::Telling;

pub(crate) fn page(telling: &Telling) -> Outcome<String> {
    let mut page = Page::new("Transactions", "mesh-protocol, \"Transactions\"");
    page.text("A request is one tagged object: its name is that of the transaction.");
    let mut shown = Vec::new();
    for step in telling.steps() {
        for exchange in &step.exchanges {
            let name = transaction(&exchange.request)?;
            if shown.contains(&name) {
                continue;
            }
            page.heading(&name);
            page.text(&format!(
                "The first one of `meshman {}` on device {}. The request:",
                step.command, step.device
            ));
            page.json(&exchange.request)?;
            page.text("The response:");
            page.json(&exchange.response)?;
            shown.push(name);
        }
    }
    Ok(page.finish())
}

/// The name of the transaction of a request.
pub(crate) fn transaction(request: &[u8]) -> Outcome<String> {
    let value = json(request)?;
    let name = value.as_object().and_then(|object| object.keys().next());
    Ok(name.ok_or("a request is no tagged object")?.clone())
}
