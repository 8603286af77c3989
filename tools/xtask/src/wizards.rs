// SPDX-License-Identifier: MIT
//! The tests that go through the pages of the wizards, for more than they say by themselves: pictures, axe-core, first paint.
//!
//! Spec: none.
//! Here: what is needed for that, and running them.
//! Not here: the tests (`mesh`, tests/programs/wizard).

use std::path::{Path, PathBuf};
use std::process::Command;

/// The version of axe-core, and the digest of its package as npm states it. It is no part of the project: it comes when it is asked for.
const AXE: &str = "axe-core@4.11.0";
const AXE_INTEGRITY: &str = "sha512-ilYanEU8vxxBexpJd8cWM4ElSQq4QctCLKih0TSfjIfCQTeyH/6zVrmIJfLPrKTKJRbiG+cfnZbQIjAlJmF1jQ==";

/// Makes the pictures in docs/wizards.
pub(crate) fn screenshots(root: &Path) -> Result<String, String> {
    let directory = root.join("docs/wizards");
    std::fs::create_dir_all(&directory).map_err(|error| error.to_string())?;
    stories(root, "MESH_SCREENSHOTS", &directory)?;
    Ok(format!("the pictures are in {}", directory.display()))
}

/// Has axe-core look at every page.
pub(crate) fn accessibility(root: &Path) -> Result<String, String> {
    let engine = axe(root)?;
    stories(root, "MESH_AXE", &engine)?;
    Ok(format!("{AXE} finds nothing wrong on the pages"))
}

/// Measures how soon pages are painted.
pub(crate) fn first_paint(root: &Path, release: bool) -> Result<String, String> {
    let mut tests = tests(root);
    if release {
        tests.arg("--release");
    }
    tests.args(["wizard::a_page_is_painted_at_once", "--"]);
    tests.args(["--ignored", "--nocapture"]);
    run(&mut tests, "a page is painted late")?;
    Ok("all pages are painted in time".to_owned())
}

/// Goes through all pages, one story after the other.
fn stories(root: &Path, variable: &str, value: &Path) -> Result<(), String> {
    let mut tests = tests(root);
    tests.env(variable, value);
    tests.args(["wizard::", "--", "--test-threads", "1"]);
    run(&mut tests, "a page is not as it must be")
}

fn tests(root: &Path) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root);
    command.args(["test", "--quiet", "--workspace", "--test", "programs"]);
    command
}

fn run(command: &mut Command, otherwise: &str) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(format!("{otherwise}: see the test")),
        Err(error) => Err(format!("cannot run cargo: {error}")),
    }
}

/// The script of axe-core, fetched once into target/axe.
fn axe(root: &Path) -> Result<PathBuf, String> {
    let directory = root.join("target/axe");
    let script = directory.join("package/axe.min.js");
    if script.exists() {
        return Ok(script);
    }
    std::fs::create_dir_all(&directory).map_err(|error| error.to_string())?;
    let npm = Command::new("npm")
        .current_dir(&directory)
        .args(["pack", "--silent", "--json", AXE])
        .output();
    let output = npm.map_err(|error| {
        format!("cannot run npm: {error}; install it, for instance with 'apt install npm'")
    })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("npm did not fetch {AXE}: {said}"));
    }
    let said: serde_json::Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("npm does not say what it fetched: {error}"))?;
    let field = |name: &str| {
        said.pointer(&format!("/0/{name}"))
            .and_then(|value| value.as_str())
    };
    // npm has compared it with the file.
    if field("integrity") != Some(AXE_INTEGRITY) {
        return Err(format!("{AXE} is not the package that it was"));
    }
    let file = field("filename").ok_or("npm does not say what it fetched")?;
    let tar = Command::new("tar")
        .current_dir(&directory)
        .args(["-xzf", file, "package/axe.min.js", "package/LICENSE"])
        .status();
    match tar {
        Ok(status) if status.success() => Ok(script),
        Ok(_) => Err(format!("{file} cannot be unpacked")),
        Err(error) => Err(format!("cannot run tar: {error}")),
    }
}
