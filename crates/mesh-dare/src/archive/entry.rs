// SPDX-License-Identifier: MIT
//! What an archive knows of a file, a directory or a link.
//!
//! Spec: mesh-dare, "DARE Archive", "FileEntry".
//! Here: entries as metadata of frames and back; which names an entry may have.
//! Not here: reading and writing (`reader`, `writer`).

use std::collections::HashMap;

use mesh_jsonbcd::DateTime;

use crate::error::Error;
use crate::generated::{ContentMeta, FileEntry, KeyValue};

/// The longest name of an entry, in octets.
const MAX_NAME: usize = 4096;

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A directory.
    Directory,
    /// A file.
    File,
    /// A symbolic link, and where it points.
    Link(String),
}

/// A file, a directory or a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name: components with `/` between them, none of which is empty, `.` or `..`.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Its permissions: the lower nine bits of a Unix mode.
    pub mode: u32,
    /// When it was last changed: seconds and nanoseconds since 1970.
    pub modified: (i64, u32),
    /// Octets of a file, holes included.
    pub size: u64,
}

/// One frame of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    /// Number within the entry.
    pub(super) number: u64,
    /// Where in the file its octets belong.
    pub(super) offset: u64,
    /// True when no other follows.
    pub(super) last: bool,
    /// What is known of the entry; `None` when it is deleted.
    pub(super) entry: Option<Entry>,
}

const KIND: &str = "kind";
const LAST: &str = "last";
const MODE: &str = "mode";
const MODIFIED: &str = "modified";
const OFFSET: &str = "offset";
const PART: &str = "part";
const SIZE: &str = "size";
const TARGET: &str = "target";

impl Part {
    /// The metadata of the frame.
    pub(super) fn to_meta(&self, is_new: bool) -> ContentMeta {
        let event = match (&self.entry, is_new) {
            (None, _) => "Delete",
            (Some(_), true) => "New",
            (Some(_), false) => "Update",
        };
        let mut meta = ContentMeta {
            unique_id: Some(self.name.clone()),
            event: Some(event.to_owned()),
            ..ContentMeta::default()
        };
        let Some(entry) = &self.entry else {
            return meta;
        };
        let name = entry.name.rsplit('/').next();
        meta.filename = name.map(str::to_owned);
        let mut say = |key: &str, value: String| {
            meta.key_values.push(KeyValue {
                key: Some(key.to_owned()),
                value: Some(value),
            });
        };
        let (seconds, nanoseconds) = entry.modified;
        match &entry.kind {
            Kind::Directory => say(KIND, "directory".to_owned()),
            Kind::File => {}
            Kind::Link(target) => {
                say(KIND, "link".to_owned());
                say(TARGET, target.clone());
            }
        }
        say(MODE, format!("{:o}", entry.mode));
        say(MODIFIED, format!("{seconds}.{nanoseconds:09}"));
        if entry.kind == Kind::File {
            say(SIZE, entry.size.to_string());
        }
        if self.number > 0 || !self.last {
            say(PART, self.number.to_string());
        }
        if self.offset > 0 {
            say(OFFSET, self.offset.to_string());
        }
        if !self.last {
            say(LAST, "false".to_owned());
        }
        meta.file_entry = Some(FileEntry {
            path: Some(entry.name.clone()),
            last_write_time: Some(DateTime::from_unix(seconds)),
            ..FileEntry::default()
        });
        meta
    }

    /// The part that metadata describe.
    pub(super) fn of(meta: &ContentMeta) -> Result<Self, Error> {
        let name = meta.unique_id.clone();
        let name = name.ok_or(Error::Header { field: "UniqueId" })?;
        check_name(&name)?;
        let values: HashMap<&str, &str> = meta
            .key_values
            .iter()
            .filter_map(|pair| Some((pair.key.as_deref()?, pair.value.as_deref()?)))
            .collect();
        let number = |key: &'static str| match values.get(key) {
            None => Ok(0),
            Some(text) => text
                .parse::<u64>()
                .map_err(|_| Error::Header { field: key }),
        };
        let part = |entry| -> Result<Self, Error> {
            Ok(Self {
                name: name.clone(),
                number: number(PART)?,
                offset: number(OFFSET)?,
                last: values.get(LAST) != Some(&"false"),
                entry,
            })
        };
        if meta.event.as_deref() == Some("Delete") {
            return part(None);
        }
        let kind = match values.get(KIND).copied() {
            None => Kind::File,
            Some("directory") => Kind::Directory,
            Some("link") => {
                let target = values.get(TARGET).ok_or(Error::Header { field: TARGET })?;
                Kind::Link((*target).to_owned())
            }
            Some(other) => {
                return Err(Error::Unsupported {
                    what: "kind of entry",
                    name: other.chars().take(40).collect(),
                });
            }
        };
        // Archives of the reference say nothing of rights and give the time in the file's attributes.
        let mode = values.get(MODE).map_or(Ok(0o644), |text| {
            u32::from_str_radix(text, 8).map_err(|_| Error::Header { field: MODE })
        })?;
        let written = meta
            .file_entry
            .as_ref()
            .and_then(|file| file.last_write_time);
        let modified = match values.get(MODIFIED) {
            Some(text) => time(text).ok_or(Error::Header { field: MODIFIED })?,
            None => (written.map_or(0, DateTime::unix), 0),
        };
        part(Some(Entry {
            name: name.clone(),
            kind,
            mode: mode & 0o777,
            modified,
            size: number(SIZE)?,
        }))
    }
}

fn time(text: &str) -> Option<(i64, u32)> {
    let (seconds, nanoseconds) = text.split_once('.')?;
    let nanoseconds = nanoseconds.parse().ok().filter(|it| *it < 1_000_000_000)?;
    Some((seconds.parse().ok()?, nanoseconds))
}

/// Whether a name may stand in an archive: it leads downwards from wherever it is put, on every system that takes its letters.
///
/// # Errors
/// [`Error::BadName`] saying why not.
pub fn check_name(name: &str) -> Result<(), Error> {
    let bad = |why| {
        Err(Error::BadName {
            name: name.chars().take(100).collect(),
            why,
        })
    };
    if name.is_empty() || name.len() > MAX_NAME {
        return bad("it is empty or too long");
    }
    if name.starts_with('/') {
        return bad("it is absolute");
    }
    if name.contains('\0') {
        return bad("it has a zero octet");
    }
    if name.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return bad("a component of it is empty, . or ..");
    }
    Ok(())
}

/// Whether a name means the same file on every system.
///
/// # Errors
/// [`Error::BadName`] when it is the name of a device on Windows, or has letters or an end that no file can have there.
pub fn check_portable(name: &str) -> Result<(), Error> {
    let bad = |why| {
        Err(Error::BadName {
            name: name.chars().take(100).collect(),
            why,
        })
    };
    for part in name.split('/') {
        if part.contains(|letter: char| "\\:*?\"<>|".contains(letter) || letter.is_control()) {
            return bad("it has letters that stand for something else on other systems");
        }
        if part.ends_with(['.', ' ']) {
            return bad("a component of it ends with a dot or a space");
        }
        let stem = part.split('.').next().unwrap_or_default();
        let stem = stem.trim_end().to_ascii_uppercase();
        let numbered = |prefix: &str| {
            let rest = stem.strip_prefix(prefix);
            rest.is_some_and(|rest| matches!(rest.as_bytes(), [b'1'..=b'9']))
        };
        if matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL")
            || numbered("COM")
            || numbered("LPT")
        {
            return bad("it is the name of a device on other systems");
        }
    }
    Ok(())
}

/// Whether a link points to a place within the tree in which it stands, whatever other such links are in that tree.
///
/// Going up behind a name is refused: where that leads, only the file system knows, for the name can be that of a link (`up -> ..` and
/// `out -> d/up/..`).
#[must_use]
pub fn stays_inside(link: &str, target: &str) -> bool {
    if target.starts_with('/') || target.is_empty() {
        return false;
    }
    let parts = || target.split('/').filter(|part| !matches!(*part, "" | "."));
    let up = parts().take_while(|part| *part == "..").count();
    let depth = link.split('/').count().saturating_sub(1);
    up <= depth && parts().skip(up).all(|part| part != "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_none() {
        for name in [
            "/etc/passwd",
            "..",
            "a/../b",
            "a//b",
            "a/",
            "./a",
            "",
            "a\0b",
            "a/..",
        ] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
        for name in ["a", "a/b", "...", "a..b/c", ".hidden", "con", "naïve/файл"] {
            assert!(check_name(name).is_ok(), "{name:?}");
        }
    }

    #[test]
    fn names_of_devices_are_not_portable() {
        for name in [
            "con",
            "a/NUL.txt",
            "com1",
            "LPT9.x",
            "a:b",
            "a\\..\\b",
            "end.",
            "end ",
            "aux .c",
            "a\u{1}",
        ] {
            assert!(check_portable(name).is_err(), "{name:?}");
        }
        for name in ["console", "com0", "com10", "a.con", "null"] {
            assert!(check_portable(name).is_ok(), "{name:?}");
        }
    }

    #[test]
    fn links_are_followed_on_paper() {
        for (link, target, inside) in [
            ("a", "b", true),
            ("a", "../b", false),
            ("d/a", "../b", true),
            ("d/a", "../../b", false),
            ("d/a", "x/../../../b", false),
            ("a", "/b", false),
            ("d/e/a", "./../../b", true),
            ("d/e/a", ".././/../b/c", true),
            ("d/e/a", "../../../b", false),
            // With `d/up -> ..` beside it, this is above the tree.
            ("a", "d/up/..", false),
            ("d/e/a", "./../f/../../b", false),
        ] {
            assert_eq!(stays_inside(link, target), inside, "{link} -> {target}");
        }
    }

    #[test]
    fn an_entry_survives_its_metadata() {
        for kind in [Kind::File, Kind::Directory, Kind::Link("../x".to_owned())] {
            for (number, last) in [(0, true), (0, false), (3, false), (4, true)] {
                let part = Part {
                    name: "d/f".to_owned(),
                    number,
                    offset: number * 9,
                    last,
                    entry: Some(Entry {
                        name: "d/f".to_owned(),
                        kind: kind.clone(),
                        mode: 0o750,
                        modified: (-5, 999_999_999),
                        size: if kind == Kind::File { 77 } else { 0 },
                    }),
                };
                assert_eq!(Part::of(&part.to_meta(true)).unwrap(), part);
            }
        }
    }
}
