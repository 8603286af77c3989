// SPDX-License-Identifier: MIT
//! Load on an atuin-server: its sync protocol, version 0, with records of the form that its clients send.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::http::Connection;
use crate::measure::Ask;
use crate::{ITEMS, Outcome, Peer};

const HOST: &str = "0197c3b2-0000-7000-8000-000000000001";
/// As long as a password entry of ours is encrypted, and a wrapped key as its clients wrap one.
const DATA: usize = 300;
const KEY: usize = 230;

/// A server with an account that holds entries.
pub(crate) struct Atuin {
    address: SocketAddr,
    head: String,
    name: String,
    writers: usize,
}

impl Atuin {
    pub(crate) fn new(address: SocketAddr, name: &str) -> Outcome<Self> {
        let head = register(address, name)?;
        let mut connection = Connection::new(address);
        let records: Vec<Value> = (0..ITEMS).map(|index| record(0, index)).collect();
        for page in records.chunks(100) {
            post(&mut connection, &head, &serde_json::to_vec(page)?)?;
        }
        Ok(Self {
            address,
            head,
            name: name.to_owned(),
            writers: 0,
        })
    }
}

fn register(address: SocketAddr, name: &str) -> Outcome<String> {
    let mut connection = Connection::new(address);
    let about = json!({
        "email": format!("{name}@example.com"),
        "username": name,
        "password": "correct horse battery staple",
    });
    let body = serde_json::to_vec(&about)?;
    let kind = "Content-Type: application/json\r\n";
    let (status, answer) = connection.ask("POST", "/register", kind, &body)?;
    let answer: Value = serde_json::from_slice(answer)?;
    let token = answer.get("session").and_then(Value::as_str);
    let token = token.ok_or_else(|| format!("registration: status {status}, {answer}"))?;
    Ok(format!("Authorization: Token {token}\r\n{kind}"))
}

fn record(series: usize, index: usize) -> Value {
    json!({
        "id": format!("0197c3b2-{:04x}-7000-8000-{index:012x}", series + 2),
        "idx": index,
        "host": { "id": HOST, "name": "" },
        "timestamp": 1_687_244_806_000_000_u64,
        "version": "v0",
        "tag": "history",
        "data": { "data": "d".repeat(DATA), "content_encryption_key": "k".repeat(KEY) },
    })
}

fn post(connection: &mut Connection, head: &str, body: &[u8]) -> Outcome<()> {
    match connection.ask("POST", "/api/v0/record", head, body)? {
        (200, _) => Ok(()),
        (status, answer) => {
            Err(format!("append: {status} {}", String::from_utf8_lossy(answer)).into())
        }
    }
}

struct Reading {
    connection: Connection,
    path: String,
    head: String,
    least: usize,
}

impl Ask for Reading {
    fn ask(&mut self) -> Outcome<bool> {
        let (status, answer) = self.connection.ask("GET", &self.path, &self.head, b"")?;
        if status != 200 || answer.len() < self.least {
            let text = String::from_utf8_lossy(answer.get(..200).unwrap_or(answer)).into_owned();
            return Err(format!("status {status}: {text}").into());
        }
        Ok(true)
    }
}

struct Appending {
    connection: Connection,
    head: String,
    series: usize,
    next: usize,
    most: usize,
}

impl Ask for Appending {
    fn ask(&mut self) -> Outcome<bool> {
        if self.next >= self.most {
            return Ok(false);
        }
        let body = serde_json::to_vec(&[record(self.series, self.next)])?;
        self.next += 1;
        post(&mut self.connection, &self.head, &body)?;
        Ok(true)
    }
}

impl Peer for Atuin {
    fn status(&mut self) -> Outcome<Box<dyn Ask>> {
        Ok(Box::new(Reading {
            connection: Connection::new(self.address),
            path: "/api/v0/record".to_owned(),
            head: self.head.clone(),
            least: HOST.len(),
        }))
    }

    fn pull(&mut self) -> Outcome<Box<dyn Ask>> {
        Ok(Box::new(Reading {
            connection: Connection::new(self.address),
            path: format!("/api/v0/record/next?host={HOST}&tag=history&start=0&count={ITEMS}"),
            head: self.head.clone(),
            least: ITEMS * (DATA + KEY),
        }))
    }

    fn append(&mut self, ready: usize) -> Outcome<Box<dyn Ask>> {
        self.writers += 1;
        Ok(Box::new(Appending {
            connection: Connection::new(self.address),
            head: register(self.address, &format!("{}-{}", self.name, self.writers))?,
            series: self.writers,
            next: 0,
            most: ready,
        }))
    }
}
