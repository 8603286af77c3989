// SPDX-License-Identifier: MIT
//! The octets of a body, written and read as they come.
//!
//! Spec: JSON-BCD, "Binary", "Chunked encoding"; mesh-dare, "DARE Envelope".
//! Here: a binary value in one piece or in chunks, or Base64 text, between header and trailer.
//! Not here: what the octets mean (`reader`, `writer`).

use std::io::{self, Read, Write};

use mesh_jsonbcd::{Format, base64url};

use crate::error::Error;

const BINARY: u8 = 0x88;
const CHUNK: u8 = 0x8C;

/// Writes a body.
pub(super) struct BodyWriter {
    format: Format,
    /// What did not fill a group of three octets yet (JSON).
    rest: Vec<u8>,
}

impl BodyWriter {
    pub(super) fn new(format: Format) -> Self {
        Self {
            format,
            rest: Vec::new(),
        }
    }

    pub(super) fn begin(&self, out: &mut dyn Write) -> io::Result<()> {
        match self.format {
            Format::Json => out.write_all(b"\""),
            Format::JsonB | Format::JsonC | Format::JsonD => Ok(()),
        }
    }

    /// Writes some octets; `last` says that no others follow.
    pub(super) fn write(
        &mut self,
        out: &mut dyn Write,
        octets: &[u8],
        last: bool,
    ) -> io::Result<()> {
        match self.format {
            Format::Json => {
                self.rest.extend_from_slice(octets);
                let whole = match last {
                    true => self.rest.len(),
                    false => self.rest.len() / 3 * 3,
                };
                let text = base64url::encode(self.rest.get(..whole).unwrap_or_default());
                self.rest.drain(..whole);
                out.write_all(text.as_bytes())?;
                match last {
                    true => out.write_all(b"\""),
                    false => Ok(()),
                }
            }
            Format::JsonB | Format::JsonC | Format::JsonD => {
                let length = u32::try_from(octets.len())
                    .map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))?;
                let base = match last {
                    true => BINARY,
                    false => CHUNK,
                };
                let mut tag = [base.saturating_add(2), 0, 0, 0, 0];
                for (to, from) in tag.iter_mut().skip(1).zip(length.to_be_bytes()) {
                    *to = from;
                }
                out.write_all(&tag)?;
                out.write_all(octets)
            }
        }
    }
}

/// Input whose beginning may have been read already.
pub(super) struct Input<R> {
    from: R,
    buffer: Vec<u8>,
    at: usize,
    /// Octets taken from the buffer.
    taken: u64,
}

const BUFFER: usize = 64 << 10;

impl<R: Read> Input<R> {
    pub(super) fn new(from: R) -> Self {
        Self {
            from,
            buffer: Vec::new(),
            at: 0,
            taken: 0,
        }
    }

    /// What was read and not yet taken.
    pub(super) fn held(&self) -> &[u8] {
        self.buffer.get(self.at..).unwrap_or_default()
    }

    /// Reads more; false at the end of the input.
    pub(super) fn more(&mut self) -> Result<bool, Error> {
        self.buffer.drain(..self.at);
        self.at = 0;
        let held = self.buffer.len();
        self.buffer.resize(held.saturating_add(BUFFER), 0);
        let read = loop {
            match self
                .from
                .read(self.buffer.get_mut(held..).unwrap_or_default())
            {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                done => break done,
            }
        };
        self.buffer
            .truncate(held.saturating_add(read.as_ref().copied().unwrap_or_default()));
        Ok(read? > 0)
    }

    pub(super) fn take(&mut self, count: usize) {
        self.at = self.at.saturating_add(count).min(self.buffer.len());
        self.taken = self
            .taken
            .saturating_add(u64::try_from(count).unwrap_or_default());
    }

    /// Octets taken so far.
    pub(super) fn taken(&self) -> u64 {
        self.taken
    }

    fn octet(&mut self) -> Result<u8, Error> {
        loop {
            if let Some(&octet) = self.held().first() {
                self.take(1);
                return Ok(octet);
            }
            if !self.more()? {
                return Err(Error::Truncated);
            }
        }
    }

    /// The next octet that is no white space and no comma, not yet taken.
    pub(super) fn significant(&mut self) -> Result<u8, Error> {
        loop {
            match self.held().first().copied() {
                Some(b' ' | b'\t' | b'\r' | b'\n' | b',') => self.take(1),
                Some(octet) => return Ok(octet),
                None if self.more()? => {}
                None => return Err(Error::Truncated),
            }
        }
    }

    /// Fills as much of `out` as there is in the next `most` octets.
    fn read_some(&mut self, out: &mut Vec<u8>, most: usize) -> Result<usize, Error> {
        if self.held().is_empty() {
            // Large reads go past the buffer.
            let from = out.len();
            out.resize(from.saturating_add(most), 0);
            let read = loop {
                match self.from.read(out.get_mut(from..).unwrap_or_default()) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    done => break done,
                }
            };
            let count = read.as_ref().copied().unwrap_or_default();
            out.truncate(from.saturating_add(count));
            self.taken = self
                .taken
                .saturating_add(u64::try_from(count).unwrap_or_default());
            return match read? {
                0 => Err(Error::Truncated),
                count => Ok(count),
            };
        }
        let count = self.held().len().min(most);
        out.extend_from_slice(self.held().get(..count).unwrap_or_default());
        self.take(count);
        Ok(count)
    }
}

/// Where a body stands.
enum State {
    /// Base64 text.
    Text(Text),
    /// A chunk with this many octets left, and whether another one follows it.
    Chunk { left: u64, more: bool },
    /// It has ended.
    End,
}

/// Base64 text under way.
#[derive(Default)]
struct Text {
    /// Characters that do not make whole octets yet.
    characters: Vec<u8>,
    /// Octets that nobody has asked for yet.
    octets: Vec<u8>,
    /// The closing quotation mark was seen.
    closed: bool,
}

impl Text {
    /// Reads on until there are octets, or the end.
    fn read<R: Read>(&mut self, input: &mut Input<R>) -> Result<(), Error> {
        while self.octets.is_empty() && !self.closed {
            if input.held().is_empty() && !input.more()? {
                return Err(Error::Truncated);
            }
            let mut passed = 0usize;
            for &octet in input.held() {
                passed = passed.saturating_add(1);
                match octet {
                    b'"' => {
                        self.closed = true;
                        break;
                    }
                    b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'+' | b'/' => {
                        self.characters.push(octet);
                    }
                    b'=' | b' ' | b'\t' | b'\r' | b'\n' => {}
                    _ => return Err(Error::BadBody),
                }
            }
            input.take(passed);
            let whole = match self.closed {
                true => self.characters.len(),
                false => self.characters.len() / 4 * 4,
            };
            let text = self.characters.drain(..whole).collect();
            let text = String::from_utf8(text).map_err(|_| Error::BadBody)?;
            self.octets = base64url::decode(&text).map_err(|_| Error::BadBody)?;
        }
        Ok(())
    }
}

/// Reads a body.
pub(super) struct BodyReader {
    state: State,
}

impl BodyReader {
    /// Begins at the first octet of a body.
    pub(super) fn begin<R: Read>(input: &mut Input<R>) -> Result<Self, Error> {
        let state = match input.significant()? {
            b'"' => {
                input.take(1);
                State::Text(Text::default())
            }
            BINARY..=0x8F => chunk(input)?,
            // There is no body, as in a header that stands alone.
            b']' => State::End,
            _ => return Err(Error::BadBody),
        };
        let mut reader = Self { state };
        reader.settle(input)?;
        Ok(reader)
    }

    /// Whether all octets have been read.
    pub(super) fn is_at_end(&self) -> bool {
        matches!(self.state, State::End)
    }

    /// Adds octets to `out` until it has `length` or the body ends.
    pub(super) fn fill<R: Read>(
        &mut self,
        input: &mut Input<R>,
        out: &mut Vec<u8>,
        length: usize,
    ) -> Result<(), Error> {
        while out.len() < length {
            let wanted = length.saturating_sub(out.len());
            match &mut self.state {
                State::End => return Ok(()),
                State::Chunk { left, .. } => {
                    let most = usize::try_from(*left).unwrap_or(usize::MAX).min(wanted);
                    let count = input.read_some(out, most)?;
                    *left = left.saturating_sub(u64::try_from(count).unwrap_or(u64::MAX));
                }
                State::Text(text) => {
                    let count = text.octets.len().min(wanted);
                    out.extend(text.octets.drain(..count));
                }
            }
            self.settle(input)?;
        }
        Ok(())
    }

    /// Goes on to where octets are, so that the end of the body is seen before more of it is asked for.
    fn settle<R: Read>(&mut self, input: &mut Input<R>) -> Result<(), Error> {
        loop {
            match &mut self.state {
                State::Chunk { left: 0, more } => {
                    self.state = match more {
                        false => State::End,
                        true => chunk(input)?,
                    };
                }
                State::Text(text) => {
                    text.read(input)?;
                    if text.octets.is_empty() {
                        self.state = State::End;
                    }
                    return Ok(());
                }
                State::Chunk { .. } | State::End => return Ok(()),
            }
        }
    }
}

/// Reads the tag of a chunk.
fn chunk<R: Read>(input: &mut Input<R>) -> Result<State, Error> {
    let code = input.octet()?;
    if !(BINARY..=0x8F).contains(&code) {
        return Err(Error::BadBody);
    }
    let mut left = 0u64;
    for _ in 0..1u32 << (code & 3) {
        left = (left << 8) | u64::from(input.octet()?);
    }
    Ok(State::Chunk {
        left,
        more: code >= CHUNK,
    })
}
