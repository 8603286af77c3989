// SPDX-License-Identifier: MIT
//! `servermesh install`: the service as one of the system's.
//!
//! Spec: systemd.service(5), systemd.socket(5).
//! Here: the units and the file of arguments, putting them in place with the program.
//! Not here: packages (`package`), taking the socket over (`serve`, handed).

use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use clap::{CommandFactory, FromArgMatches};
use mesh_jsonbcd::ErrorClass;

use crate::cli::{InstallArgs, ServeArgs, ServiceCli};
use crate::error::Failure;
use crate::files::Destination;
use crate::output::Answer;

const SERVICE: &str = include_str!("../../packaging/servermesh.service");
const SOCKET: &str = include_str!("../../packaging/servermesh.socket");
const DEFAULT: &str = include_str!("../../packaging/servermesh.default");
/// Where the program goes that no package has brought.
const PROGRAM: &str = "usr/local/bin/servermesh";
/// What the user of a service of Windows is called.
const WINDOWS_USER: &str = "NT SERVICE\\servermesh";

/// A file of the system.
pub(crate) struct SystemFile {
    /// Its path from the root.
    pub(crate) path: String,
    pub(crate) content: Vec<u8>,
    pub(crate) mode: u32,
}

/// The units, with the program at this place, and the arguments that it gets.
pub(crate) fn units(directory: &str, program: &str, port: u16, arguments: &str) -> Vec<SystemFile> {
    let file = |path: String, content: String| SystemFile {
        path,
        content: content.into_bytes(),
        mode: 0o644,
    };
    vec![
        file(
            format!("{directory}/servermesh.service"),
            SERVICE.replace("@PROGRAM@", program),
        ),
        file(
            format!("{directory}/servermesh.socket"),
            SOCKET.replace("@PORT@", &port.to_string()),
        ),
        file(
            "etc/default/servermesh".to_owned(),
            DEFAULT.replace("@ARGUMENTS@", arguments),
        ),
    ]
}

/// Puts the service in place.
///
/// # Errors
/// [`Failure`] when its options are none, or a file cannot be written.
pub fn run(args: &InstallArgs) -> Result<Answer, Failure> {
    let domain = check(&args.service)?;
    if args.windows {
        let line = format!(
            "netsh http add urlacl url=https://+:{}/.well-known/mmm/ user=\"{WINDOWS_USER}\"",
            args.port
        );
        return Ok(Answer::say(line.clone()).with("value", line));
    }
    let program = format!("/{PROGRAM}");
    let mut files = units(
        "etc/systemd/system",
        &program,
        args.port,
        &args.service.join(" "),
    );
    if args.print {
        let shown: Vec<String> = files
            .iter()
            .map(|file| {
                let content = String::from_utf8_lossy(&file.content);
                format!("# /{}\n{content}", file.path)
            })
            .collect();
        let object = files.iter().map(|file| {
            let content = String::from_utf8_lossy(&file.content).into_owned();
            (format!("/{}", file.path), content.into())
        });
        let object: serde_json::Map<_, _> = object.collect();
        return Ok(Answer::say(shown.join("\n")).with("files", object));
    }
    files.push(SystemFile {
        path: PROGRAM.to_owned(),
        content: own_program()?,
        mode: 0o755,
    });
    if !args.force {
        // Nothing is written unless everything can be.
        for file in &files {
            refuse_other(&args.root.join(&file.path), &file.content)?;
        }
    }
    for file in &files {
        put(&args.root.join(&file.path), &file.content, file.mode)?;
    }
    let paths: Vec<String> = files.iter().map(|file| format!("/{}", file.path)).collect();
    Ok(Answer::say(format!(
        "written: {}\nnow run: systemctl daemon-reload && systemctl enable --now servermesh.socket servermesh.service\nand: servermesh dns {domain}\nits operator asks it as root: servermesh status --data /var/lib/servermesh",
        paths.join(", ")
    ))
    .with("files", paths))
}

/// Checks the options of the service before systemd finds them wrong; the domain.
fn check(arguments: &[String]) -> Result<String, Failure> {
    let bad = |cause: String| {
        Failure {
        cause,
        remedy: "write the domain and options of the service behind --, for instance: servermesh install -- example.org --acme".to_owned(),
        class: ErrorClass::Misuse,
    }
    };
    let spoils =
        |letter: char| letter.is_whitespace() || letter.is_control() || "\"'\\$%".contains(letter);
    if let Some(argument) = arguments.iter().find(|argument| argument.contains(spoils)) {
        return Err(bad(format!(
            "{argument:?} has a letter that systemd would not leave alone"
        )));
    }
    let misread = |error: clap::Error| {
        let said = error.render().to_string();
        let said: Vec<&str> = said.lines().take_while(|line| !line.is_empty()).collect();
        bad(said.join(" ").trim_start_matches("error: ").to_owned())
    };
    let program = std::iter::once("servermesh");
    let matches = ServiceCli::command()
        .try_get_matches_from(program.chain(arguments.iter().map(String::as_str)))
        .map_err(misread)?;
    if matches.subcommand_name().is_some() {
        return Err(bad("this is a command, and no service".to_owned()));
    }
    let parsed = ServeArgs::from_arg_matches(&matches).map_err(misread)?;
    let taken = ["--data", "--listen"];
    let named = |argument: &String| {
        taken
            .iter()
            .any(|taken| argument == taken || argument.starts_with(&format!("{taken}=")))
    };
    if arguments.iter().any(named) {
        return Err(bad(
            "the units say where its data are, and where it listens (--port before the --)"
                .to_owned(),
        ));
    }
    Ok(parsed.domain)
}

/// The octets of this program.
pub(crate) fn own_program() -> Result<Vec<u8>, Failure> {
    let path = std::env::current_exe()?;
    fs::read(&path).map_err(|error| Failure::of_file(&path, &error))
}

fn refuse_other(path: &Path, content: &[u8]) -> Result<(), Failure> {
    match fs::read(path) {
        Ok(there) if there == content => Ok(()),
        Ok(_) => Err(Failure::misuse(
            format!("{}: it is there, and says something else", path.display()),
            "look at it, and add --force to replace it",
        )),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Failure::of_file(path, &error)),
    }
}

/// Writes a file that everybody may read, in one step, with directories as systems have them.
fn put(path: &Path, content: &[u8], mode: u32) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::of_file(path, &error);
    let directory = path.parent().unwrap_or(path);
    make_directories(directory).map_err(failed)?;
    let destination = Destination::create(path, true, false)?;
    let mut file = destination.file()?;
    file.write_all(content).map_err(failed)?;
    file.set_permissions(Permissions::from_mode(mode))
        .map_err(failed)?;
    destination.commit()
}

fn make_directories(directory: &Path) -> std::io::Result<()> {
    let missing: Vec<PathBuf> = directory
        .ancestors()
        .take_while(|directory| !directory.as_os_str().is_empty() && !directory.exists())
        .map(Path::to_path_buf)
        .collect();
    for directory in missing.into_iter().rev() {
        fs::create_dir(&directory)?;
        // The umask of this program is for secrets.
        fs::set_permissions(&directory, Permissions::from_mode(0o755))?;
    }
    Ok(())
}
