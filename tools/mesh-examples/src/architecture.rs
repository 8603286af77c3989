// SPDX-License-Identifier: MIT
//! The page of commands.
//!
//! Spec: mesh-architecture, "User Experience".
//! Here: every command of the story with what it printed.
//! Not here: what went over the wire (`protocol`).

use crate::page::Page;
use crate::telling::Telling;

pub(crate) fn page(telling: &Telling) -> String {
    let mut page = Page::new(
        "The story in commands",
        "mesh-architecture, \"User Experience\"",
    );
    for chapter in &telling.chapters {
        page.heading(chapter.title);
        for step in &chapter.steps {
            page.listing(
                "text",
                &format!(
                    "device-{}$ meshman {}\n{}",
                    step.device, step.command, step.printed
                ),
            );
        }
    }
    page.text("With `--json` the same commands print one object each. For instance:");
    for step in telling.steps().take(1) {
        let object = serde_json::Value::Object(step.object.clone());
        page.listing(
            "text",
            &format!(
                "device-{}$ meshman {} --json\n{object}",
                step.device, step.command
            ),
        );
    }
    page.finish()
}
