// SPDX-License-Identifier: MIT
//! The page of Mesh objects.
//!
//! Spec: mesh-schema, "Mesh Assertions", "Mesh Catalogs", "Mesh Messages".
//! Here: each kind of signed object that the story brings up, opened; catalog entries.
//! Not here: the transactions they travelled in (`protocol`).

use mesh_dare::Envelope;
use serde_json::Value;

use crate::Outcome;
use crate::page::{Page, json};
use crate::telling::Telling;

pub(crate) fn page(telling: &Telling) -> Outcome<String> {
    let mut page = Page::new(
        "Mesh objects",
        "mesh-schema, \"Mesh Assertions\", \"Mesh Catalogs\", \"Mesh Messages\"",
    );
    page.heading("Signed objects");
    page.text("Each is the payload of an envelope, found in the member named here when it first went over the wire.");
    let mut shown = Vec::new();
    for exchange in telling.steps().flat_map(|step| &step.exchanges) {
        for message in [&exchange.request, &exchange.response] {
            objects(&json(message)?, &mut shown);
        }
    }
    for (name, envelope) in shown {
        let octets = serde_json::to_vec(&envelope)?;
        let decoded: Envelope = mesh_jsonbcd::from_bytes(&octets)?;
        if decoded.is_encrypted() {
            continue;
        }
        page.subheading(&name);
        page.text("The envelope:");
        page.value(&envelope)?;
        page.text("Its payload:");
        page.json(&decoded.body)?;
    }
    page.heading("Catalog entries");
    page.text("They are sealed wherever they are stored or travel; these are opened.");
    for (name, entry) in &telling.entries {
        page.subheading(name);
        page.json(entry)?;
    }
    Ok(page.finish())
}

/// Collects the members called `Enveloped…`, the first of each name.
fn objects(value: &Value, found: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let single = member
                    .as_array()
                    .is_some_and(|list| list.first().is_some_and(Value::is_object));
                let new = !found.iter().any(|(known, _)| known == name);
                if name.starts_with("Enveloped") && single && new {
                    found.push((name.clone(), member.clone()));
                }
                objects(member, found);
            }
        }
        Value::Array(list) => list.iter().for_each(|member| objects(member, found)),
        _ => {}
    }
}
