// SPDX-License-Identifier: MIT
//! The programs of PostgreSQL, and the user that may run them.
//!
//! Here: where Debian and others put them; another user when we are root, whom PostgreSQL refuses.
//! Not here: what they are told.

use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The directory with `initdb`, `postgres` and `psql`.
pub(crate) fn find() -> io::Result<PathBuf> {
    let on_path = std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).collect::<Vec<_>>())
        .unwrap_or_default();
    let mut debian: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|entries| {
            let versions = entries.filter_map(Result::ok);
            versions.map(|version| version.path().join("bin")).collect()
        })
        .unwrap_or_default();
    debian.sort_by_key(|path| {
        let version = path.parent().and_then(Path::file_name);
        version.and_then(|name| name.to_str()?.parse::<u32>().ok())
    });
    debian.reverse();
    let whole = |path: &PathBuf| {
        ["initdb", "postgres", "psql"]
            .iter()
            .all(|name| path.join(name).is_file())
    };
    debian
        .into_iter()
        .chain(on_path)
        .find(whole)
        .ok_or_else(|| {
            io::Error::other(
                "PostgreSQL is not installed: the tests need Debian's package 'postgresql'",
            )
        })
}

/// A program, run by a user that PostgreSQL accepts.
pub(crate) fn as_database_user(program: &str) -> Command {
    if !we_are_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--", program]);
    command
}

/// Makes a directory the database user's own.
pub(crate) fn give(directory: &Path) -> io::Result<()> {
    std::fs::set_permissions(directory, std::fs::Permissions::from_mode(0o700))?;
    if !we_are_root() {
        return Ok(());
    }
    let given = Command::new("chown")
        .arg("postgres")
        .arg(directory)
        .status()?;
    match given.success() {
        true => Ok(()),
        false => Err(io::Error::other("there is no user 'postgres'")),
    }
}

/// Without `unsafe` the owner of our own entry in /proc says who we are.
fn we_are_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|found| found.uid() == 0)
}
