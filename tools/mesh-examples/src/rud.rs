// SPDX-License-Identifier: MIT
//! The page of packets.
//!
//! Spec: mesh-rud, "Handshake".
//! Here: the packets of the first conversation.
//! Not here: what they carry (`protocol`).

use crate::Outcome;
use crate::page::Page;
use crate::protocol::transaction;
use crate::telling::Telling;

/// Requests of one conversation that are shown: the handshake and what follows it.
const SHOWN: usize = 2;

pub(crate) fn page(telling: &Telling) -> Outcome<String> {
    let mut page = Page::new("Packets", "mesh-rud, \"Handshake\"");
    page.text(
        "The first conversation of the story. Each packet is the body of an HTTP POST or of its answer.",
    );
    let exchanges = telling.steps().flat_map(|step| &step.exchanges);
    for exchange in exchanges.take(SHOWN) {
        page.heading(&format!(
            "{}, {} packets",
            transaction(&exchange.request)?,
            exchange.packets.len().saturating_mul(2)
        ));
        for (number, (request, answer)) in exchange.packets.iter().enumerate() {
            let [there, back] = match (exchange.packets.len(), number) {
                (2, 0) => ["initiator hello", "responder challenge"],
                (2, _) => ["initiator complete, with the request", "response"],
                _ => ["request", "response"],
            };
            page.text(&format!("{there}, {} octets:", request.len()));
            page.octets(request);
            page.text(&format!("{back}, {} octets:", answer.len()));
            page.octets(answer);
        }
    }
    Ok(page.finish())
}
