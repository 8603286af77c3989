// SPDX-License-Identifier: MIT
//! HTTP over one connection that is kept: as little of it as possible, for the generator runs on the cores of the service.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::Outcome;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Lines of the head of an answer.
const MAX_LINES: usize = 32;

/// One connection.
pub(crate) struct Connection {
    stream: TcpStream,
    address: SocketAddr,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) fn new(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream,
            address,
            buffer: Vec::new(),
        })
    }

    /// Asks for something; status and body of the answer. `head` is more lines for the head, each with its end.
    pub(crate) fn ask(
        &mut self,
        method: &str,
        path: &str,
        head: &str,
        body: &[u8],
    ) -> Outcome<(u16, &[u8])> {
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n{head}\r\n",
            self.address,
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        self.stream.write_all(&request)?;
        self.buffer.clear();
        let (status, begin, end) = loop {
            self.more()?;
            if let Some(found) = head_of(&self.buffer)? {
                break found;
            }
        };
        let held = self.buffer.len();
        if held < end {
            self.buffer.resize(end, 0);
            let rest = self.buffer.get_mut(held..).unwrap_or_default();
            self.stream.read_exact(rest)?;
        }
        let body = self.buffer.get(begin..end);
        Ok((status, body.ok_or("more than one answer came")?))
    }

    fn more(&mut self) -> Outcome<()> {
        let mut part = [0; 16 << 10];
        match self.stream.read(&mut part)? {
            0 => Err("the connection was closed".into()),
            count => {
                let part = part.get(..count).unwrap_or_default();
                self.buffer.extend_from_slice(part);
                Ok(())
            }
        }
    }
}

/// The status of an answer, where its body begins and where it ends, once all of its head is there.
fn head_of(octets: &[u8]) -> Outcome<Option<(u16, usize, usize)>> {
    let mut lines = [httparse::EMPTY_HEADER; MAX_LINES];
    let mut answer = httparse::Response::new(&mut lines);
    let httparse::Status::Complete(begin) = answer.parse(octets)? else {
        return Ok(None);
    };
    let status = answer.code.ok_or("an answer has no status")?;
    let length = answer
        .headers
        .iter()
        .find(|line| line.name.eq_ignore_ascii_case("content-length"))
        .ok_or("an answer does not say how long it is")?;
    let length: usize = std::str::from_utf8(length.value)?.parse()?;
    Ok(Some((status, begin, begin.saturating_add(length))))
}
