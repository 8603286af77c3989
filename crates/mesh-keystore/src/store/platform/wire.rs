// SPDX-License-Identifier: MIT
//! D-Bus messages, as far as the Secret Service needs them.
//!
//! Spec: D-Bus Specification, "Message Protocol", "Marshaling (Wire Format)".
//! Here: writing and reading of messages.
//! Not here: the connection (`bus`).

use zeroize::Zeroizing;

use crate::{Error, Result};

/// The largest message that is read.
pub(super) const MAX_MESSAGE: usize = 1024 * 1024;

const MALFORMED: Error = Error::Platform {
    what: "a message of the bus is malformed",
};

/// Header field codes.
const PATH: u8 = 1;
const INTERFACE: u8 = 2;
const MEMBER: u8 = 3;
const ERROR_NAME: u8 = 4;
const REPLY_SERIAL: u8 = 5;
const DESTINATION: u8 = 6;
const SIGNATURE: u8 = 8;

/// Values in the making, least significant octet first. Erased on drop: they may contain a secret.
pub(super) struct Body {
    signature: &'static str,
    octets: Zeroizing<Vec<u8>>,
}

impl Body {
    pub(super) fn new(signature: &'static str) -> Self {
        Self {
            signature,
            octets: Zeroizing::new(Vec::with_capacity(4096)),
        }
    }

    fn align(&mut self, to: usize) {
        let length = self.octets.len().next_multiple_of(to);
        self.grow(length);
        self.octets.resize(length, 0);
    }

    /// Makes room without leaving a copy behind.
    fn grow(&mut self, length: usize) {
        if length > self.octets.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(length.saturating_mul(2)));
            larger.extend_from_slice(&self.octets);
            self.octets = larger;
        }
    }

    fn push(&mut self, octets: &[u8]) {
        self.grow(self.octets.len().saturating_add(octets.len()));
        self.octets.extend_from_slice(octets);
    }

    pub(super) fn number(&mut self, value: u32) -> &mut Self {
        self.align(4);
        self.push(&value.to_le_bytes());
        self
    }

    fn length(&mut self, length: usize) -> &mut Self {
        // No caller has more than a secret of limited size.
        self.number(u32::try_from(length).unwrap_or(u32::MAX))
    }

    /// A string or an object path.
    pub(super) fn string(&mut self, value: &str) -> &mut Self {
        self.length(value.len());
        self.push(value.as_bytes());
        self.push(&[0]);
        self
    }

    /// A signature: in front of the value of a variant.
    pub(super) fn signature(&mut self, value: &str) -> &mut Self {
        self.push(&[u8::try_from(value.len()).unwrap_or(u8::MAX)]);
        self.push(value.as_bytes());
        self.push(&[0]);
        self
    }

    pub(super) fn variant_string(&mut self, value: &str) -> &mut Self {
        self.signature("s").string(value)
    }

    pub(super) fn octets(&mut self, value: &[u8]) -> &mut Self {
        self.length(value.len());
        self.push(value);
        self
    }

    /// The start of a structure or an entry of a dictionary.
    pub(super) fn structure(&mut self) -> &mut Self {
        self.align(8);
        self
    }

    /// An array whose elements `write` adds; its length does not count the padding in front of the first.
    pub(super) fn array(&mut self, alignment: usize, write: impl FnOnce(&mut Self)) {
        self.number(0);
        let at = self.octets.len();
        self.align(alignment);
        let start = self.octets.len();
        write(self);
        let length = u32::try_from(self.octets.len().saturating_sub(start)).unwrap_or(u32::MAX);
        if let Some(place) = at
            .checked_sub(4)
            .and_then(|from| self.octets.get_mut(from..at))
        {
            place.copy_from_slice(&length.to_le_bytes());
        }
    }

    pub(super) fn strings(&mut self, values: &[String]) {
        self.array(4, |body| {
            for value in values {
                body.string(value);
            }
        });
    }

    pub(super) fn dictionary(&mut self, entries: &[(&str, &str)]) {
        self.array(8, |body| {
            for (name, value) in entries {
                body.structure().string(name).string(value);
            }
        });
    }
}

/// Writes a method call.
pub(super) fn call(
    serial: u32,
    (destination, path, interface, member): (&str, &str, &str, &str),
    body: &Body,
) -> Zeroizing<Vec<u8>> {
    let mut out = Body::new("");
    // Little-endian, method call, no flags, version 1.
    out.push(&[b'l', 1, 0, 1]);
    out.length(body.octets.len()).number(serial);
    out.array(8, |out| {
        out.structure().push(&[PATH]);
        out.signature("o").string(path);
        for (code, value) in [
            (DESTINATION, destination),
            (INTERFACE, interface),
            (MEMBER, member),
        ] {
            out.structure().push(&[code]);
            out.signature("s").string(value);
        }
        if !body.signature.is_empty() {
            out.structure().push(&[SIGNATURE]);
            out.signature("g").signature(body.signature);
        }
    });
    out.align(8);
    out.push(&body.octets);
    std::mem::replace(&mut out.octets, Zeroizing::new(Vec::new()))
}

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MessageKind {
    Error,
    Other,
    Return,
    Signal,
}

/// A message that was received.
pub(super) struct Message {
    pub(super) kind: MessageKind,
    pub(super) path: String,
    pub(super) interface: String,
    pub(super) member: String,
    pub(super) error: String,
    pub(super) reply_to: Option<u32>,
    signature: String,
    little: bool,
    body: Zeroizing<Vec<u8>>,
}

/// The octets of a message that follow its first sixteen.
pub(super) fn rest_length(start: &[u8; 16]) -> Result<usize> {
    let mut values = Values {
        octets: start,
        at: 4,
        little: is_little(start)?,
    };
    let body = values.size()?;
    values.number()?;
    let fields = values.size()?;
    fields
        .checked_next_multiple_of(8)
        .and_then(|fields| fields.checked_add(body))
        .filter(|rest| *rest <= MAX_MESSAGE)
        .ok_or(MALFORMED)
}

impl Message {
    /// Reads a whole message.
    pub(super) fn decode(octets: &[u8]) -> Result<Self> {
        let little = is_little(octets)?;
        let kind = match octets.get(1).ok_or(MALFORMED)? {
            2 => MessageKind::Return,
            3 => MessageKind::Error,
            4 => MessageKind::Signal,
            _ => MessageKind::Other,
        };
        let mut message = Self {
            kind,
            path: String::new(),
            interface: String::new(),
            member: String::new(),
            error: String::new(),
            reply_to: None,
            signature: String::new(),
            little,
            body: Zeroizing::new(Vec::new()),
        };
        let mut values = Values {
            octets,
            at: 4,
            little,
        };
        let body = values.size()?;
        values.number()?;
        let end = values.array(8)?;
        while values.at < end {
            values.align(8)?;
            let code = values.octet()?;
            match values.signature()?.as_str() {
                "o" | "s" => {
                    let value = values.string()?;
                    match code {
                        PATH => message.path = value,
                        INTERFACE => message.interface = value,
                        MEMBER => message.member = value,
                        ERROR_NAME => message.error = value,
                        _ => {}
                    }
                }
                "g" => {
                    let value = values.signature()?;
                    if code == SIGNATURE {
                        message.signature = value;
                    }
                }
                "u" => {
                    let value = values.number()?;
                    if code == REPLY_SERIAL {
                        message.reply_to = Some(value);
                    }
                }
                _ => return Err(MALFORMED),
            }
        }
        values.align(8)?;
        message.body.extend_from_slice(values.take(body)?);
        Ok(message)
    }

    /// The values, which must be of these types.
    pub(super) fn values(&self, signature: &str) -> Result<Values<'_>> {
        if self.signature != signature {
            return Err(MALFORMED);
        }
        Ok(Values {
            octets: &self.body,
            at: 0,
            little: self.little,
        })
    }
}

fn is_little(octets: &[u8]) -> Result<bool> {
    match octets.first() {
        Some(b'l') => Ok(true),
        Some(b'B') => Ok(false),
        _ => Err(MALFORMED),
    }
}

/// Values of a message, taken one after the other.
pub(super) struct Values<'a> {
    octets: &'a [u8],
    at: usize,
    little: bool,
}

impl<'a> Values<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let end = self.at.checked_add(length).ok_or(MALFORMED)?;
        let out = self.octets.get(self.at..end).ok_or(MALFORMED)?;
        self.at = end;
        Ok(out)
    }

    fn align(&mut self, to: usize) -> Result<()> {
        self.take(self.at.next_multiple_of(to) - self.at).map(drop)
    }

    fn octet(&mut self) -> Result<u8> {
        self.take(1)?.first().copied().ok_or(MALFORMED)
    }

    /// A number or a truth value.
    pub(super) fn number(&mut self) -> Result<u32> {
        self.align(4)?;
        let octets = self.take(4)?.try_into().map_err(|_| MALFORMED)?;
        Ok(if self.little {
            u32::from_le_bytes(octets)
        } else {
            u32::from_be_bytes(octets)
        })
    }

    fn size(&mut self) -> Result<usize> {
        usize::try_from(self.number()?).map_err(|_| MALFORMED)
    }

    fn text(&mut self, length: usize) -> Result<String> {
        let text = self.take(length)?;
        if self.octet()? != 0 {
            return Err(MALFORMED);
        }
        std::str::from_utf8(text)
            .map(str::to_owned)
            .map_err(|_| MALFORMED)
    }

    /// A string or an object path.
    pub(super) fn string(&mut self) -> Result<String> {
        let length = self.size()?;
        self.text(length)
    }

    fn signature(&mut self) -> Result<String> {
        let length = usize::from(self.octet()?);
        self.text(length)
    }

    /// The start of a variant, whose value must be of this type.
    pub(super) fn variant(&mut self, signature: &str) -> Result<()> {
        if self.signature()? == signature {
            Ok(())
        } else {
            Err(MALFORMED)
        }
    }

    pub(super) fn octets(&mut self) -> Result<&'a [u8]> {
        let length = self.size()?;
        self.take(length)
    }

    /// The start of a structure.
    pub(super) fn structure(&mut self) -> Result<()> {
        self.align(8)
    }

    /// The start of an array; where it ends.
    fn array(&mut self, alignment: usize) -> Result<usize> {
        let length = self.size()?;
        self.align(alignment)?;
        let end = self.at.checked_add(length).ok_or(MALFORMED)?;
        if end > self.octets.len() {
            Err(MALFORMED)
        } else {
            Ok(end)
        }
    }

    pub(super) fn strings(&mut self) -> Result<Vec<String>> {
        let end = self.array(4)?;
        let mut out = Vec::new();
        while self.at < end {
            out.push(self.string()?);
        }
        Ok(out)
    }

    pub(super) fn dictionary(&mut self) -> Result<Vec<(String, String)>> {
        let end = self.array(8)?;
        let mut out = Vec::new();
        while self.at < end {
            self.align(8)?;
            out.push((self.string()?, self.string()?));
        }
        Ok(out)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A message as the other side of the bus would send it: 2 returns, 3 fails, 4 signals.
    pub(in super::super) fn message(
        kind: u8,
        reply_to: Option<u32>,
        path: &str,
        interface: &str,
        member: &str,
        body: &Body,
    ) -> Vec<u8> {
        let mut out = Body::new("");
        out.push(&[b'l', kind, 0, 1]);
        out.length(body.octets.len()).number(1);
        out.array(8, |out| {
            for (code, value) in [(INTERFACE, interface), (MEMBER, member)] {
                out.structure().push(&[code]);
                out.signature("s").string(value);
            }
            out.structure().push(&[PATH]);
            out.signature("o").string(path);
            if let Some(serial) = reply_to {
                out.structure().push(&[REPLY_SERIAL]);
                out.signature("u").number(serial);
            }
            out.structure().push(&[SIGNATURE]);
            out.signature("g").signature(body.signature);
        });
        out.align(8);
        out.push(&body.octets);
        out.octets.to_vec()
    }

    /// What a service would send: a call, turned into a return.
    fn reply(signature: &'static str, write: impl FnOnce(&mut Body)) -> Vec<u8> {
        let mut body = Body::new(signature);
        write(&mut body);
        let mut octets = call(7, ("d.d", "/p", "i.i", "M"), &body).to_vec();
        octets[1] = 2;
        octets
    }

    #[test]
    fn values_read_back_as_written() {
        let octets = reply("sa{ss}ao(oayays)u", |body| {
            body.string("é").dictionary(&[("a", "1"), ("bb", "")]);
            body.strings(&["/x".into(), "/yy".into()]);
            body.structure()
                .string("/s")
                .octets(&[])
                .octets(b"secret")
                .string("t");
            body.number(9);
        });
        let start = octets[..16].try_into().unwrap();
        assert_eq!(rest_length(&start).unwrap(), octets.len() - 16);
        let message = Message::decode(&octets).unwrap();
        assert_eq!(
            (message.kind, message.path.as_str()),
            (MessageKind::Return, "/p")
        );
        assert_eq!(
            (message.interface.as_str(), message.member.as_str()),
            ("i.i", "M")
        );
        assert!(message.values("s").is_err());
        let mut values = message.values("sa{ss}ao(oayays)u").unwrap();
        assert_eq!(values.string().unwrap(), "é");
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            values.dictionary().unwrap(),
            [pair("a", "1"), pair("bb", "")]
        );
        assert_eq!(values.strings().unwrap(), ["/x", "/yy"]);
        values.structure().unwrap();
        assert_eq!(values.string().unwrap(), "/s");
        assert_eq!(values.octets().unwrap(), b"");
        assert_eq!(values.octets().unwrap(), b"secret");
        assert_eq!(values.string().unwrap(), "t");
        assert_eq!(values.number().unwrap(), 9);
        assert!(values.number().is_err());
    }

    #[test]
    fn a_call_has_the_octets_of_the_specification() {
        let mut body = Body::new("s");
        body.string("ab");
        let octets = call(1, ("d", "/", "i", "M"), &body);
        let mut expected = vec![b'l', 1, 0, 1, 7, 0, 0, 0, 1, 0, 0, 0, 63, 0, 0, 0];
        expected.extend_from_slice(b"\x01\x01o\0\x01\0\0\0/\0\0\0\0\0\0\0");
        expected.extend_from_slice(b"\x06\x01s\0\x01\0\0\0d\0\0\0\0\0\0\0");
        expected.extend_from_slice(b"\x02\x01s\0\x01\0\0\0i\0\0\0\0\0\0\0");
        expected.extend_from_slice(b"\x03\x01s\0\x01\0\0\0M\0\0\0\0\0\0\0");
        expected.extend_from_slice(b"\x08\x01g\0\x01s\0\0");
        expected[12] = 71;
        expected.extend_from_slice(b"\x02\0\0\0ab\0");
        assert_eq!(octets.as_slice(), expected);
    }

    #[test]
    fn every_cut_and_every_changed_octet_is_survived() {
        let octets = reply("a{ss}o", |body| {
            body.dictionary(&[("id", "MDAB")]);
            body.string("/");
        });
        for end in 0..octets.len() {
            assert!(Message::decode(&octets[..end]).is_err(), "{end}");
        }
        for at in 0..octets.len() {
            for value in [0, 1, 127, 255] {
                let mut changed = octets.clone();
                changed[at] = value;
                if let Ok(message) = Message::decode(&changed)
                    && let Ok(mut values) = message.values("a{ss}o")
                {
                    let _ = values.dictionary().and_then(|_| values.string());
                }
            }
        }
    }

    #[test]
    fn a_message_of_excessive_length_is_refused_at_its_start() {
        let mut start = [0; 16];
        start[0] = b'l';
        start[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(rest_length(&start).is_err());
    }
}
