// SPDX-License-Identifier: MIT
//! Regenerates the worked examples of docs/examples under a fixed seed and a fixed clock.
//!
//! Spec: each page names its document.
//! Here: what is written where, and the comparison with what is there.
//! Not here: the pages (one module per document), the story they are taken from (`telling`).
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program prints"
)]

mod architecture;
mod cryptography;
mod dare;
mod page;
mod protocol;
mod recorder;
mod rud;
mod schema;
mod telling;
mod udf;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

/// What every part of this program returns.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Regenerates the worked examples.
#[derive(Debug, Parser)]
struct Options {
    /// Compares instead of writing, and fails when a page is stale.
    #[arg(long)]
    check: bool,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(stale) if stale.is_empty() => ExitCode::SUCCESS,
        Ok(stale) => {
            for path in stale {
                println!("stale: {}", path.display());
            }
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the pages, or gives those that are not what would be written.
fn run(options: &Options) -> Outcome<Vec<PathBuf>> {
    let telling = telling::tell()?;
    let pages = [
        ("architecture.md", architecture::page(&telling)),
        ("cryptography.md", cryptography::page()?),
        ("dare.md", dare::page()?),
        ("protocol.md", protocol::page(&telling)?),
        ("rud.md", rud::page(&telling)?),
        ("schema.md", schema::page(&telling)?),
        ("udf.md", udf::page()?),
    ];
    let directory = directory()?;
    let mut stale = Vec::new();
    for (name, text) in pages {
        let path = directory.join(name);
        let current = std::fs::read_to_string(&path).is_ok_and(|found| found == text);
        match options.check {
            true if !current => stale.push(path),
            true => {}
            false => {
                std::fs::create_dir_all(&directory)?;
                std::fs::write(&path, text)?;
            }
        }
    }
    Ok(stale)
}

/// The directory of the pages, seen from this package.
fn directory() -> Outcome<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    Ok(root
        .ok_or("the package is outside of its workspace")?
        .join("docs/examples"))
}
