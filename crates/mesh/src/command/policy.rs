// SPDX-License-Identifier: MIT
//! `policy`: who could read what, and for how long.
//!
//! Spec: none.
//! Here: the commands of this noun.
//! Not here: what they do (`mesh-client`, offline).

use std::time::Duration;

use mesh_client::{DeviceSummary, StoreLabel, Window};
use serde_json::{Value, json};

use crate::cli::{Policy, PolicyArgs};
use crate::command::duration;
use crate::context::Context;
use crate::error::Failure;
use crate::output::Answer;
use crate::text;

/// Runs a command of this noun.
///
/// # Errors
/// [`Failure`] of the command.
pub fn run(context: &Context, args: &PolicyArgs) -> Result<Answer, Failure> {
    let mut account = context.account()?;
    match &args.command {
        None => Ok(answer(&account.devices()?)),
        Some(Policy::Set {
            offline,
            store,
            device,
        }) => {
            let how_long = match offline.as_str() {
                "none" => None,
                text => Some(duration(text)?),
            };
            let stores = store
                .iter()
                .map(|name| StoreLabel::parse(name.trim()))
                .collect::<Result<Vec<_>, _>>()?;
            account.sync()?;
            let changed = account.allow_offline(device.as_deref(), &stores, how_long)?;
            Ok(answer(&changed))
        }
    }
}

fn answer(devices: &[DeviceSummary]) -> Answer {
    let mut human = String::new();
    let mut list: Vec<Value> = Vec::new();
    for device in devices {
        let name = device.name.as_deref().unwrap_or("-");
        human.push_str(&format!(
            "{name}  {}  {}\n",
            device.device_udf, device.roles
        ));
        let mut stores: Vec<Value> = Vec::new();
        for (label, window) in device.windows() {
            let (said, seconds) = match window {
                Window::Always => (text::WINDOW_ALWAYS.to_owned(), Value::Null),
                Window::After(time) => (
                    format!("for {} after the service last helped", words(time)),
                    Value::from(time.as_secs()),
                ),
                Window::Served => (text::WINDOW_SERVED.to_owned(), Value::from(0)),
            };
            let label = label.as_str();
            human.push_str(&format!("  {label:<12} {said}\n"));
            stores.push(json!({ "store": label, "window": said, "seconds": seconds }));
        }
        list.push(json!({ "udf": device.device_udf, "name": device.name, "roles": device.roles.names(), "stores": stores }));
    }
    Answer::say(human.trim_end().to_owned()).with("devices", list)
}

/// A duration as one types it.
fn words(time: Duration) -> String {
    let seconds = time.as_secs();
    for (unit, size) in [("d", 86_400), ("h", 3600), ("m", 60)] {
        if seconds.is_multiple_of(size) {
            return format!("{}{unit}", seconds / size);
        }
    }
    format!("{seconds}s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_shown_as_they_are_typed() {
        for text in ["90s", "10m", "1h", "36h", "2d"] {
            assert_eq!(words(duration(text).unwrap()), text);
        }
    }
}
