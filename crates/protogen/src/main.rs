// SPDX-License-Identifier: MIT
//! The schema compiler as a program.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program prints"
)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use protogen::{Compilation, Emitter, RustEmitter, present};

/// Checks schemas and makes code from them.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Parses and checks files.
    Check(Files),
    /// Emits one module.
    Emit {
        #[command(flatten)]
        files: Files,
        /// The language.
        #[arg(long, default_value = "rust", value_parser = ["rust"])]
        lang: String,
        /// Where the text goes; standard output otherwise.
        #[arg(long)]
        out: Option<PathBuf>,
        /// Path of `Envelope` and `Enveloped`.
        #[arg(long, default_value = "mesh_dare")]
        envelope_path: String,
        /// Path of the runtime of a service.
        #[arg(long, default_value = "crate::runtime")]
        runtime_path: String,
        /// Path of the caller proofs.
        #[arg(long, default_value = "crate::caller")]
        caller_path: String,
        /// A record that gets a tagged family although no member needs it.
        #[arg(long)]
        family: Vec<String>,
    },
}

#[derive(Args, Debug)]
struct Files {
    /// The schemas.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// An imported schema and the path of its module: FILE=PATH.
    #[arg(long, value_name = "FILE=PATH")]
    import: Vec<String>,
    /// Makes missing descriptions and unknown types errors.
    #[arg(long)]
    strict: bool,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> Result<ExitCode, String> {
    let (files, emit) = match command {
        Command::Check(files) => (files, None),
        Command::Emit {
            files,
            lang: _,
            out,
            envelope_path,
            runtime_path,
            caller_path,
            family,
        } => {
            let names: Vec<String> = files
                .files
                .iter()
                .map(|file| file.display().to_string())
                .collect();
            let emitter = RustEmitter {
                origin: names.join(" and "),
                envelope_path,
                families: family,
                runtime_path,
                caller_path,
            };
            (files, Some((emitter, out)))
        }
    };
    let compilation = read(&files)?;
    let checked = compilation.check(files.strict);
    for found in &checked.report {
        eprint!("{}", present(found, compilation.sources()));
    }
    if checked.has_errors() {
        return Ok(ExitCode::FAILURE);
    }
    if let Some((emitter, out)) = emit {
        let text = emitter.emit(&compilation);
        match out {
            Some(out) => std::fs::write(&out, text)
                .map_err(|error| format!("cannot write {}: {error}", out.display()))?,
            None => print!("{text}"),
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn read(files: &Files) -> Result<Compilation, String> {
    let text = |path: &Path| {
        std::fs::read_to_string(path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))
    };
    let mut compilation = Compilation::default();
    for import in &files.import {
        let (file, path) = import.split_once('=').unwrap_or((import, "super"));
        compilation.import(file, &text(Path::new(file))?, path);
    }
    for file in &files.files {
        compilation.add(&file.display().to_string(), &text(file)?);
    }
    Ok(compilation)
}
