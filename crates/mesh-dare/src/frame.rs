// SPDX-License-Identifier: MIT
//! Bi-directional frames of records: the unit in which a sequence is written.
//!
//! Spec: mesh-dare, "Sequence framing"; JSON-BCD, "Records and frames".
//! Here: octets of one frame, forwards and backwards, under limits.
//! Not here: what the records mean (`sequence`).
//!
//! A frame is `F4+n`, the total length of its records in `2^n` octets, the records, and the same tag and length with their
//! octets in reverse order, so that a reader may start at either end. A record is `F0+n`, a length and that many octets.

use std::ops::Range;

use crate::error::Error;
use crate::storage::Storage;

const RECORD: u8 = 0xF0;
const FRAME: u8 = 0xF4;
/// Records of a frame: header, body, trailer.
const MAX_RECORDS: usize = 3;
const CUT_OFF: &str = "a record is cut off";
const NO_RECORD: &str = "it has no record";
const TOO_MANY: &str = "it has more than three records";
/// Octets of a tag with the longest length.
const MAX_TAG: usize = 9;

/// The largest frame that is read: 1 GiB.
pub const MAX_FRAME: u64 = 1 << 30;

/// The records of one frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Header, body and trailer, as many as were written (two or three).
    pub records: Vec<Vec<u8>>,
}

/// Where the records of a frame lie in a storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The whole frame.
    pub frame: Range<u64>,
    /// The octets of each record, without tags.
    pub records: Vec<Range<u64>>,
}

/// What stands at a place in a storage.
#[derive(Debug)]
pub enum Found {
    /// A whole frame occupying this range.
    Frame(Range<u64>),
    /// The end of the storage.
    End,
    /// A frame that was begun and not finished before the storage ends.
    Torn,
}

/// Appends the octets of one frame to `out`.
pub fn write(out: &mut Vec<u8>, records: &[&[u8]]) {
    let tag_sizes: u64 = records
        .iter()
        .map(|record| size_of_tag(len(record)).saturating_add(len(record)))
        .sum();
    let mut tag = Vec::with_capacity(MAX_TAG);
    write_tag(&mut tag, FRAME, tag_sizes);
    out.extend_from_slice(&tag);
    for record in records {
        write_tag(out, RECORD, len(record));
        out.extend_from_slice(record);
    }
    tag.reverse();
    out.extend_from_slice(&tag);
}

/// Finds the frame that starts at `offset`.
///
/// # Errors
/// [`Error::BadFrame`] when the octets there are not a frame; the storage's error.
pub fn find(storage: &impl Storage, offset: u64) -> Result<Found, Error> {
    let end = storage.len()?;
    if offset >= end {
        return Ok(Found::End);
    }
    let bad = |why| Error::BadFrame { offset, why };
    let mut tag = [0u8; MAX_TAG];
    let available = end.saturating_sub(offset);
    let tag_len = usize::try_from(available.min(9)).unwrap_or(MAX_TAG);
    let (head, _) = tag.split_at_mut(tag_len);
    storage.read_at(offset, head)?;
    let Some((length, head_size)) = parse_tag(head, FRAME).map_err(bad)? else {
        return Ok(Found::Torn);
    };
    if length > MAX_FRAME {
        return Err(bad("it is longer than a frame may be"));
    }
    let total = length.saturating_add(head_size.saturating_mul(2));
    if total > available {
        return Ok(Found::Torn);
    }
    let mut back = [0u8; MAX_TAG];
    let size = usize::try_from(head_size).unwrap_or(MAX_TAG);
    let (back, _) = back.split_at_mut(size);
    storage.read_at(
        offset.saturating_add(length).saturating_add(head_size),
        back,
    )?;
    back.reverse();
    if head.get(..size) != Some(&*back) {
        // A write that never finished leaves the end of the file unwritten: no frame can follow.
        return if total == available {
            Ok(Found::Torn)
        } else {
            Err(bad("its two lengths differ"))
        };
    }
    Ok(Found::Frame(offset..offset.saturating_add(total)))
}

/// The range of the frame that ends at `end`, found by reading backwards.
///
/// # Errors
/// [`Error::BadFrame`] when no frame ends there; the storage's error.
pub fn find_before(storage: &impl Storage, end: u64) -> Result<Range<u64>, Error> {
    let bad = |why| Error::BadFrame { offset: end, why };
    let mut tag = [0u8; MAX_TAG];
    let take = usize::try_from(end.min(9)).unwrap_or(MAX_TAG);
    let (tail, _) = tag.split_at_mut(take);
    storage.read_at(end.saturating_sub(u64::try_from(take).unwrap_or(0)), tail)?;
    tail.reverse();
    let (length, size) = parse_tag(tail, FRAME)
        .map_err(bad)?
        .ok_or(bad("it is cut off"))?;
    let start = length
        .checked_add(size.saturating_mul(2))
        .and_then(|total| end.checked_sub(total))
        .ok_or(bad("it is longer than what is stored before it"))?;
    match find(storage, start)? {
        Found::Frame(range) if range.end == end => Ok(range),
        _ => Err(bad("its two lengths differ")),
    }
}

/// Reads the records of the frame that occupies `range`.
///
/// # Errors
/// [`Error::BadFrame`] when the records do not fill the frame; the storage's error.
pub fn read(storage: &impl Storage, range: &Range<u64>) -> Result<Frame, Error> {
    let size =
        usize::try_from(range.end.saturating_sub(range.start)).map_err(|_| Error::BadFrame {
            offset: range.start,
            why: "it is longer than a frame may be",
        })?;
    let mut bytes = vec![0; size];
    storage.read_at(range.start, &mut bytes)?;
    parse(&bytes).map_err(|why| Error::BadFrame {
        offset: range.start,
        why,
    })
}

/// Finds the records of the frame that occupies `range`, as [`find`] gave it, without reading them.
///
/// # Errors
/// [`Error::BadFrame`] when the records do not fill the frame; the storage's error.
pub fn outline(storage: &impl Storage, range: Range<u64>) -> Result<Outline, Error> {
    let bad = |why| Error::BadFrame {
        offset: range.start,
        why,
    };
    let total = range.end.saturating_sub(range.start);
    // A frame has a tag at either end; that of the records' length is as long as the one that `write` chose.
    let tag = tag_at(storage, range.start, range.end, FRAME)?
        .map_err(bad)?
        .1;
    let mut at = range.start.saturating_add(tag);
    let end = range.end.saturating_sub(tag.min(total));
    let mut records = Vec::new();
    while at < end {
        if records.len() == MAX_RECORDS {
            return Err(bad(TOO_MANY));
        }
        let (length, size) = tag_at(storage, at, end, RECORD)?.map_err(bad)?;
        let start = at.saturating_add(size);
        let next = start.checked_add(length).filter(|&next| next <= end);
        at = next.ok_or_else(|| bad(CUT_OFF))?;
        records.push(start..at);
    }
    if records.is_empty() {
        return Err(bad(NO_RECORD));
    }
    Ok(Outline {
        frame: range,
        records,
    })
}

/// Length and size of a tag, or what is wrong with it.
type Tag = Result<(u64, u64), &'static str>;

/// The tag at `at`, which must end by `end`.
fn tag_at(storage: &impl Storage, at: u64, end: u64, base: u8) -> Result<Tag, Error> {
    let mut tag = [0u8; MAX_TAG];
    let available = usize::try_from(end.saturating_sub(at)).unwrap_or(MAX_TAG);
    let (head, _) = tag.split_at_mut(available.min(MAX_TAG));
    storage.read_at(at, head)?;
    Ok(parse_tag(head, base).and_then(|tag| tag.ok_or(CUT_OFF)))
}

/// Parses the octets of exactly one frame.
///
/// # Errors
/// A description of the first thing that is not as a frame has it.
pub fn parse(bytes: &[u8]) -> Result<Frame, &'static str> {
    let (length, head) = parse_tag(bytes, FRAME)?.ok_or("it is cut off")?;
    let head = usize::try_from(head).map_err(|_| "it is cut off")?;
    let length = usize::try_from(length).map_err(|_| "it is longer than a frame may be")?;
    let end = head
        .checked_add(length)
        .ok_or("it is longer than a frame may be")?;
    let mut rest = bytes.get(head..end).ok_or("it is cut off")?;
    let back = bytes.get(end..).unwrap_or_default();
    if !back.iter().rev().eq(bytes.get(..head).unwrap_or_default()) {
        return Err("its two lengths differ");
    }
    let mut records = Vec::with_capacity(MAX_RECORDS);
    while !rest.is_empty() {
        if records.len() == MAX_RECORDS {
            return Err(TOO_MANY);
        }
        let (length, size) = parse_tag(rest, RECORD)?.ok_or(CUT_OFF)?;
        let start = usize::try_from(size).map_err(|_| CUT_OFF)?;
        let end = usize::try_from(length)
            .ok()
            .and_then(|length| start.checked_add(length))
            .ok_or(CUT_OFF)?;
        records.push(rest.get(start..end).ok_or(CUT_OFF)?.to_vec());
        rest = rest.get(end..).unwrap_or_default();
    }
    if records.is_empty() {
        return Err(NO_RECORD);
    }
    Ok(Frame { records })
}

/// Length and size of the tag at the start of `bytes`; `None` when the tag itself is cut off.
fn parse_tag(bytes: &[u8], base: u8) -> Result<Option<(u64, u64)>, &'static str> {
    let Some((&code, rest)) = bytes.split_first() else {
        return Ok(None);
    };
    let width = match code.checked_sub(base) {
        Some(0) => 1,
        Some(1) => 2,
        Some(2) => 4,
        Some(3) => 8,
        _ => return Err("it does not begin with a frame or record tag"),
    };
    let Some(digits) = rest.get(..width) else {
        return Ok(None);
    };
    let length = digits
        .iter()
        .fold(0u64, |sum, &octet| (sum << 8) | u64::from(octet));
    Ok(Some((
        length,
        u64::try_from(width).unwrap_or(8).saturating_add(1),
    )))
}

fn write_tag(out: &mut Vec<u8>, base: u8, length: u64) {
    let digits = length.to_be_bytes();
    let (code, skip) = match size_of_tag(length) {
        2 => (0, 7),
        3 => (1, 6),
        5 => (2, 4),
        _ => (3, 0),
    };
    out.push(base.saturating_add(code));
    out.extend_from_slice(digits.get(skip..).unwrap_or_default());
}

fn size_of_tag(length: u64) -> u64 {
    match length {
        0..0x100 => 2,
        0x100..0x1_0000 => 3,
        0x1_0000..0x1_0000_0000 => 5,
        _ => 9,
    }
}

fn len(record: &[u8]) -> u64 {
    u64::try_from(record.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frame_of(sizes: &[usize]) -> (Vec<Vec<u8>>, Vec<u8>) {
        let records: Vec<Vec<u8>> = sizes.iter().map(|&size| vec![7; size]).collect();
        let mut bytes = Vec::new();
        write(
            &mut bytes,
            &records.iter().map(Vec::as_slice).collect::<Vec<_>>(),
        );
        (records, bytes)
    }

    #[test]
    fn frames_of_every_length_width_are_read_from_both_ends() {
        for sizes in [&[2, 0, 0][..], &[200, 90], &[10, 70_000, 5]] {
            let (records, mut bytes) = frame_of(sizes);
            let first = u64::try_from(bytes.len()).unwrap();
            write(&mut bytes, &[b"next"]);
            let Found::Frame(range) = find(&bytes, 0).unwrap() else {
                panic!("no frame")
            };
            assert_eq!(range, 0..first);
            assert_eq!(read(&bytes, &range).unwrap().records, records);
            let found = outline(&bytes, range.clone()).unwrap().records;
            let found = found.iter().map(|record| {
                let place =
                    usize::try_from(record.start).unwrap()..usize::try_from(record.end).unwrap();
                bytes[place].to_vec()
            });
            assert_eq!(found.collect::<Vec<_>>(), records);
            let end = u64::try_from(bytes.len()).unwrap();
            assert_eq!(find_before(&bytes, end).unwrap(), first..end);
            assert_eq!(find_before(&bytes, first).unwrap(), 0..first);
        }
    }

    #[test]
    fn a_frame_cut_anywhere_is_torn() {
        let (_, bytes) = frame_of(&[20, 300, 4]);
        for cut in 1..bytes.len() {
            let part = bytes[..cut].to_vec();
            assert!(matches!(find(&part, 0), Ok(Found::Torn)), "cut at {cut}");
        }
    }

    #[test]
    fn a_damaged_length_in_the_middle_is_named() {
        let (_, mut bytes) = frame_of(&[20, 300, 4]);
        let end = bytes.len();
        write(&mut bytes, &[b"next"]);
        bytes[end - 1] ^= 1;
        assert!(matches!(
            find(&bytes, 0),
            Err(Error::BadFrame { offset: 0, .. })
        ));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(records in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..600), 1..=3)) {
            let mut bytes = Vec::new();
            write(&mut bytes, &records.iter().map(Vec::as_slice).collect::<Vec<_>>());
            prop_assert_eq!(parse(&bytes).unwrap().records, records);
        }

        #[test]
        fn arbitrary_octets_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = parse(&bytes);
            let _ = find(&bytes, 0);
            let end = u64::try_from(bytes.len()).unwrap();
            let _ = find_before(&bytes, end);
            // The two ways of reading a frame agree on what is one.
            if let Ok(Found::Frame(range)) = find(&bytes, 0) {
                prop_assert_eq!(outline(&bytes, range.clone()).is_ok(), read(&bytes, &range).is_ok());
            }
        }
    }
}
