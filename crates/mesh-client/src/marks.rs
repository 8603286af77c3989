// SPDX-License-Identifier: MIT
//! Since when this device has which frames.
//!
//! Spec: none. Frames carry no time: the drafts have none, and the service need not be told one.
//! Here: the file `marks` of an account: a line for each time that a store had grown, or was read and checked as a whole.
//! Not here: what the frames are (`history`).
//!
//! The file is not flushed to the disk, and a line may be lost or torn: then frames count as here from the next line on, which is later
//! and as true. Nothing else depends on it, so that a failure to write is logged and forgotten.

use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use mesh_crypto::DateTime;
use mesh_keystore::file::{Existing, read_private, write_private};
use mesh_schema::StoreLabel;

use crate::error::Error;
use crate::files::{open_private, unusable};

const MARKS: &str = "marks";
/// Octets of the file beyond which every second line is left out.
const MAX: u64 = 256 << 10;
/// Octets that are read: the file may have grown by one note beyond.
const MAX_READ: usize = 512 << 10;
/// The fourth word of a line, where there is one.
const VERIFIED: &str = "verified";

/// How far a store was at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) label: StoreLabel,
    pub(crate) frames: u64,
    pub(crate) time: DateTime,
    /// True when every frame was read and checked.
    pub(crate) verified: bool,
}

impl Mark {
    fn present(&self) -> String {
        let Self {
            label,
            frames,
            time,
            verified,
        } = self;
        let tail = if *verified { " verified" } else { "" };
        format!("{label} {frames} {time}{tail}\n")
    }

    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let mark = Self {
            label: StoreLabel::parse(words.next()?).ok()?,
            frames: words.next()?.parse().ok()?,
            time: DateTime::parse(words.next()?).ok()?,
            verified: match words.next() {
                None => false,
                Some(VERIFIED) => true,
                Some(_) => return None,
            },
        };
        words.next().is_none().then_some(mark)
    }
}

/// Adds lines.
pub(crate) fn note(directory: &Path, marks: impl Iterator<Item = Mark>) {
    let text: String = marks.map(|mark| mark.present()).collect();
    if let Err(error) = append(directory, &text) {
        tracing::warn!(%error, "it is not noted since when frames are here");
    }
}

fn append(directory: &Path, text: &str) -> Result<(), Error> {
    let path = directory.join(MARKS);
    let failed = |error: std::io::Error| unusable("write", &path, &error);
    let mut file = open_private(&path)?;
    let end = file.seek(SeekFrom::End(0)).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    if end > MAX {
        write_private(&path, thinned(directory).as_bytes(), Existing::Replace)?;
    }
    Ok(())
}

/// What is left when every second line is left out, but for the first and the last of each store.
fn thinned(directory: &Path) -> String {
    let mut kept = String::new();
    for label in StoreLabel::ALL {
        let marks = read(directory, label);
        let last = marks.len().saturating_sub(1);
        for (place, mark) in marks.iter().enumerate() {
            if place == last || place.is_multiple_of(2) {
                kept.push_str(&mark.present());
            }
        }
    }
    kept
}

/// The marks of one store, in order. A store that has fewer frames than before has begun anew: what was before is left out.
pub(crate) fn read(directory: &Path, label: StoreLabel) -> Vec<Mark> {
    let path = directory.join(MARKS);
    if !path.exists() {
        return Vec::new();
    }
    let octets = match read_private(&path, MAX_READ) {
        Ok(octets) => octets,
        Err(error) => {
            tracing::warn!(%error, "since when frames are here cannot be read");
            return Vec::new();
        }
    };
    let text = String::from_utf8_lossy(octets.expose_secret());
    let mut marks: Vec<Mark> = Vec::new();
    let lines = text.lines().filter_map(Mark::parse);
    for mark in lines.filter(|mark| mark.label == label) {
        if marks.last().is_some_and(|last| last.frames > mark.frames) {
            marks.clear();
        }
        if mark.frames > 0 {
            marks.push(mark);
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(label: StoreLabel, frames: u64, seconds: i64) -> Mark {
        Mark {
            label,
            frames,
            time: DateTime::from_unix(seconds),
            verified: false,
        }
    }

    #[test]
    fn a_store_that_begins_anew_has_new_marks() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path();
        assert_eq!(read(home, StoreLabel::Device), []);
        let note_one = |mark: &Mark| note(home, std::iter::once(mark.clone()));
        let (first, other, second) = (
            mark(StoreLabel::Device, 2, 100),
            mark(StoreLabel::Inbound, 7, 101),
            Mark {
                verified: true,
                ..mark(StoreLabel::Device, 2, 102)
            },
        );
        for each in [&first, &other, &second] {
            note_one(each);
        }
        assert_eq!(read(home, StoreLabel::Device), [first.clone(), second]);
        assert_eq!(read(home, StoreLabel::Inbound), [other]);
        note_one(&mark(StoreLabel::Inbound, 0, 103));
        assert_eq!(read(home, StoreLabel::Inbound), []);
        let again = mark(StoreLabel::Device, 1, 104);
        note_one(&again);
        assert_eq!(read(home, StoreLabel::Device), [again]);
    }

    #[test]
    fn a_torn_line_spoils_no_other() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path();
        let (first, last) = (
            mark(StoreLabel::Device, 1, 100),
            mark(StoreLabel::Device, 3, 300),
        );
        let whole = mark(StoreLabel::Device, 2, 200).present();
        for cut in 1..whole.len().saturating_sub(1) {
            let _ = std::fs::remove_file(home.join(MARKS));
            append(home, &first.present()).unwrap();
            append(home, &whole[..cut]).unwrap();
            append(home, &mark(StoreLabel::Device, 9, 900).present()).unwrap();
            append(home, &last.present()).unwrap();
            let read = read(home, StoreLabel::Device);
            assert_eq!(read, [first.clone(), last.clone()], "{cut}");
        }
    }

    #[test]
    fn it_stays_small_and_keeps_the_first_and_the_last() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path();
        let most = 12_000;
        for piece in (1..=most).collect::<Vec<u64>>().chunks(500) {
            let marks = piece.iter().map(|&frames| {
                let seconds = i64::try_from(frames).unwrap();
                mark(StoreLabel::Device, frames, seconds)
            });
            note(home, marks);
        }
        let length = std::fs::metadata(home.join(MARKS)).unwrap().len();
        assert!(length < MAX + 20_000, "{length}");
        let read = read(home, StoreLabel::Device);
        assert_eq!(read.first().unwrap().frames, 1);
        assert_eq!(read.last().unwrap().frames, most);
    }
}
