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
    /// Made with the first request: a service closes connections on which nothing happens for a while.
    stream: Option<TcpStream>,
    address: SocketAddr,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) const fn new(address: SocketAddr) -> Self {
        Self {
            stream: None,
            address,
            buffer: Vec::new(),
        }
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
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => connect(self.address)?,
        };
        stream.write_all(&request)?;
        self.buffer.clear();
        let (status, begin, end) = loop {
            more(&mut stream, &mut self.buffer)?;
            if let Some(found) = head_of(&self.buffer)? {
                break found;
            }
        };
        let held = self.buffer.len();
        if held < end {
            self.buffer.resize(end, 0);
            let rest = self.buffer.get_mut(held..).unwrap_or_default();
            stream.read_exact(rest)?;
        }
        self.stream = Some(stream);
        let body = self.buffer.get(begin..end);
        Ok((status, body.ok_or("more than one answer came")?))
    }
}

fn connect(address: SocketAddr) -> Outcome<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

fn more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Outcome<()> {
    let mut part = [0; 16 << 10];
    match stream.read(&mut part)? {
        0 => Err("the connection was closed".into()),
        count => {
            buffer.extend_from_slice(part.get(..count).unwrap_or_default());
            Ok(())
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
