// SPDX-License-Identifier: MIT
//! Which crate may depend on which: ARCHITECTURE.md, "Crate map", as data.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// What each crate may depend on, directly.
const ARROWS: [(&str, &[&str]); 11] = [
    ("mesh-jsonbcd", &[]),
    ("mesh-crypto", &["mesh-jsonbcd"]),
    ("mesh-keystore", &["mesh-crypto", "mesh-jsonbcd"]),
    ("mesh-dare", &["mesh-crypto", "mesh-jsonbcd"]),
    ("mesh-schema", &["mesh-crypto", "mesh-dare", "mesh-jsonbcd"]),
    ("mesh-rud", &["mesh-crypto", "mesh-jsonbcd"]),
    (
        "mesh-protocol",
        &[
            "mesh-crypto",
            "mesh-dare",
            "mesh-jsonbcd",
            "mesh-rud",
            "mesh-schema",
        ],
    ),
    (
        "mesh-client",
        &[
            "mesh-crypto",
            "mesh-dare",
            "mesh-jsonbcd",
            "mesh-keystore",
            "mesh-protocol",
            "mesh-rud",
            "mesh-schema",
        ],
    ),
    (
        "mesh-service",
        &[
            "mesh-crypto",
            "mesh-dare",
            "mesh-jsonbcd",
            "mesh-keystore",
            "mesh-protocol",
            "mesh-rud",
            "mesh-schema",
        ],
    ),
    (
        "mesh",
        &[
            "mesh-client",
            "mesh-crypto",
            "mesh-dare",
            "mesh-jsonbcd",
            "mesh-keystore",
            "mesh-protocol",
            "mesh-schema",
            "mesh-service",
            // The adversary, for 'selftest'.
            "mesh-test",
        ],
    ),
    ("protogen", &[]),
];

/// Crates that read no clock, socket, file path or random device.
const PURE: [&str; 6] = [
    "mesh-jsonbcd",
    "mesh-crypto",
    "mesh-dare",
    "mesh-schema",
    "mesh-rud",
    "mesh-protocol",
];
/// What would make a crate impure.
const IMPURE: [&str; 8] = [
    "axum",
    "getrandom",
    "hyper",
    "rusqlite",
    "rustix",
    "tokio",
    "ureq",
    "tempfile",
];

/// Compares the normal dependencies of every crate with the table.
pub(crate) fn check() -> Result<String, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .output();
    let output = output.map_err(|error| format!("cannot run cargo metadata: {error}"))?;
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("cargo metadata: {error}"))?;
    let mut dependencies: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in metadata
        .get("packages")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let name = package
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let found = dependencies.entry(name).or_default();
        for dependency in package
            .get("dependencies")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            if dependency.get("kind").is_none_or(Value::is_null) {
                found.extend(
                    dependency
                        .get("name")
                        .and_then(Value::as_str)
                        .map(str::to_owned),
                );
            }
        }
    }
    let mut violations = Vec::new();
    for (name, allowed) in ARROWS {
        let Some(found) = dependencies.get(name) else {
            violations.push(format!("{name} is not in the workspace"));
            continue;
        };
        let own = found
            .iter()
            .filter(|found| dependencies.contains_key(*found));
        violations.extend(
            own.filter(|found| !allowed.contains(&found.as_str()))
                .map(|found| format!("{name} -> {found}")),
        );
        if PURE.contains(&name) {
            let impure = found
                .iter()
                .filter(|found| IMPURE.contains(&found.as_str()));
            violations.extend(impure.map(|found| format!("{name} is pure and depends on {found}")));
        }
    }
    match violations.is_empty() {
        true => Ok(format!(
            "the arrows of {} crates are those of the architecture",
            ARROWS.len()
        )),
        false => Err(format!(
            "arrows that the architecture does not have:\n{}",
            violations.join("\n")
        )),
    }
}
